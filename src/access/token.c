/*
 * token.c -- API tokens: kn_, 48 hexadecimal digits, and 8 more that are the beginning of the SHA-256 of what stands before them. So a typing
 * mistake is refused, and a leaked token found by a scanner, without asking the database.
 */
#include "access/inside.h"

#include <sodium.h>

enum { PREFIX = 3, RANDOM = 24, CHECK = 4, BEFORE_CHECK = PREFIX + 2 * RANDOM, WHOLE = BEFORE_CHECK + 2 * CHECK };

static Str check_of(Arena *a, Str before)
{
    uint8_t h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const uint8_t *)before.s, before.n);
    return hex_text(a, h, CHECK);
}

static Str token_new(Arena *a)
{
    uint8_t bytes[RANDOM];
    random_bytes(bytes, sizeof bytes);
    Str before = str_join(a, STR("kn_"), hex_text(a, bytes, sizeof bytes), STR(""));
    return str_join(a, before, check_of(a, before), STR(""));
}

bool token_well_formed(Arena *a, Str token)
{
    if (token.n != WHOLE || !str_starts(token, STR("kn_"))) return false;
    return str_eq(check_of(a, str_slice(token, 0, BEFORE_CHECK)), str_slice(token, BEFORE_CHECK, WHOLE));
}

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
Err token_scope(Db *db, Arena *a, int64_t account, Roles roles, Mistakes *m)
{
    Roles has;
    TRY(roles_anywhere(db, account, &has));
    for (int i = 0; i < ROLES; i++)
        if (roles & ~has & ROLE_BIT(i))
            mistake_add(m, STR("roles"), "forbidden", TEXT_FILL(a, "この人は役割「{0}」を持っていないので、その鍵は作れません。", "The account does not have the role {0}, so a token cannot have it.", role_rows[i].code));
    return ERR_NONE;
}

static Err room_for_token(Db *db, int64_t account, Instant now)
{
    Cursor c;
    int64_t n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM token WHERE account = ? AND expires > ?", P_INT(account), P_INT(now));
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    return n < TOKENS_MAX ? ERR_NONE : err_text(ERR_CONFLICT, text_of("鍵は一人50個までです。使わない鍵を消してください。", "An account has at most 50 tokens. Remove those that are not used."));
}

Err token_create(Db *db, Arena *a, int64_t account, Str label, Roles roles, bool read_only, Instant expires, Str *secret, Id *id)
{
    uint8_t h[32];
    Instant now = now_utc();
    Mistakes m;
    mistakes_init(&m, a);
    TRY(token_scope(db, a, account, roles, &m));
    if (m.n) return err_text(ERR_INVALID, m.list[0].text);
    TRY(room_for_token(db, account, now));
    *secret = token_new(a);
    *id = id_new();
    hash32(*secret, h);
    return DB_EXEC(db, "INSERT INTO token (hash, id, account, label, roles, read_only, created, expires, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", P_HASH(h), P_ID(*id),
        P_INT(account), P_TEXT(label), P_INT(roles ? roles : ROLES_ALL), P_INT(read_only), P_INT(now), P_INT(expires));
}

Err token_list(Db *db, Arena *a, int64_t account, Token **out, size_t *n)
{
    enum { LISTED = 200 }; /* also those that ran out of late */
    Cursor c;
    *out = arena_array(a, Token, LISTED);
    *n = 0;
    DB_QUERY(db, &c, "SELECT id, label, roles, read_only, created, expires, used FROM token WHERE account = ? ORDER BY created DESC, id LIMIT 200", P_INT(account));
    while (*n < LISTED && cursor_next(&c))
        (*out)[(*n)++] = (Token){cursor_id(&c, 0), str_copy(a, cursor_text(&c, 1)), (Roles)cursor_int(&c, 2), cursor_int(&c, 3) != 0, cursor_int(&c, 4), cursor_int(&c, 5), cursor_int(&c, 6)};
    return cursor_close(&c);
}

Err token_remove(Db *db, int64_t account, Id id)
{
    int64_t changed = 0;
    TRY(db_exec(db, "DELETE FROM token WHERE account = ? AND id = ?", (Param[]){P_INT(account), P_ID(id)}, 2, &changed));
    return changed ? ERR_NONE : err_of(ERR_NOT_FOUND);
}
