/* many.c -- POST …/bulk: one change to many records of a register, tried first, then made; the answer holds what an undo needs. */
#include "api/handlers.h"

#include <jansson.h>

enum { BODY_MAX = 1 << 20 };

static Err wrong(Call *c, size_t at)
{
    return err_text(ERR_INVALID, TEXT_FILL(&c->arena, "records の {0} 番目に id、version、change が要ります。", "Entry {0} of records needs id, version and change.", str_printf(&c->arena, "%zu", at + 1)));
}

/* {"records":[{"id","version","change":{…}},…],"change":{…}}: a record's own change wins over that of all. */
static Err read_changes(Call *c, ManyChange **list, size_t *n)
{
    json_t *in;
    TRY(json_in(&c->arena, c->body, BODY_MAX, &in));
    json_t *records = json_object_get(in, "records"), *of_all = json_object_get(in, "change");
    *n = json_array_size(records);
    if (!*n || *n > MANY_MAX)
        return err_text(ERR_INVALID, TEXT_FILL(&c->arena, "records に 1 件から {0} 件の記録を入れてください。", "Give 1 to {0} records.", str_printf(&c->arena, "%d", MANY_MAX)));
    *list = arena_array(&c->arena, ManyChange, *n);
    for (size_t i = 0; i < *n; i++) {
        json_t *one = json_array_get(records, i), *version = json_object_get(one, "version"), *own = json_object_get(one, "change");
        ManyChange *x = &(*list)[i];
        x->change = own ? own : of_all;
        if (!json_is_object(one) || !json_is_integer(version) || !json_is_object(x->change) || !id_parse(json_str_of(json_object_get(one, "id")), &x->id)) return wrong(c, i);
        x->version = json_integer_value(version);
    }
    Str reason = str_trim(json_str_of(json_object_get(in, "reason")));
    if (reason.n) c->x.reason = reason;
    return ERR_NONE;
}

/* Those fields that differ, of both sides. */
static void sides_out(Call *c, JsonOut *j, const ManyChange *x, const bool *readable)
{
    const Resource *res = c->res;
    bool *differs = arena_array(&c->arena, bool, res->fields_n + 1);
    for (size_t f = 0; f < res->fields_n; f++)
        differs[f] = readable[f] && !(res->fields[f].flags & (DERIVED | READONLY)) && !values_equal(&res->fields[f], &x->before->v[f], &x->after->v[f]);
    json_key(j, STR("before")), json_open(j, '{');
    values_to_json(j, &c->arena, res->fields, res->fields_n, x->before->v, differs);
    json_close(j, '}');
    json_key(j, STR("after")), json_open(j, '{');
    values_to_json(j, &c->arena, res->fields, res->fields_n, x->after->v, differs);
    json_close(j, '}');
}

static Err show(Call *c, const ManyChange *list, size_t n, bool dry)
{
    Buf b;
    JsonOut j = answer(c, &b);
    bool *readable = access_readable(&c->arena, &c->who, c->res);
    Shown shown = {c->res->fields, c->res->fields_n, readable, arena_array(&c->arena, Value *, 2 * n + 1), 2 * n};
    json_open(&j, '{');
    json_kbool(&j, "dry", dry);
    json_key(&j, STR("records")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        const ManyChange *x = &list[i];
        json_open(&j, '{');
        json_kstr(&j, "id", id_text(&c->arena, x->id));
        json_kstr(&j, "number", record_label(&c->arena, x->after));
        json_kstr(&j, "title", record_title(x->after));
        json_kint(&j, "version", dry ? x->before->version : x->after->version);
        json_kbool(&j, "changed", x->after->version != x->before->version);
        sides_out(c, &j, x, readable);
        json_close(&j, '}');
        shown.rows[2 * i] = x->before->v, shown.rows[2 * i + 1] = x->after->v;
    }
    json_close(&j, ']');
    TRY(titles_out(c, &j, &shown, 1));
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* A trial does everything within a savepoint and takes it back. */
Err post_bulk(Call *c)
{
    ManyChange *list;
    size_t n;
    bool dry = str_eqc(query_value(c, "dry"), "1");
    TRY(access_decide(&c->who, ACT_UPDATE, c->res, NULL, NULL));
    TRY(read_changes(c, &list, &n));
    if (dry) TRY(db_savepoint(c->x.db));
    TRY(work_update_many(&c->x, c->res, list, n));
    if (dry) TRY(db_savepoint_rollback(c->x.db)); /* else nothing of it may be kept */
    return show(c, list, n, dry);
}
