/* treatment.c -- groups by sorted keys, sums as intervals, drift and conclusion as ordered questions. */
#include "treatment/treatment.h"

#include <stdlib.h>

typedef struct Keyed { Str key; size_t at; } Keyed;

static int by_key(const void *x, const void *y)
{
    const Keyed *a = x, *b = y;
    size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;
    int order = n ? memcmp(a->key.s, b->key.s, n) : 0;
    if (!order) order = (a->key.n > b->key.n) - (a->key.n < b->key.n);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

void measures_group(Arena *a, const Measure *list, size_t n, size_t *of)
{
    Keyed *sorted = arena_array(a, Keyed, n + 1);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (Keyed){list[i].key, i};
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++)
        of[sorted[i].at] = i && str_eq(sorted[i].key, sorted[i - 1].key) ? of[sorted[i - 1].at] : sorted[i].at;
}

static Interval hull(Interval a, Interval b)
{
    if (!a.given || !b.given) return a.given ? a : b;
    return (Interval){true, a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}

static int64_t sum(int64_t a, int64_t b)
{
    int64_t out;
    return __builtin_add_overflow(a, b, &out) ? INT64_MAX : out;
}

static void sum_add(Sum *s, Interval x)
{
    if (!x.given) s->missing++;
    else s->total = s->total.given ? (Interval){true, sum(s->total.low, x.low), sum(s->total.high, x.high)} : x;
}

Totals measures_total(Arena *a, const Measure *list, const size_t *of, size_t n, int kind)
{
    Interval *cost = arena_array(a, Interval, n + 1), *effort = arena_array(a, Interval, n + 1);
    Totals out = {0};
    for (size_t i = 0; i < n; i++) {
        cost[of[i]] = hull(cost[of[i]], list[i].cost);
        effort[of[i]] = hull(effort[of[i]], list[i].effort);
    }
    for (size_t i = 0; i < n; i++) {
        if (of[i] != i || (kind >= 0 && list[i].kind != kind)) continue;
        out.measures++;
        sum_add(&out.cost, cost[i]);
        sum_add(&out.effort, effort[i]);
    }
    return out;
}

static bool same(Interval a, Interval b)
{
    return a.low == b.low && a.high == b.high;
}

Interval measures_hull(const Measure *list, const size_t *of, size_t n, size_t first, bool effort, bool *differs)
{
    Interval out = {0};
    *differs = false;
    for (size_t i = first; i < n; i++) {
        Interval x = effort ? list[i].effort : list[i].cost;
        if (of[i] != first || !x.given) continue;
        *differs = *differs || (out.given && !same(out, x));
        out = hull(out, x);
    }
    return out;
}

size_t measures_circle(Arena *a, const int64_t *after, size_t n)
{
    size_t *walk = arena_array(a, size_t, n + 1); /* the walk on which a measure was first met */
    for (size_t start = 1; start <= n; start++) {
        size_t at = start;
        while (at && !walk[at]) {
            walk[at] = start;
            int64_t next = after[at - 1];
            at = next > 0 && (uint64_t)next <= n ? (size_t)next : 0;
        }
        if (at && walk[at] == start) return at;
    }
    return 0;
}

Drift measure_drift(const Schedule *s, Day today)
{
    bool dated = s->due != DAY_NONE;
    if (s->done != DAY_NONE) return dated && s->done > s->due ? DRIFT_DONE_LATE : DRIFT_DONE;
    if (dated && today > s->due) return DRIFT_OVERDUE;
    if (dated && s->expected != DAY_NONE && s->expected > s->due) return DRIFT_EXPECTED;
    if (dated && s->waits && s->waits_until != DAY_NONE && s->waits_until >= s->due) return DRIFT_WAITS;
    if (s->begun) return DRIFT_NONE;
    if (s->begin != DAY_NONE) return today > s->begin ? DRIFT_NOT_BEGUN : DRIFT_NONE;
    if (!dated || s->approved == DAY_NONE) return DRIFT_NONE;
    return 2 * ((int64_t)today - s->approved) > (int64_t)s->due - s->approved ? DRIFT_HALF : DRIFT_NONE;
}

bool drift_is_amiss(Drift d)
{
    return d != DRIFT_NONE && d != DRIFT_DONE && d != DRIFT_DONE_LATE;
}

After after_treatment(Need need, Day named_until, Day today)
{
    if (need == NEED_ACCEPT) return AFTER_ACCEPTABLE;
    if (named_until != DAY_NONE) return named_until < today ? AFTER_ENDED : AFTER_NAMED;
    return need == NEED_TREAT ? AFTER_OUTSIDE : need == NEED_UNDECIDED ? AFTER_UNDECIDED : AFTER_OPEN;
}

bool after_is_settled(After x)
{
    return x == AFTER_NAMED || x == AFTER_ACCEPTABLE;
}

Way treatment_way(const Result *r)
{
    return r->unsettled ? WAY_BACK : r->kept_outside ? WAY_REVISE : r->without_plan ? WAY_OTHERS : WAY_CLOSES;
}
