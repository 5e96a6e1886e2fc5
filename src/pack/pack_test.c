/* pack_test.c -- the shipped pack loads; broken packs must fail, with the line and the nearest word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/pack.h"

static Arena a;

static int setup(void **state)
{
    UNUSED(state);
    arena_init(&a, 256 << 20);
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_done(&a);
    return 0;
}

static void write_file(Str dir, const char *name, const char *text)
{
    FILE *f = fopen(str_c(&a, str_join(&a, dir, STR("/"), str_of(name))), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

#define HEAD "{\"name\":\"t\",\"version\":\"1\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"lists\":[\"things\"]}"
#define GOOD "{\"code\":\"a\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"source\":\"s\",\"check\":\"V\"}"

static Err load(const char *head, const char *things, Pack *p)
{
    char name[] = "/tmp/kaname-pack-XXXXXX";
    assert_non_null(mkdtemp(name));
    Str dir = str_copy(&a, str_of(name));
    write_file(dir, "pack.json", head);
    if (things) write_file(dir, "things.json", things);
    Err e = pack_load(&a, dir, p);
    (void)unlink(str_c(&a, str_join(&a, dir, STR("/"), STR("pack.json"))));
    (void)unlink(str_c(&a, str_join(&a, dir, STR("/"), STR("things.json"))));
    (void)rmdir(name);
    return e;
}

static void must_fail(const char *things, const char *path, const char *code)
{
    Pack p;
    Err e = load(HEAD, things, &p);
    assert_int_equal(e.kind, ERR_MISTAKES);
    for (size_t i = 0; i < e.mistakes->n; i++)
        if (str_eqc(e.mistakes->list[i].path, path) && !strcmp(e.mistakes->list[i].code, code)) return;
    fail_msg("expected %s %s, got %.*s", path, code, STR_ARG(e.mistakes->list[0].path));
}

static void test_good(void **state)
{
    UNUSED(state);
    Pack p;
    assert_int_equal(load(HEAD, "{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[" GOOD "]}", &p).kind, OK);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.items[0].check, CHECK_VERIFIED);
}

static void test_must_fail(void **state)
{
    UNUSED(state);
    must_fail(NULL, "things.json:1 file", "type");
    must_fail("{", "things.json:1 file", "type");
    must_fail("{\"list\":\"thing\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[]}", "things.json:1 list", "choice");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":{}}", "things.json:1 items", "type");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[3]}", "things.json:1 items", "type");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[\n" GOOD ",\n" GOOD "]}", "things.json:3 code", "unique");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[\n{\"code\":\"a\",\n\"title\":{\"ja\":\"あ\"},\n\"source\":\"s\",\"check\":\"V\"}]}", "things.json:3 title", "required");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[\n{\"title\":{\"ja\":\"あ\",\"en\":\"a\"}}]}", "things.json:2 code", "required");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[{\"code\":\"a\",\"from\":\"2026-02-30\"}]}", "things.json:1 from", "type");
    must_fail("{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[{\"code\":\"a\",\"from\":\"2026-02-03\",\n\"to\":\"2026-02-02\"}]}", "things.json:2 to", "range");
}

#define FIELDS "{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"fields\":{\"kin\":{\"label\":{\"ja\":\"親類\",\"en\":\"Kin\"},\"list\":\"things\"},\n\"note\":{\"label\":{\"ja\":\"注\",\"en\":\"Note\"}}},\"items\":["
#define ITEM(code, more) "{\"code\":\"" code "\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"source\":\"s\",\"check\":\"V\"" more "}"

static void test_fields(void **state)
{
    UNUSED(state);
    Pack p;
    must_fail("{\"list\":\"things\",\"items\":[]}", "things.json:1 title", "required");
    must_fail(FIELDS ITEM("a", "") ",\n" ITEM("b", ",\"not\":\"x\"") "]}", "things.json:3 not", "unknown_field");
    must_fail(FIELDS ITEM("a", ",\"kin\":\"c\"") "]}", "things.json a kin", "reference");
    assert_int_equal(load(HEAD, FIELDS ITEM("a", ",\"kin\":\"b\",\"note\":\"ﾎﾟﾝﾌﾟ場\"") "," ITEM("b", "") "]}", &p).kind, OK);
    assert_true(pack_item_has(&a, &p.items[0], STR("ポンプ S")));
    assert_false(pack_item_has(&a, &p.items[0], STR("ポンプ x")));
    Buf b;
    buf_init(&b, &a, 100);
    JsonOut j = {&b, false};
    pack_item_json(&j, &a, &p, &p.items[0]);
    assert_string_equal(str_c(&a, buf_str(&b)), "{\"id\":\"a\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"kin\":\"b\",\"note\":\"ﾎﾟﾝﾌﾟ場\",\"_titles\":{\"b\":{\"ja\":\"あ\",\"en\":\"a\"}},"
        "\"source\":\"s\",\"from\":null,\"to\":null,\"check\":\"V\"}");
}

static void test_folder(void **state)
{
    UNUSED(state);
    Packs p;
    Str root = str_of(getenv("KANAME_ROOT"));
    assert_int_equal(packs_load(&a, str_join(&a, root, STR("/"), STR("packs")), &p).kind, OK);
    assert_non_null(packs_find(&p, STR("jp")));
    assert_non_null(pack_find_list(packs_find(&p, STR("jp")), STR("events")));
    assert_int_equal(packs_load(&a, str_join(&a, root, STR("/"), STR("packs/jp")), &p).kind, OK); /* one pack */
    assert_int_equal(p.n, 1);
    assert_int_equal(packs_load(&a, str_join(&a, root, STR("/"), STR("src")), &p).kind, ERR_NOT_FOUND); /* no pack in it */
    assert_int_equal(packs_load(&a, STR("/nowhere"), &p).kind, ERR_NOT_FOUND);
}

/* --- registers ---------------------------------------------------------------------------------------------- */

#define REGISTER(fields) "{\"register\":\"outage\",\"path\":\"outages\",\"prefix\":\"OU\",\"label\":{\"ja\":\"停\",\"en\":\"O\"},\"labels\":{\"ja\":\"停\",\"en\":\"O\"},\"help\":{\"ja\":\"停\",\"en\":\"O\"},\"fields\":[" fields "]}"
#define LABELS "\"label\":{\"ja\":\"名\",\"en\":\"N\"}"

static Err load_register(const char *text, Pack *p)
{
    char name[] = "/tmp/kaname-pack-XXXXXX";
    assert_non_null(mkdtemp(name));
    Str dir = str_copy(&a, str_of(name)), sub = str_join(&a, dir, STR("/"), STR("registers"));
    assert_int_equal(mkdir(str_c(&a, sub), 0700), 0);
    write_file(dir, "pack.json", "{\"name\":\"t\",\"version\":\"1\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"lists\":[\"things\"],\"registers\":[\"outage\"]}");
    write_file(dir, "things.json", "{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[]}");
    write_file(sub, "outage.json", text);
    Err e = pack_load(&a, dir, p);
    static const char *const made[] = {"registers/outage.json", "registers", "things.json", "pack.json"};
    for (size_t i = 0; i < COUNT(made); i++)
        (void)remove(str_c(&a, str_join(&a, dir, STR("/"), str_of(made[i]))));
    (void)rmdir(name);
    return e;
}

static void must_fail_register(const char *text, const char *path, const char *code)
{
    Pack p;
    Err e = load_register(text, &p);
    assert_int_equal(e.kind, ERR_MISTAKES);
    for (size_t i = 0; i < e.mistakes->n; i++)
        if (str_eqc(e.mistakes->list[i].path, path) && !strcmp(e.mistakes->list[i].code, code)) return;
    fail_msg("expected %s %s, got %.*s", path, code, STR_ARG(e.mistakes->list[0].path));
}

static void test_registers(void **state)
{
    UNUSED(state);
    Pack p;
    Err e = pack_load(&a, str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/"), STR("tests/packs/drill")), &p);
    assert_int_equal(e.kind, OK);
    assert_int_equal(p.resources_n, 1);
    const Resource *r = &p.resources[0];
    assert_string_equal(r->path, "outages");
    assert_int_equal(r->fields_n, 7);
    assert_int_equal(r->fields[1].kind, KIND_INT);
    assert_int_equal(r->fields[1].flags, RANGE | SORT | FILTER | COLUMN);
    assert_int_equal(r->fields[4].choices_n, 2);
    assert_int_equal(r->fields[6].fields_n, 3);
    must_fail_register("{", "registers/outage.json:1 file", "type");
    must_fail_register(REGISTER(""), "registers/outage.json fields", "required");
    must_fail_register(REGISTER("3"), "registers/outage.json fields/0/", "type");
    must_fail_register(REGISTER("{\"name\":\"a b\",\"kind\":\"text\"," LABELS "}"), "registers/outage.json fields/0/name", "required");
    must_fail_register(REGISTER("{\"name\":\"version\",\"kind\":\"int\"," LABELS "}"), "registers/outage.json fields/0/name", "unique");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"tekst\"," LABELS "}"), "registers/outage.json fields/0/kind", "choice");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"text\"}"), "registers/outage.json fields/0/label", "required");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"text\",\"flags\":[\"readonly\"]," LABELS "}"), "registers/outage.json fields/0/flags", "choice");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"int\",\"min\":3,\"max\":2," LABELS "}"), "registers/outage.json fields/0/max", "range");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"text\",\"roles\":[]," LABELS "}"), "registers/outage.json fields/0/roles", "unknown_field");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"choice\",\"choices\":[{\"code\":\"x\"}]," LABELS "}"), "registers/outage.json fields/0/choices/0/label", "required");
    must_fail_register(REGISTER("{\"name\":\"a\",\"kind\":\"list\",\"fields\":[{\"name\":\"Ｂ\",\"kind\":\"int\"," LABELS "}]," LABELS "}"), "registers/outage.json fields/0/fields/0/name", "required");
}

static void test_nearest(void **state)
{
    UNUSED(state);
    Pack p;
    Err e = load(HEAD, "{\"list\":\"things\",\"title\":{\"ja\":\"物\",\"en\":\"Things\"},\"items\":[{\"code\":\"a\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"source\":\"s\",\"check\":\"SED\"}]}", &p);
    assert_int_equal(e.kind, ERR_MISTAKES);
    assert_int_equal(e.mistakes->n, 1);
    assert_true(str_find(e.mistakes->list[0].text.in[EN], STR("\"SEED\"")) != SIZE_MAX);
    e = load("{\"name\":\"t\",\"version\":\"1\",\"title\":{\"ja\":\"あ\",\"en\":\"a\"},\"lists\":[\"../things\"]}", NULL, &p);
    assert_int_equal(e.kind, ERR_MISTAKES);
    assert_true(str_eqc(e.mistakes->list[0].path, "pack.json:1 lists"));
}

static void test_shipped(void **state)
{
    UNUSED(state);
    const char *root = getenv("KANAME_ROOT");
    assert_non_null(root);
    Pack p;
    Err e = pack_load(&a, str_join(&a, str_of(root), STR("/"), STR("packs/jp")), &p);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++)
        print_message("%.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[EN]));
    assert_int_equal(e.kind, OK);
    Packs all = {&p, 1};
    const PackItem *found[64];
    assert_int_equal(pack_list(&all, STR("sectors"), day_of(2026, 9, 30), found, 64), 15);
    assert_non_null(pack_find(&all, STR("sectors"), STR("water"), day_of(2026, 9, 30)));
    assert_null(pack_find(&all, STR("sectors"), STR("water"), day_of(2000, 1, 1)));
    assert_null(pack_find(&all, STR("sectors"), STR("none"), DAY_NONE));
    int64_t n = 0;
    assert_true(pack_number(pack_find(&all, STR("services"), STR("cable"), DAY_NONE), "limit", "minutes", &n) && n == 120);
    assert_false(pack_number(pack_find(&all, STR("services"), STR("deposit"), DAY_NONE), "limit", "minutes", &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_good, setup, teardown), cmocka_unit_test_setup_teardown(test_must_fail, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fields, setup, teardown), cmocka_unit_test_setup_teardown(test_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_registers, setup, teardown), cmocka_unit_test_setup_teardown(test_nearest, setup, teardown), cmocka_unit_test_setup_teardown(test_shipped, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
