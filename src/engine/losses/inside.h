/*
 * inside.h -- what the files of a run share: the model made ready (run.c), the desk of a thread (block.c), the tail (tail.c). Not for callers.
 */
#ifndef KANAME_LOSSES_INSIDE_H
#define KANAME_LOSSES_INSIDE_H

#include "losses/counts.h"
#include "losses/kernel.h"
#include "losses/losses.h"
#include "losses/sizes.h"

#include <pthread.h>
#include <stdatomic.h>

const Kernel *kernel_of(LossCode code); /* NULL: this processor cannot */

/* A chance that LEFT_BITS bits decide; where they are those of `below`, a further uniform draw does. */
typedef struct Chance { uint64_t below; double rest; } Chance;

typedef struct Left { Chance chance; double size; bool each, year; const CaseRisk *risk; } Left; /* what a case leaves of an event */

/* A risk made ready. */
typedef struct Actor {
    const LossRisk *risk;
    size_t row; /* in the model */
    uint64_t whose;
    int common; /* -1: none */
    bool split, second;
    Poisson poisson; /* of a block, when split */
    Counts counts;   /* else */
    Size primary, secondary;
    Chance second_chance;
    Left left[LOSS_CASES_MAX];
} Actor;

typedef struct Common { const Factor *factor; uint64_t whose; bool t; StudentT student; } Common;

typedef struct Tail { double at, tie; } Tail; /* trials above `at` count whole, those equal to it `tie` */

/* The run. Threads take blocks in order, and add what a block gives to the sums in order: so these are the same for any number of threads. */
/* How sums differ from block to block: over the blocks, their squares, and they times the years of the tail, and times the part of a whole block that the block is. */
typedef struct Spread { double square, by_years, by_part; } Spread;

typedef struct Plan {
    const LossModel *model;
    const LossRun *run;
    const Kernel *kernel;
    Normal normal;
    Actor *actors; size_t actors_n; /* by the identifiers of their factor and themselves: no order of rows */
    Common *commons;
    size_t cases_n;
    uint64_t trials, blocks;
    double *total[LOSS_CASES_MAX]; /* of whole blocks */
    Sum *sums;                     /* [actors_n][cases_n] */
    bool tailing;                  /* the second pass */
    Tail tail[LOSS_CASES_MAX];
    Spread *spread;                /* [actors_n][cases_n], of the second pass */
    double years_square[LOSS_CASES_MAX], years_by_part[LOSS_CASES_MAX]; /* the same of the years of the tail */
    pthread_mutex_t lock;
    pthread_cond_t turn, over; /* it is another block's turn; the last thread has ended */
    uint64_t next, merged;
    int running;
    atomic_bool stop;
} Plan;

enum { CHUNK = 512 /* trials whose counts are drawn at once */ };

typedef struct Desk {
    Plan *plan;
    Sum *sums;
    double (*year)[BLOCK]; /* [cases_n], all 0 between risks; NULL where no risk needs it */
    double (*pairs)[BLOCK][2]; /* totals of two cases beside each other, [cases_n / 2], all 0 between blocks */
    int common;            /* whose variables stand below */
    double common_z[BLOCK], common_w[BLOCK];
    uint8_t in_tail[BLOCK];
    double years[LOSS_CASES_MAX]; /* of the tail, in this block */
    size_t n;              /* events gathered */
    bool row;              /* they are numbered one after the other, from first */
    uint64_t first;
    uint64_t trial[BATCH_ROOM], event[BATCH_ROOM], drawn[BATCH_ROOM], bits[BATCH_ROOM], second_bits[BATCH_ROOM], place_of[CHUNK];
    double z[BATCH_ROOM], x[BATCH_ROOM], second[BATCH_ROOM], y[BATCH_ROOM];
    pthread_t thread;
} Desk;

bool desk_block(Desk *d, uint64_t block); /* false: stopped */
Tail tail_find(const double *total, uint64_t n, double p, uint64_t *histogram /* [TAIL_BINS] */, double *mean);
enum { TAIL_BINS = 2048 };
static inline double tail_weight(const Tail *t, double total) { return total > t->at ? 1 : total == t->at ? t->tie : 0; }

#endif
