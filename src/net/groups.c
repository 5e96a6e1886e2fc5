/*
 * groups.c -- several failures at once: each common cause taken for sure, and the scenarios written by hand with the way each service failed. Cost: a cascade each; where a cause hits
 * by chance, a plan and up to 2,000 cascades.
 */
#include "net/inside.h"

#include <math.h>

enum { CAUSE_SCENARIOS = 2000, PATHS_MAX = 50 };

static size_t least(size_t x, size_t y) { return x < y ? x : y; }

/* --- causes ------------------------------------------------------------------------------------------------------------------------------ */

static bool is_certain(const CascadeNet *net, const CascadeCause *c)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (net->hits[c->first + i].chance < 1) return false;
    return true;
}

static Err sure_out(Running *r, const CascadeCause *c)
{
    const CascadeNet *net = &r->net->net;
    uint32_t first[2] = {0, c->n}, *of = arena_array(r->side, uint32_t, c->n + 1);
    uint64_t *failed = arena_array(r->side, uint64_t, net->nodes_n), n = 0;
    double users = 0;
    for (uint32_t i = 0; i < c->n; i++) of[i] = net->hits[c->first + i].node;
    TRY(cascade_given(r->side, r->plan, first, of, 1, CASCADE_EVENTS, failed, NULL));
    for (size_t i = 0; i < net->nodes_n; i++) n += failed[i], users += failed[i] ? net->nodes[i].users : 0;
    json_knumber(r->j, "failed_mean", (double)n);
    if (r->users) json_mean(r->j, "users", users, 0);
    return ERR_NONE;
}

/* Nothing is hit but by this cause, and this cause is there. The draws of its hits are those of any other run. */
static Err drawn_out(Running *r, const CascadeCause *c)
{
    CascadeNet alone = r->net->net;
    CascadeCause one = *c;
    CascadePlan *plan;
    CascadeOutcome out;
    CascadeNode *nodes = arena_array(r->side, CascadeNode, alone.nodes_n);
    CascadeRun run = {.scenarios = r->o->scenarios < CAUSE_SCENARIOS ? r->o->scenarios : CAUSE_SCENARIOS, .seed = r->o->seed, .engine = r->o->engine, .threads = r->o->threads};
    for (size_t i = 0; i < alone.nodes_n; i++) nodes[i] = alone.nodes[i], nodes[i].chance = 0;
    one.chance = 1, alone.nodes = nodes, alone.causes = &one, alone.causes_n = 1;
    TRY(cascade_plan(r->side, &alone, &plan));
    TRY(cascade_random(r->side, plan, &run, &out));
    json_knumber(r->j, "failed_mean", failed_mean(&alone, &out));
    if (r->users) json_mean(r->j, "users", out.users_mean, out.users_se);
    return ERR_NONE;
}

Err causes_out(Running *r)
{
    const CascadeNet *net = &r->net->net;
    JsonOut *j = r->j;
    size_t n = least(net->causes_n, CAUSES_SHOWN);
    if (!net->causes_n) return ERR_NONE;
    list_begin(j, "causes", net->causes_n, n);
    for (size_t i = 0; i < n; i++) {
        bool certain = is_certain(net, &net->causes[i]);
        json_open(j, '{');
        json_kstr(j, "id", net->causes[i].id), json_kstr(j, "title", r->net->cause_titles[i]), json_knumber(j, "chance", net->causes[i].chance), json_kbool(j, "exact", certain);
        TRY((certain ? sure_out : drawn_out)(r, &net->causes[i]));
        json_close(j, '}');
        side_clear(r);
    }
    list_end(j);
    return ERR_NONE;
}

/* --- scenarios by hand ------------------------------------------------------------------------------------------------------------------- */

typedef struct Hand { const NetScenario *s; const bool *failed; CascadeSpan *spans; size_t spans_n; } Hand;

static void times_out(const Running *r, const Hand *h, uint32_t node)
{
    JsonOut *j = r->j;
    json_key(j, STR("spans")), json_open(j, '[');
    for (size_t i = 0; i < h->spans_n; i++) {
        if (h->spans[i].node != node) continue;
        json_open(j, '{');
        json_knumber(j, "from", h->spans[i].from), json_key(j, STR("to")), json_number(j, h->spans[i].to);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static Err way_out(Running *r, const Hand *h, uint32_t node)
{
    uint32_t *path;
    size_t n;
    TRY(cascade_path(r->side, r->plan, h->s->hit, h->s->n, node, &path, &n));
    json_key(r->j, STR("path")), json_open(r->j, '[');
    for (size_t i = 0; i < n; i++) json_str(r->j, r->net->net.ids[path[i]]);
    json_close(r->j, ']');
    return ERR_NONE;
}

/* Services first, by their users; then the others in their order. */
static Ranked *failed_ranked(const Running *r, const Hand *h, size_t *n)
{
    const CascadeNet *net = &r->net->net;
    Ranked *rank = arena_array(r->side, Ranked, net->nodes_n + 1);
    *n = 0;
    for (size_t v = 0; v < net->nodes_n; v++)
        if (h->failed[v]) rank[(*n)++] = (Ranked){net->nodes[v].users, 0, (uint32_t)v};
    ranked_sort(rank, *n);
    return rank;
}

static Err failed_out(Running *r, const Hand *h)
{
    JsonOut *j = r->j;
    size_t n;
    Ranked *rank = failed_ranked(r, h, &n);
    list_begin(j, "failed", n, least(n, SCENARIO_NODES_SHOWN));
    for (size_t i = 0; i < least(n, SCENARIO_NODES_SHOWN); i++) {
        const CascadeNode *node = &r->net->net.nodes[rank[i].i];
        json_open(j, '{');
        node_name(r, rank[i].i);
        if (node->users > 0) json_knumber(j, "users", node->users), json_kstr(j, "class", r->net->services[rank[i].i]);
        if (i < PATHS_MAX) TRY(way_out(r, h, rank[i].i));
        if (r->o->horizon > 0) times_out(r, h, rank[i].i);
        json_close(j, '}');
    }
    list_end(j);
    return ERR_NONE;
}

static Err spans_of(Running *r, Hand *h)
{
    const NetScenario *s = h->s;
    double *repair = arena_array(r->side, double, s->n + 1);
    if (r->o->horizon <= 0) return ERR_NONE;
    for (size_t i = 0; i < s->n; i++) repair[i] = isnan(s->repair[i]) ? r->net->net.nodes[s->hit[i]].repair_mode : s->repair[i];
    return cascade_spans(r->side, r->plan, s->hit, s->at, repair, s->n, r->o->horizon, &h->spans, &h->spans_n);
}

static Err scenario_out(Running *r, const NetScenario *s)
{
    const CascadeNet *net = &r->net->net;
    JsonOut *j = r->j;
    uint32_t first[2] = {0, (uint32_t)s->n};
    uint64_t *counts = arena_array(r->side, uint64_t, net->nodes_n);
    bool *failed = arena_array(r->side, bool, net->nodes_n);
    double users = 0;
    Hand h = {.s = s, .failed = failed};
    TRY(cascade_given(r->side, r->plan, first, s->hit, 1, CASCADE_EVENTS, counts, NULL));
    TRY(spans_of(r, &h));
    for (size_t i = 0; i < net->nodes_n; i++) failed[i] = counts[i], users += counts[i] ? net->nodes[i].users : 0;
    json_open(j, '{');
    json_kstr(j, "id", s->id), json_kstr(j, "title", s->title);
    if (r->users) json_knumber(j, "users", users);
    TRY(failed_out(r, &h));
    json_close(j, '}');
    side_clear(r);
    return ERR_NONE;
}

Err scenarios_out(Running *r)
{
    size_t n = least(r->net->scenarios_n, SCENARIOS_SHOWN);
    if (!n) return ERR_NONE;
    list_begin(r->j, "given", r->net->scenarios_n, n);
    for (size_t i = 0; i < n; i++) TRY(scenario_out(r, &r->net->scenarios[i]));
    list_end(r->j);
    return ERR_NONE;
}
