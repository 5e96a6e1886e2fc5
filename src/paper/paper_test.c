/* paper_test.c -- a document on paper: pages, blanks, hostile text, the same bytes again. What readers of PDF and XLSX see is tests/paper.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "paper/press.h"

#include <stdlib.h>

/* The list of fonts that fontconfig keeps until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\n"; }

static const Instant T = 1795860184000; /* 2026-11-28T10:03:04Z */
static Arena a;

static int begin(void **state)
{
    UNUSED(state);
    arena_init(&a, 512 << 20);
    return 0;
}

static int end(void **state)
{
    UNUSED(state);
    arena_done(&a);
    return 0;
}

static bool holds(Str s, const char *part) { return str_find(s, str_of(part)) != SIZE_MAX; }
static Text both(Str s) { return (Text){{s, s}}; }

static Paper of(const PaperPart *parts, size_t n)
{
    return (Paper){.title = TEXT("重大な事故の報告", "Report of a major accident"), .to = TEXT("総務大臣 宛て", "To the minister"), .from = TEXT("要市", "Kaname City"), .mark = TEXT("案", "draft"), .at = T, .reference = TEXT("DUT-0001", "DUT-0001"), .parts = parts, .n = n};
}

static Paper of_value(PaperItem *item, PaperPart *part, Str value)
{
    *item = (PaperItem){.label = TEXT("項目", "Item"), .value = both(value)};
    *part = (PaperPart){.title = TEXT("事実", "Facts"), .kind = PAPER_ITEMS, .items = item, .n = 1};
    return of(part, 1);
}

static size_t pages_of(const Paper *p)
{
    Str pdf;
    size_t pages = 0;
    Err e = paper_pdf(&a, p, JA, &pdf, &pages);
    if (e.kind) fail_msg("%.*s", STR_ARG(e.text.in[EN]));
    assert_true(str_starts(pdf, STR("%PDF-")) && holds(pdf, "/StructTreeRoot") && holds(pdf, "/MarkInfo << /Marked true >>") && holds(pdf, "/Lang (ja-JP)") && holds(pdf, "/DisplayDocTitle true"));
    return pages;
}

static Str repeated(const char *what, size_t n)
{
    Buf b;
    buf_init(&b, &a, n * strlen(what));
    for (size_t i = 0; i < n; i++) buf_addc(&b, what);
    return buf_str(&b);
}

static void one_page(void **state)
{
    UNUSED(state);
    PaperItem item;
    PaperPart part;
    Paper p = of_value(&item, &part, STR("約42,000人"));
    assert_int_equal(pages_of(&p), 1);
}

static void same_bytes(void **state)
{
    UNUSED(state);
    PaperItem item;
    PaperPart part;
    Paper p = of_value(&item, &part, STR("一"));
    Str x, y, z, en;
    assert_int_equal(paper_pdf(&a, &p, JA, &x, NULL).kind, OK);
    assert_int_equal(paper_pdf(&a, &p, JA, &y, NULL).kind, OK);
    assert_true(str_eq(x, y));
    p.at += 60000;
    assert_int_equal(paper_pdf(&a, &p, JA, &z, NULL).kind, OK);
    assert_false(str_eq(x, z));
    assert_int_equal(paper_pdf(&a, &p, EN, &en, NULL).kind, OK);
    assert_true(holds(en, "/Lang (en)") && !holds(en, "ja-JP"));
}

static void long_values(void **state)
{
    UNUSED(state);
    PaperItem item;
    PaperPart part;
    Paper p = of_value(&item, &part, repeated("あ", 10000));
    size_t pages = pages_of(&p);
    assert_in_range(pages, 5, 20);
    p = of_value(&item, &part, repeated("W", 10000)); /* not one place to break */
    assert_in_range(pages_of(&p), 4, 20);
    p = of_value(&item, &part, repeated("行\n", 400));
    assert_in_range(pages_of(&p), 6, 20);
    p = of_value(&item, &part, repeated("行\n", 11000));
    Str pdf;
    assert_int_equal(paper_pdf(&a, &p, JA, &pdf, NULL).kind, ERR_TOO_LARGE);
}

/* Rows that fit on a page stay whole: forty rows of half a page and a bit are one on each page. */
static void whole_rows(void **state)
{
    UNUSED(state);
    PaperItem items[20];
    PaperPart part = {.title = TEXT("事実", "Facts"), .kind = PAPER_ITEMS, .items = items, .n = COUNT(items)};
    for (size_t i = 0; i < COUNT(items); i++) items[i] = (PaperItem){.label = TEXT("項目", "Item"), .value = both(repeated("行\n", 30))};
    Paper p = of(&part, 1);
    assert_int_equal(pages_of(&p), COUNT(items));
}

static void tables(void **state)
{
    UNUSED(state);
    static const Text heads[] = {TEXT("いつから", "From"), TEXT("いつまで", "To"), TEXT("人数", "Users")};
    static const int shares[] = {40, 40, 20};
    Text *cells = arena_array(&a, Text, 3 * 300);
    for (size_t i = 0; i < 900; i++) cells[i] = both(str_printf(&a, "%zu", i));
    PaperPart part = {.title = TEXT("経過", "Course"), .kind = PAPER_TABLE, .table = {heads, shares, 3, cells, 300}};
    Paper p = of(&part, 1);
    assert_in_range(pages_of(&p), 6, 15);
    p.dense = true;
    assert_in_range(pages_of(&p), 1, 5);
    part.table.rows = 0;
    assert_int_equal(pages_of(&p), 1);
}

static void hostile(void **state)
{
    UNUSED(state);
    static const char *const texts[] = {"\x01\x02\x1b[31m", "\xE2\x80\xAEtxt.exe", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xB3\xD9\x84\xD8\xA7\xD9\x85", "辻\xF3\xA0\x84\x80 葛\xF3\xA0\x84\x81 髙﨑", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
        "<b>&amp;</b>]]>", ") >> endobj trailer << /Root 1 0 R >> startxref 0 %%EOF", "\xff\xfe\xc0\x80", "\xED\xA0\x80", "=cmd|' /C calc'!A0", "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", "\n\n\n", "\t\r\n "};
    PaperItem item;
    PaperPart part;
    for (size_t i = 0; i < COUNT(texts); i++) {
        Paper p = of_value(&item, &part, str_of(texts[i]));
        p.title = p.below = p.to = p.from = p.mark = p.reference = both(str_of(texts[i]));
        assert_in_range(pages_of(&p), 1, 2);
    }
}

static void cleaned(void **state)
{
    UNUSED(state);
    static const struct { const char *in, *out; } rows[] = {{"", ""}, {"要\n市", "要\n市"}, {"a\tb\x01\x7f", "a b  "}, {"\r\n", "\n"}, {"\xE2\x80\xAE" "evil\xE2\x81\xA6", "evil"}, {"\xE2\x80\x8B\xEF\xBB\xBF", ""}, {"\xff", "\xEF\xBF\xBD"}, {"\xE8\xA6", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"辻\xF3\xA0\x84\x80", "辻\xF3\xA0\x84\x80"}, {"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9"}, {"\xC2\x85", " "}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!str_eqc(paper_clean(&a, str_of(rows[i].in)), rows[i].out)) fail_msg("%zu: %.*s", i, STR_ARG(paper_clean(&a, str_of(rows[i].in))));
    assert_true(str_eqc(paper_clean(&a, (Str){"a\0b", 3}), "a\xEF\xBF\xBD" "b"));
}

/* What is not a file of cairo's is refused, not guessed at. */
static void marked(void **state)
{
    UNUSED(state);
    static const char *const broken[] = {"", "trailer", "%PDF-1.5\ntrailer << /Root 1 0 R >>\nstartxref\n0\n", "%PDF-1.5\n1 0 obj\n<< /Type /Catalog\ntrailer << /Size 2 /Info 1 0 R /Root 1 0 R >>\nstartxref\n9\n", "trailer << /Size 99999999999999999999 /Root x >> startxref"};
    Str out;
    for (size_t i = 0; i < COUNT(broken); i++) assert_int_equal(pdf_mark(&a, str_of(broken[i]), JA, &out).kind, ERR_BROKEN);
}

static Err xlsx(const Paper *p, Str *out)
{
    FILE *f = tmpfile();
    static char bytes[1 << 20];
    assert_non_null(f);
    Err e = paper_xlsx(&a, p, JA, fileno(f));
    *out = (Str){bytes, fread(bytes, 1, sizeof bytes, f)};
    fclose(f);
    *out = str_copy(&a, *out);
    return e;
}

static void spreadsheet(void **state)
{
    UNUSED(state);
    PaperItem item;
    PaperPart part;
    Str x, y;
    Paper p = of_value(&item, &part, STR("=1+1"));
    assert_int_equal(xlsx(&p, &x).kind, OK);
    assert_int_equal(xlsx(&p, &y).kind, OK);
    assert_true(str_starts(x, STR("PK")) && str_eq(x, y));
    p = of_value(&item, &part, repeated("あ", 32000));
    assert_int_equal(xlsx(&p, &x).kind, OK);
    p = of_value(&item, &part, repeated("あ", 32001));
    assert_int_equal(xlsx(&p, &x).kind, ERR_TOO_LARGE);
}

static void json(void **state)
{
    UNUSED(state);
    PaperItem item;
    PaperPart part;
    Paper p = of_value(&item, &part, STR(""));
    Buf b;
    buf_init(&b, &a, 500);
    JsonOut j = {&b, false};
    json_open(&j, '{'), paper_json(&j, &p), json_close(&j, '}');
    assert_true(holds(buf_str(&b), "\"blank\":true") && !holds(buf_str(&b), "\"value\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_page), cmocka_unit_test(same_bytes), cmocka_unit_test(long_values), cmocka_unit_test(whole_rows), cmocka_unit_test(tables), cmocka_unit_test(hostile), cmocka_unit_test(cleaned),
        cmocka_unit_test(marked), cmocka_unit_test(json), cmocka_unit_test(spreadsheet)};
    return cmocka_run_group_tests(tests, begin, end);
}
