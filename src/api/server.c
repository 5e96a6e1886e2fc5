/*
 * server.c -- the event loop. Reads run on it; writes go to the writer and come back through an eventfd (the writer never touches evhttp);
 * password work and long answers run on two helper threads each, with bounded queues. One arena per request.
 */
#include "api/call.h"
#include "api/gate.h"
#include "api/guard.h"
#include "api/turns.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ARENA_MAX = 64 << 20, IMPORT_ARENA_MAX = 512 << 20, HELPERS = 2, QUEUE_MAX = 32, IN_FLIGHT_MAX = 2000, GATES_MAX = 16 << 20, NOTED = 512 };

typedef struct Server Server;
typedef struct Pool { /* helper threads for one kind of work: long exports do not keep anybody from logging in */
    Server *server;
    Call *queue;
    int n;
    pthread_cond_t wake;
    pthread_t threads[HELPERS];
    int threads_n;
} Pool;

struct Server {
    App *app;
    struct event_base *base;
    struct evhttp *http;
    Db *reader;
    int wake;
    pthread_mutex_t mutex;
    Call *done;            /* answered by other threads, to be sent by the loop */
    int in_flight;
    bool stopping;
    Pool logins, slow;
    Gates *gates;
    Arena gates_arena;
    Turns *turns;
    Arena spare; /* of the latest request that is answered */
    struct { Id who; Instant at; } noted[NOTED]; /* lately handed to the writer as used; only the loop touches it */
};

/* --- answers ------------------------------------------------------------------------------------------------- */

static void add(struct evkeyvalq *h, const char *name, const char *value)
{
    evhttp_add_header(h, name, value);
}

static void security_headers(const Server *s, struct evkeyvalq *h, const char *csp, bool lasting)
{
    if (behind_tls(s->app)) add(h, "Strict-Transport-Security", "max-age=31536000");
    add(h, "Content-Security-Policy", csp ? csp : "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'");
    add(h, "X-Content-Type-Options", "nosniff");
    add(h, "Referrer-Policy", "no-referrer");
    add(h, "Cross-Origin-Opener-Policy", "same-origin");
    add(h, "Cross-Origin-Resource-Policy", "same-origin");
    add(h, "Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-store");
    add(h, "Vary", lasting ? "Accept-Encoding" : "Cookie, Authorization, Accept-Language, Accept-Encoding");
}

static void gone(void *call)
{
    ((Call *)call)->request = NULL;
}

/* One arena waits, with its one chunk, for the next request. */
static void forget(Server *s, Call *c)
{
    Arena a = c->arena; /* the call lives in its own arena */
    s->in_flight--;
    if (s->spare.chunk) {
        arena_done(&a);
        return;
    }
    arena_reset(&a);
    s->spare = a;
}

/* --- that somebody was here ---------------------------------------------------------------------------------- */

/* Reading keeps a session alive as well: noted by the writer, without the reader waiting for it. Lives in its own arena. */
typedef struct Note {
    Change change;
    Arena arena;
    Id who;
    bool token;
    Instant now;
} Note;

static Err note_run(Change *ch, Db *db, History *h)
{
    Note *n = (Note *)ch;
    UNUSED(h);
    return principal_note(db, n->token, n->who, n->now);
}

static void note_done(Change *ch, Err e)
{
    Arena a = ((Note *)ch)->arena;
    UNUSED(e); /* the next request tries again */
    arena_done(&a);
}

static Note *note_new(const Call *c)
{
    Arena a;
    jmp_buf rescue;
    arena_init(&a, 64 << 10);
    if (!ARENA_TRY(&a, rescue)) return arena_done(&a), NULL;
    Note *n = arena_new(&a, Note);
    a.rescue = NULL;
    *n = (Note){{.run = note_run, .done = note_done}, a, c->who.session, c->who.token, c->x.now};
    return n;
}

/* Once a minute for each: many readings before the writer has come to it make one note. */
static void note_later(Server *s, const Call *c)
{
    size_t at = (size_t)(c->who.session.b[0] | c->who.session.b[1] << 8) % NOTED;
    bool fresh = id_eq(s->noted[at].who, c->who.session) && c->x.now - s->noted[at].at < 60000 && c->x.now >= s->noted[at].at;
    Note *n = fresh ? NULL : note_new(c);
    if (!n) return;
    s->noted[at].who = c->who.session, s->noted[at].at = c->x.now;
    if (!writer_submit(s->app->writer, &n->change)) note_done(&n->change, ERR_NONE);
}

/* libevent sends from the file and closes its own descriptor afterwards. */
static bool add_file(struct evbuffer *body, int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0) return size == 0;
    int own = dup(fd);
    if (own >= 0 && evbuffer_add_file(body, own, 0, size) == 0) return true;
    if (own >= 0) close(own);
    return false;
}

static void reply_headers(Call *c, struct evkeyvalq *h)
{
    security_headers(c->server, h, c->r.csp.n ? str_c(&c->arena, c->r.csp) : NULL, c->r.lasting && c->r.status == 200);
    if (c->r.packed) add(h, "Content-Encoding", "gzip");
    add(h, "Content-Type", c->r.type);
    if (c->r.etag.n) add(h, "ETag", str_c(&c->arena, c->r.etag));
    if (c->r.file.n) add(h, "Content-Disposition", str_c(&c->arena, c->r.file));
    if (c->r.device.n) add(h, "Set-Cookie", str_c(&c->arena, c->r.device));
    if (c->r.cookie.n) add(h, "Set-Cookie", str_c(&c->arena, c->r.cookie));
    if (c->r.range.n) add(h, "Content-Range", str_c(&c->arena, c->r.range));
}

static void no_memory(Call *c)
{
    c->r = (Response){.status = 507, .type = "application/problem+json; charset=utf-8", .body = STR("{\"type\":\"urn:kaname:full\",\"status\":507}")};
}

/* Also the words of the headers want memory: without it the answer is a short one. */
static void write_reply(Call *c, struct evhttp_request *req)
{
    jmp_buf rescue;
    struct evkeyvalq *h = evhttp_request_get_output_headers(req);
    c->arena.limit += 64 << 10;
    if (ARENA_TRY(&c->arena, rescue)) {
        reply_headers(c, h);
    } else {
        evhttp_clear_headers(h);
        no_memory(c);
        security_headers(c->server, h, NULL, false);
        add(h, "Content-Type", c->r.type);
    }
    arena_end_try(&c->arena);
    struct evbuffer *body = evbuffer_new();
    bool whole = body && (c->r.fd ? add_file(body, *c->r.fd) : evbuffer_add(body, c->r.body.s, c->r.body.n) == 0);
    evhttp_send_reply(req, whole ? c->r.status : 507, NULL, whole ? body : NULL); /* a success without its body would be half a truth */
    if (body) evbuffer_free(body);
}

static void send_reply(Server *s, Call *c)
{
    if (c->request) {
        gate_answered(s->gates, evhttp_request_get_connection(c->request));
        write_reply(c, c->request);
    }
    if (c->route && !route_writes(c->route) && principal_unnoted(&c->who, c->x.now)) note_later(s, c);
    forget(s, c);
}

static void refuse(Server *s, struct evhttp_request *req, int status)
{
    struct evkeyvalq *h = evhttp_request_get_output_headers(req);
    security_headers(s, h, NULL, false);
    add(h, "Content-Type", "application/problem+json; charset=utf-8");
    add(h, "Connection", "close");
    struct evbuffer *body = evbuffer_new();
    if (body) evbuffer_add_printf(body, "{\"type\":\"urn:kaname:refused\",\"title\":\"refused\",\"status\":%d}", status);
    evhttp_send_reply(req, status, NULL, body);
    if (body) evbuffer_free(body);
}

/* --- other threads to the loop ------------------------------------------------------------------------------- */

static void hand_back(Call *c)
{
    Server *s = c->server;
    uint64_t one = 1;
    pthread_mutex_lock(&s->mutex);
    bool first = !s->done; /* else the loop is woken already, and has not looked yet */
    c->next = s->done;
    s->done = c;
    pthread_mutex_unlock(&s->mutex);
    if (first && write(s->wake, &one, sizeof one) < 0) return; /* the counter is full: the loop is awake anyway */
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    Server *s = arg;
    uint64_t n;
    UNUSED(what);
    if (read(fd, &n, sizeof n) < 0) return;
    pthread_mutex_lock(&s->mutex);
    Call *list = s->done;
    s->done = NULL;
    pthread_mutex_unlock(&s->mutex);
    for (Call *c = list, *next; c; c = next) {
        next = c->next;
        send_reply(s, c);
    }
}

/* --- running ------------------------------------------------------------------------------------------------- */

/* Want of memory unwinds to here; the transaction is rolled back by the caller. */
static Err guarded(Call *c, Db *db, History *h)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&c->arena, rescue)) return err_of(ERR_FULL);
    Err e = call_run(c, db, h);
    arena_end_try(&c->arena);
    return e;
}

static Err prepared(Call *c, Db *db)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&c->arena, rescue)) return err_of(ERR_FULL);
    Err e = call_prepare(c, db);
    arena_end_try(&c->arena);
    return e;
}

static void settle(Call *c, Err e)
{
    jmp_buf rescue;
    if (!e.kind) return;
    c->arena.limit += 1 << 20; /* room for the words of the refusal */
    if (ARENA_TRY(&c->arena, rescue)) call_problem(c, e);
    else no_memory(c);
    arena_end_try(&c->arena);
}

static Err change_run(Change *ch, Db *db, History *h)
{
    Call *c = (Call *)((char *)ch - offsetof(Call, change));
    return guarded(c, db, h);
}

static void change_done(Change *ch, Err e)
{
    Call *c = (Call *)((char *)ch - offsetof(Call, change));
    settle(c, e);
    hand_back(c);
}

static bool to_writer(Call *c)
{
    c->change = (Change){.run = change_run, .done = change_done};
    return writer_submit(c->app->writer, &c->change);
}

static void busy(Server *s, Call *c)
{
    settle(c, err_text(ERR_BUSY, text_of("混み合っています。少し待ってからやり直してください。", "Busy. Try again in a moment.")));
    send_reply(s, c);
}

static void run_read(Server *s, Call *c)
{
    Err e = db_begin(s->reader);
    if (!e.kind) e = guarded(c, s->reader, NULL);
    db_rollback(s->reader);
    settle(c, e);
    send_reply(s, c);
}

/* --- helper threads ------------------------------------------------------------------------------------------ */

/* NULL: the server stops and nothing waits. */
static Call *take_waiting(Pool *p)
{
    Server *s = p->server;
    pthread_mutex_lock(&s->mutex);
    while (!p->queue && !s->stopping)
        pthread_cond_wait(&p->wake, &s->mutex);
    Call *c = p->queue;
    if (c) p->queue = c->next, p->n--;
    pthread_mutex_unlock(&s->mutex);
    return c;
}

static Err help(Call *c, Db **db)
{
    Server *s = c->server;
    if (!*db) TRY(db_acquire(s->app->store, false, db)); /* no connection now: refused, and tried again with the next one */
    Err e = db_begin(*db);
    if (!e.kind) e = c->route->run == RUN_LOGIN ? prepared(c, *db) : guarded(c, *db, NULL);
    db_rollback(*db);
    return e;
}

static void *helper(void *arg)
{
    Db *db = NULL;
    for (Call *c; (c = take_waiting(arg));) {
        bool login = c->route->run == RUN_LOGIN;
        Err e = help(c, &db);
        if (login && !e.kind && to_writer(c)) continue;
        settle(c, login && !e.kind ? err_of(ERR_BUSY) : e);
        hand_back(c);
    }
    if (db) db_release(db);
    return NULL;
}

static bool to_pool(Pool *p, Call *c)
{
    pthread_mutex_lock(&p->server->mutex);
    bool room = p->n < QUEUE_MAX && p->threads_n;
    if (room) {
        Call **last = &p->queue;
        while (*last)
            last = &(*last)->next;
        c->next = NULL;
        *last = c;
        p->n++;
        pthread_cond_signal(&p->wake);
    }
    pthread_mutex_unlock(&p->server->mutex);
    return room;
}

/* --- requests ------------------------------------------------------------------------------------------------ */

static Err check_body(Call *c, struct evhttp_request *req)
{
    if (!c->body.n) return ERR_NONE;
    if (c->route->method == GET) return err_of(ERR_INVALID);
    bool import = c->route->act == ACT_IMPORT;
    if (c->body.n > (c->route->act == ACT_PUBLIC ? GATE_SMALL : GUARD_BODY_BYTES) && !import) return err_of(ERR_TOO_LARGE);
    if (import) c->arena.limit = IMPORT_ARENA_MAX;
    Str type = call_header(c, req, "Content-Type");
    if (c->route->page) return str_starts(type, STR("application/x-www-form-urlencoded")) ? ERR_NONE : err_of(ERR_TYPE);
    if (c->route->act == ACT_ATTACH && str_starts(type, STR("application/octet-stream"))) return ERR_NONE;
    if (import && !str_starts(type, STR("application/x-www-form")) && !str_starts(type, STR("multipart/")) && !str_starts(type, STR("text/"))) return ERR_NONE;
    return str_starts(type, STR("application/json")) ? ERR_NONE : err_text(ERR_TYPE, text_of("Content-Type は application/json です。", "The Content-Type is application/json."));
}

/* Also the reading of a request may want memory that is not there: a refusal, never a crash. */
static Err take(Call *c, struct evhttp_request *req)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&c->arena, rescue)) return err_of(ERR_FULL);
    call_read(c, req);
    Err e = call_route(c);
    if (!e.kind) e = check_body(c, req);
    arena_end_try(&c->arena);
    return e;
}

static bool dispatch(Server *s, Call *c)
{
    switch (c->route->run) {
    case RUN_SLOW: return to_pool(&s->slow, c);
    case RUN_LOGIN: return to_pool(&s->logins, c);
    case RUN_READ:
    case RUN_WRITE: break;
    }
    return to_writer(c);
}

static Call *call_new(Server *s, struct evhttp_request *req)
{
    Arena a;
    jmp_buf rescue;
    a = s->spare;
    s->spare = (Arena){0};
    a.limit = ARENA_MAX;
    if (!ARENA_TRY(&a, rescue)) return arena_done(&a), NULL;
    Call *c = arena_new(&a, Call);
    c->app = s->app, c->server = s, c->request = req;
    c->turns = s->turns, c->peer = turns_peer(s->turns, evhttp_request_get_connection(req));
    a.rescue = NULL;
    c->arena = a;
    return c;
}

static void on_request(struct evhttp_request *req, void *arg)
{
    Server *s = arg;
    int status = guard_check(req);
    if (!status && s->in_flight >= IN_FLIGHT_MAX) status = 503;
    if (status) {
        refuse(s, req, status);
        return;
    }
    Call *c = call_new(s, req);
    if (!c) {
        refuse(s, req, 503);
        return;
    }
    s->in_flight++;
    if (!gate_call(s->gates, evhttp_request_get_connection(req), c)) {
        refuse(s, req, 503);
        forget(s, c);
        return;
    }
    Err e = take(c, req);
    if (e.kind) {
        settle(c, e);
        send_reply(s, c);
    } else if (c->route->run == RUN_READ) {
        run_read(s, c);
    } else if (!dispatch(s, c)) {
        busy(s, c);
    }
}

/* Is somebody behind these? Asked for large bodies only, before they are read. */
static bool known(void *arg, Str bearer, Str cookies)
{
    Server *s = arg;
    Arena a;
    jmp_buf rescue;
    Principal who;
    arena_init(&a, 1 << 20);
    if (!ARENA_TRY(&a, rescue)) return arena_done(&a), false;
    Str cookie = cookie_of(s->app, cookies, COOKIE_SESSION);
    Err e = db_begin(s->reader);
    if (!e.kind) e = bearer.n ? principal_from_token(s->reader, &a, bearer, NULL, now_utc(), &who) : principal_from_session(s->reader, &a, cookie, NULL, now_utc(), &who);
    db_rollback(s->reader);
    arena_done(&a);
    return !e.kind;
}

/* --- life ---------------------------------------------------------------------------------------------------- */

static void listen_again(evutil_socket_t fd, short what, void *listener)
{
    UNUSED(fd), UNUSED(what);
    evconnlistener_enable(listener);
}

/* No descriptor left for one more connection: libevent would try, and say so, without a pause. Those that wait are taken when idle ones have gone. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    const struct timeval pause = {.tv_sec = 1};
    UNUSED(arg);
    fprintf(stderr, "kaname: too many connections: %s\n", evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
    if (event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, listen_again, listener, &pause) == 0) evconnlistener_disable(listener);
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
    UNUSED(sig), UNUSED(what);
    event_base_loopexit(arg, NULL);
}

static void pool_start(Server *s, Pool *p)
{
    p->server = s;
    pthread_cond_init(&p->wake, NULL);
    for (int i = 0; i < HELPERS; i++)
        if (pthread_create(&p->threads[p->threads_n], NULL, helper, p) == 0) p->threads_n++; /* without any: 503 */
}

static void pool_stop(Pool *p)
{
    for (int i = 0; i < p->threads_n; i++)
        pthread_join(p->threads[i], NULL);
}

/* No new requests; those under way are finished and answered. */
static void drain(Server *s)
{
    pthread_mutex_lock(&s->mutex);
    s->stopping = true;
    pthread_cond_broadcast(&s->logins.wake);
    pthread_cond_broadcast(&s->slow.wake);
    pthread_mutex_unlock(&s->mutex);
    pool_stop(&s->logins);
    pool_stop(&s->slow);
    if (s->app->ending) s->app->ending(s->app->ending_arg);
    writer_stop(s->app->writer);
    on_wake(s->wake, 0, s);
    struct timeval soon = {.tv_usec = 100000};
    event_base_loopexit(s->base, &soon);
    event_base_dispatch(s->base);
}

/* One thread uses it. Changes of what is waited for reach the kernel together, once a turn of the loop. */
static struct event_base *base_new(void)
{
    struct event_config *c = event_config_new();
    if (!c) return NULL;
    event_config_set_flag(c, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    struct event_base *base = event_base_new_with_config(c);
    event_config_free(c);
    return base;
}

Err api_serve(Arena *a, App *app, Str host, uint16_t port, void (*ready)(const char *host, uint16_t port))
{
    Server *s = arena_new(a, Server);
    s->app = app;
    s->turns = turns_new(a);
    signal(SIGPIPE, SIG_IGN);
    event_set_mem_functions(memory_get, memory_grow, memory_give_back);
    pthread_mutex_init(&s->mutex, NULL);
    s->base = base_new();
    s->http = s->base ? evhttp_new(s->base) : NULL;
    s->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (!s->http || s->wake < 0) return err_of(ERR_FULL);
    TRY(db_acquire(app->store, false, &s->reader));
    evhttp_set_max_headers_size(s->http, GUARD_HEAD_BYTES);
arena_init(&s->gates_arena, GATES_MAX);
    s->gates = gates_new(&s->gates_arena, s->http, (GateKeeper){known, gone, s});
    evhttp_set_timeout(s->http, GUARD_SECONDS);
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE | EVHTTP_REQ_CONNECT | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE);
    evhttp_set_gencb(s->http, on_request, s);
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(s->http, str_c(a, host), port);
    if (!bound)
        return err_text(ERR_BUSY, TEXT_FILL(a, "{0}:{1} で待ち受けられません。", "Cannot listen on {0}:{1}.", host, str_printf(a, "%d", port)));
    evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(bound), on_accept_error);
    pool_start(s, &s->logins);
    pool_start(s, &s->slow);
    event_add(event_new(s->base, s->wake, EV_READ | EV_PERSIST, on_wake, s), NULL);
    event_add(evsignal_new(s->base, SIGTERM, on_signal, s->base), NULL);
    event_add(evsignal_new(s->base, SIGINT, on_signal, s->base), NULL);
    ready(str_c(a, host), port);
    event_base_dispatch(s->base);
    drain(s);
    db_release(s->reader);
    evhttp_free(s->http);
    arena_done(&s->gates_arena);
    arena_done(&s->spare);
    return ERR_NONE;
}
