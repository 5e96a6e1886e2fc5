/* runner_test.c -- the runner with handlers of our own: an effect is there once, a failure leaves nothing and is tried again, want of memory is a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "job/job.h"
#include "store/fresh.h"
#include "work/work.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct Bench { Arena a; Store *store; Db *db; History *history; Writer *writer; Str path; bool pg; } Bench;

static const Resources none = {NULL, 0};

static void fine(Err e)
{
    if (e.kind) print_message("%d %.*s\n", e.kind, STR_ARG(e.text.in[EN]));
    assert_int_equal(e.kind, OK);
}

static Err note(Ctx *c, const Job *j, const char *word)
{
    return DB_EXEC(c->db, "INSERT INTO effect (word, key, org) VALUES (?, ?, ?)", P_TEXT(str_of(word)), P_TEXT(j->key), P_INT(c->who->org.row));
}

static Err once(Ctx *c, const Job *j) { return note(c, j, "once"); }

/* Writes, then fails at the first try: what it wrote must be gone. */
static Err second_time(Ctx *c, const Job *j)
{
    TRY(note(c, j, "second"));
    return j->attempts > 1 ? ERR_NONE : err_text(ERR_BUSY, text_of("まだ", "not yet"));
}

static Err hungry(Ctx *c, const Job *j)
{
    TRY(note(c, j, "hungry"));
    if (j->attempts == 1) (void)arena_alloc(c->a, (size_t)1 << 32);
    return ERR_NONE;
}

static Err follows(Ctx *c, const Job *j)
{
    TRY(note(c, j, "follows"));
    return str_eqc(j->payload, "last") ? ERR_NONE : work_enqueue(c, "t.follows", (Str){0}, STR("last"), c->now);
}

static Err recurs(Ctx *c, const Job *j) { return note(c, j, "recurs"); }

/* An errand: the first try fails outside; what was found before it goes is found again. */
static Err find(Ctx *c, const Job *j, void **what)
{
    TRY(note(c, j, "found"));
    if (!str_eqc(j->key, "nothing")) *what = arena_new(c->a, int);
    return ERR_NONE;
}

static Err leave(Arena *a, const void *means, void *what)
{
    int *times = (int *)(intptr_t)means;
    UNUSED(what);
    if (++*times == 2) (void)arena_alloc(a, (size_t)1 << 32); /* want of memory outside is a failure as well */
    return *times > 2 ? ERR_NONE : err_text(ERR_BUSY, text_of("まだ", "not yet"));
}

static Err came_back(Ctx *c, const Job *j, void *what) { return what ? note(c, j, "done") : err_of(ERR_BROKEN); }
static Err in_vain(Ctx *c, const Job *j, void *what, Err why) { return what && why.kind ? note(c, j, "in vain") : err_of(ERR_BROKEN); }
static const Errand errand = {find, leave, came_back, in_vain};

static const JobKind list[] = {{"out.errand", .errand = &errand}, {"t.once", once, 0}, {"t.second", second_time, 0}, {"t.hungry", hungry, 0}, {"t.follows", follows, 0}, {"t.recurs", recurs, 60000}};
static const JobKinds kinds = {list, COUNT(list)};

static void migrate(Bench *b)
{
    Migration every[16];
    size_t n = 0;
    const struct { const Migration *m; size_t n; } rooms[] = {{access_migrations, access_migrations_n}, {history_migrations, history_migrations_n},
        {job_migrations, job_migrations_n}, {work_migrations, work_migrations_n}};
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            every[n++] = rooms[i].m[k];
    fine(db_begin(b->db));
    fine(db_migrate(b->db, every, n));
    fine(db_ddl(b->db, "CREATE TABLE effect (word TEXT NOT NULL, key TEXT NOT NULL, org INTEGER NOT NULL)"));
    Org org;
    fine(org_create(b->db, &b->a, 0, STR("試験"), (Str){0}, STR("operator"), &org));
    fine(db_commit(b->db));
}


static void begin(Bench *b, bool pg)
{
    *b = (Bench){.pg = pg};
    arena_init(&b->a, 256 << 20);
    b->path = str_printf(&b->a, "/tmp/kaname-runner-test-%d.db", (int)getpid());
    StoreOptions o = {.url = pg ? fresh_postgres(&b->a, "runner_test") : b->path, .create = true, .exclusive = true};
    fine(store_open(&b->a, &o, &b->store));
    fine(db_acquire(b->store, true, &b->db));
    migrate(b);
    fine(history_open(&b->a, b->path, true, b->db, &b->history));
    db_release(b->db);
    fine(writer_start(&b->a, b->store, b->history, &b->writer));
}

static void end(Bench *b)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock", ".key", ".mark"};
    writer_stop(b->writer);
    history_close(b->history);
    store_close(b->store);
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(str_printf(&b->a, "%.*s%s", STR_ARG(b->path), tails[i]).s);
    arena_done(&b->a);
}

/* A change as a request would make it; ok false: it fails after it wanted the job. */
typedef struct Want { Change change; const char *kind, *key; bool ok; Err err; volatile bool over; } Want;

static Err want_run(Change *ch, Db *db, History *h)
{
    Want *w = (Want *)ch;
    Arena a;
    arena_init(&a, 1 << 20);
    Principal who = {.org = {.row = 1}};
    Ctx c = {.a = &a, .db = db, .history = h, .who = &who, .now = now_utc()};
    Err e = work_enqueue(&c, w->kind, str_of(w->key), (Str){0}, c.now);
    arena_done(&a);
    return e.kind || w->ok ? e : err_of(ERR_CONFLICT);
}

static void want_done(Change *ch, Err e)
{
    Want *w = (Want *)ch;
    w->err = e;
    __atomic_store_n(&w->over, true, __ATOMIC_RELEASE);
}

static void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void want(Bench *b, const char *kind, const char *key, bool ok)
{
    Want w = {.change = {.run = want_run, .done = want_done}, .kind = kind, .key = key, .ok = ok};
    assert_true(writer_submit(b->writer, &w.change));
    while (!__atomic_load_n(&w.over, __ATOMIC_ACQUIRE))
        pause_ms(1);
    assert_int_equal(w.err.kind, ok ? OK : ERR_CONFLICT);
}

static int64_t count(Bench *b, const char *sql)
{
    Db *db;
    Cursor c;
    fine(db_acquire(b->store, false, &db));
    fine(db_begin(db));
    db_query(db, &c, sql, NULL, 0);
    assert_true(cursor_next(&c));
    int64_t n = cursor_int(&c, 0);
    fine(cursor_close(&c));
    db_rollback(db);
    db_release(db);
    return n;
}

static void wait_until(Bench *b, const char *sql, int64_t n)
{
    int64_t got = count(b, sql); /* what was seen once was so: a job that is tried again changes its state meanwhile */
    for (int i = 0; i < 1000 && got != n; i++) {
        pause_ms(10);
        got = count(b, sql);
    }
    assert_int_equal(got, n);
}

static void whole(Bench *b)
{
    Runner *r;
    RunnerSetup s = {.store = b->store, .writer = b->writer, .resources = &none, .kinds = &kinds};
    fine(runner_start(&b->a, &s, &r));
    want(b, "t.once", "kept", true);
    want(b, "t.once", "rolled back", false);
    want(b, "t.second", "", true);
    want(b, "t.hungry", "", true);
    want(b, "t.follows", "", true);
    want(b, "t.unknown", "", true);
    wait_until(b, "SELECT count(*) FROM job WHERE state = 3", 6); /* once, second, hungry, follows twice, recurs */
    wait_until(b, "SELECT count(*) FROM job WHERE kind = 't.unknown' AND state = 2 AND last_error <> ''", 1);
    runner_stop(r);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'once' AND key = 'kept' AND org = 1"), 1);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE key = 'rolled back'"), 0);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'second'"), 1); /* that of the first try is gone */
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'hungry'"), 1);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'follows'"), 2);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'recurs'"), 1);
    assert_int_equal(count(b, "SELECT count(*) FROM job WHERE kind = 't.recurs' AND state = 0"), 1); /* the next one waits */
    assert_int_equal(count(b, "SELECT max(attempts) FROM job WHERE kind IN ('t.second', 't.hungry')"), 2);
    want(b, "t.once", "later", true); /* nobody runs it … */
    fine(runner_start(&b->a, &s, &r)); /* … until a new start, which also brings what recurs */
    wait_until(b, "SELECT count(*) FROM effect WHERE word = 'recurs'", 2);
    wait_until(b, "SELECT count(*) FROM effect WHERE key = 'later'", 1);
    runner_stop(r);
}

/* Each lane runs its own jobs alone. */
static void outside(Bench *b)
{
    Runner *in, *out;
    int times = 0;
    RunnerSetup s = {.store = b->store, .writer = b->writer, .resources = &none, .kinds = &kinds};
    fine(runner_start(&b->a, &s, &in));
    want(b, "out.errand", "go", true);
    want(b, "out.errand", "nothing", true);
    want(b, "t.once", "beside", true);
    wait_until(b, "SELECT count(*) FROM effect WHERE key = 'beside'", 1);
    assert_int_equal(count(b, "SELECT count(*) FROM job WHERE kind = 'out.errand' AND state = 0"), 2);
    runner_stop(in);
    want(b, "t.once", "not outside", true);
    s.lane = JOB_OUTSIDE, s.means = &times;
    fine(runner_start(&b->a, &s, &out));
    wait_until(b, "SELECT count(*) FROM job WHERE kind = 'out.errand' AND state = 3", 2);
    runner_stop(out);
    assert_int_equal(times, 3);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'found' AND key = 'go'"), 3); /* kept before each try */
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'in vain'"), 2);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'done' AND key = 'go'"), 1);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE word = 'done' AND key = 'nothing'"), 0);
    assert_int_equal(count(b, "SELECT count(*) FROM effect WHERE key = 'not outside'"), 0);
}

static void each(bool pg)
{
    Bench b;
    begin(&b, pg);
    whole(&b);
    outside(&b);
    end(&b);
}

static void test_sqlite(void **state)
{
    UNUSED(state);
    each(false);
}

static void test_postgres(void **state)
{
    const char *url = getenv("KANAME_PG");
    UNUSED(state);
    if (!url || !*url) skip();
    each(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sqlite), cmocka_unit_test(test_postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
