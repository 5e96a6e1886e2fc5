/* evaluate.c -- the report on one plan: conclusion, residual risks, what is kept outside acceptance, what has no plan, measures each once, money. */
#include "risk/residual.h"

#include <stdlib.h>

static const Field conclusion_columns[] = {
    {.name = "question", .kind = KIND_TEXT, .label = TEXT("問い", "Question")},
    {.name = "answer", .kind = KIND_LONG, .label = TEXT("答え", "Answer")},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Risks")},
};
static const Field risk_columns[] = {
    {.name = "after", .kind = KIND_CHOICE, .label = TEXT("終えた後", "When all is done"), .choices = after_choices, .choices_n = AFTERS},
    LEVEL_COLUMN("level", "いまのレベル", "Level now"),
    LEVEL_COLUMN("level_after", "終えた後のレベル", "Level afterwards"),
    {.name = "steps", .kind = KIND_TEXT, .label = TEXT("影響・起こりやすさ", "Impact, likelihood")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
    {.name = "until", .kind = KIND_DATE, .label = TEXT("受容の期限", "Accepted until")},
    {.name = "measures", .kind = KIND_INT, .label = TEXT("対策", "Measures")},
    {.name = "brought", .kind = KIND_BOOL, .label = TEXT("対策が持ち込む", "Brought in by a measure")},
    {.name = "yearly", .kind = KIND_MONEY, .label = TEXT("一年の損害（円）", "Loss a year (yen)"), .flags = DERIVED | RANGE},
    {.name = "yearly_after", .kind = KIND_MONEY, .label = TEXT("終えた後の一年の損害（円）", "Loss a year afterwards (yen)"), .flags = DERIVED | RANGE},
};
static const Field other_columns[] = {
    LEVEL_COLUMN("level", "レベル", "Level"),
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("評価", "Evaluation")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .target = "unit"},
};
static const Text ways[WAYS] = {
    [WAY_CLOSES] = TEXT("対策をすべて終えると、残るリスクは受容できるか、名指しで受容されます。この計画で一巡します。", "With all measures done, what remains is acceptable or accepted by name: the plan closes the cycle."),
    [WAY_OTHERS] = TEXT("この計画のリスクは受容できるようになります。ほかに、対応が必要なのに計画のないリスクがあります。", "The risks of this plan become acceptable. Others need treatment and have no plan."),
    [WAY_REVISE] = TEXT("この計画のリスクは受容できるようになりますが、保有しているリスクが受容の範囲を外れています。対応し直すか、判定基準を見直してすべて点検してください。", "The risks of this plan become acceptable, but risks that are kept stand outside acceptance: treat them, or revise the criteria and check all of them again."),
    [WAY_BACK] = TEXT("残るリスクに、受容できるとは言えないものがあります。リスク対応に戻ってください。受容の基準そのものに無理があれば、判定基準を見直します。", "Something remains that cannot be called acceptable: back to treatment. If the acceptance itself is not tenable, revise the criteria."),
};

static void answer(Ctx *c, ReportOut *out, ReportTable *t, Text question, Text text, int64_t n)
{
    Value *v = report_row(out, t, NULL);
    put_text(&v[0], text_in(question, c->lang)), put_text(&v[1], text_in(text, c->lang));
    if (n >= 0) put_int(&v[2], n);
}

static int64_t brought_open(const Evaluated *x)
{
    int64_t n = 0;
    for (size_t i = 0; i < x->seen_n; i++)
        n += x->seen[i].brought && !after_is_settled(x->seen[i].remains[0].after);
    return n;
}

static void conclude(Ctx *c, ReportOut *out, ReportTable *t, const Evaluated *x)
{
    const PlanResult *r = &x->of[0];
    answer(c, out, t, text_of("結論", "Conclusion"), ways[treatment_way(&r->result)], -1);
    answer(c, out, t, text_of("残るリスクはすべて受容できるか", "Is all that remains acceptable?"),
        r->result.unsettled ? text_of("いいえ。受容できるとは言えないものがあります。", "No: some cannot be called acceptable.") : text_of("はい。", "Yes."), (int64_t)r->result.unsettled);
    answer(c, out, t, text_of("対策が新しいリスクを持ち込まないか", "Do measures bring in new risks?"), !r->brought ? text_of("持ち込むとされたリスクはありません。", "None is named.")
        : brought_open(x) ? text_of("持ち込みます。受容できるとは言えないものがあります。", "Yes, and not all of them can be called acceptable.") : text_of("持ち込みますが、受容できます。", "Yes, and they are acceptable."), r->brought);
    answer(c, out, t, text_of("保有しているリスクが受容の範囲を外れていないか", "Is anything that is kept outside acceptance by now?"),
        r->result.kept_outside ? text_of("外れたものがあります。", "Yes.") : text_of("ありません。", "No."), (int64_t)r->result.kept_outside);
    answer(c, out, t, text_of("対応が必要なのに計画のないリスク", "Risks that need treatment and have no plan"), r->result.without_plan ? text_of("あります。", "There are some.") : text_of("ありません。", "None."), (int64_t)r->result.without_plan);
    Text none = text_of("承認された判定基準がありません。経営層や有識者の判断と、名指しの受容で見ています。", "No criteria are approved: judgements and acceptance by name stand in for them.");
    answer(c, out, t, text_of("使った判定基準", "Criteria"), x->criteria ? (Text){{x->criteria->label, x->criteria->label}} : none, -1);
}

static int by_need(const void *a, const void *b)
{
    const Seen *x = a, *y = b;
    if (x->remains[0].after != y->remains[0].after) return (int)x->remains[0].after - (int)y->remains[0].after;
    return (x->of.number > y->of.number) - (x->of.number < y->of.number);
}

static void risk_rows(ReportOut *out, ReportTable *t, const Evaluated *x)
{
    for (size_t i = 0; i < x->seen_n; i++) {
        const Seen *s = &x->seen[i];
        const Remains *after = &s->remains[0];
        Value *v = report_row_of(out, t, &s->of);
        put_text(&v[0], after_choices[after->after].code);
        v[1] = s->level, v[2] = after->level;
        put_text(&v[3], str_eq(s->steps, after->steps) ? s->steps : str_join(out->a, s->steps, STR(" → "), after->steps));
        put_text(&v[4], after->why);
        if (s->until != DAY_NONE && s->until != INT32_MAX) put_int(&v[5], s->until);
        put_int(&v[6], s->measures);
        put_int(&v[7], s->brought);
        v[8] = s->yearly, v[9] = after->yearly;
    }
}

/* --- measures, each once ----------------------------------------------------------------------------------------------------------- */

static const Field measure_columns[] = {
    {.name = "measure", .kind = KIND_TEXT, .label = TEXT("対策", "Measure")},
    {.name = "risks", .kind = KIND_REFS, .label = TEXT("対象のリスク", "Against"), .target = "risk"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .choices = measure_kinds, .choices_n = MEASURE_KINDS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .target = "unit"},
    {.name = "due", .kind = KIND_DATE, .label = TEXT("期限", "Due")},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用（円）", "Cost (yen)"), .flags = RANGE},
    {.name = "effort", .kind = KIND_INT, .label = TEXT("手間（人日）", "Effort (person days)"), .flags = RANGE},
    {.name = "drift", .kind = KIND_CHOICE, .label = TEXT("日程", "Dates"), .choices = drift_choices, .choices_n = DRIFTS},
    {.name = "note", .kind = KIND_TEXT, .label = TEXT("注意", "Note")},
};
static const Field total_columns[] = {
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("種類", "Kind")},
    {.name = "measures", .kind = KIND_INT, .label = TEXT("対策", "Measures")},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用（円）", "Cost (yen)"), .flags = RANGE},
    {.name = "cost_missing", .kind = KIND_INT, .label = TEXT("費用が未定", "Without a cost")},
    {.name = "effort", .kind = KIND_INT, .label = TEXT("手間（人日）", "Effort (person days)"), .flags = RANGE},
    {.name = "effort_missing", .kind = KIND_INT, .label = TEXT("手間が未定", "Without an effort")},
};
static const Field loss_columns[] = {
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("見方", "What")},
    {.name = "yearly", .kind = KIND_MONEY, .label = TEXT("金額（円）", "Amount (yen)"), .flags = RANGE},
};

static int by_ref(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Id));
}

static void put_risks(Ctx *c, Value *v, const Value *rows, const size_t *of, size_t first)
{
    Id *ids = arena_array(c->a, Id, rows->n + 1);
    size_t n = 0;
    for (size_t i = first; i < rows->n; i++)
        if (of[i] == first && measure_cell(rows->rows[i], "risk")->state == VALUE_KNOWN) ids[n++] = measure_cell(rows->rows[i], "risk")->ref;
    qsort(ids, n, sizeof *ids, by_ref);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || !id_eq(ids[kept - 1], ids[i])) ids[kept++] = ids[i];
    *v = kept ? (Value){.state = VALUE_KNOWN, .refs = ids, .n = kept} : (Value){.state = VALUE_NONE};
}

static void measure_row(Ctx *c, ReportOut *out, ReportTable *t, const Record *plan, const Measures *m, size_t i)
{
    const Value *rows = value_of(plan, "measures");
    Value *row = rows->rows[i], *v = report_row(out, t, NULL);
    bool costs_differ, efforts_differ;
    Schedule s = plan_schedule(plan, i);
    put_text(&v[0], str_printf(c->a, "%zu %.*s", i + 1, STR_ARG(measure_cell(row, "title")->text)));
    put_risks(c, &v[1], rows, m->of, i);
    v[2] = *measure_cell(row, "kind"), v[3] = *measure_cell(row, "owner"), v[4] = *measure_cell(row, "due");
    put_interval(&v[5], measures_hull(m->list, m->of, m->n, i, false, &costs_differ));
    put_interval(&v[6], measures_hull(m->list, m->of, m->n, i, true, &efforts_differ));
    put_text(&v[7], drift_choices[measure_drift(&s, day_in_japan(c->now))].code);
    if (costs_differ || efforts_differ)
        put_text(&v[8], text_in(text_of("同じ対策の費用や手間が、行によって違います。最小と最大の幅で一度だけ数えています。", "Rows of the same measure give different amounts: counted once, from the least to the most."), c->lang));
}

static void total_row(Ctx *c, ReportOut *out, ReportTable *t, Text what, const Measures *m, int kind)
{
    Totals x = measures_total(c->a, m->list, m->of, m->n, kind);
    Value *v = report_row(out, t, NULL);
    put_text(&v[0], text_in(what, c->lang));
    put_int(&v[1], (int64_t)x.measures);
    put_interval(&v[2], x.cost.total), put_int(&v[3], (int64_t)x.cost.missing);
    put_interval(&v[4], x.effort.total), put_int(&v[5], (int64_t)x.effort.missing);
}

static void loss_row(Ctx *c, ReportOut *out, ReportTable *t, Text what, Interval x)
{
    Value *v = report_row(out, t, NULL);
    put_text(&v[0], text_in(what, c->lang));
    put_interval(&v[1], x);
}

static void money_tables(Ctx *c, ReportOut *out, const Record *plan, const Evaluated *x)
{
    Measures m;
    plan_measures(c, plan, &m);
    ReportTable *list = report_table(out, "measures", text_of("対策（共通のものは一度だけ）", "Measures, each once"), (Text){0}, measure_columns, COUNT(measure_columns));
    for (size_t i = 0; i < m.n; i++)
        if (m.of[i] == i) measure_row(c, out, list, plan, &m, i);
    ReportTable *totals = report_table(out, "totals", text_of("費用と手間、予防と抑制の釣り合い", "Cost and effort; prevention against limitation"), (Text){0}, total_columns, COUNT(total_columns));
    for (int k = 0; k < MEASURE_KINDS; k++)
        total_row(c, out, totals, measure_kinds[k].label, &m, k);
    total_row(c, out, totals, text_of("合計", "All"), &m, -1);
    if (!x->yearly.given && !x->of[0].yearly.given) return; /* nobody knows any quantity */
    Text note = text_of("回数と一回の損害、なければ判定基準の段階の幅から。極めて深刻でまれなリスクは、費用対効果だけで退けないでください。",
        "From times and loss, else from what the steps of the criteria mean. Severe and very rare risks are not to be dismissed on cost alone.");
    ReportTable *loss = report_table(out, "loss", text_of("一年の損害と費用", "Loss a year, and cost"), note, loss_columns, COUNT(loss_columns));
    loss_row(c, out, loss, text_of("いまの一年の損害", "Loss a year now"), x->yearly);
    loss_row(c, out, loss, text_of("終えた後の一年の損害", "Loss a year afterwards"), x->of[0].yearly);
    loss_row(c, out, loss, text_of("計画の費用", "Cost of the plan"), measures_total(c->a, m.list, m.of, m.n, -1).cost.total);
}

Err evaluation_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(params);
    bool all;
    Evaluated x = {.plans = {of}, .plans_n = 1};
    ReportTable *conclusion = report_table(out, "conclusion", text_of("結論", "Conclusion"), (Text){0}, conclusion_columns, COUNT(conclusion_columns));
    ReportTable *risks = report_table(out, "risks", text_of("この計画のリスク", "Risks of this plan"), (Text){0}, risk_columns, COUNT(risk_columns));
    x.kept = report_table(out, "kept", text_of("保有しているが受容の範囲を外れたリスク", "Kept, but outside acceptance"), (Text){0}, other_columns, COUNT(other_columns));
    x.without = report_table(out, "without", text_of("対応が必要なのに計画のないリスク", "In need of treatment, without a plan"), (Text){0}, other_columns, COUNT(other_columns));
    TRY(evaluate_plans(c, &x, out, &all));
    conclusion->note = not_all(all);
    if (x.seen_n) qsort(x.seen, x.seen_n, sizeof *x.seen, by_need);
    conclude(c, out, conclusion, &x);
    risk_rows(out, risks, &x);
    money_tables(c, out, of, &x);
    return ERR_NONE;
}
