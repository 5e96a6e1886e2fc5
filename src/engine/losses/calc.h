/*
 * calc.h -- the few functions that set-up needs, of +, -, ×, ÷ and the square root alone: the same bits on every machine, which no mathematical library promises.
 * Relative accuracy about 1e-13 where not said otherwise. Slow beside the kernels: called some hundred times a risk, before the draws.
 */
#ifndef KANAME_LOSSES_CALC_H
#define KANAME_LOSSES_CALC_H

#include "base/base.h"

double calc_exp(double x); /* of -700 … 700; beyond as there */
double calc_log(double x); /* x > 0 */
double calc_log_gamma(double x); /* x > 0 */
double calc_normal_log_tail(double z); /* ln P(Z > z), any z */
double calc_normal_cdf(double z);
double calc_normal_quantile(double below, double above); /* the two sum to 1: the smaller of them decides */
/* ln of the part below and above x, 0 < x < 1, of a beta distribution; x > 0 of a gamma distribution with scale 1. */
void calc_beta(double a, double b, double x, double *log_below, double *log_above);
void calc_gamma(double a, double x, double *log_below, double *log_above);

/* A smooth function of a standard normal variable (or another) between two ends as cubics with the slopes given: with values f and slopes exact, the error is step⁴ f'''' / 384. Constant beyond. */
typedef struct Curve { double from, to, per; size_t n; double (*c)[4]; } Curve;
Curve curve_new(Arena *a, double from, double to, size_t n); /* n intervals, to be filled */
void curve_fill(Curve *x, const double *value, const double *slope); /* n + 1 of each */
static inline double curve_at(const Curve *x, double z)
{
    double t = (z < x->from ? 0 : z > x->to ? x->to - x->from : z - x->from) * x->per;
    size_t i = (size_t)t;
    if (i >= x->n) i = x->n - 1;
    const double *c = x->c[i];
    t -= (double)i;
    return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}
#define CURVE_END 8.5 /* no normal drawn lies beyond */

#endif
