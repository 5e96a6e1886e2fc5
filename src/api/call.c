/* call.c -- from a request to its handler: route, principal, CSRF, kept answers, errors as problem+json (RFC 9457). */
#include "api/call.h"
#include "api/handlers.h"
#include "api/turns.h"

#include <sodium.h>
#include <unistd.h>

static const char *const method_names[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* --- routing ------------------------------------------------------------------------------------------------- */

static bool bind(Call *c, Str word, Str value)
{
    if (str_eqc(word, "{org}")) return c->has_org = id_parse(value, &c->org);
    if (str_eqc(word, "{id}")) return c->has_id = id_parse(value, &c->id);
    Str ending = str_slice(word, 5, word.n);
    if (str_starts(word, STR("{res}.")) && str_ends(value, ending)) return (c->res = resource_find(c->app->resources, str_slice(value, 0, value.n - ending.n))) && !c->res->inner;
    if (str_starts(word, STR("{res}."))) return false;
    if (str_starts(word, STR("{name}."))) return str_ends(value, str_slice(word, 6, word.n)) && (c->tail = str_slice(value, 0, value.n - (word.n - 6)), true);
    if (str_eqc(word, "{res}")) return (c->res = resource_find(c->app->resources, value)) && str_eqc(value, c->res->path) && !c->res->inner;
    if (str_eqc(word, "{code}")) c->code = value;
    else c->tail = value;
    return true;
}

static bool matches(Call *c, const char *pattern)
{
    Str p = str_of(pattern), s = c->path, pw, sw;
    c->res = NULL, c->has_org = c->has_id = false;
    while (str_cut(&p, '/', &pw)) {
        if (!str_cut(&s, '/', &sw)) return false;
        bool ok = str_starts(pw, STR("{")) ? sw.n && bind(c, pw, sw) : str_eq(pw, sw);
        if (!ok) return false;
    }
    return !s.n && (c->path.n == 1 || !str_ends(c->path, STR("/")));
}

Err call_route(Call *c)
{
    bool path_known = false;
    for (size_t i = 0; i < routes_n; i++) {
        if (!matches(c, routes[i].pattern)) continue;
        path_known = true;
        bool same = str_eqc(c->method, method_names[routes[i].method]) || (routes[i].method == GET && str_eqc(c->method, "HEAD"));
        if (!same || (routes[i].act == ACT_REPORT && !report_takes(c, &routes[i]))) continue;
        c->route = &routes[i];
        return ERR_NONE;
    }
    return err_of(path_known ? ERR_METHOD : ERR_NOT_FOUND);
}

/* --- queries ------------------------------------------------------------------------------------------------- */

static Str percent_decoded(Arena *a, Str s)
{
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t byte;
        char low[2];
        if (s.s[i] == '%' && i + 2 < s.n + 0) {
            for (int k = 0; k < 2; k++)
                low[k] = s.s[i + 1 + k] >= 'A' && s.s[i + 1 + k] <= 'F' ? (char)(s.s[i + 1 + k] + 32) : s.s[i + 1 + k];
            if (hex_parse((Str){low, 2}, &byte, 1)) {
                buf_byte(&b, (char)byte);
                i += 2;
                continue;
            }
        }
        buf_byte(&b, s.s[i] == '+' ? ' ' : s.s[i]);
    }
    return buf_str(&b);
}

Str percent_text(Call *c, Str s)
{
    return percent_decoded(&c->arena, s);
}

Str query_value(Call *c, const char *name)
{
    Str rest = c->query, pair, key;
    while (str_cut(&rest, '&', &pair)) {
        if (!str_cut(&pair, '=', &key) || !str_eqc(key, name)) continue;
        Str v = percent_decoded(&c->arena, pair);
        return str_is_utf8(v) ? v : (Str){0};
    }
    return (Str){0};
}

/* --- who, and is it really them ------------------------------------------------------------------------------ */

bool route_writes(const Route *r)
{
    return r->run == RUN_WRITE || r->run == RUN_LOGIN;
}

static bool unsafe(const Call *c)
{
    return c->route->method != GET;
}

bool behind_tls(const App *app)
{
    return str_starts(app->origin, STR("https://"));
}

const char *cookie_name(const App *app, Cookie which)
{
    static const char *const names[][2] = {[COOKIE_SESSION] = {"kaname", "__Host-kaname"}, [COOKIE_DEVICE] = {"kaname-device", "__Host-kaname-device"}};
    return names[which][behind_tls(app)];
}

static Str host_of(Str origin)
{
    size_t at = str_find(origin, STR("://"));
    return at == SIZE_MAX ? (Str){0} : str_slice(origin, at + 3, origin.n);
}

/* From a page of ours, as far as a browser says it; programs say nothing. With a known origin, nothing else will do, not even in Host. */
static bool from_here(const Call *c)
{
    Str ours = c->app->origin;
    bool site = !c->fetch_site.n || str_eqc(c->fetch_site, "same-origin") || str_eqc(c->fetch_site, "none");
    bool host = !ours.n || str_eq_nocase(c->host, host_of(ours));
    bool origin = !c->origin.n || (ours.n ? str_eq_nocase(c->origin, ours) : str_eq(host_of(c->origin), c->host));
    return site && host && origin;
}

static Err check_csrf(Call *c)
{
    bool token = c->csrf.n == c->who.csrf.n && c->csrf.n && sodium_memcmp(c->csrf.s, c->who.csrf.s, c->csrf.n) == 0;
    if (from_here(c) && (token || c->route->act == ACT_PUBLIC || !route_writes(c->route))) return ERR_NONE;
    return err_text(ERR_FORBIDDEN, text_of("この画面からの要求と確かめられません。画面を読み込み直してください。", "The request cannot be shown to come from this page. Reload it."));
}

/* Also logging in is only for our own page: nobody is to be logged in as somebody else unnoticed. What changes nothing needs no token: forms without script have none. */
static Err look_up(Call *c, Db *db)
{
    const Id *org = c->has_org ? &c->org : NULL;
    if (c->bearer.n) return principal_from_token(db, &c->arena, c->bearer, org, c->x.now, &c->who);
    if (!c->cookie.n) return err_of(ERR_LOGIN);
    return principal_from_session(db, &c->arena, c->cookie, org, c->x.now, &c->who);
}

static Err identify(Call *c, Db *db)
{
    if (c->route->act == ACT_PUBLIC) return unsafe(c) ? check_csrf(c) : ERR_NONE;
    Err e = look_up(c, db);
    if (e.kind == ERR_LOGIN && c->route->page && c->app->public_judge) e = turn_take(c->turns, c->peer, c->x.now);
    if (e.kind) return e;
    return unsafe(c) && !c->bearer.n ? check_csrf(c) : ERR_NONE;
}

/* --- kept answers -------------------------------------------------------------------------------------------- */

static void request_hash(Call *c, uint8_t out[32])
{
    crypto_hash_sha256_state s;
    Str parts[] = {c->method, c->path, c->query, c->if_match, c->body};
    crypto_hash_sha256_init(&s);
    crypto_hash_sha256_update(&s, (const uint8_t *)&c->who.roles, sizeof c->who.roles); /* fewer rights: no kept answer */
    for (size_t i = 0; i < COUNT(parts); i++) {
        uint64_t n = parts[i].n;
        crypto_hash_sha256_update(&s, (const uint8_t *)&n, sizeof n);
        if (n) crypto_hash_sha256_update(&s, (const uint8_t *)parts[i].s, n);
    }
    crypto_hash_sha256_final(&s, out);
}

static Err check_key(Call *c)
{
    bool printable = c->key.n >= 8 && c->key.n <= 128;
    for (size_t i = 0; printable && i < c->key.n; i++)
        printable = c->key.s[i] >= '!' && c->key.s[i] <= '~';
    if (printable) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("変更には Idempotency-Key（空白のない ASCII 8〜128文字）を付けてください。", "A change needs an Idempotency-Key of 8 to 128 printable ASCII characters without spaces."));
}

/* X-Reason, percent-encoded: why this change is made; kept with the version. */
static Err read_reason(Call *c)
{
    Str s = str_trim(percent_text(c, c->reason));
    if (!str_is_utf8(s) || str_chars(s) > 1000 || str_has_control(s, true))
        return err_text(ERR_INVALID, text_of("理由（X-Reason）は1,000文字までの文章です。", "A reason (X-Reason) is a text of at most 1,000 characters."));
    c->x.reason = s;
    return ERR_NONE;
}

static Err run_write(Call *c)
{
    uint8_t hash[32];
    bool kept = c->route->act != ACT_PUBLIC && c->route->act != ACT_SELF; /* answers with secrets are not kept */
    if (principal_unnoted(&c->who, c->x.now)) TRY(principal_note(c->x.db, c->who.token, c->who.session, c->x.now));
    if (!kept) return c->route->handle(c);
    TRY(check_key(c));
    TRY(read_reason(c));
    TRY(c->has_org ? org_hold(c->x.db, c->who.org.row) : installation_hold(c->x.db));
    request_hash(c, hash);
    c->x.idempotency = c->key;
    TRY(idempotency_find(&c->x, hash, &c->replayed, &c->r.status, &c->r.body, &c->r.etag));
    c->change.scrub = c->replayed && c->route->act == ACT_DISPOSE; /* the first time may have ended before the file was clean */
    if (c->replayed) return ERR_NONE;
    TRY(c->route->handle(c));
    if (c->r.forget) return ERR_NONE;
    return idempotency_keep(&c->x, hash, c->r.status, c->r.kept.n ? c->r.kept : c->r.body, c->r.etag);
}

static void fd_close(void *fd)
{
    close(*(int *)fd);
}

Err call_file(Call *c, int *fd)
{
    FILE *f = tmpfile();
    int *kept = arena_new(&c->arena, int);
    *kept = f ? dup(fileno(f)) : -1;
    if (f) fclose(f);
    if (*kept < 0) return err_of(ERR_FULL);
    arena_defer(&c->arena, fd_close, kept);
    c->r.fd = kept;
    *fd = *kept;
    return ERR_NONE;
}

static Err begin(Call *c, Db *db, History *h)
{
    c->x.a = &c->arena, c->x.db = db, c->x.history = h, c->x.who = &c->who, c->x.resources = c->app->resources, c->x.packs = c->app->packs, c->x.now = now_utc();
    c->x.files_quota = c->app->files_quota, c->x.mail = c->app->mail, c->x.origin = c->app->origin, c->x.post = c->app->post;
    c->x.lang = str_starts(c->language, STR("en")) ? EN : JA;
    c->r = (Response){.status = 200, .type = "application/json; charset=utf-8"};
    return identify(c, db);
}
Err call_prepare(Call *c, Db *reader)
{
    TRY(begin(c, reader, NULL));
    return c->route->prepare(c, reader);
}

Err call_run(Call *c, Db *db, History *h)
{
    TRY(begin(c, db, h));
    if (!c->res && c->route->act > ACT_SELF) TRY(access_decide(&c->who, c->route->act, NULL, NULL, NULL));
    return route_writes(c->route) ? run_write(c) : c->route->handle(c);
}

/* --- problems ------------------------------------------------------------------------------------------------ */

void call_problem(Call *c, Err e)
{
    if (c->route && c->route->page) {
        judge_problem(c, e);
        return;
    }
    const ErrRow *row = &err_rows[e.kind];
    Lang lang = str_starts(c->language, STR("en")) ? EN : JA;
    Buf b;
    buf_init(&b, &c->arena, 256);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kstr(&j, "type", str_printf(&c->arena, "urn:kaname:%s", row->slug));
    json_kstr(&j, "title", row->title.in[lang]);
    json_kint(&j, "status", row->status);
    json_kstr(&j, "detail", e.text.in[lang].n ? e.text.in[lang] : row->title.in[lang]);
    if (e.mistakes) {
        json_key(&j, STR("mistakes")), json_open(&j, '[');
        for (size_t i = 0; i < e.mistakes->n; i++) {
            json_open(&j, '{');
            json_kstr(&j, "path", e.mistakes->list[i].path);
            json_kstr(&j, "code", str_of(e.mistakes->list[i].code));
            json_kstr(&j, "text", e.mistakes->list[i].text.in[lang]);
            if (e.mistakes->list[i].value.n) json_kstr(&j, "value", e.mistakes->list[i].value);
            json_close(&j, '}');
        }
        json_close(&j, ']');
        if (e.mistakes->more) json_kint(&j, "more", (int64_t)e.mistakes->more);
    }
    json_close(&j, '}');
    c->r = (Response){.status = row->status, .type = "application/problem+json; charset=utf-8", .body = buf_str(&b)};
}
