/* value.c -- values of a record by the name of their field, read and set by the rooms that know the resource. */
#include "record/record.h"

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

Value *item_of(const Record *r, const char *list, size_t row, const char *name)
{
    const Field *f = &r->res->fields[field_find(r->res->fields, r->res->fields_n, str_of(list))];
    return child_of(f->fields, f->fields_n, value_of(r, list)->rows[row], name);
}

bool state_is(const Record *r, const char *state)
{
    return choice_is(value_of(r, "state"), state);
}

bool choice_is(const Value *v, const char *code)
{
    return v->state == VALUE_KNOWN && str_eqc(v->text, code);
}

void put_text(Value *v, Str text)
{
    *v = (Value){.state = text.n ? VALUE_KNOWN : VALUE_NONE, .text = text};
}

void put_int(Value *v, int64_t i)
{
    *v = (Value){.state = VALUE_KNOWN, .i = i, .hi = i};
}

const Field *field_of(const Resource *res, const char *name)
{
    int i = field_find(res->fields, res->fields_n, str_of(name));
    assert(i >= 0);
    return &res->fields[i];
}

bool rows_same_but_set(const Field *f, const Value *a, const Value *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < f->fields_n; k++)
            if (!(f->fields[k].flags & READONLY) && !values_equal(&f->fields[k], &a->rows[i][k], &b->rows[i][k])) return false;
    return true;
}

void rows_own(Arena *a, const Field *f, Value *v)
{
    Value **rows = arena_array(a, Value *, v->n + 1);
    for (size_t i = 0; i < v->n; i++) {
        rows[i] = arena_array(a, Value, f->fields_n);
        memcpy(rows[i], v->rows[i], f->fields_n * sizeof(Value));
    }
    v->rows = rows;
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

Record *record_copy(Arena *a, const Record *r)
{
    Record *copy = arena_new(a, Record);
    *copy = *r;
    copy->v = arena_array(a, Value, r->res->fields_n);
    memcpy(copy->v, r->v, r->res->fields_n * sizeof *copy->v);
    return copy;
}
