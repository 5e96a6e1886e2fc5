/* ask.c -- all answers of one incident: what to ask next, in which order people read, and the document that commands and api give. */
#include "law/judge.h"
#include "law/inside.h"

#include <stdlib.h>

LawVerdict *law_judge_all(Arena *a, LawJudge *j)
{
    LawVerdict *v = arena_array(a, LawVerdict, j->s->rules_n + 1);
    for (size_t i = 0; i < j->s->rules_n; i++) v[i] = law_judge_rule(a, j, (int)i, true);
    return v;
}

/* --- the order for people --------------------------------------------------------------------------------------------------------- */

typedef enum { READ_MET, READ_TURNS, READ_UNDECIDED, READ_COVERED, READ_NO_VERSION, READ_NOT_MET, READ_NOT_BOUND } ReadFirst;

static ReadFirst first_of(const LawVerdict *v)
{
    static const ReadFirst plain[VERDICTS] = {[VERDICT_MET] = READ_MET, [VERDICT_NOT_MET] = READ_NOT_MET, [VERDICT_UNDECIDED] = READ_UNDECIDED, [VERDICT_COVERED] = READ_COVERED,
        [VERDICT_NOT_BOUND] = READ_NOT_BOUND, [VERDICT_NO_VERSION] = READ_NO_VERSION};
    return v->turns ? READ_TURNS : plain[v->v.kind];
}

static int by_reading(const void *x, const void *y)
{
    const LawVerdict *a = *(const LawVerdict *const *)x, *b = *(const LawVerdict *const *)y;
    ReadFirst fa = first_of(a), fb = first_of(b);
    if (fa != fb) return fa < fb ? -1 : 1;
    if (a->turns && a->turn_at != b->turn_at) return a->turn_at < b->turn_at ? -1 : 1;
    return a->rule - b->rule; /* no two alike */
}

const LawVerdict **law_reading_order(Arena *a, const LawVerdict *v, size_t n)
{
    const LawVerdict **out = arena_array(a, const LawVerdict *, n + 1);
    for (size_t i = 0; i < n; i++) out[i] = &v[i];
    qsort(out, n, sizeof *out, by_reading);
    return out;
}

bool law_worth_saying(const LawVerdict *v, bool all)
{
    return v->v.kind != VERDICT_NOT_BOUND && (all || v->turns || v->v.kind != VERDICT_NOT_MET);
}

bool law_binding(const LawSet *s, const LawVerdict *v)
{
    return s->rules[v->rule].item->kind == LAW_RULE && !s->rules[v->rule].item->overlay && v->version && law_status_rows[v->version->status].opens;
}

bool law_only_unasked(const LawVerdict *v)
{
    return v->v.kind == VERDICT_UNDECIDED && !v->turns && v->v.origin == WHY_NOT_ASKED;
}

/* --- what to ask ------------------------------------------------------------------------------------------------------------------- */

enum { WHOLE = 12 }; /* of a set of one, two, three or four facts each is worth a whole share of it */
_Static_assert(DECIDING_FACTS_MAX <= 4, "shares of WHOLE are whole numbers");

typedef struct Asking { LawAsk *list; size_t n, cap; Arena *a; } Asking;

static LawAsk *asking(Asking *x, Ask ask)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->list[i].ask.fact == ask.fact && x->list[i].ask.aspect == ask.aspect) return &x->list[i];
    if (x->n == x->cap) {
        x->list = arena_grow(x->a, x->list, x->cap * sizeof *x->list, (x->cap + 32) * sizeof *x->list);
        x->cap += 32;
    }
    x->list[x->n] = (LawAsk){.ask = ask};
    return &x->list[x->n++];
}

/* Of one rule: the best of the sets that a question is in. */
static void worth_of(Asking *x, const LawVerdict *v)
{
    for (size_t i = 0; i < v->deciding_n; i++)
        for (int k = 0; k < v->deciding[i].n; k++) {
            LawAsk *ask = asking(x, v->deciding[i].asks[k]);
            int worth = WHOLE / v->deciding[i].n;
            if (worth > ask->best) ask->best = worth;
        }
    for (size_t i = 0; i < x->n; i++) {
        x->list[i].worth += x->list[i].best;
        x->list[i].rules += x->list[i].best > 0;
        x->list[i].settles += x->list[i].best == WHOLE;
        x->list[i].best = 0;
    }
}

static int by_worth(const void *x, const void *y)
{
    const LawAsk *a = x, *b = y;
    int pa = a->worth * b->cost, pb = b->worth * a->cost;
    if (pa != pb) return pa > pb ? -1 : 1;
    if (a->ask.fact != b->ask.fact) return a->ask.fact - b->ask.fact;
    return (int)a->ask.aspect - (int)b->ask.aspect;
}

size_t law_asks(Arena *a, const LawJudge *j, const LawVerdict *v, size_t n, LawAsk out[LAW_ASKS_MAX])
{
    Asking x = {.a = a};
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].v.kind == VERDICT_UNDECIDED && law_binding(j->s, &v[i])) worth_of(&x, &v[i]);
    for (size_t i = 0; i < x.n; i++) {
        int fact = x.list[i].ask.fact;
        x.list[i].cost = j->s->facts[fact].ask_cost > 0 ? j->s->facts[fact].ask_cost : 1;
        if (!(j->facts->values[fact].unknown & (WHY_PACK | WHY_CANNOT_KNOW))) x.list[kept++] = x.list[i];
    }
    if (kept) qsort(x.list, kept, sizeof *x.list, by_worth);
    if (kept > LAW_ASKS_MAX) kept = LAW_ASKS_MAX;
    if (kept) memcpy(out, x.list, kept * sizeof *out);
    return kept;
}

/* --- the document ------------------------------------------------------------------------------------------------------------------ */

const struct LawKnowerRow law_knower_rows[] = {{"operations", TEXT("運用の担当", "operations")}, {"planning", TEXT("企画・統計の担当", "planning")}, {"engineering", TEXT("設備・技術の担当", "engineering")},
    {"legal", TEXT("法務の担当", "legal")}, {"management", TEXT("経営層", "management")}, {"privacy", TEXT("個人情報の担当", "privacy")}};
const size_t law_knower_rows_n = COUNT(law_knower_rows);

Text law_knower(Str code)
{
    for (size_t i = 0; i < law_knower_rows_n; i++)
        if (str_eqc(code, law_knower_rows[i].code)) return law_knower_rows[i].title;
    return text_of("", "");
}

static const char *const aspects[] = {[ASK_END] = "end", [ASK_ONSET] = "onset", [ASK_NUMBERS] = "numbers", [ASK_ONE_ACCIDENT] = "one_accident"};

static void ask_json(JsonOut *o, Arena *a, const LawSet *s, const LawAsk *ask)
{
    const LawFact *f = &s->facts[ask->ask.fact];
    json_open(o, '{');
    json_kstr(o, "fact", f->id);
    if (ask->ask.aspect != ASK_VALUE) json_kstr(o, "of", str_of(aspects[ask->ask.aspect]));
    json_key(o, STR("ask")), json_text(o, law_ask(a, s, ask->ask));
    json_kstr(o, "known_by", f->known_by);
    json_kint(o, "cost", ask->cost);
    json_kint(o, "rules", ask->rules);
    json_kint(o, "settles", ask->settles);
    json_close(o, '}');
}

static Err verdict_with_duties(JsonOut *o, Arena *a, LawJudge *j, const LawVerdict *v, bool explain)
{
    LawDue *dues = arena_array(a, LawDue, LAW_DUES_MAX);
    size_t n;
    TRY(law_duties(a, j, v, dues, LAW_DUES_MAX, &n));
    json_open(o, '{');
    json_key(o, STR("verdict")), law_verdict_json(o, a, j, v, explain);
    json_key(o, STR("duties")), json_open(o, '[');
    for (size_t i = 0; i < n; i++) law_due_json(o, a, j, &dues[i]);
    json_close(o, ']');
    json_close(o, '}');
    return ERR_NONE;
}

static void overlays_json(JsonOut *o, const Law *law)
{
    if (!law->overlays_n) return;
    json_key(o, STR("overlays")), json_open(o, '[');
    for (size_t i = 0; i < law->overlays_n; i++) {
        json_open(o, '{');
        json_kstr(o, "pack", law->overlays[i].name), json_kstr(o, "pack_version", law->overlays[i].version), json_kstr(o, "pack_hash", law->overlays[i].hash);
        json_key(o, STR("title")), json_text(o, law->overlays[i].title);
        json_close(o, '}');
    }
    json_close(o, ']');
}

Err law_answers_json(JsonOut *o, Arena *a, LawJudge *j, const LawVerdict *v, bool explain)
{
    LawAsk asks[LAW_ASKS_MAX];
    size_t n = law_asks(a, j, v, j->s->rules_n, asks);
    json_kstr(o, "pack", j->s->law->name), json_kstr(o, "pack_version", j->s->law->version), json_kstr(o, "pack_hash", j->s->law->content), json_kstr(o, "as_of", instant_text(a, j->facts->as_of));
    overlays_json(o, j->s->law);
    json_key(o, STR("verdicts")), json_open(o, '[');
    for (size_t i = 0; i < j->s->rules_n; i++)
        if (law_worth_saying(&v[i], explain)) TRY(verdict_with_duties(o, a, j, &v[i], explain));
    json_close(o, ']');
    json_key(o, STR("ask")), json_open(o, '[');
    for (size_t i = 0; i < n; i++) ask_json(o, a, j->s, &asks[i]);
    json_close(o, ']');
    return ERR_NONE;
}
