/* measure.c -- measures over a time line (facts: what the law counts differs by rule, so each measure is its own). Two sweeps: what is sure, what is possible. */
#include "rules/inside.h"

#include <stdlib.h>

enum { MINUTE_MS = 60000 };

int64_t add_open(int64_t a, int64_t b)
{
    int64_t sum;
    if (a == RULES_OPEN || b == RULES_OPEN || __builtin_add_overflow(a, b, &sum)) return RULES_OPEN;
    return sum;
}

static int64_t times_open(int64_t a, int64_t b)
{
    int64_t product;
    if (a == 0 || b == 0) return 0;
    if (a == RULES_OPEN || b == RULES_OPEN || __builtin_mul_overflow(a, b, &product)) return RULES_OPEN;
    return product;
}

static int64_t rounded(const Quantity *q, int64_t t)
{
    if (!q->minute || t == RULES_OPEN || t == INT64_MIN) return t;
    return t - (t % MINUTE_MS + MINUTE_MS) % MINUTE_MS;
}

/* The stretch that a segment surely, or possibly, covers; empty when end <= begin. */
static void stretch(const Judge *j, const Quantity *q, const Segment *g, bool sure, int64_t *begin, int64_t *end)
{
    Range to = g->open ? (Range){j->as_of, RULES_OPEN} : g->to;
    *begin = rounded(q, sure ? g->from.hi : g->from.lo);
    *end = rounded(q, sure ? to.lo : to.hi);
}

static int by_time(const void *a, const void *b)
{
    const Point *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    if (x->begins != y->begins) return x->begins ? 1 : -1; /* [from, to): an end comes before a beginning at the same moment */
    return (x->segment > y->segment) - (x->segment < y->segment);
}

static void order(Point *p, size_t n)
{
    if (n > 64) {
        qsort(p, n, sizeof *p, by_time);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        Point x = p[i];
        size_t k = i;
        for (; k > 0 && by_time(&x, &p[k - 1]) < 0; k--) p[k] = p[k - 1];
        p[k] = x;
    }
}

/* What is hit at one moment: within a class the groups, areas and kinds add up; over classes the users may be the same, so it is surely the largest, possibly all. */
typedef struct Level { int active; uint64_t classes; bool loose, unclassed; int64_t of[CODES_MAX + 1]; uint32_t open[CODES_MAX + 1]; /* of the classes seen; the rest was never written */ } Level;

static size_t slot(const Segment *g) { return g->cls == NO_CODE ? CODES_MAX : g->cls; }

static void level_change(Level *l, const Segment *g, bool sure, bool begins)
{
    size_t k = slot(g);
    int64_t v = !sure ? g->value.hi : k < CODES_MAX || l->unclassed ? g->value.lo : 0; /* of segments that may be of different classes no sum is sure */
    bool seen = k < CODES_MAX ? l->classes >> k & 1 : l->loose;
    if (!seen) l->of[k] = 0, l->open[k] = 0;
    if (k < CODES_MAX) l->classes |= (uint64_t)1 << k;
    else l->loose = true;
    l->active += begins ? 1 : -1;
    if (v == RULES_OPEN) l->open[k] += begins ? 1u : UINT32_MAX;
    else l->of[k] += begins ? v : -v;
}

static void level_take(const Level *l, size_t k, int64_t *most, int64_t *sum)
{
    int64_t v = l->open[k] ? RULES_OPEN : l->of[k];
    *most = v > *most ? v : *most;
    *sum = add_open(*sum, v);
}

static int64_t level_now(const Level *l, bool sure)
{
    int64_t most = 0, sum = 0;
    for (uint64_t left = l->classes; left; left &= left - 1) level_take(l, (size_t)__builtin_ctzll(left), &most, &sum);
    if (l->loose) level_take(l, CODES_MAX, &most, &sum);
    return sure ? most : sum;
}

/* From one point to the next the value stays. */
static void sweep_add(Sweep *w, int64_t begin, int64_t end, int64_t value, bool meets, bool integral, int64_t *run)
{
    int64_t span = end == RULES_OPEN ? RULES_OPEN : end - begin;
    w->total = add_open(w->total, span);
    w->peak = value > w->peak ? value : w->peak;
    if (integral) w->integral = add_open(w->integral, times_open(value, span));
    *run = meets ? add_open(*run, span) : 0;
    w->longest = *run > w->longest ? *run : w->longest;
}

static const Line *line_of(Judge *j, const Quantity *q, const FactValue *f, bool sure)
{
    Line *l = &j->lines[4 * q->fact + 2 * (q->minute != 0) + sure];
    if (l->at == j->measured) return l;
    if (!l->points) l->points = arena_array(j->home, Point, 2 * TIMELINE_MAX);
    l->at = j->measured, l->n = 0;
    for (size_t i = 0; i < f->n; i++) {
        int64_t begin, end;
        stretch(j, q, &f->segments[i], sure, &begin, &end);
        if (end <= begin) continue;
        l->points[l->n++] = (Point){begin, (int32_t)i, true};
        l->points[l->n++] = (Point){end, (int32_t)i, false};
    }
    order(l->points, l->n);
    return l;
}

static Sweep sweep(Judge *j, const Quantity *q, const FactValue *f, bool sure, int64_t with, bool integral)
{
    Sweep w = {0};
    Level level;
    level.active = 0, level.classes = 0, level.loose = false, level.unclassed = j->s->facts[q->fact].classes == NONE;
    const Line *l = line_of(j, q, f, sure);
    int64_t run = 0, before = 0;
    for (size_t i = 0; i < l->n; i++) {
        const Point *p = &l->points[i];
        const Segment *g = &f->segments[p->segment];
        if (!segment_counts(q, g, sure)) continue;
        if (w.any && p->at > before) {
            int64_t value = level.active ? level_now(&level, sure) : 0;
            if (level.active) sweep_add(&w, before, p->at, value, value >= with, integral, &run);
            else w.gaps = true, run = 0;
        }
        w.any = true;
        before = p->at;
        level_change(&level, g, sure, p->begins);
    }
    return w;
}

static const Swept *swept_of(Judge *j, const Quantity *q, const FactValue *f)
{
    Swept *w = &j->swept[j->probe[q - j->s->quantities]];
    if (w->at == j->measured && q->with == NONE) return w; /* what a run must reach may hang on what a split supposes */
    Range with = q->with == NONE ? (Range){0, 0} : judge_amount(j, q->with);
    w->sure = sweep(j, q, f, true, with.hi, w->integral), w->possible = sweep(j, q, f, false, with.lo, w->integral);
    w->at = j->measured;
    return w;
}

/* --- each measure out of the two sweeps ---------------------------------------------------------------------------------- */

/* First onset to last restoration: the ends of segments that surely count bound it from below, of those that possibly count from above. */
static Range span_of(Judge *j, const Quantity *q, const FactValue *f)
{
    int64_t onset_hi = RULES_OPEN, onset_lo = RULES_OPEN, end_lo = INT64_MIN, end_hi = INT64_MIN;
    bool any = false, sure_any = false;
    for (size_t i = 0; i < f->n; i++) {
        const Segment *g = &f->segments[i];
        int64_t b0, e1, b1, e0;
        if (!segment_counts(q, g, false)) continue;
        stretch(j, q, g, false, &b0, &e1);
        stretch(j, q, g, true, &b1, &e0);
        any = true;
        if (b0 < onset_lo) onset_lo = b0;
        if (e1 > end_hi) end_hi = e1;
        if (!segment_counts(q, g, true)) continue;
        sure_any = true;
        if (b1 < onset_hi) onset_hi = b1;
        if (e0 > end_lo) end_lo = e0;
    }
    if (!any) return (Range){0, 0};
    Range r = {sure_any && end_lo > onset_hi ? end_lo - onset_hi : 0, end_hi == RULES_OPEN || onset_lo == INT64_MIN ? RULES_OPEN : end_hi - onset_lo};
    return r.hi < r.lo ? (Range){r.lo, r.lo} : r;
}

/* Interrupted impairments are one accident or several: a person says which. */
static Range span_judged(Judge *j, const Quantity *q, const FactValue *f, const Sweep *sure, const Sweep *possible)
{
    Range whole = span_of(j, q, f), run = {sure->longest, possible->longest};
    int one = j->s->facts[q->fact].one_accident;
    Tri is_one = one == NONE ? TRI_TRUE : (Tri)(fact_of(j, one)->possible & 3);
    if (!sure->gaps && !possible->gaps) return whole;
    if (is_one == TRI_TRUE) return whole;
    if (is_one == TRI_FALSE) return run;
    return (Range){run.lo < whole.lo ? run.lo : whole.lo, whole.hi > run.hi ? whole.hi : run.hi};
}

static int64_t largest_seen(const Quantity *q, const FactValue *f, int64_t least)
{
    for (size_t i = 0; i < f->n; i++)
        if (segment_counts(q, &f->segments[i], true) && f->segments[i].value.lo > least) least = f->segments[i].value.lo;
    return least;
}

static Range peak_of(const Quantity *q, const FactValue *f, const Sweep *sure, const Sweep *possible)
{
    int64_t lo = largest_seen(q, f, sure->peak);
    return (Range){lo, possible->peak > lo ? possible->peak : lo};
}

/* Over classes the users may be the same: surely the largest, possibly all together, if every class that may have been hit was counted. */
static Range by_sum(const FactValue *v, uint64_t hit)
{
    Range r = {0, 0};
    for (uint64_t left = v->by_given; left; left &= left - 1) {
        const Range *one = &v->by[__builtin_ctzll(left)];
        if (one->lo > r.lo) r.lo = one->lo;
        r.hi = add_open(r.hi, one->hi);
    }
    if (hit & ~v->by_given) r.hi = RULES_OPEN;
    return r;
}

/* A count for the class of the quantity: its own, or the total where no other class was hit. */
static bool count_for(Judge *j, const Quantity *q, int fact, Range *out)
{
    if (fact == NONE) return false;
    const FactValue *v = fact_of(j, fact);
    int of = j->s->facts[q->fact].classes;
    if (q->cls == NONE && v->by_given) {
        *out = by_sum(v, of == NONE ? 0 : fact_of(j, of)->possible);
        return true;
    }
    if (q->cls != NONE && (v->by_given >> q->cls & 1)) {
        *out = v->by[q->cls];
        return true;
    }
    if (v->by_given || v->unknown & ~WHY_RANGE) return false;
    int classes = j->s->facts[q->fact].classes;
    bool alone = q->cls == NONE || classes == NONE || (fact_of(j, classes)->possible == (uint64_t)1 << q->cls);
    *out = (Range){alone ? v->range.lo : 0, v->range.hi};
    return true;
}

/* All segments in groups: the same users throughout each, and no user in two. */
static bool groups_sum(const Quantity *q, const FactValue *f, Range *out)
{
    Range most[256];
    int last = 0;
    for (size_t i = 0; i < f->n; i++) {
        const Segment *g = &f->segments[i];
        if (!segment_counts(q, g, false)) continue;
        if (!g->group) return false;
        while (last < g->group) most[++last] = (Range){0, 0};
        if (segment_counts(q, g, true) && g->value.lo > most[g->group].lo) most[g->group].lo = g->value.lo;
        if (g->value.hi > most[g->group].hi) most[g->group].hi = g->value.hi;
    }
    *out = (Range){0, 0};
    for (int k = 1; k <= last; k++) {
        out->lo = add_open(out->lo, most[k].lo);
        out->hi = add_open(out->hi, most[k].hi);
    }
    return last > 0;
}

static Range sufferers_of(Judge *j, const Quantity *q, const FactValue *f, Range peak)
{
    const FactDef *d = &j->s->facts[q->fact];
    Range given, groups, base, r = {peak.lo, RULES_OPEN};
    if (count_for(j, q, d->sufferers, &given)) {
        if (given.lo < peak.lo) given.lo = peak.lo;
        return given.hi < given.lo ? (Range){given.lo, given.lo} : given;
    }
    if (f && groups_sum(q, f, &groups)) {
        if (groups.lo > r.lo) r.lo = groups.lo;
        r.hi = groups.hi;
    } else if (f && peak.hi == 0) r.hi = 0;
    if (count_for(j, q, d->base, &base) && base.hi < r.hi) r.hi = base.hi;
    return r.hi < r.lo ? (Range){r.lo, r.lo} : r;
}

static Range below_of(Judge *j, const Quantity *q, Range sufferers)
{
    Range given;
    if (!count_for(j, q, j->s->facts[q->fact].below, &given)) return (Range){sufferers.lo, sufferers.hi == 0 ? 0 : RULES_OPEN};
    if (given.lo < sufferers.lo) given.lo = sufferers.lo;
    return given.hi < given.lo ? (Range){given.lo, given.lo} : given;
}

/* Is there anything of this class? Nothing recorded although the class was hit is unknown, not nothing. */
static bool recorded(Judge *j, const Quantity *q, const FactValue *f, bool *none)
{
    int classes = j->s->facts[q->fact].classes;
    *none = false;
    if (q->cls != NONE && classes != NONE && !(fact_of(j, classes)->possible >> q->cls & 1)) {
        *none = true;
        return true;
    }
    if (f->unknown & ~WHY_RANGE) return false;
    *none = f->n == 0; /* known, and nobody was hit */
    if (q->cls == NONE || *none) return true;
    for (size_t i = 0; i < f->n; i++)
        if (f->segments[i].cls == q->cls || f->segments[i].cls == NO_CODE) return true;
    *none = classes == NONE || !(fact_of(j, classes)->sure >> q->cls & 1);
    return *none;
}

static Range fact_range(Judge *j, const Quantity *q)
{
    const FactValue *v = fact_of(j, q->fact);
    Range r = {0, 0};
    if (count_for(j, q, q->fact, &r)) return r;
    return q->cls == NONE ? v->range : (Range){0, RULES_OPEN};
}

Range quantity_measure(Judge *j, const Quantity *q)
{
    if (q->kind == Q_FACT) return fact_range(j, q);
    const FactValue *f = fact_of(j, q->fact);
    bool counts = q->kind == Q_SUFFERERS || q->kind == Q_BELOW, none;
    if (!recorded(j, q, f, &none)) {
        if (!counts) return (Range){0, RULES_OPEN};
        Range s = sufferers_of(j, q, NULL, (Range){0, RULES_OPEN});
        return q->kind == Q_BELOW ? below_of(j, q, s) : s;
    }
    if (none) return (Range){0, 0};
    const Swept *w = swept_of(j, q, f);
    Range peak = peak_of(q, f, &w->sure, &w->possible);
    switch (q->kind) {
    case Q_SPAN: return span_judged(j, q, f, &w->sure, &w->possible);
    case Q_TOTAL: return (Range){w->sure.total, w->possible.total};
    case Q_RUN: return (Range){w->sure.longest, w->possible.longest};
    case Q_PEAK: return peak;
    case Q_INTEGRAL: return (Range){w->sure.integral, w->possible.integral};
    case Q_BELOW: return below_of(j, q, sufferers_of(j, q, f, peak));
    default: return sufferers_of(j, q, f, peak);
    }
}

bool quantity_runs(Judge *j, const Quantity *q)
{
    if (q->kind == Q_FACT) return false;
    const FactValue *f = fact_of(j, q->fact);
    for (size_t i = 0; i < f->n; i++)
        if (f->segments[i].open && segment_counts(q, &f->segments[i], false)) return true;
    return false;
}
