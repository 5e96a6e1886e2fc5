/* judge.c -- the fast judgement, the recorded one that explains, and what verdict follows. */
#include "rules/inside.h"

__extension__ typedef __int128 Wide; /* products of two numbers */

static void feeds_note(Judge *j, int fact)
{
    if (fact != NONE) j->feeds[fact] = true;
}

static void cut_add(Cuts *c, int64_t at)
{
    int i = c->n;
    for (int k = 0; k < c->n; k++)
        if (c->at[k] == at) return;
    for (; i > 0 && c->at[i - 1] > at; i--) c->at[i] = c->at[i - 1];
    c->at[i] = at, c->n++;
}

/* A cell begins where "at least" begins to hold, or "at most" ceases. */
static void cuts_make(Judge *j, Arena *a)
{
    const RuleSet *s = j->s;
    int *n = arena_array(a, int, s->quantities_n + 1);
    for (size_t i = 0; i < s->nodes_n; i++)
        if (s->nodes[i].kind == NODE_AT_LEAST || s->nodes[i].kind == NODE_AT_MOST) n[s->nodes[i].what]++;
    j->cuts = arena_array(a, Cuts, s->quantities_n + 1);
    for (size_t i = 0; i < s->quantities_n; i++) j->cuts[i].at = arena_array(a, int64_t, (size_t)n[i] + 1);
    for (size_t i = 0; i < s->nodes_n; i++) {
        const Node *k = &s->nodes[i];
        if (k->kind == NODE_AT_LEAST) cut_add(&j->cuts[k->what], k->n);
        if (k->kind == NODE_AT_MOST && k->n < INT64_MAX) cut_add(&j->cuts[k->what], k->n + 1);
    }
}

static void probes_make(Judge *j, Arena *a)
{
    const RuleSet *s = j->s;
    j->probe = arena_array(a, int, s->quantities_n + 1);
    j->swept = arena_array(a, Swept, s->quantities_n + 1);
    for (size_t i = 0; i < s->quantities_n; i++) {
        Quantity x = s->quantities[i];
        size_t k = 0;
        for (; k < i; k++) {
            Quantity y = s->quantities[k];
            y.kind = x.kind;
            if (s->quantities[k].kind != Q_FACT && memcmp(&x, &y, sizeof x) == 0) break;
        }
        j->probe[i] = (int)k;
        if (s->quantities[i].kind == Q_INTEGRAL) j->swept[k].integral = true;
    }
}

Judge *judge_new(Arena *a, const RuleSet *s)
{
    Judge *j = arena_new(a, Judge);
    size_t both = s->quantities_n + s->facts_n;
    *j = (Judge){.home = a, .a = a, .s = s, .stamp = 1, .measured = 1, .forced = NONE};
    j->node = arena_array(a, Tri, s->nodes_n + 1), j->node_at = arena_array(a, uint32_t, s->nodes_n + 1);
    j->met = arena_array(a, Tri, s->rules_n + 1), j->met_at = arena_array(a, uint32_t, s->rules_n + 1);
    j->quantity = arena_array(a, Range, s->quantities_n + 1), j->quantity_at = arena_array(a, uint32_t, s->quantities_n + 1);
    j->cell = arena_array(a, Range, s->quantities_n + 1), j->celled = arena_array(a, uint8_t, s->quantities_n + 1);
    j->fact_cell = arena_array(a, FactValue, s->facts_n + 1), j->fact_celled = arena_array(a, uint8_t, s->facts_n + 1);
    j->lines = arena_array(a, Line, 4 * s->facts_n + 1);
    j->uses = (Uses){j, arena_array(a, uint8_t, both + 1), arena_array(a, int, both + 1), arena_array(a, int, both + 1), 0, false};
    j->variables = arena_array(a, Variable, SPLIT_VARIABLES_MAX + 1);
    j->mixed = arena_array(a, Mixed, s->rules_n * (READINGS_MAX + 1) + 1);
    j->feeds = arena_array(a, bool, s->facts_n + 1);
    for (size_t i = 0; i < s->facts_n; i++) {
        const FactDef *d = &s->facts[i];
        int fed[] = {d->classes, d->one_accident, d->sufferers, d->base, d->below};
        for (size_t k = 0; k < COUNT(fed); k++) feeds_note(j, fed[k]);
    }
    cuts_make(j, a);
    probes_make(j, a);
    return j;
}

void judge_forget(Judge *j, bool quantities)
{
    if (quantities && ++j->measured == 0) { /* the stamp came round: nothing old may look fresh */
        memset(j->quantity_at, 0, (j->s->quantities_n + 1) * sizeof *j->quantity_at);
        for (size_t i = 0; i < 4 * j->s->facts_n; i++) j->lines[i].at = 0;
        for (size_t i = 0; i < j->s->quantities_n; i++) j->swept[i].at = 0;
        j->measured = 1;
    }
    if (++j->stamp) return;
    memset(j->node_at, 0, (j->s->nodes_n + 1) * sizeof *j->node_at);
    memset(j->met_at, 0, (j->s->rules_n + 1) * sizeof *j->met_at);
    j->stamp = 1;
}

void judge_begin(Judge *j, const FactValue *facts, Instant as_of, const uint32_t *chosen)
{
    j->facts = facts, j->as_of = as_of, j->chosen = chosen;
    judge_forget(j, true);
}

void judge_force(Judge *j, int node, Tri value)
{
    j->forced = node, j->forced_to = value;
    judge_forget(j, false);
}

const FactValue *fact_of(Judge *j, int fact)
{
    return j->fact_celled[fact] ? &j->fact_cell[fact] : &j->facts[fact];
}

Range judge_quantity(Judge *j, int quantity)
{
    if (j->celled[quantity]) return j->cell[quantity];
    if (j->quantity_at[quantity] != j->measured) {
        j->quantity[quantity] = quantity_measure(j, &j->s->quantities[quantity]);
        j->quantity_at[quantity] = j->measured;
    }
    return j->quantity[quantity];
}

/* n / den of what is below: rounded so that a whole number reaches the amount when it is at least this. */
static int64_t share_of(int64_t base, const Amount *m)
{
    if (base == RULES_OPEN) return RULES_OPEN;
    Wide product = (Wide)base * m->n, part = m->strict ? product / m->den + 1 : (product + m->den - 1) / m->den;
    return part > INT64_MAX ? RULES_OPEN : (int64_t)part;
}

Range judge_amount(Judge *j, int amount)
{
    const Amount *m = &j->s->amounts[amount];
    if (m->kind == AMOUNT_NUMBER) return (Range){m->n + m->strict, m->n + m->strict};
    if (m->kind == AMOUNT_SHARE) {
        Range base = judge_quantity(j, m->of);
        return (Range){share_of(base.lo, m), share_of(base.hi, m)};
    }
    Range r = judge_amount(j, j->s->kids[m->first]);
    for (int i = 1; i < m->count; i++) {
        Range k = judge_amount(j, j->s->kids[m->first + i]);
        bool less = m->kind == AMOUNT_SMALLER;
        if (less == (k.lo < r.lo)) r.lo = k.lo;
        if (less == (k.hi < r.hi)) r.hi = k.hi;
    }
    return r;
}

/* --- one condition ------------------------------------------------------------------------------------------------------- */

static Tri tri(bool can, bool can_not) { return (Tri)((can ? TRI_TRUE : 0) | (can_not ? TRI_FALSE : 0)); }

/* q × den against n × base, each end with the one that helps or hinders it most. */
static int share_sign(int64_t q, int64_t den, int64_t base, int64_t n)
{
    if (q == RULES_OPEN || base == RULES_OPEN) return q == base ? 0 : q == RULES_OPEN ? 1 : -1;
    Wide left = (Wide)q * den, right = (Wide)base * n;
    return (left > right) - (left < right);
}

static bool sign_meets(int sign, int cmp)
{
    return cmp == CMP_AT_LEAST ? sign >= 0 : cmp == CMP_MORE_THAN ? sign > 0 : cmp == CMP_AT_MOST ? sign <= 0 : sign < 0;
}

static Tri share_value(Judge *j, const Node *n)
{
    Range q = judge_quantity(j, n->what), base = judge_quantity(j, n->base);
    bool up = n->cmp == CMP_AT_LEAST || n->cmp == CMP_MORE_THAN;
    if (q.hi == RULES_OPEN && base.hi == RULES_OPEN) return TRI_OPEN;
    bool most = sign_meets(share_sign(up ? q.hi : q.lo, n->den, up ? base.lo : base.hi, n->n), n->cmp);
    bool least = sign_meets(share_sign(up ? q.lo : q.hi, n->den, up ? base.hi : base.lo, n->n), n->cmp);
    return tri(most, !least);
}

static Tri leaf_value(Judge *j, const Node *n)
{
    if (n->kind == NODE_UNKNOWN) return TRI_OPEN;
    if (n->kind == NODE_RULE) return judge_met(j, n->what);
    if (n->kind == NODE_SHARE) return share_value(j, n);
    if (n->kind == NODE_AT_LEAST || n->kind == NODE_AT_MOST) {
        Range q = judge_quantity(j, n->what);
        return n->kind == NODE_AT_LEAST ? tri(q.hi >= n->n, q.lo < n->n) : tri(q.lo <= n->n, q.hi > n->n);
    }
    const FactValue *f = fact_of(j, n->what);
    if (n->kind == NODE_HAS_ANY) return tri(f->possible & n->mask, !(f->sure & n->mask));
    if (n->kind == NODE_HAS_ALL) return tri((f->possible & n->mask) == n->mask, (f->sure & n->mask) != n->mask);
    return tri(f->possible & n->mask, f->possible & ~n->mask); /* IS, IN: one value out of the possible ones */
}

static Tri some_value(int sure, int can, int64_t least) { return tri(can >= least, sure < least); }

static Tri join_value(Judge *j, const Node *n, Tri (*kid)(Judge *, int), bool stop)
{
    const int32_t *kids = j->s->kids + n->first;
    int sure = 0, can = 0;
    Tri v = n->kind == NODE_ALL ? TRI_TRUE : TRI_FALSE;
    for (int i = 0; i < n->count; i++) {
        Tri k = kid(j, kids[i]);
        sure += k == TRI_TRUE, can += (k & TRI_TRUE) != 0;
        v = n->kind == NODE_ALL ? tri_and(v, k) : tri_or(v, k);
        if (stop && n->kind != NODE_SOME && v == (n->kind == NODE_ALL ? TRI_FALSE : TRI_TRUE)) break;
    }
    if (n->kind == NODE_SOME) return some_value(sure, can, n->n);
    return n->kind == NODE_NONE ? tri_not(v) : v;
}

Tri judge_node(Judge *j, int node)
{
    if (j->node_at[node] == j->stamp) return j->node[node];
    if (node == j->forced) return j->forced_to;
    const Node *n = &j->s->nodes[node];
    Tri v = n->kind <= NODE_SOME ? join_value(j, n, judge_node, true) : leaf_value(j, n);
    j->node[node] = v, j->node_at[node] = j->stamp;
    return v;
}

/* The second pass: everything is looked at, so that a reader sees all that is unknown. */
typedef struct Record { Judge *j; Tri *values; uint8_t *seen; } Record;

static Tri record_node(Record *r, int node)
{
    const RuleSet *s = r->j->s;
    const Node *n = &s->nodes[node];
    if (r->seen[node]) return r->values[node];
    int sure = 0, can = 0;
    Tri all = TRI_TRUE, any = TRI_FALSE;
    for (int i = 0; i < n->count && n->kind <= NODE_SOME; i++) {
        Tri k = record_node(r, s->kids[n->first + i]);
        all = tri_and(all, k), any = tri_or(any, k);
        sure += k == TRI_TRUE, can += (k & TRI_TRUE) != 0;
    }
    Tri v = n->kind == NODE_ALL ? all : n->kind == NODE_ANY ? any : n->kind == NODE_NONE ? tri_not(any) : n->kind == NODE_SOME ? some_value(sure, can, n->n) : leaf_value(r->j, n);
    r->seen[node] = 1;
    return r->values[node] = v;
}

void judge_record(Judge *j, Arena *a, int node, Tri *values)
{
    Record r = {j, values, arena_array(a, uint8_t, j->s->nodes_n + 1)};
    record_node(&r, node);
}

/* --- rules ---------------------------------------------------------------------------------------------------------------- */

Tri version_value(Judge *j, int rule, int version, int reading)
{
    const RuleVersion *v = &j->s->rules[rule].versions[version];
    Tri bound = judge_node(j, v->bound);
    if (bound == TRI_FALSE) return TRI_FALSE;
    Tri except = v->except == NONE ? TRI_FALSE : judge_node(j, v->except);
    Tri value = tri_and(bound, tri_and(judge_node(j, v->condition[reading < v->readings_n ? reading : 0]), tri_not(except)));
    bool gap = v->gap != NONE && judge_node(j, v->gap) == TRI_TRUE && except != TRI_TRUE;
    return gap ? TRI_OPEN : value;
}

bool yields_here(Judge *j, int rule, size_t i)
{
    const Rule *r = &j->s->rules[rule];
    return !r->yields_in || (r->yields_in[i] & j->chosen[rule]);
}

/* Where versions that may apply differ in this, it is open. */
static Tri yield_value(Judge *j, int rule, size_t i)
{
    const Rule *r = &j->s->rules[rule];
    if (!yields_here(j, rule, i)) return TRI_FALSE;
    Tri v = judge_met(j, r->yields[i]);
    return r->yields_in && (j->chosen[rule] & ~r->yields_in[i]) ? v | TRI_FALSE : v;
}

static Tri yields_value(Judge *j, int rule)
{
    const Rule *r = &j->s->rules[rule];
    Tri v = TRI_FALSE;
    for (size_t i = 0; i < r->yields_n; i++) v = tri_or(v, yield_value(j, rule, i));
    return v;
}

/* Which version applies may itself be open: then what any of them says is possible. */
static Tri rule_value(Judge *j, int rule, int reading)
{
    Tri v = 0;
    for (uint32_t left = j->chosen[rule]; left; left &= left - 1) v |= version_value(j, rule, __builtin_ctz(left), reading);
    return v ? v : TRI_FALSE;
}

Tri judge_met(Judge *j, int rule)
{
    if (j->met_at[rule] == j->stamp) return j->met[rule];
    Tri v = rule_value(j, rule, 0);
    if (v != TRI_FALSE) v = tri_and(v, tri_not(yields_value(j, rule)));
    j->met[rule] = v, j->met_at[rule] = j->stamp;
    return v;
}

/* --- the split: every combination that matters ------------------------------------------------------------------------------ */

/* What is asked: a node, or a rule under one reading, or "one of the two". */
typedef struct Question { int node, rule, reading, other; bool yields; } Question;

static Tri question_value(Judge *j, const Question *q)
{
    if (q->node != NONE) return judge_node(j, q->node);
    if (q->yields) return yields_value(j, q->rule);
    Tri v = rule_value(j, q->rule, q->reading);
    return q->other == NONE ? v : tri_or(v, judge_met(j, q->other));
}

enum { UP = 1, DOWN = 2 };
static void uses_of_rule(Uses *u, int rule, int reading, uint8_t way);

static uint8_t turned(uint8_t way) { return (uint8_t)((way & UP) << 1 | (way & DOWN) >> 1); }

static void use(Uses *u, int what, uint8_t way)
{
    if (!u->way[what]) u->touched[u->n++] = what;
    u->way[what] |= way;
}

static void use_fact(Uses *u, int node, int fact, uint8_t way, bool choice)
{
    int at = (int)u->j->s->quantities_n + fact;
    if (choice && u->way[at] && u->node[at] != node) way = UP | DOWN; /* one value makes one condition true and the other false */
    use(u, at, way);
    u->node[at] = node;
}

static void uses_of(Uses *u, int node, uint8_t way)
{
    const RuleSet *s = u->j->s;
    const Node *n = &s->nodes[node];
    if (n->kind <= NODE_SOME) {
        for (int i = 0; i < n->count; i++) uses_of(u, s->kids[n->first + i], n->kind == NODE_NONE ? turned(way) : way);
        return;
    }
    if (n->kind == NODE_RULE) uses_of_rule(u, n->what, 0, way);
    else if (n->kind == NODE_AT_LEAST) use(u, n->what, way);
    else if (n->kind == NODE_AT_MOST) use(u, n->what, turned(way));
    else if (n->kind == NODE_SHARE) {
        bool up = n->cmp == CMP_AT_LEAST || n->cmp == CMP_MORE_THAN;
        use(u, n->what, up ? way : turned(way));
        use(u, n->base, up ? turned(way) : way);
        u->share = true;
    } else if (n->kind == NODE_IS) use_fact(u, node, n->what, n->mask == 1 ? way : turned(way), false);
    else if (n->kind != NODE_UNKNOWN) use_fact(u, node, n->what, way, n->kind == NODE_IN);
}

/* In all versions: which of them applies may differ from incident to incident, and what is used both ways is found once. */
static void uses_of_rule(Uses *u, int rule, int reading, uint8_t way)
{
    const Rule *r = &u->j->s->rules[rule];
    for (size_t i = 0; i < r->n; i++) {
        const RuleVersion *v = &r->versions[i];
        uses_of(u, v->bound, way);
        uses_of(u, v->condition[reading < v->readings_n ? reading : 0], way);
        if (v->except != NONE) uses_of(u, v->except, turned(way));
        if (v->gap != NONE) uses_of(u, v->gap, UP | DOWN);
    }
    for (size_t i = 0; i < r->yields_n; i++) uses_of_rule(u, r->yields[i], 0, turned(way));
}

static bool variable_quantity(Judge *j, int quantity, Variable *v)
{
    Range r = judge_quantity(j, quantity);
    const Cuts *c = &j->cuts[quantity];
    int64_t from = r.lo;
    v->quantity = quantity, v->fact = NONE, v->n = v->at = 0; /* its cells are written up to n */
    for (int i = 0; i < c->n && v->n < CELLS_MAX - 1; i++) {
        if (c->at[i] <= from || c->at[i] > r.hi) continue;
        v->cells[v->n++] = (Range){from, c->at[i] - 1};
        from = c->at[i];
    }
    v->cells[v->n++] = (Range){from, r.hi};
    return v->n > 1;
}

static bool variable_fact(Judge *j, int fact, Variable *v)
{
    const FactValue *f = fact_of(j, fact);
    FactType t = j->s->facts[fact].type;
    v->quantity = NONE, v->fact = fact, v->n = v->at = 0;
    if (t != FACT_BOOL && t != FACT_CHOICE) return false;
    uint64_t possible = f->possible & (t == FACT_BOOL ? 3 : UINT64_MAX);
    for (uint64_t left = possible; left; left &= left - 1) v->cells[v->n++].lo = (int64_t)(left & -left);
    return v->n > 1;
}

static void set_cell(Judge *j, const Variable *v)
{
    if (v->quantity != NONE) {
        j->cell[v->quantity] = v->cells[v->at];
        j->celled[v->quantity] = 1;
        return;
    }
    j->fact_cell[v->fact] = j->facts[v->fact];
    j->fact_cell[v->fact].possible = j->fact_cell[v->fact].sure = (uint64_t)v->cells[v->at].lo;
    j->fact_celled[v->fact] = 1;
}

static bool next_combination(Variable *v, int n)
{
    for (int i = 0; i < n; i++) {
        if (++v[i].at < v[i].n) return true;
        v[i].at = 0;
    }
    return false;
}

static Tri try_all(Judge *j, const Question *q, Variable *v, int n)
{
    Tri out = 0;
    bool measures = false;
    for (int i = 0; i < n; i++) measures = measures || (v[i].fact != NONE && j->feeds[v[i].fact]);
    do {
        for (int i = 0; i < n; i++) set_cell(j, &v[i]);
        judge_forget(j, measures);
        out |= question_value(j, q);
    } while (out != TRI_OPEN && next_combination(v, n));
    for (int i = 0; i < n; i++) {
        if (v[i].quantity != NONE) j->celled[v[i].quantity] = 0;
        else j->fact_celled[v[i].fact] = 0;
    }
    judge_forget(j, measures);
    return out;
}

static void question_uses(Uses *u, const Question *q)
{
    if (q->node != NONE) uses_of(u, q->node, UP);
    else if (q->yields)
        for (size_t i = 0; i < u->j->s->rules[q->rule].yields_n; i++) {
            if (yields_here(u->j, q->rule, i)) uses_of_rule(u, u->j->s->rules[q->rule].yields[i], 0, UP);
        }
    else uses_of_rule(u, q->rule, q->reading, UP);
    if (q->other != NONE) uses_of_rule(u, q->other, 0, UP);
}

/* What is used both ways, whatever the facts are. */
static Mixed mixed_find(Judge *j, Arena *a, const Question *q)
{
    Uses *u = &j->uses;
    Mixed m = {.made = true};
    u->n = 0, u->share = false;
    question_uses(u, q);
    m.share = u->share;
    m.what = arena_array(a, int, (size_t)u->n + 1);
    for (int i = 0; i < u->n; i++) {
        if (u->way[u->touched[i]] == (UP | DOWN)) m.what[m.n++] = u->touched[i];
        u->way[u->touched[i]] = 0;
    }
    return m;
}

/* Of a rule it is found once; of a condition of a duty and of "one of the two" each time, as they are seldom asked. */
static Mixed mixed_of(Judge *j, const Question *q)
{
    if (q->node != NONE || q->other != NONE) return mixed_find(j, j->home, q);
    Mixed *m = &j->mixed[q->rule * (READINGS_MAX + 1) + (q->yields ? READINGS_MAX : q->reading)];
    if (!m->made) *m = mixed_find(j, j->home, q);
    return *m;
}

/* … and is not known: what must be tried; false: more than can be. */
static bool variables_of(Judge *j, const Mixed *m, int *n)
{
    int quantities = (int)j->s->quantities_n;
    size_t combinations = 1;
    *n = 0;
    for (int i = 0; i < m->n; i++) {
        Variable *v = &j->variables[*n];
        if (!(m->what[i] < quantities ? variable_quantity(j, m->what[i], v) : variable_fact(j, m->what[i] - quantities, v))) continue;
        combinations *= (size_t)v->n;
        if (++*n == SPLIT_VARIABLES_MAX || combinations > SPLIT_MAX) return false;
    }
    return true;
}

/* The value, with the split where logic on the ends leaves it open. exact: what is open is really open. */
static Tri answer(Judge *j, const Question *q, bool *exact)
{
    int n;
    *exact = true;
    if (q->yields && !j->s->rules[q->rule].yields_n) return TRI_FALSE;
    Tri value = question_value(j, q);
    if (value != TRI_OPEN) return value;
    Mixed m = mixed_of(j, q);
    if (!variables_of(j, &m, &n)) return *exact = false, value;
    *exact = !m.share || n == 0;
    return n ? try_all(j, q, j->variables, n) : value;
}

Tri judge_exact(Judge *j, int node)
{
    bool exact;
    return answer(j, &(Question){.node = node, .rule = NONE, .other = NONE}, &exact);
}

static bool is_bound(Judge *j, int rule)
{
    for (uint32_t left = j->chosen[rule]; left; left &= left - 1)
        if (judge_node(j, j->s->rules[rule].versions[__builtin_ctz(left)].bound) != TRI_FALSE) return true;
    return false;
}

/* The rule that this one yields to and that is met, or may be. */
static int yielded(Judge *j, int rule, Tri is)
{
    const Rule *r = &j->s->rules[rule];
    for (size_t i = 0; i < r->yields_n; i++)
        if (yield_value(j, rule, i) == is) return r->yields[i];
    return -1;
}

static VerdictKind kind_of(Tri value, Tri yields)
{
    if (value == TRI_FALSE) return VERDICT_NOT_MET;
    if (yields == TRI_TRUE) return VERDICT_COVERED;
    return value == TRI_TRUE && yields == TRI_FALSE ? VERDICT_MET : VERDICT_UNDECIDED;
}

static uint8_t rule_origin(Judge *j, int rule)
{
    uint8_t o = 0;
    const Rule *r = &j->s->rules[rule];
    for (uint32_t left = j->chosen[rule]; left; left &= left - 1) {
        const RuleVersion *v = &r->versions[__builtin_ctz(left)];
        bool gap = v->gap != NONE && judge_node(j, v->gap) == TRI_TRUE;
        o |= gap ? WHY_PACK : (uint8_t)(judge_origin(j, v->bound) | judge_origin(j, v->condition[0]) | (v->except == NONE ? 0 : judge_origin(j, v->except)));
    }
    for (size_t i = 0; i < r->yields_n; i++)
        if (yields_here(j, rule, i) && judge_met(j, r->yields[i]) == TRI_OPEN) o |= rule_origin(j, r->yields[i]);
    return o;
}

static bool assumes(Judge *j, int rule)
{
    for (uint32_t left = j->chosen[rule]; left; left &= left - 1) {
        const RuleVersion *v = &j->s->rules[rule].versions[__builtin_ctz(left)];
        if (v->gap != NONE && judge_node(j, v->gap) == TRI_OPEN) return true;
    }
    return false;
}

static int readings_of(Judge *j, int rule)
{
    int n = 1;
    for (uint32_t left = j->chosen[rule]; left; left &= left - 1)
        if (j->s->rules[rule].versions[__builtin_ctz(left)].readings_n > n) n = j->s->rules[rule].versions[__builtin_ctz(left)].readings_n;
    return n;
}

static void either_of(Judge *j, int rule, Verdict *v)
{
    bool exact;
    if (yields_value(j, rule) != TRI_OPEN) return;
    int other = yielded(j, rule, TRI_OPEN);
    if (other >= 0 && answer(j, &(Question){.node = NONE, .rule = rule, .other = other}, &exact) == TRI_TRUE) v->either = other;
}

Verdict judge_rule(Judge *j, int rule)
{
    Verdict v = {.version = -1, .covered_by = -1, .either = -1, .exact = true};
    if (!j->chosen[rule]) return v.kind = VERDICT_NO_VERSION, v;
    v.version = __builtin_ctz(j->chosen[rule]);
    if (!is_bound(j, rule)) return v.kind = VERDICT_NOT_BOUND, v;
    bool exact_yields, exact;
    Tri yields = answer(j, &(Question){.node = NONE, .rule = rule, .other = NONE, .yields = true}, &exact_yields);
    Tri value = answer(j, &(Question){.node = NONE, .rule = rule, .other = NONE}, &exact);
    v.kind = kind_of(value, yields);
    v.exact = exact && exact_yields;
    return v;
}

void judge_explain(Judge *j, int rule, Verdict *v)
{
    bool exact;
    if (v->kind == VERDICT_NO_VERSION || v->kind == VERDICT_NOT_BOUND) return;
    Tri yields = answer(j, &(Question){.node = NONE, .rule = rule, .other = NONE, .yields = true}, &exact);
    v->readings_n = readings_of(j, rule);
    v->reading[0] = v->kind;
    for (int r = 1; r < v->readings_n; r++) {
        v->reading[r] = kind_of(answer(j, &(Question){.node = NONE, .rule = rule, .reading = r, .other = NONE}, &exact), yields);
        v->sensitive = v->sensitive || v->reading[r] != v->kind;
    }
    v->assumes = assumes(j, rule);
    if (v->kind == VERDICT_COVERED) v->covered_by = yielded(j, rule, TRI_TRUE);
    if (v->kind != VERDICT_UNDECIDED) return;
    v->origin = rule_origin(j, rule);
    either_of(j, rule, v);
}
