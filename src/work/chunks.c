/*
 * chunks.c -- the bytes of attached files: content-addressed pieces of 256 KiB, shared by files of one organisation and of no other (what one
 * keeps must not show in what another may upload). A piece that no file names any more goes at once.
 */
#include "work/files_parts.h"

#include <sodium.h>

Err chunk_put(Ctx *c, Id file, int64_t ord, Str bytes)
{
    uint8_t hash[32];
    crypto_hash_sha256(hash, (const uint8_t *)bytes.s, bytes.n);
    Str key = {(const char *)hash, sizeof hash};
    TRY(DB_EXEC(c->db, "INSERT INTO file_chunk (org, hash, bytes) VALUES (?, ?, ?) ON CONFLICT (org, hash) DO NOTHING", P_INT(c->who->org.row), P_BLOB(key), P_BLOB(bytes)));
    return DB_EXEC(c->db, "INSERT INTO file_part (file, ord, org, hash, size) VALUES (?, ?, ?, ?, ?)", P_ID(file), P_INT(ord), P_INT(c->who->org.row), P_BLOB(key),
        P_INT((int64_t)bytes.n));
}

bool chunk_is(Ctx *c, Id file, int64_t ord, Str bytes)
{
    uint8_t hash[32];
    Cursor at;
    crypto_hash_sha256(hash, (const uint8_t *)bytes.s, bytes.n);
    DB_QUERY(c->db, &at, "SELECT hash FROM file_part WHERE file = ? AND ord = ?", P_ID(file), P_INT(ord));
    bool same = cursor_next(&at) && str_eq(cursor_blob(&at, 0), (Str){(const char *)hash, sizeof hash});
    return !cursor_close(&at).kind && same;
}

Err chunk_get(Db *db, int64_t org, Id file, int64_t ord, char *out, size_t *n)
{
    Cursor at;
    *n = 0;
    DB_QUERY(db, &at, "SELECT k.bytes FROM file_part p JOIN file_chunk k ON k.org = p.org AND k.hash = p.hash WHERE p.file = ? AND p.ord = ? AND p.org = ?", P_ID(file),
        P_INT(ord), P_INT(org));
    if (cursor_next(&at)) {
        Str s = cursor_blob(&at, 0);
        if (s.n <= FILE_PART) memcpy(out, s.s, s.n), *n = s.n;
    }
    TRY(cursor_close(&at));
    return *n ? ERR_NONE : err_text(ERR_BROKEN, text_of("添付ファイルの一部が読めません。kaname audit verify で確かめてください。", "A part of the file cannot be read. Check with kaname audit verify."));
}

static Err hashes_of(Ctx *c, Id file, Str *list, size_t *n)
{
    Cursor at;
    *n = 0;
    DB_QUERY(c->db, &at, "SELECT hash FROM file_part WHERE file = ? ORDER BY ord", P_ID(file));
    while (*n < FILE_PARTS_MAX && cursor_next(&at))
        list[(*n)++] = str_copy(c->a, cursor_blob(&at, 0));
    return cursor_close(&at);
}

Err chunks_drop(Ctx *c, int64_t org, Id file)
{
    Str list[FILE_PARTS_MAX];
    size_t n;
    TRY(org_hold(c->db, org)); /* also of another organisation, when uploads are swept: a piece must not go while another file names it */
    TRY(hashes_of(c, file, list, &n));
    TRY(DB_EXEC(c->db, "DELETE FROM file_part WHERE file = ?", P_ID(file)));
    for (size_t i = 0; i < n; i++)
        TRY(DB_EXEC(c->db, "DELETE FROM file_chunk WHERE org = ? AND hash = ? AND NOT EXISTS (SELECT 1 FROM file_part WHERE org = ? AND hash = ?)", P_INT(org), P_BLOB(list[i]),
            P_INT(org), P_BLOB(list[i])));
    return ERR_NONE;
}

Err chunks_hash(Db *db, int64_t org, Id file, int64_t size, Ends *ends, uint8_t out[32])
{
    crypto_hash_sha256_state s;
    crypto_hash_sha256_init(&s);
    for (int64_t ord = 0; ord * FILE_PART < size; ord++) {
        TRY(chunk_get(db, org, file, ord, ends->tail, &ends->tail_n));
        if (!ord) memcpy(ends->head, ends->tail, ends->tail_n), ends->head_n = ends->tail_n;
        crypto_hash_sha256_update(&s, (const uint8_t *)ends->tail, ends->tail_n);
    }
    crypto_hash_sha256_final(&s, out);
    return ERR_NONE;
}
