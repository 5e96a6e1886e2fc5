/* jobs.c -- the visible list of what runs later, and the command that shows its state. */
#include "app/app.h"

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
};

const JobKinds kaname_jobs = {list, COUNT(list)};

enum { LISTED_MAX = 200 };

static void print_job(Arena *a, const Options *o, const Job *j)
{
    if (!o->json) {
        printf("%.*s\t%.*s\t%.*s\t%lld\t%.*s\t%.*s\n", STR_ARG(job_state_rows[j->state].code), STR_ARG(j->kind), STR_ARG(j->key), (long long)j->attempts,
            STR_ARG(instant_text(a, j->run_at)), STR_ARG(j->last_error));
        return;
    }
    Buf b;
    buf_init(&b, a, 256);
    JsonOut out = {&b, false};
    job_json(&out, a, j);
    printf("%.*s\n", STR_ARG(buf_str(&b)));
}

Err command_job(Arena *a, const Options *o)
{
    Opened x;
    Job *jobs;
    size_t n = 0;
    if (!o->words_n || !str_eqc(o->words[0], "list")) return err_text(ERR_INVALID, text_of("job list です。", "It is job list."));
    TRY(app_open(a, o, false, false, &x));
    Err e = db_begin(x.db);
    if (!e.kind) e = job_list(x.db, a, false, LISTED_MAX, &jobs, &n);
    for (size_t i = 0; !e.kind && i < n; i++)
        print_job(a, o, &jobs[i]);
    app_close(&x);
    return e;
}
