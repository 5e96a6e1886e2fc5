/* history_test.c -- somebody with the whole database but without the key changes something: verify finds it and names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "history/inside.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const Field person_fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("氏名", "Name"), .flags = TITLE | REQUIRED | PERSONAL},
    {.name = "phone", .kind = KIND_TEXT, .label = TEXT("電話", "Phone"), .flags = PERSONAL},
    {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Level"), .min = 0, .max = 9},
};
static const Resource person = {.name = "person", .path = "persons", .prefix = "H", .label = TEXT("人", "Person"), .label_many = TEXT("人", "Persons"),
    .fields = person_fields, .fields_n = COUNT(person_fields)};
static const Resource *const list[] = {&person};
static const Resources all = {list, 1};

typedef struct World {
    Arena a;
    Store *store;
    Db *db;
    History *h;
    Str path, url;
    Id org_id;
    bool pg;
    Record *r[3];
} World;

#define ok(call)                                                                                                       \
    do {                                                                                                               \
        Err ok_ = (call);                                                                                              \
        if (ok_.kind) fail_msg("%s: %.*s", #call, STR_ARG(ok_.text.in[EN]));                                           \
    } while (0)

static void remove_files(World *w)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock", ".key", ".mark"};
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(str_printf(&w->a, "%.*s%s", STR_ARG(w->path), tails[i]).s);
}

static void sql(World *w, const char *statement)
{
    int64_t changed = 0;
    Err e = db_exec(w->db, statement, NULL, 0, &changed);
    if (e.kind || changed < 1) fail_msg("%s: %.*s, %lld changed", statement, STR_ARG(e.text.in[EN]), (long long)changed);
}

/* As work does it: row, leaf, version. */
static void save(World *w, Record *r, const char *action)
{
    Event e = {.org = 1, .org_id = w->org_id, .actor = STR("11111111-1111-4111-8111-111111111111"), .action = str_printf(&w->a, "person.%s", action),
        .object = r->id, .object_version = r->version, .fields = person_fields, .fields_n = COUNT(person_fields), .v = r->v, .at = now_utc()};
    ok(r->version == 1 ? record_insert(w->db, &w->a, r) : record_update(w->db, &w->a, r));
    Version v = {.version = r->version, .at = e.at, .action = str_of(action), .doc = record_canonical(&w->a, r)};
    ok(history_append(w->h, w->db, &w->a, &e, &v.leaf, &v.salts));
    ok(version_add(w->db, r, &v));
}

static void commit(World *w)
{
    ok(history_seal(w->h, w->db, &w->a));
    ok(db_commit(w->db));
    ok(history_mark(w->h, w->db));
}

static Record *new_person(World *w, const char *name)
{
    Record *r = arena_new(&w->a, Record);
    *r = (Record){.res = &person, .id = id_new(), .org = 1, .version = 1, .created = now_utc(), .updated = now_utc(), .v = arena_array(&w->a, Value, 3)};
    r->v[0] = (Value){.state = VALUE_KNOWN, .text = str_of(name)};
    r->v[1] = (Value){.state = VALUE_KNOWN, .text = STR("03-0000-1234")};
    return r;
}

static void change(World *w, Record *r, int64_t level)
{
    r->version++;
    r->v[2] = (Value){.state = VALUE_KNOWN, .i = level};
    save(w, r, "update");
}

/* Three people, nine leaves in two commits; person 0 has versions 1 to 3 (leaves 0, 3, 6). */
static void fill(World *w)
{
    ok(db_begin(w->db));
    for (int i = 0; i < 3; i++)
        save(w, w->r[i] = new_person(w, ((const char *[]){"秘密 太郎", "Second \"quoted\", person", "Third}"})[i]), "create");
    commit(w);
    ok(db_begin(w->db));
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3; i++)
            change(w, w->r[i], round + i);
    commit(w);
}

static World *open_world(bool pg)
{
    static World world;
    World *w = &world;
    *w = (World){.pg = pg, .org_id = id_new()};
    arena_init(&w->a, 512 << 20);
    w->path = str_printf(&w->a, "/tmp/kaname-history-test-%d.db", (int)getpid());
    w->url = pg ? str_of(getenv("KANAME_PG")) : w->path;
    remove_files(w);
    StoreOptions o = {.url = w->url, .create = true, .exclusive = true};
    ok(store_open(&w->a, &o, &w->store));
    ok(db_acquire(w->store, true, &w->db));
    static const char *const tables[] = {"log", "log_leaf", "log_node", "log_disposed", "kaname_schema", "version", "r_person", "counter", "link", "search"};
    for (size_t i = 0; i < COUNT(tables); i++)
        db_ddl(w->db, str_printf(&w->a, "DROP TABLE IF EXISTS %s", tables[i]).s);
    ok(db_begin(w->db));
    ok(db_migrate(w->db, history_migrations, history_migrations_n));
    ok(record_migrate(w->db, &w->a, &all));
    ok(db_commit(w->db));
    ok(history_open(&w->a, w->path, true, w->db, &w->h));
    fill(w);
    return w;
}

static void close_world(World *w)
{
    if (w->h) history_close(w->h);
    db_release(w->db);
    store_close(w->store);
    remove_files(w);
    arena_done(&w->a);
}

static VerifyReport verify(World *w)
{
    Db *reader;
    VerifyReport report;
    ok(db_acquire(w->store, false, &reader));
    ok(db_begin(reader));
    ok(history_verify(&w->a, reader, w->path, &all, &report));
    db_rollback(reader);
    db_release(reader);
    return report;
}

static void expect_clean(World *w, int64_t leaves)
{
    VerifyReport v = verify(w);
    if (v.findings_n) fail_msg("%.*s", STR_ARG(v.findings[0]));
    assert_int_equal(v.leaves, leaves);
    assert_int_equal(v.logs, 1);
}

static void expect_finding(World *w, const char *attack, const char *part)
{
    VerifyReport v = verify(w);
    for (size_t i = 0; i < v.findings_n; i++)
        if (str_find(v.findings[i], str_of(part)) != SIZE_MAX) return;
    fail_msg("%s: expected \"%s\", %zu findings, first \"%.*s\"", attack, part, v.findings_n, STR_ARG(v.findings_n ? v.findings[0] : STR("-")));
}

static bool pg_given(void)
{
    const char *url = getenv("KANAME_PG");
    return url && *url;
}

#define ON_BOTH(name)                                                                                                  \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        UNUSED(state);                                                                                                 \
        for (int pg = 0; pg <= (int)pg_given(); pg++) {                                                                \
            World *w = open_world(pg);                                                                                 \
            name##_in(w);                                                                                              \
            close_world(w);                                                                                            \
        }                                                                                                              \
    }

static void grows_in(World *w)
{
    expect_clean(w, 9);
    struct stat st;
    assert_int_equal(stat(str_printf(&w->a, "%.*s.key", STR_ARG(w->path)).s, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    ok(db_begin(w->db));
    ok(db_savepoint(w->db));
    change(w, w->r[1], 5);
    db_savepoint_rollback(w->db); /* the append is undone with it */
    w->r[1]->version--;
    change(w, w->r[1], 6);
    commit(w);
    expect_clean(w, 10);
    LeafView *v;
    size_t n;
    ok(history_list(w->db, &w->a, 1, w->r[1]->id, -1, 10, &v, &n));
    assert_int_equal(n, 4);
    assert_int_equal(v[0].index, 9);
    assert_int_equal(v[0].object_version, 4);
    ok(db_begin(w->db));
    change(w, w->r[1], 7);
    ok(history_seal(w->h, w->db, &w->a));
    db_rollback(w->db);
    history_forget(w->h, w->db);
    ok(history_mark(w->h, w->db));
    expect_clean(w, 10);
    history_close(w->h); /* starts again on what it signed */
    ok(history_open(&w->a, w->path, false, w->db, &w->h));
    expect_clean(w, 10);
}
ON_BOTH(grows)

/* While the marks of one batch are written, the next one is sealed: a mark never runs ahead of its commit, and a rollback takes none back. */
static void marked_beside_in(World *w)
{
    assert_int_equal(w->h->marks.list[0].size, 9);
    ok(db_begin(w->db));
    change(w, w->r[1], 5);
    ok(history_seal(w->h, w->db, &w->a));
    ok(db_commit(w->db));
    history_committed(w->h, w->db);
    ok(db_begin(w->db));
    change(w, w->r[1], 6);
    ok(history_seal(w->h, w->db, &w->a));
    ok(history_mark_committed(w->h, w->db));
    assert_int_equal(w->h->marks.list[0].size, 10);
    history_forget(w->h, w->db);
    db_rollback(w->db);
    w->r[1]->version--;
    ok(history_mark_committed(w->h, w->db));
    assert_int_equal(w->h->marks.list[0].size, 10);
    expect_clean(w, 10);
    for (int i = 0; i < 2; i++) { /* two batches wait, the third is given up: the larger of the two is marked */
        ok(db_begin(w->db));
        change(w, w->r[1], 7 + i);
        ok(history_seal(w->h, w->db, &w->a));
        ok(db_commit(w->db));
        history_committed(w->h, w->db);
    }
    ok(db_begin(w->db));
    change(w, w->r[1], 9);
    ok(history_seal(w->h, w->db, &w->a));
    history_forget(w->h, w->db);
    db_rollback(w->db);
    w->r[1]->version--;
    assert_int_equal(w->h->marks.list[0].size, 10);
    ok(history_mark_committed(w->h, w->db));
    assert_int_equal(w->h->marks.list[0].size, 12);
    expect_clean(w, 12);
}
ON_BOTH(marked_beside)

typedef struct Attack {
    const char *name, *part, *statements[4];
} Attack;

static const Attack attacks[] = {
    {"last leaf changed", "leaf 8", {"UPDATE log_leaf SET bytes = (SELECT bytes FROM log_leaf WHERE idx = 7) WHERE idx = 8"}},
    {"leaf changed", "leaf 4", {"UPDATE log_leaf SET bytes = (SELECT bytes FROM log_leaf WHERE idx = 2) WHERE idx = 4"}},
    {"leaf removed", "leaf 4: 欠けています / it is missing", {"DELETE FROM log_leaf WHERE idx = 4"}},
    {"leaf removed, the rest moved up", "leaf 4", {"DELETE FROM log_leaf WHERE idx = 4", "UPDATE log_leaf SET idx = idx - 1 WHERE idx > 4 AND idx < 6",
                                                    "UPDATE log_leaf SET idx = idx - 1 WHERE idx = 6"}},
    {"leaves in another order", "leaf 4", {"UPDATE log_leaf SET idx = 1004 WHERE idx = 4", "UPDATE log_leaf SET idx = 4 WHERE idx = 5",
                                            "UPDATE log_leaf SET idx = 5 WHERE idx = 1004"}},
    {"leaf inserted at the end", "leaf 9", {"INSERT INTO log_leaf (org, idx, bytes, hash, object) SELECT org, 9, bytes, hash, object FROM log_leaf WHERE idx = 8"}},
    {"tail cut", "leaf 8: 欠けています", {"DELETE FROM log_leaf WHERE idx = 8"}},
    {"leaf hash changed", "leaf 3", {"UPDATE log_leaf SET hash = (SELECT hash FROM log_leaf WHERE idx = 2) WHERE idx = 3"}},
    {"inner node changed", "leaf 3", {"UPDATE log_node SET hash = (SELECT hash FROM log_leaf WHERE idx = 2) WHERE level = 2 AND idx = 0"}},
    {"version changed", "leaf 3: version 2 of H-0001", {"UPDATE version SET doc = '{\"name\":\"Other\",\"phone\":\"1\",\"level\":0}' WHERE leaf = 3"}},
    {"version removed", "leaf 3: version 2 of person", {"DELETE FROM version WHERE leaf = 3"}},
    {"version time changed", "leaf 3: version 2", {"UPDATE version SET at = at + 1 WHERE leaf = 3"}},
    {"version action changed", "has a version with another action", {"UPDATE version SET action = 'a name that is longer than the one in the leaf' WHERE leaf = 3"}},
    {"version forged", "has a version without a leaf",
        {"INSERT INTO version (resource, record, version, at, author, action, reason, doc, salts, leaf)"
         " SELECT resource, record, 4, at, author, action, reason, doc, salts, leaf FROM version WHERE leaf = 6",
            "UPDATE r_person SET version = 4 WHERE number = 1"}},
    {"record changed", "H-0002: 最新の版と違います / differs from its latest version", {"UPDATE r_person SET f_name = 'Nobody' WHERE number = 2"}},
    {"record hidden", "H-0002: 廃止していないのに廃止になっています / is shown as retired", {"UPDATE r_person SET removed = 1 WHERE number = 2"}},
    {"record removed", "is missing", {"DELETE FROM r_person WHERE number = 2"}},
    {"checkpoint emptied", "checkpoint is not signed", {"UPDATE log SET note = ''"}},
    {"checkpoint changed", "checkpoint is not signed", {"UPDATE log SET note = replace(note, '9', '8')"}},
    {"log row changed", "log row does not match", {"UPDATE log SET signed_size = 3"}},
    {"root changed", "log row does not match", {"UPDATE log SET root = last"}},
    {"log removed", "missing from the database", {"DELETE FROM log"}},
};

static void found(void **state)
{
    UNUSED(state);
    for (int pg = 0; pg <= (int)pg_given(); pg++)
        for (size_t i = 0; i < COUNT(attacks); i++) {
            World *w = open_world(pg);
            for (size_t k = 0; k < 4 && attacks[i].statements[k]; k++)
                sql(w, attacks[i].statements[k]);
            expect_finding(w, attacks[i].name, attacks[i].part);
            close_world(w);
        }
}

/* Everything put back to an older, correctly signed state: only the mark outside the database knows better. */
static void rolled_back_in(World *w)
{
    LogRow l;
    bool there;
    ok(log_load(w->db, &w->a, 1, false, &l, &there));
    ok(db_begin(w->db));
    change(w, w->r[0], 9);
    commit(w);
    expect_clean(w, 10);
    sql(w, "DELETE FROM log_leaf WHERE idx = 9");
    sql(w, "DELETE FROM log_node WHERE (idx + 1) * (CASE level WHEN 1 THEN 2 ELSE 1000 END) > 9 AND level = 1");
    sql(w, "DELETE FROM version WHERE leaf = 9");
    sql(w, "UPDATE r_person SET version = 3, f_level = 1 WHERE number = 1");
    ok(DB_EXEC(w->db, "UPDATE log SET size = 9, signed_size = 9, root = ?, frontier = ?, last = ?, note = ?", P_BLOB(HASH_STR(l.root)),
        P_BLOB(merkle_pack(&w->a, &l.frontier)), P_BLOB(HASH_STR(l.last)), P_TEXT(l.note)));
    expect_finding(w, "rollback", "10 leaves were signed (high-water mark)");
    history_close(w->h);
    w->h = NULL;
    assert_int_equal(history_open(&w->a, w->path, false, w->db, &w->h).kind, ERR_CONFLICT);
}
ON_BOTH(rolled_back)

static void receipts_in(World *w)
{
    Arena a;
    arena_init(&a, 64 << 20);
    Str key = str_copy(&w->a, history_public_key(&w->a, w->h)), text, hidden;
    for (int64_t i = 0; i < 9; i++) {
        ok(history_receipt(w->db, &w->a, 1, i, &person, NULL, &text));
        ok(receipt_verify(&w->a, text, key));
    }
    assert_true(str_find(text, STR("field phone ")) != SIZE_MAX);
    assert_int_equal(history_receipt(w->db, &w->a, 1, 9, &person, NULL, &hidden).kind, ERR_NOT_FOUND);
    bool readable[3] = {true, false, true};
    ok(history_receipt(w->db, &w->a, 1, 8, &person, readable, &hidden));
    assert_true(str_find(hidden, STR("field phone ")) == SIZE_MAX);
    ok(receipt_verify(&w->a, hidden, key));
    char *bytes = (char *)(uintptr_t)str_copy(&w->a, text).s;
    for (size_t i = 0; i < text.n * 8; i++) {
        bytes[i / 8] ^= (char)(1 << i % 8);
        if (!receipt_verify(&a, (Str){bytes, text.n}, key).kind) fail_msg("bit %zu of byte %zu does not matter", i % 8, i / 8);
        bytes[i / 8] ^= (char)(1 << i % 8);
        arena_reset(&a);
    }
    for (size_t n = 0; n < text.n; n++) {
        if (!receipt_verify(&a, str_slice(text, 0, n), key).kind) fail_msg("cut at %zu is accepted", n);
        arena_reset(&a);
    }
    const char *keep = getenv("KANAME_RECEIPT_OUT"); /* for the independent verifier */
    FILE *f = keep && *keep ? fopen(keep, "wb") : NULL;
    if (f) {
        fwrite(text.s, 1, text.n, f);
        fclose(f);
        printf("%.*s\n", STR_ARG(key));
    }
    arena_done(&a);
}
ON_BOTH(receipts)

static int64_t count(World *w, const char *query)
{
    Cursor c;
    db_query(w->db, &c, query, NULL, 0);
    assert_true(cursor_next(&c));
    int64_t n = cursor_int(&c, 0);
    ok(cursor_close(&c));
    return n;
}

static void disposal_in(World *w)
{
    assert_int_equal(count(w, "SELECT count(*) FROM version WHERE doc LIKE '%秘密%'"), 3);
    ok(db_begin(w->db));
    Record *r = w->r[0];
    r->version++;
    r->v[0] = (Value){.state = VALUE_DISPOSED};
    save(w, r, "update");
    Event e = {.org = 1, .org_id = w->org_id, .actor = STR("system"), .action = STR("person.dispose"), .object = r->id, .object_version = r->version, .at = now_utc()};
    ok(history_dispose(w->h, w->db, &w->a, &e, r->row, &person, 0, STR("本人の請求")));
    commit(w);
    assert_int_equal(count(w, "SELECT count(*) FROM version WHERE doc LIKE '%秘密%'"), 0);
    VerifyReport v = verify(w);
    if (v.findings_n) fail_msg("%.*s", STR_ARG(v.findings[0]));
    assert_int_equal(v.disposed, 3);
    Str text;
    ok(history_receipt(w->db, &w->a, 1, 0, &person, NULL, &text));
    ok(receipt_verify(&w->a, text, history_public_key(&w->a, w->h)));
    assert_true(str_find(text, STR("field name ")) == SIZE_MAX);
    sql(w, "UPDATE log_disposed SET hash = (SELECT hash FROM log_leaf WHERE idx = 1) WHERE idx = 3");
    expect_finding(w, "kept hash changed", "leaf 3: version 2 of H-0001");
}
ON_BOTH(disposal)

/* Who knows the salts can compute the kept hash, but cannot add the leaf of a disposal. */
static void false_disposal_in(World *w)
{
    Version v;
    Salted *salts;
    size_t n, from;
    Str value;
    ok(version_get(w->db, &w->a, &person, w->r[0]->row, 2, &v));
    assert_true(salts_read(&w->a, v.salts, &salts, &n) && n == 3 && str_eqc(salts[2].name, "level"));
    assert_true(doc_member(v.doc, STR("level"), &value, &from) && str_eqc(value, "0"));
    MerkleHash hash = field_hash(salts[2].salt, STR("level"), value);
    char *blob = (char *)(uintptr_t)v.salts.s;
    memset(blob + salts[2].at, 0, SALT);
    ok(DB_EXEC(w->db, "INSERT INTO log_disposed (org, idx, field, hash, by_idx) VALUES (1, 3, 'level', ?, 8)", P_BLOB(HASH_STR(hash))));
    ok(DB_EXEC(w->db, "UPDATE version SET doc = replace(doc, ',\"level\":0', ''), salts = ? WHERE leaf = 3", P_BLOB(v.salts)));
    expect_finding(w, "false disposal", "leaf 3: version 2 of H-0001");
}
ON_BOTH(false_disposal)

static void spoil_file(World *w, long at)
{
    FILE *f = fopen(str_printf(&w->a, "%.*s.mark", STR_ARG(w->path)).s, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    int was = fgetc(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    fputc(was ^ 0x55, f); /* another one, whatever it was */
    fclose(f);
}

/* A crash between commit and mark, a torn copy, both copies gone, no file. */
static void marks_in(World *w)
{
    ok(db_begin(w->db));
    change(w, w->r[2], 8);
    ok(history_seal(w->h, w->db, &w->a));
    ok(db_commit(w->db));
    history_close(w->h);
    ok(history_open(&w->a, w->path, false, w->db, &w->h));
    assert_int_equal(w->h->marks.list[0].size, 10);
    expect_clean(w, 10);
    for (int copy = 0; copy < 2; copy++) {
        history_close(w->h);
        w->h = NULL;
        spoil_file(w, 20 + 128 * copy);
        assert_int_equal(history_open(&w->a, w->path, false, w->db, &w->h).kind, copy ? ERR_CONFLICT : OK);
    }
    unlink(str_printf(&w->a, "%.*s.mark", STR_ARG(w->path)).s);
    assert_int_equal(history_open(&w->a, w->path, false, w->db, &w->h).kind, ERR_CONFLICT);
    assert_int_equal(history_open(&w->a, w->path, true, w->db, &w->h).kind, ERR_CONFLICT);
    expect_finding(w, "mark file removed", "no mark of this log");
    fclose(fopen(str_printf(&w->a, "%.*s.mark", STR_ARG(w->path)).s, "wb")); /* the operator accepts the present data */
    ok(history_open(&w->a, w->path, true, w->db, &w->h));
    expect_clean(w, 10);
    history_close(w->h);
    w->h = NULL;
    chmod(str_printf(&w->a, "%.*s.key", STR_ARG(w->path)).s, 0644);
    assert_int_equal(history_open(&w->a, w->path, true, w->db, &w->h).kind, ERR_FORBIDDEN);
}
ON_BOTH(marks)

static void known_note(void **state)
{
    UNUSED(state); /* the example of the Go package golang.org/x/mod/sumdb/note */
    Arena a;
    arena_init(&a, 1 << 20);
    SignKey k;
    assert_true(key_public_parse(&a, STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &k));
    assert_false(key_public_parse(&a, STR("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &k));
    assert_true(key_private_parse(&a, STR("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), &k));
    assert_true(str_eqc(key_public_text(&a, &k), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
    assert_true(str_eqc(key_private_text(&a, &k), "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_note), cmocka_unit_test(grows), cmocka_unit_test(marked_beside), cmocka_unit_test(found),
        cmocka_unit_test(rolled_back), cmocka_unit_test(receipts), cmocka_unit_test(disposal),
        cmocka_unit_test(false_disposal), cmocka_unit_test(marks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
