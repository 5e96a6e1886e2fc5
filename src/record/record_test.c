/* record_test.c -- a resource with every kind of field, its Field[] built at run time as a pack would, on both databases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "record/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static const Choice colours[] = {{{"red", 3}, TEXT("赤", "red"), {{{0}}}}, {{"blue", 4}, TEXT("青", "blue"), {{{0}}}}};
static const Field row_fields[] = {
    {.name = "step", .kind = KIND_TEXT, .label = TEXT("手順", "Step"), .flags = REQUIRED},
    {.name = "due", .kind = KIND_DATE, .label = TEXT("期限", "Due")},
    {.name = "about", .kind = KIND_REF, .label = TEXT("対象", "About"), .target = "place"},
};
static const Field place_fields[] = {{.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED | SEARCH | SORT}};
static const Resource place = {.name = "place", .path = "places", .prefix = "P", .label = TEXT("場所", "Place"), .label_many = TEXT("場所", "Places"),
    .fields = place_fields, .fields_n = COUNT(place_fields)};

static const Choice deed_states[] = {{{"draft", 5}, TEXT("案", "Draft")}, {{"signed", 6}, TEXT("署名済み", "Signed"), .settled = true}};
static const Field deed_fields[] = {{.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .choices = deed_states, .choices_n = 2, .flags = READONLY},
    {.name = "where", .kind = KIND_REF, .label = TEXT("場所", "Where"), .target = "place"},
    {.name = "also", .kind = KIND_REFS, .label = TEXT("ほか", "Also"), .target = "place"},
    {.name = "steps", .kind = KIND_LIST, .label = TEXT("手順", "Steps"), .fields = row_fields, .fields_n = COUNT(row_fields)}};
static const Resource deed = {.name = "deed", .path = "deeds", .prefix = "D", .label = TEXT("証書", "Deed"), .label_many = TEXT("証書", "Deeds"),
    .fields = deed_fields, .fields_n = COUNT(deed_fields)};

typedef struct World {
    Arena a;
    Store *store;
    Db *db;
    Resource thing;
    const Resource *list[3];
    Resources all;
} World;

static Field *fields_of_a_pack(Arena *a, size_t *n)
{
    const Field made[] = {
        {.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED | UNIQUE | SEARCH | SORT},
        {.name = "note", .kind = KIND_LONG, .label = TEXT("備考", "Note"), .flags = SEARCH},
        {.name = "users", .kind = KIND_INT, .label = TEXT("利用者数", "Users"), .flags = RANGE | SORT, .min = 0, .max = 200000000},
        {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用", "Cost")},
        {.name = "critical", .kind = KIND_BOOL, .label = TEXT("重要", "Critical")},
        {.name = "review_on", .kind = KIND_DATE, .label = TEXT("見直し", "Review"), .flags = SORT},
        {.name = "began", .kind = KIND_INSTANT, .label = TEXT("発生", "Began"), .flags = RANGE},
        {.name = "colour", .kind = KIND_CHOICE, .label = TEXT("色", "Colour"), .choices = colours, .choices_n = 2, .flags = FILTER},
        {.name = "home", .kind = KIND_REF, .label = TEXT("場所", "Home"), .target = "place", .flags = FILTER},
        {.name = "also", .kind = KIND_REFS, .label = TEXT("ほか", "Also"), .target = "place"},
        {.name = "steps", .kind = KIND_LIST, .label = TEXT("手順", "Steps"), .fields = row_fields, .fields_n = COUNT(row_fields)},
    };
    Field *f = arena_array(a, Field, COUNT(made));
    memcpy(f, made, sizeof made);
    *n = COUNT(made);
    return f;
}

static World *open_world(bool pg)
{
    static World world;
    World *w = &world;
    *w = (World){0};
    arena_init(&w->a, 256 << 20);
    w->thing = (Resource){.name = "thing", .path = "things", .prefix = "T", .label = TEXT("もの", "Thing"), .label_many = TEXT("もの", "Things")};
    w->thing.fields = fields_of_a_pack(&w->a, &w->thing.fields_n);
    w->list[0] = &place, w->list[1] = &w->thing, w->list[2] = &deed, w->all = (Resources){w->list, 3};
    Str path = str_printf(&w->a, "/tmp/kaname-record-test-%d.db", (int)getpid());
    unlink(path.s);
    StoreOptions o = {.url = pg ? str_of(getenv("KANAME_PG")) : path, .create = true, .exclusive = true};
    assert_int_equal(store_open(&w->a, &o, &w->store).kind, OK);
    assert_int_equal(db_acquire(w->store, true, &w->db).kind, OK);
    static const char *const old[] = {"r_place", "r_thing", "c_thing_steps", "r_deed", "c_deed_steps", "counter", "link", "version"};
    for (size_t i = 0; pg && i < COUNT(old); i++)
        db_ddl(w->db, str_printf(&w->a, "DROP TABLE IF EXISTS %s", old[i]).s);
    assert_int_equal(resources_check(&w->all, &w->a).kind, OK);
    for (int twice = 0; twice < 2; twice++) {
        assert_int_equal(db_begin(w->db).kind, OK);
        assert_int_equal(record_migrate(w->db, &w->a, &w->all).kind, OK);
        assert_int_equal(db_commit(w->db).kind, OK);
    }
    return w;
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

static Record *blank(World *w, const Resource *res, int64_t org)
{
    Record *r = arena_new(&w->a, Record);
    *r = (Record){.res = res, .id = id_new(), .org = org, .version = 1, .v = arena_array(&w->a, Value, res->fields_n)};
    return r;
}

static size_t fill(World *w, Record *r, const char *json, Mistakes *m)
{
    json_t *t;
    mistakes_init(m, &w->a);
    assert_int_equal(json_in(&w->a, str_of(json), 1 << 20, &t).kind, OK);
    values_from_json(&w->a, r->res->fields, r->res->fields_n, t, false, NULL, (Str){0}, r->v, m);
    values_check(&w->a, r->res->fields, r->res->fields_n, (Str){0}, r->v, m);
    return m->n;
}

static Record *add(World *w, const Resource *res, int64_t org, const char *json)
{
    Mistakes m;
    Record *r = blank(w, res, org);
    assert_int_equal(fill(w, r, json, &m), 0);
    assert_int_equal(record_check_refs(w->db, &w->a, &w->all, NULL, r, &m).kind, OK);
    assert_int_equal(m.n, 0);
    assert_int_equal(record_insert(w->db, &w->a, r).kind, OK);
    return r;
}

static void every_kind_comes_back(World *w)
{
    Record *p = add(w, &place, 1, "{\"name\":\"浄水場\"}"), *back;
    const char *id = id_text(&w->a, p->id).s;
    Record *r = add(w, &w->thing, 1, str_printf(&w->a,
        "{\"name\":\"監視制御システム\",\"note\":\"一行目\\n二行目\",\"users\":{\"from\":20000,\"to\":50000},\"cost\":-5,\"critical\":false,"
        "\"review_on\":\"令和8年11月20日\",\"began\":{\"unknown\":\"later\"},\"colour\":\"blue\",\"home\":\"%s\",\"also\":[\"%s\",\"%s\"],"
        "\"steps\":[{\"step\":\"一\",\"due\":\"2026-12-01\",\"about\":\"%s\"},{\"step\":\"二\"}]}", id, id, id, id).s);
    assert_int_equal(record_get(w->db, &w->a, &w->thing, 1, r->id, true, &back).kind, OK);
    Str doc = record_canonical(&w->a, back);
    assert_true(str_eq(doc, record_canonical(&w->a, r)));
    assert_true(str_find(doc, STR("{\"from\":20000,\"to\":50000}")) != SIZE_MAX && str_find(doc, STR("{\"unknown\":\"later\"}")) != SIZE_MAX);
    assert_true(str_find(doc, STR("\"review_on\":\"2026-11-20\"")) != SIZE_MAX && str_find(doc, STR("\"critical\":false")) != SIZE_MAX);
    assert_int_equal(back->number, 1);
    assert_int_equal(record_get(w->db, &w->a, &w->thing, 2, r->id, false, &back).kind, ERR_NOT_FOUND);
    Referrer list[8];
    size_t n;
    assert_int_equal(record_referrers(w->db, &w->a, &w->all, p, true, list, 8, &n).kind, OK);
    assert_int_equal(n, 3); /* home, also, steps/about */
}

static void all_mistakes_at_once(World *w)
{
    Mistakes m;
    Record *r = blank(w, &w->thing, 1);
    fill(w, r, "{\"nam\":\"x\",\"users\":-1,\"cost\":1.5,\"critical\":\"yes\",\"review_on\":\"2026-02-30\",\"began\":\"yesterday\",\"colour\":\"green\","
               "\"home\":\"1\",\"also\":{},\"steps\":[{\"due\":\"2026-12-01\"}],\"note\":\"a\\u202eb\"}", &m);
    static const char *const paths[] = {"nam", "users", "cost", "critical", "review_on", "began", "colour", "home", "also", "steps/0/step", "note", "name"};
    assert_int_equal(m.n, COUNT(paths));
    for (size_t i = 0; i < COUNT(paths); i++) {
        bool found = false;
        for (size_t k = 0; k < m.n; k++)
            found = found || str_eqc(m.list[k].path, paths[i]);
        assert_true(found);
    }
    assert_int_equal(fill(w, blank(w, &w->thing, 1), "{\"name\":\"x\",\"users\":{\"from\":2,\"to\":1}}", &m), 1);
    assert_int_equal(fill(w, blank(w, &w->thing, 1), "{\"name\":\"x\",\"users\":{\"unknown\":\"maybe\"}}", &m), 1);
    assert_int_equal(fill(w, blank(w, &w->thing, 1), "{\"name\":\"　\"}", &m), 1);
}

static void references_and_names(World *w)
{
    Mistakes m;
    Record *r = blank(w, &w->thing, 1);
    assert_int_equal(fill(w, r, str_printf(&w->a, "{\"name\":\"監視制御ｼｽﾃﾑ\",\"home\":\"%s\"}", id_text(&w->a, id_new()).s).s, &m), 0);
    assert_int_equal(record_check_refs(w->db, &w->a, &w->all, NULL, r, &m).kind, OK);
    assert_int_equal(record_check_unique(w->db, &w->a, r, true, &m).kind, OK);
    assert_int_equal(m.n, 2); /* no such place; half width is the same name */
    assert_int_equal(db_savepoint(w->db).kind, OK);
    r->v[field_find(r->res->fields, r->res->fields_n, STR("home"))] = (Value){VALUE_NONE};
    assert_int_equal(record_insert(w->db, &w->a, r).kind, ERR_CONFLICT); /* the database refuses it as well */
    db_savepoint_rollback(w->db);
    r->org = 2;
    mistakes_init(&m, &w->a);
    assert_int_equal(record_check_refs(w->db, &w->a, &w->all, NULL, r, &m).kind, OK);
    assert_int_equal(m.n, 0);
}

static size_t referrers(World *w, const Record *r, bool settled)
{
    Referrer list[8];
    size_t n;
    assert_int_equal(record_referrers(w->db, &w->a, &w->all, r, settled, list, COUNT(list), &n).kind, OK);
    return n;
}

static size_t bad_refs(World *w, const Record *old, const Record *r)
{
    Mistakes m;
    mistakes_init(&m, &w->a);
    assert_int_equal(record_check_refs(w->db, &w->a, &w->all, old, r, &m).kind, OK);
    return m.n;
}

/* What does not change any more does not hold what it points to; and it may be saved although that is retired. */
static void settled_records_hold_nothing(World *w)
{
    Record *p = add(w, &place, 3, "{\"name\":\"旧浄水場\"}"), *other = add(w, &place, 3, "{\"name\":\"新浄水場\"}");
    const char *id = id_text(&w->a, p->id).s;
    Record *d = add(w, &deed, 3, str_printf(&w->a, "{\"name\":\"証書\",\"where\":\"%s\",\"also\":[\"%s\"],\"steps\":[{\"step\":\"一\",\"about\":\"%s\"}]}", id, id, id).s);
    static const char *const states[] = {"", "draft", "signed"};
    for (size_t i = 0; i < COUNT(states); i++) {
        if (i) d->v[1] = (Value){.state = VALUE_KNOWN, .text = str_of(states[i])}, d->version++;
        if (i) assert_int_equal(record_update(w->db, &w->a, d).kind, OK);
        assert_int_equal(referrers(w, p, true), 3);
        assert_int_equal(referrers(w, p, false), i == 2 ? 0 : 3);
    }
    p->removed = true, p->version = 2;
    assert_int_equal(record_update(w->db, &w->a, p).kind, OK);
    assert_int_equal(bad_refs(w, d, d), 0);
    assert_int_equal(bad_refs(w, NULL, d), 3);
    Record new_ = *d;
    new_.v = arena_array(&w->a, Value, deed.fields_n);
    memcpy(new_.v, d->v, deed.fields_n * sizeof(Value));
    new_.v[2].ref = other->id;
    assert_int_equal(bad_refs(w, d, &new_), 0);
    assert_int_equal(bad_refs(w, &new_, d), 0); /* still named elsewhere in it */
    d->v[3].n = 0, d->v[4].n = 0, new_.v[3].n = 0, new_.v[4].n = 0;
    assert_int_equal(bad_refs(w, &new_, d), 1); /* newly named */
    Referrer named;
    size_t n;
    assert_int_equal(record_titles(w->db, &w->a, &place, 3, &p->id, 1, &named, &n).kind, OK);
    assert_true(n == 1 && named.removed && str_eqc(named.title, "旧浄水場"));
}

static void stale_update_is_refused(World *w)
{
    Record *r = add(w, &place, 1, "{\"name\":\"版\"}");
    r->version = 2;
    assert_int_equal(record_update(w->db, &w->a, r).kind, OK);
    assert_int_equal(record_update(w->db, &w->a, r).kind, ERR_STALE);
}

static void pages_show_each_once(World *w)
{
    for (int i = 0; i < 53; i++)
        add(w, &w->thing, 7, str_printf(&w->a, "{\"name\":\"n%02d\",\"users\":%d}", i, i % 3).s);
    int users = field_find(w->thing.fields, w->thing.fields_n, STR("users"));
    for (int k = 0; k < 6; k++) {
        ListQuery q = {.sort = k < 2 ? -1 : k < 4 ? users : 0, .descending = k % 2, .limit = 10};
        bool seen[54] = {false};
        size_t n = 0;
        ListPage p;
        int64_t last = k % 2 ? INT64_MAX : INT64_MIN;
        do {
            assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
            assert_int_equal(p.total, 53);
            for (size_t i = 0; i < p.n; i++, n++) {
                assert_false(seen[p.list[i]->number]);
                seen[p.list[i]->number] = true;
                int64_t key = k < 2 ? p.list[i]->number : k < 4 ? p.list[i]->v[users].i : 0;
                assert_true(k >= 4 || (k % 2 ? key <= last : key >= last));
                last = key;
            }
            q.cursor = p.next;
        } while (p.next.n);
        assert_int_equal(n, 53);
    }
    ListQuery bad = {.sort = -1, .cursor = STR("nonsense")};
    ListPage p;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &bad, &p).kind, ERR_INVALID);
}

static void renaming_between_pages_skips_nothing(World *w)
{
    ListQuery q = {.sort = 0, .limit = 10};
    ListPage p;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    Record *last = p.list[9];
    last->v[0].text = STR("zzz");
    last->version++;
    assert_int_equal(record_update(w->db, &w->a, last).kind, OK);
    q.cursor = p.next;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_true(str_eqc(record_title(p.list[0]), "n10"));
}

static size_t hits(World *w, int64_t org, const char *text)
{
    Hit *h;
    size_t n;
    assert_int_equal(record_search(w->db, &w->a, &w->all, org, str_of(text), 20, &h, &n).kind, OK);
    return n;
}

static void words_are_found(World *w)
{
    add(w, &w->thing, 9, "{\"name\":\"料金サーバ\",\"note\":\"電力会社との接続\"}");
    add(w, &place, 9, "{\"name\":\"力電所\"}");
    assert_int_equal(hits(w, 9, "電力"), 1);
    assert_int_equal(hits(w, 9, "ｻｰﾊﾞ"), 1);
    assert_int_equal(hits(w, 9, "電力 料金"), 1);
    assert_int_equal(hits(w, 9, "電"), 2);
    assert_int_equal(hits(w, 9, "T-0001"), 1);
    assert_int_equal(hits(w, 9, "電所"), 1);
    assert_int_equal(hits(w, 9, "所"), 1);
    assert_int_equal(hits(w, 9, "電 力 会 社 と 電力会社 接続 電所"), 0);
    assert_int_equal(hits(w, 9, "電会"), 0);
    assert_int_equal(hits(w, 8, "電力"), 0); /* another organisation */
    assert_int_equal(hits(w, 9, "\" OR 1 *"), 0);
    assert_int_equal(hits(w, 9, "%"), 0);
}

static void filters(World *w)
{
    int users = field_find(w->thing.fields, w->thing.fields_n, STR("users"));
    ListQuery q = {.sort = -1, .limit = 5, .filters_n = 1, .filters = {{.field = users, .op = FILTER_MIN, .value = {.state = VALUE_KNOWN, .i = 2}}}};
    ListPage p;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_int_equal(p.total, 17);
    add(w, &w->thing, 7, "{\"name\":\"unknown\",\"users\":{\"unknown\":\"later\"}}"); /* its reason must not be taken for 2 */
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_int_equal(p.total, 17);
    add(w, &w->thing, 7, "{\"name\":\"between\",\"users\":{\"from\":1000,\"to\":3000}}");
    static const struct { int64_t least, equal, most; int found; } may[] = {{3000, 2000, 1000, 1}, {3000, 1000, 1500, 1}, {3001, 999, 999, 0}};
    for (size_t i = 0; i < COUNT(may); i++)
        for (int op = FILTER_EQ; op <= FILTER_MAX; op++) {
            q.filters[0].op = op, q.filters[0].value.i = op == FILTER_EQ ? may[i].equal : op == FILTER_MIN ? may[i].least : may[i].most;
            q.text = STR("between");
            assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
            assert_int_equal(p.total, may[i].found);
        }
    q.text = (Str){0};
    q.filters[0].op = FILTER_NONE;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_int_equal(p.total, 1);
    q.filters[0].field = field_find(w->thing.fields, w->thing.fields_n, STR("review_on"));
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_int_equal(p.total, 55);
    q.filters[0].field = 0;
    assert_int_equal(record_list(w->db, &w->a, &w->thing, 7, &q, &p).kind, OK);
    assert_int_equal(p.total, 0);
}

static void all_of(bool pg)
{
    World *w = open_world(pg);
    assert_int_equal(db_begin(w->db).kind, OK);
    every_kind_comes_back(w);
    all_mistakes_at_once(w);
    references_and_names(w);
    settled_records_hold_nothing(w);
    stale_update_is_refused(w);
    pages_show_each_once(w);
    renaming_between_pages_skips_nothing(w);
    words_are_found(w);
    filters(w);
    assert_int_equal(db_commit(w->db).kind, OK);
    close_world(w);
}

static void personal_values_are_kept_once(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 1 << 20);
    Field fields[] = {{.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE},
        {.name = "mail", .kind = KIND_TEXT, .label = TEXT("メール", "Mail"), .flags = PERSONAL}};
    Resource r = {.name = "desk", .path = "desks", .prefix = "D", .fields = fields, .fields_n = 2};
    const Resource *list[] = {&r};
    Resources all = {list, 1};
    assert_int_equal(resources_check(&all, &a).kind, OK);
    fields[1].flags |= SEARCH;
    assert_int_equal(resources_check(&all, &a).kind, ERR_BROKEN);
    arena_done(&a);
}

static void only_acts_settle(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 1 << 20);
    Field fields[COUNT(deed_fields)];
    memcpy(fields, deed_fields, sizeof fields);
    Resource r = deed;
    r.fields = fields;
    const Resource *list[] = {&place, &r};
    Resources all = {list, 2};
    assert_int_equal(resources_check(&all, &a).kind, OK);
    fields[1].flags = 0;
    assert_int_equal(resources_check(&all, &a).kind, ERR_BROKEN);
    arena_done(&a);
}

static void on_sqlite(void **state)
{
    UNUSED(state);
    all_of(false);
}

static void on_postgres(void **state)
{
    UNUSED(state);
    const char *url = getenv("KANAME_PG");
    if (!url || !*url) skip();
    all_of(true);
}

static void labels(void **state)
{
    Arena a;
    UNUSED(state);
    arena_init(&a, 1 << 16);
    static const struct {
        int64_t number;
        const char *label;
    } rows[] = {{1, "P-0001"}, {10, "P-0010"}, {999, "P-0999"}, {1000, "P-1000"}, {123456, "P-123456"}, {0, "P-0000"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_true(str_eqc(label_text(&a, &place, rows[i].number), rows[i].label));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(labels), cmocka_unit_test(personal_values_are_kept_once), cmocka_unit_test(only_acts_settle), cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
