/*
 * sectors.c -- inoperability of sectors: static, its adjoint, and from step to step. A is never negative, so I - A is an M-matrix exactly when the spectral radius of A is below 1,
 * and that is so exactly when every pivot of an elimination without exchange of rows is positive (Berman and Plemmons, chapter 6): the factors are check and solution in one.
 * Cost: O(n³) once, O(n²) a solution and a step. Sources: Haimes and Jiang 2001; Lian and Haimes 2006.
 */
#include "cascade/cascade.h"

#include <math.h>

/* Nearer to 0 a pivot is rounding: the radius cannot be told from 1. */
#define PIVOT_LEAST 1e-12

static Err radius_error(void)
{
    return err_text(ERR_INVALID, text_of("波及が減っていきません（係数行列 A のスペクトル半径が1以上）。", "What sectors bring to each other does not die away: the spectral radius of A is not below 1."));
}

static bool usable(const double *x, size_t n, double least, double most)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= least && x[i] <= most)) return false;
    return true;
}

/* Row k times what stands below its pivot, taken from the rows under it; the factors stay where the zeros would be. */
static void eliminate(double *m, size_t n, size_t k)
{
    const double *top = m + k * n;
    for (size_t i = k + 1; i < n; i++) {
        double *row = m + i * n, f = row[k] / top[k];
        row[k] = f;
        if (f == 0) continue;
        for (size_t j = k + 1; j < n; j++) row[j] -= f * top[j];
    }
}

/* I - A = L U, in one matrix. */
static Err factors(Arena *a, const Sectors *s, double **out)
{
    size_t n = s->n;
    if (!usable(s->a, n * n, 0, 1e100)) return err_text(ERR_INVALID, text_of("係数行列 A は0以上の数で書いてください。", "The entries of A must be numbers not below 0."));
    double *m = arena_array(a, double, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) m[i * n + j] = (i == j) - s->a[i * n + j];
    for (size_t k = 0; k < n; k++) {
        if (!(m[k * n + k] > PIVOT_LEAST)) return radius_error();
        eliminate(m, n, k);
    }
    *out = m;
    return ERR_NONE;
}

static void solve(const double *m, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) x[i] -= m[i * n + j] * x[j];
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++) x[i] -= m[i * n + j] * x[j];
        x[i] /= m[i * n + i];
    }
}

/* (L U)' = U' L': the rows are gone along, not down, so that memory is read in order. */
static void solve_adjoint(const double *m, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] /= m[i * n + i];
        for (size_t j = i + 1; j < n; j++) x[j] -= m[i * n + j] * x[i];
    }
    for (size_t i = n; i-- > 0;)
        for (size_t j = 0; j < i; j++) x[j] -= m[i * n + j] * x[i];
}

/* What is left of x = A x + b (or of its adjoint), summed in more digits than x has. */
static void remainder_of(const Sectors *s, bool adjoint, const double *b, const double *x, double *left)
{
    size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        long double sum = (long double)b[i] - x[i];
        for (size_t j = 0; j < n; j++) sum += (long double)s->a[adjoint ? j * n + i : i * n + j] * x[j];
        left[i] = (double)sum;
    }
}

static Err solved(Arena *a, const Sectors *s, bool adjoint, const double *b, double *x)
{
    double *m, *left = arena_array(a, double, s->n);
    if (!usable(b, s->n, -1e100, 1e100)) return err_text(ERR_INVALID, text_of("数として使えない値があります。", "There is a value that is no number to reckon with."));
    TRY(factors(a, s, &m));
    void (*by)(const double *, size_t, double *) = adjoint ? solve_adjoint : solve;
    memcpy(x, b, s->n * sizeof *x);
    by(m, s->n, x);
    remainder_of(s, adjoint, b, x, left); /* refined once */
    by(m, s->n, left);
    for (size_t i = 0; i < s->n; i++) x[i] += left[i];
    return usable(x, s->n, -1e200, 1e200) ? ERR_NONE : radius_error();
}

Err sectors_inoperability(Arena *a, const Sectors *s, const double *c, double *q)
{
    return solved(a, s, false, c, q);
}

Err sectors_adjoint(Arena *a, const Sectors *s, const double *w, double *y)
{
    return solved(a, s, true, w, y);
}

static void step(const Sectors *s, const double *c, const double *q, double *next)
{
    for (size_t i = 0; i < s->n; i++) {
        double sum = c[i];
        for (size_t j = 0; j < s->n; j++) sum += s->a[i * s->n + j] * q[j];
        next[i] = q[i] + s->recovery[i] * (sum - q[i]);
    }
}

Err sectors_dynamic(Arena *a, const Sectors *s, const double *c, const double *q0, size_t steps, double *path)
{
    double *m;
    if (!s->recovery || !usable(s->recovery, s->n, 1e-300, 1)) return err_text(ERR_INVALID, text_of("回復の係数 K は0より大きく1以下です。", "The coefficients of recovery K are above 0 and at most 1."));
    if (!usable(c, s->n, -1e100, 1e100) || !usable(q0, s->n, -1e100, 1e100)) return err_text(ERR_INVALID, text_of("数として使えない値があります。", "There is a value that is no number to reckon with."));
    TRY(factors(a, s, &m)); /* with a radius of 1 or more the path grows without end */
    memcpy(path, q0, s->n * sizeof *path);
    for (size_t t = 0; t < steps; t++) step(s, c, path + t * s->n, path + (t + 1) * s->n);
    return usable(path, s->n * (steps + 1), -1e200, 1e200) ? ERR_NONE : radius_error();
}
