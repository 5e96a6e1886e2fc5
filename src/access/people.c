/* people.c -- organisations in a tree, accounts, memberships. Owns the tables of access/. */
#include "access/access.h"

#include <sodium.h>

const Migration access_migrations[] = {
    {.name = "access/1",
     .ddl = "CREATE TABLE org (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, parent INTEGER, name TEXT NOT NULL, kana TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL);"
            "CREATE TABLE account (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kana TEXT NOT NULL,"
            " password TEXT NOT NULL, totp BLOB, totp_step INTEGER NOT NULL, disabled INTEGER NOT NULL, instance_admin INTEGER NOT NULL);"
            "CREATE TABLE membership (account INTEGER NOT NULL, org INTEGER NOT NULL, roles INTEGER NOT NULL, post TEXT NOT NULL, subtree INTEGER NOT NULL, PRIMARY KEY (account, org));"
            "CREATE INDEX membership_org ON membership (org);"
            "CREATE TABLE session (hash BLOB PRIMARY KEY, id BLOB NOT NULL, account INTEGER NOT NULL, csrf TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL);"
            "CREATE INDEX session_account ON session (account);"
            "CREATE TABLE token (hash BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, account INTEGER NOT NULL, label TEXT NOT NULL, roles INTEGER NOT NULL,"
            " read_only INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL);"
            "CREATE INDEX token_account ON token (account);"
            "CREATE TABLE login_link (hash BLOB PRIMARY KEY, account INTEGER NOT NULL, expires INTEGER NOT NULL);"
            "CREATE TABLE login_try (account INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL);"
            "CREATE INDEX login_try_at ON login_try (account, kind, at)"},
    {.name = "access/2", /* people without login */
     .ddl = "",
     .only_sqlite = "CREATE TABLE account_2 (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, login TEXT UNIQUE, name TEXT NOT NULL, kana TEXT NOT NULL,"
                    " password TEXT NOT NULL, totp BLOB, totp_step INTEGER NOT NULL, disabled INTEGER NOT NULL, instance_admin INTEGER NOT NULL);"
                    "INSERT INTO account_2 SELECT row, id, login, name, kana, password, totp, totp_step, disabled, instance_admin FROM account;"
                    "DROP TABLE account;"
                    "ALTER TABLE account_2 RENAME TO account",
     .only_postgres = "ALTER TABLE account ALTER COLUMN login DROP NOT NULL"},
    {.name = "access/3", /* the second factor; tokens have a check now, those without are gone */
     .ddl = "ALTER TABLE account ADD COLUMN totp_new BLOB;"
            "ALTER TABLE account ADD COLUMN totp_new_at INTEGER NOT NULL DEFAULT 0;"
            "UPDATE account SET totp = NULL, totp_step = 0;"
            "CREATE TABLE recovery_code (hash BLOB PRIMARY KEY, account INTEGER NOT NULL);"
            "CREATE INDEX recovery_code_account ON recovery_code (account);"
            "ALTER TABLE session ADD COLUMN by_link INTEGER NOT NULL DEFAULT 0;"
            "DELETE FROM token;"
            "ALTER TABLE token ADD COLUMN used INTEGER NOT NULL DEFAULT 0"},
    {.name = "access/4", /* devices from which somebody has logged in: tries from elsewhere do not lock them out */
     .ddl = "CREATE TABLE device (hash BLOB NOT NULL, account INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (account, hash));"
            "ALTER TABLE login_try ADD COLUMN place INTEGER NOT NULL DEFAULT 0"},
    {.name = "access/5", .ddl = "ALTER TABLE account ADD COLUMN mail TEXT NOT NULL DEFAULT ''"}, /* where notices go */
};
const size_t access_migrations_n = COUNT(access_migrations);

static Org read_org(Arena *a, Cursor *c)
{
    return (Org){cursor_int(c, 0), cursor_id(c, 1), cursor_int(c, 2), str_copy(a, cursor_text(c, 3)), str_copy(a, cursor_text(c, 4)),
        str_copy(a, cursor_text(c, 5)), str_copy(a, cursor_text(c, 6))};
}

const Choice org_kinds[] = {
    {.code = {"operator", 8}, .label = TEXT("事業者・自治体など", "Operator")},
    {.code = {"hub", 3}, .label = TEXT("情報共有の中核（セプターなど）", "Hub of a sector")},
    {.code = {"ministry", 8}, .label = TEXT("所管省庁", "Ministry")},
};
const size_t org_kinds_n = COUNT(org_kinds);

static Err room_for_org(Db *db)
{
    Cursor c;
    int64_t n = 0;
    db_query(db, &c, "SELECT count(*) FROM org", NULL, 0);
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    return n < ORGS_MAX ? ERR_NONE : err_text(ERR_CONFLICT, text_of("組織は2,000までです。", "There are at most 2,000 organisations."));
}

Err org_create(Db *db, Arena *a, int64_t parent, Str name, Str kana, Str kind, Org *out)
{
    Org up = {.path = STR("/")};
    if (parent) TRY(org_get_row(db, a, parent, &up));
    if (!str_trim(name).n || str_has_control(name, false) || str_chars(name) > 200)
        return err_text(ERR_INVALID, text_of("組織の名称は1〜200文字で書いてください。", "The organisation's name has 1 to 200 characters."));
    TRY(room_for_org(db));
    Id id = id_new();
    int64_t row = 0;
    Cursor c;
    DB_QUERY(db, &c, "INSERT INTO org (id, parent, name, kana, kind, path) VALUES (?, ?, ?, ?, ?, '') RETURNING row", P_ID(id),
        parent ? P_INT(parent) : P_NULL, P_TEXT(str_trim(name)), P_TEXT(kana), P_TEXT(kind));
    if (cursor_next(&c)) row = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    TRY(DB_EXEC(db, "UPDATE org SET path = ? WHERE row = ?", P_TEXT(str_printf(a, "%.*s%lld/", STR_ARG(up.path), (long long)row)), P_INT(row)));
    return org_get_row(db, a, row, out);
}

static Err only_org(Arena *a, Cursor *c, Org *out)
{
    bool found = cursor_next(c);
    if (found) *out = read_org(a, c);
    TRY(cursor_close(c));
    return found ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

Err org_get(Db *db, Arena *a, Id id, Org *out)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT row, id, parent, name, kana, kind, path FROM org WHERE id = ?", P_ID(id));
    return only_org(a, &c, out);
}

Err org_get_row(Db *db, Arena *a, int64_t row, Org *out)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT row, id, parent, name, kana, kind, path FROM org WHERE row = ?", P_INT(row));
    return only_org(a, &c, out);
}

Err org_hold(Db *db, int64_t org)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT row FROM org WHERE row = ? FOR UPDATE", P_INT(org));
    cursor_next(&c);
    return cursor_close(&c);
}

Err org_list_after(Db *db, Arena *a, int64_t row, size_t max, Org **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Org, max + 1);
    *n = 0;
    DB_QUERY(db, &c, "SELECT row, id, parent, name, kana, kind, path FROM org WHERE row > ? ORDER BY row LIMIT ?", P_INT(row), P_INT((int64_t)max));
    while (*n < max && cursor_next(&c))
        (*out)[(*n)++] = read_org(a, &c);
    return cursor_close(&c);
}

Err org_list_below(Db *db, Arena *a, const Org *top, size_t max, Org **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Org, max + 1);
    *n = 0;
    DB_QUERY(db, &c, "SELECT row, id, parent, name, kana, kind, path FROM org WHERE substr(path, 1, length(?)) = ? AND row <> ? ORDER BY path LIMIT ?",
        P_TEXT(top->path), P_TEXT(top->path), P_INT(top->row), P_INT((int64_t)max));
    while (*n < max && cursor_next(&c))
        (*out)[(*n)++] = read_org(a, &c);
    return cursor_close(&c);
}

Err org_rename(Db *db, int64_t org, Str name, Str kana)
{
    return DB_EXEC(db, "UPDATE org SET name = ?, kana = ? WHERE row = ?", P_TEXT(name), P_TEXT(kana), P_INT(org));
}

/* Own memberships and, for those with subtree, everything below. */
Err org_list(Db *db, Arena *a, int64_t account, Org **out, size_t *n)
{
    static const char sql[] = "SELECT DISTINCT o.row, o.id, o.parent, o.name, o.kana, o.kind, o.path FROM org o, membership m, org top"
                              " WHERE m.account = ? AND m.roles <> 0 AND top.row = m.org AND (o.row = m.org OR (m.subtree = 1 AND substr(o.path, 1, length(top.path)) = top.path))"
                              " ORDER BY o.path LIMIT 2000";
    Cursor c;
    *out = arena_array(a, Org, ORGS_MAX);
    *n = 0;
    DB_QUERY(db, &c, sql, P_INT(account));
    while (*n < ORGS_MAX && cursor_next(&c))
        (*out)[(*n)++] = read_org(a, &c);
    return cursor_close(&c);
}

/* --- accounts ---------------------------------------------------------------------------------------------- */

/* No letters that look like others, whatever the width or case in which they were typed. */
bool login_fits(Str login)
{
    if (login.n < 2 || login.n > 100) return false;
    for (size_t i = 0; i < login.n; i++)
        if (!login.s[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789._-@+", login.s[i])) return false;
    return true;
}

static Err account_by_id(Db *db, Arena *a, Id id, Account *out);

Err account_create(Db *db, Arena *a, Str login, Str name, Str password, Account *out)
{
    Str folded = str_fold(a, str_trim(login));
    if (folded.n && !login_fits(folded))
        return err_text(ERR_INVALID, text_of("ログイン名は英小文字、数字、. _ - @ + の2〜100文字です。", "A login name has 2 to 100 of a-z, 0-9 and . _ - @ +."));
    Id id = id_new();
    Err e = DB_EXEC(db, "INSERT INTO account (id, login, name, kana, password, totp, totp_step, disabled, instance_admin) VALUES (?, ?, ?, '', '', NULL, 0, 0, 0)",
        P_ID(id), folded.n ? P_TEXT(folded) : P_NULL, P_TEXT(str_trim(name)));
    if (e.kind == ERR_CONFLICT) return err_text(ERR_CONFLICT, TEXT_FILL(a, "ログイン名 {0} は使われています。", "The login name {0} is taken.", folded));
    TRY(e);
    TRY(account_by_id(db, a, id, out));
    return password.n ? account_set_password(db, a, out->row, password) : ERR_NONE;
}

static Account read_account(Arena *a, Cursor *c)
{
    return (Account){.row = cursor_int(c, 0), .id = cursor_id(c, 1), .login = str_copy(a, cursor_text(c, 2)), .name = str_copy(a, cursor_text(c, 3)),
        .kana = str_copy(a, cursor_text(c, 4)), .disabled = cursor_int(c, 5) != 0, .totp = !cursor_is_null(c, 6), .roles = (Roles)cursor_int(c, 7),
        .post = str_copy(a, cursor_text(c, 8)), .subtree = cursor_int(c, 9) != 0,
        .mail = str_copy(a, cursor_text(c, 10))};
}

#define ACCOUNT_ALONE "SELECT row, id, login, name, kana, disabled, totp, CAST(0 AS bigint), '', CAST(0 AS bigint), mail FROM account"

static Err account_by_id(Db *db, Arena *a, Id id, Account *out)
{
    Cursor c;
    DB_QUERY(db, &c, ACCOUNT_ALONE " WHERE id = ?", P_ID(id));
    if (cursor_next(&c)) *out = read_account(a, &c);
    return cursor_close(&c);
}

Err account_find(Db *db, Arena *a, Str login, Account *out)
{
    Cursor c;
    DB_QUERY(db, &c, ACCOUNT_ALONE " WHERE login = ?", P_TEXT(str_fold(a, str_trim(login))));
    bool found = cursor_next(&c);
    if (found) *out = read_account(a, &c);
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_text(ERR_NOT_FOUND, text_of("その人はいません。", "No such account."));
}

#define ACCOUNT_IN                                                                                                  \
    "SELECT a.row, a.id, a.login, a.name, a.kana, a.disabled, a.totp, COALESCE(m.roles, 0), COALESCE(m.post, ''), COALESCE(m.subtree, 0), a.mail" \
    " FROM account a LEFT JOIN membership m ON m.account = a.row AND m.org = ?"

Err account_in(Db *db, Arena *a, int64_t org, int64_t row, Id id, Account *out)
{
    Cursor c;
    DB_QUERY(db, &c, ACCOUNT_IN " WHERE a.row = ? OR a.id = ?", P_INT(org), P_INT(row), P_ID(id));
    bool found = cursor_next(&c);
    if (found) *out = read_account(a, &c);
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

static Err some_accounts(Db *db, Arena *a, int64_t org, const int64_t *rows, size_t n, Account *out, size_t *out_n)
{
    Cursor c;
    Buf sql;
    Param p[ACCOUNTS_MANY + 1] = {P_INT(org)};
    buf_init(&sql, a, 1024);
    buf_addc(&sql, ACCOUNT_IN " WHERE a.row IN (");
    for (size_t i = 0; i < n; i++) {
        buf_addc(&sql, i ? ", ?" : "?");
        p[1 + i] = P_INT(rows[i]);
    }
    buf_addc(&sql, ")");
    db_query(db, &c, sql.s, p, n + 1);
    for (size_t i = 0; i < n && cursor_next(&c); i++)
        out[(*out_n)++] = read_account(a, &c);
    return cursor_close(&c);
}

Err accounts_in(Db *db, Arena *a, int64_t org, const int64_t *rows, size_t n, Account *out, size_t *out_n)
{
    *out_n = 0;
    for (size_t i = 0; i < n; i += ACCOUNTS_MANY)
        TRY(some_accounts(db, a, org, rows + i, n - i < ACCOUNTS_MANY ? n - i : ACCOUNTS_MANY, out, out_n));
    return ERR_NONE;
}

#define ACCOUNT_MEMBER                                                                                              \
    "SELECT a.row, a.id, a.login, a.name, a.kana, a.disabled, a.totp, m.roles, m.post, m.subtree, a.mail FROM account a, membership m WHERE m.account = a.row"

Err person_get(Db *db, Arena *a, int64_t org, Id id, Account *out)
{
    Cursor c;
    DB_QUERY(db, &c, ACCOUNT_MEMBER " AND m.org = ? AND a.id = ?", P_INT(org), P_ID(id));
    bool found = cursor_next(&c);
    if (found) *out = read_account(a, &c);
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

Err account_list(Db *db, Arena *a, int64_t org, Account **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Account, ORG_PEOPLE_MAX);
    *n = 0;
    DB_QUERY(db, &c, ACCOUNT_MEMBER " AND m.org = ? ORDER BY CASE WHEN a.kana = '' THEN a.name ELSE a.kana END, a.row LIMIT 10000", P_INT(org));
    while (*n < ORG_PEOPLE_MAX && cursor_next(&c))
        (*out)[(*n)++] = read_account(a, &c);
    return cursor_close(&c);
}

Err account_set_disabled(Db *db, int64_t account, bool disabled)
{
    TRY(DB_EXEC(db, "UPDATE account SET disabled = ? WHERE row = ?", P_INT(disabled), P_INT(account)));
    if (!disabled) return ERR_NONE;
    return account_shut(db, account);
}

/* Nothing that was handed out works any more. */
Err account_shut(Db *db, int64_t account)
{
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE account = ?", P_INT(account)));
    TRY(DB_EXEC(db, "DELETE FROM token WHERE account = ?", P_INT(account)));
    TRY(DB_EXEC(db, "DELETE FROM device WHERE account = ?", P_INT(account)));
    return sessions_end_all(db, account);
}

/* Where it is a member, rights or not. */
Err account_orgs(Db *db, Arena *a, int64_t account, Org **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Org, ORGS_MAX);
    *n = 0;
    DB_QUERY(db, &c, "SELECT o.row, o.id, o.parent, o.name, o.kana, o.kind, o.path FROM org o, membership m WHERE m.org = o.row AND m.account = ? ORDER BY o.row LIMIT 2000", P_INT(account));
    while (*n < ORGS_MAX && cursor_next(&c))
        (*out)[(*n)++] = read_org(a, &c);
    return cursor_close(&c);
}

Err membership_set(Db *db, int64_t account, int64_t org, Roles roles, Str post, bool subtree)
{
    TRY(DB_EXEC(db, "DELETE FROM membership WHERE account = ? AND org = ?", P_INT(account), P_INT(org)));
    return DB_EXEC(db, "INSERT INTO membership (account, org, roles, post, subtree) VALUES (?, ?, ?, ?, ?)", P_INT(account), P_INT(org), P_INT(roles), P_TEXT(post), P_INT(subtree));
}
