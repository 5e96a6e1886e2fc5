/* battery_words.h -- what the battery tests: words, normals and counts as the kernels of engine/losses draw them (generator.h, kernel.h, counts.h). */
#ifndef BATTERY_WORDS_H
#define BATTERY_WORDS_H

#include "losses/inside.h"

enum { DRAWS = 1024 /* of 128 bits, before the next block of trials */ };

static inline uint64_t id_of(uint64_t i)
{
    char text[24];
    int n = snprintf(text, sizeof text, "R-%llu", (unsigned long long)i);
    return draw_id((Str){text, (size_t)n});
}

/* Words from … from + n of risk R-id; both multiples of four. */
static inline void words_of(uint64_t seed, uint64_t id, Purpose purpose, uint64_t from, uint32_t *out, size_t n)
{
    uint64_t whose = id_of(id);
    for (size_t i = 0; i < n; i += 4) {
        uint64_t draw = (from + i) / 4;
        Stream s = stream_of(seed, whose, purpose, (uint32_t)(draw / DRAWS) & 0xffffff);
        Draw d = stream_draw(&s, (uint32_t)(draw % DRAWS) | (uint32_t)(draw / DRAWS >> 24) * DRAWS);
        memcpy(out + i, d.w, sizeof d.w);
    }
}

static inline void normals_of(uint64_t seed, uint64_t id, double *z, uint64_t *bits, size_t n) /* a multiple of 16 */
{
    Stream s = stream_of(seed, id_of(id), FOR_SIZE, 0);
    kernel_of(LOSS_CODE_BEST)->normals(&s, 0, n, z, bits);
}

/* Trial numbers of events of one block after the other. n: a multiple of 80. */
static inline void places_of(uint64_t id, uint32_t block, uint64_t *trial, size_t n)
{
    Stream s = stream_of(1, id_of(id), FOR_TRIAL, block);
    kernel_of(LOSS_CODE_BEST)->trials(&s, 0, n, trial);
}

/* Counts of blocks one after the other, as of a known rate (mean: of a block), and of years, as of one that shares in a factor. */
static inline void block_counts(uint64_t seed, double mean, uint32_t *k, size_t n)
{
    Poisson p = poisson_of(mean);
    for (size_t i = 0; i < n; i++) {
        Stream s = stream_of(seed, id_of(1 + (i >> 20)), FOR_COUNT, (uint32_t)i & 0xfffff);
        k[i] = (uint32_t)poisson_draw(&p, stream_uniform(&s, 0));
    }
}
static inline void year_counts(Arena *a, uint64_t seed, double rate, uint32_t *k, size_t n) /* a multiple of 4,096 */
{
    double u[BLOCK];
    Counts c = counts_of(a, &(Frequency){.kind = FREQUENCY_FIXED, .rate = rate}, false);
    for (size_t i = 0; i < n; i += BLOCK) {
        Stream s = stream_of(seed, id_of(1), FOR_COUNT, (uint32_t)(i / BLOCK));
        kernel_of(LOSS_CODE_BEST)->uniforms(&s, 0, BLOCK, u);
        for (size_t j = 0; j < BLOCK; j++) k[i + j] = (uint32_t)counts_at(&c, u[j]);
    }
}

#endif
