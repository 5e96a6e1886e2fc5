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

static void select_head(Sql *q, Arena *a, const Resource *res)
{
    sql_init(q, a);
    sql_add(q, "SELECT ");
    sql_add(q, head_columns);
    sql_columns(q, res->fields, res->fields_n);
    sql_name(q, " FROM r_", res->name, "");
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

static Err load_more(Db *db, Arena *a, const Resource *res, Record *const *list, size_t n)
{
    for (size_t i = 0; i < res->fields_n && n; i++) {
        if (res->fields[i].kind == KIND_LIST) TRY(load_children(db, a, res, i, list, n));
        if (res->fields[i].kind == KIND_REFS) TRY(load_links(db, a, res, i, list, n));
    }
    return ERR_NONE;
}

static Err fetch(Db *db, Arena *a, const Resource *res, Sql *q, Record **list, size_t max, size_t *n)
{
    Cursor c;
    *n = 0;
    db_query(db, &c, sql_text(q), q->params, q->n);
    while (*n < max && cursor_next(&c))
        list[(*n)++] = read_row(a, &c, res);
    TRY(cursor_close(&c));
    return load_more(db, a, res, list, *n);
}

Err rows_after(Db *db, Arena *a, const Resource *res, int64_t row, Record **list, size_t max, size_t *n)
{
    Cursor c;
    Sql q;
    select_head(&q, a, res);
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
    TRY(fetch(db, a, res, q, out, 1, &n));
    return n ? ERR_NONE : not_found();
}

Err record_get(Db *db, Arena *a, const Resource *res, int64_t org, Id id, bool lock, Record **out)
{
    Sql q;
    select_head(&q, a, res);
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
    select_head(&q, a, res);
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
    select_head(&q, a, res);
    sql_add(&q, WITHIN_ORG);
    sql_param(&q, P_INT(org));
    sql_add(&q, " AND id IN (");
    for (size_t i = 0; i < n; i++) {
        if (i) sql_add(&q, ", ");
        sql_param(&q, P_ID(ids[i]));
    }
    sql_add(&q, ")");
    TRY(fetch(db, a, res, &q, found, MANY, &found_n));
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

/* --- lists ------------------------------------------------------------------------------------------------- */

static void compare(Sql *q, const char *before, const char *name, const char *op, int64_t v)
{
    sql_name(q, before, name, op);
    sql_param(q, P_INT(v));
}

/* An interval passes when it may pass: "2 to 3" is found under 2 and under 3. The column of an unknown value holds its reason. */
static void add_range_filter(Sql *q, const Field *field, const Filter *f)
{
    const char *name = field->name;
    if (f->op == FILTER_NONE) {
        sql_name(q, " AND (f_", name, " IS NULL");
        compare(q, " OR f_", name, "_state = ", VALUE_UNKNOWN);
        sql_add(q, ")");
        return;
    }
    compare(q, " AND f_", name, "_state <> ", VALUE_UNKNOWN);
    if (f->op != FILTER_MIN) compare(q, " AND f_", name, " <= ", f->value.i);
    if (f->op == FILTER_MAX) return;
    compare(q, " AND (f_", name, " >= ", f->value.i);
    compare(q, " OR (f_", name, "_state = ", VALUE_RANGE);
    compare(q, " AND f_", name, "_hi >= ", f->value.i);
    sql_add(q, "))");
}

static void add_filter(Sql *q, Arena *a, const Resource *res, const Filter *f)
{
    const Field *field = &res->fields[f->field];
    if (f->op == FILTER_HAS) {
        sql_add(q, " AND row IN (SELECT from_row FROM link WHERE relation = ");
        sql_param(q, P_TEXT(str_printf(a, "%s.%s", res->name, field->name)));
        sql_add(q, " AND to_id = ");
        sql_param(q, P_ID(f->value.ref));
        sql_add(q, ")");
        return;
    }
    if (f->op == FILTER_NOT) {
        bool any = f->value.state == VALUE_NONE;
        sql_name(q, any ? " AND f_" : " AND (f_", field->name, any ? " IS NOT NULL" : " IS NULL OR f_");
        if (!any) sql_name(q, "", field->name, " <> "), sql_param(q, value_param(field, &f->value)), sql_add(q, ")");
        return;
    }
    static const char *const ops[] = {[FILTER_EQ] = " = ", [FILTER_MIN] = " >= ", [FILTER_MAX] = " <= "};
    if (field->flags & RANGE) {
        add_range_filter(q, field, f);
    } else if (f->op == FILTER_NONE) {
        sql_name(q, " AND f_", field->name, " IS NULL");
    } else {
        sql_name(q, " AND f_", field->name, ops[f->op]);
        sql_param(q, value_param(field, &f->value));
        if (field->flags & FILTER || !field_has_key(field) || (field_is_text(field) && f->op != FILTER_EQ)) return;
        sql_name(q, " AND f_", field->name, "_key"), sql_add(q, ops[f->op]); /* implied; the key has an index, the value none */
        sql_param(q, value_key(a, field, &f->value));
    }
}

static void where(Db *db, Sql *q, Arena *a, const Resource *res, int64_t org, const ListQuery *lq)
{
    sql_add(q, " WHERE org = ");
    sql_param(q, P_INT(org));
    sql_add(q, lq->removed ? " AND removed = 1" : " AND removed = 0");
    for (size_t i = 0; i < lq->filters_n; i++)
        add_filter(q, a, res, &lq->filters[i]);
    if (str_trim(lq->text).n) search_filter(db, q, a, res, org, lq->text);
}

static const char *sort_column(Arena *a, const Resource *res, int sort)
{
    return sort < 0 ? "number" : str_printf(a, "f_%s_key", res->fields[sort].name).s;
}

static Err bad_cursor(void)
{
    return err_text(ERR_INVALID, text_of("続きの位置が読めません。最初のページから開いてください。", "The cursor cannot be read. Start at the first page."));
}

/* A cursor is the sort value and the id of the last record shown, as they were then: renaming that record in between skips nothing. */
static Str cursor_of(Arena *a, const Resource *res, int sort, const Record *last)
{
    Param key = sort < 0 ? P_INT(last->number) : value_key(a, &res->fields[sort], &last->v[sort]);
    Str id = id_text(a, last->id);
    Str text = key.kind == PARAM_INT ? str_printf(a, "i%.*s%lld", STR_ARG(id), (long long)key.i) : str_printf(a, "t%.*s%.*s", STR_ARG(id), STR_ARG(key.s));
    return hex_text(a, text.s, text.n);
}

static bool cursor_parse(Arena *a, Str cursor, bool text, Param *key, Id *id)
{
    size_t n = cursor.n / 2;
    char *bytes = arena_alloc(a, n + 1);
    if (n < 37 || n > 4096 || !hex_parse(cursor, bytes, n)) return false;
    Str s = {bytes, n}, rest = str_slice(s, 37, n);
    if (s.s[0] != (text ? 't' : 'i') || !id_parse(str_slice(s, 1, 37), id)) return false;
    *key = P_TEXT(rest);
    if (text) return str_is_utf8(rest);
    *key = P_INT(0);
    return str_int(rest, &key->i);
}

static Err after_cursor(Db *db, Sql *q, Arena *a, const Resource *res, int64_t org, const ListQuery *lq)
{
    Id last;
    Record *r;
    Param key;
    if (!lq->cursor.n) return ERR_NONE;
    if (!cursor_parse(a, lq->cursor, lq->sort >= 0 && field_is_text(&res->fields[lq->sort]), &key, &last)) return bad_cursor();
    Err e = record_get(db, a, res, org, last, false, &r);
    if (e.kind) return e.kind == ERR_NOT_FOUND ? bad_cursor() : e;
    const char *column = sort_column(a, res, lq->sort), *op = lq->descending ? " < " : " > ";
    sql_name(q, " AND (", column, ", row)");
    sql_add(q, op);
    sql_add(q, "(");
    sql_param(q, key);
    sql_add(q, ", ");
    sql_param(q, P_INT(r->row));
    sql_add(q, ")");
    return ERR_NONE;
}

static Err count(Db *db, Arena *a, const Resource *res, int64_t org, const ListQuery *lq, ListPage *out)
{
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "SELECT count(*) FROM (SELECT 1 FROM r_", res->name, "");
    where(db, &q, a, res, org, lq);
    sql_add(&q, " LIMIT ");
    sql_param(&q, P_INT(LIST_TOTAL_MAX + 1));
    sql_add(&q, ") capped");
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    if (cursor_next(&c)) out->total = cursor_int(&c, 0);
    out->total_capped = out->total > LIST_TOTAL_MAX;
    if (out->total_capped) out->total = LIST_TOTAL_MAX;
    return cursor_close(&c);
}

/* SQLite has no statistics and would always walk along the order, also when few records pass the filters: '+' takes the order's index away. */
static void order_by(Db *db, Sql *q, Arena *a, const Resource *res, const ListQuery *lq, bool few)
{
    const char *way = lq->descending ? " DESC" : "", *hide = few && db_kind(db) == STORE_SQLITE ? "+" : "";
    sql_name(q, " ORDER BY ", hide, sort_column(a, res, lq->sort));
    sql_name(q, way, ", ", hide);
    sql_name(q, "row", way, " LIMIT ");
}

Err record_list(Db *db, Arena *a, const Resource *res, int64_t org, const ListQuery *lq, ListPage *out)
{
    Sql q;
    size_t limit = lq->limit < 1 ? 50 : lq->limit > 200 ? 200 : lq->limit;
    *out = (ListPage){.list = arena_array(a, Record *, limit + 1)};
    TRY(count(db, a, res, org, lq, out));
    select_head(&q, a, res);
    where(db, &q, a, res, org, lq);
    TRY(after_cursor(db, &q, a, res, org, lq));
    order_by(db, &q, a, res, lq, (lq->filters_n || lq->text.n) && !out->total_capped);
    sql_param(&q, P_INT((int64_t)limit + 1));
    TRY(fetch(db, a, res, &q, out->list, limit + 1, &out->n));
    if (out->n > limit) out->n = limit, out->next = cursor_of(a, res, lq->sort, out->list[limit - 1]);
    return ERR_NONE;
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
