/*
 * writer.c -- the writing thread(s). SQLite: one thread, many changes per commit, each in a savepoint, so that one mistake does not spoil the
 * batch and one sync serves all. PostgreSQL: four threads, one change per transaction. Order: changes, seal, commit, mark, answers. On SQLite a
 * thread of its own syncs the marks of a batch and answers it, while the next one runs.
 */
#include "work/work.h"

#include <pthread.h>

enum { PG_THREADS = 4 };

typedef struct Worker {
    Writer *w;
    Db *db;
    Arena arena;
    pthread_t thread;
    bool running;
} Worker;

/* Batches that are committed, and not answered before their marks are on disk. */
typedef struct Marker {
    Writer *w;
    Db *db; /* the writer's; only named */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    Change *head, **tail;
    bool stopping, running;
} Marker;

struct Writer {
    Store *store;
    History *history;
    Arena arena;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    Change *head, **tail;
    int queued;
    bool stopping;
    Worker workers[PG_THREADS];
    int workers_n, batch_max;
    Marker marker;
};

/* Up to batch_max changes; NULL when the writer stops and nothing is left. */
static Change *take(Writer *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->head && !w->stopping)
        pthread_cond_wait(&w->wake, &w->mutex);
    Change *list = w->head, **last = &list;
    for (int i = 0; *last && i < w->batch_max; i++, w->queued--)
        last = &(*last)->next;
    w->head = *last;
    if (!w->head) w->tail = &w->head;
    *last = NULL;
    pthread_mutex_unlock(&w->mutex);
    return list;
}

static void answer(Change *ch, Err e)
{
    ch->done(ch, e);
}

/* `scrubbed`: for those that destroyed something. What was removed but may still lie in the file is not done; the others are. */
static void answer_all(Change *list, Err e, Err scrubbed)
{
    for (Change *next; list; list = next) {
        next = list->next;
        answer(list, !e.kind && list->scrub ? scrubbed : e);
    }
}

/* One change within its savepoint. Returns false when it was refused and answered. `lost`: its traces could not be taken back, or the
 * database gave the whole transaction up (no space, no memory). */
static bool run_one(Worker *k, Change *ch, bool *lost)
{
    Err e = db_savepoint(k->db);
    if (!e.kind) e = ch->run(ch, k->db, k->w->history);
    if (!e.kind) e = db_savepoint_release(k->db);
    if (!e.kind) return true;
    *lost = !db_in_tx(k->db) || db_savepoint_rollback(k->db).kind;
    answer(ch, e);
    return false;
}

/* The good ones went with the transaction: they are told so, the rest of the batch gets a new one. */
static Err start_over(Worker *k, Change **good)
{
    answer_all(*good, err_of(ERR_FULL), ERR_NONE);
    *good = NULL;
    db_rollback(k->db);
    return db_begin(k->db);
}

static Err finish(Worker *k)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&k->arena, rescue)) return err_of(ERR_FULL);
    Err e = history_seal(k->w->history, k->db, &k->arena);
    arena_end_try(&k->arena);
    if (e.kind) return e;
    return db_commit(k->db);
}

/* All that waits is one sync of the marks. NULL: the writer has stopped, and nothing is left. */
static Change *take_committed(Marker *m)
{
    pthread_mutex_lock(&m->mutex);
    while (!m->head && !m->stopping)
        pthread_cond_wait(&m->wake, &m->mutex);
    Change *list = m->head;
    m->head = NULL, m->tail = &m->head;
    pthread_mutex_unlock(&m->mutex);
    return list;
}

static void *mark_loop(void *arg)
{
    Marker *m = arg;
    for (Change *list; (list = take_committed(m));)
        answer_all(list, history_mark_committed(m->w->history, m->db), ERR_NONE);
    return NULL;
}

static void to_marker(Marker *m, Change *good, Change **tail)
{
    pthread_mutex_lock(&m->mutex);
    *m->tail = good;
    m->tail = tail;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->mutex);
}

/* After the commit. What destroys something waits for its mark here, since its traces are removed by this connection. */
static void settle(Worker *k, Change *good, Change **tail, bool scrub)
{
    Err scrubbed = ERR_NONE;
    history_committed(k->w->history, k->db);
    if (k->w->marker.running && !scrub) {
        to_marker(&k->w->marker, good, tail);
        return;
    }
    Err e = history_mark_committed(k->w->history, k->db);
    if (!e.kind && scrub) scrubbed = db_scrub(k->db);
    answer_all(good, e, scrubbed);
}

static void run_batch(Worker *k, Change *list)
{
    Change *good = NULL, **tail = &good;
    bool scrub = false;
    Err e = db_begin(k->db);
    for (Change *ch = list, *next; ch; ch = next) {
        bool lost = false;
        next = ch->next;
        if (e.kind) answer(ch, e);
        else if (run_one(k, ch, &lost)) *tail = ch, tail = &ch->next, *tail = NULL, scrub = scrub || ch->scrub;
        if (lost) e = start_over(k, &good), tail = &good;
    }
    if (e.kind) return;
    e = good ? finish(k) : ERR_NONE;
    if (!good || e.kind) {
        history_forget(k->w->history, k->db);
        db_rollback(k->db);
        answer_all(good, e, ERR_NONE);
    } else {
        settle(k, good, tail, scrub);
    }
    db_checkpoint(k->db, false); /* does nothing until the log is long */
    arena_reset(&k->arena);
}

static void *work_loop(void *arg)
{
    Worker *k = arg;
    for (Change *list; (list = take(k->w));)
        run_batch(k, list);
    return NULL;
}

/* Without this thread the writer marks for itself. */
static void marker_start(Writer *w)
{
    Marker *m = &w->marker;
    m->w = w, m->db = w->workers[0].db, m->tail = &m->head;
    pthread_mutex_init(&m->mutex, NULL);
    pthread_cond_init(&m->wake, NULL);
    m->running = pthread_create(&m->thread, NULL, mark_loop, m) == 0;
}

static void marker_stop(Marker *m)
{
    if (!m->running) return;
    pthread_mutex_lock(&m->mutex);
    m->stopping = true;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->mutex);
    pthread_join(m->thread, NULL);
    m->running = false;
}

Err writer_start(Arena *a, Store *s, History *h, Writer **out)
{
    Writer *w = arena_new(a, Writer);
    bool pg = store_kind(s) == STORE_POSTGRES;
    *w = (Writer){.store = s, .history = h, .workers_n = pg ? PG_THREADS : 1, .batch_max = pg ? 1 : WRITER_BATCH_MAX};
    w->tail = &w->head;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->wake, NULL);
    for (int i = 0; i < w->workers_n; i++) {
        Worker *k = &w->workers[i];
        k->w = w;
        arena_init(&k->arena, 16 << 20);
        TRY(db_acquire(s, true, &k->db));
        if (!pg) marker_start(w);
        k->running = pthread_create(&k->thread, NULL, work_loop, k) == 0;
        if (!k->running) return err_of(ERR_FULL);
    }
    *out = w;
    return ERR_NONE;
}

bool writer_submit(Writer *w, Change *ch)
{
    pthread_mutex_lock(&w->mutex);
    bool room = w->queued < WRITER_QUEUE_MAX && !w->stopping;
    if (room) {
        ch->next = NULL;
        *w->tail = ch;
        w->tail = &ch->next;
        w->queued++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->mutex);
    return room;
}

void writer_stop(Writer *w)
{
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    for (int i = 0; i < w->workers_n; i++) {
        pthread_join(w->workers[i].thread, NULL);
        marker_stop(&w->marker);
        db_checkpoint(w->workers[i].db, true);
        db_release(w->workers[i].db);
        arena_done(&w->workers[i].arena);
    }
}
