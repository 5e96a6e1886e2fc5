/* dist.c -- the distributions of frequency and loss in closed form: moments, chances, quantiles, mean beyond a point. */
#include "losses/dist.h"
#include "losses/special.h"

#include <math.h>

static const double Z95 = 1.6448536269514722;

/* --- frequency ------------------------------------------------------------------------------------------------------------ */
static double rate_mean(const Frequency *f)
{
    switch (f->kind) {
    case FREQUENCY_PERT: return (f->low + 4 * f->mode + f->high) / 6;
    case FREQUENCY_UNIFORM: return 0.5 * (f->low + f->high);
    default: return f->rate;
    }
}

static double rate_variance(const Frequency *f)
{
    double width = f->high - f->low, mean = rate_mean(f);
    switch (f->kind) {
    case FREQUENCY_PERT: return (mean - f->low) * (f->high - mean) / 7;
    case FREQUENCY_UNIFORM: return width * width / 12;
    case FREQUENCY_GAMMA: return f->sd * f->sd;
    default: return 0;
    }
}

double frequency_mean(const Frequency *f)
{
    return rate_mean(f);
}

double frequency_variance(const Frequency *f)
{
    return f->kind == FREQUENCY_ONCE ? f->rate * (1 - f->rate) : rate_mean(f) + rate_variance(f);
}

Frequency frequency_thinned(const Frequency *f, double keep)
{
    return (Frequency){f->kind, f->rate * keep, f->sd * keep, f->low * keep, f->mode * keep, f->high * keep};
}

static Frequency gamma_rate(double shape, double scale)
{
    return (Frequency){.kind = FREQUENCY_GAMMA, .rate = shape * scale, .sd = sqrt(shape) * scale};
}

/* log of the ratio of the two quantiles: falls as the shape grows */
static double spread_of(double shape)
{
    return log(gamma_quantile(shape, 0.95)) - log(gamma_quantile(shape, 0.05));
}

bool frequency_between(double low, double high, Frequency *out)
{
    if (low == 0) low = high / 1000;
    if (!(low > 0 && high > low && high < INFINITY)) return false;
    double want = log(high) - log(low), from = log(0.005), to = log(1e6);
    if (!(want < spread_of(exp(from)))) return false;
    if (want < spread_of(exp(to))) { /* as good as normal: what is left out is of the order of 1 / shape */
        double shape = 4 * Z95 * Z95 / (want * want);
        *out = gamma_rate(shape, sqrt(low) * sqrt(high) / shape);
        return isfinite(shape) && out->sd > 0;
    }
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (from + to);
        if (spread_of(exp(middle)) > want) from = middle;
        else to = middle;
    }
    double shape = exp(0.5 * (from + to));
    *out = gamma_rate(shape, high / gamma_quantile(shape, 0.95));
    return true;
}

/* --- layers --------------------------------------------------------------------------------------------------------------- */
double layer_paid(const Layer *l, double loss)
{
    return l->share > 0 && loss > l->deductible ? l->share * fmin(loss - l->deductible, l->limit) : 0;
}

double layer_retained(const Layer *l, double loss)
{
    return loss - layer_paid(l, loss);
}

/* --- severity: each kind without its tail ---------------------------------------------------------------------------------- */
Severity severity_between(double low, double high)
{
    return (Severity){.kind = SEVERITY_LOGNORMAL, .mu = 0.5 * (log(low) + log(high)), .sigma = (log(high) - log(low)) / (2 * Z95)};
}

Severity severity_moments(double mean, double sd)
{
    double v = log1p((sd / mean) * (sd / mean));
    return (Severity){.kind = SEVERITY_LOGNORMAL, .mu = log(mean) - 0.5 * v, .sigma = sqrt(v)};
}

static double log_distance(const Severity *s, double x)
{
    return (log(x) - s->mu) / s->sigma;
}

typedef struct Beta { double a, b, width; } Beta;

static Beta pert_beta(const Severity *s)
{
    double width = s->high - s->low;
    return (Beta){1 + 4 * (s->mode - s->low) / width, 1 + 4 * (s->high - s->mode) / width, width};
}

/* One that cannot vary is always its mode or low, whatever its kind says. */
bool severity_is_point(const Severity *s, double *at)
{
    *at = s->kind == SEVERITY_FIXED ? s->mode : s->kind == SEVERITY_LOGNORMAL ? exp(s->mu) : s->low;
    switch (s->kind) {
    case SEVERITY_NONE: *at = 0; return true;
    case SEVERITY_FIXED: return true;
    case SEVERITY_LOGNORMAL: return !(s->sigma > 0);
    case SEVERITY_SAMPLE: *at = 0; return !s->n;
    default: return !(s->high > s->low);
    }
}

static double sample_share(const Severity *s, double x, bool above)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += above ? s->values[i] > x : s->values[i] <= x;
    return (double)n / (double)s->n;
}

/* What the bound takes off: P(X > high) if there were none. */
static double pareto_cut(const Severity *s)
{
    return isinf(s->high) ? 0 : pow(s->low / s->high, s->shape);
}

static double plain_above(const Severity *s, double x)
{
    double at;
    if (severity_is_point(s, &at)) return x < at;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: return x > 0 ? normal_cdf(-log_distance(s, x)) : 1;
    case SEVERITY_PERT: {
        Beta b = pert_beta(s);
        return x <= s->low ? 1 : x >= s->high ? 0 : beta_below(b.b, b.a, (s->high - x) / b.width);
    }
    case SEVERITY_UNIFORM: return x <= s->low ? 1 : x >= s->high ? 0 : (s->high - x) / (s->high - s->low);
    case SEVERITY_PARETO: return x < s->low ? 1 : x >= s->high ? 0 : (pow(s->low / x, s->shape) - pareto_cut(s)) / (1 - pareto_cut(s));
    default: return sample_share(s, x, true);
    }
}

static double plain_cdf(const Severity *s, double x)
{
    double at;
    if (severity_is_point(s, &at)) return x >= at;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: return x > 0 ? normal_cdf(log_distance(s, x)) : 0;
    case SEVERITY_PERT: {
        Beta b = pert_beta(s);
        return x <= s->low ? 0 : x >= s->high ? 1 : beta_below(b.a, b.b, (x - s->low) / b.width);
    }
    case SEVERITY_UNIFORM: return x <= s->low ? 0 : x >= s->high ? 1 : (x - s->low) / (s->high - s->low);
    case SEVERITY_PARETO: return x < s->low ? 0 : x >= s->high ? 1 : -expm1(s->shape * (log(s->low) - log(x))) / (1 - pareto_cut(s));
    default: return sample_share(s, x, false);
    }
}

/* ∫ (low / t)^shape dt from x to high, scaled so that nothing overflows */
static double power_area(double low, double shape, double x, double high)
{
    double e = 1 - shape, head = x * pow(low / x, shape);
    if (isinf(high)) return shape > 1 ? head / -e : INFINITY;
    double t = log(high) - log(x);
    return fabs(e * t) < 1e-8 ? head * t : head * expm1(e * t) / e;
}

static double pareto_area(const Severity *s, double x, double y)
{
    double cut = pareto_cut(s), whole = power_area(s->low, s->shape, x, y);
    return cut > 0 ? fmax(whole - cut * (y - x), 0) / (1 - cut) : whole;
}

static double plain_excess(const Severity *s, double x)
{
    double at;
    if (severity_is_point(s, &at)) return at > x ? at - x : 0;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: {
        double mean = exp(s->mu + 0.5 * s->sigma * s->sigma);
        if (x <= 0) return mean - x;
        double z = log_distance(s, x);
        return fmax(mean * normal_cdf(s->sigma - z) - x * normal_cdf(-z), 0);
    }
    case SEVERITY_PERT: {
        Beta b = pert_beta(s);
        if (x >= s->high) return 0;
        if (x <= s->low) return s->low + b.width * b.a / (b.a + b.b) - x;
        double y = (s->high - x) / b.width;
        return b.width * fmax(b.a / (b.a + b.b) * beta_below(b.b, b.a + 1, y) - (1 - y) * beta_below(b.b, b.a, y), 0);
    }
    case SEVERITY_UNIFORM:
        if (x <= s->low) return 0.5 * (s->low + s->high) - x;
        return x >= s->high ? 0 : 0.5 * (s->high - x) * (s->high - x) / (s->high - s->low);
    case SEVERITY_PARETO:
        if (x >= s->high) return 0;
        return x < s->low ? s->low - x + pareto_area(s, s->low, s->high) : pareto_area(s, x, s->high);
    default: {
        double sum = 0;
        for (size_t i = 0; i < s->n; i++)
            sum += s->values[i] > x ? s->values[i] - x : 0;
        return sum / (double)s->n;
    }
    }
}

/* E[X²; X ≤ to] */
static double plain_square(const Severity *s, double to)
{
    double at;
    if (severity_is_point(s, &at)) return at <= to ? at * at : 0;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: {
        double all = exp(2 * s->mu + 2 * s->sigma * s->sigma);
        return isinf(to) ? all : all * normal_cdf(log_distance(s, to) - 2 * s->sigma);
    }
    case SEVERITY_PARETO: { /* asked for whole only */
        double e = 2 - s->shape, head = s->shape * s->low * s->low, t = log(s->high) - log(s->low);
        if (isinf(s->high)) return e < 0 ? head / -e : INFINITY;
        return head * (fabs(e * t) < 1e-8 ? t : expm1(e * t) / e) / (1 - pareto_cut(s));
    }
    case SEVERITY_SAMPLE: {
        double sum = 0;
        for (size_t i = 0; i < s->n; i++)
            sum += s->values[i] <= to ? s->values[i] * s->values[i] : 0;
        return sum / (double)s->n;
    }
    default: return NAN;
    }
}

static double plain_density(const Severity *s, double x)
{
    double at;
    if (severity_is_point(s, &at)) return 0;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: {
        if (x <= 0) return 0;
        double z = log_distance(s, x);
        return exp(-0.5 * z * z) / (x * s->sigma * 2.50662827463100050242);
    }
    case SEVERITY_PERT: {
        Beta b = pert_beta(s);
        return beta_density(b.a, b.b, (x - s->low) / b.width) / b.width;
    }
    case SEVERITY_UNIFORM: return x >= s->low && x <= s->high ? 1 / (s->high - s->low) : 0;
    case SEVERITY_PARETO: return x >= s->low && x < s->high ? s->shape / x * pow(s->low / x, s->shape) / (1 - pareto_cut(s)) : 0;
    default: return 0;
    }
}

/* --- severity: with the tail ------------------------------------------------------------------------------------------------ */
bool severity_has_tail(const Severity *s)
{
    return s->tail_from > 0 && (s->kind == SEVERITY_LOGNORMAL || s->kind == SEVERITY_SAMPLE);
}

double severity_above(const Severity *s, double x)
{
    if (!severity_has_tail(s) || x <= s->tail_from) return plain_above(s, x);
    return plain_above(s, s->tail_from) * pow(s->tail_from / x, s->tail_shape);
}

double severity_cdf(const Severity *s, double x)
{
    return severity_has_tail(s) && x > s->tail_from ? 1 - severity_above(s, x) : plain_cdf(s, x);
}

/* E[min(X, x)] of a lognormal */
static double lognormal_limited(const Severity *s, double x)
{
    double z = log_distance(s, x);
    return x > 0 ? exp(s->mu + 0.5 * s->sigma * s->sigma) * normal_cdf(z - s->sigma) + x * normal_cdf(-z) : x;
}

/* ∫ P(X ≤ t) dt up to x, of one between low and high */
static double area_below(const Severity *s, double x)
{
    if (x <= s->low) return 0;
    if (s->kind == SEVERITY_UNIFORM) return 0.5 * (x - s->low) * (x - s->low) / (s->high - s->low);
    Beta b = pert_beta(s);
    double t = (x - s->low) / b.width;
    return b.width * fmax(t * beta_below(b.a, b.b, t) - b.a / (b.a + b.b) * beta_below(b.a + 1, b.b, t), 0);
}

static double plain_area(const Severity *s, double x, double y)
{
    double at;
    if ((s->kind == SEVERITY_PERT || s->kind == SEVERITY_UNIFORM) && !severity_is_point(s, &at) && y < 0.5 * (s->low + s->high)) return y - x - (area_below(s, y) - area_below(s, x));
    if (s->kind == SEVERITY_LOGNORMAL && !severity_is_point(s, &at) && !isinf(y)) { /* from the side where less cancels */
        double below = lognormal_limited(s, x);
        if (below < plain_excess(s, x)) return lognormal_limited(s, y) - below;
    }
    if (s->kind == SEVERITY_PARETO && !severity_is_point(s, &at) && x >= s->low) return x >= s->high ? 0 : isinf(s->high) ? power_area(s->low, s->shape, x, y) : plain_excess(s, x) - plain_excess(s, y);
    if (s->kind == SEVERITY_PARETO && !severity_is_point(s, &at)) return y <= s->low ? y - x : s->low - x + plain_area(s, s->low, y);
    return plain_excess(s, x) - (isinf(y) ? 0 : plain_excess(s, y));
}

double severity_area(const Severity *s, double x, double y)
{
    if (!(x < y)) return 0;
    if (!severity_has_tail(s) || y <= s->tail_from) return plain_area(s, x, y);
    double chance = plain_above(s, s->tail_from), head = x < s->tail_from ? plain_area(s, x, s->tail_from) : 0;
    return head + (chance > 0 ? chance * power_area(s->tail_from, s->tail_shape, fmax(x, s->tail_from), y) : 0);
}

double severity_excess(const Severity *s, double x)
{
    return severity_area(s, x, INFINITY);
}

double severity_density(const Severity *s, double x)
{
    if (!severity_has_tail(s) || x <= s->tail_from) return plain_density(s, x);
    return severity_above(s, x) * s->tail_shape / x;
}

double severity_mean(const Severity *s)
{
    return severity_excess(s, 0);
}

static double square_with_tail(const Severity *s)
{
    double chance = plain_above(s, s->tail_from), a = s->tail_shape;
    if (!(chance > 0)) return plain_square(s, s->tail_from);
    return a > 2 ? plain_square(s, s->tail_from) + chance * s->tail_from * s->tail_from * a / (a - 2) : INFINITY;
}

double severity_sd(const Severity *s)
{
    double at, mean = severity_mean(s);
    if (severity_is_point(s, &at) && !severity_has_tail(s)) return 0;
    if (s->kind == SEVERITY_PERT) return sqrt((mean - s->low) * (s->high - mean) / 7);
    if (s->kind == SEVERITY_UNIFORM) return (s->high - s->low) / sqrt(12);
    if (s->kind == SEVERITY_LOGNORMAL && !severity_has_tail(s)) return mean * sqrt(expm1(s->sigma * s->sigma));
    double square = severity_has_tail(s) ? square_with_tail(s) : plain_square(s, INFINITY);
    return isinf(square) || isinf(mean) ? INFINITY : sqrt(fmax(square - mean * mean, 0));
}

/* The smallest value with so many at or below it, without a sorted copy: 64 halvings among the doubles. */
static double sample_quantile(const Severity *s, double p)
{
    double want = fmax(ceil(p * (double)s->n - 1e-9), 1);
    uint64_t low = 0, high = 0x7FEFFFFFFFFFFFFF;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        double x;
        memcpy(&x, &middle, sizeof x);
        if (sample_share(s, x, false) * (double)s->n + 0.5 > want) high = middle;
        else low = middle + 1;
    }
    double x;
    memcpy(&x, &low, sizeof x);
    return x;
}

double severity_quantile(const Severity *s, double p)
{
    double at;
    if (!(p >= 0 && p <= 1)) return NAN;
    if (severity_has_tail(s) && p > plain_cdf(s, s->tail_from)) return s->tail_from * pow((1 - p) / plain_above(s, s->tail_from), -1 / s->tail_shape);
    if (severity_is_point(s, &at)) return at;
    switch (s->kind) {
    case SEVERITY_LOGNORMAL: return exp(s->mu + s->sigma * normal_quantile(p));
    case SEVERITY_PERT: {
        Beta b = pert_beta(s);
        return s->low + b.width * beta_quantile(b.a, b.b, p);
    }
    case SEVERITY_UNIFORM: return s->low + p * (s->high - s->low);
    case SEVERITY_PARETO: return fmin(s->low * pow(1 - p * (1 - pareto_cut(s)), -1 / s->shape), s->high);
    default: return sample_quantile(s, p);
    }
}

size_t severity_knots(const Severity *s, double out[SEVERITY_KNOTS], size_t *sharp)
{
    static const double widths[] = {-8, -4, -2, -1, 0, 1, 2, 4, 8};
    double at;
    size_t n = 0;
    if (severity_is_point(s, &at)) out[n++] = at;
    else if (s->kind == SEVERITY_PERT || s->kind == SEVERITY_UNIFORM || s->kind == SEVERITY_PARETO) out[n++] = s->low, out[n++] = s->high;
    if (severity_has_tail(s)) out[n++] = s->tail_from;
    *sharp = n;
    if (s->kind == SEVERITY_PERT) out[n++] = s->mode;
    for (size_t i = 0; s->kind == SEVERITY_LOGNORMAL && i < COUNT(widths); i++)
        out[n++] = exp(s->mu + widths[i] * s->sigma);
    return n;
}
