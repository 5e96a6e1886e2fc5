/* clean.c -- text as paper can carry it. */
#include "paper/press.h"

#include <glib.h>

const Text paper_blank = TEXT("未記入", "to be filled in");

/* A joiner makes one picture of several; the others of these turn the direction of writing or are not seen at all. */
static bool is_hidden(gunichar c)
{
    return (c >= 0x200B && c <= 0x200F && c != 0x200D) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || (c >= 0xE0001 && c <= 0xE007F) || c == 0x061C;
}

Str paper_clean(Arena *a, Str s)
{
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n;) {
        gunichar c = g_utf8_get_char_validated(s.s + i, (gssize)(s.n - i));
        bool bad = c == (gunichar)-1 || c == (gunichar)-2 || !c;
        size_t n = bad ? 1 : (size_t)g_unichar_to_utf8(c, NULL);
        if (bad) buf_addc(&b, "\xEF\xBF\xBD");
        else if (c == '\n') buf_byte(&b, '\n');
        else if (c < 32 || (c >= 0x7F && c < 0xA0)) buf_addc(&b, c == '\r' ? "" : " ");
        else if (!is_hidden(c)) buf_add(&b, str_slice(s, i, i + n));
        i += n;
    }
    return buf_str(&b);
}

Text paper_instant(Arena *a, Instant t)
{
    Text day = day_people(a, day_in_japan(t));
    Str time = str_slice(instant_text(a, t + 9 * INT64_C(3600000)), 11, 16);
    return TEXT_FILL(a, "{0}　{2} 作成", "Made on {1}, {2} JST", day.in[JA], day.in[EN], time);
}
