/* examples.c -- the examples of rules and the incidents of the corpus, judged: what was expected, what came. */
#include "law/author.h"
#include "law/shape.h"

/* --- facts, and changes to them -------------------------------------------------------------------------------------------- */

/* The latest moment that the facts name. */
static void latest(const json_t *v, Instant *out)
{
    const char *key;
    json_t *one;
    size_t i;
    Instant t;
    if (json_is_string(v) && law_instant(json_str_of(v), &t) && t > *out) *out = t;
    json_array_foreach(v, i, one) latest(one, out);
    json_object_foreach((json_t *)v, key, one) latest(one, out);
}

/* An example without as_of is judged a day after the last moment that it names. */
static void moment_put(Arena *a, json_t *doc, const json_t *as_of)
{
    Instant t = 0;
    if (as_of) {
        json_object_set(doc, "as_of", (json_t *)as_of);
        return;
    }
    latest(json_object_get(doc, "facts"), &t);
    Str s = instant_text(a, t + 86400000);
    json_object_set_new(doc, "as_of", json_stringn(s.s, s.n));
}

static json_t *doc_of(Arena *a, const json_t *facts, const json_t *as_of)
{
    json_t *doc = json_keep(a, json_object());
    json_object_set_new(doc, "facts", json_deep_copy(facts));
    moment_put(a, doc, as_of);
    return doc;
}

/* "impact[0].to" in the facts; a fact's id has points of its own, so only a bracket divides. False: there is no such place. */
static bool change_put(Arena *a, json_t *facts, Str path, json_t *value)
{
    size_t at = str_find(path, STR("["));
    int64_t index;
    if (at == SIZE_MAX) return json_object_set(facts, str_c(a, path), value) == 0;
    json_t *list = json_object_get(facts, str_c(a, str_slice(path, 0, at)));
    Str rest = str_slice(path, at + 1, path.n), number;
    if (!str_cut(&rest, ']', &number) || !str_int(number, &index) || index < 0 || (size_t)index >= json_array_size(list)) return false;
    if (!rest.n) return json_array_set(list, (size_t)index, value) == 0;
    return rest.s[0] == '.' && json_is_object(json_array_get(list, (size_t)index)) && json_object_set(json_array_get(list, (size_t)index), str_c(a, str_slice(rest, 1, rest.n)), value) == 0;
}

/* --- the list of cases --------------------------------------------------------------------------------------------------------- */

typedef struct Gather { Arena *a; const LawSet *s; Mistakes *m; LawCases *out; } Gather;

static void wrong(Arena *a, Mistakes *m, const LawItem *it, Str path, Text why)
{
    Doc d = item_doc(it, a, m);
    doc_wrong(&d, path, "example", why);
}

static void case_add(Gather *g, LawCase c, const json_t *doc)
{
    LawCases *o = g->out;
    Err e = law_facts(g->a, g->s, doc, 0, &c.facts);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) {
        const Mistake *m = &e.mistakes->list[i];
        Doc d = item_doc(c.item, g->a, g->m);
        doc_wrong(&d, path_key(g->a, c.path, m->path), m->code, m->text);
    }
    if (e.kind) return;
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 128;
        o->list = arena_grow(g->a, o->list, o->cap * sizeof *o->list, cap * sizeof *o->list);
        o->cap = cap;
    }
    o->list[o->n++] = c;
}

static void example_take(Gather *g, LawCase c, const json_t *example)
{
    const json_t *facts = json_object_get(example, "facts"), *also = json_object_get(example, "also"), *value;
    Str path = c.path, name = {0};
    const char *key;
    c.expect = example, c.name = law_text(example, "name");
    case_add(g, c, doc_of(g->a, facts, json_object_get(example, "as_of")));
    for (size_t i = 0; i < json_array_size(also); i++) {
        const json_t *one = json_array_get(also, i), *as_of = json_object_get(one, "as_of");
        json_t *doc = doc_of(g->a, facts, as_of ? as_of : json_object_get(example, "as_of"));
        bool good = true;
        c.path = path_at(g->a, path_key(g->a, path, STR("also")), i);
        json_object_foreach(json_object_get(one, "change"), key, value) {
            name = str_of(key);
            good = good && change_put(g->a, json_object_get(doc, "facts"), name, (json_t *)value);
            if (!good) break;
        }
        if (!good) wrong(g->a, g->m, c.item, path_key(g->a, path_key(g->a, c.path, STR("change")), name), TEXT_FILL(g->a, "例に「{0}」という場所がありません。", "The example has no place \"{0}\".", name));
        if (!as_of && !json_object_get(example, "as_of")) moment_put(g->a, doc, NULL);
        c.expect = one;
        if (good) case_add(g, c, doc);
    }
}

static void rule_take(Gather *g, int rule)
{
    const LawRule *r = &g->s->rules[rule];
    for (size_t v = 0; v < r->n; v++) {
        const json_t *list = json_object_get(r->versions[v].json, "examples");
        for (size_t i = 0; i < json_array_size(list); i++) {
            Str path = path_at(g->a, path_key(g->a, path_at(g->a, STR("versions"), v), STR("examples")), i);
            example_take(g, (LawCase){.item = r->item, .path = path, .rule = rule, .version = (int)v}, json_array_get(list, i));
        }
    }
}

static void duties_take(Gather *g, const LawDuties *of)
{
    for (size_t v = 0; v < of->n; v++) {
        const json_t *list = json_object_get(of->versions[v].json, "examples");
        for (size_t i = 0; i < json_array_size(list); i++) {
            Str path = path_at(g->a, path_key(g->a, path_at(g->a, STR("versions"), v), STR("examples")), i);
            example_take(g, (LawCase){.item = of->item, .path = path, .rule = of->rule, .version = NONE}, json_array_get(list, i));
        }
    }
}

Err law_cases(Arena *a, const LawSet *s, Mistakes *m, LawCases *out)
{
    Gather g = {a, s, m, out};
    *out = (LawCases){0};
    for (size_t i = 0; i < s->rules_n; i++) rule_take(&g, (int)i);
    for (size_t i = 0; i < s->duties_n; i++) duties_take(&g, &s->duties[i]);
    out->examples = out->n;
    for (size_t i = 0; i < s->law->n; i++) {
        const LawItem *it = &s->law->items[i];
        if (it->kind != LAW_INCIDENT) continue;
        case_add(&g, (LawCase){.item = it, .name = law_text(it->json, "title"), .rule = NONE, .version = NONE, .expect = json_object_get(it->json, "expect")}, doc_of(a, json_object_get(it->json, "facts"), json_object_get(it->json, "as_of")));
    }
    out->incidents = out->n - out->examples;
    return ERR_NONE;
}

/* --- what is expected, one by one -------------------------------------------------------------------------------------------------- */

typedef struct Check { Arena *a; LawJudge *j; const LawCase *c; const LawVerdict *v; Mistakes *m; bool good; } Check;

static void differs(Check *k, const char *key, Text why)
{
    k->good = false;
    if (k->m) wrong(k->a, k->m, k->c->item, path_key(k->a, k->c->path, str_of(key)), why);
}

static Text verdict_text(Arena *a, VerdictKind kind)
{
    const struct VerdictRow *r = &verdict_rows[kind];
    return TEXT_FILL(a, "{0}（{1}）", "{0} ({2})", str_of(r->code), r->title.in[JA], r->title.in[EN]);
}

static VerdictKind kind_of(Str word)
{
    int k = 0;
    while (k < VERDICTS && !str_eqc(word, verdict_rows[k].code)) k++;
    return (VerdictKind)k;
}

/* The verdict that came, with the sentence that explains it. */
static Text came_text(Check *k)
{
    LawVerdict v = law_judge_rule(k->a, k->j, k->v->rule, true);
    Text word = verdict_text(k->a, v.v.kind), head = law_headline(k->a, k->j, &v);
    return TEXT_FILL(k->a, "{0}。{1}", "{2}. {3}", word.in[JA], head.in[JA], word.in[EN], head.in[EN]);
}

static bool verdict_check(Check *k, const char *key, VerdictKind want)
{
    if (k->v->v.kind == want) return true;
    if (!k->m) return k->good = false;
    Text w = want < VERDICTS ? verdict_text(k->a, want) : text_of("?", "?"), came = came_text(k);
    differs(k, key, TEXT_FILL(k->a, "{0}：期待 {1}、結果 {2}", "{3}: expected {4}, got {5}", k->c->name.in[JA], w.in[JA], came.in[JA], k->c->name.in[EN], w.in[EN], came.in[EN]));
    return false;
}

static const LawTerm *term_named(const LawTerm *t, Str name)
{
    if (str_eq(t->name, name)) return t;
    for (size_t i = 0; i < t->n; i++) {
        const LawTerm *found = term_named(&t->kids[i], name);
        if (found) return found;
    }
    return NULL;
}

static const LawTerm *named_in(const LawTerm *list, size_t n, Str name)
{
    for (size_t i = 0; i < n; i++) {
        const LawTerm *t = term_named(&list[i], name);
        if (t) return t;
    }
    return NULL;
}

/* Of what is met the reason is true; of what is not met it is a condition that is not, or an exception that is; of what is open, open, or a gap that is true. */
static bool is_reason(Check *k, Str name)
{
    const LawVersion *v = k->v->version;
    const LawTerm *condition = term_named(&v->condition, name), *removes = named_in(v->except, v->except_n, name), *gap = named_in(v->gaps, v->gaps_n, name);
    VerdictKind is = k->v->v.kind;
    if (condition) return judge_node(k->j->j, condition->node) == (is == VERDICT_MET || is == VERDICT_COVERED ? TRI_TRUE : is == VERDICT_NOT_MET ? TRI_FALSE : TRI_OPEN);
    if (removes) return judge_node(k->j->j, removes->node) == (is == VERDICT_NOT_MET ? TRI_TRUE : is == VERDICT_UNDECIDED ? TRI_OPEN : TRI_FALSE);
    return gap && is == VERDICT_UNDECIDED && judge_node(k->j->j, gap->node) == TRI_TRUE;
}

static void because_check(Check *k, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        Str name = json_str_of(json_array_get(list, i));
        if (k->v->version && is_reason(k, name)) continue;
        differs(k, "because", TEXT_FILL(k->a, "{0}：「{1}」は理由になっていません。", "{2}: \"{1}\" is not the reason.", k->c->name.in[JA], name, k->c->name.in[EN]));
    }
}

Str law_deciding_ids(Arena *a, const LawSet *s, const Deciding *d)
{
    Buf b;
    buf_init(&b, a, 64);
    for (int i = 0; i < d->n; i++) {
        buf_addc(&b, i ? ", " : "[");
        buf_add(&b, s->facts[d->asks[i].fact].id);
    }
    buf_addc(&b, "] ");
    return buf_str(&b);
}

bool law_same_facts(const LawSet *s, const json_t *ids, const Deciding *d)
{
    if ((int)json_array_size(ids) != d->n) return false;
    for (int i = 0; i < d->n; i++) {
        size_t k = 0;
        while (k < json_array_size(ids) && law_fact(s, json_str_of(json_array_get(ids, k))) != d->asks[i].fact) k++;
        if (k == json_array_size(ids)) return false;
    }
    return true;
}

static void deciding_check(Check *k, const json_t *list)
{
    if (!list) return;
    LawVerdict v = law_judge_rule(k->a, k->j, k->v->rule, true);
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t d = 0;
        while (d < v.deciding_n && !law_same_facts(k->j->s, json_array_get(list, i), &v.deciding[d])) d++;
        if (d < v.deciding_n) continue;
        Buf b;
        buf_init(&b, k->a, 128);
        for (d = 0; d < v.deciding_n; d++) buf_add(&b, law_deciding_ids(k->a, k->j->s, &v.deciding[d]));
        if (!v.deciding_n) buf_addc(&b, "-");
        differs(k, str_c(k->a, path_at(k->a, STR("deciding"), i)), TEXT_FILL(k->a, "{0}：この事実の組だけでは決まりません。決め手：{1}", "{2}: these facts alone do not decide. What decides: {1}", k->c->name.in[JA], buf_str(&b), k->c->name.in[EN]));
    }
}

static void turns_check(Check *k, const json_t *turns)
{
    Instant at;
    if (!turns || !law_instant(text_at(turns, "at"), &at)) return;
    LawVerdict v = law_judge_rule(k->a, k->j, k->v->rule, true);
    if (v.turns && v.turn_at == at && v.turn_to == kind_of(text_at(turns, "to"))) return;
    Text came = v.turns ? law_instant_text(k->a, v.turn_at) : text_of("変わりません", "it never turns");
    Str to = v.turns ? str_of(verdict_rows[v.turn_to].code) : STR("");
    differs(k, "turns", TEXT_FILL(k->a, "{0}：変わる時刻が違います。結果：{1} {2}", "{3}: it turns at another time. What came: {4} {2}", k->c->name.in[JA], came.in[JA], to, k->c->name.in[EN], came.in[EN]));
}

static void due_one(Check *k, const LawDue *list, size_t n, Str id, Str want)
{
    Day day = DAY_NONE, expected;
    size_t i = 0;
    while (i < n && !str_eq(list[i].duty->id, id)) i++;
    bool known = i < n && law_due_day(&list[i], &day);
    if (known && day_parse(want, &expected) && expected == day) return;
    Text came = known ? day_people(k->a, day) : i < n ? text_of("期限が計算できません", "no deadline can be computed") : text_of("その義務は生じません", "that duty does not arise");
    differs(k, str_c(k->a, path_key(k->a, STR("due"), id)), TEXT_FILL(k->a, "{0}：期待 {1}、結果 {2}", "{3}: expected {1}, got {4}", k->c->name.in[JA], want, came.in[JA], k->c->name.in[EN], came.in[EN]));
}

static void due_check(Check *k, const json_t *due)
{
    LawDue *list;
    size_t n;
    const char *id;
    json_t *day;
    if (!due) return;
    list = arena_array(k->a, LawDue, LAW_DUES_MAX);
    Err e = law_duties(k->a, k->j, k->v, list, LAW_DUES_MAX, &n);
    if (e.kind) {
        differs(k, "due", e.text);
        return;
    }
    json_object_foreach((json_t *)due, id, day) due_one(k, list, n, str_of(id), json_str_of(day));
}

static void sensitive_check(Check *k, const json_t *want)
{
    if (!want || json_is_true(want) == k->v->v.sensitive) return;
    differs(k, "sensitive", TEXT_FILL(k->a, json_is_true(want) ? "{0}：読み方を変えても結論は同じです。" : "{0}：読み方で結論が変わります。", json_is_true(want) ? "{1}: another reading gives the same verdict." : "{1}: another reading gives another verdict.",
                                  k->c->name.in[JA], k->c->name.in[EN]));
}

/* An example tells of the version it stands in, unless it says that there is none. */
static void version_check(Check *k)
{
    const LawVersion *v = k->v->version;
    if (!v || k->c->version == NONE || k->v->v.version == k->c->version || k->v->v.kind == VERDICT_NOT_BOUND) return;
    differs(k, "facts", TEXT_FILL(k->a, "{0}：版「{1}」で判定されました。例は「{2}」のところにあります。", "{3}: judged by version \"{1}\"; the example stands in \"{2}\".", k->c->name.in[JA], v->v,
                              k->j->s->rules[k->v->rule].versions[k->c->version].v, k->c->name.in[EN]));
}

static void example_check(Check *k)
{
    const json_t *o = k->c->expect;
    if (!verdict_check(k, "expect", kind_of(text_at(o, "expect")))) return;
    version_check(k);
    if (!k->good && !k->m) return;
    because_check(k, json_object_get(o, "because"));
    sensitive_check(k, json_object_get(o, "sensitive"));
    deciding_check(k, json_object_get(o, "deciding"));
    turns_check(k, json_object_get(o, "turns"));
    due_check(k, json_object_get(o, "due"));
}

static bool rule_holds(Arena *a, LawJudge *j, const LawCase *c, int rule, Mistakes *m)
{
    LawVerdict v = law_judge_rule(a, j, rule, false);
    Check k = {a, j, c, &v, m, true};
    if (c->item->kind == LAW_DUTIES) return law_dues_hold(a, j, &v, c, m);
    if (c->rule != NONE) {
        example_check(&k);
        return k.good;
    }
    const LawRule *r = &j->s->rules[rule];
    Str want = text_at(c->expect, str_c(a, r->id));
    if (!want.n && r->item->kind == LAW_WATCH) return true; /* tells of the organisation, not of an incident */
    if (want.n) verdict_check(&k, str_c(a, path_key(a, STR("expect"), r->id)), kind_of(want));
    else if (v.v.kind != VERDICT_NOT_MET && v.v.kind != VERDICT_NOT_BOUND && v.v.kind != VERDICT_NO_VERSION && m) {
        Text came = came_text(&k);
        differs(&k, "expect", TEXT_FILL(a, "「{0}」は expect に無いので not_met のはずですが、結果は {1}", "\"{0}\" is not named in expect and so should be not_met; got {2}", r->id, came.in[JA], came.in[EN]));
    } else k.good = v.v.kind == VERDICT_NOT_MET || v.v.kind == VERDICT_NOT_BOUND || v.v.kind == VERDICT_NO_VERSION;
    return k.good;
}

/* By name: the rule may be one of a changed copy. */
static bool is_of(const LawCase *c, const LawRule *r)
{
    return str_eq(c->item->kind == LAW_DUTIES ? text_at(json_object_get(c->item->json, "after"), "rule") : c->item->id, r->id);
}

bool law_case_holds_of(Arena *a, LawJudge *j, const LawCase *c, int rule, Mistakes *m)
{
    if (c->rule != NONE && !is_of(c, &j->s->rules[rule])) return true;
    law_judge_begin(j, &c->facts);
    return rule_holds(a, j, c, rule, m);
}

bool law_case_holds(Arena *a, LawJudge *j, const LawCase *c, Mistakes *m)
{
    bool good = true;
    law_judge_begin(j, &c->facts);
    if (c->rule != NONE) return rule_holds(a, j, c, c->rule, m);
    for (size_t i = 0; i < j->s->rules_n && (good || m); i++) good = rule_holds(a, j, c, (int)i, m) && good;
    return good;
}
