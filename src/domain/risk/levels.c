/*
 * levels.c -- risks judged again: the level shown is always computed on reading; what lists sort and filter by is kept beside the record and follows the
 * criteria in force. A risk's own save keeps it right; approved criteria, or criteria whose time has come, bring a job.
 */
#include "risk/parts.h"

#include "job/job.h"

#include <jansson.h>

enum { AT_ONCE = 200, ORGS_AT_ONCE = 200 };
static const Instant A_MINUTE = 60000;

/* Risks that were last judged by other criteria than those in force. */
static Err judged_otherwise(Ctx *c, const Criteria *criteria, size_t limit, ListPage *out)
{
    ListQuery q = {.sort = -1, .limit = limit, .filters_n = 1};
    q.filters[0] = (Filter){.field = field_find(risk_resource.fields, risk_resource.fields_n, STR("level_criteria")), .op = FILTER_NOT};
    assert(q.filters[0].field >= 0);
    if (criteria) put_text(&q.filters[0].value, criteria->label);
    TRY(record_list(c->db, c->a, &risk_resource, c->who->org.row, &q, out));
    if (out->n) return ERR_NONE;
    q.filters[0] = (Filter){.field = field_find(risk_resource.fields, risk_resource.fields_n, STR("verdict")), .op = FILTER_NONE}; /* written by an earlier program */
    return record_list(c->db, c->a, &risk_resource, c->who->org.row, &q, out);
}

static Err go_on(Ctx *c, int64_t left)
{
    return work_enqueue(c, "risk.levels", (Str){0}, str_printf(c->a, "{\"left\":%lld}", (long long)left), c->now);
}

Err risk_levels_job(Ctx *c, const struct Job *job)
{
    const Criteria *criteria;
    ListPage page;
    size_t done = 0;
    UNUSED(job);
    TRY(criteria_now(c, &criteria));
    TRY(judged_otherwise(c, criteria, AT_ONCE, &page));
    TRY(risks_judge(c, page.list, page.n, criteria));
    for (size_t i = 0; i < page.n; i++) {
        bool current;
        TRY(record_keep(c->db, c->a, page.list[i], &current));
        done += current;
    }
    return done < page.n || page.next.n ? go_on(c, page.total - (int64_t)done) : ERR_NONE; /* one that was saved meanwhile has its turn again */
}

Err risk_levels_later(Ctx *c)
{
    TRY(go_on(c, 0));
    /* PostgreSQL: a risk that is being saved at this moment may still be judged by the criteria before. */
    return work_enqueue(c, "risk.levels", STR("again"), (Str){0}, c->now + A_MINUTE);
}

static Err watch_one(Ctx *c, const Org *org)
{
    Principal who = *c->who;
    Ctx there = *c;
    const Criteria *criteria;
    ListPage page;
    who.org = *org;
    there.who = &who;
    TRY(criteria_now(&there, &criteria));
    TRY(judged_otherwise(&there, criteria, 1, &page));
    return page.n ? go_on(&there, page.total) : ERR_NONE;
}

static Err each_org(Ctx *c, Err (*one)(Ctx *c, const Org *org))
{
    Org *list;
    size_t n;
    int64_t after = 0;
    do {
        TRY(org_list_after(c->db, c->a, after, ORGS_AT_ONCE, &list, &n));
        for (size_t i = 0; i < n; i++)
            TRY(one(c, &list[i]));
        if (n) after = list[n - 1].row;
    } while (n == ORGS_AT_ONCE);
    return ERR_NONE;
}

Err risk_levels_watch_job(Ctx *c, const struct Job *job)
{
    UNUSED(job);
    return each_org(c, watch_one);
}

/* --- once a day: what a date or another register changed ------------------------------------------------------------------- */

static Err sweep_from(Ctx *c, Str cursor)
{
    Buf b;
    buf_init(&b, c->a, 64);
    JsonOut j = {.b = &b};
    json_open(&j, '{'), json_kstr(&j, "after", cursor), json_close(&j, '}');
    return work_enqueue(c, "risk.sweep", (Str){0}, buf_str(&b), c->now);
}

static Err sweep_one(Ctx *c, const Org *org)
{
    Principal who = *c->who;
    Ctx there = *c;
    who.org = *org;
    there.who = &who;
    return sweep_from(&there, (Str){0});
}

Err risk_daily_job(Ctx *c, const struct Job *job)
{
    UNUSED(job);
    return each_org(c, sweep_one);
}

static bool kept_differs(const Record *r, const Value *before)
{
    bool differs = false;
    for (size_t i = 0; i < r->res->fields_n; i++) {
        const Field *f = &r->res->fields[i];
        if ((f->flags & DERIVED) && (field_sorts(f) || field_filters(f))) differs = differs || !values_equal(f, &before[i], &r->v[i]);
    }
    return differs;
}

Err risk_sweep_job(Ctx *c, const struct Job *job)
{
    const Criteria *criteria;
    ListPage page;
    ListQuery q = {.sort = -1, .limit = AT_ONCE};
    json_t *payload = NULL;
    if (job->payload.n) TRY(json_in(c->a, job->payload, job->payload.n, &payload));
    q.cursor = json_str_of(json_object_get(payload, "after"));
    TRY(criteria_now(c, &criteria));
    TRY(record_list(c->db, c->a, &risk_resource, c->who->org.row, &q, &page));
    Value **before = arena_array(c->a, Value *, page.n + 1);
    for (size_t i = 0; i < page.n; i++) {
        before[i] = arena_array(c->a, Value, risk_resource.fields_n);
        memcpy(before[i], page.list[i]->v, risk_resource.fields_n * sizeof(Value));
    }
    TRY(risks_judge(c, page.list, page.n, criteria));
    for (size_t i = 0; i < page.n; i++) {
        bool current;
        if (kept_differs(page.list[i], before[i])) TRY(record_keep(c->db, c->a, page.list[i], &current)); /* one that was saved meanwhile is right already */
    }
    return page.next.n ? sweep_from(c, page.next) : ERR_NONE;
}
