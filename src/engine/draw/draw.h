/*
 * engine/draw -- the one source of chance: a counter-based generator. What is drawn depends on (seed, identifier, block, purpose) alone, never on what was
 * drawn before: so neither the order of rows, nor threads, nor the way of counting changes a draw. Pure. Called by: engine/losses, engine/cascade.
 * Philox4x32-10: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11. Constant cost for each 128 bits.
 */
#ifndef KANAME_DRAW_H
#define KANAME_DRAW_H

#include "base/base.h"

enum { PHILOX_ROUNDS = 10 };
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

typedef struct Draw {
    uint32_t w[4];
} Draw;

static inline Draw draw_philox(Draw counter, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < PHILOX_ROUNDS; round++, k0 += PHILOX_W0, k1 += PHILOX_W1) {
        uint64_t a = (uint64_t)PHILOX_M0 * counter.w[0], b = (uint64_t)PHILOX_M1 * counter.w[2];
        counter = (Draw){{(uint32_t)(b >> 32) ^ counter.w[1] ^ k0, (uint32_t)b, (uint32_t)(a >> 32) ^ counter.w[3] ^ k1, (uint32_t)a}};
    }
    return counter;
}

/* 128 bits of the thing `id` (draw_id): block and number may be anything; a purpose is a part of `number`. */
static inline Draw draw_at(uint64_t seed, uint64_t id, uint32_t block, uint32_t number)
{
    return draw_philox((Draw){{(uint32_t)id, (uint32_t)(id >> 32), block, number}}, (uint32_t)seed, (uint32_t)(seed >> 32));
}
static inline uint64_t draw_word(Draw d, int half)
{
    return (uint64_t)d.w[2 * half + 1] << 32 | d.w[2 * half];
}

/* Spreads 64 bits over 64 bits, one to one (the finalizer of SplitMix64: Steele, Lea, Flood, OOPSLA 2014). */
static inline uint64_t draw_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
/* The stable number of an identifier: FNV-1a over its bytes, spread. */
static inline uint64_t draw_id(Str id)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < id.n; i++) h = (h ^ (unsigned char)id.s[i]) * 0x100000001b3u;
    return draw_mix(h);
}

/* Strictly between 0 and 1, 52 bits. */
static inline double draw_unit(uint64_t word)
{
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

/* log((1 + s) / (1 - s)) for |s| ≤ 0.1716 (√2's): the same bits on every machine, which a library's log does not promise. */
static inline double draw_log_ratio(double s)
{
    double q = s * s, t = 1.0 / 23;
    for (int i = 21; i > 0; i -= 2) t = t * q + 1.0 / i;
    return 2 * s * t;
}
/* log(1 - u) for 0 ≤ u < 1. Only sums, products and quotients; no digits are lost near 0. */
static inline double draw_log_left(double u)
{
    if (u <= 0.25) return -draw_log_ratio(u / (2 - u));
    double x = 1 - u;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
    memcpy(&x, &bits, sizeof x);
    if (x > 1.4142135623730951) {
        x *= 0.5;
        exponent++;
    }
    return exponent * 0.69314718055994530942 + draw_log_ratio((x - 1) / (x + 1));
}

#endif
