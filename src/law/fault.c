/* fault.c -- the faults that somebody who writes a rule could make, put in one at a time: a number off by one, a word of comparison, a row left out. */
#include "law/fault.h"
#include "law/inside.h"

/* Is this the one? Every place where a fault can be made asks once. */
bool fault_here(Fault *f)
{
    if (f->n++ != f->target) return false;
    return f->done = true;
}

static void says(Fault *f, Text what)
{
    f->says = f->where.in[JA].n ? TEXT_FILL(f->a, "{0}（{1}）", "{2} ({3})", what.in[JA], f->where.in[JA], what.in[EN], f->where.in[EN]) : what;
}

void fault_were(Fault *f, Text is, Text other) { says(f, TEXT_FILL(f->a, "「{0}」が「{1}」でも", "if \"{2}\" were \"{3}\"", is.in[JA], other.in[JA], is.in[EN], other.in[EN])); }
void fault_left_out(Fault *f, Text what) { says(f, TEXT_FILL(f->a, "{0}が無くても", "if {1} were left out", what.in[JA], what.in[EN])); }
static Text both(Str s) { return (Text){{s, s}}; }

/* --- numbers ------------------------------------------------------------------------------------------------------------------ */

static Text amount_text(Arena *a, int64_t n, Str unit) { return law_number(a, n * (law_unit(unit) ? law_unit(unit) : 1), unit); }

static void amount_set(Fault *f, json_t *amount, int64_t n, Str unit)
{
    Text was = amount_text(f->a, json_integer_value(json_object_get(amount, "n")), text_at(amount, "unit")), is = amount_text(f->a, n, unit);
    json_object_set_new(amount, "n", json_integer(n));
    json_object_set_new(amount, "unit", json_stringn(unit.s, unit.n));
    fault_were(f, was, is);
}

static void number_faults(Fault *f, json_t *amount)
{
    Str unit = text_at(amount, "unit");
    int64_t n = json_integer_value(json_object_get(amount, "n")), ms = law_unit(unit);
    bool time = ms >= 60000 && !str_eqc(unit, "user_min");
    int64_t fine = time ? n * (ms / 60000) : n;
    Str fine_unit = time ? STR("min") : unit;
    static const char *const other[][2] = {{"h", "min"}, {"min", "h"}, {"day", "h"}, {"s", "min"}};
    if (fault_here(f)) amount_set(f, amount, fine - 1, fine_unit);
    else if (fault_here(f)) amount_set(f, amount, fine + 1, fine_unit);
    else if (n != 0 && n < INT64_MAX / 100 && fault_here(f)) amount_set(f, amount, n * 10, unit);
    for (size_t i = 0; i < COUNT(other) && !f->done; i++)
        if (str_eqc(unit, other[i][0]) && fault_here(f)) amount_set(f, amount, n, str_of(other[i][1]));
}

static void share_faults(Fault *f, json_t *amount)
{
    Str share = text_at(amount, "share");
    int64_t n;
    if (!str_int(share, &n)) return;
    const int64_t others[] = {n - 1, n + 1, n * 10};
    for (size_t i = 0; i < COUNT(others) && !f->done; i++) {
        if (others[i] < 0 || others[i] > 100 || !fault_here(f)) continue;
        fault_were(f, both(str_join(f->a, share, STR(""), STR("%"))), both(str_printf(f->a, "%lld%%", (long long)others[i])));
        json_object_set_new(amount, "share", json_string(str_c(f->a, str_printf(f->a, "%lld", (long long)others[i]))));
    }
}

static void amount_faults(Fault *f, json_t *amount)
{
    json_t *smaller = json_object_get(amount, "smaller_of"), *list = smaller ? smaller : json_object_get(amount, "larger_of"), *one;
    size_t i;
    if (list && fault_here(f)) {
        says(f, smaller ? text_of("小さい方でなく大きい方でも", "if it were the larger one, not the smaller") : text_of("大きい方でなく小さい方でも", "if it were the smaller one, not the larger"));
        json_object_set(amount, smaller ? "larger_of" : "smaller_of", list);
        json_object_del(amount, smaller ? "smaller_of" : "larger_of");
        return;
    }
    json_array_foreach(list, i, one)
        if (!f->done) amount_faults(f, one);
    if (list || f->done) return;
    if (json_object_get(amount, "share")) share_faults(f, amount);
    else number_faults(f, amount);
}

static const struct { const char *key, *other; Text words; } comparisons[] = {{"at_least", "more_than", TEXT("以上", "at least")}, {"more_than", "at_least", TEXT("超える", "more than")},
    {"at_most", "less_than", TEXT("以下", "at most")}, {"less_than", "at_most", TEXT("未満", "less than")}};

static void comparison_faults(Fault *f, json_t *o)
{
    for (size_t i = 0; i < COUNT(comparisons) && !f->done; i++) {
        json_t *amount = json_object_get(o, comparisons[i].key);
        if (!amount) continue;
        if (fault_here(f)) {
            fault_were(f, comparisons[i].words, comparisons[i ^ 1].words);
            json_object_set(o, comparisons[i].other, amount);
            json_object_del(o, comparisons[i].key);
            return;
        }
        amount_faults(f, amount);
        return;
    }
}

/* --- days ----------------------------------------------------------------------------------------------------------------------- */

void fault_days(Fault *f, json_t *o, const char *key)
{
    Day d;
    for (int by = -1; by <= 1 && !f->done; by += 2) {
        if (!day_parse(text_at(o, key), &d) || !fault_here(f)) continue;
        fault_were(f, both(day_text(f->a, d)), both(day_text(f->a, d + by)));
        json_object_set_new(o, key, json_string(str_c(f->a, day_text(f->a, d + by))));
    }
}

void fault_clocks(Fault *f, json_t *version)
{
    static const char *const swaps[][2] = {{"occurred", "known"}, {"known", "occurred"}, {"report_due", "period_end"}, {"period_end", "report_due"}, {"designated", "occurred"}};
    for (size_t i = 0; i < COUNT(swaps); i++) {
        if (!str_eqc(text_at(version, "chosen_by"), swaps[i][0])) continue;
        if (!json_is_string(json_object_get(version, "first_day")) && !json_is_string(json_object_get(version, "last_day"))) return;
        if (!fault_here(f)) return;
        fault_were(f, both(str_of(swaps[i][0])), both(str_of(swaps[i][1])));
        json_object_set_new(version, "chosen_by", json_string(swaps[i][1]));
        return;
    }
}

/* --- conditions -------------------------------------------------------------------------------------------------------------------- */

/* Of a condition without words: what it looks at. */
static Str plain_name(const json_t *o)
{
    static const char *const keys[] = {"fact", "judgement", "measure", "rule", "same", "all", "any", "none", "table", "at_least_of"};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (json_object_get(o, keys[i])) return json_is_string(json_object_get(o, keys[i])) ? text_at(o, keys[i]) : str_of(keys[i]);
    return STR("?");
}

static Text name_of(Fault *f, const json_t *o)
{
    Text words = law_text(o, "words");
    Str id = text_at(o, "id");
    if (!words.in[JA].n) words = law_text(o, "say");
    if (!words.in[JA].n) words = both(id.n ? id : plain_name(o));
    else if (id.n) words = TEXT_FILL(f->a, "{0} {1}", "{0} {2}", id, words.in[JA], words.in[EN]);
    return words;
}

static void codes_faults(Fault *f, json_t *o, const char *key)
{
    json_t *list = json_object_get(o, key);
    for (size_t i = 0; json_array_size(list) > 1 && i < json_array_size(list) && !f->done; i++) {
        if (!fault_here(f)) continue;
        Str code = json_str_of(json_array_get(list, i));
        fault_left_out(f, TEXT_FILL(f->a, "「{0}」", "\"{0}\"", code));
        json_array_remove(list, i);
    }
}

static void any_of_codes(Fault *f, json_t *o)
{
    json_t *list = json_object_get(o, "includes_any"), *all = json_object_get(o, "includes_all");
    if (json_array_size(list ? list : all) < 2 || !fault_here(f)) return;
    fault_were(f, list ? text_of("どれか", "any of") : text_of("すべて", "all of"), list ? text_of("すべて", "all of") : text_of("どれか", "any of"));
    json_object_set(o, list ? "includes_all" : "includes_any", list ? list : all);
    json_object_del(o, list ? "includes_any" : "includes_all");
}

static void row_faults(Fault *f, json_t *table)
{
    json_t *columns = json_object_get(table, "columns"), *rows = json_object_get(table, "rows"), *row, *column;
    size_t i;
    const char *name;
    Text where = f->where;
    json_array_foreach(rows, i, row) {
        Text words = name_of(f, row);
        f->where = where;
        if (json_array_size(rows) > 1 && fault_here(f)) {
            fault_left_out(f, TEXT_FILL(f->a, "「{0}」の項", "row \"{1}\"", words.in[JA], words.in[EN]));
            json_array_remove(rows, i);
            return;
        }
        f->where = TEXT_FILL(f->a, "{0}の項", "row {1}", words.in[JA], words.in[EN]);
        json_object_foreach(columns, name, column)
            if (!f->done && json_object_get(row, name)) comparison_faults(f, json_object_get(row, name));
        if (f->done) return;
    }
    f->where = where;
}

static void list_faults(Fault *f, json_t *o, const char *key, json_t *list)
{
    static const struct { const char *key, *other; Text words; } joins[] = {{"all", "any", TEXT("すべて", "all of")}, {"any", "all", TEXT("いずれか", "any of")}};
    size_t n = json_array_size(list), i;
    json_t *one;
    for (i = 0; i < COUNT(joins) && n > 1; i++)
        if (strcmp(key, joins[i].key) == 0 && fault_here(f)) {
            fault_were(f, joins[i].words, joins[i ^ 1].words);
            json_object_set(o, joins[i].other, list);
            json_object_del(o, key);
            return;
        }
    for (i = 0; i < n && !f->done; i++)
        if (n > 1 && fault_here(f)) {
            Text what = name_of(f, json_array_get(list, i));
            fault_left_out(f, TEXT_FILL(f->a, "条件「{0}」", "the condition \"{1}\"", what.in[JA], what.in[EN]));
            json_array_remove(list, i);
            return;
        }
    json_array_foreach(list, i, one)
        if (!f->done) fault_conditions(f, one);
}

static void some_faults(Fault *f, json_t *o)
{
    json_t *some = json_object_get(o, "at_least_of");
    int64_t n = json_integer_value(json_object_get(some, "n"));
    for (int by = -1; by <= 1 && some && !f->done; by += 2) {
        if (n + by < 1 || n + by > (int64_t)json_array_size(json_object_get(some, "of")) || !fault_here(f)) continue;
        fault_were(f, both(str_printf(f->a, "%lld", (long long)n)), both(str_printf(f->a, "%lld", (long long)(n + by))));
        json_object_set_new(some, "n", json_integer(n + by));
    }
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(some, "of"), i, one)
        if (!f->done) fault_conditions(f, one);
}

void fault_conditions(Fault *f, json_t *o)
{
    static const char *const lists[] = {"all", "any", "none"}, *const codes[] = {"in", "includes_any", "includes_all"};
    Text where = f->where;
    if (json_object_get(o, "same") || f->done) return;
    if (text_at(o, "id").n || law_text(o, "words").in[JA].n) f->where = name_of(f, o);
    for (size_t i = 0; i < COUNT(lists) && !f->done; i++)
        if (json_object_get(o, lists[i])) list_faults(f, o, lists[i], json_object_get(o, lists[i]));
    if (!f->done) some_faults(f, o);
    if (!f->done && json_object_get(o, "table")) row_faults(f, json_object_get(o, "table"));
    if (!f->done && json_is_boolean(json_object_get(o, "is")) && fault_here(f)) {
        bool is = json_is_true(json_object_get(o, "is"));
        fault_were(f, is ? text_of("はい", "yes") : text_of("いいえ", "no"), is ? text_of("いいえ", "no") : text_of("はい", "yes"));
        json_object_set_new(o, "is", json_boolean(!is));
    }
    if (!f->done) any_of_codes(f, o);
    for (size_t i = 0; i < COUNT(codes) && !f->done; i++) codes_faults(f, o, codes[i]);
    if (!f->done) comparison_faults(f, o);
    if (!f->done) comparison_faults(f, json_object_get(o, "with"));
    if (!f->done) fault_days(f, o, "on_or_after");
    if (!f->done) fault_days(f, o, "on_or_before");
    f->where = where;
}

/* --- versions --------------------------------------------------------------------------------------------------------------------------- */

/* Exceptions, gaps, other rules that it yields to: each left out, and the conditions in them. */
static void parts_faults(Fault *f, json_t *version, const char *key, Text what)
{
    json_t *list = json_object_get(version, key), *one;
    size_t i;
    json_array_foreach(list, i, one) {
        Str id = text_at(one, "id").n ? text_at(one, "id") : text_at(one, "rule");
        if (fault_here(f)) {
            fault_left_out(f, TEXT_FILL(f->a, "{0}「{1}」", "the {2} \"{1}\"", what.in[JA], id, what.in[EN]));
            json_array_remove(list, i);
            return;
        }
        f->where = TEXT_FILL(f->a, "{0}「{1}」", "{2} \"{1}\"", what.in[JA], id, what.in[EN]);
        if (json_object_get(one, "when")) fault_conditions(f, json_object_get(one, "when"));
        f->where = (Text){{{0}}};
        if (f->done) return;
    }
}

static void version_faults(Fault *f, json_t *v)
{
    f->where = both(text_at(v, "v"));
    fault_days(f, v, "first_day");
    if (!f->done) fault_days(f, v, "last_day");
    if (!f->done) fault_clocks(f, v);
    if (!f->done) codes_faults(f, v, "bound");
    f->where = (Text){{{0}}};
    if (!f->done) fault_conditions(f, json_object_get(v, "condition"));
    if (!f->done) parts_faults(f, v, "except", text_of("例外", "exception"));
    if (!f->done) parts_faults(f, v, "gaps", text_of("未確認の点", "gap"));
    if (!f->done) parts_faults(f, v, "yields_to", text_of("譲る相手", "rule it yields to"));
}

int64_t fault_put(Arena *a, json_t *rule, int64_t target, Text *out)
{
    Fault f = {.a = a, .target = target};
    json_t *list = json_object_get(rule, "versions"), *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (!f.done) version_faults(&f, v);
    if (out) *out = f.says;
    return f.n;
}
