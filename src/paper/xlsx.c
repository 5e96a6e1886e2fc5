/* xlsx.c -- a document as a spreadsheet that prints on A4: labels, values and remarks in three columns, blanks in yellow and marked in words; each table on a sheet of its own. */
#include "paper/press.h"

#include <xlsxwriter.h>

enum { COLUMN_LABEL, COLUMN_VALUE, COLUMN_NOTE, COLUMNS, CELL_LETTERS_MAX = 32000, LINE_POINTS = 18, ROW_POINTS_MAX = 400 };
static const double widths[COLUMNS] = {26, 60, 24};

typedef struct Book {
    Arena *a;
    const Paper *p;
    Lang lang;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *title, *plain, *right, *head, *label, *value, *blank, *note;
    lxw_row_t row; /* the next one */
    bool too_long, failed;
} Book;

static void book_free(void *book)
{
    Book *b = book;
    if (b->book) lxw_workbook_free(b->book);
}

static Str own_text(Book *b, Text t)
{
    Str own = text_in(t, b->lang), s = paper_clean(b->a, own.n ? own : text_in(t, b->lang == JA ? EN : JA));
    b->too_long = b->too_long || str_chars(s) > CELL_LETTERS_MAX;
    return s;
}

static void row_high(Book *b, double lines)
{
    double points = lines * LINE_POINTS;
    b->failed = b->failed || worksheet_set_row(b->sheet, b->row, points < ROW_POINTS_MAX ? points : ROW_POINTS_MAX, NULL);
}

/* A text, never a formula. */
static void put(Book *b, lxw_col_t column, Str text, lxw_format *f)
{
    if (b->too_long) return;
    lxw_error e = text.n ? worksheet_write_string(b->sheet, b->row, column, str_c(b->a, text), f) : worksheet_write_blank(b->sheet, b->row, column, f);
    b->failed = b->failed || e;
}

static void line(Book *b, lxw_col_t column, Text t, lxw_format *f)
{
    Str text = own_text(b, t);
    if (!text.n) return;
    row_high(b, f == b->title ? 1.6 : column == COLUMN_VALUE ? str_lines(text, widths[COLUMN_VALUE]) : 1);
    put(b, column, text, f);
    b->row++;
}

static void item_out(Book *b, const PaperItem *it)
{
    bool blank = paper_is_blank(it->value);
    Str label = own_text(b, it->label), value = own_text(b, it->value), remarks[] = {blank ? own_text(b, paper_blank) : STR(""), own_text(b, it->note), own_text(b, it->mark)}, note = {0};
    for (size_t i = 0; i < COUNT(remarks); i++) note = remarks[i].n ? str_join(b->a, note, note.n ? STR("\n") : STR(""), remarks[i]) : note;
    double lines[] = {str_lines(label, widths[COLUMN_LABEL]), str_lines(value, widths[COLUMN_VALUE]), str_lines(note, widths[COLUMN_NOTE]), blank ? 2 : 1}, most = 1;
    for (size_t i = 0; i < COUNT(lines); i++) most = lines[i] > most ? lines[i] : most;
    row_high(b, most);
    put(b, COLUMN_LABEL, label, b->label), put(b, COLUMN_VALUE, value, blank ? b->blank : b->value), put(b, COLUMN_NOTE, note, b->note);
    b->row++;
}

static void part_out(Book *b, const PaperPart *part)
{
    if (part->kind == PAPER_TABLE) return; /* on its own sheet */
    b->row++;
    line(b, COLUMN_LABEL, part->title, b->head);
    for (size_t i = 0; part->kind == PAPER_ITEMS && i < part->n; i++) item_out(b, &part->items[i]);
    if (part->kind == PAPER_TEXT) item_out(b, &(PaperItem){.value = part->text});
}

static void sheet_new(Book *b, Text name)
{
    enum { A4 = 9 };
    b->sheet = workbook_add_worksheet(b->book, str_c(b->a, text_in(name, b->lang)));
    b->row = 0;
    b->failed = b->failed || !b->sheet;
    if (!b->sheet) return;
    worksheet_set_paper(b->sheet, A4);
    worksheet_fit_to_pages(b->sheet, 1, 0);
    worksheet_set_footer(b->sheet, str_c(b->a, str_join(b->a, STR("&L"), paper_clean(b->a, text_in(b->p->reference, b->lang)), STR("&R&P / &N"))));
}

static void columns_wide(Book *b, const double *w, size_t n)
{
    for (size_t i = 0; b->sheet && i < n; i++) worksheet_set_column(b->sheet, (lxw_col_t)i, (lxw_col_t)i, w[i], NULL);
}

static void first_sheet(Book *b)
{
    const Paper *p = b->p;
    sheet_new(b, text_of("書類", "Document"));
    if (!b->sheet) return;
    columns_wide(b, widths, COLUMNS);
    line(b, COLUMN_LABEL, p->mark, b->head);
    line(b, COLUMN_NOTE, paper_instant(b->a, p->at), b->right);
    line(b, COLUMN_LABEL, p->to, b->plain);
    line(b, COLUMN_VALUE, p->from, b->right);
    line(b, COLUMN_LABEL, p->title, b->title);
    line(b, COLUMN_LABEL, p->below, b->plain);
    line(b, COLUMN_LABEL, p->subject, b->plain);
    for (size_t i = 0; i < p->n; i++) part_out(b, &p->parts[i]);
    b->row++;
    for (size_t i = 0; i < p->notes_n; i++) line(b, COLUMN_LABEL, p->notes[i], b->plain);
}

static void table_out(Book *b, const PaperPart *part, size_t n)
{
    const PaperTable *t = &part->table;
    double w[16];
    assert(t->columns <= COUNT(w));
    for (size_t i = 0; i < t->columns; i++) w[i] = 1.1 * t->shares[i];
    sheet_new(b, TEXT_FILL(b->a, "表{0}", "Table {0}", str_printf(b->a, "%zu", n)));
    if (!b->sheet) return;
    columns_wide(b, w, t->columns);
    line(b, COLUMN_LABEL, part->title, b->head);
    for (size_t r = 0; r <= t->rows; r++, b->row++) { /* the first one: what the columns are */
        const Text *cells = r ? t->cells + (r - 1) * t->columns : t->heads;
        double most = 1;
        for (size_t i = 0; i < t->columns; i++) {
            double lines = str_lines(own_text(b, cells[i]), w[i]);
            most = lines > most ? lines : most;
        }
        row_high(b, most);
        for (size_t i = 0; i < t->columns; i++) put(b, (lxw_col_t)i, own_text(b, cells[i]), r ? b->value : b->label);
    }
}

static lxw_format *format_of(Book *b, double size, bool bold, bool ruled, uint32_t ground)
{
    lxw_format *f = workbook_add_format(b->book);
    b->failed = b->failed || !f;
    if (!f) return NULL;
    format_set_font_size(f, size);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    if (bold) format_set_bold(f);
    if (ruled) format_set_border(f, LXW_BORDER_THIN), format_set_text_wrap(f);
    if (ground) format_set_bg_color(f, ground);
    return f;
}

static void formats(Book *b)
{
    b->title = format_of(b, 16, true, false, 0), b->plain = format_of(b, 10, false, false, 0), b->head = format_of(b, 12, true, false, 0);
    b->right = format_of(b, 10, false, false, 0);
    b->label = format_of(b, 10, false, true, 0xF0F0F0), b->value = format_of(b, 10, false, true, 0), b->blank = format_of(b, 10, false, true, 0xFFF2CC), b->note = format_of(b, 9, false, true, 0);
    if (b->right) format_set_align(b->right, LXW_ALIGN_RIGHT), format_set_text_wrap(b->right);
}

static void properties(Book *b)
{
    lxw_doc_properties about = {.title = (char *)str_c(b->a, own_text(b, b->p->title)), .author = (char *)str_c(b->a, own_text(b, b->p->from)), .created = (time_t)(b->p->at / 1000)};
    b->failed = b->failed || workbook_set_properties(b->book, &about);
}

Err paper_xlsx(Arena *a, const Paper *p, Lang lang, int fd)
{
    lxw_workbook_options o = {.constant_memory = LXW_TRUE};
    Book *b = arena_new(a, Book);
    *b = (Book){.a = a, .p = p, .lang = lang};
    arena_defer(a, book_free, b);
    b->book = workbook_new_opt(str_c(a, str_printf(a, "/proc/self/fd/%d", fd)), &o);
    if (!b->book) return err_of(ERR_FULL);
    formats(b);
    if (b->failed) return err_of(ERR_FULL);
    properties(b);
    first_sheet(b);
    size_t tables = 0;
    for (size_t i = 0; i < p->n && !b->failed; i++)
        if (p->parts[i].kind == PAPER_TABLE) table_out(b, &p->parts[i], ++tables);
    if (b->too_long) return err_text(ERR_TOO_LARGE, text_of("一つの欄が長すぎます（32,000字まで）。", "One cell is too long (32,000 letters at most)."));
    if (b->failed) return err_of(ERR_FULL);
    lxw_workbook *book = b->book;
    b->book = NULL;
    return workbook_close(book) ? err_of(ERR_FULL) : ERR_NONE;
}
