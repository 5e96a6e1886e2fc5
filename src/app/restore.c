/*
 * restore.c -- restore: a copy becomes a new data file. Everything happens on FILE.restoring*, is checked there, and only then takes its name; what
 * fails leaves nothing. The copy itself is only read.
 */
#include "app/app.h"
#include "work/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Restore {
    Run *r;
    Options part;  /* the options, with the unfinished file as --db */
    Str key, mark; /* of the data that was lost; empty: none */
    RestoreReport report;
    VerifyReport verified;
} Restore;

static bool exists(Arena *a, Str base, const char *tail)
{
    struct stat st;
    return lstat(str_printf(a, "%.*s%s", STR_ARG(base), tail).s, &st) == 0;
}

static Str beside(Arena *a, Str base, const char *tail)
{
    return str_printf(a, "%.*s%s", STR_ARG(base), tail);
}

/* --- what is there -------------------------------------------------------------------------------------------------- */

static Err stands_in_the_way(Arena *a, Str path)
{
    return err_text(ERR_CONFLICT, TEXT_FILL(a, "{0} がすでにあります。上書きはしません。別の場所に移してからやり直してください。",
                                      "{0} exists already and is never overwritten. Move it away and try again.", path));
}

/* --key names the signing key that was kept apart; else FILE.key is it when it stands there. The marks stand beside the key. */
static Err find_key(Restore *t)
{
    Arena *a = t->r->a;
    Str db = t->r->o->db, given = t->r->o->key, own = beside(a, db, ".key");
    bool has_own = exists(a, db, ".key");
    t->key = given.n ? given : has_own ? own
                                       : (Str){0};
    if (given.n && !exists(a, given, "")) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "署名鍵 {0} がありません。", "There is no signing key {0}.", given));
    if (given.n && !str_eq(given, own) && has_own) return stands_in_the_way(a, own);
    Str base = !t->key.n ? db : str_ends(t->key, STR(".key")) ? str_slice(t->key, 0, t->key.n - 4)
                                                              : t->key;
    t->mark = exists(a, base, ".mark") ? beside(a, base, ".mark") : (Str){0};
    return exists(a, db, ".mark") && !str_eq(base, db) ? stands_in_the_way(a, beside(a, db, ".mark")) : ERR_NONE;
}

static Err check_places(Restore *t)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    const Options *o = t->r->o;
    if (!o->from.n) return err_text(ERR_INVALID, text_of("--from COPY を書いてください。", "Give --from COPY."));
    for (size_t i = 0; i < COUNT(tails); i++)
        if (exists(t->r->a, o->db, tails[i])) return stands_in_the_way(t->r->a, beside(t->r->a, o->db, tails[i]));
    if (exists(t->r->a, o->from, "-wal") || exists(t->r->a, o->from, "-journal"))
        return err_text(ERR_INVALID, TEXT_FILL(t->r->a, "{0} は使っている最中のデータファイルで、バックアップではありません。kaname backup で作ってください。",
                                         "{0} is a data file in use, not a backup. Make one with kaname backup.", o->from));
    return find_key(t);
}

/* --- copying --------------------------------------------------------------------------------------------------------- */

static Err cannot_read(Arena *a, Str path, int why)
{
    if (why == ENOENT) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "{0} がありません。", "There is no {0}.", path));
    return err_text(why == EACCES ? ERR_FORBIDDEN : ERR_BROKEN, TEXT_FILL(a, "{0} を読めません。", "Cannot read {0}.", path));
}

static int pour(int from, int to)
{
    static const size_t piece = 1 << 16;
    char bytes[1 << 16];
    for (;;) {
        ssize_t n = read(from, bytes, piece);
        if (n <= 0) return n < 0 ? -errno : 0;
        for (ssize_t at = 0, w; at < n; at += w)
            if ((w = write(to, bytes + at, (size_t)(n - at))) < 0) return errno;
    }
}

static Err copy_file(Arena *a, Str from, Str to)
{
    int in = open(str_c(a, from), O_RDONLY | O_CLOEXEC);
    if (in < 0) return cannot_read(a, from, errno);
    int out = open(str_c(a, to), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int bad = out < 0 ? errno : pour(in, out);
    if (!bad && fsync(out) != 0) bad = errno;
    if (out >= 0 && close(out) != 0 && !bad) bad = errno;
    close(in);
    return bad < 0 ? cannot_read(a, from, -bad) : bad ? cannot_write(a, to, bad)
                                                      : ERR_NONE;
}

static Err is_database(Arena *a, Str path)
{
    char head[16] = {0};
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot_read(a, path, errno);
    ssize_t n = read(fd, head, sizeof head);
    close(fd);
    if (n == sizeof head && memcmp(head, "SQLite format 3", sizeof head) == 0) return ERR_NONE;
    return err_text(ERR_INVALID, TEXT_FILL(a, "{0} は kaname のバックアップではありません。", "{0} is not a backup of kaname.", path));
}

static void remove_parts(Restore *t)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".key", ".mark", ".lock"};
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(beside(t->r->a, t->part.db, tails[i]).s);
}

/* --- checking and signing -------------------------------------------------------------------------------------------- */

static Err act_restore(Run *r)
{
    Restore *t = (Restore *)r->self;
    RestoreHow how = {.has_key = t->key.n > 0, .mark = t->mark, .verifier = r->o->verifier, .at = now_utc()};
    TRY(access_after_restore(r->db));
    return history_restore(r->history, r->db, r->a, &how, &t->report);
}

static Err sign(Restore *t)
{
    Opened x;
    Run *r = t->r;
    TRY(app_open(r->a, &t->part, OPEN_RESTORE, &x));
    Err e = db_integrity(x.db);
    if (!e.kind) e = history_reopen(r->a, x.base, t->key.n > 0, &x.history);
    r->self = t;
    if (!e.kind) e = app_change(r, &x, act_restore);
    if (!e.kind) e = db_checkpoint(x.db, true); /* only the file itself takes the name */
    app_close(&x);
    return e;
}

static Err findings(Restore *t)
{
    if (!t->verified.findings_n) return ERR_NONE;
    return err_text(ERR_CONFLICT, TEXT_FILL(t->r->a, "複製の履歴に改変があるので、戻しません: {0}", "The history of the copy was altered, so it is not restored: {0}", t->verified.findings[0]));
}

static Err check(Restore *t)
{
    TRY(app_verify(t->r, &t->part, &t->verified));
    return findings(t);
}

static Err move(Arena *a, Str from, Str to)
{
    return rename(str_c(a, from), str_c(a, to)) == 0 ? ERR_NONE : cannot_write(a, to, errno);
}

static Err move_parts(Restore *t)
{
    Arena *a = t->r->a;
    Str db = t->r->o->db, part = t->part.db;
    TRY(move(a, beside(a, part, ".key"), beside(a, db, ".key")));
    TRY(move(a, beside(a, part, ".mark"), beside(a, db, ".mark")));
    return put_in_place(a, part, db);
}

/* The data last: it never stands there without its key and marks. When it cannot, what was not there before goes again. */
static Err name_parts(Restore *t)
{
    Arena *a = t->r->a;
    Str db = t->r->o->db;
    bool had_key = exists(a, db, ".key"), had_mark = exists(a, db, ".mark");
    Err e = move_parts(t);
    if (!e.kind || exists(a, db, "")) return e;
    if (!had_key) unlink(beside(a, db, ".key").s);
    if (!had_mark) unlink(beside(a, db, ".mark").s);
    return e;
}

static Err restore(Restore *t)
{
    Arena *a = t->r->a;
    TRY(is_database(a, t->r->o->from));
    remove_parts(t); /* of a restore that was interrupted */
    progress(t->r->o, text_of("複製しています…", "copying…"));
    TRY(copy_file(a, t->r->o->from, t->part.db));
    if (t->key.n) TRY(copy_file(a, t->key, beside(a, t->part.db, ".key")));
    TRY(sign(t));
    progress(t->r->o, text_of("検証しています…", "verifying…"));
    TRY(check(t));
    return name_parts(t);
}

/* --- PostgreSQL: pg_restore brought the data, the history follows ------------------------------------------------------- */

/* Verified before the commit: the marks of the unfinished files are those of this transaction. */
static Err sign_and_verify(Restore *t, Opened *x)
{
    Run *r = t->r;
    TRY(act_restore(r));
    TRY(history_seal(x->history, x->db, r->a));
    TRY(history_mark(x->history, x->db));
    TRY(history_verify(r->a, x->db, t->part.db, &x->resources, &t->verified));
    TRY(files_verify(r->a, x->db, &t->verified));
    return findings(t);
}

static Err sign_postgres(Restore *t, Opened *x)
{
    Run *r = t->r;
    remove_parts(t);
    if (t->key.n) TRY(copy_file(r->a, t->key, beside(r->a, t->part.db, ".key")));
    TRY(history_reopen(r->a, t->part.db, t->key.n > 0, &x->history));
    r->self = t, r->db = x->db, r->history = x->history;
    TRY(db_begin(x->db));
    Err e = sign_and_verify(t, x);
    if (!e.kind) return db_commit(x->db);
    db_rollback(x->db);
    return e;
}

/* Key and marks stand beside each other, as for every command on PostgreSQL. */
static Err restore_postgres(Restore *t)
{
    Arena *a = t->r->a;
    Opened x;
    TRY(app_open(a, t->r->o, OPEN_RESTORE, &x));
    t->part.db = beside(a, x.base, ".restoring");
    t->key = exists(a, x.base, ".key") ? beside(a, x.base, ".key") : (Str){0};
    t->mark = exists(a, x.base, ".mark") ? beside(a, x.base, ".mark") : (Str){0};
    Err e = sign_postgres(t, &x);
    if (!e.kind) e = move(a, beside(a, t->part.db, ".key"), beside(a, x.base, ".key"));
    if (!e.kind) e = move(a, beside(a, t->part.db, ".mark"), beside(a, x.base, ".mark"));
    remove_parts(t);
    app_close(&x);
    return e;
}

/* --- the command ------------------------------------------------------------------------------------------------------ */

static void show_json(Restore *t)
{
    JsonOut *j = &t->r->json;
    const RestoreReport *n = &t->report;
    json_kstr(j, "file", app_base(t->r->a, t->r->o)), json_kint(j, "logs", n->logs), json_kint(j, "continued", n->continued), json_kint(j, "new_origins", n->logs - n->continued);
    json_kint(j, "lost", n->lost), json_kbool(j, "signature_checked", n->checked), json_kbool(j, "new_key", !t->key.n), json_kstr(j, "verifier_key", n->public_key);
    json_kint(j, "leaves", t->verified.leaves), json_kint(j, "versions", t->verified.versions);
}

static void show(Restore *t)
{
    Run *r = t->r;
    const RestoreReport *n = &t->report;
    if (r->o->json) show_json(t);
    say(r, TEXT_FILL(r->a, "{0} に戻しました。履歴 {1}、葉 {2}、版 {3} を検証しました。", "Restored to {0}. Verified {1} logs, {2} leaves, {3} versions.", app_base(r->a, r->o), number(r, n->logs),
               number(r, t->verified.leaves), number(r, t->verified.versions)));
    if (n->lost)
        say(r, TEXT_FILL(r->a, "バックアップの後に署名された {0} 件は失われています。", "{0} entries that were signed after the backup are lost.", number(r, n->lost)));
    if (n->continued < n->logs)
        say(r, text_of("履歴は新しい名前（origin）で続きます。これまでの受領証は、これまでの検証鍵でそのまま検証できます。",
                   "The history goes on under a new origin. Earlier receipts still verify with the earlier verifier key."));
    if (!n->checked)
        say(r, text_of("署名鍵も検証鍵もないので、複製の署名は確かめていません（--key か --verifier で確かめられます）。",
                   "Without signing key or verifier key the signatures of the copy were not checked (--key or --verifier checks them)."));
    if (!r->o->json) say_kv(r, "verifier_key", r->o->lang == JA ? "検証鍵" : "verifier key", n->public_key);
}

static Err restore_sqlite(Restore *t)
{
    int lock;
    Arena *a = t->r->a;
    t->part.db = beside(a, t->r->o->db, ".restoring");
    TRY(check_places(t));
    TRY(store_lock(a, t->r->o->db, &lock));
    Err e = restore(t);
    remove_parts(t);
    close(lock);
    return e;
}

Err command_restore(Run *r)
{
    Restore t = {.r = r, .part = *r->o};
    if (app_postgres(r->o) && r->o->from.n)
        return err_text(ERR_METHOD, text_of("PostgreSQL では、まず pg_restore でデータを戻し、そのあと kaname restore --db URL を --from なしで実行してください（docs/commands.ja.md）。",
                                        "On PostgreSQL bring the data back with pg_restore, then run kaname restore --db URL without --from (docs/commands.md)."));
    TRY(app_postgres(r->o) ? restore_postgres(&t) : restore_sqlite(&t));
    show(&t);
    return ERR_NONE;
}
