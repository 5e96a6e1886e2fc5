/* battery_words.h -- what the battery tests: the words of engine/draw as the engines number them. Blocks of 4,096 draws of 128 bits; the purpose lies in the top bits of the number. */
#ifndef BATTERY_WORDS_H
#define BATTERY_WORDS_H

#include "draw/draw.h"

enum { PURPOSE_A = 0, PURPOSE_B = 1, PURPOSE_SHIFT = 28, BLOCK_DRAWS = 4096 };

static inline uint64_t id_of(uint64_t i)
{
    char text[24];
    int n = snprintf(text, sizeof text, "R-%llu", (unsigned long long)i);
    return draw_id((Str){text, (size_t)n});
}

/* Words from … from + n of risk R-id; both multiples of four. */
static inline void words_of(uint64_t seed, uint64_t id, uint32_t purpose, uint64_t from, uint32_t *out, size_t n)
{
    uint64_t stable = id_of(id);
    for (size_t i = 0; i < n; i += 4) {
        uint64_t draw = (from + i) / 4;
        Draw d = draw_at(seed, stable, (uint32_t)(draw / BLOCK_DRAWS), (uint32_t)(draw % BLOCK_DRAWS) | purpose << PURPOSE_SHIFT);
        memcpy(out + i, d.w, sizeof d.w);
    }
}

#endif
