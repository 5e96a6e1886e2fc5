/* survey.h -- what the records say of an organisation's risk management: facts, each "so many of so many", with those that lack by name. */
#ifndef KANAME_SURVEY_H
#define KANAME_SURVEY_H

#include "risk/parts.h"

/* In the order of the five items of what management has to see to (handbook I.1), then what only the stages of adoption ask (I.3). */
typedef enum {
    SERVICES_WITH_RISKS, RISKS_WITH_SOURCE, ISSUES_DECIDED, SIGNS_DECIDED,
    CRITERIA_IN_FORCE, CRITERIA_TO_REVIEW, RISKS_ANALYSED, RISKS_EVALUATED, RISKS_RANKED, RISKS_WITH_OPTION, KEPT_WITHIN,
    PLANS_APPROVED, PLAN_IN_TIME, RISKS_PLANNED, MEASURES_COSTED, MEASURES_OWNED, RISKS_OWNED, UNITS_HEADED, FUNDS_AND_PEOPLE,
    MEASURES_REPORTED, MEASURES_IN_TIME, CONTROLS_CHECKED, RISKS_DATED, REVIEWS_IN_TIME, RETURNS_FINISHED, AUDIT_ISSUES_DECIDED, SYSTEMS_WATCHED,
    EXERCISES_HELD, EXERCISE_ISSUES_DECIDED, EXERCISE_MEETINGS, CONSULTED, CONTACTS_KNOWN,
    RULES_WRITTEN,
    FACTS
} Fact;
extern const Choice fact_choices[FACTS];
typedef struct FactRow {
    Text lacks; /* those that do not fulfil it: "Risks without an owner" */
    Text none;  /* nothing of the kind is recorded; empty: then there is nothing to ask */
    const char *at;
    bool no_place; /* the program keeps no record of it */
} FactRow;
extern const FactRow fact_rows[FACTS];

enum { LACKING_MAX = 5, RESTS_MAX = 3 };
typedef struct Named { Referrer list[LACKING_MAX]; size_t n; int64_t records; Id latest; } Named; /* the first ones, and how many records there are */
typedef struct Tally { int64_t n, of; Named lacking, rests; } Tally;
typedef struct PlanState { Referrer of; Tally in_time; } PlanState; /* an approved plan with measures that are not finished */
typedef struct Mark { Id id; int64_t number; bool seen; } Mark;
typedef struct Marks { Mark *list; size_t n, room; } Marks; /* sorted by id once they are complete */
typedef struct Survey {
    Arena *a;
    Day today;
    const Criteria *criteria;
    Tally facts[FACTS];
    Marks planned, services; /* risks in approved plans; services, seen when a risk names them */
    PlanState *plans; size_t plans_n, plans_room;
    int64_t cost_low, cost_high;
    struct { int64_t value; Referrer of; } top[RESTS_MAX]; size_t top_n; /* the greatest risks */
    ReportTable *outside;
    bool all;                /* all risks were looked at */
} Survey;
/* Fills `x` and the rows of `outside`. */
Err survey_read(Ctx *c, Survey *x, ReportOut *out);

#endif
