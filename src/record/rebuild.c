/*
 * rebuild.c -- sort keys and search rows of old records follow the field table. What they depend on is kept as a text per resource; when that differs,
 * all rows of the resource are computed again, within the migration.
 */
#include "record/sql.h"

enum { KEYS_VERSION = 2, ROWS_AT_ONCE = 200 }; /* raise KEYS_VERSION when keys or grams are computed in another way */

/* "1 A name:0:200c event:1:4 …": prefix (it is searched), and kind and flags of each field that has a key or is searched. */
static Str shape_of(Arena *a, const Resource *r)
{
    Buf b;
    buf_init(&b, a, 256);
    buf_printf(&b, "%d %s", KEYS_VERSION, r->prefix);
    for (size_t i = 0; i < r->fields_n; i++) {
        const Field *f = &r->fields[i];
        uint32_t flags = f->flags & (SEARCH | (field_has_key(f) ? SORT | UNIQUE | TITLE : 0u));
        if (flags) buf_printf(&b, " %s:%d:%x", f->name, (int)f->kind, (unsigned)flags);
    }
    return buf_str(&b);
}

static Err same_shape(Db *db, const Resource *r, Str shape, bool *same)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT shape FROM record_shape WHERE resource = ?", P_TEXT(str_of(r->name)));
    *same = cursor_next(&c) && str_eq(cursor_text(&c, 0), shape);
    return cursor_close(&c);
}

static Err write_keys(Db *db, Arena *a, const Record *r)
{
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "UPDATE r_", r->res->name, " SET version = version");
    for (size_t i = 0; i < r->res->fields_n; i++) {
        const Field *f = &r->res->fields[i];
        if (!field_has_key(f)) continue;
        sql_name(&q, ", f_", f->name, "_key = ");
        sql_param(&q, value_key(a, f, &r->v[i]));
    }
    sql_add(&q, " WHERE row = "), sql_param(&q, P_INT(r->row));
    TRY(db_exec(db, sql_text(&q), q.params, q.n, NULL));
    return search_write(db, a, r);
}

static Err rebuild_some(Db *db, Arena *a, const Resource *res, int64_t *after, size_t *n)
{
    Record *list[ROWS_AT_ONCE];
    TRY(rows_after(db, a, res, *after, list, ROWS_AT_ONCE, n));
    for (size_t i = 0; i < *n; i++)
        TRY(write_keys(db, a, list[i]));
    if (*n) *after = list[*n - 1]->row;
    return ERR_NONE;
}

/* Old records may hold the same name twice: say which, before the index refuses without a word. */
static Err check_unique_keys(Db *db, Arena *a, const Resource *r, const Field *f)
{
    Cursor c;
    int64_t one = 0, two = 0;
    Str q = str_printf(a, "SELECT min(number), max(number) FROM r_%s WHERE removed = 0 AND f_%s_key <> '' GROUP BY org, f_%s_key HAVING count(*) > 1 LIMIT 1", r->name, f->name, f->name);
    db_query(db, &c, q.s, NULL, 0);
    bool twice = cursor_next(&c);
    if (twice) one = cursor_int(&c, 0), two = cursor_int(&c, 1);
    TRY(cursor_close(&c));
    if (!twice) return ERR_NONE;
    Str first = label_text(a, r, one), second = label_text(a, r, two);
    return err_text(ERR_CONFLICT, TEXT_FILL(a, "{0}と{1}の「{2}」が同じです。この版では同じ値を使えないので、前の版で一方を変えてから更新してください。",
        "{0} and {1} have the same {3}. This version wants it to be unique: change one with the version before, then update.", first, second, f->label.in[JA], f->label.in[EN]));
}

Err keys_migrate(Db *db, Arena *a, const Resource *r)
{
    bool same;
    Str shape = shape_of(a, r);
    TRY(same_shape(db, r, shape, &same));
    if (same) return ERR_NONE;
    int64_t after = 0;
    size_t n = ROWS_AT_ONCE;
    Err e = ERR_NONE;
    while (!e.kind && n == ROWS_AT_ONCE) {
        Arena some; /* the migration's own arena would keep every record */
        arena_init(&some, 256 << 20);
        e = rebuild_some(db, &some, r, &after, &n);
        arena_done(&some);
    }
    TRY(e);
    for (size_t i = 0; i < r->fields_n; i++)
        if (r->fields[i].flags & UNIQUE) TRY(check_unique_keys(db, a, r, &r->fields[i]));
    return DB_EXEC(db, "INSERT INTO record_shape (resource, shape) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET shape = excluded.shape", P_TEXT(str_of(r->name)), P_TEXT(shape));
}
