/* evaluation_test.c -- each rule at its boundary (以上 is ≥, 超える is >), intervals that decide and that do not, sums that would overflow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matrix/evaluation.h"

static const Interval NOT_GIVEN = {0};

static Interval one(int64_t v)
{
    return (Interval){true, v, v};
}

static Interval from_to(int64_t low, int64_t high)
{
    return (Interval){true, low, high};
}

/* 5 × 4; accepted where the sum of the steps is at most 4 */
static Matrix five_by_four(void)
{
    Matrix m = {.impacts = 5, .likelihoods = 4};
    for (int i = 1; i <= 5; i++)
        for (int k = 1; k <= 4; k++)
            assert_true(matrix_set(&m, i, k, i + k - 1, i + k <= 4));
    return m;
}

static void expect(const EvaluationCase *c, Need need, EvaluationRule rule)
{
    Evaluation e = evaluate(c);
    assert_int_equal(e.need, need);
    assert_int_equal(e.rule, rule);
}

static void by_the_table(void **state)
{
    UNUSED(state);
    Matrix m = five_by_four();
    EvaluationCase c = {.table = &m, .impact = one(2), .likelihood = one(2)};
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED);
    c.likelihood = one(3);
    expect(&c, NEED_TREAT, RULE_TABLE);
    c.likelihood = from_to(2, 3);
    expect(&c, NEED_UNDECIDED, RULE_TABLE);
    c.impact = NOT_GIVEN;
    expect(&c, NEED_NONE, RULE_NOT_ANALYSED);
    c.impact = one(6); /* not on this scale */
    expect(&c, NEED_NONE, RULE_NOT_ANALYSED);
}

static void alone(void **state)
{
    UNUSED(state);
    Matrix m = five_by_four();
    EvaluationCase c = {.table = &m, .impact = one(3), .likelihood = one(1), .impact_from = 4};
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED);
    c.impact = one(4); /* 以上 */
    expect(&c, NEED_TREAT, RULE_IMPACT);
    c.impact = from_to(3, 4);
    expect(&c, NEED_UNDECIDED, RULE_IMPACT);
    c.likelihood = NOT_GIVEN, c.impact = one(5);
    expect(&c, NEED_TREAT, RULE_IMPACT); /* however likely */
    c = (EvaluationCase){.table = &m, .impact = one(1), .likelihood = one(3), .likelihood_from = 3};
    expect(&c, NEED_TREAT, RULE_LIKELIHOOD);
    c.likelihood_from = 4;
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED);
}

static void accumulation(void **state)
{
    UNUSED(state);
    Matrix m = five_by_four();
    EvaluationCase c = {.table = &m, .impact = one(1), .likelihood = one(3), .per_century = one(5200), .loss = one(100000),
        .yearly_limited = true, .yearly_max = 5200000};
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED); /* just the limit is not more than the limit */
    c.yearly_max = 5199999;
    expect(&c, NEED_TREAT, RULE_ACCUMULATION);
    c.loss = from_to(10, 100000);
    expect(&c, NEED_UNDECIDED, RULE_ACCUMULATION);
    c.yearly_limited = false;
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED);
    c.yearly_limited = true, c.yearly_max = 0, c.loss = one(0);
    expect(&c, NEED_ACCEPT, RULE_ACCEPTED); /* nothing is not more than nothing */
    c.per_century = one(1), c.loss = one(1);
    expect(&c, NEED_UNDECIDED, RULE_ACCUMULATION); /* a hundredth of a yen: between 0 and 1 */
    c.impact = NOT_GIVEN, c.per_century = one(100), c.loss = one(1);
    expect(&c, NEED_TREAT, RULE_ACCUMULATION); /* decided without steps */
}

static void order_of_rules(void **state)
{
    UNUSED(state);
    Matrix m = five_by_four();
    EvaluationCase c = {.table = &m, .impact = one(5), .likelihood = one(4), .impact_from = 5, .likelihood_from = 4, .expired = true};
    expect(&c, NEED_TREAT, RULE_IMPACT);
    c.impact_from = 0;
    expect(&c, NEED_TREAT, RULE_LIKELIHOOD);
    c.likelihood_from = 0;
    expect(&c, NEED_TREAT, RULE_TABLE);
    c.impact = one(1), c.likelihood = one(1);
    expect(&c, NEED_TREAT, RULE_EXPIRED);
    c.impact = from_to(1, 4), c.impact_from = 4; /* a yes further down wins over a perhaps */
    expect(&c, NEED_TREAT, RULE_EXPIRED);
}

static void worst_of_viewpoints(void **state)
{
    UNUSED(state);
    const Interval list[] = {from_to(1, 3), NOT_GIVEN, from_to(2, 2)};
    Interval w = interval_worst(list, COUNT(list));
    assert_true(w.given && w.low == 2 && w.high == 3);
    assert_false(interval_worst(list, 0).given);
    assert_false(interval_worst(&NOT_GIVEN, 1).given);
}

static void yearly_loss(void **state)
{
    UNUSED(state);
    Interval y = interval_yearly(one(10), one(12345));
    assert_true(y.given && y.low == 1234 && y.high == 1235);
    y = interval_yearly(from_to(1, 10000000), from_to(0, 1000000000000000));
    assert_true(y.low == 0 && y.high == INT64_MAX); /* 10²² does not fit */
    assert_false(interval_yearly(NOT_GIVEN, one(1)).given);
    assert_false(interval_yearly(one(1), NOT_GIVEN).given);
}

static void said_in_words(void **state)
{
    UNUSED(state);
    for (int i = 0; i < EVALUATION_RULES; i++)
        assert_true(evaluation_rule_rows[i].code && evaluation_rule_rows[i].fired.in[JA].n && evaluation_rule_rows[i].fired.in[EN].n);
    for (int i = 0; i <= RULE_TABLE; i++)
        assert_true(evaluation_rule_rows[i].open.in[JA].n && evaluation_rule_rows[i].open.in[EN].n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_the_table), cmocka_unit_test(alone), cmocka_unit_test(accumulation), cmocka_unit_test(order_of_rules),
        cmocka_unit_test(worst_of_viewpoints), cmocka_unit_test(yearly_loss), cmocka_unit_test(said_in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
