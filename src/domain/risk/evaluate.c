/* evaluate.c -- what remains when a plan is done (guide 5.1.5 (2)): residual risks against the criteria, what measures bring in, what is kept outside
 * acceptance, what has no plan; and the same for plans side by side. */
#include "risk/parts.h"

#include <stdlib.h>

enum { BESIDE_MAX = 1 + COMPARE_PARAMS };

typedef struct Remains { After after; Value level, yearly; Str why, steps; } Remains;
typedef struct Seen { /* a risk that one of the plans names */
    Referrer of;
    Value level, yearly;
    Str verdict, steps;
    Day until;
    bool named[BESIDE_MAX], brought;
    int64_t measures;
    Remains remains[BESIDE_MAX];
} Seen;
typedef struct PlanResult { Result result; int64_t acceptable, named, brought; Interval yearly; } PlanResult;
typedef struct Evaluated {
    Arena *a;
    Day today;
    const Criteria *criteria;
    const Record *plans[BESIDE_MAX];
    int plans_n;
    Aims aims;
    Seen *seen; size_t seen_n, seen_room;
    PlanResult of[BESIDE_MAX];
    Interval yearly; /* now, of all risks that the plans name */
    ReportTable *kept, *without; /* NULL: only counted */
} Evaluated;

static void aim_add(Evaluated *x, const Record *plan, int at, const char *list, AimKind kind)
{
    const Field *f = field_of(&plan_resource, list);
    const Value *rows = value_of(plan, list);
    for (size_t i = 0; i < rows->n; i++) {
        const Value *risk = child_of(f->fields, f->fields_n, rows->rows[i], "risk");
        if (risk->state != VALUE_KNOWN) continue;
        Aim *aim = aim_new(&x->aims);
        *aim = (Aim){.risk = risk->ref, .plan = at, .kind = kind, .until = DAY_NONE};
        if (kind == AIM_MEASURE) {
            aim->impact = interval_of(measure_cell(rows->rows[i], "residual_impact"), 1, MATRIX_SIDE_MAX);
            aim->likelihood = interval_of(measure_cell(rows->rows[i], "residual_likelihood"), 1, MATRIX_SIDE_MAX);
        }
        if (kind != AIM_ACCEPT) continue;
        const Value *until = accepted_cell(rows->rows[i], "until");
        aim->until = until->state == VALUE_KNOWN ? (Day)until->i : INT32_MAX;
    }
}

static void aims_of(Evaluated *x, const Record *plan, int at)
{
    aim_add(x, plan, at, "measures", AIM_MEASURE);
    aim_add(x, plan, at, "accepted", AIM_ACCEPT);
    aim_add(x, plan, at, "brings", AIM_BRING);
}

static bool is_evaluated(const Evaluated *x, const Record *plan)
{
    for (int i = 0; i < x->plans_n; i++)
        if (id_eq(x->plans[i]->id, plan->id)) return true;
    return false;
}

static Err approved_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        if (state_is(list[i], "approved") && !is_evaluated(e->state, list[i])) aims_of(e->state, list[i], ELSEWHERE);
    return ERR_NONE;
}

/* All plans that are approved hold beside those evaluated. */
static Err aims_read(Ctx *c, Evaluated *x)
{
    for (int i = 0; i < x->plans_n; i++)
        aims_of(x, x->plans[i], i);
    TRY(read_each(c, &plan_resource, &(ListQuery){.sort = -1}, &(Each){.page = approved_page, .state = x}));
    aims_sort(&x->aims);
    return ERR_NONE;
}

/* --- one risk after one plan ------------------------------------------------------------------------------------------------- */

static void put_step(Record *r, const char *step, Interval after, const char *quantity)
{
    Value *v = value_of(r, step);
    Interval now = interval_of(v, 1, MATRIX_SIDE_MAX), then = interval_least(now, after);
    if (!after.given || (now.given && then.low == now.low && then.high == now.high)) return;
    put_interval(v, then);
    *value_of(r, quantity) = (Value){.state = VALUE_NONE}; /* was that of the step before; now what the new step means */
}

/* The risk as the measures leave it: the least that any of them leads to. Its acceptance would begin anew. */
static Record *residual(Ctx *c, const Record *risk, const Aim *aims, size_t n, int plan)
{
    Record *r = arena_new(c->a, Record);
    *r = *risk;
    r->v = arena_array(c->a, Value, risk->res->fields_n);
    memcpy(r->v, risk->v, risk->res->fields_n * sizeof(Value));
    Interval impact = {0}, likelihood = {0};
    for (size_t i = 0; i < n; i++) {
        if (aims[i].kind != AIM_MEASURE || (aims[i].plan != plan && aims[i].plan != ELSEWHERE)) continue;
        impact = interval_least(impact, aims[i].impact), likelihood = interval_least(likelihood, aims[i].likelihood);
    }
    put_step(r, "impact", impact, "loss");
    put_step(r, "likelihood", likelihood, "per_century");
    *value_of(r, "judged_on") = (Value){.state = VALUE_NONE};
    return r;
}

static Need need_of(const Evaluated *x, const Record *r)
{
    int at = choice_find(field_of(&risk_resource, "verdict"), value_of(r, "verdict")->text);
    if (state_is(r, "closed")) return NEED_ACCEPT;
    if (!x->criteria) return choice_is(value_of(r, "judgement"), "accept") ? NEED_ACCEPT : NEED_NONE; /* a judgement stands in for criteria */
    return at < 0 ? NEED_NONE : (Need)at;
}

static Day named_until(const Aim *aims, size_t n, int plan)
{
    Day until = DAY_NONE;
    for (size_t i = 0; i < n; i++)
        if (aims[i].kind == AIM_ACCEPT && (aims[i].plan == plan || aims[i].plan == ELSEWHERE) && aims[i].until > until) until = aims[i].until;
    return until;
}

static Interval added(Interval a, Interval b)
{
    if (!a.given || !b.given) return a.given ? a : b;
    Interval out = {true, INT64_MAX, INT64_MAX};
    if (__builtin_add_overflow(a.low, b.low, &out.low)) out.low = INT64_MAX;
    if (__builtin_add_overflow(a.high, b.high, &out.high)) out.high = INT64_MAX;
    return out;
}

/* --- page by page -------------------------------------------------------------------------------------------------------------- */

static Seen *seen_new(Evaluated *x)
{
    if (x->seen_n == x->seen_room) {
        size_t more = 2 * x->seen_room + 32;
        x->seen = arena_grow(x->a, x->seen, x->seen_room * sizeof *x->seen, more * sizeof *x->seen);
        x->seen_room = more;
    }
    return &x->seen[x->seen_n++];
}

static void note_remains(Ctx *c, Evaluated *x, Seen *s, int plan, const Record *after, const Aim *aims, size_t n)
{
    Day until = named_until(aims, n, plan);
    Remains *out = &s->remains[plan];
    *out = (Remains){after_treatment(need_of(x, after), until, x->today), *value_of(after, "level"), *value_of(after, "yearly_loss"),
        str_copy(x->a, value_of(after, "verdict_why")->text), str_copy(x->a, risk_steps(c, after))};
    for (size_t i = 0; i < n; i++)
        s->named[plan] |= aims[i].plan == plan;
    if (!s->named[plan]) return;
    PlanResult *r = &x->of[plan];
    r->result.unsettled += !after_is_settled(out->after);
    r->acceptable += out->after == AFTER_ACCEPTABLE, r->named += out->after == AFTER_NAMED;
    r->yearly = added(r->yearly, given_of(&out->yearly));
    for (size_t i = 0; i < n; i++)
        if (aims[i].kind == AIM_BRING && aims[i].plan == plan) { r->brought++; break; }
}

static void note_seen(Ctx *c, Evaluated *x, const Record *risk, Record *const *after, const Aim *aims, size_t n)
{
    Seen *s = seen_new(x);
    *s = (Seen){.of = record_name(x->a, risk), .level = *value_of(risk, "level"), .yearly = *value_of(risk, "yearly_loss"), .verdict = verdict_word(c, value_of(risk, "verdict")),
        .steps = str_copy(x->a, risk_steps(c, risk)), .until = named_until(aims, n, 0)};
    for (size_t i = 0; i < n; i++) {
        s->measures += aims[i].kind == AIM_MEASURE && aims[i].plan == 0;
        s->brought |= aims[i].kind == AIM_BRING && aims[i].plan == 0;
    }
    x->yearly = added(x->yearly, given_of(&s->yearly));
    for (int p = 0; p < x->plans_n; p++)
        note_remains(c, x, s, p, after[p], aims, n);
}

static void other_row(Ctx *c, ReportOut *out, ReportTable *t, const Record *risk)
{
    if (!t) return;
    Value *v = report_row(out, t, risk);
    v[0] = *value_of(risk, "level");
    put_text(&v[1], verdict_word(c, value_of(risk, "verdict")));
    v[2] = *value_of(risk, "verdict_why"), v[3] = *value_of(risk, "owner");
}

/* Of risks that none of these plans names: kept ones that the criteria no longer accept, and those that nobody treats. */
static void note_other(Ctx *c, Evaluated *x, const Record *risk, const Record *after, const Aim *aims, size_t n, ReportOut *out)
{
    After state = after_treatment(need_of(x, after), named_until(aims, n, 0), x->today);
    if (!x->criteria || after_is_settled(state)) return;
    if (risk_is_kept(risk)) x->of[0].result.kept_outside++, other_row(c, out, x->kept, after);
    else if (state == AFTER_OUTSIDE) x->of[0].result.without_plan++, other_row(c, out, x->without, after);
}

static Err residual_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Evaluated *x = e->state;
    Record **after = arena_array(c->a, Record *, n * (size_t)x->plans_n + 1);
    size_t of, total = 0;
    for (size_t i = 0; i < n; i++)
        for (int p = 0; p < x->plans_n; p++) {
            const Aim *aims = aims_at(&x->aims, list[i]->id, &of);
            after[total++] = residual(c, list[i], aims, of, p);
        }
    TRY(risks_judge(c, after, total, x->criteria));
    for (size_t i = 0; i < n; i++) {
        const Aim *aims = aims_at(&x->aims, list[i]->id, &of);
        bool named = false;
        for (size_t k = 0; k < of; k++) named = named || aims[k].plan != ELSEWHERE;
        if (named) note_seen(c, x, list[i], after + i * (size_t)x->plans_n, aims, of);
        else if (!state_is(list[i], "closed")) note_other(c, x, list[i], after[i * (size_t)x->plans_n], aims, of, e->out);
    }
    return ERR_NONE;
}

static Err evaluate_plans(Ctx *c, Evaluated *x, ReportOut *out, bool *all)
{
    x->a = c->a, x->aims.a = c->a;
    x->today = day_in_japan(c->now);
    TRY(criteria_now(c, &x->criteria));
    TRY(aims_read(c, x));
    Each e = {.page = residual_page, .state = x, .out = out};
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &e));
    *all = e.all;
    return ERR_NONE;
}

/* --- the report of one plan ------------------------------------------------------------------------------------------------------ */

static const Choice afters[AFTERS] = {
    [AFTER_OUTSIDE] = {CODE("outside"), TEXT("受容の範囲に入らない", "Outside acceptance"), TEXT("対策を加えるか、名指しで受容するか、判定基準を見直す", "Add a measure, accept it by name, or revise the criteria")},
    [AFTER_ENDED] = {CODE("ended"), TEXT("受容の期限切れ", "Acceptance ended"), TEXT("名指しの受容の期限が過ぎた", "The acceptance by name is over")},
    [AFTER_UNDECIDED] = {CODE("undecided"), TEXT("決まらない", "Undecided"), TEXT("幅を狭めれば決まる", "A narrower interval would decide")},
    [AFTER_OPEN] = {CODE("open"), TEXT("判断がない", "Nobody judged"), TEXT("判定基準でも判断でも決まっていない", "Neither criteria nor a judgement say")},
    [AFTER_NAMED] = {CODE("named"), TEXT("名指しで受容", "Accepted by name"), TEXT("決裁した人の名で受け入れる", "Under the name of the approver")},
    [AFTER_ACCEPTABLE] = {CODE("acceptable"), TEXT("受容できる", "Acceptable"), TEXT("判定基準の範囲に入る", "Within the criteria")},
};
#define LEVEL_COLUMN(field, ja, en) {.name = field, .kind = KIND_INT, .label = TEXT(ja, en), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level}
static const Field conclusion_columns[] = {
    {.name = "question", .kind = KIND_TEXT, .label = TEXT("問い", "Question")},
    {.name = "answer", .kind = KIND_LONG, .label = TEXT("答え", "Answer")},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Risks")},
};
static const Field risk_columns[] = {
    {.name = "after", .kind = KIND_CHOICE, .label = TEXT("終えた後", "When all is done"), .choices = afters, .choices_n = AFTERS},
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
        put_text(&v[0], afters[after->after].code);
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

/* --- plans side by side ---------------------------------------------------------------------------------------------------------- */

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
#define AFTER_COLUMN(field, sign) {.name = "after_" field, .kind = KIND_CHOICE, .label = TEXT(sign " の後", "After " sign), .choices = afters, .choices_n = AFTERS}
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
        put_text(&v[2 + 2 * p], afters[s->remains[p].after].code);
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
