/* judge.c -- kaname judge: facts in, verdicts and duties out; no database. */
#include "app/app.h"

#include "law/judge.h"

#include <jansson.h>

enum { FACTS_MAX = 1 << 20, EXIT_MET = 10, EXIT_UNDECIDED = 11 };

typedef enum { FOR_JUDGING, FOR_AUTHORS /* the corpus too */ } For;

/* The pack that stands by itself: of those given, else of those that come with the program. */
static Err base_find(Run *r, const Pack *given, size_t n, Str name, Pack *out)
{
    Packs packs;
    for (size_t i = 0; i < n; i++)
        if (!given[i].needs.n) return *out = given[i], ERR_NONE;
    TRY(app_pack_list(r->a, r->o, &packs));
    const Pack *found = packs_find(&packs, name);
    if (!found) return err_text(ERR_NOT_FOUND, TEXT_FILL(r->a, "パック {0} がありません。--pack で指定してください。", "There is no pack {0}. Name it with --pack.", name));
    *out = *found;
    return ERR_NONE;
}

static Err law_of(Run *r, const StrList *dirs, For what, LawSet *out)
{
    Pack *given = arena_array(r->a, Pack, dirs->n + 1), *base = arena_new(r->a, Pack);
    Law *law = arena_new(r->a, Law);
    for (size_t i = 0; i < dirs->n; i++) TRY(pack_load(r->a, dirs->list[i], &given[i]));
    TRY(base_find(r, given, dirs->n, dirs->n && given[0].needs.n ? given[0].needs : STR("jp"), base));
    TRY((what == FOR_AUTHORS ? law_load : law_load_to_judge)(r->a, base, base->dir, law));
    if (!law->n) return err_text(ERR_INVALID, TEXT_FILL(r->a, "パック {0} に法令の規則がありません。", "Pack {0} has no rules.", base->name));
    for (size_t i = 0; i < dirs->n; i++) {
        if (!given[i].needs.n && !str_eq(given[i].dir, base->dir)) return err_text(ERR_INVALID, text_of("--pack のうち、ほかに重ならないパックは一つだけです。", "Of the packs given with --pack only one may stand by itself."));
        if (given[i].needs.n && !str_eq(given[i].needs, base->name)) return err_text(ERR_INVALID, TEXT_FILL(r->a, "パック {0} は {1} に重ねるものです。", "Pack {0} is laid over {1}.", given[i].name, given[i].needs));
        if (given[i].needs.n) TRY(law_overlay(r->a, &given[i], law));
    }
    return law_compile(r->a, law, out);
}

Err app_law(Run *r, LawSet *out) { return law_of(r, &r->o->pack, FOR_JUDGING, out); }

/* The pack of a directory; one that is laid over another comes with that (of --pack, else of those that come with the program). */
Err pack_law(Run *r, Str dir, LawSet *out)
{
    StrList dirs = {{dir}, 1};
    for (size_t i = 0; i < r->o->pack.n && dirs.n < COUNT(dirs.list); i++) dirs.list[dirs.n++] = r->o->pack.list[i];
    return law_of(r, &dirs, FOR_AUTHORS, out);
}

static Err doc_read(Run *r, Str path, json_t **doc)
{
    Str bytes;
    TRY(app_read_input(r->a, path, FACTS_MAX, &bytes));
    return json_in(r->a, bytes, FACTS_MAX, doc);
}

static Err facts_open(Run *r, json_t **doc, Instant *now)
{
    *now = now_utc();
    if (r->o->words_n != 1) return err_text(ERR_INVALID, text_of("judge FACTS.json （標準入力からは -）です。", "It is judge FACTS.json (- for standard input)."));
    TRY(doc_read(r, r->o->words[0], doc));
    if (!r->o->as_of.n) return ERR_NONE;
    if (!law_instant(r->o->as_of, now)) return err_text(ERR_INVALID, text_of("--as-of は 2026-11-20T14:24+09:00 の形です。", "--as-of is written 2026-11-20T14:24+09:00."));
    json_object_del(*doc, "as_of");
    return ERR_NONE;
}

/* --- words -------------------------------------------------------------------------------------------------------------- */

/* One question of the list at the end: who knows it, and how many rules wait for it. */
static void say_ask(Run *r, const LawSet *s, const LawAsk *ask)
{
    Text words = law_ask(r->a, s, ask->ask), who = law_knower(s->facts[ask->ask.fact].known_by);
    Str n = number(r, ask->rules);
    say(r, TEXT_FILL(r->a, "  ・{0}（{1}{2}{3}件の判定に関わる）", "  - {4} ({5}{6}bears on {3} of the verdicts)", words.in[JA], who.in[JA], who.in[JA].n ? STR("、") : STR(""), n, words.in[EN], who.in[EN],
               who.in[EN].n ? STR("; ") : STR("")));
}

static void say_asks(Run *r, const LawJudge *j, const LawVerdict *v)
{
    LawAsk asks[LAW_ASKS_MAX];
    size_t n = law_asks(r->a, j, v, j->s->rules_n, asks);
    if (n) say(r, text_of("次に確かめること（上ほど早く決まる）:", "To find out next (the first ones settle most):"));
    for (size_t i = 0; i < n; i++) say_ask(r, j->s, &asks[i]);
}

static void say_targets(Run *r, const LawJudge *j, const LawDue *d)
{
    LawTarget list[LAW_TARGETS_MAX];
    size_t n = law_targets(j, d, list);
    for (size_t i = 0; i < n; i++) {
        Text within = law_target_within(r->a, &list[i]), at = list[i].known ? law_instant_text(r->a, list[i].until) : text_of("–", "–");
        say(r, TEXT_FILL(r->a, "      自分たちの目標（{0}、法令の期限ではない）：{1}以内　{2}", "      own target ({0}, no deadline of the law): within {3}, {4}", list[i].of->name, within.in[JA], at.in[JA], within.in[EN], at.in[EN]));
    }
}

static void say_due(Run *r, LawJudge *j, const LawDue *d)
{
    const LawSet *s = j->s;
    Text title = law_text(d->duty->json, "title"), when = text_of("", "");
    Str to = law_addressees(r->a, s, d, r->o->lang);
    if (d->due.until_known) when = law_due_text(r->a, &d->due.until);
    else if (d->due.from_known) when = law_due_text(r->a, &d->due.from);
    Text at_once = d->promptly ? text_of("速やかに（日数の定めはない）", "at once (the law gives no number)") : text_of("", "");
    say(r, TEXT_FILL(r->a, "  → {0}：{1}{2}{3}{4}", "  -> {5}: {1}{6}{7}{8}", title.in[JA], to, d->promptly ? STR("　") : STR(""), at_once.in[JA],
               when.in[JA].n ? str_join(r->a, STR("　期限 "), when.in[JA], STR("")) : STR(""), title.in[EN], d->promptly ? STR(", ") : STR(""), at_once.in[EN], when.in[EN].n ? str_join(r->a, STR(", due "), when.in[EN], STR("")) : STR("")));
    if (d->is == TRI_OPEN) say(r, text_of("    （報告すべきか、宛先か期限が、まだ決まらない）", "    (whether it is due, or to whom, is still open)"));
    say_targets(r, j, d);
    Text steps[PERIOD_STEPS_MAX];
    size_t n = r->o->explain && d->due.until_known ? period_steps(r->a, &d->due.until, steps) : 0;
    for (size_t i = 0; i < n; i++) say(r, TEXT_FILL(r->a, "      {0}", "      {1}", steps[i].in[JA], steps[i].in[EN]));
}

static Err say_verdict(Run *r, LawJudge *j, const LawVerdict *v)
{
    const LawRule *rule = &j->s->rules[v->rule];
    LawDue dues[LAW_DUES_MAX];
    size_t n;
    Text head = law_headline(r->a, j, v), force = rule->item->kind == LAW_RULE && !rule->item->overlay ? text_of("", "") : law_force_rows[rule->force].title;
    if (rule->item->overlay) force = TEXT_FILL(r->a, "{0}・{1}", "{2}, {1}", force.in[JA], rule->item->overlay->name, force.in[EN]);
    say(r, TEXT_FILL(r->a, "{0}{1}：{2}", "{3}{4}: {5}", rule->title.in[JA], force.in[JA].n ? str_join(r->a, STR("〔"), force.in[JA], STR("〕")) : STR(""), head.in[JA], rule->title.in[EN],
               force.in[EN].n ? str_join(r->a, STR(" ["), force.in[EN], STR("]")) : STR(""), head.in[EN]));
    if (v->status > STATUS_VERIFIED && v->version) say(r, TEXT_FILL(r->a, "  この判定は未確認の情報に基づきます（{0}）。", "  This rests on data that are not verified ({1}).", law_status_rows[v->status].title.in[JA], law_status_rows[v->status].title.in[EN]));
    if (v->unread) {
        Text words = law_text(json_array_get(json_object_get(v->version->json, "unread"), 0), "words");
        say(r, TEXT_FILL(r->a, "  {0}", "  {1}", words.in[JA], words.in[EN]));
    }
    if (v->version && v->version->chosen) say(r, TEXT_FILL(r->a, "  より厳しい読み方を選んでいます（{0}）。", "  Judged by the stricter reading that {0} chose.", v->version->chosen->name));
    if (v->v.sensitive) say(r, text_of("  条文の読み方で結論が変わります。", "  Another reading of the text gives another verdict."));
    if (r->o->explain) law_tree_text(&r->out, r->a, j, v, r->o->lang);
    TRY(law_duties(r->a, j, v, dues, LAW_DUES_MAX, &n));
    for (size_t i = 0; i < n; i++) say_due(r, j, &dues[i]);
    return ERR_NONE;
}

/* Many rules that nobody has looked at yet are one line, not pages. */
static void say_unasked(Run *r, const LawSet *s, const LawVerdict *const *order, size_t n)
{
    Buf titles;
    int64_t count = 0;
    buf_init(&titles, r->a, 256);
    for (size_t i = 0; i < n; i++) {
        if (!law_only_unasked(order[i])) continue;
        if (count++) buf_addc(&titles, r->o->lang == JA ? "、" : "; ");
        buf_add(&titles, s->rules[order[i]->rule].title.in[r->o->lang]);
    }
    if (count) say(r, TEXT_FILL(r->a, "未入力の事実だけで未確定のもの {0}件：{1}", "Undecided only because of what has not been entered, {0}: {1}", number(r, count), buf_str(&titles)));
}

static Err say_verdicts(Run *r, LawJudge *j, const LawVerdict *v)
{
    size_t n = j->s->rules_n;
    const LawVerdict **order = law_reading_order(r->a, v, n);
    bool said = false;
    for (size_t i = 0; i < n; i++) {
        if (!law_worth_saying(order[i], r->o->explain)) continue;
        said = true;
        if (r->o->explain || !law_only_unasked(order[i])) TRY(say_verdict(r, j, order[i]));
    }
    if (!said) say(r, text_of("該当する規定はありません。", "No rule is met."));
    if (!r->o->explain) say_unasked(r, j->s, order, n);
    say_asks(r, j, v);
    return ERR_NONE;
}

/* --- what if ------------------------------------------------------------------------------------------------------------ */

typedef struct Dues { LawDue list[LAW_DUES_MAX]; size_t n; } Dues;

static const LawDue *same_duty(const Dues *d, const LawDue *like)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->list[i].duty == like->duty) return &d->list[i];
    return NULL;
}

static const Text effect_words[] = {[TURN_OPENS] = TEXT("報告が要るようになる：", "A report would be due:"), [TURN_GOES] = TEXT("報告が要らなくなる：", "No longer due would be:"), [TURN_MOVES] = TEXT("期限か宛先が変わる：", "Another deadline or addressee:")};

static void say_effect(Run *r, const LawWhatIf *w, const LawDue *saved, const LawDue *assumed)
{
    LawTurn t = law_turn(saved, assumed);
    if (t == TURN_NONE || t == TURN_STAYS) return;
    say(r, TEXT_FILL(r->a, "  {0}", "  {1}", effect_words[t].in[JA], effect_words[t].in[EN]));
    if (t == TURN_GOES) say_due(r, w->saved, saved);
    else say_due(r, w->assumed, assumed);
}

static Err say_rule(Run *r, const LawWhatIf *w, size_t rule, bool *any)
{
    const LawVerdict *v = &w->v_saved[rule], *u = &w->v_assumed[rule];
    const LawRule *of = &w->saved->s->rules[rule];
    Dues was, is;
    size_t effects = 0;
    TRY(law_duties(r->a, w->saved, v, was.list, LAW_DUES_MAX, &was.n));
    TRY(law_duties(r->a, w->assumed, u, is.list, LAW_DUES_MAX, &is.n));
    for (size_t i = 0; i < is.n; i++) effects += law_turn(same_duty(&was, &is.list[i]), &is.list[i]) == TURN_MOVES;
    if (v->v.kind == u->v.kind && !effects) return ERR_NONE;
    *any = true;
    Text from = verdict_rows[v->v.kind].title, to = verdict_rows[u->v.kind].title, head = law_headline(r->a, w->assumed, u);
    say(r, TEXT_FILL(r->a, "{0}：{1} → {2}。{3}", "{4}: {5} -> {6}. {7}", of->title.in[JA], from.in[JA], to.in[JA], head.in[JA], of->title.in[EN], from.in[EN], to.in[EN], head.in[EN]));
    for (size_t i = 0; i < is.n; i++) say_effect(r, w, same_duty(&was, &is.list[i]), &is.list[i]);
    for (size_t i = 0; i < was.n; i++)
        if (!same_duty(&is, &was.list[i])) say_effect(r, w, &was.list[i], NULL);
    return ERR_NONE;
}

static Err say_what_if(Run *r, const LawWhatIf *w)
{
    bool any = false;
    Text at = law_instant_text(r->a, w->facts_assumed.as_of);
    say(r, TEXT_FILL(r->a, "仮定の判定です（{0} の時点）。起きたことの判定ではありません。", "An assumption, judged as of {1}; no verdict of what happened.", at.in[JA], at.in[EN]));
    for (size_t i = 0; i < w->saved->s->rules_n; i++) TRY(say_rule(r, w, i, &any));
    if (!any) say(r, text_of("この仮定では、判定も報告も変わりません。", "On this assumption no verdict and no report changes."));
    return ERR_NONE;
}

/* --- the command ---------------------------------------------------------------------------------------------------------- */

static int exit_of(const LawSet *s, const LawVerdict *v)
{
    bool met = false, open = false;
    for (size_t i = 0; i < s->rules_n; i++) {
        met = met || (law_binding(s, &v[i]) && v[i].v.kind == VERDICT_MET);
        open = open || (law_binding(s, &v[i]) && v[i].v.kind == VERDICT_UNDECIDED);
    }
    return met ? EXIT_MET : open ? EXIT_UNDECIDED : 0;
}

static Err what_if(Run *r, const LawSet *s, const json_t *doc, Instant now)
{
    LawWhatIf w = {0};
    json_t *change;
    TRY(doc_read(r, r->o->what_if, &change));
    TRY(law_what_if(r->a, s, doc, change, now, &w));
    TRY(r->o->json ? law_what_if_json(&r->json, r->a, &w) : say_what_if(r, &w));
    r->exit = exit_of(s, w.v_assumed);
    return ERR_NONE;
}

Err command_judge(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    LawFacts facts;
    Instant now;
    json_t *doc;
    TRY(app_law(r, s));
    TRY(facts_open(r, &doc, &now));
    if (r->o->what_if.n) return what_if(r, s, doc, now);
    TRY(law_facts(r->a, s, doc, now, &facts));
    LawJudge *j = law_judge_new(r->a, s);
    law_judge_begin(j, &facts);
    const LawVerdict *v = law_judge_all(r->a, j);
    TRY(r->o->json ? law_answers_json(&r->json, r->a, j, v, r->o->explain) : say_verdicts(r, j, v));
    r->exit = exit_of(s, v);
    return ERR_NONE;
}
