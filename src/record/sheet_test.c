/*
 * Tests of the readers of spreadsheets. Workbooks are built with libxlsxwriter, broken ones by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include "record/record.h"

static Arena arena;

static int begin(void **state)
{
    UNUSED(state);
    arena_init(&arena, 256 << 20);
    return 0;
}

static int end(void **state)
{
    UNUSED(state);
    arena_done(&arena);
    return 0;
}

static const char *temp_path(void)
{
    char *path = arena_alloc(&arena, 64);
    memcpy(path, "/tmp/kaname-sheet-XXXXXX", 25);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return path;
}

static Str slurp(const char *path)
{
    Buf b;
    char block[4096];
    buf_init(&b, &arena, 4096);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&b, (Str){block, n});
    fclose(f);
    unlink(path);
    return buf_str(&b);
}

static Str at(const Book *b, size_t sheet, size_t row, size_t column)
{
    assert_true(sheet < b->n && row < b->sheets[sheet].rows_n);
    return column < b->sheets[sheet].row_cells[row] ? b->sheets[sheet].rows[row][column].text : STR("");
}

static void same(Str got, const char *want)
{
    assert_string_equal(str_c(&arena, got), want);
}

static void names(void **state)
{
    UNUSED(state);
    same(cell_name(&arena, 2, 11), "C12");
    same(cell_name(&arena, 25, 0), "Z1");
    same(cell_name(&arena, 26, 0), "AA1");
    same(cell_name(&arena, 255, 99999), "IV100000");
}

static Str workbook(void)
{
    const char *path = temp_path();
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *s = workbook_add_worksheet(book, "資産");
    lxw_worksheet *second = workbook_add_worksheet(book, "サービス");
    lxw_format *iso = workbook_add_format(book), *era = workbook_add_format(book), *yen = workbook_add_format(book), *sci = workbook_add_format(book);
    format_set_num_format(iso, "yyyy-mm-dd");
    format_set_num_format(era, "[$-411]ggge\"年\"m\"月\"d\"日\";@");
    format_set_num_format(yen, "\"¥\"#,##0;[Red]\\-\"day\"#,##0");
    format_set_num_format(sci, "0.00E+00");
    worksheet_write_string(s, 0, 0, "名称", NULL);
    worksheet_write_string(s, 1, 0, "制御 & <系>\n二行", NULL);
    worksheet_write_number(s, 1, 1, 46346, iso);
    worksheet_write_number(s, 1, 2, 46346, era);
    worksheet_write_number(s, 1, 3, 46346, yen);
    worksheet_write_number(s, 1, 4, 46346, sci);
    worksheet_write_number(s, 1, 5, 0.5, NULL);
    worksheet_write_number(s, 1, 6, 46346.25, iso);
    worksheet_write_boolean(s, 1, 7, 1, NULL);
    worksheet_write_formula_num(s, 1, 8, "=1+2", NULL, 3);
    worksheet_write_number(s, 1, 9, 59, iso);
    worksheet_write_number(s, 1, 10, 61, iso);
    worksheet_merge_range(s, 3, 0, 5, 1, "関東", NULL);
    worksheet_write_string(s, 5, 2, "末尾", NULL);
    worksheet_write_blank(s, 200000, 0, iso); /* styled but empty: no row */
    worksheet_write_string(second, 0, 0, "x", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    return slurp(path);
}

static void xlsx(void **state)
{
    UNUSED(state);
    Book b;
    assert_int_equal(book_read(&arena, workbook(), STR("a.xlsx"), &b).kind, OK);
    assert_int_equal(b.n, 2);
    same(b.sheets[0].name, "資産");
    same(b.sheets[1].name, "サービス");
    same(at(&b, 0, 1, 0), "制御 & <系>\n二行");
    same(at(&b, 0, 1, 1), "2026-11-20");
    assert_true(b.sheets[0].rows[1][1].is_date);
    same(at(&b, 0, 1, 2), "2026-11-20");
    same(at(&b, 0, 1, 3), "46346");
    same(at(&b, 0, 1, 4), "46346");
    same(at(&b, 0, 1, 5), "0.5");
    same(at(&b, 0, 1, 6), "2026-11-20 06:00:00");
    same(at(&b, 0, 1, 7), "TRUE");
    same(at(&b, 0, 1, 8), "3");
    same(at(&b, 0, 1, 9), "1900-02-28");
    same(at(&b, 0, 1, 10), "1900-03-01");
    for (size_t r = 3; r < 6; r++)
        for (size_t c = 0; c < 2; c++)
            same(at(&b, 0, r, c), "関東");
    assert_int_equal(b.sheets[0].rows_n, 6);
}

static const char rels[] = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/a.xml\"/>"
                           "<Relationship Id=\"r2\" Type=\"x/sharedStrings\" Target=\"/xl/s.xml\"/></Relationships>";

/* The smallest archive that is a workbook, around one sheet. */
static Str handmade(const char *book, const char *shared, Str sheet)
{
    const char *path = temp_path();
    zipFile z = zipOpen64(path, APPEND_STATUS_CREATE);
    const struct { const char *name; Str text; } parts[] = {
        {"xl/workbook.xml", str_of(book)}, {"xl/_rels/workbook.xml.rels", str_of(rels)}, {"xl/s.xml", str_of(shared)}, {"xl/worksheets/a.xml", sheet}};
    for (size_t i = 0; i < COUNT(parts); i++) {
        zipOpenNewFileInZip(z, parts[i].name, NULL, NULL, 0, NULL, 0, NULL, Z_DEFLATED, 9);
        zipWriteInFileInZip(z, parts[i].text.s, (unsigned)parts[i].text.n);
        zipCloseFileInZip(z);
    }
    zipClose(z, NULL);
    return slurp(path);
}

static const char plain_book[] = "<w:workbook xmlns:w='w' xmlns:q='q'><w:workbookPr date1904='1'/><w:sheets><w:sheet name='一' q:id='r1'/></w:sheets></w:workbook>";

static void phonetic_and_places(void **state)
{
    UNUSED(state);
    Book b;
    const char *shared = "<sst><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si></sst>";
    Str sheet = STR("<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='inlineStr'><is><t>a_x000D_b_x005F_c</t></is></c></row>"
                    "<row r='5'><c r='C5' t='e'><v>#REF!</v></c></row></sheetData></worksheet>");
    assert_int_equal(book_read(&arena, handmade(plain_book, shared, sheet), STR("a"), &b).kind, OK);
    same(at(&b, 0, 0, 0), "東京");
    same(at(&b, 0, 0, 1), "ab_c");
    same(at(&b, 0, 4, 2), "#REF!");
    assert_int_equal(b.sheets[0].rows_n, 5);
}

static void refused(void **state)
{
    UNUSED(state);
    Book b;
    const char *none = "<sst/>";
    assert_int_equal(book_read(&arena, STR("PK\3\4"), STR("a"), &b).kind, ERR_INVALID);
    assert_int_equal(book_read(&arena, STR(""), STR("a"), &b).kind, ERR_INVALID);
    assert_int_equal(book_read(&arena, STR("\xd0\xcf\x11\xe0..."), STR("a"), &b).kind, ERR_TYPE);
    Str index = STR("<worksheet><c r='A1' t='s'><v>7</v></c></worksheet>");
    assert_int_equal(book_read(&arena, handmade(plain_book, none, index), STR("a"), &b).kind, ERR_INVALID);
    Str doctype = STR("<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>");
    assert_int_equal(book_read(&arena, handmade(plain_book, none, doctype), STR("a"), &b).kind, ERR_INVALID);
    Str wide = STR("<worksheet><c r='IW1'><v>7</v></c></worksheet>"), low = STR("<worksheet><c r='A100001'><v>7</v></c></worksheet>");
    assert_int_equal(book_read(&arena, handmade(plain_book, none, wide), STR("a"), &b).kind, ERR_TOO_LARGE);
    assert_int_equal(book_read(&arena, handmade(plain_book, none, low), STR("a"), &b).kind, ERR_TOO_LARGE);
    Str whole = workbook();
    for (size_t cut = 1; cut < 400; cut += 7)
        assert_int_not_equal(book_read(&arena, str_slice(whole, 0, whole.n * cut / 400), STR("a"), &b).kind, OK);
}

static void bomb(void **state)
{
    UNUSED(state);
    Book b;
    size_t n = ((size_t)BOOK_INFLATED_MAX) + (1 << 20);
    char *blanks = malloc(n);
    assert_non_null(blanks);
    memset(blanks, ' ', n);
    memcpy(blanks, "<worksheet>", 11);
    Str file = handmade(plain_book, "<sst/>", (Str){blanks, n});
    free(blanks);
    assert_true(file.n < 1 << 20);
    assert_int_equal(book_read(&arena, file, STR("a"), &b).kind, ERR_TOO_LARGE);
}

static void csv(void **state)
{
    UNUSED(state);
    Book b;
    assert_int_equal(book_read(&arena, STR("\xef\xbb\xbf" "名称,値\r\n\"a\"\"b\nc\",'=1\r\n\r\n,末"), STR("/x/資産.csv"), &b).kind, OK);
    same(b.sheets[0].name, "資産");
    same(at(&b, 0, 0, 0), "名称");
    same(at(&b, 0, 1, 0), "a\"b\nc");
    same(at(&b, 0, 1, 1), "=1");
    same(at(&b, 0, 3, 1), "末");
    assert_int_equal(b.sheets[0].rows_n, 4);
    assert_int_equal(book_read(&arena, STR("\x96\xbc\x8f\xcc\t\x87\x40\nx\ty"), STR("a.txt"), &b).kind, OK); /* CP932: 名称, ① */
    same(at(&b, 0, 0, 0), "名称");
    same(at(&b, 0, 0, 1), "①");
    same(at(&b, 0, 1, 1), "y");
    assert_int_equal(book_read(&arena, STR("\xff\xfe\x0d\x54\t\0\x31\0\n\0"), STR("a"), &b).kind, OK);
    same(at(&b, 0, 0, 0), "名");
    same(at(&b, 0, 0, 1), "1");
    assert_int_equal(book_read(&arena, STR("a,\"b\nc"), STR("a"), &b).kind, ERR_INVALID);
    assert_int_equal(book_read(&arena, STR("a,\"b\"c\n"), STR("a"), &b).kind, ERR_INVALID);
    assert_int_equal(book_read(&arena, STR("a\0b"), STR("a"), &b).kind, ERR_INVALID);
    assert_int_equal(book_read(&arena, STR("\x81"), STR("a"), &b).kind, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names), cmocka_unit_test(xlsx), cmocka_unit_test(phonetic_and_places), cmocka_unit_test(refused),
        cmocka_unit_test(bomb), cmocka_unit_test(csv),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
