/* parts.h -- what the files of this room share. */
#ifndef KANAME_RISK_PARTS_H
#define KANAME_RISK_PARTS_H

#include "matrix/matrix.h"
#include "register/register.h"
#include "risk/risk.h"

/* The value of a field by name; the name must exist. */
Value *value_of(const Record *r, const char *name);
Value *child_of(const Field *fields, size_t n, Value *row, const char *name);
bool state_is(const Record *r, const char *state);
void put_text(Value *v, Str text);
void put_int(Value *v, int64_t i);
/* Every field but those named (NULL-ended) is equal. */
bool only_differs(const Record *a, const Record *b, const char *const *names);

enum { LEVEL_ROWS_MAX = 3, CELLS_MAX = 9 };
Matrix criteria_matrix(const Record *criteria);
/* Latest approved criteria in force on that day; found false: none. */
Err criteria_current(Ctx *c, Day on, Matrix *out, bool *found);
Err criteria_in_force(Ctx *c, Day on, const Record **out); /* the same; NULL: none */

/* Fills the derived fields of a risk; criteria NULL: none. */
void risk_judge(Ctx *c, Record *risk, const Record *criteria);
/* Has all risks of the organisation judged again, after this change. */
Err risk_levels_later(Ctx *c);

/* Submission, approval by a body and return: fields of the acts, and their record. */
extern const Field approval_input[4], return_input[1];
void submission_record(Ctx *c, Record *r);
void return_record(Record *r, const Value *input);
Err approval_record(Ctx *c, Record *r, const Value *input, Mistakes *m);

/* Parts of the first page. */
Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out);
void head_json(JsonOut *j, Arena *a, const Record *r);
Err threatened_part(Ctx *c, JsonOut *j, Day today);

#endif
