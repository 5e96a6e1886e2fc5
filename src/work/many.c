/* many.c -- one change to many records: every mistake of every record is told at once, and then nothing is changed. */
#include "work/work.h"

static Err read_before(Ctx *c, const Resource *res, ManyChange *list, size_t n)
{
    Id *ids = arena_array(c->a, Id, n + 1);
    Record **found = arena_array(c->a, Record *, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = list[i].id;
    TRY(record_get_many(c->db, c->a, res, c->who->org.row, ids, n, found));
    for (size_t i = 0; i < n; i++) {
        list[i].before = found[i];
        if (found[i]) work_hide(c, found[i]);
    }
    return ERR_NONE;
}

/* What stands in the way of one record; the others are tried all the same. */
static void tell(Ctx *c, size_t at, Err e, Mistakes *m)
{
    Str here = str_printf(c->a, "records/%zu", at);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) {
        const Mistake *one = &e.mistakes->list[i];
        mistake_add(m, str_printf(c->a, "%.*s/%.*s", STR_ARG(here), STR_ARG(one->path)), one->code, one->text);
    }
    if (!e.mistakes) mistake_add(m, here, e.kind == ERR_STALE ? "stale" : e.kind == ERR_NOT_FOUND ? "not_found" : "conflict", e.text.in[JA].n ? e.text : err_rows[e.kind].title);
}

static bool is_of_one_record(ErrKind k)
{
    return k == ERR_MISTAKES || k == ERR_STALE || k == ERR_NOT_FOUND || k == ERR_CONFLICT || k == ERR_NEED_VERSION;
}

static bool named_twice(const ManyChange *list, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (id_eq(list[i].id, list[at].id)) return true;
    return false;
}

Err work_update_many(Ctx *of, const Resource *res, ManyChange *list, size_t n)
{
    Ctx once = *of, *c = &once; /* what hooks rest on is read once for all */
    Mistakes m;
    once.kept = &(Kept){0};
    mistakes_init(&m, c->a);
    TRY(access_decide(c->who, ACT_UPDATE, res, NULL, NULL));
    TRY(read_before(c, res, list, n));
    for (size_t i = 0; i < n; i++) {
        if (named_twice(list, i)) {
            mistake_add(&m, str_printf(c->a, "records/%zu", i), "unique", text_of("同じ記録が二度あります。", "The same record is named twice."));
            continue;
        }
        Err e = work_update(c, res, list[i].id, list[i].version, list[i].change, true, &list[i].after);
        if (e.kind && !is_of_one_record(e.kind)) return e;
        if (e.kind) tell(c, i, e, &m);
    }
    return err_mistakes(&m);
}
