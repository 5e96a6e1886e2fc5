/* bare_list.c -- the same statements on bare SQLite: each line of standard input is prepared once and run COUNT times, every column of every row read.
 * Prints the CPU microseconds of one round.   bare_list FILE COUNT */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS_MAX = 64 };

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void check(sqlite3 *db, int good)
{
    if (good) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static unsigned long read_all(sqlite3 *db, sqlite3_stmt *s)
{
    unsigned long sum = 0;
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const unsigned char *p = sqlite3_column_blob(s, i);
            sum += (unsigned long)sqlite3_column_bytes(s, i) + (p ? *p : 0u);
        }
    check(db, rc == SQLITE_DONE);
    sqlite3_reset(s);
    return sum;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_stmt *list[STATEMENTS_MAX];
    static char line[65536];
    int n = 0, count = argc > 2 ? atoi(argv[2]) : 0;
    if (!count) return fprintf(stderr, "bare_list FILE COUNT\n"), 2;
    check(NULL, sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK);
    sqlite3_exec(db, "PRAGMA query_only=ON; PRAGMA cache_size=-8000; PRAGMA mmap_size=0", NULL, NULL, NULL);
    while (n < STATEMENTS_MAX && fgets(line, sizeof line, stdin))
        check(db, sqlite3_prepare_v3(db, line, -1, SQLITE_PREPARE_PERSISTENT, &list[n++], NULL) == SQLITE_OK);
    unsigned long sum = 0;
    double began = 0;
    for (int round = -count / 10 - 1; round < count; round++) { /* the first tenth warms up */
        if (round == 0) began = cpu();
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        for (int i = 0; i < n; i++)
            sum += read_all(db, list[i]);
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    printf("{\"us\":%.3f,\"sum\":%lu}\n", (cpu() - began) / count, sum);
    return 0;
}
