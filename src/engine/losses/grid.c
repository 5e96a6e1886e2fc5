/* grid.c -- figures of a distribution on a grid, and Panjer's recursion (Panjer 1981) as a third way to it. */
#include "losses/losses.h"

#include <math.h>

double grid_mean(const LossGrid *g)
{
    double sum = 0;
    for (size_t j = g->n; j-- > 1;)
        sum += (double)j * g->mass[j];
    return sum * g->step + g->beyond_mean;
}

/* The first cell up to which the chance is p; n: beyond the grid. Summed from above where that is nearer, so that small chances keep their digits. */
static size_t cell_at(const LossGrid *g, double p)
{
    double above = g->beyond, allowed = (1 - p) * (1 + 1e-12) + 1e-15;
    if (above > allowed) return g->n;
    size_t j = g->n;
    while (j-- > 1) {
        above += g->mass[j];
        if (above > allowed) return j;
    }
    return 0;
}

double grid_var(const LossGrid *g, double p)
{
    size_t j = cell_at(g, p);
    return j < g->n ? (double)j * g->step : INFINITY;
}

double grid_tvar(const LossGrid *g, double p)
{
    size_t at = cell_at(g, p);
    double above = g->beyond, sum = 0;
    if (at == g->n) return INFINITY;
    for (size_t j = g->n; j-- > at + 1;)
        above += g->mass[j], sum += (double)j * g->mass[j];
    return (sum * g->step + g->beyond_mean + (1 - p - above) * (double)at * g->step) / (1 - p);
}

double grid_exceeds(const LossGrid *g, double x)
{
    double above = g->beyond;
    for (size_t j = g->n; j-- > 0 && (double)j * g->step > x * (1 + 1e-12);)
        above += g->mass[j];
    return fmin(above, 1);
}

void losses_panjer(const Frequency *f, const double *mass, size_t n, double *g)
{
    double rate = f->rate, theta = f->kind == FREQUENCY_GAMMA && f->sd > 0 ? f->sd * f->sd / rate : 0, a = theta / (1 + theta), b = theta > 0 ? (rate / theta - 1) * a : rate;
    assert(f->kind == FREQUENCY_FIXED || f->kind == FREQUENCY_GAMMA || f->kind == FREQUENCY_ONCE);
    if (f->kind == FREQUENCY_ONCE) {
        for (size_t k = 0; k < n; k++)
            g[k] = rate * mass[k] + (k ? 0 : 1 - rate);
        return;
    }
    g[0] = theta > 0 ? pow(1 - theta * (mass[0] - 1), -rate / theta) : exp(rate * (mass[0] - 1));
    for (size_t k = 1; k < n; k++) {
        double sum = 0;
        for (size_t j = 1; j <= k; j++)
            sum += (a + b * (double)j / (double)k) * mass[j] * g[k - j];
        g[k] = sum / (1 - a * mass[0]);
    }
}
