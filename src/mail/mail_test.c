/* mail_test.c -- what a message looks like, and what can never become a header or a command of SMTP. Sending is tests/remind.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mail/mail.h"

static const Instant T = 1795860184000; /* 2026-11-28T10:03:04Z */

static Mail good(void)
{
    return (Mail){.to = STR("bosai@city.example.jp"), .subject = STR("報告の期限"), .text = STR("一行目\n.\n二行目\n"), .id = STR("0123@example.jp"), .date = T};
}

static bool holds(Str s, const char *part) { return str_find(s, str_of(part)) != SIZE_MAX; }

static void addresses(void **state)
{
    UNUSED(state);
    static const char *const fit[] = {"a@b", "bosai@city.example.jp", "a.b+c@x-y.example", "o'neil@example.jp", "1@2.3"};
    static const char *const unfit[] = {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b\r\nRCPT TO:<x@y>", "a@b\n", "a\r@b", ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@-b", "a@b-", "a@b..c", "<a@b>",
        "a@b,c@d", "a@b;c@d", "\"a\"@b", "a@[127.0.0.1]", "総務@example.jp", "a@例.jp", "a@b>", "a\\@b", "a(b)@c"};
    for (size_t i = 0; i < COUNT(fit); i++)
        if (!mail_address_fits(str_of(fit[i]))) fail_msg("%s", fit[i]);
    for (size_t i = 0; i < COUNT(unfit); i++)
        if (mail_address_fits(str_of(unfit[i]))) fail_msg("%s", unfit[i]);
    assert_false(mail_address_fits((Str){"a@b\0c", 5}));
    char s[300];
    memset(s, 'a', sizeof s);
    s[64] = '@';
    assert_true(mail_address_fits((Str){s, 64 + 1 + 63}));
    assert_false(mail_address_fits((Str){s, 64 + 1 + 64}));
    s[64] = 'a', s[65] = '@';
    assert_false(mail_address_fits((Str){s, 80}));
}

static void message(void **state)
{
    UNUSED(state);
    Arena a;
    Str out;
    arena_init(&a, 16 << 20);
    Mail m = good();
    assert_int_equal(mail_write(&a, STR("kaname@example.jp"), &m, &out).kind, OK);
    assert_true(holds(out, "Date: Sat, 28 Nov 2026 19:03:04 +0900\r\n"));
    assert_true(holds(out, "From: kaname@example.jp\r\nTo: bosai@city.example.jp\r\nMessage-ID: <0123@example.jp>\r\nSubject: =?UTF-8?B?5aCx5ZGK44Gu5pyf6ZmQ?=\r\n"));
    assert_true(holds(out, "\r\n\r\n5LiA6KGM55uuDQouDQrkuozooYznm64NCg==\r\n")); /* CRLF within, too */
    m.date = T + 5 * 3600000 - 184000; /* 15:00 UTC: midnight in Japan */
    assert_int_equal(mail_write(&a, STR("kaname@example.jp"), &m, &out).kind, OK);
    assert_true(holds(out, "Date: Sun, 29 Nov 2026 00:00:00 +0900\r\n"));
    Buf b;
    buf_init(&b, &a, 500);
    for (int i = 0; i < 100; i++) buf_addc(&b, i % 3 ? "報" : "a");
    m.subject = buf_str(&b);
    assert_int_equal(mail_write(&a, STR("kaname@example.jp"), &m, &out).kind, OK);
    Str rest = out, line;
    size_t words = 0;
    while (str_cut(&rest, '\n', &line)) {
        assert_true(line.n <= 77); /* 76 and CR */
        words += holds(line, "=?UTF-8?B?");
    }
    assert_true(words > 5);
    Mail again = m;
    Str twice;
    assert_int_equal(mail_write(&a, STR("kaname@example.jp"), &again, &twice).kind, OK);
    assert_true(str_eq(out, twice));
    arena_done(&a);
}

static void refused(Mail m, const char *from, const char *what)
{
    Arena a;
    Str out;
    arena_init(&a, 16 << 20);
    if (mail_write(&a, str_of(from), &m, &out).kind != ERR_INVALID) fail_msg("%s", what);
    arena_done(&a);
}

static void injected(void **state)
{
    UNUSED(state);
    static const char *const bad[] = {"x\r\nBcc: y@z", "x\nBcc: y@z", "x\rBcc: y@z", "x\x01", "x\x7f", "x\xff", "x\xe2\x80\xae", ""};
    Mail m = good();
    for (size_t i = 0; i < COUNT(bad); i++) {
        m = good(), m.subject = str_of(bad[i]);
        refused(m, "a@b", "subject");
        m = good(), m.to = str_of(bad[i]);
        refused(m, "a@b", "to");
        m = good(), m.id = str_of(bad[i]);
        refused(m, "a@b", "id");
        refused(good(), bad[i], "from");
    }
    m = good(), m.id = STR("a@b>\r\nX: y");
    refused(m, "a@b", "id with a header");
    m = good(), m.text = (Str){"a\0b", 3};
    refused(m, "a@b", "NUL in the text");
    m = good(), m.text = STR("a\rb");
    refused(m, "a@b", "a lone CR in the text");
}

static ErrKind settings(const char *url, const char *user, const char *password, const char *from, bool plain)
{
    MailServer s = {.url = str_of(url), .user = str_of(user), .password = str_of(password), .from = str_of(from), .plain = plain};
    return mail_server_check(&s).kind;
}

static void servers(void **state)
{
    UNUSED(state);
    assert_int_equal(settings("smtp://mail.example.jp:587", "u", "p", "a@b", false), OK);
    assert_int_equal(settings("smtps://mail.example.jp:465", "", "", "a@b", false), OK);
    assert_int_equal(settings("smtp://[::1]:25", "u", "p", "a@b", true), OK);
    assert_int_equal(settings("smtp://127.0.0.1:25", "u", "p", "a@b", true), OK);
    static const char *const bad[] = {"", "mail.example.jp:25", "http://mail.example.jp:25", "smtp://mail.example.jp", "smtp://mail.example.jp:0", "smtp://mail.example.jp:65536", "smtp://:25", "smtp://u:p@mail.example.jp:25",
        "smtp://mail.example.jp:25/x", "smtp://mail.example.jp:25\r\n", "smtp://a b:25", "file:///etc/passwd:25", "smtp://[::1:25", "SMTP://mail.example.jp:25"};
    for (size_t i = 0; i < COUNT(bad); i++)
        if (settings(bad[i], "", "", "a@b", false) != ERR_INVALID) fail_msg("%s", bad[i]);
    assert_int_equal(settings("smtp://mail.example.jp:587", "u", "", "a@b", false), ERR_INVALID);
    assert_int_equal(settings("smtp://mail.example.jp:587", "", "p", "a@b", false), ERR_INVALID);
    assert_int_equal(settings("smtp://mail.example.jp:587", "u\r\n", "p", "a@b", false), ERR_INVALID);
    assert_int_equal(settings("smtp://mail.example.jp:587", "", "", "", false), ERR_INVALID);
    assert_int_equal(settings("smtp://mail.example.jp:587", "u", "p", "a@b", true), ERR_INVALID); /* a password in the open */
    assert_int_equal(settings("smtp://127.0.0.1.example.jp:25", "u", "p", "a@b", true), ERR_INVALID);
}

static void masked(void **state)
{
    UNUSED(state);
    Arena a;
    arena_init(&a, 1 << 20);
    assert_true(str_eqc(mail_masked(&a, STR("bosai@city.example.jp")), "b…@city.example.jp"));
    assert_true(str_eqc(mail_domain(STR("bosai@city.example.jp")), "city.example.jp"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(message), cmocka_unit_test(injected), cmocka_unit_test(servers), cmocka_unit_test(masked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
