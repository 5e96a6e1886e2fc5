/* records.c -- the generic handlers: any resource, no resource's name. */
#include "api/handlers.h"
#include "work/files.h"

#include <jansson.h>
#include <stdlib.h>

enum { BODY_MAX = 1 << 20, IDS_MAX = 100 };

static Err body(Call *c, json_t **out)
{
    return json_in(&c->arena, c->body, BODY_MAX, out);
}

/* If-Match: "3" */
static int64_t version_wanted(Call *c)
{
    int64_t v;
    Str s = str_trim(c->if_match);
    if (s.n > 2 && s.s[0] == '"' && s.s[s.n - 1] == '"' && str_int(str_slice(s, 1, s.n - 1), &v)) return v;
    return 0;
}

/* "_titles": what the references in these records are called, one query per target. */
enum { TITLES_MAX = 2000 };

static void collect(const Field *f, const Value *v, Id *ids, size_t *n)
{
    if (f->kind == KIND_REF && v->state == VALUE_KNOWN && *n < TITLES_MAX) ids[(*n)++] = v->ref;
    for (size_t i = 0; f->kind == KIND_REFS && i < v->n && *n < TITLES_MAX; i++)
        ids[(*n)++] = v->refs[i];
    for (size_t i = 0; f->kind == KIND_LIST && i < v->n; i++)
        for (size_t k = 0; k < f->fields_n; k++)
            if (f->fields[k].kind == KIND_REF && v->rows[i][k].state == VALUE_KNOWN && *n < TITLES_MAX) ids[(*n)++] = v->rows[i][k].ref;
}

static bool aims_at(const Call *c, const Field *f, const Resource *target)
{
    if (f->target) return resource_find(c->app->resources, str_of(f->target)) == target;
    for (size_t k = 0; f->kind == KIND_LIST && k < f->fields_n; k++)
        if (f->fields[k].target && resource_find(c->app->resources, str_of(f->fields[k].target)) == target) return true;
    return false;
}

static Err title_out(Call *c, JsonOut *j, const Referrer *r)
{
    Record *file;
    json_key(j, id_text(&c->arena, r->id)), json_open(j, '{');
    json_kstr(j, "resource", str_of(r->res->path));
    json_kstr(j, "number", label_text(&c->arena, r->res, r->number));
    json_kstr(j, "title", r->title);
    if (r->removed) json_kbool(j, "removed", true);
    if (r->res == &file_resource) {
        TRY(record_get(c->x.db, &c->arena, r->res, c->who.org.row, r->id, false, &file));
        json_kstr(j, "href", file_path(&c->x, file));
    }
    json_close(j, '}');
    return ERR_NONE;
}

/* An answer has one order, whatever the ids are. */
static int by_number(const void *a, const void *b)
{
    const Referrer *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void collect_rows(const Call *c, const Shown *s, const Resource *target, Id *ids, size_t *n)
{
    for (size_t f = 0; f < s->fields_n; f++)
        if ((!s->readable || s->readable[f]) && aims_at(c, &s->fields[f], target))
            for (size_t i = 0; i < s->n; i++)
                collect(&s->fields[f], &s->rows[i][f], ids, n);
}

static Err titles_of(Call *c, JsonOut *j, const Resource *target, const Shown *shown, size_t n, Id *ids)
{
    size_t ids_n = 0;
    for (size_t i = 0; i < n; i++)
        collect_rows(c, &shown[i], target, ids, &ids_n);
    if (!ids_n || !(c->who.roles & target->read)) return ERR_NONE;
    Referrer *found = arena_array(&c->arena, Referrer, ids_n);
    TRY(record_titles(c->x.db, &c->arena, target, c->who.org.row, ids, ids_n, found, &ids_n));
    if (ids_n) qsort(found, ids_n, sizeof *found, by_number);
    for (size_t i = 0; i < ids_n; i++)
        TRY(title_out(c, j, &found[i]));
    return ERR_NONE;
}

Err titles_out(Call *c, JsonOut *j, const Shown *shown, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < shown[i].n; k++)
            most += values_refs(shown[i].fields, shown[i].fields_n, shown[i].rows[k]);
    Id *ids = arena_raw(&c->arena, (most < TITLES_MAX ? most : TITLES_MAX) * sizeof(Id));
    json_key(j, STR("_titles")), json_open(j, '{');
    for (size_t i = 0; i < c->app->resources->n && most; i++)
        TRY(titles_of(c, j, c->app->resources->list[i], shown, n, ids));
    json_close(j, '}');
    return ERR_NONE;
}

static Err titles(Call *c, JsonOut *j, Record *const *list, size_t n)
{
    Shown shown = {c->res->fields, c->res->fields_n, access_readable(&c->arena, &c->who, c->res), arena_array(&c->arena, Value *, n + 1), n};
    for (size_t i = 0; i < n; i++)
        shown.rows[i] = list[i]->v;
    return titles_out(c, j, &shown, 1);
}

static Err show(Call *c, Record *r, int status)
{
    Buf b;
    JsonOut j = answer(c, &b);
    record_to_json(&j, &c->arena, r, access_readable(&c->arena, &c->who, r->res));
    b.n--; /* opened again for the titles */
    TRY(titles(c, &j, &r, 1));
    json_close(&j, '}');
    c->r.status = status;
    c->r.body = buf_str(&b);
    c->r.etag = str_printf(&c->arena, "\"%lld\"", (long long)r->version);
    return ERR_NONE;
}

/* --- lists ------------------------------------------------------------------------------------------------- */

Err bad_parameter(Call *c, Str name)
{
    return err_text(ERR_INVALID, TEXT_FILL(&c->arena, "「{0}」という条件は使えません。", "The parameter {0} cannot be used.", name));
}

static bool number_value(Call *c, const Field *f, Str s, Value *v)
{
    Day d;
    v->state = VALUE_KNOWN;
    if (f->kind == KIND_DATE) return day_parse_people(&c->arena, s, &d) && (v->i = d, true);
    if (f->kind == KIND_INSTANT) return instant_parse(s, &v->i);
    if (f->kind == KIND_BOOL) return (v->i = str_eqc(s, "true"), str_eqc(s, "true") || str_eqc(s, "false"));
    return str_int(s, &v->i);
}

bool filter_value(Call *c, const Field *f, Str s, Filter *out)
{
    if (f->kind == KIND_REFS) out->op = FILTER_HAS;
    if (f->kind == KIND_REF || f->kind == KIND_REFS) return out->value.state = VALUE_KNOWN, id_parse(s, &out->value.ref);
    if (f->kind == KIND_CHOICE && choice_find(f, s) < 0) return false;
    if (f->kind == KIND_TEXT || f->kind == KIND_LONG || f->kind == KIND_CHOICE) return out->value = (Value){.state = VALUE_KNOWN, .text = s}, true;
    return number_value(c, f, s, &out->value);
}

static Err add_filter(Call *c, Str key, Str value, ListQuery *q)
{
    Str name, suffix = key;
    str_cut(&suffix, '.', &name);
    int i = field_find(c->res->fields, c->res->fields_n, name);
    if (i < 0 || !field_filters(&c->res->fields[i]) || q->filters_n == COUNT(q->filters)) return bad_parameter(c, key);
    Filter *f = &q->filters[q->filters_n++];
    f->field = i;
    f->op = str_eqc(suffix, "min") ? FILTER_MIN : str_eqc(suffix, "max") ? FILTER_MAX : str_eqc(suffix, "none") ? FILTER_NONE : FILTER_EQ;
    if (f->op == FILTER_EQ && suffix.n) return bad_parameter(c, key);
    if (f->op == FILTER_NONE) return ERR_NONE;
    return filter_value(c, &c->res->fields[i], value, f) ? ERR_NONE : bad_parameter(c, key);
}

static Err set_sort(Call *c, Str s, ListQuery *q)
{
    q->descending = str_starts(s, STR("-"));
    s = str_slice(s, q->descending, s.n);
    if (str_eqc(s, "number")) return ERR_NONE;
    q->sort = field_find(c->res->fields, c->res->fields_n, s);
    bool may = q->sort >= 0 && field_sorts(&c->res->fields[q->sort]);
    return may ? ERR_NONE : bad_parameter(c, s);
}

Err list_query(Call *c, ListQuery *q)
{
    Str rest = c->query, pair, key;
    *q = (ListQuery){.sort = -1, .limit = 50};
    while (str_cut(&rest, '&', &pair)) {
        if (!str_cut(&pair, '=', &key)) continue;
        Str v = query_value(c, str_c(&c->arena, key));
        int64_t n;
        if (str_eqc(key, "q")) q->text = v;
        else if (str_eqc(key, "cursor")) q->cursor = v;
        else if (str_eqc(key, "columns")) continue; /* chosen by the page; exports read it */
        else if (str_eqc(key, "removed") && (str_eqc(v, "0") || str_eqc(v, "1"))) q->removed = str_eqc(v, "1");
        else if (str_eqc(key, "sort")) TRY(set_sort(c, v, q));
        else if (str_eqc(key, "limit") && str_int(v, &n) && n >= 1 && n <= 200) q->limit = (size_t)n;
        else TRY(add_filter(c, key, v, q));
    }
    return ERR_NONE;
}

/* ids=…,…: these records, and nothing beside it is asked. */
static Err list_ids(Call *c, Id *ids, size_t *n)
{
    Str rest = query_value(c, "ids"), one;
    if (memchr(c->query.s, '&', c->query.n)) return bad_parameter(c, STR("ids"));
    for (*n = 0; str_cut(&rest, ',', &one); (*n)++)
        if (*n == IDS_MAX || !id_parse(one, &ids[*n])) return bad_parameter(c, STR("ids"));
    return ERR_NONE;
}

static Err page_asked(Call *c, ListPage *page)
{
    ListQuery q;
    if (query_value(c, "ids").n) {
        Id ids[IDS_MAX];
        size_t n;
        TRY(list_ids(c, ids, &n));
        return work_some(&c->x, c->res, ids, n, page);
    }
    TRY(list_query(c, &q));
    q.brief = true;
    return work_list(&c->x, c->res, &q, page);
}

Err get_list(Call *c)
{
    ListPage page;
    Buf b;
    TRY(access_decide(&c->who, ACT_LIST, c->res, NULL, NULL));
    TRY(page_asked(c, &page));
    JsonOut j = answer(c, &b);
    bool *readable = access_readable(&c->arena, &c->who, c->res);
    for (size_t i = 0; i < c->res->fields_n; i++)
        if (c->res->fields[i].flags & APART) readable[i] = false; /* not read: page_asked */
    json_open(&j, '{');
    json_key(&j, STR("items")), json_open(&j, '[');
    for (size_t i = 0; i < page.n; i++)
        record_to_json(&j, &c->arena, page.list[i], readable);
    json_close(&j, ']');
    json_kint(&j, "total", page.total);
    json_kbool(&j, "total_capped", page.total_capped);
    json_kstr(&j, "next", page.next);
    TRY(titles(c, &j, page.list, page.n));
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* --- one record -------------------------------------------------------------------------------------------- */

Err get_record(Call *c)
{
    Record *r;
    TRY(work_get(&c->x, c->res, c->id, &r));
    return show(c, r, 200);
}

Err post_record(Call *c)
{
    json_t *in;
    Record *r;
    TRY(access_decide(&c->who, ACT_CREATE, c->res, NULL, NULL));
    TRY(body(c, &in));
    TRY(work_create(&c->x, c->res, in, &r));
    return show(c, r, 201);
}

Err post_document(Call *c)
{
    json_t *in;
    Record *r;
    TRY(access_decide(&c->who, ACT_CREATE, c->res, NULL, NULL));
    if (!c->res->receive) return err_of(ERR_NOT_FOUND);
    TRY(body(c, &in));
    TRY(work_receive(&c->x, c->res, in, &r));
    return show(c, r, 201);
}

static Err change(Call *c, bool partial)
{
    json_t *in;
    Record *r;
    TRY(body(c, &in));
    TRY(work_update(&c->x, c->res, c->id, version_wanted(c), in, partial, &r));
    return show(c, r, 200);
}

Err put_record(Call *c)
{
    return change(c, false);
}

Err patch_record(Call *c)
{
    return change(c, true);
}

Err delete_record(Call *c)
{
    TRY(work_remove(&c->x, c->res, c->id, version_wanted(c)));
    c->r.body = STR("{}");
    return ERR_NONE;
}

Err post_restore(Call *c)
{
    Record *r;
    TRY(work_restore(&c->x, c->res, c->id, version_wanted(c), &r));
    return show(c, r, 200);
}

Err post_dispose(Call *c)
{
    json_t *in;
    TRY(body(c, &in));
    TRY(work_dispose(&c->x, c->res, c->id, json_str_of(json_object_get(in, "field")), json_str_of(json_object_get(in, "ground"))));
    c->change.scrub = true;
    c->r.body = STR("{}");
    return ERR_NONE;
}

Err post_action(Call *c)
{
    json_t *in;
    Record *r;
    for (size_t i = 0; i < c->res->actions_n; i++) {
        if (!str_eqc(c->tail, c->res->actions[i].name)) continue;
        TRY(body(c, &in));
        Str reason = str_trim(json_str_of(json_object_get(in, "reason")));
        if (reason.n) c->x.reason = reason;
        TRY(work_action(&c->x, c->res, c->id, &c->res->actions[i], version_wanted(c), in, &r));
        return show(c, r, 200);
    }
    return err_of(ERR_NOT_FOUND);
}

static void referrer_out(Call *c, JsonOut *j, const void *item)
{
    const Referrer *r = item;
    json_kstr(j, "resource", str_of(r->res->path));
    json_kstr(j, "id", id_text(&c->arena, r->id));
    json_kstr(j, "number", label_text(&c->arena, r->res, r->number));
    json_kstr(j, "title", r->title);
}

Err get_referrers(Call *c)
{
    enum { MAX = 200 };
    Record *r;
    Referrer *list = arena_array(&c->arena, Referrer, MAX + 1);
    size_t n, may = 0;
    Buf b;
    TRY(work_get(&c->x, c->res, c->id, &r));
    TRY(record_referrers(c->x.db, &c->arena, c->app->resources, r, true, list, MAX + 1, &n));
    for (size_t i = 0; i < n && i < MAX; i++)
        if (c->who.roles & list[i].res->read) list[may++] = list[i];
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    list_out(c, &j, "referrers", LIST(list, may), referrer_out);
    json_kbool(&j, "more", n > MAX);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
