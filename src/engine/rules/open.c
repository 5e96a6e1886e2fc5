/* open.c -- of a verdict that is open: why, when time itself will decide it, and which facts would. */
#include "rules/inside.h"

/* --- why ------------------------------------------------------------------------------------------------------------------ */

static uint8_t fact_origin(Judge *j, int fact)
{
    const FactValue *f = fact_of(j, fact);
    return f->unknown ? f->unknown : WHY_RANGE;
}

/* The number that an amount is a share of, where it is not known exactly. */
static bool amount_ask(Judge *j, int amount, Ask *out);

/* What of a quantity is not known closely enough: the fact to ask, and what of it. */
static Ask ask_of(Judge *j, const Quantity *q)
{
    const FactDef *d = &j->s->facts[q->fact];
    const FactValue *f = fact_of(j, q->fact);
    if (q->kind == Q_FACT) return (Ask){q->fact, ASK_VALUE};
    if (q->kind == Q_BELOW && d->below != NONE) return (Ask){d->below, ASK_VALUE};
    if (q->kind == Q_SUFFERERS && d->sufferers != NONE) return (Ask){d->sufferers, ASK_VALUE};
    if (f->unknown & ~WHY_RANGE) return (Ask){q->fact, ASK_VALUE};
    if (q->kind == Q_PEAK || q->kind == Q_SUFFERERS || q->kind == Q_BELOW) return (Ask){q->fact, ASK_NUMBERS};
    if (quantity_runs(j, q)) return (Ask){q->fact, ASK_END};
    bool onset = false, end = false;
    for (size_t i = 0; i < f->n; i++) {
        onset = onset || f->segments[i].from.lo != f->segments[i].from.hi;
        end = end || f->segments[i].to.lo != f->segments[i].to.hi;
    }
    if (onset || end) return (Ask){q->fact, onset ? ASK_ONSET : ASK_END};
    Ask base;
    if (q->with != NONE && amount_ask(j, q->with, &base)) return base;
    if (q->kind == Q_SPAN && d->one_accident != NONE) return (Ask){d->one_accident, ASK_VALUE};
    return (Ask){q->fact, ASK_NUMBERS};
}

static bool amount_ask(Judge *j, int amount, Ask *out)
{
    const Amount *m = &j->s->amounts[amount];
    if (m->kind == AMOUNT_SHARE) {
        Range base = judge_quantity(j, m->of);
        if (base.lo < base.hi) *out = ask_of(j, &j->s->quantities[m->of]);
        return base.lo < base.hi;
    }
    for (int i = 0; i < m->count; i++)
        if (amount_ask(j, j->s->kids[m->first + i], out)) return true;
    return false;
}

static uint8_t quantity_origin(Judge *j, int quantity)
{
    const Quantity *q = &j->s->quantities[quantity];
    Ask ask = ask_of(j, q);
    return ask.aspect == ASK_END && quantity_runs(j, q) ? WHY_FUTURE : fact_origin(j, ask.fact);
}

static uint8_t leaf_origin(Judge *j, const Node *n)
{
    if (n->kind == NODE_UNKNOWN) return WHY_PACK;
    if (n->kind == NODE_AT_LEAST || n->kind == NODE_AT_MOST) return quantity_origin(j, n->what);
    if (n->kind == NODE_SHARE) {
        Range q = judge_quantity(j, n->what), base = judge_quantity(j, n->base);
        return (uint8_t)((q.lo < q.hi ? quantity_origin(j, n->what) : 0) | (base.lo < base.hi ? quantity_origin(j, n->base) : 0));
    }
    return fact_origin(j, n->what);
}

uint8_t judge_origin(Judge *j, int node)
{
    const Node *n = &j->s->nodes[node];
    uint8_t o = 0;
    if (judge_node(j, node) != TRI_OPEN) return 0;
    if (n->kind == NODE_RULE) {
        for (uint32_t left = j->chosen[n->what]; left; left &= left - 1) o |= judge_origin(j, j->s->rules[n->what].versions[__builtin_ctz(left)].condition[0]);
        return o;
    }
    if (n->kind > NODE_SOME) return leaf_origin(j, n);
    for (int i = 0; i < n->count; i++) o |= judge_origin(j, j->s->kids[n->first + i]);
    return o;
}

/* --- when ------------------------------------------------------------------------------------------------------------------ */

enum { TURNS_MAX = 256 };
typedef struct Turns { Judge *j; Instant at[TURNS_MAX]; size_t n; } Turns;

static void turn_at(Turns *t, const Quantity *q, Range now, int64_t reach)
{
    Instant as_of = t->j->as_of, from = q->minute ? as_of - (as_of % 60000 + 60000) % 60000 : as_of;
    int64_t rate = 1, missing = reach - now.lo;
    if (t->n == TURNS_MAX || missing <= 0) return;
    if (q->kind == Q_INTEGRAL) {
        rate = 0;
        const FactValue *f = fact_of(t->j, q->fact);
        for (size_t i = 0; i < f->n; i++)
            if (f->segments[i].open && segment_counts(q, &f->segments[i], true)) rate = add_open(rate, f->segments[i].value.lo);
        if (rate == 0) return;
    }
    Instant at = add_open(from, missing / rate + (missing % rate != 0));
    if (at != RULES_OPEN) t->at[t->n++] = at;
}

static void turns_of(Turns *t, int node)
{
    const RuleSet *s = t->j->s;
    const Node *n = &s->nodes[node];
    for (int i = 0; i < n->count && n->kind <= NODE_SOME; i++) turns_of(t, s->kids[n->first + i]);
    if (n->kind != NODE_AT_LEAST && n->kind != NODE_AT_MOST) return;
    const Quantity *q = &s->quantities[n->what];
    bool grows = q->kind == Q_SPAN || q->kind == Q_TOTAL || q->kind == Q_RUN || q->kind == Q_INTEGRAL;
    if (grows && quantity_runs(t->j, q)) turn_at(t, q, judge_quantity(t->j, n->what), n->kind == NODE_AT_LEAST ? n->n : n->n + 1);
}

static void turns_of_rule(Turns *t, int rule)
{
    const Rule *r = &t->j->s->rules[rule];
    for (uint32_t left = t->j->chosen[rule]; left; left &= left - 1) {
        const RuleVersion *v = &r->versions[__builtin_ctz(left)];
        turns_of(t, v->condition[0]);
        if (v->except != NONE) turns_of(t, v->except);
    }
    for (size_t i = 0; i < r->yields_n; i++)
        if (yields_here(t->j, rule, i)) turns_of_rule(t, r->yields[i]);
}

static void sort_instants(Instant *at, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        Instant x = at[i];
        size_t k = i;
        for (; k > 0 && at[k - 1] > x; k--) at[k] = at[k - 1];
        at[k] = x;
    }
}

bool judge_turn(Judge *j, int rule, VerdictKind is, Instant *at, VerdictKind *to)
{
    Turns room, *t = &room;
    Instant now = j->as_of;
    bool turned = false;
    t->j = j, t->n = 0;
    turns_of_rule(t, rule);
    if (!t->n) return false; /* what was measured for this instant stays */
    sort_instants(t->at, t->n);
    for (size_t i = 0; i < t->n && !turned; i++) {
        if (i > 0 && t->at[i] == t->at[i - 1]) continue;
        judge_begin(j, j->facts, t->at[i], j->chosen);
        *to = judge_rule(j, rule).kind;
        *at = t->at[i];
        turned = *to != is;
    }
    judge_begin(j, j->facts, now, j->chosen);
    return turned;
}

/* --- which facts ------------------------------------------------------------------------------------------------------------ */

/* Room for as many as there may be, of which only the first n mean anything: clearing or copying the rest would cost more than all the work on them. */
typedef struct Sets { int n; Deciding list[DECIDING_SETS_MAX]; } Sets;

static Sets *sets_room(Judge *j) { return arena_raw(j->a, sizeof(Sets)); }

/* None, or only the empty set: nothing more is needed. */
static void sets_start(Sets *s, bool empty)
{
    s->n = empty;
    s->list[0] = (Deciding){0};
}

static bool has_ask(const Deciding *d, Ask a)
{
    for (int i = 0; i < d->n; i++)
        if (d->asks[i].fact == a.fact && d->asks[i].aspect == a.aspect) return true;
    return false;
}

static bool inside(const Deciding *small, const Deciding *big)
{
    for (int i = 0; i < small->n; i++)
        if (!has_ask(big, small->asks[i])) return false;
    return true;
}

static void sets_add(Sets *s, const Deciding *d)
{
    for (int i = 0; i < s->n; i++)
        if (inside(&s->list[i], d)) return;
    int kept = 0;
    for (int i = 0; i < s->n; i++)
        if (!inside(d, &s->list[i])) s->list[kept++] = s->list[i];
    s->n = kept;
    if (s->n < DECIDING_SETS_MAX) s->list[s->n++] = *d;
}

static void sets_union(Sets *s, const Sets *more)
{
    for (int i = 0; i < more->n; i++) sets_add(s, &more->list[i]);
}

static bool joined(const Deciding *a, const Deciding *b, Deciding *out)
{
    *out = *a;
    for (int i = 0; i < b->n; i++) {
        if (has_ask(out, b->asks[i])) continue;
        if (out->n == DECIDING_FACTS_MAX) return false;
        out->asks[out->n++] = b->asks[i];
    }
    return true;
}

static void sets_cross(Judge *j, Sets *s, const Sets *by)
{
    if (by->n == 1 && !by->list[0].n) return;
    Sets *out = sets_room(j);
    Deciding d;
    out->n = 0;
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < by->n; k++)
            if (joined(&s->list[i], &by->list[k], &d)) sets_add(out, &d);
    s->n = out->n;
    memcpy(s->list, out->list, (size_t)out->n * sizeof *out->list);
}

static void sets_of(Judge *j, int node, bool want, Sets *out);

static void sets_all(Judge *j, const int32_t *kids, int n, bool want, Sets *out)
{
    Sets *k = sets_room(j);
    sets_start(out, true);
    for (int i = 0; i < n; i++) {
        sets_of(j, kids[i], want, k);
        sets_cross(j, out, k);
    }
}

static void sets_any(Judge *j, const int32_t *kids, int n, bool want, Sets *out)
{
    Sets *k = sets_room(j);
    sets_start(out, false);
    for (int i = 0; i < n; i++) {
        sets_of(j, kids[i], want, k);
        sets_union(out, k);
    }
}

/* At least `least` of n: every choice of that many (n is small in law). */
static void sets_some(Judge *j, const int32_t *kids, int n, int least, bool want, Sets *out)
{
    int need = want ? least : n - least + 1;
    int32_t pick[16];
    Sets *s = sets_room(j);
    sets_start(out, false);
    if (n > 16) return;
    for (uint32_t m = 0; m < 1u << n; m++) {
        if (__builtin_popcount(m) != need) continue;
        int k = 0;
        for (int i = 0; i < n; i++)
            if (m >> i & 1) pick[k++] = kids[i];
        sets_all(j, pick, k, want, s);
        sets_union(out, s);
    }
}

static void sets_leaf(Judge *j, const Node *n, Sets *out)
{
    Deciding d = {.n = 1};
    sets_start(out, false);
    if (n->kind == NODE_UNKNOWN) return;
    bool numbers = n->kind == NODE_AT_LEAST || n->kind == NODE_AT_MOST || n->kind == NODE_SHARE;
    d.asks[0] = numbers ? ask_of(j, &j->s->quantities[n->what]) : (Ask){n->what, ASK_VALUE};
    if (fact_of(j, d.asks[0].fact)->unknown & WHY_PACK) return;
    if (n->kind == NODE_SHARE) {
        Range q = judge_quantity(j, n->what);
        Ask base = ask_of(j, &j->s->quantities[n->base]);
        if (q.lo == q.hi) d.asks[0] = base;
        else if (!has_ask(&d, base)) d.asks[d.n++] = base;
    }
    sets_add(out, &d);
}

static void sets_of_rule(Judge *j, int rule, bool want, Sets *out);

static void sets_of(Judge *j, int node, bool want, Sets *out)
{
    const Node *n = &j->s->nodes[node];
    const int32_t *kids = j->s->kids + n->first;
    Tri v = judge_node(j, node);
    sets_start(out, v == (want ? TRI_TRUE : TRI_FALSE)); /* already so: the empty set */
    if (v != TRI_OPEN) return;
    if (n->kind == NODE_NONE) want = !want;
    if (n->kind == NODE_ALL) want ? sets_all(j, kids, n->count, want, out) : sets_any(j, kids, n->count, want, out);
    else if (n->kind == NODE_ANY || n->kind == NODE_NONE) want ? sets_any(j, kids, n->count, want, out) : sets_all(j, kids, n->count, want, out);
    else if (n->kind == NODE_SOME) sets_some(j, kids, n->count, (int)n->n, want, out);
    else if (n->kind == NODE_RULE) sets_of_rule(j, n->what, want, out);
    else sets_leaf(j, n, out);
}

/* Bound, and the condition, and no exception, and nothing that it yields to. */
static void sets_of_rule(Judge *j, int rule, bool want, Sets *out)
{
    const Rule *r = &j->s->rules[rule];
    const RuleVersion *v = &r->versions[__builtin_ctz(j->chosen[rule] ? j->chosen[rule] : 1)];
    Sets *part = sets_room(j);
    int nodes[2] = {v->bound, v->condition[0]};
    sets_start(out, want);
    for (size_t i = 0; i < 3 + r->yields_n; i++) {
        if (i > 2 && !yields_here(j, rule, i - 3)) continue;
        sets_start(part, want);
        if (i < 2) sets_of(j, nodes[i], want, part);
        else if (i == 2 && v->except != NONE) sets_of(j, v->except, !want, part);
        else if (i > 2) sets_of_rule(j, r->yields[i - 3], !want, part);
        if (want) sets_cross(j, out, part);
        else sets_union(out, part);
    }
}

static size_t sets_out(const Sets *yes, const Sets *no, Deciding *out)
{
    size_t n = 0;
    for (int k = 0; k < 2; k++) {
        const Sets *s = k ? no : yes;
        for (int i = 0; i < s->n && n < DECIDING_SETS_MAX; i++) {
            if (!s->list[i].n) continue;
            out[n] = s->list[i];
            out[n++].makes = k == 0;
        }
    }
    return n;
}

size_t judge_deciding(Judge *j, Arena *a, int rule, Deciding *out)
{
    j->a = a;
    Sets *yes = sets_room(j), *no = sets_room(j);
    sets_of_rule(j, rule, true, yes);
    sets_of_rule(j, rule, false, no);
    return sets_out(yes, no, out);
}

size_t judge_deciding_node(Judge *j, Arena *a, int node, Deciding *out)
{
    j->a = a;
    Sets *yes = sets_room(j), *no = sets_room(j);
    sets_of(j, node, true, yes);
    sets_of(j, node, false, no);
    return sets_out(yes, no, out);
}
