/* jobs.c -- the visible list of what runs later, and the command that shows its state. */
#include "app/app.h"

#include "risk/risk.h"

#define MS_MINUTE ((Instant)60 * 1000)

/* What nobody needs any more. */
static Err sweep(Ctx *c, const Job *job)
{
    UNUSED(job);
    TRY(access_sweep(c->db, c->now));
    TRY(idempotency_sweep(c->db, c->now));
    return job_sweep(c->db, c->now);
}

static const JobKind list[] = {
    {"house.sweep", sweep, 30 * MS_MINUTE},
    {"risk.levels", risk_levels_job, 0},
    {"risk.watch", risk_levels_watch_job, 60 * MS_MINUTE},
};

const JobKinds kaname_jobs = {list, COUNT(list)};

enum { LISTED_MAX = 200 };

static void show(Run *r, const Job *j)
{
    if (r->o->json) job_json(&r->json, r->a, j);
    else buf_printf(&r->out, "%.*s\t%.*s\t%.*s\t%lld\t%.*s\t%.*s\n", STR_ARG(job_state_rows[j->state].code), STR_ARG(j->kind), STR_ARG(j->key), (long long)j->attempts,
        STR_ARG(instant_text(r->a, j->run_at)), STR_ARG(j->last_error));
}

Err command_job(Run *r)
{
    Opened x;
    Job *jobs;
    size_t n = 0;
    TRY(app_open(r->a, r->o, OPEN_READ, &x));
    Err e = db_begin(x.db);
    if (!e.kind) e = job_list(x.db, r->a, false, LISTED_MAX, &jobs, &n);
    app_close(&x);
    if (e.kind) return e;
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
    for (size_t i = 0; i < n; i++)
        show(r, &jobs[i]);
    if (r->o->json) json_close(&r->json, ']');
    return ERR_NONE;
}
