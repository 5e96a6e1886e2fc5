/* document.c -- the file that another Kaname writes of a duty, read into a received report. Each section has its own table; whatever is wrong is named by its path. */
#include "authority/parts.h"

#include <jansson.h>

static const char format[] = "kaname-report/1";

#define IN(n, k, ja, en, to_, ...) {{.name = n, .kind = k, .label = TEXT(ja, en), __VA_ARGS__}, to_}
typedef struct Part { Field field; const char *to; } Part; /* to: the field of the received report; NULL: not kept */
static const Part operator_parts[] = {
    IN("name", KIND_TEXT, "名前", "Name", "operator", .flags = REQUIRED), IN("code", KIND_TEXT, "番号", "Number", "operator_code", .max = 100),
};
static const Part report_parts[] = {
    IN("reference", KIND_TEXT, "符号", "Reference", "reference", .flags = REQUIRED), IN("kind", KIND_CHOICE, "種類", "Kind", "kind", .flags = REQUIRED, .choices = report_kinds, .choices_n = REPORT_KINDS),
    IN("rule", KIND_TEXT, "規定", "Rule", "rule", .max = 120), IN("subject", KIND_TEXT, "件名", "Subject", "subject", .flags = REQUIRED, .max = 300), IN("text", KIND_LONG, "本文", "Text", "text", .max = 50000),
    IN("to", KIND_TEXT, "宛先", "To", NULL, .max = 200), IN("form", KIND_TEXT, "様式", "Form", NULL, .max = 200), IN("due", KIND_INSTANT, "期限", "Due", NULL, .flags = RANGE), IN("made_at", KIND_INSTANT, "報告した時刻", "Made at", NULL, .flags = 0),
};
static const Part incident_parts[] = {
    IN("title", KIND_TEXT, "件名", "Title", NULL, .max = 300), IN("number", KIND_TEXT, "番号", "Number", NULL, .max = 200), IN("occurred_at", KIND_INSTANT, "発生した時刻", "Occurred at", "occurred_at", .flags = RANGE),
    IN("known_at", KIND_INSTANT, "知った時刻", "Known at", "known_at", .flags = RANGE), IN("restored_at", KIND_INSTANT, "復旧した時刻", "Restored at", NULL, .flags = RANGE), IN("sector", KIND_TEXT, "分野", "Sector", "sector", .max = 200),
    IN("service_class", KIND_TEXT, "役務の区分", "Class of service", "service_class", .max = 200), IN("area", KIND_TEXT, "地域", "Area", "area", .max = 500), IN("users", KIND_INT, "利用者数", "Users", "users", .flags = RANGE, .max = USERS_MAX),
    IN("duration", KIND_INT, "継続時間（分）", "Duration (minutes)", "duration", .flags = RANGE, .max = MINUTES_MAX), IN("cause", KIND_TEXT, "原因", "Cause", "cause", .max = 200),
};
#undef IN
static const struct Section { const char *name; const Part *parts; size_t n; } sections[] = {
    {"operator", operator_parts, COUNT(operator_parts)}, {"report", report_parts, COUNT(report_parts)}, {"incident", incident_parts, COUNT(incident_parts)},
};

static void put(Value *v, const char *field, const Value *from)
{
    int at = field_find(received_resource.fields, received_resource.fields_n, str_of(field));
    assert(at >= 0);
    v[at] = *from;
}

static void read_section(Ctx *c, const json_t *doc, const struct Section *s, Value *v, Mistakes *m)
{
    json_t *in = json_object_get(doc, s->name);
    Field *fields = arena_array(c->a, Field, s->n);
    Value *values = arena_array(c->a, Value, s->n);
    for (size_t i = 0; i < s->n; i++) fields[i] = s->parts[i].field;
    if (!json_is_object(in)) {
        mistake_add(m, str_of(s->name), in ? "type" : "required", TEXT_FILL(c->a, "「{0}」はオブジェクトで要ります。", "{0}: an object is needed.", str_of(s->name)));
        return;
    }
    Mistakes more;
    mistakes_init(&more, c->a);
    values_from_json(c->a, fields, s->n, in, false, NULL, str_of(s->name), values, m);
    values_check(c->a, fields, s->n, str_of(s->name), values, &more);
    mistakes_besides(m, &more);
    for (size_t i = 0; i < s->n; i++)
        if (s->parts[i].to) put(v, s->parts[i].to, &values[i]);
}

static void read_facts(Ctx *c, const json_t *facts, Value *v, Mistakes *m)
{
    Buf b;
    if (!facts) return;
    if (!json_is_object(facts)) {
        mistake_add(m, STR("facts"), "type", text_of("事実の文書はオブジェクトで書いてください。", "The document of facts is an object."));
        return;
    }
    buf_init(&b, c->a, 4096);
    JsonOut j = {.b = &b};
    json_value(&j, facts);
    if (b.n > FACTS_MAX) mistake_add(m, STR("facts"), "length", text_of("事実の文書が大きすぎます。", "The document of facts is too large."));
    Value kept = {.state = VALUE_KNOWN, .text = buf_str(&b)};
    put(v, "facts", &kept);
}

static bool is_known_key(Str key)
{
    for (size_t i = 0; i < COUNT(sections); i++)
        if (str_eqc(key, sections[i].name)) return true;
    return str_eqc(key, "format") || str_eqc(key, "facts");
}

Err received_read(Ctx *c, const json_t *doc, Value *v, Mistakes *m)
{
    const char *key;
    json_t *one;
    const Value file = {.state = VALUE_KNOWN, .text = STR("file")};
    if (!str_eqc(json_str_of(json_object_get(doc, "format")), format)) {
        mistake_add(m, STR("format"), "choice", TEXT_FILL(c->a, "報告のファイルではありません。format は {0} です。", "This is no file of a report: format is {0}.", str_of(format)));
        return ERR_NONE;
    }
    json_object_foreach((json_t *)(uintptr_t)doc, key, one)
        if (!is_known_key(str_of(key))) mistake_add(m, str_copy(c->a, str_of(key)), "unknown_field", TEXT_FILL(c->a, "「{0}」は知られていない項目です。", "{0} is not a known field.", str_of(key)));
    for (size_t i = 0; i < COUNT(sections); i++)
        read_section(c, doc, &sections[i], v, m);
    read_facts(c, json_object_get(doc, "facts"), v, m);
    put(v, "source", &file);
    return ERR_NONE;
}
