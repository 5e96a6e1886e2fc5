/* sheets.c -- spreadsheets in and out over HTTP: propose columns, try, import all or nothing; export what the list shows. */
#include "api/handlers.h"

#include <jansson.h>

enum { EXPORT_MAX = 10000 };

Err post_propose(Call *c)
{
    Book book;
    ImportPlan plan;
    Buf b;
    TRY(access_decide(&c->who, ACT_IMPORT, NULL, NULL, NULL));
    TRY(book_read(&c->arena, c->body, percent_text(c, c->file_name), &book));
    TRY(import_propose(&c->x, &book, &plan));
    buf_init(&b, &c->arena, 4096);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_key(&j, STR("plan")), import_plan_to_json(&j, &c->arena, &plan, &book);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

static Err read_import(Call *c, Book *book, ImportPlan *plan)
{
    json_t *in;
    Str bytes;
    TRY(json_in(&c->arena, c->body, IMPORT_BODY_MAX, &in));
    if (!base64_parse(&c->arena, json_str_of(json_object_get(in, "file")), &bytes))
        return err_text(ERR_INVALID, text_of("file は base64 で送ってください。", "Send file as base64."));
    TRY(book_read(&c->arena, bytes, json_str_of(json_object_get(in, "name")), book));
    json_t *p = json_object_get(in, "plan");
    return p ? import_plan_from_json(&c->x, p, plan) : import_propose(&c->x, book, plan);
}

/* A trial does everything within a savepoint and takes it back. */
Err post_import(Call *c)
{
    Book book;
    ImportPlan plan;
    ImportResult r = {0};
    bool dry = str_eqc(query_value(c, "dry"), "1");
    TRY(access_decide(&c->who, ACT_IMPORT, NULL, NULL, NULL));
    TRY(read_import(c, &book, &plan));
    if (dry) TRY(db_savepoint(c->x.db));
    TRY(import_run(&c->x, &book, &plan, &r));
    if (dry) db_savepoint_rollback(c->x.db);
    c->r.body = str_printf(&c->arena, "{\"rows\":%lld,\"created\":%lld,\"updated\":%lld,\"unchanged\":%lld,\"dry\":%s}", (long long)r.rows, (long long)r.created,
        (long long)r.updated, (long long)r.unchanged, dry ? "true" : "false");
    return ERR_NONE;
}

static Err all_pages(Call *c, ListQuery *q, Record **list, size_t *n)
{
    ListPage page;
    *n = 0;
    q->limit = 200;
    do {
        TRY(work_list(&c->x, c->res, q, &page));
        for (size_t i = 0; i < page.n && *n < EXPORT_MAX; i++)
            list[(*n)++] = page.list[i];
        q->cursor = page.next;
    } while (page.next.n && *n < EXPORT_MAX);
    if (!page.next.n) return ERR_NONE;
    return err_text(ERR_TOO_LARGE, text_of("10,000件を超えています。条件で絞り込むか、kaname export を使ってください。", "More than 10,000 records. Narrow the list, or use kaname export."));
}

static Err export_as(Call *c, bool csv)
{
    ListQuery q;
    size_t n;
    Record **list = arena_array(&c->arena, Record *, EXPORT_MAX);
    TRY(access_decide(&c->who, ACT_EXPORT, c->res, NULL, NULL));
    TRY(list_query(c, &q));
    TRY(all_pages(c, &q, list, &n));
    bool *readable = access_readable(&c->arena, &c->who, c->res);
    c->r.type = csv ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    c->r.file = str_printf(&c->arena, "attachment; filename=\"%s.%s\"", c->res->path, csv ? "csv" : "xlsx");
    return csv ? records_to_csv(c->x.db, &c->arena, c->app->resources, c->res, list, n, readable, c->x.lang, &c->r.body)
               : records_to_xlsx(c->x.db, &c->arena, c->app->resources, c->res, list, n, readable, c->x.lang, &c->r.body);
}

Err get_xlsx(Call *c)
{
    return export_as(c, false);
}

Err get_csv(Call *c)
{
    return export_as(c, true);
}
