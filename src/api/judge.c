/* judge.c -- judging facts that come with the request: no record is read, none is kept. */
#include "api/handlers.h"

#include "law/judge.h"

#include <jansson.h>

static Err no_pack(Call *c, Str name)
{
    const Packs *p = c->app->packs;
    Str *valid = arena_array(&c->arena, Str, p->n + 1);
    size_t n = 0;
    Mistakes m;
    for (size_t i = 0; i < p->n; i++)
        if (law_set(p, p->list[i].name)) valid[n++] = p->list[i].name;
    mistakes_init(&m, &c->arena);
    mistake_add(&m, STR("pack"), "choice", n ? not_a_word(&c->arena, name, valid, n) : text_of("規則のあるパックがありません。", "There is no pack with rules."));
    return err_mistakes(&m);
}

/* The law of Japan where nobody names another. */
const LawSet *judge_law(const Call *c, Str pack)
{
    const LawSet *jp = pack.n ? NULL : law_set(c->app->packs, STR("jp"));
    return jp ? jp : law_set(c->app->packs, pack);
}

Err post_judge(Call *c)
{
    json_t *doc;
    LawFacts facts;
    Buf b;
    TRY(json_in(&c->arena, c->body, JUDGE_BODY_MAX, &doc));
    const json_t *pack = json_object_get(doc, "pack");
    const LawSet *s = pack && !json_string_length(pack) ? NULL : judge_law(c, json_str_of(pack));
    if (!s) return no_pack(c, json_str_of(pack));
    json_object_del(doc, "pack");
    TRY(law_facts(&c->arena, s, doc, c->x.now, &facts));
    LawJudge *j = law_judge_new(&c->arena, s);
    law_judge_begin(j, &facts);
    JsonOut out = answer(c, &b);
    json_open(&out, '{');
    TRY(law_answers_json(&out, &c->arena, j, law_judge_all(&c->arena, j), true));
    json_close(&out, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
