/* figures.c -- what every part of the result is written with: ranks, shares and means with their intervals, lists that say how long they would be. */
#include "net/inside.h"

#include <math.h>
#include <stdlib.h>

#define Z95 1.959963984540054

static int by_rank(const void *x, const void *y)
{
    const Ranked *p = x, *q = y;
    if (p->key != q->key) return p->key > q->key ? -1 : 1;
    if (p->next != q->next) return p->next > q->next ? -1 : 1;
    return p->i < q->i ? -1 : p->i > q->i;
}

void ranked_sort(Ranked *list, size_t n)
{
    if (n > 1) qsort(list, n, sizeof *list, by_rank);
}

static void three(JsonOut *j, const char *key, double value, double low, double high)
{
    json_key(j, str_of(key)), json_open(j, '{');
    json_knumber(j, "value", value), json_knumber(j, "low", low), json_knumber(j, "high", high);
    json_close(j, '}');
}

/* Wilson 1927. At the ends the bound is the end itself, and not what rounding leaves of it. */
void json_share(JsonOut *j, const char *key, uint64_t k, uint64_t n)
{
    double m = (double)n, p = (double)k / m, zz = Z95 * Z95, middle = (p + zz / (2 * m)) / (1 + zz / m), half = Z95 / (1 + zz / m) * sqrt(p * (1 - p) / m + zz / (4 * m * m));
    three(j, key, p, k ? middle - half : 0, k < n ? middle + half : 1);
}

void json_mean(JsonOut *j, const char *key, double mean, double se)
{
    three(j, key, mean, fmax(0, mean - Z95 * se), mean + Z95 * se);
}

void list_begin(JsonOut *j, const char *key, size_t n, size_t shown)
{
    json_key(j, str_of(key)), json_open(j, '{');
    json_kint(j, "of", (int64_t)n), json_kint(j, "shown", (int64_t)shown);
    json_key(j, STR("list")), json_open(j, '[');
}

void list_end(JsonOut *j)
{
    json_close(j, ']'), json_close(j, '}');
}
