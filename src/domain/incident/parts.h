/* parts.h -- what the files of this room share. */
#ifndef KANAME_INCIDENT_PARTS_H
#define KANAME_INCIDENT_PARTS_H

#include "incident/incident.h"
#include "law/judge.h"
#include "register/register.h"

enum { SEGMENTS_MAX = 1000, FACTS_MAX = 300 };
#define NUMBER_MAX INT64_C(10000000000)

/* --- incident.c: a stretch of time in which users of one class, kind, area and group were hit; one fact ------------------------ */
enum { SEGMENT_CLASS, SEGMENT_KIND, SEGMENT_AREA, SEGMENT_GROUP, SEGMENT_FROM, SEGMENT_TO, SEGMENT_OPEN, SEGMENT_PLANNED_END, SEGMENT_VALUE, SEGMENT_BOUND, SEGMENT_ESTIMATE, SEGMENT_NOTE,
    SEGMENT_FIELDS };
enum { FACT_ID, FACT_IS, FACT_MAY_BE, FACT_NUMBER, FACT_BOUND, FACT_UNIT, FACT_PER, FACT_ESTIMATE, FACT_AT, FACT_UNKNOWN, FACT_WHY, FACT_SAID_BY, FACT_FIELDS };
extern const Field segment_fields[SEGMENT_FIELDS], fact_fields[FACT_FIELDS];
enum { BOUNDS = 2 };
extern const Choice bound_choices[BOUNDS]; /* a number is only one end of what is possible */
static inline bool said(const Value *v) /* yes */
{
    return v->state == VALUE_KNOWN && v->i != 0;
}

/* --- check.c ------------------------------------------------------------------------------------------------------------------ */
/* What a time may be: both ends of an interval; not known: from the least to the greatest instant. */
typedef struct Span { Instant low, high; } Span;
Span span_of(const Value *v);
/* Of a row as far as is known at that instant: what goes on has no end, and what is not known lies between its neighbours and now. */
Span segment_from(const Value *row, Instant now);
Span segment_to(const Value *row, Instant now);
Err incident_check(Ctx *c, const Record *old, const Record *r, Mistakes *m);
/* words.c: against the vocabulary of the packs, of rows that were not there before: a pack may forget a word, a record does not. */
void check_words(Ctx *c, const Vocabulary *words, const Record *old, const Record *r, Mistakes *m);
/* Codes with commas between them, blanks around them thrown away; n 0: none. */
Str *codes_of(Arena *a, Str text, size_t *n);
bool own_field_says(const Vocabulary *words, Str fact); /* facts that are written out of fields, not out of the list */

/* --- act.c -------------------------------------------------------------------------------------------------------------------- */
enum { INCIDENT_ACTIONS = 7 };
extern const Action incident_actions[INCIDENT_ACTIONS];

/* --- judge.c --- */
/* The facts as they stand at `as_of`, read as the rules read them. NULL: no pack has rules. */
Err judge_open(Ctx *c, const Record *incident, Instant as_of, LawFacts *facts, LawJudge **out);
Err verdicts_report(Ctx *c, const Record *of, const Value *params, JsonOut *j);
Err what_if_report(Ctx *c, const Record *of, const struct json_t *question, JsonOut *j);
Err incident_judge_later(Ctx *c, const Record *incident);
Err incidents_judge(Ctx *c, Record *const *list, size_t n); /* of one organisation, with their lists */

/* --- said.c: the words of a duty in both languages --- */
typedef enum { DUTY_TITLE, DUTY_AUTHORITY, DUTY_WORDS, DUTY_CONTENTS, DUTY_GUIDE, DUTY_PENALTY, DUTY_WORD_KINDS } DutyWord;
Text duty_words_of(Arena *a, const LawSet *s, const LawRule *rule, const struct json_t *duty, Str authority, DutyWord which); /* as the pack says them now */
Err duty_say(Ctx *c, Record *const *list, size_t n);   /* fills the English fields: where the pack still says in Japanese what was kept */
Text duty_said(const Record *duty, const char *name); /* "title", "authority" …: what was kept, and the English of it where that was filled */

/* --- fill.c: what the items of a report say --- */
typedef struct Fill { Ctx *c; const Record *duty, *incident; LawFacts facts; LawJudge *judge; const LawDuties *of; const LawDutyVersion *version; const LawDuty *law; Str authority; } Fill; /* law NULL: the pack does not have this duty any more */
Err fill_open(Ctx *c, const Record *duty, Fill *out); /* stays where it is: the judge points into it */
Text fill_item(const Fill *s, Str what);   /* a fact, or a word of its own ("operator", "outline" …); empty: a blank */
Text fill_reason(const Fill *s, Str what); /* why it is not known; empty: nobody looked */
const struct json_t *fill_part(const Fill *s, const char *key); /* of the duty in the pack */

Err fill_incident(Ctx *c, const Record *incident, Fill *out); /* the same without a duty */

/* --- notice.c, wording.c: what people are told --- */
enum { NOTICE_STAGES = 4, NOTICE_AUDIENCES = 6, WORDING_PARAMS = 3 };
extern const Choice notice_stages[NOTICE_STAGES], notice_audiences[NOTICE_AUDIENCES];
extern const Field wording_params[WORDING_PARAMS];
bool notice_last_out(Ctx *c, const Record *incident, Str audience, Instant *at, Err *e); /* false: those people were told nothing yet, or an error */
extern const Text notice_blank; /* what a wording leaves to be filled in */
Err wording_report(Ctx *c, const Record *of, const Value *params, JsonOut *j); /* {wording, status, heading, text, blanks, guide}; empty: no pack has one */

/* --- form.c: a report on paper --- */
enum { FORM_PARAMS = 2 };
extern const Field form_params[FORM_PARAMS];
Err form_pdf(Ctx *c, const Record *of, const Value *params, int fd, Str *name);
Err form_xlsx(Ctx *c, const Record *of, const Value *params, int fd, Str *name);
Err form_json(Ctx *c, const Record *of, const Value *params, JsonOut *j);

/* --- script.c: a report filled from the facts, to read aloud or to draft from --- */
Err script_report(Ctx *c, const Record *of, const Value *params, JsonOut *j);

/* --- since.c: what changed since the last report to the same addressee was made; "since", or nothing where none was --- */
Err since_out(Ctx *c, const Record *duty, const Record *incident, JsonOut *j);

/* --- duty.c --- */
bool duty_runs(const Record *duty); /* the report was not made yet */
Filter duty_runs_filter(void); /* the same, of a list */
Instant duty_due(const Record *duty); /* the earliest that it may be; 0: none */
Text duty_due_text(Arena *a, const Record *duty); /* as people say it */

/* --- remind.c: one row for each occurrence of a rule of reminding, duty, due instant and recipient --- */
typedef enum { REMINDER_WAITING, REMINDER_SENT, REMINDER_CANCELLED, REMINDER_REFUSED, REMINDER_NOBODY, REMINDER_STATES } ReminderState;
typedef struct Reminder { int64_t row; Id duty; Str rule; Instant due /* 0: none */, at; Str recipient; ReminderState state; Str letter; Instant lettered, set_at; int64_t tries; Text why; bool live; } Reminder;
#define REMINDER_COLUMNS "row, duty, rule, due, at, recipient, state, letter, lettered, set_at, tries, why_ja, why_en, live"
Reminder reminder_read(Arena *a, Cursor *c);
enum { REMINDER_RULES = 18 };
extern const Choice reminder_rules[REMINDER_RULES], reminder_states[REMINDER_STATES];
Err remind_later(Ctx *c, Instant at);
Text reminder_rule(Str code);
/* Whom a recipient names now: "contact:ID", "account:ID". An empty address: nobody any more. */
typedef struct Recipient { Str key, address; Text called; } Recipient;
Err recipient_get(Ctx *c, Str key, Recipient *out);
Err reminders_report(Ctx *c, const Record *of, const Value *params, ReportOut *out); /* reminded.c */

/* --- webhook.c --- */
typedef enum { HOOK_DUTY_OPENED, HOOK_DUTY_DUE_SOON, HOOK_DUTY_MADE, HOOK_DUTY_BASIS_GONE, HOOK_INCIDENT_CHANGED, HOOK_TEST } HookEvent;
typedef struct Hooks { Webhook *list; size_t n; bool read; } Hooks;
/* `occurrence` tells it from all others of this event. `hooks`: read once by whoever tells much; NULL: read here. `rule`: of reminding; empty. */
Err webhook_tell(Ctx *c, Hooks *hooks, HookEvent e, const Record *about, Str occurrence, Str rule);
Err webhook_later(Ctx *c, const Webhook *w, Instant at);
bool webhook_secret(Ctx *c, int64_t row, Str sealed, uint8_t out[32]);
Delivery delivery_read(Arena *a, Cursor *q);
#define DELIVERY_COLUMNS "d.row, d.id, d.event, d.body, d.created, d.tried, d.next, d.state, d.tries, d.status, d.why_ja, d.why_en"
bool same_record(const Record *a, const Record *b); /* judge.c */

/* --- facts.c ------------------------------------------------------------------------------------------------------------------ */
Err facts_report(Ctx *c, const Record *of, const Value *params, JsonOut *j);

/* --- document.c: a duty as a file that the authority's Kaname reads ------------------------------------------------------------ */
Err duty_document(Ctx *c, const Record *of, const Value *params, JsonOut *j);

#endif
