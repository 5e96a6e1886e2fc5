/*
 * run.c -- many scenarios: drawn at random, given, every single failure, pairs. In batches of 512, shared among threads where they are drawn; all that is added up are whole numbers, so
 * the order does not matter. Which engine a pilot takes is decided by edges counted, not by a clock: the same net and seed take the same way everywhere.
 */
#include "inside.h"

#include <math.h>

enum { TRIAL_LANES = 32, SINGLES_SAME = 16 };
/* Nanoseconds for each edge that an engine looks at, and each node that SWEEPS writes (docs/bench.md, row 2). Only their ratio matters. */
static const double edge_cost[CASCADE_ENGINES] = {[CASCADE_EVENTS] = 4.5, [CASCADE_SWEEPS] = 2, [CASCADE_WORK] = 3};
#define LOOPY 0.1 /* share of the edges within loops from which sweeps are not tried */

static Err check_engine(CascadeEngine e)
{
    return (unsigned)e < CASCADE_ENGINES ? ERR_NONE : err_text(ERR_INVALID, text_of("その計算方式はありません", "there is no such engine"));
}

/* --- the pilot: EVENTS over a few scenarios, then WORK for a batch, then SWEEPS for a batch (both count), then the cheapest -------- */
typedef struct Pilot { CascadeEngine engine; int seen; double cost[CASCADE_ENGINES]; } Pilot;

static double one_sweep(const CascadePlan *p)
{
    return (double)p->from_n * edge_cost[CASCADE_SWEEPS] + p->n;
}

static void pilot_begin(Pilot *t, CascadeEngine wanted)
{
    *t = (Pilot){.engine = wanted};
    for (int e = 0; e < CASCADE_ENGINES; e++) t->cost[e] = INFINITY;
}

static void pilot_events(Pilot *t, const CascadePlan *p, uint64_t edges, uint32_t lanes)
{
    t->cost[CASCADE_EVENTS] = ((double)edges * edge_cost[CASCADE_EVENTS] + 30.0 * lanes) * CASCADE_LANES / lanes;
    if (t->cost[CASCADE_EVENTS] < one_sweep(p)) t->engine = CASCADE_EVENTS;
}

static CascadeEngine pilot_next(const Pilot *t)
{
    if (t->engine) return t->engine;
    return t->seen ? CASCADE_SWEEPS : CASCADE_WORK;
}

static void pilot_saw(Pilot *t, const CascadePlan *p, CascadeEngine e, uint64_t edges)
{
    if (t->engine) return;
    t->cost[e] = (double)edges * edge_cost[e] + p->n;
    t->seen++;
    if (e == CASCADE_WORK && p->loop_edges <= LOOPY * p->from_n && t->cost[e] >= 0.5 * one_sweep(p)) return; /* a sweep may be cheaper */
    t->engine = CASCADE_EVENTS;
    for (int i = CASCADE_SWEEPS; i < CASCADE_ENGINES; i++)
        if (t->cost[i] < t->cost[t->engine]) t->engine = (CascadeEngine)i;
}

static CascadeEngine pilot_chose(const Pilot *t)
{
    return t->engine ? t->engine : CASCADE_WORK;
}

/* Events try so long, then they have lost. */
static uint64_t trial_budget(const CascadePlan *p)
{
    return (uint64_t)(one_sweep(p) / edge_cost[CASCADE_EVENTS] / 4) + 1000;
}

/* --- scenarios as lists --------------------------------------------------------------------------------------------------------- */
typedef struct Lists { const uint32_t *first, *of; uint32_t n; } Lists; /* scenario i hits of[first[i] … first[i + 1]), our numbers */

static bool lists_events(Lanes *l, const Lists *s)
{
    if (l->set) memset(l->set, 0, (size_t)l->p->n * sizeof(Row));
    for (uint32_t i = 0; i < s->n; i++)
        if (!lanes_one(l, i, s->of + s->first[i], s->first[i + 1] - s->first[i])) return false;
    return true;
}

static void lists_rows(Lanes *l, const Lists *s, CascadeEngine engine)
{
    lanes_begin(l, engine);
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t e = s->first[i]; e < s->first[i + 1]; e++) lanes_hit(l, s->of[e], i);
    lanes_run(l, engine);
}

/* Without counting anything: how many edges events look at in a few scenarios. */
static void lists_trial(Arena *a, Lanes *l, const Lists *s, Pilot *t)
{
    uint64_t *failed = l->failed, *set = l->set;
    uint32_t done = 0;
    lanes_need_events(a, l);
    l->failed = NULL, l->set = NULL, l->cost = 0, l->budget = trial_budget(l->p);
    while (done < s->n && done < TRIAL_LANES && lanes_one(l, done, s->of + s->first[done], s->first[done + 1] - s->first[done])) done++;
    pilot_events(t, l->p, l->cost, done ? done : 1);
    l->failed = failed, l->set = set, l->budget = UINT64_MAX;
}

static void lists_run(Arena *a, Lanes *l, const Lists *s, Pilot *t)
{
    CascadeEngine e = pilot_next(t);
    l->cost = 0;
    if (e == CASCADE_EVENTS) {
        lanes_need_events(a, l);
        lists_events(l, s);
        return;
    }
    lanes_need_rows(a, l);
    lists_rows(l, s, e);
    pilot_saw(t, l->p, e, l->cost);
}

static Err check_lists(const CascadePlan *p, const uint32_t *first, const uint32_t *of, size_t scenarios)
{
    for (size_t i = 0; i < scenarios; i++)
        if (first[i] > first[i + 1]) return err_text(ERR_INVALID, text_of("シナリオの区切りが逆になっています", "scenarios must begin one after the other"));
    for (uint32_t i = scenarios ? first[0] : 0; scenarios && i < first[scenarios]; i++)
        if (of[i] >= p->n) return err_text(ERR_INVALID, text_of("シナリオがない要素を指しています", "a scenario hits a node that is not there"));
    return ERR_NONE;
}

static void out_again(const CascadePlan *p, const uint64_t *inner, uint64_t *out)
{
    for (uint32_t v = 0; v < p->n; v++) out[p->outer[v]] = inner[v];
}

Err cascade_given(Arena *a, const CascadePlan *p, const uint32_t *first, const uint32_t *of, size_t scenarios, CascadeEngine engine, uint64_t *failed, uint64_t *set)
{
    TRY(check_engine(engine));
    TRY(check_lists(p, first, of, scenarios));
    Lanes *l = arena_new(a, Lanes);
    Pilot t;
    pilot_begin(&t, engine);
    lanes_init(a, p, l);
    l->failed = arena_array(a, uint64_t, p->n);
    uint32_t begin = scenarios ? first[0] : 0, hits = scenarios ? first[scenarios] - begin : 0;
    uint32_t *inner = arena_raw(a, ((size_t)hits + 1) * sizeof *inner), at[CASCADE_LANES + 1];
    for (uint32_t i = 0; i < hits; i++) inner[i] = p->inner[of[begin + i]];
    for (size_t b = 0; b < scenarios; b += CASCADE_LANES) {
        uint32_t n = scenarios - b < CASCADE_LANES ? (uint32_t)(scenarios - b) : CASCADE_LANES;
        for (uint32_t i = 0; i <= n; i++) at[i] = first[b + i] - begin;
        Lists s = {at, inner, n};
        l->set = set ? set + b / CASCADE_LANES * p->n * ROW_WORDS : NULL;
        if (!b && !engine) lists_trial(a, l, &s, &t);
        lists_run(a, l, &s, &t);
    }
    out_again(p, l->failed, failed);
    return ERR_NONE;
}

/* --- every single failure, pairs -------------------------------------------------------------------------------------------------- */
typedef struct Whole { Lanes *l; CascadeEngine wanted; bool rows, sweeps; int rows_left, sweeps_left; } Whole; /* what the last batches were best done with */

static uint64_t edges_from(const CascadePlan *p, uint32_t v)
{
    uint32_t d = p->need_first[v];
    return d < p->needs_n ? p->from_n - p->needs[d].first : 0;
}

/* A batch of scenarios of which only sizes are asked: by events as long as that is cheap, else by rows; what lost is tried again now and then. */
static void whole_run(Arena *a, Whole *w, const Lists *s, uint32_t lowest)
{
    Lanes *l = w->l;
    const CascadePlan *p = l->p;
    uint64_t edges = edges_from(p, lowest);
    CascadeEngine e = w->wanted;
    if (e == CASCADE_EVENTS || (!e && w->rows_left-- <= 0)) {
        lanes_need_events(a, l);
        l->cost = 0, l->budget = e ? UINT64_MAX : edges / 8 + 64 * s->n;
        bool done = lists_events(l, s);
        l->budget = UINT64_MAX;
        if (done) return;
        w->rows_left = SINGLES_SAME;
    }
    if (!e) e = w->sweeps_left-- > 0 ? CASCADE_SWEEPS : CASCADE_WORK;
    lanes_need_rows(a, l);
    l->cost = 0;
    lists_rows(l, s, e);
    if (!w->wanted && e == CASCADE_WORK && p->loop_edges <= LOOPY * p->from_n && (double)l->cost * edge_cost[CASCADE_WORK] > (double)edges * edge_cost[CASCADE_SWEEPS]) w->sweeps_left = SINGLES_SAME;
}

static void whole_begin(Arena *a, const CascadePlan *p, CascadeEngine engine, Whole *w)
{
    *w = (Whole){.l = arena_new(a, Lanes), .wanted = engine};
    lanes_init(a, p, w->l);
    w->l->by_lane = true;
}

static CascadeImpact impact(const Lanes *l, uint32_t lane)
{
    return (CascadeImpact){l->lane_failed[lane], l->p->users ? ldexp((double)l->lane_users[lane], -l->p->users_scale) : 0};
}

Err cascade_singles(Arena *a, const CascadePlan *p, CascadeEngine engine, CascadeImpact *what)
{
    Whole w;
    uint32_t at[CASCADE_LANES + 1], of[CASCADE_LANES];
    TRY(check_engine(engine));
    whole_begin(a, p, engine, &w);
    for (uint32_t i = 0; i <= CASCADE_LANES; i++) at[i] = i;
    for (uint32_t b = (p->n + CASCADE_LANES - 1) / CASCADE_LANES; b-- > 0;) { /* from the last: what comes before the hits need not be looked at */
        uint32_t begin = b * CASCADE_LANES, n = p->n - begin < CASCADE_LANES ? p->n - begin : CASCADE_LANES;
        for (uint32_t i = 0; i < n; i++) of[i] = begin + i;
        whole_run(a, &w, &(Lists){at, of, n}, begin);
        for (uint32_t i = 0; i < n; i++) what[p->outer[begin + i]] = impact(w.l, i);
    }
    return ERR_NONE;
}

Err cascade_pairs(Arena *a, const CascadePlan *p, const uint32_t *of, size_t k, CascadeImpact *what)
{
    Whole w;
    uint32_t at[CASCADE_LANES + 1], hit[2 * CASCADE_LANES], n = 0;
    size_t where[CASCADE_LANES];
    if (k > CASCADE_PAIRS_MAX) return err_text(ERR_TOO_LARGE, text_of("組み合わせは 2,048 個の要素までです", "pairs of at most 2,048 nodes"));
    for (size_t i = 0; i < k; i++)
        if (of[i] >= p->n) return err_text(ERR_INVALID, text_of("その要素はありません", "there is no such node"));
    whole_begin(a, p, CASCADE_PILOT, &w);
    for (uint32_t i = 0; i <= CASCADE_LANES; i++) at[i] = 2 * i;
    for (size_t i = 0; i < k; i++)
        for (size_t j = i + 1; j < k; j++) {
            hit[2 * n] = p->inner[of[i]], hit[2 * n + 1] = p->inner[of[j]];
            where[n++] = i * k + j;
            if (n < CASCADE_LANES && i + 2 < k) continue;
            whole_run(a, &w, &(Lists){at, hit, n}, 0);
            for (uint32_t x = 0; x < n; x++) what[where[x]] = impact(w.l, x);
            n = 0;
        }
    return ERR_NONE;
}

/* --- at random --------------------------------------------------------------------------------------------------------------------- */
typedef struct Worker {
    Crew *crew;
    bool first;
    Lanes *l;
    Hits hits;
    Pilot pilot;
    uint64_t *hit, asked;
    uint64_t *sums; /* [scenarios] of all workers: users of each; NULL: none */
} Worker;

/* Asked often; the caller is asked about every ten milliseconds. */
static bool go_on(void *arg)
{
    Worker *w = arg;
    bool ask = w->l->cost - w->asked >= 2000000;
    if (ask) w->asked = w->l->cost;
    return crew_go_on(w->crew, w->first && ask);
}

static void count_hits(Worker *w)
{
    const Lanes *l = w->l;
    for (size_t i = 0; i < ((size_t)l->p->n + 63) / 64; i++)
        for (uint64_t left = l->live[i]; left; left &= left - 1) {
            uint32_t v = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(left);
            w->hit[v] += l->code->count(&l->x[v]);
        }
}

/* The first scenarios of what lies in the rows, by events, without counting. */
static void rows_trial(Worker *w)
{
    Lanes *l = w->l;
    uint64_t *failed = l->failed;
    uint32_t lanes = l->lanes, tried = lanes < TRIAL_LANES ? lanes : TRIAL_LANES;
    uint64_t cost = l->cost;
    l->failed = NULL, l->lanes = tried, l->cost = 0, l->budget = trial_budget(l->p);
    bool done = lanes_events(l);
    pilot_events(&w->pilot, l->p, done ? l->cost : l->cost * TRIAL_LANES, tried);
    l->failed = failed, l->lanes = lanes, l->cost += cost, l->budget = UINT64_MAX;
}

static void random_batch(Worker *w, uint64_t block, uint32_t batch, uint64_t scenarios)
{
    Lanes *l = w->l;
    uint64_t from = (block * BATCHES + batch) * CASCADE_LANES;
    bool trial = !w->pilot.engine && !w->pilot.seen;
    l->lanes = scenarios - from < CASCADE_LANES ? (uint32_t)(scenarios - from) : CASCADE_LANES;
    lanes_begin(l, pilot_next(&w->pilot));
    hits_batch(&w->hits, batch, l);
    hits_cut(l);
    count_hits(w);
    if (trial) rows_trial(w);
    CascadeEngine e = pilot_next(&w->pilot);
    uint64_t cost = l->cost;
    if (e == CASCADE_EVENTS) lanes_events(l);
    else lanes_run(l, e);
    if (e != CASCADE_EVENTS) pilot_saw(&w->pilot, l->p, e, l->cost - cost);
    if (w->sums) memcpy(w->sums + from, l->lane_users, l->lanes * sizeof *l->lane_users);
}

static void *random_work(void *arg)
{
    Worker *w = arg;
    uint64_t scenarios = w->crew->run->scenarios, block = 0;
    for (bool more = w->first || crew_next(w->crew, &block); more && !w->l->stopped; more = crew_next(w->crew, &block)) {
        hits_begin(&w->hits, (uint32_t)block);
        for (uint32_t b = 0; b < BATCHES && !w->l->stopped && (block * BATCHES + b) * CASCADE_LANES < scenarios; b++) {
            random_batch(w, block, b, scenarios);
            if (!go_on(w)) w->l->stopped = true;
        }
        atomic_fetch_add(&w->crew->done, 1);
    }
    return NULL;
}

static void worker_init(Arena *a, const CascadePlan *p, Crew *crew, Worker *w, uint64_t *sums)
{
    const CascadeRun *run = crew->run;
    *w = (Worker){.crew = crew, .l = arena_new(a, Lanes), .hit = arena_array(a, uint64_t, p->n), .sums = sums};
    lanes_init(a, p, w->l);
    lanes_need_rows(a, w->l);
    if (run->engine <= CASCADE_EVENTS) lanes_need_events(a, w->l);
    hits_init(a, p, run->seed, &w->hits);
    pilot_begin(&w->pilot, run->engine);
    w->l->failed = arena_array(a, uint64_t, p->n);
    w->l->by_lane = p->users != NULL;
    w->l->tick = go_on, w->l->arg = w;
}

static void add_up(const CascadePlan *p, const Worker *w, int n, CascadeOutcome *out)
{
    for (int i = 0; i < n; i++)
        for (uint32_t v = 0; v < p->n; v++) {
            out->failed[p->outer[v]] += w[i].l->failed[v];
            out->hit[p->outer[v]] += w[i].hit[v];
        }
}

/* The rank-th smallest (from 0): Hoare's selection. O(n) */
static uint64_t ranked(uint64_t *x, uint64_t n, uint64_t rank)
{
    uint64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        uint64_t a = x[lo], b = x[lo + (hi - lo) / 2], c = x[hi], i = lo, j = hi;
        uint64_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        for (;;) {
            while (x[i] < pivot) i++;
            while (x[j] > pivot) j--;
            if (i >= j) break;
            uint64_t t = x[i];
            x[i++] = x[j], x[j--] = t;
        }
        if (rank <= j) hi = j;
        else lo = j + 1;
    }
    return x[rank];
}

static void users_of(const CascadePlan *p, uint64_t *sums, CascadeOutcome *out)
{
    static const double at[3] = {0.5, 0.95, 0.99};
    double n = (double)out->scenarios, mean = 0, squares = 0;
    if (!sums) return;
    for (uint64_t i = 0; i < out->scenarios; i++) mean += ldexp((double)sums[i], -p->users_scale) / n;
    for (uint64_t i = 0; i < out->scenarios; i++) squares += pow(ldexp((double)sums[i], -p->users_scale) - mean, 2);
    out->users_mean = mean;
    out->users_se = n > 1 ? sqrt(squares / (n - 1) / n) : INFINITY;
    for (int i = 0; i < 3; i++) {
        uint64_t rank = (uint64_t)ceil(at[i] * n);
        out->users_quantile[i] = ldexp((double)ranked(sums, out->scenarios, rank ? rank - 1 : 0), -p->users_scale);
    }
}

Err cascade_random(Arena *a, const CascadePlan *p, const CascadeRun *run, CascadeOutcome *out)
{
    Crew crew;
    int threads;
    TRY(check_engine(run->engine));
    TRY(crew_init(&crew, run, &threads));
    Worker *w = arena_array(a, Worker, threads);
    uint64_t *sums = p->users ? arena_raw(a, run->scenarios * sizeof *sums) : NULL;
    *out = (CascadeOutcome){.scenarios = run->scenarios, .failed = arena_array(a, uint64_t, p->n), .hit = arena_array(a, uint64_t, p->n)};
    for (int i = 0; i < threads; i++) worker_init(a, p, &crew, &w[i], sums);
    w[0].first = true;
    TRY(crew_work(&crew, random_work, w, sizeof *w, arena_array(a, pthread_t, threads), arena_array(a, bool, threads), threads));
    add_up(p, w, threads, out);
    users_of(p, sums, out);
    out->engine = pilot_chose(&w[0].pilot);
    return ERR_NONE;
}
