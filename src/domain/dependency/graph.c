/* graph.c -- the net for pages and for `kaname cascade`: the document, and which record each node and need is. */
#include "dependency/parts.h"

#include "net/net.h"

static void record_out(JsonOut *j, const Referrer *r)
{
    json_open(j, '{');
    json_kstr(j, "resource", str_of(r->res->path)), json_kid(j, "id", r->id);
    json_close(j, '}');
}

static void needs_of(JsonOut *j, Arena *a, const NetRecords *r, size_t node, size_t *next)
{
    json_open(j, '[');
    for (; *next < r->needs_n && r->needs[*next].node == node; ++*next) {
        const Referrer *of = &r->needs[*next].of;
        if (!of->res) {
            json_none(j);
            continue;
        }
        json_open(j, '{');
        json_kid(j, "id", of->id), json_kstr(j, "number", label_text(a, of->res, of->number)), json_kstr(j, "title", of->title);
        json_close(j, '}');
    }
    json_close(j, ']');
}

Err graph_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    UNUSED(of);
    UNUSED(params);
    NetRecords r;
    Buf net;
    size_t next = 0;
    TRY(net_records(c, &r));
    buf_init(&net, c->a, 200 * (r.nodes_n + r.suppliers_n) + 256);
    net_document(&r, c->who->org.name, true, &net);
    json_open(j, '{');
    json_kbool(j, "cut", r.cut);
    json_key(j, STR("net")), json_raw(j, buf_str(&net));
    json_key(j, STR("records")), json_open(j, '{'); /* of each node */
    for (size_t i = 0; i < r.nodes_n; i++) json_key(j, r.nodes[i].code), record_out(j, &r.nodes[i].of);
    json_close(j, '}');
    json_key(j, STR("needs")), json_open(j, '['); /* of each node in the order of its needs: the record, null: a plain reference */
    for (size_t i = 0; i < r.nodes_n; i++) needs_of(j, c->a, &r, i, &next);
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}

static Err document_of(Ctx *c, Buf *net)
{
    NetRecords r;
    TRY(net_records(c, &r));
    if (!r.nodes_n) return err_text(ERR_CONFLICT, text_of("資産もサービスもまだ登録されていません。", "No asset and no service is registered yet."));
    buf_init(net, c->a, 200 * (r.nodes_n + r.suppliers_n) + 256);
    net_document(&r, c->who->org.name, true, net);
    return ERR_NONE;
}

Err net_file(Ctx *c, const Record *of, const Value *params, int fd, Str *name)
{
    Buf net;
    UNUSED(of), UNUSED(params);
    TRY(document_of(c, &net));
    buf_byte(&net, '\n');
    *name = STR("net.json");
    return fd_write(fd, buf_str(&net));
}

Err graphml_file(Ctx *c, const Record *of, const Value *params, int fd, Str *name)
{
    Buf document, out;
    Net net;
    UNUSED(of), UNUSED(params);
    TRY(document_of(c, &document));
    TRY(net_read(c->a, buf_str(&document), &net));
    buf_init(&out, c->a, 2 * document.n);
    net_graphml(&net, &out);
    *name = STR("net.graphml");
    return fd_write(fd, buf_str(&out));
}
