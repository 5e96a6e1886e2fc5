/*
 * quantities.c -- what is known in numbers of risks and plans, as one document: the register for the room quant (kaname-register/1), how it is to be run, and by name what could not be
 * calculated. Nothing is guessed: a risk without times or loss is left out, and said so.
 */
#include "risk/parts.h"

#include <stdlib.h>

typedef enum { LEFT_TIMES, LEFT_LOSS, LEFT_ZERO, LEFT_OFTEN, LEFT_RANGE, LEFTS } Left;
static const Text left_words[LEFTS] = {
    [LEFT_TIMES] = TEXT("100年あたりの回数がない", "No times in 100 years"),
    [LEFT_LOSS] = TEXT("一回の損害がない", "No loss a time"),
    [LEFT_ZERO] = TEXT("損害の幅が0円から始まる（0より大きくしてください）", "A range of loss begins at 0 yen (make it more than 0)"),
    [LEFT_OFTEN] = TEXT("「一年に多くて一度」なのに、100年に100回を超える", "“At most once a year”, but more than 100 times in 100 years"),
    [LEFT_RANGE] = TEXT("回数の幅が広すぎる", "The range of times is too wide"),
};
enum { LEFT_NAMED_MAX = 200 };

typedef struct Keep { Id risk; double events, loss; } Keep;
typedef struct Building {
    Arena *a;
    const Record *of;
    Buf risks, left;
    JsonOut rj, lj;
    Id *ids; size_t n, room;                   /* of the risks that are calculated, in the order of their numbers; then sorted */
    size_t left_n;
    Id causes[LOSS_FACTORS_MAX]; size_t causes_n; /* in the order in which risks name them */
    bool causes_full;
} Building;

/* --- numbers ------------------------------------------------------------------------------------------------------------- */

/* What comes out of a library function is cut to so many digits that every machine writes the same. */
static void number(JsonOut *j, const char *key, double v) { json_key(j, str_of(key)), json_raw(j, str_printf(j->b->a, "%.9g", v)); }
static void hundredths(JsonOut *j, const char *key, int64_t n) { json_key(j, str_of(key)), json_raw(j, str_printf(j->b->a, "%lld.%02d", (long long)(n / 100), (int)(n % 100))); }
static bool known(const Value *v) { return v->state == VALUE_KNOWN; }
static bool given(const Value *v) { return v->state == VALUE_KNOWN || v->state == VALUE_RANGE; }
static bool one_value(const Value *v) { return v->state == VALUE_KNOWN || v->i == v->hi; }
static bool says_yes(const Value *v) { return v->state == VALUE_KNOWN && v->i; }
static double middle(Interval x) { return x.given ? ((double)x.low + (double)x.high) / 2 : 0; }

static bool calculable(const Record *r, Left *why)
{
    const Value *times = value_of(r, "per_century"), *loss = value_of(r, "loss"), *more = value_of(r, "secondary_loss");
    Frequency f;
    bool once = says_yes(value_of(r, "at_most_once"));
    if (!given(times)) return *why = LEFT_TIMES, false;
    if (!given(loss)) return *why = LEFT_LOSS, false;
    if ((!one_value(loss) && loss->i <= 0) || (given(more) && !one_value(more) && more->i <= 0)) return *why = LEFT_ZERO, false;
    if (once && (one_value(times) ? times->i : times->hi) > 100) return *why = LEFT_OFTEN, false;
    if (!once && !one_value(times) && !frequency_between((double)times->i / 100, (double)times->hi / 100, &f)) return *why = LEFT_RANGE, false;
    return true;
}

static void frequency_out(JsonOut *j, const Record *r)
{
    const Value *times = value_of(r, "per_century");
    Frequency f;
    json_key(j, STR("frequency")), json_open(j, '{');
    if (says_yes(value_of(r, "at_most_once"))) {
        json_kstr(j, "kind", STR("bernoulli"));
        number(j, "probability", one_value(times) ? (double)times->i / 100 : (double)(times->i + times->hi) / 200);
    } else if (one_value(times)) {
        json_kstr(j, "kind", STR("poisson")), hundredths(j, "rate", times->i);
    } else if (frequency_between((double)times->i / 100, (double)times->hi / 100, &f)) {
        json_kstr(j, "kind", STR("gamma")), number(j, "mean", f.rate), number(j, "sd", f.sd);
    }
    json_close(j, '}');
}

static void severity_out(JsonOut *j, const Value *v)
{
    json_open(j, '{');
    if (one_value(v)) json_kstr(j, "kind", STR("fixed")), json_kint(j, "value", v->i);
    else json_kstr(j, "kind", STR("lognormal")), json_kint(j, "low", v->i), json_kint(j, "high", v->hi);
    json_close(j, '}');
}

static void insurance_out(JsonOut *j, const Record *r)
{
    const Value *from = value_of(r, "insured_from"), *limit = value_of(r, "insured_limit"), *share = value_of(r, "insured_percent");
    if (!known(limit)) return;
    json_key(j, STR("insurance")), json_open(j, '{'), json_key(j, STR("each")), json_open(j, '{');
    json_kint(j, "deductible", known(from) ? from->i : 0), json_kint(j, "limit", limit->i), hundredths(j, "share", known(share) ? share->i : 100);
    json_close(j, '}'), json_close(j, '}');
}

static bool note_cause(Building *x, Id id)
{
    for (size_t i = 0; i < x->causes_n; i++)
        if (id_eq(x->causes[i], id)) return true;
    if (x->causes_n == LOSS_FACTORS_MAX) return x->causes_full = true, false;
    x->causes[x->causes_n++] = id;
    return true;
}

/* Of the times alone: tied to the size of each loss as well, the mean of a risk would no longer be that of its numbers. */
static void common_out(Building *x, const Record *r)
{
    static const struct { const char *code, *by; } ties[] = {{"weak", "0.25"}, {"medium", "0.5"}, {"strong", "0.75"}};
    const Value *cause = value_of(r, "common_cause"), *tie = value_of(r, "common_strength");
    bool there = known(cause) && note_cause(x, cause->ref);
    for (size_t i = 0; there && i < COUNT(ties); i++) {
        if (!choice_is(tie, ties[i].code)) continue;
        json_key(&x->rj, STR("common")), json_open(&x->rj, '{');
        json_kid(&x->rj, "factor", cause->ref);
        json_key(&x->rj, STR("count")), json_raw(&x->rj, str_of(ties[i].by)), json_kint(&x->rj, "size", 0);
        json_close(&x->rj, '}');
    }
}

/* --- risks --------------------------------------------------------------------------------------------------------------- */

static Str name_of(Arena *a, const Record *r) { return str_join(a, record_label(a, r), STR(" "), record_title(r)); }

static void left_out(Building *x, Ctx *c, const Record *r, Left why)
{
    if (x->left_n++ >= LEFT_NAMED_MAX) return;
    json_open(&x->lj, '{');
    json_kid(&x->lj, "id", r->id), json_kstr(&x->lj, "title", name_of(c->a, r));
    json_key(&x->lj, STR("why")), json_text(&x->lj, left_words[why]);
    json_close(&x->lj, '}');
}

static void remember(Building *x, Id id)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 256;
        x->ids = arena_grow(x->a, x->ids, x->room * sizeof *x->ids, more * sizeof *x->ids);
        x->room = more;
    }
    x->ids[x->n++] = id;
}

static void risk_out(Building *x, Ctx *c, const Record *r)
{
    const Value *more = value_of(r, "secondary_loss"), *share = value_of(r, "secondary_percent");
    JsonOut *j = &x->rj;
    json_open(j, '{');
    json_kid(j, "id", r->id), json_kstr(j, "title", name_of(c->a, r));
    frequency_out(j, r);
    json_key(j, STR("loss")), severity_out(j, value_of(r, "loss"));
    if (given(more) && known(share)) {
        json_key(j, STR("secondary")), json_open(j, '{');
        hundredths(j, "probability", share->i);
        json_key(j, STR("loss")), severity_out(j, more);
        json_close(j, '}');
    }
    common_out(x, r);
    insurance_out(j, r);
    json_close(j, '}');
    remember(x, r->id);
}

static bool any_of(const Value *wanted, const Value *has)
{
    for (size_t i = 0; i < wanted->n; i++)
        for (size_t k = 0; k < has->n; k++)
            if (id_eq(wanted->refs[i], has->refs[k])) return true;
    return false;
}

static bool is_wanted(const Record *of, const Record *r)
{
    const Value *services = value_of(of, "services"), *owners = value_of(of, "owners"), *owner = value_of(r, "owner");
    bool ours = !owners->n;
    for (size_t i = 0; i < owners->n && !ours; i++) ours = known(owner) && id_eq(owners->refs[i], owner->ref);
    return ours && !state_is(r, "closed") && (!services->n || any_of(services, value_of(r, "services")));
}

static Err risk_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Building *x = e->state;
    Left why;
    for (size_t i = 0; i < n; i++) {
        if (!is_wanted(x->of, list[i])) continue;
        if (calculable(list[i], &why)) risk_out(x, c, list[i]);
        else left_out(x, c, list[i], why);
    }
    e->enough = x->risks.n > CALCULATION_BYTES_MAX;
    return ERR_NONE;
}

/* --- plans --------------------------------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b) { return memcmp(a, b, sizeof(Id)); }
static int by_risk(const void *a, const void *b) { return memcmp(&((const Keep *)a)->risk, &((const Keep *)b)->risk, sizeof(Id)); }
static double part(const Value *v) { return known(v) ? (double)v->i / 100 : 1; }

typedef struct PlanSum { double cost; size_t measures, without_effect, without_cost, outside; Keep *keeps; size_t keeps_n; } PlanSum;

/* What is left of each risk after all measures of the plan, multiplied. */
static void effects(Building *x, const Record *plan, PlanSum *s)
{
    const Value *rows = value_of(plan, "measures");
    s->keeps = arena_array(x->a, Keep, rows->n + 1);
    for (size_t i = 0; i < rows->n; i++) {
        const Value *events = measure_cell(rows->rows[i], "keeps_events"), *loss = measure_cell(rows->rows[i], "keeps_loss");
        Id risk = measure_cell(rows->rows[i], "risk")->ref;
        bool there = x->n && bsearch(&risk, x->ids, x->n, sizeof risk, by_id);
        s->outside += !there;
        s->without_effect += there && !known(events) && !known(loss);
        if (there && (known(events) || known(loss))) s->keeps[s->keeps_n++] = (Keep){risk, part(events), part(loss)};
    }
    if (!s->keeps_n) return;
    qsort(s->keeps, s->keeps_n, sizeof *s->keeps, by_risk);
    size_t n = 0;
    for (size_t i = 1; i < s->keeps_n; i++) {
        if (id_eq(s->keeps[n].risk, s->keeps[i].risk)) s->keeps[n].events *= s->keeps[i].events, s->keeps[n].loss *= s->keeps[i].loss;
        else s->keeps[++n] = s->keeps[i];
    }
    s->keeps_n = n + 1;
}

static Interval wider(Interval a, Interval b)
{
    if (!a.given || !b.given) return a.given ? a : b;
    return (Interval){true, a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}

/* A year: the middle of the cost over the years that it serves, and what it takes every year; a shared measure counts once. */
static void costs(Ctx *c, const Record *plan, PlanSum *s)
{
    const Value *rows = value_of(plan, "measures");
    Measures m;
    plan_measures(c, plan, &m);
    Interval *running = arena_array(c->a, Interval, m.n + 1), *cost = arena_array(c->a, Interval, m.n + 1);
    int64_t *years = arena_array(c->a, int64_t, m.n + 1);
    for (size_t i = 0; i < m.n; i++) {
        size_t at = m.of[i];
        const Value *serves = measure_cell(rows->rows[i], "years");
        cost[at] = wider(cost[at], m.list[i].cost), running[at] = wider(running[at], given_of(measure_cell(rows->rows[i], "running_cost")));
        if (known(serves) && serves->i > years[at]) years[at] = serves->i;
    }
    for (size_t i = 0; i < m.n; i++) {
        if (m.of[i] != i) continue;
        s->measures++;
        s->without_cost += !cost[i].given && !running[i].given;
        s->cost += middle(cost[i]) / (double)(years[i] ? years[i] : 1) + middle(running[i]);
    }
}

static void plan_out(Ctx *c, JsonOut *j, const Record *plan, const PlanSum *s)
{
    json_open(j, '{');
    json_kid(j, "id", plan->id), json_kstr(j, "title", name_of(c->a, plan)), number(j, "cost", s->cost);
    json_key(j, STR("controls")), json_open(j, '[');
    for (size_t i = 0; i < s->keeps_n; i++) {
        json_open(j, '{');
        json_kid(j, "risk", s->keeps[i].risk), number(j, "keeps_events", s->keeps[i].events), number(j, "keeps_size", s->keeps[i].loss);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void plan_note_out(Ctx *c, JsonOut *j, const Record *plan, const PlanSum *s)
{
    json_open(j, '{');
    json_kid(j, "id", plan->id), json_kstr(j, "title", name_of(c->a, plan)), number(j, "cost", s->cost);
    json_kint(j, "measures", (int64_t)s->measures), json_kint(j, "without_effect", (int64_t)s->without_effect), json_kint(j, "without_cost", (int64_t)s->without_cost), json_kint(j, "outside", (int64_t)s->outside);
    json_close(j, '}');
}

static Err plans_out(Ctx *c, Building *x, JsonOut *register_, JsonOut *notes)
{
    const Value *plans = value_of(x->of, "plans");
    ListPage page;
    TRY(work_some(c, &plan_resource, plans->refs, plans->n, &page));
    if (x->n) qsort(x->ids, x->n, sizeof *x->ids, by_id);
    json_key(register_, STR("plans")), json_open(register_, '[');
    json_key(notes, STR("plans")), json_open(notes, '[');
    for (size_t i = 0; i < page.n; i++) {
        PlanSum s = {0};
        if (page.list[i]->removed) continue;
        effects(x, page.list[i], &s), costs(c, page.list[i], &s);
        plan_out(c, register_, page.list[i], &s), plan_note_out(c, notes, page.list[i], &s);
    }
    json_close(register_, ']'), json_close(notes, ']');
    return ERR_NONE;
}

/* --- the document ---------------------------------------------------------------------------------------------------------- */

static void factors_out(const Building *x, JsonOut *j)
{
    json_key(j, STR("factors")), json_open(j, '[');
    for (size_t i = 0; i < x->causes_n; i++) {
        json_open(j, '{');
        json_kid(j, "id", x->causes[i]), json_kstr(j, "copula", STR("gaussian"));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void limit_out(const Building *x, JsonOut *j)
{
    const Value *loss = value_of(x->of, "limit_loss"), *years = value_of(x->of, "limit_years");
    json_key(j, STR("acceptance")), json_open(j, '[');
    if (known(loss) && known(years)) {
        json_open(j, '{');
        json_kint(j, "loss", loss->i), number(j, "probability", (double)years->i / 1000);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void run_out(const Building *x, JsonOut *j)
{
    json_kstr(j, "format", STR("kaname-simulation/1"));
    json_kint(j, "engine", LOSS_ENGINE_VERSION), json_kint(j, "trials", value_of(x->of, "trials")->i), json_kint(j, "seed", value_of(x->of, "seed")->i);
    json_kbool(j, "exact", says_yes(value_of(x->of, "exact")));
    json_kint(j, "risks", (int64_t)x->n), json_kint(j, "left_out_n", (int64_t)x->left_n);
    json_key(j, STR("left_out")), json_raw(j, buf_str(&x->left));
}

static Err read_risks(Ctx *c, Building *x)
{
    Each e = {.page = risk_page, .state = x};
    buf_init(&x->risks, c->a, 1 << 14), buf_init(&x->left, c->a, 1 << 10);
    x->rj = (JsonOut){.b = &x->risks}, x->lj = (JsonOut){.b = &x->left};
    json_open(&x->rj, '['), json_open(&x->lj, '[');
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1, .brief = true}, &e));
    json_close(&x->rj, ']'), json_close(&x->lj, ']');
    if (x->causes_full) return err_text(ERR_CONFLICT, text_of("共通の原因の種類が多すぎます（64まで）。サービスか部署で絞ってください。", "There are too many common causes (64 at most). Narrow them down by service or owner."));
    if (e.all && !e.enough) return ERR_NONE;
    return err_text(ERR_TOO_LARGE, text_of("対象のリスクが多すぎます。サービスか部署で絞ってください。", "There are too many risks. Narrow them down by service or owner."));
}

Err losses_document(Ctx *c, const Record *simulation, Str *out, size_t *risks_n)
{
    Building *x = arena_new(c->a, Building);
    Buf whole, register_;
    buf_init(&whole, c->a, 1 << 14), buf_init(&register_, c->a, 1 << 14);
    JsonOut j = {.b = &whole}, r = {.b = &register_};
    *x = (Building){.a = c->a, .of = simulation};
    TRY(read_risks(c, x));
    json_open(&j, '{'), run_out(x, &j);
    json_open(&r, '{');
    json_kstr(&r, "format", STR("kaname-register/1")), json_kstr(&r, "currency", STR("JPY"));
    factors_out(x, &r);
    json_key(&r, STR("risks")), json_raw(&r, buf_str(&x->risks));
    TRY(plans_out(c, x, &r, &j));
    limit_out(x, &r);
    json_close(&r, '}');
    json_key(&j, STR("register")), json_raw(&j, buf_str(&register_));
    json_close(&j, '}');
    *out = buf_str(&whole), *risks_n = x->n;
    return ERR_NONE;
}
