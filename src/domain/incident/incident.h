/*
 * domain/incident -- what happened, as facts: when, which services, who was hit from when to when, what is known and what not yet. No verdict: the rules
 * read the document that is written here. Called by: app (the visible list), later law. Never: speaks HTTP; knows a threshold.
 */
#ifndef KANAME_INCIDENT_H
#define KANAME_INCIDENT_H

#include "pack/pack.h"
#include "work/work.h"

extern const Resource incident_resource, duty_resource, notice_resource;

enum { REPORT_KINDS = 7 };
extern const Choice report_kinds[REPORT_KINDS]; /* kinds of report, as made and as received */

/* Judged again and its duties kept in step, by a job after each change, */
Err incident_judge_job(Ctx *c, const struct Job *job);
/* … when time itself turns a verdict, */
Err incident_turn_job(Ctx *c, const struct Job *job);
/* … and, some at a time, what was imported or was judged by other packs than those of now. */
Err incident_again_job(Ctx *c, const struct Job *job);
extern const Walk incident_again;
Err incident_packs_changed(Ctx *c, bool *changed); /* since the last time that this was asked; remembered */

/* What remembers by what it was judged: a kept field, which no version holds. */
#define JUDGED_BY {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("判定に使ったパック", "Judged by (packs)"), .help = TEXT("パックの版と、規則のファイルのハッシュの初め", "Versions of the packs, and how the hash of their files begins"), .flags = DERIVED | FILTER, .max = 1000}
Filter judged_otherwise(Ctx *c, const Resource *res); /* not by the packs of now */
Str judged_again_why(Ctx *c, const Record *r);        /* a reason for versions; empty: it was not judged before */
Err judged_table(Ctx *c, const Resource *res, ReportOut *out); /* how many records were judged by which packs */
/* Reminders of duties: rows are written and called off by a job after each change and when their time has come; letters go by an errand, several at once as one, whose means is a
 * MailServer. The watch, once an hour, takes up what was left. */
extern const Migration incident_migrations[];
extern const size_t incident_migrations_n;
Err incident_remind_job(Ctx *c, const struct Job *job);
Err incident_remind_watch_job(Ctx *c, const struct Job *job);
extern const Errand incident_letter_errand;
/* --- webhook.c, deliver.c: other systems are told, as Standard Webhooks says. Each occurrence is one row for each webhook, written in the transaction of the change; it goes at least once, under
 * one id. The secret is sealed with a key that is not in the database; it leaves once, when it is made. Who may is the caller's. */
enum { WEBHOOK_EVENTS = 5, WEBHOOKS_MAX = 20, DELIVERIES_LISTED = 200 };
extern const Choice webhook_events[WEBHOOK_EVENTS];
typedef struct Webhook { int64_t row; Id id; Str url; unsigned events; bool stopped; Text why; /* stopped: by the receiver; empty: by people */ Instant created; int64_t failures; /* since the last success */ } Webhook;
typedef enum { DELIVERY_WAITING, DELIVERY_DONE, DELIVERY_GIVEN_UP, DELIVERY_CANCELLED, DELIVERY_STATES } DeliveryState;
extern const Choice delivery_states[DELIVERY_STATES];
typedef struct Delivery { int64_t row; Id id; Str event, body; Instant created, tried, next; DeliveryState state; int64_t tries, status; Text why; } Delivery;
Str delivery_name(Arena *a, const Delivery *d); /* webhook-id: msg_… */
Err webhook_list(Ctx *c, Webhook **out, size_t *n);
Err webhook_get(Ctx *c, Id id, Webhook *out);
/* {"url","events":[…],"stopped"}: `partial`: the rest stays. Mistakes by field. */
Err webhook_add(Ctx *c, struct json_t *body, Webhook *out, Str *secret);
Err webhook_change(Ctx *c, Id id, struct json_t *body, Webhook *out);
Err webhook_remove(Ctx *c, Id id);
Err webhook_renew(Ctx *c, Id id, Str *secret); /* the old secret signs nothing any more */
Err webhook_test(Ctx *c, Id id, Delivery *out);
Err webhook_deliveries(Ctx *c, Id id, Delivery **out, size_t *n, bool *cut); /* the latest first */
extern const Errand incident_webhook_errand; /* its means is a PostGuard */
Err incident_webhook_watch_job(Ctx *c, const struct Job *job);

Err incident_calendar(Ctx *c, Str *out); /* duties not made yet, as text/calendar */
Err incident_clocks_json(Ctx *c, JsonOut *j); /* [duty …]: those not yet made, the next due first */
Err incident_promises_json(Ctx *c, JsonOut *j); /* [notice …]: those after which a further one was promised and is not out, the next first */

/* What the vocabulary of the packs says of one fact. Without it the form of a value is guessed from how it is written: one code is a choice, several are a set. */
typedef enum { FORM_GUESS, FORM_BOOL, FORM_JUDGEMENT, FORM_COUNT, FORM_DURATION, FORM_TIME, FORM_CHOICE, FORM_SET, FORM_TIMELINE, FORMS } FactForm;
typedef struct FactWord {
    Str id;
    FactForm form;
    const Str *codes; size_t codes_n; /* of a choice or set */
    Str unit;
    const Str *per; size_t per_n;     /* classes that are counted apart; none: in all only */
} FactWord;
typedef struct Vocabulary {
    const FactWord *words; size_t n;
    Str timeline; /* the fact that the segments are; empty: "impact" */
    Str classes;  /* the set of the classes that were hit; empty: none */
    const Str *kinds; size_t kinds_n; /* of segments */
} Vocabulary;
/* Of all packs that have law, the first that knows a fact counts; no such pack: NULL. */
const Vocabulary *vocabulary_of(Ctx *c);
const FactWord *vocabulary_find(const Vocabulary *words, Str fact); /* NULL */

/* The same for people and pages: {"facts":[…],"classes":[…]} as in the packs, without notes. */
void incident_vocabulary_json(JsonOut *j, const Packs *packs);

/* {"facts":{id: value},"as_of":…}: docs/rules.md, "Facts of an incident". Pure: the same record, vocabulary and instant give the same bytes. What is not there
 * was not asked. */
void incident_facts_json(JsonOut *j, Arena *a, const Record *incident, const Vocabulary *words, Instant as_of);

#endif
