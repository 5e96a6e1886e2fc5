/*
 * rows.h -- the two engines that work on rows of 512 scenarios, in the words of one set of instructions. Included by lanes.c once for each, with CODE (0 any processor, 1 AVX2, 2 AVX-512)
 * and NAME(x). Only integers are moved, so all give the same bits. O(edges · sweeps / 512) and O(edges into what changed / 512) for each scenario.
 */
#define INLINE TARGET static inline __attribute__((always_inline))

INLINE bool NAME(any)(const V *x)
{
#if CODE == 2
    return _mm512_test_epi64_mask((__m512i)*x, (__m512i)*x) != 0;
#elif CODE == 1
    V y = *x;
    __m256i half[2];
    memcpy(half, &y, sizeof half);
    half[0] = _mm256_or_si256(half[0], half[1]);
    return !_mm256_testz_si256(half[0], half[0]);
#else
    V y = *x;
    return (y[0] | y[1] | y[2] | y[3] | y[4] | y[5] | y[6] | y[7]) != 0;
#endif
}

INLINE uint64_t NAME(ones)(const V *x)
{
#if CODE == 2
    return (uint64_t)_mm512_reduce_add_epi64(_mm512_popcnt_epi64((__m512i)*x));
#else
    V y = *x;
    uint64_t n = 0;
    for (int i = 0; i < ROW_WORDS; i++) n += (uint64_t)__builtin_popcountll(y[i]);
    return n;
#endif
}

/* Bit-sliced counters that begin at 2^bits - k: whoever counts k carries over. */
INLINE void NAME(at_least)(const V *x, const uint32_t *from, uint32_t n, uint32_t k, const int bits, V *out)
{
    V sum[PLANES], met = {0};
    for (int i = 0; i < bits; i++) sum[i] = (V){0} - (uint64_t)((((uint64_t)1 << bits) - k) >> i & 1);
    for (uint32_t e = 0; e < n; e++) {
        __builtin_prefetch(&x[from[e + AHEAD]]);
        V carry = x[from[e]];
        for (int i = 0; i < bits; i++) {
            V both = sum[i] & carry;
            sum[i] ^= carry;
            carry = both;
        }
        met |= carry;
    }
    *out |= met;
}

INLINE void NAME(k_of)(const V *x, const uint32_t *from, uint32_t n, uint32_t k, V *out)
{
    int bits = 32 - __builtin_clz(k);
    switch (bits) {
    case 2: NAME(at_least)(x, from, n, k, 2, out); break;
    case 3: NAME(at_least)(x, from, n, k, 3, out); break;
    case 4: NAME(at_least)(x, from, n, k, 4, out); break;
    default: NAME(at_least)(x, from, n, k, bits, out);
    }
}

INLINE void NAME(all_of)(const V *x, const uint32_t *from, uint32_t n, V *out)
{
    V all = x[from[0]];
    for (uint32_t e = 1; e < n && NAME(any)(&all); e++) all &= x[from[e]];
    *out |= all;
}

/* What the suppliers of v say, added to *out; how many edges that were. */
INLINE uint64_t NAME(pull)(const CascadePlan *p, const V *x, uint32_t v, V *out)
{
    uint32_t edges = 0;
    for (uint32_t i = p->need_first[v]; i < p->need_first[v + 1]; i++) {
        const PlanNeed *d = &p->needs[i];
        const uint32_t *from = p->from + d->first;
        edges += d->n;
        if (d->k == 1) {
            V sum = *out;
            for (uint32_t e = 0; e < d->n; e++) {
                __builtin_prefetch(&x[from[e + AHEAD]]);
                sum |= x[from[e]];
            }
            *out = sum;
        } else if (d->k == d->n) NAME(all_of)(x, from, d->n, out);
        else NAME(k_of)(x, from, d->n, d->k, out);
    }
    return edges;
}

/* A row is final: it is counted. */
INLINE void NAME(final)(Lanes *l, uint32_t v, const V *row)
{
    if (l->failed) l->failed[v] += NAME(ones)(row);
    if (!l->by_lane || !NAME(any)(row)) return;
    V carry = *row, *plane = (V *)l->planes;
    for (int i = 0; i < PLANES && NAME(any)(&carry); i++) {
        V both = plane[i] & carry;
        plane[i] ^= carry;
        carry = both;
    }
    if (l->p->users && l->p->users[v]) lanes_users(l, v, (const Row *)row);
}

INLINE void NAME(straight)(Lanes *l, const Stretch *s, uint32_t begin)
{
    const CascadePlan *p = l->p;
    V *x = (V *)l->x;
    for (uint32_t v = begin; v < s->end && !l->stopped; v++) {
        V row = {0};
        if (l->live[v >> 6] >> (v & 63) & 1) row = x[v];
        l->cost += NAME(pull)(p, x, v, &row);
        x[v] = row;
        NAME(final)(l, v, &row);
        if (!(v & 0xffff)) lanes_tick(l);
    }
}

INLINE void NAME(loop)(Lanes *l, const Stretch *s)
{
    const CascadePlan *p = l->p;
    V *x = (V *)l->x, changed;
    for (uint32_t v = s->begin; v < s->end; v++)
        if (!(l->live[v >> 6] >> (v & 63) & 1)) x[v] = (V){0};
    do {
        changed = (V){0};
        for (uint32_t v = s->begin; v < s->end; v++) {
            V row = x[v];
            l->cost += NAME(pull)(p, x, v, &row);
            changed |= row ^ x[v];
            x[v] = row;
            if (!(v & 0xffff)) lanes_tick(l);
        }
    } while (NAME(any)(&changed) && !l->stopped);
    for (uint32_t v = s->begin; v < s->end; v++) NAME(final)(l, v, &x[v]);
}

TARGET static void NAME(sweeps)(Lanes *l)
{
    const CascadePlan *p = l->p;
    uint32_t first = lanes_first(l);
    for (size_t i = 0; i < p->stretches_n && !l->stopped; i++) {
        const Stretch *s = &p->stretches[i];
        if (s->end <= first) continue;
        if (s->loop) NAME(loop)(l, s);
        else NAME(straight)(l, s, s->begin > first ? s->begin : first);
    }
}

/* One pass over what is dirty, in the order of the nodes; the lowest place that became dirty behind it, SIZE_MAX none. */
INLINE size_t NAME(pass)(Lanes *l, size_t begin, size_t words)
{
    const CascadePlan *p = l->p;
    V *x = (V *)l->x;
    size_t behind = SIZE_MAX;
    for (size_t w = begin; w < words; w++)
        while (l->dirty[w]) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(l->dirty[w]);
            l->dirty[w] &= l->dirty[w] - 1;
            V row = x[v];
            l->cost += NAME(pull)(p, x, v, &row);
            V news = row ^ x[v];
            if (!NAME(any)(&news)) continue;
            x[v] = row;
            l->live[w] |= 1ull << (v & 63);
            for (uint32_t i = p->to_first[v]; i < p->to_first[v + 1]; i++) {
                uint32_t u = p->to[i];
                l->dirty[u >> 6] |= 1ull << (u & 63);
                if (u >> 6 < w && u >> 6 < behind) behind = u >> 6;
            }
        }
    return behind;
}

TARGET static void NAME(work)(Lanes *l)
{
    size_t words = ((size_t)l->p->n + 63) / 64, begin = lanes_seed(l);
    while (begin != SIZE_MAX && !l->stopped) {
        begin = NAME(pass)(l, begin, words);
        lanes_tick(l);
    }
    if (l->stopped) memset(l->dirty, 0, words * sizeof *l->dirty);
    for (size_t w = 0; w < words; w++)
        for (uint64_t left = l->live[w]; left; left &= left - 1) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            NAME(final)(l, v, (const V *)&l->x[v]);
        }
}

TARGET static uint64_t NAME(count)(const Row *r)
{
    return NAME(ones)((const V *)r);
}

TARGET static uint64_t NAME(pull_row)(const CascadePlan *p, const Row *x, uint32_t v, Row *out)
{
    return NAME(pull)(p, (const V *)x, v, (V *)out);
}

TARGET static void NAME(at_least_row)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, Row *out)
{
    NAME(at_least)((const V *)x, from, n, k, 32 - __builtin_clz(k), (V *)out);
}

static const RowCode NAME(code) = {CODE_NAME, NAME(sweeps), NAME(work), NAME(count), NAME(pull_row), NAME(at_least_row)};

#undef INLINE
