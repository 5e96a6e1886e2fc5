/* statute.c -- reads the official XML of a law; finds places and words in it. */
#include "law/statute.h"

#include <expat.h>

/* --- reading ------------------------------------------------------------------------------------------------------------- */

static const struct { const char *tag, *num; PartKind kind; } part_rows[] = {
    {"Law", NULL, PART_LAW}, {"MainProvision", NULL, PART_MAIN}, {"SupplProvision", "AmendLawNum", PART_SUPPL}, {"AppdxTable", "Num", PART_ANNEX}, {"Article", "Num", PART_ARTICLE}, {"Paragraph", "Num", PART_PARAGRAPH},
    {"Item", "Num", PART_ITEM}, {"Subitem1", "Num", PART_SUB1}, {"Subitem2", "Num", PART_SUB2}, {"Table", NULL, PART_TABLE}, {"TableRow", NULL, PART_ROW}, {"TableColumn", NULL, PART_CELL}, {"Sentence", NULL, PART_SENTENCE},
};

/* Within words: they do not end there. */
static const char inline_tags[] = "Ruby Rt Line Sup Sub";

typedef struct Reader {
    Arena *a;
    XML_Parser parser;
    Err err;
    Statute *out;
    size_t cap, depth, elements, open, skipped; /* open: the innermost part; skipped: depth of what is left out, 0: nothing */
    Str *caught;                                /* title, number or id: goes there */
    Buf run, text;
    bool label;                                 /* the first words of a row come next */
} Reader;

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static Str attribute(const char **list, const char *name)
{
    for (; name && *list; list += 2)
        if (!strcmp(local(list[0]), name)) return str_of(list[1]);
    return (Str){0};
}

static void stop(Reader *r, Err e)
{
    if (!r->err.kind) r->err = e;
    XML_StopParser(r->parser, XML_FALSE);
}

static void too_much(Reader *r) { stop(r, err_text(ERR_TOO_LARGE, text_of("法令XMLが大きすぎるか、入れ子が深すぎます。", "The XML of the law is too large, or nested too deep."))); }

static void no_doctype(void *user, const char *name, const char *system, const char *public, int internal)
{
    UNUSED(name), UNUSED(system), UNUSED(public), UNUSED(internal);
    stop(user, err_text(ERR_INVALID, text_of("DOCTYPE の宣言がある XML は、安全のため読みません。", "XML with a DOCTYPE declaration is not read, for safety.")));
}

/* NFKC without blanks, small っ as つ: old texts write よつて. */
static void words_add(Arena *a, Buf *b, Str raw)
{
    Str s = str_nfkc(a, raw);
    for (size_t i = 0; i < s.n;) {
        Str rest = str_slice(s, i, s.n);
        unsigned char c = (unsigned char)s.s[i];
        if (c <= ' ') i++;
        else if (str_starts(rest, STR("っ"))) buf_addc(b, "つ"), i += 3;
        else if (str_starts(rest, STR("ッ"))) buf_addc(b, "ツ"), i += 3;
        else buf_byte(b, s.s[i++]);
    }
}

/* 四　法第二十八条… → "4": a number by itself, up to a blank or the end. */
static Str label_of(Arena *a, Str raw)
{
    Str s = str_nfkc(a, str_trim(raw));
    size_t i = str_starts(s, STR("(")), from = i;
    int64_t n = 0;
    if (!numeral_read(s, &i, &n) || i == from) return (Str){0};
    Str rest = str_slice(s, i, s.n);
    if (from && str_starts(rest, STR(")"))) rest = str_slice(rest, 1, rest.n);
    if (str_starts(rest, STR("の項"))) rest = str_slice(rest, strlen("の項"), rest.n);
    return !rest.n || (unsigned char)rest.s[0] <= ' ' || rest.s[0] == '.' ? str_printf(a, "%lld", (long long)n) : (Str){0};
}

static void run_end(Reader *r)
{
    Str raw = buf_str(&r->run);
    if (r->caught) *r->caught = str_copy(r->a, str_trim(raw)), r->caught = NULL;
    else if (raw.n) {
        size_t before = r->text.n;
        words_add(r->a, &r->text, raw);
        if (r->label && r->text.n > before) {
            size_t row = r->open;
            while (row && r->out->list[row].kind != PART_ROW) row = r->out->list[row].up;
            r->out->list[row].num = row ? label_of(r->a, raw) : (Str){0}, r->label = false;
        }
    }
    r->run.n = 0;
    if (r->text.n > STATUTE_TEXT_MAX) too_much(r);
}

static void boundary(Reader *r)
{
    run_end(r);
    if (r->text.n && r->text.s[r->text.n - 1] != '\n') buf_byte(&r->text, '\n');
}

static void part_open(Reader *r, PartKind kind, Str num, bool proviso)
{
    Statute *t = r->out;
    if (t->n == STATUTE_PARTS_MAX) {
        too_much(r);
        return;
    }
    if (t->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        t->list = arena_grow(r->a, t->list, r->cap * sizeof *t->list, cap * sizeof *t->list);
        r->cap = cap;
    }
    t->list[t->n] = (StatutePart){kind, str_copy(r->a, num), proviso, r->open, t->n + 1, r->text.n, r->text.n};
    r->open = t->n++;
    if (kind == PART_ROW) r->label = true;
}

static bool is_left_out(const char *tag)
{
    static const char *const ends[] = {"Title", "Num", "Caption", "Label"};
    for (size_t i = 0; i < COUNT(ends); i++)
        if (str_ends(str_of(tag), str_of(ends[i]))) return true;
    return !strcmp(tag, "TOC") || !strcmp(tag, "Rt");
}

static Str *catch_of(Reader *r, const char *tag)
{
    Statute *t = r->out;
    Str *to = !strcmp(tag, "LawTitle") ? &t->title : !strcmp(tag, "LawNum") ? &t->law_num : !strcmp(tag, "LawId") ? &t->law_id : NULL;
    return to && !to->n ? to : NULL;
}

static PartKind kind_of(const char *tag, size_t *row)
{
    for (*row = 0; *row < COUNT(part_rows); (*row)++)
        if (!strcmp(tag, part_rows[*row].tag)) return part_rows[*row].kind;
    return PART_NONE;
}

static void element_start(void *user, const char *name, const char **at)
{
    Reader *r = user;
    const char *tag = local(name);
    size_t row;
    if (++r->depth > STATUTE_DEPTH_MAX || ++r->elements > STATUTE_ELEMENTS_MAX) {
        too_much(r);
        return;
    }
    if (!r->skipped && !words_have(inline_tags, str_of(tag))) boundary(r);
    if (r->skipped) return;
    PartKind kind = kind_of(tag, &row);
    r->caught = catch_of(r, tag);
    if (!r->caught && is_left_out(tag)) r->skipped = r->depth;
    else if (kind != PART_NONE && (r->open || kind <= PART_MAIN)) part_open(r, kind, attribute(at, part_rows[row].num), str_eqc(attribute(at, "Function"), "proviso"));
}

static void element_end(void *user, const char *name)
{
    Reader *r = user;
    const char *tag = local(name);
    size_t row;
    PartKind kind = kind_of(tag, &row);
    r->depth--;
    if (r->skipped) {
        if (r->depth < r->skipped) r->skipped = 0;
        return;
    }
    if (words_have(inline_tags, str_of(tag))) return;
    boundary(r);
    if (!r->open || r->out->list[r->open].kind != kind) return;
    StatutePart *p = &r->out->list[r->open];
    p->end = r->out->n, p->to = r->text.n;
    r->open = p->up;
}

static void characters(void *user, const char *s, int n)
{
    Reader *r = user;
    if (r->skipped || (!r->caught && !r->open)) return;
    buf_add(&r->run, (Str){s, (size_t)n});
    if (r->run.n > STATUTE_TEXT_MAX) too_much(r);
}

static void parser_free(void *parser) { XML_ParserFree(parser); }

static Err parse(Reader *r, Str bytes)
{
    enum { BLOCK = 1 << 20 };
    for (size_t at = 0;;) {
        size_t n = bytes.n - at < BLOCK ? bytes.n - at : BLOCK;
        enum XML_Status status = XML_Parse(r->parser, bytes.s + at, (int)n, at + n == bytes.n);
        if (r->err.kind) return r->err;
        if (status != XML_STATUS_OK)
            return err_text(ERR_INVALID, TEXT_FILL(r->a, "XML として読めません（{0} 行目）。", "This is not well-formed XML (line {0}).", str_printf(r->a, "%lu", (unsigned long)XML_GetCurrentLineNumber(r->parser))));
        at += n;
        if (at == bytes.n) return ERR_NONE;
    }
}

static Err read_all(Arena *a, Str bytes, Statute *out)
{
    Reader r = {.a = a, .out = out};
    if (bytes.n > STATUTE_BYTES_MAX) return err_of(ERR_TOO_LARGE);
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser) return err_of(ERR_FULL);
    arena_defer(a, parser_free, r.parser);
    buf_init(&r.run, a, 1024), buf_init(&r.text, a, 1 << 16);
    part_open(&r, PART_LAW, (Str){0}, false);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, element_start, element_end);
    XML_SetCharacterDataHandler(r.parser, characters);
    XML_SetStartDoctypeDeclHandler(r.parser, no_doctype);
    TRY(parse(&r, bytes));
    out->text = buf_str(&r.text);
    out->list[0].end = out->n, out->list[0].to = out->text.n;
    if (out->n < 2) return err_text(ERR_INVALID, text_of("標準法令XML（Law、MainProvision）ではありません。e-Gov 法令検索から得た XML を指定してください。", "This is not the XML of a Japanese law (Law, MainProvision). Take the XML that e-Gov gives."));
    return ERR_NONE;
}

Err law_statute(Arena *a, Str bytes, Statute **out)
{
    *out = arena_new(a, Statute);
    **out = (Statute){0};
    return read_all(a, bytes, *out);
}

Str law_statute_title(Arena *a, const Statute *t) { return t->law_num.n ? str_join(a, t->title, STR(" "), t->law_num) : t->title; }

/* --- places --------------------------------------------------------------------------------------------------------------- */

Str statute_words(const Statute *t, int64_t part) { return str_slice(t->text, t->list[part].from, t->list[part].to); }

static int64_t within(const Statute *t, int64_t part, PartKind kind, Str num)
{
    for (size_t i = (size_t)part + 1; part != NO_PART && i < t->list[part].end; i++)
        if (t->list[i].kind == kind && str_eq(t->list[i].num, num)) return (int64_t)i;
    return NO_PART;
}

/* 令和七年三月二八日総務省令第一四号 and 令和7年総務省令第14号 are the same: numbers as digits, without the day. */
static Str law_num_key(Arena *a, Str raw)
{
    Str s = str_nfkc(a, raw);
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n;) {
        int64_t n;
        size_t from = i;
        if (!numeral_read(s, &i, &n) || i == from) {
            i = from;
            buf_byte(&b, s.s[i++]);
        } else if (str_starts(str_slice(s, i, s.n), STR("月")) || str_starts(str_slice(s, i, s.n), STR("日"))) i += strlen("月");
        else buf_int(&b, n);
    }
    return buf_str(&b);
}

static int64_t suppl_part(Arena *a, const Statute *t, Str num)
{
    Str key = law_num_key(a, num);
    for (size_t i = 1; i < t->n; i++)
        if (t->list[i].kind == PART_SUPPL && (str_eq(law_num_key(a, t->list[i].num), key) || (!t->list[i].num.n && str_eqc(num, "制定")))) return (int64_t)i;
    return NO_PART;
}

/* Of tables whose rows have no numbers: the first table as a whole. */
static int64_t row_part(const Statute *t, int64_t part, Str num)
{
    int64_t row = within(t, part, PART_ROW, num), table = NO_PART;
    for (size_t i = part == NO_PART ? t->n : (size_t)part + 1; row == NO_PART && i < t->list[part].end; i++) {
        if (t->list[i].kind == PART_ROW && t->list[i].num.n) return NO_PART;
        if (t->list[i].kind == PART_TABLE && table == NO_PART) table = (int64_t)i;
    }
    return row == NO_PART ? table : row;
}

static int64_t proviso_part(const Statute *t, int64_t part)
{
    for (size_t i = part == NO_PART ? t->n : (size_t)part + 1; i < t->n && i < t->list[part].end; i++)
        if (t->list[i].kind == PART_SENTENCE && t->list[i].proviso) return (int64_t)i;
    return NO_PART;
}

static const struct { const char *key; PartKind kind; } steps[] = {{"art", PART_ARTICLE}, {"par", PART_PARAGRAPH}, {"item", PART_ITEM}, {"sub1", PART_SUB1}, {"sub2", PART_SUB2}};

int64_t statute_place(Arena *a, const Statute *t, const json_t *at)
{
    Str suppl = word_at(a, at, "suppl"), annex = word_at(a, at, "annex"), row = word_at(a, at, "row");
    int64_t part = suppl.n ? suppl_part(a, t, suppl) : annex.n ? within(t, 0, PART_ANNEX, annex) : within(t, 0, PART_MAIN, (Str){0});
    for (size_t i = 0; i < COUNT(steps); i++) {
        Str num = word_at(a, at, steps[i].key);
        if (num.n) part = within(t, part, steps[i].kind, num);
    }
    if (row.n) part = row_part(t, part, row);
    if (json_is_true(json_object_get(at, "proviso"))) part = proviso_part(t, part);
    return part != NO_PART && str_eqc(str_trim(statute_words(t, part)), "削除") ? NO_PART : part;
}

void statute_at(JsonOut *out, const Statute *t, int64_t part)
{
    static const char *const keys[PARTS] = {[PART_SUPPL] = "suppl", [PART_ANNEX] = "annex", [PART_ARTICLE] = "art", [PART_PARAGRAPH] = "par", [PART_ITEM] = "item", [PART_SUB1] = "sub1", [PART_SUB2] = "sub2", [PART_ROW] = "row"};
    json_open(out, '{');
    for (size_t i = (size_t)part; i; i = t->list[i].up) {
        const StatutePart *p = &t->list[i];
        if (keys[p->kind] && (p->num.n || p->kind == PART_SUPPL)) json_key(out, str_of(keys[p->kind])), json_str(out, p->num.n ? p->num : STR("制定"));
    }
    json_close(out, '}');
}

/* --- words ----------------------------------------------------------------------------------------------------------------- */

Pieces statute_pieces(Arena *a, Str words)
{
    static const char *const dividers[] = {" ", "\t", "\n", "　", "…"};
    Pieces p = {.n = 0};
    for (size_t i = 0, from = 0; i <= words.n && p.n < COUNT(p.list); i++) {
        size_t step = i == words.n ? 1 : 0;
        for (size_t k = 0; !step && k < COUNT(dividers); k++)
            if (str_starts(str_slice(words, i, words.n), str_of(dividers[k]))) step = strlen(dividers[k]);
        if (!step) continue;
        p.cells = p.cells || (i > from && i < words.n && !str_starts(str_slice(words, i, words.n), STR("…")));
        Buf b;
        buf_init(&b, a, 64);
        words_add(a, &b, str_slice(words, from, i));
        if (b.n) p.list[p.n++] = buf_str(&b);
        from = i + step, i = from - 1;
    }
    return p;
}

static bool number_before(Str text, size_t at)
{
    size_t i = at;
    while (i && ((unsigned char)text.s[i - 1] & 0xC0) == 0x80) i--;
    return i && numeral_stands(str_slice(text, i - 1, at), 0);
}

/* Where the piece, which may go over ends of sentences and cells, ends when it begins at `at`; SIZE_MAX: it does not. */
static size_t piece_at(Str text, size_t at, Str piece)
{
    size_t i = at, k = 0;
    for (; k < piece.n && i < text.n; i++) {
        if (text.s[i] == '\n' && k) continue;
        if (text.s[i] != piece.s[k++]) return SIZE_MAX;
    }
    bool number = numeral_stands(piece, 0);
    return k < piece.n || (number && (number_before(text, at) || numeral_stands(text, i))) ? SIZE_MAX : i;
}

static bool text_has(Str text, const Pieces *p)
{
    size_t at = 0, k = 0;
    while (k < p->n && at < text.n) {
        size_t end = piece_at(text, at, p->list[k]);
        if (end == SIZE_MAX) at++;
        else at = end, k++;
    }
    return p->n && k == p->n;
}

/* The next row of a part, after `i`; where the part ends: there is none. */
static size_t row_after(const Statute *t, int64_t part, size_t i)
{
    for (i++; i < t->list[part].end && t->list[i].kind != PART_ROW; i++) {}
    return i;
}

bool statute_has(const Statute *t, int64_t part, const Pieces *p)
{
    size_t end = t->list[part].end, row = p->cells ? row_after(t, part, (size_t)part) : end;
    if (row >= end) return text_has(statute_words(t, part), p);
    if (text_has(str_slice(t->text, t->list[part].from, t->list[row].from), p)) return true;
    for (; row < end; row = row_after(t, part, row))
        if (text_has(statute_words(t, (int64_t)row), p)) return true;
    return false;
}

static size_t find_in(const Statute *t, size_t part, const Pieces *p, int64_t *out, size_t max, size_t n)
{
    if (t->list[part].kind >= PART_CELL || !statute_has(t, (int64_t)part, p)) return n;
    size_t before = n;
    for (size_t i = part + 1; i < t->list[part].end; i = t->list[i].end) n = find_in(t, i, p, out, max, n);
    if (n > before) return n;
    if (n < max) out[n] = (int64_t)part;
    return n + 1;
}

size_t statute_find(const Statute *t, const Pieces *p, int64_t *out, size_t max) { return find_in(t, 0, p, out, max, 0); }

/* --- nearly there -------------------------------------------------------------------------------------------------------------- */

enum { NEAR_TEXT_MAX = 20000, NEAR_PIECE_MAX = 200, NEAR_SHOWN = 60, NEAR_ROWS = 3 };

/* Starts of the characters of a text, but for the newlines. */
static size_t characters_of(Str s, uint32_t *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max; i++)
        if (s.s[i] != '\n' && ((unsigned char)s.s[i] & 0xC0) != 0x80) out[n++] = (uint32_t)i;
    return n;
}

static bool same_character(Str x, size_t i, Str y, size_t k)
{
    do {
        if (x.s[i++] != y.s[k++]) return false;
    } while (i < x.n && k < y.n && ((unsigned char)x.s[i] & 0xC0) == 0x80);
    return (i == x.n || ((unsigned char)x.s[i] & 0xC0) != 0x80) && (k == y.n || ((unsigned char)y.s[k] & 0xC0) != 0x80);
}

/* The least number of characters to change so that the piece stands somewhere in the text, and where it ends there. */
static size_t distance(Arena *a, Str text, const uint32_t *at, size_t n, Str piece, size_t *length, size_t *end)
{
    uint32_t *chars = arena_array(a, uint32_t, NEAR_PIECE_MAX);
    size_t m = characters_of(piece, chars, NEAR_PIECE_MAX), best = m, column[NEAR_PIECE_MAX + 1];
    for (size_t k = 0; k <= m; k++) column[k] = k;
    for (size_t i = 0; i < n; i++) {
        size_t left = 0; /* of the column before, one up */
        for (size_t k = 1; k <= m; k++) {
            size_t up = column[k - 1] + 1, back = column[k] + 1, over = left + !same_character(text, at[i], piece, chars[k - 1]);
            left = column[k];
            column[k] = up < back ? up : back;
            if (over < column[k]) column[k] = over;
        }
        if (column[m] < best) best = column[m], *end = i + 1;
    }
    *length = m;
    return best;
}

static Str shown(Arena *a, Str text, const uint32_t *at, size_t n, size_t end)
{
    size_t from = end > NEAR_SHOWN ? end - NEAR_SHOWN : 0, to = end + NEAR_SHOWN < n ? end + NEAR_SHOWN : n;
    Str s = str_copy(a, str_slice(text, n ? at[from] : 0, to < n ? at[to] : text.n));
    char *bytes = arena_alloc(a, s.n + 1);
    memcpy(bytes, s.s, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (bytes[i] == '\n') bytes[i] = ' ';
    return str_join(a, from ? STR("…") : STR(""), str_trim((Str){bytes, s.n}), to < n ? STR("…") : STR(""));
}

/* How many characters differ, and how many there are. */
static size_t unlike(Arena *a, Str text, const Pieces *p, size_t *all, Str *now)
{
    uint32_t *at = arena_array(a, uint32_t, NEAR_TEXT_MAX);
    size_t n = characters_of(text, at, NEAR_TEXT_MAX), wrong = 0, first = 0;
    *all = 0;
    for (size_t k = 0; k < p->n; k++) {
        size_t length, end = 0;
        wrong += distance(a, text, at, n, p->list[k], &length, &end);
        *all += length;
        if (!first || end < first) first = end ? end : first;
    }
    if (n == NEAR_TEXT_MAX) text = str_slice(text, 0, at[n - 1]), n--;
    *now = shown(a, text, at, n, first < n ? first : n);
    return wrong;
}

bool statute_near(Arena *a, const Statute *t, int64_t part, const Pieces *p, Str *now)
{
    size_t all, best = SIZE_MAX, alike = 0;
    for (size_t row = p->cells ? row_after(t, part, (size_t)part) : SIZE_MAX; row < t->list[part].end; row = row_after(t, part, row)) {
        Str shows;
        size_t n = unlike(a, statute_words(t, (int64_t)row), p, &all, &shows);
        if (n < best) best = n, alike = 0;
        if (n == best && alike++ < NEAR_ROWS) *now = alike == 1 ? shows : str_join(a, *now, STR(" / "), shows);
    }
    if (best == SIZE_MAX) best = unlike(a, statute_words(t, part), p, &all, now);
    return best * 5 <= all * 2; /* two in five: 三万 for 四万 in 二時間 三万 */
}
