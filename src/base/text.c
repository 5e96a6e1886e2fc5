/* text.c -- text with its length, growing texts, Unicode by utf8proc. Never changes a text in place. */
#include "base/base.h"

#include <utf8proc.h>

Str str_of(const char *c)
{
    return c ? (Str){c, strlen(c)} : (Str){0};
}

Str str_copy(Arena *a, Str s)
{
    char *p = arena_raw(a, s.n + 1);
    if (s.n) memcpy(p, s.s, s.n);
    p[s.n] = '\0';
    return (Str){p, s.n};
}

const char *str_c(Arena *a, Str s)
{
    return str_copy(a, s).s;
}

static Str vprint(Arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    char few[256]; /* most are short: formatted once */
    int n = vsnprintf(few, sizeof few, format, args);
    char *p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    if (n >= (int)sizeof few) vsnprintf(p, (size_t)n + 1, format, again);
    else if (n > 0) memcpy(p, few, (size_t)n);
    va_end(again);
    return (Str){p, (size_t)(n < 0 ? 0 : n)};
}

Str str_printf(Arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str s = vprint(a, format, args);
    va_end(args);
    return s;
}

Str str_join(Arena *a, Str left, Str middle, Str right)
{
    Buf b;
    buf_init(&b, a, left.n + middle.n + right.n);
    buf_add(&b, left);
    buf_add(&b, middle);
    buf_add(&b, right);
    return buf_str(&b);
}

bool str_eq(Str a, Str b)
{
    return a.n == b.n && (!a.n || memcmp(a.s, b.s, a.n) == 0);
}

bool str_eqc(Str a, const char *c)
{
    return str_eq(a, str_of(c));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(Str a, Str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.s[i]) != lower(b.s[i])) return false;
    return true;
}

int str_cmp(Str a, Str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.s, b.s, n) : 0;
    return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(Str s, Str head)
{
    return s.n >= head.n && str_eq(str_slice(s, 0, head.n), head);
}

bool str_ends(Str s, Str tail)
{
    return s.n >= tail.n && str_eq(str_slice(s, s.n - tail.n, s.n), tail);
}

size_t str_find(Str s, Str part)
{
    if (!part.n) return 0;
    if (s.n < part.n) return SIZE_MAX;
    const char *p = memmem(s.s, s.n, part.s, part.n);
    return p ? (size_t)(p - s.s) : SIZE_MAX;
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.n) to = s.n;
    if (from >= to) return (Str){s.s, 0};
    return (Str){s.s + from, to - from};
}

static size_t blank_at(Str s, size_t i)
{
    if (s.s[i] == ' ' || (s.s[i] >= '\t' && s.s[i] <= '\r')) return 1;
    return s.n - i >= 3 && memcmp(s.s + i, "\xE3\x80\x80", 3) == 0 ? 3 : 0; /* U+3000 */
}

static size_t blank_before(Str s, size_t end)
{
    if (end >= 3 && memcmp(s.s + end - 3, "\xE3\x80\x80", 3) == 0) return 3;
    return blank_at(s, end - 1) == 1 ? 1 : 0;
}

Str str_trim(Str s)
{
    size_t from = 0, to = s.n, k;
    while (from < to && (k = blank_at(str_slice(s, 0, to), from)) > 0)
        from += k;
    while (to > from && (k = blank_before(s, to)) > 0)
        to -= k;
    return str_slice(s, from, to);
}

bool str_cut(Str *rest, char at, Str *head)
{
    if (!rest->n) return false;
    const char *p = memchr(rest->s, at, rest->n);
    size_t i = p ? (size_t)(p - rest->s) : rest->n;
    *head = str_slice(*rest, 0, i);
    *rest = str_slice(*rest, i + 1, rest->n);
    return true;
}

bool str_int(Str s, int64_t *out)
{
    bool minus = s.n && s.s[0] == '-';
    if (s.n == (size_t)minus) return false;
    int64_t v = 0; /* counted downwards: INT64_MIN has no positive twin */
    for (size_t i = minus; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9') return false;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.s[i] - '0', &v)) return false;
    }
    if (!minus && v == INT64_MIN) return false;
    *out = minus ? v : -v;
    return true;
}

/* Length of the character at i, its code point in *cp; 0 when it is not well formed. */
static size_t char_at(Str s, size_t i, int32_t *cp)
{
    utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s.s + i, (utf8proc_ssize_t)(s.n - i), cp);
    return k > 0 ? (size_t)k : 0;
}

bool str_is_utf8(Str s)
{
    int32_t cp;
    for (size_t i = 0, k; i < s.n; i += k) {
        k = char_at(s, i, &cp);
        if (!k || !cp) return false;
    }
    return true;
}

size_t str_chars(Str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.s[i] & 0xC0) != 0x80;
    return n;
}

double str_lines(Str s, double width)
{
    double lines = 1, used = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        double w = c < 0x80 ? 1 : 2;
        if ((c & 0xC0) == 0x80) continue;
        if (c == '\n' || used + w > width) lines++, used = 0;
        if (c != '\n') used += w;
    }
    return lines;
}

static Str map(Arena *a, Str s, int options)
{
    if (!str_is_utf8(s)) return str_copy(a, s);
    const utf8proc_uint8_t *in = (const utf8proc_uint8_t *)s.s;
    utf8proc_ssize_t len = (utf8proc_ssize_t)s.n;
    utf8proc_ssize_t n = utf8proc_decompose(in, len, NULL, 0, (utf8proc_option_t)options);
    if (n < 0) return str_copy(a, s);
    utf8proc_int32_t *points = arena_array(a, utf8proc_int32_t, (size_t)n + 1); /* ours: want of memory must not give another text */
    n = utf8proc_decompose(in, len, points, n, (utf8proc_option_t)options);
    if (n >= 0) n = utf8proc_reencode(points, n, (utf8proc_option_t)options);
    return n < 0 ? str_copy(a, s) : (Str){(const char *)points, (size_t)n};
}

Str str_nfkc(Arena *a, Str s)
{
    return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

Str str_fold(Arena *a, Str s)
{
    return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

static bool is_hidden(int32_t cp)
{
    return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2069) || cp == 0xFEFF;
}

bool str_has_control(Str s, bool newlines)
{
    int32_t cp;
    for (size_t i = 0, k; i < s.n; i += k) {
        k = char_at(s, i, &cp);
        if (!k) return true;
        if (cp == '\t' || (newlines && (cp == '\n' || cp == '\r'))) continue;
        if (cp < 32 || (cp >= 0x7F && cp < 0xA0) || is_hidden(cp)) return true;
    }
    return false;
}

void buf_init(Buf *b, Arena *a, size_t expected)
{
    *b = (Buf){.a = a, .s = arena_raw(a, expected + 1), .cap = expected + 1};
    b->s[0] = '\0';
}

static void grow(Buf *b, size_t more)
{
    size_t cap = (b->cap + more) * 2;
    b->s = arena_stretch(b->a, b->s, b->n, b->cap, cap);
    b->cap = cap;
}

char *buf_room(Buf *b, size_t more)
{
    if (b->cap - b->n <= more) grow(b, more);
    return b->s + b->n;
}

void buf_add(Buf *b, Str s)
{
    char *to = buf_room(b, s.n);
    if (s.n) memcpy(to, s.s, s.n);
    buf_grew(b, s.n);
}

void buf_addc(Buf *b, const char *c)
{
    buf_add(b, str_of(c));
}

void buf_byte(Buf *b, char c)
{
    *buf_room(b, 1) = c;
    buf_grew(b, 1);
}

void buf_int(Buf *b, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t n = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    if (v < 0) digits[--at] = '-';
    buf_add(b, (Str){digits + at, sizeof digits - at});
}

void buf_printf(Buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str s = vprint(b->a, format, args);
    va_end(args);
    buf_add(b, s);
}
