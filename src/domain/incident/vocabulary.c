/* vocabulary.c -- what the packs call things: the facts that rules ask, and the codes of their classes. */
#include "incident/parts.h"

#include "law/law.h"

#include <jansson.h>

static const char *const form_names[FORMS] = {[FORM_BOOL] = "bool", [FORM_JUDGEMENT] = "judgement", [FORM_COUNT] = "count", [FORM_DURATION] = "duration",
    [FORM_TIME] = "time", [FORM_CHOICE] = "choice", [FORM_SET] = "set", [FORM_TIMELINE] = "timeline"};

static Str text_at(const json_t *o, const char *key)
{
    return json_str_of(json_object_get(o, key));
}

static const Str *codes_in(Arena *a, const Law *law, Str class, size_t *n)
{
    const json_t *codes = json_object_get(law_entry(law->classes, class), "codes");
    Str *list = arena_array(a, Str, json_array_size(codes) + 1);
    for (*n = 0; *n < json_array_size(codes); ++*n)
        list[*n] = text_at(json_array_get(codes, *n), "code");
    return list;
}

static FactForm form_named(Str type)
{
    for (FactForm f = FORM_GUESS + 1; f < FORMS; f++)
        if (str_eqc(type, form_names[f])) return f;
    return FORM_GUESS;
}

static FactWord word_of(Arena *a, const Law *law, const json_t *fact)
{
    FactWord w = {.id = text_at(fact, "id"), .form = form_named(text_at(fact, "type")), .unit = text_at(fact, "unit")};
    if (text_at(fact, "class").n) w.codes = codes_in(a, law, text_at(fact, "class"), &w.codes_n);
    if (text_at(fact, "per").n) w.per = codes_in(a, law, text_at(law_entry(law->facts, text_at(fact, "per")), "class"), &w.per_n);
    return w;
}

static void add(Arena *a, const Law *law, const json_t *fact, Vocabulary *v, FactWord *words)
{
    if (vocabulary_find(v, text_at(fact, "id"))) return;
    words[v->n++] = word_of(a, law, fact);
    if (words[v->n - 1].form != FORM_TIMELINE || v->timeline.n) return;
    v->timeline = text_at(fact, "id"), v->classes = text_at(fact, "classes");
    v->kinds = codes_in(a, law, text_at(fact, "kinds"), &v->kinds_n);
}

const Vocabulary *vocabulary_of(Ctx *c)
{
    const Laws *laws = c->packs ? c->packs->laws : NULL;
    size_t n = 0;
    for (size_t i = 0; laws && i < laws->n; i++)
        n += json_array_size(laws->list[i].facts);
    if (!n) return NULL;
    Vocabulary *v = arena_new(c->a, Vocabulary);
    FactWord *words = arena_array(c->a, FactWord, n);
    *v = (Vocabulary){.words = words};
    for (size_t i = 0; i < laws->n; i++)
        for (size_t k = 0; k < json_array_size(laws->list[i].facts); k++)
            add(c->a, &laws->list[i], json_array_get(laws->list[i].facts, k), v, words);
    return v;
}

const FactWord *vocabulary_find(const Vocabulary *words, Str fact)
{
    for (size_t i = 0; words && i < words->n; i++)
        if (str_eq(words->words[i].id, fact)) return &words->words[i];
    return NULL;
}

/* --- for pages --------------------------------------------------------------------------------------------------------------- */

/* Every key but the author's notes; those of an earlier pack count. */
static void list_out(JsonOut *j, const Laws *laws, bool facts)
{
    json_open(j, '[');
    for (size_t i = 0; laws && i < laws->n; i++) {
        const json_t *list = facts ? laws->list[i].facts : laws->list[i].classes;
        for (size_t k = 0; k < json_array_size(list); k++) {
            const char *key;
            json_t *one = json_array_get(list, k), *v;
            bool before = false;
            for (size_t e = 0; e < i; e++) before |= law_entry(facts ? laws->list[e].facts : laws->list[e].classes, text_at(one, "id")) != NULL;
            if (before) continue;
            json_open(j, '{');
            json_object_foreach(one, key, v) if (strcmp(key, "note") != 0) json_key(j, str_of(key)), json_value(j, v);
            json_close(j, '}');
        }
    }
    json_close(j, ']');
}

void incident_vocabulary_json(JsonOut *j, const Packs *packs)
{
    const Laws *laws = packs ? packs->laws : NULL;
    json_open(j, '{');
    json_key(j, STR("facts")), list_out(j, laws, true);
    json_key(j, STR("classes")), list_out(j, laws, false);
    json_close(j, '}');
}
