/*
 * script.c -- what a report must say, filled from the facts: to read aloud over the telephone, or to draft from. The items are those of the duty in the pack
 * (contents), in its order.
 */
#include "incident/parts.h"

#include <jansson.h>

static void line_out(JsonOut *j, Text label, Text value)
{
    json_open(j, '{');
    json_key(j, STR("label")), json_text(j, label);
    if (value.in[JA].n) json_key(j, STR("value")), json_text(j, value);
    json_close(j, '}');
}

/* The steps by which its deadline is counted, while they are those that were kept. */
static void computation_out(JsonOut *j, const Fill *s)
{
    LawDue *dues = arena_array(s->c->a, LawDue, LAW_DUES_MAX);
    Text steps[PERIOD_STEPS_MAX];
    Str kept = value_of(s->duty, "computation")->text, joined = {0};
    size_t n = 0, steps_n = 0;
    if (!s->judge || !s->of || !kept.n) return;
    LawVerdict v = law_judge_rule(s->c->a, s->judge, s->of->rule, false);
    if (law_duties(s->c->a, s->judge, &v, dues, LAW_DUES_MAX, &n).kind) return;
    for (size_t i = 0; i < n && !steps_n; i++)
        if (dues[i].of == s->of && str_eq(dues[i].duty->id, s->law->id) && dues[i].due.until_known) steps_n = period_steps(s->c->a, &dues[i].due.until, steps);
    for (size_t i = 0; i < steps_n; i++) joined = str_join(s->c->a, joined, i ? STR("\n") : STR(""), steps[i].in[JA]);
    if (!str_eq(joined, kept)) return;
    json_key(j, STR("computation")), json_open(j, '[');
    for (size_t i = 0; i < steps_n; i++) json_text(j, steps[i]);
    json_close(j, ']');
}

Err script_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Fill s;
    UNUSED(params);
    TRY(fill_open(c, of, &s));
    const json_t *contents = fill_part(&s, "contents");
    json_open(j, '{');
    Text to = duty_said(of, "authority"), title = duty_said(of, "title");
    json_key(j, STR("opening")), json_text(j, TEXT_FILL(c->a, "{0}です。{1}あての報告です。{2}。", "This is {0}, with a report to {3}: {4}.", c->who->org.name, to.in[JA], title.in[JA], to.in[EN], title.in[EN]));
    computation_out(j, &s);
    json_key(j, STR("lines")), json_open(j, '[');
    for (size_t i = 0; i < json_array_size(contents); i++) {
        const json_t *item = json_array_get(contents, i);
        line_out(j, (Text){{json_str_of(json_object_get(item, "ja")), json_str_of(json_object_get(item, "en"))}}, fill_item(&s, json_str_of(json_object_get(item, "fills"))));
    }
    json_close(j, ']');
    TRY(since_out(c, of, s.incident, j));
    json_close(j, '}');
    return ERR_NONE;
}
