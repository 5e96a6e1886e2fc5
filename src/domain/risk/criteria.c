/* criteria.c -- risk criteria: described levels, a table from impact and likelihood to level and acceptance, submitted and approved as one. */
#include "risk/parts.h"

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
    APPROVAL_FIELDS,
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
    TRY(approval_guard(c, old, r, false));
    check_twice(c, r, m);
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    return state_is(r, "approved") && !(old && state_is(old, "approved")) ? risk_levels_later(c) : ERR_NONE;
}

/* What an approver must find: described levels, a full table that never falls. */
static void check_complete(Ctx *c, const Record *r, Mistakes *m)
{
    UNUSED(c);
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
    return submit_act(c, r, check_complete, m);
}

static Err approve(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (state_is(r, "approved")) return err_text(ERR_CONFLICT, text_of("すでに承認されています。", "Already approved."));
    check_complete(c, r, m);
    return m->n ? ERR_NONE : approve_act(c, r, input, m);
}

static const Action actions[] = {
    APPROVAL_ACTIONS(submit, approve),
};

const Resource criteria_resource = {.name = "criteria", .path = "criteria-sets", .prefix = "J", .label = TEXT("リスク判定基準", "Risk criteria"),
    .label_many = TEXT("リスク判定基準", "Risk criteria"), .help = TEXT("影響、起こりやすさ、受容の決まり", "Rules of impact, likelihood and acceptance"), .fields = fields,
    .fields_n = COUNT(fields), .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE, .remove = ROLES_MANAGE, .actions = actions,
    .actions_n = COUNT(actions), .check = check, .before_save = before_save};
