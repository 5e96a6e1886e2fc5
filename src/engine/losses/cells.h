/* cells.h -- one loss on the grid: its chances at multiples of the step, so that its mean is kept. */
#ifndef KANAME_LOSSES_CELLS_H
#define KANAME_LOSSES_CELLS_H

#include "losses/dist.h"

/* What is left of an event: layer_retained(each, scale × X). */
typedef struct Event { const Severity *s; double scale; Layer each; } Event;

/* Adds weight × P(event = j step) to mass[0…n). Smooth stretches are interpolated (error below 1e-10 of the largest there): O(n), with a few thousand evaluations. */
void event_cells(const Event *e, double weight, double step, double *mass, size_t n);
/* One loss, shared between its two neighbours; beyond the grid: dropped. */
void point_cells(double loss, double weight, double step, double *mass, size_t n);
double event_above(const Event *e, double y); /* P(event > y) */
double event_mean(const Event *e);
double layer_loss(const Layer *l, double retained); /* the largest loss of which so much at most is retained; INFINITY: any */

#endif
