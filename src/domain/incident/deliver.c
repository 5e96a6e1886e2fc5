/*
 * deliver.c -- deliveries to webhooks, one at a time for each webhook. The id is the row's and stays; time stamp and signature are those of the try (Standard Webhooks: HMAC-SHA256 over "id.timestamp.body").
 * What fails is tried again ever later, and given up in the end. A try that ended with the program is counted, and made again.
 */
#include "incident/parts.h"

#include "job/job.h"
#include "mail/mail.h"

#include <sodium.h>

#define MS_SECOND ((Instant)1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

/* After the first try, the second, …; after the last there is none. A webhook whose server is down is left alone meanwhile, five minutes at most. */
static const Instant waits[] = {2 * MS_SECOND, 15 * MS_SECOND, MS_MINUTE, 5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR, 6 * MS_HOUR, 12 * MS_HOUR};
static const Instant PAUSE_MAX = 5 * MS_MINUTE, LIFE = 3 * MS_DAY, KEPT = 30 * MS_DAY;
enum { GONE = 410 };

typedef struct Going { Webhook hook; Delivery d; Str secret; /* as it signs */ int64_t status; Err err; } Going;

static bool arrived(const Going *g) { return g->status >= 200 && g->status < 300; }

/* --- before it goes -------------------------------------------------------------------------------------------------- */

static Err give_up_old(Ctx *c, const Webhook *w)
{
    return DB_EXEC(c->db, "UPDATE delivery SET state = 2 WHERE webhook = ? AND state = 0 AND created < ?", P_INT(w->row), P_INT(c->now - LIFE));
}

/* After a clock was put back, the times in the rows mean nothing: they go. */
static Err next_due(Ctx *c, const Webhook *w, Delivery *out, bool *found)
{
    Cursor q;
    DB_QUERY(c->db, &q, "SELECT " DELIVERY_COLUMNS " FROM delivery d WHERE d.webhook = ? AND d.state = 0 AND (d.next <= ? OR d.created > ?) ORDER BY d.next, d.row LIMIT 1 FOR UPDATE", P_INT(w->row), P_INT(c->now),
        P_INT(c->now + MS_HOUR));
    *found = cursor_next(&q);
    if (*found) *out = delivery_read(c->a, &q);
    return cursor_close(&q);
}

static Err sealed_of(Ctx *c, const Webhook *w, Str *out)
{
    Cursor q;
    *out = (Str){0};
    DB_QUERY(c->db, &q, "SELECT secret FROM webhook WHERE row = ?", P_INT(w->row));
    if (cursor_next(&q)) *out = str_copy(c->a, cursor_blob(&q, 0));
    return cursor_close(&q);
}

/* The next one when its time has come, and not sooner than the webhook is tried again. */
static Err again(Ctx *c, const Webhook *w, Instant not_before)
{
    Cursor q;
    Instant at = 0;
    DB_QUERY(c->db, &q, "SELECT next FROM delivery WHERE webhook = ? AND state = 0 ORDER BY next, row LIMIT 1", P_INT(w->row));
    bool more = cursor_next(&q);
    if (more) at = cursor_int(&q, 0);
    TRY(cursor_close(&q));
    return more ? webhook_later(c, w, at > not_before ? at : not_before) : ERR_NONE;
}

static Err open_secret(Ctx *c, Going *g)
{
    Str sealed;
    uint8_t *secret = arena_array(c->a, uint8_t, 32);
    TRY(sealed_of(c, &g->hook, &sealed));
    bool ok = webhook_secret(c, g->hook.row, sealed, secret);
    g->secret = ok ? (Str){(const char *)secret, 32} : (Str){0};
    return ERR_NONE;
}

static Err prepare(Ctx *c, const Job *job, void **what)
{
    Id id;
    bool found;
    Going *g = arena_new(c->a, Going);
    if (!id_parse(job->key, &id)) return err_of(ERR_INVALID);
    Err e = webhook_get(c, id, &g->hook);
    if (e.kind == ERR_NOT_FOUND || (!e.kind && g->hook.stopped)) return ERR_NONE;
    TRY(e);
    TRY(give_up_old(c, &g->hook));
    TRY(next_due(c, &g->hook, &g->d, &found));
    if (!found) return again(c, &g->hook, c->now);
    TRY(open_secret(c, g));
    *what = g;
    g->d.tries++;
    return DB_EXEC(c->db, "UPDATE delivery SET tries = tries + 1, tried = ? WHERE row = ?", P_INT(c->now), P_INT(g->d.row));
}

/* --- it goes ------------------------------------------------------------------------------------------------------------ */

static Str signature(Arena *a, const Going *g, Str id, Str at)
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state s;
    size_t room = sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_array(a, char, room);
    Str head = str_printf(a, "%.*s.%.*s.", STR_ARG(id), STR_ARG(at));
    crypto_auth_hmacsha256_init(&s, (const uint8_t *)g->secret.s, g->secret.n);
    crypto_auth_hmacsha256_update(&s, (const uint8_t *)head.s, head.n);
    crypto_auth_hmacsha256_update(&s, (const uint8_t *)g->d.body.s, g->d.body.n);
    crypto_auth_hmacsha256_final(&s, mac);
    sodium_memzero(&s, sizeof s);
    return str_of(sodium_bin2base64(text, room, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL));
}

/* Whether it arrived is an answer either way: what is to be tried again, the rows know. */
static Err go(Arena *a, const void *means, void *what)
{
    Going *g = what;
    if (!g->secret.n) {
        g->err = err_text(ERR_BROKEN, text_of("秘密を開けません（鍵ファイルが違います）。秘密を作り直してください。", "The secret does not open (another key file). Make a new secret."));
        return ERR_NONE;
    }
    Str id = delivery_name(a, &g->d), at = str_printf(a, "%lld", (long long)(now_utc() / 1000));
    const Str headers[] = {STR("Content-Type: application/json"), str_join(a, STR("webhook-id"), STR(": "), id), str_join(a, STR("webhook-timestamp"), STR(": "), at),
        str_join(a, STR("webhook-signature"), STR(": v1,"), signature(a, g, id, at))};
    const Post p = {.url = g->hook.url, .body = g->d.body, .headers = headers, .headers_n = COUNT(headers)};
    g->err = post_send(a, means, &p, &g->status);
    return ERR_NONE;
}

/* --- how it went ---------------------------------------------------------------------------------------------------------- */

static Err succeeded(Ctx *c, const Going *g)
{
    TRY(DB_EXEC(c->db, "UPDATE delivery SET state = 1, status = ?, why_ja = '', why_en = '' WHERE row = ? AND state = 0", P_INT(g->status), P_INT(g->d.row)));
    return g->hook.failures ? DB_EXEC(c->db, "UPDATE webhook SET failures = 0 WHERE row = ?", P_INT(g->hook.row)) : ERR_NONE;
}

static Text why_not(Ctx *c, const Going *g)
{
    if (g->err.kind) return g->err.text;
    return TEXT_FILL(c->a, "相手の答えは {0} でした。", "The server answered {0}.", str_printf(c->a, "%lld", (long long)g->status));
}

static Err try_later(Ctx *c, const Going *g)
{
    bool over = g->d.tries > (int64_t)COUNT(waits);
    Text why = why_not(c, g);
    TRY(DB_EXEC(c->db, "UPDATE delivery SET state = ?, next = ?, status = ?, why_ja = ?, why_en = ? WHERE row = ? AND state = 0", P_INT(over ? DELIVERY_GIVEN_UP : DELIVERY_WAITING),
        P_INT(over ? c->now : c->now + waits[g->d.tries - 1]), P_INT(g->status), P_TEXT(why.in[JA]), P_TEXT(why.in[EN]), P_INT(g->d.row)));
    return DB_EXEC(c->db, "UPDATE webhook SET failures = failures + 1 WHERE row = ?", P_INT(g->hook.row));
}

/* 410: whoever is there wants nothing more, says the convention. */
static Err stop(Ctx *c, const Going *g)
{
    Text why = text_of("相手が「もう要らない」（410）と答えたので止めた", "Stopped: the server answered that it wants no more (410)");
    TRY(DB_EXEC(c->db, "UPDATE webhook SET stopped = 1, why_ja = ?, why_en = ? WHERE row = ?", P_TEXT(why.in[JA]), P_TEXT(why.in[EN]), P_INT(g->hook.row)));
    return DB_EXEC(c->db, "UPDATE delivery SET state = 3, status = CASE WHEN row = ? THEN 410 ELSE status END, why_ja = ?, why_en = ? WHERE webhook = ? AND state = 0", P_INT(g->d.row), P_TEXT(why.in[JA]), P_TEXT(why.in[EN]),
        P_INT(g->hook.row));
}

static Instant pause_of(const Going *g)
{
    size_t n = (size_t)g->hook.failures;
    Instant ms = n < COUNT(waits) ? waits[n] : PAUSE_MAX;
    return ms < PAUSE_MAX ? ms : PAUSE_MAX;
}

static Err done(Ctx *c, const Job *job, void *what)
{
    const Going *g = what;
    UNUSED(job);
    if (g->status == GONE) return stop(c, g);
    TRY(arrived(g) ? succeeded(c, g) : try_later(c, g));
    return again(c, &g->hook, arrived(g) ? c->now : c->now + pause_of(g));
}

const Errand incident_webhook_errand = {.prepare = prepare, .go = go, .done = done};

/* --- what was left ----------------------------------------------------------------------------------------------------------- */

/* What waits although its job was given up; what is older than a month is forgotten. */
Err incident_webhook_watch_job(Ctx *c, const struct Job *job)
{
    enum { HOOKS_AT_ONCE = 2000 };
    Cursor q;
    size_t n = 0;
    int64_t *orgs = arena_array(c->a, int64_t, HOOKS_AT_ONCE);
    Webhook *list = arena_array(c->a, Webhook, HOOKS_AT_ONCE);
    UNUSED(job);
    TRY(DB_EXEC(c->db, "DELETE FROM delivery WHERE state > 0 AND created < ?", P_INT(c->now - KEPT)));
    DB_QUERY(c->db, &q, "SELECT w.org, w.row, w.id FROM webhook w WHERE w.stopped = 0 AND EXISTS (SELECT 1 FROM delivery d WHERE d.webhook = w.row AND d.state = 0) ORDER BY w.row LIMIT ?", P_INT(HOOKS_AT_ONCE));
    while (n < HOOKS_AT_ONCE && cursor_next(&q)) orgs[n] = cursor_int(&q, 0), list[n++] = (Webhook){.row = cursor_int(&q, 1), .id = cursor_id(&q, 2)};
    TRY(cursor_close(&q));
    for (size_t i = 0; i < n; i++) {
        Principal who = *c->who;
        Ctx there = *c;
        who.org.row = orgs[i], there.who = &who;
        TRY(webhook_later(&there, &list[i], c->now));
    }
    return ERR_NONE;
}
