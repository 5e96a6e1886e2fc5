/*
 * wording.c -- the text of a notice: a wording of the pack, its places filled from the facts; what is not known stays a visible blank. Beside it what the guideline expects, which is no law.
 */
#include "incident/parts.h"

#include <jansson.h>

static Str word_of(const json_t *o, const char *key) { return json_str_of(json_object_get(o, key)); }

const Text notice_blank = TEXT("［　　　］", "[________]");

typedef struct Wording { Fill fill; Text next; } Wording;

static Str place_text(const Wording *w, Str what, Lang l)
{
    Text t = str_eqc(what, "next") ? w->next : fill_item(&w->fill, what);
    return t.in[l].n ? t.in[l] : notice_blank.in[l];
}

/* Those of the wording itself, for what no fact tells, as well. */
static int64_t blanks_in(Str text)
{
    int64_t n = 0;
    for (size_t at; (at = str_find(text, notice_blank.in[JA])) != SIZE_MAX; n++) text = str_slice(text, at + notice_blank.in[JA].n, text.n);
    return n;
}

static Str filled(const Wording *w, Text t, Lang l)
{
    Buf b;
    Str rest = t.in[l], before, what;
    buf_init(&b, w->fill.c->a, t.in[l].n + 256);
    while (law_place(&rest, &before, &what)) buf_add(&b, before), buf_add(&b, place_text(w, what, l));
    buf_add(&b, before);
    return buf_str(&b);
}

static void text_json(JsonOut *j, const char *key, Text t)
{
    json_key(j, str_of(key)), json_open(j, '{');
    json_kstr(j, "ja", t.in[JA]), json_kstr(j, "en", t.in[EN]);
    json_close(j, '}');
}

/* --- the guideline ---------------------------------------------------------------------------------------------------------------------- */

static int64_t length_ms(const json_t *within)
{
    int64_t n = json_integer_value(json_object_get(within, "n"));
    Str unit = word_of(within, "unit");
    return n * (str_eqc(unit, "min") ? 60000 : str_eqc(unit, "h") ? 3600000 : 86400000);
}

/* yes, no, unknown: is it expected of this organisation? */
static const char *expected(const Wording *w, Str fact)
{
    int i = w->fill.judge && fact.n ? law_fact(w->fill.judge->s, fact) : NONE;
    if (i == NONE) return "unknown";
    const FactValue *v = &w->fill.judge->facts->values[i];
    return v->possible == 1 ? "yes" : !(v->possible & 1) ? "no" : "unknown";
}

static Err guide_json(JsonOut *j, const Wording *w, const json_t *guide, Str audience)
{
    Ctx *c = w->fill.c;
    Instant from = 0;
    Err e = ERR_NONE;
    const Value *onset = value_of(w->fill.incident, "occurred_at");
    bool known = str_eqc(word_of(guide, "from"), "onset") ? (onset->state == VALUE_KNOWN ? (from = onset->i, true) : false) : notice_last_out(c, w->fill.incident, audience, &from, &e);
    TRY(e);
    json_key(j, STR("guide")), json_open(j, '{');
    text_json(j, "words", law_text(guide, "words"));
    json_kstr(j, "force", word_of(guide, "force")), json_kstr(j, "status", word_of(json_object_get(guide, "check"), "status")), json_kstr(j, "source", word_of(guide, "source"));
    json_kstr(j, "expected", str_of(expected(w, word_of(guide, "of_whom"))));
    if (known) json_kstr(j, "by", instant_text(c->a, from + length_ms(json_object_get(guide, "within"))));
    json_close(j, '}');
    return ERR_NONE;
}

/* --- the report --------------------------------------------------------------------------------------------------------------------------- */

enum { STAGE, AUDIENCE, NEXT };
const Field wording_params[WORDING_PARAMS] = {
    [STAGE] = {.name = "stage", .kind = KIND_CHOICE, .label = TEXT("段階", "Stage"), .flags = REQUIRED, .choices = notice_stages, .choices_n = NOTICE_STAGES},
    [AUDIENCE] = {.name = "audience", .kind = KIND_CHOICE, .label = TEXT("相手", "Audience"), .flags = REQUIRED, .choices = notice_audiences, .choices_n = NOTICE_AUDIENCES},
    [NEXT] = {.name = "next_at", .kind = KIND_INSTANT, .label = TEXT("次のお知らせの約束", "Next notice promised")},
};

static Err wording_out(JsonOut *j, const Wording *w, const LawWording *n, Str audience)
{
    Text heading, text;
    for (Lang l = 0; l < LANGS; l++) heading.in[l] = filled(w, law_text(n->json, "heading"), l), text.in[l] = filled(w, law_text(n->json, "text"), l);
    json_kstr(j, "wording", n->id), json_kstr(j, "status", str_of(law_status_rows[n->status].code));
    text_json(j, "heading", heading), text_json(j, "text", text);
    json_kint(j, "blanks", blanks_in(text.in[JA]));
    const json_t *guide = json_object_get(n->json, "guide");
    return guide ? guide_json(j, w, guide, audience) : ERR_NONE;
}

Err wording_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Wording w = {.next = {{{0}}}};
    TRY(fill_incident(c, of, &w.fill));
    if (params[NEXT].state == VALUE_KNOWN) w.next = law_instant_text(c->a, params[NEXT].i);
    const LawWording *n = w.fill.judge ? law_wording(w.fill.judge->s, params[STAGE].text, params[AUDIENCE].text, day_in_japan(c->now)) : NULL;
    json_open(j, '{');
    if (n) TRY(wording_out(j, &w, n, params[AUDIENCE].text));
    json_close(j, '}');
    return ERR_NONE;
}
