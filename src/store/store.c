/* store.c -- what both databases share: pool, statement cache, transactions, migrations. */
#include "store/driver.h"

#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a change has touched since its savepoint is kept in memory up to here: some pages, not a temporary file for each batch. Less than 128 KiB:
 * SQLite writes what outgrows it in one piece, and its unix layer takes no longer one (SQLITE_FULL). */
enum { SAVEPOINT_MEMORY = 120 << 10 };

/* The database's own words name tables and are for the operator; the answer carries only the kind. So no text of an error
 * points into a connection that another thread may already use. */
Err store_trouble(ErrKind kind, const char *what)
{
    if (kind != ERR_CONFLICT) fprintf(stderr, "kaname: database: %s\n", what);
    return err_of(kind);
}

void store_break(Store *s)
{
    pthread_mutex_lock(&s->mutex);
    s->broken = true;
    pthread_mutex_unlock(&s->mutex);
}

/* One file has one lock, by whatever link it was reached. Its folder counts when it does not exist yet. */
static Str real_path(Arena *a, Str path)
{
    char real[PATH_MAX];
    if (realpath(str_c(a, path), real)) return str_copy(a, str_of(real));
    size_t slash = path.n;
    while (slash && path.s[slash - 1] != '/')
        slash--;
    if (!realpath(slash ? str_c(a, str_slice(path, 0, slash)) : ".", real)) return path;
    return str_join(a, str_of(real), STR("/"), str_slice(path, slash, path.n));
}

Err store_lock(Arena *a, Str base, int *fd)
{
    Str path = str_printf(a, "%.*s.lock", STR_ARG(real_path(a, base)));
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    *fd = open(path.s, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0) return err_text(ERR_BROKEN, TEXT_FILL(a, "{0} を開けません。", "Cannot open {0}.", path));
    if (fcntl(*fd, F_OFD_SETLK, &l) == 0) return ERR_NONE;
    close(*fd);
    *fd = -1;
    return err_text(ERR_BUSY, TEXT_FILL(a, "{0} は別の kaname が使っています。", "{0} is in use by another kaname.", base));
}

/* Refused when SQLite is in use already: then it was said before. Without statistics, memory is had without one lock for all threads. */
static void configure_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, SAVEPOINT_MEMORY);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

Err store_open(Arena *a, const StoreOptions *o, Store **out)
{
    bool pg = str_starts(o->url, STR("postgresql://")) || str_starts(o->url, STR("postgres://"));
    Store *s = arena_new(a, Store);
    *s = (Store){.kind = pg ? STORE_POSTGRES : STORE_SQLITE, .driver = pg ? &postgres_driver : &sqlite_driver,
        .url = str_copy(a, o->url), .unsafe_sync = o->unsafe_sync, .lock = -1};
    pthread_mutex_init(&s->mutex, NULL);
    arena_init(&s->arena, 16 << 20);
    configure_sqlite();
    if (!pg && !o->create && access(s->url.s, F_OK) != 0)
        return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "データファイル {0} がありません。kaname init で作ってください。",
            "There is no data file {0}. Make one with kaname init.", s->url));
    Db *db;
    Err e = pg ? ERR_NONE : o->exclusive ? store_lock(a, s->url, &s->lock) : o->create ? ERR_NONE : sqlite_read_still(a, s, real_path(a, s->url));
    if (!e.kind) e = db_acquire(s, o->exclusive || o->create, &db);
    if (e.kind) {
        store_close(s);
        return e;
    }
    db_release(db);
    *out = s;
    return ERR_NONE;
}

static void close_list(Db *db)
{
    while (db) {
        Db *next = db->next;
        for (int i = 0; i < STMT_BUCKETS; i++)
            for (Stmt *st = db->stmts[i]; st; st = st->next)
                db->store->driver->finalize(db, st);
        db->store->driver->disconnect(db);
        arena_done(&db->late.arena);
        arena_done(&db->scratch);
        arena_done(&db->arena);
        db = next;
    }
}

void store_close(Store *s)
{
    close_list(s->idle);
    close_list(s->idle_writer);
    if (s->lock >= 0) close(s->lock);
    arena_done(&s->arena);
    pthread_mutex_destroy(&s->mutex);
}

StoreKind store_kind(const Store *s)
{
    return s->kind;
}

Str store_path(const Store *s)
{
    return s->kind == STORE_SQLITE ? s->url : (Str){0};
}

const char *store_version(void)
{
    return sqlite3_libversion();
}

/* Also after an unwound request: cursors that were left open are closed here. */
static void stop_all(Db *db)
{
    for (int i = 0; i < STMT_BUCKETS; i++)
        for (Stmt *s = db->stmts[i]; s; s = s->next)
            if (s->in_use) {
                db->store->driver->stop(db, s);
                s->in_use = false;
            }
}

/* When many different texts were used, those that are not in use are given back; their memory as soon as none is in use. */
static void forget_all(Db *db)
{
    for (int i = 0; i < STMT_BUCKETS; i++)
        for (Stmt **p = &db->stmts[i]; *p;) {
            if ((*p)->in_use) {
                p = &(*p)->next;
                continue;
            }
            db->store->driver->finalize(db, *p);
            *p = (*p)->next;
            db->stmts_n--;
        }
    if (!db->stmts_n) arena_reset(&db->arena);
}

static void give_back(Store *s, Db *db)
{
    pthread_mutex_lock(&s->mutex);
    Db **list = db->writer ? &s->idle_writer : &s->idle;
    db->next = *list;
    *list = db;
    pthread_mutex_unlock(&s->mutex);
}

static void drop(Db *db)
{
    stop_all(db);
    forget_all(db);
    db->store->driver->disconnect(db);
    db->handle = NULL;
}

/* Connects, also again after the server went away. A connection that failed, also halfway, is tried anew the next time. */
static Err revive(Db *db)
{
    if (db->store->driver->alive(db)) return ERR_NONE;
    drop(db);
    Err e = db->store->driver->connect(db);
    if (e.kind) drop(db);
    return e;
}

Err db_acquire(Store *s, bool writer, Db **out)
{
    pthread_mutex_lock(&s->mutex);
    Db **list = writer ? &s->idle_writer : &s->idle;
    Db *db = *list;
    bool fresh = !db;
    if (db) *list = db->next;
    else db = arena_new(&s->arena, Db);
    pthread_mutex_unlock(&s->mutex);
    if (fresh) {
        *db = (Db){.store = s, .writer = writer};
        arena_init(&db->arena, 32 << 20);
        arena_init(&db->scratch, 256 << 20);
        arena_init(&db->late.arena, 2 * LATE_BYTES);
    }
    db->next = NULL;
    Err e = revive(db);
    if (e.kind) {
        give_back(s, db);
        return e;
    }
    *out = db;
    return ERR_NONE;
}

void db_release(Db *db)
{
    db_rollback(db);
    give_back(db->store, db);
}

StoreKind db_kind(const Db *db)
{
    return db->store->kind;
}

/* --- statements -------------------------------------------------------------------------------------------- */

/* Eight bytes at a time: texts are long, and looked up for each statement. */
static unsigned bucket_of(Str sql)
{
    uint64_t h = sql.n, word;
    for (size_t i = 0; i < sql.n; i += sizeof word) {
        word = 0;
        memcpy(&word, sql.s + i, sql.n - i < sizeof word ? sql.n - i : sizeof word);
        h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
    }
    return (unsigned)(h % STMT_BUCKETS);
}

static Err find_stmt(Db *db, const char *text, const Param *p, size_t n, Stmt **out)
{
    Str sql = str_of(text);
    static const char *const locks[] = {" SKIP LOCKED", " FOR UPDATE"};
    for (size_t i = 0; i < COUNT(locks) && db->store->kind == STORE_SQLITE; i++)
        if (str_ends(sql, str_of(locks[i]))) sql.n -= strlen(locks[i]);
    unsigned b = bucket_of(sql);
    for (Stmt *s = db->stmts[b]; s; s = s->next)
        if (!s->in_use && str_eq(s->sql, sql)) return *out = s, ERR_NONE;
    if (db->stmts_n >= STMT_MAX) forget_all(db);
    Stmt *s = arena_new(&db->arena, Stmt);
    *s = (Stmt){.sql = str_copy(&db->arena, sql)};
    TRY(db->store->driver->prepare(db, s, p, n));
    s->next = db->stmts[b];
    db->stmts[b] = s;
    db->stmts_n++;
    return *out = s, ERR_NONE;
}

Err store_writable(Store *s)
{
    pthread_mutex_lock(&s->mutex);
    bool broken = s->broken;
    pthread_mutex_unlock(&s->mutex);
    if (!broken) return ERR_NONE;
    return err_text(ERR_BROKEN, text_of("書き込みに失敗したため、データベースは読み取りだけになっています。再起動してください。",
        "A write to disk failed, so the database only reads. Restart."));
}

Err db_exec(Db *db, const char *sql, const Param *p, size_t n, int64_t *changed)
{
    Stmt *s;
    if (db->writer) TRY(store_writable(db->store));
    arena_reset(&db->scratch);
    TRY(find_stmt(db, sql, p, n, &s));
    s->in_use = true;
    int64_t dummy;
    Err e = db->store->driver->start(db, s, p, n, changed ? changed : &dummy, false);
    db->store->driver->stop(db, s);
    s->in_use = false;
    return e;
}

void db_query(Db *db, Cursor *c, const char *sql, const Param *p, size_t n)
{
    Stmt *s = NULL;
    arena_reset(&db->scratch);
    *c = (Cursor){.db = db, .err = find_stmt(db, sql, p, n, &s)};
    if (c->err.kind) return;
    s->in_use = true;
    c->impl = s;
    c->err = db->store->driver->start(db, s, p, n, NULL, true);
}

bool cursor_next(Cursor *c)
{
    return !c->err.kind && c->db->store->driver->step(c->db, c->impl, &c->err);
}

Err cursor_close(Cursor *c)
{
    Stmt *s = c->impl;
    if (s) {
        c->db->store->driver->stop(c->db, s);
        s->in_use = false;
        c->impl = NULL;
    }
    return c->err;
}

int cursor_column(Cursor *c, const char *name)
{
    return c->impl ? c->db->store->driver->column(c->impl, name) : -1;
}

bool cursor_is_null(Cursor *c, int column)
{
    return c->db->store->driver->is_null(c->impl, column);
}

int64_t cursor_int(Cursor *c, int column)
{
    return c->db->store->driver->get_int(c->impl, column);
}

Str cursor_text(Cursor *c, int column)
{
    return c->db->store->driver->get_bytes(c->impl, column);
}

Str cursor_blob(Cursor *c, int column)
{
    return c->db->store->driver->get_bytes(c->impl, column);
}

Id cursor_id(Cursor *c, int column)
{
    Id id = {{0}};
    Str b = cursor_blob(c, column);
    if (b.n == 16) memcpy(id.b, b.s, 16);
    return id;
}

/* --- transactions ------------------------------------------------------------------------------------------ */

/* BEGIN, COMMIT and the like: on SQLite prepared once as well, which a short reading notices. */
static Err word(Db *db, const char *sql)
{
    const Driver *d = db->store->driver;
    Stmt *s;
    int64_t none;
    if (db->store->kind == STORE_POSTGRES) return d->run(db, sql);
    TRY(find_stmt(db, sql, NULL, 0, &s));
    Err e = d->start(db, s, NULL, 0, &none, false);
    d->stop(db, s);
    return e;
}

Err db_begin(Db *db)
{
    if (db->writer) TRY(store_writable(db->store));
    TRY(revive(db));
    const Driver *d = db->store->driver;
    const char *begin = db->writer ? d->begin_write : d->begin_read;
    Err e = word(db, begin);
    if (!e.kind || d->alive(db)) return e;
    TRY(revive(db)); /* the connection was lost since the last use, and nothing has been done yet */
    return word(db, begin);
}

Err db_commit(Db *db)
{
    Err e = late_run(db);
    if (e.kind) {
        db_rollback(db);
        return e;
    }
    e = store_writable(db->store);
    if (!e.kind) e = word(db, "COMMIT");
    if (e.kind) {
        if (e.kind != ERR_BUSY && e.kind != ERR_FULL) store_break(db->store); /* an fsync error is never retried */
        db_rollback(db);
    }
    return e;
}

void db_rollback(Db *db)
{
    late_clear(db);
    stop_all(db);
    const Driver *d = db->store->driver;
    if (d->in_tx(db)) word(db, "ROLLBACK");
    if (d->in_tx(db)) drop(db); /* not even memory for that word */
}

bool db_in_tx(Db *db)
{
    return db->store->driver->in_tx(db);
}

void db_break(Db *db)
{
    store_break(db->store);
}

Err db_savepoint(Db *db)
{
    TRY(late_room(db));
    TRY(word(db, "SAVEPOINT one"));
    late_savepoint(db);
    return ERR_NONE;
}

Err db_savepoint_release(Db *db)
{
    TRY(word(db, "RELEASE SAVEPOINT one"));
    late_release(db);
    return ERR_NONE;
}

Err db_savepoint_rollback(Db *db)
{
    stop_all(db);
    TRY(word(db, "ROLLBACK TO SAVEPOINT one"));
    late_back(db);
    return word(db, "RELEASE SAVEPOINT one");
}

/* --- schema ------------------------------------------------------------------------------------------------ */

Err db_ddl(Db *db, const char *ddl)
{
    Arena a;
    arena_init(&a, 1 << 20);
    Err e = db->store->driver->run(db, str_c(&a, db->store->driver->ddl(&a, str_trim(str_of(ddl)))));
    arena_done(&a);
    return e;
}

static Err ddl_list(Db *db, const char *text)
{
    Arena a;
    arena_init(&a, 1 << 20);
    Str rest = str_of(text), one;
    Err e = ERR_NONE;
    while (!e.kind && str_cut(&rest, ';', &one))
        if (str_trim(one).n) e = db_ddl(db, str_c(&a, one));
    arena_done(&a);
    return e;
}

static Err migrated(Db *db, const Migration *m, bool *done)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT at FROM kaname_schema WHERE name = ?", P_TEXT(str_of(m->name)));
    *done = cursor_next(&c);
    return cursor_close(&c);
}

static Err migrate_one(Db *db, const Migration *m)
{
    bool done;
    TRY(migrated(db, m, &done));
    if (done) return ERR_NONE;
    TRY(ddl_list(db, m->ddl));
    if (m->only_sqlite && db_kind(db) == STORE_SQLITE) TRY(ddl_list(db, m->only_sqlite));
    if (m->only_postgres && db_kind(db) == STORE_POSTGRES) TRY(ddl_list(db, m->only_postgres));
    return DB_EXEC(db, "INSERT INTO kaname_schema (name, at) VALUES (?, ?)", P_TEXT(str_of(m->name)), P_INT(now_utc()));
}

static bool known(Str name, const Migration *m, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqc(name, m[i].name)) return true;
    return false;
}

static Err refuse_newer(Db *db, const Migration *m, size_t n)
{
    Cursor c;
    bool strange = false;
    db_query(db, &c, "SELECT name FROM kaname_schema", NULL, 0);
    while (cursor_next(&c))
        strange = strange || !known(cursor_text(&c, 0), m, n);
    TRY(cursor_close(&c));
    if (!strange) return ERR_NONE;
    return err_text(ERR_CONFLICT, text_of("このデータは新しい版の kaname のものです。プログラムを更新してください。",
        "This data belongs to a newer kaname. Update the program."));
}

Err db_schema(Db *db, const Migration *m, size_t n, SchemaState *out)
{
    *out = SCHEMA_NONE;
    if (!db_has_column(db, "kaname_schema", "name")) return ERR_NONE;
    TRY(refuse_newer(db, m, n));
    *out = SCHEMA_SAME;
    for (size_t i = 0; i < n; i++) {
        bool done;
        TRY(migrated(db, &m[i], &done));
        if (!done) *out = SCHEMA_OLDER;
    }
    return ERR_NONE;
}

Err db_migrate(Db *db, const Migration *m, size_t n)
{
    if (db_kind(db) == STORE_POSTGRES) TRY(db->store->driver->run(db, "SELECT pg_advisory_xact_lock(7463726)"));
    TRY(db_ddl(db, "CREATE TABLE IF NOT EXISTS kaname_schema (name TEXT PRIMARY KEY, at INTEGER NOT NULL)"));
    TRY(refuse_newer(db, m, n));
    for (size_t i = 0; i < n; i++)
        TRY(migrate_one(db, &m[i]));
    return ERR_NONE;
}
