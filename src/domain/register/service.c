/* Services: what the organisation must not let fail, with the level of the plan and its own, never looser, target. */
#include "register/register.h"

#include "pack/pack.h"
#include "work/work.h"

/* The rows of the table of article 58 of the enforcement regulations of the Telecommunications Business Act, by the codes of packs/jp. */
static const Choice service_classes[] = {
    {CODE("emergency_voice"), TEXT("緊急通報を扱う音声", "Voice with emergency calls"), TEXT("110・119につながる電話", "Telephones that reach 110 and 119"), "緊急通報|音声（緊急通報あり）"},
    {CODE("non_emergency_voice"), TEXT("緊急通報を扱わない音声", "Voice without emergency calls"), TEXT("050など", "050 numbers and the like"), "音声（緊急通報なし）|IP電話"},
    {CODE("lpwa"), TEXT("LPWA（省電力・広域）", "LPWA (low power, wide area)"), TEXT("IoT向けの通信", "For devices"), "IoT"},
    {CODE("free_internet"), TEXT("無料のインターネット関連サービス", "Free internet service"), TEXT("利用者が料金を払わないもの", "Its users pay nothing"), "無料サービス"},
    {CODE("other"), TEXT("その他の電気通信役務", "Other telecommunications service"), TEXT("携帯データ、光回線、有料メールなど", "Mobile data, fibre lines, paid mail and so on"), "データ通信|インターネット接続"},
};

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("サービス名", "Service"), .help = TEXT("利用者から見たサービス", "The service as its users see it"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|重要インフラサービス|業務名|サービス名称|重要業務",
     .suggest = "services", .fills = "catalogue=id|sector|law|level"},
    {.name = "catalogue", .kind = KIND_TEXT, .label = TEXT("行動計画の項目", "Item of the plan"), .help = TEXT("サービス名の候補を選ぶと入る符号。法令の水準はこの項目のものを使います", "Filled by choosing a suggested service; the legal level is that of this item"),
     .flags = FILTER, .max = 60},
    {.name = "sector", .kind = KIND_TEXT, .label = TEXT("分野", "Sector"), .help = TEXT("重要インフラ分野。例：水道", "Sector, e.g. water"),
     .flags = SORT | FILTER | COLUMN, .aliases = "重要インフラ分野|分野名", .suggest = "sectors"},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("説明", "Description"), .help = TEXT("誰に何を届けるか", "What reaches whom"), .flags = SEARCH, .aliases = "概要|内容|備考"},
    {.name = "law", .kind = KIND_TEXT, .label = TEXT("関連法令", "Law"), .help = TEXT("根拠となる法令と条", "The law and article"), .aliases = "根拠法令|法令"},
    {.name = "level", .kind = KIND_LONG, .label = TEXT("サービス維持レベル", "Service level"), .help = TEXT("行動計画が示す水準の文", "The level in the words of the plan"),
     .flags = SEARCH, .aliases = "維持レベル|維持水準|対象・水準|行動計画の水準"},
    {.name = "threshold", .kind = KIND_TEXT, .label = TEXT("しきい値", "Threshold"), .help = TEXT("数で表した境目。例：3万人以上が2時間以上", "The limit in numbers, e.g. 30,000 users for 2 hours"),
     .aliases = "閾値|基準値|判断基準"},
    {.name = "own_target", .kind = KIND_LONG, .label = TEXT("自社の目標", "Own target"), .help = TEXT("行動計画より厳しくすることだけができます", "May only be stricter than the plan"),
     .flags = COLUMN, .aliases = "自組織目標|目標|目標水準|独自目標"},
    {.name = "own_minutes", .kind = KIND_INT, .label = TEXT("自社の目標（停止時間・分）", "Own target (minutes of stop)"),
     .help = TEXT("これ以上続く停止を起こさない。法令の水準より短くすることだけができます", "No stop of this length or longer; may only be shorter than the legal level"), .min = 0, .max = 525600},
    {.name = "own_users", .kind = KIND_INT, .label = TEXT("自社の目標（影響人数）", "Own target (users hit)"),
     .help = TEXT("これ以上の人数に及ぶ停止を起こさない。空なら一人から数えます", "No stop that hits this many or more; empty: counted from one"), .min = 0, .max = 200000000},
    {.name = "users", .kind = KIND_INT, .label = TEXT("利用者数", "Users"), .help = TEXT("おおよその人数。範囲でもよい", "About how many; a range will do"),
     .flags = RANGE | SORT, .min = 0, .max = 200000000, .aliases = "給水人口|利用者|対象人口|対象者数"},
    {.name = "service_class", .kind = KIND_CHOICE, .label = TEXT("電気通信役務の区分", "Class of telecommunications service"),
     .help = TEXT("電気通信役務のときだけ。止まったときに報告が要るかを見積もるのに使います", "Only for telecommunications: tells which reports a stop would call for"), .flags = FILTER, .choices = service_classes, .choices_n = COUNT(service_classes),
     .aliases = "役務区分|電気通信役務区分|役務の区分"},
    {.name = "rto_hours", .kind = KIND_INT, .label = TEXT("目標復旧時間（時間）", "Recovery time (hours)"), .help = TEXT("止まってから戻すまでの目標", "Target from stop to return"),
     .flags = RANGE | SORT, .min = 0, .max = 8760, .aliases = "目標復旧時間|RTO|復旧目標"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("責任を持つ部署", "The unit that answers for it"),
     .flags = FILTER | COLUMN, .target = "unit", .aliases = "所管課|主管課|所管部署|担当課"},
    {.name = "depends_on", .kind = KIND_REFS, .label = TEXT("依存するサービス", "Depends on"), .help = TEXT("これが続くのに要る他のサービス", "Other services it needs"),
     .flags = FILTER, .target = "service", .aliases = "依存先|依存サービス|前提サービス"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"),
     .flags = SORT | FILTER, .aliases = "見直し日|次回見直し"},
};

static const Value *value(const Record *r, const char *name)
{
    int i = field_find(fields, COUNT(fields), str_of(name));
    assert(i >= 0);
    return &r->v[i];
}

/* Where the law states a number: an accident that it forbids must also be one that the own target forbids. */
static void check_limit(Ctx *c, const PackItem *it, const Record *r, const char *own, const char *limit, Text unit, Mistakes *m)
{
    int64_t most;
    if (value(r, own)->state != VALUE_KNOWN || !pack_number(it, "limit", limit, &most) || value(r, own)->i <= most) return;
    Str n = str_printf(c->a, "%lld", (long long)most);
    mistake_add(m, str_of(own), "range", TEXT_FILL(c->a, "法令の水準は{0}{1}です。自社の目標は、それと同じか厳しくしてください。",
        "The legal level is {0} {2}. The own target may be as strict or stricter.", n, unit.in[JA], unit.in[EN]));
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    const Value *code = value(r, "catalogue");
    if (!c->packs || code->state != VALUE_KNOWN) return ERR_NONE;
    const PackItem *it = pack_find(c->packs, STR("services"), code->text, DAY_NONE);
    bool kept = old && values_equal(&fields[field_find(fields, COUNT(fields), STR("catalogue"))], value(old, "catalogue"), code); /* by an older pack */
    if (!it && !kept) mistake_add(m, STR("catalogue"), "choice", text_of("行動計画の項目の一覧にありません。サービス名の候補から選んでください。", "Not an item of the plan. Choose among the suggested services."));
    if (!it) return ERR_NONE;
    check_limit(c, it, r, "own_minutes", "minutes", text_of("分", "minutes"), m);
    check_limit(c, it, r, "own_users", "users", text_of("人", "users"), m);
    return ERR_NONE;
}

const Resource service_resource = {.name = "service", .path = "services", .prefix = "S", .label = TEXT("サービス", "Service"),
    .label_many = TEXT("サービス", "Services"), .help = TEXT("維持すべき重要なサービス", "Important services to be kept"), .fields = fields,
    .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check};
