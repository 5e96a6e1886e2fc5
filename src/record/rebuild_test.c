/* rebuild_test.c -- old records follow a changed field table: sort keys, unique names, search. And derived fields that lists may sort and filter by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "record/record.h"
#include "store/fresh.h"

#include <unistd.h>

enum { MANY = 450 };
enum { NAME, NOTE, CODE, SIZE, LEVEL, FIELDS };

typedef struct World { Arena a; Store *store; Db *db; Field fields[FIELDS]; Resource thing; const Resource *list[1]; Resources all; Str path; bool pg; } World;

static void fine(Err e)
{
    if (e.kind) print_message("%.*s\n", STR_ARG(e.text.in[EN]));
    assert_int_equal(e.kind, OK);
}

static Err migrate(World *w)
{
    fine(db_begin(w->db));
    Err e = record_migrate(w->db, &w->a, &w->all);
    if (e.kind) db_rollback(w->db);
    else fine(db_commit(w->db));
    return e;
}

static void begin(World *w, bool pg)
{
    *w = (World){.pg = pg};
    arena_init(&w->a, 512 << 20);
    w->fields[NAME] = (Field){.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE};
    w->fields[NOTE] = (Field){.name = "note", .kind = KIND_LONG, .label = TEXT("備考", "Note")};
    w->fields[CODE] = (Field){.name = "code", .kind = KIND_TEXT, .label = TEXT("符号", "Code")};
    w->fields[SIZE] = (Field){.name = "size", .kind = KIND_INT, .label = TEXT("大きさ", "Size")};
    w->fields[LEVEL] = (Field){.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Level"), .flags = DERIVED};
    w->thing = (Resource){.name = "thing", .path = "things", .prefix = "T", .label = TEXT("物", "Thing"), .label_many = TEXT("物", "Things"), .fields = w->fields, .fields_n = FIELDS};
    w->list[0] = &w->thing, w->all = (Resources){w->list, 1};
    w->path = str_printf(&w->a, "/tmp/kaname-rebuild-test-%d.db", (int)getpid());
    StoreOptions o = {.url = pg ? fresh_postgres(&w->a, "rebuild_test") : w->path, .create = true, .exclusive = true};
    fine(store_open(&w->a, &o, &w->store));
    fine(db_acquire(w->store, true, &w->db));
    fine(migrate(w));
}

static void end(World *w)
{
    db_release(w->db);
    store_close(w->store);
    for (int i = 0; i < 4 && !w->pg; i++)
        unlink(str_printf(&w->a, "%s%s", w->path.s, ((const char *[]){"", "-wal", "-shm", ".lock"})[i]).s);
    arena_done(&w->a);
}

static Record *make(World *w, int64_t n, const char *code)
{
    Record *r = arena_new(&w->a, Record);
    *r = (Record){.res = &w->thing, .id = id_new(), .org = 1, .version = 1, .v = arena_array(&w->a, Value, FIELDS)};
    r->v[NAME] = (Value){.state = VALUE_KNOWN, .text = str_printf(&w->a, "物%lld", (long long)n)};
    r->v[NOTE] = (Value){.state = VALUE_KNOWN, .text = str_printf(&w->a, "第%lldﾎﾟﾝﾌﾟ場", (long long)n)};
    r->v[CODE] = (Value){.state = VALUE_KNOWN, .text = str_of(code)};
    r->v[SIZE] = (Value){.state = VALUE_KNOWN, .i = MANY - n};
    r->v[LEVEL] = (Value){.state = VALUE_KNOWN, .i = n % 3 + 1};
    return r;
}

static void fill(World *w)
{
    fine(db_begin(w->db));
    for (int64_t i = 1; i <= MANY; i++)
        fine(record_insert(w->db, &w->a, make(w, i, str_printf(&w->a, "c%lld", (long long)i).s)));
    fine(db_commit(w->db));
}

static ListPage list(World *w, ListQuery q)
{
    ListPage p;
    fine(record_list(w->db, &w->a, &w->thing, 1, &q, &p));
    return p;
}

static void keys_follow(World *w)
{
    fill(w);
    assert_int_equal(list(w, (ListQuery){.sort = -1, .text = STR("ポンプ")}).total, 0);
    w->fields[NOTE].flags = SEARCH;
    w->fields[SIZE].flags = SORT;
    w->fields[CODE].flags = UNIQUE;
    fine(migrate(w));
    assert_int_equal(list(w, (ListQuery){.sort = -1, .text = STR("ポンプ")}).total, MANY);
    assert_int_equal(list(w, (ListQuery){.sort = -1, .text = STR("第450ポンプ")}).total, 1);
    ListPage p = list(w, (ListQuery){.sort = SIZE, .limit = 200});
    assert_int_equal(p.list[0]->number, MANY);
    assert_int_equal(p.list[199]->number, MANY - 199);
    Mistakes m;
    mistakes_init(&m, &w->a);
    fine(record_check_unique(w->db, &w->a, make(w, MANY + 1, "Ｃ7"), true, &m)); /* folded */
    assert_int_equal(m.n, 1);
    w->fields[NOTE].flags = 0;
    fine(migrate(w));
    assert_int_equal(list(w, (ListQuery){.sort = -1, .text = STR("ポンプ")}).total, 0); /* no longer searched, no longer found */
}

/* Only what changed is computed again. */
static void once(World *w)
{
    fill(w);
    fine(db_begin(w->db));
    fine(DB_EXEC(w->db, "UPDATE r_thing SET f_name_key = ?", P_TEXT(STR("marked"))));
    fine(db_commit(w->db));
    fine(migrate(w));
    Cursor c;
    DB_QUERY(w->db, &c, "SELECT count(*) FROM r_thing WHERE f_name_key = ?", P_TEXT(STR("marked")));
    assert_true(cursor_next(&c) && cursor_int(&c, 0) == MANY);
    fine(cursor_close(&c));
}

static void twice_the_same(World *w)
{
    fill(w);
    fine(db_begin(w->db));
    fine(record_insert(w->db, &w->a, make(w, MANY + 1, "Ｃ7")));
    fine(db_commit(w->db));
    w->fields[CODE].flags = UNIQUE;
    Err e = migrate(w);
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_true(str_find(e.text.in[JA], STR("T-0007とT-0451の「符号」")) == 0);
}

static void kept(World *w)
{
    w->fields[LEVEL].flags = DERIVED | SORT | FILTER;
    fine(migrate(w));
    fill(w);
    ListPage p = list(w, (ListQuery){.sort = LEVEL, .descending = true, .limit = 200});
    assert_true(p.list[0]->v[LEVEL].i == 3 && p.list[149]->v[LEVEL].i == 3 && p.list[150]->v[LEVEL].i == 2);
    ListQuery q = {.sort = -1, .filters_n = 1, .filters = {{.field = LEVEL, .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .i = 1}}}};
    assert_int_equal(list(w, q).total, 150);
    Record *r = list(w, q).list[0];
    assert_true(str_find(record_canonical(&w->a, r), STR("level")) == SIZE_MAX); /* no part of a version */
    bool current;
    r->v[LEVEL].i = 2;
    fine(record_keep(w->db, &w->a, r, &current));
    assert_true(current && list(w, q).total == 149);
    r->version = 9; /* somebody saved meanwhile */
    r->v[LEVEL].i = 1;
    fine(record_keep(w->db, &w->a, r, &current));
    assert_true(!current && list(w, q).total == 149);
    q.filters[0].op = FILTER_NOT;
    assert_int_equal(list(w, q).total, MANY - 149);
    r->version = 1, r->v[LEVEL] = (Value){VALUE_NONE};
    fine(record_keep(w->db, &w->a, r, &current));
    assert_int_equal(list(w, q).total, MANY - 149); /* none is another value */
    q.filters[0].value = (Value){VALUE_NONE};
    assert_int_equal(list(w, q).total, MANY - 1);
}

static void test(void (*part)(World *w))
{
    const char *url = getenv("KANAME_PG");
    for (int pg = 0; pg < (url && *url ? 2 : 1); pg++) {
        static World w;
        begin(&w, pg);
        part(&w);
        end(&w);
    }
}

static void test_keys(void **state) { UNUSED(state), test(keys_follow); }
static void test_once(void **state) { UNUSED(state), test(once); }
static void test_twice(void **state) { UNUSED(state), test(twice_the_same); }
static void test_kept(void **state) { UNUSED(state), test(kept); }

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys), cmocka_unit_test(test_once), cmocka_unit_test(test_twice), cmocka_unit_test(test_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
