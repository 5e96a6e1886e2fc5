/*
 * job/ -- what happens later, once: a queue in the database. A job is written in the transaction of the change that wants it (so it is the
 * outbox as well), and its state "done" in the transaction of its effect. Owns: table job. Called by: work (enqueue, runner), api and commands
 * (list). Never: knows a handler, a record or a person; keeps time by itself (the caller says what time it is).
 */
#ifndef KANAME_JOB_H
#define KANAME_JOB_H

#include "base/base.h"
#include "store/store.h"

typedef enum { JOB_WAITING, JOB_RUNNING, JOB_AGAIN, JOB_DONE, JOB_DEAD, JOB_STATES } JobState;
extern const struct JobStateRow { Str code; Text label; } job_state_rows[JOB_STATES];

typedef struct Job {
    int64_t row, org; /* org: row of the organisation, 0 none */
    Str queue, kind, key, payload; /* payload: JSON or empty */
    JobState state;
    int64_t attempts, lease;
    Instant created, run_at;
    Str last_error;
} Job;

/* Lanes, so that none waits for another: what stays within the database, mail (queue "out") and webhooks (queue "hook"), which may have to wait outside, and long calculations (queue "calc"), whose lease
 * is renewed while they run. */
typedef enum { JOB_INSIDE, JOB_OUTSIDE, JOB_HOOKS, JOB_CALCULATIONS, JOB_LANES } JobLane;
enum { JOB_OUTSIDE_LEASE_MS = 60000 };
enum { JOB_QUEUE_MAX = 10000, JOB_PAYLOAD_MAX = 64 << 10, JOB_KEY_MAX = 200, JOB_TRIES_MAX = 12, JOB_LEASE_MS = 10000, JOB_KEPT_MAX = 10000 };

extern const Migration job_migrations[];
extern const size_t job_migrations_n;

/* queue, kind, org, key, payload, run_at of `j`. A job of the same kind, org and key that still waits is the same job: it takes the newer payload and
 * the earlier time. ERR_BUSY: the queue has JOB_QUEUE_MAX open jobs; ERR_TOO_LARGE: payload or key. */
Err job_enqueue(Db *db, const Job *j, Instant now);
Err job_is_due(Db *db, JobLane lane, Instant now, bool *due); /* only a look; any connection */
/* Takes the job that is due for longest and counts the try. It is held for JOB_LEASE_MS (mail, webhooks: JOB_OUTSIDE_LEASE_MS): whoever takes it must job_hold it by then. One that took
 * JOB_TRIES_MAX tries without an answer (the program ended in each) is dead. */
Err job_take(Db *db, Arena *a, JobLane lane, Instant now, Job *out, bool *found);
/* First thing in the transaction of the effect: locks the row until its end. `mine` false: the lease ran out and another took it; do nothing. */
Err job_hold(Db *db, const Job *j, bool *mine);
Err job_renew(Db *db, const Job *j, JobLane lane, Instant now, bool *mine); /* of one that takes longer than its lease */
Err job_put_back(Db *db, const Job *j, Instant now); /* as if it had not been taken: the program ends */
Err job_done(Db *db, const Job *j, Instant now); /* last thing in that transaction */
/* In a later transaction: again after 1, 2, 4 … seconds (an hour at most), dead after JOB_TRIES_MAX tries. */
Err job_failed(Db *db, const Job *j, Str why, Instant now, bool *dead);
Err job_retry(Db *db, Str kind, Instant now, int64_t *n); /* those of the kind that were given up, with all tries before them */
Err job_release(Db *db, Instant now); /* at the start of the only program (SQLite): nobody holds a lease any more */
Err job_list(Db *db, Arena *a, bool open_only, size_t max, Job **out, size_t *n); /* open ones first, then the latest */
void job_json(JsonOut *j, Arena *a, const Job *job); /* kind, key, payload, state, times: a payload names things by id, never by secret or person */
Err job_sweep(Db *db, Instant now); /* forgets jobs done 7 days ago and dead 90 days ago, and more than JOB_KEPT_MAX done ones */

#endif
