/*
 * cascade_test.c -- the engines against the definition: the least failed set, found by going round a net until nothing changes, on thousands of small nets with loops, groups of all kinds, nodes that
 * need themselves and suppliers listed twice. And: draws that depend on nothing but what they are for.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cascade/inside.h"

/* --- nets at random --------------------------------------------------------------------------------------------------------------- */
typedef struct Dice { uint64_t seed; uint32_t at; } Dice;

static uint32_t roll(Dice *d, uint32_t below)
{
    return (uint32_t)(draw_word(draw_at(d->seed, 99, d->at++, 1), 0) % below);
}

enum { NAMES_MAX = 4096 };
static Str name_of(Arena *a, uint32_t v)
{
    return str_printf(a, "n%u", v);
}

/* Needs of up to `most` suppliers; only lower numbers when there are to be no loops. */
static CascadeNet *made(Arena *a, Dice *d, uint32_t n, uint32_t needs_each, uint32_t most, bool loops)
{
    CascadeNet *net = arena_new(a, CascadeNet);
    CascadeNode *nodes = arena_array(a, CascadeNode, n);
    CascadeNeed *needs = arena_array(a, CascadeNeed, (size_t)n * needs_each);
    uint32_t *suppliers = arena_array(a, uint32_t, (size_t)n * needs_each * most), needs_n = 0, suppliers_n = 0;
    Str *ids = arena_array(a, Str, n);
    for (uint32_t v = 0; v < n; v++) {
        ids[v] = name_of(a, v);
        nodes[v] = (CascadeNode){.first = needs_n, .n = roll(d, needs_each + 1), .chance = roll(d, 3) ? 0.01 * roll(d, 20) : 0.0005 * roll(d, 10), .users = roll(d, 4) ? 0 : roll(d, 100000)};
        if (!loops && !v) nodes[v].n = 0;
        for (uint32_t i = 0; i < nodes[v].n; i++) {
            uint32_t count = 1 + roll(d, most), kind = roll(d, 3);
            needs[needs_n++] = (CascadeNeed){.first = suppliers_n, .n = count, .k = kind == 0 ? 1 : kind == 1 ? count : 1 + roll(d, count)};
            for (uint32_t e = 0; e < count; e++) suppliers[suppliers_n++] = roll(d, loops ? n : v);
        }
    }
    *net = (CascadeNet){.nodes = nodes, .nodes_n = n, .ids = ids, .needs = needs, .needs_n = needs_n, .suppliers = suppliers, .suppliers_n = suppliers_n};
    return net;
}

/* --- the definition ------------------------------------------------------------------------------------------------------------------ */
static bool unmet(const CascadeNet *net, const CascadeNode *v, const bool *failed)
{
    for (uint32_t i = 0; i < v->n; i++) {
        const CascadeNeed *d = &net->needs[v->first + i];
        uint32_t gone = 0;
        for (uint32_t e = 0; e < d->n; e++) gone += failed[net->suppliers[d->first + e]];
        if (gone >= d->k) return true;
    }
    return false;
}

static void least(const CascadeNet *net, bool *failed)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t v = 0; v < net->nodes_n; v++)
            if (!failed[v] && unmet(net, &net->nodes[v], failed)) failed[v] = more = true;
    }
}

static CascadePlan *planned(Arena *a, const CascadeNet *net)
{
    CascadePlan *p = NULL;
    assert_int_equal(cascade_plan(a, net, &p).kind, OK);
    return p;
}

static bool in_set(const uint64_t *set, size_t n, size_t scenario, size_t v)
{
    return set[(scenario / CASCADE_LANES * n + v) * ROW_WORDS + scenario % CASCADE_LANES / 64] >> (scenario & 63) & 1;
}

static void compare(Arena *a, const CascadeNet *net, const uint32_t *first, const uint32_t *of, size_t scenarios)
{
    size_t n = net->nodes_n, words = (scenarios + CASCADE_LANES - 1) / CASCADE_LANES * n * ROW_WORDS;
    CascadePlan *p = planned(a, net);
    bool *want = arena_array(a, bool, n * scenarios);
    uint64_t *failed = arena_array(a, uint64_t, n), *count = arena_array(a, uint64_t, n), *set = arena_array(a, uint64_t, words);
    for (size_t s = 0; s < scenarios; s++) {
        for (uint32_t i = first[s]; i < first[s + 1]; i++) want[s * n + of[i]] = true;
        least(net, want + s * n);
        for (size_t v = 0; v < n; v++) count[v] += want[s * n + v];
    }
    for (int e = 0; e < CASCADE_ENGINES; e++) {
        memset(set, 0xee, words * sizeof *set);
        assert_int_equal(cascade_given(a, p, first, of, scenarios, (CascadeEngine)e, failed, set).kind, OK);
        assert_memory_equal(failed, count, n * sizeof *failed);
        for (size_t s = 0; s < scenarios; s++)
            for (size_t v = 0; v < n; v++) assert_int_equal(in_set(set, n, s, v), want[s * n + v]);
    }
}

static void sets_are_the_least(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    for (uint32_t round = 0; round < 3000; round++) {
        Dice d = {1000 + round, 0};
        uint32_t n = 1 + roll(&d, round % 10 ? 12 : 150), scenarios = round % 50 ? 1 + roll(&d, 20) : 700 + roll(&d, 600);
        CascadeNet *net = made(&a, &d, n, 1 + roll(&d, 3), 1 + roll(&d, round % 7 ? 5 : 40), round % 3 != 0);
        uint32_t *first = arena_array(&a, uint32_t, scenarios + 1), *of = arena_array(&a, uint32_t, scenarios * 4u);
        for (uint32_t s = 0; s < scenarios; s++) {
            first[s + 1] = first[s] + roll(&d, 4);
            for (uint32_t i = first[s]; i < first[s + 1]; i++) of[i] = roll(&d, n);
        }
        compare(&a, net, first, of, scenarios);
        arena_reset(&a);
    }
    arena_done(&a);
}

/* Rows of every set of instructions of this machine, over the same hits; engines in turns on the same place, so that what one leaves behind would show. */
static void every_code_gives_the_same(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    for (uint32_t round = 0; round < 60; round++) {
        Dice d = {7000 + round, 0};
        uint32_t n = 50 + roll(&d, 400);
        CascadePlan *p = planned(&a, made(&a, &d, n, 3, round % 5 ? 6 : 70, round & 1));
        uint64_t *want = arena_array(&a, uint64_t, (size_t)n * ROW_WORDS), *got = arena_array(&a, uint64_t, (size_t)n * ROW_WORDS), *failed = arena_array(&a, uint64_t, n);
        Lanes l, e;
        lanes_init(&a, p, &l), lanes_need_rows(&a, &l), lanes_need_events(&a, &l);
        lanes_init(&a, p, &e), lanes_need_rows(&a, &e), lanes_need_events(&a, &e);
        for (uint32_t turn = 0; turn < 12; turn++) {
            l.code = row_code_at(turn % 4) ? row_code_at(turn % 4) : row_code_at(0);
            CascadeEngine engine = (CascadeEngine)(1 + turn * 7 / 3 % 3);
            e.set = want, l.set = got, l.by_lane = e.by_lane = true, l.failed = failed;
            memset(failed, 0, n * sizeof *failed);
            lanes_begin(&e, CASCADE_EVENTS), lanes_begin(&l, engine);
            for (uint32_t i = 0, lowest = roll(&d, n); i < 200; i++) {
                uint32_t v = lowest + roll(&d, n - lowest), lane = roll(&d, CASCADE_LANES);
                lanes_hit(&e, v, lane), lanes_hit(&l, v, lane);
            }
            assert_true(lanes_events(&e));
            if (engine == CASCADE_EVENTS) assert_true(lanes_events(&l));
            else lanes_run(&l, engine);
            assert_memory_equal(got, want, (size_t)n * sizeof(Row));
            assert_memory_equal(l.lane_failed, e.lane_failed, sizeof l.lane_failed);
            assert_memory_equal(l.lane_users, e.lane_users, sizeof l.lane_users);
            for (uint32_t v = 0; v < n; v++) {
                uint64_t ones = 0;
                for (int w = 0; w < ROW_WORDS; w++) ones += (uint64_t)__builtin_popcountll(want[v * ROW_WORDS + (uint32_t)w]);
                assert_int_equal(failed[p->inner[v]], ones);
            }
        }
        arena_reset(&a);
    }
    arena_done(&a);
}

/* --- singles and pairs ---------------------------------------------------------------------------------------------------------------- */
static CascadeImpact alone(Arena *a, const CascadeNet *net, uint32_t x, uint32_t y)
{
    bool *failed = arena_array(a, bool, net->nodes_n);
    CascadeImpact out = {0};
    failed[x] = failed[y] = true;
    least(net, failed);
    for (size_t v = 0; v < net->nodes_n; v++) {
        out.failed += failed[v];
        out.users += failed[v] ? net->nodes[v].users : 0;
    }
    return out;
}

static void singles_and_pairs_are_exact(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    for (uint32_t round = 0; round < 40; round++) {
        Dice d = {9000 + round, 0};
        uint32_t n = round % 4 ? 1 + roll(&d, 60) : 900 + roll(&d, 300), k = n < 40 ? n : 40;
        CascadeNet *net = made(&a, &d, n, 2, 4, round & 1);
        CascadePlan *p = planned(&a, net);
        CascadeImpact *what = arena_array(&a, CascadeImpact, n), *pair = arena_array(&a, CascadeImpact, (size_t)k * k);
        uint32_t *of = arena_array(&a, uint32_t, k);
        for (int e = 0; e < CASCADE_ENGINES; e++) {
            memset(what, 0, n * sizeof *what);
            assert_int_equal(cascade_singles(&a, p, (CascadeEngine)e, what).kind, OK);
            for (uint32_t v = 0; v < n; v += round % 4 ? 1 : 37) {
                CascadeImpact want = alone(&a, net, v, v);
                assert_int_equal(what[v].failed, want.failed);
                assert_true(what[v].users == want.users);
            }
        }
        for (uint32_t i = 0; i < k; i++) of[i] = (i * 7 + 3) % n;
        assert_int_equal(cascade_pairs(&a, p, of, k, pair).kind, OK);
        for (uint32_t i = 0; i < k; i++)
            for (uint32_t j = i + 1; j < k; j++) {
                if (round % 4 == 0 && (i + j) % 11) continue;
                CascadeImpact want = alone(&a, net, of[i], of[j]);
                assert_int_equal(pair[i * k + j].failed, want.failed);
                assert_true(pair[i * k + j].users == want.users);
            }
        arena_reset(&a);
    }
    arena_done(&a);
}

/* --- at random ------------------------------------------------------------------------------------------------------------------------ */
static CascadeOutcome drawn(Arena *a, const CascadeNet *net, CascadeEngine engine, int threads, uint64_t scenarios, uint64_t seed)
{
    CascadeOutcome out;
    assert_int_equal(cascade_random(a, planned(a, net), &(CascadeRun){.scenarios = scenarios, .seed = seed, .engine = engine, .threads = threads}, &out).kind, OK);
    return out;
}

static CascadeNet *with_causes(Arena *a, Dice *d, uint32_t n)
{
    CascadeNet *net = made(a, d, n, 2, 4, true);
    CascadeCause *causes = arena_array(a, CascadeCause, 3);
    CascadeHit *hits = arena_array(a, CascadeHit, 3 * 8);
    for (uint32_t i = 0; i < 3; i++) {
        causes[i] = (CascadeCause){name_of(a, i) /* a node may have the same name */, i == 0 ? 0.001 : i == 1 ? 0.02 : 0.3, i * 8, 8};
        for (uint32_t j = 0; j < 8; j++) hits[i * 8 + j] = (CascadeHit){roll(d, n), j == 0 ? 1 : 0.1 * roll(d, 10)};
    }
    net->causes = causes, net->causes_n = 3, net->hits = hits, net->hits_n = 24;
    return net;
}

static void same(const CascadeOutcome *x, const CascadeOutcome *y, size_t n)
{
    assert_memory_equal(x->failed, y->failed, n * sizeof *x->failed);
    assert_memory_equal(x->hit, y->hit, n * sizeof *x->hit);
    assert_memory_equal(&x->users_mean, &y->users_mean, sizeof x->users_mean);
    assert_memory_equal(x->users_quantile, y->users_quantile, sizeof x->users_quantile);
}

static void engines_and_threads_change_nothing(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 512 << 20);
    for (uint32_t round = 0; round < 6; round++) {
        Dice d = {300 + round, 0};
        uint32_t n = 20 + roll(&d, 200);
        uint64_t scenarios = round ? 300 + roll(&d, 13000) : 9 * 4096 + 17;
        CascadeNet *net = with_causes(&a, &d, n);
        CascadeOutcome want = drawn(&a, net, CASCADE_EVENTS, 1, scenarios, 5);
        for (int e = 0; e < CASCADE_ENGINES; e++) {
            CascadeOutcome got = drawn(&a, net, (CascadeEngine)e, 1 + e, scenarios, 5);
            same(&got, &want, n);
            if (e) assert_int_equal(got.engine, e);
            assert_int_equal(got.scenarios, scenarios);
        }
        assert_memory_not_equal(drawn(&a, net, CASCADE_EVENTS, 1, scenarios, 6).hit, want.hit, n * sizeof *want.hit);
        arena_reset(&a);
    }
    arena_done(&a);
}

/* Nodes in another order, and further nodes: the others are hit in the same scenarios. */
static void the_order_of_rows_changes_nothing(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    Dice d = {42, 0};
    enum { N = 150 };
    CascadeNet *net = with_causes(&a, &d, N), more = *net;
    CascadeNode *nodes = arena_array(&a, CascadeNode, N + 5);
    Str *ids = arena_array(&a, Str, N + 5);
    uint32_t *suppliers = arena_array(&a, uint32_t, net->suppliers_n);
    CascadeHit *hits = arena_array(&a, CascadeHit, net->hits_n);
    for (uint32_t v = 0; v < N; v++) nodes[N + 4 - v] = net->nodes[v], ids[N + 4 - v] = net->ids[v];
    for (uint32_t v = 0; v < 5; v++) nodes[v] = (CascadeNode){.chance = 0.2}, ids[v] = str_printf(&a, "more%u", v);
    for (size_t i = 0; i < net->suppliers_n; i++) suppliers[i] = N + 4 - net->suppliers[i];
    for (size_t i = 0; i < net->hits_n; i++) hits[i] = (CascadeHit){N + 4 - net->hits[i].node, net->hits[i].chance};
    more.nodes = nodes, more.nodes_n = N + 5, more.ids = ids, more.suppliers = suppliers, more.hits = hits;
    CascadeOutcome x = drawn(&a, net, CASCADE_PILOT, 1, 10000, 8), y = drawn(&a, &more, CASCADE_PILOT, 2, 10000, 8);
    for (uint32_t v = 0; v < N; v++) {
        assert_int_equal(x.failed[v], y.failed[N + 4 - v]);
        assert_int_equal(x.hit[v], y.hit[N + 4 - v]);
    }
    assert_memory_equal(x.users_quantile, y.users_quantile, sizeof x.users_quantile);
    arena_done(&a);
}

/* More scenarios: the first ones stay what they are. */
static void more_scenarios_keep_the_first(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    CascadeNode one[1] = {{.chance = 0.003}};
    CascadeNet net = {.nodes = one, .nodes_n = 1, .ids = (Str[]){STR("x")}};
    uint64_t before = 0;
    for (uint64_t s = 1; s < 20000; s += 777) {
        uint64_t hit = drawn(&a, &net, CASCADE_WORK, 1, s, 1).hit[0];
        assert_true(hit >= before && hit <= before + 777);
        before = hit;
    }
    arena_done(&a);
}

/* Counts within five deviations of n p, for chances of all sizes and all ways of drawing. */
static void hits_are_as_likely_as_they_say(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    static const double chance[] = {0, 1e-12, 1e-5, 0.0005, 0.003, 0.0039, 0.00391, 0.01, 0.031, 0.0313, 0.05, 0.25, 0.5, 0.75, 0.9, 0.999, 1};
    enum { N = COUNT(chance), EACH = 8, SCENARIOS = 200000 };
    CascadeNode nodes[N * EACH + 3] = {{0}};
    Str ids[N * EACH + 3];
    for (uint32_t v = 0; v < N * EACH; v++) nodes[v].chance = chance[v / EACH];
    for (uint32_t v = 0; v < N * EACH + 3; v++) ids[v] = name_of(&a, v);
    CascadeCause causes[3] = {{STR("seldom"), 0.01, 0, 1}, {STR("often"), 0.4, 1, 1}, {STR("sure"), 1, 2, 1}};
    CascadeHit hits[3] = {{N * EACH, 0.3}, {N * EACH + 1, 0.3}, {N * EACH + 2, 0.02}};
    CascadeNet net = {.nodes = nodes, .nodes_n = COUNT(nodes), .ids = ids, .causes = causes, .causes_n = 3, .hits = hits, .hits_n = 3};
    CascadeOutcome out = drawn(&a, &net, CASCADE_PILOT, 2, SCENARIOS, 11);
    double z2 = 0;
    for (uint32_t v = 0; v < COUNT(nodes); v++) {
        double p = v < N * EACH ? chance[v / EACH] : causes[v - N * EACH].chance * hits[v - N * EACH].chance, sd = sqrt(SCENARIOS * p * (1 - p));
        assert_true(fabs((double)out.hit[v] - SCENARIOS * p) <= 5 * sd + (p < 1e-9 ? 0 : 1e-9));
        if (sd > 1) z2 += ((double)out.hit[v] - SCENARIOS * p) * ((double)out.hit[v] - SCENARIOS * p) / (sd * sd);
    }
    assert_true(z2 > 60 && z2 < 180); /* about 115 squares of standard normals */
    arena_done(&a);
}

/* Peers draw all with one seed: their nodes fail together. Here two nodes of one chance are hit together as often as chance squared says, one before the other and next to each other as well. */
static void nodes_are_hit_by_themselves(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 256 << 20);
    static const double chance[] = {0.0035, 0.02, 0.3};
    for (size_t c = 0; c < COUNT(chance); c++) {
        enum { SCENARIOS = 1 << 20 };
        double p = chance[c];
        CascadeNode nodes[3] = {{.chance = p}, {.chance = p}, {.first = 0, .n = 1}};
        CascadeNeed both = {0, 2, 2, 0};
        CascadeNet net = {.nodes = nodes, .nodes_n = 3, .ids = (Str[]){STR("a"), STR("b"), STR("both")}, .needs = &both, .needs_n = 1, .suppliers = (uint32_t[]){0, 1}, .suppliers_n = 2};
        CascadeOutcome out = drawn(&a, &net, CASCADE_PILOT, 2, SCENARIOS, 3);
        assert_true(fabs((double)out.failed[2] - SCENARIOS * p * p) < 5 * sqrt(SCENARIOS * p * p));
    }
    arena_done(&a);
}

static void users_are_summed_by_scenario(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    CascadeNode nodes[3] = {{.chance = 1, .users = 10.5}, {.first = 0, .n = 1, .users = 100}, {.chance = 0.04, .users = 1000}};
    CascadeNeed need = {0, 1, 1, 0};
    CascadeNet net = {.nodes = nodes, .nodes_n = 3, .ids = (Str[]){STR("a"), STR("b"), STR("c")}, .needs = &need, .needs_n = 1, .suppliers = (uint32_t[]){0}, .suppliers_n = 1};
    CascadeOutcome out = drawn(&a, &net, CASCADE_PILOT, 1, 10000, 1);
    assert_true(out.users_quantile[0] == 110.5 && out.users_quantile[1] == 110.5 && out.users_quantile[2] == 1110.5);
    assert_true(fabs(out.users_mean - 110.5 - (double)out.failed[2] / 10000 * 1000) < 1e-6);
    nodes[2].users = CASCADE_USERS_MAX;
    nodes[2].chance = 1;
    out = drawn(&a, &net, CASCADE_SWEEPS, 1, 100, 1);
    assert_true(out.users_quantile[0] == CASCADE_USERS_MAX + 110.5);
    arena_done(&a);
}

/* --- why, and what to cut ------------------------------------------------------------------------------------------------------------------ */
/* Rounds from the hits, all failures of a round at once; 0 not failed, 1 hit. */
static void rounds(const CascadeNet *net, uint32_t *round)
{
    size_t n = net->nodes_n;
    bool failed[256], more = true;
    for (size_t v = 0; v < n; v++) failed[v] = round[v] == 1;
    for (uint32_t r = 2; more; r++) {
        more = false;
        for (size_t v = 0; v < n; v++)
            if (!round[v] && unmet(net, &net->nodes[v], failed)) round[v] = r, more = true;
        for (size_t v = 0; v < n; v++) failed[v] = round[v] != 0;
    }
}

static bool needs_it(const CascadeNet *net, uint32_t v, uint32_t supplier)
{
    for (uint32_t i = 0; i < net->nodes[v].n; i++)
        for (uint32_t e = 0; e < net->needs[net->nodes[v].first + i].n; e++)
            if (net->suppliers[net->needs[net->nodes[v].first + i].first + e] == supplier) return true;
    return false;
}

static void paths_lead_from_a_hit(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    for (uint32_t turn = 0; turn < 200; turn++) {
        Dice d = {500 + turn, 0};
        uint32_t n = 2 + roll(&d, 100), hit[2] = {roll(&d, n), roll(&d, n)}, round[256] = {0};
        CascadeNet *net = made(&a, &d, n, 2, 4, true);
        CascadePlan *p = planned(&a, net);
        round[hit[0]] = round[hit[1]] = 1;
        rounds(net, round);
        for (uint32_t v = 0; v < n; v++) {
            uint32_t *path;
            size_t length;
            assert_int_equal(cascade_path(&a, p, hit, 2, v, &path, &length).kind, OK);
            assert_int_equal(length, round[v]); /* each step one round on */
            for (size_t i = 0; i < length; i++) {
                assert_int_equal(round[path[i]], i + 1);
                if (i) assert_true(needs_it(net, path[i], path[i - 1]));
            }
            if (length) assert_int_equal(path[length - 1], v);
        }
        arena_reset(&a);
    }
    CascadeNode one[1] = {{0}};
    CascadeNet net = {.nodes = one, .nodes_n = 1, .ids = (Str[]){STR("a")}};
    uint32_t *path;
    size_t length;
    assert_int_equal(cascade_path(&a, planned(&a, &net), (uint32_t[]){0}, 1, 1, &path, &length).kind, ERR_INVALID);
    assert_int_equal(cascade_path(&a, planned(&a, &net), (uint32_t[]){1}, 1, 0, &path, &length).kind, ERR_INVALID);
    arena_done(&a);
}

/* By the definition: entries that never fail are those that point at a node of its own, which nothing hits. */
static double saved_by_hand(Arena *a, const CascadeNet *net, uint32_t entry, uint32_t entries, bool users)
{
    size_t n = net->nodes_n;
    CascadeNet cut = *net;
    CascadeNode *nodes = arena_array(a, CascadeNode, n + 1);
    uint32_t *suppliers = arena_array(a, uint32_t, net->suppliers_n);
    memcpy(nodes, net->nodes, n * sizeof *nodes);
    memcpy(suppliers, net->suppliers, net->suppliers_n * sizeof *suppliers);
    for (uint32_t i = 0; i < entries; i++) suppliers[entry + i] = (uint32_t)n;
    cut.nodes = nodes, cut.nodes_n = n + 1, cut.suppliers = suppliers;
    double sum = 0;
    for (uint32_t v = 0; v < n; v++) {
        CascadeImpact with = alone(a, net, v, v), without = alone(a, &cut, v, v);
        sum += net->nodes[v].chance * (users ? with.users - without.users : (double)with.failed - without.failed);
    }
    return sum;
}

static void cuts_save_what_they_save(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 512 << 20);
    uint32_t some = 0, some_whole = 0;
    for (uint32_t turn = 0; turn < 150; turn++) {
        Dice d = {600 + turn, 0};
        uint32_t n = turn % 30 ? 2 + roll(&d, 30) : 1100;
        CascadeNet *net = made(&a, &d, n, 2, turn % 30 ? 3 : 2, turn % 3 != 0);
        bool users = false;
        CascadePlan *p = planned(&a, net);
        uint32_t entries = turn % 30 ? (uint32_t)net->suppliers_n : 6, *list = arena_array(&a, uint32_t, entries);
        double *saved = arena_array(&a, double, entries);
        for (uint32_t v = 0; v < n; v++) users |= net->nodes[v].users > 0;
        for (uint32_t e = 0; e < entries && e < net->suppliers_n; e++) list[e] = turn % 30 ? entries - 1 - e : e * 37;
        assert_int_equal(cascade_cuts(&a, p, list, entries, saved).kind, OK);
        for (uint32_t e = 0; e < entries; e++) {
            double want = saved_by_hand(&a, net, list[e], 1, users);
            assert_true(fabs(saved[e] - want) <= 1e-9 * (1 + want));
            some += want > 0;
        }
        uint32_t needs = turn % 30 ? (uint32_t)net->needs_n : 6, *need = arena_array(&a, uint32_t, needs);
        double *whole = arena_array(&a, double, needs);
        for (uint32_t i = 0; i < needs; i++) need[i] = turn % 30 ? i : i * 31;
        assert_int_equal(cascade_cut_needs(&a, p, need, needs, whole).kind, OK);
        for (uint32_t i = 0; i < needs; i++) {
            double want = saved_by_hand(&a, net, net->needs[need[i]].first, net->needs[need[i]].n, users);
            assert_true(fabs(whole[i] - want) <= 1e-9 * (1 + want));
            some_whole += want > 0;
        }
        arena_reset(&a);
    }
    assert_true(some > 300 && some_whole > 300);
    double saved[1];
    Dice d = {1, 0};
    CascadeNet *net = made(&a, &d, 9, 2, 3, true);
    assert_int_equal(cascade_cuts(&a, planned(&a, net), (uint32_t[]){(uint32_t)net->suppliers_n}, 1, saved).kind, ERR_INVALID);
    assert_int_equal(cascade_cut_needs(&a, planned(&a, net), (uint32_t[]){(uint32_t)net->needs_n}, 1, saved).kind, ERR_INVALID);
    arena_done(&a);
}

/* --- refusals --------------------------------------------------------------------------------------------------------------------------- */
static void refused(const CascadeNet *net, const char *says)
{
    Arena a;
    CascadePlan *p;
    arena_init(&a, 64 << 20);
    Err e = cascade_plan(&a, net, &p);
    assert_int_equal(e.kind, ERR_INVALID);
    assert_true(str_starts(e.text.in[EN], str_of(says)));
    assert_true(e.text.in[JA].n > 0);
    arena_done(&a);
}

static void bad_nets_are_refused(void **state)
{
    UNUSED(state);
    CascadeNode good[2] = {{.first = 0, .n = 1, .chance = 0.1}, {.chance = 0.2}}, nodes[2];
    CascadeNeed need = {0, 1, 1, 0}, bad;
    uint32_t suppliers[1] = {1};
    CascadeNet net = {.nodes = nodes, .nodes_n = 2, .ids = (Str[]){STR("a"), STR("b")}, .needs = &need, .needs_n = 1, .suppliers = suppliers, .suppliers_n = 1};
#define NODE(field, value, says) memcpy(nodes, good, sizeof good), nodes[1].field = (value), refused(&net, says)
    NODE(chance, 1.5, "nodes[1].chance");
    NODE(chance, -0.1, "nodes[1].chance");
    NODE(chance, NAN, "nodes[1].chance");
    NODE(users, INFINITY, "nodes[1].users");
    NODE(users, -1, "nodes[1].users");
    NODE(users, NAN, "nodes[1].users");
    NODE(first, 2, "nodes[1]");
    NODE(n, UINT32_MAX, "nodes[1]");
    NODE(repair_low, 5, "nodes[1].repair");
    NODE(repair_high, NAN, "nodes[1].repair");
    memcpy(nodes, good, sizeof good);
    net.needs = &bad;
    bad = (CascadeNeed){0, 1, 0, 0}, refused(&net, "needs[0]");
    bad = (CascadeNeed){0, 1, 2, 0}, refused(&net, "needs[0]");
    bad = (CascadeNeed){0, 0, 0, 0}, refused(&net, "needs[0]");
    bad = (CascadeNeed){1, 1, 1, 0}, refused(&net, "needs[0]");
    bad = (CascadeNeed){0, 1, 1, NAN}, refused(&net, "needs[0].buffer");
    bad = (CascadeNeed){0, 1, 1, -1}, refused(&net, "needs[0].buffer");
    net.needs = &need;
    suppliers[0] = 2, refused(&net, "suppliers[0]");
    suppliers[0] = 1;
    CascadeCause cause = {STR("c"), 0.5, 0, 1};
    CascadeHit hit = {0, 0.5};
    net.causes = &cause, net.causes_n = 1, net.hits = &hit, net.hits_n = 1;
    cause.chance = 2, refused(&net, "causes[0].chance");
    cause.chance = 1, cause.n = 2, refused(&net, "causes[0]");
    cause.n = 1, hit.node = 7, refused(&net, "hits[0]");
    hit.node = 1, hit.chance = NAN, refused(&net, "hits[0].chance");
    hit.chance = 1;
    net.ids = (Str[]){STR("a"), STR("a")}, refused(&net, "nodes[1]: this identifier");
}

static void bad_runs_are_refused(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    CascadeNode nodes[1] = {{.chance = 0.5}};
    CascadeNet net = {.nodes = nodes, .nodes_n = 1, .ids = (Str[]){STR("a")}}, none = {0};
    CascadePlan *p = planned(&a, &net), *empty = planned(&a, &none);
    CascadeOutcome out;
    uint64_t failed[1];
    CascadeImpact what[1];
    assert_int_equal(cascade_random(&a, p, &(CascadeRun){.scenarios = 0}, &out).kind, ERR_INVALID);
    assert_int_equal(cascade_random(&a, p, &(CascadeRun){.scenarios = UINT64_MAX}, &out).kind, ERR_TOO_LARGE);
    assert_int_equal(cascade_random(&a, p, &(CascadeRun){.scenarios = 5, .engine = CASCADE_ENGINES}, &out).kind, ERR_INVALID);
    assert_int_equal(cascade_given(&a, p, (uint32_t[]){0, 1}, (uint32_t[]){1}, 1, CASCADE_PILOT, failed, NULL).kind, ERR_INVALID);
    assert_int_equal(cascade_given(&a, p, (uint32_t[]){1, 0}, (uint32_t[]){0}, 1, CASCADE_PILOT, failed, NULL).kind, ERR_INVALID);
    assert_int_equal(cascade_pairs(&a, p, (uint32_t[]){1}, 1, what).kind, ERR_INVALID);
    assert_int_equal(cascade_pairs(&a, p, NULL, CASCADE_PAIRS_MAX + 1, what).kind, ERR_TOO_LARGE);
    assert_int_equal(cascade_given(&a, p, NULL, NULL, 0, CASCADE_PILOT, failed, NULL).kind, OK);
    assert_int_equal(failed[0], 0);
    assert_int_equal(cascade_random(&a, empty, &(CascadeRun){.scenarios = 5}, &out).kind, OK);
    assert_int_equal(cascade_singles(&a, empty, CASCADE_PILOT, what).kind, OK);
    assert_int_equal(cascade_given(&a, empty, (uint32_t[]){0, 0}, NULL, 1, CASCADE_SWEEPS, failed, NULL).kind, OK);
    arena_done(&a);
}

static bool stop_soon(void *arg, double done)
{
    int *calls = arg;
    assert_true(done >= 0 && done <= 1);
    return ++*calls < 2;
}

static void a_run_can_be_stopped(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 512 << 20);
    Dice d = {77, 0};
    CascadePlan *p = planned(&a, made(&a, &d, 2000, 2, 5, true));
    for (int e = 0; e < CASCADE_ENGINES; e++) {
        int calls = 0;
        CascadeOutcome out;
        Err err = cascade_random(&a, p, &(CascadeRun){.scenarios = 4000000, .engine = (CascadeEngine)e, .threads = 2, .go_on = stop_soon, .arg = &calls}, &out);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_true(str_eqc(err.text.in[EN], "cancelled"));
        assert_int_equal(calls, 2);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_are_the_least),
        cmocka_unit_test(every_code_gives_the_same),
        cmocka_unit_test(singles_and_pairs_are_exact),
        cmocka_unit_test(engines_and_threads_change_nothing),
        cmocka_unit_test(the_order_of_rows_changes_nothing),
        cmocka_unit_test(more_scenarios_keep_the_first),
        cmocka_unit_test(hits_are_as_likely_as_they_say),
        cmocka_unit_test(nodes_are_hit_by_themselves),
        cmocka_unit_test(users_are_summed_by_scenario),
        cmocka_unit_test(paths_lead_from_a_hit),
        cmocka_unit_test(cuts_save_what_they_save),
        cmocka_unit_test(bad_nets_are_refused),
        cmocka_unit_test(bad_runs_are_refused),
        cmocka_unit_test(a_run_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
