/* stricter.c -- what is laid over a pack never says less: whatever meets the rule of the base meets the one that tightens it; a reading chosen measures no less; a target ends no later. */
#include "law/check.h"

/* `back`: the other way round, within none, exceptions and gaps; then the place of the whole is named. */
typedef struct Two {
    Arena *a;
    const json_t *own_version, *base_version; /* with what "same" names in its place */
    int back;
    Str where; /* the last place that is laxer */
    size_t *steps;
} Two;

enum { STEPS_MAX = 200000 }; /* many times what a rule needs; a pack made to be slow is refused */

static bool no(Two *t, Str path)
{
    if (!t->back) t->where = path;
    return false;
}

/* --- parts of conditions ----------------------------------------------------------------------------------------------------- */

static const json_t *labelled(const json_t *v, Str label)
{
    const char *name;
    json_t *one;
    size_t i;
    const json_t *found = NULL;
    if (json_is_object(v) && str_eq(text_at(v, "id"), label)) return v;
    json_object_foreach((json_t *)v, name, one)
        if (!found && !words_have("examples readings cite", str_of(name))) found = labelled(one, label);
    json_array_foreach(v, i, one)
        if (!found) found = labelled(one, label);
    return found;
}

static void give_back(void *json) { json_decref(json); }

/* A copy in which each {"same": label} is what it names. NULL: too much. */
static json_t *spread(const json_t *version, const json_t *v, int deep, size_t *left)
{
    const char *name;
    json_t *one, *part;
    size_t i;
    Str label = text_at(v, "same");
    if (deep > 4 * LAW_CONDITION_DEPTH_MAX || !*left) return NULL;
    (*left)--;
    if (label.n) return spread(version, labelled(json_object_get(version, "condition"), label), deep + 1, left);
    if (!json_is_object(v) && !json_is_array(v)) return v ? json_incref((json_t *)v) : NULL;
    json_t *out = json_is_object(v) ? json_object() : json_array();
    bool whole = out != NULL;
    json_object_foreach((json_t *)v, name, one)
        if (whole && !words_have("examples cite words say", str_of(name))) whole = (part = spread(version, one, deep + 1, left)) && json_object_set_new(out, name, part) == 0;
    json_array_foreach(v, i, one)
        if (whole) whole = (part = spread(version, one, deep + 1, left)) && json_array_append_new(out, part) == 0;
    if (whole) return out;
    json_decref(out);
    return NULL;
}

static const json_t *spread_version(Arena *a, const json_t *version)
{
    size_t left = STEPS_MAX / 4;
    json_t *out = spread(version, version, 0, &left);
    if (out) arena_defer(a, give_back, out);
    return out;
}

/* Every code of `less` is in `more`. */
static bool has_all(const json_t *more, const json_t *less)
{
    size_t i, k;
    json_t *x, *y;
    json_array_foreach(less, i, x) {
        bool found = false;
        json_array_foreach(more, k, y) found = found || json_equal(x, y);
        if (!found) return false;
    }
    return true;
}

static bool same_key(const json_t *x, const json_t *y, const char *key)
{
    const json_t *one = json_object_get(x, key), *other = json_object_get(y, key);
    return one == other || (one && other && json_equal(one, other));
}

static bool number_of(const json_t *amount, Measured *measures, int64_t *n)
{
    Str unit = text_at(amount, "unit");
    if (!json_is_integer(json_object_get(amount, "n"))) return false;
    *measures = unit_measures(unit), *n = scaled(json_integer_value(json_object_get(amount, "n")), unit_factor(unit));
    return true;
}

/* Whatever is at least (or more than) y is at least (or more than) x; `down`: at most, less than. */
static bool limit_wider(const json_t *x, bool x_open, const json_t *y, bool y_open, bool down)
{
    Measured mx, my;
    int64_t nx, ny;
    if (!number_of(x, &mx, &nx) || !number_of(y, &my, &ny)) return x_open <= y_open && json_equal(x, y);
    if (mx != my) return false;
    if (down) return x_open && !y_open ? nx > ny : nx >= ny;
    return x_open && !y_open ? nx < ny : nx <= ny;
}

static const struct { const char *key, *open; bool down; } limits[] = {{"at_least", "more_than", false}, {"at_most", "less_than", true}};

static bool limits_wider(Two *t, const json_t *o, const json_t *b, Str path)
{
    for (size_t i = 0; i < COUNT(limits); i++) {
        const json_t *x = json_object_get(o, limits[i].key), *x_open = json_object_get(o, limits[i].open), *y = json_object_get(b, limits[i].key), *y_open = json_object_get(b, limits[i].open);
        if (!x && !x_open) continue;
        Str at = path_of(t->a, path, x ? limits[i].key : limits[i].open);
        if ((!y && !y_open) || !limit_wider(x ? x : x_open, !x, y ? y : y_open, !y, limits[i].down)) return no(t, at);
    }
    return true;
}

/* For one incident the measure x is never less than y. */
static bool measures_no_less(Str x, Str y)
{
    static const struct { const char *less, *more; } rows[] = {{"longest_run", "total_time span"}, {"peak", "sufferers below_equipment"}, {"sufferers", "below_equipment"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eqc(y, rows[i].less) && words_have(rows[i].more, x)) return true;
    return str_eq(x, y);
}

/* What is measured, but for the measure itself: of a leaf or of a column. */
static bool measured_wider(Two *t, const json_t *o, const json_t *b, Str path)
{
    static const char *const same[] = {"of", "class", "precision"};
    const json_t *with = json_object_get(o, "with"), *area = json_object_get(o, "area");
    for (size_t i = 0; i < COUNT(same); i++)
        if (!same_key(o, b, same[i])) return no(t, path_of(t->a, path, same[i]));
    if (!has_all(json_object_get(o, "kind"), json_object_get(b, "kind")) || (json_object_get(o, "kind") && !json_object_get(b, "kind"))) return no(t, path_of(t->a, path, "kind"));
    if (area && (!json_object_get(b, "area") || !has_all(area, json_object_get(b, "area")))) return no(t, path_of(t->a, path, "area"));
    if (!with) return true;
    if (json_is_string(with) || json_is_string(json_object_get(b, "with"))) return same_key(o, b, "with") || no(t, path_of(t->a, path, "with"));
    return json_object_get(b, "with") ? limits_wider(t, with, json_object_get(b, "with"), path_of(t->a, path, "with")) : no(t, path_of(t->a, path, "with"));
}

static bool leaf_wider(Two *t, const json_t *o, const json_t *b, Str path)
{
    static const char *const same[] = {"fact", "judgement", "rule", "unknown", "is", "class"};
    const json_t *in = json_object_get(o, "in"), *any = json_object_get(o, "includes_any"), *all = json_object_get(o, "includes_all");
    for (size_t i = 0; i < COUNT(same); i++)
        if (!same_key(o, b, same[i])) return no(t, path_of(t->a, path, same[i]));
    if (in && (!json_object_get(b, "in") || !has_all(in, json_object_get(b, "in")))) return no(t, path_of(t->a, path, "in"));
    if (any && (!json_object_get(b, "includes_any") || !has_all(any, json_object_get(b, "includes_any")))) return no(t, path_of(t->a, path, "includes_any"));
    if (all && !has_all(json_object_get(b, "includes_all"), all)) return no(t, path_of(t->a, path, "includes_all"));
    Str after = text_at(o, "on_or_after"), before = text_at(o, "on_or_before"), late = text_at(b, "on_or_after"), early = text_at(b, "on_or_before");
    if (after.n && (!late.n || str_cmp(after, late) > 0)) return no(t, path_of(t->a, path, "on_or_after"));
    if (before.n && (!early.n || str_cmp(before, early) < 0)) return no(t, path_of(t->a, path, "on_or_before"));
    if (text_at(o, "measure").n != 0 && !measures_no_less(text_at(o, "measure"), text_at(b, "measure"))) return no(t, path_of(t->a, path, "measure"));
    if (text_at(o, "measure").n && !measured_wider(t, o, b, path)) return false;
    return limits_wider(t, o, b, path);
}

/* --- tables --------------------------------------------------------------------------------------------------------------------- */

static Str measure_in(const json_t *row, const json_t *columns, const char *name)
{
    Str own = text_at(json_object_get(row, "measure"), name);
    return own.n ? own : text_at(json_object_get(columns, name), "measure");
}

static bool row_wider(Two *t, const json_t *o, const json_t *b, const json_t *own_columns, const json_t *base_columns, Str path)
{
    const char *name;
    json_t *column;
    if (!same_key(o, b, "class")) return no(t, path_of(t->a, path, "class"));
    json_object_foreach((json_t *)own_columns, name, column) {
        const json_t *cell = json_object_get(o, name);
        if (!cell) continue;
        if (!measures_no_less(measure_in(o, own_columns, name), measure_in(b, base_columns, name))) return no(t, path_of(t->a, path, "measure"));
        if (!limits_wider(t, cell, json_object_get(b, name), path_of(t->a, path, name))) return false;
    }
    return true;
}

static bool same_id(const json_t *x, const json_t *y) { return text_at(x, "id").n && same_key(x, y, "id"); }

/* Some row of the overlay for each row of the base; the one of the same id last, so that what is wrong with it is what is named. */
static bool rows_wider(Two *t, const json_t *own, const json_t *base, const json_t *row, Str path)
{
    const json_t *rows = json_object_get(own, "rows");
    bool alike = false;
    t->where = t->back ? t->where : path;
    for (int last = 0; last < 2; last++)
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *o = json_array_get(rows, i);
            if (same_id(o, row) != (last == 1)) continue;
            if (row_wider(t, o, row, json_object_get(own, "columns"), json_object_get(base, "columns"), path_at(t->a, path, i))) return true;
            alike = alike || last;
        }
    return alike ? false : no(t, path);
}

static bool table_wider(Two *t, const json_t *own, const json_t *base, Str path)
{
    const char *name;
    json_t *column;
    const json_t *columns = json_object_get(base, "columns"), *rows = json_object_get(base, "rows");
    if (!same_key(own, base, "each")) return no(t, path_of(t->a, path, "each"));
    json_object_foreach(json_object_get(own, "columns"), name, column) {
        Str at = path_of(t->a, path_of(t->a, path, "columns"), name);
        if (!json_object_get(columns, name)) return no(t, at);
        if (!measured_wider(t, column, json_object_get(columns, name), at)) return false;
    }
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (!rows_wider(t, own, base, json_array_get(rows, i), path_of(t->a, path, "rows"))) return false;
    return true;
}

/* --- conditions --------------------------------------------------------------------------------------------------------------------- */

static bool wider(Two *t, const json_t *o, const json_t *b, Str path, int deep);

/* Whatever meets o meets b: the other way round. */
static bool narrower(Two *t, const json_t *o, const json_t *b, int deep)
{
    Two back = {t->a, t->base_version, t->own_version, 1, {0}, t->steps};
    return wider(&back, b, o, (Str){0}, deep);
}

static bool alike(const json_t *o, const json_t *b)
{
    return same_id(o, b) || (json_object_get(o, "table") && json_object_get(b, "table")) || (json_object_get(o, "fact") && same_key(o, b, "fact")) || (json_object_get(o, "judgement") && same_key(o, b, "judgement"));
}

static bool some_of_base(Two *t, const json_t *o, const json_t *list, Str path, int deep)
{
    bool tried = false;
    for (int last = 0; last < 2; last++)
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *b = json_array_get(list, i);
            if (alike(o, b) != (last == 1)) continue;
            if (wider(t, o, b, path, deep)) return true;
            tried = tried || last;
        }
    return tried ? false : no(t, path);
}

static bool some_of_own(Two *t, const json_t *list, const json_t *b, Str path, int deep)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (wider(t, json_array_get(list, i), b, path_at(t->a, path, i), deep)) return true;
    return no(t, path);
}

static bool none_wider(Two *t, const json_t *own, const json_t *base, Str path, int deep)
{
    for (size_t i = 0; i < json_array_size(own); i++) {
        bool found = false;
        for (size_t k = 0; k < json_array_size(base) && !found; k++) found = narrower(t, json_array_get(own, i), json_array_get(base, k), deep);
        if (!found) return no(t, path_at(t->a, path, i));
    }
    return true;
}

static bool some_wider(Two *t, const json_t *own, const json_t *base, Str path, int deep)
{
    const json_t *o = json_object_get(own, "of"), *b = json_object_get(base, "of");
    if (json_integer_value(json_object_get(own, "n")) > json_integer_value(json_object_get(base, "n"))) return no(t, path_of(t->a, path, "n"));
    for (size_t i = 0; i < json_array_size(b); i++)
        if (i >= json_array_size(o) || !wider(t, json_array_get(o, i), json_array_get(b, i), path_at(t->a, path_of(t->a, path, "of"), i), deep)) return i >= json_array_size(o) ? no(t, path_of(t->a, path, "of")) : false;
    return true;
}

/* Whatever meets b meets o. */
static bool wider(Two *t, const json_t *o, const json_t *b, Str path, int deep)
{
    const json_t *o_all = json_object_get(o, "all"), *b_all = json_object_get(b, "all"), *o_any = json_object_get(o, "any"), *b_any = json_object_get(b, "any"), *o_none = json_object_get(o, "none"), *b_none = json_object_get(b, "none");
    if (!o || !b || ++*t->steps > STEPS_MAX || deep++ > 4 * LAW_CONDITION_DEPTH_MAX) return no(t, path);
    for (size_t i = 0; i < json_array_size(o_all); i++)
        if (!wider(t, json_array_get(o_all, i), b, path_at(t->a, path_of(t->a, path, "all"), i), deep)) return false;
    if (o_all) return true;
    for (size_t i = 0; i < json_array_size(b_any); i++)
        if (!wider(t, o, json_array_get(b_any, i), path, deep)) return false;
    if (b_any) return true;
    if (b_all && o_any && some_of_own(t, o_any, b, path_of(t->a, path, "any"), deep)) return true;
    if (b_all) return some_of_base(t, o, b_all, path, deep);
    if (o_any) return some_of_own(t, o_any, b, path_of(t->a, path, "any"), deep);
    if (o_none && b_none) return none_wider(t, o_none, b_none, path_of(t->a, path, "none"), deep);
    if (json_object_get(o, "at_least_of") && json_object_get(b, "at_least_of")) return some_wider(t, json_object_get(o, "at_least_of"), json_object_get(b, "at_least_of"), path_of(t->a, path, "at_least_of"), deep);
    if (json_object_get(o, "table") && json_object_get(b, "table")) return table_wider(t, json_object_get(o, "table"), json_object_get(b, "table"), path_of(t->a, path, "table"));
    if (o_none || b_none || json_object_get(o, "table") || json_object_get(b, "table") || json_object_get(o, "at_least_of") || json_object_get(b, "at_least_of")) return no(t, path);
    return leaf_wider(t, o, b, path);
}

/* --- versions ----------------------------------------------------------------------------------------------------------------------------- */

/* Where the base's condition is met, each exception, or gap, of the overlay is one of the base's. */
static bool no_new(Two *t, const json_t *own, const json_t *base, Str path)
{
    for (size_t i = 0; i < json_array_size(own); i++) {
        json_t *when = json_pack("{s:[O,O]}", "all", json_object_get(json_array_get(own, i), "when"), json_object_get(t->base_version, "condition"));
        bool found = false;
        if (when) arena_defer(t->a, give_back, when);
        for (size_t k = 0; k < json_array_size(base) && !found; k++) found = narrower(t, when, json_object_get(json_array_get(base, k), "when"), 0);
        if (!found) return no(t, path_at(t->a, path, i));
    }
    return true;
}

static bool yields_no_more(Two *t, const json_t *own, const json_t *base, Str path)
{
    for (size_t i = 0; i < json_array_size(own); i++) {
        bool found = false;
        for (size_t k = 0; k < json_array_size(base); k++) found = found || same_key(json_array_get(own, i), json_array_get(base, k), "rule");
        if (!found) return no(t, path_at(t->a, path, i));
    }
    return true;
}

static bool version_wider(Two *t, Str path)
{
    const json_t *o = t->own_version, *b = t->base_version;
    if (!same_key(o, b, "chosen_by")) return no(t, path_of(t->a, path, "chosen_by"));
    if (!has_all(json_object_get(o, "bound"), json_object_get(b, "bound"))) return no(t, path_of(t->a, path, "bound"));
    return wider(t, json_object_get(o, "condition"), json_object_get(b, "condition"), path_of(t->a, path, "condition"), 0) && no_new(t, json_object_get(o, "except"), json_object_get(b, "except"), path_of(t->a, path, "except")) &&
           no_new(t, json_object_get(o, "gaps"), json_object_get(b, "gaps"), path_of(t->a, path, "gaps")) && yields_no_more(t, json_object_get(o, "yields_to"), json_object_get(b, "yields_to"), path_of(t->a, path, "yields_to"));
}

static bool days_meet(const json_t *x, const json_t *y)
{
    Day xf = day_at(x, "first_day"), xl = day_at(x, "last_day"), yf = day_at(y, "first_day"), yl = day_at(y, "last_day");
    return (xl == DAY_NONE || yf == DAY_NONE || yf <= xl) && (yl == DAY_NONE || xf == DAY_NONE || xf <= yl);
}

static void laxer(const Doc *d, Arena *a, Str path, Str rule)
{
    doc_wrong(d, path, "laxer", TEXT_FILL(a, "元の規則「{0}」より緩くなっています。元の規則に当てはまるものは、すべてこれにも当てはまる必要があります。", "This is laxer than the rule \"{0}\" of the base: whatever meets that one must meet this one too.", rule));
}

void tightens_check(const Part *p)
{
    Str id = text_at(p->item->json, "tightens");
    const Named *rule = id.n ? index_find(p->c->x, R_RULE, id) : NULL;
    const json_t *versions = rule ? json_object_get(rule->json, "versions") : NULL;
    if (id.n && !words_have("own agreement", text_at(p->item->json, "force")))
        doc_wrong(&p->d, STR("force"), "choice", text_of("ほかの規則を厳しくする規則の force は own か agreement です（法令ではありません）。", "A rule that tightens another is of force own or agreement (it is no law)."));
    for (size_t i = 0; i < json_array_size(versions); i++) {
        size_t steps = 0;
        const json_t *base = json_array_get(versions, i);
        if (!days_meet(p->json, base)) continue;
        Two t = {p->c->a, spread_version(p->c->a, p->json), spread_version(p->c->a, base), 0, p->path, &steps};
        if (!t.own_version || !t.base_version || !version_wider(&t, p->path)) {
            laxer(&p->d, p->c->a, t.where, id);
            return;
        }
    }
}

/* --- readings ----------------------------------------------------------------------------------------------------------------------------- */

/* No column, and no row, measures less by the reading. */
static bool table_by_reading(const json_t *table, const json_t *set)
{
    const char *name;
    json_t *one;
    size_t i;
    json_t *row;
    json_object_foreach((json_t *)set, name, one) {
        const json_t *columns = json_object_get(table, "columns");
        if (!json_object_get(columns, name)) continue;
        if (json_object_get(one, "with") && !same_key(one, json_object_get(columns, name), "with")) return false;
        if (!measures_no_less(text_at(one, "measure"), text_at(json_object_get(columns, name), "measure"))) return false;
        json_array_foreach(json_object_get(table, "rows"), i, row)
            if (!measures_no_less(text_at(one, "measure"), measure_in(row, columns, name))) return false;
    }
    return true;
}

typedef struct ByReading { const json_t *set; bool good; } ByReading;

static void condition_by_reading(void *self, const json_t *c, Str path, size_t depth)
{
    ByReading *r = self;
    UNUSED(path), UNUSED(depth);
    r->good = r->good && table_by_reading(json_object_get(c, "table"), r->set);
}

static void reading_check(const Check *c, const Doc *d, const json_t *choice, Str path)
{
    const Named *rule = index_find(c->x, R_RULE, text_at(choice, "rule"));
    const json_t *versions = rule ? json_object_get(rule->json, "versions") : NULL;
    Str valid[READINGS_WORDS_MAX];
    size_t n = 0;
    bool found = false;
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *v = json_array_get(versions, i), *list = json_object_get(v, "readings");
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *one = json_array_get(list, k);
            if (n < COUNT(valid)) valid[n++] = text_at(one, "id");
            if (!str_eq(text_at(one, "id"), text_at(choice, "reading"))) continue;
            ByReading r = {json_object_get(one, "set"), true};
            found = true;
            each_condition_in(c->a, json_object_get(v, "condition"), (Str){0}, 0, condition_by_reading, &r);
            if (!r.good)
                doc_wrong(d, path_of(c->a, path, "reading"), "laxer", TEXT_FILL(c->a, "読み方「{0}」は、規則「{1}」の元の読み方より緩い（小さく測る）ことがあります。", "The reading \"{0}\" may measure less than the one that the rule \"{1}\" is read by.", text_at(one, "id"), rule->id));
        }
    }
    if (!found) doc_wrong(d, path_of(c->a, path, "reading"), "reference", not_a_word(c->a, text_at(choice, "reading"), valid, n));
}

/* --- targets ------------------------------------------------------------------------------------------------------------------------------- */

/* The fewest minutes that the period can have. */
static int64_t least_minutes(const json_t *within)
{
    static const struct { const char *unit; int64_t minutes; } rows[] = {{"min", 1}, {"h", 60}, {"day", 1440}, {"week", 10080}, {"month", 28 * 1440}, {"year", 365 * 1440}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eqc(text_at(within, "unit"), rows[i].unit)) return scaled(json_integer_value(json_object_get(within, "n")), rows[i].minutes);
    return 0;
}

static bool ends_in_time(const json_t *target, const json_t *within) { return !within || least_minutes(json_object_get(target, "within")) <= least_minutes(within); }

static bool duty_keeps(const json_t *target, const json_t *duty)
{
    const json_t *variants = json_object_get(duty, "variants"), *earliest = json_object_get(json_object_get(duty, "from"), "earliest_of");
    bool good = ends_in_time(target, json_object_get(duty, "within")) && ends_in_time(target, json_object_get(json_object_get(duty, "guide"), "within"));
    for (size_t i = 0; i < json_array_size(variants); i++) good = good && ends_in_time(target, json_object_get(json_object_get(json_array_get(variants, i), "set"), "within"));
    for (size_t i = 0; i < json_array_size(earliest); i++) good = good && ends_in_time(target, json_object_get(json_array_get(earliest, i), "within"));
    return good;
}

static void target_check(const Check *c, const Doc *d, const json_t *target, Str path)
{
    const Named *of = index_find(c->x, R_DUTIES, text_at(target, "duties"));
    const json_t *versions = of ? json_object_get(of->json, "versions") : NULL;
    Str valid[READINGS_WORDS_MAX];
    size_t n = 0;
    bool found = false, good = true;
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *duties = json_object_get(json_array_get(versions, i), "duties");
        for (size_t k = 0; k < json_array_size(duties); k++) {
            const json_t *duty = json_array_get(duties, k);
            if (n < COUNT(valid)) valid[n++] = text_at(duty, "id");
            if (!str_eq(text_at(duty, "id"), text_at(target, "duty"))) continue;
            found = true, good = good && duty_keeps(target, duty);
        }
    }
    if (!found) doc_wrong(d, path_of(c->a, path, "duty"), "reference", not_a_word(c->a, text_at(target, "duty"), valid, n));
    if (!good) doc_wrong(d, path_of(c->a, path, "within"), "laxer", text_of("法令の期限（または指針の目安）より遅い目標です。", "The target ends later than the deadline of the law, or than the guideline."));
}

void overlay_check(const Check *c, const Doc *d)
{
    const json_t *readings = json_object_get(d->json, "readings"), *targets = json_object_get(d->json, "targets");
    for (size_t i = 0; i < json_array_size(readings); i++) reading_check(c, d, json_array_get(readings, i), path_at(c->a, STR("readings"), i));
    for (size_t i = 0; i < json_array_size(targets); i++) target_check(c, d, json_array_get(targets, i), path_at(c->a, STR("targets"), i));
}
