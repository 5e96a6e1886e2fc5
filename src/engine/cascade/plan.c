/* plan.c -- a net is checked, its nodes are renumbered with suppliers first, its edges are laid out both ways. O(nodes + edges · log of the longest need). */
#include "inside.h"

#include <math.h>
#include <stdlib.h>

/* --- checks ------------------------------------------------------------------------------------------------------------- */
static Err wrong(Arena *a, const char *what, size_t i, const char *ja, const char *en)
{
    Str at = str_printf(a, "%s[%zu]", what, i);
    return err_text(ERR_INVALID, text_fill(a, ja, en, 1, &at));
}

static bool fits(uint32_t first, uint32_t n, size_t all)
{
    return first <= all && n <= all - first;
}

static bool is_chance(double x)
{
    return x >= 0 && x <= 1; /* NaN is neither */
}

static bool is_hours(double x)
{
    return x >= 0 && x <= CASCADE_HOURS_MAX;
}

static Err check_node(Arena *a, const CascadeNet *net, size_t v)
{
    const CascadeNode *d = &net->nodes[v];
    if (!fits(d->first, d->n, net->needs_n)) return wrong(a, "nodes", v, "{0}: ない条件を指しています", "{0}: points at needs that are not there");
    if (!is_chance(d->chance)) return wrong(a, "nodes", v, "{0}.chance: 0 から 1 にしてください", "{0}.chance: must be from 0 to 1");
    if (!(d->users >= 0 && d->users <= CASCADE_USERS_MAX)) return wrong(a, "nodes", v, "{0}.users: 0 以上 1e15 以下にしてください", "{0}.users: must be from 0 to 1e15");
    if (!is_hours(d->repair_low) || !is_hours(d->repair_mode) || !is_hours(d->repair_high) || d->repair_low > d->repair_mode || d->repair_mode > d->repair_high)
        return wrong(a, "nodes", v, "{0}.repair: 0 ≤ low ≤ mode ≤ high ≤ 1e9（時間）にしてください", "{0}.repair: must be 0 ≤ low ≤ mode ≤ high ≤ 1e9 hours");
    return ERR_NONE;
}

static Err check_needs(Arena *a, const CascadeNet *net)
{
    for (size_t i = 0; i < net->needs_n; i++) {
        const CascadeNeed *d = &net->needs[i];
        if (!fits(d->first, d->n, net->suppliers_n)) return wrong(a, "needs", i, "{0}: ない供給元を指しています", "{0}: points at suppliers that are not there");
        if (d->k < 1 || d->k > d->n) return wrong(a, "needs", i, "{0}: 止まる数は 1 以上、供給元の数以下にしてください", "{0}: fails when 1 or more of its suppliers fail, and at most all of them");
        if (!is_hours(d->buffer)) return wrong(a, "needs", i, "{0}.buffer: 0 以上 1e9 以下（時間）にしてください", "{0}.buffer: must be from 0 to 1e9 hours");
    }
    for (size_t i = 0; i < net->suppliers_n; i++)
        if (net->suppliers[i] >= net->nodes_n) return wrong(a, "suppliers", i, "{0}: その要素はありません", "{0}: there is no such node");
    return ERR_NONE;
}

static Err check_causes(Arena *a, const CascadeNet *net)
{
    for (size_t i = 0; i < net->causes_n; i++) {
        if (!fits(net->causes[i].first, net->causes[i].n, net->hits_n)) return wrong(a, "causes", i, "{0}: ない影響先を指しています", "{0}: points at hits that are not there");
        if (!is_chance(net->causes[i].chance)) return wrong(a, "causes", i, "{0}.chance: 0 から 1 にしてください", "{0}.chance: must be from 0 to 1");
    }
    for (size_t i = 0; i < net->hits_n; i++) {
        if (net->hits[i].node >= net->nodes_n) return wrong(a, "hits", i, "{0}: その要素はありません", "{0}: there is no such node");
        if (!is_chance(net->hits[i].chance)) return wrong(a, "hits", i, "{0}.chance: 0 から 1 にしてください", "{0}.chance: must be from 0 to 1");
    }
    return ERR_NONE;
}

/* Two of one name would be hit in the same scenarios, as if they were one. */
static Err check_ids(Arena *a, const uint64_t *id, size_t n, const char *what)
{
    size_t size = 16;
    while (size < n * 2) size *= 2;
    uint64_t *seen = arena_array(a, uint64_t, size);
    for (size_t i = 0; i < n; i++) {
        uint64_t key = id[i] ? id[i] : 1;
        size_t at = key & (size - 1);
        for (; seen[at]; at = (at + 1) & (size - 1))
            if (seen[at] == key) return wrong(a, what, i, "{0}: この識別子は前にもあります", "{0}: this identifier is there already");
        seen[at] = key;
    }
    return ERR_NONE;
}

static Err too_large(const char *ja, const char *en)
{
    return err_text(ERR_TOO_LARGE, text_of(ja, en));
}

static Err check(Arena *a, const CascadeNet *net, uint64_t *edges)
{
    uint64_t needs = 0;
    if (net->nodes_n > CASCADE_NODES_MAX || net->needs_n > CASCADE_EDGES_MAX || net->suppliers_n > CASCADE_EDGES_MAX) return too_large("この網は大きすぎます（要素 16,777,216、線 268,435,456 まで）", "this net is too large (up to 16,777,216 nodes and 268,435,456 edges)");
    for (size_t v = 0; v < net->nodes_n; v++) TRY(check_node(a, net, v));
    TRY(check_needs(a, net));
    TRY(check_causes(a, net));
    *edges = 0;
    for (size_t v = 0; v < net->nodes_n; v++) {
        needs += net->nodes[v].n;
        if (needs > CASCADE_EDGES_MAX) break; /* needs may be shared by nodes, suppliers by needs: what counts is the sum */
        for (uint32_t i = 0; i < net->nodes[v].n; i++) *edges += net->needs[net->nodes[v].first + i].n;
    }
    if (needs > CASCADE_EDGES_MAX || *edges > CASCADE_EDGES_MAX) return too_large("線が多すぎます（268,435,456 本まで）", "too many edges (up to 268,435,456)");
    return ERR_NONE;
}

/* --- the order ----------------------------------------------------------------------------------------------------------- */
static void flat(Arena *a, const CascadeNet *net, uint64_t edges, uint32_t **first, uint32_t **to)
{
    *first = arena_array(a, uint32_t, net->nodes_n + 1);
    *to = arena_raw(a, (edges + 1) * sizeof **to);
    uint32_t at = 0;
    for (size_t v = 0; v < net->nodes_n; v++) {
        (*first)[v] = at;
        for (uint32_t i = 0; i < net->nodes[v].n; i++) {
            const CascadeNeed *d = &net->needs[net->nodes[v].first + i];
            memcpy(*to + at, net->suppliers + d->first, d->n * sizeof **to);
            at += d->n;
        }
    }
    (*first)[net->nodes_n] = at;
}

/* --- needs, suppliers first ----------------------------------------------------------------------------------------------- */
static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static void sort(uint32_t *list, uint32_t n)
{
    if (n > 32) {
        qsort(list, n, sizeof *list, by_number);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        uint32_t x = list[i], j = i;
        for (; j > 0 && list[j - 1] > x; j--) list[j] = list[j - 1];
        list[j] = x;
    }
}

static uint32_t unique(uint32_t *list, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!kept || list[kept - 1] != list[i]) list[kept++] = list[i];
    return kept;
}

/* Its suppliers in our numbers, without the node itself; how many. */
static uint32_t gather(const CascadePlan *p, const CascadeNeed *d, uint32_t v, uint32_t *to)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->n; i++) {
        uint32_t u = p->inner[p->net->suppliers[d->first + i]];
        if (u != v) to[n++] = u;
    }
    return n;
}

static void add_need(CascadePlan *p, uint32_t v, uint32_t n, uint32_t k)
{
    p->needs[p->needs_n] = (PlanNeed){p->from_n, n, k};
    p->need_node[p->needs_n++] = v;
    p->from_n += n;
}

static void any_of(CascadePlan *p, uint32_t v)
{
    const CascadeNode *d = &p->net->nodes[p->outer[v]];
    uint32_t n = 0, *to = p->from + p->from_n;
    for (uint32_t i = 0; i < d->n; i++)
        if (p->net->needs[d->first + i].k == 1) n += gather(p, &p->net->needs[d->first + i], v, to + n);
    sort(to, n);
    if ((n = unique(to, n))) add_need(p, v, n, 1);
}

static void counted_of(CascadePlan *p, uint32_t v)
{
    const CascadeNode *d = &p->net->nodes[p->outer[v]];
    for (uint32_t i = 0; i < d->n; i++) {
        const CascadeNeed *need = &p->net->needs[d->first + i];
        if (need->k == 1) continue;
        uint32_t *to = p->from + p->from_n, n = gather(p, need, v, to);
        if (n < need->k) continue; /* only with the node itself would it be unmet */
        sort(to, n);
        add_need(p, v, n, need->k);
    }
}

static void pull(Arena *a, CascadePlan *p, uint64_t edges)
{
    uint64_t needs = 0;
    for (uint32_t v = 0; v < p->n; v++) needs += p->net->nodes[v].n;
    p->need_first = arena_array(a, uint32_t, p->n + 1);
    p->needs = arena_array(a, PlanNeed, needs);
    p->need_node = arena_array(a, uint32_t, needs);
    p->from = arena_raw(a, (edges + AHEAD) * sizeof *p->from);
    for (uint32_t v = 0; v < p->n; v++) {
        p->need_first[v] = p->needs_n;
        any_of(p, v);
        counted_of(p, v);
    }
    p->need_first[p->n] = p->needs_n;
    memset(p->from + p->from_n, 0, AHEAD * sizeof *p->from);
}

/* --- the other way round -------------------------------------------------------------------------------------------------- */
static void sums(uint32_t *first, uint32_t n) /* counts at [i + 1] → where i begins */
{
    for (uint32_t i = 0; i < n; i++) first[i + 1] += first[i];
}

static void count(CascadePlan *p)
{
    for (uint32_t i = 0; i < p->needs_n; i++)
        for (uint32_t e = 0; e < p->needs[i].n; e++) {
            uint32_t u = p->from[p->needs[i].first + e];
            (p->needs[i].k == 1 ? p->any_first : p->counted_first)[u + 1]++;
            p->to_first[u + 1]++;
        }
    sums(p->any_first, p->n), sums(p->counted_first, p->n), sums(p->to_first, p->n);
}

/* Filled from the back, [u + 1] has come down to where u begins. */
static void settle(uint32_t *first, uint32_t n, uint32_t all)
{
    memmove(first, first + 1, n * sizeof *first);
    first[n] = all;
}

static void push(Arena *a, CascadePlan *p)
{
    uint32_t n = p->n;
    p->any_first = arena_array(a, uint32_t, n + 1), p->counted_first = arena_array(a, uint32_t, n + 1), p->to_first = arena_array(a, uint32_t, n + 1);
    count(p);
    uint32_t any = p->any_first[n], counted = p->counted_first[n], all = p->to_first[n];
    p->any = arena_array(a, uint32_t, any), p->counted = arena_array(a, Counted, counted), p->to = arena_array(a, uint32_t, all);
    for (uint32_t i = p->needs_n; i-- > 0;)
        for (uint32_t e = 0; e < p->needs[i].n; e++) {
            uint32_t u = p->from[p->needs[i].first + e];
            p->to[--p->to_first[u + 1]] = p->need_node[i];
            if (p->needs[i].k == 1) p->any[--p->any_first[u + 1]] = p->need_node[i];
            else p->counted[--p->counted_first[u + 1]] = (Counted){i, p->needs[i].k};
        }
    settle(p->any_first, n, any), settle(p->counted_first, n, counted), settle(p->to_first, n, all);
}

static void users(Arena *a, CascadePlan *p)
{
    double all = 0;
    for (uint32_t v = 0; v < p->n; v++) all += p->net->nodes[v].users;
    if (all <= 0) return;
    p->users_scale = 61 - ilogb(all);
    if (p->users_scale > 20) p->users_scale = 20;
    p->users = arena_array(a, uint64_t, p->n);
    for (uint32_t v = 0; v < p->n; v++) p->users[v] = (uint64_t)(ldexp(p->net->nodes[p->outer[v]].users, p->users_scale) + 0.5);
}

static Err identify(Arena *a, CascadePlan *p)
{
    const CascadeNet *net = p->net;
    uint64_t *id = arena_array(a, uint64_t, p->n);
    p->cause_id = arena_array(a, uint64_t, net->causes_n);
    for (uint32_t v = 0; v < p->n; v++) id[v] = draw_id(net->ids[v]);
    for (size_t i = 0; i < net->causes_n; i++) p->cause_id[i] = draw_id(net->causes[i].id);
    TRY(check_ids(a, id, p->n, "nodes"));
    TRY(check_ids(a, p->cause_id, net->causes_n, "causes"));
    p->id = arena_array(a, uint64_t, p->n);
    for (uint32_t v = 0; v < p->n; v++) p->id[v] = id[p->outer[v]];
    return ERR_NONE;
}

Err cascade_plan(Arena *a, const CascadeNet *net, CascadePlan **out)
{
    uint64_t edges;
    uint32_t *first, *to;
    TRY(check(a, net, &edges));
    CascadePlan *p = arena_new(a, CascadePlan);
    p->net = net;
    p->n = (uint32_t)net->nodes_n;
    p->inner = arena_array(a, uint32_t, p->n), p->outer = arena_array(a, uint32_t, p->n);
    flat(a, net, edges, &first, &to);
    cascade_order(a, p->n, first, to, p->outer, &p->stretches, &p->stretches_n);
    for (uint32_t v = 0; v < p->n; v++) p->inner[p->outer[v]] = v;
    pull(a, p, edges);
    push(a, p);
    for (size_t i = 0; i < p->stretches_n; i++) {
        const Stretch *s = &p->stretches[i];
        if (!s->loop) continue;
        for (uint32_t d = p->need_first[s->begin]; d < p->need_first[s->end]; d++) p->loop_edges += p->needs[d].n;
    }
    users(a, p);
    TRY(identify(a, p));
    hits_plan(a, p);
    *out = p;
    return ERR_NONE;
}
