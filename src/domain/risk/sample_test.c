/* sample_test.c -- the sample city goes through the importer with nothing but the guessed plan; levels follow approved criteria. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "job/job.h"
#include "risk/parts.h"
#include "work/files.h"

static const Resource *const list[] = {&unit_resource, &supplier_resource, &contact_resource, &service_resource, &asset_resource, &certificate_resource,
    &risk_resource, &issue_resource, &trigger_resource, &criteria_resource, &plan_resource, &consultation_resource, &file_resource};
static const Resources all = {list, COUNT(list)};

typedef struct World { Arena a; Store *store; Db *db; Principal who; Ctx c; Str path; } World;

static void migrate(World *w)
{
    const struct { const Migration *m; size_t n; } rooms[] = {
        {access_migrations, access_migrations_n}, {history_migrations, history_migrations_n}, {job_migrations, job_migrations_n}, {work_migrations, work_migrations_n}};
    Migration *every = arena_array(&w->a, Migration, access_migrations_n + history_migrations_n + job_migrations_n + work_migrations_n);
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
    w->path = str_printf(&w->a, "/tmp/kaname-sample-test-%d.db", (int)getpid());
    StoreOptions o = {.url = w->path, .create = true, .exclusive = true};
    assert_int_equal(store_open(&w->a, &o, &w->store).kind, OK);
    assert_int_equal(db_acquire(w->store, true, &w->db).kind, OK);
    migrate(w);
    assert_int_equal(db_begin(w->db).kind, OK);
    assert_int_equal(record_migrate(w->db, &w->a, &all).kind, OK);
    w->who = (Principal){.account = 1, .account_id = id_new(), .name = STR("試験"), .roles = ROLES_ALL};
    assert_int_equal(org_create(w->db, &w->a, 0, STR("要市"), (Str){0}, STR("operator"), &w->who.org).kind, OK);
    w->c = (Ctx){.a = &w->a, .db = w->db, .resources = &all, .who = &w->who, .now = now_utc()};
    assert_int_equal(history_open(&w->a, w->path, true, w->db, &w->c.history).kind, OK);
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
        unlink(str_printf(&w->a, "%.*s%s", STR_ARG(w->path), tails[i]).s);
    arena_done(&w->a);
    return 0;
}

static Str slurp(Arena *a, const char *tail)
{
    const char *root = getenv("KANAME_ROOT");
    assert_non_null(root);
    FILE *f = fopen(str_printf(a, "%s/%s", root, tail).s, "rb");
    assert_non_null(f);
    char *bytes = arena_alloc(a, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);
    assert_int_equal(fclose(f), 0);
    return (Str){bytes, n};
}

static int64_t total(World *w, const Resource *res)
{
    ListQuery q = {.sort = -1, .limit = 200};
    ListPage page;
    assert_int_equal(work_list(&w->c, res, &q, &page).kind, OK);
    return page.total;
}

static void fine(Err e)
{
    for (size_t i = 0; e.mistakes && i < e.mistakes->n && i < 10; i++)
        print_message("%.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[EN]));
    if (e.kind) print_message("%d %.*s\n", e.kind, STR_ARG(e.text.in[EN]));
    assert_int_equal(e.kind, OK);
}

static void approve_criteria(World *w)
{
    json_t *body = json_pack("{s:s, s:[], s:[], s:[]}", "title", "基準", "impacts", "likelihoods", "cells");
    for (int i = 1; i <= 3; i++) {
        json_array_append_new(json_object_get(body, "impacts"), json_pack("{s:i,s:s,s:s}", "level", i, "name", "段", "description", "目安"));
        json_array_append_new(json_object_get(body, "likelihoods"), json_pack("{s:i,s:s,s:s}", "level", i, "name", "段", "description", "目安"));
        for (int k = 1; k <= 3; k++)
            json_array_append_new(json_object_get(body, "cells"), json_pack("{s:i,s:i,s:i,s:b}", "impact", i, "likelihood", k, "level",
                i * k <= 2 ? 1 : i * k <= 4 ? 2 : 3, "accepted", i * k <= 2));
    }
    Record *r;
    fine(work_create(&w->c, &criteria_resource, body, &r));
    json_decref(body);
    body = json_pack("{s:s,s:s,s:s}", "post", "庁議", "minutes", "第1号", "date", "2026-01-05");
    json_t *nothing = json_object();
    assert_int_equal(work_action(&w->c, &criteria_resource, r->id, &criteria_resource.actions[1], r->version, body, &r).kind, ERR_CONFLICT); /* not submitted */
    fine(work_action(&w->c, &criteria_resource, r->id, &criteria_resource.actions[0], r->version, nothing, &r));
    json_decref(nothing);
    fine(work_action(&w->c, &criteria_resource, r->id, &criteria_resource.actions[1], r->version, body, &r));
    json_decref(body);
    assert_true(state_is(r, "approved"));
    body = json_pack("{s:s}", "title", "変更");
    assert_int_equal(work_update(&w->c, &criteria_resource, r->id, r->version, body, true, &r).kind, ERR_CONFLICT);
    json_decref(body);
}

static int64_t at_level(World *w, int64_t level)
{
    ListQuery q = {.sort = field_find(risk_resource.fields, risk_resource.fields_n, STR("level")), .descending = true, .limit = 200, .filters_n = 1};
    q.filters[0] = (Filter){.field = q.sort, .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .i = level}};
    ListPage page;
    fine(work_list(&w->c, &risk_resource, &q, &page));
    for (size_t i = 0; i < page.n; i++)
        assert_int_equal(value_of(page.list[i], "level")->i, level); /* what is shown is what was filtered by */
    return page.total;
}

static size_t waiting(World *w, Job **out)
{
    size_t n;
    fine(job_list(w->db, &w->a, true, 10, out, &n));
    return n;
}

/* Levels that lists filter by: after the job of the approval, and at once after a save of the risk itself. */
static void levels_follow(World *w)
{
    Job *jobs;
    assert_int_equal(at_level(w, 1) + at_level(w, 2) + at_level(w, 3), 0);
    assert_int_equal(waiting(w, &jobs), 2); /* one now, one in a minute */
    assert_true(str_eqc(jobs[0].kind, "risk.levels"));
    fine(risk_levels_job(&w->c, &jobs[0]));
    assert_int_equal(at_level(w, 1) + at_level(w, 2) + at_level(w, 3), 45);
    int64_t before = at_level(w, 1);
    Record *r;
    fine(record_find_number(w->db, &w->a, &risk_resource, 1, 1, &r));
    assert_int_equal(r->version, 1); /* judged again is not changed */
    json_t *body = json_pack("{s:i,s:i}", "impact", 1, "likelihood", 1);
    fine(work_update(&w->c, &risk_resource, r->id, r->version, body, true, &r));
    assert_int_equal(at_level(w, 1), before + 1);
    json_object_set_new(body, "impact", json_integer(3)), json_object_set_new(body, "likelihood", json_integer(2));
    fine(work_update(&w->c, &risk_resource, r->id, r->version, body, true, &r));
    json_decref(body);
    assert_int_equal(at_level(w, 1), before);
    fine(DB_EXEC(w->db, "DELETE FROM job WHERE row > ?", P_INT(0)));
    fine(risk_levels_watch_job(&w->c, NULL)); /* nobody is judged by other criteria */
    assert_int_equal(waiting(w, &jobs), 0);
    fine(DB_EXEC(w->db, "UPDATE r_risk SET f_level_criteria = ?, f_level = 3 WHERE number = 2", P_TEXT(STR("J-0099"))));
    fine(risk_levels_watch_job(&w->c, NULL));
    assert_int_equal(waiting(w, &jobs), 1);
    fine(risk_levels_job(&w->c, &jobs[0]));
    assert_int_equal(at_level(w, 1), before);
    fine(DB_EXEC(w->db, "DELETE FROM job WHERE row > ?", P_INT(0)));
    fine(DB_EXEC(w->db, "UPDATE r_risk SET f_level = 10 WHERE number = ?", P_INT(2))); /* as if a date had changed it: the criteria are the same */
    int64_t total = at_level(w, 1) + at_level(w, 2) + at_level(w, 3);
    fine(risk_levels_watch_job(&w->c, NULL));
    assert_int_equal(waiting(w, &jobs), 0);
    fine(risk_daily_job(&w->c, NULL));
    assert_int_equal(waiting(w, &jobs), 1);
    fine(risk_sweep_job(&w->c, &jobs[0]));
    assert_int_equal(at_level(w, 1) + at_level(w, 2) + at_level(w, 3), total + 1);
    fine(record_find_number(w->db, &w->a, &risk_resource, 1, 2, &r));
    assert_int_equal(r->version, 1); /* looked at again is not changed */
}

static void test_city(void **state)
{
    World *w = *state;
    Book book;
    ImportPlan plan;
    ImportResult result;
    fine(book_read(&w->a, slurp(&w->a, "samples/jp-city/registers.xlsx"), STR("registers.xlsx"), &book));
    fine(import_propose(&w->c, &book, &plan));
    fine(import_run(&w->c, &book, &plan, &result));
    assert_int_equal(total(w, &unit_resource), 10);
    assert_int_equal(total(w, &supplier_resource), 8);
    assert_int_equal(total(w, &contact_resource), 8);
    assert_int_equal(total(w, &service_resource), 10);
    assert_int_equal(total(w, &asset_resource), 60);
    assert_int_equal(total(w, &risk_resource), 45);

    Record *r;
    fine(record_find_number(w->db, &w->a, &risk_resource, 1, 1, &r));
    fine(work_get(&w->c, &risk_resource, r->id, &r));
    assert_int_equal(value_of(r, "level")->state, VALUE_NONE); /* no criteria yet */
    assert_int_equal(value_of(r, "impact")->i, 3);
    assert_int_equal(value_of(r, "assets")->n, 1);
    assert_int_equal(value_of(r, "impact_evidence")->state, VALUE_KNOWN);
    assert_int_equal(value_of(r, "likelihood_evidence")->state, VALUE_KNOWN);
    approve_criteria(w);
    fine(work_get(&w->c, &risk_resource, r->id, &r));
    assert_int_equal(value_of(r, "level")->i, 3); /* 3 × 2 */
    assert_true(str_eqc(value_of(r, "proposal")->text, "modify"));
    levels_follow(w);

    Buf b;
    buf_init(&b, &w->a, 4096);
    JsonOut j = {.b = &b};
    json_t *home;
    json_open(&j, '{');
    fine(risk_home_json(&w->c, &j));
    json_close(&j, '}');
    fine(json_in(&w->a, buf_str(&b), 1 << 20, &home));
    assert_string_equal(json_string_value(json_object_get(home, "basis")), "criteria");
    assert_true(json_is_true(json_object_get(home, "all")));
    json_t *levels = json_object_get(home, "levels");
    assert_int_equal(json_integer_value(json_object_get(levels, "1")) + json_integer_value(json_object_get(levels, "2")) + json_integer_value(json_object_get(levels, "3")) +
                         json_integer_value(json_object_get(levels, "unknown")), 45);
    json_t *threatened = json_object_get(home, "threatened");
    assert_int_equal(json_array_size(threatened), 10); /* every service of the city */
    int64_t before = MATRIX_LEVEL_MAX, some = 0;
    for (size_t i = 0; i < json_array_size(threatened); i++) {
        json_t *one = json_array_get(threatened, i);
        int64_t height = json_integer_value(json_object_get(one, "height")), outside = json_integer_value(json_object_get(one, "outside"));
        assert_true(height <= before && outside <= json_integer_value(json_object_get(one, "total")));
        assert_int_equal(json_integer_value(json_object_get(one, "measures")), 0); /* no approved plan yet */
        before = height;
        some += outside;
    }
    assert_true(some > 0);
    json_t *prepared = json_object_get(home, "prepared");
    assert_int_equal(json_integer_value(json_object_get(prepared, "risks")), 45);
    assert_int_equal(json_integer_value(json_object_get(prepared, "criteria_approved")), 1);
    assert_int_equal(json_integer_value(json_object_get(prepared, "plans")), 0);
    assert_int_equal(json_array_size(json_object_get(home, "waiting")), 0);
    assert_true(json_array_size(json_object_get(home, "changed")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_city, begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
