/* note.c -- C2SP signed notes and checkpoints: Ed25519 keys, three lines, one signature line. */
#include "history/inside.h"

#include <sodium.h>

enum { ED25519 = 1 };

static void key_id(SignKey *k)
{
    uint8_t h[32];
    crypto_hash_sha256_state st;
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const unsigned char *)k->name.s, k->name.n);
    crypto_hash_sha256_update(&st, (const unsigned char *)"\n\x01", 2);
    crypto_hash_sha256_update(&st, k->public_key, 32);
    crypto_hash_sha256_final(&st, h);
    memcpy(k->id, h, 4);
}

void key_make(Arena *a, SignKey *k)
{
    uint8_t seed[32], name[8];
    random_bytes(seed, sizeof seed);
    random_bytes(name, sizeof name);
    k->name = str_printf(a, "kaname/%s", str_c(a, hex_text(a, name, sizeof name)));
    crypto_sign_seed_keypair(k->public_key, k->secret, seed);
    key_id(k);
    sodium_memzero(seed, sizeof seed);
}

static Str typed(Arena *a, const uint8_t *key)
{
    uint8_t all[33] = {ED25519};
    memcpy(all + 1, key, 32);
    Str text = base64_text(a, all, sizeof all);
    sodium_memzero(all, sizeof all);
    return text;
}

Str key_private_text(Arena *a, const SignKey *k)
{
    return str_printf(a, "PRIVATE+KEY+%.*s+%.*s+%.*s", STR_ARG(k->name), STR_ARG(hex_text(a, k->id, 4)), STR_ARG(typed(a, k->secret)));
}

Str key_public_text(Arena *a, const SignKey *k)
{
    return str_printf(a, "%.*s+%.*s+%.*s", STR_ARG(k->name), STR_ARG(hex_text(a, k->id, 4)), STR_ARG(typed(a, k->public_key)));
}

/* name+id+base64: the base64 may hold '+', the name may not. */
static bool parse_key(Arena *a, Str line, SignKey *k, uint8_t bytes[32], uint8_t id[4])
{
    Str rest = line, hex, raw;
    *k = (SignKey){0};
    if (!str_cut(&rest, '+', &k->name) || k->name.n == 0 || k->name.n > NAME_MAX_BYTES || str_find(k->name, STR(" ")) != SIZE_MAX)
        return false;
    if (!str_cut(&rest, '+', &hex) || hex.n != 8 || !hex_parse(hex, id, 4)) return false;
    if (!base64_parse(a, rest, &raw) || raw.n != 33 || raw.s[0] != ED25519) return false;
    memcpy(bytes, raw.s + 1, 32);
    k->name = str_copy(a, k->name);
    return true;
}

bool key_private_parse(Arena *a, Str line, SignKey *k)
{
    uint8_t seed[32], id[4];
    Str head = STR("PRIVATE+KEY+");
    if (!str_starts(line, head) || !parse_key(a, str_slice(line, head.n, line.n), k, seed, id)) return false;
    crypto_sign_seed_keypair(k->public_key, k->secret, seed);
    sodium_memzero(seed, sizeof seed);
    key_id(k);
    return memcmp(id, k->id, 4) == 0;
}

bool key_public_parse(Arena *a, Str line, SignKey *k)
{
    uint8_t key[32], id[4];
    if (!parse_key(a, line, k, key, id)) return false;
    memcpy(k->public_key, key, 32);
    key_id(k);
    return memcmp(id, k->id, 4) == 0;
}

static const char DASH[] = "\xe2\x80\x94 "; /* em dash, blank */

Str text_sign(Arena *a, const SignKey *k, Str body)
{
    uint8_t sig[4 + 64];
    memcpy(sig, k->id, 4);
    crypto_sign_detached(sig + 4, NULL, (const unsigned char *)body.s, body.n, k->secret);
    return str_printf(a, "%s%.*s %.*s\n", DASH, STR_ARG(k->name), STR_ARG(base64_text(a, sig, sizeof sig)));
}

Str note_sign(Arena *a, const SignKey *k, Str origin, uint64_t size, const MerkleHash *root)
{
    Str body = str_printf(a, "%.*s\n%llu\n%.*s\n", STR_ARG(origin), (unsigned long long)size, STR_ARG(base64_text(a, root->b, 32)));
    return str_join(a, body, STR("\n"), text_sign(a, k, body));
}

bool uint_parse(Str s, uint64_t *out)
{
    int64_t v;
    if (s.n == 0 || s.s[0] == '-' || (s.n > 1 && s.s[0] == '0') || !str_int(s, &v)) return false;
    *out = (uint64_t)v;
    return true;
}

static bool body_parse(Arena *a, Str body, Str *origin, uint64_t *size, MerkleHash *root)
{
    Str rest = body, number, hash, raw;
    if (!str_cut(&rest, '\n', origin) || origin->n == 0 || origin->n > ORIGIN_MAX) return false;
    if (!str_cut(&rest, '\n', &number) || !uint_parse(number, size)) return false;
    if (!str_cut(&rest, '\n', &hash) || rest.n || !base64_parse(a, hash, &raw) || raw.n != 32) return false;
    memcpy(root->b, raw.s, 32);
    return true;
}

static bool sig_line(Arena *a, Str line, Str *name, Str *raw)
{
    Str dash = STR(DASH);
    if (!str_starts(line, dash)) return false;
    line = str_slice(line, dash.n, line.n);
    size_t blank = str_find(line, STR(" "));
    if (blank == SIZE_MAX || blank == 0) return false;
    *name = str_slice(line, 0, blank);
    return base64_parse(a, str_slice(line, blank + 1, line.n), raw) && raw->n >= 5;
}

int text_signed(Arena *a, const SignKey *k, Str body, Str lines)
{
    Str line;
    int good = 0;
    while (lines.n && str_cut(&lines, '\n', &line)) {
        Str name, raw;
        if (!sig_line(a, line, &name, &raw)) return -1;
        if (!str_eq(name, k->name) || memcmp(raw.s, k->id, 4) != 0) continue; /* somebody else's */
        if (raw.n != 68 || crypto_sign_verify_detached((const unsigned char *)raw.s + 4, (const unsigned char *)body.s, body.n, k->public_key) != 0) return -1;
        good++;
    }
    return good;
}

bool note_open(Arena *a, const SignKey *k, Str note, Str *origin, uint64_t *size, MerkleHash *root)
{
    size_t gap = str_find(note, STR("\n\n"));
    if (gap == SIZE_MAX || !str_ends(note, STR("\n")) || !str_is_utf8(note)) return false;
    Str body = str_slice(note, 0, gap + 1), rest = str_slice(note, gap + 2, note.n);
    return body_parse(a, body, origin, size, root) && rest.n != 0 && text_signed(a, k, body, rest) == 1;
}
