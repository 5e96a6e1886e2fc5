/*
 * past.c -- the register as it was at an instant, out of the versions: two queries for a stretch of it, however many records. A version whose time lies
 * before that of an earlier one (the clock was set back) counts by its number.
 */
#include "record/sql.h"

Err record_stretch(Db *db, const Resource *res, int64_t org, int64_t after, size_t limit, int64_t *last)
{
    Cursor c;
    char sql[200];
    int n = snprintf(sql, sizeof sql, "SELECT COALESCE(max(number), 0) FROM (SELECT number FROM r_%s WHERE org = ? AND number > ? ORDER BY number LIMIT ?) t", res->name);
    assert(n > 0 && (size_t)n < sizeof sql);
    *last = 0;
    DB_QUERY(db, &c, sql, P_INT(org), P_INT(after), P_INT((int64_t)limit));
    if (cursor_next(&c)) *last = cursor_int(&c, 0);
    return cursor_close(&c);
}

/* Columns: row, id, number, created, version, at, author, action, reason, doc. */
static Err read_past(Arena *a, Cursor *c, const Resource *res, int64_t org, Past *out)
{
    Record *r = arena_new(a, Record);
    *r = (Record){.res = res, .row = cursor_int(c, 0), .id = cursor_id(c, 1), .org = org, .number = cursor_int(c, 2), .created = cursor_int(c, 3),
        .version = cursor_int(c, 4), .updated = cursor_int(c, 5), .author = cursor_int(c, 6), .v = arena_array(a, Value, res->fields_n)};
    *out = (Past){r, str_copy(a, cursor_text(c, 7)), str_copy(a, cursor_text(c, 8))};
    return values_from_version(a, res->fields, res->fields_n, cursor_text(c, 9), r->v);
}

static void past_columns(Sql *q, Arena *a)
{
    sql_init(q, a);
    sql_add(q, "SELECT r.row, r.id, r.number, r.created, v.version, v.at, v.author, v.action, v.reason, v.doc");
}

static void of_stretch(Sql *q, int64_t org, int64_t after, int64_t last)
{
    sql_add(q, " WHERE r.org = "), sql_param(q, P_INT(org));
    sql_add(q, " AND r.number > "), sql_param(q, P_INT(after));
    sql_add(q, " AND r.number <= "), sql_param(q, P_INT(last));
}

static void joined(Sql *q, const Resource *res)
{
    sql_name(q, " FROM r_", res->name, " r JOIN version v ON v.resource = ");
    sql_param(q, P_TEXT(str_of(res->name)));
    sql_add(q, " AND v.record = r.row");
}

Err record_past(Db *db, Arena *a, const Resource *res, int64_t org, int64_t after, int64_t last, Instant at, Past *out, size_t *n)
{
    Sql q;
    Cursor c;
    Err e = ERR_NONE;
    past_columns(&q, a);
    sql_add(&q, ", (SELECT w.action FROM version w WHERE w.resource = v.resource AND w.record = v.record AND w.version <= v.version AND w.action IN ('remove', 'restore')"
                " ORDER BY w.version DESC LIMIT 1)");
    joined(&q, res);
    sql_add(&q, " AND v.version = (SELECT max(x.version) FROM version x WHERE x.resource = v.resource AND x.record = r.row AND x.at <= ");
    sql_param(&q, P_INT(at));
    sql_add(&q, ")");
    of_stretch(&q, org, after, last);
    sql_add(&q, " ORDER BY r.number");
    db_query(db, &c, sql_text(&q), q.params, q.n);
    for (*n = 0; !e.kind && cursor_next(&c); ++*n) {
        e = read_past(a, &c, res, org, &out[*n]);
        out[*n].record->removed = str_eqc(cursor_text(&c, 10), "remove");
    }
    Err end = cursor_close(&c);
    return e.kind ? e : end;
}

static bool too_many_of_it(const Past *list, size_t n, int64_t number)
{
    return n >= PAST_VERSIONS_MAX && list[n - PAST_VERSIONS_MAX].record->number == number;
}

Err record_past_versions(Db *db, Arena *a, const Resource *res, int64_t org, int64_t after, int64_t last, Instant from, Instant until, Past **out, size_t *n, bool *cut)
{
    Sql q;
    Cursor c;
    Err e = ERR_NONE;
    size_t room = 0;
    past_columns(&q, a);
    joined(&q, res);
    of_stretch(&q, org, after, last);
    sql_add(&q, " AND v.at > "), sql_param(&q, P_INT(from));
    sql_add(&q, " AND v.at <= "), sql_param(&q, P_INT(until));
    sql_add(&q, " AND v.version >= (SELECT max(x.version) FROM version x WHERE x.resource = v.resource AND x.record = r.row AND x.at <= ");
    sql_param(&q, P_INT(until)), sql_add(&q, ") - "), sql_param(&q, P_INT(PAST_VERSIONS_MAX)); /* one more than is kept */
    sql_add(&q, " ORDER BY r.number, v.version DESC");
    db_query(db, &c, sql_text(&q), q.params, q.n);
    for (*n = 0; !e.kind && cursor_next(&c);) {
        if (too_many_of_it(*out, *n, cursor_int(&c, 2))) {
            *cut = true;
            continue;
        }
        if (*n == room) {
            size_t more = 2 * room + 64;
            *out = arena_grow(a, room ? *out : NULL, room * sizeof **out, more * sizeof **out);
            room = more;
        }
        e = read_past(a, &c, res, org, &(*out)[*n]);
        ++*n;
    }
    Err end = cursor_close(&c);
    return e.kind ? e : end;
}
