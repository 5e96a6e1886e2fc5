/* post_test.c -- which addresses a document may go to, by their form and where they lead. Sending is tests/webhook.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mail/mail.h"

#include <arpa/inet.h>

static bool allowed(const PostGuard *g, bool tls, const char *ip)
{
    struct sockaddr_in a4 = {.sin_family = AF_INET};
    struct sockaddr_in6 a6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, ip, &a4.sin_addr) == 1) return post_address_allowed(g, tls, (struct sockaddr *)&a4);
    assert_int_equal(inet_pton(AF_INET6, ip, &a6.sin6_addr), 1);
    return post_address_allowed(g, tls, (struct sockaddr *)&a6);
}

static const char *const public_[] = {"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "169.253.255.255",
    "169.255.0.0", "100.63.255.255", "100.128.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:4860:4860::8888", "2400:4050::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "3fff:ffff::1"};
static const char *const loopback[] = {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"};
static const char *const private_[] = {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255", "100.64.0.0", "100.127.255.255", "fc00::1", "fdff::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "2002:c0a8:1::"};
static const char *const never[] = {"0.0.0.0", "0.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "fe80::1", "febf::1", "fec0::1", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "2001::1", "2001:db8::1", "::7f00:1",
    "100::1", "64:ff9b:1::1", "4000::1"};

static void each(const PostGuard *g, bool tls, const char *const *list, size_t n, bool expect)
{
    for (size_t i = 0; i < n; i++)
        if (allowed(g, tls, list[i]) != expect) fail_msg("%s: %d", list[i], !expect);
}

static void addresses(void **state)
{
    UNUSED(state);
    for (int k = 0; k < 8; k++) {
        PostGuard g = {.loopback = k & 1, .private_ = (k & 2) != 0};
        bool tls = (k & 4) != 0;
        each(&g, tls, public_, COUNT(public_), tls);
        each(&g, tls, loopback, COUNT(loopback), g.loopback);
        each(&g, tls, private_, COUNT(private_), tls && g.private_);
        each(&g, tls, never, COUNT(never), false);
    }
    PostGuard all = {.loopback = true, .private_ = true};
    struct sockaddr other = {.sa_family = AF_UNIX};
    assert_false(post_address_allowed(&all, true, &other));
}

static void forms(void **state)
{
    UNUSED(state);
    static const char *const good[] = {"https://example.jp", "https://example.jp/", "https://example.jp:8443/kaname?to=1", "HTTPS://example.jp/x", "https://8.8.8.8/x", "https://[2400:4050::1]/x"};
    static const char *const here[] = {"http://127.0.0.1:8000/x", "http://localhost:8000/", "http://[::1]:8000/", "https://127.0.0.1/", "https://localhost/"};
    static const char *const bad[] = {"", "example.jp", "ftp://example.jp/", "file:///etc/passwd", "http://example.jp/", "http://10.0.0.1/", "gopher://127.0.0.1/", "https://", "https://a@example.jp/",
        "https://a:b@example.jp/", "https://example.jp/#x", "https://example.jp/ x", "https://example.jp/\r\nHost: y", "https://例.jp/", "https://example.jp\\@y/", "http://127.0.0.1.example.jp/", "https://x:99999/"};
    static const char *const inner[] = {"https://10.0.0.1/", "https://169.254.169.254/latest", "https://[fe80::1]/", "https://0x7f.1/", "https://2130706433/", "https://127.1/", "https://[::ffff:127.0.0.1]/"};
    Arena a;
    PostGuard none = {0}, local = {.loopback = true};
    arena_init(&a, 16 << 20);
    for (size_t i = 0; i < COUNT(good); i++)
        if (post_url_check(&a, &none, str_of(good[i])).kind) fail_msg("%s", good[i]);
    for (size_t i = 0; i < COUNT(here); i++)
        if (!post_url_check(&a, &none, str_of(here[i])).kind || post_url_check(&a, &local, str_of(here[i])).kind || post_url_check(&a, NULL, str_of(here[i])).kind) fail_msg("%s", here[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (!post_url_check(&a, &local, str_of(bad[i])).kind || !post_url_check(&a, NULL, str_of(bad[i])).kind) fail_msg("%s", bad[i]);
    for (size_t i = 0; i < COUNT(inner); i++)
        if (!post_url_check(&a, &none, str_of(inner[i])).kind) fail_msg("%s", inner[i]);
    char big[POST_URL_MAX + 2];
    memset(big, 'a', sizeof big);
    memcpy(big, "https://example.jp/", 19);
    assert_int_equal(post_url_check(&a, &none, (Str){big, POST_URL_MAX}).kind, OK);
    assert_int_equal(post_url_check(&a, &none, (Str){big, POST_URL_MAX + 1}).kind, ERR_INVALID);
    assert_int_equal(post_url_check(&a, &none, (Str){"https://a\0b/", 12}).kind, ERR_INVALID);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
