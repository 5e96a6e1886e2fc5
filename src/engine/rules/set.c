/* set.c -- the compiled set: every quantity, amount and node exists once, so that rules that ask the same thing share the answer. */
#include "rules/inside.h"

FactValue fact_unknown(FactType type, uint8_t why)
{
    FactValue v = {.unknown = why, .possible = type == FACT_BOOL ? 3 : UINT64_MAX, .range = {type == FACT_TIME ? INT64_MIN : 0, RULES_OPEN}};
    return v;
}

static uint64_t hash(const void *bytes, size_t n, uint64_t h)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * 1099511628211u;
    return h;
}

static void *room(Arena *a, void *old, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) return old;
    size_t more = *cap ? *cap * 2 : 64;
    old = arena_grow(a, old, *cap * size, more * size);
    *cap = more;
    return old;
}

/* Buckets hold node numbers; quantities and amounts are few enough to be looked through. */
static void buckets_grow(RuleSet *s)
{
    size_t n = s->buckets_n ? s->buckets_n * 2 : 256;
    int32_t *b = arena_array(s->a, int32_t, n);
    for (size_t i = 0; i < n; i++) b[i] = NONE;
    s->buckets = b, s->buckets_n = n;
    for (size_t k = 0; k < s->nodes_n; k++) {
        Node key = s->nodes[k];
        key.first = 0;
        size_t at = hash(s->kids + s->nodes[k].first, sizeof(int32_t) * (size_t)key.count, hash(&key, sizeof key, 1469598103934665603u)) & (n - 1);
        while (b[at] != NONE) at = (at + 1) & (n - 1);
        b[at] = (int32_t)k;
    }
}

void rules_init(RuleSet *s, Arena *a, const FactDef *facts, size_t n)
{
    *s = (RuleSet){.a = a, .facts = facts, .facts_n = n};
    buckets_grow(s);
}

int rules_quantity(RuleSet *s, Quantity q)
{
    for (size_t i = 0; i < s->quantities_n; i++)
        if (memcmp(&s->quantities[i], &q, sizeof q) == 0) return (int)i;
    s->quantities = room(s->a, s->quantities, s->quantities_n, &s->quantities_cap, sizeof q);
    s->quantities[s->quantities_n] = q;
    return (int)s->quantities_n++;
}

static int32_t kids_add(RuleSet *s, const int *kids, size_t n)
{
    int32_t first = (int32_t)s->kids_n;
    for (size_t i = 0; i < n; i++) {
        s->kids = room(s->a, s->kids, s->kids_n, &s->kids_cap, sizeof(int32_t));
        s->kids[s->kids_n++] = kids[i];
    }
    return first;
}

int rules_amount(RuleSet *s, Amount m, const int *of)
{
    m.first = kids_add(s, of, (size_t)m.count);
    s->amounts = room(s->a, s->amounts, s->amounts_n, &s->amounts_cap, sizeof m);
    s->amounts[s->amounts_n] = m;
    return (int)s->amounts_n++;
}

static bool same_node(const RuleSet *s, const Node *old, const Node *n, const int *kids)
{
    Node a = *old, b = *n;
    a.first = b.first = 0;
    return memcmp(&a, &b, sizeof a) == 0 && (n->count == 0 || memcmp(s->kids + old->first, kids, sizeof(int32_t) * (size_t)n->count) == 0);
}

int rules_node(RuleSet *s, Node n, const int *kids)
{
    n.first = 0;
    size_t at = hash(kids, sizeof(int32_t) * (size_t)n.count, hash(&n, sizeof n, 1469598103934665603u)) & (s->buckets_n - 1);
    for (; s->buckets[at] != NONE; at = (at + 1) & (s->buckets_n - 1))
        if (same_node(s, &s->nodes[s->buckets[at]], &n, kids)) return s->buckets[at];
    n.first = kids_add(s, kids, (size_t)n.count);
    s->nodes = room(s->a, s->nodes, s->nodes_n, &s->nodes_cap, sizeof n);
    s->nodes[s->nodes_n] = n;
    s->buckets[at] = (int32_t)s->nodes_n++;
    if (s->nodes_n * 2 > s->buckets_n) buckets_grow(s);
    return (int)s->nodes_n - 1;
}

/* At least the smaller of two is at least one of them; at most the smaller is at most both. */
static int compare_each(RuleSet *s, int quantity, Compare cmp, const Amount *m)
{
    int kids[16];
    bool up = cmp == CMP_AT_LEAST || cmp == CMP_MORE_THAN, any = (m->kind == AMOUNT_SMALLER) == up;
    int32_t first = m->first, count = m->count;
    for (int i = 0; i < count; i++)
        kids[i] = rules_compare(s, quantity, cmp, s->kids[first + i]);
    return rules_node(s, (Node){.kind = any ? NODE_ANY : NODE_ALL, .count = count}, kids);
}

int rules_compare(RuleSet *s, int quantity, Compare cmp, int amount)
{
    const Amount m = s->amounts[amount];
    if (m.kind == AMOUNT_SMALLER || m.kind == AMOUNT_LARGER) return compare_each(s, quantity, cmp, &m);
    if (m.kind == AMOUNT_SHARE) return rules_node(s, (Node){.kind = NODE_SHARE, .what = quantity, .base = m.of, .cmp = cmp, .n = m.n, .den = m.den}, NULL);
    bool up = cmp == CMP_AT_LEAST || cmp == CMP_MORE_THAN;
    int64_t n = m.n + (cmp == CMP_MORE_THAN) - (cmp == CMP_LESS_THAN); /* whole numbers: more than k is at least k + 1 */
    return rules_node(s, (Node){.kind = up ? NODE_AT_LEAST : NODE_AT_MOST, .what = quantity, .n = n}, NULL);
}

/* --- circles: a rule that waits for itself can never be judged ---------------------------------------------------------- */

typedef struct Walk { const RuleSet *s; uint8_t *state; uint32_t *seen; uint32_t stamp; } Walk;
static bool rule_ends(Walk *w, int rule);

static bool node_ends(Walk *w, int node)
{
    const Node *n = &w->s->nodes[node];
    if (n->kind == NODE_RULE) return rule_ends(w, n->what);
    for (int i = 0; i < n->count; i++)
        if (!node_ends(w, w->s->kids[n->first + i])) return false;
    return true;
}

static bool version_ends(Walk *w, const RuleVersion *v)
{
    if (!node_ends(w, v->bound)) return false;
    for (int i = 0; i < v->readings_n; i++)
        if (!node_ends(w, v->condition[i])) return false;
    return (v->except == NONE || node_ends(w, v->except)) && (v->gap == NONE || node_ends(w, v->gap));
}

static bool rule_ends(Walk *w, int rule)
{
    const Rule *r = &w->s->rules[rule];
    if (w->state[rule]) return w->state[rule] == 2;
    w->state[rule] = 1;
    for (size_t i = 0; i < r->n; i++)
        if (!version_ends(w, &r->versions[i])) return false;
    for (size_t i = 0; i < r->yields_n; i++)
        if (!rule_ends(w, r->yields[i])) return false;
    w->state[rule] = 2;
    return true;
}

bool rules_finish(RuleSet *s, Rule *rules, size_t n)
{
    Walk w = {.s = s, .state = arena_array(s->a, uint8_t, n + 1)};
    s->rules = rules, s->rules_n = n;
    for (size_t i = 0; i < n; i++)
        if (!rule_ends(&w, (int)i)) return false;
    return true;
}
