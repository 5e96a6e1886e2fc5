/*
 * fill.c -- what the items of a report say, from the facts of its incident. What is not known stays empty, which is shown as a blank; nothing is made up.
 */
#include "incident/parts.h"

#include <jansson.h>

static bool all_known(const LawJudge *j, int fact) { return !(j->facts->values[fact].unknown & ~WHY_RANGE); }
static Text same(Str s) { return (Text){{s, s}}; }

static Text outline(const Fill *s)
{
    Str title = record_title(s->incident), summary = value_of(s->incident, "summary")->text;
    return same(summary.n ? str_printf(s->c->a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(summary)) : title);
}

static bool goes_on(const Fill *s, const Value **planned)
{
    const Value *rows = value_of(s->incident, "segments");
    *planned = NULL;
    for (size_t i = 0; i < rows->n; i++) {
        if (!said(&rows->rows[i][SEGMENT_OPEN])) continue;
        if (rows->rows[i][SEGMENT_PLANNED_END].state == VALUE_KNOWN) *planned = &rows->rows[i][SEGMENT_PLANNED_END];
        return true;
    }
    return false;
}

/* Nothing goes on any more: the latest end of the time line. */
static Text last_end(const Fill *s)
{
    const Value *rows = value_of(s->incident, "segments");
    Instant end = INT64_MIN;
    for (size_t i = 0; i < rows->n; i++) {
        const Value *to = &rows->rows[i][SEGMENT_TO];
        if (to->state != VALUE_KNOWN) return same((Str){0});
        if (to->i > end) end = to->i;
    }
    return end == INT64_MIN ? same((Str){0}) : law_instant_text(s->c->a, end);
}

static Text restored(const Fill *s)
{
    const Value *at = value_of(s->incident, "restored_at"), *planned;
    if (at->state == VALUE_KNOWN) return law_instant_text(s->c->a, at->i);
    if (!goes_on(s, &planned)) return last_end(s);
    if (!planned) return text_of("復旧していない（見込みは不明）", "not restored (no outlook)");
    Text when = law_instant_text(s->c->a, planned->i);
    return TEXT_FILL(s->c->a, "復旧していない（見込み {0}）", "not restored (expected {1})", when.in[JA], when.in[EN]);
}

static Text areas(const Fill *s)
{
    const Value *rows = value_of(s->incident, "segments");
    Str out = {0};
    for (size_t i = 0; i < rows->n; i++) {
        Str area = rows->rows[i][SEGMENT_AREA].text;
        bool before = false;
        for (size_t k = 0; k < i; k++) before = before || str_eq(rows->rows[k][SEGMENT_AREA].text, area);
        if (area.n && !before) out = out.n ? str_printf(s->c->a, "%.*s、%.*s", STR_ARG(out), STR_ARG(area)) : area;
    }
    return same(out);
}

Text fill_item(const Fill *s, Str what)
{
    int fact = s->judge && what.n ? law_fact(s->judge->s, what) : NONE;
    if (fact != NONE) return all_known(s->judge, fact) ? law_fact_text(s->c->a, s->judge, fact) : same((Str){0});
    if (str_eqc(what, "operator")) return same(s->c->who->org.name);
    if (str_eqc(what, "reported_at")) return law_instant_text(s->c->a, s->c->now);
    if (str_eqc(what, "outline")) return outline(s);
    if (str_eqc(what, "restored")) return restored(s);
    if (str_eqc(what, "place")) return same(value_of(s->incident, "place")->text);
    if (str_eqc(what, "area")) return areas(s);
    return same((Str){0});
}

/* Of a fact that was looked into in vain: why. */
Text fill_reason(const Fill *s, Str what)
{
    int fact = s->judge && what.n ? law_fact(s->judge->s, what) : NONE;
    if (fact == NONE || all_known(s->judge, fact) || (s->judge->facts->values[fact].unknown & WHY_NOT_ASKED)) return same((Str){0});
    return law_fact_text(s->c->a, s->judge, fact);
}

/* "duties id / duty id / authority": the key by which the duty was opened. */
static void law_of(Fill *s)
{
    Str key = value_of(s->duty, "key")->text, rest = key, of, id;
    str_cut(&rest, '/', &of), str_cut(&rest, '/', &id), str_cut(&rest, '/', &s->authority);
    for (size_t i = 0; s->judge && i < s->judge->s->duties_n; i++) {
        const LawDuties *d = &s->judge->s->duties[i];
        for (size_t v = d->n; str_eq(d->id, of) && v-- > 0;)
            for (size_t k = 0; k < d->versions[v].n && !s->law; k++)
                if (str_eq(d->versions[v].duties[k].id, id)) s->of = d, s->version = &d->versions[v], s->law = &d->versions[v].duties[k];
    }
}

const json_t *fill_part(const Fill *s, const char *key)
{
    return s->law ? json_object_get(s->law->json, key) : NULL;
}

Err fill_incident(Ctx *c, const Record *incident, Fill *s)
{
    *s = (Fill){.c = c, .incident = incident};
    Err e = judge_open(c, incident, c->now, &s->facts, &s->judge);
    if (e.kind && e.kind != ERR_MISTAKES) return e;
    if (e.kind) s->judge = NULL; /* facts that contradict each other fill nothing */
    return ERR_NONE;
}

Err fill_open(Ctx *c, const Record *duty, Fill *s)
{
    Record *incident;
    TRY(work_get(c, &incident_resource, value_of(duty, "incident")->ref, &incident));
    TRY(fill_incident(c, incident, s));
    s->duty = duty;
    law_of(s);
    return ERR_NONE;
}
