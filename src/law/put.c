/* put.c -- facts changed so that one quantity has exactly one value: what a boundary needs. */
#include "law/author.h"

static void count_put(Arena *a, FactValue *v, int cls, int64_t x)
{
    Range *by;
    v->estimate = false;
    if (cls == NONE) {
        *v = (FactValue){.range = {x, x}};
        return;
    }
    by = arena_array(a, Range, CODES_MAX);
    for (int i = 0; i < CODES_MAX && v->by_given; i++)
        if (v->by_given >> i & 1) by[i] = v->by[i];
    by[cls] = (Range){x, x};
    *v = (FactValue){.by_given = v->by_given | (uint64_t)1 << cls, .by = by, .range = {0, RULES_OPEN}};
}

static Segment *segments_copy(Arena *a, FactValue *v)
{
    Segment *g = arena_array(a, Segment, v->n + 3);
    if (v->n) memcpy(g, v->segments, v->n * sizeof *g);
    v->segments = g;
    return g;
}

static bool of_class(const Quantity *q, const Segment *g) { return q->cls == NONE || g->cls == q->cls || g->cls == NO_CODE; }

/* No segment of the class says more than x: a person hit is one who suffered. */
static void values_clamp(Arena *a, const Quantity *q, FactValue *v, int64_t x)
{
    Segment *g = segments_copy(a, v);
    for (size_t i = 0; i < v->n; i++) {
        if (!of_class(q, &g[i]) || !g[i].counted) continue;
        if (g[i].value.lo > x) g[i].value.lo = x;
        if (g[i].value.hi > x) g[i].value.hi = x;
    }
}

static int lowest(uint64_t mask) { return mask ? __builtin_ctzll(mask) : 0; }

/* What a new segment of this quantity is like: the first that counts, else made of the quantity itself. */
static bool pattern_of(const LawSet *s, const Quantity *q, const LawFacts *f, Segment *out)
{
    const FactValue *v = &f->values[q->fact], *occurred = &f->values[s->occurred];
    bool found = false;
    int64_t most = -1;
    *out = (Segment){.from = occurred->range, .value = {0, RULES_OPEN}, .cls = q->cls == NONE ? NO_CODE : (uint8_t)q->cls, .area = q->areas ? (uint8_t)lowest(q->areas) : NO_CODE};
    for (size_t i = 0; i < v->n; i++) {
        const Segment *g = &v->segments[i];
        if (!of_class(q, g)) continue;
        if (!found || g->from.lo < out->from.lo) out->from = (Range){g->from.lo, g->from.lo};
        if (!found) out->kind = g->kind, out->area = g->area, out->group = g->group;
        if (g->counted && g->value.lo > most) most = g->value.lo, out->value = g->value, out->counted = true;
        found = true;
    }
    if (!(q->kinds >> (out->kind & 63) & 1) || !found) out->kind = (uint8_t)lowest(q->kinds);
    out->from.hi = out->from.lo;
    return out->from.lo != INT64_MIN && out->from.lo != RULES_OPEN;
}

/* The segments of the class that would count give way to these. */
static void segments_put(Arena *a, const Quantity *q, LawFacts *f, const Segment *list, size_t n)
{
    FactValue *v = &f->values[q->fact];
    Segment *g = segments_copy(a, v);
    size_t kept = 0;
    for (size_t i = 0; i < v->n; i++)
        if (!of_class(q, &g[i]) || !(q->kinds >> (g[i].kind & 63) & 1)) g[kept++] = g[i];
    for (size_t i = 0; i < n; i++) {
        g[kept++] = list[i];
        if (list[i].to.hi > f->as_of) f->as_of = list[i].to.hi + 86400000;
    }
    *v = (FactValue){.segments = g, .n = kept};
}

static bool time_put(Arena *a, const LawSet *s, const Quantity *q, LawFacts *f, int64_t x)
{
    Segment g;
    if (!pattern_of(s, q, f, &g)) return false;
    g.to = (Range){g.from.lo + x, g.from.lo + x};
    segments_put(a, q, f, &g, x > 0);
    return true;
}

static int64_t whole_time(const Quantity *q, const FactValue *v, int64_t from)
{
    int64_t end = from;
    for (size_t i = 0; i < v->n; i++)
        if (of_class(q, &v->segments[i]) && !v->segments[i].open && v->segments[i].to.hi > end) end = v->segments[i].to.hi;
    return end > from ? end - from : 3600000;
}

static bool value_put(Arena *a, const LawSet *s, const Quantity *q, LawFacts *f, int64_t x)
{
    Segment g;
    if (x <= 0 || !pattern_of(s, q, f, &g)) return false;
    int64_t time = whole_time(q, &f->values[q->fact], g.from.lo);
    g.to = (Range){g.from.lo + time, g.from.lo + time};
    g.value = (Range){x, x}, g.counted = true, g.group = 1;
    segments_put(a, q, f, &g, 1);
    return true;
}

/* value × time: a last minute takes what does not divide. */
static bool integral_put(Arena *a, const LawSet *s, const Quantity *q, LawFacts *f, int64_t x)
{
    Segment g[2];
    if (x <= 0 || x % 60000 || !pattern_of(s, q, f, &g[0])) return false;
    int64_t minutes = whole_time(q, &f->values[q->fact], g[0].from.lo) / 60000, each = minutes > 1 ? x / 60000 / minutes : 0;
    if (minutes < 2 || each < 1) return false;
    int64_t middle = g[0].from.lo + (minutes - 1) * 60000, last = x / 60000 - each * (minutes - 1);
    g[0].to = (Range){middle, middle}, g[0].value = (Range){each, each}, g[0].counted = true;
    g[1] = g[0];
    g[1].from = (Range){middle, middle}, g[1].to = (Range){middle + 60000, middle + 60000}, g[1].value = (Range){last, last};
    segments_put(a, q, f, g, 2);
    return true;
}

bool law_quantity_put(Arena *a, const LawSet *s, const Quantity *q, LawFacts *f, int64_t x)
{
    const FactDef *d = &s->defs[q->fact];
    if (x < 0 && s->facts[q->fact].type != FACT_TIME) return false;
    switch (q->kind) {
    case Q_FACT:
        if (s->facts[q->fact].type == FACT_TIME && x > f->as_of) f->as_of = x + 86400000;
        count_put(a, &f->values[q->fact], q->cls, x);
        return true;
    case Q_SPAN: case Q_TOTAL: case Q_RUN: return time_put(a, s, q, f, x);
    case Q_PEAK: return value_put(a, s, q, f, x);
    case Q_INTEGRAL: return integral_put(a, s, q, f, x);
    case Q_BELOW:
        if (d->below == NONE) return value_put(a, s, q, f, x);
        count_put(a, &f->values[d->below], q->cls, x);
        if (d->sufferers != NONE && q->cls != NONE && (f->values[d->sufferers].by_given >> q->cls & 1) && f->values[d->sufferers].by[q->cls].hi > x) count_put(a, &f->values[d->sufferers], q->cls, x);
        values_clamp(a, q, &f->values[q->fact], x);
        return true;
    default:
        if (d->sufferers == NONE) return value_put(a, s, q, f, x);
        count_put(a, &f->values[d->sufferers], q->cls, x);
        values_clamp(a, q, &f->values[q->fact], x);
        return true;
    }
}

/* --- facts out of others ------------------------------------------------------------------------------------------------------ */

uint64_t law_chance(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
    return *state % below;
}

void law_facts_mix(uint64_t *state, const LawSet *s, LawFacts *f, const LawFacts *other, int most)
{
    for (uint64_t i = 0, n = 1 + law_chance(state, (uint64_t)most); i < n; i++) {
        size_t fact = law_chance(state, s->facts_n);
        f->values[fact] = other->values[fact];
    }
    if (other->as_of > f->as_of) f->as_of = other->as_of;
}

bool law_facts_could_be(const LawSet *s, const LawFacts *f)
{
    for (size_t i = 0; i < s->facts_n; i++) {
        const FactDef *d = &s->defs[i];
        const FactValue *v = &f->values[i], *said = d->sufferers == NONE ? NULL : &f->values[d->sufferers];
        for (size_t k = 0; s->facts[i].type == FACT_TIMELINE && k < v->n; k++) {
            const Segment *g = &v->segments[k];
            if (g->cls == NO_CODE) continue;
            const FactValue *hit = d->classes == NONE ? NULL : &f->values[d->classes];
            if (hit && !(hit->sure >> g->cls & 1)) return false;
            if (said && (said->by_given >> g->cls & 1) && g->value.lo > said->by[g->cls].hi) return false;
        }
    }
    return true;
}
