/* plan.c -- treatment plans: measures and the residual risks accepted by name; draft → submitted → approved or returned. */
#include "risk/parts.h"

const Choice measure_kinds[MEASURE_KINDS] = {
    {CODE("prevention"), TEXT("予防", "Prevention"), TEXT("起こりにくくする", "Makes it less likely")},
    {CODE("limitation"), TEXT("被害の抑制", "Damage limitation"), TEXT("起きたときの被害を小さくする", "Makes the damage smaller")},
};
static const Choice progresses[] = {
    {CODE("planned"), TEXT("未着手", "Planned"), TEXT("まだ始めていない", "Not begun")},
    {CODE("doing"), TEXT("実施中", "Under way"), TEXT("始めている", "Begun")},
    {CODE("done"), TEXT("完了", "Done"), TEXT("終わった", "Finished")},
};
const Choice drift_choices[DRIFTS] = {
    [DRIFT_NONE] = {CODE("none"), TEXT("予定どおり", "As planned"), TEXT("遅れの兆しはない", "Nothing is amiss")},
    [DRIFT_DONE] = {CODE("done"), TEXT("完了", "Done"), TEXT("期限までに終えた", "By the due date")},
    [DRIFT_DONE_LATE] = {CODE("done_late"), TEXT("遅れて完了", "Done late"), TEXT("期限の後に終えた", "After the due date")},
    [DRIFT_OVERDUE] = {CODE("overdue"), TEXT("期限切れ", "Overdue"), TEXT("期限を過ぎている", "The due date has passed")},
    [DRIFT_EXPECTED] = {CODE("expected"), TEXT("遅れる見込み", "Will be late"), TEXT("担当が期限の後を見込んでいる", "Its owner expects a later day")},
    [DRIFT_WAITS] = {CODE("waits"), TEXT("先の対策を待つと遅れる", "Waits too long"), TEXT("先の対策が期限の日以後に終わる", "What it comes after ends on the due date or later")},
    [DRIFT_NOT_BEGUN] = {CODE("not_begun"), TEXT("着手が遅れている", "Not begun"), TEXT("着手予定日を過ぎても始まっていない", "The day to begin has passed")},
    [DRIFT_HALF] = {CODE("half"), TEXT("半ばを過ぎて未着手", "Not begun, half over"), TEXT("承認から期限までの半分を過ぎても始まっていない", "More than half of the time is over")},
};
static const Choice feasibilities[] = {
    {CODE("ready"), TEXT("すぐできる", "Ready"), TEXT("人、技術、予算のめどがある", "People, technology and money are in sight")},
    {CODE("conditional"), TEXT("条件がある", "On conditions"), TEXT("何かがそろえばできる", "Possible once something else is there")},
    {CODE("hard"), TEXT("難しい", "Hard"), TEXT("実現のめどがない", "No way is in sight yet")},
};
const Field measure_fields[MEASURE_FIELDS] = {
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .help = TEXT("何に対する対策か", "Against which risk"), .flags = REQUIRED, .target = "risk", .aliases = "対象リスク"},
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("対策", "Measure"), .help = TEXT("何をするか。名前と担当が同じ対策は、費用を一度だけ数えます", "What is done. The same measure of the same owner counts once"), .flags = REQUIRED, .aliases = "対策内容|対策名"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("予防と抑制の釣り合いを見る", "For the balance of both"), .flags = REQUIRED, .choices = measure_kinds, .choices_n = MEASURE_KINDS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("実施する部署", "The unit that does it"), .target = "unit", .aliases = "担当課|担当"},
    {.name = "due", .kind = KIND_DATE, .label = TEXT("期限", "Due"), .help = TEXT("終える日", "To be done by"), .aliases = "完了予定日|実施期限"},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用（円）", "Cost (yen)"), .help = TEXT("おおよそでよい。範囲も可", "About; a range will do"), .flags = RANGE, .min = 0, .max = 1000000000000000, .aliases = "費用|予算額|概算費用"},
    {.name = "residual_impact", .kind = KIND_INT, .label = TEXT("実施後の影響", "Impact afterwards"), .help = TEXT("判定基準の段階", "A step of the criteria"), .flags = RANGE, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_impact},
    {.name = "residual_likelihood", .kind = KIND_INT, .label = TEXT("実施後の起こりやすさ", "Likelihood afterwards"), .help = TEXT("判定基準の段階", "A step of the criteria"), .flags = RANGE, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_likelihood},
    {.name = "keeps_events", .kind = KIND_INT, .label = TEXT("実施後に残る回数（％）", "Times that remain (%)"), .help = TEXT("起こる回数が六割減るなら 40。変わらないなら空。損害の試算に使います", "If it happens 60 % less often, 40. Empty: unchanged. For the loss simulation"), .max = 100},
    {.name = "keeps_loss", .kind = KIND_INT, .label = TEXT("実施後に残る一回の損害（％）", "Loss a time that remains (%)"), .help = TEXT("一回の損害が四分の一減るなら 75。変わらないなら空", "If each loss is a quarter smaller, 75. Empty: unchanged"), .max = 100},
    {.name = "years", .kind = KIND_INT, .label = TEXT("費用を割る年数", "Years that the cost serves"), .help = TEXT("設備などが働く年数。空なら 1", "For how long equipment serves. Empty: 1"), .min = 1, .max = 100},
    {.name = "running_cost", .kind = KIND_MONEY, .label = TEXT("毎年かかる費用（円）", "Cost every year (yen)"), .help = TEXT("保守料、利用料など。費用とは別に", "Maintenance, fees: besides the cost"), .flags = RANGE, .max = 1000000000000000},
    {.name = "progress", .kind = KIND_CHOICE, .label = TEXT("進み具合", "Progress"), .help = TEXT("承認の後に報告します", "Reported after approval"), .flags = READONLY, .choices = progresses, .choices_n = COUNT(progresses)},
    {.name = "done_on", .kind = KIND_DATE, .label = TEXT("完了日", "Done on"), .help = TEXT("終えた日", "Day on which it was finished"), .flags = READONLY},
    {.name = "control", .kind = KIND_TEXT, .label = TEXT("対策の基準・カタログ番号", "Control of a catalogue"), .help = TEXT("例：ISO/IEC 27002 8.5", "e.g. ISO/IEC 27002 8.5"), .aliases = "管理策番号|管理策"},
    {.name = "effort", .kind = KIND_INT, .label = TEXT("手間（人日）", "Effort (person days)"), .help = TEXT("おおよそでよい。範囲も可", "About; a range will do"), .flags = RANGE, .max = 1000000, .aliases = "工数|人日"},
    {.name = "feasibility", .kind = KIND_CHOICE, .label = TEXT("実現性", "Feasibility"), .help = TEXT("実現できる見込み", "How likely it can be done"), .choices = feasibilities, .choices_n = COUNT(feasibilities)},
    {.name = "conditions", .kind = KIND_LONG, .label = TEXT("前提・条件", "Conditions"), .help = TEXT("そろわないとできないもの", "What it cannot do without")},
    {.name = "begin", .kind = KIND_DATE, .label = TEXT("着手予定日", "Begins by"), .help = TEXT("この日までに始める", "To be begun by this day"), .aliases = "着手日|開始予定日"},
    {.name = "after", .kind = KIND_INT, .label = TEXT("先に終える対策", "Comes after"), .help = TEXT("この計画の何番目の対策の後か", "Number of the measure of this plan that has to be done first"), .min = 1, .max = 500},
    {.name = "expected_on", .kind = KIND_DATE, .label = TEXT("終わる見込みの日", "Expected on"), .help = TEXT("担当の見込み", "As its owner expects"), .flags = READONLY},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("報告", "Report"), .help = TEXT("最後の報告", "The latest"), .flags = READONLY},
    {.name = "risk_version", .kind = KIND_INT, .label = TEXT("提出時のリスクの版", "Version of the risk"), .help = TEXT("提出したときに見ていた版", "As it was at submission"), .flags = READONLY},
};
const Field accepted_fields[ACCEPTED_FIELDS] = {
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .help = TEXT("残るリスク", "The risk that stays"), .flags = REQUIRED, .target = "risk"},
    {.name = "reason", .kind = KIND_LONG, .label = TEXT("受容する理由", "Reason"), .help = TEXT("なぜ受け入れてよいか", "Why it may be taken"), .flags = REQUIRED},
    {.name = "until", .kind = KIND_DATE, .label = TEXT("受容の期限", "Until"), .help = TEXT("空なら次の見直しまで", "Empty: until the next review")},
    {.name = "risk_version", .kind = KIND_INT, .label = TEXT("提出時のリスクの版", "Version of the risk"), .help = TEXT("提出したときに見ていた版", "As it was at submission"), .flags = READONLY},
};
const Field brought_fields[BROUGHT_FIELDS] = {
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .help = TEXT("対策が持ち込むリスク", "The risk that a measure brings in"), .flags = REQUIRED, .target = "risk"},
    {.name = "how", .kind = KIND_LONG, .label = TEXT("どの対策から、なぜ", "From which measure, and how"), .help = TEXT("例：遠隔保守の入口が増える", "e.g. one more way in for maintenance"), .flags = REQUIRED},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("計画名", "Plan"), .help = TEXT("例：令和8年度リスク対応計画", "e.g. Treatment plan 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|件名"},
    {.name = "purpose", .kind = KIND_LONG, .label = TEXT("ねらい", "Purpose"), .help = TEXT("承認する人が最初に読む文", "What the approver reads first"), .flags = SEARCH},
    {.name = "measures", .kind = KIND_LIST, .label = TEXT("対策", "Measures"), .help = TEXT("実施する対策", "What will be done"), .max = 500, .fields = measure_fields, .fields_n = MEASURE_FIELDS},
    {.name = "brings", .kind = KIND_LIST, .label = TEXT("対策が持ち込むリスク", "Risks that measures bring in"), .help = TEXT("対策によって新しく生まれるリスク", "New risks because of the measures"), .max = 100, .fields = brought_fields, .fields_n = BROUGHT_FIELDS},
    {.name = "accepted", .kind = KIND_LIST, .label = TEXT("受容する残留リスク", "Accepted residual risks"), .help = TEXT("受け入れるリスクを名指しする", "The risks taken, by name"), .max = 500, .fields = accepted_fields, .fields_n = ACCEPTED_FIELDS},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN},
    {.name = "measures_n", .kind = KIND_INT, .label = TEXT("対策の数", "Number of measures"), .help = TEXT("複数のリスクに共通する対策は一つと数えます", "One that serves several risks counts once"), .flags = DERIVED},
    {.name = "done_n", .kind = KIND_INT, .label = TEXT("完了した対策", "Measures done"), .help = TEXT("数え方は同じ", "Counted alike"), .flags = DERIVED},
    {.name = "overdue_n", .kind = KIND_INT, .label = TEXT("期限を過ぎた対策", "Measures overdue"), .help = TEXT("承認された計画の、終わっていない対策", "Of an approved plan, not done"), .flags = DERIVED},
    {.name = "total_cost", .kind = KIND_MONEY, .label = TEXT("費用の合計（円）", "Total cost (yen)"), .help = TEXT("共通の対策は一度だけ", "What is shared counts once"), .flags = DERIVED | RANGE},
    {.name = "cost_missing", .kind = KIND_INT, .label = TEXT("費用が未定の対策", "Measures without a cost"), .help = TEXT("合計に入っていません", "Not in the total"), .flags = DERIVED},
    {.name = "total_effort", .kind = KIND_INT, .label = TEXT("手間の合計（人日）", "Total effort (person days)"), .help = TEXT("共通の対策は一度だけ", "What is shared counts once"), .flags = DERIVED | RANGE},
    {.name = "criteria_then", .kind = KIND_TEXT, .label = TEXT("提出時の判定基準", "Criteria at submission"), .help = TEXT("提出したときに効いていたもの", "Those in force at submission"), .flags = READONLY},
    {.name = "changed_since", .kind = KIND_LONG, .label = TEXT("提出の後に変わったもの", "Changed since submission"), .help = TEXT("承認した人が確かめたもの", "As seen by who approved"), .flags = READONLY},
    APPROVAL_FIELDS,
};

Value *measure_cell(Value *row, const char *name)
{
    return child_of(measure_fields, MEASURE_FIELDS, row, name);
}

Value *accepted_cell(Value *row, const char *name)
{
    return child_of(accepted_fields, ACCEPTED_FIELDS, row, name);
}

/* --- counted --------------------------------------------------------------------------------------------------------------- */

void plan_measures(Ctx *c, const Record *plan, Measures *out)
{
    const Value *rows = value_of(plan, "measures");
    *out = (Measures){rows->n, arena_array(c->a, Measure, rows->n + 1), arena_array(c->a, size_t, rows->n + 1)};
    for (size_t i = 0; i < rows->n; i++) {
        Value *row = rows->rows[i], *owner = measure_cell(row, "owner");
        Str title = str_fold(c->a, measure_cell(row, "title")->text), unit = owner->state == VALUE_KNOWN ? id_text(c->a, owner->ref) : (Str){0};
        out->list[i] = (Measure){str_join(c->a, title, STR("\x1f"), unit), choice_is(measure_cell(row, "kind"), "limitation"),
            given_of(measure_cell(row, "cost")), given_of(measure_cell(row, "effort"))};
    }
    measures_group(c->a, out->list, out->n, out->of);
}

static Day day_cell(Value *row, const char *name)
{
    const Value *v = measure_cell(row, name);
    return v->state == VALUE_KNOWN ? (Day)v->i : DAY_NONE;
}

Schedule plan_schedule(const Record *plan, size_t i)
{
    const Value *rows = value_of(plan, "measures"), *approved = value_of(plan, "approved_on");
    Value *row = rows->rows[i];
    Schedule s = {.approved = approved->state == VALUE_KNOWN ? (Day)approved->i : DAY_NONE, .begin = day_cell(row, "begin"), .due = day_cell(row, "due"),
        .expected = day_cell(row, "expected_on"), .done = day_cell(row, "done_on"), .begun = choice_is(measure_cell(row, "progress"), "doing"), .waits_until = DAY_NONE};
    const Value *after = measure_cell(row, "after");
    if (after->state != VALUE_KNOWN || after->i < 1 || (size_t)after->i > rows->n) return s;
    Value *first = rows->rows[after->i - 1];
    s.waits = day_cell(first, "done_on") == DAY_NONE;
    s.waits_until = day_cell(first, "expected_on") != DAY_NONE ? day_cell(first, "expected_on") : day_cell(first, "due");
    return s;
}

static void count(Ctx *c, Record *r)
{
    Measures m;
    plan_measures(c, r, &m);
    Totals all = measures_total(c->a, m.list, m.of, m.n, -1);
    bool *open = arena_array(c->a, bool, m.n + 1), *late = arena_array(c->a, bool, m.n + 1);
    int64_t done = 0, overdue = 0;
    for (size_t i = 0; i < m.n; i++) { /* a shared measure is done when it is done against every risk, and overdue when it is against one */
        Schedule s = plan_schedule(r, i);
        open[m.of[i]] |= s.done == DAY_NONE;
        late[m.of[i]] |= measure_drift(&s, day_in_japan(c->now)) == DRIFT_OVERDUE;
    }
    for (size_t i = 0; i < m.n; i++)
        if (m.of[i] == i) done += !open[i], overdue += late[i] && state_is(r, "approved");
    put_int(value_of(r, "measures_n"), (int64_t)all.measures);
    put_int(value_of(r, "done_n"), done);
    put_int(value_of(r, "overdue_n"), overdue);
    put_int(value_of(r, "cost_missing"), (int64_t)all.cost.missing);
    put_interval(value_of(r, "total_cost"), all.cost.total);
    put_interval(value_of(r, "total_effort"), all.effort.total);
}

static Err after_load(Ctx *c, Record *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        count(c, list[i]);
    return ERR_NONE;
}

/* --- saving ---------------------------------------------------------------------------------------------------------------- */

/* Approved measures may only report how far they are. */
static bool only_progress(const Record *old, const Record *r)
{
    static const char *const measures[] = {"measures", NULL};
    return only_differs(old, r, measures) && rows_same_but_set(field_of(r->res, "measures"), value_of(old, "measures"), value_of(r, "measures"));
}

/* Nothing can wait for itself. */
static void check_order(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *rows = value_of(r, "measures");
    int64_t *after = arena_array(c->a, int64_t, rows->n + 1);
    for (size_t i = 0; i < rows->n; i++) {
        const Value *v = measure_cell(rows->rows[i], "after");
        after[i] = v->state == VALUE_KNOWN ? v->i : 0;
        if (after[i] > (int64_t)rows->n)
            mistake_add(m, str_printf(c->a, "measures/%zu/after", i), "range", text_of("この計画にその番号の対策はありません。", "This plan has no measure with that number."));
    }
    size_t at = measures_circle(c->a, after, rows->n);
    if (at)
        mistake_add(m, str_printf(c->a, "measures/%zu/after", at - 1), "circle", TEXT_FILL(c->a, "対策{0}は、順をたどると自分自身の後になります。", "By these orders measure {0} would come after itself.", str_printf(c->a, "%zu", at)));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    check_order(c, r, m);
    return approval_guard(c, old, r, old && only_progress(old, r));
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    UNUSED(c);
    UNUSED(old);
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    return ERR_NONE;
}

static void need(Ctx *c, const Value *measures, const char *name, Text why, Mistakes *m)
{
    for (size_t i = 0; i < measures->n; i++)
        if (measure_cell(measures->rows[i], name)->state == VALUE_NONE)
            mistake_add(m, str_printf(c->a, "measures/%zu/%s", i, name), "required", why);
}

/* What an approver must find: who does it, until when. */
static void check_complete(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *measures = value_of(r, "measures");
    if (!measures->n && !value_of(r, "accepted")->n)
        mistake_add(m, STR("measures"), "required", text_of("対策か受容するリスクを一つは書いてください。", "Give at least one measure or accepted risk."));
    need(c, measures, "owner", text_of("担当部署を決めてください。", "Name the owner."), m);
    need(c, measures, "due", text_of("期限を決めてください。", "Set the due date."), m);
}

/* --- what the approver was shown ----------------------------------------------------------------------------------------- */

typedef struct Named { Value *v; Id risk; } Named; /* the kept version, in a row of its own */

static size_t names_of(Record *r, Named *out, const char *list, const Field *of, size_t n)
{
    const Value *rows = value_of(r, list);
    size_t found = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const Value *risk = child_of(of, n, rows->rows[i], "risk");
        if (risk->state == VALUE_KNOWN) out[found++] = (Named){child_of(of, n, rows->rows[i], "risk_version"), risk->ref};
    }
    return found;
}

static Err risks_named(Ctx *c, Record *r, Named **named, Record ***risks, size_t *n)
{
    size_t most = value_of(r, "measures")->n + value_of(r, "accepted")->n;
    *named = arena_array(c->a, Named, most + 1), *risks = arena_array(c->a, Record *, most + 1);
    *n = names_of(r, *named, "measures", measure_fields, MEASURE_FIELDS);
    *n += names_of(r, *named + *n, "accepted", accepted_fields, ACCEPTED_FIELDS);
    if (!*n) return ERR_NONE;
    Id *ids = arena_array(c->a, Id, *n);
    for (size_t i = 0; i < *n; i++) ids[i] = (*named)[i].risk;
    return record_get_many(c->db, c->a, &risk_resource, c->who->org.row, ids, *n, *risks);
}

static Err criteria_label(Ctx *c, Str *out)
{
    const Criteria *x;
    TRY(criteria_now(c, &x));
    *out = x ? x->label : (Str){0};
    return ERR_NONE;
}

/* What is submitted says which versions of its risks it speaks of, and by which criteria. */
static Err note_versions(Ctx *c, Record *r)
{
    Named *named;
    Record **risks;
    size_t n;
    rows_own(c->a, field_of(r->res, "measures"), value_of(r, "measures"));
    rows_own(c->a, field_of(r->res, "accepted"), value_of(r, "accepted"));
    TRY(risks_named(c, r, &named, &risks, &n));
    for (size_t i = 0; i < n; i++)
        if (risks[i]) put_int(named[i].v, risks[i]->version);
    Str criteria = {0};
    if (n) TRY(criteria_label(c, &criteria));
    put_text(value_of(r, "criteria_then"), criteria);
    *value_of(r, "changed_since") = (Value){.state = VALUE_NONE};
    return ERR_NONE;
}

/* Labels of what is not any more what was submitted; empty: nothing. */
static Err changed_since(Ctx *c, Record *r, Str *out)
{
    Named *named;
    Record **risks;
    size_t n;
    Str list = {0}, criteria = {0}, then = value_of(r, "criteria_then")->text;
    TRY(risks_named(c, r, &named, &risks, &n));
    for (size_t i = 0; i < n; i++) {
        if (!risks[i] || named[i].v->state != VALUE_KNOWN || risks[i]->version == named[i].v->i) continue;
        list = label_once(c->a, list, record_label(c->a, risks[i]));
    }
    if (n) TRY(criteria_label(c, &criteria));
    if (n && !str_eq(criteria, then)) {
        Str both = str_printf(c->a, "%.*s → %.*s", STR_ARG(then.n ? then : STR("-")), STR_ARG(criteria.n ? criteria : STR("-")));
        list = label_once(c->a, list, both);
    }
    return *out = list, ERR_NONE;
}

static Err submit(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(input);
    TRY(submit_act(c, r, check_complete, m));
    return m->n ? ERR_NONE : note_versions(c, r);
}

static const Field plan_approval_input[] = {
    APPROVAL_INPUT,
    {.name = "seen", .kind = KIND_BOOL, .label = TEXT("提出の後の変更を確かめた", "Changes since submission were looked at"), .help = TEXT("提出の後にリスクか判定基準が変わっているときだけ要ります", "Needed only when risks or criteria have changed since")},
};

static Err approve(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    const Value *seen = &input[APPROVAL_INPUTS];
    Str changed;
    if (!state_is(r, "submitted")) return approval_not_submitted();
    TRY(changed_since(c, r, &changed));
    if (changed.n && !(seen->state == VALUE_KNOWN && seen->i))
        mistake_add(m, STR("seen"), "required", TEXT_FILL(c->a, "提出の後に変わったものがあります：{0}。内容を見てから、確かめたことを示してください。", "Changed since it was submitted: {0}. Look at it, then say that you did.", changed));
    TRY(approve_act(c, r, input, m));
    if (!m->n) put_text(value_of(r, "changed_since"), changed);
    return ERR_NONE;
}

static Err report(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (!state_is(r, "approved")) return err_text(ERR_CONFLICT, text_of("進み具合は承認済みの計画に報告します。", "Progress is reported on an approved plan."));
    Value *measures = value_of(r, "measures");
    if (input[0].i < 1 || (size_t)input[0].i > measures->n) {
        mistake_add(m, STR("measure"), "range", text_of("その番号の対策はありません。", "There is no measure with this number."));
        return ERR_NONE;
    }
    rows_own(c->a, field_of(r->res, "measures"), measures);
    Value *row = measures->rows[input[0].i - 1];
    *measure_cell(row, "progress") = input[1];
    *measure_cell(row, "done_on") = (Value){.state = VALUE_NONE};
    *measure_cell(row, "expected_on") = input[2], *measure_cell(row, "note") = input[3];
    if (str_eqc(input[1].text, "done")) put_int(measure_cell(row, "done_on"), day_in_japan(c->now));
    return ERR_NONE;
}

static const Field report_input[] = {
    {.name = "measure", .kind = KIND_INT, .label = TEXT("何番目の対策か", "Number of the measure"), .help = TEXT("1 から数える", "Counted from 1"), .flags = REQUIRED, .min = 1, .max = 500},
    {.name = "progress", .kind = KIND_CHOICE, .label = TEXT("進み具合", "Progress"), .help = TEXT("いまの状況", "As of now"), .flags = REQUIRED, .choices = progresses, .choices_n = COUNT(progresses)},
    {.name = "expected_on", .kind = KIND_DATE, .label = TEXT("終わる見込みの日", "Expected on"), .help = TEXT("期限に遅れそうなら、早く知らせるほど手が打てます", "If it will be late: the earlier it is known the more can be done")},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("報告", "Report"), .help = TEXT("妨げになっているもの、分かったこと", "What stands in the way, what was learnt")},
};
static const Action actions[] = {
    APPROVAL_ACTIONS(submit, approve, plan_approval_input, COUNT(plan_approval_input)),
    {.name = "report", .label = TEXT("進み具合を報告する", "Report progress"), .help = TEXT("承認済みの対策の進み", "Of an approved measure"), .roles = ROLES_EDIT,
     .fields = report_input, .fields_n = COUNT(report_input), .run = report},
};

static const Report reports[] = {
    {.name = "evaluation", .label = TEXT("計画の評価", "Evaluation of the plan"), .help = TEXT("対策をすべて終えたとき、残るリスクが受容できるか。できなければ対応か判定基準に戻ります", "With all measures done, is what remains acceptable? If not, the cycle goes back"),
     .roles = READERS, .of_record = true, .run = evaluation_report},
    {.name = "compare", .label = TEXT("計画を比べる", "Plans compared"), .help = TEXT("この計画と別の案を、残るリスク、費用、手間、期限で比べます", "This plan beside others: what remains, cost, effort, dates"),
     .roles = READERS, .of_record = true, .params = compare_params, .params_n = COMPARE_PARAMS, .run = compare_report},
    {.name = "drift", .label = TEXT("計画とのかい離", "Drift from the plans"), .help = TEXT("遅れと、遅れの兆し。承認された計画の、終わっていない対策から", "What is late and what will be: the measures of approved plans that are not done"),
     .roles = READERS, .run = drift_report},
};

const Resource plan_resource = {.name = "plan", .path = "plans", .prefix = "P", .label = TEXT("リスク対応計画", "Treatment plan"),
    .label_many = TEXT("リスク対応計画", "Treatment plans"), .help = TEXT("対策と受容するリスク", "Measures and accepted risks"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE, .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions),
    .reports = reports, .reports_n = COUNT(reports),
    .check = check, .before_save = before_save, .after_load = after_load};
