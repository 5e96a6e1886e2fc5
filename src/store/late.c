/*
 * late.c -- statements that may wait until the end of the transaction. SQLite's full text search writes a piece of its index at every savepoint; the search
 * rows of a batch, written together after its last one, are one piece. A savepoint takes back what was queued in it, as it does with rows.
 * Owns: the queue of a connection. Never: changes the order of the queued; reads.
 */
#include "store/driver.h"

void late_clear(Db *db)
{
    db->late.n = db->late.done = 0;
    db->late.bytes = 0;
    db->late.depth = 0;
    arena_reset(&db->late.arena);
}

Err late_run(Db *db)
{
    Late *l = &db->late;
    for (; l->done < l->n; l->done++)
        TRY(db_exec(db, l->list[l->done].sql, l->list[l->done].p, l->list[l->done].n, NULL));
    if (!l->depth) late_clear(db); /* in a savepoint they are kept: its rollback makes them wait again */
    return ERR_NONE;
}

static size_t size_of(const char *sql, const Param *p, size_t n)
{
    size_t bytes = strlen(sql) + 1 + n * sizeof *p;
    for (size_t i = 0; i < n; i++)
        bytes += p[i].s.n;
    return bytes;
}

static void keep(Late *l, const char *sql, const Param *p, size_t n)
{
    Param *copy = arena_array(&l->arena, Param, n);
    for (size_t i = 0; i < n; i++) {
        copy[i] = p[i];
        copy[i].s = str_copy(&l->arena, p[i].s);
    }
    l->list[l->n] = (LateOne){str_copy(&l->arena, str_of(sql)).s, copy, n};
}

/* False: no memory. */
static bool kept(Late *l, const char *sql, const Param *p, size_t n)
{
    jmp_buf full;
    if (!ARENA_TRY(&l->arena, full)) return false;
    keep(l, sql, p, n);
    arena_end_try(&l->arena);
    return true;
}

Err db_exec_late(Db *db, const char *sql, const Param *p, size_t n)
{
    Late *l = &db->late;
    size_t bytes = size_of(sql, p, n);
    bool room = l->depth && l->n < LATE_MAX && bytes < LATE_BYTES - l->bytes;
    if (room && kept(l, sql, p, n)) {
        l->bytes += bytes;
        l->n++;
        return ERR_NONE;
    }
    TRY(late_run(db));
    return db_exec(db, sql, p, n, NULL);
}

/* --- savepoints ---------------------------------------------------------------------------------------------- */

/* Half full: written now, where no rollback of one change can reach it. */
Err late_room(Db *db)
{
    bool much = db->late.n > LATE_MAX / 2 || db->late.bytes > LATE_BYTES / 2;
    return much && !db->late.depth ? late_run(db) : ERR_NONE;
}

void late_savepoint(Db *db)
{
    Late *l = &db->late;
    assert(l->depth < LATE_DEPTH);
    l->savepoint[l->depth].n = l->n;
    l->savepoint[l->depth++].done = l->done;
}

void late_release(Db *db)
{
    Late *l = &db->late;
    if (!l->depth || --l->depth || !l->done) return;
    memmove(l->list, l->list + l->done, (l->n - l->done) * sizeof *l->list);
    l->n -= l->done;
    l->done = 0;
}

void late_back(Db *db)
{
    Late *l = &db->late;
    if (!l->depth) return;
    l->depth--;
    l->n = l->savepoint[l->depth].n;
    l->done = l->savepoint[l->depth].done;
}
