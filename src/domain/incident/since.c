/*
 * since.c -- what a follow-up says is new: the facts as they were recorded when the last report to the same addressee was made, against the facts of now. Versions are
 * kept, so nothing has to be remembered by anybody.
 */
#include "incident/parts.h"

#include <jansson.h>

enum { DUTIES_MAX = 200 };

typedef struct Since { Ctx *c; const Record *last, *then, *now; LawJudge *was, *is; } Since;

/* Of the same incident and addressee, what was made last; a report that was returned is followed up as well. */
static Err last_made(Ctx *c, const Record *duty, const Record **out)
{
    ListQuery q = {.sort = -1, .limit = DUTIES_MAX, .filters_n = 1};
    ListPage page;
    *out = NULL;
    q.filters[0] = (Filter){.field = field_find(duty_resource.fields, duty_resource.fields_n, STR("incident")), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .ref = value_of(duty, "incident")->ref}};
    TRY(work_list(c, &duty_resource, &q, &page));
    for (size_t i = 0; i < page.n; i++) {
        const Record *d = page.list[i];
        if (value_of(d, "told_version")->state != VALUE_KNOWN || !str_eq(value_of(d, "authority")->text, value_of(duty, "authority")->text)) continue;
        if (!*out || value_of(d, "made_at")->i > value_of(*out, "made_at")->i) *out = d;
    }
    return ERR_NONE;
}

static Err as_told(Ctx *c, const Record *now, int64_t version, Record **out)
{
    Version v;
    Record *r = arena_new(c->a, Record);
    TRY(version_get(c->db, c->a, &incident_resource, now->row, version, &v));
    *r = *now;
    r->version = version, r->v = arena_array(c->a, Value, now->res->fields_n);
    TRY(values_from_version(c->a, now->res->fields, now->res->fields_n, v.doc, r->v));
    work_hide(c, r);
    *out = r;
    return ERR_NONE;
}

static void change_out(JsonOut *j, Text label, Text was, Text is)
{
    json_open(j, '{');
    json_key(j, STR("label")), json_text(j, label);
    if (was.in[JA].n) json_key(j, STR("was")), json_text(j, was);
    if (is.in[JA].n) json_key(j, STR("is")), json_text(j, is);
    json_close(j, '}');
}

/* --- fields of the incident ---------------------------------------------------------------------------------------------------- */

static Text field_text(Ctx *c, const Field *f, const Value *v)
{
    if (v->state != VALUE_KNOWN) return text_of("", "");
    if (f->kind == KIND_INSTANT) return law_instant_text(c->a, v->i);
    return f->kind == KIND_CHOICE ? f->choices[choice_find(f, v->text)].label : (Text){{v->text, v->text}};
}

static void fields_out(const Since *s, JsonOut *j)
{
    static const char *const names[] = {"title", "summary", "state", "restored_at", "place"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const Field *f = field_of(&incident_resource, names[i]);
        const Value *was = value_of(s->then, names[i]), *is = value_of(s->now, names[i]);
        if (!values_equal(f, was, is)) change_out(j, f->label, field_text(s->c, f, was), field_text(s->c, f, is));
    }
}

/* --- facts --------------------------------------------------------------------------------------------------------------------- */

static Text moment(Arena *a, Range r)
{
    if (r.lo == INT64_MIN || r.hi == RULES_OPEN) return text_of("不明", "unknown");
    Text from = law_instant_text(a, r.lo), to = law_instant_text(a, r.hi);
    return r.lo == r.hi ? from : TEXT_FILL(a, "{0}から{1}の間", "between {2} and {3}", from.in[JA], to.in[JA], from.in[EN], to.in[EN]);
}

static Text row_text(Arena *a, const LawJudge *j, const LawFact *f, const Segment *g)
{
    Text from = moment(a, g->from), to = g->open ? text_of("継続中", "going on") : moment(a, g->to), n = g->counted ? law_range(a, g->value, f->unit) : text_of("数は不明", "number not known");
    Text kind = f->kinds == NONE ? text_of("", "") : j->s->classes[f->kinds].titles[g->kind];
    return TEXT_FILL(a, "{0} {1}〜{2} {3}", "{4} {5} to {6}, {7}", kind.in[JA], from.in[JA], to.in[JA], n.in[JA], kind.in[EN], from.in[EN], to.in[EN], n.in[EN]);
}

/* One line for each row. */
static Text rows_text(Arena *a, const LawJudge *j, const LawFact *f, const FactValue *v)
{
    Text all = text_of("", "");
    for (size_t i = 0; i < v->n; i++) {
        Text one = row_text(a, j, f, &v->segments[i]);
        all = i ? TEXT_FILL(a, "{0}\n{1}", "{2}\n{3}", all.in[JA], one.in[JA], all.in[EN], one.in[EN]) : one;
    }
    return all;
}

static Text told_text(const Since *s, const LawJudge *j, int fact)
{
    const LawFact *f = &j->s->facts[fact];
    const FactValue *v = &j->facts->values[fact];
    if (!json_object_get(j->facts->json, str_c(s->c->a, f->id))) return text_of("", "");
    return f->type == FACT_TIMELINE ? rows_text(s->c->a, j, f, v) : law_fact_text(s->c->a, j, fact);
}

/* A fact is the same when it is told by the same words; how long it goes on is not a change. */
static void facts_out(const Since *s, JsonOut *j)
{
    for (size_t i = 0; s->was && s->is && i < s->is->s->facts_n; i++) {
        const LawFact *f = &s->is->s->facts[i];
        const char *key = str_c(s->c->a, f->id);
        const json_t *was = json_object_get(s->was->facts->json, key), *is = json_object_get(s->is->facts->json, key);
        if ((!was && !is) || (was && is && json_equal(was, is))) continue;
        Text title = law_text(f->json, "title");
        change_out(j, title.in[JA].n ? title : f->ask, told_text(s, s->was, (int)i), told_text(s, s->is, (int)i));
    }
}

static Err judged(Ctx *c, const Record *r, LawFacts *facts, LawJudge **j)
{
    Err e = judge_open(c, r, c->now, facts, j);
    if (e.kind == ERR_MISTAKES) *j = NULL; /* facts that contradict each other are not compared */
    return e.kind == ERR_MISTAKES ? ERR_NONE : e;
}

Err since_out(Ctx *c, const Record *duty, const Record *incident, JsonOut *j)
{
    Since s = {.c = c, .now = incident};
    LawFacts was, is;
    Record *then;
    TRY(last_made(c, duty, &s.last));
    if (!s.last) return ERR_NONE;
    TRY(as_told(c, incident, value_of(s.last, "told_version")->i, &then));
    s.then = then;
    TRY(judged(c, s.then, &was, &s.was));
    TRY(judged(c, s.now, &is, &s.is));
    json_key(j, STR("since")), json_open(j, '{');
    json_kstr(j, "report", id_text(c->a, s.last->id));
    json_kstr(j, "number", record_label(c->a, s.last));
    json_kstr(j, "title", record_title(s.last));
    json_kstr(j, "made_at", instant_text(c->a, value_of(s.last, "made_at")->i));
    json_kint(j, "facts_version", s.then->version);
    json_key(j, STR("changes")), json_open(j, '[');
    fields_out(&s, j);
    facts_out(&s, j);
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}
