/*
 * restore.c -- a history that comes back from a copy. Under its old origin it goes on only when key and marks show that nothing was signed after
 * the copy: one origin never has two heads of the same size. Else the tree goes on under a new origin, whose first leaf keeps the last signed head.
 */
#include "history/inside.h"

#include <unistd.h>

typedef struct Restoring {
    History *h;
    Db *db;
    Arena *a;
    const RestoreHow *how;
    Marks before; /* of the data that was lost; none: n is 0 */
    SignKey old;  /* what the heads of the copy are checked with */
    bool checks;
    RestoreReport *out;
} Restoring;

Err history_reopen(Arena *a, Str base, bool has_key, History **out)
{
    bool found;
    History *h = arena_new(a, History);
    arena_init(&h->a, HISTORY_MEMORY);
    h->marks.fd = -1;
    pthread_mutex_init(&h->mutex, NULL);
    pthread_mutex_init(&h->marking, NULL);
    Err e = key_open(&h->a, str_printf(&h->a, "%.*s.key", STR_ARG(base)), !has_key, &h->key);
    if (!e.kind) e = marks_open(&h->a, str_printf(&h->a, "%.*s.mark", STR_ARG(base)), true, true, &h->marks, &found);
    if (!e.kind) return *out = h, e;
    for (int lang = 0; lang < LANGS; lang++)
        e.text.in[lang] = str_copy(a, e.text.in[lang]);
    history_close(h);
    return e;
}

static Err not_signed(Restoring *r, const LogRow *l, const char *ja, const char *en)
{
    return err_text(ERR_CONFLICT, TEXT_FILL(r->a, ja, en, str_printf(r->a, "%lld", (long long)l->org)));
}

static Err check_head(Restoring *r, const LogRow *l)
{
    Str origin;
    uint64_t size;
    MerkleHash root;
    if (!r->checks) return ERR_NONE;
    if (!note_open(r->a, &r->old, l->note, &origin, &size, &root) || !str_eq(origin, l->origin))
        return not_signed(r, l, "複製の組織{0}の履歴は、この鍵で署名されたものではありません。", "The history of organisation {0} in the copy was not signed by this key.");
    if (size == l->frontier.size && merkle_equal(&root, &l->root)) return ERR_NONE;
    return not_signed(r, l, "複製の組織{0}の履歴は、署名と合いません。", "The history of organisation {0} in the copy does not match its signature.");
}

/* May it go on under its origin? *lost: leaves that were signed after the copy. */
static Err compare_mark(Restoring *r, const LogRow *l, bool *same, uint64_t *lost)
{
    uint8_t log[32];
    mark_of_origin(l->origin, log);
    const Mark *m = marks_find(&r->before, log);
    *lost = m && m->size > l->frontier.size ? m->size - l->frontier.size : 0;
    *same = r->how->has_key && m && !*lost;
    if (!m || *lost) return ERR_NONE;
    NodeSource nodes = {.db = r->db, .org = l->org};
    MerkleHash then;
    if (merkle_root_at(m->size, node_read, &nodes, &then) && merkle_equal(&then, &m->root)) return ERR_NONE;
    return nodes.err.kind ? nodes.err : not_signed(r, l, "複製の組織{0}の履歴は、到達点のファイルと合いません。", "The history of organisation {0} in the copy does not match the high-water file.");
}

static Err new_origin(Restoring *r, const LogRow *l)
{
    uint8_t name[16];
    random_bytes(name, sizeof name);
    Str origin = str_printf(r->a, "%.*s/o/%.*s", STR_ARG(r->h->key.name), STR_ARG(hex_text(r->a, name, sizeof name)));
    return DB_EXEC(r->db, "UPDATE log SET origin = ? WHERE org = ?", P_TEXT(origin), P_INT(l->org));
}

static Err restore_log(Restoring *r, int64_t org)
{
    LogRow l;
    bool found, same;
    uint64_t lost;
    int64_t leaf;
    Str salts, detail;
    TRY(log_load(r->db, r->a, org, true, &l, &found));
    TRY(check_head(r, &l));
    TRY(compare_mark(r, &l, &same, &lost));
    detail = str_printf(r->a, "head=%.*s\nlost=%llu", STR_ARG(base64_text(r->a, l.note.s, l.note.n)), (unsigned long long)lost);
    if (!same) TRY(new_origin(r, &l));
    r->out->logs++, r->out->continued += same, r->out->lost += (int64_t)lost;
    Event e = {.org = org, .org_id = l.org_id, .actor = STR("system"), .action = same ? STR("log.restore") : STR("log.origin"), .object = l.org_id, .at = r->how->at};
    return log_append(r->h, r->db, r->a, &e, detail, &leaf, &salts);
}

static Err prepare(Restoring *r)
{
    bool found;
    r->checks = r->how->has_key || r->how->verifier.n;
    if (r->how->has_key)
        r->old = r->h->key;
    else if (r->checks && !key_public_parse(r->a, r->how->verifier, &r->old))
        return err_text(ERR_INVALID, text_of("検証鍵の形が違います。", "This is not a verifier key."));
    r->before.fd = -1;
    return r->how->mark.n ? marks_open(r->a, r->how->mark, false, false, &r->before, &found) : ERR_NONE;
}

static Err restore_all(Restoring *r)
{
    int64_t *orgs;
    size_t n;
    TRY(prepare(r));
    TRY(logs_all(r->db, r->a, &orgs, &n));
    for (size_t i = 0; i < n; i++)
        TRY(restore_log(r, orgs[i]));
    r->out->checked = r->checks;
    r->out->public_key = key_public_text(r->a, &r->h->key);
    return ERR_NONE;
}

Err history_restore(History *h, Db *db, Arena *a, const RestoreHow *how, RestoreReport *out)
{
    *out = (RestoreReport){0};
    Restoring r = {.h = h, .db = db, .a = a, .how = how, .out = out, .before = {.fd = -1}};
    Err e = restore_all(&r);
    marks_close(&r.before);
    return e;
}
