/* ages.c -- issues that wait for a decision, by their age, and what became of those that were decided in the last twelve months. */
#include "risk/parts.h"

#include <stdlib.h>

typedef struct Class { int32_t days; /* up to, inclusive; the last has no end */ Text label; } Class;
static const Class classes[] = {
    {30, TEXT("30日まで", "Up to 30 days")}, {90, TEXT("31日から90日", "31 to 90 days")}, {180, TEXT("91日から180日", "91 to 180 days")},
    {365, TEXT("181日から365日", "181 to 365 days")}, {INT32_MAX, TEXT("365日を超える", "Over 365 days")},
};
#define ORIGIN_COUNT(field, ja, en) {.name = field, .kind = KIND_INT, .label = TEXT(ja, en)}
#define COUNT_COLUMNS(first, ja, en) \
    {.name = first, .kind = KIND_TEXT, .label = TEXT(ja, en)}, ORIGIN_COUNT("operation", "運用での情報収集", "Information in operation"), ORIGIN_COUNT("audit", "監査", "Audit"), \
    ORIGIN_COUNT("environment", "環境変化の調査", "Change of environment"), ORIGIN_COUNT("exercise", "演習・訓練", "Exercise"), ORIGIN_COUNT("all", "計", "All")
static const Field class_columns[] = {COUNT_COLUMNS("age", "経過", "Age")};
static const Field result_columns[] = {COUNT_COLUMNS("result", "結果", "Result")};
static const Field open_columns[] = {
    {.name = "days", .kind = KIND_INT, .label = TEXT("経過日数", "Days")},
    {.name = "since", .kind = KIND_DATE, .label = TEXT("いつから", "Since")},
    {.name = "origin", .kind = KIND_CHOICE, .label = TEXT("きっかけ", "Origin"), .choices = issue_origins, .choices_n = ISSUE_ORIGINS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .target = "unit"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on")},
};

typedef struct Waiting { Day since; Referrer of; Value origin, owner, review_on; } Waiting;
typedef struct Ages { Arena *a; Day today; Waiting *list; size_t n, room; int64_t waiting[COUNT(classes)][ISSUE_ORIGINS], decided[ISSUE_STATES][ISSUE_ORIGINS]; } Ages;

static int place_of(const Choice *list, int n, const Value *v)
{
    for (int i = 0; i < n; i++)
        if (v->state == VALUE_KNOWN && str_eq(list[i].code, v->text)) return i;
    return -1;
}

/* Known since the day that was given; else since it was recorded. */
static Day since(const Record *r)
{
    const Value *found = value_of(r, "found_on");
    return found->state == VALUE_KNOWN ? (Day)found->i : day_in_japan(r->created);
}

static size_t class_of(int32_t days)
{
    size_t i = 0;
    while (days > classes[i].days)
        i++;
    return i;
}

static void wait_add(Ages *x, const Record *r)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(x->a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    const Value *origin = value_of(r, "origin");
    int at = place_of(issue_origins, ISSUE_ORIGINS, origin);
    Waiting one = {since(r), record_name(x->a, r), {.state = VALUE_NONE}, *value_of(r, "owner"), *value_of(r, "review_on")};
    if (at >= 0) put_text(&one.origin, issue_origins[at].code), x->waiting[class_of(x->today - one.since)][at]++;
    x->list[x->n++] = one;
}

static Err open_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        wait_add(e->state, list[i]);
    return ERR_NONE;
}

static int oldest(const void *a, const void *b)
{
    const Waiting *x = a, *y = b;
    if (x->since != y->since) return x->since < y->since ? -1 : 1;
    return (x->of.number > y->of.number) - (x->of.number < y->of.number);
}

/* One that was decided, taken up again and decided again counts with its last result. */
static void count_decided(Ctx *c, const Pair *p, void *state)
{
    Ages *x = state;
    UNUSED(c);
    if (!was_there(p->after) || state_is(p->after->record, "open")) return;
    for (size_t i = 0; i < p->versions_n; i++) {
        const Past *newer = &p->versions[i], *older = i + 1 < p->versions_n ? &p->versions[i + 1] : p->before;
        if (state_is(newer->record, "open") || (older && !state_is(older->record, "open"))) continue;
        int result = place_of(issue_states, ISSUE_STATES, value_of(p->after->record, "state")), origin = place_of(issue_origins, ISSUE_ORIGINS, value_of(p->after->record, "origin"));
        if (result >= 0 && origin >= 0) x->decided[result][origin]++;
        return;
    }
}

static Err decided_stretch(Ctx *c, Stretch *s, void *state)
{
    stretch_pairs(c, s, count_decided, state);
    return ERR_NONE;
}

static void count_row(Ctx *c, ReportOut *out, ReportTable *t, Text what, const int64_t *by_origin)
{
    Value *v = report_row(out, t, NULL);
    int64_t all = 0;
    put_text(&v[0], text_in(what, c->lang));
    for (int i = 0; i < ISSUE_ORIGINS; i++)
        put_int(&v[1 + i], by_origin[i]), all += by_origin[i];
    put_int(&v[1 + ISSUE_ORIGINS], all);
}

static void open_rows(Ages *x, ReportOut *out, ReportTable *t)
{
    for (size_t i = 0; i < x->n; i++) {
        const Waiting *w = &x->list[i];
        Value *v = report_row_of(out, t, &w->of);
        put_int(&v[0], x->today - w->since);
        put_int(&v[1], w->since);
        v[2] = w->origin, v[3] = w->owner, v[4] = w->review_on;
    }
}

static void rows_of(Ctx *c, Ages *x, bool all, ReportOut *out)
{
    Text note = text_of("分かった日から数えます。書かれていなければ登録した日からです。", "Counted from the day on which it was found; where that is not written, from its registration.");
    if (!all) note = text_of("課題が多いため、先頭の 100,000 件だけを見ています。", "There are many issues: only the first 100,000 were looked at.");
    ReportTable *by_class = report_table(out, "classes", text_of("検討中の課題", "Open issues"), note, class_columns, COUNT(class_columns));
    for (size_t i = COUNT(classes); i-- > 0;)
        count_row(c, out, by_class, classes[i].label, x->waiting[i]);
    open_rows(x, out, report_table(out, "open", text_of("古い順", "Oldest first"), (Text){0}, open_columns, COUNT(open_columns)));
    ReportTable *results = report_table(out, "decided", text_of("この十二か月に扱いを決めた課題", "Issues decided in the last twelve months"), (Text){0}, result_columns, COUNT(result_columns));
    for (int i = 1; i < ISSUE_STATES; i++)
        count_row(c, out, results, issue_states[i].label, x->decided[i]);
}

Err ages_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    Ages *x = arena_new(c->a, Ages);
    ListQuery q = {.sort = -1, .filters_n = 1};
    Each open = {.page = open_page, .state = x};
    UNUSED(of), UNUSED(params);
    x->a = c->a, x->today = day_in_japan(c->now);
    q.filters[0] = (Filter){.field = field_find(issue_resource.fields, issue_resource.fields_n, STR("state")), .op = FILTER_EQ};
    put_text(&q.filters[0].value, issue_states[0].code);
    TRY(read_each(c, &issue_resource, &q, &open));
    if (x->n) qsort(x->list, x->n, sizeof *x->list, oldest);
    Pairs year = {.from = day_begin_in_japan(day_add_months(x->today, -12) + 1) - 1, .until = c->now, .stretch = decided_stretch, .state = x};
    TRY(pairs_each(c, &issue_resource, &year));
    rows_of(c, x, open.all && year.all, out);
    return ERR_NONE;
}
