/* schema.c -- tables and columns from field tables: adds what is missing, never drops. */
#include "record/sql.h"

static const char common_ddl[] =
    "CREATE TABLE IF NOT EXISTS counter (org INTEGER NOT NULL, resource TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (org, resource));"
    "CREATE TABLE IF NOT EXISTS link (relation TEXT NOT NULL, from_row INTEGER NOT NULL, to_id BLOB NOT NULL, PRIMARY KEY (relation, from_row, to_id));"
    "CREATE TABLE IF NOT EXISTS record_shape (resource TEXT PRIMARY KEY, shape TEXT NOT NULL);" /* what keys and search rows were computed from */
    "DROP INDEX IF EXISTS link_back;" /* lacked from_row, and was not used */
    "CREATE INDEX IF NOT EXISTS link_to ON link (to_id, relation, from_row);"
    "CREATE TABLE IF NOT EXISTS version (resource TEXT NOT NULL, record INTEGER NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,"
    " author INTEGER NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, doc TEXT NOT NULL, salts BLOB NOT NULL, leaf INTEGER NOT NULL,"
    " PRIMARY KEY (resource, record, version))";

static const char *column_type(const Field *f)
{
    return f->kind == KIND_REF ? " BLOB" : field_is_text(f) ? " TEXT" : " INTEGER";
}

static Err add_column(Db *db, Arena *a, const char *table, const char *name, const char *suffix, const char *type)
{
    const char *column = str_printf(a, "f_%s%s", name, suffix).s;
    if (db_has_column(db, table, column)) return ERR_NONE;
    return db_ddl(db, str_printf(a, "ALTER TABLE %s ADD COLUMN %s%s", table, column, type).s);
}

static Err add_columns(Db *db, Arena *a, const char *table, const Field *fields, size_t n, bool keys)
{
    for (size_t i = 0; i < n; i++) {
        const Field *f = &fields[i];
        if (!field_is_column(f)) continue;
        TRY(add_column(db, a, table, f->name, "", column_type(f)));
        if (f->flags & RANGE) {
            TRY(add_column(db, a, table, f->name, "_hi", " INTEGER NOT NULL DEFAULT 0"));
            TRY(add_column(db, a, table, f->name, "_state", " INTEGER NOT NULL DEFAULT 1"));
        }
        if (!keys || !field_has_key(f)) continue;
        TRY(add_column(db, a, table, f->name, "_key",
            field_is_text(f) ? " TEXT NOT NULL DEFAULT ''" : " INTEGER NOT NULL DEFAULT -9223372036854775808"));
    }
    return ERR_NONE;
}

/* With RANGE the state comes first: known values and intervals are looked for apart. */
static Err filter_index(Db *db, Arena *a, const Resource *r, const Field *f)
{
    if (!(f->flags & RANGE))
        return db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS x_%s_%s ON r_%s (org, removed, f_%s, row)", r->name, f->name, r->name, f->name).s);
    TRY(db_ddl(db, str_printf(a, "DROP INDEX IF EXISTS x_%s_%s", r->name, f->name).s)); /* of earlier versions, without the state */
    return db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS x_%s_%s_state ON r_%s (org, removed, f_%s_state, f_%s, row)", r->name, f->name, r->name, f->name, f->name).s);
}

static Err add_indexes(Db *db, Arena *a, const Resource *r)
{
    for (size_t i = 0; i < r->fields_n; i++) {
        const Field *f = &r->fields[i];
        if (field_has_key(f) && (f->flags & (SORT | TITLE)))
            TRY(db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS x_%s_%s_key ON r_%s (org, removed, f_%s_key, row)", r->name, f->name, r->name, f->name).s));
        if (field_is_column(f) && (f->flags & FILTER))
            TRY(filter_index(db, a, r, f));
        if (field_has_key(f) && (f->flags & UNIQUE))
            TRY(db_ddl(db, str_printf(a, "CREATE UNIQUE INDEX IF NOT EXISTS u_%s_%s ON r_%s (org, f_%s_key) WHERE removed = 0 AND f_%s_key <> ''",
                r->name, f->name, r->name, f->name, f->name).s));
    }
    return ERR_NONE;
}

/* An index of another order of fields keeps its name: then the old one is dropped by hand, by a migration. */
static Err counted_index(Db *db, Arena *a, const Resource *r)
{
    Buf b;
    if (!r->counted) return ERR_NONE;
    buf_init(&b, a, 256);
    for (const char *const *name = r->counted; *name; name++) buf_printf(&b, ", f_%s", *name);
    return db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS y_%s ON r_%s (org, removed%.*s)", r->name, r->name, STR_ARG(buf_str(&b))).s);
}

static Err add_children(Db *db, Arena *a, const Resource *r)
{
    for (size_t i = 0; i < r->fields_n; i++) {
        const Field *f = &r->fields[i];
        if (f->kind != KIND_LIST) continue;
        const char *table = str_printf(a, "c_%s_%s", r->name, f->name).s;
        TRY(db_ddl(db, str_printf(a, "CREATE TABLE IF NOT EXISTS %s (parent INTEGER NOT NULL, ord INTEGER NOT NULL, PRIMARY KEY (parent, ord))", table).s));
        TRY(add_columns(db, a, table, f->fields, f->fields_n, false));
    }
    return ERR_NONE;
}

static Err migrate_one(Db *db, Arena *a, const Resource *r)
{
    const char *table = str_printf(a, "r_%s", r->name).s;
    TRY(db_ddl(db, str_printf(a,
        "CREATE TABLE IF NOT EXISTS %s (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, org INTEGER NOT NULL, number INTEGER NOT NULL,"
        " version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, author INTEGER NOT NULL, removed INTEGER NOT NULL,"
        " search TEXT NOT NULL DEFAULT '', UNIQUE (org, number))", table).s));
    TRY(add_columns(db, a, table, r->fields, r->fields_n, true));
    TRY(db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS x_%s ON r_%s (org, removed, number)", r->name, r->name).s));
    TRY(search_migrate(db, a, r));
    TRY(keys_migrate(db, a, r)); /* before the indexes, which may be unique */
    TRY(add_indexes(db, a, r));
    TRY(counted_index(db, a, r));
    return add_children(db, a, r);
}

Err record_migrate(Db *db, Arena *a, const Resources *all)
{
    Str rest = STR(common_ddl), one;
    while (str_cut(&rest, ';', &one))
        TRY(db_ddl(db, str_c(a, one)));
    for (size_t i = 0; i < all->n; i++)
        TRY(migrate_one(db, a, all->list[i]));
    return ERR_NONE;
}
