/* write.c -- facts back into the JSON that law_facts reads: what a tool found can be looked at, kept, and put into an example. */
#include "law/author.h"
#include "law/inside.h"

typedef struct Out { JsonOut *j; Arena *a; const LawSet *s; } Out;

static void codes(Out *o, const LawClass *k, uint64_t mask)
{
    json_open(o->j, '[');
    for (size_t i = 0; k && i < k->n; i++)
        if (mask >> i & 1) json_str(o->j, k->codes[i]);
    json_close(o->j, ']');
}

/* A time that its own unit does not divide is written in seconds. */
static void number(Out *o, Range r, Str own)
{
    int64_t unit = law_unit(own) ? law_unit(own) : 1;
    bool other = unit > 1000 && !str_eqc(own, "user_min") && (r.lo % unit || (r.hi != RULES_OPEN && r.hi % unit));
    if (other) unit = 1000;
    json_open(o->j, '{');
    if (r.lo == r.hi) json_kint(o->j, "n", r.lo / unit);
    else {
        json_kint(o->j, "lo", r.lo / unit);
        if (r.hi != RULES_OPEN) json_kint(o->j, "hi", r.hi / unit);
    }
    if (other) json_kstr(o->j, "unit", STR("s"));
    json_close(o->j, '}');
}

static void count(Out *o, const LawFact *f, const FactValue *v)
{
    const LawClass *k = f->per == NONE ? NULL : &o->s->classes[o->s->facts[f->per].cls];
    if (!v->by_given) {
        number(o, v->range, f->unit);
        return;
    }
    json_open(o->j, '{');
    json_key(o->j, STR("by")), json_open(o->j, '{');
    for (size_t i = 0; k && i < k->n; i++) {
        if (!(v->by_given >> i & 1)) continue;
        json_key(o->j, k->codes[i]);
        number(o, v->by[i], f->unit);
    }
    json_close(o->j, '}');
    json_close(o->j, '}');
}

static void moment(Out *o, Range r)
{
    if (r.lo == r.hi) {
        json_str(o->j, instant_text(o->a, r.lo));
        return;
    }
    json_open(o->j, '{');
    if (r.lo != INT64_MIN) json_kstr(o->j, "earliest", instant_text(o->a, r.lo));
    if (r.hi != RULES_OPEN) json_kstr(o->j, "latest", instant_text(o->a, r.hi));
    json_close(o->j, '}');
}

static void word(Out *o, const char *key, const LawClass *k, uint8_t code)
{
    if (code == NO_CODE) return;
    json_key(o->j, str_of(key));
    json_str(o->j, k && code < k->n ? k->codes[code] : str_printf(o->a, "%s-%d", key, code)); /* words of the incident are told apart by number */
}

static void segment(Out *o, const LawFact *f, const Segment *g)
{
    const FactDef *d = &o->s->defs[f - o->s->facts];
    const LawClass *area = NULL;
    for (size_t i = 0; i < o->s->classes_n; i++)
        if (str_eqc(o->s->classes[i].id, "area")) area = &o->s->classes[i];
    json_open(o->j, '{');
    json_key(o->j, STR("from")), moment(o, g->from);
    json_key(o->j, STR("to"));
    if (g->open) json_str(o->j, STR("open"));
    else moment(o, g->to);
    if (f->kinds != NONE) word(o, "kind", &o->s->classes[f->kinds], g->kind);
    if (d->classes != NONE) word(o, "class", &o->s->classes[o->s->facts[d->classes].cls], g->cls);
    word(o, "area", area, g->area);
    if (g->group) json_kstr(o->j, "group", str_printf(o->a, "group-%d", g->group));
    if (g->counted) json_key(o->j, STR("value")), number(o, g->value, f->unit);
    json_close(o->j, '}');
}

static void value(Out *o, const LawFact *f, const FactValue *v)
{
    const LawClass *k = f->cls == NONE ? NULL : &o->s->classes[f->cls];
    if (f->type == FACT_BOOL) json_bool(o->j, v->possible & 1);
    else if (f->type == FACT_COUNT) count(o, f, v);
    else if (f->type == FACT_TIME) moment(o, v->range);
    else if (f->type == FACT_TIMELINE) {
        json_open(o->j, '[');
        for (size_t i = 0; i < v->n; i++) segment(o, f, &v->segments[i]);
        json_close(o->j, ']');
    } else if (f->type == FACT_CHOICE && !(v->possible & (v->possible - 1))) json_str(o->j, k->codes[__builtin_ctzll(v->possible)]);
    else if (f->type == FACT_SET && v->sure == v->possible) codes(o, k, v->sure);
    else {
        json_open(o->j, '{');
        if (f->type == FACT_SET) json_key(o->j, STR("sure")), codes(o, k, v->sure);
        json_key(o->j, f->type == FACT_SET ? STR("possible") : STR("one_of")), codes(o, k, v->possible);
        json_close(o->j, '}');
    }
}

static const char *unknown_word(uint8_t why)
{
    return why & WHY_PACK ? "pack" : why & WHY_FUTURE ? "future" : why & WHY_CANNOT_KNOW ? "cannot_know" : NULL;
}

void law_facts_json(JsonOut *j, Arena *a, const LawSet *s, const LawFacts *f)
{
    Out o = {j, a, s};
    json_key(j, STR("facts")), json_open(j, '{');
    for (size_t i = 0; i < s->facts_n; i++) {
        const LawFact *fact = &s->facts[i];
        const FactValue *v = &f->values[i];
        bool nothing = v->unknown & ~WHY_RANGE, part = fact->type == FACT_SET && v->sure;
        const char *why = nothing ? unknown_word(v->unknown) : NULL;
        if (nothing && !why && !part) continue; /* what is left out was not asked */
        json_key(j, fact->id);
        if (!nothing || part) value(&o, fact, v);
        else {
            json_open(j, '{');
            json_kstr(j, "unknown", str_of(why));
            json_close(j, '}');
        }
    }
    json_close(j, '}');
    json_kstr(j, "as_of", instant_text(a, f->as_of));
}
