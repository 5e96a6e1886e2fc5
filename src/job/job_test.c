/* job_test.c -- the queue on SQLite and, when KANAME_PG names a server, on PostgreSQL: order, one job for one key, leases, tries, clocks, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "job/job.h"
#include "store/fresh.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Bench { Arena a; Store *store; Db *db; Str path; bool pg; } Bench;

static const Instant T = 1800000000000, SECOND = 1000, HOUR = 3600000;

static void fine(Err e)
{
    if (e.kind) print_message("%.*s\n", STR_ARG(e.text.in[EN]));
    assert_int_equal(e.kind, OK);
}

static void begin(Bench *b, bool pg)
{
    *b = (Bench){.pg = pg};
    arena_init(&b->a, 256 << 20);
    b->path = str_printf(&b->a, "/tmp/kaname-job-test-%d.db", (int)getpid());
    StoreOptions o = {.url = pg ? fresh_postgres(&b->a, "job_test") : b->path, .create = true, .exclusive = true};
    fine(store_open(&b->a, &o, &b->store));
    fine(db_acquire(b->store, true, &b->db));
    fine(db_begin(b->db));
    fine(db_migrate(b->db, job_migrations, job_migrations_n));
    fine(db_commit(b->db));
}

static void end(Bench *b)
{
    db_release(b->db);
    store_close(b->store);
    for (int i = 0; i < 4 && !b->pg; i++)
        unlink(str_printf(&b->a, "%s%s", b->path.s, ((const char *[]){"", "-wal", "-shm", ".lock"})[i]).s);
    arena_done(&b->a);
}

static Err put(Bench *b, const char *key, const char *payload, Instant run_at, Instant now)
{
    Job j = {.queue = STR("q"), .kind = STR("q.k"), .key = str_of(key), .payload = str_of(payload), .run_at = run_at};
    return job_enqueue(b->db, &j, now);
}

/* Takes the next one in its own transaction; the empty key: none. */
static Job take(Bench *b, Instant now)
{
    Job j = {0};
    bool found;
    fine(db_begin(b->db));
    fine(job_take(b->db, &b->a, JOB_INSIDE, now, &j, &found));
    fine(db_commit(b->db));
    return found ? j : (Job){0};
}

static void finish(Bench *b, const Job *j, Instant now, bool expect_mine)
{
    bool mine;
    fine(db_begin(b->db));
    fine(job_hold(b->db, j, &mine));
    assert_int_equal(mine, expect_mine);
    if (mine) fine(job_done(b->db, j, now));
    fine(db_commit(b->db));
}

static int64_t count(Bench *b, JobState state)
{
    Cursor c;
    DB_QUERY(b->db, &c, "SELECT count(*) FROM job WHERE state = ?", P_INT(state));
    assert_true(cursor_next(&c));
    int64_t n = cursor_int(&c, 0);
    fine(cursor_close(&c));
    return n;
}

static void order_and_keys(Bench *b)
{
    fine(db_begin(b->db));
    fine(put(b, "late", "", T + 2 * SECOND, T));
    fine(put(b, "first", "1", T, T));
    fine(put(b, "second", "", T + SECOND, T));
    fine(put(b, "first", "2", T + 5 * SECOND, T)); /* the same job: newer payload, earlier time */
    fine(db_commit(b->db));
    assert_int_equal(count(b, JOB_WAITING), 3);
    assert_int_equal(take(b, T - 1).row, 0); /* nothing is due yet */
    Job j = take(b, T + 10 * SECOND);
    assert_true(str_eqc(j.key, "first") && str_eqc(j.payload, "2") && j.attempts == 1);
    fine(put(b, "first", "3", T + 3 * SECOND, T)); /* one that runs may have looked already: this is a new one */
    assert_int_equal(count(b, JOB_WAITING), 3);
    finish(b, &j, T, true);
    finish(b, &j, T, false); /* done once */
    static const char *const then[] = {"second", "late", "first"};
    for (size_t i = 0; i < COUNT(then); i++) {
        j = take(b, T + 10 * SECOND);
        assert_true(str_eqc(j.key, then[i]));
        finish(b, &j, T + 10 * SECOND, true);
    }
    assert_int_equal(take(b, T + HOUR).row, 0);
    assert_int_equal(count(b, JOB_DONE), 4);
    fine(db_begin(b->db));
    fine(put(b, "gone", "", T, T));
    db_rollback(b->db); /* the change that wanted it did not happen */
    assert_int_equal(count(b, JOB_WAITING), 0);
}

static void leases(Bench *b)
{
    fine(put(b, "x", "", T, T));
    Job one = take(b, T), two;
    assert_int_equal(take(b, T + JOB_LEASE_MS - 1).row, 0); /* held */
    two = take(b, T + JOB_LEASE_MS);
    assert_int_equal(two.row, one.row);
    assert_int_equal(two.attempts, 2);
    finish(b, &one, T, false); /* too late: another has it */
    finish(b, &two, T, true);
    fine(put(b, "y", "", T, T));
    one = take(b, T);
    fine(job_release(b->db, T)); /* a new start */
    two = take(b, T);
    assert_int_equal(two.row, one.row);
    finish(b, &two, T, true);
}

static Job take_outside(Bench *b, Instant now)
{
    Job j = {0};
    bool due, found;
    fine(job_is_due(b->db, JOB_OUTSIDE, now, &due));
    fine(job_take(b->db, &b->a, JOB_OUTSIDE, now, &j, &found));
    assert_int_equal(due, found);
    return found ? j : (Job){0};
}

/* What is under way outside is not begun a second time by another server; what else waits there goes meanwhile. */
static void one_at_a_time(Bench *b)
{
    Job hook = {.queue = STR("hook"), .kind = STR("hook.k"), .org = 1, .key = STR("x"), .run_at = T};
    fine(job_enqueue(b->db, &hook, T)); /* of another lane */
    Job wanted = {.queue = STR("out"), .kind = STR("out.k"), .org = 1, .key = STR("x"), .run_at = T}, other = wanted, elsewhere = wanted;
    other.key = STR("y"), other.run_at = T + SECOND, elsewhere.org = 2, elsewhere.run_at = T + 2 * SECOND;
    fine(job_enqueue(b->db, &wanted, T));
    Job one = take_outside(b, T);
    fine(job_enqueue(b->db, &wanted, T));
    fine(job_enqueue(b->db, &other, T));
    fine(job_enqueue(b->db, &elsewhere, T));
    assert_int_equal(take(b, T + HOUR).row, 0); /* nothing for the other lane */
    assert_int_equal(take_outside(b, T).row, 0);
    Job two = take_outside(b, T + 2 * SECOND), three = take_outside(b, T + 2 * SECOND);
    assert_true(str_eqc(two.key, "y") && three.org == 2);
    assert_int_equal(take_outside(b, T + JOB_OUTSIDE_LEASE_MS - 1).row, 0);
    finish(b, &one, T, true);
    two = take_outside(b, T + 2 * SECOND);
    assert_true(str_eqc(two.key, "x") && two.row != one.row);
    fine(job_enqueue(b->db, &wanted, T));
    assert_int_equal(take_outside(b, T + 2 * SECOND).row, 0);
    assert_int_equal(take_outside(b, T + 2 * SECOND + JOB_OUTSIDE_LEASE_MS).org, 1); /* whoever held it is gone */
}

static void tries(Bench *b)
{
    Instant now = T;
    bool dead = false;
    fine(put(b, "bad", "", T, T));
    for (int i = 1; i <= JOB_TRIES_MAX; i++) {
        Job j = take(b, now);
        assert_int_equal(j.attempts, i);
        fine(db_begin(b->db));
        fine(job_failed(b->db, &j, STR("why"), now, &dead));
        fine(db_commit(b->db));
        Instant wait = SECOND << (i - 1);
        assert_int_equal(dead, i == JOB_TRIES_MAX);
        if (!dead) assert_int_equal(take(b, now + wait - 1).row, 0);
        now += wait;
    }
    assert_int_equal(take(b, now + 1000 * HOUR).row, 0);
    assert_int_equal(count(b, JOB_DEAD), 1);
    int64_t n_again = 0;
    fine(job_retry(b->db, STR("q.other"), now, &n_again));
    assert_int_equal(n_again, 0);
    fine(job_retry(b->db, STR("q.k"), now, &n_again));
    assert_int_equal(n_again, 1);
    for (int i = 1; i <= JOB_TRIES_MAX; i++, now += HOUR) { /* all tries before it */
        Job j = take(b, now);
        assert_int_equal(j.attempts, i);
        fine(job_failed(b->db, &j, STR("why"), now, &dead));
    }
    assert_true(dead);
    fine(put(b, "bad", "", now, now)); /* a dead one does not stand in the way */
    for (int i = 0; i < JOB_TRIES_MAX; i++, now += JOB_LEASE_MS)
        assert_int_not_equal(take(b, now).row, 0); /* the program ends each time */
    assert_int_equal(take(b, now).row, 0);
    assert_int_equal(count(b, JOB_DEAD), 2);
    Job *list;
    size_t n;
    fine(job_list(b->db, &b->a, false, 10, &list, &n));
    assert_true(n >= 2 && list[0].state == JOB_DEAD);
    fine(job_sweep(b->db, now + 91 * 24 * HOUR));
    fine(job_list(b->db, &b->a, false, 10, &list, &n));
    assert_int_equal(n, 0);
}

static void clocks(Bench *b)
{
    bool due;
    fine(put(b, "a", "", T + 24 * HOUR, T)); /* tomorrow, by a right clock */
    fine(job_is_due(b->db, JOB_INSIDE, T + HOUR, &due));
    assert_false(due);
    assert_int_equal(take(b, T - 30 * 60 * SECOND).row, 0); /* put back by half an hour: it waits that much longer */
    fine(job_is_due(b->db, JOB_INSIDE, T - 2 * HOUR, &due));
    assert_true(due); /* put back by more: its times mean nothing */
    Job j = take(b, T - 2 * HOUR);
    assert_true(str_eqc(j.key, "a"));
    finish(b, &j, T - 2 * HOUR, true);
    fine(put(b, "b", "", T + 24 * HOUR, T));
    j = take(b, T + 1000 * HOUR); /* forward: early */
    finish(b, &j, T, true);
    assert_int_equal(take(b, T).row, 0);
}

static void limits(Bench *b)
{
    char *big = arena_alloc(&b->a, JOB_PAYLOAD_MAX + 2);
    memset(big, 'x', JOB_PAYLOAD_MAX + 1);
    assert_int_equal(put(b, "big", big, T, T).kind, ERR_TOO_LARGE);
    fine(db_begin(b->db));
    fine(DB_EXEC(b->db, "INSERT INTO job (queue, kind, org, key, payload, state, attempts, lease, created, run_at, set_at, last_error)"
        " WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 'q', 'q.k', i, '', '', 0, 0, 0, 0, 0, 0, '' FROM n", P_INT(JOB_QUEUE_MAX)));
    assert_int_equal(put(b, "one more", "", T, T).kind, ERR_BUSY);
    Job other = {.queue = STR("r"), .kind = STR("r.k"), .run_at = T};
    fine(job_enqueue(b->db, &other, T)); /* another queue is not full */
    db_rollback(b->db);
}

/* Two programs on one PostgreSQL: each job is done once, whoever comes first. */
typedef struct Racer { Store *store; int64_t done; } Racer;

static void *race(void *arg)
{
    Racer *r = arg;
    Arena a;
    Db *db;
    bool found = true, mine;
    arena_init(&a, 64 << 20);
    fine(db_acquire(r->store, true, &db));
    for (int idle = 0; idle < 20;) {
        Job j;
        fine(db_begin(db));
        fine(job_take(db, &a, JOB_INSIDE, T, &j, &found));
        fine(db_commit(db));
        idle = found ? 0 : idle + 1; /* a row that another is just taking may hide the next one */
        if (!found) continue;
        fine(db_begin(db));
        fine(job_hold(db, &j, &mine));
        fine(DB_EXEC(db, "INSERT INTO effect (job) VALUES (?)", P_INT(j.row))); /* unique: a second one would fail */
        fine(job_done(db, &j, T));
        fine(db_commit(db));
        r->done += mine;
    }
    db_release(db);
    arena_done(&a);
    return NULL;
}

static void two_programs(Bench *b)
{
    enum { JOBS = 200, RACERS = 4 };
    fine(db_ddl(b->db, "CREATE TABLE effect (job INTEGER NOT NULL UNIQUE)"));
    for (int i = 0; i < JOBS; i++)
        fine(put(b, str_printf(&b->a, "k%d", i).s, "", T, T));
    pthread_t thread[RACERS];
    Racer r[RACERS];
    for (int i = 0; i < RACERS; i++) {
        r[i] = (Racer){b->store, 0};
        assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
    }
    int64_t done = 0;
    for (int i = 0; i < RACERS; i++)
        pthread_join(thread[i], NULL), done += r[i].done;
    assert_int_equal(done, JOBS);
    assert_int_equal(count(b, JOB_DONE), JOBS);
}

static void each(void (*part)(Bench *b), bool pg)
{
    Bench b;
    begin(&b, pg);
    part(&b);
    end(&b);
}

static void test(void (*part)(Bench *b))
{
    const char *url = getenv("KANAME_PG");
    each(part, false);
    if (url && *url) each(part, true);
}

static void test_order(void **state) { UNUSED(state), test(order_and_keys); }
static void test_leases(void **state) { UNUSED(state), test(leases); }
static void test_one(void **state) { UNUSED(state), test(one_at_a_time); }
static void test_tries(void **state) { UNUSED(state), test(tries); }
static void test_clocks(void **state) { UNUSED(state), test(clocks); }
static void test_limits(void **state) { UNUSED(state), test(limits); }

static void test_two(void **state)
{
    const char *url = getenv("KANAME_PG");
    UNUSED(state);
    if (!url || !*url) skip();
    each(two_programs, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_leases), cmocka_unit_test(test_one), cmocka_unit_test(test_tries), cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_two)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
