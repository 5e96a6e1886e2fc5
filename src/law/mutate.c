/* mutate.c -- each fault of a rule, or of its duties, compiled by itself with what the rule needs, and judged: who notices? */
#include "law/author.h"
#include "law/fault.h"
#include "law/inside.h"

typedef struct Test {
    Arena *a, scratch;           /* scratch: for one judgement */
    LawJudge *j;                 /* of the rule as it is */
    const LawCases *cases; const LawBoundaries *boundaries;
    int rule;
    Law part;                    /* the rule and what it needs */
    size_t own, item;            /* number of the rule in it, and of what has the fault */
    Str duties;                  /* whose fault it is; empty: the rule's own */
    const LawFacts **known; Verdict *was; size_t n; /* all facts at hand, and what the rule says of them */
    size_t own_n;                /* examples of the rule itself */
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
        if ((int)i == t->rule) t->own = t->item = t->part.n;
        t->part.items[t->part.n++] = *s->rules[i].item;
    }
    for (size_t i = 0; i < s->duties_n; i++)
        if (s->duties[i].rule == t->rule) {
            if (str_eq(s->duties[i].id, t->duties)) t->item = t->part.n;
            t->part.items[t->part.n++] = *s->duties[i].item;
        }
}

/* --- who notices -------------------------------------------------------------------------------------------------------------------- */

static bool examples_notice(Test *t, LawJudge *j)
{
    for (size_t i = 0; i < t->cases->n; i++) {
        arena_reset(&t->scratch);
        if (!law_case_holds_of(&t->scratch, j, &t->cases->list[i], (int)t->own, NULL)) return true;
    }
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

enum { TRIES = 4000, MIXED_MAX = 5, DAYS_OF = 4, DAYS_LATER = 9 /* each day of a week, and what follows a week-end */ };

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

/* Are the duties said otherwise? */
static bool duties_tell(Test *t, LawJudge *j, const LawFacts *f)
{
    arena_reset(&t->scratch);
    law_judge_begin(t->j, f);
    Str was = law_dues_print(&t->scratch, t->j, t->rule, t->duties);
    law_judge_begin(j, f);
    return !str_eq(was, law_dues_print(&t->scratch, j, (int)t->own, t->duties));
}

static bool tells(Test *t, LawJudge *j, const LawFacts *f)
{
    if (t->duties.n) return duties_tell(t, j, f);
    law_judge_begin(t->j, f);
    Verdict was = judge_rule(t->j->j, t->rule);
    return differs(j, t->own, f, &was);
}

static const LawFacts *could_be_entered(Test *t, LawJudge *j, const LawFacts *f)
{
    LawFacts *read = arena_new(t->a, LawFacts);
    return entered(t->a, t->j->s, f, read) && tells(t, j, read) ? read : NULL;
}

static void line_later(Arena *a, FactValue *v, int64_t by)
{
    Segment *list = arena_array(a, Segment, v->n + 1);
    for (size_t i = 0; i < v->n; i++) {
        list[i] = v->segments[i];
        if (list[i].from.lo != INT64_MIN) list[i].from.lo += by;
        if (list[i].from.hi != RULES_OPEN) list[i].from.hi += by;
        if (list[i].to.lo != RULES_OPEN) list[i].to.lo += by;
        if (list[i].to.hi != RULES_OPEN) list[i].to.hi += by;
    }
    v->segments = list;
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
        const LawFacts *found = tells(t, j, &mixed) ? could_be_entered(t, j, &mixed) : NULL;
        if (found) return found;
    }
    return NULL;
}

/* The same facts some days later, the time line as well, and one of the times later by itself: deadlines that end on other days. */
static LawFacts later(Test *t, Arena *a, const LawFacts *f, int days, int fact, int64_t by)
{
    const LawSet *s = t->j->s;
    int64_t shift = (int64_t)days * 86400000;
    LawFacts out = {.values = arena_array(a, FactValue, s->facts_n + 1), .as_of = f->as_of + shift + by};
    memcpy(out.values, f->values, s->facts_n * sizeof(FactValue));
    for (size_t i = 0; i < s->facts_n; i++) {
        FactValue *v = &out.values[i];
        int64_t more = shift + ((int)i == fact ? by : 0);
        if (s->facts[i].type == FACT_TIME && v->range.lo != INT64_MIN) v->range.lo += more;
        if (s->facts[i].type == FACT_TIME && v->range.hi != RULES_OPEN) v->range.hi += more;
        if (s->facts[i].type == FACT_TIMELINE) line_later(a, v, more);
    }
    return out;
}

/* Facts at hand, as they are and on other days: are there any of which the duties are said otherwise? NULL: none were found. */
static const LawFacts *days_tell(Test *t, Arena *a, LawJudge *j)
{
    static const int64_t hours[] = {0, 26, 24 * 40};
    const LawSet *s = t->j->s;
    for (size_t i = 0; i < t->n; i++)
        if (duties_tell(t, j, t->known[i])) return t->known[i];
    for (size_t i = 0, tried = 0; i < t->n && tried < DAYS_OF; i++) {
        if (t->was[i].kind != VERDICT_MET) continue;
        tried++;
        for (int k = 0; k < DAYS_LATER; k++)
            for (size_t fact = 0; fact < s->facts_n; fact++)
                for (size_t h = 0; h < COUNT(hours); h++) {
                    if (s->facts[fact].type != FACT_TIME || (!hours[h] && (int)fact != s->occurred)) continue;
                    LawFacts moved = later(t, a, t->known[i], k, (int)fact, hours[h] * 3600000);
                    const LawFacts *found = duties_tell(t, j, &moved) ? could_be_entered(t, j, &moved) : NULL;
                    if (found) return found;
                }
    }
    return any_facts_tell(t, j);
}

static LawNotice notice_of(Test *t, Arena *a, LawJudge *j, const LawFacts **telling)
{
    if (examples_notice(t, j)) return NOTICED_BY_EXAMPLES;
    if (!t->duties.n && boundaries_notice(t, j)) return NOTICED_BY_BOUNDARIES;
    *telling = t->duties.n ? days_tell(t, a, j) : any_facts_tell(t, j);
    return !t->own_n || *telling ? NOTICED_BY_NOBODY : SAME_RULE; /* where it has no examples, too few facts are at hand to say that no fact tells */
}

/* A fault that does not compile is noticed by the checker. */
static void mutant_test(Test *t, Arena *a, json_t *changed, LawMutant *out)
{
    LawSet *s = arena_new(a, LawSet);
    t->part.items[t->item].json = changed;
    Err e = law_compile(a, &t->part, s);
    out->notice = e.kind ? NOTICED_BY_EXAMPLES : notice_of(t, a, law_judge_new(a, s), &out->telling);
}

static void facts_gather(Test *t)
{
    size_t max = t->cases->n + t->boundaries->points;
    t->known = arena_alloc_array(t->a, sizeof *t->known, max + 1);
    t->was = arena_array(t->a, Verdict, max + 1);
    for (size_t i = 0; i < t->cases->n; i++) {
        const LawCase *c = &t->cases->list[i];
        t->own_n += c->rule == t->rule && c->item->kind != LAW_DUTIES;
        if (c->rule == t->rule || c->rule == NONE) t->known[t->n++] = &c->facts;
    }
    for (size_t i = 0; i < t->boundaries->n; i++)
        for (size_t k = 0; k < t->boundaries->list[i].n; k++) t->known[t->n++] = &t->boundaries->list[i].points[k].facts;
    for (size_t i = 0; i < t->n; i++) {
        law_judge_begin(t->j, t->known[i]);
        t->was[i] = judge_rule(t->j->j, t->rule);
    }
}

/* Of the rule, or of the duties: how a fault is put in. */
static int64_t put(Test *t, json_t *written, int64_t target, Text *says)
{
    const LawSet *s = t->j->s;
    return t->duties.n ? duty_fault_put(t->a, written, s->rolls_n ? s->rolls[0].id : (Str){0}, target, says) : fault_put(t->a, written, target, says);
}

static Err mutants_test(Test *t, LawMutants *out)
{
    Arena one;
    part_make(t);
    facts_gather(t);
    json_t *written = t->part.items[t->item].json;
    int64_t n = put(t, written, -1, NULL);
    *out = (LawMutants){.list = arena_array(t->a, LawMutant, (size_t)n + 1)};
    arena_init(&one, (size_t)1 << 30);
    arena_init(&t->scratch, (size_t)1 << 30);
    for (int64_t i = 0; i < n; i++) {
        json_t *copy = json_deep_copy(written);
        LawMutant *m = &out->list[out->n++];
        assert(copy); /* as everywhere where jansson has no memory */
        put(t, copy, i, &m->says);
        mutant_test(t, &one, copy, m);
        out->by[m->notice]++;
        json_decref(copy);
        arena_reset(&one);
    }
    arena_done(&t->scratch);
    arena_done(&one);
    return ERR_NONE;
}

Err law_mutants(Arena *a, LawJudge *j, const LawCases *cases, const LawBoundaries *boundaries, int rule, LawMutants *out)
{
    Test t = {.a = a, .j = j, .cases = cases, .boundaries = boundaries, .rule = rule, .chance = LAW_CHANCE};
    return mutants_test(&t, out);
}

Err law_duty_mutants(Arena *a, LawJudge *j, const LawCases *cases, const LawBoundaries *boundaries, size_t duties, LawMutants *out)
{
    const LawDuties *of = &j->s->duties[duties];
    Test t = {.a = a, .j = j, .cases = cases, .boundaries = boundaries, .rule = of->rule, .duties = of->id, .chance = LAW_CHANCE};
    return mutants_test(&t, out);
}
