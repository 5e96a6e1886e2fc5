/* sectors_test.c -- inoperability against closed forms, sums of powers and itself the other way round; where the radius is not below 1 it is refused. */
#include <math.h>
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

#define NEAR(x, want, within) assert_true(fabs((x) - (want)) <= (within))

/* q1 = (c1 + a12 c2) / (1 - a12 a21) and so on. */
static void two_sectors_by_hand(void **state)
{
    double a[] = {0, 0.4, 0.2, 0}, c[] = {0.1, 0.05}, q[2], w[] = {1, 1}, y[2];
    Sectors s = {2, a, NULL};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    NEAR(q[0], (0.1 + 0.4 * 0.05) / (1 - 0.08), 1e-15);
    NEAR(q[1], (0.05 + 0.2 * 0.1) / (1 - 0.08), 1e-15);
    assert_int_equal(sectors_adjoint(*state, &s, w, y).kind, OK);
    NEAR(y[0], 1.2 / 0.92, 1e-15); /* (1 + a21) / (1 - a12 a21) */
    NEAR(y[1], 1.4 / 0.92, 1e-15);
    NEAR(q[0] + q[1], y[0] * c[0] + y[1] * c[1], 1e-15);
    double full[] = {0.3, 0.4, 0.2, 0.1}, det = 0.7 * 0.9 - 0.08;
    s.a = full;
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    NEAR(q[0], (0.9 * 0.1 + 0.4 * 0.05) / det, 1e-15);
    NEAR(q[1], (0.2 * 0.1 + 0.7 * 0.05) / det, 1e-15);
}

static void one_sector(void **state)
{
    double a[] = {0.75}, c[] = {0.1}, q[1], k[] = {0.5}, path[4];
    Sectors s = {1, a, k};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    NEAR(q[0], 0.4, 1e-15);
    assert_int_equal(sectors_adjoint(*state, &s, c, q).kind, OK);
    NEAR(q[0], 0.4, 1e-15);
    double q0[] = {0};
    assert_int_equal(sectors_dynamic(*state, &s, c, q0, 3, path).kind, OK);
    for (int t = 0; t < 4; t++) NEAR(path[t], 0.4 * (1 - pow(0.875, t)), 1e-15); /* (1 - K (1 - a))^t of the way is left */
}

static void without_ties_it_decays(void **state)
{
    double a[9] = {0}, c[3] = {0}, k[] = {0.1, 0.5, 1}, q0[] = {1, 0.8, 0.6}, path[3 * 11];
    Sectors s = {3, a, k};
    assert_int_equal(sectors_dynamic(*state, &s, c, q0, 10, path).kind, OK);
    for (int t = 0; t <= 10; t++)
        for (int i = 0; i < 3; i++) NEAR(path[t * 3 + i], q0[i] * pow(1 - k[i], t), 1e-15);
    double q[3];
    assert_int_equal(sectors_inoperability(*state, &s, q0, q).kind, OK); /* nothing is passed on */
    assert_memory_equal(q, q0, sizeof q);
}

/* Entries of a net of n sectors whose rows add up to `row` at most: its radius is below that. */
static double *table(Arena *a, size_t n, double row, unsigned seed)
{
    double *m = arena_array(a, double, n * n);
    uint32_t x = seed;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) x = x * 1664525 + 1013904223, m[i * n + j] = x % 3 ? 0 : (x >> 8) / 16777216.0, sum += m[i * n + j];
        for (size_t j = 0; sum > 0 && j < n; j++) m[i * n + j] *= row / sum;
    }
    return m;
}

/* K = I is q = A q + c again and again: the sum of the powers, which ends in the static one. */
static void full_recovery_reaches_the_static(void **state)
{
    enum { N = 20, STEPS = 400 };
    double *a = table(*state, N, 0.9, 7), k[N], c[N], q0[N] = {0}, q[N], *path = arena_array(*state, double, N * (STEPS + 1));
    for (int i = 0; i < N; i++) k[i] = 1, c[i] = 0.01 * i;
    Sectors s = {N, a, k};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    assert_int_equal(sectors_dynamic(*state, &s, c, q0, STEPS, path).kind, OK);
    for (int i = 0; i < N; i++) NEAR(path[STEPS * N + i], q[i], 1e-13);
    for (int i = 0; i < N; i++) k[i] = 0.3 + 0.03 * i; /* slower, and to the same place */
    assert_int_equal(sectors_dynamic(*state, &s, c, q0, STEPS, path).kind, OK);
    for (int i = 0; i < N; i++) NEAR(path[STEPS * N + i], q[i], 1e-4);
    memcpy(q0, q, sizeof q0); /* there it stays */
    assert_int_equal(sectors_dynamic(*state, &s, c, q0, 5, path).kind, OK);
    for (int i = 0; i < N; i++) NEAR(path[5 * N + i], q[i], 1e-14);
}

static void adjoint_is_n_solutions(void **state)
{
    enum { N = 30 };
    double *a = table(*state, N, 0.95, 11), w[N], y[N], c[N], q[N];
    for (int i = 0; i < N; i++) w[i] = 1 + i % 5;
    Sectors s = {N, a, NULL};
    assert_int_equal(sectors_adjoint(*state, &s, w, y).kind, OK);
    for (int i = 0; i < N; i++) {
        double total = 0;
        memset(c, 0, sizeof c), c[i] = 1;
        assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
        for (int j = 0; j < N; j++) total += w[j] * q[j];
        NEAR(y[i], total, 1e-12 * total);
    }
}

static void reducible(void **state)
{
    double c[] = {1, 0, 0, 0}, q[4], w[] = {0, 0, 0, 1}, y[4];
    double chain[16] = {0};
    chain[4] = 2, chain[9] = 3, chain[14] = 4; /* 1 → 2 → 3 → 4, each many times over: no loop, so the radius is 0 */
    Sectors s = {4, chain, NULL};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    assert_true(q[0] == 1 && q[1] == 2 && q[2] == 6 && q[3] == 24);
    assert_int_equal(sectors_adjoint(*state, &s, w, y).kind, OK);
    assert_true(y[0] == 24 && y[1] == 12 && y[2] == 4 && y[3] == 1);
    double blocks[16] = {0, 0.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0.6, 0}; /* the second pair has radius √1.2 */
    s.a = blocks;
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, ERR_INVALID);
    blocks[14] = 0.4; /* √0.8 */
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    NEAR(q[0], 1 / 0.75, 1e-15);
    assert_true(q[2] == 0 && q[3] == 0);
}

static void refused(void **state)
{
    double c[] = {0.1, 0.1}, q[2], k[] = {0.5, 0.5}, path[4];
    struct { double a[4]; } bad[] = {{{0.5, 0.5, 0.5, 0.5}}, {{0, 1, 1, 0}}, {{1, 0, 0, 0}}, {{0, 0, 0, 1.5}}, {{0, 2, 2, 0}}, {{0.9, 0.2, 0.2, 0.9}}, {{0, -0.1, 0, 0}}, {{0, NAN, 0, 0}}, {{0, INFINITY, 0, 0}}, {{3, 0, 0, 3}}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        Sectors s = {2, bad[i].a, k};
        assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, ERR_INVALID);
        assert_int_equal(sectors_adjoint(*state, &s, c, q).kind, ERR_INVALID);
        assert_int_equal(sectors_dynamic(*state, &s, c, c, 1, path).kind, ERR_INVALID);
    }
    double good[] = {0.5, 0.49, 0.5, 0.5}, off[] = {NAN, 0};
    Sectors s = {2, good, k};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    assert_int_equal(sectors_inoperability(*state, &s, off, q).kind, ERR_INVALID);
    assert_int_equal(sectors_dynamic(*state, &s, c, off, 1, path).kind, ERR_INVALID);
    for (double v = -1; v < 3; v += 1) { /* K: -1, 0, then 1 is right, 2 */
        k[1] = v;
        assert_int_equal(sectors_dynamic(*state, &s, c, c, 1, path).kind, v == 1 ? OK : ERR_INVALID);
    }
    s.recovery = NULL;
    assert_int_equal(sectors_dynamic(*state, &s, c, c, 1, path).kind, ERR_INVALID);
}

/* Radius 1 - 10^-9: what is left of the digits is refined. */
static void close_to_the_edge(void **state)
{
    double a[] = {0.5, 0.5 - 1e-9, 0.5, 0.5}, c[] = {0.25, 0}, q[2];
    Sectors s = {2, a, NULL};
    assert_int_equal(sectors_inoperability(*state, &s, c, q).kind, OK);
    double det = 0.25 - a[1] * 0.5;
    NEAR(q[0], 0.125 / det, 1e-6 * q[0]);
    NEAR(q[1], 0.125 / det, 1e-6 * q[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sectors_by_hand), cmocka_unit_test(one_sector), cmocka_unit_test(without_ties_it_decays), cmocka_unit_test(full_recovery_reaches_the_static),
        cmocka_unit_test(adjoint_is_n_solutions), cmocka_unit_test(reducible), cmocka_unit_test(refused), cmocka_unit_test(close_to_the_edge),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
