/*
 * form.h -- documents that people write by hand, in const tables: which keys an object has, of what kind, between what bounds. An object is read into a struct; every mistake is
 * named by its path ("risks[3].loss.high"), all at once. What must hold between two keys is the caller's. Called by: quant, net. Never: gives up at the first mistake.
 * Cost: O(bytes); no text is made where there is no mistake.
 */
#ifndef KANAME_FORM_H
#define KANAME_FORM_H

#include "base/base.h"

/* Where one is: a chain on the stack. `key` NULL: element `at` of a list. */
typedef struct FormPath { const struct FormPath *up; const char *key; size_t at; } FormPath;
#define FORM_KEY(path, name) (&(FormPath){(path), (name), 0})
#define FORM_AT(path, i) (&(FormPath){(path), NULL, (i)})
Str form_path(Arena *a, const FormPath *p); /* NULL: the document itself, "$" */

typedef enum {
    FORM_STR,     /* a text of at most `max` characters without control characters, into a Str */
    FORM_NUMBER,  /* min … max, into a double */
    FORM_WHOLE,   /* a whole number min … max, into an int64_t */
    FORM_BOOL,    /* into a bool */
    FORM_OBJECT,  /* of form `of`: its tree into a const struct json_t *, for the caller to go on */
    FORM_MAP,     /* names of its own, each with an object of form `of`: so */
    FORM_LIST,    /* of min … max objects of form `of`: so */
    FORM_NUMBERS, /* min … max numbers, each 0 … 1e15: so; form_numbers reads them */
    FORM_OTHER    /* anything: so */
} FormKind;
enum { FORM_NEEDED = 1, FORM_OVER = 2 /* greater than min, not min itself */, FORM_UNDER = 4 /* less than max */ };
#define FORM_AMOUNT_MAX 1e15 /* every amount up to here is exact in a double */

typedef struct Form Form;
typedef struct FormField { const char *name; FormKind kind; size_t into; double min, max; unsigned flags; const Form *of; } FormField;
struct Form {
    const char *name; /* of one that is picked: the word of its "kind" */
    const FormField *fields; size_t n;
    const Form *const *picks; /* instead of fields: one of these, as "kind" says; ends with NULL */
};
#define FORM(word, table) {(word), (table), COUNT(table), NULL}

typedef struct FormIn { Arena *a; Mistakes *m; } FormIn;

/* The object v into `out`; what is not there stays as it was. False when this object itself has a mistake. */
bool form_read(FormIn *f, const Form *form, const struct json_t *v, const FormPath *path, void *out);
/* Which of form->picks; NULL, and the mistake is named, when none. */
const Form *form_pick(FormIn *f, const Form *form, const struct json_t *v, const FormPath *path);
bool form_numbers(FormIn *f, const struct json_t *v, const FormPath *path, double *out); /* out[size of v] */
void form_wrong(FormIn *f, const FormPath *path, const char *code, Text text);
bool form_greater(FormIn *f, double high, double low, const FormPath *high_path, const char *low_name); /* "must be greater than low" */
void form_schema(JsonOut *j, const Form *root, Str title); /* JSON Schema of the tables */

/* Names that must be unlike each other and are referred to: 1,000,000 take a second. */
typedef struct FormName { Str id; size_t at; } FormName;
typedef struct FormNames { FormName *list; size_t n; } FormNames;
void names_sort(FormIn *f, FormNames *names, const FormPath *list_path); /* by bytes; names one that is there twice at list[at].id */
size_t names_find(const FormNames *names, Str id);                       /* its `at`; SIZE_MAX */
Text names_none(Arena *a, const FormNames *names, Str id);               /* there is no such name; the nearest one, of the first 1,000 */

#endif
