/*
 * cascade.c -- random failures of the whole net, calculated in the background: what is to be calculated, started and cancelled by people, the result with whether the
 * records have changed since. The calculation is the room net's (work/calculation.h).
 */
#include "dependency/parts.h"

#include "net/net.h"

#include <jansson.h>

enum { SCENARIOS_MIN = 1000, SCENARIOS_MAX = 10000000, SCENARIOS_PLAIN = 100000, SEED_PLAIN = 1, HOURS_PLAIN = 720, PAIRS_PLAIN = 50 };
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("名称", "Title"), .help = TEXT("例：令和8年度の連鎖の見通し", "e.g. Cascades expected in 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("ねらい・前提", "Purpose and premises"), .help = TEXT("何を決めるための計算か", "What it is to decide"), .flags = SEARCH},
    {.name = "scenarios", .kind = KIND_INT, .label = TEXT("試行回数", "Scenarios"), .help = TEXT("一年を何度くり返すか。空なら 100,000", "How often a year is repeated. Empty: 100,000"), .begins = TEXT("計算のしかた", "How it is calculated"), .flags = COLUMN, .min = SCENARIOS_MIN, .max = SCENARIOS_MAX},
    {.name = "seed", .kind = KIND_INT, .label = TEXT("乱数の種", "Seed"), .help = TEXT("同じ種なら同じ結果になります。空なら 1", "The same seed gives the same result. Empty: 1"), .max = 9007199254740991},
    {.name = "hours", .kind = KIND_INT, .label = TEXT("見る時間（時間）", "Hours looked at"), .help = TEXT("止まってから何時間後までを見るか。0 なら時間を計算しない。空なら 720", "How long after a failure is looked at; 0: no times are calculated. Empty: 720"), .max = 8760},
    {.name = "pairs", .kind = KIND_INT, .label = TEXT("二つ同時の故障を調べる数", "Looked at in pairs"), .help = TEXT("影響の大きい順に、この数の中から二つずつ。空なら 50", "Of the gravest single failures, every two of so many. Empty: 50"), .max = 500},
    {.name = "asked_at", .kind = KIND_INSTANT, .label = TEXT("最後に始めた時刻", "Last started"), .help = TEXT("計算を始めたとき", "When the calculation was asked for"), .begins = TEXT("最後の計算", "Last calculation"), .flags = READONLY | SORT | COLUMN},
    {.name = "input_hash", .kind = KIND_TEXT, .label = TEXT("入力のハッシュ", "Hash of the input"), .help = TEXT("計算した内容（SHA-256）。同じ内容からは同じ結果になります", "Of what was calculated (SHA-256): the same gives the same result"), .flags = READONLY},
};

static const Str kind = {"cascade", 7};

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    static const struct { const char *name; int64_t plain; } rows[] = {{"scenarios", SCENARIOS_PLAIN}, {"seed", SEED_PLAIN}, {"hours", HOURS_PLAIN}, {"pairs", PAIRS_PLAIN}};
    UNUSED(c), UNUSED(old);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (value_of(r, rows[i].name)->state == VALUE_NONE) put_int(value_of(r, rows[i].name), rows[i].plain);
    return ERR_NONE;
}

/* --- what is calculated ---------------------------------------------------------------------------------------------------- */

typedef struct Asked { Str document, mark; NetRecords records; } Asked; /* mark: of the net without its titles, which change no result */

static Err asked_of(Ctx *c, const Record *r, Asked *out)
{
    Buf net, plain, b;
    TRY(net_records(c, &out->records));
    size_t room = 200 * (out->records.nodes_n + out->records.suppliers_n) + 256;
    buf_init(&net, c->a, room), buf_init(&plain, c->a, room), buf_init(&b, c->a, room + 256);
    net_document(&out->records, c->who->org.name, true, &net);
    net_document(&out->records, (Str){0}, false, &plain);
    out->mark = calculation_hash(c->a, buf_str(&plain));
    JsonOut j = {.b = &b};
    json_open(&j, '{');
    json_kint(&j, "engine", CASCADE_ENGINE_VERSION);
    json_kint(&j, "scenarios", value_of(r, "scenarios")->i), json_kint(&j, "seed", value_of(r, "seed")->i), json_kint(&j, "hours", value_of(r, "hours")->i), json_kint(&j, "pairs", value_of(r, "pairs")->i);
    json_kbool(&j, "cut", out->records.cut), json_kstr(&j, "mark", out->mark);
    json_key(&j, STR("net")), json_raw(&j, buf_str(&net));
    json_close(&j, '}');
    out->document = buf_str(&b);
    return ERR_NONE;
}

static Str net_of(Arena *a, const json_t *document)
{
    Buf b;
    buf_init(&b, a, 1 << 16);
    json_value(&(JsonOut){.b = &b}, json_object_get(document, "net"));
    return buf_str(&b);
}

static Err calculate(Arena *a, Str input, bool (*go_on)(void *arg, double done), void *arg, Buf *result)
{
    json_t *d;
    Net net;
    TRY(json_in(a, input, CALCULATION_BYTES_MAX + 1, &d));
    TRY(net_read(a, net_of(a, d), &net));
    const NetOptions o = {.scenarios = (uint64_t)json_integer_value(json_object_get(d, "scenarios")), .seed = (uint64_t)json_integer_value(json_object_get(d, "seed")), .engine = CASCADE_PILOT, .threads = calculation_threads(),
        .horizon = (double)json_integer_value(json_object_get(d, "hours")), .pairs = (size_t)json_integer_value(json_object_get(d, "pairs")), .go_on = go_on, .arg = arg};
    return net_run(a, &net, &o, result);
}

const CalculationKind cascade_calculation = {{"cascade", 7}, calculate};

/* --- acts ---------------------------------------------------------------------------------------------------------------- */

static bool may_fail(const NetRecords *r, uint32_t node)
{
    if (net_middle(&r->nodes[node].per_century) > 0) return true;
    for (size_t i = 0; i < r->causes_n; i++)
        for (size_t k = 0; k < r->causes[i].n; k++)
            if (r->causes[i].hits[k] == node) return true;
    return false;
}

/* Times want the hours of repair of all that may fail. */
static Err repairs_known(Ctx *c, const Record *r, const NetRecords *net)
{
    enum { NAMED = 10 };
    Str names = {0};
    size_t n = 0;
    if (!value_of(r, "hours")->i) return ERR_NONE;
    for (uint32_t i = 0; i < net->nodes_n; i++) {
        const Value *v = &net->nodes[i].repair;
        if (v->state == VALUE_KNOWN || v->state == VALUE_RANGE || !may_fail(net, i)) continue;
        if (n++ < NAMED) names = names.n ? str_join(c->a, names, STR(", "), net->nodes[i].code) : net->nodes[i].code;
    }
    if (!n) return ERR_NONE;
    return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "時間を計算するには、止まりうるものすべてに「復旧にかかる時間」が要ります。{0}件に書かれていません：{1}{2}。「見る時間」を 0 にすると、時間なしで計算できます。",
        "Times need the hours of repair of all that may fail. They are missing for {0}: {1}{2}. With 0 in “Hours looked at” it is calculated without times.", str_printf(c->a, "%zu", n), names, n > NAMED ? STR(" …") : STR("")));
}

static Err start(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Asked x;
    UNUSED(input), UNUSED(m);
    TRY(asked_of(c, r, &x));
    TRY(repairs_known(c, r, &x.records));
    if (!x.records.nodes_n) return err_text(ERR_CONFLICT, text_of("計算するものがありません。資産やサービスを登録してください。", "There is nothing to calculate. Register assets and services."));
    TRY(calculation_ask(c, kind, r->id, x.document));
    put_int(value_of(r, "asked_at"), c->now);
    put_text(value_of(r, "input_hash"), calculation_hash(c->a, x.document));
    return ERR_NONE;
}

static Err cancel(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Calculation x;
    bool found;
    UNUSED(input), UNUSED(m);
    TRY(calculation_state(c, kind, r->id, &x, &found));
    if (!found || x.state > CALCULATION_RUNNING) return err_text(ERR_CONFLICT, text_of("計算は動いていません。", "Nothing is being calculated."));
    return calculation_cancel(c, kind, r->id);
}

static const Action actions[] = {
    {.name = "start", .label = TEXT("計算を始める", "Calculate"), .help = TEXT("いまのつながりと頻度から計算します。前の結果は置き換わります", "From the net and the frequencies as they are now. The result before is replaced"), .roles = ROLES_EDIT, .run = start},
    {.name = "cancel", .label = TEXT("計算を取りやめる", "Cancel"), .help = TEXT("動いている計算を止めます", "Stops what is running"), .roles = ROLES_EDIT, .run = cancel},
};

/* --- reports --------------------------------------------------------------------------------------------------------------- */

static Err progress_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Calculation x;
    bool found;
    UNUSED(params);
    TRY(calculation_state(c, kind, of->id, &x, &found));
    json_open(j, '{'), calculation_json(j, c->a, &x, found), json_close(j, '}');
    return ERR_NONE;
}

/* What was calculated, and whether the records of today would give the same. */
static Err calculated_out(Ctx *c, const Record *of, const Calculation *x, JsonOut *j)
{
    static const char *const told[] = {"engine", "scenarios", "seed", "hours", "pairs", "cut"}, *const set[] = {"scenarios", "seed", "hours", "pairs"};
    json_t *then;
    Asked now;
    TRY(json_in(c->a, x->input, CALCULATION_BYTES_MAX + 1, &then));
    TRY(asked_of(c, of, &now));
    bool settings = false;
    json_key(j, STR("input")), json_open(j, '{');
    json_kstr(j, "hash", x->input_hash);
    for (size_t i = 0; i < COUNT(told); i++) json_key(j, str_of(told[i])), json_value(j, json_object_get(then, told[i]));
    json_close(j, '}');
    for (size_t i = 0; i < COUNT(set); i++) settings = settings || json_integer_value(json_object_get(then, set[i])) != value_of(of, set[i])->i;
    bool records = !str_eq(now.mark, json_str_of(json_object_get(then, "mark"))), engine = json_integer_value(json_object_get(then, "engine")) != CASCADE_ENGINE_VERSION;
    json_key(j, STR("stale")), json_open(j, '{');
    json_kbool(j, "is", settings || records || engine), json_kbool(j, "records", records), json_kbool(j, "settings", settings), json_kbool(j, "engine", engine);
    json_close(j, '}');
    json_key(j, STR("result"));
    if (x->result.n) json_raw(j, x->result);
    else json_none(j);
    return ERR_NONE;
}

static Err result_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Calculation x;
    bool found;
    UNUSED(params);
    TRY(calculation_get(c, kind, of->id, &x, &found));
    json_open(j, '{'), calculation_json(j, c->a, &x, found);
    if (found) TRY(calculated_out(c, of, &x, j));
    json_close(j, '}');
    return ERR_NONE;
}

static const Report reports[] = {
    {.name = "progress", .label = TEXT("計算の進み具合", "Progress"), .help = TEXT("状態と、どこまで進んだか（千分率）", "State, and how far it is (per mille)"), .roles = READERS, .of_record = true, .document = progress_report},
    {.name = "result", .label = TEXT("計算の結果", "Result"), .help = TEXT("結果と、その後に記録が変わったか", "The result, and whether the records have changed since"), .roles = READERS, .of_record = true, .document = result_report},
};

const Resource cascade_resource = {.name = "cascade", .path = "cascades", .prefix = "CC", .label = TEXT("連鎖の計算", "Cascade calculation"), .label_many = TEXT("連鎖の計算", "Cascade calculations"),
    .help = TEXT("一年に、どのサービスがどれだけ止まりうるか", "How often and how long services may stop in a year"), .fields = fields, .fields_n = COUNT(fields), .actions = actions, .actions_n = COUNT(actions), .reports = reports,
    .reports_n = COUNT(reports), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .before_save = before_save};
