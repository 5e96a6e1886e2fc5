/* schema.c -- JSON Schema 2020-12 of the files of a pack's law, from the same tables that read them. */
#include "law/author.h"
#include "law/shape.h"

enum { SHAPES_MAX = 128 };

typedef struct Printer {
    JsonOut *out;
    const Shape *shapes[SHAPES_MAX]; /* met so far; each is printed once */
    size_t n;
} Printer;

/* --- which objects there are ----------------------------------------------------------------------------------------------- */

static void meet(Printer *p, const Type *t);

static void meet_shape(Printer *p, const Shape *s)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->shapes[i] == s) return;
    assert(p->n < SHAPES_MAX);
    p->shapes[p->n++] = s;
    for (size_t i = 0; i < s->n; i++) meet(p, s->keys[i].type);
    if (s->rest) meet(p, s->rest);
}

static void meet(Printer *p, const Type *t)
{
    if (t->shape) meet_shape(p, t->shape);
    if (t->of) meet(p, t->of);
    for (size_t i = 0; t->shapes && t->shapes[i]; i++) meet_shape(p, t->shapes[i]);
    for (size_t i = 0; t->either && t->either[i]; i++) meet(p, t->either[i]);
}

/* --- small pieces -------------------------------------------------------------------------------------------------------------- */

static void key_str(Printer *p, const char *key, const char *value)
{
    json_key(p->out, str_of(key));
    json_str(p->out, str_of(value));
}

static void ref_to(Printer *p, const char *name)
{
    json_key(p->out, STR("$ref"));
    json_str(p->out, str_printf(p->out->b->a, "#/$defs/%s", name));
}

static void words_list(Printer *p, const char *key, const char *words)
{
    Str one;
    json_key(p->out, str_of(key)), json_open(p->out, '[');
    while (words_next(&words, &one)) json_str(p->out, one);
    json_close(p->out, ']');
}

static void required_one(Printer *p, Str key)
{
    json_open(p->out, '{'), json_key(p->out, STR("required")), json_open(p->out, '[');
    json_str(p->out, key);
    json_close(p->out, ']'), json_close(p->out, '}');
}

static void type_print(Printer *p, const Type *t);

static void choice_of(Printer *p, const char *how, const Type *const *types)
{
    json_key(p->out, str_of(how)), json_open(p->out, '[');
    for (size_t i = 0; types[i]; i++) json_open(p->out, '{'), type_print(p, types[i]), json_close(p->out, '}');
    json_close(p->out, ']');
}

static const char *const referred_words[R_KINDS] = {
    [R_SOURCE] = "id of a source", [R_CLASS] = "id of a class", [R_FACT] = "id of a fact", [R_AUTHORITY] = "id of an authority", [R_COUNTING] = "id of a way of counting", [R_ROLL] = "id of a roll",
    [R_RULE] = "id of a rule", [R_DUTIES] = "id of duties", [R_FORM] = "id of a form", [R_CALENDAR] = "code of a calendar", [R_OPERATOR] = "code of the class of operator_class",
};

#define INSTANT_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$"

static void instant_print(Printer *p, const Type *t)
{
    if (!t->words) {
        key_str(p, "type", "string"), key_str(p, "pattern", INSTANT_PATTERN);
        return;
    }
    json_key(p->out, STR("anyOf")), json_open(p->out, '[');
    json_open(p->out, '{'), key_str(p, "type", "string"), key_str(p, "pattern", INSTANT_PATTERN), json_close(p->out, '}');
    json_open(p->out, '{'), words_list(p, "enum", t->words), json_close(p->out, '}');
    json_close(p->out, ']');
}

static void name_print(Printer *p, const Type *t)
{
    key_str(p, "type", "string");
    key_str(p, "pattern", t->refers == R_SOURCE ? "^[A-Za-z0-9][A-Za-z0-9_.:-]*$" : "^[a-z0-9][a-z0-9_.-]*$");
    json_kint(p->out, "maxLength", LAW_ID_MAX);
    if (t->refers) key_str(p, "description", referred_words[t->refers]);
}

static void list_print(Printer *p, const Type *t)
{
    key_str(p, "type", "array");
    json_key(p->out, STR("items")), json_open(p->out, '{'), type_print(p, t->of), json_close(p->out, '}');
    json_kint(p->out, "minItems", t->min);
    json_kint(p->out, "maxItems", t->max);
}

static void map_print(Printer *p, const Type *t)
{
    key_str(p, "type", "object");
    json_key(p->out, STR("additionalProperties")), json_open(p->out, '{'), type_print(p, t->of), json_close(p->out, '}');
    json_kint(p->out, "maxProperties", t->max);
    if (t->refers) key_str(p, "description", str_c(p->out->b->a, str_printf(p->out->b->a, "each name: %s", referred_words[t->refers])));
}

static void union_print(Printer *p, const Type *t)
{
    json_key(p->out, STR("oneOf")), json_open(p->out, '[');
    for (size_t i = 0; t->shapes[i]; i++) json_open(p->out, '{'), ref_to(p, t->shapes[i]->name), json_close(p->out, '}');
    json_close(p->out, ']');
}

static void type_print(Printer *p, const Type *t)
{
    switch (t->kind) {
    case T_TEXT: ref_to(p, "text"); return;
    case T_QUOTE: ref_to(p, "quote"); return;
    case T_VALUE: ref_to(p, "value"); return;
    case T_STR: key_str(p, "type", "string"), json_kint(p->out, "minLength", 1), json_kint(p->out, "maxLength", LAW_TEXT_MAX); return;
    case T_ID: name_print(p, t); return;
    case T_WORD: words_list(p, "enum", t->words); return;
    case T_DAY: key_str(p, "type", "string"), key_str(p, "format", "date"), key_str(p, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"); return;
    case T_INSTANT: instant_print(p, t); return;
    case T_INT: key_str(p, "type", "integer"), json_kint(p->out, "minimum", t->min), json_kint(p->out, "maximum", t->max); return;
    case T_DECIMAL: key_str(p, "type", "string"), key_str(p, "pattern", "^[0-9]+([.][0-9]+)?$"); return;
    case T_BOOL: key_str(p, "type", "boolean"); return;
    case T_TRUE: json_kbool(p->out, "const", true); return;
    case T_NULL: key_str(p, "type", "null"); return;
    case T_OBJECT: ref_to(p, t->shape->name); return;
    case T_UNION: union_print(p, t); return;
    case T_LIST: list_print(p, t); return;
    case T_MAP: map_print(p, t); return;
    case T_EITHER: choice_of(p, "anyOf", t->either); return;
    }
}

/* --- objects ---------------------------------------------------------------------------------------------------------------------- */

static void note_print(Printer *p)
{
    json_key(p->out, STR("note")), json_open(p->out, '{'), key_str(p, "type", "string"), json_close(p->out, '}');
}

static void properties_print(Printer *p, const Shape *s)
{
    json_key(p->out, STR("properties")), json_open(p->out, '{');
    for (size_t i = 0; i < s->n; i++) {
        json_key(p->out, str_of(s->keys[i].name)), json_open(p->out, '{');
        type_print(p, s->keys[i].type);
        json_close(p->out, '}');
    }
    note_print(p);
    json_close(p->out, '}');
}

/* Exactly one of the keys with ONE_OF. */
static void one_of_print(Printer *p, const Shape *s)
{
    bool any = false;
    for (size_t i = 0; i < s->n; i++) any = any || (s->keys[i].flags & ONE_OF);
    if (!any) return;
    json_key(p->out, STR("oneOf")), json_open(p->out, '[');
    for (size_t i = 0; i < s->n; i++)
        if (s->keys[i].flags & ONE_OF) required_one(p, str_of(s->keys[i].name));
    json_close(p->out, ']');
}

static void sign_print(Printer *p, const Shape *s)
{
    const char *words = s->sign;
    Str one;
    if (!words) return;
    json_key(p->out, STR("anyOf")), json_open(p->out, '[');
    while (words_next(&words, &one)) required_one(p, one);
    json_close(p->out, ']');
}

static void shape_print(Printer *p, const Shape *s)
{
    key_str(p, "type", "object");
    properties_print(p, s);
    json_key(p->out, STR("required")), json_open(p->out, '[');
    for (size_t i = 0; i < s->n; i++)
        if (s->keys[i].flags & NEEDED) json_str(p->out, str_of(s->keys[i].name));
    json_close(p->out, ']');
    one_of_print(p, s);
    sign_print(p, s);
    json_key(p->out, STR("additionalProperties"));
    if (!s->rest) json_bool(p->out, false);
    else json_open(p->out, '{'), type_print(p, s->rest), json_close(p->out, '}');
}

static void text_print(Printer *p, const char *name, bool both)
{
    static const char *const languages[] = {"ja", "en"};
    json_key(p->out, str_of(name)), json_open(p->out, '{');
    key_str(p, "type", "object");
    json_key(p->out, STR("properties")), json_open(p->out, '{');
    for (size_t i = 0; i < COUNT(languages); i++) json_key(p->out, str_of(languages[i])), json_open(p->out, '{'), type_print(p, &(Type){.kind = T_STR}), json_close(p->out, '}');
    note_print(p);
    json_close(p->out, '}');
    if (both) words_list(p, "required", "ja en");
    else {
        json_key(p->out, STR("anyOf")), json_open(p->out, '[');
        required_one(p, STR("ja")), required_one(p, STR("en"));
        json_close(p->out, ']');
    }
    json_kbool(p->out, "additionalProperties", false);
    json_close(p->out, '}');
}

static size_t value_types(const Type **out)
{
    const char *words = law_fact_types;
    Str one;
    size_t n = 0;
    for (; words_next(&words, &one); n++) out[n] = &law_value_types[n];
    out[n] = NULL;
    return n;
}

void law_schema(JsonOut *out)
{
    const Type *files[] = {&sources_file, &classes_file, &facts_file, &authorities_file, &counting_file, &overlay_file, &law_file_types[LAW_RULE], &law_file_types[LAW_DUTIES], &law_file_types[LAW_FORM], &law_file_types[LAW_NOTICE], &law_file_types[LAW_INCIDENT], NULL}, *values[16];
    Printer p = {.out = out};
    size_t n = value_types(values);
    for (size_t i = 0; files[i]; i++) meet(&p, files[i]);
    for (size_t i = 0; i < n; i++) meet(&p, values[i]);
    json_open(out, '{');
    key_str(&p, "$schema", "https://json-schema.org/draft/2020-12/schema");
    key_str(&p, "$id", "urn:kaname:law");
    key_str(&p, "title", "A file of a pack of law of Kaname");
    choice_of(&p, "anyOf", files);
    json_key(out, STR("$defs")), json_open(out, '{');
    text_print(&p, "text", true), text_print(&p, "quote", false);
    json_key(out, STR("value")), json_open(out, '{'), choice_of(&p, "anyOf", values), json_close(out, '}');
    for (size_t i = 0; i < p.n; i++) json_key(out, str_of(p.shapes[i]->name)), json_open(out, '{'), shape_print(&p, p.shapes[i]), json_close(out, '}');
    json_close(out, '}');
    json_close(out, '}');
}
