/* uses.c -- which facts the rules for some kinds of operators look at: what else need not be asked. Linear in the nodes of those rules. */
#include "law/judge.h"
#include "law/inside.h"

typedef struct Walk { const LawSet *s; LawUses *out; bool *nodes, *rules; } Walk;

static void fact_used(Walk *w, int fact, uint64_t codes)
{
    if (fact == NONE) return;
    w->out->facts[fact] = true;
    w->out->codes[fact] |= codes;
}

static uint64_t bit_of(int code) { return code == NONE ? 0 : (uint64_t)1 << code; }

static void quantity_used(Walk *w, int quantity)
{
    const Quantity *q = &w->s->set.quantities[quantity];
    const FactDef *d = &w->s->defs[q->fact];
    int per = w->s->facts[q->fact].per;
    fact_used(w, q->fact, q->kinds);
    fact_used(w, per, bit_of(q->cls));
    if (d->type != FACT_TIMELINE) return;
    fact_used(w, d->classes, bit_of(q->cls));
    if (q->kind == Q_SPAN) fact_used(w, d->one_accident, 0);
    if (q->kind == Q_SUFFERERS) fact_used(w, d->sufferers, 0);
    if (q->kind == Q_BELOW) fact_used(w, d->below, 0);
    if (q->with != NONE && w->s->set.amounts[q->with].kind == AMOUNT_SHARE) quantity_used(w, w->s->set.amounts[q->with].of);
}

bool law_duties_hold(const LawDutyVersion *v, Day day)
{
    return (v->first == DAY_NONE || v->first <= day) && (v->last == DAY_NONE || v->last >= day) && law_status_rows[v->status].opens;
}

static void rule_used(Walk *w, int rule, uint64_t classes, Day day);

static void node_used(Walk *w, int node, Day day)
{
    if (node == NONE || w->nodes[node]) return;
    const Node *n = &w->s->set.nodes[node];
    w->nodes[node] = true;
    switch (n->kind) {
    case NODE_ALL:
    case NODE_ANY:
    case NODE_NONE:
    case NODE_SOME:
        for (int32_t i = 0; i < n->count; i++) node_used(w, w->s->set.kids[n->first + i], day);
        return;
    case NODE_SHARE: quantity_used(w, n->base), quantity_used(w, n->what); return;
    case NODE_AT_LEAST:
    case NODE_AT_MOST: quantity_used(w, n->what); return;
    case NODE_RULE: rule_used(w, n->what, UINT64_MAX, day); return;
    case NODE_UNKNOWN: return;
    default: fact_used(w, n->what, n->mask);
    }
}

static void duties_used(Walk *w, int rule, Day day)
{
    for (size_t i = 0; i < w->s->duties_n; i++) {
        const LawDuties *of = &w->s->duties[i];
        for (size_t k = 0; of->rule == rule && k < of->n; k++)
            for (size_t m = 0; m < of->versions[k].n; m++) {
                const LawDuty *d = &of->versions[k].duties[m];
                node_used(w, d->when, day);
                for (size_t x = 0; x < d->variants_n; x++) node_used(w, d->variants[x].when, day);
            }
    }
}

bool law_binds(const LawSet *s, int rule, size_t version, uint64_t classes, Day day)
{
    const LawVersion *v = &s->rules[rule].versions[version];
    bool there = (v->first == DAY_NONE || v->first <= day) && (v->last == DAY_NONE || v->last >= day), binds = s->set.nodes[s->set.rules[rule].versions[version].bound].mask & classes;
    return there && binds && law_status_rows[v->status].opens && !s->rules[rule].item->overlay;
}

static void rule_used(Walk *w, int rule, uint64_t classes, Day day)
{
    bool any = false;
    if (w->rules[rule]) return;
    for (size_t k = 0; k < w->s->rules[rule].n; k++) {
        const RuleVersion *rv = &w->s->set.rules[rule].versions[k];
        if (!law_binds(w->s, rule, k, classes, day)) continue;
        any = w->rules[rule] = true;
        node_used(w, rv->condition[0], day), node_used(w, rv->except, day), node_used(w, rv->gap, day);
    }
    if (any) duties_used(w, rule, day);
}

LawUses law_uses(Arena *a, const LawSet *s, uint64_t classes, Day day)
{
    LawUses out = {arena_array(a, bool, s->facts_n + 1), arena_array(a, uint64_t, s->facts_n + 1)};
    Walk w = {s, &out, arena_array(a, bool, s->set.nodes_n + 1), arena_array(a, bool, s->rules_n + 1)};
    fact_used(&w, s->operator_class, 0), fact_used(&w, s->known, 0), fact_used(&w, s->occurred, 0);
    for (size_t i = 0; i < s->rules_n; i++)
        if (s->rules[i].item->kind == LAW_RULE) rule_used(&w, (int)i, classes, day);
    return out;
}

uint64_t law_bound_classes(const LawSet *s, Day day)
{
    uint64_t out = 0;
    for (size_t i = 0; i < s->rules_n; i++)
        for (size_t k = 0; s->rules[i].item->kind == LAW_RULE && k < s->rules[i].n; k++)
            if (law_binds(s, (int)i, k, UINT64_MAX, day)) out |= s->set.nodes[s->set.rules[i].versions[k].bound].mask;
    return out;
}
