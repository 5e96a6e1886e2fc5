/*
 * assume.c -- what if: the facts of an incident with some of them taken otherwise, judged beside the facts as they are. Nothing is kept, and what comes out is no
 * verdict of anything that happened. Called by: commands, domain/incident.
 */
#include "law/judge.h"
#include "law/inside.h"

/* --- the facts taken otherwise ----------------------------------------------------------------------------------------------- */

typedef struct Assume { Arena *a; const LawSet *s; json_t *doc; const json_t *change; Mistakes *m; } Assume;

static void text_put(json_t *o, const char *key, Str text) { json_object_set_new(o, key, json_stringn(text.s, text.n)); }

static void keys_are(Assume *x)
{
    static const char *const keys[] = {"facts", "as_of", "until", "note"};
    Str valid[COUNT(keys)];
    const char *key;
    json_t *v;
    for (size_t i = 0; i < COUNT(keys); i++) valid[i] = str_of(keys[i]);
    json_object_foreach((json_t *)x->change, key, v) {
        bool known = false;
        for (size_t i = 0; i < COUNT(keys); i++) known = known || strcmp(key, keys[i]) == 0;
        if (!known) mistake_add(x->m, str_of(key), "unknown_field", not_a_word(x->a, str_of(key), valid, COUNT(valid)));
    }
    const json_t *facts = json_object_get(x->change, "facts");
    if (facts && !json_is_object(facts)) mistake_add(x->m, STR("facts"), "type", text_of("{\"facts\": {…}} の形で書きます。", "It is written {\"facts\": {…}}."));
    else if (!json_object_size(facts) && !json_object_get(x->change, "as_of") && !json_object_get(x->change, "until"))
        mistake_add(x->m, STR("facts"), "required", text_of("変えてみる事実か、until か、as_of を書きます。", "Facts to take otherwise, until, or as_of are needed."));
}

/* A number told for some classes leaves those of the others as they are. */
static void facts_put(Assume *x)
{
    const char *key;
    json_t *v, *facts = json_object_get(x->doc, "facts");
    json_object_foreach(json_object_get(x->change, "facts"), key, v) {
        json_t *old = json_object_get(json_object_get(facts, key), "by"), *by = json_object_get(v, "by");
        if (json_is_object(old) && json_is_object(by)) json_object_update(old, by);
        else json_object_set_new(facts, key, json_deep_copy(v));
    }
}

static bool most_of(const json_t *number, int64_t *out)
{
    const json_t *n = json_is_integer(number) ? number : json_object_get(number, "n") ? json_object_get(number, "n") : json_object_get(number, "hi");
    *out = json_integer_value(n);
    return json_is_integer(n) && *out >= 0;
}

static void clamp(json_t *o, const char *key, int64_t most)
{
    const json_t *n = json_object_get(o, key);
    if (json_is_integer(n) && json_integer_value(n) > most) json_object_set_new(o, key, json_integer(most));
}

/* Fewer are assumed to have suffered than rows of the time line say: those rows were too high as well. */
static void rows_follow(Assume *x, int timeline)
{
    const FactDef *d = &x->s->defs[timeline];
    const json_t *change = json_object_get(x->change, "facts");
    Str suffer = d->sufferers == NONE ? (Str){0} : x->s->facts[d->sufferers].id, classes = d->classes == NONE ? (Str){0} : x->s->facts[d->classes].id;
    const json_t *told = suffer.n ? json_object_get(change, str_c(x->a, suffer)) : NULL;
    json_t *rows = json_object_get(json_object_get(x->doc, "facts"), str_c(x->a, x->s->facts[timeline].id));
    if (!told || json_object_get(change, str_c(x->a, x->s->facts[timeline].id))) return;
    const json_t *set = classes.n ? json_object_get(json_object_get(x->doc, "facts"), str_c(x->a, classes)) : NULL;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i), *value = json_object_get(row, "value");
        const json_t *by = json_object_get(told, "by");
        Str class = text_at(row, "class");
        if (!class.n && json_array_size(set) == 1) class = json_str_of(json_array_get(set, 0));
        const json_t *number = by ? json_object_get(by, str_c(x->a, class)) : told;
        int64_t most;
        if (!most_of(number, &most)) continue;
        if (json_is_integer(value) && json_integer_value(value) > most) json_object_set_new(row, "value", json_integer(most));
        static const char *const ends[] = {"n", "lo", "hi"};
        for (size_t k = 0; k < COUNT(ends); k++) clamp(value, ends[k], most);
    }
}

/* What still goes on ends then. */
static void until_put(Assume *x, int timeline, Str until, size_t *ended)
{
    json_t *rows = json_object_get(json_object_get(x->doc, "facts"), str_c(x->a, x->s->facts[timeline].id));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        if (!str_eqc(text_at(row, "to"), "open")) continue;
        text_put(row, "to", until);
        ++*ended;
    }
}

static void moments_put(Assume *x, Instant now)
{
    const json_t *until = json_object_get(x->change, "until"), *as_of = json_object_get(x->change, "as_of");
    Instant end, from = now;
    size_t ended = 0;
    law_instant(text_at(x->doc, "as_of"), &from); /* the facts as they are may be those of another moment */
    end = from;
    if (until && !law_instant(json_str_of(until), &end)) {
        mistake_add(x->m, STR("until"), "type", text_of("時刻は 2026-11-20T14:24+09:00 の形です。", "An instant is written 2026-11-20T14:24+09:00."));
        return;
    }
    for (size_t i = 0; until && i < x->s->facts_n; i++)
        if (x->s->facts[i].type == FACT_TIMELINE) until_put(x, (int)i, json_str_of(until), &ended);
    if (until && !ended) mistake_add(x->m, STR("until"), "state", text_of("続いている影響がないので、いつまで続くかは決められません。", "Nothing goes on, so there is nothing that could last until then."));
    if (as_of) json_object_set(x->doc, "as_of", (json_t *)as_of);
    else text_put(x->doc, "as_of", instant_text(x->a, end > from ? end : from));
}

/* The changed document, as far as it can be made; NULL: there is nothing to change. */
static json_t *assumed(Arena *a, const LawSet *s, const json_t *saved, const json_t *change, Instant now, Mistakes *m)
{
    Assume x = {.a = a, .s = s, .doc = json_keep(a, json_deep_copy(saved)), .change = change, .m = m};
    if (!json_is_object(change)) {
        mistake_add(m, STR("facts"), "required", text_of("{\"facts\": {…}} の形で書きます。", "It is written {\"facts\": {…}}."));
        return NULL;
    }
    keys_are(&x);
    facts_put(&x);
    for (size_t i = 0; i < s->facts_n; i++)
        if (s->facts[i].type == FACT_TIMELINE) rows_follow(&x, (int)i);
    moments_put(&x, now);
    return x.doc;
}

/* --- both, side by side ---------------------------------------------------------------------------------------------------------- */

typedef struct Dues { LawDue list[LAW_DUES_MAX]; size_t n; } Dues;

static const LawDue *due_find(const Dues *d, const LawDue *like)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->list[i].of == like->of && d->list[i].duty == like->duty) return &d->list[i];
    return NULL;
}

static bool same_end(bool xk, const Period *x, bool yk, const Period *y) { return xk == yk && (!xk || x->end == y->end); }

static bool same_clock(const LawDue *x, const LawDue *y)
{
    return x->promptly == y->promptly && x->variant == y->variant && same_end(x->due.from_known, &x->due.from, y->due.from_known, &y->due.from) &&
           same_end(x->due.until_known, &x->due.until, y->due.until_known, &y->due.until) && x->first.until_known == y->first.until_known && (!x->first.until_known || x->first.until == y->first.until);
}

LawTurn law_turn(const LawDue *saved, const LawDue *assumed)
{
    bool was = saved && saved->is == TRI_TRUE, is = assumed && assumed->is == TRI_TRUE;
    if (!was && !is) return TURN_NONE;
    if (was != is) return is ? TURN_OPENS : TURN_GOES;
    return same_clock(saved, assumed) ? TURN_STAYS : TURN_MOVES;
}

static const char *const effects[] = {[TURN_OPENS] = "opens", [TURN_GOES] = "goes", [TURN_MOVES] = "moves", [TURN_STAYS] = "stays"};

static void effect_json(JsonOut *o, Arena *a, const LawWhatIf *w, const LawDue *saved, const LawDue *assumed)
{
    LawTurn t = law_turn(saved, assumed);
    if (t == TURN_NONE) return;
    json_open(o, '{');
    json_kstr(o, "effect", str_of(effects[t]));
    if (saved && saved->is == TRI_TRUE) json_key(o, STR("saved")), law_due_json(o, a, w->saved, saved);
    if (assumed && assumed->is == TRI_TRUE) json_key(o, STR("assumed")), law_due_json(o, a, w->assumed, assumed);
    json_close(o, '}');
}

static Err rule_json(JsonOut *o, Arena *a, const LawWhatIf *w, size_t rule)
{
    const LawVerdict *v = &w->v_saved[rule], *u = &w->v_assumed[rule];
    Dues *was = arena_new(a, Dues), *is = arena_new(a, Dues);
    TRY(law_duties(a, w->saved, v, was->list, LAW_DUES_MAX, &was->n));
    TRY(law_duties(a, w->assumed, u, is->list, LAW_DUES_MAX, &is->n));
    json_open(o, '{');
    json_kstr(o, "rule", w->saved->s->rules[rule].id);
    json_kbool(o, "changes", v->v.kind != u->v.kind);
    json_key(o, STR("saved")), law_verdict_json(o, a, w->saved, v, false);
    json_key(o, STR("assumed")), law_verdict_json(o, a, w->assumed, u, false);
    json_key(o, STR("duties")), json_open(o, '[');
    for (size_t i = 0; i < is->n; i++) effect_json(o, a, w, due_find(was, &is->list[i]), &is->list[i]);
    for (size_t i = 0; i < was->n; i++)
        if (!due_find(is, &was->list[i])) effect_json(o, a, w, &was->list[i], NULL);
    json_close(o, ']');
    json_close(o, '}');
    return ERR_NONE;
}

static void judged(Arena *a, const LawSet *s, const LawFacts *facts, LawJudge **j, LawVerdict **v)
{
    *j = law_judge_new(a, s);
    law_judge_begin(*j, facts);
    *v = law_judge_all(a, *j);
}

Err law_what_if(Arena *a, const LawSet *s, const json_t *saved, const json_t *change, Instant now, LawWhatIf *out)
{
    Mistakes m;
    mistakes_init(&m, a);
    TRY(law_facts(a, s, saved, now, &out->facts_saved));
    json_t *doc = assumed(a, s, saved, change, now, &m);
    Err e = doc ? law_facts(a, s, doc, now, &out->facts_assumed) : ERR_NONE;
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) mistake_add(&m, e.mistakes->list[i].path, e.mistakes->list[i].code, e.mistakes->list[i].text);
    TRY(err_mistakes(&m));
    TRY(e);
    judged(a, s, &out->facts_saved, &out->saved, &out->v_saved);
    judged(a, s, &out->facts_assumed, &out->assumed, &out->v_assumed);
    return ERR_NONE;
}

Err law_what_if_json(JsonOut *o, Arena *a, const LawWhatIf *w)
{
    const LawSet *s = w->saved->s;
    json_kbool(o, "assumption", true);
    json_kstr(o, "pack", s->law->name), json_kstr(o, "pack_version", s->law->version), json_kstr(o, "pack_hash", s->law->content);
    json_kstr(o, "as_of", instant_text(a, w->facts_saved.as_of)), json_kstr(o, "assumed_as_of", instant_text(a, w->facts_assumed.as_of));
    json_key(o, STR("verdicts")), json_open(o, '[');
    for (size_t i = 0; i < s->rules_n; i++)
        if (law_worth_saying(&w->v_saved[i], true) || law_worth_saying(&w->v_assumed[i], true)) TRY(rule_json(o, a, w, i));
    json_close(o, ']');
    return ERR_NONE;
}
