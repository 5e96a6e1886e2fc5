/* mail.c -- the settings of a mail server, and what a message looks like (RFC 5322, 2045, 2047). */
#include "mail/inside.h"

/* --- addresses ------------------------------------------------------------------------------------------------- */

static bool all_of(Str s, const char *also)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (!c || !strchr(also, c))) return false;
    }
    return true;
}

/* Parts between dots, none empty. */
static bool dotted(Str s, const char *also, size_t part_max)
{
    Str rest = s, part;
    if (!s.n || s.s[s.n - 1] == '.') return false;
    while (str_cut(&rest, '.', &part))
        if (!part.n || part.n > part_max || !all_of(part, also)) return false;
    return true;
}

static bool domain_fits(Str s)
{
    Str rest = s, part;
    if (!dotted(s, "-", 63)) return false;
    while (str_cut(&rest, '.', &part))
        if (part.s[0] == '-' || part.s[part.n - 1] == '-') return false;
    return true;
}

bool mail_address_fits(Str s)
{
    enum { LOCAL_MAX = 64 };
    size_t at = str_find(s, STR("@"));
    if (at == SIZE_MAX || s.n > MAIL_ADDRESS_MAX || at > LOCAL_MAX) return false;
    return dotted(str_slice(s, 0, at), "!#$%&'*+-/=?^_`{|}~", LOCAL_MAX) && domain_fits(str_slice(s, at + 1, s.n));
}

Str mail_domain(Str address)
{
    size_t at = str_find(address, STR("@"));
    return at == SIZE_MAX ? (Str){0} : str_slice(address, at + 1, address.n);
}

Str mail_masked(Arena *a, Str address)
{
    return address.n ? str_printf(a, "%c…@%.*s", address.s[0], STR_ARG(mail_domain(address))) : (Str){0};
}

/* --- the settings ------------------------------------------------------------------------------------------------ */

static Err wrong(const char *ja, const char *en) { return err_text(ERR_INVALID, text_of(ja, en)); }

bool mail_tls_at_once(const MailServer *s) { return str_starts(s->url, STR("smtps://")); }

static bool host_and_port(const MailServer *s, Str *host)
{
    Str rest = str_slice(s->url, mail_tls_at_once(s) ? 8 : 7, s->url.n);
    int64_t port;
    size_t colon = rest.n;
    bool six = rest.n && rest.s[0] == '[';
    while (colon && rest.s[colon - 1] != ':') colon--;
    if (!colon || !str_int(str_slice(rest, colon, rest.n), &port) || port < 1 || port > 65535) return false;
    *host = str_slice(rest, 0, colon - 1);
    if (!six) return domain_fits(*host);
    return host->n > 2 && str_ends(*host, STR("]")) && all_of(str_slice(*host, 1, host->n - 1), ":.");
}

bool mail_on_this_machine(const MailServer *s)
{
    Str host;
    if (!host_and_port(s, &host)) return false;
    bool four = str_starts(host, STR("127.")) && str_find(host, STR("-")) == SIZE_MAX;
    for (size_t i = 0; four && i < host.n; i++) four = host.s[i] == '.' || (host.s[i] >= '0' && host.s[i] <= '9');
    return four || str_eqc(host, "localhost") || str_eqc(host, "[::1]");
}

Err mail_server_check(const MailServer *s)
{
    Str host;
    bool known = str_starts(s->url, STR("smtp://")) || mail_tls_at_once(s);
    if (!known || !host_and_port(s, &host)) return wrong("--smtp は smtp://mail.example.jp:587 か smtps://mail.example.jp:465 のように書いてください。", "--smtp is like smtp://mail.example.jp:587 or smtps://mail.example.jp:465.");
    if (!mail_address_fits(s->from)) return wrong("--mail-from は差出人のアドレスです（例 kaname@example.jp）。", "--mail-from is the address of the sender, like kaname@example.jp.");
    if (!s->user.n != !s->password.n) return wrong("--smtp-user と --smtp-password-file は両方を書いてください。", "--smtp-user and --smtp-password-file go together.");
    if (str_has_control(s->user, false) || str_has_control(s->password, false)) return wrong("名前やパスワードに制御文字があります。", "There is a control character in the name or password.");
    if (s->plain && s->user.n && !mail_on_this_machine(s)) return wrong("暗号化しないで（--smtp-plain）名前とパスワードは送れません。", "A name and password do not go unencrypted (--smtp-plain).");
    return ERR_NONE;
}

/* --- the message -------------------------------------------------------------------------------------------------- */

/* In Japanese time, as people read it. */
static void add_date(Buf *b, Instant t)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Day d = day_in_japan(t);
    int year, month, day, s = (int)((t - day_begin_in_japan(d)) / 1000);
    day_split(d, &year, &month, &day);
    buf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", days[day_weekday(d)], day, months[month - 1], year, s / 3600, s / 60 % 60, s % 60);
}

/* How many bytes of `s` go into one encoded word: whole characters, and a line of at most 76 with "Subject: " before it. */
static size_t word_of(Str s)
{
    enum { BYTES = 39 };
    size_t n = s.n < BYTES ? s.n : BYTES;
    while (n < s.n && n && ((unsigned char)s.s[n] & 0xC0) == 0x80) n--;
    return n;
}

static void add_subject(Buf *b, Str s)
{
    buf_addc(b, "Subject:");
    for (size_t at = 0, n; at < s.n; at += n) {
        n = word_of(str_slice(s, at, s.n));
        buf_printf(b, "%s =?UTF-8?B?%.*s?=", at ? "\r\n" : "", STR_ARG(base64_text(b->a, s.s + at, n)));
    }
    buf_addc(b, "\r\n");
}

/* Base64: no line is too long, none begins with a dot, and every server takes it. */
static void add_text(Buf *b, Str text)
{
    enum { LINE = 57 };
    Buf lines;
    buf_init(&lines, b->a, text.n + 64);
    for (size_t i = 0; i < text.n; i++) {
        if (text.s[i] == '\n') buf_byte(&lines, '\r');
        buf_byte(&lines, text.s[i]);
    }
    for (size_t at = 0; at < lines.n; at += LINE) {
        buf_add(b, base64_text(b->a, lines.s + at, lines.n - at < LINE ? lines.n - at : LINE));
        buf_addc(b, "\r\n");
    }
}

static Err check(Str from, const Mail *m)
{
    if (!mail_address_fits(from) || !mail_address_fits(m->to)) return wrong("メールアドレスの形ではありません。", "That is not a mail address.");
    if (!mail_address_fits(m->id)) return wrong("Message-ID の形ではありません。", "That is not a Message-ID.");
    if (!m->subject.n || m->subject.n > MAIL_SUBJECT_MAX || !str_is_utf8(m->subject) || str_has_control(m->subject, false)) return wrong("件名に使えない文字があるか、長すぎます。", "The subject is too long or has characters that it may not have.");
    if (m->text.n > MAIL_TEXT_MAX || !str_is_utf8(m->text) || str_has_control(m->text, true) || str_find(m->text, STR("\r")) != SIZE_MAX) return wrong("本文に使えない文字があるか、長すぎます。", "The text is too long or has characters that it may not have.");
    return ERR_NONE;
}

Err mail_write(Arena *a, Str from, const Mail *m, Str *out)
{
    Buf b;
    TRY(check(from, m));
    buf_init(&b, a, 1024 + 2 * m->text.n);
    add_date(&b, m->date);
    buf_printf(&b, "From: %.*s\r\nTo: %.*s\r\nMessage-ID: <%.*s>\r\n", STR_ARG(from), STR_ARG(m->to), STR_ARG(m->id));
    add_subject(&b, m->subject);
    buf_addc(&b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
    add_text(&b, m->text);
    *out = buf_str(&b);
    return ERR_NONE;
}
