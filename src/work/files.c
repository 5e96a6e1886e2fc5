/*
 * files.c -- attached files: who may, uploads piece by piece, and the record that a whole upload becomes. The leaf of that record commits to name,
 * size and SHA-256 of the content, each with its own salt, so that a file can be disposed of like any value.
 */
#include "work/files_parts.h"

#include <unistd.h>

enum { DAY_MS = 24 * 3600 * 1000, SWEEP_MAX = 50 };
enum { NAME, TYPE, SIZE, SHA256, OF, RECORD };

static const Field fields[] = {
    [NAME] = {.name = "name", .kind = KIND_TEXT, .label = TEXT("ファイル名", "File"), .flags = REQUIRED | TITLE | COLUMN},
    [TYPE] = {.name = "type", .kind = KIND_TEXT, .label = TEXT("種類", "Type"), .flags = REQUIRED | COLUMN},
    [SIZE] = {.name = "size", .kind = KIND_INT, .label = TEXT("大きさ（バイト）", "Bytes"), .flags = REQUIRED | COLUMN, .min = 1, .max = FILE_BYTES_MAX},
    [SHA256] = {.name = "sha256", .kind = KIND_TEXT, .label = TEXT("SHA-256", "SHA-256"), .flags = REQUIRED, .max = 64},
    [OF] = {.name = "resource", .kind = KIND_TEXT, .label = TEXT("台帳", "Register"), .flags = REQUIRED, .max = 60},
    [RECORD] = {.name = "record", .kind = KIND_TEXT, .label = TEXT("記録", "Record"), .flags = REQUIRED | FILTER, .max = 36},
};

/* Who may follows the record that it is attached to; the masks here only keep it out of everybody's way otherwise. */
const Resource file_resource = {.name = "file", .path = "files", .prefix = "F", .label = TEXT("添付ファイル", "File"), .label_many = TEXT("添付ファイル", "Files"),
    .help = TEXT("記録に添付したもの", "Attached to a record"), .fields = fields, .fields_n = COUNT(fields), .read = ROLES_ALL & ~ROLE_BIT(ROLE_ADMIN), .inner = true};

static Err none(void)
{
    return err_text(ERR_NOT_FOUND, text_of("見つかりません。", "Not found."));
}

int64_t file_size(const Record *file)
{
    return file->v[SIZE].i;
}

Str file_type(const Record *file)
{
    return file->v[TYPE].text;
}

Str file_path(Ctx *c, const Record *file)
{
    const Resource *of = resource_find(c->resources, file->v[OF].text);
    if (!of) return (Str){0};
    return str_printf(c->a, "/api/orgs/%.*s/%s/%.*s/files/%.*s", STR_ARG(id_text(c->a, c->who->org.id)), of->path, STR_ARG(file->v[RECORD].text),
        STR_ARG(id_text(c->a, file->id)));
}

/* The record that files hang on, loaded and asked for. */
static Err owner(Ctx *c, Act act, const Resource *res, Id id, Record **out)
{
    TRY(record_get(c->db, c->a, res, c->who->org.row, id, act != ACT_READ, out));
    TRY(access_decide(c->who, act, res, NULL, *out));
    if (act != ACT_ATTACH || !(*out)->removed) return ERR_NONE;
    return err_text(ERR_CONFLICT, text_of("廃止した記録には添付できません。", "Nothing can be attached to a retired record."));
}

static bool hangs_on(Ctx *c, const Record *file, const Resource *res, Id record)
{
    return str_eqc(file->v[OF].text, res->name) && str_eq(file->v[RECORD].text, id_text(c->a, record));
}

static Err load(Ctx *c, const Resource *res, Id record, Id file, bool change, Record **out)
{
    TRY(record_get(c->db, c->a, &file_resource, c->who->org.row, file, change, out));
    return hangs_on(c, *out, res, record) ? ERR_NONE : none();
}

Err files_list(Ctx *c, const Resource *res, Id record, bool removed, ListPage *out)
{
    Record *r;
    TRY(owner(c, ACT_READ, res, record, &r));
    ListQuery q = {.sort = -1, .limit = 200, .removed = removed, .filters_n = 1};
    q.filters[0] = (Filter){.field = RECORD, .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .text = id_text(c->a, r->id)}};
    return record_list(c->db, c->a, &file_resource, c->who->org.row, &q, out);
}

Err file_get(Ctx *c, const Resource *res, Id record, Id file, Record **out)
{
    Record *r;
    TRY(owner(c, ACT_READ, res, record, &r));
    return load(c, res, record, file, false, out);
}

Err file_belongs(Ctx *c, const Record *record, Id file, const char *path, Mistakes *m)
{
    Record *r;
    Err e = load(c, record->res, record->id, file, false, &r);
    if (e.kind && e.kind != ERR_NOT_FOUND) return e;
    if (e.kind || r->removed || r->v[SHA256].state != VALUE_KNOWN)
        mistake_add(m, str_of(path), "reference", text_of("この記録に添付されたファイルではありません。", "No such file is attached to this record."));
    return ERR_NONE;
}

/* --- out ------------------------------------------------------------------------------------------------------ */

Err file_copy(Ctx *c, const Record *file, int64_t from, int64_t to, int fd)
{
    char *part = arena_alloc(c->a, FILE_PART);
    size_t n;
    if (file->v[SHA256].state != VALUE_KNOWN) return err_text(ERR_NOT_FOUND, text_of("廃棄したファイルです。", "The file was disposed of."));
    for (int64_t ord = from / FILE_PART; ord * FILE_PART <= to; ord++) {
        int64_t at = ord * FILE_PART;
        TRY(chunk_get(c->db, file->org, file->id, ord, part, &n));
        size_t first = from > at ? (size_t)(from - at) : 0, end = to - at + 1 < (int64_t)n ? (size_t)(to - at + 1) : n;
        if (first > end) return err_of(ERR_BROKEN);
        TRY(fd_write(fd, (Str){part + first, end - first}));
    }
    return ERR_NONE;
}

/* --- uploads -------------------------------------------------------------------------------------------------- */

static Err sum(Ctx *c, const char *sql, int64_t org, int64_t *out)
{
    Cursor at;
    DB_QUERY(c->db, &at, sql, P_INT(org));
    *out = cursor_next(&at) ? cursor_int(&at, 0) : 0;
    return cursor_close(&at);
}

static Err within_quota(Ctx *c, int64_t more)
{
    int64_t kept, coming, quota = c->files_quota ? c->files_quota : FILE_QUOTA;
    /* An upload counts with its whole size from the beginning, its pieces not again. */
    TRY(sum(c, "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM file_part WHERE org = ? AND file NOT IN (SELECT id FROM file_upload)", c->who->org.row, &kept));
    TRY(sum(c, "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM file_upload WHERE org = ?", c->who->org.row, &coming));
    if (kept + coming + more <= quota) return ERR_NONE;
    return err_text(ERR_FULL, TEXT_FILL(c->a, "この組織の添付ファイルの上限（{0} MB）を超えます。", "The attached files of this organisation would exceed {0} MB.",
        str_printf(c->a, "%lld", (long long)(quota >> 20))));
}

static Err not_too_many(Ctx *c, const Resource *res, Id record)
{
    ListPage page;
    TRY(files_list(c, res, record, false, &page));
    if (page.total < FILES_A_RECORD) return ERR_NONE;
    return err_text(ERR_LIMIT, text_of("一つの記録に添付できるのは 100 個までです。", "At most 100 files a record."));
}

/* Forgets what the query finds. */
static Err forget(Ctx *c, const char *sql, int64_t parameter)
{
    struct {
        int64_t org;
        Id id;
    } old[SWEEP_MAX];
    size_t n = 0;
    Cursor at;
    DB_QUERY(c->db, &at, sql, P_INT(parameter));
    while (n < SWEEP_MAX && cursor_next(&at))
        old[n].org = cursor_int(&at, 0), old[n++].id = cursor_id(&at, 1);
    TRY(cursor_close(&at));
    for (size_t i = 0; i < n; i++) {
        TRY(chunks_drop(c, old[i].org, old[i].id));
        TRY(DB_EXEC(c->db, "DELETE FROM file_upload WHERE id = ?", P_ID(old[i].id)));
    }
    return ERR_NONE;
}

Err files_sweep(Ctx *c)
{
    return forget(c, "SELECT org, id FROM file_upload WHERE at < ? ORDER BY at LIMIT 50", c->now - DAY_MS);
}

static Err good_name(Str name)
{
    bool ok = name.n && str_is_utf8(name) && !str_has_control(name, false) && str_chars(name) <= 200 && !strpbrk(name.s, "/\\");
    return ok ? ERR_NONE : err_text(ERR_INVALID, text_of("ファイル名は 200 文字までで、/ や制御文字を含まないものにしてください。", "A file name has at most 200 characters, no / and no control characters."));
}

Err file_begin(Ctx *c, const Resource *res, Id record, Str name, int64_t size, Upload *out)
{
    Record *r;
    TRY(owner(c, ACT_ATTACH, res, record, &r));
    name = str_nfkc(c->a, str_trim(name));
    TRY(good_name(str_copy(c->a, name)));
    if (size < 1) return err_text(ERR_INVALID, text_of("空のファイルは添付できません。", "An empty file cannot be attached."));
    if (size > FILE_BYTES_MAX) return err_text(ERR_TOO_LARGE, text_of("添付できるのは 20 MB までです。", "A file may have at most 20 MB."));
    TRY(files_sweep(c));
    /* Of one person's unfinished uploads the longest untouched gives way. */
    TRY(forget(c, "SELECT org, id FROM file_upload WHERE author = ? ORDER BY at DESC LIMIT 50 OFFSET 4", c->who->account));
    TRY(not_too_many(c, res, record));
    TRY(within_quota(c, size));
    *out = (Upload){.id = id_new(), .name = name, .size = size, .at = c->now};
    return DB_EXEC(c->db, "INSERT INTO file_upload (id, org, resource, record, name, size, received, author, at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)", P_ID(out->id),
        P_INT(c->who->org.row), P_TEXT(str_of(res->name)), P_ID(r->id), P_TEXT(name), P_INT(size), P_INT(c->who->account), P_INT(c->now));
}

Err files_uploads(Ctx *c, const Resource *res, Id record, Upload **out, size_t *n)
{
    Cursor at;
    *out = arena_array(c->a, Upload, UPLOADS_A_PERSON);
    *n = 0;
    DB_QUERY(c->db, &at, "SELECT id, name, size, received, at FROM file_upload WHERE author = ? AND org = ? AND resource = ? AND record = ? ORDER BY at LIMIT 5",
        P_INT(c->who->account), P_INT(c->who->org.row), P_TEXT(str_of(res->name)), P_ID(record));
    while (*n < UPLOADS_A_PERSON && cursor_next(&at))
        (*out)[(*n)++] = (Upload){.id = cursor_id(&at, 0), .name = str_copy(c->a, cursor_text(&at, 1)), .size = cursor_int(&at, 2), .received = cursor_int(&at, 3),
            .at = cursor_int(&at, 4)};
    return cursor_close(&at);
}

static Err upload_load(Ctx *c, const Resource *res, Id record, Id file, Upload *out)
{
    Upload *list;
    size_t n;
    TRY(files_uploads(c, res, record, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(list[i].id, file)) {
            *out = list[i];
            return ERR_NONE;
        }
    return none();
}

static Value text_value(Str s)
{
    return (Value){.state = VALUE_KNOWN, .text = s};
}

static Err become_file(Ctx *c, const Resource *res, Id record, const Upload *u, Record **made)
{
    uint8_t hash[32];
    Ends *ends = arena_new(c->a, Ends);
    TRY(chunks_hash(c->db, c->who->org.row, u->id, u->size, ends, hash));
    const char *type = sniff_type((Str){ends->head, ends->head_n}, (Str){ends->tail, ends->tail_n}, true);
    if (!type || !sniff_name_fits(c->a, type, u->name)) return sniff_refused();
    Record *r = work_blank(c, &file_resource);
    r->id = u->id;
    r->v[NAME] = text_value(u->name);
    r->v[TYPE] = text_value(str_of(type));
    r->v[SIZE] = (Value){.state = VALUE_KNOWN, .i = u->size, .hi = u->size};
    r->v[SHA256] = text_value(hex_text(c->a, hash, sizeof hash));
    r->v[OF] = text_value(str_of(res->name));
    r->v[RECORD] = text_value(id_text(c->a, record));
    TRY(DB_EXEC(c->db, "DELETE FROM file_upload WHERE id = ?", P_ID(u->id)));
    *made = r;
    return work_save(c, NULL, r, "create");
}

/* The first piece tells already whether the rest is worth sending. */
static Err first_piece(Ctx *c, const Upload *u, Str bytes)
{
    const char *type = sniff_type(bytes, bytes, u->size == (int64_t)bytes.n);
    return type && sniff_name_fits(c->a, type, u->name) ? ERR_NONE : sniff_refused();
}

Err file_part(Ctx *c, const Resource *res, Id record, Id file, int64_t at, Str bytes, Upload *out, Record **made)
{
    Record *r;
    *made = NULL;
    TRY(owner(c, ACT_ATTACH, res, record, &r));
    TRY(upload_load(c, res, record, file, out));
    int64_t left = out->size - at, wanted = left < FILE_PART ? left : FILE_PART;
    if (at < 0 || at % FILE_PART || left <= 0 || (int64_t)bytes.n != wanted)
        return err_text(ERR_INVALID, text_of("256 KiB ずつ、順に送ってください（最後だけ短くできます）。", "Send pieces of 256 KiB in order; only the last is shorter."));
    if (at < out->received && chunk_is(c, file, at / FILE_PART, bytes)) return ERR_NONE;
    if (at != out->received)
        return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "{0} バイト目から送ってください。", "Go on at byte {0}.", str_printf(c->a, "%lld", (long long)out->received)));
    if (!at) TRY(first_piece(c, out, bytes));
    TRY(chunk_put(c, file, at / FILE_PART, bytes));
    out->received += (int64_t)bytes.n;
    if (out->received == out->size) return become_file(c, res, record, out, made);
    return DB_EXEC(c->db, "UPDATE file_upload SET received = ?, at = ? WHERE id = ?", P_INT(out->received), P_INT(c->now), P_ID(file));
}

/* --- away ----------------------------------------------------------------------------------------------------- */

Err file_remove(Ctx *c, const Resource *res, Id record, Id file)
{
    Record *r, *f;
    Upload u;
    TRY(owner(c, ACT_ATTACH, res, record, &r));
    if (!upload_load(c, res, record, file, &u).kind) {
        TRY(chunks_drop(c, c->who->org.row, file));
        return DB_EXEC(c->db, "DELETE FROM file_upload WHERE id = ?", P_ID(file));
    }
    TRY(load(c, res, record, file, true, &f));
    return work_retire(c, f);
}

Err file_dispose(Ctx *c, const Resource *res, Id record, Id file, Str ground)
{
    Record *r, *f;
    TRY(owner(c, ACT_DISPOSE, res, record, &r));
    TRY(load(c, res, record, file, true, &f));
    if (f->v[SHA256].state != VALUE_KNOWN) return ERR_NONE;
    TRY(work_dispose_field(c, f, NAME, ground));
    TRY(load(c, res, record, file, true, &f));
    TRY(work_dispose_field(c, f, SHA256, ground));
    return chunks_drop(c, c->who->org.row, file);
}

/* --- proof ---------------------------------------------------------------------------------------------------- */

static Err verify_one(Arena *a, Db *db, const Record *f, Ends *ends, VerifyReport *out)
{
    uint8_t hash[32];
    if (f->v[SHA256].state != VALUE_KNOWN) return ERR_NONE;
    Err e = chunks_hash(db, f->org, f->id, file_size(f), ends, hash);
    if (!e.kind && str_eq(hex_text(a, hash, sizeof hash), f->v[SHA256].text)) return ERR_NONE;
    if (e.kind && e.kind != ERR_BROKEN) return e;
    verify_finding(a, out, str_printf(a, "org %lld: F-%04lld: 添付ファイルの中身が記録と違います / the content of the file differs from its record", (long long)f->org,
        (long long)f->number));
    return ERR_NONE;
}

static Err verify_org(Arena *a, Db *db, int64_t org, bool removed, Ends *ends, VerifyReport *out)
{
    ListQuery q = {.sort = -1, .limit = 200, .removed = removed};
    ListPage page;
    do {
        TRY(record_list(db, a, &file_resource, org, &q, &page));
        for (size_t i = 0; i < page.n; i++)
            TRY(verify_one(a, db, page.list[i], ends, out));
        q.cursor = page.next;
    } while (q.cursor.n);
    return ERR_NONE;
}

Err files_verify(Arena *a, Db *db, VerifyReport *out)
{
    Cursor at;
    Ends *ends = arena_new(a, Ends);
    int64_t org = 0;
    for (;;) { /* one at a time: a cursor need not stay open over other queries */
        DB_QUERY(db, &at, "SELECT row FROM org WHERE row > ? ORDER BY row LIMIT 1", P_INT(org));
        bool more = cursor_next(&at);
        if (more) org = cursor_int(&at, 0);
        TRY(cursor_close(&at));
        if (!more) return ERR_NONE;
        TRY(verify_org(a, db, org, false, ends, out));
        TRY(verify_org(a, db, org, true, ends, out));
    }
}
