/*
 * record/ -- what a record is: fields, kinds, values. From one table of fields derive: DDL, SQL, validation, JSON, CSV, XLSX,
 * OpenAPI, forms, search. Owns: the resource tables, link, version, search. Called by: work, importers, api.
 * Never: knows one particular resource, who may do what (only carries the role masks), or HTTP.
 *
 * A record is an array of Values in the order of its Field[]: built-in resources, child rows of aggregates and fields
 * loaded from packs take the same path (docs/decisions/0001).
 */
#ifndef KANAME_RECORD_H
#define KANAME_RECORD_H

#include "base/base.h"
#include "store/store.h"

typedef struct Ctx Ctx; /* work/work.h */
typedef enum {
    KIND_TEXT,    /* one line */
    KIND_LONG,    /* several lines */
    KIND_INT,     /* count, level; with RANGE also unknown or an interval */
    KIND_MONEY,   /* yen */
    KIND_BOOL,
    KIND_DATE,    /* civil day */
    KIND_INSTANT, /* UTC, milliseconds */
    KIND_CHOICE,  /* a code out of choices */
    KIND_REF,     /* one record of `target`, same organisation */
    KIND_REFS,    /* several records of `target`: rows of the link table */
    KIND_LIST,    /* child rows with their own Field[] (aggregate) */
    KINDS
} Kind;

enum { /* Field.flags */
    REQUIRED = 1 << 0,
    UNIQUE = 1 << 1,   /* within the organisation, folded (NFKC, case) */
    SEARCH = 1 << 2,   /* in the full text index; not together with `read` */
    SORT = 1 << 3,     /* may order lists (indexed) */
    FILTER = 1 << 4,   /* may filter lists (indexed) */
    READONLY = 1 << 5, /* set by the program, never by a body */
    RANGE = 1 << 6,    /* numbers and instants may be unknown or an interval */
    PERSONAL = 1 << 7, /* personal data: may be disposed of */
    TITLE = 1 << 8,    /* the name shown for the record; one per resource */
    COLUMN = 1 << 9,   /* shown in lists by default */
    DERIVED = 1 << 10, /* computed on reading by the hook after_load; no column, except with SORT or FILTER: then lists
                          use what before_save computed, refreshed by record_keep; never in a version or leaf */
    PHONE = 1 << 11,   /* a text of digits whose leading zero counts: spreadsheets lose it, which is told */
    NAMES = 1 << 12,   /* also names the record, for importers: the post of a unit's head */
    APART = 1 << 14,   /* lists that may be long: a page of the register leaves them out, the record itself has them */
    ORDER = 1 << 13,   /* says nothing to a person, only orders: not in spreadsheets, not among the columns of a list */
};

typedef uint32_t Roles; /* bit mask of Role (access/access.h); 0 in a Field: as the resource */

typedef struct Choice {
    Str code;
    Text label;
    Text help;
    const char *aliases; /* words that spreadsheets use for it, divided by '|' */
    bool settled;        /* a record in this state does not change any more: what it points to may be retired all the same */
} Choice;

typedef struct Field {
    const char *name;    /* snake_case English; column, JSON key */
    Kind kind;
    Text label, help;
    uint32_t flags;
    int64_t min, max;    /* numbers: inclusive bounds (both 0: none); texts: max characters (0: 200, long: 10,000); lists: max rows */
    Err (*most)(Ctx *c, int64_t *max); /* numbers whose scale other records give: the largest that counts now, at most `max`; NULL: max */
    const Choice *choices;
    size_t choices_n;
    const char *target;  /* REF, REFS: name of a resource */
    const struct Field *fields; /* LIST */
    size_t fields_n;
    Roles read, write;   /* narrower than the resource's; 0: no narrower */
    const char *aliases; /* headings that spreadsheets use, divided by '|': "資産名|名称|機器名" */
    const char *suggest; /* texts: titles of this list of the packs are offered while typing; anything else may be written */
    Text begins;         /* a section of forms and pages begins with this field; empty: it goes on */
    const char *fills;   /* what choosing one also fills, where still empty: "sector|law|catalogue=id", field or field=field of the item */
} Field;

static inline bool field_sorts(const Field *f)
{
    return (f->flags & (SORT | TITLE)) != 0;
}
static inline bool field_filters(const Field *f)
{
    return (f->flags & (FILTER | SORT)) != 0;
}

/* Why a number or time is not known. */
typedef enum { UNKNOWN_NOT_ASKED, UNKNOWN_CANNOT_TELL, UNKNOWN_LATER, UNKNOWN_NOT_DEFINED, UNKNOWNS } Unknown;
extern const struct UnknownRow { const char *code; Text label; const char *aliases; /* other words of tables, divided by '|' */ } unknown_rows[UNKNOWNS];

typedef enum { VALUE_NONE, VALUE_KNOWN, VALUE_UNKNOWN, VALUE_RANGE, VALUE_DISPOSED } ValueState;

typedef struct Value {
    ValueState state;
    int64_t i;           /* INT MONEY BOOL DATE INSTANT; low end of a range; Unknown */
    int64_t hi;          /* high end of a range */
    Str text;            /* TEXT LONG CHOICE (code) */
    Id ref;              /* REF */
    Id *refs;            /* REFS: n ids, no duplicates, sorted */
    struct Value **rows; /* LIST: n rows of fields_n values */
    size_t n;
} Value;

typedef struct Resource Resource;
typedef struct Record {
    const Resource *res;
    int64_t row;     /* inside the process only */
    Id id;           /* v4, the one that leaves */
    int64_t org;     /* row of the organisation */
    int64_t number;  /* 1, 2, 3 … within the organisation; shown as PREFIX-0001 */
    int64_t version; /* 1 … */
    Instant created, updated;
    int64_t author;  /* user row of the latest change; 0 system */
    bool removed;    /* retired: kept, not listed */
    Value *v;        /* fields_n of the resource */
} Record;


/* A named act on one record with its own route POST …/{id}/{name}. Input is described by fields, checked like any body. */
typedef struct Action {
    const char *name;
    Text label, help;
    Roles roles;
    const char *from; /* the states in which it is the next thing to do, '|' between; NULL: at any time */
    const Field *fields;
    size_t fields_n;
    /* Changes `r` (already loaded, locked, allowed); work saves it as a new version. */
    Err (*run)(Ctx *c, Record *r, const Value *input, Mistakes *m);
} Action;

/* A computed read with its own route: GET …/PATH/reports/NAME over the register, or GET …/PATH/{id}/reports/NAME of one record. Every report is a few
 * tables, so that page, print and spreadsheet show any of them. */
/* A record by its name. */
typedef struct Referrer { const Resource *res; Id id; int64_t number; Str title; bool removed; } Referrer;
typedef struct ReportRow {
    Referrer of;         /* the record that the row speaks of, on which it opens; res NULL: none */
    const char *at;      /* or where it is read on, in API and page alike: "issues?origin=audit", "log"; NULL: nowhere */
    const Referrer *names; size_t names_n; /* records that it names */
    int64_t more;        /* … and how many further ones there are */
    Value *v;
} ReportRow;
typedef struct ReportTable {
    const char *name;    /* for programs */
    Text title, note;    /* note may be empty: what a reader must know of this table */
    const Field *columns;
    size_t columns_n;
    ReportRow *rows;
    size_t n, room, settled;
    bool cut;            /* there were more than REPORT_ROWS_MAX */
} ReportTable;
enum { REPORT_TABLES_MAX = 16, REPORT_ROWS_MAX = 2000 };
typedef struct ReportOut { Arena *a; ReportTable tables[REPORT_TABLES_MAX]; size_t n; } ReportOut;
typedef struct Report {
    const char *name;
    Text label, help;
    Roles roles;         /* besides the right to read the register */
    bool of_record;
    const Field *params; /* of the query, checked like filters; without a value: NONE */
    size_t params_n;
    Err (*run)(Ctx *c, const Record *of, const Value *params, ReportOut *out); /* reads through work, so rights hold */
    Err (*document)(Ctx *c, const Record *of, const Value *params, JsonOut *j); /* instead of run: one JSON object of its own shape, for programs; no page draws it */
    Err (*file)(Ctx *c, const Record *of, const Value *params, int fd, Str *name); /* instead of run: a file for people, into fd; *name as it is to be kept under */
    const char *type;    /* media type of that file */
    Err (*asked)(Ctx *c, const Record *of, const struct json_t *question, JsonOut *j); /* a document that needs a body: POST …/reports/NAME; reads only, keeps nothing */
} Report;

struct Resource {
    const char *name;   /* "asset": table, JSON type */
    const char *path;   /* "assets": URL */
    const char *prefix; /* "A": A-0001 */
    Text label, label_many, help;
    const Field *fields;
    size_t fields_n;
    Roles read, create, update, remove;
    const Action *actions;
    size_t actions_n;
    const Report *reports;
    size_t reports_n;
    /* At most three hooks. `old` is NULL on create. */
    Err (*check)(Ctx *c, const Record *old, const Record *new_, Mistakes *m);
    Err (*before_save)(Ctx *c, const Record *old, Record *new_);
    Err (*after_load)(Ctx *c, Record *const *list, size_t n); /* fills DERIVED fields, for a whole page at once */
    /* Reads a document of another program into values for a new record: POST …/PATH/document. Mistakes by the path in the document. NULL: no such route. */
    Err (*receive)(Ctx *c, const struct json_t *doc, Value *v, Mistakes *m);
    const char *const *counted; /* fields by which many of them are counted together (NULL-ended): one index holds them all, so that counting reads no record. NULL: none */
    bool inner; /* kept like any other, but reached only through what it belongs to: no route, form, search or import of its own */
};

typedef struct Resources { /* the visible list (app/resources.c) plus those of packs */
    const Resource *const *list;
    size_t n;
} Resources;
const Resource *resource_find(const Resources *all, Str name_or_path);
int field_find(const Field *fields, size_t n, Str name); /* -1 */
int64_t field_most(Ctx *c, const Field *f);       /* its max as of now; c NULL: its max */
int choice_find(const Field *f, Str code);               /* -1 */
Str label_text(Arena *a, const Resource *res, int64_t number); /* "A-0012" */
Str record_label(Arena *a, const Record *r);
Str record_title(const Record *r);

/* --- value.c: by the name of a field, which must exist ------------------------------------------------------- */
Value *value_of(const Record *r, const char *name);
Value *child_of(const Field *fields, size_t n, Value *row, const char *name);
Value *item_of(const Record *r, const char *list, size_t row, const char *name); /* of a child row */
const Field *field_of(const Resource *res, const char *name);
Record *record_copy(Arena *a, const Record *r); /* with values of its own; rows and texts are shared */
bool choice_is(const Value *v, const char *code);
bool state_is(const Record *r, const char *state);
void put_text(Value *v, Str text);
void put_int(Value *v, int64_t i);
/* Rows of a list that are the same but for what the program sets in them. */
bool rows_same_but_set(const Field *f, const Value *a, const Value *b);
/* Own rows, which may then be changed: those of the record before the act stay as they were. */
void rows_own(Arena *a, const Field *f, Value *v);
/* Every field but those named (NULL-ended) is equal. */
bool only_differs(const Record *a, const Record *b, const char *const *names);

/* --- schema.c: tables and columns from fields. Adds missing tables and columns; never drops. Also link, version, search. ------ */
Err record_migrate(Db *db, Arena *a, const Resources *all);
/* Changes nothing. ERR_CONFLICT: fields that only a newer program knows; *older: some are missing. */
Err record_schema(Db *db, Arena *a, const Resources *all, bool *older);
/* Start-up check of our own tables (assert-like): duplicate names, SEARCH with read, unknown targets … */
Err resources_check(const Resources *all, Arena *a);

/* --- json.c ------------------------------------------------------------------------------------------------ */
struct json_t;
/* Reads a JSON object into values (array of fields_n, zeroed by the caller). All mistakes at once: unknown field, wrong type, range,
 * length, choice, required, control characters, READONLY/DERIVED given. `partial`: absent fields keep what `v` has.
 * `writable` (may be NULL: all): bit per field index the caller may write. REF(S) are only syntax-checked here.
 * Unknown/interval: {"unknown":"not_asked|cannot_tell|later|not_defined"} and {"from":1,"to":2}. */
void values_from_json(Arena *a, const Field *fields, size_t n, struct json_t *object, bool partial, const bool *writable, Str path, Value *v, Mistakes *m);
/* REQUIRED and LIST bounds over complete values (after import, action, merge of a partial body). */
void values_check(Arena *a, const Field *fields, size_t n, Str path, const Value *v, Mistakes *m);
/* {"id":…,"number":"A-0001","version":3,"created":…,"updated":…, fields …}. `readable` NULL: all; others are left out. */
void record_to_json(JsonOut *j, Arena *a, const Record *r, const bool *readable);
/* The values of a kept version (record_canonical), READONLY ones too; by the rules of its time, so nothing is checked. */
Err values_from_version(Arena *a, const Field *fields, size_t n, Str doc, Value *v);
void values_to_json(JsonOut *j, Arena *a, const Field *fields, size_t n, const Value *v, const bool *readable);
bool values_equal(const Field *f, const Value *a, const Value *b);

/* --- query.c -------------------------------------------------------------------------------------------------- */
typedef struct Filter {
    int field;          /* index in fields */
    enum { FILTER_EQ, FILTER_MIN, FILTER_MAX, FILTER_NONE, FILTER_HAS, FILTER_NOT } op; /* HAS: REFS contains id; NOT: another value or none, of no value: any */
    Value value;
} Filter;
typedef struct ListQuery {
    Filter filters[8];
    size_t filters_n;
    int sort;           /* field index; -1: number */
    bool descending;
    Str text;           /* full text search within the resource; empty: none */
    Str cursor;         /* opaque, from the previous page; empty: first */
    size_t limit;       /* 1 … 200 */
    bool removed;       /* list the retired ones instead */
    bool brief;         /* without the lists that stand APART */
} ListQuery;
typedef struct ListPage {
    Record **list;
    size_t n;
    int64_t total;      /* counted up to LIST_TOTAL_MAX */
    bool total_capped;
    Str next;           /* cursor of the next page; empty at the end */
} ListPage;
enum { LIST_TOTAL_MAX = 1000 }; /* counting is what a page of a long list would cost most */
Err record_list(Db *db, Arena *a, const Resource *res, int64_t org, const ListQuery *q, ListPage *out);
/* --- count.c: over several organisations in one query, of records that are not retired */
enum { COUNT_ORGS_MAX = 200, COUNT_BY_MAX = 5 };
typedef struct CountOf { const Resource *res; const int64_t *orgs; size_t orgs_n; const Filter *filters; size_t filters_n; } CountOf;
typedef struct OrgCount { int64_t org, n; Value by[COUNT_BY_MAX]; } OrgCount;
Err record_count(Db *db, Arena *a, const CountOf *what, const int *by, size_t by_n, OrgCount **out, size_t *n); /* by organisation and these fields */
/* Which records they are, and in which version, by number. */
typedef struct RecordMark { int64_t number, version; Id id; } RecordMark;
Err record_marks(Db *db, Arena *a, const CountOf *what, RecordMark **out, size_t *n);
/* Rows of their field `list` whose day `due` is past and that have no `done`; of one record those with the `same` (NULL-ended) values count once. */
typedef struct LateRows { const char *list, *due, *done; const char *const *same; } LateRows;
Err record_count_late(Db *db, Arena *a, const CountOf *what, const LateRows *late, Day today, OrgCount **out, size_t *n);
/* Records of `target` that they name in `refs`, or in `by` through records of `through` that name them in `refs_of_it`; each once. */
Err record_count_named(Db *db, Arena *a, const CountOf *what, const Resource *target, const char *refs, const Resource *through, const char *by, const char *refs_of_it, OrgCount **out, size_t *n);
/* The first `most` of each organisation, highest first in the field `order`: their fields `by`; n is the place. */
Err record_foremost(Db *db, Arena *a, const CountOf *what, int order, size_t most, const int *by, size_t by_n, OrgCount **out, size_t *n);
Err record_get(Db *db, Arena *a, const Resource *res, int64_t org, Id id, bool lock, Record **out); /* ERR_NOT_FOUND also for another organisation */
Err record_get_many(Db *db, Arena *a, const Resource *res, int64_t org, const Id *ids, size_t n, Record **out); /* missing: NULL entries; one query per 100 */
/* How records are called: number, title and what its field with NAMES says; all that are not retired, in one query, by number. */
typedef struct Name { Id id; int64_t number; Str title, also; } Name;
Err record_names(Db *db, Arena *a, const Resource *res, int64_t org, Name **out, size_t *n);
Err record_find_number(Db *db, Arena *a, const Resource *res, int64_t org, int64_t number, Record **out);
/* Records of all organisations that are not retired, after a place, in the order of organisation and number, with their lists. `list` has room for `limit`. */
typedef struct RecordPlace { int64_t org, number; } RecordPlace;
Err record_walk(Db *db, Arena *a, const Resource *res, RecordPlace after, const Filter *filters, size_t filters_n, size_t limit, Record **list, size_t *n);
/* Those whose REF `field` is one of these ids, by number; one query per 100 ids. */
Err record_pointing(Db *db, Arena *a, const Resource *res, int64_t org, int field, const Id *ids, size_t ids_n, Record ***out, size_t *n);
/* Writes row, children, links, search rows and the version (canonical JSON, salts, fields_root handed by history through work). */
Err record_insert(Db *db, Arena *a, Record *r);  /* gives row, and a number unless it was reserved; version 1 */
Err record_update(Db *db, Arena *a, Record *r);  /* version must already be old + 1 */
/* Writes the kept derived fields only: no version. `current` false: the record has another version by now, nothing was written. */
Err record_keep(Db *db, Arena *a, const Record *r, bool *current);
size_t values_refs(const Field *fields, size_t n, const Value *v); /* how many references these values hold, in rows as well */
/* Foreign keys of r exist in the same organisation and are not removed. Those that `old` has as well (NULL: none) were good when they were
 * made; what they point to may be retired by now. */
Err record_check_refs(Db *db, Arena *a, const Resources *all, const Record *old, const Record *r, Mistakes *m);
/* UNIQUE holds; without `title` for all but the title, which the caller knows to be unique. */
Err record_check_unique(Db *db, Arena *a, const Record *r, bool title, Mistakes *m);
Err record_reserve(Db *db, const Resource *res, int64_t org, int64_t n, int64_t *first); /* n numbers in one step */
/* What these records are called, each once, in no order; `ids` is sorted on the way, `out` has room for n. Unknown ids are left out. */
Err record_titles(Db *db, Arena *a, const Resource *res, int64_t org, Id *ids, size_t n, Referrer *out, size_t *out_n);
/* Which records point here (label, title), at most `max`; with or without those that are settled. */
Err record_referrers(Db *db, Arena *a, const Resources *all, const Record *r, bool settled, Referrer *out, size_t max, size_t *n);

/* --- report.c: the tables of a report ------------------------------------------------------------------------------ */
ReportTable *report_table(ReportOut *out, const char *name, Text title, Text note, const Field *columns, size_t n);
/* A new row, all values NONE; beyond the ceiling the row is thrown away and the table is marked as cut. */
Value *report_row(ReportOut *out, ReportTable *t, const Record *of);
Value *report_row_of(ReportOut *out, ReportTable *t, const Referrer *of);
/* Where the latest row is read on, and the records that it names (kept in the arena of the report). */
void report_at(ReportTable *t, const char *at);
void report_names(ReportTable *t, const Referrer *names, size_t n, int64_t more);
Referrer record_name(Arena *a, const Record *r);
/* Takes over the texts and references of the rows made since the last time: what they were read from may go. */
void report_settle(ReportOut *out);
void report_to_json(JsonOut *j, Ctx *c, const ReportOut *out, Roles who); /* {"tables":[{"name","title","note","cut","columns":[…],"rows":[{"of":{…},"at":…,"names":[…],"more":…,"values":{…}}]}]} */

/* --- version.c: one row per record and version, for every resource ------------------------------------------------- */
typedef struct Version {
    int64_t version; Instant at; int64_t author; Str action; /* "create", "update", "remove", "approve" … */
    Str reason; Str doc;   /* canonical JSON of the values */
    Str salts;             /* from history_append, opaque: name and salt of each field; a zero salt: disposed of */
    int64_t leaf;          /* index in the organisation's log */
} Version;
Err version_add(Db *db, const Record *r, const Version *v);
Err version_list(Db *db, Arena *a, const Record *r, int64_t before, size_t limit, Version **out, size_t *n); /* newest first, those under `before` */
Err version_get(Db *db, Arena *a, const Resource *res, int64_t record_row, int64_t version, Version *out);
/* The register as it was (past.c). A stretch of it is the records numbered after `after` up to `last`; DERIVED fields are empty. */
typedef struct Past { Record *record; /* with version, time and author of then */ Str action, reason; } Past;
Err record_stretch(Db *db, const Resource *res, int64_t org, int64_t after, size_t limit, int64_t *last); /* the next `limit` records; 0: there are none */
/* Each in its last version not later than `at`, by number; those that came later are left out. `out` has room for the stretch. */
Err record_past(Db *db, Arena *a, const Resource *res, int64_t org, int64_t after, int64_t last, Instant at, Past *out, size_t *n);
/* The versions of one stretch made in (from, until], by number, newest first, at most PAST_VERSIONS_MAX of a record; *cut: of some there were more. */
enum { PAST_VERSIONS_MAX = 20 };
Err record_past_versions(Db *db, Arena *a, const Resource *res, int64_t org, int64_t after, int64_t last, Instant from, Instant until, Past **out, size_t *n, bool *cut);
Str record_canonical(Arena *a, const Record *r); /* canonical JSON object of all stored fields */
/* The bytes that history commits to for one field: canonical JSON of the value. */
Str value_canonical(Arena *a, const Field *f, const Value *v);

/* --- search.c ------------------------------------------------------------------------------------------------- */
typedef struct Hit { const Resource *res; Id id; int64_t number; Str title; Str excerpt; } Hit;
/* Over the given resources (those that the caller may read). Two-character words found, half width finds full width. */
Err record_search(Db *db, Arena *a, const Resources *readable, int64_t org, Str text, size_t limit, Hit **out, size_t *n);

/* --- sheet: spreadsheets ------------------------------------------------------------------------------------------ */
typedef struct Cell { Str text; bool is_date; bool is_number; } Cell; /* dates as 2026-11-20, numbers as written ("1200", "0.5") */
typedef struct Sheet { Str name; Cell **rows; size_t *row_cells; size_t rows_n; bool *hidden; /* by column; NULL: none */ } Sheet; /* merged cells: value repeated over the range */
typedef struct Book { Sheet *sheets; size_t n; } Book;
enum { BOOK_BYTES_MAX = 32 << 20, BOOK_INFLATED_MAX = 256 << 20, BOOK_ROWS_MAX = 100000, BOOK_COLUMNS_MAX = 256, BOOK_SHEETS_MAX = 50 };
Err book_read(Arena *a, Str bytes, Str file_name, Book *out); /* XLSX by content, else CSV (UTF-8 with or without BOM, CP932, UTF-16) */
Str cell_name(Arena *a, size_t column, size_t row); /* (2, 11) → "C12" */
/* A register out, page by page into a file. Columns: number, then fields that `readable` allows (NULL: all); labels as heading in `lang`; refs as
 * "A-0001 名称", several with '、'. Text cells are strings; formulas neutralised in CSV (leading ' … undone by our importer). */
typedef struct Export {
    Db *db; const Resources *all; const Resource *res; int64_t org; const bool *readable; Lang lang; bool csv;
    Err (*next)(void *source, Arena *page, Record *const **list, size_t *n); /* the next page, into that arena; n 0: the end */
    void *source;
} Export;
Err records_export(Arena *a, const Export *e, int fd, size_t *rows); /* ERR_TOO_LARGE beyond BOOK_ROWS_MAX */
/* The tables of a report, each a sheet of the book, or in CSV one below the other: title, headings, rows, note. Of `e` neither res, readable nor next are looked at. */
Err report_export(Arena *a, const Export *e, const ReportOut *out, int fd);

/* --- describe.c ------------------------------------------------------------------------------------------------ */
void resource_meta_json(JsonOut *j, Ctx *c, const Resource *res, Roles who); /* for forms: see docs/api.md, "meta" */
void fields_meta_json(JsonOut *j, Ctx *c, const Field *fields, size_t n, Roles who); /* "fields":[…] as in the meta of a resource */
void resource_schemas_json(JsonOut *j, const Resource *res);         /* OpenAPI 3.1: NAME (whole body), NAME_change, NAME_record, NAME_list */
void filter_schema_json(JsonOut *j, const Field *f);                 /* one value to filter by */
void fields_schema_json(JsonOut *j, const Field *fields, size_t n);  /* the members of a schema for such a body */

#endif
