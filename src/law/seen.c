/* seen.c -- what the examples and incidents have seen of a rule: each named condition, row, exception, gap, version and variant, true, false, open, decisive. */
#include "law/author.h"
#include "law/inside.h"

const Text law_seen_words[] = {[SEEN_VERSION] = TEXT("版", "version"), [SEEN_CONDITION] = TEXT("条件", "condition"), [SEEN_ROW] = TEXT("項", "row"), [SEEN_EXCEPTION] = TEXT("例外", "exception"),
    [SEEN_GAP] = TEXT("未確認の点", "gap"), [SEEN_VARIANT] = TEXT("義務の変形", "variant")};

typedef struct Seer { Arena *a; LawJudge *j; LawSeen *list; size_t n, cap; int rule, version; } Seer;

static void part_add(Seer *s, LawSeen part)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        s->list = arena_grow(s->a, s->list, s->cap * sizeof *s->list, cap * sizeof *s->list);
        s->cap = cap;
    }
    part.version = s->version;
    s->list[s->n++] = part;
}

static void terms_add(Seer *s, const LawTerm *t)
{
    if (json_object_get(t->json, "same")) return;
    if (t->name.n && !t->column) part_add(s, (LawSeen){.kind = t->row ? SEEN_ROW : SEEN_CONDITION, .node = t->node, .id = t->name, .label = law_term_label(s->a, s->j, t)});
    for (size_t i = 0; i < t->n; i++) terms_add(s, &t->kids[i]);
}

static void parts_add(Seer *s, const LawTerm *list, size_t n, const json_t *written, LawSeenKind kind)
{
    for (size_t i = 0; i < n; i++) part_add(s, (LawSeen){.kind = kind, .node = list[i].node, .id = list[i].name, .label = law_text(json_array_get(written, i), "words")});
}

static void variants_add(Seer *s)
{
    const LawSet *set = s->j->s;
    for (size_t i = 0; i < set->duties_n; i++)
        for (size_t v = 0; set->duties[i].rule == s->rule && v < set->duties[i].n; v++)
            for (size_t d = 0; d < set->duties[i].versions[v].n; d++) {
                const LawDuty *duty = &set->duties[i].versions[v].duties[d];
                if (duty->when != NONE) part_add(s, (LawSeen){.kind = SEEN_VARIANT, .node = duty->when, .id = duty->id, .label = law_text(duty->json, "title")});
                for (size_t k = 0; k < duty->variants_n; k++)
                    part_add(s, (LawSeen){.kind = SEEN_VARIANT, .node = duty->variants[k].when, .id = json_str_of(json_object_get(duty->variants[k].json, "id")), .label = law_text(duty->variants[k].json, "words")});
            }
}

static bool hangs(Seer *s, const LawFacts *f, int node)
{
    judge_force(s->j->j, node, TRI_TRUE);
    law_judge_begin(s->j, f);
    Verdict yes = judge_rule(s->j->j, s->rule);
    judge_force(s->j->j, node, TRI_FALSE);
    law_judge_begin(s->j, f);
    Verdict no = judge_rule(s->j->j, s->rule);
    judge_force(s->j->j, NONE, TRI_OPEN);
    law_judge_begin(s->j, f);
    return !law_same_verdict(&yes, &no);
}

static void case_see(Seer *s, const LawFacts *f)
{
    law_judge_begin(s->j, f);
    Verdict v = judge_rule(s->j->j, s->rule);
    for (size_t i = 0; i < s->n; i++) {
        LawSeen *p = &s->list[i];
        if (v.version < 0 || v.kind == VERDICT_NOT_BOUND || (p->kind != SEEN_VARIANT && p->version != v.version) || (p->kind == SEEN_VARIANT && v.kind != VERDICT_MET)) continue;
        if (p->kind == SEEN_VERSION) {
            p->yes++, p->decides++;
            continue;
        }
        Tri is = judge_exact(s->j->j, p->node);
        p->yes += is == TRI_TRUE, p->no += is == TRI_FALSE, p->open += is == TRI_OPEN;
        p->decides += p->kind == SEEN_VARIANT || hangs(s, f, p->node);
    }
}

size_t law_seen(Arena *a, LawJudge *j, const LawCases *cases, int rule, LawSeen **out)
{
    Seer s = {.a = a, .j = j, .rule = rule};
    const LawRule *r = &j->s->rules[rule];
    for (s.version = 0; s.version < (int)r->n; s.version++) {
        const LawVersion *v = &r->versions[s.version];
        part_add(&s, (LawSeen){.kind = SEEN_VERSION, .node = NONE, .id = v->v, .label = {{v->v, v->v}}});
        terms_add(&s, &v->condition);
        parts_add(&s, v->except, v->except_n, json_object_get(v->json, "except"), SEEN_EXCEPTION);
        parts_add(&s, v->gaps, v->gaps_n, json_object_get(v->json, "gaps"), SEEN_GAP);
    }
    s.version = 0;
    variants_add(&s);
    for (size_t i = 0; i < cases->n; i++)
        if (cases->list[i].rule == rule || cases->list[i].rule == NONE) case_see(&s, &cases->list[i].facts);
    *out = s.list;
    return s.n;
}
