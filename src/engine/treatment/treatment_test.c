/* treatment_test.c -- shared measures count once, circles are found, drift at its boundary days, and the way on from an evaluation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "treatment/treatment.h"

static Interval one(int64_t v)
{
    return (Interval){true, v, v};
}

static int setup(void **state)
{
    static Arena a;
    arena_init(&a, 64 << 20);
    *state = &a;
    return 0;
}

static int teardown(void **state)
{
    arena_done(*state);
    return 0;
}

static void shared_measures_count_once(void **state)
{
    Arena *a = *state;
    Measure list[] = {
        {STR("多要素認証"), 0, one(6200), one(20)}, {STR("訓練"), 1, one(300), {0}}, {STR("多要素認証"), 0, one(6200), {0}},
        {STR("訓"), 0, {0}, {0}}, {STR(""), 1, {true, 10, 40}, one(1)}, {STR("多要素認証"), 1, {0}, one(25)},
    };
    size_t n = COUNT(list), of[COUNT(list)];
    bool differs;
    measures_group(a, list, n, of);
    size_t want[] = {0, 1, 0, 3, 4, 0};
    assert_memory_equal(of, want, sizeof want);
    Totals all = measures_total(a, list, of, n, -1);
    assert_int_equal(all.measures, 4);
    assert_true(all.cost.total.given && all.cost.total.low == 6200 + 300 + 10 && all.cost.total.high == 6200 + 300 + 40);
    assert_int_equal(all.cost.missing, 1);
    assert_true(all.effort.total.low == 21 && all.effort.total.high == 26); /* 20 and 25 are given for one and the same */
    assert_int_equal(all.effort.missing, 2);
    Totals prevention = measures_total(a, list, of, n, 0), limitation = measures_total(a, list, of, n, 1);
    assert_int_equal(prevention.measures, 2); /* of the kind of its first row */
    assert_int_equal(prevention.cost.total.low, 6200);
    assert_int_equal(limitation.cost.total.high, 340);
    assert_true(measures_hull(list, of, n, 0, false, &differs).low == 6200 && !differs);
    assert_true(measures_hull(list, of, n, 0, true, &differs).high == 25 && differs);
    assert_false(measures_hull(list, of, n, 3, false, &differs).given);
    assert_int_equal(measures_total(a, NULL, NULL, 0, -1).measures, 0);
    assert_false(measures_total(a, NULL, NULL, 0, -1).cost.total.given);
}

static void sums_do_not_run_over(void **state)
{
    Measure list[] = {{STR("a"), 0, one(INT64_MAX), {0}}, {STR("b"), 0, one(1), {0}}};
    size_t of[2];
    measures_group(*state, list, 2, of);
    assert_int_equal(measures_total(*state, list, of, 2, -1).cost.total.high, INT64_MAX);
}

/* Against the plain definition: follow from each, at most n steps. */
static bool comes_after_itself(const int64_t *after, size_t n, size_t start)
{
    size_t at = start;
    for (size_t i = 0; i < n; i++) {
        int64_t next = after[at - 1];
        if (next < 1 || (size_t)next > n) return false;
        at = (size_t)next;
        if (at == start) return true;
    }
    return false;
}

static void circles(void **state)
{
    int64_t chain[] = {2, 3, 0}, itself[] = {0, 2}, ring[] = {2, 3, 1, 1}, outside[] = {9, -4};
    assert_int_equal(measures_circle(*state, chain, 3), 0);
    assert_int_equal(measures_circle(*state, itself, 2), 2);
    assert_int_equal(measures_circle(*state, ring, 4), 1);
    assert_int_equal(measures_circle(*state, outside, 2), 0);
    assert_int_equal(measures_circle(*state, NULL, 0), 0);
    srand(7);
    for (int turn = 0; turn < 3000; turn++) {
        int64_t after[9];
        size_t n = (size_t)(rand() % 9 + 1);
        bool any = false;
        for (size_t i = 0; i < n; i++) after[i] = rand() % 3 ? rand() % (int)(n + 1) : 0;
        for (size_t i = 1; i <= n; i++) any = any || comes_after_itself(after, n, i);
        size_t found = measures_circle(*state, after, n);
        assert_int_equal(found != 0, any);
        if (found) assert_true(comes_after_itself(after, n, found));
    }
}

static Schedule plain(void)
{
    return (Schedule){.approved = 1000, .begin = DAY_NONE, .due = 1100, .expected = DAY_NONE, .done = DAY_NONE};
}

static void drift(void **state)
{
    (void)state;
    Schedule s = plain();
    assert_int_equal(measure_drift(&s, 1050), DRIFT_NONE); /* half of the time is not more than half */
    assert_int_equal(measure_drift(&s, 1051), DRIFT_HALF);
    assert_int_equal(measure_drift(&s, 1101), DRIFT_OVERDUE);
    s.begun = true;
    assert_int_equal(measure_drift(&s, 1100), DRIFT_NONE); /* on the day itself it is not overdue */
    s.expected = 1100;
    assert_int_equal(measure_drift(&s, 1060), DRIFT_NONE);
    s.expected = 1101;
    assert_int_equal(measure_drift(&s, 1060), DRIFT_EXPECTED);
    assert_int_equal(measure_drift(&s, 1101), DRIFT_OVERDUE);
    s = plain(), s.begin = 1010;
    assert_int_equal(measure_drift(&s, 1010), DRIFT_NONE);
    assert_int_equal(measure_drift(&s, 1011), DRIFT_NOT_BEGUN);
    s.begun = true;
    assert_int_equal(measure_drift(&s, 1099), DRIFT_NONE);
    s.waits = true, s.waits_until = 1099;
    assert_int_equal(measure_drift(&s, 1020), DRIFT_NONE);
    s.waits_until = 1100;
    assert_int_equal(measure_drift(&s, 1020), DRIFT_WAITS);
    s.waits_until = DAY_NONE;
    assert_int_equal(measure_drift(&s, 1020), DRIFT_NONE);
    s = plain(), s.done = 1100;
    assert_int_equal(measure_drift(&s, 2000), DRIFT_DONE);
    s.done = 1101;
    assert_int_equal(measure_drift(&s, 2000), DRIFT_DONE_LATE);
    s = plain(), s.due = DAY_NONE;
    assert_int_equal(measure_drift(&s, 9000), DRIFT_NONE);
    s = plain(), s.approved = DAY_NONE;
    assert_int_equal(measure_drift(&s, 1099), DRIFT_NONE);
    assert_false(drift_is_amiss(DRIFT_NONE) || drift_is_amiss(DRIFT_DONE) || drift_is_amiss(DRIFT_DONE_LATE));
    assert_true(drift_is_amiss(DRIFT_OVERDUE) && drift_is_amiss(DRIFT_HALF));
}

static void what_remains(void **state)
{
    (void)state;
    assert_int_equal(after_treatment(NEED_ACCEPT, DAY_NONE, 100), AFTER_ACCEPTABLE);
    assert_int_equal(after_treatment(NEED_ACCEPT, 1, 100), AFTER_ACCEPTABLE); /* within the criteria nobody needs to accept it by name */
    assert_int_equal(after_treatment(NEED_TREAT, DAY_NONE, 100), AFTER_OUTSIDE);
    assert_int_equal(after_treatment(NEED_UNDECIDED, DAY_NONE, 100), AFTER_UNDECIDED);
    assert_int_equal(after_treatment(NEED_NONE, DAY_NONE, 100), AFTER_OPEN);
    assert_int_equal(after_treatment(NEED_TREAT, INT32_MAX, 100), AFTER_NAMED);
    assert_int_equal(after_treatment(NEED_NONE, 100, 100), AFTER_NAMED); /* through its last day */
    assert_int_equal(after_treatment(NEED_TREAT, 99, 100), AFTER_ENDED);
    for (int x = 0; x < AFTERS; x++) assert_int_equal(after_is_settled((After)x), x == AFTER_NAMED || x == AFTER_ACCEPTABLE);
}

static void the_way_on(void **state)
{
    (void)state;
    assert_int_equal(treatment_way(&(Result){0, 0, 0}), WAY_CLOSES);
    assert_int_equal(treatment_way(&(Result){0, 0, 3}), WAY_OTHERS);
    assert_int_equal(treatment_way(&(Result){0, 1, 3}), WAY_REVISE);
    assert_int_equal(treatment_way(&(Result){1, 1, 3}), WAY_BACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shared_measures_count_once, setup, teardown), cmocka_unit_test_setup_teardown(sums_do_not_run_over, setup, teardown),
        cmocka_unit_test_setup_teardown(circles, setup, teardown), cmocka_unit_test(drift), cmocka_unit_test(what_remains), cmocka_unit_test(the_way_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
