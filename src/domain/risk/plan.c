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
static const Field measure_fields[] = {
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .help = TEXT("何に対する対策か", "Against which risk"), .flags = REQUIRED, .target = "risk", .aliases = "対象リスク"},
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("対策", "Measure"), .help = TEXT("何をするか", "What is done"), .flags = REQUIRED, .aliases = "対策内容|対策名"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("予防と抑制の釣り合いを見る", "For the balance of both"), .flags = REQUIRED, .choices = measure_kinds, .choices_n = MEASURE_KINDS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("実施する部署", "The unit that does it"), .target = "unit", .aliases = "担当課|担当"},
    {.name = "due", .kind = KIND_DATE, .label = TEXT("期限", "Due"), .help = TEXT("終える日", "To be done by"), .aliases = "完了予定日|実施期限"},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用（円）", "Cost (yen)"), .help = TEXT("おおよそでよい。範囲も可", "About; a range will do"), .flags = RANGE, .min = 0, .max = 1000000000000000, .aliases = "費用|予算額|概算費用"},
    {.name = "residual_impact", .kind = KIND_INT, .label = TEXT("実施後の影響", "Impact afterwards"), .help = TEXT("判定基準の段階", "A step of the criteria"), .flags = RANGE, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_impact},
    {.name = "residual_likelihood", .kind = KIND_INT, .label = TEXT("実施後の起こりやすさ", "Likelihood afterwards"), .help = TEXT("判定基準の段階", "A step of the criteria"), .flags = RANGE, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_likelihood},
    {.name = "progress", .kind = KIND_CHOICE, .label = TEXT("進み具合", "Progress"), .help = TEXT("承認の後に報告します", "Reported after approval"), .flags = READONLY, .choices = progresses, .choices_n = COUNT(progresses)},
    {.name = "done_on", .kind = KIND_DATE, .label = TEXT("完了日", "Done on"), .help = TEXT("終えた日", "Day on which it was finished"), .flags = READONLY},
};
static const Field accepted_fields[] = {
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .help = TEXT("残るリスク", "The risk that stays"), .flags = REQUIRED, .target = "risk"},
    {.name = "reason", .kind = KIND_LONG, .label = TEXT("受容する理由", "Reason"), .help = TEXT("なぜ受け入れてよいか", "Why it may be taken"), .flags = REQUIRED},
    {.name = "until", .kind = KIND_DATE, .label = TEXT("受容の期限", "Until"), .help = TEXT("空なら次の見直しまで", "Empty: until the next review")},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("計画名", "Plan"), .help = TEXT("例：令和8年度リスク対応計画", "e.g. Treatment plan 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|件名"},
    {.name = "purpose", .kind = KIND_LONG, .label = TEXT("ねらい", "Purpose"), .help = TEXT("承認する人が最初に読む文", "What the approver reads first"), .flags = SEARCH},
    {.name = "measures", .kind = KIND_LIST, .label = TEXT("対策", "Measures"), .help = TEXT("実施する対策", "What will be done"), .max = 500, .fields = measure_fields, .fields_n = COUNT(measure_fields)},
    {.name = "accepted", .kind = KIND_LIST, .label = TEXT("受容する残留リスク", "Accepted residual risks"), .help = TEXT("受け入れるリスクを名指しする", "The risks taken, by name"), .max = 500, .fields = accepted_fields, .fields_n = COUNT(accepted_fields)},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN},
    APPROVAL_FIELDS,
};

static Value *cell_of(Value *row, const char *name)
{
    return child_of(measure_fields, COUNT(measure_fields), row, name);
}

/* Approved measures may only report how far they are. */
static bool only_progress(const Record *old, const Record *r)
{
    static const char *const measures[] = {"measures", NULL};
    const Value *a = value_of(old, "measures"), *b = value_of(r, "measures");
    if (!only_differs(old, r, measures) || a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < COUNT(measure_fields); k++)
            if (!(measure_fields[k].flags & READONLY) && !values_equal(&measure_fields[k], &a->rows[i][k], &b->rows[i][k])) return false;
    return true;
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(m);
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
        if (cell_of(measures->rows[i], name)->state == VALUE_NONE)
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

static Err submit(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(input);
    return submit_act(c, r, check_complete, m);
}

static Err approve(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    return state_is(r, "submitted") ? approve_act(c, r, input, m) : approval_not_submitted();
}

/* Rows are copied: the record before the act keeps its own. */
static Err report(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (!state_is(r, "approved")) return err_text(ERR_CONFLICT, text_of("進み具合は承認済みの計画に報告します。", "Progress is reported on an approved plan."));
    Value *measures = value_of(r, "measures");
    if (input[0].i < 1 || (size_t)input[0].i > measures->n) {
        mistake_add(m, STR("measure"), "range", text_of("その番号の対策はありません。", "There is no measure with this number."));
        return ERR_NONE;
    }
    size_t at = (size_t)input[0].i - 1;
    Value **rows = arena_array(c->a, Value *, measures->n);
    memcpy(rows, measures->rows, measures->n * sizeof *rows);
    rows[at] = arena_array(c->a, Value, COUNT(measure_fields));
    memcpy(rows[at], measures->rows[at], sizeof(Value) * COUNT(measure_fields));
    measures->rows = rows;
    *cell_of(rows[at], "progress") = input[1];
    *cell_of(rows[at], "done_on") = (Value){.state = VALUE_NONE};
    if (str_eqc(input[1].text, "done")) put_int(cell_of(rows[at], "done_on"), day_in_japan(c->now));
    return ERR_NONE;
}

static const Field report_input[] = {
    {.name = "measure", .kind = KIND_INT, .label = TEXT("何番目の対策か", "Number of the measure"), .help = TEXT("1 から数える", "Counted from 1"), .flags = REQUIRED, .min = 1, .max = 500},
    {.name = "progress", .kind = KIND_CHOICE, .label = TEXT("進み具合", "Progress"), .help = TEXT("いまの状況", "As of now"), .flags = REQUIRED, .choices = progresses, .choices_n = COUNT(progresses)},
};
static const Action actions[] = {
    APPROVAL_ACTIONS(submit, approve),
    {.name = "report", .label = TEXT("進み具合を報告する", "Report progress"), .help = TEXT("承認済みの対策の進み", "Of an approved measure"), .roles = ROLES_EDIT,
     .fields = report_input, .fields_n = COUNT(report_input), .run = report},
};

const Resource plan_resource = {.name = "plan", .path = "plans", .prefix = "P", .label = TEXT("リスク対応計画", "Treatment plan"),
    .label_many = TEXT("リスク対応計画", "Treatment plans"), .help = TEXT("対策と受容するリスク", "Measures and accepted risks"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE, .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions),
    .check = check, .before_save = before_save};
