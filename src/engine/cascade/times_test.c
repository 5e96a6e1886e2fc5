/*
 * times_test.c -- when nodes stop and when they are back, worked out by hand on small nets with loops; without buffers the failed at the moment of the hits are those of the engines without times;
 * means over drawn scenarios. Nodes are letters: A is node 0.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cascade/inside.h"

typedef struct Need { const char *of; uint32_t k; double buffer; } Need; /* k 0: any */
typedef struct Node { Need needs[3]; bool black; } Node;
typedef struct Hit { char node; double at, repair; } Hit;

enum { LETTERS = 8 };

static CascadeNet *net_of(Arena *a, const Node *list, size_t n)
{
    CascadeNet *net = arena_new(a, CascadeNet);
    CascadeNode *nodes = arena_array(a, CascadeNode, n);
    CascadeNeed *needs = arena_array(a, CascadeNeed, n * 3);
    uint32_t *suppliers = arena_array(a, uint32_t, n * 3 * LETTERS), needs_n = 0, suppliers_n = 0;
    Str *ids = arena_array(a, Str, n);
    for (size_t v = 0; v < n; v++) {
        ids[v] = str_printf(a, "%c", (char)('A' + v));
        nodes[v] = (CascadeNode){.first = needs_n, .black_start = list[v].black, .repair_low = 1, .repair_mode = 1, .repair_high = 1};
        for (const Need *d = list[v].needs; d < list[v].needs + 3 && d->of; d++, nodes[v].n++) {
            needs[needs_n] = (CascadeNeed){suppliers_n, (uint32_t)strlen(d->of), d->k ? d->k : 1, d->buffer};
            for (uint32_t i = 0; i < needs[needs_n].n; i++) suppliers[suppliers_n++] = (uint32_t)(d->of[i] - 'A');
            needs_n++;
        }
    }
    *net = (CascadeNet){.nodes = nodes, .nodes_n = n, .ids = ids, .needs = needs, .needs_n = needs_n, .suppliers = suppliers, .suppliers_n = suppliers_n};
    return net;
}

static void expect_spans(const Node *list, size_t n, const Hit *hits, size_t hits_n, const char *want)
{
    Arena a;
    Buf got;
    CascadePlan *p;
    CascadeSpan *spans;
    size_t spans_n;
    uint32_t node[LETTERS];
    double at[LETTERS], repair[LETTERS];
    arena_init(&a, 16 << 20);
    for (size_t i = 0; i < hits_n; i++) node[i] = (uint32_t)(hits[i].node - 'A'), at[i] = hits[i].at, repair[i] = hits[i].repair;
    assert_int_equal(cascade_plan(&a, net_of(&a, list, n), &p).kind, OK);
    assert_int_equal(cascade_spans(&a, p, node, at, repair, hits_n, 100, &spans, &spans_n).kind, OK);
    buf_init(&got, &a, 64);
    for (size_t i = 0; i < spans_n; i++) {
        buf_printf(&got, "%s%c %g-", i ? ", " : "", (char)('A' + spans[i].node), spans[i].from);
        if (!isinf(spans[i].to)) buf_printf(&got, "%g", spans[i].to);
    }
    assert_string_equal(got.s, want);
    arena_done(&a);
}
#define SPANS(want, hits, ...) expect_spans((Node[]){__VA_ARGS__}, COUNT(((Node[]){__VA_ARGS__})), (Hit[]){hits}, COUNT(((Hit[]){hits})), want)
#define H(...) __VA_ARGS__

static void chains_and_buffers(void **state)
{
    UNUSED(state);
    /* 1. B needs A, no buffer: out as long as A. */
    SPANS("A 0-5, B 0-5", H({'A', 0, 5}), {{{0}}}, {{{"A"}}});
    /* 2. A buffer of 2: B stops at 2. C waits for B with 1 more: at 3. All back with A at 5. */
    SPANS("A 0-5, B 2-5, C 3-5", H({'A', 0, 5}), {{{0}}}, {{{"A", 0, 2}}}, {{{"B", 0, 1}}});
    /* 3. A buffer longer than the repair: nothing. Just as long: coming back goes before running out. A little shorter: out. */
    SPANS("A 0-5", H({'A', 0, 5}), {{{0}}}, {{{"A", 0, 6}}});
    SPANS("A 0-5", H({'A', 0, 5}), {{{0}}}, {{{"A", 0, 5}}});
    SPANS("A 0-5, B 4.5-5", H({'A', 0, 5}), {{{0}}}, {{{"A", 0, 4.5}}});
    /* 4. The buffer is full again once the need is met: A out 0-3 and 4-8, buffer 4 lasts both times; with 3.5 only the second time is too long: 7.5. */
    SPANS("A 0-3, A 4-8", H({'A', 0, 3}, {'A', 4, 4}), {{{0}}}, {{{"A", 0, 4}}});
    SPANS("A 0-3, A 4-8, B 7.5-8", H({'A', 0, 3}, {'A', 4, 4}), {{{0}}}, {{{"A", 0, 3.5}}});
    /* 5. Two needs, the first that runs out decides: B of A (buffer 6, out 0-9) and of C (buffer 1, out 2-4): C's at 3; A's at 6, before it is back. Back when both are met. */
    SPANS("A 0-9, B 3-9, C 2-4", H({'A', 0, 9}, {'C', 2, 2}), {{{0}}}, {{{"A", 0, 6}, {"C", 0, 1}}}, {{{0}}});
    /* 6. Repaired while its need is unmet: it waits. B hit 1-3, A out 0-5: B out from 0 (no buffer) to 5. With a buffer of 4: out from its hit at 1; repaired at 3, A is out until 5: a buffer does not start it. */
    SPANS("A 0-5, B 0-5", H({'A', 0, 5}, {'B', 1, 2}), {{{0}}}, {{{"A"}}});
    SPANS("A 0-5, B 1-5", H({'A', 0, 5}, {'B', 1, 2}), {{{0}}}, {{{"A", 0, 4}}});
    /* 7. Hit again while broken: the later end holds; hit again at the very end of the repair: it was not back. */
    SPANS("A 0-7", H({'A', 0, 5}, {'A', 3, 4}), {{{0}}}, {{{"A", 0, 50}}});
    SPANS("A 0-5", H({'A', 0, 5}, {'A', 1, 2}), {{{0}}});
    SPANS("A 0-8, B 4-8", H({'A', 0, 5}, {'A', 5, 3}), {{{0}}}, {{{"A", 0, 4}}});
    SPANS("A 0-8, B 6-8", H({'A', 0, 5}, {'A', 5, 3}), {{{0}}}, {{{"A", 0, 6}}}); /* not filled at 5 */
    /* 8. A repair of no time is no hit; beyond the horizon (100) it is not back. */
    SPANS("", H({'A', 0, 0}), {{{0}}}, {{{"A"}}});
    SPANS("A 0-, B 98-", H({'A', 0, 101}), {{{0}}}, {{{"A", 0, 98}}});
    SPANS("A 0-100", H({'A', 0, 100}), {{{0}}}, {{{"A", 0, 101}}});
}

static void groups(void **state)
{
    UNUSED(state);
    /* 9. D needs one of A, B, C (fails when all three are out): out only 3-4. */
    SPANS("A 0-9, B 2-4, C 3-9, D 3-4", H({'A', 0, 9}, {'B', 2, 2}, {'C', 3, 6}), {{{0}}}, {{{0}}}, {{{0}}}, {{{"ABC", 3}}});
    /* 10. Fails when two of three are out: unmet 2-4 (A, B) and 5-7 (A, C); a buffer of 1: 3-4 and 6-7. */
    SPANS("A 0-7, B 2-4, C 5-9, D 3-4, D 6-7", H({'A', 0, 7}, {'B', 2, 2}, {'C', 5, 4}), {{{0}}}, {{{0}}}, {{{0}}}, {{{"ABC", 2, 1}}});
    /* 11. At one instant one comes back and another stops: with two of three still out the need was met for no time: its buffer (3, from 2 on) runs out at 5. */
    SPANS("A 0-9, B 2-4, C 4-9, D 5-9", H({'A', 0, 9}, {'B', 2, 2}, {'C', 4, 5}), {{{0}}}, {{{0}}}, {{{0}}}, {{{"ABC", 2, 3}}});
    /* A supplier listed twice counts twice: two of (A, A, B) are out when A is. */
    SPANS("A 0-5, C 0-5", H({'A', 0, 5}), {{{0}}}, {{{0}}}, {{{"AAB", 2}}});
}

static void loops(void **state)
{
    UNUSED(state);
    /* 12. Power (A) and telecommunication (B) need each other. A hit 0-5: B stops at once; both are whole at 5 and wait for each other: never. */
    SPANS("A 0-, B 0-", H({'A', 0, 5}), {{{"B"}}}, {{{"A"}}});
    /* 13. A is a black start: at 5 it comes back without B, B with it, and A finds what it needs. */
    SPANS("A 0-5, B 0-5", H({'A', 0, 5}), {{{"B"}}, true}, {{{"A"}}});
    /* 14. B is the black start, A was hit: at 5 nothing of B is repaired, but B tried then brings back A, which brings what B needs. */
    SPANS("A 0-5, B 0-5", H({'A', 0, 5}), {{{"B"}}}, {{{"A"}}, true});
    /* 15. Buffers bridge: B has 6 hours, A is back at 5. With 4, B stops at 4, A is repaired at 5 and waits for B: never. */
    SPANS("A 0-5", H({'A', 0, 5}), {{{"B"}}}, {{{"A", 0, 6}}});
    SPANS("A 0-, B 4-", H({'A', 0, 5}), {{{"B"}}}, {{{"A", 0, 4}}});
    /* 16. A of B, B of C, C of A; C also of D. D out 0-3: C, A, B stop at 0. At 3 D is back and the loop is whole: without a black start never; with B as one, all at 3. */
    SPANS("A 0-, B 0-, C 0-, D 0-3", H({'D', 0, 3}), {{{"B"}}}, {{{"C"}}}, {{{"A"}, {"D"}}}, {{{0}}});
    SPANS("A 0-3, B 0-3, C 0-3, D 0-3", H({'D', 0, 3}), {{{"B"}}}, {{{"C"}}, true}, {{{"A"}, {"D"}}}, {{{0}}});
    /* 17. A black start that does not find what it needs: A (black start) needs B, B needs A and D. A hit 0-2, D hit 0-6. At 2 A starts by itself; B cannot, D is out. Without a buffer A is not back;
     * with one of 3 hours it runs 2-5, stops, and at 6, when D is back, it is tried again: both are back. */
    SPANS("A 0-6, B 0-6, D 0-6", H({'A', 0, 2}, {'D', 0, 6}), {{{"B"}}, true}, {{{"A"}, {"D"}}}, {{{0}}}, {{{0}}});
    SPANS("A 0-2, A 5-6, B 0-6, D 0-6", H({'A', 0, 2}, {'D', 0, 6}), {{{"B", 0, 3}}, true}, {{{"A"}, {"D"}}}, {{{0}}}, {{{0}}});
    /* With 4.5 hours it still runs at 6: B comes back to it. */
    SPANS("A 0-2, B 0-6, D 0-6", H({'A', 0, 2}, {'D', 0, 6}), {{{"B", 0, 4.5}}, true}, {{{"A"}, {"D"}}}, {{{0}}}, {{{0}}});
    /* 18. Two black starts, of which one fails at the trial: A with B is a loop that is whole at 5; C (black start) needs D, which is broken until 9. C stays out until then. */
    SPANS("A 0-5, B 0-5, C 0-9, D 0-9", H({'A', 0, 5}, {'D', 0, 9}), {{{"B"}}, true}, {{{"A"}}}, {{{"D"}}, true}, {{{0}}});
    /* 19. What a failing black start would kick on does not stay: D needs C or B (all of them), B needs D. C (black start) needs E, broken until 9. A is repaired at 5: C is tried, would bring D and B, but falls
     * back, and they with it. At 9 C finds E, and brings both. (A's hit stops C's loop: D needs A as well.) */
    SPANS("A 0-5, B 0-9, C 0-9, D 0-9, E 0-9", H({'A', 0, 5}, {'E', 0, 9}), {{{0}}}, {{{"D"}}}, {{{"E"}}, true}, {{{"CB", 2}, {"A"}}}, {{{0}}});
    /* 20. A node that names itself among its needs does not wait for itself. */
    SPANS("A 0-5", H({'A', 0, 5}), {{{"A"}}});
    SPANS("A 0-5, B 0-5", H({'A', 0, 5}), {{{0}}}, {{{"AB", 2}, {"A"}}});
    /* 21. Groups in a loop: A and B each need C; C needs one of A, B. A hit 0-4: C goes on with B. Then B hit 6-8: A works again, so C does. Both hit at once: C stops; whole at 8, A and B wait for C, C for them: never. */
    SPANS("A 0-4, B 6-8", H({'A', 0, 4}, {'B', 6, 2}), {{{"C"}}}, {{{"C"}}}, {{{"AB", 2}}});
    SPANS("A 0-, B 0-, C 0-", H({'A', 0, 4}, {'B', 0, 8}), {{{"C"}}}, {{{"C"}}}, {{{"AB", 2}}});
    /* C a black start: at 4 it is tried with A, which is whole: both back; B at 8. */
    SPANS("A 0-4, B 0-8, C 0-4", H({'A', 0, 4}, {'B', 0, 8}), {{{"C"}}}, {{{"C"}}}, {{{"AB", 2}}, true});
    /* 22. Stock that outlives a loop: A and B need each other with 10 hours each. A hit 0-12: B stops at 10; A is repaired at 12 and waits for B: never. A hit 0-9: B runs on. */
    SPANS("A 0-, B 10-", H({'A', 0, 12}), {{{"B", 0, 10}}}, {{{"A", 0, 10}}});
    SPANS("A 0-9", H({'A', 0, 9}), {{{"B", 0, 10}}}, {{{"A", 0, 10}}});
}

/* --- properties on nets at random ------------------------------------------------------------------------------------------------------- */
typedef struct Dice { uint64_t seed; uint32_t at; } Dice;

static uint32_t roll(Dice *d, uint32_t below)
{
    return (uint32_t)(draw_word(draw_at(d->seed, 98, d->at++, 1), 0) % below);
}

static CascadeNet *made(Arena *a, Dice *d, uint32_t n, bool buffers)
{
    CascadeNet *net = arena_new(a, CascadeNet);
    CascadeNode *nodes = arena_array(a, CascadeNode, n);
    CascadeNeed *needs = arena_array(a, CascadeNeed, n * 2);
    uint32_t *suppliers = arena_array(a, uint32_t, n * 8), needs_n = 0, suppliers_n = 0;
    Str *ids = arena_array(a, Str, n);
    for (uint32_t v = 0; v < n; v++) {
        ids[v] = str_printf(a, "n%u", v);
        double low = roll(d, 5), mode = low + roll(d, 5);
        nodes[v] = (CascadeNode){.first = needs_n, .n = roll(d, 3), .black_start = !roll(d, 4), .chance = 0.01 * roll(d, 10), .repair_low = low, .repair_mode = mode, .repair_high = mode + roll(d, 10)};
        for (uint32_t i = 0; i < nodes[v].n; i++) {
            uint32_t count = 1 + roll(d, 4);
            needs[needs_n++] = (CascadeNeed){suppliers_n, count, 1 + roll(d, count), buffers ? roll(d, 6) : 0};
            for (uint32_t e = 0; e < count; e++) suppliers[suppliers_n++] = roll(d, n);
        }
    }
    *net = (CascadeNet){.nodes = nodes, .nodes_n = n, .ids = ids, .needs = needs, .needs_n = needs_n, .suppliers = suppliers, .suppliers_n = suppliers_n};
    return net;
}

static bool out_at(const CascadeSpan *s, size_t n, uint32_t v, double t)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].node == v && s[i].from <= t && t < s[i].to) return true;
    return false;
}

static void without_buffers_it_is_the_least_set(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    for (uint32_t round = 0; round < 1000; round++) {
        Dice d = {round, 0};
        uint32_t n = 1 + roll(&d, 60), hits = 1 + roll(&d, 4), hit[4];
        CascadePlan *p;
        CascadeSpan *spans;
        size_t spans_n;
        double repair[4];
        assert_int_equal(cascade_plan(&a, made(&a, &d, n, false), &p).kind, OK);
        for (uint32_t i = 0; i < hits; i++) hit[i] = roll(&d, n), repair[i] = 1 + roll(&d, 9);
        uint64_t *failed = arena_array(&a, uint64_t, n);
        assert_int_equal(cascade_given(&a, p, (uint32_t[]){0, hits}, hit, 1, CASCADE_EVENTS, failed, NULL).kind, OK);
        assert_int_equal(cascade_spans(&a, p, hit, NULL, repair, hits, 50, &spans, &spans_n).kind, OK);
        for (uint32_t v = 0; v < n; v++) assert_int_equal(out_at(spans, spans_n, v, 0.5), failed[v]);
        arena_reset(&a);
    }
    arena_done(&a);
}

/* With buffers and hits at all hours: spans of a node are apart and in order; a node is never back while broken; who is back but no black start has what it needs then. */
static void spans_make_sense(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    for (uint32_t round = 0; round < 1000; round++) {
        Dice d = {90000 + round, 0};
        uint32_t n = 1 + roll(&d, 40), hits = 1 + roll(&d, 6), hit[6];
        CascadePlan *p;
        CascadeSpan *s;
        size_t spans_n;
        double repair[6], at[6];
        CascadeNet *net = made(&a, &d, n, true);
        assert_int_equal(cascade_plan(&a, net, &p).kind, OK);
        for (uint32_t i = 0; i < hits; i++) hit[i] = roll(&d, n), repair[i] = roll(&d, 9), at[i] = roll(&d, 9);
        assert_int_equal(cascade_spans(&a, p, hit, at, repair, hits, 60, &s, &spans_n).kind, OK);
        for (size_t i = 0; i < spans_n; i++) {
            assert_true(s[i].from < s[i].to);
            if (i && s[i].node == s[i - 1].node) assert_true(s[i - 1].to < s[i].from);
            const CascadeNode *v = &net->nodes[s[i].node];
            for (uint32_t k = 0; k < v->n && !isinf(s[i].to) && !v->black_start; k++) {
                const CascadeNeed *need = &net->needs[v->first + k];
                uint32_t gone = 0;
                for (uint32_t e = 0; e < need->n; e++) { /* what stops at that very instant was there */
                    uint32_t u = net->suppliers[need->first + e];
                    gone += u != s[i].node && out_at(s, spans_n, u, s[i].to - 0.001) && out_at(s, spans_n, u, s[i].to);
                }
                assert_true(gone < need->k);
            }
        }
        for (uint32_t i = 0; i < hits; i++)
            if (repair[i] > 0) assert_true(out_at(s, spans_n, hit[i], at[i]) && out_at(s, spans_n, hit[i], at[i] + repair[i] - 0.001));
        arena_reset(&a);
    }
    arena_done(&a);
}

/* --- drawn ----------------------------------------------------------------------------------------------------------------------------------- */
static void means_are_right(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    enum { SCENARIOS = 100000 };
    /* A: chance 0.2, repair PERT 2, 5, 20: mean 7. B follows with a fixed repair of its own. C needs A with a buffer beyond every repair. D: two that wait for each other. */
    CascadeNode nodes[5] = {{.chance = 0.2, .repair_low = 2, .repair_mode = 5, .repair_high = 20}, {.first = 0, .n = 1}, {.first = 1, .n = 1}, {.first = 2, .n = 1, .chance = 0.1, .repair_low = 3, .repair_mode = 3, .repair_high = 3}, {.first = 3, .n = 1}};
    CascadeNeed needs[4] = {{0, 1, 1, 0}, {0, 1, 1, 20}, {1, 1, 1, 0}, {2, 1, 1, 0}};
    CascadeNet net = {.nodes = nodes, .nodes_n = 5, .ids = (Str[]){STR("A"), STR("B"), STR("C"), STR("D"), STR("E")}, .needs = needs, .needs_n = 4, .suppliers = (uint32_t[]){0, 4, 3}, .suppliers_n = 3};
    CascadePlan *p;
    CascadeTimes t, u;
    CascadeOutcome o;
    assert_int_equal(cascade_plan(&a, &net, &p).kind, OK);
    assert_int_equal(cascade_times(&a, p, &(CascadeRun){.scenarios = SCENARIOS, .seed = 4, .threads = 2}, 100, &t).kind, OK);
    assert_int_equal(cascade_random(&a, p, &(CascadeRun){.scenarios = SCENARIOS, .seed = 4}, &o).kind, OK);
    double hits = (double)o.hit[0], mean = t.out_hours[0] * SCENARIOS / hits;
    assert_true(fabs(mean - 7) < 5 * 3.0 / sqrt(hits)); /* sd of PERT(2, 5, 20): sqrt((7 - 2) (20 - 7) / 7) = 3.05 */
    assert_true(t.longest[0] > 12 && t.longest[0] < 20);
    assert_true(t.out_hours[1] == t.out_hours[0] && t.longest[1] == t.longest[0]);
    assert_true(t.out_hours[2] == 0 && t.longest[2] == 0);
    assert_true(t.never_back[0] == 0 && t.never_back[3] == o.hit[3] && t.never_back[4] == o.hit[3]);
    assert_true(fabs(t.out_hours[4] - 100.0 * (double)o.hit[3] / SCENARIOS) < 1e-6 && t.longest[4] == 100);
    assert_int_equal(cascade_times(&a, p, &(CascadeRun){.scenarios = SCENARIOS, .seed = 4, .threads = 5}, 100, &u).kind, OK);
    assert_memory_equal(t.out_hours, u.out_hours, 5 * sizeof(double));
    assert_memory_equal(t.longest, u.longest, 5 * sizeof(double));
    assert_memory_equal(t.never_back, u.never_back, 5 * sizeof(uint64_t));
    arena_done(&a);
}

static bool never(void *arg, double done)
{
    UNUSED(arg);
    UNUSED(done);
    return false;
}

static void bad_times_are_refused(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    CascadePlan *p;
    CascadeTimes t;
    CascadeSpan *s;
    size_t n;
    assert_int_equal(cascade_plan(&a, net_of(&a, (Node[]){{{{0}}}}, 1), &p).kind, OK);
    CascadeRun run = {.scenarios = 10};
    static const double bad[] = {0, -1, NAN, INFINITY, 2e9};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(cascade_times(&a, p, &run, bad[i], &t).kind, ERR_INVALID);
        assert_int_equal(cascade_spans(&a, p, NULL, NULL, NULL, 0, bad[i], &s, &n).kind, ERR_INVALID);
        if (!i) continue;
        assert_int_equal(cascade_spans(&a, p, (uint32_t[]){0}, &bad[i], NULL, 1, 10, &s, &n).kind, ERR_INVALID);
        assert_int_equal(cascade_spans(&a, p, (uint32_t[]){0}, NULL, &bad[i], 1, 10, &s, &n).kind, ERR_INVALID);
    }
    assert_int_equal(cascade_spans(&a, p, (uint32_t[]){1}, NULL, NULL, 1, 10, &s, &n).kind, ERR_INVALID);
    assert_int_equal(cascade_spans(&a, p, (uint32_t[]){0}, NULL, NULL, 1, 10, &s, &n).kind, OK);
    assert_true(n == 1 && s[0].to == 1); /* its own repair time */
    run.go_on = never;
    assert_int_equal(cascade_times(&a, p, &run, 10, &t).kind, ERR_INVALID);
    run.scenarios = 0;
    assert_int_equal(cascade_times(&a, p, &run, 10, &t).kind, ERR_INVALID);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_and_buffers), cmocka_unit_test(groups), cmocka_unit_test(loops), cmocka_unit_test(without_buffers_it_is_the_least_set), cmocka_unit_test(spans_make_sense),
        cmocka_unit_test(means_are_right), cmocka_unit_test(bad_times_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
