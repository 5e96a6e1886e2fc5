/* compare.c -- what a pack quotes of a law against the official text of it: the same, moved, changed, gone. */
#include "law/statute.h"

const struct LawQuoteRow law_quote_rows[QUOTE_STATES] = {
    [QUOTE_SAME] = {"same", TEXT("同じ", "same")}, [QUOTE_MOVED] = {"moved", TEXT("移った", "moved")}, [QUOTE_CHANGED] = {"changed", TEXT("変わった", "changed")}, [QUOTE_GONE] = {"gone", TEXT("なくなった", "gone")},
};

/* --- which law ------------------------------------------------------------------------------------------------------------- */

static Str asked_source(const LawSet *s, Str asked)
{
    return text_at(law_entry(s->law->sources, asked), "id");
}

static bool same_words(Arena *a, Str x, Str y)
{
    Pieces p = statute_pieces(a, x), q = statute_pieces(a, y);
    return p.n == 1 && q.n == 1 && str_eq(p.list[0], q.list[0]);
}

Err law_statute_source(Arena *a, const LawSet *s, const Statute *t, Str asked, Str file, Str *id)
{
    size_t n = json_array_size(s->law->sources), k = 0;
    Str *valid = arena_array(a, Str, n + 1), by_title = {0};
    *id = asked_source(s, asked);
    if (asked.n && id->n) return ERR_NONE;
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(s->law->sources, i);
        Str law_id = text_at(o, "law_id");
        if (!str_eqc(text_at(o, "kind"), "jp-law")) continue;
        valid[k++] = text_at(o, "id");
        if (asked.n) continue;
        if (law_id.n && (str_eq(law_id, t->law_id) || str_find(file, law_id) != SIZE_MAX)) return *id = text_at(o, "id"), ERR_NONE;
        if (same_words(a, text_at(json_object_get(o, "title"), "ja"), t->title)) by_title = text_at(o, "id");
    }
    if (asked.n) return err_text(ERR_INVALID, not_a_word(a, asked, valid, k));
    *id = by_title;
    if (by_title.n) return ERR_NONE;
    return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "「{0}」はこのパックの出典（sources.json）にありません。別の名で載っているときは --source で指定してください。", "\"{0}\" is none of this pack's sources (sources.json). If it stands there by another name, say --source.", law_statute_title(a, t)));
}

/* --- one text ---------------------------------------------------------------------------------------------------------------- */

typedef struct Comparison {
    Arena *a;
    const LawSet *s;
    const Statute *t;
    Str source;
    Doc d;
    LawQuotes *out;
} Comparison;

static LawQuote *quote_new(Comparison *c, Str path, const json_t *cite)
{
    LawQuotes *out = c->out;
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        out->list = arena_grow(c->a, out->list, out->cap * sizeof *out->list, cap * sizeof *out->list);
        out->cap = cap;
    }
    LawQuote *q = &out->list[out->n++];
    *q = (LawQuote){.path = str_printf(c->a, "%.*s:%zu %.*s", STR_ARG(c->d.file), json_line(c->d.text, path), STR_ARG(path)), .cited = law_citation(c->a, c->s, cite)};
    return q;
}

/* As a citation says it. */
static Err place_label(Comparison *c, int64_t part, Text *out)
{
    Buf b;
    json_t *cite;
    buf_init(&b, c->a, 128);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kstr(&j, "src", c->source), json_key(&j, STR("at")), statute_at(&j, c->t, part);
    json_close(&j, '}');
    TRY(json_in(c->a, buf_str(&b), b.n, &cite));
    *out = law_citation(c->a, c->s, cite);
    return ERR_NONE;
}

static Err elsewhere(Comparison *c, const Pieces *p, LawQuote *q)
{
    int64_t parts[LAW_ELSEWHERE_MAX];
    q->elsewhere_n = statute_find(c->t, p, parts, COUNT(parts));
    for (size_t i = 0; i < q->elsewhere_n && i < COUNT(parts); i++) TRY(place_label(c, parts[i], &q->elsewhere[i]));
    return ERR_NONE;
}

/* Words that are not at their place: nearly there is changed, elsewhere is moved. */
static Err missed(Comparison *c, int64_t place, const Pieces *p, LawQuote *q)
{
    bool near = place != NO_PART && statute_near(c->a, c->t, place, p, &q->now);
    TRY(elsewhere(c, p, q));
    q->is = near ? QUOTE_CHANGED : q->elsewhere_n ? QUOTE_MOVED : place == NO_PART ? QUOTE_GONE : QUOTE_CHANGED;
    return ERR_NONE;
}

static const json_t *of_source(const Comparison *c, const json_t *cite) { return str_eq(text_at(cite, "src"), c->source) ? cite : NULL; }

static Err words_compare(Comparison *c, const json_t *cites, Str words, Str path)
{
    const json_t *first = NULL;
    Pieces p = statute_pieces(c->a, words);
    LawQuoteState is = QUOTE_GONE;
    for (size_t i = 0; i < json_array_size(cites) && is != QUOTE_SAME; i++) {
        const json_t *cite = of_source(c, json_array_get(cites, i));
        int64_t place = cite ? statute_place(c->a, c->t, json_object_get(cite, "at")) : NO_PART;
        if (place != NO_PART && statute_has(c->t, place, &p)) is = QUOTE_SAME, first = cite;
        first = first ? first : cite;
    }
    if (!first || !p.n) return ERR_NONE;
    LawQuote *q = quote_new(c, path, first);
    q->words = words, q->is = is;
    if (is != QUOTE_SAME) TRY(missed(c, statute_place(c->a, c->t, json_object_get(first, "at")), &p, q));
    c->out->by[q->is]++;
    return ERR_NONE;
}

/* A citation without words: is there such a place? */
static void place_compare(Comparison *c, const json_t *cite, Str path)
{
    LawQuote *q = quote_new(c, path, cite);
    q->is = statute_place(c->a, c->t, json_object_get(cite, "at")) == NO_PART ? QUOTE_GONE : QUOTE_SAME;
    c->out->by[q->is]++, c->out->places++;
}

static Err cite_compare(Comparison *c, const json_t *cite, Str path)
{
    Str quote = text_at(json_object_get(cite, "quote"), "ja");
    json_t *one;
    if (!of_source(c, cite)) return ERR_NONE;
    if (!quote.n) return place_compare(c, cite, path), ERR_NONE;
    one = json_pack("[O]", cite);
    if (!one) return err_of(ERR_FULL);
    Err e = words_compare(c, one, quote, path_of(c->a, path, "quote/ja"));
    json_decref(one);
    return e;
}

/* --- all of them --------------------------------------------------------------------------------------------------------------- */

/* `cites`: those of the nearest object around that has some. What is not known, said in other words, or a guideline's, is left out. */
static Err walk(Comparison *c, const json_t *v, const json_t *cites, Str path)
{
    const char *name;
    json_t *one;
    size_t i;
    const json_t *own = json_object_get(v, "cite");
    cites = own ? own : cites;
    json_array_foreach(own, i, one) TRY(cite_compare(c, one, path_at(c->a, path_of(c->a, path, "cite"), i)));
    Str words = text_at(json_object_get(v, "words"), "ja");
    if (words.n && cites) TRY(words_compare(c, cites, words, path_of(c->a, path, "words/ja")));
    json_object_foreach((json_t *)v, name, one)
        if ((json_is_object(one) || json_is_array(one)) && !words_have("cite words gaps readings unread examples guide", str_of(name))) TRY(walk(c, one, cites, path_of(c->a, path, name)));
    json_array_foreach(v, i, one)
        if (json_is_object(one) || json_is_array(one)) TRY(walk(c, one, cites, path_at(c->a, path, i)));
    return ERR_NONE;
}

static Err counting_walk(Comparison *c)
{
    static const char file[] = "counting.json";
    if (!json_array_size(c->s->law->counting)) return ERR_NONE;
    c->d = (Doc){.a = c->a, .file = str_of(file)};
    TRY(file_read(c->a, c->s->law->dir, c->d.file, LAW_FILE_MAX, &c->d.text));
    TRY(walk(c, c->s->law->counting, NULL, STR("counting")));
    return walk(c, c->s->law->rolls, NULL, STR("rolls"));
}

Err law_compare(Arena *a, const LawSet *s, const Statute *t, Str source, LawQuotes *out)
{
    Comparison c = {.a = a, .s = s, .t = t, .source = source, .out = out};
    *out = (LawQuotes){0};
    TRY(counting_walk(&c));
    for (size_t i = 0; i < s->law->n; i++) {
        c.d = item_doc(&s->law->items[i], a, NULL);
        if (s->law->items[i].kind == LAW_FORM) TRY(walk(&c, c.d.json, NULL, (Str){0}));
        else if (s->law->items[i].kind != LAW_INCIDENT) TRY(walk(&c, json_object_get(c.d.json, "versions"), NULL, STR("versions")));
    }
    return ERR_NONE;
}
