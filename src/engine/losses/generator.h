/*
 * generator.h -- whose draw, what for, which one: how the counters of engine/draw are used here. The key is the seed; of a counter two words are the hash of the
 * identifier, one the purpose with the number of the block of trials, one the number of the draw. So no draw depends on what else is in the model, and no two
 * purposes share one. Called by: block.c and the kernels. Never: takes the place of a risk in a list for its name.
 */
#ifndef KANAME_LOSSES_GENERATOR_H
#define KANAME_LOSSES_GENERATOR_H

#include "draw/draw.h"

/* What a draw is for: the upper 8 bits of the third word; below it the number of the block. */
typedef enum {
    FOR_COUNT,     /* how many events: of a block (split), or of each trial */
    FOR_TRIAL,     /* in which trial of its block an event lies */
    FOR_SIZE,      /* the normal variable of its size, and whether controls leave it */
    FOR_SECONDARY, /* the same of its secondary loss */
    FOR_REST,      /* whether it is left, beyond the bits that come with its size: looked at once in 2^16 */
    FOR_SECOND_REST,
    FOR_FACTOR,    /* the normal variable of a common cause in a trial */
    FOR_CHI        /* and, of a t copula, its divisor */
} Purpose;

typedef struct Stream { uint64_t seed, whose; uint32_t at; } Stream; /* all of a counter but which one */

static inline Stream stream_of(uint64_t seed, uint64_t whose, Purpose purpose, uint32_t block) { return (Stream){seed, whose, (uint32_t)purpose << 24 | block}; }
static inline Draw stream_draw(const Stream *s, uint32_t which) { return draw_at(s->seed, s->whose, s->at, which); }
static inline double stream_uniform(const Stream *s, uint32_t which) { return draw_unit(draw_word(stream_draw(s, which), 0)); }

#endif
