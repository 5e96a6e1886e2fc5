/* aims.c -- what plans do about each risk, found by the risk. */
#include "risk/parts.h"

#include <stdlib.h>

Aim *aim_new(Aims *x)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(x->a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    return &x->list[x->n++];
}

static int by_risk(const void *a, const void *b)
{
    return memcmp(&((const Aim *)a)->risk, &((const Aim *)b)->risk, sizeof(Id));
}

void aims_sort(Aims *x)
{
    if (x->n) qsort(x->list, x->n, sizeof *x->list, by_risk);
}

const Aim *aims_at(const Aims *x, Id risk, size_t *n)
{
    Aim key = {.risk = risk}, *at = x->n ? bsearch(&key, x->list, x->n, sizeof key, by_risk) : NULL, *end = at;
    *n = 0;
    if (!at) return NULL;
    while (at > x->list && id_eq(at[-1].risk, risk)) at--;
    while (end < x->list + x->n && id_eq(end->risk, risk)) end++;
    *n = (size_t)(end - at);
    return at;
}
