/* driver.h -- what a database must be able to do; one table of functions each for SQLite and PostgreSQL. Private to store/. */
#ifndef KANAME_STORE_DRIVER_H
#define KANAME_STORE_DRIVER_H

#include "store/store.h"

#include <pthread.h>
#include <sys/stat.h>

typedef struct Driver Driver;

struct Store {
    StoreKind kind;
    const Driver *driver;
    Str url; /* NUL-terminated */
    bool unsafe_sync;
    int lock; /* file descriptor of the writer's lock, -1: none */
    Str still; /* SQLite can make no file beside the data: the URI that reads it as it lies; else empty */
    struct stat lay; /* how it lay when it was opened */
    pthread_mutex_t mutex; /* guards what follows */
    Arena arena;
    Db *idle, *idle_writer;
    int open;
    bool broken; /* a write to disk failed: nothing more is promised */
};

typedef struct Stmt Stmt;
enum { STMT_BUCKETS = 64, STMT_MAX = 400 };

enum { LATE_MAX = 256, LATE_BYTES = 1 << 20, LATE_DEPTH = 4 };
typedef struct LateOne { const char *sql; const Param *p; size_t n; } LateOne;
typedef struct Late { /* late.c */
    Arena arena;
    LateOne list[LATE_MAX];
    size_t n, done, bytes; /* done: executed within the present savepoint */
    struct { size_t n, done; } savepoint[LATE_DEPTH];
    size_t depth;
} Late;

struct Db {
    Store *store;
    Db *next;
    bool writer;
    void *handle;    /* sqlite3*, PGconn* */
    Arena arena;     /* statements; lives as long as the connection */
    Arena scratch;   /* one statement's parameters; reset by each */
    Stmt *stmts[STMT_BUCKETS];
    int stmts_n;
    uint64_t names;
    Late late;
};

struct Stmt {
    Stmt *next;
    Str sql;
    void *handle;  /* sqlite3_stmt*; PostgreSQL: NULL */
    void *result;  /* PGresult* while a cursor is open */
    Str name;      /* PostgreSQL: server-side name */
    int row, rows; /* PostgreSQL */
    bool in_use, once; /* once: not from the cache, finalised when closed */
};

struct Driver {
    Err (*connect)(Db *db);
    void (*disconnect)(Db *db);                     /* also of none */
    bool (*alive)(Db *db);
    bool (*in_tx)(Db *db);                          /* as the database says: it may have rolled back by itself */
    Err (*run)(Db *db, const char *sql);            /* plain text without parameters or rows */
    Err (*prepare)(Db *db, Stmt *s, const Param *p, size_t n);
    void (*finalize)(Db *db, Stmt *s);
    Err (*start)(Db *db, Stmt *s, const Param *p, size_t n, int64_t *changed, bool rows);
    int (*step)(Db *db, Stmt *s, Err *e);           /* 1 row, 0 end or error */
    void (*stop)(Db *db, Stmt *s);
    int (*column)(Stmt *s, const char *name);
    bool (*is_null)(Stmt *s, int column);
    int64_t (*get_int)(Stmt *s, int column);
    Str (*get_bytes)(Stmt *s, int column);
    Str (*ddl)(Arena *a, Str statement);            /* portable words into this dialect */
    const char *begin_write, *begin_read;
};

extern const Driver sqlite_driver, postgres_driver;

Err store_trouble(ErrKind kind, const char *what);
void store_break(Store *s);

/* sqlite.c: readers of a file in a folder that cannot be written (a read-only medium, somebody else's backup). */
Err sqlite_read_still(Arena *a, Store *s, Str path);
/* late.c */
Err late_run(Db *db);   /* what waits is executed now */
void late_clear(Db *db);
Err late_room(Db *db);  /* before a savepoint */
void late_savepoint(Db *db);
void late_release(Db *db);
void late_back(Db *db);

#endif
