/* static.c -- the built front end, embedded by tools/embed.py; a plain page when the program was built without it. */
#include "api/handlers.h"
#include "api/embedded.h"

/* "gzip" among the encodings, unless its weight is 0. */
static bool takes_gzip(Str encodings)
{
    Str one, name;
    while (str_cut(&encodings, ',', &one)) {
        Str rest = str_trim(one);
        str_cut(&rest, ';', &name);
        rest = str_trim(rest);
        if (str_eqc(str_trim(name), "gzip")) return !(str_starts(rest, STR("q=0")) && !str_starts(rest, STR("q=0.")));
    }
    return false;
}

static Err serve(Call *c, Str name)
{
    for (size_t i = 0; i < embedded_n; i++)
        if (str_eqc(name, embedded[i].name)) {
            c->r.type = embedded[i].type;
            c->r.body = (Str){(const char *)embedded[i].bytes, embedded[i].n};
            c->r.packed = embedded[i].packed_n && takes_gzip(c->encodings);
            if (c->r.packed) c->r.body = (Str){(const char *)embedded[i].packed, embedded[i].packed_n};
            return ERR_NONE;
        }
    return err_of(ERR_NOT_FOUND);
}

Err get_page(Call *c)
{
    static const char page[] =
        "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Kaname 要</title>"
        "<main><h1>Kaname（要）</h1><p>サーバーは動いています。この版には画面が入っていません。API は <a href=\"/api/openapi.json\">OpenAPI</a> をご覧ください。</p>"
        "<p lang=\"en\">The server is running. This build has no front end; see the <a href=\"/api/openapi.json\">OpenAPI description</a>.</p></main></html>";
    if (!serve(c, STR("index.html")).kind) return ERR_NONE;
    c->r.type = "text/html; charset=utf-8";
    c->r.body = STR(page);
    return ERR_NONE;
}

Err get_static(Call *c)
{
    c->r.lasting = true; /* names carry a hash of the content */
    return serve(c, str_join(&c->arena, STR("assets/"), c->tail, STR("")));
}
