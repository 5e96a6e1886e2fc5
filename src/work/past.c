/* past.c -- the register as it was, as far as one may read it today; whoever lost a role since does not see what it saw then. */
#include "work/work.h"

Err work_stretch(Ctx *c, const Resource *res, int64_t after, size_t limit, int64_t *last)
{
    TRY(access_decide(c->who, ACT_LIST, res, NULL, NULL));
    return record_stretch(c->db, res, c->who->org.row, after, limit, last);
}

static void hide(Ctx *c, const Past *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        work_hide(c, list[i].record);
}

Err work_past(Ctx *c, const Resource *res, int64_t after, int64_t last, Instant at, Past *out, size_t *n)
{
    TRY(access_decide(c->who, ACT_LIST, res, NULL, NULL));
    TRY(record_past(c->db, c->a, res, c->who->org.row, after, last, at, out, n));
    hide(c, out, *n);
    return ERR_NONE;
}

Err work_past_versions(Ctx *c, const Resource *res, int64_t after, int64_t last, Instant from, Instant until, Past **out, size_t *n, bool *cut)
{
    TRY(access_decide(c->who, ACT_LIST, res, NULL, NULL));
    TRY(record_past_versions(c->db, c->a, res, c->who->org.row, after, last, from, until, out, n, cut));
    hide(c, *out, *n);
    return ERR_NONE;
}
