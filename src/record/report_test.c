/* report_test.c -- rows grow, stop at the ceiling and say so; the JSON is what a page needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "record/record.h"

#include <jansson.h>

static const Field columns[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = RANGE},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("根拠", "Why")},
};

static json_t *written(Arena *a, const ReportOut *out)
{
    Buf b;
    buf_init(&b, a, 256);
    JsonOut j = {&b, false};
    report_to_json(&j, NULL, out, ~(Roles)0);
    Str s = buf_str(&b);
    json_t *json = json_loadb(s.s, s.n, 0, NULL);
    assert_non_null(json);
    return json;
}

static void rows_of_values(void **state)
{
    Arena a;
    (void)state;
    arena_init(&a, 64 << 20);
    ReportOut out = {.a = &a};
    ReportTable *t = report_table(&out, "risks", text_of("リスク", "Risks"), text_of("注", "Note"), columns, COUNT(columns));
    Value *v = report_row(&out, t, NULL);
    v[0] = (Value){.state = VALUE_RANGE, .i = 1, .hi = 3};
    v[1] = (Value){.state = VALUE_KNOWN, .text = STR("規則")};
    report_row(&out, t, NULL);
    json_t *json = written(&a, &out), *table = json_array_get(json_object_get(json, "tables"), 0), *rows = json_object_get(table, "rows");
    assert_int_equal(json_array_size(rows), 2);
    json_t *first = json_object_get(json_array_get(rows, 0), "values");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(first, "level"), "to")), 3);
    assert_string_equal(json_string_value(json_object_get(first, "why")), "規則");
    assert_null(json_object_get(json_array_get(rows, 0), "of"));
    assert_true(json_is_false(json_object_get(table, "cut")));
    assert_int_equal(json_array_size(json_object_get(table, "fields")), COUNT(columns));
    json_decref(json);
    arena_done(&a);
}

static void no_more_than_the_ceiling(void **state)
{
    Arena a;
    (void)state;
    arena_init(&a, 64 << 20);
    ReportOut out = {.a = &a};
    ReportTable *t = report_table(&out, "many", text_of("多", "Many"), (Text){0}, columns, COUNT(columns));
    for (int i = 0; i < REPORT_ROWS_MAX; i++)
        report_row(&out, t, NULL)[0] = (Value){.state = VALUE_KNOWN, .i = i};
    assert_false(t->cut);
    report_row(&out, t, NULL)[0] = (Value){.state = VALUE_KNOWN, .i = -1};
    assert_true(t->cut);
    assert_int_equal(t->n, REPORT_ROWS_MAX);
    for (int i = 0; i < REPORT_ROWS_MAX; i++)
        assert_int_equal(t->rows[i].v[0].i, i);
    arena_done(&a);
}

/* What a row was made of may go, once it is settled. */
static void rows_outlive_their_page(void **state)
{
    Arena a, page;
    (void)state;
    arena_init(&a, 8 << 20), arena_init(&page, 1 << 20);
    ReportOut out = {.a = &a};
    ReportTable *t = report_table(&out, "risks", text_of("リスク", "Risks"), (Text){0}, columns, COUNT(columns));
    for (int i = 0; i < 300; i++) {
        Str why = str_printf(&page, "規則 %d", i);
        report_row(&out, t, NULL)[1] = (Value){.state = VALUE_KNOWN, .text = why};
        report_settle(&out);
        memset((char *)(uintptr_t)why.s, '!', why.n);
        arena_reset(&page);
    }
    for (int i = 0; i < 300; i++)
        assert_true(str_eq(t->rows[i].v[1].text, str_printf(&a, "規則 %d", i)));
    arena_done(&page), arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_of_values), cmocka_unit_test(no_more_than_the_ceiling), cmocka_unit_test(rows_outlive_their_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
