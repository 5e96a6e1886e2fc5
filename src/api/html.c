/* html.c -- HTML into a Buf, escaped. */
#include "api/html.h"

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void html_text(Buf *b, Str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *e = entity(s.s[i]);
        if (!e) continue;
        buf_add(b, str_slice(s, from, i)), buf_addc(b, e);
        from = i + 1;
    }
    buf_add(b, str_slice(s, from, s.n));
}

void html_fill(Buf *b, const char *shape, size_t n, const Str *args)
{
    for (const char *p = shape; *p;) {
        size_t plain = strcspn(p, "{");
        buf_add(b, (Str){p, plain});
        p += plain;
        if (!*p) return;
        bool place = p[1] >= '0' && p[1] <= '9' && p[2] == '}';
        if (!place) buf_byte(b, *p++); /* a brace of a style sheet */
        else {
            if ((size_t)(p[1] - '0') < n) html_text(b, args[p[1] - '0']);
            p += 3;
        }
    }
}
