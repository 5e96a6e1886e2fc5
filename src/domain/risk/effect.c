/* effect.c -- the concrete effect of a risk on services (guide 3.2): how many users, how long, against the level of the plan and the own target. */
#include "risk/parts.h"

#include "pack/pack.h"

#include <stdlib.h>

const Choice reach_choices[REACHES] = {
    {CODE("none"), TEXT("記録なし", "Not recorded"), TEXT("サービスへの具体的な影響が書かれていない", "No concrete effect is written")},
    {CODE("below"), TEXT("水準未満", "Below"), TEXT("サービス維持レベルにも自社の目標にも達しない", "Reaches neither the service level nor the own target")},
    {CODE("open"), TEXT("決まらない", "Perhaps"), TEXT("幅があるか、比べる数がない", "An interval, or no number to compare with")},
    {CODE("reaches"), TEXT("水準に達する", "Reaches"), TEXT("サービス維持レベルか自社の目標に達する", "Reaches the service level or the own target")},
};
const Field effect_fields[EFFECT_FIELDS] = {
    {.name = "service", .kind = KIND_REF, .label = TEXT("サービス", "Service"), .help = TEXT("影響を受けるサービス", "The service that is hit"), .flags = REQUIRED, .target = "service"},
    {.name = "users", .kind = KIND_INT, .label = TEXT("影響人数", "Users"), .help = TEXT("範囲でもよい", "A range will do"), .flags = RANGE, .max = 200000000},
    {.name = "minutes", .kind = KIND_INT, .label = TEXT("時間（分）", "Minutes"), .help = TEXT("止まる、または質が落ちる時間", "Of stop or of lower quality"), .flags = RANGE, .max = 5256000},
    {.name = "loss", .kind = KIND_MONEY, .label = TEXT("損害（円）", "Loss (yen)"), .help = TEXT("このサービスの分", "For this service"), .flags = RANGE, .max = 1000000000000000},
    {.name = "grounds", .kind = KIND_LONG, .label = TEXT("根拠", "Grounds"), .help = TEXT("実績や試算", "Records or estimates")},
};

static const Value *cell(Value *row, const char *name)
{
    return child_of(effect_fields, COUNT(effect_fields), row, name);
}

Interval interval_of(const Value *v, int64_t least, int64_t most)
{
    if (v->state == VALUE_KNOWN) return (Interval){true, v->i, v->i};
    if (v->state == VALUE_RANGE) return (Interval){true, v->i, v->hi};
    return v->state == VALUE_UNKNOWN ? (Interval){true, least, most} : (Interval){0};
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Id));
}

Err effect_services(Ctx *c, Record *const *risks, size_t n, Services *out)
{
    size_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += value_of(risks[i], "effects")->n;
    *out = (Services){.ids = arena_array(c->a, Id, all + 1), .list = arena_array(c->a, Record *, all + 1)};
    if (!all) return ERR_NONE;
    Id *ids = out->ids;
    all = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < value_of(risks[i], "effects")->n; k++)
            ids[all++] = cell(value_of(risks[i], "effects")->rows[k], "service")->ref;
    qsort(ids, all, sizeof *ids, by_id);
    for (size_t i = 0; i < all; i++)
        if (!out->n || !id_eq(ids[out->n - 1], ids[i])) ids[out->n++] = ids[i];
    return record_get_many(c->db, c->a, &service_resource, c->who->org.row, ids, out->n, out->list);
}

static const Record *service_of(const Services *s, Id id)
{
    const Id *at = s->n ? bsearch(&id, s->ids, s->n, sizeof id, by_id) : NULL;
    return at ? s->list[at - s->ids] : NULL;
}

/* What the service may not lose: so many users for so long. 0: not a condition; both 0: no such limit. */
typedef struct Limit { int64_t users, minutes; } Limit;

static Limit own_limit(const Record *service)
{
    const Value *users = value_of(service, "own_users"), *minutes = value_of(service, "own_minutes");
    return (Limit){users->state == VALUE_KNOWN ? users->i : 0, minutes->state == VALUE_KNOWN ? minutes->i : 0};
}

static Limit legal_limit(Ctx *c, const Record *service)
{
    Limit l = {0};
    const Value *code = value_of(service, "catalogue");
    const PackItem *it = c->packs && code->state == VALUE_KNOWN ? pack_find(c->packs, STR("services"), code->text, DAY_NONE) : NULL;
    if (it) {
        (void)pack_number(it, "limit", "users", &l.users);
        (void)pack_number(it, "limit", "minutes", &l.minutes);
    }
    return l;
}

/* 以上: the limit itself is reached. */
static Reach reach(Interval users, Interval minutes, Limit l)
{
    if (!l.users && !l.minutes) return REACH_OPEN;
    bool surely = (!l.users || (users.given && users.low >= l.users)) && (!l.minutes || (minutes.given && minutes.low >= l.minutes));
    bool perhaps = (!l.users || !users.given || users.high >= l.users) && (!l.minutes || !minutes.given || minutes.high >= l.minutes);
    return surely ? REACH_YES : perhaps ? REACH_OPEN : REACH_BELOW;
}

static int64_t product(Interval users, Interval minutes)
{
    int64_t p = 0;
    if (!users.given || !minutes.given) return 0;
    return __builtin_mul_overflow(users.high, minutes.high, &p) ? INT64_MAX : p;
}

static Text told(Ctx *c, const Record *service, Reach reached)
{
    Text word = reach_choices[reached].label;
    return TEXT_FILL(c->a, "サービス「{0}」への影響：{1}", "Effect on {0}: {2}", record_title(service), word.in[JA], word.in[EN]);
}

static Effect row_effect(Ctx *c, Value *row, const Record *service)
{
    Interval users = interval_of(cell(row, "users"), 0, INT64_MAX), minutes = interval_of(cell(row, "minutes"), 0, INT64_MAX);
    Limit own = own_limit(service), legal = legal_limit(c, service);
    Reach a = reach(users, minutes, own), b = reach(users, minutes, legal);
    if (!own.users && !own.minutes && (legal.users || legal.minutes)) a = b;
    if (!legal.users && !legal.minutes) b = a;
    Reach worst = a > b ? a : b;
    return (Effect){worst, product(users, minutes), service, told(c, service, worst)};
}

Effect effect_of(Ctx *c, const Record *risk, const Services *s)
{
    const Value *rows = value_of(risk, "effects");
    Effect worst = {.reach = REACH_NONE};
    for (size_t i = 0; i < rows->n; i++) {
        const Record *service = service_of(s, cell(rows->rows[i], "service")->ref);
        if (!service) continue;
        Effect one = row_effect(c, rows->rows[i], service);
        bool worse = one.reach > worst.reach || (one.reach == worst.reach && one.user_minutes > worst.user_minutes);
        if (worse) worst = one;
    }
    return worst;
}
