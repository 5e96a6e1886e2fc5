/*
 * sizes.h -- the size of an event as a function of a standard normal variable, of any severity: one that carries over to common causes as it stands. Called by: run.c.
 * Lognormal within 1e-15; uniform, Pareto and samples through tables of the normal distribution within 3e-10 of its probability; PERT within 1e-7 of its range.
 */
#ifndef KANAME_LOSSES_SIZES_H
#define KANAME_LOSSES_SIZES_H

#include "losses/calc.h"
#include "losses/kernel.h"
#include "losses/losses.h"

#define AMOUNT_MAX 1e130 /* as much as e^300: a sum of any number of them is finite */

typedef struct Normal { Curve below /* Φ */, tail /* -ln (1 - Φ) */; } Normal; /* shared by all risks */
Normal normal_new(Arena *a);

typedef struct Size {
    const Severity *s;
    const Normal *normal;
    const double *sorted;      /* a sample */
    Curve pert;                /* share of the range */
    double log_low, cut;       /* Pareto: ln low, P(X > high) before it is cut off */
    double tail_z, tail_start; /* beyond this z the tail goes on; -ln P of its start */
} Size;
Size size_of(Arena *a, const Normal *normal, const Severity *s);
void sizes_at(const Size *size, const Kernel *k, const double *z, size_t n, double *x); /* x has room to the next multiple of 8, and is finite there too */

/* Two more functions of normal variables, for t copulas of `freedom` degrees: the divisor √(χ² / freedom), as minus its logarithm, and what a t variable is as a normal one. */
typedef struct StudentT { double freedom; Curve divisor, as_normal; } StudentT;
StudentT student_new(Arena *a, double freedom);
double student_factor(const StudentT *t, double z);   /* 1 / √(χ² / freedom) for the normal variable of its quantile */
double student_normal(const StudentT *t, double x);   /* Φ⁻¹(T(x)) */

#endif
