/*
 * domain/risk -- criteria, risks, plans, issues: from what must be protected to a plan that holds (ISO/IEC 27005 words).
 * Called by: api (home), app (the visible list). Never: speaks HTTP. Approved criteria and plans never change; a new one follows.
 */
#ifndef KANAME_RISK_H
#define KANAME_RISK_H

#include "work/calculation.h"

extern const Resource risk_resource, criteria_resource, plan_resource, issue_resource, trigger_resource, consultation_resource, simulation_resource;
extern const CalculationKind losses_calculation;

/* The first page: what is due, what changed, which services are threatened. Keys into an open object: docs/api.md, "home". */
Err risk_home_json(Ctx *c, JsonOut *j);

/* The organisations below, as far as each shows itself: counts, hidden where small; docs/api.md, "group". */
Err risk_group_json(Ctx *c, JsonOut *j);

/* Jobs: all risks of the organisation judged by the criteria in force, 200 at a time; and, every hour, whoever's criteria began or ceased to hold. */
struct Job;
Err risk_levels_job(Ctx *c, const struct Job *job);
Err risk_levels_watch_job(Ctx *c, const struct Job *job);
/* Every day: all risks looked at again, 200 at a time: an acceptance may have ended, a service may have another target. */
Err risk_daily_job(Ctx *c, const struct Job *job);
Err risk_sweep_job(Ctx *c, const struct Job *job);

#endif
