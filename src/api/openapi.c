/* openapi.c -- OpenAPI 3.1, derived from the route table, the policy rows in it and the fields of the resources. */
#include "api/call.h"

static void object(JsonOut *j, const char *key)
{
    json_key(j, str_of(key)), json_open(j, '{');
}

static void close_all(JsonOut *j, int n)
{
    while (n-- > 0)
        json_close(j, '}');
}

static void ref(JsonOut *j, const char *kind, Str name)
{
    json_kstr(j, "$ref", str_printf(j->b->a, "#/components/%s/%.*s", kind, STR_ARG(name)));
}

/* --- what a route asks for ----------------------------------------------------------------------------------- */

static void parameter(JsonOut *j, const char *in, Str name, bool required, const char *schema)
{
    json_open(j, '{');
    json_kstr(j, "name", name);
    json_kstr(j, "in", str_of(in));
    json_kbool(j, "required", required);
    json_key(j, STR("schema")), json_raw(j, str_of(schema));
    json_close(j, '}');
}

static const char string_schema[] = "{\"type\":\"string\"}";
static const char uuid_schema[] = "{\"type\":\"string\",\"format\":\"uuid\"}";

static void path_parameters(JsonOut *j, Str path)
{
    Str word;
    while (str_cut(&path, '/', &word))
        if (str_starts(word, STR("{")))
            parameter(j, "path", str_slice(word, 1, word.n - 1), true, str_eqc(word, "{org}") || str_eqc(word, "{id}") ? uuid_schema : string_schema);
}

static bool is_write(const Route *r)
{
    return r->method != GET;
}

static bool needs_version(const Route *r)
{
    return is_write(r) && (r->act == ACT_UPDATE || r->act == ACT_REMOVE || r->act == ACT_ACTION);
}

static void header_parameters(JsonOut *j, const Route *r)
{
    if (is_write(r) && route_writes(r) && r->act > ACT_SELF)
        parameter(j, "header", STR("Idempotency-Key"), true, "{\"type\":\"string\",\"minLength\":8,\"maxLength\":128,\"pattern\":\"^[!-~]+$\"}");
    if (needs_version(r)) parameter(j, "header", STR("If-Match"), true, "{\"type\":\"string\",\"pattern\":\"^\\\"[1-9][0-9]{0,17}\\\"$\"}");
}

static void sort_parameter(JsonOut *j, const Resource *res)
{
    Buf b;
    buf_init(&b, j->b->a, 256);
    buf_addc(&b, "{\"type\":\"string\",\"enum\":[\"number\",\"-number\"");
    for (size_t i = 0; i < res->fields_n; i++)
        if (field_sorts(&res->fields[i])) buf_printf(&b, ",\"%s\",\"-%s\"", res->fields[i].name, res->fields[i].name);
    buf_addc(&b, "]}");
    parameter(j, "query", STR("sort"), false, str_c(j->b->a, buf_str(&b)));
}

/* One value of the field; for lists also NAME.min, NAME.max, NAME.none=1 (docs/api.md). */
static void filter_parameter(JsonOut *j, const Field *f, bool required)
{
    Buf b;
    JsonOut schema = {&b, false};
    buf_init(&b, j->b->a, 128);
    filter_schema_json(&schema, f);
    parameter(j, "query", str_of(f->name), required, str_c(j->b->a, buf_str(&b)));
}

static void list_parameters(JsonOut *j, const Resource *res)
{
    parameter(j, "query", STR("q"), false, string_schema);
    parameter(j, "query", STR("limit"), false, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200}");
    parameter(j, "query", STR("cursor"), false, "{\"type\":\"string\",\"description\":\"next of the page before\"}");
    parameter(j, "query", STR("removed"), false, "{\"enum\":[\"0\",\"1\"]}");
    parameter(j, "query", STR("ids"), false, "{\"type\":\"string\",\"description\":\"up to 100 ids with commas between them, and no other parameter: these records, in this order, retired ones as well\"}");
    sort_parameter(j, res);
    for (size_t i = 0; i < res->fields_n; i++)
        if (field_filters(&res->fields[i])) filter_parameter(j, &res->fields[i], false);
}

/* An action or a report: what a route with {name} stands for. */
typedef struct Named { const char *name; Text label; const Field *fields; size_t fields_n; bool document, asked; const char *type; } Named; /* type: media type of a file */

static void parameters(JsonOut *j, const Route *r, Str path, const Resource *res, const Named *named)
{
    json_key(j, STR("parameters")), json_open(j, '[');
    path_parameters(j, path);
    header_parameters(j, r);
    for (size_t i = 0; r->act == ACT_REPORT && i < named->fields_n; i++)
        filter_parameter(j, &named->fields[i], (named->fields[i].flags & REQUIRED) != 0);
    if (res && (r->act == ACT_LIST || r->act == ACT_EXPORT)) list_parameters(j, res);
    json_close(j, ']');
}

/* One change for all, or each its own. */
static void bulk_schema(JsonOut *j, const Resource *res)
{
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("required")), json_raw(j, STR("[\"records\"]"));
    object(j, "properties");
    object(j, "change"), ref(j, "schemas", str_printf(j->b->a, "%s_change", res->name)), json_close(j, '}');
    object(j, "reason"), json_kstr(j, "type", STR("string")), json_close(j, '}');
    object(j, "records");
    json_kstr(j, "type", STR("array"));
    json_kint(j, "minItems", 1), json_kint(j, "maxItems", MANY_MAX);
    object(j, "items");
    json_kstr(j, "type", STR("object"));
    json_key(j, STR("required")), json_raw(j, STR("[\"id\",\"version\"]"));
    object(j, "properties");
    json_key(j, STR("id")), json_raw(j, str_of(uuid_schema));
    json_key(j, STR("version")), json_raw(j, STR("{\"type\":\"integer\",\"minimum\":1}"));
    object(j, "change"), ref(j, "schemas", str_printf(j->b->a, "%s_change", res->name));
    close_all(j, 5);
}

static bool is_judge(const Route *r)
{
    return strcmp(r->pattern, "/api/judge") == 0;
}

static bool is_document(const Route *r)
{
    return str_ends(str_of(r->pattern), STR("{res}/document"));
}

static void body_schema(JsonOut *j, const Route *r, const Resource *res, const Named *named)
{
    object(j, "schema");
    if (r->act == ACT_REPORT) json_kstr(j, "type", STR("object"));
    else if (named) fields_schema_json(j, named->fields, named->fields_n);
    else if (r->act == ACT_BULK) bulk_schema(j, res);
    else if (is_judge(r)) ref(j, "schemas", STR("judge"));
    else if (r->act == ACT_ATTACH || is_document(r)) json_kstr(j, "type", STR("object"));
    else if (res && r->method == PATCH) ref(j, "schemas", str_printf(j->b->a, "%s_change", res->name));
    else if (res && (r->method == PUT || r->act == ACT_CREATE)) ref(j, "schemas", str_of(res->name));
    else json_kstr(j, "type", STR("object"));
    json_close(j, '}');
}

static void body(JsonOut *j, const Route *r, const Resource *res, const Named *named)
{
    Str pattern = str_of(r->pattern);
    if (r->method == GET || r->method == DELETE || str_ends(pattern, STR("/restore")) || str_ends(pattern, STR("/logout"))) return;
    bool bytes = str_ends(pattern, STR("/propose")) || (r->act == ACT_ATTACH && r->method == PUT);
    object(j, "requestBody");
    json_kbool(j, "required", !r->page); /* a form may be sent with nothing filled in */
    object(j, "content");
    object(j, r->page ? "application/x-www-form-urlencoded" : bytes ? "application/octet-stream" : "application/json");
    if (!bytes) body_schema(j, r, res, named);
    close_all(j, 3);
}

/* --- what it answers ----------------------------------------------------------------------------------------- */

static bool is_content(const Route *r) /* of an attached file, whole or a range of it */
{
    return r->method == GET && str_ends(str_of(r->pattern), STR("/{file}"));
}

static bool is_sheet(const Route *r)
{
    return str_ends(str_of(r->pattern), STR("}.csv")) || str_ends(str_of(r->pattern), STR("}.xlsx"));
}

static const char *media_type(const Route *r, const Named *named)
{
    if (named && named->type) return named->type;
    if (is_sheet(r)) return str_ends(str_of(r->pattern), STR(".csv")) ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (str_ends(str_of(r->pattern), STR(".ics"))) return "text/calendar";
    if (is_content(r)) return "*/*";
    if (str_ends(str_of(r->pattern), STR("/receipt")) || str_ends(str_of(r->pattern), STR("/checkpoint"))) return "text/plain";
    if (r->page) return "text/html";
    if (strncmp(r->pattern, "/api/", 5) != 0 && strcmp(r->pattern, "/healthz") != 0) return strcmp(r->pattern, "/") == 0 ? "text/html" : "*/*";
    return "application/json";
}

/* One record, or what the handler says. */
static bool answers_record(const Route *r)
{
    bool one = str_ends(str_of(r->pattern), STR("/{id}")) || str_ends(str_of(r->pattern), STR("/restore"));
    return r->act == ACT_CREATE || r->act == ACT_ACTION || (one && r->method != DELETE);
}

static void answer_schema(JsonOut *j, const Route *r, const Resource *res, const Named *named)
{
    object(j, "schema");
    if (res && r->act == ACT_LIST) ref(j, "schemas", str_printf(j->b->a, "%s_list", res->name));
    else if (is_judge(r)) ref(j, "schemas", STR("verdicts"));
    else if (r->act == ACT_REPORT && !named->document && !named->type) ref(j, "schemas", STR("report"));
    else if (res && answers_record(r)) ref(j, "schemas", str_printf(j->b->a, "%s_record", res->name));
    else json_kstr(j, "type", STR("object"));
    json_close(j, '}');
}

static void success(JsonOut *j, const Route *r, const Resource *res, const Named *named)
{
    const char *type = media_type(r, named);
    object(j, r->act == ACT_CREATE ? "201" : r->act == ACT_ATTACH || is_content(r) ? "2XX" : "200");
    json_kstr(j, "description", STR("done"));
    object(j, "content");
    object(j, type);
    if (strcmp(type, "application/json") == 0) answer_schema(j, r, res, named);
    close_all(j, 3);
}

static bool may_fail_with(const Route *r, ErrKind k)
{
    switch (k) {
    case ERR_LOGIN: return r->act != ACT_PUBLIC || is_write(r);
    case ERR_MISTAKES: return is_write(r) || r->act == ACT_REPORT; /* of its parameters */
    case ERR_CONFLICT:
    case ERR_TYPE: return is_write(r);
    case ERR_TOO_LARGE: return is_write(r) || r->act == ACT_EXPORT || r->act == ACT_REPORT;
    case ERR_STALE:
    case ERR_NEED_VERSION: return needs_version(r);
    case ERR_LIMIT: return r->page || (r->act <= ACT_SELF && is_write(r));
    case ERR_METHOD: return false; /* a method that is not described here */
    case ERR_REPLAYED: return false; /* the status of ERR_MISTAKES */
    default: return true;
    }
}

static void responses(JsonOut *j, const Route *r, const Resource *res, const Named *named)
{
    object(j, "responses");
    success(j, r, res, named);
    for (ErrKind k = OK + 1; k < ERR_KINDS; k++) {
        if (!may_fail_with(r, k)) continue;
        json_key(j, str_printf(j->b->a, "%d", err_rows[k].status)), json_open(j, '{');
        ref(j, "responses", r->page ? STR("page") : STR("problem"));
        json_close(j, '}');
    }
    if (is_content(r)) object(j, "416"), ref(j, "responses", STR("problem")), json_close(j, '}');
    json_close(j, '}');
}

/* --- paths --------------------------------------------------------------------------------------------------- */

static void operation(JsonOut *j, const Route *r, Str path, const Resource *res, const Named *named, const char *method)
{
    object(j, method);
    json_kstr(j, "summary", named ? named->label.in[EN] : str_of(r->summary));
    if (res) {
        json_key(j, STR("tags")), json_open(j, '[');
        json_str(j, str_of(res->path));
        json_close(j, ']');
    }
    json_key(j, STR("security")), json_raw(j, r->act == ACT_PUBLIC ? STR("[]") : STR("[{\"token\":[]},{\"session\":[]}]"));
    parameters(j, r, path, res, named);
    body(j, r, res, named);
    responses(j, r, res, named);
    json_close(j, '}');
}

/* All methods of one pattern, for one resource when it has {res}. */
static void path_out(JsonOut *j, size_t first, const Resource *res, const Named *named)
{
    static const char *const methods[METHODS] = {"get", "post", "put", "patch", "delete"};
    Str p = str_of(routes[first].pattern);
    size_t at = str_find(p, STR("{res}")), an = str_find(p, STR("{name}"));
    if (an != SIZE_MAX && named) p = str_join(j->b->a, str_slice(p, 0, an), str_of(named->name), str_slice(p, an + 6, p.n));
    if (at != SIZE_MAX) p = str_join(j->b->a, str_slice(p, 0, at), str_of(res->path), str_slice(p, at + 5, p.n));
    json_key(j, p), json_open(j, '{');
    for (size_t i = first; i < routes_n; i++)
        if (strcmp(routes[i].pattern, routes[first].pattern) == 0 && (routes[i].act != ACT_REPORT || (routes[i].method == POST) == named->asked)) operation(j, &routes[i], p, res, named, methods[routes[i].method]);
    json_close(j, '}');
}

static bool seen_before(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(routes[k].pattern, routes[i].pattern) == 0) return true;
    return false;
}

static void actions_out(JsonOut *j, size_t i, const Resource *res)
{
    for (size_t x = 0; x < res->actions_n; x++) {
        const Action *a = &res->actions[x];
        path_out(j, i, res, &(Named){a->name, a->label, a->fields, a->fields_n, false, false, NULL});
    }
}

static void reports_out(JsonOut *j, size_t i, const Resource *res)
{
    bool of_record = strstr(routes[i].pattern, "{id}") != NULL;
    for (size_t x = 0; x < res->reports_n; x++) {
        const Report *r = &res->reports[x];
        bool document = r->document || r->asked;
        if (r->of_record == of_record && !((document || r->file) && is_sheet(&routes[i]))) path_out(j, i, res, &(Named){r->name, r->label, r->params, r->params_n, document, r->asked != NULL, r->type});
    }
}

static void paths_of(JsonOut *j, size_t i, const Resources *all)
{
    bool generic = strstr(routes[i].pattern, "{res}") != NULL;
    if (!generic) path_out(j, i, NULL, NULL);
    for (size_t k = 0; generic && k < all->n; k++) {
        const Resource *res = all->list[k];
        if (res->inner || (is_document(&routes[i]) && !res->receive)) continue;
        if (routes[i].act == ACT_ACTION) actions_out(j, i, res);
        else if (routes[i].act == ACT_REPORT) reports_out(j, i, res);
        else path_out(j, i, res, NULL);
    }
}

/* The facts themselves are named by the pack: docs/rules.md. */
static void judge_schemas(JsonOut *j)
{
    json_key(j, STR("judge"));
    json_raw(j, STR("{\"title\":\"Facts of an incident\",\"type\":\"object\",\"required\":[\"facts\"],\"properties\":{\"facts\":{\"type\":\"object\",\"description\":\"by id of the pack, docs/rules.md\"},"
                    "\"as_of\":{\"type\":\"string\",\"description\":\"RFC 3339; now where it is missing\"},\"pack\":{\"type\":\"string\",\"description\":\"jp where it is missing\"}}}"));
    json_key(j, STR("verdicts"));
    json_raw(j, STR("{\"title\":\"Verdicts\",\"type\":\"object\",\"required\":[\"pack\",\"pack_version\",\"pack_hash\",\"as_of\",\"verdicts\",\"ask\"],\"properties\":{\"pack\":{\"type\":\"string\"},\"pack_version\":{\"type\":\"string\"},\"pack_hash\":{\"type\":\"string\",\"description\":\"SHA-256 of all files of the pack\"},"
                    "\"as_of\":{\"type\":\"string\"},\"verdicts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"verdict\",\"duties\"],\"properties\":{\"verdict\":{\"type\":\"object\"},"
                    "\"duties\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}},\"ask\":{\"type\":\"array\",\"maxItems\":12,\"items\":{\"type\":\"object\",\"required\":[\"fact\",\"ask\",\"known_by\",\"cost\",\"rules\",\"settles\"],"
                    "\"properties\":{\"fact\":{\"type\":\"string\"},\"of\":{\"enum\":[\"end\",\"onset\",\"numbers\",\"one_accident\"]},\"ask\":{\"type\":\"object\"},\"known_by\":{\"type\":\"string\"},\"cost\":{\"type\":\"integer\"},"
                    "\"rules\":{\"type\":\"integer\"},\"settles\":{\"type\":\"integer\"}}}}}}"));
}

static void components(JsonOut *j, const Resources *all)
{
    object(j, "components");
    object(j, "schemas");
    for (size_t i = 0; i < all->n; i++)
        resource_schemas_json(j, all->list[i]);
    judge_schemas(j);
    json_key(j, STR("report"));
    json_raw(j, STR("{\"title\":\"Report\",\"type\":\"object\",\"properties\":{\"tables\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                    "\"name\":{\"type\":\"string\"},\"title\":{\"type\":\"object\"},\"note\":{\"type\":\"object\"},\"cut\":{\"type\":\"boolean\"},"
                    "\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                    "\"of\":{\"type\":\"object\"},\"at\":{\"type\":\"string\"},\"names\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},\"more\":{\"type\":\"integer\"},\"values\":{\"type\":\"object\"}},\"required\":[\"values\"]}}},"
                    "\"required\":[\"name\",\"title\",\"cut\",\"fields\",\"rows\"]}},\"_titles\":{\"type\":\"object\"}},\"required\":[\"tables\",\"_titles\"]}"));
    json_close(j, '}');
    json_key(j, STR("responses"));
    json_raw(j, STR("{\"page\":{\"description\":\"refused or failed, as a page; what cannot be read at all as problem+json\",\"content\":{\"text/html\":{},\"application/problem+json\":{}}},\"problem\":{\"description\":\"refused or failed, RFC 9457\",\"content\":{\"application/problem+json\":{\"schema\":{\"type\":\"object\",\"properties\":{"
                    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
                    "\"mistakes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"
                    "\"text\":{\"type\":\"string\"}},\"required\":[\"path\",\"code\",\"text\"]}}},\"required\":[\"type\",\"title\",\"status\"]}}}}}"));
    json_key(j, STR("securitySchemes"));
    json_raw(j, STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"kaname\"}}"));
    json_close(j, '}');
}

void api_openapi(JsonOut *j, const Resources *all, const char *version)
{
    json_open(j, '{');
    json_kstr(j, "openapi", STR("3.1.0"));
    object(j, "info");
    json_kstr(j, "title", STR("Kaname"));
    json_kstr(j, "version", str_of(version));
    json_close(j, '}');
    object(j, "paths");
    for (size_t i = 0; i < routes_n; i++)
        if (!seen_before(i)) paths_of(j, i, all);
    json_close(j, '}');
    components(j, all);
    json_close(j, '}');
}
