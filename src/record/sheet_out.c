/*
 * Spreadsheets out: a list of records as XLSX or CSV, in words that the importer reads back.
 */
#include "record/record.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

typedef struct Names { /* the records that one column points to, sorted by id */
    Id *ids;
    Record **list;
    size_t n;
} Names;

typedef struct Out {
    Db *db;
    Arena *a;
    const Resources *all;
    int64_t org;
    Lang lang;
} Out;

static int id_cmp(const void *a, const void *b)
{
    return memcmp(((const Id *)a)->b, ((const Id *)b)->b, sizeof(Id));
}

static Err names_load(const Out *o, const Field *f, size_t field, Record *const *list, size_t n, Names *out)
{
    size_t total = 0, kept = 0;
    *out = (Names){0};
    if (f->kind != KIND_REF && f->kind != KIND_REFS) return ERR_NONE;
    for (size_t i = 0; i < n; i++)
        total += f->kind == KIND_REF ? 1 : list[i]->v[field].n;
    Id *ids = arena_array(o->a, Id, total);
    for (size_t i = 0; i < n; i++) {
        const Value *v = &list[i]->v[field];
        if (f->kind == KIND_REF && v->state == VALUE_KNOWN) ids[kept++] = v->ref;
        for (size_t k = 0; f->kind == KIND_REFS && k < v->n; k++)
            ids[kept++] = v->refs[k];
    }
    if (kept) qsort(ids, kept, sizeof *ids, id_cmp);
    for (size_t i = 0; i < kept; i++)
        if (!out->n || !id_eq(ids[out->n - 1], ids[i])) ids[out->n++] = ids[i];
    const Resource *target = resource_find(o->all, str_of(f->target));
    out->ids = ids;
    out->list = arena_array(o->a, Record *, out->n);
    return target && out->n ? record_get_many(o->db, o->a, target, o->org, ids, out->n, out->list) : ERR_NONE;
}

static void put_name(const Out *o, Buf *b, const Names *names, Id id)
{
    const Id *at = names->n ? bsearch(&id, names->ids, names->n, sizeof id, id_cmp) : NULL;
    const Record *r = at ? names->list[at - names->ids] : NULL;
    if (!r) {
        buf_add(b, id_text(o->a, id));
        return;
    }
    buf_add(b, record_label(o->a, r));
    Str title = record_title(r);
    if (title.n) buf_byte(b, ' ');
    buf_add(b, title);
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

/* ---- the whole list as texts, column by column, before any library is opened ---- */

typedef struct Table {
    Str *heads;
    const Field **fields; /* NULL: the number */
    size_t *at;
    size_t columns, rows;
    Str *cells; /* rows × columns */
} Table;

static Err table_make(const Out *o, const Resource *res, Record *const *list, size_t n, const bool *readable, Table *t)
{
    *t = (Table){.rows = n};
    t->heads = arena_array(o->a, Str, res->fields_n + 1);
    t->fields = arena_array(o->a, const Field *, res->fields_n + 1);
    t->at = arena_array(o->a, size_t, res->fields_n + 1);
    t->heads[t->columns++] = text_in(text_of("番号", "Number"), o->lang);
    for (size_t i = 0; i < res->fields_n; i++) {
        if (readable && !readable[i]) continue;
        t->heads[t->columns] = text_in(res->fields[i].label, o->lang);
        t->at[t->columns] = i;
        t->fields[t->columns++] = &res->fields[i];
    }
    t->cells = arena_array(o->a, Str, n * t->columns);
    for (size_t r = 0; r < n; r++)
        t->cells[r * t->columns] = record_label(o->a, list[r]);
    for (size_t c = 1; c < t->columns; c++) {
        Names names;
        TRY(names_load(o, t->fields[c], t->at[c], list, n, &names));
        for (size_t r = 0; r < n; r++) {
            Buf b;
            buf_init(&b, o->a, 16);
            put_value(o, &b, t->fields[c], &list[r]->v[t->at[c]], &names);
            t->cells[r * t->columns + c] = str_copy(o->a, buf_str(&b));
        }
    }
    return ERR_NONE;
}

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

Err records_to_csv(Db *db, Arena *a, const Resources *all, const Resource *res, Record *const *list, size_t n, const bool *readable, Lang lang, Str *out)
{
    Out o = {db, a, all, n ? list[0]->org : 0, lang};
    Table t;
    Buf b;
    TRY(table_make(&o, res, list, n, readable, &t));
    buf_init(&b, a, 4096);
    buf_addc(&b, "\xef\xbb\xbf"); /* Excel takes it for CP932 otherwise */
    for (size_t r = 0; r <= n; r++) {
        for (size_t c = 0; c < t.columns; c++) {
            if (c) buf_byte(&b, ',');
            bool number = r && is_number(t.fields[c], &list[r - 1]->v[t.at[c]]);
            put_csv(&b, r ? t.cells[(r - 1) * t.columns + c] : t.heads[c], !number);
        }
        buf_addc(&b, "\r\n");
    }
    *out = buf_str(&b);
    return ERR_NONE;
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
static double column_room(const Table *t, size_t c)
{
    double width = column_width(t->fields[c]);
    for (size_t r = 0; r < t->rows; r++)
        if (t->cells[r * t->columns + c].n) return width;
    return t->rows && width > 12 ? 12 : width;
}

/* Wide tables go over several pages side by side, number and title on each. */
static lxw_error put_page(lxw_worksheet *sheet, const Table *t, const double *widths, const char *header)
{
    enum { PAPER_A3 = 8, PAPER_A4 = 9, A4_CHARS = 170, A3_CHARS = 240 };
    lxw_col_t heads = t->columns > 1 && (t->fields[1]->flags & TITLE) ? 1 : 0;
    double total = 0;
    for (size_t c = 0; c < t->columns; c++) {
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, widths[c], NULL);
        total += widths[c];
    }
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, total > A4_CHARS ? PAPER_A3 : PAPER_A4);
    worksheet_fit_to_pages(sheet, (uint16_t)(1 + total / A3_CHARS), 0);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_repeat_columns(sheet, 0, heads);
    worksheet_freeze_panes(sheet, 1, (lxw_col_t)(heads + 1));
    worksheet_set_header(sheet, header);
    worksheet_set_footer(sheet, "&R&P / &N");
    return t->rows ? worksheet_autofilter(sheet, 0, 0, (lxw_row_t)t->rows, (lxw_col_t)(t->columns - 1)) : LXW_NO_ERROR;
}

/* Height of a row in points: programs other than Excel do not find it by themselves. A character beyond ASCII counts double. */
static double row_height(const char *const *texts, const double *widths, size_t columns)
{
    enum { LINE_POINTS = 18, LINES_MAX = 12 };
    double lines = 1;
    for (size_t c = 0; c < columns; c++) {
        double used = 0, here = 1;
        for (const char *s = texts[c]; *s; s++) {
            if (((unsigned char)*s & 0xc0) == 0x80) continue;
            double w = (unsigned char)*s < 0x80 ? 1 : 2;
            if (*s == '\n' || used + w > widths[c]) here++, used = 0;
            if (*s != '\n') used += w;
        }
        if (here > lines) lines = here;
    }
    return LINE_POINTS * (lines < LINES_MAX ? lines : LINES_MAX);
}

/* Choices are offered in the cell; lists longer than the format carries are not. `labels` ends with NULL. */
static void put_choices(lxw_worksheet *sheet, const Table *t, size_t c, const char *const *labels)
{
    enum { ROOM_FOR_NEW_ROWS = 100, LIST_CHARS_MAX = 255 };
    size_t chars = 0;
    for (const char *const *l = labels; *l; l++)
        chars += strlen(*l) + 1; /* bytes: on the safe side */
    if (!*labels || chars > LIST_CHARS_MAX) return;
    lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_LIST, .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
    memcpy(&v.value_list, &labels, sizeof labels); /* char ** or const char **, as the library's version has it */
    worksheet_data_validation_range(sheet, 1, (lxw_col_t)c, (lxw_row_t)(t->rows + ROOM_FOR_NEW_ROWS), (lxw_col_t)c, &v);
}

static lxw_error put_cell(lxw_worksheet *sheet, const Table *t, size_t r, size_t c, const Value *v, const char *text, const Formats *with)
{
    const Field *f = t->fields[c];
    lxw_row_t row = (lxw_row_t)r + 1;
    lxw_col_t column = (lxw_col_t)c;
    if (!*text) return worksheet_write_blank(sheet, row, column, with->text);
    if (is_number(f, v) && v->i > -1000000000000000 && v->i < 1000000000000000)
        return worksheet_write_number(sheet, row, column, (double)v->i, with->number);
    /* Before March 1900 Excel's calendar is wrong; such days stay texts. */
    if (f && f->kind == KIND_DATE && v->state == VALUE_KNOWN && v->i >= day_of(1900, 3, 1))
        return worksheet_write_number(sheet, row, column, (double)(v->i - day_of(1899, 12, 30)), with->date);
    return worksheet_write_string(sheet, row, column, text, with->text);
}

typedef struct Page { /* all that is written, made before the library is opened */
    const Table *t;
    Record *const *list;
    const char *title, *header;
    const char *const *texts;
    const char *const **choices; /* a list for each column; NULL: none */
    const double *widths;
} Page;

/* Between opening and closing nothing is allocated in an arena: unwinding would lose the library's memory. */
static bool write_book(const char *path, const Page *s)
{
    const Table *t = s->t;
    Formats with;
    lxw_workbook *book = workbook_new(path);
    if (!book) return false;
    lxw_worksheet *sheet = workbook_add_worksheet(book, s->title);
    lxw_error err = sheet && formats_make(book, &with) ? put_page(sheet, t, s->widths, s->header) : LXW_ERROR_MEMORY_MALLOC_FAILED;
    for (size_t c = 0; c < t->columns && !err; c++) {
        bool computed = t->fields[c] && (t->fields[c]->flags & (DERIVED | READONLY));
        err = worksheet_write_string(sheet, 0, (lxw_col_t)c, s->texts[c], computed ? with.computed : with.head);
        if (!err && s->choices[c]) put_choices(sheet, t, c, s->choices[c]);
    }
    for (size_t r = 0; r <= t->rows && !err; r++)
        err = worksheet_set_row(sheet, (lxw_row_t)r, row_height(s->texts + r * t->columns, s->widths, t->columns), NULL);
    for (size_t r = 0; r < t->rows && !err; r++)
        for (size_t c = 0; c < t->columns && !err; c++)
            err = put_cell(sheet, t, r, c, t->fields[c] ? &s->list[r]->v[t->at[c]] : NULL, s->texts[(r + 1) * t->columns + c], &with);
    lxw_error closed = workbook_close(book);
    return !err && !closed;
}

static const char *const **choice_lists(Arena *a, const Table *t, Lang lang)
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

static Err read_back(Arena *a, int fd, Str *out)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0) return err_of(ERR_FULL);
    char *bytes = arena_alloc(a, (size_t)size);
    size_t at = 0;
    while (at < (size_t)size) {
        ssize_t n = pread(fd, bytes + at, (size_t)size - at, (off_t)at);
        if (n <= 0) return err_of(ERR_BROKEN);
        at += (size_t)n;
    }
    *out = (Str){bytes, at};
    return ERR_NONE;
}

static void fd_close(void *fd)
{
    close(*(int *)fd);
}

Err records_to_xlsx(Db *db, Arena *a, const Resources *all, const Resource *res, Record *const *list, size_t n, const bool *readable, Lang lang, Str *out)
{
    Out o = {db, a, all, n ? list[0]->org : 0, lang};
    Table t;
    if (n >= LXW_ROW_MAX) return err_of(ERR_TOO_LARGE);
    TRY(table_make(&o, res, list, n, readable, &t));
    const char **texts = arena_array(a, const char *, (n + 1) * t.columns);
    for (size_t i = 0; i < t.columns; i++)
        texts[i] = cell_text(a, t.heads[i]);
    for (size_t i = 0; i < n * t.columns; i++)
        texts[t.columns + i] = cell_text(a, t.cells[i]);
    const char *title = sheet_title(a, text_in(res->label_many.in[lang].n ? res->label_many : res->label, lang));
    /* A file in memory only: what is exported need not touch a disk under a name. */
    int *fd = arena_new(a, int);
    *fd = memfd_create("kaname-export", MFD_CLOEXEC);
    if (*fd < 0) return err_of(ERR_FULL);
    arena_defer(a, fd_close, fd);
    double *widths = arena_array(a, double, t.columns);
    for (size_t c = 0; c < t.columns; c++)
        widths[c] = column_room(&t, c);
    const Page page = {&t, list, title, str_c(a, str_printf(a, "&L&\"-,Bold\"%s&R&D", title)), texts, choice_lists(a, &t, lang), widths};
    if (!write_book(str_c(a, str_printf(a, "/proc/self/fd/%d", *fd)), &page)) return err_of(ERR_FULL);
    return read_back(a, *fd, out);
}
