/* counts.c -- Poisson counts of a block; distributions of the count of a year by their recurrences, mixed over an uncertain rate by quadrature. */
#include "losses/counts.h"

/* Stirling's error and the deviance (Loader 2000), which near the mode are short series. */
Poisson poisson_of(double mean)
{
    Poisson p = {.mean = mean, .mode = (uint64_t)mean};
    double n = (double)p.mode;
    if (n < 32) {
        double x = calc_exp(-mean);
        for (double k = 1; k <= n; k += 1) x *= mean / k;
        p.at_mode = x;
        return p;
    }
    double d = (mean - n) / n, deviance = 0, r = 1 / (n * n);
    for (int i = 12; i >= 2; i--) deviance = (i % 2 ? -1.0 : 1.0) / i + d * deviance; /* mean - n - n ln(mean / n) = n (d²/2 - d³/3 + …) */
    double error = (1.0 / 12 - r * (1.0 / 360 - r / 1260)) / n;
    p.at_mode = calc_exp(-n * d * d * deviance - error) / __builtin_sqrt(6.28318530717958647692 * n);
    return p;
}

uint64_t poisson_draw(const Poisson *p, double u)
{
    double up = p->at_mode, down = up, above = (double)p->mode, below = above;
    u -= up;
    while (u >= 0 && up + down > 1e-30) {
        above += 1, up *= p->mean / above, u -= up;
        if (u < 0) return (uint64_t)above;
        down *= below / p->mean, below -= 1, u -= down; /* below 0 it is 0 for ever: the factor was */
        if (u < 0) return (uint64_t)below;
    }
    return p->mode; /* what is left of u is rounding */
}

/* --- the distribution of one year's count ------------------------------------------------------------------------------------------ */

typedef struct Masses { uint64_t least; size_t n; double *p; } Masses;

static Masses masses_new(Arena *a, double least, double most)
{
    Masses m = {.least = least < 0 ? 0 : (uint64_t)least};
    m.n = (size_t)(most - (double)m.least) + 2;
    m.p = arena_array(a, double, m.n);
    return m;
}

/* Where a count with this mean and variance can lie. */
static double reach(double variance) { return 12 * __builtin_sqrt(variance) + 60; }

/* Adds `weight` × a distribution whose masses follow p(k + 1) = p(k) (slope k + start) / (k + 1), from its mode outwards. */
static void add_recurrent(Masses *m, double *scratch, double mode, double start, double slope, double weight)
{
    size_t at = mode <= (double)m->least ? 0 : (size_t)(mode - (double)m->least), low = at, high = at;
    if (at >= m->n) at = low = high = m->n - 1;
    double sum = scratch[at] = 1;
    for (; high + 1 < m->n && scratch[high] > 1e-24; high++) {
        double k = (double)(m->least + high);
        sum += scratch[high + 1] = scratch[high] * (slope * k + start) / (k + 1);
    }
    for (; low > 0 && scratch[low] > 1e-24; low--) {
        double k = (double)(m->least + low - 1);
        sum += scratch[low - 1] = scratch[low] * (k + 1) / (slope * k + start);
    }
    for (size_t i = low; i <= high; i++) m->p[i] += weight * scratch[i] / sum;
}

static Masses poisson_masses(Arena *a, double rate)
{
    Masses m = masses_new(a, rate - reach(rate), rate + reach(rate));
    if (rate > 0) add_recurrent(&m, arena_array(a, double, m.n), rate, rate, 0, 1);
    else m.p[0] = 1;
    return m;
}

static Masses gamma_masses(Arena *a, double mean, double sd)
{
    double theta = mean > 0 ? sd * sd / mean : 0, variance = mean + sd * sd, r;
    if (theta < 1e-12 * (1 + mean) || !(mean > 0)) return poisson_masses(a, mean);
    r = mean / theta;
    double tail = 45 * (1 + theta); /* beyond the mean masses fall by theta / (1 + theta) a step, more slowly than a normal */
    Masses m = masses_new(a, mean - reach(variance), mean + reach(variance) + tail * (1 + 4 / __builtin_sqrt(r < 1 ? 1 : r)));
    double p = theta / (1 + theta), mode = r > 1 ? (r - 1) * theta : 0;
    add_recurrent(&m, arena_array(a, double, m.n), mode, p * r, p, 1);
    return m;
}

/* Over a rate of low + (high - low) X, X beta (a, b): the double exponential rule, whose points lie close where the density may have no slope. */
static Masses beta_masses(Arena *arena, double low, double high, double a, double b)
{
    size_t n = 257 + 2 * (size_t)(4 * __builtin_sqrt(high - low));
    Masses m = masses_new(arena, low - reach(low), high + reach(high));
    double *rate = arena_array(arena, double, n), *weight = arena_array(arena, double, n), *scratch = arena_array(arena, double, m.n), sum = 0;
    for (size_t i = 0; i < n; i++) {
        double t = -3.3 + 6.6 * (double)i / (double)(n - 1), e = calc_exp(t), half = 0.78539816339744830962 * (e - 1 / e); /* π/2 sinh t */
        double up = calc_exp(-2 * half), log_x = -calc_log(1 + up), log_y = log_x - 2 * half; /* x = 1 / (1 + e^-2u), y = 1 - x */
        rate[i] = low + (high - low) * calc_exp(log_x);
        sum += weight[i] = calc_exp(a * log_x + b * log_y) * (e + 1 / e);
    }
    for (size_t i = 0; i < n; i++)
        if (weight[i] > 1e-22 * sum) add_recurrent(&m, scratch, rate[i], rate[i], 0, weight[i] / sum);
    return m;
}

static Masses pert_masses(Arena *a, const Frequency *f)
{
    double wide = f->high - f->low;
    if (wide <= 1e-12 * f->high) return poisson_masses(a, f->mode);
    return beta_masses(a, f->low, f->high, 1 + 4 * (f->mode - f->low) / wide, 1 + 4 * (f->high - f->mode) / wide);
}

static Masses once_masses(Arena *a, double chance)
{
    Masses m = masses_new(a, 0, 0);
    m.p[0] = 1 - chance, m.p[1] = chance;
    return m;
}

static Masses masses_of(Arena *a, const Frequency *f)
{
    switch (f->kind) {
    case FREQUENCY_PERT: return pert_masses(a, f);
    case FREQUENCY_UNIFORM: return f->high - f->low <= 1e-12 * f->high ? poisson_masses(a, f->low) : beta_masses(a, f->low, f->high, 1, 1);
    case FREQUENCY_GAMMA: return gamma_masses(a, f->rate, f->sd);
    case FREQUENCY_ONCE: return once_masses(a, f->rate);
    default: return poisson_masses(a, f->rate);
    }
}

Counts counts_of(Arena *a, const Frequency *f, bool normal)
{
    Masses m = masses_of(a, f);
    double *above = arena_array(a, double, m.n + 1), below = 0;
    for (size_t i = m.n; i-- > 0;) above[i] = above[i + 1] + m.p[i];
    size_t first = 0, last = m.n - 1;
    while (first < last && 1 - above[first + 1] < 1e-18 && m.p[first] < 1e-18) first++;
    while (last > first && above[last] < 1e-18) last--;
    Counts c = {m.least + first, last - first, arena_array(a, double, last - first + 1)};
    for (size_t i = 0; i < c.n; i++) {
        below += m.p[first + i];
        c.threshold[i] = normal ? calc_normal_quantile(below, above[first + i + 1]) : below < 0.5 ? below : 1 - above[first + i + 1];
    }
    return c;
}
