/*
 * counts.h -- how many events: of a whole block at once where the rate is known (they are then spread over its trials), else of each trial by thresholds of the exact
 * distribution of its count, worked out once. Called by: run.c.
 */
#ifndef KANAME_LOSSES_COUNTS_H
#define KANAME_LOSSES_COUNTS_H

#include "losses/calc.h"
#include "losses/losses.h"

#define RATE_MAX 1e5

typedef struct Poisson { double mean, at_mode; uint64_t mode; } Poisson;
Poisson poisson_of(double mean);
uint64_t poisson_draw(const Poisson *p, double u); /* the probabilities from the mode outwards are taken off u: about as many steps as its standard deviation */

/* The count of a trial is least + how many thresholds the variable drawn for it reaches: a uniform one, or a standard normal one. What lies beyond has less than 1e-18. */
typedef struct Counts { uint64_t least; size_t n; double *threshold; } Counts;
Counts counts_of(Arena *a, const Frequency *f, bool normal);
static inline uint64_t counts_at(const Counts *c, double v)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v >= c->threshold[middle]) low = middle + 1;
        else high = middle;
    }
    return c->least + low;
}

#endif
