/*
 * Importer: the rows of a book become records, all or none. First every cell is read and every mistake is named; only a book without mistakes is
 * written. Which record a row is: import_match.c; what it points to: import_refs.c; writing: import_write.c.
 */
#include "work/import_parts.h"

enum { SCRATCH = 64 << 20, SKIPPED_MAX = 200 };

static const Cell no_cell;

static const Cell *raw_cell(const Row *r, const ImportColumn *col)
{
    if (r->row >= r->sheet->rows_n || col->column >= r->sheet->row_cells[r->row]) return &no_cell;
    return &r->sheet->rows[r->row][col->column];
}

Cell import_cell(Import *im, const Row *r, const ImportColumn *col)
{
    const Cell *cell = raw_cell(r, col);
    Str folded = {0};
    for (size_t i = 0; i < col->words_n; i++) {
        if (!folded.s) folded = str_fold(im->c->a, str_trim(cell->text));
        if (str_eq(folded, col->words[i].from)) return (Cell){.text = col->words[i].to};
    }
    return *cell;
}

Str import_place(Import *im, const Row *r, size_t column)
{
    return str_join(im->c->a, r->plan->sheet, STR("!"), cell_name(im->c->a, column, r->row));
}

void import_say(Import *im, const Row *r, size_t column, const char *code, Text text)
{
    mistake_add(&im->m, import_place(im, r, column), code, text);
}

const Field *import_field(const Row *r, const ImportColumn *col)
{
    return col->field >= 0 ? &r->plan->res->fields[col->field] : NULL;
}

const ImportColumn *import_column(const Row *r, int field)
{
    for (size_t i = 0; i < r->plan->columns_n; i++)
        if (r->plan->columns[i].field == field) return &r->plan->columns[i];
    return NULL;
}

int import_title(const Resource *res)
{
    for (size_t i = 0; i < res->fields_n; i++)
        if (res->fields[i].flags & TITLE) return (int)i;
    return -1;
}

/* ---- which rows are records ---- */

static bool row_empty(const Row *r)
{
    for (size_t i = 0; i < r->plan->columns_n; i++)
        if (r->plan->columns[i].field != FIELD_NONE && str_trim(raw_cell(r, &r->plan->columns[i])->text).n) return false;
    return true;
}

/* How many mapped cells say something, and whether three or more say all the same (a text merged over the row). */
static size_t filled(const Row *r, bool *merged)
{
    size_t n = 0;
    Str first = {0};
    *merged = true;
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        Str text = r->plan->columns[i].field == FIELD_NONE ? (Str){0} : str_trim(raw_cell(r, &r->plan->columns[i])->text);
        if (!text.n) continue;
        if (!n++) first = text;
        else if (!str_eq(first, text)) *merged = false;
    }
    *merged = *merged && n >= 3;
    return n;
}

static bool ends_or_is(Str s, const char *const *words, size_t n, bool end)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqc(s, words[i]) || (end ? str_ends(s, str_of(words[i])) : str_starts(s, str_of(words[i])))) return true;
    return false;
}

/* Totals, notes and captions between and below the records. What is left out is told. */
static bool row_is_none(Import *im, const Row *r, Str *why)
{
    static const char *const sums[] = {"小計", "合計", "総計", " 計", "subtotal", "total"}, *const notes[] = {"※", "注", "(注", "*", "note:"};
    int title = import_title(r->plan->res);
    const ImportColumn *col = title >= 0 ? import_column(r, title) : NULL;
    bool merged;
    size_t n = filled(r, &merged);
    Str text = col ? str_trim(raw_cell(r, col)->text) : (Str){0}, folded = str_fold(im->c->a, text);
    *why = text;
    if (merged) return true;
    if (ends_or_is(folded, sums, COUNT(sums), true) || str_eqc(folded, "計")) return n <= 2;
    return n == 1 && text.n && ends_or_is(folded, notes, COUNT(notes), false);
}

static void skip(Import *im, const Row *r, Str text)
{
    ImportResult *out = im->result;
    const ImportColumn *col = import_column(r, import_title(r->plan->res));
    if (!out->skipped) out->skipped = arena_array(im->c->a, Skipped, SKIPPED_MAX);
    if (out->skipped_n < SKIPPED_MAX) out->skipped[out->skipped_n++] = (Skipped){import_place(im, r, col ? col->column : r->plan->columns[0].column), text};
    else out->skipped_more++;
}

static Row *row_add(Import *im, Row r)
{
    if (im->rows_n == im->rows_cap) {
        size_t cap = im->rows_cap ? im->rows_cap * 2 : 64;
        im->rows = arena_grow(im->c->a, im->rows, im->rows_cap * sizeof *im->rows, cap * sizeof *im->rows);
        im->rows_cap = cap;
    }
    im->rows[im->rows_n] = r;
    return &im->rows[im->rows_n++];
}

static Err sheet_find(Import *im, const Book *b, const ImportSheet *plan, const Sheet **out)
{
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->sheets[i].name, plan->sheet)) {
            *out = &b->sheets[i];
            return ERR_NONE;
        }
    return err_text(ERR_INVALID, TEXT_FILL(im->c->a, "シート「{0}」がファイルにありません。", "The file has no sheet “{0}”.", plan->sheet));
}

static Err may_write(Import *im, const ImportSheet *plan)
{
    bool *writable = access_writable(im->c->a, im->c->who, plan->res);
    TRY(access_decide(im->c->who, ACT_IMPORT, plan->res, NULL, NULL));
    for (size_t i = 0; i < plan->columns_n; i++) {
        int f = plan->columns[i].field;
        if (f < 0) continue;
        if (!writable[f] || !import_may_fill(&plan->res->fields[f]))
            return err_text(ERR_FORBIDDEN, TEXT_FILL(im->c->a, "項目「{0}」へは書き込めません。", "The field “{1}” may not be written.",
                plan->res->fields[f].label.in[JA], plan->res->fields[f].label.in[EN]));
    }
    return ERR_NONE;
}

static Err collect(Import *im, const Book *b, const ImportPlan *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const ImportSheet *plan = &p->sheets[i];
        const Sheet *sheet = NULL;
        Str why;
        if (!plan->res || !plan->columns_n) continue;
        TRY(may_write(im, plan));
        TRY(sheet_find(im, b, plan, &sheet));
        for (size_t row = plan->heading_row + 1; row < sheet->rows_n; row++) {
            Row r = {.plan = plan, .sheet = sheet, .row = row};
            if (row_empty(&r)) continue;
            if (row_is_none(im, &r, &why)) skip(im, &r, why);
            else row_add(im, r);
        }
    }
    return ERR_NONE;
}

/* ---- reading the rows ---- */

/* From the sheet itself, not from the plan: "（千円）" in a heading must count whatever the plan repeats. */
static int64_t scale_of(Import *im, const Row *r, const ImportColumn *col)
{
    Row heading = *r;
    Str bare;
    heading.row = r->plan->heading_row;
    return import_scale(im->c->a, raw_cell(&heading, col)->text, &bare);
}

static void row_values(Import *im, Row *r)
{
    const Resource *res = r->plan->res;
    r->v = arena_array(im->c->a, Value, res->fields_n);
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const ImportColumn *col = &r->plan->columns[i];
        const Field *f = import_field(r, col);
        if (!f || f->kind == KIND_REF || f->kind == KIND_REFS || disposed_mark(im, r, col)) continue;
        int64_t scale = f->kind == KIND_MONEY ? scale_of(im, r, col) : 1;
        Cell cell = import_cell(im, r, col);
        Value v;
        Field now = *f;
        if (f->most) now.max = col->most;
        if (import_value(im->c->a, &now, &cell, scale, import_place(im, r, col->column), &v, &im->m)) r->v[col->field] = v;
    }
    if (r->old) row_take_old(im, r, r->old);
}

/* Other rows may point to this one by what also names it. */
static Err announce_others(Import *im, Row *r)
{
    Index *x;
    TRY(index_for(im, r->plan->res, &x));
    for (size_t i = 0; i < r->plan->res->fields_n; i++)
        if ((r->plan->res->fields[i].flags & NAMES) && r->v[i].state == VALUE_KNOWN && (!r->old || !values_equal(&r->plan->res->fields[i], &r->v[i], &r->old->v[i])))
            index_other_name(im, x, r->v[i].text, (Target){r->id, r});
    return ERR_NONE;
}

/* The records of all rows that have one by now: a query for each hundred. */
static Err load_old(Import *im, const Resource *res)
{
    size_t n = 0;
    Id *ids = arena_array(im->c->a, Id, im->rows_n);
    Row **rows = arena_array(im->c->a, Row *, im->rows_n);
    Record **found = arena_array(im->c->a, Record *, im->rows_n);
    for (size_t i = 0; i < im->rows_n; i++)
        if (im->rows[i].plan->res == res && !id_none(im->rows[i].id)) rows[n] = &im->rows[i], ids[n++] = im->rows[i].id;
    TRY(record_get_many(im->c->db, im->c->a, res, im->c->who->org.row, ids, n, found));
    for (size_t i = 0; i < n; i++) {
        rows[i]->old = found[i];
        if (found[i]) rows[i]->version = found[i]->version;
        else rows[i]->id = (Id){{0}};
    }
    return ERR_NONE;
}

/* Empty cells of required fields; a cell with a mistake has been named already. */
static void row_required(Import *im, const Row *r)
{
    for (size_t i = 0; i < r->plan->res->fields_n; i++) {
        const Field *f = &r->plan->res->fields[i];
        const ImportColumn *col = import_column(r, (int)i);
        if (!(f->flags & REQUIRED) || !import_may_fill(f) || (!col && r->old)) continue;
        if (col && (str_trim(import_cell(im, r, col).text).n || disposed_mark(im, r, col))) continue;
        import_say(im, r, col ? col->column : r->plan->columns[0].column, "required", TEXT_FILL(im->c->a, "「{0}」は必須です。", "“{1}” is required.",
            f->label.in[JA], f->label.in[EN]));
    }
}

static Err understand(Import *im)
{
    for (size_t i = 0; i < im->rows_n; i++) {
        Index *x;
        TRY(index_for(im, im->rows[i].plan->res, &x));
        TRY(row_identify(im, &im->rows[i], x));
    }
    for (size_t i = 0; i < im->indexes_n; i++)
        TRY(load_old(im, im->indexes[i].res));
    for (size_t i = 0; i < im->rows_n; i++) {
        row_values(im, &im->rows[i]);
        TRY(announce_others(im, &im->rows[i]));
    }
    for (size_t i = 0; i < im->rows_n; i++)
        TRY(resolve_row(im, &im->rows[i]));
    TRY(match_groups(im));
    for (size_t i = 0; i < im->rows_n; i++)
        row_required(im, &im->rows[i]);
    return ERR_NONE;
}

static void scratch_done(void *arena)
{
    arena_done(arena);
}

static Err anything(const ImportPlan *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->sheets[i].res) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("台帳の項目に当たる見出しが見つかりません。見出しの行があるか確かめ、取り込み先と列を選んでください。",
        "No heading row that fits a register was found. Check that there is one, and choose register and columns."));
}

static void note_most(Ctx *c, const ImportSheet *s, ImportColumn *col)
{
    if (s->res && col->field >= 0) col->most = field_most(c, &s->res->fields[col->field]);
}

Err import_run(Ctx *c, const Book *b, const ImportPlan *p, ImportResult *out)
{
    Import *im = arena_new(c->a, Import);
    *out = (ImportResult){0};
    im->c = c;
    im->result = out;
    im->indexes = arena_array(c->a, Index, c->resources->n + 1);
    mistakes_init(&im->m, c->a);
    arena_init(&im->scratch, SCRATCH);
    arena_defer(c->a, scratch_done, &im->scratch);
    TRY(anything(p));
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->sheets[i].columns_n; k++)
            note_most(c, &p->sheets[i], &p->sheets[i].columns[k]);
    TRY(collect(im, b, p));
    out->rows = (int64_t)im->rows_n;
    TRY(understand(im));
    if (im->m.n) return err_mistakes(&im->m);
    return write_all(im);
}
