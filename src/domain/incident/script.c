/*
 * script.c -- what a report must say, filled from the facts: to read aloud over the telephone, or to draft from. What is not known stays a visible blank; nothing is
 * made up. The items are those of the duty in the pack (contents), in its order.
 */
#include "incident/parts.h"

#include <jansson.h>

typedef struct Script { Ctx *c; const Record *duty, *incident; LawJudge *judge; } Script;

static bool all_known(const LawJudge *j, int fact) { return !(j->facts->values[fact].unknown & ~WHY_RANGE); }
static Text same(Str s) { return (Text){{s, s}}; }

static Text outline(const Script *s)
{
    Str title = record_title(s->incident), summary = value_of(s->incident, "summary")->text;
    return same(summary.n ? str_printf(s->c->a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(summary)) : title);
}

static bool goes_on(const Script *s, const Value **planned)
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
static Text last_end(const Script *s)
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

static Text restored(const Script *s)
{
    const Value *at = value_of(s->incident, "restored_at"), *planned;
    if (at->state == VALUE_KNOWN) return law_instant_text(s->c->a, at->i);
    if (!goes_on(s, &planned)) return last_end(s);
    if (!planned) return text_of("復旧していない（見込みは不明）", "not restored (no outlook)");
    Text when = law_instant_text(s->c->a, planned->i);
    return TEXT_FILL(s->c->a, "復旧していない（見込み {0}）", "not restored (expected {1})", when.in[JA], when.in[EN]);
}

static Text areas(const Script *s)
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

/* Empty: a blank. */
static Text filled(const Script *s, Str what)
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

/* "duties id / duty id / authority": the key by which the duty was opened. */
static const json_t *contents_of(const Script *s)
{
    Str key = value_of(s->duty, "key")->text, rest = key, of, id;
    str_cut(&rest, '/', &of), str_cut(&rest, '/', &id);
    for (size_t i = 0; s->judge && i < s->judge->s->duties_n; i++) {
        const LawDuties *d = &s->judge->s->duties[i];
        for (size_t v = d->n; str_eq(d->id, of) && v-- > 0;)
            for (size_t k = 0; k < d->versions[v].n; k++)
                if (str_eq(d->versions[v].duties[k].id, id)) return json_object_get(d->versions[v].duties[k].json, "contents");
    }
    return NULL;
}

static void line_out(JsonOut *j, Text label, Text value)
{
    json_open(j, '{');
    json_key(j, STR("label")), json_text(j, label);
    if (value.in[JA].n) json_key(j, STR("value")), json_text(j, value);
    json_close(j, '}');
}

Err script_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Script s = {.c = c, .duty = of};
    Record *incident;
    LawFacts facts;
    UNUSED(params);
    TRY(record_get(c->db, c->a, &incident_resource, c->who->org.row, value_of(of, "incident")->ref, false, &incident));
    s.incident = incident;
    Err e = judge_open(c, incident, c->now, &facts, &s.judge);
    if (e.kind && e.kind != ERR_MISTAKES) return e;
    if (e.kind) s.judge = NULL; /* facts that contradict each other fill nothing */
    const json_t *contents = contents_of(&s);
    json_open(j, '{');
    json_key(j, STR("opening")), json_text(j, TEXT_FILL(c->a, "{0}です。{1}あての報告です。{2}。", "This is {0}, with a report to {1}: {2}.", c->who->org.name, value_of(of, "authority")->text, record_title(of)));
    json_key(j, STR("lines")), json_open(j, '[');
    for (size_t i = 0; i < json_array_size(contents); i++) {
        const json_t *item = json_array_get(contents, i);
        line_out(j, (Text){{json_str_of(json_object_get(item, "ja")), json_str_of(json_object_get(item, "en"))}}, filled(&s, json_str_of(json_object_get(item, "fills"))));
    }
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}
