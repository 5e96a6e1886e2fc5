/* reach.c -- one node chosen: what falls with it and why, for how long, which reports that would call for. Answers at once: one scenario, O(arrows). */
#include "dependency/parts.h"

#include <math.h>

/* --- the engine's net --------------------------------------------------------------------------------------------------------------- */

static void repair_of(const Value *v, CascadeNode *n)
{
    if (v->state != VALUE_KNOWN && v->state != VALUE_RANGE) return;
    n->repair_low = (double)v->i, n->repair_high = (double)(v->state == VALUE_RANGE ? v->hi : v->i), n->repair_mode = net_middle(v);
}

void net_engine(Arena *a, const NetRecords *r, CascadeNet *out)
{
    CascadeNode *nodes = arena_array(a, CascadeNode, r->nodes_n + 1);
    CascadeNeed *needs = arena_array(a, CascadeNeed, r->needs_n + 1);
    Str *ids = arena_array(a, Str, r->nodes_n + 1);
    for (size_t i = 0; i < r->needs_n; i++) {
        const NetNeed *n = &r->needs[i];
        needs[i] = (CascadeNeed){n->first, n->n, n->k, (double)n->buffer / 60};
        if (!nodes[n->node].n++) nodes[n->node].first = (uint32_t)i;
    }
    for (size_t i = 0; i < r->nodes_n; i++) {
        double often = net_middle(&r->nodes[i].per_century), users = net_middle(&r->nodes[i].users);
        ids[i] = r->nodes[i].code;
        nodes[i].chance = isnan(often) ? 0 : net_chance(often);
        nodes[i].users = isnan(users) ? 0 : users;
        nodes[i].black_start = r->nodes[i].black_start;
        repair_of(&r->nodes[i].repair, &nodes[i]);
    }
    *out = (CascadeNet){.nodes = nodes, .nodes_n = r->nodes_n, .ids = ids, .needs = needs, .needs_n = r->needs_n, .suppliers = r->suppliers, .suppliers_n = r->suppliers_n};
}

/* --- reports to authorities ----------------------------------------------------------------------------------------------------------- */

bool node_is_own(const NetNode *n)
{
    return n->of.res != &supplier_resource && !str_eqc(n->kind, "cloud");
}

static Range range_of(const Value *v, int64_t unit)
{
    if (v->state == VALUE_KNOWN) return (Range){v->i * unit, v->i * unit};
    return v->state == VALUE_RANGE ? (Range){v->i * unit, v->hi * unit} : (Range){0, RULES_OPEN};
}

Err stops_judged(Arena *a, LawJudge *j, Instant now, const NetRecords *r, uint32_t hit, const uint32_t *services, size_t n, LawOutage *out)
{
    LawStop *stops = arena_array(a, LawStop, n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < LAW_STOPS_MAX; i++) {
        const NetNode *s = &r->nodes[services[i]];
        if (s->service.n) stops[kept++] = (LawStop){s->service, range_of(&s->users, 1), range_of(&r->nodes[hit].repair, 60)};
    }
    return law_outage(a, j, now, node_is_own(&r->nodes[hit]), stops, kept, out);
}

/* --- the document ---------------------------------------------------------------------------------------------------------------------- */

const Field reach_params[REACH_PARAMS] = {
    {.name = "node", .kind = KIND_TEXT, .label = TEXT("番号", "Number"), .help = TEXT("資産、サービス、委託先の番号。例：A-0001", "Number of an asset, service or supplier, e.g. A-0001"), .flags = REQUIRED, .max = 30},
};

typedef struct Reach { const NetRecords *r; const CascadePlan *plan; uint32_t hit; uint32_t *fallen, *services, *through; size_t fallen_n, services_n; } Reach; /* through: from which one it came, on the shortest way */
#define NOWHERE UINT32_MAX

/* The needs that each node fills, one after another: of[first[node] … first[node + 1]). */
typedef struct Filled { uint32_t *first, *of; } Filled;

static Filled filled(Arena *a, const NetRecords *r)
{
    Filled f = {arena_array(a, uint32_t, r->nodes_n + 2), arena_array(a, uint32_t, r->suppliers_n + 1)};
    for (size_t i = 0; i < r->suppliers_n; i++) f.first[r->suppliers[i] + 2]++;
    for (size_t i = 2; i < r->nodes_n + 2; i++) f.first[i] += f.first[i - 1];
    for (uint32_t n = 0; n < r->needs_n; n++)
        for (uint32_t k = 0; k < r->needs[n].n; k++) f.of[f.first[r->suppliers[r->needs[n].first + k] + 1]++] = n;
    return f;
}

static bool unmet(const NetRecords *r, const NetNeed *need, const uint64_t *failed)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < need->n; k++) n += failed[r->suppliers[need->first + k]] != 0;
    return n >= need->k;
}

/* From the hit node on, over needs that are unmet: the shortest way to all that fell, O(arrows × suppliers of a need). */
static void ways(Arena *a, Reach *x, const uint64_t *failed)
{
    Filled f = filled(a, x->r);
    uint32_t *queue = arena_array(a, uint32_t, x->r->nodes_n + 1);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < x->r->nodes_n; i++) x->through[i] = NOWHERE;
    for (queue[tail++] = x->hit, x->through[x->hit] = x->hit; head < tail; head++)
        for (uint32_t i = f.first[queue[head]]; i < f.first[queue[head] + 1]; i++) {
            const NetNeed *need = &x->r->needs[f.of[i]];
            if (!failed[need->node] || x->through[need->node] != NOWHERE || !unmet(x->r, need, failed)) continue;
            x->through[need->node] = queue[head];
            queue[tail++] = need->node;
        }
}

static Err fall(Ctx *c, Reach *x)
{
    uint32_t first[] = {0, 1};
    size_t n = x->r->nodes_n + 1;
    uint64_t *failed = arena_array(c->a, uint64_t, n);
    TRY(cascade_given(c->a, x->plan, first, &x->hit, 1, CASCADE_EVENTS, failed, NULL));
    x->fallen = arena_array(c->a, uint32_t, n), x->services = arena_array(c->a, uint32_t, n), x->through = arena_array(c->a, uint32_t, n);
    for (uint32_t i = 0; i < x->r->nodes_n; i++) {
        if (!failed[i]) continue;
        x->fallen[x->fallen_n++] = i; /* services stand first among the nodes */
        if (x->r->nodes[i].of.res == &service_resource) x->services[x->services_n++] = i;
    }
    ways(c->a, x, failed);
    return ERR_NONE;
}

static void way_out(Arena *a, JsonOut *j, const Reach *x, uint32_t to)
{
    uint32_t *way = arena_array(a, uint32_t, x->fallen_n + 1);
    size_t n = 0;
    for (uint32_t at = to; at != NOWHERE && n <= x->fallen_n; at = at == x->hit ? NOWHERE : x->through[at]) way[n++] = at;
    json_open(j, '[');
    while (n) json_str(j, x->r->nodes[way[--n]].code);
    json_close(j, ']');
}

static void fallen_out(Ctx *c, JsonOut *j, const Reach *x)
{
    json_key(j, STR("fallen")), json_open(j, '[');
    for (size_t i = 0; i < x->fallen_n; i++) {
        json_open(j, '{');
        json_kstr(j, "id", x->r->nodes[x->fallen[i]].code);
        if (i < REACH_PATHS_MAX) json_key(j, STR("path")), way_out(c->a, j, x, x->fallen[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* Only where a service with a class stops: to others this table of the law does not speak. */
static Err outage_out(Ctx *c, JsonOut *j, const Reach *x)
{
    const LawSet *s = c->packs ? law_set(c->packs, STR("")) : NULL;
    LawOutage o;
    bool classed = false;
    for (size_t i = 0; i < x->services_n; i++) classed = classed || x->r->nodes[x->services[i]].service.n;
    if (!s || !classed) return ERR_NONE;
    TRY(stops_judged(c->a, law_judge_new(c->a, s), c->now, x->r, x->hit, x->services, x->services_n, &o));
    json_key(j, STR("outage")), law_outage_json(j, node_is_own(&x->r->nodes[x->hit]), &o);
    return ERR_NONE;
}

Err reach_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    UNUSED(of);
    NetRecords r;
    CascadeNet net;
    CascadePlan *plan;
    TRY(net_records(c, &r));
    int node = net_node(&r, params[0].text);
    if (node < 0) return err_of(ERR_NOT_FOUND);
    net_engine(c->a, &r, &net);
    TRY(cascade_plan(c->a, &net, &plan));
    Reach x = {.r = &r, .plan = plan, .hit = (uint32_t)node};
    TRY(fall(c, &x));
    json_open(j, '{');
    json_kstr(j, "node", r.nodes[node].code), json_kbool(j, "cut", r.cut);
    fallen_out(c, j, &x);
    TRY(outage_out(c, j, &x));
    json_close(j, '}');
    return ERR_NONE;
}
