/*
 * law/outage.h -- which reports an outage of telecommunications services would call for, before it happens: class, users and duration are made the facts of an
 * incident, and the rules in force judge them as they judge any. What is taken for granted is said. Nothing is kept, and it is no verdict of anything that happened.
 * Owns nothing. Called by: the command cascade, domain/dependency.
 */
#ifndef KANAME_LAW_OUTAGE_H
#define KANAME_LAW_OUTAGE_H

#include "law/judge.h"

/* One service that stops. The end of what is not known is RULES_OPEN, its beginning 0. */
typedef struct LawStop {
    Str service_class; /* a code of the class service_class: "other", "emergency_voice" … */
    Range users;       /* who have this service */
    Range minutes;     /* from the stop to the return; whole ones that have passed: 119.9 are 119 */
} LawStop;
enum { LAW_STOPS_MAX = 200 };

typedef struct LawOutageDuty {
    Str rule, duty;              /* their ids */
    VerdictKind kind;            /* met or undecided */
    bool open;                   /* whether this duty is due is itself undecided */
    Text rule_title, headline, title, to, deadline; /* deadline in the words of the law: 速やかに, 30日以内 */
    const Text *deciding; size_t deciding_n; /* of an undecided one: what would decide, each as a question */
} LawOutageDuty;
typedef struct LawOutage { LawOutageDuty *duties; size_t n; } LawOutage; /* met ones first, in the order of reading */

/* What is taken for granted; the last one only of `own` false. */
enum { LAW_OUTAGE_ASSUMPTIONS = 6 };
extern const Text law_outage_assumptions[LAW_OUTAGE_ASSUMPTIONS], law_outage_outside;
/* All of them stop at `at` through one failure. own: of one's own telecommunications facilities; else whose facility it was is left open. Services of one class may have the
 * same users: at least as many as the largest has, at most the sum. ERR_MISTAKES: a class that the pack does not have (by "facts/…"). */
Err law_outage(Arena *a, LawJudge *j, Instant at, bool own, const LawStop *stops, size_t n, LawOutage *out);
/* {"assumptions": [{"ja","en"}], "duties": [{"rule","rule_title","verdict","headline","duty","title","to","deadline","open","deciding":[…]}]} */
void law_outage_json(JsonOut *out, bool own, const LawOutage *o);

#endif
