/* judge_form.h -- the plain form of judging: what came in, as pairs, and the document of facts that they are. Private to api/. */
#ifndef KANAME_API_JUDGE_FORM_H
#define KANAME_API_JUDGE_FORM_H

#include "api/handlers.h"

#include "law/judge.h"

enum { FORM_BODY_MAX = 16 << 10, FORM_PAIRS_MAX = 600, FORM_ROWS = 16, FORM_VALUE_MAX = 200 };

/* NAME is the id of a fact, "FACT:CODE" of a number for one class, "FACT:ROW:COLUMN" of a row of a time line, "as_of"; "go", "from" and "open" are buttons.
 * Values: of a bool y, n, ? (cannot be known); of a set its codes, + (there may be others), - (none of them); of numbers and times what people write. */
typedef struct Pair { Str name, value; bool shown; } Pair; /* shown: it has an input on this page; all others travel in one hidden input */
typedef struct FormMistake { Str name; Text text; } FormMistake; /* name empty: of nothing that is asked */

typedef struct Form {
    Arena *a;
    const LawSet *s;
    Pair *pairs; size_t n;
    FormMistake *mistakes; size_t mistakes_n;
    LawFacts facts; /* of a form without mistakes */
} Form;

Err judge_form_read(Call *c, const LawSet *s, Form *out);
Str form_value(const Form *f, Str name);             /* the first one; empty */
bool form_has(const Form *f, Str name, Str value);
void form_show(Form *f, Str name);                   /* every pair of that name has an input now */
Str form_state(const Form *f);                       /* the others, for the hidden input */
void form_judge(Form *f, Instant now);               /* facts, or mistakes */
const FormMistake *form_mistake(const Form *f, Str name); /* NULL */
uint64_t form_codes(const Form *f, int fact);        /* codes of a set that were chosen */
bool form_local(Arena *a, Str typed, Str *out);       /* 2026-11-20T13:05, as the browser's control wants it; false: cannot be read */
int form_rows(const Form *f, int fact);              /* rows of a time line up to the last one with something in it */
Str form_row(Arena *a, const LawFact *f, int row, const char *column);
Str form_per(Arena *a, const LawFact *f, Str code);

#endif
