/*
 * engine/tally -- counts that are shown to somebody who must not learn of single ones. Pure: no records, no database. Called by: domain/risk.
 * Never: guesses what else the reader knows; what the two tables together give away is tried out whole in tally_test.c.
 */
#ifndef KANAME_TALLY_H
#define KANAME_TALLY_H

#include "base/base.h"

enum { TALLY_FEW = 3 /* fewer are hidden; none is shown as none */ };
typedef struct TallyCell { int64_t n; bool hidden; } TallyCell;

/* One count by itself. */
bool tally_few(int64_t n);
/* Two tables of the same things, each thing in one cell of either. Hides cells so that no count below TALLY_FEW can be worked out, even with the total known
 * from the other table and this rule known. A cell is hidden by its place and by whether it is empty, never by its size, so which one it is says nothing. */
void tally_hide(TallyCell *a, size_t a_n, TallyCell *b, size_t b_n);

#endif
