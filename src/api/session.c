/* session.c -- logging in and out, who am I; what everybody may ask. */
#include "api/handlers.h"

#include <jansson.h>

Err get_health(Call *c)
{
    TRY(store_writable(c->app->store));
    c->r.body = STR("{\"status\":\"ok\"}");
    return ERR_NONE;
}

Err get_openapi(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    api_openapi(&j, c->app->resources, c->app->version);
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* --- login ------------------------------------------------------------------------------------------------- */

static Str cookie(Call *c, Cookie which, Str value, int days)
{
    return str_printf(&c->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%d", cookie_name(c->app, which), STR_ARG(value), behind_tls(c->app) ? "; Secure" : "",
        days * 24 * 3600);
}

void set_session(Call *c, Str token)
{
    c->r.cookie = cookie(c, COOKIE_SESSION, token, 7);
}

static void csrf_out(Call *c, JsonOut *j, const void *item)
{
    UNUSED(c);
    json_kstr(j, "csrf", *(const Str *)item);
}

Err logged_in(Call *c, Str token, Str csrf)
{
    if (!token.n) return refuse_counted(c, login_refused());
    set_session(c, token);
    return answer_item(c, &csrf, csrf_out);
}

/* The transaction is committed, because the try must be counted: so the refusal is no error. */
Err refuse_counted(Call *c, Err why)
{
    call_problem(c, why);
    return ERR_NONE;
}

Vault vault_of(const Call *c)
{
    Vault v;
    history_derive(c->x.history, "kaname second factor 1", v.key);
    return v;
}

Err prepare_login(Call *c, Db *reader)
{
    json_t *in;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    return login_check(reader, &c->arena, json_str_of(json_object_get(in, "login")), json_str_of(json_object_get(in, "password")), &c->proof);
}

static Err entered(Call *c, const Entrance *e)
{
    if (e->token.n && e->new_device.n) c->r.device = cookie(c, COOKIE_DEVICE, e->new_device, 400);
    return logged_in(c, e->token, e->csrf);
}

static Entrance entrance(Call *c, const Vault *v, json_t *in)
{
    return (Entrance){.vault = v, .code = json_str_of(json_object_get(in, "code")), .device = c->device, .now = c->x.now};
}

Err post_login(Call *c)
{
    json_t *in;
    Vault v = vault_of(c);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    Entrance e = entrance(c, &v, in);
    TRY(login_finish(c->x.db, &c->arena, &c->proof, &e));
    return entered(c, &e);
}

Err post_login_link(Call *c)
{
    json_t *in;
    Vault v = vault_of(c);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    Entrance e = entrance(c, &v, in);
    TRY(login_link_use(c->x.db, &c->arena, json_str_of(json_object_get(in, "secret")), &e));
    return entered(c, &e);
}

Err post_logout(Call *c)
{
    TRY(session_end(c->x.db, c->who.session));
    c->r.cookie = cookie(c, COOKIE_SESSION, (Str){0}, 0);
    c->r.body = STR("{}");
    return ERR_NONE;
}

typedef struct Place { Org org; Principal who; } Place;

/* How deep in the tree: "/1/5/" is one below the top. */
static int level_of(const Org *o)
{
    int n = 0;
    for (size_t i = 0; i < o->path.n; i++)
        n += o->path.s[i] == '/';
    return n > 2 ? n - 2 : 0;
}

static void place_out(Call *c, JsonOut *j, const void *item)
{
    const Place *p = item;
    json_kstr(j, "id", id_text(&c->arena, p->org.id));
    json_kstr(j, "name", p->org.name);
    json_kstr(j, "kind", p->org.kind);
    json_kint(j, "level", level_of(&p->org));
    json_kstr(j, "post", p->who.post);
    roles_out(j, p->who.roles);
}

static Err places(Call *c, List *out)
{
    Org *orgs;
    size_t n;
    TRY(org_list(c->x.db, &c->arena, c->who.account, &orgs, &n));
    Place *list = arena_array(&c->arena, Place, n + 1);
    for (size_t i = 0; i < n; i++) {
        list[i] = (Place){orgs[i], {.account = c->who.account}};
        TRY(principal_in(c->x.db, &c->arena, &orgs[i], &list[i].who));
    }
    *out = LIST(list, n);
    return ERR_NONE;
}

Err get_session(Call *c)
{
    List list;
    Buf b;
    TRY(places(c, &list));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("account")), json_open(&j, '{');
    json_kstr(&j, "id", id_text(&c->arena, c->who.account_id));
    json_kstr(&j, "login", c->who.login);
    json_kstr(&j, "name", c->who.name);
    json_kbool(&j, "instance_admin", c->who.instance_admin);
    json_close(&j, '}');
    json_kstr(&j, "csrf", c->who.csrf);
    list_out(c, &j, "orgs", list, place_out);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
