/* sample_test.c -- figures of samples whose figures are known, and their intervals: 400 samples each, of which so many must hold the truth. Facts 4, 5 and 10 of the ten closed forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/losses.h"
#include "losses/special.h"

#include <math.h>
#include <stdlib.h>

static void near(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want))) fail_msg("got %.17g, want %.17g (off by %.3g)", got, want, (got - want) / want);
}

static void between(double got, double low, double high)
{
    if (!(got >= low && got <= high)) fail_msg("%.9g is not within %.9g to %.9g", got, low, high);
}

/* A generator of this test alone (SplitMix64: Steele, Lea, Flood 2014). */
static double drawn(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) * 0x1p-53;
}

static double exponential(uint64_t *state)
{
    return -log(drawn(state));
}

static Arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 30);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static int by_value(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x), memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void sorts_as_qsort_does(void **state)
{
    static const uint64_t sizes[] = {1, 2, 3, 100, 4097, 50000};
    static const double odd[] = {0, -0.0, 5e-324, 1e-308, 1, 1, 1.0000000000000002, 1e300, INFINITY, -3, -1e300, 0};
    uint64_t seed = 1;
    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++) {
        double *x = arena_array(&arena, double, sizes[k]), *copy = arena_array(&arena, double, sizes[k]);
        for (uint64_t i = 0; i < sizes[k]; i++)
            copy[i] = x[i] = i % 7 == 0 ? odd[i % COUNT(odd)] : i % 7 == 1 ? 0 : exp(40 * drawn(&seed) - 20);
        LossSample s = loss_sample(&arena, x, sizes[k]);
        assert_true(s.n == sizes[k] && s.in_order == x);
        assert_memory_equal(x, copy, sizes[k] * sizeof *x);
        qsort(copy, sizes[k], sizeof *copy, by_value);
        for (uint64_t i = 0; i < sizes[k]; i++)
            assert_true(s.sorted[i] == copy[i]);
    }
    double with_nan[] = {2, NAN, 1, -NAN, 0};
    LossSample s = loss_sample(&arena, with_nan, 5);
    assert_true(s.sorted[0] == 0 && s.sorted[1] == 1 && s.sorted[2] == 2 && isnan(s.sorted[3]) && isnan(s.sorted[4]));
}

/* VaR and TVaR of 1 … 10 and with ties, by hand from the definitions. */
static void quantiles_and_tails_by_hand(void **state)
{
    static const double ten[] = {7, 3, 10, 1, 5, 9, 2, 8, 6, 4}, ties[] = {0, 0, 0, 0, 0, 0, 0, 0, 4, 8};
    LossSample s = loss_sample(&arena, ten, 10), t = loss_sample(&arena, ties, 10);
    (void)state;
    assert_true(sample_var(&s, 0.5).value == 5 && sample_var(&s, 0.51).value == 6 && sample_var(&s, 0.9).value == 9 && sample_var(&s, 0.001).value == 1 && sample_var(&s, 0.999).value == 10);
    near(sample_tvar(&s, 0.8).value, 9.5, 1e-14), near(sample_tvar(&s, 0.75).value, (10 + 9 + 0.5 * 8) / 2.5, 1e-14), near(sample_tvar(&s, 0.99).value, 10, 1e-13);
    assert_true(sample_var(&t, 0.8).value == 0);
    near(sample_tvar(&t, 0.8).value, 6, 1e-14), near(sample_tvar(&t, 0.5).value, 12.0 / 5, 1e-14); /* not the mean of all that are ≥ VaR, 1.2 */
    near(sample_mean(&s).value, 5.5, 1e-15), near(sample_sd(&s).value, sqrt(82.5 / 9), 1e-14);
    near(sample_exceeds(&s, 8).value, 0.2, 1e-15), near(sample_exceeds(&s, 8.5).value, 0.2, 1e-15), near(sample_none(&t).value, 0.8, 1e-15);
    assert_true(sample_exceeds(&s, 10).value == 0 && sample_exceeds(&s, -1).value == 1);
}

/* Fact 5: at most one loss, chance 0.1, lognormal 1e5 … 1e7; the sample is its quantiles at even distances. VaR90 is 0: nine in ten years bring nothing. */
static void ties_at_zero(void **state)
{
    enum { N = 1000000 };
    double *x = arena_array(&arena, double, N), mu = 13.8155105579642741, sigma = 1.3998723382885;
    (void)state;
    for (int i = 0; i < N / 10; i++)
        x[10 * i] = exp(mu + sigma * normal_quantile((i + 0.5) / (N / 10)));
    LossSample s = loss_sample(&arena, x, N);
    assert_true(sample_var(&s, 0.9).value == 0 && sample_var(&s, 0.9).low == 0 && sample_none(&s).value == 0.9);
    near(sample_var(&s, 0.95).value, 1e6, 1e-4), near(sample_tvar(&s, 0.95).value, 4897590.079, 2e-3);
    near(sample_var(&s, 0.99).value, 6013509.892, 1e-4), near(sample_tvar(&s, 0.99).value, 14574455.313, 2e-3);
    near(sample_tvar(&s, 0.9).value, 2663980.0977, 2e-3); /* the mean of the losses, not of the years */
}

/* Fact 4: compound Poisson(2) of exponential losses. */
static void compound_exponential(void **state)
{
    enum { N = 400000 };
    static const double p[] = {0.95, 0.99, 0.995, 0.999}, var[] = {5.9569224955, 8.6225679811, 9.7159672942, 12.1689503576}, tvar[] = {7.6054383981, 10.1719259053, 11.2350621547, 13.6338947327};
    double *x = arena_array(&arena, double, N);
    uint64_t seed = 4;
    (void)state;
    for (int i = 0; i < N; i++)
        for (double t = exponential(&seed); t < 2; t += exponential(&seed))
            x[i] += exponential(&seed);
    LossSample s = loss_sample(&arena, x, N);
    for (size_t i = 0; i < COUNT(p); i++) {
        Figure v = sample_var(&s, p[i]), t = sample_tvar(&s, p[i]);
        near(v.value, var[i], 0.02), near(t.value, tvar[i], 0.02);
        between(var[i], v.value - 2.5 * (v.value - v.low), v.value + 2.5 * (v.high - v.value)); /* 5 sigma */
        between(tvar[i], t.value - 2.5 * (t.value - t.low), t.value + 2.5 * (t.high - t.value));
        between((v.high - v.low) / v.value, 1e-3, 0.03), between((t.high - t.low) / t.value, 1e-3, 0.03);
    }
    between(2, sample_mean(&s).low, sample_mean(&s).high), between(2, sample_sd(&s).low, sample_sd(&s).high), between(exp(-2), sample_none(&s).low, sample_none(&s).high);
}

/* Fact 10: the sum of two exponential losses. */
static void sum_of_two(void **state)
{
    enum { N = 400000 };
    double *x = arena_array(&arena, double, N);
    uint64_t seed = 10;
    (void)state;
    for (int i = 0; i < N; i++)
        x[i] = exponential(&seed) + exponential(&seed);
    LossSample s = loss_sample(&arena, x, N);
    Figure v = sample_var(&s, 0.99), t = sample_tvar(&s, 0.99);
    between(6.6383520680, v.value - 2.5 * (v.value - v.low), v.value + 2.5 * (v.high - v.value));
    between(7.7692703592, t.value - 2.5 * (t.value - t.low), t.value + 2.5 * (t.high - t.value));
}

/* --- do the intervals hold the truth as often as they say? ------------------------------------------------------------------ */
typedef double (*Draw)(uint64_t *state);
typedef Figure (*Ask)(const LossSample *s, double p);

static double lognormal(uint64_t *state)
{
    return exp(normal_quantile(drawn(state)));
}

static double seldom(uint64_t *state) /* Bernoulli(0.3) of exponential losses: 70 % are tied at zero */
{
    return drawn(state) < 0.3 ? exponential(state) : 0;
}

static Figure ask_mean(const LossSample *s, double p)
{
    UNUSED(p);
    return sample_mean(s);
}

static Figure ask_sd(const LossSample *s, double p)
{
    UNUSED(p);
    return sample_sd(s);
}

static Figure ask_none(const LossSample *s, double p)
{
    UNUSED(p);
    return sample_none(s);
}

static void held(Draw draw, Ask ask, int n, double p, double truth, double least, double most)
{
    enum { TIMES = 400 };
    uint64_t seed = 20240901;
    int times = 0;
    for (int k = 0; k < TIMES; k++) {
        double *x = arena_array(&arena, double, n);
        for (int i = 0; i < n; i++)
            x[i] = draw(&seed);
        LossSample s = loss_sample(&arena, x, (uint64_t)n);
        Figure f = ask(&s, p);
        assert_true(f.low <= f.value && f.value <= f.high);
        times += f.low <= truth && truth <= f.high;
        arena_reset(&arena);
    }
    between((double)times / TIMES, least, most);
}

static void intervals_hold_the_truth(void **state)
{
    (void)state;
    held(exponential, ask_mean, 200, 0, 1, 0.92, 0.98);
    held(exponential, ask_mean, 10, 0, 1, 0.86, 0.98); /* skewed and few: a little less than said */
    held(exponential, ask_sd, 2000, 0, 1, 0.91, 0.98);
    held(lognormal, ask_mean, 1000, 0, exp(0.5), 0.91, 0.98);
    held(exponential, sample_var, 100, 0.9, log(10), 0.93, 0.995);
    held(exponential, sample_var, 20, 0.5, log(2), 0.93, 0.99);
    held(lognormal, sample_var, 1000, 0.99, exp(2.3263478740), 0.93, 0.995); /* scipy: norm.ppf(.99) */
    held(seldom, sample_var, 500, 0.9, log(3), 0.93, 0.99);
    held(exponential, sample_var, 20, 0.99, log(100), 0.95, 1); /* without an end above: never less than said */
    held(exponential, sample_tvar, 2000, 0.95, log(20) + 1, 0.91, 0.98);
    held(exponential, sample_tvar, 1000, 0.99, log(100) + 1, 0.86, 0.98);
    held(seldom, sample_tvar, 2000, 0.6, 0.75, 0.92, 0.98); /* VaR is 0: 0.3 / 0.4 */
    held(exponential, sample_exceeds, 100, 2, exp(-2), 0.92, 0.985);
    held(exponential, sample_exceeds, 30, 3, exp(-3), 0.9, 0.99);
    held(seldom, ask_none, 200, 0, 0.7, 0.92, 0.985);
}

static Figure ask_difference(const double *x, const double *y)
{
    return sample_mean_difference(x, y, 100);
}

/* The difference over the same years: common draws make it far more certain than each alone. */
static void paired_differences(void **state)
{
    double x[100], y[100];
    uint64_t seed = 8;
    (void)state;
    for (int i = 0; i < 100; i++)
        x[i] = exponential(&seed), y[i] = 0.7 * x[i] + 0.001 * drawn(&seed);
    Figure d = ask_difference(x, y);
    LossSample s = loss_sample(&arena, x, 100);
    between(0.3, d.value - 0.1, d.value + 0.1);
    assert_true(d.high - d.low < 0.35 * (sample_mean(&s).high - sample_mean(&s).low));
    d = ask_difference(x, x);
    assert_true(d.value == 0 && d.low == 0 && d.high == 0);
    d = ask_difference(y, x);
    assert_true(d.value < 0 && d.low < d.value); /* not cut at zero */
}

static void wilson(void **state)
{
    double x[50] = {0};
    (void)state;
    LossSample s = loss_sample(&arena, x, 50);
    Figure none = sample_none(&s), any = sample_exceeds(&s, 0);
    assert_true(none.value == 1 && none.high == 1 && any.value == 0 && any.low == 0);
    near(none.low, 0.9286524009, 1e-9), near(any.high, 0.0713475991, 1e-8); /* 1.96² / (50 + 1.96²) with z = 1.959964 */
    for (int i = 0; i < 10; i++)
        x[i] = 1;
    s = loss_sample(&arena, x, 50);
    near(sample_exceeds(&s, 0).low, 0.1124375002, 1e-8), near(sample_exceeds(&s, 0).high, 0.3303710593, 1e-8); /* 10 of 50; Wilson by hand */
}

static void sound(Figure f, double value)
{
    assert_true(f.value == value && !isnan(f.low) && !isnan(f.high) && f.low <= f.value && f.high >= f.value);
}

static void degenerate_samples(void **state)
{
    static const double values[] = {0, 5, 1e-300, 1e150};
    (void)state;
    for (uint64_t n = 1; n <= 3000; n = 3 * n + 1)
        for (size_t v = 0; v < COUNT(values); v++) {
            double *x = arena_array(&arena, double, n), value = values[v];
            for (uint64_t i = 0; i < n; i++)
                x[i] = value;
            LossSample s = loss_sample(&arena, x, n);
            sound(sample_var(&s, 0.99), value), sound(sample_tvar(&s, 0.99), value), sound(sample_var(&s, 0.001), value);
            sound(sample_sd(&s), 0), sound(sample_exceeds(&s, value), 0), sound(sample_none(&s), value == 0), sound(sample_mean_difference(x, x, n), 0);
            Figure m = sample_mean(&s), t = sample_tvar(&s, 0.5);
            near(m.value, value, 1e-14);
            assert_true(m.low <= m.value && m.value <= m.high && (n == 1) == isinf(m.high) && t.low >= 0 && (n < 20) == isinf(t.high));
            if (n > 1) assert_true(m.high - m.low <= 1e-14 * value && sample_sd(&s).high == 0);
        }
    double one_of_many[2000] = {[1234] = 1e9};
    LossSample s = loss_sample(&arena, one_of_many, 2000);
    sound(sample_tvar(&s, 0.99), sample_tvar(&s, 0.99).value), sound(sample_var(&s, 0.99), 0);
    near(sample_tvar(&s, 0.99).value, 5e7, 1e-12), near(sample_mean(&s).value, 5e5, 1e-12);
}

/* One sample answers for all percentiles: the curve cannot turn back. */
static void a_curve_is_monotone(void **state)
{
    enum { N = 5000 };
    double *x = arena_array(&arena, double, N);
    uint64_t seed = 77;
    Figure before = {0}, tail_before = {0};
    (void)state;
    for (int i = 0; i < N; i++)
        x[i] = seldom(&seed);
    LossSample s = loss_sample(&arena, x, N);
    for (int p = 1; p < 1000; p++) {
        Figure v = sample_var(&s, p / 1000.0), t = sample_tvar(&s, p / 1000.0);
        assert_true(v.value >= before.value && v.low >= before.low && v.high >= before.high && t.value >= tail_before.value - 1e-12 && t.value >= v.value);
        before = v, tail_before = t;
    }
    for (double level = 0; level < 6; level += 0.01)
        assert_true(sample_exceeds(&s, level).value >= sample_exceeds(&s, level + 0.01).value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_as_qsort_does), cmocka_unit_test(quantiles_and_tails_by_hand), cmocka_unit_test(ties_at_zero), cmocka_unit_test(compound_exponential),
        cmocka_unit_test(sum_of_two), cmocka_unit_test(intervals_hold_the_truth), cmocka_unit_test(paired_differences), cmocka_unit_test(wilson), cmocka_unit_test(degenerate_samples),
        cmocka_unit_test(a_curve_is_monotone)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
