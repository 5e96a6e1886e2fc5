/*
 * list.c -- one page of a resource: conditions, order, position. A page costs the same with a thousand and a million records: many matches are
 * found along the index of the order until the page is full, few (counted up to LIST_TOTAL_MAX) by their filters and then sorted. SQLite has no
 * statistics to see which it is, so it is told; PostgreSQL has them.
 */
#include "record/sql.h"

typedef enum { WALK, GATHER } Way; /* along the order; or what the filters find */

static void compare(Sql *q, const char *before, const char *name, const char *op, int64_t v)
{
    sql_name(q, before, name, op);
    sql_param(q, P_INT(v));
}

static void state(Sql *q, const char *before, const char *name, ValueState s)
{
    compare(q, before, name, "_state = ", s);
}

/* An interval passes when it may pass: "2 to 3" is found under 2 and under 3. The column of an unknown value holds its reason. Each side of an OR
 * names the state, so that it has the index (state, value) to itself. */
static void add_range_filter(Sql *q, const Field *field, const Filter *f)
{
    const char *name = field->name;
    int64_t v = f->value.i;
    if (f->op == FILTER_NONE) {
        state(q, " AND (f_", name, VALUE_UNKNOWN), state(q, " OR (f_", name, VALUE_NONE);
        state(q, " OR f_", name, VALUE_KNOWN), sql_name(q, " AND f_", name, " IS NULL))");
        return;
    }
    state(q, " AND ((f_", name, VALUE_KNOWN);
    if (f->op != FILTER_MIN) compare(q, " AND f_", name, " <= ", v);
    if (f->op != FILTER_MAX) compare(q, " AND f_", name, " >= ", v);
    state(q, ") OR (f_", name, VALUE_RANGE);
    if (f->op != FILTER_MIN) compare(q, " AND f_", name, " <= ", v);
    if (f->op != FILTER_MAX) compare(q, " AND f_", name, "_hi >= ", v);
    sql_add(q, "))");
}

static void relation(Sql *q, Arena *a, const Resource *res, const Filter *f)
{
    sql_add(q, "relation = ");
    sql_param(q, P_TEXT(str_printf(a, "%s.%s", res->name, res->fields[f->field].name)));
    sql_add(q, " AND to_id = ");
    sql_param(q, P_ID(f->value.ref));
}

static void add_not_filter(Sql *q, const Field *field, const Filter *f)
{
    bool any = f->value.state == VALUE_NONE;
    sql_name(q, any ? " AND f_" : " AND (f_", field->name, any ? " IS NOT NULL" : " IS NULL OR f_");
    if (!any) sql_name(q, "", field->name, " <> "), sql_param(q, value_param(field, &f->value)), sql_add(q, ")");
}

/* The value of a field that only sorts has no index; its key has, and implies it. */
static void add_key(Sql *q, Arena *a, const Field *field, const Filter *f, const char *op)
{
    if (field->flags & FILTER || !field_has_key(field) || (field_is_text(field) && f->op != FILTER_EQ)) return;
    sql_name(q, " AND f_", field->name, "_key"), sql_add(q, op);
    sql_param(q, value_key(a, field, &f->value));
}

/* Along the order of the very field that is filtered: from where its matches begin. An interval is sorted by its far end, which reaches the value. */
static void start_at(Sql *q, Arena *a, const Resource *res, const ListQuery *lq)
{
    for (size_t i = 0; i < lq->filters_n; i++) {
        const Filter *f = &lq->filters[i];
        const Field *field = &res->fields[f->field];
        bool range = field->flags & RANGE, exact = f->op == FILTER_EQ, low = f->op == FILTER_MIN && !field_is_text(field);
        if (f->field != lq->sort || !(exact || low)) continue;
        sql_name(q, " AND f_", field->name, exact && !range ? "_key = " : "_key >= ");
        sql_param(q, value_key(a, field, &f->value));
    }
}

void sql_filter(Sql *q, Arena *a, const Resource *res, const Filter *f)
{
    static const char *const ops[] = {[FILTER_EQ] = " = ", [FILTER_MIN] = " >= ", [FILTER_MAX] = " <= "};
    const Field *field = &res->fields[f->field];
    if (f->op == FILTER_HAS) {
        sql_add(q, " AND EXISTS (SELECT 1 FROM link WHERE "), relation(q, a, res, f), sql_add(q, " AND from_row = row)");
    } else if (f->op == FILTER_NOT) {
        add_not_filter(q, field, f);
    } else if (field->flags & RANGE) {
        add_range_filter(q, field, f);
    } else if (f->op == FILTER_NONE) {
        sql_name(q, " AND f_", field->name, " IS NULL");
    } else {
        sql_name(q, " AND f_", field->name, ops[f->op]);
        sql_param(q, value_param(field, &f->value));
        add_key(q, a, field, f, ops[f->op]);
    }
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

/* The link filter whose rows lead to the records. */
static const Filter *leading(const ListQuery *lq, Way way)
{
    for (size_t i = 0; way == GATHER && i < lq->filters_n; i++)
        if (lq->filters[i].op == FILTER_HAS) return &lq->filters[i];
    return NULL;
}

static void from(Db *db, Sql *q, const Resource *res, const ListQuery *lq, Way way)
{
    sql_name(q, leading(lq, way) ? " FROM link CROSS JOIN r_" : " FROM r_", res->name, "");
    if (way != WALK || db_kind(db) != STORE_SQLITE) return;
    sql_name(q, " INDEXED BY x_", res->name, "");
    if (lq->sort >= 0) sql_name(q, "_", res->fields[lq->sort].name, "_key");
}

static void where(Db *db, Sql *q, Arena *a, const Resource *res, int64_t org, const ListQuery *lq, Way way)
{
    const Filter *lead = leading(lq, way);
    bool by_row = lead || (way == GATHER && str_trim(lq->text).n);
    sql_add(q, by_row ? WITHIN_ORG : " WHERE org = ");
    sql_param(q, P_INT(org));
    sql_name(q, by_row ? " AND +removed" : " AND removed", " = ", lq->removed ? "1" : "0");
    if (lead) sql_add(q, " AND "), relation(q, a, res, lead), sql_add(q, " AND row = from_row");
    for (size_t i = 0; i < lq->filters_n; i++)
        if (&lq->filters[i] != lead) sql_filter(q, a, res, &lq->filters[i]);
    if (way == WALK) start_at(q, a, res, lq);
    if (str_trim(lq->text).n) search_filter(db, q, a, res, org, lq->text);
}

static Err count(Db *db, Arena *a, const Resource *res, int64_t org, const ListQuery *lq, ListPage *out)
{
    Sql q;
    sql_init(&q, a);
    sql_add(&q, "SELECT count(*) FROM (SELECT 1");
    from(db, &q, res, lq, GATHER);
    where(db, &q, a, res, org, lq, GATHER);
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

static void order_by(Db *db, Sql *q, Arena *a, const Resource *res, const ListQuery *lq, Way way)
{
    const char *down = lq->descending ? " DESC" : "", *hide = way == GATHER && db_kind(db) == STORE_SQLITE ? "+" : "";
    sql_name(q, " ORDER BY ", hide, sort_column(a, res, lq->sort));
    sql_name(q, down, ", ", hide);
    sql_name(q, "row", down, " LIMIT ");
}

Err record_list(Db *db, Arena *a, const Resource *res, int64_t org, const ListQuery *lq, ListPage *out)
{
    Sql q;
    size_t limit = lq->limit < 1 ? 50 : lq->limit > 200 ? 200 : lq->limit;
    *out = (ListPage){.list = arena_array(a, Record *, limit + 1)};
    TRY(count(db, a, res, org, lq, out));
    Way way = (lq->filters_n || lq->text.n) && !out->total_capped ? GATHER : WALK;
    sql_head(&q, a, res);
    from(db, &q, res, lq, way);
    where(db, &q, a, res, org, lq, way);
    TRY(after_cursor(db, &q, a, res, org, lq));
    order_by(db, &q, a, res, lq, way);
    sql_param(&q, P_INT((int64_t)limit + 1));
    TRY((lq->brief ? sql_fetch_brief : sql_fetch)(db, a, res, &q, out->list, limit + 1, &out->n));
    if (out->n > limit) out->n = limit, out->next = cursor_of(a, res, lq->sort, out->list[limit - 1]);
    return ERR_NONE;
}
