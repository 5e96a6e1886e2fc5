/* form_test.c -- objects by their tables: what is read, every mistake by its path, names, numbers that read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/form.h"

#include <jansson.h>
#include <math.h>

static Arena A;

static int reset(void **state)
{
    UNUSED(state);
    arena_done(&A);
    arena_init(&A, 8 << 20);
    return 0;
}

typedef struct Thing { Str word; double x; int64_t n; bool yes; const json_t *part, *list, *numbers; } Thing;
static const FormField part_fields[] = {{"x", FORM_NUMBER, offsetof(Thing, x), 0, 1, FORM_OVER | FORM_UNDER}};
static const Form part = FORM(NULL, part_fields);
static const FormField thing_fields[] = {{"word", FORM_STR, offsetof(Thing, word), 0, 4, FORM_NEEDED}, {"x", FORM_NUMBER, offsetof(Thing, x), -1, 1}, {"n", FORM_WHOLE, offsetof(Thing, n), 0, 9}, {"yes", FORM_BOOL, offsetof(Thing, yes)},
    {"part", FORM_OBJECT, offsetof(Thing, part), .of = &part}, {"list", FORM_LIST, offsetof(Thing, list), 0, 2, 0, &part}, {"numbers", FORM_NUMBERS, offsetof(Thing, numbers), 1, 3}};
static const Form thing = FORM(NULL, thing_fields);
static const FormField red_fields[] = {{"x", FORM_NUMBER, offsetof(Thing, x), 0, 1}};
static const Form red = FORM("red", red_fields), blue = FORM("blue", part_fields);
static const Form *const picks[] = {&red, &blue, NULL};
static const Form picked = {.picks = picks};

static json_t *tree_of(const char *json)
{
    json_t *tree;
    assert_int_equal(json_in(&A, str_of(json), 1 << 20, &tree).kind, OK);
    return tree;
}

static bool says(const Mistakes *m, size_t i, const char *path, const char *code, const char *en)
{
    return i < m->n && str_eqc(m->list[i].path, path) && !strcmp(m->list[i].code, code) && str_find(m->list[i].text.in[EN], str_of(en)) != SIZE_MAX && m->list[i].text.in[JA].n;
}

static void reads(void **state)
{
    UNUSED(state);
    Mistakes m;
    FormIn f = {&A, &m};
    Thing t = {.x = 7};
    double numbers[2];
    mistakes_init(&m, &A);
    assert_true(form_read(&f, &thing, tree_of("{\"word\":\"水\",\"n\":9,\"yes\":true,\"part\":{},\"list\":[{}],\"numbers\":[1,2.5],\"note\":[1]}"), NULL, &t));
    assert_int_equal(m.n, 0);
    assert_true(str_eqc(t.word, "水") && t.x == 7 && t.n == 9 && t.yes && t.part && json_array_size(t.list) == 1); /* what is not there stays */
    assert_true(form_numbers(&f, t.numbers, NULL, numbers) && numbers[0] == 1 && numbers[1] == 2.5);
    assert_ptr_equal(form_pick(&f, &picked, tree_of("{\"kind\":\"blue\"}"), NULL), &blue);
}

static void names_every_mistake(void **state)
{
    UNUSED(state);
    Mistakes m;
    FormIn f = {&A, &m};
    Thing t = {0};
    mistakes_init(&m, &A);
    const FormPath *path = FORM_AT(FORM_KEY(NULL, "things"), 3);
    assert_false(form_read(&f, &thing, tree_of("{\"x\":1.1,\"n\":2.5,\"yes\":1,\"part\":[],\"list\":[{},{},{}],\"numbers\":[],\"wrod\":1}"), path, &t));
    assert_int_equal(m.n, 8);
    assert_true(says(&m, 0, "things[3].word", "required", "is needed") && says(&m, 1, "things[3].x", "range", "of at least -1 and at most 1 (it is 1.1)") && says(&m, 2, "things[3].n", "type", "whole"));
    assert_true(says(&m, 3, "things[3].yes", "type", "true or false") && says(&m, 4, "things[3].part", "type", "object") && says(&m, 5, "things[3].list", "type", "0 to 2") && says(&m, 6, "things[3].numbers", "type", "1 to 3"));
    assert_true(says(&m, 7, "things[3].wrod", "unknown_field", "\"word\""));
    mistakes_init(&m, &A);
    assert_false(form_read(&f, &thing, tree_of("{\"word\":\"12345\"}"), NULL, &t) || form_read(&f, &thing, tree_of("[]"), NULL, &t) || form_read(&f, &thing, tree_of("{\"word\":\"\"}"), NULL, &t));
    assert_true(says(&m, 0, "word", "type", "at most 4") && says(&m, 1, "$", "type", "object") && says(&m, 2, "word", "required", "empty"));
    mistakes_init(&m, &A);
    assert_false(form_read(&f, &part, tree_of("{\"x\":0}"), NULL, &t) || form_read(&f, &part, tree_of("{\"x\":1}"), NULL, &t)); /* over, under: not the bounds themselves */
    assert_true(form_read(&f, &part, tree_of("{\"x\":0.999}"), NULL, &t));
    assert_null(form_pick(&f, &picked, tree_of("{\"kind\":\"blu\"}"), NULL));
    assert_null(form_pick(&f, &picked, tree_of("{}"), NULL));
    assert_false(form_greater(&f, 1, 1, FORM_KEY(NULL, "high"), "low") || form_greater(&f, NAN, 1, FORM_KEY(NULL, "high"), "low"));
    assert_true(says(&m, 2, "kind", "choice", "\"blue\"") && says(&m, 3, "kind", "required", "red, blue") && says(&m, 4, "high", "range", "must be greater than low"));
}

/* Names of the document reach no terminal as they are; beyond the last mistake that is kept no memory is taken. */
static void bears_hostile_names(void **state)
{
    UNUSED(state);
    Mistakes m;
    FormIn f = {&A, &m};
    Thing t = {0};
    mistakes_init(&m, &A);
    json_t *many = json_keep(&A, json_object());
    for (int i = 0; i < 20000; i++) json_object_set_new(many, str_c(&A, str_printf(&A, "k\x1b%d", i)), json_null());
    size_t before = A.used;
    (void)form_read(&f, &red, many, NULL, &t);
    assert_true(m.n == MISTAKES_MAX && m.more == 20000 - MISTAKES_MAX && A.used - before < 2 << 20);
    assert_false(str_has_control(m.list[0].path, false) || str_has_control(m.list[0].text.in[JA], false));
}

static void names(void **state)
{
    UNUSED(state);
    Mistakes m;
    FormIn f = {&A, &m};
    FormName list[] = {{STR("b"), 0}, {STR("a"), 1}, {STR("b"), 2}, {STR(""), 3}, {STR(""), 4}};
    FormNames n = {list, 5};
    mistakes_init(&m, &A);
    names_sort(&f, &n, FORM_KEY(NULL, "things"));
    assert_true(m.n == 1 && says(&m, 0, "things[2].id", "unique", "things[0]"));
    assert_int_equal(names_find(&n, STR("a")), 1);
    assert_true(names_find(&n, STR("c")) == SIZE_MAX && str_find(names_none(&A, &n, STR("aa")).in[EN], STR("\"a\"")) != SIZE_MAX);
    assert_true(str_find(names_none(&A, &(FormNames){0}, STR("aa")).in[EN], STR("no \"aa\"")) != SIZE_MAX);
}

static void numbers_read_back(void **state)
{
    UNUSED(state);
    static const double list[] = {0, -0.0, 1, 0.1, 1.0 / 3, 1e15, 123456789012345678.0, 5e-324, 1.7976931348623157e308, -2.5e-7, 0.1 + 0.2};
    for (size_t i = 0; i < COUNT(list); i++) {
        Buf b;
        buf_init(&b, &A, 40);
        json_number(&(JsonOut){&b, false}, list[i]);
        json_t *v = json_loadb(b.s, b.n, JSON_DECODE_ANY, NULL);
        assert_true(json_is_number(v) && json_number_value(v) == list[i]);
        json_decref(v);
    }
    Buf b;
    buf_init(&b, &A, 40);
    JsonOut j = {&b, false};
    json_number(&j, 0.1), json_number(&j, NAN), json_number(&j, -INFINITY);
    assert_true(str_eqc(buf_str(&b), "0.1,null,null"));
}

static void schema(void **state)
{
    UNUSED(state);
    Buf b;
    buf_init(&b, &A, 1000);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    form_schema(&j, &thing, STR("thing"));
    json_close(&j, '}');
    const json_t *keys = json_object_get(tree_of(b.s), "properties");
    assert_int_equal(json_object_size(keys), COUNT(thing_fields) + 1); /* and the note */
    assert_true(json_number_value(json_object_get(json_object_get(keys, "x"), "minimum")) == -1);
    assert_true(json_number_value(json_object_get(json_object_get(json_object_get(json_object_get(keys, "part"), "properties"), "x"), "exclusiveMinimum")) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(reads, reset), cmocka_unit_test_setup(names_every_mistake, reset), cmocka_unit_test_setup(bears_hostile_names, reset), cmocka_unit_test_setup(names, reset),
        cmocka_unit_test_setup(numbers_read_back, reset), cmocka_unit_test_setup(schema, reset)};
    int bad = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&A);
    return bad;
}
