/* risk_test.c -- states of plans and criteria: what may happen when, and what an approval records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "risk/parts.h"
#include "work/files.h"

typedef struct Bench { Arena a; Principal who; Ctx c; Mistakes m; } Bench;

static int setup(void **state)
{
    static Bench b;
    arena_init(&b.a, 64 << 20);
    b.who = (Principal){.name = STR("記録した人")};
    b.c = (Ctx){.a = &b.a, .who = &b.who, .now = (Instant)20000 * 86400000};
    mistakes_init(&b.m, &b.a);
    *state = &b;
    return 0;
}

static int teardown(void **state)
{
    arena_done(&((Bench *)*state)->a);
    return 0;
}

static Record *blank(Bench *b, const Resource *res)
{
    Record *r = arena_new(&b->a, Record);
    *r = (Record){.res = res, .v = arena_array(&b->a, Value, res->fields_n)};
    assert_int_equal(res->before_save(&b->c, NULL, r).kind, OK);
    return r;
}

static Record *copy(Bench *b, const Record *old)
{
    Record *r = arena_new(&b->a, Record);
    *r = *old;
    r->v = arena_array(&b->a, Value, old->res->fields_n);
    memcpy(r->v, old->v, old->res->fields_n * sizeof(Value));
    return r;
}

static void rows_add(Bench *b, Record *r, const char *list, size_t width, const int64_t *given, size_t n)
{
    Value *v = value_of(r, list), **rows = arena_array(&b->a, Value *, v->n + 1);
    for (size_t i = 0; i < v->n; i++) rows[i] = v->rows[i];
    rows[v->n] = arena_array(&b->a, Value, width);
    for (size_t i = 0; i < n; i++) put_int(&rows[v->n][i], given[i]);
    *v = (Value){.state = VALUE_KNOWN, .rows = rows, .n = v->n + 1};
}

static Err act(Bench *b, Record *r, const char *name, const Value *input)
{
    mistakes_init(&b->m, &b->a);
    for (size_t i = 0; i < r->res->actions_n; i++)
        if (!strcmp(r->res->actions[i].name, name)) return r->res->actions[i].run(&b->c, r, input, &b->m);
    fail_msg("no action %s", name);
    return ERR_NONE;
}

static Err check(Bench *b, const Record *old, const Record *r)
{
    mistakes_init(&b->m, &b->a);
    return r->res->check(&b->c, old, r, &b->m);
}

static void approval(Value in[APPROVAL_INPUTS + 1], Day on)
{
    put_text(&in[0], STR("庁議"));
    put_text(&in[1], STR("第3号"));
    put_int(&in[2], on);
    for (size_t i = 3; i <= APPROVAL_INPUTS; i++) in[i] = (Value){.state = VALUE_NONE};
}

static void test_plan(void **state)
{
    Bench *b = *state;
    Value in[APPROVAL_INPUTS + 1];
    approval(in, 19999);
    Record *r = blank(b, &plan_resource);
    assert_true(state_is(r, "draft"));
    assert_int_equal(act(b, r, "approve", in).kind, ERR_CONFLICT); /* only from submitted */
    assert_int_equal(act(b, r, "return", in).kind, ERR_CONFLICT);
    assert_int_equal(act(b, r, "submit", NULL).kind, OK);
    assert_int_equal(b->m.n, 1); /* nothing in it */
    assert_true(state_is(r, "draft"));
    rows_add(b, r, "measures", MEASURE_FIELDS, NULL, 0);
    assert_int_equal(act(b, r, "submit", NULL).kind, OK);
    assert_int_equal(b->m.n, 2); /* owner, due */
    value_of(r, "measures")->rows[0][3] = (Value){.state = VALUE_KNOWN, .ref = id_new()};
    put_int(&value_of(r, "measures")->rows[0][4], 20100);
    assert_int_equal(act(b, r, "submit", NULL).kind, OK);
    assert_int_equal(b->m.n, 0);
    assert_true(state_is(r, "submitted"));

    Record *edited = copy(b, r);
    put_text(value_of(edited, "title"), STR("別の題"));
    assert_int_equal(check(b, r, edited).kind, ERR_CONFLICT);

    Record *returned = copy(b, r);
    assert_int_equal(act(b, returned, "return", in).kind, OK);
    assert_true(state_is(returned, "returned"));
    assert_int_equal(check(b, r, returned).kind, OK);
    assert_int_equal(act(b, returned, "approve", in).kind, ERR_CONFLICT);

    approval(in, 20001);
    assert_int_equal(act(b, r, "approve", in).kind, OK);
    assert_int_equal(b->m.n, 1); /* tomorrow */
    assert_true(state_is(r, "submitted"));
    approval(in, 20000);
    Record *approved = copy(b, r);
    assert_int_equal(act(b, approved, "approve", in).kind, OK);
    assert_true(state_is(approved, "approved"));
    assert_true(str_eqc(value_of(approved, "approved_by")->text, "記録した人"));
    assert_true(str_eqc(value_of(approved, "approved_post")->text, "庁議"));
    assert_true(str_eqc(value_of(approved, "minutes")->text, "第3号"));
    assert_int_equal(value_of(approved, "approved_on")->i, 20000);
    assert_int_equal(check(b, r, approved).kind, OK);
    assert_int_equal(act(b, approved, "submit", NULL).kind, ERR_CONFLICT);
}

static void test_plan_after_approval(void **state)
{
    Bench *b = *state;
    Record *old = blank(b, &plan_resource);
    rows_add(b, old, "measures", MEASURE_FIELDS, NULL, 0);
    put_text(value_of(old, "state"), STR("approved"));
    Record *r = copy(b, old);
    put_text(value_of(r, "purpose"), STR("変更"));
    assert_int_equal(check(b, old, r).kind, ERR_CONFLICT);
    Value in[4] = {{.state = VALUE_NONE}};
    put_int(&in[0], 2);
    put_text(&in[1], STR("done"));
    r = copy(b, old);
    assert_int_equal(act(b, r, "report", in).kind, OK);
    assert_int_equal(b->m.n, 1); /* no second measure */
    put_int(&in[0], 1);
    assert_int_equal(act(b, r, "report", in).kind, OK);
    assert_int_equal(b->m.n, 0);
    assert_int_equal(item_of(r, "measures", 0, "done_on")->i, 20000);
    assert_int_equal(item_of(old, "measures", 0, "done_on")->state, VALUE_NONE); /* the old one keeps its own */
    assert_int_equal(check(b, old, r).kind, OK);
    put_text(&value_of(r, "measures")->rows[0][1], STR("別の対策"));
    assert_int_equal(check(b, old, r).kind, ERR_CONFLICT);
}

static Record *with_route(Bench *b, const char *const *posts, const char *const *kinds, size_t n)
{
    Record *r = blank(b, &plan_resource);
    rows_add(b, r, "measures", MEASURE_FIELDS, NULL, 0);
    value_of(r, "measures")->rows[0][3] = (Value){.state = VALUE_KNOWN, .ref = id_new()};
    put_int(&value_of(r, "measures")->rows[0][4], 20100);
    for (size_t i = 0; i < n; i++) {
        rows_add(b, r, "route", ROUTE_FIELDS, NULL, 0);
        put_text(&value_of(r, "route")->rows[i][0], str_of(posts[i]));
        put_text(&value_of(r, "route")->rows[i][1], str_of(kinds[i]));
    }
    return r;
}

static Err answer(Bench *b, Record *r, const char *post, int64_t step, const char *result, const char *note)
{
    Value in[ENDORSE_INPUTS] = {{.state = VALUE_NONE}};
    b->who.post = str_of(post);
    put_int(&in[0], step);
    put_text(&in[1], str_of(result));
    if (note) put_text(&in[2], str_of(note));
    return act(b, r, "endorse", in);
}

static Err decision(Bench *b, Record *r, const char *own, const char *post, const char *despite)
{
    Value in[APPROVAL_INPUTS + 1];
    approval(in, 20000);
    put_text(&in[0], str_of(post));
    if (despite) put_text(&in[4], str_of(despite));
    b->who.post = str_of(own);
    return act(b, r, "approve", in);
}

static void test_route(void **state)
{
    static const char *const posts[] = {"財政課長", "水道局長", "水道事業管理者"}, *const kinds[] = {"consult", "endorse", "decide"};
    Bench *b = *state;
    Record *r = with_route(b, posts, kinds, 3);
    assert_int_equal(answer(b, r, "財政課長", 1, "agreed", NULL).kind, ERR_CONFLICT); /* not submitted */
    put_text(value_of(r, "state"), STR("submitted")); /* submission looks for people: tests/plans.py */
    Record *waits = copy(b, r);
    assert_int_equal(answer(b, r, "総務課長", 1, "agreed", NULL).kind, ERR_FORBIDDEN);
    assert_int_equal(answer(b, r, "", 1, "agreed", NULL).kind, ERR_FORBIDDEN);
    assert_int_equal(answer(b, r, "財政課長補佐", 1, "agreed", NULL).kind, ERR_FORBIDDEN); /* not a part of a word */
    assert_int_equal(answer(b, r, "財政課長", 4, "agreed", NULL).kind, OK);
    assert_int_equal(b->m.n, 1); /* no such step */
    assert_int_equal(answer(b, r, "水道事業管理者", 3, "agreed", NULL).kind, OK);
    assert_int_equal(b->m.n, 1); /* who decides approves */
    assert_int_equal(answer(b, r, "財政課長", 1, "objected", NULL).kind, OK);
    assert_int_equal(b->m.n, 1); /* without its reason */
    assert_int_equal(decision(b, r, "水道事業管理者", "水道事業管理者", NULL).kind, ERR_CONFLICT); /* 水道局長 has not endorsed it */
    assert_int_equal(answer(b, r, "水道局次長、水道局長", 2, "objected", "予算がない").kind, OK);
    assert_int_equal(decision(b, r, "水道事業管理者", "水道事業管理者", "x").kind, ERR_CONFLICT); /* an objection of who must endorse it stands */
    assert_int_equal(answer(b, r, "水道局長", 2, "agreed", NULL).kind, OK);
    assert_int_equal(decision(b, r, "水道事業管理者", "水道事業管理者", NULL).kind, ERR_CONFLICT); /* 財政課長 was not heard */
    assert_int_equal(answer(b, r, "財政課長", 1, "objected", "財源がない").kind, OK);
    assert_int_equal(b->m.n, 0);
    assert_int_equal(check(b, waits, r).kind, OK); /* answers are no change of what waits */
    assert_int_equal(decision(b, r, "水道事業管理者", "水道事業管理者", NULL).kind, OK);
    assert_int_equal(b->m.n, 1); /* the objection wants an answer */
    assert_int_equal(decision(b, r, "市長", "水道事業管理者", "止められない").kind, ERR_FORBIDDEN); /* without the post */
    assert_int_equal(decision(b, r, "水道事業管理者", "市長", "止められない").kind, OK);
    assert_int_equal(b->m.n, 1); /* another post than the route says */
    assert_true(state_is(r, "submitted"));
    assert_int_equal(decision(b, r, "庁議事務局／水道事業管理者", "水道事業管理者", "止められない").kind, OK);
    assert_true(state_is(r, "approved") && str_eqc(value_of(r, "despite")->text, "止められない"));
    assert_int_equal(answer(b, r, "財政課長", 1, "agreed", NULL).kind, ERR_CONFLICT);

    Record *moved = copy(b, waits);
    value_of(moved, "route")->n = 1;
    assert_int_equal(check(b, waits, moved).kind, ERR_CONFLICT); /* the route of what waits stays */
}

/* A label is listed once, and never hidden by a longer one that begins alike. */
static void test_labels(void **state)
{
    Bench *b = *state;
    Str list = label_once(&b->a, (Str){0}, STR("R-10001"));
    list = label_once(&b->a, list, STR("R-1000"));
    assert_true(str_eqc(list, "R-10001, R-1000"));
    assert_true(str_eqc(label_once(&b->a, list, STR("R-1000")), "R-10001, R-1000"));
    assert_true(str_eqc(label_once(&b->a, list, STR("R-10001")), "R-10001, R-1000"));
    assert_true(str_eqc(label_once(&b->a, list, STR("R-100")), "R-10001, R-1000, R-100"));
}

static void test_order(void **state)
{
    Bench *b = *state;
    Record *r = blank(b, &plan_resource);
    for (int i = 0; i < 3; i++) rows_add(b, r, "measures", MEASURE_FIELDS, NULL, 0);
    put_int(measure_cell(value_of(r, "measures")->rows[1], "after"), 1);
    put_int(measure_cell(value_of(r, "measures")->rows[2], "after"), 2);
    assert_int_equal(check(b, NULL, r).kind, OK);
    assert_int_equal(b->m.n, 0);
    put_int(measure_cell(value_of(r, "measures")->rows[0], "after"), 3);
    assert_int_equal(check(b, NULL, r).kind, OK);
    assert_int_equal(b->m.n, 1);
    assert_true(str_eqc(b->m.list[0].path, "measures/0/after"));
    put_int(measure_cell(value_of(r, "measures")->rows[0], "after"), 4);
    assert_int_equal(check(b, NULL, r).kind, OK);
    assert_int_equal(b->m.n, 1); /* there is no fourth */
}

static void test_criteria(void **state)
{
    Bench *b = *state;
    Value in[APPROVAL_INPUTS + 1];
    approval(in, 20000);
    Record *r = blank(b, &criteria_resource);
    assert_int_equal(act(b, r, "approve", in).kind, ERR_CONFLICT); /* only from submitted */
    assert_int_equal(act(b, r, "submit", NULL).kind, OK);
    assert_int_equal(b->m.n, 3); /* steps of impact, of likelihood, the table */
    assert_true(state_is(r, "draft"));
    for (int64_t i = 1; i <= 3; i++) {
        rows_add(b, r, "impacts", 3, &i, 1);
        rows_add(b, r, "likelihoods", 3, &i, 1);
        for (int64_t k = 1; k <= 3; k++)
            rows_add(b, r, "cells", 4, (int64_t[]){i, k, i * k <= 2 ? 1 : i * k <= 4 ? 2 : 3, i * k <= 2}, 4);
    }
    value_of(r, "cells")->rows[8][2].i = 1; /* the worst pair, the lowest level */
    assert_int_equal(act(b, r, "submit", NULL).kind, OK);
    assert_int_equal(b->m.n, 1);
    value_of(r, "cells")->rows[8][2].i = 3;
    Value why[1];
    put_text(&why[0], STR("目安が分からない"));
    assert_int_equal(act(b, r, "return", why).kind, ERR_CONFLICT); /* only from submitted */
    Record *submitted = copy(b, r);
    assert_int_equal(act(b, submitted, "submit", NULL).kind, OK);
    assert_true(state_is(submitted, "submitted"));
    assert_int_equal(act(b, submitted, "submit", NULL).kind, ERR_CONFLICT);
    Record *edited = copy(b, submitted);
    put_text(value_of(edited, "title"), STR("別の題"));
    assert_int_equal(check(b, submitted, edited).kind, ERR_CONFLICT);
    Record *returned = copy(b, submitted);
    assert_int_equal(act(b, returned, "return", why).kind, OK);
    assert_true(state_is(returned, "returned"));
    assert_int_equal(check(b, submitted, returned).kind, OK);
    assert_int_equal(act(b, submitted, "approve", in).kind, OK);
    assert_true(state_is(submitted, "approved"));
    Record *twice = copy(b, r);
    rows_add(b, twice, "cells", 4, (int64_t[]){1, 1, 1, 1}, 4);
    assert_int_equal(check(b, NULL, twice).kind, OK);
    assert_int_equal(b->m.n, 1);
    Record *approved = copy(b, r);
    assert_int_equal(act(b, approved, "submit", NULL).kind, OK);
    Record *waiting = copy(b, approved);
    assert_int_equal(act(b, approved, "approve", in).kind, OK);
    assert_int_equal(b->m.n, 0);
    assert_true(state_is(approved, "approved"));
    assert_int_equal(check(b, waiting, approved).kind, OK);
    assert_int_equal(act(b, approved, "approve", in).kind, ERR_CONFLICT);
    Record *later = copy(b, approved);
    put_int(value_of(later, "review_on"), 20500);
    assert_int_equal(check(b, approved, later).kind, ERR_CONFLICT);
}

static void test_needs(void **state)
{
    Bench *b = *state;
    Record r = {.res = &risk_resource, .v = arena_array(&b->a, Value, risk_resource.fields_n)};
    put_text(value_of(&r, "judgement"), STR("accept"));
    put_text(value_of(&r, "option"), STR("retain"));
    assert_int_equal(check(b, NULL, &r).kind, OK);
    assert_int_equal(b->m.n, 3); /* who, why, grounds */
    Record i = {.res = &issue_resource, .v = arena_array(&b->a, Value, issue_resource.fields_n)};
    put_text(value_of(&i, "state"), STR("closed"));
    assert_int_equal(check(b, NULL, &i).kind, OK);
    assert_int_equal(b->m.n, 1);
}

static void test_tables(void **state)
{
    Bench *b = *state;
    static const Field named[] = {{.name = "title", .kind = KIND_TEXT, .label = TEXT("名称", "Title"), .flags = REQUIRED | TITLE}};
    static const Resource cause = {.name = "common_cause", .path = "common-causes", .prefix = "CAU", .label = TEXT("共通の原因", "Common cause"), .fields = named, .fields_n = 1, .read = READERS}; /* of another room */
    const Resource *const list[] = {&cause, &simulation_resource, &unit_resource, &supplier_resource, &contact_resource, &service_resource, &asset_resource, &certificate_resource,
        &risk_resource, &issue_resource, &trigger_resource, &criteria_resource, &plan_resource, &consultation_resource, &file_resource};
    Err e = resources_check(&(Resources){list, COUNT(list)}, &b->a);
    assert_int_equal(e.kind, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_plan, setup, teardown), cmocka_unit_test_setup_teardown(test_plan_after_approval, setup, teardown),
        cmocka_unit_test_setup_teardown(test_route, setup, teardown), cmocka_unit_test_setup_teardown(test_order, setup, teardown), cmocka_unit_test_setup_teardown(test_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_criteria, setup, teardown), cmocka_unit_test_setup_teardown(test_needs, setup, teardown), cmocka_unit_test_setup_teardown(test_tables, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
