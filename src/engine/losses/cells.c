/* cells.c -- f[j] = E[max(0, 1 - |X / step - j|)], by differences of areas under P(X > x) near jumps, else by the density and interpolation. */
#include "losses/cells.h"

#include <math.h>
#include <stdlib.h>

enum { DEGREE = 8, NODES = DEGREE + 1, SHORT = 24, CUTS = SEVERITY_KNOTS + 2 };

/* --- what is left of a loss ------------------------------------------------------------------------------------------------ */
static double kept_share(const Layer *l)
{
    return 1 - l->share;
}

static double layer_end(const Layer *l) /* what is retained of a loss where the layer ends */
{
    return isinf(l->limit) ? INFINITY : l->deductible + kept_share(l) * l->limit;
}

double layer_loss(const Layer *l, double y)
{
    if (!(l->share > 0) || y < l->deductible) return y;
    if (y >= layer_end(l)) return y + l->share * l->limit;
    return kept_share(l) > 0 ? l->deductible + (y - l->deductible) / kept_share(l) : INFINITY;
}

double event_above(const Event *e, double y)
{
    double x = layer_loss(&e->each, y);
    return isinf(x) || !(e->scale > 0) ? 0 : severity_above(e->s, x / e->scale);
}

static double scaled_area(const Event *e, double x, double y)
{
    return x < y ? e->scale * severity_area(e->s, x / e->scale, y / e->scale) : 0;
}

/* ∫ P(event > t) dt from a to b */
static double event_area(const Event *e, double a, double b)
{
    const Layer *l = &e->each;
    if (!(l->share > 0)) return scaled_area(e, a, b);
    double end = layer_end(l), from = fmax(a, l->deductible), to = fmin(b, end), sum = scaled_area(e, a, fmin(b, l->deductible));
    if (kept_share(l) > 0 && from < to) sum += kept_share(l) * scaled_area(e, l->deductible + (from - l->deductible) / kept_share(l), l->deductible + (to - l->deductible) / kept_share(l));
    from = fmax(a, end);
    return from < b ? sum + scaled_area(e, from + l->share * l->limit, b + l->share * l->limit) : sum;
}

double event_mean(const Event *e)
{
    return e->scale > 0 ? event_area(e, 0, INFINITY) : 0;
}

static double event_density(const Event *e, double y)
{
    const Layer *l = &e->each;
    double x = layer_loss(l, y), slope = l->share > 0 && y >= l->deductible && y < layer_end(l) ? kept_share(l) : 1;
    return isinf(x) ? 0 : severity_density(e->s, x / e->scale) / (e->scale * slope);
}

/* --- points ----------------------------------------------------------------------------------------------------------------- */
void point_cells(double loss, double weight, double step, double *mass, size_t n)
{
    double place = loss / step, whole = floor(place + 1e-9), part = fmax(place - whole, 0);
    if (!(whole < (double)n)) return;
    if (part < 1e-9) part = 0; /* a multiple of the step but for rounding */
    size_t j = (size_t)whole;
    mass[j] += weight * (1 - part);
    if (j + 1 < n) mass[j + 1] += weight * part;
}

/* --- smooth stretches ------------------------------------------------------------------------------------------------------- */
typedef struct Fill { const Event *e; double weight, step, *mass; size_t n; } Fill;

static void fill_exactly(const Fill *f, size_t from, size_t to)
{
    double h = f->step;
    if (from >= to) return;
    double before = from ? event_area(f->e, (double)(from - 1) * h, (double)from * h) : h;
    for (size_t j = from; j < to; j++) {
        double after = event_area(f->e, (double)j * h, (double)(j + 1) * h);
        f->mass[j] += f->weight * fmax(before - after, 0) / h;
        before = after;
    }
}

/* The integral of the density under the roof over [j - 1, j + 1]: three points, exact to the fifth power. */
static double under_roof(const Fill *f, double j)
{
    static const double apart = 0.63245553203367586640 /* √(2/5) */;
    double h = f->step;
    return h * (7.0 / 12 * event_density(f->e, j * h) + 5.0 / 24 * (event_density(f->e, (j - apart) * h) + event_density(f->e, (j + apart) * h)));
}

/* Chebyshev's points, far ones by turns: Newton's form stays accurate. */
static const double nodes[NODES] = {0.98480775301220805937, -0.98480775301220805937, 0, 0.64278760968653932632, -0.64278760968653932632, 0.86602540378443864676, -0.86602540378443864676,
    0.34202014332566873304, -0.34202014332566873304};

static double newton(const double c[NODES], double t)
{
    double s = c[DEGREE];
    for (int i = DEGREE - 1; i >= 0; i--)
        s = s * (t - nodes[i]) + c[i];
    return s;
}

/* False where a polynomial is not good enough. */
static bool interpolated(const Fill *f, double middle, double half, double c[NODES])
{
    static const double between[] = {-0.95, -0.45, 0.2, 0.78, 0.995};
    double most = 0;
    for (int i = 0; i < NODES; i++)
        c[i] = under_roof(f, middle + half * nodes[i]), most = fmax(most, c[i]);
    for (int order = 1; order < NODES; order++)
        for (int i = DEGREE; i >= order; i--)
            c[i] = (c[i] - c[i - 1]) / (nodes[i] - nodes[i - order]);
    for (size_t i = 0; i < COUNT(between); i++)
        if (!(fabs(newton(c, between[i]) - under_roof(f, middle + half * between[i])) <= 1e-10 * most + 1e-22)) return false;
    return true;
}

/* Written so that it goes several abreast. */
static void add_polynomial(const double c[NODES], double weight, double half, double *restrict mass, int length)
{
    double turn = 1 / half;
    for (int j = 0; j < length; j++) {
        double x = newton(c, (double)j * turn - 1);
        mass[j] += weight * (x > 0 ? x : 0);
    }
}

static void fill_smooth(const Fill *f, size_t from, size_t to)
{
    double c[NODES];
    size_t hope = 4 * SHORT;
    while (from < to) {
        size_t length = to - from < hope ? to - from : hope;
        for (; length >= SHORT; length /= 2) { /* the longest head that a polynomial follows, of twice what the last one was */
            double half = 0.5 * (double)(length - 1), middle = (double)from + half;
            if (!interpolated(f, middle, half, c)) continue;
            add_polynomial(c, f->weight, half, f->mass + from, (int)length);
            break;
        }
        if (length < SHORT) {
            length = to - from < SHORT ? to - from : SHORT;
            fill_exactly(f, from, from + length);
        }
        from += length, hope = 2 * length;
    }
}

typedef struct Cut { double at; bool sharp; } Cut;

static int by_place(const void *a, const void *b)
{
    double x = ((const Cut *)a)->at, y = ((const Cut *)b)->at;
    return (x > y) - (x < y);
}

/* Where it jumps or bends, in cells, in order. */
static size_t cuts_of(const Event *e, double step, Cut out[CUTS])
{
    double knots[SEVERITY_KNOTS];
    size_t sharp, n = severity_knots(e->s, knots, &sharp);
    for (size_t i = 0; i < n; i++)
        out[i] = (Cut){layer_retained(&e->each, e->scale * knots[i]) / step, i < sharp};
    if (e->each.share > 0) out[n++] = (Cut){e->each.deductible / step, true}, out[n++] = (Cut){layer_end(&e->each) / step, true};
    qsort(out, n, sizeof *out, by_place);
    return n;
}

static void fill_all(const Fill *f)
{
    Cut cuts[CUTS];
    size_t n = cuts_of(f->e, f->step, cuts), from = f->n < 8 ? f->n : 8;
    fill_exactly(f, 0, from);
    for (size_t i = 0; i < n && cuts[i].at < (double)f->n + 2; i++) {
        double before = floor(cuts[i].at) - (cuts[i].sharp ? 2 : 0);
        size_t to = before > (double)from ? (size_t)fmin(before, (double)f->n) : from;
        fill_smooth(f, from, to), from = to;
        if (!cuts[i].sharp) continue;
        to = (size_t)fmin(fmax(floor(cuts[i].at) + 3, (double)from), (double)f->n);
        fill_exactly(f, from, to), from = to;
    }
    fill_smooth(f, from, f->n);
}

static void sample_cells(const Event *e, double weight, double step, double *mass, size_t n)
{
    const Severity *s = e->s;
    bool tail = severity_has_tail(s);
    for (size_t i = 0; i < s->n; i++)
        if (!tail || s->values[i] <= s->tail_from) point_cells(layer_retained(&e->each, e->scale * s->values[i]), weight / (double)s->n, step, mass, n);
    if (!tail) return;
    Severity beyond = {.kind = SEVERITY_PARETO, .low = s->tail_from, .high = INFINITY, .shape = s->tail_shape};
    double chance = severity_above(s, s->tail_from);
    if (chance > 0) event_cells(&(Event){&beyond, e->scale, e->each}, weight * chance, step, mass, n);
}

void event_cells(const Event *e, double weight, double step, double *mass, size_t n)
{
    double at;
    if (!(e->scale > 0)) mass[0] += weight;
    else if (e->s->kind == SEVERITY_SAMPLE && e->s->n) sample_cells(e, weight, step, mass, n);
    else if (severity_is_point(e->s, &at) && !severity_has_tail(e->s)) point_cells(layer_retained(&e->each, e->scale * at), weight, step, mass, n);
    else fill_all(&(Fill){e, weight, step, mass, n});
}
