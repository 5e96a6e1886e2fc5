/*
 * exact_test.c -- the exact engine against closed forms (facts 1, 3 … 8 of the ten), Panjer's recursion, and the register of the bench worked out on its own with numpy
 * and scipy (masses by scipy's normal distribution, numpy's transform). Wanted figures come from there or from the hand, never from this program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/cells.h"
#include "losses/register_test.h"
#include "losses/special.h"

static Arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)2 << 30);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

#define NEAR(got, want, relative) near_at((got), (want), (relative), __LINE__)
static void near_at(double got, double want, double relative, int line)
{
    if (!(fabs(got - want) <= relative * fabs(want))) fail_msg("line %d: got %.17g, want %.17g (off by %.3g)", line, got, want, (got - want) / want);
}

/* To within so much. */
#define WITHIN(got, want, off) within_at((got), (want), (off), __LINE__)
static void within_at(double got, double want, double off, int line)
{
    if (!(fabs(got - want) <= off)) fail_msg("line %d: got %.17g, want %.17g ± %.3g", line, got, want, off);
}

enum { RISKS_MAX = 4 };
typedef struct Small { LossRisk risk[RISKS_MAX]; CaseRisk keep[RISKS_MAX]; LossCase c; LossModel m; } Small;

/* So many risks of one kind, with nothing that lessens them. */
static void small(Small *s, size_t n, Frequency f, Severity x)
{
    *s = (Small){.c.risk = s->keep};
    for (size_t i = 0; i < RISKS_MAX; i++) {
        s->risk[i] = (LossRisk){.id = str_printf(&arena, "R-%zu", i), .frequency = f, .primary = x, .factor = -1};
        s->keep[i] = (CaseRisk){.keep_events = 1, .keep_size = 1};
    }
    s->m = (LossModel){.risks = s->risk, .risks_n = n, .cases = &s->c, .cases_n = 1};
}

static LossGrid exact(const LossModel *m, size_t at, double step, size_t n)
{
    LossGrid g = {0};
    Err e = losses_exact(&arena, m, at, step, n, &g);
    if (e.kind) fail_msg("refused: %.*s", STR_ARG(e.text.in[EN]));
    double sum = g.beyond;
    for (size_t j = 0; j < g.n; j++) {
        if (!(g.mass[j] >= 0)) fail_msg("mass %zu is %g", j, g.mass[j]);
        sum += g.mass[j];
    }
    if (!(fabs(sum - 1) <= 1e-7)) fail_msg("sum %.12g: case layer %g %g %g, n %zu step %g beyond %g", sum, m->cases[at].year.deductible, m->cases[at].year.limit, m->cases[at].year.share, g.n, g.step, g.beyond);
    return g;
}

static const Severity one = {.kind = SEVERITY_FIXED, .mode = 1};

static Frequency poisson(double rate)
{
    return (Frequency){.kind = FREQUENCY_FIXED, .rate = rate};
}

static Frequency once(double chance)
{
    return (Frequency){.kind = FREQUENCY_ONCE, .rate = chance};
}

static Severity uniform(double low, double high)
{
    return (Severity){.kind = SEVERITY_UNIFORM, .low = low, .high = high};
}

/* --- counts ----------------------------------------------------------------------------------------------------------------- */
static void fact_1_poisson(void **state)
{
    static const double p[] = {.4965853038, .3476097127, .1216633994, .0283881265};
    Small s;
    (void)state;
    small(&s, 1, poisson(0.7), one);
    LossGrid g = exact(&s.m, 0, 0, 1024);
    assert_true(g.step == 1); /* all losses are multiples of it */
    for (size_t k = 0; k < COUNT(p); k++)
        WITHIN(g.mass[k], p[k], 6e-11);
    NEAR(g.none, p[0], 1e-9), NEAR(grid_mean(&g), 0.7, 1e-10);
}

static double variance_of(const LossGrid *g)
{
    double m = grid_mean(g), sum = 0;
    for (size_t j = 0; j < g->n; j++)
        sum += ((double)j * g->step - m) * ((double)j * g->step - m) * g->mass[j];
    return sum;
}

/* PERT(.1, .5, 2): the rate has the mean (low + 4 mode + high) / 6, and years differ more than Poisson's. */
static void fact_7_uncertain_rates(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, (Frequency){FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, one);
    LossGrid g = exact(&s.m, 0, 0, 1024);
    NEAR(grid_mean(&g), .6833333333, 1e-9), NEAR(variance_of(&g), .7930555556, 1e-9);
    small(&s, 1, (Frequency){FREQUENCY_UNIFORM, .low = 0, .high = 2}, one);
    g = exact(&s.m, 0, 0, 1024);
    NEAR(grid_mean(&g), 1, 1e-10), NEAR(variance_of(&g), 4.0 / 3, 1e-9), NEAR(g.none, .4323323584, 1e-9), NEAR(g.mass[0], .4323323584, 1e-9), NEAR(g.mass[1], (1 - 3 * exp(-2)) / 2, 1e-9);
    small(&s, 1, (Frequency){FREQUENCY_UNIFORM, .low = 900, .high = 1500}, one); /* wide and large: no quadrature gives out, exp(-1500) is 0 */
    g = exact(&s.m, 0, 1, 4096);
    NEAR(grid_mean(&g), 1200, 1e-9), NEAR(variance_of(&g), 1200 + 30000, 1e-7);
    NEAR(grid_exceeds(&g, 1200), 0.5, 1e-2);
}

static void gamma_rate_is_negative_binomial(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, (Frequency){FREQUENCY_GAMMA, .rate = 1, .sd = 0.5}, one); /* shape 4, scale 1/4: P0 = .8^4, P1 = 4 · .2 · .8^4 */
    LossGrid g = exact(&s.m, 0, 0, 1024);
    NEAR(g.mass[0], 0.4096, 1e-10), NEAR(g.none, 0.4096, 1e-12), NEAR(g.mass[1], 0.32768, 1e-10), NEAR(variance_of(&g), 1.25, 1e-9);
    small(&s, 1, (Frequency){FREQUENCY_GAMMA, .rate = 0.7, .sd = 0}, one); /* certain: Poisson */
    g = exact(&s.m, 0, 0, 1024);
    NEAR(g.mass[2], .1216633994, 1e-9);
}

/* --- sums on a lattice ------------------------------------------------------------------------------------------------------ */
static void fact_6_panjer(void **state)
{
    static const double want[] = {.2231301601, .1673476201, .1631639296, .1579343165, .1039777830, .0733943517}, values[] = {1, 1, 1, 1, 1, 2, 2, 2, 3, 3};
    double mass[1024] = {0, .5, .3, .2}, g[1024], by_fft[1024];
    Frequency f = poisson(1.5);
    (void)state;
    losses_panjer(&f, mass, 1024, g);
    losses_compound(&arena, &f, mass, 1024, by_fft);
    for (size_t k = 0; k < COUNT(want); k++)
        WITHIN(g[k], want[k], 6e-11), WITHIN(by_fft[k], want[k], 6e-11);
    Small s;
    small(&s, 1, f, (Severity){.kind = SEVERITY_SAMPLE, .values = values, .n = COUNT(values)});
    LossGrid grid = exact(&s.m, 0, 0, 1024);
    assert_true(grid.step == 1 && grid_var(&grid, .95) == 7 && grid_var(&grid, .99) == 9 && grid_var(&grid, .999) == 13);
    NEAR(grid_mean(&grid), 2.55, 1e-10);
    for (size_t k = 0; k < COUNT(want); k++)
        WITHIN(grid.mass[k], want[k], 6e-11);
}

/* Two ways to one distribution: the recursion and the transform, for every count that the recursion knows. */
static void panjer_and_transform_agree(void **state)
{
    enum { N = 2048 };
    static const Frequency f[] = {{FREQUENCY_FIXED, .rate = 0.01}, {FREQUENCY_FIXED, .rate = 5}, {FREQUENCY_FIXED, .rate = 60}, {FREQUENCY_GAMMA, .rate = 3, .sd = 4}, {FREQUENCY_GAMMA, .rate = 20, .sd = 5},
        {FREQUENCY_ONCE, .rate = 0.4}};
    (void)state;
    for (size_t k = 0; k < COUNT(f); k++) {
        double mass[N] = {0}, g[N], by_fft[N], sum = 0;
        for (size_t j = 0; j < 20; j++)
            mass[j] = 1 + sin(3.0 * (double)j), sum += mass[j];
        for (size_t j = 0; j < 20; j++)
            mass[j] /= sum;
        losses_panjer(&f[k], mass, N, g);
        losses_compound(&arena, &f[k], mass, N, by_fft);
        for (size_t j = 0; j < N; j++)
            WITHIN(by_fft[j], g[j], 1e-11);
    }
}

/* Fact 4, on masses of an exponential loss made here: P(j) of E[max(0, 1 - |X / h - j|)] = e^-jh (e^h - 1)² e^-h / h for j > 0. */
static void fact_4_compound_exponential(void **state)
{
    enum { N = 1 << 14 };
    static const double p[] = {0.95, 0.99, 0.995, 0.999}, var[] = {5.9569224955, 8.6225679811, 9.7159672942, 12.1689503576}, tvar[] = {7.6054383981, 10.1719259053, 11.2350621547, 13.6338947327};
    const double h = 40.0 / N;
    double *mass = arena_array(&arena, double, N);
    LossGrid g = {arena_array(&arena, double, N), N, h, 0, 0, 0};
    Frequency f = poisson(2);
    (void)state;
    mass[0] = 1 + expm1(-h) / h;
    for (int j = 1; j < N; j++)
        mass[j] = exp(-j * h) * expm1(h) * -expm1(-h) / h;
    losses_compound(&arena, &f, mass, N, g.mass);
    for (size_t i = 0; i < COUNT(p); i++)
        WITHIN(grid_var(&g, p[i]), var[i], h), NEAR(grid_tvar(&g, p[i]), tvar[i], 2e-6);
    NEAR(grid_mean(&g), 2, 1e-9);
}

/* --- one risk --------------------------------------------------------------------------------------------------------------- */
static void fact_3_compound_lognormal(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, poisson(0.7), severity_between(1e5, 1e7));
    LossGrid g = exact(&s.m, 0, 0, 1 << 16);
    NEAR(grid_mean(&g), 1864786.068, 1e-9), NEAR(g.none, .4965853038, 1e-9);
    assert_true(grid_var(&g, 0.49) == 0 && grid_var(&g, 0.6) > 0);
    assert_true(g.beyond > 0 && g.beyond < 1e-5 && g.beyond_mean > g.beyond * (double)g.n * g.step);
}

static void fact_5_ties_at_zero(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, once(0.1), severity_between(1e5, 1e7));
    LossGrid g = exact(&s.m, 0, 0, 1 << 18);
    assert_true(grid_var(&g, 0.9 - 1e-9) == 0);
    WITHIN(grid_var(&g, 0.95), 1e6, g.step), NEAR(grid_tvar(&g, 0.95), 4897590.079, 1e-6), WITHIN(grid_var(&g, 0.99), 6013509.892, g.step), NEAR(grid_tvar(&g, 0.99), 14574455.313, 1e-6);
    NEAR(grid_tvar(&g, 0.5), 2663980.0977 / 5, 1e-9); /* with VaR 0, not the mean of all that are ≥ 0 */
    NEAR(g.none, 0.9, 1e-14);
}

/* Fact 8: six in ten events prevented, each a quarter smaller. */
static void fact_8_controls(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, poisson(0.7), severity_between(1e5, 1e7));
    s.keep[0] = (CaseRisk){.keep_events = 0.4, .keep_size = 0.75};
    LossGrid g = exact(&s.m, 0, 0, 1 << 14);
    NEAR(grid_mean(&g), 0.3 * 1864786.068, 1e-9), NEAR(g.none, .7557837415, 1e-9);
    small(&s, 1, once(0.5), one); /* thinned Bernoulli is Bernoulli */
    s.keep[0].keep_events = 0.4;
    g = exact(&s.m, 0, 0, 1024);
    NEAR(g.mass[1], 0.2, 1e-12);
}

static void tails_by_their_quantiles(void **state)
{
    static const double values[] = {1, 2, 3, 4};
    Small s;
    (void)state;
    small(&s, 1, once(1), severity_between(1e5, 1e7));
    s.risk[0].primary.tail_from = 1e7, s.risk[0].primary.tail_shape = 2.5;
    LossGrid g = exact(&s.m, 0, 5e4, 1 << 17);
    WITHIN(grid_var(&g, 0.96), 10933620.74, g.step), WITHIN(grid_var(&g, 0.99), 19036539.39, g.step), WITHIN(grid_var(&g, 0.999), 47817624.99, g.step); /* u (.05 / (1 - p))^(1 / 2.5) */
    NEAR(grid_tvar(&g, 0.99), 31727565.64, 1e-5), NEAR(grid_tvar(&g, 0.999), 79696041.65, 1e-4); /* VaR · 2.5 / 1.5 */
    small(&s, 1, once(1), (Severity){.kind = SEVERITY_PARETO, .low = 100, .high = INFINITY, .shape = 0.9}); /* no mean */
    g = exact(&s.m, 0, 1, 1 << 17);
    WITHIN(grid_var(&g, 0.95), 2789.90158758, 1), WITHIN(grid_var(&g, 0.99), 16681.005372, 1);
    assert_true(isinf(grid_mean(&g)) && isinf(grid_tvar(&g, 0.5)) && isinf(grid_var(&g, 0.9999)));
    NEAR(g.beyond, pow(131072.0 / 100, -0.9), 1e-3);
    small(&s, 1, once(1), (Severity){.kind = SEVERITY_SAMPLE, .values = values, .n = 4, .tail_from = 3, .tail_shape = 2}); /* a quarter beyond 3: P(X > x) = ¼ (3 / x)² */
    g = exact(&s.m, 0, 0.01, 1 << 16);
    NEAR(g.mass[100], 0.25, 1e-9), NEAR(g.mass[200], 0.25, 1e-9), WITHIN(grid_var(&g, 0.9), 3 * sqrt(2.5), 0.011), NEAR(grid_mean(&g), 1.5 + 0.25 * 6, 1e-9), NEAR(grid_exceeds(&g, 30.005), 0.0025, 1e-3);
}

static void a_second_loss(void **state)
{
    static const Severity ten = {.kind = SEVERITY_FIXED, .mode = 10}, five = {.kind = SEVERITY_FIXED, .mode = 5};
    Small s;
    (void)state;
    small(&s, 1, once(0.5), ten);
    s.risk[0].secondary = five, s.risk[0].secondary_chance = 0.3;
    LossGrid g = exact(&s.m, 0, 0, 1024);
    assert_true(g.step == 5);
    NEAR(g.mass[0], 0.5, 1e-10), NEAR(g.mass[2], 0.35, 1e-10), NEAR(g.mass[3], 0.15, 1e-10);
    s.keep[0].each = (Layer){12, INFINITY, 1}; /* what is above 12 is paid: 10, or 12 */
    g = exact(&s.m, 0, 1, 1024);
    NEAR(g.mass[10], 0.35, 1e-9), NEAR(g.mass[12], 0.15, 1e-9), NEAR(grid_mean(&g), 5.3, 1e-9);
    s.keep[0].each = (Layer){11, 2, 0.5}; /* half of two of the four above 11: 14 */
    g = exact(&s.m, 0, 1, 1024);
    NEAR(g.mass[10], 0.35, 1e-9), NEAR(g.mass[14], 0.15, 1e-9);
    small(&s, 1, poisson(2), severity_between(1, 10)); /* sums of moments: 2 E[Y], 2 E[Y²], Y = A + B with chance 0.25 */
    s.risk[0].secondary = uniform(0, 12), s.risk[0].secondary_chance = 0.25;
    g = exact(&s.m, 0, 0.02, 1 << 14);
    double ma = severity_mean(&s.risk[0].primary), sa = severity_sd(&s.risk[0].primary);
    NEAR(grid_mean(&g), 2 * (ma + 1.5), 1e-9), NEAR(variance_of(&g), 2 * (sa * sa + ma * ma + 0.25 * (2 * ma * 6 + 48)), 1e-4);
}

/* Losses far beyond the grid come back into it by the layer: 10 % of what is above 5 of a heavy sum stays. P(A + B > x) for large Pareto losses of shape 1 by the closed form of
 * two such: P(A + B > s) = 2 / s + 2 log(s - 1) / s² for low 1. */
static void a_layer_on_two_losses_reaches_beyond_the_grid(void **state)
{
    Severity heavy = {.kind = SEVERITY_PARETO, .low = 1, .high = INFINITY, .shape = 1};
    Small s;
    (void)state;
    small(&s, 1, once(1), heavy);
    s.risk[0].secondary = heavy, s.risk[0].secondary_chance = 1, s.keep[0].each = (Layer){5, INFINITY, 0.9};
    LossGrid g = exact(&s.m, 0, 0.01, 1 << 14);
    for (double x = 10; x < 1200; x *= 3) {
        double y = 5 + 0.1 * (x - 5) + 0.5 * g.step, s2 = x + 5 * g.step; /* between two cells */
        NEAR(grid_exceeds(&g, y), 2 / s2 + 2 * log(s2 - 1) / (s2 * s2), 4e-3);
    }
    s.keep[0].each.share = 1;
    g = exact(&s.m, 0, 0.01, 1 << 14);
    assert_true(g.beyond < 1e-9);
    NEAR(grid_var(&g, 0.999), 5, 1e-12), NEAR(grid_exceeds(&g, 4.995), 2 / 5.0 + 2 * log(4) / 25, 4e-3);
}

static void insurance_on_each_event(void **state)
{
    Small s;
    (void)state;
    small(&s, 1, once(1), uniform(0, 100));
    s.keep[0].each = (Layer){20, 50, 0.5}; /* 50 - ½ ∫ from 20 to 70 of (1 - x / 100) */
    LossGrid g = exact(&s.m, 0, 0.01, 1 << 14);
    NEAR(grid_mean(&g), 36.25, 1e-9), WITHIN(grid_var(&g, 0.95), 70, 0.0101), WITHIN(grid_var(&g, 0.6), 40, 0.0101), WITHIN(grid_var(&g, 0.1), 10, 0.0101);
    s.keep[0].each = (Layer){20, INFINITY, 1};
    g = exact(&s.m, 0, 0.01, 1 << 14);
    NEAR(g.mass[2000], 0.8, 1e-3), NEAR(grid_mean(&g), 18, 1e-9), NEAR(grid_var(&g, 0.5), 20, 1e-12), NEAR(grid_tvar(&g, 0.9), 20, 1e-6);
    s.keep[0].each = (Layer){0, 30, 1}; /* the first 30 of each are paid: 30 % of the events cost nothing */
    g = exact(&s.m, 0, 0.01, 1 << 14);
    NEAR(g.none, 0.3, 1e-12), NEAR(grid_mean(&g), 24.5, 1e-9), WITHIN(grid_var(&g, 0.65), 35, 0.0101);
    s.keep[0].each = (Layer){0, INFINITY, 1};
    g = exact(&s.m, 0, 0, 1024);
    assert_true(g.none == 1 && grid_mean(&g) == 0 && grid_tvar(&g, 0.99) == 0);
    s.keep[0] = (CaseRisk){1, 0.5, {20, 50, 0.5}, {0}}; /* the layer is on what is left by the control: 25 - ½ ∫ from 20 to 50 of (1 - x / 50) */
    g = exact(&s.m, 0, 0.01, 1 << 14);
    NEAR(grid_mean(&g), 25 - 0.5 * 9, 1e-9);
}

static void insurance_on_the_sum(void **state)
{
    Small s;
    (void)state;
    small(&s, 2, once(0.5), (Severity){.kind = SEVERITY_FIXED, .mode = 10}); /* 0, 10, 20 with ¼, ½, ¼ */
    s.c.year = (Layer){5, 10, 0.5};
    LossGrid g = exact(&s.m, 0, 0.5, 1024);
    NEAR(g.mass[0], 0.25, 1e-9), NEAR(g.mass[15], 0.5, 1e-9), NEAR(g.mass[30], 0.25, 1e-9);
    small(&s, 1, once(1), (Severity){.kind = SEVERITY_PARETO, .low = 100, .high = INFINITY, .shape = 0.9}); /* stop loss: what was beyond is bounded */
    s.c.year = (Layer){1000, INFINITY, 1};
    g = exact(&s.m, 0, 1, 1 << 12);
    assert_true(g.beyond == 0 && g.beyond_mean == 0 && grid_var(&g, 0.999) == 1000);
    NEAR(grid_tvar(&g, 0.99), 1000, 1e-9), NEAR(grid_exceeds(&g, 999), pow(10, -0.9), 1e-2);
    small(&s, 1, once(1), (Severity){.kind = SEVERITY_PARETO, .low = 100, .high = INFINITY, .shape = 2}); /* 100 of the losses above 500 are paid; beyond the grid all of it: mean 200 - ∫ from 500 to 600 of (100 / x)² */
    s.c.year = (Layer){500, 100, 1};
    g = exact(&s.m, 0, 1, 1 << 12);
    NEAR(grid_mean(&g), 200 - (1e4 / 500 - 1e4 / 600), 1e-4), WITHIN(grid_var(&g, 0.98), 100 / sqrt(0.02) - 100, 1.01);
    s.c.year = (Layer){500, INFINITY, 0.5}; /* half of everything above 500 */
    g = exact(&s.m, 0, 1, 1 << 12);
    NEAR(grid_mean(&g), 200 - 0.5 * 1e4 / 500, 1e-4), WITHIN(grid_var(&g, 0.99), 750, 1.01);
}

/* Fact 10 has its like in bounded losses: two uniform ones. VaR p = 2 - √(2 (1 - p)), TVaR = 2 - ⅔ √(2 (1 - p)). */
static void sum_of_two_uniform(void **state)
{
    Small s;
    (void)state;
    small(&s, 2, once(1), uniform(0, 1));
    LossGrid g = exact(&s.m, 0, 0x1p-13, 1 << 15);
    WITHIN(grid_var(&g, 0.99), 2 - sqrt(0.02), 0x1p-13), NEAR(grid_tvar(&g, 0.99), 2 - sqrt(0.02) * 2 / 3, 1e-6), WITHIN(grid_exceeds(&g, 0.5), 0.875, 2e-4);
}

/* --- portfolios ------------------------------------------------------------------------------------------------------------- */
/* 100 risks of the bench; figures of an independent calculation with numpy on grids of 1e4 (2^20 cells) and 5e4 (2^18), which agree with each other to 3e-7 in the tail means. */
static void the_register_of_the_bench(void **state)
{
    static const double p[] = {.9, .95, .99, .995, .999}, var[] = {1.62941e8, 2.01068e8, 3.23001e8, 3.96824e8, 6.44111e8}, tvar[] = {2.3243379e8, 2.8556508e8, 4.60409e8, 5.6645034e8, 9.1631405e8};
    static const double controlled[] = {6.784e7, 8.754e7, 1.5414e8, 1.9632e8, 3.4304e8}, controlled_tail[] = {1.0540232e8, 1.3456102e8, 2.3498437e8, 2.9799813e8, 5.1171798e8};
    LossModel m = register_model(&arena, 100);
    double rates = 0;
    (void)state;
    for (size_t i = 0; i < m.risks_n; i++)
        rates += m.risks[i].frequency.rate;
    NEAR(rates, 54.47172064, 1e-9);
    LossGrid g = exact(&m, 0, 5e4, 1 << 17), chosen = exact(&m, 0, 0, 1 << 17), after = exact(&m, 1, 0, 1 << 17);
    NEAR(grid_mean(&g), 1.0294067e8, 1e-7), NEAR(grid_mean(&chosen), 1.0294067e8, 1e-7), NEAR(grid_mean(&after), 39242189.50862, 1e-9);
    NEAR(g.beyond, 2.478e-7, 2e-3), NEAR(g.none, exp(-54.4717206), 1e-6);
    for (size_t i = 0; i < COUNT(p); i++) {
        WITHIN(grid_var(&g, p[i]), var[i], g.step), WITHIN(grid_var(&chosen, p[i]), var[i], chosen.step), WITHIN(grid_var(&after, p[i]), controlled[i], 2e4 + after.step);
        NEAR(grid_tvar(&g, p[i]), tvar[i], 5e-6), NEAR(grid_tvar(&chosen, p[i]), tvar[i], 5e-6), NEAR(grid_tvar(&after, p[i]), controlled_tail[i], 2e-6);
    }
    NEAR(grid_tvar(&g, 0.99), 4.60302e8, 3e-4); /* as measured before, without what lies beyond the grid */
}

static void a_thousand_risks(void **state)
{
    static const double p[] = {.95, .99, .995, .999}, var[] = {1.78936e9, 2.06484e9, 2.21012e9, 2.67533e9};
    LossModel m = register_model(&arena, 1000);
    (void)state;
    LossGrid g = exact(&m, 0, 2e5, 1 << 16);
    NEAR(grid_mean(&g), 1.4183204e9, 1e-7), NEAR(grid_tvar(&g, 0.99), 2.32809e9, 3e-4);
    for (size_t i = 0; i < COUNT(p); i++)
        WITHIN(grid_var(&g, p[i]), var[i], g.step);
}

/* The step that is chosen is fine enough: half of it gives the same figures. */
static void half_the_step_agrees(void **state)
{
    static const double p[] = {.5, .9, .99, .999};
    Small s;
    (void)state;
    small(&s, 4, poisson(0.8), severity_between(1e5, 1e7));
    s.risk[1].frequency = (Frequency){FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, s.risk[1].primary = (Severity){.kind = SEVERITY_PERT, .low = 1e6, .mode = 2e6, .high = 9e6};
    s.risk[2].frequency = once(0.3), s.risk[2].primary = (Severity){.kind = SEVERITY_PARETO, .low = 1e5, .high = INFINITY, .shape = 1.8}, s.risk[2].secondary = uniform(0, 5e6), s.risk[2].secondary_chance = 0.4;
    s.risk[3].frequency = (Frequency){FREQUENCY_GAMMA, .rate = 2, .sd = 1}, s.keep[3].each = (Layer){1e6, 3e6, 0.8}, s.keep[3].keep_size = 0.5;
    LossGrid g = exact(&s.m, 0, 0, 1 << 16), half = exact(&s.m, 0, g.step / 2, 1 << 17);
    NEAR(grid_mean(&g), grid_mean(&half), 1e-9);
    for (size_t i = 0; i < COUNT(p); i++)
        WITHIN(grid_var(&g, p[i]), grid_var(&half, p[i]), g.step), NEAR(grid_tvar(&g, p[i]), grid_tvar(&half, p[i]), 1e-5);
    for (size_t n = 1 << 10; n <= 1 << 14; n *= 4) { /* and fewer cells give them less finely, with a heavy tail among them too */
        LossGrid few = exact(&s.m, 0, 0, n);
        assert_true(few.beyond < 2e-3);
        WITHIN(grid_var(&few, 0.99), grid_var(&half, 0.99), 2 * few.step);
    }
}

static void the_order_of_risks_is_nothing(void **state)
{
    LossModel m = register_model(&arena, 50);
    LossRisk *back = arena_array(&arena, LossRisk, 50);
    CaseRisk *keep = arena_array(&arena, CaseRisk, 50);
    (void)state;
    for (size_t i = 0; i < 50; i++)
        back[i] = m.risks[49 - i], keep[i] = m.cases[1].risk[49 - i];
    LossCase c = {.risk = keep};
    LossModel other = {back, 50, NULL, 0, &c, 1};
    LossGrid g = exact(&m, 1, 1e5, 1 << 14), h = exact(&other, 0, 1e5, 1 << 14);
    for (size_t j = 0; j < g.n; j++)
        WITHIN(g.mass[j], h.mass[j], 1e-12);
}

/* --- cells ------------------------------------------------------------------------------------------------------------------ */
/* Interpolated or not: the masses up to j hold P(X ≤ (j + ½) step) as the trapezium does, and keep the mean. */
static void cells_hold_the_distribution(void **state)
{
    enum { N = 1 << 14 };
    static const double values[] = {3, 700, 701.5, 12000};
    const Severity kinds[] = {severity_between(10, 1000), severity_between(900, 1100), severity_between(999.9, 1000.1), severity_between(1e-3, 1e6), {.kind = SEVERITY_PERT, .low = 0, .mode = 0, .high = 9000},
        {.kind = SEVERITY_PERT, .low = 300, .mode = 301, .high = 320}, {.kind = SEVERITY_UNIFORM, .low = 10.3, .high = 9000.7}, {.kind = SEVERITY_PARETO, .low = 77.7, .high = 8000, .shape = 1.2},
        {.kind = SEVERITY_PARETO, .low = 0.01, .high = INFINITY, .shape = 0.5}, {.kind = SEVERITY_SAMPLE, .values = values, .n = 4}, {.kind = SEVERITY_FIXED, .mode = 2.5},
        {.kind = SEVERITY_LOGNORMAL, .mu = 5, .sigma = 1, .tail_from = 300.2, .tail_shape = 3}};
    const Layer layers[] = {{0, 0, 0}, {400, 300, 0.5}, {400.5, INFINITY, 1}, {5, 300, 1}};
    double *mass = arena_array(&arena, double, N);
    (void)state;
    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t l = 0; l < COUNT(layers); l++) {
            Event e = {&kinds[k], 0.9, layers[l]};
            double sum = 0, mean = 0;
            memset(mass, 0, N * sizeof *mass);
            event_cells(&e, 1, 1, mass, N);
            for (int j = 0; j < N - 1; j++) {
                sum += mass[j], mean += j * mass[j];
                assert_true(mass[j] >= 0);
                if (sum < 1 - event_above(&e, j) - 2e-9 || sum > 1 - event_above(&e, j + 1) + 2e-9)
                    fail_msg("kind %zu layer %zu: up to %d %.12g, not within %.12g to %.12g", k, l, j, sum, 1 - event_above(&e, j), 1 - event_above(&e, j + 1));
            }
            mean += (N - 1) * mass[N - 1];
            if (event_above(&e, N) == 0) NEAR(mean, event_mean(&e), 1e-9);
        }
}

/* --- what is refused, and what is nothing ----------------------------------------------------------------------------------- */
static ErrKind kind_of(const Small *s, double step, size_t n)
{
    LossGrid g;
    return losses_exact(&arena, &s->m, 0, step, n, &g).kind;
}

static void what_is_refused(void **state)
{
    Small s;
    (void)state;
    small(&s, 2, poisson(1), one);
    assert_int_equal(kind_of(&s, 0, 1024), OK);
    assert_int_equal(kind_of(&s, 0, 1000), ERR_INVALID);
    assert_int_equal(kind_of(&s, 0, 512), ERR_INVALID);
    assert_int_equal(kind_of(&s, 0, (size_t)1 << 23), ERR_INVALID);
    assert_int_equal(kind_of(&s, -1, 1024), ERR_INVALID);
    assert_int_equal(kind_of(&s, NAN, 1024), ERR_INVALID);
    s.risk[1].factor = 0;
    assert_int_equal(kind_of(&s, 0, 1024), OK); /* named, but with no correlation */
    s.risk[1].on_size = 0.3;
    assert_int_equal(kind_of(&s, 0, 1024), ERR_INVALID);
    LossGrid g;
    Err e = losses_exact(&arena, &s.m, 0, 0, 1024, &g);
    assert_true(str_find(e.text.in[EN], STR("R-1")) != SIZE_MAX && str_find(e.text.in[JA], STR("R-1")) != SIZE_MAX);
    small(&s, 2, poisson(1), one);
    s.keep[0].year = (Layer){1, 1, 1};
    assert_int_equal(kind_of(&s, 0, 1024), ERR_INVALID);
    small(&s, 1, (Frequency){FREQUENCY_UNIFORM, .low = 0, .high = 20000}, one);
    assert_int_equal(kind_of(&s, 0, 1024), ERR_TOO_LARGE);
    s.risk[0].frequency.high = 9000; /* 1,134 passes: at 2^22 cells more than may be */
    assert_int_equal(kind_of(&s, 0, 1024), OK);
    assert_int_equal(kind_of(&s, 0, (size_t)1 << 22), ERR_TOO_LARGE);
}

static double drawn_between(RegisterDraws *d, double low, double high)
{
    return exp(register_draw(d, log(low), log(high)));
}

static Severity any_severity(RegisterDraws *d, double *values, size_t n)
{
    double low = drawn_between(d, 1e-3, 1e12), high = low * (1 + drawn_between(d, 1e-6, 1e5));
    Severity s = {.kind = (SeverityKind)(1 + (int)register_draw(d, 0, 6)), .mu = log(low), .sigma = drawn_between(d, 1e-4, 4), .low = low, .mode = low + (high - low) * register_draw(d, 0, 1), .high = high,
        .shape = drawn_between(d, 0.3, 20), .values = values, .n = n};
    for (size_t i = 0; i < n; i++)
        values[i] = register_draw(d, 0, 1) < 0.2 ? 0 : drawn_between(d, low, high);
    if (s.kind == SEVERITY_PARETO && register_draw(d, 0, 1) < 0.5) s.high = INFINITY;
    if (register_draw(d, 0, 1) < 0.3) s.tail_from = drawn_between(d, low / 2, high), s.tail_shape = drawn_between(d, 0.3, 20);
    return s;
}

static Layer any_layer(RegisterDraws *d)
{
    Layer l = {register_draw(d, 0, 1) < 0.3 ? 0 : drawn_between(d, 1e-3, 1e12), register_draw(d, 0, 1) < 0.3 ? INFINITY : drawn_between(d, 1e-3, 1e12), register_draw(d, 0, 1) < 0.4 ? 1 : register_draw(d, 0, 1)};
    return register_draw(d, 0, 1) < 0.5 ? l : (Layer){0};
}

/* Whatever may be written down, with scales 10^15 apart: a distribution comes out, its figures in order, no NaN among them, and it ends. */
static void any_model_has_sound_figures(void **state)
{
    RegisterDraws d = {12345};
    double values[RISKS_MAX][2][5];
    (void)state;
    for (int turn = 0; turn < 400; turn++) {
        Arena before = arena;
        Small s;
        arena_init(&arena, (size_t)1 << 28);
        small(&s, 1 + turn % RISKS_MAX, poisson(1), one);
        for (size_t i = 0; i < RISKS_MAX; i++) {
            double low = drawn_between(&d, 1e-6, 100), high = low * (1 + drawn_between(&d, 1e-6, 10));
            s.risk[i].frequency = (Frequency){(FrequencyKind)((int)register_draw(&d, 0, 5)), .rate = low, .sd = register_draw(&d, 0, 3) * low, .low = low, .mode = register_draw(&d, low, high), .high = high};
            if (s.risk[i].frequency.kind == FREQUENCY_ONCE) s.risk[i].frequency.rate = register_draw(&d, 0, 1);
            s.risk[i].primary = any_severity(&d, values[i][0], 5);
            if (turn % 3 == 0) s.risk[i].secondary = any_severity(&d, values[i][1], 5), s.risk[i].secondary_chance = register_draw(&d, 0, 1);
            s.keep[i] = (CaseRisk){.keep_events = register_draw(&d, 0, 1), .keep_size = register_draw(&d, 0, 1), .each = any_layer(&d)};
        }
        s.c.year = any_layer(&d);
        LossGrid g = exact(&s.m, 0, 0, 1024);
        double last = -1, last_tail = -1;
        if (!(grid_mean(&g) >= 0 && g.beyond >= 0 && g.beyond <= 1 && g.beyond_mean >= 0 && g.none >= 0 && g.none <= 1 + 1e-9 && g.step > 0))
            fail_msg("turn %d: mean %g beyond %g of mean %g none %g step %g", turn, grid_mean(&g), g.beyond, g.beyond_mean, g.none, g.step);
        for (double p = 0.001; p < 1; p += 0.0499) {
            double v = grid_var(&g, p), t = grid_tvar(&g, p);
            if (!(v >= last && t >= last_tail * (1 - 1e-9) && t >= v * (1 - 1e-9))) fail_msg("turn %d, %g: %.9g after %.9g, tail %.9g after %.9g; step %g beyond %g mean %g", turn, p, v, last, t, last_tail, g.step, g.beyond, g.beyond_mean);
            last = v, last_tail = t;
        }
        arena_done(&arena);
        arena = before;
    }
}

static void degenerate_models(void **state)
{
    Small s;
    (void)state;
    for (int k = 0; k < 5; k++) {
        small(&s, k == 0 ? 0 : 2, poisson(k == 1 ? 0 : 3), severity_between(1e5, 1e7));
        if (k == 2) s.keep[0].keep_events = s.keep[1].keep_events = 0;
        if (k == 3) s.keep[0].keep_size = s.keep[1].keep_size = 0;
        if (k == 4) s.risk[0].primary = s.risk[1].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 0};
        LossGrid g = exact(&s.m, 0, 0, 1024);
        assert_true(grid_mean(&g) == 0 && grid_var(&g, 0.999) == 0 && grid_tvar(&g, 0.999) == 0 && grid_exceeds(&g, 0) == 0);
        WITHIN(g.none, 1, 0), WITHIN(g.mass[0], 1, 1e-10);
    }
    small(&s, 1, poisson(2), (Severity){.kind = SEVERITY_LOGNORMAL, .mu = log(1000), .sigma = 0}); /* cannot vary */
    LossGrid g = exact(&s.m, 0, 0, 1024);
    NEAR(g.step, 1000, 1e-12), NEAR(grid_mean(&g), 2000, 1e-9), NEAR(g.mass[1], 2 * exp(-2), 1e-9);
    small(&s, 1, poisson(5e4), severity_between(1e5, 1e7)); /* many events: normal by then */
    g = exact(&s.m, 0, 0, 1 << 14);
    NEAR(grid_mean(&g), 5e4 * 2663980.0977, 1e-8), NEAR(grid_var(&g, 0.5), 5e4 * 2663980.0977, 2e-3);
    small(&s, 1, poisson(1e-9), severity_between(1e5, 1e7)); /* hardly any */
    g = exact(&s.m, 0, 0, 1024);
    assert_true(grid_var(&g, 0.999) == 0 && grid_exceeds(&g, 1) < 1.1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fact_1_poisson), cmocka_unit_test(fact_7_uncertain_rates), cmocka_unit_test(gamma_rate_is_negative_binomial), cmocka_unit_test(fact_6_panjer),
        cmocka_unit_test(panjer_and_transform_agree), cmocka_unit_test(fact_4_compound_exponential), cmocka_unit_test(fact_3_compound_lognormal), cmocka_unit_test(fact_5_ties_at_zero),
        cmocka_unit_test(fact_8_controls), cmocka_unit_test(tails_by_their_quantiles), cmocka_unit_test(a_second_loss), cmocka_unit_test(a_layer_on_two_losses_reaches_beyond_the_grid),
        cmocka_unit_test(insurance_on_each_event), cmocka_unit_test(insurance_on_the_sum), cmocka_unit_test(sum_of_two_uniform), cmocka_unit_test(the_register_of_the_bench), cmocka_unit_test(a_thousand_risks),
        cmocka_unit_test(half_the_step_agrees), cmocka_unit_test(the_order_of_risks_is_nothing), cmocka_unit_test(cells_hold_the_distribution), cmocka_unit_test(what_is_refused), cmocka_unit_test(any_model_has_sound_figures), cmocka_unit_test(degenerate_models)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
