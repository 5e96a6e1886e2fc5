/* calendar.c -- duties not made yet as a calendar (RFC 5545): one event for each that has a due time, under an identifier that stays. Read through work, so rights hold. */
#include "incident/parts.h"

enum { EVENTS_MAX = 1000, OCTETS = 75 };

/* A line of the file, folded between characters. */
static void line(Buf *b, Str s)
{
    for (size_t at = 0, room = OCTETS; at < s.n; room = OCTETS - 1) {
        size_t n = s.n - at < room ? s.n - at : room;
        while (at + n < s.n && n && ((unsigned char)s.s[at + n] & 0xC0) == 0x80) n--;
        if (at) buf_byte(b, ' ');
        buf_add(b, str_slice(s, at, at + n));
        buf_addc(b, "\r\n");
        at += n;
    }
}

static void prop(Ctx *c, Buf *b, const char *name, Str value) { line(b, str_printf(c->a, "%s:%.*s", name, STR_ARG(value))); }

/* A text value: what divides values and lines is escaped. */
static void text(Ctx *c, Buf *b, const char *name, Str s)
{
    Buf out;
    buf_init(&out, c->a, s.n + 32);
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '\n') buf_addc(&out, "\\n");
        else if (strchr("\\;,", s.s[i])) buf_byte(&out, '\\'), buf_byte(&out, s.s[i]);
        else if ((unsigned char)s.s[i] >= ' ' && s.s[i] != 0x7f) buf_byte(&out, s.s[i]);
    }
    prop(c, b, name, buf_str(&out));
}

static Str stamp(Arena *a, Instant t)
{
    Str s = instant_text(a, t);
    return str_printf(a, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", s.s, s.s + 5, s.s + 8, s.s + 11, s.s + 14, s.s + 17);
}

/* Due at midnight in Japan is the whole day before, as people say it. */
static void begin(Ctx *c, Buf *b, Instant due)
{
    Day d = day_in_japan(due);
    Str day = day_text(c->a, d - 1);
    if (due != day_begin_in_japan(d)) prop(c, b, "DTSTART", stamp(c->a, due));
    else prop(c, b, "DTSTART;VALUE=DATE", str_printf(c->a, "%.4s%.2s%.2s", day.s, day.s + 5, day.s + 8));
}

static void event(Ctx *c, Buf *b, const Record *duty)
{
    Str id = id_text(c->a, duty->id), to = duty_said(duty, "authority").in[c->lang], number = record_label(c->a, duty);
    prop(c, b, "BEGIN", STR("VEVENT"));
    prop(c, b, "UID", str_join(c->a, id, STR("@"), STR("duty.kaname")));
    prop(c, b, "DTSTAMP", stamp(c->a, duty->updated));
    prop(c, b, "SEQUENCE", str_printf(c->a, "%lld", (long long)duty->version));
    begin(c, b, duty_due(duty));
    text(c, b, "SUMMARY", str_printf(c->a, c->lang == JA ? "報告期限 %.*s %.*s" : "Report due: %.*s %.*s", STR_ARG(number), STR_ARG(duty_said(duty, "title").in[c->lang])));
    text(c, b, "DESCRIPTION", str_printf(c->a, c->lang == JA ? "宛先: %.*s\n期限: %.*s" : "To: %.*s\nDue: %.*s", STR_ARG(to), STR_ARG(duty_due_text(c->a, duty).in[c->lang])));
    if (c->origin.n) prop(c, b, "URL", str_printf(c->a, "%.*s/#/%.*s/duties/%.*s", STR_ARG(c->origin), STR_ARG(id_text(c->a, c->who->org.id)), STR_ARG(id)));
    prop(c, b, "TRANSP", STR("TRANSPARENT"));
    prop(c, b, "END", STR("VEVENT"));
}

/* Those without a due time come last in this order, and end it. */
static Err events(Ctx *c, Buf *b, size_t *n, bool *cut)
{
    ListQuery q = {.sort = field_find(duty_resource.fields, duty_resource.fields_n, STR("due")), .limit = 200, .filters_n = 1};
    ListPage page;
    q.filters[0] = duty_runs_filter();
    do {
        TRY(work_list(c, &duty_resource, &q, &page));
        for (size_t i = 0; i < page.n && !*cut; i++) {
            if (!duty_due(page.list[i]) || said(value_of(page.list[i], "basis_gone"))) continue;
            if (*n == EVENTS_MAX) *cut = true;
            else event(c, b, page.list[i]), ++*n;
        }
        q.cursor = page.next;
    } while (page.next.n && !*cut);
    return ERR_NONE;
}

Err incident_calendar(Ctx *c, Str *out)
{
    Buf b, inner;
    size_t n = 0;
    bool cut = false;
    buf_init(&b, c->a, 8192), buf_init(&inner, c->a, 8192);
    TRY(events(c, &inner, &n, &cut));
    prop(c, &b, "BEGIN", STR("VCALENDAR"));
    prop(c, &b, "VERSION", STR("2.0"));
    prop(c, &b, "PRODID", STR("-//Kaname//Duties to report//EN"));
    prop(c, &b, "METHOD", STR("PUBLISH"));
    text(c, &b, "X-WR-CALNAME", str_join(c->a, c->who->org.name, STR(" "), text_of("報告の期限", "Reports due").in[c->lang]));
    if (cut) text(c, &b, "X-WR-CALDESC", text_of("多すぎるので、期限の早い1000件だけです。", "Too many: only the 1,000 due first.").in[c->lang]);
    buf_add(&b, buf_str(&inner));
    prop(c, &b, "END", STR("VCALENDAR"));
    *out = buf_str(&b);
    return ERR_NONE;
}
