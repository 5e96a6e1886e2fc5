/*
 * second.c -- the second factor: one-time codes of an authenticator (RFC 6238) and recovery codes. The secret of an authenticator is sealed with
 * a key that is not in the database (Vault); recovery codes are kept as hashes. A code is good once.
 */
#include "access/inside.h"

#include <liboath/oath.h>
#include <sodium.h>

enum { TOTP_STEP = 30, SECRET = 20, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES, SEALED = NONCE + SECRET + TAG };
static const Instant ENROL = 30LL * 60 * 1000;

/* --- the sealed secret ---------------------------------------------------------------------------------------- */

/* Bound to its account: moved to another row it opens no longer. */
static Str seal(Arena *a, const Vault *vault, int64_t account, const uint8_t secret[SECRET])
{
    uint8_t *out = arena_array(a, uint8_t, SEALED);
    random_bytes(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, secret, SECRET, (const uint8_t *)&account, sizeof account, NULL, out, vault->key);
    return (Str){(const char *)out, SEALED};
}

static bool unseal(const Vault *vault, int64_t account, Str sealed, uint8_t secret[SECRET])
{
    const uint8_t *in = (const uint8_t *)sealed.s;
    return sealed.n == SEALED &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, in + NONCE, SECRET + TAG, (const uint8_t *)&account, sizeof account, in, vault->key) == 0;
}

/* --- codes ---------------------------------------------------------------------------------------------------- */

/* The step of a right code after `last` (one step of clock difference each way), or 0. */
static int64_t code_step(const uint8_t secret[SECRET], Str code, Instant now, int64_t last)
{
    char expected[8];
    for (int64_t step = now / 1000 / TOTP_STEP - 1, end = step + 2; step <= end; step++) {
        if (step <= last) continue;
        if (oath_hotp_generate((const char *)secret, SECRET, (uint64_t)step, 6, false, OATH_HOTP_DYNAMIC_TRUNCATION, expected) != OATH_OK) return 0;
        if (sodium_memcmp(expected, code.s, 6) == 0) return step;
    }
    return 0;
}

static int64_t sealed_step(const Vault *vault, int64_t account, Str sealed, Str code, Instant now, int64_t last)
{
    uint8_t secret[SECRET];
    int64_t step = unseal(vault, account, sealed, secret) ? code_step(secret, code, now, last) : 0;
    sodium_memzero(secret, sizeof secret);
    return step;
}

static Err totp_is_right(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right)
{
    Cursor c;
    Str sealed = {0};
    int64_t last = 0;
    DB_QUERY(db, &c, "SELECT totp, totp_step FROM account WHERE row = ? FOR UPDATE", P_INT(account));
    if (cursor_next(&c)) sealed = str_copy(a, cursor_blob(&c, 0)), last = cursor_int(&c, 1);
    TRY(cursor_close(&c));
    int64_t step = sealed_step(vault, account, sealed, code, now, last);
    *right = step > 0;
    return *right ? DB_EXEC(db, "UPDATE account SET totp_step = ? WHERE row = ?", P_INT(step), P_INT(account)) : ERR_NONE;
}

/* --- recovery codes ------------------------------------------------------------------------------------------- */

enum { RECOVERY_CHARS = 16 }; /* 80 bits */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* none that is taken for another */

static Str recovery_new(Arena *a)
{
    uint8_t bytes[RECOVERY_CHARS];
    Buf b;
    random_bytes(bytes, sizeof bytes);
    buf_init(&b, a, RECOVERY_CHARS + 4);
    for (size_t i = 0; i < RECOVERY_CHARS; i++) {
        if (i && i % 4 == 0) buf_byte(&b, '-');
        buf_byte(&b, letters[bytes[i] & 31]);
    }
    return buf_str(&b);
}

/* As people copy it from paper: any width and case, with or without the dashes; o for 0, i and l for 1. */
static Str plain_code(Arena *a, Str code)
{
    Buf b;
    Str s = str_fold(a, code);
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.s[i] == 'o' ? '0' : s.s[i] == 'i' || s.s[i] == 'l' ? '1' : s.s[i];
        if (ch != '-' && ch != ' ') buf_byte(&b, ch);
    }
    return buf_str(&b);
}

static void recovery_hash(int64_t account, Str plain, uint8_t out[32])
{
    crypto_generichash_state s;
    crypto_generichash_init(&s, NULL, 0, 32);
    crypto_generichash_update(&s, (const uint8_t *)&account, sizeof account);
    crypto_generichash_update(&s, (const uint8_t *)plain.s, plain.n);
    crypto_generichash_final(&s, out, 32);
}

static Err recovery_is_right(Db *db, int64_t account, Str plain, bool *right)
{
    uint8_t h[32];
    int64_t used = 0;
    recovery_hash(account, plain, h);
    TRY(db_exec(db, "DELETE FROM recovery_code WHERE hash = ? AND account = ?", (Param[]){P_HASH(h), P_INT(account)}, 2, &used));
    *right = used == 1;
    return ERR_NONE;
}

static Err recovery_renew(Db *db, Arena *a, int64_t account, Str codes[RECOVERY_CODES])
{
    uint8_t h[32];
    TRY(DB_EXEC(db, "DELETE FROM recovery_code WHERE account = ?", P_INT(account)));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        codes[i] = recovery_new(a);
        recovery_hash(account, plain_code(a, codes[i]), h);
        TRY(DB_EXEC(db, "INSERT INTO recovery_code (hash, account) VALUES (?, ?)", P_HASH(h), P_INT(account)));
    }
    return ERR_NONE;
}

Err recovery_left(Db *db, int64_t account, int64_t *n)
{
    Cursor c;
    *n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM recovery_code WHERE account = ?", P_INT(account));
    if (cursor_next(&c)) *n = cursor_int(&c, 0);
    return cursor_close(&c);
}

Err code_is_right(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right)
{
    Str plain = plain_code(a, code);
    *right = false;
    if (plain.n == 6) return totp_is_right(db, a, vault, account, plain, now, right);
    return plain.n == RECOVERY_CHARS ? recovery_is_right(db, account, plain, right) : ERR_NONE;
}

/* --- enrolment ------------------------------------------------------------------------------------------------ */

static Err is_active(void)
{
    return err_text(ERR_CONFLICT, text_of("認証アプリは登録済みです。替えるときは、先に登録を外してください。", "An authenticator is enrolled already. To change it, remove it first."));
}

/* RFC 4648, as authenticators take it; 20 bytes need no padding. */
static Str base32(Arena *a, const uint8_t secret[SECRET])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    Buf b;
    uint32_t bits = 0;
    int held = 0;
    buf_init(&b, a, SECRET * 8 / 5);
    for (size_t i = 0; i < SECRET; i++) {
        bits = bits << 8 | secret[i];
        for (held += 8; held >= 5; held -= 5)
            buf_byte(&b, digits[bits >> (held - 5) & 31]);
    }
    return buf_str(&b);
}

Err totp_begin(Db *db, Arena *a, const Vault *vault, int64_t account, Instant now, Str *secret)
{
    uint8_t bytes[SECRET];
    int64_t changed = 0;
    random_bytes(bytes, sizeof bytes);
    Str sealed = seal(a, vault, account, bytes);
    TRY(db_exec(db, "UPDATE account SET totp_new = ?, totp_new_at = ? WHERE row = ? AND totp IS NULL", (Param[]){P_BLOB(sealed), P_INT(now), P_INT(account)}, 3, &changed));
    if (!changed) return is_active();
    *secret = base32(a, bytes);
    sodium_memzero(bytes, sizeof bytes);
    return ERR_NONE;
}

static Err pending(Db *db, Arena *a, int64_t account, Instant now, Str *sealed)
{
    Cursor c;
    bool active = false;
    *sealed = (Str){0};
    DB_QUERY(db, &c, "SELECT totp, totp_new, totp_new_at FROM account WHERE row = ? FOR UPDATE", P_INT(account));
    if (cursor_next(&c)) {
        active = !cursor_is_null(&c, 0);
        if (cursor_int(&c, 2) > now - ENROL) *sealed = str_copy(a, cursor_blob(&c, 1));
    }
    TRY(cursor_close(&c));
    if (active) return is_active();
    return sealed->n ? ERR_NONE : err_text(ERR_CONFLICT, text_of("登録をはじめから行ってください（30分以内に確かめます）。", "Begin the enrolment again (it is confirmed within 30 minutes)."));
}

/* The code that confirms is used up: it does not log in as well. */
Err totp_confirm(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right, Str codes[RECOVERY_CODES])
{
    Str sealed, plain = plain_code(a, code);
    TRY(pending(db, a, account, now, &sealed));
    int64_t step = plain.n == 6 ? sealed_step(vault, account, sealed, plain, now, 0) : 0;
    *right = step > 0;
    if (!*right) return ERR_NONE;
    TRY(DB_EXEC(db, "UPDATE account SET totp = ?, totp_step = ?, totp_new = NULL WHERE row = ?", P_BLOB(sealed), P_INT(step), P_INT(account)));
    TRY(recovery_renew(db, a, account, codes));
    return sessions_end_all(db, account);
}

Err totp_reset(Db *db, int64_t account)
{
    TRY(DB_EXEC(db, "UPDATE account SET totp = NULL, totp_new = NULL, totp_step = 0 WHERE row = ?", P_INT(account)));
    TRY(DB_EXEC(db, "DELETE FROM recovery_code WHERE account = ?", P_INT(account)));
    return sessions_end_all(db, account);
}
