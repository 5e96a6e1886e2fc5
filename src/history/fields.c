/* fields.c -- what a version commits to: one salted hash per field, and the root over them. */
#include "history/inside.h"

#include <sodium.h>

static void hash_counted(crypto_hash_sha256_state *st, Str s)
{
    uint8_t n[4] = {(uint8_t)(s.n >> 24), (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 8), (uint8_t)s.n};
    crypto_hash_sha256_update(st, n, sizeof n);
    if (s.n) crypto_hash_sha256_update(st, (const unsigned char *)s.s, s.n);
}

MerkleHash field_hash(const uint8_t salt[SALT], Str name, Str value)
{
    MerkleHash h;
    crypto_hash_sha256_state st;
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const unsigned char *)"kaname/field/1", 14);
    crypto_hash_sha256_update(&st, salt, SALT);
    hash_counted(&st, name);
    hash_counted(&st, value);
    crypto_hash_sha256_final(&st, h.b);
    return h;
}

MerkleHash fields_root(const MerkleHash *hash, size_t n)
{
    MerkleFrontier f = {0};
    for (size_t i = 0; i < n; i++)
        merkle_append(&f, &hash[i], NULL);
    return merkle_root(&f);
}

/* The blob names each field, so that later versions of the table of fields do not change what old versions meant. */
bool salts_read(Arena *a, Str blob, Salted **out, size_t *n)
{
    *out = arena_array(a, Salted, blob.n / (SALT + 2) + 1);
    *n = 0;
    for (size_t at = 0; at < blob.n;) {
        size_t name = (uint8_t)blob.s[at++];
        if (name == 0 || blob.n - at < name + SALT) return false;
        (*out)[(*n)++] = (Salted){str_slice(blob, at, at + name), (const uint8_t *)blob.s + at + name, at + name};
        at += name + SALT;
    }
    return true;
}

bool salt_gone(const uint8_t *salt)
{
    return sodium_is_zero(salt, SALT) == 1;
}

/* Position after the JSON text (string or bracketed or plain) that starts at `at`; canonical JSON has no blanks. */
static size_t skip_string(Str doc, size_t at)
{
    for (at++; at < doc.n && doc.s[at] != '"'; at++)
        if (doc.s[at] == '\\') at++;
    return at + 1;
}

static size_t skip_value(Str doc, size_t at)
{
    int depth = 0;
    while (at < doc.n) {
        char c = doc.s[at];
        if (c == '"') {
            at = skip_string(doc, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') depth--;
        at++;
    }
    return at;
}

bool doc_member(Str doc, Str name, Str *value, size_t *from)
{
    size_t at = 1;
    while (at < doc.n && doc.s[at] == '"') {
        size_t key_end = skip_string(doc, at);
        if (key_end >= doc.n || doc.s[key_end] != ':') return false;
        Str key = str_slice(doc, at + 1, key_end - 1);
        size_t end = skip_value(doc, key_end + 1);
        if (end >= doc.n) return false;
        if (str_eq(key, name)) {
            *value = str_slice(doc, key_end + 1, end);
            *from = key_end + 1;
            return true;
        }
        at = end + 1;
    }
    return false;
}
