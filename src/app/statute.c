/* statute.c -- kaname pack law: what a pack quotes against the official XML of a law that somebody got from e-Gov; no database. */
#include "app/app.h"

#include "law/author.h"

enum { LAW_XML_MAX = 64 << 20 };

static Err xml_read(Run *r, Str path, Str *out)
{
    size_t slash = path.n;
    while (slash && path.s[slash - 1] != '/') slash--;
    return file_read(r->a, slash ? str_slice(path, 0, slash) : STR("."), str_slice(path, slash, path.n), LAW_XML_MAX, out);
}

static Text places_text(Run *r, const LawQuote *q)
{
    Text out = {{STR(""), STR("")}};
    for (size_t i = 0; i < q->elsewhere_n && i < LAW_ELSEWHERE_MAX; i++)
        out = TEXT_FILL(r->a, "{0}{1}{2}", "{3}{4}{5}", out.in[JA], i ? STR("、") : STR(""), q->elsewhere[i].in[JA], out.in[EN], i ? STR(", ") : STR(""), q->elsewhere[i].in[EN]);
    if (q->elsewhere_n <= LAW_ELSEWHERE_MAX) return out;
    Str more = number(r, (int64_t)(q->elsewhere_n - LAW_ELSEWHERE_MAX));
    return TEXT_FILL(r->a, "{0} ほか {1} か所", "{2} and {1} more", out.in[JA], more, out.in[EN]);
}

static void quote_say(Run *r, const LawQuote *q)
{
    Text is = law_quote_rows[q->is].title, at = places_text(r, q);
    Str mark = q->is == QUOTE_SAME ? STR("✓") : STR("✗");
    say(r, TEXT_FILL(r->a, "{0} {1}\n    {2}：{3}{4}", "{0} {1}\n    {5}: {6}{4}", mark, q->path, is.in[JA], q->cited.in[JA], q->words.n ? str_join(r->a, STR("「"), q->words, STR("」")) : STR(""), is.in[EN], q->cited.in[EN]));
    if (q->now.n) say(r, TEXT_FILL(r->a, "    今の文「{0}」", "    now: 「{0}」", q->now));
    if (q->elsewhere_n) say(r, TEXT_FILL(r->a, "    この語がある所：{0}", "    these words stand in: {1}", at.in[JA], at.in[EN]));
}

static void quote_json(JsonOut *o, const LawQuote *q)
{
    json_open(o, '{');
    json_kstr(o, "path", q->path), json_kstr(o, "is", str_of(law_quote_rows[q->is].code)), json_key(o, STR("cited")), json_text(o, q->cited);
    if (q->words.n) json_kstr(o, "words", q->words);
    if (q->now.n) json_kstr(o, "now", q->now);
    json_kint(o, "elsewhere_n", (int64_t)q->elsewhere_n), json_key(o, STR("elsewhere")), json_open(o, '[');
    for (size_t i = 0; i < q->elsewhere_n && i < LAW_ELSEWHERE_MAX; i++) json_text(o, q->elsewhere[i]);
    json_close(o, ']');
    json_close(o, '}');
}

static void all_say(Run *r, const LawQuotes *all)
{
    JsonOut *o = &r->json;
    for (LawQuoteState s = 0; r->o->json && s < QUOTE_STATES; s++) json_key(o, str_of(law_quote_rows[s].code)), json_int(o, (int64_t)all->by[s]);
    if (r->o->json) json_kint(o, "places_only", (int64_t)all->places), json_key(o, STR("citations")), json_open(o, '[');
    for (size_t i = 0; i < all->n; i++) {
        if (r->o->json) quote_json(o, &all->list[i]);
        quote_say(r, &all->list[i]);
    }
    if (r->o->json) json_close(o, ']');
    say(r, TEXT_FILL(r->a, "同じ {0}、移った {1}、変わった {2}、なくなった {3}（うち {4} は語のない引用で、その番号の所があることだけを確かめた）", "Same {0}, moved {1}, changed {2}, gone {3} (of these {4} quote no words: only that there is such a place was looked at)",
               number(r, (int64_t)all->by[QUOTE_SAME]), number(r, (int64_t)all->by[QUOTE_MOVED]), number(r, (int64_t)all->by[QUOTE_CHANGED]), number(r, (int64_t)all->by[QUOTE_GONE]), number(r, (int64_t)all->places)));
}

Err pack_compare(Run *r, const LawSet *s, Str path)
{
    Statute *t;
    Str bytes, source;
    LawQuotes all;
    TRY(xml_read(r, path, &bytes));
    TRY(law_statute(r->a, bytes, &t));
    TRY(law_statute_source(r->a, s, t, r->o->source, path, &source));
    TRY(law_compare(r->a, s, t, source, &all));
    if (r->o->json) json_kstr(&r->json, "law", law_statute_title(r->a, t)), json_kstr(&r->json, "source", source);
    say(r, TEXT_FILL(r->a, "{0}（{1}）", "{0} ({1})", law_statute_title(r->a, t), source));
    all_say(r, &all);
    if (all.by[QUOTE_SAME] < all.n) r->exit = EXIT_FAILED;
    return ERR_NONE;
}

Err pack_law_text(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("pack law 法令XML [--pack DIR] [--source 出典のID] です。", "It is pack law FILE.xml [--pack DIR] [--source ID]."));
    TRY(app_law(r, s));
    return pack_compare(r, s, r->o->words[1]);
}
