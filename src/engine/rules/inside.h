/* inside.h -- what the files of this room share. Private to engine/rules. */
#ifndef KANAME_RULES_INSIDE_H
#define KANAME_RULES_INSIDE_H

#include "rules/rules.h"

enum { SPLIT_MAX = 4096, SPLIT_VARIABLES_MAX = 12 };

typedef struct Point { int64_t at; int32_t segment; bool begins; } Point;

/* What one sweep over the segments finds; in the sure sweep a lower bound, in the possible sweep an upper one. */
typedef struct Sweep { bool any, gaps; int64_t first, last, total, longest, peak, integral; } Sweep;

/* One quantity or fact that the split cuts, and where. */
typedef struct Variable { int quantity, fact; Range cells[66]; int n, at; } Variable;
/* How a question uses each quantity and fact: bits UP, DOWN. */
typedef struct Uses { struct Judge *j; uint8_t *quantity, *fact; int *fact_node; bool share; } Uses;

struct Judge {
    Arena *a;                                  /* of who asks for sets or a record; judging itself takes no memory */
    const RuleSet *s;
    const FactValue *facts;
    Instant as_of;
    const uint32_t *chosen;
    uint32_t stamp;                            /* of this incident, or of this combination while splitting */
    Tri *node; uint32_t *node_at;
    Tri *met; uint32_t *met_at;
    Range *quantity; uint32_t *quantity_at;
    Range *cell; uint8_t *celled;              /* while splitting: what a quantity is taken to be */
    FactValue *fact_cell; uint8_t *fact_celled;
    Point *points;
    Uses uses; Variable *variables;
};

const FactValue *fact_of(Judge *j, int fact); /* with the cell of a split in its place */
Range quantity_measure(Judge *j, const Quantity *q);
bool quantity_runs(Judge *j, const Quantity *q); /* it grows with time: a segment that counts for it is open */
bool segment_counts(const Quantity *q, const Segment *g, bool sure);
void judge_forget(Judge *j); /* what was worked out is void */
int64_t add_open(int64_t a, int64_t b);
bool yields_here(Judge *j, int rule, size_t i); /* a version that may apply yields to the i-th of its rules */
Tri version_value(Judge *j, int rule, int version, int reading);

#endif
