/* webhook.c -- where other systems are told: the same acts as in the API, for whoever has the data file. */
#include "app/app.h"

#include "incident/incident.h"

#include <jansson.h>

static bool verb(const Run *r, const char *word) { return str_eqc(r->o->words[0], word); }

static Str events_text(Arena *a, unsigned events)
{
    Buf b;
    buf_init(&b, a, 128);
    for (size_t i = 0; i < WEBHOOK_EVENTS; i++)
        if (events & 1u << i) buf_printf(&b, "%s%.*s", b.n ? "," : "", STR_ARG(webhook_events[i].code));
    return buf_str(&b);
}

static void show(Run *r, const Webhook *w)
{
    Str id = id_text(r->a, w->id), events = events_text(r->a, w->events);
    if (!r->o->json) {
        buf_printf(&r->out, "%.*s\t%.*s\t%.*s%s\n", STR_ARG(id), STR_ARG(w->url), STR_ARG(events), !w->stopped ? "" : r->o->lang == JA ? "\t停止中" : "\tstopped");
        return;
    }
    json_open(&r->json, '{');
    json_kstr(&r->json, "id", id), json_kstr(&r->json, "url", w->url), json_kstr(&r->json, "events", events), json_kbool(&r->json, "stopped", w->stopped), json_kint(&r->json, "failures", w->failures);
    json_close(&r->json, '}');
}

static void show_delivery(Run *r, const Delivery *d)
{
    Str id = delivery_name(r->a, d), at = instant_text(r->a, d->created), state = delivery_states[d->state].code, why = d->why.in[r->o->lang];
    if (!r->o->json) {
        buf_printf(&r->out, "%.*s\t%.*s\t%.*s\t%.*s\t%lld\t%lld\t%.*s\n", STR_ARG(at), STR_ARG(id), STR_ARG(d->event), STR_ARG(state), (long long)d->tries, (long long)d->status, STR_ARG(why));
        return;
    }
    json_open(&r->json, '{');
    json_kstr(&r->json, "id", id), json_kstr(&r->json, "event", d->event), json_kstr(&r->json, "created", at), json_kstr(&r->json, "state", state), json_kint(&r->json, "tries", d->tries);
    json_kint(&r->json, "status", d->status), json_kstr(&r->json, "why", why);
    json_close(&r->json, '}');
}

static void begin_items(Run *r)
{
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
}

static void end_items(Run *r)
{
    if (r->o->json) json_close(&r->json, ']');
}

static Err list_all(Run *r, Ctx *c)
{
    Webhook *list;
    size_t n;
    TRY(webhook_list(c, &list, &n));
    begin_items(r);
    for (size_t i = 0; i < n; i++) show(r, &list[i]);
    end_items(r);
    return ERR_NONE;
}

static Err list_deliveries(Run *r, Ctx *c, Id id)
{
    Delivery *list;
    size_t n;
    bool cut;
    TRY(webhook_deliveries(c, id, &list, &n, &cut));
    begin_items(r);
    for (size_t i = 0; i < n; i++) show_delivery(r, &list[i]);
    end_items(r);
    if (cut) say(r, text_of("新しい200件だけです。", "Only the latest 200."));
    if (r->o->json) json_kbool(&r->json, "cut", cut);
    return ERR_NONE;
}

static void show_secret(Run *r, Str secret)
{
    say(r, text_of("秘密はもう一度は見られません。受け取る側に今書き込んでください。", "The secret is not shown again. Put it into the receiver now."));
    say_kv(r, "secret", "secret", secret);
}

static Err add(Run *r, Ctx *c)
{
    Webhook w;
    Str secret, rest = r->o->events, one;
    Buf b;
    json_t *body;
    buf_init(&b, r->a, 512);
    JsonOut j = {.b = &b};
    json_open(&j, '{');
    json_kstr(&j, "url", r->o->url);
    json_key(&j, STR("events")), json_open(&j, '[');
    if (rest.n)
        while (str_cut(&rest, ',', &one)) json_str(&j, str_trim(one));
    else
        for (size_t i = 0; i < WEBHOOK_EVENTS; i++) json_str(&j, webhook_events[i].code);
    json_close(&j, ']');
    json_close(&j, '}');
    TRY(json_in(r->a, buf_str(&b), b.n, &body));
    TRY(webhook_add(c, body, &w, &secret));
    say_kv(r, "id", "id", id_text(r->a, w.id));
    show_secret(r, secret);
    return ERR_NONE;
}

static Err one(Run *r, Ctx *c)
{
    Id id;
    Str secret;
    Delivery d;
    if (!id_parse(r->o->id, &id)) return err_text(ERR_INVALID, text_of("--id に、webhook list が示す識別子を書いてください。", "Give --id as webhook list shows it."));
    if (verb(r, "deliveries")) return list_deliveries(r, c, id);
    if (verb(r, "secret")) {
        TRY(webhook_renew(c, id, &secret));
        return show_secret(r, secret), ERR_NONE;
    }
    if (verb(r, "test")) {
        TRY(webhook_test(c, id, &d));
        return say_kv(r, "delivery", r->o->lang == JA ? "送ります（結果は webhook deliveries）:" : "it will be sent (webhook deliveries tells how it went):", delivery_name(r->a, &d)), ERR_NONE;
    }
    TRY(webhook_remove(c, id));
    say(r, text_of("通知先を消しました。", "The webhook is removed."));
    if (r->o->json) json_kstr(&r->json, "removed", r->o->id);
    return ERR_NONE;
}

Err act_webhook(Run *r)
{
    Org org;
    TRY(app_org(r->db, r->a, r->o->org, &org));
    Principal who = app_principal(org);
    Ctx c = app_context(r, &who);
    if (verb(r, "add")) return add(r, &c);
    return verb(r, "list") ? list_all(r, &c) : one(r, &c);
}
