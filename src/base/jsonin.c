/* jsonin.c -- JSON in: jansson behind limits on size and depth. The tree lives as long as the arena. */
#include "base/base.h"

#include <jansson.h>

/* Nesting is counted before parsing, so that a hostile body costs one pass over its bytes. */
static bool too_deep(Str s)
{
    int depth = 0;
    bool text = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.s[i];
        if (text) {
            if (c == '\\') i++;
            else if (c == '"') text = false;
            continue;
        }
        if (c == '"') text = true;
        else if (c == '{' || c == '[') depth++;
        else if (c == '}' || c == ']') depth--;
        if (depth > JSON_DEPTH_MAX) return true;
    }
    return false;
}

static void give_back(void *tree)
{
    json_decref(tree);
}

json_t *json_keep(Arena *a, json_t *tree)
{
    assert(tree);
    arena_defer(a, give_back, tree);
    return tree;
}

/* --- where a name stands twice --------------------------------------------------------------------------------------------------- */

typedef struct Level { bool list, name_next; int64_t index; Str name; } Level;
typedef struct Levels { Level list[JSON_DEPTH_MAX + 2]; size_t n; } Levels;

static void level_byte(Levels *l, char c)
{
    Level *top = &l->list[l->n - 1];
    if ((c == '{' || c == '[') && l->n < COUNT(l->list)) l->list[l->n++] = (Level){.list = c == '[', .name_next = c == '{'};
    else if ((c == '}' || c == ']') && l->n > 1) l->n--;
    else if (c == ',') top->index++, top->name_next = !top->list;
}

static size_t text_end(Str s, size_t i)
{
    for (i++; i < s.n && s.s[i] != '"'; i++)
        if (s.s[i] == '\\') i++;
    return i < s.n ? i : s.n;
}

/* "facts/impact/0/to": the last name before the end of `s`, which is the beginning of a document. */
static Str name_path(Arena *a, Str s)
{
    Levels l = {.n = 1};
    Buf b;
    for (size_t i = 0; i < s.n; i++) {
        Level *top = &l.list[l.n - 1];
        if (s.s[i] != '"') {
            level_byte(&l, s.s[i]);
            continue;
        }
        size_t end = text_end(s, i);
        if (top->name_next) top->name = str_slice(s, i + 1, end), top->name_next = false;
        i = end;
    }
    buf_init(&b, a, 64);
    for (size_t i = 1; i < l.n; i++) {
        if (i > 1) buf_byte(&b, '/');
        if (l.list[i].list) buf_printf(&b, "%lld", (long long)l.list[i].index);
        else buf_add(&b, str_slice(l.list[i].name, 0, l.list[i].name.n < 100 ? l.list[i].name.n : 100));
    }
    return buf_str(&b);
}

static Err not_json(Arena *a, Str bytes, const json_error_t *e)
{
    Str line = str_printf(a, "%d", e->line), column = str_printf(a, "%d", e->column);
    if (json_error_code(e) == json_error_duplicate_key) {
        Str path = name_path(a, str_slice(bytes, 0, e->position > 0 && (size_t)e->position < bytes.n ? (size_t)e->position : bytes.n));
        if (str_is_utf8(path)) return err_text(ERR_INVALID, TEXT_FILL(a, "JSON として読めません。「{0}」が二度あります（{1}行{2}桁）。", "Not valid JSON: \"{0}\" is there twice (line {1}, column {2}).", path, line, column));
    }
    return err_text(ERR_INVALID, TEXT_FILL(a, "JSON として読めません（{0}行{1}桁）: {2}", "Not valid JSON (line {0}, column {1}): {2}", line, column, str_copy(a, str_of(e->text))));
}

Err json_in(Arena *a, Str bytes, size_t max, json_t **out)
{
    if (bytes.n > max)
        return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "JSON が大きすぎます（上限 {0} バイト）。", "The JSON is too large (limit {0} bytes).",
            str_printf(a, "%zu", max)));
    if (too_deep(bytes))
        return err_text(ERR_INVALID, TEXT_FILL(a, "JSON の入れ子が深すぎます（上限 {0} 段）。", "The JSON is nested too deeply (limit {0}).",
            str_printf(a, "%d", JSON_DEPTH_MAX)));
    json_error_t e;
    json_t *tree = json_loadb(bytes.n ? bytes.s : "", bytes.n, JSON_REJECT_DUPLICATES, &e);
    if (!tree) return not_json(a, bytes, &e);
    arena_defer(a, give_back, tree);
    *out = tree;
    return ERR_NONE;
}

Str json_str_of(const json_t *v)
{
    return json_is_string(v) ? (Str){json_string_value(v), json_string_length(v)} : (Str){0};
}

void json_value(JsonOut *j, const json_t *v)
{
    size_t i;
    const char *name;
    json_t *one;
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        json_open(j, '{');
        json_object_foreach((json_t *)v, name, one) json_key(j, str_of(name)), json_value(j, one);
        json_close(j, '}');
        return;
    case JSON_ARRAY:
        json_open(j, '[');
        json_array_foreach(v, i, one) json_value(j, one);
        json_close(j, ']');
        return;
    case JSON_STRING: json_str(j, json_str_of(v)); return;
    case JSON_INTEGER: json_int(j, json_integer_value(v)); return;
    case JSON_REAL: json_raw(j, str_printf(j->b->a, "%.17g", json_real_value(v))); return;
    case JSON_TRUE:
    case JSON_FALSE: json_bool(j, json_is_true(v)); return;
    case JSON_NULL: json_none(j); return;
    }
}
