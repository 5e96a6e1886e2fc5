/* form.c -- reads objects along their table of keys, and names what does not fit. */
#include "base/form.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

enum { FIELDS_MAX = 40, WORD_SHOWN = 60, NEAR_MAX = 1000 };

/* --- paths ----------------------------------------------------------------------------------------------------------- */

/* A name of the document as it may stand on a terminal. */
static Str shown(Arena *a, Str word)
{
    size_t n = word.n < WORD_SHOWN ? word.n : WORD_SHOWN;
    while (n < word.n && n && ((unsigned char)word.s[n] & 0xC0) == 0x80) n--;
    word.n = n;
    if (!str_has_control(word, false)) return word;
    Buf b;
    buf_init(&b, a, n + 1);
    for (size_t i = 0; i < n; i++) buf_byte(&b, (unsigned char)word.s[i] < 0x80 && word.s[i] > 0x20 && word.s[i] != 0x7F ? word.s[i] : '?');
    return buf_str(&b);
}

static void path_add(Buf *b, const FormPath *p)
{
    if (!p) return;
    path_add(b, p->up);
    if (!p->key) buf_printf(b, "[%zu]", p->at);
    else buf_printf(b, "%s%.*s", b->n ? "." : "", STR_ARG(shown(b->a, str_of(p->key))));
}

Str form_path(Arena *a, const FormPath *p)
{
    Buf b;
    buf_init(&b, a, 48);
    path_add(&b, p);
    return b.n ? buf_str(&b) : STR("$");
}

/* Beyond the last mistake that is kept none costs memory. */
static bool full(FormIn *f)
{
    if (f->m->n < MISTAKES_MAX) return false;
    f->m->more++;
    return true;
}

void form_wrong(FormIn *f, const FormPath *path, const char *code, Text text)
{
    if (!full(f)) mistake_add(f->m, form_path(f->a, path), code, text);
}

/* --- what was expected ---------------------------------------------------------------------------------------------- */

static Str number_text(Arena *a, double x)
{
    return str_printf(a, "%.15g", x);
}

static Text bounds(Arena *a, const FormField *k, double found)
{
    Str min = number_text(a, k->min), max = number_text(a, k->max), was = number_text(a, found);
    const char *whole_ja = k->kind == FORM_WHOLE ? "整数" : "数", *whole_en = k->kind == FORM_WHOLE ? "a whole number" : "a number";
    return TEXT_FILL(a, "{0} {1} {2} {3}の{4}にしてください（いまは {5}）。", "must be {6} {7} {0} and {8} {2} (it is {5})", min, k->flags & FORM_OVER ? STR("より大きく") : STR("以上"), max,
        k->flags & FORM_UNDER ? STR("未満") : STR("以下"), str_of(whole_ja), was, str_of(whole_en), k->flags & FORM_OVER ? STR("greater than") : STR("of at least"), k->flags & FORM_UNDER ? STR("less than") : STR("at most"));
}

static Text expected(Arena *a, const FormField *k)
{
    Str min = number_text(a, k->min), max = number_text(a, k->max);
    switch (k->kind) {
    case FORM_STR: return TEXT_FILL(a, "{0} 文字までの文字列にしてください（改行などの制御文字は使えません）。", "must be a text of at most {0} characters, without control characters", max);
    case FORM_NUMBER:
    case FORM_WHOLE: return k->kind == FORM_WHOLE ? text_of("整数にしてください。", "must be a whole number") : text_of("数にしてください（引用符は付けません）。", "must be a number (without quotes)");
    case FORM_BOOL: return text_of("true か false にしてください。", "must be true or false");
    case FORM_OBJECT:
    case FORM_MAP: return text_of("{ } で書いてください。", "must be an object { }");
    case FORM_LIST:
    case FORM_NUMBERS: return TEXT_FILL(a, "[ ] で {0} 個から {1} 個まで並べてください。", "must be a list [ ] of {0} to {1}", min, max);
    case FORM_OTHER: break;
    }
    return (Text){0};
}

static bool unexpected(FormIn *f, const FormField *k, const FormPath *at)
{
    if (!full(f)) form_wrong(f, at, "type", expected(f->a, k));
    return false;
}

/* --- one value ---------------------------------------------------------------------------------------------------------- */

static bool within(FormIn *f, const FormField *k, double x, const FormPath *at)
{
    bool good = isfinite(x) && (k->flags & FORM_OVER ? x > k->min : x >= k->min) && (k->flags & FORM_UNDER ? x < k->max : x <= k->max);
    if (!good && !full(f)) form_wrong(f, at, "range", bounds(f->a, k, x));
    return good;
}

static bool read_str(FormIn *f, const FormField *k, const json_t *v, const FormPath *at, Str *out)
{
    Str s = json_str_of(v);
    if (!json_is_string(v) || (double)str_chars(s) > k->max || str_has_control(s, false)) return unexpected(f, k, at);
    if (k->flags & FORM_NEEDED && !s.n) return form_wrong(f, at, "required", text_of("空にはできません。", "must not be empty")), false;
    *out = s;
    return true;
}

static bool read_number(FormIn *f, const FormField *k, const json_t *v, const FormPath *at, double *out)
{
    if (!json_is_number(v)) return unexpected(f, k, at);
    if (!within(f, k, json_number_value(v), at)) return false;
    *out = json_number_value(v);
    return true;
}

static bool read_whole(FormIn *f, const FormField *k, const json_t *v, const FormPath *at, int64_t *out)
{
    if (!json_is_integer(v)) return unexpected(f, k, at);
    if (!within(f, k, (double)json_integer_value(v), at)) return false;
    *out = json_integer_value(v);
    return true;
}

static bool read_list(FormIn *f, const FormField *k, const json_t *v, const FormPath *at, const json_t **out)
{
    size_t n = json_array_size(v);
    if (!json_is_array(v) || (double)n < k->min || (double)n > k->max) return unexpected(f, k, at);
    *out = v;
    return true;
}

static bool read_one(FormIn *f, const FormField *k, const json_t *v, const FormPath *at, void *into)
{
    switch (k->kind) {
    case FORM_STR: return read_str(f, k, v, at, into);
    case FORM_NUMBER: return read_number(f, k, v, at, into);
    case FORM_WHOLE: return read_whole(f, k, v, at, into);
    case FORM_BOOL: return json_is_boolean(v) ? *(bool *)into = json_is_true(v), true : unexpected(f, k, at);
    case FORM_OBJECT:
    case FORM_MAP: return json_is_object(v) ? *(const json_t **)into = v, true : unexpected(f, k, at);
    case FORM_LIST:
    case FORM_NUMBERS: return read_list(f, k, v, at, into);
    case FORM_OTHER: return *(const json_t **)into = v, true;
    }
    return false;
}

/* --- an object -------------------------------------------------------------------------------------------------------------- */

static const Text is_needed = TEXT("必要です。", "is needed"), is_no_object = TEXT("{ } で書いてください。", "must be an object { }");

static const FormField *field_of(const Form *form, const char *name)
{
    for (size_t i = 0; i < form->n; i++)
        if (!strcmp(form->fields[i].name, name)) return &form->fields[i];
    return NULL;
}

static bool unknown(FormIn *f, const Form *form, const char *name, const FormPath *path)
{
    Str valid[FIELDS_MAX];
    if (full(f)) return false;
    for (size_t i = 0; i < form->n; i++) valid[i] = str_of(form->fields[i].name);
    form_wrong(f, FORM_KEY(path, name), "unknown_field", not_a_word(f->a, shown(f->a, str_of(name)), valid, form->n));
    return false;
}

/* "note" may stand anywhere, for whoever reads the document; "kind" was read when the form was picked. */
static bool is_passed(const Form *form, const char *name)
{
    return !strcmp(name, "note") || (form->name && !strcmp(name, "kind"));
}

bool form_read(FormIn *f, const Form *form, const json_t *v, const FormPath *path, void *out)
{
    const char *name;
    json_t *one;
    bool good = true;
    assert(form->n <= FIELDS_MAX);
    if (!json_is_object(v)) return form_wrong(f, path, "type", is_no_object), false;
    for (size_t i = 0; i < form->n; i++) {
        const FormField *k = &form->fields[i];
        const json_t *value = json_object_get(v, k->name);
        if (value) good = read_one(f, k, value, FORM_KEY(path, k->name), (char *)out + k->into) && good;
        else if (k->flags & FORM_NEEDED) form_wrong(f, FORM_KEY(path, k->name), "required", is_needed), good = false;
    }
    json_object_foreach((json_t *)v, name, one)
        if (!field_of(form, name) && !is_passed(form, name)) good = unknown(f, form, name, path);
    return good;
}

static Text words_of(Arena *a, const Form *form)
{
    Buf b;
    buf_init(&b, a, 80);
    for (size_t i = 0; form->picks[i]; i++) buf_printf(&b, "%s%s", i ? ", " : "", form->picks[i]->name);
    return TEXT_FILL(a, "次の語のどれかにしてください: {0}", "must be one of these words: {0}", buf_str(&b));
}

const Form *form_pick(FormIn *f, const Form *form, const json_t *v, const FormPath *path)
{
    Str valid[FIELDS_MAX], kind = json_str_of(json_object_get(v, "kind"));
    size_t n = 0;
    if (!json_is_object(v)) return form_wrong(f, path, "type", is_no_object), NULL;
    for (; form->picks[n]; n++) {
        if (str_eqc(kind, form->picks[n]->name)) return form->picks[n];
        valid[n] = str_of(form->picks[n]->name);
    }
    if (full(f)) return NULL;
    form_wrong(f, FORM_KEY(path, "kind"), kind.n ? "choice" : "required", kind.n ? not_a_word(f->a, shown(f->a, kind), valid, n) : words_of(f->a, form));
    return NULL;
}

static const FormField amount = {.name = "amount", .kind = FORM_NUMBER, .max = FORM_AMOUNT_MAX};

bool form_numbers(FormIn *f, const json_t *v, const FormPath *path, double *out)
{
    bool good = true;
    for (size_t i = 0; i < json_array_size(v); i++) good = read_number(f, &amount, json_array_get(v, i), FORM_AT(path, i), &out[i]) && good;
    return good;
}

bool form_greater(FormIn *f, double high, double low, const FormPath *high_path, const char *low_name)
{
    if (high > low) return true;
    form_wrong(f, high_path, "range", TEXT_FILL(f->a, "{0} より大きくしてください。", "must be greater than {0}", str_of(low_name)));
    return false;
}

/* --- names -------------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
    const FormName *p = x, *q = y;
    int order = str_cmp(p->id, q->id);
    return order ? order : p->at < q->at ? -1 : p->at > q->at;
}

void names_sort(FormIn *f, FormNames *names, const FormPath *list_path)
{
    if (names->n > 1) qsort(names->list, names->n, sizeof *names->list, by_name);
    for (size_t i = 1; i < names->n; i++) {
        const FormName *one = &names->list[i], *before = &names->list[i - 1];
        if (!one->id.n || !str_eq(one->id, before->id) || full(f)) continue;
        form_wrong(f, FORM_KEY(FORM_AT(list_path, one->at), "id"), "unique",
            TEXT_FILL(f->a, "「{0}」は {1} にもあります。ほかと違う名前にしてください。", "\"{0}\" is also the id of {1}: each needs its own", shown(f->a, one->id), form_path(f->a, FORM_AT(list_path, before->at))));
    }
}

size_t names_find(const FormNames *names, Str id)
{
    size_t from = 0, to = names->n;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int order = str_cmp(names->list[mid].id, id);
        if (!order) return names->list[mid].at;
        if (order < 0) from = mid + 1;
        else to = mid;
    }
    return SIZE_MAX;
}

Text names_none(Arena *a, const FormNames *names, Str id)
{
    size_t n = names->n < NEAR_MAX ? names->n : NEAR_MAX;
    Str *valid = arena_array(a, Str, n + 1);
    for (size_t i = 0; i < n; i++) valid[i] = shown(a, names->list[i].id);
    if (!n) return TEXT_FILL(a, "「{0}」はありません。", "There is no \"{0}\".", shown(a, id));
    return not_a_word(a, shown(a, id), valid, n);
}

/* --- the tables as JSON Schema -------------------------------------------------------------------------------------------------- */

static void schema_of(JsonOut *j, const Form *form);

static void schema_count(JsonOut *j, const char *key, double x)
{
    json_key(j, str_of(key)), json_number(j, x);
}

static void schema_field(JsonOut *j, const FormField *k)
{
    static const char *const types[] = {[FORM_STR] = "string", [FORM_NUMBER] = "number", [FORM_WHOLE] = "integer", [FORM_BOOL] = "boolean", [FORM_OBJECT] = "object", [FORM_MAP] = "object", [FORM_LIST] = "array", [FORM_NUMBERS] = "array"};
    if (k->kind == FORM_OBJECT && k->of) {
        schema_of(j, k->of);
        return;
    }
    json_open(j, '{');
    if (k->kind != FORM_OTHER) json_kstr(j, "type", str_of(types[k->kind]));
    if (k->kind == FORM_STR) schema_count(j, "maxLength", k->max), schema_count(j, "minLength", k->flags & FORM_NEEDED ? 1 : 0);
    if (k->kind == FORM_NUMBER || k->kind == FORM_WHOLE) schema_count(j, k->flags & FORM_OVER ? "exclusiveMinimum" : "minimum", k->min), schema_count(j, k->flags & FORM_UNDER ? "exclusiveMaximum" : "maximum", k->max);
    if (k->kind == FORM_LIST || k->kind == FORM_NUMBERS) schema_count(j, "minItems", k->min), schema_count(j, "maxItems", k->max);
    if (k->kind == FORM_NUMBERS) json_key(j, STR("items")), schema_field(j, &amount);
    if (k->kind == FORM_MAP) json_key(j, STR("additionalProperties")), schema_of(j, k->of);
    if (k->kind == FORM_LIST && k->of) json_key(j, STR("items")), schema_of(j, k->of);
    json_close(j, '}');
}

static void schema_keys(JsonOut *j, const Form *form)
{
    json_key(j, STR("properties")), json_open(j, '{');
    if (form->name) json_key(j, STR("kind")), json_open(j, '{'), json_kstr(j, "const", str_of(form->name)), json_close(j, '}');
    for (size_t i = 0; i < form->n; i++) json_key(j, str_of(form->fields[i].name)), schema_field(j, &form->fields[i]);
    json_key(j, STR("note")), json_open(j, '{'), json_close(j, '}');
    json_close(j, '}');
    json_key(j, STR("required")), json_open(j, '[');
    if (form->name) json_str(j, STR("kind"));
    for (size_t i = 0; i < form->n; i++)
        if (form->fields[i].flags & FORM_NEEDED) json_str(j, str_of(form->fields[i].name));
    json_close(j, ']');
    json_kbool(j, "additionalProperties", false);
}

static void schema_of(JsonOut *j, const Form *form)
{
    json_open(j, '{');
    if (!form->picks) json_kstr(j, "type", STR("object")), schema_keys(j, form);
    else json_key(j, STR("anyOf")), json_open(j, '[');
    for (size_t i = 0; form->picks && form->picks[i]; i++) schema_of(j, form->picks[i]);
    if (form->picks) json_close(j, ']');
    json_close(j, '}');
}

void form_schema(JsonOut *j, const Form *root, Str title)
{
    json_kstr(j, "$schema", STR("https://json-schema.org/draft/2020-12/schema")), json_kstr(j, "title", title), json_kstr(j, "type", STR("object"));
    schema_keys(j, root);
}
