/* packs.c -- browsing the packs: what there is, and the items of one list. Everything comes from the packs; no list is known by name. */
#include "api/handlers.h"
#include "incident/incident.h"

#include "pack/pack.h"

enum { ITEMS_MAX = 1000 };

static void ktext(JsonOut *j, Str key, Text t)
{
    json_key(j, key);
    json_text(j, t);
}

/* What the check state of an item means, in words. */
static void checks_json(JsonOut *j)
{
    json_key(j, STR("checks")), json_open(j, '[');
    for (size_t i = 0; i < CHECK_STATES; i++) {
        json_open(j, '{');
        json_kstr(j, "code", check_rows[i].code);
        ktext(j, STR("label"), check_rows[i].label);
        ktext(j, STR("help"), check_rows[i].help);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void pack_json(JsonOut *j, const Pack *p)
{
    json_open(j, '{');
    json_kstr(j, "code", p->name);
    json_kstr(j, "version", p->version);
    ktext(j, STR("title"), p->title);
    json_key(j, STR("kinds")), json_open(j, '[');
    for (size_t i = 0; i < p->lists_n; i++) {
        json_open(j, '{');
        json_kstr(j, "kind", p->lists[i].name);
        json_kint(j, "n", (int64_t)p->lists[i].n);
        ktext(j, STR("title"), p->lists[i].title);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

Err get_packs(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("items")), json_open(&j, '[');
    for (size_t i = 0; i < c->app->packs->n; i++)
        pack_json(&j, &c->app->packs->list[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

static void fields_json(JsonOut *j, const PackList *l)
{
    json_key(j, STR("fields")), json_open(j, '[');
    for (size_t i = 0; i < l->fields_n; i++) {
        json_open(j, '{');
        json_kstr(j, "name", l->fields[i].name);
        ktext(j, STR("label"), l->fields[i].label);
        if (l->fields[i].list.n) json_kstr(j, "kind", l->fields[i].list);
        json_close(j, '}');
    }
    json_close(j, ']');
}

Err get_pack_items(Call *c)
{
    Buf b;
    const Pack *p = packs_find(c->app->packs, c->code);
    const PackList *l = p ? pack_find_list(p, c->tail) : NULL;
    int64_t total = 0;
    if (!l) return err_of(ERR_NOT_FOUND);
    Str q = query_value(c, "q");
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    ktext(&j, STR("title"), l->title);
    fields_json(&j, l);
    json_key(&j, STR("items")), json_open(&j, '[');
    for (size_t i = l->first; i < l->first + l->n; i++)
        if (pack_item_has(&c->arena, &p->items[i], q) && total++ < ITEMS_MAX) pack_item_json(&j, &c->arena, p, &p->items[i]);
    json_close(&j, ']');
    json_kint(&j, "total", total);
    checks_json(&j);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err get_vocabulary(Call *c)
{
    Buf b;
    JsonOut j = answer(c, &b);
    incident_vocabulary_json(&j, c->app->packs);
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
