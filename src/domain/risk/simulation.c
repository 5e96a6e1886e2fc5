/*
 * simulation.c -- the loss of a year simulated from the numbers of the risks, as things stand and after plans: what is to be calculated, started and cancelled by people, the result with what has
 * changed since. The calculation is the room quant's, in the background (work/calculation.h).
 */
#include "quant/quant.h"
#include "risk/parts.h"

#include <jansson.h>

enum { TRIALS_MIN = 1000, TRIALS_MAX = 1000000, TRIALS_PLAIN = 100000, SEED_PLAIN = 1 };
static const int64_t SEED_MAX = 9007199254740991; /* what JSON carries everywhere */
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("名称", "Title"), .help = TEXT("例：令和8年度の損害の見通し", "e.g. Losses expected in 2026"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("ねらい・前提", "Purpose and premises"), .help = TEXT("何を決めるための試算か", "What it is to decide"), .flags = SEARCH},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("対象のサービス", "Services"), .help = TEXT("これらに影響するリスクだけ。空ならすべて", "Only risks that hit these. Empty: all"), .begins = TEXT("対象", "What is calculated"), .target = "service"},
    {.name = "owners", .kind = KIND_REFS, .label = TEXT("対象の部署", "Owners"), .help = TEXT("これらの部署が所有するリスクだけ。空ならすべて", "Only risks that these own. Empty: all"), .target = "unit"},
    {.name = "plans", .kind = KIND_REFS, .label = TEXT("比べる計画", "Plans compared"), .help = TEXT("七つまで。対策の「実施後に残る回数・損害」を使います", "Up to seven; by what their measures leave"), .target = "plan"},
    {.name = "limit_loss", .kind = KIND_MONEY, .label = TEXT("受け入れられる損害の線（円）", "Acceptance line: loss (yen)"), .help = TEXT("一年の損害がこれを超える年を、次の数までに抑えたい", "Years with a larger loss shall be no more than …"), .begins = TEXT("受容の線", "Acceptance line"), .min = 1, .max = 1000000000000000},
    {.name = "limit_years", .kind = KIND_INT, .label = TEXT("線を超えてよい年（千年に何年）", "Years beyond it (in a thousand)"), .help = TEXT("50 なら二十年に一度、5 なら二百年に一度", "50 is one in twenty, 5 one in two hundred"), .min = 1, .max = 999},
    {.name = "trials", .kind = KIND_INT, .label = TEXT("試行回数", "Trials"), .help = TEXT("一年を何度くり返すか。空なら 100,000", "How often a year is repeated. Empty: 100,000"), .begins = TEXT("計算のしかた", "How it is calculated"), .flags = COLUMN, .min = TRIALS_MIN, .max = TRIALS_MAX},
    {.name = "seed", .kind = KIND_INT, .label = TEXT("乱数の種", "Seed"), .help = TEXT("同じ種なら同じ結果になります。空なら 1", "The same seed gives the same result. Empty: 1"), .max = SEED_MAX},
    {.name = "exact", .kind = KIND_BOOL, .label = TEXT("厳密な計算も並べる", "Exact figures beside"), .help = TEXT("共通の原因がないときだけ", "Only without common causes")},
    {.name = "asked_at", .kind = KIND_INSTANT, .label = TEXT("最後に始めた時刻", "Last started"), .help = TEXT("計算を始めたとき", "When the calculation was asked for"), .begins = TEXT("最後の計算", "Last calculation"), .flags = READONLY | SORT | COLUMN},
    {.name = "input_hash", .kind = KIND_TEXT, .label = TEXT("入力のハッシュ", "Hash of the input"), .help = TEXT("計算した内容（SHA-256）。同じ内容からは同じ結果になります", "Of what was calculated (SHA-256): the same gives the same result"), .flags = READONLY},
};

static const Str kind = {"losses", 6};

/* --- saving -------------------------------------------------------------------------------------------------------------- */

static void need_both(const Record *r, const char *a, const char *b, Mistakes *m)
{
    if ((value_of(r, a)->state == VALUE_KNOWN) == (value_of(r, b)->state == VALUE_KNOWN)) return;
    mistake_add(m, str_of(value_of(r, a)->state == VALUE_KNOWN ? b : a), "required", text_of("受容の線には、額と年の両方が要ります。", "The acceptance line needs both loss and years."));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(old);
    need_both(r, "limit_loss", "limit_years", m);
    if (value_of(r, "plans")->n > SIMULATION_PLANS_MAX)
        mistake_add(m, STR("plans"), "range", TEXT_FILL(c->a, "計画は{0}つまでです。", "There are at most {0} plans.", str_printf(c->a, "%d", SIMULATION_PLANS_MAX)));
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    UNUSED(c), UNUSED(old);
    if (value_of(r, "trials")->state == VALUE_NONE) put_int(value_of(r, "trials"), TRIALS_PLAIN);
    if (value_of(r, "seed")->state == VALUE_NONE) put_int(value_of(r, "seed"), SEED_PLAIN);
    return ERR_NONE;
}

/* --- acts ---------------------------------------------------------------------------------------------------------------- */

static Err start(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Str document;
    size_t n;
    UNUSED(input), UNUSED(m);
    TRY(losses_document(c, r, &document, &n));
    if (!n) return err_text(ERR_CONFLICT, text_of("数のあるリスクがありません。リスクに「100年あたりの回数」と「一回の損害」を書いてください。", "No risk has numbers. Give risks their times in 100 years and loss a time."));
    TRY(calculation_ask(c, kind, r->id, document));
    put_int(value_of(r, "asked_at"), c->now);
    put_text(value_of(r, "input_hash"), calculation_hash(c->a, document));
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
    {.name = "start", .label = TEXT("計算を始める", "Calculate"), .help = TEXT("いまのリスクと計画の数から計算します。前の結果は置き換わります", "From the numbers of risks and plans as they are now. The result before is replaced"), .roles = ROLES_EDIT, .run = start},
    {.name = "cancel", .label = TEXT("計算を取りやめる", "Cancel"), .help = TEXT("動いている計算を止めます", "Stops what is running"), .roles = ROLES_EDIT, .run = cancel},
};

/* --- the calculation ------------------------------------------------------------------------------------------------------- */

static Str register_of(Arena *a, const json_t *document)
{
    Buf b;
    buf_init(&b, a, 1 << 16);
    json_value(&(JsonOut){.b = &b}, json_object_get(document, "register"));
    return buf_str(&b);
}

static Err calculate(Arena *a, Str input, bool (*go_on)(void *arg, double done), void *arg, Buf *result)
{
    json_t *document;
    Quant q;
    TRY(json_in(a, input, CALCULATION_BYTES_MAX + 1, &document));
    TRY(quant_read(a, register_of(a, document), &q));
    const QuantOptions o = {.trials = (uint64_t)json_integer_value(json_object_get(document, "trials")), .seed = (uint64_t)json_integer_value(json_object_get(document, "seed")), .threads = calculation_threads(),
        .exact = json_is_true(json_object_get(document, "exact")), .go_on = go_on, .arg = arg};
    return quant_run(a, &q, &o, result);
}

const CalculationKind losses_calculation = {{"losses", 6}, calculate};

/* --- what has changed since -------------------------------------------------------------------------------------------------- */

typedef struct Since { JsonOut *j; size_t n; } Since;
enum { SINCE_MAX = 100 };

static void changed_out(Since *s, const json_t *one, const char *how)
{
    if (s->n++ >= SINCE_MAX) return;
    json_open(s->j, '{');
    json_kstr(s->j, "id", json_str_of(json_object_get(one, "id"))), json_kstr(s->j, "title", json_str_of(json_object_get(one, "title"))), json_kstr(s->j, "how", str_of(how));
    json_close(s->j, '}');
}

static json_t *by_id(Arena *a, const json_t *list)
{
    size_t i;
    json_t *one, *out = json_keep(a, json_object());
    json_array_foreach(list, i, one) json_object_set(out, json_string_value(json_object_get(one, "id")), one);
    return out;
}

/* Their names may change: that alone changes no result. */
static bool same_but_title(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *v;
    size_t n = 0;
    json_object_foreach((json_t *)a, key, v) n += strcmp(key, "title") != 0 && !json_equal(v, json_object_get(b, key)) ? 1 : 0;
    return !n && json_object_size(a) == json_object_size(b);
}

static size_t differing(Arena *a, JsonOut *j, const char *key, const json_t *then, const json_t *now)
{
    json_t *before = by_id(a, then), *one;
    const json_t *after = by_id(a, now);
    const char *id;
    size_t i;
    Since s = {.j = j};
    json_key(j, str_of(key)), json_open(j, '[');
    json_array_foreach(now, i, one)
    {
        const json_t *was = json_object_get(before, json_string_value(json_object_get(one, "id")));
        if (!was) changed_out(&s, one, "added");
        else if (!same_but_title(was, one)) changed_out(&s, one, "changed");
    }
    json_object_foreach(before, id, one)
        if (!json_object_get(after, id)) changed_out(&s, one, "removed");
    json_close(j, ']');
    return s.n;
}

static bool same_settings(const json_t *a, const json_t *b)
{
    static const char *const outside[] = {"engine", "trials", "seed", "exact"}, *const inside[] = {"factors", "acceptance"};
    const json_t *ra = json_object_get(a, "register"), *rb = json_object_get(b, "register");
    bool same = true;
    for (size_t i = 0; i < COUNT(outside); i++) same = same && json_equal(json_object_get(a, outside[i]), json_object_get(b, outside[i]));
    for (size_t i = 0; i < COUNT(inside); i++) same = same && json_equal(json_object_get(ra, inside[i]), json_object_get(rb, inside[i]));
    return same;
}

static Err stale_out(Ctx *c, JsonOut *j, const json_t *then, Str document)
{
    json_t *now;
    TRY(json_in(c->a, document, CALCULATION_BYTES_MAX + 1, &now));
    const json_t *a = json_object_get(then, "register"), *b = json_object_get(now, "register");
    bool settings = !same_settings(then, now);
    json_key(j, STR("stale")), json_open(j, '{');
    size_t n = differing(c->a, j, "risks", json_object_get(a, "risks"), json_object_get(b, "risks"));
    n += differing(c->a, j, "plans", json_object_get(a, "plans"), json_object_get(b, "plans"));
    json_kbool(j, "settings", settings), json_kint(j, "n", (int64_t)n), json_kbool(j, "is", n || settings);
    json_close(j, '}');
    return ERR_NONE;
}

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

static void input_out(JsonOut *j, const json_t *document, Str hash)
{
    static const char *const told[] = {"engine", "trials", "seed", "exact", "risks", "left_out_n", "left_out", "plans"};
    json_key(j, STR("input")), json_open(j, '{');
    json_kstr(j, "hash", hash);
    for (size_t i = 0; i < COUNT(told); i++) json_key(j, str_of(told[i])), json_value(j, json_object_get(document, told[i]));
    json_close(j, '}');
}

/* What was calculated, and how it stands to the records of today. */
static Err calculated_out(Ctx *c, const Record *of, const Calculation *x, JsonOut *j)
{
    json_t *then;
    Str document;
    size_t n;
    TRY(json_in(c->a, x->input, CALCULATION_BYTES_MAX + 1, &then));
    TRY(losses_document(c, of, &document, &n));
    input_out(j, then, x->input_hash);
    TRY(stale_out(c, j, then, document));
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
    {.name = "result", .label = TEXT("計算の結果", "Result"), .help = TEXT("結果と、その後に変わったリスクと計画", "The result, and which risks and plans have changed since"), .roles = READERS, .of_record = true, .document = result_report},
};

const Resource simulation_resource = {.name = "simulation", .path = "simulations", .prefix = "LS", .label = TEXT("損害の試算", "Loss simulation"), .label_many = TEXT("損害の試算", "Loss simulations"),
    .help = TEXT("一年の損害がどれだけになりうるか", "How much may be lost in a year"), .fields = fields, .fields_n = COUNT(fields), .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check, .before_save = before_save};
