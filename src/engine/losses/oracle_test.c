/*
 * oracle_test.c -- what is drawn against what is exact: the whole curve of portfolios with every kind of count, loss, layer and control, and the closed forms of facts 2, 3, 5, 7, 8
 * and 10. Seeds are fixed; chances are held to five standard deviations of the binomial, tail means to two and a half of their own 95 % intervals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/held_test.h"
#include "losses/register_test.h"

enum { RISKS_MAX = 8, CASES_MAX = 3 };
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

typedef struct Model { LossRisk risk[RISKS_MAX]; CaseRisk keep[CASES_MAX][RISKS_MAX]; LossCase cases[CASES_MAX]; LossModel m; } Model;

static void model(Model *x, size_t risks, size_t cases, Frequency f, Severity s)
{
    memset(x, 0, sizeof *x);
    for (size_t i = 0; i < RISKS_MAX; i++) {
        x->risk[i] = (LossRisk){.id = str_printf(&arena, "R-%zu", i), .frequency = f, .primary = s, .factor = -1};
        for (size_t c = 0; c < CASES_MAX; c++)
            x->keep[c][i] = (CaseRisk){.keep_events = 1, .keep_size = 1};
    }
    for (size_t c = 0; c < CASES_MAX; c++)
        x->cases[c].risk = x->keep[c];
    x->m = (LossModel){.risks = x->risk, .risks_n = risks, .cases = x->cases, .cases_n = cases};
}

static LossOutcome *drawn(const LossModel *m, uint64_t trials, double tail)
{
    LossOutcome *out = arena_array(&arena, LossOutcome, m->cases_n);
    LossRun run = {.trials = trials, .seed = 5, .threads = 1, .tail = tail};
    Err e = losses_run(&arena, m, &run, out);
    if (e.kind) fail_msg("refused: %.*s", STR_ARG(e.text.in[EN]));
    return out;
}

static LossGrid exact(const LossModel *m, size_t at, double step, size_t n)
{
    LossGrid g = {0};
    Err e = losses_exact(&arena, m, at, step, n, &g);
    if (e.kind) fail_msg("refused: %.*s", STR_ARG(e.text.in[EN]));
    return g;
}

/* The curve at many levels, the mean, no loss, and the tail where that is settled enough for its interval. */
static void agree(const char *what, const LossOutcome *o, const LossGrid *g, uint64_t trials, double deepest)
{
    LossSample s = loss_sample(&arena, o->total, trials);
    HOLDS(sample_mean(&s), grid_mean(g));
    for (int i = 1; i <= 40; i++) {
        double level = grid_var(g, 1 - pow(0.75, i)) + 0.5 * g->step, chance = grid_exceeds(g, level), got = sample_exceeds(&s, level).value;
        if (!(level < INFINITY) || chance * (double)trials < 30) break;
        double near_by = grid_exceeds(g, level - g->step) - grid_exceeds(g, level + g->step); /* what a step is worth */
        if (fabs(got - chance) > 5 * sqrt(chance * (1 - chance) / (double)trials) + near_by) fail_msg("%s: P(> %g) drawn %g, exact %g", what, level, got, chance);
    }
    WITHIN(sample_none(&s).value, g->none, 5 * sqrt(g->none * (1 - g->none) / (double)trials) + 1e-12);
    for (double p = 0.5; p < deepest; p = 1 - (1 - p) / 3)
        HOLDS(sample_tvar(&s, p), grid_tvar(g, p));
}

static void the_register_of_the_bench(void **state)
{
    enum { TRIALS = 100000 };
    LossModel m = register_model(&arena, 100);
    LossOutcome *out = drawn(&m, TRIALS, 0);
    (void)state;
    for (size_t c = 0; c < 2; c++) {
        LossGrid g = exact(&m, c, 0, 1 << 16);
        agree(c ? "after" : "before", &out[c], &g, TRIALS, 0.99);
    }
}

static const double few[] = {1e6, 2e6, 2e6, 7e6};

static void everything(Model *x)
{
    model(x, RISKS_MAX, 3, (Frequency){FREQUENCY_FIXED, .rate = 0.7}, severity_between(1e5, 1e7));
    x->risk[1].frequency = (Frequency){FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, x->risk[1].primary = (Severity){.kind = SEVERITY_PERT, .low = 1e6, .mode = 2e6, .high = 9e6};
    x->risk[2].frequency = (Frequency){FREQUENCY_ONCE, .rate = 0.3}, x->risk[2].primary = (Severity){.kind = SEVERITY_PARETO, .low = 1e6, .high = 3e7, .shape = 1.1};
    x->risk[3].frequency = (Frequency){FREQUENCY_GAMMA, .rate = 1, .sd = 0.8}, x->risk[3].primary = (Severity){.kind = SEVERITY_UNIFORM, .low = 0, .high = 3e6};
    x->risk[4].frequency = (Frequency){FREQUENCY_UNIFORM, .low = 0, .high = 2}, x->risk[4].primary = (Severity){.kind = SEVERITY_SAMPLE, .values = few, .n = 4, .tail_from = 5e6, .tail_shape = 2.5};
    x->risk[5].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1.5e6}, x->risk[5].secondary = severity_between(1e6, 5e6), x->risk[5].secondary_chance = 0.4;
    x->risk[6].frequency = (Frequency){FREQUENCY_ONCE, .rate = 0.5}, x->risk[6].secondary = (Severity){.kind = SEVERITY_UNIFORM, .low = 1e6, .high = 2e6}, x->risk[6].secondary_chance = 0.7;
    x->risk[7].frequency = (Frequency){FREQUENCY_PERT, .low = 1, .mode = 1, .high = 4}, x->risk[7].primary.tail_from = 8e6, x->risk[7].primary.tail_shape = 2.2;
    for (size_t i = 0; i < RISKS_MAX; i++) { /* a plan with controls and insurance; a plan with insurance on the sum */
        x->keep[1][i].keep_events = 0.2 + 0.1 * (double)i, x->keep[1][i].keep_size = 1 - 0.05 * (double)i;
        if (i % 2) x->keep[1][i].each = (Layer){1e6, i == 5 ? 2e6 : INFINITY, 0.8};
        x->keep[2][i].each = (Layer){i % 3 ? 5e5 : 0, 1e6, 1};
    }
    x->cases[2].year = (Layer){5e6, 1e7, 0.9};
}

static void everything_at_once(void **state)
{
    enum { TRIALS = 200000 };
    static const char *const names[] = {"as it stands", "controls and insurance", "insurance on the sum"};
    Model x;
    (void)state;
    everything(&x);
    LossOutcome *out = drawn(&x.m, TRIALS, 0);
    for (size_t c = 0; c < 3; c++) {
        LossGrid g = exact(&x.m, c, 0, 1 << 17);
        agree(names[c], &out[c], &g, TRIALS, 0.99);
    }
}

/* Each risk alone, so that no mistake hides behind another. */
static void each_risk_alone(void **state)
{
    enum { TRIALS = 60000 };
    Model x;
    (void)state;
    everything(&x);
    for (size_t i = 0; i < RISKS_MAX; i++) {
        LossCase c[2] = {{.risk = &x.keep[0][i]}, {.risk = &x.keep[1][i]}};
        LossModel one = {&x.risk[i], 1, NULL, 0, c, 2};
        LossOutcome *out = drawn(&one, TRIALS, 0);
        for (size_t at = 0; at < 2; at++) {
            LossGrid g = exact(&one, at, 0, 1 << 15);
            agree(str_c(&arena, x.risk[i].id), &out[at], &g, TRIALS, 0.95);
            WITHIN(out[at].part[0].mean, grid_mean(&g), 5 * out[at].part[0].mean_se);
        }
    }
}

/* Facts 2 and 5: the lognormal 1e5 … 1e7, every year once, and with chance 0.1. */
static void facts_2_and_5(void **state)
{
    enum { TRIALS = 200000 };
    Model x;
    (void)state;
    model(&x, 1, 1, (Frequency){FREQUENCY_ONCE, .rate = 1}, severity_between(1e5, 1e7));
    LossSample s = loss_sample(&arena, drawn(&x.m, TRIALS, 0)->total, TRIALS);
    HOLDS(sample_var(&s, 0.5), 1e6), HOLDS(sample_mean(&s), 2663980.0977), HOLDS(sample_var(&s, 0.99), 25960860.49), HOLDS(sample_tvar(&s, 0.99), 47178941.70), HOLDS(sample_var(&s, 0.05), 1e5), HOLDS(sample_var(&s, 0.95), 1e7);
    x.risk[0].frequency.rate = 0.1;
    s = loss_sample(&arena, drawn(&x.m, TRIALS, 0)->total, TRIALS);
    HOLDS(sample_var(&s, 0.95), 1e6), HOLDS(sample_tvar(&s, 0.95), 4897590.079), HOLDS(sample_var(&s, 0.99), 6013509.892), HOLDS(sample_tvar(&s, 0.99), 14574455.313), HOLDS(sample_none(&s), 0.9);
    assert_true(sample_var(&s, 0.895).value == 0);
    HOLDS(sample_tvar(&s, 0.8), 266398.00977 / 0.2);
}

/* Facts 3 and 8: compound, and with six in ten events prevented and each a quarter smaller. */
static void facts_3_and_8(void **state)
{
    enum { TRIALS = 200000 };
    Model x;
    (void)state;
    model(&x, 1, 2, (Frequency){FREQUENCY_FIXED, .rate = 0.7}, severity_between(1e5, 1e7));
    x.keep[1][0].keep_events = 0.4, x.keep[1][0].keep_size = 0.75;
    LossOutcome *out = drawn(&x.m, TRIALS, 0);
    LossSample before = loss_sample(&arena, out[0].total, TRIALS), after = loss_sample(&arena, out[1].total, TRIALS);
    HOLDS(sample_mean(&before), 1864786.068), HOLDS(sample_none(&before), .4965853038), HOLDS(sample_mean(&after), 0.3 * 1864786.068), HOLDS(sample_none(&after), .7557837415);
    WITHIN(sample_sd(&before).value, 5937600.477, 0.1 * 5937600.477); /* the fourth moment is too large for an interval to be worth much */
    HOLDS(sample_mean_difference(out[0].total, out[1].total, TRIALS), 0.7 * 1864786.068);
    x.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1}; /* of counts: corr = √0.4 */
    out = drawn(&x.m, TRIALS, 0);
    double xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < TRIALS; i++) {
        double u = out[0].total[i] - 0.7, v = out[1].total[i] - 0.21;
        xy += u * v, xx += u * u, yy += v * v;
    }
    WITHIN(xy / sqrt(xx * yy), .6324555320, 5 * 0.0021);
}

static void fact_7_uncertain_rates(void **state)
{
    enum { TRIALS = 200000 };
    Model x;
    (void)state;
    model(&x, 1, 1, (Frequency){FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, (Severity){.kind = SEVERITY_FIXED, .mode = 1});
    LossSample s = loss_sample(&arena, drawn(&x.m, TRIALS, 0)->total, TRIALS);
    HOLDS(sample_mean(&s), .6833333333), HOLDS(sample_sd(&s), sqrt(.7930555556));
    x.risk[0].frequency = (Frequency){FREQUENCY_UNIFORM, .low = 0, .high = 2};
    s = loss_sample(&arena, drawn(&x.m, TRIALS, 0)->total, TRIALS);
    HOLDS(sample_mean(&s), 1), HOLDS(sample_sd(&s), sqrt(4.0 / 3)), HOLDS(sample_none(&s), .4323323584);
}

/* Fact 10 with bounded losses: two alike share the tail in halves, and the parts add up to the whole. VaR99 = 2 - √.02, TVaR99 = 2 - ⅔ √.02. */
static void fact_10_parts_of_the_tail(void **state)
{
    enum { TRIALS = 200000 };
    Model x;
    (void)state;
    model(&x, 2, 1, (Frequency){FREQUENCY_ONCE, .rate = 1}, (Severity){.kind = SEVERITY_UNIFORM, .low = 0, .high = 1});
    LossOutcome *out = drawn(&x.m, TRIALS, 0.99);
    LossSample s = loss_sample(&arena, out->total, TRIALS);
    double tail = 2 - sqrt(0.02) * 2 / 3;
    HOLDS(sample_var(&s, 0.99), 2 - sqrt(0.02)), HOLDS(sample_tvar(&s, 0.99), tail);
    for (size_t i = 0; i < 2; i++) {
        assert_true(out->part[i].tail_off < 0.01);
        WITHIN(out->part[i].tail_mean, tail / 2, 2.5 * out->part[i].tail_off);
    }
    WITHIN(out->part[0].tail_mean + out->part[1].tail_mean, out->tail_mean, 1e-12), WITHIN(out->tail_mean, sample_tvar(&s, 0.99).value, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_register_of_the_bench), cmocka_unit_test(everything_at_once), cmocka_unit_test(each_risk_alone), cmocka_unit_test(facts_2_and_5),
        cmocka_unit_test(facts_3_and_8), cmocka_unit_test(fact_7_uncertain_rates), cmocka_unit_test(fact_10_parts_of_the_tail)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
