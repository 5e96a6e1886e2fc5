/*
 * guard.c -- before any handler: a request has one reading or is refused and the connection closed. libevent's parser takes several
 * forms that proxies read otherwise (facts: duplicate and odd lengths, encodings, Host); chunked bodies are refused, nginx sends a length.
 */
#include "api/guard.h"

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

static bool token_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool name_ok(const char *s)
{
    if (!*s) return false;
    for (; *s; s++)
        if (!token_char((unsigned char)*s)) return false;
    return true;
}

static bool value_ok(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 32 && *s != '\t') || *s == 127) return false;
    return true;
}

static bool digits_only(const char *s)
{
    if (!*s || strlen(s) > 15) return false;
    for (; *s; s++)
        if (*s < '0' || *s > '9') return false;
    return true;
}

static bool host_ok(const char *s)
{
    if (!*s || strlen(s) > 255) return false;
    for (; *s; s++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]", *s)) return false;
    return true;
}

static bool same(const char *a, const char *b)
{
    return str_eq_nocase(str_of(a), str_of(b));
}

/* A duplicate of these would have two readings. */
static bool single(const char *name)
{
    static const char *const names[] = {"host", "content-length", "content-type", "authorization", "cookie", "origin", "if-match", "idempotency-key", "x-csrf-token", "sec-fetch-site"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (same(name, names[i])) return true;
    return false;
}

static bool target_ok(const char *uri)
{
    size_t n = strlen(uri);
    if (!n || n > GUARD_TARGET_MAX || uri[0] != '/' || strstr(uri, "/../") || strstr(uri, "//") || strchr(uri, '\\') || strchr(uri, '#')) return false;
    for (; *uri; uri++)
        if ((unsigned char)*uri <= 32 || (unsigned char)*uri >= 127) return false;
    return true;
}

int guard_check(struct evhttp_request *req)
{
    enum evhttp_cmd_type method = evhttp_request_get_command(req);
    if (method == EVHTTP_REQ_CONNECT) {
        req->type = EVHTTP_REQ_GET; /* libevent never closes after CONNECT: what follows would be run as another request */
        return 501;
    }
    if (method == EVHTTP_REQ_OPTIONS || method == EVHTTP_REQ_TRACE) return 405;
    if ((method == EVHTTP_REQ_GET || method == EVHTTP_REQ_HEAD) && evbuffer_get_length(evhttp_request_get_input_buffer(req))) return 400;
    struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
    int hosts = 0, count = 0;
    for (struct evkeyval *h = headers->tqh_first; h; h = h->next.tqe_next) {
        if (++count > GUARD_HEADERS_MAX || !name_ok(h->key) || !value_ok(h->value)) return 400;
        if (same(h->key, "transfer-encoding")) return 411;
        if (same(h->key, "content-length") && !digits_only(h->value)) return 400;
        if (same(h->key, "content-encoding") || same(h->key, "expect") || same(h->key, "upgrade")) return 400;
        if (same(h->key, "host")) hosts += host_ok(h->value) ? 1 : 2;
        if (!single(h->key)) continue;
        for (struct evkeyval *k = h->next.tqe_next; k; k = k->next.tqe_next)
            if (same(h->key, k->key)) return 400;
    }
    if (hosts != 1) return 400;
    return target_ok(evhttp_request_get_uri(req)) ? 0 : 400;
}
