/* Services: what the organisation must not let fail, with the level of the plan and its own, never looser, target. */
#include "access/access.h"
#include "register/register.h"

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("サービス名", "Service"), .help = TEXT("利用者から見たサービス", "The service as its users see it"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|重要インフラサービス|業務名|サービス名称|重要業務"},
    {.name = "sector", .kind = KIND_TEXT, .label = TEXT("分野", "Sector"), .help = TEXT("重要インフラ分野。例：水道", "Sector, e.g. water"),
     .flags = SORT | FILTER | COLUMN, .aliases = "重要インフラ分野|分野名"},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("説明", "Description"), .help = TEXT("誰に何を届けるか", "What reaches whom"), .flags = SEARCH, .aliases = "概要|内容|備考"},
    {.name = "law", .kind = KIND_TEXT, .label = TEXT("関連法令", "Law"), .help = TEXT("根拠となる法令と条", "The law and article"), .aliases = "根拠法令|法令"},
    {.name = "level", .kind = KIND_LONG, .label = TEXT("サービス維持レベル", "Service level"), .help = TEXT("行動計画が示す水準の文", "The level in the words of the plan"),
     .flags = SEARCH, .aliases = "維持レベル|維持水準|対象・水準|行動計画の水準"},
    {.name = "threshold", .kind = KIND_TEXT, .label = TEXT("しきい値", "Threshold"), .help = TEXT("数で表した境目。例：3万人以上が2時間以上", "The limit in numbers, e.g. 30,000 users for 2 hours"),
     .aliases = "閾値|基準値|判断基準"},
    {.name = "own_target", .kind = KIND_LONG, .label = TEXT("自社の目標", "Own target"), .help = TEXT("行動計画より厳しくすることだけができます", "May only be stricter than the plan"),
     .flags = COLUMN, .aliases = "自組織目標|目標|目標水準|独自目標"},
    {.name = "users", .kind = KIND_INT, .label = TEXT("利用者数", "Users"), .help = TEXT("おおよその人数。範囲でもよい", "About how many; a range will do"),
     .flags = RANGE | SORT, .min = 0, .max = 200000000, .aliases = "給水人口|利用者|対象人口|対象者数"},
    {.name = "rto_hours", .kind = KIND_INT, .label = TEXT("目標復旧時間（時間）", "Recovery time (hours)"), .help = TEXT("止まってから戻すまでの目標", "Target from stop to return"),
     .flags = RANGE | SORT, .min = 0, .max = 8760, .aliases = "目標復旧時間|RTO|復旧目標"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("責任を持つ部署", "The unit that answers for it"),
     .flags = FILTER | COLUMN, .target = "unit", .aliases = "所管課|主管課|所管部署|担当課"},
    {.name = "depends_on", .kind = KIND_REFS, .label = TEXT("依存するサービス", "Depends on"), .help = TEXT("これが続くのに要る他のサービス", "Other services it needs"),
     .flags = FILTER, .target = "service", .aliases = "依存先|依存サービス|前提サービス"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"),
     .flags = SORT | FILTER, .aliases = "見直し日|次回見直し"},
};

const Resource service_resource = {.name = "service", .path = "services", .prefix = "S", .label = TEXT("サービス", "Service"),
    .label_many = TEXT("サービス", "Services"), .help = TEXT("維持すべき重要なサービス", "Important services to be kept"), .fields = fields,
    .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
