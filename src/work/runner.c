/*
 * runner.c -- runs due jobs, one after another, on the writer. A job is taken (the try is counted) in one transaction; its handler's changes and its
 * state "done" are another: whatever happens in between, the effect is there once or not at all. A failure is noted in a third. An errand has one transaction more before it goes.
 * Owns: one thread, and one more while an errand with a beat goes. The handlers are handed over by app.
 */
#include "job/job.h"
#include "work/work.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 200, BEAT_MS = 1000, AFTER_TROUBLE_MS = 5000, JOB_ARENA_MAX = 128 << 20, TRIP_ARENA_MAX = 768 << 20, TRIP_NICE = 10 };

struct Runner {
    RunnerSetup s;
    Db *reader;
    Arena arena; /* of the job at hand */
    Job job;
    void *what; /* of an errand: what prepare found to do */
    bool found, started;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping, over; /* over: the step at hand has been answered */
    struct { Arena arena; pthread_t thread; bool over; Err err; } trip; /* of an errand with a beat */
    Err err;
    Change change;
};

/* --- one step on the writer ------------------------------------------------------------------------------------- */

static Runner *runner_of(Change *ch)
{
    return (Runner *)((char *)ch - offsetof(Runner, change));
}

static void step_done(Change *ch, Err e)
{
    Runner *r = runner_of(ch);
    pthread_mutex_lock(&r->mutex);
    r->err = e, r->over = true;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->mutex);
}

/* ERR_BUSY also when the writer takes nothing more. */
static Err step(Runner *r, Err (*run)(Change *ch, Db *db, History *h))
{
    r->over = false;
    r->change = (Change){.run = run, .done = step_done};
    if (!writer_submit(r->s.writer, &r->change)) return err_of(ERR_BUSY);
    pthread_mutex_lock(&r->mutex);
    while (!r->over)
        pthread_cond_wait(&r->wake, &r->mutex);
    pthread_mutex_unlock(&r->mutex);
    return r->err;
}

/* Want of memory unwinds to here; the writer rolls the step back. */
static Err guarded(Runner *r, Db *db, History *h, Err (*inner)(Runner *r, Db *db, History *h))
{
    jmp_buf rescue;
    if (!ARENA_TRY(&r->arena, rescue)) return err_of(ERR_FULL);
    Err e = inner(r, db, h);
    arena_end_try(&r->arena);
    return e;
}

/* --- the three steps ---------------------------------------------------------------------------------------------- */

static const JobKind *kind_of(const Runner *r)
{
    for (size_t i = 0; i < r->s.kinds->n; i++)
        if (str_eqc(r->job.kind, r->s.kinds->list[i].kind)) return &r->s.kinds->list[i];
    return NULL;
}

static Err enqueue(Db *db, const char *kind, int64_t org, Str key, Str payload, Instant run_at, Instant now)
{
    Str name = str_of(kind), rest = name, queue;
    str_cut(&rest, '.', &queue);
    return job_enqueue(db, &(Job){.queue = queue, .kind = name, .org = org, .key = key, .payload = payload, .run_at = run_at}, now);
}

Err work_enqueue(Ctx *c, const char *kind, Str key, Str payload, Instant run_at)
{
    return enqueue(c->db, kind, c->who->org.row, key, payload, run_at, c->now);
}

static JobLane lane(const Runner *r) { return (JobLane)r->s.lane; }

static Err take(Runner *r, Db *db, History *h)
{
    UNUSED(h);
    return job_take(db, &r->arena, lane(r), now_utc(), &r->job, &r->found);
}

static Err again_later(Db *db, const JobKind *k, Instant now)
{
    return k && k->every ? enqueue(db, k->kind, 0, (Str){0}, (Str){0}, now + k->every, now) : ERR_NONE;
}

/* With all rights of the organisation of the job. */
static Err context(Runner *r, Db *db, History *h, Principal *who, Ctx *out)
{
    *who = (Principal){.roles = ROLES_ALL, .login = STR("system")};
    if (r->job.org) TRY(org_hold(db, r->job.org));
    if (r->job.org) TRY(org_get_row(db, &r->arena, r->job.org, &who->org));
    *out = (Ctx){.a = &r->arena, .db = db, .history = h, .resources = r->s.resources, .packs = r->s.packs, .who = who, .now = now_utc(), .mail = r->s.mail, .origin = r->s.origin, .post = r->s.post};
    return ERR_NONE;
}

static Err unknown_kind(void) { return err_text(ERR_NOT_FOUND, text_of("この処理はこの版にはありません。", "This program does not know such a job.")); }

static Err prepare_errand(Runner *r, Db *db, History *h)
{
    const JobKind *k = kind_of(r);
    bool mine;
    Principal who;
    Ctx c;
    r->what = NULL;
    TRY(job_hold(db, &r->job, &mine));
    if (!mine) return ERR_NONE;
    if (!k || !k->errand) return unknown_kind();
    TRY(context(r, db, h, &who, &c));
    TRY(k->errand->prepare(&c, &r->job, &r->what));
    return r->what ? ERR_NONE : job_done(db, &r->job, c.now);
}

static Err perform(Runner *r, Db *db, History *h)
{
    const JobKind *k = kind_of(r);
    bool mine;
    Principal who;
    Ctx c;
    TRY(job_hold(db, &r->job, &mine));
    if (!mine) return ERR_NONE;
    if (!k || (!k->run && !k->errand)) return unknown_kind();
    TRY(context(r, db, h, &who, &c));
    TRY(k->errand ? k->errand->done(&c, &r->job, r->what) : k->run(&c, &r->job));
    TRY(again_later(db, k, c.now));
    return job_done(db, &r->job, c.now);
}

/* What the errand itself knows of its failure. */
static Err tell_errand(Runner *r, Db *db, History *h)
{
    const JobKind *k = kind_of(r);
    Principal who;
    Ctx c;
    bool mine;
    if (!k || !k->errand || !k->errand->failed || !r->what) return ERR_NONE;
    TRY(job_hold(db, &r->job, &mine));
    if (!mine) return ERR_NONE;
    TRY(context(r, db, h, &who, &c));
    return k->errand->failed(&c, &r->job, r->what, r->err);
}

static bool as_if_untried(const Runner *r)
{
    const JobKind *k = kind_of(r);
    return r->err.kind == ERR_BUSY && k && k->errand && k->errand->beat;
}

static Err note_failure(Runner *r, Db *db, History *h)
{
    bool dead;
    Str why = r->err.text.in[EN].n ? r->err.text.in[EN] : err_rows[r->err.kind].title.in[EN];
    Instant now = now_utc();
    TRY(tell_errand(r, db, h));
    if (as_if_untried(r)) return job_put_back(db, &r->job, now);
    TRY(job_failed(db, &r->job, why, now, &dead));
    return dead ? again_later(db, kind_of(r), now) : ERR_NONE;
}

static Err beat(Runner *r, Db *db, History *h)
{
    bool mine;
    Principal who;
    Ctx c;
    TRY(job_renew(db, &r->job, lane(r), now_utc(), &mine));
    TRY(context(r, db, h, &who, &c));
    return kind_of(r)->errand->beat(&c, &r->job, r->what, mine);
}

static Err take_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, take); }
static Err errand_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, prepare_errand); }
static Err perform_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, perform); }
static Err beat_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, beat); }
static Err failure_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, note_failure); }

/* --- the thread ----------------------------------------------------------------------------------------------------- */

static Err is_due(Runner *r, bool *due)
{
    *due = false;
    Err e = db_begin(r->reader);
    if (!e.kind) e = job_is_due(r->reader, lane(r), now_utc(), due);
    db_rollback(r->reader);
    return e;
}

/* No transaction is open, and the writer serves others meanwhile. */
static Err go(Runner *r, Arena *a)
{
    jmp_buf rescue;
    if (!ARENA_TRY(a, rescue)) return err_of(ERR_FULL);
    Err e = kind_of(r)->errand->go(a, r->s.means, r->what);
    arena_end_try(a);
    return e;
}

/* Threads that it starts are as nice as it. */
static void *trip(void *arg)
{
    Runner *r = arg;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), TRIP_NICE);
    Err e = go(r, &r->trip.arena);
    pthread_mutex_lock(&r->mutex);
    r->trip.err = e, r->trip.over = true;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (t.tv_nsec + ms * 1000000) / 1000000000;
    t.tv_nsec = (t.tv_nsec + ms * 1000000) % 1000000000;
    return t;
}

static bool trip_over_after(Runner *r, int64_t ms)
{
    struct timespec t = in_ms(ms);
    pthread_mutex_lock(&r->mutex);
    while (!r->trip.over && pthread_cond_timedwait(&r->wake, &r->mutex, &t) == 0) {}
    bool over = r->trip.over;
    pthread_mutex_unlock(&r->mutex);
    return over;
}

/* A beat that does not come through is made up for by the next one. */
static Err go_long(Runner *r)
{
    r->trip.over = false;
    if (pthread_create(&r->trip.thread, NULL, trip, r) != 0) return err_of(ERR_FULL);
    while (!trip_over_after(r, BEAT_MS))
        (void)step(r, beat_step);
    pthread_join(r->trip.thread, NULL);
    return r->trip.err;
}

static Err run_errand(Runner *r)
{
    TRY(step(r, errand_step));
    if (!r->what) return ERR_NONE;
    TRY(kind_of(r)->errand->beat ? go_long(r) : go(r, &r->arena));
    return step(r, perform_step);
}

/* How long to wait before the next look; a database that cannot be reached is not asked, and does not complain, five times a second. What could
 * not even be noted is tried again when its lease has run out. */
static int64_t run_one(Runner *r)
{
    bool due;
    if (is_due(r, &due).kind) return AFTER_TROUBLE_MS;
    if (!due) return LOOK_EVERY_MS;
    arena_reset(&r->arena);
    r->found = false, r->what = NULL;
    if (step(r, take_step).kind) return AFTER_TROUBLE_MS;
    if (!r->found) return LOOK_EVERY_MS;
    Err e = r->s.lane != JOB_INSIDE ? run_errand(r) : step(r, perform_step);
    if (e.kind) {
        r->err = e;
        (void)step(r, failure_step);
    }
    arena_reset(&r->trip.arena);
    return 0;
}

static bool stopping_after(Runner *r, int64_t ms)
{
    struct timespec t = in_ms(ms);
    pthread_mutex_lock(&r->mutex);
    while (ms && !r->stopping && pthread_cond_timedwait(&r->wake, &r->mutex, &t) == 0) {}
    bool stop = r->stopping;
    pthread_mutex_unlock(&r->mutex);
    return stop;
}

static void *run_loop(void *arg)
{
    Runner *r = arg;
    int64_t wait = 0;
    while (!stopping_after(r, wait))
        wait = run_one(r);
    return NULL;
}

/* What recurs has its turn soon after each start; on SQLite nobody else can hold a lease. */
static Err prepare(Runner *r, Db *db, History *h)
{
    UNUSED(h);
    Instant now = now_utc();
    if (r->s.lane != JOB_INSIDE) return ERR_NONE;
    if (store_kind(r->s.store) == STORE_SQLITE) TRY(job_release(db, now));
    for (size_t i = 0; i < r->s.kinds->n; i++)
        if (r->s.kinds->list[i].every) TRY(enqueue(db, r->s.kinds->list[i].kind, 0, (Str){0}, (Str){0}, now, now));
    return ERR_NONE;
}

static Err prepare_step(Change *ch, Db *db, History *h) { return guarded(runner_of(ch), db, h, prepare); }

static Err start_thread(Runner *r)
{
    pthread_condattr_t monotonic; /* the wall clock may jump */
    TRY(db_acquire(r->s.store, false, &r->reader));
    arena_init(&r->arena, JOB_ARENA_MAX);
    arena_init(&r->trip.arena, TRIP_ARENA_MAX);
    pthread_mutex_init(&r->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &monotonic);
    TRY(step(r, prepare_step));
    r->started = pthread_create(&r->thread, NULL, run_loop, r) == 0;
    return r->started ? ERR_NONE : err_of(ERR_FULL);
}

Err runner_start(Arena *a, const RunnerSetup *s, Runner **out)
{
    Runner *r = *out = arena_new(a, Runner);
    r->s = *s;
    return start_thread(r);
}

void runner_stop(Runner *r)
{
    if (r->started) {
        pthread_mutex_lock(&r->mutex);
        r->stopping = true;
        pthread_cond_broadcast(&r->wake);
        pthread_mutex_unlock(&r->mutex);
        pthread_join(r->thread, NULL);
    }
    if (r->reader) db_release(r->reader);
    arena_done(&r->arena);
    arena_done(&r->trip.arena);
}
