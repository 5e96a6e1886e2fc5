/*
 * Importer: one cell as people write it becomes a value. 1,200万円, 令和8年11月20日, ○, 3〜5, 未確認.
 */
#include "work/import_parts.h"

bool import_may_fill(const Field *f)
{
    return !(f->flags & (READONLY | DERIVED)) && f->kind != KIND_LIST;
}

/* How many bytes at the start of it are no part of a heading. */
static size_t mark_length(Str s)
{
    static const char *const marks[] = {"※", "(必須)", "(required)"};
    if (s.s[0] == ' ' || s.s[0] == '\n' || s.s[0] == '\r' || s.s[0] == '\t' || s.s[0] == '*') return 1;
    for (size_t k = 0; k < COUNT(marks); k++)
        if (s.s[0] == marks[k][0] && str_starts(s, str_of(marks[k]))) return strlen(marks[k]);
    return 0;
}

Str import_heading(Arena *a, Str s)
{
    Str f = str_fold(a, s);
    Buf b;
    buf_init(&b, a, f.n);
    for (size_t i = 0; i < f.n;) {
        size_t skip = mark_length(str_slice(f, i, f.n));
        if (!skip) buf_byte(&b, f.s[i]);
        i += skip ? skip : 1;
    }
    return buf_str(&b);
}

int64_t import_scale(Arena *a, Str heading, Str *bare)
{
    static const struct { const char *word; int64_t factor; } units[] = {
        {"千円)", 1000}, {"百万円)", 1000000}, {"万円)", 10000}, {"億円)", 100000000}, {"円)", 1}};
    Str h = import_heading(a, heading);
    *bare = h;
    size_t open = str_find(h, STR("("));
    if (open == SIZE_MAX || open == 0) return 1;
    Str inside = str_slice(h, open + 1, h.n);
    if (str_starts(inside, STR("単位:"))) inside = str_slice(inside, sizeof("単位:") - 1, inside.n);
    *bare = str_slice(h, 0, open);
    for (size_t i = 0; i < COUNT(units); i++)
        if (str_eqc(inside, units[i].word)) return units[i].factor;
    return 1;
}

static bool wrong(Mistakes *m, Str path, const char *code, Text text)
{
    mistake_add(m, path, code, text);
    return false;
}

static bool one_of(Str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqc(s, list[i])) return true;
    return false;
}

static bool read_bool(Str s, int64_t *out)
{
    static const char *const yes[] = {"○", "〇", "◯", "◎", "はい", "有", "有り", "あり", "該当", "true", "yes", "y", "1", "レ", "✓", "✔", "済"};
    static const char *const no[] = {"×", "✕", "✗", "x", "いいえ", "無", "無し", "なし", "非該当", "false", "no", "n", "0", "-", "未"};
    *out = one_of(s, yes, COUNT(yes));
    return *out || one_of(s, no, COUNT(no));
}

/* A decimal at the head of s, times 10^4 so that 1.5億 stays exact. */
static bool decimal(Str *s, int64_t *out)
{
    size_t i = 0;
    int64_t v = 0;
    int places = -1;
    for (; i < s->n; i++) {
        char c = s->s[i];
        if (c == ',') continue;
        if (c == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (c < '0' || c > '9') break;
        if (places >= 4) {
            if (c != '0') return false;
            continue;
        }
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_add_overflow(v, (int64_t)(c - '0'), &v)) return false;
        if (places >= 0) places++;
    }
    if (!i || s->s[0] == ',' || s->s[0] == '.') return false;
    for (int p = places < 0 ? 0 : places; p < 4; p++)
        if (__builtin_mul_overflow(v, (int64_t)10, &v)) return false;
    *s = str_slice(*s, i, s->n);
    *out = v;
    return true;
}

static bool skip(Str *s, const char *word)
{
    if (!str_starts(*s, str_of(word))) return false;
    *s = str_slice(*s, strlen(word), s->n);
    return true;
}

static int64_t unit_head(Str *s)
{
    if (skip(s, "億")) return 100000000;
    if (skip(s, "百万")) return 1000000;
    if (skip(s, "万")) return 10000;
    if (skip(s, "千")) return 1000;
    return 0;
}

/* Whole numbers with the units of Japanese counting: 1億2,000万, 1.5億, -300. */
static bool read_number(Str s, int64_t scale, int64_t *out)
{
    bool minus = skip(&s, "-") || skip(&s, "▲") || skip(&s, "△");
    int64_t sum = 0, v, last = INT64_MAX;
    if (!s.n) return false;
    while (s.n) {
        if (!decimal(&s, &v)) return false;
        int64_t unit = unit_head(&s), by = unit ? unit : last == INT64_MAX ? scale : 1;
        if (by >= last) return false; /* 万 after 億, never the other way round */
        last = by;
        if (__builtin_mul_overflow(v, by, &v) || v % 10000) return false;
        if (__builtin_add_overflow(sum, v / 10000, &sum)) return false;
        if (!unit && s.n) return false;
    }
    *out = minus ? -sum : sum;
    return true;
}

static Str without_tail(Str s, const char *const *tails, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Str tail = str_of(tails[i]);
        if (s.n > tail.n && str_ends(s, tail)) return str_trim(str_slice(s, 0, s.n - tail.n));
    }
    return s;
}

static bool read_clock(Str s, int64_t *ms)
{
    Str part;
    int64_t n[3] = {0}, thousandths = 0;
    size_t dot = str_find(s, STR("."));
    if (dot != SIZE_MAX) {
        if (s.n - dot != 4 || !str_int(str_slice(s, dot + 1, s.n), &thousandths) || thousandths < 0) return false;
        s = str_slice(s, 0, dot);
    }
    size_t parts = 0;
    while (str_cut(&s, ':', &part)) {
        if (parts == 3 || part.n > 2 || !str_int(part, &n[parts])) return false;
        parts++;
    }
    if (parts < 2 || n[0] < 0 || n[0] > 23 || n[1] < 0 || n[1] > 59 || n[2] < 0 || n[2] > 59) return false;
    *ms = ((n[0] * 60 + n[1]) * 60 + n[2]) * 1000 + thousandths;
    return true;
}

/* With an offset as written; without one it is Japan's clock. */
static bool read_instant(Arena *a, Str s, int64_t *out)
{
    Day d;
    int64_t ms = 0;
    Instant t;
    if (instant_parse(s, &t)) {
        *out = t;
        return true;
    }
    size_t blank = str_find(s, STR(" "));
    Str day = blank == SIZE_MAX ? s : str_slice(s, 0, blank);
    if (blank != SIZE_MAX && !read_clock(str_trim(str_slice(s, blank, s.n)), &ms)) return false;
    if (!day_parse_people(a, day, &d)) return false;
    *out = (int64_t)d * 86400000 + ms - 9 * 3600000;
    return true;
}

static bool read_day(Arena *a, Str s, bool is_date, int64_t *out)
{
    Day d;
    if (!day_parse_people(a, is_date ? str_slice(s, 0, 10) : s, &d)) return false;
    *out = d;
    return true;
}

/* The code that a cell means; empty: none. Labels in both languages, codes, and the words that sheets use. */
static Str code_of(Arena *a, const Field *f, Str text)
{
    Str key = import_heading(a, text);
    for (size_t i = 0; i < f->choices_n; i++) {
        const Choice *c = &f->choices[i];
        Str rest = str_of(c->aliases), one;
        if (str_eq(key, import_heading(a, c->code)) || str_eq(key, import_heading(a, c->label.in[JA])) || str_eq(key, import_heading(a, c->label.in[EN]))) return c->code;
        while (str_cut(&rest, '|', &one))
            if (one.n && str_eq(key, import_heading(a, one))) return c->code;
    }
    return (Str){0};
}

/* Levels by their names: 大, 中, 小. */
static bool read_level(Arena *a, const Field *f, Str s, int64_t *out)
{
    Str code = f->choices_n ? code_of(a, f, s) : (Str){0};
    return code.n && str_int(code, out);
}

static bool read_scalar(Arena *a, const Field *f, Str s, bool is_date, int64_t scale, int64_t *out)
{
    static const char *const counts[] = {"箇所", "か所", "人", "名", "件", "台", "個"};
    static const char *const yen[] = {"円", "yen", "jpy"};
    switch (f->kind) {
    case KIND_INT: return read_level(a, f, s, out) || read_number(without_tail(s, counts, COUNT(counts)), 1, out);
    case KIND_MONEY:
        if (!skip(&s, "¥")) skip(&s, "\\");
        return read_number(without_tail(str_trim(s), yen, COUNT(yen)), scale, out);
    case KIND_BOOL: return read_bool(s, out);
    case KIND_DATE: return read_day(a, s, is_date, out);
    case KIND_INSTANT: return read_instant(a, s, out);
    default: return false;
    }
}

static Text expected(const Field *f)
{
    switch (f->kind) {
    case KIND_INT: return text_of("整数を書いてください。", "Write a whole number.");
    case KIND_MONEY: return text_of("金額を書いてください（例: 12,000円、1,200万円）。", "Write an amount in yen (12,000 or 1,200万円).");
    case KIND_BOOL: return text_of("○ か × を書いてください（はい・いいえ、有・無も可）。", "Write yes or no (○ or × will do).");
    case KIND_DATE:
        return text_of("日付を書いてください（例: 2026-11-20、令和8年11月20日）。", "Write a date (2026-11-20, or 令和8年11月20日).");
    default: return text_of("日時を書いてください（例: 2026-11-20 14:30）。", "Write date and time (2026-11-20 14:30, Japan's clock).");
    }
}

static bool within(Arena *a, const Field *f, int64_t v, Str path, Mistakes *m)
{
    if (f->kind != KIND_INT && f->kind != KIND_MONEY) return true;
    if ((!f->min && !f->max) || (v >= f->min && v <= f->max)) return true;
    return wrong(m, path, "range", TEXT_FILL(a, "{0} から {1} までの値を書いてください。", "The value must be from {0} to {1}.",
        str_printf(a, "%lld", (long long)f->min), str_printf(a, "%lld", (long long)f->max)));
}

static bool is_unknown(Arena *a, const struct UnknownRow *row, Str s)
{
    Str rest = str_of(row->aliases), word;
    for (int lang = 0; lang < LANGS; lang++)
        if (str_eq(str_fold(a, row->label.in[lang]), s)) return true;
    while (str_cut(&rest, '|', &word))
        if (str_eq(str_fold(a, word), s)) return true;
    return str_eqc(s, row->code);
}

static bool read_unknown(Arena *a, Str s, Value *out)
{
    for (int i = 0; i < UNKNOWNS; i++) {
        if (!is_unknown(a, &unknown_rows[i], s)) continue;
        *out = (Value){VALUE_UNKNOWN, .i = i};
        return true;
    }
    return false;
}

static bool split_range(Str s, Str *low, Str *high)
{
    Str marks[] = {STR("〜"), STR("~"), STR("から")};
    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t at = str_find(s, marks[i]);
        if (at == SIZE_MAX) continue;
        *low = str_trim(str_slice(s, 0, at));
        *high = str_trim(str_slice(s, at + marks[i].n, s.n));
        return true;
    }
    return false;
}

static bool number_value(Arena *a, const Field *f, const Cell *cell, int64_t scale, Str path, Value *out, Mistakes *m)
{
    Str s = str_trim(str_fold(a, cell->text)), low, high;
    /* Folding has made T and Z small, which RFC 3339 times carry. */
    if (f->kind == KIND_INSTANT) s = str_trim(str_nfkc(a, cell->text));
    bool range = (f->flags & RANGE) && split_range(s, &low, &high);
    if ((f->flags & RANGE) && read_unknown(a, str_fold(a, s), out)) return true;
    *out = (Value){range ? VALUE_RANGE : VALUE_KNOWN};
    bool ok = read_scalar(a, f, range ? low : s, cell->is_date, scale, &out->i);
    if (range) ok = ok && read_scalar(a, f, high, false, scale, &out->hi) && out->i <= out->hi;
    if (!ok) return wrong(m, path, "type", expected(f));
    return within(a, f, out->i, path, m) && (!range || within(a, f, out->hi, path, m));
}

static bool choice_value(Arena *a, const Field *f, Str s, Str path, Value *out, Mistakes *m)
{
    Buf list;
    Str code = code_of(a, f, s);
    if (code.n) {
        *out = (Value){VALUE_KNOWN, .text = code};
        return true;
    }
    buf_init(&list, a, 64);
    for (size_t i = 0; i < f->choices_n && i < 20; i++)
        buf_printf(&list, "%s%.*s", i ? "、" : "", STR_ARG(f->choices[i].label.in[JA]));
    Buf en;
    buf_init(&en, a, 64);
    for (size_t i = 0; i < f->choices_n && i < 20; i++)
        buf_printf(&en, "%s%.*s", i ? ", " : "", STR_ARG(f->choices[i].label.in[EN]));
    Str shown = str_slice(str_trim(s), 0, 200);
    return wrong(m, path, "choice", TEXT_FILL(a, "「{0}」は選択肢にありません。次から選んでください: {1}", "“{0}” is not a choice. Choose one of: {2}",
        shown, buf_str(&list), buf_str(&en)));
}

static bool text_value(Arena *a, const Field *f, Str s, Str path, Value *out, Mistakes *m)
{
    bool many = f->kind == KIND_LONG;
    size_t max = f->max > 0 ? (size_t)f->max : many ? 10000 : 200;
    Buf b;
    s = str_trim(s);
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] != '\r') buf_byte(&b, !many && s.s[i] == '\n' ? ' ' : s.s[i]); /* a line end in a one-line cell is a blank */
    if (str_has_control(buf_str(&b), many))
        return wrong(m, path, "control", text_of("見えない制御文字が入っています。打ち直してください。", "It contains invisible control characters. Type it again."));
    if (str_chars(buf_str(&b)) > max)
        return wrong(m, path, "length", TEXT_FILL(a, "長すぎます（{0} 文字まで）。", "Too long (at most {0} characters).", str_printf(a, "%zu", max)));
    *out = (Value){VALUE_KNOWN, .text = buf_str(&b)};
    return true;
}

bool import_says_none(Arena *a, const Field *f, Str text)
{
    static const char *const dashes[] = {"-", "－", "ー", "―", "—", "–", "−", "--", "ｰ"};
    static const char *const words[] = {"なし", "無し", "無", "該当なし", "none", "n/a"};
    Str s = str_fold(a, str_trim(text));
    bool ref = f->kind == KIND_REF || f->kind == KIND_REFS;
    if (f->kind == KIND_BOOL || f->kind == KIND_TEXT || f->kind == KIND_LONG) return false;
    return one_of(s, dashes, COUNT(dashes)) || (ref && one_of(s, words, COUNT(words)));
}

/* "312345678" was a telephone number before a spreadsheet took it for a number. It is not known which zero went, so that it is asked. */
static bool lost_zero(const Field *f, const Cell *cell, Str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++)
        digits += s.s[i] >= '0' && s.s[i] <= '9';
    return (f->flags & PHONE) && digits == s.n && digits >= 8 && digits <= 11 && s.s[0] != '0' && (cell->is_number || digits <= 10);
}

bool import_value(Arena *a, const Field *f, const Cell *cell, int64_t scale, Str path, Value *out, Mistakes *m)
{
    *out = (Value){VALUE_NONE};
    if (!str_trim(cell->text).n || import_says_none(a, f, cell->text)) return true;
    if (lost_zero(f, cell, str_trim(str_nfkc(a, cell->text))))
        return wrong(m, path, "lost_zero", TEXT_FILL(a, "「{0}」は先頭の 0 が失われた電話番号のようです。表計算でセルを「文字列」にして打ち直してください。",
            "“{0}” looks like a telephone number whose leading 0 was lost. Make the cell a text and type it again.", cell->text));
    if (f->kind == KIND_TEXT || f->kind == KIND_LONG) return text_value(a, f, cell->text, path, out, m);
    if (f->kind == KIND_CHOICE) return choice_value(a, f, cell->text, path, out, m);
    return number_value(a, f, cell, scale, path, out, m);
}
