/* consultation.c -- risk communication and consultation, beside every step: who was asked or told, when, what came of it. */
#include "risk/parts.h"

static const Choice kinds[] = {
    {CODE("asked"), TEXT("相談した", "Asked"), TEXT("意見を求めた", "An opinion was asked for"), "協議|意見聴取"},
    {CODE("told"), TEXT("伝えた", "Told"), TEXT("知らせた、説明した", "Informed or explained"), "報告|説明|周知"},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("件名", "Subject"), .help = TEXT("何について話したかを一文で", "What it was about, in one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "議題|題名"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("相談・伝達", "Asked or told"), .help = TEXT("意見を求めたか、知らせたか", "Was an opinion asked for, or were they informed"), .flags = REQUIRED | FILTER | COLUMN, .choices = kinds, .choices_n = COUNT(kinds)},
    {.name = "party", .kind = KIND_TEXT, .label = TEXT("相手", "With whom"), .help = TEXT("役職、会議体、組織の名前。個人の名前は書かない", "Post, body or organisation; no names of persons"), .flags = REQUIRED | SEARCH | COLUMN, .aliases = "相手先|協議先|報告先"},
    {.name = "held_on", .kind = KIND_DATE, .label = TEXT("行った日", "Held on"), .help = TEXT("話した日、送った日", "Day of the talk or the message"), .flags = REQUIRED | SORT | COLUMN, .aliases = "実施日|開催日"},
    {.name = "step", .kind = KIND_CHOICE, .label = TEXT("手順", "Step"), .help = TEXT("どの手順で行ったか", "At which step of the cycle"), .flags = FILTER | COLUMN, .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "risks", .kind = KIND_REFS, .label = TEXT("リスク", "Risks"), .help = TEXT("話したリスク", "Those it was about"), .flags = FILTER, .target = "risk", .aliases = "関連リスク"},
    {.name = "plans", .kind = KIND_REFS, .label = TEXT("リスク対応計画", "Treatment plans"), .help = TEXT("話した計画", "Those it was about"), .flags = FILTER, .target = "plan", .aliases = "関連計画"},
    {.name = "criteria", .kind = KIND_REFS, .label = TEXT("判定基準", "Criteria"), .help = TEXT("話した判定基準", "Those it was about"), .flags = FILTER, .target = "criteria"},
    {.name = "content", .kind = KIND_LONG, .label = TEXT("内容", "Content"), .help = TEXT("何を聞いたか、何を伝えたか", "What was asked or told"), .flags = SEARCH, .aliases = "概要"},
    {.name = "outcome", .kind = KIND_LONG, .label = TEXT("結果", "What came of it"), .help = TEXT("得た意見と、それで変えたこと", "Opinions received and what was changed"), .flags = SEARCH, .aliases = "意見|対応結果"},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録の番号", "Minutes"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = SEARCH, .aliases = "議事録"},
};

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(old);
    const Value *on = value_of(r, "held_on");
    if (on->state == VALUE_KNOWN && on->i > day_in_japan(c->now))
        mistake_add(m, STR("held_on"), "range", text_of("行った日は今日までの日にしてください。", "The day cannot be in the future."));
    return ERR_NONE;
}

const Resource consultation_resource = {.name = "consultation", .path = "consultations", .prefix = "L", .label = TEXT("リスクの相談・伝達", "Consultation"),
    .label_many = TEXT("リスクの相談・伝達", "Consultations"), .help = TEXT("リスクについて誰に聞き、誰に伝えたか", "Who was asked or told about risks"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check};
