/*
 * send.c -- a message over SMTP by libcurl. Nothing of the surroundings is used: no proxy, no netrc, no other protocol. What the server says is not repeated, because it may
 * name the address; its number is.
 */
#include "mail/inside.h"

#include <curl/curl.h>

enum { CONNECT_S = 10, ALL_S = 30 };

void mail_begin(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

typedef struct Sending { Str message; size_t given; const bool *stopping; } Sending;

static size_t give(char *to, size_t size, size_t n, void *arg)
{
    Sending *s = arg;
    size_t left = s->message.n - s->given, now = left < size * n ? left : size * n;
    memcpy(to, s->message.s + s->given, now);
    s->given += now;
    return now;
}

static int go_on(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow)
{
    const Sending *s = arg;
    UNUSED(dltotal), UNUSED(dlnow), UNUSED(ultotal), UNUSED(ulnow);
    return s->stopping && __atomic_load_n(s->stopping, __ATOMIC_RELAXED);
}

/* What is handed over, made before anything of libcurl's is open: want of memory leaves nothing behind. */
typedef struct Words { const char *url, *user, *password, *ca, *from, *to; } Words;

static bool put_way(CURL *c, const Words *w, const MailServer *s)
{
    bool open = !mail_tls_at_once(s) && (s->plain || mail_on_this_machine(s));
    bool ok = curl_easy_setopt(c, CURLOPT_URL, w->url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK && curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(open ? CURLUSESSL_NONE : CURLUSESSL_ALL)) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    if (s->ca.n) ok = ok && curl_easy_setopt(c, CURLOPT_CAINFO, w->ca) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    if (s->user.n) ok = ok && curl_easy_setopt(c, CURLOPT_USERNAME, w->user) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PASSWORD, w->password) == CURLE_OK;
    return ok;
}

static bool put_message(CURL *c, const Words *w, struct curl_slist *to, Sending *sending)
{
    bool ok = to && curl_easy_setopt(c, CURLOPT_MAIL_FROM, w->from) == CURLE_OK && curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_READFUNCTION, give) == CURLE_OK && curl_easy_setopt(c, CURLOPT_READDATA, sending) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)sending->message.n) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on) == CURLE_OK && curl_easy_setopt(c, CURLOPT_XFERINFODATA, sending) == CURLE_OK;
    return ok && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) == CURLE_OK && curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_S) == CURLE_OK;
}

/* Of these numbers RFC 5321 says that the mailbox is not there or not allowed. A refused sender gives some of them as well: then the settings are wrong, which is not known here. */
static bool mailbox_refused(long code) { return code == 550 || code == 551 || code == 553 || code == 556; }

static MailOutcome outcome_of(CURLcode e, long code, const Sending *s)
{
    if (e == CURLE_OK) return MAIL_SENT;
    if (s->given) return MAIL_UNSURE;
    return e == CURLE_SEND_ERROR && mailbox_refused(code) ? MAIL_REFUSED : MAIL_NOT_SENT;
}

static Err why(Arena *a, CURLcode e, long code)
{
    Str number = code >= 400 ? str_printf(a, " (%ld)", code) : (Str){0};
    switch (e) {
    case CURLE_OK: return ERR_NONE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return err_text(ERR_BUSY, text_of("メールサーバーの証明書を確かめられません。", "The certificate of the mail server could not be verified."));
    case CURLE_USE_SSL_FAILED: return err_text(ERR_BUSY, text_of("メールサーバーが暗号化（STARTTLS）に応じません。", "The mail server does not offer encryption (STARTTLS)."));
    case CURLE_LOGIN_DENIED: return err_text(ERR_BUSY, text_of("メールサーバーが名前とパスワードを受け付けません。", "The mail server did not take the name and password."));
    case CURLE_OPERATION_TIMEDOUT: return err_text(ERR_BUSY, text_of("メールサーバーが時間内に答えません。", "The mail server did not answer in time."));
    case CURLE_COULDNT_RESOLVE_HOST: return err_text(ERR_BUSY, text_of("メールサーバーの名前が引けません。", "The name of the mail server is not known."));
    case CURLE_COULDNT_CONNECT: return err_text(ERR_BUSY, text_of("メールサーバーにつながりません。", "The mail server could not be reached."));
    default: return err_text(ERR_BUSY, TEXT_FILL(a, "メールサーバーが受け取りません{0}。", "The mail server did not take the message{0}.", number));
    }
}

static CURLcode perform(const Words *w, const MailServer *s, Sending *sending, long *code)
{
    CURL *c = curl_easy_init();
    struct curl_slist *to = curl_slist_append(NULL, w->to);
    CURLcode e = c && put_way(c, w, s) && put_message(c, w, to, sending) ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
    if (c) curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, code);
    if (c) curl_easy_cleanup(c);
    curl_slist_free_all(to);
    return e;
}

Err mail_send(Arena *a, const MailServer *s, const Mail *m, MailOutcome *outcome)
{
    Sending sending = {.stopping = s->stopping};
    long code = 0;
    *outcome = MAIL_NOT_SENT;
    TRY(mail_server_check(s));
    TRY(mail_write(a, s->from, m, &sending.message));
    const Words w = {str_c(a, s->url), str_c(a, s->user), str_c(a, s->password), str_c(a, s->ca), str_printf(a, "<%.*s>", STR_ARG(s->from)).s, str_printf(a, "<%.*s>", STR_ARG(m->to)).s};
    CURLcode e = perform(&w, s, &sending, &code);
    *outcome = outcome_of(e, code, &sending);
    return why(a, e, code);
}
