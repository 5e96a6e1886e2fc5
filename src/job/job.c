/*
 * job.c -- the queue. Times are what the wall clock said; a clock may jump. Forward: jobs come early. Back by more than an hour: what was written
 * "in the future" is due at once, rather than never.
 */
#include "job/job.h"

const Migration job_migrations[] = {
    {.name = "job/1",
     .ddl = "CREATE TABLE job ("
            " row INTEGER PRIMARY KEY,"
            " queue TEXT NOT NULL,"
            " kind TEXT NOT NULL,"
            " org INTEGER NOT NULL,"
            " key TEXT NOT NULL,"
            " payload TEXT NOT NULL,"
            " state INTEGER NOT NULL,"
            " attempts INTEGER NOT NULL,"
            " lease INTEGER NOT NULL,"
            " created INTEGER NOT NULL,"
            " run_at INTEGER NOT NULL," /* waiting, again: due; running: end of the lease; done, dead: when */
            " set_at INTEGER NOT NULL," /* when run_at was written */
            " last_error TEXT NOT NULL);"
            "CREATE UNIQUE INDEX job_waiting ON job (kind, org, key) WHERE state = 0;"
            "CREATE INDEX job_run_at ON job (run_at, row) WHERE state < 3;"
            "CREATE INDEX job_set_at ON job (set_at, row) WHERE state < 3;"
            "CREATE INDEX job_queue ON job (queue) WHERE state < 3;"
            "CREATE INDEX job_over ON job (state, run_at)"},
};
const size_t job_migrations_n = COUNT(job_migrations);

const struct JobStateRow job_state_rows[JOB_STATES] = {
    [JOB_WAITING] = {{"waiting", 7}, TEXT("待機中", "Waiting")},
    [JOB_RUNNING] = {{"running", 7}, TEXT("実行中", "Running")},
    [JOB_AGAIN] = {{"again", 5}, TEXT("再試行待ち", "To be tried again")},
    [JOB_DONE] = {{"done", 4}, TEXT("完了", "Done")},
    [JOB_DEAD] = {{"dead", 4}, TEXT("断念", "Given up")},
};

#define MS_HOUR ((Instant)3600 * 1000)
#define MS_DAY (24 * MS_HOUR)

/* --- in ---------------------------------------------------------------------------------------------------- */

static Err check_room(Db *db, Str queue)
{
    Cursor c;
    int64_t n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM (SELECT 1 FROM job WHERE queue = ? AND state < 3 LIMIT ?) capped", P_TEXT(queue), P_INT(JOB_QUEUE_MAX));
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    if (n < JOB_QUEUE_MAX) return ERR_NONE;
    return err_text(ERR_BUSY, text_of("後で行う処理がたまりすぎています。少し待ってからやり直してください。", "Too much work is waiting. Try again later."));
}

Err job_enqueue(Db *db, const Job *j, Instant now)
{
    if (j->key.n > JOB_KEY_MAX || j->payload.n > JOB_PAYLOAD_MAX) return err_of(ERR_TOO_LARGE);
    TRY(check_room(db, j->queue));
    return DB_EXEC(db,
        "INSERT INTO job (queue, kind, org, key, payload, state, attempts, lease, created, run_at, set_at, last_error) VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, '')"
        " ON CONFLICT (kind, org, key) WHERE state = 0 DO UPDATE SET payload = excluded.payload, set_at = excluded.set_at,"
        " run_at = CASE WHEN job.run_at < excluded.run_at THEN job.run_at ELSE excluded.run_at END",
        P_TEXT(j->queue), P_TEXT(j->kind), P_INT(j->org), P_TEXT(j->key), P_TEXT(j->payload), P_INT(now), P_INT(j->run_at), P_INT(now));
}

/* --- out --------------------------------------------------------------------------------------------------- */

/* The same but for the lane. Outside, what is under way is not begun a second time: whoever wanted it meanwhile waits until it is over, or nobody holds it any more. */
#define DUE "state < 3 AND (run_at <= ? OR set_at > ?)"
#define ALONE                                                                                                                                                                                            \
    " AND NOT EXISTS (SELECT 1 FROM job AS held WHERE held.state < 3 AND held.state = 1 AND held.run_at > ? AND held.kind = job.kind AND held.org = job.org AND held.key = job.key"                       \
    " AND held.row <> job.row)"
#define INSIDE " AND queue <> 'out' AND queue <> 'hook' AND queue <> 'calc'"
#define OUTSIDE " AND queue = 'out'" ALONE
#define HOOKS " AND queue = 'hook'" ALONE
#define CALCULATIONS " AND queue = 'calc'" ALONE
static const size_t params_n[JOB_LANES] = {[JOB_INSIDE] = 2, [JOB_OUTSIDE] = 3, [JOB_HOOKS] = 3, [JOB_CALCULATIONS] = 3};
static const Instant leases[JOB_LANES] = {[JOB_INSIDE] = JOB_LEASE_MS, [JOB_OUTSIDE] = JOB_OUTSIDE_LEASE_MS, [JOB_HOOKS] = JOB_OUTSIDE_LEASE_MS, [JOB_CALCULATIONS] = JOB_LEASE_MS};

Err job_is_due(Db *db, JobLane lane, Instant now, bool *due)
{
    static const char *const sql[JOB_LANES] = {
        [JOB_INSIDE] = "SELECT 1 FROM job WHERE " DUE INSIDE " LIMIT 1",
        [JOB_OUTSIDE] = "SELECT 1 FROM job WHERE " DUE OUTSIDE " LIMIT 1",
        [JOB_HOOKS] = "SELECT 1 FROM job WHERE " DUE HOOKS " LIMIT 1",
        [JOB_CALCULATIONS] = "SELECT 1 FROM job WHERE " DUE CALCULATIONS " LIMIT 1",
    };
    Cursor c;
    db_query(db, &c, sql[lane], (Param[]){P_INT(now), P_INT(now + MS_HOUR), P_INT(now)}, params_n[lane]);
    *due = cursor_next(&c);
    return cursor_close(&c);
}

#define COLUMNS "row, org, queue, kind, key, payload, state, attempts, lease, created, run_at, last_error"

static Job read_job(Arena *a, Cursor *c)
{
    return (Job){.row = cursor_int(c, 0), .org = cursor_int(c, 1), .queue = str_copy(a, cursor_text(c, 2)), .kind = str_copy(a, cursor_text(c, 3)),
        .key = str_copy(a, cursor_text(c, 4)), .payload = str_copy(a, cursor_text(c, 5)), .state = (JobState)cursor_int(c, 6), .attempts = cursor_int(c, 7),
        .lease = cursor_int(c, 8), .created = cursor_int(c, 9), .run_at = cursor_int(c, 10), .last_error = str_copy(a, cursor_text(c, 11))};
}

/* The one that is due for longest and that nobody else is taking just now. */
static Err find_due(Db *db, Arena *a, JobLane lane, Instant now, Job *out, bool *found)
{
    static const char *const sql[JOB_LANES] = {
        [JOB_INSIDE] = "SELECT " COLUMNS " FROM job WHERE " DUE INSIDE " ORDER BY run_at, row LIMIT 1 FOR UPDATE SKIP LOCKED",
        [JOB_OUTSIDE] = "SELECT " COLUMNS " FROM job WHERE " DUE OUTSIDE " ORDER BY run_at, row LIMIT 1 FOR UPDATE SKIP LOCKED",
        [JOB_HOOKS] = "SELECT " COLUMNS " FROM job WHERE " DUE HOOKS " ORDER BY run_at, row LIMIT 1 FOR UPDATE SKIP LOCKED",
        [JOB_CALCULATIONS] = "SELECT " COLUMNS " FROM job WHERE " DUE CALCULATIONS " ORDER BY run_at, row LIMIT 1 FOR UPDATE SKIP LOCKED",
    };
    Cursor c;
    db_query(db, &c, sql[lane], (Param[]){P_INT(now), P_INT(now + MS_HOUR), P_INT(now)}, params_n[lane]);
    *found = cursor_next(&c);
    if (*found) *out = read_job(a, &c);
    return cursor_close(&c);
}

static Err set(Db *db, const Job *j, JobState state, Instant run_at, Instant now, Str error)
{
    return DB_EXEC(db, "UPDATE job SET state = ?, attempts = ?, lease = ?, run_at = ?, set_at = ?, last_error = ? WHERE row = ?", P_INT(state), P_INT(j->attempts),
        P_INT(j->lease), P_INT(run_at), P_INT(now), P_TEXT(error), P_INT(j->row));
}

Err job_take(Db *db, Arena *a, JobLane lane, Instant now, Job *out, bool *found)
{
    for (;;) {
        TRY(find_due(db, a, lane, now, out, found));
        if (!*found) return ERR_NONE;
        if (out->attempts < JOB_TRIES_MAX) break;
        TRY(set(db, out, JOB_DEAD, now, now, out->last_error.n ? out->last_error : STR("the program ended during every try")));
    }
    out->state = JOB_RUNNING;
    out->attempts++;
    random_bytes(&out->lease, sizeof out->lease);
    return set(db, out, JOB_RUNNING, now + leases[lane], now, out->last_error);
}

Err job_hold(Db *db, const Job *j, bool *mine)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT state, lease FROM job WHERE row = ? FOR UPDATE", P_INT(j->row));
    *mine = cursor_next(&c) && cursor_int(&c, 0) == JOB_RUNNING && cursor_int(&c, 1) == j->lease;
    return cursor_close(&c);
}

Err job_renew(Db *db, const Job *j, JobLane lane, Instant now, bool *mine)
{
    int64_t n;
    TRY(db_exec(db, "UPDATE job SET run_at = ?, set_at = ? WHERE row = ? AND state = 1 AND lease = ?", (Param[]){P_INT(now + leases[lane]), P_INT(now), P_INT(j->row), P_INT(j->lease)}, 4, &n));
    return *mine = n == 1, ERR_NONE;
}

Err job_put_back(Db *db, const Job *j, Instant now)
{
    bool mine;
    Job as_before = *j;
    as_before.attempts--;
    TRY(job_hold(db, j, &mine));
    return mine ? set(db, &as_before, JOB_AGAIN, now, now, j->last_error) : ERR_NONE;
}

Err job_done(Db *db, const Job *j, Instant now)
{
    return set(db, j, JOB_DONE, now, now, (Str){0});
}

static Instant wait_after(int64_t attempts)
{
    Instant ms = attempts < 13 ? (Instant)1000 << (attempts - 1) : MS_HOUR;
    return ms < MS_HOUR ? ms : MS_HOUR;
}

/* At most 300 bytes, cut between characters. */
static Str shortened(Str s)
{
    size_t n = s.n < 300 ? s.n : 300;
    while (n < s.n && n && ((unsigned char)s.s[n] & 0xC0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}

Err job_failed(Db *db, const Job *j, Str why, Instant now, bool *dead)
{
    bool mine;
    *dead = false;
    TRY(job_hold(db, j, &mine));
    if (!mine) return ERR_NONE;
    *dead = j->attempts >= JOB_TRIES_MAX;
    return set(db, j, *dead ? JOB_DEAD : JOB_AGAIN, *dead ? now : now + wait_after(j->attempts), now, shortened(why));
}

Err job_retry(Db *db, Str kind, Instant now, int64_t *n)
{
    return db_exec(db, "UPDATE job SET state = 2, attempts = 0, run_at = ?, set_at = ? WHERE state = 4 AND kind = ?",
        (Param[]){P_INT(now), P_INT(now), P_TEXT(kind)}, 3, n);
}

Err job_release(Db *db, Instant now)
{
    return DB_EXEC(db, "UPDATE job SET run_at = ?, set_at = ? WHERE state = 1", P_INT(now), P_INT(now));
}

/* --- to look at -------------------------------------------------------------------------------------------- */

Err job_list(Db *db, Arena *a, bool open_only, size_t max, Job **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Job, max + 1);
    *n = 0;
    DB_QUERY(db, &c, open_only ? "SELECT " COLUMNS " FROM job WHERE state < 3 ORDER BY run_at, row LIMIT ?"
                               : "SELECT " COLUMNS " FROM job ORDER BY CASE WHEN state < 3 THEN 0 ELSE 1 END, CASE WHEN state < 3 THEN run_at ELSE -run_at END, row LIMIT ?",
        P_INT((int64_t)max));
    while (*n < max && cursor_next(&c))
        (*out)[(*n)++] = read_job(a, &c);
    return cursor_close(&c);
}

void job_json(JsonOut *j, Arena *a, const Job *job)
{
    json_open(j, '{');
    json_kstr(j, "kind", job->kind);
    json_kstr(j, "key", job->key);
    json_kstr(j, "payload", job->payload);
    json_kstr(j, "state", job_state_rows[job->state].code);
    json_key(j, STR("label")), json_text(j, job_state_rows[job->state].label);
    json_kint(j, "attempts", job->attempts);
    json_kstr(j, "created", instant_text(a, job->created));
    json_kstr(j, "run_at", instant_text(a, job->run_at));
    json_kstr(j, "last_error", job->last_error);
    json_close(j, '}');
}

Err job_sweep(Db *db, Instant now)
{
    TRY(DB_EXEC(db, "DELETE FROM job WHERE state = 3 AND run_at < ?", P_INT(now - 7 * MS_DAY)));
    TRY(DB_EXEC(db, "DELETE FROM job WHERE state = 4 AND run_at < ?", P_INT(now - 90 * MS_DAY)));
    return DB_EXEC(db, "DELETE FROM job WHERE state = 3 AND row NOT IN (SELECT row FROM job WHERE state = 3 ORDER BY run_at DESC LIMIT ?)", P_INT(JOB_KEPT_MAX));
}
