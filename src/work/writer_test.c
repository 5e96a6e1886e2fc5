/* writer_test.c -- one batch of many changes: a refused one takes nothing with it; one that loses the whole transaction takes the earlier ones with it, and they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "work/work.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum { GOOD,
    REFUSED,
    LOSES_ALL,
    LEAVES_TRACES } Fate;
typedef struct Try {
    Change change;
    Fate kind;
    int64_t n;
    Err err;
    bool done;
} Try;

static struct Hall {
    Arena a;
    Store *store;
    Db *db;
    History *history;
    Writer *writer;
    Str path;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool open; /* the first change waits for it, so that the others come in one batch */
} hall;

static void fine(Err e)
{
    assert_int_equal(e.kind, OK);
}

static Try *try_of(Change *ch)
{
    return (Try *)((char *)ch - offsetof(Try, change));
}

static Err run(Change *ch, Db *db, History *h)
{
    Try *t = try_of(ch);
    UNUSED(h);
    TRY(DB_EXEC(db, "INSERT INTO effect (n) VALUES (?)", P_INT(t->n)));
    if (t->kind == LOSES_ALL) db_rollback(db);                    /* as SQLite does for want of space */
    if (t->kind == LEAVES_TRACES) fine(db_savepoint_release(db)); /* the writer's own rollback of it must fail */
    return t->kind == GOOD ? ERR_NONE : err_of(ERR_FULL);
}

static void done(Change *ch, Err e)
{
    pthread_mutex_lock(&hall.mutex);
    try_of(ch)->err = e, try_of(ch)->done = true;
    pthread_cond_broadcast(&hall.wake);
    pthread_mutex_unlock(&hall.mutex);
}

static Err wait_run(Change *ch, Db *db, History *h)
{
    UNUSED(ch), UNUSED(db), UNUSED(h);
    pthread_mutex_lock(&hall.mutex);
    while (!hall.open)
        pthread_cond_wait(&hall.wake, &hall.mutex);
    pthread_mutex_unlock(&hall.mutex);
    return ERR_NONE;
}

static void batch(Try *list, size_t n)
{
    Try first = {.change = {.run = wait_run, .done = done}};
    hall.open = false;
    assert_true(writer_submit(hall.writer, &first.change));
    usleep(50000); /* the writer has taken it alone */
    for (size_t i = 0; i < n; i++) {
        list[i].change = (Change){.run = run, .done = done};
        assert_true(writer_submit(hall.writer, &list[i].change));
    }
    pthread_mutex_lock(&hall.mutex);
    hall.open = true;
    pthread_cond_broadcast(&hall.wake);
    for (size_t i = 0; i < n; i++)
        while (!list[i].done)
            pthread_cond_wait(&hall.wake, &hall.mutex);
    pthread_mutex_unlock(&hall.mutex);
}

static int64_t there(int64_t n)
{
    Cursor c;
    DB_QUERY(hall.db, &c, "SELECT count(*) FROM effect WHERE n = ?", P_INT(n));
    assert_true(cursor_next(&c));
    int64_t count = cursor_int(&c, 0);
    fine(cursor_close(&c));
    return count;
}

/* Told "done" and there, or told otherwise and not there. */
static void told(const Try *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(there(list[i].n), list[i].err.kind ? 0 : 1);
}

static void refused_alone(void **state)
{
    UNUSED(state);
    Try list[] = {{.kind = GOOD, .n = 1}, {.kind = REFUSED, .n = 2}, {.kind = GOOD, .n = 3}};
    batch(list, COUNT(list));
    told(list, COUNT(list));
    assert_false(list[0].err.kind || list[2].err.kind);
    assert_int_equal(list[1].err.kind, ERR_FULL);
}

static void a_lost_transaction(void **state)
{
    UNUSED(state);
    Try list[] = {{.kind = GOOD, .n = 11}, {.kind = LOSES_ALL, .n = 12}, {.kind = GOOD, .n = 13}, {.kind = LEAVES_TRACES, .n = 14}, {.kind = GOOD, .n = 15}};
    batch(list, COUNT(list));
    told(list, COUNT(list));
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(list[i].err.kind, ERR_FULL);
    assert_int_equal(list[4].err.kind, OK);
}

static int set_up(void **state)
{
    UNUSED(state);
    char dir[] = "/tmp/kaname-writer-XXXXXX";
    Migration every[8];
    size_t n = 0;
    for (size_t i = 0; i < history_migrations_n; i++)
        every[n++] = history_migrations[i];
    arena_init(&hall.a, 64 << 20);
    pthread_mutex_init(&hall.mutex, NULL), pthread_cond_init(&hall.wake, NULL);
    hall.path = str_printf(&hall.a, "%s/k.db", mkdtemp(dir));
    fine(store_open(&hall.a, &(StoreOptions){.url = hall.path, .create = true, .exclusive = true}, &hall.store));
    fine(db_acquire(hall.store, true, &hall.db));
    fine(db_begin(hall.db));
    fine(db_migrate(hall.db, every, n));
    fine(db_ddl(hall.db, "CREATE TABLE effect (n INTEGER NOT NULL)"));
    fine(db_commit(hall.db));
    fine(history_open(&hall.a, hall.path, true, hall.db, &hall.history));
    db_release(hall.db);
    fine(writer_start(&hall.a, hall.store, hall.history, &hall.writer));
    fine(db_acquire(hall.store, false, &hall.db));
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    writer_stop(hall.writer);
    db_release(hall.db);
    history_close(hall.history);
    store_close(hall.store);
    for (int i = 0; i < 6; i++)
        unlink(str_printf(&hall.a, "%.*s%s", STR_ARG(hall.path), ((const char *[]){"", "-wal", "-shm", ".lock", ".key", ".mark"})[i]).s);
    rmdir(str_c(&hall.a, str_slice(hall.path, 0, hall.path.n - 5)));
    arena_done(&hall.a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refused_alone), cmocka_unit_test(a_lost_transaction)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
