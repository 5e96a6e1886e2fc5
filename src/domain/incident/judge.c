/* judge.c -- an incident judged by the rules of the packs: what a page shows, and the duties that follow, kept in step by a job. */
#include "incident/parts.h"

#include "job/job.h"

#include <jansson.h>

enum { BYTES_MAX = 4 << 20 };

/* What is the same for all incidents of one job. judge NULL: no pack has rules. */
typedef struct Bench { LawJudge *judge; const Vocabulary *words; } Bench;

static const LawSet *laws_of(Ctx *c) { return c->packs ? law_set(c->packs, (Str){0}) : NULL; }

static Bench bench_of(Ctx *c)
{
    const LawSet *s = laws_of(c);
    return s ? (Bench){law_judge_new(c->a, s), vocabulary_of(c)} : (Bench){0};
}

static Err facts_doc(Ctx *c, const Record *incident, const Vocabulary *words, Instant as_of, json_t **doc)
{
    Buf b;
    buf_init(&b, c->a, 4096);
    JsonOut j = {.b = &b};
    incident_facts_json(&j, c->a, incident, words, as_of);
    return json_in(c->a, buf_str(&b), BYTES_MAX, doc);
}

static Err facts_begin(Ctx *c, const Bench *b, const Record *incident, Instant as_of, LawFacts *facts)
{
    json_t *doc;
    TRY(facts_doc(c, incident, b->words, as_of, &doc));
    TRY(law_facts(c->a, b->judge->s, doc, as_of, facts));
    law_judge_begin(b->judge, facts);
    return ERR_NONE;
}

/* The facts as they stand at `as_of`, read as the rules read them. NULL: no pack has rules. */
Err judge_open(Ctx *c, const Record *incident, Instant as_of, LawFacts *facts, LawJudge **out)
{
    Bench b = bench_of(c);
    *out = NULL;
    if (b.judge) TRY(facts_begin(c, &b, incident, as_of, facts));
    *out = b.judge;
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
    TRY(facts_doc(c, of, vocabulary_of(c), c->now, &saved));
    TRY(law_what_if(c->a, s, saved, question, c->now, &w));
    json_open(j, '{');
    json_kint(j, "facts_version", of->version);
    TRY(law_what_if_json(j, c->a, &w));
    json_close(j, '}');
    return ERR_NONE;
}

/* --- duties in step with the verdicts --------------------------------------------------------------------------------------------- */

typedef struct Sync { /* one incident with its duties */
    Ctx *c;
    const Record *incident;
    LawJudge *judge;
    Record **old; size_t old_n;
    bool *seen, *open; /* of each duty; of each rule, whether it may still be met */
    bool pending;      /* a report is still to be made */
    int64_t undecided; /* rules */
    Instant turn;      /* when time itself decides something; RULES_OPEN */
} Sync;

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

static bool is_pending(const Record *duty) { return said(value_of(duty, "pending")); }

static Record *old_with(Sync *s, Str key)
{
    for (size_t i = 0; i < s->old_n; i++)
        if (str_eq(value_of(s->old[i], "key")->text, key)) return s->seen[i] = true, s->old[i];
    return NULL;
}

bool same_record(const Record *a, const Record *b)
{
    for (size_t i = 0; i < a->res->fields_n; i++)
        if (!values_equal(&a->res->fields[i], &a->v[i], &b->v[i])) return false;
    return true;
}

/* A version only where something differs: an unchanged duty keeps the basis on which it was last judged. */
static Err keep_duty(Sync *s, const LawDue *d, const LawRule *rule, Str id)
{
    Str key = str_printf(s->c->a, "%.*s/%.*s/%.*s", STR_ARG(d->of->id), STR_ARG(d->duty->id), STR_ARG(id));
    Record *old = old_with(s, key), *r = old ? record_copy(s->c->a, old) : work_blank(s->c, &duty_resource);
    if (old && state_is(old, "closed") && !said(value_of(old, "basis_gone"))) return ERR_NONE; /* done: it stays as it was made */
    put_duty(s, r, d, rule, id, key);
    if (state_is(r, "closed")) put_text(value_of(r, "state"), value_of(r, "made_at")->state == VALUE_KNOWN ? STR("made") : STR("open")); /* it was withdrawn, and its basis is back */
    if (old && same_record(old, r)) return ERR_NONE;
    put_text(value_of(r, "basis"), str_printf(s->c->a, "%.*s v%lld, %.*s@%.*s sha256:%.*s, %.*s", STR_ARG(record_label(s->c->a, s->incident)), (long long)s->incident->version, STR_ARG(s->judge->s->law->name),
                                            STR_ARG(s->judge->s->law->version), STR_ARG(s->judge->s->law->content), STR_ARG(instant_text(s->c->a, s->judge->facts->as_of))));
    if (!old) put_text(value_of(r, "state"), STR("open"));
    TRY(work_save(s->c, old, r, old ? "judge" : "create"));
    s->pending |= is_pending(r);
    return ERR_NONE;
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
        Record *r = record_copy(s->c->a, s->old[i]);
        put_int(value_of(r, "basis_gone"), true);
        TRY(work_save(s->c, s->old[i], r, "judge"));
    }
    return ERR_NONE;
}

static Str job_of(Ctx *c, const Record *incident) { return str_printf(c->a, "{\"incident\":\"%.*s\"}", STR_ARG(id_text(c->a, incident->id))); }

/* One job for each would fill the queue with a large import: there they are gone through. */
Err incident_judge_later(Ctx *c, const Record *incident)
{
    if (c->bulk) return work_walk_begin(c, &incident_again);
    return work_enqueue(c, "incident.judge", str_join(c->a, id_text(c->a, incident->id), STR(" now"), (Str){0}), job_of(c, incident), c->now);
}

static Err judge_rules(Sync *s)
{
    Ctx *c = s->c;
    s->open = arena_array(c->a, bool, s->judge->s->rules_n + 1);
    for (size_t i = 0; i < s->judge->s->rules_n; i++) {
        LawVerdict v = law_judge_rule(c->a, s->judge, (int)i, true);
        s->open[i] = v.v.kind == VERDICT_UNDECIDED;
        s->undecided += s->open[i];
        if (v.turns && v.turn_at < s->turn) s->turn = v.turn_at;
        if (v.v.kind == VERDICT_MET) TRY(keep_rule(s, &v));
    }
    return keep_gone(s);
}

/* What lists and later jobs ask: not a change of the incident, so no version. One that was saved meanwhile has a job of its own. */
static Err keep_judged(Sync *s)
{
    bool current;
    Record *r = record_copy(s->c->a, s->incident);
    put_text(value_of(r, "judged_by"), law_basis(s->c->packs));
    put_int(value_of(r, "undecided"), s->undecided);
    put_int(value_of(r, "followed"), !state_is(r, "closed") || s->undecided || s->pending);
    *value_of(r, "turns_at") = (Value){.state = VALUE_NONE};
    if (s->turn != RULES_OPEN) put_int(value_of(r, "turns_at"), s->turn);
    return record_keep(s->c->db, s->c->a, r, &current);
}

/* The facts may not fit together yet: that is told on the page, and the duties stay as they were. */
static Err judge_one(Sync *s, const Bench *b)
{
    LawFacts facts;
    Err e = facts_begin(s->c, b, s->incident, s->c->now, &facts);
    if (!e.kind) TRY(judge_rules(s));
    else if (e.kind != ERR_MISTAKES) return e;
    if (s->turn <= s->c->now) s->turn = s->c->now + 1000;
    return keep_judged(s);
}

static void duties_of(Sync *s, Record *const *all, size_t n)
{
    s->old = arena_array(s->c->a, Record *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (id_eq(value_of(all[i], "incident")->ref, s->incident->id)) s->old[s->old_n++] = all[i], s->pending |= is_pending(all[i]);
    s->seen = arena_array(s->c->a, bool, s->old_n + 1);
}

static Err all_duties(Ctx *c, Record *const *list, size_t n, Record ***out, size_t *out_n)
{
    Id *ids = arena_array(c->a, Id, n + 1);
    for (size_t i = 0; i < n; i++) ids[i] = list[i]->id;
    return record_pointing(c->db, c->a, &duty_resource, c->who->org.row, field_find(duty_resource.fields, duty_resource.fields_n, STR("incident")), ids, n, out, out_n);
}

/* In a frame of its own, so that nothing of it lives in registers across the jump below. */
__attribute__((noinline)) static Err judge_with(Sync *s, const Bench *b, Record *const *duties, size_t n)
{
    s->c->reason = judged_again_why(s->c, s->incident);
    duties_of(s, duties, n);
    return judge_one(s, b);
}

/* In memory that the next incident uses again. */
static void judge_guarded(Sync *s, const Bench *b, Record *const *duties, size_t n, Err *e)
{
    jmp_buf full;
    if (ARENA_TRY(s->c->a, full)) {
        *e = judge_with(s, b, duties, n);
        arena_end_try(s->c->a);
    } else {
        *e = err_of(ERR_FULL);
    }
}

static Err each_judged(Ctx *c, const Bench *b, Record *const *list, size_t n, Record *const *duties, size_t duties_n, Instant *turn)
{
    enum { ONE_MAX = 64 << 20 };
    Arena scratch;
    Err e = ERR_NONE;
    arena_init(&scratch, ONE_MAX);
    for (size_t i = 0; i < n && !e.kind; i++) {
        Ctx here = *c;
        here.a = &scratch;
        Sync s = {.c = &here, .incident = list[i], .judge = b->judge, .turn = RULES_OPEN};
        judge_guarded(&s, b, duties, duties_n, &e);
        if (s.turn < *turn) *turn = s.turn;
        e = (Err){.kind = e.kind, .text = {{str_copy(c->a, e.text.in[JA]), str_copy(c->a, e.text.in[EN])}}};
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return e;
}

Err incidents_judge(Ctx *c, Record *const *list, size_t n)
{
    Bench b = bench_of(c);
    Record **duties;
    size_t duties_n;
    Instant turn = RULES_OPEN;
    if (!b.judge) return ERR_NONE;
    TRY(all_duties(c, list, n, &duties, &duties_n));
    TRY(each_judged(c, &b, list, n, duties, duties_n, &turn));
    return turn == RULES_OPEN ? ERR_NONE : work_enqueue(c, "incident.turn", (Str){0}, (Str){0}, turn);
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
    return incidents_judge(c, &incident, 1);
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
