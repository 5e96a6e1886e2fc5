/*
 * read.c -- a net out of its JSON (kaname-net/1), by tables of keys; all mistakes at once. What the tables cannot know: names that refer, k of n, numbers that belong together.
 * Memory: about 200 bytes an edge in lists of ten, most of it the tree of jansson; several times as much where each edge is a need of its own. Cost: O(bytes + edges × log nodes).
 */
#include "net/inside.h"

#include <jansson.h>
#include <math.h>

/* --- the tables ---------------------------------------------------------------------------------------------------------------- */

typedef struct NeedDoc { const json_t *of, *fails_when; double buffer, cost; } NeedDoc;
static const FormField need_keys[] = {
    {"of", FORM_LIST, offsetof(NeedDoc, of), .min = 1, .max = CASCADE_NODES_MAX, .flags = FORM_NEEDED}, {"fails_when", FORM_OTHER, offsetof(NeedDoc, fails_when)},
    {"buffer", FORM_NUMBER, offsetof(NeedDoc, buffer), .max = NET_HOURS_MAX}, {"cost", FORM_NUMBER, offsetof(NeedDoc, cost), .max = FORM_AMOUNT_MAX},
};
static const Form need_form = FORM("need", need_keys);

typedef struct NodeDoc { Str id, title, kind, service; double chance, users; bool black_start; const json_t *repair, *needs; } NodeDoc;
static const FormField node_keys[] = {
    {"id", FORM_STR, offsetof(NodeDoc, id), .max = NET_ID_MAX, .flags = FORM_NEEDED}, {"title", FORM_STR, offsetof(NodeDoc, title), .max = NET_TITLE_MAX},
    {"kind", FORM_STR, offsetof(NodeDoc, kind), .max = NET_WORD_MAX}, {"chance", FORM_NUMBER, offsetof(NodeDoc, chance), .max = 1}, {"repair", FORM_OTHER, offsetof(NodeDoc, repair)},
    {"black_start", FORM_BOOL, offsetof(NodeDoc, black_start)}, {"users", FORM_NUMBER, offsetof(NodeDoc, users), .max = NET_USERS_MAX}, {"service", FORM_STR, offsetof(NodeDoc, service), .max = NET_WORD_MAX},
    {"needs", FORM_LIST, offsetof(NodeDoc, needs), .max = CASCADE_NODES_MAX, .of = &need_form},
};
static const Form node_form = {NULL, node_keys, COUNT(node_keys), NULL};

typedef struct RepairDoc { double low, mode, high; } RepairDoc;
static const FormField repair_keys[] = {
    {"low", FORM_NUMBER, offsetof(RepairDoc, low), .max = NET_HOURS_MAX, .flags = FORM_NEEDED}, {"mode", FORM_NUMBER, offsetof(RepairDoc, mode), .max = NET_HOURS_MAX, .flags = FORM_NEEDED},
    {"high", FORM_NUMBER, offsetof(RepairDoc, high), .max = NET_HOURS_MAX, .flags = FORM_NEEDED},
};
static const Form repair_form = {NULL, repair_keys, COUNT(repair_keys), NULL};

typedef struct HitDoc { Str node; double chance, at, repair; } HitDoc;
static const FormField hit_keys[] = {{"node", FORM_STR, offsetof(HitDoc, node), .max = NET_ID_MAX, .flags = FORM_NEEDED}, {"chance", FORM_NUMBER, offsetof(HitDoc, chance), .max = 1}};
static const Form hit_form = {NULL, hit_keys, COUNT(hit_keys), NULL};
static const FormField strike_keys[] = {
    {"node", FORM_STR, offsetof(HitDoc, node), .max = NET_ID_MAX, .flags = FORM_NEEDED}, {"at", FORM_NUMBER, offsetof(HitDoc, at), .max = NET_HOURS_MAX},
    {"repair", FORM_NUMBER, offsetof(HitDoc, repair), .max = NET_HOURS_MAX},
};
static const Form strike_form = {NULL, strike_keys, COUNT(strike_keys), NULL};

typedef struct GroupDoc { Str id, title; double chance; const json_t *hits; } GroupDoc; /* a cause or a scenario */
static const FormField cause_keys[] = {
    {"id", FORM_STR, offsetof(GroupDoc, id), .max = NET_ID_MAX, .flags = FORM_NEEDED}, {"title", FORM_STR, offsetof(GroupDoc, title), .max = NET_TITLE_MAX},
    {"chance", FORM_NUMBER, offsetof(GroupDoc, chance), .max = 1, .flags = FORM_NEEDED}, {"hits", FORM_LIST, offsetof(GroupDoc, hits), .min = 1, .max = CASCADE_NODES_MAX, .flags = FORM_NEEDED, .of = &hit_form},
};
static const Form cause_form = {NULL, cause_keys, COUNT(cause_keys), NULL};
static const FormField scenario_keys[] = {
    {"id", FORM_STR, offsetof(GroupDoc, id), .max = NET_ID_MAX, .flags = FORM_NEEDED}, {"title", FORM_STR, offsetof(GroupDoc, title), .max = NET_TITLE_MAX},
    {"hits", FORM_LIST, offsetof(GroupDoc, hits), .min = 1, .max = NET_SCENARIO_HITS_MAX, .flags = FORM_NEEDED},
};
static const Form scenario_form = {NULL, scenario_keys, COUNT(scenario_keys), NULL};

typedef struct SectorsDoc { const json_t *names, *a, *recovery, *shock, *weights; } SectorsDoc;
static const FormField sectors_keys[] = {
    {"names", FORM_LIST, offsetof(SectorsDoc, names), .min = 1, .max = NET_SECTORS_MAX, .flags = FORM_NEEDED}, {"a", FORM_LIST, offsetof(SectorsDoc, a), .min = 1, .max = NET_SECTORS_MAX, .flags = FORM_NEEDED},
    {"recovery", FORM_NUMBERS, offsetof(SectorsDoc, recovery), .min = 1, .max = NET_SECTORS_MAX}, {"shock", FORM_NUMBERS, offsetof(SectorsDoc, shock), .min = 1, .max = NET_SECTORS_MAX, .flags = FORM_NEEDED},
    {"weights", FORM_NUMBERS, offsetof(SectorsDoc, weights), .min = 1, .max = NET_SECTORS_MAX},
};
static const Form sectors_form = {NULL, sectors_keys, COUNT(sectors_keys), NULL};

typedef struct NetDoc { Str format, title; const json_t *nodes, *causes, *scenarios, *sectors; } NetDoc;
static const FormField net_keys[] = {
    {"format", FORM_STR, offsetof(NetDoc, format), .max = 40, .flags = FORM_NEEDED}, {"title", FORM_STR, offsetof(NetDoc, title), .max = NET_TITLE_MAX},
    {"nodes", FORM_LIST, offsetof(NetDoc, nodes), .min = 1, .max = CASCADE_NODES_MAX, .flags = FORM_NEEDED, .of = &node_form}, {"causes", FORM_LIST, offsetof(NetDoc, causes), .max = 100000, .of = &cause_form},
    {"scenarios", FORM_LIST, offsetof(NetDoc, scenarios), .max = 100000, .of = &scenario_form}, {"sectors", FORM_OBJECT, offsetof(NetDoc, sectors), .of = &sectors_form},
};
static const Form net_form = {NULL, net_keys, COUNT(net_keys), NULL};

/* --- names that refer ------------------------------------------------------------------------------------------------------------ */

typedef struct Reading {
    FormIn f;
    Net *net;
    FormNames names;  /* of nodes */
    const json_t **needs; /* [nodes_n] lists of needs, NULL none */
    uint32_t *seen, stamp; /* [nodes_n]: in which list a node stood last */
    CascadeNode *nodes;
    CascadeNeed *need; size_t needs_n;
    uint32_t *suppliers; size_t suppliers_n;
} Reading;

static bool full(const FormIn *f) { return f->m->n >= MISTAKES_MAX; }

static Str or_id(Str title, Str id) { return title.n ? title : id; }

/* The node of that name; false when there is none. */
static bool node_of(Reading *r, Str id, const FormPath *at, uint32_t *out)
{
    size_t i = names_find(&r->names, id);
    if (i == SIZE_MAX) return form_wrong(&r->f, at, "reference", full(&r->f) ? (Text){0} : names_none(r->f.a, &r->names, id)), false;
    *out = (uint32_t)i;
    return true;
}

/* So, and for the first time in this list. */
static bool node_once(Reading *r, Str id, const FormPath *at, uint32_t *out)
{
    if (!node_of(r, id, at, out)) return false;
    if (r->seen[*out] == r->stamp) return form_wrong(&r->f, at, "unique", text_of("同じものが二度あります。", "is there twice")), false;
    r->seen[*out] = r->stamp;
    return true;
}

static bool name_in(FormIn *f, const json_t *v, const FormPath *at, Str *out)
{
    *out = json_str_of(v);
    if (json_is_string(v) && out->n && str_chars(*out) <= NET_ID_MAX && !str_has_control(*out, false)) return true;
    return form_wrong(f, at, "type", text_of("ノードの id を文字列で書いてください。", "must be the id of a node, a text")), false;
}

/* --- nodes -------------------------------------------------------------------------------------------------------------------------- */

static void repair_read(FormIn *f, const json_t *v, const FormPath *at, CascadeNode *n)
{
    RepairDoc d = {0};
    if (json_is_object(v)) {
        if (!form_read(f, &repair_form, v, at, &d)) return;
        if (d.mode < d.low) form_wrong(f, FORM_KEY(at, "mode"), "range", text_of("low 以上にしてください。", "must not be less than low"));
        if (d.high < d.mode) form_wrong(f, FORM_KEY(at, "high"), "range", text_of("mode 以上にしてください。", "must not be less than mode"));
    } else {
        d.low = d.mode = d.high = json_number_value(v);
        if (!json_is_number(v)) form_wrong(f, at, "type", text_of("時間数か、low・mode・high の組で書いてください。", "must be a number of hours, or an object of low, mode and high"));
        else if (d.low < 0 || d.low > NET_HOURS_MAX) form_wrong(f, at, "range", text_of("0 以上 1000000 以下の時間数にしてください。", "must be a number of hours of at least 0 and at most 1000000"));
    }
    n->repair_low = d.low, n->repair_mode = d.mode, n->repair_high = d.high;
}

static void node_read(Reading *r, size_t i, const json_t *v, const FormPath *at)
{
    NodeDoc d = {.users = NAN};
    Net *net = r->net;
    CascadeNode *n = &r->nodes[i];
    form_read(&r->f, &node_form, v, at, &d);
    if (d.repair) repair_read(&r->f, d.repair, FORM_KEY(at, "repair"), n);
    if (d.service.n && isnan(d.users) && !json_object_get(v, "users")) form_wrong(&r->f, FORM_KEY(at, "users"), "required", text_of("service を書くときは利用者数が要ります。", "is needed where service is given"));
    n->chance = d.chance, n->users = isnan(d.users) ? 0 : d.users, n->black_start = d.black_start;
    net->titles[i] = or_id(d.title, d.id), net->kinds[i] = d.kind, net->services[i] = d.service, net->repair_given[i] = d.repair;
    ((Str *)net->net.ids)[i] = d.id;
    r->needs[i] = d.needs;
    r->names.list[i] = (FormName){d.id, i};
}

/* --- needs -------------------------------------------------------------------------------------------------------------------------- */

bool net_fails_when(Arena *a, Str word, bool whole, int64_t number, uint32_t n, uint32_t *k, Text *wrong, const char **code)
{
    static const Str words[] = {{"any", 3}, {"all", 3}};
    *k = 1, *code = "range";
    if (whole && number >= 1 && number <= n) return *k = (uint32_t)number, true;
    if (str_eq(word, words[0])) return true;
    if (str_eq(word, words[1])) return *k = n, true;
    Str most = str_printf(a, "%u", n);
    if (whole) *wrong = TEXT_FILL(a, "any、all か、1 から {0} まで（供給元の数）の整数にしてください。", "must be any, all, or a whole number from 1 to {0}, the number of suppliers", most);
    else if (word.n && !str_has_control(word, false)) *code = "choice", *wrong = not_a_word(a, word, words, COUNT(words));
    else *code = "type", *wrong = text_of("any、all か整数で書いてください。", "must be any, all or a whole number");
    return false;
}

static void fails_when_read(Reading *r, const json_t *v, const FormPath *at, CascadeNeed *need)
{
    Text wrong;
    const char *code;
    need->k = 1;
    if (!v || full(&r->f) || net_fails_when(r->f.a, json_str_of(v), json_is_integer(v), json_integer_value(v), need->n, &need->k, &wrong, &code)) return;
    form_wrong(&r->f, at, code, wrong);
}

static void suppliers_read(Reading *r, uint32_t node, const json_t *of, const FormPath *at)
{
    size_t i;
    json_t *v;
    r->stamp++;
    json_array_foreach(of, i, v) {
        Str id;
        uint32_t supplier = 0;
        const FormPath *p = FORM_AT(at, i);
        if (!name_in(&r->f, v, p, &id) || !node_once(r, id, p, &supplier)) continue;
        if (supplier == node) form_wrong(&r->f, p, "loop", text_of("自分自身に依存することはできません。", "a node cannot need itself"));
        r->suppliers[r->suppliers_n++] = supplier;
    }
}

static void need_read(Reading *r, uint32_t node, const json_t *v, const FormPath *at)
{
    NeedDoc d = {.cost = NAN};
    CascadeNeed *need = &r->need[r->needs_n];
    r->net->cost[r->needs_n++] = NAN;
    form_read(&r->f, &need_form, v, at, &d);
    need->first = (uint32_t)r->suppliers_n, need->buffer = d.buffer;
    r->net->cost[r->needs_n - 1] = d.cost;
    suppliers_read(r, node, d.of, FORM_KEY(at, "of"));
    need->n = (uint32_t)(r->suppliers_n - need->first);
    if (need->n == json_array_size(d.of)) fails_when_read(r, d.fails_when, FORM_KEY(at, "fails_when"), need); /* else 1 … n is not known */
}

/* How much room the needs take at most. */
static void needs_count(Reading *r, size_t *needs, size_t *suppliers)
{
    *needs = *suppliers = 0;
    for (size_t i = 0; i < r->net->net.nodes_n; i++) {
        size_t k;
        json_t *v;
        *needs += json_array_size(r->needs[i]);
        json_array_foreach(r->needs[i], k, v) *suppliers += json_array_size(json_object_get(v, "of"));
    }
}

static void needs_read(Reading *r)
{
    size_t needs, suppliers;
    needs_count(r, &needs, &suppliers);
    r->need = arena_array(r->f.a, CascadeNeed, needs + 1), r->net->cost = arena_array(r->f.a, double, needs + 1), r->suppliers = arena_array(r->f.a, uint32_t, suppliers + 1);
    const FormPath *nodes = FORM_KEY(NULL, "nodes");
    for (size_t i = 0; i < r->net->net.nodes_n; i++) {
        size_t k;
        json_t *v;
        r->nodes[i].first = (uint32_t)r->needs_n;
        json_array_foreach(r->needs[i], k, v) need_read(r, (uint32_t)i, v, FORM_AT(FORM_KEY(FORM_AT(nodes, i), "needs"), k));
        r->nodes[i].n = (uint32_t)r->needs_n - r->nodes[i].first;
    }
    CascadeNet *net = &r->net->net;
    net->needs = r->need, net->needs_n = r->needs_n, net->suppliers = r->suppliers, net->suppliers_n = r->suppliers_n;
}

static void nodes_read(Reading *r, const json_t *list)
{
    size_t n = json_array_size(list), i;
    Arena *a = r->f.a;
    json_t *v;
    Net *net = r->net;
    net->titles = arena_array(a, Str, n + 1), net->kinds = arena_array(a, Str, n + 1), net->services = arena_array(a, Str, n + 1), net->repair_given = arena_array(a, bool, n + 1);
    net->net.ids = arena_array(a, Str, n + 1), net->net.nodes = r->nodes = arena_array(a, CascadeNode, n + 1), net->net.nodes_n = n;
    r->needs = arena_array(a, const json_t *, n + 1), r->seen = arena_array(a, uint32_t, n + 1);
    r->names = (FormNames){arena_array(a, FormName, n + 1), n};
    const FormPath *nodes = FORM_KEY(NULL, "nodes");
    json_array_foreach(list, i, v) node_read(r, i, v, FORM_AT(nodes, i));
    names_sort(&r->f, &r->names, nodes);
    needs_read(r);
}

/* --- causes and scenarios ----------------------------------------------------------------------------------------------------------- */

static void cause_read(Reading *r, const json_t *v, const FormPath *at, CascadeCause *cause, Str *title, CascadeHit *hits, size_t *hits_n)
{
    GroupDoc d = {0};
    size_t i;
    json_t *one;
    form_read(&r->f, &cause_form, v, at, &d);
    *cause = (CascadeCause){.id = d.id, .chance = d.chance, .first = (uint32_t)*hits_n};
    *title = or_id(d.title, d.id);
    r->stamp++;
    json_array_foreach(d.hits, i, one) {
        HitDoc h = {.chance = 1};
        uint32_t node;
        const FormPath *p = FORM_AT(FORM_KEY(at, "hits"), i);
        if (form_read(&r->f, &hit_form, one, p, &h) && node_once(r, h.node, FORM_KEY(p, "node"), &node)) hits[(*hits_n)++] = (CascadeHit){node, h.chance};
    }
    cause->n = (uint32_t)(*hits_n - cause->first);
}

static void causes_read(Reading *r, const json_t *list)
{
    size_t n = json_array_size(list), hits_n = 0, i;
    const FormPath *causes = FORM_KEY(NULL, "causes");
    json_t *v;
    CascadeCause *cause = arena_array(r->f.a, CascadeCause, n + 1);
    FormNames names = {arena_array(r->f.a, FormName, n + 1), n};
    json_array_foreach(list, i, v) hits_n += json_array_size(json_object_get(v, "hits"));
    CascadeHit *hits = arena_array(r->f.a, CascadeHit, hits_n + 1);
    r->net->cause_titles = arena_array(r->f.a, Str, n + 1);
    hits_n = 0;
    json_array_foreach(list, i, v) {
        cause_read(r, v, FORM_AT(causes, i), &cause[i], &r->net->cause_titles[i], hits, &hits_n);
        names.list[i] = (FormName){cause[i].id, i};
    }
    names_sort(&r->f, &names, causes);
    CascadeNet *net = &r->net->net;
    net->causes = cause, net->causes_n = n, net->hits = hits, net->hits_n = hits_n;
}

static void strike_read(Reading *r, const json_t *v, const FormPath *at, NetScenario *s)
{
    HitDoc h = {.repair = NAN};
    uint32_t node;
    bool plain = !json_is_object(v);
    if (plain ? !name_in(&r->f, v, at, &h.node) : !form_read(&r->f, &strike_form, v, at, &h)) return;
    if (!node_once(r, h.node, plain ? at : FORM_KEY(at, "node"), &node)) return;
    s->hit[s->n] = node, s->at[s->n] = h.at, s->repair[s->n] = h.repair;
    s->n++;
}

static void scenario_read(Reading *r, const json_t *v, const FormPath *at, NetScenario *s)
{
    GroupDoc d = {0};
    size_t i;
    json_t *one;
    form_read(&r->f, &scenario_form, v, at, &d);
    size_t n = json_array_size(d.hits);
    *s = (NetScenario){.id = d.id, .title = or_id(d.title, d.id), .hit = arena_array(r->f.a, uint32_t, n + 1), .at = arena_array(r->f.a, double, n + 1), .repair = arena_array(r->f.a, double, n + 1)};
    r->stamp++;
    json_array_foreach(d.hits, i, one) strike_read(r, one, FORM_AT(FORM_KEY(at, "hits"), i), s);
}

static void scenarios_read(Reading *r, const json_t *list)
{
    size_t n = json_array_size(list), i;
    const FormPath *scenarios = FORM_KEY(NULL, "scenarios");
    json_t *v;
    FormNames names = {arena_array(r->f.a, FormName, n + 1), n};
    r->net->scenarios = arena_array(r->f.a, NetScenario, n + 1), r->net->scenarios_n = n;
    json_array_foreach(list, i, v) {
        scenario_read(r, v, FORM_AT(scenarios, i), &r->net->scenarios[i]);
        names.list[i] = (FormName){r->net->scenarios[i].id, i};
    }
    names_sort(&r->f, &names, scenarios);
}

/* --- sectors ------------------------------------------------------------------------------------------------------------------------ */

static bool sized(FormIn *f, const json_t *v, size_t n, const FormPath *at)
{
    if (json_is_array(v) && json_array_size(v) == n) return true;
    form_wrong(f, at, "length", full(f) ? (Text){0} : TEXT_FILL(f->a, "names と同じ {0} 個を [ ] で並べてください。", "must be a list [ ] of {0}, as many as there are names", str_printf(f->a, "%zu", n)));
    return false;
}

/* n numbers least … most (least itself only when `zero`). */
static double *numbers(FormIn *f, const json_t *v, size_t n, double most, bool zero, const FormPath *at)
{
    double *out = arena_array(f->a, double, n + 1);
    if (!sized(f, v, n, at) || !form_numbers(f, v, at, out)) return out;
    for (size_t i = 0; i < n; i++)
        if (out[i] > most || (!zero && out[i] <= 0)) form_wrong(f, FORM_AT(at, i), "range", zero ? text_of("0 以上 1 以下にしてください。", "must be at least 0 and at most 1") : text_of("0 より大きく 1 以下にしてください。", "must be greater than 0 and at most 1"));
    return out;
}

static void sector_names(FormIn *f, const json_t *list, const FormPath *at, Net *net)
{
    size_t i;
    json_t *v;
    net->sector_names = arena_array(f->a, Str, json_array_size(list) + 1);
    json_array_foreach(list, i, v) {
        Str s = json_str_of(v);
        if (!s.n || str_chars(s) > NET_TITLE_MAX || str_has_control(s, false)) form_wrong(f, FORM_AT(at, i), "type", text_of("部門の名前を文字列で書いてください。", "must be the name of a sector, a text"));
        net->sector_names[i] = s;
    }
}

static double *matrix(FormIn *f, const json_t *list, size_t n, const FormPath *at)
{
    double *out = arena_array(f->a, double, n * n + 1);
    size_t i;
    json_t *v;
    if (!sized(f, list, n, at)) return out;
    json_array_foreach(list, i, v)
        if (sized(f, v, n, FORM_AT(at, i))) form_numbers(f, v, FORM_AT(at, i), out + i * n);
    return out;
}

static void sectors_read(FormIn *f, const json_t *v, Net *net)
{
    SectorsDoc d = {0};
    const FormPath *at = FORM_KEY(NULL, "sectors");
    size_t before = f->m->n;
    if (!form_read(f, &sectors_form, v, at, &d)) return;
    size_t n = json_array_size(d.names);
    Sectors *s = &net->sectors;
    sector_names(f, d.names, FORM_KEY(at, "names"), net);
    s->n = n, s->a = matrix(f, d.a, n, FORM_KEY(at, "a"));
    if (d.recovery) s->recovery = numbers(f, d.recovery, n, 1, false, FORM_KEY(at, "recovery"));
    net->shock = numbers(f, d.shock, n, 1, true, FORM_KEY(at, "shock"));
    net->weights = d.weights ? numbers(f, d.weights, n, FORM_AMOUNT_MAX, true, FORM_KEY(at, "weights")) : arena_array(f->a, double, n + 1);
    for (size_t i = 0; !d.weights && i < n; i++) net->weights[i] = 1;
    if (f->m->n != before) return;
    double *q = arena_array(f->a, double, n + 1);
    Err e = sectors_inoperability(f->a, s, net->shock, q);
    if (e.kind) form_wrong(f, FORM_KEY(at, "a"), "range", e.text);
}

/* --- the document --------------------------------------------------------------------------------------------------------------------- */

Err net_read(Arena *a, Str json, Net *out)
{
    json_t *doc;
    NetDoc d = {0};
    Mistakes m;
    *out = (Net){0};
    TRY(json_in(a, json, NET_BYTES_MAX, &doc));
    mistakes_init(&m, a);
    Reading r = {.f = {a, &m}, .net = out};
    form_read(&r.f, &net_form, doc, NULL, &d);
    if (d.format.n && !str_eqc(d.format, "kaname-net/1")) form_wrong(&r.f, FORM_KEY(NULL, "format"), "choice", text_of("「kaname-net/1」にしてください。", "must be \"kaname-net/1\""));
    out->title = d.title;
    if (d.nodes) nodes_read(&r, d.nodes);
    if (d.nodes) causes_read(&r, d.causes), scenarios_read(&r, d.scenarios); /* without nodes every name would be unknown */
    if (d.sectors) sectors_read(&r.f, d.sectors, out);
    return err_mistakes(&m);
}

void net_schema(JsonOut *j)
{
    form_schema(j, &net_form, STR("kaname-net/1"));
}
