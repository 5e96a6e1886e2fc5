/* excerpt.c -- the piece of a text around what a search found, in the spelling of the record: ﾎﾟﾝﾌﾟ is found by ポンプ, and folding changes lengths. */
#include "record/sql.h"

static size_t char_start(Str s, size_t i)
{
    while (i < s.n && i && ((unsigned char)s.s[i] & 0xC0) == 0x80)
        i--;
    return i < s.n ? i : s.n;
}

static size_t chars_on(Str s, size_t at, int chars)
{
    while (at < s.n && chars-- > 0)
        do
            at++;
        while (at < s.n && ((unsigned char)s.s[at] & 0xC0) == 0x80);
    return at;
}

static size_t chars_back(Str s, size_t at, int chars)
{
    while (at && chars-- > 0)
        at = char_start(s, at - 1);
    return at;
}

/* Where the first hit ends in the spelling of the record: the shortest beginning whose folded form contains the word, by halving. */
static size_t hit_end(Arena *a, Str text, Str word)
{
    size_t low = 0, high = text.n;
    while (low < high) {
        size_t mid = char_start(text, low + (high - low) / 2);
        if (mid <= low) mid = chars_on(text, low, 1);
        if (str_find(str_fold(a, str_slice(text, 0, mid)), word) == SIZE_MAX) low = mid;
        else if (mid == high) break;
        else high = mid;
    }
    return high;
}

/* One line: breaks and tabs are blanks. */
static void add_flat(Buf *b, Str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_byte(b, (unsigned char)s.s[i] < 0x20 ? ' ' : s.s[i]);
}

bool excerpt_around(Arena *a, Str text, Str folded_word, Str *out)
{
    if (str_find(str_fold(a, text), folded_word) == SIZE_MAX) return false;
    size_t end = hit_end(a, text, folded_word), from = chars_back(text, end, (int)str_chars(folded_word) + 24), to = chars_on(text, end, 56);
    Buf b;
    buf_init(&b, a, to - from + 8);
    if (from) buf_addc(&b, "…");
    add_flat(&b, str_slice(text, from, to));
    if (to < text.n) buf_addc(&b, "…");
    *out = buf_str(&b);
    return true;
}
