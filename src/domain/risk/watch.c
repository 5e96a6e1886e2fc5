/* watch.c -- reports that show what was not thought of yet, and what must be looked at again, and when. */
#include "risk/parts.h"

#include <stdlib.h>

/* --- coverage -------------------------------------------------------------------------------------------------------------- */

const Field coverage_params[COVERAGE_PARAMS] = {
    {.name = "gaps", .kind = KIND_BOOL, .label = TEXT("抜けだけ", "Only gaps"), .help = TEXT("抜けのある行だけを出す", "Only rows with a gap")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("部署", "Owner"), .help = TEXT("この部署のものだけを出す", "Only those of this unit"), .target = "unit"},
};
typedef enum { FROM_CAUSE, FROM_EFFECT, LOSS_LEAK, LOSS_ERROR, LOSS_STOP, COUNTED } Counted;
static const Text counted_labels[COUNTED] = {TEXT("原因から", "From the cause"), TEXT("影響から", "From the effect"), TEXT("機密性", "Confidentiality"),
    TEXT("完全性", "Integrity"), TEXT("可用性", "Availability")};
static const char *const counted_values[COUNTED] = {NULL, NULL, "confidentiality", "integrity", "availability"};
#define COVERAGE_COLUMNS \
    {.name = "risks", .kind = KIND_INT, .label = TEXT("リスク", "Risks")}, \
    {.name = "cause", .kind = KIND_INT, .label = TEXT("原因から", "From the cause")}, \
    {.name = "effect", .kind = KIND_INT, .label = TEXT("影響から", "From the effect")}, \
    {.name = "leak", .kind = KIND_INT, .label = TEXT("機密性の損害", "Loss of confidentiality")}, \
    {.name = "error", .kind = KIND_INT, .label = TEXT("完全性の損害", "Loss of integrity")}, \
    {.name = "stop", .kind = KIND_INT, .label = TEXT("可用性の損害", "Loss of availability")}, \
    {.name = "gaps", .kind = KIND_TEXT, .label = TEXT("まだないもの", "None yet")}, \
    {.name = "owner", .kind = KIND_REF, .label = TEXT("部署", "Owner"), .target = "unit"}
static const Field asset_columns[] = {COVERAGE_COLUMNS};
static const Field service_columns[] = {COVERAGE_COLUMNS, {.name = "level", .kind = KIND_LONG, .label = TEXT("サービス維持レベル", "Service level")}};

/* What is kept of an asset or a service when its page is gone. */
typedef struct Covered { Referrer of; Value owner; Str level; bool valued[COUNTED]; int64_t risks, n[COUNTED]; } Covered;

static int by_id(const void *a, const void *b)
{
    return memcmp(&((const Covered *)a)->of.id, &((const Covered *)b)->of.id, sizeof(Id));
}

static int by_number(const void *a, const void *b)
{
    int64_t x = ((const Covered *)a)->of.number, y = ((const Covered *)b)->of.number;
    return (x > y) - (x < y);
}

static bool is_true(const Record *r, const char *name)
{
    const Value *v = value_of(r, name);
    return v->state == VALUE_KNOWN && v->i;
}

static void count_risk(Covered *x, const Record *r)
{
    x->risks++;
    x->n[FROM_CAUSE] += choice_is(value_of(r, "found_from"), "cause");
    x->n[FROM_EFFECT] += choice_is(value_of(r, "found_from"), "effect");
    x->n[LOSS_LEAK] += is_true(r, "leak"), x->n[LOSS_ERROR] += is_true(r, "error"), x->n[LOSS_STOP] += is_true(r, "stop");
}

typedef struct Cover { Arena *a; Covered *list; size_t n, room; bool all; } Cover;
typedef struct Things { Cover assets, services; } Things;

static void count_risk_at(const Cover *x, const Record *risk, const char *refs)
{
    const Value *v = value_of(risk, refs);
    for (size_t k = 0; k < v->n; k++) {
        Covered key = {.of = {.id = v->refs[k]}}, *at = x->n ? bsearch(&key, x->list, x->n, sizeof key, by_id) : NULL;
        if (at) count_risk(at, risk);
    }
}

static Err cover_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    const Things *x = e->state;
    for (size_t i = 0; i < n; i++) {
        if (state_is(list[i], "closed")) continue;
        count_risk_at(&x->assets, list[i], "assets");
        count_risk_at(&x->services, list[i], "services");
    }
    return ERR_NONE;
}

/* An asset lacks the losses against which it has a value; a service must not stop. */
static bool lacks(const Covered *x, Counted what)
{
    if (x->n[what]) return false;
    if (what == FROM_CAUSE || what == FROM_EFFECT) return true;
    return x->valued[what];
}

static Str gaps_of(Ctx *c, const Covered *x)
{
    Str out = {0};
    for (int i = 0; i < COUNTED; i++) {
        if (!lacks(x, (Counted)i)) continue;
        Str word = text_in(counted_labels[i], c->lang);
        out = out.n ? str_printf(c->a, c->lang == JA ? "%.*s、%.*s" : "%.*s, %.*s", STR_ARG(out), STR_ARG(word)) : word;
    }
    return out;
}

static bool wanted(const Covered *x, const Value *params, Str gaps)
{
    if (params[0].state == VALUE_KNOWN && params[0].i && !gaps.n) return false;
    return params[1].state != VALUE_KNOWN || (x->owner.state == VALUE_KNOWN && id_eq(x->owner.ref, params[1].ref));
}

static void coverage_row(ReportOut *out, ReportTable *t, const Covered *x, Str gaps)
{
    Value *v = report_row_of(out, t, &x->of);
    put_int(&v[0], x->risks);
    for (int i = 0; i < COUNTED; i++)
        put_int(&v[1 + i], x->n[i]);
    put_text(&v[1 + COUNTED], gaps);
    v[2 + COUNTED] = x->owner;
    if (t->columns == service_columns) put_text(&v[3 + COUNTED], x->level);
}

static Covered *thing_add(Cover *x)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(x->a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    return &x->list[x->n++];
}

static Err things_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Cover *x = e->state;
    for (size_t i = 0; i < n; i++) {
        Covered *one = thing_add(x);
        *one = (Covered){.of = record_name(x->a, list[i]), .owner = *value_of(list[i], "owner")};
        bool asset = list[i]->res == &asset_resource;
        if (!asset) one->level = str_copy(x->a, value_of(list[i], "level")->text);
        for (int k = LOSS_LEAK; k < COUNTED; k++)
            one->valued[k] = asset ? value_of(list[i], counted_values[k])->state != VALUE_NONE : k == LOSS_STOP;
    }
    return ERR_NONE;
}

static Err things_of(Ctx *c, const Resource *res, Cover *out)
{
    Each e = {.page = things_page, .state = out};
    *out = (Cover){.a = c->a};
    TRY(read_each(c, res, &(ListQuery){.sort = -1}, &e));
    out->all = e.all;
    if (out->n) qsort(out->list, out->n, sizeof *out->list, by_id);
    return ERR_NONE;
}

/* Without any risk first, then with gaps, then the rest. */
static void rows_of(Ctx *c, Cover *x, const Value *params, ReportOut *out, ReportTable *t)
{
    if (x->n) qsort(x->list, x->n, sizeof *x->list, by_number);
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < x->n; i++) {
            Str gaps = gaps_of(c, &x->list[i]);
            if ((!x->list[i].risks ? 0 : gaps.n ? 1 : 2) == turn && wanted(&x->list[i], params, gaps)) coverage_row(out, t, &x->list[i], gaps);
        }
}

Err coverage_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    Things x;
    TRY(things_of(c, &asset_resource, &x.assets));
    TRY(things_of(c, &service_resource, &x.services));
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &(Each){.page = cover_page, .state = &x}));
    Text note = text_of("終了したリスクは数えません。損害は、資産に機密性・完全性・可用性の値があるときだけ抜けとします。", "Closed risks do not count. A loss is a gap only where the asset has that value.");
    if (!x.assets.all) note = text_of("資産が多いため、先頭の 100,000 件だけを見ています。", "There are many assets: only the first 100,000 were looked at.");
    rows_of(c, &x.assets, params, out, report_table(out, "assets", text_of("資産", "Assets"), note, asset_columns, COUNT(asset_columns)));
    rows_of(c, &x.services, params, out, report_table(out, "services", text_of("サービス", "Services"), (Text){0}, service_columns, COUNT(service_columns)));
    return ERR_NONE;
}

/* --- calendar -------------------------------------------------------------------------------------------------------------- */

static const Field calendar_columns[] = {
    {.name = "on", .kind = KIND_DATE, .label = TEXT("日付", "Day")},
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("すること", "What is due")},
};

static void dated(Dates *x, Day on, const Record *of, Text what)
{
    if (on > x->until) return;
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(x->a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    x->list[x->n] = (Dated){on, x->n, record_name(x->a, of), what};
    x->n++;
}

static int by_day(const void *a, const void *b)
{
    const Dated *x = a, *y = b;
    return x->on != y->on ? (x->on > y->on) - (x->on < y->on) : (x->order > y->order) - (x->order < y->order);
}

static Err review_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Dates *x = e->state;
    for (size_t i = 0; i < n; i++) {
        const Value *on = value_of(list[i], "review_on");
        if (state_is(list[i], "closed") || (list[i]->res == &criteria_resource && criteria_past(list[i], x->criteria))) continue;
        if (on->state == VALUE_KNOWN) dated(x, (Day)on->i, list[i], text_of("見直し", "Review"));
    }
    return ERR_NONE;
}

static Err acceptance_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Dates *x = e->state;
    for (size_t i = 0; i < n; i++) {
        Day on = risk_accepted_until(list[i], x->criteria);
        if (on == DAY_NONE || state_is(list[i], "closed")) continue;
        dated(x, on, list[i], text_of("受容の期限（判定基準）", "Acceptance ends (criteria)"));
    }
    return ERR_NONE;
}

static Err ends_by_criteria(Ctx *c, Dates *x)
{
    if (!x->criteria) return ERR_NONE;
    ListQuery q = risks_accepted();
    return read_each(c, &risk_resource, &q, &(Each){.page = acceptance_page, .state = x});
}

static bool is_open(const Record *plan, size_t measure)
{
    return item_of(plan, "measures", measure, "due")->state == VALUE_KNOWN && item_of(plan, "measures", measure, "done_on")->state != VALUE_KNOWN;
}

/* What several risks share is due once, unless its rows name other days. */
static void measures_due(Ctx *c, Dates *x, const Record *plan)
{
    Measures m;
    plan_measures(c, plan, &m);
    for (size_t i = 0; i < m.n; i++) {
        const Value *due = item_of(plan, "measures", i, "due"), *title = item_of(plan, "measures", i, "title");
        bool told = m.of[i] != i && is_open(plan, m.of[i]) && item_of(plan, "measures", m.of[i], "due")->i == due->i;
        if (!is_open(plan, i) || told) continue;
        dated(x, (Day)due->i, plan, TEXT_FILL(x->a, "対策の期限：{0}", "Measure due: {0}", title->text));
    }
}

static Err plan_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Dates *x = e->state;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < value_of(list[i], "accepted")->n; k++) {
            const Value *until = item_of(list[i], "accepted", k, "until");
            if (until->state == VALUE_KNOWN) dated(x, (Day)until->i, list[i], text_of("残留リスクの受容の期限（計画）", "Acceptance of a residual risk ends (plan)"));
        }
        if (x->measures) measures_due(c, x, list[i]);
    }
    return ERR_NONE;
}

Err dates_read(Ctx *c, Dates *x)
{
    static const Resource *const reviewed[] = {&risk_resource, &criteria_resource, &plan_resource, &issue_resource};
    x->a = c->a;
    TRY(criteria_now(c, &x->criteria));
    for (size_t i = 0; i < COUNT(reviewed); i++) {
        ListQuery q = {.sort = -1, .filters_n = 1};
        q.filters[0] = (Filter){.field = field_find(reviewed[i]->fields, reviewed[i]->fields_n, STR("review_on")), .op = FILTER_MAX};
        put_int(&q.filters[0].value, x->until);
        TRY(read_each(c, reviewed[i], &q, &(Each){.page = review_page, .state = x}));
    }
    TRY(ends_by_criteria(c, x));
    ListQuery approved = records_in(&plan_resource, "approved");
    TRY(read_each(c, &plan_resource, &approved, &(Each){.page = plan_page, .state = x}));
    if (x->n) qsort(x->list, x->n, sizeof *x->list, by_day);
    return ERR_NONE;
}

Err calendar_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    Day today = day_in_japan(c->now);
    Dates x = {.until = day_add_months(today, 12)};
    TRY(dates_read(c, &x));
    ReportTable *late = report_table(out, "overdue", text_of("過ぎたもの", "Overdue"), (Text){0}, calendar_columns, COUNT(calendar_columns));
    ReportTable *soon = report_table(out, "coming", text_of("これから十二か月", "The next twelve months"), (Text){0}, calendar_columns, COUNT(calendar_columns));
    for (size_t i = 0; i < x.n; i++) {
        Value *v = report_row_of(out, x.list[i].on < today ? late : soon, &x.list[i].of);
        put_int(&v[0], x.list[i].on);
        put_text(&v[1], text_in(x.list[i].what, c->lang));
    }
    return ERR_NONE;
}
