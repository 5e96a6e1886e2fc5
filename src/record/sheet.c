/*
 * Spreadsheets in: which kind of file it is, the limits that hold for all kinds, names of cells.
 */
#include "record/sheet_parts.h"

static size_t room_for(size_t n)
{
    size_t cap = 8;
    while (cap < n)
        cap *= 2;
    return cap;
}

static Err too_many(Arena *a, const char *ja, const char *en, int max)
{
    return err_text(ERR_TOO_LARGE, text_fill(a, ja, en, 1, (Str[]){str_printf(a, "%d", max)}));
}

static void rows_up_to(SheetBuild *b, size_t n)
{
    if (n > b->rows_cap) {
        size_t cap = room_for(n);
        b->sheet.rows = arena_grow(b->a, b->sheet.rows, b->rows_cap * sizeof *b->sheet.rows, cap * sizeof *b->sheet.rows);
        b->sheet.row_cells =
            arena_grow(b->a, b->sheet.row_cells, b->rows_cap * sizeof *b->sheet.row_cells, cap * sizeof *b->sheet.row_cells);
        b->rows_cap = cap;
    }
    if (n > b->sheet.rows_n) b->sheet.rows_n = n;
}

Err sheet_cell(SheetBuild *b, size_t row, size_t column, Cell **out)
{
    if (row >= BOOK_ROWS_MAX)
        return too_many(b->a, "行が多すぎます（1 シート {0} 行まで）。", "Too many rows (at most {0} in a sheet).", BOOK_ROWS_MAX);
    if (column >= BOOK_COLUMNS_MAX)
        return too_many(b->a, "列が多すぎます（1 シート {0} 列まで）。", "Too many columns (at most {0} in a sheet).", BOOK_COLUMNS_MAX);
    rows_up_to(b, row + 1);
    size_t had = b->sheet.row_cells[row];
    if (column >= had) {
        *b->cells += column + 1 - had;
        if (*b->cells > BOOK_CELLS_MAX)
            return too_many(b->a, "セルが多すぎます（{0} 個まで）。", "Too many cells (at most {0}).", BOOK_CELLS_MAX);
        /* The capacity follows from the count, so that it need not be kept. */
        if (!had || room_for(column + 1) > room_for(had))
            b->sheet.rows[row] = arena_grow(b->a, b->sheet.rows[row], had * sizeof(Cell), room_for(column + 1) * sizeof(Cell));
        b->sheet.row_cells[row] = column + 1;
    }
    *out = &b->sheet.rows[row][column];
    return ERR_NONE;
}

Err book_add(Arena *a, Book *book, Sheet sheet)
{
    if (book->n == BOOK_SHEETS_MAX)
        return too_many(a, "シートが多すぎます（{0} 枚まで）。", "Too many sheets (at most {0}).", BOOK_SHEETS_MAX);
    if (!book->sheets) book->sheets = arena_array(a, Sheet, BOOK_SHEETS_MAX);
    book->sheets[book->n++] = sheet;
    return ERR_NONE;
}

bool sheet_place(Str *s, size_t *row, size_t *column)
{
    size_t i = 0, c = 0, r = 0;
    for (; i < s->n && s->s[i] >= 'A' && s->s[i] <= 'Z' && i < 3; i++)
        c = c * 26 + (size_t)(s->s[i] - 'A') + 1;
    if (!i) return false;
    size_t from = i;
    for (; i < s->n && s->s[i] >= '0' && s->s[i] <= '9' && i - from < 7; i++)
        r = r * 10 + (size_t)(s->s[i] - '0');
    if (!r) return false;
    *row = r - 1;
    *column = c - 1;
    *s = str_slice(*s, i, s->n);
    return true;
}

Str cell_name(Arena *a, size_t column, size_t row)
{
    char letters[16];
    size_t at = sizeof letters;
    for (size_t c = column + 1; c && at; c = (c - 1) / 26)
        letters[--at] = (char)('A' + (c - 1) % 26);
    return str_printf(a, "%.*s%zu", (int)(sizeof letters - at), letters + at, row + 1);
}

/* "EncryptedPackage", as the directory of the old container names it (UTF-16). */
static Err old_container(Str bytes)
{
    static const char sealed[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    if (str_find(bytes, (Str){sealed, sizeof sealed - 1}) != SIZE_MAX)
        return err_text(ERR_TYPE, text_of("パスワード付きのファイルです。パスワードを外して保存し直してください。", "The file is protected by a password. Remove it and save the file again."));
    return err_text(ERR_TYPE, text_of("古い .xls 形式、または Excel 以外の文書です。.xlsx か CSV で保存し直してください。", "The file is of the old .xls kind, or no workbook. Save it as .xlsx or CSV."));
}

/* Other kinds of files, by their first bytes: a CSV begins with none of them. */
static bool something_else(Str bytes)
{
    static const Str heads[] = {{"%PDF-", 5}, {"\x89PNG", 4}, {"\xff\xd8\xff", 3}, {"GIF8", 4}, {"II*\0", 4}, {"MM\0*", 4}, {"BM", 2}, {"Rar!", 4}, {"7z\xbc\xaf", 4}, {"\x1f\x8b", 2},
        {"\x7f" "ELF", 4}, {"MZ", 2}, {"<?xml", 5}, {"<html", 5}, {"<HTML", 5}, {"<!", 2}, {"{\\rtf", 5}};
    for (size_t i = 0; i < COUNT(heads); i++)
        if (str_starts(bytes, heads[i]) && (i != 6 || memchr(bytes.s, 0, bytes.n))) return true; /* a heading may begin with BM */
    return false;
}

Err book_read(Arena *a, Str bytes, Str file_name, Book *out)
{
    *out = (Book){0};
    if (!bytes.n) return err_text(ERR_INVALID, text_of("ファイルが空です。", "The file is empty."));
    if (bytes.n > BOOK_BYTES_MAX)
        return too_many(a, "ファイルが大きすぎます（{0} MB まで）。", "The file is too large (at most {0} MB).", BOOK_BYTES_MAX >> 20);
    if (str_starts(bytes, STR("PK"))) return sheet_xlsx_read(a, bytes, out);
    if (str_starts(bytes, STR("\xd0\xcf\x11\xe0")))
        return old_container(bytes);
    if (something_else(bytes))
        return err_text(ERR_TYPE, text_of("表計算のファイルではありません。.xlsx か CSV を選んでください。", "This is no spreadsheet. Choose an .xlsx or CSV file."));
    return sheet_csv_read(a, bytes, file_name, out);
}
