/* rules_test.c -- logic against every world that is possible, measures against a walk minute by minute, turning times, deciding sets, readings, yields. */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COUNTS = 3, BOOLS = 2, CHOICE = 5, SET = 6, FACTS = 7, MINUTE = 60000, HOUR = 3600000 };

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13, *s ^= *s >> 7, *s ^= *s << 17;
    return *s;
}
static int64_t below(uint64_t *s, int64_t n) { return (int64_t)(next(s) % (uint64_t)n); }

static const FactDef plain_facts[FACTS] = {
    {FACT_COUNT, NONE, NONE, NONE, NONE, NONE}, {FACT_COUNT, NONE, NONE, NONE, NONE, NONE}, {FACT_COUNT, NONE, NONE, NONE, NONE, NONE},
    {FACT_BOOL, NONE, NONE, NONE, NONE, NONE}, {FACT_BOOL, NONE, NONE, NONE, NONE, NONE}, {FACT_CHOICE, NONE, NONE, NONE, NONE, NONE}, {FACT_SET, NONE, NONE, NONE, NONE, NONE}};

static int number_quantity(RuleSet *s, int fact) { return rules_quantity(s, (Quantity){.kind = Q_FACT, .fact = fact, .cls = NONE, .with = NONE}); }
static int number(RuleSet *s, int64_t n) { return rules_amount(s, (Amount){.kind = AMOUNT_NUMBER, .of = NONE, .n = n, .den = 1}, NULL); }
static int at_least(RuleSet *s, int fact, int64_t n) { return rules_compare(s, number_quantity(s, fact), CMP_AT_LEAST, number(s, n)); }
static int at_most(RuleSet *s, int fact, int64_t n) { return rules_compare(s, number_quantity(s, fact), CMP_AT_MOST, number(s, n)); }
static int is(RuleSet *s, int fact, bool yes) { return rules_node(s, (Node){.kind = NODE_IS, .what = fact, .mask = yes ? 1 : 2}, NULL); }
static int join(RuleSet *s, int kind, int64_t least, int n, const int *kids) { return rules_node(s, (Node){.kind = kind, .n = least, .count = n}, kids); }

static FactValue known_number(int64_t lo, int64_t hi) { return (FactValue){.range = {lo, hi}, .unknown = lo == hi ? 0 : WHY_RANGE}; }
static FactValue known_bool(bool yes) { return (FactValue){.possible = yes ? 1 : 2}; }

/* --- random conditions against every possible world ------------------------------------------------------------------------ */

enum { TOP = 12 }; /* numbers run from 0 to TOP */

static int random_leaf(RuleSet *s, uint64_t *r, bool sets)
{
    int fact = (int)below(r, sets ? FACTS : FACTS - 1);
    if (fact < COUNTS) return below(r, 2) ? at_least(s, fact, below(r, TOP) + 1) : at_most(s, fact, below(r, TOP));
    if (fact < COUNTS + BOOLS) return is(s, fact, below(r, 2));
    uint64_t mask = (uint64_t)below(r, 15) + 1;
    if (fact == CHOICE) return rules_node(s, (Node){.kind = NODE_IN, .what = fact, .mask = mask}, NULL);
    return rules_node(s, (Node){.kind = below(r, 2) ? NODE_HAS_ANY : NODE_HAS_ALL, .what = fact, .mask = mask}, NULL);
}

static int random_tree(RuleSet *s, uint64_t *r, int depth, bool sets)
{
    int kids[4], n = 2 + (int)below(r, 2);
    if (!depth || below(r, 4) == 0) return random_leaf(s, r, sets);
    for (int i = 0; i < n; i++) kids[i] = random_tree(s, r, depth - 1, sets);
    int kind = (int)below(r, 4);
    return join(s, kind, kind == NODE_SOME ? 1 + below(r, n) : 0, n, kids);
}

typedef struct World { int64_t n[COUNTS]; bool b[BOOLS]; int choice; uint64_t set; } World;

/* The plain meaning of a condition, where everything is known: written without the engine. */
static bool truth(const RuleSet *s, int node, const World *w)
{
    const Node *n = &s->nodes[node];
    int yes = 0;
    for (int i = 0; n->kind <= NODE_SOME && i < n->count; i++) yes += truth(s, s->kids[n->first + i], w);
    switch (n->kind) {
    case NODE_ALL: return yes == n->count;
    case NODE_ANY: return yes > 0;
    case NODE_NONE: return yes == 0;
    case NODE_SOME: return yes >= n->n;
    case NODE_AT_LEAST: return w->n[s->quantities[n->what].fact] >= n->n;
    case NODE_AT_MOST: return w->n[s->quantities[n->what].fact] <= n->n;
    case NODE_IS: return w->b[n->what - COUNTS] == (n->mask == 1);
    case NODE_IN: return n->mask >> w->choice & 1;
    case NODE_HAS_ANY: return w->set & n->mask;
    default: return (w->set & n->mask) == n->mask;
    }
}

static void random_facts(uint64_t *r, FactValue *f)
{
    for (int i = 0; i < COUNTS; i++) {
        int64_t lo = below(r, TOP + 1), hi = lo + below(r, TOP + 1 - lo);
        f[i] = below(r, 3) == 0 ? known_number(0, TOP) : known_number(lo, below(r, 2) ? lo : hi);
    }
    for (int i = 0; i < BOOLS; i++) f[COUNTS + i] = below(r, 2) ? (FactValue){.possible = 3, .unknown = WHY_NOT_ASKED} : known_bool(below(r, 2));
    f[CHOICE] = (FactValue){.possible = below(r, 2) ? (uint64_t)1 << below(r, 4) : (uint64_t)below(r, 15) + 1};
    f[SET] = (FactValue){.sure = (uint64_t)below(r, 16)};
    f[SET].possible = f[SET].sure | (uint64_t)below(r, 16);
}

static Tri every_world(const RuleSet *s, int node, const FactValue *f)
{
    Tri out = 0;
    World w;
    for (w.n[0] = f[0].range.lo; w.n[0] <= f[0].range.hi; w.n[0]++)
        for (w.n[1] = f[1].range.lo; w.n[1] <= f[1].range.hi; w.n[1]++)
            for (w.n[2] = f[2].range.lo; w.n[2] <= f[2].range.hi; w.n[2]++)
                for (int bits = 0; bits < 4; bits++)
                    for (w.choice = 0; w.choice < 4; w.choice++)
                        for (w.set = 0; w.set < 16; w.set++) {
                            w.b[0] = bits & 1, w.b[1] = bits >> 1;
                            bool can = f[CHOICE].possible >> w.choice & 1 && (w.set & f[SET].sure) == f[SET].sure && !(w.set & ~f[SET].possible);
                            for (int i = 0; i < BOOLS; i++) can = can && (f[COUNTS + i].possible & (w.b[i] ? 1 : 2));
                            if (can) out |= truth(s, node, &w) ? TRI_TRUE : TRI_FALSE;
                            if (out == TRI_OPEN) return out;
                        }
    return out;
}

/* Some of the asked facts made exact in some way decide the condition. */
static bool decides(Judge *j, int node, const FactValue *f, const Deciding *d, int at, FactValue *g)
{
    if (at == d->n) {
        judge_begin(j, g, 0, NULL);
        return judge_exact(j, node) == (d->makes ? TRI_TRUE : TRI_FALSE);
    }
    int fact = d->asks[at].fact;
    for (int64_t v = 0; v <= TOP + 4; v++) {
        g[fact] = f[fact];
        if (fact < COUNTS) {
            if (v < f[fact].range.lo || v > f[fact].range.hi) continue;
            g[fact] = known_number(v, v);
        } else if (fact != SET) {
            if (v > 5 || !(f[fact].possible >> v & 1)) continue;
            g[fact].possible = (uint64_t)1 << v;
        } else {
            if (v > 15 || ((uint64_t)v & f[fact].sure) != f[fact].sure || ((uint64_t)v & ~f[fact].possible)) continue;
            g[fact].sure = g[fact].possible = (uint64_t)v;
        }
        if (decides(j, node, f, d, at + 1, g)) return true;
    }
    g[fact] = f[fact];
    return false;
}

static void test_every_world(void **state)
{
    Arena a;
    uint64_t r = 20261128;
    size_t open_by_logic = 0, decided_by_split = 0, sets = 0, good = 0;
    UNUSED(state);
    for (int round = 0; round < 400; round++) {
        RuleSet s;
        FactValue f[FACTS];
        arena_init(&a, 64 << 20);
        rules_init(&s, &a, plain_facts, FACTS);
        bool with_sets = round % 2;
        int node = random_tree(&s, &r, 3, with_sets);
        Judge *j = judge_new(&a, &s);
        for (int k = 0; k < 20; k++) {
            random_facts(&r, f);
            judge_begin(j, f, 0, NULL);
            Tri real = every_world(&s, node, f), fast = judge_node(j, node), exact = judge_exact(j, node);
            Tri *values = arena_array(&a, Tri, s.nodes_n);
            judge_record(j, &a, node, values);
            assert_int_equal(values[node], fast);
            assert_int_equal(fast & real, real);   /* never excludes what is possible */
            assert_int_equal(exact & real, real);
            if (!with_sets) assert_int_equal(exact, real); /* and with the split says no more than that */
            open_by_logic += fast == TRI_OPEN, decided_by_split += fast == TRI_OPEN && exact != TRI_OPEN;
            if (exact != TRI_OPEN || round % 4) continue;
            Deciding d[DECIDING_SETS_MAX];
            FactValue g[FACTS];
            size_t n = judge_deciding_node(j, &a, node, d);
            for (size_t i = 0; i < n && i < 8; i++) {
                memcpy(g, f, sizeof g);
                sets++, good += decides(j, node, f, &d[i], 0, g);
            }
            judge_begin(j, f, 0, NULL);
        }
        arena_done(&a);
    }
    assert_true(open_by_logic > 500);
    assert_true(decided_by_split > 50);
    assert_true(sets > 200);
    assert_true(good * 100 >= sets * 90); /* where a fact is used both ways a set may not do it alone: rules.h says "could" */
}

static void test_words_of_the_law(void **state)
{
    Arena a;
    RuleSet s;
    UNUSED(state);
    arena_init(&a, 8 << 20);
    rules_init(&s, &a, plain_facts, FACTS);
    int q = number_quantity(&s, 0), k = number(&s, 1000);
    int least = rules_compare(&s, q, CMP_AT_LEAST, k), more = rules_compare(&s, q, CMP_MORE_THAN, k), most = rules_compare(&s, q, CMP_AT_MOST, k), less = rules_compare(&s, q, CMP_LESS_THAN, k);
    static const struct { int64_t n; Tri least, more, most, less; } rows[] = {{999, 2, 2, 1, 1}, {1000, 1, 2, 1, 2}, {1001, 1, 1, 2, 2}}; /* 以上 超える 以下 未満 */
    Judge *j = judge_new(&a, &s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        FactValue f[FACTS] = {known_number(rows[i].n, rows[i].n)};
        judge_begin(j, f, 0, NULL);
        assert_int_equal(judge_node(j, least), rows[i].least);
        assert_int_equal(judge_node(j, more), rows[i].more);
        assert_int_equal(judge_node(j, most), rows[i].most);
        assert_int_equal(judge_node(j, less), rows[i].less);
    }
    assert_int_equal(rules_compare(&s, q, CMP_AT_LEAST, number(&s, 1000)), least); /* the same condition is the same node */
    arena_done(&a);
}

/* More than 5 % of the users or more than 1,000,000, whichever is smaller (Regulation 2024/2690, article 7). */
static void test_smaller_of(void **state)
{
    Arena a;
    RuleSet s;
    UNUSED(state);
    arena_init(&a, 8 << 20);
    rules_init(&s, &a, plain_facts, FACTS);
    int parts[2] = {rules_amount(&s, (Amount){.kind = AMOUNT_SHARE, .of = number_quantity(&s, 1), .n = 5, .den = 100}, NULL), number(&s, 1000000)};
    int smaller = rules_amount(&s, (Amount){.kind = AMOUNT_SMALLER, .count = 2, .of = NONE, .den = 1}, parts);
    int node = rules_compare(&s, number_quantity(&s, 0), CMP_MORE_THAN, smaller);
    static const struct { int64_t hit, base; Tri is; } rows[] = {
        {900000, -1, TRI_OPEN}, {1000000, -1, TRI_OPEN}, {1000001, -1, TRI_TRUE}, /* whatever the base */
        {50000, 1000000, TRI_FALSE}, {50001, 1000000, TRI_TRUE}, {1000000, 100000000, TRI_FALSE}, {0, 0, TRI_FALSE}, {1, 0, TRI_TRUE}, {5, 99, TRI_TRUE}, {4, 99, TRI_FALSE}};
    Judge *j = judge_new(&a, &s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        FactValue f[FACTS] = {known_number(rows[i].hit, rows[i].hit), rows[i].base < 0 ? fact_unknown(FACT_COUNT, WHY_NOT_ASKED) : known_number(rows[i].base, rows[i].base)};
        judge_begin(j, f, 0, NULL);
        assert_int_equal(judge_node(j, node), rows[i].is);
        Range r = judge_amount(j, smaller);
        assert_true(r.lo <= r.hi && r.hi <= 1000000);
    }
    arena_done(&a);
}

/* --- the time line -------------------------------------------------------------------------------------------------------------- */

enum { LINE, CLASSES, ONE, SUFFERERS, BASE, BELOW, LINE_FACTS };
static const FactDef line_facts[LINE_FACTS] = {{FACT_TIMELINE, CLASSES, ONE, SUFFERERS, BASE, BELOW}, {FACT_SET, NONE, NONE, NONE, NONE, NONE}, {FACT_BOOL, NONE, NONE, NONE, NONE, NONE},
    {FACT_COUNT, CLASSES, NONE, NONE, NONE, NONE}, {FACT_COUNT, CLASSES, NONE, NONE, NONE, NONE}, {FACT_COUNT, CLASSES, NONE, NONE, NONE, NONE}};

typedef struct Line { Arena a; RuleSet s; Judge *j; FactValue f[LINE_FACTS]; int q[Q_KINDS][3]; } Line; /* q[kind][class 0, 1, all] */

static void line_open(Line *l, int with)
{
    arena_init(&l->a, 16 << 20);
    rules_init(&l->s, &l->a, line_facts, LINE_FACTS);
    int amount = with ? number(&l->s, with) : NONE;
    for (int k = Q_SPAN; k < Q_KINDS; k++)
        for (int c = 0; c < 3; c++) l->q[k][c] = rules_quantity(&l->s, (Quantity){.kind = k, .fact = LINE, .cls = c == 2 ? NONE : c, .with = k == Q_RUN ? amount : NONE, .kinds = 3});
    l->j = judge_new(&l->a, &l->s);
    for (int i = 0; i < LINE_FACTS; i++) l->f[i] = fact_unknown(line_facts[i].type, WHY_NOT_ASKED);
    l->f[ONE] = known_bool(true);
}

static Range measure(Line *l, int kind, int cls, Instant as_of)
{
    judge_begin(l->j, l->f, as_of, NULL);
    return judge_quantity(l->j, l->q[kind][cls]);
}

static Segment seg(int64_t from, int64_t to, int64_t value, uint8_t cls, uint8_t group)
{
    return (Segment){.from = {from * MINUTE, from * MINUTE}, .to = {to * MINUTE, to * MINUTE}, .value = {value, value}, .counted = true, .cls = cls, .area = NO_CODE, .group = group};
}

static void set_line(Line *l, const Segment *g, size_t n) { l->f[LINE] = (FactValue){.segments = g, .n = n}; }

#define assert_range(r, a, b) do { Range r_ = (r); assert_int_equal(r_.lo, (a)); assert_int_equal(r_.hi, (b)); } while (0)

static void test_line_by_hand(void **state)
{
    Line l;
    UNUSED(state);
    line_open(&l, 30000);
    /* 20,000 from 0 to 2 h, other 15,000 from 1 to 3 h (facts/rules.md 6, case 3) */
    Segment other[] = {seg(0, 120, 20000, 0, 1), seg(60, 180, 15000, 0, 2)};
    set_line(&l, other, 2);
    assert_range(measure(&l, Q_SPAN, 0, 0), 3 * HOUR, 3 * HOUR);
    assert_range(measure(&l, Q_SUFFERERS, 0, 0), 35000, 35000);
    assert_range(measure(&l, Q_PEAK, 0, 0), 35000, 35000);
    assert_range(measure(&l, Q_RUN, 0, 0), HOUR, HOUR);
    assert_range(measure(&l, Q_INTEGRAL, 0, 0), (20000LL * 2 + 15000LL * 2) * HOUR, (20000LL * 2 + 15000LL * 2) * HOUR);
    /* a curve of totals: no upper bound (case 4), but the base is one */
    Segment curve[] = {seg(0, 60, 20000, 0, 0), seg(60, 120, 0, 0, 0), seg(120, 180, 15000, 0, 0)};
    set_line(&l, curve, 3);
    assert_range(measure(&l, Q_SUFFERERS, 0, 0), 20000, RULES_OPEN);
    l.f[BASE] = known_number(50000, 50000);
    l.f[CLASSES] = (FactValue){.sure = 1, .possible = 1};
    assert_range(measure(&l, Q_SUFFERERS, 0, 0), 20000, 50000);
    assert_range(measure(&l, Q_SPAN, 0, 0), 3 * HOUR, 3 * HOUR); /* one accident: the gap counts */
    l.f[ONE] = known_bool(false);
    assert_range(measure(&l, Q_SPAN, 0, 0), HOUR, HOUR);
    l.f[ONE] = fact_unknown(FACT_BOOL, WHY_NOT_ASKED);
    assert_range(measure(&l, Q_SPAN, 0, 0), HOUR, 3 * HOUR);
    assert_range(measure(&l, Q_TOTAL, 0, 0), 2 * HOUR, 2 * HOUR);
    /* the other class was not hit, and says so; hit but not recorded is not known */
    assert_range(measure(&l, Q_SPAN, 1, 0), 0, 0);
    l.f[CLASSES] = (FactValue){.sure = 3, .possible = 3};
    assert_range(measure(&l, Q_SPAN, 1, 0), 0, RULES_OPEN);
    /* still going on at 1 h 19 */
    Segment open = seg(0, 0, 42000, 0, 0);
    open.open = true;
    set_line(&l, &open, 1);
    assert_range(measure(&l, Q_SPAN, 0, 79 * MINUTE), 79 * MINUTE, RULES_OPEN);
    assert_range(measure(&l, Q_RUN, 0, 79 * MINUTE), 79 * MINUTE, RULES_OPEN);
    /* onset between 01:30 and 01:40, restored 03:35 (case 17) */
    Segment late = seg(90, 215, 42000, 0, 0);
    late.from.hi = 100 * MINUTE;
    set_line(&l, &late, 1);
    assert_range(measure(&l, Q_SPAN, 0, 0), 115 * MINUTE, 125 * MINUTE);
    /* below the failed equipment: never fewer than suffered */
    l.f[BELOW] = known_number(30000, 30000);
    l.f[CLASSES] = (FactValue){.sure = 1, .possible = 1};
    assert_range(measure(&l, Q_BELOW, 0, 0), 42000, 42000);
    l.f[BELOW] = known_number(60000, 70000);
    assert_range(measure(&l, Q_BELOW, 0, 0), 60000, 70000);
    /* counted by class: over both surely the larger, possibly all; a class that may have been hit and was not counted leaves it open */
    Range by[CODES_MAX] = {{50000, 60000}, {45000, 45000}};
    l.f[SUFFERERS] = (FactValue){.by_given = 3, .by = by};
    l.f[CLASSES] = (FactValue){.sure = 3, .possible = 3};
    assert_range(measure(&l, Q_SUFFERERS, 2, 0), 50000, 105000);
    l.f[CLASSES] = (FactValue){.sure = 3, .possible = 7};
    assert_range(measure(&l, Q_SUFFERERS, 2, 0), 50000, RULES_OPEN);
    l.f[SUFFERERS] = fact_unknown(FACT_COUNT, WHY_NOT_ASKED);
    /* known, and nobody was hit */
    set_line(&l, NULL, 0);
    assert_range(measure(&l, Q_SPAN, 0, 0), 0, 0);
    assert_range(measure(&l, Q_SUFFERERS, 2, 0), 0, 0);
    /* nobody entered a time line */
    l.f[LINE] = fact_unknown(FACT_TIMELINE, WHY_NOT_ASKED);
    l.f[CLASSES] = (FactValue){.sure = 1, .possible = 1};
    assert_range(measure(&l, Q_SPAN, 0, 0), 0, RULES_OPEN);
    assert_range(measure(&l, Q_SPAN, 1, 0), 0, 0);
    arena_done(&l.a);
}

/* Minute by minute, with other code: value of a class, and over classes the largest (surely) and the sum (possibly). */
static void walk(const Segment *g, size_t n, int cls, int64_t with, bool sum, int64_t *peak, int64_t *total, int64_t *run, int64_t *integral)
{
    int64_t now = 0;
    *peak = *total = *run = *integral = 0;
    for (int64_t m = 0; m < 400; m++) {
        int64_t of[2] = {0, 0}, active = 0;
        for (size_t i = 0; i < n; i++) {
            if (m * MINUTE < g[i].from.lo || m * MINUTE >= g[i].to.lo || g[i].value.lo == 0 || (cls < 2 && g[i].cls != cls)) continue;
            of[g[i].cls] += g[i].value.lo, active++;
        }
        int64_t v = cls < 2 ? of[cls] : sum ? of[0] + of[1] : of[0] > of[1] ? of[0] : of[1];
        if (v > *peak) *peak = v;
        *total += active ? MINUTE : 0;
        *integral += v * MINUTE;
        now = active && v >= with ? now + MINUTE : 0;
        if (now > *run) *run = now;
    }
}

static size_t random_line(uint64_t *r, Segment *g)
{
    size_t n = 0;
    for (uint8_t cls = 0; cls < 2; cls++) {
        int64_t at = below(r, 30);
        for (int k = 0; k < 4; k++) {
            int64_t from = at + below(r, 3) * 10, to = from + 1 + below(r, 50);
            g[n++] = seg(from, to, below(r, 5) * 1000, cls, 0);
            g[n - 1].kind = (uint8_t)below(r, 2);
            at = to;
        }
    }
    return n;
}

static void test_line_by_walk(void **state)
{
    uint64_t r = 4711;
    UNUSED(state);
    for (int round = 0; round < 400; round++) {
        Line l;
        Segment g[8];
        int64_t peak, total, run, integral, most, unused;
        line_open(&l, 2000);
        set_line(&l, g, random_line(&r, g));
        for (int cls = 0; cls < 3; cls++) {
            walk(g, 8, cls, 2000, false, &peak, &total, &run, &integral);
            walk(g, 8, cls, 2000, true, &most, &unused, &unused, &unused);
            assert_range(measure(&l, Q_PEAK, cls, 0), peak, most);
            assert_range(measure(&l, Q_TOTAL, cls, 0), total, total);
            assert_int_equal(measure(&l, Q_RUN, cls, 0).lo, run);
            assert_int_equal(measure(&l, Q_INTEGRAL, cls, 0).lo, integral);
        }
        arena_done(&l.a);
    }
}

/* Whatever the real times and numbers are, the measure lies between the ends that were given. */
static void test_ranges_hold(void **state)
{
    uint64_t r = 99;
    UNUSED(state);
    for (int round = 0; round < 400; round++) {
        Line l;
        Segment real[8], said[8];
        size_t n = random_line(&r, real);
        line_open(&l, 2000);
        memcpy(said, real, sizeof said);
        for (size_t i = 0; i < n; i++) {
            said[i].from.lo -= below(&r, 4) * MINUTE, said[i].from.hi += below(&r, 4) * MINUTE;
            said[i].to.lo -= below(&r, 4) * MINUTE, said[i].to.hi += below(&r, 4) * MINUTE;
            said[i].value.lo -= below(&r, said[i].value.lo + 1), said[i].value.hi += below(&r, 3) * 500;
            if (below(&r, 6) == 0) said[i].cls = NO_CODE;
        }
        for (int kind = Q_SPAN; kind < Q_KINDS; kind++)
            for (int cls = 0; cls < 3; cls++) {
                if (kind == Q_SUFFERERS || kind == Q_BELOW) continue;
                set_line(&l, real, n);
                Range exact = measure(&l, kind, cls, 0);
                set_line(&l, said, n);
                Range wide = measure(&l, kind, cls, 0);
                assert_true(wide.lo <= exact.lo && wide.hi >= exact.hi);
            }
        arena_done(&l.a);
    }
}

/* --- rules: versions, exceptions, yields, readings, turning times ------------------------------------------------------------------- */

typedef struct Two { Line l; RuleVersion v[2]; Rule rules[2]; uint32_t chosen[2]; int yields; } Two;

/* Rule 0: two hours and 30,000. Rule 1: 1,000 users at all, and yields to rule 0. */
static void two_open(Two *t)
{
    line_open(&t->l, 0);
    RuleSet *s = &t->l.s;
    int kids[2] = {rules_compare(s, t->l.q[Q_SPAN][0], CMP_AT_LEAST, number(s, 2 * HOUR)), rules_compare(s, t->l.q[Q_SUFFERERS][0], CMP_AT_LEAST, number(s, 30000))};
    int bound = rules_node(s, (Node){.kind = NODE_HAS_ANY, .what = CLASSES, .mask = 1}, NULL);
    int except = rules_node(s, (Node){.kind = NODE_IS, .what = ONE, .mask = 2}, NULL);
    t->v[0] = (RuleVersion){.bound = bound, .condition = {join(s, NODE_ALL, 0, 2, kids), rules_compare(s, t->l.q[Q_TOTAL][0], CMP_AT_LEAST, number(s, HOUR))}, .readings_n = 2, .except = except, .gap = NONE};
    t->v[1] = (RuleVersion){.bound = bound, .condition = {rules_compare(s, t->l.q[Q_PEAK][0], CMP_AT_LEAST, number(s, 1000))}, .readings_n = 1, .except = NONE, .gap = NONE};
    t->yields = 0;
    t->rules[0] = (Rule){&t->v[0], 1, NULL, 0};
    t->rules[1] = (Rule){&t->v[1], 1, &t->yields, 1};
    assert_true(rules_finish(s, t->rules, 2));
    t->l.j = judge_new(&t->l.a, s);
    t->l.f[CLASSES] = (FactValue){.sure = 1, .possible = 1};
    t->chosen[0] = t->chosen[1] = 1;
}

static Verdict judged(Two *t, int rule, Instant as_of)
{
    judge_begin(t->l.j, t->l.f, as_of, t->chosen);
    Verdict v = judge_rule(t->l.j, rule);
    judge_explain(t->l.j, rule, &v);
    return v;
}

static void test_verdicts(void **state)
{
    Two t;
    UNUSED(state);
    two_open(&t);
    Segment g = seg(0, 120, 42000, 0, 1);
    set_line(&t.l, &g, 1);
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_MET);
    assert_int_equal(judged(&t, 1, 0).kind, VERDICT_COVERED);
    assert_int_equal(judged(&t, 1, 0).covered_by, 0);
    g.to.lo = g.to.hi = 119 * MINUTE;
    Verdict v = judged(&t, 0, 0);
    assert_int_equal(v.kind, VERDICT_NOT_MET);
    assert_true(v.sensitive); /* an hour in all is enough for the other reading */
    assert_int_equal(v.reading[1], VERDICT_MET);
    assert_int_equal(judged(&t, 1, 0).kind, VERDICT_MET);
    t.l.f[ONE] = known_bool(false); /* the exception */
    g.to.lo = g.to.hi = 120 * MINUTE;
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NOT_MET);
    t.l.f[ONE] = fact_unknown(FACT_BOOL, WHY_CANNOT_KNOW);
    v = judged(&t, 0, 0);
    assert_int_equal(v.kind, VERDICT_UNDECIDED);
    assert_int_equal(v.origin, WHY_CANNOT_KNOW);
    assert_int_equal(judged(&t, 1, 0).either, 0); /* this or the other: one of them surely */
    t.l.f[CLASSES] = (FactValue){.sure = 2, .possible = 2};
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NOT_BOUND);
    t.chosen[0] = 0;
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NO_VERSION);
    arena_done(&t.l.a);
}

static void test_turns(void **state)
{
    Two t;
    Instant at;
    VerdictKind to;
    Deciding d[DECIDING_SETS_MAX];
    UNUSED(state);
    two_open(&t);
    Segment g = seg(0, 0, 42000, 0, 1);
    g.open = true;
    set_line(&t.l, &g, 1);
    assert_int_equal(judged(&t, 0, 79 * MINUTE).kind, VERDICT_UNDECIDED);
    assert_int_equal(judged(&t, 0, 79 * MINUTE).origin, WHY_FUTURE);
    assert_true(judge_turn(t.l.j, 0, judge_rule(t.l.j, 0).kind, &at, &to));
    assert_int_equal(at, 120 * MINUTE);
    assert_int_equal(to, VERDICT_MET);
    assert_int_equal(judged(&t, 0, at - 1).kind, VERDICT_UNDECIDED); /* and not a moment earlier */
    assert_int_equal(judged(&t, 0, at).kind, VERDICT_MET);
    judged(&t, 0, 79 * MINUTE);
    size_t n = judge_deciding(t.l.j, &t.l.a, 0, d);
    assert_true(n >= 1);
    assert_int_equal(d[0].asks[0].fact, LINE);
    assert_int_equal(d[0].asks[0].aspect, ASK_END);
    assert_true(judge_turn(t.l.j, 1, judge_rule(t.l.j, 1).kind, &at, &to)); /* the lesser rule is covered from then on */
    assert_int_equal(to, VERDICT_COVERED);
    g.value = (Range){29999, 29999};
    judged(&t, 0, 79 * MINUTE);
    assert_false(judge_turn(t.l.j, 0, judge_rule(t.l.j, 0).kind, &at, &to)); /* too few, however long */
    arena_done(&t.l.a);
}

/* Of two versions only the second yields: the first is met by itself, and where both may apply nobody knows. */
static void test_yields_of_a_version(void **state)
{
    Two t;
    RuleVersion both[2];
    uint32_t in = 2;
    UNUSED(state);
    two_open(&t);
    both[0] = both[1] = t.v[1];
    t.rules[1] = (Rule){both, 2, &t.yields, 1, &in};
    Segment g = {.from = {0, 0}, .to = {3 * HOUR, 3 * HOUR}, .value = {40000, 40000}, .counted = true, .kind = 0, .cls = 0, .area = NO_CODE};
    t.l.f[LINE] = (FactValue){.segments = &g, .n = 1};
    assert_int_equal(judged(&t, 0, 4 * HOUR).kind, VERDICT_MET);
    assert_int_equal(judged(&t, 1, 4 * HOUR).kind, VERDICT_MET);
    t.chosen[1] = 2;
    assert_int_equal(judged(&t, 1, 4 * HOUR).kind, VERDICT_COVERED);
    t.chosen[1] = 3;
    assert_int_equal(judged(&t, 1, 4 * HOUR).kind, VERDICT_UNDECIDED);
    arena_done(&t.l.a);
}

static void test_forced(void **state)
{
    Two t;
    UNUSED(state);
    two_open(&t);
    Segment g = seg(0, 119, 42000, 0, 1);
    set_line(&t.l, &g, 1);
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NOT_MET);
    judge_force(t.l.j, t.v[0].condition[0], TRI_TRUE);
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_MET);
    judge_force(t.l.j, t.v[0].bound, TRI_FALSE);
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NOT_BOUND);
    judge_force(t.l.j, NONE, TRI_OPEN);
    assert_int_equal(judged(&t, 0, 0).kind, VERDICT_NOT_MET);
    arena_done(&t.l.a);
}

static void test_circle_is_refused(void **state)
{
    Arena a;
    RuleSet s;
    UNUSED(state);
    arena_init(&a, 8 << 20);
    rules_init(&s, &a, plain_facts, FACTS);
    int yes = is(&s, COUNTS, true), to[2] = {1, 0};
    RuleVersion v[2] = {{.bound = yes, .condition = {yes}, .readings_n = 1, .except = NONE, .gap = NONE}, {.bound = yes, .condition = {rules_node(&s, (Node){.kind = NODE_RULE, .what = 0}, NULL)}, .readings_n = 1, .except = NONE, .gap = NONE}};
    Rule rules[2] = {{&v[0], 1, &to[0], 1}, {&v[1], 1, NULL, 0}};
    assert_false(rules_finish(&s, rules, 2));
    rules[0].yields_n = 0;
    assert_true(rules_finish(&s, rules, 2));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words_of_the_law), cmocka_unit_test(test_smaller_of), cmocka_unit_test(test_every_world), cmocka_unit_test(test_line_by_hand),
        cmocka_unit_test(test_line_by_walk), cmocka_unit_test(test_ranges_hold), cmocka_unit_test(test_verdicts), cmocka_unit_test(test_turns), cmocka_unit_test(test_yields_of_a_version), cmocka_unit_test(test_forced), cmocka_unit_test(test_circle_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
