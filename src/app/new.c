/*
 * new.c -- kaname pack new: a small pack that passes its own check and test, to be written on. Its one rule is of status proposed, so it opens nothing: what the law says is for its author to read and cite.
 */
#include "app/app.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* {NAME}: of the pack; {TODAY}: the day on which it was made. */
static const struct { const char *file, *text; } parts[] = {
    {"pack.json",
        "{\"name\": \"{NAME}\", \"version\": \"0.1\", \"title\": {\"ja\": \"新しいパック\", \"en\": \"New pack\"}, \"lists\": [\"operators\"]}\n"},
    {"operators.json",
        "{\"list\": \"operators\", \"title\": {\"ja\": \"事業者の区分\", \"en\": \"Kinds of operator\"}, \"fields\": {},\n"
        " \"items\": [\n"
        "  {\"code\": \"operator\", \"title\": {\"ja\": \"対象の事業者\", \"en\": \"Operator concerned\"}, \"from\": null, \"to\": null, \"source\": \"条文・指針の名前\", \"check\": \"M\"}]}\n"},
    {"sources.json",
        "{\"sources\": [\n"
        "  {\"id\": \"{NAME}:doc:text\", \"kind\": \"document\", \"title\": {\"ja\": \"条文・指針の名前\", \"en\": \"Name of the law or guideline\"}}]}\n"},
    {"classes.json",
        "{\"classes\": [\n"
        "  {\"id\": \"operator_class\", \"title\": {\"ja\": \"事業者の区分\", \"en\": \"Kind of operator\"}, \"codes\": [{\"code\": \"{NAME}.operator\", \"title\": {\"ja\": \"対象の事業者\", \"en\": \"Operator concerned\"}}]}]}\n"},
    {"facts.json",
        "{\"facts\": [\n"
        "  {\"id\": \"operator_class\", \"type\": \"set\", \"class\": \"operator_class\", \"lives_in\": \"organisation\", \"known_by\": \"legal\", \"ask_cost\": 1, \"title\": {\"ja\": \"事業者の区分\", \"en\": \"Kind of operator\"}, \"ask\": {\"ja\": \"どの事業者ですか。\", \"en\": \"Which kind of operator are you?\"}},\n"
        "  {\"id\": \"occurred\", \"type\": \"time\", \"known_by\": \"operations\", \"ask_cost\": 2, \"title\": {\"ja\": \"発生の時\", \"en\": \"Occurred\"}, \"ask\": {\"ja\": \"いつ起きましたか。\", \"en\": \"When did it happen?\"}},\n"
        "  {\"id\": \"known\", \"type\": \"time\", \"known_by\": \"operations\", \"ask_cost\": 1, \"title\": {\"ja\": \"知った時\", \"en\": \"Known\"}, \"ask\": {\"ja\": \"いつ知りましたか。\", \"en\": \"When did you come to know of it?\"}},\n"
        "  {\"id\": \"designated\", \"type\": \"time\", \"lives_in\": \"organisation\", \"known_by\": \"legal\", \"ask_cost\": 2, \"title\": {\"ja\": \"指定の日\", \"en\": \"Designated\"}, \"ask\": {\"ja\": \"いつ指定されましたか。\", \"en\": \"When were you designated?\"}},\n"
        "  {\"id\": \"users_hit\", \"type\": \"count\", \"unit\": \"user\", \"known_by\": \"operations\", \"ask_cost\": 3, \"title\": {\"ja\": \"影響を受けた利用者\", \"en\": \"Users hit\"}, \"ask\": {\"ja\": \"何人が影響を受けましたか。\", \"en\": \"How many users were hit?\"}}]}\n"},
    {"rules/example/users.json",
        "{\"id\": \"{NAME}.example.users\", \"force\": \"own\", \"title\": {\"ja\": \"例：千人以上が影響を受けた\", \"en\": \"Example: a thousand users or more were hit\"},\n"
        " \"versions\": [\n"
        "  {\"v\": \"1\", \"first_day\": null, \"last_day\": null, \"chosen_by\": \"occurred\",\n"
        "   \"check\": {\"status\": \"proposed\", \"on\": \"{TODAY}\", \"how\": \"ひな形。条文を読み、引用し、status を verified にしてください。\"},\n"
        "   \"cite\": [{\"src\": \"{NAME}:doc:text\"}], \"bound\": [\"{NAME}.operator\"],\n"
        "   \"condition\": {\"fact\": \"users_hit\", \"at_least\": {\"n\": 1000, \"unit\": \"user\"}},\n"
        "   \"examples\": [\n"
        "    {\"name\": {\"ja\": \"千人ちょうど（以上）\", \"en\": \"a thousand exactly\"}, \"facts\": {\"operator_class\": [\"{NAME}.operator\"], \"occurred\": \"2026-04-01T10:00+09:00\", \"users_hit\": {\"n\": 1000}}, \"expect\": \"met\"},\n"
        "    {\"name\": {\"ja\": \"一人足りない\", \"en\": \"one short\"}, \"facts\": {\"operator_class\": [\"{NAME}.operator\"], \"occurred\": \"2026-04-01T10:00+09:00\", \"users_hit\": {\"n\": 999}}, \"expect\": \"not_met\"},\n"
        "    {\"name\": {\"ja\": \"人数が分からない\", \"en\": \"not known\"}, \"facts\": {\"operator_class\": [\"{NAME}.operator\"], \"occurred\": \"2026-04-01T10:00+09:00\", \"users_hit\": {\"lo\": 500, \"hi\": 1500}}, \"expect\": \"undecided\", \"deciding\": [[\"users_hit\"]]}]}]}\n"},
};

static Str filled(Run *r, Str text, Str name, Str today)
{
    Buf b;
    buf_init(&b, r->a, text.n + 256);
    for (size_t i = 0; i < text.n;) {
        Str rest = str_slice(text, i, text.n);
        bool is_name = str_starts(rest, STR("{NAME}")), is_day = str_starts(rest, STR("{TODAY}"));
        if (is_name || is_day) buf_add(&b, is_name ? name : today);
        else buf_byte(&b, text.s[i]);
        i += is_name ? sizeof("{NAME}") - 1 : is_day ? sizeof("{TODAY}") - 1 : 1;
    }
    return buf_str(&b);
}

static Err cannot(Run *r, Str path)
{
    return err_text(ERR_INVALID, TEXT_FILL(r->a, "{0} を作れません: {1}", "{0} cannot be made: {1}", path, str_copy(r->a, str_of(strerror(errno)))));
}

/* One that was not there: nothing is written over. */
static Err folder(Run *r, Str path)
{
    return mkdir(str_c(r->a, path), 0755) == 0 ? ERR_NONE : cannot(r, path);
}

static bool name_fits(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.s[i] >= 'a' && s.s[i] <= 'z') || (i && ((s.s[i] >= '0' && s.s[i] <= '9') || s.s[i] == '-')))) return false;
    return s.n > 0 && s.n <= 30;
}

Err pack_new(Run *r)
{
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("pack new DIR です。", "It is pack new DIR."));
    Str dir = r->o->words[1], name = dir;
    while (dir.n > 1 && dir.s[dir.n - 1] == '/') dir.n--;
    name = dir;
    for (size_t i = dir.n; i-- > 0;)
        if (dir.s[i] == '/') { name = str_slice(dir, i + 1, dir.n); break; }
    if (!name_fits(name)) return err_text(ERR_INVALID, TEXT_FILL(r->a, "パックの名前は英小文字、数字、- で30字までです（{0}）。", "The name of a pack is made of a-z, 0-9 and -, at most 30 ({0}).", name));
    TRY(folder(r, dir));
    TRY(folder(r, str_join(r->a, dir, STR("/"), STR("rules"))));
    TRY(folder(r, str_join(r->a, dir, STR("/"), STR("rules/example"))));
    for (size_t i = 0; i < COUNT(parts); i++)
        TRY(app_write_file(r->a, str_join(r->a, dir, STR("/"), str_of(parts[i].file)), filled(r, str_of(parts[i].text), name, day_text(r->a, day_in_japan(now_utc())))));
    say(r, TEXT_FILL(r->a, "{0} を作りました。規則の例 {1}.example.users を、条文を読んで書き直してください。kaname pack check {0} が誤りを、kaname pack test {0} が例を確かめます。書き方は docs/rules.md。",
        "{0} is made. Rewrite its example {1}.example.users from the law that you read. kaname pack check {0} names mistakes, kaname pack test {0} tries the examples. How rules are written: docs/rules.md.", dir, name));
    if (r->o->json) json_kstr(&r->json, "pack", name), json_kstr(&r->json, "folder", dir);
    return ERR_NONE;
}
