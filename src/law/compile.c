/* compile.c -- a pack's law into the engine's nodes, each with the condition as it was written beside it. */
#include "law/judge.h"
#include "law/inside.h"

typedef struct Label { Str id; int node; const LawTerm *term; } Label;
typedef struct Compiler {
    Arena *a;
    LawSet *s;
    Mistakes m;
    const LawItem *item;
    const json_t *reading;   /* "set" of the reading being compiled, or NULL */
    const json_t *row;       /* the table row being compiled, or NULL */
    int cls;                 /* its class */
    Label labels[200]; size_t labels_n;
} Compiler;

static const char *const names_measure[Q_KINDS] = {[Q_SPAN] = "span", [Q_TOTAL] = "total_time", [Q_RUN] = "longest_run", [Q_PEAK] = "peak", [Q_SUFFERERS] = "sufferers", [Q_BELOW] = "below_equipment", [Q_INTEGRAL] = "integral"};
static const char *const names_compare[] = {"at_least", "more_than", "at_most", "less_than"};

static void wrong(Compiler *c, const char *what, Str word)
{
    mistake_add(&c->m, c->item ? c->item->file : STR("facts.json"), "reference", TEXT_FILL(c->a, "{0}「{1}」がありません。", "There is no {0} \"{1}\".", str_of(what), word));
}

int64_t law_unit(Str unit)
{
    static const struct { const char *code; int64_t n; } units[] = {{"s", 1000}, {"min", 60000}, {"h", 3600000}, {"day", 86400000}, {"user_min", 60000},
        {"user", 1}, {"person", 1}, {"household", 1}, {"prefecture", 1}, {"kw", 1}, {"train", 1}, {"record", 1}, {"item", 1}, {"percent", 1}};
    for (size_t i = 0; i < COUNT(units); i++)
        if (str_eqc(unit, units[i].code)) return units[i].n;
    return 0;
}

int law_fact(const LawSet *s, Str id)
{
    for (size_t i = 0; i < s->facts_n; i++)
        if (str_eq(s->facts[i].id, id)) return (int)i;
    return NONE;
}

int law_rule(const LawSet *s, Str id)
{
    for (size_t i = 0; i < s->rules_n; i++)
        if (str_eq(s->rules[i].id, id)) return (int)i;
    return NONE;
}

int law_code(const LawClass *c, Str code)
{
    for (size_t i = 0; c && i < c->n; i++)
        if (str_eq(c->codes[i], code)) return (int)i;
    return NONE;
}

static int class_of(const LawSet *s, Str id)
{
    for (size_t i = 0; i < s->classes_n; i++)
        if (str_eq(s->classes[i].id, id)) return (int)i;
    return NONE;
}

static Text text_or(const json_t *o, const char *key, Str other)
{
    const json_t *t = json_object_get(o, key);
    Text out = {{text_at(t, "ja"), text_at(t, "en")}};
    for (int l = 0; l < LANGS; l++)
        if (!out.in[l].n) out.in[l] = out.in[!l].n ? out.in[!l] : other;
    return out;
}

/* --- classes and facts ----------------------------------------------------------------------------------------------------- */

static void classes_read(Compiler *c)
{
    LawSet *s = c->s;
    s->classes_n = json_array_size(s->law->classes);
    s->classes = arena_array(c->a, LawClass, s->classes_n + 1);
    for (size_t i = 0; i < s->classes_n; i++) {
        const json_t *o = json_array_get(s->law->classes, i), *codes = json_object_get(o, "codes");
        LawClass *k = &s->classes[i];
        k->id = text_at(o, "id");
        k->title = text_or(o, "title", k->id);
        for (k->n = 0; k->n < json_array_size(codes) && k->n < CODES_MAX; k->n++) {
            const json_t *code = json_array_get(codes, k->n);
            k->codes[k->n] = text_at(code, "code");
            k->titles[k->n] = text_or(code, "title", k->codes[k->n]);
        }
    }
}

static FactType type_of(Str word)
{
    static const struct { const char *word; FactType type; } types[] = {{"bool", FACT_BOOL}, {"judgement", FACT_BOOL}, {"count", FACT_COUNT}, {"duration", FACT_COUNT},
        {"time", FACT_TIME}, {"choice", FACT_CHOICE}, {"set", FACT_SET}, {"timeline", FACT_TIMELINE}};
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eqc(word, types[i].word)) return types[i].type;
    return FACT_BOOL;
}

static int named_class(Compiler *c, const json_t *o, const char *key)
{
    Str id = text_at(o, key);
    int k = id.n ? class_of(c->s, id) : NONE;
    if (id.n && k == NONE) wrong(c, "class", id);
    return k;
}

static int named_fact(Compiler *c, const json_t *o, const char *key)
{
    Str id = text_at(o, key);
    int f = id.n ? law_fact(c->s, id) : NONE;
    if (id.n && f == NONE) wrong(c, "fact", id);
    return f;
}

static void fact_read(Compiler *c, const json_t *o, LawFact *f)
{
    Str type = text_at(o, "type");
    const json_t *cost = json_object_get(o, "ask_cost");
    *f = (LawFact){.id = text_at(o, "id"), .unit = text_at(o, "unit"), .known_by = text_at(o, "known_by"), .type = type_of(type), .duration = str_eqc(type, "duration"),
        .judgement = str_eqc(type, "judgement"), .organisation = str_eqc(text_at(o, "lives_in"), "organisation"), .per = NONE, .ask_cost = cost ? (int)json_integer_value(cost) : 5, .json = o};
    f->ask = text_or(o, "ask", f->id);
    f->cls = named_class(c, o, "class");
    f->kinds = named_class(c, o, "kinds");
    if (f->duration && !f->unit.n) f->unit = STR("min");
}

static void facts_read(Compiler *c)
{
    LawSet *s = c->s;
    s->facts_n = json_array_size(s->law->facts);
    s->facts = arena_array(c->a, LawFact, s->facts_n + 1);
    s->defs = arena_array(c->a, FactDef, s->facts_n + 1);
    for (size_t i = 0; i < s->facts_n; i++) fact_read(c, json_array_get(s->law->facts, i), &s->facts[i]);
    for (size_t i = 0; i < s->facts_n; i++) {
        LawFact *f = &s->facts[i];
        Str id = f->id;
        f->per = named_fact(c, f->json, "per");
        s->defs[i] = (FactDef){.type = f->type, .classes = f->type == FACT_TIMELINE ? named_fact(c, f->json, "classes") : f->per, .one_accident = named_fact(c, f->json, "one_accident"),
            .sufferers = law_fact(s, str_join(c->a, id, STR("."), STR("sufferers"))), .base = law_fact(s, str_join(c->a, id, STR("."), STR("base"))), .below = law_fact(s, str_join(c->a, id, STR("."), STR("below_equipment")))};
    }
    s->occurred = law_fact(s, STR("occurred")), s->known = law_fact(s, STR("known"));
    s->designated = law_fact(s, STR("designated")), s->operator_class = law_fact(s, STR("operator_class"));
    const char *needed[] = {"occurred", "known", "designated", "operator_class"};
    for (size_t i = 0; i < COUNT(needed); i++)
        if (law_fact(s, str_of(needed[i])) == NONE) wrong(c, "fact", str_of(needed[i]));
}

/* --- amounts and quantities -------------------------------------------------------------------------------------------------- */

static uint64_t mask_of(Compiler *c, const LawClass *k, const json_t *codes)
{
    uint64_t mask = 0;
    size_t i;
    json_t *one;
    json_array_foreach(codes, i, one) {
        int code = law_code(k, json_str_of(one));
        if (code == NONE) wrong(c, "code", json_str_of(one));
        else mask |= (uint64_t)1 << code;
    }
    return mask;
}

static const LawClass *class_at(const Compiler *c, int k) { return k == NONE ? NULL : &c->s->classes[k]; }

/* "5", "0.25": n / den of a hundredth. */
static void share_read(Str s, int64_t *n, int64_t *den)
{
    bool point = false;
    *n = 0, *den = 100;
    for (size_t i = 0; i < s.n && *n < INT64_MAX / 100; i++) {
        if (s.s[i] == '.') point = true;
        else if (s.s[i] >= '0' && s.s[i] <= '9') {
            *n = *n * 10 + (s.s[i] - '0');
            if (point) *den *= 10;
        }
    }
}

static int fact_quantity(Compiler *c, int fact, int cls)
{
    return rules_quantity(&c->s->set, (Quantity){.kind = Q_FACT, .fact = fact, .cls = c->s->facts[fact].per == NONE ? NONE : cls, .with = NONE});
}

static int amount_of(Compiler *c, const json_t *o, bool strict)
{
    const json_t *list = json_object_get(o, "smaller_of"), *larger = json_object_get(o, "larger_of");
    Amount m = {.kind = AMOUNT_NUMBER, .of = NONE, .den = 1, .strict = strict};
    int kids[16];
    if (list || larger) {
        m.kind = list ? AMOUNT_SMALLER : AMOUNT_LARGER;
        const json_t *of = list ? list : larger;
        for (m.count = 0; m.count < 16 && m.count < (int)json_array_size(of); m.count++) kids[m.count] = amount_of(c, json_array_get(of, (size_t)m.count), strict);
        return rules_amount(&c->s->set, m, kids);
    }
    if (json_object_get(o, "share")) {
        int fact = named_fact(c, o, "of");
        m.kind = AMOUNT_SHARE;
        share_read(text_at(o, "share"), &m.n, &m.den);
        m.of = fact == NONE ? 0 : fact_quantity(c, fact, NONE);
        return rules_amount(&c->s->set, m, NULL);
    }
    int64_t unit = law_unit(text_at(o, "unit"));
    if (!unit) wrong(c, "unit", text_at(o, "unit"));
    if (__builtin_mul_overflow(json_integer_value(json_object_get(o, "n")), unit ? unit : 1, &m.n)) wrong(c, "number", STR("n"));
    return rules_amount(&c->s->set, m, kids);
}

static const json_t *comparison_of(const json_t *o, Compare *cmp)
{
    for (size_t i = 0; i < COUNT(names_compare); i++) {
        const json_t *v = json_object_get(o, names_compare[i]);
        *cmp = (Compare)i;
        if (v) return v;
    }
    return NULL;
}

static int compared(Compiler *c, int quantity, const json_t *o)
{
    Compare cmp;
    const json_t *v = comparison_of(o, &cmp);
    if (v) return rules_compare(&c->s->set, quantity, cmp, amount_of(c, v, false));
    wrong(c, "comparison", STR("at_least"));
    return 0;
}

static int measure_of(Compiler *c, Str name)
{
    for (int i = 0; i < Q_KINDS; i++)
        if (names_measure[i] && str_eqc(name, names_measure[i])) return i;
    wrong(c, "measure", name);
    return Q_SPAN;
}

static int with_of(Compiler *c, const json_t *with)
{
    Compare cmp;
    const json_t *v = with ? comparison_of(with, &cmp) : NULL;
    return v ? amount_of(c, v, cmp == CMP_MORE_THAN) : NONE;
}

/* o: where "of", "kind", "area" and "precision" stand. */
static int quantity_of(Compiler *c, const json_t *o, Str measure, int cls, int with)
{
    int fact = named_fact(c, o, "of");
    if (fact == NONE) return 0;
    const LawFact *f = &c->s->facts[fact];
    const json_t *kinds = json_object_get(o, "kind"), *areas = json_object_get(o, "area");
    int area = class_of(c->s, STR("area"));
    return rules_quantity(&c->s->set, (Quantity){.kind = measure_of(c, measure), .fact = fact, .cls = cls, .with = with, .kinds = kinds ? mask_of(c, class_at(c, f->kinds), kinds) : UINT64_MAX,
        .areas = areas ? mask_of(c, class_at(c, area), areas) : 0, .minute = str_eqc(text_at(o, "precision"), "minute")});
}

/* --- conditions --------------------------------------------------------------------------------------------------------------- */

static LawTerm term_of(Compiler *c, const json_t *o);

static void kids_of(Compiler *c, LawTerm *t, const json_t *list, int kind, int64_t least)
{
    size_t n = json_array_size(list);
    LawTerm *kids = arena_array(c->a, LawTerm, n + 1);
    int *nodes = arena_array(c->a, int, n + 1);
    for (size_t i = 0; i < n; i++) {
        kids[i] = term_of(c, json_array_get(list, i));
        nodes[i] = kids[i].node;
    }
    t->kids = kids, t->n = n;
    t->node = rules_node(&c->s->set, (Node){.kind = kind, .n = least, .count = (int32_t)n}, nodes);
}

static int row_class(Compiler *c, const json_t *table, const json_t *row)
{
    int each = named_fact(c, table, "each");
    Str code = text_at(row, "class");
    if (!code.n || each == NONE) return NONE;
    int k = law_code(class_at(c, c->s->facts[each].cls), code);
    if (k == NONE) wrong(c, "code", code);
    return k;
}

/* A cell: the column's measure, unless the row or the reading names another. */
static LawTerm cell_of(Compiler *c, const json_t *table, const json_t *row, const char *name, const json_t *column)
{
    const json_t *own = json_object_get(json_object_get(row, "measure"), name), *read = json_object_get(c->reading, name);
    Str measure = own ? json_str_of(own) : read ? text_at(read, "measure") : text_at(column, "measure");
    Str with = text_at(read, "with");
    LawTerm t = {.json = json_object_get(row, name), .fact = NONE, .cls = c->cls, .column = true, .name = str_of(name)};
    UNUSED(table);
    t.quantity = quantity_of(c, column, measure, c->cls, with.n && !own ? with_of(c, json_object_get(row, str_c(c->a, with))) : NONE);
    t.node = compared(c, t.quantity, t.json);
    return t;
}

static LawTerm row_of(Compiler *c, const json_t *table, const json_t *row)
{
    json_t *columns = json_object_get(table, "columns"), *column;
    const char *name;
    LawTerm t = {.json = row, .quantity = NONE, .fact = NONE, .row = true, .name = text_at(row, "id"), .cls = c->cls = row_class(c, table, row)};
    LawTerm *kids = arena_array(c->a, LawTerm, json_object_size(columns) + 1);
    int nodes[16];
    json_object_foreach(columns, name, column)
        if (json_object_get(row, name) && t.n < COUNT(nodes)) {
            kids[t.n] = cell_of(c, table, row, name, column);
            nodes[t.n] = kids[t.n].node, t.n++;
        }
    t.kids = kids;
    t.node = rules_node(&c->s->set, (Node){.kind = NODE_ALL, .count = (int32_t)t.n}, nodes);
    c->cls = NONE;
    return t;
}

static void table_of(Compiler *c, LawTerm *t, const json_t *table)
{
    const json_t *rows = json_object_get(table, "rows");
    size_t n = json_array_size(rows);
    LawTerm *kids = arena_array(c->a, LawTerm, n + 1);
    int *nodes = arena_array(c->a, int, n + 1);
    for (size_t i = 0; i < n; i++) {
        kids[i] = row_of(c, table, json_array_get(rows, i));
        nodes[i] = kids[i].node;
    }
    t->kids = kids, t->n = n;
    t->node = rules_node(&c->s->set, (Node){.kind = NODE_ANY, .count = (int32_t)n}, nodes);
}

static int fact_leaf(Compiler *c, const json_t *o, LawTerm *t, int fact)
{
    const LawFact *f = &c->s->facts[fact];
    const LawClass *k = class_at(c, f->cls);
    const json_t *v;
    Day d;
    t->fact = fact;
    if ((v = json_object_get(o, "is"))) return rules_node(&c->s->set, (Node){.kind = NODE_IS, .what = fact, .mask = json_is_true(v) ? 1 : 2}, NULL);
    if ((v = json_object_get(o, "in"))) return rules_node(&c->s->set, (Node){.kind = NODE_IN, .what = fact, .mask = mask_of(c, k, v)}, NULL);
    if ((v = json_object_get(o, "includes_any"))) return rules_node(&c->s->set, (Node){.kind = NODE_HAS_ANY, .what = fact, .mask = mask_of(c, k, v)}, NULL);
    if ((v = json_object_get(o, "includes_all"))) return rules_node(&c->s->set, (Node){.kind = NODE_HAS_ALL, .what = fact, .mask = mask_of(c, k, v)}, NULL);
    Str code = text_at(o, "class");
    int cls = code.n && f->per != NONE ? law_code(class_at(c, c->s->facts[f->per].cls), code) : c->cls;
    t->quantity = fact_quantity(c, fact, cls);
    if ((v = json_object_get(o, "on_or_after")) && day_parse(json_str_of(v), &d)) return rules_node(&c->s->set, (Node){.kind = NODE_AT_LEAST, .what = t->quantity, .n = day_begin_in_japan(d)}, NULL);
    if ((v = json_object_get(o, "on_or_before")) && day_parse(json_str_of(v), &d)) return rules_node(&c->s->set, (Node){.kind = NODE_AT_MOST, .what = t->quantity, .n = day_begin_in_japan(d + 1) - 1}, NULL);
    return compared(c, t->quantity, o);
}

static int unknown_node(Compiler *c) { return rules_node(&c->s->set, (Node){.kind = NODE_UNKNOWN}, NULL); }

static int measure_leaf(Compiler *c, const json_t *o, LawTerm *t)
{
    Str code = text_at(o, "class");
    int fact = named_fact(c, o, "of"), cls = c->cls;
    if (fact == NONE) return unknown_node(c);
    if (code.n && c->s->defs[fact].classes != NONE) cls = law_code(class_at(c, c->s->facts[c->s->defs[fact].classes].cls), code);
    t->quantity = quantity_of(c, o, text_at(o, "measure"), cls, with_of(c, json_object_get(o, "with")));
    return compared(c, t->quantity, o);
}

static void same_of(Compiler *c, LawTerm *t, Str label)
{
    for (size_t i = 0; i < c->labels_n; i++)
        if (str_eq(c->labels[i].id, label)) {
            t->node = c->labels[i].node;
            t->kids = c->labels[i].term, t->n = 1;
            return;
        }
    wrong(c, "label", label);
    t->node = unknown_node(c);
}

static void leaf_of(Compiler *c, const json_t *o, LawTerm *t)
{
    Str rule = text_at(o, "rule"), same = text_at(o, "same");
    if (rule.n) {
        int r = law_rule(c->s, rule);
        if (r == NONE) wrong(c, "rule", rule);
        t->node = r == NONE ? unknown_node(c) : rules_node(&c->s->set, (Node){.kind = NODE_RULE, .what = r}, NULL);
    } else if (same.n) same_of(c, t, same);
    else if (json_object_get(o, "measure")) t->node = measure_leaf(c, o, t);
    else if (json_object_get(o, "fact") || json_object_get(o, "judgement")) {
        int f = named_fact(c, o, json_object_get(o, "fact") ? "fact" : "judgement");
        t->node = f == NONE ? unknown_node(c) : fact_leaf(c, o, t, f);
    } else t->node = unknown_node(c);
}

static LawTerm term_of(Compiler *c, const json_t *o)
{
    static const struct { const char *key; int kind; } joins[] = {{"all", NODE_ALL}, {"any", NODE_ANY}, {"none", NODE_NONE}};
    LawTerm t = {.json = o, .quantity = NONE, .fact = NONE, .cls = NONE, .name = text_at(o, "id"), .node = NONE};
    const json_t *v;
    for (size_t i = 0; i < COUNT(joins); i++)
        if ((v = json_object_get(o, joins[i].key))) kids_of(c, &t, v, joins[i].kind, 0);
    if ((v = json_object_get(o, "at_least_of"))) kids_of(c, &t, json_object_get(v, "of"), NODE_SOME, json_integer_value(json_object_get(v, "n")));
    if ((v = json_object_get(o, "table"))) table_of(c, &t, v);
    if (t.node == NONE) leaf_of(c, o, &t);
    if (t.name.n && c->labels_n < COUNT(c->labels)) {
        LawTerm *kept = arena_new(c->a, LawTerm);
        *kept = t;
        c->labels[c->labels_n++] = (Label){t.name, t.node, kept};
    }
    return t;
}

/* --- rules ---------------------------------------------------------------------------------------------------------------------- */

const struct LawStatusRow law_status_rows[STATUSES] = {
    [STATUS_VERIFIED] = {"verified", TEXT("条文で確認", "read in the law"), true},
    [STATUS_OFFICIAL] = {"official_excerpt", TEXT("公式の抜粋で確認", "seen in an official excerpt"), true},
    [STATUS_SECONDARY] = {"secondary", TEXT("二次資料による", "from a secondary source"), true},
    [STATUS_SEED] = {"seed", TEXT("元の文書による", "from the founding documents"), true},
    [STATUS_MEMORY] = {"memory", TEXT("未確認", "not checked"), false},
    [STATUS_PROPOSED] = {"proposed", TEXT("改正案（未施行）", "proposed, not in force"), false},
    [STATUS_MISSING] = {"missing", TEXT("条文が見つからない", "the text was not found"), false},
};

const struct LawForceRow law_force_rows[FORCES] = {
    {"statute", TEXT("法律", "statute")}, {"ordinance", TEXT("省令・規則", "ordinance")}, {"notice", TEXT("告示・通知", "public notice")}, {"guideline", TEXT("指針・ガイドライン", "guideline")},
    {"plan", TEXT("計画上の水準", "level of a plan")}, {"agreement", TEXT("申合せ", "agreement")}, {"own", TEXT("自社の基準", "own target")}};

const struct LawClockRow law_clock_rows[CLOCKS] = {
    [CLOCK_OCCURRED] = {"occurred", TEXT("発生した時", "when it happened")}, [CLOCK_KNOWN] = {"known", TEXT("知った時", "when it became known")}, [CLOCK_REPORT_DUE] = {"report_due", TEXT("報告の期限", "when the report is due")},
    [CLOCK_PERIOD_END] = {"period_end", TEXT("期間の末日", "end of the period")}, [CLOCK_DESIGNATED] = {"designated", TEXT("指定の日", "designation")}, [CLOCK_STOPPED] = {"stopped", TEXT("停止した時", "when it stopped")}};

static LawStatus status_from(const json_t *o)
{
    Str word = text_at(o, "status");
    for (int i = 0; i < STATUSES; i++)
        if (str_eqc(word, law_status_rows[i].code)) return (LawStatus)i;
    return STATUS_MISSING;
}

static LawClock clock_from(Str word)
{
    for (int i = 0; i < CLOCKS; i++)
        if (str_eqc(word, law_clock_rows[i].code)) return (LawClock)i;
    return CLOCK_OCCURRED;
}

static LawForce force_from(Str word)
{
    for (int i = 0; i < FORCES; i++)
        if (str_eqc(word, law_force_rows[i].code)) return (LawForce)i;
    return FORCE_OWN;
}

static int any_of(Compiler *c, const json_t *list, const char *key, LawTerm **terms, size_t *n)
{
    *n = json_array_size(list);
    *terms = arena_array(c->a, LawTerm, *n + 1);
    int *nodes = arena_array(c->a, int, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const json_t *o = json_array_get(list, i);
        (*terms)[i] = term_of(c, json_object_get(o, key));
        (*terms)[i].name = text_at(o, "id");
        nodes[i] = (*terms)[i].node;
    }
    return *n ? rules_node(&c->s->set, (Node){.kind = NODE_ANY, .count = (int32_t)*n}, nodes) : NONE;
}

static int bound_of(Compiler *c, const json_t *codes, LawVersion *v)
{
    const LawFact *f = &c->s->facts[c->s->operator_class];
    Buf b;
    size_t i;
    json_t *one;
    buf_init(&b, c->a, 64);
    json_array_foreach(codes, i, one) {
        if (i) buf_addc(&b, ", ");
        buf_add(&b, json_str_of(one));
    }
    v->bound = buf_str(&b);
    return rules_node(&c->s->set, (Node){.kind = NODE_HAS_ANY, .what = c->s->operator_class, .mask = mask_of(c, class_at(c, f->cls), codes)}, NULL);
}

/* Who laid over the pack reads this rule so. */
static const LawOverlay *chosen_by(const Compiler *c, Str reading)
{
    for (size_t i = 0; i < c->s->law->overlays_n; i++) {
        const json_t *list = c->s->law->overlays[i].readings;
        for (size_t k = 0; k < json_array_size(list); k++)
            if (str_eq(text_at(json_array_get(list, k), "rule"), c->item->id) && str_eq(text_at(json_array_get(list, k), "reading"), reading)) return &c->s->law->overlays[i];
    }
    return NULL;
}

/* The last reading is the one judged by; the pack's own is compared with it. */
static void take_reading(LawVersion *v, RuleVersion *rv, const LawTerm *term)
{
    size_t last = rv->readings_n - 1;
    int node = rv->condition[0], at = v->reading_at[0];
    rv->condition[0] = rv->condition[last], rv->condition[last] = node;
    v->reading_at[0] = v->reading_at[last], v->reading_at[last] = at;
    v->condition = *term;
}

static void readings_of(Compiler *c, const json_t *o, LawVersion *v, RuleVersion *rv)
{
    const json_t *list = json_object_get(o, "readings"), *one;
    size_t i;
    v->readings = list;
    rv->condition[0] = v->condition.node, rv->readings_n = 1;
    for (i = 0; i < json_array_size(list) && rv->readings_n < READINGS_MAX; i++) {
        one = json_array_get(list, i);
        if (json_is_true(json_object_get(one, "default"))) {
            v->reading_at[0] = (int)i;
            continue;
        }
        c->reading = json_object_get(one, "set");
        c->labels_n = 0;
        v->reading_at[rv->readings_n] = (int)i;
        LawTerm term = term_of(c, json_object_get(o, "condition"));
        rv->condition[rv->readings_n++] = term.node;
        c->reading = NULL;
        const LawOverlay *who = v->chosen ? NULL : chosen_by(c, text_at(one, "id"));
        if (who) v->chosen = who, take_reading(v, rv, &term);
    }
}

static void report_of(const json_t *o, LawVersion *v)
{
    const json_t *report = json_object_get(o, "report"), *within = json_object_get(report, "within");
    PeriodFrameKind per = PERIOD_FRAME_FISCAL_YEAR;
    v->per = NONE;
    if (!report || !period_frame_of(text_at(report, "per"), &per)) return;
    v->per = (int)per;
    v->within.n = json_integer_value(json_object_get(within, "n"));
    if (!period_unit_of(text_at(within, "unit"), &v->within.unit)) v->within.n = 0;
}

static void version_of(Compiler *c, const json_t *o, LawVersion *v, RuleVersion *rv)
{
    const json_t *check = json_object_get(o, "check"), *unread = json_array_get(json_object_get(o, "unread"), 0);
    *v = (LawVersion){.json = o, .v = text_at(o, "v"), .first = day_at(o, "first_day"), .last = day_at(o, "last_day"), .unread = day_at(unread, "from"), .again_by = day_at(check, "again_by"),
        .chosen_by = clock_from(text_at(o, "chosen_by")), .status = status_from(check)};
    report_of(o, v);
    c->labels_n = 0;
    rv->bound = bound_of(c, json_object_get(o, "bound"), v);
    v->condition = term_of(c, json_object_get(o, "condition"));
    rv->except = any_of(c, json_object_get(o, "except"), "when", &v->except, &v->except_n);
    rv->gap = any_of(c, json_object_get(o, "gaps"), "when", &v->gaps, &v->gaps_n);
    rv->opens = law_status_rows[v->status].opens && c->item->kind == LAW_RULE && !c->item->overlay;
    readings_of(c, o, v, rv);
}

static void rule_of(Compiler *c, LawRule *r, Rule *out)
{
    const json_t *list = json_object_get(r->item->json, "versions"), *last = NULL;
    int yields[64];
    uint32_t in[64];
    c->item = r->item;
    r->n = json_array_size(list) < VERSIONS_MAX ? json_array_size(list) : VERSIONS_MAX;
    r->versions = arena_array(c->a, LawVersion, r->n + 1);
    RuleVersion *rv = arena_array(c->a, RuleVersion, r->n + 1);
    for (size_t i = 0; i < r->n; i++) {
        version_of(c, last = json_array_get(list, i), &r->versions[i], &rv[i]);
        const json_t *to = json_object_get(last, "yields_to");
        for (size_t k = 0; k < json_array_size(to); k++) {
            Str id = text_at(json_array_get(to, k), "rule");
            int other = law_rule(c->s, id);
            size_t y = 0;
            if (other == NONE) wrong(c, "rule", id);
            while (y < out->yields_n && yields[y] != other) y++;
            if (other == NONE || y == COUNT(yields)) continue;
            if (y == out->yields_n) yields[out->yields_n++] = other, in[y] = 0;
            in[y] |= 1u << i;
        }
    }
    int *kept = arena_array(c->a, int, out->yields_n + 1);
    uint32_t *kept_in = arena_array(c->a, uint32_t, out->yields_n + 1);
    memcpy(kept, yields, out->yields_n * sizeof(int)), memcpy(kept_in, in, out->yields_n * sizeof(uint32_t));
    out->versions = rv, out->n = r->n, out->yields = kept, out->yields_in = kept_in;
}

static void rules_read(Compiler *c)
{
    LawSet *s = c->s;
    s->rules = arena_array(c->a, LawRule, s->law->n + 1);
    for (size_t i = 0; i < s->law->n; i++) {
        const LawItem *it = &s->law->items[i];
        if (it->kind > LAW_WATCH) continue;
        LawRule *r = &s->rules[s->rules_n++];
        *r = (LawRule){.item = it, .id = it->id, .title = text_or(it->json, "title", it->id), .force = force_from(text_at(it->json, "force"))};
    }
    Rule *out = arena_array(c->a, Rule, s->rules_n + 1);
    for (size_t i = 0; i < s->rules_n; i++) rule_of(c, &s->rules[i], &out[i]);
    c->item = NULL;
    if (!rules_finish(&s->set, out, s->rules_n)) wrong(c, "end", STR("yields_to"));
}

/* --- duties ------------------------------------------------------------------------------------------------------------------------ */

static int when_of(Compiler *c, const json_t *o, const LawTerm **term)
{
    const json_t *when = json_object_get(o, "when");
    if (!when) return NONE;
    LawTerm *t = arena_new(c->a, LawTerm);
    *t = term_of(c, when);
    *term = t;
    return t->node;
}

/* What an item of a report is filled with: a fact, or something of the report itself. */
static void fill_check(Compiler *c, Str what)
{
    static const char *const own[] = {"operator", "reported_at", "outline", "restored", "place", "area"};
    bool known = law_fact(c->s, what) != NONE;
    for (size_t k = 0; k < COUNT(own) && !known; k++) known = str_eqc(what, own[k]);
    if (!known) wrong(c, "fact", what);
}

static void fills_check(Compiler *c, const json_t *contents)
{
    for (size_t i = 0; i < json_array_size(contents); i++) {
        Str fills = text_at(json_array_get(contents, i), "fills");
        if (fills.n) fill_check(c, fills);
    }
}

static void duty_of(Compiler *c, const json_t *o, LawDuty *d)
{
    const json_t *list = json_object_get(o, "variants");
    fills_check(c, json_object_get(o, "contents"));
    c->labels_n = 0;
    *d = (LawDuty){.json = o, .id = text_at(o, "id"), .kind = text_at(o, "kind"), .variants_n = json_array_size(list)};
    d->when = when_of(c, o, &d->when_term);
    d->variants = arena_alloc_array(c->a, sizeof *d->variants, d->variants_n + 1);
    for (size_t i = 0; i < d->variants_n; i++) {
        d->variants[i].json = json_array_get(list, i);
        d->variants[i].when = when_of(c, d->variants[i].json, &d->variants[i].term);
    }
}

static void duties_of(Compiler *c, const LawItem *it, LawDuties *out)
{
    const json_t *list = json_object_get(it->json, "versions");
    Str rule = text_at(json_object_get(it->json, "after"), "rule");
    c->item = it;
    *out = (LawDuties){.item = it, .id = it->id, .rule = law_rule(c->s, rule), .n = json_array_size(list)};
    if (out->rule == NONE) wrong(c, "rule", rule);
    out->versions = arena_array(c->a, LawDutyVersion, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        const json_t *o = json_array_get(list, i), *duties = json_object_get(o, "duties");
        LawDutyVersion *v = &out->versions[i];
        *v = (LawDutyVersion){.json = o, .v = text_at(o, "v"), .first = day_at(o, "first_day"), .last = day_at(o, "last_day"), .chosen_by = clock_from(text_at(o, "chosen_by")),
            .status = status_from(json_object_get(o, "check")), .n = json_array_size(duties)};
        v->duties = arena_array(c->a, LawDuty, v->n + 1);
        for (size_t k = 0; k < v->n; k++) duty_of(c, json_array_get(duties, k), &v->duties[k]);
    }
}

static void duties_read(Compiler *c)
{
    LawSet *s = c->s;
    s->duties = arena_array(c->a, LawDuties, s->law->n + 1);
    for (size_t i = 0; i < s->law->n; i++)
        if (s->law->items[i].kind == LAW_DUTIES) duties_of(c, &s->law->items[i], &s->duties[s->duties_n++]);
    c->item = NULL;
}

static void forms_read(Compiler *c)
{
    LawSet *s = c->s;
    s->forms = arena_array(c->a, LawForm, s->law->n + 1);
    for (size_t i = 0; i < s->law->n; i++) {
        const json_t *o = s->law->items[i].json, *sections = json_object_get(o, "sections");
        if (s->law->items[i].kind != LAW_FORM) continue;
        c->item = &s->law->items[i];
        s->forms[s->forms_n++] = (LawForm){.json = o, .id = text_at(o, "id"), .title = text_or(o, "title", text_at(o, "id")), .status = status_from(json_object_get(o, "check")), .first = day_at(o, "first_day"),
            .last = day_at(o, "last_day"), .serves = json_object_get(o, "serves")};
        for (size_t k = 0; k < json_array_size(sections); k++) fills_check(c, json_object_get(json_array_get(sections, k), "items"));
    }
    c->item = NULL;
}

static bool serves(const LawSet *s, const LawForm *f, int rule, Str kind)
{
    for (size_t i = 0; i < json_array_size(f->serves); i++) {
        const json_t *one = json_array_get(f->serves, i), *kinds = json_object_get(one, "kinds");
        bool fits = !kinds;
        for (size_t k = 0; k < json_array_size(kinds) && !fits; k++) fits = str_eq(json_str_of(json_array_get(kinds, k)), kind);
        if (fits && str_eq(text_at(one, "rule"), s->rules[rule].id)) return true;
    }
    return false;
}

size_t law_forms(const LawSet *s, int rule, Str kind, Day day, const LawForm **out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->forms_n; i++) {
        const LawForm *f = &s->forms[i];
        if ((f->first == DAY_NONE || f->first <= day) && (f->last == DAY_NONE || f->last >= day) && serves(s, f, rule, kind)) out[n++] = f;
    }
    return n;
}

/* --- notices -------------------------------------------------------------------------------------------------------------------------- */

bool law_place(Str *rest, Str *before, Str *what)
{
    size_t open = str_find(*rest, STR("{")), shut = open == SIZE_MAX ? SIZE_MAX : str_find(str_slice(*rest, open, rest->n), STR("}"));
    *before = shut == SIZE_MAX ? *rest : str_slice(*rest, 0, open);
    if (shut == SIZE_MAX) return false;
    *what = str_slice(*rest, open + 1, open + shut);
    *rest = str_slice(*rest, open + shut + 1, rest->n);
    return true;
}

static void places_check(Compiler *c, Text t)
{
    for (Lang l = 0; l < LANGS; l++)
        for (Str rest = t.in[l], before, what; law_place(&rest, &before, &what);)
            if (!str_eqc(what, "next")) fill_check(c, what);
}

static void notices_read(Compiler *c)
{
    LawSet *s = c->s;
    s->wordings = arena_array(c->a, LawWording, s->law->n + 1);
    for (size_t i = 0; i < s->law->n; i++) {
        const json_t *o = s->law->items[i].json;
        if (s->law->items[i].kind != LAW_NOTICE) continue;
        c->item = &s->law->items[i];
        s->wordings[s->wordings_n++] = (LawWording){.json = o, .id = text_at(o, "id"), .stage = text_at(o, "stage"), .title = text_or(o, "title", text_at(o, "id")), .status = status_from(json_object_get(o, "check")),
            .first = day_at(o, "first_day"), .last = day_at(o, "last_day")};
        places_check(c, law_text(o, "text")), places_check(c, law_text(o, "heading"));
    }
    c->item = NULL;
}

static bool is_for(const LawWording *n, Str audience)
{
    const json_t *list = json_object_get(n->json, "audiences");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_eq(json_str_of(json_array_get(list, i)), audience)) return true;
    return false;
}

const LawWording *law_wording(const LawSet *s, Str stage, Str audience, Day day)
{
    for (size_t i = 0; i < s->wordings_n; i++) {
        const LawWording *n = &s->wordings[i];
        if (str_eq(n->stage, stage) && is_for(n, audience) && (n->first == DAY_NONE || n->first <= day) && (n->last == DAY_NONE || n->last >= day)) return n;
    }
    return NULL;
}

static void rolls_read(Compiler *c)
{
    LawSet *s = c->s;
    s->rolls_n = json_array_size(s->law->rolls);
    s->rolls = arena_alloc_array(c->a, sizeof *s->rolls, s->rolls_n + 1);
    for (size_t i = 0; i < s->rolls_n; i++) {
        const json_t *o = json_array_get(s->law->rolls, i);
        s->rolls[i] = (struct LawRoll){text_at(o, "id"), law_calendar(c->a, s, text_at(o, "calendar"))};
    }
}

Err law_compile(Arena *a, const Law *law, LawSet *out)
{
    Compiler c = {.a = a, .s = out, .cls = NONE};
    *out = (LawSet){.law = law};
    mistakes_init(&c.m, a);
    classes_read(&c);
    facts_read(&c);
    if (c.m.n) return err_mistakes(&c.m);
    rules_init(&out->set, a, out->defs, out->facts_n);
    rules_read(&c);
    duties_read(&c);
    forms_read(&c);
    notices_read(&c);
    rolls_read(&c);
    return err_mistakes(&c.m);
}
