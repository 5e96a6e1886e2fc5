/* coverage.c -- examples of a rule name what is there, and show each side of it and each row of its tables. */
#include "law/check.h"

/* --- what there is to name ----------------------------------------------------------------------------------------------------------- */

/* Of a rule, over all its versions. */
typedef struct Sides {
    bool met, not_met, undecided;
    bool needed; /* a version whose text was found */
    bool asks;   /* more than what one is */
} Sides;

typedef struct Seen {
    Sides *sides;
    const Part *p;
    Str names[LAW_CONDITIONS_MAX], rows[LAW_CONDITIONS_MAX];
    Str row_paths[LAW_CONDITIONS_MAX];
    size_t names_n, rows_n;
    bool row_met[LAW_CONDITIONS_MAX];
} Seen;

static void name_add(Seen *s, Str name)
{
    if (name.n && s->names_n < LAW_CONDITIONS_MAX) s->names[s->names_n++] = name;
}

static void names_add(Seen *s, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) name_add(s, text_at(json_array_get(list, i), "id"));
}

static void condition_names(void *self, const json_t *c, Str path, size_t depth)
{
    Seen *s = self;
    const json_t *rows = json_object_get(json_object_get(c, "table"), "rows");
    UNUSED(depth);
    s->sides->asks |= rows || json_object_get(c, "measure") || json_object_get(c, "judgement") || json_object_get(c, "rule") || (json_object_get(c, "fact") && !str_eqc(text_at(c, "fact"), "operator_class"));
    name_add(s, text_at(c, "id"));
    names_add(s, rows);
    for (size_t i = 0; i < json_array_size(rows) && s->rows_n < LAW_CONDITIONS_MAX; i++) {
        s->row_paths[s->rows_n] = path_at(s->p->c->a, path_of(s->p->c->a, path, "table/rows"), i);
        s->rows[s->rows_n++] = text_at(json_array_get(rows, i), "id");
    }
}

/* --- one answer expected ---------------------------------------------------------------------------------------------------------------- */

static bool one_of(Str word, const Str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, list[i])) return true;
    return false;
}

static void because_check(Seen *s, const json_t *o, bool met, Str path)
{
    const json_t *list = json_object_get(o, "because");
    for (size_t i = 0; i < json_array_size(list); i++) {
        Str name = json_str_of(json_array_get(list, i));
        if (!one_of(name, s->names, s->names_n))
            doc_wrong(&s->p->d, path_at(s->p->c->a, path_of(s->p->c->a, path, "because"), i), "reference",
                s->names_n ? not_a_word(s->p->c->a, name, s->names, s->names_n) : text_of("この版に名前（id）のあるものはありません。", "Nothing in this version has an id."));
        for (size_t k = 0; met && k < s->rows_n; k++) s->row_met[k] = s->row_met[k] || str_eq(name, s->rows[k]);
    }
}

static size_t duty_ids(const Check *c, Str rule, Str *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < c->law->n; i++) {
        const LawItem *it = &c->law->items[i];
        const json_t *versions = json_object_get(it->json, "versions");
        if (it->kind != LAW_DUTIES || !str_eq(text_at(json_object_get(it->json, "after"), "rule"), rule)) continue;
        for (size_t k = 0; k < json_array_size(versions); k++) {
            const json_t *duties = json_object_get(json_array_get(versions, k), "duties");
            for (size_t d = 0; d < json_array_size(duties) && n < max; d++) out[n++] = text_at(json_array_get(duties, d), "id");
        }
    }
    return n;
}

static void due_check(Seen *s, const json_t *o, Str path)
{
    const char *id;
    json_t *day;
    Str valid[200];
    size_t n = duty_ids(s->p->c, s->p->item->id, valid, COUNT(valid));
    json_object_foreach(json_object_get(o, "due"), id, day) {
        if (one_of(str_of(id), valid, n)) continue;
        doc_wrong(&s->p->d, path_of(s->p->c->a, path_of(s->p->c->a, path, "due"), id), "reference", n ? not_a_word(s->p->c->a, str_of(id), valid, n) : text_of("この規則の後に義務はありません。", "No duty follows this rule."));
    }
}

static void answer_check(Seen *s, const json_t *o, Str path)
{
    Str expect = text_at(o, "expect");
    bool met = str_eqc(expect, "met");
    s->sides->met |= met;
    s->sides->not_met |= words_have("not_met not_bound", expect);
    s->sides->undecided |= str_eqc(expect, "undecided");
    because_check(s, o, met, path);
    due_check(s, o, path);
}

static void example_check(Seen *s, const json_t *example, Str path)
{
    const json_t *list = json_object_get(example, "also");
    answer_check(s, example, path);
    for (size_t i = 0; i < json_array_size(list); i++) answer_check(s, json_array_get(list, i), path_at(s->p->c->a, path_of(s->p->c->a, path, "also"), i));
}

/* Of what was not found, or is not law yet, no example is asked. */
static bool needs_examples(const Part *p)
{
    return !words_have("proposed missing", status_of(p->json)) && !json_object_get(json_object_get(p->json, "condition"), "unknown");
}

static void version_check(const Part *p, Sides *sides)
{
    const json_t *list = json_object_get(p->json, "examples");
    Seen *s = arena_new(p->c->a, Seen);
    s->p = p, s->sides = sides;
    each_condition(p, condition_names, s);
    names_add(s, json_object_get(p->json, "except"));
    names_add(s, json_object_get(p->json, "gaps"));
    for (size_t i = 0; i < json_array_size(list); i++) example_check(s, json_array_get(list, i), path_at(p->c->a, path_of(p->c->a, p->path, "examples"), i));
    if (!needs_examples(p)) return;
    sides->needed = true;
    if (!json_array_size(list)) doc_wrong(&p->d, path_of(p->c->a, p->path, "examples"), "required", TEXT_FILL(p->c->a, "版「{0}」に例がありません。", "Version \"{0}\" has no example.", text_at(p->json, "v")));
    for (size_t k = 0; k < s->rows_n; k++)
        if (!s->row_met[k]) doc_wrong(&p->d, s->row_paths[k], "required", TEXT_FILL(p->c->a, "行「{0}」で該当する例がありません（because に名を挙げます）。", "No example is met by row \"{0}\" (named in its because).", s->rows[k]));
}

static void side_missing(const Doc *d, bool shown, const char *ja, const char *en)
{
    if (!shown) doc_wrong(d, STR("versions"), "required", TEXT_FILL(d->a, "結論が「{0}」の例がありません。", "No example of this rule is {1}.", str_of(ja), str_of(en)));
}

void examples_check(const Check *c, const LawItem *it)
{
    const json_t *versions = json_object_get(it->json, "versions");
    Doc d = item_doc(it, c->a, c->m);
    Sides sides = {0};
    for (size_t i = 0; i < json_array_size(versions); i++) {
        Part p = {c, it, d, json_array_get(versions, i), path_at(c->a, STR("versions"), i)};
        version_check(&p, &sides);
    }
    if (!sides.needed) return;
    side_missing(&d, sides.met, "該当", "met");
    side_missing(&d, sides.not_met, "非該当", "not met");
    side_missing(&d, sides.undecided || !sides.asks, "未確定", "undecided");
}

/* --- examples of duties ---------------------------------------------------------------------------------------------------------------- */

static const json_t *named(const json_t *list, Str id)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_eq(text_at(json_array_get(list, i), "id"), id)) return json_array_get(list, i);
    return NULL;
}

static void name_check(const Part *p, const json_t *list, Str id, Str path)
{
    Str *valid = arena_array(p->c->a, Str, json_array_size(list) + 1);
    size_t n = json_array_size(list);
    if (!id.n || named(list, id)) return;
    for (size_t i = 0; i < n; i++) valid[i] = text_at(json_array_get(list, i), "id");
    doc_wrong(&p->d, path, "reference", n ? not_a_word(p->c->a, id, valid, n) : text_of("ここには名前のあるものがありません。", "Nothing here has a name."));
}

static void expected_check(const Part *p, const json_t *o, Str path)
{
    const json_t *duties = json_object_get(p->json, "duties");
    const char *id;
    json_t *want;
    json_object_foreach(json_object_get(o, "expect"), id, want) {
        Str at = path_of(p->c->a, path_of(p->c->a, path, "expect"), id);
        name_check(p, duties, str_of(id), at);
        name_check(p, duties, text_at(want, "waits_for"), path_of(p->c->a, at, "waits_for"));
        name_check(p, json_object_get(named(duties, str_of(id)), "variants"), text_at(want, "variant"), path_of(p->c->a, at, "variant"));
    }
}

void duty_examples_check(const Part *p)
{
    const json_t *list = json_object_get(p->json, "examples");
    for (size_t i = 0; p->item->kind == LAW_DUTIES && i < json_array_size(list); i++) {
        Str path = path_at(p->c->a, path_of(p->c->a, p->path, "examples"), i);
        const json_t *also = json_object_get(json_array_get(list, i), "also");
        expected_check(p, json_array_get(list, i), path);
        for (size_t k = 0; k < json_array_size(also); k++) expected_check(p, json_array_get(also, k), path_at(p->c->a, path_of(p->c->a, path, "also"), k));
    }
}
