/* json.c -- JSON straight into a Buf. What is written is always valid JSON: bad bytes become U+FFFD. */
#include "base/base.h"

#include <math.h>
#include <stdlib.h>

static void before(JsonOut *j)
{
    if (j->comma) buf_byte(j->b, ',');
    j->comma = true;
}

void json_open(JsonOut *j, char bracket)
{
    before(j);
    buf_byte(j->b, bracket);
    j->comma = false;
}

void json_close(JsonOut *j, char bracket)
{
    buf_byte(j->b, bracket);
    j->comma = true;
}

/* Length of the well-formed UTF-8 character at the head of s, 0 when there is none. */
static size_t good_char(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80) return 1;
    size_t k = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC2 ? 2 : 0;
    if (!k || k > n || s[0] > 0xF4) return 0;
    for (size_t i = 1; i < k; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    if (s[0] == 0xE0 && s[1] < 0xA0) return 0;
    if (s[0] == 0xED && s[1] > 0x9F) return 0; /* surrogates */
    if (s[0] == 0xF0 && s[1] < 0x90) return 0;
    if (s[0] == 0xF4 && s[1] > 0x8F) return 0;
    return k;
}

static void escape(Buf *b, unsigned char c)
{
    switch (c) {
    case '"': buf_addc(b, "\\\""); break;
    case '\\': buf_addc(b, "\\\\"); break;
    case '\n': buf_addc(b, "\\n"); break;
    case '\r': buf_addc(b, "\\r"); break;
    case '\t': buf_addc(b, "\\t"); break;
    default: buf_printf(b, "\\u%04x", c);
    }
}

/* How many bytes at the head of s stand in JSON as they are. */
static size_t plain(const unsigned char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        size_t k = s[i] < 0x80 ? s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' : good_char(s + i, n - i);
        if (!k) break;
        i += k;
    }
    return i;
}

static void quoted(Buf *b, Str s)
{
    const unsigned char *p = (const unsigned char *)s.s;
    *buf_room(b, s.n + 2) = '"', buf_grew(b, 1);
    for (size_t i = 0; i < s.n;) {
        size_t k = plain(p + i, s.n - i);
        buf_add(b, (Str){s.s + i, k});
        i += k;
        if (i == s.n) break;
        if (p[i] < 0x80) escape(b, p[i]);
        else buf_addc(b, "\xEF\xBF\xBD");
        i++;
    }
    buf_byte(b, '"');
}

void json_key(JsonOut *j, Str key)
{
    before(j);
    quoted(j->b, key);
    buf_byte(j->b, ':');
    j->comma = false;
}

void json_str(JsonOut *j, Str s)
{
    before(j);
    quoted(j->b, s);
}

void json_id(JsonOut *j, Id id)
{
    before(j);
    char *p = buf_room(j->b, 38);
    p[0] = '"', id_write(id, p + 1), p[37] = '"';
    buf_grew(j->b, 38);
}

void json_int(JsonOut *j, int64_t v)
{
    before(j);
    buf_int(j->b, v);
}

void json_bool(JsonOut *j, bool v)
{
    before(j);
    buf_addc(j->b, v ? "true" : "false");
}

void json_number(JsonOut *j, double v)
{
    char digits[40];
    if (!isfinite(v)) {
        json_none(j);
        return;
    }
    for (int n = 15; n <= 17; n++) {
        snprintf(digits, sizeof digits, "%.*g", n, v);
        if (strtod(digits, NULL) == v) break;
    }
    json_raw(j, str_of(digits));
}

void json_none(JsonOut *j)
{
    before(j);
    buf_addc(j->b, "null");
}

void json_raw(JsonOut *j, Str json)
{
    before(j);
    buf_add(j->b, json);
}

void json_text(JsonOut *j, Text t)
{
    json_open(j, '{');
    json_kstr(j, "ja", t.in[JA]);
    json_kstr(j, "en", t.in[EN]);
    json_close(j, '}');
}
