/* judge.c -- an incident judged by the rules of the packs: what a page shows, and the duties that follow, kept in step by a job. */
#include "incident/parts.h"

#include "job/job.h"

#include <jansson.h>

enum { DUTIES_MAX = 200, BYTES_MAX = 4 << 20 };

static const LawSet *laws_of(Ctx *c) { return c->packs ? law_set(c->packs, (Str){0}) : NULL; }

static Err facts_doc(Ctx *c, const Record *incident, Instant as_of, json_t **doc)
{
    Buf b;
    buf_init(&b, c->a, 4096);
    JsonOut j = {.b = &b};
    incident_facts_json(&j, c->a, incident, vocabulary_of(c), as_of);
    return json_in(c->a, buf_str(&b), BYTES_MAX, doc);
}

/* The facts as they stand at `as_of`, read as the rules read them. NULL: no pack has rules. */
Err judge_open(Ctx *c, const Record *incident, Instant as_of, LawFacts *facts, LawJudge **out)
{
    const LawSet *s = laws_of(c);
    json_t *doc;
    *out = NULL;
    if (!s) return ERR_NONE;
    TRY(facts_doc(c, incident, as_of, &doc));
    TRY(law_facts(c->a, s, doc, as_of, facts));
    *out = law_judge_new(c->a, s);
    law_judge_begin(*out, facts);
    return ERR_NONE;
}

/* Of every rule that binds the operator, with its tree and the duties that follow. */
Err verdicts_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    LawFacts facts;
    LawJudge *judge;
    UNUSED(params);
    TRY(judge_open(c, of, c->now, &facts, &judge));
    json_open(j, '{');
    json_kint(j, "facts_version", of->version);
    if (judge) TRY(law_answers_json(j, c->a, judge, law_judge_all(c->a, judge), true));
    json_close(j, '}');
    return ERR_NONE;
}

/* What would follow if some facts were otherwise; nothing is written. */
Err what_if_report(Ctx *c, const Record *of, const json_t *question, JsonOut *j)
{
    const LawSet *s = laws_of(c);
    LawWhatIf w = {0};
    json_t *saved;
    if (!s) return err_text(ERR_CONFLICT, text_of("規則のあるパックがありません。", "There is no pack with rules."));
    TRY(facts_doc(c, of, c->now, &saved));
    TRY(law_what_if(c->a, s, saved, question, c->now, &w));
    json_open(j, '{');
    json_kint(j, "facts_version", of->version);
    TRY(law_what_if_json(j, c->a, &w));
    json_close(j, '}');
    return ERR_NONE;
}

/* --- duties in step with the verdicts --------------------------------------------------------------------------------------------- */

typedef struct Sync { Ctx *c; const Record *incident; LawJudge *judge; Record **old; bool *seen; size_t old_n; bool *open; } Sync; /* open: of each rule, whether it may still be met */

static void put_words(Value *v, Str text)
{
    if (text.n) put_text(v, text);
    else *v = (Value){.state = VALUE_NONE};
}

static void put_due(Ctx *c, Record *r, const LawDue *d)
{
    Value *due = value_of(r, "due");
    Text steps[PERIOD_STEPS_MAX];
    const Period *p = d->due.until_known ? &d->due.until : d->due.from_known ? &d->due.from : NULL;
    *due = (Value){.state = VALUE_NONE};
    if (d->earliest && d->first.until_known) put_int(due, d->first.until);
    if (d->due.until_known) put_int(due, d->due.until.end);
    if (d->due.until_known && d->due.from_known && d->due.from.end != d->due.until.end) *due = (Value){.state = VALUE_RANGE, .i = d->due.from.end, .hi = d->due.until.end};
    Buf b;
    buf_init(&b, c->a, 256);
    size_t n = p ? period_steps(c->a, p, steps) : 0;
    for (size_t i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? "\n" : "", STR_ARG(steps[i].in[JA]));
    put_words(value_of(r, "computation"), buf_str(&b));
}

static void put_duty(Sync *s, Record *r, const LawDue *d, const LawRule *rule, Str authority, Str key)
{
    Ctx *c = s->c;
    static const char *const names[DUTY_WORD_KINDS] = {"title", "authority", "words", "contents", "guide", "penalty"};
    for (int w = 0; w < DUTY_WORD_KINDS; w++) put_words(value_of(r, names[w]), duty_words_of(c->a, s->judge->s, rule, d->duty->json, authority, (DutyWord)w).in[JA]);
    *value_of(r, "incident") = (Value){.state = VALUE_KNOWN, .ref = s->incident->id};
    put_text(value_of(r, "kind"), d->duty->kind);
    put_int(value_of(r, "promptly"), d->promptly);
    put_int(value_of(r, "basis_gone"), false);
    put_text(value_of(r, "rule"), rule->id);
    put_text(value_of(r, "key"), key);
    put_words(value_of(r, "form"), json_str_of(json_object_get(d->duty->json, "form")));
    put_text(value_of(r, "data_status"), law_status_rows[d->status].title.in[JA]);
    put_due(c, r, d);
}

static Record *old_with(Sync *s, Str key)
{
    for (size_t i = 0; i < s->old_n; i++)
        if (str_eq(value_of(s->old[i], "key")->text, key)) return s->seen[i] = true, s->old[i];
    return NULL;
}

static bool same_values(const Record *a, const Record *b)
{
    for (size_t i = 0; i < a->res->fields_n; i++)
        if (!values_equal(&a->res->fields[i], &a->v[i], &b->v[i])) return false;
    return true;
}

static Record *copy_of(Ctx *c, const Record *old)
{
    Record *r = arena_new(c->a, Record);
    *r = *old;
    r->v = arena_array(c->a, Value, old->res->fields_n);
    memcpy(r->v, old->v, old->res->fields_n * sizeof *r->v);
    return r;
}

/* A version only where something differs: an unchanged duty keeps the basis on which it was last judged. */
static Err keep_duty(Sync *s, const LawDue *d, const LawRule *rule, Str id)
{
    Str key = str_printf(s->c->a, "%.*s/%.*s/%.*s", STR_ARG(d->of->id), STR_ARG(d->duty->id), STR_ARG(id));
    Record *old = old_with(s, key), *r = old ? copy_of(s->c, old) : work_blank(s->c, &duty_resource);
    if (old && state_is(old, "closed") && !said(value_of(old, "basis_gone"))) return ERR_NONE; /* done: it stays as it was made */
    put_duty(s, r, d, rule, id, key);
    if (state_is(r, "closed")) put_text(value_of(r, "state"), value_of(r, "made_at")->state == VALUE_KNOWN ? STR("made") : STR("open")); /* it was withdrawn, and its basis is back */
    if (old && same_values(old, r)) return ERR_NONE;
    put_text(value_of(r, "basis"), str_printf(s->c->a, "%.*s v%lld, %.*s@%.*s, %.*s", STR_ARG(record_label(s->c->a, s->incident)), (long long)s->incident->version, STR_ARG(s->judge->s->law->name),
                                            STR_ARG(s->judge->s->law->version), STR_ARG(instant_text(s->c->a, s->judge->facts->as_of))));
    if (!old) put_text(value_of(r, "state"), STR("open"));
    return work_save(s->c, old, r, old ? "judge" : "create");
}

static Err keep_rule(Sync *s, const LawVerdict *v)
{
    LawDue *dues = arena_array(s->c->a, LawDue, LAW_DUES_MAX);
    size_t n;
    TRY(law_duties(s->c->a, s->judge, v, dues, LAW_DUES_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        const json_t *to = law_due_part(&dues[i], "to");
        for (size_t k = 0; dues[i].is == TRI_TRUE && k < json_array_size(to); k++) {
            TRY(keep_duty(s, &dues[i], &s->judge->s->rules[v->rule], json_str_of(json_array_get(to, k))));
        }
    }
    return ERR_NONE;
}

/* What no longer follows is not erased. While the rule may still be met nothing is said of it. */
static Err keep_gone(Sync *s)
{
    for (size_t i = 0; i < s->old_n; i++) {
        int rule = law_rule(s->judge->s, value_of(s->old[i], "rule")->text);
        if (s->seen[i] || said(value_of(s->old[i], "basis_gone")) || state_is(s->old[i], "closed") || (rule != NONE && s->open[rule])) continue;
        Record *r = copy_of(s->c, s->old[i]);
        put_int(value_of(r, "basis_gone"), true);
        TRY(work_save(s->c, s->old[i], r, "judge"));
    }
    return ERR_NONE;
}

static Err old_duties(Ctx *c, const Record *incident, Sync *s)
{
    ListQuery q = {.sort = -1, .limit = DUTIES_MAX, .filters_n = 1};
    ListPage page;
    q.filters[0] = (Filter){.field = field_find(duty_resource.fields, duty_resource.fields_n, STR("incident")), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .ref = incident->id}};
    TRY(record_list(c->db, c->a, &duty_resource, c->who->org.row, &q, &page));
    s->old = page.list, s->old_n = page.n;
    s->seen = arena_array(c->a, bool, page.n + 1);
    return ERR_NONE;
}

static Err later(Ctx *c, const Record *incident, const char *what, Instant at)
{
    Str id = id_text(c->a, incident->id);
    return work_enqueue(c, "incident.judge", str_join(c->a, id, STR(" "), str_of(what)), str_printf(c->a, "{\"incident\":\"%.*s\"}", STR_ARG(id)), at);
}

Err incident_judge_later(Ctx *c, const Record *incident) { return later(c, incident, "now", c->now); }

/* The facts may not fit together yet: that is told on the page, and the duties stay as they were. */
static Err judge_one(Ctx *c, const Record *incident)
{
    LawFacts facts;
    Sync s = {.c = c, .incident = incident};
    Instant turn = RULES_OPEN;
    Err e = judge_open(c, incident, c->now, &facts, &s.judge);
    if (e.kind == ERR_MISTAKES || !s.judge) return e.kind == ERR_MISTAKES ? ERR_NONE : e;
    TRY(e);
    TRY(old_duties(c, incident, &s));
    s.open = arena_array(c->a, bool, s.judge->s->rules_n + 1);
    for (size_t i = 0; i < s.judge->s->rules_n; i++) {
        LawVerdict v = law_judge_rule(c->a, s.judge, (int)i, true);
        s.open[i] = v.v.kind == VERDICT_UNDECIDED;
        if (v.turns && v.turn_at < turn) turn = v.turn_at;
        if (v.v.kind == VERDICT_MET) TRY(keep_rule(&s, &v));
    }
    TRY(keep_gone(&s));
    return turn == RULES_OPEN ? ERR_NONE : later(c, incident, "turn", turn);
}

Err incident_judge_job(Ctx *c, const struct Job *job)
{
    json_t *payload;
    Record *incident;
    Id id;
    TRY(json_in(c->a, job->payload, job->payload.n, &payload));
    if (!id_parse(json_str_of(json_object_get(payload, "incident")), &id)) return err_of(ERR_INVALID);
    Err e = record_get(c->db, c->a, &incident_resource, c->who->org.row, id, false, &incident);
    if (e.kind == ERR_NOT_FOUND || (!e.kind && incident->removed)) return ERR_NONE;
    TRY(e);
    return judge_one(c, incident);
}

/* --- clocks for the first page ------------------------------------------------------------------------------------------------------------ */

enum { CLOCKS_MAX = 20 };

Err incident_clocks_json(Ctx *c, JsonOut *j)
{
    ListQuery q = {.sort = field_find(duty_resource.fields, duty_resource.fields_n, STR("due")), .limit = CLOCKS_MAX, .filters_n = 1};
    ListPage page = {0};
    q.filters[0] = duty_runs_filter();
    Err e = work_list(c, &duty_resource, &q, &page);
    json_open(j, '[');
    for (size_t i = 0; !e.kind && i < page.n; i++) record_to_json(j, c->a, page.list[i], NULL);
    json_close(j, ']');
    return e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND ? ERR_NONE : e; /* who may not read the register has no clocks */
}
