/* criteria.c -- risk criteria: described levels, a table from impact and likelihood to level and acceptance, submitted and approved as one. */
#include "risk/parts.h"

const Choice impact_viewpoints[IMPACT_VIEWPOINTS] = {
    {CODE("isolation"), TEXT("資産の孤立", "Isolation of the asset"), TEXT("使えない、つながらない", "It cannot be used or reached")},
    {CODE("breach"), TEXT("機密性・完全性・可用性の侵害", "Breach of C, I or A"), TEXT("漏れる、変わる、止まる", "It leaks, changes or stops")},
    {CODE("operation"), TEXT("業務の混乱", "Operational disturbance"), TEXT("内部、外部の業務への支障", "Inside or with others")},
    {CODE("business"), TEXT("事業・財務の損失", "Loss of business or money"), TEXT("事業価値や金銭の損失", "Business value or financial loss")},
    {CODE("delay"), TEXT("計画・期限の遅れ", "Delay"), TEXT("計画や期限に遅れる", "Plans and dates are missed")},
    {CODE("reputation"), TEXT("評判の低下", "Reputation"), TEXT("信用を失う", "Trust is lost")},
    {CODE("law"), TEXT("法令・契約への違反", "Breach of law or contract"), TEXT("法令、規制、契約に反する", "Law, regulation, contract")},
};
static const Choice evaluation_aspects[] = {
    {CODE("strategic"), TEXT("戦略的な価値", "Strategic value"), TEXT("業務の戦略的な価値", "Of the business process")},
    {CODE("asset"), TEXT("資産の重要性", "Importance of the asset"), TEXT("関わる資産の重要性", "Of the assets concerned")},
    {CODE("law"), TEXT("法令・規制の要求", "Law and regulation"), TEXT("法令や規制が求めること", "What law and regulation ask")},
    {CODE("contract"), TEXT("契約上の義務", "Contracts"), TEXT("契約で負っている義務", "Obligations by contract")},
    {CODE("cia"), TEXT("機密性・完全性・可用性", "C, I and A"), TEXT("業務にとっての重要性", "What they mean for operation")},
    {CODE("stakeholders"), TEXT("利害関係者の期待", "Stakeholders"), TEXT("期待、認識、評判", "Expectations, perception, reputation")},
};
static const Choice acceptance_aspects[] = {
    {CODE("business"), TEXT("事業", "Business"), TEXT("事業上の考慮", "Business considerations")},
    {CODE("law"), TEXT("法令・規制", "Law and regulation"), TEXT("法令上の考慮", "Legal considerations")},
    {CODE("society"), TEXT("社会・人道", "Society and humanity"), TEXT("社会的、人道的な考慮", "Social and humanitarian considerations")},
    {CODE("operation"), TEXT("運用", "Operation"), TEXT("運用上の考慮", "Operational considerations")},
    {CODE("technology"), TEXT("技術", "Technology"), TEXT("技術上の考慮", "Technical considerations")},
    {CODE("finance"), TEXT("財務", "Finance"), TEXT("財務上の考慮", "Financial considerations")},
};
#define STEP_FIELDS \
    {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Step"), .help = TEXT("1 が最も小さい", "1 is the least"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE_MAX}, \
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("呼び名", "Name"), .help = TEXT("例：大、中、小", "e.g. large"), .flags = REQUIRED}, \
    {.name = "description", .kind = KIND_LONG, .label = TEXT("目安", "Description"), .help = TEXT("誰が見ても同じ段階を選べる説明", "So that all choose the same level"), .flags = REQUIRED}
static const Field impact_fields[] = {
    STEP_FIELDS,
    {.name = "loss_max", .kind = KIND_MONEY, .label = TEXT("一回の損害の上限（円）", "Loss a time, at most (yen)"), .help = TEXT("金額でも測るときの、この段階の上限", "Upper bound of this step, when money is measured too"), .max = 1000000000000000},
};
static const Field likelihood_fields[] = {
    STEP_FIELDS,
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの回数の上限", "Times in 100 years, at most"), .help = TEXT("1 は百年に一度、100 は年に一度、1200 は月に一度", "1 once a century, 100 once a year, 1200 once a month"), .max = PER_CENTURY_MAX},
};
static const Field view_fields[] = {
    {.name = "viewpoint", .kind = KIND_CHOICE, .label = TEXT("観点", "Viewpoint"), .help = TEXT("何への影響か", "Impact on what"), .flags = REQUIRED, .choices = impact_viewpoints, .choices_n = IMPACT_VIEWPOINTS},
    {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Step"), .help = TEXT("影響の段階", "Of the impact"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE_MAX},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("目安", "Description"), .help = TEXT("この観点ではどのくらいか", "How much that is from this viewpoint"), .flags = REQUIRED},
};
static const Field level_fields[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("リスクレベル", "Risk level"), .help = TEXT("1 が最も小さい", "1 is the least"), .flags = REQUIRED, .min = 1, .max = MATRIX_LEVEL_MAX},
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("呼び名", "Name"), .help = TEXT("例：高、中、低", "e.g. high"), .flags = REQUIRED},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("求められること", "What it asks for"), .help = TEXT("このレベルのリスクをどう扱うか", "How risks of this level are handled")},
};
static const Field cell_fields[] = {
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .help = TEXT("影響の段階", "Step of the impact"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE_MAX},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .help = TEXT("起こりやすさの段階", "Step of the likelihood"), .flags = REQUIRED, .min = 1, .max = MATRIX_SIDE_MAX},
    {.name = "level", .kind = KIND_INT, .label = TEXT("リスクレベル", "Risk level"), .help = TEXT("1 が最も小さい", "1 is the least"), .flags = REQUIRED, .min = 1, .max = MATRIX_LEVEL_MAX},
    {.name = "accepted", .kind = KIND_BOOL, .label = TEXT("受容する", "Accepted"), .help = TEXT("追加の対策なしで受け入れる", "Taken without further measures"), .flags = REQUIRED},
    {.name = "months", .kind = KIND_INT, .label = TEXT("受容の期間（月）", "Accepted for (months)"), .help = TEXT("判断の日からこの月数だけ受容する。空なら期限なし", "From the day of the judgement; empty: no end"), .min = 1, .max = 600},
};
static const Field evaluation_fields[] = {
    {.name = "aspect", .kind = KIND_CHOICE, .label = TEXT("考慮すること", "Aspect"), .help = TEXT("評価で重みを置くもの", "What evaluation weighs"), .flags = REQUIRED, .choices = evaluation_aspects, .choices_n = COUNT(evaluation_aspects)},
    {.name = "policy", .kind = KIND_LONG, .label = TEXT("考え方", "Policy"), .help = TEXT("どう考慮するか", "How it is weighed"), .flags = REQUIRED},
};
static const Field acceptance_fields[] = {
    {.name = "aspect", .kind = KIND_CHOICE, .label = TEXT("考慮すること", "Aspect"), .help = TEXT("受容で考えるもの", "What acceptance weighs"), .flags = REQUIRED, .choices = acceptance_aspects, .choices_n = COUNT(acceptance_aspects)},
    {.name = "policy", .kind = KIND_LONG, .label = TEXT("考え方", "Policy"), .help = TEXT("どう考慮するか", "How it is weighed"), .flags = REQUIRED},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("名称", "Title"), .help = TEXT("例：令和8年度リスク判定基準", "e.g. Risk criteria 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "基準名|件名"},
    {.name = "impacts", .kind = KIND_LIST, .label = TEXT("影響の段階", "Steps of impact"), .help = TEXT("2から10の段階。3段階から始められます", "2 to 10 described steps; three will do to begin"), .begins = TEXT("影響基準", "Impact criteria"), .max = MATRIX_SIDE_MAX, .fields = impact_fields, .fields_n = COUNT(impact_fields)},
    {.name = "views", .kind = KIND_LIST, .label = TEXT("観点ごとの目安", "By viewpoint"), .help = TEXT("観点ごとに影響を測るとき。最も悪いものを影響とします", "When impact is judged by viewpoint; the worst one counts"), .max = 70, .fields = view_fields, .fields_n = COUNT(view_fields)},
    {.name = "likelihoods", .kind = KIND_LIST, .label = TEXT("起こりやすさの段階", "Steps of likelihood"), .help = TEXT("2から10の段階", "2 to 10 described steps"), .max = MATRIX_SIDE_MAX, .fields = likelihood_fields, .fields_n = COUNT(likelihood_fields)},
    {.name = "evaluation", .kind = KIND_LIST, .label = TEXT("評価で考慮すること", "What evaluation weighs"), .help = TEXT("何を重く見るか", "What counts more"), .begins = TEXT("評価基準", "Evaluation criteria"), .max = 20, .fields = evaluation_fields, .fields_n = COUNT(evaluation_fields)},
    {.name = "levels", .kind = KIND_LIST, .label = TEXT("リスクレベルの呼び名", "Names of the levels"), .help = TEXT("空なら数で示します", "Empty: shown as numbers"), .max = MATRIX_LEVEL_MAX, .fields = level_fields, .fields_n = COUNT(level_fields)},
    {.name = "impact_from", .kind = KIND_INT, .label = TEXT("影響だけで対応が必要な段階", "Impact that is treated alone"), .help = TEXT("この段階以上は、起こりやすさによらず対応します", "This step or more is treated however unlikely"), .min = 1, .max = MATRIX_SIDE_MAX},
    {.name = "likelihood_from", .kind = KIND_INT, .label = TEXT("起こりやすさだけで対応が必要な段階", "Likelihood that is treated alone"), .help = TEXT("この段階以上は、影響によらず対応します", "This step or more is treated however small"), .min = 1, .max = MATRIX_SIDE_MAX},
    {.name = "yearly_max", .kind = KIND_MONEY, .label = TEXT("一年の損害の上限（円）", "Loss a year, at most (yen)"), .help = TEXT("小さくても積み重なり、これを超えるものは対応します", "Small losses that add up to more are treated"), .max = 1000000000000000},
    {.name = "cells", .kind = KIND_LIST, .label = TEXT("判定表", "Table"), .help = TEXT("影響と起こりやすさの組ごとのレベルと受容", "Level and acceptance of each pair"), .begins = TEXT("受容基準", "Acceptance criteria"), .max = MATRIX_SIDE_MAX * MATRIX_SIDE_MAX, .fields = cell_fields, .fields_n = COUNT(cell_fields)},
    {.name = "acceptance", .kind = KIND_LIST, .label = TEXT("受容で考慮すること", "What acceptance weighs"), .help = TEXT("どこまで受け入れるかの考え方", "How far risks are taken"), .max = 20, .fields = acceptance_fields, .fields_n = COUNT(acceptance_fields)},
    {.name = "grounds", .kind = KIND_LONG, .label = TEXT("考え方", "Grounds"), .help = TEXT("何を考慮したか", "What was weighed"), .flags = SEARCH},
    {.name = "valid_from", .kind = KIND_DATE, .label = TEXT("適用開始日", "Valid from"), .help = TEXT("空なら承認日から", "Empty: from approval"), .begins = TEXT("期間と承認", "Validity and approval"), .flags = SORT | COLUMN},
    {.name = "valid_until", .kind = KIND_DATE, .label = TEXT("適用終了日", "Valid until"), .help = TEXT("空なら期限なし", "Empty: open"), .flags = SORT},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN},
    APPROVAL_FIELDS,
};

static Value *cell_of(Value *row, const char *name)
{
    return child_of(cell_fields, COUNT(cell_fields), row, name);
}

static Matrix table_of(const Record *r)
{
    Matrix m = {.impacts = (int)value_of(r, "impacts")->n, .likelihoods = (int)value_of(r, "likelihoods")->n};
    const Value *cells = value_of(r, "cells");
    for (size_t i = 0; i < cells->n; i++) {
        Value *row = cells->rows[i];
        (void)matrix_set(&m, cell_of(row, "impact")->i, cell_of(row, "likelihood")->i, cell_of(row, "level")->i, cell_of(row, "accepted")->i != 0);
    }
    return m;
}

/* From the bound of the step before to its own; without both it says nothing. */
static void bounds(const Value *steps, const Field *fields_of, size_t n, const char *bound, Interval *out)
{
    for (size_t i = 0; i < steps->n; i++) {
        const Value *own = child_of(fields_of, n, steps->rows[i], bound);
        int64_t at = child_of(fields_of, n, steps->rows[i], "level")->i;
        if (own->state == VALUE_KNOWN && at >= 1 && at <= MATRIX_SIDE_MAX) out[at - 1] = (Interval){true, 0, own->i};
    }
    for (size_t i = MATRIX_SIDE_MAX; --i > 0;) {
        out[i].low = out[i - 1].high;
        out[i].given = out[i].given && out[i - 1].given;
    }
}

static int64_t or_zero(const Value *v)
{
    return v->state == VALUE_KNOWN ? v->i : 0;
}

const Criteria *criteria_as_if(Ctx *c, const Record *r)
{
    Criteria *x = arena_new(c->a, Criteria);
    const Value *cells = value_of(r, "cells"), *yearly = value_of(r, "yearly_max");
    *x = (Criteria){.record = r, .table = table_of(r), .label = record_label(c->a, r), .impact_from = or_zero(value_of(r, "impact_from")),
        .likelihood_from = or_zero(value_of(r, "likelihood_from")), .yearly_limited = yearly->state == VALUE_KNOWN, .yearly_max = or_zero(yearly)};
    x->scale = scale_text(c->a, x->table.impacts, x->table.likelihoods);
    bounds(value_of(r, "impacts"), impact_fields, COUNT(impact_fields), "loss_max", x->loss);
    bounds(value_of(r, "likelihoods"), likelihood_fields, COUNT(likelihood_fields), "per_century", x->per_century);
    for (size_t i = 0; i < cells->n; i++)
        x->months[cell_of(cells->rows[i], "impact")->i - 1][cell_of(cells->rows[i], "likelihood")->i - 1] = (int)or_zero(cell_of(cells->rows[i], "months"));
    return x;
}

Str scale_text(Arena *a, int impacts, int likelihoods)
{
    return str_printf(a, "%d × %d", impacts, likelihoods);
}

static bool in_force(const Record *r, Day on)
{
    const Value *from = value_of(r, "valid_from"), *until = value_of(r, "valid_until");
    return (from->state != VALUE_KNOWN || from->i <= on) && (until->state != VALUE_KNOWN || on <= until->i);
}

bool criteria_held(const Record *r, Day on)
{
    return state_is(r, "approved") && value_of(r, "approved_on")->i <= on && in_force(r, on);
}

bool criteria_past(const Record *r, const Criteria *now)
{
    return now && state_is(r, "approved") && !id_eq(r->id, now->record->id);
}

/* The one of both that holds on that day; of two the later approved, of the same day the later made. */
static const Record *later_in_force(const Record *best, const Record *r, Day on)
{
    if (r->removed || !state_is(r, "approved") || !in_force(r, on)) return best;
    if (!best) return r;
    int64_t mine = value_of(r, "approved_on")->i, its = value_of(best, "approved_on")->i;
    return mine > its || (mine == its && r->number > best->number) ? r : best;
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
    for (size_t i = 0; i < page.n; i++)
        best = later_in_force(best, page.list[i], on);
    *out = best;
    return ERR_NONE;
}

Err criteria_then(Ctx *c, Instant at, const Criteria **out)
{
    enum { SETS_MAX = 1000 };
    const Record *best = NULL;
    Past *list = arena_array(c->a, Past, STRETCH);
    int64_t after = 0, last;
    for (size_t seen = 0; seen < SETS_MAX; seen += STRETCH, after = last) {
        size_t n;
        TRY(record_stretch(c->db, &criteria_resource, c->who->org.row, after, STRETCH, &last));
        if (!last) break;
        TRY(record_past(c->db, c->a, &criteria_resource, c->who->org.row, after, last, at, list, &n));
        for (size_t i = 0; i < n; i++)
            best = later_in_force(best, list[i].record, day_in_japan(at));
    }
    *out = best ? criteria_as_if(c, best) : NULL;
    return ERR_NONE;
}

Err criteria_now(Ctx *c, const Criteria **out)
{
    static const char here;
    const Record *r;
    Ctx own = *c;
    if (c->kept && c->kept->key == &here) return *out = c->kept->value, ERR_NONE;
    if (c->kept && c->kept->a) own.a = c->kept->a;
    TRY(criteria_in_force(&own, day_in_japan(c->now), &r));
    *out = r ? criteria_as_if(&own, r) : NULL;
    if (c->kept) c->kept->key = &here, c->kept->value = *out;
    return ERR_NONE;
}

Err most_impact(Ctx *c, int64_t *max)
{
    const Criteria *x;
    TRY(criteria_now(c, &x));
    *max = x ? x->table.impacts : MATRIX_PLAIN;
    return ERR_NONE;
}

Err most_likelihood(Ctx *c, int64_t *max)
{
    const Criteria *x;
    TRY(criteria_now(c, &x));
    *max = x ? x->table.likelihoods : MATRIX_PLAIN;
    return ERR_NONE;
}

Err most_level(Ctx *c, int64_t *max)
{
    const Criteria *x;
    TRY(criteria_now(c, &x));
    *max = x ? matrix_top(&x->table) : MATRIX_PLAIN;
    return ERR_NONE;
}

static void check_twice(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *cells = value_of(r, "cells");
    bool seen[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX] = {{false}};
    for (size_t i = 0; i < cells->n; i++) {
        bool *at = &seen[cell_of(cells->rows[i], "impact")->i - 1][cell_of(cells->rows[i], "likelihood")->i - 1];
        if (*at) mistake_add(m, str_printf(c->a, "cells/%zu", i), "unique", text_of("同じ組が二度あります。", "The same pair is given twice."));
        *at = true;
    }
}

static void check_dates(const Record *r, Mistakes *m)
{
    const Value *from = value_of(r, "valid_from"), *until = value_of(r, "valid_until");
    if (from->state == VALUE_KNOWN && until->state == VALUE_KNOWN && until->i < from->i)
        mistake_add(m, STR("valid_until"), "range", text_of("適用終了日が開始日より前です。", "It ends before it begins."));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    TRY(approval_guard(c, old, r, false));
    check_twice(c, r, m);
    check_dates(r, m);
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    return state_is(r, "approved") && !(old && state_is(old, "approved")) ? risk_levels_later(c) : ERR_NONE;
}

/* --- what an approver must find --------------------------------------------------------------------------------------- */

/* Steps 1 to n, each once; bounds that rise. */
static void check_steps(Ctx *c, const Record *r, const char *list, const Field *of, size_t n, const char *bound, Mistakes *m)
{
    const Value *steps = value_of(r, list);
    bool seen[MATRIX_SIDE_MAX + 1] = {false};
    int64_t bound_of[MATRIX_SIDE_MAX + 1] = {0}, before = -1;
    if (steps->n < MATRIX_SIDE_MIN)
        mistake_add(m, str_of(list), "required", text_of("段階を2つ以上書いてください。", "Describe at least two steps."));
    for (size_t i = 0; i < steps->n; i++) {
        int64_t at = child_of(of, n, steps->rows[i], "level")->i;
        const Value *own = child_of(of, n, steps->rows[i], bound);
        if ((size_t)at > steps->n || seen[at])
            mistake_add(m, str_printf(c->a, "%s/%zu/level", list, i), "range", text_of("段階は 1 から順に、一つずつ書いてください。", "Number the steps from 1 on, each once."));
        seen[at] = true;
        bound_of[at] = own->state == VALUE_KNOWN ? own->i + 1 : 0;
    }
    for (size_t i = 1; i <= steps->n; i++) {
        if (bound_of[i] && bound_of[i] <= before)
            mistake_add(m, str_of(list), "range", TEXT_FILL(c->a, "段階{0}の上限は、前の段階の上限より大きくしてください。", "The bound of step {0} must be above that of the step before.", str_printf(c->a, "%zu", i)));
        if (bound_of[i]) before = bound_of[i];
    }
}

static void check_on_scale(const Record *r, const char *field, size_t steps, Mistakes *m)
{
    const Value *v = value_of(r, field);
    if (v->state == VALUE_KNOWN && (size_t)v->i > steps)
        mistake_add(m, str_of(field), "range", text_of("その段階はありません。", "There is no such step."));
}

/* A cell that is accepted by the table and refused by a rule beside it cannot be followed. */
static void check_cells(Ctx *c, const Record *r, const Matrix *x, Mistakes *m)
{
    const Value *cells = value_of(r, "cells");
    int64_t impact_from = or_zero(value_of(r, "impact_from")), likelihood_from = or_zero(value_of(r, "likelihood_from"));
    for (size_t i = 0; i < cells->n; i++) {
        Str path = str_printf(c->a, "cells/%zu", i);
        int64_t impact = cell_of(cells->rows[i], "impact")->i, likelihood = cell_of(cells->rows[i], "likelihood")->i;
        bool accepted = cell_of(cells->rows[i], "accepted")->i != 0;
        if (impact > x->impacts || likelihood > x->likelihoods)
            mistake_add(m, path, "range", text_of("段階にない組です。", "This pair is not on the scales."));
        if (accepted && ((impact_from && impact >= impact_from) || (likelihood_from && likelihood >= likelihood_from)))
            mistake_add(m, path, "conflict", text_of("受容としていますが、影響だけ、または起こりやすさだけで対応が必要な段階です。", "It is accepted, but by impact or likelihood alone it must be treated."));
        if (!accepted && cell_of(cells->rows[i], "months")->state == VALUE_KNOWN)
            mistake_add(m, path, "conflict", text_of("受容しない組に受容の期間があります。", "A period of acceptance where nothing is accepted."));
    }
}

static void check_complete(Ctx *c, const Record *r, Mistakes *m)
{
    Matrix x = table_of(r);
    check_steps(c, r, "impacts", impact_fields, COUNT(impact_fields), "loss_max", m);
    check_steps(c, r, "likelihoods", likelihood_fields, COUNT(likelihood_fields), "per_century", m);
    check_on_scale(r, "impact_from", value_of(r, "impacts")->n, m);
    check_on_scale(r, "likelihood_from", value_of(r, "likelihoods")->n, m);
    check_cells(c, r, &x, m);
    if (!matrix_full(&x))
        mistake_add(m, STR("cells"), "required", TEXT_FILL(c->a, "判定表の{0}の組をすべて埋めてください。", "Fill all {0} cells of the table.", scale_text(c->a, x.impacts, x.likelihoods)));
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
    if (!state_is(r, "submitted")) return approval_not_submitted();
    check_complete(c, r, m);
    return m->n ? ERR_NONE : approve_act(c, r, input, m);
}

static const Action actions[] = {
    APPROVAL_ACTIONS(submit, approve, approval_input, APPROVAL_INPUTS),
};
static const Report reports[] = {
    {.name = "judgements", .label = TEXT("これまでの判断から見た基準", "Criteria as past judgements read"),
     .help = TEXT("蓄積した判断を判定表の案として示し、食い違う判断を挙げます", "Stored judgements as a draft of the table, with those that contradict each other"), .roles = READERS, .run = judgements_report},
    {.name = "changes", .label = TEXT("この基準で変わること", "What these criteria would change"),
     .help = TEXT("登録済みのリスクのレベルと評価が、いまの基準からどう変わるか", "How level and evaluation of the registered risks would change"), .roles = READERS, .of_record = true, .run = changes_report},
};

const Resource criteria_resource = {.name = "criteria", .path = "criteria-sets", .prefix = "J", .label = TEXT("リスク判定基準", "Risk criteria"),
    .label_many = TEXT("リスク判定基準", "Risk criteria"), .help = TEXT("影響、起こりやすさ、受容の決まり", "Rules of impact, likelihood and acceptance"), .fields = fields,
    .fields_n = COUNT(fields), .reports = reports, .reports_n = COUNT(reports), .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE, .remove = ROLES_MANAGE, .actions = actions,
    .actions_n = COUNT(actions), .check = check, .before_save = before_save};
