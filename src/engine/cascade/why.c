/* why.c -- why a node failed, and which dependency is worth to be made safe. */
#include "inside.h"

#define CUT_EDGES_MAX ((uint64_t)2000000000) /* rows looked at: some ten seconds */

/* --- the chain from a hit ------------------------------------------------------------------------------------------------- */
typedef struct Search { const CascadePlan *p; uint32_t *queue, *count, *by; uint32_t tail; } Search; /* by: who tipped it, + 1; itself: hit */

static void reach(Search *s, uint32_t v, uint32_t by)
{
    if (s->by[v]) return;
    s->by[v] = by + 1;
    s->queue[s->tail++] = v;
}

static void tell(Search *s, uint32_t v)
{
    const CascadePlan *p = s->p;
    for (uint32_t i = p->any_first[v]; i < p->any_first[v + 1]; i++) reach(s, p->any[i], v);
    for (uint32_t i = p->counted_first[v]; i < p->counted_first[v + 1]; i++)
        if (++s->count[p->counted[i].need] == p->counted[i].k) reach(s, p->need_node[p->counted[i].need], v);
}

static void chain(Arena *a, const Search *s, uint32_t v, uint32_t **path, size_t *n)
{
    size_t length = 1;
    for (uint32_t u = v; s->by[u] - 1 != u; u = s->by[u] - 1) length++;
    *path = arena_array(a, uint32_t, length);
    *n = length;
    for (; length; v = s->by[v] - 1) (*path)[--length] = s->p->outer[v];
}

Err cascade_path(Arena *a, const CascadePlan *p, const uint32_t *hit, size_t hits, uint32_t node, uint32_t **path, size_t *n)
{
    *path = NULL;
    *n = 0;
    Search s = {.p = p, .queue = arena_array(a, uint32_t, p->n), .count = arena_array(a, uint32_t, p->needs_n), .by = arena_array(a, uint32_t, p->n)};
    bool there = node < p->n;
    for (size_t i = 0; i < hits; i++) there = there && hit[i] < p->n;
    if (!there) return err_text(ERR_INVALID, text_of("その要素はありません", "there is no such node"));
    for (size_t i = 0; i < hits; i++) reach(&s, p->inner[hit[i]], p->inner[hit[i]]);
    for (uint32_t head = 0; head < s.tail && !s.by[p->inner[node]]; head++) tell(&s, s.queue[head]);
    if (s.by[p->inner[node]]) chain(a, &s, p->inner[node], path, n);
    return ERR_NONE;
}

/* --- one entry cut --------------------------------------------------------------------------------------------------------- */
/* All single failures of nodes with a chance, 512 side by side; then for each entry that carried a failure, what depends on it is worked out again without it, and put back. */
typedef struct Cut { uint32_t entry, node; } Cut; /* place in `entries`; node of whose need it is, our number */
typedef struct Knife {
    const CascadePlan *p;
    Lanes *l;
    const uint32_t *entries;
    uint32_t *lane, *stretch; /* of each node: its own failure in this batch, or CASCADE_LANES; where it lies */
    uint32_t *list;           /* suppliers of a need */
    Row *before;              /* [n] rows of those in `changed` */
    uint32_t *changed, changed_n;
    uint64_t *is_changed;
    double chance[CASCADE_LANES];
    bool whole;               /* not one entry, but the whole need that begins there */
    uint32_t node;            /* whose need is cut, and where: from … until of net.suppliers */
    uint32_t from, until;
} Knife;

static void own_hit(const Knife *k, uint32_t v, Row *row)
{
    *row = (Row){{0}};
    if (k->lane[v] < CASCADE_LANES) row->w[k->lane[v] >> 6] = 1ull << (k->lane[v] & 63);
}

/* The needs of the node as they were given, without what is cut. */
static void pull_cut(Knife *k, Row *row)
{
    const CascadeNet *net = k->p->net;
    const CascadeNode *d = &net->nodes[k->p->outer[k->node]];
    for (uint32_t i = 0; i < d->n; i++) {
        const CascadeNeed *need = &net->needs[d->first + i];
        uint32_t n = 0;
        for (uint32_t e = need->first; e < need->first + need->n; e++)
            if ((e < k->from || e >= k->until) && k->p->inner[net->suppliers[e]] != k->node) k->list[n++] = k->p->inner[net->suppliers[e]];
        memset(k->list + n, 0, AHEAD * sizeof *k->list);
        if (n >= need->k) k->l->code->at_least(k->l->x, k->list, n, need->k, row);
        k->l->cost += need->n;
    }
}

static bool row_same(const Row *x, const Row *y)
{
    return !memcmp(x, y, sizeof *x);
}

static void remember(Knife *k, uint32_t v)
{
    uint64_t bit = 1ull << (v & 63);
    if (k->is_changed[v >> 6] & bit) return;
    k->is_changed[v >> 6] |= bit;
    k->before[v] = k->l->x[v];
    k->changed[k->changed_n++] = v;
}

static Row again(Knife *k, uint32_t v)
{
    Row row;
    own_hit(k, v, &row);
    if (v == k->node) pull_cut(k, &row);
    else k->l->cost += k->l->code->pull(k->p, k->l->x, v, &row);
    return row;
}

static void tell_later(Knife *k, uint32_t v)
{
    const CascadePlan *p = k->p;
    for (uint32_t i = p->to_first[v]; i < p->to_first[v + 1]; i++) k->l->dirty[p->to[i] >> 6] |= 1ull << (p->to[i] & 63);
}

static void again_straight(Knife *k, uint32_t v)
{
    Row row = again(k, v);
    if (row_same(&row, &k->l->x[v])) return;
    remember(k, v);
    k->l->x[v] = row;
    tell_later(k, v);
}

/* A loop begins anew: what it failed by may have been itself. */
static void again_loop(Knife *k, const Stretch *s)
{
    bool more = true;
    for (uint32_t v = s->begin; v < s->end; v++) {
        remember(k, v);
        own_hit(k, v, &k->l->x[v]);
    }
    while (more) {
        more = false;
        for (uint32_t v = s->begin; v < s->end; v++) {
            Row row = again(k, v);
            for (int w = 0; w < ROW_WORDS; w++) row.w[w] |= k->l->x[v].w[w];
            more |= !row_same(&row, &k->l->x[v]);
            k->l->x[v] = row;
        }
    }
    for (uint32_t v = s->begin; v < s->end; v++)
        if (!row_same(&k->before[v], &k->l->x[v])) tell_later(k, v);
    for (uint32_t v = s->begin; v < s->end; v++) k->l->dirty[v >> 6] &= ~(1ull << (v & 63)); /* it is settled */
}

static void again_from(Knife *k, uint32_t node)
{
    size_t words = ((size_t)k->p->n + 63) / 64;
    k->l->dirty[node >> 6] |= 1ull << (node & 63);
    for (size_t w = node >> 6; w < words; w++)
        while (k->l->dirty[w]) {
            uint32_t v = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(k->l->dirty[w]);
            const Stretch *s = &k->p->stretches[k->stretch[v]];
            k->l->dirty[w] &= k->l->dirty[w] - 1;
            if (s->loop) again_loop(k, s);
            else again_straight(k, v);
        }
}

/* What no longer fails, weighed; and everything back as it was. */
static double difference(Knife *k)
{
    double sum = 0;
    for (uint32_t i = 0; i < k->changed_n; i++) {
        uint32_t v = k->changed[i];
        double chance = 0;
        for (int w = 0; w < ROW_WORDS; w++)
            for (uint64_t left = k->before[v].w[w] & ~k->l->x[v].w[w]; left; left &= left - 1) chance += k->chance[w * 64 + __builtin_ctzll(left)];
        sum += chance * (k->p->users ? k->p->net->nodes[k->p->outer[v]].users : 1);
        k->l->x[v] = k->before[v];
        k->is_changed[v >> 6] &= ~(1ull << (v & 63));
    }
    k->changed_n = 0;
    return sum;
}

/* Scenarios in which the node failed, and not by its own hit. */
static bool may_carry(const Knife *k, uint32_t node, uint32_t supplier)
{
    Row own;
    uint64_t carried = 0;
    own_hit(k, node, &own);
    for (int w = 0; w < ROW_WORDS; w++) carried |= (k->whole ? ~0ull : k->l->x[supplier].w[w]) & k->l->x[node].w[w] & ~own.w[w];
    return carried && (k->whole || supplier != node);
}

static double saved_by(Knife *k, const Cut *c)
{
    const CascadePlan *p = k->p;
    uint32_t at = k->entries[c->entry];
    if (!may_carry(k, c->node, p->inner[p->net->suppliers[at]])) return 0;
    k->node = c->node, k->from = at, k->until = at + 1;
    for (uint32_t i = 0; k->whole && i < p->net->nodes[p->outer[c->node]].n; i++) {
        const CascadeNeed *d = &p->net->needs[p->net->nodes[p->outer[c->node]].first + i];
        if (d->first == at) k->until = at + d->n;
    }
    again_from(k, c->node);
    return difference(k);
}

/* Which node each wanted entry belongs to: O(entries of all needs). */
static size_t cuts_of(Arena *a, const CascadePlan *p, const uint32_t *entries, size_t n, Cut **out)
{
    const CascadeNet *net = p->net;
    uint32_t *wanted = arena_array(a, uint32_t, net->suppliers_n), *next = arena_array(a, uint32_t, n);
    size_t cuts = 0, room = 0;
    for (size_t i = 0; i < n; i++) next[i] = wanted[entries[i]], wanted[entries[i]] = (uint32_t)i + 1;
    for (int pass = 0; pass < 2; pass++) {
        if (pass) *out = arena_array(a, Cut, room);
        for (uint32_t v = 0; v < p->n; v++)
            for (uint32_t i = 0; i < net->nodes[v].n; i++) {
                const CascadeNeed *d = &net->needs[net->nodes[v].first + i];
                for (uint32_t e = d->first; e < d->first + d->n; e++)
                    for (uint32_t w = wanted[e]; w; w = next[w - 1]) {
                        if (pass) (*out)[cuts++] = (Cut){w - 1, p->inner[v]};
                        else room++;
                    }
            }
    }
    return cuts;
}

static uint32_t longest_need(const CascadeNet *net)
{
    uint32_t longest = 0;
    for (size_t i = 0; i < net->needs_n; i++) longest = net->needs[i].n > longest ? net->needs[i].n : longest;
    return longest;
}

static Err too_much(void)
{
    return err_text(ERR_TOO_LARGE, text_of("切る線をすべて試すには大きすぎる網です。調べる線を減らしてください", "too much to work out for this net: ask for fewer entries"));
}

static void knife_init(Arena *a, const CascadePlan *p, const uint32_t *entries, Knife *k)
{
    *k = (Knife){.p = p, .l = arena_new(a, Lanes), .entries = entries, .lane = arena_array(a, uint32_t, p->n), .stretch = arena_array(a, uint32_t, p->n), .before = rows_new(a, p->n),
                 .list = arena_array(a, uint32_t, (size_t)longest_need(p->net) + AHEAD), .changed = arena_array(a, uint32_t, p->n), .is_changed = arena_array(a, uint64_t, (p->n + 63) / 64)};
    lanes_init(a, p, k->l);
    lanes_need_rows(a, k->l);
    for (uint32_t v = 0; v < p->n; v++) k->lane[v] = CASCADE_LANES;
    for (size_t i = 0; i < p->stretches_n; i++)
        for (uint32_t v = p->stretches[i].begin; v < p->stretches[i].end; v++) k->stretch[v] = (uint32_t)i;
}

/* The next nodes with a chance, each alone in its lane; where to go on. */
static uint32_t next_singles(Knife *k, uint32_t v, uint32_t *of, uint32_t *n)
{
    for (*n = 0; v < k->p->n && *n < CASCADE_LANES; v++) {
        double chance = k->p->net->nodes[k->p->outer[v]].chance;
        if (!(chance > 0)) continue;
        k->chance[*n] = chance;
        k->lane[v] = *n;
        of[(*n)++] = v;
    }
    return v;
}

static Err cuts_saved(Arena *a, const CascadePlan *p, const uint32_t *entries, size_t n, bool whole, double *saved)
{
    Knife k;
    Cut *cuts = NULL;
    uint32_t of[CASCADE_LANES], lanes;
    for (size_t i = 0; i < n; i++) {
        saved[i] = 0;
        if (entries[i] >= p->net->suppliers_n) return err_text(ERR_INVALID, text_of("その線はありません", "there is no such entry"));
    }
    if (n > CASCADE_CUTS_MAX) return too_much();
    size_t cuts_n = cuts_of(a, p, entries, n, &cuts);
    knife_init(a, p, entries, &k);
    k.whole = whole;
    for (uint32_t v = 0; v < p->n;) {
        v = next_singles(&k, v, of, &lanes);
        lanes_begin(k.l, CASCADE_WORK);
        for (uint32_t i = 0; i < lanes; i++) lanes_hit(k.l, of[i], i);
        lanes_run(k.l, CASCADE_WORK);
        for (size_t i = 0; i < cuts_n; i++) {
            saved[cuts[i].entry] += saved_by(&k, &cuts[i]);
            if (++k.l->cost > CUT_EDGES_MAX) return too_much();
        }
        for (uint32_t i = 0; i < lanes; i++) k.lane[of[i]] = CASCADE_LANES;
    }
    return ERR_NONE;
}

Err cascade_cuts(Arena *a, const CascadePlan *p, const uint32_t *entries, size_t n, double *saved)
{
    return cuts_saved(a, p, entries, n, false, saved);
}

Err cascade_cut_needs(Arena *a, const CascadePlan *p, const uint32_t *needs, size_t n, double *saved)
{
    uint32_t *entries = arena_array(a, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        if (needs[i] >= p->net->needs_n) return err_text(ERR_INVALID, text_of("その依存はありません", "there is no such need"));
        entries[i] = p->net->needs[needs[i]].first;
    }
    return cuts_saved(a, p, entries, n, true, saved);
}
