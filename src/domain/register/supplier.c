/* Suppliers: contractors, vendors and other operators on whom assets depend. */
#include "access/access.h"
#include "register/register.h"

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("委託先名", "Supplier"), .help = TEXT("正式な名称", "The full name"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|会社名|業者名|事業者名|供給者名|委託先"},
    {.name = "provides", .kind = KIND_LONG, .label = TEXT("提供するもの", "Provides"), .help = TEXT("製品、保守、回線など", "Products, maintenance, lines …"),
     .flags = SEARCH | COLUMN, .aliases = "業務内容|委託内容|契約内容|提供内容"},
    {.name = "contract", .kind = KIND_TEXT, .label = TEXT("契約", "Contract"), .help = TEXT("契約の名称や番号", "Name or number of the contract"), .aliases = "契約名|契約番号|契約件名"},
    {.name = "contract_until", .kind = KIND_DATE, .label = TEXT("契約満了日", "Contract until"), .help = TEXT("契約の最後の日", "Last day of the contract"),
     .flags = SORT | FILTER | COLUMN, .aliases = "契約期限|満了日|契約終了日|契約期間（終期）"},
    {.name = "telephone", .kind = KIND_TEXT, .label = TEXT("緊急連絡先", "Emergency telephone"), .help = TEXT("夜間休日もつながる窓口", "A desk that answers at night and on holidays"),
     .flags = PERSONAL | PHONE, .aliases = "電話|連絡先|電話番号|障害受付"},
    {.name = "remote", .kind = KIND_BOOL, .label = TEXT("遠隔保守", "Remote maintenance"), .help = TEXT("外から接続して保守する", "Connects from outside"), .flags = FILTER, .aliases = "リモート保守|遠隔接続"},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("備考", "Note"), .help = TEXT("再委託など", "Subcontracting and so on"), .flags = SEARCH, .aliases = "特記事項|メモ"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"),
     .flags = SORT | FILTER, .aliases = "見直し日|次回評価日"},
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの故障の回数", "Own failures in 100 years"), .help = TEXT("相手の側の都合で提供が止まる回数。10年に1回なら10", "How often they stop providing; once in ten years is 10"),
     .flags = RANGE | SORT, .min = 0, .max = 1000000, .aliases = "故障回数|故障頻度|停止頻度|100年故障回数", .begins = TEXT("自分から止まること", "Failing by itself")},
    {.name = "repair_hours", .kind = KIND_INT, .label = TEXT("復旧にかかる時間（時間）", "Hours to repair"), .help = TEXT("止まってから戻るまで。範囲でもよい。例：4から48", "From the stop to the return; a range will do, e.g. 4 to 48"),
     .flags = RANGE | SORT, .min = 0, .max = 87600, .aliases = "復旧時間|修理時間|平均修復時間|MTTR|復旧所要時間"},
    {.name = "black_start", .kind = KIND_BOOL, .label = TEXT("自力で起動できる", "Black start"), .help = TEXT("頼る相手が止まったままでも立ち上げられる", "Comes back even while what it needs is still down"), .flags = FILTER,
     .aliases = "自力起動|ブラックスタート|単独起動"},
};

const Resource supplier_resource = {.name = "supplier", .path = "suppliers", .prefix = "V", .label = TEXT("委託先", "Supplier"),
    .label_many = TEXT("委託先", "Suppliers"), .help = TEXT("頼っている相手", "Those one depends on"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
