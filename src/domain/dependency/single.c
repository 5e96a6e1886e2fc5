/*
 * single.c -- every single failure, exactly: which stop most, which services hang on a single thing, which dependency is the cheapest to make safe. For nets up to a
 * stated size at once; larger ones are for the calculation.
 */
#include "dependency/parts.h"

#include <math.h>
#include <stdlib.h>

enum { SINGLE_ROWS_MAX = 200, SINGLE_NAMES_MAX = 20, SINGLE_JUDGED_MAX = 20, CUTS_TRIED_MAX = 20, LANES = CASCADE_LANES, WORDS = LANES / 64 };

static const Field single_columns[] = {
    {.name = "fallen", .kind = KIND_INT, .label = TEXT("止まるもの", "Stops in all")},
    {.name = "users", .kind = KIND_INT, .label = TEXT("影響を受ける利用者", "Users hit")},
    {.name = "repair", .kind = KIND_INT, .label = TEXT("復旧にかかる時間（時間）", "Hours to repair"), .flags = RANGE},
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの故障の回数", "Own failures in 100 years"), .flags = RANGE},
    {.name = "reports", .kind = KIND_LONG, .label = TEXT("要る報告（見積り）", "Reports it would call for")},
};
static const Field service_columns[] = {
    {.name = "users", .kind = KIND_INT, .label = TEXT("利用者数", "Users"), .flags = RANGE},
    {.name = "singles", .kind = KIND_INT, .label = TEXT("一つで止めるもの", "Single points of failure")},
    {.name = "often", .kind = KIND_INT, .label = TEXT("それで止まる回数（100年）", "Stops by them in 100 years")},
    {.name = "unknown", .kind = KIND_INT, .label = TEXT("うち頻度が分からないもの", "Of these without frequency")},
};
static const Field cut_columns[] = {
    {.name = "need", .kind = KIND_TEXT, .label = TEXT("切れないようにする依存", "Dependency made safe")},
    {.name = "saved", .kind = KIND_INT, .label = TEXT("減る影響（100年の延べ利用者）", "Users spared in 100 years, each time counted")},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用", "Cost")},
    {.name = "price", .kind = KIND_MONEY, .label = TEXT("減る千人あたりの費用", "Cost for each 1,000 users spared")},
};

typedef struct Impact { uint32_t node; CascadeImpact what; } Impact;
typedef struct Singles {
    const NetRecords *r;
    CascadeNet net;
    uint64_t *set;             /* of each batch of 512 hit nodes and each node: which of them stop it */
    CascadeImpact *what;       /* of each node */
    size_t services;           /* they stand first */
} Singles;

static bool stops(const Singles *x, size_t hit, size_t node)
{
    size_t lane = hit % LANES;
    return x->set[((hit / LANES) * x->r->nodes_n + node) * WORDS + lane / 64] >> (lane % 64) & 1;
}

/* --- every node hit by itself ------------------------------------------------------------------------------------------------------------ */

static Err each_hit(Arena *a, const CascadePlan *plan, size_t n, uint64_t **set)
{
    size_t batches = (n + LANES - 1) / LANES;
    uint32_t *first = arena_array(a, uint32_t, n + 1), *of = arena_array(a, uint32_t, n + 1);
    for (uint32_t i = 0; i <= n; i++) first[i] = of[i] = i;
    *set = arena_array(a, uint64_t, batches * n * WORDS + 1);
    return cascade_given(a, plan, first, of, n, CASCADE_SWEEPS, arena_array(a, uint64_t, n + 1), *set);
}

static Err singles_made(Ctx *c, const NetRecords *r, Singles *x)
{
    CascadePlan *plan;
    *x = (Singles){.r = r, .what = arena_array(c->a, CascadeImpact, r->nodes_n + 1)};
    net_engine(c->a, r, &x->net);
    TRY(cascade_plan(c->a, &x->net, &plan));
    TRY(cascade_singles(c->a, plan, CASCADE_SWEEPS, x->what));
    TRY(each_hit(c->a, plan, r->nodes_n, &x->set));
    while (x->services < r->nodes_n && r->nodes[x->services].of.res == &service_resource) x->services++;
    return ERR_NONE;
}

static int by_harm(const void *a, const void *b)
{
    const Impact *x = a, *y = b;
    if (x->what.users != y->what.users) return x->what.users < y->what.users ? 1 : -1;
    if (x->what.failed != y->what.failed) return x->what.failed < y->what.failed ? 1 : -1;
    return (x->node > y->node) - (x->node < y->node);
}

/* --- the ranking --------------------------------------------------------------------------------------------------------------------------- */

/* Each rule once; its duties stand where one node is looked at. */
static Str reports_text(Ctx *c, const LawOutage *o)
{
    Str out = {0};
    for (size_t i = 0; i < o->n; i++) {
        const LawOutageDuty *d = &o->duties[i];
        bool said = false;
        for (size_t k = 0; k < i; k++) said = said || str_eq(o->duties[k].rule, d->rule);
        Str one = str_join(c->a, text_in(verdict_rows[d->kind].title, c->lang), c->lang == JA ? STR("：") : STR(": "), text_in(d->rule_title, c->lang));
        if (!said) out = out.n ? str_join(c->a, out, STR("\n"), one) : one;
    }
    return out;
}

static Err single_row(Ctx *c, ReportOut *out, ReportTable *t, const Singles *x, const Impact *one, LawJudge *j)
{
    const NetNode *n = &x->r->nodes[one->node];
    uint32_t *services = arena_array(c->a, uint32_t, x->services + 1);
    Referrer *names = arena_array(c->a, Referrer, SINGLE_NAMES_MAX);
    size_t stopped = 0;
    for (uint32_t s = 0; s < x->services; s++)
        if (s != one->node && stops(x, one->node, s)) services[stopped++] = s;
    size_t named = stopped < SINGLE_NAMES_MAX ? stopped : SINGLE_NAMES_MAX;
    for (size_t i = 0; i < named; i++) names[i] = x->r->nodes[services[i]].of;
    Value *v = report_row_of(out, t, &n->of);
    put_int(&v[0], one->what.failed);
    if (one->what.users > 0) put_int(&v[1], (int64_t)(one->what.users + 0.5));
    v[2] = n->repair, v[3] = n->per_century;
    report_names(t, names, named, (int64_t)(stopped - named));
    if (!j) return ERR_NONE;
    if (one->node < x->services) services[stopped++] = one->node;
    LawOutage o;
    TRY(stops_judged(c->a, j, c->now, x->r, one->node, services, stopped, &o));
    if (o.n) put_text(&v[4], reports_text(c, &o));
    return ERR_NONE;
}

static Err ranking(Ctx *c, ReportOut *out, const Singles *x)
{
    const LawSet *s = c->packs ? law_set(c->packs, STR("")) : NULL;
    LawJudge *j = s ? law_judge_new(c->a, s) : NULL;
    Impact *list = arena_array(c->a, Impact, x->r->nodes_n + 1);
    ReportTable *t = report_table(out, "singles", text_of("一つ止まったときの影響", "What a single failure stops"),
        TEXT_FILL(c->a, "資産、サービス、委託先が一つだけ止まったときに、つられて止まるもの。影響の大きい順に{0}件まで。蓄えが尽きるまで続くものとして数え、要る報告は上位{1}件について、その復旧時間だけ止まるものとして見積もっています。",
            "What stops with one asset, service or supplier, the gravest first, up to {0}. The stop is taken to last longer than any buffer; the reports are estimated for the first {1}, for a stop as long as the repair.",
            str_printf(c->a, "%d", SINGLE_ROWS_MAX), str_printf(c->a, "%d", SINGLE_JUDGED_MAX)), single_columns, COUNT(single_columns));
    for (uint32_t i = 0; i < x->r->nodes_n; i++) list[i] = (Impact){i, x->what[i]};
    if (x->r->nodes_n) qsort(list, x->r->nodes_n, sizeof *list, by_harm);
    for (size_t i = 0, rows = 0; i < x->r->nodes_n && rows < SINGLE_ROWS_MAX; i++) {
        if (list[i].what.failed < 2 && list[i].what.users <= 0) continue; /* nothing but itself */
        TRY(single_row(c, out, t, x, &list[i], rows < SINGLE_JUDGED_MAX ? j : NULL));
        rows++;
    }
    return ERR_NONE;
}

/* --- services -------------------------------------------------------------------------------------------------------------------------------- */

typedef struct Weak { uint32_t service; size_t singles, unknown; double often; } Weak;

static int by_weakness(const void *a, const void *b)
{
    const Weak *x = a, *y = b;
    if (x->often != y->often) return x->often < y->often ? 1 : -1;
    if (x->singles != y->singles) return x->singles < y->singles ? 1 : -1;
    return (x->service > y->service) - (x->service < y->service);
}

static void service_row(Ctx *c, ReportOut *out, ReportTable *t, const Singles *x, const Weak *w)
{
    Referrer *names = arena_array(c->a, Referrer, SINGLE_NAMES_MAX);
    size_t named = 0;
    for (size_t i = 0; i < x->r->nodes_n && named < SINGLE_NAMES_MAX; i++)
        if (i != w->service && stops(x, i, w->service)) names[named++] = x->r->nodes[i].of;
    Value *v = report_row_of(out, t, &x->r->nodes[w->service].of);
    v[0] = x->r->nodes[w->service].users;
    put_int(&v[1], (int64_t)w->singles), put_int(&v[2], (int64_t)(w->often + 0.5)), put_int(&v[3], (int64_t)w->unknown);
    report_names(t, names, named, (int64_t)(w->singles - named));
}

static void weakest(Ctx *c, ReportOut *out, const Singles *x)
{
    Weak *list = arena_array(c->a, Weak, x->services + 1);
    ReportTable *t = report_table(out, "services", text_of("弱いサービス", "Weakest services"),
        text_of("どれか一つが止まるだけで止まるサービス。それぞれの故障の回数を足しています。同時の故障と共通の原因は、連鎖の計算で見ます。", "Services that stop when a single thing stops; their failures are added up. Failures at the same time and common causes are for the calculation."),
        service_columns, COUNT(service_columns));
    for (uint32_t s = 0; s < x->services; s++) {
        list[s].service = s;
        for (size_t i = 0; i < x->r->nodes_n; i++) {
            if (i == s || !stops(x, i, s)) continue;
            double often = net_middle(&x->r->nodes[i].per_century);
            list[s].singles++;
            if (isnan(often)) list[s].unknown++;
            else list[s].often += often;
        }
    }
    if (x->services) qsort(list, x->services, sizeof *list, by_weakness);
    for (size_t s = 0; s < x->services && s < SINGLE_ROWS_MAX; s++) service_row(c, out, t, x, &list[s]);
}

/* --- what is cheapest to make safe -------------------------------------------------------------------------------------------------------------- */

typedef struct Cut { const NetNeed *need; double saved; } Cut;

static double price(const Cut *c)
{
    return c->saved > 0 ? (double)c->need->cost / c->saved : INFINITY;
}

static int by_price(const void *a, const void *b)
{
    const Cut *x = a, *y = b;
    if (price(x) != price(y)) return price(x) > price(y) ? 1 : -1;
    return x->need < y->need ? -1 : x->need > y->need;
}

/* In 100 years: each single failure as often as it is said to come. */
static double harm(const Singles *x, const CascadeImpact *what)
{
    double sum = 0;
    for (size_t i = 0; i < x->r->nodes_n; i++) {
        double often = net_middle(&x->r->nodes[i].per_century);
        if (often > 0) sum += often * what[i].users;
    }
    return sum;
}

/* The net without that need. */
static Err harm_without(Arena *a, const Singles *x, size_t need, double *out)
{
    CascadeNet net = x->net;
    CascadePlan *plan;
    CascadeNode *nodes = arena_array(a, CascadeNode, net.nodes_n + 1);
    CascadeNeed *needs = arena_array(a, CascadeNeed, net.needs_n + 1);
    CascadeNode *of = &nodes[x->r->needs[need].node];
    CascadeImpact *what = arena_array(a, CascadeImpact, net.nodes_n + 1);
    memcpy(nodes, net.nodes, net.nodes_n * sizeof *nodes);
    memcpy(needs, net.needs, net.needs_n * sizeof *needs);
    needs[need] = needs[of->first + of->n - 1], of->n--; /* the last one takes its place */
    net.nodes = nodes, net.needs = needs;
    TRY(cascade_plan(a, &net, &plan));
    TRY(cascade_singles(a, plan, CASCADE_SWEEPS, what));
    *out = harm(x, what);
    return ERR_NONE;
}

static Str need_text(Ctx *c, const NetRecords *r, const NetNeed *need)
{
    const NetNode *to = &r->nodes[need->node], *from = &r->nodes[r->suppliers[need->first]];
    Str more = need->n > 1 ? text_in(TEXT_FILL(c->a, "（ほか{0}）", " (and {0} more)", str_printf(c->a, "%u", need->n - 1)), c->lang) : (Str){0};
    return str_printf(c->a, "%.*s %.*s%.*s → %.*s %.*s", STR_ARG(from->code), STR_ARG(from->of.title), STR_ARG(more), STR_ARG(to->code), STR_ARG(to->of.title));
}

static Err cheapest(Ctx *c, ReportOut *out, const Singles *x)
{
    Cut *list = arena_array(c->a, Cut, CUTS_TRIED_MAX + 1);
    size_t n = 0, priced = 0;
    double now = harm(x, x->what), then;
    Arena *scratch = scratch_of(c->a);
    ReportTable *t = report_table(out, "cuts", text_of("割のよい対策", "Cheapest to make safe"),
        TEXT_FILL(c->a, "費用を書いた依存を一つずつ「切れない」ものとして、減る影響と比べています。番号の順に{0}件まで。頻度を書いていない故障は数えていません。",
            "Each dependency with a cost is taken for safe in turn, and what is spared is compared with it; the first {0} by number. Failures without a frequency are not counted.", str_printf(c->a, "%d", CUTS_TRIED_MAX)),
        cut_columns, COUNT(cut_columns));
    for (size_t i = 0; i < x->r->needs_n; i++) {
        if (x->r->needs[i].cost < 0 || ++priced > CUTS_TRIED_MAX) continue;
        TRY(harm_without(scratch, x, i, &then));
        arena_reset(scratch);
        list[n++] = (Cut){&x->r->needs[i], now - then};
    }
    if (n) qsort(list, n, sizeof *list, by_price);
    t->cut = priced > CUTS_TRIED_MAX;
    for (size_t i = 0; i < n; i++) {
        Value *v = report_row_of(out, t, &list[i].need->of);
        put_text(&v[0], need_text(c, x->r, list[i].need));
        put_int(&v[1], (int64_t)(list[i].saved + 0.5)), put_int(&v[2], list[i].need->cost);
        if (list[i].saved > 0) put_int(&v[3], (int64_t)(1000 * price(&list[i]) + 0.5));
    }
    return ERR_NONE;
}

static Err too_large(Ctx *c)
{
    return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "つながりが大きいため、すぐには計算できません（{0}件、矢印{1}本まで）。「連鎖の計算」を作って計算してください。",
        "The net is too large to be calculated at once (up to {0} nodes and {1} arrows). Make a cascade calculation.", str_printf(c->a, "%d", AT_ONCE_NODES), str_printf(c->a, "%d", AT_ONCE_ARROWS)));
}

Err single_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    NetRecords r;
    Singles x;
    TRY(net_records(c, &r));
    if (r.nodes_n > AT_ONCE_NODES || r.suppliers_n > AT_ONCE_ARROWS || r.cut) return too_large(c);
    TRY(singles_made(c, &r, &x));
    TRY(ranking(c, out, &x));
    weakest(c, out, &x);
    return cheapest(c, out, &x);
}
