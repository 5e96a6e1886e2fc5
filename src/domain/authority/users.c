/*
 * users.c -- how many users one event hit, out of several reports: of one operator the latest of each class of service; of an operator that buys from another one in the
 * case, its users are the wholesaler's as well and are not added again. What was left out, and why, is told. O(reports²), of which a case has few.
 */
#include "authority/parts.h"

#define OPEN_END INT64_MAX
typedef struct Many { int64_t low, high; } Many;
typedef struct Node { const Record *r; bool old; size_t operator_; } Node;         /* one report; old: a newer one took its place */
typedef struct Operator { const Record *first; Many own, all; int above; } Operator; /* above: the wholesaler, or NO_INDEX */
typedef struct Sum { Ctx *c; Node *nodes; size_t n; Operator *ops; size_t ops_n; Buf why; bool twice; } Sum;

static int64_t plus(int64_t a, int64_t b) { return a == OPEN_END || b == OPEN_END || a > OPEN_END - b ? OPEN_END : a + b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static Many many_of(const Value *v)
{
    if (v->state == VALUE_KNOWN) return (Many){v->i, v->i};
    return v->state == VALUE_RANGE ? (Many){v->i, v->hi} : (Many){0, OPEN_END};
}

static bool same_text(Ctx *c, const Value *a, const Value *b)
{
    return a->text.n && b->text.n && str_eq(str_fold(c->a, a->text), str_fold(c->a, b->text));
}

/* By number where both have one, by name else. */
static bool same_operator(Ctx *c, const Record *a, const Record *b)
{
    const Value *x = value_of(a, "operator_code"), *y = value_of(b, "operator_code");
    if (x->text.n && y->text.n) return str_eq(x->text, y->text);
    return same_text(c, value_of(a, "operator"), value_of(b, "operator"));
}

static void tell(Sum *x, Text line)
{
    if (x->why.n) buf_byte(&x->why, '\n');
    buf_add(&x->why, line.in[x->c->lang]);
}

static Str number_text(Arena *a, int64_t n) { return str_printf(a, "%lld", (long long)n); }

static Str many_text(Arena *a, Many m)
{
    if (m.high == OPEN_END) return str_printf(a, "%lld〜", (long long)m.low);
    return m.low == m.high ? number_text(a, m.low) : str_printf(a, "%lld〜%lld", (long long)m.low, (long long)m.high);
}

/* --- operators and their latest reports ------------------------------------------------------------------------------------------ */

static int64_t came(const Record *r)
{
    const Value *v = value_of(r, "received_at");
    return v->state == VALUE_RANGE ? v->hi : v->state == VALUE_KNOWN ? v->i : r->created;
}

static bool is_newer(const Record *a, const Record *b) { return came(a) != came(b) ? came(a) > came(b) : a->number > b->number; }

static void find_operators(Sum *x)
{
    for (size_t i = 0; i < x->n; i++) {
        size_t k = 0;
        while (k < x->ops_n && !same_operator(x->c, x->ops[k].first, x->nodes[i].r)) k++;
        if (k == x->ops_n) x->ops[x->ops_n++] = (Operator){.first = x->nodes[i].r, .above = NO_INDEX};
        x->nodes[i].operator_ = k;
    }
}

static void drop_old(Sum *x)
{
    Arena *a = x->c->a;
    for (size_t i = 0; i < x->n; i++)
        for (size_t k = 0; k < x->n && !x->nodes[i].old; k++) {
            const Node *mine = &x->nodes[i], *other = &x->nodes[k];
            bool same = mine->operator_ == other->operator_ && str_eq(value_of(mine->r, "service_class")->text, value_of(other->r, "service_class")->text);
            if (i == k || !same || !is_newer(other->r, mine->r)) continue;
            x->nodes[i].old = true;
            tell(x, TEXT_FILL(a, "{0}は足していない：同じ報告者の{1}の方が新しい。", "{0} is not added: {1} of the same operator is newer.", record_label(a, mine->r), record_label(a, other->r)));
        }
}

/* People of two classes may be the same: at least the largest, at most all together. */
static void sum_own(Sum *x)
{
    size_t *classes = arena_array(x->c->a, size_t, x->ops_n + 1);
    for (size_t i = 0; i < x->n; i++) {
        if (x->nodes[i].old) continue;
        Many one = many_of(value_of(x->nodes[i].r, "users"));
        Operator *op = &x->ops[x->nodes[i].operator_];
        op->own = (Many){larger(op->own.low, one.low), plus(op->own.high, one.high)};
        classes[x->nodes[i].operator_]++;
        if (one.high == OPEN_END) tell(x, TEXT_FILL(x->c->a, "{0}の利用者数は分からない。", "The users of {0} are not known.", record_label(x->c->a, x->nodes[i].r)));
    }
    for (size_t k = 0; k < x->ops_n; k++)
        if (classes[k] > 1) tell(x, TEXT_FILL(x->c->a, "{0}は{1}の区分を報告した。同じ人が重なりうるので、多い方から合計までの範囲とした。", "{0} reported {1} classes: the same people may be in both, so from the largest to the sum.",
                                   value_of(x->ops[k].first, "operator")->text, number_text(x->c->a, (int64_t)classes[k])));
}

/* --- who buys from whom ------------------------------------------------------------------------------------------------------------ */

static int wholesaler_of(const Sum *x, const Record *r)
{
    const Value *ref = value_of(r, "wholesale_of"), *name = value_of(r, "wholesaler");
    for (size_t i = 0; i < x->n; i++) {
        const Record *o = x->nodes[i].r;
        bool named = (ref->state == VALUE_KNOWN && id_eq(ref->ref, o->id)) || same_text(x->c, name, value_of(o, "operator")) || same_text(x->c, name, value_of(o, "operator_code"));
        if (named) return (int)x->nodes[i].operator_;
    }
    return NO_INDEX;
}

/* Above itself through others: then nobody is. */
static bool comes_round(const Sum *x, int from)
{
    int at = x->ops[from].above;
    for (size_t i = 0; at != NO_INDEX && i <= x->ops_n; i++) {
        if (at == from) return true;
        at = x->ops[at].above;
    }
    return false;
}

static void find_above(Sum *x)
{
    for (size_t i = 0; i < x->n; i++) {
        int mine = (int)x->nodes[i].operator_, above = x->nodes[i].old ? NO_INDEX : wholesaler_of(x, x->nodes[i].r);
        if (above == NO_INDEX || above == mine || x->ops[mine].above != NO_INDEX) continue;
        x->ops[mine].above = above;
        if (!comes_round(x, mine)) continue;
        x->ops[mine].above = NO_INDEX;
        tell(x, TEXT_FILL(x->c->a, "{0}の卸の関係は、たどると自分に戻るので使っていない。", "The wholesale relation of {0} leads back to itself and is not used.", value_of(x->nodes[i].r, "operator")->text));
    }
}

static Many all_of(Sum *x, int op)
{
    Many below = {0, 0}, own = x->ops[op].own;
    Str names = {0};
    for (size_t k = 0; k < x->ops_n; k++) {
        if (x->ops[k].above != op) continue;
        Many one = all_of(x, (int)k);
        below = (Many){plus(below.low, one.low), plus(below.high, one.high)};
        Str name = str_printf(x->c->a, "%.*s（%.*s）", STR_ARG(value_of(x->ops[k].first, "operator")->text), STR_ARG(many_text(x->c->a, one)));
        names = names.n ? str_join(x->c->a, names, STR("、"), name) : name;
    }
    if (!names.n) return own;
    x->twice = true;
    tell(x, TEXT_FILL(x->c->a, "{0}は足していない：卸元の{1}（{2}）がこの事案にあり、その数に含まれるとみなした。含まれないなら、最大で{3}になる。",
            "{0} not added: the wholesaler {1} ({2}) is in this case and its number is taken to contain them. If it does not, up to {3}.", names, value_of(x->ops[op].first, "operator")->text, many_text(x->c->a, own),
            many_text(x->c->a, (Many){plus(own.high, below.high), plus(own.high, below.high)})));
    return (Many){larger(own.low, below.low), larger(own.high, below.high)};
}

UsersTotal users_total(Ctx *c, Record *const *reports, size_t n)
{
    Sum x = {.c = c, .nodes = arena_array(c->a, Node, n + 1), .ops = arena_array(c->a, Operator, n + 1)};
    Many all = {0, 0};
    buf_init(&x.why, c->a, 128);
    for (size_t i = 0; i < n; i++) x.nodes[x.n++] = (Node){.r = reports[i]};
    find_operators(&x);
    drop_old(&x);
    sum_own(&x);
    find_above(&x);
    for (size_t k = 0; k < x.ops_n; k++) {
        if (x.ops[k].above != NO_INDEX) continue;
        Many one = all_of(&x, (int)k);
        all = (Many){plus(all.low, one.low), plus(all.high, one.high)};
    }
    UsersTotal out = {.least = all.low, .why = buf_str(&x.why), .twice = x.twice, .operators = (int64_t)x.ops_n};
    if (!n) out.total = (Value){.state = VALUE_NONE};
    else if (all.high == OPEN_END) out.total = (Value){.state = VALUE_UNKNOWN, .i = UNKNOWN_NOT_ASKED};
    else out.total = all.low == all.high ? (Value){.state = VALUE_KNOWN, .i = all.low} : (Value){.state = VALUE_RANGE, .i = all.low, .hi = all.high};
    return out;
}
