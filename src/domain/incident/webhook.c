/*
 * webhook.c -- where other systems are told of duties and incidents: who is told of what, and the row that is the occurrence, written in the transaction of the change. What is told is which record,
 * in which state and when it is due; nothing of what happened and nobody's name: whoever wants more reads the record. Owns: tables webhook, delivery. Sending is deliver.c.
 */
#include "incident/parts.h"

#include "job/job.h"
#include "mail/mail.h"

#include <jansson.h>
#include <sodium.h>

#define EVENT(code, ja, en, hja, hen) {CODE(code), TEXT(ja, en), TEXT(hja, hen)}
const Choice webhook_events[WEBHOOK_EVENTS] = {
    [HOOK_DUTY_OPENED] = EVENT("duty.opened", "報告の義務が生じた", "A duty to report arose", "判定が該当になったとき", "When a rule was met"),
    [HOOK_DUTY_DUE_SOON] = EVENT("duty.due_soon", "報告の期限が近い", "A report is due soon", "期限の24時間前と2時間前", "24 hours and 2 hours before"),
    [HOOK_DUTY_MADE] = EVENT("duty.made", "報告した", "A report was made", "報告したことが記録されたとき", "When it was recorded"),
    [HOOK_DUTY_BASIS_GONE] = EVENT("duty.basis_gone", "義務の根拠がなくなった", "The basis of a duty is gone", "事実が直され、該当しなくなったとき", "When facts were corrected"),
    [HOOK_INCIDENT_CHANGED] = EVENT("incident.changed", "インシデントの記録が変わった", "An incident changed", "新しい版ができるたび", "With every version"),
};
const Choice delivery_states[DELIVERY_STATES] = {
    [DELIVERY_WAITING] = {CODE("waiting"), TEXT("送るところ", "To be sent")},
    [DELIVERY_DONE] = {CODE("delivered"), TEXT("届いた", "Delivered")},
    [DELIVERY_GIVEN_UP] = {CODE("given_up"), TEXT("断念した", "Given up")},
    [DELIVERY_CANCELLED] = {CODE("cancelled"), TEXT("取りやめた", "Called off")},
};

/* --- the secret --------------------------------------------------------------------------------------------------- */

enum { SECRET = 32, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES, SEALED = NONCE + SECRET + TAG };

/* Bound to its webhook: moved to another row it opens no longer. */
static Str seal(Ctx *c, int64_t row, const uint8_t secret[SECRET])
{
    uint8_t key[32], *out = arena_array(c->a, uint8_t, SEALED);
    history_derive(c->history, "kaname webhook 1", key);
    random_bytes(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, secret, SECRET, (const uint8_t *)&row, sizeof row, NULL, out, key);
    sodium_memzero(key, sizeof key);
    return (Str){(const char *)out, SEALED};
}

bool webhook_secret(Ctx *c, int64_t row, Str sealed, uint8_t out[SECRET])
{
    uint8_t key[32];
    const uint8_t *in = (const uint8_t *)sealed.s;
    history_derive(c->history, "kaname webhook 1", key);
    bool ok = sealed.n == SEALED && crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + NONCE, SECRET + TAG, (const uint8_t *)&row, sizeof row, in, key) == 0;
    sodium_memzero(key, sizeof key);
    return ok;
}

static Err put_secret(Ctx *c, int64_t row, Str *shown)
{
    uint8_t secret[SECRET];
    char *text = arena_array(c->a, char, sodium_base64_ENCODED_LEN(SECRET, sodium_base64_VARIANT_ORIGINAL));
    random_bytes(secret, sizeof secret);
    sodium_bin2base64(text, sodium_base64_ENCODED_LEN(SECRET, sodium_base64_VARIANT_ORIGINAL), secret, SECRET, sodium_base64_VARIANT_ORIGINAL);
    *shown = str_join(c->a, STR("whsec_"), str_of(text), (Str){0});
    Str sealed = seal(c, row, secret);
    sodium_memzero(secret, sizeof secret);
    return DB_EXEC(c->db, "UPDATE webhook SET secret = ? WHERE row = ?", P_BLOB(sealed), P_INT(row));
}

/* --- who is told of what ------------------------------------------------------------------------------------------------ */

#define COLUMNS "row, id, url, events, stopped, created, failures, why_ja, why_en"

static Webhook read_webhook(Arena *a, Cursor *q)
{
    return (Webhook){.row = cursor_int(q, 0), .id = cursor_id(q, 1), .url = str_copy(a, cursor_text(q, 2)), .events = (unsigned)cursor_int(q, 3), .stopped = cursor_int(q, 4) != 0, .created = cursor_int(q, 5),
        .failures = cursor_int(q, 6), .why = {{str_copy(a, cursor_text(q, 7)), str_copy(a, cursor_text(q, 8))}}};
}

Err webhook_list(Ctx *c, Webhook **out, size_t *n)
{
    Cursor q;
    *out = arena_array(c->a, Webhook, WEBHOOKS_MAX);
    *n = 0;
    DB_QUERY(c->db, &q, "SELECT " COLUMNS " FROM webhook WHERE org = ? ORDER BY row LIMIT ?", P_INT(c->who->org.row), P_INT(WEBHOOKS_MAX));
    while (*n < WEBHOOKS_MAX && cursor_next(&q)) (*out)[(*n)++] = read_webhook(c->a, &q);
    return cursor_close(&q);
}

Err webhook_get(Ctx *c, Id id, Webhook *out)
{
    Cursor q;
    DB_QUERY(c->db, &q, "SELECT " COLUMNS " FROM webhook WHERE org = ? AND id = ?", P_INT(c->who->org.row), P_ID(id));
    bool found = cursor_next(&q);
    if (found) *out = read_webhook(c->a, &q);
    TRY(cursor_close(&q));
    return found ? ERR_NONE : err_text(ERR_NOT_FOUND, text_of("見つかりません。", "Not found."));
}

static void read_events(Ctx *c, json_t *list, unsigned *out, Mistakes *m)
{
    unsigned events = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t k = 0;
        Str code = json_str_of(json_array_get(list, i));
        while (k < WEBHOOK_EVENTS && !str_eq(webhook_events[k].code, code)) k++;
        if (k < WEBHOOK_EVENTS) events |= 1u << k;
        else mistake_add(m, str_printf(c->a, "events/%zu", i), "choice", text_of("そのような知らせはありません。", "There is no such event."));
    }
    if (!json_array_size(list)) mistake_add(m, STR("events"), "required", text_of("知らせることを一つ以上選んでください。", "Choose at least one event."));
    *out = events;
}

static void unknown_fields(Ctx *c, json_t *body, Mistakes *m)
{
    const char *key;
    json_t *v;
    json_object_foreach(body, key, v)
        if (strcmp(key, "url") != 0 && strcmp(key, "events") != 0 && strcmp(key, "stopped") != 0) mistake_add(m, str_copy(c->a, str_of(key)), "unknown", text_of("そのような項目はありません。", "There is no such field."));
}

static Err read_body(Ctx *c, json_t *body, bool partial, Webhook *w)
{
    Mistakes m;
    mistakes_init(&m, c->a);
    json_t *url = json_object_get(body, "url"), *events = json_object_get(body, "events"), *stopped = json_object_get(body, "stopped");
    unknown_fields(c, body, &m);
    if (url || !partial) {
        w->url = json_str_of(url);
        Err e = post_url_check(c->a, c->post, w->url);
        if (e.kind) mistake_add(&m, STR("url"), "format", e.text);
    }
    if (events || !partial) read_events(c, events, &w->events, &m);
    if (stopped && !json_is_boolean(stopped)) mistake_add(&m, STR("stopped"), "type", text_of("true か false です。", "It is true or false."));
    if (stopped) w->stopped = json_is_true(stopped), w->why = (Text){{{0}}};
    return err_mistakes(&m);
}

static Err note(Ctx *c, const char *action, Id id) { return work_note(c, c->who->org.row, c->who->org.id, str_of(action), id); }

Err webhook_add(Ctx *c, json_t *body, Webhook *out, Str *secret)
{
    Webhook *list, w = {.id = id_new(), .created = c->now};
    size_t n;
    TRY(webhook_list(c, &list, &n));
    if (n == WEBHOOKS_MAX) return err_text(ERR_CONFLICT, text_of("通知先は20までです。使わないものを消してください。", "There are at most 20. Remove those that are not used."));
    TRY(read_body(c, body, false, &w));
    TRY(DB_EXEC(c->db, "INSERT INTO webhook (org, id, url, secret, events, stopped, created, failures, why_ja, why_en) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', '')", P_INT(c->who->org.row), P_ID(w.id), P_TEXT(w.url),
        P_BLOB(((Str){0})), P_INT(w.events), P_INT(w.stopped), P_INT(c->now)));
    TRY(webhook_get(c, w.id, out));
    TRY(put_secret(c, out->row, secret));
    return note(c, "webhook.create", w.id);
}

/* What waits for a webhook that was stopped is not wanted any more. */
static Err call_off(Ctx *c, const Webhook *w)
{
    return DB_EXEC(c->db, "UPDATE delivery SET state = 3, why_ja = ?, why_en = ? WHERE webhook = ? AND state = 0", P_TEXT(STR("通知先が止められた")), P_TEXT(STR("The webhook was stopped")), P_INT(w->row));
}

Err webhook_change(Ctx *c, Id id, json_t *body, Webhook *out)
{
    TRY(webhook_get(c, id, out));
    bool was = out->stopped;
    TRY(read_body(c, body, true, out));
    if (was && !out->stopped) out->failures = 0;
    TRY(DB_EXEC(c->db, "UPDATE webhook SET url = ?, events = ?, stopped = ?, failures = ?, why_ja = ?, why_en = ? WHERE row = ?", P_TEXT(out->url), P_INT(out->events), P_INT(out->stopped), P_INT(out->failures),
        P_TEXT(out->why.in[JA]), P_TEXT(out->why.in[EN]), P_INT(out->row)));
    if (out->stopped) TRY(call_off(c, out));
    return note(c, "webhook.update", id);
}

Err webhook_remove(Ctx *c, Id id)
{
    Webhook w;
    TRY(webhook_get(c, id, &w));
    TRY(DB_EXEC(c->db, "DELETE FROM delivery WHERE webhook = ?", P_INT(w.row)));
    TRY(DB_EXEC(c->db, "DELETE FROM webhook WHERE row = ?", P_INT(w.row)));
    return note(c, "webhook.remove", id);
}

Err webhook_renew(Ctx *c, Id id, Str *secret)
{
    Webhook w;
    TRY(webhook_get(c, id, &w));
    TRY(put_secret(c, w.row, secret));
    return note(c, "webhook.secret", id);
}

/* --- what is told --------------------------------------------------------------------------------------------------------- */

static Str event_code(HookEvent e) { return e == HOOK_TEST ? STR("test") : webhook_events[e].code; }

static void text_out(JsonOut *j, const char *key, const Value *v)
{
    if (v->state == VALUE_KNOWN) json_key(j, str_of(key)), json_str(j, v->text);
}

static void duty_out(Ctx *c, JsonOut *j, const Record *r)
{
    text_out(j, "title", value_of(r, "title")), text_out(j, "kind", value_of(r, "kind")), text_out(j, "authority", value_of(r, "authority")), text_out(j, "rule", value_of(r, "rule"));
    json_kstr(j, "incident", id_text(c->a, value_of(r, "incident")->ref));
    if (duty_due(r)) json_kstr(j, "due", instant_text(c->a, duty_due(r)));
    json_kbool(j, "at_once", said(value_of(r, "promptly")));
    json_kbool(j, "basis_gone", said(value_of(r, "basis_gone")));
}

static void record_out(Ctx *c, JsonOut *j, const Record *r)
{
    json_kstr(j, "resource", str_of(r->res->name)), json_kstr(j, "id", id_text(c->a, r->id)), json_kint(j, "version", r->version);
    text_out(j, "state", value_of(r, "state"));
    if (r->removed) json_kbool(j, "removed", true);
    if (r->res == &duty_resource) duty_out(c, j, r);
    if (c->origin.n) json_kstr(j, "link", str_printf(c->a, "%.*s/#/%.*s/%s/%.*s", STR_ARG(c->origin), STR_ARG(id_text(c->a, c->who->org.id)), r->res->path, STR_ARG(id_text(c->a, r->id))));
}

static Str body_of(Ctx *c, HookEvent e, const Record *about, Str rule)
{
    Buf b;
    buf_init(&b, c->a, 1024);
    JsonOut j = {.b = &b};
    json_open(&j, '{');
    json_kstr(&j, "type", event_code(e));
    json_kstr(&j, "timestamp", instant_text(c->a, c->now));
    json_key(&j, STR("data")), json_open(&j, '{');
    json_kstr(&j, "organisation", id_text(c->a, c->who->org.id));
    if (rule.n) json_kstr(&j, "reminder", rule);
    if (about) record_out(c, &j, about);
    json_close(&j, '}');
    json_close(&j, '}');
    return buf_str(&b);
}

Err webhook_later(Ctx *c, const Webhook *w, Instant at) { return work_enqueue(c, "hook.events", id_text(c->a, w->id), (Str){0}, at); }

/* The same occurrence a second time is the first. */
static Err put_delivery(Ctx *c, const Webhook *w, HookEvent e, Str occurrence, Str body, Id id)
{
    TRY(DB_EXEC(c->db,
        "INSERT INTO delivery (org, webhook, id, event, occurrence, body, created, tried, next, state, tries, status, why_ja, why_en) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, 0, '', '')"
        " ON CONFLICT (webhook, event, occurrence) DO NOTHING",
        P_INT(c->who->org.row), P_INT(w->row), P_ID(id), P_TEXT(event_code(e)), P_TEXT(occurrence), P_TEXT(body), P_INT(c->now), P_INT(c->now)));
    return webhook_later(c, w, c->now);
}

Err webhook_tell(Ctx *c, Hooks *hooks, HookEvent e, const Record *about, Str occurrence, Str rule)
{
    Hooks own = {0}, *h = hooks ? hooks : &own;
    Str body = {0}, name = str_join(c->a, id_text(c->a, about->id), STR("/"), occurrence);
    if (!h->read) TRY(webhook_list(c, &h->list, &h->n));
    h->read = true;
    for (size_t i = 0; i < h->n; i++) {
        if (h->list[i].stopped || !(h->list[i].events & 1u << e)) continue;
        if (!body.n) body = body_of(c, e, about, rule);
        TRY(put_delivery(c, &h->list[i], e, name, body, id_new()));
    }
    return ERR_NONE;
}

/* --- deliveries, to look at ---------------------------------------------------------------------------------------------- */

Delivery delivery_read(Arena *a, Cursor *q)
{
    return (Delivery){.row = cursor_int(q, 0), .id = cursor_id(q, 1), .event = str_copy(a, cursor_text(q, 2)), .body = str_copy(a, cursor_text(q, 3)), .created = cursor_int(q, 4), .tried = cursor_int(q, 5),
        .next = cursor_int(q, 6), .state = (DeliveryState)cursor_int(q, 7), .tries = cursor_int(q, 8), .status = cursor_int(q, 9), .why = {{str_copy(a, cursor_text(q, 10)), str_copy(a, cursor_text(q, 11))}}};
}

Str delivery_name(Arena *a, const Delivery *d) { return str_join(a, STR("msg_"), id_text(a, d->id), (Str){0}); }

Err webhook_test(Ctx *c, Id id, Delivery *out)
{
    Webhook w;
    TRY(webhook_get(c, id, &w));
    if (w.stopped) return err_text(ERR_CONFLICT, text_of("止めてある通知先です。先に再開してください。", "The webhook is stopped. Start it again first."));
    *out = (Delivery){.id = id_new(), .event = event_code(HOOK_TEST), .created = c->now, .next = c->now};
    return put_delivery(c, &w, HOOK_TEST, id_text(c->a, out->id), body_of(c, HOOK_TEST, NULL, (Str){0}), out->id);
}

Err webhook_deliveries(Ctx *c, Id id, Delivery **out, size_t *n, bool *cut)
{
    Webhook w;
    Cursor q;
    *out = arena_array(c->a, Delivery, DELIVERIES_LISTED + 1);
    *n = 0;
    TRY(webhook_get(c, id, &w));
    DB_QUERY(c->db, &q, "SELECT " DELIVERY_COLUMNS " FROM delivery d WHERE d.webhook = ? ORDER BY d.row DESC LIMIT ?", P_INT(w.row), P_INT(DELIVERIES_LISTED + 1));
    while (*n <= DELIVERIES_LISTED && cursor_next(&q)) (*out)[(*n)++] = delivery_read(c->a, &q);
    *cut = *n > DELIVERIES_LISTED;
    if (*cut) --*n;
    return cursor_close(&q);
}
