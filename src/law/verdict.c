/* verdict.c -- which version of a rule applies, what it says, how far that can be trusted. */
#include "law/judge.h"
#include "law/inside.h"

LawJudge *law_judge_new(Arena *a, const LawSet *s)
{
    LawJudge *j = arena_new(a, LawJudge);
    *j = (LawJudge){.s = s, .j = judge_new(a, &s->set), .chosen = arena_array(a, uint32_t, s->rules_n + 1)};
    return j;
}

/* --- the clock that chooses ---------------------------------------------------------------------------------------------------- */

typedef LawDays Days;
enum { DAY_FIRST = INT32_MIN + 1, DAY_LAST = INT32_MAX };

static Days days_of(const FactValue *v, Instant as_of)
{
    Instant hi = v->range.hi > as_of ? as_of : v->range.hi;
    return (Days){v->range.lo == INT64_MIN ? DAY_FIRST : day_in_japan(v->range.lo), day_in_japan(hi)};
}

/* The day by which a periodic report is due, before closed days move it. */
static Day report_day(Day d, int per, PeriodLength within, bool due)
{
    PeriodFrame f;
    Period p;
    PeriodRule rule = {.counting = period_counting_of(STR("jp-period"))};
    if (d == DAY_FIRST || period_frame((PeriodFrameKind)per, d, &f).kind) return d;
    if (!due) return f.last;
    return period_count(&rule, within, period_after_day(f.last), &p).kind ? d : p.before;
}

static void clocks_read(LawJudge *j)
{
    const LawSet *s = j->s;
    for (LawClock c = 0; c < CLOCKS; c++) j->clocks[c] = days_of(&j->facts->values[c == CLOCK_KNOWN ? s->known : c == CLOCK_DESIGNATED ? s->designated : s->occurred], j->facts->as_of);
    if (j->clocks[CLOCK_KNOWN].lo == DAY_FIRST) j->clocks[CLOCK_KNOWN].lo = j->clocks[CLOCK_OCCURRED].lo; /* nobody knows before it happens */
}

static Days clock_days(const LawJudge *j, LawClock clock, int per, PeriodLength within)
{
    Days d = j->clocks[clock];
    if ((clock != CLOCK_REPORT_DUE && clock != CLOCK_PERIOD_END) || per == NONE) return d;
    bool due = clock == CLOCK_REPORT_DUE;
    Day lo = report_day(d.lo, per, within, due);
    return (Days){lo, d.hi == d.lo ? lo : report_day(d.hi, per, within, due)};
}

static bool covers(Day first, Day last, Days d)
{
    return (first == DAY_NONE || first <= d.hi) && (last == DAY_NONE || last >= d.lo);
}

void law_judge_begin(LawJudge *j, const LawFacts *facts)
{
    j->facts = facts;
    j->today = day_in_japan(facts->as_of);
    clocks_read(j);
    for (size_t i = 0; i < j->s->rules_n; i++) {
        const LawRule *r = &j->s->rules[i];
        j->chosen[i] = 0;
        for (size_t k = 0; k < r->n; k++)
            if (covers(r->versions[k].first, r->versions[k].last, clock_days(j, r->versions[k].chosen_by, r->versions[k].per, r->versions[k].within))) j->chosen[i] |= 1u << k;
    }
    judge_begin(j->j, facts->values, facts->as_of, j->chosen);
}

/* --- a verdict and what it rests on ---------------------------------------------------------------------------------------------- */

static LawStatus weaker(LawStatus a, LawStatus b) { return a > b ? a : b; }

static Deciding *deciding_room(Arena *a) { return arena_raw(a, DECIDING_SETS_MAX * sizeof(Deciding)); } /* written up to deciding_n */

LawVerdict law_judge_rule(Arena *a, LawJudge *j, int rule, bool explain)
{
    LawVerdict out = {.rule = rule, .v = judge_rule(j->j, rule)};
    judge_explain(j->j, rule, &out.v);
    if (out.v.version >= 0) {
        const LawVersion *v = &j->s->rules[rule].versions[out.v.version];
        out.version = v;
        out.unread = v->unread != DAY_NONE && clock_days(j, v->chosen_by, v->per, v->within).hi >= v->unread;
        out.status = out.unread ? weaker(v->status, STATUS_SECONDARY) : v->status;
        out.stale = v->again_by != DAY_NONE && j->today > v->again_by;
    }
    if (!explain || (out.v.kind != VERDICT_UNDECIDED && out.v.kind != VERDICT_NOT_MET)) return out;
    out.turns = judge_turn(j->j, rule, out.v.kind, &out.turn_at, &out.turn_to);
    if (out.v.kind != VERDICT_UNDECIDED) return out;
    out.deciding = deciding_room(a);
    out.deciding_n = judge_deciding(j->j, a, rule, out.deciding);
    return out;
}

/* --- duties ------------------------------------------------------------------------------------------------------------------------- */

const json_t *law_due_part(const LawDue *d, const char *key)
{
    const json_t *set = d->variant && !d->variant_open ? json_object_get(d->variant->json, "set") : NULL, *own = json_object_get(set, key);
    return own ? own : json_object_get(d->duty->json, key);
}

static Err rule_of_period(Arena *a, const LawJudge *j, const json_t *duty, PeriodRule *out)
{
    Str count = text_at(duty, "count"), roll = text_at(duty, "roll");
    *out = (PeriodRule){.counting = period_counting_of(count), .roll = roll.n ? period_roll_of(roll) : NULL};
    for (size_t i = 0; out->roll && i < j->s->rolls_n; i++)
        if (str_eq(j->s->rolls[i].id, roll)) out->calendar = j->s->rolls[i].calendar;
    if (roll.n && (!out->roll || !out->calendar)) return err_text(ERR_INVALID, TEXT_FILL(a, "休日の扱い「{0}」を計算できません。", "The roll \"{0}\" cannot be computed.", roll));
    return ERR_NONE;
}

static bool length_of(const json_t *o, PeriodLength *out)
{
    out->n = json_integer_value(json_object_get(o, "n"));
    return out->n > 0 && period_unit_of(text_at(o, "unit"), &out->unit);
}

static PeriodBetween start_of(const LawJudge *j, Str clock)
{
    const LawSet *s = j->s;
    int fact = str_eqc(clock, "known") ? s->known : str_eqc(clock, "designated") ? s->designated : s->occurred;
    Str own = clock;
    if (law_fact(s, own) != NONE) fact = law_fact(s, own); /* "stopped", "classified": a time that the pack asks for */
    const FactValue *v = &j->facts->values[fact];
    return (PeriodBetween){.from_known = v->range.lo != INT64_MIN, .until_known = !(v->unknown & ~WHY_RANGE) && v->range.hi != RULES_OPEN, .from = v->range.lo, .until = v->range.hi};
}

static Err due_within(LawDue *d, const LawJudge *j, const PeriodRule *rule, const json_t *within, Str clock)
{
    PeriodLength length;
    PeriodBetween start = start_of(j, clock);
    if (!length_of(within, &length) || (!start.from_known && !start.until_known)) return ERR_NONE;
    if (!start.until_known) start.from_known = start.from_known && start.from != INT64_MIN;
    return period_count_between(rule, length, start, &d->due);
}

static Err due_earliest(Arena *a, LawDue *d, const LawJudge *j, const PeriodRule *rule, const json_t *list)
{
    size_t n = json_array_size(list);
    PeriodDue *clocks = arena_array(a, PeriodDue, n + 1);
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(list, i);
        LawDue one = {0};
        TRY(due_within(&one, j, rule, json_object_get(o, "within"), text_at(o, "event")));
        clocks[i] = one.due;
    }
    d->earliest = true;
    d->first = period_earliest(clocks, n);
    return ERR_NONE;
}

static Err due_period(LawDue *d, const LawJudge *j, const PeriodRule *rule, PeriodFrameKind per)
{
    PeriodFrame f;
    Period p;
    PeriodLength length;
    PeriodBetween start = start_of(j, STR("occurred"));
    const json_t *on = json_object_get(d->duty->json, "on_day");
    if (!start.until_known) return ERR_NONE;
    TRY(period_frame(per, day_in_japan(start.until), &f));
    if (on) TRY(period_date(rule, (PeriodDate){1, (int)json_integer_value(on)}, f.last, &p));
    else {
        if (!length_of(law_due_part(d, "within"), &length)) return ERR_NONE;
        TRY(period_count(rule, length, period_after_day(f.last), &p));
    }
    d->due = period_due(&p);
    return ERR_NONE;
}

static Err due_of(Arena *a, const LawJudge *j, LawDue *d)
{
    PeriodRule rule;
    PeriodFrameKind per;
    const json_t *from = law_due_part(d, "from"), *within = law_due_part(d, "within");
    d->promptly = law_due_part(d, "promptly") != NULL;
    d->waits_for = text_at(from, "duty");
    TRY(rule_of_period(a, j, d->duty->json, &rule));
    if (!within && !json_object_get(d->duty->json, "on_day")) return ERR_NONE;
    if (!rule.counting && !json_object_get(d->duty->json, "on_day")) return ERR_NONE; /* a way of counting that nobody has read: no date is made up */
    if (period_frame_of(text_at(d->duty->json, "per"), &per)) return due_period(d, j, &rule, per);
    if (json_is_string(from)) return due_within(d, j, &rule, within, json_str_of(from));
    return json_object_get(from, "earliest_of") ? due_earliest(a, d, j, &rule, json_object_get(from, "earliest_of")) : ERR_NONE;
}

static void variant_of(Arena *a, LawJudge *j, LawDue *d)
{
    for (size_t i = 0; i < d->duty->variants_n; i++) {
        const struct LawVariant *v = &d->duty->variants[i];
        Tri is = v->when == NONE ? TRI_TRUE : judge_exact(j->j, v->when);
        if (is == TRI_FALSE) continue;
        d->variant = v;
        if (is == TRI_TRUE) return;
        d->variant_open = true;
        d->deciding = deciding_room(a);
        d->deciding_n = judge_deciding_node(j->j, a, v->when, d->deciding);
        return;
    }
}

static Err duty_due(Arena *a, LawJudge *j, Tri rule, LawDue *d)
{
    Tri when = d->duty->when == NONE ? TRI_TRUE : judge_exact(j->j, d->duty->when);
    d->is = tri_and(rule, when);
    if (d->is == TRI_FALSE) return ERR_NONE;
    if (when == TRI_OPEN) {
        d->deciding = deciding_room(a);
        d->deciding_n = judge_deciding_node(j->j, a, d->duty->when, d->deciding);
    }
    variant_of(a, j, d);
    Err e = due_of(a, j, d);
    return e.kind == ERR_INVALID ? ERR_NONE : e; /* a day that no calendar reaches: no date is made up */
}

size_t law_targets(const LawJudge *j, const LawDue *d, LawTarget out[LAW_TARGETS_MAX])
{
    const Law *law = j->s->law;
    const json_t *from = law_due_part(d, "from");
    PeriodBetween start = json_is_string(from) ? start_of(j, json_str_of(from)) : (PeriodBetween){0};
    size_t n = 0, k;
    json_t *one;
    for (size_t i = 0; i < law->overlays_n; i++)
        json_array_foreach(law->overlays[i].targets, k, one) {
            const json_t *within = json_object_get(one, "within");
            if (n == LAW_TARGETS_MAX || !str_eq(text_at(one, "duties"), d->of->id) || !str_eq(text_at(one, "duty"), d->duty->id)) continue;
            out[n++] = (LawTarget){&law->overlays[i], one, start.from_known, start.from_known ? start.from + json_integer_value(json_object_get(within, "n")) * law_unit(text_at(within, "unit")) : 0};
        }
    return n;
}

Text law_target_within(Arena *a, const LawTarget *t)
{
    const json_t *within = json_object_get(t->json, "within");
    return law_number(a, json_integer_value(json_object_get(within, "n")) * law_unit(text_at(within, "unit")), text_at(within, "unit"));
}

Err law_duties(Arena *a, LawJudge *j, const LawVerdict *v, LawDue *out, size_t max, size_t *n)
{
    Tri is = v->v.kind == VERDICT_MET ? TRI_TRUE : v->v.kind == VERDICT_UNDECIDED ? TRI_OPEN : TRI_FALSE;
    *n = 0;
    if (is == TRI_FALSE || !v->version || !law_status_rows[v->version->status].opens || j->s->rules[v->rule].item->kind != LAW_RULE) return ERR_NONE;
    for (size_t i = 0; i < j->s->duties_n; i++) {
        const LawDuties *of = &j->s->duties[i];
        for (size_t k = 0; of->rule == v->rule && k < of->n; k++) {
            const LawDutyVersion *dv = &of->versions[k];
            if (!law_status_rows[dv->status].opens || !covers(dv->first, dv->last, clock_days(j, dv->chosen_by, v->version->per, v->version->within))) continue;
            for (size_t m = 0; m < dv->n && *n < max; m++) {
                out[*n] = (LawDue){.of = of, .version = dv, .duty = &dv->duties[m], .status = weaker(dv->status, v->status)};
                TRY(duty_due(a, j, is, &out[*n]));
                *n += out[*n].is != TRI_FALSE;
            }
        }
    }
    return ERR_NONE;
}
