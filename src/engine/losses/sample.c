/* sample.c -- figures of a sample, none without its interval: ranks for quantiles, batches for the tail, Wilson's for chances. */
#include "losses/losses.h"
#include "losses/special.h"

#include <math.h>
#include <stdlib.h>

enum { DIGIT_BITS = 11, DIGITS = 6, BUCKETS = 1 << DIGIT_BITS, BLOCK = 4096, BATCHES_MAX = 32, TAIL_MIN = 10 };
static const double Z975 = 1.9599639845400542;

/* --- sorted copy ------------------------------------------------------------------------------------------------------------ */
/* Keys that rise with the numbers: negative ones are turned round, NaN comes last. */
static uint64_t key_of(double x)
{
    uint64_t bits;
    if (isnan(x)) return UINT64_MAX;
    x += 0.0; /* -0 is 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double number_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return key == UINT64_MAX ? NAN : x;
}

static size_t digit_of(uint64_t key, int digit)
{
    return key >> (digit * DIGIT_BITS) & (BUCKETS - 1);
}

/* Counts to first places; false when all numbers share this digit. */
static bool places_of(uint64_t *count, uint64_t n)
{
    uint64_t sum = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        uint64_t here = count[b];
        if (here == n) return false;
        count[b] = sum, sum += here;
    }
    return true;
}

static void radix_sort(uint64_t *keys, uint64_t *spare, uint64_t (*count)[BUCKETS], uint64_t n)
{
    uint64_t *from = keys, *to = spare;
    for (uint64_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            count[d][digit_of(keys[i], d)]++;
    for (int d = 0; d < DIGITS; d++) {
        if (!places_of(count[d], n)) continue;
        for (uint64_t i = 0; i < n; i++)
            to[count[d][digit_of(from[i], d)]++] = from[i];
        uint64_t *swap = from;
        from = to, to = swap;
    }
    if (from != keys) memcpy(keys, from, n * sizeof *keys);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x), memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The spare room is given back at once; where there is none, slower. */
static void sort_keys(uint64_t *keys, uint64_t n)
{
    Arena spare;
    jmp_buf full;
    arena_init(&spare, SIZE_MAX / 2);
    if (ARENA_TRY(&spare, full)) {
        radix_sort(keys, arena_raw(&spare, n * sizeof *keys), arena_alloc_array(&spare, BUCKETS * sizeof *keys, DIGITS), n);
        arena_end_try(&spare);
    } else {
        qsort(keys, n, sizeof *keys, by_key);
    }
    arena_done(&spare);
}

LossSample loss_sample(Arena *a, const double *total, uint64_t n)
{
    assert(n > 0 && n <= LOSS_TRIALS_MAX);
    double *sorted = arena_raw(a, n * sizeof *sorted);
    uint64_t *keys = (uint64_t *)(void *)sorted;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t key = key_of(total[i]);
        memcpy(&keys[i], &key, sizeof key);
    }
    sort_keys(keys, n);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t key;
        memcpy(&key, &keys[i], sizeof key);
        sorted[i] = number_of(key);
    }
    return (LossSample){sorted, n, total};
}

/* --- moments ---------------------------------------------------------------------------------------------------------------- */
typedef struct Moments { double mean, square, fourth; } Moments; /* means of powers of the distance from the mean */

/* Difference of two samples, or one: sums by blocks, so that the error does not grow with n. */
static double at(const double *x, const double *y, uint64_t i)
{
    return y ? x[i] - y[i] : x[i];
}

static bool all_same(const double *x, const double *y, uint64_t n)
{
    for (uint64_t i = 1; i < n; i++)
        if (at(x, y, i) != at(x, y, 0)) return false;
    return true;
}

static Moments moments(const double *x, const double *y, uint64_t n)
{
    Moments m = {0};
    double most = 0;
    if (all_same(x, y, n)) return (Moments){.mean = at(x, y, 0)};
    for (uint64_t from = 0; from < n; from += BLOCK) {
        double sum = 0;
        for (uint64_t i = from; i < n && i < from + BLOCK; i++)
            sum += at(x, y, i);
        m.mean += sum;
    }
    m.mean /= (double)n;
    for (uint64_t i = 0; i < n; i++)
        most = fmax(most, fabs(at(x, y, i) - m.mean));
    for (uint64_t from = 0; from < n; from += BLOCK) {
        double square = 0, fourth = 0;
        for (uint64_t i = from; i < n && i < from + BLOCK; i++) {
            double d = (at(x, y, i) - m.mean) / most, d2 = d * d;
            square += d2, fourth += d2 * d2;
        }
        m.square += square, m.fourth += fourth;
    }
    m.square *= most * most / (double)n, m.fourth *= most * most * most * most / (double)n;
    return m;
}

static Figure mean_figure(Moments m, uint64_t n, double least)
{
    if (n < 2) return (Figure){m.mean, least, INFINITY};
    double off = student_quantile((double)n - 1, 0.975) * sqrt(m.square / (double)(n - 1));
    return (Figure){m.mean, fmax(m.mean - off, least), m.mean + off};
}

/* Losses are not negative; a sample that has such numbers is a difference. */
static double least_of(const LossSample *s)
{
    return s->sorted[0] >= 0 ? 0 : -INFINITY;
}

Figure sample_mean(const LossSample *s)
{
    return mean_figure(moments(s->in_order, NULL, s->n), s->n, least_of(s));
}

Figure sample_mean_difference(const double *x, const double *y, uint64_t n)
{
    assert(n > 0);
    return mean_figure(moments(x, y, n), n, -INFINITY);
}

Figure sample_sd(const LossSample *s)
{
    Moments m = moments(s->in_order, NULL, s->n);
    double n = (double)s->n;
    if (s->n < 2) return (Figure){0, 0, INFINITY};
    double sd = sqrt(m.square * n / (n - 1));
    if (!(sd > 0)) return (Figure){0, 0, 0};
    double off = Z975 * sqrt(fmax(m.fourth - m.square * m.square, 0) / n) / (2 * sd);
    return (Figure){sd, fmax(sd - off, 0), sd + off};
}

/* --- quantiles and tail ----------------------------------------------------------------------------------------------------- */
static uint64_t rank_of(uint64_t n, double p) /* ceil(pn), where pn is taken for whole when it is so but for rounding */
{
    double k = ceil(p * (double)n * (1 - 1e-14));
    return k < 1 ? 1 : k > (double)n ? n : (uint64_t)k;
}

/* So many of n lie below the true quantile: binomial. Highest rank that is above it with at most 2.5 %; 0: none. */
static uint64_t rank_low(uint64_t n, double p)
{
    uint64_t from = 0, to = n;
    while (from < to) {
        uint64_t middle = to - (to - from) / 2;
        if (binomial_at_most((double)n, p, (double)middle - 1) <= 0.025) from = middle;
        else to = middle - 1;
    }
    return from;
}

/* Lowest rank that is below it with at most 2.5 %; n + 1: none. */
static uint64_t rank_high(uint64_t n, double p)
{
    uint64_t from = 1, to = n + 1;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (binomial_at_least((double)n, p, (double)middle) <= 0.025) to = middle;
        else from = middle + 1;
    }
    return from;
}

Figure sample_var(const LossSample *s, double p)
{
    uint64_t low = rank_low(s->n, p), high = rank_high(s->n, p);
    return (Figure){s->sorted[rank_of(s->n, p) - 1], low ? s->sorted[low - 1] : least_of(s), high <= s->n ? s->sorted[high - 1] : INFINITY};
}

/* Means of max(x - var, 0) over consecutive batches: what TVaR is but for the error of VaR, which is of second order (Rockafellar and Uryasev 2000). */
static double batch_error(const LossSample *s, double var, uint64_t batches)
{
    double sum = 0, squares = 0, n = (double)batches;
    for (uint64_t b = 0; b < batches; b++) {
        uint64_t from = s->n / batches * b, to = b + 1 < batches ? from + s->n / batches : s->n;
        double beyond = 0;
        for (uint64_t i = from; i < to; i++)
            beyond += s->in_order[i] > var ? s->in_order[i] - var : 0;
        beyond /= (double)(to - from);
        sum += beyond, squares += beyond * beyond;
    }
    return sqrt(fmax(squares - sum * sum / n, 0) / (n - 1) / n);
}

Figure sample_tvar(const LossSample *s, double p)
{
    uint64_t k = rank_of(s->n, p);
    double var = s->sorted[k - 1], n = (double)s->n, tail = n * (1 - p), beyond = 0;
    for (uint64_t from = k; from < s->n; from += BLOCK) {
        double sum = 0;
        for (uint64_t i = from; i < s->n && i < from + BLOCK; i++)
            sum += s->sorted[i] - var;
        beyond += sum;
    }
    Figure f = {var + (tail > 0 ? beyond / tail : 0), 0, INFINITY};
    if (!(tail > TAIL_MIN - 1e-6)) { /* it is at least as much as VaR; too few lie beyond to say more */
        f.low = fmin(sample_var(s, p).low, f.value);
        return f;
    }
    uint64_t batches = (uint64_t)fmin(fmax(tail / TAIL_MIN, TAIL_MIN), BATCHES_MAX);
    double off = student_quantile((double)batches - 1, 0.975) * batch_error(s, var, batches) / (1 - p);
    f.low = fmax(f.value - off, least_of(s)), f.high = f.value + off;
    return f;
}

/* --- chances ---------------------------------------------------------------------------------------------------------------- */
static Figure chance(uint64_t k, uint64_t n) /* Wilson 1927 */
{
    double m = (double)n, p = (double)k / m, z2 = Z975 * Z975, middle = (p + z2 / (2 * m)) / (1 + z2 / m), off = Z975 / (1 + z2 / m) * sqrt(p * (1 - p) / m + z2 / (4 * m * m));
    return (Figure){p, k ? fmax(middle - off, 0) : 0, k < n ? fmin(middle + off, 1) : 1};
}

/* How many are at most x. */
static uint64_t count_to(const LossSample *s, double x)
{
    uint64_t from = 0, to = s->n;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (s->sorted[middle] <= x) from = middle + 1;
        else to = middle;
    }
    return from;
}

Figure sample_exceeds(const LossSample *s, double x)
{
    return chance(s->n - count_to(s, x), s->n);
}

Figure sample_none(const LossSample *s)
{
    return chance(count_to(s, 0), s->n);
}
