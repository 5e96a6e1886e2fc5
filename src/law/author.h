/*
 * law/author.h -- the tools of those who write a pack of law: its examples and stories judged, boundaries worked out, faults put in on purpose.
 * Owns nothing. Called by: commands, tests. Never: writes a file.
 */
#ifndef KANAME_LAW_AUTHOR_H
#define KANAME_LAW_AUTHOR_H

#include "law/judge.h"

/* One set of facts with what is expected of it. */
typedef struct LawCase {
    const LawItem *item;   /* where it stands: file and path in it */
    Str path;
    Text name;
    int rule, version;     /* an example's own; NONE: an incident of the corpus */
    LawFacts facts;
    const struct json_t *expect; /* "expect", "because" …; of an incident {rule: verdict} */
} LawCase;
typedef struct LawCases { LawCase *list; size_t n, cap, examples, incidents; } LawCases;

/* Examples of all rules with their changes, and the corpus. Facts that cannot be read are mistakes ("file:line path") and leave the case out. */
Err law_cases(Arena *a, const LawSet *s, Mistakes *m, LawCases *out);
/* Does the case give what it expects? With `m` each difference is named, in both languages; without it the first one ends the look. */
bool law_case_holds(Arena *a, LawJudge *j, const LawCase *c, Mistakes *m);
/* An incident as far as it concerns one rule. */
bool law_case_holds_of(Arena *a, LawJudge *j, const LawCase *c, int rule, Mistakes *m);

/* A rule with its versions and duties in sentences, beside the words of the law. */
void law_read(Buf *b, Arena *a, const LawSet *s, int rule, Lang lang);
/* JSON Schema 2020-12 of the files of a pack of law. */
void law_schema(JsonOut *out);

#endif
