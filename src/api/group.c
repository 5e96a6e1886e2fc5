/* group.c -- the organisations below, and what the own one shows to those above. */
#include "api/handlers.h"

#include "risk/risk.h"

#include <jansson.h>

Err get_group(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    TRY(risk_group_json(&c->x, &j));
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

enum { VERSIONS = 50 };

static Str author_of(const Account *people, size_t n, int64_t row)
{
    for (size_t i = 0; i < n; i++)
        if (people[i].row == row) return people[i].name;
    return (Str){0};
}

/* Newest first: what was decided when, by whom and why. */
static Err versions_out(Call *c, JsonOut *j, const Record *r)
{
    Version *list;
    Account people[VERSIONS];
    int64_t rows[VERSIONS];
    size_t n, people_n;
    TRY(version_list(c->x.db, &c->arena, r, INT64_MAX, VERSIONS, &list, &n));
    for (size_t i = 0; i < n; i++)
        rows[i] = list[i].author;
    TRY(accounts_in(c->x.db, &c->arena, c->who.org.row, rows, n, people, &people_n));
    for (size_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_kint(j, "version", list[i].version);
        json_kstr(j, "at", instant_text(&c->arena, list[i].at));
        json_kstr(j, "author", author_of(people, people_n, list[i].author));
        json_key(j, STR("values")), json_raw(j, list[i].doc);
        json_close(j, '}');
    }
    return ERR_NONE;
}

static void choice_out(Call *c, JsonOut *j, const void *item)
{
    const Choice *x = item;
    UNUSED(c);
    json_kstr(j, "code", x->code);
    json_key(j, STR("label")), json_text(j, x->label);
    json_key(j, STR("help")), json_text(j, x->help);
}

static Err disclosure_out(Call *c, const Record *r)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_kstr(&j, "show", show_choices[disclosure_show(r)].code);
    json_kbool(&j, "decided", r != NULL);
    json_kbool(&j, "above", c->who.org.parent != 0);
    list_out(c, &j, "choices", (List){show_choices, sizeof *show_choices, SHOWS}, choice_out);
    json_key(&j, STR("versions")), json_open(&j, '[');
    if (r) TRY(versions_out(c, &j, r));
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_disclosure(Call *c)
{
    Record *r;
    TRY(work_disclosure(&c->x, &r));
    return disclosure_out(c, r);
}

Err put_disclosure(Call *c)
{
    json_t *in;
    Record *r;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(work_disclose(&c->x, in, &r));
    return disclosure_out(c, r);
}
