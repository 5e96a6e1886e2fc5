/*
 * net_fuzz.c -- any bytes as a net: JSON, or two tables with a zero byte between them. Mistakes have paths and words, or the net is within every bound; a small one is run, twice the same to the
 * byte, told in both languages and drawn. Never a crash.
 */
#include "net/net.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
    if (!good) __builtin_trap();
}

static void look_mistakes(const Mistakes *m)
{
    need(m->n > 0);
    for (size_t i = 0; i < m->n; i++) need(m->list[i].path.n && m->list[i].text.in[JA].n && m->list[i].text.in[EN].n && str_is_utf8(m->list[i].path) && str_is_utf8(m->list[i].text.in[JA]));
}

static void look(const Net *x)
{
    const CascadeNet *net = &x->net;
    for (size_t v = 0; v < net->nodes_n; v++) {
        const CascadeNode *n = &net->nodes[v];
        need(net->ids[v].n && n->chance >= 0 && n->chance <= 1 && n->repair_low >= 0 && n->repair_low <= n->repair_mode && n->repair_mode <= n->repair_high && n->users >= 0 && n->first + n->n <= net->needs_n);
    }
    for (size_t i = 0; i < net->needs_n; i++) {
        const CascadeNeed *d = &net->needs[i];
        need(d->k >= 1 && d->k <= d->n && d->first + d->n <= net->suppliers_n && d->buffer >= 0 && (isnan(x->cost[i]) || x->cost[i] >= 0));
    }
    for (size_t i = 0; i < net->suppliers_n; i++) need(net->suppliers[i] < net->nodes_n);
    for (size_t i = 0; i < net->causes_n; i++) need(net->causes[i].n > 0 && net->causes[i].first + net->causes[i].n <= net->hits_n);
    for (size_t i = 0; i < x->scenarios_n; i++) need(x->scenarios[i].n > 0);
}

static Str run(Arena *a, const Net *net, CascadeEngine engine, double horizon)
{
    NetOptions o = {.scenarios = 64, .seed = 3, .engine = engine, .threads = 1, .horizon = horizon, .pairs = 8};
    Buf json;
    buf_init(&json, a, 4096);
    Err e = net_run(a, net, &o, &json);
    need(!e.kind || (horizon > 0 && e.kind == ERR_INVALID)); /* hours of repair are missing */
    return e.kind ? (Str){0} : buf_str(&json);
}

static void all_of(Arena *a, const Net *net)
{
    Buf words, graph;
    struct json_t *doc;
    buf_init(&words, a, 4096), buf_init(&graph, a, 4096);
    net_graphml(net, &graph);
    need(str_is_utf8(buf_str(&graph)));
    if (net->net.nodes_n > 40 || net->net.suppliers_n > 400 || net->net.causes_n > 20 || net->scenarios_n > 20 || net->sectors.n > 40) return;
    Str once = run(a, net, CASCADE_WORK, 0);
    need(str_eq(once, run(a, net, CASCADE_WORK, 0)));
    (void)run(a, net, CASCADE_EVENTS, 50);
    need(!json_in(a, once, SIZE_MAX, &doc).kind);
    for (Lang lang = JA; lang < LANGS; lang++) need(!net_words(a, once, lang, &words).kind);
    need(str_is_utf8(buf_str(&words)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 512 << 20);
    if (ARENA_TRY(&a, full)) {
        Net *net = arena_new(&a, Net);
        Str all = {(const char *)data, size}, nodes;
        const char *zero = size ? memchr(data, 0, size) : NULL;
        nodes = str_slice(all, 0, zero ? (size_t)(zero - all.s) : size);
        Err e = zero ? net_read_csv(&a, nodes, str_slice(all, nodes.n + 1, size), net) : net_read(&a, all, net);
        if (e.mistakes) look_mistakes(e.mistakes);
        if (!e.kind) look(net), all_of(&a, net);
    }
    arena_done(&a);
    return 0;
}
