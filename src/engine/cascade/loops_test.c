/* loops_test.c -- loops of nets small enough to be worked out by hand: who waits, what comes back, which single black start is enough; and against trying everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cascade/cascade.h"

static int setup(void **state)
{
    static Arena a;
    arena_init(&a, 256 << 20);
    *state = &a;
    return 0;
}

static int teardown(void **state)
{
    arena_done(*state);
    return 0;
}

/* A net out of words: "a bc2 d1; b! a1" -- a fails when 2 of b, c or when d failed, b with its own black start when a did. */
static CascadeNet net_of(Arena *a, const char *text)
{
    CascadeNode *nodes = arena_array(a, CascadeNode, 26);
    CascadeNeed *needs = arena_array(a, CascadeNeed, 100);
    uint32_t *suppliers = arena_array(a, uint32_t, 400);
    Str *ids = arena_array(a, Str, 26), rest = str_of(text), line, word;
    CascadeNet n = {.nodes = nodes, .ids = ids, .needs = needs, .suppliers = suppliers};
    while (str_cut(&rest, ';', &line)) {
        CascadeNode *node = &nodes[n.nodes_n];
        line = str_trim(line);
        ids[n.nodes_n++] = str_slice(line, 0, 1);
        node->first = (uint32_t)n.needs_n;
        node->black_start = line.n > 1 && line.s[1] == '!';
        line = str_slice(line, node->black_start ? 2 : 1, line.n);
        while (str_cut(&line, ' ', &word)) {
            if (word.n < 2) continue;
            needs[n.needs_n++] = (CascadeNeed){(uint32_t)n.suppliers_n, (uint32_t)word.n - 1, (uint32_t)(word.s[word.n - 1] - '0'), 0};
            node->n++;
            for (size_t i = 0; i + 1 < word.n; i++) suppliers[n.suppliers_n++] = (uint32_t)(word.s[i] - 'a');
        }
    }
    return n;
}

static Str letters(Arena *a, const uint32_t *list, size_t n)
{
    Buf b;
    buf_init(&b, a, n + 1);
    for (size_t i = 0; i < n; i++) buf_byte(&b, (char)('a' + list[i]));
    return buf_str(&b);
}

/* "abc stuck abc starters ab": all loops of a net in words. */
static Str told(Arena *a, const CascadeNet *net)
{
    CascadePlan *plan;
    CascadeLoop *loops;
    size_t n;
    Buf b;
    buf_init(&b, a, 100);
    assert_int_equal(cascade_plan(a, net, &plan).kind, OK);
    assert_int_equal(cascade_loops(a, plan, &loops, &n).kind, OK);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b, "%s%s", i ? "; " : "", letters(a, loops[i].nodes, loops[i].n).s);
        if (loops[i].stuck_n) buf_printf(&b, " stuck %s", letters(a, loops[i].stuck, loops[i].stuck_n).s);
        if (loops[i].starters) buf_printf(&b, " starters %s", letters(a, loops[i].starters, loops[i].starters_n).s);
    }
    return buf_str(&b);
}

static void by_hand(void **state)
{
    static const struct { const char *net, *want; } cases[] = {
        {"a; b a1; c b1", ""}, {"a b1; b a1", "ab stuck ab starters ab"}, {"a! b1; b a1", "ab"}, {"a bc2; b a1; c", "ab"} /* a reserve outside */, {"a bc1; b a1; c", "ab stuck ab starters ab"},
        {"a b1; b ac1; c b1", "abc stuck abc starters b"}, {"a b1; b ac2; c b1", "abc stuck abc starters abc"}, {"a b1 c1; b a1; c b1 d1; d c1", "abcd stuck abcd starters "}, {"a b1; b a1; c d1; d e1; e c1", "cde stuck cde starters cde; ab stuck ab starters ab"},
        {"a b1; b a1; c b1 d1; d c1", "ab stuck ab starters ab; cd stuck cd starters cd"} /* one hangs on the other: each judged by itself */, {"a! b1; b a1 c1; c b1", "abc stuck bc starters bc"},
        {"a bcd2; b a1; c a1; d a1", "abcd stuck abcd starters a"} /* two of three needed: a black start of one of them is not enough */, {"a bcd3; b a1; c a1; d a1", "abcd stuck abcd starters abcd"}, {"a ab1; b a1", "ab stuck ab starters ab"},
        {"a aab2; b a1", "ab"} /* itself is no reason: that need can never be unmet */,
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CascadeNet net = net_of(*state, cases[i].net);
        assert_string_equal(told(*state, &net).s, cases[i].want);
    }
}

/* All of a random net is one block of loops: what comes back, by going through all nodes until nothing changes. */
static size_t slowly(const CascadeNet *net, const uint32_t *in, size_t n, uint32_t starter, bool *up)
{
    bool member[26] = {0};
    size_t count = 0;
    for (size_t i = 0; i < n; i++) member[in[i]] = true, up[in[i]] = false;
    for (bool more = true; more;) {
        more = false;
        for (size_t x = 0; x < n; x++) {
            const CascadeNode *v = &net->nodes[in[x]];
            bool met = true;
            for (uint32_t k = v->first; k < v->first + v->n; k++) {
                uint32_t out = 0;
                for (uint32_t i = 0; i < net->needs[k].n; i++) {
                    uint32_t u = net->suppliers[net->needs[k].first + i];
                    out += member[u] && !up[u] && u != in[x];
                }
                met = met && out < net->needs[k].k;
            }
            if (!up[in[x]] && (met || v->black_start || in[x] == starter)) up[in[x]] = more = true, count++;
        }
    }
    return count;
}

static void against_going_through_all(void **state)
{
    uint32_t x = 12345, seen = 0;
    for (int round = 0; round < 3000; round++) {
        Arena *a = *state;
        CascadeNode nodes[8] = {0};
        CascadeNeed needs[24];
        uint32_t suppliers[72];
        Str ids[8];
        CascadeNet net = {.nodes = nodes, .nodes_n = 8, .ids = ids, .needs = needs, .suppliers = suppliers};
        for (uint32_t v = 0; v < 8; v++) {
            ids[v] = str_printf(a, "%u", v);
            nodes[v].first = (uint32_t)net.needs_n, nodes[v].n = (x = x * 1664525 + 1013904223) >> 30, nodes[v].black_start = (x >> 20 & 15) == 0;
            for (uint32_t k = 0; k < nodes[v].n; k++) {
                uint32_t n = 1 + ((x = x * 1664525 + 1013904223) >> 24) % 3;
                needs[net.needs_n++] = (CascadeNeed){(uint32_t)net.suppliers_n, n, 1 + (x >> 16) % n, 0};
                for (uint32_t i = 0; i < n; i++) suppliers[net.suppliers_n++] = (x = x * 1664525 + 1013904223) >> 29;
            }
        }
        CascadePlan *plan;
        CascadeLoop *loops;
        size_t n;
        assert_int_equal(cascade_plan(a, &net, &plan).kind, OK);
        assert_int_equal(cascade_loops(a, plan, &loops, &n).kind, OK);
        for (size_t i = 0; i < n; i++) {
            bool up[26] = {0};
            size_t back = slowly(&net, loops[i].nodes, loops[i].n, 99, up), starters = 0;
            assert_int_equal(back, loops[i].n - loops[i].stuck_n);
            for (size_t k = 0; k < loops[i].stuck_n; k++) assert_false(up[loops[i].stuck[k]]);
            for (size_t k = 0; k < loops[i].stuck_n; k++)
                if (slowly(&net, loops[i].nodes, loops[i].n, loops[i].stuck[k], up) == loops[i].n) assert_int_equal(loops[i].starters[starters++], loops[i].stuck[k]);
            assert_int_equal(starters, loops[i].starters_n);
            seen += loops[i].stuck_n && loops[i].stuck_n < loops[i].n;
        }
    }
    assert_true(seen > 50); /* some where a part comes back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(against_going_through_all)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
