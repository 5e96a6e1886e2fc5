/* jobs.c -- the visible list of what runs later, and the command that shows its state. */
#include "app/app.h"

#include "authority/authority.h"
#include "dependency/dependency.h"
#include "incident/incident.h"
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

/* Soon after each start: were the packs changed, everything that is not over is judged again. */
static Err packs(Ctx *c, const Job *job)
{
    bool changed;
    UNUSED(job);
    TRY(incident_packs_changed(c, &changed));
    if (!changed) return ERR_NONE;
    TRY(work_walk_begin(c, &incident_again));
    return work_walk_begin(c, &received_again);
}

static const JobKind list[] = {
    {"house.sweep", sweep, 30 * MS_MINUTE},
    {"house.packs", packs, 24 * 60 * MS_MINUTE},
    {"incident.judge", incident_judge_job, 0},
    {"incident.turn", incident_turn_job, 0},
    {"incident.again", incident_again_job, 0},
    {"authority.again", received_again_job, 0},
    {"incident.remind", incident_remind_job, 0},
    {"incident.watch", incident_remind_watch_job, 60 * MS_MINUTE},
    {"incident.hooks", incident_webhook_watch_job, 60 * MS_MINUTE},
    {"hook.events", .errand = &incident_webhook_errand},
    {"calc.run", .errand = &calculation_errand},
    {"out.reminders", .errand = &incident_letter_errand},
    {"risk.levels", risk_levels_job, 0},
    {"risk.watch", risk_levels_watch_job, 60 * MS_MINUTE},
    {"risk.daily", risk_daily_job, 24 * 60 * MS_MINUTE},
    {"risk.sweep", risk_sweep_job, 0},
};

const JobKinds kaname_jobs = {list, COUNT(list)};

/* What is calculated in the background. */
static const CalculationKind *const calculations[] = {&losses_calculation, &cascade_calculation};
const CalculationKinds kaname_calculations = {calculations, COUNT(calculations)};

enum { LISTED_MAX = 200 };

static void show(Run *r, const Job *j)
{
    if (r->o->json) job_json(&r->json, r->a, j);
    else buf_printf(&r->out, "%.*s\t%.*s\t%.*s\t%lld\t%.*s\t%.*s\n", STR_ARG(job_state_rows[j->state].code), STR_ARG(j->kind), STR_ARG(j->key), (long long)j->attempts,
        STR_ARG(instant_text(r->a, j->run_at)), STR_ARG(j->last_error));
}

static Err show_all(Run *r)
{
    Job *jobs;
    size_t n = 0;
    TRY(job_list(r->db, r->a, false, LISTED_MAX, &jobs, &n));
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
    for (size_t i = 0; i < n; i++)
        show(r, &jobs[i]);
    if (r->o->json) json_close(&r->json, ']');
    return ERR_NONE;
}

static Err retry(Run *r)
{
    int64_t n = 0;
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("job retry 種類 です（job list で見られます）。", "It is job retry KIND (see job list)."));
    TRY(job_retry(r->db, r->o->words[1], now_utc(), &n));
    if (!n) return err_text(ERR_NOT_FOUND, text_of("その種類で断念した処理はありません。", "No job of that kind was given up."));
    say_kv(r, "jobs", "to run again", str_printf(r->a, "%lld", (long long)n));
    return ERR_NONE;
}

Err act_job(Run *r)
{
    return str_eqc(r->o->words[0], "retry") ? retry(r) : show_all(r);
}
