/* org.c -- of one organisation: what its records are, home, search. */
#include "api/handlers.h"

#include "incident/incident.h"
#include "risk/risk.h"

/* All roles that there are, in words. */
static void role_rows_out(JsonOut *j)
{
    json_key(j, STR("all_roles")), json_open(j, '[');
    for (int i = 0; i < ROLES; i++) {
        json_open(j, '{');
        json_kstr(j, "code", role_rows[i].code);
        json_key(j, STR("label")), json_text(j, role_rows[i].label);
        json_key(j, STR("help")), json_text(j, role_rows[i].help);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* Whether there are organisations below whose showing the caller may see. */
static Err group_out(Call *c, JsonOut *j)
{
    Org *below;
    size_t n = 0;
    if (!access_decide(&c->who, ACT_GROUP, NULL, NULL, NULL).kind) TRY(org_list_below(c->x.db, &c->arena, &c->who.org, 1, &below, &n));
    json_kbool(j, "group", n > 0);
    return ERR_NONE;
}

Err get_meta(Call *c)
{
    Buf b;
    Str org = query_value(c, "org");
    if (!c->has_org) { /* the same for ?org= */
        if (!id_parse(org, &c->org)) return err_of(ERR_NOT_FOUND);
        if (c->bearer.n) TRY(principal_from_token(c->x.db, &c->arena, c->bearer, &c->org, c->x.now, &c->who)); /* narrowed by its scope */
        else TRY(principal_from_session(c->x.db, &c->arena, c->cookie, &c->org, c->x.now, &c->who));
    }
    c->x.kept = arena_new(&c->arena, Kept); /* what bounds rest on is read once */
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("resources")), json_open(&j, '[');
    for (size_t i = 0; i < c->app->resources->n; i++)
        if (!c->app->resources->list[i]->inner && (c->app->resources->list[i]->read & c->who.roles)) resource_meta_json(&j, &c->x, c->app->resources->list[i], c->who.roles);
    json_close(&j, ']');
    roles_out(&j, c->who.roles);
    role_rows_out(&j);
    TRY(group_out(c, &j));
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_home(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    TRY(risk_home_json(&c->x, &j));
    json_key(&j, STR("clocks"));
    TRY(incident_clocks_json(&c->x, &j));
    json_key(&j, STR("promises"));
    TRY(incident_promises_json(&c->x, &j));
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* With a token or session like everything else: no address of it is a secret. */
Err get_calendar(Call *c)
{
    TRY(incident_calendar(&c->x, &c->r.body));
    c->r.type = "text/calendar; charset=utf-8";
    return ERR_NONE;
}

static void hit_out(Call *c, JsonOut *j, const void *item)
{
    const Hit *h = item;
    json_kstr(j, "resource", str_of(h->res->path));
    json_kstr(j, "id", id_text(&c->arena, h->id));
    json_kstr(j, "number", label_text(&c->arena, h->res, h->number));
    json_kstr(j, "title", h->title);
    json_kstr(j, "excerpt", h->excerpt);
}

Err get_search(Call *c)
{
    enum { MAX = 50 };
    const Resource **may = arena_array(&c->arena, const Resource *, c->app->resources->n + 1);
    Resources readable = {may, 0};
    Hit *hits;
    size_t n;
    for (size_t i = 0; i < c->app->resources->n; i++)
        if (!c->app->resources->list[i]->inner && (c->app->resources->list[i]->read & c->who.roles)) may[readable.n++] = c->app->resources->list[i];
    TRY(record_search(c->x.db, &c->arena, &readable, c->who.org.row, query_value(c, "q"), MAX, &hits, &n));
    return answer_list(c, "hits", LIST(hits, n), hit_out);
}
