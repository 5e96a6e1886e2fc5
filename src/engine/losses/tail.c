/* tail.c -- where the tail of the totals begins: the k-th smallest by its bits, eleven at a time, without a copy. */
#include "losses/inside.h"

static uint64_t bits_of(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

/* The one with `rank` smaller or equal ones before it (from 1): totals are not negative, so their bits are in their order. */
static double ranked(const double *x, uint64_t n, uint64_t rank, uint64_t *histogram)
{
    uint64_t found = 0, known = 0; /* bits found, and which of them */
    for (int shift = 55; shift >= 0; shift -= 11) { /* the sign needs none */
        memset(histogram, 0, TAIL_BINS * sizeof *histogram);
        for (uint64_t i = 0; i < n; i++) {
            uint64_t b = bits_of(x[i]);
            if ((b & known) == found) histogram[b >> shift & (TAIL_BINS - 1)]++;
        }
        uint64_t bin = 0;
        for (; rank > histogram[bin]; bin++) rank -= histogram[bin];
        found |= bin << shift;
        known |= (uint64_t)(TAIL_BINS - 1) << shift;
    }
    double value;
    memcpy(&value, &found, sizeof value);
    return value;
}

/* TVaR = [sum of those beyond the k-th + (k - pn) of the k-th] / ((1 - p) n): what falls on those equal to the k-th is shared among them evenly. */
Tail tail_find(const double *total, uint64_t n, double p, uint64_t *histogram, double *mean)
{
    double pn = p * (double)n, k = __builtin_ceil(pn), sum = 0;
    uint64_t rank = k < 1 ? 1 : k > (double)n ? n : (uint64_t)k, above = 0, same = 0;
    Tail t = {.at = ranked(total, n, rank, histogram)};
    for (uint64_t i = 0; i < n; i++) {
        if (total[i] > t.at) above++, sum += total[i];
        same += total[i] == t.at;
    }
    double share = (double)(n - rank - above) + ((double)rank - pn);
    t.tie = t.at > 0 ? share / (double)same : 0;
    *mean = (sum + share * t.at) / ((double)n - pn);
    return t;
}
