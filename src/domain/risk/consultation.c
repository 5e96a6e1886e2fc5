/* consultation.c -- risk communication and consultation (guide: beside every step): who was asked or told, when, what came of it. */
#include "risk/parts.h"

static const Choice kinds[] = {
    {CODE("consulted"), TEXT("相談した", "Consulted"), TEXT("判断の前に話し合った", "Talked over before a judgement")},
    {CODE("asked"), TEXT("意見を求めた", "Asked"), TEXT("書面などで意見を求めた", "Asked for an opinion")},
    {CODE("told"), TEXT("知らせた", "Told"), TEXT("決めたこと、分かったことを伝えた", "What was decided or found")},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("件名", "Subject"), .help = TEXT("何についてか", "What it was about"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "用件|議題"},
    {.name = "held_on", .kind = KIND_DATE, .label = TEXT("日付", "Date"), .help = TEXT("相談や連絡をした日", "When it took place"), .flags = REQUIRED | SORT | FILTER | COLUMN, .aliases = "実施日|年月日"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("相談か、連絡か", "Asking or telling"), .flags = REQUIRED | FILTER | COLUMN, .choices = kinds, .choices_n = COUNT(kinds)},
    {.name = "party", .kind = KIND_TEXT, .label = TEXT("相手", "With whom"), .help = TEXT("役職、会議体、部署、社外の相手", "Post, body, unit, or a party outside"), .flags = REQUIRED | SEARCH | COLUMN, .aliases = "相手先|出席者"},
    {.name = "step", .kind = KIND_CHOICE, .label = TEXT("どの段階か", "Step"), .help = TEXT("リスク管理のどの段階についてか", "Step of the cycle"), .flags = FILTER, .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "risks", .kind = KIND_REFS, .label = TEXT("関係するリスク", "Risks"), .help = TEXT("話に出たリスク", "Those spoken of"), .flags = FILTER, .target = "risk", .aliases = "関連リスク"},
    {.name = "plans", .kind = KIND_REFS, .label = TEXT("関係する計画", "Plans"), .help = TEXT("話に出た計画", "Those spoken of"), .flags = FILTER, .target = "plan"},
    {.name = "criteria", .kind = KIND_REFS, .label = TEXT("関係する判定基準", "Criteria"), .help = TEXT("話に出た判定基準", "Those spoken of"), .flags = FILTER, .target = "criteria"},
    {.name = "content", .kind = KIND_LONG, .label = TEXT("内容", "What was said"), .help = TEXT("尋ねたこと、伝えたこと", "What was asked or told"), .flags = SEARCH, .aliases = "概要"},
    {.name = "outcome", .kind = KIND_LONG, .label = TEXT("結果", "What came of it"), .help = TEXT("答え、決まったこと、次にすること", "Answer, decision, next step"), .flags = SEARCH, .aliases = "回答|対応"},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("記録の番号", "Minutes"), .help = TEXT("議事録や文書の番号", "Number of the minutes or letter"), .aliases = "議事録|文書番号"},
};

const Resource consultation_resource = {.name = "consultation", .path = "consultations", .prefix = "H", .label = TEXT("相談・連絡", "Consultation"),
    .label_many = TEXT("相談・連絡", "Consultations"), .help = TEXT("リスクについて誰に尋ね、誰に知らせたか", "Who was asked or told about risks"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
