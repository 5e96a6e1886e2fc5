/*
 * net.c -- the net out of the records: assets, services and suppliers are nodes; a dependency record is a need; what references say without a record is a need by
 * itself, without a buffer. Each register is read once, page by page; references are looked up in memory.
 */
#include "dependency/parts.h"

#include <math.h>
#include <stdlib.h>

/* --- reading ------------------------------------------------------------------------------------------------------------------ */

typedef struct Loose { Id node, supplier; int64_t record; } Loose; /* record: number of the dependency, 0: a plain reference */
typedef struct Loosely { Referrer of; Id node; Str fails_when; int64_t some, buffer, cost; } Loosely;
typedef struct CauseHit { Id id; size_t cause; } CauseHit;
typedef struct Reading {
    Ctx *c;
    NetRecords *out;
    size_t nodes_room, loose_n, loose_room, records_n, records_room, causes_room, hits_n, hits_room;
    Loose *loose;
    Loosely *records;
    CauseHit *hits;
    struct At { Id id; uint32_t node; } *at; /* nodes by id */
} Reading;

static void *one_more(Arena *a, void *list, size_t n, size_t *room, size_t size)
{
    if (n < *room) return list;
    size_t more = 2 * *room + 256;
    list = arena_grow(a, list, *room * size, more * size);
    *room = more;
    return list;
}

static void loosely(Reading *x, Id node, Id supplier, int64_t record)
{
    if (x->loose_n == NET_ARROWS_MAX) {
        x->out->cut = true;
        return;
    }
    x->loose = one_more(x->c->a, x->loose, x->loose_n, &x->loose_room, sizeof *x->loose);
    x->loose[x->loose_n++] = (Loose){node, supplier, record};
}

static void arrows_to(Reading *x, const Record *r, const char *refs, int64_t record, Id node)
{
    const Value *v = value_of(r, refs);
    for (size_t i = 0; i < v->n; i++) loosely(x, node, v->refs[i], record);
}

static NetNode *node_add(Reading *x, const Record *r)
{
    NetRecords *o = x->out;
    if (o->nodes_n == NET_NODES_MAX) {
        o->cut = true;
        return NULL;
    }
    o->nodes = one_more(x->c->a, o->nodes, o->nodes_n, &x->nodes_room, sizeof *o->nodes);
    NetNode *n = &o->nodes[o->nodes_n++];
    *n = (NetNode){.of = record_name(x->c->a, r), .code = record_label(x->c->a, r)};
    return n;
}

static void own_failures(NetNode *n, const Record *r)
{
    n->per_century = *value_of(r, "per_century"), n->repair = *value_of(r, "repair_hours");
    n->black_start = value_of(r, "black_start")->state == VALUE_KNOWN && value_of(r, "black_start")->i;
}

static void service_in(Reading *x, const Record *r)
{
    NetNode *n = node_add(x, r);
    if (!n) return;
    n->kind = STR("service");
    n->users = *value_of(r, "users");
    n->repair = *value_of(r, "rto_hours"); /* of one that is hit itself: as fast as it shall be */
    n->service = str_copy(x->c->a, value_of(r, "service_class")->text);
    arrows_to(x, r, "depends_on", 0, r->id);
}

static void asset_in(Reading *x, const Record *r)
{
    NetNode *n = node_add(x, r);
    if (!n) return;
    n->kind = str_copy(x->c->a, value_of(r, "kind")->text);
    own_failures(n, r);
    arrows_to(x, r, "depends_on", 0, r->id);
    arrows_to(x, r, "suppliers", 0, r->id);
    const Value *services = value_of(r, "services");
    for (size_t i = 0; i < services->n; i++) loosely(x, services->refs[i], r->id, 0);
}

static void supplier_in(Reading *x, const Record *r)
{
    NetNode *n = node_add(x, r);
    if (!n) return;
    n->kind = STR("supplier");
    own_failures(n, r);
}

static int64_t number_or(const Record *r, const char *name, int64_t otherwise)
{
    const Value *v = value_of(r, name);
    return v->state == VALUE_KNOWN ? v->i : otherwise;
}

static void dependency_in(Reading *x, const Record *r)
{
    const Value *asset = value_of(r, "asset"), *service = value_of(r, "service");
    Id node = asset->state == VALUE_KNOWN ? asset->ref : service->ref;
    if (x->records_n == NET_NEEDS_MAX) {
        x->out->cut = true;
        return;
    }
    x->records = one_more(x->c->a, x->records, x->records_n, &x->records_room, sizeof *x->records);
    x->records[x->records_n++] = (Loosely){.of = record_name(x->c->a, r), .node = node, .fails_when = str_copy(x->c->a, value_of(r, "fails_when")->text),
        .some = number_or(r, "some", 1), .buffer = number_or(r, "buffer_minutes", 0), .cost = number_or(r, "cost", -1)};
    arrows_to(x, r, "on_assets", r->number, node);
    arrows_to(x, r, "on_services", r->number, node);
    arrows_to(x, r, "on_suppliers", r->number, node);
}

static void hits_of(Reading *x, const Record *r, const char *refs, size_t cause)
{
    const Value *v = value_of(r, refs);
    for (size_t i = 0; i < v->n; i++) {
        x->hits = one_more(x->c->a, x->hits, x->hits_n, &x->hits_room, sizeof *x->hits);
        x->hits[x->hits_n++] = (CauseHit){v->refs[i], cause};
    }
}

static void cause_in(Reading *x, const Record *r)
{
    NetRecords *o = x->out;
    double often = net_middle(value_of(r, "per_century"));
    if (isnan(often)) return; /* how often is not known: it cannot be drawn */
    if (o->causes_n == NET_CAUSES_MAX) {
        o->cut = true;
        return;
    }
    o->causes = one_more(x->c->a, o->causes, o->causes_n, &x->causes_room, sizeof *o->causes);
    o->causes[o->causes_n] = (NetCause){.code = record_label(x->c->a, r), .title = str_copy(x->c->a, record_title(r)), .per_century = often, .chance = (double)number_or(r, "percent", 100) / 100};
    hits_of(x, r, "assets", o->causes_n), hits_of(x, r, "services", o->causes_n), hits_of(x, r, "suppliers", o->causes_n);
    o->causes_n++;
}

static void arena_gone(void *arena)
{
    arena_done(arena);
}

Arena *scratch_of(Arena *a)
{
    enum { SCRATCH_BYTES = 64 << 20 };
    Arena *scratch = arena_new(a, Arena);
    arena_init(scratch, SCRATCH_BYTES);
    arena_defer(a, arena_gone, scratch);
    return scratch;
}

/* What the caller may not read is not there for him. */
static Err read_page(Ctx *c, const Resource *res, ListQuery *q, ListPage *out)
{
    Err e = work_list(c, res, q, out);
    if (e.kind != ERR_FORBIDDEN && e.kind != ERR_NOT_FOUND) return e;
    *out = (ListPage){0};
    return ERR_NONE;
}

/* Only what `take` copies outlives its page. */
static Err read_whole(Reading *x, const Resource *res, void (*take)(Reading *x, const Record *r))
{
    Arena *scratch = scratch_of(x->c->a);
    ListQuery q = {.sort = -1, .limit = 200, .brief = true};
    Ctx page = *x->c;
    page.a = scratch;
    do {
        ListPage p;
        TRY(read_page(&page, res, &q, &p));
        for (size_t i = 0; i < p.n; i++) take(x, p.list[i]);
        q.cursor = str_copy(x->c->a, p.next);
        arena_reset(scratch);
    } while (q.cursor.n && !x->out->cut);
    return ERR_NONE;
}

/* --- from ids to nodes ---------------------------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return memcmp(&((const struct At *)a)->id, &((const struct At *)b)->id, sizeof(Id));
}

static void index_nodes(Reading *x)
{
    NetRecords *o = x->out;
    x->at = arena_array(x->c->a, struct At, o->nodes_n + 1);
    for (size_t i = 0; i < o->nodes_n; i++) x->at[i] = (struct At){o->nodes[i].of.id, (uint32_t)i};
    if (o->nodes_n) qsort(x->at, o->nodes_n, sizeof *x->at, by_id);
}

static bool node_at(const Reading *x, Id id, uint32_t *out)
{
    struct At key = {.id = id}, *found = x->out->nodes_n ? bsearch(&key, x->at, x->out->nodes_n, sizeof key, by_id) : NULL;
    if (found) *out = found->node;
    return found;
}

typedef struct Arrow { uint32_t node, supplier; int64_t record; } Arrow;

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The same two nodes side by side, records first; then a plain arrow beside a record is seen at once. */
static int by_pair(const void *a, const void *b)
{
    const Arrow *x = a, *y = b;
    int by = compare(x->node, y->node);
    if (!by) by = compare(x->supplier, y->supplier);
    return by ? by : compare(!x->record, !y->record) ? compare(!x->record, !y->record) : compare(x->record, y->record);
}

static int by_need(const void *a, const void *b)
{
    const Arrow *x = a, *y = b;
    int by = compare(x->node, y->node);
    if (!by) by = compare(!x->record, !y->record);
    if (!by) by = compare(x->record, y->record);
    return by ? by : compare(x->supplier, y->supplier);
}

/* Arrows between nodes that are there, each once; no plain one where a record speaks of the same two, and none to itself. */
static Arrow *arrows(Reading *x, size_t *n)
{
    Arrow *list = arena_array(x->c->a, Arrow, x->loose_n + 1);
    size_t kept = 0;
    *n = 0;
    for (size_t i = 0; i < x->loose_n; i++) {
        Arrow w = {.record = x->loose[i].record};
        if (node_at(x, x->loose[i].node, &w.node) && node_at(x, x->loose[i].supplier, &w.supplier) && w.node != w.supplier) list[(*n)++] = w;
    }
    if (*n) qsort(list, *n, sizeof *list, by_pair);
    for (size_t i = 0; i < *n; i++) {
        const Arrow *last = kept ? &list[kept - 1] : NULL;
        bool same = last && last->node == list[i].node && last->supplier == list[i].supplier;
        if (same && (!list[i].record || last->record == list[i].record)) continue;
        list[kept++] = list[i];
    }
    if (kept) qsort(list, kept, sizeof *list, by_need);
    *n = kept;
    return list;
}

static const Loosely *record_numbered(const Reading *x, int64_t number)
{
    size_t low = 0, high = x->records_n; /* read in the order of their numbers */
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (x->records[mid].of.number < number) low = mid + 1;
        else high = mid;
    }
    return low < x->records_n && x->records[low].of.number == number ? &x->records[low] : NULL;
}

/* Suppliers that are retired by now no longer count: k of n never asks for more than there are. */
static uint32_t failures_needed(const Loosely *r, uint32_t n)
{
    if (!r || str_eqc(r->fails_when, "any")) return 1;
    if (str_eqc(r->fails_when, "all")) return n;
    return r->some < n ? (uint32_t)r->some : n;
}

static void needs_made(Reading *x)
{
    size_t n;
    NetRecords *o = x->out;
    const Arrow *list = arrows(x, &n);
    o->needs = arena_array(x->c->a, NetNeed, n + 1);
    o->suppliers = arena_array(x->c->a, uint32_t, n + 1);
    for (size_t i = 0; i < n;) {
        const Loosely *r = list[i].record ? record_numbered(x, list[i].record) : NULL;
        NetNeed *need = &o->needs[o->needs_n++];
        *need = (NetNeed){.node = list[i].node, .first = (uint32_t)i, .cost = -1};
        if (r) need->of = r->of, need->buffer = r->buffer, need->cost = r->cost;
        do o->suppliers[i] = list[i].supplier, need->n++, i++;
        while (i < n && list[i].record && list[i].record == list[i - 1].record && list[i].node == need->node);
        need->k = failures_needed(r, need->n);
    }
    o->suppliers_n = n;
}

static int by_value(const void *a, const void *b)
{
    return compare(*(const uint32_t *)a, *(const uint32_t *)b);
}

static void causes_made(Reading *x)
{
    size_t at = 0;
    for (size_t i = 0; i < x->out->causes_n; i++) {
        NetCause *cause = &x->out->causes[i];
        size_t end = at;
        while (end < x->hits_n && x->hits[end].cause == i) end++;
        cause->hits = arena_array(x->c->a, uint32_t, end - at + 1);
        for (; at < end; at++) cause->n += node_at(x, x->hits[at].id, &cause->hits[cause->n]);
        if (cause->n) qsort(cause->hits, cause->n, sizeof *cause->hits, by_value);
    }
}

Err net_records(Ctx *c, NetRecords *out)
{
    Reading x = {.c = c, .out = out};
    *out = (NetRecords){0};
    TRY(read_whole(&x, &service_resource, service_in));
    TRY(read_whole(&x, &asset_resource, asset_in));
    TRY(read_whole(&x, &supplier_resource, supplier_in));
    TRY(read_whole(&x, &dependency_resource, dependency_in));
    TRY(read_whole(&x, &common_cause_resource, cause_in));
    index_nodes(&x);
    needs_made(&x);
    causes_made(&x);
    return ERR_NONE;
}

int net_node(const NetRecords *r, Str code)
{
    for (size_t i = 0; i < r->nodes_n; i++)
        if (str_eq(r->nodes[i].code, code)) return (int)i;
    return -1;
}

/* --- the document ----------------------------------------------------------------------------------------------------------------- */

double net_middle(const Value *v)
{
    if (v->state == VALUE_KNOWN) return (double)v->i;
    return v->state == VALUE_RANGE ? ((double)v->i + (double)v->hi) / 2 : NAN;
}

double net_chance(double per_century)
{
    return -expm1(-per_century / 100);
}

static void repair(JsonOut *j, const Value *v)
{
    if (isnan(net_middle(v))) return;
    json_key(j, STR("repair"));
    if (v->state == VALUE_KNOWN) {
        json_int(j, v->i);
        return;
    }
    json_open(j, '{');
    json_kint(j, "low", v->i), json_key(j, STR("mode")), json_number(j, net_middle(v)), json_kint(j, "high", v->hi);
    json_close(j, '}');
}

static void need_out(JsonOut *j, const NetRecords *r, const NetNeed *need)
{
    json_open(j, '{');
    json_key(j, STR("of")), json_open(j, '[');
    for (uint32_t i = 0; i < need->n; i++) json_str(j, r->nodes[r->suppliers[need->first + i]].code);
    json_close(j, ']');
    json_key(j, STR("fails_when"));
    if (need->k == 1) json_str(j, STR("any"));
    else if (need->k == need->n) json_str(j, STR("all"));
    else json_int(j, need->k);
    if (need->buffer) json_key(j, STR("buffer")), json_number(j, (double)need->buffer / 60);
    if (need->cost >= 0) json_kint(j, "cost", need->cost);
    json_close(j, '}');
}

/* *next: the first need that may be of this node. */
static void node_out(JsonOut *j, const NetRecords *r, size_t at, bool titles, size_t *next)
{
    const NetNode *n = &r->nodes[at];
    double often = net_middle(&n->per_century), users = net_middle(&n->users);
    json_open(j, '{');
    json_kstr(j, "id", n->code);
    if (titles) json_kstr(j, "title", n->of.title);
    json_kstr(j, "kind", n->kind);
    if (!isnan(often)) json_key(j, STR("chance")), json_number(j, net_chance(often));
    repair(j, &n->repair);
    if (n->black_start) json_kbool(j, "black_start", true);
    if (!isnan(users)) json_key(j, STR("users")), json_number(j, users);
    if (!isnan(users) && n->service.n) json_kstr(j, "service", n->service);
    json_key(j, STR("needs")), json_open(j, '[');
    for (; *next < r->needs_n && r->needs[*next].node == at; ++*next) need_out(j, r, &r->needs[*next]);
    json_close(j, ']');
    json_close(j, '}');
}

static void cause_out(JsonOut *j, const NetRecords *r, const NetCause *cause, bool titles)
{
    json_open(j, '{');
    json_kstr(j, "id", cause->code);
    if (titles) json_kstr(j, "title", cause->title);
    json_key(j, STR("chance")), json_number(j, net_chance(cause->per_century));
    json_key(j, STR("hits")), json_open(j, '[');
    for (size_t i = 0; i < cause->n; i++) {
        json_open(j, '{');
        json_kstr(j, "node", r->nodes[cause->hits[i]].code), json_key(j, STR("chance")), json_number(j, cause->chance);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

void net_document(const NetRecords *r, Str title, bool titles, Buf *out)
{
    JsonOut j = {.b = out};
    size_t next = 0;
    json_open(&j, '{');
    json_kstr(&j, "format", STR("kaname-net/1"));
    if (title.n) json_kstr(&j, "title", title);
    json_key(&j, STR("nodes")), json_open(&j, '[');
    for (size_t i = 0; i < r->nodes_n; i++) node_out(&j, r, i, titles, &next);
    json_close(&j, ']');
    json_key(&j, STR("causes")), json_open(&j, '[');
    for (size_t i = 0; i < r->causes_n; i++)
        if (r->causes[i].n) cause_out(&j, r, &r->causes[i], titles);
    json_close(&j, ']');
    json_close(&j, '}');
}
