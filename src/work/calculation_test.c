/* calculation_test.c -- calculations of our own in their lane: one effect, progress, cancelled, asked again, put back when the server ends, given up when the program ends in every try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "job/job.h"
#include "store/fresh.h"
#include "work/calculation.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct Bench { Arena a; Store *store; Db *db; History *history; Writer *writer; Runner *runner; Str path; CalculationMeans means; bool stopping; Id record; } Bench;

static const Resources none = {NULL, 0};

static void fine(Err e)
{
    if (e.kind) print_message("%d %.*s\n", e.kind, STR_ARG(e.text.in[EN]));
    assert_int_equal(e.kind, OK);
}

static void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* --- what is calculated ------------------------------------------------------------------------------------------------- */

/* "slow": until told to stop; "wrong": a mistake; "large": more than may be kept; "hungry": more than there is; else its input twice. */
static Err twice(Arena *a, Str input, bool (*go_on)(void *arg, double done), void *arg, Buf *result)
{
    if (str_eqc(input, "slow")) {
        while (go_on(arg, 0.25)) pause_ms(5);
        return err_of(ERR_INVALID);
    }
    if (str_eqc(input, "wrong")) {
        Mistakes *m = arena_new(a, Mistakes);
        mistakes_init(m, a);
        mistake_add(m, STR("risks[3].loss.high"), "range", text_of("low より大きくしてください", "must be greater than low"));
        return err_mistakes(m);
    }
    if (str_eqc(input, "hungry")) (void)arena_alloc(a, (size_t)1 << 40);
    if (str_eqc(input, "large"))
        for (size_t i = 0; i <= CALCULATION_BYTES_MAX / 16; i++) buf_addc(result, "0123456789abcdef");
    buf_printf(result, "%.*s%.*s", STR_ARG(input), STR_ARG(input));
    return ERR_NONE;
}

static const CalculationKind doubled = {{"double", 6}, twice};
static const CalculationKind *const kind_list[] = {&doubled};
static const JobKind jobs[] = {{"calc.run", .errand = &calculation_errand}};
static const JobKinds kinds = {jobs, COUNT(jobs)};

/* --- the bench ---------------------------------------------------------------------------------------------------------- */

static void migrate(Bench *b)
{
    Migration every[16];
    size_t n = 0;
    const struct { const Migration *m; size_t n; } rooms[] = {{access_migrations, access_migrations_n}, {history_migrations, history_migrations_n},
        {job_migrations, job_migrations_n}, {work_migrations, work_migrations_n}};
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            assert_true(n < COUNT(every)), every[n++] = rooms[i].m[k];
    fine(db_begin(b->db));
    fine(db_migrate(b->db, every, n));
    Org org;
    fine(org_create(b->db, &b->a, 0, STR("試験"), (Str){0}, STR("operator"), &org));
    fine(db_commit(b->db));
}

static void lane_starts(Bench *b)
{
    b->stopping = false;
    b->means = (CalculationMeans){{kind_list, COUNT(kind_list)}, &b->stopping};
    RunnerSetup s = {.store = b->store, .writer = b->writer, .resources = &none, .kinds = &kinds, .lane = JOB_CALCULATIONS, .means = &b->means};
    fine(runner_start(&b->a, &s, &b->runner));
}

static void lane_stops(Bench *b)
{
    __atomic_store_n(&b->stopping, true, __ATOMIC_RELAXED);
    runner_stop(b->runner);
}

static void begin(Bench *b, bool pg)
{
    *b = (Bench){.record = id_new()};
    arena_init(&b->a, 256 << 20);
    b->path = str_printf(&b->a, "/tmp/kaname-calculation-test-%d.db", (int)getpid());
    StoreOptions o = {.url = pg ? fresh_postgres(&b->a, "calculation_test") : b->path, .create = true, .exclusive = true};
    fine(store_open(&b->a, &o, &b->store));
    fine(db_acquire(b->store, true, &b->db));
    migrate(b);
    fine(history_open(&b->a, b->path, true, b->db, &b->history));
    db_release(b->db);
    fine(writer_start(&b->a, b->store, b->history, &b->writer));
    fine(db_acquire(b->store, false, &b->db));
    lane_starts(b);
}

static void end(Bench *b)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock", ".key", ".mark"};
    lane_stops(b);
    writer_stop(b->writer);
    db_release(b->db);
    history_close(b->history);
    store_close(b->store);
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(str_printf(&b->a, "%.*s%s", STR_ARG(b->path), tails[i]).s);
    arena_done(&b->a);
}

/* A change as an action would make it. */
typedef enum { ASK, CANCEL, FORGET, TRIED_OFTEN } Doing;
typedef struct Deed { Change change; Doing what; Id record; Str input; Err err; volatile bool over; } Deed;

static Err act_run(Change *ch, Db *db, History *h)
{
    Deed *x = (Deed *)ch;
    Arena a;
    arena_init(&a, 64 << 20);
    Principal who = {.org = {.row = 1}};
    Ctx c = {.a = &a, .db = db, .history = h, .who = &who, .now = now_utc()};
    Err e = x->what == ASK ? calculation_ask(&c, STR("double"), x->record, x->input) : x->what == CANCEL ? calculation_cancel(&c, STR("double"), x->record) : x->what == FORGET ? calculation_forget(&c, x->record)
                                                                                                                                                                 : DB_EXEC(db, "UPDATE job SET attempts = ? WHERE state < 3", P_INT(CALCULATION_TRIES_MAX));
    arena_done(&a);
    return e;
}

static void act_done(Change *ch, Err e)
{
    Deed *x = (Deed *)ch;
    x->err = e;
    __atomic_store_n(&x->over, true, __ATOMIC_RELEASE);
}

static Err act(Bench *b, Doing what, Str input)
{
    Deed x = {.change = {.run = act_run, .done = act_done}, .what = what, .record = b->record, .input = input};
    assert_true(writer_submit(b->writer, &x.change));
    while (!__atomic_load_n(&x.over, __ATOMIC_ACQUIRE)) pause_ms(1);
    return x.err;
}

static bool look(Bench *b, Calculation *out)
{
    bool found;
    Principal who = {.org = {.row = 1}};
    Ctx c = {.a = &b->a, .db = b->db, .who = &who, .now = now_utc()};
    fine(db_begin(b->db));
    fine(calculation_get(&c, STR("double"), b->record, out, &found));
    db_rollback(b->db);
    return found;
}

static Calculation wait_for(Bench *b, CalculationState state)
{
    Calculation x = {0};
    for (int i = 0; i < 2000 && !(look(b, &x) && x.state == state); i++) pause_ms(5);
    assert_int_equal(x.state, state);
    return x;
}

static Calculation asked(Bench *b, const char *input, CalculationState state)
{
    fine(act(b, ASK, str_of(input)));
    return wait_for(b, state);
}

static void over(Bench *b)
{
    Calculation x;
    assert_false(look(b, &x));
    x = asked(b, "{\"a\":1}", CALCULATION_DONE);
    assert_true(str_eqc(x.result, "{\"a\":1}{\"a\":1}") && str_eqc(x.input, "{\"a\":1}") && x.per_mille == 1000 && x.asked && x.started && x.ended);
    assert_true(str_eq(x.input_hash, calculation_hash(&b->a, x.input)) && x.input_hash.n == 64);
    x = asked(b, "wrong", CALCULATION_FAILED);
    assert_true(str_find(x.error.in[JA], STR("risks[3].loss.high: low より大きく")) != SIZE_MAX && str_find(x.error.in[EN], STR("must be greater")) != SIZE_MAX && !x.result.n);
    x = asked(b, "large", CALCULATION_FAILED);
    assert_true(!x.result.n && x.error.in[EN].n);
    x = asked(b, "hungry", CALCULATION_FAILED);
    assert_true(str_find(x.error.in[EN], STR("memory")) != SIZE_MAX);
    Buf big;
    buf_init(&big, &b->a, CALCULATION_BYTES_MAX + 1);
    memset(buf_room(&big, CALCULATION_BYTES_MAX + 1), 'x', CALCULATION_BYTES_MAX + 1), buf_grew(&big, CALCULATION_BYTES_MAX + 1);
    assert_int_equal(act(b, ASK, buf_str(&big)).kind, ERR_TOO_LARGE);
}

static void stopped(Bench *b)
{
    asked(b, "slow", CALCULATION_RUNNING);
    Calculation x = {0};
    for (int i = 0; i < 1000 && x.per_mille != 250; i++) look(b, &x), pause_ms(5);
    assert_int_equal(x.per_mille, 250);
    fine(act(b, CANCEL, (Str){0}));
    x = wait_for(b, CALCULATION_CANCELLED);
    assert_true(x.ended && !x.result.n);
    asked(b, "next", CALCULATION_DONE); /* the lane is free again */
    fine(act(b, CANCEL, (Str){0}));
    wait_for(b, CALCULATION_DONE); /* what is over stays */
    asked(b, "slow", CALCULATION_RUNNING);
    x = asked(b, "other", CALCULATION_DONE); /* takes its place */
    assert_true(str_eqc(x.result, "otherother"));
    asked(b, "slow", CALCULATION_RUNNING);
    fine(act(b, FORGET, (Str){0}));
    assert_false(look(b, &x));
    asked(b, "again", CALCULATION_DONE);
}

static int64_t attempts_of(Bench *b)
{
    Job *list;
    size_t n;
    fine(db_begin(b->db));
    fine(job_list(b->db, &b->a, true, 10, &list, &n));
    db_rollback(b->db);
    return n == 1 ? list[0].attempts : -1;
}

static void server_ends(Bench *b)
{
    asked(b, "slow", CALCULATION_RUNNING);
    lane_stops(b);
    wait_for(b, CALCULATION_WAITING);
    assert_int_equal(attempts_of(b), 0);
    lane_starts(b);
    wait_for(b, CALCULATION_RUNNING);
    lane_stops(b);
    fine(act(b, TRIED_OFTEN, (Str){0}));
    lane_starts(b);
    Calculation x = wait_for(b, CALCULATION_FAILED);
    assert_true(str_find(x.error.in[EN], STR("ended during every try")) != SIZE_MAX);
    asked(b, "after", CALCULATION_DONE);
}

static void all(bool pg)
{
    Bench b;
    begin(&b, pg);
    over(&b);
    stopped(&b);
    server_ends(&b);
    end(&b);
}

static void sqlite(void **state) { UNUSED(state), all(false); }
static void postgres(void **state)
{
    UNUSED(state);
    if (!getenv("KANAME_PG") || !*getenv("KANAME_PG")) skip();
    all(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sqlite), cmocka_unit_test(postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
