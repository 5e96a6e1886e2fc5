/* dist_test.c -- distributions against numbers worked out with scipy 1.10 (norm, gamma, beta; integrals by quad) or by hand, and facts 2, 3 and 7 of the ten closed forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/dist.h"

#include <math.h>

static void near(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want))) fail_msg("got %.17g, want %.17g (off by %.3g)", got, want, (got - want) / want);
}

static void lognormal_from_an_interval(void **state)
{
    Severity s = severity_between(1e5, 1e7);
    (void)state;
    near(s.mu, 13.8155105580, 1e-11), near(s.sigma, 1.3998723383, 1e-10);
    near(severity_quantile(&s, 0.5), 1e6, 1e-14), near(severity_quantile(&s, 0.05), 1e5, 1e-13), near(severity_quantile(&s, 0.95), 1e7, 1e-13);
    near(severity_mean(&s), 2663980.0977, 1e-10), near(severity_quantile(&s, 0.99), 25960860.49, 1e-9), near(severity_sd(&s), 6577814.058734097, 1e-11);
    near(severity_cdf(&s, 1e7), 0.95, 1e-14), near(severity_above(&s, 1e7), 0.05, 1e-13), near(severity_excess(&s, 5e6), 969450.6179352191, 1e-10);
    near(25960860.49 + severity_excess(&s, 25960860.49) / 0.01, 47178941.70, 1e-8); /* TVaR99 */
    assert_true(severity_cdf(&s, 0) == 0 && severity_cdf(&s, -1) == 0 && severity_above(&s, 0) == 1 && isnan(severity_quantile(&s, 1.1)));
}

static void lognormal_from_moments(void **state)
{
    Severity s = severity_moments(3e6, 4e6);
    (void)state;
    near(severity_mean(&s), 3e6, 1e-13), near(severity_sd(&s), 4e6, 1e-13);
    s = severity_moments(1, 1e-6);
    near(severity_mean(&s), 1, 1e-14), near(severity_sd(&s), 1e-6, 1e-9);
}

/* Two of the same top may have a smaller mean when the lower end is raised: the spread shrinks faster than the middle rises. People find that odd (riskquant, issue
 * 11), and it is so: mean = exp(mu + sigma² / 2). */
static void raising_the_low_end_may_lower_the_mean(void **state)
{
    Severity wide = severity_between(1e4, 1e7), less = severity_between(1e5, 1e7), narrow = severity_between(5e6, 1e7);
    (void)state;
    near(severity_mean(&wide), 2867112.2473, 1e-9); /* exp((ln 1e4 + ln 1e7) / 2 + (ln 1000 / 3.2897072539)² / 2) */
    assert_true(severity_mean(&less) < severity_mean(&wide));
    assert_true(severity_mean(&narrow) > severity_mean(&less));
}

static void pert(void **state)
{
    Severity s = {.kind = SEVERITY_PERT, .low = 10, .mode = 20, .high = 60};
    (void)state;
    near(severity_mean(&s), 25, 1e-13), near(severity_sd(&s), 8.660254037844387, 1e-13), near(severity_cdf(&s, 30), 0.7283851655051453, 1e-12);
    near(severity_quantile(&s, 0.9), 37.26670252167909, 1e-12), near(severity_excess(&s, 30), 1.7546322427780296, 1e-11), near(severity_excess(&s, 5), 20, 1e-13);
    assert_true(severity_cdf(&s, 10) == 0 && severity_cdf(&s, 60) == 1 && severity_above(&s, 70) == 0 && severity_excess(&s, 60) == 0 && severity_quantile(&s, 1) == 60);
    near(severity_area(&s, 5, 30), severity_excess(&s, 5) - severity_excess(&s, 30), 1e-12);
    near(severity_area(&s, 12, 45), severity_excess(&s, 12) - severity_excess(&s, 45), 1e-12);
    Severity wide = {.kind = SEVERITY_PERT, .low = 0, .mode = 0, .high = 1e15}, flat = {.kind = SEVERITY_UNIFORM, .low = 0, .high = 1e15}; /* a small part of a large range keeps its digits */
    near(severity_area(&wide, 0.25, 0.5), 0.25, 1e-14), near(severity_area(&flat, 0.25, 0.5), 0.25, 1e-14);
    s = (Severity){.kind = SEVERITY_PERT, .low = 0.1, .mode = 0.5, .high = 2};
    near(severity_quantile(&s, 0.05), 0.2187468895, 1e-9), near(severity_quantile(&s, 0.5), 0.6405223143, 1e-9), near(severity_quantile(&s, 0.95), 1.2952110063, 1e-9);
}

static void uniform_and_fixed(void **state)
{
    Severity u = {.kind = SEVERITY_UNIFORM, .low = 2, .high = 6}, f = {.kind = SEVERITY_FIXED, .mode = 7};
    (void)state;
    near(severity_mean(&u), 4, 1e-15), near(severity_sd(&u), 4 / sqrt(12), 1e-15), near(severity_cdf(&u, 3), 0.25, 1e-15), near(severity_excess(&u, 5), 0.125, 1e-15);
    near(severity_quantile(&u, 0.75), 5, 1e-15), near(severity_excess(&u, 0), 4, 1e-15);
    assert_true(severity_mean(&f) == 7 && severity_sd(&f) == 0 && severity_cdf(&f, 7) == 1 && severity_cdf(&f, 6.9) == 0 && severity_above(&f, 7) == 0 && severity_quantile(&f, 0.3) == 7);
}

static void pareto(void **state)
{
    Severity bounded = {.kind = SEVERITY_PARETO, .low = 100, .high = 1000, .shape = 1.5}, s = {.kind = SEVERITY_PARETO, .low = 100, .high = INFINITY, .shape = 3};
    (void)state;
    near(severity_mean(&bounded), 211.83033350896275, 1e-12), near(severity_sd(&bounded), 148.7095926482977, 1e-11), near(severity_cdf(&bounded, 300), 0.8339208014787856, 1e-13);
    near(severity_quantile(&bounded, 0.9), 392.7838267666048, 1e-13), near(severity_excess(&bounded, 300), 31.07111184192195, 1e-11);
    assert_true(severity_above(&bounded, 1000) == 0 && severity_excess(&bounded, 1000) == 0 && severity_above(&bounded, 99) == 1);
    near(severity_mean(&s), 150, 1e-14), near(severity_sd(&s), 86.60254037844386, 1e-13), near(severity_above(&s, 200), 0.125, 1e-14), near(severity_quantile(&s, 0.875), 200, 1e-14);
    near(severity_area(&s, 100, 200), 37.5, 1e-14); /* 100³ (100^-2 - 200^-2) / 2 */
    near(severity_area(&s, 50, 200), 87.5, 1e-14);
    s.shape = 1, s.high = 1000;
    near(severity_mean(&s), 255.84278811045, 1e-12);
    s.high = INFINITY;
    assert_true(isinf(severity_mean(&s)) && isinf(severity_sd(&s)));
    near(severity_area(&s, 100, 1000), 100 * log(10), 1e-13);
    s.shape = 2;
    assert_true(isfinite(severity_mean(&s)) && isinf(severity_sd(&s)));
}

static void a_tail_goes_on_as_a_power(void **state)
{
    Severity s = severity_between(1e5, 1e7);
    (void)state;
    s.tail_from = 1e7, s.tail_shape = 2.5;
    near(severity_mean(&s), 2423102.191582142, 1e-9), near(severity_sd(&s), 5037575.363595751, 1e-9), near(severity_above(&s, 5e7), 0.0008944271909999155, 1e-12);
    near(severity_quantile(&s, 0.9999), 120112443.39814311, 1e-10), near(severity_quantile(&s, 0.5), 1e6, 1e-13);
    near(severity_cdf(&s, 1e7), 0.95, 1e-13), near(severity_cdf(&s, 1.0000001e7), 0.95, 1e-6);
    s.tail_shape = 1;
    assert_true(isinf(severity_mean(&s)) && isinf(severity_sd(&s)));
    assert_true(isfinite(severity_area(&s, 0, 1e9)));
}

static void a_sample(void **state)
{
    static const double values[] = {9, 1, 4, 4, 2};
    Severity s = {.kind = SEVERITY_SAMPLE, .values = values, .n = 5};
    (void)state;
    near(severity_mean(&s), 4, 1e-15), near(severity_sd(&s), sqrt(7.6), 1e-14), near(severity_cdf(&s, 4), 0.8, 1e-15), near(severity_above(&s, 2), 0.6, 1e-15), near(severity_excess(&s, 3), 8.0 / 5, 1e-15);
    assert_true(severity_quantile(&s, 0) == 1 && severity_quantile(&s, 0.2) == 1 && severity_quantile(&s, 0.21) == 2 && severity_quantile(&s, 0.6) == 4 && severity_quantile(&s, 1) == 9);
    s.tail_from = 4, s.tail_shape = 2; /* the one value beyond gives its fifth to a tail: mean 11/5 + 4/5 · 2 */
    near(severity_mean(&s), 11.0 / 5 + 8.0 / 5, 1e-14), near(severity_above(&s, 8), 0.05, 1e-14), near(severity_quantile(&s, 0.95), 8, 1e-13), near(severity_cdf(&s, 4), 0.8, 1e-14);
    assert_true(isinf(severity_sd(&s)));
}

static void counts(void **state)
{
    Frequency pert = {FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, uniform = {FREQUENCY_UNIFORM, .low = 0, .high = 2}, once = {FREQUENCY_ONCE, .rate = 0.1},
              fixed = {FREQUENCY_FIXED, .rate = 0.7}, gamma = {FREQUENCY_GAMMA, .rate = 1, .sd = 0.5}, half = frequency_thinned(&pert, 0.5);
    (void)state;
    near(frequency_mean(&pert), 0.6833333333, 1e-9), near(frequency_variance(&pert), 0.7930555556, 1e-9); /* not its mode, 0.5 */
    near(frequency_mean(&uniform), 1, 1e-15), near(frequency_variance(&uniform), 4.0 / 3, 1e-15);
    near(frequency_mean(&once), 0.1, 1e-15), near(frequency_variance(&once), 0.09, 1e-15);
    near(frequency_mean(&fixed), 0.7, 1e-15), near(frequency_variance(&fixed), 0.7, 1e-15), near(frequency_variance(&gamma), 1.25, 1e-15);
    near(frequency_mean(&half), 0.5 * 0.6833333333, 1e-9);
}

static void rate_from_an_interval(void **state)
{
    Frequency f = {0}, zero = {0};
    (void)state;
    assert_true(frequency_between(0.2, 3, &f) && f.kind == FREQUENCY_GAMMA);
    near(f.rate, 1.2360934689858611, 1e-10), near(f.sd, 0.9060873535254049, 1e-10);
    assert_true(frequency_between(1, 1.2, &f));
    near(f.rate, 1.0980853180694152, 1e-9), near(f.sd, 0.06081793343566334, 1e-8);
    assert_true(frequency_between(0.001, 1, &f) && frequency_between(0, 1, &zero));
    near(f.rate, 0.2599348469556898, 1e-10);
    assert_true(f.rate == zero.rate && f.sd == zero.sd);
    assert_true(frequency_between(100, 100.1, &f));
    near(f.rate, 100.05, 1e-5);
    assert_false(frequency_between(1, 1, &f) || frequency_between(2, 1, &f) || frequency_between(-1, 1, &f) || frequency_between(1, INFINITY, &f) || frequency_between(NAN, 1, &f) || frequency_between(0, 0, &f));
    assert_false(frequency_between(1e-300, 1e300, &f));
}

static void layers(void **state)
{
    Layer none = {0}, half = {10, 20, 0.5}, all = {10, INFINITY, 1}, zero = {10, 0, 1};
    (void)state;
    assert_true(layer_retained(&none, 50) == 50 && layer_retained(&zero, 50) == 50);
    assert_true(layer_retained(&half, 5) == 5 && layer_retained(&half, 10) == 10 && layer_retained(&half, 20) == 15 && layer_retained(&half, 50) == 40 && layer_paid(&half, 50) == 10);
    assert_true(layer_retained(&all, 5) == 5 && layer_retained(&all, 1e9) == 10 && layer_retained(&all, 0) == 0);
}

/* What cannot vary is a constant, and what is nothing is nothing: no NaN, no end without end. */
static void degenerate(void **state)
{
    Severity cases[] = {{.kind = SEVERITY_NONE}, {.kind = SEVERITY_LOGNORMAL, .mu = log(5), .sigma = 0}, {.kind = SEVERITY_PERT, .low = 5, .mode = 5, .high = 5},
        {.kind = SEVERITY_UNIFORM, .low = 5, .high = 5}, {.kind = SEVERITY_PARETO, .low = 5, .high = 5, .shape = 2}, {.kind = SEVERITY_SAMPLE, .n = 0}, {.kind = SEVERITY_FIXED, .mode = 0}};
    Frequency never = {FREQUENCY_FIXED, .rate = 0};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double mean = severity_mean(&cases[i]), want = i >= 1 && i <= 4 ? 5 : 0;
        assert_true(fabs(mean - want) < 1e-14 && severity_sd(&cases[i]) == 0 && severity_cdf(&cases[i], 5.1) == 1 && fabs(severity_quantile(&cases[i], 0.9) - want) < 1e-14);
    }
    assert_true(frequency_mean(&never) == 0 && frequency_variance(&never) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lognormal_from_an_interval), cmocka_unit_test(lognormal_from_moments), cmocka_unit_test(raising_the_low_end_may_lower_the_mean), cmocka_unit_test(pert),
        cmocka_unit_test(uniform_and_fixed), cmocka_unit_test(pareto), cmocka_unit_test(a_tail_goes_on_as_a_power), cmocka_unit_test(a_sample), cmocka_unit_test(counts), cmocka_unit_test(rate_from_an_interval),
        cmocka_unit_test(layers), cmocka_unit_test(degenerate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
