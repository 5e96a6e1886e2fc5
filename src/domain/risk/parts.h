/* parts.h -- what the files of this room share. */
#ifndef KANAME_RISK_PARTS_H
#define KANAME_RISK_PARTS_H

#include "matrix/matrix.h"
#include "register/register.h"
#include "risk/risk.h"

/* The value of a field by name; the name must exist. */
Value *value_of(const Record *r, const char *name);
Value *child_of(const Field *fields, size_t n, Value *row, const char *name);
bool state_is(const Record *r, const char *state);
void put_text(Value *v, Str text);
void put_int(Value *v, int64_t i);
/* Every field but those named (NULL-ended) is equal. */
bool only_differs(const Record *a, const Record *b, const char *const *names);

enum { LEVEL_ROWS_MAX = 3, CELLS_MAX = 9 };
Matrix criteria_matrix(const Record *criteria);
/* Latest approved criteria in force on that day; found false: none. */
Err criteria_current(Ctx *c, Day on, Matrix *out, bool *found);
Err criteria_in_force(Ctx *c, Day on, const Record **out); /* the same; NULL: none */

/* Fills the derived fields of a risk; criteria NULL: none. */
void risk_judge(Ctx *c, Record *risk, const Record *criteria);
/* Has all risks of the organisation judged again, after this change. */
Err risk_levels_later(Ctx *c);

/* --- approval.c: what management approves carries these fields and acts ----------------------------------------------- */
enum { APPROVAL_STATES = 4, APPROVAL_INPUTS = 4, RETURN_INPUTS = 1 };
extern const Choice approval_states[APPROVAL_STATES];
extern const Field approval_input[APPROVAL_INPUTS], return_input[RETURN_INPUTS];
#define APPROVAL_FIELDS \
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("提出、承認、差し戻しで変わります", "Changes by submission, approval, return"), .flags = READONLY | FILTER | COLUMN, .choices = approval_states, .choices_n = APPROVAL_STATES}, \
    {.name = "submitted_by", .kind = KIND_TEXT, .label = TEXT("提出した人", "Submitted by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL}, \
    {.name = "submitted_on", .kind = KIND_DATE, .label = TEXT("提出日", "Submitted on"), .help = TEXT("承認を求めた日", "Day of submission"), .flags = READONLY | SORT}, \
    {.name = "return_reason", .kind = KIND_LONG, .label = TEXT("差し戻しの理由", "Reason of return"), .help = TEXT("最後の差し戻しの理由", "Of the latest return"), .flags = READONLY}, \
    {.name = "approved_by", .kind = KIND_TEXT, .label = TEXT("承認を記録した人", "Approval recorded by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL}, \
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("誰の決裁か", "Whose decision"), .flags = READONLY}, \
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = READONLY}, \
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("承認のときに添付したもの", "Attached at the approval"), .flags = READONLY, .target = "file"}, \
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = READONLY | SORT}
#define APPROVAL_ACTIONS(submit, approve) \
    {.name = "submit", .label = TEXT("提出する", "Submit"), .help = TEXT("経営層に承認を求めます", "Asks management for approval"), .roles = ROLES_MANAGE, .run = submit}, \
    {.name = "approve", .label = TEXT("承認する", "Approve"), .help = TEXT("承認すると変更できなくなります", "After this it does not change"), .roles = ROLES_APPROVE, \
     .fields = approval_input, .fields_n = APPROVAL_INPUTS, .run = approve}, \
    {.name = "return", .label = TEXT("差し戻す", "Return"), .help = TEXT("理由を付けて戻します", "Gives it back with a reason"), .roles = ROLES_APPROVE, \
     .fields = return_input, .fields_n = RETURN_INPUTS, .run = return_act}
/* What was approved stays as it is, unless it may_differ; what waits for approval too. */
Err approval_guard(Ctx *c, const Record *old, const Record *r, bool may_differ);
/* Mistakes that `complete` finds keep it from being submitted. */
Err submit_act(Ctx *c, Record *r, void (*complete)(Ctx *c, const Record *r, Mistakes *m), Mistakes *m);
Err approve_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
Err return_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
Err approval_not_submitted(void);

/* Parts of the first page. */
Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out);
void head_json(JsonOut *j, Arena *a, const Record *r);
Err threatened_part(Ctx *c, JsonOut *j, Day today);

#endif
