/* threat.c -- which services are threatened: their worst risks, how far the measures are, what lies outside acceptance. */
#include "risk/parts.h"

#include <stdlib.h>

enum { PLANS_MAX = 200, SERVICES_MAX = 50, WORST_MAX = 5, RISKS_MAX = 20000 }; /* RISKS_MAX: the first page must not take seconds */

/* What the approved plans say of one risk: first a row for each measure and acceptance, then, sorted, one for each risk. */
typedef struct Cover { Id risk; int64_t measures, done; bool accepted; } Cover;
typedef struct Covers { Cover *list; size_t n, room; } Covers;
typedef struct Worst { int64_t height; Referrer of; } Worst;
typedef struct Threat { Id service, latest; const Record *of; Worst worst[WORST_MAX]; size_t worst_n; int64_t height, total, outside, undecided, measures, done; } Threat;
typedef struct Threats { Arena *a; Threat list[SERVICES_MAX]; size_t n, seen; int64_t levels[MATRIX_LEVEL_MAX + 1]; const Criteria *criteria; bool cut; Covers covers; } Threats;

static int by_risk(const void *a, const void *b)
{
    return memcmp(&((const Cover *)a)->risk, &((const Cover *)b)->risk, sizeof(Id));
}

static Cover *cover_add(Arena *a, Covers *x, const Value *risk)
{
    if (x->n == x->room) {
        size_t more = 2 * x->room + 64;
        x->list = arena_grow(a, x->list, x->room * sizeof *x->list, more * sizeof *x->list);
        x->room = more;
    }
    x->list[x->n] = (Cover){.risk = risk->ref};
    return &x->list[x->n++];
}

static void covers_join(Covers *x)
{
    size_t n = 0;
    if (x->n) qsort(x->list, x->n, sizeof *x->list, by_risk);
    for (size_t i = 0; i < x->n; i++) {
        Cover *one = n && id_eq(x->list[n - 1].risk, x->list[i].risk) ? &x->list[n - 1] : NULL;
        if (!one) x->list[n++] = x->list[i];
        else one->measures += x->list[i].measures, one->done += x->list[i].done, one->accepted |= x->list[i].accepted;
    }
    x->n = n;
}

static const Cover *cover_of(const Covers *x, Id risk)
{
    return x->n ? bsearch(&(Cover){.risk = risk}, x->list, x->n, sizeof *x->list, by_risk) : NULL;
}

static void cover_plan(Arena *a, Covers *x, const Record *plan, Day today)
{
    for (size_t i = 0; i < value_of(plan, "measures")->n; i++) {
        Cover *one = cover_add(a, x, item_of(plan, "measures", i, "risk"));
        one->measures = 1;
        one->done = item_of(plan, "measures", i, "done_on")->state == VALUE_KNOWN;
    }
    for (size_t i = 0; i < value_of(plan, "accepted")->n; i++) {
        const Value *until = item_of(plan, "accepted", i, "until");
        cover_add(a, x, item_of(plan, "accepted", i, "risk"))->accepted = until->state != VALUE_KNOWN || until->i >= today;
    }
}

static Err read_covers(Ctx *c, Covers *x, Day today)
{
    ListQuery q = records_in(&plan_resource, "approved");
    ListPage page;
    q.limit = PLANS_MAX;
    TRY(read_page(c, &plan_resource, &q, &page));
    for (size_t i = 0; i < page.n; i++)
        cover_plan(c->a, x, page.list[i], today);
    covers_join(x);
    return ERR_NONE;
}

/* Without approved criteria the impact alone stands in for the level: the page says which it was. */
static int64_t height(const Threats *t, const Record *risk)
{
    const Value *v = value_of(risk, t->criteria ? "level" : "impact");
    return v->state == VALUE_KNOWN ? v->i : v->state == VALUE_RANGE ? v->hi : 0;
}

/* Accepted by an approved plan, by the criteria, or, where there are none, by the judgement of management. */
static void standing(Threats *t, const Record *risk, bool *inside, bool *decided)
{
    const Cover *cover = cover_of(&t->covers, risk->id);
    const Value *accepted = value_of(risk, "accepted");
    bool judged = value_of(risk, "judgement")->state == VALUE_KNOWN;
    *inside = (cover && cover->accepted) || (accepted->state == VALUE_KNOWN && accepted->i) || (!t->criteria && choice_is(value_of(risk, "judgement"), "accept"));
    *decided = *inside || accepted->state == VALUE_KNOWN || judged;
}

/* The page of the risk goes with its turn: what is shown of it is copied. */
static void worst_add(Threats *t, Threat *one, const Record *risk)
{
    size_t at = one->worst_n;
    int64_t own = height(t, risk);
    while (at > 0 && one->worst[at - 1].height < own) at--;
    if (at == WORST_MAX) return;
    size_t kept = one->worst_n < WORST_MAX ? one->worst_n : WORST_MAX - 1;
    memmove(&one->worst[at + 1], &one->worst[at], (kept - at) * sizeof *one->worst);
    one->worst[at] = (Worst){own, record_name(t->a, risk)};
    one->worst_n = kept + 1;
}

/* A risk reaches a service once, however many of its assets support it: the risks come one after the other. */
static void threat_add(Threats *t, Id service, const Record *risk)
{
    size_t i = 0;
    bool inside, decided;
    while (i < t->n && !id_eq(t->list[i].service, service)) i++;
    if (i == SERVICES_MAX) return;
    if (i == t->n) t->list[t->n++] = (Threat){.service = service};
    Threat *one = &t->list[i];
    if (id_eq(one->latest, risk->id)) return;
    one->latest = risk->id;
    one->total++;
    standing(t, risk, &inside, &decided);
    one->outside += decided && !inside;
    one->undecided += !decided;
    const Cover *cover = cover_of(&t->covers, risk->id);
    one->measures += cover ? cover->measures : 0;
    one->done += cover ? cover->done : 0;
    worst_add(t, one, risk);
}

static void threats_of(Threats *t, const Record *risk, Record *const *assets, size_t assets_n)
{
    const Value *services = value_of(risk, "services");
    for (size_t i = 0; i < services->n; i++)
        threat_add(t, services->refs[i], risk);
    for (size_t i = 0; i < assets_n; i++) {
        const Value *of_asset = assets[i] ? value_of(assets[i], "services") : NULL;
        for (size_t k = 0; of_asset && k < of_asset->n; k++)
            threat_add(t, of_asset->refs[k], risk);
    }
}

/* The assets of a page of risks are read at once. */
static Err threats_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Threats *t = e->state;
    size_t ids_n = 0;
    if (t->seen >= RISKS_MAX) return t->cut = e->enough = true, ERR_NONE;
    for (size_t i = 0; i < n; i++) ids_n += value_of(list[i], "assets")->n;
    Id *ids = arena_array(c->a, Id, ids_n + 1);
    Record **assets = arena_array(c->a, Record *, ids_n + 1);
    ids_n = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < value_of(list[i], "assets")->n; k++)
            ids[ids_n++] = value_of(list[i], "assets")->refs[k];
    TRY(record_get_many(c->db, c->a, &asset_resource, c->who->org.row, ids, ids_n, assets));
    for (size_t i = 0, at = 0; i < n; i++) {
        size_t own = value_of(list[i], "assets")->n;
        if (!state_is(list[i], "closed")) {
            t->levels[height(t, list[i])]++;
            threats_of(t, list[i], assets + at, own);
        }
        at += own;
    }
    t->seen += n;
    return ERR_NONE;
}

static int worse(const void *a, const void *b)
{
    const Threat *x = a, *y = b;
    int64_t hx = x->height, hy = y->height;
    if (hx != hy) return hx > hy ? -1 : 1;
    if (x->outside != y->outside) return x->outside > y->outside ? -1 : 1;
    return x->total == y->total ? 0 : x->total > y->total ? -1 : 1;
}

static void service_json(Ctx *c, JsonOut *j, const Threat *t)
{
    json_open(j, '{');
    head_json(j, c->a, t->of);
    json_kint(j, "height", t->height);
    json_kint(j, "total", t->total);
    json_kint(j, "outside", t->outside);
    json_kint(j, "undecided", t->undecided);
    json_kint(j, "measures", t->measures);
    json_kint(j, "done", t->done);
    json_key(j, STR("risks"));
    json_open(j, '[');
    for (size_t k = 0; k < t->worst_n; k++) {
        json_open(j, '{');
        name_json(j, c->a, &t->worst[k].of);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

/* The services themselves, at once. */
static Err name_services(Ctx *c, Threats *t)
{
    Id ids[SERVICES_MAX];
    Record *services[SERVICES_MAX] = {0};
    if (access_decide(c->who, ACT_READ, &service_resource, NULL, NULL).kind) return t->n = 0, ERR_NONE;
    for (size_t i = 0; i < t->n; i++)
        ids[i] = t->list[i].service;
    TRY(record_get_many(c->db, c->a, &service_resource, c->who->org.row, ids, t->n, services));
    size_t kept = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (!services[i]) continue;
        work_hide(c, services[i]);
        t->list[kept] = t->list[i];
        t->list[kept++].of = services[i];
    }
    t->n = kept;
    return ERR_NONE;
}

/* The worst first. */
static Err threats_read(Ctx *c, Threats *t, Day today)
{
    t->a = c->a;
    TRY(criteria_now(c, &t->criteria));
    TRY(read_covers(c, &t->covers, today));
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &(Each){.page = threats_page, .state = t}));
    for (size_t i = 0; i < t->n; i++)
        t->list[i].height = t->list[i].worst_n ? t->list[i].worst[0].height : 0;
    qsort(t->list, t->n, sizeof *t->list, worse);
    return name_services(c, t);
}

Err threatened_part(Ctx *c, JsonOut *j, Day today)
{
    Threats *t = arena_new(c->a, Threats);
    TRY(threats_read(c, t, today));
    json_kstr(j, "basis", t->criteria ? STR("criteria") : STR("impact"));
    json_kbool(j, "all", !t->cut);
    json_key(j, STR("levels"));
    json_open(j, '{');
    int top = t->criteria ? matrix_top(&t->criteria->table) : MATRIX_PLAIN;
    json_key(j, STR("unknown")), json_int(j, t->levels[0]);
    for (int i = 1; i <= top; i++)
        json_key(j, str_printf(c->a, "%d", i)), json_int(j, t->levels[i]);
    json_close(j, '}');
    json_key(j, STR("threatened"));
    json_open(j, '[');
    for (size_t i = 0; i < t->n; i++)
        service_json(c, j, &t->list[i]);
    json_close(j, ']');
    return ERR_NONE;
}

/* --- the same as a table --------------------------------------------------------------------------------------------------- */

#define THREAT_COLUMNS(height) \
    height, \
    {.name = "greatest", .kind = KIND_REF, .label = TEXT("最も大きいリスク", "Greatest risk"), .target = "risk"}, \
    {.name = "risks", .kind = KIND_INT, .label = TEXT("リスク", "Risks")}, \
    {.name = "outside", .kind = KIND_INT, .label = TEXT("受容外", "Outside acceptance")}, \
    {.name = "undecided", .kind = KIND_INT, .label = TEXT("未判断", "Not judged")}, \
    {.name = "measures", .kind = KIND_INT, .label = TEXT("対策", "Measures")}, \
    {.name = "done", .kind = KIND_INT, .label = TEXT("完了", "Done")}
#define LEVEL_COLUMN {.name = "height", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level}
#define IMPACT_COLUMN {.name = "height", .kind = KIND_INT, .label = TEXT("影響", "Impact")}
static const Field by_level[] = {THREAT_COLUMNS(LEVEL_COLUMN)}, by_impact[] = {THREAT_COLUMNS(IMPACT_COLUMN)};

Err threatened_table(Ctx *c, ReportOut *out)
{
    Threats *x = arena_new(c->a, Threats);
    TRY(threats_read(c, x, day_in_japan(c->now)));
    Text basis = x->criteria ? text_of("サービスに直接、または支える資産を通じて及ぶリスクを数えます。", "Counts the risks that reach a service directly or through the assets that support it.")
        : text_of("有効な判定基準がないため、レベルの代わりに影響の大きさで並べます。", "There are no criteria in force, so services are ordered by impact instead of level.");
    if (x->cut) basis = text_of("リスクが多いため、先頭の 20,000 件だけを見ています。", "There are many risks: only the first 20,000 were looked at.");
    ReportTable *t = report_table(out, "threatened", text_of("サービスを脅かすもの", "What threatens the services"), basis, x->criteria ? by_level : by_impact, COUNT(by_level));
    t->cut = x->n == SERVICES_MAX;
    for (size_t i = 0; i < x->n; i++) {
        const Threat *one = &x->list[i];
        Value *v = report_row(out, t, one->of);
        if (one->height) put_int(&v[0], one->height);
        if (one->worst_n) v[1] = (Value){.state = VALUE_KNOWN, .ref = one->worst[0].of.id};
        put_int(&v[2], one->total), put_int(&v[3], one->outside), put_int(&v[4], one->undecided), put_int(&v[5], one->measures), put_int(&v[6], one->done);
    }
    return ERR_NONE;
}
