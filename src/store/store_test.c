/* store_test.c -- the same expectations on SQLite and, when KANAME_PG names a server, on PostgreSQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct Fixture {
    Arena a;
    Store *store;
    Db *w;
    Str url;
} Fixture;

static const Migration steps[] = {{.name = "test/1", .ddl = "CREATE TABLE t (row INTEGER PRIMARY KEY, k TEXT NOT NULL UNIQUE, n INTEGER, b BLOB)"}};

static Fixture *open_fixture(bool pg)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    arena_init(&f->a, 64 << 20);
    f->url = pg ? str_of(getenv("KANAME_PG")) : str_printf(&f->a, "/tmp/kaname-store-test-%d.db", (int)getpid());
    StoreOptions o = {.url = f->url, .create = true, .exclusive = true};
    assert_int_equal(store_open(&f->a, &o, &f->store).kind, OK);
    assert_int_equal(db_acquire(f->store, true, &f->w).kind, OK);
    db_ddl(f->w, "DROP TABLE IF EXISTS t");
    db_ddl(f->w, "DROP TABLE IF EXISTS kaname_schema");
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_migrate(f->w, steps, COUNT(steps)).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    return f;
}

static void close_fixture(Fixture *f, bool pg)
{
    db_release(f->w);
    store_close(f->store);
    if (!pg)
        for (int i = 0; i < 4; i++)
            unlink(str_printf(&f->a, "%s%s", f->url.s, ((const char *[]){"", "-wal", "-shm", ".lock"})[i]).s);
    arena_done(&f->a);
}

static Err add(Db *db, const char *k)
{
    return DB_EXEC(db, "INSERT INTO t (k, n, b) VALUES (?, ?, ?)", P_TEXT(str_of(k)), P_INT(7), P_BLOB(((Str){"a\0b", 3})));
}

static int64_t count(Db *db)
{
    Cursor c;
    db_query(db, &c, "SELECT count(*) FROM t", NULL, 0);
    assert_true(cursor_next(&c));
    int64_t n = cursor_int(&c, 0);
    assert_int_equal(cursor_close(&c).kind, OK);
    return n;
}

static void values_come_back(Fixture *f)
{
    Str hostile = STR("'; DROP TABLE t; -- ? 水道\xF0\xA0\xAE\xB7");
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(DB_EXEC(f->w, "INSERT INTO t (k, n, b) VALUES (?, ?, ?)", P_TEXT(hostile), P_INT(INT64_MIN), P_NULL).kind, OK);
    Cursor c;
    DB_QUERY(f->w, &c, "SELECT k, n, b, '?' AS mark FROM t WHERE k = ? FOR UPDATE", P_TEXT(hostile));
    assert_true(cursor_next(&c));
    assert_true(str_eq(cursor_text(&c, cursor_column(&c, "k")), hostile));
    assert_true(cursor_int(&c, cursor_column(&c, "n")) == INT64_MIN);
    assert_true(cursor_is_null(&c, cursor_column(&c, "b")));
    assert_true(str_eqc(cursor_text(&c, cursor_column(&c, "mark")), "?"));
    assert_int_equal(cursor_column(&c, "none"), -1);
    assert_false(cursor_next(&c));
    assert_int_equal(cursor_close(&c).kind, OK);
    db_rollback(f->w);
    assert_int_equal(count(f->w), 0);
}

static void unique_is_a_conflict_and_spares_the_batch(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(add(f->w, "one").kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add(f->w, "one").kind, ERR_CONFLICT);
    db_savepoint_rollback(f->w);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add(f->w, "two").kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(f->w), 2);
}

static void readers_see_commits_only_and_cannot_write(Fixture *f)
{
    Db *r;
    assert_int_equal(db_acquire(f->store, false, &r).kind, OK);
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(add(f->w, "three").kind, OK);
    assert_int_equal(db_begin(r).kind, OK);
    assert_int_equal(count(r), 2);
    assert_int_not_equal(add(r, "reader").kind, OK);
    db_rollback(r);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(r), 3);
    db_release(r);
}

static void migrations_run_once_and_newer_is_refused(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_migrate(f->w, steps, COUNT(steps)).kind, OK);
    assert_int_equal(DB_EXEC(f->w, "INSERT INTO kaname_schema (name, at) VALUES (?, ?)", P_TEXT(STR("future/9")), P_INT(1)).kind, OK);
    assert_int_equal(db_migrate(f->w, steps, COUNT(steps)).kind, ERR_CONFLICT);
    db_rollback(f->w);
    assert_true(db_has_column(f->w, "t", "k"));
    assert_false(db_has_column(f->w, "t", "nothing"));
    assert_false(db_has_column(f->w, "nowhere", "k"));
}

/* A page of a list asks for the children of all its records at once. */
static void many_parameters_are_bound(Fixture *f)
{
    Param p[500];
    Buf sql;
    Cursor c;
    buf_init(&sql, &f->a, 2000);
    buf_addc(&sql, "SELECT count(*) FROM t WHERE n IN (0");
    for (size_t i = 0; i < COUNT(p); i++)
        p[i] = P_INT((int64_t)i), buf_addc(&sql, ", ?");
    buf_addc(&sql, ")");
    db_query(f->w, &c, str_c(&f->a, buf_str(&sql)), p, COUNT(p));
    assert_true(cursor_next(&c));
    assert_int_equal(cursor_int(&c, 0), 3);
    assert_int_equal(cursor_close(&c).kind, OK);
}

static void broken_sql_is_an_error_not_a_crash(Fixture *f)
{
    Cursor c;
    db_query(f->w, &c, "SELEC 1", NULL, 0);
    assert_false(cursor_next(&c));
    assert_int_equal(cursor_close(&c).kind, ERR_BROKEN);
}

/* --- what waits for the end of the transaction ------------------------------------------------------------------- */

static Err add_late(Db *db, int64_t row, const char *k)
{
    return DB_EXEC_LATE(db, "INSERT INTO t (row, k) VALUES (?, ?)", P_INT(row), P_TEXT(str_of(k)));
}

static Err add_late_many(Db *db, int64_t from, int n)
{
    char k[32];
    for (int i = 0; i < n; i++) {
        snprintf(k, sizeof k, "many %lld", (long long)from + i);
        TRY(add_late(db, from + i, k));
    }
    return ERR_NONE;
}

static void late_is_done_at_commit_without_what_was_taken_back(Fixture *f)
{
    char word[] = "kept";
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 1, word).kind, OK);
    memset(word, 'x', 4); /* it was copied */
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 2, "taken back").kind, OK);
    assert_int_equal(db_savepoint_rollback(f->w).kind, OK);
    assert_int_equal(count(f->w), 0);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(f->w), 1);
    Cursor c;
    db_query(f->w, &c, "SELECT k FROM t", NULL, 0);
    assert_true(cursor_next(&c) && str_eqc(cursor_text(&c, 0), "kept"));
    assert_int_equal(cursor_close(&c).kind, OK);
}

static void late_keeps_its_order(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 1, "first").kind, OK);
    assert_int_equal(DB_EXEC_LATE(f->w, "DELETE FROM t WHERE row = ?", P_INT(1)).kind, OK);
    assert_int_equal(add_late(f->w, 1, "second").kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 2, "outside: at once").kind, OK); /* after those that waited */
    assert_int_equal(count(f->w), 2);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(f->w), 2);
}

/* More than the queue holds is executed within the savepoint; its rollback must not take the earlier change with it. */
static void late_of_another_change_survives_an_overflow_taken_back(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 1, "another's").kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late_many(f->w, 1000, 600).kind, OK);
    assert_true(count(f->w) > 1);
    assert_int_equal(db_savepoint_rollback(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late_many(f->w, 3000, 600).kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK); /* within it a dry run, also too large for the queue */
    assert_int_equal(add_late(f->w, 2, "outer").kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late_many(f->w, 5000, 600).kind, OK);
    assert_int_equal(db_savepoint_rollback(f->w).kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(f->w), 602);
}

static void late_of_a_lost_transaction_is_forgotten(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 1, "lost").kind, OK);
    db_rollback(f->w);
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(count(f->w), 0);
}

static void a_late_refusal_is_one_of_the_whole(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(add(f->w, "one").kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(add_late(f->w, 5, "one").kind, OK);
    assert_int_equal(db_savepoint_release(f->w).kind, OK);
    assert_int_equal(db_commit(f->w).kind, ERR_CONFLICT);
    assert_false(db_in_tx(f->w));
    assert_int_equal(count(f->w), 0);
    assert_int_equal(store_writable(f->store).kind, OK);
}

/* The pages that it touches outgrow the memory of a savepoint. */
static void a_large_change_is_taken_back(Fixture *f)
{
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(add_late_many(f->w, 1, 40000).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(db_savepoint(f->w).kind, OK);
    assert_int_equal(db_exec(f->w, "UPDATE t SET n = row", NULL, 0, NULL).kind, OK);
    assert_int_equal(db_savepoint_rollback(f->w).kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    Cursor c;
    db_query(f->w, &c, "SELECT count(n) FROM t", NULL, 0);
    assert_true(cursor_next(&c) && cursor_int(&c, 0) == 0);
    assert_int_equal(cursor_close(&c).kind, OK);
}

static void late(bool pg)
{
    static void (*const cases[])(Fixture *f) = {late_is_done_at_commit_without_what_was_taken_back, late_keeps_its_order,
        late_of_another_change_survives_an_overflow_taken_back, late_of_a_lost_transaction_is_forgotten, a_late_refusal_is_one_of_the_whole, a_large_change_is_taken_back};
    for (size_t i = 0; i < COUNT(cases); i++) {
        Fixture *f = open_fixture(pg);
        cases[i](f);
        close_fixture(f, pg);
    }
}

static void all(bool pg)
{
    Fixture *f = open_fixture(pg);
    values_come_back(f);
    unique_is_a_conflict_and_spares_the_batch(f);
    readers_see_commits_only_and_cannot_write(f);
    migrations_run_once_and_newer_is_refused(f);
    many_parameters_are_bound(f);
    broken_sql_is_an_error_not_a_crash(f);
    close_fixture(f, pg);
    late(pg);
}

static void on_sqlite(void **state)
{
    UNUSED(state);
    all(false);
}

static int64_t backend(Db *db)
{
    Cursor c;
    db_query(db, &c, "SELECT pg_backend_pid()", NULL, 0);
    assert_true(cursor_next(&c));
    int64_t pid = cursor_int(&c, 0);
    assert_int_equal(cursor_close(&c).kind, OK);
    return pid;
}

static void terminate(Fixture *f, int64_t pid)
{
    Db *r;
    Cursor c;
    assert_int_equal(db_acquire(f->store, false, &r).kind, OK);
    DB_QUERY(r, &c, "SELECT pg_terminate_backend(?::int, 5000)", P_INT(pid)); /* gone when it answers */
    assert_true(cursor_next(&c));
    assert_int_equal(cursor_close(&c).kind, OK);
    db_release(r);
}

static void a_lost_connection_comes_back(void **state)
{
    UNUSED(state);
    const char *url = getenv("KANAME_PG");
    if (!url || !*url) skip();
    Fixture *f = open_fixture(true);
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(add(f->w, "lost").kind, OK);
    terminate(f, backend(f->w));
    assert_int_equal(db_commit(f->w).kind, ERR_BUSY); /* unknown, here: not done */
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(count(f->w), 0);
    assert_int_equal(add(f->w, "again").kind, OK);
    assert_int_equal(db_commit(f->w).kind, OK);
    terminate(f, backend(f->w)); /* between two transactions: nobody notices */
    assert_int_equal(db_begin(f->w).kind, OK);
    assert_int_equal(count(f->w), 1);
    assert_int_equal(db_commit(f->w).kind, OK);
    close_fixture(f, true);
}

static void on_postgres(void **state)
{
    UNUSED(state);
    const char *url = getenv("KANAME_PG");
    if (!url || !*url) skip();
    all(true);
}

static void second_writer_is_refused(void **state)
{
    UNUSED(state);
    Fixture *f = open_fixture(false);
    Store *other;
    StoreOptions o = {.url = f->url, .exclusive = true};
    assert_int_equal(store_open(&f->a, &o, &other).kind, ERR_BUSY);
    Str link = str_printf(&f->a, "%s.link", f->url.s);
    assert_int_equal(symlink(f->url.s, link.s), 0);
    o.url = link;
    assert_int_equal(store_open(&f->a, &o, &other).kind, ERR_BUSY); /* one file, by whatever name */
    unlink(link.s);
    o = (StoreOptions){.url = STR("/tmp/kaname-no-such-file.db")};
    assert_int_equal(store_open(&f->a, &o, &other).kind, ERR_NOT_FOUND);
    close_fixture(f, false);
}

static bool file_has(Fixture *f, const char *suffix, Str marker)
{
    FILE *file = fopen(str_printf(&f->a, "%s%s", f->url.s, suffix).s, "rb");
    if (!file) return false;
    char *bytes = arena_alloc(&f->a, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return str_find((Str){bytes, n}, marker) != SIZE_MAX;
}

static void backup_opens_and_scrub_forgets(void **state)
{
    UNUSED(state);
    Fixture *f = open_fixture(false);
    Str marker = STR("marker-to-be-forgotten");
    assert_int_equal(add(f->w, marker.s).kind, OK);
    Str copy = str_printf(&f->a, "%s.copy", f->url.s);
    assert_int_equal(db_backup(f->w, copy).kind, OK);
    assert_true(file_has(f, ".copy", marker));
    assert_true(db_backup(f->w, copy).kind); /* nobody's file is overwritten */
    unlink(copy.s);
    Db *reader;
    assert_int_equal(db_acquire(f->store, false, &reader).kind, OK);
    assert_int_equal(db_backup(reader, copy).kind, OK);
    assert_true(file_has(f, ".copy", marker));
    assert_true(DB_EXEC(reader, "DELETE FROM t", P_NULL).kind);
    db_release(reader);
    unlink(copy.s);
    assert_true(file_has(f, "", marker) || file_has(f, "-wal", marker));
    assert_int_equal(DB_EXEC(f->w, "DELETE FROM t WHERE k = ?", P_TEXT(marker)).kind, OK);
    assert_int_equal(db_scrub(f->w).kind, OK);
    assert_false(file_has(f, "", marker) || file_has(f, "-wal", marker));
    assert_int_equal(db_integrity(f->w).kind, OK);
    close_fixture(f, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres), cmocka_unit_test(a_lost_connection_comes_back),
        cmocka_unit_test(second_writer_is_refused),
        cmocka_unit_test(backup_opens_and_scrub_forgets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
