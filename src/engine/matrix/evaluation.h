/*
 * engine/matrix, evaluation -- must this risk be treated? The table of the criteria, and the rules beside it: impact alone, likelihood alone,
 * accumulation over the year, an acceptance whose period is over (ISO/IEC 27005 cycle, guide 4.1.1). Pure; integers only; what is not known stays an
 * interval, so the answer may be "undecided". Constant work but for the cells of the interval.
 */
#ifndef KANAME_EVALUATION_H
#define KANAME_EVALUATION_H

#include "matrix/matrix.h"

typedef struct Interval { bool given; int64_t low, high; } Interval; /* inclusive; low ≤ high */

/* The worst of several viewpoints: ends by themselves. Not given are those that nobody judged; none at all: not given. */
Interval interval_worst(const Interval *list, size_t n);
/* The least of two results, end by end; what is not given does not count. */
Interval interval_least(Interval a, Interval b);
/* Loss a year in yen, from times in 100 years and yen a time: rounded down and up, held at INT64_MAX. Both must be given and not negative. */
Interval interval_yearly(Interval per_century, Interval loss);

typedef struct EvaluationCase {
    Interval impact, likelihood;            /* steps of the scales of `table` */
    const Matrix *table;
    int64_t impact_from, likelihood_from;   /* this step or more (以上) is treated whatever the table says; 0: no such rule */
    Interval per_century, loss;             /* quantities, or the bounds that the scale gives to the steps */
    bool yearly_limited; int64_t yearly_max; /* more than this (超える) a year is treated, yen */
    bool expired;                           /* the period for which it was accepted is over */
} EvaluationCase;

typedef enum { NEED_NONE, NEED_TREAT, NEED_ACCEPT, NEED_UNDECIDED, NEEDS } Need;
/* Which rule decided, in the order in which they are asked. UNDECIDED names the first that could still ask for treatment. */
typedef enum { RULE_IMPACT, RULE_LIKELIHOOD, RULE_ACCUMULATION, RULE_TABLE, RULE_EXPIRED, RULE_ACCEPTED, RULE_NOT_ANALYSED, EVALUATION_RULES } EvaluationRule;
extern const struct RuleRow { const char *code; Text fired, open; } evaluation_rule_rows[EVALUATION_RULES];

typedef struct Evaluation { Need need; EvaluationRule rule; } Evaluation;
Evaluation evaluate(const EvaluationCase *c);

#endif
