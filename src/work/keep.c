/*
 * keep.c -- unknown outcomes are resolved by the Idempotency-Key: the answer of each change is kept in its own transaction.
 * Owns: table idempotency. Keys are kept as hashes, and for KEEP_MS; a recurring job drops older ones.
 */
#include "work/work.h"

#include <sodium.h>

static const Instant KEEP_MS = 7LL * 24 * 3600 * 1000;

static void hash_of(Str key, uint8_t out[32])
{
    crypto_hash_sha256(out, (const unsigned char *)key.s, key.n);
}

#define BYTES32(b) P_BLOB(((Str){(const char *)(b), 32}))

Err idempotency_find(Ctx *c, const uint8_t request_hash[32], bool *found, int *status, Str *body, Str *etag)
{
    *found = false;
    if (!c->idempotency.n) return ERR_NONE;
    uint8_t key[32];
    hash_of(c->idempotency, key);
    Cursor cur;
    DB_QUERY(c->db, &cur, "SELECT request, status, body, etag FROM idempotency WHERE account = ? AND key = ?",
        P_INT(c->who->account), BYTES32(key));
    bool other = false;
    if (cursor_next(&cur)) {
        *found = true;
        other = !str_eq(cursor_blob(&cur, 0), (Str){(const char *)request_hash, 32});
        *status = (int)cursor_int(&cur, 1);
        *body = str_copy(c->a, cursor_text(&cur, 2));
        *etag = str_copy(c->a, cursor_text(&cur, 3));
    }
    TRY(cursor_close(&cur));
    if (!other) return ERR_NONE;
    return err_text(ERR_REPLAYED, text_of("この Idempotency-Key は別の要求で使われています。新しい値を使ってください。",
        "This Idempotency-Key was used for another request. Use a new one."));
}

Err idempotency_keep(Ctx *c, const uint8_t request_hash[32], int status, Str body, Str etag)
{
    if (!c->idempotency.n) return ERR_NONE;
    uint8_t key[32];
    hash_of(c->idempotency, key);
    return DB_EXEC(c->db, "INSERT INTO idempotency (account, key, request, status, body, etag, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        P_INT(c->who->account), BYTES32(key), BYTES32(request_hash), P_INT(status), P_TEXT(body), P_TEXT(etag), P_INT(c->now));
}

/* The answers that showed this object; that it was done once stays known. */
Err idempotency_blank(Ctx *c, Id object)
{
    const char *sql = db_kind(c->db) == STORE_SQLITE ? "UPDATE idempotency SET body = '{}' WHERE instr(body, ?) > 0" : "UPDATE idempotency SET body = '{}' WHERE strpos(body, ?) > 0";
    return DB_EXEC(c->db, sql, P_TEXT(id_text(c->a, object)));
}

Err idempotency_sweep(Db *db, Instant now)
{
    return DB_EXEC(db, "DELETE FROM idempotency WHERE at < ?", P_INT(now - KEEP_MS));
}
