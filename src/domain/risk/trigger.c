/* trigger.c -- signs of change, inside or outside: what they touch is sent back to the right step of the cycle. */
#include "risk/parts.h"

static const Choice kinds[] = {
    {CODE("business"), TEXT("業務の変化", "Change of business"), TEXT("業務、組織、委託先が変わる", "Business, organisation or suppliers change"), "業務変更|事業環境の変化"},
    {CODE("threat"), TEXT("新しい脅威", "New threat"), TEXT("新しい攻撃、弱点、災害", "New attacks, weaknesses, disasters"), "脅威"},
    {CODE("likelihood"), TEXT("起こりやすさの上昇", "Likelihood rises"), TEXT("起こりやすくなった", "It became more likely"), "発生可能性の上昇"},
    {CODE("acceptance"), TEXT("受容の変化", "Acceptance changed"), TEXT("受け入れてよい範囲が変わった", "What may be accepted changed"), "受容基準の変化"},
    {CODE("asset"), TEXT("新しい資産・技術", "New asset or technology"), TEXT("新しい機器、サービス、使い方", "New devices, services, ways of use"), "新技術|新規資産"},
    {CODE("incident"), TEXT("他での事故・事件", "Incident elsewhere"), TEXT("他の組織で起きたこと", "What happened to others"), "他組織の事例|事故事例"},
};
static const Choice sides[] = {
    {CODE("internal"), TEXT("内部", "Internal"), TEXT("自分の組織の中", "Inside the organisation")},
    {CODE("external"), TEXT("外部", "External"), TEXT("組織の外", "Outside the organisation")},
};
static const Choice states[] = {
    {CODE("open"), TEXT("検討中", "Open"), TEXT("まだ決めていない", "Not decided yet"), "未対応"},
    {CODE("handled"), TEXT("反映した", "Handled"), TEXT("リスクを見直しに戻した", "Its risks were sent back"), "対応済み", true},
    {CODE("dismissed"), TEXT("反映しない", "Dismissed"), TEXT("理由を書いて終える", "Closed with a reason"), "対応不要", true},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("変化の兆し", "Sign of change"), .help = TEXT("何が変わったか、変わりそうかを一文で", "What changed or may change, in one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "件名|変化"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("何の変化か", "Change of what"), .flags = REQUIRED | FILTER | COLUMN, .choices = kinds, .choices_n = COUNT(kinds), .aliases = "区分"},
    {.name = "side", .kind = KIND_CHOICE, .label = TEXT("内部・外部", "Internal or external"), .help = TEXT("どこで起きた変化か", "Where the change is"), .flags = FILTER | COLUMN, .choices = sides, .choices_n = COUNT(sides)},
    {.name = "source", .kind = KIND_TEXT, .label = TEXT("情報源", "Source"), .help = TEXT("どこから知ったか", "Where it was learnt"), .flags = SEARCH, .aliases = "出典"},
    {.name = "found_on", .kind = KIND_DATE, .label = TEXT("知った日", "Found on"), .help = TEXT("最初に知った日", "First known"), .flags = SORT | COLUMN, .aliases = "把握日"},
    {.name = "description", .kind = KIND_LONG, .label = TEXT("内容", "Description"), .help = TEXT("何がどう変わるか", "What changes and how"), .flags = SEARCH, .aliases = "詳細|概要"},
    {.name = "risks", .kind = KIND_REFS, .label = TEXT("関わるリスク", "Risks touched"), .help = TEXT("見直すべきリスク", "Those to be looked at again"), .flags = FILTER, .target = "risk", .aliases = "関連リスク"},
    {.name = "step", .kind = KIND_CHOICE, .label = TEXT("戻す手順", "Back to step"), .help = TEXT("リスクをどの手順へ戻すか", "Where its risks are to begin again"), .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("検討する部署", "The unit that looks into it"), .flags = FILTER, .target = "unit", .aliases = "担当課|所管課"},
    {.name = "dismissed_reason", .kind = KIND_LONG, .label = TEXT("反映しない理由", "Why dismissed"), .help = TEXT("反映しないときは必ず書く", "Given when it is dismissed"), .flags = READONLY},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("扱い", "State"), .help = TEXT("反映する、反映しないで変わります", "Changes when it is applied or dismissed"), .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)},
    {.name = "handled_on", .kind = KIND_DATE, .label = TEXT("決めた日", "Decided on"), .help = TEXT("反映した日、反映しないと決めた日", "Day on which it was applied or dismissed"), .flags = READONLY | SORT},
};

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    UNUSED(c);
    UNUSED(old);
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("open"));
    return ERR_NONE;
}

static Err not_open(void)
{
    return err_text(ERR_CONFLICT, text_of("もう決まっています。新しい変化は新しく登録してください。", "This was decided already. Record a new change as a new one."));
}

static void decide(Ctx *c, Record *r, Str state)
{
    put_text(value_of(r, "state"), state);
    put_int(value_of(r, "handled_on"), day_in_japan(c->now));
}

static Record *copy_of(Ctx *c, const Record *old)
{
    Record *r = arena_new(c->a, Record);
    *r = *old;
    r->v = arena_array(c->a, Value, old->res->fields_n);
    memcpy(r->v, old->v, old->res->fields_n * sizeof(Value));
    return r;
}

/* Retired risks are left alone; closed ones come back, for the change may have brought them back. */
static Err reopen_all(Ctx *c, const Record *trigger, Record **list, size_t n)
{
    Value by = {.state = VALUE_KNOWN, .ref = trigger->id};
    const Value *text = value_of(trigger, "description");
    Str why = str_printf(c->a, "%.*s %.*s", STR_ARG(record_label(c->a, trigger)), STR_ARG(text->state == VALUE_KNOWN ? text->text : record_title(trigger)));
    for (size_t i = 0; i < n; i++) {
        if (!list[i] || list[i]->removed) continue;
        Record *next = copy_of(c, list[i]);
        risk_reopen(c, next, value_of(trigger, "step")->text, why, &by);
        TRY(work_save(c, list[i], next, "reopen"));
    }
    return ERR_NONE;
}

static Err apply(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(input);
    const Value *risks = value_of(r, "risks");
    if (!state_is(r, "open")) return not_open();
    if (!risks->n) mistake_add(m, STR("risks"), "required", text_of("関わるリスクを一つは選んでください。", "Name at least one risk."));
    if (value_of(r, "step")->state == VALUE_NONE) mistake_add(m, STR("step"), "required", text_of("どの手順へ戻すかを選んでください。", "Choose the step to go back to."));
    if (m->n) return ERR_NONE;
    Record **list = arena_array(c->a, Record *, risks->n);
    TRY(record_get_many(c->db, c->a, &risk_resource, r->org, risks->refs, risks->n, list));
    Ctx once = *c;
    once.kept = &(Kept){0}; /* the criteria are read once for all */
    TRY(reopen_all(&once, r, list, risks->n));
    decide(c, r, STR("handled"));
    return ERR_NONE;
}

static Err dismiss(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (!state_is(r, "open")) return not_open();
    put_text(value_of(r, "dismissed_reason"), input[0].text);
    decide(c, r, STR("dismissed"));
    return ERR_NONE;
}

/* What was decided stays as it was decided. */
static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    return old && !old->removed && !r->removed && !state_is(old, "open") ? not_open() : ERR_NONE;
}

static const Field dismiss_input[] = {
    {.name = "why", .kind = KIND_LONG, .label = TEXT("理由", "Why"), .help = TEXT("なぜ反映しないか", "Why nothing follows from it"), .flags = REQUIRED},
};
static const Action actions[] = {
    {.name = "apply", .label = TEXT("リスクに反映する", "Apply to its risks"), .help = TEXT("関わるリスクをすべて、選んだ手順へ戻します", "Sends all its risks back to the chosen step"), .roles = ROLES_MANAGE, .from = "open", .run = apply},
    {.name = "dismiss", .label = TEXT("反映しない", "Dismiss"), .help = TEXT("理由を書いて終えます", "Closes it with a reason"), .roles = ROLES_MANAGE, .from = "open",
     .fields = dismiss_input, .fields_n = COUNT(dismiss_input), .run = dismiss},
};

const Resource trigger_resource = {.name = "trigger", .path = "triggers", .prefix = "W", .label = TEXT("変化の兆し", "Sign of change"), .label_many = TEXT("変化の兆し", "Signs of change"),
    .help = TEXT("リスクの見直しのきっかけになる内外の変化", "Changes inside and outside that make risks be looked at again"), .fields = fields, .fields_n = COUNT(fields), .read = READERS,
    .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions), .check = check, .before_save = before_save};
