/*
 * law/judge.h -- the law of a pack, compiled, and its answers. LawSet is made once and never changes; facts come in as JSON (docs/rules.md), verdicts go out as
 * values, JSON and sentences. Owns nothing outside its arena. Called by: commands, domain/incident, api.
 */
#ifndef KANAME_LAW_JUDGE_H
#define KANAME_LAW_JUDGE_H

#include "law/law.h"
#include "period/period.h"
#include "rules/rules.h"

typedef enum { STATUS_VERIFIED, STATUS_OFFICIAL, STATUS_SECONDARY, STATUS_SEED, STATUS_MEMORY, STATUS_PROPOSED, STATUS_MISSING, STATUSES } LawStatus; /* strong to weak */
extern const struct LawStatusRow { const char *code; Text title; bool opens; } law_status_rows[STATUSES]; /* opens: may open a duty */
typedef enum { FORCE_STATUTE, FORCE_ORDINANCE, FORCE_NOTICE, FORCE_GUIDELINE, FORCE_PLAN, FORCE_AGREEMENT, FORCE_OWN, FORCES } LawForce;
extern const struct LawForceRow { const char *code; Text title; } law_force_rows[FORCES];
typedef enum { CLOCK_OCCURRED, CLOCK_KNOWN, CLOCK_REPORT_DUE, CLOCK_PERIOD_END, CLOCK_DESIGNATED, CLOCK_STOPPED, CLOCKS } LawClock;
extern const struct LawClockRow { const char *code; Text title; } law_clock_rows[CLOCKS];

typedef struct LawClass { Str id; Text title; Str codes[CODES_MAX]; Text titles[CODES_MAX]; size_t n; } LawClass;
typedef struct LawFact {
    Str id;
    Text ask;
    Str unit, known_by;
    FactType type;
    bool duration, judgement, organisation; /* organisation: it lives there, not in the incident */
    int cls, per, kinds;                    /* classes; per: the set fact whose codes it is given for; NONE */
    int ask_cost;
    const struct json_t *json;
} LawFact;

typedef struct LawTerm LawTerm;
/* A condition as written, with the node that it became; children in the order of the file. */
struct LawTerm {
    const struct json_t *json;
    int node, quantity, fact, cls; /* quantity, fact: what a leaf looks at; cls: of a row; NONE */
    bool row, column;              /* a row of a table; a cell of it (json is the cell) */
    Str name;                      /* id of the condition or row, name of the column */
    const LawTerm *kids; size_t n;
};

typedef struct LawVersion {
    const struct json_t *json;
    Str v;
    Day first, last, unread, again_by; /* DAY_NONE: open, or none */
    LawClock chosen_by;
    int per; PeriodLength within;      /* of the periodic report that chooses by its due day; per: PeriodFrameKind */
    LawStatus status;
    LawTerm condition, *except, *gaps; size_t except_n, gaps_n;
    const struct json_t *readings;
    const LawOverlay *chosen;          /* who chose the reading that is judged by; NULL: the pack's own */
    int reading_at[READINGS_MAX];      /* which reading of the file: number 0 is the default */
    Str bound;                         /* the codes of operator_class, for people */
} LawVersion;
typedef struct LawRule { const LawItem *item; Str id; Text title; LawForce force; LawVersion *versions; size_t n; } LawRule;

typedef struct LawDuty {
    const struct json_t *json;
    Str id, kind;
    int when; const LawTerm *when_term;  /* node, or NONE */
    struct LawVariant { const struct json_t *json; int when; const LawTerm *term; } *variants; size_t variants_n;
} LawDuty;
typedef struct LawDutyVersion { const struct json_t *json; Str v; Day first, last; LawClock chosen_by; LawStatus status; LawDuty *duties; size_t n; } LawDutyVersion;
typedef struct LawDuties { const LawItem *item; Str id; int rule; LawDutyVersion *versions; size_t n; } LawDuties;

/* What a report looks like on paper; serves: duties by the rule that opens them. */
typedef struct LawForm { const struct json_t *json; Str id; Text title; LawStatus status; Day first, last; const struct json_t *serves; } LawForm;

/* What people are told while something is down: the wording of one stage. Its text has places {fact}, filled from the facts; {next}: when the next notice is promised. */
typedef struct LawWording { const struct json_t *json; Str id, stage; Text title; LawStatus status; Day first, last; } LawWording;

typedef struct LawSet LawSet;
struct LawSet {
    const Law *law;
    RuleSet set;
    FactDef *defs;
    LawFact *facts; size_t facts_n;
    LawClass *classes; size_t classes_n;
    LawRule *rules; size_t rules_n;
    LawDuties *duties; size_t duties_n;
    LawForm *forms; size_t forms_n;
    LawWording *wordings; size_t wordings_n;
    int occurred, known, designated, operator_class;
    struct LawRoll { Str id; const PeriodCalendar *calendar; } *rolls; size_t rolls_n; /* calendar NULL: the pack has none, or one that cannot be */
};

/* ERR_MISTAKES names what the checker should have found; a pack that law_load accepted compiles. */
Err law_compile(Arena *a, const Law *law, LawSet *out);
const LawSet *law_set(const Packs *packs, Str pack); /* NULL: no such pack, or it has no rules; pack empty: the first that has */
int law_fact(const LawSet *s, Str id);  /* NONE */
int law_rule(const LawSet *s, Str id);  /* NONE */
int law_code(const LawClass *c, Str code); /* NONE */
int64_t law_unit(Str unit);             /* how many of the base: milliseconds, value × milliseconds, one; 0: no such unit */

/* --- facts ---------------------------------------------------------------------------------------------------------------- */
typedef struct LawFacts { FactValue *values; Instant as_of; const struct json_t *json; } LawFacts;
/* {"facts": {…}, "as_of"}; `now` stands for a missing as_of. All mistakes at once by path ("facts/impact/3/to"). */
Err law_facts(Arena *a, const LawSet *s, const struct json_t *doc, Instant now, LawFacts *out);

/* --- answers --------------------------------------------------------------------------------------------------------------- */
typedef struct LawVerdict {
    int rule;
    const LawVersion *version; /* NULL: no version, or several that say different things */
    Verdict v;
    LawStatus status;          /* of the version, weaker from the day of an unread text on */
    bool stale, unread;
    bool turns; Instant turn_at; VerdictKind turn_to;
    Deciding *deciding; size_t deciding_n;
} LawVerdict;

typedef struct LawDays { Day lo, hi; } LawDays;
/* clocks: the days between which each clock of the facts stands, worked out once for an incident. */
typedef struct LawJudge { const LawSet *s; Judge *j; uint32_t *chosen; const LawFacts *facts; Day today; LawDays clocks[CLOCKS]; } LawJudge;
/* One for a thread; judging again takes no more memory than its answers. */
LawJudge *law_judge_new(Arena *a, const LawSet *s);
/* Chooses the versions and makes the facts those that are judged. */
void law_judge_begin(LawJudge *j, const LawFacts *facts);
LawVerdict law_judge_rule(Arena *a, LawJudge *j, int rule, bool explain); /* explain: also turning time and what decides */

/* Of all rules, in the order of the pack, with turning times and what decides. */
LawVerdict *law_judge_all(Arena *a, LawJudge *j);
/* For people: met; what turns by time, soonest first; undecided; covered; without a version; not met. */
const LawVerdict **law_reading_order(Arena *a, const LawVerdict *v, size_t n);
bool law_worth_saying(const LawVerdict *v, bool all); /* all: also what is not met */
bool law_binding(const LawSet *s, const LawVerdict *v); /* of a rule in force that may open duties, not a level, a watch, a draft or what was laid over the pack */
bool law_only_unasked(const LawVerdict *v);           /* undecided, and only because of questions that nobody asked */

/* What to ask next: by how many undecided rules an answer could settle (one of k facts that settle a rule together counts a k-th), divided by the cost of asking.
 * Never what only the pack could know, nor what the asked person said cannot be known. rules: in how many undecided ones; settles: in how many by itself. */
typedef struct LawAsk { Ask ask; int rules, settles, cost, worth, best; } LawAsk;
enum { LAW_ASKS_MAX = 12 };
size_t law_asks(Arena *a, const LawJudge *j, const LawVerdict *v, size_t n, LawAsk out[LAW_ASKS_MAX]);
extern const struct LawKnowerRow { const char *code; Text title; } law_knower_rows[]; /* who knows a fact */
extern const size_t law_knower_rows_n;
Text law_knower(Str code); /* empty: nobody is named */

/* What the rules in force on a day look at, for kinds of operators (bits of operator_class): facts, and of each its codes (of a time line its kinds). */
typedef struct LawUses { bool *facts; uint64_t *codes; } LawUses;
LawUses law_uses(Arena *a, const LawSet *s, uint64_t classes, Day day);
bool law_binds(const LawSet *s, int rule, size_t version, uint64_t classes, Day day); /* it is in force that day, binds one of them and may open duties */
bool law_duties_hold(const LawDutyVersion *v, Day day); /* in force that day, and may be opened */
uint64_t law_bound_classes(const LawSet *s, Day day);

typedef struct LawDue {
    const LawDuties *of; const LawDutyVersion *version; const LawDuty *duty; const struct LawVariant *variant;
    LawStatus status;
    Tri is;                    /* open: whether it is due at all is undecided */
    bool promptly;
    PeriodDue due;             /* {0}: no clock, or it waits */
    bool earliest; PeriodEarliest first; /* of several clocks */
    bool variant_open;         /* whether the variant applies is undecided: what is shown is without it */
    Str waits_for;             /* a duty that must be submitted first */
    Deciding *deciding; size_t deciding_n;
} LawDue;
/* The duties that a met rule opens, in the order of the file. Of an undecided rule: what it would open (`is` open). */
Err law_duties(Arena *a, LawJudge *j, const LawVerdict *v, LawDue *out, size_t max, size_t *n);
enum { LAW_DUES_MAX = 64 };

/* What was set beside a duty by those who laid something over the pack, in hours or minutes from the duty's own clock; never a deadline of the law. */
enum { LAW_TARGETS_MAX = 8 };
typedef struct LawTarget { const LawOverlay *of; const struct json_t *json; bool known; Instant until; } LawTarget;
size_t law_targets(const LawJudge *j, const LawDue *d, LawTarget out[LAW_TARGETS_MAX]);
Text law_target_within(Arena *a, const LawTarget *t); /* 1時間 */

const PeriodCalendar *law_calendar(Arena *a, const LawSet *s, Str code); /* NULL: the pack has none */

/* --- what if (assume.c): the facts with some of them taken otherwise, judged beside the facts as they are ------------------------ */
typedef struct LawWhatIf { LawFacts facts_saved, facts_assumed; LawJudge *saved, *assumed; LawVerdict *v_saved, *v_assumed; /* rules_n each */ } LawWhatIf;
/* change: {"facts": {id: value}, "until": instant at which ends what still goes on, "as_of"}; a number told for some classes leaves the others, fewer sufferers lower the rows of the
 * time line. All mistakes at once by path, in the change as in the facts that come of it. */
Err law_what_if(Arena *a, const LawSet *s, const struct json_t *saved, const struct json_t *change, Instant now, LawWhatIf *out);
Err law_what_if_json(JsonOut *out, Arena *a, const LawWhatIf *w); /* the keys of the answer: "assumption", pack, instants, "verdicts" */
typedef enum { TURN_NONE, TURN_OPENS, TURN_GOES, TURN_MOVES, TURN_STAYS } LawTurn; /* on a duty; moves: another clock or addressee */
LawTurn law_turn(const LawDue *saved, const LawDue *assumed); /* NULL: not there */

/* --- words ------------------------------------------------------------------------------------------------------------------ */
extern const struct VerdictRow { const char *code; Text title; } verdict_rows[VERDICTS];
Text law_text(const struct json_t *o, const char *key);                 /* {"ja","en"}; one stands for the other where it is missing */
Text law_range(Arena *a, Range r, Str unit);
Text law_due_text(Arena *a, const Period *p);
Text law_instant_text(Arena *a, Instant t);                             /* 2026年11月20日（金）15:05 */
Text law_codes_text(Arena *a, const LawClass *k, uint64_t mask);
Text law_fact_text(Arena *a, const LawJudge *j, int fact);               /* what is said of it, or how it is not known */
Text law_origin(Arena *a, uint8_t origin);                              /* because … */
Text law_headline(Arena *a, const LawJudge *j, const LawVerdict *v);    /* one sentence */
Text law_citation(Arena *a, const LawSet *s, const struct json_t *cite); /* 電気通信事業法施行規則第58条第2項第1号 */
Text law_needs(Arena *a, const LawSet *s, const struct json_t *o);     /* 2時間以上: of {"at_least": Amount} and the like */
Text law_measure(Str code);                                             /* 継続時間 */
Text law_ask(Arena *a, const LawSet *s, Ask ask);
Text law_term_label(Arena *a, LawJudge *j, const LawTerm *term);         /* how a condition is called in a tree */
Str law_quantity_unit(const LawSet *s, int quantity);                   /* for law_number */
Text law_number(Arena *a, int64_t n, Str unit);                         /* 42,000人, 1時間19分 */
const struct json_t *law_due_part(const LawDue *d, const char *key);    /* of the duty, or of its variant */
Str law_addressees(Arena *a, const LawSet *s, const LawDue *d, Lang lang); /* A、B */
void law_verdict_json(JsonOut *out, Arena *a, LawJudge *j, const LawVerdict *v, bool tree);
void law_due_json(JsonOut *out, Arena *a, LawJudge *j, const LawDue *d);
void law_due_json_keys(JsonOut *out, Arena *a, LawJudge *j, const LawDue *d); /* into an open object */
/* The keys of the whole answer: "pack", "pack_version", "pack_hash", "as_of", "verdicts" (each with its duties), "ask". */
Err law_answers_json(JsonOut *out, Arena *a, LawJudge *j, const LawVerdict *v, bool explain);
/* The same as rows; of a version alone (without facts: what is needed) the values are 0. Of a table every row is one. */
typedef struct LawTreeRow { size_t depth; Tri value; Text words; bool aside; } LawTreeRow; /* aside: a row of a table whose class was not hit */
size_t law_tree_rows(Arena *a, LawJudge *j, const LawVerdict *v, LawTreeRow **out);
size_t law_need_rows(Arena *a, const LawSet *s, const LawVersion *v, LawTreeRow **out);
/* Those in force that day for a duty of that kind which the rule opens; out has room for all. */
size_t law_forms(const LawSet *s, int rule, Str kind, Day day, const LawForm **out);
/* The wording in force that day for a stage and an audience, by their codes; NULL: the pack has none. */
const LawWording *law_wording(const LawSet *s, Str stage, Str audience, Day day);
/* The next place {what} in a text: what stands before it, what is asked for; false: no further one, and `before` is the rest. */
bool law_place(Str *rest, Str *before, Str *what);
Text law_deadline(Arena *a, const struct json_t *duty); /* in the words of the law where they are there; else 速やかに、30日以内 */
Text law_within(Arena *a, const struct json_t *within); /* 30日以内 */
void law_tree_text(Buf *b, Arena *a, LawJudge *j, const LawVerdict *v, Lang lang); /* with lines, for a terminal */

#endif
