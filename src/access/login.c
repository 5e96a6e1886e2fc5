/*
 * login.c -- who is it: passwords (Argon2id), one-time codes, sessions, tokens, links. Secrets are kept as hashes only.
 * A wrong password, an unknown name, a disabled and a locked account get the same answer after the same work.
 */
#include "access/access.h"

#include <liboath/oath.h>
#include <sodium.h>

enum { TRY_PASSWORD = 1, TRY_CODE = 2, PASSWORDS_MAX = 10, CODES_MAX = 5, PASSWORD_MIN = 12, PASSWORD_MAX = 1024 };
static const Instant TRY_WINDOW = 15LL * 60 * 1000, SESSION_IDLE = 8LL * 3600 * 1000, SESSION_LONGEST = 7LL * 24 * 3600 * 1000,
    TOKEN_REMEMBERED = 90LL * 24 * 3600 * 1000;

#define ARGON_MEMORY (46u << 20)
#define ARGON_PASSES 1

/* Of the password "…" of nobody: hashing it takes the time that a real one takes. */
static const char nobody[] = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void hash32(Str secret, uint8_t out[32])
{
    crypto_generichash(out, 32, (const uint8_t *)secret.s, secret.n, NULL, 0);
}

#define P_HASH(h) P_BLOB(((Str){(const char *)(h), 32}))

static Str new_secret(Arena *a)
{
    uint8_t bytes[32];
    random_bytes(bytes, sizeof bytes);
    return base64url_text(a, bytes, sizeof bytes);
}

/* --- passwords --------------------------------------------------------------------------------------------- */

Err account_set_password(Db *db, Arena *a, int64_t account, Str password)
{
    static const char *const common[] = {"password1234", "123456789012", "qwertyuiop12", "passwordpassword", "kanamekaname", "administrator"};
    char hash[crypto_pwhash_STRBYTES];
    if (str_chars(password) < PASSWORD_MIN || password.n > PASSWORD_MAX || !str_is_utf8(password))
        return err_text(ERR_INVALID, text_of("パスワードは12文字以上、1024バイト以内にしてください。", "A password has at least 12 characters and at most 1024 bytes."));
    for (size_t i = 0; i < COUNT(common); i++)
        if (str_eqc(str_fold(a, password), common[i])) return err_text(ERR_INVALID, text_of("よく使われるパスワードです。別のものにしてください。", "This password is too common. Choose another."));
    if (crypto_pwhash_str_alg(hash, password.s, password.n, ARGON_PASSES, ARGON_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) return err_of(ERR_FULL);
    TRY(DB_EXEC(db, "UPDATE account SET password = ? WHERE row = ?", P_TEXT(str_of(hash)), P_INT(account)));
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE account = ?", P_INT(account)));
    return sessions_end_all(db, account);
}

/* True also when the account has no password yet. */
Err account_password_is(Db *db, Arena *a, int64_t account, Str password, bool *right)
{
    Cursor c;
    Str stored = {0};
    DB_QUERY(db, &c, "SELECT password FROM account WHERE row = ?", P_INT(account));
    if (cursor_next(&c)) stored = str_copy(a, cursor_text(&c, 0));
    TRY(cursor_close(&c));
    *right = !stored.n || (password.n && password.n <= PASSWORD_MAX && crypto_pwhash_str_verify(str_c(a, stored), password.s, password.n) == 0);
    return ERR_NONE;
}

Err login_check(Db *reader, Arena *a, Str login, Str password, LoginProof *out)
{
    Cursor c;
    Str stored = str_of(nobody);
    bool usable = false;
    *out = (LoginProof){.login = str_fold(a, str_trim(login))};
    DB_QUERY(reader, &c, "SELECT row, password, disabled, totp FROM account WHERE login = ?", P_TEXT(out->login));
    if (cursor_next(&c)) {
        out->account = cursor_int(&c, 0);
        usable = !cursor_int(&c, 2) && cursor_text(&c, 1).n;
        if (usable) stored = str_copy(a, cursor_text(&c, 1));
        out->needs_totp = !cursor_is_null(&c, 3);
    }
    TRY(cursor_close(&c));
    if (password.n > PASSWORD_MAX) password.n = 0;
    bool same = crypto_pwhash_str_verify(str_c(a, stored), password.n ? password.s : "", password.n) == 0;
    out->right = usable && same && password.n;
    return ERR_NONE;
}

static Err refused(void)
{
    return err_text(ERR_LOGIN, text_of("ログインできません。ログイン名、パスワード、認証コードを確かめてください。続けて失敗したときは15分待ってください。",
        "Login failed. Check name, password and code. After several failures wait 15 minutes."));
}

static Err tries(Db *db, int64_t account, int kind, Instant now, int64_t *n)
{
    Cursor c;
    *n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM login_try WHERE account = ? AND kind = ? AND at > ?", P_INT(account), P_INT(kind), P_INT(now - TRY_WINDOW));
    if (cursor_next(&c)) *n = cursor_int(&c, 0);
    return cursor_close(&c);
}

static Err count_try(Db *db, int64_t account, int kind, Instant now)
{
    TRY(DB_EXEC(db, "DELETE FROM login_try WHERE at <= ?", P_INT(now - TRY_WINDOW)));
    return DB_EXEC(db, "INSERT INTO login_try (account, kind, at) VALUES (?, ?, ?)", P_INT(account), P_INT(kind), P_INT(now));
}

/* --- one-time codes ------------------------------------------------------------------------------------------ */

enum { TOTP_STEP = 30 };

/* The step of a right code that was not used before (RFC 6238; one step of clock difference each way), or 0. */
static int64_t code_step(Str secret, Str code, Instant now, int64_t last)
{
    char expected[8];
    if (code.n != 6) return 0;
    for (int64_t step = now / 1000 / TOTP_STEP - 1, end = step + 2; step <= end; step++) {
        if (step <= last) continue;
        if (oath_hotp_generate(secret.s, secret.n, (uint64_t)step, 6, false, OATH_HOTP_DYNAMIC_TRUNCATION, expected) != OATH_OK) return 0;
        if (sodium_memcmp(expected, code.s, 6) == 0) return step;
    }
    return 0;
}

static Err check_code(Db *db, Arena *a, int64_t account, Str code, Instant now, bool *right)
{
    Cursor c;
    Str secret = {0};
    int64_t last = 0, step;
    DB_QUERY(db, &c, "SELECT totp, totp_step FROM account WHERE row = ? FOR UPDATE", P_INT(account));
    if (cursor_next(&c)) secret = str_copy(a, cursor_blob(&c, 0)), last = cursor_int(&c, 1);
    TRY(cursor_close(&c));
    step = code_step(secret, code, now, last);
    *right = step > 0;
    return *right ? DB_EXEC(db, "UPDATE account SET totp_step = ? WHERE row = ?", P_INT(step), P_INT(account)) : ERR_NONE;
}

/* --- sessions ------------------------------------------------------------------------------------------------ */

static Err session_open(Db *db, Arena *a, int64_t account, Instant now, Str *token, Str *csrf)
{
    uint8_t h[32];
    *token = new_secret(a);
    *csrf = new_secret(a);
    hash32(*token, h);
    Id id = id_new();
    TRY(DB_EXEC(db, "DELETE FROM session WHERE created < ?", P_INT(now - SESSION_LONGEST)));
    return DB_EXEC(db, "INSERT INTO session (hash, id, account, csrf, created, used) VALUES (?, ?, ?, ?, ?, ?)", P_HASH(h), P_ID(id), P_INT(account), P_TEXT(*csrf), P_INT(now), P_INT(now));
}

/* Counting and trying are one step, also with several writers. */
static Err lock_account(Db *db, int64_t account)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT row FROM account WHERE row = ? FOR UPDATE", P_INT(account));
    cursor_next(&c);
    return cursor_close(&c);
}

/* After a change of password: a new session for the one who made it, with the CSRF token that the page already has. */
Err session_renew(Db *db, Arena *a, const Principal *p, Instant now, Str *token)
{
    Str csrf;
    TRY(session_open(db, a, p->account, now, token, &csrf));
    return DB_EXEC(db, "UPDATE session SET csrf = ? WHERE csrf = ? AND account = ?", P_TEXT(p->csrf), P_TEXT(csrf), P_INT(p->account));
}

/* The try is counted even though the answer is an error: the caller commits in any case (*counted says that there is something). */
Err login_finish(Db *db, Arena *a, const LoginProof *p, Str code, Str peer, Instant now, Str *token, Str *csrf)
{
    int64_t passwords, codes;
    bool code_right = true;
    UNUSED(peer);
    *token = (Str){0};
    TRY(lock_account(db, p->account));
    TRY(tries(db, p->account, TRY_PASSWORD, now, &passwords));
    TRY(tries(db, p->account, TRY_CODE, now, &codes));
    if (passwords >= PASSWORDS_MAX || codes >= CODES_MAX) return ERR_NONE;
    if (!p->right) return count_try(db, p->account, TRY_PASSWORD, now);
    if (p->needs_totp && !code.n) return err_text(ERR_LOGIN, text_of("認証アプリの6桁のコードも入れてください。", "Enter the six-digit code of your authenticator as well."));
    if (p->needs_totp) TRY(check_code(db, a, p->account, code, now, &code_right));
    if (!code_right) return count_try(db, p->account, TRY_CODE, now);
    return session_open(db, a, p->account, now, token, csrf);
}

Err login_refused(void)
{
    return refused();
}

Err login_link_create(Db *db, Arena *a, int64_t account, Instant now, Str *secret)
{
    uint8_t h[32];
    *secret = new_secret(a);
    hash32(*secret, h);
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE account = ? OR expires < ?", P_INT(account), P_INT(now)));
    return DB_EXEC(db, "INSERT INTO login_link (hash, account, expires) VALUES (?, ?, ?)", P_HASH(h), P_INT(account), P_INT(now + LOGIN_LINK_LIFE));
}

Err login_link_use(Db *db, Arena *a, Str secret, Instant now, Str *token, Str *csrf)
{
    uint8_t h[32];
    int64_t account = 0;
    Cursor c;
    hash32(secret, h);
    DB_QUERY(db, &c, "DELETE FROM login_link WHERE hash = ? AND expires >= ? RETURNING account", P_HASH(h), P_INT(now));
    if (cursor_next(&c)) account = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    if (!account) return err_text(ERR_LOGIN, text_of("このリンクは使用済みか、期限切れです。", "This link was used or has expired."));
    return session_open(db, a, account, now, token, csrf);
}

Err session_end(Db *db, Id session)
{
    return DB_EXEC(db, "DELETE FROM session WHERE id = ?", P_ID(session));
}

Err access_sweep(Db *db, Instant now)
{
    TRY(DB_EXEC(db, "DELETE FROM session WHERE used <= ? OR created <= ?", P_INT(now - SESSION_IDLE), P_INT(now - SESSION_LONGEST)));
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE expires <= ?", P_INT(now)));
    TRY(DB_EXEC(db, "DELETE FROM login_try WHERE at <= ?", P_INT(now - TRY_WINDOW)));
    return DB_EXEC(db, "DELETE FROM token WHERE expires <= ?", P_INT(now - TOKEN_REMEMBERED));
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

/* --- tokens -------------------------------------------------------------------------------------------------- */

static Err roles_anywhere(Db *db, int64_t account, Roles *out)
{
    Cursor c;
    *out = 0;
    DB_QUERY(db, &c, "SELECT roles FROM membership WHERE account = ?", P_INT(account));
    while (cursor_next(&c))
        *out |= (Roles)cursor_int(&c, 0);
    return cursor_close(&c);
}

/* A token for a role that its account has nowhere would be a token without that right, silently. */
static Err check_scope(Db *db, Arena *a, int64_t account, Roles roles)
{
    Roles has;
    TRY(roles_anywhere(db, account, &has));
    for (int i = 0; i < ROLES; i++)
        if (roles & ~has & ROLE_BIT(i))
            return err_text(ERR_INVALID, TEXT_FILL(a, "この人は役割「{0}」を持っていないので、その鍵は作れません。", "The account does not have the role {0}, so a token cannot have it.", role_rows[i].code));
    return ERR_NONE;
}

Err token_create(Db *db, Arena *a, int64_t account, Str label, Roles roles, bool read_only, Instant expires, Str *secret)
{
    uint8_t h[32];
    TRY(check_scope(db, a, account, roles));
    *secret = str_join(a, STR("kn_"), new_secret(a), STR(""));
    hash32(*secret, h);
    Id id = id_new();
    return DB_EXEC(db, "INSERT INTO token (hash, id, account, label, roles, read_only, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", P_HASH(h), P_ID(id),
        P_INT(account), P_TEXT(label), P_INT(roles ? roles : ROLES_ALL), P_INT(read_only), P_INT(now_utc()), P_INT(expires));
}

Err token_list(Db *db, Arena *a, int64_t account, Token **out, size_t *n)
{
    enum { TOKENS_MAX = 200 };
    Cursor c;
    *out = arena_array(a, Token, TOKENS_MAX);
    *n = 0;
    DB_QUERY(db, &c, "SELECT id, label, roles, read_only, created, expires FROM token WHERE account = ? ORDER BY created DESC LIMIT 200", P_INT(account));
    while (*n < TOKENS_MAX && cursor_next(&c))
        (*out)[(*n)++] = (Token){cursor_id(&c, 0), str_copy(a, cursor_text(&c, 1)), (Roles)cursor_int(&c, 2), cursor_int(&c, 3) != 0, cursor_int(&c, 4), cursor_int(&c, 5), 0};
    return cursor_close(&c);
}

Err token_remove(Db *db, int64_t account, Id id)
{
    int64_t changed = 0;
    TRY(db_exec(db, "DELETE FROM token WHERE account = ? AND id = ?", (Param[]){P_INT(account), P_ID(id)}, 2, &changed));
    return changed ? ERR_NONE : err_of(ERR_NOT_FOUND);
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

Err principal_from_session(Db *db, Arena *a, Str token, const Id *org, Instant now, Principal *out)
{
    uint8_t h[32];
    Cursor c;
    *out = (Principal){0};
    hash32(token, h);
    DB_QUERY(db, &c, "SELECT account, id, csrf FROM session WHERE hash = ? AND used > ? AND created > ?", P_HASH(h), P_INT(now - SESSION_IDLE), P_INT(now - SESSION_LONGEST));
    if (cursor_next(&c)) out->account = cursor_int(&c, 0), out->session = cursor_id(&c, 1), out->csrf = str_copy(a, cursor_text(&c, 2));
    TRY(cursor_close(&c));
    if (!out->account) return err_of(ERR_LOGIN);
    TRY(read_person(db, a, out));
    return read_roles(db, a, org, ROLES_ALL, out);
}

Err session_touch(Db *db, Id session, Instant now)
{
    return DB_EXEC(db, "UPDATE session SET used = ? WHERE id = ? AND used < ?", P_INT(now), P_ID(session), P_INT(now));
}

Err principal_from_token(Db *db, Arena *a, Str token, const Id *org, Instant now, Principal *out)
{
    uint8_t h[32];
    Cursor c;
    Roles scope = 0;
    *out = (Principal){.token = true};
    hash32(token, h);
    DB_QUERY(db, &c, "SELECT account, roles, read_only FROM token WHERE hash = ? AND expires > ?", P_HASH(h), P_INT(now));
    if (cursor_next(&c)) out->account = cursor_int(&c, 0), scope = (Roles)cursor_int(&c, 1), out->read_only = cursor_int(&c, 2) != 0;
    TRY(cursor_close(&c));
    if (!out->account) return err_of(ERR_LOGIN);
    TRY(read_person(db, a, out));
    out->instance_admin = false; /* never through a token */
    return read_roles(db, a, org, scope, out);
}
