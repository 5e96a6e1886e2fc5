/* home.c -- the first page: what is due, what changed, which services the highest risks threaten. Reads through work, so rights hold. */
#include "risk/parts.h"

enum { SOON_DAYS = 30, DUE_MAX = 50, PAGES_MAX = 20, PAGE = 200, CHANGED_MAX = 15, THREATENED_MAX = 50 };

typedef struct Due { const Record *r; Day due; Str what; } Due;
typedef struct Dues { Due list[DUE_MAX]; size_t n; } Dues;
typedef struct Threat { Id service; const Record *risks[5]; size_t risks_n, total; } Threat;
typedef struct Threats { Threat list[THREATENED_MAX]; size_t n; int64_t levels[MATRIX_SIDE + 1]; bool criteria; } Threats;

static Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out)
{
    Err e = work_list(c, res, q, out);
    if (e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND) *out = (ListPage){0};
    return e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND ? ERR_NONE : e;
}

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

static void head_json(JsonOut *j, Arena *a, const Record *r)
{
    json_kstr(j, "resource", str_of(r->res->name));
    json_kstr(j, "id", id_text(a, r->id));
    json_kstr(j, "number", record_label(a, r));
    json_kstr(j, "title", record_title(r));
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

static void threat_add(Threats *t, Id service, const Record *risk)
{
    size_t i = 0;
    while (i < t->n && !id_eq(t->list[i].service, service)) i++;
    if (i == THREATENED_MAX) return;
    if (i == t->n) t->list[t->n++] = (Threat){.service = service};
    Threat *one = &t->list[i];
    for (size_t k = 0; k < one->risks_n; k++)
        if (one->risks[k] == risk) return;
    one->total++;
    if (one->risks_n < COUNT(one->risks)) one->risks[one->risks_n++] = risk;
}

/* Services named by the risk and those that its assets support. */
static Err threatened_by(Ctx *c, Threats *t, const Record *risk)
{
    const Value *services = value_of(risk, "services"), *assets = value_of(risk, "assets");
    for (size_t i = 0; i < services->n; i++)
        threat_add(t, services->refs[i], risk);
    Record **found = arena_array(c->a, Record *, assets->n);
    TRY(record_get_many(c->db, c->a, &asset_resource, c->who->org.row, assets->refs, assets->n, found));
    for (size_t i = 0; i < assets->n; i++) {
        const Value *of_asset = found[i] ? value_of(found[i], "services") : NULL;
        for (size_t k = 0; of_asset && k < of_asset->n; k++)
            threat_add(t, of_asset->refs[k], risk);
    }
    return ERR_NONE;
}

/* Without approved criteria the impact alone stands in for the level: the page says which it was. */
static int64_t height(const Threats *t, const Record *risk)
{
    const Value *v = value_of(risk, t->criteria ? "level" : "impact");
    return v->state == VALUE_KNOWN ? v->i : v->state == VALUE_RANGE ? v->hi : 0;
}

static Err walk_risks(Ctx *c, Threats *t)
{
    ListQuery q = {.sort = -1, .limit = PAGE};
    for (int pages = 0; pages < PAGES_MAX; pages++) {
        ListPage page;
        TRY(read_page(c, &risk_resource, &q, &page));
        for (size_t i = 0; i < page.n; i++) {
            if (state_is(page.list[i], "closed")) continue;
            int64_t h = height(t, page.list[i]);
            t->levels[h]++;
            if (h == MATRIX_SIDE) TRY(threatened_by(c, t, page.list[i]));
        }
        if (!page.next.n) break;
        q.cursor = page.next;
    }
    return ERR_NONE;
}

static Err threatened_json(Ctx *c, JsonOut *j, const Threats *t)
{
    json_key(j, STR("threatened"));
    json_open(j, '[');
    for (size_t i = 0; i < t->n; i++) {
        Record *service;
        if (work_get(c, &service_resource, t->list[i].service, &service).kind) continue;
        json_open(j, '{');
        head_json(j, c->a, service);
        json_kint(j, "total", (int64_t)t->list[i].total);
        json_key(j, STR("risks"));
        json_open(j, '[');
        for (size_t k = 0; k < t->list[i].risks_n; k++) {
            json_open(j, '{');
            head_json(j, c->a, t->list[i].risks[k]);
            json_close(j, '}');
        }
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
    return ERR_NONE;
}

Err risk_home_json(Ctx *c, JsonOut *j)
{
    Day today = day_in_japan(c->now);
    Matrix x;
    Threats *t = arena_new(c->a, Threats);
    TRY(criteria_current(c, today, &x, &t->criteria));
    json_open(j, '{');
    json_kstr(j, "day", day_text(c->a, today));
    TRY(due_part(c, j, today));
    TRY(changed_part(c, j));
    TRY(walk_risks(c, t));
    json_kstr(j, "basis", t->criteria ? STR("criteria") : STR("impact"));
    json_key(j, STR("levels"));
    json_open(j, '{');
    json_kint(j, "unknown", t->levels[0]);
    json_kint(j, "1", t->levels[1]);
    json_kint(j, "2", t->levels[2]);
    json_kint(j, "3", t->levels[3]);
    json_close(j, '}');
    TRY(threatened_json(c, j, t));
    json_close(j, '}');
    return ERR_NONE;
}
