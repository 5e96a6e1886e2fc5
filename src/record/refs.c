/* refs.c -- references exist, in the same organisation; unique names are unique; what points here. */
#include "record/sql.h"

#include <stdlib.h>

enum { IDS_MAX = 2000, MANY = 100 };

static const char *title_name(const Resource *res)
{
    for (size_t i = 0; i < res->fields_n; i++)
        if (res->fields[i].flags & TITLE) return res->fields[i].name;
    return NULL; /* resources_check: every resource has one */
}

static int id_order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Id));
}

typedef struct Wanted {
    Id *ids;
    Str *paths;
    const Field **fields;
    size_t n;
    bool more;
} Wanted;

static void want(Arena *a, Wanted *w, const Field *f, Id id, Str path)
{
    if (w->n == IDS_MAX) {
        w->more = true;
        return;
    }
    w->ids[w->n] = id;
    w->fields[w->n] = f;
    w->paths[w->n++] = str_copy(a, path);
}

size_t values_refs(const Field *fields, size_t n, const Value *v)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (fields[i].kind == KIND_REF && v[i].state == VALUE_KNOWN) sum++;
        if (fields[i].kind == KIND_REFS) sum += v[i].n;
        for (size_t k = 0; fields[i].kind == KIND_LIST && k < v[i].n; k++)
            sum += values_refs(fields[i].fields, fields[i].fields_n, v[i].rows[k]);
    }
    return sum;
}

static void collect(Arena *a, Wanted *w, const Field *fields, size_t n, const Value *v, Str base)
{
    for (size_t i = 0; i < n; i++) {
        Str path = base.n ? str_join(a, base, STR("/"), str_of(fields[i].name)) : str_of(fields[i].name);
        if (fields[i].kind == KIND_REF && v[i].state == VALUE_KNOWN) want(a, w, &fields[i], v[i].ref, path);
        for (size_t k = 0; fields[i].kind == KIND_REFS && k < v[i].n; k++)
            want(a, w, &fields[i], v[i].refs[k], path);
        for (size_t k = 0; fields[i].kind == KIND_LIST && k < v[i].n; k++)
            collect(a, w, fields[i].fields, fields[i].fields_n, v[i].rows[k], str_printf(a, "%.*s/%zu", STR_ARG(path), k));
    }
}

static void wanted_of(Arena *a, const Record *r, Wanted *w)
{
    size_t most = r ? values_refs(r->res->fields, r->res->fields_n, r->v) : 0; /* most records have few */
    if (most > IDS_MAX) most = IDS_MAX;
    *w = (Wanted){arena_array(a, Id, most), arena_array(a, Str, most), arena_array(a, const Field *, most), 0, false};
    if (most) collect(a, w, r->res->fields, r->res->fields_n, r->v, (Str){0});
}

/* The places in w that point to one target; their ids are given as well. */
static size_t aimed_at(const Resources *all, const Wanted *w, const Resource *target, Id *ids, size_t *at)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        if (resource_find(all, str_of(w->fields[i]->target)) == target) ids[n] = w->ids[i], at[n++] = i;
    return n;
}

/* Leaves out what was pointed to before. */
static size_t only_new(Id *ids, size_t *at, size_t n, Id *before, size_t before_n)
{
    size_t kept = 0;
    if (before_n) qsort(before, before_n, sizeof *before, id_order);
    for (size_t i = 0; i < n; i++)
        if (!before_n || !bsearch(&ids[i], before, before_n, sizeof *before, id_order)) ids[kept] = ids[i], at[kept++] = at[i];
    return kept;
}

/* One query per hundred ids of one target, not one per reference. */
static Err check_target(Db *db, Arena *a, const Resources *all, const Record *r, const Wanted *before, const Wanted *w, const Resource *target, Mistakes *m)
{
    Id *ids = arena_array(a, Id, w->n + 1), *known = arena_array(a, Id, before->n + 1);
    size_t *at = arena_array(a, size_t, w->n + before->n + 1);
    size_t known_n = aimed_at(all, before, target, known, at), n = aimed_at(all, w, target, ids, at);
    n = only_new(ids, at, n, known, known_n);
    if (!n) return ERR_NONE;
    Record **found = arena_array(a, Record *, n);
    TRY(record_get_many(db, a, target, r->org, ids, n, found));
    for (size_t i = 0; i < n; i++)
        if (!found[i] || found[i]->removed)
            mistake_add(m, w->paths[at[i]], "reference", TEXT_FILL(a, "「{0}」の記録が見つかりません。", "{1}: no such record.", w->fields[at[i]]->label.in[JA], w->fields[at[i]]->label.in[EN]));
    return ERR_NONE;
}

static Err check_unique(Db *db, Arena *a, const Record *r, size_t i, Mistakes *m)
{
    const Field *f = &r->res->fields[i];
    if (!(f->flags & UNIQUE) || r->v[i].state != VALUE_KNOWN) return ERR_NONE;
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "SELECT number FROM r_", r->res->name, " WHERE org = ");
    sql_param(&q, P_INT(r->org));
    sql_name(&q, " AND removed = 0 AND f_", f->name, "_key = ");
    sql_param(&q, value_key(a, f, &r->v[i]));
    sql_name(&q, " AND f_", f->name, "_key <> ''"); /* as the unique index has it: without these words SQLite does not see that it may use that index */
    sql_add(&q, " AND row <> ");
    sql_param(&q, P_INT(r->row));
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    if (cursor_next(&c)) {
        Str label = label_text(a, r->res, cursor_int(&c, 0));
        mistake_add(m, str_of(f->name), "unique", TEXT_FILL(a, "同じ「{0}」が {1} にあります。", "{2} is already used by {1}.", f->label.in[JA], label, f->label.in[EN]));
    }
    return cursor_close(&c);
}

Err record_check_refs(Db *db, Arena *a, const Resources *all, const Record *old, const Record *r, Mistakes *m)
{
    Wanted before, w;
    wanted_of(a, old, &before);
    wanted_of(a, r, &w);
    if (w.more) mistake_add(m, (Str){0}, "length", text_of("参照が多すぎます（2,000件まで）。", "Too many references (2,000 at most)."));
    for (size_t i = 0; i < all->n && w.n; i++)
        TRY(check_target(db, a, all, r, &before, &w, all->list[i], m));
    return ERR_NONE;
}

Err record_check_unique(Db *db, Arena *a, const Record *r, bool title, Mistakes *m)
{
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (title || !(r->res->fields[i].flags & TITLE)) TRY(check_unique(db, a, r, i, m));
    return ERR_NONE;
}

/* --- what they are called ------------------------------------------------------------------------------------ */

/* Ascending, each once: the same records then make the same statement. */
static size_t distinct(Id *ids, size_t n)
{
    size_t kept = 0;
    qsort(ids, n, sizeof *ids, id_order);
    for (size_t i = 0; i < n; i++)
        if (!i || !id_eq(ids[i], ids[i - 1])) ids[kept++] = ids[i];
    return kept;
}

static Err some_titles(Db *db, Arena *a, const Resource *res, int64_t org, const Id *ids, size_t n, Referrer *out, size_t *out_n)
{
    static const size_t sizes[] = {1, 8, 24, 64, MANY}; /* few statements, each prepared once: the last id is said again */
    size_t size = 0;
    while (sizes[size] < n)
        size++;
    Sql q;
    sql_init(&q, a);
    sql_name(&q, "SELECT id, number, removed, f_", title_name(res), " FROM r_");
    sql_name(&q, "", res->name, WITHIN_ORG);
    sql_param(&q, P_INT(org));
    sql_add(&q, " AND id IN (");
    for (size_t i = 0; i < sizes[size]; i++) {
        if (i) sql_add(&q, ", ");
        sql_param(&q, P_ID(ids[i < n ? i : n - 1]));
    }
    sql_add(&q, ")");
    Cursor c;
    db_query(db, &c, sql_text(&q), q.params, q.n);
    while (cursor_next(&c))
        out[(*out_n)++] = (Referrer){res, cursor_id(&c, 0), cursor_int(&c, 1), str_copy(a, cursor_text(&c, 3)), cursor_int(&c, 2) != 0};
    return cursor_close(&c);
}

Err record_titles(Db *db, Arena *a, const Resource *res, int64_t org, Id *ids, size_t n, Referrer *out, size_t *out_n)
{
    *out_n = 0;
    n = distinct(ids, n);
    for (size_t i = 0; i < n; i += MANY)
        TRY(some_titles(db, a, res, org, ids + i, n - i < MANY ? n - i : MANY, out, out_n));
    return ERR_NONE;
}

/* --- what points here --------------------------------------------------------------------------------------- */

typedef struct Found {
    int64_t org;
    bool settled; /* those that do not change any more count as well */
    Referrer *out;
    size_t max, *n;
} Found;

static Err run(Db *db, Arena *a, const Resource *res, Sql *q, Found *found)
{
    Cursor c;
    sql_add(q, " AND org = "); /* references do not leave the organisation; the query says so itself */
    sql_param(q, P_INT(found->org));
    sql_add(q, " ORDER BY number");
    db_query(db, &c, sql_text(q), q->params, q->n);
    int at = cursor_column(&c, str_printf(a, "f_%s", title_name(res)).s);
    while (*found->n < found->max && cursor_next(&c))
        found->out[(*found->n)++] = (Referrer){res, cursor_id(&c, 0), cursor_int(&c, 1), str_copy(a, cursor_text(&c, at)), false};
    return cursor_close(&c);
}

static void not_settled(Sql *q, const Resource *res)
{
    for (size_t i = 0; i < res->fields_n; i++)
        for (size_t k = 0; k < res->fields[i].choices_n; k++) {
            if (!res->fields[i].choices[k].settled) continue;
            sql_name(q, "(f_", res->fields[i].name, " IS NULL OR f_");
            sql_name(q, "", res->fields[i].name, " <> ");
            sql_param(q, P_TEXT(res->fields[i].choices[k].code));
            sql_add(q, ") AND ");
        }
}

static void head(Sql *q, Arena *a, const Resource *res, const Found *found)
{
    sql_init(q, a);
    sql_add(q, "SELECT id, number");
    sql_columns(q, res->fields, res->fields_n);
    sql_name(q, " FROM r_", res->name, " WHERE removed = 0 AND ");
    if (!found->settled) not_settled(q, res);
}

static bool points(const Resources *all, const Field *f, const Record *r)
{
    return (f->kind == KIND_REF || f->kind == KIND_REFS) && resource_find(all, str_of(f->target)) == r->res;
}

static Err from_field(Db *db, Arena *a, const Resources *all, const Resource *res, const Field *f, const Record *r, Found *found)
{
    Sql q;
    if (points(all, f, r)) {
        head(&q, a, res, found);
        if (f->kind == KIND_REF) sql_name(&q, "f_", f->name, " = ");
        else sql_add(&q, "row IN (SELECT from_row FROM link WHERE relation = "), sql_param(&q, P_TEXT(str_printf(a, "%s.%s", res->name, f->name))), sql_add(&q, " AND to_id = ");
        sql_param(&q, P_ID(r->id));
        if (f->kind == KIND_REFS) sql_add(&q, ")");
        TRY(run(db, a, res, &q, found));
    }
    for (size_t i = 0; f->kind == KIND_LIST && i < f->fields_n; i++) {
        if (!points(all, &f->fields[i], r)) continue;
        head(&q, a, res, found);
        sql_name(&q, "row IN (SELECT parent FROM c_", res->name, "_");
        sql_name(&q, "", f->name, " WHERE f_");
        sql_name(&q, "", f->fields[i].name, " = ");
        sql_param(&q, P_ID(r->id));
        sql_add(&q, ")");
        TRY(run(db, a, res, &q, found));
    }
    return ERR_NONE;
}

Err record_referrers(Db *db, Arena *a, const Resources *all, const Record *r, bool settled, Referrer *out, size_t max, size_t *n)
{
    Found found = {r->org, settled, out, max, n};
    *n = 0;
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->list[i]->fields_n; k++)
            TRY(from_field(db, a, all, all->list[i], &all->list[i]->fields[k], r, &found));
    return ERR_NONE;
}
