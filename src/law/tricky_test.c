/* tricky_test.c -- the cases in which systems like this one go wrong, judged by the packs that are shipped (the numbers are those of the research that lists them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>

#include "law/author.h"

static Arena a;
static LawSet jp, nis2;

static Str pack_dir(const char *name) { return str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/packs/"), str_of(name)); }

static Law *loaded(const char *name)
{
    Pack *pack = arena_new(&a, Pack);
    Law *law = arena_new(&a, Law);
    assert_int_equal(pack_load(&a, pack_dir(name), pack).kind, OK);
    assert_int_equal(law_load(&a, pack, pack->dir, law).kind, OK);
    return law;
}

static int setup(void **state)
{
    UNUSED(state);
    arena_init(&a, 256 << 20);
    assert_int_equal(law_compile(&a, loaded("jp"), &jp).kind, OK);
    assert_int_equal(law_compile(&a, loaded("eu"), &nis2).kind, OK);
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_done(&a);
    return 0;
}

static json_t *parsed(const char *text)
{
    json_t *doc;
    Err e = json_in(&a, str_of(text), 1 << 20, &doc);
    if (e.kind) fail_msg("%.*s\n%s", STR_ARG(e.text.in[EN]), text);
    return doc;
}

/* What else every telecommunications case says; a case may say it otherwise. */
static const char telecom[] = "{\"operator_class\": [\"telecom.carrier\"], \"event.what\": [\"disruption\"], \"cause.facility_failure\": \"own\", \"service.only_additional_function\": false, "
                              "\"impact.hard_to_count\": false, \"service.large_messaging\": false, \"accident.minor_by_notice\": false, \"facility.kind\": \"none\", \"service_class\": [\"other\"]}";

typedef struct Row {
    int number;
    const char *rule, *facts, *as_of, *expect; /* JSON without the outer braces */
} Row;

static json_t *doc_of(const Row *r)
{
    bool carrier = !strncmp(r->rule, "jp.telecom.", 11);
    json_t *doc = parsed("{}"), *facts = json_deep_copy(parsed(carrier ? telecom : "{}"));
    json_object_update(facts, parsed(str_c(&a, str_printf(&a, "{%s}", r->facts))));
    json_object_set_new(doc, "facts", facts);
    json_object_set_new(doc, "as_of", json_string(r->as_of));
    return doc;
}

static LawCase case_of(const LawSet *s, const Row *r)
{
    LawCase c = {.rule = law_rule(s, str_of(r->rule)), .version = NONE, .name = text_of("", "")};
    if (c.rule == NONE) fail_msg("no rule %s", r->rule);
    c.item = s->rules[c.rule].item;
    Err e = law_facts(&a, s, doc_of(r), 0, &c.facts);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) print_message("  %.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[EN]));
    if (e.kind) fail_msg("case %d: its facts are wrong", r->number);
    c.expect = parsed(str_c(&a, str_printf(&a, "{%s}", r->expect)));
    return c;
}

static void rows_hold(const LawSet *s, const Row *rows, size_t n)
{
    LawJudge *j = law_judge_new(&a, s);
    size_t failed = 0;
    for (size_t i = 0; i < n; i++) {
        Mistakes m;
        mistakes_init(&m, &a);
        LawCase c = case_of(s, &rows[i]);
        if (law_case_holds(&a, j, &c, &m)) continue;
        failed++;
        print_message("case %d, row %zu\n", rows[i].number, i);
        for (size_t k = 0; k < m.n; k++) print_message("  %.*s\n", STR_ARG(m.list[k].text.in[EN]));
    }
    assert_int_equal(failed, 0);
}

#define DAY "2026-11-20T"
#define SEEN "\"occurred\": \"" DAY "10:00+09:00\", \"known\": \"" DAY "10:00+09:00\", "
#define SEGMENT(from, to, kind, more) "{\"from\": \"" DAY from "+09:00\", \"to\": \"" DAY to "+09:00\", \"kind\": \"" kind "\", \"class\": \"other\"" more "}"
#define LATER DAY "23:00+09:00"
#define MAJOR "jp.telecom.major-accident"
#define USERS(n) "\"impact.sufferers\": {\"by\": {\"other\": {\"n\": " n "}}}"
#define TWICE "\"impact\": [" SEGMENT("10:00", "11:00", "stopped", ", \"group\": \"a\", \"value\": {\"n\": 40000}") ", " SEGMENT("11:20", "12:20", "stopped", ", \"group\": \"a\", \"value\": {\"n\": 40000}") "], " USERS("40000")
#define THEN(kind) "\"impact\": [" SEGMENT("10:00", "11:00", "stopped", ", \"group\": \"a\", \"value\": {\"n\": 30000}") ", " SEGMENT("11:00", "12:00", kind, ", \"group\": \"a\", \"value\": {\"n\": 30000}") "], " USERS("30000")
#define OF(n) ", \"value\": {\"n\": " n "}"
#define MET "\"expect\": \"met\""
#define NOT_MET "\"expect\": \"not_met\""
#define UNDECIDED "\"expect\": \"undecided\""

static const Row measured[] = {
    {1, MAJOR, SEEN TWICE ", \"impact.one_accident\": true", LATER, MET ", \"because\": [\"5a\"], \"sensitive\": true"},
    {1, MAJOR, SEEN TWICE ", \"impact.one_accident\": false", LATER, NOT_MET ", \"sensitive\": false"},
    {1, MAJOR, SEEN TWICE, LATER, UNDECIDED ", \"deciding\": [[\"impact.one_accident\"]]"},
    {2, MAJOR, SEEN THEN("degraded"), LATER, MET ", \"because\": [\"5a\"]"},
    {2, MAJOR, SEEN THEN("hampered"), LATER, NOT_MET},
    {2, MAJOR, SEEN THEN("unclear"), LATER, UNDECIDED ", \"because\": [\"quality\"]"},
    {3, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "12:00", "stopped", ", \"group\": \"a\"" OF("20000")) ", " SEGMENT("11:00", "13:00", "stopped", ", \"group\": \"b\"" OF("15000")) "]", LATER,
     MET ", \"because\": [\"5a\"], \"sensitive\": true"},
    {4, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "11:00", "stopped", OF("20000")) ", " SEGMENT("11:00", "12:00", "stopped", OF("35000")) ", " SEGMENT("12:00", "13:00", "stopped", OF("15000")) "]", LATER, MET ", \"because\": [\"5a\"]"},
    {4, MAJOR, SEEN "\"impact.one_accident\": true, \"impact\": [" SEGMENT("10:00", "11:00", "stopped", OF("20000")) ", " SEGMENT("12:00", "13:00", "stopped", OF("15000")) "]", LATER,
     UNDECIDED ", \"deciding\": [[\"impact.sufferers\"]]"},
    {4, MAJOR, SEEN "\"impact.one_accident\": true, \"impact.base\": {\"by\": {\"other\": {\"n\": 29000}}}, \"impact\": [" SEGMENT("10:00", "11:00", "stopped", OF("20000")) ", " SEGMENT("12:00", "13:00", "stopped", OF("15000")) "]", LATER, NOT_MET},
    {9, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "12:00", "stopped", "") "], " USERS("30000"), LATER, MET},
    {9, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "12:00", "stopped", "") "], " USERS("29999"), LATER, NOT_MET},
    {9, "jp.telecom.user-info-leak", SEEN "\"operator_class\": [\"telecom.carrier\", \"telecom.designated_user_info\"], \"event.what\": [\"user_info\"], \"userinfo.foreign_government\": false, \"userinfo.users\": {\"n\": 1000}", LATER, NOT_MET},
    {9, "jp.telecom.user-info-leak", SEEN "\"operator_class\": [\"telecom.carrier\", \"telecom.designated_user_info\"], \"event.what\": [\"user_info\"], \"userinfo.foreign_government\": false, \"userinfo.users\": {\"n\": 1001}", LATER, MET},
#define DATA(n) SEEN "\"operator_class\": [\"data.business\"], \"event.what\": [\"personal_data\"], \"data.kinds\": [\"ordinary\"], \"data.encrypted\": false, \"data.financial_harm\": false, \"data.improper_purpose\": false, \"data.persons\": {\"n\": " n "}"
    {9, "jp.data.business", DATA("1000"), LATER, NOT_MET},
    {9, "jp.data.business", DATA("1001"), LATER, MET ", \"because\": [\"persons\"]"},
    {10, MAJOR, SEEN "\"service_class\": [\"emergency_voice\", \"other\", \"free_internet\"], \"impact.below_equipment\": {\"by\": {\"emergency_voice\": {\"n\": 25000}}}, "
     "\"impact.sufferers\": {\"by\": {\"emergency_voice\": {\"n\": 5000}, \"other\": {\"n\": 40000}, \"free_internet\": {\"n\": 90000}}}, \"impact\": ["
     SEGMENT("10:00", "12:00", "stopped", "") ", {\"from\": \"" DAY "10:00+09:00\", \"to\": \"" DAY "12:00+09:00\", \"kind\": \"stopped\", \"class\": \"emergency_voice\"}, "
     "{\"from\": \"" DAY "10:00+09:00\", \"to\": \"" DAY "12:00+09:00\", \"kind\": \"stopped\", \"class\": \"free_internet\"}]", LATER, MET ", \"because\": [\"5a\"]"},
    {10, MAJOR, SEEN "\"service_class\": [\"emergency_voice\", \"other\"], \"impact.below_equipment\": {\"by\": {\"emergency_voice\": {\"n\": 29999}}}, "
     "\"impact.sufferers\": {\"by\": {\"emergency_voice\": {\"n\": 29999}, \"other\": {\"n\": 29999}}}, \"impact\": ["
     SEGMENT("10:00", "12:00", "stopped", "") ", {\"from\": \"" DAY "10:00+09:00\", \"to\": \"" DAY "12:00+09:00\", \"kind\": \"stopped\", \"class\": \"emergency_voice\"}]", LATER, NOT_MET ", \"because\": [\"1\", \"5a\", \"5b\"]"},
#define RECEIVER(n) SEEN "\"cause.facility_failure\": \"other_carrier\", \"cause.wholesaler_accident\": true, \"impact\": [" SEGMENT("10:00", "13:00", "stopped", "") "], " USERS(n)
    {11, MAJOR, RECEIVER("12000"), LATER, NOT_MET},
    {11, MAJOR, RECEIVER("20000"), LATER, NOT_MET},
    {11, MAJOR, RECEIVER("35000"), LATER, MET ", \"because\": [\"5a\"], \"due\": {\"detail\": \"2026-12-21\"}"},
    {12, MAJOR, SEEN "\"impact\": [{\"from\": \"" DAY "10:00+09:00\", \"to\": \"open\", \"planned_end\": \"" DAY "11:50+09:00\", \"kind\": \"stopped\", \"class\": \"other\"}], " USERS("42000"), DAY "11:00+09:00",
     UNDECIDED ", \"turns\": {\"to\": \"met\", \"at\": \"" DAY "12:00+09:00\"}"},
    {13, MAJOR, SEEN "\"service_class\": [\"non_emergency_voice\"], \"impact.sufferers\": {\"by\": {\"non_emergency_voice\": {\"n\": 120000}}}, "
     "\"impact\": [{\"from\": \"" DAY "10:00+09:00\", \"to\": \"open\", \"kind\": \"stopped\", \"class\": \"non_emergency_voice\"}]", DAY "11:10+09:00", MET ", \"because\": [\"2b\"], \"due\": {\"detail\": \"2026-12-21\"}"},
    {17, MAJOR, "\"occurred\": {\"earliest\": \"" DAY "01:30+09:00\", \"latest\": \"" DAY "01:40+09:00\"}, \"impact\": [{\"from\": {\"earliest\": \"" DAY "01:30+09:00\", \"latest\": \"" DAY "01:40+09:00\"}, \"to\": \"" DAY
     "03:35+09:00\", \"kind\": \"stopped\", \"class\": \"other\"}], " USERS("31000"), LATER, UNDECIDED ", \"deciding\": [[\"impact\"]]"},
    {19, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "13:00", "stopped", "") "], " USERS("31000"), LATER, MET},
    {19, MAJOR, SEEN "\"impact\": [" SEGMENT("10:00", "13:00", "stopped", "") "], " USERS("29500"), LATER, NOT_MET},
};

static void test_measures(void **state)
{
    UNUSED(state);
    rows_hold(&jp, measured, COUNT(measured));
}

#define NEAR(users, more) SEEN "\"event.what\": [\"facility_event\"], \"org.users_prev_fy_end\": {\"n\": " users "}, \"facility.service_prefectures\": {\"n\": 2}, \"facility.kind\": \"core\", \"facility.functions\": [\"switching\"], " \
    "\"event.could_not_stop\": false, \"event.noticed_promptly\": true, \"event.switched_promptly\": true, \"event.unintended_terminal\": false, \"event.planned\": false, \"facility.within_design\": false, \"facility.severely_impaired\": false, \"facility.seriously_damaged\": false, " more
#define SHORT "\"impact\": [" SEGMENT("10:00", "10:01", "hampered", "") "], "
#define POWER(kw, to) SEEN "\"operator_class\": [\"electricity.utility\"], \"service_class\": [\"electricity\"], \"power.lost\": {\"n\": " kw "}, \"impact\": [{\"from\": \"" DAY "10:00+09:00\", \"to\": \"" DAY to "+09:00\", \"kind\": \"stopped\", \"class\": \"electricity\"}]"

static const Row logical[] = {
    /* 15: whether it was a major accident is open, and so is the near miss; one of the two it surely was (looked at below) */
    {15, MAJOR, NEAR("30000", "\"event.physical\": [\"smoke\"], \"cause.natural_disaster\": false, \"impact\": [" SEGMENT("10:00", "13:00", "stopped", "") "], \"impact.sufferers\": {\"by\": {\"other\": {\"lo\": 20000, \"hi\": 50000}}}"), LATER, UNDECIDED},
    {15, "jp.telecom.threatened-accident", NEAR("30000", "\"event.physical\": [\"smoke\"], \"cause.natural_disaster\": false, \"impact\": [" SEGMENT("10:00", "13:00", "stopped", "") "], \"impact.sufferers\": {\"by\": {\"other\": {\"lo\": 20000, \"hi\": 50000}}}"), LATER, UNDECIDED},
    {16, "jp.telecom.threatened-accident", NEAR("30000", SHORT "\"event.physical\": [\"overturned\"], \"cause.natural_disaster\": true"), LATER, MET ", \"because\": [\"ho3\"]"},
    {16, "jp.telecom.threatened-accident", NEAR("30000", SHORT "\"event.physical\": [\"smoke\"], \"cause.natural_disaster\": true"), LATER, NOT_MET ", \"because\": [\"he\"]"},
    {16, "jp.telecom.threatened-accident", NEAR("30000", SHORT "\"event.physical\": [\"smoke\"], \"cause.natural_disaster\": false"), LATER, MET ", \"because\": [\"ho4\"]"},
    {18, "jp.telecom.threatened-accident", NEAR("29999", SHORT "\"event.physical\": [\"smoke\"], \"cause.natural_disaster\": false"), LATER, NOT_MET ", \"because\": [\"i\"]"},
    {20, "jp.electricity.supply", POWER("70000", "10:30"), LATER, UNDECIDED ", \"because\": [\"edge-70000\"]"},
    {20, "jp.electricity.supply", POWER("70001", "10:30"), LATER, MET ", \"because\": [\"band2\"]"},
    {20, "jp.electricity.supply", POWER("69999", "10:30"), LATER, NOT_MET},
    {20, "jp.electricity.supply", POWER("69999", "11:00"), LATER, MET ", \"because\": [\"band1\"]"},
    {20, "jp.electricity.supply", POWER("70000", "11:00"), LATER, MET}, /* either way */
};

static void test_logic(void **state)
{
    UNUSED(state);
    rows_hold(&jp, logical, COUNT(logical));
    LawCase c = case_of(&jp, &logical[1]);
    LawJudge *j = law_judge_new(&a, &jp);
    law_judge_begin(j, &c.facts);
    LawVerdict v = law_judge_rule(&a, j, c.rule, false);
    assert_int_equal(v.v.either, law_rule(&jp, STR(MAJOR)));
    const LawFact *f = &jp.facts[law_fact(&jp, STR("org.users_prev_fy_end"))];
    assert_true(str_find(f->ask.in[JA], STR("前の年度の末")) != SIZE_MAX); /* 18: whoever is asked knows of which day */
}

static const Row dated[] = {
    {5, "jp.telecom.periodic-accidents", "\"occurred\": \"2025-03-31T23:50+09:00\", \"known\": \"2025-03-31T23:55+09:00\", \"impact\": [{\"from\": \"2025-03-31T23:50+09:00\", \"to\": \"2025-04-01T02:10+09:00\", \"kind\": \"stopped\", \"class\": \"other\"}], " USERS("20000"),
     "2025-04-02T09:00+09:00", MET ", \"due\": {\"return\": \"2025-06-02\"}"}, /* a Saturday, moved to Monday; chosen by the day before it moves: the quarterly form */
    {5, "jp.telecom.periodic-accidents", "\"occurred\": \"2025-04-01T00:00+09:00\", \"known\": \"2025-04-01T00:05+09:00\", \"impact\": [{\"from\": \"2025-04-01T00:00+09:00\", \"to\": \"2025-04-01T02:10+09:00\", \"kind\": \"stopped\", \"class\": \"other\"}], " USERS("20000"),
     "2025-04-02T09:00+09:00", MET ", \"due\": {\"return\": \"2026-06-01\"}"}, /* the first of the annual ones: 31 May 2026 is a Sunday */
#define HIT(day, seen) "\"occurred\": \"" day "\", \"known\": \"" seen "\", \"impact\": [{\"from\": \"2026-11-20T10:00+09:00\", \"to\": \"2026-11-20T13:00+09:00\", \"kind\": \"stopped\", \"class\": \"other\"}], " USERS("35000")
    {7, MAJOR, HIT("2026-10-01T09:00+09:00", "2026-10-01T09:00+09:00"), LATER, MET ", \"due\": {\"detail\": \"2026-11-02\"}"}, /* 31 October is a Saturday */
    {7, MAJOR, HIT("2025-11-30T09:00+09:00", "2025-11-30T09:00+09:00"), LATER, MET ", \"due\": {\"detail\": \"2026-01-05\"}"}, /* 30 December; the 4th is a Sunday */
    {8, MAJOR, HIT("2026-11-20T15:30Z", "2026-11-20T15:30Z"), "2026-12-01T09:00+09:00", MET ", \"due\": {\"detail\": \"2026-12-21\"}"},
    {8, MAJOR, HIT("2026-11-23T15:30Z", "2026-11-23T15:30Z"), "2026-12-01T09:00+09:00", MET ", \"due\": {\"detail\": \"2026-12-24\"}"}, /* from the 24th, not the 23rd */
    {8, MAJOR, HIT("2026-11-23T14:30Z", "2026-11-23T14:30Z"), "2026-12-01T09:00+09:00", MET ", \"due\": {\"detail\": \"2026-12-23\"}"},
    {8, MAJOR, HIT("2023-06-15T15:00Z", "2023-06-15T15:00Z"), LATER, MET}, /* 16 June in Japan: the first day of the version */
    {8, MAJOR, HIT("2023-06-15T14:59Z", "2023-06-15T14:59Z"), LATER, "\"expect\": \"no_version\""},
};

static void test_dates(void **state)
{
    UNUSED(state);
    rows_hold(&jp, dated, COUNT(dated));
}

static Period counted(Day start, int64_t n, PeriodUnit unit)
{
    PeriodRule rule = {.counting = period_counting_of(STR("jp-period"))};
    Period p;
    assert_int_equal(period_count(&rule, (PeriodLength){n, unit}, period_from_day(start), &p).kind, OK);
    return p;
}

static void test_periods(void **state)
{
    UNUSED(state);
    assert_int_equal(counted(day_of(2028, 2, 29), 1, PERIOD_YEAR).open.day, day_of(2029, 2, 28)); /* 6 */
    assert_int_equal(counted(day_of(2026, 2, 28), 1, PERIOD_MONTH).open.day, day_of(2026, 3, 31));
    assert_int_equal(counted(day_of(2026, 1, 31), 1, PERIOD_MONTH).open.day, day_of(2026, 2, 28));
    assert_int_equal(counted(day_of(2028, 1, 31), 1, PERIOD_MONTH).open.day, day_of(2028, 2, 29));
    Period p = counted(day_of(2026, 2, 28), 1, PERIOD_MONTH);
    Text steps[PERIOD_STEPS_MAX];
    assert_true(period_steps(&a, &p, steps) >= 3);
}

static LawDue due_of(const LawSet *s, const Row *r, const char *id)
{
    LawDue *list = arena_array(&a, LawDue, LAW_DUES_MAX);
    LawCase c = case_of(s, r);
    LawJudge *j = law_judge_new(&a, s);
    size_t n;
    law_judge_begin(j, &c.facts);
    LawVerdict v = law_judge_rule(&a, j, c.rule, false);
    assert_int_equal(law_duties(&a, j, &v, list, LAW_DUES_MAX, &n).kind, OK);
    for (size_t i = 0; i < n; i++)
        if (str_eqc(list[i].duty->id, id)) return list[i];
    fail_msg("no duty %s", id);
    return (LawDue){0};
}

static bool waits_for(const LawSet *s, const LawDue *d, const char *fact)
{
    for (size_t i = 0; i < d->deciding_n; i++)
        if (d->deciding[i].n == 1 && str_eq(s->facts[d->deciding[i].asks[0].fact].id, str_of(fact))) return true;
    return false;
}

#define GAS(households) SEEN "\"operator_class\": [\"gas.utility\"], \"service_class\": [], \"gas.households\": {" households "}"
static void test_duties(void **state)
{
    UNUSED(state);
    static const Row gas = {14, "jp.gas.supply", GAS("\"lo\": 200, \"hi\": 900"), LATER, MET};
    rows_hold(&jp, &gas, 1);
    LawDue bureau = due_of(&jp, &gas, "first-bureau"), minister = due_of(&jp, &gas, "first-minister");
    assert_int_equal(bureau.is, TRI_TRUE);
    assert_int_equal(minister.is, TRI_OPEN); /* to whom: 500 decides */
    assert_true(waits_for(&jp, &minister, "gas.households"));
    static const Row many = {14, "jp.gas.supply", GAS("\"n\": 500"), LATER, MET};
    assert_int_equal(due_of(&jp, &many, "first-minister").is, TRI_TRUE);
    /* 7: 24 hours end on 1 January at 03:00 and do not move */
    static const Row night = {7, "jp.gas.supply", "\"operator_class\": [\"gas.utility\"], \"service_class\": [], \"gas.households\": {\"n\": 100}, \"occurred\": \"2025-12-31T03:00+09:00\", \"known\": \"2025-12-31T03:00+09:00\"", LATER, MET};
    Instant end;
    assert_true(law_instant(STR("2026-01-01T03:00+09:00"), &end));
    assert_int_equal(due_of(&jp, &night, "first-bureau").due.until.end, end);
    /* 11: the form for those who buy wholesale may be used, and changes no deadline */
    LawDue detail = due_of(&jp, &measured[20], "detail");
    assert_int_equal(measured[20].number, 11);
    assert_non_null(detail.variant);
    assert_true(json_is_true(json_object_get(detail.variant->json, "optional")));
}

#define CLOUD(base, hit) "\"operator_class\": [\"nis2.cloud_provider\"], \"occurred\": \"2026-03-02T10:00+01:00\", \"known\": \"2026-03-02T10:00+01:00\", \"event.scheduled_maintenance\": false, \"data.compromised\": [], \"data.users_eu\": {\"n\": 0}, " \
    "\"cause.suspected_malicious\": false, \"org.users_eu\": " base ", \"loss\": [{\"from\": \"2026-03-02T10:00+01:00\", \"to\": \"2026-03-02T12:00+01:00\", \"kind\": \"limited\", \"value\": {\"n\": " hit "}}]"
static const Row union_rows[] = {
    {21, "eu.nis2.cloud.significant", CLOUD("{\"unknown\": \"not_asked\"}", "900000"), LATER, UNDECIDED ", \"deciding\": [[\"org.users_eu\"]]"},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"unknown\": \"not_asked\"}", "1000001"), LATER, MET ", \"because\": [\"b\"]"},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"unknown\": \"not_asked\"}", "1000000"), LATER, UNDECIDED},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"n\": 100000000}", "1000000"), LATER, NOT_MET},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"n\": 100000000}", "1000001"), LATER, MET},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"n\": 100}", "6"), LATER, MET},
    {21, "eu.nis2.cloud.significant", CLOUD("{\"n\": 100}", "5"), LATER, NOT_MET},
};

static void test_union(void **state)
{
    UNUSED(state);
    rows_hold(&nis2, union_rows, COUNT(union_rows));
}

/* 22: looked at again without a change of law: only the day of the check differs, no verdict. */
static void test_checked_again(void **state)
{
    UNUSED(state);
    Law *again = loaded("jp");
    LawSet other;
    for (size_t i = 0; i < again->n; i++) {
        json_t *versions = json_object_get(again->items[i].json, "versions");
        for (size_t v = 0; v < json_array_size(versions); v++) json_object_set_new(json_object_get(json_array_get(versions, v), "check"), "on", json_string("2026-12-01"));
    }
    assert_int_equal(law_compile(&a, again, &other).kind, OK);
    LawJudge *was = law_judge_new(&a, &jp), *is = law_judge_new(&a, &other);
    for (size_t i = 0; i < COUNT(measured); i++) {
        LawCase c = case_of(&jp, &measured[i]), d = case_of(&other, &measured[i]);
        law_judge_begin(was, &c.facts), law_judge_begin(is, &d.facts);
        for (size_t r = 0; r < jp.rules_n; r++) {
            LawVerdict x = law_judge_rule(&a, was, (int)r, true), y = law_judge_rule(&a, is, (int)r, true);
            assert_int_equal(x.v.kind, y.v.kind);
            assert_int_equal(x.turn_at, y.turn_at);
            assert_int_equal(x.deciding_n, y.deciding_n);
            if (x.version) assert_string_equal(json_string_value(json_object_get(json_object_get(y.version->json, "check"), "on")), "2026-12-01");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_measures), cmocka_unit_test(test_logic), cmocka_unit_test(test_dates), cmocka_unit_test(test_periods), cmocka_unit_test(test_duties),
        cmocka_unit_test(test_union), cmocka_unit_test(test_checked_again)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
