/*
 * gram.c -- overlapping two-character grams for Japanese search: 電力会社 → 電力 力会 会社. Each gram is written as code points in
 * hexadecimal, so that the plain word index of any database keeps it. Same grams on SQLite and PostgreSQL, hence same results.
 */
#include "base/base.h"

#include <utf8proc.h>

static bool splits(int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM: /* prolonged sound and iteration marks are letters here */
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_SO: return false;
    default: return true;
    }
}

static void put(Buf *b, int32_t first, int32_t second)
{
    if (b->n) buf_byte(b, ' ');
    if (second) buf_printf(b, "%x_%x", (unsigned)first, (unsigned)second);
    else buf_printf(b, "%x", (unsigned)first);
}

static void put_single(Buf *b, int32_t cp, bool query)
{
    put(b, cp, 0);
    if (query) buf_byte(b, '*');
}

Str grams_of(Arena *a, Str text, bool query)
{
    Str s = str_fold(a, text);
    Buf b;
    buf_init(&b, a, s.n * 4 + 16);
    int32_t last = 0;
    bool alone = false;
    for (size_t i = 0; i < s.n;) {
        int32_t cp;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s.s + i, (utf8proc_ssize_t)(s.n - i), &cp);
        if (k <= 0) cp = ' ', k = 1;
        i += (size_t)k;
        if (splits(cp)) {
            if (alone) put_single(&b, last, query);
            last = 0, alone = false;
            continue;
        }
        if (last) put(&b, last, cp);
        alone = !last;
        last = cp;
    }
    if (alone) put_single(&b, last, query);
    return buf_str(&b);
}
