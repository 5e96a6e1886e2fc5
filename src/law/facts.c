/* facts.c -- the facts of an incident out of JSON (docs/rules.md): every mistake by its path; null, floats and what the vocabulary does not know are refused. */
#include "law/judge.h"
#include "law/inside.h"

typedef struct Read {
    Arena *a;
    const LawSet *s;
    Mistakes m;
    LawFacts *out;
    Str area[250], group[250]; size_t areas, groups; /* words of this incident, in the order of their appearance */
} Read;

static void wrong(Read *r, Str path, const char *code, Text why) { mistake_add(&r->m, path, code, why); }
static Text not_there(Read *r, Str word, const Str *valid, size_t n)
{
    if (!n) return TEXT_FILL(r->a, "「{0}」という語はありません。", "No such word: \"{0}\".", word);
    return not_a_word(r->a, word, valid, n);
}

static bool keys_are(Read *r, Str path, const json_t *o, const char *const *keys, size_t n)
{
    const char *key;
    json_t *v;
    Str valid[16];
    bool good = true;
    for (size_t i = 0; i < n; i++) valid[i] = str_of(keys[i]);
    json_object_foreach((json_t *)o, key, v) {
        size_t i = 0;
        while (i < n && strcmp(key, keys[i]) != 0) i++;
        if (i < n) continue;
        wrong(r, path_key(r->a, path, str_of(key)), "unknown_field", not_there(r, str_of(key), valid, n));
        good = false;
    }
    return good;
}

/* --- unknown ------------------------------------------------------------------------------------------------------------------ */

static const struct { const char *word; uint8_t bit; } unknowns[] = {{"not_asked", WHY_NOT_ASKED}, {"cannot_know", WHY_CANNOT_KNOW}, {"future", WHY_FUTURE}, {"pack", WHY_PACK}};

static bool is_unknown(Read *r, Str path, const json_t *v, FactType type, FactValue *out)
{
    const json_t *why = json_object_get(v, "unknown");
    Str valid[COUNT(unknowns)];
    if (!why) return false;
    *out = fact_unknown(type, WHY_NOT_ASKED);
    for (size_t i = 0; i < COUNT(unknowns); i++) {
        valid[i] = str_of(unknowns[i].word);
        if (!str_eqc(json_str_of(why), unknowns[i].word)) continue;
        out->unknown = unknowns[i].bit;
        keys_are(r, path, v, (const char *[]){"unknown", "note"}, 2);
        return true;
    }
    wrong(r, path_key(r->a, path, STR("unknown")), "choice", not_there(r, json_str_of(why), valid, COUNT(unknowns)));
    return true;
}

/* --- numbers ------------------------------------------------------------------------------------------------------------------- */

static bool number_at(Read *r, Str path, const json_t *o, const char *key, int64_t unit, int64_t *out)
{
    const json_t *v = json_object_get(o, key);
    int64_t n;
    if (!v) return false;
    if (!json_is_integer(v)) wrong(r, path_key(r->a, path, str_of(key)), "type", text_of("整数で書きます。", "A whole number."));
    else if ((n = json_integer_value(v)) < 0) wrong(r, path_key(r->a, path, str_of(key)), "range", text_of("0以上の数で書きます。", "The number cannot be negative."));
    else if (__builtin_mul_overflow(n, unit, out) || *out >= RULES_OPEN / 4) wrong(r, path_key(r->a, path, str_of(key)), "range", text_of("数が大きすぎます。", "The number is too large."));
    else return true;
    return false;
}

/* The unit of the fact, or another of the same kind (minutes for hours); users are never households. */
static int64_t unit_at(Read *r, Str path, const json_t *o, Str own, bool duration)
{
    Str word = text_at(o, "unit");
    static const Str times[] = {{"s", 1}, {"min", 3}, {"h", 1}, {"day", 3}};
    if (!json_object_get(o, "unit")) return law_unit(own) ? law_unit(own) : 1;
    if (str_eq(word, own)) return law_unit(own);
    for (size_t i = 0; duration && i < COUNT(times); i++)
        if (str_eq(word, times[i])) return law_unit(word);
    wrong(r, path_key(r->a, path, STR("unit")), "choice", TEXT_FILL(r->a, "単位「{0}」は使えません。ここでは「{1}」です。", "The unit \"{0}\" does not fit; here it is \"{1}\".", word, own));
    return 1;
}

static Range number_of(Read *r, Str path, const json_t *v, Str own, bool duration, bool *estimate)
{
    Range out = {0, RULES_OPEN};
    if (json_is_integer(v)) {
        json_t *o = json_pack("{s:O}", "n", v);
        if (o && number_at(r, path, o, "n", law_unit(own) ? law_unit(own) : 1, &out.lo)) out.hi = out.lo;
        json_decref(o);
        return out;
    }
    if (!json_is_object(v)) {
        wrong(r, path, "type", text_of("数は {\"n\": 30000} か {\"lo\": …, \"hi\": …} で書きます。", "A number is written {\"n\": 30000} or {\"lo\": …, \"hi\": …}."));
        return out;
    }
    keys_are(r, path, v, (const char *[]){"n", "lo", "hi", "unit", "estimate", "note"}, 6);
    int64_t unit = unit_at(r, path, v, own, duration), n;
    bool exact = json_object_get(v, "n"), range = json_object_get(v, "lo") || json_object_get(v, "hi");
    if (exact == range) wrong(r, path, "required", text_of("n か、lo と hi のどちらか（両方も可）を書きます。", "Either n, or lo and hi (one of them is enough)."));
    if (exact && number_at(r, path, v, "n", unit, &n)) out = (Range){n, n};
    if (range && number_at(r, path, v, "lo", unit, &n)) out.lo = n;
    if (range && number_at(r, path, v, "hi", unit, &n)) out.hi = n;
    if (out.hi < out.lo) wrong(r, path_key(r->a, path, STR("hi")), "range", text_of("上限が下限より小さくなっています。", "The upper bound is below the lower one."));
    const json_t *est = json_object_get(v, "estimate");
    if (est && !json_is_boolean(est)) wrong(r, path_key(r->a, path, STR("estimate")), "type", text_of("true か false です。", "true or false."));
    if (estimate) *estimate = json_is_true(est);
    return out;
}

static void count_read(Read *r, Str path, const json_t *v, const LawFact *f, FactValue *out)
{
    const json_t *by = json_object_get(v, "by");
    const char *key;
    json_t *one;
    if (!by) {
        out->range = number_of(r, path, v, f->unit, f->duration, &out->estimate);
        if (out->range.lo < out->range.hi) out->unknown = WHY_RANGE;
        return;
    }
    if (f->per == NONE || !json_is_object(by)) {
        wrong(r, path_key(r->a, path, STR("by")), "type", text_of("この事実は区分ごとには書けません。", "This fact is not given by class."));
        return;
    }
    const LawClass *k = &r->s->classes[r->s->facts[f->per].cls];
    Range *ranges = arena_array(r->a, Range, CODES_MAX);
    Str at = path_key(r->a, path, STR("by"));
    keys_are(r, path, v, (const char *[]){"by", "note"}, 2);
    json_object_foreach((json_t *)by, key, one) {
        int code = law_code(k, str_of(key));
        if (code == NONE) {
            wrong(r, path_key(r->a, at, str_of(key)), "choice", not_there(r, str_of(key), k->codes, k->n));
            continue;
        }
        ranges[code] = number_of(r, path_key(r->a, at, str_of(key)), one, f->unit, f->duration, NULL);
        if (ranges[code].lo < ranges[code].hi) out->unknown = WHY_RANGE;
        out->by_given |= (uint64_t)1 << code;
    }
    out->by = ranges;
    out->range = (Range){0, RULES_OPEN};
}

/* --- times ---------------------------------------------------------------------------------------------------------------------- */

static bool instant_at(Read *r, Str path, const json_t *v, Instant *out)
{
    if (json_is_string(v) && law_instant(json_str_of(v), out)) return true;
    wrong(r, path, "type", text_of("時刻は 2026-11-20T13:05+09:00 の形で書きます。", "A time is written 2026-11-20T13:05+09:00."));
    return false;
}

static Range time_of(Read *r, Str path, const json_t *v)
{
    Range out = {INT64_MIN, RULES_OPEN};
    if (!json_is_object(v)) {
        if (instant_at(r, path, v, &out.lo)) out.hi = out.lo;
        return out;
    }
    keys_are(r, path, v, (const char *[]){"earliest", "latest", "note"}, 3);
    const json_t *lo = json_object_get(v, "earliest"), *hi = json_object_get(v, "latest");
    if (!lo && !hi) wrong(r, path, "required", text_of("earliest か latest を書きます。", "earliest or latest is needed."));
    if (lo) instant_at(r, path_key(r->a, path, STR("earliest")), lo, &out.lo);
    if (hi) instant_at(r, path_key(r->a, path, STR("latest")), hi, &out.hi);
    if (out.hi < out.lo) wrong(r, path_key(r->a, path, STR("latest")), "range", text_of("latest が earliest より前です。", "latest is before earliest."));
    return out;
}

/* --- codes ---------------------------------------------------------------------------------------------------------------------- */

static uint64_t codes_of(Read *r, Str path, const json_t *list, const LawClass *k)
{
    uint64_t mask = 0;
    if (!json_is_array(list)) {
        wrong(r, path, "type", text_of("符号の並び [\"…\"] で書きます。", "A list of codes [\"…\"]."));
        return 0;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        Str word = json_str_of(json_array_get(list, i));
        int code = law_code(k, word);
        if (code == NONE) wrong(r, path_at(r->a, path, i), "choice", not_there(r, word, k->codes, k->n));
        else if (mask >> code & 1) wrong(r, path_at(r->a, path, i), "unique", TEXT_FILL(r->a, "「{0}」が二度あります。", "\"{0}\" is there twice.", word));
        else mask |= (uint64_t)1 << code;
    }
    return mask;
}

static uint64_t whole(const LawClass *k) { return k->n >= 64 ? UINT64_MAX : ((uint64_t)1 << k->n) - 1; }

static void choice_read(Read *r, Str path, const json_t *v, const LawClass *k, FactValue *out)
{
    if (json_is_object(v)) {
        keys_are(r, path, v, (const char *[]){"one_of", "note"}, 2);
        out->possible = codes_of(r, path_key(r->a, path, STR("one_of")), json_object_get(v, "one_of"), k);
        out->unknown = out->possible & (out->possible - 1) ? WHY_RANGE : 0;
        return;
    }
    Str word = json_str_of(v);
    int code = law_code(k, word);
    if (!json_is_string(v)) wrong(r, path, "type", text_of("符号を一つ書きます。", "One code."));
    else if (code == NONE) wrong(r, path, "choice", not_there(r, word, k->codes, k->n));
    else out->possible = out->sure = (uint64_t)1 << code;
}

static void set_read(Read *r, Str path, const json_t *v, const LawClass *k, FactValue *out)
{
    if (!json_is_object(v)) {
        out->sure = out->possible = codes_of(r, path, v, k);
        return;
    }
    keys_are(r, path, v, (const char *[]){"sure", "possible", "note"}, 3);
    const json_t *sure = json_object_get(v, "sure"), *possible = json_object_get(v, "possible");
    if (!sure && !possible) wrong(r, path, "required", text_of("sure か possible を書きます。", "sure or possible is needed."));
    out->sure = sure ? codes_of(r, path_key(r->a, path, STR("sure")), sure, k) : 0;
    out->possible = possible ? codes_of(r, path_key(r->a, path, STR("possible")), possible, k) | out->sure : whole(k);
    if (out->sure != out->possible) out->unknown = WHY_RANGE;
}

/* --- the time line ----------------------------------------------------------------------------------------------------------------- */

static uint8_t word_number(Read *r, Str path, Str word, Str *words, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(words[i], word)) return (uint8_t)i;
    if (*n == 250) {
        wrong(r, path, "range", text_of("250までです。", "At most 250 different ones."));
        return 0;
    }
    words[*n] = word;
    return (uint8_t)(*n)++;
}

static uint8_t code_at(Read *r, Str path, const json_t *o, const char *key, const LawClass *k, bool needed)
{
    Str word = text_at(o, key), at = path_key(r->a, path, str_of(key));
    int code = law_code(k, word);
    if (!json_object_get(o, key)) {
        if (needed) wrong(r, at, "required", text_of("必要です。", "It is needed."));
        return NO_CODE;
    }
    if (code == NONE) wrong(r, at, "choice", not_there(r, word, k->codes, k->n));
    return code == NONE ? NO_CODE : (uint8_t)code;
}

/* Areas are codes of the class "area" where the pack has one, else words of the incident. */
static uint8_t area_at(Read *r, Str path, const json_t *o)
{
    Str word = text_at(o, "area");
    for (size_t i = 0; i < r->s->classes_n; i++)
        if (str_eqc(r->s->classes[i].id, "area")) return code_at(r, path, o, "area", &r->s->classes[i], false);
    return word.n ? (uint8_t)(64 + word_number(r, path, word, r->area, &r->areas) % 180) : NO_CODE;
}

static void end_read(Read *r, Str path, const json_t *o, Segment *g)
{
    const json_t *to = json_object_get(o, "to"), *plan = json_object_get(o, "planned_end");
    Str at = path_key(r->a, path, STR("to"));
    Instant planned;
    g->open = str_eqc(json_str_of(to), "open");
    if (!to) wrong(r, at, "required", text_of("終わりの時刻か open（続いている）が要ります。", "The end, or \"open\" while it goes on, is needed."));
    else if (!g->open) g->to = time_of(r, at, to);
    if (plan) instant_at(r, path_key(r->a, path, STR("planned_end")), plan, &planned);
    if (!to || g->open) {
        if (g->from.lo > r->out->as_of) wrong(r, path_key(r->a, path, STR("from")), "range", text_of("判定の時刻より後に始まっています。", "It begins after the moment of judgement."));
        return;
    }
    if (g->to.hi <= g->from.lo) wrong(r, at, "range", text_of("終わりが始まりより前か同じです。", "It ends before it begins, or at once."));
    if (g->to.lo > r->out->as_of) wrong(r, at, "range", text_of("まだ来ていない時刻です。見込みなら to を open とし planned_end に書きます。", "That time has not come. A forecast goes into planned_end, with \"open\" in to."));
}

static void segment_read(Read *r, Str path, const json_t *o, const LawFact *f, Segment *g)
{
    static const char *const keys[] = {"from", "to", "kind", "class", "area", "group", "value", "planned_end", "note"};
    const FactDef *d = &r->s->defs[f - r->s->facts];
    *g = (Segment){.cls = NO_CODE, .area = NO_CODE, .value = {0, RULES_OPEN}, .from = {INT64_MIN, RULES_OPEN}};
    if (!json_is_object(o)) {
        wrong(r, path, "type", text_of("区間は { } で書きます。", "A segment is an object."));
        return;
    }
    keys_are(r, path, o, keys, COUNT(keys));
    const json_t *from = json_object_get(o, "from"), *value = json_object_get(o, "value");
    if (from) g->from = time_of(r, path_key(r->a, path, STR("from")), from);
    else wrong(r, path_key(r->a, path, STR("from")), "required", text_of("始まりの時刻が要ります。", "The beginning is needed."));
    end_read(r, path, o, g);
    if (f->kinds != NONE) g->kind = code_at(r, path, o, "kind", &r->s->classes[f->kinds], true);
    if (d->classes != NONE) g->cls = code_at(r, path, o, "class", &r->s->classes[r->s->facts[d->classes].cls], false);
    g->area = area_at(r, path, o);
    Str group = text_at(o, "group");
    if (group.n) g->group = (uint8_t)(1 + word_number(r, path, group, r->group, &r->groups));
    FactValue unknown;
    if (value && !is_unknown(r, path_key(r->a, path, STR("value")), value, FACT_COUNT, &unknown)) {
        g->value = number_of(r, path_key(r->a, path, STR("value")), value, f->unit, false, NULL);
        g->counted = true;
    }
}

static bool same_line(const Segment *a, const Segment *b) { return a->cls == b->cls && a->kind == b->kind && a->area == b->area && a->group == b->group; }

typedef struct Placed { const Segment *g; size_t at; } Placed;

static int by_line(const void *x, const void *y)
{
    const Segment *a = ((const Placed *)x)->g, *b = ((const Placed *)y)->g;
    if (a->cls != b->cls) return a->cls < b->cls ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    return a->from.hi != b->from.hi ? (a->from.hi < b->from.hi ? -1 : 1) : 0;
}

/* Sorted by line and onset only neighbours can overlap first. What surely overlaps is refused; ranges may touch. */
static void overlaps_check(Read *r, Str path, const Segment *g, size_t n)
{
    Placed *p = arena_array(r->a, Placed, n + 1);
    for (size_t i = 0; i < n; i++) p[i] = (Placed){&g[i], i};
    qsort(p, n, sizeof *p, by_line);
    for (size_t i = 1; i < n; i++) {
        const Segment *a = p[i - 1].g, *b = p[i].g;
        if (!same_line(a, b) || b->from.hi >= (a->open ? RULES_OPEN : a->to.lo)) continue;
        wrong(r, path_at(r->a, path, p[i].at), "range", TEXT_FILL(r->a, "同じ区分・種類・地域の区間 {0} と重なっています。", "It overlaps segment {0} of the same class, kind and area.", str_printf(r->a, "%zu", p[i - 1].at)));
    }
}

static void timeline_read(Read *r, Str path, const json_t *v, const LawFact *f, FactValue *out)
{
    size_t n = json_array_size(v), before = r->m.n;
    if (!json_is_array(v)) {
        wrong(r, path, "type", text_of("区間の並び [{…}] で書きます。何も影響がなければ [] です。", "A list of segments [{…}]; [] where nobody was hit."));
        return;
    }
    if (n > TIMELINE_MAX) {
        wrong(r, path, "range", TEXT_FILL(r->a, "区間は {0} までです（{1}）。", "At most {0} segments ({1} given).", str_printf(r->a, "%d", TIMELINE_MAX), str_printf(r->a, "%zu", n)));
        return;
    }
    Segment *g = arena_array(r->a, Segment, n);
    for (size_t i = 0; i < n; i++) segment_read(r, path_at(r->a, path, i), json_array_get(v, i), f, &g[i]);
    if (r->m.n == before) overlaps_check(r, path, g, n);
    out->segments = g, out->n = n;
}

/* --- one fact, all facts -------------------------------------------------------------------------------------------------------------- */

static bool has_null(const json_t *v)
{
    const char *key;
    json_t *one;
    size_t i;
    if (json_is_null(v)) return true;
    json_array_foreach(v, i, one)
        if (has_null(one)) return true;
    json_object_foreach((json_t *)v, key, one)
        if (has_null(one)) return true;
    return false;
}

static void nulls_name(Read *r, Str path, const json_t *v)
{
    const char *key;
    json_t *one;
    size_t i;
    if (json_is_null(v)) wrong(r, path, "type", text_of("null は使えません。分からないときは {\"unknown\": \"not_asked\"} と書きます。", "null is not allowed. What is not known is written {\"unknown\": \"not_asked\"}."));
    json_array_foreach(v, i, one)
        if (has_null(one)) nulls_name(r, path_at(r->a, path, i), one);
    json_object_foreach((json_t *)v, key, one)
        if (has_null(one)) nulls_name(r, path_key(r->a, path, str_of(key)), one);
}

/* null would be read as nothing, as zero or as "does not matter": wherever it stands. */
static bool nulls_refused(Read *r, Str path, const json_t *v)
{
    bool any = has_null(v);
    if (any) nulls_name(r, path, v);
    return any;
}

static void value_read(Read *r, Str path, const json_t *v, int fact)
{
    const LawFact *f = &r->s->facts[fact];
    FactValue *out = &r->out->values[fact];
    const LawClass *k = f->cls == NONE ? NULL : &r->s->classes[f->cls];
    if (nulls_refused(r, path, v)) return;
    if (is_unknown(r, path, v, f->type, out)) return;
    *out = (FactValue){0};
    if (f->type == FACT_COUNT) count_read(r, path, v, f, out);
    else if (f->type == FACT_TIME) {
        out->range = time_of(r, path, v);
        if (out->range.lo != out->range.hi) out->unknown = WHY_RANGE;
    } else if (f->type == FACT_TIMELINE) timeline_read(r, path, v, f, out);
    else if (f->type == FACT_BOOL) {
        if (!json_is_boolean(v)) wrong(r, path, "type", text_of("true か false です。", "true or false."));
        out->possible = json_is_true(v) ? 1 : 2;
    } else if (k && f->type == FACT_CHOICE) choice_read(r, path, v, k, out);
    else if (k) set_read(r, path, v, k, out);
}

/* A set with a few codes has no more than its class; a bool has two values. */
static FactValue nothing(const LawSet *s, int fact)
{
    FactValue v = fact_unknown(s->facts[fact].type, WHY_NOT_ASKED);
    if (s->facts[fact].cls != NONE) v.possible = whole(&s->classes[s->facts[fact].cls]);
    return v;
}

/* Segments say which classes were hit; where only one was, they need not repeat it. */
static void classes_settle(Read *r, int fact)
{
    FactValue *v = &r->out->values[fact];
    int classes = r->s->defs[fact].classes;
    if (classes == NONE) return;
    FactValue *set = &r->out->values[classes];
    uint64_t seen = 0, only = set->sure == set->possible && set->sure && !(set->sure & (set->sure - 1)) ? set->sure : 0;
    Segment *g = (Segment *)v->segments; /* made by timeline_read a moment ago */
    for (size_t i = 0; i < v->n; i++) {
        if (g[i].cls == NO_CODE && only) g[i].cls = (uint8_t)__builtin_ctzll(only);
        if (g[i].cls != NO_CODE) seen |= (uint64_t)1 << g[i].cls;
    }
    if (seen & ~set->possible)
        wrong(r, str_join(r->a, STR("facts/"), r->s->facts[classes].id, STR("")), "range", text_of("時系列にある区分が含まれていません。", "A class of the time line is missing here."));
    if (set->sure != set->possible) set->sure |= seen;
}

static Range onset_of(const FactValue *v)
{
    Range r = {RULES_OPEN, RULES_OPEN};
    for (size_t i = 0; i < v->n; i++) {
        if (v->segments[i].from.lo < r.lo) r.lo = v->segments[i].from.lo;
        if (v->segments[i].from.hi < r.hi) r.hi = v->segments[i].from.hi;
    }
    return r;
}

/* When it happened is the first onset of a time line, where nobody says otherwise; nothing happened or became known after as_of. */
static void times_settle(Read *r)
{
    const LawSet *s = r->s;
    FactValue *occurred = &r->out->values[s->occurred], *known = &r->out->values[s->known];
    if (occurred->unknown & ~WHY_RANGE) {
        Range onset = {RULES_OPEN, RULES_OPEN};
        for (size_t i = 0; i < s->facts_n; i++) {
            Range o = onset_of(&r->out->values[i]);
            if (o.lo < onset.lo) onset.lo = o.lo;
            if (o.hi < onset.hi) onset.hi = o.hi;
        }
        if (onset.lo != RULES_OPEN) *occurred = (FactValue){.range = onset, .unknown = onset.lo == onset.hi ? 0 : WHY_RANGE};
    }
    FactValue *both[] = {occurred, known};
    for (size_t i = 0; i < 2; i++) {
        if (both[i]->range.lo > r->out->as_of) wrong(r, i ? STR("facts/known") : STR("facts/occurred"), "range", text_of("判定の時刻より後です。", "It lies after the moment of judgement."));
        if (both[i]->range.hi > r->out->as_of) both[i]->range.hi = r->out->as_of;
    }
}

/* At one moment more were hit than are said to have suffered at all. */
static void sufferers_check(Read *r, int fact)
{
    const FactValue *v = &r->out->values[fact];
    int suffer = r->s->defs[fact].sufferers;
    if (suffer == NONE || !v->n) return;
    const FactValue *said = &r->out->values[suffer];
    for (size_t i = 0; i < v->n; i++) {
        const Segment *g = &v->segments[i];
        bool own = g->cls != NO_CODE && (said->by_given >> (g->cls & 63) & 1);
        int64_t most = own ? said->by[g->cls].hi : said->by_given || (said->unknown & ~WHY_RANGE) ? RULES_OPEN : said->range.hi;
        if (g->value.lo <= most) continue;
        wrong(r, str_join(r->a, STR("facts/"), r->s->facts[suffer].id, STR("")), "range",
            TEXT_FILL(r->a, "時系列の区間 {0} の数より少なくなっています。", "It is fewer than segment {0} of the time line says.", str_printf(r->a, "%zu", i)));
        return;
    }
}

static void all_read(Read *r, const json_t *facts)
{
    const char *key;
    json_t *v;
    Str *valid = arena_array(r->a, Str, r->s->facts_n + 1);
    for (size_t i = 0; i < r->s->facts_n; i++) valid[i] = r->s->facts[i].id;
    json_object_foreach((json_t *)facts, key, v) {
        int fact = law_fact(r->s, str_of(key));
        Str path = str_join(r->a, STR("facts/"), str_of(key), STR(""));
        if (fact == NONE) wrong(r, path, "unknown_field", not_there(r, str_of(key), valid, r->s->facts_n));
        else value_read(r, path, v, fact);
    }
    if (r->m.n) return;
    for (size_t i = 0; i < r->s->facts_n; i++) {
        if (r->s->facts[i].type != FACT_TIMELINE) continue;
        classes_settle(r, (int)i);
        sufferers_check(r, (int)i);
    }
    times_settle(r);
}

Err law_facts(Arena *a, const LawSet *s, const json_t *doc, Instant now, LawFacts *out)
{
    static const char *const keys[] = {"facts", "as_of", "note", "id", "title", "story", "date", "expect"};
    Read *r = arena_new(a, Read);
    *r = (Read){.a = a, .s = s, .out = out};
    mistakes_init(&r->m, a);
    *out = (LawFacts){.values = arena_array(a, FactValue, s->facts_n + 1), .as_of = now, .json = json_object_get(doc, "facts")};
    for (size_t i = 0; i < s->facts_n; i++) out->values[i] = nothing(s, (int)i);
    if (!json_is_object(doc) || !json_is_object(out->json)) {
        wrong(r, STR("facts"), "required", text_of("{\"facts\": {…}} の形で書きます。", "It is written {\"facts\": {…}}."));
        return err_mistakes(&r->m);
    }
    keys_are(r, STR(""), doc, keys, COUNT(keys));
    if (json_object_get(doc, "as_of")) instant_at(r, STR("as_of"), json_object_get(doc, "as_of"), &out->as_of);
    all_read(r, out->json);
    return err_mistakes(&r->m);
}
