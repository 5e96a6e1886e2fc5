/* special_test.c -- held to values of 50 digits, worked out with mpmath 1.3 (ncdf, gammainc, betainc, loggamma; inverses by halving). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/special.h"

#include <math.h>

static void near(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want))) fail_msg("got %.17g, want %.17g (off by %.3g)", got, want, (got - want) / want);
}

static void normal(void **state)
{
    static const double below[][2] = {{-37.5, 4.6053530095819548438e-308}, {-10, 7.6198530241605260660e-24}, {-5, 2.8665157187919391167e-7}, {-1.5, 0.066807201268858066004}, {-0.1, 0.46017216272297101853},
        {0, 0.5}, {0.3, 0.61791142218895263731}, {2, 0.97724986805182079280}, {6, 0.99999999901341235496}};
    static const double at[][2] = {{1e-300, -37.047096299361199237}, {1e-20, -9.2623400897984075796}, {1e-5, -4.2648907939228246102}, {0.025, -1.9599639845400542118}, {0.05, -1.6448536269514726880},
        {0.3, -0.52440051270804081597}, {0.75, 0.67448975019608174320}, {0.975, 1.9599639845400538556}, {0.999999, 4.7534243088170877657}};
    (void)state;
    for (size_t i = 0; i < COUNT(below); i++)
        near(normal_cdf(below[i][0]), below[i][1], 3e-16 * (1 + below[i][0] * below[i][0]));
    for (size_t i = 0; i < COUNT(at); i++)
        near(normal_quantile(at[i][0]), at[i][1], 1e-15);
    assert_true(fabs(normal_quantile(0.5)) < 1e-16 && isinf(normal_quantile(1)) && normal_quantile(0) < -1e300 && isnan(normal_quantile(-0.1)) && isnan(normal_quantile(NAN)));
}

static void gamma_function(void **state)
{
    static const double lg[][2] = {{1e-10, 23.025850929882735237}, {0.3, 1.0957979948180755606}, {1.5, -0.12078223763524522235}, {2.5, 0.28468287047291915963}, {7.25, 7.0521854507385394449},
        {10, 12.801827480081469611}, {123.4, 469.33609744219058579}, {1e6, 12815504.569147611660}, {2147483648, 43996705655.378524343}};
    static const double parts[][4] = {{0.01, 1e-30, 0.50404727285999545286, 0.49595272714000454714}, {0.5, 0.1, 0.34527915398142297956, 0.65472084601857702044},
        {1, 2, 0.86466471676338730811, 0.13533528323661269189}, {2.5, 12, 0.99978288705654727668, 0.00021711294345272331926}, {30, 20, 0.021818217525557391559, 0.97818178247444260844},
        {30, 70, 0.99999997567179830143, 2.4328201698573226387e-8}, {1000, 1100, 0.99894067674607002265, 0.0010593232539299773489}, {1000, 900, 0.00054990226571178292301, 0.99945009773428821708}};
    static const double at[][3] = {{0.02, 0.05, 5.0686676564802062555e-66}, {0.4, 0.95, 1.6619620177541002015}, {4, 0.05, 1.3663183967498309620}, {4, 0.999999, 21.350456963238943431},
        {500, 0.05, 463.79718151048952539}};
    (void)state;
    for (size_t i = 0; i < COUNT(lg); i++)
        assert_true(fabs(log_gamma(lg[i][0]) - lg[i][1]) <= 5e-15 * fmax(1, fabs(lg[i][1])));
    for (size_t i = 0; i < COUNT(parts); i++)
        near(gamma_below(parts[i][0], parts[i][1]), parts[i][2], 1e-13), near(gamma_above(parts[i][0], parts[i][1]), parts[i][3], 1e-13);
    for (size_t i = 0; i < COUNT(at); i++)
        near(gamma_quantile(at[i][0], at[i][1]), at[i][2], 1e-13 / fmin(at[i][0], 1));
    near(log_gamma(1e6 + 1) - log_gamma(1e6), log(1e6), 1e-9);
    assert_true(gamma_below(3, 0) == 0 && gamma_above(3, -1) == 1 && gamma_below(3, INFINITY) == 1 && isnan(gamma_below(0, 1)) && isnan(log_gamma(-1)));
    assert_true(gamma_quantile(2, 0) == 0 && isinf(gamma_quantile(2, 1)) && isnan(gamma_quantile(2, 1.5)) && isnan(gamma_quantile(NAN, 0.5)));
}

static void beta_function(void **state)
{
    static const double parts[][4] = {{0.5, 0.5, 0.3, 0.36901011956554537504}, {1.8421052632, 4.1578947368, 0.2, 0.31631792144106718887}, {2, 3, 1e-8, 5.9999999200000005511e-16},
        {5, 1, 0.9, 0.59049000000000007284}, {40, 60, 0.3, 0.017592508468930076235}, {40, 60, 0.6, 0.99997218856771863190}, {990, 11, 0.975, 0.00052065894552701726533}, {0.5, 2, 0.999, 0.99999962487492964059}};
    static const double at[][4] = {{1.5, 4.5, 1e-12, 2.5511312687255307487e-9}, {1.5, 4.5, 0.05, 0.036447268045388846364}, {4.5, 1.5, 0.95, 0.96355273195461113230}, {0.5, 0.5, 0.999, 0.99999753260092908305}};
    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++)
        near(beta_below(parts[i][0], parts[i][1], parts[i][2]), parts[i][3], 1e-13);
    for (size_t i = 0; i < COUNT(at); i++)
        near(beta_quantile(at[i][0], at[i][1], at[i][2]), at[i][3], 1e-13);
    near(beta_density(2, 3, 0.25), 12 * 0.25 * 0.75 * 0.75, 1e-13);
    assert_true(beta_density(1, 3, 0) == 3 && beta_density(2, 1, 1) == 2 && beta_density(2, 2, 0) == 0 && beta_density(2, 2, -1) == 0);
    assert_true(beta_below(2, 2, -1) == 0 && beta_below(2, 2, 2) == 1 && isnan(beta_below(2, 0, 0.5)) && beta_quantile(2, 2, 0) == 0 && isnan(beta_quantile(2, 2, NAN)));
}

static void student_and_binomial(void **state)
{
    static const double at[][3] = {{1, 0.25, -1}, {4, 0.01, -3.7469473879791968126}, {4, 0.49, -0.026670618302639030069}, {2.5, 1e-9, -3489.5833953699817260}, {31, 0.025, -2.0395134463964084616},
        {9, 0.025, -2.2621571627982055086}};
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++) {
        near(student_quantile(at[i][0], at[i][1]), at[i][2], 1e-12);
        near(student_cdf(at[i][0], at[i][2]), at[i][1], 1e-12);
    }
    near(student_quantile(4, 0.99), 3.7469473879791968126, 1e-12);
    assert_true(student_quantile(7, 0.5) == 0 && student_cdf(7, 0) == 0.5 && isnan(student_quantile(0, 0.5)));
    near(binomial_at_most(10, 0.5, 2), 56.0 / 1024, 1e-13);
    near(binomial_at_least(10, 0.5, 9), 11.0 / 1024, 1e-13);
    assert_true(binomial_at_most(10, 0.5, 10) == 1 && binomial_at_most(10, 0.5, -1) == 0 && binomial_at_least(10, 0.5, 0) == 1 && binomial_at_least(10, 0.5, 11) == 0);
    near(binomial_at_most(1e9, 0.99, 1e9 * 0.99), 0.5, 1e-4); /* and it ends */
}

/* Whatever they are given, the inverses end and invert. */
static void inverses_invert(void **state)
{
    static const double shapes[] = {0.05, 0.7, 1, 3.3, 40, 2000}, chances[] = {1e-9, 0.001, 0.05, 0.4, 0.5, 0.6, 0.95, 0.9999};
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (size_t k = 0; k < COUNT(chances); k++) {
            double p = chances[k];
            near(gamma_below(shapes[i], gamma_quantile(shapes[i], p)), p, 1e-11);
            for (size_t j = 0; j < COUNT(shapes); j++) {
                double x = beta_quantile(shapes[i], shapes[j], p), off = 4e-16 * x * beta_density(shapes[i], shapes[j], x); /* what one place of x is worth */
                if (x > 0 && x < 1 && !(fabs(beta_below(shapes[i], shapes[j], x) - p) <= 1e-11 * p + 2 * off || x > 1 - 1e-12)) fail_msg("a %g b %g p %g: x %.17g gives %.17g", shapes[i], shapes[j], p, x, beta_below(shapes[i], shapes[j], x));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(normal), cmocka_unit_test(gamma_function), cmocka_unit_test(beta_function), cmocka_unit_test(student_and_binomial), cmocka_unit_test(inverses_invert)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
