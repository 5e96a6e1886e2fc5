/*
 * What the files of the importer share. Inside of work/ only.
 */
#ifndef KANAME_IMPORT_PARTS_H
#define KANAME_IMPORT_PARTS_H

#include "work/work.h"

enum { FIELD_NONE = -1, FIELD_NUMBER = -2 }; /* ImportColumn.field: left out; our number */

typedef struct Row Row;

typedef struct Target { /* what a reference points to: a record, or a row that will become one */
    Id id;
    Row *row;
} Target;

typedef struct Pending {
    const ImportColumn *column;
    Target *targets;
    size_t n;
} Pending;

typedef enum { ROW_NEW, ROW_OPEN, ROW_DONE } RowState;

struct Row {
    const ImportSheet *plan;
    const Sheet *sheet;
    size_t row;
    Value *v;
    Record *old; /* NULL: a new record */
    Id id;
    int64_t version;
    Pending *refs;
    size_t refs_n;
    RowState state;
    bool fresh;       /* said to be new in the column of the number */
    bool closes_ring; /* some references wait for the second change */
    Row *next;        /* in its group of equal titles; in the list of rows made for missing targets */
};

typedef struct Known Known;
typedef struct Entry {
    Str key;
    Target target;
    bool used, ambiguous;
    Str title; /* of entries by number: so that a title with a comma in a list can be told */
    Known *known;  /* of titles: the records under it */
    size_t number; /* of groups: which, from 1 */
} Entry;

typedef struct Map {
    Entry *slots;
    size_t cap, n;
} Map;

typedef struct Index { /* records and rows of one resource by number, folded title and other names */
    const Resource *res;
    Map by;
    Name *names; /* the records, by number */
    size_t names_n;
    Map known;   /* remembered titles of earlier imports: see import_match.c */
    bool known_read;
    int64_t next_number; /* of those reserved for new records */
} Index;

typedef struct Learnt {
    const Resource *res;
    Str key;
    Id id;
} Learnt;

typedef struct Import {
    Ctx *c;
    Mistakes m;
    Index *indexes;
    size_t indexes_n;
    Row *rows;
    size_t rows_n, rows_cap;
    Row *made; /* for missing targets that the plan allows to make */
    Learnt *learnt;
    size_t learnt_n, learnt_cap;
    ImportResult *result;
    Arena scratch; /* of one row's change, so that a large book costs no more memory than its cells */
} Import;

/* --- import_cells.c --- */
/* One cell as people write it, for every kind but REF, REFS and LIST. False: `m` has said at `path` what is wrong. `scale` multiplies plain numbers
 * of money (a heading in thousands of yen). */
bool import_value(Arena *a, const Field *f, const Cell *cell, int64_t scale, Str path, Value *out, Mistakes *m);
/* Folded, without blanks and marks: as headings are compared. */
Str import_heading(Arena *a, Str s);
/* "被害額（千円）" counts in thousands: the factor, and the heading without its brackets. */
int64_t import_scale(Arena *a, Str heading, Str *bare);
bool import_may_fill(const Field *f);
bool import_name_is_enough(const Resource *res); /* of all that a record needs */
bool import_says_none(Arena *a, const Field *f, Str text); /* "－", and for references "なし" */

/* --- import.c --- */
Cell import_cell(Import *im, const Row *r, const ImportColumn *col); /* after the plan's words were put in */
Str import_place(Import *im, const Row *r, size_t column);
void import_say(Import *im, const Row *r, size_t column, const char *code, Text text);
const Field *import_field(const Row *r, const ImportColumn *col);
const ImportColumn *import_column(const Row *r, int field);
int import_title(const Resource *res);

/* --- import_index.c --- */
Str import_name(Arena *a, Str s); /* as a name is kept: a line end in a cell is a blank */
Entry *map_find(const Map *m, Str key);
Entry *map_put(Arena *a, Map *m, Str key); /* the entry, new or old */
Err index_for(Import *im, const Resource *res, Index **out);
void index_title(Import *im, Index *x, Str title, Target t);
void index_forget_title(Import *im, const Index *x, Str title, Id id); /* the book gives the record another name */
void index_other_name(Import *im, Index *x, Str name, Target t); /* what a field with NAMES says */
Entry *index_by_number(Import *im, const Index *x, int64_t number);
Entry *index_by_title(Import *im, const Index *x, Str title);
/* Exactly, else by what also names a record, else without the forms of companies (株式会社 and ㈱ are one). */
Entry *index_by_any(Import *im, const Index *x, Str text);
bool number_head(const Resource *res, Str folded, int64_t *out); /* "A-0012", alone or before a blank and the title */

/* --- import_match.c: which record is this row --- */
Err row_identify(Import *im, Row *r, Index *x);
Err match_groups(Import *im); /* rows whose title is not unique; wants values and references */
void match_remember(Import *im, const Row *r, Id id);
Err match_keep(Import *im); /* what was remembered goes into its table */
void row_take_old(Import *im, Row *r, Record *old);
bool disposed_mark(Import *im, const Row *r, const ImportColumn *col);

/* --- import_refs.c --- */
Err resolve_row(Import *im, Row *r);
bool refs_fill(Import *im, Row *r); /* puts the ids that are known by now into the values; false: some are not known yet */

/* --- import_write.c --- */
Err write_all(Import *im);

#endif
