/* part.c -- going through the versions and conditions of a pack's law. */
#include "law/check.h"

Str path_of(Arena *a, Str path, const char *key)
{
    return path_key(a, path, str_of(key));
}

bool is_rule(LawKind k)
{
    return k == LAW_RULE || k == LAW_LEVEL || k == LAW_WATCH;
}

Str status_of(const json_t *version)
{
    return text_at(json_object_get(version, "check"), "status");
}

bool status_is_weak(Str status)
{
    return words_have("memory proposed missing", status);
}

Part part_of(const Check *c, const LawItem *it, size_t version)
{
    return (Part){c, it, item_doc(it, c->a, c->m), json_array_get(json_object_get(it->json, "versions"), version), path_at(c->a, STR("versions"), version)};
}

void each_part(const Check *c, void (*fn)(const Part *p))
{
    for (size_t i = 0; i < c->law->n; i++) {
        const LawItem *it = &c->law->items[i];
        for (size_t k = 0; k < json_array_size(json_object_get(it->json, "versions")); k++) {
            Part p = part_of(c, it, k);
            fn(&p);
        }
    }
}

static void each_in_list(Arena *a, const json_t *list, Str path, size_t depth, ConditionFn *fn, void *self)
{
    for (size_t i = 0; i < json_array_size(list); i++) each_condition_in(a, json_array_get(list, i), path_at(a, path, i), depth, fn, self);
}

void each_condition_in(Arena *a, const json_t *c, Str path, size_t depth, ConditionFn *fn, void *self)
{
    static const char *const lists[] = {"all", "any", "none"};
    if (!c || depth > LAW_CONDITION_DEPTH_MAX + 1) return;
    fn(self, c, path, depth);
    for (size_t i = 0; i < COUNT(lists); i++) each_in_list(a, json_object_get(c, lists[i]), path_of(a, path, lists[i]), depth + 1, fn, self);
    each_in_list(a, json_object_get(json_object_get(c, "at_least_of"), "of"), path_of(a, path, "at_least_of/of"), depth + 1, fn, self);
}

static void each_when(Arena *a, const json_t *list, Str path, ConditionFn *fn, void *self)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        Str at = path_at(a, path, i);
        each_condition_in(a, json_object_get(o, "when"), path_of(a, at, "when"), 0, fn, self);
        each_when(a, json_object_get(o, "variants"), path_of(a, at, "variants"), fn, self);
    }
}

void each_condition(const Part *p, ConditionFn *fn, void *self)
{
    static const char *const lists[] = {"except", "gaps", "duties"};
    Arena *a = p->c->a;
    each_condition_in(a, json_object_get(p->json, "condition"), path_of(a, p->path, "condition"), 0, fn, self);
    for (size_t i = 0; i < COUNT(lists); i++) each_when(a, json_object_get(p->json, lists[i]), path_of(a, p->path, lists[i]), fn, self);
}

const json_t *fact_json(const Index *x, Str id)
{
    const Named *n = index_find(x, R_FACT, id);
    return n ? n->json : NULL;
}

Str fact_type(const Index *x, Str id)
{
    return text_at(fact_json(x, id), "type");
}

Str class_of_set(const Index *x, Str set_fact)
{
    return text_at(fact_json(x, set_fact), "class");
}

void code_check(const Doc *d, const Index *x, Str class, Str code, Str path)
{
    const Named *found = index_find(x, R_CLASS, class);
    const json_t *codes = found ? json_object_get(found->json, "codes") : NULL;
    size_t n = json_array_size(codes);
    if (!n) return; /* the class itself is missing: said elsewhere */
    Str *valid = arena_array(d->a, Str, n);
    for (size_t i = 0; i < n; i++) {
        valid[i] = text_at(json_array_get(codes, i), "code");
        if (str_eq(valid[i], code)) return;
    }
    Text near = not_a_word(d->a, code, valid, n);
    doc_wrong(d, path, "reference", TEXT_FILL(d->a, "一覧「{0}」: {1}", "Class \"{0}\": {2}", class, near.in[JA], near.in[EN]));
}

static const struct UnitRow { const char *unit; Measured measures; int64_t factor; } unit_rows[] = {
    {"s", MEASURED_TIME, 1}, {"min", MEASURED_TIME, 60}, {"h", MEASURED_TIME, 3600}, {"day", MEASURED_TIME, 86400}, {"week", MEASURED_TIME, 604800},
    {"month", MEASURED_MONTHS, 1}, {"quarter", MEASURED_MONTHS, 3}, {"year", MEASURED_MONTHS, 12},
    {"percent", MEASURED_PERCENT, 1000}, {"user_min", MEASURED_PRODUCT, 1},
};

static const struct UnitRow *unit_row(Str unit)
{
    for (size_t i = 0; i < COUNT(unit_rows); i++)
        if (str_eqc(unit, unit_rows[i].unit)) return &unit_rows[i];
    return NULL;
}

Measured unit_measures(Str unit)
{
    const struct UnitRow *r = unit_row(unit);
    return r ? r->measures : unit.n ? MEASURED_COUNT : MEASURED_NONE;
}

int64_t scaled(int64_t n, int64_t factor)
{
    int64_t out;
    return __builtin_mul_overflow(n, factor, &out) || out > INT64_MAX / 4 ? INT64_MAX / 4 : out;
}

int64_t unit_factor(Str unit)
{
    const struct UnitRow *r = unit_row(unit);
    return r ? r->factor : 1;
}
