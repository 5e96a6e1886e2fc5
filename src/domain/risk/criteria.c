/* criteria.c -- risk criteria: described levels, a table from impact and likelihood to level and acceptance, submitted and approved as one. */
#include "risk/parts.h"

static const Choice states[] = {
    {CODE("draft"), TEXT("案", "Draft"), TEXT("まだ変更できます", "May still change")},
    {CODE("submitted"), TEXT("承認待ち", "Submitted"), TEXT("経営層の承認を待っています", "Waits for approval")},
    {CODE("approved"), TEXT("承認済み", "Approved"), TEXT("もう変更できません", "Does not change any more")},
    {CODE("returned"), TEXT("差し戻し", "Returned"), TEXT("理由を見て直してください", "See the reason and correct it")},
};
static const Field level_fields[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Level"), .help = TEXT("1 が最も小さい", "1 is the least"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE},
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("呼び名", "Name"), .help = TEXT("例：大、中、小", "e.g. large"), .flags = REQUIRED},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("目安", "Description"), .help = TEXT("誰が見ても同じ段階を選べる説明", "So that all choose the same level"), .flags = REQUIRED},
};
static const Field cell_fields[] = {
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .help = TEXT("1 から 3", "1 to 3"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .help = TEXT("1 から 3", "1 to 3"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE},
    {.name = "level", .kind = KIND_INT, .label = TEXT("リスクレベル", "Risk level"), .help = TEXT("1 から 3", "1 to 3"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE},
    {.name = "accepted", .kind = KIND_BOOL, .label = TEXT("受容する", "Accepted"), .help = TEXT("追加の対策なしで受け入れる", "Taken without further measures"), .flags = REQUIRED},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("名称", "Title"), .help = TEXT("例：令和8年度リスク判定基準", "e.g. Risk criteria 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "基準名|件名"},
    {.name = "impacts", .kind = KIND_LIST, .label = TEXT("影響の段階", "Levels of impact"), .help = TEXT("3段階の目安", "Three described levels"), .max = LEVEL_ROWS_MAX, .fields = level_fields, .fields_n = COUNT(level_fields)},
    {.name = "likelihoods", .kind = KIND_LIST, .label = TEXT("起こりやすさの段階", "Levels of likelihood"), .help = TEXT("3段階の目安", "Three described levels"), .max = LEVEL_ROWS_MAX, .fields = level_fields, .fields_n = COUNT(level_fields)},
    {.name = "cells", .kind = KIND_LIST, .label = TEXT("判定表", "Table"), .help = TEXT("影響と起こりやすさの組ごとのレベルと受容", "Level and acceptance of each pair"), .max = CELLS_MAX, .fields = cell_fields, .fields_n = COUNT(cell_fields)},
    {.name = "grounds", .kind = KIND_LONG, .label = TEXT("考え方", "Grounds"), .help = TEXT("何を考慮したか", "What was weighed"), .flags = SEARCH},
    {.name = "valid_from", .kind = KIND_DATE, .label = TEXT("適用開始日", "Valid from"), .help = TEXT("空なら承認日から", "Empty: from approval"), .flags = SORT | COLUMN},
    {.name = "valid_until", .kind = KIND_DATE, .label = TEXT("適用終了日", "Valid until"), .help = TEXT("空なら期限なし", "Empty: open"), .flags = SORT},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("提出、承認、差し戻しで変わります", "Changes by submission, approval, return"), .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)},
    {.name = "submitted_by", .kind = KIND_TEXT, .label = TEXT("提出した人", "Submitted by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL},
    {.name = "submitted_on", .kind = KIND_DATE, .label = TEXT("提出日", "Submitted on"), .help = TEXT("承認を求めた日", "Day of submission"), .flags = READONLY},
    {.name = "return_reason", .kind = KIND_LONG, .label = TEXT("差し戻しの理由", "Reason of return"), .help = TEXT("最後の差し戻しの理由", "Of the latest return"), .flags = READONLY},
    {.name = "approved_by", .kind = KIND_TEXT, .label = TEXT("承認を記録した人", "Approval recorded by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL},
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("誰の決裁か", "Whose decision"), .flags = READONLY},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = READONLY},
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("承認のときに添付したもの", "Attached at the approval"), .flags = READONLY, .target = "file"},
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = READONLY | SORT},
};

Matrix criteria_matrix(const Record *r)
{
    Matrix m = {0};
    const Value *cells = value_of(r, "cells");
    for (size_t i = 0; i < cells->n; i++) {
        Value *row = cells->rows[i];
        (void)matrix_set(&m, row[0].i, row[1].i, row[2].i, row[3].i != 0);
    }
    return m;
}

static bool in_force(const Record *r, Day on)
{
    const Value *from = value_of(r, "valid_from"), *until = value_of(r, "valid_until");
    return (from->state != VALUE_KNOWN || from->i <= on) && (until->state != VALUE_KNOWN || on <= until->i);
}

Err criteria_in_force(Ctx *c, Day on, const Record **out)
{
    const Resource *res = &criteria_resource;
    ListQuery q = {.sort = field_find(fields, COUNT(fields), STR("approved_on")), .descending = true, .limit = 50, .filters_n = 1};
    q.filters[0].field = field_find(fields, COUNT(fields), STR("state"));
    q.filters[0].op = FILTER_EQ;
    put_text(&q.filters[0].value, STR("approved"));
    ListPage page;
    TRY(record_list(c->db, c->a, res, c->who->org.row, &q, &page));
    const Record *best = NULL;
    for (size_t i = 0; i < page.n; i++) {
        const Record *r = page.list[i];
        if (!in_force(r, on)) continue;
        bool later = !best || value_of(r, "approved_on")->i > value_of(best, "approved_on")->i ||
                     (value_of(r, "approved_on")->i == value_of(best, "approved_on")->i && r->number > best->number);
        if (later) best = r;
    }
    *out = best;
    return ERR_NONE;
}

Err criteria_current(Ctx *c, Day on, Matrix *out, bool *found)
{
    const Record *r;
    TRY(criteria_in_force(c, on, &r));
    *found = r != NULL;
    if (r) *out = criteria_matrix(r);
    return ERR_NONE;
}

static void check_twice(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *cells = value_of(r, "cells");
    Matrix seen = {0};
    for (size_t i = 0; i < cells->n; i++)
        if (!matrix_set(&seen, cells->rows[i][0].i, cells->rows[i][1].i, cells->rows[i][2].i, cells->rows[i][3].i != 0))
            mistake_add(m, str_printf(c->a, "cells/%zu", i), "unique", text_of("同じ組が二度あります。", "The same pair is given twice."));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    if (old && state_is(old, "approved") && (r->removed || old->removed == r->removed))
        return err_text(ERR_CONFLICT, text_of("承認済みの判定基準は変更できません。新しい基準を作って承認を受けてください。",
            "Approved criteria cannot be changed. Make new criteria and have them approved."));
    if (old && !r->removed && state_is(old, "submitted") && state_is(r, "submitted"))
        return err_text(ERR_CONFLICT, text_of("承認を待っている判定基準は変更できません。差し戻しを受けてから直してください。",
            "Submitted criteria cannot be changed. Have them returned first."));
    check_twice(c, r, m);
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    return state_is(r, "approved") && !(old && state_is(old, "approved")) ? risk_levels_later(c) : ERR_NONE;
}

/* What an approver must find: described levels, a full table that never falls. */
static void check_complete(const Record *r, Mistakes *m)
{
    Matrix x = criteria_matrix(r);
    if (value_of(r, "impacts")->n != MATRIX_SIDE || value_of(r, "likelihoods")->n != MATRIX_SIDE)
        mistake_add(m, STR("impacts"), "required", text_of("影響と起こりやすさは、それぞれ3段階すべてを書いてください。", "Describe all three levels of impact and of likelihood."));
    if (!matrix_full(&x))
        mistake_add(m, STR("cells"), "required", text_of("判定表の9つの組をすべて埋めてください。", "Fill all nine cells of the table."));
    else if (!matrix_monotone(&x))
        mistake_add(m, STR("cells"), "range", text_of("影響や起こりやすさが大きいほうのレベルが低く、または受容になっています。", "A greater impact or likelihood has a lower level, or is accepted where less is not."));
}

static Err submit(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(input);
    if (!state_is(r, "draft") && !state_is(r, "returned"))
        return err_text(ERR_CONFLICT, text_of("提出できるのは案または差し戻しの判定基準だけです。", "Only draft or returned criteria can be submitted."));
    check_complete(r, m);
    if (!m->n) submission_record(c, r);
    return ERR_NONE;
}

static Err approve(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (state_is(r, "approved")) return err_text(ERR_CONFLICT, text_of("すでに承認されています。", "Already approved."));
    check_complete(r, m);
    if (m->n) return ERR_NONE;
    return approval_record(c, r, input, m);
}

static Err give_back(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "submitted")) return err_text(ERR_CONFLICT, text_of("提出された判定基準ではありません。先に提出してください。", "The criteria have not been submitted. Submit them first."));
    return_record(r, input);
    return ERR_NONE;
}

static const Action actions[] = {
    {.name = "submit", .label = TEXT("提出する", "Submit"), .help = TEXT("経営層に承認を求めます", "Asks management for approval"), .roles = ROLES_MANAGE, .run = submit},
    {.name = "approve", .label = TEXT("承認する", "Approve"), .help = TEXT("承認すると変更できなくなります", "After this it does not change"), .roles = ROLES_APPROVE,
     .fields = approval_input, .fields_n = COUNT(approval_input), .run = approve},
    {.name = "return", .label = TEXT("差し戻す", "Return"), .help = TEXT("理由を付けて戻します", "Gives it back with a reason"), .roles = ROLES_APPROVE,
     .fields = return_input, .fields_n = COUNT(return_input), .run = give_back},
};

const Resource criteria_resource = {.name = "criteria", .path = "criteria-sets", .prefix = "J", .label = TEXT("リスク判定基準", "Risk criteria"),
    .label_many = TEXT("リスク判定基準", "Risk criteria"), .help = TEXT("影響、起こりやすさ、受容の決まり", "Rules of impact, likelihood and acceptance"), .fields = fields,
    .fields_n = COUNT(fields), .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE, .remove = ROLES_MANAGE, .actions = actions,
    .actions_n = COUNT(actions), .check = check, .before_save = before_save};
