/*
 * facts_fuzz.c -- any bytes as the facts of an incident, judged by the law of packs/jp. Whatever is accepted gives every rule a verdict, twice the same to the byte; the
 * recorded pass and the fast one agree; no mistake is without words.
 */
#include "law/judge.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const LawSet *law_of(Arena *a)
{
    const char *root = getenv("KANAME_ROOT");
    Pack *pack = arena_new(a, Pack);
    Law *law = arena_new(a, Law);
    LawSet *s = arena_new(a, LawSet);
    Str dir = str_join(a, str_of(root ? root : "."), STR("/"), STR("packs/jp"));
    if (pack_load(a, dir, pack).kind || law_load(a, pack, pack->dir, law).kind || law_compile(a, law, s).kind) abort();
    return s;
}

static Str answer(Arena *a, const LawSet *s, const LawFacts *facts)
{
    Buf b;
    buf_init(&b, a, 1 << 16);
    JsonOut o = {.b = &b};
    LawJudge *j = law_judge_new(a, s);
    law_judge_begin(j, facts);
    LawVerdict *v = law_judge_all(a, j);
    json_open(&o, '{');
    if (law_answers_json(&o, a, j, v, true).kind) return (Str){0};
    json_close(&o, '}');
    return buf_str(&b);
}

static void agree(Arena *a, const LawSet *s, const LawFacts *facts)
{
    LawJudge *j = law_judge_new(a, s);
    Tri *values = arena_array(a, Tri, s->set.nodes_n + 1);
    law_judge_begin(j, facts);
    for (size_t r = 0; r < s->rules_n; r++)
        for (size_t k = 0; k < s->rules[r].n; k++) {
            int node = s->set.rules[r].versions[k].condition[0];
            judge_record(j->j, a, node, values);
            if (values[node] != judge_node(j->j, node) || !values[node]) __builtin_trap();
        }
}

static void look(Arena *a, const LawSet *s, Str bytes)
{
    struct json_t *doc;
    LawFacts facts;
    if (json_in(a, bytes, 1 << 20, &doc).kind) return;
    Err e = law_facts(a, s, doc, INT64_C(1795000000000), &facts);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++)
        if (!e.mistakes->list[i].path.n || !e.mistakes->list[i].text.in[JA].n || !e.mistakes->list[i].text.in[EN].n) __builtin_trap();
    if (e.kind) return;
    agree(a, s, &facts);
    Str once = answer(a, s, &facts), twice = answer(a, s, &facts);
    if (!str_eq(once, twice)) __builtin_trap();
    if (once.n && json_in(a, once, 64 << 20, &doc).kind) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena home;
    static const LawSet *s;
    Arena a;
    jmp_buf full;
    if (!s) arena_init(&home, 256 << 20), s = law_of(&home);
    arena_init(&a, 512 << 20);
    if (ARENA_TRY(&a, full)) look(&a, s, (Str){(const char *)data, size});
    arena_done(&a);
    return 0;
}
