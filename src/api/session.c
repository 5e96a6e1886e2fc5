/* session.c -- logging in and out, who am I, history, search, meta, OpenAPI. */
#include "api/handlers.h"

#include "risk/risk.h"

#include <jansson.h>

enum { SMALL_BODY = 16 << 10 };

static void roles_out(JsonOut *j, Roles roles);

static JsonOut answer(Call *c, Buf *b)
{
    buf_init(b, &c->arena, 1024);
    return (JsonOut){b, false};
}

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

static Err logged_in(Call *c, Str token, Str csrf)
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

/* Somebody who came by a one-time link has no password yet and gives no old one; everybody else does. */
Err post_password(Call *c)
{
    json_t *in;
    bool right;
    if (c->who.token) return err_of(ERR_FORBIDDEN);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(account_password_is(c->x.db, &c->arena, c->who.account, json_str_of(json_object_get(in, "old")), &right));
    if (!right) return err_text(ERR_FORBIDDEN, text_of("今のパスワードが違います。", "The present password is wrong."));
    TRY(account_set_password(c->x.db, &c->arena, c->who.account, json_str_of(json_object_get(in, "new"))));
    Str token;
    TRY(session_renew(c->x.db, &c->arena, &c->who, c->x.now, &token)); /* all others have ended */
    return logged_in(c, token, c->who.csrf);
}

Err post_logout(Call *c)
{
    TRY(session_end(c->x.db, c->who.session));
    c->r.cookie = STR("kaname=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    c->r.body = STR("{}");
    return ERR_NONE;
}

static void roles_out(JsonOut *j, Roles roles)
{
    json_key(j, STR("roles")), json_open(j, '[');
    for (int i = 0; i < ROLES; i++)
        if (roles & ROLE_BIT(i)) json_str(j, role_rows[i].code);
    json_close(j, ']');
}

Err get_session(Call *c)
{
    Org *list;
    size_t n;
    Buf b;
    TRY(org_list(c->x.db, &c->arena, c->who.account, &list, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("account")), json_open(&j, '{');
    json_kstr(&j, "id", id_text(&c->arena, c->who.account_id));
    json_kstr(&j, "login", c->who.login);
    json_kstr(&j, "name", c->who.name);
    json_close(&j, '}');
    json_kstr(&j, "csrf", c->who.csrf);
    json_key(&j, STR("orgs")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, '{');
        json_kstr(&j, "id", id_text(&c->arena, list[i].id));
        json_kstr(&j, "name", list[i].name);
        json_kstr(&j, "kind", list[i].kind);
        Principal there = {.account = c->who.account};
        TRY(principal_in(c->x.db, &c->arena, &list[i], &there));
        json_kstr(&j, "post", there.post);
        roles_out(&j, there.roles);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_tokens(Call *c)
{
    Token *list;
    size_t n;
    Buf b;
    TRY(token_list(c->x.db, &c->arena, c->who.account, &list, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("tokens")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, '{');
        json_kstr(&j, "id", id_text(&c->arena, list[i].id));
        json_kstr(&j, "label", list[i].label);
        json_kbool(&j, "read_only", list[i].read_only);
        json_kstr(&j, "expires", instant_text(&c->arena, list[i].expires));
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_people(Call *c)
{
    Account *list;
    size_t n;
    Buf b;
    TRY(account_list(c->x.db, &c->arena, c->who.org.row, &list, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("people")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, '{');
        json_kstr(&j, "id", id_text(&c->arena, list[i].id));
        json_kstr(&j, "name", list[i].name);
        json_kstr(&j, "post", list[i].post);
        roles_out(&j, list[i].roles);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* --- of the organisation ------------------------------------------------------------------------------------- */

Err get_meta(Call *c)
{
    Buf b;
    Str org = query_value(c, "org");
    if (!c->has_org) { /* the same for ?org= */
        if (!id_parse(org, &c->org)) return err_of(ERR_NOT_FOUND);
        if (c->bearer.n) TRY(principal_from_token(c->x.db, &c->arena, c->bearer, &c->org, c->x.now, &c->who)); /* narrowed by its scope */
        else TRY(principal_from_session(c->x.db, &c->arena, c->cookie, &c->org, c->x.now, &c->who));
    }
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("resources")), json_open(&j, '[');
    for (size_t i = 0; i < c->app->resources->n; i++)
        if (!c->app->resources->list[i]->inner && (c->app->resources->list[i]->read & c->who.roles)) resource_meta_json(&j, c->app->resources->list[i], c->who.roles);
    json_close(&j, ']');
    roles_out(&j, c->who.roles);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_home(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    TRY(risk_home_json(&c->x, &j));
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_search(Call *c)
{
    enum { MAX = 50 };
    const Resource **may = arena_array(&c->arena, const Resource *, c->app->resources->n + 1);
    Resources readable = {may, 0};
    Hit *hits;
    size_t n;
    Buf b;
    for (size_t i = 0; i < c->app->resources->n; i++)
        if (!c->app->resources->list[i]->inner && (c->app->resources->list[i]->read & c->who.roles)) may[readable.n++] = c->app->resources->list[i];
    TRY(record_search(c->x.db, &c->arena, &readable, c->who.org.row, query_value(c, "q"), MAX, &hits, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("hits")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, '{');
        json_kstr(&j, "resource", str_of(hits[i].res->path));
        json_kstr(&j, "id", id_text(&c->arena, hits[i].id));
        json_kstr(&j, "number", str_printf(&c->arena, "%s-%04lld", hits[i].res->prefix, (long long)hits[i].number));
        json_kstr(&j, "title", hits[i].title);
        json_kstr(&j, "excerpt", hits[i].excerpt);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
