/* sizes.c -- see sizes.h. */
#include "losses/sizes.h"

#include <stdlib.h>

enum { NORMAL_STEPS = 64 * 17, PERT_STEPS = 136, STUDENT_STEPS = 340 };
#define LN_ROOT_2PI 0.91893853320467274178
#define LN2 0.69314718055994530942

static double log_density(double z) { return -0.5 * z * z - LN_ROOT_2PI; }

/* What a curve passes through while it is built. */
typedef struct Knots { double *value, *slope; } Knots;
static Knots knots_new(Arena *a, size_t n) { return (Knots){arena_array(a, double, n + 1), arena_array(a, double, n + 1)}; }
static double knot(const Curve *c, size_t i) { return c->from + (double)i / c->per; }

Normal normal_new(Arena *a)
{
    Normal n = {curve_new(a, -CURVE_END, CURVE_END, NORMAL_STEPS), curve_new(a, -CURVE_END, CURVE_END, NORMAL_STEPS)};
    Knots below = knots_new(a, NORMAL_STEPS), tail = knots_new(a, NORMAL_STEPS);
    for (size_t i = 0; i <= NORMAL_STEPS; i++) {
        double z = knot(&n.below, i), log_tail = calc_normal_log_tail(z);
        below.value[i] = calc_normal_cdf(z), below.slope[i] = calc_exp(log_density(z));
        tail.value[i] = -log_tail, tail.slope[i] = calc_exp(log_density(z) - log_tail);
    }
    curve_fill(&n.below, below.value, below.slope);
    curve_fill(&n.tail, tail.value, tail.slope);
    return n;
}

/* --- PERT ------------------------------------------------------------------------------------------------------------------------ */

/* The logit y of the beta quantile of which the part below has the logarithm given, one half at most. Newton; the density in y is x^a (1 - x)^b / B. */
static double beta_logit(double a, double b, double log_beta, double log_below, double y)
{
    for (int i = 0; i < 60; i++) {
        double log_x = -calc_log(1 + calc_exp(-y)), below, above;
        calc_beta(a, b, calc_exp(log_x), &below, &above);
        double step = (log_below - below) / calc_exp(a * log_x + b * (log_x - y) - log_beta - below);
        y += step = step > 2 ? 2 : step < -2 ? -2 : step;
        if (step < 1e-11 && step > -1e-11) break;
    }
    return y;
}

/* The lower half; the upper one is that of the beta distribution turned round. */
static void pert_half(const Curve *c, Knots *k, double a, double b, bool turned)
{
    double y = calc_log(a / b), log_beta = calc_log_gamma(a) + calc_log_gamma(b) - calc_log_gamma(a + b);
    for (size_t i = PERT_STEPS / 2 + 1; i-- > 0;) {
        double z = knot(c, i);
        y = beta_logit(a, b, log_beta, calc_normal_log_tail(-z), y);
        double log_x = -calc_log(1 + calc_exp(-y)), x = calc_exp(log_x);
        size_t at = turned ? PERT_STEPS - i : i;
        k->value[at] = turned ? 1 - x : x;
        k->slope[at] = calc_exp(log_density(z) - ((a - 1) * log_x + (b - 1) * (log_x - y) - log_beta));
    }
}

static Curve pert_curve(Arena *arena, double a, double b)
{
    Curve c = curve_new(arena, -CURVE_END, CURVE_END, PERT_STEPS);
    Knots k = knots_new(arena, PERT_STEPS);
    pert_half(&c, &k, a, b, false);
    pert_half(&c, &k, b, a, true);
    curve_fill(&c, k.value, k.slope);
    return c;
}

/* --- of each kind ------------------------------------------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static const double *sorted(Arena *a, const double *values, size_t n)
{
    double *copy = arena_array(a, double, n);
    memcpy(copy, values, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_size);
    return copy;
}

static void set_tail(Size *x, double below, double above)
{
    x->tail_z = below <= 0 ? -CURVE_END - 1 : above <= 0 ? CURVE_END + 1 : calc_normal_quantile(below, above);
    x->tail_start = below <= 0 || above <= 0 ? 0 : -calc_log(above);
}

static void lognormal_tail(Size *x)
{
    const Severity *s = x->s;
    double gap = calc_log(s->tail_from) - s->mu, z = s->sigma > 0 ? gap / s->sigma : gap < 0 ? -CURVE_END - 1 : CURVE_END + 1;
    x->tail_z = z;
    x->tail_start = z < -CURVE_END ? 0 : -calc_normal_log_tail(z > CURVE_END ? CURVE_END : z);
}

static void sample_tail(Size *x)
{
    size_t above = 0;
    for (size_t i = 0; i < x->s->n; i++) above += x->sorted[i] > x->s->tail_from;
    double share = (double)above / (double)x->s->n;
    set_tail(x, 1 - share, share);
}

Size size_of(Arena *a, const Normal *normal, const Severity *s)
{
    Size x = {.s = s, .normal = normal, .tail_z = CURVE_END + 1};
    double wide = s->high - s->low;
    if (s->kind == SEVERITY_PERT && wide > 1e-12 * s->high) x.pert = pert_curve(a, 1 + 4 * (s->mode - s->low) / wide, 1 + 4 * (s->high - s->mode) / wide);
    if (s->kind == SEVERITY_PARETO) {
        x.log_low = calc_log(s->low);
        x.cut = s->high < AMOUNT_MAX ? calc_exp(s->shape * (x.log_low - calc_log(s->high))) : 0;
    }
    if (s->kind == SEVERITY_SAMPLE) x.sorted = sorted(a, s->values, s->n);
    if (s->tail_from > 0 && s->kind == SEVERITY_LOGNORMAL) lognormal_tail(&x);
    if (s->tail_from > 0 && s->kind == SEVERITY_SAMPLE) sample_tail(&x);
    return x;
}

static double pareto_at(const Size *x, double z)
{
    double log_p = -curve_at(&x->normal->tail, z);
    if (x->cut > 0) log_p = calc_log(x->cut + (1 - x->cut) * calc_exp(log_p));
    double log_size = x->log_low - log_p / x->s->shape, size = calc_exp(log_size < 300 ? log_size : 300);
    return size < x->s->low ? x->s->low : size > x->s->high ? x->s->high : size;
}

static double sample_at(const Size *x, double z)
{
    size_t i = (size_t)(curve_at(&x->normal->below, z) * (double)x->s->n);
    return x->sorted[i < x->s->n ? i : x->s->n - 1];
}

static double one_at(const Size *x, double z)
{
    const Severity *s = x->s;
    switch (s->kind) {
    case SEVERITY_FIXED: return s->mode;
    case SEVERITY_PERT: return x->pert.n ? s->low + (s->high - s->low) * curve_at(&x->pert, z) : s->mode;
    case SEVERITY_UNIFORM: return s->low + (s->high - s->low) * curve_at(&x->normal->below, z);
    case SEVERITY_PARETO: return pareto_at(x, z);
    case SEVERITY_SAMPLE: return sample_at(x, z);
    default: return 0;
    }
}

static double tail_at(const Size *x, double z)
{
    double over = curve_at(&x->normal->tail, z) - x->tail_start, log_size = calc_log(x->s->tail_from) + (over > 0 ? over : 0) / x->s->tail_shape;
    return calc_exp(log_size < 300 ? log_size : 300);
}

void sizes_at(const Size *size, const Kernel *k, const double *z, size_t n, double *x)
{
    n = (n + 7) / 8 * 8;
    if (size->s->kind == SEVERITY_LOGNORMAL) k->lognormals(z, n, size->s->mu, size->s->sigma, x);
    else for (size_t i = 0; i < n; i++) x[i] = one_at(size, z[i]);
    for (size_t i = 0; size->tail_z < CURVE_END && i < n; i++)
        if (z[i] > size->tail_z) x[i] = tail_at(size, z[i]);
}

/* --- t ------------------------------------------------------------------------------------------------------------------------------- */

/* ln of a gamma quantile by Newton on the logarithm of its smaller part, in ln x. */
static double gamma_log_quantile(double a, double log_below, double log_above, double y)
{
    for (int i = 0; i < 60; i++) {
        double below, above, step, density = a * y - calc_exp(y) - calc_log_gamma(a);
        calc_gamma(a, calc_exp(y), &below, &above);
        if (log_below < log_above) step = (log_below - below) / calc_exp(density - below);
        else step = (above - log_above) / calc_exp(density - above);
        step = step > 2 ? 2 : step < -2 ? -2 : step;
        y += step;
        if (step < 1e-12 && step > -1e-12) break;
    }
    return y;
}

/* -ln √(χ² / freedom) at the quantile of z: half of χ² is gamma distributed. */
static void fill_divisor(Arena *arena, StudentT *t)
{
    double a = t->freedom / 2, y = calc_log(a);
    Knots k = knots_new(arena, STUDENT_STEPS);
    for (size_t n = 0; n <= STUDENT_STEPS; n++) {
        size_t i = n <= STUDENT_STEPS / 2 ? STUDENT_STEPS / 2 + n : STUDENT_STEPS - n;
        if (i == STUDENT_STEPS / 2 - 1) y = calc_log(a);
        double z = knot(&t->divisor, i);
        y = gamma_log_quantile(a, calc_normal_log_tail(-z), calc_normal_log_tail(z), y);
        k.value[i] = -0.5 * (y - calc_log(a));
        k.slope[i] = -0.5 * calc_exp(log_density(z) - (a * y - calc_exp(y) - calc_log_gamma(a)));
    }
    curve_fill(&t->divisor, k.value, k.slope);
}

/* By y = √(freedom ln (1 + x² / freedom)), which is nearly the normal variable itself (Wallace 1959): x² = freedom (e^(y² / freedom) - 1). */
static void fill_normal(Arena *arena, StudentT *t)
{
    double v = t->freedom, log_front = calc_log_gamma((v + 1) / 2) - calc_log_gamma(v / 2) - 0.5 * calc_log(v * 3.14159265358979323846);
    Knots k = knots_new(arena, STUDENT_STEPS);
    for (size_t i = 0; i <= STUDENT_STEPS; i++) {
        double y = knot(&t->as_normal, i), w = calc_exp(-y * y / v), q = y * y / v, x = __builtin_sqrt(v * (q < 1e-4 ? q * (1 + q * (0.5 + q / 6)) : 1 / w - 1)), below, above, z = 0;
        if (i > 0) {
            calc_beta(v / 2, 0.5, w, &below, &above); /* P(|T| > x) */
            double log_tail = below - LN2;
            z = calc_normal_quantile(1 - calc_exp(log_tail), calc_exp(log_tail));
        }
        double steep = i > 0 ? y / (x * w) : 1; /* dx / dy */
        k.value[i] = z;
        k.slope[i] = steep * calc_exp(log_front - (v + 1) / 2 * (y * y / v) - log_density(z));
    }
    curve_fill(&t->as_normal, k.value, k.slope);
}

StudentT student_new(Arena *a, double freedom)
{
    StudentT t = {freedom, curve_new(a, -CURVE_END, CURVE_END, STUDENT_STEPS), curve_new(a, 0, 13, STUDENT_STEPS)};
    fill_divisor(a, &t);
    fill_normal(a, &t);
    return t;
}

double student_factor(const StudentT *t, double z) { return calc_exp(curve_at(&t->divisor, z)); }

double student_normal(const StudentT *t, double x)
{
    double y = __builtin_sqrt(t->freedom * calc_log(1 + x * x / t->freedom)), z = curve_at(&t->as_normal, y);
    return x < 0 ? -z : z;
}
