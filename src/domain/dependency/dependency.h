/*
 * domain/dependency -- what needs what: groups of suppliers with buffers, causes that hit several at once, the net that comes of all records, and what fails with what.
 * Called by: app (the visible list, jobs). Never: speaks HTTP; calculates a cascade itself (net, engine/cascade).
 */
#ifndef KANAME_DEPENDENCY_H
#define KANAME_DEPENDENCY_H

#include "work/calculation.h"

extern const Resource dependency_resource, common_cause_resource, cascade_resource;
extern const CalculationKind cascade_calculation;

#endif
