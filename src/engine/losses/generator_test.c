/* generator_test.c -- the kernels against the plain generator and against each other; the functions of set-up against known values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/inside.h"

static void kernels_draw_the_same_words(void **state)
{
    UNUSED(state);
    static uint32_t out[4 * 64];
    for (LossCode code = LOSS_CODE_SCALAR; code < LOSS_CODES; code++) {
        if (!losses_code_runs(code)) continue;
        Stream kat = {0x299f31d0a4093822, 0x85a308d3243f6a88, 0x13198a2e}; /* the third of the published answers: draw_test.c */
        kernel_of(code)->words(&kat, 0x03707344 - 5, 64, out);
        assert_memory_equal(out + 20, ((uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}), 16);
        Stream s = stream_of(0x0123456789ABCDEF, draw_id(STR("R-1")), FOR_SIZE, 77);
        kernel_of(code)->words(&s, 1000, 64, out);
        for (uint32_t i = 0; i < 64; i++) {
            Draw one = stream_draw(&s, 1000 + i);
            assert_memory_equal(one.w, out + 4 * i, sizeof one.w);
        }
    }
}

static void all_codes_give_the_same_bits(void **state)
{
    UNUSED(state);
    static double z[2][BATCH_ROOM], x[2][BATCH_ROOM], u[2][BATCH_ROOM], common[BLOCK];
    static uint64_t bits[2][BATCH_ROOM], trial[2][BATCH_ROOM], event[BATCH_ROOM];
    Stream s = stream_of(7, draw_id(STR("a")), FOR_SIZE, 3);
    for (size_t i = 0; i < BLOCK; i++) common[i] = (double)i / 1000 - 2;
    for (LossCode code = LOSS_CODE_SCALAR; code < LOSS_CODES; code++) {
        const Kernel *k = kernel_of(code);
        size_t to = code != LOSS_CODE_SCALAR;
        if (!k) continue;
        k->trials(&s, 160, BATCH, trial[to]);
        k->normals(&s, 160, BATCH, z[to], bits[to]);
        k->uniforms(&s, 160, BATCH, u[to]);
        for (uint32_t i = 0; i < BATCH; i++) assert_true(u[to][i] == draw_unit(draw_word(stream_draw(&s, 80 + i / 16 * 8 + i % 8), i % 16 / 8)));
        for (size_t i = 0; i < BATCH; i++) assert_true(u[to][i] > 0 && u[to][i] < 1 && trial[to][i] < BLOCK && bits[to][i] < LEFT_ALL && z[to][i] > -8.3 && z[to][i] < 8.3);
        k->mix(z[to], common, trial[to], BATCH, 0.3);
        k->lognormals(z[to], BATCH, 13, 1.4, x[to]);
        if (!to) continue;
        assert_memory_equal(trial[0], trial[1], sizeof trial[0]);
        assert_memory_equal(z[0], z[1], sizeof z[0]);
        assert_memory_equal(u[0], u[1], sizeof u[0]);
        assert_memory_equal(x[0], x[1], sizeof x[0]);
        assert_memory_equal(bits[0], bits[1], sizeof bits[0]);
    }
    const Kernel *k = kernel_of(LOSS_CODE_BEST);
    k->normals(&s, 160, BATCH, z[0], bits[0]);
    for (uint64_t i = 0; i < BATCH; i++) event[i] = 160 + (i * 7) % BATCH;
    k->normals_at(&s, event, BATCH, z[1], bits[1]);
    for (size_t i = 0; i < BATCH; i++) assert_true(z[1][i] == z[0][(i * 7) % BATCH] && bits[1][i] == bits[0][(i * 7) % BATCH]);
}

static void near(double x, double wanted, double relative) { assert_true(x - wanted <= relative * (wanted < 0 ? -wanted : wanted) && wanted - x <= relative * (wanted < 0 ? -wanted : wanted)); }

static void own_functions(void **state)
{
    UNUSED(state);
    double below, above;
    near(calc_exp(1), 2.718281828459045, 1e-15), near(calc_exp(-30.5), 5.675685232632723e-14, 1e-14), near(calc_exp(100.25), 3.451610733125924e+43, 1e-13);
    near(calc_log(10), 2.302585092994046, 1e-15), near(calc_log(1e-300), -690.7755278982137, 1e-15), near(calc_log(0.999), -0.0010005003335835335, 1e-13);
    near(calc_log_gamma(0.5), 0.5723649429247001, 1e-13), near(calc_log_gamma(4.2), 2.04855563696059, 1e-13);
    near(calc_normal_log_tail(1), -1.8410216450092634, 1e-13), near(calc_normal_log_tail(8), -35.01343715991456, 1e-13), near(calc_normal_cdf(-1), 0.15865525393145707, 1e-12);
    near(calc_normal_quantile(0.975, 0.025), 1.959963984540054, 1e-12), near(calc_normal_quantile(1e-9, 1 - 1e-9), -5.9978070150076865, 1e-11);
    calc_beta(2, 3, 0.4, &below, &above); /* 12 x²/2 - 24 x³/3 + 12 x⁴/4 */
    near(calc_exp(below), 0.5248, 1e-12), near(calc_exp(above), 0.4752, 1e-12);
    calc_gamma(3, 2.5, &below, &above); /* 1 - e^-x (1 + x + x²/2) */
    near(calc_exp(above), 0.5438131158833297, 1e-12), near(calc_exp(below), 0.4561868841166703, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kernels_draw_the_same_words), cmocka_unit_test(all_codes_give_the_same_bits),
                                       cmocka_unit_test(own_functions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
