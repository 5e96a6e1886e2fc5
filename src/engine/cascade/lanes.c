/* lanes.c -- 512 scenarios side by side: what goes in, which code works on them, what is counted. The engines themselves: rows.h (SWEEPS, WORK), events.c (EVENTS). */
#include "inside.h"

#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LARGE_PAGE = 2 << 20 };

static void lanes_tick(Lanes *l)
{
    if (l->tick && !l->stopped && !l->tick(l->arg)) l->stopped = true;
}

/* The first node that is hit: before it nothing fails. Rows before it are made zero, where an earlier batch wrote. */
static uint32_t lanes_first(Lanes *l)
{
    size_t words = ((size_t)l->p->n + 63) / 64, w = 0;
    while (w < words && !l->live[w]) w++;
    uint32_t first = w < words ? (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(l->live[w]) : l->p->n;
    for (size_t i = 0; i < l->p->stretches_n; i++) /* a loop is worked on whole */
        if (l->p->stretches[i].end > first) {
            if (l->p->stretches[i].loop) first = l->p->stretches[i].begin;
            break;
        }
    if (l->zero_until < first) memset(&l->x[l->zero_until], 0, (first - l->zero_until) * sizeof *l->x);
    l->zero_until = first;
    return first;
}

/* All that depend on what is hit are to be looked at; the first word of them. */
static size_t lanes_seed(Lanes *l)
{
    const CascadePlan *p = l->p;
    size_t words = ((size_t)p->n + 63) / 64, begin = SIZE_MAX;
    for (size_t w = 0; w < words; w++)
        for (uint64_t left = l->live[w]; left; left &= left - 1) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            for (uint32_t i = p->to_first[v]; i < p->to_first[v + 1]; i++) {
                uint32_t u = p->to[i];
                l->dirty[u >> 6] |= 1ull << (u & 63);
                if (u >> 6 < begin) begin = u >> 6;
            }
        }
    return begin;
}

/* --- the same for each set of instructions ---------------------------------------------------------------------------------- */
#define CODE 0
#define CODE_NAME "any"
#define NAME(x) any_##x
#define TARGET
#include "rows.h"
#undef CODE
#undef CODE_NAME
#undef NAME
#undef TARGET

#if defined(__x86_64__)
#define CODE 1
#define CODE_NAME "avx2"
#define NAME(x) avx2_##x
#define TARGET __attribute__((target("avx2,popcnt,bmi,bmi2,lzcnt")))
#include "rows.h"
#undef CODE
#undef CODE_NAME
#undef NAME
#undef TARGET

#define CODE 2
#define CODE_NAME "avx512"
#define NAME(x) avx512_##x
#define TARGET __attribute__((target("avx512f,avx512vpopcntdq,avx2,popcnt,bmi,bmi2,lzcnt")))
#include "rows.h"
#undef CODE
#undef CODE_NAME
#undef NAME
#undef TARGET
#endif

const RowCode *row_code_at(size_t i)
{
    const RowCode *list[4] = {0};
    size_t n = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) list[n++] = &avx512_code;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt")) list[n++] = &avx2_code;
#endif
    list[n++] = &any_code;
    return i < n ? list[i] : NULL;
}

/* --- in and out --------------------------------------------------------------------------------------------------------------- */
Row *rows_new(Arena *a, size_t n)
{
    size_t size = n * sizeof(Row), align = size < LARGE_PAGE ? sizeof(Row) : LARGE_PAGE; /* rows are read all over: large pages save most of the look-ups of addresses */
    char *at = arena_raw(a, size + align);
    at += (align - (uintptr_t)at % align) % align;
    if (align == LARGE_PAGE) (void)madvise(at, size, MADV_HUGEPAGE);
    return memset(at, 0, size);
}

void lanes_init(Arena *a, const CascadePlan *p, Lanes *l)
{
    size_t words = ((size_t)p->n + 63) / 64;
    *l = (Lanes){.p = p, .code = row_code_at(0), .lanes = CASCADE_LANES, .zero_until = p->n, .budget = UINT64_MAX, .planes = rows_new(a, PLANES), .live = arena_array(a, uint64_t, words), .dirty = arena_array(a, uint64_t, words)};
}

void lanes_need_rows(Arena *a, Lanes *l)
{
    if (!l->x) l->x = rows_new(a, l->p->n);
}

void lanes_begin(Lanes *l, CascadeEngine engine)
{
    size_t words = ((size_t)l->p->n + 63) / 64;
    if (!l->stale) {
        for (size_t w = 0; w < words; w++)
            for (uint64_t left = l->live[w]; left; left &= left - 1) memset(&l->x[w * 64 + (uint32_t)__builtin_ctzll(left)], 0, sizeof *l->x);
    } else if (engine == CASCADE_WORK) {
        memset(&l->x[l->zero_until], 0, (l->p->n - l->zero_until) * sizeof *l->x);
        l->stale = false;
        l->zero_until = l->p->n;
    }
    memset(l->live, 0, words * sizeof *l->live);
}

void lanes_users(Lanes *l, uint32_t v, const Row *row)
{
    uint64_t users = l->p->users[v];
    for (int i = 0; i < ROW_WORDS; i++)
        for (uint64_t left = row->w[i]; left; left &= left - 1) l->lane_users[i * 64 + __builtin_ctzll(left)] += users;
}

static void counts_of_planes(Lanes *l)
{
    for (uint32_t lane = 0; lane < CASCADE_LANES; lane++)
        for (uint32_t i = 0; i < PLANES; i++) l->lane_failed[lane] |= (uint32_t)(l->planes[i].w[lane >> 6] >> (lane & 63) & 1) << i;
}

/* Rows of all failed nodes, in the caller's numbers. */
static void copy_set(Lanes *l, bool all)
{
    for (uint32_t v = 0; v < l->p->n; v++) {
        uint64_t *to = l->set + (size_t)l->p->outer[v] * ROW_WORDS;
        if (all ? v >= l->zero_until : l->live[v >> 6] >> (v & 63) & 1) memcpy(to, &l->x[v], sizeof l->x[v]);
        else memset(to, 0, sizeof l->x[v]);
    }
}

void lanes_run(Lanes *l, CascadeEngine engine)
{
    if (l->by_lane) {
        memset(l->planes, 0, PLANES * sizeof *l->planes);
        memset(l->lane_failed, 0, sizeof l->lane_failed);
        memset(l->lane_users, 0, sizeof l->lane_users);
    }
    if (engine == CASCADE_SWEEPS) {
        l->stale = true;
        l->code->sweeps(l);
    } else l->code->work(l);
    if (l->by_lane) counts_of_planes(l);
    if (l->set) copy_set(l, engine == CASCADE_SWEEPS);
}
