/* read.c -- what of an HTTP request the house looks at: target, known headers, session cookie or bearer, body. Copied, so that the connection may go. */
#include "api/call.h"

#include <event2/buffer.h>
#include <event2/http.h>

Str call_header(Call *c, struct evhttp_request *req, const char *name)
{
    return str_copy(&c->arena, str_of(evhttp_find_header(evhttp_request_get_input_headers(req), name)));
}

static Str method_of(struct evhttp_request *req)
{
    switch (evhttp_request_get_command(req)) {
    case EVHTTP_REQ_GET: return STR("GET");
    case EVHTTP_REQ_HEAD: return STR("HEAD");
    case EVHTTP_REQ_POST: return STR("POST");
    case EVHTTP_REQ_PUT: return STR("PUT");
    case EVHTTP_REQ_PATCH: return STR("PATCH");
    case EVHTTP_REQ_DELETE: return STR("DELETE");
    default: return STR("?");
    }
}

Str cookie_of(const App *app, Str cookies, Cookie which)
{
    Str one, key;
    while (str_cut(&cookies, ';', &one)) {
        one = str_trim(one);
        if (str_cut(&one, '=', &key) && str_eqc(key, cookie_name(app, which))) return one;
    }
    return (Str){0};
}

void call_read(Call *c, struct evhttp_request *req)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    size_t n = evbuffer_get_length(in);
    Str uri = str_copy(&c->arena, str_of(evhttp_request_get_uri(req))), bearer = call_header(c, req, "Authorization");
    char *body = arena_alloc(&c->arena, n + 1);
    evbuffer_copyout(in, body, n);
    c->body = (Str){body, n};
    str_cut(&uri, '?', &c->path);
    c->query = uri;
    c->method = method_of(req);
    c->language = call_header(c, req, "Accept-Language");
    Str cookies = call_header(c, req, "Cookie");
    c->cookie = cookie_of(c->app, cookies, COOKIE_SESSION), c->device = cookie_of(c->app, cookies, COOKIE_DEVICE);
    if (str_starts(bearer, STR("Bearer "))) c->bearer = str_slice(bearer, 7, bearer.n);
    c->csrf = call_header(c, req, "X-CSRF-Token"), c->origin = call_header(c, req, "Origin"), c->fetch_site = call_header(c, req, "Sec-Fetch-Site");
    c->host = call_header(c, req, "Host"), c->if_match = call_header(c, req, "If-Match"), c->key = call_header(c, req, "Idempotency-Key");
    c->file_name = call_header(c, req, "X-File-Name"), c->reason = call_header(c, req, "X-Reason"), c->range = call_header(c, req, "Range"), c->encodings = call_header(c, req, "Accept-Encoding");
}
