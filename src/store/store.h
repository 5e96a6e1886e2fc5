/*
 * store/ -- the database door: SQLite (one writer, many readers) or PostgreSQL behind one set of functions.
 * Owns: connections, statements, transactions, DDL words. Called by: every room that keeps something.
 * Never: knows a record, JSON or HTTP; formats a value into SQL.
 */
#ifndef KANAME_STORE_H
#define KANAME_STORE_H

#include "base/base.h"

typedef struct Store Store; /* the database; safe to share between threads */
typedef struct Db Db;       /* one connection; one thread at a time */

typedef enum { STORE_SQLITE, STORE_POSTGRES } StoreKind;

typedef struct StoreOptions {
    Str url;          /* a file path, or postgresql://… */
    bool create;      /* make an empty database when there is none */
    bool exclusive;   /* SQLite: hold the lock of the one writer (a second holder is refused with ERR_BUSY) */
    bool unsafe_sync; /* SQLite synchronous=OFF: only for the test that proves that it matters */
} StoreOptions;

/* Errors: ERR_NOT_FOUND (no such file and not create), ERR_BUSY (somebody else writes), ERR_BROKEN; ERR_CONFLICT: in a folder that cannot be
 * written SQLite reads the file as it lies, but the write-ahead log beside it holds changes. */
Err store_open(Arena *a, const StoreOptions *o, Store **out);
void store_close(Store *s);
/* The lock of the one process that writes what belongs to `base` (file BASE.lock); close(fd) gives it back. ERR_BUSY: another has it. */
Err store_lock(Arena *a, Str base, int *fd);
Err store_unchanged(const Store *s); /* ERR_BUSY: the file was read as it lay, and somebody changed it meanwhile */
StoreKind store_kind(const Store *s);
Err store_writable(Store *s); /* ERR_BROKEN after a write that did not reach the disk, until a restart */
Str store_path(const Store *s); /* SQLite: the file; PostgreSQL: empty */

/* A connection. SQLite: the writer connection (writer=true) exists once; readers are query_only. A caller that writes must
 * be the only one to hold the writer. Give back with db_release. */
Err db_acquire(Store *s, bool writer, Db **out);
void db_release(Db *db);
StoreKind db_kind(const Db *db);

/* Transactions. On SQLite begin is IMMEDIATE for the writer and deferred for readers; on PostgreSQL READ COMMITTED for
 * writers and REPEATABLE READ, READ ONLY for readers. db_commit returns OK only when the commit is on disk; any error
 * there means "unknown", the connection is reset. An fsync error is never retried: the store refuses all later writes (ERR_BROKEN). */
Err db_begin(Db *db);
Err db_commit(Db *db);
void db_rollback(Db *db);
Err db_savepoint(Db *db);       /* nested once: one request within a batch */
Err db_savepoint_release(Db *db);
Err db_savepoint_rollback(Db *db); /* an error: what was done since may still be there, roll everything back */
bool db_in_tx(Db *db); /* an error for want of space or memory may have rolled the whole transaction back */
void db_break(Db *db); /* something beside the database did not reach the disk: the store refuses all later writes */
/* SQLite: checkpoint of the write-ahead log by the writer, when it has grown beyond its bound. PostgreSQL: nothing. */
Err db_checkpoint(Db *db, bool truncate);

/* Values to bind. SQL uses ? for each, in order, on both databases. */
typedef enum { PARAM_NULL, PARAM_INT, PARAM_TEXT, PARAM_BLOB } ParamKind;
typedef struct Param {
    ParamKind kind;
    int64_t i;
    Str s;
} Param;
#define P_NULL ((Param){PARAM_NULL})
#define P_INT(v) ((Param){PARAM_INT, .i = (v)})
#define P_TEXT(v) ((Param){PARAM_TEXT, .s = (v)})
#define P_BLOB(v) ((Param){PARAM_BLOB, .s = (v)})
#define P_ID(id) ((Param){PARAM_BLOB, .s = {(const char *)(id).b, 16}}) /* id must outlive the call */

/* One statement without result. `changed` may be NULL. A broken unique rule is ERR_CONFLICT. Text "FOR UPDATE" or
 * "FOR UPDATE SKIP LOCKED" at the end of a SELECT is left out on SQLite. Statements are prepared once per connection (cache by text). */
Err db_exec(Db *db, const char *sql, const Param *p, size_t n, int64_t *changed);
#define DB_EXEC(db, sql, ...)                                                                                      \
    db_exec((db), (sql), (Param[]){__VA_ARGS__}, sizeof((Param[]){__VA_ARGS__}) / sizeof(Param), NULL)

/* The same, at the latest at db_commit; within a savepoint it waits, in order, for the end of the transaction. For what nothing in this
 * transaction reads and no rule can refuse (its error is one of the whole transaction). Copies sql and values. */
Err db_exec_late(Db *db, const char *sql, const Param *p, size_t n);
#define DB_EXEC_LATE(db, sql, ...)                                                                                 \
    db_exec_late((db), (sql), (Param[]){__VA_ARGS__}, sizeof((Param[]){__VA_ARGS__}) / sizeof(Param))

/* A result. Rows are read with cursor_next; columns by index (from 0) or by name. Always close; the first error comes
 * out of cursor_close. Texts are valid until the next cursor_next; copy what must live longer. */
typedef struct Cursor {
    Db *db;
    void *impl;
    Err err;
} Cursor;
void db_query(Db *db, Cursor *c, const char *sql, const Param *p, size_t n);
#define DB_QUERY(db, c, sql, ...)                                                                                  \
    db_query((db), (c), (sql), (Param[]){__VA_ARGS__}, sizeof((Param[]){__VA_ARGS__}) / sizeof(Param))
bool cursor_next(Cursor *c);
Err cursor_close(Cursor *c);
int cursor_column(Cursor *c, const char *name); /* -1 when there is none */
bool cursor_is_null(Cursor *c, int column);
int64_t cursor_int(Cursor *c, int column);
Str cursor_text(Cursor *c, int column);
Str cursor_blob(Cursor *c, int column);
Id cursor_id(Cursor *c, int column); /* a 16-byte blob */

/* The schema. Portable DDL with the words INTEGER, TEXT, BLOB (become BIGINT, TEXT COLLATE "C", BYTEA), tables become STRICT on
 * SQLite. Each migration runs once, in order, in one transaction; its number is kept in table kaname_schema. */
typedef struct Migration {
    const char *name; /* "history/1" : unique for ever */
    const char *ddl;  /* statements divided by ';' */
    const char *only_sqlite, *only_postgres; /* may be NULL */
} Migration;
Err db_migrate(Db *db, const Migration *m, size_t n); /* unknown names in the database: ERR_CONFLICT (newer program) */
/* How the database stands to this program, without changing it; of a newer program: ERR_CONFLICT. */
typedef enum { SCHEMA_NONE, SCHEMA_OLDER, SCHEMA_SAME } SchemaState;
Err db_schema(Db *db, const Migration *m, size_t n, SchemaState *out);
Err db_ddl(Db *db, const char *ddl);                  /* one portable statement */
bool db_has_column(Db *db, const char *table, const char *column); /* also false when there is no such table */

/* SQLite: a consistent copy while others read and write (VACUUM INTO). PostgreSQL: ERR_METHOD, use pg_dump. */
Err db_backup(Db *db, Str path);
/* SQLite: no removed value stays in free pages or the write-ahead log (VACUUM + truncating checkpoint). PostgreSQL: VACUUM FULL of the tables. */
Err db_scrub(Db *db);
Err db_integrity(Db *db); /* reads the whole file, indexes too; OK on PostgreSQL */
const char *store_version(void); /* "SQLite 3.40.1" */

#endif
