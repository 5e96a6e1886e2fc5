/* sql.h -- names and SQL derived from field tables. Private to record/. Names come from const tables, values are always bound. */
#ifndef KANAME_RECORD_SQL_H
#define KANAME_RECORD_SQL_H

#include "record/record.h"

/* A statement being put together with its parameters. */
enum { SQL_PARAMS_MAX = 250 };
typedef struct Sql {
    Buf text;
    Param params[SQL_PARAMS_MAX];
    size_t n;
} Sql;

void sql_init(Sql *q, Arena *a);
void sql_add(Sql *q, const char *text);
void sql_name(Sql *q, const char *prefix, const char *name, const char *suffix); /* prefix + name + suffix */
void sql_param(Sql *q, Param p);                                                 /* writes ? and keeps p */
const char *sql_text(Sql *q);

/* A derived field that lists sort or filter by is kept in columns as well. */
static inline bool field_is_kept(const Field *f)
{
    return (f->flags & DERIVED) && (f->flags & (SORT | FILTER));
}
static inline bool field_is_column(const Field *f)
{
    return f->kind != KIND_REFS && f->kind != KIND_LIST && (!(f->flags & DERIVED) || field_is_kept(f));
}
static inline bool field_is_text(const Field *f)
{
    return f->kind == KIND_TEXT || f->kind == KIND_LONG || f->kind == KIND_CHOICE;
}
/* For conditions on ids: without statistics SQLite would rather read the whole organisation than look up twenty ids; '+' takes the other way. */
#define WITHIN_ORG " WHERE +org = "

/* A key column: folded text or number, never NULL, the same order on both databases. */
static inline bool field_has_key(const Field *f)
{
    return field_is_column(f) && (f->flags & (SORT | UNIQUE | TITLE)) && f->kind != KIND_REF;
}
Param value_param(const Field *f, const Value *v);        /* main column; NULL when not known */
Param value_key(Arena *a, const Field *f, const Value *v); /* key column */
void sql_columns(Sql *q, const Field *fields, size_t n);   /* ", f_a, f_b, f_b_hi, f_b_state …" as read by values_read */
int values_read(Arena *a, Cursor *c, int column, const Field *fields, size_t n, Value *v); /* next column */
void sql_values(Sql *q, Arena *a, const Field *fields, size_t n, const Value *v, bool assign, bool keys);
void sql_column_names(Sql *q, const Field *fields, size_t n, bool keys);

Err rows_after(Db *db, Arena *a, const Resource *res, int64_t row, Record **list, size_t max, size_t *n); /* of all organisations, without links and lists */
Err keys_migrate(Db *db, Arena *a, const Resource *res);
void sql_head(Sql *q, Arena *a, const Resource *res); /* SELECT with all that makes a record; FROM is the caller's */
Err sql_fetch(Db *db, Arena *a, const Resource *res, Sql *q, Record **list, size_t max, size_t *n); /* with lists and links */
Err sql_fetch_brief(Db *db, Arena *a, const Resource *res, Sql *q, Record **list, size_t max, size_t *n); /* … but those that stand APART */

void sql_filter(Sql *q, Arena *a, const Resource *res, const Filter *f); /* adds AND …; columns of r_RES by their bare names */

Err search_write(Db *db, Arena *a, const Record *r);
/* A new record carries its search text in the statement that makes it: columns, values, and what stands in a table of its own. */
void search_names(Db *db, Sql *q);
void search_values(Db *db, Sql *q, Arena *a, const Record *r);
Err search_insert(Db *db, Arena *a, const Record *r);
void search_filter(Db *db, Sql *q, Arena *a, const Resource *res, int64_t org, Str text); /* adds AND … */
/* Some 80 characters of `text` around the word, with … where it is cut; false: the word is not in it. */
bool excerpt_around(Arena *a, Str text, Str folded_word, Str *out);
Err search_migrate(Db *db, Arena *a, const Resource *res);

#endif
