/*
 * letter.c -- the reminders of one recipient as one letter. Which rows it holds, its identifier and its date are kept before it goes, and stay while it may have gone: a repetition is the
 * same letter, and its receiver can tell. Recorded as sent once, in the transaction that ends the job. It says nothing of persons, and nothing of what happened.
 */
#include "incident/parts.h"

#include "job/job.h"
#include "mail/mail.h"

#include <sodium.h>

enum { LETTER_ROWS_MAX = 1000, LETTER_DUTIES_MAX = 50 };
typedef struct Line { const Record *duty; Str rule; } Line;
typedef struct Letter {
    Mail mail; /* id without domain: whose letter it is, the server's setting says */
    Str id;
    int64_t *rows; size_t n;
    bool fresh; /* not on the way before: then what this try knows is all there is to know */
    MailOutcome outcome;
    Text why;
} Letter;

/* --- what it says ------------------------------------------------------------------------------------------------------------------ */

static void add_line(Ctx *c, Buf *b, const Line *l, Lang lang)
{
    Text due = duty_due_text(c->a, l->duty);
    buf_printf(b, "%.*s %.*s\n", STR_ARG(record_label(c->a, l->duty)), STR_ARG(duty_said(l->duty, "title").in[lang]));
    buf_printf(b, lang == JA ? "  宛先: %.*s\n" : "  to: %.*s\n", STR_ARG(duty_said(l->duty, "authority").in[lang]));
    buf_printf(b, lang == JA ? "  期限: %.*s\n" : "  due: %.*s\n", STR_ARG(due.in[lang]));
    buf_printf(b, lang == JA ? "  知らせる理由: %.*s\n" : "  why you hear of it: %.*s\n", STR_ARG(reminder_rule(l->rule).in[lang]));
    if (c->origin.n) buf_printf(b, "  %.*s/#/%.*s/duties/%.*s\n", STR_ARG(c->origin), STR_ARG(id_text(c->a, c->who->org.id)), STR_ARG(id_text(c->a, l->duty->id)));
    buf_byte(b, '\n');
}

static void add_half(Ctx *c, Buf *b, const Line *lines, size_t n, size_t more, Lang lang)
{
    buf_printf(b, lang == JA ? "%.*s の、まだ報告していない報告の義務についての知らせです。\n\n" : "These reports of %.*s have not been made yet.\n\n", STR_ARG(c->who->org.name));
    for (size_t i = 0; i < n; i++) add_line(c, b, &lines[i], lang);
    if (more) buf_printf(b, lang == JA ? "ほかに %zu 件あります。\n\n" : "There are %zu more.\n\n", more);
    buf_addc(b, lang == JA ? "報告したら、要に記録してください。記録すると、その報告の知らせは止まります。\n" : "Record in Kaname that a report was made; its reminders then end.\n");
}

static void write_letter(Ctx *c, Letter *l, const Line *lines, size_t n)
{
    Buf b;
    size_t shown = n < LETTER_DUTIES_MAX ? n : LETTER_DUTIES_MAX;
    Text rule = reminder_rule(lines[0].rule);
    Str number = record_label(c->a, lines[0].duty);
    buf_init(&b, c->a, 4096);
    add_half(c, &b, lines, shown, n - shown, JA);
    buf_addc(&b, "\n----\n\n");
    add_half(c, &b, lines, shown, n - shown, EN);
    l->mail.text = buf_str(&b);
    l->mail.subject = n > 1 ? str_printf(c->a, "要：まだ報告していないもの %zu件 / Kaname: %zu reports not made yet", n, n)
                            : str_printf(c->a, "要：%.*s（%.*s） / Kaname: %.*s (%.*s)", STR_ARG(rule.in[JA]), STR_ARG(number), STR_ARG(rule.in[EN]), STR_ARG(number));
}

/* --- before it goes ------------------------------------------------------------------------------------------------------------------ */

typedef struct Waiting { Reminder *list; size_t n; } Waiting;

/* A letter that may have gone goes first, and alone; else everything that waits. */
static Err read_waiting(Ctx *c, Str recipient, Waiting *w)
{
    Cursor q;
    Str letter = {0};
    size_t n = 0;
    w->list = arena_array(c->a, Reminder, LETTER_ROWS_MAX);
    DB_QUERY(c->db, &q, "SELECT " REMINDER_COLUMNS " FROM reminder WHERE org = ? AND recipient = ? AND state = 0 ORDER BY row LIMIT ? FOR UPDATE", P_INT(c->who->org.row), P_TEXT(recipient), P_INT(LETTER_ROWS_MAX));
    while (n < LETTER_ROWS_MAX && cursor_next(&q)) w->list[n++] = reminder_read(c->a, &q);
    TRY(cursor_close(&q));
    for (size_t i = 0; i < n && !letter.n; i++) letter = w->list[i].letter;
    for (size_t i = 0; i < n; i++)
        if (!letter.n || str_eq(w->list[i].letter, letter)) w->list[w->n++] = w->list[i];
    return ERR_NONE;
}

/* Out of what makes the row unique: the same after a restart, on another server, and after a restore. */
static Str identifier(Ctx *c, const Reminder *first)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    Str name = str_printf(c->a, "kaname/reminder/1\n%.*s\n%.*s\n%.*s\n%lld\n%.*s", STR_ARG(id_text(c->a, c->who->org.id)), STR_ARG(id_text(c->a, first->duty)), STR_ARG(first->rule), (long long)first->due,
        STR_ARG(first->recipient));
    crypto_hash_sha256(hash, (const unsigned char *)name.s, name.n);
    return hex_text(c->a, hash, 16);
}

static Err set_state(Ctx *c, int64_t row, ReminderState state, Text why)
{
    return DB_EXEC(c->db, "UPDATE reminder SET state = ?, set_at = ?, why_ja = ?, why_en = ? WHERE row = ? AND state = 0", P_INT(state), P_INT(c->now), P_TEXT(why.in[JA]), P_TEXT(why.in[EN]), P_INT(row));
}

static Line *line_of(Line *lines, size_t n, const Record *duty)
{
    for (size_t i = 0; i < n; i++)
        if (lines[i].duty == duty) return &lines[i];
    return NULL;
}

static Err read_duties(Ctx *c, const Waiting *w, Record ***out, size_t *n)
{
    Id *ids = arena_array(c->a, Id, w->n);
    *n = 0;
    for (size_t i = 0; i < w->n; i++) {
        size_t k = 0;
        while (k < *n && !id_eq(ids[k], w->list[i].duty)) k++;
        if (k == *n) ids[(*n)++] = w->list[i].duty;
    }
    *out = arena_array(c->a, Record *, *n);
    TRY(record_get_many(c->db, c->a, &duty_resource, c->who->org.row, ids, *n, *out));
    return duty_say(c, *out, *n);
}

static const Record *still_owed(Record **duties, size_t n, const Reminder *x)
{
    for (size_t i = 0; i < n; i++)
        if (duties[i] && id_eq(duties[i]->id, x->duty)) return duty_runs(duties[i]) && !said(value_of(duties[i], "basis_gone")) && duty_due(duties[i]) == x->due ? duties[i] : NULL;
    return NULL;
}

/* Each duty once, by the latest rule. What was made meanwhile is left out; its rows are called off by the job that follows each change. */
static Err gather(Ctx *c, const Waiting *w, Letter *l, Line *lines, size_t *lines_n)
{
    Record **duties;
    size_t n;
    TRY(read_duties(c, w, &duties, &n));
    for (size_t i = 0; i < w->n; i++) {
        const Record *duty = still_owed(duties, n, &w->list[i]);
        if (!duty) continue;
        Line *line = line_of(lines, *lines_n, duty);
        if (!line) line = &lines[(*lines_n)++];
        *line = (Line){duty, w->list[i].rule};
        l->rows[l->n++] = w->list[i].row;
    }
    return ERR_NONE;
}

static Err keep_letter(Ctx *c, const Letter *l)
{
    for (size_t i = 0; i < l->n; i++)
        TRY(DB_EXEC(c->db, "UPDATE reminder SET letter = ?, lettered = ?, tries = tries + 1 WHERE row = ?", P_TEXT(l->id), P_INT(l->mail.date), P_INT(l->rows[i])));
    return ERR_NONE;
}

static Err no_address(Ctx *c, const Waiting *w)
{
    for (size_t i = 0; i < w->n; i++)
        TRY(set_state(c, w->list[i].row, REMINDER_CANCELLED, text_of("宛先がなくなった", "The recipient has no address any more")));
    return remind_later(c, c->now); /* there may be others to tell */
}

static Err prepare(Ctx *c, const Job *job, void **what)
{
    Waiting w = {0};
    Recipient to;
    TRY(read_waiting(c, job->key, &w));
    if (!w.n) return ERR_NONE;
    TRY(recipient_get(c, job->key, &to));
    if (!to.address.n) return no_address(c, &w);
    Letter *l = arena_new(c->a, Letter);
    Line *lines = arena_array(c->a, Line, w.n);
    size_t lines_n = 0;
    l->rows = arena_array(c->a, int64_t, w.n);
    TRY(gather(c, &w, l, lines, &lines_n));
    if (!lines_n) return ERR_NONE;
    l->fresh = !w.list[0].letter.n;
    l->id = l->fresh ? identifier(c, &w.list[0]) : w.list[0].letter;
    l->mail.to = to.address, l->mail.date = l->fresh ? c->now : w.list[0].lettered;
    write_letter(c, l, lines, lines_n);
    *what = l;
    return keep_letter(c, l);
}

/* --- it goes ---------------------------------------------------------------------------------------------------------------------------- */

static Err go(Arena *a, const void *means, void *what)
{
    const MailServer *s = means;
    Letter *l = what;
    l->mail.id = str_join(a, l->id, STR("@"), mail_domain(s->from));
    Err e = mail_send(a, s, &l->mail, &l->outcome);
    l->why = e.text;
    return l->outcome == MAIL_REFUSED ? ERR_NONE : e; /* a repetition would not help: that is an answer */
}

/* Rows that were called off while it was under way stay so: they may have been told, and are not owed any more. */
static Err done(Ctx *c, const Job *job, void *what)
{
    const Letter *l = what;
    Cursor q;
    bool refused = l->outcome == MAIL_REFUSED;
    for (size_t i = 0; i < l->n; i++) TRY(set_state(c, l->rows[i], refused ? REMINDER_REFUSED : REMINDER_SENT, refused ? l->why : (Text){{{0}}}));
    DB_QUERY(c->db, &q, "SELECT 1 FROM reminder WHERE org = ? AND recipient = ? AND state = 0 AND row > ? LIMIT 1", P_INT(c->who->org.row), P_TEXT(job->key), P_INT(l->rows[l->n - 1]));
    bool more = cursor_next(&q);
    TRY(cursor_close(&q));
    return more ? work_enqueue(c, "out.reminders", job->key, (Str){0}, c->now) : ERR_NONE;
}

/* What surely did not go is free to go with what comes; what may have gone stays as it was. */
static Err failed(Ctx *c, const Job *job, void *what, Err why)
{
    const Letter *l = what;
    bool surely = l->fresh && l->outcome == MAIL_NOT_SENT;
    UNUSED(job);
    for (size_t i = 0; i < l->n; i++) {
        TRY(DB_EXEC(c->db, "UPDATE reminder SET why_ja = ?, why_en = ? WHERE row = ? AND state = 0", P_TEXT(why.text.in[JA]), P_TEXT(why.text.in[EN]), P_INT(l->rows[i])));
        if (surely) TRY(DB_EXEC(c->db, "UPDATE reminder SET letter = '' WHERE row = ? AND state = 0", P_INT(l->rows[i])));
    }
    return ERR_NONE;
}

const Errand incident_letter_errand = {.prepare = prepare, .go = go, .done = done, .failed = failed};
