/* issue.c -- issues (課題) from four origins; each becomes a threat or vulnerability, or is closed with a reason. */
#include "risk/parts.h"

const Choice issue_origins[ISSUE_ORIGINS] = {
    {CODE("operation"), TEXT("運用での情報収集", "Information in operation"), TEXT("官庁、関係機関、セプターなどから", "From agencies, vendors, CEPTOAR")},
    {CODE("audit"), TEXT("監査", "Audit"), TEXT("内部監査、外部監査", "Internal or external")},
    {CODE("environment"), TEXT("環境変化の調査", "Change of environment"), TEXT("クラウド、テレワークなど", "Cloud, telework and so on")},
    {CODE("exercise"), TEXT("演習・訓練", "Exercise"), TEXT("演習や訓練で分かったこと", "Found in an exercise or drill")},
};
const Choice issue_states[ISSUE_STATES] = {
    {CODE("open"), TEXT("検討中", "Open"), TEXT("まだ決めていない", "Not decided yet")},
    {CODE("threat"), TEXT("脅威として扱う", "Taken as a threat"), TEXT("リスク源になった", "Became a risk source")},
    {CODE("vulnerability"), TEXT("脆弱性として扱う", "Taken as a vulnerability"), TEXT("リスク源になった", "Became a risk source")},
    {CODE("closed"), TEXT("終了", "Closed"), TEXT("理由を書いて終える", "Closed with a reason")},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("課題", "Issue"), .help = TEXT("一文で", "In one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "課題名|件名|指摘事項"},
    {.name = "origin", .kind = KIND_CHOICE, .label = TEXT("きっかけ", "Origin"), .help = TEXT("どこから分かったか", "Where it came from"), .flags = REQUIRED | FILTER | COLUMN, .choices = issue_origins, .choices_n = ISSUE_ORIGINS, .aliases = "発生元|契機|区分"},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("内容", "Description"), .help = TEXT("何が問題か", "What the matter is"), .flags = SEARCH, .aliases = "詳細|概要"},
    {.name = "found_on", .kind = KIND_DATE, .label = TEXT("分かった日", "Found on"), .help = TEXT("最初に知った日", "First known"), .flags = SORT, .aliases = "発見日|指摘日"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("検討する部署", "The unit that looks into it"), .flags = FILTER | COLUMN, .target = "unit", .aliases = "担当課|所管課"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("関係する資産", "Assets"), .help = TEXT("関わる資産", "Those concerned"), .flags = FILTER, .target = "asset", .aliases = "対象資産"},
    {.name = "risks", .kind = KIND_REFS, .label = TEXT("関係するリスク", "Risks"), .help = TEXT("つながったリスク", "Those it led to"), .flags = FILTER, .target = "risk", .aliases = "関連リスク"},
    {.name = "source", .kind = KIND_TEXT, .label = TEXT("リスク源", "Risk source"), .help = TEXT("どの脅威・脆弱性になったか。リスクを選んだなら空でもよい", "Which threat or vulnerability it became; may be empty where risks are named"), .flags = SEARCH, .suggest = "risk-sources"},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("扱い", "State"), .help = TEXT("どう扱うことにしたか", "What was decided"), .flags = REQUIRED | FILTER | COLUMN, .choices = issue_states, .choices_n = ISSUE_STATES, .aliases = "状態|状況|対応状況"},
    {.name = "closed_reason", .kind = KIND_LONG, .label = TEXT("終了の理由", "Reason for closing"), .help = TEXT("終了にするときは必ず書く", "Needed to close it"), .aliases = "終了理由"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER, .aliases = "期限|見直し日"},
};

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    UNUSED(old);
    if (state_is(r, "closed") && value_of(r, "closed_reason")->state == VALUE_NONE)
        mistake_add(m, STR("closed_reason"), "required", text_of("終了の理由を書いてください。", "Give the reason for closing."));
    bool led_on = state_is(r, "threat") || state_is(r, "vulnerability");
    if (led_on && !value_of(r, "risks")->n && value_of(r, "source")->state == VALUE_NONE)
        mistake_add(m, STR("source"), "required", text_of("どのリスク源になったかを書くか、関係するリスクを選んでください。", "Say which risk source it became, or name a risk."));
    return ERR_NONE;
}

static const Report reports[] = {
    {.name = "ages", .label = TEXT("課題の経過日数", "Issues by age"), .help = TEXT("まだ決めていない課題を古い順に。この十二か月に決めたものは結果ごとに数えます", "Undecided issues, oldest first; of those decided in the last twelve months how many with which result"),
     .roles = READERS, .run = ages_report},
};

const Resource issue_resource = {.name = "issue", .path = "issues", .prefix = "I", .label = TEXT("課題", "Issue"), .label_many = TEXT("課題", "Issues"),
    .help = TEXT("リスク源になりうる課題", "What may become a risk source"), .fields = fields, .fields_n = COUNT(fields), .reports = reports, .reports_n = COUNT(reports), .read = READERS,
    .create = ROLES_EDIT | ROLE_BIT(ROLE_AUDITOR), .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check};
