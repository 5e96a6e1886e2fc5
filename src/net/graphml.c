/* graphml.c -- the net as GraphML (graphml.graphdrawing.org), for programs that draw: an edge from each supplier to whoever needs it. */
#include "net/inside.h"

#include <math.h>

static void escaped(Buf *b, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool no_character = s.n - i > 2 && !memcmp(s.s + i, "\xEF\xBF", 2) && (unsigned char)s.s[i + 2] >= 0xBE; /* U+FFFE, U+FFFF: XML has none */
        if (no_character) i += 2;
        else switch (s.s[i]) {
        case '<': buf_addc(b, "&lt;"); break;
        case '>': buf_addc(b, "&gt;"); break;
        case '&': buf_addc(b, "&amp;"); break;
        case '"': buf_addc(b, "&quot;"); break;
        default: buf_byte(b, s.s[i]); /* control characters were refused when it was read */
        }
    }
}

typedef struct Key { const char *id, *of, *name, *type; } Key;
static const Key keys[] = {
    {"title", "node", "title", "string"}, {"kind", "node", "kind", "string"}, {"chance", "node", "chance", "double"}, {"repair", "node", "repair", "double"}, {"black_start", "node", "black_start", "boolean"},
    {"users", "node", "users", "double"}, {"service", "node", "service", "string"}, {"need", "edge", "need", "int"}, {"fails_when", "edge", "fails_when", "int"}, {"suppliers", "edge", "suppliers", "int"},
    {"buffer", "edge", "buffer", "double"}, {"cost", "edge", "cost", "double"},
};

static void data_str(Buf *b, const char *key, Str s)
{
    if (!s.n) return;
    buf_printf(b, "<data key=\"%s\">", key), escaped(b, s), buf_addc(b, "</data>");
}

static void data_number(Buf *b, const char *key, double v)
{
    buf_printf(b, "<data key=\"%s\">%.15g</data>", key, v);
}

static void node_out(const Net *net, size_t i, Buf *b)
{
    const CascadeNode *n = &net->net.nodes[i];
    buf_addc(b, "  <node id=\""), escaped(b, net->net.ids[i]), buf_addc(b, "\">");
    data_str(b, "title", net->titles[i]), data_str(b, "kind", net->kinds[i]), data_number(b, "chance", n->chance);
    if (net->repair_given[i]) data_number(b, "repair", n->repair_mode);
    if (n->black_start) data_str(b, "black_start", STR("true"));
    if (n->users > 0) data_number(b, "users", n->users);
    data_str(b, "service", net->services[i]);
    buf_addc(b, "</node>\n");
}

static void need_out(const Net *net, size_t node, size_t need, Buf *b)
{
    const CascadeNeed *d = &net->net.needs[need];
    for (uint32_t i = 0; i < d->n; i++) {
        buf_addc(b, "  <edge source=\""), escaped(b, net->net.ids[net->net.suppliers[d->first + i]]), buf_addc(b, "\" target=\""), escaped(b, net->net.ids[node]), buf_addc(b, "\">");
        data_number(b, "need", (double)(need - net->net.nodes[node].first)), data_number(b, "fails_when", d->k), data_number(b, "suppliers", d->n);
        if (d->buffer > 0) data_number(b, "buffer", d->buffer);
        if (!isnan(net->cost[need])) data_number(b, "cost", net->cost[need]);
        buf_addc(b, "</edge>\n");
    }
}

void net_graphml(const Net *net, Buf *out)
{
    const CascadeNet *c = &net->net;
    buf_addc(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    for (size_t i = 0; i < COUNT(keys); i++) buf_printf(out, " <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", keys[i].id, keys[i].of, keys[i].name, keys[i].type);
    buf_addc(out, " <graph edgedefault=\"directed\">\n");
    for (size_t i = 0; i < c->nodes_n; i++) node_out(net, i, out);
    for (size_t i = 0; i < c->nodes_n; i++)
        for (uint32_t k = 0; k < c->nodes[i].n; k++) need_out(net, i, c->nodes[i].first + k, out);
    buf_addc(out, " </graph>\n</graphml>\n");
}
