/*
 * law/diff.h -- two states of a pack of law: what was written otherwise, and what follows from it for verdicts, deadlines and duties.
 */
#ifndef KANAME_LAW_DIFF_H
#define KANAME_LAW_DIFF_H

#include "law/author.h"

typedef struct LawTexts { Text *list; size_t n, cap; } LawTexts;
/* In words, in the order of the files: rules, levels, watches, duties, then facts, classes, sources and the rest. Notes and examples are no law and are passed over. */
void law_diff_texts(Arena *a, const LawSet *was, const LawSet *is, LawTexts *out);

enum { DIFF_NAMES_MAX = 3, VERDICT_NO_RULE = VERDICTS };
/* All cases in which one rule's verdict went from one to the other; names: the first of them. */
typedef struct LawEffect { Str rule; Text title; bool law /* not a level or a watch */; VerdictKind from, to; size_t n; Text names[DIFF_NAMES_MAX]; } LawEffect;
/* A duty of a rule that is met in both: due on another day, newly due, or no longer (DAY_NONE). */
typedef struct LawMove { Str rule, duty; Text title; Day from, to; size_t n; Text name; } LawMove;
typedef struct LawDiff { LawEffect *effects; size_t effects_n, effects_cap; LawMove *moves; size_t moves_n, moves_cap; size_t cases, unread /* facts that one of the two cannot read */; bool lost /* a met verdict of a rule is met no longer */; } LawDiff;

/* One set of facts ({"facts", "as_of"}) judged by both. */
void law_diff_case(Arena *a, LawJudge *was, LawJudge *is, const struct json_t *doc, Text name, LawDiff *out);
/* Examples, incidents and boundary points of a pack, each as a document: fn(arg, doc, name). */
Err law_diff_cases(Arena *a, LawJudge *j, void (*fn)(void *arg, const struct json_t *doc, Text name), void *arg);

#endif
