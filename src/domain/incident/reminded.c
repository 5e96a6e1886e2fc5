/* reminded.c -- the reminders of one duty, for people: when, to whom, sent or not, and why not. Addresses are masked. */
#include "incident/parts.h"

#include "mail/mail.h"

static const Field columns[] = {
    {.name = "rule", .kind = KIND_CHOICE, .label = TEXT("知らせる理由", "Reminder"), .choices = reminder_rules, .choices_n = REMINDER_RULES},
    {.name = "at", .kind = KIND_INSTANT, .label = TEXT("知らせる時刻", "To be given at")},
    {.name = "due", .kind = KIND_INSTANT, .label = TEXT("そのときの期限", "Due as of then")},
    {.name = "to", .kind = KIND_TEXT, .label = TEXT("相手", "To")},
    {.name = "address", .kind = KIND_TEXT, .label = TEXT("アドレス（一部を隠す）", "Address (masked)")},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .choices = reminder_states, .choices_n = REMINDER_STATES},
    {.name = "set_at", .kind = KIND_INSTANT, .label = TEXT("その時刻", "Since")},
    {.name = "tries", .kind = KIND_INT, .label = TEXT("送信の回数", "Tries")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
};
enum { RULE, AT, DUE, TO, ADDRESS, STATE, SET_AT, TRIES, WHY };

typedef struct Named { Recipient *list; size_t n; } Named;

static Err name_of(Ctx *c, Named *names, Str key, const Recipient **out)
{
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->list[i].key, key)) return *out = &names->list[i], ERR_NONE;
    *out = &names->list[names->n];
    return recipient_get(c, key, &names->list[names->n++]);
}

static void put_some(Value *v, Str text)
{
    if (text.n) put_text(v, text);
}

static Str why_of(Ctx *c, const Reminder *x)
{
    if (x->state == REMINDER_NOBODY) return text_of("担当部署の連絡先にも、CISO・リスク管理者にもメールアドレスがない", "Neither a contact of the owner nor a CISO or risk manager has an e-mail address").in[c->lang];
    if (x->state == REMINDER_WAITING && !c->mail) return text_of("メールサーバーが設定されていない", "Not sent: no mail server is set").in[c->lang];
    return x->why.in[c->lang];
}

static Err put_row(Ctx *c, ReportOut *out, ReportTable *t, Named *names, const Reminder *x)
{
    const Recipient *to;
    TRY(name_of(c, names, x->recipient, &to));
    Value *v = report_row(out, t, NULL);
    put_text(&v[RULE], x->rule), put_int(&v[AT], x->at), put_text(&v[STATE], reminder_states[x->state].code), put_int(&v[TRIES], x->tries);
    if (x->due) put_int(&v[DUE], x->due);
    put_some(&v[TO], to->called.in[c->lang]), put_some(&v[ADDRESS], mail_masked(c->a, to->address)), put_some(&v[WHY], why_of(c, x));
    if (x->state != REMINDER_WAITING) put_int(&v[SET_AT], x->set_at);
    return ERR_NONE;
}

/* The first REPORT_ROWS_MAX, and it says where there are more; whoever they name is read once. */
Err reminders_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    Cursor q;
    UNUSED(params);
    ReportTable *t = report_table(out, "reminders", text_of("期限の知らせ", "Reminders"), c->mail ? (Text){{{0}}} : text_of("メールサーバーが設定されていないので、何も送られません。", "No mail server is set: nothing is sent."), columns, COUNT(columns));
    Reminder *list = arena_array(c->a, Reminder, REPORT_ROWS_MAX + 1);
    Named names = {arena_array(c->a, Recipient, REPORT_ROWS_MAX + 1), 0};
    size_t n = 0;
    DB_QUERY(c->db, &q, "SELECT " REMINDER_COLUMNS " FROM reminder WHERE org = ? AND duty = ? ORDER BY at, row LIMIT ?", P_INT(of->org), P_ID(of->id), P_INT(REPORT_ROWS_MAX + 1));
    while (n <= REPORT_ROWS_MAX && cursor_next(&q)) list[n++] = reminder_read(c->a, &q);
    TRY(cursor_close(&q));
    for (size_t i = 0; i < n; i++) TRY(put_row(c, out, t, &names, &list[i]));
    return ERR_NONE;
}
