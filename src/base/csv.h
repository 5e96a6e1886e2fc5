/*
 * base/csv.h -- CSV in: UTF-8 with or without BOM, UTF-16 with BOM, else CP932 (what Excel writes in Japan); commas, tabs or semicolons; fields in quotation marks as RFC 4180 says.
 * Called by: record (books of one sheet), net. Never: knows what a column is.
 */
#ifndef KANAME_CSV_H
#define KANAME_CSV_H

#include "base/base.h"

typedef struct Csv { Arena *a; Str text; size_t at, row, column; char divide; } Csv;
Err csv_open(Arena *a, Str bytes, Csv *out);
/* The next field, with its row and column counted from 0; `there` is false at the end. ERR_INVALID: quotation marks that do not match. */
Err csv_next(Csv *c, bool *there, Str *field, size_t *row, size_t *column);

#endif
