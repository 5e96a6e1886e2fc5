/* ident.c -- identifiers and encodings. Randomness comes from the kernel through libsodium. */
#include "base/base.h"

#include <sodium.h>

void random_bytes(void *out, size_t n)
{
    randombytes_buf(out, n);
}

Id id_new(void)
{
    Id id;
    random_bytes(id.b, sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0F) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3F) | 0x80);
    return id;
}

static const char hex_digits[] = "0123456789abcdef";

Str hex_text(Arena *a, const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    char *p = arena_alloc(a, n * 2 + 1);
    for (size_t i = 0; i < n; i++) {
        p[2 * i] = hex_digits[b[i] >> 4];
        p[2 * i + 1] = hex_digits[b[i] & 15];
    }
    return (Str){p, n * 2};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool hex_parse(Str s, void *out, size_t n)
{
    uint8_t *b = out;
    if (s.n != n * 2) return false;
    for (size_t i = 0; i < n; i++) {
        int hi = hex_value(s.s[2 * i]), lo = hex_value(s.s[2 * i + 1]);
        if (hi < 0 || lo < 0) return false;
        b[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}

void id_write(Id id, char out[36])
{
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = hex_digits[id.b[i] >> 4];
        *out++ = hex_digits[id.b[i] & 15];
    }
}

Str id_text(Arena *a, Id id)
{
    char *p = arena_alloc(a, 37);
    id_write(id, p);
    return (Str){p, 36};
}

bool id_parse(Str s, Id *out)
{
    char h[32];
    size_t n = 0;
    if (s.n != 36) return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (s.s[i] == '-')) return false;
        if (!dash) h[n++] = s.s[i];
    }
    Id id;
    if (!hex_parse((Str){h, 32}, id.b, 16)) return false;
    *out = id;
    return true;
}

bool id_eq(Id a, Id b)
{
    return memcmp(a.b, b.b, 16) == 0;
}

bool id_none(Id id)
{
    return id_eq(id, (Id){{0}});
}

static Str encode(Arena *a, const void *bytes, size_t n, int variant)
{
    size_t size = sodium_base64_encoded_len(n, variant);
    char *p = arena_alloc(a, size);
    sodium_bin2base64(p, size, bytes, n, variant);
    return str_of(p);
}

Str base64_text(Arena *a, const void *bytes, size_t n)
{
    return encode(a, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

Str base64url_text(Arena *a, const void *bytes, size_t n)
{
    return encode(a, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool base64_parse(Arena *a, Str s, Str *out)
{
    size_t n;
    unsigned char *p = arena_alloc(a, s.n + 1);
    if (sodium_base642bin(p, s.n + 1, s.s, s.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) return false;
    Str bytes = {(const char *)p, n};
    if (!str_eq(base64_text(a, p, n), s)) return false; /* unused bits must be zero, nothing may follow */
    *out = bytes;
    return true;
}
