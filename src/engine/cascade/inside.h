/* inside.h -- what the files of this room share: the plan, and the place where 512 scenarios lie side by side. Private to engine/cascade. */
#ifndef KANAME_CASCADE_INSIDE_H
#define KANAME_CASCADE_INSIDE_H

#include "cascade/cascade.h"
#include "draw/draw.h"

#include <pthread.h>
#include <stdatomic.h>

enum { ROW_WORDS = CASCADE_LANES / 64, BATCHES = 8 /* drawn together */, AHEAD = 40 /* edges whose rows are fetched early */, PLANES = 25 /* bits of a count of nodes */ };
enum { BLOCK_LANES = CASCADE_LANES * BATCHES };

/* One bit for each scenario: one cache line. */
typedef struct Row { _Alignas(64) uint64_t w[ROW_WORDS]; } Row;

/* Nodes are renumbered: suppliers before those who need them, as far as loops allow. Entries of a node itself are left out (it cannot be the reason of its own failing), and needs
 * that can then never be unmet; all needs with k = 1 of a node are one, without repeats. */
typedef struct PlanNeed { uint32_t first, n, k; } PlanNeed;
typedef struct Counted { uint32_t need, k; } Counted;
typedef struct Stretch { uint32_t begin, end; bool loop; } Stretch; /* nodes of one component, or of many without loops */
typedef struct Sparse { uint64_t id, below; double log_left; uint32_t node; } Sparse; /* hit so seldom that gaps are drawn over the whole block */

struct CascadePlan {
    const CascadeNet *net;
    uint32_t n, needs_n, from_n, loop_edges;
    uint32_t *inner, *outer;       /* the caller's number → ours, and back */
    uint32_t *need_first;          /* [n + 1] */
    PlanNeed *needs;
    uint32_t *need_node;           /* [needs_n] */
    uint32_t *from;                /* suppliers of a need; AHEAD more at the end */
    uint32_t *any_first, *any;     /* nodes that fail with this one */
    uint32_t *counted_first; Counted *counted; /* needs that count it */
    uint32_t *to_first, *to;       /* both, as nodes */
    Stretch *stretches; size_t stretches_n;
    uint64_t *users; int users_scale; /* NULL: none; whole numbers of 2^-users_scale, so that sums have no order */
    uint64_t *id;                  /* [n] */
    Sparse *sparse; size_t sparse_n;
    uint32_t *frequent; size_t frequent_n;
    uint64_t *cause_id;
};

/* Components in the order of suppliers first: order[i] is the node that gets number i. */
void cascade_order(Arena *a, uint32_t n, const uint32_t *first, const uint32_t *to, uint32_t *order, Stretch **out, size_t *out_n);

/* --- scenarios side by side ---------------------------------------------------------------------------------------------- */
typedef struct RowCode RowCode;
typedef struct Lanes {
    const CascadePlan *p;
    const RowCode *code;           /* of this processor */
    uint32_t lanes;                /* scenarios that are there: 512, fewer at the end */
    Row *x;                        /* [n] hits going in, failed coming out; where not live, anything when stale */
    uint64_t *live, *dirty;        /* bits of nodes: rows that hold something; to be looked at */
    uint32_t zero_until;           /* rows before it are zero */
    bool stale;
    uint32_t *queue, *count, *list; /* events: the failed in order, counts of needs, hits of 64 scenarios */
    size_t list_max;
    uint64_t *down;
    uint64_t *failed;              /* [n] in how many scenarios each failed: added to; or NULL */
    bool by_lane;                  /* wanted: */
    uint32_t lane_failed[CASCADE_LANES];
    uint64_t lane_users[CASCADE_LANES];
    Row *planes;                   /* lane_failed while it is counted, bit by bit */
    uint64_t *set;                 /* [n × 8] in the caller's numbers, or NULL */
    uint64_t cost, budget;         /* edges looked at; events give up beyond the budget */
    bool (*tick)(void *arg);       /* may be NULL; false: stop */
    void *arg;
    bool stopped;
    bool (*one)(void *arg, uint32_t lane, const uint32_t *hit, size_t n); /* instead of lanes_one; NULL */
    void *one_arg;
} Lanes;

Row *rows_new(Arena *a, size_t n); /* zero, each a cache line */
void lanes_init(Arena *a, const CascadePlan *p, Lanes *l);
void lanes_need_rows(Arena *a, Lanes *l);   /* memory for rows */
void lanes_need_events(Arena *a, Lanes *l); /* for events */
void lanes_begin(Lanes *l, CascadeEngine engine); /* nothing is hit */
static inline void lanes_touch(Lanes *l, uint32_t v)
{
    uint64_t bit = 1ull << (v & 63);
    if (l->live[v >> 6] & bit) return;
    l->live[v >> 6] |= bit;
    memset(&l->x[v], 0, sizeof l->x[v]);
}
static inline void lanes_hit(Lanes *l, uint32_t v, uint32_t lane)
{
    lanes_touch(l, v);
    l->x[v].w[lane >> 6] |= 1ull << (lane & 63);
}
void lanes_run(Lanes *l, CascadeEngine engine); /* SWEEPS or WORK over what was hit */
bool lanes_events(Lanes *l);                    /* EVENTS over it; false: beyond the budget, some scenarios were not counted */
bool lanes_one(Lanes *l, uint32_t lane, const uint32_t *hit, size_t n); /* EVENTS over one list; false: beyond the budget, it was not counted */
void lanes_users(Lanes *l, uint32_t v, const Row *row);

/* The two engines that work on rows, for one set of instructions. */
struct RowCode {
    const char *name;
    void (*sweeps)(Lanes *l);
    void (*work)(Lanes *l);
    uint64_t (*count)(const Row *r);
    uint64_t (*pull)(const CascadePlan *p, const Row *x, uint32_t v, Row *out); /* what its suppliers say, added to *out; edges looked at */
    void (*at_least)(const Row *x, const uint32_t *from, uint32_t n, uint32_t k, Row *out); /* AHEAD more after from[n] */
};
const RowCode *row_code_at(size_t i); /* all that this processor can, the best first, NULL after the last */

/* --- blocks of scenarios shared among threads --------------------------------------------------------------------------------- */
typedef struct Crew {
    const CascadeRun *run;
    uint64_t blocks;
    _Atomic uint64_t next, done;
    atomic_bool stop;
} Crew;
Err crew_init(Crew *c, const CascadeRun *run, int *threads);
bool crew_next(Crew *c, uint64_t *block);
bool crew_go_on(Crew *c, bool first); /* asked between pieces of work; the first thread asks the caller */
/* work(workers), work(workers + size), …: the first one on this thread. ERR_INVALID: cancelled. */
Err crew_work(Crew *c, void *(*work)(void *worker), void *workers, size_t size, pthread_t *thread, bool *runs, int n);
void hits_cut(Lanes *l); /* forgets hits of scenarios that are not there */

/* --- hits ---------------------------------------------------------------------------------------------------------------- */
typedef struct Hits {
    const CascadePlan *p;
    uint64_t seed;
    uint32_t head[BATCHES], *link; /* sparse nodes by the batch of their next hit */
    uint16_t *at, *drawn;
    uint32_t block;
} Hits;
void hits_plan(Arena *a, CascadePlan *p);
void hits_init(Arena *a, const CascadePlan *p, uint64_t seed, Hits *h);
void hits_begin(Hits *h, uint32_t block);
void hits_batch(Hits *h, uint32_t batch, Lanes *l); /* batches of a block in their order */

#endif
