/*
 * loops.c -- parts of a net that wait for each other: what of a loop does not come back by itself once all of it was out, and which single black start would bring it back.
 * O(edges within loops); starters are looked for where that takes at most 50 million steps more.
 */
#include "inside.h"

#include <stdlib.h>

#define STARTER_STEPS 5e7

/* One loop in numbers of its own. Needs that cannot be unmet by the loop alone are not there. */
typedef struct Loop {
    uint32_t n, needs_n;
    uint32_t *node;              /* [n] the caller's numbers */
    uint32_t *need_of, *k, *out; /* [needs_n] whose; how many make it unmet; how many of its suppliers are out */
    uint32_t *first, *in;        /* [n + 1]; needs that count a node */
    uint32_t *unmet;             /* [n] */
    uint32_t *queue;
    bool *up;
} Loop;

/* Entries of the need that lie in the loop, the node itself left out. */
static uint32_t inside_of(const CascadeNet *net, const CascadeNeed *d, const uint32_t *local, uint32_t self, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->n; i++) {
        uint32_t u = local[net->suppliers[d->first + i]];
        count += u < n && u != self;
    }
    return count;
}

static bool each_need(const CascadeNet *net, Loop *l, const uint32_t *local, bool counting)
{
    l->needs_n = 0;
    for (uint32_t v = 0; v < l->n; v++) {
        const CascadeNode *node = &net->nodes[l->node[v]];
        for (uint32_t i = 0; i < node->n; i++) {
            const CascadeNeed *d = &net->needs[node->first + i];
            if (inside_of(net, d, local, v, l->n) < d->k) continue;
            uint32_t need = l->needs_n++;
            if (!counting) l->need_of[need] = v, l->k[need] = d->k;
            for (uint32_t e = 0; e < d->n; e++) {
                uint32_t u = local[net->suppliers[d->first + e]];
                if (u >= l->n || u == v) continue;
                if (counting) l->first[u + 1]++;
                else l->in[l->first[u]++] = need;
            }
        }
    }
    return true;
}

static void loop_build(Arena *a, const CascadeNet *net, Loop *l, uint32_t *local)
{
    for (uint32_t i = 0; i < l->n; i++) local[l->node[i]] = i;
    l->first = arena_array(a, uint32_t, l->n + 2), l->unmet = arena_array(a, uint32_t, l->n), l->queue = arena_array(a, uint32_t, l->n), l->up = arena_array(a, bool, l->n);
    each_need(net, l, local, true);
    for (uint32_t i = 0; i < l->n; i++) l->first[i + 1] += l->first[i];
    l->need_of = arena_array(a, uint32_t, l->needs_n + 1), l->k = arena_array(a, uint32_t, l->needs_n + 1), l->out = arena_array(a, uint32_t, l->needs_n + 1);
    l->in = arena_array(a, uint32_t, l->first[l->n] + 1);
    each_need(net, l, local, false);
    for (uint32_t i = l->n; i > 0; i--) l->first[i] = l->first[i - 1]; /* filling moved each to the beginning of the next */
    l->first[0] = 0;
    for (uint32_t i = 0; i < l->n; i++) local[l->node[i]] = UINT32_MAX;
}

static void start(Loop *l, uint32_t v, uint32_t *n)
{
    if (l->up[v]) return;
    l->up[v] = true;
    l->queue[(*n)++] = v;
}

/* All of it out and repaired: how many come back, with `starter` made a black start (n: none). */
static uint32_t comes_back(const CascadeNet *net, Loop *l, uint32_t starter)
{
    uint32_t n = 0;
    memset(l->up, 0, l->n * sizeof *l->up), memset(l->unmet, 0, l->n * sizeof *l->unmet), memset(l->out, 0, l->needs_n * sizeof *l->out);
    for (uint32_t e = 0; e < l->first[l->n]; e++) l->out[l->in[e]]++;
    for (uint32_t i = 0; i < l->needs_n; i++) l->unmet[l->need_of[i]]++;
    for (uint32_t v = 0; v < l->n; v++)
        if (v == starter || !l->unmet[v] || net->nodes[l->node[v]].black_start) start(l, v, &n);
    for (uint32_t at = 0; at < n; at++)
        for (uint32_t e = l->first[l->queue[at]]; e < l->first[l->queue[at] + 1]; e++) {
            uint32_t need = l->in[e];
            if (l->out[need]-- == l->k[need] && !--l->unmet[l->need_of[need]]) start(l, l->need_of[need], &n);
        }
    return n;
}

static void loop_judge(Arena *a, const CascadeNet *net, Loop *l, CascadeLoop *out)
{
    uint32_t up = comes_back(net, l, l->n);
    *out = (CascadeLoop){.nodes = l->node, .n = l->n, .stuck = arena_array(a, uint32_t, l->n - up + 1), .stuck_n = l->n - up};
    uint32_t *stuck = arena_array(a, uint32_t, l->n - up + 1), n = 0;
    for (uint32_t v = 0; v < l->n; v++)
        if (!l->up[v]) out->stuck[n] = l->node[v], stuck[n++] = v;
    if (!n || (double)n * (l->first[l->n] + l->n) > STARTER_STEPS) return;
    out->starters = arena_array(a, uint32_t, n);
    for (uint32_t i = 0; i < n; i++)
        if (comes_back(net, l, stuck[i]) == l->n) out->starters[out->starters_n++] = l->node[stuck[i]];
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static int by_size(const void *x, const void *y)
{
    const CascadeLoop *a = x, *b = y;
    if (a->n != b->n) return a->n > b->n ? -1 : 1;
    return (a->nodes[0] > b->nodes[0]) - (a->nodes[0] < b->nodes[0]);
}

Err cascade_loops(Arena *a, const CascadePlan *p, CascadeLoop **out, size_t *n)
{
    uint32_t *local = arena_raw(a, ((size_t)p->n + 1) * sizeof *local);
    memset(local, 0xFF, ((size_t)p->n + 1) * sizeof *local);
    *out = arena_array(a, CascadeLoop, p->stretches_n + 1), *n = 0;
    for (size_t i = 0; i < p->stretches_n; i++) {
        const Stretch *s = &p->stretches[i];
        Loop l = {.n = s->end - s->begin};
        if (!s->loop) continue;
        l.node = arena_array(a, uint32_t, l.n);
        for (uint32_t v = 0; v < l.n; v++) l.node[v] = p->outer[s->begin + v];
        qsort(l.node, l.n, sizeof *l.node, by_number);
        loop_build(a, p->net, &l, local);
        loop_judge(a, p->net, &l, &(*out)[(*n)++]);
    }
    if (*n) qsort(*out, *n, sizeof **out, by_size);
    return ERR_NONE;
}
