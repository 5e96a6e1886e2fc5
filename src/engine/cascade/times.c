/*
 * times.c -- when each node stops and when it is back: one queue of instants for a scenario. What holds at one instant, in this order: hits; what is repaired comes back, and what waited for
 * it; then what has run out stops (docs/decisions/0012-times.md). Nothing comes back but at the end of a repair, and between two of those each node stops at most once: so it ends.
 * O(E log E) for a scenario, E the edges of each time that a node is out, at most (repairs + 1) times for a node; besides, at each end of a repair, black starts are tried together: what they bring back, as often as some of them fail.
 */
#include "inside.h"

#include <math.h>
#include <stdlib.h>

typedef enum { EVENT_HIT, EVENT_REPAIRED, EVENT_EMPTY } EventKind; /* in this order at one instant */
typedef struct Event { double at, repair; uint32_t what; EventKind kind; } Event; /* what: a node, or a need whose buffer is used up */

/* Needs of nodes with an entry for each node that has them; the caller's numbers. A node is left out of its own needs. */
typedef struct Wiring {
    const CascadePlan *p;
    uint32_t n, needs_n;
    uint32_t *need_first; /* [n + 1] of each node */
    uint32_t *of, *k; double *buffer; /* [needs_n] */
    uint32_t *to_first, *to; /* needs that count a node */
} Wiring;

typedef struct Clock {
    const Wiring *g;
    double horizon, now;
    uint32_t *count; double *since, *met; /* of needs: how many of their suppliers are out; since when they are unmet; when they were last met again */
    bool *waits, *listed;                 /* of needs: in the queue; in `empty` */
    uint32_t *unmet;                      /* of nodes: how many needs are unmet */
    bool *out, *touched, *mended;         /* of nodes; mended: the end of their repair is in the queue */
    double *from, *back, *broken;         /* of nodes: begin and end (-1: none yet) of the last time out; broken until */
    uint32_t *seen; size_t seen_n;        /* touched nodes */
    Event *heap; size_t heap_n;           /* one for each need and node at most, and the hits */
    uint32_t *empty; size_t empty_n;      /* needs that may have run out at this instant */
    uint32_t *ready; size_t ready_n;      /* nodes that may come back */
    uint32_t *repaired; size_t repaired_n; /* at this instant */
    uint32_t *black; size_t black_n;      /* black starts that were out */
    uint32_t *tried; size_t tried_n;      /* what came back in a trial */
    uint32_t *trial;                      /* black starts that are tried */
    void (*span)(void *arg, uint32_t v, double from, double to);
    void *arg;
} Clock;

/* --- wiring ------------------------------------------------------------------------------------------------------------------ */
static uint32_t others(const CascadeNet *net, const CascadeNeed *d, uint32_t v)
{
    uint32_t n = 0;
    for (uint32_t e = 0; e < d->n; e++) n += net->suppliers[d->first + e] != v;
    return n;
}

static void wire_needs(Wiring *g, bool fill)
{
    const CascadeNet *net = g->p->net;
    g->needs_n = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        if (fill) g->need_first[v] = g->needs_n;
        for (uint32_t i = 0; i < net->nodes[v].n; i++) {
            const CascadeNeed *d = &net->needs[net->nodes[v].first + i];
            if (others(net, d, v) < d->k) continue;
            uint32_t need = g->needs_n++;
            if (fill) g->of[need] = v, g->k[need] = d->k, g->buffer[need] = d->buffer;
            for (uint32_t e = 0; e < d->n; e++) {
                uint32_t u = net->suppliers[d->first + e];
                if (u == v) continue;
                if (fill) g->to[g->to_first[u]++] = need;
                else g->to_first[u + 1]++;
            }
        }
    }
}

static void wire(Arena *a, const CascadePlan *p, Wiring *g)
{
    *g = (Wiring){.p = p, .n = p->n, .need_first = arena_array(a, uint32_t, p->n + 1), .to_first = arena_array(a, uint32_t, p->n + 2)};
    wire_needs(g, false);
    for (uint32_t v = 0; v < g->n; v++) g->to_first[v + 1] += g->to_first[v];
    g->of = arena_array(a, uint32_t, g->needs_n), g->k = arena_array(a, uint32_t, g->needs_n), g->buffer = arena_array(a, double, g->needs_n);
    g->to = arena_array(a, uint32_t, g->to_first[g->n]);
    wire_needs(g, true);
    g->need_first[g->n] = g->needs_n;
    for (uint32_t v = g->n; v > 0; v--) g->to_first[v] = g->to_first[v - 1]; /* filling moved each to the beginning of the next */
    g->to_first[0] = 0;
}

static void clock_init(Arena *a, const Wiring *g, double horizon, size_t hits, Clock *c)
{
    size_t n = g->n, needs = g->needs_n;
    *c = (Clock){.g = g, .horizon = horizon, .count = arena_array(a, uint32_t, needs), .since = arena_array(a, double, needs), .met = arena_array(a, double, needs),
                 .waits = arena_array(a, bool, needs), .listed = arena_array(a, bool, needs), .empty = arena_array(a, uint32_t, needs), .unmet = arena_array(a, uint32_t, n),
                 .out = arena_array(a, bool, n), .touched = arena_array(a, bool, n), .mended = arena_array(a, bool, n), .from = arena_array(a, double, n), .back = arena_array(a, double, n),
                 .broken = arena_array(a, double, n), .seen = arena_array(a, uint32_t, n), .ready = arena_array(a, uint32_t, 2 * n), .repaired = arena_array(a, uint32_t, n),
                 .black = arena_array(a, uint32_t, n), .tried = arena_array(a, uint32_t, n), .trial = arena_array(a, uint32_t, n), .heap = arena_array(a, Event, needs + n + hits)};
    for (size_t i = 0; i < needs; i++) c->met[i] = -1;
    for (size_t v = 0; v < n; v++) c->back[v] = -1;
}

/* --- the queue --------------------------------------------------------------------------------------------------------------- */
static bool before(const Event *x, const Event *y)
{
    if (x->at != y->at) return x->at < y->at;
    return x->kind != y->kind ? x->kind < y->kind : x->what < y->what;
}

static void expect(Clock *c, Event e)
{
    size_t i = c->heap_n++;
    for (; i && before(&e, &c->heap[(i - 1) / 2]); i = (i - 1) / 2) c->heap[i] = c->heap[(i - 1) / 2];
    c->heap[i] = e;
}

static Event take(Clock *c)
{
    Event first = c->heap[0], last = c->heap[--c->heap_n];
    size_t i = 0, child;
    for (; (child = 2 * i + 1) < c->heap_n; i = child) {
        if (child + 1 < c->heap_n && before(&c->heap[child + 1], &c->heap[child])) child++;
        if (!before(&c->heap[child], &last)) break;
        c->heap[i] = c->heap[child];
    }
    if (c->heap_n) c->heap[i] = last;
    return first;
}

/* --- out and back -------------------------------------------------------------------------------------------------------------- */
static void touch(Clock *c, uint32_t v)
{
    if (c->touched[v]) return;
    c->touched[v] = true;
    c->seen[c->seen_n++] = v;
    if (c->g->p->net->nodes[v].black_start) c->black[c->black_n++] = v;
}

/* An unmet need of a node that works: its buffer is used up now, or later. */
static void due(Clock *c, uint32_t need)
{
    double at = c->since[need] + c->g->buffer[need];
    if (at <= c->now) {
        if (!c->listed[need]) c->empty[c->empty_n++] = need;
        c->listed[need] = true;
    } else if (!c->waits[need] && at <= c->horizon) {
        c->waits[need] = true;
        expect(c, (Event){.at = at, .what = need, .kind = EVENT_EMPTY});
    }
}

static void stop(Clock *c, uint32_t v)
{
    const Wiring *g = c->g;
    touch(c, v);
    if (c->back[v] != c->now) { /* else it was not really back */
        if (c->back[v] >= 0 && c->back[v] > c->from[v]) c->span(c->arg, v, c->from[v], c->back[v]);
        c->from[v] = c->now;
    }
    c->back[v] = -1;
    c->out[v] = true;
    for (uint32_t i = g->to_first[v]; i < g->to_first[v + 1]; i++) {
        uint32_t need = g->to[i], w = g->of[need];
        if (++c->count[need] != g->k[need]) continue;
        c->unmet[w]++;
        if (c->met[need] != c->now) c->since[need] = c->now; /* met for no time at all: the buffer was not filled */
        if (!c->out[w]) due(c, need);
    }
}

static void come_back(Clock *c, uint32_t v)
{
    const Wiring *g = c->g;
    c->out[v] = false;
    c->back[v] = c->now;
    c->tried[c->tried_n++] = v;
    for (uint32_t i = g->to_first[v]; i < g->to_first[v + 1]; i++) {
        uint32_t need = g->to[i], w = g->of[need];
        if (c->count[need]-- != g->k[need]) continue;
        c->met[need] = c->now;
        if (!--c->unmet[w] && c->out[w] && c->broken[w] <= c->now) c->ready[c->ready_n++] = w;
    }
}

static void come_back_all(Clock *c)
{
    while (c->ready_n) {
        uint32_t v = c->ready[--c->ready_n];
        if (c->out[v] && !c->unmet[v]) come_back(c, v);
    }
}

/* Without what it needs; its buffers begin anew. */
static void black_start(Clock *c, uint32_t v)
{
    const Wiring *g = c->g;
    come_back(c, v);
    for (uint32_t need = g->need_first[v]; need < g->need_first[v + 1]; need++) {
        if (c->count[need] < g->k[need]) continue;
        c->since[need] = c->now;
        due(c, need);
    }
}

/* --- black starts tried together -------------------------------------------------------------------------------------------------- */
static void take_back(Clock *c)
{
    const Wiring *g = c->g;
    while (c->tried_n) {
        uint32_t v = c->tried[--c->tried_n];
        c->out[v] = true;
        c->back[v] = -1;
        for (uint32_t i = g->to_first[v]; i < g->to_first[v + 1]; i++)
            if (++c->count[g->to[i]] == g->k[g->to[i]]) c->unmet[g->of[g->to[i]]]++;
    }
}

/* Those that found what they need, once all came back that could; how many. */
static size_t sustained(const Clock *c, uint32_t *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!c->unmet[list[i]]) list[kept++] = list[i];
    return kept;
}

static void try_black_starts(Clock *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->black_n; i++)
        if (c->out[c->black[i]] && c->broken[c->black[i]] <= c->now) c->trial[n++] = c->black[i];
    while (n) {
        c->tried_n = 0;
        for (size_t i = 0; i < n; i++)
            if (c->out[c->trial[i]]) come_back(c, c->trial[i]);
        come_back_all(c);
        size_t kept = sustained(c, c->trial, n);
        if (kept == n) return;
        take_back(c);
        n = kept;
    }
}

/* --- one instant ---------------------------------------------------------------------------------------------------------------------- */
static void hit(Clock *c, const Event *e)
{
    uint32_t v = e->what;
    if (!(e->repair > 0)) return; /* back at once: nothing happens */
    if (!c->out[v]) stop(c, v);
    touch(c, v);
    if (c->now + e->repair > c->broken[v]) c->broken[v] = c->now + e->repair;
    if (c->mended[v] || c->broken[v] > c->horizon) return;
    c->mended[v] = true;
    expect(c, (Event){.at = c->broken[v], .what = v, .kind = EVENT_REPAIRED});
}

static void repaired(Clock *c, uint32_t v)
{
    c->mended[v] = false;
    if (c->broken[v] <= c->now) c->repaired[c->repaired_n++] = v;
    else if (c->broken[v] <= c->horizon) { /* hit again meanwhile */
        c->mended[v] = true;
        expect(c, (Event){.at = c->broken[v], .what = v, .kind = EVENT_REPAIRED});
    }
}

static void used_up(Clock *c, uint32_t need)
{
    c->waits[need] = false;
    if (c->count[need] >= c->g->k[need] && !c->out[c->g->of[need]]) due(c, need);
}

static void bring_back(Clock *c)
{
    c->tried_n = 0;
    for (size_t i = 0; i < c->repaired_n; i++) {
        uint32_t v = c->repaired[i];
        if (!c->out[v]) continue;
        if (c->g->p->net->nodes[v].black_start) black_start(c, v);
        else if (!c->unmet[v]) come_back(c, v);
    }
    come_back_all(c);
    if (c->repaired_n && c->black_n) try_black_starts(c);
    c->repaired_n = 0;
}

static void run_out(Clock *c)
{
    for (size_t i = 0; i < c->empty_n; i++) {
        uint32_t need = c->empty[i], v = c->g->of[need];
        c->listed[need] = false;
        if (!c->out[v] && c->count[need] >= c->g->k[need] && c->since[need] + c->g->buffer[need] <= c->now) stop(c, v);
    }
    c->empty_n = 0;
}

static void instant(Clock *c)
{
    c->now = c->heap[0].at;
    while (c->heap_n && c->heap[0].at == c->now) {
        Event e = take(c);
        if (e.kind == EVENT_HIT) hit(c, &e);
        else if (e.kind == EVENT_REPAIRED) repaired(c, e.what);
        else used_up(c, e.what);
    }
    bring_back(c);
    run_out(c);
}

/* Everything as before the first hit. */
static void wind_back(Clock *c)
{
    const Wiring *g = c->g;
    for (size_t i = 0; i < c->seen_n; i++) {
        uint32_t v = c->seen[i];
        c->out[v] = c->touched[v] = c->mended[v] = false;
        c->broken[v] = 0, c->back[v] = -1;
        for (uint32_t e = g->to_first[v]; e < g->to_first[v + 1]; e++) {
            uint32_t need = g->to[e];
            c->count[need] = 0, c->met[need] = -1, c->waits[need] = false, c->unmet[g->of[need]] = 0;
        }
    }
    c->seen_n = c->heap_n = c->black_n = 0;
}

/* Hits are expected already. */
static void play(Clock *c)
{
    while (c->heap_n && c->heap[0].at <= c->horizon) instant(c);
    for (size_t i = 0; i < c->seen_n; i++) {
        uint32_t v = c->seen[i];
        if (c->out[v]) c->span(c->arg, v, c->from[v], INFINITY);
        else if (c->back[v] > c->from[v]) c->span(c->arg, v, c->from[v], c->back[v]);
    }
    wind_back(c);
}

/* --- given hits ------------------------------------------------------------------------------------------------------------------------ */
typedef struct Spans { Arena *a; CascadeSpan *list; size_t n, max; } Spans;

static void keep_span(void *arg, uint32_t v, double from, double to)
{
    Spans *s = arg;
    if (s->n == s->max) {
        size_t more = s->max ? 2 * s->max : 64;
        s->list = arena_grow(s->a, s->list, s->max * sizeof *s->list, more * sizeof *s->list);
        s->max = more;
    }
    s->list[s->n++] = (CascadeSpan){v, from, to};
}

static int by_node(const void *x, const void *y)
{
    const CascadeSpan *a = x, *b = y;
    if (a->node != b->node) return a->node < b->node ? -1 : 1;
    return (a->from > b->from) - (a->from < b->from);
}

static Err check_horizon(double horizon)
{
    return horizon > 0 && horizon <= CASCADE_HOURS_MAX ? ERR_NONE : err_text(ERR_INVALID, text_of("期間は 0 より大きく 1e9 以下（時間）にしてください", "the horizon must be above 0 and at most 1e9 hours"));
}

static Err check_hits(Arena *a, const CascadePlan *p, const uint32_t *node, const double *at, const double *repair, size_t hits)
{
    for (size_t i = 0; i < hits; i++) {
        Str where = str_printf(a, "hits[%zu]", i);
        if (node[i] >= p->n) return err_text(ERR_INVALID, text_fill(a, "{0}: その要素はありません", "{0}: there is no such node", 1, &where));
        if ((at && !(at[i] >= 0 && at[i] <= CASCADE_HOURS_MAX)) || (repair && !(repair[i] >= 0 && repair[i] <= CASCADE_HOURS_MAX)))
            return err_text(ERR_INVALID, text_fill(a, "{0}: 時間は 0 以上 1e9 以下にしてください", "{0}: hours must be from 0 to 1e9", 1, &where));
    }
    return ERR_NONE;
}

Err cascade_spans(Arena *a, const CascadePlan *p, const uint32_t *node, const double *at, const double *repair, size_t hits, double horizon, CascadeSpan **spans, size_t *n)
{
    Wiring g;
    Clock c;
    Spans s = {.a = a};
    TRY(check_horizon(horizon));
    TRY(check_hits(a, p, node, at, repair, hits));
    wire(a, p, &g);
    clock_init(a, &g, horizon, hits, &c);
    c.span = keep_span, c.arg = &s;
    for (size_t i = 0; i < hits; i++) expect(&c, (Event){.at = at ? at[i] : 0, .repair = repair ? repair[i] : p->net->nodes[node[i]].repair_mode, .what = node[i], .kind = EVENT_HIT});
    play(&c);
    if (s.n) qsort(s.list, s.n, sizeof *s.list, by_node);
    *spans = s.list;
    *n = s.n;
    return ERR_NONE;
}

/* --- at random -------------------------------------------------------------------------------------------------------------------------- */
typedef struct Watch {
    Crew *crew;
    bool first;
    Lanes *l;
    Hits hits;
    Clock c;
    uint64_t from, *out, *never; /* out: hours of 2^-scale, so that sums have no order */
    int scale;
    double *longest;
} Watch;

/* PERT between low and high: x^(4 m) (1 - x)^(4 (1 - m)), accepted against its peak at m. Logarithms of the same bits everywhere. */
static double repair_time(const CascadePlan *p, uint64_t seed, uint32_t v, uint32_t scenario)
{
    enum { REPAIR = 4 << 24, TRIES = 4096 };
    const CascadeNode *d = &p->net->nodes[v];
    double width = d->repair_high - d->repair_low, m = width > 0 ? (d->repair_mode - d->repair_low) / width : 0;
    if (!(width > 0)) return d->repair_low;
    for (uint32_t i = 0; i < TRIES; i++) {
        Draw w = draw_at(seed, p->id[p->inner[v]], scenario, REPAIR + i);
        double x = draw_unit(draw_word(w, 0)), u = draw_unit(draw_word(w, 1)), log_share = 0;
        if (m > 0) log_share += 4 * m * (draw_log_left(1 - x) - draw_log_left(1 - m));
        if (m < 1) log_share += 4 * (1 - m) * (draw_log_left(x) - draw_log_left(m));
        if (draw_log_left(1 - u) <= log_share) return d->repair_low + width * x;
    }
    return d->repair_mode;
}

static void add_span(void *arg, uint32_t v, double from, double to)
{
    Watch *w = arg;
    double hours = (to < w->c.horizon ? to : w->c.horizon) - from;
    w->never[v] += isinf(to) != 0;
    w->out[v] += (uint64_t)(ldexp(hours, w->scale) + 0.5);
    if (hours > w->longest[v]) w->longest[v] = hours;
}

static bool play_lane(void *arg, uint32_t lane, const uint32_t *list, size_t n)
{
    Watch *w = arg;
    const CascadePlan *p = w->l->p;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = p->outer[list[i]];
        expect(&w->c, (Event){.at = 0, .repair = repair_time(p, w->crew->run->seed, v, (uint32_t)(w->from + lane)), .what = v, .kind = EVENT_HIT});
    }
    play(&w->c);
    return true;
}

static bool watch_on(void *arg)
{
    Watch *w = arg;
    return crew_go_on(w->crew, w->first);
}

static void *watch(void *arg)
{
    Watch *w = arg;
    uint64_t scenarios = w->crew->run->scenarios, block = 0;
    for (bool more = w->first || crew_next(w->crew, &block); more && !w->l->stopped; more = crew_next(w->crew, &block)) {
        hits_begin(&w->hits, (uint32_t)block);
        for (uint32_t b = 0; b < BATCHES && !w->l->stopped && (block * BATCHES + b) * CASCADE_LANES < scenarios; b++) {
            w->from = (block * BATCHES + b) * CASCADE_LANES;
            w->l->lanes = scenarios - w->from < CASCADE_LANES ? (uint32_t)(scenarios - w->from) : CASCADE_LANES;
            lanes_begin(w->l, CASCADE_EVENTS);
            hits_batch(&w->hits, b, w->l);
            hits_cut(w->l);
            lanes_events(w->l);
        }
        atomic_fetch_add(&w->crew->done, 1);
    }
    return NULL;
}

static void watch_init(Arena *a, const Wiring *g, Crew *crew, double horizon, Watch *w)
{
    const CascadePlan *p = g->p;
    *w = (Watch){.crew = crew, .l = arena_new(a, Lanes), .out = arena_array(a, uint64_t, p->n), .never = arena_array(a, uint64_t, p->n), .longest = arena_array(a, double, p->n),
                 .scale = 61 - ilogb(horizon * (double)crew->run->scenarios)};
    if (w->scale > 30) w->scale = 30;
    lanes_init(a, p, w->l);
    lanes_need_rows(a, w->l);
    lanes_need_events(a, w->l);
    hits_init(a, p, crew->run->seed, &w->hits);
    clock_init(a, g, horizon, p->n, &w->c);
    w->l->one = play_lane, w->l->one_arg = w;
    w->l->tick = watch_on, w->l->arg = w;
    w->c.span = add_span, w->c.arg = w;
}

Err cascade_times(Arena *a, const CascadePlan *p, const CascadeRun *run, double horizon, CascadeTimes *out)
{
    Crew crew;
    Wiring g;
    int threads;
    TRY(check_horizon(horizon));
    TRY(crew_init(&crew, run, &threads));
    wire(a, p, &g);
    Watch *w = arena_array(a, Watch, threads);
    *out = (CascadeTimes){arena_array(a, double, p->n), arena_array(a, double, p->n), arena_array(a, uint64_t, p->n)};
    for (int i = 0; i < threads; i++) watch_init(a, &g, &crew, horizon, &w[i]);
    w[0].first = true;
    TRY(crew_work(&crew, watch, w, sizeof *w, arena_array(a, pthread_t, threads), arena_array(a, bool, threads), threads));
    for (uint32_t v = 0; v < p->n; v++) {
        uint64_t units = 0;
        for (int i = 0; i < threads; i++) {
            units += w[i].out[v];
            out->never_back[v] += w[i].never[v];
            if (w[i].longest[v] > out->longest[v]) out->longest[v] = w[i].longest[v];
        }
        out->out_hours[v] = ldexp((double)units, -w[0].scale) / (double)run->scenarios;
    }
    return ERR_NONE;
}
