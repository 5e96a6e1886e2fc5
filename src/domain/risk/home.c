/* home.c -- the first page: what is due, what changed, what waits, how far the preparation is. Reads through work, so rights hold. */
#include "risk/parts.h"

enum { SOON_DAYS = 30, DUE_MAX = 50, PAGE = 200, CHANGED_MAX = 15 };

typedef struct Due { const Record *r; Day due; Str what; } Due;
typedef struct Dues { Due list[DUE_MAX]; size_t n; } Dues;

static void due_add(Dues *d, const Record *r, Day due, Str what)
{
    if (d->n < DUE_MAX) d->list[d->n++] = (Due){r, due, what};
}

/* Earliest first, so that the ceiling cuts the far ones. */
static Err reviews(Ctx *c, const Resource *res, const char *field, Day until, Dues *out)
{
    ListQuery q = {.sort = field_find(res->fields, res->fields_n, str_of(field)), .limit = DUE_MAX, .filters_n = 1};
    assert(q.sort >= 0);
    q.filters[0] = (Filter){.field = q.sort, .op = FILTER_MAX};
    put_int(&q.filters[0].value, until);
    ListPage page;
    TRY(read_page(c, res, &q, &page));
    for (size_t i = 0; i < page.n; i++)
        due_add(out, page.list[i], (Day)page.list[i]->v[q.sort].i, str_of(field));
    return ERR_NONE;
}

static Err measures(Ctx *c, Day until, Dues *out)
{
    const Resource *res = &plan_resource;
    ListQuery q = {.sort = -1, .limit = PAGE, .filters_n = 1};
    q.filters[0] = (Filter){.field = field_find(res->fields, res->fields_n, STR("state")), .op = FILTER_EQ};
    put_text(&q.filters[0].value, STR("approved"));
    ListPage page;
    TRY(read_page(c, res, &q, &page));
    const Field *f = &res->fields[field_find(res->fields, res->fields_n, STR("measures"))];
    for (size_t i = 0; i < page.n; i++) {
        const Value *rows = value_of(page.list[i], "measures");
        for (size_t k = 0; k < rows->n; k++) {
            const Value *due = child_of(f->fields, f->fields_n, rows->rows[k], "due");
            bool done = child_of(f->fields, f->fields_n, rows->rows[k], "done_on")->state == VALUE_KNOWN;
            if (due->state == VALUE_KNOWN && due->i <= until && !done)
                due_add(out, page.list[i], (Day)due->i, child_of(f->fields, f->fields_n, rows->rows[k], "title")->text);
        }
    }
    return ERR_NONE;
}

void name_json(JsonOut *j, Arena *a, const Referrer *r)
{
    json_kstr(j, "resource", str_of(r->res->name));
    json_kstr(j, "id", id_text(a, r->id));
    json_kstr(j, "number", label_text(a, r->res, r->number));
    json_kstr(j, "title", r->title);
}

void head_json(JsonOut *j, Arena *a, const Record *r)
{
    Referrer name = record_name(a, r);
    name_json(j, a, &name);
}

static void due_json(Ctx *c, JsonOut *j, const Dues *d, Day today, bool overdue)
{
    json_open(j, '[');
    for (size_t i = 0; i < d->n; i++) {
        if ((d->list[i].due < today) != overdue) continue;
        json_open(j, '{');
        head_json(j, c->a, d->list[i].r);
        json_kstr(j, "due", day_text(c->a, d->list[i].due));
        json_kstr(j, "what", d->list[i].what);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static Err due_part(Ctx *c, JsonOut *j, Day today)
{
    static const struct { const Resource *res; const char *field; } rows[] = {
        {&risk_resource, "review_on"}, {&criteria_resource, "review_on"}, {&plan_resource, "review_on"}, {&issue_resource, "review_on"},
        {&asset_resource, "review_on"}, {&service_resource, "review_on"}, {&supplier_resource, "review_on"},
        {&supplier_resource, "contract_until"}, {&certificate_resource, "valid_until"},
    };
    Dues *part = arena_array(c->a, Dues, COUNT(rows) + 1);
    TRY(measures(c, today + SOON_DAYS, &part[0]));
    for (size_t i = 0; i < COUNT(rows); i++)
        TRY(reviews(c, rows[i].res, rows[i].field, today + SOON_DAYS, &part[i + 1]));
    for (int overdue = 1; overdue >= 0; overdue--) {
        json_key(j, overdue ? STR("overdue") : STR("soon"));
        Dues *all = arena_new(c->a, Dues);
        /* Merge by day: the earliest of the heads of the parts, again and again. */
        size_t at[COUNT(rows) + 1] = {0};
        for (;;) {
            size_t best = SIZE_MAX;
            for (size_t p = 0; p <= COUNT(rows); p++) {
                while (at[p] < part[p].n && (part[p].list[at[p]].due < today) != (overdue == 1)) at[p]++;
                if (at[p] < part[p].n && (best == SIZE_MAX || part[p].list[at[p]].due < part[best].list[at[best]].due)) best = p;
            }
            if (best == SIZE_MAX || all->n == DUE_MAX) break;
            all->list[all->n++] = part[best].list[at[best]++];
        }
        due_json(c, j, all, today, overdue == 1);
    }
    return ERR_NONE;
}

static Err changed_part(Ctx *c, JsonOut *j)
{
    LeafView *leaf;
    size_t n = 0;
    json_key(j, STR("changed"));
    json_open(j, '[');
    if (!access_decide(c->who, ACT_HISTORY, NULL, NULL, NULL).kind)
        TRY(history_list(c->db, c->a, c->who->org.row, (Id){{0}}, -1, CHANGED_MAX, &leaf, &n));
    for (size_t i = 0; i < n; i++) {
        Str rest = leaf[i].action, name;
        Record *r;
        if (!str_cut(&rest, '.', &name)) continue;
        const Resource *res = resource_find(c->resources, name);
        if (!res || work_get(c, res, leaf[i].object, &r).kind) continue;
        json_open(j, '{');
        head_json(j, c->a, r);
        json_kstr(j, "action", rest);
        json_kstr(j, "at", instant_text(c->a, leaf[i].at));
        json_kint(j, "version", leaf[i].object_version);
        json_close(j, '}');
    }
    json_close(j, ']');
    return ERR_NONE;
}

static Err total_of(Ctx *c, const Resource *res, const char *state, int64_t *n)
{
    ListQuery q = {.sort = -1, .limit = 1, .filters_n = state ? 1 : 0};
    ListPage page;
    if (state) {
        q.filters[0] = (Filter){.field = field_find(res->fields, res->fields_n, STR("state")), .op = FILTER_EQ};
        put_text(&q.filters[0].value, str_of(state));
    }
    TRY(read_page(c, res, &q, &page));
    *n = page.total;
    return ERR_NONE;
}

/* How far the preparation is: the page turns these counts into its task list. */
static Err prepared_part(Ctx *c, JsonOut *j)
{
    static const struct { const char *key; const Resource *res; const char *state; } rows[] = {
        {"units", &unit_resource, NULL}, {"services", &service_resource, NULL}, {"assets", &asset_resource, NULL}, {"risks", &risk_resource, NULL},
        {"criteria", &criteria_resource, NULL}, {"criteria_submitted", &criteria_resource, "submitted"}, {"criteria_approved", &criteria_resource, "approved"},
        {"plans", &plan_resource, NULL}, {"plans_submitted", &plan_resource, "submitted"}, {"plans_approved", &plan_resource, "approved"},
    };
    json_key(j, STR("prepared"));
    json_open(j, '{');
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t n;
        TRY(total_of(c, rows[i].res, rows[i].state, &n));
        json_key(j, str_of(rows[i].key)), json_int(j, n);
    }
    json_close(j, '}');
    return ERR_NONE;
}

/* Submitted criteria and plans, oldest first: they wait for management. */
static Err waiting_part(Ctx *c, JsonOut *j)
{
    static const Resource *const kinds[] = {&criteria_resource, &plan_resource};
    json_key(j, STR("waiting"));
    json_open(j, '[');
    for (size_t i = 0; i < COUNT(kinds); i++) {
        ListQuery q = {.sort = -1, .limit = DUE_MAX, .filters_n = 1};
        ListPage page;
        q.filters[0] = (Filter){.field = field_find(kinds[i]->fields, kinds[i]->fields_n, STR("state")), .op = FILTER_EQ};
        put_text(&q.filters[0].value, STR("submitted"));
        TRY(read_page(c, kinds[i], &q, &page));
        for (size_t k = 0; k < page.n; k++) {
            const Value *on = value_of(page.list[k], "submitted_on");
            json_open(j, '{');
            head_json(j, c->a, page.list[k]);
            if (on->state == VALUE_KNOWN) json_kstr(j, "submitted_on", day_text(c->a, (Day)on->i));
            bool mine;
            Str posts = route_waits_for(c, page.list[k], &mine);
            if (posts.n) json_kstr(j, "waits_for", posts), json_kbool(j, "mine", mine);
            json_close(j, '}');
        }
    }
    json_close(j, ']');
    return ERR_NONE;
}

Err risk_home_json(Ctx *c, JsonOut *j)
{
    Day today = day_in_japan(c->now);
    json_kstr(j, "day", day_text(c->a, today));
    TRY(due_part(c, j, today));
    TRY(changed_part(c, j));
    TRY(threatened_part(c, j, today));
    TRY(prepared_part(c, j));
    TRY(waiting_part(c, j));
    return ERR_NONE;
}
