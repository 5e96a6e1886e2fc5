/* approval.c -- draft → submitted → approved or returned: states, guard and acts of what management approves. The fields stand in parts.h. */
#include "risk/parts.h"
#include "work/files.h"

const Choice approval_states[APPROVAL_STATES] = {
    {CODE("draft"), TEXT("案", "Draft"), TEXT("まだ変更できます", "May still change")},
    {CODE("submitted"), TEXT("承認待ち", "Submitted"), TEXT("経営層の承認を待っています", "Waits for approval")},
    {CODE("approved"), TEXT("承認済み", "Approved"), TEXT("もう変更できません", "Does not change any more"), .settled = true},
    {CODE("returned"), TEXT("差し戻し", "Returned"), TEXT("理由を見て直してください", "See the reason and correct it")},
};

typedef enum { STEP_CONSULT, STEP_ENDORSE, STEP_DECIDE, STEPS } StepKind;
static const Choice step_kinds[STEPS] = {
    [STEP_CONSULT] = {CODE("consult"), TEXT("合議", "Consulted"), TEXT("意見を聞く。異議があっても、理由を書けば決裁できる", "Is heard; an objection needs an answer")},
    [STEP_ENDORSE] = {CODE("endorse"), TEXT("承認", "Endorses"), TEXT("この承認がなければ先へ進まない", "Without it nothing goes on")},
    [STEP_DECIDE] = {CODE("decide"), TEXT("決裁", "Decides"), TEXT("最後に決める役職。この役職の人だけが承認を記録できる", "Decides in the end: only who holds this post records the approval")},
};
typedef enum { RESULT_AGREED, RESULT_OBJECTED, RESULTS } StepResult;
static const Choice step_results[RESULTS] = {
    [RESULT_AGREED] = {CODE("agreed"), TEXT("異議なし", "Agreed"), TEXT("進めてよい", "It may go on")},
    [RESULT_OBJECTED] = {CODE("objected"), TEXT("異議あり", "Objected"), TEXT("理由を書く", "With the reason")},
};
typedef enum { STEP_POST, STEP_KIND, STEP_RESULT, STEP_ON, STEP_NOTE } StepField;
const Field route_fields[ROUTE_FIELDS] = {
    [STEP_POST] = {.name = "post", .kind = KIND_TEXT, .label = TEXT("役職・会議体", "Post or body"), .help = TEXT("「人」に書いた役職と同じ名前。会議体は事務局の役職に書く", "As written for the person; a body: for its secretary"), .flags = REQUIRED, .max = 100},
    [STEP_KIND] = {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("役割", "Part"), .help = TEXT("合議、承認、決裁", "Consulted, endorses, decides"), .flags = REQUIRED, .choices = step_kinds, .choices_n = STEPS},
    [STEP_RESULT] = {.name = "result", .kind = KIND_CHOICE, .label = TEXT("結果", "Result"), .help = TEXT("記録した人が入れたもの", "As recorded"), .flags = READONLY, .choices = step_results, .choices_n = RESULTS},
    [STEP_ON] = {.name = "answered_on", .kind = KIND_DATE, .label = TEXT("日付", "Day"), .help = TEXT("記録した日", "Day of the record"), .flags = READONLY},
    [STEP_NOTE] = {.name = "note", .kind = KIND_LONG, .label = TEXT("意見", "Opinion"), .help = TEXT("異議の理由など", "Reason of an objection"), .flags = READONLY},
};
const Field approval_input[APPROVAL_INPUTS] = {APPROVAL_INPUT};
const Field endorse_input[ENDORSE_INPUTS] = {
    {.name = "step", .kind = KIND_INT, .label = TEXT("経路の何番目か", "Number of the step"), .help = TEXT("1 から数える", "Counted from 1"), .flags = REQUIRED, .min = 1, .max = 20},
    {.name = "result", .kind = KIND_CHOICE, .label = TEXT("結果", "Result"), .help = TEXT("異議があれば理由も", "An objection needs its reason"), .flags = REQUIRED, .choices = step_results, .choices_n = RESULTS},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("意見", "Opinion"), .help = TEXT("決裁する人が読みます", "Who decides reads it")},
};

const Field return_input[RETURN_INPUTS] = {
    {.name = "why", .kind = KIND_LONG, .label = TEXT("理由", "Reason"), .help = TEXT("何を直せばよいか", "What is to be corrected"), .flags = REQUIRED},
};

static bool step_is(const Value *row, StepKind kind)
{
    return row[STEP_KIND].state == VALUE_KNOWN && str_eq(row[STEP_KIND].text, step_kinds[kind].code);
}

/* What waits may only be answered along its route. */
static bool only_answers(const Record *old, const Record *r)
{
    static const char *const route[] = {"route", NULL};
    return only_differs(old, r, route) && rows_same_but_set(field_of(r->res, "route"), value_of(old, "route"), value_of(r, "route"));
}

Err approval_guard(Ctx *c, const Record *old, const Record *r, bool may_differ)
{
    if (!old || (old->removed && !r->removed)) return ERR_NONE;
    if (state_is(old, "approved") && (r->removed || !may_differ))
        return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "承認済みの{0}は変更できません。新しく作って承認を受けてください。", "What was approved cannot be changed ({1}). Make a new one and have it approved.",
            text_in(r->res->label, JA), text_in(r->res->label, EN)));
    if (!r->removed && state_is(old, "submitted") && state_is(r, "submitted") && !only_answers(old, r))
        return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "承認を待っている{0}は変更できません。差し戻しを受けてから直してください。", "What waits for approval cannot be changed ({1}). Have it returned first.",
            text_in(r->res->label, JA), text_in(r->res->label, EN)));
    return ERR_NONE;
}

static Str next_post(Str *rest)
{
    static const char *const dividers[] = {"、", ",", ";", "/"};
    size_t end = rest->n, skip = 0;
    for (size_t i = 0; i < COUNT(dividers); i++) {
        size_t at = str_find(*rest, str_of(dividers[i]));
        if (at < end) end = at, skip = strlen(dividers[i]);
    }
    Str post = str_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end + skip, rest->n);
    return post;
}

bool post_held(Arena *a, Str held, Str post)
{
    Str rest = str_fold(a, held), wanted = str_trim(str_fold(a, post));
    while (wanted.n && rest.n)
        if (str_eq(next_post(&rest), wanted)) return true;
    return false;
}

static bool may_answer(Ctx *c, const Account *p, const Value *row)
{
    Roles roles = step_is(row, STEP_DECIDE) ? ROLES_APPROVE : ROLES_EDIT | ROLES_APPROVE;
    return p->login.n && !p->disabled && (p->roles & roles) && post_held(c->a, p->post, row[STEP_POST].text);
}

/* A step that nobody can answer would hold it for ever. */
static Err check_posts(Ctx *c, const Value *route, Mistakes *m)
{
    Account *people = NULL;
    size_t n = 0;
    if (route->n) TRY(account_list(c->db, c->a, c->who->org.row, &people, &n));
    for (size_t i = 0; i < route->n; i++) {
        bool any = false;
        for (size_t k = 0; k < n && !any; k++) any = may_answer(c, &people[k], route->rows[i]);
        if (!any)
            mistake_add(m, str_printf(c->a, "route/%zu/post", i), "nobody", TEXT_FILL(c->a, "「{0}」の役職を持ち、ここで答えられる人がいません。「人」の画面で役職と役割を決めてください。",
                "Nobody holds the post {0} and may answer here: set posts and roles under People.", route->rows[i][STEP_POST].text));
    }
    return ERR_NONE;
}

/* One decides, and last. */
static void check_route(Ctx *c, const Record *r, Mistakes *m)
{
    const Value *route = value_of(r, "route");
    for (size_t i = 0; i + 1 < route->n; i++)
        if (step_is(route->rows[i], STEP_DECIDE))
            mistake_add(m, str_printf(c->a, "route/%zu/kind", i), "conflict", text_of("決裁は経路の最後に一つだけにしてください。", "Only the last step of the route decides."));
}

/* What was answered before does not count for what is submitted now. */
static void clear_answers(Ctx *c, Record *r)
{
    Value *route = value_of(r, "route");
    rows_own(c->a, field_of(r->res, "route"), route);
    for (size_t i = 0; i < route->n; i++)
        for (size_t k = STEP_RESULT; k < ROUTE_FIELDS; k++)
            route->rows[i][k] = (Value){.state = VALUE_NONE};
}

Err submit_act(Ctx *c, Record *r, void (*complete)(Ctx *c, const Record *r, Mistakes *m), Mistakes *m)
{
    if (!state_is(r, "draft") && !state_is(r, "returned"))
        return err_text(ERR_CONFLICT, text_of("提出できるのは案か差し戻しのものだけです。", "Only a draft, or what was returned, can be submitted."));
    complete(c, r, m);
    check_route(c, r, m);
    TRY(check_posts(c, value_of(r, "route"), m));
    if (m->n) return ERR_NONE;
    clear_answers(c, r);
    put_text(value_of(r, "state"), STR("submitted"));
    *value_of(r, "despite") = (Value){.state = VALUE_NONE};
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

/* --- the route ----------------------------------------------------------------------------------------------------------- */

static Err not_the_post(Ctx *c, Str post)
{
    return err_text(ERR_FORBIDDEN, TEXT_FILL(c->a, "これは「{0}」の役職の人が記録します。あなたの役職は「{1}」です。役職は「人」の画面で管理者が決めます。",
        "Only who holds the post {0} records this; yours is {1}. Posts are set by an administrator under People.", post, c->who->post.n ? c->who->post : STR("-")));
}

static const Value *first_open(const Value *route, size_t before, StepKind kind)
{
    for (size_t i = 0; i < before; i++)
        if (step_is(route->rows[i], kind) && !choice_is(&route->rows[i][STEP_RESULT], "agreed")) return route->rows[i];
    return NULL;
}

static bool answers_now(const Value *route, size_t i)
{
    return !step_is(route->rows[i], STEP_DECIDE) && route->rows[i][STEP_RESULT].state == VALUE_NONE && !first_open(route, i, STEP_ENDORSE);
}

Str route_waits_for(Ctx *c, const Record *r, bool *mine)
{
    const Value *route = value_of(r, "route");
    Str out = {0};
    *mine = false;
    for (size_t turn = 0; turn < 2 && !out.n; turn++) /* answers first; when there is none to come, the decision */
        for (size_t i = 0; i < route->n; i++) {
            if (turn ? !step_is(route->rows[i], STEP_DECIDE) : !answers_now(route, i)) continue;
            Str post = route->rows[i][STEP_POST].text;
            out = out.n ? str_join(c->a, out, STR("、"), post) : post;
            *mine = *mine || post_held(c->a, c->who->post, post);
        }
    return out;
}

Err endorse_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Value *route = value_of(r, "route");
    if (!state_is(r, "submitted")) return approval_not_submitted();
    size_t at = (size_t)input[0].i;
    if (at > route->n) return mistake_add(m, STR("step"), "range", text_of("経路にその番号はありません。", "The route has no step with this number.")), ERR_NONE;
    const Value *row = route->rows[at - 1], *open = first_open(route, at - 1, STEP_ENDORSE);
    if (step_is(row, STEP_DECIDE)) return mistake_add(m, STR("step"), "conflict", text_of("決裁は「承認する」で記録します。", "The decision is recorded by Approve.")), ERR_NONE;
    if (open) return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "先に「{0}」の承認が要ります。", "{0} has to endorse it first.", open[STEP_POST].text));
    if (!post_held(c->a, c->who->post, row[STEP_POST].text)) return not_the_post(c, row[STEP_POST].text);
    if (choice_is(&input[1], "objected") && input[2].state == VALUE_NONE)
        return mistake_add(m, STR("note"), "required", text_of("異議の理由を書いてください。", "Give the reason of the objection.")), ERR_NONE;
    rows_own(c->a, field_of(r->res, "route"), route);
    Value *own = route->rows[at - 1];
    own[STEP_RESULT] = input[1], own[STEP_NOTE] = input[2];
    put_int(&own[STEP_ON], day_in_japan(c->now));
    return ERR_NONE;
}

/* Everybody on the route was heard, who must endorse did, objections are answered, and who decides holds the post. */
static Err route_done(Ctx *c, const Record *r, const Value *input, Mistakes *m)
{
    const Value *route = value_of(r, "route"), *open = first_open(route, route->n, STEP_ENDORSE);
    if (open) return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "「{0}」の承認がまだありません。", "{0} has not endorsed it.", open[STEP_POST].text));
    for (size_t i = 0; i < route->n; i++) {
        const Value *row = route->rows[i];
        if (step_is(row, STEP_CONSULT) && row[STEP_RESULT].state == VALUE_NONE)
            return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "「{0}」との合議がまだです。", "{0} has not been heard.", row[STEP_POST].text));
        if (step_is(row, STEP_CONSULT) && choice_is(&row[STEP_RESULT], "objected") && input[4].state == VALUE_NONE)
            mistake_add(m, STR("despite"), "required", TEXT_FILL(c->a, "「{0}」に異議があります。それでも承認する理由を書いてください。", "{0} objected: say why it is approved all the same.", row[STEP_POST].text));
        if (!step_is(row, STEP_DECIDE)) continue;
        if (!post_held(c->a, c->who->post, row[STEP_POST].text)) return not_the_post(c, row[STEP_POST].text);
        if (!post_held(c->a, input[0].text, row[STEP_POST].text))
            mistake_add(m, STR("post"), "conflict", TEXT_FILL(c->a, "経路では「{0}」が決裁します。", "By the route {0} decides.", row[STEP_POST].text));
    }
    return ERR_NONE;
}

Err approve_act(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (input[2].i > day_in_japan(c->now)) {
        mistake_add(m, STR("date"), "range", text_of("承認日は今日までの日にしてください。", "The date of approval cannot be in the future."));
        return ERR_NONE;
    }
    TRY(route_done(c, r, input, m));
    if (input[3].state == VALUE_KNOWN) TRY(file_belongs(c, r, input[3].ref, "minutes_file", m));
    if (m->n) return ERR_NONE;
    put_text(value_of(r, "state"), STR("approved"));
    put_text(value_of(r, "approved_by"), c->who->name);
    put_text(value_of(r, "approved_post"), input[0].text);
    put_text(value_of(r, "minutes"), input[1].text);
    *value_of(r, "minutes_file") = input[3];
    put_int(value_of(r, "approved_on"), input[2].i);
    *value_of(r, "despite") = input[4];
    return ERR_NONE;
}
