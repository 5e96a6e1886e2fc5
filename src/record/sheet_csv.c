/* sheet_csv.c -- a CSV as a book of one sheet. */
#include "base/csv.h"
#include "record/sheet_parts.h"

/* Our own files carry a ' before what a spreadsheet would take for a formula. */
static Str without_guard(Str s)
{
    bool guarded = s.n > 1 && s.s[0] == '\'' && strchr("=+-@\t\r'", s.s[1]);
    return guarded ? str_slice(s, 1, s.n) : s;
}

static Str sheet_name(Arena *a, Str file)
{
    for (size_t i = file.n; i-- > 0;)
        if (file.s[i] == '/' || file.s[i] == '\\') {
            file = str_slice(file, i + 1, file.n);
            break;
        }
    for (size_t i = file.n; i-- > 1;)
        if (file.s[i] == '.') {
            file.n = i;
            break;
        }
    return file.n && str_is_utf8(file) ? str_copy(a, file) : STR("CSV");
}

Err sheet_csv_read(Arena *a, Str bytes, Str file_name, Book *out)
{
    Str s;
    Csv csv;
    TRY(csv_open(a, bytes, &csv));
    size_t cells = 0, row, column;
    SheetBuild b = {.a = a, .sheet = {.name = sheet_name(a, file_name)}, .cells = &cells};
    for (bool there = true; there;) {
        Cell *cell;
        TRY(csv_next(&csv, &there, &s, &row, &column));
        s = there ? without_guard(s) : (Str){0};
        if (!s.n) continue;
        TRY(sheet_cell(&b, row, column, &cell));
        cell->text = s;
    }
    return book_add(a, out, b.sheet);
}
