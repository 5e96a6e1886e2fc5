/* duty_examples.c -- the examples of duties, judged: which duties arise, to whom, by when, and by which computation. */
#include "law/author.h"
#include "law/inside.h"

typedef struct Want { Arena *a; const LawSet *s; const LawCase *c; Mistakes *m; Str id; bool good; } Want;

static void differs(Want *w, const char *key, Text label, Text want, Text got)
{
    w->good = false;
    if (!w->m) return;
    Doc d = {w->a, w->m, w->c->item->file, w->c->item->text, w->c->item->json};
    Str path = path_key(w->a, path_key(w->a, w->c->path, STR("expect")), w->id);
    doc_wrong(&d, key ? path_key(w->a, path, str_of(key)) : path, "example", TEXT_FILL(w->a, "{0}：義務「{1}」の{2}：期待 {3}、結果 {4}", "{5}: duty \"{1}\", {6}: expected {7}, got {8}", w->c->name.in[JA], w->id, label.in[JA], want.in[JA],
        got.in[JA], w->c->name.in[EN], label.in[EN], want.in[EN], got.in[EN]));
}

static Text both(Str s) { return (Text){{s, s}}; }
static Text yes_no(bool is) { return is ? text_of("はい", "yes") : text_of("いいえ", "no"); }
static Text or_none(Str s) { return s.n ? both(s) : text_of("なし", "none"); }

static Str ids_text(Arena *a, const json_t *list)
{
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i) buf_addc(&b, ", ");
        buf_add(&b, json_str_of(json_array_get(list, i)));
    }
    return buf_str(&b);
}

static bool all_in(const json_t *list, const json_t *other)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t k = 0;
        while (k < json_array_size(other) && !json_equal(json_array_get(list, i), json_array_get(other, k))) k++;
        if (k == json_array_size(other)) return false;
    }
    return true;
}

static void to_check(Want *w, const json_t *want, const LawDue *d)
{
    const json_t *is = law_due_part(d, "to"), *list = json_object_get(want, "to");
    if (!all_in(list, is) || !all_in(is, list)) differs(w, "to", text_of("宛先", "addressees"), or_none(ids_text(w->a, list)), or_none(ids_text(w->a, is)));
}

/* --- the deadline ------------------------------------------------------------------------------------------------------------------ */

bool law_due_day(const LawDue *d, Day *out)
{
    if (d->earliest && d->first.until_known) return *out = day_in_japan(d->first.until - 1), true;
    if (!d->due.until_known) return false;
    *out = d->due.until.length.unit == PERIOD_HOUR ? day_in_japan(d->due.until.end) : d->due.until.open.day;
    return true;
}

/* A deadline in hours is a moment; any other one a day. */
static bool due_moment(const LawDue *d, Instant *out)
{
    if (d->earliest && d->first.until_known) return *out = d->first.until, true;
    if (!d->due.until_known || d->due.until.length.unit != PERIOD_HOUR) return false;
    *out = d->due.until.end;
    return true;
}

static void due_check(Want *w, const json_t *want, const LawDue *d)
{
    Day day = DAY_NONE, expected = DAY_NONE;
    Instant at = 0, moment = 0;
    Str on = text_at(want, "due"), exactly = text_at(want, "due_at");
    bool is_day = law_due_day(d, &day), is_moment = due_moment(d, &at);
    Text came = is_moment ? law_instant_text(w->a, at) : is_day ? day_people(w->a, day) : text_of("期限の日は計算されない", "no date is computed"), label = text_of("期限", "deadline");
    if (exactly.n && (!is_moment || !law_instant(exactly, &moment) || moment != at)) differs(w, "due_at", label, both(exactly), came);
    if (on.n && (!is_day || is_moment || !day_parse(on, &expected) || expected != day)) differs(w, "due", label, both(on), came);
    if (!on.n && !exactly.n && is_day) differs(w, NULL, label, text_of("書かれていない", "not said"), came);
}

static void shown_check(Want *w, const json_t *want, const LawDue *d)
{
    const json_t *list = json_object_get(want, "shown");
    Text steps[PERIOD_STEPS_MAX];
    size_t n = json_array_size(list) && d->due.until_known ? period_steps(w->a, &d->due.until, steps) : 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        size_t k = 0;
        while (k < n && (!str_eq(text_at(one, "ja"), steps[k].in[JA]) || !str_eq(text_at(one, "en"), steps[k].in[EN]))) k++;
        if (k < n) continue;
        Text all = n ? steps[0] : text_of("なし", "none");
        for (k = 1; k < n; k++) all = TEXT_FILL(w->a, "{0}{1}", "{2} {3}", all.in[JA], steps[k].in[JA], all.in[EN], steps[k].in[EN]);
        differs(w, "shown", text_of("計算", "computation"), (Text){{text_at(one, "ja"), text_at(one, "en")}}, all);
    }
}

/* --- what may be left unsaid --------------------------------------------------------------------------------------------------------- */

static Text period_words(Arena *a, const json_t *within) { return within ? law_within(a, within) : text_of("なし", "none"); }

static bool same_period(const json_t *x, const json_t *y) { return json_equal(json_object_get(x, "n"), json_object_get(y, "n")) && json_equal(json_object_get(x, "unit"), json_object_get(y, "unit")); }

/* Each list of facts is one that settles whether it is due, or which variant applies. */
static void deciding_check(Want *w, const json_t *lists, const LawDue *d)
{
    for (size_t i = 0; i < json_array_size(lists); i++) {
        size_t k = 0;
        while (k < d->deciding_n && !law_same_facts(w->s, json_array_get(lists, i), &d->deciding[k])) k++;
        if (k < d->deciding_n) continue;
        Str came = STR("");
        for (k = 0; k < d->deciding_n; k++) came = str_join(w->a, came, STR(""), law_deciding_ids(w->a, w->s, &d->deciding[k]));
        differs(w, "deciding", text_of("決め手", "what decides"), both(ids_text(w->a, json_array_get(lists, i))), or_none(came));
    }
}

static void rest_check(Want *w, const json_t *want, const LawDue *d)
{
    const json_t *within = json_object_get(want, "within"), *guide = json_object_get(want, "guide"), *contents = json_object_get(want, "contents"), *is = law_due_part(d, "within"),
                 *guided = json_object_get(json_object_get(d->duty->json, "guide"), "within");
    Str form = json_str_of(law_due_part(d, "form")), variant = d->variant && !d->variant_open ? text_at(d->variant->json, "id") : (Str){0};
    size_t n = json_array_size(json_object_get(d->duty->json, "contents"));
    if (within && !same_period(within, is)) differs(w, "within", text_of("期間", "period"), period_words(w->a, within), period_words(w->a, is));
    if (guide && !same_period(guide, guided)) differs(w, "guide", text_of("指針の目安", "figure of the guideline"), period_words(w->a, guide), period_words(w->a, guided));
    if (json_object_get(want, "form") && !str_eq(text_at(want, "form"), form)) differs(w, "form", text_of("様式", "form"), both(text_at(want, "form")), or_none(form));
    if (json_object_get(want, "variant") && !str_eq(text_at(want, "variant"), variant)) differs(w, "variant", text_of("変形", "variant"), both(text_at(want, "variant")), or_none(variant));
    deciding_check(w, json_object_get(want, "deciding"), d);
    if (contents && (size_t)json_integer_value(contents) != n)
        differs(w, "contents", text_of("報告の項目の数", "number of items of the report"), both(str_printf(w->a, "%lld", (long long)json_integer_value(contents))), both(str_printf(w->a, "%zu", n)));
}

static void due_holds(Want *w, const json_t *want, const LawDue *d)
{
    bool promptly = json_object_get(want, "promptly") != NULL, open = json_object_get(want, "open") != NULL;
    to_check(w, want, d);
    if (promptly != d->promptly) differs(w, NULL, text_of("「速やかに」", "\"promptly\""), yes_no(promptly), yes_no(d->promptly));
    if (open != (d->is == TRI_OPEN)) differs(w, NULL, text_of("未確定", "undecided"), yes_no(open), yes_no(d->is == TRI_OPEN));
    if (!str_eq(text_at(want, "waits_for"), d->waits_for)) differs(w, NULL, text_of("先にすること", "what must come first"), or_none(text_at(want, "waits_for")), or_none(d->waits_for));
    due_check(w, want, d);
    shown_check(w, want, d);
    rest_check(w, want, d);
}

/* Of the file that the case stands in: in a changed copy it is found by its id. */
static const LawDue *due_find(const LawDue *list, size_t n, Str duties, Str id)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].of->id, duties) && str_eq(list[i].duty->id, id)) return &list[i];
    return NULL;
}

bool law_dues_hold(Arena *a, LawJudge *j, const LawVerdict *v, const LawCase *c, Mistakes *m)
{
    Want w = {a, j->s, c, m, {0}, true};
    LawDue *list = arena_array(a, LawDue, LAW_DUES_MAX);
    const json_t *expect = json_object_get(c->expect, "expect");
    const char *id;
    json_t *want;
    size_t n = 0;
    if (law_duties(a, j, v, list, LAW_DUES_MAX, &n).kind) n = 0;
    json_object_foreach((json_t *)expect, id, want) {
        const LawDue *d = due_find(list, n, c->item->id, str_of(id));
        w.id = str_of(id);
        if (d) due_holds(&w, want, d);
        else differs(&w, NULL, text_of("有無", "being"), text_of("生じる", "it arises"), text_of("生じない", "it does not arise"));
        if (!w.good && !m) return false;
    }
    for (size_t i = 0; i < n; i++) {
        w.id = list[i].duty->id;
        if (!str_eq(list[i].of->id, c->item->id)) continue;
        if (due_find(list, n, c->item->id, w.id) != &list[i]) differs(&w, NULL, text_of("回数", "how often"), text_of("一度", "once"), text_of("二つの版から", "out of two versions"));
        if (json_object_get(expect, str_c(a, w.id))) continue;
        differs(&w, NULL, text_of("有無", "being"), text_of("expect に無いので、生じない", "not in expect, so it does not arise"), text_of("生じる", "it arises"));
    }
    return w.good;
}

/* All that a reader is told of the duties of one file, as one text: what differs in it is another duty. */
Str law_dues_print(Arena *a, LawJudge *j, int rule, Str duties)
{
    LawDue *list = arena_array(a, LawDue, LAW_DUES_MAX);
    LawVerdict v = law_judge_rule(a, j, rule, false);
    Buf b;
    size_t n = 0;
    buf_init(&b, a, 512);
    if (law_duties(a, j, &v, list, LAW_DUES_MAX, &n).kind) return STR("?");
    for (size_t i = 0; i < n; i++) {
        const LawDue *d = &list[i];
        JsonOut o = {&b, false};
        if (!str_eq(d->of->id, duties)) continue;
        json_open(&o, '{');
        law_due_json_keys(&o, a, j, d);
        json_kint(&o, "contents", (int64_t)json_array_size(json_object_get(d->duty->json, "contents")));
        if (!d->due.until_known && !d->earliest && law_due_part(d, "within")) json_key(&o, STR("within")), json_value(&o, law_due_part(d, "within"));
        json_close(&o, '}');
    }
    return buf_str(&b);
}
