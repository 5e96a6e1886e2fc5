/* base_test.c -- arenas that refuse, texts, JSON, days and eras, identifiers, grams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/csv.h"

#include <jansson.h>

static Arena A;

static int reset(void **state)
{
    UNUSED(state);
    arena_done(&A);
    arena_init(&A, 8 << 20);
    return 0;
}

static void count_up(void *n)
{
    ++*(int *)n;
}

static void arena_unwinds(void **state)
{
    UNUSED(state);
    static int closed;
    Arena a;
    jmp_buf b;
    arena_init(&a, 1000);
    arena_defer(&a, count_up, &closed);
    if (ARENA_TRY(&a, b)) {
        arena_alloc(&a, 2000);
        fail();
    }
    arena_done(&a);
    assert_int_equal(closed, 1);
}

static void arena_refuses_overflow(void **state)
{
    UNUSED(state);
    Arena a;
    jmp_buf b;
    arena_init(&a, SIZE_MAX);
    if (ARENA_TRY(&a, b)) {
        arena_alloc_array(&a, SIZE_MAX / 2, 4);
        fail();
    }
    arena_done(&a);
}

/* In place while nothing was taken since; else elsewhere. Content stays, the ceiling holds, a text ends with NUL. */
static void buffers_grow(void **state)
{
    UNUSED(state);
    Buf b;
    buf_init(&b, &A, 3);
    const char *first = b.s;
    buf_addc(&b, "abcdefghijklmnopqrstuvwxyz");
    assert_ptr_equal(b.s, first);
    char *other = arena_alloc(&A, 1);
    for (int i = 0; i < 100000; i++)
        buf_byte(&b, 'x');
    assert_ptr_not_equal(b.s, first);
    assert_int_equal(*other, 0);
    assert_int_equal(b.n, 100026);
    assert_int_equal(b.s[b.n], '\0');
    assert_memory_equal(b.s, "abcdefghijklmnopqrstuvwxyzxx", 28);
    Arena a;
    jmp_buf full;
    arena_init(&a, 1000);
    if (ARENA_TRY(&a, full)) {
        void *p = arena_raw(&a, 100);
        p = arena_stretch(&a, p, 100, 100, 900);
        arena_stretch(&a, p, 100, 900, 1100);
        fail();
    }
    arena_done(&a);
}

static void numbers(void **state)
{
    UNUSED(state);
    int64_t v;
    assert_true(str_int(STR("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_true(str_int(STR("9223372036854775807"), &v) && v == INT64_MAX);
    static const char *const bad[] = {"", "-", "9223372036854775808", "-9223372036854775809", "1 ", "+1", "1.0", "１"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(str_int(str_of(bad[i]), &v));
    static const struct {
        int64_t v;
        const char *text;
    } written[] = {{0, "0"}, {-7, "-7"}, {1200, "1200"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < COUNT(written); i++) {
        Buf b;
        buf_init(&b, &A, 4);
        buf_int(&b, written[i].v);
        assert_true(str_eqc(buf_str(&b), written[i].text));
    }
}

static void texts(void **state)
{
    UNUSED(state);
    assert_true(str_eq(str_trim(STR("　 水道 \t　")), STR("水道")));
    assert_int_equal(str_trim(STR("　　")).n, 0);
    assert_true(str_eq(str_fold(&A, STR("ＳＣＡＤＡ ｻｰﾊﾞ")), STR("scada サーバ")));
    assert_false(str_is_utf8(STR("\xC0\x80")));
    assert_false(str_is_utf8(STR("\xED\xA0\x80")));
    assert_false(str_is_utf8((Str){"a\0b", 3}));
    assert_true(str_has_control(STR("a\xE2\x80\xAE" "b"), true)); /* right-to-left override */
    assert_false(str_has_control(STR("ー々〱"), false));
    assert_true(str_has_control(STR("a\nb"), false) && !str_has_control(STR("a\nb"), true));
    assert_true(str_eq(TEXT_FILL(&A, "{0}行目の{1}", "row {0}", STR("3"), STR("名称")).in[JA], STR("3行目の名称")));
}

static void json_writes_valid(void **state)
{
    UNUSED(state);
    Buf b;
    buf_init(&b, &A, 16);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kstr(&j, "a\"b", STR("x\n\x01\xFF" "水"));
    json_key(&j, STR("list")), json_open(&j, '['), json_int(&j, -1), json_bool(&j, true), json_none(&j), json_close(&j, ']');
    json_close(&j, '}');
    json_t *t;
    assert_int_equal(json_in(&A, buf_str(&b), 1000, &t).kind, OK);
    assert_true(str_eq(json_str_of(json_object_get(t, "a\"b")), STR("x\n\x01\xEF\xBF\xBD" "水")));
    assert_int_equal(json_array_size(json_object_get(t, "list")), 3);
}

/* What is well formed passes as it is; every byte that is not becomes one U+FFFD. */
static void json_mends_bytes(void **state)
{
    UNUSED(state);
    static const struct {
        const char *in, *out;
    } rows[] = {{"", "\"\""}, {"ab\x7F", "\"ab\x7F\""}, {"é水😀", "\"é水😀\""}, {"\xE6\xB0", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""}, {"\xC0\x80z", "\"\xEF\xBF\xBD\xEF\xBF\xBDz\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, {"\\\"", "\"\\\\\\\"\""}, {"\t\x1F", "\"\\t\\u001f\""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Buf b;
        buf_init(&b, &A, 1);
        JsonOut j = {&b, false};
        json_str(&j, str_of(rows[i].in));
        assert_string_equal(b.s, rows[i].out);
    }
    Buf b;
    buf_init(&b, &A, 1);
    JsonOut j = {&b, false};
    Id id = id_new();
    json_id(&j, id), json_id(&j, id);
    assert_string_equal(b.s, str_printf(&A, "\"%s\",\"%s\"", id_text(&A, id).s, id_text(&A, id).s).s);
}

static void json_refuses(void **state)
{
    UNUSED(state);
    json_t *t;
    assert_int_equal(json_in(&A, STR("{\"a\":1,\"a\":2}"), 1000, &t).kind, ERR_INVALID);
    static const struct { const char *text, *where; } twice[] = {{"{\"a\":1,\"a\":2}", "\"a\" is there twice (line 1,"}, {"{\"a\":[{\"b\":[1,2]},\n{\"b\":\"}],{\",\"c\\\"d\":2,\"b\":3}]}", "\"a/1/b\" is there twice (line 2,"},
        {"[{},{\"x\":{\"y\":1},\"z\":{\"y\":1,\"y\":[]}}]", "\"1/z/y\" is there twice"}, {"{\"a\":{\"a\":1},\"b\":2,}", "Not valid JSON (line 1,"}};
    for (size_t i = 0; i < COUNT(twice); i++) {
        Err e = json_in(&A, str_of(twice[i].text), 1000, &t);
        if (e.kind != ERR_INVALID || str_find(e.text.in[EN], str_of(twice[i].where)) == SIZE_MAX) fail_msg("%s: %.*s", twice[i].text, STR_ARG(e.text.in[EN]));
    }
    assert_int_equal(json_in(&A, STR("\"\xFF\""), 1000, &t).kind, ERR_INVALID);
    assert_int_equal(json_in(&A, STR(""), 1000, &t).kind, ERR_INVALID);
    assert_int_equal(json_in(&A, STR("[1,2]"), 4, &t).kind, ERR_TOO_LARGE);
    Buf b;
    buf_init(&b, &A, 20000);
    for (int i = 0; i < 10000; i++)
        buf_byte(&b, '[');
    assert_int_equal(json_in(&A, buf_str(&b), 1 << 20, &t).kind, ERR_INVALID);
}

static void days_agree_both_ways(void **state)
{
    UNUSED(state);
    Day last = day_of(1800, 1, 1) - 1;
    for (int y = 1800; y < 2200; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= 31; d++) {
                Day day = day_of(y, m, d);
                if (day == DAY_NONE) continue;
                int y2, m2, d2;
                day_split(day, &y2, &m2, &d2);
                assert_true(day == ++last && y == y2 && m == m2 && d == d2);
            }
    assert_int_equal(day_of(1970, 1, 1), 0);
    assert_int_equal(day_of(2023, 2, 29), DAY_NONE);
    assert_int_equal(day_weekday(day_of(2026, 11, 27)), 5);
    assert_int_equal(fiscal_year(day_of(2027, 3, 31)), 2026);
    assert_int_equal(fiscal_year(day_of(2027, 4, 1)), 2027);
}

static void japan_begins_the_day_first(void **state)
{
    UNUSED(state);
    Instant t;
    assert_true(instant_parse(STR("2026-11-26T14:59:59.999Z"), &t));
    assert_int_equal(day_in_japan(t), day_of(2026, 11, 26));
    assert_int_equal(day_in_japan(t + 1), day_of(2026, 11, 27));
    assert_true(day_begin_in_japan(day_of(2026, 11, 27)) == t + 1);
    assert_true(day_begin_in_japan(day_of(1969, 12, 31)) == -33 * (Instant)3600000);
    assert_true(instant_parse(STR("2026-11-27T00:00:00+09:00"), &t));
    assert_true(str_eq(instant_text(&A, t), STR("2026-11-26T15:00:00.000Z")));
    assert_true(str_eq(instant_text(&A, t - 1), STR("2026-11-26T14:59:59.999Z")));
    assert_true(str_eq(instant_text(&A, -1), STR("1969-12-31T23:59:59.999Z")));
    static const char *const bad[] = {"2026-11-27T00:00:00", "2026-11-27 00:00:00Z", "2026-11-27T24:00:00Z", "2026-11-27T00:00:60Z",
        "2026-11-31T00:00:00Z", "2026-11-27T00:00:00.Z", "2026-11-27T00:00:00+0900"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(instant_parse(str_of(bad[i]), &t));
}

static void eras_at_their_borders(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        int y, m, d;
    } good[] = {{"令和8年11月20日", 2026, 11, 20}, {"R8.11.20", 2026, 11, 20}, {"２０２６／１１／２０", 2026, 11, 20}, {"20261120", 2026, 11, 20},
        {"令和元年5月1日", 2019, 5, 1}, {"平成31年4月30日", 2019, 4, 30}, {"平成元年1月8日", 1989, 1, 8}, {"昭和64年1月7日", 1989, 1, 7},
        {"S64.1.7", 1989, 1, 7}, {"2026年 1月 5日", 2026, 1, 5}, {"大正15年12月24日", 1926, 12, 24}, {"昭和元年12月25日", 1926, 12, 25}};
    Day d;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(day_parse_people(&A, str_of(good[i].text), &d));
        assert_int_equal(d, day_of(good[i].y, good[i].m, good[i].d));
    }
    static const char *const bad[] = {"平成31年5月1日", "令和元年4月30日", "昭和64年1月8日", "平成0年1月1日", "2026/13/1", "2026/2/30", "", "令和8年", "8/11/20", "あ"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(day_parse_people(&A, str_of(bad[i]), &d));
    assert_true(str_eq(day_people(&A, day_of(2026, 11, 20)).in[JA], STR("2026年11月20日（金）・令和8年")));
}

static void identifiers(void **state)
{
    UNUSED(state);
    Id a = id_new(), b;
    assert_true(id_parse(id_text(&A, a), &b) && id_eq(a, b));
    assert_false(id_parse(STR("F47AC10B-58CC-4372-A567-0E02B2C3D479"), &b));
    assert_false(id_parse(STR("f47ac10b58cc4372a5670e02b2c3d479"), &b));
    Str out;
    assert_true(base64_parse(&A, STR("AA=="), &out) && out.n == 1);
    assert_false(base64_parse(&A, STR("AB=="), &out)); /* unused bits set: another spelling of the same byte */
    assert_false(base64_parse(&A, STR("AA"), &out));
}

static void grams(void **state)
{
    UNUSED(state);
    assert_true(str_eq(grams_of(&A, STR("電力会"), false), STR("96fb_529b 529b_4f1a")));
    assert_true(str_eq(grams_of(&A, STR("ｻｰﾊﾞ"), false), grams_of(&A, STR("サーバ"), false)));
    assert_true(str_eq(grams_of(&A, STR("水"), true), STR("6c34*")));
    assert_true(str_eq(grams_of(&A, STR("ab、c"), false), STR("61_62 63")));
    assert_int_equal(grams_of(&A, STR(" *\"()"), true).n, 0);
}

static void rows_of_csv(void **state)
{
    UNUSED(state);
    static const struct { const char *text, *fields; } cases[] = {
        {"a,b\r\n1,\"x, \"\"y\"\"\nz\"\n", "0.0=a 0.1=b 1.0=1 1.1=x, \"y\"\nz "}, {"\xef\xbb\xbf" "a;b;c\n;2,5;", "0.0=a 0.1=b 0.2=c 1.0= 1.1=2,5 "}, {"\x83\x6d\x81\x5b\x83\x68", "0.0=ノード "},
        {"", ""}, {"\n\na", "0.0= 1.0= 2.0=a "},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Csv c;
        Buf b;
        Str s;
        size_t row, column;
        buf_init(&b, &A, 100);
        assert_int_equal(csv_open(&A, str_of(cases[i].text), &c).kind, OK);
        for (bool there = true; there;) {
            assert_int_equal(csv_next(&c, &there, &s, &row, &column).kind, OK);
            if (there) buf_printf(&b, "%zu.%zu=%.*s ", row, column, STR_ARG(s));
        }
        assert_string_equal(b.s, cases[i].fields);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(arena_unwinds, reset), cmocka_unit_test_setup(arena_refuses_overflow, reset),
        cmocka_unit_test_setup(buffers_grow, reset),
        cmocka_unit_test_setup(numbers, reset), cmocka_unit_test_setup(texts, reset), cmocka_unit_test_setup(json_writes_valid, reset), cmocka_unit_test_setup(json_mends_bytes, reset),
        cmocka_unit_test_setup(json_refuses, reset), cmocka_unit_test_setup(days_agree_both_ways, reset),
        cmocka_unit_test_setup(japan_begins_the_day_first, reset), cmocka_unit_test_setup(eras_at_their_borders, reset),
        cmocka_unit_test_setup(identifiers, reset), cmocka_unit_test_setup(grams, reset), cmocka_unit_test_setup(rows_of_csv, reset)};
    int bad = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&A);
    return bad;
}
