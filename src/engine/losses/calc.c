/* calc.c -- exponential, logarithm, gamma, normal, beta: see calc.h. */
#include "losses/calc.h"

#define LN2 0.69314718055994530942
#define LN_ROOT_2PI 0.91893853320467274178

static double of_bits(uint64_t b)
{
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}
static uint64_t bits_of(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}
static double size_of(double x) { return x < 0 ? -x : x; }

double calc_exp(double x)
{
    static const double by[] = {0.50000000000000010221, 0.16666666666666667453, 0.041666666666624127873, 0.0083333333333300618325, 0.0013888888917213716901,
                                0.00019841269863053616878, 0.000024801521295954375131, 2.7557268459997064772e-6, 2.7620088445409748161e-7, 2.5100385495510319078e-8};
    x = x > 700 ? 700 : x > -700 ? x : -700;
    int64_t n = (int64_t)(x / LN2 + (x < 0 ? -0.5 : 0.5));
    double r = (x - (double)n * 0.693147180369123816490) - (double)n * 1.9082149292705877e-10, p = 0;
    for (size_t i = COUNT(by); i-- > 0;) p = p * r + by[i];
    return of_bits(bits_of(1 + r + r * r * p) + ((uint64_t)n << 52));
}

double calc_log(double x)
{
    static const double by[] = {0.66666666666666696883, 0.39999999999899443233, 0.28571428626003268742, 0.22222211130259877029, 0.18182889455674946039, 0.15331710618210771568, 0.14616585424888621989};
    int64_t n = 0;
    if (x < 0x1p-1000) x *= 0x1p600, n = -600;
    uint64_t shifted = bits_of(x) - 0x3FE6A09E667F3BCDu + 0x3FF0000000000000u;
    n += (int64_t)(shifted >> 52) - 1023;
    double m = of_bits(bits_of(x) - (shifted >> 52 << 52) + 0x3FF0000000000000u), s = (m - 1) / (m + 1), q = s * s, p = 0;
    for (size_t i = COUNT(by); i-- > 0;) p = p * q + by[i];
    return (double)n * LN2 + (2 * s + s * q * p);
}

double calc_log_gamma(double x)
{
    double product = 1;
    for (; x < 12; x += 1) product *= x;
    double r = 1 / (x * x), series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360360))))) / x;
    return (x - 0.5) * calc_log(x) - x + LN_ROOT_2PI + series - calc_log(product);
}

/* ln (1 - e^x), x < 0. */
static double log_rest(double x)
{
    if (x > -LN2 * 1e-6) return calc_log(-x * (1 + x / 2));
    double e = calc_exp(x);
    return e > 1e-5 ? calc_log(1 - e) : -e * (1 + e * (0.5 + e / 3));
}

/* --- normal --------------------------------------------------------------------------------------------------------------------- */

/* Z up to 2.5: the series of Φ - 1/2; beyond: the continued fraction of Laplace. */
double calc_normal_log_tail(double z)
{
    if (z < 0) return log_rest(calc_normal_log_tail(-z));
    double log_density = -0.5 * z * z - LN_ROOT_2PI;
    if (z <= 2.5) {
        double term = z, sum = z;
        for (int n = 1; term > 1e-18 * sum; n++) sum += term *= z * z / (2 * n + 1);
        return calc_log(0.5 - calc_exp(log_density) * sum);
    }
    double f = z;
    for (int n = 120; n > 0; n--) f = z + n / f;
    return log_density - calc_log(f);
}

double calc_normal_cdf(double z) { return calc_exp(calc_normal_log_tail(-z)); }

/* The upper one of probability e^log_q, log_q ≤ ln 1/2: Newton on the logarithm of the tail. */
static double normal_upper(double log_q)
{
    double t = __builtin_sqrt(-2 * log_q);
    double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))); /* Abramowitz and Stegun 26.2.23 */
    for (int i = 0; i < 8; i++) {
        double l = calc_normal_log_tail(z), hazard = calc_exp(-0.5 * z * z - LN_ROOT_2PI - l), step = (l - log_q) / hazard;
        z += step;
        if (size_of(step) < 1e-14) break;
    }
    return z;
}

double calc_normal_quantile(double below, double above)
{
    double q = below < above ? below : above, z;
    if (q < 1e-300) z = 38;
    else z = q >= 0.5 ? 0 : normal_upper(calc_log(q));
    return below < above ? -z : z;
}

/* --- beta and gamma --------------------------------------------------------------------------------------------------------------- */

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by the method of Lentz; quick below the mean. */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (size_of(d) < 1e-280 ? 1e-280 : d);
    double h = d;
    for (int m = 1; m < 20000; m++) {
        double two = 2 * m, up = m * (b - m) * x / ((a + two - 1) * (a + two)), down = -(a + m) * (a + b + m) * x / ((a + two) * (a + two + 1));
        d = 1 + up * d, c = 1 + up / c;
        d = 1 / (size_of(d) < 1e-280 ? 1e-280 : d), c = size_of(c) < 1e-280 ? 1e-280 : c;
        h *= d * c;
        d = 1 + down * d, c = 1 + down / c;
        d = 1 / (size_of(d) < 1e-280 ? 1e-280 : d), c = size_of(c) < 1e-280 ? 1e-280 : c;
        h *= d * c;
        if (size_of(d * c - 1) < 1e-15) break;
    }
    return h;
}

void calc_beta(double a, double b, double x, double *log_below, double *log_above)
{
    bool low = x < (a + 1) / (a + b + 2);
    double front = a * calc_log(x) + b * calc_log(1 - x) + calc_log_gamma(a + b) - calc_log_gamma(a) - calc_log_gamma(b);
    double l = low ? front + calc_log(beta_fraction(a, b, x) / a) : front + calc_log(beta_fraction(b, a, 1 - x) / b);
    if (l > -1e-300) l = -1e-300;
    *(low ? log_below : log_above) = l;
    *(low ? log_above : log_below) = log_rest(l);
}

void calc_gamma(double a, double x, double *log_below, double *log_above)
{
    double front = a * calc_log(x) - x - calc_log_gamma(a);
    bool low = x < a + 1;
    double l;
    if (low) {
        double term = 1 / a, sum = term;
        for (double n = a + 1; term > 1e-17 * sum; n += 1) sum += term *= x / n;
        l = front + calc_log(sum);
    } else {
        double b = x + 1 - a, c = 1e280, d = 1 / b, h = d;
        for (int i = 1; i < 20000; i++) {
            double an = -i * (i - a);
            b += 2;
            d = an * d + b, c = b + an / c;
            d = 1 / (size_of(d) < 1e-280 ? 1e-280 : d), c = size_of(c) < 1e-280 ? 1e-280 : c;
            h *= d * c;
            if (size_of(d * c - 1) < 1e-15) break;
        }
        l = front + calc_log(h);
    }
    if (l > -1e-300) l = -1e-300;
    *(low ? log_below : log_above) = l;
    *(low ? log_above : log_below) = log_rest(l);
}

/* --- curves ------------------------------------------------------------------------------------------------------------------------- */

Curve curve_new(Arena *a, double from, double to, size_t n)
{
    return (Curve){from, to, (double)n / (to - from), n, arena_alloc_array(a, sizeof(double[4]), n)};
}

void curve_fill(Curve *x, const double *value, const double *slope)
{
    double step = 1 / x->per;
    for (size_t i = 0; i < x->n; i++) {
        double rise = value[i + 1] - value[i], left = slope[i] * step, right = slope[i + 1] * step;
        x->c[i][0] = value[i], x->c[i][1] = left;
        x->c[i][2] = 3 * rise - 2 * left - right, x->c[i][3] = left + right - 2 * rise;
    }
}
