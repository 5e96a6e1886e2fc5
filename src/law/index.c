/* index.c -- the names of a pack that others refer to. */
#include "law/shape.h"

#include <stdlib.h>

typedef struct Builder {
    const Law *law;
    Arena *a;
    Mistakes *m;
    Index *out;
} Builder;

static int by_id(const void *x, const void *y)
{
    return str_cmp(((const Named *)x)->id, ((const Named *)y)->id);
}

static void sort(struct Names *names)
{
    if (names->n) qsort(names->list, names->n, sizeof *names->list, by_id);
}

static Text twice(Arena *a, Str id)
{
    return TEXT_FILL(a, "「{0}」が二度あります。", "\"{0}\" is there twice.", id);
}

/* {"facts":[{"id"}…]}: those that have an id; a second one of the same id is a mistake. */
static void names_of(const Builder *b, Refers what, const Doc *d, const char *list_key, const char *key, const json_t *list)
{
    struct Names *names = &b->out->of[what];
    names->list = arena_array(b->a, Named, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        Str id = json_str_of(json_object_get(o, key));
        bool again = false;
        for (size_t k = 0; k < names->n && !again; k++) again = id.n && str_eq(names->list[k].id, id);
        if (again) doc_wrong(d, path_key(b->a, path_at(b->a, str_of(list_key), i), str_of(key)), "unique", twice(b->a, id));
        else if (id.n) names->list[names->n++] = (Named){id, o, LAW_RULE};
    }
    sort(names);
}

static void item_names(const Builder *b)
{
    for (size_t i = 0; i < b->law->n; i++) {
        const LawItem *it = &b->law->items[i];
        Doc d = item_doc(it, b->a, b->m);
        for (size_t k = 0; k < i && it->id.n; k++)
            if (str_eq(b->law->items[k].id, it->id) && (b->law->items[k].kind == LAW_INCIDENT) == (it->kind == LAW_INCIDENT)) {
                doc_wrong(&d, STR("id"), "unique", TEXT_FILL(b->a, "「{0}」は {1} にもあります。", "\"{0}\" is in {1} as well.", it->id, b->law->items[k].file));
                break;
            }
        if (!it->id.n || it->kind >= LAW_FORM) continue; /* nothing refers to these */
        struct Names *names = &b->out->of[it->kind == LAW_DUTIES ? R_DUTIES : R_RULE];
        names->list[names->n++] = (Named){it->id, it->json, it->kind};
    }
    sort(&b->out->of[R_RULE]);
    sort(&b->out->of[R_DUTIES]);
}

/* Codes of a list of the pack; without that list anything goes. */
static void pack_names(const Builder *b, Refers what, Str list)
{
    struct Names *names = &b->out->of[what];
    const PackList *l = b->law->pack ? pack_find_list(b->law->pack, list) : NULL;
    names->open = !l;
    if (!l) return;
    names->list = arena_array(b->a, Named, l->n + 1);
    for (size_t i = l->first; i < l->first + l->n; i++) names->list[names->n++] = (Named){b->law->pack->items[i].code, b->law->pack->items[i].json, LAW_RULE};
    sort(names);
}

static void operators(const Builder *b)
{
    const Named *fact = index_find(b->out, R_FACT, STR("operator_class"));
    const Named *class = fact ? index_find(b->out, R_CLASS, json_str_of(json_object_get(fact->json, "class"))) : NULL;
    struct Names *names = &b->out->of[R_OPERATOR];
    const json_t *codes = class ? json_object_get(class->json, "codes") : NULL;
    names->open = !class;
    names->list = arena_array(b->a, Named, json_array_size(codes) + 1);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        Str code = json_str_of(json_object_get(json_array_get(codes, i), "code"));
        if (code.n) names->list[names->n++] = (Named){code, json_array_get(codes, i), LAW_RULE};
    }
    sort(names);
}

void index_build(const Law *law, const Doc sides[SIDES], Arena *a, Mistakes *m, Index *out)
{
    Builder b = {law, a, m, out};
    *out = (Index){0};
    names_of(&b, R_SOURCE, &sides[SIDE_SOURCES], "sources", "id", law->sources);
    names_of(&b, R_CLASS, &sides[SIDE_CLASSES], "classes", "id", law->classes);
    names_of(&b, R_FACT, &sides[SIDE_FACTS], "facts", "id", law->facts);
    names_of(&b, R_AUTHORITY, &sides[SIDE_AUTHORITIES], "authorities", "id", law->authorities);
    names_of(&b, R_COUNTING, &sides[SIDE_COUNTING], "counting", "id", law->counting);
    names_of(&b, R_ROLL, &sides[SIDE_COUNTING], "rolls", "id", law->rolls);
    out->of[R_RULE].list = arena_array(a, Named, law->n + 1);
    out->of[R_DUTIES].list = arena_array(a, Named, law->n + 1);
    item_names(&b);
    pack_names(&b, R_FORM, STR("forms"));
    pack_names(&b, R_CALENDAR, STR("calendars"));
    operators(&b);
}
