/*
 * complete.c -- does a report say what it must? Where the rule is known to a pack, what its duty asks (`contents`), in the words of the law; besides, what any report of
 * its kind says. That something is unknown is said as well; what stands without a heading is confirmed by who reads it.
 */
#include "authority/parts.h"

#include "law/judge.h"

#include <jansson.h>

enum { K_FIRST = 1 << 0, K_INTERIM = 1 << 1, K_DETAIL = 1 << 2, K_FINAL = 1 << 3, K_RETURN = 1 << 4, K_NOTICE = 1 << 5, K_FILING = 1 << 6, K_ALL = (1 << 7) - 1 }; /* in the order of report_kinds */

/* A need of the program, not of a law: without these nothing can be joined or counted. */
static const struct Need { const char *field; int kinds; } needs[] = {
    {"occurred_at", K_ALL & ~(K_NOTICE | K_FILING)}, {"service_class", K_FIRST | K_DETAIL | K_FINAL | K_RETURN}, {"users", K_FIRST | K_DETAIL | K_FINAL | K_RETURN},
    {"duration", K_DETAIL | K_FINAL | K_RETURN}, {"cause", K_DETAIL | K_FINAL | K_RETURN}, {"area", K_DETAIL | K_FINAL}, {"text", K_NOTICE | K_FILING},
};

/* Words of contents that a field of its own answers. */
static const struct Word { const char *item, *field; } words[] = {
    {"報告の日時", "received_at"}, {"発生の日時", "occurred_at"}, {"影響を受けた役務", "service_class"}, {"影響の範囲", "area"}, {"影響を受けた利用者数", "users"}, {"発生原因", "cause"},
};

/* --- what is asked ------------------------------------------------------------------------------------------------------------- */

static bool has_instant(const Value *v) { return v->state == VALUE_KNOWN || v->state == VALUE_RANGE; }

/* The day that chooses the version, as far as a report tells it; what is not told is taken as of its reception. */
static Day day_of_clock(const Record *r, LawClock clock)
{
    const Value *v = value_of(r, clock == CLOCK_OCCURRED ? "occurred_at" : clock == CLOCK_KNOWN ? "known_at" : "received_at");
    if (!has_instant(v)) v = value_of(r, "received_at");
    return day_in_japan(v->i);
}

static const LawDuty *duty_of_kind(const LawDutyVersion *v, Str kind)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_eq(v->duties[i].kind, kind)) return &v->duties[i];
    return NULL;
}

typedef struct Asked { const LawSet *set; const LawDuties *of; const LawDutyVersion *version; const LawDuty *duty; } Asked;

static Asked asked_by(const LawSet *s, const Record *r)
{
    int rule = law_rule(s, value_of(r, "rule")->text);
    for (size_t i = 0; rule >= 0 && i < s->duties_n; i++)
        for (size_t k = 0; s->duties[i].rule == rule && k < s->duties[i].n; k++) {
            const LawDutyVersion *v = &s->duties[i].versions[k];
            Day day = day_of_clock(r, v->chosen_by);
            if ((v->first != DAY_NONE && day < v->first) || (v->last != DAY_NONE && day > v->last)) continue;
            const LawDuty *duty = duty_of_kind(v, value_of(r, "kind")->text);
            if (duty) return (Asked){s, &s->duties[i], v, duty};
        }
    return (Asked){0};
}

static Asked asked_of(Ctx *c, const Record *r)
{
    const Laws *laws = c->packs ? c->packs->laws : NULL;
    for (size_t i = 0; laws && value_of(r, "rule")->state == VALUE_KNOWN && i < laws->n; i++) {
        Asked found = asked_by(&laws->sets[i], r);
        if (found.duty) return found;
    }
    return (Asked){0};
}

/* --- what is said -------------------------------------------------------------------------------------------------------------- */

static bool listed(Str list, Str item)
{
    Str rest = list, line;
    while (str_cut(&rest, '\n', &line))
        if (str_eq(str_trim(line), item)) return true;
    return false;
}

static Str after_colon(Str s)
{
    s = str_trim(s);
    if (str_starts(s, STR("："))) return str_trim(str_slice(s, STR("：").n, s.n));
    if (str_starts(s, STR(":"))) return str_trim(str_slice(s, 1, s.n));
    return s;
}

/* After a heading something is written, in its line or the next; a heading alone says nothing. */
static bool under_heading(Str text, Str item)
{
    for (size_t at; (at = str_find(text, item)) != SIZE_MAX;) {
        text = str_slice(text, at + item.n, text.n);
        Str rest = text, line = {0}, next = {0};
        str_cut(&rest, '\n', &line);
        str_cut(&rest, '\n', &next);
        if (after_colon(line).n || str_trim(next).n) return true;
    }
    return false;
}

static bool said_by_field(const Record *r, Str item)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eqc(item, words[i].item)) return value_of(r, words[i].field)->state != VALUE_NONE;
    return false;
}

static bool is_said(const Record *r, Str found, Str item)
{
    return listed(found, item) || said_by_field(r, item) || under_heading(value_of(r, "text")->text, item);
}

static void lacking(Lacks *x, Buf *b, Str item)
{
    if (x->n++) buf_byte(b, '\n');
    buf_add(b, item);
}

static int kind_bit(const Record *r)
{
    return 1 << choice_find(field_of(r->res, "kind"), value_of(r, "kind")->text);
}

/* Every line of `found` is one of the items asked. */
static void check_found(Ctx *c, Str found, const json_t *contents, Mistakes *m)
{
    Str rest = found, line;
    while (str_cut(&rest, '\n', &line)) {
        bool asked = !(line = str_trim(line)).n;
        for (size_t i = 0; i < json_array_size(contents); i++) asked |= str_eq(json_str_of(json_object_get(json_array_get(contents, i), "ja")), line);
        if (!asked) mistake_add(m, STR("found"), "choice", TEXT_FILL(c->a, "「{0}」は、この報告に求められる項目にありません。", "\"{0}\" is not among what this report is asked.", line));
    }
}

static Str against(Ctx *c, const Asked *x)
{
    if (!x->duty) return STR("パックに定めがないため、種類ごとの項目だけを確かめた");
    return str_printf(c->a, "%.*s@%.*s %.*s/%.*s（%.*s）", STR_ARG(x->set->law->name), STR_ARG(x->set->law->version), STR_ARG(x->of->id), STR_ARG(x->duty->id), STR_ARG(law_status_rows[x->version->status].title.in[JA]));
}

Lacks report_lacks(Ctx *c, const Record *r, Str found, Mistakes *m)
{
    Asked x = asked_of(c, r);
    const json_t *contents = x.duty ? json_object_get(x.duty->json, "contents") : NULL;
    Lacks out = {.by = against(c, &x)};
    Buf b;
    buf_init(&b, c->a, 256);
    check_found(c, found, contents, m);
    for (size_t i = 0; i < json_array_size(contents); i++) {
        Str item = json_str_of(json_object_get(json_array_get(contents, i), "ja"));
        if (!is_said(r, found, item)) lacking(&out, &b, item);
    }
    for (size_t i = 0; i < COUNT(needs); i++)
        if ((needs[i].kinds & kind_bit(r)) && value_of(r, needs[i].field)->state == VALUE_NONE) lacking(&out, &b, str_printf(c->a, "%.*s（項目）", STR_ARG(field_of(r->res, needs[i].field)->label.in[JA])));
    out.missing = buf_str(&b);
    return out;
}
