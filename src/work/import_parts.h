/*
 * What the files of the importer share. Inside of work/ only.
 */
#ifndef KANAME_IMPORT_PARTS_H
#define KANAME_IMPORT_PARTS_H

#include "work/work.h"

/* One cell as people write it, for every kind but REF, REFS and LIST. False: `m` has said at `path` what is wrong. `scale` multiplies plain numbers
 * of money (a heading in thousands of yen). */
bool import_value(Arena *a, const Field *f, const Cell *cell, int64_t scale, Str path, Value *out, Mistakes *m);
/* Folded, without blanks and marks: as headings are compared. */
Str import_heading(Arena *a, Str s);
/* "被害額（千円）" counts in thousands: the factor, and the heading without its brackets. */
int64_t import_scale(Arena *a, Str heading, Str *bare);
bool import_may_fill(const Field *f);

#endif
