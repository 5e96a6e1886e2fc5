/*
 * remind.c -- who is to be reminded of which report, when. The row (duty, rule, due instant, recipient) is unique and is the occurrence: whatever clocks, restarts and other servers do,
 * it is there once. The rows whose time has come are written after each change of a duty and at the next of these times; a duty that was made, or has another due instant, calls
 * its rows off. Owns: the tables of reminders and webhooks. Sending is letter.c.
 */
#include "incident/parts.h"

#include "job/job.h"
#include "mail/mail.h"

#include <stdlib.h>

const Migration incident_migrations[] = {
    {.name = "incident/1",
     .ddl = "CREATE TABLE reminder ("
            " row INTEGER PRIMARY KEY,"
            " org INTEGER NOT NULL,"
            " duty BLOB NOT NULL,"
            " rule TEXT NOT NULL,"
            " due INTEGER NOT NULL,"       /* of the duty; 0: none */
            " recipient TEXT NOT NULL,"    /* "contact:ID", "account:ID"; empty: there is nobody */
            " at INTEGER NOT NULL,"        /* when it was to be given */
            " state INTEGER NOT NULL,"
            " live INTEGER NOT NULL,"      /* the duty still waits to be made by this instant */
            " letter TEXT NOT NULL,"       /* in which letter it goes, its Message-ID without the domain; empty: none yet */
            " lettered INTEGER NOT NULL,"  /* date of that letter */
            " tries INTEGER NOT NULL,"
            " set_at INTEGER NOT NULL,"    /* when state was set */
            " why_ja TEXT NOT NULL,"
            " why_en TEXT NOT NULL);"
            "CREATE UNIQUE INDEX reminder_once ON reminder (org, duty, rule, due, recipient);"
            "CREATE INDEX reminder_live ON reminder (org) WHERE live = 1;"
            "CREATE INDEX reminder_waiting ON reminder (org, recipient) WHERE state = 0"},
    {.name = "incident/2", .ddl = "CREATE TABLE packs_seen (one INTEGER PRIMARY KEY, basis TEXT NOT NULL, at INTEGER NOT NULL)"}, /* again.c: the packs by which everything was asked to be judged */
    {.name = "incident/3", /* webhook.c */
     .ddl = "CREATE TABLE webhook ("
            " row INTEGER PRIMARY KEY,"
            " org INTEGER NOT NULL,"
            " id BLOB NOT NULL UNIQUE,"
            " url TEXT NOT NULL,"
            " secret BLOB NOT NULL,"      /* sealed */
            " events INTEGER NOT NULL,"   /* a bit of each of webhook_events */
            " stopped INTEGER NOT NULL,"
            " created INTEGER NOT NULL,"
            " failures INTEGER NOT NULL,"
            " why_ja TEXT NOT NULL,"
            " why_en TEXT NOT NULL);"
            "CREATE INDEX webhook_org ON webhook (org);"
            "CREATE TABLE delivery ("
            " row INTEGER PRIMARY KEY,"
            " org INTEGER NOT NULL,"
            " webhook INTEGER NOT NULL,"
            " id BLOB NOT NULL UNIQUE,"
            " event TEXT NOT NULL,"
            " occurrence TEXT NOT NULL,"
            " body TEXT NOT NULL,"
            " created INTEGER NOT NULL,"
            " tried INTEGER NOT NULL,"    /* 0: not yet */
            " next INTEGER NOT NULL,"     /* while it waits */
            " state INTEGER NOT NULL,"
            " tries INTEGER NOT NULL,"
            " status INTEGER NOT NULL,"   /* of the last answer; 0: none */
            " why_ja TEXT NOT NULL,"
            " why_en TEXT NOT NULL);"
            "CREATE UNIQUE INDEX delivery_once ON delivery (webhook, event, occurrence);"
            "CREATE INDEX delivery_waiting ON delivery (webhook, next, row) WHERE state = 0;"
            "CREATE INDEX delivery_over ON delivery (created)"},
};
const size_t incident_migrations_n = COUNT(incident_migrations);

#define MS_HOUR ((Instant)3600 * 1000)
#define MS_DAY (24 * MS_HOUR)

/* --- the rules ------------------------------------------------------------------------------------------------------------- */

typedef enum { FROM_OPENING, FROM_OPENING_AT_ONCE /* of what the law wants at once, without a number */, FROM_DUE } From;
#define OVER(n) {CODE("over_" #n), TEXT("期限を" #n "日過ぎた", #n " × 24 hours overdue")}
#define STILL(n) {CODE("still_" #n), TEXT("速やかに報告するもの、" #n "日", "To be reported at once, " #n " × 24 hours ago")}
const Choice reminder_rules[REMINDER_RULES] = {
    {CODE("opened"), TEXT("報告の義務がある", "There is a duty to report")},
    {CODE("day_before"), TEXT("期限の24時間前", "24 hours before it is due")},
    {CODE("hours_before"), TEXT("期限の2時間前", "2 hours before it is due")},
    {CODE("due"), TEXT("期限", "It is due")},
    OVER(1), OVER(2), OVER(3), OVER(4), OVER(5), OVER(6), OVER(7),
    STILL(1), STILL(2), STILL(3), STILL(4), STILL(5), STILL(6), STILL(7),
};
static const struct { From from; Instant after; } times[REMINDER_RULES] = {
    {FROM_OPENING, 0}, {FROM_DUE, -MS_DAY}, {FROM_DUE, -2 * MS_HOUR}, {FROM_DUE, 0},
    {FROM_DUE, MS_DAY}, {FROM_DUE, 2 * MS_DAY}, {FROM_DUE, 3 * MS_DAY}, {FROM_DUE, 4 * MS_DAY}, {FROM_DUE, 5 * MS_DAY}, {FROM_DUE, 6 * MS_DAY}, {FROM_DUE, 7 * MS_DAY},
    {FROM_OPENING_AT_ONCE, MS_DAY}, {FROM_OPENING_AT_ONCE, 2 * MS_DAY}, {FROM_OPENING_AT_ONCE, 3 * MS_DAY}, {FROM_OPENING_AT_ONCE, 4 * MS_DAY}, {FROM_OPENING_AT_ONCE, 5 * MS_DAY},
    {FROM_OPENING_AT_ONCE, 6 * MS_DAY}, {FROM_OPENING_AT_ONCE, 7 * MS_DAY},
};
const Choice reminder_states[REMINDER_STATES] = {
    [REMINDER_WAITING] = {CODE("waiting"), TEXT("まだ送っていない", "Not sent yet")},
    [REMINDER_SENT] = {CODE("sent"), TEXT("送った", "Sent")},
    [REMINDER_CANCELLED] = {CODE("cancelled"), TEXT("取りやめた", "Called off")},
    [REMINDER_REFUSED] = {CODE("refused"), TEXT("受け取られなかった", "Refused")},
    [REMINDER_NOBODY] = {CODE("nobody"), TEXT("送る相手がいない", "Nobody to send it to")},
};

Text reminder_rule(Str code)
{
    for (size_t i = 0; i < REMINDER_RULES; i++)
        if (str_eq(reminder_rules[i].code, code)) return reminder_rules[i].label;
    return (Text){{code, code}};
}

/* When rule `i` speaks of this duty; false: never. What would have come before the duty was there never came. */
static bool time_of(const Record *duty, size_t i, Instant *at)
{
    Instant due = duty_due(duty);
    From from = times[i].from;
    if (from == FROM_DUE && !due) return false;
    if (from == FROM_OPENING_AT_ONCE && (due || !said(value_of(duty, "promptly")))) return false;
    *at = (from == FROM_DUE ? due : duty->created) + times[i].after;
    return *at >= duty->created;
}

/* --- to whom ------------------------------------------------------------------------------------------------------------------ */

enum { RECIPIENTS_MAX = 20, CONTACTS_READ = 100 };
typedef struct Recipients { Id owner; Recipient list[RECIPIENTS_MAX]; size_t n; } Recipients;

/* Each address once, whatever it is written under. */
static void add(Ctx *c, Recipients *to, const Recipient *r)
{
    if (to->n == RECIPIENTS_MAX || !mail_address_fits(r->address)) return;
    for (size_t i = 0; i < to->n; i++)
        if (str_eq(str_fold(c->a, to->list[i].address), str_fold(c->a, r->address))) return;
    to->list[to->n++] = *r;
}

static Recipient of_contact(Ctx *c, const Record *r)
{
    Str post = record_title(r);
    return (Recipient){.key = str_join(c->a, STR("contact"), STR(":"), id_text(c->a, r->id)), .address = r->removed ? (Str){0} : str_trim(value_of(r, "mail")->text), .called = {{post, post}}};
}

#define ROLES_TOLD (ROLE_BIT(ROLE_CISO) | ROLE_BIT(ROLE_RISK_MANAGER))

static Recipient of_account(Ctx *c, const Account *p)
{
    bool told = !p->disabled && (p->roles & ROLES_TOLD);
    return (Recipient){.key = str_join(c->a, STR("account"), STR(":"), id_text(c->a, p->id)), .address = told ? p->mail : (Str){0}, .called = role_rows[p->roles & ROLE_BIT(ROLE_CISO) ? ROLE_CISO : ROLE_RISK_MANAGER].label};
}

static Err add_contacts(Ctx *c, Id unit, Recipients *to)
{
    ListQuery q = {.sort = -1, .limit = CONTACTS_READ, .filters_n = 1};
    ListPage page;
    q.filters[0] = (Filter){.field = field_find(contact_resource.fields, contact_resource.fields_n, STR("unit")), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .ref = unit}};
    TRY(record_list(c->db, c->a, &contact_resource, c->who->org.row, &q, &page));
    for (size_t i = 0; i < page.n; i++) {
        Recipient r = of_contact(c, page.list[i]);
        add(c, to, &r);
    }
    return ERR_NONE;
}

static Err add_accounts(Ctx *c, Recipients *to)
{
    Account *list;
    size_t n;
    TRY(account_list(c->db, c->a, c->who->org.row, &list, &n));
    for (size_t i = 0; i < n; i++) {
        Recipient r = of_account(c, &list[i]);
        add(c, to, &r);
    }
    return ERR_NONE;
}

/* The contacts of the unit that reports; where none has an address, whoever runs the cycle. */
static Err recipients_of(Ctx *c, Id owner, Recipients *to)
{
    *to = (Recipients){.owner = owner};
    if (!id_none(owner)) TRY(add_contacts(c, owner, to));
    return to->n ? ERR_NONE : add_accounts(c, to);
}

Err recipient_get(Ctx *c, Str key, Recipient *out)
{
    Str rest = key, kind;
    Id id;
    Record *contact;
    Account person;
    *out = (Recipient){.key = key};
    if (!str_cut(&rest, ':', &kind) || !id_parse(rest, &id)) return ERR_NONE;
    bool is_contact = str_eqc(kind, "contact");
    Err e = is_contact ? record_get(c->db, c->a, &contact_resource, c->who->org.row, id, false, &contact) : person_get(c->db, c->a, c->who->org.row, id, &person);
    if (e.kind == ERR_NOT_FOUND) return ERR_NONE;
    TRY(e);
    *out = is_contact ? of_contact(c, contact) : of_account(c, &person);
    if (!mail_address_fits(out->address)) out->address = (Str){0};
    return ERR_NONE;
}

/* --- the rows -------------------------------------------------------------------------------------------------------------------- */

Reminder reminder_read(Arena *a, Cursor *c)
{
    return (Reminder){.row = cursor_int(c, 0), .duty = cursor_id(c, 1), .rule = str_copy(a, cursor_text(c, 2)), .due = cursor_int(c, 3), .at = cursor_int(c, 4), .recipient = str_copy(a, cursor_text(c, 5)),
        .state = (ReminderState)cursor_int(c, 6), .letter = str_copy(a, cursor_text(c, 7)), .lettered = cursor_int(c, 8), .set_at = cursor_int(c, 9), .tries = cursor_int(c, 10),
        .why = {{str_copy(a, cursor_text(c, 11)), str_copy(a, cursor_text(c, 12))}}, .live = cursor_int(c, 13) != 0};
}

enum { LIVE_MAX = 20000, UNITS_MAX = 64 };
typedef struct Round { /* one organisation, once through */
    Ctx *c;
    Record **duties; size_t duties_n, duties_room; /* by id */
    Reminder *live; size_t live_n; /* by name */
    Recipients units[UNITS_MAX]; size_t units_n;
    Hooks hooks;
    Instant next; /* when the next occurrence comes; 0: none */
    Str told[RECIPIENTS_MAX * UNITS_MAX]; size_t told_n; /* who has a new row */
} Round;

static int by_occurrence(const void *left, const void *right)
{
    const Reminder *a = left, *b = right;
    int n = memcmp(a->duty.b, b->duty.b, sizeof a->duty.b);
    if (!n) n = str_cmp(a->rule, b->rule);
    return n ? n : (a->due > b->due) - (a->due < b->due);
}

static int by_name(const void *left, const void *right)
{
    const Reminder *a = left, *b = right;
    int n = by_occurrence(a, b);
    return n ? n : str_cmp(a->recipient, b->recipient);
}

static Err read_live(Round *r)
{
    Ctx *c = r->c;
    Cursor q;
    r->live = arena_array(c->a, Reminder, LIVE_MAX);
    DB_QUERY(c->db, &q, "SELECT " REMINDER_COLUMNS " FROM reminder WHERE org = ? AND live = 1 ORDER BY row LIMIT ?", P_INT(c->who->org.row), P_INT(LIVE_MAX));
    while (r->live_n < LIVE_MAX && cursor_next(&q)) r->live[r->live_n++] = reminder_read(c->a, &q);
    TRY(cursor_close(&q));
    qsort(r->live, r->live_n, sizeof *r->live, by_name);
    return ERR_NONE;
}

static void take_over(Round *r, const ListPage *page)
{
    size_t need = r->duties_n + page->n;
    if (need > r->duties_room) {
        r->duties = arena_grow(r->c->a, r->duties, r->duties_room * sizeof *r->duties, 2 * need * sizeof *r->duties);
        r->duties_room = 2 * need;
    }
    for (size_t i = 0; i < page->n; i++)
        if (!said(value_of(page->list[i], "basis_gone"))) r->duties[r->duties_n++] = page->list[i];
}

static int by_id(const void *left, const void *right)
{
    const Record *a = *(Record *const *)left, *b = *(Record *const *)right;
    return memcmp(a->id.b, b->id.b, sizeof a->id.b);
}

/* Those not made yet, page by page; by their ids. */
static Err read_duties(Round *r)
{
    ListQuery q = {.sort = -1, .limit = 200, .filters_n = 1};
    ListPage page;
    q.filters[0] = duty_runs_filter();
    do {
        TRY(record_list(r->c->db, r->c->a, &duty_resource, r->c->who->org.row, &q, &page));
        take_over(r, &page);
        q.cursor = page.next;
    } while (page.next.n);
    if (r->duties_n) qsort(r->duties, r->duties_n, sizeof *r->duties, by_id);
    return ERR_NONE;
}

static Err recipients(Round *r, Id owner, const Recipients **out)
{
    for (size_t i = 0; i < r->units_n; i++)
        if (id_eq(r->units[i].owner, owner)) return *out = &r->units[i], ERR_NONE;
    Recipients *to = r->units_n < UNITS_MAX ? &r->units[r->units_n++] : arena_new(r->c->a, Recipients);
    *out = to;
    return recipients_of(r->c, owner, to);
}

static void note_told(Round *r, Str key)
{
    for (size_t i = 0; i < r->told_n; i++)
        if (str_eq(r->told[i], key)) return;
    if (key.n && r->told_n < COUNT(r->told)) r->told[r->told_n++] = key;
}

/* A row that was called off and not sent speaks again when the duty is again what it was. */
static Err put_row(Round *r, const Reminder *x)
{
    Ctx *c = r->c;
    if (bsearch(x, r->live, r->live_n, sizeof *r->live, by_name)) return ERR_NONE;
    note_told(r, x->recipient);
    return DB_EXEC(c->db,
        "INSERT INTO reminder (org, duty, rule, due, recipient, at, state, live, letter, lettered, tries, set_at, why_ja, why_en) VALUES (?, ?, ?, ?, ?, ?, ?, 1, '', 0, 0, ?, '', '')"
        " ON CONFLICT (org, duty, rule, due, recipient) DO UPDATE SET live = 1, why_ja = CASE WHEN reminder.state = 2 THEN '' ELSE reminder.why_ja END, why_en = CASE WHEN reminder.state = 2 THEN '' ELSE reminder.why_en END,"
        " state = CASE WHEN reminder.state = 2 THEN excluded.state ELSE reminder.state END",
        P_INT(c->who->org.row), P_ID(x->duty), P_TEXT(x->rule), P_INT(x->due), P_TEXT(x->recipient), P_INT(x->at), P_INT(x->recipient.n ? REMINDER_WAITING : REMINDER_NOBODY), P_INT(c->now));
}

/* A webhook hears of the same occurrences, once, whoever else is reminded. */
static Err tell_others(Round *r, const Record *duty, const Reminder *x)
{
    bool soon = str_eqc(x->rule, "day_before") || str_eqc(x->rule, "hours_before");
    if (!soon || bsearch(x, r->live, r->live_n, sizeof *r->live, by_occurrence)) return ERR_NONE;
    return webhook_tell(r->c, &r->hooks, HOOK_DUTY_DUE_SOON, duty, str_printf(r->c->a, "%.*s/%lld", STR_ARG(x->rule), (long long)x->due), x->rule);
}

static Err put_rule(Round *r, const Record *duty, size_t rule, const Recipients *to, Instant at)
{
    Reminder x = {.duty = duty->id, .rule = reminder_rules[rule].code, .due = duty_due(duty), .at = at};
    TRY(tell_others(r, duty, &x));
    if (!to->n) return put_row(r, &x);
    for (size_t i = 0; i < to->n; i++) {
        x.recipient = to->list[i].key;
        TRY(put_row(r, &x));
    }
    return ERR_NONE;
}

static Err remind_of(Round *r, const Record *duty)
{
    const Recipients *to;
    Instant at;
    TRY(recipients(r, value_of(duty, "owner")->ref, &to));
    for (size_t i = 0; i < REMINDER_RULES; i++) {
        if (!time_of(duty, i, &at)) continue;
        if (at <= r->c->now) TRY(put_rule(r, duty, i, to, at));
        else if (!r->next || at < r->next) r->next = at;
    }
    return ERR_NONE;
}

/* --- calling off ------------------------------------------------------------------------------------------------------------------- */

static const Record *running(const Round *r, Id duty)
{
    const Record want = {.id = duty}, *key = &want;
    Record **found = r->duties_n ? bsearch(&key, r->duties, r->duties_n, sizeof *r->duties, by_id) : NULL;
    return found ? *found : NULL;
}

/* Why this row speaks no longer; an empty text: it does. */
static Err over(Round *r, const Reminder *x, Text *why)
{
    const Record *duty = running(r, x->duty);
    const Recipients *to = NULL;
    *why = (Text){{{0}}};
    if (!duty) *why = text_of("報告が済んだか、根拠がなくなった", "It was made, or its basis is gone");
    else if (duty_due(duty) != x->due) *why = text_of("期限が変わった", "The due time changed");
    else if (x->state == REMINDER_NOBODY) TRY(recipients(r, value_of(duty, "owner")->ref, &to));
    if (to && to->n) *why = text_of("送る相手が分かった", "There is somebody to send it to by now");
    return ERR_NONE;
}

static Err call_off(Round *r)
{
    Text why;
    for (size_t i = 0; i < r->live_n; i++) {
        const Reminder *x = &r->live[i];
        TRY(over(r, x, &why));
        if (!why.in[EN].n) continue;
        bool open = x->state == REMINDER_WAITING || x->state == REMINDER_NOBODY;
        if (open) note_told(r, x->recipient); /* a letter that it kept back may go */
        if (open) TRY(DB_EXEC(r->c->db, "UPDATE reminder SET live = 0, state = 2, set_at = ?, why_ja = ?, why_en = ? WHERE row = ?", P_INT(r->c->now), P_TEXT(why.in[JA]), P_TEXT(why.in[EN]), P_INT(x->row)));
        else TRY(DB_EXEC(r->c->db, "UPDATE reminder SET live = 0 WHERE row = ?", P_INT(x->row)));
    }
    return ERR_NONE;
}

/* --- the jobs ----------------------------------------------------------------------------------------------------------------------- */

Err remind_later(Ctx *c, Instant at) { return work_enqueue(c, "incident.remind", (Str){0}, (Str){0}, at); }

Err incident_remind_job(Ctx *c, const struct Job *job)
{
    Round *r = arena_new(c->a, Round);
    r->c = c;
    UNUSED(job);
    TRY(read_live(r));
    TRY(read_duties(r));
    TRY(call_off(r));
    for (size_t i = 0; i < r->duties_n; i++) TRY(remind_of(r, r->duties[i]));
    for (size_t i = 0; i < r->told_n; i++) TRY(work_enqueue(c, "out.reminders", r->told[i], (Str){0}, c->now));
    return r->next ? remind_later(c, r->next) : ERR_NONE;
}

/* Letters whose job was given up, and what was there before there were reminders. */
static Err watch_one(Ctx *c, const Org *org)
{
    Principal who = *c->who;
    Ctx there = *c;
    Cursor q;
    who.org = *org;
    there.who = &who;
    TRY(remind_later(&there, c->now));
    DB_QUERY(c->db, &q, "SELECT recipient FROM reminder WHERE org = ? AND state = 0 GROUP BY recipient ORDER BY recipient LIMIT ?", P_INT(org->row), P_INT(RECIPIENTS_MAX * UNITS_MAX));
    Str *list = arena_array(c->a, Str, RECIPIENTS_MAX * UNITS_MAX);
    size_t n = 0;
    while (n < RECIPIENTS_MAX * UNITS_MAX && cursor_next(&q)) list[n++] = str_copy(c->a, cursor_text(&q, 0));
    TRY(cursor_close(&q));
    for (size_t i = 0; i < n; i++) TRY(work_enqueue(&there, "out.reminders", list[i], (Str){0}, c->now));
    return ERR_NONE;
}

Err incident_remind_watch_job(Ctx *c, const struct Job *job)
{
    enum { ORGS_AT_ONCE = 100 };
    Org *list;
    size_t n;
    int64_t after = 0;
    UNUSED(job);
    do {
        TRY(org_list_after(c->db, c->a, after, ORGS_AT_ONCE, &list, &n));
        for (size_t i = 0; i < n; i++) TRY(watch_one(c, &list[i]));
        if (n) after = list[n - 1].row;
    } while (n == ORGS_AT_ONCE);
    return ERR_NONE;
}
