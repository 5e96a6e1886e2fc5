/* run_test.c -- what is drawn, against exact moments at five standard errors; the same bits whichever way it is worked out; tails that add up; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "losses/inside.h"

#include <math.h>
#include <stdlib.h>

enum { RISKS = 9 };
static const Layer no_layer;

/* A model with room to be changed. */
typedef struct Bench {
    Arena a;
    LossRisk risk[RISKS];
    Factor factor[2];
    CaseRisk keep[3][RISKS];
    LossCase cases[3];
    LossModel m;
    LossRun run;
    LossOutcome out[3];
} Bench;

static void set_up(Bench *b, size_t risks, size_t cases, uint64_t trials)
{
    static const char *const ids[RISKS] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
    memset(b, 0, sizeof *b);
    arena_init(&b->a, (size_t)1 << 30);
    for (size_t r = 0; r < RISKS; r++) {
        b->risk[r] = (LossRisk){.id = str_of(ids[r]), .frequency = {.kind = FREQUENCY_FIXED, .rate = 0.7}, .primary = severity_between(1e5, 1e7), .factor = -1};
        for (size_t c = 0; c < 3; c++) b->keep[c][r] = (CaseRisk){1, 1, no_layer, no_layer};
    }
    b->factor[0] = (Factor){STR("typhoon"), COPULA_GAUSSIAN, 0};
    b->factor[1] = (Factor){STR("quake"), COPULA_T, 4};
    for (size_t c = 0; c < 3; c++) b->cases[c].risk = b->keep[c];
    b->m = (LossModel){b->risk, risks, b->factor, 2, b->cases, cases};
    b->run = (LossRun){.trials = trials, .seed = 20240901, .threads = 2};
}

static void go(Bench *b)
{
    Err e = losses_run(&b->a, &b->m, &b->run, b->out);
    if (e.kind) fail_msg("%.*s", STR_ARG(e.text.in[EN]));
}
static void tear_down(Bench *b) { arena_done(&b->a); }

/* Of values in trials: mean, variance, and the standard errors of both by the sample's own moments. */
typedef struct Moments { double mean, variance, mean_se, variance_se; } Moments;
static Moments moments(const double *x, uint64_t n)
{
    double s = 0, m2 = 0, m4 = 0;
    for (uint64_t i = 0; i < n; i++) s += x[i];
    s /= (double)n;
    for (uint64_t i = 0; i < n; i++) m2 += (x[i] - s) * (x[i] - s), m4 += pow(x[i] - s, 4);
    m2 /= (double)n, m4 /= (double)n;
    return (Moments){s, m2, sqrt(m2 / (double)n), sqrt((m4 - m2 * m2) / (double)n)};
}

static void holds(const char *what, double got, double wanted, double se)
{
    if (!(fabs(got - wanted) <= 5 * se + 1e-9 * fabs(wanted))) fail_msg("%s: %.10g, wanted %.10g ± %.3g", what, got, wanted, se);
}

static double correlation(const double *x, const double *y, uint64_t n)
{
    Moments a = moments(x, n), b = moments(y, n);
    double s = 0;
    for (uint64_t i = 0; i < n; i++) s += (x[i] - a.mean) * (y[i] - b.mean);
    return s / (double)n / sqrt(a.variance * b.variance);
}

/* --- every kind of frequency with every kind of loss -------------------------------------------------------------------------- */

static const Frequency frequencies[] = {
    {FREQUENCY_FIXED, 0.7, 0, 0, 0, 0}, {FREQUENCY_PERT, 0, 0, 0.1, 0.5, 2}, {FREQUENCY_UNIFORM, 0, 0, 0, 0, 2}, {FREQUENCY_GAMMA, 1, 0.5, 0, 0, 0}, {FREQUENCY_GAMMA, 3, 4, 0, 0, 0}, {FREQUENCY_ONCE, 0.1, 0, 0, 0, 0},
    {FREQUENCY_FIXED, 25, 0, 0, 0, 0}, {FREQUENCY_PERT, 0, 0, 20, 20, 60},
};
static const double values[] = {5, 1, 3, 3, 10};
static const Severity severities[] = {
    {.kind = SEVERITY_FIXED, .mode = 2}, {.kind = SEVERITY_LOGNORMAL, .mu = 1, .sigma = 0.5}, {.kind = SEVERITY_PERT, .low = 0.1, .mode = 0.5, .high = 2}, {.kind = SEVERITY_PERT, .low = 1, .mode = 1, .high = 4},
    {.kind = SEVERITY_UNIFORM, .low = 1, .high = 3}, {.kind = SEVERITY_PARETO, .low = 1, .shape = 6, .high = INFINITY}, {.kind = SEVERITY_PARETO, .low = 1, .shape = 0.8, .high = 20}, {.kind = SEVERITY_SAMPLE, .values = values, .n = 5},
    {.kind = SEVERITY_LOGNORMAL, .mu = 1, .sigma = 0.5, .tail_from = 4, .tail_shape = 9}, {.kind = SEVERITY_SAMPLE, .values = values, .n = 5, .tail_from = 4, .tail_shape = 9},
};

/* Mean and variance of the compound sum: E N E X, E N var X + var N (E X)². */
static void every_kind_has_its_moments(void **state)
{
    UNUSED(state);
    for (size_t f = 0; f < COUNT(frequencies); f++)
        for (size_t s = 0; s < COUNT(severities); s++) {
            Bench b;
            char what[64];
            set_up(&b, 1, 1, frequency_mean(&frequencies[f]) > 10 ? 8192 : 30000);
            b.risk[0].frequency = frequencies[f], b.risk[0].primary = severities[s];
            b.run.seed = 1000 * f + s;
            go(&b);
            Moments m = moments(b.out[0].total, b.run.trials);
            double n = frequency_mean(&frequencies[f]), x = severity_mean(&severities[s]), sd = severity_sd(&severities[s]);
            double variance = n * sd * sd + frequency_variance(&frequencies[f]) * x * x;
            snprintf(what, sizeof what, "frequency %zu, loss %zu", f, s);
            holds(what, m.mean, n * x, sqrt(variance / (double)b.run.trials));
            holds(what, m.variance, variance, m.variance_se);
            holds(what, b.out[0].part[0].events, n, sqrt(frequency_variance(&frequencies[f]) / (double)b.run.trials));
            assert_true(fabs(b.out[0].part[0].mean - m.mean) <= 1e-12 * m.mean);
            if (fabs(b.out[0].part[0].mean_se / m.mean_se - 1) > 0.05) fail_msg("%s: standard error %g, %g", what, b.out[0].part[0].mean_se, m.mean_se);
            tear_down(&b);
        }
}

/* The distribution of a size: the share below each of its own quantiles, at most one event a year. */
static void sizes_have_their_quantiles(void **state)
{
    UNUSED(state);
    for (size_t s = 1; s < COUNT(severities); s++)
        for (int common = 0; common < 3; common++) {
            Bench b;
            set_up(&b, 1, 1, 20000);
            b.risk[0].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 1};
            b.risk[0].primary = severities[s];
            if (common) b.risk[0].factor = common - 1, b.risk[0].on_size = 0.6;
            b.run.seed = s;
            go(&b);
            for (double p = 0.02; p < 1; p += 0.16) {
                double q = severity_quantile(&severities[s], p), exact = severity_cdf(&severities[s], q);
                uint64_t below = 0;
                for (uint64_t i = 0; i < b.run.trials; i++) below += b.out[0].total[i] <= q * (1 + 1e-9);
                char what[64];
                snprintf(what, sizeof what, "loss %zu, common %d, quantile %g", s, common, p);
                holds(what, (double)below / (double)b.run.trials, exact, sqrt(exact * (1 - exact) / (double)b.run.trials));
            }
            tear_down(&b);
        }
}

/* P(no event) and P(one) of each frequency, on its own and under a common cause: the marginal distribution must stay. */
static void counts_have_their_chances(void **state)
{
    UNUSED(state);
    static const double chances[][3] = {{0, 0.4965853038, 0.3476097127}, {2, 0.4323323584, 0.2969970752 /* ∫ ½ x e^-x, 0 … 2 */}, {3, 0.4096, 0.32768 /* r 4, theta 1/4 */}, {5, 0.9, 0.1}};
    for (size_t k = 0; k < COUNT(chances); k++)
        for (int common = 0; common < 3; common++) {
            Bench b;
            set_up(&b, 1, 1, 100000);
            b.risk[0].frequency = frequencies[(size_t)chances[k][0]];
            b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1};
            if (common) b.risk[0].factor = common - 1, b.risk[0].on_count = -0.7;
            go(&b);
            for (int n = 0; n < 2; n++) {
                uint64_t found = 0;
                for (uint64_t i = 0; i < b.run.trials; i++) found += b.out[0].total[i] == n;
                holds("chance of a count", (double)found / (double)b.run.trials, chances[k][n + 1], sqrt(chances[k][n + 1] / (double)b.run.trials));
            }
            tear_down(&b);
        }
}

/* --- controls, secondary losses, insurance --------------------------------------------------------------------------------------- */

static void thinning_keeps_the_same_events(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 1, 3, 200000);
    b.risk[0].primary = (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 13, .sigma = 0.8};
    b.keep[1][0].keep_events = 0.4, b.keep[1][0].keep_size = 0.75;
    b.keep[2][0].keep_events = 0.4;
    go(&b);
    double n = (double)b.run.trials, none = 0;
    Moments before = moments(b.out[0].total, b.run.trials), after = moments(b.out[1].total, b.run.trials);
    holds("mean after", after.mean, 0.3 * 0.7 * severity_mean(&b.risk[0].primary), after.mean_se);
    holds("correlation", correlation(b.out[0].total, b.out[1].total, b.run.trials), sqrt(0.4), 0.006);
    for (uint64_t i = 0; i < b.run.trials; i++) {
        none += b.out[1].total[i] == 0;
        assert_true(b.out[1].total[i] <= b.out[0].total[i] && fabs(b.out[1].total[i] - 0.75 * b.out[2].total[i]) <= 1e-12 * b.out[0].total[i]); /* no event that was not there before */
    }
    holds("P(0) after", none / n, 0.7557837415, sqrt(0.75 * 0.25 / n));
    holds("events after", b.out[1].part[0].events, 0.28, sqrt(0.28 / n));
    assert_true(before.mean > after.mean);
    tear_down(&b);
}

/* Chances between two whole numbers of 2^-16, the bits that are drawn first: the further draw decides, and one who stays at the smaller chance stays at the larger. */
static void bits_beyond_the_first_decide(void **state)
{
    UNUSED(state);
    static const double chances[] = {0.3 / 65536, 0.9 / 65536, 16.5 / 65536};
    for (int layered = 0; layered < 2; layered++) {
        Bench b;
        set_up(&b, 1, 3, 4096);
        b.risk[0].frequency.rate = 2e3;
        b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1};
        for (size_t c = 0; c < 3; c++) b.keep[c][0].keep_events = chances[c];
        if (layered) b.keep[1][0].each = (Layer){0.5, 0.25, 1}; /* takes the other way through the code */
        b.run.tail = 0.5;
        go(&b);
        for (size_t c = 0; c < 3; c++) {
            double kept = b.out[c].part[0].events * 4096, mean = 2e3 * 4096 * chances[c];
            holds("kept", kept, mean, sqrt(mean));
            assert_true(fabs(b.out[c].part[0].mean * 4096 - kept * (layered && c == 1 ? 0.75 : 1)) < 1e-9);
            assert_true(fabs(b.out[c].part[0].tail_mean - b.out[c].tail_mean) < 1e-12);
        }
        for (size_t i = 0; i < 4096; i++) assert_true(b.out[0].total[i] <= b.out[1].total[i] * (layered ? 4.0 / 3 : 1) && b.out[0].total[i] <= b.out[2].total[i]);
        tear_down(&b);
    }
}

static void secondary_losses_come_with_their_chance(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 2, 1, 300000);
    for (size_t r = 0; r < 2; r++) {
        b.risk[r].primary = (Severity){.kind = SEVERITY_UNIFORM, .low = 1, .high = 3};
        b.risk[r].secondary = (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 1, .sigma = 0.5};
        b.risk[r].secondary_chance = 0.3;
    }
    b.risk[1].frequency = (Frequency){.kind = FREQUENCY_GAMMA, .rate = 0.7, .sd = 0.3};
    go(&b);
    double x = severity_mean(&b.risk[0].secondary), sd = severity_sd(&b.risk[0].secondary), mean = 2 + 0.3 * x;
    double square = 1.0 / 3 + 4 + 2 * 2 * 0.3 * x + 0.3 * (sd * sd + x * x); /* E (P + B S)² */
    holds("split", b.out[0].part[0].mean, 0.7 * mean, sqrt(0.7 * square / (double)b.run.trials));
    holds("counted", b.out[0].part[1].mean, 0.7 * mean, sqrt((0.7 * (square - mean * mean) + (0.7 + 0.09) * mean * mean) / (double)b.run.trials));
    holds("standard error", b.out[0].part[0].mean_se, sqrt(0.7 * square / (double)b.run.trials), 0.002 * mean / sqrt((double)b.run.trials));
    tear_down(&b);
}

static void insurance_pays_by_event_by_year_and_on_the_sum(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 1, 3, 100000);
    b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 10};
    b.risk[0].frequency.rate = 1.5;
    b.keep[0][0].each = (Layer){4, 5, 0.5};    /* 10 → 7.5 */
    b.keep[1][0].year = (Layer){12, 10, 1};    /* 10 → 10, 20 → 12, 30 → 20, 40 → 30 */
    b.cases[2].year = (Layer){12, INFINITY, 1}; /* never more than 12 */
    b.run.tail = 0.9;
    go(&b);
    for (uint64_t i = 0; i < b.run.trials; i++) {
        double n = b.out[0].total[i] / 7.5, all = 10 * n;
        assert_true(n == floor(n));
        assert_true(b.out[1].total[i] == all - fmin(fmax(all - 12, 0), 10));
        assert_true(b.out[2].total[i] == fmin(all, 12));
    }
    assert_true(fabs(b.out[2].part[0].mean / b.out[0].part[0].mean - 10 / 7.5) < 1e-12); /* parts are before the layer on the sum */
    for (size_t c = 0; c < 3; c++) assert_true(fabs(b.out[c].part[0].tail_mean - b.out[c].tail_mean) < 1e-12 * b.out[c].tail_mean);
    tear_down(&b);
}

/* --- common causes ------------------------------------------------------------------------------------------------------------------ */

/* Two risks of at most one event a year, each tied to the cause by √½: their normal variables are correlated by ½. */
static void a_common_cause_makes_both_happen(void **state)
{
    UNUSED(state);
    static const double wanted[][3] = {{0.1, 0.2, 0.0514970907}, {0.5, 0.5, 1.0 / 3}};
    for (size_t k = 0; k < COUNT(wanted); k++) {
        Bench b;
        set_up(&b, 2, 1, 400000);
        for (size_t r = 0; r < 2; r++) {
            b.risk[r].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = wanted[k][r]};
            b.risk[r].primary = (Severity){.kind = SEVERITY_FIXED, .mode = (double)(r + 1)};
            b.risk[r].factor = 0, b.risk[r].on_count = sqrt(0.5);
        }
        go(&b);
        double both = 0, n = (double)b.run.trials;
        for (uint64_t i = 0; i < b.run.trials; i++) both += b.out[0].total[i] == 3;
        holds("P(A and B)", both / n, wanted[k][2], sqrt(wanted[k][2] / n));
        tear_down(&b);
    }
}

/* Ties in the far tail: by a t copula both are hit there far more often than by a Gaussian one. P(U, V > .99) / .01 for ρ ½: 0.129 and (4 degrees) 0.291, from bivariate integrals. */
static double both_far(int factor)
{
    Bench b;
    set_up(&b, 2, 1, 400000);
    for (size_t r = 0; r < 2; r++) {
        b.risk[r].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 0.01};
        b.risk[r].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1};
        b.risk[r].factor = factor, b.risk[r].on_count = sqrt(0.5);
    }
    go(&b);
    double both = 0;
    for (uint64_t i = 0; i < b.run.trials; i++) both += b.out[0].total[i] == 2;
    tear_down(&b);
    return both / 400000 / 0.01;
}

static void a_t_copula_ties_the_tails(void **state)
{
    UNUSED(state);
    holds("Gaussian", both_far(0), 0.1294, sqrt(0.0013 / 400000) / 0.01);
    holds("t", both_far(1), 0.2900, sqrt(0.0029 / 400000) / 0.01 + 0.001);
}

static void sizes_share_the_cause(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 2, 2, 200000);
    for (size_t r = 0; r < 2; r++) {
        b.risk[r].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 1};
        b.risk[r].primary = (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 0, .sigma = 0.5};
        b.risk[r].factor = 0, b.risk[r].on_size = sqrt(0.5);
    }
    b.keep[0][1].keep_size = 0, b.keep[1][0].keep_size = 0;
    go(&b);
    /* corr of lognormals: (e^(ρσ²) - 1) / (e^(σ²) - 1) */
    holds("correlation of sizes", correlation(b.out[0].total, b.out[1].total, b.run.trials), expm1(0.125) / expm1(0.25), 0.004);
    tear_down(&b);
}

/* One seed, but not one stream: what is drawn for one risk says nothing of another. */
static void risks_are_independent(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 2, 2, 100000);
    b.risk[0].primary = b.risk[1].primary = (Severity){.kind = SEVERITY_UNIFORM, .low = 0, .high = 1};
    b.keep[0][1].keep_size = 0, b.keep[1][0].keep_size = 0;
    go(&b);
    holds("correlation", correlation(b.out[0].total, b.out[1].total, b.run.trials), 0, 1 / sqrt(100000));
    tear_down(&b);
}

/* --- the same bits ---------------------------------------------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) h = (h ^ b[i]) * 0x100000001B3u;
    return h;
}

/* One of everything. */
static void set_up_mixture(Bench *b, uint64_t trials)
{
    set_up(b, RISKS, 3, trials);
    for (size_t r = 0; r < RISKS; r++) {
        b->risk[r].frequency = frequencies[r % 6];
        b->risk[r].primary = severities[r];
        b->keep[1][r].keep_events = 0.1 + 0.1 * (double)r, b->keep[1][r].keep_size = 0.9;
        b->keep[2][r].keep_events = 0.5;
    }
    b->risk[1].secondary = severities[1], b->risk[1].secondary_chance = 0.4;
    b->risk[6].secondary = severities[4], b->risk[6].secondary_chance = 0.2;
    b->risk[2].factor = 0, b->risk[2].on_size = 0.5, b->risk[2].on_count = 0.4;
    b->risk[3].factor = 1, b->risk[3].on_size = 0.5, b->risk[3].on_count = -0.4;
    b->risk[6].factor = 0, b->risk[6].on_size = -0.5;
    b->keep[0][0].each = (Layer){1, 2, 0.5}, b->keep[1][6].year = (Layer){1, 20, 0.8}, b->keep[2][4].year = (Layer){1, 2, 1};
    b->run.tail = 0.99;
}

static uint64_t hash_totals(const Bench *b)
{
    uint64_t h = 1;
    for (size_t c = 0; c < b->m.cases_n; c++) h = mixed(h, b->out[c].total, b->run.trials * sizeof(double));
    return h;
}
static uint64_t hash_parts(const Bench *b)
{
    uint64_t h = 2;
    for (size_t c = 0; c < b->m.cases_n; c++) h = mixed(mixed(h, b->out[c].part, b->m.risks_n * sizeof(LossPart)), &b->out[c].tail_mean, sizeof(double));
    return h;
}

static void every_way_gives_the_same_bits(void **state)
{
    UNUSED(state);
    uint64_t totals = 0, parts = 0;
    for (LossCode code = LOSS_CODE_BEST; code < LOSS_CODES; code++)
        for (int threads = 1; threads <= 7; threads += threads < 3 ? 1 : 4) {
            Bench b;
            if (!losses_code_runs(code)) continue;
            set_up_mixture(&b, 5000);
            b.run.code = code, b.run.threads = threads;
            go(&b);
            if (!totals) totals = hash_totals(&b), parts = hash_parts(&b);
            assert_true(hash_totals(&b) == totals);
            assert_true(hash_parts(&b) == parts);
            tear_down(&b);
        }
}

static void the_order_of_rows_changes_nothing(void **state)
{
    UNUSED(state);
    Bench x, y;
    set_up_mixture(&x, 20000), set_up_mixture(&y, 20000);
    for (size_t r = 0; r < RISKS; r++) {
        size_t from = (r * 4 + 3) % RISKS;
        y.risk[r] = x.risk[from];
        if (y.risk[r].factor >= 0) y.risk[r].factor = 1 - y.risk[r].factor;
        for (size_t c = 0; c < 3; c++) y.keep[c][r] = x.keep[c][from];
    }
    y.factor[0] = x.factor[1], y.factor[1] = x.factor[0];
    go(&x), go(&y);
    assert_true(hash_totals(&x) == hash_totals(&y));
    for (size_t r = 0; r < RISKS; r++)
        for (size_t c = 0; c < 3; c++) assert_memory_equal(&y.out[c].part[r], &x.out[c].part[(r * 4 + 3) % RISKS], sizeof(LossPart));
    tear_down(&x), tear_down(&y);
}

/* What others lose in each year is drawn alike whether a risk stands beside them or not, and more trials go on from fewer. */
static void a_further_risk_leaves_the_draws_of_the_others(void **state)
{
    UNUSED(state);
    Bench x, y, z;
    set_up_mixture(&x, 20000), set_up_mixture(&y, 20000), set_up_mixture(&z, 12345);
    y.m.risks_n = RISKS - 1;
    x.run.tail = y.run.tail = z.run.tail = 0;
    go(&x), go(&y), go(&z);
    for (size_t c = 0; c < 3; c++) {
        assert_memory_equal(x.out[c].part, y.out[c].part, (RISKS - 1) * sizeof(LossPart));
        assert_memory_equal(x.out[c].total, z.out[c].total, 12345 * sizeof(double));
        assert_true(y.out[c].total[0] <= x.out[c].total[0]);
    }
    tear_down(&x), tear_down(&y), tear_down(&z);
}

static void another_seed_draws_otherwise(void **state)
{
    UNUSED(state);
    Bench x, y;
    set_up(&x, 1, 1, 50000), set_up(&y, 1, 1, 50000);
    y.run.seed ^= (uint64_t)1 << 63;
    go(&x), go(&y);
    holds("correlation of seeds", correlation(x.out[0].total, y.out[0].total, 50000), 0, 1 / sqrt(50000));
    tear_down(&x), tear_down(&y);
}

/* --- the tail ------------------------------------------------------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double plain_tvar(const double *total, uint64_t n, double p)
{
    double *x = malloc(n * sizeof *x), pn = p * (double)n, k = ceil(pn), sum = 0;
    memcpy(x, total, n * sizeof *x);
    qsort(x, n, sizeof *x, by_size);
    if (k < 1) k = 1;
    for (uint64_t i = (uint64_t)k; i < n; i++) sum += x[i];
    sum += (k - pn) * x[(uint64_t)k - 1];
    free(x);
    return sum / ((double)n - pn);
}

/* Over many seeds, for a risk alone, one of two alike, and one small beside a large one: the intervals hold the mean of all seeds as often as they say, and are no wider than they must be. */
static void contributions_have_intervals(void **state)
{
    UNUSED(state);
    enum { SEEDS = 100, WAYS = 3 };
    for (size_t way = 0; way < WAYS; way++) {
        double part[SEEDS], mean = 0, square = 0, wide = 0, off[SEEDS];
        size_t held = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            Bench b;
            set_up(&b, way ? 2 : 1, 1, 41000);
            if (way == 2) b.risk[0].frequency.rate = 8, b.risk[0].primary = severity_between(1e4, 1e5);
            b.run.seed = seed, b.run.tail = 0.99;
            go(&b);
            part[seed] = b.out[0].part[0].tail_mean, off[seed] = b.out[0].part[0].tail_off;
            mean += part[seed] / SEEDS, wide += off[seed] / SEEDS;
            tear_down(&b);
        }
        for (size_t i = 0; i < SEEDS; i++) square += (part[i] - mean) * (part[i] - mean) / (SEEDS - 1), held += fabs(part[i] - mean) <= off[i];
        if (held < SEEDS * 88 / 100 || wide > 3.2 * sqrt(square)) fail_msg("way %zu: %zu of %d held, half width %g, standard deviation %g", way, held, SEEDS, wide, sqrt(square));
    }
    Bench few;
    set_up_mixture(&few, 3 * BLOCK);
    go(&few);
    assert_true(isinf(few.out[0].part[1].tail_off)); /* three blocks say nothing */
    tear_down(&few);
}

static void contributions_add_up_to_the_tail(void **state)
{
    UNUSED(state);
    static const double tails[] = {0.5, 0.9, 0.99, 0.999, 0.99995};
    for (size_t k = 0; k < COUNT(tails); k++) {
        Bench b;
        set_up_mixture(&b, 23456);
        b.run.tail = tails[k];
        go(&b);
        for (size_t c = 0; c < 3; c++) {
            double sum = 0;
            for (size_t r = 0; r < RISKS; r++) sum += b.out[c].part[r].tail_mean;
            double wanted = plain_tvar(b.out[c].total, b.run.trials, tails[k]);
            if (!(fabs(b.out[c].tail_mean / wanted - 1) < 1e-11 && fabs(sum / wanted - 1) < 1e-11)) fail_msg("tail %g case %zu: %.12g, parts %.12g, wanted %.12g", tails[k], c, b.out[c].tail_mean, sum, wanted);
        }
        tear_down(&b);
    }
}

/* Atoms: ten years in a hundred lose the same, the others nothing; so the tail begins within what is equal, or at nothing. */
static void ties_are_shared(void **state)
{
    UNUSED(state);
    for (int k = 0; k < 2; k++) {
        Bench b;
        set_up(&b, 1, 1, 100000);
        b.risk[0].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 0.1};
        b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 5};
        b.run.tail = k ? 0.8 : 0.95;
        go(&b);
        double share = b.out[0].part[0].events / 0.2;
        assert_true(fabs(b.out[0].tail_mean - (k ? 5 * share : 5)) < 1e-9);
        assert_true(fabs(b.out[0].part[0].tail_mean - b.out[0].tail_mean) < 1e-9);
        tear_down(&b);
    }
}

/* Two alike share the tail alike: test 10 of the facts, as a sum of two losses of Exp(1), which the engine has as a sample. */
static void alike_risks_share_alike(void **state)
{
    UNUSED(state);
    static double quantiles[4000];
    Bench b;
    set_up(&b, 2, 1, 400000);
    for (size_t i = 0; i < COUNT(quantiles); i++) quantiles[i] = -log1p(-((double)i + 0.5) / (double)COUNT(quantiles));
    for (size_t r = 0; r < 2; r++) {
        b.risk[r].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 1};
        b.risk[r].primary = (Severity){.kind = SEVERITY_SAMPLE, .values = quantiles, .n = COUNT(quantiles)};
    }
    b.run.tail = 0.99;
    go(&b);
    holds("TVaR", b.out[0].tail_mean, 7.7692703592, 0.02);
    for (size_t r = 0; r < 2; r++) holds("co-TVaR", b.out[0].part[r].tail_mean, 3.8846351796, 0.03);
    tear_down(&b);
}

/* --- ends ------------------------------------------------------------------------------------------------------------------------------------ */

static void degenerate_models_behave(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 6, 2, 1);
    b.risk[0].frequency.rate = 0;
    b.risk[1].frequency = (Frequency){.kind = FREQUENCY_ONCE, .rate = 1}, b.risk[1].primary = (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 0, .sigma = 0};
    b.risk[2].frequency = (Frequency){.kind = FREQUENCY_PERT, .low = 0, .mode = 0, .high = 0};
    b.risk[3].frequency = (Frequency){.kind = FREQUENCY_GAMMA, .rate = 2, .sd = 0}, b.risk[3].primary = (Severity){.kind = SEVERITY_PERT, .low = 1, .mode = 1, .high = 1};
    b.risk[4].frequency = (Frequency){.kind = FREQUENCY_UNIFORM, .low = 1, .high = 1}, b.risk[4].primary = (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 1e6, .sigma = 1e6};
    b.risk[5].primary = (Severity){.kind = SEVERITY_PARETO, .low = 1, .shape = 1e-6, .high = INFINITY}, b.risk[5].frequency.rate = 50;
    for (size_t r = 0; r < RISKS; r++) b.keep[1][r].keep_events = 0;
    b.run.tail = 0.99;
    go(&b);
    assert_true(isfinite(b.out[0].total[0]) && b.out[1].total[0] == 0 && b.out[0].part[1].mean == 1 && b.out[0].part[0].mean == 0 && b.out[0].part[2].events == 0);
    assert_true(b.out[0].tail_mean == b.out[0].total[0] && b.out[1].tail_mean == 0);
    tear_down(&b);

    set_up(&b, 0, 1, 5000); /* no risk at all */
    b.run.tail = 0.5;
    go(&b);
    for (size_t i = 0; i < 5000; i++) assert_true(b.out[0].total[i] == 0);
    tear_down(&b);

    set_up(&b, 1, 1, 3 * 4096); /* rates so small or so large that a count is nearly certain */
    b.risk[0].frequency.rate = 1e-9;
    go(&b);
    assert_true(b.out[0].part[0].events == 0);
    b.risk[0].frequency.rate = 3000, b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = 1};
    go(&b);
    holds("3,000 events a year", b.out[0].part[0].mean, 3000, sqrt(3000.0 / (3 * 4096)));
    b.risk[0].frequency = (Frequency){.kind = FREQUENCY_UNIFORM, .low = 100, .high = 5000};
    go(&b);
    holds("100 to 5,000 events a year", b.out[0].part[0].mean, 2550, sqrt((4900.0 * 4900 / 12 + 2550) / (3 * 4096)));
    tear_down(&b);
}

static void is_refused(Bench *b, ErrKind kind)
{
    Err e = losses_run(&b->a, &b->m, &b->run, b->out);
    assert_int_equal(e.kind, kind);
    assert_true(e.text.in[JA].n && e.text.in[EN].n);
    tear_down(b);
}

static void what_cannot_be_worked_on_is_refused(void **state)
{
    UNUSED(state);
    Bench b;
    set_up(&b, 1, 1, 0), is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, LOSS_TRIALS_MAX + 1), is_refused(&b, ERR_TOO_LARGE);
    set_up(&b, 1, 0, 10), is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 1000000), b.risk[0].frequency.rate = 1e5, b.run.trials = 2000000, is_refused(&b, ERR_TOO_LARGE);
    set_up(&b, 1, 1, 10), b.risk[0].frequency.rate = 1.1e5, is_refused(&b, ERR_INVALID);
    set_up(&b, 2, 1, 10), b.risk[1].id = b.risk[0].id, is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 10), b.run.tail = 1, is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 10), b.run.tail = NAN, is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 10), b.factor[1].freedom = 2, is_refused(&b, ERR_INVALID);
    static const double bad[] = {NAN, INFINITY, -1, -INFINITY};
    for (size_t i = 0; i < COUNT(bad); i++) {
        set_up(&b, 1, 1, 10), b.risk[0].frequency.rate = bad[i], is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].primary.sigma = bad[i], is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.keep[0][0].keep_events = bad[i], is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.keep[0][0].keep_size = bad[i], is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].secondary_chance = bad[i], is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].primary = (Severity){.kind = SEVERITY_FIXED, .mode = bad[i]}, is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].primary = (Severity){.kind = SEVERITY_SAMPLE, .values = &bad[i], .n = 1}, is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].primary = (Severity){.kind = SEVERITY_PERT, .low = 1, .mode = bad[i], .high = 3}, is_refused(&b, ERR_INVALID);
        set_up(&b, 1, 1, 10), b.risk[0].factor = 0, b.risk[0].on_size = 2 * bad[i], is_refused(&b, ERR_INVALID);
    }
    set_up(&b, 1, 1, 10), b.risk[0].factor = 2, is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 10), b.risk[0].primary.kind = SEVERITIES, is_refused(&b, ERR_INVALID);
    set_up(&b, 1, 1, 10), b.run.code = LOSS_CODES, is_refused(&b, ERR_INVALID);
}

typedef struct Watch { pthread_t who; int calls; double done; int64_t said_ms; } Watch;
static bool watched(void *arg, double done)
{
    Watch *w = arg;
    assert_true(pthread_equal(w->who, pthread_self()) && done >= w->done && done <= 1);
    w->calls++, w->done = done;
    if (w->calls < 4) return true;
    w->said_ms = now_monotonic_ms();
    return false;
}

static void a_run_can_be_cancelled(void **state)
{
    UNUSED(state);
    Bench b;
    Watch w = {.who = pthread_self()};
    set_up(&b, 1, 1, 20000000);
    b.risk[0].frequency.rate = 500;
    b.run.go_on = watched, b.run.arg = &w;
    Err e = losses_run(&b.a, &b.m, &b.run, b.out);
    assert_int_equal(e.kind, ERR_INVALID);
    assert_true(w.calls == 4 && now_monotonic_ms() - w.said_ms < 2000); /* about 50 ms on a machine that is free */
    tear_down(&b);
}

static void want_of_memory_unwinds(void **state)
{
    UNUSED(state);
    Bench b;
    jmp_buf back;
    set_up(&b, RISKS, 3, 1000000);
    b.a.limit = 10 << 20;
    if (ARENA_TRY(&b.a, back)) {
        (void)losses_run(&b.a, &b.m, &b.run, b.out);
        fail_msg("24 MB within 10");
    }
    tear_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_its_moments), cmocka_unit_test(sizes_have_their_quantiles), cmocka_unit_test(counts_have_their_chances), cmocka_unit_test(thinning_keeps_the_same_events),
        cmocka_unit_test(bits_beyond_the_first_decide), cmocka_unit_test(secondary_losses_come_with_their_chance), cmocka_unit_test(insurance_pays_by_event_by_year_and_on_the_sum),
        cmocka_unit_test(a_common_cause_makes_both_happen), cmocka_unit_test(a_t_copula_ties_the_tails), cmocka_unit_test(sizes_share_the_cause), cmocka_unit_test(risks_are_independent),
        cmocka_unit_test(every_way_gives_the_same_bits), cmocka_unit_test(the_order_of_rows_changes_nothing), cmocka_unit_test(a_further_risk_leaves_the_draws_of_the_others), cmocka_unit_test(another_seed_draws_otherwise),
        cmocka_unit_test(contributions_add_up_to_the_tail), cmocka_unit_test(contributions_have_intervals), cmocka_unit_test(ties_are_shared), cmocka_unit_test(alike_risks_share_alike), cmocka_unit_test(degenerate_models_behave),
        cmocka_unit_test(what_cannot_be_worked_on_is_refused), cmocka_unit_test(a_run_can_be_cancelled), cmocka_unit_test(want_of_memory_unwinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
