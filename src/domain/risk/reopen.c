/* reopen.c -- a risk goes back to a step of the cycle, and on again when that step was done anew. */
#include "risk/parts.h"

const Choice cycle_steps[CYCLE_STEPS] = {
    {CODE("context"), TEXT("状況の設定", "Context"), TEXT("防護すべき対象、判定基準、課題", "Protected things, criteria, issues"), "状況設定"},
    {CODE("identify"), TEXT("特定", "Identification"), TEXT("事象と損害", "Events and losses"), "リスクの特定|リスク特定"},
    {CODE("analyse"), TEXT("分析", "Analysis"), TEXT("影響と起こりやすさ", "Impact and likelihood"), "リスクの分析|リスク分析"},
    {CODE("evaluate"), TEXT("評価", "Evaluation"), TEXT("対応の要否と優先順位", "Need for treatment and priority"), "リスクの評価|リスク評価"},
    {CODE("treat"), TEXT("対応", "Treatment"), TEXT("選択肢と計画", "Option and plan"), "リスク対応"},
};

static size_t place_of_step(Str code)
{
    size_t at = 0;
    while (at < CYCLE_STEPS && !str_eq(cycle_steps[at].code, code)) at++;
    return at;
}

/* All later steps follow from an earlier one, so of two open steps the earlier stays. */
void risk_reopen(Ctx *c, Record *r, Str step, Str why, const Value *trigger)
{
    Value *at = value_of(r, "reopened_at");
    if (at->state != VALUE_KNOWN || place_of_step(step) < place_of_step(at->text)) put_text(at, step);
    put_text(value_of(r, "reopened_why"), why);
    put_int(value_of(r, "reopened_on"), day_in_japan(c->now));
    *value_of(r, "reopened_by") = *trigger;
    *value_of(r, "reopened_result") = (Value){.state = VALUE_NONE};
    put_text(value_of(r, "state"), STR("open"));
}

Err reopen_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    risk_reopen(c, r, input[0].text, input[1].text, &input[2]);
    return ERR_NONE;
}

/* What the step led to is said; a changed field alone does not say that the step was gone through. */
Err resume_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    static const char *const gone[] = {"reopened_at", "reopened_why", "reopened_on", "reopened_by"};
    UNUSED(c);
    UNUSED(m);
    if (value_of(r, "reopened_at")->state != VALUE_KNOWN)
        return err_text(ERR_CONFLICT, text_of("このリスクは戻されていません。", "This risk was not sent back."));
    for (size_t i = 0; i < COUNT(gone); i++)
        *value_of(r, gone[i]) = (Value){.state = VALUE_NONE};
    put_text(value_of(r, "reopened_result"), input[0].text);
    *value_of(r, "state") = input[1];
    return ERR_NONE;
}
