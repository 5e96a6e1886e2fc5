/*
 * What the readers of spreadsheets share. Inside of record/ only: sheet.c, sheet_xlsx.c, sheet_csv.c.
 */
#ifndef KANAME_SHEET_PARTS_H
#define KANAME_SHEET_PARTS_H

#include "record/record.h"

enum { BOOK_CELLS_MAX = 4000000 };

typedef struct SheetBuild {
    Arena *a;
    Sheet sheet;
    size_t rows_cap;
    size_t *cells; /* filled so far in the whole book */
} SheetBuild;

/* The place for a cell that is not empty; rows and cells between are made. */
Err sheet_cell(SheetBuild *b, size_t row, size_t column, Cell **out);
Err book_add(Arena *a, Book *book, Sheet sheet);
Err sheet_xlsx_read(Arena *a, Str bytes, Book *out);
Err sheet_csv_read(Arena *a, Str bytes, Str file_name, Book *out);
/* "C12" at the head of s; zero-based. */
bool sheet_place(Str *s, size_t *row, size_t *column);

#endif
