/* incident.c -- the incident and its parts: fields, states, the acts and reads that they have. */
#include "incident/parts.h"

static const Choice states[] = {
    {CODE("open"), TEXT("継続中", "Going on"), TEXT("まだ復旧していない、または確かめている", "Not restored, or being looked into")},
    {CODE("restored"), TEXT("復旧", "Restored"), TEXT("復旧した。事実の確認は続く", "Restored; facts are still being gathered")},
    {CODE("closed"), TEXT("終結", "Closed"), TEXT("事実がそろい、変わらない", "The facts are complete and stay"), "完了|クローズ", true},
};
const Choice bound_choices[BOUNDS] = {
    {CODE("at_least"), TEXT("以上", "At least"), TEXT("少なくともこの数。上はまだ分からない", "This many or more; how many more is open")},
    {CODE("at_most"), TEXT("以下", "At most"), TEXT("多くてもこの数", "This many or fewer")},
};
/* Words of the facts document (docs/rules.md); that a pack does not know something is never said by a person. */
static const Choice unknown_choices[] = {
    {CODE("not_asked"), TEXT("まだ聞いていない", "Not asked yet"), TEXT("聞けば分かる", "Asking will tell")},
    {CODE("cannot_know"), TEXT("確認できない", "Cannot be found out"), TEXT("調べても分からない", "Looking into it does not tell")},
    {CODE("future"), TEXT("これから決まる", "Still to come"), TEXT("時間がたたないと分からない", "Only time will tell")},
};

const Field segment_fields[SEGMENT_FIELDS] = {
    [SEGMENT_CLASS] = {.name = "class", .kind = KIND_TEXT, .label = TEXT("役務の区分", "Class of service"), .help = TEXT("パックの用語にある区分の符号", "Its code in the words of a pack"), .max = 60, .aliases = "区分|サービス区分"},
    [SEGMENT_KIND] = {.name = "kind", .kind = KIND_TEXT, .label = TEXT("影響の種類", "Kind of effect"), .help = TEXT("停止、品質の低下など。パックの用語の符号", "Stopped, degraded and so on: a code of a pack"), .flags = REQUIRED, .max = 60},
    [SEGMENT_AREA] = {.name = "area", .kind = KIND_TEXT, .label = TEXT("地域", "Area"), .help = TEXT("都道府県などの符号や名前", "Code or name of a prefecture or place"), .max = 60},
    [SEGMENT_GROUP] = {.name = "group", .kind = KIND_TEXT, .label = TEXT("利用者の集まり", "Group of users"), .help = TEXT("同じ名前の集まりは、ずっと同じ利用者です", "The same name means the same users throughout"), .max = 60},
    [SEGMENT_FROM] = {.name = "from", .kind = KIND_INSTANT, .label = TEXT("始まり", "From"), .help = TEXT("範囲や不明でもよい", "A range or unknown will do"), .flags = REQUIRED | RANGE, .aliases = "開始|発生"},
    [SEGMENT_TO] = {.name = "to", .kind = KIND_INSTANT, .label = TEXT("終わり", "To"), .help = TEXT("この時刻にはもう影響がない", "At this instant nobody is hit any more"), .flags = RANGE, .aliases = "終了|復旧"},
    [SEGMENT_OPEN] = {.name = "open", .kind = KIND_BOOL, .label = TEXT("継続中", "Still going on"), .help = TEXT("まだ終わっていない。終わりの時刻は書かない", "Not over; no end is given")},
    [SEGMENT_PLANNED_END] = {.name = "planned_end", .kind = KIND_INSTANT, .label = TEXT("復旧の見込み", "Expected end"), .help = TEXT("見込みとして示すだけで、判定には使いません", "Shown as a forecast; it decides nothing")},
    [SEGMENT_VALUE] = {.name = "value", .kind = KIND_INT, .label = TEXT("影響の大きさ", "How many"), .help = TEXT("利用者数など。範囲や不明でもよい", "Users and the like; a range or unknown will do"), .flags = RANGE, .max = NUMBER_MAX, .aliases = "影響利用者数|利用者数|人数"},
    [SEGMENT_BOUND] = {.name = "bound", .kind = KIND_CHOICE, .label = TEXT("以上・以下", "At least, at most"), .help = TEXT("数が片側だけ分かっているとき", "Where only one end of the number is known"), .choices = bound_choices, .choices_n = BOUNDS},
    [SEGMENT_ESTIMATE] = {.name = "estimate", .kind = KIND_BOOL, .label = TEXT("推計", "Estimate"), .help = TEXT("数えたのではなく見積もった数", "Reckoned, not counted")},
    [SEGMENT_NOTE] = {.name = "note", .kind = KIND_TEXT, .label = TEXT("備考", "Note"), .help = TEXT("何から分かったか", "How it is known"), .max = 500},
};
const Field fact_fields[FACT_FIELDS] = {
    [FACT_ID] = {.name = "fact", .kind = KIND_TEXT, .label = TEXT("事実", "Fact"), .help = TEXT("パックの用語の符号", "Its id in the vocabulary of a pack"), .flags = REQUIRED, .max = 100},
    [FACT_IS] = {.name = "is", .kind = KIND_TEXT, .label = TEXT("内容", "It is"), .help = TEXT("パックの用語の符号。複数ならコンマで区切る", "true, false, a code, or codes with commas between them"), .max = 2000},
    [FACT_MAY_BE] = {.name = "may_be", .kind = KIND_TEXT, .label = TEXT("ほかの可能性", "It may also be"), .help = TEXT("ありうる符号をコンマで区切る。* は何でもありうる", "Possible codes with commas between them; * for anything else"), .max = 2000},
    [FACT_NUMBER] = {.name = "number", .kind = KIND_INT, .label = TEXT("数", "Number"), .help = TEXT("数や長さ。範囲でもよい", "A count or a length; a range will do"), .flags = RANGE, .max = NUMBER_MAX},
    [FACT_BOUND] = {.name = "bound", .kind = KIND_CHOICE, .label = TEXT("以上・以下", "At least, at most"), .help = TEXT("数が片側だけ分かっているとき", "Where only one end of the number is known"), .choices = bound_choices, .choices_n = BOUNDS},
    [FACT_UNIT] = {.name = "unit", .kind = KIND_TEXT, .label = TEXT("単位", "Unit"), .help = TEXT("空なら用語の単位", "Empty: that of the vocabulary"), .max = 20},
    [FACT_PER] = {.name = "per", .kind = KIND_TEXT, .label = TEXT("区分ごとの数", "Of which class"), .help = TEXT("区分ごとに数えるときの符号", "Its code, where each class is counted apart"), .max = 60},
    [FACT_ESTIMATE] = {.name = "estimate", .kind = KIND_BOOL, .label = TEXT("推計", "Estimate"), .help = TEXT("数えたのではなく見積もった数", "Reckoned, not counted")},
    [FACT_AT] = {.name = "at", .kind = KIND_INSTANT, .label = TEXT("時刻", "Time"), .help = TEXT("範囲でもよい", "A range will do"), .flags = RANGE},
    [FACT_UNKNOWN] = {.name = "unknown", .kind = KIND_CHOICE, .label = TEXT("分からない理由", "Why it is unknown"), .help = TEXT("分からないことも、そのまま書きます", "What is not known is written as that"), .choices = unknown_choices, .choices_n = COUNT(unknown_choices)},
    [FACT_WHY] = {.name = "why", .kind = KIND_LONG, .label = TEXT("根拠", "Grounds"), .help = TEXT("どうして分かったか、どう判断したか", "How it is known, or how it was judged"), .max = 1000},
    [FACT_SAID_BY] = {.name = "said_by", .kind = KIND_REF, .label = TEXT("言った人（窓口）", "Said by"), .help = TEXT("判断は、誰が言ったかを残します", "Of a judgement it is kept who made it"), .target = "contact"},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("何が起きたか", "What happened"), .help = TEXT("一文で", "In one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "件名|事案名|事象"},
    {.name = "summary", .kind = KIND_LONG, .label = TEXT("経過", "Course of events"), .help = TEXT("分かったことを、分かった順に", "What became known, in that order"), .flags = SEARCH, .aliases = "概要|内容"},
    {.name = "near_miss", .kind = KIND_BOOL, .label = TEXT("ヒヤリ・ハット", "Near miss"), .help = TEXT("影響は出なかったが、出るおそれがあった", "Nobody was hit, but somebody might have been"), .flags = FILTER | COLUMN},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("復旧、終結、再開で変わります", "Changes when it is restored, closed, opened again"), .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)},
    {.name = "occurred_at", .kind = KIND_INSTANT, .label = TEXT("発生した時刻", "Occurred at"), .help = TEXT("範囲や不明でもよい", "A range or unknown will do"), .flags = RANGE | SORT | COLUMN, .aliases = "発生日時|発生時刻|いつ"},
    {.name = "known_at", .kind = KIND_INSTANT, .label = TEXT("知った時刻", "Known at"), .help = TEXT("自組織の誰かが最初に知った時刻", "When somebody of the organisation first knew"), .flags = RANGE, .aliases = "認知日時|覚知時刻"},
    {.name = "restored_at", .kind = KIND_INSTANT, .label = TEXT("復旧した時刻", "Restored at"), .help = TEXT("復旧を記録すると入ります", "Set when it is recorded as restored"), .flags = READONLY | RANGE | SORT},
    {.name = "place", .kind = KIND_TEXT, .label = TEXT("どこで", "Where"), .help = TEXT("場所、設備、地域", "Place, equipment or area"), .flags = SEARCH, .aliases = "場所|発生場所"},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("サービス", "Services"), .help = TEXT("止まった、弱った、止まるおそれがあったもの", "Those that stopped, suffered or might have"), .flags = FILTER, .target = "service", .aliases = "影響サービス"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("資産", "Assets"), .help = TEXT("関わる設備、システム", "Equipment and systems concerned"), .flags = FILTER, .target = "asset", .aliases = "対象資産|設備"},
    {.name = "sector", .kind = KIND_TEXT, .label = TEXT("分野", "Sector"), .help = TEXT("重要インフラ分野。例：水道", "Sector, e.g. water"), .flags = SORT | FILTER, .suggest = "sectors"},
    {.name = "operator_class", .kind = KIND_TEXT, .label = TEXT("事業者の区分", "Class of operator"), .help = TEXT("パックの符号。コンマで区切って複数書けます。空なら、まだ確かめていない", "Codes of a pack with commas between them; empty: not looked into"), .max = 500},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("事実を集める部署", "The unit that gathers the facts"), .flags = FILTER | COLUMN, .target = "unit", .aliases = "担当課|所管課"},
    {.name = "segments", .kind = KIND_LIST, .label = TEXT("影響の時系列", "Time line"), .help = TEXT("誰が、いつからいつまで、どれだけ影響を受けたか", "Who was hit, from when to when, how many"), .flags = APART, .max = SEGMENTS_MAX, .fields = segment_fields, .fields_n = SEGMENT_FIELDS},
    {.name = "facts", .kind = KIND_LIST, .label = TEXT("事実", "Facts"), .help = TEXT("判定に使う事実。分からないことも書きます", "What the rules ask; what is not known as well"), .flags = APART, .max = FACTS_MAX, .fields = fact_fields, .fields_n = FACT_FIELDS},
    {.name = "closed_at", .kind = KIND_INSTANT, .label = TEXT("終結した時刻", "Closed at"), .help = TEXT("終結を記録すると入ります", "Set when it is closed"), .flags = READONLY},
    {.name = "outcome", .kind = KIND_LONG, .label = TEXT("結果", "Outcome"), .help = TEXT("終結のときに書いたもの", "As given when it was closed"), .flags = READONLY},
    {.name = "undecided", .kind = KIND_INT, .label = TEXT("決まっていない規定", "Rules undecided"), .help = TEXT("分かれば決まる、または時間がたてば決まるもの", "Decided by what may become known, or by time"), .flags = DERIVED | FILTER, .begins = TEXT("判定", "Judged")},
    {.name = "turns_at", .kind = KIND_INSTANT, .label = TEXT("時間で決まる時刻", "Turned by time at"), .help = TEXT("このままなら、この時刻に判定が変わる", "A verdict turns then, if nothing else does"), .flags = DERIVED | SORT | FILTER},
    {.name = "followed", .kind = KIND_BOOL, .label = TEXT("判定を続ける", "Judged on"), .help = TEXT("終わっていないか、決まっていない規定や未報告のものがある", "Not over, or something of it is undecided or to be reported"), .flags = DERIVED | FILTER | ORDER},
    JUDGED_BY,
};

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    static const char *const judged[] = {"undecided", "turns_at", "followed", "judged_by"};
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("open"));
    if (!old || old->removed != r->removed || !same_record(old, r)) TRY(webhook_tell(c, NULL, HOOK_INCIDENT_CHANGED, r, str_printf(c->a, "%lld", (long long)r->version), (Str){0}));
    for (size_t i = 0; i < COUNT(judged); i++) *value_of(r, judged[i]) = (Value){.state = VALUE_NONE}; /* until the job has judged it */
    return incident_judge_later(c, r);
}

static Err judged_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    return judged_table(c, &incident_resource, out);
}

static const Report reports[] = {
    {.name = "facts", .label = TEXT("事実の文書", "Document of facts"), .help = TEXT("判定に渡す事実", "What the rules are given"), .roles = READERS, .of_record = true, .document = facts_report},
    {.name = "verdicts", .label = TEXT("判定", "Verdicts"), .help = TEXT("報告が要るか、誰に、いつまでに", "Whether it must be reported, to whom, until when"), .roles = READERS, .of_record = true, .document = verdicts_report},
    {.name = "what-if", .label = TEXT("仮定の判定", "What if"), .help = TEXT("事実がこうだったらどう判定されるか。何も保存しない", "What would follow if facts were otherwise; nothing is kept"), .roles = READERS, .of_record = true, .asked = what_if_report},
    {.name = "wording", .label = TEXT("お知らせの文例", "Wording of a notice"), .help = TEXT("段階と相手に合う文例を、事実で埋めたもの。分からない所は空欄", "The wording for a stage and an audience, filled from the facts; what is not known is blank"), .roles = READERS, .of_record = true, .params = wording_params, .params_n = WORDING_PARAMS,
        .document = wording_report},
    {.name = "judged", .label = TEXT("判定に使ったパック", "Judged by which packs"), .help = TEXT("パックが変わったあと、どこまで判定し直したか", "How far they were judged again after the packs changed"), .roles = READERS, .run = judged_report},
};

const Resource incident_resource = {.name = "incident", .path = "incidents", .prefix = "INC", .label = TEXT("インシデント", "Incident"), .label_many = TEXT("インシデント", "Incidents"),
    .help = TEXT("起きたこと、起きそうになったこと", "What happened, or nearly did"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT,
    .remove = ROLES_MANAGE, .actions = incident_actions, .actions_n = INCIDENT_ACTIONS, .reports = reports, .reports_n = COUNT(reports), .check = incident_check, .before_save = before_save};
