/* outage_test.c -- an outage made into facts: each row of the table of article 58 at its numbers and one short of them, ranges, several services, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "law/outage.h"

static Arena a;
static LawSet jp;
static LawJudge *j;
static Instant at;
static const char major[] = "jp.telecom.major-accident";

static int setup(void **state)
{
    UNUSED(state);
    arena_init(&a, 256 << 20);
    Pack *pack = arena_new(&a, Pack);
    Law *law = arena_new(&a, Law);
    assert_int_equal(pack_load(&a, str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/packs/jp"), STR("")), pack).kind, OK);
    assert_int_equal(law_load(&a, pack, pack->dir, law).kind, OK);
    assert_int_equal(law_compile(&a, law, &jp).kind, OK);
    j = law_judge_new(&a, &jp);
    assert_true(instant_parse(STR("2026-04-20T10:00:30+09:00"), &at));
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_done(&a);
    return 0;
}

static LawStop stop(const char *class, int64_t users, int64_t minutes)
{
    return (LawStop){str_of(class), {users, users}, {minutes, minutes}};
}

static LawOutage judged(bool own, const LawStop *stops, size_t n)
{
    LawOutage o;
    Err e = law_outage(&a, j, at, own, stops, n, &o);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) print_message("  %.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[EN]));
    assert_int_equal(e.kind, OK);
    return o;
}

static const LawOutageDuty *duty(const LawOutage *o, const char *rule, const char *id)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_eqc(o->duties[i].rule, rule) && str_eqc(o->duties[i].duty, id)) return &o->duties[i];
    return NULL;
}

/* "met", "undecided", or "" where the rule of major accidents opens nothing. */
static const char *major_says(const LawStop *stops, size_t n)
{
    LawOutage o = judged(true, stops, n);
    const LawOutageDuty *d = duty(&o, major, "detail");
    return d ? verdict_rows[d->kind].code : "";
}

static void test_rows(void **state)
{
    UNUSED(state);
    static const struct { const char *class; int64_t users, minutes; } rows[] = {{"emergency_voice", 30000, 60}, {"non_emergency_voice", 30000, 120}, {"non_emergency_voice", 100000, 60}, {"lpwa", 30000, 720},
        {"lpwa", 1000000, 120}, {"free_internet", 100000, 1440}, {"free_internet", 1000000, 720}, {"other", 30000, 120}, {"other", 1000000, 60}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        LawStop exactly = stop(rows[i].class, rows[i].users, rows[i].minutes), user = stop(rows[i].class, rows[i].users - 1, rows[i].minutes), minute = stop(rows[i].class, rows[i].users, rows[i].minutes - 1);
        assert_string_equal(major_says(&exactly, 1), "met");
        assert_string_equal(major_says(&user, 1), "");
        assert_string_equal(major_says(&minute, 1), "");
    }
}

static void test_duties(void **state)
{
    UNUSED(state);
    LawStop s = stop("other", 42000, 150);
    LawOutage o = judged(true, &s, 1);
    const LawOutageDuty *first = duty(&o, major, "first"), *detail = duty(&o, major, "detail");
    assert_non_null(first);
    assert_non_null(detail);
    assert_true(str_starts(detail->to.in[JA], STR("総務")));
    assert_true(str_find(detail->deadline.in[JA], STR("三十日以内")) != SIZE_MAX && str_find(detail->deadline.in[EN], STR("thirty days")) != SIZE_MAX);
    assert_true(str_find(first->deadline.in[JA], STR("速やかに")) != SIZE_MAX);
    assert_int_equal(detail->deciding_n, 0);
    assert_true(detail->headline.in[JA].n && detail->headline.in[EN].n && detail->rule_title.in[JA].n);
    for (size_t i = 0; i < o.n; i++) {
        assert_true(o.duties[i].kind == VERDICT_MET || o.duties[i].kind == VERDICT_UNDECIDED);
        assert_true(i == 0 || o.duties[i - 1].kind == VERDICT_MET || o.duties[i].kind == VERDICT_UNDECIDED); /* met ones first */
        print_message("  %.*s %.*s %s: %.*s (%.*s)\n", STR_ARG(o.duties[i].rule), STR_ARG(o.duties[i].duty), verdict_rows[o.duties[i].kind].code, STR_ARG(o.duties[i].deadline.in[EN]), STR_ARG(o.duties[i].to.in[EN]));
    }
    assert_null(duty(&o, "jp.telecom.major-accident.draft-2025", "detail")); /* a draft opens nothing */
}

static void test_ranges(void **state)
{
    UNUSED(state);
    static const struct { Range users, minutes; const char *expect; } rows[] = {
        {{20000, 50000}, {120, 120}, "undecided"}, {{30000, RULES_OPEN}, {120, 120}, "met"}, {{0, 29999}, {0, RULES_OPEN}, ""}, {{0, RULES_OPEN}, {0, 59}, ""},
        {{30000, 30000}, {60, 240}, "undecided"}, {{30000, 30000}, {0, RULES_OPEN}, "undecided"}, {{0, RULES_OPEN}, {120, 120}, "undecided"}, {{30000, 999999}, {60, 119}, ""}, {{0, RULES_OPEN}, {0, RULES_OPEN}, "undecided"},
        {{0, 0}, {6000, 6000}, ""}, {{5000000, 5000000}, {0, 0}, ""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        LawStop s = {STR("other"), rows[i].users, rows[i].minutes};
        assert_string_equal(major_says(&s, 1), rows[i].expect);
    }
    LawStop s = {STR("other"), {20000, 50000}, {120, 120}};
    LawOutage o = judged(true, &s, 1);
    const LawOutageDuty *d = duty(&o, major, "detail");
    assert_true(d && d->deciding_n == 1 && d->deciding[0].in[JA].n && d->deciding[0].in[EN].n); /* what would decide is said */
}

/* Services of one class may have the same users; classes are never added. */
static void test_several(void **state)
{
    UNUSED(state);
    LawStop same[] = {stop("other", 20000, 120), stop("other", 15000, 120)}, enough[] = {stop("other", 30000, 120), stop("other", 1, 5)}, few[] = {stop("other", 20000, 120), stop("other", 9999, 120)},
            unlike[] = {stop("other", 29999, 120), stop("non_emergency_voice", 29999, 120)}, one[] = {stop("lpwa", 999999, 719), stop("emergency_voice", 30000, 60)};
    assert_string_equal(major_says(same, 2), "undecided");
    assert_string_equal(major_says(enough, 2), "met");
    assert_string_equal(major_says(few, 2), "");
    assert_string_equal(major_says(unlike, 2), "");
    assert_string_equal(major_says(one, 2), "met");
    assert_string_equal(major_says(NULL, 0), "");
}

/* Whose facility failed decides: left open where the failure begins outside. */
static void test_outside(void **state)
{
    UNUSED(state);
    LawStop s = stop("other", 42000, 150), small = stop("other", 10, 5);
    LawOutage o = judged(false, &s, 1), none = judged(false, &small, 1);
    const LawOutageDuty *d = duty(&o, major, "detail");
    assert_true(d && d->kind == VERDICT_UNDECIDED && d->deciding_n);
    assert_null(duty(&none, major, "detail"));
}

static void test_refused(void **state)
{
    UNUSED(state);
    LawOutage o;
    LawStop wrong = stop("radio", 1, 1), below = {STR("other"), {-1, 5}, {1, 1}}, turned = {STR("other"), {5, 1}, {1, 1}}, late = {STR("other"), {1, 1}, {0, -1}}, empty = {{0}, {1, 1}, {1, 1}};
    LawStop *many = arena_array(&a, LawStop, LAW_STOPS_MAX + 1);
    for (size_t i = 0; i <= LAW_STOPS_MAX; i++) many[i] = stop("other", (int64_t)i, (int64_t)i + 1);
    assert_int_equal(law_outage(&a, j, at, true, &wrong, 1, &o).kind, ERR_MISTAKES);
    assert_int_equal(law_outage(&a, j, at, true, &empty, 1, &o).kind, ERR_MISTAKES);
    assert_int_equal(law_outage(&a, j, at, true, &below, 1, &o).kind, ERR_INVALID);
    assert_int_equal(law_outage(&a, j, at, true, &turned, 1, &o).kind, ERR_INVALID);
    assert_int_equal(law_outage(&a, j, at, true, &late, 1, &o).kind, ERR_INVALID);
    assert_int_equal(law_outage(&a, j, at, true, many, LAW_STOPS_MAX + 1, &o).kind, ERR_TOO_LARGE);
    assert_int_equal(law_outage(&a, j, at, true, many, LAW_STOPS_MAX, &o).kind, OK);
    LawStop huge[] = {{STR("other"), {INT64_MAX - 1, INT64_MAX - 1}, {INT64_MAX - 1, INT64_MAX - 1}}, {STR("other"), {INT64_MAX - 1, RULES_OPEN}, {1, 1}}};
    Err e = law_outage(&a, j, at, true, huge, 2, &o); /* beyond what can be dated: refused or judged, never wrong by overflow */
    assert_true(e.kind == OK || e.kind == ERR_MISTAKES);
}

static void test_json(void **state)
{
    UNUSED(state);
    LawStop s = stop("other", 42000, 150);
    LawOutage o = judged(false, &s, 1);
    struct json_t *back;
    Buf b;
    buf_init(&b, &a, 4096);
    JsonOut out = {.b = &b};
    law_outage_json(&out, false, &o);
    assert_int_equal(json_in(&a, buf_str(&b), 1 << 20, &back).kind, OK);
    assert_true(str_find(buf_str(&b), law_outage_outside.in[JA]) != SIZE_MAX && str_find(buf_str(&b), STR("\"verdict\":\"undecided\"")) != SIZE_MAX);
    buf_init(&b, &a, 4096);
    out = (JsonOut){.b = &b};
    law_outage_json(&out, true, &o);
    assert_true(str_find(buf_str(&b), law_outage_outside.in[JA]) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_duties), cmocka_unit_test(test_ranges), cmocka_unit_test(test_several), cmocka_unit_test(test_outside), cmocka_unit_test(test_refused), cmocka_unit_test(test_json)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
