/* facts.c -- the incident as the document of facts that rules are judged by: docs/rules.md, "Facts of an incident". */
#include "incident/parts.h"

static const Str unknown_words[UNKNOWNS] = {[UNKNOWN_NOT_ASKED] = {"not_asked", 9}, [UNKNOWN_CANNOT_TELL] = {"cannot_know", 11}, [UNKNOWN_LATER] = {"future", 6}, [UNKNOWN_NOT_DEFINED] = {"pack", 4}};

static void unknown_out(JsonOut *j, Str why)
{
    json_open(j, '{');
    json_kstr(j, "unknown", why);
    json_close(j, '}');
}

static void time_out(JsonOut *j, Arena *a, const Value *v)
{
    if (v->state == VALUE_UNKNOWN) unknown_out(j, unknown_words[v->i]);
    else if (v->state == VALUE_KNOWN) json_str(j, instant_text(a, v->i));
    else {
        json_open(j, '{');
        json_kstr(j, "earliest", instant_text(a, v->i));
        json_kstr(j, "latest", instant_text(a, v->hi));
        json_close(j, '}');
    }
}

static void number_out(JsonOut *j, const Value *v, const Value *bound, const Value *estimate, Str unit)
{
    if (v->state == VALUE_UNKNOWN) {
        unknown_out(j, unknown_words[v->i]);
        return;
    }
    json_open(j, '{');
    if (choice_is(bound, "at_least")) json_kint(j, "lo", v->i);
    else if (choice_is(bound, "at_most")) json_kint(j, "hi", v->i);
    else if (v->state == VALUE_KNOWN) json_kint(j, "n", v->i);
    else json_kint(j, "lo", v->i), json_kint(j, "hi", v->hi);
    if (unit.n) json_kstr(j, "unit", unit);
    if (said(estimate)) json_kbool(j, "estimate", true);
    json_close(j, '}');
}

static void codes_out(JsonOut *j, const Str *list, size_t n)
{
    json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        json_str(j, list[i]);
    json_close(j, ']');
}

/* --- one fact ---------------------------------------------------------------------------------------------------------------- */

typedef struct Codes { Str *sure, *both; size_t sure_n, both_n; bool any; } Codes; /* both: also what may be; any: and anything else */

static Codes codes_said(Arena *a, const Value *row)
{
    Codes x = {0};
    size_t n;
    x.sure = codes_of(a, row[FACT_IS].text, &x.sure_n);
    Str *more = codes_of(a, row[FACT_MAY_BE].text, &n);
    x.both = arena_array(a, Str, x.sure_n + n + 1);
    for (size_t i = 0; i < x.sure_n; i++) x.both[x.both_n++] = x.sure[i];
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        for (size_t k = 0; k < x.both_n; k++) there |= str_eq(x.both[k], more[i]);
        if (str_eqc(more[i], "*")) x.any = true;
        else if (!there) x.both[x.both_n++] = more[i];
    }
    return x;
}

static void set_out(JsonOut *j, const Codes *x)
{
    if (!x->any && x->both_n == x->sure_n) {
        codes_out(j, x->sure, x->sure_n);
        return;
    }
    json_open(j, '{');
    json_key(j, STR("sure")), codes_out(j, x->sure, x->sure_n);
    if (!x->any) json_key(j, STR("possible")), codes_out(j, x->both, x->both_n);
    json_close(j, '}');
}

static void choice_out(JsonOut *j, const Codes *x)
{
    if (x->any) unknown_out(j, unknown_words[UNKNOWN_NOT_ASKED]);
    else if (x->both_n == 1) json_str(j, x->both[0]);
    else {
        json_open(j, '{');
        json_key(j, STR("one_of")), codes_out(j, x->both, x->both_n);
        json_close(j, '}');
    }
}

static FactForm form_of(const Vocabulary *words, Str id)
{
    const FactWord *w = vocabulary_find(words, id);
    return w ? w->form : FORM_GUESS;
}

static FactForm guessed(const Value *row, const Codes *x)
{
    if (row[FACT_MAY_BE].state != VALUE_KNOWN && (str_eqc(row[FACT_IS].text, "true") || str_eqc(row[FACT_IS].text, "false"))) return FORM_BOOL;
    return x->sure_n > 1 || (x->sure_n && row[FACT_MAY_BE].state == VALUE_KNOWN) ? FORM_SET : FORM_CHOICE;
}

static void value_out(JsonOut *j, Arena *a, const Value *row, FactForm form)
{
    if (row[FACT_UNKNOWN].state == VALUE_KNOWN) unknown_out(j, row[FACT_UNKNOWN].text);
    else if (row[FACT_NUMBER].state != VALUE_NONE) number_out(j, &row[FACT_NUMBER], &row[FACT_BOUND], &row[FACT_ESTIMATE], row[FACT_UNIT].text);
    else if (row[FACT_AT].state != VALUE_NONE) time_out(j, a, &row[FACT_AT]);
    else {
        Codes x = codes_said(a, row);
        if (form == FORM_GUESS) form = guessed(row, &x);
        if (form == FORM_SET) set_out(j, &x);
        else if ((form == FORM_BOOL || form == FORM_JUDGEMENT) && str_eqc(row[FACT_IS].text, "true")) json_bool(j, true);
        else if ((form == FORM_BOOL || form == FORM_JUDGEMENT) && str_eqc(row[FACT_IS].text, "false")) json_bool(j, false);
        else choice_out(j, &x);
    }
}

static bool told_before(const Value *rows, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(rows->rows[k][FACT_ID].text, rows->rows[i][FACT_ID].text)) return true;
    return false;
}

static bool not_known(const Value *row)
{
    return row[FACT_UNKNOWN].state == VALUE_KNOWN || row[FACT_NUMBER].state == VALUE_UNKNOWN;
}

/* A class that is not known is left out; where none is, why stands for all. */
static void by_class(JsonOut *j, Arena *a, const Value *rows, size_t first)
{
    Str id = rows->rows[first][FACT_ID].text;
    bool any = false;
    for (size_t k = first; k < rows->n; k++) any |= str_eq(rows->rows[k][FACT_ID].text, id) && !not_known(rows->rows[k]);
    if (!any) {
        value_out(j, a, rows->rows[first], FORM_COUNT);
        return;
    }
    json_open(j, '{');
    json_key(j, STR("by")), json_open(j, '{');
    for (size_t k = first; k < rows->n; k++) {
        const Value *row = rows->rows[k];
        if (!str_eq(row[FACT_ID].text, id) || not_known(row)) continue;
        json_key(j, row[FACT_PER].text);
        value_out(j, a, row, FORM_COUNT);
    }
    json_close(j, '}');
    json_close(j, '}');
}

static void facts_out(JsonOut *j, Arena *a, const Value *rows, const Vocabulary *words)
{
    for (size_t i = 0; i < rows->n; i++) {
        const Value *row = rows->rows[i];
        if (told_before(rows, i)) continue;
        json_key(j, row[FACT_ID].text);
        if (row[FACT_PER].state == VALUE_KNOWN) by_class(j, a, rows, i);
        else value_out(j, a, row, form_of(words, row[FACT_ID].text));
    }
}

/* --- the time line ----------------------------------------------------------------------------------------------------------- */

static void span_out(JsonOut *j, Arena *a, Span x)
{
    if (x.low == x.high) {
        json_str(j, instant_text(a, x.low));
        return;
    }
    json_open(j, '{');
    if (x.low != INT64_MIN) json_kstr(j, "earliest", instant_text(a, x.low));
    json_kstr(j, "latest", instant_text(a, x.high));
    json_close(j, '}');
}

static void segment_out(JsonOut *j, Arena *a, const Value *row, Instant as_of)
{
    static const struct { const char *key; int field; } codes[] = {{"kind", SEGMENT_KIND}, {"class", SEGMENT_CLASS}, {"area", SEGMENT_AREA}, {"group", SEGMENT_GROUP}};
    json_open(j, '{');
    json_key(j, STR("from")), span_out(j, a, segment_from(row, as_of));
    json_key(j, STR("to"));
    if (said(&row[SEGMENT_OPEN])) json_str(j, STR("open"));
    else span_out(j, a, segment_to(row, as_of));
    for (size_t i = 0; i < COUNT(codes); i++)
        if (row[codes[i].field].state == VALUE_KNOWN) json_key(j, str_of(codes[i].key)), json_str(j, row[codes[i].field].text);
    if (row[SEGMENT_VALUE].state != VALUE_NONE) json_key(j, STR("value")), number_out(j, &row[SEGMENT_VALUE], &row[SEGMENT_BOUND], &row[SEGMENT_ESTIMATE], (Str){0});
    if (row[SEGMENT_PLANNED_END].state == VALUE_KNOWN) json_kstr(j, "planned_end", instant_text(a, row[SEGMENT_PLANNED_END].i));
    json_close(j, '}');
}

static void timeline_out(JsonOut *j, Arena *a, const Value *rows, const Vocabulary *words, Instant as_of)
{
    if (!rows->n) return; /* not asked: no rows are not yet "nobody was hit" */
    json_key(j, words && words->timeline.n ? words->timeline : STR("impact")), json_open(j, '[');
    for (size_t i = 0; i < rows->n; i++)
        segment_out(j, a, rows->rows[i], as_of);
    json_close(j, ']');
}

static bool told(const Value *rows, Str fact)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->rows[i][FACT_ID].text, fact)) return true;
    return false;
}

/* The classes that the rows name were hit for certain; others may have been, unless somebody said which. */
static void classes_out(JsonOut *j, Arena *a, const Record *r, const Vocabulary *words)
{
    const Value *rows = value_of(r, "segments");
    Codes x = {.sure = arena_array(a, Str, rows->n + 1), .any = true};
    if (!words || !words->classes.n || told(value_of(r, "facts"), words->classes)) return;
    for (size_t i = 0; i < rows->n; i++) {
        Str code = rows->rows[i][SEGMENT_CLASS].text;
        bool there = !code.n;
        for (size_t k = 0; k < x.sure_n; k++) there |= str_eq(x.sure[k], code);
        if (!there) x.sure[x.sure_n++] = code;
    }
    if (x.sure_n) json_key(j, words->classes), set_out(j, &x);
}

/* --- the whole --------------------------------------------------------------------------------------------------------------- */

static void field_out(JsonOut *j, Arena *a, const Record *r, const char *field, Str fact)
{
    const Value *v = value_of(r, field);
    if (v->state == VALUE_NONE || v->state == VALUE_DISPOSED) return;
    json_key(j, fact), time_out(j, a, v);
}

void incident_facts_json(JsonOut *j, Arena *a, const Record *r, const Vocabulary *words, Instant as_of)
{
    size_t n;
    Str *classes = codes_of(a, value_of(r, "operator_class")->text, &n);
    json_open(j, '{');
    json_key(j, STR("facts")), json_open(j, '{');
    field_out(j, a, r, "occurred_at", STR("occurred"));
    field_out(j, a, r, "known_at", STR("known"));
    if (n) json_key(j, STR("operator_class")), codes_out(j, classes, n);
    timeline_out(j, a, value_of(r, "segments"), words, as_of);
    classes_out(j, a, r, words);
    facts_out(j, a, value_of(r, "facts"), words);
    json_close(j, '}');
    json_kstr(j, "as_of", instant_text(a, as_of));
    json_close(j, '}');
}

Err facts_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    UNUSED(params);
    incident_facts_json(j, c->a, of, vocabulary_of(c), c->now);
    return ERR_NONE;
}
