/*
 * bare_write.c -- the rows of one created unit (record, search, version, history leaf and node, head, kept answer, counter) on bare SQLite with the
 * same durability, BATCH of them in each commit: what ideal batching of as many clients would reach.   bare_write FILE COUNT BATCH ORG
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS = 9, TEXT = 600 };

static const char *const sql[STATEMENTS] = {
    "INSERT INTO r_unit (id, org, number, version, created, updated, author, removed, search, f_name, f_name_key) VALUES (?2, ?4, 1000000 + ?1, 1, ?1, ?1, 1, 0, ?3, ?3, ?3)",
    "INSERT INTO s_unit (rowid, grams) VALUES (last_insert_rowid(), ?3)",
    "INSERT INTO counter (org, resource, last) VALUES (?4, 'unit', 1) ON CONFLICT (org, resource) DO UPDATE SET last = counter.last + 1",
    "INSERT INTO version (resource, record, version, at, author, action, reason, doc, salts, leaf) VALUES ('unit', 1000000 + ?1, 1, ?1, 1, 'create', '', ?3, CAST(?5 AS BLOB), ?1)",
    "INSERT INTO log_leaf (org, idx, bytes, hash, object) VALUES (?4 + 1000, ?1, CAST(?5 AS BLOB), ?2, ?2)",
    "INSERT INTO log_node (org, level, idx, hash) VALUES (?4 + 1000, 1, ?1, ?2)",
    "UPDATE log SET root = ?2, last = ?2, frontier = CAST(?5 AS BLOB) WHERE org = ?4",
    "INSERT INTO idempotency (account, key, request, status, body, etag, at) VALUES (1, ?2, ?2, 201, ?5, '\"1\"', ?1)",
    "UPDATE log SET note = ?5 WHERE org = ?4", /* once in a commit */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3 *db, sqlite3_stmt *s, long i, long org)
{
    unsigned char id[32];
    char name[64], text[TEXT];
    sqlite3_randomness(sizeof id, id);
    int n = snprintf(name, sizeof name, "unit %09ld o1 756e 6e69 6974 3030", i);
    memset(text, 'x', sizeof text);
    int last = sqlite3_bind_parameter_count(s);
    if (last >= 1) sqlite3_bind_int64(s, 1, i);
    if (last >= 2) sqlite3_bind_blob(s, 2, id, sizeof id, SQLITE_TRANSIENT);
    if (last >= 3) sqlite3_bind_text(s, 3, name, n, SQLITE_TRANSIENT);
    if (last >= 4) sqlite3_bind_int64(s, 4, org);
    if (last >= 5) sqlite3_bind_text(s, 5, text, sizeof text, SQLITE_TRANSIENT);
    check(db, sqlite3_step(s));
    sqlite3_reset(s);
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_stmt *s[STATEMENTS];
    if (argc < 5) return fprintf(stderr, "bare_write FILE COUNT BATCH ORG\n"), 2;
    long count = atol(argv[2]), batch = atol(argv[3]), org = atol(argv[4]);
    check(NULL, sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=4000", NULL, NULL, NULL);
    for (int k = 0; k < STATEMENTS; k++)
        check(db, sqlite3_prepare_v3(db, sql[k], -1, SQLITE_PREPARE_PERSISTENT, &s[k], NULL));
    double began = now();
    for (long i = 0; i < count;) {
        check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        for (long b = 0; b < batch && i < count; b++, i++)
            for (int k = 0; k < STATEMENTS - 1; k++)
                run(db, s[k], i, org);
        run(db, s[STATEMENTS - 1], 0, org);
        check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    printf("{\"seconds\":%.6f,\"good\":%ld}\n", now() - began, count);
    return 0;
}
