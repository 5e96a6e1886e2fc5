/*
 * gate.c -- who may send a large body. libevent keeps a whole body before it asks anybody, so the heads are watched as they come in: for a body
 * above GATE_SMALL the session or token is looked up then. Strangers (mostly people whose session has ended) get GATE_STRANGERS places, so that
 * they hear 401 after the body; beyond that a stranger is refused with 413 at the head. So strangers never hold more than 64 MiB. Watching changes
 * nothing in the stream: a head that is read otherwise here than there is refused by guard.c in any case.
 */
#include "api/gate.h"

#include <event2/buffer.h>
#include <event2/event.h>

enum { BUCKETS = 1024, HEAD_MAX = 32 << 10 };

typedef struct Gate Gate;
struct Gate { /* one for each connection, found by its input buffer */
    Gate *next;
    Gates *gates;
    struct evbuffer *in;
    struct bufferevent *stream;
    struct evhttp_connection *connection; /* known from the first byte on */
    struct evbuffer *head;                /* of the request that is coming in */
    bool line_ended;                      /* the byte before was the end of a line */
    uint64_t skip;                        /* bytes of its body still to come */
    bool stranger;                        /* has one of the places for strangers */
    void *call;                           /* being answered */
};

struct Gates {
    Arena *arena;
    GateKeeper keeper;
    Gate *bucket[BUCKETS], *unused;
    int strangers;
};

static Gate **place_of(Gates *g, const struct evbuffer *in)
{
    Gate **at = &g->bucket[((uintptr_t)in >> 5) % BUCKETS];
    while (*at && (*at)->in != in)
        at = &(*at)->next;
    return at;
}

static Gate *gate_of(Gates *g, struct evhttp_connection *c)
{
    return *place_of(g, bufferevent_get_input(evhttp_connection_get_bufferevent(c)));
}

static void leave(Gate *gate)
{
    gate->gates->strangers -= gate->stranger;
    gate->stranger = false;
}

static void closed(struct evhttp_connection *c, void *arg)
{
    Gate *old = arg, **at = place_of(old->gates, old->in);
    UNUSED(c);
    if (old->call) old->gates->keeper.gone(old->call);
    leave(old);
    if (old->head) evbuffer_free(old->head);
    *at = old->next;
    old->next = old->gates->unused;
    old->gates->unused = old;
}

/* NULL: no memory. */
static Gate *gate_get(Gates *g)
{
    jmp_buf rescue;
    if (!ARENA_TRY(g->arena, rescue)) return NULL;
    Gate *one = g->unused ? g->unused : arena_new(g->arena, Gate);
    arena_end_try(g->arena);
    g->unused = one->next; /* a new one has none */
    return one;
}

/* A connection that went away before it sent anything leaves its gate to the next one whose buffer lies there. */
static Gate *gate_put(Gates *g, struct bufferevent *stream)
{
    struct evbuffer *in = bufferevent_get_input(stream);
    Gate **at = place_of(g, in), *one = *at, *next = one ? one->next : NULL;
    if (!one) one = gate_get(g);
    if (!one) return NULL;
    if (one == *at && one->head) evbuffer_free(one->head);
    *one = (Gate){.next = next, .gates = g, .in = in, .stream = stream};
    return *at = one;
}

bool gate_call(Gates *g, struct evhttp_connection *c, void *call)
{
    Gate *one = gate_of(g, c);
    if (one) one->call = call;
    return one != NULL;
}

/* The leave was for one request. */
void gate_answered(Gates *g, struct evhttp_connection *c)
{
    Gate *one = gate_of(g, c);
    if (one) leave(one), one->call = NULL;
    evhttp_connection_set_max_body_size(c, GATE_SMALL);
}

/* --- a head ---------------------------------------------------------------------------------------------------- */

typedef struct Head { uint64_t length; Str bearer, cookies; } Head;

static Head read_head(Str rest)
{
    Head h = {0};
    Str line, name;
    int64_t n;
    while (str_cut(&rest, '\n', &line)) {
        if (!str_cut(&line, ':', &name)) continue;
        line = str_trim(str_ends(line, STR("\r")) ? str_slice(line, 0, line.n - 1) : line);
        if (str_eq_nocase(name, STR("content-length")) && str_int(line, &n) && n > 0) h.length = (uint64_t)n;
        if (str_eq_nocase(name, STR("authorization")) && str_starts(line, STR("Bearer "))) h.bearer = str_slice(line, 7, line.n);
        if (str_eq_nocase(name, STR("cookie"))) h.cookies = line;
    }
    return h;
}

static bool may_enter(Gate *gate, const Head *h)
{
    Gates *g = gate->gates;
    if (g->keeper.known(g->keeper.arg, h->bearer, h->cookies)) return true;
    if (gate->stranger || g->strangers == GATE_STRANGERS) return gate->stranger;
    g->strangers++;
    return gate->stranger = true;
}

static void decide(Gate *gate)
{
    size_t n = evbuffer_get_length(gate->head);
    const char *bytes = (const char *)evbuffer_pullup(gate->head, -1);
    Head h = read_head((Str){bytes, bytes ? n : 0});
    if (h.length > GATE_SMALL && h.length <= GATE_LARGE && may_enter(gate, &h)) evhttp_connection_set_max_body_size(gate->connection, GATE_LARGE);
    gate->skip = h.length;
    evbuffer_drain(gate->head, n);
}

/* --- the stream ------------------------------------------------------------------------------------------------ */

/* Up to the blank line that ends the head; how much of it was taken. */
static size_t take_head(Gate *gate, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool ends = s[i] == '\n' && gate->line_ended;
        if (s[i] != '\r') gate->line_ended = s[i] == '\n';
        if (!ends) continue;
        evbuffer_add(gate->head, s, i + 1);
        gate->line_ended = false;
        decide(gate);
        return i + 1;
    }
    if (evbuffer_get_length(gate->head) < HEAD_MAX) evbuffer_add(gate->head, s, n); /* longer ones are refused anyway */
    return n;
}

static void feed(Gate *gate, const char *s, size_t n)
{
    while (n) {
        size_t k = gate->skip < n ? (size_t)gate->skip : n;
        gate->skip -= k;
        s += k, n -= k;
        k = n ? take_head(gate, s, n) : 0;
        s += k, n -= k;
    }
}

static bool watched(Gate *gate)
{
    void *connection = NULL;
    if (gate->connection) return gate->head != NULL;
    bufferevent_getcb(gate->stream, NULL, NULL, NULL, &connection);
    if (!connection) return false;
    gate->connection = connection;
    gate->head = evbuffer_new(); /* without it: small bodies only */
    evhttp_connection_set_closecb(gate->connection, closed, gate);
    return gate->head != NULL;
}

/* Called before libevent looks at what came in. */
static void on_input(struct evbuffer *in, const struct evbuffer_cb_info *info, void *arg)
{
    char part[4096];
    Gate *gate = info->n_added ? *place_of(arg, in) : NULL;
    if (!gate || !watched(gate)) return;
    for (size_t left = info->n_added; left;) {
        struct evbuffer_ptr at;
        if (evbuffer_ptr_set(in, &at, evbuffer_get_length(in) - left, EVBUFFER_PTR_SET) < 0) return;
        ev_ssize_t got = evbuffer_copyout_from(in, &at, part, left < sizeof part ? left : sizeof part);
        if (got <= 0) return;
        feed(gate, part, (size_t)got);
        left -= (size_t)got;
    }
}

/* --- connections ----------------------------------------------------------------------------------------------- */

static struct bufferevent *stream_new(struct event_base *base, void *arg)
{
    struct bufferevent *b = bufferevent_socket_new(base, -1, 0);
    if (b) bufferevent_set_max_single_write(b, 1 << 20); /* a page of records goes in one piece */
    if (b && gate_put(arg, b)) evbuffer_add_cb(bufferevent_get_input(b), on_input, arg);
    return b;
}

Gates *gates_new(Arena *a, struct evhttp *http, GateKeeper keeper)
{
    Gates *g = arena_new(a, Gates);
    g->arena = a, g->keeper = keeper;
    evhttp_set_max_body_size(http, GATE_SMALL);
    evhttp_set_bevcb(http, stream_new, g);
    return g;
}
