/* count.c -- how many, over several organisations in one query. Whoever calls has asked whether these may be counted for the reader. */
#include "record/sql.h"

static void org_list(Sql *q, const char *before, const CountOf *what)
{
    sql_add(q, before);
    for (size_t i = 0; i < what->orgs_n; i++) {
        if (i) sql_add(q, ", ");
        sql_param(q, P_INT(what->orgs[i]));
    }
    sql_add(q, ")");
}

static void counted(Sql *q, Arena *a, const CountOf *what)
{
    sql_name(q, " FROM r_", what->res->name, " WHERE removed = 0");
    org_list(q, " AND org IN (", what);
    for (size_t i = 0; i < what->filters_n; i++)
        sql_filter(q, a, what->res, &what->filters[i]);
}

static Err read_counts(Db *db, Arena *a, Sql *q, const Field *by, size_t by_n, OrgCount **out, size_t *n)
{
    Cursor c;
    size_t room = 0;
    *n = 0;
    db_query(db, &c, sql_text(q), q->params, q->n);
    while (cursor_next(&c)) {
        if (*n == room) {
            size_t more = 2 * room + 64;
            *out = arena_grow(a, room ? *out : NULL, room * sizeof **out, more * sizeof **out);
            room = more;
        }
        OrgCount *one = &(*out)[(*n)++];
        *one = (OrgCount){.org = cursor_int(&c, 0), .n = cursor_int(&c, 1)};
        values_read(a, &c, 2, by, by_n, one->by);
    }
    return cursor_close(&c);
}

Err record_count(Db *db, Arena *a, const CountOf *what, const int *by, size_t by_n, OrgCount **out, size_t *n)
{
    Sql q;
    Field fields[COUNT_BY_MAX] = {{0}};
    assert(by_n <= COUNT_BY_MAX && what->orgs_n <= COUNT_ORGS_MAX);
    *n = 0;
    if (!what->orgs_n) return ERR_NONE;
    for (size_t i = 0; i < by_n; i++)
        fields[i] = what->res->fields[by[i]];
    sql_init(&q, a);
    sql_add(&q, "SELECT org, count(*)");
    sql_columns(&q, fields, by_n);
    counted(&q, a, what);
    sql_add(&q, " GROUP BY org");
    sql_columns(&q, fields, by_n);
    return read_counts(db, a, &q, fields, by_n, out, n);
}

Err record_marks(Db *db, Arena *a, const CountOf *what, RecordMark **out, size_t *n)
{
    Sql q;
    Cursor c;
    size_t room = 0;
    *n = 0, *out = NULL;
    sql_init(&q, a);
    sql_add(&q, "SELECT number, version, id");
    counted(&q, a, what);
    sql_add(&q, " ORDER BY number");
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (cursor_next(&c)) {
        if (*n == room) {
            size_t more = 2 * room + 64;
            *out = arena_grow(a, *out, room * sizeof **out, more * sizeof **out);
            room = more;
        }
        (*out)[(*n)++] = (RecordMark){cursor_int(&c, 0), cursor_int(&c, 1), cursor_id(&c, 2)};
    }
    return cursor_close(&c);
}

Err record_count_late(Db *db, Arena *a, const CountOf *what, const LateRows *late, Day today, OrgCount **out, size_t *n)
{
    Sql q;
    *n = 0;
    if (!what->orgs_n) return ERR_NONE;
    sql_init(&q, a);
    sql_add(&q, "SELECT org, count(*) FROM (SELECT DISTINCT p.org AS org, m.parent");
    for (const char *const *same = late->same; *same; same++)
        sql_name(&q, ", m.f_", *same, "");
    sql_add(&q, " FROM (SELECT row, org");
    counted(&q, a, what);
    sql_name(&q, ") p JOIN c_", what->res->name, "_");
    sql_name(&q, "", late->list, " m ON m.parent = p.row");
    sql_name(&q, " WHERE m.f_", late->due, " < "), sql_param(&q, P_INT(today));
    sql_name(&q, " AND m.f_", late->done, " IS NULL) x GROUP BY org");
    return read_counts(db, a, &q, NULL, 0, out, n);
}

/* SELECT org, id: what the records name in `refs`; or what those records of `through` name that they name. */
static void named(Sql *q, Arena *a, const CountOf *what, const char *refs, const Resource *through, const char *refs_of_it)
{
    sql_add(q, "SELECT hit.org AS org, ");
    sql_add(q, through ? "k.to_id AS id" : "l.to_id AS id");
    sql_add(q, " FROM hit JOIN link l ON l.from_row = hit.row AND l.relation = ");
    sql_param(q, P_TEXT(str_printf(a, "%s.%s", what->res->name, refs)));
    if (!through) return;
    sql_name(q, " JOIN r_", through->name, " t ON t.id = l.to_id AND t.removed = 0 JOIN link k ON k.from_row = t.row AND k.relation = ");
    sql_param(q, P_TEXT(str_printf(a, "%s.%s", through->name, refs_of_it)));
}

Err record_count_named(Db *db, Arena *a, const CountOf *what, const Resource *target, const char *refs, const Resource *through, const char *by, const char *refs_of_it, OrgCount **out, size_t *n)
{
    Sql q;
    *n = 0;
    if (!what->orgs_n) return ERR_NONE;
    sql_init(&q, a);
    sql_add(&q, "WITH hit AS (SELECT row, org");
    counted(&q, a, what);
    sql_add(&q, ") SELECT x.org, count(*) FROM (");
    named(&q, a, what, refs, NULL, NULL);
    sql_add(&q, " UNION ");
    named(&q, a, what, by, through, refs_of_it);
    sql_name(&q, ") x JOIN r_", target->name, " s ON s.id = x.id AND s.removed = 0 GROUP BY x.org");
    return read_counts(db, a, &q, NULL, 0, out, n);
}

Err record_foremost(Db *db, Arena *a, const CountOf *what, int order, size_t most, const int *by, size_t by_n, OrgCount **out, size_t *n)
{
    Sql q;
    Field fields[COUNT_BY_MAX] = {{0}};
    assert(by_n <= COUNT_BY_MAX);
    *n = 0;
    if (!what->orgs_n) return ERR_NONE;
    for (size_t i = 0; i < by_n; i++)
        fields[i] = what->res->fields[by[i]];
    sql_init(&q, a);
    sql_add(&q, "SELECT org, place");
    sql_columns(&q, fields, by_n);
    sql_name(&q, " FROM (SELECT org, row_number() OVER (PARTITION BY org ORDER BY f_", what->res->fields[order].name, "_key DESC, number) AS place");
    sql_columns(&q, fields, by_n);
    counted(&q, a, what);
    sql_add(&q, ") x WHERE place <= ");
    sql_param(&q, P_INT((int64_t)most));
    sql_add(&q, " ORDER BY org, place");
    return read_counts(db, a, &q, fields, by_n, out, n);
}
