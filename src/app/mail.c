/* mail.c -- the mail server that options name, and the command that sends a message of trial. */
#include "app/app.h"

#include <sys/stat.h>

static Err wrong(const char *ja, const char *en) { return err_text(ERR_INVALID, text_of(ja, en)); }

/* The first line of a file that nobody else may read. */
static Err read_password(Arena *a, Str path, Str *out)
{
    struct stat st;
    Str bytes;
    if (stat(str_c(a, path), &st) == 0 && (st.st_mode & 077)) return wrong("--smtp-password-file は本人だけが読めるファイルにしてください（chmod 600）。", "--smtp-password-file must be readable by its owner alone (chmod 600).");
    TRY(app_read_file(a, path, &bytes));
    str_cut(&bytes, '\n', out);
    if (out->n && out->s[out->n - 1] == '\r') out->n--;
    return out->n ? ERR_NONE : wrong("--smtp-password-file が空です。", "--smtp-password-file is empty.");
}

Err app_mail_server(Arena *a, const Options *o, MailServer *out)
{
    *out = (MailServer){.url = o->smtp, .user = o->smtp_user, .from = o->mail_from, .ca = o->smtp_ca, .plain = o->smtp_plain};
    if (!o->smtp.n && (o->smtp_user.n || o->smtp_password_file.n || o->mail_from.n || o->smtp_ca.n || o->smtp_plain)) return wrong("メールの設定には --smtp も要ります。", "Settings of mail need --smtp as well.");
    if (!o->smtp.n) return ERR_NONE;
    if (o->smtp_password_file.n) TRY(read_password(a, o->smtp_password_file, &out->password));
    return mail_server_check(out);
}

Err command_mail(Run *r)
{
    MailServer s;
    MailOutcome outcome;
    Str to = r->o->to;
    TRY(app_mail_server(r->a, r->o, &s));
    if (!s.url.n || !to.n || r->o->words_n != 1) return wrong("mail test --smtp smtp://サーバー:ポート --mail-from 差出人 --to 宛先 です。", "It is mail test --smtp smtp://HOST:PORT --mail-from SENDER --to ADDRESS.");
    mail_begin();
    Mail m = {.to = to, .subject = STR("要：メールの試験 / Kaname: a test of mail"), .id = str_printf(r->a, "%.*s@%.*s", STR_ARG(id_text(r->a, id_new())), STR_ARG(mail_domain(s.from))), .date = now_utc(),
        .text = STR("このメールが届いていれば、要（Kaname）の通知も届きます。\n\nWhere this arrives, notices of Kaname arrive as well.\n")};
    TRY(mail_send(r->a, &s, &m, &outcome));
    if (r->o->json) json_kbool(&r->json, "sent", true);
    say(r, text_of("メールサーバーが受け取りました。届いたかどうかは宛先で確かめてください。", "The mail server took the message. Look there whether it arrived."));
    return ERR_NONE;
}
