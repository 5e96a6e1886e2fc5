/* files.c -- files attached to a record: list, upload piece by piece, download (never shown inside the page), retire, dispose of. */
#include "api/handlers.h"
#include "work/files.h"

#include <jansson.h>

static void upload_json(JsonOut *j, Arena *a, const Upload *u)
{
    json_open(j, '{');
    json_kstr(j, "id", id_text(a, u->id));
    json_kstr(j, "name", u->name);
    json_kint(j, "size", u->size);
    json_kint(j, "received", u->received);
    json_kint(j, "part", FILE_PART);
    json_close(j, '}');
}

static Err file_of(Call *c, Id *out)
{
    return id_parse(c->tail, out) ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

Err get_files(Call *c)
{
    ListPage page;
    Upload *uploads;
    size_t n;
    Buf b;
    TRY(files_list(&c->x, c->res, c->id, str_eqc(query_value(c, "removed"), "1"), &page));
    TRY(files_uploads(&c->x, c->res, c->id, &uploads, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("items")), json_open(&j, '[');
    for (size_t i = 0; i < page.n; i++)
        record_to_json(&j, &c->arena, page.list[i], NULL);
    json_close(&j, ']');
    json_key(&j, STR("uploads")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        upload_json(&j, &c->arena, &uploads[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err post_file(Call *c)
{
    json_t *in;
    Upload u;
    Buf b;
    TRY(json_in(&c->arena, c->body, 16 << 10, &in));
    const json_t *size = json_object_get(in, "size");
    if (!json_is_integer(size)) return err_text(ERR_INVALID, text_of("name と size を送ってください。", "Send name and size."));
    TRY(file_begin(&c->x, c->res, c->id, json_str_of(json_object_get(in, "name")), json_integer_value(size), &u));
    JsonOut j = answer(c, &b);
    upload_json(&j, &c->arena, &u);
    c->r.status = 201;
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err put_file(Call *c)
{
    Id file;
    int64_t at;
    Upload u;
    Record *made;
    Buf b;
    TRY(file_of(c, &file));
    if (!str_int(query_value(c, "at"), &at)) return err_text(ERR_INVALID, text_of("?at= に位置を書いてください。", "Give the position in ?at=."));
    TRY(file_part(&c->x, c->res, c->id, file, at, c->body, &u, &made));
    JsonOut j = answer(c, &b);
    if (made) record_to_json(&j, &c->arena, made, NULL);
    else upload_json(&j, &c->arena, &u);
    c->r.status = made ? 201 : 200;
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* One range "bytes=a-b", "bytes=a-" or "bytes=-n". False: not such a form, which is no mistake: the whole file then. */
static bool range_of(Str s, int64_t size, int64_t *from, int64_t *to)
{
    if (!str_starts(s, STR("bytes=")) || str_find(s, STR(",")) != SIZE_MAX) return false;
    s = str_slice(s, 6, s.n);
    size_t dash = str_find(s, STR("-"));
    if (dash == SIZE_MAX) return false;
    Str low = str_slice(s, 0, dash), high = str_slice(s, dash + 1, s.n);
    int64_t n;
    if (!low.n) {
        if (!str_int(high, &n) || n < 0) return false;
        *from = n < size ? size - n : 0, *to = n ? size - 1 : -1;
        return true;
    }
    if (!str_int(low, from) || *from < 0) return false;
    if (high.n && (!str_int(high, to) || *to < *from)) return false;
    if (!high.n || *to > size - 1) *to = size - 1;
    return true;
}

Str file_disposition(Call *c, Str name)
{
    Buf b;
    buf_init(&b, &c->arena, name.n * 3 + 64);
    buf_addc(&b, "attachment; filename*=UTF-8''");
    for (size_t i = 0; i < name.n; i++) {
        unsigned char ch = (unsigned char)name.s[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch && strchr("-._", ch));
        if (plain) buf_byte(&b, (char)ch);
        else buf_printf(&b, "%%%02X", ch);
    }
    return buf_str(&b);
}

Err get_file(Call *c)
{
    Id file;
    Record *f;
    int fd;
    TRY(file_of(c, &file));
    TRY(file_get(&c->x, c->res, c->id, file, &f));
    int64_t size = file_size(f), from = 0, to = size - 1;
    bool part = c->range.n && range_of(c->range, size, &from, &to);
    if (!part) from = 0, to = size - 1;
    if (part && (from > to || from >= size)) {
        c->r = (Response){.status = 416, .type = "application/problem+json; charset=utf-8", .body = STR("{\"type\":\"urn:kaname:range\",\"title\":\"range\",\"status\":416}"),
            .range = str_printf(&c->arena, "bytes */%lld", (long long)size)};
        return ERR_NONE;
    }
    TRY(call_file(c, &fd));
    TRY(file_copy(&c->x, f, from, to, fd));
    c->r.status = part ? 206 : 200;
    c->r.type = str_c(&c->arena, file_type(f));
    c->r.file = file_disposition(c, record_title(f));
    c->r.csp = STR("sandbox; default-src 'none'; frame-ancestors 'none'");
    if (part) c->r.range = str_printf(&c->arena, "bytes %lld-%lld/%lld", (long long)from, (long long)to, (long long)size);
    return ERR_NONE;
}

/* That a file of this name and SHA-256 was attached then: verifies offline. */
Err get_file_receipt(Call *c)
{
    Id file;
    Record *f;
    Version v;
    TRY(file_of(c, &file));
    TRY(file_get(&c->x, c->res, c->id, file, &f));
    TRY(version_get(c->x.db, &c->arena, f->res, f->row, f->version, &v));
    TRY(history_receipt(c->x.db, &c->arena, f->org, v.leaf, f->res, access_readable(&c->arena, &c->who, f->res), &c->r.body));
    c->r.type = "text/plain; charset=utf-8";
    return ERR_NONE;
}

Err delete_file(Call *c)
{
    Id file;
    TRY(file_of(c, &file));
    TRY(file_remove(&c->x, c->res, c->id, file));
    c->r.body = STR("{}");
    return ERR_NONE;
}

Err post_file_dispose(Call *c)
{
    json_t *in;
    Id file;
    TRY(json_in(&c->arena, c->body, 16 << 10, &in));
    TRY(file_of(c, &file));
    TRY(file_dispose(&c->x, c->res, c->id, file, json_str_of(json_object_get(in, "ground"))));
    c->change.scrub = true;
    c->r.body = STR("{}");
    return ERR_NONE;
}
