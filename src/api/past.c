/* past.c -- what was: the versions of a record, their receipts, the history of the organisation and its signed head. */
#include "api/handlers.h"

enum { PAGE = 50, PEOPLE_MAX = PAGE };

/* --- who did it: few people on a page, so each is loaded once ------------------------------------------------ */

typedef struct People {
    Account list[PEOPLE_MAX];
    size_t n;
} People;

static Err person(Call *c, People *p, int64_t row, Id id, const Account **out)
{
    static const Account nobody;
    *out = &nobody;
    for (size_t i = 0; i < p->n; i++)
        if (row ? p->list[i].row == row : id_eq(p->list[i].id, id)) return *out = &p->list[i], ERR_NONE;
    if (p->n == PEOPLE_MAX || (!row && id_none(id))) return ERR_NONE;
    Err e = account_in(c->x.db, &c->arena, c->who.org.row, row, id, &p->list[p->n]);
    if (e.kind == ERR_NOT_FOUND) return ERR_NONE;
    TRY(e);
    *out = &p->list[p->n++];
    return ERR_NONE;
}

static void author_out(JsonOut *j, const Account *a)
{
    json_kstr(j, "author", a->name);
    json_kstr(j, "post", a->post);
}

/* --- versions ------------------------------------------------------------------------------------------------ */

static bool all_readable(Call *c)
{
    bool all = true, *readable = access_readable(&c->arena, &c->who, c->res);
    for (size_t i = 0; i < c->res->fields_n; i++)
        all = all && readable[i];
    return all;
}

static Err version_out(Call *c, JsonOut *j, const Version *v, People *people, bool values)
{
    const Account *author;
    TRY(person(c, people, v->author, (Id){{0}}, &author));
    json_open(j, '{');
    json_kint(j, "version", v->version);
    json_kstr(j, "at", instant_text(&c->arena, v->at));
    author_out(j, author);
    json_kstr(j, "action", v->action);
    json_kstr(j, "reason", v->reason);
    json_kint(j, "leaf", v->leaf);
    if (values) json_key(j, STR("values")), json_raw(j, v->doc); /* old values only for those who may read every field */
    json_close(j, '}');
    return ERR_NONE;
}

/* Newest first, 50 a page; `next` goes into ?before= of the following request. */
Err get_versions(Call *c)
{
    Record *r;
    Version *list;
    size_t n;
    int64_t before = INT64_MAX;
    Buf b;
    People *people = arena_new(&c->arena, People);
    Str text = query_value(c, "before");
    if (text.n && !str_int(text, &before)) return err_of(ERR_INVALID);
    TRY(work_get(&c->x, c->res, c->id, &r));
    TRY(version_list(c->x.db, &c->arena, r, before, PAGE, &list, &n));
    bool values = all_readable(c);
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("versions")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        TRY(version_out(c, &j, &list[i], people, values));
    json_close(&j, ']');
    if (n == PAGE && list[n - 1].version > 1) json_kint(&j, "next", list[n - 1].version);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* The receipt of the version asked for (latest without ?version=): verifies offline with tools/verify_receipt.py. */
Err get_receipt(Call *c)
{
    Record *r;
    Version v;
    int64_t wanted = 0;
    TRY(work_get(&c->x, c->res, c->id, &r));
    Str text = query_value(c, "version");
    if (text.n && !str_int(text, &wanted)) return err_of(ERR_INVALID);
    TRY(version_get(c->x.db, &c->arena, c->res, r->row, text.n ? wanted : r->version, &v));
    TRY(history_receipt(c->x.db, &c->arena, c->who.org.row, v.leaf, c->res, access_readable(&c->arena, &c->who, c->res), &c->r.body));
    c->r.type = "text/plain; charset=utf-8";
    return ERR_NONE;
}

/* --- history ------------------------------------------------------------------------------------------------- */

typedef struct LogQuery {
    Id object;
    Str actor, action;     /* action: "asset" or "asset.update" */
    Instant from, until;   /* [from, until) */
    int64_t before;        /* index */
} LogQuery;

static Err bad_value(Call *c, Str name)
{
    return err_text(ERR_INVALID, TEXT_FILL(&c->arena, "「{0}」の値を読み取れません。", "The value of {0} cannot be read.", name));
}

/* Days are those of Japan. */
static Err read_day(Call *c, const char *name, int plus, Instant *out)
{
    Day d;
    Str s = query_value(c, name);
    if (!s.n) return ERR_NONE;
    if (!day_parse_people(&c->arena, s, &d)) return bad_value(c, str_of(name));
    *out = day_begin_in_japan(d + plus);
    return ERR_NONE;
}

static Err log_query(Call *c, LogQuery *q)
{
    *q = (LogQuery){.actor = query_value(c, "actor"), .action = query_value(c, "action"), .from = INT64_MIN, .until = INT64_MAX, .before = -1};
    Str object = query_value(c, "object"), before = query_value(c, "before");
    if (object.n && !id_parse(object, &q->object)) return bad_value(c, STR("object"));
    if (before.n && !str_int(before, &q->before)) return bad_value(c, STR("before"));
    TRY(read_day(c, "from", 0, &q->from));
    return read_day(c, "until", 1, &q->until);
}

static bool wanted(const LogQuery *q, const LeafView *l)
{
    if (q->actor.n && !str_eq(q->actor, l->actor)) return false;
    if (!q->action.n || str_eq(q->action, l->action)) return true;
    return str_starts(l->action, q->action) && l->action.n > q->action.n && l->action.s[q->action.n] == '.';
}

/* Leaves lie in the order of time: the first index that is not before `until`, by halving. */
static Err skip_later(Call *c, LogQuery *q)
{
    LeafView *l;
    size_t n;
    if (q->until == INT64_MAX) return ERR_NONE;
    TRY(history_list(c->x.db, &c->arena, c->who.org.row, (Id){{0}}, q->before, 1, &l, &n));
    int64_t low = 0, high = n ? l[0].index + 1 : 0;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        TRY(history_list(c->x.db, &c->arena, c->who.org.row, (Id){{0}}, mid + 1, 1, &l, &n));
        if (n && l[0].at < q->until) low = mid + 1;
        else high = mid;
    }
    q->before = low;
    return ERR_NONE;
}

/* Reads on until a page is full; after SCAN_MAX leaves it stops and says with `next` where to go on. */
static Err log_page(Call *c, LogQuery *q, LeafView *out, size_t *n, int64_t *next)
{
    enum { STEP = 500, SCAN_MAX = 5000 };
    *n = 0;
    for (size_t scanned = 0; scanned < SCAN_MAX; scanned += STEP) {
        LeafView *l;
        size_t got;
        TRY(history_list(c->x.db, &c->arena, c->who.org.row, q->object, q->before, STEP, &l, &got));
        for (size_t i = 0; i < got; i++) {
            if (l[i].at < q->from) return *next = 0, ERR_NONE;
            *next = q->before = l[i].index;
            if (wanted(q, &l[i])) out[(*n)++] = l[i];
            if (*n == PAGE) return ERR_NONE;
        }
        if (got < STEP) return *next = 0, ERR_NONE;
    }
    return ERR_NONE;
}

/* What the object is called, when it is a record that the caller may read. */
static Err object_out(Call *c, JsonOut *j, const LeafView *l)
{
    Str rest = l->action, name;
    Record *r = NULL;
    str_cut(&rest, '.', &name);
    const Resource *res = resource_find(c->app->resources, name);
    if (!res || !(c->who.roles & res->read)) return ERR_NONE;
    json_kstr(j, "resource", str_of(res->path));
    Err e = record_get(c->x.db, &c->arena, res, c->who.org.row, l->object, false, &r);
    if (e.kind == ERR_NOT_FOUND) return ERR_NONE;
    TRY(e);
    json_kstr(j, "number", record_label(&c->arena, r));
    json_kstr(j, "title", record_title(r));
    return ERR_NONE;
}

static Err leaf_out(Call *c, JsonOut *j, const LeafView *l, People *people)
{
    const Account *author;
    Id id = {{0}};
    bool by_person = id_parse(l->actor, &id);
    TRY(person(c, people, 0, by_person ? id : (Id){{0}}, &author));
    json_open(j, '{');
    json_kint(j, "index", l->index);
    json_kstr(j, "at", instant_text(&c->arena, l->at));
    json_kstr(j, "actor", l->actor);
    author_out(j, author);
    json_kstr(j, "action", l->action);
    json_kstr(j, "object", id_text(&c->arena, l->object));
    TRY(object_out(c, j, l));
    json_kint(j, "version", l->object_version);
    json_kstr(j, "hash", hex_text(&c->arena, l->hash, 32));
    json_close(j, '}');
    return ERR_NONE;
}

Err get_log(Call *c)
{
    LogQuery q;
    LeafView *list = arena_array(&c->arena, LeafView, PAGE);
    size_t n;
    int64_t next = 0;
    Buf b;
    People *people = arena_new(&c->arena, People);
    TRY(log_query(c, &q));
    TRY(skip_later(c, &q));
    TRY(log_page(c, &q, list, &n, &next));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("leaves")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        TRY(leaf_out(c, &j, &list[i], people));
    json_close(&j, ']');
    if (next > 0) json_kint(&j, "next", next);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_checkpoint(Call *c)
{
    Str note;
    TRY(history_checkpoint(c->x.db, &c->arena, c->who.org.row, &note));
    c->r.type = "text/plain; charset=utf-8";
    c->r.body = note;
    return ERR_NONE;
}
