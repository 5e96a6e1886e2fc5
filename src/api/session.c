/* session.c -- logging in and out, who am I; what everybody may ask. */
#include "api/handlers.h"

#include <jansson.h>

Err get_health(Call *c)
{
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

Err logged_in(Call *c, Str token, Str csrf)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_kstr(&j, "csrf", csrf);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    c->r.cookie = str_printf(&c->arena, "kaname=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800", STR_ARG(token));
    return ERR_NONE;
}

/* The password was checked on a helper thread (call->proof). An error here would roll the counted try back: refusal is a value. */
Err post_login(Call *c)
{
    json_t *in;
    Str token, csrf;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(login_finish(c->x.db, &c->arena, &c->proof, json_str_of(json_object_get(in, "code")), (Str){0}, c->x.now, &token, &csrf));
    if (token.n) return logged_in(c, token, csrf);
    call_problem(c, login_refused());
    return ERR_NONE;
}

Err post_login_link(Call *c)
{
    json_t *in;
    Str token, csrf;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(login_link_use(c->x.db, &c->arena, json_str_of(json_object_get(in, "secret")), c->x.now, &token, &csrf));
    return logged_in(c, token, csrf);
}

Err post_logout(Call *c)
{
    TRY(session_end(c->x.db, c->who.session));
    c->r.cookie = STR("kaname=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    c->r.body = STR("{}");
    return ERR_NONE;
}

typedef struct Place { Org org; Principal who; } Place;

static void place_out(Call *c, JsonOut *j, const void *item)
{
    const Place *p = item;
    json_kstr(j, "id", id_text(&c->arena, p->org.id));
    json_kstr(j, "name", p->org.name);
    json_kstr(j, "kind", p->org.kind);
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
