/* logic.c -- what holds whatever the law says: less known, more known, another order, a second time. */
#include "law/author.h"
#include "law/inside.h"

typedef struct Logic { Arena *a, one; LawJudge *j; const LawCase *c; Mistakes *m; size_t n; Verdict *was; } Logic;

static void broken(Logic *l, int rule, Text how)
{
    Doc d = {l->a, l->m, l->c->item->file, l->c->item->text, l->c->item->json};
    Str id = l->j->s->rules[rule].id;
    doc_wrong(&d, l->c->path, "logic", TEXT_FILL(l->a, "{0}（{1}）：{2}", "{3} ({1}): {4}", l->c->name.in[JA], id, how.in[JA], l->c->name.in[EN], how.in[EN]));
}

/* 0: open, or no answer; what another rule covers is not met by itself or does not matter. */
static int side(VerdictKind k) { return k == VERDICT_MET ? 1 : k == VERDICT_NOT_MET || k == VERDICT_COVERED ? 2 : 0; }
static bool concerns(const Logic *l, size_t rule) { return l->c->rule == NONE || l->c->rule == (int)rule; }

static Text turned_text(Logic *l, Text what, VerdictKind from, VerdictKind to)
{
    return TEXT_FILL(l->a, "{0}と {1} が {2} になりました。", "{3}: {1} became {2}.", what.in[JA], str_of(verdict_rows[from].code), str_of(verdict_rows[to].code), what.in[EN]);
}

/* --- less known ------------------------------------------------------------------------------------------------------------------ */

/* Without one of its facts a decided verdict stays, or is open: never the other one. */
static void blank_one(Logic *l, const json_t *doc, const char *fact)
{
    json_t *less = json_deep_copy(doc);
    LawFacts f;
    assert(less);
    json_object_del(json_object_get(less, "facts"), fact);
    if (!law_facts(&l->one, l->j->s, less, l->c->facts.as_of, &f).kind) {
        law_judge_begin(l->j, &f);
        for (size_t r = 0; r < l->j->s->rules_n; r++) {
            if (!concerns(l, r) || !side(l->was[r].kind)) continue;
            Verdict v = judge_rule(l->j->j, (int)r);
            l->n++;
            if (side(v.kind) && v.version == l->was[r].version && side(v.kind) != side(l->was[r].kind))
                broken(l, (int)r, turned_text(l, TEXT_FILL(l->a, "「{0}」を空欄にする", "without \"{0}\"", str_of(fact)), l->was[r].kind, v.kind));
        }
    }
    json_decref(less);
}

static void blank_each(Logic *l, const json_t *doc)
{
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(doc, "facts"), key, v) {
        blank_one(l, doc, key);
        arena_reset(&l->one);
    }
}

/* --- more known ------------------------------------------------------------------------------------------------------------------ */

/* What is decided stays, however the rest turns out; only a gap of the pack, assumed away before, may open it. */
static void stays(Logic *l, const LawFacts *f, Text what)
{
    if (!law_facts_could_be(l->j->s, f)) return;
    law_judge_begin(l->j, f);
    for (size_t r = 0; r < l->j->s->rules_n; r++) {
        if (!concerns(l, r) || !side(l->was[r].kind)) continue;
        Verdict v = judge_rule(l->j->j, (int)r);
        l->n++;
        if (side(v.kind) == side(l->was[r].kind) || v.version != l->was[r].version || (v.kind == VERDICT_UNDECIDED && l->was[r].assumes)) continue;
        broken(l, (int)r, turned_text(l, what, l->was[r].kind, v.kind));
    }
}

static LawFacts copied(Logic *l)
{
    LawFacts f = l->c->facts;
    f.values = arena_array(&l->one, FactValue, l->j->s->facts_n + 1);
    memcpy(f.values, l->c->facts.values, l->j->s->facts_n * sizeof(FactValue));
    return f;
}

static void fill_codes(Logic *l, size_t fact)
{
    const FactValue *v = &l->c->facts.values[fact];
    FactType type = l->j->s->facts[fact].type;
    Text what = TEXT_FILL(l->a, "「{0}」を埋める", "with \"{0}\" filled in", l->j->s->facts[fact].id);
    for (uint64_t left = v->possible & ~(type == FACT_SET ? v->sure : 0); left; left &= left - 1) {
        LawFacts f = copied(l);
        uint64_t bit = left & -left;
        f.values[fact] = (FactValue){.possible = type == FACT_SET ? v->sure | bit : bit, .sure = type == FACT_SET ? v->sure | bit : type == FACT_CHOICE ? bit : 0};
        stays(l, &f, what);
    }
    if (type != FACT_SET) return;
    LawFacts f = copied(l);
    f.values[fact] = (FactValue){.possible = v->sure, .sure = v->sure};
    stays(l, &f, what);
}

static Range part_of(Range r, int which)
{
    int64_t hi = r.hi == RULES_OPEN ? (r.lo < RULES_OPEN / 4 ? 2 * r.lo + 1000000 : r.lo) : r.hi, middle = r.lo + (hi - r.lo) / 2;
    Range parts[] = {{r.lo, r.lo}, {r.lo, middle}, {middle, r.hi}, {hi, hi}};
    return parts[which];
}

/* Narrower is never less decided. A moment of which nothing is known is left alone: any could be meant. */
static void fill_range(Logic *l, size_t fact)
{
    const FactValue *v = &l->c->facts.values[fact];
    Text what = TEXT_FILL(l->a, "「{0}」の幅を狭める", "with \"{0}\" known more closely", l->j->s->facts[fact].id);
    for (int which = 0; which < 4 && v->range.lo != INT64_MIN; which++) {
        LawFacts f = copied(l);
        Range *by = arena_array(&l->one, Range, CODES_MAX);
        f.values[fact].range = part_of(v->range, which), f.values[fact].unknown = which == 1 || which == 2 ? WHY_RANGE : 0;
        for (int k = 0; k < CODES_MAX && v->by_given; k++)
            if (v->by_given >> k & 1) by[k] = part_of(v->by[k], which);
        if (v->by_given) f.values[fact].by = by, f.values[fact].range = v->range;
        stays(l, &f, what);
    }
}

static void fill_segments(Logic *l, size_t fact)
{
    const FactValue *v = &l->c->facts.values[fact];
    Text what = TEXT_FILL(l->a, "「{0}」の幅を狭める", "with \"{0}\" known more closely", l->j->s->facts[fact].id);
    for (int which = 0; which < 4; which++) {
        LawFacts f = copied(l);
        Segment *g = arena_array(&l->one, Segment, v->n + 1);
        bool wide = false;
        for (size_t i = 0; i < v->n; i++) {
            g[i] = v->segments[i];
            wide = wide || g[i].from.lo < g[i].from.hi || (!g[i].open && g[i].to.lo < g[i].to.hi) || (g[i].counted && g[i].value.lo < g[i].value.hi);
            g[i].from = part_of(g[i].from, which);
            if (!g[i].open) g[i].to = part_of(g[i].to, 3 - which);
            if (g[i].counted) g[i].value = part_of(g[i].value, which);
        }
        f.values[fact].segments = g;
        if (wide) stays(l, &f, what);
    }
}

/* How many suffered is bounded by a time line in groups: any number would not do. */
static bool bounded(const LawSet *s, size_t fact)
{
    for (size_t i = 0; i < s->facts_n; i++)
        if (s->defs[i].sufferers == (int)fact || s->defs[i].below == (int)fact || s->defs[i].base == (int)fact) return true;
    return false;
}

static void fill_each(Logic *l)
{
    for (size_t i = 0; i < l->j->s->facts_n; i++) {
        const FactValue *v = &l->c->facts.values[i];
        FactType type = l->j->s->facts[i].type;
        bool whole = !(v->unknown & ~WHY_RANGE) || !bounded(l->j->s, i), clock = (int)i == l->j->s->occurred || (int)i == l->j->s->known || (int)i == l->j->s->designated; /* these choose the version */
        if (type == FACT_TIMELINE) fill_segments(l, i);
        else if (v->unknown && whole && !clock && (type == FACT_COUNT || type == FACT_TIME)) fill_range(l, i);
        else if (v->unknown && (type == FACT_BOOL || type == FACT_CHOICE || type == FACT_SET)) fill_codes(l, i);
        arena_reset(&l->one);
    }
}

/* --- order, and again ------------------------------------------------------------------------------------------------------------ */

static Str answer(Logic *l, Arena *a, const LawFacts *f, size_t rule)
{
    Buf b;
    JsonOut out = {&b, false};
    buf_init(&b, a, 4096);
    law_judge_begin(l->j, f);
    LawVerdict v = law_judge_rule(a, l->j, (int)rule, true);
    law_verdict_json(&out, a, l->j, &v, true);
    return buf_str(&b);
}

static json_t *backwards(const json_t *facts)
{
    json_t *out = json_object();
    size_t n = json_object_size(facts), i = 0;
    const char **keys = n ? memory_get(n * sizeof *keys) : NULL, *key;
    json_t *v;
    json_object_foreach((json_t *)facts, key, v) keys[i++] = key;
    while (i-- > 0) json_object_set(out, keys[i], json_object_get(facts, keys[i]));
    memory_give_back(keys);
    return out;
}

static void order_and_again(Logic *l, const json_t *doc)
{
    json_t *turned = json_copy((json_t *)doc);
    LawFacts f;
    json_object_set_new(turned, "facts", backwards(json_object_get(doc, "facts")));
    bool read = !law_facts(&l->one, l->j->s, turned, l->c->facts.as_of, &f).kind;
    for (size_t r = 0; r < l->j->s->rules_n; r++) {
        if (!concerns(l, r)) continue;
        Str first = answer(l, &l->one, &l->c->facts, r), again = answer(l, &l->one, &l->c->facts, r);
        l->n += 2;
        if (!str_eq(first, again)) broken(l, (int)r, text_of("もう一度判定すると答えが変わります。", "judged again, the answer differs."));
        if (!read || !str_eq(first, answer(l, &l->one, &f, r))) broken(l, (int)r, text_of("事実の並びを変えると答えが変わります。", "with the facts in another order the answer differs."));
    }
    json_decref(turned);
    arena_reset(&l->one);
}

/* The judgement that explains says at every condition what the fast one says. */
static void recorded(Logic *l)
{
    const RuleSet *set = &l->j->s->set;
    Tri *values = arena_array(&l->one, Tri, set->nodes_n + 1);
    law_judge_begin(l->j, &l->c->facts);
    for (size_t r = 0; r < set->rules_n; r++) {
        if (!concerns(l, r) || l->was[r].version < 0) continue;
        int node = set->rules[r].versions[l->was[r].version].condition[0];
        judge_record(l->j->j, &l->one, node, values);
        l->n++;
        if (values[node] != judge_node(l->j->j, node)) broken(l, (int)r, text_of("説明の判定と速い判定が違います。", "the judgement that explains and the fast one differ."));
    }
    arena_reset(&l->one);
}

size_t law_logic(Arena *a, LawJudge *j, const LawCase *c, Mistakes *m)
{
    Logic l = {.a = a, .j = j, .c = c, .m = m, .was = arena_array(a, Verdict, j->s->rules_n + 1)};
    json_t *doc = json_pack("{s:O,s:s}", "facts", (json_t *)c->facts.json, "as_of", str_c(a, instant_text(a, c->facts.as_of)));
    assert(doc);
    arena_init(&l.one, (size_t)1 << 28);
    law_judge_begin(j, &c->facts);
    for (size_t r = 0; r < j->s->rules_n; r++)
        if (concerns(&l, r)) l.was[r] = judge_rule(j->j, (int)r);
    blank_each(&l, doc);
    fill_each(&l);
    order_and_again(&l, doc);
    recorded(&l);
    arena_done(&l.one);
    json_decref(doc);
    return l.n;
}

/* --- rows the other way round ------------------------------------------------------------------------------------------------------ */

static void lists_turn(json_t *v)
{
    static const char *const lists[] = {"all", "any", "none", "of", "rows", "except", "gaps", "yields_to", "in", "includes_any", "includes_all", "bound"};
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(v, i, one) lists_turn(one);
    json_object_foreach(v, key, one) {
        if (strcmp(key, "examples") != 0) lists_turn(one);
        for (size_t k = 0; k < COUNT(lists) && json_is_array(one); k++) {
            if (strcmp(key, lists[k]) != 0) continue;
            for (size_t n = 0; n < json_array_size(one); n++) {
                json_t *last = json_incref(json_array_get(one, json_array_size(one) - 1));
                json_array_remove(one, json_array_size(one) - 1);
                json_array_insert_new(one, n, last);
            }
        }
    }
}

/* "same" must come after the condition that it names, so a rule that has one is left as it is. */
static bool names_before(const json_t *v)
{
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(v, i, one)
        if (names_before(one)) return true;
    json_object_foreach((json_t *)v, key, one)
        if (strcmp(key, "same") == 0 || names_before(one)) return true;
    return false;
}

static bool same_answer(const LawVerdict *x, const LawVerdict *y)
{
    if (!law_same_verdict(&x->v, &y->v) || x->turns != y->turns || (x->turns && (x->turn_at != y->turn_at || x->turn_to != y->turn_to)) || x->v.origin != y->v.origin || x->deciding_n != y->deciding_n) return false;
    return true;
}

Err law_logic_order(Arena *a, LawJudge *j, const LawCases *cases, int rule, Mistakes *m)
{
    const LawSet *s = j->s;
    Law turned = *s->law;
    LawSet *other = arena_new(a, LawSet);
    json_t *copy = json_deep_copy(s->rules[rule].item->json);
    assert(copy);
    turned.items = arena_array(a, LawItem, s->law->n + 1);
    memcpy(turned.items, s->law->items, s->law->n * sizeof(LawItem));
    for (size_t i = 0; i < turned.n; i++)
        if (str_eq(turned.items[i].file, s->rules[rule].item->file)) turned.items[i].json = copy;
    if (!names_before(json_object_get(copy, "versions"))) lists_turn(json_object_get(copy, "versions"));
    Err e = law_compile(a, &turned, other);
    LawJudge *k = e.kind ? NULL : law_judge_new(a, other);
    for (size_t i = 0; k && i < cases->n; i++) {
        const LawCase *c = &cases->list[i];
        if (c->rule != rule) continue;
        Logic l = {.a = a, .j = j, .c = c, .m = m};
        law_judge_begin(j, &c->facts), law_judge_begin(k, &c->facts);
        LawVerdict x = law_judge_rule(a, j, rule, true), y = law_judge_rule(a, k, rule, true);
        if (!same_answer(&x, &y)) broken(&l, rule, text_of("条件や項の並びを変えると答えが変わります。", "with conditions and rows in another order the answer differs."));
    }
    json_decref(copy);
    return e;
}

/* --- every day has its version ------------------------------------------------------------------------------------------------------- */

static void day_put(LawJudge *j, LawFacts *f, Day d)
{
    const LawSet *s = j->s;
    Instant noon = day_begin_in_japan(d) + 43200000;
    f->as_of = noon + 86400000;
    f->values[s->occurred] = f->values[s->known] = f->values[s->designated] = (FactValue){.range = {noon, noon}};
    law_judge_begin(j, f);
}

typedef struct Span { bool begun, ended, said; } Span;

static void sweep_day(Arena *a, LawJudge *j, Mistakes *m, Span *spans, Day d)
{
    for (size_t r = 0; r < j->s->rules_n; r++) {
        int n = __builtin_popcount(j->chosen[r]);
        Span *p = &spans[r];
        if (n && p->ended) n = -1;
        p->begun = p->begun || n, p->ended = p->begun && !n;
        if ((n == 0 || n == 1) || p->said) continue;
        p->said = true;
        const LawItem *it = j->s->rules[r].item;
        Doc doc = {a, m, it->file, it->text, it->json};
        Str day = day_text(a, d);
        doc_wrong(&doc, STR("versions"), "time", n < 0 ? TEXT_FILL(a, "{0} の前に、版のない日があります。", "Before {0} there are days without a version.", day) : TEXT_FILL(a, "{0} には版が二つ以上あります。", "On {0} more than one version applies.", day));
    }
}

size_t law_sweep(Arena *a, LawJudge *j, Mistakes *m)
{
    const LawSet *s = j->s;
    Day first = day_of(2030, 1, 1), last = day_of(2000, 1, 1);
    for (size_t r = 0; r < s->rules_n; r++)
        for (size_t v = 0; v < s->rules[r].n; v++) {
            const Day days[] = {s->rules[r].versions[v].first, s->rules[r].versions[v].last};
            for (int k = 0; k < 2; k++) {
                if (days[k] == DAY_NONE) continue;
                if (days[k] < first) first = days[k];
                if (days[k] > last) last = days[k];
            }
        }
    LawFacts f = {.values = arena_array(a, FactValue, s->facts_n + 1)};
    Span *spans = arena_array(a, Span, s->rules_n + 1);
    for (size_t i = 0; i < s->facts_n; i++) f.values[i] = fact_unknown(s->facts[i].type, WHY_NOT_ASKED);
    size_t n = 0;
    for (Day d = first - 800; d <= last + 800; d++, n++) {
        day_put(j, &f, d);
        sweep_day(a, j, m, spans, d);
    }
    return n;
}
