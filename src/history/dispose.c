/*
 * dispose.c -- a value and its salts are destroyed in every version; the hash that the leaf committed to stays in log_disposed,
 * so the tree still verifies. Without the salt the hash says nothing about the value.
 */
#include "history/inside.h"

Err disposed_hash(Db *db, int64_t org, int64_t index, Str field, MerkleHash *out, int64_t *by, bool *found)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT hash, by_idx FROM log_disposed WHERE org = ? AND idx = ? AND field = ?", P_INT(org), P_INT(index), P_TEXT(field));
    *found = cursor_next(&c) && cursor_blob(&c, 0).n == MERKLE_HASH;
    if (*found) {
        memcpy(out->b, cursor_blob(&c, 0).s, MERKLE_HASH);
        *by = cursor_int(&c, 1);
    }
    return cursor_close(&c);
}

/* A disposal is believed only with its own leaf, later than the version: same object, this field. */
static Err disposal_leaf(Db *db, Arena *a, int64_t org, int64_t leaf, int64_t by, Str field, bool *good)
{
    Str was, bytes;
    Leaf old, l;
    *good = false;
    Err e = leaf_load(db, a, org, leaf, &was);
    if (!e.kind) e = leaf_load(db, a, org, by, &bytes);
    if (e.kind) return e.kind == ERR_NOT_FOUND ? ERR_NONE : e;
    *good = leaf < by && leaf_read(was, &old) && leaf_read(bytes, &l) && id_eq(old.object, l.object) && str_ends(l.action, STR(".dispose")) &&
            str_starts(l.detail, str_printf(a, "field=%.*s\n", STR_ARG(field)));
    return ERR_NONE;
}

Err version_hashes(Db *db, Arena *a, int64_t org, int64_t leaf, Str doc, Str salts, MerkleHash **out, size_t *n, int64_t *disposed, bool *bad)
{
    Salted *list;
    *bad = !salts_read(a, salts, &list, n);
    *out = arena_array(a, MerkleHash, *n + 1);
    for (size_t i = 0; i < *n && !*bad; i++) {
        Str value = NO_VALUE;
        size_t from;
        bool given = doc_member(doc, list[i].name, &value, &from), found = true;
        int64_t by;
        if (salt_gone(list[i].salt)) {
            TRY(disposed_hash(db, org, leaf, list[i].name, &(*out)[i], &by, &found));
            bool good = false;
            if (found) TRY(disposal_leaf(db, a, org, leaf, by, list[i].name, &good));
            *bad = given || !good; /* a value beside a destroyed salt was put there by somebody */
            ++*disposed;
        } else {
            (*out)[i] = field_hash(list[i].salt, list[i].name, value);
        }
    }
    return ERR_NONE;
}

/* The document without the member: `"name":value` and one comma. */
static Str without(Arena *a, Str doc, Str name, size_t from, size_t value_n)
{
    size_t start = from - name.n - 3, end = from + value_n;
    if (doc.s[end] == ',') end++;
    else if (doc.s[start - 1] == ',') start--;
    return str_join(a, str_slice(doc, 0, start), str_slice(doc, end, doc.n), (Str){0});
}

typedef struct Old {
    int64_t version, leaf;
    Str doc, salts;
} Old;

enum { PORTION = 100 };

static Err load(Db *db, Arena *a, Str resource, int64_t record, int64_t after, Old *out, size_t *n)
{
    Cursor c;
    *n = 0;
    DB_QUERY(db, &c, "SELECT version, leaf, doc, salts FROM version WHERE resource = ? AND record = ? AND version > ? ORDER BY version LIMIT 100",
        P_TEXT(resource), P_INT(record), P_INT(after));
    while (*n < PORTION && cursor_next(&c))
        out[(*n)++] = (Old){cursor_int(&c, 0), cursor_int(&c, 1), str_copy(a, cursor_text(&c, 2)), str_copy(a, cursor_blob(&c, 3))};
    return cursor_close(&c);
}

static Err destroy(Db *db, Arena *a, const Event *e, Str resource, int64_t record, const Old *v, Str field, int64_t by)
{
    Salted *list;
    size_t n, from;
    Str value;
    if (!doc_member(v->doc, field, &value, &from)) return ERR_NONE;
    if (!salts_read(a, v->salts, &list, &n)) return err_of(ERR_BROKEN);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(list[i].name, field)) continue;
        MerkleHash hash = field_hash(list[i].salt, field, value);
        Str left = without(a, v->doc, field, from, value.n);
        char *salts = arena_alloc(a, v->salts.n);
        memcpy(salts, v->salts.s, v->salts.n);
        memset(salts + list[i].at, 0, SALT);
        TRY(DB_EXEC(db, "INSERT INTO log_disposed (org, idx, field, hash, by_idx) VALUES (?, ?, ?, ?, ?)", P_INT(e->org), P_INT(v->leaf),
            P_TEXT(field), P_BLOB(HASH_STR(hash)), P_INT(by)));
        return DB_EXEC(db, "UPDATE version SET doc = ?, salts = ? WHERE resource = ? AND record = ? AND version = ?", P_TEXT(left),
            P_BLOB(((Str){salts, v->salts.n})), P_TEXT(resource), P_INT(record), P_INT(v->version));
    }
    return ERR_NONE;
}

Err history_dispose(History *h, Db *db, Arena *a, const Event *e, int64_t record_row, const Resource *res, int field, Str ground)
{
    Str name = str_of(res->fields[field].name), resource = str_of(res->name), salts;
    int64_t by, after = 0;
    if (ground.n > 2000) return err_text(ERR_TOO_LARGE, text_of("廃棄の根拠が長すぎます。", "The ground for the disposal is too long."));
    Event bare = *e;
    bare.fields_n = 0;
    TRY(log_append(h, db, a, &bare, str_printf(a, "field=%.*s\nground=%.*s", STR_ARG(name), STR_ARG(ground)), &by, &salts));
    size_t n;
    do {
        Old list[PORTION];
        TRY(load(db, a, resource, record_row, after, list, &n));
        for (size_t i = 0; i < n; i++)
            TRY(destroy(db, a, e, resource, record_row, &list[i], name, by));
        if (n) after = list[n - 1].version;
    } while (n == PORTION);
    return ERR_NONE;
}
