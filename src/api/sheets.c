/* sheets.c -- spreadsheets in and out over HTTP: propose columns, try, import all or nothing; export what the list shows. */
#include "api/handlers.h"

#include <jansson.h>

/* ?sheet=&resource=&row=: the reader says what a sheet is and where its headings are. */
static Err propose_one(Call *c, const Book *book, ImportPlan *plan)
{
    int64_t row = 0;
    Str sheet = query_value(c, "sheet"), text = query_value(c, "row");
    const Resource *res = resource_find(c->app->resources, query_value(c, "resource"));
    if (text.n && (!str_int(text, &row) || row < 1 || row > BOOK_ROWS_MAX)) return err_of(ERR_INVALID);
    if (!res) return err_of(ERR_NOT_FOUND);
    TRY(access_decide(&c->who, ACT_IMPORT, res, NULL, NULL));
    for (size_t i = 0; i < book->n; i++)
        if (str_eq(book->sheets[i].name, sheet)) return import_propose_as(&c->x, &book->sheets[i], res, (size_t)row, plan);
    return err_of(ERR_NOT_FOUND);
}

Err post_propose(Call *c)
{
    Book book;
    ImportPlan plan;
    Buf b;
    TRY(access_decide(&c->who, ACT_IMPORT, NULL, NULL, NULL));
    TRY(book_read(&c->arena, c->body, percent_text(c, c->file_name), &book));
    TRY(query_value(c, "sheet").n ? propose_one(c, &book, &plan) : import_propose(&c->x, &book, &plan));
    buf_init(&b, &c->arena, 4096);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_key(&j, STR("plan")), import_plan_to_json(&j, &c->x, &plan, &book);
    json_close(&j, '}');
    c->r.forget = true; /* nothing is changed, and the cells that it shows may be personal */
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

/* The content of the cell that a mistake names: "資産!C12". */
static Str cell_at(const Book *book, Str path)
{
    size_t column = 0, row = 0, i = path.n;
    while (i > 0 && path.s[i - 1] != '!')
        i--;
    Str sheet = str_slice(path, 0, i ? i - 1 : 0);
    for (; i < path.n && path.s[i] >= 'A' && path.s[i] <= 'Z' && column < 1000; i++)
        column = column * 26 + (size_t)(path.s[i] - 'A') + 1;
    for (; i < path.n && path.s[i] >= '0' && path.s[i] <= '9' && row < BOOK_ROWS_MAX; i++)
        row = row * 10 + (size_t)(path.s[i] - '0');
    for (size_t k = 0; column && row && k < book->n; k++) {
        const Sheet *s = &book->sheets[k];
        if (str_eq(s->name, sheet) && row <= s->rows_n && column <= s->row_cells[row - 1]) return s->rows[row - 1][column - 1].text;
    }
    return (Str){0};
}

static Str short_text(Str s)
{
    enum { MAX = 200 };
    size_t n = s.n < MAX ? s.n : MAX;
    while (n < s.n && n && ((unsigned char)s.s[n] & 0xC0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}

static Err with_contents(Call *c, const Book *book, Err e)
{
    if (e.kind != ERR_MISTAKES || !e.mistakes) return e;
    Mistakes *m = arena_new(&c->arena, Mistakes);
    *m = *e.mistakes;
    m->list = arena_array(&c->arena, Mistake, m->n);
    for (size_t i = 0; i < m->n; i++) {
        m->list[i] = e.mistakes->list[i];
        m->list[i].value = short_text(cell_at(book, m->list[i].path));
    }
    e.mistakes = m;
    return e;
}

static void show_result(Call *c, const ImportResult *r, bool dry)
{
    Buf b;
    buf_init(&b, &c->arena, 512);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kint(&j, "rows", r->rows), json_kint(&j, "created", r->created), json_kint(&j, "updated", r->updated), json_kint(&j, "unchanged", r->unchanged);
    json_kbool(&j, "dry", dry);
    json_key(&j, STR("skipped")), json_open(&j, '[');
    for (size_t i = 0; i < r->skipped_n; i++) {
        json_open(&j, '{');
        json_kstr(&j, "path", r->skipped[i].path);
        json_kstr(&j, "text", r->skipped[i].text);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    if (r->skipped_more) json_kint(&j, "skipped_more", (int64_t)r->skipped_more);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
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
    TRY(with_contents(c, &book, import_run(&c->x, &book, &plan, &r)));
    if (dry) TRY(db_savepoint_rollback(c->x.db)); /* else nothing of it may be kept */
    show_result(c, &r, dry);
    return ERR_NONE;
}

typedef struct Source { /* the list that the URL asks for, in the caller's rights */
    Ctx x;
    const Resource *res;
    ListQuery q;
    Arena *kept; /* for the cursor */
    bool end;
} Source;

static Err next_page(void *source, Arena *page, Record *const **list, size_t *n)
{
    Source *s = source;
    ListPage p = {0};
    s->x.a = page;
    if (!s->end) TRY(work_list(&s->x, s->res, &s->q, &p));
    *list = p.list, *n = p.n;
    s->end = !p.next.n;
    if (s->kept) arena_reset(s->kept);
    s->q.cursor = (Str){0};
    if (p.next.n) s->q.cursor = str_copy(s->kept, p.next);
    return ERR_NONE;
}

/* ?columns=name,owner: only these, as on the reader's screen. */
static bool *chosen(Call *c)
{
    bool *may = access_readable(&c->arena, &c->who, c->res);
    Str rest = query_value(c, "columns"), one;
    if (!rest.n) return may;
    bool *in = arena_array(&c->arena, bool, c->res->fields_n + 1);
    while (str_cut(&rest, ',', &one)) {
        int f = field_find(c->res->fields, c->res->fields_n, one);
        if (f >= 0) in[f] = may[f];
    }
    return in;
}

static void arena_gone(void *arena)
{
    arena_done(arena);
}

void sheet_answer(Call *c, bool csv, Str name)
{
    c->r.type = csv ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    c->r.file = str_printf(&c->arena, "attachment; filename=\"%.*s.%s\"", STR_ARG(name), csv ? "csv" : "xlsx");
}

static Err export_as(Call *c, bool csv)
{
    Source *s = arena_new(&c->arena, Source);
    int fd;
    size_t rows;
    TRY(access_decide(&c->who, ACT_EXPORT, c->res, NULL, NULL));
    *s = (Source){.x = c->x, .res = c->res, .kept = arena_new(&c->arena, Arena)};
    arena_init(s->kept, 1 << 20);
    arena_defer(&c->arena, arena_gone, s->kept);
    TRY(list_query(c, &s->q));
    s->q.limit = 200;
    Export e = {.db = c->x.db, .all = c->app->resources, .res = c->res, .org = c->who.org.row, .readable = chosen(c), .lang = c->x.lang, .csv = csv, .next = next_page, .source = s};
    TRY(call_file(c, &fd));
    TRY(records_export(&c->arena, &e, fd, &rows));
    sheet_answer(c, csv, str_of(c->res->path));
    return ERR_NONE;
}

Err get_xlsx(Call *c)
{
    return export_as(c, false);
}

Err get_csv(Call *c)
{
    return export_as(c, true);
}
