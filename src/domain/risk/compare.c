/* compare.c -- plans side by side: what remains of each risk, cost, effort, dates. */
#include "risk/residual.h"

#include <stdlib.h>

const Field compare_params[COMPARE_PARAMS] = {
    {.name = "with", .kind = KIND_REF, .label = TEXT("比べる計画", "Compared with"), .help = TEXT("案でもよい", "A draft will do"), .flags = REQUIRED, .target = "plan"},
    {.name = "also", .kind = KIND_REF, .label = TEXT("もう一つの計画", "And with"), .help = TEXT("なくてもよい", "May be left out"), .target = "plan"},
};
static const Field plan_columns[] = {
    {.name = "sign", .kind = KIND_TEXT, .label = TEXT("記号", "Sign")},
    {.name = "acceptable", .kind = KIND_INT, .label = TEXT("受容できるようになる", "Become acceptable")},
    {.name = "named", .kind = KIND_INT, .label = TEXT("名指しで受容", "Accepted by name")},
    {.name = "unsettled", .kind = KIND_INT, .label = TEXT("受容できるとは言えない", "Not acceptable")},
    {.name = "brought", .kind = KIND_INT, .label = TEXT("持ち込むリスク", "Risks brought in")},
    {.name = "measures", .kind = KIND_INT, .label = TEXT("対策", "Measures")},
    {.name = "prevention", .kind = KIND_INT, .label = TEXT("うち予防", "Of these prevention")},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用（円）", "Cost (yen)"), .flags = RANGE},
    {.name = "cost_missing", .kind = KIND_INT, .label = TEXT("費用が未定", "Without a cost")},
    {.name = "effort", .kind = KIND_INT, .label = TEXT("手間（人日）", "Effort (person days)"), .flags = RANGE},
    {.name = "last_due", .kind = KIND_DATE, .label = TEXT("最後の期限", "Last due date")},
    {.name = "yearly", .kind = KIND_MONEY, .label = TEXT("終えた後の一年の損害（円）", "Loss a year afterwards (yen)"), .flags = RANGE},
};
#define AFTER_COLUMN(field, sign) {.name = "after_" field, .kind = KIND_CHOICE, .label = TEXT(sign " の後", "After " sign), .choices = after_choices, .choices_n = AFTERS}
static const Field beside_columns[] = {
    LEVEL_COLUMN("level", "いまのレベル", "Level now"),
    LEVEL_COLUMN("level_a", "A の後のレベル", "Level after A"), AFTER_COLUMN("a", "A"),
    LEVEL_COLUMN("level_b", "B の後のレベル", "Level after B"), AFTER_COLUMN("b", "B"),
    LEVEL_COLUMN("level_c", "C の後のレベル", "Level after C"), AFTER_COLUMN("c", "C"),
};

static Day last_due(const Record *plan)
{
    const Value *rows = value_of(plan, "measures");
    Day last = DAY_NONE;
    for (size_t i = 0; i < rows->n; i++) {
        const Value *due = measure_cell(rows->rows[i], "due");
        if (due->state == VALUE_KNOWN && (Day)due->i > last) last = (Day)due->i;
    }
    return last;
}

static void plan_row(Ctx *c, ReportOut *out, ReportTable *t, const Evaluated *x, int p)
{
    const PlanResult *r = &x->of[p];
    Measures m;
    plan_measures(c, x->plans[p], &m);
    Totals all = measures_total(c->a, m.list, m.of, m.n, -1);
    Value *v = report_row(out, t, x->plans[p]);
    Day last = last_due(x->plans[p]);
    put_text(&v[0], str_printf(c->a, "%c", 'A' + p));
    put_int(&v[1], r->acceptable), put_int(&v[2], r->named), put_int(&v[3], (int64_t)r->result.unsettled), put_int(&v[4], r->brought);
    put_int(&v[5], (int64_t)all.measures), put_int(&v[6], (int64_t)measures_total(c->a, m.list, m.of, m.n, 0).measures);
    put_interval(&v[7], all.cost.total), put_int(&v[8], (int64_t)all.cost.missing), put_interval(&v[9], all.effort.total);
    if (last != DAY_NONE) put_int(&v[10], last);
    put_interval(&v[11], r->yearly);
}

/* A risk that a plan does not name is as that plan leaves it: untreated, but for what is approved already. */
static void beside_row(ReportOut *out, ReportTable *t, const Evaluated *x, const Seen *s)
{
    Value *v = report_row_of(out, t, &s->of);
    v[0] = s->level;
    for (int p = 0; p < x->plans_n; p++) {
        v[1 + 2 * p] = s->remains[p].level;
        put_text(&v[2 + 2 * p], after_choices[s->remains[p].after].code);
    }
}

static int by_number(const void *a, const void *b)
{
    const Seen *x = a, *y = b;
    return (x->of.number > y->of.number) - (x->of.number < y->of.number);
}

Err compare_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    bool all;
    Evaluated x = {.plans = {of}, .plans_n = 1};
    for (int i = 0; i < COMPARE_PARAMS; i++) {
        Record *plan;
        if (params[i].state != VALUE_KNOWN) continue;
        TRY(work_get(c, &plan_resource, params[i].ref, &plan));
        if (!is_evaluated(&x, plan)) x.plans[x.plans_n++] = plan;
    }
    ReportTable *plans = report_table(out, "plans", text_of("計画", "Plans"), text_of("どの計画も、承認済みのほかの計画とあわせて見ています。", "Each together with the other plans that are approved."), plan_columns, COUNT(plan_columns));
    ReportTable *risks = report_table(out, "risks", text_of("リスクごと", "Risk by risk"), (Text){0}, beside_columns, 1 + 2 * (size_t)x.plans_n);
    TRY(evaluate_plans(c, &x, out, &all));
    if (!all) plans->note = not_all(all);
    if (x.seen_n) qsort(x.seen, x.seen_n, sizeof *x.seen, by_number);
    for (int p = 0; p < x.plans_n; p++)
        plan_row(c, out, plans, &x, p);
    for (size_t i = 0; i < x.seen_n; i++)
        beside_row(out, risks, &x, &x.seen[i]);
    return ERR_NONE;
}
