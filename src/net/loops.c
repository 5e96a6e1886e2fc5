/*
 * loops.c -- loops in which parts wait for each other, and the needs that are the cheapest to make safe. Cost: O(edges within loops); for cuts a share of all single failures each.
 */
#include "net/inside.h"

#include <math.h>

static size_t least(size_t x, size_t y) { return x < y ? x : y; }

static void ids_out(const Running *r, const char *key, const uint32_t *nodes, size_t n)
{
    json_key(r->j, str_of(key)), json_open(r->j, '[');
    for (size_t i = 0; i < least(n, LOOP_NODES_SHOWN); i++) json_str(r->j, r->net->net.ids[nodes[i]]);
    json_close(r->j, ']');
}

Err loops_out(Running *r)
{
    JsonOut *j = r->j;
    CascadeLoop *loops;
    size_t n;
    TRY(cascade_loops(r->side, r->plan, &loops, &n));
    r->largest_loop = n ? loops[0].n : 0;
    list_begin(j, "loops", n, least(n, LOOPS_SHOWN));
    for (size_t i = 0; i < least(n, LOOPS_SHOWN); i++) {
        const CascadeLoop *l = &loops[i];
        json_open(j, '{');
        json_kint(j, "size", (int64_t)l->n), ids_out(r, "nodes", l->nodes, l->n);
        json_kbool(j, "restarts", !l->stuck_n);
        if (l->stuck_n) json_kint(j, "stuck", (int64_t)l->stuck_n), ids_out(r, "stuck_nodes", l->stuck, l->stuck_n);
        if (l->stuck_n && l->starters) ids_out(r, "starters", l->starters, l->starters_n);
        json_close(j, '}');
    }
    list_end(j);
    side_clear(r);
    return ERR_NONE;
}

/* --- cuts -------------------------------------------------------------------------------------------------------------------------------- */

#define CUTS_COST 2e8 /* rows looked at: a second or two */

typedef struct Cuts { uint32_t *need, *node; double *saved; size_t n, of; bool equal; } Cuts;

/* For a batch of single failures each cut works out again what hangs on its node, and the loops that are touched. */
static size_t affordable(const Running *r, const Ranked *rank, const uint32_t *node)
{
    const CascadeNet *net = &r->net->net;
    double batches = 1 + (double)net->nodes_n / CASCADE_LANES, degree = 1 + (double)net->suppliers_n / (double)net->nodes_n, cost = 0;
    size_t n = 0;
    while (n < least(net->needs_n, CUTS_TRIED) && (cost += batches * degree * 4 * ((double)r->single[node[rank[n].i]].failed + (double)r->largest_loop)) < CUTS_COST) n++;
    return n ? n : least(net->needs_n, 1);
}

/* Needs that have a price come first, then those of whoever brings down the most. */
static void candidates(Running *r, Cuts *c)
{
    const CascadeNet *net = &r->net->net;
    uint32_t *node = arena_array(r->side, uint32_t, net->needs_n + 1);
    Ranked *rank = arena_array(r->side, Ranked, net->needs_n + 1);
    for (size_t v = 0; v < net->nodes_n; v++)
        for (uint32_t i = 0; i < net->nodes[v].n; i++) {
            uint32_t need = net->nodes[v].first + i;
            node[need] = (uint32_t)v, rank[need] = (Ranked){!isnan(r->net->cost[need]), weight_of(r, &r->single[v]), need};
        }
    ranked_sort(rank, net->needs_n);
    c->of = net->needs_n, c->n = affordable(r, rank, node);
    c->need = arena_array(r->side, uint32_t, c->n + 1), c->node = arena_array(r->side, uint32_t, c->n + 1), c->saved = arena_array(r->side, double, c->n + 1);
    for (size_t i = 0; i < c->n; i++) c->need[i] = rank[i].i, c->node[i] = node[rank[i].i];
}

/* Where no chance is given anywhere, every single failure counts alike. */
static Err saved_of(Running *r, Cuts *c)
{
    CascadeNet even = r->net->net;
    CascadePlan *plan = r->plan;
    c->equal = true;
    for (size_t i = 0; i < even.nodes_n; i++) c->equal = c->equal && even.nodes[i].chance == 0;
    if (c->equal) {
        CascadeNode *nodes = arena_array(r->side, CascadeNode, even.nodes_n);
        for (size_t i = 0; i < even.nodes_n; i++) nodes[i] = even.nodes[i], nodes[i].chance = 1;
        even.nodes = nodes;
        TRY(cascade_plan(r->side, &even, &plan));
    }
    Err e = cascade_cut_needs(r->side, plan, c->need, c->n, c->saved);
    for (; e.kind == ERR_TOO_LARGE && c->n > 1; e = cascade_cut_needs(r->side, plan, c->need, c->n, c->saved)) c->n /= 8; /* the most promising ones at least */
    if (e.kind == ERR_TOO_LARGE) c->n = 0, e = ERR_NONE;
    return e;
}

static void cut_out(const Running *r, const Cuts *c, size_t i)
{
    JsonOut *j = r->j;
    const CascadeNet *net = &r->net->net;
    const CascadeNeed *d = &net->needs[c->need[i]];
    double cost = r->net->cost[c->need[i]];
    json_open(j, '{');
    json_key(j, STR("node")), json_open(j, '{'), node_name(r, c->node[i]), json_close(j, '}');
    json_kint(j, "need", c->need[i] - net->nodes[c->node[i]].first), ids_out(r, "of", net->suppliers + d->first, d->n), json_kint(j, "fails_when", d->k), json_kint(j, "suppliers", d->n);
    json_knumber(j, "saved", c->saved[i]);
    if (!isnan(cost)) json_knumber(j, "cost", cost);
    if (cost > 0) json_knumber(j, "saved_per_million", c->saved[i] / cost * 1e6);
    json_close(j, '}');
}

static void cuts_list(const Running *r, const Cuts *c, const char *key, bool priced)
{
    Ranked *rank = arena_array(r->side, Ranked, c->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        double cost = r->net->cost[c->need[i]];
        if (isnan(cost) == priced || c->saved[i] <= 0) continue;
        rank[n++] = (Ranked){priced ? (cost > 0 ? c->saved[i] / cost : INFINITY) : c->saved[i], c->saved[i], (uint32_t)i};
    }
    ranked_sort(rank, n);
    list_begin(r->j, key, n, least(n, CUTS_SHOWN));
    for (size_t i = 0; i < least(n, CUTS_SHOWN); i++) cut_out(r, c, rank[i].i);
    list_end(r->j);
}

Err cuts_out(Running *r)
{
    Cuts c = {0};
    if (!r->net->net.needs_n) return ERR_NONE;
    candidates(r, &c);
    TRY(saved_of(r, &c));
    json_key(r->j, STR("cuts")), json_open(r->j, '{');
    json_kint(r->j, "needs", (int64_t)c.of), json_kint(r->j, "tried", (int64_t)c.n), json_kstr(r->j, "weighed", c.equal ? STR("alike") : STR("by_chance"));
    cuts_list(r, &c, "priced", true), cuts_list(r, &c, "others", false);
    json_close(r->j, '}');
    side_clear(r);
    return ERR_NONE;
}
