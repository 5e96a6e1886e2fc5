/* reports.c -- computed tables, any report of any resource: as JSON, or as a sheet for each table. */
#include "api/handlers.h"

#include <jansson.h>

typedef enum { AS_JSON, AS_XLSX, AS_CSV } Form;

static const Report *named(const Call *c, Str name, bool of_record)
{
    for (size_t i = 0; i < c->res->reports_n; i++)
        if (str_eqc(name, c->res->reports[i].name) && c->res->reports[i].of_record == of_record) return &c->res->reports[i];
    return NULL;
}

/* A file by its whole name, "document.xlsx"; tables of a report of that name as a sheet. */
static const Report *find(Call *c, bool of_record, Form form)
{
    static const char *const endings[] = {[AS_JSON] = "", [AS_XLSX] = ".xlsx", [AS_CSV] = ".csv"};
    const Report *file = named(c, str_join(&c->arena, c->tail, str_of(endings[form]), STR("")), of_record), *r = form == AS_JSON ? file : named(c, c->tail, of_record);
    if (file && file->file) return file;
    return r && form != AS_JSON && (r->document || r->asked || r->file) ? NULL : r;
}

bool report_takes(const Call *c, const Route *r)
{
    const Report *report = named(c, c->tail, c->has_id);
    return (r->method == POST) == (report && report->asked);
}

static Err missing_parameter(Call *c, const Field *f)
{
    return err_text(ERR_INVALID, TEXT_FILL(&c->arena, "「{0}」を指定してください。", "The parameter {0} is needed.", str_of(f->name)));
}

/* Every word of the query is a parameter, once; a value out of its bounds is refused. */
static Err params(Call *c, const Report *r, Value *v)
{
    Str rest = c->query, pair, key;
    while (str_cut(&rest, '&', &pair)) {
        Filter f = {0};
        if (!str_cut(&pair, '=', &key)) return bad_parameter(c, pair);
        int i = field_find(r->params, r->params_n, key);
        if (i < 0 || v[i].state != VALUE_NONE) return bad_parameter(c, key);
        const Field *field = &r->params[i];
        if (!filter_value(c, field, query_value(c, field->name), &f)) return bad_parameter(c, key);
        bool bounded = field->min || field->max;
        if (bounded && (f.value.i < field->min || f.value.i > field->max)) return bad_parameter(c, key);
        v[i] = f.value;
    }
    for (size_t i = 0; i < r->params_n; i++)
        if ((r->params[i].flags & REQUIRED) && v[i].state == VALUE_NONE) return missing_parameter(c, &r->params[i]);
    return ERR_NONE;
}

/* Of what the tables name, and what was asked for. */
static Err titles(Call *c, JsonOut *j, const Report *r, Value *asked, const ReportOut *out)
{
    Shown *shown = arena_array(&c->arena, Shown, out->n + 1);
    for (size_t t = 0; t < out->n; t++) {
        const ReportTable *table = &out->tables[t];
        shown[t] = (Shown){table->columns, table->columns_n, NULL, arena_array(&c->arena, Value *, table->n + 1), table->n};
        for (size_t i = 0; i < table->n; i++)
            shown[t].rows[i] = table->rows[i].v;
    }
    shown[out->n] = (Shown){r->params, r->params_n, NULL, &asked, 1};
    return titles_out(c, j, shown, out->n + 1);
}

static Err show(Call *c, const Report *r, Value *asked, const ReportOut *out)
{
    Buf b;
    JsonOut j = answer(c, &b);
    report_to_json(&j, &c->x, out, c->who.roles);
    b.n--; /* opened again for the titles */
    TRY(titles(c, &j, r, asked, out));
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

static Err document(Call *c, const Report *r, const Id *id, Value *asked)
{
    Buf b;
    JsonOut j = answer(c, &b);
    TRY(work_document(&c->x, c->res, id, r, asked, &j));
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

static Err sheets(Call *c, const Report *r, const ReportOut *out, bool csv)
{
    Export e = {.db = c->x.db, .all = c->app->resources, .org = c->who.org.row, .lang = c->x.lang, .csv = csv};
    int fd;
    TRY(call_file(c, &fd));
    TRY(report_export(&c->arena, &e, out, fd));
    sheet_answer(c, csv, str_printf(&c->arena, "%s-%s", c->res->path, r->name));
    return ERR_NONE;
}

static Err file(Call *c, const Report *r, const Id *id, Value *asked)
{
    int fd;
    Str name;
    TRY(call_file(c, &fd));
    TRY(work_file(&c->x, c->res, id, r, asked, fd, &name));
    c->r.type = r->type;
    c->r.file = file_disposition(c, name);
    c->r.csp = STR("sandbox; default-src 'none'; frame-ancestors 'none'");
    return ERR_NONE;
}

static Err begin(Call *c, bool of_record, Form form, const Report **r)
{
    c->x.kept = arena_new(&c->arena, Kept); /* what bounds and levels rest on is read once */
    TRY(access_decide(&c->who, ACT_LIST, c->res, NULL, NULL)); /* what reports there are shows to readers only */
    *r = find(c, of_record, form);
    return *r ? ERR_NONE : err_of(ERR_NOT_FOUND);
}

static Err run(Call *c, bool of_record, Form form)
{
    ReportOut out;
    const Report *r;
    const Id *id = of_record ? &c->id : NULL;
    TRY(begin(c, of_record, form, &r));
    Value *v = arena_array(&c->arena, Value, r->params_n + 1);
    TRY(params(c, r, v));
    if (r->document) return document(c, r, id, v);
    if (r->file) return file(c, r, id, v);
    TRY(work_report(&c->x, c->res, id, r, v, &out));
    return form == AS_JSON ? show(c, r, v, &out) : sheets(c, r, &out, form == AS_CSV);
}

Err get_report(Call *c) { return run(c, false, AS_JSON); }
Err get_report_xlsx(Call *c) { return run(c, false, AS_XLSX); }
Err get_report_csv(Call *c) { return run(c, false, AS_CSV); }
Err get_record_report(Call *c) { return run(c, true, AS_JSON); }
Err get_record_report_xlsx(Call *c) { return run(c, true, AS_XLSX); }
Err get_record_report_csv(Call *c) { return run(c, true, AS_CSV); }

Err post_record_report(Call *c)
{
    const Report *r;
    json_t *question;
    Buf b;
    TRY(begin(c, true, AS_JSON, &r));
    TRY(params(c, r, arena_array(&c->arena, Value, r->params_n + 1)));
    TRY(json_in(&c->arena, c->body, JUDGE_BODY_MAX, &question));
    JsonOut j = answer(c, &b);
    TRY(work_asked(&c->x, c->res, &c->id, r, question, &j));
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
