/* survey.c -- each register is read once, page by page; every record counts for the facts that speak of it. */
#include "risk/survey.h"

#include <stdlib.h>

const Choice fact_choices[FACTS] = {
    [SERVICES_WITH_RISKS] = {CODE("services_with_risks"), TEXT("リスクを特定したサービス", "Services with identified risks"), TEXT("", "")},
    [RISKS_WITH_SOURCE] = {CODE("risks_with_source"), TEXT("リスク源か特定のしかたを書いたリスク", "Risks with a source or how they were found"), TEXT("", "")},
    [ISSUES_DECIDED] = {CODE("issues_decided"), TEXT("扱いを決めた課題", "Issues decided on"), TEXT("", "")},
    [SIGNS_DECIDED] = {CODE("signs_decided"), TEXT("扱いを決めた変化の兆し", "Signs of change decided on"), TEXT("", "")},
    [CRITERIA_IN_FORCE] = {CODE("criteria_in_force"), TEXT("承認された有効な判定基準", "Approved criteria in force"), TEXT("", "")},
    [CRITERIA_TO_REVIEW] = {CODE("criteria_to_review"), TEXT("判定基準の見直し日", "A review date of the criteria"), TEXT("", "")},
    [RISKS_ANALYSED] = {CODE("risks_analysed"), TEXT("影響と起こりやすさを分析したリスク", "Risks analysed for impact and likelihood"), TEXT("", "")},
    [RISKS_EVALUATED] = {CODE("risks_evaluated"), TEXT("基準か判断で評価したリスク", "Risks evaluated by criteria or judgement"), TEXT("", "")},
    [RISKS_RANKED] = {CODE("risks_ranked"), TEXT("優先順位の付いたリスク", "Risks in order of priority"), TEXT("", "")},
    [RISKS_WITH_OPTION] = {CODE("risks_with_option"), TEXT("対応が必要なうち、選択肢を決めたリスク", "Risks to be treated whose option is chosen"), TEXT("", "")},
    [KEPT_WITHIN] = {CODE("kept_within"), TEXT("受け入れたうち、基準の範囲内のリスク", "Accepted risks that the criteria accept"), TEXT("", "")},
    [PLANS_APPROVED] = {CODE("plans_approved"), TEXT("承認された計画", "Approved plans"), TEXT("", "")},
    [PLAN_IN_TIME] = {CODE("plan_in_time"), TEXT("期限を過ぎていない対策（計画ごと）", "Measures not overdue (by plan)"), TEXT("", "")},
    [RISKS_PLANNED] = {CODE("risks_planned"), TEXT("対応が必要なうち、承認された計画にあるリスク", "Risks to be treated that an approved plan holds"), TEXT("", "")},
    [MEASURES_COSTED] = {CODE("measures_costed"), TEXT("費用を見積もった対策", "Measures with a cost"), TEXT("", "")},
    [MEASURES_OWNED] = {CODE("measures_owned"), TEXT("担当部署を決めた対策", "Measures with an owner"), TEXT("", "")},
    [RISKS_OWNED] = {CODE("risks_owned"), TEXT("リスク所有部署を決めたリスク", "Risks with an owner"), TEXT("", "")},
    [UNITS_HEADED] = {CODE("units_headed"), TEXT("責任者の役職を決めた部署", "Units with a head"), TEXT("", "")},
    [FUNDS_AND_PEOPLE] = {CODE("funds_and_people"), TEXT("予算の措置、要員の確保と育成", "Funds granted, staff and their training"), TEXT("", "")},
    [MEASURES_REPORTED] = {CODE("measures_reported"), TEXT("進み具合の報告がある対策", "Measures with reported progress"), TEXT("", "")},
    [MEASURES_IN_TIME] = {CODE("measures_in_time"), TEXT("期限を過ぎていない対策", "Measures not overdue"), TEXT("", "")},
    [CONTROLS_CHECKED] = {CODE("controls_checked"), TEXT("効き目を確かめた現在の対策", "Existing controls that were checked"), TEXT("", "")},
    [RISKS_DATED] = {CODE("risks_dated"), TEXT("見直し日のあるリスク", "Risks with a review date"), TEXT("", "")},
    [REVIEWS_IN_TIME] = {CODE("reviews_in_time"), TEXT("期日を過ぎていない見直し", "Reviews not overdue"), TEXT("", "")},
    [RETURNS_FINISHED] = {CODE("returns_finished"), TEXT("やり直しが残っていないリスク", "Risks with no open return"), TEXT("", "")},
    [AUDIT_ISSUES_DECIDED] = {CODE("audit_issues_decided"), TEXT("監査からの課題のうち、扱いを決めたもの", "Issues from audits decided on"), TEXT("", "")},
    [SYSTEMS_WATCHED] = {CODE("systems_watched"), TEXT("システムの稼働状況と事案", "How systems run, and incidents"), TEXT("", "")},
    [EXERCISES_HELD] = {CODE("exercises_held"), TEXT("演習・訓練の計画と実施", "Exercises planned and held"), TEXT("", "")},
    [EXERCISE_ISSUES_DECIDED] = {CODE("exercise_issues_decided"), TEXT("演習・訓練からの課題のうち、扱いを決めたもの", "Issues from exercises decided on"), TEXT("", "")},
    [EXERCISE_MEETINGS] = {CODE("exercise_meetings"), TEXT("演習・訓練を議題にした会議（過去十二か月）", "Meetings on exercises or drills (last twelve months)"), TEXT("", "")},
    [CONSULTED] = {CODE("consulted"), TEXT("関係者との相談・連絡（過去十二か月）", "Consultations (last twelve months)"), TEXT("", "")},
    [CONTACTS_KNOWN] = {CODE("contacts_known"), TEXT("連絡窓口", "Contacts"), TEXT("", "")},
    [RULES_WRITTEN] = {CODE("rules_written"), TEXT("内規・規程の本文", "The text of the rules"), TEXT("", "")},
};

#define NO_RISKS .none = TEXT("リスクの記録がない", "No risk is recorded")
#define NO_MEASURES .none = TEXT("承認された計画に対策がない", "No approved plan has measures")
const FactRow fact_rows[FACTS] = {
    [SERVICES_WITH_RISKS] = {.lacks = TEXT("リスクのないサービス", "Services without a risk"), .none = TEXT("サービスの記録がない", "No service is recorded"), .at = "risks/reports/coverage"},
    [RISKS_WITH_SOURCE] = {.lacks = TEXT("リスク源も特定のしかたもないリスク", "Risks without source or how they were found"), NO_RISKS, .at = "risks"},
    [ISSUES_DECIDED] = {.lacks = TEXT("検討中の課題", "Issues still open"), .none = TEXT("課題の記録がない", "No issue is recorded"), .at = "issues"},
    [SIGNS_DECIDED] = {.lacks = TEXT("検討中の変化の兆し", "Signs still open"), .none = TEXT("変化の兆しの記録がない", "No sign of change is recorded"), .at = "triggers"},
    [CRITERIA_IN_FORCE] = {.none = TEXT("有効な判定基準がない", "No criteria in force"), .at = "criteria-sets"},
    [CRITERIA_TO_REVIEW] = {.lacks = TEXT("見直し日がないか過ぎた判定基準", "Criteria whose review date is missing or past"), .none = TEXT("有効な判定基準がない", "No criteria in force"), .at = "criteria-sets"},
    [RISKS_ANALYSED] = {.lacks = TEXT("分析が済んでいないリスク", "Risks not analysed"), NO_RISKS, .at = "risks"},
    [RISKS_EVALUATED] = {.lacks = TEXT("評価も判断もないリスク", "Risks neither evaluated nor judged"), NO_RISKS, .at = "risks"},
    [RISKS_RANKED] = {.lacks = TEXT("順位を決める材料のないリスク", "Risks with nothing to rank them by"), NO_RISKS, .at = "risks/reports/priority"},
    [RISKS_WITH_OPTION] = {.lacks = TEXT("選択肢の決まっていないリスク", "Risks without an option"), .at = "risks"},
    [KEPT_WITHIN] = {.lacks = TEXT("受け入れたが基準の範囲外のリスク", "Accepted risks outside acceptance"), .at = "risks/reports/retained"},
    [PLANS_APPROVED] = {.lacks = TEXT("承認されていない計画", "Plans not approved"), .none = TEXT("計画の記録がない", "No plan is recorded"), .at = "plans"},
    [PLAN_IN_TIME] = {.lacks = TEXT("期限を過ぎた対策", "Measures overdue")},
    [RISKS_PLANNED] = {.lacks = TEXT("計画にないリスク", "Risks in no approved plan"), .at = "plans"},
    [MEASURES_COSTED] = {.lacks = TEXT("費用のない対策", "Measures without a cost"), NO_MEASURES, .at = "plans"},
    [MEASURES_OWNED] = {.lacks = TEXT("担当部署のない対策", "Measures without an owner"), NO_MEASURES, .at = "plans"},
    [RISKS_OWNED] = {.lacks = TEXT("所有部署のないリスク", "Risks without an owner"), NO_RISKS, .at = "risks?owner.none=1"},
    [UNITS_HEADED] = {.lacks = TEXT("責任者のない部署", "Units without a head"), .none = TEXT("部署の記録がない", "No unit is recorded"), .at = "units"},
    [FUNDS_AND_PEOPLE] = {.no_place = true},
    [MEASURES_REPORTED] = {.lacks = TEXT("報告のない対策", "Measures without a report"), NO_MEASURES, .at = "plans/reports/drift"},
    [MEASURES_IN_TIME] = {.lacks = TEXT("期限を過ぎた対策", "Measures overdue"), NO_MEASURES, .at = "plans/reports/drift"},
    [CONTROLS_CHECKED] = {.lacks = TEXT("効き目を確かめていない対策", "Controls not checked"), .none = TEXT("対策ごとの効き目の記録がない", "No effect of a single control is recorded"), .at = "risks"},
    [RISKS_DATED] = {.lacks = TEXT("見直し日のないリスク", "Risks without a review date"), NO_RISKS, .at = "risks?review_on.none=1"},
    [REVIEWS_IN_TIME] = {.lacks = TEXT("期日を過ぎた見直し", "Reviews overdue"), .none = TEXT("見直し日の記録がない", "No review date is recorded"), .at = "risks/reports/calendar"},
    [RETURNS_FINISHED] = {.lacks = TEXT("やり直しの途中のリスク", "Risks sent back and not finished"), NO_RISKS, .at = "risks"},
    [AUDIT_ISSUES_DECIDED] = {.lacks = TEXT("検討中の監査の課題", "Audit issues still open"), .none = TEXT("監査からの課題の記録がない", "No issue from an audit is recorded"), .at = "issues?origin=audit"},
    [SYSTEMS_WATCHED] = {.no_place = true},
    [EXERCISES_HELD] = {.no_place = true},
    [EXERCISE_ISSUES_DECIDED] = {.lacks = TEXT("検討中の演習・訓練の課題", "Exercise issues still open"), .none = TEXT("演習・訓練からの課題の記録がない", "No issue from an exercise is recorded"), .at = "issues?origin=exercise"},
    [EXERCISE_MEETINGS] = {.none = TEXT("演習・訓練を議題にした会議の記録がない", "No meeting on exercises is recorded"), .at = "meetings"},
    [CONSULTED] = {.none = TEXT("相談・連絡の記録がない", "No consultation is recorded"), .at = "consultations"},
    [CONTACTS_KNOWN] = {.none = TEXT("連絡窓口の記録がない", "No contact is recorded"), .at = "contacts"},
    [RULES_WRITTEN] = {.no_place = true},
};

/* --- counting -------------------------------------------------------------------------------------------------------------- */

/* Rows of one record come one after the other: it is named once. */
static void name_it(Arena *a, Named *x, size_t max, const Record *r)
{
    if (x->records && id_eq(x->latest, r->id)) return;
    x->records++, x->latest = r->id;
    if (x->n < max) x->list[x->n++] = record_name(a, r);
}

static void count(Survey *x, Fact fact, const Record *r, bool fulfils)
{
    Tally *t = &x->facts[fact];
    t->of++, t->n += fulfils;
    if (fulfils) name_it(x->a, &t->rests, RESTS_MAX, r);
    else name_it(x->a, &t->lacking, LACKING_MAX, r);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(&((const Mark *)a)->id, &((const Mark *)b)->id, sizeof(Id));
}

static void mark(Arena *a, Marks *x, Id id, int64_t number)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    x->list[x->n++] = (Mark){id, number, false};
}

static void marks_done(Marks *x)
{
    if (x->n) qsort(x->list, x->n, sizeof *x->list, by_id);
}

static Mark *mark_of(const Marks *x, Id id)
{
    Mark key = {.id = id};
    return x->n ? bsearch(&key, x->list, x->n, sizeof key, by_id) : NULL;
}

static bool given(const Record *r, const char *name)
{
    return value_of(r, name)->state != VALUE_NONE;
}

static void count_review(Survey *x, const Record *r)
{
    const Value *on = value_of(r, "review_on");
    if (on->state == VALUE_KNOWN) count(x, REVIEWS_IN_TIME, r, on->i >= x->today);
}

/* --- plans: before the risks, which ask what is planned --------------------------------------------------------------------- */

static PlanState *new_plan(Survey *x, const Record *plan)
{
    if (x->plans_n == x->plans_room) {
        size_t more = 2 * x->plans_room + 16;
        x->plans = arena_grow(x->a, x->plans, x->plans_room * sizeof *x->plans, more * sizeof *x->plans);
        x->plans_room = more;
    }
    x->plans[x->plans_n] = (PlanState){.of = record_name(x->a, plan)};
    return &x->plans[x->plans_n++];
}

static void add_cost(Survey *x, const Value *cost)
{
    if (cost->state == VALUE_KNOWN) x->cost_low += cost->i, x->cost_high += cost->i;
    if (cost->state == VALUE_RANGE) x->cost_low += cost->i, x->cost_high += cost->hi;
}

typedef struct MeasureState { bool open, late, costed, owned, reported; } MeasureState;

static void see_measure(const Survey *x, const Record *plan, size_t i, MeasureState *out)
{
    const Value *due = item_of(plan, "measures", i, "due"), *cost = item_of(plan, "measures", i, "cost");
    bool open = item_of(plan, "measures", i, "done_on")->state != VALUE_KNOWN;
    out->open |= open, out->late |= open && due->state == VALUE_KNOWN && due->i < x->today;
    out->costed |= cost->state == VALUE_KNOWN || cost->state == VALUE_RANGE;
    out->owned |= item_of(plan, "measures", i, "owner")->state == VALUE_KNOWN;
    out->reported |= item_of(plan, "measures", i, "progress")->state == VALUE_KNOWN;
}

static void count_measure(Survey *x, const Record *plan, const MeasureState *s)
{
    count(x, MEASURES_COSTED, plan, s->costed);
    count(x, MEASURES_OWNED, plan, s->owned);
    count(x, MEASURES_REPORTED, plan, s->reported);
    count(x, MEASURES_IN_TIME, plan, !s->late);
}

/* A measure that serves several risks counts once; it is late, or not done, when any of its rows is. */
static void count_measures(Ctx *c, Survey *x, const Record *plan)
{
    Tally in_time = {0};
    Measures m;
    bool open = false;
    plan_measures(c, plan, &m);
    MeasureState *states = arena_array(c->a, MeasureState, m.n + 1);
    for (size_t i = 0; i < m.n; i++) {
        mark(x->a, &x->planned, item_of(plan, "measures", i, "risk")->ref, 0);
        see_measure(x, plan, i, &states[m.of[i]]);
    }
    for (size_t i = 0; i < m.n; i++) {
        if (m.of[i] != i) continue;
        count_measure(x, plan, &states[i]);
        in_time.of++, in_time.n += !states[i].late;
        open = open || states[i].open;
    }
    add_cost(x, value_of(plan, "total_cost"));
    if (open) new_plan(x, plan)->in_time = in_time;
}

static Err plan_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++) {
        bool approved = state_is(list[i], "approved");
        count(x, PLANS_APPROVED, list[i], approved);
        count_review(x, list[i]);
        if (!approved) continue;
        count_measures(c, x, list[i]);
        for (size_t k = 0; k < value_of(list[i], "accepted")->n; k++)
            mark(x->a, &x->planned, item_of(list[i], "accepted", k, "risk")->ref, 0);
    }
    return ERR_NONE;
}

/* --- risks ------------------------------------------------------------------------------------------------------------------ */

static void see_services(Survey *x, const Record *risk)
{
    const Value *v = value_of(risk, "services");
    for (size_t i = 0; i < v->n; i++) {
        Mark *at = mark_of(&x->services, v->refs[i]);
        if (at) at->seen = true;
    }
}

static void count_controls(Survey *x, const Record *risk)
{
    for (size_t i = 0; i < value_of(risk, "controls")->n; i++) {
        const Value *works = item_of(risk, "controls", i, "works");
        count(x, CONTROLS_CHECKED, risk, works->state == VALUE_KNOWN && !choice_is(works, "untested"));
    }
}

/* By judgement or by the criteria; what was accepted against them is listed elsewhere. */
static bool needs_treatment(const Record *r)
{
    return choice_is(value_of(r, "judgement"), "treat") || (choice_is(value_of(r, "verdict"), "treat") && !choice_is(value_of(r, "judgement"), "accept"));
}

static void rank(Survey *x, const Record *r)
{
    int64_t value = value_of(r, "priority")->i;
    size_t at = x->top_n;
    while (at > 0 && x->top[at - 1].value < value) at--;
    if (at == RESTS_MAX) return;
    size_t kept = x->top_n < RESTS_MAX ? x->top_n : RESTS_MAX - 1;
    memmove(&x->top[at + 1], &x->top[at], (kept - at) * sizeof *x->top);
    x->top[at].value = value, x->top[at].of = record_name(x->a, r);
    x->top_n = kept + 1;
}

static void count_risk(Survey *x, const Record *r)
{
    bool ranked = value_of(r, "priority")->i > 0;
    count(x, RISKS_WITH_SOURCE, r, given(r, "cause") || given(r, "found_from"));
    count(x, RISKS_ANALYSED, r, given(r, "impact") && given(r, "likelihood"));
    count(x, RISKS_EVALUATED, r, choice_is(value_of(r, "verdict"), "treat") || choice_is(value_of(r, "verdict"), "accept") || given(r, "judgement"));
    count(x, RISKS_RANKED, r, ranked);
    if (ranked) rank(x, r);
    if (needs_treatment(r)) count(x, RISKS_WITH_OPTION, r, given(r, "option"));
    if (needs_treatment(r) && !choice_is(value_of(r, "option"), "retain")) count(x, RISKS_PLANNED, r, mark_of(&x->planned, r->id) != NULL);
    if (risk_is_kept(r) && x->criteria) count(x, KEPT_WITHIN, r, choice_is(value_of(r, "verdict"), "accept"));
    count(x, RISKS_OWNED, r, given(r, "owner"));
    count(x, RISKS_DATED, r, given(r, "review_on"));
    count(x, RETURNS_FINISHED, r, !given(r, "reopened_at"));
    count_controls(x, r);
    count_review(x, r);
    see_services(x, r);
}

static Err risk_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++)
        if (!state_is(list[i], "closed")) count_risk(x, list[i]);
    if (x->outside) retained_rows(c, list, n, e->out, x->outside);
    return ERR_NONE;
}

/* --- the other registers ---------------------------------------------------------------------------------------------------- */

static Err issue_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++) {
        bool decided = !state_is(list[i], "open");
        count(x, ISSUES_DECIDED, list[i], decided);
        if (choice_is(value_of(list[i], "origin"), "audit")) count(x, AUDIT_ISSUES_DECIDED, list[i], decided);
        if (choice_is(value_of(list[i], "origin"), "exercise")) count(x, EXERCISE_ISSUES_DECIDED, list[i], decided);
        if (!state_is(list[i], "closed")) count_review(x, list[i]);
    }
    return ERR_NONE;
}

static Err sign_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        count(e->state, SIGNS_DECIDED, list[i], !state_is(list[i], "open"));
    return ERR_NONE;
}

static Err criteria_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++)
        if (!criteria_past(list[i], x->criteria)) count_review(x, list[i]);
    return ERR_NONE;
}

static Err unit_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        count(e->state, UNITS_HEADED, list[i], given(list[i], "head"));
    return ERR_NONE;
}

static Err contact_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        count(e->state, CONTACTS_KNOWN, list[i], true);
    return ERR_NONE;
}

static Err service_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++)
        mark(x->a, &x->services, list[i]->id, list[i]->number);
    return ERR_NONE;
}

/* In the twelve months up to today. */
static bool recent(const Survey *x, const Record *r)
{
    const Value *on = value_of(r, "held_on");
    return on->state == VALUE_KNOWN && on->i >= day_add_months(x->today, -12) && on->i <= x->today;
}

static bool says(Arena *a, const Record *r, const char *field, const char *word)
{
    return str_find(str_fold(a, value_of(r, field)->text), str_of(word)) != SIZE_MAX;
}

static bool on_exercises(Arena *a, const Record *r)
{
    static const char *const words[] = {"演習", "訓練", "exercise", "drill"}, *const fields[] = {"name", "subject"};
    for (size_t i = 0; i < COUNT(words); i++)
        for (size_t k = 0; k < COUNT(fields); k++)
            if (says(a, r, fields[k], words[i])) return true;
    return false;
}

static Err meeting_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Survey *x = e->state;
    for (size_t i = 0; i < n; i++)
        if (recent(x, list[i]) && on_exercises(c->a, list[i])) count(x, EXERCISE_MEETINGS, list[i], true);
    return ERR_NONE;
}

static Err consultation_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        if (recent(e->state, list[i])) count(e->state, CONSULTED, list[i], true);
    return ERR_NONE;
}

static void count_criteria(Survey *x)
{
    if (!x->criteria) return;
    const Value *review = value_of(x->criteria->record, "review_on");
    count(x, CRITERIA_IN_FORCE, x->criteria->record, true);
    count(x, CRITERIA_TO_REVIEW, x->criteria->record, review->state == VALUE_KNOWN && review->i >= x->today);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = ((const Referrer *)a)->number, y = ((const Referrer *)b)->number;
    return (x > y) - (x < y);
}

/* The lowest numbers of those that no risk names, in order. */
static size_t lowest(const Marks *x, Mark out[LACKING_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        if (x->list[i].seen) continue;
        size_t at = n < LACKING_MAX ? n++ : LACKING_MAX;
        for (; at > 0 && out[at - 1].number > x->list[i].number; at--)
            if (at < LACKING_MAX) out[at] = out[at - 1];
        if (at < LACKING_MAX) out[at] = x->list[i];
    }
    return n;
}

/* Only those without a risk are named, so only they are asked for by name. */
static Err count_services(Ctx *c, Survey *x)
{
    Tally *t = &x->facts[SERVICES_WITH_RISKS];
    Mark first[LACKING_MAX];
    Id ids[LACKING_MAX];
    size_t n = lowest(&x->services, first);
    for (size_t i = 0; i < x->services.n; i++)
        t->of++, t->n += x->services.list[i].seen;
    for (size_t i = 0; i < n; i++)
        ids[i] = first[i].id;
    t->lacking.records = t->of - t->n;
    TRY(record_titles(c->db, x->a, &service_resource, c->who->org.row, ids, n, t->lacking.list, &t->lacking.n));
    qsort(t->lacking.list, t->lacking.n, sizeof *t->lacking.list, by_number);
    return ERR_NONE;
}

static Err read_others(Ctx *c, Survey *x)
{
    static const struct { const Resource *res; Err (*page)(Ctx *c, Record *const *list, size_t n, Each *e); } registers[] = {
        {&issue_resource, issue_page}, {&trigger_resource, sign_page}, {&criteria_resource, criteria_page}, {&unit_resource, unit_page},
        {&contact_resource, contact_page}, {&meeting_resource, meeting_page}, {&consultation_resource, consultation_page},
    };
    for (size_t i = 0; i < COUNT(registers); i++)
        TRY(read_each(c, registers[i].res, &(ListQuery){.sort = -1}, &(Each){.page = registers[i].page, .state = x}));
    return ERR_NONE;
}

Err survey_read(Ctx *c, Survey *x, ReportOut *out)
{
    Each risks = {.page = risk_page, .state = x, .out = out};
    x->a = c->a, x->today = day_in_japan(c->now);
    TRY(criteria_now(c, &x->criteria));
    count_criteria(x);
    TRY(read_each(c, &service_resource, &(ListQuery){.sort = -1}, &(Each){.page = service_page, .state = x}));
    marks_done(&x->services);
    TRY(read_each(c, &plan_resource, &(ListQuery){.sort = -1}, &(Each){.page = plan_page, .state = x}));
    marks_done(&x->planned);
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &risks));
    x->all = risks.all;
    TRY(count_services(c, x));
    return read_others(c, x);
}
