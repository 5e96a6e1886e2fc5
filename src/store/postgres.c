/* postgres.c -- PostgreSQL behind the door: prepared statements with binary parameters and results; a lost connection is "unknown". */
#include "store/driver.h"

#include <endian.h>
#include <libpq-fe.h>

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

static Err trouble(Db *db, const PGresult *r)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    Str s = str_of(state);
    ErrKind kind = ERR_BROKEN;
    if (str_starts(s, STR("23"))) kind = ERR_CONFLICT;
    if (str_starts(s, STR("40")) || str_starts(s, STR("55")) || str_starts(s, STR("57"))) kind = ERR_BUSY;
    if (str_starts(s, STR("53"))) kind = ERR_FULL;
    if (PQstatus(db->handle) != CONNECTION_OK) kind = ERR_BUSY;
    const char *primary = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *what = primary ? primary : PQerrorMessage(db->handle);
    if (!s.n && strstr(what, "out of memory")) kind = ERR_FULL; /* on our side: not a word about the disk, so the store is not broken by it */
    return store_trouble(kind, what);
}

static bool good(const PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

static Err run(Db *db, const char *sql)
{
    PGresult *r = PQexec(db->handle, sql);
    bool dropped = good(r) && strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(r), "COMMIT") != 0;
    Err e = !good(r) ? trouble(db, r) : dropped ? store_trouble(ERR_BUSY, "transaction was rolled back") : ERR_NONE;
    PQclear(r);
    return e;
}

static void quiet(void *arg, const PGresult *r)
{
    UNUSED(arg), UNUSED(r);
}

static Err connect(Db *db)
{
    /* Nobody waits for a server that is gone longer than this; what the address says comes later and goes before. */
    const char *const names[] = {"connect_timeout", "tcp_user_timeout", "keepalives_idle", "dbname", NULL};
    const char *const values[] = {"5", "15000", "30", db->store->url.s, NULL};
    db->handle = PQconnectdbParams(names, values, 1);
    if (PQstatus(db->handle) != CONNECTION_OK) {
        Err e = trouble(db, NULL);
        return err_text(e.kind, text_of("PostgreSQL に接続できません。", "Cannot connect to PostgreSQL."));
    }
    PQsetNoticeReceiver(db->handle, quiet, NULL);
    return run(db, "SET client_min_messages = warning; SET timezone = 'UTC'; SET synchronous_commit = on");
}

static void disconnect(Db *db)
{
    PQfinish(db->handle);
}

static bool alive(Db *db)
{
    return db->handle && PQstatus(db->handle) == CONNECTION_OK;
}

static bool in_tx(Db *db)
{
    return alive(db) && PQtransactionStatus(db->handle) != PQTRANS_IDLE;
}

/* ? becomes $1, $2 … outside of quoted text. */
static Str numbered(Arena *a, Str sql)
{
    Buf b;
    int n = 0;
    char quote = 0;
    buf_init(&b, a, sql.n + 32);
    for (size_t i = 0; i < sql.n; i++) {
        char ch = sql.s[i];
        if (quote ? ch == quote : ch == '\'' || ch == '"') quote = quote ? 0 : ch;
        if (ch == '?' && !quote) buf_printf(&b, "$%d", ++n);
        else buf_byte(&b, ch);
    }
    return buf_str(&b);
}

static Err prepare(Db *db, Stmt *s, const Param *p, size_t n)
{
    Oid *types = arena_array(&db->scratch, Oid, n + 1);
    if (n > UINT16_MAX) return store_trouble(ERR_BROKEN, "too many parameters");
    for (size_t i = 0; i < n; i++)
        types[i] = p[i].kind == PARAM_INT ? OID_INT8 : p[i].kind == PARAM_TEXT ? OID_TEXT : p[i].kind == PARAM_BLOB ? OID_BYTEA : 0;
    s->name = str_printf(&db->arena, "s%llu", (unsigned long long)++db->names);
    PGresult *r = PQprepare(db->handle, s->name.s, str_c(&db->scratch, numbered(&db->scratch, s->sql)), (int)n, types);
    Err e = good(r) ? ERR_NONE : trouble(db, r);
    PQclear(r);
    return e;
}

static void finalize(Db *db, Stmt *s)
{
    Arena a;
    arena_init(&a, 1 << 16);
    PQclear(PQexec(db->handle, str_printf(&a, "DEALLOCATE %s", s->name.s).s));
    arena_done(&a);
}

static Err start(Db *db, Stmt *s, const Param *p, size_t n, int64_t *changed, bool rows)
{
    const char **values = arena_array(&db->scratch, const char *, n + 1);
    int *lengths = arena_array(&db->scratch, int, n + 1), *formats = arena_array(&db->scratch, int, n + 1);
    for (size_t i = 0; i < n; i++) {
        formats[i] = 1;
        if (p[i].kind == PARAM_INT) {
            uint64_t *be = arena_new(&db->scratch, uint64_t);
            *be = htobe64((uint64_t)p[i].i);
            values[i] = (const char *)be, lengths[i] = 8;
        } else if (p[i].kind != PARAM_NULL) {
            values[i] = p[i].s.n ? p[i].s.s : "", lengths[i] = (int)p[i].s.n;
        }
    }
    PGresult *r = PQexecPrepared(db->handle, s->name.s, (int)n, values, lengths, formats, 1);
    if (!good(r)) {
        Err e = trouble(db, r);
        PQclear(r);
        return e;
    }
    s->result = r, s->row = -1, s->rows = PQntuples(r);
    if (!rows && (!str_int(str_of(PQcmdTuples(r)), changed))) *changed = 0;
    return ERR_NONE;
}

static int step(Db *db, Stmt *s, Err *e)
{
    UNUSED(db), UNUSED(e);
    return ++s->row < s->rows;
}

static void stop(Db *db, Stmt *s)
{
    UNUSED(db);
    PQclear(s->result);
    s->result = NULL;
}

static int column(Stmt *s, const char *name)
{
    return PQfnumber(s->result, name);
}

static bool is_null(Stmt *s, int i)
{
    return PQgetisnull(s->result, s->row, i);
}

static Str get_bytes(Stmt *s, int i)
{
    return (Str){PQgetvalue(s->result, s->row, i), (size_t)PQgetlength(s->result, s->row, i)};
}

/* bool, int2, int4 and int8 come as big-endian bytes of their size. */
static int64_t get_int(Stmt *s, int i)
{
    Str b = get_bytes(s, i);
    if (!b.n || b.n > 8) return 0;
    uint64_t v = (uint8_t)b.s[0] & 0x80 && b.n > 1 ? UINT64_MAX : 0;
    for (size_t k = 0; k < b.n; k++)
        v = v << 8 | (uint8_t)b.s[k];
    return (int64_t)v;
}

static const struct {
    Str from, to;
} words[] = {
    {{"INTEGER PRIMARY KEY", 19}, {"BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", 51}},
    {{"INTEGER", 7}, {"BIGINT", 6}},
    {{"TEXT", 4}, {"TEXT COLLATE \"C\"", 16}},
    {{"BLOB", 4}, {"BYTEA", 5}},
};

static Str ddl(Arena *a, Str statement)
{
    Buf b;
    buf_init(&b, a, statement.n * 2);
    for (size_t i = 0; i < statement.n;) {
        size_t w = 0;
        while (w < COUNT(words) && !str_starts(str_slice(statement, i, statement.n), words[w].from))
            w++;
        if (w < COUNT(words)) buf_add(&b, words[w].to), i += words[w].from.n;
        else buf_byte(&b, statement.s[i++]);
    }
    return buf_str(&b);
}

const Driver postgres_driver = {connect, disconnect, alive, in_tx, run, prepare, finalize, start, step, stop, column, is_null, get_int, get_bytes, ddl,
    "BEGIN ISOLATION LEVEL READ COMMITTED", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
