/* list_test.c -- every filter × order × direction of a list gives what a plain search through all records gives, page by page, on both
 * databases; with values that many records have (found along the order) and few (found by the filter). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "record/record.h"

#include <stdlib.h>
#include <unistd.h>

enum { MANY = 3000, PLACES = 4, NAME = 0, LEVEL, DAY, COLOUR, HOME, ALSO, FIELDS };

static const Choice colours[] = {{{"blue", 4}, TEXT("青", "blue"), {{{0}}}}, {{"red", 3}, TEXT("赤", "red"), {{{0}}}}};
static const Field place_fields[] = {{.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED | SORT}};
static const Resource place = {.name = "lplace", .path = "lplaces", .prefix = "P", .label = TEXT("場所", "Place"), .label_many = TEXT("場所", "Places"),
    .fields = place_fields, .fields_n = COUNT(place_fields)};
static const Field fields[FIELDS] = {
    [NAME] = {.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED | SORT},
    [LEVEL] = {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Level"), .flags = RANGE | SORT | FILTER, .min = 1, .max = 5},
    [DAY] = {.name = "day", .kind = KIND_DATE, .label = TEXT("日", "Day"), .flags = SORT},
    [COLOUR] = {.name = "colour", .kind = KIND_CHOICE, .label = TEXT("色", "Colour"), .choices = colours, .choices_n = 2, .flags = SORT | FILTER},
    [HOME] = {.name = "home", .kind = KIND_REF, .label = TEXT("場所", "Home"), .target = "lplace", .flags = FILTER},
    [ALSO] = {.name = "also", .kind = KIND_REFS, .label = TEXT("ほか", "Also"), .target = "lplace", .flags = FILTER},
};
static const Resource thing = {.name = "lthing", .path = "lthings", .prefix = "T", .label = TEXT("もの", "Thing"), .label_many = TEXT("もの", "Things"),
    .fields = fields, .fields_n = COUNT(fields)};
static const Resource *const resources[] = {&place, &thing};
static const Resources all = {resources, COUNT(resources)};

typedef struct World {
    Arena a;
    Store *store;
    Db *db;
    Id places[PLACES];
    Record *made[MANY];
} World;

static Value known(int64_t i)
{
    return (Value){.state = VALUE_KNOWN, .i = i};
}

static Value level_of(int i)
{
    switch (i % 7) {
    case 0: return (Value){VALUE_NONE};
    case 1: return (Value){.state = VALUE_UNKNOWN, .i = UNKNOWN_LATER};
    case 2: return (Value){.state = VALUE_RANGE, .i = 1 + i % 3, .hi = 3 + i % 3};
    default: return known(i % 3 ? 4 : 1 + i % 5);
    }
}

static Record *add(World *w, const Resource *res, Value *v)
{
    Record *r = arena_new(&w->a, Record);
    *r = (Record){.res = res, .id = id_new(), .org = 1, .version = 1, .v = v};
    assert_int_equal(record_insert(w->db, &w->a, r).kind, OK);
    return r;
}

/* Most are red and point to the first place; few are blue, or point elsewhere. */
static Value *values_of(World *w, int i)
{
    Value *v = arena_array(&w->a, Value, FIELDS);
    v[NAME] = (Value){.state = VALUE_KNOWN, .text = str_printf(&w->a, "n%04d", i * 7919 % MANY)};
    v[LEVEL] = level_of(i);
    if (i % 11) v[DAY] = known(20000 + i % 13);
    v[COLOUR] = (Value){.state = VALUE_KNOWN, .text = colours[i % 40 != 0].code};
    v[HOME] = (Value){.state = VALUE_KNOWN, .ref = w->places[i % 30 == 0]};
    v[ALSO].refs = arena_array(&w->a, Id, 2);
    v[ALSO].refs[v[ALSO].n++] = w->places[i % 25 ? 0 : 2];
    if (i % 50 == 1) v[ALSO].refs[v[ALSO].n++] = w->places[3];
    v[ALSO].state = VALUE_KNOWN;
    return v;
}

static void open_world(World *w, bool pg)
{
    *w = (World){0};
    arena_init(&w->a, 512 << 20);
    Str path = str_printf(&w->a, "/tmp/kaname-list-test-%d.db", (int)getpid());
    unlink(path.s);
    StoreOptions o = {.url = pg ? str_of(getenv("KANAME_PG")) : path, .create = true, .exclusive = true};
    assert_int_equal(store_open(&w->a, &o, &w->store).kind, OK);
    assert_int_equal(db_acquire(w->store, true, &w->db).kind, OK);
    static const char *const old[] = {"r_lplace", "r_lthing", "counter", "link", "version"};
    for (size_t i = 0; pg && i < COUNT(old); i++)
        db_ddl(w->db, str_printf(&w->a, "DROP TABLE IF EXISTS %s", old[i]).s);
    assert_int_equal(db_begin(w->db).kind, OK);
    assert_int_equal(record_migrate(w->db, &w->a, &all).kind, OK);
    for (int i = 0; i < PLACES; i++) {
        Value *v = arena_array(&w->a, Value, 1);
        v[0] = (Value){.state = VALUE_KNOWN, .text = str_printf(&w->a, "p%d", i)};
        w->places[i] = add(w, &place, v)->id;
    }
    for (int i = 0; i < MANY; i++)
        w->made[i] = add(w, &thing, values_of(w, i));
    assert_int_equal(db_commit(w->db).kind, OK);
}

static void close_world(World *w)
{
    Str path = str_copy(&w->a, store_path(w->store));
    db_release(w->db);
    store_close(w->store);
    for (int i = 0; path.n && i < 4; i++)
        unlink(str_printf(&w->a, "%s%s", path.s, ((const char *[]){"", "-wal", "-shm", ".lock"})[i]).s);
    arena_done(&w->a);
}

/* --- what should come out, found the plain way -------------------------------------------------------------- */

static bool has(const Value *v, Id id)
{
    for (size_t i = 0; i < v->n; i++)
        if (id_eq(v->refs[i], id)) return true;
    return false;
}

static bool passes(const Filter *f, const Value *v)
{
    const Value *x = &v[f->field];
    if (f->op == FILTER_HAS) return has(x, f->value.ref);
    if (f->op == FILTER_NONE) return x->state == VALUE_NONE || x->state == VALUE_UNKNOWN;
    if (x->state != VALUE_KNOWN && x->state != VALUE_RANGE) return false;
    if (f->field == HOME) return id_eq(x->ref, f->value.ref);
    if (f->field == NAME || f->field == COLOUR) return str_eq(x->text, f->value.text);
    int64_t low = x->i, high = x->state == VALUE_RANGE ? x->hi : x->i, wanted = f->value.i;
    return (f->op == FILTER_MIN || low <= wanted) && (f->op == FILTER_MAX || high >= wanted);
}

static int sorted_by; /* of qsort: a field, or -1 */

static int64_t far_end(const Value *v)
{
    return v->state == VALUE_KNOWN ? v->i : v->state == VALUE_RANGE ? v->hi : INT64_MIN;
}

static int order(const void *pa, const void *pb)
{
    const Record *a = *(Record *const *)pa, *b = *(Record *const *)pb;
    int by = 0;
    if (sorted_by == NAME || sorted_by == COLOUR) by = str_cmp(a->v[sorted_by].text, b->v[sorted_by].text);
    else if (sorted_by >= 0) by = (far_end(&a->v[sorted_by]) > far_end(&b->v[sorted_by])) - (far_end(&a->v[sorted_by]) < far_end(&b->v[sorted_by]));
    return by ? by : (a->row > b->row) - (a->row < b->row);
}

static size_t expected(World *w, const ListQuery *q, Record **out)
{
    size_t n = 0;
    for (size_t i = 0; i < MANY; i++) {
        bool in = true;
        for (size_t k = 0; k < q->filters_n; k++)
            in = in && passes(&q->filters[k], w->made[i]->v);
        if (in) out[n++] = w->made[i];
    }
    sorted_by = q->sort;
    qsort(out, n, sizeof *out, order);
    for (size_t i = 0; q->descending && i < n / 2; i++) {
        Record *r = out[i];
        out[i] = out[n - 1 - i], out[n - 1 - i] = r;
    }
    return n;
}

static void compare(World *w, ListQuery q)
{
    static Record *want[MANY];
    size_t n = expected(w, &q, want), seen = 0;
    Arena a;
    arena_init(&a, 256 << 20);
    do {
        ListPage p;
        assert_int_equal(record_list(w->db, &a, &thing, 1, &q, &p).kind, OK);
        assert_int_equal(p.total, n < LIST_TOTAL_MAX ? n : LIST_TOTAL_MAX);
        for (size_t i = 0; i < p.n; i++, seen++)
            assert_true(seen < n && id_eq(p.list[i]->id, want[seen]->id));
        q.cursor = p.next;
    } while (q.cursor.n);
    assert_int_equal(seen, n);
    arena_done(&a);
}

static void all_orders(World *w, ListQuery q)
{
    static const int sorts[] = {-1, NAME, LEVEL, DAY, COLOUR};
    q.limit = 190;
    for (size_t i = 0; i < COUNT(sorts); i++)
        for (int down = 0; down < 2; down++) {
            q.sort = sorts[i], q.descending = down;
            compare(w, q);
        }
}

static Filter text(int field, Str s)
{
    return (Filter){field, FILTER_EQ, {.state = VALUE_KNOWN, .text = s}};
}

static Filter point(int field, int op, Id id)
{
    Filter f = {.field = field, .value = {.state = VALUE_KNOWN, .ref = id}};
    f.op = op;
    return f;
}

static Filter number(int field, int op, int64_t i)
{
    Filter f = {.field = field, .value = known(i)};
    f.op = op;
    return f;
}

static void walk(bool pg)
{
    World w;
    open_world(&w, pg);
    const Filter one[] = {text(COLOUR, STR("red")), text(COLOUR, STR("blue")), text(NAME, STR("n0007")), point(HOME, FILTER_EQ, w.places[0]),
        point(HOME, FILTER_EQ, w.places[1]), point(ALSO, FILTER_HAS, w.places[0]), point(ALSO, FILTER_HAS, w.places[2]), point(ALSO, FILTER_HAS, w.places[3]),
        number(LEVEL, FILTER_EQ, 2), number(LEVEL, FILTER_EQ, 4), number(LEVEL, FILTER_MIN, 2), number(LEVEL, FILTER_MIN, 5), number(LEVEL, FILTER_MAX, 1),
        number(LEVEL, FILTER_MAX, 5), number(LEVEL, FILTER_NONE, 0), number(DAY, FILTER_EQ, 20003), number(DAY, FILTER_MIN, 20002), number(DAY, FILTER_MAX, 20001),
        number(DAY, FILTER_NONE, 0)};
    const Filter two[][2] = {{one[0], one[5]}, {one[5], one[6]}, {one[6], one[7]}, {one[0], one[10]}, {one[5], one[13]}, {one[10], one[13]}, {one[16], one[3]}};
    all_orders(&w, (ListQuery){0});
    for (size_t i = 0; i < COUNT(one); i += pg ? 6 : 1) /* its planner decides by itself */
        all_orders(&w, (ListQuery){.filters = {one[i]}, .filters_n = 1});
    for (size_t i = 0; i < COUNT(two); i++)
        all_orders(&w, (ListQuery){.filters = {two[i][0], two[i][1]}, .filters_n = 2});
    close_world(&w);
}

static void on_sqlite(void **state)
{
    UNUSED(state);
    walk(false);
}

static void on_postgres(void **state)
{
    UNUSED(state);
    if (!getenv("KANAME_PG") || !*getenv("KANAME_PG")) skip();
    walk(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
