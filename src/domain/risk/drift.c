/* drift.c -- plans against their dates and their expected effect (guide 6.1): what is late, what will be, what was done in vain. */
#include "risk/parts.h"

static const Field drift_columns[] = {
    {.name = "drift", .kind = KIND_CHOICE, .label = TEXT("日程", "Dates"), .choices = drift_choices, .choices_n = DRIFTS},
    {.name = "measure", .kind = KIND_TEXT, .label = TEXT("対策", "Measure")},
    {.name = "risk", .kind = KIND_REF, .label = TEXT("リスク", "Risk"), .target = "risk"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .target = "unit"},
    {.name = "due", .kind = KIND_DATE, .label = TEXT("期限", "Due")},
    {.name = "expected_on", .kind = KIND_DATE, .label = TEXT("見込み", "Expected")},
    {.name = "report", .kind = KIND_LONG, .label = TEXT("報告", "Report")},
};
static const Field stalled_columns[] = {
    {.name = "overdue", .kind = KIND_INT, .label = TEXT("期限を過ぎた対策", "Measures overdue")},
    {.name = "measures", .kind = KIND_INT, .label = TEXT("対策", "Measures")},
    {.name = "first_due", .kind = KIND_DATE, .label = TEXT("最も古い期限", "Oldest due date")},
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)")},
};
static const Field effect_columns[] = {
    {.name = "expected", .kind = KIND_TEXT, .label = TEXT("見込み（影響・起こりやすさ）", "Expected (impact, likelihood)")},
    {.name = "now", .kind = KIND_TEXT, .label = TEXT("いま（影響・起こりやすさ）", "Now (impact, likelihood)")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .target = "unit"},
};

typedef struct Drifting { Day today; ReportOut *out; ReportTable *stalled, *measures, *effects; Aims aims; } Drifting;

static void drift_row(Ctx *c, ReportOut *out, ReportTable *t, const Record *plan, size_t i, Drift d)
{
    Value *row = value_of(plan, "measures")->rows[i], *v = report_row(out, t, plan);
    put_text(&v[0], drift_choices[d].code);
    put_text(&v[1], str_printf(c->a, "%zu %.*s", i + 1, STR_ARG(measure_cell(row, "title")->text)));
    v[2] = *measure_cell(row, "risk"), v[3] = *measure_cell(row, "owner"), v[4] = *measure_cell(row, "due");
    v[5] = *measure_cell(row, "expected_on"), v[6] = *measure_cell(row, "note");
}

/* All that is not done is overdue: nobody works on this plan. */
static void drift_plan(Ctx *c, const Record *plan, Drifting *x)
{
    const Value *rows = value_of(plan, "measures");
    size_t open = 0, overdue = 0;
    Day first = INT32_MAX;
    for (size_t i = 0; i < rows->n; i++) {
        Schedule s = plan_schedule(plan, i);
        Drift d = measure_drift(&s, x->today);
        open += s.done == DAY_NONE;
        if (d == DRIFT_OVERDUE) overdue++, first = s.due < first ? s.due : first;
        if (drift_is_amiss(d)) drift_row(c, x->out, x->measures, plan, i, d);
    }
    if (!overdue || overdue < open) return;
    Value *v = report_row(x->out, x->stalled, plan);
    v[0] = *value_of(plan, "overdue_n"), v[1] = *value_of(plan, "measures_n"), v[3] = *value_of(plan, "approved_post");
    put_int(&v[2], first);
}

/* What was expected of measures that are done; a risk with one that is not done yet does not count. */
static void drift_aims(const Record *plan, Drifting *x)
{
    const Value *rows = value_of(plan, "measures");
    for (size_t i = 0; i < rows->n; i++) {
        Value *row = rows->rows[i];
        if (measure_cell(row, "risk")->state != VALUE_KNOWN) continue;
        bool done = measure_cell(row, "done_on")->state == VALUE_KNOWN;
        Interval impact = interval_of(measure_cell(row, "residual_impact"), 1, MATRIX_SIDE_MAX), likelihood = interval_of(measure_cell(row, "residual_likelihood"), 1, MATRIX_SIDE_MAX);
        Aim *aim = aim_new(&x->aims);
        *aim = (Aim){.risk = measure_cell(row, "risk")->ref, .kind = AIM_MEASURE, .done = done, .impact = impact, .likelihood = likelihood};
    }
}

static Err drift_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Drifting *x = e->state;
    for (size_t i = 0; i < n; i++) {
        if (!state_is(list[i], "approved")) continue;
        drift_plan(c, list[i], x);
        drift_aims(list[i], x);
    }
    return ERR_NONE;
}

static bool above(const Value *now, Interval expected)
{
    return expected.given && (now->state == VALUE_KNOWN || now->state == VALUE_RANGE) && (now->state == VALUE_RANGE ? now->hi : now->i) > expected.high;
}

static Str interval_text(Ctx *c, Interval x)
{
    if (!x.given) return STR("-");
    return x.low == x.high ? str_printf(c->a, "%lld", (long long)x.low) : str_printf(c->a, "%lld–%lld", (long long)x.low, (long long)x.high);
}

static Err effect_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Drifting *x = e->state;
    for (size_t i = 0; i < n; i++) {
        size_t of, done = 0;
        const Aim *aims = aims_at(&x->aims, list[i]->id, &of);
        Interval impact = {0}, likelihood = {0};
        for (size_t k = 0; k < of; k++)
            done += aims[k].done, impact = interval_least(impact, aims[k].impact), likelihood = interval_least(likelihood, aims[k].likelihood);
        if (!of || done < of || state_is(list[i], "closed")) continue;
        if (!above(value_of(list[i], "impact"), impact) && !above(value_of(list[i], "likelihood"), likelihood)) continue;
        Value *v = report_row(x->out, x->effects, list[i]);
        put_text(&v[0], str_join(c->a, interval_text(c, impact), STR("・"), interval_text(c, likelihood)));
        put_text(&v[1], risk_steps(c, list[i]));
        v[2] = *value_of(list[i], "owner");
    }
    return ERR_NONE;
}

Err drift_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    Drifting x = {.today = day_in_japan(c->now), .out = out, .aims = {.a = c->a}};
    x.stalled = report_table(out, "stalled", text_of("残る対策がすべて期限を過ぎた計画", "Plans of which all that is left is overdue"), (Text){0}, stalled_columns, COUNT(stalled_columns));
    x.measures = report_table(out, "measures", text_of("遅れている、または遅れそうな対策", "Measures that are late, or will be"), (Text){0}, drift_columns, COUNT(drift_columns));
    x.effects = report_table(out, "effects", text_of("終えたのに、見込んだ効果が見えないリスク", "Done, but the expected effect does not show"),
        text_of("対策をすべて終えたリスクのうち、いまの段階が見込みより高いもの。分析し直すか、対策を見直してください。", "All measures are done, yet the steps are above what was expected: analyse them again, or look at the measures."), effect_columns, COUNT(effect_columns));
    TRY(read_each(c, &plan_resource, &(ListQuery){.sort = -1}, &(Each){.page = drift_page, .state = &x, .out = out}));
    aims_sort(&x.aims);
    return read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &(Each){.page = effect_page, .state = &x, .out = out});
}
