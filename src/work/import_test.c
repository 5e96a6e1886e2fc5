/*
 * Tests of the importer: single cells, the plan, and whole books into SQLite.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <jansson.h>
#include <unistd.h>

#include "work/import_parts.h"

static const Choice states[] = {{{"in_use", 6}, TEXT("稼働中", "In use"), {{{0}}}}, {{"stopped", 7}, TEXT("停止", "Stopped"), {{{0}}}}};
static const Field place_fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = TITLE | REQUIRED | UNIQUE, .aliases = "拠点名"},
    {.name = "parent", .kind = KIND_REF, .label = TEXT("上位拠点", "Parent"), .target = "place"},
};
static const Field thing_fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("資産名", "Name"), .flags = TITLE | REQUIRED | UNIQUE, .aliases = "機器名|名称"},
    {.name = "count", .kind = KIND_INT, .label = TEXT("台数", "Count"), .flags = RANGE, .min = 0, .max = 1000000},
    {.name = "cost", .kind = KIND_MONEY, .label = TEXT("費用", "Cost")},
    {.name = "critical", .kind = KIND_BOOL, .label = TEXT("重要", "Critical")},
    {.name = "since", .kind = KIND_DATE, .label = TEXT("導入日", "Since")},
    {.name = "began", .kind = KIND_INSTANT, .label = TEXT("発生", "Began")},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .choices = states, .choices_n = 2},
    {.name = "home", .kind = KIND_REF, .label = TEXT("設置場所", "Home"), .target = "place", .flags = REQUIRED},
    {.name = "also", .kind = KIND_REFS, .label = TEXT("関連拠点", "Also"), .target = "place"},
    {.name = "secret", .kind = KIND_TEXT, .label = TEXT("計算値", "Computed"), .flags = READONLY},
};
/* A rule of the domain: told when the row is written, must still name the cell. */
static Err no_thirteen(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    UNUSED(old);
    if (r->v[1].i == 13) mistake_add(m, STR("count"), "rule", text_of("13 は使えません。", "Not 13."));
    if (r->v[1].i == 14) mistake_add(m, STR("cost"), "rule", text_of("費用が要ります。", "Cost is needed."));
    return ERR_NONE;
}

#define RESOURCE(name_, path_, prefix_, ja, en, fields_, ...)                                                                                   \
    {.name = name_, .path = path_, .prefix = prefix_, .label = TEXT(ja, en), .label_many = TEXT(ja, en "s"), .fields = fields_,                \
     .fields_n = COUNT(fields_), .read = ROLES_ALL, .create = ROLES_ALL, .update = ROLES_ALL, .remove = ROLES_ALL, __VA_ARGS__}
static const Resource place = RESOURCE("place", "places", "P", "拠点", "Place", place_fields, .check = NULL);
static const Resource thing = RESOURCE("thing", "things", "T", "資産", "Thing", thing_fields, .check = no_thirteen);
static const Resource *const list[] = {&thing, &place};
static const Resources all = {list, 2};

typedef struct World {
    Arena a;
    Store *store;
    Db *db;
    Principal who;
    Ctx c;
} World;

static Str path_of(World *w)
{
    return str_printf(&w->a, "/tmp/kaname-import-test-%d.db", (int)getpid());
}

/* All in one list: a name in the database that is not in the list means a newer program. */
static void migrate(World *w)
{
    const struct { const Migration *m; size_t n; } rooms[] = {
        {access_migrations, access_migrations_n}, {history_migrations, history_migrations_n}, {work_migrations, work_migrations_n}};
    Migration *every = arena_array(&w->a, Migration, access_migrations_n + history_migrations_n + work_migrations_n);
    size_t n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            every[n++] = rooms[i].m[k];
    assert_int_equal(db_migrate(w->db, every, n).kind, OK);
}

static int begin(void **state)
{
    static World world;
    World *w = &world;
    arena_init(&w->a, 512 << 20);
    StoreOptions o = {.url = path_of(w), .create = true, .exclusive = true};
    assert_int_equal(store_open(&w->a, &o, &w->store).kind, OK);
    assert_int_equal(db_acquire(w->store, true, &w->db).kind, OK);
    migrate(w);
    assert_int_equal(db_begin(w->db).kind, OK);
    assert_int_equal(record_migrate(w->db, &w->a, &all).kind, OK);
    w->who = (Principal){.account = 1, .account_id = id_new(), .roles = ROLES_ALL, .org = {.row = 1, .id = id_new(), .path = STR("/1/")}};
    w->c = (Ctx){.a = &w->a, .db = w->db, .resources = &all, .who = &w->who, .now = now_utc()};
    assert_int_equal(history_open(&w->a, path_of(w), true, w->db, &w->c.history).kind, OK);
    *state = w;
    return 0;
}

static int end(void **state)
{
    World *w = *state;
    static const char *const tails[] = {"", "-wal", "-shm", ".lock", ".key", ".mark"};
    history_close(w->c.history);
    db_rollback(w->db);
    db_release(w->db);
    store_close(w->store);
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(str_printf(&w->a, "%.*s%s", STR_ARG(path_of(w)), tails[i]).s);
    arena_done(&w->a);
    return 0;
}

static Value cell(Arena *a, const char *field, const char *text, int64_t scale, bool want)
{
    Mistakes m;
    Value v;
    mistakes_init(&m, a);
    Cell c = {.text = str_of(text)};
    bool ok = import_value(a, &thing_fields[field_find(thing_fields, COUNT(thing_fields), str_of(field))], &c, scale, STR("x!A1"), &v, &m);
    if (ok != want) fail_msg("%s: %s", field, text);
    assert_int_equal(ok, !m.n);
    return v;
}

static void cells(void **state)
{
    Arena *a = &((World *)*state)->a;
    assert_int_equal(cell(a, "cost", "1,200万円", 1, true).i, 12000000);
    assert_int_equal(cell(a, "cost", "￥１２，０００", 1, true).i, 12000);
    assert_int_equal(cell(a, "cost", "1億2,000万円", 1, true).i, 120000000);
    assert_int_equal(cell(a, "cost", "1.5億", 1, true).i, 150000000);
    assert_int_equal(cell(a, "cost", "▲300", 1, true).i, -300);
    assert_int_equal(cell(a, "cost", "1200", 1000, true).i, 1200000);
    assert_int_equal(cell(a, "cost", "1,200万円", 1000, true).i, 12000000);
    cell(a, "cost", "万円", 1, false);
    cell(a, "cost", "2千3億", 1, false);
    cell(a, "cost", "99999999999999999999", 1, false);
    cell(a, "cost", "1.5", 1, false);
    cell(a, "cost", "1.23456", 1, false);
    assert_int_equal(cell(a, "count", "３台", 1, true).i, 3);
    assert_int_equal(cell(a, "count", "未確認", 1, true).state, VALUE_UNKNOWN);
    Value range = cell(a, "count", "3〜５", 1, true);
    assert_true(range.state == VALUE_RANGE && range.i == 3 && range.hi == 5);
    cell(a, "count", "5～3", 1, false);
    cell(a, "count", "-1", 1, false);
    assert_int_equal(cell(a, "critical", "○", 1, true).i, 1);
    assert_int_equal(cell(a, "critical", "×", 1, true).i, 0);
    assert_int_equal(cell(a, "critical", "有", 1, true).i, 1);
    assert_int_equal(cell(a, "critical", "いいえ", 1, true).i, 0);
    cell(a, "critical", "たぶん", 1, false);
    assert_int_equal(cell(a, "since", "令和８年１１月２０日", 1, true).i, day_of(2026, 11, 20));
    cell(a, "since", "来週", 1, false);
    Instant t;
    assert_true(instant_parse(STR("2026-11-20T05:24:00Z"), &t));
    assert_int_equal(cell(a, "began", "2026/11/20 14:24", 1, true).i, t);
    assert_int_equal(cell(a, "began", "2026-11-20T14:24:00+09:00", 1, true).i, t);
    cell(a, "began", "2026-11-20 25:00", 1, false);
    assert_true(str_eqc(cell(a, "state", " 稼働中", 1, true).text, "in_use"));
    assert_true(str_eqc(cell(a, "state", "STOPPED", 1, true).text, "stopped"));
    cell(a, "state", "不明", 1, false);
    assert_true(str_eqc(cell(a, "name", "二\n行", 1, true).text, "二 行"));
    cell(a, "name", "a\u202e" "b", 1, false);
    assert_int_equal(cell(a, "name", "　", 1, true).state, VALUE_NONE);
}

static Book book(World *w, const char *things, const char *places)
{
    Book t, p, *b = arena_new(&w->a, Book);
    assert_int_equal(book_read(&w->a, str_of(things), STR("資産.csv"), &t).kind, OK);
    assert_int_equal(book_read(&w->a, str_of(places), STR("拠点一覧.csv"), &p).kind, OK);
    b->sheets = arena_array(&w->a, Sheet, 2);
    b->sheets[0] = t.sheets[0];
    b->sheets[1] = p.sheets[0];
    b->n = 2;
    return *b;
}

static Err run(World *w, const Book *b, ImportResult *out)
{
    ImportPlan p, again;
    Buf buf;
    json_t *json;
    assert_int_equal(import_propose(&w->c, b, &p).kind, OK);
    /* The plan survives its way through the browser. */
    buf_init(&buf, &w->a, 256);
    JsonOut j = {&buf};
    import_plan_to_json(&j, &w->c, &p, b);
    assert_int_equal(json_in(&w->a, buf_str(&buf), 1 << 20, &json).kind, OK);
    assert_int_equal(import_plan_from_json(&w->c, json, &again).kind, OK);
    assert_int_equal(again.n, p.n);
    assert_int_equal(db_savepoint(w->db).kind, OK);
    Err err = import_run(&w->c, b, &again, out);
    if (err.kind) db_savepoint_rollback(w->db);
    else assert_int_equal(db_savepoint_release(w->db).kind, OK);
    return err;
}

static const char things_csv[] = "資産台帳,,,,,,\n番号,機器名,台数,費用（千円）,重要,導入日,設置場所,関連拠点,計算値\n"
                                 ",制御盤,3台,\"1,200\",○,令和8年11月20日,変電所,\"本社、変電所\",9\n,監視卓,不明,5万円,無,,本社,\"甲、乙\",\n";
static const char places_csv[] = "拠点名,上位拠点\n変電所,本社\n本社,変電所\n\"甲、乙\",\n";

static int64_t total(World *w, const Resource *res)
{
    ListQuery q = {.sort = -1, .limit = 10};
    ListPage page;
    assert_int_equal(work_list(&w->c, res, &q, &page).kind, OK);
    return page.total;
}

static void whole_book(void **state)
{
    World *w = *state;
    ImportResult result;
    Book b = book(w, things_csv, places_csv);
    Err err = run(w, &b, &result);
    for (size_t i = 0; err.mistakes && i < err.mistakes->n; i++)
        print_message("%.*s %.*s\n", STR_ARG(err.mistakes->list[i].path), STR_ARG(err.mistakes->list[i].text.in[JA]));
    assert_int_equal(err.kind, OK);
    assert_int_equal(result.rows, 5);
    assert_int_equal(result.created, 5);
    ListQuery q = {.sort = -1, .limit = 10};
    ListPage page;
    assert_int_equal(work_list(&w->c, &thing, &q, &page).kind, OK);
    assert_int_equal(page.n, 2);
    const Value *v = NULL;
    for (size_t i = 0; i < 2; i++)
        if (str_eqc(record_title(page.list[i]), "制御盤")) v = page.list[i]->v;
    assert_non_null(v);
    assert_int_equal(v[1].i, 3);
    assert_int_equal(v[2].i, 1200000);
    assert_int_equal(v[4].i, day_of(2026, 11, 20));
    assert_int_equal(v[8].n, 2);
    assert_int_equal(v[9].state, VALUE_NONE);
    for (size_t i = 0; i < 2; i++)
        if (str_eqc(record_title(page.list[i]), "監視卓")) assert_int_equal(page.list[i]->v[8].n, 1);
    /* The ring of the two places was closed by a second change. */
    assert_int_equal(work_list(&w->c, &place, &q, &page).kind, OK);
    assert_true(id_eq(page.list[0]->v[1].ref, page.list[1]->id) && id_eq(page.list[1]->v[1].ref, page.list[0]->id));
    /* The same book again changes nothing. */
    assert_int_equal(run(w, &b, &result).kind, OK);
    assert_int_equal(result.created, 0);
    assert_int_equal(result.unchanged, 5);
}

static bool has(const Err *err, const char *path, const char *code)
{
    for (size_t i = 0; i < err->mistakes->n; i++) {
        const Mistake *m = &err->mistakes->list[i];
        if (str_eqc(m->path, path) && !strcmp(m->code, code) && m->text.in[JA].n && m->text.in[EN].n) return true;
    }
    return false;
}

static void every_mistake(void **state)
{
    World *w = *state;
    ImportResult result;
    int64_t before = total(w, &thing);
    Book b = book(w, "機器名,台数,状態,設置場所\n新,多数,?,どこか\n,1,,本社\n良,1,稼働中,本社\n良,2,,本社\n", "拠点名\n本社\n");
    Err err = run(w, &b, &result);
    assert_int_equal(err.kind, ERR_MISTAKES);
    assert_true(has(&err, "資産!B2", "type"));
    assert_true(has(&err, "資産!C2", "choice"));
    assert_true(has(&err, "資産!D2", "reference"));
    assert_true(has(&err, "資産!A3", "required"));
    assert_true(has(&err, "資産!A5", "unique"));
    assert_int_equal(err.mistakes->n, 5);
    assert_int_equal(total(w, &thing), before);
}

static void rules_by_cell(void **state)
{
    World *w = *state;
    ImportResult result;
    int64_t before = total(w, &thing), places = total(w, &place);
    Book b = book(w, "機器名,台数,設置場所\n甲,13,新拠点\n乙,1,新拠点\n丙,14,新拠点\n", "拠点名\n新拠点\n");
    Err err = run(w, &b, &result);
    assert_int_equal(err.kind, ERR_MISTAKES);
    assert_int_equal(err.mistakes->n, 2);
    assert_true(has(&err, "資産!B2", "rule") && has(&err, "資産!A4", "rule"));
    assert_int_equal(total(w, &thing), before);
    assert_int_equal(total(w, &place), places);
}

typedef struct Once {
    ListPage page;
    bool given;
} Once;

static Err once(void *source, Arena *page, Record *const **out, size_t *n)
{
    Once *o = source;
    UNUSED(page);
    *out = o->page.list, *n = o->given ? 0 : o->page.n;
    o->given = true;
    return ERR_NONE;
}

static Str exported(World *w, const ListPage *page, bool csv, Lang lang)
{
    Once o = {*page, false};
    size_t rows;
    FILE *f = tmpfile();
    Export e = {.db = w->db, .all = &all, .res = &thing, .org = page->list[0]->org, .lang = lang, .csv = csv, .next = once, .source = &o};
    assert_int_equal(records_export(&w->a, &e, fileno(f), &rows).kind, OK);
    assert_int_equal(rows, page->n);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(f);
    char *bytes = arena_alloc(&w->a, size);
    rewind(f);
    assert_int_equal(fread(bytes, 1, size, f), size);
    fclose(f);
    return (Str){bytes, size};
}

static void formulas(void **state)
{
    World *w = *state;
    ImportResult result;
    ListQuery q = {.sort = -1, .limit = 10};
    ListPage page;
    Str out;
    Book b = book(w, "機器名,設置場所\n'=1+1,本社\n@x,本社\n", "x\n");
    assert_int_equal(run(w, &b, &result).kind, OK);
    assert_int_equal(work_list(&w->c, &thing, &q, &page).kind, OK);
    out = exported(w, &page, true, JA);
    assert_true(str_find(out, STR("\"'=1+1\"")) != SIZE_MAX && str_find(out, STR("\"'@x\"")) != SIZE_MAX);
    assert_true(str_find(out, STR("\"=1+1\"")) == SIZE_MAX);
}

static void refused_plans(void **state)
{
    World *w = *state;
    static const char *const bad[] = {"{}", "{\"sheets\":[{\"resource\":\"none\"}]}",
        "{\"sheets\":[{\"sheet\":\"a\",\"resource\":\"thing\",\"heading_row\":0,\"columns\":[]}]}",
        "{\"sheets\":[{\"sheet\":\"a\",\"resource\":\"thing\",\"heading_row\":1,\"columns\":[{\"column\":-1}]}]}",
        "{\"sheets\":[{\"sheet\":\"a\",\"resource\":\"thing\",\"heading_row\":1,\"columns\":[{\"column\":0,\"field\":\"secret\"}]}]}",
        "{\"sheets\":[{\"sheet\":\"a\",\"resource\":\"thing\",\"heading_row\":1,\"columns\":[{\"column\":0,\"field\":\"name\"},{\"column\":1,\"field\":\"name\"}]}]}"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        json_t *json;
        ImportPlan plan;
        assert_int_equal(json_in(&w->a, str_of(bad[i]), 4096, &json).kind, OK);
        assert_int_equal(import_plan_from_json(&w->c, json, &plan).kind, ERR_INVALID);
    }
}

static void by_number(void **state)
{
    World *w = *state;
    ImportResult result;
    ListQuery q = {.sort = -1, .limit = 10};
    ListPage page;
    assert_int_equal(work_list(&w->c, &thing, &q, &page).kind, OK);
    Str number = record_label(&w->a, page.list[0]);
    Book b = book(w, str_printf(&w->a, "番号,機器名,設置場所\n%.*s,新しい名,P-0001 何か\n", STR_ARG(number)).s, "x\n");
    assert_int_equal(run(w, &b, &result).kind, OK);
    assert_int_equal(result.updated, 1);
    Record *now;
    assert_int_equal(work_get(&w->c, &thing, page.list[0]->id, &now).kind, OK);
    assert_true(str_eqc(record_title(now), "新しい名"));
    /* Columns that the book does not have stay. */
    assert_int_equal(now->v[2].i, page.list[0]->v[2].i);
    b = book(w, "番号,機器名,設置場所\nT-9999,あ,本社\n", "x\n");
    Err err = run(w, &b, &result);
    assert_int_equal(err.kind, ERR_MISTAKES);
    assert_true(has(&err, "資産!A2", "reference"));
}

static void back_and_forth(void **state)
{
    World *w = *state;
    ImportResult result;
    ListQuery q = {.sort = -1, .limit = 10};
    ListPage page;
    ImportPlan plan;
    Book b;
    assert_int_equal(work_list(&w->c, &thing, &q, &page).kind, OK);
    for (int k = 0; k < 4; k++) {
        Str out = exported(w, &page, k >= 2, (Lang)(k % 2));
        assert_int_equal(book_read(&w->a, out, STR("資産.csv"), &b).kind, OK);
        assert_int_equal(import_propose(&w->c, &b, &plan).kind, OK);
        assert_ptr_equal(plan.sheets[0].res, &thing);
        assert_int_equal(import_run(&w->c, &b, &plan, &result).kind, OK);
        assert_int_equal(result.unchanged, page.n);
        assert_int_equal(result.rows, page.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells), cmocka_unit_test(whole_book), cmocka_unit_test(every_mistake),
        cmocka_unit_test(by_number), cmocka_unit_test(rules_by_cell),
        cmocka_unit_test(refused_plans), cmocka_unit_test(formulas), cmocka_unit_test(back_and_forth)};
    return cmocka_run_group_tests(tests, begin, end);
}
