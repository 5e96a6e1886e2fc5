/* approval.c -- draft → submitted → approved or returned: states, guard and acts of what management approves. The fields stand in parts.h. */
#include "risk/parts.h"
#include "work/files.h"

const Choice approval_states[APPROVAL_STATES] = {
    {CODE("draft"), TEXT("案", "Draft"), TEXT("まだ変更できます", "May still change")},
    {CODE("submitted"), TEXT("承認待ち", "Submitted"), TEXT("経営層の承認を待っています", "Waits for approval")},
    {CODE("approved"), TEXT("承認済み", "Approved"), TEXT("もう変更できません", "Does not change any more"), .settled = true},
    {CODE("returned"), TEXT("差し戻し", "Returned"), TEXT("理由を見て直してください", "See the reason and correct it")},
};

const Field approval_input[APPROVAL_INPUTS] = {
    {.name = "post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("例：水道事業管理者、庁議", "e.g. the board, the mayor"), .flags = REQUIRED},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = REQUIRED},
    {.name = "date", .kind = KIND_DATE, .label = TEXT("承認日", "Date of approval"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = REQUIRED},
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("この記録に添付したもの。なくてもよい", "Attached to this record; may be left out"), .target = "file"},
};

const Field return_input[RETURN_INPUTS] = {
    {.name = "why", .kind = KIND_LONG, .label = TEXT("理由", "Reason"), .help = TEXT("何を直せばよいか", "What is to be corrected"), .flags = REQUIRED},
};

Err approval_guard(Ctx *c, const Record *old, const Record *r, bool may_differ)
{
    if (!old || (old->removed && !r->removed)) return ERR_NONE;
    if (state_is(old, "approved") && (r->removed || !may_differ))
        return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "承認済みの{0}は変更できません。新しく作って承認を受けてください。", "What was approved cannot be changed ({1}). Make a new one and have it approved.",
            text_in(r->res->label, JA), text_in(r->res->label, EN)));
    if (!r->removed && state_is(old, "submitted") && state_is(r, "submitted"))
        return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "承認を待っている{0}は変更できません。差し戻しを受けてから直してください。", "What waits for approval cannot be changed ({1}). Have it returned first.",
            text_in(r->res->label, JA), text_in(r->res->label, EN)));
    return ERR_NONE;
}

Err submit_act(Ctx *c, Record *r, void (*complete)(Ctx *c, const Record *r, Mistakes *m), Mistakes *m)
{
    if (!state_is(r, "draft") && !state_is(r, "returned"))
        return err_text(ERR_CONFLICT, text_of("提出できるのは案か差し戻しのものだけです。", "Only a draft, or what was returned, can be submitted."));
    complete(c, r, m);
    if (m->n) return ERR_NONE;
    put_text(value_of(r, "state"), STR("submitted"));
    put_text(value_of(r, "submitted_by"), c->who->name);
    put_int(value_of(r, "submitted_on"), day_in_japan(c->now));
    return ERR_NONE;
}

Err approval_not_submitted(void)
{
    return err_text(ERR_CONFLICT, text_of("提出されていません。先に提出してください。", "Not submitted yet. Submit it first."));
}

Err return_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    UNUSED(c);
    if (!state_is(r, "submitted")) return approval_not_submitted();
    put_text(value_of(r, "state"), STR("returned"));
    put_text(value_of(r, "return_reason"), input[0].text);
    return ERR_NONE;
}

Err approve_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (input[2].i > day_in_japan(c->now)) {
        mistake_add(m, STR("date"), "range", text_of("承認日は今日までの日にしてください。", "The date of approval cannot be in the future."));
        return ERR_NONE;
    }
    if (input[3].state == VALUE_KNOWN) TRY(file_belongs(c, r, input[3].ref, "minutes_file", m));
    if (m->n) return ERR_NONE;
    put_text(value_of(r, "state"), STR("approved"));
    put_text(value_of(r, "approved_by"), c->who->name);
    put_text(value_of(r, "approved_post"), input[0].text);
    put_text(value_of(r, "minutes"), input[1].text);
    *value_of(r, "minutes_file") = input[3];
    put_int(value_of(r, "approved_on"), input[2].i);
    return ERR_NONE;
}
