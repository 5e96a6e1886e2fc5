/*
 * said.c -- the words of a duty in English. What was opened keeps the Japanese words of that day as its record; the English ones are looked up in the pack when it is
 * shown, and only where the pack still says the same in Japanese.
 */
#include "incident/parts.h"

#include <jansson.h>

static Text cited_words(Arena *a, const LawSet *s, const json_t *duty)
{
    const json_t *cites = json_object_get(duty, "cite");
    Text words = law_text(duty, "words");
    for (size_t i = 0; i < json_array_size(cites); i++) {
        Text cite = law_citation(a, s, json_array_get(cites, i));
        for (int l = 0; l < LANGS; l++) words.in[l] = str_join(a, words.in[l], words.in[l].n ? STR("\n") : STR(""), cite.in[l]);
    }
    return words;
}

static Text lines_of(Arena *a, const json_t *list)
{
    Text out = {0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        static const char *const keys[LANGS] = {[JA] = "ja", [EN] = "en"};
        for (int l = 0; l < LANGS; l++) out.in[l] = str_join(a, out.in[l], i ? STR("\n") : STR(""), json_str_of(json_object_get(one, keys[l])));
    }
    return out;
}

Text duty_words_of(Arena *a, const LawSet *s, const LawRule *rule, const json_t *duty, Str authority, DutyWord which)
{
    Text title = law_text(duty, "title");
    switch (which) {
    case DUTY_TITLE: return TEXT_FILL(a, "{0}（{1}）", "{2} ({3})", title.in[JA], rule->title.in[JA], title.in[EN], rule->title.in[EN]);
    case DUTY_AUTHORITY: return law_text(law_entry(s->law->authorities, authority), "title");
    case DUTY_WORDS: return cited_words(a, s, duty);
    case DUTY_CONTENTS: return lines_of(a, json_object_get(duty, "contents"));
    case DUTY_GUIDE: return law_text(json_object_get(duty, "guide"), "words");
    case DUTY_PENALTY: return law_text(json_object_get(duty, "penalty"), "words");
    case DUTY_WORD_KINDS: break;
    }
    return (Text){0};
}

/* --- of a record -------------------------------------------------------------------------------------------------------------- */

static const char *const names[DUTY_WORD_KINDS][2] = {{"title", "title_en"}, {"authority", "authority_en"}, {"words", "words_en"}, {"contents", "contents_en"}, {"guide", "guide_en"}, {"penalty", "penalty_en"}};

static void of_duty(Ctx *c, const LawSet *s, const LawRule *rule, const json_t *duty, Str authority, Record *r)
{
    for (int w = 0; w < DUTY_WORD_KINDS; w++) {
        Value *english = value_of(r, names[w][1]);
        const Value *kept = value_of(r, names[w][0]);
        if (kept->state != VALUE_KNOWN || english->state == VALUE_KNOWN) continue;
        Text now = duty_words_of(c->a, s, rule, duty, authority, (DutyWord)w);
        if (now.in[EN].n && str_eq(now.in[JA], kept->text)) put_text(english, now.in[EN]);
    }
}

/* Any version of the duty may be the one that it was opened by: the words tell. */
static void of_record(Ctx *c, const LawSet *s, Record *r)
{
    Str rest = value_of(r, "key")->text, of, id, authority;
    str_cut(&rest, '/', &of), str_cut(&rest, '/', &id), str_cut(&rest, '/', &authority);
    for (size_t i = 0; i < s->duties_n; i++) {
        const LawDuties *d = &s->duties[i];
        for (size_t v = 0; str_eq(d->id, of) && v < d->n; v++)
            for (size_t k = 0; k < d->versions[v].n; k++)
                if (str_eq(d->versions[v].duties[k].id, id)) of_duty(c, s, &s->rules[d->rule], d->versions[v].duties[k].json, authority, r);
    }
    for (int i = 0; i < STATUSES; i++)
        if (str_eq(law_status_rows[i].title.in[JA], value_of(r, "data_status")->text)) put_text(value_of(r, "data_status_en"), law_status_rows[i].title.in[EN]);
}

Err duty_say(Ctx *c, Record *const *list, size_t n)
{
    const LawSet *s = c->packs ? law_set(c->packs, (Str){0}) : NULL;
    for (size_t i = 0; s && i < n; i++)
        if (list[i]) of_record(c, s, list[i]);
    return ERR_NONE;
}

Text duty_said(const Record *duty, const char *name)
{
    Str kept = value_of(duty, name)->text;
    for (int w = 0; w < DUTY_WORD_KINDS; w++) {
        const Value *english = value_of(duty, names[w][1]);
        if (strcmp(name, names[w][0]) == 0 && english->state == VALUE_KNOWN) return (Text){{kept, english->text}};
    }
    return (Text){{kept, kept}};
}
