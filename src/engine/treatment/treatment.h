/*
 * engine/treatment -- what can be said of a treatment plan by counting (guide 5.1.5 and 6.1): measures shared by several risks count once, nothing comes
 * after itself, drift shows before the due date, and whether the plan closes the cycle. Pure: no records, no database. Called by: domain/risk.
 */
#ifndef KANAME_TREATMENT_H
#define KANAME_TREATMENT_H

#include "base/base.h"
#include "matrix/evaluation.h"

typedef struct Measure {
    Str key;             /* measures with equal keys are one and the same, taken against several risks */
    int kind;            /* prevention, damage limitation: any small number */
    Interval cost, effort;
} Measure;

/* of[i]: the first measure with the key of i. O(n log n). */
void measures_group(Arena *a, const Measure *list, size_t n, size_t *of);

typedef struct Sum { Interval total; size_t missing; } Sum; /* missing: shared measures counted once, of which nothing is known */
typedef struct Totals { size_t measures; Sum cost, effort; } Totals;
/* Each group once; where its rows differ, from the lowest to the highest that they give. `kind` -1: all. O(n). */
Totals measures_total(Arena *a, const Measure *list, const size_t *of, size_t n, int kind);
/* What the rows of the group of `first` give, from the lowest to the highest; differs: not all that say something say the same. */
Interval measures_hull(const Measure *list, const size_t *of, size_t n, size_t first, bool effort, bool *differs);

/* after[i]: number (from 1) of the measure that i + 1 comes after; 0: of none. The number of one that comes after itself, or 0. O(n). */
size_t measures_circle(Arena *a, const int64_t *after, size_t n);

/* --- drift, on one day ------------------------------------------------------------------------------------------------- */
typedef struct Schedule {
    Day approved, begin, due, expected, done; /* DAY_NONE: not given; begin: when it should begin; expected: when its owner thinks it will end */
    bool begun;
    bool waits; Day waits_until;              /* what it comes after is not done, and should end then (DAY_NONE: nobody knows) */
} Schedule;
typedef enum {
    DRIFT_NONE,      /* nothing is amiss yet */
    DRIFT_DONE,
    DRIFT_DONE_LATE, /* done after the due date */
    DRIFT_OVERDUE,   /* the due date has passed; on the day itself it has not */
    DRIFT_EXPECTED,  /* its owner thinks that it will end after the due date */
    DRIFT_WAITS,     /* what it comes after ends on the due date or later: no day is left */
    DRIFT_NOT_BEGUN, /* not begun, and the day on which it should have begun has passed */
    DRIFT_HALF,      /* not begun, no such day given, and more than half of the time since the approval is over */
    DRIFTS
} Drift;
Drift measure_drift(const Schedule *s, Day today);
bool drift_is_amiss(Drift d); /* not done, and something to act on */

/* --- evaluation of the plan --------------------------------------------------------------------------------------------- */
typedef enum {
    AFTER_OUTSIDE,   /* still to be treated by the criteria, and not accepted by name */
    AFTER_ENDED,     /* was accepted by name, and that acceptance is over */
    AFTER_UNDECIDED, /* the intervals leave it open */
    AFTER_OPEN,      /* no criteria say anything of it, and nobody accepted it */
    AFTER_NAMED,     /* outside or open, and accepted by name */
    AFTER_ACCEPTABLE,
    AFTERS
} After;
/* `need`: what the criteria say of the residual risk. named_until: the last day of the acceptance by name, INT32_MAX without end, DAY_NONE: not named. */
After after_treatment(Need need, Day named_until, Day today);
bool after_is_settled(After x);

typedef struct Result { size_t unsettled, kept_outside, without_plan; } Result;
typedef enum {
    WAY_CLOSES,    /* everything that remains is acceptable or accepted by name */
    WAY_OTHERS,    /* so it is for this plan, but other risks need treatment and have no plan */
    WAY_REVISE,    /* risks that are kept stand outside acceptance: treat them, or revise the criteria and check all of them again */
    WAY_BACK,      /* back to treatment */
    WAYS
} Way;
Way treatment_way(const Result *r);

#endif
