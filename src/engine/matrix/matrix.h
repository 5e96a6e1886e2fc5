/*
 * engine/matrix -- level and acceptance from a table of criteria (2 × 2 to 10 × 10), what stored judgements would read as such a table, and a proposal
 * of how to treat, with its reason. Pure: no records, no database. Called by: domain/risk. Never: decides; a person decides.
 * Every function looks at each cell at most once; matrix_learn at pairs of cells (10,000).
 */
#ifndef KANAME_MATRIX_H
#define KANAME_MATRIX_H

#include "base/base.h"

enum { MATRIX_SIDE_MIN = 2, MATRIX_SIDE_MAX = 10, MATRIX_LEVEL_MAX = 10, MATRIX_PLAIN = 3 /* the side where no criteria say another */ };

typedef struct MatrixCell {
    int level; /* 1 … MATRIX_LEVEL_MAX; 0: not given */
    bool accepted;
} MatrixCell;

typedef struct Matrix {
    int impacts, likelihoods; /* steps of each scale */
    MatrixCell cell[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX]; /* [impact - 1][likelihood - 1] */
} Matrix;

/* Puts one cell. False: outside the scales, or given already. */
bool matrix_set(Matrix *m, int64_t impact, int64_t likelihood, int64_t level, bool accepted);
bool matrix_full(const Matrix *m);
/* Higher impact or likelihood never gives a lower level, nor acceptance where less was not accepted. */
bool matrix_monotone(const Matrix *m);
int matrix_top(const Matrix *m); /* the highest level given; 0: none */
/* NULL outside the scales or where nothing was given. */
const MatrixCell *matrix_at(const Matrix *m, int64_t impact, int64_t likelihood);

/* Levels of a risk whose impact or likelihood may be an interval or unknown (the whole scale): the lowest and highest level possible. */
typedef struct MatrixSpan { int low, high; bool all_accepted, some_accepted; } MatrixSpan;
bool matrix_span(const Matrix *m, int64_t impact_low, int64_t impact_high, int64_t likelihood_low, int64_t likelihood_high, MatrixSpan *out);

/* Where a step stands on its scale: the lowest third (at least the first step), the highest third (rounded up: the careful way), or between. */
typedef enum { BAND_LOW, BAND_MIDDLE, BAND_HIGH } Band;
Band matrix_band(int64_t step, int steps);

/* What was judged so far, by cell. */
typedef struct MatrixVotes { int64_t accept, treat, watch; } MatrixVotes;
typedef struct MatrixPast { int impacts, likelihoods; MatrixVotes cell[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX]; } MatrixPast;
/* How a cell would read: accepted at this or a higher cell and treated at no lower; treated at this or a lower one and accepted at no higher;
 * both, which no table can follow; or neither. */
typedef enum { LEARNT_OPEN, LEARNT_ACCEPT, LEARNT_TREAT, LEARNT_CONTRADICTION } Learnt;
Learnt matrix_learn(const MatrixPast *past, int64_t impact, int64_t likelihood);

typedef enum { PROPOSE_NONE, PROPOSE_MODIFY, PROPOSE_RETAIN, PROPOSE_AVOID, PROPOSE_SHARE, PROPOSALS } ProposalOption;

/* Which rule of the guide (5.1) fired. */
typedef enum {
    WHY_UNKNOWN,      /* impact or likelihood not known */
    WHY_LAW_LIMIT,    /* too high in view of law, contract or size → avoid */
    WHY_BOTH_HIGH,    /* both high → modify */
    WHY_RARE_SEVERE,  /* impact high, likelihood low → share; not to be dismissed on cost alone */
    WHY_BOTH_LOW,     /* both low and accepted → retain, and watch */
    WHY_BOTH_LOW_NO_CRITERIA, /* both low, no criteria: retain if management agrees */
    WHY_ACCEPTED,     /* accepted by the criteria → retain */
    WHY_NOT_ACCEPTED, /* not accepted by the criteria → modify */
    WHY_RULE,         /* the table accepts it, a rule beside the table does not → modify; found by the caller */
    WHY_BETWEEN,      /* no criteria and neither high nor low: nothing proposed */
    WHYS
} ProposalWhy;
extern const struct WhyRow { const char *code; Text text; } matrix_why_rows[WHYS];

typedef struct MatrixCase {
    int64_t impact, likelihood; /* steps; 0: unknown */
    const Matrix *criteria;     /* NULL: none approved; the scale is then MATRIX_PLAIN */
    bool above_limit;           /* law, contract or size: a person said so */
} MatrixCase;

typedef struct Proposal { ProposalOption option; ProposalWhy why; } Proposal;
Proposal matrix_propose(const MatrixCase *c);

#endif
