/*
 * login.c -- who is it: passwords (Argon2id), tries, one-time links. A wrong password, an unknown name, a disabled and a locked account get the
 * same answer after the same work. A link stands for the password, never for the code.
 */
#include "access/inside.h"

#include <sodium.h>

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 1024, DEVICES_MAX = 10 };
static const Instant TOKEN_REMEMBERED = 90LL * 24 * 3600 * 1000;

#define ARGON_MEMORY (46u << 20)
#define ARGON_PASSES 1

/* Of the password "…" of nobody: hashing it takes the time that a real one takes. */
static const char nobody[] = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

void hash32(Str secret, uint8_t out[32])
{
    crypto_generichash(out, 32, (const uint8_t *)secret.s, secret.n, NULL, 0);
}

Str new_secret(Arena *a)
{
    uint8_t bytes[32];
    random_bytes(bytes, sizeof bytes);
    return base64url_text(a, bytes, sizeof bytes);
}

/* --- passwords --------------------------------------------------------------------------------------------- */

Err password_hash(Arena *a, Str password, Str *out)
{
    static const char *const common[] = {"password1234", "123456789012", "qwertyuiop12", "passwordpassword", "kanamekaname", "administrator"};
    char hash[crypto_pwhash_STRBYTES];
    if (str_chars(password) < PASSWORD_MIN || password.n > PASSWORD_MAX || !str_is_utf8(password))
        return err_text(ERR_INVALID, text_of("パスワードは12文字以上、1024バイト以内にしてください。", "A password has at least 12 characters and at most 1024 bytes."));
    for (size_t i = 0; i < COUNT(common); i++)
        if (str_eqc(str_fold(a, password), common[i])) return err_text(ERR_INVALID, text_of("よく使われるパスワードです。別のものにしてください。", "This password is too common. Choose another."));
    if (crypto_pwhash_str_alg(hash, password.s, password.n, ARGON_PASSES, ARGON_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) return err_of(ERR_FULL);
    *out = str_copy(a, str_of(hash));
    return ERR_NONE;
}

Err account_put_password(Db *db, int64_t account, Str hash)
{
    TRY(DB_EXEC(db, "UPDATE account SET password = ? WHERE row = ?", P_TEXT(hash), P_INT(account)));
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE account = ?", P_INT(account)));
    return sessions_end_all(db, account);
}

Err account_set_password(Db *db, Arena *a, int64_t account, Str password)
{
    Str hash;
    TRY(password_hash(a, password, &hash));
    return account_put_password(db, account, hash);
}

static bool verify(Arena *a, Str stored, Str password)
{
    if (password.n > PASSWORD_MAX) password.n = 0;
    return crypto_pwhash_str_verify(str_c(a, stored), password.n ? password.s : "", password.n) == 0 && password.n;
}

Err login_check(Db *reader, Arena *a, Str login, Str password, LoginProof *out)
{
    Cursor c;
    Str compared = str_of(nobody);
    bool usable = false;
    *out = (LoginProof){.login = str_fold(a, str_trim(login))};
    DB_QUERY(reader, &c, "SELECT row, password, disabled FROM account WHERE login = ?", P_TEXT(out->login));
    if (cursor_next(&c)) {
        out->account = cursor_int(&c, 0);
        out->stored = str_copy(a, cursor_text(&c, 1));
        usable = !cursor_int(&c, 2) && out->stored.n;
        if (usable) compared = out->stored;
    }
    TRY(cursor_close(&c));
    bool same = verify(a, compared, password);
    out->right = usable && same;
    return ERR_NONE;
}

Err password_check(Db *reader, Arena *a, int64_t account, Str password, LoginProof *out)
{
    Cursor c;
    *out = (LoginProof){.account = account};
    DB_QUERY(reader, &c, "SELECT password FROM account WHERE row = ?", P_INT(account));
    if (cursor_next(&c)) out->stored = str_copy(a, cursor_text(&c, 0));
    TRY(cursor_close(&c));
    out->none = !out->stored.n;
    out->right = verify(a, out->none ? str_of(nobody) : out->stored, password);
    return ERR_NONE;
}

/* --- tries --------------------------------------------------------------------------------------------------- */

Err login_refused(void)
{
    return err_text(ERR_LOGIN, text_of("ログインできません。ログイン名、パスワード、認証コードを確かめてください。続けて失敗したときは15分待ってください。",
        "Login failed. Check name, password and code. After several failures wait 15 minutes."));
}

/* Where a try comes from: each place has its own count, so that nobody is locked out by somebody elsewhere. */
typedef enum { ANYWHERE, KNOWN_DEVICE, SESSION } Place;

static Err tries(Db *db, int64_t account, int kind, Place place, Instant now, int64_t *n)
{
    Cursor c;
    *n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM login_try WHERE account = ? AND kind = ? AND at > ? AND place = ?", P_INT(account), P_INT(kind), P_INT(now - TRY_WINDOW), P_INT(place));
    if (cursor_next(&c)) *n = cursor_int(&c, 0);
    return cursor_close(&c);
}

static Err count_try(Db *db, int64_t account, int kind, Place place, Instant now)
{
    return DB_EXEC(db, "INSERT INTO login_try (account, kind, at, place) VALUES (?, ?, ?, ?)", P_INT(account), P_INT(kind), P_INT(now), P_INT(place));
}

static Err place_of(Db *db, int64_t account, Str device, Place *out)
{
    uint8_t h[32];
    Cursor c;
    *out = ANYWHERE;
    hash32(device, h);
    DB_QUERY(db, &c, "SELECT used FROM device WHERE account = ? AND hash = ?", P_INT(account), P_HASH(h));
    if (device.n && cursor_next(&c)) *out = KNOWN_DEVICE;
    return cursor_close(&c);
}

/* The browser that has got in is known from now on; the ten latest are. */
static Err device_known(Db *db, Arena *a, int64_t account, Place place, Entrance *e)
{
    uint8_t h[32];
    if (place == KNOWN_DEVICE) {
        hash32(e->device, h);
        return DB_EXEC(db, "UPDATE device SET used = ? WHERE account = ? AND hash = ?", P_INT(e->now), P_INT(account), P_HASH(h));
    }
    e->new_device = new_secret(a);
    hash32(e->new_device, h);
    TRY(DB_EXEC(db, "DELETE FROM device WHERE account = ? AND hash NOT IN (SELECT hash FROM device WHERE account = ? ORDER BY used DESC LIMIT ?)", P_INT(account), P_INT(account),
        P_INT(DEVICES_MAX - 1)));
    return DB_EXEC(db, "INSERT INTO device (hash, account, used) VALUES (?, ?, ?)", P_HASH(h), P_INT(account), P_INT(e->now));
}

typedef struct Locked { bool usable, totp; Str stored; } Locked;

/* Counting and trying are one step, also with several writers; and what was checked before must still hold. */
static Err lock_account(Db *db, Arena *a, int64_t account, Locked *out)
{
    Cursor c;
    *out = (Locked){0};
    DB_QUERY(db, &c, "SELECT disabled, password, totp FROM account WHERE row = ? FOR UPDATE", P_INT(account));
    if (cursor_next(&c)) *out = (Locked){!cursor_int(&c, 0), !cursor_is_null(&c, 2), str_copy(a, cursor_text(&c, 1))};
    return cursor_close(&c);
}

static Err password_holds(Db *db, const LoginProof *p, const Locked *l, Place place, Instant now, bool *holds)
{
    int64_t n;
    *holds = false;
    TRY(tries(db, p->account, TRY_PASSWORD, place, now, &n));
    if (n >= PASSWORDS_MAX) return ERR_NONE;
    *holds = p->right && l->usable && str_eq(p->stored, l->stored);
    return *holds ? ERR_NONE : count_try(db, p->account, TRY_PASSWORD, place, now);
}

Err password_confirm(Db *db, Arena *a, const LoginProof *p, Instant now, bool *right)
{
    Locked l;
    TRY(lock_account(db, a, p->account, &l));
    return password_holds(db, p, &l, SESSION, now, right);
}

static Err code_wanted(void)
{
    return err_text(ERR_CODE, text_of("認証アプリの6桁のコードか、回復コードを入れてください。", "Enter the six-digit code of your authenticator, or a recovery code."));
}

static Err code_holds(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Place place, Instant now, bool *right)
{
    int64_t n;
    *right = false;
    TRY(tries(db, account, TRY_CODE, place, now, &n));
    if (n >= CODES_MAX) return ERR_NONE;
    if (!str_trim(code).n) return code_wanted();
    TRY(code_is_right(db, a, vault, account, code, now, right));
    return *right ? ERR_NONE : count_try(db, account, TRY_CODE, place, now);
}

Err code_confirm(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right)
{
    return code_holds(db, a, vault, account, code, SESSION, now, right);
}

/* --- in ------------------------------------------------------------------------------------------------------ */

static Err enter(Db *db, Arena *a, int64_t account, Place place, bool by_link, Entrance *e)
{
    TRY(device_known(db, a, account, place, e));
    return session_open(db, a, account, by_link, e->now, &e->token, &e->csrf);
}

/* The try is counted even though the login is refused: the caller commits in any case. */
Err login_finish(Db *db, Arena *a, const LoginProof *p, Entrance *e)
{
    Locked l;
    Place place;
    bool right;
    e->token = (Str){0};
    TRY(lock_account(db, a, p->account, &l));
    TRY(place_of(db, p->account, e->device, &place));
    TRY(password_holds(db, p, &l, place, e->now, &right));
    if (right && l.totp) TRY(code_holds(db, a, e->vault, p->account, e->code, place, e->now, &right));
    return right ? enter(db, a, p->account, place, false, e) : ERR_NONE;
}

Err login_link_create(Db *db, Arena *a, int64_t account, Instant now, Str *secret)
{
    uint8_t h[32];
    *secret = new_secret(a);
    hash32(*secret, h);
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE account = ?", P_INT(account)));
    return DB_EXEC(db, "INSERT INTO login_link (hash, account, expires) VALUES (?, ?, ?)", P_HASH(h), P_INT(account), P_INT(now + LOGIN_LINK_LIFE));
}

static Err link_dead(void)
{
    return err_text(ERR_LOGIN, text_of("このリンクは使用済みか、期限切れです。", "This link was used or has expired."));
}

static Err link_account(Db *db, const uint8_t h[32], Instant now, int64_t *account)
{
    Cursor c;
    *account = 0;
    DB_QUERY(db, &c, "SELECT account FROM login_link WHERE hash = ? AND expires >= ?", P_HASH(h), P_INT(now));
    if (cursor_next(&c)) *account = cursor_int(&c, 0);
    return cursor_close(&c);
}

/* Used up only by getting in: one that lacks the code may try again. */
Err login_link_use(Db *db, Arena *a, Str secret, Entrance *e)
{
    uint8_t h[32];
    int64_t account, used = 0;
    Locked l;
    Place place;
    bool right = true;
    e->token = (Str){0};
    hash32(secret, h);
    TRY(link_account(db, h, e->now, &account));
    TRY(lock_account(db, a, account, &l));
    if (!l.usable) return link_dead();
    TRY(place_of(db, account, e->device, &place));
    if (l.totp) TRY(code_holds(db, a, e->vault, account, e->code, place, e->now, &right));
    if (!right) return ERR_NONE;
    TRY(db_exec(db, "DELETE FROM login_link WHERE hash = ?", (Param[]){P_HASH(h)}, 1, &used));
    return used ? enter(db, a, account, place, true, e) : link_dead();
}

Err access_sweep(Db *db, Instant now)
{
    TRY(DB_EXEC(db, "DELETE FROM session WHERE used <= ? OR created <= ?", P_INT(now - SESSION_IDLE), P_INT(now - SESSION_LONGEST)));
    TRY(DB_EXEC(db, "DELETE FROM login_link WHERE expires <= ?", P_INT(now)));
    TRY(DB_EXEC(db, "DELETE FROM login_try WHERE at <= ?", P_INT(now - TRY_WINDOW)));
    return DB_EXEC(db, "DELETE FROM token WHERE expires <= ?", P_INT(now - TOKEN_REMEMBERED));
}
