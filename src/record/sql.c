/* sql.c -- statements put together from field tables; values between a Value and its columns. */
#include "record/sql.h"

void sql_init(Sql *q, Arena *a)
{
    q->n = 0;
    buf_init(&q->text, a, 512);
}

void sql_add(Sql *q, const char *text)
{
    buf_addc(&q->text, text);
}

void sql_name(Sql *q, const char *prefix, const char *name, const char *suffix)
{
    sql_add(q, prefix);
    sql_add(q, name);
    sql_add(q, suffix);
}

void sql_param(Sql *q, Param p)
{
    assert(q->n < SQL_PARAMS_MAX);
    buf_byte(&q->text, '?');
    q->params[q->n++] = p;
}

const char *sql_text(Sql *q)
{
    return str_c(q->text.a, buf_str(&q->text));
}

Param value_param(const Field *f, const Value *v)
{
    if (v->state != VALUE_KNOWN && v->state != VALUE_RANGE && v->state != VALUE_UNKNOWN) return P_NULL;
    if (f->kind == KIND_REF) return P_ID(v->ref);
    return field_is_text(f) ? P_TEXT(v->text) : P_INT(v->i);
}

Param value_key(Arena *a, const Field *f, const Value *v)
{
    bool known = v->state == VALUE_KNOWN || v->state == VALUE_RANGE;
    if (field_is_text(f)) return P_TEXT(known ? str_fold(a, v->text) : STR(""));
    return P_INT(!known ? INT64_MIN : v->state == VALUE_RANGE ? v->hi : v->i); /* an interval by its far end: the worst comes first */
}

void sql_columns(Sql *q, const Field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!field_is_column(&fields[i])) continue;
        sql_name(q, ", f_", fields[i].name, "");
        if (!(fields[i].flags & RANGE)) continue;
        sql_name(q, ", f_", fields[i].name, "_hi");
        sql_name(q, ", f_", fields[i].name, "_state");
    }
}

int values_read(Arena *a, Cursor *c, int col, const Field *fields, size_t n, Value *v)
{
    for (size_t i = 0; i < n; i++) {
        const Field *f = &fields[i];
        if (!field_is_column(f)) continue;
        int at = col++;
        if (!cursor_is_null(c, at)) {
            v[i].state = VALUE_KNOWN;
            if (f->kind == KIND_REF) v[i].ref = cursor_id(c, at);
            else if (field_is_text(f)) v[i].text = str_copy(a, cursor_text(c, at));
            else v[i].i = cursor_int(c, at);
        }
        if (!(f->flags & RANGE)) continue;
        v[i].hi = cursor_int(c, col++);
        int state = (int)cursor_int(c, col++);
        if (v[i].state == VALUE_KNOWN) v[i].state = (ValueState)state;
    }
    return col;
}

void sql_column_names(Sql *q, const Field *fields, size_t n, bool keys)
{
    sql_columns(q, fields, n);
    for (size_t i = 0; keys && i < n; i++)
        if (field_has_key(&fields[i])) sql_name(q, ", f_", fields[i].name, "_key");
}

static void one(Sql *q, bool assign, const char *name, const char *suffix, Param p)
{
    sql_add(q, ", ");
    if (assign) sql_name(q, "f_", name, suffix), sql_add(q, " = ");
    sql_param(q, p);
}

void sql_values(Sql *q, Arena *a, const Field *fields, size_t n, const Value *v, bool assign, bool keys)
{
    for (size_t i = 0; i < n; i++) {
        if (!field_is_column(&fields[i])) continue;
        one(q, assign, fields[i].name, "", value_param(&fields[i], &v[i]));
        if (!(fields[i].flags & RANGE)) continue;
        one(q, assign, fields[i].name, "_hi", P_INT(v[i].hi));
        one(q, assign, fields[i].name, "_state", P_INT(v[i].state));
    }
    for (size_t i = 0; keys && i < n; i++)
        if (field_has_key(&fields[i])) one(q, assign, fields[i].name, "_key", value_key(a, &fields[i], &v[i]));
}
