/* residual.c -- what remains of the risks when plans are done (guide 5.1.5 (2)): page by page over the register, judged by the criteria in force. */
#include "risk/residual.h"

const Choice after_choices[AFTERS] = {
    [AFTER_OUTSIDE] = {CODE("outside"), TEXT("受容の範囲に入らない", "Outside acceptance"), TEXT("対策を加えるか、名指しで受容するか、判定基準を見直す", "Add a measure, accept it by name, or revise the criteria")},
    [AFTER_ENDED] = {CODE("ended"), TEXT("受容の期限切れ", "Acceptance ended"), TEXT("名指しの受容の期限が過ぎた", "The acceptance by name is over")},
    [AFTER_UNDECIDED] = {CODE("undecided"), TEXT("決まらない", "Undecided"), TEXT("幅を狭めれば決まる", "A narrower interval would decide")},
    [AFTER_OPEN] = {CODE("open"), TEXT("判断がない", "Nobody judged"), TEXT("判定基準でも判断でも決まっていない", "Neither criteria nor a judgement say")},
    [AFTER_NAMED] = {CODE("named"), TEXT("名指しで受容", "Accepted by name"), TEXT("決裁した人の名で受け入れる", "Under the name of the approver")},
    [AFTER_ACCEPTABLE] = {CODE("acceptable"), TEXT("受容できる", "Acceptable"), TEXT("判定基準の範囲に入る", "Within the criteria")},
};
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

bool is_evaluated(const Evaluated *x, const Record *plan)
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

Err evaluate_plans(Ctx *c, Evaluated *x, ReportOut *out, bool *all)
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
