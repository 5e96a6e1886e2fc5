/* parts.h -- what the files of this room share. */
#ifndef KANAME_RISK_PARTS_H
#define KANAME_RISK_PARTS_H

#include "losses/losses.h"
#include "matrix/evaluation.h"
#include "register/register.h"
#include "risk/risk.h"
#include "treatment/treatment.h"

/* --- criteria.c: a set of criteria, read once for many risks ------------------------------------------------------------ */
enum { PER_CENTURY_MAX = 10000000 }; /* 100,000 times a year */
typedef struct Criteria {
    const Record *record;
    Str label, scale;                       /* "J-0003", "5 × 4" */
    Matrix table;
    int months[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX]; /* acceptance holds so long; 0: without end */
    int64_t impact_from, likelihood_from;   /* 0: no such rule */
    bool yearly_limited; int64_t yearly_max;
    Interval loss[MATRIX_SIDE_MAX], per_century[MATRIX_SIDE_MAX]; /* what a step means in yen a time and times in 100 years */
} Criteria;
enum { IMPACT_VIEWPOINTS = 7, EFFECT_FIELDS = 5 };
extern const Choice impact_viewpoints[IMPACT_VIEWPOINTS];
Str scale_text(Arena *a, int impacts, int likelihoods);
/* Latest approved criteria in force on that day; NULL: none. */
Err criteria_in_force(Ctx *c, Day on, const Record **out);
Err criteria_now(Ctx *c, const Criteria **out);
bool criteria_held(const Record *r, Day on); /* approved and in force on that day */
bool criteria_past(const Record *r, const Criteria *now); /* approved, while others are in force: their review is nobody's any more */
Err criteria_then(Ctx *c, Instant at, const Criteria **out); /* in force at that instant, as they were then */
/* Fields on the scales of the criteria in force. */
Err most_impact(Ctx *c, int64_t *max);
Err most_likelihood(Ctx *c, int64_t *max);
Err most_level(Ctx *c, int64_t *max);
/* Any set, whatever its state: to see what it would change. */
const Criteria *criteria_as_if(Ctx *c, const Record *criteria);

/* --- risk.c, effect.c ---------------------------------------------------------------------------------------------------- */
enum { MEASURE_KINDS = 2 };
extern const Choice measure_kinds[MEASURE_KINDS]; /* prevention, damage limitation */
extern const Field effect_fields[EFFECT_FIELDS];
Interval given_of(const Value *v); /* what is known; else not given */
void put_interval(Value *v, Interval x);
Interval interval_of(const Value *v, int64_t least, int64_t most); /* not known at all: from least to most */
/* The concrete effects of a risk against what its services may not lose: the worst of them, and users × minutes of the widest. */
typedef enum { REACH_NONE, REACH_BELOW, REACH_OPEN, REACH_YES, REACHES } Reach;
extern const Choice reach_choices[REACHES];
typedef struct Effect { Reach reach; int64_t user_minutes; const Record *service; Text why; } Effect;
typedef struct Services { Id *ids; Record **list; size_t n; } Services; /* by id */
Err effect_services(Ctx *c, Record *const *risks, size_t n, Services *out); /* all that the risks name, in one go */
Effect effect_of(Ctx *c, const Record *risk, const Services *s);
/* Fills the derived fields of risks; criteria NULL: none. Reads the services named in them at once. */
Err risks_judge(Ctx *c, Record *const *list, size_t n, const Criteria *criteria);
/* The same as of c->now, with services that were read already. */
void risks_judge_among(Ctx *c, Record *const *list, size_t n, const Criteria *criteria, const Services *services);
/* Has all risks of the organisation judged again, after this change. */
Err risk_levels_later(Ctx *c);

/* --- issue.c -------------------------------------------------------------------------------------------------------------- */
enum { ISSUE_ORIGINS = 4, ISSUE_STATES = 4 };
extern const Choice issue_origins[ISSUE_ORIGINS], issue_states[ISSUE_STATES]; /* the first state is the open one */

/* --- reopen.c ------------------------------------------------------------------------------------------------------------- */
enum { CYCLE_STEPS = 5 };
extern const Choice cycle_steps[CYCLE_STEPS]; /* in the order of the cycle */
void risk_reopen(Ctx *c, Record *r, Str step, Str why, const Value *trigger);
Err reopen_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
Err resume_act(Ctx *c, Record *r, const Value *input, Mistakes *m);

/* --- approval.c: what management approves carries these fields and acts ----------------------------------------------- */
enum { APPROVAL_STATES = 4, APPROVAL_INPUTS = 5, RETURN_INPUTS = 1, ENDORSE_INPUTS = 3, ROUTE_FIELDS = 5 };
extern const Choice approval_states[APPROVAL_STATES];
extern const Field approval_input[APPROVAL_INPUTS], return_input[RETURN_INPUTS], endorse_input[ENDORSE_INPUTS], route_fields[ROUTE_FIELDS];
#define APPROVAL_INPUT \
    {.name = "post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("例：水道事業管理者、庁議", "e.g. the board, the mayor"), .flags = REQUIRED}, \
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = REQUIRED}, \
    {.name = "date", .kind = KIND_DATE, .label = TEXT("承認日", "Date of approval"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = REQUIRED}, \
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("この記録に添付したもの。なくてもよい", "Attached to this record; may be left out"), .target = "file"}, \
    {.name = "despite", .kind = KIND_LONG, .label = TEXT("異議があっても承認する理由", "Why in spite of an objection"), .help = TEXT("合議で異議があったときだけ", "Only when somebody who was consulted objected")}
#define APPROVAL_FIELDS \
    {.name = "route", .kind = KIND_LIST, .label = TEXT("決裁の経路", "Route"), .help = TEXT("決裁の前に合議や承認を受ける役職。上から順に", "Posts that are consulted or approve before the decision, in order"), .max = 20, .fields = route_fields, .fields_n = ROUTE_FIELDS}, \
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("提出、承認、差し戻しで変わります", "Changes by submission, approval, return"), .flags = READONLY | FILTER | COLUMN, .choices = approval_states, .choices_n = APPROVAL_STATES}, \
    {.name = "submitted_by", .kind = KIND_TEXT, .label = TEXT("提出した人", "Submitted by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL}, \
    {.name = "submitted_on", .kind = KIND_DATE, .label = TEXT("提出日", "Submitted on"), .help = TEXT("承認を求めた日", "Day of submission"), .flags = READONLY | SORT}, \
    {.name = "return_reason", .kind = KIND_LONG, .label = TEXT("差し戻しの理由", "Reason of return"), .help = TEXT("最後の差し戻しの理由", "Of the latest return"), .flags = READONLY}, \
    {.name = "approved_by", .kind = KIND_TEXT, .label = TEXT("承認を記録した人", "Approval recorded by"), .help = TEXT("操作した人", "Who did it here"), .flags = READONLY | PERSONAL}, \
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("誰の決裁か", "Whose decision"), .flags = READONLY}, \
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = READONLY}, \
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("承認のときに添付したもの", "Attached at the approval"), .flags = READONLY, .target = "file"}, \
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = READONLY | SORT}, \
    {.name = "despite", .kind = KIND_LONG, .label = TEXT("異議があっても承認した理由", "Approved in spite of an objection, because"), .help = TEXT("合議の異議への答え", "The answer to it"), .flags = READONLY}
#define APPROVAL_ACTIONS(submit, approve, input, n) \
    {.name = "submit", .label = TEXT("提出する", "Submit"), .help = TEXT("経営層に承認を求めます", "Asks management for approval"), .roles = ROLES_MANAGE, .run = submit}, \
    {.name = "approve", .label = TEXT("承認する", "Approve"), .help = TEXT("承認すると変更できなくなります", "After this it does not change"), .roles = ROLES_APPROVE, \
     .fields = input, .fields_n = n, .run = approve}, \
    {.name = "endorse", .label = TEXT("合議・承認を記録する", "Endorse"), .help = TEXT("経路の一つに、その役職の人が答えます", "A step of the route, answered by who holds the post"), .roles = ROLES_EDIT | ROLES_APPROVE, \
     .fields = endorse_input, .fields_n = ENDORSE_INPUTS, .run = endorse_act}, \
    {.name = "return", .label = TEXT("差し戻す", "Return"), .help = TEXT("理由を付けて戻します", "Gives it back with a reason"), .roles = ROLES_APPROVE, \
     .fields = return_input, .fields_n = RETURN_INPUTS, .run = return_act}
/* What was approved stays as it is, unless it may_differ; what waits for approval too. */
Err approval_guard(Ctx *c, const Record *old, const Record *r, bool may_differ);
/* Mistakes that `complete` finds keep it from being submitted. */
Err submit_act(Ctx *c, Record *r, void (*complete)(Ctx *c, const Record *r, Mistakes *m), Mistakes *m);
Err approve_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
Err return_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
Err endorse_act(Ctx *c, Record *r, const Value *input, Mistakes *m);
/* Does who holds these posts (divided by 、 , ; or /) hold this one? Folded: half and full width are one. */
bool post_held(Arena *a, Str held, Str post);
/* Posts from which something is awaited now, divided by 、; mine: the caller holds one of them. */
Str route_waits_for(Ctx *c, const Record *r, bool *mine);
Err approval_not_submitted(void);

ListQuery records_in(const Resource *res, const char *state);
/* --- plan.c ----------------------------------------------------------------------------------------------------------------- */
enum { MEASURE_FIELDS = 23, ACCEPTED_FIELDS = 4, BROUGHT_FIELDS = 2 };
extern const Field measure_fields[MEASURE_FIELDS], accepted_fields[ACCEPTED_FIELDS], brought_fields[BROUGHT_FIELDS];
Value *measure_cell(Value *row, const char *name);
Value *accepted_cell(Value *row, const char *name);
typedef struct Measures { size_t n; Measure *list; size_t *of; } Measures; /* in the order of the rows; of: the first of the same */
/* The same title and owner, folded, is the same measure. */
void plan_measures(Ctx *c, const Record *plan, Measures *out);
Schedule plan_schedule(const Record *plan, size_t measure);
extern const Choice drift_choices[DRIFTS];

/* --- aims.c: what plans do about each risk; binary search ------------------------------------------------------------------ */
typedef enum { AIM_MEASURE, AIM_ACCEPT, AIM_BRING } AimKind;
enum { ELSEWHERE = -1 };
typedef struct Aim {
    Id risk;
    int plan;                    /* which of those at hand, or ELSEWHERE */
    AimKind kind;
    bool done;                   /* a measure */
    Interval impact, likelihood; /* to which it leads */
    Day until;                   /* of an acceptance, INT32_MAX: without end */
} Aim;
typedef struct Aims { Arena *a; Aim *list; size_t n, room; } Aims;
Aim *aim_new(Aims *x);
void aims_sort(Aims *x); /* before the first aims_at */
const Aim *aims_at(const Aims *x, Id risk, size_t *n);

/* What one may not list counts as empty. */
Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out);
/* Page after page, as read_page. `all` false: there were more than READ_MAX. */
enum { READ_MAX = 8000 }; /* what fits the memory of a request */
typedef struct Read { Record **list; size_t n; bool all; } Read;
Err read_all(Ctx *c, const Resource *res, const ListQuery *query, Read *out);
/* The same without keeping: each page is gone after its turn, so what of it is wanted is copied (rows of `out` are, by themselves). Sets `all`. */
enum { EACH_MAX = 100000 };
typedef struct Each Each;
struct Each {
    Err (*page)(Ctx *c, Record *const *list, size_t n, Each *e); /* c: this page's */
    void *state;
    ReportOut *out;
    bool enough; /* set by `page`: no further page */
    bool all;
};
Err read_each(Ctx *c, const Resource *res, const ListQuery *query, Each *e);

/* --- pairs.c: a register at two instants, stretch by stretch ------------------------------------------------------------ */
enum { STRETCH = 100 };
/* One record at both instants (NULL: there was none yet), with its versions between, newest first. */
typedef struct Pair { const Past *before, *after, *versions; size_t versions_n; } Pair;
typedef struct Stretch { Past before[STRETCH], after[STRETCH], *versions; size_t before_n, after_n, versions_n; } Stretch;
typedef struct Pairs {
    Instant from, until;
    Err (*stretch)(Ctx *c, Stretch *s, void *state); /* c: this stretch's; what is wanted of it is copied, rows of `out` are */
    ReportOut *out;
    void *state;
    bool all, cut; /* set: not more than EACH_MAX records; versions were left out */
} Pairs;
Err pairs_each(Ctx *c, const Resource *res, Pairs *p);
void stretch_pairs(Ctx *c, const Stretch *s, void (*visit)(Ctx *c, const Pair *p, void *state), void *state);
bool was_there(const Past *p); /* and not retired */

/* --- quantities.c: the numbers of risks and plans as a document for the room quant ------------------------------------- */
enum { SIMULATION_PLANS_MAX = LOSS_CASES_MAX - 1 };
/* All that the result follows from, in one document; the same records give the same bytes. risks_n: those with numbers. ERR_TOO_LARGE. */
Err losses_document(Ctx *c, const Record *simulation, Str *out, size_t *risks_n);

bool risk_is_kept(const Record *r);                  /* retained, or judged acceptable */
Str verdict_word(Ctx *c, const Value *verdict);
Str risk_steps(Ctx *c, const Record *r);             /* "3・2", "1–2・?" */
Str label_once(Arena *a, Str list, Str label);       /* "R-0001, R-0007" with one more, unless it is there */
Text not_all(bool all);                              /* the note of a report that saw only the first EACH_MAX risks; empty: it saw all */

/* --- reports, each in its file --------------------------------------------------------------------------------------- */
/* Known impact and likelihood on that scale: its cell. */
bool risk_place(const Record *r, const Matrix *scale, Str scale_name, int64_t *impact, int64_t *likelihood);
ListQuery risks_accepted(void); /* those that were judged acceptable */
Err judgements_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err changes_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err priority_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err retained_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
enum { COVERAGE_PARAMS = 2 };
extern const Field coverage_params[COVERAGE_PARAMS];
Err coverage_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
enum { PLACED_PARAMS = 5 };
extern const Field placed_params[PLACED_PARAMS];
Err placed_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err calendar_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
/* What is due until a day, earliest first: reviews, ends of acceptance, and measures of approved plans where they are wanted. */
typedef struct Dated { Day on; size_t order; Referrer of; Text what; } Dated;
typedef struct Dates { Day until; bool measures; Arena *a; Dated *list; size_t n, room; const Criteria *criteria; } Dates;
Err dates_read(Ctx *c, Dates *x);
Err board_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err audit_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
/* Kept or accepted risks that the criteria in force do not accept: the table, and its rows of one page. */
ReportTable *retained_table(ReportOut *out);
void retained_rows(Ctx *c, Record *const *list, size_t n, ReportOut *out, ReportTable *t);
enum { BETWEEN_PARAMS = 2 };
extern const Field between_params[BETWEEN_PARAMS];
Err ages_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err between_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
enum { IDENTIFY_PARAMS = 2 };
extern const Field identify_params[IDENTIFY_PARAMS];
Err identify_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
enum { COMPARE_PARAMS = 2 };
extern const Field compare_params[COMPARE_PARAMS];
Err evaluation_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err compare_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
Err drift_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
/* The day on which the acceptance of a risk ends by these criteria; DAY_NONE: no such day. */
Day risk_accepted_until(const Record *r, const Criteria *x);

/* Parts of the first page. */
void head_json(JsonOut *j, Arena *a, const Record *r);
void name_json(JsonOut *j, Arena *a, const Referrer *r);
Err threatened_part(Ctx *c, JsonOut *j, Day today);
Err threatened_table(Ctx *c, ReportOut *out); /* the same as a table of a report */

#endif
