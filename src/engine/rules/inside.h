/* inside.h -- what the files of this room share. Private to engine/rules. */
#ifndef KANAME_RULES_INSIDE_H
#define KANAME_RULES_INSIDE_H

#include "rules/rules.h"

enum { SPLIT_MAX = 4096, SPLIT_VARIABLES_MAX = 12, CELLS_MAX = 65 };

typedef struct Point { int64_t at; int32_t segment; bool begins; } Point;

/* What one sweep over the segments finds; in the sure sweep a lower bound, in the possible sweep an upper one. */
typedef struct Sweep { bool any, gaps; int64_t total, longest, peak, integral; } Sweep;

/* One quantity or fact that the split cuts, and where. */
typedef struct Variable { int quantity, fact; Range cells[CELLS_MAX]; int n, at; } Variable;
/* How a question uses each quantity, and after them each fact: bits UP, DOWN. touched: those that it uses at all. */
typedef struct Uses { struct Judge *j; uint8_t *way; int *node, *touched; int n; bool share; } Uses;
typedef struct Mixed { bool made, share; int *what, n; } Mixed; /* numbers of Uses that a question uses both ways */
/* The ends of all segments of a time line in their order, sure or possible, rounded or not: sorted once for an incident. */
typedef struct Line { uint32_t at; size_t n; Point *points; } Line;
/* Quantities that look at the same segments in the same way share the two sweeps. */
typedef struct Swept { uint32_t at; bool integral; Sweep sure, possible; } Swept; /* integral: one of them wants it */
typedef struct Cuts { int64_t *at; int n; } Cuts; /* where the conditions on a quantity cut its range, ascending */

struct Judge {
    Arena *home;                               /* of the judge itself */
    Arena *a;                                  /* of who asks for sets or a record; judging itself takes no memory */
    const RuleSet *s;
    const FactValue *facts;
    Instant as_of;
    const uint32_t *chosen;
    uint32_t stamp;                            /* of this incident, or of this combination while splitting */
    Tri *node; uint32_t *node_at;
    Tri *met; uint32_t *met_at;
    Range *quantity; uint32_t *quantity_at;
    uint32_t measured;                         /* as stamp, for quantities: what a split supposes of most facts leaves them as they are */
    bool *feeds;                               /* of each fact: a quantity is measured with it */
    Range *cell; uint8_t *celled;              /* while splitting: what a quantity is taken to be */
    FactValue *fact_cell; uint8_t *fact_celled;
    Line *lines;                               /* 4 for each fact */
    int *probe; Swept *swept;                  /* of each quantity: the first that looks as it does */
    Cuts *cuts;
    Mixed *mixed;                              /* READINGS_MAX + 1 for each rule: its readings, and what it yields to */
    int forced; Tri forced_to;                 /* a node that is taken to have this value; NONE */
    Uses uses; Variable *variables;
};

const FactValue *fact_of(Judge *j, int fact); /* with the cell of a split in its place */
Range quantity_measure(Judge *j, const Quantity *q);
bool quantity_runs(Judge *j, const Quantity *q); /* it grows with time: a segment that counts for it is open */
void judge_forget(Judge *j, bool quantities); /* what was worked out is void, measures as well or not */
int64_t add_open(int64_t a, int64_t b);
bool yields_here(Judge *j, int rule, size_t i); /* a version that may apply yields to the i-th of its rules */
Tri version_value(Judge *j, int rule, int version, int reading);


static inline bool segment_counts(const Quantity *q, const Segment *g, bool sure)
{
    if (!(q->kinds >> (g->kind & 63) & 1) || g->value.hi == 0) return false;
    if (q->cls != NONE && g->cls != q->cls && (sure || g->cls != NO_CODE)) return false;
    if (q->areas && (g->area == NO_CODE ? sure : !(q->areas >> (g->area & 63) & 1))) return false;
    return !sure || !g->counted || g->value.lo > 0;
}

#endif
