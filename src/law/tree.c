/* tree.c -- a verdict opened as a tree: the condition as the pack wrote it, what was seen, what is needed, how far apart. For people and as JSON. */
#include "law/judge.h"
#include "law/inside.h"

typedef struct Tree { Arena *a; LawJudge *j; const Tri *values; JsonOut *out; } Tree;

static const struct { const char *code; Text words; } measures[Q_KINDS] = {[Q_FACT] = {"fact", TEXT("数", "number")}, [Q_SPAN] = {"span", TEXT("継続時間", "duration")}, [Q_TOTAL] = {"total_time", TEXT("影響時間の合計", "total time impaired")},
    [Q_RUN] = {"longest_run", TEXT("連続した最長の時間", "longest unbroken time")}, [Q_PEAK] = {"peak", TEXT("同時に影響を受けた最大数", "greatest number at one moment")}, [Q_SUFFERERS] = {"sufferers", TEXT("影響を受けた数", "how many suffered it")},
    [Q_BELOW] = {"below_equipment", TEXT("故障した設備の下の利用者数", "users below the failed equipment")}, [Q_INTEGRAL] = {"integral", TEXT("影響数×時間", "number × time")}};

Text law_measure(Str code)
{
    for (size_t i = 0; i < COUNT(measures); i++)
        if (str_eqc(code, measures[i].code)) return measures[i].words;
    return (Text){{code, code}};
}

Str law_quantity_unit(const LawSet *s, int quantity)
{
    const Quantity *q = &s->set.quantities[quantity];
    const LawFact *f = &s->facts[q->fact];
    if (q->kind == Q_SPAN || q->kind == Q_TOTAL || q->kind == Q_RUN) return STR("min");
    if (q->kind == Q_INTEGRAL) return STR("user_min");
    return f->unit.n ? f->unit : STR("user");
}

/* --- what is needed ------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *key; Text words; } comparisons[] = {{"at_least", TEXT("{0}以上", "at least {0}")}, {"more_than", TEXT("{0}を超える", "more than {0}")}, {"at_most", TEXT("{0}以下", "at most {0}")}, {"less_than", TEXT("{0}未満", "less than {0}")}};

static Text amount_text(Arena *a, const LawSet *s, const json_t *o)
{
    const json_t *smaller = json_object_get(o, "smaller_of"), *list = smaller ? smaller : json_object_get(o, "larger_of");
    if (list) {
        Text x = amount_text(a, s, json_array_get(list, 0)), y = amount_text(a, s, json_array_get(list, 1));
        return TEXT_FILL(a, smaller ? "{0}と{1}の小さい方" : "{0}と{1}の大きい方", smaller ? "the smaller of {2} and {3}" : "the larger of {2} and {3}", x.in[JA], y.in[JA], x.in[EN], y.in[EN]);
    }
    if (json_object_get(o, "share")) {
        int fact = law_fact(s, text_at(o, "of"));
        Text of = fact == NONE ? text_of("", "") : s->facts[fact].ask;
        return TEXT_FILL(a, "「{0}」の{1}%", "{1} % of \"{2}\"", of.in[JA], text_at(o, "share"), of.in[EN]);
    }
    Str unit = text_at(o, "unit");
    int64_t n = json_integer_value(json_object_get(o, "n")), base = law_unit(unit);
    return law_number(a, n * (base ? base : 1), unit);
}

Text law_needs(Arena *a, const LawSet *s, const json_t *o)
{
    for (size_t i = 0; i < COUNT(comparisons); i++) {
        const json_t *v = json_object_get(o, comparisons[i].key);
        if (!v) continue;
        Text amount = amount_text(a, s, v);
        Text ja = TEXT_FILL(a, comparisons[i].words.in[JA].s, "", amount.in[JA]), en = TEXT_FILL(a, "", comparisons[i].words.in[EN].s, amount.in[EN]);
        return (Text){{ja.in[JA], en.in[EN]}};
    }
    return text_of("", "");
}

/* --- what was seen ------------------------------------------------------------------------------------------------------------------------ */

static bool still_runs(const Tree *t, const Quantity *q)
{
    const FactValue *f = &t->j->facts->values[q->fact];
    for (size_t i = 0; q->kind != Q_FACT && i < f->n; i++)
        if (f->segments[i].open && (q->cls == NONE || f->segments[i].cls == q->cls)) return true;
    return false;
}

static Text seen_text(const Tree *t, const LawTerm *term)
{
    if (term->quantity == NONE) return law_fact_text(t->a, t->j, term->fact);
    const Quantity *q = &t->j->s->set.quantities[term->quantity];
    Range r = judge_quantity(t->j->j, term->quantity);
    Str unit = law_quantity_unit(t->j->s, term->quantity);
    bool time = q->kind == Q_SPAN || q->kind == Q_TOTAL || q->kind == Q_RUN;
    if (t->j->s->facts[q->fact].type == FACT_TIME) return law_fact_text(t->a, t->j, q->fact);
    if (time && still_runs(t, q)) {
        Text so_far = law_number(t->a, r.lo, unit);
        return TEXT_FILL(t->a, "{0}（続いています）", "{1} so far", so_far.in[JA], so_far.in[EN]);
    }
    return law_range(t->a, r, unit);
}

/* How far from the threshold; nothing where it is no plain number. */
static bool margin_of(const Tree *t, const LawTerm *term, int64_t *short_by, int64_t *over)
{
    const Node *n = &t->j->s->set.nodes[term->node];
    *short_by = *over = 0;
    if (term->quantity == NONE || (n->kind != NODE_AT_LEAST && n->kind != NODE_AT_MOST)) return false;
    if (t->j->s->facts[t->j->s->set.quantities[term->quantity].fact].type == FACT_TIME) return false;
    Range r = judge_quantity(t->j->j, term->quantity);
    bool up = n->kind == NODE_AT_LEAST;
    if (t->values[term->node] == TRI_TRUE) *over = up ? r.lo - n->n : n->n - r.hi;
    else if (r.hi == RULES_OPEN || t->values[term->node] == TRI_OPEN) *short_by = up ? n->n - r.lo : 0;
    else *short_by = up ? n->n - r.hi : r.lo - n->n;
    return *short_by > 0 || *over >= 0;
}

/* --- labels ----------------------------------------------------------------------------------------------------------------------------------- */

static Text join_label(const Tree *t, const LawTerm *term)
{
    const json_t *some = json_object_get(term->json, "at_least_of");
    if (json_object_get(term->json, "all")) return text_of("次のすべて", "all of these");
    if (json_object_get(term->json, "any")) return text_of("次のいずれか", "any of these");
    if (json_object_get(term->json, "none")) return text_of("次のいずれでもないこと", "none of these");
    if (some) return TEXT_FILL(t->a, "次のうち{0}つ以上", "at least {0} of these", str_printf(t->a, "%lld", (long long)json_integer_value(json_object_get(some, "n"))));
    if (json_object_get(term->json, "table")) return text_of("表のいずれかの項", "any row of the table");
    return text_of("", "");
}

/* The class list whose code this is: that of the fact the table names. */
static Text class_of_row(const Tree *t, const LawTerm *row)
{
    Text cls = text_of("", "");
    for (size_t i = 0; row->cls != NONE && i < t->j->s->facts_n; i++)
        if (t->j->s->defs[t->j->s->set.quantities[row->kids[0].quantity].fact].classes == (int)i) cls = t->j->s->classes[t->j->s->facts[i].cls].titles[row->cls];
    return cls;
}

static Text row_label(const Tree *t, const LawTerm *term)
{
    Text words = law_text(term->json, "words"), cls = class_of_row(t, term);
    return TEXT_FILL(t->a, "{0}の項 {1}「{2}」", "row {0}, {3}: {4}", term->name, cls.in[JA], words.in[JA], cls.in[EN], words.in[EN]);
}

static Text label_of(const Tree *t, const LawTerm *term)
{
    Text say = law_text(term->json, "say"), words = law_text(term->json, "words");
    Str rule = text_at(term->json, "rule");
    if (term->row) return row_label(t, term);
    if (say.in[JA].n || say.in[EN].n) return say;
    if (term->quantity != NONE && t->j->s->set.quantities[term->quantity].kind != Q_FACT) return measures[t->j->s->set.quantities[term->quantity].kind].words;
    if (words.in[JA].n || words.in[EN].n) return words;
    if (rule.n && law_rule(t->j->s, rule) != NONE) return t->j->s->rules[law_rule(t->j->s, rule)].title;
    if (term->fact != NONE) return t->j->s->facts[term->fact].ask;
    if (term->quantity != NONE) return t->j->s->facts[t->j->s->set.quantities[term->quantity].fact].ask;
    return join_label(t, term);
}

Text law_term_label(Arena *a, LawJudge *j, const LawTerm *term) { return label_of(&(Tree){.a = a, .j = j}, term); }

static Text wanted_of(const Tree *t, const LawTerm *term)
{
    const json_t *is = json_object_get(term->json, "is"), *codes;
    const LawFact *f = term->fact == NONE ? NULL : &t->j->s->facts[term->fact];
    static const char *const keys[] = {"in", "includes_any", "includes_all"};
    if (json_is_boolean(is)) return json_is_true(is) ? text_of("はい", "yes") : text_of("いいえ", "no");
    for (size_t i = 0; f && f->cls != NONE && i < COUNT(keys); i++)
        if ((codes = json_object_get(term->json, keys[i]))) {
            uint64_t mask = 0;
            for (size_t k = 0; k < json_array_size(codes); k++) {
                int code = law_code(&t->j->s->classes[f->cls], json_str_of(json_array_get(codes, k)));
                if (code != NONE) mask |= (uint64_t)1 << code;
            }
            Text list = law_codes_text(t->a, &t->j->s->classes[f->cls], mask);
            return i == 2 ? list : TEXT_FILL(t->a, "{0} のどれか", "one of {1}", list.in[JA], list.in[EN]);
        }
    return law_needs(t->a, t->j->s, term->json);
}

/* --- JSON -------------------------------------------------------------------------------------------------------------------------------------- */

static const char *const tri_words[] = {"", "yes", "no", "open"};

static void cites_json(const Tree *t, const json_t *o)
{
    const json_t *list = json_object_get(o, "cite");
    if (!json_array_size(list)) return;
    json_key(t->out, STR("cite"));
    json_open(t->out, '[');
    for (size_t i = 0; i < json_array_size(list); i++) json_text(t->out, law_citation(t->a, t->j->s, json_array_get(list, i)));
    json_close(t->out, ']');
}

static void term_json(const Tree *t, const LawTerm *term)
{
    int64_t short_by, over;
    JsonOut *o = t->out;
    json_open(o, '{');
    if (term->name.n) json_kstr(o, "id", term->name);
    json_kstr(o, "value", str_of(tri_words[t->values[term->node]]));
    json_key(o, STR("label")), json_text(o, label_of(t, term));
    if (term->fact != NONE) json_kstr(o, "fact", t->j->s->facts[term->fact].id);
    if (term->quantity != NONE) json_kstr(o, "measure", str_of(measures[t->j->s->set.quantities[term->quantity].kind].code));
    if (term->fact != NONE || term->quantity != NONE) {
        json_key(o, STR("saw")), json_text(o, seen_text(t, term));
        json_key(o, STR("needs")), json_text(o, wanted_of(t, term));
    }
    if (margin_of(t, term, &short_by, &over)) {
        json_key(o, STR("margin"));
        json_open(o, '{');
        if (short_by > 0) json_key(o, STR("short")), json_text(o, law_number(t->a, short_by, law_quantity_unit(t->j->s, term->quantity)));
        else json_key(o, STR("over")), json_text(o, law_number(t->a, over, law_quantity_unit(t->j->s, term->quantity)));
        json_close(o, '}');
    }
    cites_json(t, term->json);
    if (term->n) {
        json_key(o, STR("of"));
        json_open(o, '[');
        for (size_t i = 0; i < term->n; i++) term_json(t, &term->kids[i]);
        json_close(o, ']');
    }
    json_close(o, '}');
}

static const Tri *record(Arena *a, LawJudge *j, const LawVerdict *v)
{
    Tri *values = arena_array(a, Tri, j->s->set.nodes_n + 1);
    const RuleVersion *rv = &j->s->set.rules[v->rule].versions[v->v.version];
    int nodes[] = {rv->bound, rv->condition[0], rv->except, rv->gap};
    for (size_t i = 0; i < COUNT(nodes); i++)
        if (nodes[i] != NONE) judge_record(j->j, a, nodes[i], values);
    return values;
}

static void terms_json(const Tree *t, const char *key, const LawTerm *list, size_t n, const json_t *written)
{
    if (!n) return;
    json_key(t->out, str_of(key));
    json_open(t->out, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(t->out, '{');
        json_kstr(t->out, "id", list[i].name);
        json_kstr(t->out, "value", str_of(tri_words[t->values[list[i].node]]));
        json_key(t->out, STR("words")), json_text(t->out, law_text(json_array_get(written, i), "words"));
        cites_json(t, json_array_get(written, i));
        json_key(t->out, STR("when")), term_json(t, &list[i]);
        json_close(t->out, '}');
    }
    json_close(t->out, ']');
}

static void deciding_json(JsonOut *o, Arena *a, const LawSet *s, const Deciding *list, size_t n)
{
    json_key(o, STR("deciding"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_kstr(o, "makes", list[i].makes ? STR("met") : STR("not_met"));
        json_key(o, STR("facts"));
        json_open(o, '[');
        for (int k = 0; k < list[i].n; k++) {
            json_open(o, '{');
            json_kstr(o, "fact", s->facts[list[i].asks[k].fact].id);
            if (list[i].asks[k].aspect == ASK_END || list[i].asks[k].aspect == ASK_ONSET) json_kstr(o, "of", list[i].asks[k].aspect == ASK_END ? STR("end") : STR("onset"));
            json_key(o, STR("ask")), json_text(o, law_ask(a, s, list[i].asks[k]));
            json_kint(o, "cost", s->facts[list[i].asks[k].fact].ask_cost);
            json_close(o, '}');
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void readings_json(JsonOut *o, const LawVerdict *v)
{
    if (v->v.readings_n < 2) return;
    json_kbool(o, "sensitive_to_reading", v->v.sensitive);
    json_key(o, STR("readings"));
    json_open(o, '[');
    for (int i = 0; i < v->v.readings_n; i++) {
        const json_t *r = json_array_get(v->version->readings, (size_t)v->version->reading_at[i]);
        json_open(o, '{');
        json_kstr(o, "id", text_at(r, "id"));
        json_kbool(o, "default", i == 0);
        json_key(o, STR("words")), json_text(o, law_text(r, "words"));
        json_kstr(o, "status", text_at(r, "status"));
        json_kstr(o, "verdict", str_of(verdict_rows[v->v.reading[i]].code));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void rests_json(const Tree *t, const LawVerdict *v)
{
    JsonOut *o = t->out;
    const json_t *check = json_object_get(v->version->json, "check");
    json_key(o, STR("rests_on"));
    json_open(o, '{');
    json_kstr(o, "version", v->version->v);
    json_kstr(o, "status", str_of(law_status_rows[v->status].code));
    json_key(o, STR("words")), json_text(o, law_status_rows[v->status].title);
    json_kstr(o, "read_on", text_at(check, "on"));
    json_kbool(o, "stale", v->stale);
    if (v->unread) json_key(o, STR("unread")), json_text(o, law_text(json_array_get(json_object_get(v->version->json, "unread"), 0), "words"));
    json_close(o, '}');
}

void law_verdict_json(JsonOut *o, Arena *a, LawJudge *j, const LawVerdict *v, bool tree)
{
    const LawRule *r = &j->s->rules[v->rule];
    Tree t = {.a = a, .j = j, .out = o};
    json_open(o, '{');
    json_kstr(o, "rule", r->id);
    json_kstr(o, "kind", r->item->kind == LAW_RULE ? STR("rule") : r->item->kind == LAW_LEVEL ? STR("level") : STR("watch"));
    json_kstr(o, "force", str_of(law_force_rows[r->force].code));
    if (r->item->overlay) json_kstr(o, "overlay", r->item->overlay->name);
    json_key(o, STR("title")), json_text(o, r->title);
    json_kstr(o, "verdict", str_of(verdict_rows[v->v.kind].code));
    json_key(o, STR("headline")), json_text(o, law_headline(a, j, v));
    if (v->turns) {
        json_key(o, STR("turns"));
        json_open(o, '{');
        json_kstr(o, "to", str_of(verdict_rows[v->turn_to].code));
        json_kstr(o, "at", instant_text(a, v->turn_at));
        json_kint(o, "in_seconds", (v->turn_at - j->facts->as_of) / 1000);
        json_close(o, '}');
    }
    if (v->v.covered_by >= 0) json_kstr(o, "covered_by", j->s->rules[v->v.covered_by].id);
    if (v->v.either >= 0) json_kstr(o, "either", j->s->rules[v->v.either].id);
    if (v->v.kind == VERDICT_UNDECIDED) {
        json_kbool(o, "exact", v->v.exact);
        json_key(o, STR("why")), json_text(o, law_origin(a, v->v.origin));
        deciding_json(o, a, j->s, v->deciding, v->deciding_n);
    }
    if (v->version) {
        if (v->version->chosen) json_kstr(o, "reading_chosen_by", v->version->chosen->name);
        readings_json(o, v);
        rests_json(&t, v);
        cites_json(&t, v->version->json);
    }
    if (v->version && tree) {
        t.values = record(a, j, v);
        json_kbool(o, "assumes", v->v.assumes);
        json_key(o, STR("tree")), term_json(&t, &v->version->condition);
        terms_json(&t, "except", v->version->except, v->version->except_n, json_object_get(v->version->json, "except"));
        terms_json(&t, "gaps", v->version->gaps, v->version->gaps_n, json_object_get(v->version->json, "gaps"));
    }
    json_close(o, '}');
}

/* --- a duty ---------------------------------------------------------------------------------------------------------------------------------------- */

static void due_end_json(JsonOut *o, Arena *a, const Period *p, const char *key)
{
    Text steps[PERIOD_STEPS_MAX];
    size_t n = period_steps(a, p, steps);
    json_key(o, str_of(key));
    json_open(o, '{');
    json_kstr(o, "until", instant_text(a, p->end));
    if (p->length.unit != PERIOD_HOUR) json_kstr(o, "day", day_text(a, p->open.day));
    json_kbool(o, "holidays_unknown", p->moves && p->open.holidays_unknown);
    json_key(o, STR("steps"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) json_text(o, steps[i]);
    json_close(o, ']');
    json_close(o, '}');
}

static void addressees_json(JsonOut *o, const LawSet *s, const json_t *to)
{
    json_key(o, STR("to"));
    json_open(o, '[');
    for (size_t i = 0; i < json_array_size(to); i++) {
        Str id = json_str_of(json_array_get(to, i));
        json_open(o, '{');
        json_kstr(o, "id", id);
        json_key(o, STR("title")), json_text(o, law_text(law_entry(s->law->authorities, id), "title"));
        json_close(o, '}');
    }
    json_close(o, ']');
}

Str law_addressees(Arena *a, const LawSet *s, const LawDue *d, Lang lang)
{
    const json_t *to = law_due_part(d, "to");
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < json_array_size(to); i++) {
        if (i) buf_addc(&b, lang == JA ? "、" : ", ");
        buf_add(&b, law_text(law_entry(s->law->authorities, json_str_of(json_array_get(to, i))), "title").in[lang]);
    }
    return buf_str(&b);
}

static void guide_json(JsonOut *o, Arena *a, const json_t *guide)
{
    if (!guide) return;
    json_key(o, STR("guide"));
    json_open(o, '{');
    json_key(o, STR("words")), json_text(o, law_text(guide, "words"));
    json_kstr(o, "force", text_at(guide, "force"));
    const json_t *within = json_object_get(guide, "within");
    Str unit = text_at(within, "unit");
    if (within) json_key(o, STR("within")), json_text(o, law_number(a, json_integer_value(json_object_get(within, "n")) * (law_unit(unit) ? law_unit(unit) : 1), unit));
    json_close(o, '}');
}

/* What those who laid something over the pack set themselves; no deadline of the law. */
static void targets_json(JsonOut *o, Arena *a, LawJudge *j, const LawDue *d)
{
    LawTarget list[LAW_TARGETS_MAX];
    size_t n = law_targets(j, d, list);
    if (!n) return;
    json_key(o, STR("targets")), json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_kstr(o, "overlay", list[i].of->name), json_kstr(o, "force", STR("own"));
        json_key(o, STR("title")), json_text(o, list[i].of->title);
        json_key(o, STR("within")), json_text(o, law_target_within(a, &list[i]));
        if (list[i].known) json_kstr(o, "until", instant_text(a, list[i].until));
        if (json_object_get(list[i].json, "words")) json_key(o, STR("words")), json_text(o, law_text(list[i].json, "words"));
        json_close(o, '}');
    }
    json_close(o, ']');
}

void law_due_json_keys(JsonOut *o, Arena *a, LawJudge *j, const LawDue *d)
{
    Tree t = {.a = a, .j = j, .out = o};
    const json_t *penalty = json_object_get(d->duty->json, "penalty");
    json_kstr(o, "duties", d->of->id);
    json_kstr(o, "id", d->duty->id);
    json_kstr(o, "kind", d->duty->kind);
    json_kstr(o, "rule", j->s->rules[d->of->rule].id);
    json_key(o, STR("title")), json_text(o, law_text(d->duty->json, "title"));
    json_kstr(o, "is", d->is == TRI_TRUE ? STR("due") : STR("undecided"));
    addressees_json(o, j->s, law_due_part(d, "to"));
    json_kbool(o, "promptly", d->promptly);
    json_key(o, STR("words")), json_text(o, law_text(d->duty->json, "words"));
    if (d->due.from_known && d->due.until_known && d->due.from.end != d->due.until.end) due_end_json(o, a, &d->due.from, "due_earliest");
    if (d->due.until_known) due_end_json(o, a, &d->due.until, "due");
    else if (d->due.from_known) due_end_json(o, a, &d->due.from, "due_earliest");
    if (d->earliest && d->first.until_known) json_kstr(o, "due_first", instant_text(a, d->first.until));
    if (d->waits_for.n) json_kstr(o, "waits_for", d->waits_for);
    if (d->variant) {
        json_key(o, STR("variant"));
        json_open(o, '{');
        json_kstr(o, "id", text_at(d->variant->json, "id"));
        json_kbool(o, "undecided", d->variant_open);
        json_key(o, STR("words")), json_text(o, law_text(d->variant->json, "words"));
        json_close(o, '}');
    }
    if (d->deciding_n) deciding_json(o, a, j->s, d->deciding, d->deciding_n);
    if (law_due_part(d, "form")) json_kstr(o, "form", json_str_of(law_due_part(d, "form")));
    guide_json(o, a, json_object_get(d->duty->json, "guide"));
    targets_json(o, a, j, d);
    if (penalty) json_key(o, STR("penalty")), json_text(o, law_text(penalty, "words"));
    json_kstr(o, "status", str_of(law_status_rows[d->status].code));
    cites_json(&t, d->duty->json);
}

void law_due_json(JsonOut *o, Arena *a, LawJudge *j, const LawDue *d)
{
    json_open(o, '{');
    law_due_json_keys(o, a, j, d);
    json_close(o, '}');
}

/* --- rows: for a terminal and for pages without script ------------------------------------------------------------------------------------------------ */

typedef struct Rows { LawTreeRow *list; size_t n, cap; } Rows;

static void row_add(const Tree *t, Rows *r, size_t depth, Tri value, Text words)
{
    if (r->n == r->cap) {
        size_t cap = r->cap * 2 + 32;
        r->list = arena_grow(t->a, r->list, r->cap * sizeof *r->list, cap * sizeof *r->list);
        r->cap = cap;
    }
    r->list[r->n++] = (LawTreeRow){depth, value, words, false};
}

static Text short_by_text(const Tree *t, const LawTerm *term)
{
    int64_t short_by, over;
    if (!margin_of(t, term, &short_by, &over) || t->values[term->node] == TRI_TRUE || short_by <= 0) return text_of("", "");
    Text m = law_number(t->a, short_by, law_quantity_unit(t->j->s, term->quantity));
    return TEXT_FILL(t->a, "（あと{0}）", " (short of it by {1})", m.in[JA], m.in[EN]);
}

static void term_rows(const Tree *t, Rows *r, const LawTerm *term, size_t depth)
{
    Tri value = t->values[term->node];
    Text words = label_of(t, term);
    if (term->fact != NONE || term->quantity != NONE) {
        Text saw = seen_text(t, term), needs = wanted_of(t, term), more = short_by_text(t, term);
        words = TEXT_FILL(t->a, "{0}：{1}／必要 {2}{3}", "{4}: {5} / needs {6}{7}", words.in[JA], saw.in[JA], needs.in[JA], more.in[JA], words.in[EN], saw.in[EN], needs.in[EN], more.in[EN]);
    }
    row_add(t, r, depth, value, words);
    bool folded = r->list[r->n - 1].aside = term->row && value == TRI_FALSE && term->n && judge_quantity(t->j->j, term->kids[0].quantity).hi == 0; /* a class that was not hit */
    for (size_t i = 0; i < term->n && !folded; i++) term_rows(t, r, &term->kids[i], depth + 1);
}

static Text exception_label(Arena *a, const LawVersion *v, size_t i)
{
    Text words = law_text(json_array_get(json_object_get(v->json, "except"), i), "words");
    return TEXT_FILL(a, "例外：{0}", "exception: {1}", words.in[JA], words.in[EN]);
}

size_t law_tree_rows(Arena *a, LawJudge *j, const LawVerdict *v, LawTreeRow **out)
{
    Tree t = {.a = a, .j = j};
    Rows r = {0};
    *out = NULL;
    if (!v->version) return 0;
    t.values = record(a, j, v);
    term_rows(&t, &r, &v->version->condition, 1);
    for (size_t i = 0; i < v->version->except_n; i++) {
        row_add(&t, &r, 1, t.values[v->version->except[i].node], exception_label(a, v->version, i));
        term_rows(&t, &r, &v->version->except[i], 2);
    }
    *out = r.list;
    return r.n;
}

/* Of a row of a table its cells: "継続時間 2時間以上、影響を受けた数 30,000人以上". */
static Text cells_text(const Tree *t, const LawTerm *row)
{
    Text out = text_of("", "");
    for (size_t i = 0; i < row->n; i++) {
        Text label = label_of(t, &row->kids[i]), needs = wanted_of(t, &row->kids[i]);
        out = TEXT_FILL(t->a, i ? "{0}、{1} {2}" : "{1} {2}", i ? "{3}; {4} {5}" : "{4} {5}", out.in[JA], label.in[JA], needs.in[JA], out.in[EN], label.in[EN], needs.in[EN]);
    }
    return out;
}

/* Without the examples in brackets. */
static Str shortened(Str title)
{
    size_t at = str_find(title, STR("（")), en = str_find(title, STR(" ("));
    if (en < at) at = en;
    return at == SIZE_MAX || !at ? title : str_slice(title, 0, at);
}

/* Rows that ask the same of several classes are one. */
static void table_rows(const Tree *t, Rows *r, const LawTerm *table, size_t depth)
{
    Text *cells = arena_array(t->a, Text, table->n + 1);
    for (size_t i = 0; i < table->n; i++) cells[i] = cells_text(t, &table->kids[i]);
    for (size_t i = 0; i < table->n; i++) {
        Text classes = text_of("", "");
        bool first = true;
        for (size_t k = 0; k < i && first; k++) first = !str_eq(cells[k].in[JA], cells[i].in[JA]);
        for (size_t k = i; k < table->n && first; k++) {
            Text one = class_of_row(t, &table->kids[k]);
            if (!str_eq(cells[k].in[JA], cells[i].in[JA])) continue;
            classes = TEXT_FILL(t->a, "{0}{1}{2}", "{3}{4}{5}", classes.in[JA], classes.in[JA].n ? STR("、") : STR(""), shortened(one.in[JA]), classes.in[EN], classes.in[EN].n ? STR(", ") : STR(""), shortened(one.in[EN]));
        }
        if (first) row_add(t, r, depth, 0, TEXT_FILL(t->a, "{0}：{1}", "{2}: {3}", classes.in[JA], cells[i].in[JA], classes.in[EN], cells[i].in[EN]));
    }
}

static void need_rows(const Tree *t, Rows *r, const LawTerm *term, size_t depth)
{
    Text words = label_of(t, term), needs = term->fact != NONE || term->quantity != NONE ? wanted_of(t, term) : text_of("", "");
    bool yes = json_is_true(json_object_get(term->json, "is")), told = law_text(term->json, "say").in[JA].n && term->quantity == NONE; /* said in words: what is needed stands in them */
    if (json_object_get(term->json, "table")) {
        table_rows(t, r, term, depth);
        return;
    }
    if (needs.in[JA].n && !yes && !told) words = TEXT_FILL(t->a, "{0}：{1}", "{2}: {3}", words.in[JA], needs.in[JA], words.in[EN], needs.in[EN]);
    row_add(t, r, depth, 0, words);
    for (size_t i = 0; i < term->n; i++) need_rows(t, r, &term->kids[i], depth + 1);
}

size_t law_need_rows(Arena *a, const LawSet *s, const LawVersion *v, LawTreeRow **out)
{
    LawJudge words = {.s = s};
    Tree t = {.a = a, .j = &words};
    Rows r = {0};
    need_rows(&t, &r, &v->condition, 1);
    for (size_t i = 0; i < v->except_n; i++) row_add(&t, &r, 1, 0, exception_label(a, v, i));
    *out = r.list;
    return r.n;
}

void law_tree_text(Buf *b, Arena *a, LawJudge *j, const LawVerdict *v, Lang lang)
{
    static const Text marks[] = {TEXT("", ""), TEXT("○", "yes "), TEXT("×", "no  "), TEXT("？", "?   ")};
    LawTreeRow *rows;
    size_t n = law_tree_rows(a, j, v, &rows);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < rows[i].depth; k++) buf_addc(b, "  ");
        buf_printf(b, "%.*s %.*s\n", STR_ARG(marks[rows[i].value].in[lang]), STR_ARG(rows[i].words.in[lang]));
    }
}
