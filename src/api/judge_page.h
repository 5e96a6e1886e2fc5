/* judge_page.h -- what the pages without script share. Private to api/. */
#ifndef KANAME_API_JUDGE_PAGE_H
#define KANAME_API_JUDGE_PAGE_H

#include "api/html.h"
#include "api/judge_form.h"

enum { PAGE_MAX = 30000, PAGE_TAIL = 600 }; /* bytes of a page, uncompressed; and of what closes it */

typedef enum { STEP_CLASS, STEP_WHAT, STEP_LINE, STEP_VERDICT, STEPS } Step;
extern const struct StepRow { const char *code; Text title; } step_rows[STEPS];

typedef struct Page {
    Call *c;
    Arena *a;
    Lang lang;
    const LawSet *s;
    Form f;
    LawUses uses, all; /* of rules for these kinds of operators; of all rules */
    uint64_t classes;  /* of operators */
    Step step;
    Buf out;
} Page;

/* Also where the pack is not known: then s is NULL and the answer ERR_NOT_FOUND. */
Err page_open(Call *c, Page *p);
Str say_in(const Page *p, Text t);
#define SAY(p, ja, en) say_in((p), text_of((ja), (en)))
Str page_self(const Page *p, const char *path, Lang lang); /* "/judge?lang=en", with the pack where it is not the usual one */
void page_begin(Page *p, Str title, bool wrong, Str css);
void tree_lists(Page *p, Buf *b, const LawTreeRow *rows, size_t n);
void page_end(Page *p, bool in_form); /* with the other language */

/* --- judge_field.c: inputs ---------------------------------------------------------------------------------------------------------- */
void field_out(Page *p, Buf *b, int fact);
bool field_there(const Page *p, int fact); /* there is something to fill in: a number for each class needs the classes */
void field_shown(Page *p, int fact);       /* its pairs have an input on this page now */
void time_field(Page *p, Buf *b, Str name, Text label);
void rows_out(Page *p, Buf *b, int fact);
Step step_of(const Page *p, Str name);     /* where it is asked */

#endif
