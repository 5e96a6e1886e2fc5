/* session.c -- sessions of browsers, and the principal behind a request: who, in which organisation, with what rights. */
#include "access/inside.h"

enum { SESSIONS_MAX = 20 };
static const Instant DAY_MS = 24LL * 3600 * 1000, SESSION_NOTED = 60LL * 1000, TOKEN_NOTED = 3600LL * 1000;

/* --- sessions ------------------------------------------------------------------------------------------------ */

Err session_open(Db *db, Arena *a, int64_t account, bool by_link, Instant now, Str *token, Str *csrf)
{
    uint8_t h[32];
    *token = new_secret(a);
    *csrf = new_secret(a);
    hash32(*token, h);
    Id id = id_new();
    TRY(DB_EXEC(db, "DELETE FROM session WHERE account = ? AND hash NOT IN (SELECT hash FROM session WHERE account = ? ORDER BY used DESC LIMIT ?)", P_INT(account), P_INT(account),
        P_INT(SESSIONS_MAX - 1)));
    return DB_EXEC(db, "INSERT INTO session (hash, id, account, csrf, created, used, by_link) VALUES (?, ?, ?, ?, ?, ?, ?)", P_HASH(h), P_ID(id), P_INT(account), P_TEXT(*csrf),
        P_INT(now), P_INT(now), P_INT(by_link));
}

/* After a change that ended all sessions: a new one for whom it was, with the CSRF token that the page already has. */
Err session_renew(Db *db, Arena *a, const Principal *p, Instant now, Str *token)
{
    Str csrf;
    TRY(session_open(db, a, p->account, false, now, token, &csrf));
    return DB_EXEC(db, "UPDATE session SET csrf = ? WHERE csrf = ? AND account = ?", P_TEXT(p->csrf), P_TEXT(csrf), P_INT(p->account));
}

Err session_end(Db *db, Id session)
{
    return DB_EXEC(db, "DELETE FROM session WHERE id = ?", P_ID(session));
}

Err sessions_end_all(Db *db, int64_t account)
{
    return DB_EXEC(db, "DELETE FROM session WHERE account = ?", P_INT(account));
}

Err access_after_restore(Db *db)
{
    TRY(db_exec(db, "DELETE FROM session", NULL, 0, NULL));
    return db_exec(db, "DELETE FROM login_link", NULL, 0, NULL);
}

/* --- principals ---------------------------------------------------------------------------------------------- */

static Err read_person(Db *db, Arena *a, Principal *p)
{
    Cursor c;
    bool found = false;
    DB_QUERY(db, &c, "SELECT id, login, name, instance_admin, disabled FROM account WHERE row = ?", P_INT(p->account));
    if (cursor_next(&c)) {
        p->account_id = cursor_id(&c, 0), p->login = str_copy(a, cursor_text(&c, 1)), p->name = str_copy(a, cursor_text(&c, 2));
        p->instance_admin = cursor_int(&c, 3) != 0;
        found = !cursor_int(&c, 4);
    }
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_of(ERR_LOGIN);
}

/* Rights in the organisation itself and those that come down the tree. */
Err principal_in(Db *db, Arena *a, const Org *org, Principal *p)
{
    Cursor c;
    p->org = *org;
    Roles roles = 0;
    p->below = 0;
    DB_QUERY(db, &c, "SELECT m.roles, m.post, m.org, m.subtree FROM membership m, org top WHERE m.account = ? AND top.row = m.org"
                     " AND (m.org = ? OR (m.subtree = 1 AND substr(?, 1, length(top.path)) = top.path))",
        P_INT(p->account), P_INT(p->org.row), P_TEXT(p->org.path));
    while (cursor_next(&c)) {
        roles |= (Roles)cursor_int(&c, 0);
        if (cursor_int(&c, 3)) p->below |= (Roles)cursor_int(&c, 0);
        if (cursor_int(&c, 2) == p->org.row) p->post = str_copy(a, cursor_text(&c, 1));
    }
    TRY(cursor_close(&c));
    p->roles = roles;
    return ERR_NONE;
}

static Err read_roles(Db *db, Arena *a, const Id *org, Roles scope, Principal *p)
{
    Org there = {0};
    if (!org) return ERR_NONE;
    Err e = org_get(db, a, *org, &there);
    if (e.kind && e.kind != ERR_NOT_FOUND) return e;
    TRY(principal_in(db, a, &there, p));
    p->roles &= scope, p->below &= scope;
    return p->roles && p->org.row ? ERR_NONE : err_text(ERR_NOT_FOUND, text_of("見つかりません。", "Not found."));
}

/* A clock that went back more than a day ends sessions: none lives longer than it was meant to. */
Err principal_from_session(Db *db, Arena *a, Str token, const Id *org, Instant now, Principal *out)
{
    uint8_t h[32];
    Cursor c;
    *out = (Principal){0};
    hash32(token, h);
    DB_QUERY(db, &c, "SELECT account, id, csrf, used, by_link FROM session WHERE hash = ? AND used > ? AND created > ? AND created <= ?", P_HASH(h), P_INT(now - SESSION_IDLE),
        P_INT(now - SESSION_LONGEST), P_INT(now + DAY_MS));
    if (cursor_next(&c)) {
        out->account = cursor_int(&c, 0), out->session = cursor_id(&c, 1), out->csrf = str_copy(a, cursor_text(&c, 2));
        out->seen = cursor_int(&c, 3), out->by_link = cursor_int(&c, 4) != 0;
    }
    TRY(cursor_close(&c));
    if (!out->account) return err_of(ERR_LOGIN);
    TRY(read_person(db, a, out));
    return read_roles(db, a, org, ROLES_ALL, out);
}

Err principal_from_token(Db *db, Arena *a, Str token, const Id *org, Instant now, Principal *out)
{
    uint8_t h[32];
    Cursor c;
    Roles scope = 0;
    *out = (Principal){.token = true};
    if (!token_well_formed(a, token)) return err_of(ERR_LOGIN);
    hash32(token, h);
    DB_QUERY(db, &c, "SELECT account, roles, read_only, id, used FROM token WHERE hash = ? AND expires > ?", P_HASH(h), P_INT(now));
    if (cursor_next(&c)) {
        out->account = cursor_int(&c, 0), scope = (Roles)cursor_int(&c, 1), out->read_only = cursor_int(&c, 2) != 0;
        out->session = cursor_id(&c, 3), out->seen = cursor_int(&c, 4);
    }
    TRY(cursor_close(&c));
    if (!out->account) return err_of(ERR_LOGIN);
    TRY(read_person(db, a, out));
    out->instance_admin = false; /* never through a token */
    return read_roles(db, a, org, scope, out);
}

bool principal_unnoted(const Principal *p, Instant now)
{
    return p->account && now - p->seen > (p->token ? TOKEN_NOTED : SESSION_NOTED);
}

Err principal_note(Db *db, bool token, Id session, Instant now)
{
    if (token) return DB_EXEC(db, "UPDATE token SET used = ? WHERE id = ? AND used < ?", P_INT(now), P_ID(session), P_INT(now - TOKEN_NOTED));
    return DB_EXEC(db, "UPDATE session SET used = ? WHERE id = ? AND used < ?", P_INT(now), P_ID(session), P_INT(now - SESSION_NOTED));
}
