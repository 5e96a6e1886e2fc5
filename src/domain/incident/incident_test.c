/* incident_test.c -- what cannot be true is refused by its path; the document of facts, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "incident/parts.h"

typedef struct Bench { Arena a; Principal who; Ctx c; Mistakes m; } Bench;

static int setup(void **state)
{
    static Bench b;
    arena_init(&b.a, 64 << 20);
    b.c = (Ctx){.a = &b.a, .who = &b.who};
    assert_true(instant_parse(STR("2026-11-20T15:00:00+09:00"), &b.c.now));
    mistakes_init(&b.m, &b.a);
    *state = &b;
    return 0;
}

static int teardown(void **state)
{
    arena_done(&((Bench *)*state)->a);
    return 0;
}

static Record *incident(Bench *b, const char *json)
{
    struct json_t *body;
    Record *r = arena_new(&b->a, Record);
    *r = (Record){.res = &incident_resource, .v = arena_array(&b->a, Value, incident_resource.fields_n)};
    assert_int_equal(json_in(&b->a, str_of(json), 1 << 20, &body).kind, OK);
    mistakes_init(&b->m, &b->a);
    values_from_json(&b->a, r->res->fields, r->res->fields_n, body, false, NULL, (Str){0}, r->v, &b->m);
    for (size_t i = 0; i < b->m.n; i++) print_message("%.*s %.*s\n", STR_ARG(b->m.list[i].path), STR_ARG(b->m.list[i].text.in[EN]));
    assert_int_equal(b->m.n, 0);
    put_text(value_of(r, "state"), STR("open")); /* as before_save does, which also has it judged */
    return r;
}

/* The mistakes as "path code", in order. */
static void refused(Bench *b, const char *json, const char *expected)
{
    Record *r = incident(b, json);
    Buf found;
    buf_init(&found, &b->a, 256);
    assert_int_equal(r->res->check(&b->c, NULL, r, &b->m).kind, OK);
    for (size_t i = 0; i < b->m.n; i++) buf_printf(&found, "%s%.*s %s", i ? ", " : "", STR_ARG(b->m.list[i].path), b->m.list[i].code);
    assert_string_equal(found.s, expected);
}

#define T(time) "\"2026-11-20T" time ":00+09:00\""
#define SEGMENT(rest) "{\"kind\":\"stopped\",\"class\":\"other\"," rest "}"
#define SEGMENTS(rows) "{\"title\":\"x\",\"segments\":[" rows "]}"

static void test_ends(void **state)
{
    Bench *b = *state;
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":" T("13:06"))), "");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":" T("13:05"))), "segments/0/to range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":" T("13:04"))), "segments/0/to range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05"))), "segments/0/to required");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":" T("14:00") ",\"open\":true")), "segments/0/to range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":{\"unknown\":\"not_asked\"}")), "");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":{\"from\":" T("13:00") ",\"to\":" T("13:06") "}")), ""); /* may still be right */
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":{\"from\":" T("13:00") ",\"to\":" T("13:05") "}")), "segments/0/to range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("15:00") ",\"open\":true")), ""); /* now */
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("15:01") ",\"open\":true")), "segments/0/from future");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("14:00") ",\"to\":" T("15:01"))), "segments/0/to future");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("14:00") ",\"to\":{\"from\":" T("14:50") ",\"to\":" T("15:10") "}")), "");
    refused(b, "{\"title\":\"x\",\"occurred_at\":" T("15:01") ",\"known_at\":" T("15:01") "}", "occurred_at future, known_at future");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"open\":true,\"planned_end\":" T("13:04"))), "segments/0/planned_end range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"open\":true,\"planned_end\":" T("13:05"))), "");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"open\":true,\"value\":{\"from\":1,\"to\":2},\"bound\":\"at_least\"")), "segments/0/bound range");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":" T("13:04")) "," SEGMENT("\"from\":" T("14:05") ",\"to\":" T("14:04"))), "segments/0/to range, segments/1/to range");
}

static void test_overlaps(void **state)
{
    Bench *b = *state;
#define ONE SEGMENT("\"from\":" T("13:00") ",\"to\":" T("14:00")) ","
    refused(b, SEGMENTS(ONE SEGMENT("\"from\":" T("14:00") ",\"open\":true")), ""); /* [from, to) */
    refused(b, SEGMENTS(ONE SEGMENT("\"from\":" T("13:59") ",\"open\":true")), "segments/1/from overlap");
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("13:59") ",\"open\":true") "," SEGMENT("\"from\":" T("13:00") ",\"to\":" T("14:00"))), "segments/1/from overlap"); /* whichever order */
    refused(b, SEGMENTS(ONE "{\"kind\":\"degraded\",\"class\":\"other\",\"from\":" T("13:30") ",\"open\":true}"), "");
    refused(b, SEGMENTS(ONE "{\"kind\":\"stopped\",\"class\":\"lpwa\",\"from\":" T("13:30") ",\"open\":true}"), "");
    refused(b, SEGMENTS(ONE SEGMENT("\"area\":\"13\",\"from\":" T("13:30") ",\"open\":true")), "");
    refused(b, SEGMENTS(ONE SEGMENT("\"group\":\"a\",\"from\":" T("13:30") ",\"open\":true")), "");
    refused(b, SEGMENTS(SEGMENT("\"group\":\"a\",\"from\":" T("13:00") ",\"to\":" T("14:00")) "," SEGMENT("\"group\":\"a\",\"from\":" T("13:30") ",\"open\":true")), "segments/1/from overlap");
    refused(b, SEGMENTS(ONE SEGMENT("\"from\":{\"from\":" T("13:50") ",\"to\":" T("14:10") "},\"open\":true")), ""); /* only may overlap */
    refused(b, SEGMENTS(ONE SEGMENT("\"from\":{\"from\":" T("13:50") ",\"to\":" T("13:59") "},\"open\":true")), "segments/1/from overlap");
    refused(b, SEGMENTS(ONE SEGMENT("\"from\":{\"unknown\":\"not_asked\"},\"to\":" T("14:30"))), "");
    refused(b, SEGMENTS(SEGMENT("\"from\":{\"unknown\":\"not_asked\"},\"open\":true") "," SEGMENT("\"from\":{\"unknown\":\"not_asked\"},\"open\":true")), "segments/1/from overlap"); /* both go on now */
    refused(b, SEGMENTS(SEGMENT("\"from\":" T("10:00") ",\"to\":" T("15:00")) "," SEGMENT("\"from\":" T("11:00") ",\"to\":" T("12:00")) "," SEGMENT("\"from\":" T("13:00") ",\"to\":" T("14:00"))),
        "segments/1/from overlap, segments/2/from overlap"); /* a long one covers more than its neighbour */
}

#define FACTS(rows) "{\"title\":\"x\",\"facts\":[" rows "]}"

static void test_facts_refused(void **state)
{
    Bench *b = *state;
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"true\"},{\"fact\":\"b\",\"number\":0},{\"fact\":\"c\",\"unknown\":\"future\"},{\"fact\":\"d\",\"may_be\":\"*\"}"), "");
    refused(b, FACTS("{\"fact\":\"a\"}"), "facts/0/is required");
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"x\",\"number\":1}"), "facts/0/is range");
    refused(b, FACTS("{\"fact\":\"a\",\"number\":{\"unknown\":\"not_asked\"},\"unknown\":\"future\"}"), "facts/0/is range");
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"x\"},{\"fact\":\"b\",\"is\":\"x\"},{\"fact\":\"a\",\"is\":\"y\"}"), "facts/2/fact unique");
    refused(b, FACTS("{\"fact\":\"a\",\"number\":1,\"per\":\"x\"},{\"fact\":\"a\",\"number\":2,\"per\":\"y\"}"), "");
    refused(b, FACTS("{\"fact\":\"a\",\"number\":1,\"per\":\"x\"},{\"fact\":\"a\",\"number\":2,\"per\":\"x\"}"), "facts/1/fact unique");
    refused(b, FACTS("{\"fact\":\"a\",\"number\":1,\"per\":\"x\"},{\"fact\":\"a\",\"number\":2}"), "facts/1/fact unique"); /* by class or in all, not both */
    refused(b, FACTS("{\"fact\":\"A b\",\"is\":\"x\"}"), "facts/0/fact characters");
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"x, Y\"}"), "facts/0/is characters");
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"x, x\"}"), "facts/0/is unique");
    refused(b, FACTS("{\"fact\":\"a\",\"is\":\"*\"}"), "facts/0/is characters");
    refused(b, FACTS("{\"fact\":\"occurred\",\"is\":\"x\"},{\"fact\":\"impact\",\"is\":\"x\"}"), "facts/0/fact field, facts/1/fact field");
    refused(b, FACTS("{\"fact\":\"a\",\"number\":{\"unknown\":\"later\"},\"bound\":\"at_most\"}"), "facts/0/bound range");
    refused(b, "{\"title\":\"x\",\"operator_class\":\"telecom.carrier, telecom.carrier\"}", "operator_class unique");
}

static const FactWord fact_words[] = {{.id = {"cause", 5}, .form = FORM_CHOICE}, {.id = {"events", 6}, .form = FORM_SET}, {.id = {"odd", 3}, .form = FORM_SET}};

static void document(Bench *b, const char *json, bool vocabulary, const char *expected)
{
    Vocabulary words = {fact_words, COUNT(fact_words), STR("outage"), STR("hit"), NULL, 0};
    Record *r = incident(b, json);
    Buf out;
    buf_init(&out, &b->a, 256);
    JsonOut j = {&out, false};
    incident_facts_json(&j, &b->a, r, vocabulary ? &words : NULL, b->c.now);
    assert_string_equal(out.s, expected);
}

#define AS_OF "\"as_of\":\"2026-11-20T06:00:00.000Z\"}"

static void test_document(void **state)
{
    Bench *b = *state;
    document(b, "{\"title\":\"x\"}", false, "{\"facts\":{}," AS_OF);
    document(b, "{\"title\":\"x\",\"occurred_at\":{\"from\":" T("13:00") ",\"to\":" T("13:10") "},\"known_at\":{\"unknown\":\"cannot_tell\"},\"operator_class\":\" telecom.carrier ,gas\"}", false,
        "{\"facts\":{\"occurred\":{\"earliest\":\"2026-11-20T04:00:00.000Z\",\"latest\":\"2026-11-20T04:10:00.000Z\"},\"known\":{\"unknown\":\"cannot_know\"},\"operator_class\":[\"telecom.carrier\",\"gas\"]}," AS_OF);
    document(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"open\":true,\"value\":42000,\"bound\":\"at_least\",\"planned_end\":" T("16:00")) ","
                         "{\"kind\":\"degraded\",\"area\":\"13\",\"group\":\"a\",\"from\":{\"unknown\":\"not_asked\"},\"to\":{\"from\":" T("14:00") ",\"to\":" T("14:30") "},\"value\":{\"from\":1,\"to\":2},\"estimate\":true}"), false,
        "{\"facts\":{\"impact\":[{\"from\":\"2026-11-20T04:05:00.000Z\",\"to\":\"open\",\"kind\":\"stopped\",\"class\":\"other\",\"value\":{\"lo\":42000},\"planned_end\":\"2026-11-20T07:00:00.000Z\"},"
        "{\"from\":{\"latest\":\"2026-11-20T05:30:00.000Z\"},\"to\":{\"earliest\":\"2026-11-20T05:00:00.000Z\",\"latest\":\"2026-11-20T05:30:00.000Z\"},\"kind\":\"degraded\",\"area\":\"13\",\"group\":\"a\","
        "\"value\":{\"lo\":1,\"hi\":2,\"estimate\":true}}]}," AS_OF);
    document(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"to\":{\"unknown\":\"not_asked\"}") "," SEGMENT("\"group\":\"a\",\"from\":{\"unknown\":\"not_asked\"},\"open\":true")), false,
        "{\"facts\":{\"impact\":[{\"from\":\"2026-11-20T04:05:00.000Z\",\"to\":{\"earliest\":\"2026-11-20T04:05:00.000Z\",\"latest\":\"2026-11-20T06:00:00.000Z\"},\"kind\":\"stopped\",\"class\":\"other\"},"
        "{\"from\":{\"latest\":\"2026-11-20T06:00:00.000Z\"},\"to\":\"open\",\"kind\":\"stopped\",\"class\":\"other\",\"group\":\"a\"}]}," AS_OF);
    document(b, SEGMENTS(SEGMENT("\"from\":" T("13:05") ",\"open\":true,\"value\":{\"unknown\":\"later\"}")), true,
        "{\"facts\":{\"outage\":[{\"from\":\"2026-11-20T04:05:00.000Z\",\"to\":\"open\",\"kind\":\"stopped\",\"class\":\"other\",\"value\":{\"unknown\":\"future\"}}],\"hit\":{\"sure\":[\"other\"]}}," AS_OF);
}

static void test_document_facts(void **state)
{
    Bench *b = *state;
    document(b, FACTS("{\"fact\":\"a\",\"is\":\"true\"},{\"fact\":\"b\",\"is\":\"false\"},{\"fact\":\"c\",\"is\":\"own\"},{\"fact\":\"d\",\"is\":\"x, y\"},{\"fact\":\"e\",\"may_be\":\"own,other\"},"
                      "{\"fact\":\"f\",\"is\":\"x\",\"may_be\":\"y\"},{\"fact\":\"g\",\"is\":\"x\",\"may_be\":\"*\"},{\"fact\":\"h\",\"may_be\":\"*\"},{\"fact\":\"i\",\"unknown\":\"future\"}"), false,
        "{\"facts\":{\"a\":true,\"b\":false,\"c\":\"own\",\"d\":[\"x\",\"y\"],\"e\":{\"one_of\":[\"own\",\"other\"]},\"f\":{\"sure\":[\"x\"],\"possible\":[\"x\",\"y\"]},\"g\":{\"sure\":[\"x\"]},"
        "\"h\":{\"unknown\":\"not_asked\"},\"i\":{\"unknown\":\"future\"}}," AS_OF);
    document(b, FACTS("{\"fact\":\"n\",\"number\":42000},{\"fact\":\"r\",\"number\":{\"from\":2,\"to\":3},\"unit\":\"h\",\"estimate\":true},{\"fact\":\"u\",\"number\":900,\"bound\":\"at_most\"},"
                      "{\"fact\":\"p\",\"number\":1,\"per\":\"x\"},{\"fact\":\"t\",\"at\":" T("13:05") "},{\"fact\":\"p\",\"unknown\":\"cannot_know\",\"per\":\"y\"},{\"fact\":\"q\",\"unknown\":\"future\",\"per\":\"y\"}"), false,
        "{\"facts\":{\"n\":{\"n\":42000},\"r\":{\"lo\":2,\"hi\":3,\"unit\":\"h\",\"estimate\":true},\"u\":{\"hi\":900},\"p\":{\"by\":{\"x\":{\"n\":1}}},"
        "\"t\":\"2026-11-20T04:05:00.000Z\",\"q\":{\"unknown\":\"future\"}}," AS_OF);
    /* by the vocabulary: one code of a set is a set, several of a choice are one of them */
    document(b, FACTS("{\"fact\":\"events\",\"is\":\"fire\"},{\"fact\":\"cause\",\"is\":\"own\",\"may_be\":\"other\"},{\"fact\":\"odd\",\"is\":\"true\"}"), true,
        "{\"facts\":{\"events\":[\"fire\"],\"cause\":{\"one_of\":[\"own\",\"other\"]},\"odd\":[\"true\"]}," AS_OF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_overlaps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_facts_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_document, setup, teardown),
        cmocka_unit_test_setup_teardown(test_document_facts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
