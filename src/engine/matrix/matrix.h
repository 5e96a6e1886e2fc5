/*
 * engine/matrix -- the 3 × 3 judgement: level and acceptance from a table of criteria, and a proposal of how to treat, with its reason.
 * Pure: no records, no database. Called by: domain/risk. Never: decides; a person decides.
 */
#ifndef KANAME_MATRIX_H
#define KANAME_MATRIX_H

#include "base/base.h"

enum { MATRIX_SIDE = 3 };

typedef struct MatrixCell {
    int level; /* 1 … 3; 0: not given */
    bool accepted;
} MatrixCell;

typedef struct Matrix {
    MatrixCell cell[MATRIX_SIDE][MATRIX_SIDE]; /* [impact - 1][likelihood - 1] */
} Matrix;

/* Puts one cell. False: outside 1 … 3, or given already. */
bool matrix_set(Matrix *m, int64_t impact, int64_t likelihood, int64_t level, bool accepted);
bool matrix_full(const Matrix *m);
/* Higher impact or likelihood never gives a lower level, nor acceptance where less was not accepted. */
bool matrix_monotone(const Matrix *m);
/* NULL outside 1 … 3 or where nothing was given. */
const MatrixCell *matrix_at(const Matrix *m, int64_t impact, int64_t likelihood);

/* Levels of a risk whose impact or likelihood may be an interval or unknown (1 … 3): the lowest and highest level possible. */
typedef struct MatrixSpan { int low, high; bool all_accepted; } MatrixSpan;
bool matrix_span(const Matrix *m, int64_t impact_low, int64_t impact_high, int64_t likelihood_low, int64_t likelihood_high, MatrixSpan *out);

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
    WHY_BETWEEN,      /* no criteria and neither high nor low: nothing proposed */
    WHYS
} ProposalWhy;
extern const struct WhyRow { const char *code; Text text; } matrix_why_rows[WHYS];

typedef struct MatrixCase {
    int64_t impact, likelihood; /* 1 … 3; 0: unknown */
    const Matrix *criteria;     /* NULL: none approved */
    bool above_limit;           /* law, contract or size: a person said so */
} MatrixCase;

typedef struct Proposal { ProposalOption option; ProposalWhy why; } Proposal;
Proposal matrix_propose(const MatrixCase *c);

#endif
