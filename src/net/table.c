/*
 * table.c -- a net out of two tables: nodes, and who supplies whom. Rows of one node with the same group are one need, a row without group is a need of its own. All mistakes at
 * once, by table, row and column as a spreadsheet counts them: "edges:7:supplier". Cost: O(bytes + edges × log edges); memory about 150 bytes an edge.
 */
#include "base/csv.h"
#include "net/inside.h"

#include <math.h>
#include <stdlib.h>

/* --- any table by its columns ---------------------------------------------------------------------------------------------------- */

typedef enum { AS_TEXT, AS_NUMBER, AS_FLAG } ColumnKind;
typedef struct Column { const char *name; ColumnKind kind; size_t into; double max; bool needed; } Column; /* numbers: 0 … max; texts: at most max characters */
typedef struct Row { size_t row; } Row; /* how every row begins; counted from 1 */

enum { COLUMNS_MAX = 16 };

typedef struct Table {
    Arena *a;
    Mistakes *m;
    const char *name;
    const Column *columns; size_t columns_n, row_size;
    const Column *at[COLUMNS_MAX * 4]; size_t at_n; /* as the first row has them */
    char *rows; size_t n;
} Table;

/* False, always. */
static bool wrong(const Table *t, size_t row, const char *column, const char *code, Text text)
{
    if (t->m->n >= MISTAKES_MAX) t->m->more++;
    else mistake_add(t->m, str_printf(t->a, "%s:%zu:%s", t->name, row, column), code, text);
    return false;
}

static bool full(const Table *t) { return t->m->n >= MISTAKES_MAX; }

static bool heading(Table *t, Str name, size_t column)
{
    Str valid[COLUMNS_MAX], shown = str_has_control(name, false) || name.n > 60 ? STR("?") : name;
    if (column >= COUNT(t->at)) return wrong(t, 1, "…", "unknown_field", text_of("列が多すぎます。", "There are too many columns."));
    t->at_n = column + 1;
    for (size_t i = 0; i < t->columns_n; i++) {
        valid[i] = str_of(t->columns[i].name);
        if (!str_eq(name, valid[i])) continue;
        for (size_t k = 0; k < column; k++)
            if (t->at[k] == &t->columns[i]) wrong(t, 1, t->columns[i].name, "unique", text_of("この列が二つあります。", "This column is there twice."));
        t->at[column] = &t->columns[i];
        return true;
    }
    if (name.n) wrong(t, 1, str_c(t->a, shown), "unknown_field", not_a_word(t->a, shown, valid, t->columns_n));
    return !name.n;
}

static bool has(const Table *t, const Column *c)
{
    for (size_t k = 0; k < t->at_n; k++)
        if (t->at[k] == c) return true;
    return false;
}

static void headings_check(const Table *t)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (t->columns[i].needed && !has(t, &t->columns[i])) wrong(t, 1, t->columns[i].name, "required", text_of("この列がありません。", "This column is missing."));
}

static bool number_of(Str s, double *out)
{
    char digits[64], *end;
    if (s.n >= sizeof digits) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!memchr("0123456789+-.eE", s.s[i], 15)) return false; /* nothing that only C takes for a number */
    memcpy(digits, s.s, s.n), digits[s.n] = '\0';
    *out = strtod(digits, &end);
    return s.n && !*end && isfinite(*out);
}

static bool flag_of(Str s, bool *out)
{
    *out = str_eq_nocase(s, STR("true")) || str_eqc(s, "1");
    return *out || str_eq_nocase(s, STR("false")) || str_eqc(s, "0");
}

static bool cell(const Table *t, const Column *c, Str s, size_t row, void *into)
{
    double v;
    if (c->kind == AS_TEXT) {
        if ((double)str_chars(s) > c->max || str_has_control(s, false))
            return wrong(t, row, c->name, "type", full(t) ? (Text){0} : TEXT_FILL(t->a, "{0} 文字までの文字列にしてください（改行などの制御文字は使えません）。", "must be a text of at most {0} characters, without control characters", str_printf(t->a, "%.15g", c->max)));
        return *(Str *)into = s, true;
    }
    if (c->kind == AS_FLAG) return flag_of(s, into) || wrong(t, row, c->name, "type", text_of("true か false（1 か 0）にしてください。", "must be true or false (1 or 0)"));
    if (!number_of(s, &v)) return wrong(t, row, c->name, "type", text_of("数にしてください（桁区切りは付けません）。", "must be a number, without separators"));
    if (v < 0 || v > c->max) return wrong(t, row, c->name, "range", full(t) ? (Text){0} : TEXT_FILL(t->a, "0 以上 {0} 以下にしてください。", "must be at least 0 and at most {0}", str_printf(t->a, "%.15g", c->max)));
    return *(double *)into = v, true;
}

static void row_check(const Table *t, const char *row)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (t->columns[i].needed && has(t, &t->columns[i]) && !((const Str *)(row + t->columns[i].into))->n) wrong(t, ((const Row *)row)->row, t->columns[i].name, "required", text_of("必要です。", "is needed"));
}

static size_t lines_of(Str s)
{
    size_t n = 1;
    for (size_t i = 0; i < s.n; i++) n += s.s[i] == '\n' || s.s[i] == '\r';
    return n;
}

static void field_put(Table *t, Str s, size_t row, size_t column, const void *blank)
{
    if (!row) {
        heading(t, s, column);
        return;
    }
    if (!s.n) return;
    if (column >= t->at_n || !t->at[column]) {
        if (column >= t->at_n) wrong(t, row + 1, "…", "unknown_field", text_of("見出しのない列に値があります。", "There is a value in a column without a heading."));
        return;
    }
    char *last = t->n ? t->rows + (t->n - 1) * t->row_size : NULL;
    if (!last || ((Row *)last)->row != row + 1) {
        last = t->rows + t->n++ * t->row_size;
        memcpy(last, blank, t->row_size), ((Row *)last)->row = row + 1;
    }
    cell(t, t->at[column], s, row + 1, last + t->at[column]->into);
}

/* Rows that are not empty; `blank` is a row of which nothing was given. */
static Err table_read(Table *t, Str bytes, const void *blank)
{
    Csv csv;
    Str s;
    size_t row, column;
    if (bytes.n > NET_BYTES_MAX) return err_text(ERR_TOO_LARGE, TEXT_FILL(t->a, "表が大きすぎます（上限 {0} バイト）。", "The table is too large (limit {0} bytes).", str_printf(t->a, "%d", NET_BYTES_MAX)));
    TRY(csv_open(t->a, bytes, &csv));
    t->rows = arena_array(t->a, char, (lines_of(csv.text) + 1) * t->row_size);
    for (bool there = true; there;) {
        TRY(csv_next(&csv, &there, &s, &row, &column));
        if (there) field_put(t, str_trim(s), row, column, blank);
    }
    headings_check(t);
    for (size_t i = 0; i < t->n && !full(t); i++) row_check(t, t->rows + i * t->row_size);
    return ERR_NONE;
}

/* --- the two tables ---------------------------------------------------------------------------------------------------------------- */

typedef struct NodeRow { Row row; Str id, title, kind, service; double chance, repair_low, repair, repair_high, users; bool black_start; } NodeRow;
static const Column node_columns[] = {
    {"id", AS_TEXT, offsetof(NodeRow, id), NET_ID_MAX, true}, {"title", AS_TEXT, offsetof(NodeRow, title), NET_TITLE_MAX}, {"kind", AS_TEXT, offsetof(NodeRow, kind), NET_WORD_MAX},
    {"chance", AS_NUMBER, offsetof(NodeRow, chance), 1}, {"repair", AS_NUMBER, offsetof(NodeRow, repair), NET_HOURS_MAX}, {"repair_low", AS_NUMBER, offsetof(NodeRow, repair_low), NET_HOURS_MAX},
    {"repair_high", AS_NUMBER, offsetof(NodeRow, repair_high), NET_HOURS_MAX}, {"black_start", AS_FLAG, offsetof(NodeRow, black_start)}, {"users", AS_NUMBER, offsetof(NodeRow, users), NET_USERS_MAX},
    {"service", AS_TEXT, offsetof(NodeRow, service), NET_WORD_MAX},
};
typedef struct EdgeRow { Row row; Str node, supplier, group, fails_when; double buffer, cost; } EdgeRow;
static const Column edge_columns[] = {
    {"node", AS_TEXT, offsetof(EdgeRow, node), NET_ID_MAX, true}, {"supplier", AS_TEXT, offsetof(EdgeRow, supplier), NET_ID_MAX, true}, {"group", AS_TEXT, offsetof(EdgeRow, group), NET_ID_MAX},
    {"fails_when", AS_TEXT, offsetof(EdgeRow, fails_when), 20}, {"buffer", AS_NUMBER, offsetof(EdgeRow, buffer), NET_HOURS_MAX}, {"cost", AS_NUMBER, offsetof(EdgeRow, cost), FORM_AMOUNT_MAX},
};

/* low and high stand beside the usual value, or not at all. */
static void repair_put(const Table *t, const NodeRow *d, CascadeNode *n)
{
    double low = isnan(d->repair_low) ? d->repair : d->repair_low, high = isnan(d->repair_high) ? d->repair : d->repair_high;
    if (isnan(d->repair)) {
        if (!isnan(low) || !isnan(high)) wrong(t, d->row.row, "repair", "required", text_of("repair_low や repair_high を書くときは必要です。", "is needed where repair_low or repair_high is given"));
        return;
    }
    if (low > d->repair) wrong(t, d->row.row, "repair_low", "range", text_of("repair 以下にしてください。", "must not be greater than repair"));
    if (high < d->repair) wrong(t, d->row.row, "repair_high", "range", text_of("repair 以上にしてください。", "must not be less than repair"));
    n->repair_low = low, n->repair_mode = d->repair, n->repair_high = high;
}

static void node_put(const Table *t, Net *net, CascadeNode *nodes, size_t i)
{
    const NodeRow *d = (const NodeRow *)(t->rows + i * t->row_size);
    repair_put(t, d, &nodes[i]);
    if (d->service.n && isnan(d->users)) wrong(t, d->row.row, "users", "required", text_of("service を書くときは利用者数が要ります。", "is needed where service is given"));
    nodes[i].chance = d->chance, nodes[i].users = isnan(d->users) ? 0 : d->users, nodes[i].black_start = d->black_start;
    net->titles[i] = d->title.n ? d->title : d->id, net->kinds[i] = d->kind, net->services[i] = d->service, net->repair_given[i] = !isnan(d->repair);
    ((Str *)net->net.ids)[i] = d->id;
}

static void names_put(const Table *t, const Net *net, FormNames *names)
{
    Arena *a = t->a;
    Mistakes none;
    mistakes_init(&none, a);
    *names = (FormNames){arena_array(a, FormName, t->n + 1), t->n};
    for (size_t i = 0; i < t->n; i++) names->list[i] = (FormName){net->net.ids[i], i};
    names_sort(&(FormIn){a, &none}, names, NULL); /* its paths are of a JSON: said again in the words of a table */
    for (size_t i = 1; i < t->n && none.n; i++) {
        const FormName *one = &names->list[i], *before = &names->list[i - 1];
        if (!one->id.n || !str_eq(one->id, before->id) || full(t)) continue;
        wrong(t, ((const NodeRow *)(t->rows + one->at * t->row_size))->row.row, "id", "unique",
            TEXT_FILL(a, "「{0}」は {1} 行目にもあります。", "\"{0}\" is in row {1} as well", one->id, str_printf(a, "%zu", ((const NodeRow *)(t->rows + before->at * t->row_size))->row.row)));
    }
}

static void nodes_put(const Table *t, Net *net, FormNames *names)
{
    Arena *a = t->a;
    size_t n = t->n;
    CascadeNode *nodes = arena_array(a, CascadeNode, n + 1);
    net->titles = arena_array(a, Str, n + 1), net->kinds = arena_array(a, Str, n + 1), net->services = arena_array(a, Str, n + 1), net->repair_given = arena_array(a, bool, n + 1);
    net->net.ids = arena_array(a, Str, n + 1), net->net.nodes = nodes, net->net.nodes_n = n;
    for (size_t i = 0; i < n; i++) node_put(t, net, nodes, i);
    names_put(t, net, names);
    if (!n) wrong(t, 1, "id", "required", text_of("ノードが一つもありません。", "There is no node."));
}

/* --- rows into needs ------------------------------------------------------------------------------------------------------------------ */

typedef struct Edge { uint32_t node, supplier; const EdgeRow *d; } Edge;
typedef struct Group { size_t from, n, row; uint32_t node; } Group; /* edges[from … from + n); row of the first */

static int by_group(const void *x, const void *y)
{
    const Edge *p = x, *q = y;
    if (p->node != q->node) return p->node < q->node ? -1 : 1;
    int order = str_cmp(p->d->group, q->d->group);
    return order ? order : p->d->row.row < q->d->row.row ? -1 : p->d->row.row > q->d->row.row;
}

static int by_row(const void *x, const void *y)
{
    const Group *p = x, *q = y;
    if (p->node != q->node) return p->node < q->node ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

static bool resolved(const Table *t, const FormNames *names, const EdgeRow *d, Str id, const char *column, uint32_t *out)
{
    size_t i = id.n ? names_find(names, id) : SIZE_MAX;
    *out = (uint32_t)i;
    if (i == SIZE_MAX && id.n) wrong(t, d->row.row, column, "reference", full(t) ? (Text){0} : names_none(t->a, names, id));
    return i != SIZE_MAX;
}

static size_t edges_of(const Table *t, const FormNames *names, Edge *edges)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const EdgeRow *d = (const EdgeRow *)(t->rows + i * t->row_size);
        Edge e = {.d = d};
        bool node = resolved(t, names, d, d->node, "node", &e.node), supplier = resolved(t, names, d, d->supplier, "supplier", &e.supplier);
        if (node && supplier && e.node == e.supplier) wrong(t, d->row.row, "supplier", "loop", text_of("自分自身に依存することはできません。", "a node cannot need itself"));
        if (node && supplier) edges[n++] = e;
    }
    return n;
}

static size_t groups_of(const Edge *edges, size_t n, Group *groups)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const Edge *e = &edges[i], *before = i ? &edges[i - 1] : NULL;
        if (before && e->d->group.n && before->node == e->node && str_eq(before->d->group, e->d->group)) groups[k - 1].n++;
        else groups[k++] = (Group){i, 1, e->d->row.row, e->node};
    }
    return k;
}

/* What rows of one need say of it must be the same wherever it is said. */
static void differs(const Table *t, const EdgeRow *d, size_t before, const char *column)
{
    wrong(t, d->row.row, column, "differs", full(t) ? (Text){0} : TEXT_FILL(t->a, "同じ group の {0} 行目と違います。", "is not what row {0} of the same group says", str_printf(t->a, "%zu", before)));
}

static void number_agree(const Table *t, const EdgeRow *d, double v, double *kept, size_t *row, const char *column)
{
    if (isnan(v)) return;
    if (isnan(*kept)) *kept = v, *row = d->row.row;
    else if (v != *kept) differs(t, d, *row, column);
}

static void need_put(const Table *t, const Edge *edges, const Group *g, Net *net, CascadeNeed *need, uint32_t *suppliers, uint32_t *seen)
{
    double buffer = NAN, cost = NAN;
    Str fails_when = {0};
    size_t buffer_row = 0, cost_row = 0, when_row = 0;
    uint32_t stamp = (uint32_t)(need - net->net.needs) + 1;
    for (size_t i = g->from; i < g->from + g->n; i++) {
        const EdgeRow *d = edges[i].d;
        number_agree(t, d, d->buffer, &buffer, &buffer_row, "buffer"), number_agree(t, d, d->cost, &cost, &cost_row, "cost");
        if (d->fails_when.n && fails_when.n && !str_eq(d->fails_when, fails_when)) differs(t, d, when_row, "fails_when");
        if (d->fails_when.n && !fails_when.n) fails_when = d->fails_when, when_row = d->row.row;
        if (seen[edges[i].supplier] == stamp) wrong(t, d->row.row, "supplier", "unique", text_of("同じ group に二度あります。", "is twice in this group"));
        seen[edges[i].supplier] = stamp;
        suppliers[i - g->from] = edges[i].supplier;
    }
    *need = (CascadeNeed){(uint32_t)(suppliers - net->net.suppliers), (uint32_t)g->n, 1, isnan(buffer) ? 0 : buffer};
    net->cost[need - net->net.needs] = cost;
    int64_t number = 0;
    Text words;
    const char *code;
    bool whole = str_int(fails_when, &number);
    if (fails_when.n && !full(t) && !net_fails_when(t->a, fails_when, whole, number, need->n, &need->k, &words, &code)) wrong(t, when_row, "fails_when", code, words);
}

static void edges_put(const Table *t, const FormNames *names, Net *net)
{
    Arena *a = t->a;
    Edge *edges = arena_array(a, Edge, t->n + 1);
    Group *groups = arena_array(a, Group, t->n + 1);
    size_t n = edges_of(t, names, edges), at = 0;
    if (n) qsort(edges, n, sizeof *edges, by_group);
    size_t k = groups_of(edges, n, groups);
    if (k) qsort(groups, k, sizeof *groups, by_row);
    CascadeNeed *needs = arena_array(a, CascadeNeed, k + 1);
    CascadeNode *nodes = (CascadeNode *)net->net.nodes;
    uint32_t *suppliers = arena_array(a, uint32_t, n + 1), *seen = arena_array(a, uint32_t, net->net.nodes_n + 1);
    net->cost = arena_array(a, double, k + 1), net->net.needs = needs, net->net.suppliers = suppliers, net->net.needs_n = k, net->net.suppliers_n = n;
    for (size_t i = 0; i < k; at += groups[i++].n) nodes[groups[i].node].n++, need_put(t, edges, &groups[i], net, &needs[i], suppliers + at, seen);
    for (size_t i = 1; i < net->net.nodes_n; i++) nodes[i].first = nodes[i - 1].first + nodes[i - 1].n;
}

Err net_read_csv(Arena *a, Str nodes, Str edges, Net *out)
{
    Mistakes m;
    FormNames names;
    *out = (Net){0};
    mistakes_init(&m, a);
    Table node_table = {.a = a, .m = &m, .name = "nodes", .columns = node_columns, .columns_n = COUNT(node_columns), .row_size = sizeof(NodeRow)};
    Table edge_table = {.a = a, .m = &m, .name = "edges", .columns = edge_columns, .columns_n = COUNT(edge_columns), .row_size = sizeof(EdgeRow)};
    TRY(table_read(&node_table, nodes, &(NodeRow){.repair = NAN, .repair_low = NAN, .repair_high = NAN, .users = NAN}));
    TRY(table_read(&edge_table, edges, &(EdgeRow){.buffer = NAN, .cost = NAN}));
    nodes_put(&node_table, out, &names);
    edges_put(&edge_table, &names, out);
    return err_mistakes(&m);
}
