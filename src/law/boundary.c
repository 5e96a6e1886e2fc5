/* boundary.c -- of each threshold, code, exception and day of a rule the facts on both sides of it, the others taken from the rule's own examples such that it decides. */
#include "law/author.h"
#include "law/inside.h"

typedef enum { ATOM_NUMBER, ATOM_VALUE /* of a segment: "with" */, ATOM_CODES, ATOM_RULE, ATOM_DAY } AtomKind;
typedef struct Atom {
    AtomKind kind;
    const LawTerm *term;
    int node;                       /* the condition that must decide: what the leaf stands in, or itself; NONE: of days and other rules */
    int quantity, fact, rule, base; /* base: the quantity whose size a share is taken of; NONE */
    int64_t k, n, den, step;        /* threshold; of a share n / den of `base` */
    int64_t base_is;                /* what the base is made for this; -1: as it is */
    uint64_t mask;                  /* codes that the condition names */
    bool last;                      /* of a day: the last one, not the first */
} Atom;

enum { POINTS_MAX = 80 };
typedef struct Base { const LawCase *c; VerdictKind kind; } Base;
typedef struct Maker {
    Arena *a, scratch;
    LawJudge *j; const LawSet *s; const LawCases *cases;
    int rule, version;
    Base *bases; size_t bases_n;
    LawBoundaries *out;
    int outer;                                 /* the exception or gap whose condition is looked at; NONE */
    int within;                                /* the condition that the leaf stands in */
    bool quiet;                                /* what does not decide is not listed */
    uint64_t chance;
} Maker;

bool law_same_verdict(const Verdict *x, const Verdict *y)
{
    if (x->kind != y->kind || x->version != y->version || x->sensitive != y->sensitive || x->readings_n != y->readings_n) return false;
    for (int i = 0; i < x->readings_n; i++)
        if (x->reading[i] != y->reading[i]) return false;
    return true;
}

static LawFacts facts_copy(Arena *a, const LawSet *s, const LawFacts *f)
{
    LawFacts out = *f;
    out.values = arena_raw(a, (s->facts_n + 1) * sizeof *out.values);
    memcpy(out.values, f->values, (s->facts_n + 1) * sizeof *out.values);
    return out;
}

static Verdict judged(Maker *m, const LawFacts *f)
{
    law_judge_begin(m->j, f);
    return judge_rule(m->j->j, m->rule);
}

/* --- points of one atom from one base ----------------------------------------------------------------------------------------- */

typedef struct Points { LawPoint *list; size_t n; } Points;

static LawPoint *point_new(Points *p, Arena *a, const LawSet *s, const LawFacts *base)
{
    if (p->n == POINTS_MAX) return NULL;
    p->list[p->n] = (LawPoint){.facts = facts_copy(a, s, base)};
    return &p->list[p->n++];
}

static void number_points(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    const RuleSet *set = &m->s->set;
    const Quantity *q = &set->quantities[t->quantity];
    bool time = m->s->facts[q->fact].type == FACT_TIME;
    LawFacts from = facts_copy(a, m->s, base);
    int64_t k = t->k;
    if (t->base != NONE && t->base_is >= 0 && !law_quantity_put(a, m->s, &set->quantities[t->base], &from, t->base_is)) return;
    if (t->den) {
        law_judge_begin(m->j, &from);
        Range b = judge_quantity(m->j->j, t->base);
        if (b.lo != b.hi || b.lo > INT64_MAX / (t->n + 1)) return;
        k = b.lo * t->n / t->den;
    }
    for (int i = -1; i <= 1; i++) {
        int64_t x = k + i * t->step;
        LawPoint *p = point_new(out, a, m->s, &from);
        Quantity peak = *q;
        if (t->kind == ATOM_VALUE) peak.kind = Q_PEAK;
        bool put = p && law_quantity_put(a, m->s, &peak, &p->facts, x);
        if (put) law_judge_begin(m->j, &p->facts);
        Range is = put && t->kind == ATOM_NUMBER ? judge_quantity(m->j->j, t->quantity) : (Range){x, x};
        if (!put || is.lo != x || is.hi != x) {
            out->n -= p != NULL;
            continue;
        }
        p->value = time ? law_instant_text(a, x) : law_number(a, x, t->kind == ATOM_VALUE ? STR("user") : law_quantity_unit(m->s, t->quantity));
    }
}

/* A time line says nothing of a class that was not hit. */
static void segments_of(Maker *m, Arena *a, LawFacts *f, int classes)
{
    for (size_t i = 0; i < m->s->facts_n; i++) {
        FactValue *v = &f->values[i];
        if (m->s->defs[i].classes != classes || m->s->facts[i].type != FACT_TIMELINE || !v->n) continue;
        Segment *g = arena_array(a, Segment, v->n);
        size_t n = 0;
        for (size_t k = 0; k < v->n; k++)
            if (v->segments[k].cls == NO_CODE || (f->values[classes].possible >> v->segments[k].cls & 1)) g[n++] = v->segments[k];
        v->segments = g, v->n = n;
    }
}

/* Which of two it is, is not known: what the condition names must not hang on one of them alone. */
static void pairs_points(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    const LawClass *k = &m->s->classes[m->s->facts[t->fact].cls];
    for (size_t i = 0, first = CODES_MAX, last = CODES_MAX; i < k->n; i++) {
        if (!(t->mask >> i & 1)) continue;
        if (first == CODES_MAX) first = i;
        for (int turn = 0; turn < 2; turn++) {
            size_t other = turn ? first : last;
            LawPoint *p = other >= i || (turn && (other == last || t->mask >> i >> 1)) ? NULL : point_new(out, a, m->s, base);
            if (!p) continue;
            uint64_t both = (uint64_t)1 << i | (uint64_t)1 << other;
            p->facts.values[t->fact] = (FactValue){.possible = both, .unknown = WHY_RANGE};
            p->value = TEXT_FILL(a, "{0}か{1}", "{2} or {3}", k->titles[other].in[JA], k->titles[i].in[JA], k->titles[other].in[EN], k->titles[i].in[EN]);
        }
        last = i;
    }
}

static void codes_points(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    const LawFact *f = &m->s->facts[t->fact];
    const LawClass *k = f->cls == NONE ? NULL : &m->s->classes[f->cls];
    uint64_t others = base->values[t->fact].unknown & ~WHY_RANGE ? 0 : base->values[t->fact].sure & ~t->mask;
    for (size_t i = 0; i < (k ? k->n + 1 : 2); i++) {
        LawPoint *p = i == (k ? k->n : 2) && f->type == FACT_CHOICE ? NULL : point_new(out, a, m->s, base);
        uint64_t bit = k && i == k->n ? 0 : (uint64_t)1 << i;
        if (!p) break;
        p->facts.values[t->fact] = f->type == FACT_SET ? (FactValue){.sure = others | bit, .possible = others | bit} : (FactValue){.sure = f->type == FACT_CHOICE ? bit : 0, .possible = bit};
        if (f->type == FACT_SET) segments_of(m, a, &p->facts, t->fact);
        p->value = !k ? (i == 0 ? text_of("はい", "yes") : text_of("いいえ", "no")) : bit ? k->titles[i] : text_of("なし", "none");
    }
    if (f->type == FACT_CHOICE) pairs_points(m, a, t, base, out);
}

/* What the facts of the other say stands over those of the base. */
static void overlay(Maker *m, LawFacts *f, const LawFacts *other)
{
    for (size_t i = 0; i < m->s->facts_n; i++)
        if (!(other->values[i].unknown & ~WHY_RANGE)) f->values[i] = other->values[i];
    if (other->as_of > f->as_of) f->as_of = other->as_of;
}

static void rule_points(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    LawPoint *p = point_new(out, a, m->s, base);
    if (p) p->value = text_of("例のまま", "as in the example");
    for (size_t i = 0; i < m->cases->examples; i++) {
        const LawCase *c = &m->cases->list[i];
        if (c->rule != t->rule || !str_eqc(json_str_of(json_object_get(c->expect, "expect")), "met")) continue;
        p = point_new(out, a, m->s, base);
        if (!p) return;
        overlay(m, &p->facts, &c->facts);
        law_judge_begin(m->j, &p->facts);
        bool covered = judge_rule(m->j->j, m->rule).kind == VERDICT_COVERED;
        p->value = text_of("それにも該当", "that one met as well");
        if (covered && out->n > 2) out->list[out->n - 2] = *p; /* the plainest of all */
        if (judge_met(m->j->j, t->rule) != TRI_TRUE || out->n > 2) out->n--;
        if (covered) return;
    }
}

static Range moved(Range r, int64_t by) { return (Range){r.lo == INT64_MIN ? r.lo : r.lo + by, r.hi == RULES_OPEN ? r.hi : r.hi + by}; }

/* The whole story earlier or later. */
static void shift(Arena *a, const LawSet *s, LawFacts *f, int64_t by)
{
    f->as_of += by;
    for (size_t i = 0; i < s->facts_n; i++) {
        FactValue *v = &f->values[i];
        if (s->facts[i].type == FACT_TIME && !(v->unknown & ~WHY_RANGE)) v->range = moved(v->range, by);
        if (s->facts[i].type != FACT_TIMELINE || !v->n) continue;
        Segment *g = arena_array(a, Segment, v->n);
        memcpy(g, v->segments, v->n * sizeof *g);
        for (size_t k = 0; k < v->n; k++) g[k].from = moved(g[k].from, by), g[k].to = moved(g[k].to, by);
        v->segments = g;
    }
}

static bool day_point(Maker *m, Arena *a, const LawFacts *base, int clock, Instant at, Points *out)
{
    const FactValue *v = &base->values[clock];
    if (v->unknown || v->range.lo != v->range.hi) return false;
    LawPoint *p = point_new(out, a, m->s, base);
    if (!p) return false;
    if (clock == m->s->designated) {
        p->facts.values[clock].range = (Range){at, at};
        if (at > p->facts.as_of) p->facts.as_of = at + 86400000;
    } else shift(a, m->s, &p->facts, at - v->range.lo);
    p->value = law_instant_text(a, at);
    return true;
}

static bool applies(Maker *m, const LawFacts *base, int clock, Day d)
{
    Points one = {arena_array(&m->scratch, LawPoint, POINTS_MAX), 0};
    if (!day_point(m, &m->scratch, base, clock, day_begin_in_japan(d), &one)) return false;
    law_judge_begin(m->j, &one.list[0].facts);
    return m->j->chosen[m->rule] >> m->version & 1;
}

enum { CLOCK_DAYS_MAX = 800 };

/* The day on which the version begins, or ends, to apply: of a clock that is itself computed it is looked for. */
static bool edge_of(Maker *m, const LawFacts *base, int clock, bool last, Day *out)
{
    const LawVersion *v = &m->s->rules[m->rule].versions[m->version];
    Day d = last ? v->last + 1 : v->first;
    *out = d;
    if (v->chosen_by != CLOCK_REPORT_DUE && v->chosen_by != CLOCK_PERIOD_END) return true;
    bool was = applies(m, base, clock, d);
    for (int i = 1; i < CLOCK_DAYS_MAX; i++) {
        bool is = applies(m, base, clock, d - i);
        if (is != was) return *out = d - i + 1, true;
    }
    return false;
}

static void day_points(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    const LawVersion *v = &m->s->rules[m->rule].versions[m->version];
    int clock = v->chosen_by == CLOCK_KNOWN ? m->s->known : v->chosen_by == CLOCK_DESIGNATED ? m->s->designated : m->s->occurred;
    Day edge;
    if (!edge_of(m, base, clock, t->last, &edge)) return;
    Instant at = day_begin_in_japan(edge);
    if (!day_point(m, a, base, clock, at - 60000, out) || !day_point(m, a, base, clock, at, out)) return;
    /* Happened before, known after: which of the two chooses? */
    if (!day_point(m, a, base, clock, at - 60000, out)) return;
    LawPoint *p = &out->list[out->n - 1];
    p->facts.values[m->s->occurred] = (FactValue){.range = {at - 60000, at - 60000}};
    p->facts.values[m->s->known] = (FactValue){.range = {at, at}};
    p->facts.as_of += 86400000;
    Text when = law_instant_text(a, at);
    p->value = TEXT_FILL(a, "その前に起き {0} に知った", "happened before, known {1}", when.in[JA], when.in[EN]);
}

static void points_of(Maker *m, Arena *a, const Atom *t, const LawFacts *base, Points *out)
{
    if (t->kind == ATOM_NUMBER || t->kind == ATOM_VALUE) number_points(m, a, t, base, out);
    else if (t->kind == ATOM_CODES) codes_points(m, a, t, base, out);
    else if (t->kind == ATOM_RULE) rule_points(m, a, t, base, out);
    else day_points(m, a, t, base, out);
    for (size_t i = 0; i < out->n; i++) out->list[i].v = judged(m, &out->list[i].facts);
}

/* --- the base that lets it decide ------------------------------------------------------------------------------------------------ */

/* Does the verdict hang on this condition, or on another that looks at the same thing? */
static bool hangs(Maker *m, const Atom *t, const LawFacts *f)
{
    if (t->node == NONE) return true;
    judge_force(m->j->j, t->node, TRI_TRUE);
    Verdict yes = judged(m, f);
    judge_force(m->j->j, t->node, TRI_FALSE);
    Verdict no = judged(m, f);
    judge_force(m->j->j, NONE, TRI_OPEN);
    return !law_same_verdict(&yes, &no);
}

/* Does that condition turn from point to point? */
static bool turns(Maker *m, const Points *p, int node)
{
    bool yes = false, no = false;
    for (size_t i = 0; i < p->n; i++) {
        law_judge_begin(m->j, &p->list[i].facts);
        Tri is = judge_node(m->j->j, node);
        yes = yes || is == TRI_TRUE, no = no || is == TRI_FALSE;
    }
    return yes && no;
}

enum { SCORE_FULL = 1000 };

/* 0: all points give the same, or not by this condition; else the more the better: from met to not met, and at many of the points. */
static int score(Maker *m, const Atom *t, const Points *p)
{
    bool met = false, not_met = false, differ = false;
    for (size_t i = 0; i < p->n; i++) {
        met = met || p->list[i].v.kind == VERDICT_MET;
        not_met = not_met || p->list[i].v.kind == VERDICT_NOT_MET;
        differ = differ || p->list[i].v.kind != p->list[0].v.kind;
    }
    if (!differ) return 0;
    if (m->outer != NONE) return turns(m, p, m->outer) ? SCORE_FULL : 0;
    if (t->node != NONE && t->kind != ATOM_VALUE && !turns(m, p, t->node)) return 0;
    int n = 0, named = 0, all = 0; /* points that hang on it; of those with a code that it names, of all such */
    for (size_t i = 0; i < p->n; i++) {
        bool is = hangs(m, t, &p->list[i].facts), code = t->kind == ATOM_CODES && (p->list[i].facts.values[t->fact].possible & t->mask);
        n += is, named += is && code, all += code;
    }
    if (!n) return 0;
    return named == all && met && not_met ? SCORE_FULL : 1 + named * 10 + (met && not_met ? 5 : 0);
}

static void boundary_add(Maker *m, LawBoundary b)
{
    LawBoundaries *o = m->out;
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 64;
        o->list = arena_grow(m->a, o->list, o->cap * sizeof *o->list, cap * sizeof *o->list);
        o->cap = cap;
    }
    o->list[o->n++] = b;
    o->points += b.n;
}

static int try_base(Maker *m, const Atom *t, const LawFacts *base)
{
    arena_reset(&m->scratch);
    Points p = {arena_array(&m->scratch, LawPoint, POINTS_MAX), 0};
    points_of(m, &m->scratch, t, base, &p);
    return p.n ? score(m, t, &p) : -1;
}

static const LawFacts *best_base(Maker *m, const Atom *t, int *best)
{
    const LawFacts *found = NULL;
    *best = -1;
    for (size_t i = 0; i < m->bases_n && *best < SCORE_FULL; i++) {
        int is = try_base(m, t, &m->bases[i].c->facts);
        if (is > *best) *best = is, found = &m->bases[i].c->facts;
    }
    return found;
}

enum { MIX_TRIES = 400, MIX_FACTS = 4 };

/* No example lets it decide by itself: some facts of one are put into another. */
static const LawFacts *best_mix(Maker *m, const Atom *list, size_t n, const Atom **t, int *best)
{
    LawFacts *kept = arena_new(m->a, LawFacts);
    for (int k = 0; k < MIX_TRIES && *best < 1 && m->bases_n > 1; k++) {
        LawFacts mixed = facts_copy(m->a, m->s, &m->bases[law_chance(&m->chance, m->bases_n)].c->facts);
        law_facts_mix(&m->chance, m->s, &mixed, &m->bases[law_chance(&m->chance, m->bases_n)].c->facts, MIX_FACTS);
        if (!law_facts_could_be(m->s, &mixed)) continue;
        const Atom *one = &list[law_chance(&m->chance, n)];
        int is = try_base(m, one, &mixed);
        if (is > *best) *best = is, *t = one, *kept = mixed;
    }
    return kept;
}

static bool atom_take(Maker *m, const Atom *list, size_t n, Str id, Text label)
{
    const LawFacts *base = NULL;
    const Atom *t = NULL;
    int best = -1;
    for (size_t i = 0; i < n && best < SCORE_FULL; i++) {
        int is;
        const LawFacts *b = best_base(m, &list[i], &is);
        if (is > best) best = is, base = b, t = &list[i];
    }
    if (best < 1 && n) base = best_mix(m, list, n, &t, &best);
    LawBoundary b = {.version = m->version, .id = id, .label = label, .decides = best > 0};
    if (best > 0) {
        Points p = {arena_array(m->a, LawPoint, POINTS_MAX), 0};
        points_of(m, m->a, t, base, &p);
        b.points = p.list, b.n = p.n;
    }
    if (b.decides || !m->quiet) boundary_add(m, b);
    return b.decides;
}

/* --- the atoms of a rule --------------------------------------------------------------------------------------------------------------- */

static const json_t *comparison(const json_t *o)
{
    static const char *const keys[] = {"at_least", "more_than", "at_most", "less_than"};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (json_object_get(o, keys[i])) return json_object_get(o, keys[i]);
    return NULL;
}

static Atom number_atom(Maker *m, const LawTerm *t, AtomKind kind)
{
    const Quantity *q = &m->s->set.quantities[t->quantity];
    bool time = q->kind == Q_SPAN || q->kind == Q_TOTAL || q->kind == Q_RUN, duration = q->kind == Q_FACT && m->s->facts[q->fact].duration;
    int64_t step = kind == ATOM_VALUE ? 1 : m->s->facts[q->fact].type == FACT_TIME && q->kind == Q_FACT ? 60000 : q->kind == Q_INTEGRAL || (time && q->minute) || duration ? 60000 : time ? 1000 : 1;
    return (Atom){.kind = kind, .term = t, .node = m->within, .quantity = t->quantity, .base = NONE, .step = step, .base_is = -1};
}

static void share_read(Str s, int64_t *n, int64_t *den)
{
    bool point = false;
    *n = 0, *den = 100;
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '.') point = true;
        else {
            *n = *n * 10 + (s.s[i] - '0');
            if (point) *den *= 10;
        }
    }
}

static int base_of(Maker *m, const json_t *amount)
{
    int fact = law_fact(m->s, json_str_of(json_object_get(amount, "of")));
    for (size_t i = 0; fact != NONE && i < m->s->set.quantities_n; i++)
        if (m->s->set.quantities[i].kind == Q_FACT && m->s->set.quantities[i].fact == fact && m->s->set.quantities[i].cls == NONE) return (int)i;
    return NONE;
}

/* One amount of perhaps several ("the smaller of"): a plain number is tried with a base so large, and so small, that it is the one that counts. */
static size_t amount_atoms(Maker *m, const Atom *like, const json_t *amount, const json_t *all, Atom *out)
{
    Str share = json_str_of(json_object_get(amount, "share"));
    size_t n = 0;
    Atom t = *like;
    if (share.n) {
        t.base = base_of(m, amount);
        share_read(share, &t.n, &t.den);
        if (t.base == NONE) return 0;
        static const int64_t sizes[] = {-1, 10000, 1000000, 100000000};
        for (size_t i = 0; i < COUNT(sizes); i++) t.base_is = sizes[i], out[n++] = t;
        return n;
    }
    int64_t unit = law_unit(json_str_of(json_object_get(amount, "unit")));
    t.k = json_integer_value(json_object_get(amount, "n")) * (unit ? unit : 1);
    out[n++] = t;
    for (size_t i = 0; i < json_array_size(all) && n < 6; i++) {
        const json_t *other = json_array_get(all, i);
        if (other == amount || !json_object_get(other, "share")) continue;
        t.base = base_of(m, other);
        if (t.base == NONE) continue;
        t.base_is = t.k < INT64_MAX / 10000 ? t.k * 1000 : t.k, out[n++] = t;
        t.base_is = 1, out[n++] = t;
    }
    return n;
}

static bool numbers_take(Maker *m, const LawTerm *t, const json_t *amount, AtomKind kind, Str id, Text label)
{
    const json_t *smaller = json_object_get(amount, "smaller_of"), *all = smaller ? smaller : json_object_get(amount, "larger_of");
    Atom like = number_atom(m, t, kind), list[8];
    if (!all) {
        size_t n = amount_atoms(m, &like, amount, NULL, list);
        return atom_take(m, list, n, id, label);
    }
    bool decides = false;
    for (size_t i = 0; i < json_array_size(all); i++) {
        size_t n = amount_atoms(m, &like, json_array_get(all, i), all, list);
        decides = atom_take(m, list, n, path_at(m->a, id, i), label) || decides;
    }
    return decides;
}

static bool leaf_take(Maker *m, const LawTerm *t, Str id, Text label)
{
    const json_t *o = t->json, *after = json_object_get(o, "on_or_after"), *before = json_object_get(o, "on_or_before"), *with = json_object_get(o, "with");
    Str rule = json_str_of(json_object_get(o, "rule"));
    bool decides = false;
    Day d;
    if (t->quantity != NONE && comparison(o)) decides = numbers_take(m, t, comparison(o), ATOM_NUMBER, id, label);
    if (with && comparison(with)) decides = numbers_take(m, t, comparison(with), ATOM_VALUE, path_key(m->a, id, STR("with")), label) || decides;
    if (t->quantity != NONE && (after || before) && day_parse(json_str_of(after ? after : before), &d)) {
        Atom one = number_atom(m, t, ATOM_NUMBER);
        one.k = day_begin_in_japan(after ? d : d + 1);
        decides = atom_take(m, &one, 1, id, label);
    }
    if (t->quantity == NONE && t->fact != NONE) decides = atom_take(m, &(Atom){.kind = ATOM_CODES, .node = m->within, .fact = t->fact, .mask = m->s->set.nodes[t->node].mask}, 1, id, label);
    if (rule.n && law_rule(m->s, rule) != NONE) decides = atom_take(m, &(Atom){.kind = ATOM_RULE, .node = NONE, .rule = law_rule(m->s, rule)}, 1, id, label);
    return decides;
}

static Text leaf_label(Maker *m, const LawTerm *t, Str row)
{
    Text label = law_term_label(m->a, m->j, t);
    return row.n && t->column ? TEXT_FILL(m->a, "{0}の項 {1}", "row {0}, {2}", row, label.in[JA], label.in[EN]) : label;
}

/* A condition that stands elsewhere: one of its leaves is enough to turn it. */
static bool same_take(Maker *m, const LawTerm *t, Str at, Str row)
{
    for (size_t i = 0; i < t->n; i++)
        if (same_take(m, &t->kids[i], t->kids[i].name.n ? path_key(m->a, at, t->kids[i].name) : at, t->row ? t->name : row)) return true;
    return !t->n && leaf_take(m, t, at, leaf_label(m, t, row));
}

static void term_take(Maker *m, const LawTerm *t, Str at, Str row, const char *key, int within)
{
    Str id = t->name.n ? path_key(m->a, at, t->name) : key ? path_key(m->a, at, str_of(key)) : at;
    if (json_object_get(t->json, "same")) {
        m->quiet = true;
        if (m->outer != NONE) (void)same_take(m, t, id, row);
        m->quiet = false;
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        Str number = str_printf(m->a, "%zu", i);
        term_take(m, &t->kids[i], id, t->row ? t->name : row, t->n > 1 ? str_c(m->a, number) : NULL, t->node);
    }
    m->within = within == NONE ? t->node : within;
    if (!t->n) (void)leaf_take(m, t, id, leaf_label(m, t, row));
}

static void parts_take(Maker *m, const LawTerm *list, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        m->outer = list[i].node;
        term_take(m, &list[i], str_of(key), (Str){0}, NULL, NONE);
    }
    m->outer = NONE;
}

static void yields_take(Maker *m)
{
    const json_t *list = json_object_get(m->s->rules[m->rule].versions[m->version].json, "yields_to");
    for (size_t i = 0; i < json_array_size(list); i++) {
        int other = law_rule(m->s, json_str_of(json_object_get(json_array_get(list, i), "rule")));
        if (other == NONE) continue;
        Text title = m->s->rules[other].title;
        atom_take(m, &(Atom){.kind = ATOM_RULE, .node = NONE, .rule = other}, 1, path_key(m->a, STR("yields_to"), m->s->rules[other].id), TEXT_FILL(m->a, "「{0}」に譲る", "yields to \"{1}\"", title.in[JA], title.in[EN]));
    }
}

static void version_take(Maker *m)
{
    const LawVersion *v = &m->s->rules[m->rule].versions[m->version];
    const RuleVersion *rv = &m->s->set.rules[m->rule].versions[m->version];
    atom_take(m, &(Atom){.kind = ATOM_CODES, .node = rv->bound, .fact = m->s->operator_class, .mask = m->s->set.nodes[rv->bound].mask}, 1, STR("bound"), text_of("対象の事業者", "operators bound"));
    term_take(m, &v->condition, STR("condition"), (Str){0}, NULL, NONE);
    parts_take(m, v->except, v->except_n, "except");
    parts_take(m, v->gaps, v->gaps_n, "gaps");
    yields_take(m);
    if (v->first != DAY_NONE) atom_take(m, &(Atom){.kind = ATOM_DAY, .node = NONE}, 1, STR("first_day"), text_of("適用の始まり", "first day"));
    if (v->last != DAY_NONE) atom_take(m, &(Atom){.kind = ATOM_DAY, .node = NONE, .last = true}, 1, STR("last_day"), text_of("適用の終わり", "last day"));
}

/* The rule's own examples of this version and the incidents, met ones first. */
static void bases_find(Maker *m)
{
    static const VerdictKind order[] = {VERDICT_MET, VERDICT_NOT_MET, VERDICT_UNDECIDED, VERDICT_COVERED};
    m->bases = arena_array(m->a, Base, m->cases->n * COUNT(order) + 1);
    m->bases_n = 0;
    VerdictKind *kinds = arena_array(m->a, VerdictKind, m->cases->n + 1);
    for (size_t i = 0; i < m->cases->n; i++) {
        const LawCase *c = &m->cases->list[i];
        Verdict v = (c->rule == m->rule && c->item->kind != LAW_DUTIES) || c->rule == NONE ? judged(m, &c->facts) : (Verdict){.kind = VERDICTS};
        kinds[i] = v.version == m->version ? v.kind : VERDICTS;
    }
    for (size_t k = 0; k < COUNT(order); k++)
        for (size_t i = 0; i < m->cases->n; i++)
            if (kinds[i] == order[k] && (m->cases->list[i].rule == m->rule || kinds[i] == VERDICT_MET)) m->bases[m->bases_n++] = (Base){&m->cases->list[i], order[k]};
}

void law_boundaries(Arena *a, LawJudge *j, const LawCases *cases, int rule, LawBoundaries *out)
{
    Maker m = {.a = a, .j = j, .s = j->s, .cases = cases, .rule = rule, .out = out, .chance = LAW_CHANCE, .outer = NONE};
    *out = (LawBoundaries){0};
    arena_init(&m.scratch, (size_t)1 << 30);
    for (m.version = 0; m.version < (int)j->s->rules[rule].n; m.version++) {
        bases_find(&m);
        version_take(&m);
    }
    arena_done(&m.scratch);
}
