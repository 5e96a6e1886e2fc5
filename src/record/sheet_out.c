/*
 * Spreadsheets out: a register as XLSX or CSV, in words that the importer reads back. Page by page into a file: memory is that of one page. A report goes the same way, one sheet
 * or one block of lines for each of its tables.
 */
#include "record/record.h"

#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

typedef struct Names { /* what the records are called that one column points to, sorted by id */
    Referrer *list;
    size_t n;
} Names;

typedef struct Out {
    Db *db;
    Arena *a;
    const Resources *all;
    int64_t org;
    Lang lang;
} Out;

static int name_cmp(const void *a, const void *b)
{
    return memcmp(((const Referrer *)a)->id.b, ((const Referrer *)b)->id.b, sizeof(Id));
}

static Err names_load(const Out *o, const Field *f, size_t field, Value *const *rows, size_t n, Names *out)
{
    size_t total = 0, kept = 0;
    *out = (Names){0};
    if (f->kind != KIND_REF && f->kind != KIND_REFS) return ERR_NONE;
    const Resource *target = resource_find(o->all, str_of(f->target));
    for (size_t i = 0; i < n; i++)
        total += f->kind == KIND_REF ? 1 : rows[i][field].n;
    Id *ids = arena_array(o->a, Id, total);
    for (size_t i = 0; i < n; i++) {
        const Value *v = &rows[i][field];
        if (f->kind == KIND_REF && v->state == VALUE_KNOWN) ids[kept++] = v->ref;
        for (size_t k = 0; f->kind == KIND_REFS && k < v->n; k++)
            ids[kept++] = v->refs[k];
    }
    if (!target || !kept) return ERR_NONE;
    out->list = arena_array(o->a, Referrer, kept);
    TRY(record_titles(o->db, o->a, target, o->org, ids, kept, out->list, &out->n));
    if (out->n) qsort(out->list, out->n, sizeof *out->list, name_cmp);
    return ERR_NONE;
}

static void put_name(const Out *o, Buf *b, const Names *names, Id id)
{
    Referrer want = {.id = id};
    const Referrer *r = names->n ? bsearch(&want, names->list, names->n, sizeof want, name_cmp) : NULL;
    if (!r) {
        buf_add(b, id_text(o->a, id));
        return;
    }
    buf_printf(b, "%s-%04lld", r->res->prefix, (long long)r->number);
    if (r->title.n) buf_byte(b, ' ');
    buf_add(b, r->title);
}

/* Japan's clock, as exact as needed: 2026-11-20 14:24[:05[.123]] */
static void put_instant(const Out *o, Buf *b, Instant t)
{
    Str s = instant_text(o->a, t + 9 * 3600000);
    if (s.n < 24) return;
    bool ms = !str_eq(str_slice(s, 20, 23), STR("000")), sec = ms || !str_eq(str_slice(s, 17, 19), STR("00"));
    buf_add(b, str_slice(s, 0, 10));
    buf_byte(b, ' ');
    buf_add(b, str_slice(s, 11, ms ? 23 : sec ? 19 : 16));
}

static void put_scalar(const Out *o, Buf *b, const Field *f, int64_t i)
{
    if (f->kind == KIND_BOOL) buf_add(b, text_in(i ? text_of("はい", "yes") : text_of("いいえ", "no"), o->lang));
    else if (f->kind == KIND_DATE) buf_add(b, day_text(o->a, (Day)i));
    else if (f->kind == KIND_INSTANT) put_instant(o, b, i);
    else buf_int(b, i);
}

static Str choice_label(const Out *o, const Field *f, Str code)
{
    for (size_t i = 0; i < f->choices_n; i++)
        if (str_eq(f->choices[i].code, code)) return text_in(f->choices[i].label, o->lang);
    return code;
}

static void put_value(const Out *o, Buf *b, const Field *f, const Value *v, const Names *names);

static void put_rows(const Out *o, Buf *b, const Field *f, const Value *v)
{
    static const Names none;
    for (size_t i = 0; i < v->n; i++) {
        if (i) buf_byte(b, '\n');
        for (size_t k = 0; k < f->fields_n; k++) {
            if (k) buf_addc(b, " / ");
            put_value(o, b, &f->fields[k], &v->rows[i][k], &none);
        }
    }
}

static void put_value(const Out *o, Buf *b, const Field *f, const Value *v, const Names *names)
{
    if (v->state == VALUE_NONE && f->kind != KIND_REFS && f->kind != KIND_LIST) return;
    if (v->state == VALUE_UNKNOWN) {
        if (v->i >= 0 && v->i < UNKNOWNS) buf_add(b, text_in(unknown_rows[v->i].label, o->lang));
    } else if (v->state == VALUE_DISPOSED) {
        buf_add(b, text_in(text_of("（廃棄済み）", "(disposed of)"), o->lang));
    } else if (v->state == VALUE_RANGE) {
        put_scalar(o, b, f, v->i);
        buf_addc(b, "〜");
        put_scalar(o, b, f, v->hi);
    } else if (f->kind == KIND_REF) {
        put_name(o, b, names, v->ref);
    } else if (f->kind == KIND_REFS) {
        for (size_t i = 0; i < v->n; i++) {
            if (i) buf_addc(b, "、");
            put_name(o, b, names, v->refs[i]);
        }
    } else if (f->kind == KIND_LIST) {
        put_rows(o, b, f, v);
    } else if (f->kind == KIND_CHOICE) {
        buf_add(b, choice_label(o, f, v->text));
    } else if (f->kind == KIND_TEXT || f->kind == KIND_LONG) {
        buf_add(b, v->text);
    } else {
        put_scalar(o, b, f, v->i);
    }
}

/* ---- one page as texts, column by column ---- */

typedef struct Table {
    Str *heads;
    const Field **fields; /* NULL: the number */
    size_t *at;
    size_t columns;
    /* of the page */
    Str *numbers;
    Value *const *v;
    size_t rows;
    Str *cells; /* rows × columns */
} Table;

static void columns_make(Arena *a, const Export *e, Table *t)
{
    const Resource *res = e->res;
    *t = (Table){0};
    t->heads = arena_array(a, Str, res->fields_n + 1);
    t->fields = arena_array(a, const Field *, res->fields_n + 1);
    t->at = arena_array(a, size_t, res->fields_n + 1);
    t->heads[t->columns++] = text_in(text_of("番号", "Number"), e->lang);
    for (size_t i = 0; i < res->fields_n; i++) {
        if ((e->readable && !e->readable[i]) || (res->fields[i].flags & ORDER)) continue;
        t->heads[t->columns] = text_in(res->fields[i].label, e->lang);
        t->at[t->columns] = i;
        t->fields[t->columns++] = &res->fields[i];
    }
}

static Err page_texts(const Out *o, Table *t)
{
    t->cells = arena_array(o->a, Str, t->rows * t->columns);
    for (size_t c = 0; c < t->columns; c++) {
        Names names;
        for (size_t r = 0; r < t->rows && !t->fields[c]; r++)
            t->cells[r * t->columns + c] = t->numbers[r];
        if (!t->fields[c]) continue;
        TRY(names_load(o, t->fields[c], t->at[c], t->v, t->rows, &names));
        for (size_t r = 0; r < t->rows; r++) {
            Buf b;
            buf_init(&b, o->a, 16);
            put_value(o, &b, t->fields[c], &t->v[r][t->at[c]], &names);
            t->cells[r * t->columns + c] = buf_str(&b);
        }
    }
    return ERR_NONE;
}

static const Value *cell_value(const Table *t, size_t r, size_t c) /* NULL: the number */
{
    return t->fields[c] ? &t->v[r][t->at[c]] : NULL;
}

typedef struct Sink { /* where the pages go */
    const Export *e;
    Arena *a;
    Arena page; /* emptied after each page */
    Table t;
    int fd;
    size_t rows; /* written so far */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    struct Formats *with;
    double *widths;
    bool *filled; /* by column: something stands in it */
} Sink;

static void put_csv(Buf *b, Str s, bool text)
{
    /* What a spreadsheet would take for a formula is marked as text; the importer takes the mark away. */
    bool guard = text && s.n && strchr("=+-@\t\r'", s.s[0]);
    buf_byte(b, '"');
    if (guard) buf_byte(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '"') buf_byte(b, '"');
        buf_byte(b, s.s[i]);
    }
    buf_byte(b, '"');
}

static bool is_number(const Field *f, const Value *v)
{
    return f && (f->kind == KIND_INT || f->kind == KIND_MONEY) && v->state == VALUE_KNOWN;
}

static Err csv_begin(const Sink *k)
{
    return fd_write(k->fd, STR("\xef\xbb\xbf")); /* Excel takes it for CP932 otherwise */
}

static Err csv_line(const Sink *k, Str text)
{
    Buf b;
    buf_init(&b, k->a, text.n + 8);
    if (text.n) put_csv(&b, text, true);
    buf_addc(&b, "\r\n");
    return fd_write(k->fd, buf_str(&b));
}

static Err csv_head(Sink *k)
{
    Buf b;
    buf_init(&b, k->a, 1024);
    for (size_t c = 0; c < k->t.columns; c++) {
        if (c) buf_byte(&b, ',');
        put_csv(&b, k->t.heads[c], true);
    }
    buf_addc(&b, "\r\n");
    return fd_write(k->fd, buf_str(&b));
}

static Err csv_page(Sink *k)
{
    const Table *t = &k->t;
    Buf b;
    buf_init(&b, &k->page, t->rows * 256);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            if (c) buf_byte(&b, ',');
            put_csv(&b, t->cells[r * t->columns + c], !is_number(t->fields[c], cell_value(t, r, c)));
        }
        buf_addc(&b, "\r\n");
    }
    return fd_write(k->fd, buf_str(&b));
}

/* Excel's ceiling for one cell, cut between characters. */
static const char *cell_text(Arena *a, Str s)
{
    size_t chars = 0, i = 0;
    for (; i < s.n; i++) {
        bool head = ((unsigned char)s.s[i] & 0xc0) != 0x80;
        if (head && ++chars > 32000) break;
    }
    return str_c(a, str_slice(s, 0, i));
}

static const char *sheet_title(Arena *a, Str label)
{
    Buf b;
    buf_init(&b, a, label.n);
    size_t chars = 0;
    for (size_t i = 0; i < label.n; i++) {
        bool head = ((unsigned char)label.s[i] & 0xc0) != 0x80;
        if (head && ++chars > 31) break;
        buf_byte(&b, strchr("[]:*?/\\'", label.s[i]) ? ' ' : label.s[i]);
    }
    return b.n ? str_c(a, buf_str(&b)) : "Sheet1";
}

/* ---- the sheet as a form that prints: ruled, headings on every page, as wide as what it holds ---- */

typedef struct Formats {
    lxw_format *head, *computed, *text, *number, *date;
} Formats;

static lxw_format *ruled(lxw_workbook *book, uint8_t line)
{
    lxw_format *f = workbook_add_format(book);
    if (!f) return NULL;
    format_set_border(f, line);
    format_set_text_wrap(f);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static bool formats_make(lxw_workbook *book, Formats *f)
{
    *f = (Formats){ruled(book, LXW_BORDER_THIN), ruled(book, LXW_BORDER_THIN), ruled(book, LXW_BORDER_HAIR), ruled(book, LXW_BORDER_HAIR), ruled(book, LXW_BORDER_HAIR)};
    if (!f->head || !f->computed || !f->text || !f->number || !f->date) return false;
    format_set_bold(f->head);
    format_set_bg_color(f->head, 0xe6e6e6);
    format_set_italic(f->computed); /* not to be filled in */
    format_set_bg_color(f->computed, 0xf2f2f2);
    format_set_num_format(f->number, "#,##0");
    format_set_num_format(f->date, "yyyy-mm-dd");
    return true;
}

static double column_width(const Field *f)
{
    static const double widths[] = {[KIND_TEXT] = 20, [KIND_LONG] = 32, [KIND_CHOICE] = 12, [KIND_INT] = 8, [KIND_BOOL] = 8, [KIND_MONEY] = 14, [KIND_DATE] = 12,
        [KIND_INSTANT] = 17, [KIND_REF] = 20, [KIND_REFS] = 26, [KIND_LIST] = 44};
    if (!f) return 9;
    if (f->flags & TITLE) return 30;
    return (size_t)f->kind < COUNT(widths) && widths[f->kind] > 0 ? widths[f->kind] : 20;
}

/* Columns in which nothing stands stay, for filling in, but take little room. */
static double column_room(const Sink *k, size_t c)
{
    double width = column_width(k->t.fields[c]);
    return k->rows && !k->filled[c] && width > 12 ? 12 : width;
}

/* Wide tables go over several pages side by side, number and title on each. */
static lxw_error put_form(const Sink *k, const char *header)
{
    const Table *t = &k->t;
    lxw_worksheet *sheet = k->sheet;
    enum { PAPER_A3 = 8, PAPER_A4 = 9, A4_CHARS = 170, A3_CHARS = 240 };
    lxw_col_t heads = t->columns > 1 && t->fields[1] && (t->fields[1]->flags & TITLE) ? 1 : 0;
    double total = 0;
    for (size_t c = 0; c < t->columns; c++) {
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, column_room(k, c), NULL);
        total += column_room(k, c);
    }
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, total > A4_CHARS ? PAPER_A3 : PAPER_A4);
    worksheet_fit_to_pages(sheet, (uint16_t)(1 + total / A3_CHARS), 0);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_repeat_columns(sheet, 0, heads);
    worksheet_freeze_panes(sheet, 1, (lxw_col_t)(heads + 1));
    worksheet_set_header(sheet, header);
    worksheet_set_footer(sheet, "&R&P / &N");
    return k->rows ? worksheet_autofilter(sheet, 0, 0, (lxw_row_t)k->rows, (lxw_col_t)(t->columns - 1)) : LXW_NO_ERROR;
}

/* Height of a row in points: programs other than Excel do not find it by themselves. */
static double row_height(const char *const *texts, const double *widths, size_t columns)
{
    enum { LINE_POINTS = 18, LINES_MAX = 12 };
    double lines = 1;
    for (size_t c = 0; c < columns; c++) {
        double here = str_lines(str_of(texts[c]), widths[c]);
        if (here > lines) lines = here;
    }
    return LINE_POINTS * (lines < LINES_MAX ? lines : LINES_MAX);
}

/* Choices are offered in the cell; lists longer than the format carries are not. `labels` ends with NULL. */
static void put_choices(const Sink *k, size_t c, const char *const *labels)
{
    enum { ROOM_FOR_NEW_ROWS = 100, LIST_CHARS_MAX = 255 };
    size_t chars = 0;
    for (const char *const *l = labels; *l; l++)
        chars += strlen(*l) + 1; /* bytes: on the safe side */
    if (!*labels || chars > LIST_CHARS_MAX) return;
    lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_LIST, .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
    memcpy(&v.value_list, &labels, sizeof labels); /* char ** or const char **, as the library's version has it */
    worksheet_data_validation_range(k->sheet, 1, (lxw_col_t)c, (lxw_row_t)(k->rows + ROOM_FOR_NEW_ROWS), (lxw_col_t)c, &v);
}

static lxw_error put_cell(const Sink *k, lxw_row_t row, size_t r, size_t c, const char *text)
{
    const Table *t = &k->t;
    lxw_worksheet *sheet = k->sheet;
    const Formats *with = k->with;
    const Value *v = cell_value(t, r, c);
    const Field *f = t->fields[c];
    lxw_col_t column = (lxw_col_t)c;
    if (!*text) return worksheet_write_blank(sheet, row, column, with->text);
    if (is_number(f, v) && v->i > -1000000000000000 && v->i < 1000000000000000)
        return worksheet_write_number(sheet, row, column, (double)v->i, with->number);
    /* Before March 1900 Excel's calendar is wrong; such days stay texts. */
    if (f && f->kind == KIND_DATE && v->state == VALUE_KNOWN && v->i >= day_of(1900, 3, 1))
        return worksheet_write_number(sheet, row, column, (double)(v->i - day_of(1899, 12, 30)), with->date);
    return worksheet_write_string(sheet, row, column, text, with->text);
}

static const char *const **choice_lists(Arena *a, const Table *t, Lang lang) /* a list for each column; NULL: none */
{
    const char *const **lists = arena_array(a, const char *const *, t->columns);
    for (size_t c = 0; c < t->columns; c++) {
        const Field *f = t->fields[c];
        if (!f || f->kind != KIND_CHOICE || (f->flags & (DERIVED | READONLY))) continue;
        const char **labels = arena_array(a, const char *, f->choices_n + 1);
        for (size_t i = 0; i < f->choices_n; i++)
            labels[i] = str_c(a, text_in(f->choices[i].label, lang));
        lists[c] = labels;
    }
    return lists;
}

/* ---- the book: rows go to the disk as they come ---- */

static void book_free(void *sink)
{
    Sink *k = sink;
    if (k->book) lxw_workbook_free(k->book);
}

static Err book_begin(Sink *k)
{
    lxw_workbook_options o = {.constant_memory = LXW_TRUE};
    const char *path = str_c(k->a, str_printf(k->a, "/proc/self/fd/%d", k->fd));
    arena_defer(k->a, book_free, k); /* also when memory ends in the middle */
    k->with = arena_new(k->a, Formats);
    k->book = workbook_new_opt(path, &o);
    return k->book && formats_make(k->book, k->with) ? ERR_NONE : err_of(ERR_FULL);
}

static Err book_sheet(Sink *k, Str label)
{
    k->sheet = workbook_add_worksheet(k->book, sheet_title(k->a, label));
    if (!k->sheet) return err_of(ERR_FULL);
    const char **heads = arena_array(k->a, const char *, k->t.columns);
    for (size_t c = 0; c < k->t.columns; c++)
        heads[c] = cell_text(k->a, k->t.heads[c]);
    lxw_error err = worksheet_set_row(k->sheet, 0, row_height(heads, k->widths, k->t.columns), NULL);
    for (size_t c = 0; c < k->t.columns && !err; c++) {
        bool computed = k->t.fields[c] && (k->t.fields[c]->flags & (DERIVED | READONLY));
        err = worksheet_write_string(k->sheet, 0, (lxw_col_t)c, heads[c], computed ? k->with->computed : k->with->head);
    }
    return err ? err_of(ERR_FULL) : ERR_NONE;
}

static Err book_page(Sink *k)
{
    const Table *t = &k->t;
    const char **texts = arena_array(&k->page, const char *, t->columns);
    lxw_error err = LXW_NO_ERROR;
    for (size_t r = 0; r < t->rows && !err; r++) {
        lxw_row_t row = (lxw_row_t)(k->rows + r + 1);
        for (size_t c = 0; c < t->columns; c++) {
            texts[c] = cell_text(&k->page, t->cells[r * t->columns + c]);
            k->filled[c] |= *texts[c] != 0;
        }
        err = worksheet_set_row(k->sheet, row, row_height(texts, k->widths, t->columns), NULL);
        for (size_t c = 0; c < t->columns && !err; c++)
            err = put_cell(k, row, r, c, texts[c]);
    }
    return err ? err_of(ERR_FULL) : ERR_NONE;
}

static Err book_sheet_end(const Sink *k)
{
    return put_form(k, str_c(k->a, str_printf(k->a, "&L&\"-,Bold\"%s&R&D", k->sheet->name))) ? err_of(ERR_FULL) : ERR_NONE;
}

static void book_choices(const Sink *k)
{
    const char *const **choices = choice_lists(k->a, &k->t, k->e->lang);
    for (size_t c = 0; c < k->t.columns; c++)
        if (choices[c]) put_choices(k, c, choices[c]);
}

static Err book_end(Sink *k)
{
    lxw_workbook *book = k->book;
    k->book = NULL;
    return workbook_close(book) ? err_of(ERR_FULL) : ERR_NONE;
}

/* ---- page by page ---- */

static void sink_done(void *sink)
{
    arena_done(&((Sink *)sink)->page);
}

static Err page_take(Sink *k)
{
    const Export *e = k->e;
    Out o = {e->db, &k->page, e->all, e->org, e->lang};
    Record *const *list;
    TRY(e->next(e->source, &k->page, &list, &k->t.rows));
    k->t.numbers = arena_array(&k->page, Str, k->t.rows + 1);
    Value **v = arena_array(&k->page, Value *, k->t.rows + 1);
    for (size_t i = 0; i < k->t.rows; i++)
        k->t.numbers[i] = record_label(&k->page, list[i]), v[i] = list[i]->v;
    k->t.v = v;
    if (k->rows + k->t.rows >= BOOK_ROWS_MAX)
        return err_text(ERR_TOO_LARGE, text_of("10万件を超えています。条件で絞り込んでください。", "There are more than 100,000 records. Narrow the list."));
    TRY(page_texts(&o, &k->t));
    TRY(e->csv ? csv_page(k) : book_page(k));
    k->rows += k->t.rows;
    return ERR_NONE;
}

/* Want of memory in a page ends the export, not the process. */
static Err page_guarded(Sink *k, Err (*take)(Sink *k))
{
    jmp_buf full;
    if (!ARENA_TRY(&k->page, full)) return err_of(ERR_FULL);
    Err e = take(k);
    arena_end_try(&k->page);
    return e;
}

static Text kept(Arena *a, Text t)
{
    return (Text){{str_copy(a, t.in[JA]), str_copy(a, t.in[EN])}};
}

static Sink *sink_new(Arena *a, const Export *e, int fd)
{
    enum { PAGE_BYTES_MAX = 128 << 20 };
    Sink *k = arena_new(a, Sink);
    k->e = e, k->a = a, k->fd = fd;
    arena_init(&k->page, PAGE_BYTES_MAX);
    arena_defer(a, sink_done, k);
    return k;
}

static void widths_make(Sink *k)
{
    k->rows = 0;
    k->filled = arena_array(k->a, bool, k->t.columns);
    k->widths = arena_array(k->a, double, k->t.columns);
    for (size_t c = 0; c < k->t.columns; c++)
        k->widths[c] = column_width(k->t.fields[c]);
}

static Err page_next(Sink *k, Err (*take)(Sink *k))
{
    Err err = page_guarded(k, take);
    if (err.kind) err.text = kept(k->a, err.text), err.mistakes = NULL;
    arena_reset(&k->page);
    return err;
}

Err records_export(Arena *a, const Export *e, int fd, size_t *rows)
{
    Sink *k = sink_new(a, e, fd);
    const Resource *res = e->res;
    columns_make(a, e, &k->t);
    widths_make(k);
    TRY(e->csv ? csv_begin(k) : book_begin(k));
    TRY(e->csv ? csv_head(k) : book_sheet(k, text_in(res->label_many.in[e->lang].n ? res->label_many : res->label, e->lang)));
    do TRY(page_next(k, page_take));
    while (k->t.rows);
    *rows = k->rows;
    if (e->csv) return ERR_NONE;
    TRY(book_sheet_end(k));
    book_choices(k);
    return book_end(k);
}

/* ---- the tables of a report ---- */

static const Field of_field = {.name = "of", .kind = KIND_TEXT, .label = TEXT("対象", "Record")}, names_field = {.name = "names", .kind = KIND_TEXT, .label = TEXT("記録", "Records")};

static void add_column(Table *t, const Field *f, Lang lang)
{
    t->heads[t->columns] = text_in(f->label, lang);
    t->at[t->columns] = t->columns;
    t->fields[t->columns++] = f;
}

static Value words(Arena *a, const Referrer *list, size_t n, int64_t more)
{
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < n && list[i].res; i++)
        buf_printf(&b, "%s%.*s %.*s", i ? "、" : "", STR_ARG(label_text(a, list[i].res, list[i].number)), STR_ARG(list[i].title));
    if (more) buf_printf(&b, " +%lld", (long long)more);
    return (Value){.state = b.n ? VALUE_KNOWN : VALUE_NONE, .text = str_trim(buf_str(&b))};
}

/* The record of a row and those that it names become columns of words at both ends, where there are some. */
static void report_columns(Sink *k, const ReportTable *t)
{
    bool of = false, names = false;
    for (size_t i = 0; i < t->n; i++) of = of || t->rows[i].of.res, names = names || t->rows[i].names_n;
    k->t = (Table){.heads = arena_array(k->a, Str, t->columns_n + 2), .fields = arena_array(k->a, const Field *, t->columns_n + 2), .at = arena_array(k->a, size_t, t->columns_n + 2), .rows = t->n};
    if (of) add_column(&k->t, &of_field, k->e->lang);
    for (size_t c = 0; c < t->columns_n; c++) add_column(&k->t, &t->columns[c], k->e->lang);
    if (names) add_column(&k->t, &names_field, k->e->lang);
    Value **v = arena_array(k->a, Value *, t->n + 1);
    for (size_t i = 0; i < t->n; i++) {
        v[i] = arena_array(k->a, Value, k->t.columns);
        if (of) v[i][0] = words(k->a, &t->rows[i].of, 1, 0);
        memcpy(v[i] + of, t->rows[i].v, t->columns_n * sizeof **v);
        if (names) v[i][k->t.columns - 1] = words(k->a, t->rows[i].names, t->rows[i].names_n, t->rows[i].more);
    }
    k->t.v = v;
}

static Err report_take(Sink *k)
{
    const Export *e = k->e;
    Out o = {e->db, &k->page, e->all, e->org, e->lang};
    TRY(page_texts(&o, &k->t));
    TRY(e->csv ? csv_page(k) : book_page(k));
    k->rows = k->t.rows;
    return ERR_NONE;
}

static Err below(Sink *k, lxw_row_t *row, Text text)
{
    Str line = text_in(text, k->e->lang);
    if (!line.n) return ERR_NONE;
    if (k->e->csv) return csv_line(k, line);
    return worksheet_write_string(k->sheet, ++*row, 0, cell_text(k->a, line), NULL) ? err_of(ERR_FULL) : ERR_NONE;
}

/* What a reader must know of a table stands under its rows, so that its headings stay where programs look for them. */
static Err report_notes(Sink *k, const ReportTable *t)
{
    lxw_row_t row = (lxw_row_t)k->rows + 1;
    TRY(below(k, &row, t->note));
    return t->cut ? below(k, &row, TEXT_FILL(k->a, "この表は先頭の{0}件までです。", "This table holds the first {0} rows.", str_printf(k->a, "%zu", t->n))) : ERR_NONE;
}

static Err report_part(Sink *k, const ReportTable *t)
{
    Str title = text_in(t->title, k->e->lang);
    report_columns(k, t);
    widths_make(k);
    if (k->e->csv) TRY(csv_line(k, title));
    TRY(k->e->csv ? csv_head(k) : book_sheet(k, title));
    TRY(page_next(k, report_take));
    if (!k->e->csv) TRY(book_sheet_end(k));
    TRY(report_notes(k, t));
    return k->e->csv ? csv_line(k, (Str){0}) : ERR_NONE;
}

Err report_export(Arena *a, const Export *e, const ReportOut *out, int fd)
{
    Sink *k = sink_new(a, e, fd);
    TRY(e->csv ? csv_begin(k) : book_begin(k));
    for (size_t i = 0; i < out->n; i++)
        TRY(report_part(k, &out->tables[i]));
    return e->csv ? ERR_NONE : book_end(k);
}
