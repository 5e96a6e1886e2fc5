/* excerpt_test.c -- the piece around a hit: in the middle, at both ends, in half width, with voiced marks, over line breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "record/sql.h"

static Str filler(Arena *a, int n)
{
    Buf b;
    buf_init(&b, a, 100);
    for (int i = 0; i < n; i++)
        buf_addc(&b, i % 2 ? "川" : "山");
    return buf_str(&b);
}

static void expect(Arena *a, Str text, const char *word, const char *part, bool cut_before, bool cut_after)
{
    Str out;
    assert_true(excerpt_around(a, text, str_fold(a, str_of(word)), &out));
    assert_true(str_is_utf8(out));
    assert_true(str_find(out, str_of(part)) != SIZE_MAX);
    assert_int_equal(str_starts(out, STR("…")), cut_before);
    assert_int_equal(str_ends(out, STR("…")), cut_after);
    assert_true(str_chars(out) <= 100);
    assert_true(str_find(out, STR("\n")) == SIZE_MAX);
}

static void test_around(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 64 << 20);
    Str before = filler(&a, 300), after = filler(&a, 300), out;
    Str middle = str_join(&a, before, STR("第二ﾎﾟﾝﾌﾟ場"), after);
    expect(&a, middle, "ポンプ", "第二ﾎﾟﾝﾌﾟ場", true, true);
    expect(&a, middle, "ﾎﾟﾝﾌﾟ", "ﾎﾟﾝﾌﾟ", true, true);
    expect(&a, str_join(&a, STR("ポンプ場"), STR(""), after), "ﾎﾟﾝﾌﾟ", "ポンプ場", false, true);
    expect(&a, str_join(&a, before, STR(""), STR("ポンプ場")), "ﾎﾟﾝﾌﾟ", "ポンプ場", true, false);
    expect(&a, STR("一行目\n二行目のＰＵＭＰ"), "pump", "一行目 二行目のＰＵＭＰ", false, false);
    expect(&a, str_join(&a, before, STR("㍿\r\n"), STR("と水道")), "株式会社", "㍿", true, false); /* one character folds to four */
    Str halves = {0};
    for (int i = 0; i < 100; i++)
        halves = str_join(&a, halves, STR("ｶﾞ"), STR("ﾊﾟ")); /* every two fold to one: places differ by half */
    expect(&a, str_join(&a, halves, STR("浄水"), after), "浄水", "浄水", true, true);
    assert_false(excerpt_around(&a, middle, STR("ない"), &out));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_around)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
