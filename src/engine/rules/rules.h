/*
 * engine/rules -- legal tests over facts that may be unknown. A set of rules is compiled once; an incident is a row of facts, each exact, a range or unknown;
 * a verdict says met, not met or undecided, never guesses, and names the facts that would decide it. Whole numbers only, no clock: `as_of` is an argument.
 * Owns: nothing. Called by: law (reads packs into it). Never: reads JSON, knows a law, prints.
 * Method: Kleene logic on the ends of intervals, exact where each quantity is used in one direction; where one is used in both (bands), its range is cut at the
 * thresholds and every combination is judged (at most SPLIT_MAX). Every judgement is linear in the nodes of the rule and, for each measure, O(S log S) in the
 * segments of its time line; a measure is taken once per incident, however many rules ask for it.
 */
#ifndef KANAME_RULES_H
#define KANAME_RULES_H

#include "base/base.h"

/* --- three values ------------------------------------------------------------------------------------------------------- */
typedef uint8_t Tri; /* two bits: it can be true, it can be false */
enum { TRI_TRUE = 1, TRI_FALSE = 2, TRI_OPEN = 3 };
static inline Tri tri_and(Tri a, Tri b) { return (Tri)((a & b & TRI_TRUE) | ((a | b) & TRI_FALSE)); }
static inline Tri tri_or(Tri a, Tri b) { return (Tri)(((a | b) & TRI_TRUE) | (a & b & TRI_FALSE)); }
static inline Tri tri_not(Tri a) { return (Tri)(((a & TRI_TRUE) << 1) | ((a & TRI_FALSE) >> 1)); }

typedef struct Range { int64_t lo, hi; } Range; /* both ends belong to it */
#define RULES_OPEN INT64_MAX                    /* as `hi`: no upper bound is known */

/* --- facts -------------------------------------------------------------------------------------------------------------- */
typedef enum { FACT_BOOL, FACT_COUNT, FACT_TIME, FACT_CHOICE, FACT_SET, FACT_TIMELINE } FactType;
/* Why something is not known: each needs another next step. */
enum { WHY_NOT_ASKED = 1, WHY_CANNOT_KNOW = 2, WHY_FUTURE = 4, WHY_PACK = 8, WHY_RANGE = 16 /* known, but not closely enough */ };
enum { CODES_MAX = 64, TIMELINE_MAX = 1000, NO_CODE = 255, NONE = -1 };

typedef struct FactDef {
    FactType type;
    int classes, one_accident, sufferers, base, below; /* of a time line: other facts, or NONE */
} FactDef;

/* [from, to) in milliseconds; each end a range. A value never given is {0, RULES_OPEN} with `counted` false. */
typedef struct Segment {
    Range from, to, value;
    bool open, counted;            /* open: not over at as_of; `to` is then not looked at */
    uint8_t kind, cls, area;       /* codes, or NO_CODE: not said */
    uint8_t group;                 /* 0: none; the same users throughout, and no user of another group */
} Segment;

typedef struct FactValue {
    uint8_t unknown;         /* 0, or WHY_…: nothing is known of it beyond what the fields say */
    bool estimate;
    uint64_t sure, possible; /* choice, set: bits of codes; bool: bit 0 of `possible` it can be true, bit 1 it can be false */
    Range range;             /* count; time in milliseconds */
    uint64_t by_given;       /* count per class: which are given in by[CODES_MAX] */
    const Range *by;
    const Segment *segments; size_t n;
} FactValue;
/* Nothing is known: as wide as the type allows. */
FactValue fact_unknown(FactType type, uint8_t why);

/* --- what is measured --------------------------------------------------------------------------------------------------- */
typedef enum { Q_FACT, Q_SPAN, Q_TOTAL, Q_RUN, Q_PEAK, Q_SUFFERERS, Q_BELOW, Q_INTEGRAL, Q_KINDS } QuantityKind;
/* Durations in milliseconds, an integral in value × milliseconds. cls NONE: all classes; areas 0: everywhere. with: number of an Amount, or NONE: impaired at all. */
typedef struct Quantity { int32_t kind, fact, cls, with; uint64_t kinds, areas; int32_t minute, pad; } Quantity;
typedef enum { AMOUNT_NUMBER, AMOUNT_SHARE, AMOUNT_SMALLER, AMOUNT_LARGER } AmountKind;
/* A number that a value must reach: n; n / den of a quantity; the smaller or larger of two or more. strict: it must be passed. */
typedef struct Amount { int32_t kind, of; int64_t n, den; int32_t first, count, strict, pad; } Amount;

/* --- conditions --------------------------------------------------------------------------------------------------------- */
typedef enum {
    NODE_ALL, NODE_ANY, NODE_NONE, NODE_SOME, /* of `count` others; SOME: at least n of them */
    NODE_AT_LEAST, NODE_AT_MOST,              /* quantity `what` against n */
    NODE_SHARE,                               /* quantity `what` × den against n × quantity `base`; cmp says how */
    NODE_IS, NODE_IN, NODE_HAS_ANY, NODE_HAS_ALL, /* fact `what`; mask (IS: 1 true, 2 false) */
    NODE_RULE,                                /* rule `what` is met */
    NODE_UNKNOWN,                             /* the pack does not know */
    NODE_KINDS
} NodeKind;
typedef enum { CMP_AT_LEAST, CMP_MORE_THAN, CMP_AT_MOST, CMP_LESS_THAN } Compare;
typedef struct Node { int32_t kind, what, base, cmp; int64_t n, den; uint64_t mask; int32_t first, count; } Node;

enum { READINGS_MAX = 4, VERSIONS_MAX = 32 };
typedef struct RuleVersion {
    int bound, condition[READINGS_MAX], readings_n; /* nodes; reading 0 is the default */
    int except, gap;                                /* nodes, or NONE */
    bool opens;                                     /* may open duties: what law checks, kept here for its readers */
} RuleVersion;
/* yields: to which rules; yields_in: bits of the versions that do, for each (NULL: all of them). */
typedef struct Rule { const RuleVersion *versions; size_t n; const int *yields; size_t yields_n; const uint32_t *yields_in; } Rule;

/* Compiled: every node, quantity and amount exists once, children before parents. */
typedef struct RuleSet {
    Arena *a;
    const FactDef *facts; size_t facts_n;
    Quantity *quantities; size_t quantities_n, quantities_cap;
    Amount *amounts; size_t amounts_n, amounts_cap;
    Node *nodes; size_t nodes_n, nodes_cap;
    int32_t *kids; size_t kids_n, kids_cap;
    Rule *rules; size_t rules_n;
    int32_t *buckets; size_t buckets_n;
} RuleSet;

void rules_init(RuleSet *s, Arena *a, const FactDef *facts, size_t n);
int rules_quantity(RuleSet *s, Quantity q);
int rules_amount(RuleSet *s, Amount m, const int *of);
int rules_node(RuleSet *s, Node n, const int *kids);
/* q against an amount, as the words of the law say it; a smaller or larger of becomes any or all. */
int rules_compare(RuleSet *s, int quantity, Compare cmp, int amount);
/* The rules, in any order; false: some wait for each other in a circle. */
bool rules_finish(RuleSet *s, Rule *rules, size_t n);

/* --- judging ------------------------------------------------------------------------------------------------------------ */
typedef enum { VERDICT_MET, VERDICT_NOT_MET, VERDICT_UNDECIDED, VERDICT_COVERED, VERDICT_NOT_BOUND, VERDICT_NO_VERSION, VERDICTS } VerdictKind;
typedef struct Verdict {
    VerdictKind kind;
    int version;        /* the lowest that applies; -1: none */
    uint8_t origin;     /* undecided: WHY_… of what leaves it open */
    bool exact;         /* undecided: shown to be open by trying every combination that matters, or by logic in one direction */
    bool sensitive;     /* another reading of the text gives another verdict */
    bool assumes;       /* a gap of the pack was taken not to apply */
    int covered_by;     /* rule; -1 */
    int either;         /* undecided: this or that rule is surely met; -1 */
    VerdictKind reading[READINGS_MAX]; int readings_n;
} Verdict;

typedef struct Judge Judge; /* room to work in: one per thread, for many incidents */
Judge *judge_new(Arena *a, const RuleSet *s);
/* chosen[rule]: bits of the versions that may apply on the day that chooses; 0: none. The facts are borrowed until the next begin. */
void judge_begin(Judge *j, const FactValue *facts, Instant as_of, const uint32_t *chosen);
Verdict judge_rule(Judge *j, int rule);                   /* kind, version, exact; the rest by judge_explain */
void judge_explain(Judge *j, int rule, Verdict *v);       /* other readings, why it is open, what it yields to, what it assumes */
Tri judge_met(Judge *j, int rule);        /* without the split, for other rules */
Tri judge_node(Judge *j, int node);       /* fast: stops where the answer is known */
void judge_force(Judge *j, int node, Tri value); /* as if this condition had that value, whatever the facts say (does it decide?); NONE: as the facts say */
Tri judge_exact(Judge *j, int node);      /* with the split */
/* Every node of the tree under `node`, nothing left out: values[nodes_n]. Equal to judge_node everywhere. */
void judge_record(Judge *j, Arena *a, int node, Tri *values);
Range judge_quantity(Judge *j, int quantity);
Range judge_amount(Judge *j, int amount);
uint8_t judge_origin(Judge *j, int node); /* why a node is open */

/* If everything goes on as it is: the first instant after as_of at which the verdict of an undecided or not met rule turns, and what it then is. */
bool judge_turn(Judge *j, int rule, VerdictKind is /* as judged now */, Instant *at, VerdictKind *to);

/* What would decide: sets of facts, each with what it would have to be known to. `aspect` says what of a time line. */
typedef enum { ASK_VALUE, ASK_END, ASK_ONSET, ASK_NUMBERS, ASK_ONE_ACCIDENT } Aspect;
typedef struct Ask { int fact; Aspect aspect; } Ask;
enum { DECIDING_SETS_MAX = 64, DECIDING_FACTS_MAX = 4 };
typedef struct Deciding { Ask asks[DECIDING_FACTS_MAX]; int n; bool makes; /* true: met, false: not met */ } Deciding;
/* Minimal sets that could decide the rule by themselves; at most DECIDING_SETS_MAX of at most DECIDING_FACTS_MAX. Facts that only the pack could know are never asked. */
size_t judge_deciding(Judge *j, Arena *a, int rule, Deciding *out);
size_t judge_deciding_node(Judge *j, Arena *a, int node, Deciding *out);

#endif
