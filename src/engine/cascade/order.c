/* order.c -- strongly connected components (Tarjan 1972), without recursion. A library could do it, but igraph is GPL and may not be linked. O(nodes + edges). */
#include "inside.h"

typedef struct Walk {
    const uint32_t *first, *to;
    uint32_t *seen, *low, *stack, *path, *at; /* seen: order of the visit from 1 on, 0 not yet, UINT32_MAX done */
    uint32_t visits, stack_n, path_n;
    uint32_t *order, order_n;
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

static void component(Walk *w, uint32_t root)
{
    uint32_t begin = w->order_n, v;
    do {
        v = w->stack[--w->stack_n];
        w->seen[v] = UINT32_MAX;
        w->order[w->order_n++] = v;
    } while (v != root);
    bool loop = w->order_n - begin > 1;
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
              .out = arena_array(a, Stretch, n)};
    for (uint32_t v = 0; v < n; v++)
        if (!w.seen[v]) walk(&w, v);
    *out = w.out;
    *out_n = w.out_n;
}
