/*
 * verify.c -- recomputes everything from the leaves up, inside the caller's read transaction: tree, heads, signatures, marks; then versions
 * against the leaves and current records against their latest version. Each finding names the first leaf or record that is wrong.
 */
#include "history/inside.h"

#include <sodium.h>

enum { FINDINGS_MAX = 200, PORTION = 200, SCRATCH = 256 << 20 };

typedef struct Check {
    Arena *a;       /* findings */
    Arena scratch;  /* emptied after each portion */
    Arena one;      /* emptied after each leaf or record: a record may have many large versions */
    Db *db;
    const Resources *all;
    SignKey key;
    Marks marks; /* read before the first query: never ahead of the database of this transaction */
    Str marks_path;
    VerifyReport *out;
    LogRow log;
    bool leaves_bad; /* of this log: only the first bad leaf is named */
} Check;

void verify_finding(Arena *a, VerifyReport *r, Str text)
{
    if (r->findings_n == FINDINGS_MAX) return;
    if (!r->findings) r->findings = arena_array(a, Str, FINDINGS_MAX);
    r->findings[r->findings_n++] = text;
}

static void find_(Check *k, Str text)
{
    verify_finding(k->a, k->out, text);
}

/* Both languages on one line: findings go into files and mails whose reader is not known. `where` is "org 1: leaf 4". */
static void find_at(Check *k, Str where, const char *ja, const char *en)
{
    find_(k, str_printf(k->a, "%.*s: %s / %s", STR_ARG(where), ja, en));
}

#define WHERE(k, ...) str_printf((k)->a, __VA_ARGS__)

static Str at_leaf(Check *k, uint64_t index)
{
    return WHERE(k, "org %lld: leaf %llu", (long long)k->log.org, (unsigned long long)index);
}

static Str at_log(Check *k)
{
    return WHERE(k, "org %lld", (long long)k->log.org);
}

static void bad_leaf(Check *k, int64_t index, const char *ja, const char *en)
{
    if (k->leaves_bad) return;
    k->leaves_bad = true;
    find_at(k, at_leaf(k, (uint64_t)index), ja, en);
}

/* --- versions ----------------------------------------------------------------------------------------------- */

static const Resource *resource_of(const Check *k, Str action)
{
    size_t dot = action.n;
    while (dot > 0 && action.s[dot - 1] != '.')
        dot--;
    return dot ? resource_find(k->all, str_slice(action, 0, dot - 1)) : NULL;
}

static Err check_version(Check *k, int64_t index, const Leaf *l)
{
    const Resource *res = resource_of(k, l->action);
    if (!l->fields_n || !res) return ERR_NONE; /* an act without a version; a resource of a pack that is not loaded */
    Record *r;
    Version v;
    Err e = record_get(k->db, &k->one, res, k->log.org, l->object, false, &r);
    if (!e.kind) e = version_get(k->db, &k->one, res, r->row, (int64_t)l->object_version, &v);
    if (e.kind == ERR_NOT_FOUND) {
        find_at(k, WHERE(k, "org %lld: leaf %lld: version %llu of %s %.*s", (long long)k->log.org, (long long)index,
                       (unsigned long long)l->object_version, res->name, STR_ARG(id_text(&k->one, l->object))),
            "記録がありません", "it is missing");
        return ERR_NONE;
    }
    TRY(e);
    MerkleHash *hash, root;
    size_t n;
    bool bad;
    TRY(version_hashes(k->db, &k->one, k->log.org, index, v.doc, v.salts, &hash, &n, &k->out->disposed, &bad));
    k->out->versions++;
    root = fields_root(hash, n);
    if (bad || n != l->fields_n || !merkle_equal(&root, &l->fields_root) || v.leaf != index || v.at != l->at)
        find_at(k, WHERE(k, "org %lld: leaf %lld: version %llu of %s-%04lld", (long long)k->log.org, (long long)index,
                       (unsigned long long)l->object_version, res->prefix, (long long)r->number),
            "履歴に残した内容と違います", "does not match what was recorded");
    return ERR_NONE;
}

/* --- leaves ------------------------------------------------------------------------------------------------- */

typedef struct Stored {
    int64_t index;
    Str bytes, hash, object;
} Stored;

static Err load(Check *k, int64_t from, Stored *list, size_t *n)
{
    Cursor c;
    *n = 0;
    DB_QUERY(k->db, &c, "SELECT idx, bytes, hash, object FROM log_leaf WHERE org = ? AND idx >= ? ORDER BY idx LIMIT 200", P_INT(k->log.org),
        P_INT(from));
    while (*n < PORTION && cursor_next(&c))
        list[(*n)++] = (Stored){cursor_int(&c, 0), str_copy(&k->scratch, cursor_blob(&c, 1)), str_copy(&k->scratch, cursor_blob(&c, 2)),
            str_copy(&k->scratch, cursor_blob(&c, 3))};
    return cursor_close(&c);
}

static Err check_nodes(Check *k, const MerkleNode *done, size_t n, int64_t leaf)
{
    NodeSource nodes = {.db = k->db, .org = k->log.org};
    for (size_t i = 0; i < n; i++) {
        MerkleHash stored;
        bool there = node_read(&nodes, done[i].level, done[i].index, &stored);
        TRY(nodes.err);
        if (!there || !merkle_equal(&stored, &done[i].hash)) bad_leaf(k, leaf, "この上の木のハッシュが合いません", "the stored tree above it does not match");
    }
    return ERR_NONE;
}

static Err check_leaf(Check *k, const Stored *s, MerkleFrontier *f, MerkleHash *last)
{
    Leaf l;
    MerkleHash hash = merkle_leaf(s->bytes);
    MerkleNode done[MERKLE_LEVELS];
    int64_t expected = (int64_t)f->size;
    if (s->index != expected) bad_leaf(k, expected, "欠けています", "it is missing");
    else if (!leaf_read(s->bytes, &l) || l.sequence != f->size) bad_leaf(k, expected, "この位置の葉ではありません", "it is not the leaf of this place");
    else if (!merkle_equal(&l.previous, last)) bad_leaf(k, expected, "直前の葉に続いていません", "it does not follow the leaf before it");
    else if (!str_eq(s->hash, HASH_STR(hash)) || !str_eq(s->object, BYTES(l.object.b, 16)) || !id_eq(l.org_id, k->log.org_id))
        bad_leaf(k, expected, "列と中身が合いません", "its columns do not match its bytes");
    size_t n = merkle_append(f, &hash, done);
    *last = hash;
    k->out->leaves++;
    TRY(check_nodes(k, done, n, expected));
    return k->leaves_bad ? ERR_NONE : check_version(k, expected, &l);
}

/* A changed leaf breaks the chain at the leaf after it; the signed heads and marks decide about the last one. */
static Err check_leaves(Check *k, MerkleFrontier *f, MerkleHash *last, const Mark *mark, MerkleHash *at_mark)
{
    size_t n;
    do {
        Stored list[PORTION];
        TRY(load(k, (int64_t)f->size, list, &n));
        for (size_t i = 0; i < n; i++) {
            TRY(check_leaf(k, &list[i], f, last));
            arena_reset(&k->one);
            if (mark && f->size == mark->size) *at_mark = merkle_root(f);
            if (k->leaves_bad && f->size > (uint64_t)list[i].index + 1) break;
        }
        arena_reset(&k->scratch);
    } while (n == PORTION && !k->leaves_bad);
    return ERR_NONE;
}

/* --- heads --------------------------------------------------------------------------------------------------- */

static void check_head(Check *k, const MerkleFrontier *f, const MerkleHash *last)
{
    const LogRow *l = &k->log;
    Str origin;
    uint64_t size;
    MerkleHash root = merkle_root(f), signed_root;
    if (!note_open(&k->scratch, &k->key, l->note, &origin, &size, &signed_root) || !str_eq(origin, l->origin)) {
        find_at(k, at_log(k), "署名がこの鍵のものではありません", "the checkpoint is not signed by this key");
        return;
    }
    if (k->leaves_bad) return;
    if (size > f->size) find_at(k, at_leaf(k, f->size), "欠けています（署名はこの先まであります）", "it is missing; the signed checkpoint counts more leaves");
    else if (size < f->size) find_at(k, at_leaf(k, size), "署名なしで足されています", "it was added without a signature");
    else if (!merkle_equal(&root, &signed_root))
        find_at(k, at_leaf(k, size - 1), "署名と木が合いません", "the tree does not match its signed checkpoint");
    if (l->frontier.size != f->size || !merkle_equal(&l->root, &root) || !merkle_equal(&l->last, last) || l->signed_size != size)
        find_at(k, at_log(k), "log の行が葉と合いません", "the log row does not match its leaves");
    MerkleHash kept = merkle_root(&l->frontier);
    if (!merkle_equal(&kept, &root)) find_at(k, at_log(k), "log の frontier が葉と合いません", "the frontier of the log row does not match its leaves");
}

static void check_mark(Check *k, const Mark *m, const MerkleFrontier *f, const MerkleHash *at_mark)
{
    if (!m) {
        find_at(k, at_log(k), "到達点のファイルにこの履歴がありません", "the high-water file has no mark of this log");
        return;
    }
    if (m->size > f->size)
        find_at(k, at_leaf(k, f->size), "欠けています（到達点はこの先です）",
            str_printf(k->a, "it is missing; %llu leaves were signed (high-water mark)", (unsigned long long)m->size).s);
    else if (!k->leaves_bad && !merkle_equal(at_mark, &m->root))
        find_at(k, at_leaf(k, m->size - 1), "この葉までのどこかが署名時と違います", "this or an earlier leaf differs from what was signed (high-water mark)");
}

/* A log that a running server began after the marks were read has its mark by now. */
static bool marked_since(Check *k, const uint8_t log[32])
{
    Marks now;
    bool found;
    if (marks_open(k->a, k->marks_path, false, false, &now, &found).kind) return false;
    bool there = marks_find(&now, log) != NULL;
    marks_close(&now);
    return there;
}

static Err check_log(Check *k, int64_t org)
{
    bool found;
    Err e = log_load(k->db, k->a, org, false, &k->log, &found);
    if (e.kind == ERR_BROKEN && k->log.org == org && k->log.origin.n)
        find_at(k, at_log(k), "log の行が壊れています", "the log row is damaged");
    else TRY(e);
    k->leaves_bad = false;
    k->out->logs++;
    uint8_t name[32];
    mark_of_origin(k->log.origin, name);
    const Mark *m = marks_find(&k->marks, name);
    MerkleFrontier f = {0};
    MerkleHash last = {{0}}, at_mark = merkle_empty();
    TRY(check_leaves(k, &f, &last, m, &at_mark));
    check_head(k, &f, &last);
    if (m || !marked_since(k, name)) check_mark(k, m, &f, &at_mark);
    return ERR_NONE;
}

/* --- records -------------------------------------------------------------------------------------------------- */

static Err leaf_of(Check *k, int64_t org, int64_t index, Leaf *l, bool *found)
{
    Str bytes;
    Err e = leaf_load(k->db, &k->one, org, index, &bytes);
    *found = !e.kind && leaf_read(bytes, l);
    return e.kind == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum { NOT_LATEST, DIFFERS, NO_LEAF, OTHER_ACTION, SHOWN_IN_USE, SHOWN_RETIRED };
static const Text wrong[] = {
    [NOT_LATEST] = TEXT("最新の版になっていません", "is not at its latest version"),
    [DIFFERS] = TEXT("最新の版と違います", "differs from its latest version"),
    [NO_LEAF] = TEXT("履歴にない版があります", "has a version without a leaf"),
    [OTHER_ACTION] = TEXT("操作の名前が違う版があります", "has a version with another action"),
    [SHOWN_IN_USE] = TEXT("廃止したのに使用中になっています", "was retired but is shown as in use"),
    [SHOWN_RETIRED] = TEXT("廃止していないのに廃止になっています", "is shown as retired but was not"),
};

/* The leaf of one version. The newest remove or restore leaf says whether the record is retired. */
static Err check_version_row(Check *k, const Record *r, const Version *v, int *removed, const Text **what)
{
    Leaf l;
    bool found;
    TRY(leaf_of(k, r->org, v->leaf, &l, &found));
    if (!found || !id_eq(l.object, r->id) || (int64_t)l.object_version != v->version) return *what = &wrong[NO_LEAF], ERR_NONE;
    if (!str_eq(l.action, str_printf(&k->one, "%s.%.*s", r->res->name, STR_ARG(v->action)))) *what = &wrong[OTHER_ACTION];
    if (*removed < 0 && str_ends(l.action, STR(".remove"))) *removed = 1;
    if (*removed < 0 && str_ends(l.action, STR(".restore"))) *removed = 0;
    return ERR_NONE;
}

static void check_latest(Check *k, const Record *r, const Version *v, const Text **what)
{
    if (v->version != r->version) *what = &wrong[NOT_LATEST];
    else if (!str_eq(v->doc, record_canonical(&k->one, r))) *what = &wrong[DIFFERS];
}

/* Each version has its leaf; page by page, newest first. */
static Err check_versions(Check *k, const Record *r, const Text **what)
{
    enum { STEP = 200 };
    int removed = -1; /* not known yet */
    size_t n = STEP;
    *what = &wrong[NOT_LATEST]; /* until there is one */
    for (int64_t before = INT64_MAX; n == STEP;) {
        Version *list;
        TRY(version_list(k->db, &k->one, r, before, STEP, &list, &n));
        if (n && before == INT64_MAX) *what = NULL, check_latest(k, r, &list[0], what);
        for (size_t i = 0; i < n && *what != &wrong[NO_LEAF]; i++)
            TRY(check_version_row(k, r, &list[i], &removed, what));
        if (n) before = list[n - 1].version;
    }
    if (!*what && (removed > 0) != r->removed) *what = removed > 0 ? &wrong[SHOWN_IN_USE] : &wrong[SHOWN_RETIRED];
    return ERR_NONE;
}

static Err check_page(Check *k, const Resource *res, int64_t org, bool removed, Str *cursor)
{
    ListQuery q = {.sort = -1, .limit = 200, .removed = removed, .cursor = *cursor};
    ListPage page;
    TRY(record_list(k->db, &k->scratch, res, org, &q, &page));
    for (size_t i = 0; i < page.n; i++) {
        const Text *what = NULL;
        TRY(check_versions(k, page.list[i], &what));
        arena_reset(&k->one);
        if (what) find_at(k, WHERE(k, "org %lld: %s-%04lld", (long long)org, res->prefix, (long long)page.list[i]->number), what->in[JA].s, what->in[EN].s);
    }
    *cursor = str_copy(k->a, page.next);
    arena_reset(&k->scratch);
    return ERR_NONE;
}

static Err check_records(Check *k, int64_t org)
{
    for (size_t i = 0; i < k->all->n; i++)
        for (int removed = 0; removed < 2; removed++) {
            Str cursor = {0};
            do
                TRY(check_page(k, k->all->list[i], org, removed, &cursor));
            while (cursor.n);
        }
    return ERR_NONE;
}

/* --- all ------------------------------------------------------------------------------------------------------ */

static Err check_all(Check *k, Str base)
{
    int64_t *orgs;
    size_t n, known = 0;
    bool found;
    TRY(key_open(k->a, str_printf(k->a, "%.*s.key", STR_ARG(base)), false, &k->key));
    k->marks_path = str_printf(k->a, "%.*s.mark", STR_ARG(base));
    TRY(marks_open(k->a, k->marks_path, false, false, &k->marks, &found));
    TRY(logs_all(k->db, k->a, &orgs, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = k->out->findings_n;
        TRY(check_log(k, orgs[i]));
        uint8_t name[32];
        mark_of_origin(k->log.origin, name);
        known += marks_find(&k->marks, name) != NULL;
        if (!k->leaves_bad || k->out->findings_n == before) TRY(check_records(k, orgs[i]));
    }
    if (known < k->marks.n) find_at(k, WHERE(k, "%zu logs", k->marks.n - known), "署名済みの履歴がデータベースにありません", "signed, but missing from the database");
    return ERR_NONE;
}

Err history_verify(Arena *a, Db *db, Str dir_base, const Resources *all, VerifyReport *out)
{
    *out = (VerifyReport){0};
    Check *k = arena_new(a, Check);
    *k = (Check){.a = a, .db = db, .all = all, .out = out, .marks = {.fd = -1}};
    arena_init(&k->scratch, SCRATCH);
    arena_init(&k->one, SCRATCH);
    Err e = check_all(k, dir_base);
    marks_close(&k->marks);
    for (int lang = 0; lang < LANGS; lang++)
        e.text.in[lang] = str_copy(a, e.text.in[lang]);
    arena_done(&k->scratch);
    arena_done(&k->one);
    sodium_memzero(&k->key, sizeof k->key);
    return e;
}
