/* fft_test.c -- the transform against its definition, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/fft.h"

#include <math.h>

static double numbers(size_t j)
{
    return sin(1.7 * (double)j * (double)j) + (j % 5 == 0);
}

static void as_its_definition(void **state)
{
    (void)state;
    for (size_t n = 4; n <= 512; n *= 2) {
        Arena a;
        arena_init(&a, 1 << 20);
        Fft f = fft_new(&a, n);
        double x[512], re[257], im[257], back[512];
        for (size_t j = 0; j < n; j++)
            x[j] = numbers(j);
        fft_forward(&f, x, re, im);
        for (size_t k = 0; k <= n / 2; k++) {
            double sr = 0, si = 0;
            for (size_t j = 0; j < n; j++) {
                double angle = 6.28318530717958647693 * (double)(j * k % n) / (double)n;
                sr += x[j] * cos(angle), si -= x[j] * sin(angle);
            }
            assert_true(fabs(re[k] - sr) < 1e-12 && fabs(im[k] - si) < 1e-12);
        }
        fft_back(&f, re, im, back);
        for (size_t j = 0; j < n; j++)
            assert_true(fabs(back[j] - x[j]) < 1e-14);
        arena_done(&a);
    }
}

static void there_and_back_when_long(void **state)
{
    (void)state;
    for (size_t n = 1 << 15; n <= 1 << 18; n *= 2) {
        Arena a;
        arena_init(&a, 1 << 26);
        Fft f = fft_new(&a, n);
        double *x = arena_array(&a, double, n), *back = arena_array(&a, double, n), *re = arena_array(&a, double, n / 2 + 1), *im = arena_array(&a, double, n / 2 + 1), sum = 0, most = 0;
        for (size_t j = 0; j < n; j++)
            x[j] = numbers(j), sum += x[j];
        fft_forward(&f, x, re, im);
        assert_true(fabs(re[0] - sum) < 1e-9 && im[0] == 0 && im[n / 2] == 0);
        fft_back(&f, re, im, back);
        for (size_t j = 0; j < n; j++)
            most = fmax(most, fabs(back[j] - x[j]));
        assert_true(most < 1e-14);
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_its_definition), cmocka_unit_test(there_and_back_when_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
