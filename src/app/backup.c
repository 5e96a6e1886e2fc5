/* backup.c -- backup: a consistent copy, also while the server runs. Never the key, never the marks. */
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

Err cannot_write(Arena *a, Str path, int why)
{
    if (why == EEXIST) return err_text(ERR_CONFLICT, TEXT_FILL(a, "{0} はすでにあります。別の名前にしてください。", "{0} exists already. Choose another name.", path));
    return err_text(why == ENOSPC || why == EDQUOT ? ERR_FULL : ERR_INVALID, TEXT_FILL(a, "{0} に書けません。", "Cannot write {0}.", path));
}

static int sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), bad = fd < 0 ? errno : 0;
    if (fd >= 0 && fsync(fd) != 0) bad = errno;
    if (fd >= 0) close(fd);
    return bad;
}

static Str folder_of(Str path)
{
    while (path.n && path.s[path.n - 1] != '/')
        path.n--;
    return path.n ? path : STR(".");
}

/* What bears the final name is whole and on disk. */
Err put_in_place(Arena *a, Str part, Str path)
{
    int bad = sync_path(part.s);
    if (!bad && link(part.s, str_c(a, path)) != 0) bad = errno; /* unlike rename: never over an existing file */
    unlink(part.s);
    if (!bad) bad = sync_path(str_c(a, folder_of(path)));
    return bad ? cannot_write(a, path, bad) : ERR_NONE;
}

static Err copy(Arena *a, Db *db, Str path)
{
    Str part = str_printf(a, "%.*s.part", STR_ARG(path));
    if (access(str_c(a, path), F_OK) == 0) return cannot_write(a, path, EEXIST);
    int fd = open(part.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); /* shown to be possible, before the database tries */
    if (fd < 0) return cannot_write(a, part, errno);
    close(fd);
    Err e = db_backup(db, part);
    if (!e.kind) return put_in_place(a, part, path);
    unlink(part.s);
    unlink(str_printf(a, "%s-journal", part.s).s); /* left by SQLite when a sync failed */
    return e;
}

Err command_backup(Run *r)
{
    Opened x;
    if (app_postgres(r->o))
        return err_text(ERR_METHOD, text_of("PostgreSQL では pg_dump --format=custom --file=COPY URL で保存してください（docs/commands.ja.md）。鍵と到達点のファイルは別に保管してください。",
                                        "On PostgreSQL use pg_dump --format=custom --file=COPY URL (docs/commands.md). Keep the key and mark files apart."));
    if (!r->o->to.n) return err_text(ERR_INVALID, text_of("--to COPY を書いてください。", "Give --to COPY."));
    progress(r->o, text_of("複製しています…", "copying…"));
    TRY(app_open(r->a, r->o, OPEN_COPY, &x));
    Err e = copy(r->a, x.db, r->o->to);
    if (!e.kind) e = store_unchanged(x.store);
    app_close(&x);
    if (e.kind) return e;
    if (r->o->json) json_kstr(&r->json, "file", r->o->to);
    say(r, TEXT_FILL(r->a, "{0} に保存しました。署名鍵 {1}.key は別の場所に保管してください。", "Saved to {0}. Keep the signing key {1}.key in another place.", r->o->to, r->o->db));
    return ERR_NONE;
}
