/* parts.c -- values by name; how submission, approval and return are recorded. */
#include "risk/parts.h"

Value *child_of(const Field *fields, size_t n, Value *row, const char *name)
{
    int i = field_find(fields, n, str_of(name));
    assert(i >= 0);
    return &row[i];
}

Value *value_of(const Record *r, const char *name)
{
    return child_of(r->res->fields, r->res->fields_n, r->v, name);
}

bool state_is(const Record *r, const char *state)
{
    const Value *v = value_of(r, "state");
    return v->state == VALUE_KNOWN && str_eqc(v->text, state);
}

void put_text(Value *v, Str text)
{
    *v = (Value){.state = text.n ? VALUE_KNOWN : VALUE_NONE, .text = text};
}

void put_int(Value *v, int64_t i)
{
    *v = (Value){.state = VALUE_KNOWN, .i = i, .hi = i};
}

static bool named(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

bool only_differs(const Record *a, const Record *b, const char *const *names)
{
    for (size_t i = 0; i < a->res->fields_n; i++) {
        const Field *f = &a->res->fields[i];
        if ((f->flags & DERIVED) || named(names, f->name)) continue;
        if (!values_equal(f, &a->v[i], &b->v[i])) return false;
    }
    return true;
}
