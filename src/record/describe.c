/* describe.c -- what a resource says of itself: meta for forms, schema for OpenAPI. */
#include "record/sql.h"

static const Str kind_names[KINDS] = {{"text", 4}, {"long", 4}, {"int", 3}, {"money", 5}, {"bool", 4}, {"date", 4}, {"instant", 7},
    {"choice", 6}, {"ref", 3}, {"refs", 4}, {"list", 4}};

static void ktext(JsonOut *j, Str key, Text t)
{
    json_key(j, key);
    json_text(j, t);
}

static void flag(JsonOut *j, const char *name, bool v)
{
    if (!v) return;
    json_key(j, str_of(name));
    json_bool(j, true);
}

static void flags_out(JsonOut *j, const Field *f)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } names[] = {{"required", REQUIRED}, {"readonly", READONLY}, {"derived", DERIVED}, {"range", RANGE}, {"sort", SORT}, {"order", ORDER}, {"filter", FILTER},
        {"search", SEARCH}, {"title", TITLE}, {"column", COLUMN}, {"personal", PERSONAL}, {"unique", UNIQUE}};
    for (size_t i = 0; i < COUNT(names); i++)
        flag(j, names[i].name, (f->flags & names[i].bit) != 0);
}

static void choices_out(JsonOut *j, const Field *f)
{
    json_key(j, STR("choices")), json_open(j, '[');
    for (size_t i = 0; i < f->choices_n; i++) {
        json_open(j, '{');
        json_kstr(j, "code", f->choices[i].code);
        ktext(j, STR("label"), f->choices[i].label);
        if (f->choices[i].help.in[JA].n) ktext(j, STR("help"), f->choices[i].help);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void fills_out(JsonOut *j, Str rest)
{
    Str one, field;
    json_key(j, STR("fills")), json_open(j, '[');
    while (str_cut(&rest, '|', &one)) {
        json_open(j, '{');
        str_cut(&one, '=', &field);
        json_kstr(j, "field", field);
        json_kstr(j, "from", one.n ? one : field);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void fields_meta_json(JsonOut *j, Ctx *c, const Field *fields, size_t n, Roles who)
{
    json_key(j, STR("fields")), json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        const Field *f = &fields[i];
        if (f->read && !(f->read & who)) continue;
        json_open(j, '{');
        json_kstr(j, "name", str_of(f->name));
        json_kstr(j, "kind", kind_names[f->kind]);
        ktext(j, STR("label"), f->label);
        if (f->help.in[JA].n) ktext(j, STR("help"), f->help);
        if (f->begins.in[JA].n) ktext(j, STR("begins"), f->begins);
        flags_out(j, f);
        if (f->write && !(f->write & who)) flag(j, "locked", true);
        if (f->min || f->max) json_kint(j, "min", f->min), json_kint(j, "max", field_most(c, f));
        if (f->choices_n) choices_out(j, f);
        if (f->target) json_kstr(j, "target", str_of(f->target));
        if (f->suggest) json_kstr(j, "suggest", str_of(f->suggest));
        if (f->fills) fills_out(j, str_of(f->fills));
        if (f->kind == KIND_LIST) fields_meta_json(j, c, f->fields, f->fields_n, who);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void can_out(JsonOut *j, const Resource *r, Roles who)
{
    json_key(j, STR("can")), json_open(j, '[');
    if (r->read & who) json_str(j, STR("list")), json_str(j, STR("read"));
    if (r->create & who) json_str(j, STR("create"));
    if (r->update & who) json_str(j, STR("update"));
    if (r->remove & who) json_str(j, STR("remove"));
    json_close(j, ']');
}

static void from_out(JsonOut *j, Str states)
{
    Str one;
    json_key(j, STR("from")), json_open(j, '[');
    while (str_cut(&states, '|', &one))
        json_str(j, one);
    json_close(j, ']');
}

static void actions_out(JsonOut *j, Ctx *c, const Resource *r, Roles who)
{
    json_key(j, STR("actions")), json_open(j, '[');
    for (size_t i = 0; i < r->actions_n; i++) {
        const Action *x = &r->actions[i];
        json_open(j, '{');
        json_kstr(j, "name", str_of(x->name));
        ktext(j, STR("label"), x->label);
        ktext(j, STR("help"), x->help);
        json_kbool(j, "can", (x->roles & who) != 0);
        if (x->from) from_out(j, str_of(x->from));
        fields_meta_json(j, c, x->fields, x->fields_n, who);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void reports_out(JsonOut *j, Ctx *c, const Resource *r, Roles who)
{
    json_key(j, STR("reports")), json_open(j, '[');
    for (size_t i = 0; i < r->reports_n; i++) {
        const Report *x = &r->reports[i];
        json_open(j, '{');
        json_kstr(j, "name", str_of(x->name));
        ktext(j, STR("label"), x->label);
        ktext(j, STR("help"), x->help);
        json_kbool(j, "can", (x->roles & who) != 0);
        json_kbool(j, "of_record", x->of_record);
        flag(j, "document", x->document || x->asked);
        flag(j, "file", x->file != NULL);
        fields_meta_json(j, c, x->params, x->params_n, who);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void resource_meta_json(JsonOut *j, Ctx *c, const Resource *r, Roles who)
{
    json_open(j, '{');
    json_kstr(j, "name", str_of(r->name));
    json_kstr(j, "path", str_of(r->path));
    json_kstr(j, "prefix", str_of(r->prefix));
    ktext(j, STR("label"), r->label);
    ktext(j, STR("label_many"), r->label_many);
    ktext(j, STR("help"), r->help);
    can_out(j, r, who);
    fields_meta_json(j, c, r->fields, r->fields_n, who);
    actions_out(j, c, r, who);
    reports_out(j, c, r, who);
    flag(j, "receives", r->receive != NULL);
    json_close(j, '}');
}

/* --- OpenAPI ------------------------------------------------------------------------------------------------- */

static void type_out(JsonOut *j, const Field *f, bool may_be_null);

typedef enum { BODY, CHANGE, ANSWER } Shape; /* what is sent whole, in part, and what comes back */

static bool set_by_program(const Field *f)
{
    return (f->flags & (READONLY | DERIVED)) != 0;
}

static void properties_out(JsonOut *j, const Field *fields, size_t n, Shape shape)
{
    for (size_t i = 0; i < n; i++) {
        if (shape != ANSWER && set_by_program(&fields[i])) continue;
        json_key(j, str_of(fields[i].name)), json_open(j, '{');
        type_out(j, &fields[i], shape != BODY || !(fields[i].flags & REQUIRED));
        json_kstr(j, "title", fields[i].label.in[EN]);
        json_close(j, '}');
    }
}

static void required_out(JsonOut *j, const Field *fields, size_t n)
{
    json_key(j, STR("required")), json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        if ((fields[i].flags & REQUIRED) && !set_by_program(&fields[i])) json_str(j, str_of(fields[i].name));
    json_close(j, ']');
}

static void object_out(JsonOut *j, const Field *fields, size_t n, Shape shape)
{
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    properties_out(j, fields, n, shape);
    json_close(j, '}');
    if (shape == BODY) required_out(j, fields, n);
    json_kbool(j, "additionalProperties", false);
}

static void type_word(JsonOut *j, const char *type, bool may_be_null)
{
    if (!may_be_null) {
        json_kstr(j, "type", str_of(type));
        return;
    }
    json_key(j, STR("type")), json_open(j, '[');
    json_str(j, str_of(type)), json_str(j, STR("null"));
    json_close(j, ']');
}

static void text_type(JsonOut *j, const Field *f, bool may_be_null)
{
    type_word(j, "string", may_be_null);
    if (f->kind == KIND_REF) json_kstr(j, "format", STR("uuid"));
    if (f->kind == KIND_DATE) json_kstr(j, "format", STR("date"));
    if (f->kind == KIND_INSTANT) json_kstr(j, "format", STR("date-time"));
    if ((f->flags & REQUIRED) && !f->choices_n && field_is_text(f)) json_kint(j, "minLength", 1);
    if (f->kind == KIND_TEXT || f->kind == KIND_LONG) json_kint(j, "maxLength", f->max ? f->max : f->kind == KIND_LONG ? 10000 : 200);
    if (!f->choices_n) return;
    json_key(j, STR("enum")), json_open(j, '[');
    for (size_t i = 0; i < f->choices_n; i++)
        json_str(j, f->choices[i].code);
    if (may_be_null) json_none(j);
    json_close(j, ']');
}

static void list_type(JsonOut *j, const Field *f, bool may_be_null)
{
    type_word(j, "array", may_be_null);
    json_key(j, STR("items")), json_open(j, '{');
    if (f->kind == KIND_LIST) object_out(j, f->fields, f->fields_n, BODY);
    else json_kstr(j, "type", STR("string")), json_kstr(j, "format", STR("uuid"));
    json_close(j, '}');
}

static void plain_type(JsonOut *j, const Field *f, bool may_be_null)
{
    if (f->kind != KIND_INT && f->kind != KIND_MONEY) {
        text_type(j, f, may_be_null);
        return;
    }
    type_word(j, "integer", may_be_null);
    if (f->min || f->max) json_kint(j, "minimum", f->min), json_kint(j, "maximum", f->max);
}

static void interval_type(JsonOut *j, const Field *f)
{
    json_open(j, '{');
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    json_key(j, STR("from")), json_open(j, '{'), plain_type(j, f, false), json_close(j, '}');
    json_key(j, STR("to")), json_open(j, '{'), plain_type(j, f, false), json_close(j, '}');
    json_close(j, '}');
    json_key(j, STR("required")), json_raw(j, STR("[\"from\",\"to\"]"));
    json_kbool(j, "additionalProperties", false);
    json_close(j, '}');
}

static void unknown_type(JsonOut *j)
{
    json_open(j, '{');
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    json_key(j, STR("unknown")), json_open(j, '{');
    json_key(j, STR("enum")), json_open(j, '[');
    for (int i = 0; i < UNKNOWNS; i++)
        json_str(j, str_of(unknown_rows[i].code));
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, '}');
    json_key(j, STR("required")), json_raw(j, STR("[\"unknown\"]"));
    json_kbool(j, "additionalProperties", false);
    json_close(j, '}');
}

/* A value, an interval, or why it is not known. */
static void range_type(JsonOut *j, const Field *f, bool may_be_null)
{
    json_key(j, STR("anyOf")), json_open(j, '[');
    json_open(j, '{');
    plain_type(j, f, may_be_null);
    json_close(j, '}');
    interval_type(j, f);
    unknown_type(j);
    json_close(j, ']');
}

static void type_out(JsonOut *j, const Field *f, bool may_be_null)
{
    if (f->kind == KIND_BOOL) type_word(j, "boolean", may_be_null);
    else if (f->kind == KIND_REFS || f->kind == KIND_LIST) list_type(j, f, may_be_null);
    else if (f->flags & RANGE) range_type(j, f, may_be_null);
    else plain_type(j, f, may_be_null);
}

void filter_schema_json(JsonOut *j, const Field *f)
{
    Field one = *f;
    one.flags &= ~(uint32_t)REQUIRED;
    if (f->kind == KIND_REFS) one.kind = KIND_REF;
    json_open(j, '{');
    if (f->kind == KIND_BOOL) json_kstr(j, "type", STR("boolean"));
    else if (f->kind == KIND_TEXT || f->kind == KIND_LONG) json_kstr(j, "type", STR("string"));
    else if (f->kind == KIND_INT || f->kind == KIND_MONEY) json_kstr(j, "type", STR("integer"));
    else plain_type(j, &one, false);
    json_close(j, '}');
}

void fields_schema_json(JsonOut *j, const Field *fields, size_t n)
{
    object_out(j, fields, n, BODY);
}

static void schema_open(JsonOut *j, const Resource *r, const char *suffix)
{
    json_key(j, str_printf(j->b->a, "%s%s", r->name, suffix)), json_open(j, '{');
    json_kstr(j, "title", r->label.in[EN]);
}

static void record_out(JsonOut *j, const Resource *r)
{
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    json_key(j, STR("id")), json_raw(j, STR("{\"type\":\"string\",\"format\":\"uuid\"}"));
    json_key(j, STR("number")), json_raw(j, STR("{\"type\":\"string\"}"));
    json_key(j, STR("version")), json_raw(j, STR("{\"type\":\"integer\",\"minimum\":1}"));
    json_key(j, STR("created")), json_raw(j, STR("{\"type\":\"string\",\"format\":\"date-time\"}"));
    json_key(j, STR("updated")), json_raw(j, STR("{\"type\":\"string\",\"format\":\"date-time\"}"));
    json_key(j, STR("removed")), json_raw(j, STR("{\"type\":\"boolean\"}"));
    json_key(j, STR("_titles")), json_raw(j, STR("{\"type\":\"object\"}"));
    properties_out(j, r->fields, r->fields_n, ANSWER);
    json_close(j, '}');
    json_key(j, STR("required")), json_raw(j, STR("[\"id\",\"number\",\"version\",\"created\",\"updated\",\"removed\"]"));
    json_kbool(j, "additionalProperties", false);
}

void resource_schemas_json(JsonOut *j, const Resource *r)
{
    schema_open(j, r, "");
    object_out(j, r->fields, r->fields_n, BODY);
    json_close(j, '}');
    schema_open(j, r, "_change");
    object_out(j, r->fields, r->fields_n, CHANGE);
    json_close(j, '}');
    schema_open(j, r, "_record");
    record_out(j, r);
    json_close(j, '}');
    schema_open(j, r, "_list");
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    json_key(j, STR("items")), json_raw(j, str_printf(j->b->a, "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/%s_record\"}}", r->name));
    json_key(j, STR("total")), json_raw(j, STR("{\"type\":\"integer\"}"));
    json_key(j, STR("total_capped")), json_raw(j, STR("{\"type\":\"boolean\"}"));
    json_key(j, STR("next")), json_raw(j, STR("{\"type\":\"string\"}"));
    json_key(j, STR("_titles")), json_raw(j, STR("{\"type\":\"object\"}"));
    json_close(j, '}');
    json_key(j, STR("required")), json_raw(j, STR("[\"items\",\"total\",\"next\"]"));
    json_close(j, '}');
}
