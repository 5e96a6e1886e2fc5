/* report.c -- the tables of a report: rows are made one by one, then written as JSON. */
#include "record/record.h"

ReportTable *report_table(ReportOut *out, const char *name, Text title, Text note, const Field *columns, size_t n)
{
    assert(out->n < REPORT_TABLES_MAX);
    ReportTable *t = &out->tables[out->n++];
    *t = (ReportTable){.name = name, .title = title, .note = note, .columns = columns, .columns_n = n};
    return t;
}

static void grow(ReportOut *out, ReportTable *t)
{
    size_t room = t->room ? 2 * t->room : 16;
    ReportRow *rows = arena_array(out->a, ReportRow, room);
    if (t->n) memcpy(rows, t->rows, t->n * sizeof *rows);
    t->rows = rows;
    t->room = room;
}

Referrer record_name(Arena *a, const Record *r)
{
    return (Referrer){.res = r->res, .id = r->id, .number = r->number, .title = str_copy(a, record_title(r))};
}

Value *report_row_of(ReportOut *out, ReportTable *t, const Referrer *of)
{
    Value *v = arena_array(out->a, Value, t->columns_n);
    if (t->n == REPORT_ROWS_MAX) return t->cut = true, v;
    if (t->n == t->room) grow(out, t);
    t->rows[t->n++] = (ReportRow){.of = *of, .v = v};
    return v;
}

void report_at(ReportTable *t, const char *at)
{
    if (t->n && !t->cut) t->rows[t->n - 1].at = at;
}

void report_names(ReportTable *t, const Referrer *names, size_t n, int64_t more)
{
    if (!t->n || t->cut) return;
    ReportRow *row = &t->rows[t->n - 1];
    row->names = names, row->names_n = n, row->more = more;
}

Value *report_row(ReportOut *out, ReportTable *t, const Record *of)
{
    Referrer name = of ? record_name(out->a, of) : (Referrer){.res = NULL};
    return report_row_of(out, t, &name);
}

static void take_over(Arena *a, Value *v)
{
    if (v->text.n) v->text = str_copy(a, v->text);
    if (!v->refs) return;
    Id *own = arena_array(a, Id, v->n + 1);
    memcpy(own, v->refs, v->n * sizeof *own);
    v->refs = own;
}

void report_settle(ReportOut *out)
{
    for (size_t t = 0; t < out->n; t++) {
        ReportTable *x = &out->tables[t];
        for (; x->settled < x->n; x->settled++)
            for (size_t k = 0; k < x->columns_n; k++)
                take_over(out->a, &x->rows[x->settled].v[k]);
    }
}

static void name_out(JsonOut *j, Arena *a, const Referrer *r)
{
    json_open(j, '{');
    json_kstr(j, "resource", str_of(r->res->path));
    json_kstr(j, "id", id_text(a, r->id));
    json_kstr(j, "number", label_text(a, r->res, r->number));
    json_kstr(j, "title", r->title);
    json_close(j, '}');
}

static void row_out(JsonOut *j, Arena *a, const ReportTable *t, const ReportRow *row)
{
    json_open(j, '{');
    if (row->of.res) json_key(j, STR("of")), name_out(j, a, &row->of);
    if (row->at) json_kstr(j, "at", str_of(row->at));
    if (row->names_n) json_key(j, STR("names")), json_open(j, '[');
    for (size_t i = 0; i < row->names_n; i++)
        name_out(j, a, &row->names[i]);
    if (row->names_n) json_close(j, ']');
    if (row->more) json_kint(j, "more", row->more);
    json_key(j, STR("values")), json_open(j, '{');
    values_to_json(j, a, t->columns, t->columns_n, row->v, NULL);
    json_close(j, '}');
    json_close(j, '}');
}

static void table_out(JsonOut *j, Ctx *c, Arena *a, const ReportTable *t, Roles who)
{
    json_open(j, '{');
    json_kstr(j, "name", str_of(t->name));
    json_key(j, STR("title")), json_text(j, t->title);
    if (t->note.in[JA].n) json_key(j, STR("note")), json_text(j, t->note);
    json_kbool(j, "cut", t->cut);
    fields_meta_json(j, c, t->columns, t->columns_n, who);
    json_key(j, STR("rows")), json_open(j, '[');
    for (size_t i = 0; i < t->n; i++)
        row_out(j, a, t, &t->rows[i]);
    json_close(j, ']');
    json_close(j, '}');
}

void report_to_json(JsonOut *j, Ctx *c, const ReportOut *out, Roles who)
{
    json_open(j, '{');
    json_key(j, STR("tables")), json_open(j, '[');
    for (size_t i = 0; i < out->n; i++)
        table_out(j, c, out->a, &out->tables[i], who);
    json_close(j, ']');
    json_close(j, '}');
}
