/*
 * engine/losses -- how much may be lost in a year, and how sure that is: each risk a compound sum (several events a year add up), drawn in many trials of one
 * year, before and after treatment on the same events. Pure: no records, no clock, no files; threads of its own, joined before it returns.
 * Called by: quant. Never: gives a figure without its uncertainty. Cost: O(events drawn + risks × trials where counts are drawn per trial); memory 8 bytes a
 * trial and case, and less than 1 MB a thread. The draws depend on (seed, identifier of the risk, purpose, trial) alone: the same bits for any number of
 * threads, any order of the risks, and scalar, AVX2 or AVX-512 code.
 */
#ifndef KANAME_LOSSES_H
#define KANAME_LOSSES_H

#include "base/base.h"

enum { LOSS_ENGINE_VERSION = 1 /* kept with every result: raised whenever a draw changes */, LOSS_RISKS_MAX = 100000, LOSS_CASES_MAX = 8, LOSS_FACTORS_MAX = 64 };
#define LOSS_TRIALS_MAX ((uint64_t)1 << 31)

/* --- the model: amounts in any one unit of money, frequencies in events a year ------------------------------------------ */
typedef enum {
    FREQUENCY_FIXED,   /* Poisson, `rate` */
    FREQUENCY_PERT,    /* Poisson, its rate uncertain from year to year: PERT low, mode, high (mean (low + 4 mode + high) / 6) */
    FREQUENCY_UNIFORM, /* so, between low and high */
    FREQUENCY_GAMMA,   /* so, with mean `rate` and standard deviation `sd`: the count is negative binomial */
    FREQUENCY_ONCE,    /* at most one event a year, with probability `rate` (Bernoulli) */
    FREQUENCIES
} FrequencyKind;
typedef struct Frequency { FrequencyKind kind; double rate, sd, low, mode, high; } Frequency;

/* Gamma rate of which 5 % lie below low, 5 % above high (0 ≤ low < high; low 0 is taken for high / 1000). False when none is found. */
bool frequency_between(double low, double high, Frequency *out);

typedef enum {
    SEVERITY_NONE,      /* no such loss (only for the secondary one) */
    SEVERITY_FIXED,     /* always `mode` */
    SEVERITY_LOGNORMAL, /* mu, sigma of the logarithm */
    SEVERITY_PERT,      /* low, mode, high */
    SEVERITY_UNIFORM,   /* low, high */
    SEVERITY_PARETO,    /* P(X > x) = (low / x)^shape; bounded by `high` (INFINITY: not): given that it lies below, no losses gather there */
    SEVERITY_SAMPLE,    /* one of `values`, each as likely */
    SEVERITIES
} SeverityKind;
typedef struct Severity {
    SeverityKind kind;
    double mu, sigma, low, mode, high, shape;
    double tail_from, tail_shape; /* beyond tail_from (0: no tail; lognormal and sample only) P(X > x) goes on as P(X > tail_from) (tail_from / x)^tail_shape */
    const double *values; size_t n;
} Severity;
Severity severity_between(double low, double high); /* lognormal of which 5 % lie below low, 5 % above high; 0 < low < high */
Severity severity_moments(double mean, double sd);  /* lognormal with these; mean > 0, sd > 0 */

/* Insurance: of the part of a loss above `deductible`, up to `limit` (INFINITY: without end), the share `share` is paid by another. All 0: none. */
typedef struct Layer { double deductible, limit, share; } Layer;
double layer_retained(const Layer *l, double loss);

typedef enum { COPULA_GAUSSIAN, COPULA_T } CopulaKind;
typedef struct Factor { Str id; CopulaKind kind; double freedom; /* of t, > 2 */ } Factor; /* a common cause: one standard variable a year */

typedef struct LossRisk {
    Str id; /* stable and unlike all others: it keys the draws */
    Frequency frequency;
    Severity primary, secondary;
    double secondary_chance; /* that an event brings the secondary loss as well */
    int factor;              /* -1: none */
    double on_count, on_size; /* correlation with the factor of the count of the year and of the size of its events, -1 … 1 */
} LossRisk;

/* One way things may stand: as they are, or after a plan. An event that was kept costs layer_retained(each, keep_size × (primary + secondary)); the layer of the
 * year is on the sum of such events of the risk, that of the case on the sum of all risks. */
typedef struct CaseRisk { double keep_events, keep_size; /* 0 … 1: what controls leave */ Layer each, year; } CaseRisk;
typedef struct LossCase { const CaseRisk *risk; /* [risks_n] */ Layer year; /* on the sum of all risks */ } LossCase;

typedef struct LossModel {
    const LossRisk *risks; size_t risks_n;
    const Factor *factors; size_t factors_n;
    const LossCase *cases; size_t cases_n; /* the first is what the others are compared with */
} LossModel;

/* Exact moments of a distribution, for what people type and for tests. INFINITY where it has none (a tail of shape ≤ 1, ≤ 2). One that cannot vary (sigma 0, low =
 * high) is a constant; the ranges above are asked of the caller, nothing hangs or divides by zero without them. */
double severity_mean(const Severity *s);
double severity_sd(const Severity *s);
double severity_cdf(const Severity *s, double x);
double severity_quantile(const Severity *s, double p);
double frequency_mean(const Frequency *f);
double frequency_variance(const Frequency *f); /* of the count */

/* --- the run -------------------------------------------------------------------------------------------------------------- */
typedef enum { LOSS_CODE_BEST, LOSS_CODE_SCALAR, LOSS_CODE_AVX2, LOSS_CODE_AVX512, LOSS_CODES } LossCode;
bool losses_code_runs(LossCode code); /* this processor can */

typedef struct LossRun {
    uint64_t trials, seed;
    int threads;   /* 0: one for each processor */
    LossCode code;
    double tail;   /* contributions to the tail beyond this quantile (0.99); 0: none wanted */
    bool (*go_on)(void *arg, double done); /* may be NULL; called from one thread, done 0 … 1; false cancels */
    void *arg;
} LossRun;

typedef struct LossPart { double mean, mean_se, events, tail_mean, tail_off; } LossPart; /* a risk: mean loss a year, its standard error, mean count, mean loss in the years of the tail (co-TVaR) and half the width of its 95 % interval (INFINITY: too few trials) */
typedef struct LossOutcome {
    double *total;  /* [trials], in the order of the trials */
    LossPart *part; /* [risks_n] in the order of the model; before the layer on the sum */
    double tail_mean; /* TVaR over the same tail, of the sum before its layer: the tail_mean of the parts add up to it */
} LossOutcome;
/* Fills out[cases_n]. Errors: ERR_INVALID (cancelled), ERR_TOO_LARGE (too many trials or events), ERR_FULL. `total` is given back with the arena. */
Err losses_run(Arena *a, const LossModel *m, const LossRun *run, LossOutcome *out);

/* --- figures of a sample, each with its uncertainty ------------------------------------------------------------------------ */
typedef struct Figure { double value, low, high; /* 95 % interval; high INFINITY: too few trials to say how much (a quantile beyond the ranks, fewer than ten in the tail, n = 1) */ } Figure;
/* Work: each figure O(n) at most, quantiles and chances O(log n). */
typedef struct LossSample { double *sorted; uint64_t n; const double *in_order; } LossSample; /* sorted copy, and the trials in their order for batch means */
LossSample loss_sample(Arena *a, const double *total, uint64_t n);      /* n > 0; radix sort, O(n), 8 bytes a trial (8 more while it runs); NaN last */
Figure sample_mean(const LossSample *s);
Figure sample_sd(const LossSample *s);
Figure sample_var(const LossSample *s, double p);    /* x_(ceil(pn)), interval by ranks, exact (binomial) at every n; 0 < p < 1 */
Figure sample_tvar(const LossSample *s, double p);   /* with atoms: [sum_{i>k} x_(i) + (k - pn) x_(k)] / ((1-p)n), k = ceil(pn); interval by batch means, of 10 to 32 batches */
Figure sample_exceeds(const LossSample *s, double x); /* P(loss > x), Wilson interval */
Figure sample_none(const LossSample *s);              /* P(loss = 0) */
Figure sample_mean_difference(const double *x, const double *y, uint64_t n); /* of x - y over the same trials */

/* --- the exact way, for risks without common factors: the distribution of the sum on a grid -------------------------------- */
typedef struct LossGrid {
    double *mass; size_t n; /* chance of the loss j × step, j < n: to within one step, its mean kept */
    double step, beyond;    /* chance of a loss beyond the grid */
    double beyond_mean;     /* what such losses add to the mean: the whole mean is known in closed form. INFINITY where there is none */
    double none;            /* chance of no loss at all; mass[0] has also what rounds to it */
} LossGrid;
/* Fourier transform with exponential tilting (Grübel and Hermesmeier 1999), severities on the grid so that the mean is kept (each loss shared between its two neighbours:
 * Gerber's local moment matching), exactly where all are multiples of the step. step 0: chosen, so that single losses beyond the grid have a chance of 1e-2 / n a
 * year (1e-8 … 1e-4: where a heavy tail would make the step coarse, less is kept of the tail), with room for the mean and six deviations of the rest; the greatest
 * common divisor where all losses are multiples of it. Error of a quantile: one step. O((risks with a second loss or another count than Poisson) n log n + risks n),
 * 100 bytes a cell, 300 where a layer is on two losses of an event. ERR_INVALID where a risk has a factor or a layer on its year: then the draws decide; ERR_TOO_LARGE where an uncertain rate exceeds
 * LOSS_EXACT_RATE_MAX, or there are so many risks that it would take the better part of a minute (at 2^17 cells some 32,000 plain ones, 3,600 with a second loss). n: a power of two, 2^10 … 2^22. A layer on the sum may leave fewer than n cells. */
#define LOSS_EXACT_RATE_MAX 10000.0
#define LOSS_EXACT_WORK_MAX 4294967296.0 /* passes × cells */
Err losses_exact(Arena *a, const LossModel *m, size_t at_case, double step, size_t n, LossGrid *out);
/* The same for one count and masses that are given: g[0…n), n ≥ 4 a power of two. */
void losses_compound(Arena *a, const Frequency *f, const double *mass, size_t n, double *g);
/* Panjer's recursion for a Poisson (rate up to 700), negative binomial or Bernoulli count and masses f[0…n): g[0…n). O(n²). */
void losses_panjer(const Frequency *f, const double *mass, size_t n, double *g);
double grid_mean(const LossGrid *g);            /* figures of the grid: INFINITY for what lies beyond it */
double grid_var(const LossGrid *g, double p);
double grid_tvar(const LossGrid *g, double p);
double grid_exceeds(const LossGrid *g, double x);

#endif
