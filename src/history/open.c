/* open.c -- the key file and the comparison of the high-water marks with the database, before anything is signed. */
#include "history/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static Err key_error(Arena *a, Str path, ErrKind kind)
{
    return err_text(kind, TEXT_FILL(a, "署名鍵のファイル {0} を使えません（所有者だけが読める正しい鍵が必要です）。",
        "The signing key file {0} cannot be used (a valid key that only its owner can read is needed).", path));
}

static Err key_write(Arena *a, Str path, SignKey *k)
{
    key_make(a, k);
    Str text = str_join(a, key_private_text(a, k), STR("\n"), (Str){0});
    int fd = open(str_c(a, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return key_error(a, path, ERR_BROKEN);
    bool ok = write(fd, text.s, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    close(fd);
    sodium_memzero((void *)(uintptr_t)text.s, text.n);
    return ok ? ERR_NONE : key_error(a, path, ERR_FULL);
}

Err key_open(Arena *a, Str path, bool create, SignKey *out)
{
    if (sodium_init() < 0) return err_of(ERR_BROKEN);
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && create) return key_write(a, path, out);
    if (fd < 0) return key_error(a, path, errno == ENOENT ? ERR_NOT_FOUND : ERR_BROKEN);
    char bytes[512];
    struct stat st;
    ssize_t got = fstat(fd, &st) == 0 && !(st.st_mode & 077) ? read(fd, bytes, sizeof bytes) : -1;
    close(fd);
    if (got < 1) return key_error(a, path, ERR_FORBIDDEN);
    bool ok = key_private_parse(a, str_trim((Str){bytes, (size_t)got}), out);
    sodium_memzero(bytes, sizeof bytes);
    return ok ? ERR_NONE : key_error(a, path, ERR_INVALID);
}

static Err behind(Arena *a, const LogRow *l, const Mark *m)
{
    return err_text(ERR_CONFLICT, TEXT_FILL(a,
        "組織{0}の履歴が、署名済みのものと合いません（データベース{1}件、署名済み{2}件）。古いデータに戻されたか、書き換えられています。",
        "The history of organisation {0} does not continue what was signed (database {1}, signed {2}). Old data was put back, or it was changed.",
        str_printf(a, "%lld", (long long)l->org), str_printf(a, "%llu", (unsigned long long)l->frontier.size),
        str_printf(a, "%llu", (unsigned long long)m->size)));
}

/* The crash between commit and mark leaves a signed head that is newer than its mark: the mark follows. */
static Err catch_up(History *h, Db *db, int64_t org)
{
    LogRow l;
    bool found;
    Mark now;
    TRY(log_load(db, &h->a, org, false, &l, &found));
    mark_of_origin(l.origin, now.log);
    const Mark *m = marks_find(&h->marks, now.log);
    NodeSource nodes = {.db = db, .org = org};
    MerkleHash then;
    if (m && (m->size > l.frontier.size || !merkle_root_at(m->size, node_read, &nodes, &then) || !merkle_equal(&then, &m->root)))
        return nodes.err.kind ? nodes.err : behind(&h->a, &l, m);
    Str origin;
    if (!l.note.n || (m && m->size == l.signed_size)) return ERR_NONE;
    if (!note_open(&h->a, &h->key, l.note, &origin, &now.size, &now.root) || !str_eq(origin, l.origin) || now.size != l.signed_size)
        return err_text(ERR_CONFLICT, TEXT_FILL(&h->a, "組織{0}の署名が、この鍵のものではありません。", "The signed head of organisation {0} is not of this key.",
            str_printf(&h->a, "%lld", (long long)org)));
    return marks_put(&h->a, &h->marks, &now);
}

/* A mark whose log is not in the database at all: the log was removed. */
static Err none_missing(History *h, Db *db, const int64_t *orgs, size_t n)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        LogRow l;
        bool found;
        uint8_t log[32];
        TRY(log_load(db, &h->a, orgs[i], false, &l, &found));
        mark_of_origin(l.origin, log);
        known += marks_find(&h->marks, log) != NULL;
    }
    if (known == h->marks.n) return ERR_NONE;
    return err_text(ERR_CONFLICT, text_of("署名済みの履歴がデータベースにありません。古いデータに戻されたか、消されています。",
        "A signed history is missing from the database. Old data was put back, or it was removed."));
}

static Err open_all(History *h, Db *db, Str base, bool create)
{
    int64_t *orgs;
    size_t n;
    bool found;
    TRY(logs_all(db, &h->a, &orgs, &n));
    TRY(key_open(&h->a, str_printf(&h->a, "%.*s.key", STR_ARG(base)), create && n == 0, &h->key));
    TRY(marks_open(&h->a, str_printf(&h->a, "%.*s.mark", STR_ARG(base)), n == 0, true, &h->marks, &found));
    if (h->marks.fd < 0)
        return err_text(ERR_CONFLICT, TEXT_FILL(&h->a, "到達点のファイル {0}.mark がありません。データと一緒に戻してください。失われたときは、空のファイルを置くと今のデータを最新と認めます。",
            "The high-water file {0}.mark is missing. Put it back together with the data. If it is lost, an empty file of that name accepts the present data as the newest.", base));
    TRY(none_missing(h, db, orgs, n));
    for (size_t i = 0; i < n; i++)
        TRY(catch_up(h, db, orgs[i]));
    return marks_sync(&h->marks);
}

Err history_open(Arena *a, Str dir_base, bool create, Db *db, History **out)
{
    History *h = arena_new(a, History);
    arena_init(&h->a, HISTORY_MEMORY);
    h->marks.fd = -1;
    pthread_mutex_init(&h->mutex, NULL);
    pthread_mutex_init(&h->marking, NULL);
    Err e = open_all(h, db, dir_base, create);
    if (!e.kind) {
        *out = h;
        return e;
    }
    for (int lang = 0; lang < LANGS; lang++) /* the sentence outlives the arena that made it */
        e.text.in[lang] = str_copy(a, e.text.in[lang]);
    history_close(h);
    return e;
}

void history_close(History *h)
{
    marks_close(&h->marks);
    sodium_memzero(&h->key, sizeof h->key);
    pthread_mutex_destroy(&h->mutex);
    pthread_mutex_destroy(&h->marking);
    arena_done(&h->a);
}

Str history_public_key(Arena *a, const History *h)
{
    return key_public_text(a, &h->key);
}

void history_derive(const History *h, const char *purpose, uint8_t out[32])
{
    crypto_generichash(out, 32, (const uint8_t *)purpose, strlen(purpose), h->key.secret, sizeof h->key.secret);
}
