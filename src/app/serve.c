/* serve.c -- serve: the writer, the socket for commands and the HTTP door, until a signal. */
#include "app/app.h"

#include "work/files.h"

#include <sys/resource.h>

static void ready(const char *host, uint16_t port)
{
    printf("listening on http://%s:%u/\n", host, port);
    fflush(stdout);
}

static void ready_json(const char *host, uint16_t port)
{
    printf("{\"listening\":\"http://%s:%u/\"}\n", host, port);
    fflush(stdout);
}

static Err parse_listen(Str listen, Str *host, uint16_t *port_out)
{
    int64_t port;
    size_t colon = listen.n;
    while (colon && listen.s[colon - 1] != ':')
        colon--;
    if (!colon || !str_int(str_slice(listen, colon, listen.n), &port) || port < 1 || port > 65535)
        return err_text(ERR_INVALID, text_of("--listen は HOST:PORT で書いてください。", "--listen takes HOST:PORT."));
    *host = str_slice(listen, 0, colon - 1);
    *port_out = (uint16_t)port;
    return ERR_NONE;
}

/* Uploads that nobody finished. */
static Err sweep(Run *r)
{
    Principal nobody = {0};
    Ctx c = app_context(r, &nobody);
    return files_sweep(&c);
}

/* https://kaname.example.jp, without path: what browsers send as Origin. */
static bool is_origin(Str s)
{
    size_t at = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;
    for (size_t i = at; i < s.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-:[]", s.s[i]) || !s.s[i]) return false;
    return at && s.n > at;
}

static Err check_options(const Options *o)
{
    if (o->public_url.n && !is_origin(o->public_url))
        return err_text(ERR_INVALID, text_of("--public-url は https://kaname.example.jp のように、パスなしの小文字で書いてください。", "--public-url is like https://kaname.example.jp: lower case, without path."));
    enum { FILES_MIB_MAX = 1 << 20 };
    if (o->files_mib >= 0 && o->files_mib < FILES_MIB_MAX) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("--files-mib は 1〜1048575 です。", "--files-mib is 1 to 1048575."));
}

/* A server that takes no commands still serves: said, and no reason to stop. */
static Console *start_console(Run *r, const Opened *x, Writer *w)
{
    Console *c = NULL;
    Err e = console_start(r->a, x, w, r->origin, &c);
    if (e.kind) fprintf(stderr, "kaname: %.*s\n", STR_ARG(e.text.in[r->o->lang]));
    return e.kind ? NULL : c;
}

/* What stays within the database, webhooks, long calculations, and, where there is a mail server, mail; its jobs wait until there is one. */
typedef struct Lanes { Runner *inside, *outside, *hooks, *calculations; MailServer mail; PostGuard post; CalculationMeans means; bool stopping; } Lanes;

/* While the writer still takes that it was put back. */
static void stop_calculations(void *lanes)
{
    Lanes *l = lanes;
    __atomic_store_n(&l->stopping, true, __ATOMIC_RELAXED);
    if (l->calculations) runner_stop(l->calculations);
    l->calculations = NULL;
}

static void stop_lanes(Lanes *l)
{
    stop_calculations(l);
    if (l->hooks) runner_stop(l->hooks);
    if (l->outside) runner_stop(l->outside);
    if (l->inside) runner_stop(l->inside);
}

static Err start_lanes(Run *r, Opened *x, Writer *w, Lanes *l)
{
    RunnerSetup s = {.store = x->store, .writer = w, .resources = &x->resources, .packs = &x->packs, .kinds = &kaname_jobs, .mail = l->mail.url.n > 0, .origin = r->o->public_url, .post = &l->post};
    l->mail.stopping = l->post.stopping = &l->stopping;
    TRY(runner_start(r->a, &s, &l->inside));
    s.lane = JOB_HOOKS, s.means = &l->post;
    TRY(runner_start(r->a, &s, &l->hooks));
    l->means = (CalculationMeans){kaname_calculations, &l->stopping};
    s.lane = JOB_CALCULATIONS, s.means = &l->means;
    TRY(runner_start(r->a, &s, &l->calculations));
    s.lane = JOB_OUTSIDE, s.means = &l->mail;
    return s.mail ? runner_start(r->a, &s, &l->outside) : ERR_NONE;
}

/* On success api_serve has ended the writer already. */
static Err serve(Run *r, Opened *x, Lanes *l, Str host, uint16_t port)
{
    App app = {.resources = &x->resources, .version = KANAME_VERSION, .store = x->store, .history = x->history, .packs = &x->packs,
        .files_quota = r->o->files_mib << 20, .mail = l->mail.url.n > 0, .origin = r->o->public_url, .public_judge = r->o->public_judge, .post = &l->post,
        .ending = stop_calculations, .ending_arg = l};
    TRY(writer_start(r->a, x->store, x->history, &app.writer));
    Err e = start_lanes(r, x, app.writer, l);
    Console *c = NULL;
    if (!e.kind) {
        c = start_console(r, x, app.writer);
        e = api_serve(r->a, &app, host, port, r->o->json ? ready_json : ready);
    }
    if (e.kind) writer_stop(app.writer);
    if (c) console_stop(c);
    stop_lanes(l);
    return e;
}

/* A shell gives 1,024 descriptors: as many connections that say nothing would keep everybody out. The system's own limit stays. */
static void more_connections(void)
{
    enum { WANTED = 8192 };
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= WANTED) return;
    l.rlim_cur = l.rlim_max < WANTED ? l.rlim_max : WANTED;
    setrlimit(RLIMIT_NOFILE, &l);
}

Err command_serve(Run *r)
{
    Opened x;
    Str host;
    uint16_t port;
    TRY(parse_listen(r->listen, &host, &port));
    TRY(check_options(r->o));
    Lanes lanes = {.post = {.loopback = r->o->webhooks_loopback, .private_ = r->o->webhooks_private, .ca = r->o->webhooks_ca}};
    TRY(app_mail_server(r->a, r->o, &lanes.mail));
    mail_begin();
    more_connections();
    TRY(app_open(r->a, r->o, OPEN_WRITE, &x));
    Err e = app_change(r, &x, sweep);
    db_release(x.db); /* the writer takes it */
    x.db = NULL;
    if (!e.kind) e = serve(r, &x, &lanes, host, port);
    app_close(&x);
    return e;
}
