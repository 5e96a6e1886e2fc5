/* csv.c -- text out of whatever encoding, and field by field. */
#include "base/csv.h"

#include <iconv.h>

static bool converted(Arena *a, Str in, const char *from, Str *out)
{
    /* Everything is allocated before the handle opens: nothing may unwind past it. */
    size_t left = in.n, room = in.n * 3 + 16;
    char *to = arena_alloc(a, room), *at = to;
    char *source = (char *)str_c(a, in);
    iconv_t handle = iconv_open("UTF-8", from);
    if (handle == (iconv_t)-1) return false;
    bool ok = iconv(handle, &source, &left, &at, &room) != (size_t)-1 && !left;
    iconv_close(handle);
    *out = (Str){to, (size_t)(at - to)};
    return ok;
}

static Err as_utf8(Arena *a, Str in, Str *out)
{
    bool ok;
    if (str_starts(in, STR("\xef\xbb\xbf"))) *out = str_slice(in, 3, in.n), ok = true;
    else if (str_starts(in, STR("\xff\xfe"))) ok = converted(a, str_slice(in, 2, in.n), "UTF-16LE", out);
    else if (str_starts(in, STR("\xfe\xff"))) ok = converted(a, str_slice(in, 2, in.n), "UTF-16BE", out);
    else if (str_is_utf8(in)) *out = in, ok = true;
    else ok = converted(a, in, "CP932", out);
    if (ok && str_is_utf8(*out)) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("文字コードを読み取れません。Excel の .xlsx か、UTF-8 または Shift_JIS の CSV で保存してください。",
                                     "The character encoding is not known. Save the file as .xlsx, or as CSV in UTF-8 or Shift_JIS."));
}

/* The sign that the first line has most of. */
static char divider(Str text)
{
    size_t tabs = 0, commas = 0, semicolons = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n && (quoted || text.s[i] != '\n'); i++) {
        if (text.s[i] == '"') quoted = !quoted;
        tabs += !quoted && text.s[i] == '\t';
        commas += !quoted && text.s[i] == ',';
        semicolons += !quoted && text.s[i] == ';';
    }
    if (tabs > commas && tabs >= semicolons) return '\t';
    return semicolons > commas ? ';' : ',';
}

/* One field from text[*at]; leaves *at on the divider, the line end or the end. */
static bool field(Arena *a, Str text, size_t *at, char divide, Str *out)
{
    size_t i = *at, from = i;
    if (i >= text.n || text.s[i] != '"') {
        while (i < text.n && text.s[i] != divide && text.s[i] != '\n' && text.s[i] != '\r')
            i++;
        *out = str_slice(text, from, i);
        *at = i;
        return true;
    }
    Buf b;
    buf_init(&b, a, 16);
    for (i++; i < text.n; i++) {
        if (text.s[i] == '"' && i + 1 < text.n && text.s[i + 1] == '"') i++;
        else if (text.s[i] == '"') break;
        else if (text.s[i] == '\r') continue;
        buf_byte(&b, text.s[i]);
    }
    if (i >= text.n) return false;
    i++;
    *out = buf_str(&b);
    *at = i;
    return i >= text.n || text.s[i] == divide || text.s[i] == '\n' || text.s[i] == '\r';
}

static Err quote_error(Arena *a, size_t row)
{
    return err_text(ERR_INVALID, TEXT_FILL(a, "CSV の {0} 行目で引用符（\"）の対応が取れていません。",
                                     "The quotation marks in row {0} of the CSV do not match.", str_printf(a, "%zu", row + 1)));
}

Err csv_open(Arena *a, Str bytes, Csv *out)
{
    *out = (Csv){.a = a};
    TRY(as_utf8(a, bytes, &out->text));
    out->divide = divider(out->text);
    return ERR_NONE;
}

/* Past what ends the field: the divider, or the end of the row. */
static void next_place(Csv *c)
{
    if (c->at < c->text.n && c->text.s[c->at] == c->divide) {
        c->at++, c->column++;
        return;
    }
    if (c->at < c->text.n && c->text.s[c->at] == '\r') c->at++;
    if (c->at < c->text.n && c->text.s[c->at] == '\n') c->at++;
    c->row++, c->column = 0;
}

Err csv_next(Csv *c, bool *there, Str *out, size_t *row, size_t *column)
{
    *there = c->at < c->text.n;
    if (!*there) return ERR_NONE;
    if (!field(c->a, c->text, &c->at, c->divide, out)) return quote_error(c->a, c->row);
    *row = c->row, *column = c->column;
    next_place(c);
    return ERR_NONE;
}
