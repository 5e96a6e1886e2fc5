/* openapi.c -- OpenAPI 3.1, derived from the route table and the fields of the resources. */
#include "api/call.h"

static void parameters(JsonOut *j, Str path)
{
    Str word;
    json_key(j, STR("parameters")), json_open(j, '[');
    while (str_cut(&path, '/', &word)) {
        if (!str_starts(word, STR("{"))) continue;
        json_open(j, '{');
        json_kstr(j, "name", str_slice(word, 1, word.n - 1));
        json_kstr(j, "in", STR("path"));
        json_kbool(j, "required", true);
        json_key(j, STR("schema")), json_raw(j, STR("{\"type\":\"string\"}"));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void operation(JsonOut *j, const Route *r, Str path, const Resource *res, const char *method)
{
    bool body = res && r->act != ACT_ATTACH && (r->method == PUT || r->method == PATCH || r->act == ACT_CREATE);
    json_key(j, str_of(method)), json_open(j, '{');
    json_kstr(j, "summary", str_of(r->summary));
    parameters(j, path);
    if (body) {
        json_key(j, STR("requestBody")), json_open(j, '{');
        json_key(j, STR("content")), json_open(j, '{');
        json_key(j, STR("application/json")), json_open(j, '{');
        json_key(j, STR("schema")), json_open(j, '{');
        json_kstr(j, "$ref", str_printf(j->b->a, "#/components/schemas/%s", res->name));
        for (int i = 0; i < 4; i++)
            json_close(j, '}');
    }
    json_key(j, STR("responses"));
    json_raw(j, STR("{\"2XX\":{\"description\":\"done\"},\"4XX\":{\"description\":\"refused: application/problem+json\"},\"5XX\":{\"description\":\"failed\"}}"));
    json_close(j, '}');
}

/* All methods of one pattern, for one resource when it has {res}. */
static void path_out(JsonOut *j, size_t first, const Resource *res, Str name)
{
    static const char *const methods[METHODS] = {"get", "post", "put", "patch", "delete"};
    Str p = str_of(routes[first].pattern);
    size_t at = str_find(p, STR("{res}")), an = str_find(p, STR("{name}"));
    if (an != SIZE_MAX && name.n) p = str_join(j->b->a, str_slice(p, 0, an), name, str_slice(p, an + 6, p.n));
    if (at != SIZE_MAX) p = str_join(j->b->a, str_slice(p, 0, at), str_of(res->path), str_slice(p, at + 5, p.n));
    json_key(j, p), json_open(j, '{');
    for (size_t i = first; i < routes_n; i++)
        if (strcmp(routes[i].pattern, routes[first].pattern) == 0) operation(j, &routes[i], p, res, methods[routes[i].method]);
    json_close(j, '}');
}

static bool seen_before(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(routes[k].pattern, routes[i].pattern) == 0) return true;
    return false;
}

static void paths_of(JsonOut *j, size_t i, const Resources *all)
{
    bool generic = strstr(routes[i].pattern, "{res}") != NULL, named = strstr(routes[i].pattern, "{name}") != NULL;
    if (!generic) path_out(j, i, NULL, (Str){0});
    for (size_t k = 0; generic && k < all->n; k++) {
        if (all->list[k]->inner) continue;
        if (!named) path_out(j, i, all->list[k], (Str){0});
        for (size_t x = 0; named && x < all->list[k]->actions_n; x++)
            path_out(j, i, all->list[k], str_of(all->list[k]->actions[x].name));
    }
}

void api_openapi(JsonOut *j, const Resources *all, const char *version)
{
    json_open(j, '{');
    json_kstr(j, "openapi", STR("3.1.0"));
    json_key(j, STR("info")), json_open(j, '{');
    json_kstr(j, "title", STR("Kaname"));
    json_kstr(j, "version", str_of(version));
    json_close(j, '}');
    json_key(j, STR("paths")), json_open(j, '{');
    for (size_t i = 0; i < routes_n; i++)
        if (!seen_before(i)) paths_of(j, i, all);
    json_close(j, '}');
    json_key(j, STR("components")), json_open(j, '{');
    json_key(j, STR("schemas")), json_open(j, '{');
    for (size_t i = 0; i < all->n; i++)
        json_key(j, str_of(all->list[i]->name)), resource_schema_json(j, all->list[i]);
    json_close(j, '}');
    json_close(j, '}');
    json_close(j, '}');
}
