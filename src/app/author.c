/* author.c -- kaname pack test, for those who write packs of law; no database. */
#include "app/app.h"

#include "law/author.h"

/* The pack of a directory, checked and compiled. */
Err pack_law(Run *r, Str dir, LawSet *out)
{
    Pack *pack = arena_new(r->a, Pack);
    Law *law = arena_new(r->a, Law);
    TRY(pack_load(r->a, dir, pack));
    TRY(law_load(r->a, pack, pack->dir, law));
    if (!law->n) return err_text(ERR_INVALID, TEXT_FILL(r->a, "パック {0} に法令の規則がありません。", "Pack {0} has no rules.", pack->name));
    return law_compile(r->a, law, out);
}

Err pack_rule(Run *r, const LawSet *s, Str id, int *rule)
{
    *rule = law_rule(s, id);
    if (*rule != NONE) return ERR_NONE;
    Str *valid = arena_array(r->a, Str, s->rules_n + 1);
    for (size_t i = 0; i < s->rules_n; i++) valid[i] = s->rules[i].id;
    return err_text(ERR_INVALID, not_a_word(r->a, id, valid, s->rules_n));
}

static void mistakes_say(Run *r, const Mistakes *m)
{
    for (size_t i = 0; i < m->n; i++) {
        Text at = {{m->list[i].path, m->list[i].path}};
        say(r, TEXT_FILL(r->a, "✗ {0}\n    {1}", "✗ {0}\n    {2}", at.in[JA], m->list[i].text.in[JA], m->list[i].text.in[EN]));
    }
    if (m->more) say(r, TEXT_FILL(r->a, "ほか {0} 件", "{0} more", number(r, (int64_t)m->more)));
}

static void mistakes_json(Run *r, const char *key, const Mistakes *m)
{
    json_key(&r->json, str_of(key)), json_open(&r->json, '[');
    for (size_t i = 0; i < m->n; i++) {
        json_open(&r->json, '{');
        json_kstr(&r->json, "path", m->list[i].path);
        json_key(&r->json, STR("text")), json_text(&r->json, m->list[i].text);
        json_close(&r->json, '}');
    }
    json_close(&r->json, ']');
}

/* Examples and incidents; false: some fail. */
static bool examples_test(Run *r, LawJudge *j, const LawCases *cases, int rule, Mistakes *m)
{
    size_t n = 0, failed = m->n;
    for (size_t i = 0; i < cases->n; i++) {
        const LawCase *c = &cases->list[i];
        if (rule != NONE && c->rule != NONE && c->rule != rule) continue;
        n++;
        failed += !(rule == NONE ? law_case_holds(r->a, j, c, m) : law_case_holds_of(r->a, j, c, rule, m));
    }
    if (r->o->json) json_kint(&r->json, "cases", (int64_t)n), json_kint(&r->json, "failed", (int64_t)failed), mistakes_json(r, "failures", m);
    mistakes_say(r, m);
    say(r, TEXT_FILL(r->a, "例と事例：{0} 件、合わないもの {1}", "Examples and incidents: {0}, failing {1}", number(r, (int64_t)n), number(r, (int64_t)failed)));
    return failed == 0;
}

Err pack_test(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    LawCases cases;
    Mistakes m;
    int rule = NONE;
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("pack test DIR です。", "It is pack test DIR."));
    TRY(pack_law(r, r->o->words[1], s));
    if (r->o->rule.n) TRY(pack_rule(r, s, r->o->rule, &rule));
    mistakes_init(&m, r->a);
    TRY(law_cases(r->a, s, &m, &cases));
    if (r->o->json) json_kstr(&r->json, "pack", s->law->name), json_kstr(&r->json, "version", s->law->version);
    say(r, TEXT_FILL(r->a, "{0} {1}", "{0} {1}", s->law->name, s->law->version));
    LawJudge *j = law_judge_new(r->a, s);
    bool good = examples_test(r, j, &cases, rule, &m);
    if (!good) r->exit = EXIT_FAILED;
    return ERR_NONE;
}
