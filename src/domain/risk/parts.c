/* parts.c -- intervals out of values; registers read page by page. */
#include "risk/parts.h"

Interval given_of(const Value *v)
{
    return v->state == VALUE_KNOWN || v->state == VALUE_RANGE ? interval_of(v, 0, 0) : (Interval){0};
}

void put_interval(Value *v, Interval x)
{
    if (!x.given) *v = (Value){.state = VALUE_NONE};
    else *v = (Value){.state = x.low == x.high ? VALUE_KNOWN : VALUE_RANGE, .i = x.low, .hi = x.high};
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
