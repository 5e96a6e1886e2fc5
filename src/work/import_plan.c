/*
 * Importer: the plan -- which sheet is which resource, which column which field. Guessed from headings, shown to the person,
 * read back from JSON.
 */
#include "work/import_parts.h"

#include <jansson.h>

enum { HEADING_ROWS = 20 };

static const Cell *cell_at(const Sheet *s, size_t row, size_t column)
{
    static const Cell none;
    return row < s->rows_n && column < s->row_cells[row] ? &s->rows[row][column] : &none;
}

/* Every name under which a sheet may call a field that this person may fill, as headings are compared; in the order of the fields. Made once, not for each cell. */
typedef struct FieldName { Str name; int field; } FieldName;
typedef struct FieldNames { const Resource *res; FieldName *list; size_t n; } FieldNames;

static size_t names_most(const Field *f)
{
    size_t n = 4;
    for (const char *c = f->aliases; c && *c; c++) n += *c == '|';
    return n;
}

static void name_add(Arena *a, FieldNames *out, Str name, int field)
{
    Str folded = import_heading(a, name);
    if (folded.n) out->list[out->n++] = (FieldName){folded, field};
}

static FieldNames names_of(Ctx *c, const Resource *res)
{
    bool *writable = access_writable(c->a, c->who, res);
    size_t most = 0;
    for (size_t i = 0; i < res->fields_n; i++) most += names_most(&res->fields[i]);
    FieldNames out = {res, arena_array(c->a, FieldName, most), 0};
    for (size_t i = 0; i < res->fields_n; i++) {
        const Field *f = &res->fields[i];
        Str rest = str_of(f->aliases), one;
        if (!writable[i] || !import_may_fill(f)) continue;
        name_add(c->a, &out, f->label.in[JA], (int)i), name_add(c->a, &out, f->label.in[EN], (int)i), name_add(c->a, &out, str_of(f->name), (int)i);
        while (str_cut(&rest, '|', &one)) name_add(c->a, &out, one, (int)i);
    }
    return out;
}

/* A cell that may be the heading of a column. */
typedef struct Heading { Str text, whole, bare; } Heading;
typedef struct HeadingRow { Heading *cells; size_t n; } HeadingRow;

static HeadingRow headings_of(Arena *a, const Sheet *s, size_t row)
{
    HeadingRow out = {arena_array(a, Heading, s->row_cells[row]), s->row_cells[row]};
    for (size_t i = 0; i < out.n; i++) {
        Heading *h = &out.cells[i];
        h->text = str_trim(cell_at(s, row, i)->text);
        if (!h->text.n) continue;
        h->whole = import_heading(a, h->text);
        import_scale(a, h->text, &h->bare);
    }
    return out;
}

static bool is_number_heading(Str heading)
{
    static const char *const words[] = {"番号", "number", "no", "no.", "管理番号"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eqc(heading, words[i])) return true;
    return false;
}

static int field_for(const FieldNames *names, const Heading *h)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < names->n; i++)
            if (str_eq(names->list[i].name, pass ? h->bare : h->whole)) return names->list[i].field;
    return is_number_heading(h->bare) ? FIELD_NUMBER : FIELD_NONE;
}

static bool hidden(const Sheet *s, size_t column)
{
    return s->hidden && column < BOOK_COLUMNS_MAX && s->hidden[column];
}

/* The first column of a field wins, and one that is shown before one that is hidden. */
static int taken_by(const ImportColumn *list, size_t n, int field)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].field == field) return (int)i;
    return -1;
}

static size_t columns_of(const FieldNames *names, const Sheet *s, const HeadingRow *row, ImportColumn *out, size_t *matched)
{
    size_t n = 0;
    *matched = 0;
    for (size_t col = 0; col < row->n; col++) {
        const Heading *h = &row->cells[col];
        if (!h->text.n) continue;
        int field = field_for(names, h), other = field == FIELD_NONE ? -1 : taken_by(out, n, field);
        if (other >= 0 && hidden(s, out[other].column) && !hidden(s, col)) out[other].field = FIELD_NONE, *matched -= field >= 0;
        else if (other >= 0) field = FIELD_NONE;
        if (field >= 0) ++*matched;
        out[n++] = (ImportColumn){.column = col, .heading = h->text, .field = field};
    }
    return n;
}

/* 15: the sheet is called so; 8: its name has the word in it ("資産一覧", "Assets 2026"). */
static size_t sheet_score(Arena *a, const Sheet *s, const Resource *r)
{
    Str name = import_heading(a, s->name);
    Str words[] = {r->label_many.in[JA], r->label.in[JA], r->label_many.in[EN], r->label.in[EN], str_of(r->name), str_of(r->path)};
    size_t score = 0;
    for (size_t i = 0; i < COUNT(words); i++) {
        Str word = import_heading(a, words[i]);
        if (!word.n) continue;
        if (str_eq(name, word)) return 15;
        if (str_chars(word) >= 2 && str_find(name, word) != SIZE_MAX) score = 8;
    }
    return score;
}

static bool has_required(const Resource *res, const ImportColumn *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (columns[i].field >= 0 && (res->fields[columns[i].field].flags & TITLE)) return true;
    return false;
}

static size_t heading_rows(Arena *a, const Sheet *s, HeadingRow *out)
{
    size_t n = s->rows_n < HEADING_ROWS ? s->rows_n : HEADING_ROWS;
    for (size_t i = 0; i < n; i++) out[i] = headings_of(a, s, i);
    return n;
}

static void propose_sheet(Ctx *c, const Sheet *s, const FieldNames *names, size_t names_n, ImportSheet *out)
{
    size_t best = 0, matched;
    HeadingRow rows[HEADING_ROWS];
    size_t rows_n = heading_rows(c->a, s, rows);
    ImportColumn *found = arena_array(c->a, ImportColumn, BOOK_COLUMNS_MAX);
    *out = (ImportSheet){.sheet = s->name};
    for (size_t r = 0; r < names_n; r++) {
        const Resource *res = names[r].res;
        size_t named = sheet_score(c->a, s, res);
        for (size_t row = 0; row < rows_n; row++) {
            size_t n = columns_of(&names[r], s, &rows[row], found, &matched);
            /* One word in common is chance, unless the sheet is called so. */
            if (matched < (named ? 1 : 2)) continue;
            size_t score = matched * 10 + named + (has_required(res, found, n) ? 5 : 0);
            if (score <= best) continue;
            best = score;
            *out = (ImportSheet){s->name, res, row, arena_array(c->a, ImportColumn, n), n};
            memcpy(out->columns, found, n * sizeof *found);
        }
    }
}

Err import_propose(Ctx *c, const Book *b, ImportPlan *out)
{
    FieldNames *names = arena_array(c->a, FieldNames, c->resources->n);
    size_t n = 0;
    for (size_t r = 0; r < c->resources->n; r++) {
        const Resource *res = c->resources->list[r];
        if (!res->inner && !access_decide(c->who, ACT_IMPORT, res, NULL, NULL).kind) names[n++] = names_of(c, res);
    }
    *out = (ImportPlan){arena_array(c->a, ImportSheet, b->n), b->n};
    for (size_t i = 0; i < b->n; i++)
        propose_sheet(c, &b->sheets[i], names, n, &out->sheets[i]);
    return ERR_NONE;
}

static size_t best_row(Ctx *c, const FieldNames *names, const Sheet *s, ImportColumn *found)
{
    size_t best = 0, row = 0, matched;
    HeadingRow rows[HEADING_ROWS];
    size_t rows_n = heading_rows(c->a, s, rows);
    for (size_t r = 0; r < rows_n; r++) {
        columns_of(names, s, &rows[r], found, &matched);
        if (matched > best) best = matched, row = r;
    }
    return row;
}

Err import_propose_as(Ctx *c, const Sheet *s, const Resource *res, size_t heading_row, ImportPlan *out)
{
    size_t n = 0, matched;
    FieldNames names = names_of(c, res);
    ImportColumn *found = arena_array(c->a, ImportColumn, BOOK_COLUMNS_MAX);
    size_t row = heading_row ? heading_row - 1 : best_row(c, &names, s, found);
    if (row < s->rows_n) {
        HeadingRow headings = headings_of(c->a, s, row);
        n = columns_of(&names, s, &headings, found, &matched);
    }
    ImportSheet *sheet = arena_new(c->a, ImportSheet);
    *sheet = (ImportSheet){s->name, res, row, found, n};
    *out = (ImportPlan){sheet, 1};
    return ERR_NONE;
}

/* ---- JSON ---- */

static const Sheet *sheet_named(const Book *b, Str name)
{
    for (size_t i = 0; b && i < b->n; i++)
        if (str_eq(b->sheets[i].name, name)) return &b->sheets[i];
    return NULL;
}

static void samples_json(JsonOut *j, const Sheet *s, size_t heading_row, size_t column)
{
    json_key(j, STR("samples"));
    json_open(j, '[');
    size_t shown = 0;
    for (size_t row = heading_row + 1; s && row < s->rows_n && shown < 3; row++) {
        Str text = cell_at(s, row, column)->text;
        if (!text.n) continue;
        json_str(j, text);
        shown++;
    }
    json_close(j, ']');
}

bool import_name_is_enough(const Resource *res)
{
    for (size_t i = 0; i < res->fields_n; i++)
        if ((res->fields[i].flags & REQUIRED) && !(res->fields[i].flags & TITLE)) return false;
    int title = import_title(res);
    return title >= 0 && !res->inner && !(res->fields[title].flags & READONLY);
}

/* Missing records can be made of what stands in the column. */
static bool may_create(const Resources *all, const ImportSheet *is, const ImportColumn *col)
{
    const Field *f = is->res && col->field >= 0 ? &is->res->fields[col->field] : NULL;
    const Resource *target = f && (f->kind == KIND_REF || f->kind == KIND_REFS) ? resource_find(all, str_of(f->target)) : NULL;
    return target && import_name_is_enough(target);
}

/* What stands in a column of choices or levels and is none of them: for "values" of the plan. */
static void unread_json(JsonOut *j, Ctx *c, const ImportSheet *is, const ImportColumn *col, const Sheet *s)
{
    enum { UNREAD_MAX = 20, ROWS_SEEN = 5000 };
    Str seen[UNREAD_MAX];
    size_t n = 0;
    const Field *f = is->res && col->field >= 0 ? &is->res->fields[col->field] : NULL;
    if (!s || !f || !f->choices_n) return;
    int64_t most = field_most(c, f);
    for (size_t row = is->heading_row + 1; row < s->rows_n && row < ROWS_SEEN && n < UNREAD_MAX; row++) {
        Value v;
        Mistakes m;
        mistakes_init(&m, c->a);
        const Cell *cell = cell_at(s, row, col->column);
        bool told = import_value(c->a, f, cell, 1, (Str){0}, &v, &m) && (!f->most || v.i <= most);
        for (size_t i = 0; i < n && !told; i++)
            told = str_eq(seen[i], cell->text);
        if (!told) seen[n++] = cell->text;
    }
    if (!n) return;
    json_key(j, STR("unread")), json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        json_str(j, seen[i]);
    json_close(j, ']');
}

static void column_json(JsonOut *j, Ctx *c, const ImportSheet *is, const ImportColumn *col, const Sheet *s)
{
    json_open(j, '{');
    json_kint(j, "column", (int64_t)col->column);
    Str name = cell_name(c->a, col->column, 0);
    json_kstr(j, "name", str_slice(name, 0, name.n - 1));
    json_kstr(j, "heading", col->heading);
    json_key(j, STR("field"));
    if (col->field == FIELD_NUMBER) json_str(j, STR("number"));
    else if (col->field < 0 || !is->res) json_none(j);
    else json_str(j, str_of(is->res->fields[col->field].name));
    if (s && hidden(s, col->column)) json_kbool(j, "hidden", true);
    if (may_create(c->resources, is, col)) json_kbool(j, "create", col->create);
    unread_json(j, c, is, col, s);
    samples_json(j, s, is->heading_row, col->column);
    json_close(j, '}');
}

void import_plan_to_json(JsonOut *j, Ctx *c, const ImportPlan *p, const Book *b)
{
    json_open(j, '{');
    json_key(j, STR("sheets"));
    json_open(j, '[');
    for (size_t i = 0; i < p->n; i++) {
        const ImportSheet *is = &p->sheets[i];
        const Sheet *s = sheet_named(b, is->sheet);
        json_open(j, '{');
        json_kstr(j, "sheet", is->sheet);
        json_key(j, STR("resource"));
        if (is->res) json_str(j, str_of(is->res->name));
        else json_none(j);
        json_kint(j, "heading_row", (int64_t)is->heading_row + 1);
        if (s) json_kint(j, "rows", s->rows_n > is->heading_row ? (int64_t)(s->rows_n - is->heading_row - 1) : 0);
        json_key(j, STR("columns"));
        json_open(j, '[');
        for (size_t k = 0; k < is->columns_n; k++)
            column_json(j, c, is, &is->columns[k], s);
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static Err bad_plan(Ctx *c, const char *ja, const char *en, Str what)
{
    return err_text(ERR_INVALID, text_fill(c->a, ja, en, 1, &what));
}

static Err words_from(Ctx *c, json_t *values, ImportColumn *out)
{
    const char *from;
    json_t *to;
    if (!values) return ERR_NONE;
    if (!json_is_object(values) || json_object_size(values) > 200)
        return bad_plan(c, "読み替え（values）を読み取れません: {0}", "The values of a column cannot be read: {0}", out->heading);
    out->words = arena_array(c->a, ImportWord, json_object_size(values));
    json_object_foreach(values, from, to) {
        if (!json_is_string(to)) return bad_plan(c, "読み替え（values）は文字列で書いてください: {0}", "The values of a column are texts: {0}", out->heading);
        out->words[out->words_n++] = (ImportWord){str_fold(c->a, str_trim(str_of(from))), json_str_of(to)};
    }
    return ERR_NONE;
}

static Err column_from(Ctx *c, const ImportSheet *is, json_t *v, ImportColumn *out)
{
    const json_t *column = json_object_get(v, "column"), *field = json_object_get(v, "field");
    json_int_t at = json_integer_value(column);
    if (!json_is_integer(column) || at < 0 || at >= BOOK_COLUMNS_MAX)
        return bad_plan(c, "取り込み計画の列の番号が正しくありません（{0}）。", "A column number of the plan is wrong ({0}).", is->sheet);
    *out = (ImportColumn){.column = (size_t)at, .heading = json_str_of(json_object_get(v, "heading")), .field = FIELD_NONE, .create = json_is_true(json_object_get(v, "create"))};
    TRY(words_from(c, json_object_get(v, "values"), out));
    if (!field || json_is_null(field)) return ERR_NONE;
    Str name = json_str_of(field);
    if (str_eqc(name, "number")) {
        out->field = FIELD_NUMBER;
        return ERR_NONE;
    }
    out->field = field_find(is->res->fields, is->res->fields_n, name);
    if (out->field < 0 || !import_may_fill(&is->res->fields[out->field]))
        return bad_plan(c, "取り込めない項目です: {0}", "This field cannot be imported: {0}", name);
    return ERR_NONE;
}

static Err columns_once(Ctx *c, const ImportSheet *is)
{
    for (size_t i = 0; i < is->columns_n; i++)
        for (size_t k = 0; k < i; k++)
            if (is->columns[i].field != FIELD_NONE && is->columns[i].field == is->columns[k].field)
                return bad_plan(c, "同じ項目に複数の列が割り当てられています: {0}", "More than one column is given to the same field: {0}",
                    is->columns[i].field == FIELD_NUMBER ? STR("number") : is->res->fields[is->columns[i].field].label.in[c->lang]);
    return ERR_NONE;
}

static Err sheet_from(Ctx *c, json_t *v, ImportSheet *out)
{
    Str resource = json_str_of(json_object_get(v, "resource"));
    json_int_t row = json_integer_value(json_object_get(v, "heading_row"));
    json_t *columns = json_object_get(v, "columns");
    *out = (ImportSheet){.sheet = json_str_of(json_object_get(v, "sheet"))};
    if (!resource.n) return ERR_NONE;
    out->res = resource_find(c->resources, resource);
    if (!out->res || out->res->inner) return bad_plan(c, "取り込み先がありません: {0}", "There is no such kind of record: {0}", resource);
    if (row < 1 || row > BOOK_ROWS_MAX || !json_is_array(columns) || json_array_size(columns) > BOOK_COLUMNS_MAX)
        return bad_plan(c, "取り込み計画の見出し行か列が正しくありません（{0}）。", "Heading row or columns of the plan are wrong ({0}).", out->sheet);
    out->heading_row = (size_t)row - 1;
    out->columns_n = json_array_size(columns);
    out->columns = arena_array(c->a, ImportColumn, out->columns_n);
    for (size_t i = 0; i < out->columns_n; i++)
        TRY(column_from(c, out, json_array_get(columns, i), &out->columns[i]));
    return columns_once(c, out);
}

Err import_plan_from_json(Ctx *c, json_t *json, ImportPlan *out)
{
    json_t *sheets = json_object_get(json, "sheets");
    if (!json_is_array(sheets) || json_array_size(sheets) > BOOK_SHEETS_MAX)
        return err_text(ERR_INVALID, text_of("取り込み計画を読み取れません。", "The plan of the import cannot be read."));
    *out = (ImportPlan){arena_array(c->a, ImportSheet, json_array_size(sheets)), json_array_size(sheets)};
    for (size_t i = 0; i < out->n; i++)
        TRY(sheet_from(c, json_array_get(sheets, i), &out->sheets[i]));
    return ERR_NONE;
}
