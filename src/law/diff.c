/* diff.c -- what follows from a change of the law data: verdicts that differ, deadlines that move, duties that come and go. */
#include "law/diff.h"
#include "law/inside.h"

/* --- cases --------------------------------------------------------------------------------------------------------------------- */

static Err facts_give(Arena *a, const LawSet *s, const LawFacts *f, Text name, void (*fn)(void *arg, const json_t *doc, Text name), void *arg)
{
    Buf b;
    JsonOut out = {&b, false};
    json_t *doc;
    buf_init(&b, a, 2048);
    json_open(&out, '{');
    law_facts_json(&out, a, s, f);
    json_close(&out, '}');
    TRY(json_in(a, buf_str(&b), 1 << 20, &doc));
    fn(arg, doc, name);
    return ERR_NONE;
}

Err law_diff_cases(Arena *a, LawJudge *j, void (*fn)(void *arg, const json_t *doc, Text name), void *arg)
{
    LawCases cases;
    Mistakes m;
    mistakes_init(&m, a);
    TRY(law_cases(a, j->s, &m, &cases));
    for (size_t i = 0; i < cases.n; i++) {
        Text name = cases.list[i].name;
        Str where = cases.list[i].item->id;
        if (!name.in[JA].n) name = (Text){{where, where}};
        TRY(facts_give(a, j->s, &cases.list[i].facts, name, fn, arg));
    }
    for (size_t r = 0; r < j->s->rules_n; r++) {
        LawBoundaries all;
        law_boundaries(a, j, &cases, (int)r, &all);
        for (size_t i = 0; i < all.n; i++)
            for (size_t k = 0; k < all.list[i].n; k++) {
                Text label = all.list[i].label, value = all.list[i].points[k].value;
                TRY(facts_give(a, j->s, &all.list[i].points[k].facts, TEXT_FILL(a, "境界 {0}：{1}", "boundary {2}: {3}", label.in[JA], value.in[JA], label.in[EN], value.in[EN]), fn, arg));
            }
    }
    return ERR_NONE;
}

/* --- verdicts ----------------------------------------------------------------------------------------------------------------------- */

static void *one_more(Arena *a, void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) return list;
    size_t more = *cap ? *cap * 2 : 32;
    list = arena_grow(a, list, *cap * size, more * size);
    *cap = more;
    return list;
}

static void effect_add(Arena *a, LawDiff *d, const LawRule *r, VerdictKind from, VerdictKind to, Text name)
{
    size_t i = 0;
    while (i < d->effects_n && !(str_eq(d->effects[i].rule, r->id) && d->effects[i].from == from && d->effects[i].to == to)) i++;
    if (i == d->effects_n) {
        d->effects = one_more(a, d->effects, d->effects_n, &d->effects_cap, sizeof *d->effects);
        d->effects[d->effects_n++] = (LawEffect){.rule = r->id, .title = r->title, .law = r->item->kind == LAW_RULE, .from = from, .to = to};
    }
    LawEffect *e = &d->effects[i];
    if (e->n < DIFF_NAMES_MAX) e->names[e->n] = name;
    e->n++;
    d->lost = d->lost || (e->law && from == VERDICT_MET && to != VERDICT_COVERED);
}

/* --- deadlines ---------------------------------------------------------------------------------------------------------------------- */

static void move_add(Arena *a, LawDiff *d, Str rule, const LawDue *due, Day from, Day to, Text name)
{
    size_t i = 0;
    while (i < d->moves_n && !(str_eq(d->moves[i].rule, rule) && str_eq(d->moves[i].duty, due->duty->id) && (d->moves[i].from == DAY_NONE) == (from == DAY_NONE) && (d->moves[i].to == DAY_NONE) == (to == DAY_NONE))) i++;
    if (i == d->moves_n) {
        d->moves = one_more(a, d->moves, d->moves_n, &d->moves_cap, sizeof *d->moves);
        d->moves[d->moves_n++] = (LawMove){.rule = rule, .duty = due->duty->id, .title = law_text(due->duty->json, "title"), .from = from, .to = to, .name = name};
    }
    d->moves[i].n++;
}

enum { DAY_AT_ONCE = 0 }; /* a duty without a day: at once, or its clock has not started */

static Day due_day(const LawDue *d)
{
    if (d->earliest && d->first.until_known) return day_in_japan(d->first.until - 1);
    if (!d->due.until_known) return DAY_AT_ONCE;
    return d->due.until.length.unit == PERIOD_HOUR ? day_in_japan(d->due.until.end) : d->due.until.open.day;
}

/* Two files of duties may follow the same rule, and each have a "first". */
static const LawDue *due_find(const LawDue *list, size_t n, const LawDue *like)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].of->id, like->of->id) && str_eq(list[i].duty->id, like->duty->id)) return &list[i];
    return NULL;
}

static void duties_compare(Arena *a, LawJudge *was, LawJudge *is, int old, int new, Text name, LawDiff *d)
{
    LawDue *x = arena_array(a, LawDue, LAW_DUES_MAX), *y = arena_array(a, LawDue, LAW_DUES_MAX);
    size_t n = 0, m = 0;
    Str rule = was->s->rules[old].id;
    LawVerdict before = law_judge_rule(a, was, old, false), after = law_judge_rule(a, is, new, false);
    if (law_duties(a, was, &before, x, LAW_DUES_MAX, &n).kind || law_duties(a, is, &after, y, LAW_DUES_MAX, &m).kind) return;
    for (size_t i = 0; i < n; i++) {
        const LawDue *other = due_find(y, m, &x[i]);
        Day from = due_day(&x[i]), to = other ? due_day(other) : DAY_NONE;
        if (from != to) move_add(a, d, rule, &x[i], from, to, name);
    }
    for (size_t i = 0; i < m; i++)
        if (!due_find(x, n, &y[i])) move_add(a, d, rule, &y[i], DAY_NONE, due_day(&y[i]), name);
}

/* --- one case --------------------------------------------------------------------------------------------------------------------------- */

static void verdicts_compare(Arena *a, LawJudge *was, LawJudge *is, Text name, LawDiff *d)
{
    for (size_t r = 0; r < was->s->rules_n; r++) {
        int other = law_rule(is->s, was->s->rules[r].id);
        VerdictKind from = judge_rule(was->j, (int)r).kind, to = other == NONE ? (VerdictKind)VERDICT_NO_RULE : judge_rule(is->j, other).kind;
        if (from != to) effect_add(a, d, &was->s->rules[r], from, to, name);
        else if (from == VERDICT_MET) duties_compare(a, was, is, (int)r, other, name, d);
    }
    for (size_t r = 0; r < is->s->rules_n; r++)
        if (law_rule(was->s, is->s->rules[r].id) == NONE) effect_add(a, d, &is->s->rules[r], (VerdictKind)VERDICT_NO_RULE, judge_rule(is->j, (int)r).kind, name);
}

void law_diff_case(Arena *a, LawJudge *was, LawJudge *is, const json_t *doc, Text name, LawDiff *out)
{
    LawFacts x, y;
    if (law_facts(a, was->s, doc, 0, &x).kind || law_facts(a, is->s, doc, 0, &y).kind) {
        out->unread++;
        return;
    }
    law_judge_begin(was, &x), law_judge_begin(is, &y);
    verdicts_compare(a, was, is, name, out);
    out->cases++;
}
