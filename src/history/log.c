/*
 * log.c -- one log per organisation: append, seal, mark, forget, list. The right edge of the tree is kept in the log row, so
 * that the rollback of a savepoint undoes an append like any other change.
 */
#include "history/inside.h"

#include <sodium.h>

const Migration history_migrations[] = {
    {.name = "history/1",
        .ddl = "CREATE TABLE log ("
               " org INTEGER PRIMARY KEY,"
               " org_id BLOB NOT NULL,"
               " origin TEXT NOT NULL UNIQUE,"
               " size INTEGER NOT NULL,"
               " root BLOB NOT NULL,"
               " frontier BLOB NOT NULL,"
               " last BLOB NOT NULL,"
               " signed_size INTEGER NOT NULL,"
               " note TEXT NOT NULL);"
               "CREATE TABLE log_leaf ("
               " org INTEGER NOT NULL,"
               " idx INTEGER NOT NULL,"
               " bytes BLOB NOT NULL,"
               " hash BLOB NOT NULL,"
               " object BLOB NOT NULL,"
               " PRIMARY KEY (org, idx));"
               "CREATE INDEX log_leaf_object ON log_leaf (org, object, idx);"
               "CREATE TABLE log_node ("
               " org INTEGER NOT NULL,"
               " level INTEGER NOT NULL,"
               " idx INTEGER NOT NULL,"
               " hash BLOB NOT NULL,"
               " PRIMARY KEY (org, level, idx));"
               "CREATE TABLE log_disposed ("
               " org INTEGER NOT NULL,"
               " idx INTEGER NOT NULL,"
               " field TEXT NOT NULL,"
               " hash BLOB NOT NULL,"
               " by_idx INTEGER NOT NULL,"
               " PRIMARY KEY (org, idx, field))"},
};
const size_t history_migrations_n = COUNT(history_migrations);

static void blob_into(Str s, void *out, size_t n, bool *bad)
{
    if (s.n != n) *bad = true;
    else memcpy(out, s.s, n);
}

static Err log_broken(Arena *a, int64_t org)
{
    Str n = str_printf(a, "%lld", (long long)org);
    return err_text(ERR_BROKEN, TEXT_FILL(a, "組織{0}の履歴の行が壊れています。kaname audit verify で確かめてください。",
        "The history row of organisation {0} is damaged. Check with kaname audit verify.", n));
}

Err log_load(Db *db, Arena *a, int64_t org, bool lock, LogRow *out, bool *found)
{
    Cursor c;
    *out = (LogRow){.org = org};
    bool bad = false;
    db_query(db, &c, lock ? "SELECT org_id, origin, frontier, root, last, signed_size, note, size FROM log WHERE org = ? FOR UPDATE"
                          : "SELECT org_id, origin, frontier, root, last, signed_size, note, size FROM log WHERE org = ?",
        (Param[]){P_INT(org)}, 1);
    *found = cursor_next(&c);
    if (*found) {
        blob_into(cursor_blob(&c, 0), out->org_id.b, 16, &bad);
        out->origin = str_copy(a, cursor_text(&c, 1));
        bad |= !merkle_unpack(cursor_blob(&c, 2), &out->frontier);
        blob_into(cursor_blob(&c, 3), out->root.b, 32, &bad);
        blob_into(cursor_blob(&c, 4), out->last.b, 32, &bad);
        out->signed_size = (uint64_t)cursor_int(&c, 5);
        out->note = str_copy(a, cursor_text(&c, 6));
        bad |= out->frontier.size != (uint64_t)cursor_int(&c, 7);
    }
    TRY(cursor_close(&c));
    return bad ? log_broken(a, org) : ERR_NONE;
}

Err logs_all(Db *db, Arena *a, int64_t **orgs, size_t *n)
{
    Cursor c;
    size_t cap = 16;
    *orgs = arena_array(a, int64_t, cap);
    *n = 0;
    db_query(db, &c, "SELECT org FROM log ORDER BY org", NULL, 0);
    while (cursor_next(&c)) {
        if (*n == cap) {
            *orgs = arena_grow(a, *orgs, cap * sizeof **orgs, cap * 2 * sizeof **orgs);
            cap *= 2;
        }
        (*orgs)[(*n)++] = cursor_int(&c, 0);
    }
    return cursor_close(&c);
}

bool node_read(void *node_source, unsigned level, uint64_t index, MerkleHash *out)
{
    NodeSource *s = node_source;
    Cursor c;
    bool bad = false;
    if (level == 0)
        DB_QUERY(s->db, &c, "SELECT hash FROM log_leaf WHERE org = ? AND idx = ?", P_INT(s->org), P_INT((int64_t)index));
    else
        DB_QUERY(s->db, &c, "SELECT hash FROM log_node WHERE org = ? AND level = ? AND idx = ?", P_INT(s->org), P_INT(level),
            P_INT((int64_t)index));
    bool found = cursor_next(&c);
    if (found) blob_into(cursor_blob(&c, 0), out->b, MERKLE_HASH, &bad);
    s->err = cursor_close(&c);
    return found && !bad && !s->err.kind;
}

/* --- append --------------------------------------------------------------------------------------------- */

/* Two writers may begin the same log: the second waits, then continues the first one's. */
static Err log_begin(History *h, Db *db, Arena *a, const Event *e, LogRow *l)
{
    uint8_t name[16];
    bool found;
    LogRow new_ = {.org_id = e->org_id, .root = merkle_empty()};
    random_bytes(name, sizeof name);
    Str origin = str_printf(a, "%.*s/o/%.*s", STR_ARG(h->key.name), STR_ARG(hex_text(a, name, sizeof name)));
    TRY(DB_EXEC(db, "INSERT INTO log (org, org_id, origin, size, root, frontier, last, signed_size, note)"
                    " VALUES (?, ?, ?, 0, ?, ?, ?, 0, '') ON CONFLICT (org) DO NOTHING",
        P_INT(e->org), P_ID(new_.org_id), P_TEXT(origin), P_BLOB(HASH_STR(new_.root)), P_BLOB(merkle_pack(a, &new_.frontier)),
        P_BLOB(HASH_STR(new_.last))));
    TRY(log_load(db, a, e->org, true, l, &found));
    return found ? ERR_NONE : err_of(ERR_BROKEN);
}

static Err object_previous(Db *db, int64_t org, Id object, MerkleHash *out)
{
    *out = (MerkleHash){{0}};
    if (id_none(object)) return ERR_NONE;
    Cursor c;
    bool bad = false;
    DB_QUERY(db, &c, "SELECT hash FROM log_leaf WHERE org = ? AND object = ? ORDER BY idx DESC LIMIT 1", P_INT(org), P_ID(object));
    if (cursor_next(&c)) blob_into(cursor_blob(&c, 0), out->b, MERKLE_HASH, &bad);
    TRY(cursor_close(&c));
    return bad ? err_of(ERR_BROKEN) : ERR_NONE;
}

/* Derived fields have no stored value, so nothing is committed to. */
static void commit_fields(Arena *a, const Event *e, Leaf *leaf, Str *salts)
{
    Buf b;
    buf_init(&b, a, e->fields_n * 48 + 1);
    MerkleHash *hash = arena_array(a, MerkleHash, e->fields_n + 1);
    uint8_t *salt = arena_alloc(a, e->fields_n * SALT);
    random_bytes(salt, e->fields_n * SALT);
    for (size_t i = 0; i < e->fields_n; i++) {
        if (e->fields[i].flags & DERIVED) continue;
        Str name = str_of(e->fields[i].name);
        assert(name.n > 0 && name.n < 256);
        hash[leaf->fields_n++] = field_hash(salt, name, value_canonical(a, &e->fields[i], &e->v[i]));
        buf_byte(&b, (char)name.n);
        buf_add(&b, name);
        buf_add(&b, BYTES(salt, SALT));
        salt += SALT;
    }
    if (leaf->fields_n) leaf->fields_root = fields_root(hash, leaf->fields_n);
    *salts = buf_str(&b);
}

/* The root follows when the head is sealed: once a transaction, not once a leaf. */
static Err store_head(Db *db, Arena *a, const LogRow *l)
{
    return DB_EXEC(db, "UPDATE log SET size = ?, frontier = ?, last = ? WHERE org = ?", P_INT((int64_t)l->frontier.size),
        P_BLOB(merkle_pack(a, &l->frontier)), P_BLOB(HASH_STR(l->last)), P_INT(l->org));
}

static Err store_leaf(Db *db, Arena *a, LogRow *l, const Leaf *leaf)
{
    Str bytes = leaf_write(a, leaf);
    MerkleNode done[MERKLE_LEVELS];
    l->last = merkle_leaf(bytes);
    size_t n = merkle_append(&l->frontier, &l->last, done);
    TRY(DB_EXEC(db, "INSERT INTO log_leaf (org, idx, bytes, hash, object) VALUES (?, ?, ?, ?, ?)", P_INT(l->org),
        P_INT((int64_t)leaf->sequence), P_BLOB(bytes), P_BLOB(HASH_STR(l->last)), P_ID(leaf->object)));
    for (size_t i = 0; i < n; i++)
        TRY(DB_EXEC(db, "INSERT INTO log_node (org, level, idx, hash) VALUES (?, ?, ?, ?)", P_INT(l->org), P_INT(done[i].level),
            P_INT((int64_t)done[i].index), P_BLOB(HASH_STR(done[i].hash))));
    return store_head(db, a, l);
}

/* --- many at once --------------------------------------------------------------------------------------- */

enum { BATCH = 40 };

struct HistoryBatch {
    Db *db;
    Arena *a;
    LogRow log;
    size_t n, nodes_n;
    struct {
        int64_t index;
        Str bytes;
        MerkleHash hash;
        Id object;
    } leaves[BATCH];
    MerkleNode nodes[BATCH + MERKLE_LEVELS]; /* forty leaves complete at most that many subtrees */
    Arena scratch;
};

static void batch_done(void *batch)
{
    arena_done(&((HistoryBatch *)batch)->scratch);
}

Err history_batch_begin(History *h, Db *db, Arena *a, int64_t org, Id org_id, HistoryBatch **out)
{
    bool found;
    HistoryBatch *b = arena_new(a, HistoryBatch);
    b->db = db, b->a = a;
    arena_init(&b->scratch, 4 << 20);
    arena_defer(a, batch_done, b);
    TRY(log_load(db, a, org, true, &b->log, &found));
    if (!found) TRY(log_begin(h, db, a, &(Event){.org = org, .org_id = org_id}, &b->log));
    *out = b;
    return ERR_NONE;
}

/* "(?, ?, …)" n times */
static const char *rows_of(Arena *a, const char *head, const char *row, size_t n)
{
    Buf b;
    buf_init(&b, a, 1024);
    buf_addc(&b, head);
    for (size_t i = 0; i < n; i++)
        buf_addc(&b, i ? ", " : ""), buf_addc(&b, row);
    return str_c(a, buf_str(&b));
}

static Err flush_leaves(HistoryBatch *b, Arena *a)
{
    Param p[BATCH * 5];
    for (size_t i = 0; i < b->n; i++) {
        Param *at = &p[i * 5];
        at[0] = P_INT(b->log.org), at[1] = P_INT(b->leaves[i].index), at[2] = P_BLOB(b->leaves[i].bytes), at[3] = P_BLOB(HASH_STR(b->leaves[i].hash));
        at[4] = P_ID(b->leaves[i].object);
    }
    return db_exec(b->db, rows_of(a, "INSERT INTO log_leaf (org, idx, bytes, hash, object) VALUES ", "(?, ?, ?, ?, ?)", b->n), p, b->n * 5, NULL);
}

static Err flush_nodes(HistoryBatch *b, Arena *a)
{
    Param p[COUNT(b->nodes) * 4];
    for (size_t i = 0; i < b->nodes_n; i++) {
        Param *at = &p[i * 4];
        at[0] = P_INT(b->log.org), at[1] = P_INT(b->nodes[i].level), at[2] = P_INT((int64_t)b->nodes[i].index), at[3] = P_BLOB(HASH_STR(b->nodes[i].hash));
    }
    return db_exec(b->db, rows_of(a, "INSERT INTO log_node (org, level, idx, hash) VALUES ", "(?, ?, ?, ?)", b->nodes_n), p, b->nodes_n * 4, NULL);
}

static Err batch_flush(HistoryBatch *b)
{
    jmp_buf full;
    Err e = ERR_NONE;
    if (!ARENA_TRY(&b->scratch, full)) return err_of(ERR_FULL);
    if (b->n) e = flush_leaves(b, &b->scratch);
    if (!e.kind && b->nodes_n) e = flush_nodes(b, &b->scratch);
    arena_end_try(&b->scratch);
    arena_reset(&b->scratch);
    b->n = b->nodes_n = 0;
    return e;
}

static Err batch_leaf(HistoryBatch *b, const Leaf *leaf)
{
    LogRow *l = &b->log;
    Str bytes = leaf_write(b->a, leaf);
    l->last = merkle_leaf(bytes);
    b->leaves[b->n].index = (int64_t)leaf->sequence, b->leaves[b->n].bytes = bytes, b->leaves[b->n].hash = l->last;
    b->leaves[b->n++].object = leaf->object;
    b->nodes_n += merkle_append(&l->frontier, &l->last, &b->nodes[b->nodes_n]);
    return b->n == BATCH ? batch_flush(b) : ERR_NONE;
}

Err history_batch_end(HistoryBatch *b)
{
    TRY(batch_flush(b));
    return store_head(b->db, b->a, &b->log);
}

/* --- one -------------------------------------------------------------------------------------------------- */

Err log_append(History *h, Db *db, Arena *a, const Event *e, Str detail, int64_t *leaf_out, Str *salts)
{
    LogRow l;
    bool found = e->batch != NULL;
    if (found) l = e->batch->log;
    else TRY(log_load(db, a, e->org, true, &l, &found));
    if (!found) TRY(log_begin(h, db, a, e, &l));
    if (e->actor.n > 255 || e->action.n > 255 || detail.n > LEAF_MAX - 1024) return err_of(ERR_TOO_LARGE);
    Leaf leaf = {.org_id = l.org_id, .sequence = l.frontier.size, .previous = l.last, .at = e->at, .actor = e->actor, .action = e->action,
        .object = e->object, .object_version = (uint64_t)e->object_version, .detail = detail};
    memcpy(leaf.idempotency, e->idempotency, 32);
    /* The first version has nothing before it. */
    if (e->object_version != 1) {
        if (e->batch) TRY(batch_flush(e->batch));
        TRY(object_previous(db, e->org, e->object, &leaf.object_previous));
    }
    commit_fields(a, e, &leaf, salts);
    *leaf_out = (int64_t)leaf.sequence;
    return e->batch ? batch_leaf(e->batch, &leaf) : store_leaf(db, a, &l, &leaf);
}

Err history_append(History *h, Db *db, Arena *a, const Event *e, int64_t *leaf, Str *salts)
{
    return log_append(h, db, a, e, (Str){0}, leaf, salts);
}

/* --- seal, mark, forget --------------------------------------------------------------------------------- */

static void push_sealed(History *h, const Db *db, const Mark *m)
{
    if (h->sealed_n == h->sealed_cap) {
        size_t cap = h->sealed_cap ? h->sealed_cap * 2 : 8;
        h->sealed = arena_grow(&h->a, h->sealed, h->sealed_n * sizeof(Sealed), cap * sizeof(Sealed));
        h->sealed_cap = cap;
    }
    h->sealed[h->sealed_n++] = (Sealed){db, *m, false};
}

/* A committed head of this log, that waits for its mark, has at least this size. */
static bool committed_size(const History *h, const Mark *m, uint64_t size)
{
    for (size_t i = 0; i < h->sealed_n; i++)
        if (h->sealed[i].committed && memcmp(h->sealed[i].mark.log, m->log, 32) == 0 && h->sealed[i].mark.size >= size) return true;
    return false;
}

/* False: as much or more of this log was signed before. */
static bool remember_sealed(History *h, const Db *db, const LogRow *l)
{
    Mark m = {.size = l->frontier.size, .root = l->root};
    mark_of_origin(l->origin, m.log);
    pthread_mutex_lock(&h->mutex);
    const Mark *before = marks_find(&h->marks, m.log);
    bool grows = (!before || before->size < m.size) && !committed_size(h, &m, m.size);
    if (grows) push_sealed(h, db, &m);
    pthread_mutex_unlock(&h->mutex);
    return grows;
}

/* Never signs a tree that is smaller than what was signed and marked before. */
static Err seal_one(History *h, Db *db, Arena *a, int64_t org)
{
    LogRow l;
    bool found;
    TRY(log_load(db, a, org, true, &l, &found));
    l.root = merkle_root(&l.frontier);
    if (!found || !remember_sealed(h, db, &l))
        return err_text(ERR_CONFLICT, text_of("署名済みの履歴より短い履歴には署名しません。", "A history shorter than the signed one is not signed."));
    Str note = note_sign(a, &h->key, l.origin, l.frontier.size, &l.root);
    return DB_EXEC(db, "UPDATE log SET signed_size = size, root = ?, note = ? WHERE org = ?", P_BLOB(HASH_STR(l.root)), P_TEXT(note), P_INT(org));
}

Err history_seal(History *h, Db *db, Arena *a)
{
    int64_t orgs[64];
    size_t n;
    do { /* in portions: an append takes one organisation, a batch few */
        Cursor c;
        n = 0;
        db_query(db, &c, "SELECT org FROM log WHERE size <> signed_size ORDER BY org LIMIT 64", NULL, 0);
        while (n < COUNT(orgs) && cursor_next(&c))
            orgs[n++] = cursor_int(&c, 0);
        TRY(cursor_close(&c));
        for (size_t i = 0; i < n; i++)
            TRY(seal_one(h, db, a, orgs[i]));
    } while (n == COUNT(orgs));
    return ERR_NONE;
}

/* Of one log only the largest head waits. */
void history_committed(History *h, Db *db)
{
    size_t left = 0;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; i < h->sealed_n; i++)
        if (h->sealed[i].db == db) h->sealed[i].committed = true;
    for (size_t i = 0; i < h->sealed_n; i++)
        if (!h->sealed[i].committed || !committed_size(h, &h->sealed[i].mark, h->sealed[i].mark.size + 1)) h->sealed[left++] = h->sealed[i];
    h->sealed_n = left;
    pthread_mutex_unlock(&h->mutex);
}

/* What could not be written goes on waiting: whoever marks next tries it again. */
static Err write_marks(History *h)
{
    Err e = ERR_NONE;
    size_t left = 0;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; i < h->sealed_n; i++) {
        Sealed s = h->sealed[i];
        const Mark *now = s.committed ? marks_find(&h->marks, s.mark.log) : NULL;
        if (now && now->size >= s.mark.size) continue; /* another writer's, and larger */
        if (s.committed && !e.kind) {
            e = marks_put(&h->a, &h->marks, &s.mark);
            h->unsynced = h->unsynced || !e.kind;
            if (!e.kind) continue;
        }
        h->sealed[left++] = s;
    }
    h->sealed_n = left;
    pthread_mutex_unlock(&h->mutex);
    return e;
}

/* The sync goes on beside the next batch: only other marks wait for it. After a failure nobody's marks are on disk for certain. */
Err history_mark_committed(History *h, Db *db)
{
    pthread_mutex_lock(&h->marking);
    Err e = h->lost ? err_of(ERR_BROKEN) : write_marks(h);
    if (!e.kind && h->unsynced) e = marks_sync(&h->marks);
    if (!e.kind) h->unsynced = false;
    h->lost = h->lost || e.kind == ERR_BROKEN;
    pthread_mutex_unlock(&h->marking);
    if (e.kind == ERR_BROKEN) db_break(db);
    return e;
}

Err history_mark(History *h, Db *db)
{
    history_committed(h, db);
    return history_mark_committed(h, db);
}

void history_forget(History *h, Db *db)
{
    size_t left = 0;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; i < h->sealed_n; i++)
        if (h->sealed[i].db != db || h->sealed[i].committed) h->sealed[left++] = h->sealed[i];
    h->sealed_n = left;
    pthread_mutex_unlock(&h->mutex);
}

/* --- reading -------------------------------------------------------------------------------------------- */

Err leaf_load(Db *db, Arena *a, int64_t org, int64_t index, Str *bytes)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT bytes FROM log_leaf WHERE org = ? AND idx = ?", P_INT(org), P_INT(index));
    bool found = cursor_next(&c);
    if (found) *bytes = str_copy(a, cursor_blob(&c, 0));
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

static bool view_of(Arena *a, int64_t index, Str bytes, LeafView *out)
{
    Leaf l;
    if (!leaf_read(bytes, &l)) return false;
    MerkleHash hash = merkle_leaf(bytes);
    *out = (LeafView){.index = index, .at = l.at, .actor = str_copy(a, l.actor), .action = str_copy(a, l.action), .object = l.object,
        .object_version = (int64_t)l.object_version};
    memcpy(out->hash, hash.b, 32);
    return true;
}

Err history_list(Db *db, Arena *a, int64_t org, Id object, int64_t before, size_t limit, LeafView **out, size_t *n)
{
    Cursor c;
    if (before < 0) before = INT64_MAX;
    if (limit > 1000) limit = 1000;
    *out = arena_array(a, LeafView, limit + 1);
    *n = 0;
    if (id_none(object))
        DB_QUERY(db, &c, "SELECT idx, bytes FROM log_leaf WHERE org = ? AND idx < ? ORDER BY idx DESC LIMIT ?", P_INT(org), P_INT(before),
            P_INT((int64_t)limit));
    else
        DB_QUERY(db, &c, "SELECT idx, bytes FROM log_leaf WHERE org = ? AND object = ? AND idx < ? ORDER BY idx DESC LIMIT ?", P_INT(org),
            P_ID(object), P_INT(before), P_INT((int64_t)limit));
    while (*n < limit && cursor_next(&c))
        if (view_of(a, cursor_int(&c, 0), cursor_blob(&c, 1), &(*out)[*n])) (*n)++;
    return cursor_close(&c);
}

Err history_checkpoint(Db *db, Arena *a, int64_t org, Str *note)
{
    LogRow l;
    bool found;
    TRY(log_load(db, a, org, false, &l, &found));
    if (!found || !l.note.n) return err_of(ERR_NOT_FOUND);
    *note = l.note;
    return ERR_NONE;
}
