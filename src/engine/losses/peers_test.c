/*
 * peers_test.c -- what other programs get wrong, and what is right: each test would fail if we had the same mistake. Seen in pyfair, riskquant, evaluator and ciso-assistant: one
 * stream for all risks; one size for all events of a year; the mode for the mean; ties in the tail; at most one event; a fresh simulation for each percentile; fresh draws
 * after treatment. That a higher low end may lower the mean is no mistake: dist_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/held_test.h"

#include <math.h>

enum { TRIALS = 100000, RISKS = 16 };
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

static bool excludes(Figure f, double wrong)
{
    return wrong < f.value - 2.5 * (f.value - f.low) || wrong > f.value + 2.5 * (f.high - f.value);
}

typedef struct Peers { LossRisk risk[RISKS]; CaseRisk keep[2][RISKS]; LossCase cases[2]; LossModel m; LossOutcome out[2]; LossSample s; LossGrid g; } Peers;

/* So many alike, drawn and exact. Case 1 keeps 0.4 of the events. */
static void work_out(Peers *p, size_t risks, size_t cases, Frequency f, Severity s)
{
    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < RISKS; i++) {
        p->risk[i] = (LossRisk){.id = str_printf(&arena, "R-%zu", i), .frequency = f, .primary = s, .factor = -1};
        p->keep[0][i] = (CaseRisk){.keep_events = 1, .keep_size = 1}, p->keep[1][i] = (CaseRisk){.keep_events = 0.4, .keep_size = 1};
    }
    p->cases[0].risk = p->keep[0], p->cases[1].risk = p->keep[1];
    p->m = (LossModel){.risks = p->risk, .risks_n = risks, .cases = p->cases, .cases_n = cases};
    LossRun run = {.trials = TRIALS, .seed = 42, .threads = 1};
    assert_int_equal(losses_run(&arena, &p->m, &run, p->out).kind, OK);
    assert_int_equal(losses_exact(&arena, &p->m, 0, 0, 1 << 14, &p->g).kind, OK);
    p->s = loss_sample(&arena, p->out[0].total, TRIALS);
}

static double grid_sd(const LossGrid *g)
{
    double mean = grid_mean(g), sum = 0;
    for (size_t j = 0; j < g->n; j++)
        sum += g->mass[j] * ((double)j * g->step - mean) * ((double)j * g->step - mean);
    return sqrt(sum);
}

/* pyfair, evaluator: every risk seeded alike, so that all go up and down together. */
static void risks_are_not_comonotone(void **state)
{
    Severity s = {.kind = SEVERITY_UNIFORM, .low = 1, .high = 3};
    double one = sqrt(2 * (4 + 1.0 / 3)); /* Poisson 2: rate × E X² */
    Peers p;
    (void)state;
    work_out(&p, RISKS, 1, (Frequency){FREQUENCY_FIXED, .rate = 2}, s);
    HOLDS(sample_sd(&p.s), 4 * one), WITHIN(grid_sd(&p.g), 4 * one, 1e-4);
    assert_true(excludes(sample_sd(&p.s), 16 * one) && sample_sd(&p.s).value < 5 * one);
    for (size_t i = 1; i < RISKS; i++)
        assert_true(p.out[0].part[i].mean != p.out[0].part[0].mean);
}

/* pyfair: the size of the year times the number of events: same mean, far too wide. */
static void events_have_their_own_sizes(void **state)
{
    Severity s = severity_moments(1, 1);
    Peers p;
    (void)state;
    work_out(&p, 1, 1, (Frequency){FREQUENCY_FIXED, .rate = 5}, s);
    double right = sqrt(5 * 2), wrong = sqrt((5 + 25) * 2 - 25); /* λ E X²; E N² E X² - (E N E X)² */
    HOLDS(sample_mean(&p.s), 5), HOLDS(sample_sd(&p.s), right), WITHIN(grid_sd(&p.g), right, 1e-3);
    assert_true(excludes(sample_sd(&p.s), wrong));
}

/* riskquant: the mean of a PERT rate said to be its mode. */
static void the_mode_is_not_the_mean(void **state)
{
    Frequency f = {FREQUENCY_PERT, .low = 0.1, .mode = 0.5, .high = 2};
    Severity s = {.kind = SEVERITY_PERT, .low = 1, .mode = 2, .high = 15};
    Peers p;
    (void)state;
    work_out(&p, 1, 1, f, s);
    WITHIN(frequency_mean(&f), 4.1 / 6, 1e-12), WITHIN(severity_mean(&s), 4, 1e-12), WITHIN(grid_mean(&p.g), 4 * 4.1 / 6, 1e-6);
    HOLDS(sample_mean(&p.s), 4 * 4.1 / 6), WITHIN(p.out[0].part[0].events, 4.1 / 6, 0.02);
    assert_true(excludes(sample_mean(&p.s), 4 * 0.5) && excludes(sample_mean(&p.s), 2 * 4.1 / 6));
}

/* ciso-assistant: ES99 = mean of the losses ≥ VaR99, which is the mean of all when VaR99 is 0. */
static void ties_in_the_tail(void **state)
{
    Peers p;
    (void)state;
    work_out(&p, 1, 1, (Frequency){FREQUENCY_ONCE, .rate = 0.004}, (Severity){.kind = SEVERITY_FIXED, .mode = 1000});
    Figure t = sample_tvar(&p.s, 0.99);
    assert_true(sample_var(&p.s, 0.99).value == 0 && grid_var(&p.g, 0.99) == 0);
    HOLDS(t, 400), WITHIN(grid_tvar(&p.g, 0.99), 400, 1e-6);
    assert_true(excludes(t, 4) && t.low > 300);
    WITHIN(t.value, sample_mean(&p.s).value / 0.01, 1e-9);
}

/* ciso-assistant: a risk of three events a year counted as one. */
static void more_than_one_event_a_year(void **state)
{
    Severity s = {.kind = SEVERITY_FIXED, .mode = 100};
    Peers p;
    (void)state;
    work_out(&p, 1, 1, (Frequency){FREQUENCY_FIXED, .rate = 3}, s);
    HOLDS(sample_mean(&p.s), 300), WITHIN(grid_mean(&p.g), 300, 1e-6), HOLDS(sample_exceeds(&p.s, 100), 1 - 4 * exp(-3)), WITHIN(grid_exceeds(&p.g, 100), 1 - 4 * exp(-3), 1e-9);
    assert_true(excludes(sample_mean(&p.s), 100 * (1 - exp(-3))) && grid_var(&p.g, 0.99) == 800 && sample_var(&p.s, 0.99).value == 800); /* Poisson 3: P(≤ 7) = .98810, P(≤ 8) = .99620 */
}

/* riskquant: each percentile of the curve from a simulation of its own, so that it may turn back. */
static void one_sample_for_the_whole_curve(void **state)
{
    Peers p;
    double before = -1, tail = -1, exact = -1;
    (void)state;
    work_out(&p, 2, 1, (Frequency){FREQUENCY_FIXED, .rate = 0.5}, severity_between(1e5, 1e7));
    for (int i = 1; i < 1000; i++) {
        double q = i / 1000.0, v = sample_var(&p.s, q).value, t = sample_tvar(&p.s, q).value;
        assert_true(v >= before && t >= tail * (1 - 1e-12) && t >= v && grid_var(&p.g, q) >= exact);
        assert_true(sample_exceeds(&p.s, v).value <= 1 - q + 1e-12 && (v == 0 || sample_exceeds(&p.s, v * (1 - 1e-12)).value >= 1 - q - 1e-12));
        before = v, tail = t, exact = grid_var(&p.g, q);
    }
}

/* ciso-assistant: another seed after treatment, so that the benefit has the noise of both. The same events, fewer of them: the benefit is never negative, and surer. */
static void the_benefit_has_no_noise_of_its_own(void **state)
{
    Peers p;
    (void)state;
    work_out(&p, 4, 2, (Frequency){FREQUENCY_FIXED, .rate = 1}, severity_between(1e5, 1e6));
    double mean = 4 * severity_mean(&p.risk[0].primary);
    Figure benefit = sample_mean_difference(p.out[0].total, p.out[1].total, TRIALS);
    HOLDS(benefit, 0.6 * mean);
    for (int i = 0; i < TRIALS; i++)
        assert_true(p.out[1].total[i] <= p.out[0].total[i]);
    LossSample after = loss_sample(&arena, p.out[1].total, TRIALS);
    double apart = hypot(sample_mean(&p.s).high - sample_mean(&p.s).low, sample_mean(&after).high - sample_mean(&after).low), together = benefit.high - benefit.low;
    WITHIN(together / apart, sqrt(0.6 / 1.4), 0.02); /* variance of what is prevented over the sum of both */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(risks_are_not_comonotone), cmocka_unit_test(events_have_their_own_sizes), cmocka_unit_test(the_mode_is_not_the_mean), cmocka_unit_test(ties_in_the_tail),
        cmocka_unit_test(more_than_one_event_a_year), cmocka_unit_test(one_sample_for_the_whole_curve), cmocka_unit_test(the_benefit_has_no_noise_of_its_own)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
