/*
 * law/author.h -- the tools of those who write a pack of law: its examples and stories judged, boundaries worked out, faults put in on purpose.
 * Owns nothing. Called by: commands, tests. Never: writes a file.
 */
#ifndef KANAME_LAW_AUTHOR_H
#define KANAME_LAW_AUTHOR_H

#include "law/judge.h"

/* One set of facts with what is expected of it. */
typedef struct LawCase {
    const LawItem *item;   /* where it stands: file and path in it; of duties: their file */
    Str path;
    Text name;
    int rule, version;     /* an example's own; NONE: an incident of the corpus, or the version of an example of duties */
    LawFacts facts;
    const struct json_t *expect; /* "expect", "because" …; of an incident {rule: verdict}; of duties "expect": {duty: what is said of it} */
} LawCase;
typedef struct LawCases { LawCase *list; size_t n, cap, examples, incidents; } LawCases;

/* Examples of all rules with their changes, and the corpus. Facts that cannot be read are mistakes ("file:line path") and leave the case out. */
Err law_cases(Arena *a, const LawSet *s, Mistakes *m, LawCases *out);
/* Does the case give what it expects? With `m` each difference is named, in both languages; without it the first one ends the look. */
bool law_case_holds(Arena *a, LawJudge *j, const LawCase *c, Mistakes *m);
/* An incident as far as it concerns one rule. */
bool law_case_holds_of(Arena *a, LawJudge *j, const LawCase *c, int rule, Mistakes *m);
/* Exactly the duties that an example of theirs names arise, as it says. */
bool law_dues_hold(Arena *a, LawJudge *j, const LawVerdict *v, const LawCase *c, Mistakes *m);
bool law_same_facts(const LawSet *s, const struct json_t *ids, const Deciding *d); /* are these the facts of the set that decides? */
Str law_deciding_ids(Arena *a, const LawSet *s, const Deciding *d);      /* "[a, b] " */
bool law_due_day(const LawDue *d, Day *out); /* the day of a deadline; false: none is computed */
Str law_dues_print(Arena *a, LawJudge *j, int rule, Str duties); /* all that is told of the duties of that file, to be compared */

/* A rule with its versions and duties in sentences, beside the words of the law. */
void law_read(Buf *b, Arena *a, const LawSet *s, int rule, Lang lang);
/* JSON Schema 2020-12 of the files of a pack of law. */
void law_schema(JsonOut *out);

/* --- boundaries, worked out ---------------------------------------------------------------------------------------------- */

/* One set of facts on or beside a boundary, and what it gives now. */
typedef struct LawPoint { LawFacts facts; Text value; Verdict v; } LawPoint;
typedef struct LawBoundary {
    int version;
    Str id;              /* "condition/classes/5a/users", "first_day": the same as long as the rule's names are */
    Text label;
    LawPoint *points; size_t n;
    bool decides;        /* the points give different verdicts */
    bool found;          /* not of one condition: facts that were found by trying, and confirmed */
} LawBoundary;
typedef struct LawBoundaries { LawBoundary *list; size_t n, cap, points; } LawBoundaries;
/* For each threshold, code, exception, day and rule that is named: facts on both sides of it, the others such that it decides, taken from the rule's own examples. */
void law_boundaries(Arena *a, LawJudge *j, const LawCases *cases, int rule, LawBoundaries *out);
bool law_same_verdict(const Verdict *x, const Verdict *y);
/* Facts out of others, in an order that is the same every time. */
#define LAW_CHANCE 88172645463325252u
uint64_t law_chance(uint64_t *state, uint64_t below);
/* Up to `most` facts of `other` put into f. */
void law_facts_mix(uint64_t *state, const LawSet *s, LawFacts *f, const LawFacts *other, int most);
/* Could somebody have entered this? A time line tells only of classes that are known to be hit, and of no more than suffered at all. */
bool law_facts_could_be(const LawSet *s, const LawFacts *f);
/* The facts such that the quantity is exactly x; false: it cannot be. */
bool law_quantity_put(Arena *a, const LawSet *s, const Quantity *q, LawFacts *f, int64_t x);

/* --- faults put in on purpose --------------------------------------------------------------------------------------------- */

typedef enum { NOTICED_BY_EXAMPLES, NOTICED_BY_BOUNDARIES, NOTICED_BY_NOBODY, SAME_RULE /* no facts were found that tell it from the rule */ } LawNotice;
typedef struct LawMutant { Text says; LawNotice notice; const LawFacts *telling; } LawMutant; /* says: "if 30,000 users were 29,999 users (row 2a)"; telling: unnoticed, though these facts tell it from the rule */
typedef struct LawMutants { LawMutant *list; size_t n, by[SAME_RULE + 1]; } LawMutants;
/* Each fault of the rule that the format allows to write: is it noticed by the examples, by the boundaries as they are now, by nobody? */
Err law_mutants(Arena *a, LawJudge *j, const LawCases *cases, const LawBoundaries *boundaries, int rule, LawMutants *out);
/* The same of the duties of one file (their number in the set): by the examples or by nobody. */
Err law_duty_mutants(Arena *a, LawJudge *j, const LawCases *cases, const LawBoundaries *boundaries, size_t duties, LawMutants *out);

/* --- confirmed boundaries --------------------------------------------------------------------------------------------------- */

/* What is kept in the pack as boundaries/RULE.json: the table, and the facts that tell the faults which nothing noticed. hash: of the bytes of the rule's file. */
Str law_confirmation(Arena *a, LawJudge *j, int rule, const LawBoundaries *all, const LawMutants *faults, Str hash);
/* Facts that were confirmed with an earlier table join the boundaries. */
void law_confirmed_found(Arena *a, LawJudge *j, int rule, const struct json_t *stored, LawBoundaries *all);
/* Each difference, and whether the rule was changed since. */
void law_confirmed_check(Arena *a, LawJudge *j, int rule, const LawBoundaries *all, const struct json_t *stored, Str file, Str text, Str hash, Mistakes *m);

/* --- what the cases have seen of a rule ------------------------------------------------------------------------------------ */

typedef enum { SEEN_VERSION, SEEN_CONDITION, SEEN_ROW, SEEN_EXCEPTION, SEEN_GAP, SEEN_VARIANT } LawSeenKind;
typedef struct LawSeen { LawSeenKind kind; int version; int node; Str id; Text label; size_t yes, no, open, decides; } LawSeen; /* of a version: yes is how many cases it judged */
/* Named conditions, rows, exceptions, gaps, versions and the variants of duties: how often each was true, false, open, and how often the verdict hung on it. */
size_t law_seen(Arena *a, LawJudge *j, const LawCases *cases, int rule, LawSeen **out);
extern const Text law_seen_words[];

/* --- laws of logic ------------------------------------------------------------------------------------------------------------ */

/* Whatever the law says: less known never turns a verdict round, more known never takes it back, order changes nothing, twice is the same, fast is recorded.
 * What does not hold is a mistake ("file:line path"). Gives how many comparisons were made. */
size_t law_logic(Arena *a, LawJudge *j, const LawCase *c, Mistakes *m);
/* Rows, lists and facts the other way round give the same verdicts. */
Err law_logic_order(Arena *a, LawJudge *j, const LawCases *cases, int rule, Mistakes *m);
/* Each rule has exactly one version on each day from its first to its last, none before and after. */
size_t law_sweep(Arena *a, LawJudge *j, Mistakes *m);

/* --- the official text beside what the pack quotes of it -------------------------------------------------------------------- */

typedef struct Statute Statute; /* statute.h */
/* The XML of a Japanese law as e-Gov gives it. Refused: a DOCTYPE, what is no such XML, too much or too deep. */
Err law_statute(Arena *a, Str bytes, Statute **out);
Str law_statute_title(Arena *a, const Statute *t); /* with its number */
/* Which source of the pack this is: the one asked for, else by the law's id (in the XML or in the file's name), else by its title. */
Err law_statute_source(Arena *a, const LawSet *s, const Statute *t, Str asked, Str file, Str *id);

typedef enum { QUOTE_SAME, QUOTE_MOVED, QUOTE_CHANGED, QUOTE_GONE, QUOTE_STATES } LawQuoteState;
extern const struct LawQuoteRow { const char *code; Text title; } law_quote_rows[QUOTE_STATES];
enum { LAW_ELSEWHERE_MAX = 3 };
typedef struct LawQuote {
    Str path;         /* file:line path */
    Text cited;       /* the place that the pack names */
    Str words, now;   /* quoted; what stands there. Both empty: a citation without words, of which only the place is looked at */
    LawQuoteState is;
    Text elsewhere[LAW_ELSEWHERE_MAX]; size_t elsewhere_n; /* where the words stand as well, or now; elsewhere_n: how many there are */
} LawQuote;
typedef struct LawQuotes { LawQuote *list; size_t n, cap, by[QUOTE_STATES], places; } LawQuotes;
/* Every citation of that source, and the quoted words under it. */
Err law_compare(Arena *a, const LawSet *s, const Statute *t, Str source, LawQuotes *out);

/* "facts" and "as_of" as law_facts reads them, into an open object. */
void law_facts_json(JsonOut *j, Arena *a, const LawSet *s, const LawFacts *f);

#endif
