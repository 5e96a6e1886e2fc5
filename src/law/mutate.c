/* mutate.c -- each fault of a rule compiled by itself with what the rule needs, and judged: who notices? */
#include "law/author.h"
#include "law/fault.h"
#include "law/inside.h"

typedef struct Test {
    Arena *a;
    LawJudge *j;                 /* of the rule as it is */
    const LawCases *cases; const LawBoundaries *boundaries;
    int rule;
    Law part;                    /* the rule and what it needs */
    size_t own;                  /* number of the rule in it */
    const LawFacts **known; Verdict *was; size_t n; /* all facts at hand, and what the rule says of them */
    uint64_t chance;
} Test;

/* --- what a rule needs ----------------------------------------------------------------------------------------------------------- */

static void needs(const LawSet *s, const json_t *v, bool *wanted)
{
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(v, i, one) needs(s, one, wanted);
    json_object_foreach((json_t *)v, key, one) {
        int rule = strcmp(key, "rule") == 0 ? law_rule(s, json_str_of(one)) : NONE;
        if (rule != NONE && !wanted[rule]) {
            wanted[rule] = true;
            needs(s, json_object_get(s->rules[rule].item->json, "versions"), wanted);
        }
        if (strcmp(key, "examples") != 0) needs(s, one, wanted);
    }
}

static void part_make(Test *t)
{
    const LawSet *s = t->j->s;
    bool *wanted = arena_array(t->a, bool, s->rules_n + 1);
    wanted[t->rule] = true;
    needs(s, json_object_get(s->rules[t->rule].item->json, "versions"), wanted);
    t->part = *s->law;
    t->part.items = arena_array(t->a, LawItem, s->law->n + 1), t->part.n = 0;
    for (size_t i = 0; i < s->rules_n; i++) {
        if (!wanted[i]) continue;
        if ((int)i == t->rule) t->own = t->part.n;
        t->part.items[t->part.n++] = *s->rules[i].item;
    }
    for (size_t i = 0; i < s->duties_n; i++)
        if (s->duties[i].rule == t->rule) t->part.items[t->part.n++] = *s->duties[i].item;
}

/* --- who notices -------------------------------------------------------------------------------------------------------------------- */

static bool examples_notice(Test *t, Arena *a, LawJudge *j)
{
    for (size_t i = 0; i < t->cases->n; i++)
        if (!law_case_holds_of(a, j, &t->cases->list[i], (int)t->own, NULL)) return true;
    return false;
}

static bool differs(LawJudge *j, size_t rule, const LawFacts *f, const Verdict *was)
{
    law_judge_begin(j, f);
    Verdict v = judge_rule(j->j, (int)rule);
    return !law_same_verdict(&v, was);
}

static bool boundaries_notice(Test *t, LawJudge *j)
{
    for (size_t i = 0; i < t->n; i++)
        if (differs(j, t->own, t->known[i], &t->was[i])) return true;
    return false;
}

enum { TRIES = 4000, MIXED_MAX = 5 };

/* As somebody could enter them: written and read again. */
static bool entered(Arena *a, const LawSet *s, const LawFacts *f, LawFacts *out)
{
    Buf b;
    JsonOut json = {&b, false};
    json_t *doc;
    buf_init(&b, a, 2048);
    json_open(&json, '{');
    law_facts_json(&json, a, s, f);
    json_close(&json, '}');
    return !json_in(a, buf_str(&b), 1 << 20, &doc).kind && !law_facts(a, s, doc, 0, out).kind;
}

static bool tells(Test *t, LawJudge *j, const LawFacts *f)
{
    law_judge_begin(t->j, f);
    Verdict was = judge_rule(t->j->j, t->rule);
    return differs(j, t->own, f, &was);
}

/* Facts mixed out of all that are at hand: are there any that somebody could enter, of which the two rules say different things? NULL: none were found. */
static const LawFacts *any_facts_tell(Test *t, LawJudge *j)
{
    size_t facts = t->j->s->facts_n;
    LawFacts mixed = {.values = arena_array(t->a, FactValue, facts + 1)};
    for (int k = 0; k < TRIES && t->n; k++) {
        const LawFacts *first = t->known[law_chance(&t->chance, t->n)];
        memcpy(mixed.values, first->values, facts * sizeof(FactValue));
        mixed.as_of = first->as_of;
        for (uint64_t i = 0, n = 1 + law_chance(&t->chance, MIXED_MAX); i < n; i++) law_facts_mix(&t->chance, t->j->s, &mixed, t->known[law_chance(&t->chance, t->n)], 1);
        if (!law_facts_could_be(t->j->s, &mixed)) continue;
        if (!tells(t, j, &mixed)) continue;
        LawFacts *read = arena_new(t->a, LawFacts);
        if (entered(t->a, t->j->s, &mixed, read) && tells(t, j, read)) return read;
    }
    return NULL;
}

static LawNotice notice_of(Test *t, Arena *a, LawJudge *j, const LawFacts **telling)
{
    if (examples_notice(t, a, j)) return NOTICED_BY_EXAMPLES;
    if (boundaries_notice(t, j)) return NOTICED_BY_BOUNDARIES;
    *telling = any_facts_tell(t, j);
    return !t->n || *telling ? NOTICED_BY_NOBODY : SAME_RULE;
}

/* A fault that does not compile is noticed by the checker. */
static void mutant_test(Test *t, Arena *a, json_t *rule, LawMutant *out)
{
    LawSet *s = arena_new(a, LawSet);
    t->part.items[t->own].json = rule;
    Err e = law_compile(a, &t->part, s);
    out->notice = e.kind ? NOTICED_BY_EXAMPLES : notice_of(t, a, law_judge_new(a, s), &out->telling);
}

static void facts_gather(Test *t)
{
    size_t max = t->cases->n + t->boundaries->points;
    t->known = arena_alloc_array(t->a, sizeof *t->known, max + 1);
    t->was = arena_array(t->a, Verdict, max + 1);
    for (size_t i = 0; i < t->cases->n; i++)
        if (t->cases->list[i].rule == t->rule || t->cases->list[i].rule == NONE) t->known[t->n++] = &t->cases->list[i].facts;
    for (size_t i = 0; i < t->boundaries->n; i++)
        for (size_t k = 0; k < t->boundaries->list[i].n; k++) t->known[t->n++] = &t->boundaries->list[i].points[k].facts;
    for (size_t i = 0; i < t->n; i++) {
        law_judge_begin(t->j, t->known[i]);
        t->was[i] = judge_rule(t->j->j, t->rule);
    }
}

Err law_mutants(Arena *a, LawJudge *j, const LawCases *cases, const LawBoundaries *boundaries, int rule, LawMutants *out)
{
    Test t = {.a = a, .j = j, .cases = cases, .boundaries = boundaries, .rule = rule, .chance = LAW_CHANCE};
    json_t *written = j->s->rules[rule].item->json;
    Arena one;
    part_make(&t);
    facts_gather(&t);
    int64_t n = fault_put(a, written, -1, NULL);
    *out = (LawMutants){.list = arena_array(a, LawMutant, (size_t)n + 1)};
    arena_init(&one, (size_t)1 << 30);
    for (int64_t i = 0; i < n; i++) {
        json_t *copy = json_deep_copy(written);
        LawMutant *m = &out->list[out->n++];
        if (!copy) return err_of(ERR_FULL);
        fault_put(a, copy, i, &m->says);
        mutant_test(&t, &one, copy, m);
        out->by[m->notice]++;
        json_decref(copy);
        arena_reset(&one);
    }
    arena_done(&one);
    return ERR_NONE;
}
