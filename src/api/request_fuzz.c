/*
 * request_fuzz.c -- any bytes on a connection: through libevent's parser, the guard, the reading of headers, cookie and bearer, the routing and the
 * query of a list, as in the server. Never a crash; what passes the guard has one reading.
 */
#include "api/call.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "register/register.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Resource *const list[] = {&asset_resource, &unit_resource, &contact_resource, &certificate_resource};
static const Resources all = {list, COUNT(list)};

static void use_query(Call *c)
{
    ListQuery q;
    static const char *const names[] = {"q", "cursor", "org", "dry", "object", "columns"};
    for (size_t i = 0; i < COUNT(names); i++) {
        Str v = query_value(c, names[i]);
        if (v.n > c->query.n || !str_is_utf8(v)) __builtin_trap();
    }
    if (!c->res || list_query(c, &q).kind) return;
    bool good = q.limit >= 1 && q.limit <= 200 && q.sort < (int)c->res->fields_n && q.filters_n <= COUNT(q.filters);
    for (size_t i = 0; i < q.filters_n; i++)
        good = good && q.filters[i].field >= 0 && q.filters[i].field < (int)c->res->fields_n;
    if (!good) __builtin_trap();
}

static void use(Call *c, struct evhttp_request *req)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&c->arena, rescue)) return;
    call_read(c, req);
    if (!str_starts(c->path, STR("/")) || str_find(c->path, STR("/../")) != SIZE_MAX || !c->host.n) __builtin_trap();
    if (!call_route(c).kind) use_query(c);
    percent_text(c, c->file_name), percent_text(c, c->reason);
    arena_end_try(&c->arena);
}

static void on_request(struct evhttp_request *req, void *arg)
{
    UNUSED(arg);
    App app = {.resources = &all};
    Call c = {.app = &app};
    int status = guard_check(req);
    arena_init(&c.arena, 8 << 20);
    if (!status) use(&c, req);
    arena_done(&c.arena);
    evhttp_add_header(evhttp_request_get_output_headers(req), "Connection", "close");
    evhttp_send_reply(req, status ? status : 200, NULL, NULL);
}

typedef struct Stage {
    struct event_base *base;
    struct sockaddr_un address;
    socklen_t n;
} Stage;

/* An abstract address: no file, no port. */
static Stage stage_make(void)
{
    Stage s = {.base = event_base_new(), .address.sun_family = AF_UNIX};
    int len = snprintf(s.address.sun_path + 1, sizeof s.address.sun_path - 1, "kaname-fuzz-%d", getpid());
    s.n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
    struct evhttp *http = evhttp_new(s.base);
    struct evconnlistener *listener = evconnlistener_new_bind(s.base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE, 16, (struct sockaddr *)&s.address, (int)s.n);
    if (!http || !listener || !evhttp_bind_listener(http, listener)) __builtin_trap();
    evhttp_set_max_headers_size(http, GUARD_HEAD_BYTES);
    evhttp_set_max_body_size(http, IMPORT_BODY_MAX);
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE | EVHTTP_REQ_CONNECT);
    evhttp_set_gencb(http, on_request, NULL);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Stage s;
    if (!s.base) s = stage_make();
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&s.address, s.n) != 0) __builtin_trap();
    if (send(fd, data, size < 60000 ? size : 60000, MSG_NOSIGNAL) < 0) size = 0;
    shutdown(fd, SHUT_WR);
    for (int quiet = 0; quiet < 3;) /* accept, read, answer, close */
        quiet = event_base_loop(s.base, EVLOOP_NONBLOCK) == 0 && recv(fd, (char[4096]){0}, 4096, MSG_DONTWAIT) > 0 ? 0 : quiet + 1;
    close(fd);
    event_base_loop(s.base, EVLOOP_NONBLOCK);
    return 0;
}
