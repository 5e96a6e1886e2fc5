/* law_test.c -- the pack of tests/packs/law is right; each of these changes to one of its files is refused, with file, line, field and what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "law/numeral.h"

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

static const char *const files[] = {"pack.json", "calendars.json", "sources.json", "classes.json", "facts.json", "authorities.json", "counting.json", "rules/a/major.json", "rules/a/near.json",
    "levels/a/plan.json", "watches/a/size.json", "duties/a/major.json", "forms/report.json", "notices/first.json", "corpus/one.json"};
static const char *const folders[] = {"rules", "rules/a", "levels", "levels/a", "watches", "watches/a", "duties", "duties/a", "forms", "notices", "corpus"};

static Str in_dir(Str dir, const char *name)
{
    return str_join(&a, dir, STR("/"), str_of(name));
}

static void put(Str dir, const char *name, Str text)
{
    FILE *f = fopen(str_c(&a, in_dir(dir, name)), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.n ? text.s : "", 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static Str good_dir(void)
{
    return str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/"), STR("tests/packs/law"));
}

/* The good pack with `from` replaced by `to` in one file (all of it without `from`). */
static Str changed(const char *file, const char *from, const char *to)
{
    char name[] = "/tmp/kaname-law-XXXXXX";
    assert_non_null(mkdtemp(name));
    Str dir = str_copy(&a, str_of(name));
    for (size_t i = 0; i < COUNT(folders); i++) assert_int_equal(mkdir(str_c(&a, in_dir(dir, folders[i])), 0700), 0);
    bool written = false;
    for (size_t i = 0; i < COUNT(files); i++) {
        Str text;
        assert_int_equal(file_read(&a, good_dir(), str_of(files[i]), LAW_FILE_MAX, &text).kind, OK);
        if (file && !strcmp(file, files[i])) {
            size_t at = from ? str_find(text, str_of(from)) : 0;
            if (at == SIZE_MAX) fail_msg("%s has no %s", file, from);
            text = from ? str_printf(&a, "%.*s%s%.*s", (int)at, text.s, to, STR_ARG(str_slice(text, at + strlen(from), text.n))) : str_of(to);
            written = true;
        }
        put(dir, files[i], text);
    }
    if (file && !written) put(dir, file, str_of(to));
    return dir;
}

static void dir_remove(Str dir, const char *more)
{
    if (more) (void)unlink(str_c(&a, in_dir(dir, more)));
    for (size_t i = 0; i < COUNT(files); i++) (void)unlink(str_c(&a, in_dir(dir, files[i])));
    for (size_t i = COUNT(folders); i-- > 0;) (void)rmdir(str_c(&a, in_dir(dir, folders[i])));
    (void)rmdir(str_c(&a, dir));
}

static Err load(Str dir, Pack *pack, Law *law)
{
    TRY(pack_load(&a, dir, pack));
    return law_load(&a, pack, dir, law);
}

/* Loaded, and all that its author must see to. */
static Err look(Str dir, Pack *pack, Law *law)
{
    Mistakes warnings;
    TRY(load(dir, pack, law));
    return law_check(&a, law, day_of(2026, 11, 20), &warnings);
}

typedef struct Row {
    const char *file, *from, *to;
    const char *where; /* "file:line path" */
    const char *code, *says; /* a part of the English sentence */
} Row;

static bool has(const Mistakes *m, const Row *r)
{
    for (size_t i = 0; i < m->n; i++)
        if (str_eqc(m->list[i].path, r->where) && !strcmp(m->list[i].code, r->code) && (!r->says || str_find(m->list[i].text.in[EN], str_of(r->says)) != SIZE_MAX)) return true;
    return false;
}

static void print_all(Err e)
{
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++)
        print_message("  %.*s %s: %.*s\n", STR_ARG(e.mistakes->list[i].path), e.mistakes->list[i].code, STR_ARG(e.mistakes->list[i].text.in[EN]));
    if (!e.mistakes && e.kind) print_message("  %.*s\n", STR_ARG(e.text.in[EN]));
}

static bool fails(const Row *r)
{
    Pack pack;
    Law law;
    Str dir = changed(r->file, r->from, r->to);
    Err e = look(dir, &pack, &law);
    dir_remove(dir, r->file);
    if (e.kind == ERR_MISTAKES && has(e.mistakes, r)) return true;
    print_message("expected %s %s: %s; got\n", r->where, r->code, r->says ? r->says : "");
    print_all(e);
    return false;
}

static void must_fail(const Row *rows, size_t n)
{
    size_t missed = 0;
    for (size_t i = 0; i < n; i++) missed += !fails(&rows[i]);
    assert_int_equal(missed, 0);
}

static void passes(Err (*how)(Str, Pack *, Law *), const char *file, const char *from, const char *to)
{
    Pack pack;
    Law law;
    Str dir = changed(file, from, to);
    Err e = how(dir, &pack, &law);
    dir_remove(dir, NULL);
    if (!e.kind) return;
    print_all(e);
    fail_msg("must pass: %s with %s", file, to);
}

static void must_pass(const char *file, const char *from, const char *to)
{
    passes(load, file, from, to);
}

/* Words and examples too. */
static void must_be_right(const char *file, const char *from, const char *to)
{
    passes(look, file, from, to);
}

static void test_good(void **state)
{
    UNUSED(state);
    Pack pack;
    Law law;
    Err e = load(good_dir(), &pack, &law);
    print_all(e);
    assert_int_equal(e.kind, OK);
    assert_int_equal(law.n, 8);
    assert_int_equal(law.items[0].kind, LAW_RULE);
    assert_true(str_eqc(law.items[0].id, "t.major"));
    assert_true(str_eqc(law.items[0].file, "rules/a/major.json"));
    assert_int_equal(law.items[5].kind, LAW_FORM);
    assert_int_equal(law.items[6].kind, LAW_NOTICE);
    assert_int_equal(law.items[7].kind, LAW_INCIDENT);
    assert_int_equal(json_array_size(law.facts), 16);
    assert_true(str_eqc(law.zone, "Asia/Tokyo"));
}

/* The same bytes wherever they lie; one byte more under the same version is another law. */
static void test_hash(void **state)
{
    UNUSED(state);
    Pack pack;
    Law good, same, other;
    Str copy = changed(NULL, NULL, NULL), more = changed("rules/a/major.json", "{", "{ ");
    assert_int_equal(load(good_dir(), &pack, &good).kind, OK);
    assert_int_equal(load(copy, &pack, &same).kind, OK);
    assert_int_equal(load(more, &pack, &other).kind, OK);
    assert_int_equal(good.hash.n, 64);
    assert_true(str_eq(good.hash, same.hash));
    assert_false(str_eq(good.hash, other.hash));
    assert_true(str_eq(good.version, other.version));
    dir_remove(copy, NULL), dir_remove(more, NULL);
}

static void test_no_law(void **state)
{
    UNUSED(state);
    Pack pack;
    Law law;
    Str dir = str_join(&a, str_of(getenv("KANAME_ROOT")), STR("/"), STR("tests/packs/drill"));
    assert_int_equal(load(dir, &pack, &law).kind, OK);
    assert_int_equal(law.n, 0);
    assert_int_equal(json_array_size(law.facts), 0);
}

static void test_lines(void **state)
{
    UNUSED(state);
    Str t = STR("{\"a\": \"}{\\\"]\",\n\"list\": [1,\n[\"x\"],\n{\"b\":\n{\"c\": 3}}, \"y\",\ntrue]\n}");
    static const struct { const char *path; size_t line; } rows[] = {{"", 1}, {"a", 1}, {"list", 2}, {"list/0", 2}, {"list/1", 3}, {"list/1/0", 3}, {"list/2", 4}, {"list/2/b", 4}, {"list/2/b/c", 5},
        {"list/3", 5}, {"list/4", 6}, {"list/5", 2}, {"list/2/none", 4}, {"none", 1}, {"list/2/b/none", 4}, {"a/b", 1}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (json_line(t, str_of(rows[i].path)) != rows[i].line) fail_msg("%s: %zu, not %zu", rows[i].path, json_line(t, str_of(rows[i].path)), rows[i].line);
}

static const Row wrong_shapes[] = {
    /* keys and words */
    {"rules/a/major.json", "\"force\": \"ordinance\"", "\"force\": \"ordinanc\"", "rules/a/major.json:1 force", "choice", "\"ordinance\""},
    {"rules/a/major.json", "\"bound\":", "\"bounds\":", "rules/a/major.json:6 versions/0/bounds", "unknown_field", "\"bound\""},
    {"rules/a/major.json", "\"bound\": [\"carrier\"],", "", "rules/a/major.json:3 versions/0/bound", "required", NULL},
    {"rules/a/major.json", "\"chosen_by\": \"occurred\"", "\"chosen_by\": \"occured\"", "rules/a/major.json:3 versions/0/chosen_by", "choice", "\"occurred\""},
    {"rules/a/major.json", "\"last_day\": null", "\"last_day\": \"2023-02-30\"", "rules/a/major.json:3 versions/0/last_day", "type", "2026-11-20"},
    {"rules/a/major.json", "\"last_day\": null, ", "", "rules/a/major.json:3 versions/0/last_day", "required", NULL},
    {"rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"V\"", "rules/a/major.json:4 versions/0/check/status", "choice", NULL},
    {"rules/a/major.json", "\"note\": \"for tests; no law says this\"", "\"note\": null", "rules/a/major.json:1 note", "type", NULL},
    {"rules/a/major.json", "\"title\": {\"ja\": \"重大な事故\", \"en\": \"Major accident\"}", "\"title\": {\"ja\": \"重大な事故\"}", "rules/a/major.json:1 title", "type", "Japanese and English"},
    {"rules/a/major.json", "\"Major accident\"}", "\"Major accident\", \"fr\": \"x\"}", "rules/a/major.json:1 title/fr", "unknown_field", NULL},
    {"rules/a/major.json", "\"t.major\"", "\"T.major\"", "rules/a/major.json:1 id", "type", "lower-case"},
    {"rules/a/major.json", "\"id\": \"t.major\"", "\"id\": \"t.major\", \"id\": \"t.other\"", "rules/a/major.json:1", "type", "\"id\" is there twice"},
    {"rules/a/major.json", NULL, "{\"id\": \"x\"", "rules/a/major.json:1", "type", "Not valid JSON"},
    {"rules/a/major.json", NULL, "[]", "rules/a/major.json:1", "type", "object"},
    /* numbers */
    {"rules/a/major.json", "\"n\": 30000", "\"n\": 30000.0", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/n", "range", "whole number"},
    {"rules/a/major.json", "\"n\": 30000", "\"n\": -1", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/n", "range", "whole number"},
    {"rules/a/major.json", "\"n\": 30000", "\"n\": \"30000\"", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/n", "range", NULL},
    {"rules/a/major.json", "\"n\": 30000", "\"n\": null", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/n", "range", NULL},
    {"rules/a/major.json", "{\"n\": 30000, \"unit\": \"user\"}", "{\"n\": 30000}", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/unit", "required", NULL},
    {"rules/a/near.json", "\"share\": \"5\"", "\"share\": \"5%\"", "rules/a/near.json:14 versions/1/condition/any/1/more_than/smaller_of/0/share", "type", NULL},
    /* conditions */
    {"rules/a/major.json", "\"fact\": \"fault\", \"in\": [\"own\", \"other_carrier\"]", "\"fact\": \"fault\"", "rules/a/major.json:8 versions/0/condition/all/0", "required", "Exactly one of these"},
    {"rules/a/major.json", "\"in\": [\"own\", \"other_carrier\"]", "\"in\": [\"own\"], \"is\": true", "rules/a/major.json:8 versions/0/condition/all/0", "choice", "Exactly one of these"},
    {"rules/a/major.json", "{\"id\": \"fault\", \"fact\": \"fault\",", "{\"id\": \"fault\", \"fact\": \"fault\", \"all\": [],", "rules/a/major.json:8 versions/0/condition/all/0", "choice", "Exactly one of these"},
    {"rules/a/major.json", "\"condition\": {\"all\"", "\"condition\": {\"al\"", "rules/a/major.json:7 versions/0/condition/al", "unknown_field", "\"all\""},
    {"rules/a/major.json", "\"at_least\": {\"n\": 30000", "\"at_leest\": {\"n\": 30000", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_leest", "unknown_field", "\"at_least\""},
    {"rules/a/major.json", "\"measure\": \"sufferers\"", "\"measure\": \"suferers\"", "rules/a/major.json:12 versions/0/condition/all/1/table/columns/users/measure", "choice", "\"sufferers\""},
    {"rules/a/near.json", "{\"unknown\": \"pack\"}", "{\"unknown\": \"future\"}", "rules/a/near.json:4 versions/0/condition/unknown", "choice", "\"pack\""},
    {"rules/a/near.json", "\"is\": \"met\"", "\"is\": \"not_met\"", "rules/a/near.json:16 versions/1/condition/any/3/all/0/is", "choice", "\"met\""},
    {"rules/a/near.json", "\"all\": [{\"rule\"", "\"all\": [], \"none\": [{\"rule\"", "rules/a/near.json:16 versions/1/condition/any/3", "choice", NULL},
    {"rules/a/near.json", "\"includes_any\": [\"other\"]", "\"includes_any\": []", "rules/a/near.json:16 versions/1/condition/any/3/all/2/includes_any", "range", "1 to 64"},
    /* references */
    {"rules/a/major.json", "\"fact\": \"fault\"", "\"fact\": \"falt\"", "rules/a/major.json:8 versions/0/condition/all/0/fact", "reference", "\"fault\""},
    {"rules/a/major.json", "\"of\": \"impact\"", "\"of\": \"impct\"", "rules/a/major.json:11 versions/0/condition/all/1/table/columns/lasts/of", "reference", "\"impact\""},
    {"rules/a/major.json", "\"of\": \"impact\"", "\"of\": \"delay\"", "rules/a/major.json:11 versions/0/condition/all/1/table/columns/lasts/of", "reference", "timeline"},
    {"rules/a/major.json", "\"each\": \"hit\"", "\"each\": \"fault\"", "rules/a/major.json:9 versions/0/condition/all/1/table/each", "reference", "of type choice"},
    {"rules/a/major.json", "\"src\": \"jp:000A00000000001\"", "\"src\": \"jp:000A0000000000l\"", "rules/a/major.json:5 versions/0/cite/0/src", "reference", "\"jp:000A00000000001\""},
    {"rules/a/major.json", "\"bound\": [\"carrier\"]", "\"bound\": [\"carier\"]", "rules/a/major.json:6 versions/0/bound/0", "reference", "\"carrier\""},
    {"rules/a/near.json", "\"yields_to\": [{\"rule\": \"t.major\"}]", "\"yields_to\": [{\"rule\": \"t.mayor\"}]", "rules/a/near.json:8 versions/1/yields_to/0/rule", "reference", "\"t.major\""},
    {"rules/a/near.json", "\"judgement\": \"noticed_promptly\"", "\"judgement\": \"extra_only\"", "rules/a/near.json:13 versions/1/condition/any/0/all/2/none/0/judgement", "reference", "judgement"},
    {"rules/a/near.json", "\"unit\": \"percent\", \"of\": \"base_users\"", "\"unit\": \"percent\", \"of\": \"base_user\"", "rules/a/near.json:14 versions/1/condition/any/1/more_than/smaller_of/0/of", "reference", "\"base_users\""},
    {"duties/a/major.json", "\"to\": [\"ministry\"]", "\"to\": [\"minister\"]", "duties/a/major.json:4 versions/0/duties/0/to/0", "reference", "\"ministry\""},
    {"duties/a/major.json", "\"count\": \"jp-period\"", "\"count\": \"jp-periods\"", "duties/a/major.json:7 versions/0/duties/1/count", "reference", "\"jp-period\""},
    {"duties/a/major.json", "\"roll\": \"jp-gov-holiday\"", "\"roll\": \"jp-gov-holidays\"", "duties/a/major.json:7 versions/0/duties/1/roll", "reference", "\"jp-gov-holiday\""},
    {"duties/a/major.json", "\"after\": {\"rule\": \"t.major\"", "\"after\": {\"rule\": \"t.none\"", "duties/a/major.json:1 after/rule", "reference", NULL},
    {"facts.json", "\"class\": \"operator\"", "\"class\": \"operators\"", "facts.json:2 facts/0/class", "reference", "\"operator\""},
    {"facts.json", "\"per\": \"hit\"", "\"per\": \"fault\"", "facts.json:11 facts/9/per", "reference", "needed here: set"},
    {"counting.json", "\"calendar\": \"offices\"", "\"calendar\": \"office\"", "counting.json:2 rolls/0/calendar", "reference", "\"offices\""},
    {"corpus/one.json", "\"t.major\": \"met\"", "\"t.mayor\": \"met\"", "corpus/one.json:4 expect/t.mayor", "reference", "\"t.major\""},
    {"corpus/one.json", "\"base_users\"", "\"base_user\"", "corpus/one.json:2 facts/base_user", "reference", "\"base_users\""},
    /* the files beside */
    {"facts.json", "\"id\": \"known\"", "\"id\": \"occurred\"", "facts.json:4 facts/2/id", "unique", "twice"},
    {"facts.json", "\"type\": \"time\"", "\"type\": \"tine\"", "facts.json:3 facts/1/type", "choice", "\"time\""},
    {"facts.json", "\"ask_cost\": 3", "\"ask_cost\": 10", "facts.json:7 facts/5/ask_cost", "range", "1 to 9"},
    {"facts.json", "\"unit\": \"min\"", "\"unit\": \"minute\"", "facts.json:14 facts/12/unit", "choice", "\"min\""},
    {"classes.json", "\"code\": \"carrier\"", "\"code\": \"Carrier\"", "classes.json:3 classes/0/codes/0/code", "type", NULL},
    {"sources.json", "\"kind\": \"jp-law\"", "\"kind\": \"law\"", "sources.json:2 sources/0/kind", "choice", "\"jp-law\""},
    {"authorities.json", "\"id\": \"bureau\"", "\"id\": \"ministry\"", "authorities.json:3 authorities/1/id", "unique", NULL},
    {"rules/a/near.json", "\"id\": \"t.near\"", "\"id\": \"t.major\"", "rules/a/near.json:1 id", "unique", "rules/a/major.json"},
    /* values of facts */
    {"corpus/one.json", "\"2026-11-20T13:05+09:00\"", "\"2026-11-20 13:05\"", "corpus/one.json:2 facts/occurred", "type", "instant"},
    {"corpus/one.json", "\"hi\": 900000", "\"hi\": -1", "corpus/one.json:2 facts/base_users/hi", "range", NULL},
    {"corpus/one.json", "{\"hi\": 900000}", "900000", "corpus/one.json:2 facts/base_users", "type", NULL},
    {"corpus/one.json", "{\"hi\": 900000}", "{\"unknown\": \"later\"}", "corpus/one.json:2 facts/base_users/unknown", "choice", NULL},
    {"corpus/one.json", "\"sure\": [\"other\"]", "\"shure\": [\"other\"]", "corpus/one.json:2 facts/hit/shure", "unknown_field", "\"sure\""},
    {"corpus/one.json", "\"to\": \"2026-11-20T15:05+09:00\"", "\"to\": \"opn\"", "corpus/one.json:3 facts/impact/0/to", "type", NULL},
    {"corpus/one.json", "\"fault\": {\"one_of\": [\"own\", \"other_carrier\"]}", "\"fault\": null", "corpus/one.json:2 facts/fault", "type", NULL},
    /* duties */
    {"duties/a/major.json", "\"kind\": \"first\"", "\"kind\": \"frist\"", "duties/a/major.json:4 versions/0/duties/0/kind", "choice", "\"first\""},
    {"duties/a/major.json", "\"from\": \"occurred\"", "\"from\": \"happened\"", "duties/a/major.json:7 versions/0/duties/1/from", "choice", NULL},
    {"duties/a/major.json", "\"n\": 30, \"unit\": \"day\"", "\"n\": 30, \"unit\": \"days\"", "duties/a/major.json:7 versions/0/duties/1/within/unit", "choice", "\"day\""},
    {"duties/a/major.json", "\"due\": \"2026-12-21\", \"shown\"", "\"due\": \"21 December\", \"shown\"", "duties/a/major.json:22 versions/0/examples/0/expect/detail/due", "type", NULL},
    {"duties/a/major.json", "\"detail\": {\"to\": [\"ministry\"], \"due\"", "\"detail\": {\"to\": [\"minestry\"], \"due\"", "duties/a/major.json:22 versions/0/examples/0/expect/detail/to/0", "reference", "\"ministry\""},
    {"duties/a/major.json", "\"promptly\": true, \"contents\"", "\"promtly\": true, \"contents\"", "duties/a/major.json:22 versions/0/examples/0/expect/first/promtly", "unknown_field", "\"promptly\""},
    {"duties/a/major.json", "\"delay\": {\"n\": 0", "\"delai\": {\"n\": 0", "duties/a/major.json:20 versions/0/examples/0/facts/delai", "reference", "\"delay\""},
    {"duties/a/major.json", "\"promptly\": {\"words\"", "\"promptly\": {\"n\": 1, \"words\"", "duties/a/major.json:4 versions/0/duties/0/promptly/n", "unknown_field", NULL},
    /* forms */
    {"forms/report.json", "\"rule\": \"t.major\"", "\"rule\": \"t.mayor\"", "forms/report.json:2 serves/0/rule", "reference", "\"t.major\""},
    {"forms/report.json", "[\"first\", \"detail\"]", "[\"first\", \"detial\"]", "forms/report.json:2 serves/0/kinds/1", "choice", "\"detail\""},
    {"forms/report.json", "\"of\": \"contents\"", "\"of\": \"content\"", "forms/report.json:3 sections/0/of", "choice", "\"contents\""},
    {"forms/report.json", "\"of\": \"contents\"", "\"of\": \"contents\", \"items\": [{\"ja\": \"a\", \"en\": \"a\"}]", "forms/report.json:3 sections/0", "choice", "Exactly one of these"},
    {"forms/report.json", ", \"of\": \"contents\"", "", "forms/report.json:3 sections/0", "required", "Exactly one of these"},
    {"forms/report.json", "\"en\": \"measures\"", "\"eng\": \"measures\"", "forms/report.json:4 sections/1/items/2/eng", "unknown_field", NULL},
    {"forms/report.json", "\"status\": \"memory\"", "\"status\": \"memori\"", "forms/report.json:4 sections/1/items/1/status", "choice", "\"memory\""},
    {"forms/report.json", "\"src\": \"jp:000A00000000001\"", "\"src\": \"jp:000A00000000002\"", "forms/report.json:2 cite/0/src", "reference", NULL},
    {"forms/report.json", "\"id\": \"t.form\"", "\"id\": \"t.major\"", "forms/report.json:1 id", "unique", "rules/a/major.json"},
    {"forms/report.json", "\"serves\": [{\"rule\": \"t.major\", \"kinds\": [\"first\", \"detail\"]}, {\"rule\": \"t.near\"}]", "\"serves\": []", "forms/report.json:2 serves", "range", NULL},
    {"forms/report.json", "\"fills\": \"occurred\"", "\"fills\": \"ocurred\"", "forms/report.json", "reference", "ocurred"},
    {"forms/notes.txt", NULL, "x", "forms/notes.txt:1", "file", NULL},
    /* notices */
    {"notices/first.json", "\"stage\": \"first\"", "\"stage\": \"frist\"", "notices/first.json:1 stage", "choice", "\"first\""},
    {"notices/first.json", "\"partner\"", "\"partnor\"", "notices/first.json:1 audiences/1", "choice", "\"partner\""},
    {"notices/first.json", "[\"public\", \"partner\"]", "[]", "notices/first.json:1 audiences", "range", NULL},
    {"notices/first.json", "\"from\": \"onset\"", "\"from\": \"onsett\"", "notices/first.json:3 guide/from", "choice", "\"onset\""},
    {"notices/first.json", "\"of_whom\": \"one_accident\"", "\"of_whom\": \"one_acident\"", "notices/first.json:3 guide/of_whom", "reference", "one_accident"},
    {"notices/first.json", "\"source\": \"jp:000A00000000001\"", "\"source\": \"jp:000A00000000002\"", "notices/first.json:3 guide/source", "reference", NULL},
    {"notices/first.json", "Down since {occurred}", "Down since {ocurred}", "notices/first.json", "reference", "ocurred"},
    {"notices/first.json", "止まっています。次は{next}", "止まっています。次は{netx}", "notices/first.json", "reference", "netx"},
    {"notices/first.json", "\"heading\"", "\"headline\"", "notices/first.json:2 headline", "unknown_field", NULL},
    {"notices/first.json", "\"unit\": \"min\"", "\"unit\": \"week\"", "notices/first.json:3 guide/within/unit", "choice", NULL},
    {"notices/first.json", "\"unit\": \"min\"", "\"unit\": \"hour\"", "notices/first.json:3 guide/within/unit", "choice", "\"h\""},
    /* files */
    {"rules/a/Major.json", NULL, "{}", "rules/a/Major.json:1", "file", "lower-case"},
    {"rules/loose.json", NULL, "{}", "rules/loose.json:1", "file", NULL},
    {"rules/a/notes.txt", NULL, "x", "rules/a/notes.txt:1", "file", NULL},
    {"corpus/big.json", NULL, "", "corpus/big.json:1", "type", "Not valid JSON"},
};

static void test_wrong_shapes(void **state)
{
    UNUSED(state);
    must_fail(wrong_shapes, COUNT(wrong_shapes));
}

static void test_right_shapes(void **state)
{
    UNUSED(state);
    must_pass(NULL, NULL, NULL);
    must_pass("rules/a/major.json", "{\"measure\": \"span\"", "{\"note\": \"x\", \"measure\": \"span\"");
    must_pass("corpus/one.json", "2026-11-20T18:00+09:00", "2026-11-20T18:00:00.000Z");
    must_pass("corpus/one.json", "{\"hi\": 900000}", "{\"lo\": 0, \"hi\": 900000, \"estimate\": true}");
    must_pass("corpus/one.json", "{\"hi\": 900000}", "{\"unknown\": \"cannot_know\"}");
    must_pass("corpus/one.json", "\"to\": \"2026-11-20T15:05+09:00\"", "\"to\": \"open\", \"planned_end\": \"2026-11-20T16:00Z\"");
    must_pass("watches/a/size.json", "\"base_users\": {\"n\": 10000000}", "\"base_users\": {\"n\": 10000000}, \"impact\": []"); /* hit nobody */
    must_pass("corpus/one.json", "{\"sure\": [\"other\"]}", "{\"sure\": [], \"possible\": [\"other\"]}");
    must_pass("sources.json", "\"read_on\": \"2026-11-20\"", "\"note\": \"not read\"");
}

static const Row wrong_meanings[] = {
    /* facts as defined */
    {"facts.json", "\"unit\": \"min\", ", "", "facts.json:14 facts/12/unit", "required", "needs unit"},
    {"facts.json", "\"type\": \"bool\"", "\"type\": \"bool\", \"unit\": \"user\"", "facts.json:15 facts/13/unit", "unknown_field", "has no unit"},
    {"facts.json", "\"unit\": \"min\"", "\"unit\": \"user\"", "facts.json:14 facts/12/unit", "choice", "not counted in user"},
    {"facts.json", "\"id\": \"impact.sufferers\", \"type\": \"count\", \"unit\": \"user\"", "\"id\": \"impact.sufferers\", \"type\": \"count\", \"unit\": \"person\"", "facts.json:1 facts", "choice", "impact.sufferers"},
    {"facts.json", "\"id\": \"designated\", \"type\": \"time\"", "\"id\": \"designated\", \"type\": \"judgement\"", "watches/a/size.json:4 versions/0/examples/0/facts/designated", "type", NULL},
    /* units */
    {"rules/a/major.json", "{\"n\": 30000, \"unit\": \"user\"}", "{\"n\": 30000, \"unit\": \"h\"}", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/users/at_least/unit", "choice", "compared with user"},
    {"rules/a/major.json", "{\"n\": 1, \"unit\": \"h\"}", "{\"n\": 1, \"unit\": \"user\"}", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/lasts/at_least/unit", "choice", NULL},
    {"rules/a/near.json", "{\"n\": 10, \"unit\": \"min\"}", "{\"n\": 10, \"unit\": \"user\"}", "rules/a/near.json:12 versions/1/condition/any/0/all/1/more_than/unit", "choice", "compared with min"},
    {"rules/a/near.json", "{\"n\": 1000000, \"unit\": \"user\"}", "{\"n\": 1000000, \"unit\": \"person\"}", "rules/a/near.json:14 versions/1/condition/any/1/more_than/smaller_of/1/unit", "choice", NULL},
    {"levels/a/plan.json", "\"unit\": \"user_min\"", "\"unit\": \"user\"", "levels/a/plan.json:4 versions/0/condition/all/1/at_least/unit", "choice", "user_min"},
    /* operators against types */
    {"rules/a/major.json", "\"fact\": \"extra_only\", \"is\": true", "\"fact\": \"extra_only\", \"in\": [\"own\"]", "rules/a/major.json:17 versions/0/except/0/when/in", "choice", "type bool has no in"},
    {"rules/a/near.json", "\"on_or_after\": \"2025-04-01\"", "\"is\": true", "rules/a/near.json:16 versions/1/condition/any/3/all/1/is", "choice", "type time"},
    {"rules/a/near.json", "\"includes_any\": [\"other\"]", "\"in\": [\"other\"]", "rules/a/near.json:16 versions/1/condition/any/3/all/2/in", "choice", "includes_any"},
    /* codes */
    {"rules/a/major.json", "\"in\": [\"own\", \"other_carrier\"]", "\"in\": [\"owm\"]", "rules/a/major.json:8 versions/0/condition/all/0/in/0", "reference", "\"own\""},
    {"rules/a/major.json", "\"kind\": [\"stopped\", \"degraded\"]", "\"kind\": [\"stoped\"]", "rules/a/major.json:11 versions/0/condition/all/1/table/columns/lasts/kind/0", "reference", "\"stopped\""},
    {"rules/a/major.json", "\"class\": \"emergency_voice\", \"lasts\"", "\"class\": \"emergency_voise\", \"lasts\"", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/class", "reference", "\"emergency_voice\""},
    {"rules/a/near.json", "\"class\": \"other\"", "\"class\": \"others\"", "rules/a/near.json:14 versions/1/condition/any/1/class", "reference", "\"other\""},
    {"rules/a/near.json", "\"fact\": \"base_users\", ", "\"fact\": \"base_users\", \"class\": \"other\", ", "rules/a/near.json:11 versions/1/condition/any/0/all/0/class", "reference", "not told by class"},
    {"facts.json", "\"classes\": \"hit\", ", "", "rules/a/major.json:11 versions/0/condition/all/1/table/columns/lasts/of", "reference", "\"hit\""},
    /* measures */
    {"rules/a/near.json", "\"measure\": \"peak\", \"of\": \"impact\", \"kind\": [\"stopped\"], ", "\"measure\": \"peak\", \"of\": \"impact\", \"kind\": [\"stopped\"], \"with\": {\"at_least\": {\"n\": 1, \"unit\": \"user\"}}, ", "rules/a/near.json:14 versions/1/condition/any/1/with", "unknown_field", "longest_run"},
    {"facts.json", "impact.below_equipment", "impact.below", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/measure/users", "reference", "impact.below_equipment"},
    /* labels */
    {"rules/a/near.json", "{\"same\": \"many\"}", "{\"same\": \"mny\"}", "rules/a/near.json:15 versions/1/condition/any/2/at_least_of/of/2/same", "reference", "\"many\""},
    {"rules/a/near.json", "{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}", "{\"same\": \"users\"}", "rules/a/near.json:13 versions/1/condition/any/0/all/2/none/0/same", "reference", "itself"},
    {"rules/a/near.json", "{\"id\": \"late\"", "{\"id\": \"many\"", "rules/a/near.json:12 versions/1/condition/any/0/all/1/id", "unique", "twice"},
    {"rules/a/major.json", "{\"id\": \"2b\"", "{\"id\": \"fault\"", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2/id", "unique", "twice"},
    {"rules/a/near.json", "\"at_least_of\": {\"n\": 2", "\"at_least_of\": {\"n\": 4", "rules/a/near.json:15 versions/1/condition/any/2/at_least_of/n", "range", NULL},
    /* rows */
    {"rules/a/major.json", "\"users\": {\"at_least\": {\"n\": 1000000,", "\"users\": {\"at_least\": {\"n\": 30000,", "rules/a/major.json:15 versions/0/condition/all/1/table/rows/1", "unique", "meets row \"2b\""},
    {"rules/a/major.json", "\"id\": \"2b\", \"class\": \"other\", \"lasts\": {\"at_least\": {\"n\": 1,", "\"id\": \"2b\", \"class\": \"other\", \"lasts\": {\"more_than\": {\"n\": 2,", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2", "unique", "meets row \"2a\""},
    {"rules/a/major.json", "\"id\": \"2b\", \"class\": \"other\", \"lasts\": {\"at_least\": {\"n\": 1, \"unit\": \"h\"}}, \"users\": {\"at_least\": {\"n\": 1000000,",
        "\"id\": \"2b\", \"class\": \"other\", \"lasts\": {\"at_least\": {\"n\": 120, \"unit\": \"min\"}}, \"users\": {\"at_least\": {\"n\": 30000,", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2", "unique", "meets row \"2a\""},
    {"rules/a/major.json", "\"users\": {\"at_least\": {\"n\": 1000000,", "\"usrs\": {\"at_least\": {\"n\": 1000000,", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2/usrs", "reference", "\"users\""},
    {"rules/a/major.json", "\"measure\": {\"users\":", "\"measure\": {\"user\":", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/measure/user", "reference", "\"users\""},
    /* never met */
    {"rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"fact\": \"delay\", \"at_most\": {\"n\": 600, \"unit\": \"s\"}}", "rules/a/near.json:13 versions/1/condition/any/0/all/2", "range", "This and versions/1/condition/any/0/all/1 are never true together"},
    {"rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"fact\": \"delay\", \"less_than\": {\"n\": 10, \"unit\": \"min\"}}", "rules/a/near.json:13 versions/1/condition/any/0/all/2", "range", "never true together"},
    {"rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"none\": [{\"fact\": \"delay\", \"more_than\": {\"n\": 10, \"unit\": \"min\"}}]}", "rules/a/near.json:13 versions/1/condition/any/0/all/2/none/0", "range", "never true together"},
    {"rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"all\": [{\"judgement\": \"noticed_promptly\", \"is\": true}, {\"judgement\": \"noticed_promptly\", \"is\": false}]}", "rules/a/near.json:13 versions/1/condition/any/0/all/2/all/1", "range", "never true together"},
    {"rules/a/near.json", "{\"fact\": \"hit\", \"includes_any\": [\"other\"]}", "{\"fact\": \"known\", \"on_or_before\": \"2025-03-31\"}", "rules/a/near.json:16 versions/1/condition/any/3/all/2", "range", "never true together"},
    {"rules/a/major.json", "{\"table\": {\"each\"", "{\"fact\": \"fault\", \"in\": [\"neither\"]}, {\"table\": {\"each\"", "rules/a/major.json:9 versions/0/condition/all/1", "range", "never true together"},
    {"rules/a/major.json", "\"when\": {\"fact\": \"extra_only\", \"is\": true}", "\"when\": {\"fact\": \"fault\", \"in\": [\"own\", \"other_carrier\"]}", "rules/a/major.json:17 versions/0/except/0/when", "range", "it removes all that is met"},
    {"duties/a/major.json", "\"when\": {\"fact\": \"delay\", \"at_least\": {\"n\": 1, \"unit\": \"h\"}}", "\"when\": {\"all\": [{\"fact\": \"delay\", \"at_least\": {\"n\": 1, \"unit\": \"h\"}}, {\"fact\": \"delay\", \"less_than\": {\"n\": 60, \"unit\": \"min\"}}]}", "duties/a/major.json:11 versions/0/duties/1/variants/0/when/all/1", "range", "never true together"},
    /* readings */
    {"rules/a/major.json", "\"default\": true, ", "", "rules/a/major.json:20 versions/0/readings/0", "choice", NULL},
    {"rules/a/major.json", "\"set\": {\"lasts\":", "\"set\": {\"last\":", "rules/a/major.json:21 versions/0/readings/1/set/last", "reference", "\"lasts\""},
    {"rules/a/major.json", "\"with\": \"users\"", "\"with\": \"usres\"", "rules/a/major.json:21 versions/0/readings/1/set/lasts/with", "reference", "\"users\""},
    /* citations */
    {"rules/a/major.json", "\"cite\": [{\"src\": \"jp:000A00000000001\", \"rev\": \"20260208\"", "\"cite\": [{\"src\": \"jp:000A00000000001\", \"rev\": \"20260209\"", "rules/a/major.json:5 versions/0/cite/0/rev", "reference", "\"20260208\""},
    {"rules/a/near.json", "\"cite\": [{\"src\": \"jp:000A00000000001\", \"at\": {\"art\": \"58_2\", \"item\": \"1\"}, \"quote\": {\"ja\": \"三万以上の利用者\"}}]", "\"cite\": []", "rules/a/near.json:7 versions/1/cite", "required", NULL},
    /* versions */
    {"rules/a/near.json", "\"last_day\": \"2023-06-15\"", "\"last_day\": \"2023-06-16\"", "rules/a/near.json:5 versions/1/first_day", "unique", "overlaps"},
    {"rules/a/near.json", "\"last_day\": \"2023-06-15\"", "\"last_day\": null", "rules/a/near.json:5 versions/1/first_day", "unique", "overlaps"},
    {"rules/a/near.json", "\"last_day\": \"2023-06-15\"", "\"last_day\": \"2023-06-14\"", "rules/a/near.json:3 versions/0/last_day", "range", "no version until"},
    {"rules/a/near.json", "\"last_day\": \"2023-06-15\"", "\"last_day\": \"2016-09-30\"", "rules/a/near.json:3 versions/0/last_day", "range", "before it begins"},
    {"rules/a/near.json", "\"v\": \"2016\"", "\"v\": \"2023\"", "rules/a/near.json:5 versions/1/v", "unique", "twice"},
    {"rules/a/major.json", "\"chosen_by\": \"occurred\"", "\"chosen_by\": \"report_due\"", "rules/a/major.json:3 versions/0/report", "required", "report"},
    /* circles */
    {"rules/a/major.json", "\"except\":", "\"yields_to\": [{\"rule\": \"t.near\"}], \"except\":", "rules/a/near.json:16 versions/1/condition/any/3/all/0/rule", "reference", "come back to themselves"},
    {"rules/a/near.json", "\"rule\": \"t.major\", \"is\"", "\"rule\": \"t.near\", \"is\"", "rules/a/near.json:16 versions/1/condition/any/3/all/0/rule", "reference", "come back to themselves"},
    /* force */
    {"rules/a/near.json", "\"rule\": \"t.major\", \"is\"", "\"rule\": \"t.level\", \"is\"", "rules/a/near.json:16 versions/1/condition/any/3/all/0/rule", "reference", "levels/"},
    {"rules/a/near.json", "\"yields_to\": [{\"rule\": \"t.major\"}]", "\"yields_to\": [{\"rule\": \"t.watch\"}]", "rules/a/near.json:8 versions/1/yields_to/0/rule", "reference", "watches/"},
    {"duties/a/major.json", "\"rule\": \"t.major\"", "\"rule\": \"t.watch\"", "duties/a/major.json:1 after/rule", "reference", "watches/"},
    {"rules/a/major.json", "\"force\": \"ordinance\"", "\"force\": \"plan\"", "rules/a/major.json:1 force", "choice", "levels/"},
    {"levels/a/plan.json", "\"condition\": {\"all\": [", "\"condition\": {\"all\": [{\"fact\": \"base_users\", \"is\": true},", "levels/a/plan.json:4 versions/0/condition/all/0/is", "choice", NULL},
    {"watches/a/size.json", "\"condition\": {\"fact\": \"base_users\", \"at_least\": {\"n\": 10000000, \"unit\": \"user\"}, ", "\"condition\": {\"rule\": \"t.level\", \"is\": \"met\", ", "watches/a/size.json:3 versions/0/condition/rule", "reference", "rest on the plan"},
    /* duties */
    {"duties/a/major.json", "\"duty\": \"detail\"", "\"duty\": \"detial\"", "duties/a/major.json:12 versions/0/duties/2/from/duty", "reference", "\"detail\""},
    {"duties/a/major.json", "\"from\": \"occurred\"", "\"from\": {\"duty\": \"final\", \"event\": \"submitted\"}", "duties/a/major.json:7 versions/0/duties/1/from/duty", "reference", "come back"},
    {"duties/a/major.json", "\"from\": \"occurred\", ", "", "duties/a/major.json:7 versions/0/duties/1/from", "required", "from"},
    {"duties/a/major.json", "\"promptly\": {\"words\": {\"ja\": \"速やかに\", \"en\": \"promptly\"}}, ", "", "duties/a/major.json:4 versions/0/duties/0", "required", "deadline"},
    {"duties/a/major.json", "\"per\": \"quarter\", \"within\": {\"n\": 2, \"unit\": \"month\"}, \"from\": \"period_end\", ", "\"per\": \"quarter\", ", "duties/a/major.json:16 versions/0/duties/4/within", "required", "on_day"},
    {"duties/a/major.json", "\"per\": \"quarter\", ", "\"on_day\": 20, ", "duties/a/major.json:16 versions/0/duties/4/per", "required", NULL},
    {"duties/a/major.json", "{\"id\": \"return\"", "{\"id\": \"again\", \"kind\": \"detail\", \"title\": {\"ja\": \"あ\", \"en\": \"a\"}, \"to\": [\"bureau\", \"ministry\"], \"within\": {\"n\": 20, \"unit\": \"day\"}, \"from\": \"occurred\", \"cite\": [{\"src\": \"jp:doc:plan\"}]}, {\"id\": \"return\"",
        "duties/a/major.json:16 versions/0/duties/4/within", "unique", "\"detail\""},
    {"duties/a/major.json", "{\"id\": \"return\"", "{\"id\": \"notice\"", "duties/a/major.json:16 versions/0/duties/4/id", "unique", NULL},
    {"duties/a/major.json", "\"set\": {\"to\": [\"bureau\"]}", "\"set\": {}", "duties/a/major.json:11 versions/0/duties/1/variants/0/set", "required", NULL},
    {"duties/a/major.json", "\"fact\": \"delay\", \"at_least\": {\"n\": 1, \"unit\": \"h\"}", "\"fact\": \"delay\", \"at_least\": {\"n\": 1, \"unit\": \"user\"}", "duties/a/major.json:11 versions/0/duties/1/variants/0/when/at_least/unit", "choice", NULL},
    {"facts.json", "\"id\": \"stopped\"", "\"id\": \"stop\"", "duties/a/major.json:14 versions/0/duties/3/from/earliest_of/1/event", "reference", "\"stopped\""},
    {"counting.json", "\"id\": \"jp-gov-holiday\"", "\"id\": \"offices\"", "duties/a/major.json:7 versions/0/duties/1/roll", "reference", "\"offices\""},
    {"duties/a/major.json", "\"n\": 24, \"unit\": \"h\"}, \"from\"", "\"n\": 24, \"unit\": \"min\"}, \"from\"", "duties/a/major.json:14 versions/0/duties/3/within/unit", "choice", "No such word: \"min\""},
    {"duties/a/major.json", "\"status\": \"verified\"", "\"status\": \"memory\"", "duties/a/major.json:2 versions/0/check/status", "choice", "memory"},
    {"rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"memory\"", "duties/a/major.json:2 versions/0", "reference", "opens no duty"},
    {"rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"proposed\"", "duties/a/major.json:2 versions/0", "reference", "opens no duty"},
    {"rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"missing\"", "duties/a/major.json:2 versions/0", "reference", "opens no duty"},
};

static void test_wrong_meanings(void **state)
{
    UNUSED(state);
    must_fail(wrong_meanings, COUNT(wrong_meanings));
}

static void test_right_meanings(void **state)
{
    UNUSED(state);
    must_pass("rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"secondary\"");
    must_pass("rules/a/major.json", "\"status\": \"verified\"", "\"status\": \"seed\"");
    must_pass("rules/a/near.json", "\"status\": \"missing\"", "\"status\": \"proposed\"");
    must_pass("rules/a/near.json", "{\"n\": 10, \"unit\": \"min\"}", "{\"n\": 600, \"unit\": \"s\"}");
    must_pass("rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"fact\": \"delay\", \"at_most\": {\"n\": 601, \"unit\": \"s\"}}");
    must_pass("rules/a/near.json", "{\"none\": [{\"id\": \"promptly\", \"judgement\": \"noticed_promptly\", \"is\": true}]}", "{\"none\": [{\"fact\": \"delay\", \"more_than\": {\"n\": 11, \"unit\": \"min\"}}]}");
    must_pass("rules/a/near.json", "{\"fact\": \"hit\", \"includes_any\": [\"other\"]}", "{\"fact\": \"known\", \"on_or_before\": \"2025-04-01\"}"); /* on that one day */
    must_pass("rules/a/major.json", "{\"table\": {\"each\"", "{\"fact\": \"fault\", \"in\": [\"neither\", \"own\"]}, {\"table\": {\"each\"");
    must_pass("rules/a/near.json", "\"is\": true}]}]},", "\"is\": true}]}, {\"same\": \"share\"}]},");
    must_pass("rules/a/major.json", "\"users\": {\"at_least\": {\"n\": 1000000,", "\"users\": {\"at_least\": {\"n\": 30001,"); /* neither row implies the other */
    must_pass("rules/a/near.json", "\"chosen_by\": \"occurred\"", "\"chosen_by\": \"known\"");              /* another clock: not side by side */
    must_pass("duties/a/major.json", "{\"id\": \"return\"", "{\"id\": \"again\", \"kind\": \"detail\", \"title\": {\"ja\": \"あ\", \"en\": \"a\"}, \"to\": [\"bureau\"], \"within\": {\"n\": 20, \"unit\": \"day\"}, \"from\": \"occurred\", \"cite\": [{\"src\": \"jp:doc:plan\"}]}, {\"id\": \"return\"");
    must_pass("duties/a/major.json", "{\"id\": \"return\"", "{\"id\": \"again\", \"kind\": \"detail\", \"title\": {\"ja\": \"あ\", \"en\": \"a\"}, \"to\": [\"ministry\"], \"when\": {\"fact\": \"extra_only\", \"is\": true}, \"within\": {\"n\": 20, \"unit\": \"day\"}, \"from\": \"occurred\", \"cite\": [{\"src\": \"jp:doc:plan\"}]}, {\"id\": \"return\"");
    must_pass("duties/a/major.json", "\"set\": {\"to\": [\"bureau\"]}", "\"set\": {\"within\": {\"n\": 7, \"unit\": \"day\"}}");
    must_pass("duties/a/major.json", "\"within\": {\"n\": 2, \"unit\": \"month\"}, \"from\": \"period_end\"", "\"on_day\": 20");
}

/* "condition": {"all": [{"all": [ … ]}]} */
static Str nested(size_t deep)
{
    Buf b;
    buf_init(&b, &a, 1000);
    buf_addc(&b, "\"condition\": ");
    for (size_t i = 0; i < deep; i++) buf_addc(&b, "{\"all\": [");
    buf_addc(&b, "{\"fact\": \"base_users\", \"at_least\": {\"n\": 10000000, \"unit\": \"user\"}}");
    for (size_t i = 0; i < deep; i++) buf_addc(&b, "]}");
    return buf_str(&b);
}

static void test_limits(void **state)
{
    UNUSED(state);
    const char *from = "\"condition\": {\"fact\": \"base_users\", \"at_least\": {\"n\": 10000000, \"unit\": \"user\"}, \"words\": {\"ja\": \"千万以上\", \"en\": \"ten million or more\"}}";
    must_pass("watches/a/size.json", from, str_c(&a, nested(12)));
    Row deep = {"watches/a/size.json", from, str_c(&a, nested(13)), "watches/a/size.json:3 versions/0/condition/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0/all/0", "range", "12 deep"};
    must_fail(&deep, 1);
    Row json = {"watches/a/size.json", from, str_c(&a, nested(40)), "watches/a/size.json:1", "type", "nested too deeply"};
    must_fail(&json, 1);
}

static const Row wrong_words[] = {
    {"rules/a/major.json", "{\"at_least\": {\"n\": 30000, \"unit\": \"user\"}}, \"measure\"", "{\"at_least\": {\"n\": 40000, \"unit\": \"user\"}}, \"measure\"", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/words/ja", "words", "at_least 40000 user of the rule does not stand in the words, which have: 一時間、三万"},
    {"rules/a/major.json", "一時間 三万", "一時間 四万", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/words/ja", "words", "which have: 一時間、四万"},
    {"rules/a/major.json", "一時間 三万", "一時間 三万 五人", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/words/ja", "words", "五人 of the words is not in the rule"},
    {"rules/a/major.json", "一時間 三万", "一日 三万", "rules/a/major.json:14 versions/0/condition/all/1/table/rows/0/words/ja", "words", "一日 of the words is not in the rule"},
    {"rules/a/major.json", "一時間 百万", "一時間 百万を超える", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2/words/ja", "words", "The words say 一時間、百万を超え, the rule at_least 1000000 user"},
    {"rules/a/major.json", "\"id\": \"2a\", \"class\": \"other\", \"lasts\": {\"at_least\": {\"n\": 2,", "\"id\": \"2a\", \"class\": \"other\", \"lasts\": {\"at_least\": {\"n\": 3,", "rules/a/major.json:15 versions/0/condition/all/1/table/rows/1/words/ja", "words", "二時間"},
    {"rules/a/near.json", "\"at_least\": {\"n\": 30000, \"unit\": \"user\"}, \"words\"", "\"more_than\": {\"n\": 30000, \"unit\": \"user\"}, \"words\"", "rules/a/near.json:11 versions/1/condition/any/0/all/0/words/ja", "words", "The words say 三万以上, the rule more_than 30000 user"},
    {"rules/a/near.json", "\"more_than\": {\"n\": 10, \"unit\": \"min\"}", "\"at_least\": {\"n\": 10, \"unit\": \"min\"}", "rules/a/near.json:12 versions/1/condition/any/0/all/1/words/ja", "words", "十分を超え"},
    {"rules/a/near.json", "\"more_than\": {\"n\": 10, \"unit\": \"min\"}", "\"more_than\": {\"n\": 10, \"unit\": \"h\"}", "rules/a/near.json:12 versions/1/condition/any/0/all/1/words/ja", "words", "more_than 10 h"},
    {"rules/a/near.json", "\"quote\": {\"ja\": \"三万以上の利用者\"}", "\"quote\": {\"ja\": \"四万以上の利用者\"}", "rules/a/near.json:7 versions/1/cite/0/quote/ja", "words", "四万以上"},
    {"rules/a/near.json", "\"quote\": {\"ja\": \"三万以上の利用者\"}", "\"quote\": {\"ja\": \"三万未満の利用者\"}", "rules/a/near.json:7 versions/1/cite/0/quote/ja", "words", "三万未満"},
    {"watches/a/size.json", "\"n\": 10000000, \"unit\"", "\"n\": 1000000, \"unit\"", "watches/a/size.json:3 versions/0/condition/words/ja", "words", "千万以上"},
    {"watches/a/size.json", "千万以上", "千万以下", "watches/a/size.json:3 versions/0/condition/words/ja", "words", "千万以下"},
    {"watches/a/size.json", "千万以上", "千万未満", "watches/a/size.json:3 versions/0/condition/words/ja", "words", "千万未満"},
    {"watches/a/size.json", "千万以上", "1,000万戸を超えるもの", "watches/a/size.json:3 versions/0/condition/words/ja", "words", "1,000万戸を超え"},
    {"watches/a/size.json", "千万以上", "多数", "watches/a/size.json:3 versions/0/condition/words/ja", "words", "does not stand in the words"},
    {"duties/a/major.json", "\"n\": 30, \"unit\": \"day\"", "\"n\": 20, \"unit\": \"day\"", "duties/a/major.json:8 versions/0/duties/1/words/ja", "words", "三十日以内"},
    {"duties/a/major.json", "\"n\": 30, \"unit\": \"day\"", "\"n\": 30, \"unit\": \"h\"", "duties/a/major.json:8 versions/0/duties/1/words/ja", "words", "三十日以内"},
    {"duties/a/major.json", "一時間以内", "二時間以内", "duties/a/major.json:5 versions/0/duties/0/guide/words/ja", "words", "二時間以内"},
};

static void test_wrong_words(void **state)
{
    UNUSED(state);
    must_fail(wrong_words, COUNT(wrong_words));
}

static void test_right_words(void **state)
{
    UNUSED(state);
    static const char *const same[] = {"１，０００万以上", "10,000,000人以上", "10000000以上", "千万人以上の利用者を有する第五条の者", "第百万条にいう千万以上（三十万円以下の罰金）"};
    must_be_right(NULL, NULL, NULL);
    for (size_t i = 0; i < COUNT(same); i++) must_be_right("watches/a/size.json", "千万以上", same[i]);
    must_be_right("rules/a/near.json", "{\"n\": 10, \"unit\": \"min\"}", "{\"n\": 600, \"unit\": \"s\"}");
    must_be_right("rules/a/near.json", "十分を超える", "１０分を超えるもの");
    must_be_right("rules/a/major.json", "一時間 三万", "一時間以上 三万以上");
    must_be_right("rules/a/near.json", "\"id\": \"share\",", "\"id\": \"share\", \"words\": {\"ja\": \"百分の五を超え、百万を超える（第三項の規定による。）\", \"en\": \"more than 5 percent\"},");
    must_be_right("duties/a/major.json", "発生した日から三十日以内", "発生した日の翌日から起算して三十日以内（第二号を除く。）");
    must_be_right("duties/a/major.json", "\"within\": {\"n\": 2, \"unit\": \"month\"}", "\"words\": {\"ja\": \"毎四半期経過後二月以内\", \"en\": \"in two months\"}, \"within\": {\"n\": 2, \"unit\": \"month\"}");
}

static void test_numerals(void **state)
{
    UNUSED(state);
    static const struct { const char *text; int64_t value; Measured measures; const char *op; } rows[] = {
        {"三万以上", 30000, MEASURED_NONE, "at_least"}, {"十万", 100000, MEASURED_NONE, NULL}, {"百万", 1000000, MEASURED_NONE, NULL}, {"千", 1000, MEASURED_NONE, NULL}, {"千万", 10000000, MEASURED_NONE, NULL},
        {"二十四時間", 86400, MEASURED_TIME, NULL}, {"一時間を超える", 3600, MEASURED_TIME, "more_than"}, {"十分未満", 600, MEASURED_TIME, "less_than"}, {"三十日以内", 2592000, MEASURED_TIME, "at_most"},
        {"二月以内", 2, MEASURED_MONTHS, "at_most"}, {"３か月", 3, MEASURED_MONTHS, NULL}, {"一年", 12, MEASURED_MONTHS, NULL}, {"千人を超える", 1000, MEASURED_COUNT, "more_than"}, {"五百戸以上", 500, MEASURED_COUNT, "at_least"},
        {"7万キロワット以上", 70000, MEASURED_COUNT, "at_least"}, {"１，０００人", 1000, MEASURED_COUNT, NULL}, {"5％を超え", 5000, MEASURED_PERCENT, "more_than"}, {"百分の五", 5000, MEASURED_PERCENT, NULL}, {"二分の一以上", 50000, MEASURED_PERCENT, "at_least"},
        {"三百五十六", 356, MEASURED_NONE, NULL}, {"二〇二六", 2026, MEASURED_NONE, NULL}, {"一億二千万", 120000000, MEASURED_NONE, NULL}, {"千人に満たない", 1000, MEASURED_COUNT, "less_than"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Numeral out[4];
        size_t n = numerals_in(str_of(rows[i].text), out, 4);
        bool same = n == 1 && out[0].value == rows[i].value && out[0].measures == rows[i].measures && (out[0].op == NULL) == (rows[i].op == NULL) && (!rows[i].op || !strcmp(out[0].op, rows[i].op));
        if (!same) fail_msg("%s: %zu, %lld, %d, %s", rows[i].text, n, (long long)out[0].value, (int)out[0].measures, out[0].op ? out[0].op : "-");
    }
    static const char *const none[] = {"", "第五十七条", "三十万円以下", "0.5以上", "多数", "99999999999999999999以上"};
    for (size_t i = 0; i < COUNT(none); i++) {
        Numeral out[4];
        if (numerals_in(str_of(none[i]), out, 4)) fail_msg("%s has none", none[i]);
    }
}

static const Row wrong_examples[] = {
    /* examples of duties */
    {"duties/a/major.json", "\"final\": {\"to\"", "\"finel\": {\"to\"", "duties/a/major.json:22 versions/0/examples/0/expect/finel", "reference", "\"final\""},
    {"duties/a/major.json", "\"waits_for\": \"detail\"", "\"waits_for\": \"detial\"", "duties/a/major.json:22 versions/0/examples/0/expect/final/waits_for", "reference", "\"detail\""},
    {"duties/a/major.json", "\"variant\": \"late\"", "\"variant\": \"lat\"", "duties/a/major.json:24 versions/0/examples/0/also/0/expect/detail/variant", "reference", "\"late\""},
    {"watches/a/size.json", "{\"change\": {\"base_users\": {\"n\": 9999999}}, \"expect\": \"not_met\"}, ", "", "watches/a/size.json:1 versions", "required", "is not met"},
    {"watches/a/size.json", "\"expect\": \"undecided\"", "\"expect\": \"not_met\"", "watches/a/size.json:1 versions", "required", "is undecided"},
    {"watches/a/size.json", "\"expect\": \"met\"", "\"expect\": \"not_met\"", "watches/a/size.json:1 versions", "required", "is met"},
    {"rules/a/major.json", "\"because\": [\"2b\"]", "\"because\": [\"2a\"]", "rules/a/major.json:16 versions/0/condition/all/1/table/rows/2", "required", "row \"2b\""},
    {"rules/a/major.json", "\"because\": [\"2b\"]", "\"because\": [\"2c\"]", "rules/a/major.json:31 versions/0/examples/0/also/3/because/0", "reference", "No such word: \"2c\""},
    {"rules/a/major.json", "\"impact[0].to\": \"open\"", "\"impact[1].to\": \"open\"", "rules/a/major.json:29 versions/0/examples/0/also/1/change/impact[1].to", "example", "no place"},
    {"rules/a/major.json", "\"impact[0].to\": \"open\"", "\"impact[0]to\": \"open\"", "rules/a/major.json:29 versions/0/examples/0/also/1/change/impact[0]to", "example", NULL},
    {"rules/a/major.json", "\"fault\": {\"unknown\": \"not_asked\"}", "\"falt\": {\"unknown\": \"not_asked\"}", "rules/a/major.json:30 versions/0/examples/0/also/2/facts/falt", "unknown_field", "\"fault\""},
    {"rules/a/major.json", "\"impact[0].to\": \"open\"", "\"impact[0].to\": \"2026-11-20T12:05+09:00\"", "rules/a/major.json:29 versions/0/examples/0/also/1/facts/impact/0/to", "range", NULL},
    {"rules/a/major.json", "\"hit\": [\"emergency_voice\"]", "\"hit\": [\"emergency_voise\"]", "rules/a/major.json:32 versions/0/examples/1/facts/hit/0", "choice", "\"emergency_voice\""},
    {"rules/a/major.json", "\"due\": {\"detail\"", "\"due\": {\"detial\"", "rules/a/major.json:27 versions/0/examples/0/due/detial", "reference", "\"detail\""},
    {"corpus/one.json", "\"sure\": [\"other\"]", "\"sure\": [\"others\"]", "corpus/one.json:2 facts/hit/sure/0", "choice", "\"other\""},
};

static void test_wrong_examples(void **state)
{
    UNUSED(state);
    must_fail(wrong_examples, COUNT(wrong_examples));
}

static size_t warnings_on(Str dir, Day today, Mistakes *out)
{
    Pack pack;
    Law law;
    assert_int_equal(load(dir, &pack, &law).kind, OK);
    assert_int_equal(law_check(&a, &law, today, out).kind, OK);
    return out->n;
}

static void test_unquoted(void **state)
{
    UNUSED(state);
    Mistakes w;
    Str dir = changed("rules/a/near.json", "\"status\": \"secondary\"", "\"status\": \"verified\"");
    assert_int_equal(warnings_on(dir, day_of(2026, 11, 20), &w), 1);
    dir_remove(dir, NULL);
    assert_true(has(&w, &(Row){.where = "rules/a/near.json:5 versions/1", .code = "unquoted", .says = "bear out: more_than 5 %, more_than 1000000 user"}));
    assert_int_equal(warnings_on(good_dir(), day_of(2026, 11, 20), &w), 0);
}

/* again_by is the last day on which the text counts as read. */
static void test_stale(void **state)
{
    UNUSED(state);
    Mistakes w;
    assert_int_equal(warnings_on(good_dir(), day_of(2027, 3, 31), &w), 0);
    assert_int_equal(warnings_on(good_dir(), day_of(2027, 4, 1), &w), 1);
    assert_true(has(&w, &(Row){.where = "rules/a/major.json:4 versions/0/check/again_by", .code = "stale", .says = "2027-03-31"}));
}

/* A link at `at`, instead of what stands there, is refused and not followed. */
static void link_refused(const char *at, const char *to)
{
    Pack pack;
    Law law;
    Str dir = changed(NULL, NULL, NULL), path = in_dir(dir, at), aside = in_dir(dir, "aside");
    bool moved = rename(str_c(&a, path), str_c(&a, aside)) == 0;
    assert_int_equal(symlink(to, str_c(&a, path)), 0);
    Err e = load(dir, &pack, &law);
    (void)unlink(str_c(&a, path));
    if (moved) assert_int_equal(rename(str_c(&a, aside), str_c(&a, path)), 0);
    dir_remove(dir, NULL);
    assert_int_equal(e.kind, ERR_MISTAKES);
    assert_true(has(e.mistakes, &(Row){.where = str_c(&a, str_printf(&a, "%s:1", at)), .code = "file", .says = "no links"}));
}

static void test_links(void **state)
{
    UNUSED(state);
    link_refused("rules/a/link.json", "/etc/passwd");
    link_refused("rules/a/major.json", "../../aside");
    link_refused("rules/b", "a");
    link_refused("rules", "aside");
    link_refused("sources.json", "aside");
    link_refused("facts.json", "aside");
}

static void test_instants(void **state)
{
    UNUSED(state);
    Instant x, y;
    assert_true(law_instant(STR("2026-11-20T13:05+09:00"), &x));
    assert_true(instant_parse(STR("2026-11-20T04:05:00Z"), &y));
    assert_int_equal(x, y);
    assert_true(law_instant(STR("2026-11-20T04:05Z"), &x));
    assert_int_equal(x, y);
    static const char *const bad[] = {"", "2026-11-20T13:05", "2026-11-20T13:60+09:00", "2026-11-20", "2026-11-20T13:05:00", "2026-02-30T13:05Z", "2026-11-20T13:05+09:00x"};
    for (size_t i = 0; i < COUNT(bad); i++) assert_false(law_instant(str_of(bad[i]), &x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_law, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_shapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_right_shapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_meanings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_right_meanings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_right_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numerals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_examples, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unquoted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stale, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_instants, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
