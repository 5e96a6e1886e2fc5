/* show.c -- items of packs as JSON, and whether a text is in one. Knows no list by name: everything comes from the pack. */
#include "pack/pack.h"

#include <jansson.h>

bool pack_item_has(Arena *a, const PackItem *it, Str text)
{
    Str rest = str_fold(a, str_trim(text)), word;
    while (str_cut(&rest, ' ', &word))
        if (str_find(it->words, word) == SIZE_MAX) return false;
    return true;
}

static void day_json(JsonOut *j, Arena *a, Str key, Day d)
{
    json_key(j, key);
    if (d == DAY_NONE) json_none(j);
    else json_str(j, day_text(a, d));
}

static void titles_json(JsonOut *j, Arena *a, const Pack *p, const PackList *l, const PackItem *it)
{
    const Packs one = {(Pack *)p, 1};
    json_key(j, STR("_titles")), json_open(j, '{');
    for (size_t i = 0; i < l->fields_n; i++) {
        if (!l->fields[i].list.n) continue;
        const PackItem *named = pack_find(&one, l->fields[i].list, json_str_of(json_object_get(it->json, str_c(a, l->fields[i].name))), DAY_NONE);
        if (!named) continue;
        json_key(j, named->code);
        json_text(j, named->title);
    }
    json_close(j, '}');
}

void pack_item_json(JsonOut *j, Arena *a, const Pack *p, const PackItem *it)
{
    const PackList *l = pack_find_list(p, it->list);
    json_open(j, '{');
    json_kstr(j, "id", it->code);
    json_key(j, STR("title")), json_text(j, it->title);
    for (size_t i = 0; i < l->fields_n; i++) {
        const json_t *v = json_object_get(it->json, str_c(a, l->fields[i].name));
        if (!v) continue;
        json_key(j, l->fields[i].name);
        json_value(j, v);
    }
    titles_json(j, a, p, l, it);
    json_kstr(j, "source", it->source);
    day_json(j, a, STR("from"), it->from);
    day_json(j, a, STR("to"), it->to);
    json_kstr(j, "check", check_rows[it->check].code);
    json_close(j, '}');
}

bool pack_number(const PackItem *it, const char *field, const char *name, int64_t *out)
{
    const json_t *v = json_object_get(json_object_get(it->json, field), name);
    if (json_is_integer(v)) *out = json_integer_value(v);
    return json_is_integer(v);
}
