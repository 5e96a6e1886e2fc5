/* events.c -- EVENTS: one scenario by itself, from its hits on. Each failed node tells those that need it; a need that has counted k failed suppliers fails its node. O(edges out of the failed). */
#include "inside.h"

enum { LIST_FACTOR = 4, LIST_LEAST = 1024 };

void lanes_need_events(Arena *a, Lanes *l)
{
    size_t n = l->p->n;
    if (l->queue) return;
    l->queue = arena_raw(a, n * sizeof *l->queue);
    l->count = arena_array(a, uint32_t, l->p->needs_n);
    l->down = arena_array(a, uint64_t, (n + 63) / 64);
    l->list_max = n * LIST_FACTOR + LIST_LEAST;
    l->list = arena_raw(a, l->list_max * sizeof *l->list);
}

static inline uint32_t fail(Lanes *l, uint32_t v, uint32_t tail)
{
    uint64_t *word = &l->down[v >> 6], bit = 1ull << (v & 63);
    l->queue[tail] = v; /* overwritten when it had failed before: cheaper than a branch */
    tail += !(*word & bit);
    *word |= bit;
    return tail;
}

/* The failed, in the order of their failing: how many; *head: how many of them have told the others. */
static uint32_t spread(Lanes *l, const uint32_t *hit, size_t n, uint32_t *told)
{
    const CascadePlan *p = l->p;
    uint32_t tail = 0, head = 0, all = p->n;
    for (size_t i = 0; i < n && tail < all; i++) tail = fail(l, hit[i], tail);
    while (head < tail && l->cost <= l->budget) {
        uint32_t v = l->queue[head++];
        l->cost += p->to_first[v + 1] - p->to_first[v];
        for (uint32_t i = p->any_first[v]; i < p->any_first[v + 1] && tail < all; i++) tail = fail(l, p->any[i], tail);
        for (uint32_t i = p->counted_first[v]; i < p->counted_first[v + 1]; i++) {
            Counted c = p->counted[i];
            if (++l->count[c.need] == c.k && tail < all) tail = fail(l, p->need_node[c.need], tail);
        }
    }
    *told = head;
    return tail;
}

static void forget(Lanes *l, uint32_t failed, uint32_t told)
{
    const CascadePlan *p = l->p;
    for (uint32_t i = 0; i < failed; i++) l->down[l->queue[i] >> 6] = 0;
    for (uint32_t i = 0; i < told; i++)
        for (uint32_t e = p->counted_first[l->queue[i]]; e < p->counted_first[l->queue[i] + 1]; e++) l->count[p->counted[e].need] = 0;
}

static void record(Lanes *l, uint32_t lane, uint32_t failed)
{
    const CascadePlan *p = l->p;
    if (l->failed)
        for (uint32_t i = 0; i < failed; i++) l->failed[l->queue[i]]++;
    if (l->set)
        for (uint32_t i = 0; i < failed; i++) l->set[(size_t)p->outer[l->queue[i]] * ROW_WORDS + (lane >> 6)] |= 1ull << (lane & 63);
    if (!l->by_lane) return;
    uint64_t users = 0;
    if (p->users)
        for (uint32_t i = 0; i < failed; i++) users += p->users[l->queue[i]];
    l->lane_failed[lane] = failed;
    l->lane_users[lane] = users;
}

bool lanes_one(Lanes *l, uint32_t lane, const uint32_t *hit, size_t n)
{
    uint32_t told, failed = spread(l, hit, n, &told);
    bool done = told == failed;
    if (done) record(l, lane, failed);
    forget(l, failed, told);
    return done;
}

/* --- hits that lie in rows: 64 scenarios at a time are brought into lists ------------------------------------------------------ */
static size_t counted_hits(const Lanes *l, uint32_t word, uint32_t at[65])
{
    uint32_t n[64] = {0};
    for (size_t w = 0; w < ((size_t)l->p->n + 63) / 64; w++)
        for (uint64_t left = l->live[w]; left; left &= left - 1)
            for (uint64_t bits = l->x[w * 64 + (uint32_t)__builtin_ctzll(left)].w[word]; bits; bits &= bits - 1) n[__builtin_ctzll(bits)]++;
    size_t all = 0;
    for (int i = 0; i < 64; i++) all += n[i];
    at[0] = 0;
    for (int i = 0; i < 64 && all <= UINT32_MAX; i++) at[i + 1] = at[i] + n[i];
    return all;
}

static void list_hits(Lanes *l, uint32_t word, uint64_t lanes, uint32_t at[65])
{
    for (size_t w = 0; w < ((size_t)l->p->n + 63) / 64; w++)
        for (uint64_t left = l->live[w]; left; left &= left - 1) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            for (uint64_t bits = l->x[v].w[word] & lanes; bits; bits &= bits - 1) l->list[at[__builtin_ctzll(bits)]++] = v;
        }
}

static bool run_word(Lanes *l, uint32_t word)
{
    uint32_t at[65], end[65];
    bool fits = counted_hits(l, word, at) <= l->list_max;
    memcpy(end, at, sizeof end);
    if (fits) list_hits(l, word, ~0ull, end);
    for (uint32_t i = 0; i < 64 && !l->stopped; i++) {
        uint32_t lane = word * 64 + i;
        if (!fits) { /* many are hit: one scenario after the other */
            end[i] = at[i] = 0;
            list_hits(l, word, 1ull << i, end);
        }
        if (lane >= l->lanes) break;
        if (!(l->one ? l->one(l->one_arg, lane, l->list + at[i], end[i] - at[i]) : lanes_one(l, lane, l->list + at[i], end[i] - at[i]))) return false;
        if (l->tick && !(i & 7) && !l->tick(l->arg)) l->stopped = true;
    }
    return true;
}

bool lanes_events(Lanes *l)
{
    if (l->set) memset(l->set, 0, (size_t)l->p->n * sizeof(Row));
    if (l->stale) l->zero_until = 0;
    for (uint32_t w = 0; w < ROW_WORDS && w * 64 < l->lanes && !l->stopped; w++)
        if (!run_word(l, w)) return false;
    return true;
}
