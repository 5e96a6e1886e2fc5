/* webhooks.c -- where other systems are told, for the administrators of an organisation. A secret leaves once, in the answer to the request that made it. */
#include "api/handlers.h"

#include "incident/incident.h"

#include <jansson.h>

typedef struct Made { Webhook hook; Str secret; } Made;

static void hook_out(Call *c, JsonOut *j, const void *item)
{
    const Webhook *w = item;
    json_kstr(j, "id", id_text(&c->arena, w->id));
    json_kstr(j, "url", w->url);
    json_key(j, STR("events")), json_open(j, '[');
    for (size_t i = 0; i < WEBHOOK_EVENTS; i++)
        if (w->events & 1u << i) json_str(j, webhook_events[i].code);
    json_close(j, ']');
    json_kbool(j, "stopped", w->stopped);
    if (w->why.in[c->x.lang].n) json_kstr(j, "why", w->why.in[c->x.lang]);
    json_kint(j, "failures", w->failures);
    json_kstr(j, "created", instant_text(&c->arena, w->created));
}

static void made_out(Call *c, JsonOut *j, const void *item)
{
    const Made *m = item;
    hook_out(c, j, &m->hook);
    json_kstr(j, "secret", m->secret);
}

static void delivery_out(Call *c, JsonOut *j, const void *item)
{
    const Delivery *d = item;
    json_kstr(j, "id", delivery_name(&c->arena, d));
    json_kstr(j, "event", d->event);
    json_kstr(j, "created", instant_text(&c->arena, d->created));
    json_kstr(j, "state", delivery_states[d->state].code);
    json_key(j, STR("label")), json_text(j, delivery_states[d->state].label);
    json_kint(j, "tries", d->tries);
    if (d->tried) json_kstr(j, "tried", instant_text(&c->arena, d->tried));
    if (d->state == DELIVERY_WAITING && d->tries) json_kstr(j, "next", instant_text(&c->arena, d->next));
    if (d->status) json_kint(j, "status", d->status);
    if (d->why.in[c->x.lang].n) json_kstr(j, "why", d->why.in[c->x.lang]);
}

static void event_out(Call *c, JsonOut *j, const void *item)
{
    const Choice *e = item;
    UNUSED(c);
    json_kstr(j, "code", e->code);
    json_key(j, STR("label")), json_text(j, e->label);
    json_key(j, STR("help")), json_text(j, e->help);
}

Err get_webhooks(Call *c)
{
    Webhook *list;
    size_t n;
    Buf b;
    TRY(webhook_list(&c->x, &list, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    list_out(c, &j, "items", LIST(list, n), hook_out);
    list_out(c, &j, "events", LIST(webhook_events, WEBHOOK_EVENTS), event_out);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

/* What is kept for a repetition of the request has no secret. */
Err post_webhook(Call *c)
{
    json_t *in;
    Made m;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(webhook_add(&c->x, in, &m.hook, &m.secret));
    TRY(answer_item(c, &m.hook, hook_out));
    c->r.kept = c->r.body;
    c->r.status = 201;
    return answer_item(c, &m, made_out);
}

Err patch_webhook(Call *c)
{
    json_t *in;
    Webhook w;
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(webhook_change(&c->x, c->id, in, &w));
    return answer_item(c, &w, hook_out);
}

Err delete_webhook(Call *c)
{
    TRY(webhook_remove(&c->x, c->id));
    c->r.body = STR("{}");
    return ERR_NONE;
}

Err post_webhook_secret(Call *c)
{
    Made m;
    TRY(webhook_get(&c->x, c->id, &m.hook));
    TRY(webhook_renew(&c->x, c->id, &m.secret));
    c->r.forget = true; /* asked again: another secret */
    return answer_item(c, &m, made_out);
}

Err post_webhook_test(Call *c)
{
    Delivery d;
    TRY(webhook_test(&c->x, c->id, &d));
    return answer_item(c, &d, delivery_out);
}

Err get_deliveries(Call *c)
{
    Delivery *list;
    size_t n;
    bool cut;
    Buf b;
    TRY(webhook_deliveries(&c->x, c->id, &list, &n, &cut));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    list_out(c, &j, "items", LIST(list, n), delivery_out);
    json_kbool(&j, "cut", cut);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
