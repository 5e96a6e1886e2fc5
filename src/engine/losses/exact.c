/*
 * exact.c -- the distribution of the sum by Fourier's transform. Counts are functions of the transform of one loss: exp(rate (z - 1)) for Poisson, so that all Poisson
 * risks with one loss an event share one transform (their masses are summed first). Tilted by exp(-theta j), so that what wraps round the grid is lost.
 */
#include "losses/cells.h"
#include "losses/fft.h"
#include "losses/special.h"

#include <math.h>

static const double TILT = 10; /* theta n: what lies beyond the grid wraps round 5e-5-fold; rounding grows by the inverse at its end, by its root in the middle */
enum { COARSER_MAX = 12 };

typedef struct Work {
    Arena *a;
    Fft fft;
    size_t n, bins;
    double step, *tilt, *cells, *other, *zr, *zi, *z2r, *z2i;
    double *pool, pool_rate; /* rate × masses of the Poisson risks */
    double *er, *ei, *pr, *pi; /* the transform of the sum: exp(er + i ei) (pr + i pi) */
    struct Work *wide; /* of twice as many cells, for sums of two that must not wrap round at all */
} Work;

static Work work_new(Arena *a, size_t n, double step)
{
    size_t bins = n / 2 + 1;
    Work w = {.a = a, .fft = fft_new(a, n), .n = n, .bins = bins, .step = step};
    double **whole[] = {&w.tilt, &w.cells, &w.other, &w.pool}, **half[] = {&w.zr, &w.zi, &w.z2r, &w.z2i, &w.er, &w.ei, &w.pr, &w.pi};
    for (size_t i = 0; i < COUNT(whole); i++)
        *whole[i] = arena_array(a, double, n);
    for (size_t i = 0; i < COUNT(half); i++)
        *half[i] = arena_array(a, double, bins);
    for (size_t j = 0; j < n; j++)
        w.tilt[j] = exp(-TILT * (double)j / (double)n);
    for (size_t k = 0; k < bins; k++)
        w.pr[k] = 1;
    return w;
}

/* Spends the masses. */
static void transform(const Work *w, double *mass, double *zr, double *zi)
{
    for (size_t j = 0; j < w->n; j++)
        mass[j] *= w->tilt[j];
    fft_forward(&w->fft, mass, zr, zi);
}

static void transform_back(const Work *w, const double *zr, const double *zi, double *mass)
{
    double energy = 0;
    fft_back(&w->fft, zr, zi, mass);
    for (size_t j = 0; j < w->n; j++)
        energy += mass[j] * mass[j];
    double noise = 4e-15 * sqrt(energy / (double)w->n); /* what rounding alone leaves in every cell is nothing */
    for (size_t j = 0; j < w->n; j++)
        mass[j] = mass[j] > noise ? mass[j] / w->tilt[j] : 0;
}

/* --- counts ----------------------------------------------------------------------------------------------------------------- */
typedef struct Node { double rate, weight; } Node;

/* The uncertain rate at points with weights, by the double exponential rule (Takahasi and Mori 1974): exact for any shape at the ends. */
static size_t rate_nodes(Arena *a, const Frequency *f, Node **out)
{
    double width = f->high - f->low, pa = 1, pb = 1, sum = 0;
    if (f->kind == FREQUENCY_PERT) pa = 1 + 4 * (f->mode - f->low) / width, pb = 1 + 4 * (f->high - f->mode) / width;
    size_t half = 64 + (size_t)(8 * sqrt(width)), n = 2 * half + 1;
    Node *node = arena_array(a, Node, n);
    for (size_t i = 0; i < n; i++) {
        double t = 3.4 * ((double)i - (double)half) / (double)half, s = 3.14159265358979323846 * sinh(t), x = 1 / (1 + exp(-s)), y = 1 / (1 + exp(s));
        node[i] = (Node){f->low + width * x, exp(pa * log(x) + pb * log(y)) * cosh(t)};
        sum += node[i].weight;
    }
    for (size_t i = 0; i < n; i++)
        node[i].weight /= sum;
    *out = node;
    return n;
}

static bool is_mixed(const Frequency *f)
{
    return (f->kind == FREQUENCY_PERT || f->kind == FREQUENCY_UNIFORM) && f->high > f->low;
}

static double fixed_rate(const Frequency *f) /* of one that is Poisson; NAN: it is not */
{
    if (f->kind == FREQUENCY_ONCE || is_mixed(f) || (f->kind == FREQUENCY_GAMMA && f->sd > 0)) return NAN;
    return frequency_mean(f);
}

/* Chances of 0, 1, … events, as far as they matter. */
static size_t mixed_counts(Arena *a, const Frequency *f, double **out)
{
    Node *node;
    size_t nodes = rate_nodes(a, f, &node), n = (size_t)(f->high + 9 * sqrt(f->high) + 30);
    double *p = arena_array(a, double, n);
    for (size_t i = 0; i < nodes; i++) {
        double log_rate = log(fmax(node[i].rate, 1e-300)), factorial = 0;
        for (size_t k = 0; k < n; k++) {
            if (k) factorial += log((double)k);
            p[k] += node[i].weight * exp((double)k * log_rate - factorial - node[i].rate);
        }
    }
    *out = p;
    return n;
}

static void multiply(const Work *w, size_t k, double re, double im)
{
    double r = w->pr[k] * re - w->pi[k] * im;
    w->pi[k] = w->pr[k] * im + w->pi[k] * re, w->pr[k] = r;
}

/* Horner's rule for a stretch of frequencies at a time: it stays in the cache and goes several abreast. */
static void apply_counts(const Work *w, const double *p, size_t n)
{
    enum { STRETCH = 256 };
    for (size_t from = 0; from < w->bins; from += STRETCH) {
        size_t length = w->bins - from < STRETCH ? w->bins - from : STRETCH;
        double sr[STRETCH] = {0}, si[STRETCH] = {0};
        const double *zr = w->zr + from, *zi = w->zi + from;
        for (size_t k = n; k-- > 0;)
            for (size_t i = 0; i < length; i++) {
                double r = sr[i] * zr[i] - si[i] * zi[i] + p[k];
                si[i] = sr[i] * zi[i] + si[i] * zr[i], sr[i] = r;
            }
        for (size_t i = 0; i < length; i++)
            multiply(w, from + i, sr[i], si[i]);
    }
}

/* (1 - theta (z - 1))^-shape: the real part of the base is at least 1, so its logarithm is the principal one. */
static void apply_gamma(const Work *w, const Frequency *f)
{
    double theta = f->sd * f->sd / f->rate, shape = f->rate / theta;
    for (size_t k = 0; k < w->bins; k++) {
        double re = 1 - theta * (w->zr[k] - 1), im = -theta * w->zi[k];
        w->er[k] -= shape * log(hypot(re, im)), w->ei[k] -= shape * atan2(im, re);
    }
}

/* One more risk, the transform of one of its losses in zr, zi. */
static void apply(const Work *w, const Frequency *f)
{
    double rate = fixed_rate(f), *p;
    if (f->kind == FREQUENCY_ONCE) {
        for (size_t k = 0; k < w->bins; k++)
            multiply(w, k, 1 - f->rate + f->rate * w->zr[k], f->rate * w->zi[k]);
    } else if (is_mixed(f)) {
        size_t n = mixed_counts(w->a, f, &p);
        apply_counts(w, p, n);
    } else if (f->kind == FREQUENCY_GAMMA && f->sd > 0) {
        apply_gamma(w, f);
    } else {
        for (size_t k = 0; k < w->bins; k++)
            w->er[k] += rate * (w->zr[k] - 1), w->ei[k] += rate * w->zi[k];
    }
}

/* Chance that no event brings a loss, where one brings none with chance z. */
static double none_of(Arena *a, const Frequency *f, double z)
{
    double rate = fixed_rate(f), theta = f->rate > 0 ? f->sd * f->sd / f->rate : 0, sum = 0;
    if (f->kind == FREQUENCY_ONCE) return 1 - f->rate + f->rate * z;
    if (f->kind == FREQUENCY_GAMMA && theta > 0) return pow(1 - theta * (z - 1), -f->rate / theta);
    if (!is_mixed(f)) return exp(rate * (z - 1));
    Node *node;
    size_t n = rate_nodes(a, f, &node);
    for (size_t i = 0; i < n; i++)
        sum += node[i].weight * exp(node[i].rate * (z - 1));
    return sum;
}

/* Everything in: the masses of the sum. */
static void finish(Work *w, double *mass)
{
    if (w->pool_rate > 0) {
        transform(w, w->pool, w->zr, w->zi);
        for (size_t k = 0; k < w->bins; k++)
            w->er[k] += w->zr[k] - w->pool_rate, w->ei[k] += w->zi[k];
    }
    for (size_t k = 0; k < w->bins; k++) {
        double size = exp(w->er[k]), c = size * cos(w->ei[k]), s = size * sin(w->ei[k]);
        w->zr[k] = c * w->pr[k] - s * w->pi[k], w->zi[k] = c * w->pi[k] + s * w->pr[k];
    }
    transform_back(w, w->zr, w->zi, mass);
}

void losses_compound(Arena *a, const Frequency *f, const double *mass, size_t n, double *g)
{
    Work w = work_new(a, n, 1);
    memcpy(w.cells, mass, n * sizeof *mass);
    transform(&w, w.cells, w.zr, w.zi);
    apply(&w, f);
    finish(&w, g);
}

/* --- one risk --------------------------------------------------------------------------------------------------------------- */
typedef struct Part {
    Frequency f;  /* of the events that are kept */
    Event first, second; /* without the layer where there are two: it is on their sum */
    double chance;
    double usual1, usual2; /* where there are two: what nine in ten do not exceed */
    Layer each;
} Part;

static Part part_of(const LossRisk *r, const CaseRisk *c)
{
    bool two = r->secondary_chance > 0 && r->secondary.kind != SEVERITY_NONE && c->keep_size > 0;
    Layer none = {0};
    Part p = {frequency_thinned(&r->frequency, c->keep_events), {&r->primary, c->keep_size, two ? none : c->each}, {&r->secondary, c->keep_size, none}, two ? r->secondary_chance : 0, 0, 0, c->each};
    if (two) p.usual1 = c->keep_size * severity_quantile(&r->primary, 0.9), p.usual2 = c->keep_size * severity_quantile(&r->secondary, 0.9);
    return p;
}

static bool layered_sum(const Part *p)
{
    return p->chance > 0 && p->each.share > 0;
}

static void clear(double *x, size_t n)
{
    memset(x, 0, n * sizeof *x);
}

/* The transform of first, and with its chance second, into zr, zi: their masses in the first n cells. */
static void transform_two(Work *w, const Part *p, double step, size_t n)
{
    clear(w->cells, w->n), clear(w->other, w->n);
    event_cells(&p->first, 1, step, w->cells, n), event_cells(&p->second, 1, step, w->other, n);
    transform(w, w->cells, w->zr, w->zi), transform(w, w->other, w->z2r, w->z2i);
    for (size_t k = 0; k < w->bins; k++) {
        double mr = 1 - p->chance + p->chance * w->z2r[k], mi = p->chance * w->z2i[k], r = w->zr[k] * mr - w->zi[k] * mi;
        w->zi[k] = w->zr[k] * mi + w->zi[k] * mr, w->zr[k] = r;
    }
}

/* Masses of what is retained of the sum of two losses. Where the layer brings losses from beyond the grid back into it, coarser grids reach them. The mean so found. */
static double two_cells(Work *w, const Part *p, double weight, double *out)
{
    double left = 1, mean = 0, step = w->step, limit = (double)w->n * w->step;
    if (!w->wide) {
        w->wide = arena_new(w->a, Work);
        *w->wide = work_new(w->a, 2 * w->n, step);
    }
    double *cells = w->wide->cells;
    clear(w->cells, w->n);
    bool bounded = isinf(layer_loss(&p->each, p->each.deductible)); /* no more than the deductible is retained, however large */
    for (int level = 0;; level++, step *= 2) {
        bool more = !bounded && level < COARSER_MAX && layer_retained(&p->each, (double)w->n * step) < limit;
        transform_two(w->wide, p, step, w->n);
        transform_back(w->wide, w->wide->zr, w->wide->zi, cells);
        if (more) cells[w->n - 1] *= 0.5; /* its roof and that of the first coarser cell then add up to one */
        for (size_t j = level ? w->n / 2 : 0; j < w->n; j++) {
            double y = layer_retained(&p->each, (double)j * step);
            point_cells(y, cells[j], w->step, w->cells, w->n);
            left -= cells[j], mean += y * cells[j];
        }
        if (!more || left < 1e-12) break;
    }
    double scale = left < 0 ? 1 / (1 - left) : 1; /* what lies where two grids meet may be counted a little twice */
    left = fmax(left, 0);
    if (bounded) point_cells(p->each.deductible, left, w->step, w->cells, w->n);
    for (size_t j = 0; j < w->n; j++)
        out[j] += weight * scale * w->cells[j];
    return scale * mean + left * (bounded ? p->each.deductible : layer_retained(&p->each, (double)w->n * step));
}

/* Adds a risk; the mean of one of its events. */
static double add_part(Work *w, const Part *p)
{
    double rate = fixed_rate(&p->f), *target = isnan(rate) ? NULL : w->pool, weight = isnan(rate) ? 1 : rate, mean;
    if (p->chance > 0 && !layered_sum(p)) {
        transform_two(w, p, w->step, w->n);
        apply(w, &p->f);
        return event_mean(&p->first) + p->chance * event_mean(&p->second);
    }
    double *cells = target ? target : arena_array(w->a, double, w->n);
    if (layered_sum(p)) mean = two_cells(w, p, weight, cells);
    else event_cells(&p->first, weight, w->step, cells, w->n), mean = event_mean(&p->first);
    if (target) {
        w->pool_rate += rate;
        return mean;
    }
    transform(w, cells, w->zr, w->zi);
    apply(w, &p->f);
    return mean;
}

/* Chance that an event brings no loss; NAN where only the grid knows. */
static double no_loss(const Part *p)
{
    double first = severity_cdf(p->first.s, 0), second = p->chance > 0 ? severity_cdf(p->second.s, 0) : 1;
    if (!(p->first.scale > 0)) return 1;
    if (!(p->each.share >= 1) || p->each.deductible > 0) return first * (1 - p->chance + p->chance * second);
    return p->chance > 0 ? NAN : 1 - severity_above(p->first.s, p->each.limit / p->first.scale);
}

/* --- the grid --------------------------------------------------------------------------------------------------------------- */
static double part_above(const Part *p, double y)
{
    if (!(p->chance > 0)) return event_above(&p->first, y);
    double x = layer_loss(&p->each, y);
    if (isinf(x)) return 0;
    return fmin(event_above(&p->first, x - fmin(p->usual2, x / 2)) + p->chance * event_above(&p->second, x - fmin(p->usual1, x / 2)), 1);
}

typedef struct Parts { const Part *list; size_t n; } Parts;

static double events_above(Parts ps, double y)
{
    double sum = 0;
    for (size_t i = 0; i < ps.n; i++)
        sum += frequency_mean(&ps.list[i].f) * part_above(&ps.list[i], y);
    return sum;
}

/* Where single losses are beyond with this expected number a year. */
static double reach(Parts ps, double chance)
{
    double low = 1, high = 1;
    while (high < 1e150 && events_above(ps, high) > chance)
        low = high, high *= 64;
    while (low > 1e-150 && events_above(ps, low) <= chance)
        high = low, low /= 64;
    if (low <= 1e-150) return 0;
    for (int i = 0; i < 40; i++) {
        double middle = sqrt(low * high);
        if (events_above(ps, middle) > chance) low = middle;
        else high = middle;
    }
    return high;
}

/* Mean and variance of the sum of losses up to x, roughly (trapezium in the logarithm): room on the grid is all that they are for. */
static void moments_to(Parts ps, double x, double *mean, double *variance)
{
    enum { POINTS = 96 };
    double ratio = log(1e-9) / POINTS;
    *mean = *variance = 0;
    for (size_t i = 0; i < ps.n; i++) {
        const Part *p = &ps.list[i];
        double m1 = 0, m2 = 0, rate = frequency_mean(&p->f);
        for (int k = 0; k < POINTS; k++) {
            double at = x * exp(ratio * (k + 0.5)), area = part_above(p, at) * at * -ratio;
            m1 += area, m2 += 2 * area * at;
        }
        *mean += rate * m1, *variance += rate * m2 + fmax(frequency_variance(&p->f) - rate, 0) * m1 * m1;
    }
}

static double common_divisor(double a, double b)
{
    while (b > 1e-9 * a) {
        double rest = fmod(a, b);
        if (b - rest < 1e-9 * b) rest = 0;
        a = b, b = rest;
    }
    return a;
}

/* The largest step of which every loss is a multiple; 0: there is none of use. */
static double divisor_of(Parts ps, double least)
{
    double step = 0, at;
    for (size_t i = 0; i < ps.n; i++) {
        const Event *both[] = {&ps.list[i].first, &ps.list[i].second};
        if (ps.list[i].each.share > 0) return 0;
        for (size_t k = 0; k < (ps.list[i].chance > 0 ? 2 : 1); k++) {
            const Severity *s = both[k]->s;
            bool point = severity_is_point(s, &at);
            if (severity_has_tail(s) || (!point && s->kind != SEVERITY_SAMPLE)) return 0;
            for (size_t v = 0; v < (point ? 1 : s->n) && both[k]->scale > 0; v++) {
                step = common_divisor(fmax(step, both[k]->scale * (point ? at : s->values[v])), fmin(step, both[k]->scale * (point ? at : s->values[v])));
                if (step > 0 && step < least) return 0;
            }
        }
    }
    return step;
}

static double chosen_step(Parts ps, size_t n)
{
    double chance = fmin(fmax(1e-2 / (double)n, 1e-8), 1e-4), mean, variance, usual = reach(ps, 0.01), step;
    for (;; chance *= 10) {
        double x = reach(ps, chance);
        moments_to(ps, fmax(x, usual), &mean, &variance);
        step = (mean + 6 * sqrt(variance) + x) / (double)n * 1.02;
        moments_to(ps, usual, &mean, &variance);
        if (chance >= 1e-4 || step <= (mean + usual) / 500) break;
    }
    double divisor = divisor_of(ps, step);
    step = divisor > 0 ? divisor : step;
    return step > 0 && step < INFINITY ? step : 1;
}

/* The layer on the sum, cell by cell. What lies beyond the grid stays beyond what is left of it, where that is bounded. */
static void layer_on_grid(Arena *a, const Layer *l, LossGrid *g)
{
    if (!(l->share > 0)) return;
    double end = layer_retained(l, (double)g->n * g->step);
    bool bounded = isinf(layer_loss(l, l->deductible)) && (double)g->n * g->step >= l->deductible;
    size_t n = end < (double)g->n * g->step ? (size_t)(end / g->step + 1e-9) + 2 : g->n;
    double *mass = arena_array(a, double, n);
    for (size_t j = 0; j < g->n; j++)
        point_cells(layer_retained(l, (double)j * g->step), g->mass[j], g->step, mass, n);
    if (bounded) {
        point_cells(l->deductible, g->beyond, g->step, mass, n);
        g->beyond = 0, g->beyond_mean = 0;
    } else {
        double top = (double)g->n * g->step, excess = fmax(g->beyond_mean - g->beyond * top, 0);
        double paid = layer_paid(l, top) * g->beyond + (top >= l->deductible && top < l->deductible + l->limit ? l->share * excess : 0);
        if (isfinite(g->beyond_mean)) g->beyond_mean = fmax(g->beyond_mean - fmin(paid, l->share * l->limit * g->beyond), fmax(end, (double)(n - 1) * g->step) * g->beyond);
    }
    g->none = l->deductible > 0 || l->share < 1 ? g->none : mass[0];
    g->mass = mass, g->n = n;
}

static Err refused(Arena *a, const LossRisk *r, bool common)
{
    return err_text(ERR_INVALID, common ? TEXT_FILL(a, "リスク「{0}」は共通原因を持つため、厳密計算はできません。乱数による計算を使ってください", "risk \"{0}\" has a common cause: no exact figures; use the drawn ones", r->id)
                                        : TEXT_FILL(a, "リスク「{0}」は年間の損失に対する保険を持つため、厳密計算はできません。乱数による計算を使ってください", "risk \"{0}\" has insurance on the losses of its year: no exact figures; use the drawn ones", r->id));
}

/* What a risk costs, in passes along the grid: its masses; transforms of its own; one step of Horner's rule for each count. */
static double passes_of(const Part *p)
{
    return 1 + (p->chance > 0 || isnan(fixed_rate(&p->f)) ? 8 : 0) + (is_mixed(&p->f) ? p->f.high / 8 : 0);
}

static Err parts_of(Arena *a, const LossModel *m, const LossCase *c, size_t cells, Part **out, size_t *n)
{
    Part *list = arena_array(a, Part, m->risks_n);
    double passes = 0;
    *n = 0;
    for (size_t i = 0; i < m->risks_n; i++) {
        const LossRisk *r = &m->risks[i];
        if (r->factor >= 0 && (r->on_count != 0 || r->on_size != 0)) return refused(a, r, true);
        if (c->risk[i].year.share > 0) return refused(a, r, false);
        Part p = part_of(r, &c->risk[i]);
        if (is_mixed(&p.f) && p.f.high > LOSS_EXACT_RATE_MAX)
            return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "リスク「{0}」の不確かな頻度が年10,000件を超えるため、厳密計算はできません", "risk \"{0}\": an uncertain rate above 10,000 a year has no exact figures", r->id));
        if (!(frequency_mean(&p.f) > 0 && p.first.scale > 0)) continue;
        list[(*n)++] = p, passes += passes_of(&p);
    }
    if (passes * (double)cells > LOSS_EXACT_WORK_MAX) return err_text(ERR_TOO_LARGE, text_of("リスクが多すぎるため、厳密計算はできません。乱数による計算を使ってください", "too many risks for exact figures; use the drawn ones"));
    *out = list;
    return ERR_NONE;
}

Err losses_exact(Arena *a, const LossModel *m, size_t at_case, double step, size_t n, LossGrid *out)
{
    Part *list;
    size_t parts;
    double mean = 0, none = 1, sum = 0;
    if (n < 1 << 10 || n > 1 << 22 || n & (n - 1) || !(step >= 0 && step < INFINITY)) return err_text(ERR_INVALID, text_of("格子の数か幅が正しくありません", "the grid has no such size or step"));
    TRY(parts_of(a, m, &m->cases[at_case], n, &list, &parts));
    Work w = work_new(a, n, step > 0 ? step : chosen_step((Parts){list, parts}, n));
    for (size_t i = 0; i < parts; i++) {
        mean += frequency_mean(&list[i].f) * add_part(&w, &list[i]);
        none *= none_of(a, &list[i].f, no_loss(&list[i]));
    }
    *out = (LossGrid){.mass = arena_array(a, double, n), .n = n, .step = w.step};
    finish(&w, out->mass);
    for (size_t j = n; j-- > 0;)
        sum += out->mass[j];
    out->beyond = 1 - sum > 1e-13 ? 1 - sum : 0;
    out->none = isnan(none) ? out->mass[0] : none;
    out->beyond_mean = out->beyond > 0 ? fmax(mean - grid_mean(out), out->beyond * (double)n * w.step) : 0; /* nothing added yet */
    layer_on_grid(a, &m->cases[at_case].year, out);
    return ERR_NONE;
}
