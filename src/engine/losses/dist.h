/* dist.h -- what the exact engine asks of a severity beyond losses.h. */
#ifndef KANAME_LOSSES_DIST_H
#define KANAME_LOSSES_DIST_H

#include "losses/losses.h"

double severity_above(const Severity *s, double x);   /* P(X > x): small values keep their digits */
double severity_excess(const Severity *s, double x);  /* E[(X - x)+]; INFINITY where it has no mean */
double severity_area(const Severity *s, double x, double y); /* ∫ P(X > t) dt from x to y */
double severity_density(const Severity *s, double x); /* where it is smooth; not SAMPLE and FIXED, whose tail alone has one */
bool severity_is_point(const Severity *s, double *at); /* it cannot vary, whatever its kind says (its tail aside) */
bool severity_has_tail(const Severity *s);
enum { SEVERITY_KNOTS = 16 };
/* Where the density jumps, bends, or rises and falls quickly: the first `*sharp` of them are jumps. The number of all. */
size_t severity_knots(const Severity *s, double out[SEVERITY_KNOTS], size_t *sharp);

double layer_paid(const Layer *l, double loss);
Frequency frequency_thinned(const Frequency *f, double keep); /* each event kept with this chance */

#endif
