/* logic_test.c -- over every example and incident of packs/jp: laws of logic, one version a day, facts written and read again; and that breaking them is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>

#include "law/author.h"
#include "law/fault.h"

static Arena a;
static LawSet jp;
static LawCases cases;

static Law *loaded(void)
{
    Pack *pack = arena_new(&a, Pack);
    Law *law = arena_new(&a, Law);
    assert_int_equal(pack_load(&a, str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/packs/"), STR("jp")), pack).kind, OK);
    assert_int_equal(law_load(&a, pack, pack->dir, law).kind, OK);
    return law;
}

static int setup(void **state)
{
    Mistakes m;
    UNUSED(state);
    arena_init(&a, (size_t)1 << 30);
    mistakes_init(&m, &a);
    assert_int_equal(law_compile(&a, loaded(), &jp).kind, OK);
    assert_int_equal(law_cases(&a, &jp, &m, &cases).kind, OK);
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_done(&a);
    return 0;
}

static void none(const Mistakes *m)
{
    for (size_t i = 0; i < m->n; i++) print_message("  %.*s %.*s\n", STR_ARG(m->list[i].path), STR_ARG(m->list[i].text.in[EN]));
    assert_int_equal(m->n, 0);
}

static void test_logic(void **state)
{
    Mistakes m;
    size_t n = 0;
    UNUSED(state);
    mistakes_init(&m, &a);
    LawJudge *j = law_judge_new(&a, &jp);
    for (size_t i = 0; i < cases.n; i++) n += law_logic(&a, j, &cases.list[i], &m);
    none(&m);
    assert_true(cases.n > 400 && n > 100000);
}

static void test_order(void **state)
{
    Mistakes m;
    UNUSED(state);
    mistakes_init(&m, &a);
    LawJudge *j = law_judge_new(&a, &jp);
    for (size_t i = 0; i < jp.rules_n; i++) assert_int_equal(law_logic_order(&a, j, &cases, (int)i, &m).kind, OK);
    none(&m);
}

/* The versions of one rule changed: what the sweep then says. */
static size_t swept(const char *key, const char *day, size_t version, const char *says)
{
    Law *law = loaded();
    LawSet s;
    Mistakes m;
    mistakes_init(&m, &a);
    for (size_t i = 0; i < law->n && key; i++)
        if (str_eqc(law->items[i].id, "jp.telecom.periodic-accidents")) json_object_set_new(json_array_get(json_object_get(law->items[i].json, "versions"), version), key, json_string(day));
    assert_int_equal(law_compile(&a, law, &s).kind, OK);
    size_t days = law_sweep(&a, law_judge_new(&a, &s), &m);
    if (!says) none(&m);
    else if (m.n != 1 || str_find(m.list[0].text.in[EN], str_of(says)) == SIZE_MAX) fail_msg("%zu: %s", m.n, m.n ? m.list[0].text.in[EN].s : "");
    return days;
}

static void test_sweep(void **state)
{
    UNUSED(state);
    assert_true(swept(NULL, NULL, 0, NULL) > 5000);
    swept("last_day", "2025-08-31", 0, "more than one version");  /* the first quarter is due on 31 August */
    swept("last_day", "2025-02-28", 0, "days without a version"); /* and the last one on 31 May */
    swept("last_day", "2025-05-30", 0, "days without a version");
    swept("last_day", "2025-06-01", 0, NULL);                     /* nothing is due on that day */
}

static Str written(const LawFacts *f)
{
    Buf b;
    JsonOut out = {&b, false};
    buf_init(&b, &a, 4096);
    json_open(&out, '{');
    law_facts_json(&out, &a, &jp, f);
    json_close(&out, '}');
    return buf_str(&b);
}

static void same_verdicts(const LawFacts *x, const LawFacts *y, Str text)
{
    LawJudge *j = law_judge_new(&a, &jp), *k = law_judge_new(&a, &jp);
    law_judge_begin(j, x), law_judge_begin(k, y);
    for (size_t r = 0; r < jp.rules_n; r++) {
        Verdict v = judge_rule(j->j, (int)r), w = judge_rule(k->j, (int)r);
        if (!law_same_verdict(&v, &w)) fail_msg("%.*s: %s, %s\n%.*s", STR_ARG(jp.rules[r].id), verdict_rows[v.kind].code, verdict_rows[w.kind].code, STR_ARG(text));
    }
}

static void test_written(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < cases.n; i++) {
        Str text = written(&cases.list[i].facts);
        json_t *doc;
        LawFacts again;
        assert_int_equal(json_in(&a, text, 1 << 20, &doc).kind, OK);
        Err e = law_facts(&a, &jp, doc, 0, &again);
        for (size_t k = 0; e.mistakes && k < e.mistakes->n; k++) print_message("  %.*s %.*s\n", STR_ARG(e.mistakes->list[k].path), STR_ARG(e.mistakes->list[k].text.in[EN]));
        if (e.kind) fail_msg("%.*s", STR_ARG(text));
        same_verdicts(&cases.list[i].facts, &again, text);
        assert_true(str_eq(text, written(&again)));
    }
}

/* Each fault changes something, and none is made twice. */
static void test_faults(void **state)
{
    UNUSED(state);
    json_t *rule = jp.rules[law_rule(&jp, STR("jp.telecom.major-accident"))].item->json;
    int64_t n = fault_put(&a, rule, -1, NULL);
    Str *seen = arena_array(&a, Str, (size_t)n);
    assert_true(n > 100);
    for (int64_t i = 0; i < n; i++) {
        Text says;
        json_t *copy = json_deep_copy(rule);
        fault_put(&a, copy, i, &says);
        assert_false(json_equal(copy, rule));
        assert_true(says.in[JA].n && says.in[EN].n);
        char *text = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
        seen[i] = str_copy(&a, str_of(text));
        memory_give_back(text);
        for (int64_t k = 0; k < i; k++) assert_false(str_eq(seen[i], seen[k]));
        json_decref(copy);
    }
}

/* Every quantity can be given exactly the value that a boundary needs, and only that. */
static void test_put(void **state)
{
    UNUSED(state);
    static const struct { QuantityKind kind; int64_t x; } rows[] = {{Q_SPAN, 7140000}, {Q_SPAN, 7200000}, {Q_TOTAL, 60000}, {Q_RUN, 3600000}, {Q_PEAK, 30000}, {Q_SUFFERERS, 29999}, {Q_SUFFERERS, 30000}, {Q_BELOW, 30001}, {Q_INTEGRAL, 900001 * 60000LL}};
    int impact = law_fact(&jp, STR("impact")), other = law_code(&jp.classes[jp.facts[jp.defs[impact].classes].cls], STR("other"));
    const LawCase *base = NULL;
    for (size_t i = 0; i < cases.n && !base; i++)
        if (cases.list[i].rule == law_rule(&jp, STR("jp.telecom.major-accident")) && cases.list[i].facts.values[jp.defs[impact].classes].sure == (uint64_t)1 << other) base = &cases.list[i];
    assert_non_null(base);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Quantity q = {.kind = rows[i].kind, .fact = impact, .cls = other, .with = NONE, .kinds = 3};
        LawSet s = jp;
        int number = rules_quantity(&s.set, q);
        LawFacts f = base->facts;
        f.values = arena_array(&a, FactValue, jp.facts_n + 1);
        memcpy(f.values, base->facts.values, jp.facts_n * sizeof(FactValue));
        assert_true(law_quantity_put(&a, &s, &q, &f, rows[i].x));
        LawJudge *j = law_judge_new(&a, &s);
        law_judge_begin(j, &f);
        Range is = judge_quantity(j->j, number);
        if (is.lo != rows[i].x || is.hi != rows[i].x) fail_msg("%d: %lld is %lld to %lld", rows[i].kind, (long long)rows[i].x, (long long)is.lo, (long long)is.hi);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_logic), cmocka_unit_test(test_order), cmocka_unit_test(test_sweep), cmocka_unit_test(test_written), cmocka_unit_test(test_faults), cmocka_unit_test(test_put)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
