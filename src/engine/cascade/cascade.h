/*
 * engine/cascade -- what fails when something fails. A directed net: a node fails when it is hit, or when of one of its needs so many suppliers have failed
 * that it cannot go on (any, all, k of n). The failed set is the least one that satisfies this; three engines find the same one. Times: buffers, repair and
 * restart by an event queue. Pure: no records, no clock, no files. Called by: net. Order of growth: beside each function.
 */
#ifndef KANAME_CASCADE_H
#define KANAME_CASCADE_H

#include "base/base.h"

enum { CASCADE_ENGINE_VERSION = 1 /* raised whenever a draw changes */, CASCADE_NODES_MAX = 1 << 24, CASCADE_EDGES_MAX = 1 << 28, CASCADE_SCENARIOS_MAX = 1 << 24, CASCADE_PAIRS_MAX = 2048 /* nodes */, CASCADE_CUTS_MAX = 1 << 20, CASCADE_LANES = 512 /* scenarios side by side in the bit-parallel engines */ };
#define CASCADE_HOURS_MAX 1e9
#define CASCADE_USERS_MAX 1e15

typedef struct CascadeNeed {
    uint32_t first, n; /* suppliers[first … first + n) */
    uint32_t k;        /* the need is unmet when k or more of them have failed: 1 any, n all; 1 ≤ k ≤ n. A supplier listed twice counts twice; the node itself never is the reason of its own failing */
    double buffer;     /* hours that the node goes on while it is unmet (battery, stock) */
} CascadeNeed;
typedef struct CascadeNode {
    uint32_t first, n;  /* needs[first … first + n); it fails when any one of them is unmet */
    double chance;      /* of being hit by itself in a scenario, 0 … 1 */
    double repair_low, repair_mode, repair_high; /* hours from the hit to being repaired, PERT; all equal: fixed */
    bool black_start;   /* comes back without what it needs (see cascade_times) */
    double users;       /* who are without service when it has failed; 0: nobody is counted here */
} CascadeNode;
typedef struct CascadeHit { uint32_t node; double chance; } CascadeHit;
typedef struct CascadeCause { Str id; double chance; uint32_t first, n; /* hits[first … first + n), drawn each by itself once the cause is there */ } CascadeCause;
typedef struct CascadeNet {
    const CascadeNode *nodes; size_t nodes_n;
    const Str *ids; /* [nodes_n], unlike each other: they key the draws */
    const CascadeNeed *needs; size_t needs_n;
    const uint32_t *suppliers; size_t suppliers_n;
    const CascadeCause *causes; size_t causes_n;
    const CascadeHit *hits; size_t hits_n;
} CascadeNet;

typedef enum {
    CASCADE_PILOT,  /* tries the engines on the first scenarios and goes on with the fastest */
    CASCADE_EVENTS, /* each scenario by itself, from the hits on: O(edges out of the failed) */
    CASCADE_SWEEPS, /* 512 at once, all nodes in topological order until nothing changes: O(edges × sweeps / 512) */
    CASCADE_WORK,   /* 512 at once, only nodes of which a supplier changed */
    CASCADE_ENGINES
} CascadeEngine;

/* What is worked out once for a net: edges the other way round, components, order. O(nodes + edges). `net` and what it points at must stay as they are while the plan is used.
 * ERR_INVALID names the first mistake ("needs[3]: …"): an index out of range, a chance outside 0 … 1, k outside 1 … n, an identifier that is there twice; ERR_TOO_LARGE. */
typedef struct CascadePlan CascadePlan;
Err cascade_plan(Arena *a, const CascadeNet *net, CascadePlan **out);

typedef struct CascadeRun {
    uint64_t scenarios, seed;
    CascadeEngine engine;
    int threads; /* 0: one for each processor */
    bool (*go_on)(void *arg, double done);
    void *arg;
} CascadeRun;

/* Random scenarios: hits by own chances and common causes, drawn by (seed, id of node or cause, scenario): the same for all engines and threads. */
typedef struct CascadeOutcome {
    uint64_t scenarios;
    uint64_t *failed; /* [nodes_n]: in how many scenarios each node failed */
    uint64_t *hit;    /* [nodes_n]: in how many it was hit itself */
    double users_mean, users_se; double users_quantile[3]; /* sum of `users` of the failed: mean, its standard error, 50 %, 95 %, 99 % */
    CascadeEngine engine; /* that did it */
} CascadeOutcome;
Err cascade_random(Arena *a, const CascadePlan *p, const CascadeRun *run, CascadeOutcome *out);

/* Given scenarios: scenario i hits of[first[i] … first[i + 1]). failed[nodes_n] counts; set, when not NULL, gets the failed nodes of each as bits: word w of node v of batch b at
 * set[(b * nodes_n + v) * 8 + w]. */
Err cascade_given(Arena *a, const CascadePlan *p, const uint32_t *first, const uint32_t *of, size_t scenarios, CascadeEngine engine, uint64_t *failed, uint64_t *set);

/* Every single failure, exactly: what[v].failed nodes, v among them, and the sum of their users. */
typedef struct CascadeImpact { uint32_t failed; double users; } CascadeImpact;
Err cascade_singles(Arena *a, const CascadePlan *p, CascadeEngine engine, CascadeImpact *what);
/* Pairs within `of` (k of them): what[i * k + j] for i < j. O(k² / 512 cascades). */
Err cascade_pairs(Arena *a, const CascadePlan *p, const uint32_t *of, size_t k, CascadeImpact *what);
/* Why a node failed when `hit` were hit: a chain from a hit node to it, as node numbers; n 0: it did not fail. Where any one supplier suffices it is a shortest one; of a need that counts k, the step
 * shown is from the supplier that was the k-th to fail (round by round, all failures of a round at once). O(edges out of the failed) */
Err cascade_path(Arena *a, const CascadePlan *p, const uint32_t *hit, size_t hits, uint32_t node, uint32_t **path, size_t *n);
/* Each supplier entry (place in net.suppliers) by itself taken for never failing: how much less is expected to fail (users; nodes where no users are given), every single failure weighed by its chance.
 * O(nodes / 512 · (edges + entries · what depends on the entry)); ERR_TOO_LARGE, also on the way, when that is too much: then ask for fewer. */
Err cascade_cuts(Arena *a, const CascadePlan *p, const uint32_t *entries, size_t n, double *saved);
/* So with whole needs, each taken for always met. Needs must not share their suppliers. */
Err cascade_cut_needs(Arena *a, const CascadePlan *p, const uint32_t *needs, size_t n, double *saved);

/* Parts that wait for each other (components of more than one node), the largest first; members by number. */
typedef struct CascadeLoop {
    uint32_t *nodes; size_t n;
    uint32_t *stuck; size_t stuck_n;       /* what does not come back by itself once all of it was out and is repaired, the rest of the net working */
    uint32_t *starters; size_t starters_n; /* each of these, made a black start, alone brings all of it back; NULL: not looked for, nothing is stuck or the loop is too large */
} CascadeLoop;
Err cascade_loops(Arena *a, const CascadePlan *p, CascadeLoop **loops, size_t *n);

/* --- times ------------------------------------------------------------------------------------------------------------------
 * Hits at hour 0 (or at[i]). A node stops when it is hit, or when a need has been unmet for its buffer without a break. A hit node is broken for its repair time; a node works again once it is not broken and
 * all its needs are met (buffers do not start it). In a loop that waits for itself nothing comes back by itself (least restart): a black-start node comes back when its own repair ends, without its needs, and its
 * buffers begin anew then; and at each end of a repair black starts that are out are tried together, and stay if that brings back what they need. At one instant: hits, then who comes back, then what runs out.
 * A repair time of 0 is no hit. A node is left out of its own needs. The whole, with reasons: docs/decisions/0012-times.md. */
/* Over drawn scenarios (the same hits as cascade_random), repair times PERT by (seed, identifier, scenario). `engine` is not used. The same bits for any number of threads. O(E log E) for each scenario, E the edges of
 * all times that a node is out. */
typedef struct CascadeTimes {
    double *out_hours;    /* [nodes_n] mean hours without in a scenario, up to the horizon */
    double *longest;      /* [nodes_n] longest single time out */
    uint64_t *never_back; /* [nodes_n] scenarios in which it was not back at the horizon */
} CascadeTimes;
Err cascade_times(Arena *a, const CascadePlan *p, const CascadeRun *run, double horizon, CascadeTimes *out);
/* Given hits: at NULL: all at 0; repair NULL: repair_mode of each. Spans by node, then by time. */
typedef struct CascadeSpan { uint32_t node; double from, to; /* INFINITY: not back by the horizon */ } CascadeSpan;
Err cascade_spans(Arena *a, const CascadePlan *p, const uint32_t *hit, const double *at, const double *repair, size_t hits, double horizon, CascadeSpan **spans, size_t *n);

/* --- sectors: inoperability input-output model (Haimes and Jiang 2001; dynamic: Lian and Haimes 2006) ----------------------- */
typedef struct Sectors { size_t n; const double *a; /* [n × n] row i: what one unit of inoperability of j brings to i */ const double *recovery; /* [n] K, 0 < K ≤ 1; NULL: static only */ } Sectors;
/* q = A q + c. ERR_INVALID when the spectral radius of A is not below 1. */
Err sectors_inoperability(Arena *a, const Sectors *s, const double *c, double *q);
/* y = A' y + w: one solve ranks all sectors; d(w'q)/d(c_i) = y_i. */
Err sectors_adjoint(Arena *a, const Sectors *s, const double *w, double *y);
/* q_{t+1} = q_t + K (A q_t + c - q_t); path[(steps + 1) × n] from q_0. */
Err sectors_dynamic(Arena *a, const Sectors *s, const double *c, const double *q0, size_t steps, double *path);

#endif
