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
    if (!tree)
        return err_text(ERR_INVALID, TEXT_FILL(a, "JSON として読めません（{0}行{1}桁）: {2}", "Not valid JSON (line {0}, column {1}): {2}",
            str_printf(a, "%d", e.line), str_printf(a, "%d", e.column), str_copy(a, str_of(e.text))));
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
