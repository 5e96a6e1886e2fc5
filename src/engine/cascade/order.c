/*
 * order.c -- strongly connected components (Tarjan 1972), without recursion. A library could do it, but igraph is GPL and may not be linked. Within a loop there is no right order: those that many need come first, so that
 * news of them has reached the others when their turn comes. O(nodes · log of the largest loop + edges).
 */
#include "inside.h"

#include <stdlib.h>

typedef struct Walk {
    const uint32_t *first, *to;
    uint32_t *seen, *low, *stack, *path, *at; /* seen: order of the visit from 1 on, 0 not yet, UINT32_MAX done */
    uint32_t visits, stack_n, path_n;
    uint32_t *order, order_n;
    uint32_t *needed; /* [n] by how many */
    uint64_t *key;    /* [n] while a loop is sorted */
    Stretch *out;
    size_t out_n;
} Walk;

static void enter(Walk *w, uint32_t v)
{
    w->seen[v] = w->low[v] = ++w->visits;
    w->at[v] = w->first[v];
    w->stack[w->stack_n++] = v;
    w->path[w->path_n++] = v;
}

static int by_key(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static void sort_loop(Walk *w, uint32_t begin)
{
    uint32_t n = w->order_n - begin, *order = w->order + begin;
    for (uint32_t i = 0; i < n; i++) w->key[i] = (uint64_t)(UINT32_MAX - w->needed[order[i]]) << 32 | order[i];
    qsort(w->key, n, sizeof *w->key, by_key);
    for (uint32_t i = 0; i < n; i++) order[i] = (uint32_t)w->key[i];
}

static void component(Walk *w, uint32_t root)
{
    uint32_t begin = w->order_n, v;
    do {
        v = w->stack[--w->stack_n];
        w->seen[v] = UINT32_MAX;
        w->order[w->order_n++] = v;
    } while (v != root);
    bool loop = w->order_n - begin > 1;
    if (loop) sort_loop(w, begin);
    Stretch *last = w->out_n ? &w->out[w->out_n - 1] : NULL;
    if (!loop && last && !last->loop) last->end = w->order_n;
    else w->out[w->out_n++] = (Stretch){begin, w->order_n, loop};
}

static void leave(Walk *w, uint32_t v)
{
    w->path_n--;
    if (w->path_n && w->low[v] < w->low[w->path[w->path_n - 1]]) w->low[w->path[w->path_n - 1]] = w->low[v];
    if (w->low[v] == w->seen[v]) component(w, v);
}

static void walk(Walk *w, uint32_t root)
{
    enter(w, root);
    while (w->path_n) {
        uint32_t v = w->path[w->path_n - 1];
        if (w->at[v] == w->first[v + 1]) {
            leave(w, v);
            continue;
        }
        uint32_t u = w->to[w->at[v]++];
        if (!w->seen[u]) enter(w, u);
        else if (w->seen[u] != UINT32_MAX && w->seen[u] < w->low[v]) w->low[v] = w->seen[u];
    }
}

void cascade_order(Arena *a, uint32_t n, const uint32_t *first, const uint32_t *to, uint32_t *order, Stretch **out, size_t *out_n)
{
    Walk w = {first, to, arena_array(a, uint32_t, n), arena_array(a, uint32_t, n), arena_array(a, uint32_t, n), arena_array(a, uint32_t, n), arena_array(a, uint32_t, n), .order = order,
              .needed = arena_array(a, uint32_t, n), .key = arena_array(a, uint64_t, n), .out = arena_array(a, Stretch, n)};
    for (uint32_t i = 0; i < first[n]; i++) w.needed[to[i]]++;
    for (uint32_t v = 0; v < n; v++)
        if (!w.seen[v]) walk(&w, v);
    *out = w.out;
    *out_n = w.out_n;
}
