/*
 * run.c -- a net is run, and the result written as one JSON object (docs/cascade.md, "Result"). The same net, seed and options give the same bytes. Cost: every single failure
 * exactly, `scenarios` cascades at random, and what each further part says of itself.
 */
#include "net/inside.h"

#include <math.h>

static size_t least(size_t x, size_t y) { return x < y ? x : y; }

/* --- memory of one step ------------------------------------------------------------------------------------------------------------ */

static void side_done(void *arg) { arena_done(arg); }

static Arena *side_new(Arena *a)
{
    Arena *side = arena_new(a, Arena);
    arena_init(side, a->limit - a->used);
    side->rescue = a->rescue;
    arena_defer(a, side_done, side);
    return side;
}

void side_clear(Running *r)
{
    arena_reset(r->side);
    r->side->rescue = r->a->rescue;
}

/* --- before it runs ---------------------------------------------------------------------------------------------------------------- */

static void needs_repair(const Net *net, uint32_t node, bool *lacks)
{
    if (!net->repair_given[node]) lacks[node] = true;
}

/* Of those that can be hit the hours of repair must be known before times are asked. */
static Err check_repairs(Arena *a, const Net *net)
{
    const CascadeNet *c = &net->net;
    bool *lacks = arena_array(a, bool, c->nodes_n + 1);
    size_t n = 0;
    Buf names;
    for (size_t i = 0; i < c->nodes_n; i++)
        if (c->nodes[i].chance > 0) needs_repair(net, (uint32_t)i, lacks);
    for (size_t i = 0; i < c->hits_n; i++) needs_repair(net, c->hits[i].node, lacks);
    for (size_t i = 0; i < net->scenarios_n; i++)
        for (size_t k = 0; k < net->scenarios[i].n; k++)
            if (isnan(net->scenarios[i].repair[k])) needs_repair(net, net->scenarios[i].hit[k], lacks);
    buf_init(&names, a, 200);
    for (size_t i = 0; i < c->nodes_n; i++)
        if (lacks[i] && n++ < 10) buf_printf(&names, "%s%.*s", names.n ? ", " : "", STR_ARG(c->ids[i]));
    if (!n) return ERR_NONE;
    Str more = n > 10 ? STR(", …") : STR(""), count = str_printf(a, "%zu", n);
    return err_text(ERR_INVALID, TEXT_FILL(a, "時間を計算するには、止まりうるノードすべてに復旧時間（repair）が要ります。足りない {0} 件: {1}{2}", "Times need hours of repair (repair) for every node that can be hit. Missing for {0}: {1}{2}", count, buf_str(&names), more));
}

static bool is_at_risk(const CascadeNet *net)
{
    for (size_t i = 0; i < net->nodes_n; i++)
        if (net->nodes[i].chance > 0) return true;
    for (size_t i = 0; i < net->causes_n; i++)
        if (net->causes[i].chance > 0) return true;
    return false;
}

/* --- at random --------------------------------------------------------------------------------------------------------------------- */

void node_name(const Running *r, size_t node)
{
    json_kstr(r->j, "id", r->net->net.ids[node]), json_kstr(r->j, "title", r->net->titles[node]);
}

static void node_out(const Running *r, const CascadeOutcome *out, const CascadeTimes *times, size_t i)
{
    JsonOut *j = r->j;
    const CascadeNode *n = &r->net->net.nodes[i];
    json_open(j, '{');
    node_name(r, i), json_kstr(j, "kind", r->net->kinds[i]);
    if (n->users > 0) json_knumber(j, "users", n->users), json_kstr(j, "class", r->net->services[i]);
    json_share(j, "fails", out->failed[i], out->scenarios), json_share(j, "hit", out->hit[i], out->scenarios);
    if (n->users > 0) json_knumber(j, "expected_users", n->users * (double)out->failed[i] / (double)out->scenarios);
    if (times) json_knumber(j, "out_hours", times->out_hours[i]), json_knumber(j, "longest_hours", times->longest[i]), json_share(j, "not_back", times->never_back[i], out->scenarios);
    json_close(j, '}');
}

static void nodes_out(Running *r, const CascadeOutcome *out, const CascadeTimes *times, const char *key, bool services, size_t most)
{
    const CascadeNet *net = &r->net->net;
    Ranked *rank = arena_array(r->side, Ranked, net->nodes_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < net->nodes_n; i++)
        if (!services || net->nodes[i].users > 0) rank[n++] = (Ranked){services ? net->nodes[i].users * (double)out->failed[i] : (double)out->failed[i], net->nodes[i].users, (uint32_t)i};
    ranked_sort(rank, n);
    list_begin(r->j, key, n, least(n, most));
    for (size_t i = 0; i < least(n, most); i++) node_out(r, out, times, rank[i].i);
    list_end(r->j);
}

double failed_mean(const CascadeNet *net, const CascadeOutcome *out)
{
    double n = 0;
    for (size_t i = 0; i < net->nodes_n; i++) n += (double)out->failed[i];
    return n / (double)out->scenarios;
}

static const char *const engine_words[CASCADE_ENGINES] = {"pilot", "events", "sweeps", "work"};

static void totals_out(Running *r, const CascadeOutcome *out)
{
    JsonOut *j = r->j;
    json_kstr(j, "engine", str_of(engine_words[out->engine]));
    json_knumber(j, "failed_mean", failed_mean(&r->net->net, out));
    if (!r->users) return;
    json_mean(j, "users", out->users_mean, out->users_se);
    json_key(j, STR("users_quantiles")), json_open(j, '{');
    json_knumber(j, "0.5", out->users_quantile[0]), json_knumber(j, "0.95", out->users_quantile[1]), json_knumber(j, "0.99", out->users_quantile[2]);
    json_close(j, '}');
}

static Err random_out(Running *r)
{
    const NetOptions *o = r->o;
    CascadeRun run = {.scenarios = o->scenarios, .seed = o->seed, .engine = o->engine, .threads = o->threads, .go_on = o->go_on, .arg = o->arg};
    CascadeOutcome out;
    CascadeTimes times;
    bool timed = o->horizon > 0;
    if (!is_at_risk(&r->net->net)) return ERR_NONE;
    TRY(cascade_random(r->side, r->plan, &run, &out));
    if (timed) TRY(cascade_times(r->side, r->plan, &run, o->horizon, &times));
    json_key(r->j, STR("random")), json_open(r->j, '{');
    totals_out(r, &out);
    nodes_out(r, &out, timed ? &times : NULL, "nodes", false, NODES_SHOWN);
    nodes_out(r, &out, timed ? &times : NULL, "services", true, SERVICES_SHOWN);
    json_close(r->j, '}');
    side_clear(r);
    return ERR_NONE;
}

/* --- sectors ------------------------------------------------------------------------------------------------------------------------ */

static void ranking_out(Running *r, const double *y)
{
    const Sectors *s = &r->net->sectors;
    Ranked *rank = arena_array(r->side, Ranked, s->n);
    for (size_t i = 0; i < s->n; i++) rank[i] = (Ranked){y[i], 0, (uint32_t)i};
    ranked_sort(rank, s->n);
    json_key(r->j, STR("ranking")), json_open(r->j, '[');
    for (size_t i = 0; i < s->n; i++) {
        json_open(r->j, '{');
        json_kstr(r->j, "name", r->net->sector_names[rank[i].i]), json_knumber(r->j, "effect", rank[i].key);
        json_close(r->j, '}');
    }
    json_close(r->j, ']');
}

static double weighted(const Running *r, const double *q)
{
    double sum = 0;
    for (size_t i = 0; i < r->net->sectors.n; i++) sum += r->net->weights[i] * q[i];
    return sum;
}

/* From where it has come to, the shock taken away: how it comes back. */
static Err way_back_out(Running *r, const double *q)
{
    size_t n = r->net->sectors.n, t = 0;
    double *none = arena_array(r->side, double, n), *path = arena_array(r->side, double, n * (SECTOR_STEPS + 1)), start = weighted(r, q);
    TRY(sectors_dynamic(r->side, &r->net->sectors, none, q, SECTOR_STEPS, path));
    json_key(r->j, STR("recovery")), json_open(r->j, '{');
    json_key(r->j, STR("total")), json_open(r->j, '[');
    for (; t <= SECTOR_STEPS; t++) {
        json_number(r->j, weighted(r, path + t * n));
        if (weighted(r, path + t * n) <= 0.01 * start) break;
    }
    json_close(r->j, ']');
    json_key(r->j, STR("steps_to_1_percent"));
    if (t <= SECTOR_STEPS) json_int(r->j, (int64_t)t);
    else json_none(r->j);
    json_close(r->j, '}');
    return ERR_NONE;
}

Err sectors_out(Running *r)
{
    const Net *net = r->net;
    JsonOut *j = r->j;
    if (!net->sectors.n) return ERR_NONE;
    double *q = arena_array(r->side, double, net->sectors.n), *y = arena_array(r->side, double, net->sectors.n);
    TRY(sectors_inoperability(r->side, &net->sectors, net->shock, q));
    TRY(sectors_adjoint(r->side, &net->sectors, net->weights, y));
    json_key(j, STR("sectors")), json_open(j, '{');
    json_knumber(j, "total", weighted(r, q));
    json_key(j, STR("list")), json_open(j, '[');
    for (size_t i = 0; i < net->sectors.n; i++) {
        json_open(j, '{');
        json_kstr(j, "name", net->sector_names[i]), json_knumber(j, "shock", net->shock[i]), json_knumber(j, "inoperability", q[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
    ranking_out(r, y);
    if (net->sectors.recovery) TRY(way_back_out(r, q));
    json_close(j, '}');
    side_clear(r);
    return ERR_NONE;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------------------- */

static void heading_out(const Running *r)
{
    JsonOut *j = r->j;
    const CascadeNet *net = &r->net->net;
    json_kstr(j, "format", STR("kaname-net-result/1")), json_kstr(j, "title", r->net->title);
    json_kint(j, "engine_version", CASCADE_ENGINE_VERSION), json_kint(j, "scenarios", (int64_t)r->o->scenarios), json_kint(j, "seed", (int64_t)r->o->seed);
    if (r->o->horizon > 0) json_knumber(j, "horizon_hours", r->o->horizon);
    json_kstr(j, "weighed_by", r->users ? STR("users") : STR("nodes"));
    json_key(j, STR("size")), json_open(j, '{');
    json_kint(j, "nodes", (int64_t)net->nodes_n), json_kint(j, "needs", (int64_t)net->needs_n), json_kint(j, "edges", (int64_t)net->suppliers_n), json_kint(j, "causes", (int64_t)net->causes_n);
    json_close(j, '}');
}

static Err go_on(const Running *r, double done)
{
    if (!r->o->go_on || r->o->go_on(r->o->arg, done)) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("取り消しました。", "Cancelled."));
}

Err net_run(Arena *a, const Net *net, const NetOptions *o, Buf *json)
{
    static Err (*const parts[])(Running *) = {random_out, singles_out, pairs_out, causes_out, scenarios_out, loops_out, cuts_out, sectors_out};
    JsonOut j = {.b = json};
    Running r = {.a = a, .side = side_new(a), .net = net, .o = o, .j = &j};
    if (!o->scenarios || o->scenarios > CASCADE_SCENARIOS_MAX) return err_text(ERR_INVALID, TEXT_FILL(a, "試す場合の数は 1 から {0} までです。", "Scenarios: from 1 to {0}.", str_printf(a, "%d", CASCADE_SCENARIOS_MAX)));
    if (!(o->horizon >= 0 && o->horizon <= NET_HOURS_MAX)) return err_text(ERR_INVALID, text_of("時間の見通しは 0 から 1000000 時間までです。", "The horizon is from 0 to 1000000 hours."));
    if (o->horizon > 0) TRY(check_repairs(a, net));
    for (size_t i = 0; i < net->net.nodes_n; i++) r.users = r.users || net->net.nodes[i].users > 0;
    TRY(cascade_plan(a, &net->net, &r.plan));
    r.single = arena_array(a, CascadeImpact, net->net.nodes_n + 1);
    TRY(cascade_singles(r.side, r.plan, CASCADE_PILOT, r.single));
    side_clear(&r);
    json_open(&j, '{');
    heading_out(&r);
    for (size_t i = 0; i < COUNT(parts); i++) {
        TRY(go_on(&r, (double)i / COUNT(parts)));
        TRY(parts[i](&r));
    }
    json_close(&j, '}');
    return ERR_NONE;
}
