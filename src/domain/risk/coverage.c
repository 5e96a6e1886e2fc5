/* coverage.c -- what has been thought of: every asset from cause and effect and against each loss, every service; what has no event yet first (guide 2). */
#include "risk/parts.h"

#include <stdlib.h>

static const Field asset_columns[] = {
    {.name = "causes", .kind = KIND_INT, .label = TEXT("原因から", "From causes")},
    {.name = "effects", .kind = KIND_INT, .label = TEXT("影響から", "From effects")},
    {.name = "leak", .kind = KIND_INT, .label = TEXT("漏れる", "Leaks")},
    {.name = "error", .kind = KIND_INT, .label = TEXT("変わる", "Errs")},
    {.name = "stop", .kind = KIND_INT, .label = TEXT("止まる", "Stops")},
    {.name = "gap", .kind = KIND_TEXT, .label = TEXT("まだ考えていないこと", "Not thought of yet")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("管理部署", "Owner"), .target = "unit"},
};
static const Field service_columns[] = {
    {.name = "causes", .kind = KIND_INT, .label = TEXT("原因から", "From causes")},
    {.name = "effects", .kind = KIND_INT, .label = TEXT("影響から", "From effects")},
    {.name = "sized", .kind = KIND_INT, .label = TEXT("水準と比べたもの", "Compared with the level")},
    {.name = "gap", .kind = KIND_TEXT, .label = TEXT("まだ考えていないこと", "Not thought of yet")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .target = "unit"},
};

typedef struct Thing { Id id; const Record *r; int64_t causes, effects, leak, error, stop, sized; } Thing;
typedef struct Things { Thing *list; size_t n; } Things;

static int by_id(const void *a, const void *b)
{
    return memcmp(&((const Thing *)a)->id, &((const Thing *)b)->id, sizeof(Id));
}

static Things things_of(Ctx *c, const Read *read)
{
    Things t = {arena_array(c->a, Thing, read->n + 1), read->n};
    for (size_t i = 0; i < read->n; i++)
        t.list[i] = (Thing){.id = read->list[i]->id, .r = read->list[i]};
    qsort(t.list, t.n, sizeof *t.list, by_id);
    return t;
}

static Thing *thing(Things *t, Id id)
{
    Thing key = {.id = id};
    return t->n ? bsearch(&key, t->list, t->n, sizeof key, by_id) : NULL;
}

static bool yes(const Record *risk, const char *field)
{
    const Value *v = value_of(risk, field);
    return v->state == VALUE_KNOWN && v->i;
}

static void count(Thing *x, const Record *risk)
{
    if (!x) return;
    x->causes += !choice_is(value_of(risk, "found_from"), "effect");
    x->effects += choice_is(value_of(risk, "found_from"), "effect");
    x->leak += yes(risk, "leak"), x->error += yes(risk, "error"), x->stop += yes(risk, "stop");
}

static void count_risk(const Record *risk, Things *assets, Things *services)
{
    const Value *a = value_of(risk, "assets"), *s = value_of(risk, "services"), *sized = value_of(risk, "effects");
    for (size_t i = 0; i < a->n; i++)
        count(thing(assets, a->refs[i]), risk);
    for (size_t i = 0; i < s->n; i++)
        count(thing(services, s->refs[i]), risk);
    for (size_t i = 0; i < sized->n; i++) {
        Thing *x = thing(services, child_of(effect_fields, EFFECT_FIELDS, sized->rows[i], "service")->ref);
        if (x) x->sized++;
    }
}

static void gap(Ctx *c, Buf *b, Text what)
{
    buf_printf(b, "%s%.*s", b->n ? c->lang == JA ? "、" : ", " : "", STR_ARG(text_in(what, c->lang)));
}

/* A value of 2 or more says that its loss matters. */
static bool matters(const Record *asset, const char *field)
{
    Interval v = interval_of(value_of(asset, field), 1, 3);
    return v.given && v.high >= 2;
}

static Str asset_gaps(Ctx *c, const Thing *x)
{
    Buf b;
    buf_init(&b, c->a, 64);
    if (!x->causes) gap(c, &b, text_of("原因からの事象", "an event from a cause"));
    if (!x->effects) gap(c, &b, text_of("影響からの事象", "an event from an effect"));
    if (!x->leak && matters(x->r, "confidentiality")) gap(c, &b, text_of("機密性の喪失", "loss of confidentiality"));
    if (!x->error && matters(x->r, "integrity")) gap(c, &b, text_of("完全性の喪失", "loss of integrity"));
    if (!x->stop && matters(x->r, "availability")) gap(c, &b, text_of("可用性の喪失", "loss of availability"));
    return buf_str(&b);
}

static Str service_gaps(Ctx *c, const Thing *x)
{
    Buf b;
    buf_init(&b, c->a, 64);
    if (!x->causes) gap(c, &b, text_of("原因からの事象", "an event from a cause"));
    if (!x->effects) gap(c, &b, text_of("起きてはならないこと", "what must never happen"));
    if (!x->sized) gap(c, &b, text_of("水準との比較", "a comparison with the level"));
    return buf_str(&b);
}

/* Nothing at all first, then those with gaps, then by number. */
static int by_need(const void *a, const void *b)
{
    const Thing *x = a, *y = b;
    int64_t nx = x->causes + x->effects, ny = y->causes + y->effects;
    if (!nx != !ny) return nx ? 1 : -1;
    return x->r->number < y->r->number ? -1 : x->r->number > y->r->number;
}

static bool wanted(const Thing *x, Str gaps, const Value *params)
{
    const Value *owner = value_of(x->r, "owner");
    if (params[0].state == VALUE_KNOWN && params[0].i && !gaps.n) return false;
    return params[1].state != VALUE_KNOWN || (owner->state == VALUE_KNOWN && id_eq(owner->ref, params[1].ref));
}

static void asset_rows(Ctx *c, ReportOut *out, ReportTable *t, Things *assets, const Value *params)
{
    qsort(assets->list, assets->n, sizeof *assets->list, by_need);
    for (size_t i = 0; i < assets->n; i++) {
        const Thing *x = &assets->list[i];
        Str gaps = asset_gaps(c, x);
        if (!wanted(x, gaps, params)) continue;
        Value *v = report_row(out, t, x->r);
        put_int(&v[0], x->causes), put_int(&v[1], x->effects), put_int(&v[2], x->leak), put_int(&v[3], x->error), put_int(&v[4], x->stop);
        put_text(&v[5], gaps);
        v[6] = *value_of(x->r, "owner");
    }
}

static void service_rows(Ctx *c, ReportOut *out, ReportTable *t, Things *services, const Value *params)
{
    qsort(services->list, services->n, sizeof *services->list, by_need);
    for (size_t i = 0; i < services->n; i++) {
        const Thing *x = &services->list[i];
        Str gaps = service_gaps(c, x);
        if (!wanted(x, gaps, params)) continue;
        Value *v = report_row(out, t, x->r);
        put_int(&v[0], x->causes), put_int(&v[1], x->effects), put_int(&v[2], x->sized);
        put_text(&v[3], gaps);
        v[4] = *value_of(x->r, "owner");
    }
}

Err coverage_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    Read risks, assets, services;
    TRY(read_all(c, &risk_resource, &(ListQuery){.sort = -1}, &risks));
    TRY(read_all(c, &asset_resource, &(ListQuery){.sort = -1}, &assets));
    TRY(read_all(c, &service_resource, &(ListQuery){.sort = -1}, &services));
    Things a = things_of(c, &assets), s = things_of(c, &services);
    for (size_t i = 0; i < risks.n; i++)
        if (!state_is(risks.list[i], "closed")) count_risk(risks.list[i], &a, &s);
    Text note = text_of("機密性・完全性・可用性は、資産の値が 2 以上のものを見ています。リスクごとに、何が損なわれるかを記録すると数えられます。",
        "Confidentiality, integrity and availability count where the value of the asset is 2 or more, by what each risk says is lost.");
    service_rows(c, out, report_table(out, "services", text_of("サービス", "Services"), (Text){0}, service_columns, COUNT(service_columns)), &s, params);
    asset_rows(c, out, report_table(out, "assets", text_of("資産", "Assets"), note, asset_columns, COUNT(asset_columns)), &a, params);
    return ERR_NONE;
}
