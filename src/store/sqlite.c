/*
 * sqlite.c -- SQLite behind the door. WAL, synchronous=FULL, one writer that also checkpoints (Debian's 3.40.1 loses pages when
 * a checkpoint races a writer); every other connection is query_only and never checkpoints.
 */
#include "store/driver.h"

#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

static Err trouble(Db *db, int rc)
{
    const char *what = sqlite3_errmsg(db->handle);
    switch (rc & 0xFF) {
    case SQLITE_CONSTRAINT: return store_trouble(ERR_CONFLICT, what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return store_trouble(ERR_BUSY, what);
    case SQLITE_FULL:
    case SQLITE_NOMEM: return store_trouble(ERR_FULL, what);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        store_trouble(ERR_BROKEN, what);
        return err_text(ERR_BROKEN, text_of("データファイルが壊れているか、kaname のデータファイルではありません。", "The data file is damaged, or it is not a data file of kaname."));
    case SQLITE_IOERR:
        if (db->writer) store_break(db->store);
        return store_trouble(ERR_BROKEN, what);
    default: return store_trouble(ERR_BROKEN, what);
    }
}

static Err run(Db *db, const char *sql)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_NONE : trouble(db, rc);
}

/* file:PATH?immutable=1 */
static Str still_uri(Arena *a, Str path)
{
    Buf b;
    buf_init(&b, a, path.n + 32);
    buf_addc(&b, "file:");
    for (size_t i = 0; i < path.n; i++) {
        if (path.s[i] == '%' || path.s[i] == '?' || path.s[i] == '#') buf_printf(&b, "%%%02X", (unsigned)path.s[i]);
        else buf_byte(&b, path.s[i]);
    }
    buf_addc(&b, "?immutable=1");
    return str_copy(a, buf_str(&b));
}

static bool has_bytes(Arena *a, Str path, const char *end, bool even_empty)
{
    struct stat st;
    return stat(str_printf(a, "%.*s%s", STR_ARG(path), end).s, &st) == 0 && (even_empty || st.st_size > 0);
}

Err sqlite_read_still(Arena *a, Store *s, Str path)
{
    size_t slash = path.n;
    while (slash && path.s[slash - 1] != '/')
        slash--;
    if (faccessat(AT_FDCWD, slash ? str_c(a, str_slice(path, 0, slash)) : ".", W_OK, AT_EACCESS) == 0) return ERR_NONE;
    bool log = has_bytes(a, path, "-wal", false), shared = has_bytes(a, path, "-shm", true);
    if (log && shared) return ERR_NONE; /* a server of somebody else: read like beside any server */
    if (log)
        return err_text(ERR_CONFLICT, TEXT_FILL(a, "{0} は書き込めない場所にあり、まだ移されていない変更が {0}-wal に残っています。{0}、{0}-wal、.key、.mark を書き込めるフォルダーに写し、写しに対して実行してください。",
            "{0} lies where nothing can be written, and {0}-wal still holds changes. Copy {0}, {0}-wal, .key and .mark into a folder that can be written, and run this on the copy.", path));
    if (stat(str_c(a, path), &s->lay) == 0) s->still = still_uri(&s->arena, path);
    return ERR_NONE;
}

Err store_unchanged(const Store *s)
{
    struct stat now;
    if (!s->still.n) return ERR_NONE;
    bool same = stat(s->url.s, &now) == 0 && now.st_ino == s->lay.st_ino && now.st_dev == s->lay.st_dev && now.st_size == s->lay.st_size &&
                now.st_mtim.tv_sec == s->lay.st_mtim.tv_sec && now.st_mtim.tv_nsec == s->lay.st_mtim.tv_nsec;
    return same ? ERR_NONE : err_text(ERR_BUSY, text_of("読んでいる間にデータファイルが変わりました。もう一度実行してください。", "The data file changed while it was read. Run this again."));
}

static Err connect(Db *db)
{
    sqlite3 *h = NULL;
    bool still = !db->writer && db->store->still.n;
    int flags = SQLITE_OPEN_NOMUTEX | (still ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE) | (db->writer ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(still ? db->store->still.s : db->store->url.s, &h, flags, NULL);
    db->handle = h;
    if (rc != SQLITE_OK) return trouble(db, rc);
    sqlite3_extended_result_codes(h, 1);
    sqlite3_busy_timeout(h, 5000);
    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    TRY(run(db, "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;"
                "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8000;"));
    if (!db->writer) return run(db, "PRAGMA query_only=ON");
    TRY(run(db, "PRAGMA journal_mode=WAL"));
    return run(db, db->store->unsafe_sync ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
}

static void disconnect(Db *db)
{
    sqlite3_close_v2(db->handle);
}

static bool alive(Db *db)
{
    return db->handle;
}

static bool in_tx(Db *db)
{
    return db->handle && !sqlite3_get_autocommit(db->handle);
}

static Err prepare(Db *db, Stmt *s, const Param *p, size_t n)
{
    UNUSED(p), UNUSED(n);
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v3(db->handle, s->sql.s, (int)s->sql.n, SQLITE_PREPARE_PERSISTENT, &st, NULL);
    s->handle = st;
    return rc == SQLITE_OK ? ERR_NONE : trouble(db, rc);
}

static void finalize(Db *db, Stmt *s)
{
    UNUSED(db);
    sqlite3_finalize(s->handle);
}

/* `keep`: SQLITE_TRANSIENT for values that may be gone when the rows are read, else SQLITE_STATIC: no copy. */
static int bind(sqlite3_stmt *st, int i, const Param *p, sqlite3_destructor_type keep)
{
    switch (p->kind) {
    case PARAM_NULL: return sqlite3_bind_null(st, i);
    case PARAM_INT: return sqlite3_bind_int64(st, i, p->i);
    case PARAM_TEXT: return sqlite3_bind_text64(st, i, p->s.n ? p->s.s : "", p->s.n, keep, SQLITE_UTF8);
    case PARAM_BLOB: return sqlite3_bind_blob64(st, i, p->s.n ? p->s.s : "", p->s.n, keep);
    }
    return SQLITE_MISUSE;
}

static Err start(Db *db, Stmt *s, const Param *p, size_t n, int64_t *changed, bool rows)
{
    sqlite3_reset(s->handle);
    for (size_t i = 0; i < n; i++) {
        int rc = bind(s->handle, (int)i + 1, &p[i], rows ? SQLITE_TRANSIENT : SQLITE_STATIC);
        if (rc != SQLITE_OK) return trouble(db, rc);
    }
    if (rows) return ERR_NONE;
    int rc;
    while ((rc = sqlite3_step(s->handle)) == SQLITE_ROW) {
    }
    if (rc != SQLITE_DONE) return trouble(db, rc);
    *changed = sqlite3_changes64(db->handle);
    return ERR_NONE;
}

static int step(Db *db, Stmt *s, Err *e)
{
    int rc = sqlite3_step(s->handle);
    if (rc == SQLITE_ROW) return 1;
    if (rc != SQLITE_DONE) *e = trouble(db, rc);
    return 0;
}

static void stop(Db *db, Stmt *s)
{
    UNUSED(db);
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
}

static int column(Stmt *s, const char *name)
{
    int n = sqlite3_column_count(s->handle);
    for (int i = 0; i < n; i++)
        if (strcmp(sqlite3_column_name(s->handle, i), name) == 0) return i;
    return -1;
}

static bool is_null(Stmt *s, int i)
{
    return sqlite3_column_type(s->handle, i) == SQLITE_NULL;
}

static int64_t get_int(Stmt *s, int i)
{
    return sqlite3_column_int64(s->handle, i);
}

static Str get_bytes(Stmt *s, int i)
{
    const char *p = sqlite3_column_blob(s->handle, i);
    int n = sqlite3_column_bytes(s->handle, i);
    return (Str){p, p && n > 0 ? (size_t)n : 0};
}

static Str ddl(Arena *a, Str statement)
{
    bool table = str_starts(statement, STR("CREATE TABLE"));
    return table ? str_join(a, statement, STR(" "), STR("STRICT")) : str_copy(a, statement);
}

const Driver sqlite_driver = {
    connect, disconnect, alive, in_tx, run, prepare, finalize, start, step, stop, column, is_null, get_int, get_bytes, ddl, "BEGIN IMMEDIATE", "BEGIN"};

/* --- what only a file needs -------------------------------------------------------------------------------- */

enum { WAL_BOUND = 16 << 20 };

static bool wal_is_long(Db *db)
{
    char path[PATH_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s-wal", db->store->url.s);
    return n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0 && st.st_size > WAL_BOUND;
}

static int checkpoint(Db *db, bool truncate)
{
    return sqlite3_wal_checkpoint_v2(db->handle, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* A reader that is still at work only delays it to the next time. */
Err db_checkpoint(Db *db, bool truncate)
{
    if (db_kind(db) != STORE_SQLITE || !db->writer || !db->handle) return ERR_NONE;
    if (!truncate && !wal_is_long(db)) return ERR_NONE;
    int rc = checkpoint(db, truncate);
    return rc == SQLITE_OK || (rc & 0xFF) == SQLITE_BUSY ? ERR_NONE : trouble(db, rc);
}

static Err vacuum_into(Db *db, Str to)
{
    TRY(run(db, "PRAGMA query_only=OFF")); /* else even a copy is "a write" */
    Err e = DB_EXEC(db, "VACUUM INTO ?", P_TEXT(to));
    if (db->writer) return e;
    Err back = run(db, "PRAGMA query_only=ON");
    return e.kind ? e : back;
}

Err db_backup(Db *db, Str path)
{
    if (db_kind(db) != STORE_SQLITE)
        return err_text(ERR_METHOD, text_of("PostgreSQL は pg_dump で保存してください。", "Back PostgreSQL up with pg_dump."));
    return vacuum_into(db, path);
}

static Err scrub_postgres(Db *db)
{
    return db->store->driver->run(db, "VACUUM FULL");
}

Err db_scrub(Db *db)
{
    if (db_kind(db) == STORE_POSTGRES) return scrub_postgres(db);
    TRY(run(db, "VACUUM"));
    int rc = checkpoint(db, true); /* busy: the log still holds what was removed, so this is not done */
    return rc == SQLITE_OK ? ERR_NONE : trouble(db, rc);
}

Err db_integrity(Db *db)
{
    if (db_kind(db) != STORE_SQLITE) return ERR_NONE;
    Cursor c;
    db_query(db, &c, "PRAGMA integrity_check(1)", NULL, 0);
    bool good = cursor_next(&c) && str_eqc(cursor_text(&c, 0), "ok");
    TRY(cursor_close(&c));
    return good ? ERR_NONE : err_text(ERR_BROKEN, text_of("データファイルが壊れています。", "The data file is damaged."));
}

bool db_has_column(Db *db, const char *table, const char *name)
{
    static const char lite[] = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    static const char pg[] = "SELECT 1::bigint FROM information_schema.columns"
                             " WHERE table_schema = current_schema() AND table_name = ? AND column_name = ?";
    Cursor c;
    DB_QUERY(db, &c, db_kind(db) == STORE_SQLITE ? lite : pg, P_TEXT(str_of(table)), P_TEXT(str_of(name)));
    bool has = cursor_next(&c);
    return !cursor_close(&c).kind && has;
}
