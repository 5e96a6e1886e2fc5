/* matrix_test.c -- boundaries of the table on every side, what judgements teach, and every rule of the proposal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matrix/matrix.h"

/* level = ceil of the product in thirds; accepted when the product is at most 2 */
static Matrix usual(void)
{
    Matrix m = {.impacts = 3, .likelihoods = 3};
    for (int i = 1; i <= 3; i++)
        for (int k = 1; k <= 3; k++)
            assert_true(matrix_set(&m, i, k, i * k <= 2 ? 1 : i * k <= 4 ? 2 : 3, i * k <= 2));
    return m;
}

static void test_bounds(void **state)
{
    UNUSED(state);
    Matrix m = {0};
    assert_false(matrix_set(&m, 1, 1, 1, true)); /* no scale yet */
    assert_false(matrix_full(&m));
    m = (Matrix){.impacts = 3, .likelihoods = 3};
    assert_false(matrix_set(&m, 0, 1, 1, true));
    assert_false(matrix_set(&m, 4, 1, 1, true));
    assert_false(matrix_set(&m, 1, 0, 1, true));
    assert_false(matrix_set(&m, 1, 4, 1, true));
    assert_false(matrix_set(&m, 1, 1, 0, true));
    assert_false(matrix_set(&m, 1, 1, MATRIX_LEVEL_MAX + 1, true));
    assert_false(matrix_set(&m, INT64_MAX, INT64_MIN, 1, true));
    assert_true(matrix_set(&m, 3, 3, 3, false));
    assert_false(matrix_set(&m, 3, 3, 3, false)); /* twice */
    assert_null(matrix_at(&m, 1, 1));
    assert_null(matrix_at(&m, 4, 3));
    assert_null(matrix_at(&m, INT64_MIN, 3));
    assert_int_equal(matrix_at(&m, 3, 3)->level, 3);
    assert_false(matrix_full(&m));
    Matrix u = usual();
    assert_true(matrix_full(&u));
}

static void test_monotone(void **state)
{
    UNUSED(state);
    Matrix m = usual();
    assert_true(matrix_monotone(&m));
    m.cell[2][0].level = 1; /* (2,1) is 1, (3,1) 1: still not lower */
    assert_true(matrix_monotone(&m));
    m.cell[2][2].level = 2; /* below (2,3) */
    assert_false(matrix_monotone(&m));
    m = usual();
    m.cell[2][2].accepted = true;
    assert_false(matrix_monotone(&m));
}

static void test_span(void **state)
{
    UNUSED(state);
    Matrix m = usual();
    MatrixSpan s;
    assert_true(matrix_span(&m, 2, 2, 1, 3, &s));
    assert_int_equal(s.low, 1);
    assert_int_equal(s.high, 3);
    assert_false(s.all_accepted);
    assert_true(matrix_span(&m, 1, 1, 1, 2, &s));
    assert_int_equal(s.high, 1);
    assert_true(s.all_accepted);
    assert_false(matrix_span(&m, 3, 2, 1, 1, &s));
    assert_false(matrix_span(&m, 1, 4, 1, 1, &s));
    assert_false(matrix_span(&m, INT64_MIN, 1, 1, 1, &s));
    assert_false(matrix_span(&m, 1, INT64_MAX, 1, 1, &s));
    assert_true(matrix_span(&m, 1, 3, 1, 1, &s));
    assert_true(s.some_accepted && !s.all_accepted);
    assert_true(matrix_span(&m, 3, 3, 3, 3, &s));
    assert_false(s.some_accepted);
}

static void test_sides(void **state)
{
    UNUSED(state);
    for (int impacts = MATRIX_SIDE_MIN; impacts <= MATRIX_SIDE_MAX; impacts++)
        for (int likelihoods = MATRIX_SIDE_MIN; likelihoods <= MATRIX_SIDE_MAX; likelihoods++) {
            Matrix m = {.impacts = impacts, .likelihoods = likelihoods};
            for (int i = 1; i <= impacts; i++)
                for (int k = 1; k <= likelihoods; k++) {
                    assert_false(matrix_full(&m));
                    assert_true(matrix_set(&m, i, k, (i + k) / 2, false));
                }
            assert_true(matrix_full(&m) && matrix_monotone(&m));
            assert_false(matrix_set(&m, impacts + 1, 1, 1, true));
            assert_false(matrix_set(&m, 1, likelihoods + 1, 1, true));
            assert_null(matrix_at(&m, impacts + 1, 1));
            assert_null(matrix_at(&m, 1, likelihoods + 1));
            assert_int_equal(matrix_propose(&(MatrixCase){impacts, likelihoods, &m, false}).why, WHY_BOTH_HIGH);
            assert_int_equal(matrix_propose(&(MatrixCase){impacts, 1, &m, false}).why, WHY_RARE_SEVERE);
            assert_int_equal(matrix_propose(&(MatrixCase){1, 1, &m, false}).why, WHY_NOT_ACCEPTED);
        }
}

static void test_bands(void **state)
{
    UNUSED(state);
    static const char *const bands[] = {"LH", "LMH", "LMHH", "LMMHH", "LLMMHH", "LLMMHHH", "LLMMMHHH", "LLLMMMHHH", "LLLMMMHHHH"};
    for (int steps = MATRIX_SIDE_MIN; steps <= MATRIX_SIDE_MAX; steps++)
        for (int i = 1; i <= steps; i++)
            assert_int_equal("LMH"[matrix_band(i, steps)], bands[steps - MATRIX_SIDE_MIN][i - 1]);
}

static void test_learn(void **state)
{
    UNUSED(state);
    MatrixPast past = {.impacts = 3, .likelihoods = 3};
    assert_int_equal(matrix_learn(&past, 2, 2), LEARNT_OPEN);
    past.cell[1][1].watch = 4; /* watching decides nothing */
    assert_int_equal(matrix_learn(&past, 2, 2), LEARNT_OPEN);
    past.cell[1][0].accept = 1; /* (2,1) accepted */
    assert_int_equal(matrix_learn(&past, 2, 1), LEARNT_ACCEPT);
    assert_int_equal(matrix_learn(&past, 1, 1), LEARNT_ACCEPT);
    assert_int_equal(matrix_learn(&past, 1, 2), LEARNT_OPEN);
    past.cell[1][1].treat = 1; /* (2,2) treated */
    assert_int_equal(matrix_learn(&past, 3, 3), LEARNT_TREAT);
    assert_int_equal(matrix_learn(&past, 2, 1), LEARNT_ACCEPT);
    past.cell[2][1].accept = 1; /* (3,2) accepted although (2,2) was treated */
    assert_int_equal(matrix_learn(&past, 2, 2), LEARNT_CONTRADICTION);
    assert_int_equal(matrix_learn(&past, 3, 2), LEARNT_CONTRADICTION);
    assert_int_equal(matrix_learn(&past, 3, 3), LEARNT_TREAT);
    assert_int_equal(matrix_learn(&past, 2, 1), LEARNT_ACCEPT);
}

static void expect(int64_t impact, int64_t likelihood, const Matrix *m, bool limit, ProposalOption option, ProposalWhy why)
{
    Proposal p = matrix_propose(&(MatrixCase){impact, likelihood, m, limit});
    assert_int_equal(p.option, option);
    assert_int_equal(p.why, why);
}

static void test_propose(void **state)
{
    UNUSED(state);
    Matrix m = usual();
    expect(3, 3, &m, false, PROPOSE_MODIFY, WHY_BOTH_HIGH);
    expect(3, 3, NULL, false, PROPOSE_MODIFY, WHY_BOTH_HIGH);
    expect(3, 1, &m, false, PROPOSE_SHARE, WHY_RARE_SEVERE);
    expect(3, 1, NULL, false, PROPOSE_SHARE, WHY_RARE_SEVERE);
    expect(3, 2, &m, false, PROPOSE_MODIFY, WHY_NOT_ACCEPTED);
    expect(2, 3, NULL, false, PROPOSE_NONE, WHY_BETWEEN);
    expect(1, 1, &m, false, PROPOSE_RETAIN, WHY_BOTH_LOW);
    expect(1, 1, NULL, false, PROPOSE_RETAIN, WHY_BOTH_LOW_NO_CRITERIA);
    expect(1, 2, &m, false, PROPOSE_RETAIN, WHY_ACCEPTED);
    expect(0, 2, &m, false, PROPOSE_NONE, WHY_UNKNOWN);
    expect(2, 4, &m, false, PROPOSE_NONE, WHY_UNKNOWN);
    expect(1, 1, &m, true, PROPOSE_AVOID, WHY_LAW_LIMIT);
    m.cell[0][0].accepted = false;
    expect(1, 1, &m, false, PROPOSE_MODIFY, WHY_NOT_ACCEPTED); /* criteria win over "low" */
    for (int i = 0; i < WHYS; i++)
        assert_true(matrix_why_rows[i].code && matrix_why_rows[i].text.in[JA].n && matrix_why_rows[i].text.in[EN].n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bounds), cmocka_unit_test(test_monotone), cmocka_unit_test(test_span), cmocka_unit_test(test_sides), cmocka_unit_test(test_bands), cmocka_unit_test(test_learn), cmocka_unit_test(test_propose)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
