/*
 * between.c -- the register at the end of two days, compared: what came, what ended, what changed, who changed it and why. Past states come from the
 * versions and are judged by the criteria, the services and the day of then; stretch by stretch, so that memory does not grow with the register.
 */
#include "risk/parts.h"

#include <stdlib.h>

enum { SERVICES_MAX = 2000, PEOPLE_MAX = 2000, VERDICTS = 4 };

const Field between_params[BETWEEN_PARAMS] = {
    {.name = "from", .kind = KIND_DATE, .label = TEXT("はじめの日", "First day"), .help = TEXT("この日の終わりの状態から", "From the state at the end of this day"), .flags = REQUIRED},
    {.name = "to", .kind = KIND_DATE, .label = TEXT("あとの日", "Second day"), .help = TEXT("この日の終わりの状態まで。空なら今日", "To the state at the end of this day; empty: today")},
};

#define LEVEL_COLUMN(field, ja, en) {.name = field, .kind = KIND_INT, .label = TEXT(ja, en), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level}
#define TEXT_COLUMN(field, ja, en) {.name = field, .kind = KIND_TEXT, .label = TEXT(ja, en)}
/* Of the version that made the difference: SOURCE_COLUMNS values, filled by put_source. */
#define SOURCE \
    {.name = "at", .kind = KIND_INSTANT, .label = TEXT("いつ", "When")}, \
    {.name = "who", .kind = KIND_TEXT, .label = TEXT("誰が", "Who")}, \
    {.name = "reason", .kind = KIND_LONG, .label = TEXT("変更の理由", "Reason of the change")}

static const Field count_columns[] = {
    TEXT_COLUMN("what", "区分", "What"),
    {.name = "before", .kind = KIND_INT, .label = TEXT("はじめの日", "First day")},
    {.name = "after", .kind = KIND_INT, .label = TEXT("あとの日", "Second day")},
    TEXT_COLUMN("change", "増減", "Change"),
};
static const Field new_columns[] = {LEVEL_COLUMN("level", "レベル", "Level"), TEXT_COLUMN("verdict", "評価", "Evaluation"), SOURCE};
static const Field ended_columns[] = {TEXT_COLUMN("how", "終わり方", "How it ended"), LEVEL_COLUMN("level", "それまでのレベル", "Level before"), SOURCE};
static const Field changed_columns[] = {
    LEVEL_COLUMN("level_before", "前のレベル", "Level before"), LEVEL_COLUMN("level", "後のレベル", "Level after"),
    TEXT_COLUMN("steps", "影響・起こりやすさ", "Impact, likelihood"),
    TEXT_COLUMN("verdict_before", "前の評価", "Evaluation before"), TEXT_COLUMN("verdict", "後の評価", "Evaluation after"),
    TEXT_COLUMN("priority", "優先順位", "Priority"), {.name = "why", .kind = KIND_LONG, .label = TEXT("変わったわけ", "What changed it")}, SOURCE,
};
static const Field override_columns[] = {
    LEVEL_COLUMN("level", "レベル", "Level"), TEXT_COLUMN("judgement", "判断", "Judgement"), TEXT_COLUMN("judged_by", "判断した役職", "Judged by"),
    {.name = "judgement_reason", .kind = KIND_LONG, .label = TEXT("判断の理由", "Reason of judgement")}, SOURCE,
};
static const Field reopened_columns[] = {
    TEXT_COLUMN("step", "戻った手順", "Sent back to"), {.name = "why", .kind = KIND_LONG, .label = TEXT("戻った理由", "Why sent back")},
    {.name = "still", .kind = KIND_BOOL, .label = TEXT("まだやり直しの途中", "Not gone through yet")}, SOURCE,
};
static const Field treated_columns[] = {
    TEXT_COLUMN("option", "対応の選択肢", "Option"), TEXT_COLUMN("state", "状態", "State"),
    {.name = "grounds", .kind = KIND_LONG, .label = TEXT("選択の根拠", "Grounds of the option")}, SOURCE,
};
static const Field thing_columns[] = {TEXT_COLUMN("kind", "種類", "Kind"), TEXT_COLUMN("what", "変化", "Change"), SOURCE};

/* The register at the end of one day. */
typedef struct Side { Instant at; const Criteria *criteria; Services services; int64_t levels[MATRIX_LEVEL_MAX + 1], verdicts[VERDICTS], open; } Side;
typedef struct Between {
    Ctx *c;
    ReportOut *out;
    Side before, after;
    Account people[PEOPLE_MAX]; /* who made versions that were looked at */
    size_t people_n;
    ReportTable *counts, *fresh, *ended, *changed, *overrides, *reopened, *treated, *things;
    bool all, versions_cut;
} Between;

/* What of a record a version may have changed. */
typedef enum { BY_BEGIN, BY_END, BY_EVALUATION, BY_OVERRIDE, BY_TREATMENT } By;

static bool living(const Past *p)
{
    return was_there(p) && !state_is(p->record, "closed");
}

static Str label_of(Ctx *c, const Record *r, const char *name)
{
    const Field *f = &r->res->fields[field_find(r->res->fields, r->res->fields_n, str_of(name))];
    const Value *v = value_of(r, name);
    int at = v->state == VALUE_KNOWN ? choice_find(f, v->text) : -1;
    return at < 0 ? (Str){0} : text_in(f->choices[at].label, c->lang);
}

/* By the criteria; where they say nothing, the judgement stands in for them. */
static Str evaluation_word(Ctx *c, const Record *r)
{
    if (!choice_is(value_of(r, "verdict"), "none")) return label_of(c, r, "verdict");
    Str judged = label_of(c, r, "judgement");
    return judged.n ? str_printf(c->a, c->lang == JA ? "判断：%.*s" : "Judgement: %.*s", STR_ARG(judged)) : (Str){0};
}

static bool same(const Record *a, const Record *b, const char *name)
{
    const Field *f = &a->res->fields[field_find(a->res->fields, a->res->fields_n, str_of(name))];
    return values_equal(f, value_of(a, name), value_of(b, name));
}

static bool same_all(const Record *a, const Record *b, const char *const *names)
{
    for (; *names; names++)
        if (!same(a, b, *names)) return false;
    return true;
}

static bool evaluated_alike(const Record *a, const Record *b)
{
    static const char *const names[] = {"level", "verdict", "priority", "impact", "likelihood", "judgement", NULL};
    return same_all(a, b, names);
}

static bool treated_alike(const Record *a, const Record *b)
{
    static const char *const names[] = {"option", "state", NULL};
    return same_all(a, b, names);
}

static bool overridden(const Past *p)
{
    const Value *v = value_of(p->record, "overridden");
    return v->state == VALUE_KNOWN && v->i;
}

/* --- who made the difference ------------------------------------------------------------------------------------------------- */

/* Between these two neighbours; `older` NULL: there was none. */
static bool turned(By by, const Past *older, const Past *newer)
{
    if (by == BY_BEGIN) return !older || str_eqc(newer->action, "restore");
    if (by == BY_END && str_eqc(newer->action, "remove")) return true;
    if (!older) return true;
    if (by == BY_END) return state_is(newer->record, "closed") && !state_is(older->record, "closed");
    if (by == BY_OVERRIDE) return overridden(newer) && !overridden(older);
    return by == BY_TREATMENT ? !treated_alike(older->record, newer->record) : !evaluated_alike(older->record, newer->record);
}

/* The latest version that did it; NULL: none of those that were read. */
static const Past *version_that(By by, const Pair *p)
{
    for (size_t i = 0; i < p->versions_n; i++) {
        const Past *newer = &p->versions[i], *older = i + 1 < p->versions_n ? &p->versions[i + 1] : p->before;
        bool neighbours = older ? older->record->version + 1 == newer->record->version : newer->record->version == 1;
        if (!neighbours) return NULL; /* some were left out */
        if (turned(by, older, newer)) return newer;
    }
    return NULL;
}

static const Account *person_of(const Between *x, int64_t row)
{
    for (size_t i = 0; i < x->people_n; i++)
        if (x->people[i].row == row) return &x->people[i];
    return NULL;
}

static Str who_text(Between *x, Arena *a, int64_t row)
{
    Lang lang = x->c->lang;
    if (!row) return text_in(text_of("プログラム", "The program"), lang);
    const Account *who = person_of(x, row);
    if (!who) return (Str){0};
    return who->post.n ? str_printf(a, lang == JA ? "%.*s（%.*s）" : "%.*s (%.*s)", STR_ARG(who->name), STR_ARG(who->post)) : who->name;
}

static void put_source(Between *x, Arena *a, Value *v, const Past *version)
{
    if (!version) return;
    put_int(&v[0], version->record->updated);
    put_text(&v[1], who_text(x, a, version->record->author));
    put_text(&v[2], version->reason);
}

static Err meet_people(Between *x, Ctx *c, const Past *list, size_t n)
{
    int64_t *rows = arena_array(c->a, int64_t, n + 1);
    size_t rows_n = 0, got, room = PEOPLE_MAX - x->people_n;
    for (size_t i = 0; i < n && rows_n < room; i++) {
        int64_t row = list[i].record->author;
        bool known = !row || person_of(x, row);
        for (size_t k = 0; k < rows_n; k++)
            known = known || rows[k] == row;
        if (!known) rows[rows_n++] = row;
    }
    TRY(accounts_in(c->db, x->c->a, c->who->org.row, rows, rows_n, x->people + x->people_n, &got));
    x->people_n += got;
    return ERR_NONE;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------- */

static Value *row_of(Between *x, ReportTable *t, const Past *p)
{
    return report_row(x->out, t, p->record);
}

static void new_row(Between *x, Ctx *c, const Pair *p)
{
    Value *v = row_of(x, x->fresh, p->after);
    v[0] = *value_of(p->after->record, "level");
    put_text(&v[1], evaluation_word(c, p->after->record));
    put_source(x, c->a, &v[2], version_that(BY_BEGIN, p));
}

static void ended_row(Between *x, Ctx *c, const Pair *p)
{
    Value *v = row_of(x, x->ended, p->after ? p->after : p->before);
    put_text(&v[0], text_in(was_there(p->after) ? text_of("終了", "Closed") : text_of("廃止", "Retired"), c->lang));
    if (p->before) v[1] = *value_of(p->before->record, "level");
    put_source(x, c->a, &v[2], version_that(BY_END, p));
}

static Str steps_word(Ctx *c, const Record *r)
{
    Str out[2] = {{"－", 3}, {"－", 3}};
    static const char *const names[2] = {"impact", "likelihood"};
    for (int i = 0; i < 2; i++) {
        const Value *v = value_of(r, names[i]);
        if (v->state == VALUE_KNOWN) out[i] = str_printf(c->a, "%lld", (long long)v->i);
        if (v->state == VALUE_RANGE) out[i] = str_printf(c->a, "%lld〜%lld", (long long)v->i, (long long)v->hi);
        if (v->state == VALUE_UNKNOWN) out[i] = STR("？");
    }
    return str_join(c->a, out[0], STR("・"), out[1]);
}

static Str from_to(Ctx *c, Str before, Str after)
{
    return str_eq(before, after) ? after : str_join(c->a, before.n ? before : STR("－"), STR(" → "), after.n ? after : STR("－"));
}

static Text priority_word(const Record *before, const Record *after)
{
    int64_t b = value_of(before, "priority")->i, a = value_of(after, "priority")->i;
    return a > b ? text_of("上がった", "Higher") : a < b ? text_of("下がった", "Lower") : text_of("同じ", "Same");
}

static Str criteria_label(const Side *s, Lang lang)
{
    return s->criteria ? s->criteria->label : text_in(text_of("なし", "none"), lang);
}

static bool same_criteria(const Between *x)
{
    const Criteria *b = x->before.criteria, *a = x->after.criteria;
    return (!b && !a) || (b && a && str_eq(b->label, a->label));
}

static Text why_changed(Between *x, Ctx *c, const Past *version)
{
    if (version) return text_of("このリスクの記録が変わった", "The record of the risk changed");
    if (!same_criteria(x)) return TEXT_FILL(c->a, "判定基準が変わった（{0}）", "The criteria changed ({0})", from_to(c, criteria_label(&x->before, c->lang), criteria_label(&x->after, c->lang)));
    return text_of("受容の期限が過ぎたか、サービスの目標などが変わった", "An acceptance ran out, or a service's own target or the like changed");
}

static void changed_row(Between *x, Ctx *c, const Pair *p)
{
    const Record *b = p->before->record, *a = p->after->record;
    const Past *version = version_that(BY_EVALUATION, p);
    Value *v = row_of(x, x->changed, p->after);
    v[0] = *value_of(b, "level"), v[1] = *value_of(a, "level");
    put_text(&v[2], from_to(c, steps_word(c, b), steps_word(c, a)));
    put_text(&v[3], evaluation_word(c, b));
    put_text(&v[4], evaluation_word(c, a));
    put_text(&v[5], text_in(priority_word(b, a), c->lang));
    put_text(&v[6], text_in(why_changed(x, c, version), c->lang));
    put_source(x, c->a, &v[7], version);
}

static void override_row(Between *x, Ctx *c, const Pair *p)
{
    const Record *r = p->after->record;
    Value *v = row_of(x, x->overrides, p->after);
    v[0] = *value_of(r, "level");
    put_text(&v[1], label_of(c, r, "judgement"));
    v[2] = *value_of(r, "judged_by"), v[3] = *value_of(r, "judgement_reason");
    put_source(x, c->a, &v[4], version_that(BY_OVERRIDE, p));
}

static void treated_row(Between *x, Ctx *c, const Pair *p)
{
    const Record *b = p->before ? p->before->record : NULL, *a = p->after->record;
    Value *v = row_of(x, x->treated, p->after);
    put_text(&v[0], from_to(c, b ? label_of(c, b, "option") : (Str){0}, label_of(c, a, "option")));
    put_text(&v[1], from_to(c, b ? label_of(c, b, "state") : (Str){0}, label_of(c, a, "state")));
    v[2] = *value_of(a, "option_grounds");
    put_source(x, c->a, &v[3], version_that(BY_TREATMENT, p));
}

/* Each return, also one that was gone through before the second day. */
static void reopened_rows(Between *x, Ctx *c, const Pair *p)
{
    for (size_t i = 0; i < p->versions_n && p->after; i++) {
        const Past *one = &p->versions[i];
        if (!str_eqc(one->action, "reopen")) continue;
        Value *v = row_of(x, x->reopened, p->after);
        put_text(&v[0], label_of(c, one->record, "reopened_at"));
        v[1] = *value_of(one->record, "reopened_why");
        put_int(&v[2], value_of(p->after->record, "reopened_at")->state == VALUE_KNOWN);
        put_source(x, c->a, &v[3], one);
    }
}

/* An option was chosen or changed, or treatment or watching began. */
static bool treatment_began(const Pair *p)
{
    const Record *a = p->after->record;
    bool chosen = value_of(a, "option")->state == VALUE_KNOWN, under_way = state_is(a, "treating") || state_is(a, "watched");
    if (!was_there(p->before)) return chosen || under_way;
    const Record *b = p->before->record;
    return (chosen && !same(b, a, "option")) || (under_way && !same(b, a, "state"));
}

static void compare(Ctx *c, const Pair *p, void *state)
{
    Between *x = state;
    bool was = was_there(p->before), is = was_there(p->after), lived = living(p->before), lives = living(p->after);
    reopened_rows(x, c, p);
    if (!was && is) new_row(x, c, p);
    if ((lived && !lives) || (!was && is && !lives)) ended_row(x, c, p);
    if (lives && lived && !evaluated_alike(p->before->record, p->after->record)) changed_row(x, c, p);
    if (is && overridden(p->after) && !(was && overridden(p->before))) override_row(x, c, p);
    if (lives && treatment_began(p)) treated_row(x, c, p);
}

/* --- the register, stretch by stretch ----------------------------------------------------------------------------------------- */

static void judge(Ctx *c, const Side *s, const Past *list, size_t n)
{
    Ctx then = *c;
    then.now = s->at;
    for (size_t i = 0; i < n; i++)
        risks_judge_among(&then, (Record *const[]){list[i].record}, 1, s->criteria, &s->services);
}

static void count(Side *s, const Past *p)
{
    if (!living(p)) return;
    const Value *level = value_of(p->record, "level"), *verdict = value_of(p->record, "verdict");
    int64_t at = level->state == VALUE_KNOWN ? level->i : level->state == VALUE_RANGE ? level->hi : 0;
    const Field *f = &risk_resource.fields[field_find(risk_resource.fields, risk_resource.fields_n, STR("verdict"))];
    int word = choice_find(f, verdict->text);
    s->open++;
    s->levels[at]++;
    if (word >= 0 && word < VERDICTS) s->verdicts[word]++;
}

/* Versions between are judged as at the first time: what differs then is what a person changed, and not new criteria. */
static Err risk_stretch(Ctx *c, Stretch *s, void *state)
{
    Between *x = state;
    TRY(meet_people(x, c, s->versions, s->versions_n));
    judge(c, &x->before, s->before, s->before_n);
    judge(c, &x->before, s->versions, s->versions_n);
    judge(c, &x->after, s->after, s->after_n);
    for (size_t i = 0; i < s->before_n; i++)
        count(&x->before, &s->before[i]);
    for (size_t i = 0; i < s->after_n; i++)
        count(&x->after, &s->after[i]);
    stretch_pairs(c, s, compare, x);
    return ERR_NONE;
}

static void thing(Ctx *c, const Pair *p, void *state)
{
    Between *x = state;
    bool was = was_there(p->before), is = was_there(p->after);
    if (was == is) return;
    Value *v = row_of(x, x->things, is ? p->after : p->before);
    put_text(&v[0], text_in(p->after->record->res->label, c->lang));
    put_text(&v[1], text_in(is ? text_of("加わった", "Added") : text_of("なくなった", "Gone"), c->lang));
    put_source(x, c->a, &v[2], version_that(is ? BY_BEGIN : BY_END, p));
}

static Err thing_stretch(Ctx *c, Stretch *s, void *state)
{
    TRY(meet_people(state, c, s->versions, s->versions_n));
    stretch_pairs(c, s, thing, state);
    return ERR_NONE;
}

/* --- before it begins ------------------------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return memcmp(&(*(Record *const *)a)->id, &(*(Record *const *)b)->id, sizeof(Id));
}

/* Whoever may not read services still gets levels that rest on them, as on the risk itself. */
static Err services_past(Ctx *c, Instant at, Services *out)
{
    Past *list = arena_array(c->a, Past, STRETCH);
    int64_t after = 0, last;
    *out = (Services){.ids = arena_array(c->a, Id, SERVICES_MAX), .list = arena_array(c->a, Record *, SERVICES_MAX)};
    for (; out->n < SERVICES_MAX; after = last) {
        size_t n;
        TRY(record_stretch(c->db, &service_resource, c->who->org.row, after, STRETCH, &last));
        if (!last) break;
        TRY(record_past(c->db, c->a, &service_resource, c->who->org.row, after, last, at, list, &n));
        for (size_t i = 0; i < n; i++)
            out->list[out->n++] = list[i].record;
    }
    if (out->n) qsort(out->list, out->n, sizeof *out->list, by_id);
    for (size_t i = 0; i < out->n; i++)
        out->ids[i] = out->list[i]->id;
    return ERR_NONE;
}

static Err side(Ctx *c, Day day, Side *out)
{
    *out = (Side){.at = day_begin_in_japan(day + 1) - 1};
    TRY(criteria_then(c, out->at, &out->criteria));
    return services_past(c, out->at, &out->services);
}

static Err days_of(Ctx *c, const Value *params, Day *from, Day *to)
{
    Mistakes m;
    Day today = day_in_japan(c->now);
    mistakes_init(&m, c->a);
    *from = (Day)params[0].i;
    *to = params[1].state == VALUE_KNOWN ? (Day)params[1].i : today;
    if (*to > today) mistake_add(&m, STR("to"), "range", text_of("まだ来ていない日です。", "This day has not come yet."));
    if (*from > today) mistake_add(&m, STR("from"), "range", text_of("まだ来ていない日です。", "This day has not come yet."));
    else if (*from >= *to) mistake_add(&m, STR("from"), "range", text_of("あとの日より前の日にしてください。", "It must be before the second day."));
    return err_mistakes(&m);
}

static Text summary_note(Between *x, Day from, Day to)
{
    Ctx *c = x->c;
    Text a = day_people(c->a, from), b = day_people(c->a, to);
    return TEXT_FILL(c->a, "{0}の終わりと{1}の終わりを比べます。判定基準は {4} → {5}。終了したリスクは数えません。",
        "The end of {2} against the end of {3}. Criteria: {6} → {7}. Closed risks do not count.", a.in[JA], b.in[JA], a.in[EN], b.in[EN],
        criteria_label(&x->before, JA), criteria_label(&x->after, JA), criteria_label(&x->before, EN), criteria_label(&x->after, EN));
}

static void tables(Between *x, Day from, Day to)
{
    ReportOut *o = x->out;
    const Text none = {0};
    x->counts = report_table(o, "counts", text_of("数", "Counts"), summary_note(x, from, to), count_columns, COUNT(count_columns));
    x->fresh = report_table(o, "new", text_of("加わったリスク", "New risks"), none, new_columns, COUNT(new_columns));
    x->ended = report_table(o, "ended", text_of("終わったリスク", "Risks that ended"), none, ended_columns, COUNT(ended_columns));
    x->changed = report_table(o, "changed", text_of("レベルや評価、優先順位が変わったリスク", "Risks whose level, evaluation or priority changed"), none, changed_columns, COUNT(changed_columns));
    x->overrides = report_table(o, "overrides", text_of("基準と異なる判断が加わったリスク", "Newly judged against the criteria"), none, override_columns, COUNT(override_columns));
    x->reopened = report_table(o, "reopened", text_of("手順を戻したリスク", "Risks sent back"), none, reopened_columns, COUNT(reopened_columns));
    x->treated = report_table(o, "treated", text_of("対応を選んだ・進めたリスク", "Treatment chosen or begun"), none, treated_columns, COUNT(treated_columns));
    x->things = report_table(o, "things", text_of("加わった・なくなった資産とサービス", "Assets and services added or gone"), none, thing_columns, COUNT(thing_columns));
}

/* --- counts ----------------------------------------------------------------------------------------------------------------- */

static void count_row(Between *x, Text what, int64_t before, int64_t after)
{
    Value *v = report_row(x->out, x->counts, NULL);
    put_text(&v[0], text_in(what, x->c->lang));
    put_int(&v[1], before), put_int(&v[2], after);
    put_text(&v[3], str_printf(x->c->a, after == before ? "±%lld" : "%+lld", (long long)(after - before)));
}

static int top_of(const Side *s)
{
    return s->criteria ? matrix_top(&s->criteria->table) : 0;
}

static void count_rows(Between *x)
{
    const Field *f = &risk_resource.fields[field_find(risk_resource.fields, risk_resource.fields_n, STR("verdict"))];
    int top = top_of(&x->before) > top_of(&x->after) ? top_of(&x->before) : top_of(&x->after);
    Arena *a = x->c->a;
    count_row(x, text_of("リスク（終了を除く）", "Risks that are not closed"), x->before.open, x->after.open);
    for (int i = top; i >= 1; i--)
        count_row(x, TEXT_FILL(a, "レベル {0}", "Level {0}", str_printf(a, "%d", i)), x->before.levels[i], x->after.levels[i]);
    count_row(x, text_of("レベルなし", "Without level"), x->before.levels[0], x->after.levels[0]);
    for (size_t i = 0; i < f->choices_n && i < VERDICTS; i++)
        count_row(x, TEXT_FILL(a, "評価：{0}", "Evaluation: {1}", f->choices[i].label.in[JA], f->choices[i].label.in[EN]), x->before.verdicts[i], x->after.verdicts[i]);
}

static void notes(Between *x)
{
    if (x->versions_cut) x->changed->note = TEXT_FILL(x->c->a, "版の多いものは、新しいほうの {0} 版までを見ています。", "Of records with many versions the latest {0} were looked at.", str_printf(x->c->a, "%d", PAST_VERSIONS_MAX));
    if (!x->all) x->fresh->note = text_of("記録が多いため、先頭の 100,000 件だけを見ています。", "There are many records: only the first 100,000 were looked at.");
}

static Err pairs_of(Between *x, const Resource *res, Err (*stretch)(Ctx *, Stretch *, void *))
{
    Pairs p = {.from = x->before.at, .until = x->after.at, .stretch = stretch, .out = x->out, .state = x};
    TRY(pairs_each(x->c, res, &p));
    x->all = x->all && p.all;
    x->versions_cut = x->versions_cut || p.cut;
    return ERR_NONE;
}

Err between_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    static const Resource *const kinds[] = {&service_resource, &asset_resource};
    Between *x = arena_new(c->a, Between);
    Day from, to;
    UNUSED(of);
    TRY(days_of(c, params, &from, &to));
    x->c = c, x->out = out, x->all = true;
    TRY(side(c, from, &x->before));
    TRY(side(c, to, &x->after));
    tables(x, from, to);
    TRY(pairs_of(x, &risk_resource, risk_stretch));
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!access_decide(c->who, ACT_LIST, kinds[i], NULL, NULL).kind) TRY(pairs_of(x, kinds[i], thing_stretch));
    count_rows(x);
    notes(x);
    return ERR_NONE;
}
