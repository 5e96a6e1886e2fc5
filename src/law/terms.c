/* terms.c -- conditions against the facts that they ask: operators, units, codes, labels, tables. */
#include "law/check.h"

/* --- facts as defined ---------------------------------------------------------------------------------------------------- */

static const struct FactRow { const char *type, *needs, *may; } fact_rows[] = { /* of the keys that not every fact may have */
    {"bool", "", ""}, {"judgement", "", ""}, {"count", "unit", "unit per"}, {"duration", "unit", "unit"}, {"time", "", ""}, {"choice", "class", "class"}, {"set", "class", "class"},
    {"timeline", "unit kinds", "unit kinds classes one_accident"},
};
static const char special_keys[] = "unit class per kinds classes one_accident";

static void fact_keys_check(const Doc *d, const json_t *fact, Str path)
{
    Str type = text_at(fact, "type"), key;
    for (size_t i = 0; i < COUNT(fact_rows); i++) {
        if (!str_eqc(type, fact_rows[i].type)) continue;
        for (const char *w = special_keys; words_next(&w, &key);) {
            bool has = json_object_get(fact, str_c(d->a, key)) != NULL;
            if (!has && words_have(fact_rows[i].needs, key)) doc_wrong(d, path_key(d->a, path, key), "required", TEXT_FILL(d->a, "型 {0} の事実には {1} が要ります。", "A fact of type {0} needs {1}.", type, key));
            if (has && !words_have(fact_rows[i].may, key)) doc_wrong(d, path_key(d->a, path, key), "unknown_field", TEXT_FILL(d->a, "型 {0} の事実に {1} は書けません。", "A fact of type {0} has no {1}.", type, key));
        }
    }
}

static void fact_unit_check(const Doc *d, const json_t *fact, Str path)
{
    Str type = text_at(fact, "type"), unit = text_at(fact, "unit");
    Measured m = unit_measures(unit);
    bool counts = m == MEASURED_COUNT || m == MEASURED_PERCENT;
    if (m == MEASURED_NONE || (str_eqc(type, "duration") ? m == MEASURED_TIME : counts)) return;
    doc_wrong(d, path_of(d->a, path, "unit"), "choice", TEXT_FILL(d->a, "型 {0} の事実の単位に {1} は使えません。", "A fact of type {0} is not counted in {1}.", type, unit));
}

/* <timeline>.sufferers and the like, which a measure asks, are counted as the time line is. */
static void fact_of_timeline_check(const Check *c, const Doc *d, const json_t *line)
{
    static const char *const parts[] = {"sufferers", "below_equipment", "base"};
    for (size_t i = 0; i < COUNT(parts); i++) {
        Str id = str_join(c->a, text_at(line, "id"), STR("."), str_of(parts[i]));
        const json_t *fact = fact_json(c->x, id);
        if (fact && (!str_eqc(text_at(fact, "type"), "count") || !str_eq(text_at(fact, "unit"), text_at(line, "unit"))))
            doc_wrong(d, STR("facts"), "choice", TEXT_FILL(c->a, "事実「{0}」は時系列と同じ単位（{1}）の count です。", "The fact \"{0}\" is a count in the unit of its time line ({1}).", id, text_at(line, "unit")));
    }
}

static void built_in_check(const Check *c, const Doc *d, const char *id, const char *type)
{
    if (!str_eqc(fact_type(c->x, str_of(id)), type))
        doc_wrong(d, STR("facts"), "required", TEXT_FILL(c->a, "事実「{0}」（型 {1}）が要ります。", "The fact \"{0}\" of type {1} is needed.", str_of(id), str_of(type)));
}

void facts_check(const Check *c, const Doc *d)
{
    for (size_t i = 0; i < json_array_size(c->law->facts); i++) {
        const json_t *fact = json_array_get(c->law->facts, i);
        Str path = path_at(c->a, STR("facts"), i);
        fact_keys_check(d, fact, path);
        fact_unit_check(d, fact, path);
        if (str_eqc(text_at(fact, "type"), "timeline")) fact_of_timeline_check(c, d, fact);
    }
    built_in_check(c, d, "operator_class", "set");
    built_in_check(c, d, "occurred", "time");
    built_in_check(c, d, "known", "time");
    built_in_check(c, d, "designated", "time");
}

/* --- amounts --------------------------------------------------------------------------------------------------------------- */

static Text wrong_unit(Arena *a, Str has, Str wants)
{
    return TEXT_FILL(a, "単位 {0} は {1} と比べられません。", "{0} cannot be compared with {1}.", has, wants);
}

/* Two units of the same thing: times with times, else the same word. */
static bool comparable(Str x, Str y)
{
    return str_eq(x, y) || (unit_measures(x) == MEASURED_TIME && unit_measures(y) == MEASURED_TIME);
}

static void amount_check(const Part *p, const json_t *amount, Str unit, Str path)
{
    static const char *const lists[] = {"smaller_of", "larger_of"};
    Arena *a = p->c->a;
    Str has = text_at(amount, "unit"), base = text_at(amount, "of");
    if (json_object_get(amount, "n") && !comparable(has, unit)) doc_wrong(&p->d, path_of(a, path, "unit"), "choice", wrong_unit(a, has, unit));
    if (base.n && !comparable(text_at(fact_json(p->c->x, base), "unit"), unit)) doc_wrong(&p->d, path_of(a, path, "of"), "choice", wrong_unit(a, text_at(fact_json(p->c->x, base), "unit"), unit));
    for (size_t l = 0; l < COUNT(lists); l++) {
        const json_t *list = json_object_get(amount, lists[l]);
        for (size_t i = 0; i < json_array_size(list); i++) amount_check(p, json_array_get(list, i), unit, path_at(a, path_of(a, path, lists[l]), i));
    }
}

static const char operators[] = "at_least more_than at_most less_than";

/* The amounts that an object compares with. */
static void operators_check(const Part *p, const json_t *o, Str unit, Str path)
{
    Str op;
    for (const char *w = operators; words_next(&w, &op);) {
        const json_t *amount = json_object_get(o, str_c(p->c->a, op));
        if (amount) amount_check(p, amount, unit, path_key(p->c->a, path, op));
    }
}

/* --- measures --------------------------------------------------------------------------------------------------------------- */

static Str measure_unit(Str measure, const json_t *line)
{
    if (words_have("span total_time longest_run", measure)) return STR("s");
    if (str_eqc(measure, "integral")) return STR("user_min");
    return text_at(line, "unit");
}

static void kinds_check(const Part *p, const json_t *o, const json_t *line, Str path)
{
    const json_t *kinds = json_object_get(o, "kind");
    for (size_t i = 0; i < json_array_size(kinds); i++)
        code_check(&p->d, p->c->x, text_at(line, "kinds"), json_str_of(json_array_get(kinds, i)), path_at(p->c->a, path_of(p->c->a, path, "kind"), i));
}

/* Of a measure: what it reads beside the time line is defined. */
static void measure_needs_check(const Part *p, Str measure, Str line, Str path)
{
    Arena *a = p->c->a;
    Str id = str_join(a, line, STR("."), measure);
    if (str_eqc(measure, "below_equipment") && !fact_json(p->c->x, id))
        doc_wrong(&p->d, path, "reference", TEXT_FILL(a, "この測り方には事実「{0}」が要ります。", "This measure needs the fact \"{0}\".", id));
    if (str_eqc(measure, "integral") && !str_eqc(text_at(fact_json(p->c->x, line), "unit"), "user"))
        doc_wrong(&p->d, path, "choice", text_of("integral は利用者（user）の時系列だけを測ります。", "integral measures time lines of users only."));
}

static void measure_check(const Part *p, const json_t *o, Str path)
{
    Arena *a = p->c->a;
    Str measure = text_at(o, "measure"), id = text_at(o, "of"), class = text_at(o, "class");
    const json_t *line = fact_json(p->c->x, id), *with = json_object_get(o, "with");
    kinds_check(p, o, line, path);
    measure_needs_check(p, measure, id, path_of(a, path, "measure"));
    operators_check(p, o, measure_unit(measure, line), path);
    if (class.n && !text_at(line, "classes").n) doc_wrong(&p->d, path_of(a, path, "class"), "reference", TEXT_FILL(a, "時系列「{0}」に区分はありません。", "The time line \"{0}\" has no classes.", id));
    else if (class.n) code_check(&p->d, p->c->x, class_of_set(p->c->x, text_at(line, "classes")), class, path_of(a, path, "class"));
    if (!with) return;
    if (!str_eqc(measure, "longest_run")) doc_wrong(&p->d, path_of(a, path, "with"), "unknown_field", text_of("with は longest_run だけに書きます。", "Only longest_run takes with."));
    operators_check(p, with, text_at(line, "unit"), path_of(a, path, "with"));
}

/* --- facts ------------------------------------------------------------------------------------------------------------------- */

static const struct TypeRow { const char *type, *may; } type_rows[] = {
    {"bool", "is"}, {"judgement", "is"}, {"count", operators}, {"duration", operators}, {"time", "on_or_after on_or_before"}, {"choice", "in"}, {"set", "includes_any includes_all"}, {"timeline", ""},
};
static const char all_operators[] = "is in includes_any includes_all at_least more_than at_most less_than on_or_after on_or_before";

static void operator_fits(const Part *p, const json_t *o, Str type, Str path)
{
    Str op;
    const char *may = "";
    for (size_t i = 0; i < COUNT(type_rows); i++)
        if (str_eqc(type, type_rows[i].type)) may = type_rows[i].may;
    for (const char *w = all_operators; words_next(&w, &op);)
        if (json_object_get(o, str_c(p->c->a, op)) && !words_have(may, op))
            doc_wrong(&p->d, path_key(p->c->a, path, op), "choice", TEXT_FILL(p->c->a, "型 {0} の事実に {1} は使えません。使えるもの: {2}", "A fact of type {0} has no {1}; it has: {2}", type, op, str_of(may)));
}

static void codes_check(const Part *p, const json_t *o, const char *key, Str class, Str path)
{
    const json_t *codes = json_object_get(o, key);
    for (size_t i = 0; i < json_array_size(codes); i++)
        code_check(&p->d, p->c->x, class, json_str_of(json_array_get(codes, i)), path_at(p->c->a, path_of(p->c->a, path, key), i));
}

static void fact_check(const Part *p, const json_t *o, Str path)
{
    Arena *a = p->c->a;
    Str id = text_at(o, "fact"), class = text_at(o, "class");
    const json_t *fact = fact_json(p->c->x, id);
    operator_fits(p, o, text_at(fact, "type"), path);
    operators_check(p, o, text_at(fact, "unit"), path);
    codes_check(p, o, "in", text_at(fact, "class"), path);
    codes_check(p, o, "includes_any", text_at(fact, "class"), path);
    codes_check(p, o, "includes_all", text_at(fact, "class"), path);
    if (class.n && !text_at(fact, "per").n) doc_wrong(&p->d, path_of(a, path, "class"), "reference", TEXT_FILL(a, "事実「{0}」は区分ごとではありません。", "The fact \"{0}\" is not told by class.", id));
    else if (class.n) code_check(&p->d, p->c->x, class_of_set(p->c->x, text_at(fact, "per")), class, path_of(a, path, "class"));
}

/* --- tables ------------------------------------------------------------------------------------------------------------------- */

typedef struct Bound {
    const json_t *needs; /* as written; NULL: open */
    bool simple;
    int64_t lo, hi;
} Bound;

static Bound bound_of(Arena *a, const json_t *needs)
{
    Bound b = {.needs = needs, .lo = INT64_MIN, .hi = INT64_MAX};
    Str op;
    for (const char *w = operators; words_next(&w, &op);) {
        const json_t *amount = json_object_get(needs, str_c(a, op)), *n = json_object_get(amount, "n");
        if (!n) continue;
        int64_t v = scaled(json_integer_value(n), unit_factor(text_at(amount, "unit")));
        b.simple = true;
        if (str_eqc(op, "at_least")) b.lo = v;
        else if (str_eqc(op, "more_than")) b.lo = v + 1;
        else if (str_eqc(op, "at_most")) b.hi = v;
        else b.hi = v - 1;
    }
    return b;
}

/* Whatever meets x meets y. */
static bool bound_implies(Bound x, Bound y)
{
    if (!y.needs) return true;
    if (!x.needs) return false;
    if (x.simple && y.simple) return x.lo >= y.lo && x.hi <= y.hi;
    return json_equal(x.needs, y.needs);
}

static Str row_measure(const json_t *row, const json_t *columns, const char *column)
{
    Str own = text_at(json_object_get(row, "measure"), column);
    return own.n ? own : text_at(json_object_get(columns, column), "measure");
}

static bool row_implies(Arena *a, const json_t *x, const json_t *y, const json_t *columns)
{
    const char *column;
    json_t *v;
    if (!str_eq(text_at(x, "class"), text_at(y, "class"))) return false;
    json_object_foreach((json_t *)columns, column, v) {
        Bound bx = bound_of(a, json_object_get(x, column)), by = bound_of(a, json_object_get(y, column));
        if (!bound_implies(bx, by) || (by.needs && !str_eq(row_measure(x, columns, column), row_measure(y, columns, column)))) return false;
    }
    return true;
}

static void rows_against_each_other(const Part *p, const json_t *rows, const json_t *columns, Str path)
{
    for (size_t i = 0; i < json_array_size(rows); i++)
        for (size_t k = 0; k < json_array_size(rows); k++) {
            const json_t *x = json_array_get(rows, i), *y = json_array_get(rows, k);
            if (i == k || !row_implies(p->c->a, x, y, columns) || (k > i && row_implies(p->c->a, y, x, columns))) continue; /* of two equal ones the later */
            doc_wrong(&p->d, path_at(p->c->a, path, i), "unique", TEXT_FILL(p->c->a, "行「{0}」に当たるものはすべて行「{1}」に当たります。", "Whatever meets row \"{0}\" meets row \"{1}\".", text_at(x, "id"), text_at(y, "id")));
            break;
        }
}

static void not_a_column(const Part *p, const json_t *columns, Str name, Str path)
{
    const char *column;
    json_t *v;
    Str *valid = arena_array(p->c->a, Str, json_object_size(columns) + 1);
    size_t n = 0;
    json_object_foreach((json_t *)columns, column, v) valid[n++] = str_of(column);
    if (n) doc_wrong(&p->d, path, "reference", not_a_word(p->c->a, name, valid, n));
}

static bool is_row_key(const char *key)
{
    return words_have("id class measure words say cite note", str_of(key));
}

static void row_check(const Part *p, const json_t *row, const json_t *columns, Str class, Str path)
{
    Arena *a = p->c->a;
    const char *name;
    json_t *v;
    size_t bounds = 0;
    code_check(&p->d, p->c->x, class, text_at(row, "class"), path_of(a, path, "class"));
    json_object_foreach((json_t *)row, name, v) {
        const json_t *column = json_object_get(columns, name);
        if (is_row_key(name)) continue;
        bounds++;
        if (!column) not_a_column(p, columns, str_of(name), path_of(a, path, name));
        else operators_check(p, v, measure_unit(row_measure(row, columns, name), fact_json(p->c->x, text_at(column, "of"))), path_of(a, path, name));
    }
    if (!bounds) doc_wrong(&p->d, path, "required", text_of("行には少なくとも一つの列が要ります。", "A row needs at least one of the columns."));
    json_object_foreach(json_object_get(row, "measure"), name, v) {
        const json_t *column = json_object_get(columns, name);
        Str at = path_of(a, path_of(a, path, "measure"), name);
        if (!column) not_a_column(p, columns, str_of(name), at);
        else measure_needs_check(p, json_str_of(v), text_at(column, "of"), at);
    }
}

static void table_check(const Part *p, const json_t *table, Str path)
{
    Arena *a = p->c->a;
    const json_t *columns = json_object_get(table, "columns"), *rows = json_object_get(table, "rows");
    Str each = text_at(table, "each"), class = class_of_set(p->c->x, each);
    const char *name;
    json_t *v;
    json_object_foreach((json_t *)columns, name, v) {
        Str at = path_of(a, path_of(a, path, "columns"), name);
        if (is_row_key(name)) doc_wrong(&p->d, at, "choice", TEXT_FILL(a, "列に「{0}」という名前は付けられません。", "A column cannot be named \"{0}\".", str_of(name)));
        measure_check(p, v, at);
        if (!str_eq(text_at(fact_json(p->c->x, text_at(v, "of")), "classes"), each))
            doc_wrong(&p->d, path_of(a, at, "of"), "reference", TEXT_FILL(a, "時系列「{0}」の区分は「{1}」ではありません。", "The classes of the time line \"{0}\" are not those of \"{1}\".", text_at(v, "of"), each));
    }
    for (size_t i = 0; i < json_array_size(rows); i++) row_check(p, json_array_get(rows, i), columns, class, path_at(a, path_of(a, path, "rows"), i));
    rows_against_each_other(p, rows, columns, path_of(a, path, "rows"));
}

/* --- rules that conditions name --------------------------------------------------------------------------------------------------- */

static void rule_force_check(const Part *p, Str id, Str path)
{
    const Named *other = index_find(p->c->x, R_RULE, id);
    Str force = text_at(p->item->json, "force");
    bool binding = p->item->kind == LAW_RULE || p->item->kind == LAW_DUTIES;
    if (!other) return;
    if (binding && other->kind != LAW_RULE)
        doc_wrong(&p->d, path, "reference", TEXT_FILL(p->c->a, "「{0}」は {1}/ のものです。{2}/ から指せるのは rules/ の規則だけです。", "\"{0}\" stands in {1}/; {2}/ may name rules of rules/ only.", id,
            str_of(law_kind_rows[other->kind].folder), str_of(law_kind_rows[p->item->kind].folder)));
    else if (words_have("statute ordinance", force) && str_eqc(text_at(other->json, "force"), "plan"))
        doc_wrong(&p->d, path, "reference", TEXT_FILL(p->c->a, "法令（{0}）は計画「{1}」を根拠にできません。", "A {0} cannot rest on the plan \"{1}\".", force, id));
}

/* --- labels ------------------------------------------------------------------------------------------------------------------------ */

typedef struct Terms {
    const Part *p;
    Str labels[LAW_CONDITIONS_MAX];
    const json_t *labelled[LAW_CONDITIONS_MAX];
    size_t labels_n, n;
    bool rows; /* second round: names of rows join, for uniqueness only */
} Terms;

static void label_add(Terms *t, Str label, const json_t *o, Str path)
{
    if (!label.n || t->labels_n == LAW_CONDITIONS_MAX) return;
    for (size_t i = 0; i < t->labels_n; i++)
        if (str_eq(t->labels[i], label))
            doc_wrong(&t->p->d, path_of(t->p->c->a, path, "id"), "unique", TEXT_FILL(t->p->c->a, "この版に「{0}」が二度あります。", "\"{0}\" is there twice in this version.", label));
    t->labels[t->labels_n] = label;
    t->labelled[t->labels_n++] = o;
}

static void rows_label(Terms *t, const json_t *rows, Str path)
{
    for (size_t i = 0; i < json_array_size(rows); i++) label_add(t, text_at(json_array_get(rows, i), "id"), NULL, path_at(t->p->c->a, path, i));
}

static void label_one(void *self, const json_t *c, Str path, size_t depth)
{
    Terms *t = self;
    Arena *a = t->p->c->a;
    label_add(t, text_at(c, "id"), c, path);
    rows_label(t, json_object_get(json_object_get(c, "table"), "rows"), path_of(a, path, "table/rows"));
    t->n++;
    if (t->n == LAW_CONDITIONS_MAX + 1) doc_wrong(&t->p->d, path, "range", text_of("一つの版の条件は500までです。", "A version has at most 500 conditions."));
    if (depth == LAW_CONDITION_DEPTH_MAX + 1) doc_wrong(&t->p->d, path, "range", text_of("条件の入れ子は12段までです。", "Conditions are nested at most 12 deep."));
}

static size_t label_find(const Terms *t, Str label)
{
    for (size_t i = 0; i < t->labels_n; i++)
        if (t->labelled[i] && str_eq(t->labels[i], label)) return i;
    return SIZE_MAX;
}

static void label_missing(const Terms *t, Str label, Str path)
{
    Arena *a = t->p->c->a;
    Str *valid = arena_array(a, Str, t->labels_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t->labels_n; i++)
        if (t->labelled[i]) valid[n++] = t->labels[i];
    doc_wrong(&t->p->d, path, "reference", n ? not_a_word(a, label, valid, n) : text_of("この版に名前（id）のある条件はありません。", "No condition of this version has an id."));
}

/* Does following "same" from the condition come to the label at `to`? */
typedef struct Search {
    const Terms *t;
    size_t to;
    bool seen[LAW_CONDITIONS_MAX], found;
} Search;

static void search_from(void *self, const json_t *c, Str path, size_t depth)
{
    Search *s = self;
    size_t next = label_find(s->t, text_at(c, "same"));
    UNUSED(path), UNUSED(depth);
    if (next == SIZE_MAX || s->found) return;
    s->found = next == s->to;
    if (s->found || s->seen[next]) return;
    s->seen[next] = true;
    each_condition_in(s->t->p->c->a, s->t->labelled[next], (Str){0}, 0, search_from, s);
}

static void same_check(const Terms *t, Str label, Str path)
{
    size_t at = label_find(t, label);
    if (at == SIZE_MAX) {
        label_missing(t, label, path);
        return;
    }
    Search *s = arena_new(t->p->c->a, Search);
    s->t = t, s->to = at;
    each_condition_in(t->p->c->a, t->labelled[at], (Str){0}, 0, search_from, s);
    if (s->found) doc_wrong(&t->p->d, path, "reference", TEXT_FILL(t->p->c->a, "「{0}」が自分自身に戻ります。", "\"{0}\" comes back to itself.", label));
}

/* --- one condition ------------------------------------------------------------------------------------------------------------------ */

static void term_check(void *self, const json_t *c, Str path, size_t depth)
{
    const Terms *t = self;
    Arena *a = t->p->c->a;
    const json_t *n_of = json_object_get(c, "at_least_of");
    UNUSED(depth);
    if (json_object_get(c, "fact")) fact_check(t->p, c, path);
    else if (json_object_get(c, "measure")) measure_check(t->p, c, path);
    else if (json_object_get(c, "table")) table_check(t->p, json_object_get(c, "table"), path_of(a, path, "table"));
    else if (json_object_get(c, "rule")) rule_force_check(t->p, text_at(c, "rule"), path_of(a, path, "rule"));
    else if (json_object_get(c, "same")) same_check(t, text_at(c, "same"), path_of(a, path, "same"));
    else if (n_of && (size_t)json_integer_value(json_object_get(n_of, "n")) > json_array_size(json_object_get(n_of, "of")))
        doc_wrong(&t->p->d, path_of(a, path, "at_least_of/n"), "range", text_of("並べた条件より多くは満たせません。", "More than there are conditions."));
}

/* --- citations and readings ---------------------------------------------------------------------------------------------------------- */

static void rev_check(const Part *p, const json_t *cite, Str path)
{
    const Named *source = index_find(p->c->x, R_SOURCE, text_at(cite, "src"));
    const json_t *list = source ? json_object_get(source->json, "revisions") : NULL;
    Str rev = text_at(cite, "rev");
    size_t n = json_array_size(list);
    Str *valid = arena_array(p->c->a, Str, n + 1);
    for (size_t i = 0; i < n; i++) {
        valid[i] = text_at(json_array_get(list, i), "rev");
        if (str_eq(valid[i], rev)) return;
    }
    if (rev.n && n) doc_wrong(&p->d, path_of(p->c->a, path, "rev"), "reference", not_a_word(p->c->a, rev, valid, n));
}

/* Every citation of the version, wherever it stands. */
static void cites_walk(const Part *p, const json_t *v, Str path)
{
    const char *name;
    json_t *one;
    size_t i;
    if (json_is_object(v) && json_object_get(v, "src")) rev_check(p, v, path);
    json_object_foreach((json_t *)v, name, one)
        if (json_is_object(one) || json_is_array(one)) cites_walk(p, one, path_of(p->c->a, path, name));
    json_array_foreach(v, i, one)
        if (json_is_object(one) || json_is_array(one)) cites_walk(p, one, path_at(p->c->a, path, i));
}

typedef struct Columns {
    const json_t *of[16];
    size_t n;
} Columns;

static void columns_find(void *self, const json_t *c, Str path, size_t depth)
{
    Columns *f = self;
    const json_t *table = json_object_get(c, "table");
    UNUSED(path), UNUSED(depth);
    if (table && f->n < COUNT(f->of)) f->of[f->n++] = json_object_get(table, "columns");
}

static const json_t *columns_with(const Columns *f, const char *column)
{
    for (size_t i = 0; i < f->n; i++)
        if (json_object_get(f->of[i], column)) return f->of[i];
    return NULL;
}

static void reading_set_check(const Part *p, const json_t *set, const Columns *f, Str path)
{
    const char *name;
    json_t *v;
    json_object_foreach((json_t *)set, name, v) {
        Str at = path_of(p->c->a, path, name), with = text_at(v, "with");
        const json_t *columns = columns_with(f, name);
        if (!columns) {
            if (f->n) not_a_column(p, f->of[0], str_of(name), at);
            else doc_wrong(&p->d, at, "reference", text_of("この版に表はありません。", "This version has no table."));
            continue;
        }
        measure_needs_check(p, text_at(v, "measure"), text_at(json_object_get(columns, name), "of"), path_of(p->c->a, at, "measure"));
        if (with.n && !json_object_get(columns, str_c(p->c->a, with))) not_a_column(p, columns, with, path_of(p->c->a, at, "with"));
        if (with.n && !str_eqc(text_at(v, "measure"), "longest_run")) doc_wrong(&p->d, path_of(p->c->a, at, "with"), "unknown_field", text_of("with は longest_run だけに書きます。", "Only longest_run takes with."));
    }
}

static void readings_check(const Part *p)
{
    const json_t *list = json_object_get(p->json, "readings");
    Str path = path_of(p->c->a, p->path, "readings");
    Columns f = {0};
    size_t defaults = 0;
    each_condition(p, columns_find, &f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *r = json_array_get(list, i), *set = json_object_get(r, "set");
        bool is_default = json_object_get(r, "default") != NULL;
        defaults += is_default;
        if (is_default == (set != NULL)) doc_wrong(&p->d, path_at(p->c->a, path, i), "choice", text_of("読み方には default か set のどちらか一つが要ります。", "A reading is the default one, or it sets something."));
        if (set) reading_set_check(p, set, &f, path_of(p->c->a, path_at(p->c->a, path, i), "set"));
    }
    if (json_array_size(list) && defaults != 1) doc_wrong(&p->d, path, "required", text_of("default の読み方が一つ要ります。", "Exactly one reading is the default one."));
}

void terms_check(const Part *p)
{
    Terms *t = arena_new(p->c->a, Terms);
    t->p = p;
    each_condition(p, label_one, t);
    if (t->n > LAW_CONDITIONS_MAX) return;
    each_condition(p, term_check, t);
    const json_t *yields = json_object_get(p->json, "yields_to");
    for (size_t i = 0; i < json_array_size(yields); i++)
        rule_force_check(p, text_at(json_array_get(yields, i), "rule"), path_of(p->c->a, path_at(p->c->a, path_of(p->c->a, p->path, "yields_to"), i), "rule"));
    readings_check(p);
    cites_walk(p, p->json, p->path);
}
