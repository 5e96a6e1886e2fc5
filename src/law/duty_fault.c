/* duty_fault.c -- the faults that somebody who writes a duty could make, put in one at a time: a deadline off by one, another clock, an addressee left out. */
#include "law/fault.h"
#include "law/inside.h"

static Text both(Str s) { return (Text){{s, s}}; }
static Text what(Fault *f, const char *ja, const char *en, Str name) { return TEXT_FILL(f->a, ja, en, name); }

/* --- deadlines ---------------------------------------------------------------------------------------------------------------- */

static void within_set(Fault *f, json_t *within, int64_t n, Str unit)
{
    Text was = law_within(f->a, within);
    json_object_set_new(within, "n", json_integer(n));
    json_object_set_new(within, "unit", json_stringn(unit.s, unit.n));
    fault_were(f, was, law_within(f->a, within));
}

/* One unit too few or too many, ten times, the number in another unit, and what is nearly as long in another one. */
static void within_faults(Fault *f, json_t *within)
{
    static const char *const other[][2] = {{"min", "h"}, {"h", "day"}, {"day", "h"}, {"day", "month"}, {"week", "day"}, {"month", "day"}, {"month", "week"}, {"year", "month"}};
    static const struct { const char *unit, *as; int64_t by, of; } like[] = {{"h", "day", 1, 24}, {"day", "h", 24, 1}, {"day", "month", 1, 30}, {"month", "day", 30, 1}, {"year", "day", 365, 1}};
    int64_t n = json_integer_value(json_object_get(within, "n"));
    Str unit = text_at(within, "unit");
    if (!within || f->done) return;
    if (n > 1 && fault_here(f)) within_set(f, within, n - 1, unit);
    else if (fault_here(f)) within_set(f, within, n + 1, unit);
    else if (fault_here(f)) within_set(f, within, n * 10, unit);
    for (size_t i = 0; i < COUNT(other) && !f->done; i++)
        if (str_eqc(unit, other[i][0]) && fault_here(f)) within_set(f, within, n, str_of(other[i][1]));
    for (size_t i = 0; i < COUNT(like) && !f->done; i++)
        if (str_eqc(unit, like[i].unit) && n % like[i].of == 0 && fault_here(f)) within_set(f, within, n / like[i].of * like[i].by, str_of(like[i].as));
}

static Text clock_title(Str code)
{
    for (size_t i = 0; i < CLOCKS; i++)
        if (str_eqc(code, law_clock_rows[i].code)) return law_clock_rows[i].title;
    return both(code);
}

/* The clock at `key` exchanged for each other one that it could be mistaken for. */
static void event_faults(Fault *f, json_t *o, const char *key)
{
    static const char *const swaps[][2] = {{"occurred", "known"}, {"known", "occurred"}, {"stopped", "occurred"}, {"stopped", "known"}, {"designated", "occurred"}, {"designated", "known"}};
    Str was = text_at(o, key);
    for (size_t i = 0; i < COUNT(swaps) && !f->done; i++) {
        if (!str_eqc(was, swaps[i][0]) || !fault_here(f)) continue;
        fault_were(f, clock_title(was), clock_title(str_of(swaps[i][1])));
        json_object_set_new(o, key, json_string(swaps[i][1]));
    }
}

static void earliest_faults(Fault *f, json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        if (fault_here(f)) {
            Text clock = clock_title(text_at(one, "event"));
            fault_left_out(f, TEXT_FILL(f->a, "起点「{0}」", "the clock \"{1}\"", clock.in[JA], clock.in[EN]));
            json_array_remove(list, i);
            return;
        }
        event_faults(f, one, "event");
        within_faults(f, json_object_get(one, "within"));
        if (f->done) return;
    }
}

static void from_faults(Fault *f, json_t *o)
{
    json_t *from = json_object_get(o, "from");
    Str after = text_at(from, "duty");
    event_faults(f, o, "from");
    earliest_faults(f, json_object_get(from, "earliest_of"));
    if (!after.n || f->done || !fault_here(f)) return;
    fault_were(f, TEXT_FILL(f->a, "「{0}」の提出", "submission of \"{0}\"", after), clock_title(STR("known")));
    json_object_set_new(o, "from", json_string("known"));
}

static void period_faults(Fault *f, json_t *duty)
{
    static const char *const swaps[][2] = {{"month", "quarter"}, {"quarter", "month"}, {"quarter", "fiscal_year"}, {"half_year", "quarter"}, {"half_year", "fiscal_year"}, {"fiscal_year", "quarter"}, {"fiscal_year", "half_year"}};
    Str per = text_at(duty, "per");
    int64_t day = json_integer_value(json_object_get(duty, "on_day"));
    for (size_t i = 0; i < COUNT(swaps) && !f->done; i++) {
        if (!str_eqc(per, swaps[i][0]) || !fault_here(f)) continue;
        fault_were(f, both(per), both(str_of(swaps[i][1])));
        json_object_set_new(duty, "per", json_string(swaps[i][1]));
    }
    for (int64_t by = -1; by <= 1 && !f->done; by += 2) {
        if (!day || day + by < 1 || day + by > 31 || !fault_here(f)) continue;
        fault_were(f, both(str_printf(f->a, "%lld", (long long)day)), both(str_printf(f->a, "%lld", (long long)(day + by))));
        json_object_set_new(duty, "on_day", json_integer(day + by));
    }
}

/* --- parts left out ------------------------------------------------------------------------------------------------------------- */

static bool key_fault(Fault *f, json_t *o, const char *key, const char *ja, const char *en)
{
    if (f->done || !json_object_get(o, key) || !fault_here(f)) return false;
    fault_left_out(f, text_of(ja, en));
    json_object_del(o, key);
    return true;
}

static void to_faults(Fault *f, json_t *list)
{
    for (size_t i = 0; i < json_array_size(list) && !f->done; i++) {
        if (!fault_here(f)) continue;
        fault_left_out(f, what(f, "宛先「{0}」", "the addressee \"{0}\"", json_str_of(json_array_get(list, i))));
        json_array_remove(list, i);
    }
}

static void contents_faults(Fault *f, json_t *list)
{
    for (size_t i = 0; i < json_array_size(list) && !f->done; i++) {
        const json_t *one = json_array_get(list, i);
        if (!fault_here(f)) continue;
        fault_left_out(f, TEXT_FILL(f->a, "報告の項目「{0}」", "the item \"{1}\" of the report", text_at(one, "ja"), text_at(one, "en")));
        json_array_remove(list, i);
    }
}

static void promptly_faults(Fault *f, json_t *duty)
{
    if (key_fault(f, duty, "promptly", "「速やかに」", "\"promptly\"") || json_object_get(duty, "promptly") || f->done || !fault_here(f)) return;
    fault_were(f, text_of("期限だけ", "a deadline alone"), text_of("速やかに、かつ期限まで", "promptly, and by the deadline"));
    json_object_set_new(duty, "promptly", json_pack("{s:{s:s,s:s}}", "words", "ja", "速やかに", "en", "promptly"));
}

static void roll_faults(Fault *f, json_t *duty, Str roll)
{
    if (key_fault(f, duty, "roll", "休日の扱い", "the move over closed days") || json_object_get(duty, "roll") || f->done || !roll.n || !json_object_get(duty, "count") || !fault_here(f)) return;
    fault_were(f, text_of("休日でも動かない", "not moved"), text_of("休日なら次の開庁日", "moved to the next open day"));
    json_object_set_new(duty, "roll", json_stringn(roll.s, roll.n));
}

/* A condition that narrows: left out it holds always. */
static void when_faults(Fault *f, json_t *o)
{
    json_t *when = json_object_get(o, "when");
    if (!when || key_fault(f, o, "when", "条件", "its condition")) return;
    fault_conditions(f, when);
}

/* --- duties ----------------------------------------------------------------------------------------------------------------------- */

static void variant_faults(Fault *f, json_t *list)
{
    size_t i;
    json_t *one;
    Text where = f->where;
    json_array_foreach(list, i, one) {
        json_t *set = json_object_get(one, "set");
        if (fault_here(f)) {
            fault_left_out(f, what(f, "変形「{0}」", "the variant \"{0}\"", text_at(one, "id")));
            json_array_remove(list, i);
            return;
        }
        f->where = TEXT_FILL(f->a, "{0}、変形「{1}」", "{2}, variant \"{1}\"", where.in[JA], text_at(one, "id"), where.in[EN]);
        when_faults(f, one);
        within_faults(f, json_object_get(set, "within"));
        from_faults(f, set);
        to_faults(f, json_object_get(set, "to"));
        (void)key_fault(f, set, "form", "様式", "its form");
        (void)key_fault(f, set, "promptly", "「速やかに」", "\"promptly\"");
        if (f->done) return;
    }
    f->where = where;
}

static void duty_faults(Fault *f, json_t *duty, Str roll)
{
    json_t *guide = json_object_get(duty, "guide");
    within_faults(f, json_object_get(duty, "within"));
    from_faults(f, duty);
    period_faults(f, duty);
    (void)key_fault(f, duty, "count", "数え方", "the way of counting");
    roll_faults(f, duty, roll);
    to_faults(f, json_object_get(duty, "to"));
    promptly_faults(f, duty);
    (void)key_fault(f, duty, "form", "様式", "its form");
    contents_faults(f, json_object_get(duty, "contents"));
    (void)key_fault(f, duty, "guide", "指針の目安", "the figure of the guideline");
    if (guide) within_faults(f, json_object_get(guide, "within"));
    when_faults(f, duty);
    variant_faults(f, json_object_get(duty, "variants"));
}

static void version_faults(Fault *f, json_t *v, Str roll)
{
    json_t *list = json_object_get(v, "duties"), *one;
    size_t i;
    f->where = both(text_at(v, "v"));
    fault_days(f, v, "first_day");
    if (!f->done) fault_days(f, v, "last_day");
    if (!f->done) fault_clocks(f, v);
    json_array_foreach(list, i, one) {
        f->where = both(text_at(v, "v"));
        if (f->done) return;
        if (fault_here(f)) {
            fault_left_out(f, what(f, "義務「{0}」", "the duty \"{0}\"", text_at(one, "id")));
            json_array_remove(list, i);
            return;
        }
        f->where = what(f, "義務「{0}」", "duty \"{0}\"", text_at(one, "id"));
        duty_faults(f, one, roll);
    }
}

int64_t duty_fault_put(Arena *a, json_t *duties, Str roll, int64_t target, Text *out)
{
    Fault f = {.a = a, .target = target};
    json_t *list = json_object_get(duties, "versions"), *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (!f.done) version_faults(&f, v, roll);
    if (out) *out = f.says;
    return f.n;
}
