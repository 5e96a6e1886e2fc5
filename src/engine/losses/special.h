/*
 * special.h -- the functions of statistics that the C library has not, and their inverses. Pure and total: a NaN in gives a NaN out, nothing is written, nothing
 * hangs. Called by: engine/losses. Never: in the inner loop of a run (setup and figures only; the bits of the last place follow the exp and log of the C library).
 * Relative error, measured against 50 digits in special_test.c, is stated beside each.
 */
#ifndef KANAME_LOSSES_SPECIAL_H
#define KANAME_LOSSES_SPECIAL_H

#include "base/base.h"

double normal_cdf(double x);      /* 3e-16 (1 + x²): the tail below keeps its digits; for the one above ask normal_cdf(-x) */
double normal_quantile(double p); /* 1e-15 of the result, 0 < p < 1 (ends: infinite) */

double log_gamma(double x);                       /* x > 0; 5e-15 of max(1, result) */
double gamma_below(double a, double x);           /* regularised P(a, x), a > 0; 1e-13, 1e-10 for a of a million */
double gamma_above(double a, double x);           /* 1 - P, small values keep their digits */
double gamma_quantile(double a, double p);        /* scale 1; 1e-13, divided by a where a < 1 */
double beta_below(double a, double b, double x);  /* regularised I_x(a, b), a, b > 0; 1e-13, 1e-10 for parameters of a million. The part above: beta_below(b, a, 1 - x) */
double beta_quantile(double a, double b, double p);
double beta_density(double a, double b, double x);
double student_cdf(double freedom, double x);
double student_quantile(double freedom, double p); /* 1e-12 */

/* P(B ≤ k), P(B ≥ k) for B of n tries with chance p each. */
double binomial_at_most(double n, double p, double k);
double binomial_at_least(double n, double p, double k);

#endif
