/* books.c -- import, export: spreadsheets in and out. */
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Err app_read_file(Arena *a, Str path, Str *out)
{
    struct stat st;
    FILE *f = fopen(str_c(a, path), "rb");
    if (!f && errno == EACCES) return err_text(ERR_FORBIDDEN, TEXT_FILL(a, "ファイル {0} を読む権限がありません。", "You may not read {0}.", path));
    if (!f) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "ファイル {0} を開けません。", "Cannot open {0}.", path));
    bool plain = fstat(fileno(f), &st) == 0 && !S_ISDIR(st.st_mode);
    size_t room = plain && S_ISREG(st.st_mode) && st.st_size < BOOK_BYTES_MAX ? (size_t)st.st_size + 1 : BOOK_BYTES_MAX + 1; /* one more: too large is seen */
    char *bytes = arena_alloc(a, room);
    size_t n = plain ? fread(bytes, 1, room, f) : 0;
    bool bad = !plain || ferror(f);
    fclose(f);
    if (bad) return err_text(ERR_INVALID, TEXT_FILL(a, "{0} はファイルとして読めません。", "{0} cannot be read as a file.", path));
    *out = (Str){bytes, n};
    return ERR_NONE;
}

Err app_import(Run *r, Org org, const File *file, ImportResult *out)
{
    Book book;
    ImportPlan plan;
    Principal who = app_principal(org);
    Ctx c = app_context(r, &who);
    TRY(book_read(r->a, file->bytes, file->name, &book));
    TRY(import_propose(&c, &book, &plan));
    return import_run(&c, &book, &plan, out);
}

static void import_show(Run *r, const ImportResult *n)
{
    const char *kept = r->dry ? r->o->lang == JA ? "（試しただけで、保存していません）" : " (dry run: nothing was kept)" : "";
    if (!r->o->json) {
        buf_printf(&r->out, r->o->lang == JA ? "%lld行: 新規 %lld件、更新 %lld件、変更なし %lld件%s\n" : "%lld rows: %lld created, %lld updated, %lld unchanged%s\n",
            (long long)n->rows, (long long)n->created, (long long)n->updated, (long long)n->unchanged, kept);
        return;
    }
    json_kint(&r->json, "rows", n->rows), json_kint(&r->json, "created", n->created), json_kint(&r->json, "updated", n->updated);
    json_kint(&r->json, "unchanged", n->unchanged), json_kbool(&r->json, "dry_run", r->dry);
}

/* All files or none. */
Err act_import(Run *r)
{
    Org org;
    ImportResult all = {0};
    if (!r->files_n) return err_text(ERR_INVALID, text_of("取り込むファイルを書いてください。", "Name the file to import."));
    TRY(app_org(r->db, r->a, r->o->org, &org));
    TRY(org_hold(r->db, org.row));
    for (size_t i = 0; i < r->files_n; i++) {
        ImportResult one = {0};
        TRY(app_import(r, org, &r->files[i], &one));
        all.created += one.created, all.updated += one.updated, all.unchanged += one.unchanged, all.rows += one.rows;
    }
    r->dry = r->o->plan;
    import_show(r, &all);
    return ERR_NONE;
}

/* --- export --------------------------------------------------------------------------------------------------------- */

typedef struct Source {
    Db *db;
    const Resource *res;
    int64_t org;
    ListQuery q;
    char cursor[4096];
    bool end;
} Source;

static Err next_page(void *source, Arena *page, Record *const **list, size_t *n)
{
    Source *s = source;
    ListPage p = {0};
    if (!s->end) TRY(record_list(s->db, page, s->res, s->org, &s->q, &p));
    *list = p.list, *n = p.n;
    s->end = !p.next.n || p.next.n > sizeof s->cursor;
    if (!s->end) memcpy(s->cursor, p.next.s, p.next.n);
    s->q.cursor = (Str){s->cursor, s->end ? 0 : p.next.n};
    return ERR_NONE;
}

static Err export_to(Run *r, const Resource *res, int fd, size_t *n)
{
    Org org;
    TRY(app_org(r->db, r->a, r->o->org, &org));
    Source *s = arena_new(r->a, Source);
    *s = (Source){.db = r->db, .res = res, .org = org.row, .q = {.sort = -1, .limit = 200}};
    Export e = {.db = r->db, .all = r->resources, .res = res, .org = org.row, .lang = JA, .csv = str_ends(r->o->to, STR(".csv")), .next = next_page, .source = s};
    return records_export(r->a, &e, fd, n);
}

static Err open_target(Arena *a, Str path, int *fd)
{
    *fd = open(str_c(a, path), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return *fd >= 0 ? ERR_NONE : err_text(ERR_INVALID, TEXT_FILL(a, "{0} に書けません。", "Cannot write {0}.", path));
}

static Err find_register(Run *r, const Resource **res)
{
    *res = r->o->words_n == 1 ? resource_find(r->resources, r->o->words[0]) : NULL;
    if (!*res) {
        Buf names;
        buf_init(&names, r->a, 128);
        for (size_t i = 0; i < r->resources->n; i++)
            buf_printf(&names, "%s%s", i ? ", " : "", r->resources->list[i]->path);
        return err_text(ERR_NOT_FOUND, TEXT_FILL(r->a, "台帳の名前を一つ書いてください: {0}", "Name one register: {0}", buf_str(&names)));
    }
    return ERR_NONE;
}

Err command_export(Run *r)
{
    Opened x;
    int fd = -1;
    size_t n = 0;
    const Resource *res;
    bool named = str_ends(r->o->to, STR(".csv")) || str_ends(r->o->to, STR(".xlsx"));
    if (!named) return err_text(ERR_INVALID, text_of("--to FILE.xlsx か FILE.csv を書いてください。", "Give --to FILE.xlsx or FILE.csv."));
    TRY(app_open(r->a, r->o, OPEN_READ, &x));
    r->db = x.db, r->resources = &x.resources;
    Err e = find_register(r, &res);
    if (!e.kind) e = db_begin(x.db);
    if (!e.kind) e = open_target(r->a, r->o->to, &fd);
    if (!e.kind) e = export_to(r, res, fd, &n);
    if (!e.kind) e = store_unchanged(x.store);
    app_close(&x);
    if (fd >= 0 && close(fd) != 0 && !e.kind) e = err_of(ERR_FULL);
    if (e.kind) return e;
    if (r->o->json) json_kint(&r->json, "records", (int64_t)n), json_kstr(&r->json, "file", r->o->to);
    say(r, TEXT_FILL(r->a, "{0} 件を {1} に書き出しました。", "Wrote {0} records to {1}.", number(r, (int64_t)n), r->o->to));
    return ERR_NONE;
}
