/* cause.c -- what hits several assets and suppliers at once: an earthquake, a flood, a faulty update. */
#include "dependency/parts.h"

static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("共通の原因", "Common cause"), .help = TEXT("一度に多くを止めるもの。例：震度6強の地震", "What stops many at once, e.g. a strong earthquake"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|原因|災害|事象"},
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの回数", "Times in 100 years"), .help = TEXT("何回起きるか。範囲でもよい。30年に1回なら3", "How often; a range will do. Once in 30 years is 3"),
     .flags = RANGE | SORT | COLUMN, .min = 0, .max = 1000000, .aliases = "頻度|発生頻度|100年回数"},
    {.name = "percent", .kind = KIND_INT, .label = TEXT("それぞれが止まる割合（%）", "Chance each of them stops (%)"), .help = TEXT("起きたとき、下に書いた一つ一つが止まる割合。空なら100", "Of those below, each by itself, once it happens; empty: 100"),
     .flags = SORT | COLUMN, .min = 0, .max = 100, .aliases = "割合|停止率|被害率"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("当たる資産", "Assets hit"), .help = TEXT("どれも上の割合で止まるものとします。割合が違うときは平均を書きます", "Each is taken to stop with the chance above; give the average where they differ"),
     .flags = FILTER, .target = "asset", .aliases = "資産|対象資産|影響資産"},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("当たるサービス", "Services hit"), .help = TEXT("資産を通さずに止まるサービス", "Services that stop without an asset in between"), .flags = FILTER, .target = "service", .aliases = "サービス|対象サービス"},
    {.name = "suppliers", .kind = KIND_REFS, .label = TEXT("当たる委託先・供給者", "Suppliers hit"), .help = TEXT("電力会社、回線事業者など", "Power companies, carriers and the like"), .flags = FILTER, .target = "supplier", .aliases = "委託先|供給者|事業者"},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("備考", "Note"), .help = TEXT("頻度や割合の根拠", "Grounds of frequency and chance"), .flags = SEARCH, .aliases = "メモ|根拠"},
};

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    UNUSED(old);
    if (!(value_of(r, "assets")->n + value_of(r, "services")->n + value_of(r, "suppliers")->n))
        mistake_add(m, STR("assets"), "required", text_of("当たるものを、資産、サービス、委託先のどれかに一つは書いてください。", "Name at least one asset, service or supplier that it hits."));
    return ERR_NONE;
}

const Resource common_cause_resource = {.name = "common_cause", .path = "common-causes", .prefix = "CAU", .label = TEXT("共通の原因", "Common cause"), .label_many = TEXT("共通の原因", "Common causes"),
    .help = TEXT("地震など、一度に多くの資産や相手を止めるもの", "An earthquake and the like: what stops many assets and suppliers at once"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check};
