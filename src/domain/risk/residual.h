/* residual.h -- plans evaluated: each risk as the measures leave it, for one plan or several beside each other. */
#ifndef KANAME_RISK_RESIDUAL_H
#define KANAME_RISK_RESIDUAL_H

#include "risk/parts.h"

enum { BESIDE_MAX = 1 + COMPARE_PARAMS };

typedef struct Remains { After after; Value level, yearly; Str why, steps; } Remains;
typedef struct Seen { /* a risk that one of the plans names */
    Referrer of;
    Value level, yearly;
    Str verdict, steps;
    Day until;
    bool named[BESIDE_MAX], brought;
    int64_t measures;
    Remains remains[BESIDE_MAX];
} Seen;
typedef struct PlanResult { Result result; int64_t acceptable, named, brought; Interval yearly; } PlanResult;
typedef struct Evaluated {
    Arena *a;
    Day today;
    const Criteria *criteria;
    const Record *plans[BESIDE_MAX];
    int plans_n;
    Aims aims;
    Seen *seen; size_t seen_n, seen_room;
    PlanResult of[BESIDE_MAX];
    Interval yearly; /* now, of all risks that the plans name */
    ReportTable *kept, *without; /* NULL: only counted */
} Evaluated;

extern const Choice after_choices[AFTERS];
bool is_evaluated(const Evaluated *x, const Record *plan);
/* Fills what `plans` do, in the order of the register; with all approved plans beside them. `all` false: not all risks were looked at. */
Err evaluate_plans(Ctx *c, Evaluated *x, ReportOut *out, bool *all);

/* A level of the scale in force. */
#define LEVEL_COLUMN(field, ja, en) {.name = field, .kind = KIND_INT, .label = TEXT(ja, en), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level}

#endif
