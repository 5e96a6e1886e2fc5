/*
 * mark.c -- cairo writes the structure of a tagged file but does not say that there is one. This appends the catalogue once more with /MarkInfo, /Lang and
 * DisplayDocTitle (ISO 32000-1, 7.5.6 incremental updates, 14.7.1, 14.9.2). Reads only what cairo wrote: a classic table of references, a plain catalogue.
 */
#include "paper/press.h"

static Err broken(void)
{
    return err_text(ERR_BROKEN, text_of("PDFの目録が読めません（cairoの版が新しい可能性があります）。", "The catalogue of the PDF cannot be read (a newer cairo, perhaps)."));
}

static size_t last_of(Str s, Str part)
{
    for (size_t i = s.n >= part.n ? s.n - part.n + 1 : 0; i-- > 0;)
        if (memcmp(s.s + i, part.s, part.n) == 0) return i;
    return SIZE_MAX;
}

/* The number after `key`, which stands somewhere in s. */
static bool number_after(Str s, Str key, int64_t *out)
{
    size_t at = str_find(s, key), end;
    if (at == SIZE_MAX) return false;
    for (at += key.n; at < s.n && (s.s[at] == ' ' || s.s[at] == '\n'); at++) {}
    for (end = at; end < s.n && s.s[end] >= '0' && s.s[end] <= '9'; end++) {}
    return str_int(str_slice(s, at, end), out);
}

/* The catalogue between its brackets. */
static bool catalogue(Str pdf, int64_t root, Str *out)
{
    char head[40];
    int n = snprintf(head, sizeof head, "\n%lld 0 obj\n<<", (long long)root);
    size_t at = last_of(pdf, (Str){head, (size_t)n});
    if (at == SIZE_MAX) return false;
    Str rest = str_slice(pdf, at + (size_t)n, pdf.n);
    size_t end = str_find(rest, STR("\nendobj"));
    if (end == SIZE_MAX) return false;
    Str inner = str_trim(str_slice(rest, 0, end));
    *out = str_slice(inner, 0, inner.n >= 2 ? inner.n - 2 : 0);
    return str_ends(inner, STR(">>")) && str_find(inner, STR("/Catalog")) != SIZE_MAX;
}

Err pdf_mark(Arena *a, Str pdf, Lang lang, Str *out)
{
    int64_t before, root, size, info;
    size_t trailer = last_of(pdf, STR("trailer"));
    Str tail = trailer == SIZE_MAX ? (Str){0} : str_slice(pdf, trailer, pdf.n), inner;
    if (!number_after(tail, STR("startxref"), &before) || !number_after(tail, STR("/Root"), &root) || !number_after(tail, STR("/Size"), &size) || !number_after(tail, STR("/Info"), &info)) return broken();
    if (!catalogue(pdf, root, &inner)) return broken();
    Buf b;
    buf_init(&b, a, pdf.n + inner.n + 600);
    buf_add(&b, pdf);
    size_t object = b.n;
    buf_printf(&b, "%lld 0 obj\n<<%.*s", (long long)root, STR_ARG(inner));
    if (str_find(inner, STR("/MarkInfo")) == SIZE_MAX) buf_addc(&b, "   /MarkInfo << /Marked true >>\n");
    if (str_find(inner, STR("/Lang")) == SIZE_MAX) buf_printf(&b, "   /Lang (%s)\n", lang == JA ? "ja-JP" : "en");
    if (str_find(inner, STR("/ViewerPreferences")) == SIZE_MAX) buf_addc(&b, "   /ViewerPreferences << /DisplayDocTitle true >>\n");
    buf_addc(&b, ">>\nendobj\n");
    size_t table = b.n;
    buf_printf(&b, "xref\n%lld 1\n%010zu 00000 n \ntrailer\n<< /Size %lld\n   /Root %lld 0 R\n   /Info %lld 0 R\n   /Prev %lld\n>>\nstartxref\n%zu\n%%%%EOF\n", (long long)root, object, (long long)size, (long long)root,
               (long long)info, (long long)before, table);
    *out = buf_str(&b);
    return ERR_NONE;
}
