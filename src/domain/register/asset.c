/* Assets: what is to be protected, seen from the three viewpoints of the guide (safety standard, service level, confidentiality). */
#include "access/access.h"
#include "register/register.h"

static const Choice kinds[] = {
    {CODE("system"), TEXT("情報システム", "Information system"), TEXT("業務を行う一まとまりの仕組み", "One system that carries out a business process"), "業務システム|システム|サーバ|サーバー|アプリケーション"},
    {CODE("control"), TEXT("制御システム", "Control system"), TEXT("監視制御、PLCなど設備を動かすもの", "SCADA, PLC and what moves equipment"), "制御装置|監視制御|PLC|SCADA|計装"},
    {CODE("hardware"), TEXT("機器", "Equipment"), TEXT("サーバ、端末、計装機器など", "Servers, terminals, instruments"), "パソコン|端末|PC|ハードウェア|装置"},
    {CODE("software"), TEXT("ソフトウェア", "Software"), TEXT("パッケージ、基本ソフトなど", "Packages, operating systems"), "アプリ|パッケージ|OS"},
    {CODE("network"), TEXT("ネットワーク", "Network"), TEXT("回線、通信機器", "Lines and network devices"), "通信|回線|ネットワーク機器|通信機器"},
    {CODE("data"), TEXT("データ", "Data"), TEXT("電子的に保存された情報", "Information kept electronically"), "電子データ|データベース|情報|電磁的記録"},
    {CODE("paper"), TEXT("紙文書・媒体", "Paper and media"), TEXT("紙、可搬媒体", "Paper, removable media"), "紙媒体|紙|文書|書類|媒体|外部記録媒体|可搬媒体"},
    {CODE("facility"), TEXT("施設", "Facility"), TEXT("建物、電源、空調", "Buildings, power, cooling"), "設備|建物|部屋|電源設備|空調設備"},
    {CODE("cloud"), TEXT("外部サービス", "External service"), TEXT("クラウドなど他者が運用するもの", "Cloud and other services run by others"), "クラウド|クラウドサービス|SaaS|外部委託サービス"},
};
static const Choice viewpoints[] = {
    {CODE("safety"), TEXT("安全基準等", "Safety standard"), TEXT("従うべき安全基準等があるもの", "A safety standard applies to it")},
    {CODE("level"), TEXT("サービス維持レベル", "Service level"), TEXT("重要なサービスの維持に要るもの", "Needed to keep an important service")},
    {CODE("secret"), TEXT("機密性", "Confidentiality"), TEXT("漏えいしてはならないもの", "Must not leak")},
};

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("資産名", "Asset"), .help = TEXT("現場で呼んでいる名前", "The name used at work"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|情報資産の名称|情報資産名|情報資産名称|機器名|システム名|資産名称"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("一番近いものを一つ", "The nearest one"),
     .flags = REQUIRED | SORT | FILTER | COLUMN, .choices = kinds, .choices_n = COUNT(kinds), .aliases = "資産種別|種別|区分|分類|資産区分"},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("説明", "Description"), .help = TEXT("何をするものか", "What it does"), .flags = SEARCH, .aliases = "概要|用途|内容|備考"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("管理部署", "Owner"), .help = TEXT("責任を持つ部署", "The unit that answers for it"),
     .flags = FILTER | COLUMN, .target = "unit", .aliases = "所管課|主管課|管理部門|所管部署|担当課|管理責任部署"},
    {.name = "place", .kind = KIND_TEXT, .label = TEXT("設置・保管場所", "Place"), .help = TEXT("建物と部屋", "Building and room"), .flags = SEARCH, .aliases = "設置場所|保管場所|設置拠点|所在地"},
    {.name = "country", .kind = KIND_TEXT, .label = TEXT("保存国", "Country of storage"), .help = TEXT("データを保存する国。例：日本", "The country where data is stored, e.g. Japan"),
     .aliases = "データ保存国|保管国|データ所在国"},
    {.name = "confidentiality", .kind = KIND_INT, .label = TEXT("機密性", "Confidentiality"), .help = TEXT("漏れたときの重大さ。1 小、2 中、3 大", "How grave a leak is: 1 small, 2 medium, 3 large"),
     .flags = RANGE | FILTER | SORT | COLUMN, .min = 1, .max = 3, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "C|機密性（C）|機密性(C)|機密性評価"},
    {.name = "integrity", .kind = KIND_INT, .label = TEXT("完全性", "Integrity"), .help = TEXT("誤りや改ざんの重大さ。1 小、2 中、3 大", "How grave an error or change is: 1 small, 2 medium, 3 large"),
     .flags = RANGE | FILTER | SORT | COLUMN, .min = 1, .max = 3, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "I|完全性（I）|完全性(I)|完全性評価"},
    {.name = "availability", .kind = KIND_INT, .label = TEXT("可用性", "Availability"), .help = TEXT("使えないことの重大さ。1 小、2 中、3 大", "How grave an outage is: 1 small, 2 medium, 3 large"),
     .flags = RANGE | FILTER | SORT | COLUMN, .min = 1, .max = 3, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "A|可用性（A）|可用性(A)|可用性評価"},
    {.name = "viewpoint", .kind = KIND_CHOICE, .label = TEXT("防護の観点", "Viewpoint"), .help = TEXT("なぜ防護するか", "Why it is protected"),
     .flags = FILTER, .choices = viewpoints, .choices_n = COUNT(viewpoints), .aliases = "観点|防護観点"},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("支えるサービス", "Services supported"), .help = TEXT("止まると影響を受けるサービス", "Services hit when it stops"),
     .flags = FILTER, .target = "service", .aliases = "関連サービス|対象サービス|利用サービス|関連業務"},
    {.name = "depends_on", .kind = KIND_REFS, .label = TEXT("依存する資産", "Depends on"), .help = TEXT("これが動くのに要る資産", "Assets it needs to work"),
     .flags = FILTER, .target = "asset", .aliases = "依存資産|前提資産|依存先|接続先"},
    {.name = "suppliers", .kind = KIND_REFS, .label = TEXT("委託先・供給者", "Suppliers"), .help = TEXT("保守や提供をする相手", "Who maintains or provides it"),
     .flags = FILTER, .target = "supplier", .aliases = "委託先|保守業者|供給者|ベンダー|保守委託先|業者"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"),
     .flags = SORT | FILTER, .aliases = "見直し日|次回見直し|見直期限|次回棚卸日|棚卸日|次回棚卸"},
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの故障の回数", "Own failures in 100 years"), .help = TEXT("それ自身が原因で止まる回数。10年に1回なら10", "Failures of its own; once in ten years is 10"),
     .flags = RANGE | SORT, .min = 0, .max = 1000000, .aliases = "故障回数|故障頻度|停止頻度|100年故障回数", .begins = TEXT("自分から止まること", "Failing by itself")},
    {.name = "repair_hours", .kind = KIND_INT, .label = TEXT("復旧にかかる時間（時間）", "Hours to repair"), .help = TEXT("止まってから戻るまで。範囲でもよい。例：4から48", "From the stop to the return; a range will do, e.g. 4 to 48"),
     .flags = RANGE | SORT, .min = 0, .max = 87600, .aliases = "復旧時間|修理時間|平均修復時間|MTTR|復旧所要時間"},
    {.name = "black_start", .kind = KIND_BOOL, .label = TEXT("自力で起動できる", "Black start"), .help = TEXT("頼る相手が止まったままでも立ち上げられる", "Comes back even while what it needs is still down"), .flags = FILTER,
     .aliases = "自力起動|ブラックスタート|単独起動"},
};

const Resource asset_resource = {.name = "asset", .path = "assets", .prefix = "A", .label = TEXT("情報資産", "Asset"),
    .label_many = TEXT("情報資産", "Assets"), .help = TEXT("防護すべき対象", "What must be protected"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
