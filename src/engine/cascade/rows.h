/*
 * rows.h -- the two engines that work on rows of 512 scenarios, in the words of one set of instructions. Included by lanes.c once for each, with CODE (0 any processor, 1 AVX2, 2 AVX-512)
 * and NAME(x). Only integers are moved, so all give the same bits. O(edges · sweeps / 512) and O(edges into what changed / 512) for each scenario.
 */
#define INLINE TARGET static inline __attribute__((always_inline))
#define V NAME(Vec)
#define PART NAME(Part)

/* A row in registers. Parts are as wide as a register, each a field: a compiler keeps a wider vector, or an array of them, in memory. */
#if CODE == 2
typedef uint64_t PART __attribute__((vector_size(64), aligned(64), may_alias));
typedef struct V { PART a; } V;
#define EACH(op) op(a)
#elif CODE == 1
typedef uint64_t PART __attribute__((vector_size(32), aligned(32), may_alias));
typedef struct V { PART a, b; } V;
#define EACH(op) op(a) op(b)
#else
typedef uint64_t PART __attribute__((vector_size(16), aligned(16), may_alias));
typedef struct V { PART a, b, c, d; } V;
#define EACH(op) op(a) op(b) op(c) op(d)
#endif
enum { NAME(width) = sizeof(PART) };
#define AT(row, field) ((row) + offsetof(V, field) / NAME(width))

INLINE void NAME(load)(V *v, const Row *row)
{
    const PART *p = (const PART *)(const void *)row;
#define OP(f) v->f = *AT(p, f);
    EACH(OP)
#undef OP
}
INLINE void NAME(store)(Row *row, const V *v)
{
    PART *p = (PART *)(void *)row;
#define OP(f) *AT(p, f) = v->f;
    EACH(OP)
#undef OP
}
INLINE void NAME(or_row)(V *v, const Row *row)
{
    const PART *p = (const PART *)(const void *)row;
#define OP(f) v->f |= *AT(p, f);
    EACH(OP)
#undef OP
}
INLINE void NAME(and_row)(V *v, const Row *row)
{
    const PART *p = (const PART *)(const void *)row;
#define OP(f) v->f &= *AT(p, f);
    EACH(OP)
#undef OP
}
INLINE void NAME(or)(V *v, const V *x)
{
#define OP(f) v->f |= x->f;
    EACH(OP)
#undef OP
}
/* Counts one bit: *v += *carry, and what runs over is the new carry. */
INLINE void NAME(add)(V *v, V *carry)
{
#define OP(f) do { PART both = v->f & carry->f; v->f ^= carry->f; carry->f = both; } while (0);
    EACH(OP)
#undef OP
}
INLINE void NAME(xor)(V *v, const V *x, const V *y)
{
#define OP(f) v->f = x->f ^ y->f;
    EACH(OP)
#undef OP
}
INLINE void NAME(fill)(V *v, uint64_t word)
{
#define OP(f) v->f = (PART){0} + word;
    EACH(OP)
#undef OP
}

INLINE bool NAME(any)(const V *v)
{
#if CODE == 2
    return _mm512_test_epi64_mask((__m512i)v->a, (__m512i)v->a) != 0;
#elif CODE == 1
    __m256i x = (__m256i)(v->a | v->b);
    return !_mm256_testz_si256(x, x);
#else
    PART x = v->a | v->b | v->c | v->d;
    return (x[0] | x[1]) != 0;
#endif
}

INLINE uint64_t NAME(ones)(const V *v)
{
#if CODE == 2
    return (uint64_t)_mm512_reduce_add_epi64(_mm512_popcnt_epi64((__m512i)v->a));
#elif CODE == 1 /* four bits at a time out of a table: Muła, Kurz, Lemire 2018 */
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4), low = _mm256_set1_epi8(15);
    __m256i a = (__m256i)v->a, b = (__m256i)v->b;
    __m256i n = _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(a, low)), _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(a, 4), low)));
    n = _mm256_add_epi8(n, _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(b, low)), _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(b, 4), low))));
    PART sums = (PART)_mm256_sad_epu8(n, _mm256_setzero_si256());
    return sums[0] + sums[1] + sums[2] + sums[3];
#else
    uint64_t n = 0;
#define OP(f) n += (uint64_t)(__builtin_popcountll(v->f[0]) + __builtin_popcountll(v->f[1]));
    EACH(OP)
#undef OP
    return n;
#endif
}

/* Bit-sliced counters that begin at 2^bits - k: whoever counts k carries over. Up to four bits in registers. */
INLINE void NAME(few)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, const int bits, V *out)
{
    uint32_t begin = (1u << bits) - k;
    V s0, s1, s2, s3, carry;
    NAME(fill)(&s0, 0 - (uint64_t)(begin & 1)), NAME(fill)(&s1, 0 - (uint64_t)(begin >> 1 & 1));
    NAME(fill)(&s2, 0 - (uint64_t)(begin >> 2 & 1)), NAME(fill)(&s3, 0 - (uint64_t)(begin >> 3 & 1));
    for (uint32_t e = 0; e < n; e++) {
        __builtin_prefetch(&x[from[e + AHEAD]]);
        NAME(load)(&carry, &x[from[e]]);
        NAME(add)(&s0, &carry);
        if (bits > 1) NAME(add)(&s1, &carry);
        if (bits > 2) NAME(add)(&s2, &carry);
        if (bits > 3) NAME(add)(&s3, &carry);
        NAME(or)(out, &carry);
    }
}

INLINE void NAME(many)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, int bits, V *out)
{
    V sum[PLANES + 4], carry;
    for (int i = 0; i < bits; i++) NAME(fill)(&sum[i], 0 - (uint64_t)((((uint64_t)1 << bits) - k) >> i & 1));
    for (uint32_t e = 0; e < n; e++) {
        __builtin_prefetch(&x[from[e + AHEAD]]);
        NAME(load)(&carry, &x[from[e]]);
        for (int i = 0; i < bits && NAME(any)(&carry); i++) NAME(add)(&sum[i], &carry);
        NAME(or)(out, &carry);
    }
}

INLINE void NAME(k_of)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, V *out)
{
    int bits = 32 - __builtin_clz(k);
    switch (bits) {
    case 1: NAME(few)(x, from, n, k, 1, out); break;
    case 2: NAME(few)(x, from, n, k, 2, out); break;
    case 3: NAME(few)(x, from, n, k, 3, out); break;
    case 4: NAME(few)(x, from, n, k, 4, out); break;
    default: NAME(many)(x, from, n, k, bits, out);
    }
}

INLINE void NAME(all_of)(const Row *x, const uint32_t *from, uint32_t n, V *out)
{
    V all;
    NAME(load)(&all, &x[from[0]]);
    for (uint32_t e = 1; e < n && NAME(any)(&all); e++) NAME(and_row)(&all, &x[from[e]]);
    NAME(or)(out, &all);
}

/* What the suppliers of v say, added to *out; how many edges that were. */
INLINE uint64_t NAME(pull)(const CascadePlan *p, const Row *x, uint32_t v, V *out)
{
    uint32_t edges = 0;
    for (uint32_t i = p->need_first[v]; i < p->need_first[v + 1]; i++) {
        const PlanNeed *d = &p->needs[i];
        const uint32_t *from = p->from + d->first;
        edges += d->n;
        if (d->k == 1) {
            for (uint32_t e = 0; e < d->n; e++) {
                __builtin_prefetch(&x[from[e + AHEAD]]);
                NAME(or_row)(out, &x[from[e]]);
            }
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
    V carry = *row, plane;
    for (int i = 0; i < PLANES && NAME(any)(&carry); i++) {
        NAME(load)(&plane, &l->planes[i]);
        NAME(add)(&plane, &carry);
        NAME(store)(&l->planes[i], &plane);
    }
    if (l->p->users && l->p->users[v]) lanes_users(l, v, &l->x[v]);
}

INLINE bool NAME(is_live)(const Lanes *l, uint32_t v)
{
    return l->live[v >> 6] >> (v & 63) & 1;
}

INLINE void NAME(straight)(Lanes *l, const Stretch *s, uint32_t begin)
{
    const CascadePlan *p = l->p;
    for (uint32_t v = begin; v < s->end && !l->stopped; v++) {
        V row;
        NAME(fill)(&row, 0);
        if (NAME(is_live)(l, v)) NAME(load)(&row, &l->x[v]);
        l->cost += NAME(pull)(p, l->x, v, &row);
        NAME(store)(&l->x[v], &row);
        NAME(final)(l, v, &row);
        if (!(v & 0xffff)) lanes_tick(l);
    }
}

INLINE void NAME(loop)(Lanes *l, const Stretch *s)
{
    const CascadePlan *p = l->p;
    V changed;
    for (uint32_t v = s->begin; v < s->end; v++)
        if (!NAME(is_live)(l, v)) memset(&l->x[v], 0, sizeof l->x[v]);
    do {
        NAME(fill)(&changed, 0);
        for (uint32_t v = s->begin; v < s->end; v++) {
            V old, row, news;
            NAME(load)(&old, &l->x[v]);
            row = old;
            l->cost += NAME(pull)(p, l->x, v, &row);
            NAME(xor)(&news, &row, &old);
            NAME(or)(&changed, &news);
            NAME(store)(&l->x[v], &row);
            if (!(v & 0xffff)) lanes_tick(l);
        }
    } while (NAME(any)(&changed) && !l->stopped);
    for (uint32_t v = s->begin; v < s->end; v++) {
        V row;
        NAME(load)(&row, &l->x[v]);
        NAME(final)(l, v, &row);
    }
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
    size_t behind = SIZE_MAX;
    for (size_t w = begin; w < words && !l->stopped; w++) {
        if (!(w & 0x3ff)) lanes_tick(l);
        while (l->dirty[w]) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(l->dirty[w]);
            V old, row, news;
            l->dirty[w] &= l->dirty[w] - 1;
            NAME(load)(&old, &l->x[v]);
            row = old;
            l->cost += NAME(pull)(p, l->x, v, &row);
            NAME(xor)(&news, &row, &old);
            if (!NAME(any)(&news)) continue;
            NAME(store)(&l->x[v], &row);
            l->live[w] |= 1ull << (v & 63);
            for (uint32_t i = p->to_first[v]; i < p->to_first[v + 1]; i++) {
                uint32_t u = p->to[i];
                l->dirty[u >> 6] |= 1ull << (u & 63);
                if (u >> 6 < w && u >> 6 < behind) behind = u >> 6;
            }
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
            V row;
            NAME(load)(&row, &l->x[v]);
            NAME(final)(l, v, &row);
        }
}

TARGET static uint64_t NAME(count)(const Row *r)
{
    V row;
    NAME(load)(&row, r);
    return NAME(ones)(&row);
}

TARGET static uint64_t NAME(pull_row)(const CascadePlan *p, const Row *x, uint32_t v, Row *out)
{
    V row;
    NAME(load)(&row, out);
    uint64_t edges = NAME(pull)(p, x, v, &row);
    NAME(store)(out, &row);
    return edges;
}

TARGET static void NAME(at_least_row)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, Row *out)
{
    V row;
    NAME(load)(&row, out);
    NAME(k_of)(x, from, n, k, &row);
    NAME(store)(out, &row);
}

static const RowCode NAME(code) = {CODE_NAME, NAME(sweeps), NAME(work), NAME(count), NAME(pull_row), NAME(at_least_row)};

#undef INLINE
#undef EACH
#undef AT
#undef V
#undef PART
