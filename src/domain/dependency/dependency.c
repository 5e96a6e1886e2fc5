/*
 * dependency.c -- what the references of assets and services cannot say: that one of two feeds is enough, how long the battery lasts, what it would cost to be safe.
 * One record is one need of one asset or service. References without a record count as needs by themselves, without any buffer (net.c).
 */
#include "dependency/parts.h"

static const Choice fails_when[] = {
    {CODE("any"), TEXT("一つでも止まると止まる", "Any one fails"), TEXT("どれも欠かせない", "Each of them is needed"), "いずれか|どれか|一つでも|1つでも|OR"},
    {CODE("all"), TEXT("全部止まると止まる", "All of them fail"), TEXT("一つでも動いていればよい（二重化、予備）", "One of them is enough (redundant, spare)"), "全部|すべて|全て|冗長|二重化|AND"},
    {CODE("some"), TEXT("決めた数が止まると止まる", "So many of them fail"), TEXT("次の欄に数を書く", "Give the number below"), "一部|数"},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("依存関係", "Dependency"), .help = TEXT("何に頼っているかを短く。例：浄水場の受電", "What is relied on, in short, e.g. power feed of the plant"),
     .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|件名|依存関係名|依存の名称"},
    {.name = "asset", .kind = KIND_REF, .label = TEXT("頼る側の資産", "Asset that needs it"), .help = TEXT("資産かサービスの、どちらか一つだけを書きます", "Either an asset or a service, exactly one"),
     .flags = FILTER | COLUMN, .target = "asset", .aliases = "資産|対象資産|依存元資産|依存元"},
    {.name = "service", .kind = KIND_REF, .label = TEXT("頼る側のサービス", "Service that needs it"), .help = TEXT("資産かサービスの、どちらか一つだけを書きます", "Either an asset or a service, exactly one"),
     .flags = FILTER | COLUMN, .target = "service", .aliases = "サービス|対象サービス|依存元サービス"},
    {.name = "on_assets", .kind = KIND_REFS, .label = TEXT("頼る先の資産", "Assets relied on"), .help = TEXT("ここに書いた相手は、資産やサービスの欄にある矢印の代わりになります", "What is named here replaces the plain arrow of the register"),
     .flags = FILTER, .target = "asset", .aliases = "依存先資産|依存先|前提資産"},
    {.name = "on_services", .kind = KIND_REFS, .label = TEXT("頼る先のサービス", "Services relied on"), .help = TEXT("他のサービスに頼るとき", "Where other services are needed"),
     .flags = FILTER, .target = "service", .aliases = "依存先サービス|前提サービス"},
    {.name = "on_suppliers", .kind = KIND_REFS, .label = TEXT("頼る先の委託先・供給者", "Suppliers relied on"), .help = TEXT("電力、回線、保守など外の相手", "Those outside: power, lines, maintenance"),
     .flags = FILTER, .target = "supplier", .aliases = "依存先委託先|依存先事業者|供給者|委託先"},
    {.name = "fails_when", .kind = KIND_CHOICE, .label = TEXT("止まる条件", "Fails when"), .help = TEXT("頼る先がいくつ止まると続けられないか", "How many of them must fail until it cannot go on"),
     .flags = REQUIRED | FILTER | COLUMN, .choices = fails_when, .choices_n = COUNT(fails_when), .aliases = "条件|停止条件|論理"},
    {.name = "some", .kind = KIND_INT, .label = TEXT("止まる数", "How many"), .help = TEXT("「決めた数が止まると止まる」のときだけ。例：4台のうち2台なら2", "Only for “so many of them fail”, e.g. 2 of 4 pumps"), .min = 1, .max = 600, .aliases = "数|台数"},
    {.name = "buffer_minutes", .kind = KIND_INT, .label = TEXT("持ちこたえる時間（分）", "Goes on without (minutes)"), .help = TEXT("蓄電池、燃料、在庫で続けられる時間。空なら直ちに止まる", "On battery, fuel or stock; empty: stops at once"),
     .flags = SORT | COLUMN, .min = 0, .max = 5256000, .aliases = "持続時間|持ちこたえる時間|バッテリー時間|猶予時間|代替可能時間"},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("切れないようにする費用", "Cost to make it safe"), .help = TEXT("二重化などでこの依存をなくす費用の見積り", "Estimate of what it takes to remove this dependency, e.g. by a second feed"),
     .flags = SORT, .min = 0, .max = INT64_C(1000000000000000), .aliases = "費用|対策費用|二重化費用"},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("備考", "Note"), .help = TEXT("根拠、訓練で確かめた時間など", "Grounds; what exercises showed"), .flags = SEARCH, .aliases = "メモ|根拠"},
};

static bool given(const Record *r, const char *name)
{
    const Value *v = value_of(r, name);
    return v->state == VALUE_KNOWN;
}

static size_t relied_on(const Record *r)
{
    return value_of(r, "on_assets")->n + value_of(r, "on_services")->n + value_of(r, "on_suppliers")->n;
}

static bool names_itself(const Record *r, const char *one, const char *many)
{
    const Value *self = value_of(r, one), *list = value_of(r, many);
    for (size_t i = 0; self->state == VALUE_KNOWN && i < list->n; i++)
        if (id_eq(self->ref, list->refs[i])) return true;
    return false;
}

static void check_who(const Record *r, Mistakes *m)
{
    bool asset = given(r, "asset"), service = given(r, "service");
    if (!asset && !service) mistake_add(m, STR("asset"), "required", text_of("頼る側の資産かサービスを一つ書いてください。", "Name the asset or the service that needs it."));
    if (asset && service) mistake_add(m, STR("service"), "choice", text_of("頼る側は一つだけです。資産かサービスの一方を空にしてください。", "Only one needs it: leave either the asset or the service empty."));
}

static void check_group(const Record *r, Mistakes *m)
{
    size_t n = relied_on(r);
    if (!n) mistake_add(m, STR("on_assets"), "required", text_of("頼る先を、資産、サービス、委託先のどれかに一つは書いてください。", "Name at least one asset, service or supplier that is relied on."));
    if (names_itself(r, "asset", "on_assets")) mistake_add(m, STR("on_assets"), "choice", text_of("自分自身に頼ることはできません。", "It cannot rely on itself."));
    if (names_itself(r, "service", "on_services")) mistake_add(m, STR("on_services"), "choice", text_of("自分自身に頼ることはできません。", "It cannot rely on itself."));
}

static void check_number(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *some = value_of(r, "some");
    bool wanted = choice_is(value_of(r, "fails_when"), "some");
    size_t n = relied_on(r);
    if (wanted && some->state != VALUE_KNOWN) mistake_add(m, STR("some"), "required", text_of("いくつ止まると止まるかを書いてください。", "Say how many of them must fail."));
    if (!wanted && some->state == VALUE_KNOWN) mistake_add(m, STR("some"), "choice", text_of("止まる数は「決めた数が止まると止まる」のときだけ書きます。", "The number belongs to “so many of them fail” only."));
    if (wanted && n && some->state == VALUE_KNOWN && some->i > (int64_t)n)
        mistake_add(m, STR("some"), "range", TEXT_FILL(c->a, "頼る先は{0}件です。止まる数は{0}以下にしてください。", "{0} are relied on: at most {0} can fail.", str_printf(c->a, "%zu", n)));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(old);
    check_who(r, m);
    check_group(r, m);
    check_number(c, r, m);
    return ERR_NONE;
}

static const Report reports[] = {
    {.name = "graph", .label = TEXT("依存のつながり", "Net of dependencies"), .help = TEXT("資産、サービス、委託先と、そのつながりを一つの文書に", "Assets, services, suppliers and what each needs, as one document"), .roles = READERS, .document = graph_report},
    {.name = "net.json", .label = TEXT("依存のつながり（kaname cascade 用）", "Net of dependencies (for kaname cascade)"), .help = TEXT("コマンドで計算するためのファイル", "The file that the command calculates with"), .roles = READERS, .file = net_file,
     .type = "application/json"},
    {.name = "net.graphml", .label = TEXT("依存のつながり（GraphML）", "Net of dependencies (GraphML)"), .help = TEXT("ほかの作図や分析の道具で開くファイル", "For other tools that draw or analyse graphs"), .roles = READERS, .file = graphml_file, .type = "application/graphml+xml"},
    {.name = "reach", .label = TEXT("止まったときに及ぶもの", "What falls with it"), .help = TEXT("一つが止まると何がつられて止まるか、どう伝わるか", "What one failure brings down, and by which way"), .roles = READERS, .params = reach_params, .params_n = REACH_PARAMS, .document = reach_report},
    {.name = "singles", .label = TEXT("一つの故障で止まるもの", "Single failures"), .help = TEXT("影響の大きい故障、弱いサービス、割のよい対策", "The gravest failures, the weakest services, what is cheapest to make safe"), .roles = READERS, .run = single_report},
};

const Resource dependency_resource = {.name = "dependency", .path = "dependencies", .prefix = "DEP", .label = TEXT("依存関係", "Dependency"), .label_many = TEXT("依存関係", "Dependencies"),
    .help = TEXT("一つの資産やサービスが、何に、どう頼っているか", "What one asset or service relies on, and how"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .reports = reports, .reports_n = COUNT(reports), .check = check};
