/* board.c -- the board's page: what waits for a decision, the five items of the handbook answered from records, threats, the stages of adoption. */
#include "risk/survey.h"

/* --- what waits ------------------------------------------------------------------------------------------------------------ */

static const Field waiting_columns[] = {
    {.name = "submitted_on", .kind = KIND_DATE, .label = TEXT("提出日", "Submitted on")},
    {.name = "submitted_by", .kind = KIND_TEXT, .label = TEXT("提出した人", "Submitted by")},
    {.name = "days", .kind = KIND_INT, .label = TEXT("待っている日数", "Days waiting")},
    {.name = "turn", .kind = KIND_TEXT, .label = TEXT("次の役職", "Whose turn")},
};

/* The first of its route who has not answered; the last one decides. */
static Str whose_turn(const Record *r)
{
    size_t n = value_of(r, "route")->n, i = 0;
    while (i + 1 < n && item_of(r, "route", i, "result")->state == VALUE_KNOWN) i++;
    return n ? item_of(r, "route", i, "post")->text : (Str){0};
}

static Err waiting_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    for (size_t i = 0; i < n; i++) {
        Value *v = report_row(e->out, e->state, list[i]);
        v[0] = *value_of(list[i], "submitted_on"), v[1] = *value_of(list[i], "submitted_by");
        if (v[0].state == VALUE_KNOWN) put_int(&v[2], day_in_japan(c->now) - v[0].i);
        put_text(&v[3], whose_turn(list[i]));
    }
    return ERR_NONE;
}

static Err waiting_table(Ctx *c, ReportOut *out)
{
    static const Resource *const kinds[] = {&criteria_resource, &plan_resource};
    ReportTable *t = report_table(out, "waiting", text_of("決裁を待っているもの", "Waiting for a decision"), (Text){0}, waiting_columns, COUNT(waiting_columns));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        ListQuery q = records_in(kinds[i], "submitted");
        q.sort = field_find(kinds[i]->fields, kinds[i]->fields_n, STR("submitted_on"));
        TRY(read_each(c, kinds[i], &q, &(Each){.page = waiting_page, .state = t, .out = out}));
    }
    return ERR_NONE;
}

/* --- rows of facts ---------------------------------------------------------------------------------------------------------- */

typedef enum { STATE_YES, STATE_PARTLY, STATE_NO, STATE_NO_PLACE, STATES } State;
static const Choice states[STATES] = {
    [STATE_YES] = {CODE("yes"), TEXT("できている", "Met"), TEXT("記録のすべてが満たす", "All records fulfil it")},
    [STATE_PARTLY] = {CODE("partly"), TEXT("一部", "In part"), TEXT("満たさない記録がある", "Some records do not")},
    [STATE_NO] = {CODE("no"), TEXT("まだない", "Not yet"), TEXT("満たす記録がない", "No record fulfils it")},
    [STATE_NO_PLACE] = {CODE("no_place"), TEXT("記録の対象外", "Not recorded here"), TEXT("このプログラムには記録する場所がまだない", "The program keeps no record of it yet")},
};
#define STATE_COLUMN {.name = "state", .kind = KIND_CHOICE, .label = TEXT("答え", "Answer"), .choices = states, .choices_n = STATES}
#define MISSING_COLUMN {.name = "missing", .kind = KIND_LONG, .label = TEXT("足りないもの", "What is missing")}
#define FACT_COLUMNS(first, end) \
    {.name = "fact", .kind = KIND_CHOICE, .label = TEXT("確かめること", "Asked"), .choices = &fact_choices[first], .choices_n = (end) - (first)}, \
    STATE_COLUMN, \
    {.name = "n", .kind = KIND_INT, .label = TEXT("満たす件数", "Fulfilled")}, \
    {.name = "total", .kind = KIND_INT, .label = TEXT("全体", "Of")}, \
    MISSING_COLUMN
enum { FACT_COLUMNS_N = 5 };
static const Field sources_columns[] = {FACT_COLUMNS(SERVICES_WITH_RISKS, CRITERIA_IN_FORCE)};
static const Field policy_columns[] = {FACT_COLUMNS(CRITERIA_IN_FORCE, PLANS_APPROVED)};
static const Field plans_columns[] = {FACT_COLUMNS(PLANS_APPROVED, MEASURES_REPORTED)};
static const Field operation_columns[] = {FACT_COLUMNS(MEASURES_REPORTED, EXERCISES_HELD)};
static const Field exercises_columns[] = {FACT_COLUMNS(EXERCISES_HELD, RULES_WRITTEN)};

enum { ITEMS = 5 };
static const struct { const char *name; Text title; Fact first, end; const Field *columns; } items[ITEMS] = {
    {"sources", TEXT("1 リスク源の認識", "1 Risk sources are known"), SERVICES_WITH_RISKS, CRITERIA_IN_FORCE, sources_columns},
    {"policy", TEXT("2 評価と、優先順位を含む方針", "2 They are evaluated, and a policy sets priorities"), CRITERIA_IN_FORCE, PLANS_APPROVED, policy_columns},
    {"plans", TEXT("3 計画と、予算・体制・人材の確保", "3 Plans, with funds, organisation and people"), PLANS_APPROVED, MEASURES_REPORTED, plans_columns},
    {"operation", TEXT("4 運用のなかでの、方針の実行の検証", "4 Operation verifies that the policy is carried out"), MEASURES_REPORTED, EXERCISES_HELD, operation_columns},
    {"exercises", TEXT("5 演習・訓練による、体制と改善策の検証", "5 Exercises verify response and improvement"), EXERCISES_HELD, RULES_WRITTEN, exercises_columns},
};

/* Nothing of the kind, and nothing said for that case: there is nothing to ask. */
static bool is_idle(Fact fact, const Tally *t)
{
    return !fact_rows[fact].no_place && !t->of && !fact_rows[fact].none.in[JA].n;
}

static State state_of(Fact fact, const Tally *t)
{
    if (fact_rows[fact].no_place) return STATE_NO_PLACE;
    return !t->n ? STATE_NO : t->n < t->of ? STATE_PARTLY : STATE_YES;
}

static Str missing_of(Ctx *c, Fact fact, const Tally *t)
{
    const FactRow *row = &fact_rows[fact];
    if (row->no_place) return text_in(text_of("記録する場所がまだない", "No place to record it yet"), c->lang);
    if (!t->of) return text_in(row->none, c->lang);
    if (t->n == t->of) return (Str){0};
    Str n = str_printf(c->a, "%lld", (long long)(t->of - t->n));
    return text_in(TEXT_FILL(c->a, "{0} {2}件", "{1}: {2}", row->lacks.in[JA], row->lacks.in[EN], n), c->lang);
}

/* The records that lack; where none lacks, those that it rests on. */
static void names_of(ReportTable *t, const Tally *x)
{
    const Named *named = x->n < x->of ? &x->lacking : &x->rests;
    report_names(t, named->list, named->n, x->n < x->of ? named->records - (int64_t)named->n : 0);
}

/* Columns from `fact` on. */
static void fact_values(Ctx *c, Value *v, Fact fact, const Tally *x)
{
    put_text(&v[0], fact_choices[fact].code);
    put_text(&v[4], missing_of(c, fact, x));
    if (is_idle(fact, x)) return;
    put_text(&v[1], states[state_of(fact, x)].code);
    if (fact_rows[fact].no_place) return;
    put_int(&v[2], x->n);
    if (fact_rows[fact].lacks.in[JA].n) put_int(&v[3], x->of);
}

static void fact_row(Ctx *c, ReportOut *out, ReportTable *t, Fact fact, const Survey *x)
{
    fact_values(c, report_row(out, t, NULL), fact, &x->facts[fact]);
    if (fact_rows[fact].at) report_at(t, fact_rows[fact].at);
    names_of(t, &x->facts[fact]);
}

/* --- the five items --------------------------------------------------------------------------------------------------------- */

static const Field answer_columns[] = {
    {.name = "item", .kind = KIND_TEXT, .label = TEXT("項目", "Item")},
    STATE_COLUMN,
    MISSING_COLUMN,
};
typedef struct Answer { size_t of[STATES]; Str missing; } Answer;

static void add_missing(Ctx *c, Answer *a, Str text)
{
    if (text.n && str_find(a->missing, text) == SIZE_MAX) a->missing = a->missing.n ? str_join(c->a, a->missing, STR("\n"), text) : text;
}

static void answer_add(Ctx *c, Answer *a, Fact fact, const Tally *t)
{
    if (is_idle(fact, t)) return;
    State s = state_of(fact, t);
    a->of[s]++;
    if (s == STATE_NO_PLACE) add_missing(c, a, str_join(c->a, text_in(fact_choices[fact].label, c->lang), c->lang == JA ? STR("：") : STR(": "), missing_of(c, fact, t)));
    else add_missing(c, a, missing_of(c, fact, t));
}

/* What has no place to be recorded cannot be said to be met. */
static State answer_of(const Answer *a)
{
    size_t asked = a->of[STATE_YES] + a->of[STATE_PARTLY] + a->of[STATE_NO];
    if (a->of[STATE_NO] == asked) return STATE_NO;
    return a->of[STATE_YES] == asked && !a->of[STATE_NO_PLACE] ? STATE_YES : STATE_PARTLY;
}

static void plan_rows(Ctx *c, ReportOut *out, ReportTable *t, const Survey *x)
{
    for (size_t i = 0; i < x->plans_n; i++) {
        fact_values(c, report_row(out, t, NULL), PLAN_IN_TIME, &x->plans[i].in_time);
        report_names(t, &x->plans[i].of, 1, 0);
    }
}

/* 1,234,567 */
static Str yen(Arena *a, int64_t n)
{
    if (n < 1000) return str_printf(a, "%lld", (long long)n);
    return str_join(a, yen(a, n / 1000), STR(","), str_printf(a, "%03lld", (long long)(n % 1000)));
}

static Text cost_note(Ctx *c, const Survey *x)
{
    const Tally *t = &x->facts[MEASURES_COSTED];
    if (!t->n) return (Text){0};
    Str low = yen(c->a, x->cost_low), high = yen(c->a, x->cost_high), n = str_printf(c->a, "%lld", (long long)t->n);
    return x->cost_low == x->cost_high ? TEXT_FILL(c->a, "承認された計画の費用の合計は {0} 円です（対策 {1} 件の見積もりから）。", "The approved plans cost {0} yen in all (from {1} measures with an estimate).", low, n)
        : TEXT_FILL(c->a, "承認された計画の費用の合計は {0} 〜 {1} 円です（対策 {2} 件の見積もりから）。", "The approved plans cost {0} to {1} yen in all (from {2} measures with an estimate).", low, high, n);
}

static void item_rows(Ctx *c, ReportOut *out, ReportTable *answers, ReportTable *t, size_t item, const Survey *x)
{
    Answer a = {0};
    for (int f = (int)items[item].first; f < (int)items[item].end; f++) {
        if (f == PLAN_IN_TIME) plan_rows(c, out, t, x); /* a row for each; MEASURES_IN_TIME speaks of all */
        else fact_row(c, out, t, (Fact)f, x), answer_add(c, &a, (Fact)f, &x->facts[f]);
    }
    if (items[item].first == PLANS_APPROVED) t->note = cost_note(c, x);
    Value *v = report_row(out, answers, NULL);
    put_text(&v[0], text_in(items[item].title, c->lang));
    put_text(&v[1], states[answer_of(&a)].code);
    put_text(&v[2], a.missing);
}

/* --- adoption ---------------------------------------------------------------------------------------------------------------- */

enum { STAGES = 3 };
static const Choice stages[STAGES] = {
    {CODE("rules"), TEXT("一 内規で定める", "1 Rules are written"), TEXT("対策の方法や程度を決めるしくみと体制を規定する", "How measures are decided is laid down")},
    {CODE("organisation"), TEXT("二 体制と予算を整える", "2 Organisation and budget are in place"), TEXT("内規に基づいて整備する", "Set up by the rules")},
    {CODE("operation"), TEXT("三 運用を始め、続ける", "3 It is in operation"), TEXT("内規に基づいて運用する", "Run by the rules")},
};
static const struct { size_t stage; Fact fact; } adoption[] = {
    {0, CRITERIA_IN_FORCE}, {0, CRITERIA_TO_REVIEW}, {0, RULES_WRITTEN},
    {1, UNITS_HEADED}, {1, RISKS_OWNED}, {1, PLANS_APPROVED}, {1, MEASURES_OWNED}, {1, MEASURES_COSTED}, {1, FUNDS_AND_PEOPLE},
    {2, RISKS_EVALUATED}, {2, RISKS_WITH_OPTION}, {2, MEASURES_REPORTED}, {2, REVIEWS_IN_TIME},
};
#define STAGE_COLUMN {.name = "stage", .kind = KIND_CHOICE, .label = TEXT("段階", "Stage"), .choices = stages, .choices_n = STAGES}
static const Field stage_columns[] = {
    STAGE_COLUMN,
    STATE_COLUMN,
    {.name = "n", .kind = KIND_INT, .label = TEXT("できている項目", "Met")},
    {.name = "total", .kind = KIND_INT, .label = TEXT("全体", "Of")},
    MISSING_COLUMN,
};
static const Field adoption_columns[] = {
    STAGE_COLUMN,
    FACT_COLUMNS(SERVICES_WITH_RISKS, FACTS),
};

static void stage_rows(ReportOut *out, ReportTable *t, const Answer of[STAGES])
{
    for (size_t i = 0; i < STAGES; i++) {
        Value *v = report_row(out, t, NULL);
        put_text(&v[0], stages[i].code);
        put_text(&v[1], states[answer_of(&of[i])].code);
        put_int(&v[2], (int64_t)of[i].of[STATE_YES]);
        put_int(&v[3], (int64_t)(of[i].of[STATE_YES] + of[i].of[STATE_PARTLY] + of[i].of[STATE_NO] + of[i].of[STATE_NO_PLACE]));
        put_text(&v[4], of[i].missing);
    }
}

static void adoption_tables(Ctx *c, ReportOut *out, const Survey *x)
{
    Text note = text_of("手引書の三つの段階を、記録から求めたもの。", "The three stages of the handbook, computed from records.");
    ReportTable *sum = report_table(out, "stages", text_of("導入の段階", "Stages of adoption"), note, stage_columns, COUNT(stage_columns));
    ReportTable *t = report_table(out, "adoption", text_of("導入の段階の根拠", "What the stages rest on"), (Text){0}, adoption_columns, COUNT(adoption_columns));
    Answer answers[STAGES] = {0};
    for (size_t i = 0; i < COUNT(adoption); i++) {
        Fact fact = adoption[i].fact;
        Value *v = report_row(out, t, NULL);
        put_text(&v[0], stages[adoption[i].stage].code);
        fact_values(c, v + 1, fact, &x->facts[fact]);
        if (fact_rows[fact].at) report_at(t, fact_rows[fact].at);
        answer_add(c, &answers[adoption[i].stage], fact, &x->facts[fact]);
    }
    stage_rows(out, sum, answers);
}

/* --- the report -------------------------------------------------------------------------------------------------------------- */

static void rank_named(Survey *x)
{
    Named *rests = &x->facts[RISKS_RANKED].rests;
    rests->n = x->top_n;
    for (size_t i = 0; i < x->top_n; i++)
        rests->list[i] = x->top[i].of;
}

Err board_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    Survey *x = arena_new(c->a, Survey);
    ReportTable *of_item[ITEMS];
    TRY(waiting_table(c, out));
    Text note = text_of("経営層に求められる五項目に、この組織の記録から答えたもの。記録のないことは、できているとは答えません。", "The five items that management has to see to, answered from the records. What is not recorded is not said to be met.");
    ReportTable *answers = report_table(out, "answers", text_of("五つの問いへの答え", "Five questions answered"), note, answer_columns, COUNT(answer_columns));
    TRY(threatened_table(c, out));
    x->outside = retained_table(out);
    for (size_t i = 0; i < ITEMS; i++)
        of_item[i] = report_table(out, items[i].name, items[i].title, (Text){0}, items[i].columns, FACT_COLUMNS_N);
    TRY(survey_read(c, x, out));
    rank_named(x);
    for (size_t i = 0; i < ITEMS; i++)
        item_rows(c, out, answers, of_item[i], i, x);
    adoption_tables(c, out, x);
    if (!x->all) answers->note = text_of("リスクが多いため、先頭の 100,000 件だけを見ています。", "There are many risks: only the first 100,000 were looked at.");
    return ERR_NONE;
}
