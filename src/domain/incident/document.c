/*
 * document.c -- a duty with the facts of its incident as one JSON file, "kaname-report/1": what the authority's Kaname receives (authority/document.c). Numbers are those
 * of the facts; where several classes or groups were hit, the least and the most that they can be together.
 */
#include "incident/parts.h"

static const Value *said_of(const Record *incident, const char *fact)
{
    const Value *rows = value_of(incident, "facts");
    for (size_t i = 0; i < rows->n; i++)
        if (str_eqc(rows->rows[i][FACT_ID].text, fact)) return rows->rows[i];
    return NULL;
}

/* People of two classes may be the same: at least the largest, at most all of them. A number with one end only leaves the other open. */
static void add_number(Value *sum, const Value *n, const Value *bound)
{
    int64_t low = n->state == VALUE_KNOWN || n->state == VALUE_RANGE ? n->i : 0, high = n->state == VALUE_RANGE ? n->hi : n->i;
    if (choice_is(bound, "at_most")) low = 0;
    bool open = (n->state != VALUE_KNOWN && n->state != VALUE_RANGE) || choice_is(bound, "at_least");
    if (open || sum->state == VALUE_UNKNOWN) {
        *sum = (Value){.state = VALUE_UNKNOWN, .i = UNKNOWN_NOT_ASKED};
        return;
    }
    *sum = (Value){.state = VALUE_RANGE, .i = low > sum->i ? low : sum->i, .hi = (sum->state == VALUE_NONE ? 0 : sum->hi) + high};
}

static Value users_of(const Record *incident)
{
    Value sum = {.state = VALUE_NONE};
    const Value *facts = value_of(incident, "facts"), *segments = value_of(incident, "segments");
    for (size_t i = 0; i < facts->n; i++)
        if (str_eqc(facts->rows[i][FACT_ID].text, "impact.sufferers")) add_number(&sum, &facts->rows[i][FACT_NUMBER], &facts->rows[i][FACT_BOUND]);
    bool told = sum.state != VALUE_NONE;
    for (size_t i = 0; !told && i < segments->n; i++)
        add_number(&sum, &segments->rows[i][SEGMENT_VALUE], &segments->rows[i][SEGMENT_BOUND]);
    if (sum.state == VALUE_RANGE && sum.i == sum.hi) sum = (Value){.state = VALUE_KNOWN, .i = sum.i};
    return sum;
}

/* In whole minutes that have passed. Not over: how long is still to come. */
static Value duration_of(const Record *incident)
{
    enum { MINUTE = 60000 };
    const Value *segments = value_of(incident, "segments");
    Span from = {INT64_MAX, INT64_MAX}, to = {INT64_MIN, INT64_MIN};
    bool goes_on = segments->n == 0;
    for (size_t i = 0; i < segments->n; i++) {
        Span a = span_of(&segments->rows[i][SEGMENT_FROM]), b = span_of(&segments->rows[i][SEGMENT_TO]);
        goes_on |= said(&segments->rows[i][SEGMENT_OPEN]) || a.low == INT64_MIN || b.low == INT64_MIN;
        from = (Span){a.low < from.low ? a.low : from.low, a.high < from.high ? a.high : from.high};
        to = (Span){b.low > to.low ? b.low : to.low, b.high > to.high ? b.high : to.high};
    }
    if (goes_on) return (Value){.state = VALUE_UNKNOWN, .i = UNKNOWN_LATER};
    int64_t low = to.low > from.high ? (to.low - from.high) / MINUTE : 0, high = (to.high - from.low) / MINUTE;
    return low == high ? (Value){.state = VALUE_KNOWN, .i = low} : (Value){.state = VALUE_RANGE, .i = low, .hi = high};
}

/* Of the time line and the fact of that name, each once. */
static Value each_once(Ctx *c, const Record *incident, int column, const char *fact)
{
    const Value *segments = value_of(incident, "segments"), *row = fact ? said_of(incident, fact) : NULL;
    Str out = row ? row[FACT_IS].text : (Str){0}, list[64];
    size_t n = 0;
    for (size_t i = 0; i < segments->n && n < COUNT(list); i++) {
        Str one = segments->rows[i][column].text;
        bool there = !one.n || (row && str_find(out, one) != SIZE_MAX);
        for (size_t k = 0; k < n; k++) there |= str_eq(list[k], one);
        if (there) continue;
        list[n++] = one;
        out = out.n ? str_join(c->a, out, STR(","), one) : one;
    }
    return (Value){.state = out.n ? VALUE_KNOWN : VALUE_NONE, .text = out};
}

enum { D_OCCURRED, D_KNOWN, D_RESTORED, D_SECTOR, D_CLASS, D_AREA, D_USERS, D_DURATION, D_CAUSE, D_FIELDS };
static const Field incident_fields[D_FIELDS] = {
    [D_OCCURRED] = {.name = "occurred_at", .kind = KIND_INSTANT, .flags = RANGE}, [D_KNOWN] = {.name = "known_at", .kind = KIND_INSTANT, .flags = RANGE}, [D_RESTORED] = {.name = "restored_at", .kind = KIND_INSTANT, .flags = RANGE},
    [D_SECTOR] = {.name = "sector", .kind = KIND_TEXT}, [D_CLASS] = {.name = "service_class", .kind = KIND_TEXT}, [D_AREA] = {.name = "area", .kind = KIND_TEXT}, [D_USERS] = {.name = "users", .kind = KIND_INT, .flags = RANGE},
    [D_DURATION] = {.name = "duration", .kind = KIND_INT, .flags = RANGE}, [D_CAUSE] = {.name = "cause", .kind = KIND_TEXT},
};

static void values_out(Ctx *c, JsonOut *j, const Field *fields, size_t n, const Value *v)
{
    bool *there = arena_array(c->a, bool, n + 1);
    for (size_t i = 0; i < n; i++) there[i] = v[i].state != VALUE_NONE && v[i].state != VALUE_DISPOSED;
    values_to_json(j, c->a, fields, n, v, there);
}

static void incident_out(Ctx *c, JsonOut *j, const Record *r)
{
    const Value *cause = said_of(r, "cause.facility_failure");
    Value v[D_FIELDS] = {[D_OCCURRED] = *value_of(r, "occurred_at"), [D_KNOWN] = *value_of(r, "known_at"), [D_RESTORED] = *value_of(r, "restored_at"), [D_SECTOR] = *value_of(r, "sector"),
        [D_CLASS] = each_once(c, r, SEGMENT_CLASS, "service_class"), [D_AREA] = each_once(c, r, SEGMENT_AREA, NULL), [D_USERS] = users_of(r), [D_DURATION] = duration_of(r), [D_CAUSE] = cause ? cause[FACT_IS] : (Value){0}};
    json_key(j, STR("incident")), json_open(j, '{');
    json_kstr(j, "number", record_label(c->a, r));
    json_kstr(j, "title", record_title(r));
    values_out(c, j, incident_fields, D_FIELDS, v);
    json_close(j, '}');
}

static void report_out(Ctx *c, JsonOut *j, const Record *r, const Record *incident)
{
    static const struct { const char *from, *to; } texts[] = {{"kind", "kind"}, {"rule", "rule"}, {"authority", "to"}, {"form", "form"}, {"draft", "text"}};
    static const Field times[] = {{.name = "due", .kind = KIND_INSTANT, .flags = RANGE}, {.name = "made_at", .kind = KIND_INSTANT}};
    const Value at[] = {*value_of(r, "due"), *value_of(r, "made_at")};
    json_key(j, STR("report")), json_open(j, '{');
    json_kstr(j, "reference", str_printf(c->a, "%.*s/%lld", STR_ARG(id_text(c->a, r->id)), (long long)r->version));
    json_kstr(j, "subject", record_title(incident));
    for (size_t i = 0; i < COUNT(texts); i++)
        if (value_of(r, texts[i].from)->text.n) json_key(j, str_of(texts[i].to)), json_str(j, value_of(r, texts[i].from)->text);
    values_out(c, j, times, COUNT(times), at);
    json_close(j, '}');
}

Err duty_document(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Record *incident;
    UNUSED(params);
    TRY(work_get(c, &incident_resource, value_of(of, "incident")->ref, &incident));
    json_open(j, '{');
    json_kstr(j, "format", STR("kaname-report/1"));
    json_key(j, STR("operator")), json_open(j, '{');
    json_kstr(j, "name", c->who->org.name);
    json_kstr(j, "code", id_text(c->a, c->who->org.id));
    json_close(j, '}');
    report_out(c, j, of, incident);
    incident_out(c, j, incident);
    json_key(j, STR("facts"));
    incident_facts_json(j, c->a, incident, vocabulary_of(c), c->now);
    json_close(j, '}');
    return ERR_NONE;
}
