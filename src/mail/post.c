/*
 * post.c -- a document to a web server by libcurl, guarded: https alone, no redirect, no proxy, and no address that only this machine reaches, looked at where the socket is made, after the name
 * was resolved. What the server says is thrown away, but for its status.
 */
#include "mail/inside.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { CONNECT_S = 5, ALL_S = 10, ANSWER_MAX = 64 << 10 };

/* --- addresses --------------------------------------------------------------------------------------------------- */

typedef enum { REACH_PUBLIC, REACH_LOOPBACK, REACH_PRIVATE, REACH_NEVER } Reach;

/* IANA special-purpose registries; whatever is not here is public. */
static const struct V4 { uint32_t net; int bits; Reach reach; } v4[] = {
    {0x7f000000, 8, REACH_LOOPBACK}, {0x0a000000, 8, REACH_PRIVATE}, {0xac100000, 12, REACH_PRIVATE}, {0xc0a80000, 16, REACH_PRIVATE}, {0x64400000, 10, REACH_PRIVATE},
    {0x00000000, 8, REACH_NEVER}, {0xa9fe0000, 16, REACH_NEVER}, {0xc0000000, 24, REACH_NEVER}, {0xc0000200, 24, REACH_NEVER}, {0xc0586300, 24, REACH_NEVER}, {0xc6120000, 15, REACH_NEVER},
    {0xc6336400, 24, REACH_NEVER}, {0xcb007100, 24, REACH_NEVER}, {0xe0000000, 4, REACH_NEVER}, {0xf0000000, 4, REACH_NEVER},
};

static Reach reach4(uint32_t ip)
{
    for (size_t i = 0; i < COUNT(v4); i++)
        if (((ip ^ v4[i].net) >> (32 - v4[i].bits)) == 0) return v4[i].reach;
    return REACH_PUBLIC;
}

static uint32_t word(const uint8_t *b) { return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]; }

static bool zeros(const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (b[i]) return false;
    return true;
}

/* An address of the older kind within is judged as that: mapped, NAT64 (64:ff9b::/96), 6to4 (2002::/16). Public is 2000::/3 alone, and of it not Teredo, documentation or benchmarks (2001:0::/23, 2001:db8::/32). */
static Reach reach6(const uint8_t b[16])
{
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (zeros(b, 10) && b[10] == 0xff && b[11] == 0xff) return reach4(word(b + 12));
    if (memcmp(b, nat64, sizeof nat64) == 0) return reach4(word(b + 12));
    if (b[0] == 0x20 && b[1] == 0x02) return reach4(word(b + 2));
    if (zeros(b, 15) && b[15] == 1) return REACH_LOOPBACK;
    if ((b[0] & 0xfe) == 0xfc) return REACH_PRIVATE;
    if ((b[0] & 0xe0) != 0x20 || (word(b) & 0xfffffe00) == 0x20010000 || word(b) == 0x20010db8) return REACH_NEVER;
    return REACH_PUBLIC;
}

static Reach reach_of(const struct sockaddr *to)
{
    struct sockaddr_in a4;
    struct sockaddr_in6 a6;
    if (to->sa_family == AF_INET) return memcpy(&a4, to, sizeof a4), reach4(ntohl(a4.sin_addr.s_addr));
    if (to->sa_family == AF_INET6) return memcpy(&a6, to, sizeof a6), reach6(a6.sin6_addr.s6_addr);
    return REACH_NEVER;
}

bool post_address_allowed(const PostGuard *g, bool tls, const struct sockaddr *to)
{
    switch (reach_of(to)) {
    case REACH_PUBLIC: return tls;
    case REACH_LOOPBACK: return g->loopback;
    case REACH_PRIVATE: return tls && g->private_;
    case REACH_NEVER: break;
    }
    return false;
}

/* --- the address that was given ----------------------------------------------------------------------------------- */

static Err wrong(const char *ja, const char *en) { return err_text(ERR_INVALID, text_of(ja, en)); }

static Err not_allowed(void)
{
    return wrong("このアドレスには送れません。内部のアドレスへは、運用者が許したときだけ送れます（serve の --webhooks-private、--webhooks-loopback）。",
        "This address is not sent to. Internal addresses are reached only where the operator allows it (serve --webhooks-private, --webhooks-loopback).");
}

static bool plain_ascii(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] <= ' ' || s.s[i] > '~' || s.s[i] == '\\') return false;
    return s.n > 0;
}

/* Of a name nothing is known yet. */
static bool figures(const char *host, struct sockaddr_storage *out)
{
    struct sockaddr_in a4 = {.sin_family = AF_INET};
    struct sockaddr_in6 a6 = {.sin6_family = AF_INET6};
    char inner[INET6_ADDRSTRLEN + 1] = "";
    size_t n = strlen(host);
    if (host[0] == '[' && n > 2 && n - 2 < sizeof inner) memcpy(inner, host + 1, n - 2);
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &a4.sin_addr) == 1) return memcpy(out, &a4, sizeof a4), true;
    if (inet_pton(AF_INET6, inner, &a6.sin6_addr) == 1) return memcpy(out, &a6, sizeof a6), true;
    return false;
}

typedef struct Parts { char *scheme, *host, *user, *password, *fragment; } Parts;

static bool take_apart(const char *url, Parts *p)
{
    CURLU *u = curl_url();
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_HOST, &p->host, 0) == CURLUE_OK;
    if (ok) curl_url_get(u, CURLUPART_USER, &p->user, 0), curl_url_get(u, CURLUPART_PASSWORD, &p->password, 0), curl_url_get(u, CURLUPART_FRAGMENT, &p->fragment, 0);
    curl_url_cleanup(u);
    return ok;
}

static Err judge_parts(const PostGuard *g, const Parts *p)
{
    struct sockaddr_storage to;
    bool tls = strcmp(p->scheme, "https") == 0, in_figures = figures(p->host, &to), here = in_figures ? reach_of((struct sockaddr *)&to) == REACH_LOOPBACK : strcmp(p->host, "localhost") == 0;
    if (!tls && !(strcmp(p->scheme, "http") == 0 && here)) return wrong("アドレスは https:// で始めてください。", "The address must begin with https://.");
    if (p->user || p->password || p->fragment) return wrong("アドレスに名前、パスワード、# は書けません。", "An address has no name, password or #.");
    bool ok = !g || (in_figures ? post_address_allowed(g, tls, (struct sockaddr *)&to) : !here || g->loopback);
    return ok ? ERR_NONE : not_allowed();
}

Err post_url_check(Arena *a, const PostGuard *g, Str url)
{
    Parts p = {0};
    if (url.n > POST_URL_MAX || !plain_ascii(url)) return wrong("アドレスは、空白のない半角の500字までです。", "An address has at most 500 printable ASCII characters without blanks.");
    Err e = take_apart(str_c(a, url), &p) ? judge_parts(g, &p) : wrong("アドレスを読めません。https://example.jp/kaname のように書いてください。", "The address cannot be read. It is like https://example.jp/kaname.");
    curl_free(p.scheme), curl_free(p.host), curl_free(p.user), curl_free(p.password), curl_free(p.fragment);
    return e;
}

/* --- sending -------------------------------------------------------------------------------------------------------- */

typedef struct Posting { const PostGuard *g; bool tls, refused; size_t answered; } Posting;

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    Posting *p = arg;
    bool ok = purpose == CURLSOCKTYPE_IPCXN && post_address_allowed(p->g, p->tls, &to->addr);
    p->refused = !ok;
    return ok ? socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

/* A status is all that is wanted: more than a little ends it. */
static size_t throw_away(char *bytes, size_t size, size_t n, void *arg)
{
    Posting *p = arg;
    UNUSED(bytes);
    p->answered += size * n;
    return p->answered <= ANSWER_MAX ? size * n : 0;
}

static int go_on(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow)
{
    const Posting *p = arg;
    UNUSED(dltotal), UNUSED(dlnow), UNUSED(ultotal), UNUSED(ulnow);
    return p->g->stopping && __atomic_load_n(p->g->stopping, __ATOMIC_RELAXED);
}

typedef struct Words { const char *url, *ca; Str body; } Words;

static bool put_way(CURL *c, const Words *w, Posting *p)
{
    bool ok = curl_easy_setopt(c, CURLOPT_URL, w->url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, p->tls ? "https" : "http") == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK && curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK && curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK && curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, p) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    if (p->g->ca.n) ok = ok && curl_easy_setopt(c, CURLOPT_CAINFO, w->ca) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    return ok && curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) == CURLE_OK && curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_S) == CURLE_OK;
}

static bool put_document(CURL *c, const Words *w, struct curl_slist *headers, Posting *p)
{
    bool ok = headers && curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK && curl_easy_setopt(c, CURLOPT_USERAGENT, "Kaname") == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.n) == CURLE_OK && curl_easy_setopt(c, CURLOPT_POSTFIELDS, w->body.s) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, throw_away) == CURLE_OK && curl_easy_setopt(c, CURLOPT_WRITEDATA, p) == CURLE_OK;
    return ok && curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on) == CURLE_OK && curl_easy_setopt(c, CURLOPT_XFERINFODATA, p) == CURLE_OK;
}

static Err why(CURLcode e, const Posting *p)
{
    if (p->refused) return not_allowed();
    switch (e) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return err_text(ERR_BUSY, text_of("相手の証明書を確かめられません。", "The certificate of the server could not be verified."));
    case CURLE_OPERATION_TIMEDOUT: return err_text(ERR_BUSY, text_of("相手が時間内に答えません。", "The server did not answer in time."));
    case CURLE_COULDNT_RESOLVE_HOST: return err_text(ERR_BUSY, text_of("相手の名前が引けません。", "The name of the server is not known."));
    case CURLE_COULDNT_CONNECT: return err_text(ERR_BUSY, text_of("相手につながりません。", "The server could not be reached."));
    default: return err_text(ERR_BUSY, text_of("相手から答えがありません。", "There was no answer of the server."));
    }
}

static struct curl_slist *header_list(const char *const *headers, size_t n)
{
    struct curl_slist *list = NULL, *longer;
    for (size_t i = 0; i < n; i++) {
        longer = curl_slist_append(list, headers[i]);
        if (!longer) return curl_slist_free_all(list), NULL;
        list = longer;
    }
    return list;
}

Err post_send(Arena *a, const PostGuard *g, const Post *p, int64_t *status)
{
    Posting posting = {.g = g, .tls = str_starts(str_fold(a, p->url), STR("https://"))};
    const Words w = {str_c(a, p->url), str_c(a, g->ca), p->body};
    const char **headers = arena_array(a, const char *, p->headers_n + 1);
    long code = 0;
    *status = 0;
    TRY(post_url_check(a, g, p->url));
    for (size_t i = 0; i < p->headers_n; i++) headers[i] = str_c(a, p->headers[i]);
    headers[p->headers_n] = "Expect:"; /* the document goes at once */
    CURL *c = curl_easy_init();
    struct curl_slist *list = header_list(headers, p->headers_n + 1);
    CURLcode e = c && put_way(c, &w, &posting) && put_document(c, &w, list, &posting) ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
    if (c) curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code), curl_easy_cleanup(c);
    curl_slist_free_all(list);
    *status = e == CURLE_OK || posting.answered > ANSWER_MAX ? code : 0;
    return *status ? ERR_NONE : why(e, &posting);
}
