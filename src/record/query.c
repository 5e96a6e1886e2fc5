/*
 * query.c -- records in and out of their tables. A page costs one query for rows, one per list field and one for links, however many
 * rows there are; paging follows an index, so that a page costs the same with a thousand and a million records.
 */
#include "record/sql.h"

static const char head_columns[] = "row, id, org, number, version, created, updated, author, removed";
enum { HEAD_COLUMNS = 9, MANY = 100 };

static Record *read_row(Arena *a, Cursor *c, const Resource *res)
{
    Record *r = arena_new(a, Record);
    *r = (Record){.res = res, .row = cursor_int(c, 0), .id = cursor_id(c, 1), .org = cursor_int(c, 2), .number = cursor_int(c, 3),
        .version = cursor_int(c, 4), .created = cursor_int(c, 5), .updated = cursor_int(c, 6), .author = cursor_int(c, 7),
        .removed = cursor_int(c, 8) != 0, .v = arena_array(a, Value, res->fields_n)};
    values_read(a, c, HEAD_COLUMNS, res->fields, res->fields_n, r->v);
    return r;
}

void sql_head(Sql *q, Arena *a, const Resource *res)
{
    sql_init(q, a);
    sql_add(q, "SELECT ");
    sql_add(q, head_columns);
    sql_columns(q, res->fields, res->fields_n);
}

static void row_list(Sql *q, Record *const *list, size_t n)
{
    sql_add(q, " IN (");
    for (size_t i = 0; i < n; i++) {
        if (i) sql_add(q, ", ");
        sql_param(q, P_INT(list[i]->row));
    }
    sql_add(q, ")");
}

static Record *with_row(Record *const *list, size_t n, int64_t row)
{
    for (size_t i = 0; i < n; i++)
        if (list[i]->row == row) return list[i];
    return NULL;
}

/* Room is doubled when it is full: at every power of two from four on. Linear however long the list. */
static bool full(size_t n)
{
    return n == 0 || (n >= 4 && (n & (n - 1)) == 0);
}

static size_t bigger(size_t n)
{
    return n ? n * 2 : 4;
}

static void push_row(Arena *a, Value *v, Value *row)
{
    if (full(v->n)) v->rows = arena_grow(a, v->rows, v->n * sizeof *v->rows, bigger(v->n) * sizeof *v->rows);
    v->rows[v->n++] = row;
    v->state = VALUE_KNOWN;
}

static Err load_children(Db *db, Arena *a, const Resource *res, size_t field, Record *const *list, size_t n)
{
    const Field *f = &res->fields[field];
    Sql q;
    sql_init(&q, a);
    sql_add(&q, "SELECT parent");
    sql_columns(&q, f->fields, f->fields_n);
    sql_name(&q, " FROM c_", res->name, "_");
    sql_name(&q, "", f->name, " WHERE parent");
    row_list(&q, list, n);
    sql_add(&q, " ORDER BY parent, ord");
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (cursor_next(&c)) {
        Value *row = arena_array(a, Value, f->fields_n);
        values_read(a, &c, 1, f->fields, f->fields_n, row);
        push_row(a, &with_row(list, n, cursor_int(&c, 0))->v[field], row);
    }
    return cursor_close(&c);
}

static Err load_links(Db *db, Arena *a, const Resource *res, size_t field, Record *const *list, size_t n)
{
    Sql q;
    sql_init(&q, a);
    sql_add(&q, "SELECT from_row, to_id FROM link WHERE relation = ");
    sql_param(&q, P_TEXT(str_printf(a, "%s.%s", res->name, res->fields[field].name)));
    sql_add(&q, " AND from_row");
    row_list(&q, list, n);
    sql_add(&q, " ORDER BY from_row, to_id");
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (cursor_next(&c)) {
        Value *v = &with_row(list, n, cursor_int(&c, 0))->v[field];
        if (full(v->n)) v->refs = arena_grow(a, v->refs, v->n * sizeof(Id), bigger(v->n) * sizeof(Id));
        v->refs[v->n++] = cursor_id(&c, 1);
        v->state = VALUE_KNOWN;
    }
    return cursor_close(&c);
}

static Err load_more(Db *db, Arena *a, const Resource *res, bool brief, Record *const *list, size_t n)
{
    for (size_t i = 0; i < res->fields_n && n; i++) {
        if (res->fields[i].kind == KIND_LIST && !(brief && (res->fields[i].flags & APART))) TRY(load_children(db, a, res, i, list, n));
        if (res->fields[i].kind == KIND_REFS) TRY(load_links(db, a, res, i, list, n));
    }
    return ERR_NONE;
}

static Err fetch(Db *db, Arena *a, const Resource *res, bool brief, Sql *q, Record **list, size_t max, size_t *n)
{
    Cursor c;
    *n = 0;
    db_query(db, &c, sql_text(q), q->params, q->n);
    while (*n < max && cursor_next(&c))
        list[(*n)++] = read_row(a, &c, res);
    TRY(cursor_close(&c));
    return load_more(db, a, res, brief, list, *n);
}

Err sql_fetch(Db *db, Arena *a, const Resource *res, Sql *q, Record **list, size_t max, size_t *n)
{
    return fetch(db, a, res, false, q, list, max, n);
}

Err sql_fetch_brief(Db *db, Arena *a, const Resource *res, Sql *q, Record **list, size_t max, size_t *n)
{
    return fetch(db, a, res, true, q, list, max, n);
}

Err rows_after(Db *db, Arena *a, const Resource *res, int64_t row, Record **list, size_t max, size_t *n)
{
    Cursor c;
    Sql q;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, "");
    sql_add(&q, " WHERE row > ");
    sql_param(&q, P_INT(row));
    sql_add(&q, " ORDER BY row LIMIT ");
    sql_param(&q, P_INT((int64_t)max));
    *n = 0;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (*n < max && cursor_next(&c))
        list[(*n)++] = read_row(a, &c, res);
    return cursor_close(&c);
}

/* --- one and many ------------------------------------------------------------------------------------------ */

static Err not_found(void)
{
    return err_text(ERR_NOT_FOUND, text_of("見つかりません。", "Not found."));
}

static Err get_where(Db *db, Arena *a, const Resource *res, Sql *q, Record **out)
{
    size_t n;
    TRY(sql_fetch(db, a, res, q, out, 1, &n));
    return n ? ERR_NONE : not_found();
}

Err record_get(Db *db, Arena *a, const Resource *res, int64_t org, Id id, bool lock, Record **out)
{
    Sql q;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, "");
    sql_add(&q, " WHERE id = ");
    sql_param(&q, P_ID(id));
    sql_add(&q, " AND org = ");
    sql_param(&q, P_INT(org));
    if (lock) sql_add(&q, " FOR UPDATE");
    return get_where(db, a, res, &q, out);
}

static const char *flagged_column(Arena *a, const Resource *res, uint32_t flag)
{
    for (size_t i = 0; i < res->fields_n; i++)
        if ((res->fields[i].flags & flag) && field_is_text(&res->fields[i])) return str_printf(a, "f_%s", res->fields[i].name).s;
    return "''";
}

Err record_names(Db *db, Arena *a, const Resource *res, int64_t org, Name **out, size_t *n)
{
    Sql q;
    Cursor c;
    size_t cap = 256;
    *n = 0;
    *out = arena_array(a, Name, cap);
    sql_init(&q, a);
    sql_name(&q, "SELECT id, number, ", flagged_column(a, res, TITLE), ", ");
    sql_name(&q, flagged_column(a, res, NAMES), " FROM r_", res->name);
    sql_add(&q, " WHERE org = ");
    sql_param(&q, P_INT(org));
    sql_add(&q, " AND removed = 0 ORDER BY number");
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (cursor_next(&c)) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, cap * 2 * sizeof **out);
            cap *= 2;
        }
        (*out)[(*n)++] = (Name){cursor_id(&c, 0), cursor_int(&c, 1), str_copy(a, cursor_text(&c, 2)), str_copy(a, cursor_text(&c, 3))};
    }
    return cursor_close(&c);
}

Err record_find_number(Db *db, Arena *a, const Resource *res, int64_t org, int64_t number, Record **out)
{
    Sql q;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, "");
    sql_add(&q, " WHERE org = ");
    sql_param(&q, P_INT(org));
    sql_add(&q, " AND number = ");
    sql_param(&q, P_INT(number));
    return get_where(db, a, res, &q, out);
}

static Err get_some(Db *db, Arena *a, const Resource *res, int64_t org, const Id *ids, size_t n, Record **out)
{
    Sql q;
    Record *found[MANY];
    size_t found_n;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, "");
    sql_add(&q, WITHIN_ORG);
    sql_param(&q, P_INT(org));
    sql_add(&q, " AND id IN (");
    for (size_t i = 0; i < n; i++) {
        if (i) sql_add(&q, ", ");
        sql_param(&q, P_ID(ids[i]));
    }
    sql_add(&q, ")");
    TRY(sql_fetch(db, a, res, &q, found, MANY, &found_n));
    for (size_t i = 0; i < n; i++) {
        out[i] = NULL;
        for (size_t k = 0; k < found_n; k++)
            if (id_eq(found[k]->id, ids[i])) out[i] = found[k];
    }
    return ERR_NONE;
}

Err record_get_many(Db *db, Arena *a, const Resource *res, int64_t org, const Id *ids, size_t n, Record **out)
{
    for (size_t i = 0; i < n; i += MANY)
        TRY(get_some(db, a, res, org, ids + i, n - i < MANY ? n - i : MANY, out + i));
    return ERR_NONE;
}

enum { POINTING_MAX = 20000 };

static Err pointing_some(Db *db, Arena *a, const Resource *res, int64_t org, int field, const Id *ids, size_t n, Record **out, size_t *out_n)
{
    Sql q;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, " WHERE org = ");
    sql_param(&q, P_INT(org));
    sql_name(&q, " AND removed = 0 AND f_", res->fields[field].name, " IN (");
    for (size_t i = 0; i < n; i++) {
        if (i) sql_add(&q, ", ");
        sql_param(&q, P_ID(ids[i]));
    }
    sql_add(&q, ") ORDER BY number");
    return sql_fetch(db, a, res, &q, out, POINTING_MAX, out_n);
}

Err record_pointing(Db *db, Arena *a, const Resource *res, int64_t org, int field, const Id *ids, size_t ids_n, Record ***out, size_t *n)
{
    Record **list = *out = arena_array(a, Record *, POINTING_MAX + 1);
    *n = 0;
    for (size_t i = 0; i < ids_n; i += MANY) {
        size_t more, room = POINTING_MAX - *n;
        Record **some = arena_array(a, Record *, POINTING_MAX);
        TRY(pointing_some(db, a, res, org, field, ids + i, ids_n - i < MANY ? ids_n - i : MANY, some, &more));
        if (more > room) return err_of(ERR_TOO_LARGE);
        memcpy(list + *n, some, more * sizeof *some);
        *n += more;
    }
    return ERR_NONE;
}

Err record_walk(Db *db, Arena *a, const Resource *res, RecordPlace after, const Filter *filters, size_t filters_n, size_t limit, Record **list, size_t *n)
{
    Sql q;
    sql_head(&q, a, res);
    sql_name(&q, " FROM r_", res->name, " WHERE (org, number) > (");
    sql_param(&q, P_INT(after.org)), sql_add(&q, ", "), sql_param(&q, P_INT(after.number));
    sql_add(&q, ") AND removed = 0");
    for (size_t i = 0; i < filters_n; i++)
        sql_filter(&q, a, res, &filters[i]);
    sql_add(&q, " ORDER BY org, number LIMIT ");
    sql_param(&q, P_INT((int64_t)limit));
    return sql_fetch(db, a, res, &q, list, limit, n);
}

/* --- writing ----------------------------------------------------------------------------------------------- */

Err record_reserve(Db *db, const Resource *res, int64_t org, int64_t n, int64_t *first)
{
    Cursor c;
    DB_QUERY(db, &c, "INSERT INTO counter (org, resource, last) VALUES (?, ?, ?) ON CONFLICT (org, resource) DO UPDATE SET last = counter.last + excluded.last RETURNING last",
        P_INT(org), P_TEXT(str_of(res->name)), P_INT(n));
    if (cursor_next(&c)) *first = cursor_int(&c, 0) - n + 1;
    return cursor_close(&c);
}

static Err write_children(Db *db, Arena *a, const Record *r, size_t field)
{
    const Field *f = &r->res->fields[field];
    const char *table = str_printf(a, "c_%s_%s", r->res->name, f->name).s;
    if (r->version > 1) TRY(DB_EXEC(db, str_join(a, STR("DELETE FROM "), str_of(table), STR(" WHERE parent = ?")).s, P_INT(r->row)));
    for (size_t i = 0; i < r->v[field].n; i++) {
        Sql q;
        sql_init(&q, a);
        sql_name(&q, "INSERT INTO ", table, " (parent, ord");
        sql_column_names(&q, f->fields, f->fields_n, false);
        sql_add(&q, ") VALUES (");
        sql_param(&q, P_INT(r->row));
        sql_add(&q, ", ");
        sql_param(&q, P_INT((int64_t)i));
        sql_values(&q, a, f->fields, f->fields_n, r->v[field].rows[i], false, false);
        sql_add(&q, ")");
        TRY(db_exec(db, sql_text(&q), q.params, q.n, NULL));
    }
    return ERR_NONE;
}

enum { LINKS_AT_ONCE = 40 };

static Err add_links(Db *db, Arena *a, Str relation, int64_t row, const Id *ids, size_t n)
{
    Sql q;
    sql_init(&q, a);
    sql_add(&q, "INSERT INTO link (relation, from_row, to_id) VALUES ");
    for (size_t i = 0; i < n; i++) {
        sql_add(&q, i ? ", (" : "(");
        sql_param(&q, P_TEXT(relation)), sql_add(&q, ", ");
        sql_param(&q, P_INT(row)), sql_add(&q, ", ");
        sql_param(&q, P_ID(ids[i])), sql_add(&q, ")");
    }
    return db_exec(db, sql_text(&q), q.params, q.n, NULL);
}

static Err write_links(Db *db, Arena *a, const Record *r, size_t field)
{
    const Value *v = &r->v[field];
    Str relation = str_printf(a, "%s.%s", r->res->name, r->res->fields[field].name);
    if (r->version > 1) TRY(DB_EXEC(db, "DELETE FROM link WHERE relation = ? AND from_row = ?", P_TEXT(relation), P_INT(r->row)));
    for (size_t i = 0; i < v->n; i += LINKS_AT_ONCE)
        TRY(add_links(db, a, relation, r->row, &v->refs[i], v->n - i < LINKS_AT_ONCE ? v->n - i : LINKS_AT_ONCE));
    return ERR_NONE;
}

static Err write_more(Db *db, Arena *a, const Record *r)
{
    for (size_t i = 0; i < r->res->fields_n; i++) {
        if (r->res->fields[i].kind == KIND_LIST) TRY(write_children(db, a, r, i));
        if (r->res->fields[i].kind == KIND_REFS) TRY(write_links(db, a, r, i));
    }
    return ERR_NONE;
}

Err record_insert(Db *db, Arena *a, Record *r)
{
    if (!r->number) TRY(record_reserve(db, r->res, r->org, 1, &r->number));
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "INSERT INTO r_", r->res->name, " (id, org, number, version, created, updated, author, removed");
    sql_column_names(&q, r->res->fields, r->res->fields_n, true);
    search_names(db, &q);
    sql_add(&q, ") VALUES (");
    Param head[] = {P_ID(r->id), P_INT(r->org), P_INT(r->number), P_INT(r->version), P_INT(r->created), P_INT(r->updated), P_INT(r->author), P_INT(r->removed)};
    for (size_t i = 0; i < COUNT(head); i++) {
        if (i) sql_add(&q, ", ");
        sql_param(&q, head[i]);
    }
    sql_values(&q, a, r->res->fields, r->res->fields_n, r->v, false, true);
    search_values(db, &q, a, r);
    sql_add(&q, ") RETURNING row");
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    if (cursor_next(&c)) r->row = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    TRY(write_more(db, a, r));
    return search_insert(db, a, r);
}

Err record_update(Db *db, Arena *a, Record *r)
{
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "UPDATE r_", r->res->name, " SET version = ");
    sql_param(&q, P_INT(r->version));
    sql_add(&q, ", updated = "), sql_param(&q, P_INT(r->updated));
    sql_add(&q, ", author = "), sql_param(&q, P_INT(r->author));
    sql_add(&q, ", removed = "), sql_param(&q, P_INT(r->removed));
    sql_values(&q, a, r->res->fields, r->res->fields_n, r->v, true, true);
    sql_add(&q, " WHERE row = "), sql_param(&q, P_INT(r->row));
    sql_add(&q, " AND version = "), sql_param(&q, P_INT(r->version - 1));
    int64_t changed = 0;
    TRY(db_exec(db, sql_text(&q), q.params, q.n, &changed));
    if (changed != 1) return err_of(ERR_STALE);
    TRY(write_more(db, a, r));
    return search_write(db, a, r);
}

Err record_keep(Db *db, Arena *a, const Record *r, bool *current)
{
    Field *kept = arena_array(a, Field, r->res->fields_n + 1);
    Value *v = arena_array(a, Value, r->res->fields_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (field_is_kept(&r->res->fields[i])) kept[n] = r->res->fields[i], v[n++] = r->v[i];
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "UPDATE r_", r->res->name, " SET version = version");
    sql_values(&q, a, kept, n, v, true, true);
    sql_add(&q, " WHERE row = "), sql_param(&q, P_INT(r->row));
    sql_add(&q, " AND version = "), sql_param(&q, P_INT(r->version));
    int64_t changed = 0;
    TRY(db_exec(db, sql_text(&q), q.params, q.n, &changed));
    *current = changed == 1;
    return ERR_NONE;
}
