/* special.c -- series where they converge fast, continued fractions elsewhere; inverses by Newton's steps inside a bracket of doubles. */
#include "losses/special.h"

#include <math.h>

static const double LOG_ROOT_2PI = 0.91893853320467274178, ROOT_HALF = 0.70710678118654752440, PI = 3.14159265358979323846;

/* --- normal --------------------------------------------------------------------------------------------------------------- */
double normal_cdf(double x)
{
    return 0.5 * erfc(-x * ROOT_HALF);
}

/* A first guess for p ≤ 1/2 (Abramowitz and Stegun 26.2.23, error 4.5e-4); the steps of Halley cube it. */
static double normal_guess(double p)
{
    double t = sqrt(-2 * log(p));
    return -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
}

double normal_quantile(double p)
{
    if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    if (p > 0.5) return -normal_quantile(1 - p); /* exact */
    double z = normal_guess(p);
    for (int i = 0; i < 3; i++) {
        double u = (normal_cdf(z) - p) * exp(0.5 * z * z + LOG_ROOT_2PI);
        z -= u / (1 + 0.5 * z * u);
    }
    return z;
}

/* --- gamma ---------------------------------------------------------------------------------------------------------------- */
/* log Γ(x) - [(x - 1/2) log x - x + log √(2π)], for x ≥ 10 */
static double stirling_rest(double x)
{
    static const double c[] = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400};
    double r = 1 / x, s = 0;
    for (size_t i = COUNT(c); i-- > 0;)
        s = s * (r * r) + c[i];
    return s * r;
}

double log_gamma(double x)
{
    if (!(x > 0)) return NAN;
    double product = 1;
    for (; x < 10; x++)
        product *= x;
    return (x - 0.5) * log(x) - x + LOG_ROOT_2PI + stirling_rest(x) - log(product);
}

/* log(1 + t) - t without loss where t is small */
static double log1p_less(double t)
{
    if (fabs(t) > 0.4) return log1p(t) - t;
    double r = t / (2 + t), r2 = r * r, s = 0;
    for (int k = 41; k >= 3; k -= 2)
        s = s * r2 + 1.0 / k;
    return r * (2 * r2 * s - t);
}

/* x^a e^-x / Γ(a) */
static double gamma_front(double a, double x)
{
    if (a < 10) return exp(a * log(x) - x - log_gamma(a));
    return sqrt(a / (2 * PI)) * exp(a * log1p_less((x - a) / a) - stirling_rest(a));
}

static double gamma_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (double k = 1; k < 1e6 && term > sum * 1e-17; k++)
        term *= x / (a + k), sum += term;
    return sum * gamma_front(a, x);
}

static double away_from_zero(double x)
{
    return fabs(x) < 1e-300 ? 1e-300 : x;
}

/* Lentz's way with Legendre's fraction, for x ≥ a + 1 */
static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (double i = 1; i < 1e6; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / away_from_zero(an * d + b), c = away_from_zero(b + an / c);
        h *= d * c;
        if (fabs(d * c - 1) < 3e-16) break;
    }
    return h * gamma_front(a, x);
}

double gamma_below(double a, double x)
{
    if (!(a > 0) || isnan(x)) return NAN;
    if (x <= 0) return 0;
    if (isinf(x)) return 1;
    return x < a + 1 ? fmin(gamma_series(a, x), 1) : 1 - gamma_fraction(a, x);
}

double gamma_above(double a, double x)
{
    if (!(a > 0) || isnan(x)) return NAN;
    if (x <= 0) return 1;
    if (isinf(x)) return 0;
    return x < a + 1 ? fmax(1 - gamma_series(a, x), 0) : gamma_fraction(a, x);
}

/* --- beta ----------------------------------------------------------------------------------------------------------------- */
/* x^a (1 - x)^b / B(a, b), y = 1 - x */
static double beta_front(double a, double b, double x, double y)
{
    if (a < 10 || b < 10) return exp(a * log(x) + b * (x < 0.5 ? log1p(-x) : log(y)) + log_gamma(a + b) - log_gamma(a) - log_gamma(b));
    double at = a / (a + b), e = x < 0.5 ? x - at : b / (a + b) - y;
    double power = a * log1p_less(e / at) + b * log1p_less(-e / (b / (a + b)));
    return sqrt(a / (a + b) * b / (2 * PI)) * exp(power + stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b));
}

static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
    for (double m = 1; m < 1e6; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + even * d), c = away_from_zero(1 + even / c), h *= d * c;
        d = 1 / away_from_zero(1 + odd * d), c = away_from_zero(1 + odd / c), h *= d * c;
        if (fabs(d * c - 1) < 3e-16) break;
    }
    return h / a;
}

/* I_x(a, b) where 1 - x is known as y */
static double beta_part(double a, double b, double x, double y)
{
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    double front = beta_front(a, b, x, y);
    return x < (a + 1) / (a + b + 2) ? fmin(front * beta_fraction(a, b, x), 1) : fmax(1 - front * beta_fraction(b, a, y), 0);
}

double beta_below(double a, double b, double x)
{
    if (!(a > 0 && b > 0) || isnan(x)) return NAN;
    return beta_part(a, b, x, 1 - x);
}

double beta_density(double a, double b, double x)
{
    if (!(a > 0 && b > 0) || isnan(x)) return NAN;
    if (x < 0 || x > 1) return 0;
    if (x > 0 && x < 1) return beta_front(a, b, x, 1 - x) / (x * (1 - x));
    double shape = x > 0 ? b : a, other = x > 0 ? a : b;
    return shape > 1 ? 0 : shape < 1 ? INFINITY : other;
}

/* --- inverses ------------------------------------------------------------------------------------------------------------- */
typedef struct Rising { double a, b; double (*at)(const struct Rising *r, double x), (*slope)(const struct Rising *r, double x); } Rising;

static double between(double low, double high) /* half way among the doubles, both ≥ 0 */
{
    uint64_t x, y;
    memcpy(&x, &low, sizeof x), memcpy(&y, &high, sizeof y);
    x += (y - x) / 2;
    memcpy(&low, &x, sizeof low);
    return low;
}

/* The x ≥ 0 where a rising function is p. Newton's steps while they stay inside what is known and shrink it, else half way: 64 of those reach neighbours. */
static double inverse(const Rising *r, double p, double x, double high)
{
    double low = 0;
    if (!(x > low && x < high)) x = between(low, high);
    for (int i = 0; i < 200 && x > low && x < high; i++) {
        double d = r->at(r, x) - p, slope = r->slope(r, x), next = x - d / slope;
        if (d == 0) return x;
        if (d < 0) low = x;
        else high = x;
        bool newton = isfinite(next) && next > low && next < high && i % 4 != 3;
        if (newton && fabs(next - x) <= 2e-16 * x) return next;
        x = newton ? next : between(low, high);
    }
    return x;
}

static double gamma_at(const Rising *r, double x)
{
    return gamma_below(r->a, x);
}

static double gamma_slope(const Rising *r, double x)
{
    return gamma_front(r->a, x) / x;
}

static double gamma_above_less(const Rising *r, double x) /* rising, and keeps the digits of the tail */
{
    return -gamma_above(r->a, x);
}

double gamma_quantile(double a, double p)
{
    if (!(a > 0 && a < INFINITY && p >= 0 && p <= 1)) return NAN;
    if (p == 0) return 0;
    if (p == 1) return INFINITY;
    double t = 1 - 1 / (9 * a) + normal_quantile(p) / (3 * sqrt(a)), guess = a * t * t * t; /* Wilson and Hilferty */
    if (!(guess > 0) || a < 0.5) guess = exp((log(p) + log_gamma(a + 1)) / a);
    Rising r = {a, 0, p > 0.5 ? gamma_above_less : gamma_at, gamma_slope};
    return inverse(&r, p > 0.5 ? p - 1 : p, guess, 1.7e308);
}

static double beta_at(const Rising *r, double x)
{
    return beta_below(r->a, r->b, x);
}

static double beta_slope(const Rising *r, double x)
{
    return beta_density(r->a, r->b, x);
}

static double beta_above_less(const Rising *r, double x)
{
    return -beta_part(r->b, r->a, 1 - x, x);
}

double beta_quantile(double a, double b, double p)
{
    if (!(a > 0 && b > 0 && p >= 0 && p <= 1)) return NAN;
    if (p == 0 || p == 1) return p;
    Rising r = {a, b, p > 0.5 ? beta_above_less : beta_at, beta_slope};
    return inverse(&r, p > 0.5 ? p - 1 : p, a / (a + b), 1);
}

/* --- Student -------------------------------------------------------------------------------------------------------------- */
double student_cdf(double freedom, double x)
{
    if (!(freedom > 0) || isnan(x)) return NAN;
    if (isinf(x)) return x > 0;
    double s = freedom + x * x, beyond = 0.5 * beta_part(0.5 * freedom, 0.5, freedom / s, x * x / s);
    return x > 0 ? 1 - beyond : beyond;
}

double student_quantile(double freedom, double p)
{
    if (!(freedom > 0 && p >= 0 && p <= 1)) return NAN;
    if (p > 0.5) return -student_quantile(freedom, 1 - p);
    if (p == 0) return -INFINITY;
    if (p > 0.25) { /* the middle: by the part within ±t, exact there */
        double c = beta_quantile(0.5, 0.5 * freedom, 1 - 2 * p);
        return -sqrt(freedom * c / (1 - c));
    }
    double b = beta_quantile(0.5 * freedom, 0.5, 2 * p);
    return -sqrt(freedom * (1 - b) / b);
}

/* --- binomial ------------------------------------------------------------------------------------------------------------- */
double binomial_at_least(double n, double p, double k)
{
    return k <= 0 ? 1 : k > n ? 0 : beta_below(k, n - k + 1, p);
}

double binomial_at_most(double n, double p, double k)
{
    return k < 0 ? 0 : k >= n ? 1 : beta_part(n - k, k + 1, 1 - p, p);
}
