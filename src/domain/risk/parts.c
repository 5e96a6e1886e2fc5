/* parts.c -- values by name; registers read page by page. */
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

Interval given_of(const Value *v)
{
    return v->state == VALUE_KNOWN || v->state == VALUE_RANGE ? interval_of(v, 0, 0) : (Interval){0};
}

void put_interval(Value *v, Interval x)
{
    if (!x.given) *v = (Value){.state = VALUE_NONE};
    else *v = (Value){.state = x.low == x.high ? VALUE_KNOWN : VALUE_RANGE, .i = x.low, .hi = x.high};
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

ListQuery records_in(const Resource *res, const char *state)
{
    ListQuery q = {.sort = -1, .filters_n = 1};
    q.filters[0] = (Filter){.field = field_find(res->fields, res->fields_n, STR("state")), .op = FILTER_EQ};
    put_text(&q.filters[0].value, str_of(state));
    return q;
}

Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out)
{
    Err e = work_list(c, res, q, out);
    if (e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND) *out = (ListPage){0};
    return e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND ? ERR_NONE : e;
}

Err read_all(Ctx *c, const Resource *res, const ListQuery *query, Read *out)
{
    ListQuery q = *query;
    size_t room = 0;
    *out = (Read){.all = true};
    q.limit = 200;
    do {
        ListPage page;
        TRY(read_page(c, res, &q, &page));
        if (out->n + page.n > room) {
            size_t more = 2 * room + page.n;
            out->list = arena_grow(c->a, out->list, room * sizeof *out->list, more * sizeof *out->list);
            room = more;
        }
        for (size_t i = 0; i < page.n; i++)
            out->list[out->n++] = page.list[i];
        q.cursor = page.next;
        if (q.cursor.n && out->n >= READ_MAX) out->all = false;
    } while (q.cursor.n && out->all);
    return ERR_NONE;
}

static Err each_page(Ctx *page, const Resource *res, ListQuery *q, Each *e, Arena *keep, size_t *seen)
{
    ListPage p;
    TRY(read_page(page, res, q, &p));
    TRY(e->page(page, p.list, p.n, e));
    *seen += p.n;
    if (e->out) report_settle(e->out);
    q->cursor = str_copy(keep, p.next);
    return ERR_NONE;
}

static void arena_gone(void *arena)
{
    arena_done(arena);
}

Err read_each(Ctx *c, const Resource *res, const ListQuery *query, Each *e)
{
    enum { PAGE_BYTES = 16 << 20 };
    Arena *scratch = arena_new(c->a, Arena);
    Kept kept = {0};
    Ctx base = *c;
    const Criteria *in_force;
    ListQuery q = *query;
    size_t seen = 0;
    arena_init(scratch, PAGE_BYTES);
    arena_defer(c->a, arena_gone, scratch);
    if (!base.kept) base.kept = &kept;
    TRY(criteria_now(&base, &in_force)); /* here, so that it outlives the pages */
    Ctx page = base;
    page.a = scratch;
    q.limit = 200;
    do {
        TRY(each_page(&page, res, &q, e, c->a, &seen));
        arena_reset(scratch);
    } while (q.cursor.n && !e->enough && seen < EACH_MAX);
    e->all = !q.cursor.n || e->enough;
    return ERR_NONE;
}

Str label_once(Arena *a, Str list, Str label)
{
    static const size_t divider = 2;
    if (!list.n) return label;
    for (size_t at = 0; at < list.n;) {
        size_t end = str_find(str_slice(list, at, list.n), STR(", "));
        Str one = str_slice(list, at, end == SIZE_MAX ? list.n : at + end);
        if (str_eq(one, label)) return list;
        at += one.n + divider;
    }
    return str_join(a, list, STR(", "), label);
}

static Str step_text(Ctx *c, const Value *v)
{
    if (v->state == VALUE_KNOWN) return str_printf(c->a, "%lld", (long long)v->i);
    return v->state == VALUE_RANGE ? str_printf(c->a, "%lld–%lld", (long long)v->i, (long long)v->hi) : STR("?");
}

Str risk_steps(Ctx *c, const Record *r)
{
    return str_join(c->a, step_text(c, value_of(r, "impact")), STR("・"), step_text(c, value_of(r, "likelihood")));
}
