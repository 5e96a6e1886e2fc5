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
    } names[] = {{"required", REQUIRED}, {"readonly", READONLY}, {"derived", DERIVED}, {"range", RANGE}, {"sort", SORT}, {"filter", FILTER},
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

static void fields_out(JsonOut *j, const Field *fields, size_t n, Roles who)
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
        flags_out(j, f);
        if (f->write && !(f->write & who)) flag(j, "locked", true);
        if (f->min || f->max) json_kint(j, "min", f->min), json_kint(j, "max", f->max);
        if (f->choices_n) choices_out(j, f);
        if (f->target) json_kstr(j, "target", str_of(f->target));
        if (f->suggest) json_kstr(j, "suggest", str_of(f->suggest));
        if (f->fills) fills_out(j, str_of(f->fills));
        if (f->kind == KIND_LIST) fields_out(j, f->fields, f->fields_n, who);
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

static void actions_out(JsonOut *j, const Resource *r, Roles who)
{
    json_key(j, STR("actions")), json_open(j, '[');
    for (size_t i = 0; i < r->actions_n; i++) {
        const Action *x = &r->actions[i];
        json_open(j, '{');
        json_kstr(j, "name", str_of(x->name));
        ktext(j, STR("label"), x->label);
        ktext(j, STR("help"), x->help);
        json_kbool(j, "can", (x->roles & who) != 0);
        fields_out(j, x->fields, x->fields_n, who);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void resource_meta_json(JsonOut *j, const Resource *r, Roles who)
{
    json_open(j, '{');
    json_kstr(j, "name", str_of(r->name));
    json_kstr(j, "path", str_of(r->path));
    json_kstr(j, "prefix", str_of(r->prefix));
    ktext(j, STR("label"), r->label);
    ktext(j, STR("label_many"), r->label_many);
    ktext(j, STR("help"), r->help);
    can_out(j, r, who);
    fields_out(j, r->fields, r->fields_n, who);
    actions_out(j, r, who);
    json_close(j, '}');
}

/* --- OpenAPI ------------------------------------------------------------------------------------------------- */

static void type_out(JsonOut *j, const Field *f);

static void object_out(JsonOut *j, const Field *fields, size_t n)
{
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("properties")), json_open(j, '{');
    for (size_t i = 0; i < n; i++) {
        json_key(j, str_of(fields[i].name)), json_open(j, '{');
        type_out(j, &fields[i]);
        json_kstr(j, "title", fields[i].label.in[EN]);
        flag(j, "readOnly", (fields[i].flags & (READONLY | DERIVED)) != 0);
        json_close(j, '}');
    }
    json_close(j, '}');
    json_key(j, STR("required")), json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        if (fields[i].flags & REQUIRED) json_str(j, str_of(fields[i].name));
    json_close(j, ']');
    json_kbool(j, "additionalProperties", false);
}

static void nullable(JsonOut *j, const char *type)
{
    json_key(j, STR("type")), json_open(j, '[');
    json_str(j, str_of(type)), json_str(j, STR("null"));
    json_close(j, ']');
}

static void text_type(JsonOut *j, const Field *f)
{
    nullable(j, "string");
    if (f->kind == KIND_REF) json_kstr(j, "format", STR("uuid"));
    if (f->kind == KIND_INSTANT) json_kstr(j, "format", STR("date-time"));
    if (f->kind == KIND_TEXT || f->kind == KIND_LONG) json_kint(j, "maxLength", f->max ? f->max : f->kind == KIND_LONG ? 10000 : 200);
    if (!f->choices_n) return;
    json_key(j, STR("enum")), json_open(j, '[');
    for (size_t i = 0; i < f->choices_n; i++)
        json_str(j, f->choices[i].code);
    json_none(j);
    json_close(j, ']');
}

static void type_out(JsonOut *j, const Field *f)
{
    switch (f->kind) {
    case KIND_BOOL: nullable(j, "boolean"); return;
    case KIND_REFS:
    case KIND_LIST:
        nullable(j, "array");
        json_key(j, STR("items")), json_open(j, '{');
        if (f->kind == KIND_LIST) object_out(j, f->fields, f->fields_n);
        else json_kstr(j, "type", STR("string"));
        json_close(j, '}');
        return;
    case KIND_INT:
    case KIND_MONEY:
        if (f->flags & RANGE) return; /* a number, {from,to} or {unknown}: any */
        nullable(j, "integer");
        if (f->min || f->max) json_kint(j, "minimum", f->min), json_kint(j, "maximum", f->max);
        return;
    default:
        if (!(f->flags & RANGE)) text_type(j, f);
        return;
    }
}

void resource_schema_json(JsonOut *j, const Resource *r)
{
    json_open(j, '{');
    json_kstr(j, "title", r->label.in[EN]);
    object_out(j, r->fields, r->fields_n);
    json_close(j, '}');
}
