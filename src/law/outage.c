/* outage.c -- which reports an outage would call for: class, users and duration as the facts of an incident, judged by the rules in force. */
#include "law/outage.h"
#include "law/inside.h"

const Text law_outage_assumptions[LAW_OUTAGE_ASSUMPTIONS] = {
    TEXT("電気通信事業者として判定しています。", "Judged as a telecommunications carrier."),
    TEXT("サービスは復旧まで全部止まり、その利用者が皆影響を受けるものとしています。", "The service is taken to stop wholly until it is back, and all of its users to suffer it."),
    TEXT("同じ区分のサービスが複数止まるときは、利用者の重なりが分からないので、最も多いものから合計までの幅で数えています。", "Where several services of one class stop, their users may be the same people: counted as a range, from the largest to the sum."),
    TEXT("計画した停止、付加的な機能だけの停止、軽微な事故ではないものとしています。", "Taken to be neither planned nor minor, and not a matter of additional functions only."),
    TEXT("利用者を数えにくいサービスや、月に1,000万人以上が使う無料メールではないものとしています。", "Taken to be no service whose users are hard to count, and no free messaging with 10 million or more users a month."),
    TEXT("通信の秘密や個人情報の漏えいなど、停止のほかのことは起きていないものとしています。", "Nothing but the stop is taken to happen: no leak of communications or personal data."),
};
const Text law_outage_outside = TEXT("誰の設備の故障かは決めずに判定しています。", "Whose facility failed is left open.");

/* --- the facts ------------------------------------------------------------------------------------------------------------------- */

typedef struct Making { Arena *a; const LawSet *s; json_t *facts; Instant at; const LawStop *stops; size_t n; } Making;

/* A pack need not ask everything. */
static void put(Making *x, const char *fact, json_t *v)
{
    if (law_fact(x->s, str_of(fact)) != NONE) json_object_set_new(x->facts, fact, v);
    else json_decref(v);
}

static json_t *text_json(Str s) { return json_stringn(s.s, s.n); }

static json_t *range_json(Range r)
{
    json_t *o = json_object();
    if (r.lo == r.hi) json_object_set_new(o, "n", json_integer(r.lo));
    else json_object_set_new(o, "lo", json_integer(r.lo));
    if (r.lo != r.hi && r.hi != RULES_OPEN) json_object_set_new(o, "hi", json_integer(r.hi));
    return o;
}

static bool known(Range r) { return r.lo > 0 || r.hi != RULES_OPEN; }

static Instant after(Instant at, int64_t minutes)
{
    return minutes > (INT64_MAX - at) / 60000 ? INT64_MAX : at + minutes * 60000;
}

static json_t *end_json(const Making *x, Range minutes)
{
    if (!minutes.lo) minutes.lo = 1; /* a time line has no moment */
    if (minutes.lo == minutes.hi) return text_json(instant_text(x->a, after(x->at, minutes.lo)));
    json_t *o = json_object();
    json_object_set_new(o, "earliest", text_json(instant_text(x->a, after(x->at, minutes.lo))));
    if (minutes.hi != RULES_OPEN) json_object_set_new(o, "latest", text_json(instant_text(x->a, after(x->at, minutes.hi))));
    return o;
}

static int64_t sum(int64_t a, int64_t b) { return a > RULES_OPEN - b ? RULES_OPEN : a + b; }

/* All services of one class stop together: as long as the longest; at least the users of the largest, at most all of them. */
static LawStop class_of(const Making *x, Str class)
{
    LawStop r = {.service_class = class};
    for (size_t i = 0; i < x->n; i++) {
        const LawStop *s = &x->stops[i];
        if (!str_eq(s->service_class, class)) continue;
        if (s->users.lo > r.users.lo) r.users.lo = s->users.lo;
        r.users.hi = s->users.hi == RULES_OPEN ? RULES_OPEN : sum(r.users.hi, s->users.hi);
        if (s->minutes.lo > r.minutes.lo) r.minutes.lo = s->minutes.lo;
        if (s->minutes.hi > r.minutes.hi) r.minutes.hi = s->minutes.hi;
    }
    return r;
}

static json_t *segment(const Making *x, const LawStop *s)
{
    json_t *o = json_object();
    json_object_set_new(o, "kind", json_string("stopped"));
    json_object_set_new(o, "class", text_json(s->service_class));
    json_object_set_new(o, "from", text_json(instant_text(x->a, x->at)));
    json_object_set_new(o, "to", end_json(x, s->minutes));
    return o;
}

static bool first_of_class(const Making *x, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(x->stops[k].service_class, x->stops[i].service_class)) return false;
    return true;
}

/* What lasts no minute is no stop. */
static void impact_put(Making *x)
{
    json_t *classes = json_array(), *line = json_array(), *by = json_object(), *sufferers = json_object(), *below = json_object();
    for (size_t i = 0; i < x->n; i++) {
        LawStop s = class_of(x, x->stops[i].service_class);
        if (!first_of_class(x, i) || !s.minutes.hi) continue;
        json_array_append_new(classes, text_json(s.service_class));
        json_array_append_new(line, segment(x, &s));
        if (known(s.users)) json_object_set_new(by, str_c(x->a, s.service_class), range_json(s.users));
    }
    bool counted = json_object_size(by) > 0;
    put(x, "service_class", classes), put(x, "impact", line);
    json_object_set_new(below, "by", json_deep_copy(by)), json_object_set_new(sufferers, "by", by);
    if (counted) put(x, "impact.sufferers", sufferers), put(x, "impact.below_equipment", below);
    else json_decref(sufferers), json_decref(below);
}

static json_t *list_of(const char *word)
{
    json_t *l = json_array();
    json_array_append_new(l, json_string(word));
    return l;
}

static void facts_put(Making *x, bool own)
{
    Str at = instant_text(x->a, x->at);
    put(x, "operator_class", list_of("telecom.carrier"));
    put(x, "event.what", list_of("disruption"));
    put(x, "occurred", text_json(at)), put(x, "known", text_json(at));
    impact_put(x);
    if (own) put(x, "cause.facility_failure", json_string("own")), put(x, "facility.kind", json_string("core"));
    static const char *const no[] = {"service.only_additional_function", "impact.hard_to_count", "service.large_messaging", "accident.minor_by_notice", "event.planned"};
    for (size_t i = 0; i < COUNT(no); i++) put(x, no[i], json_false());
}

/* As of when all of it is over, as far as its end is known. */
static Instant over(const LawStop *stops, size_t n, Instant at)
{
    int64_t last = 1;
    for (size_t i = 0; i < n; i++) {
        int64_t end = stops[i].minutes.hi == RULES_OPEN ? stops[i].minutes.lo : stops[i].minutes.hi;
        if (end > last) last = end;
    }
    return after(at, last);
}

/* --- the answer ------------------------------------------------------------------------------------------------------------------ */

static const Text *questions(Arena *a, const LawSet *s, const LawVerdict *v, size_t *n)
{
    Text *list = arena_array(a, Text, v->deciding_n * DECIDING_FACTS_MAX + 1);
    *n = 0;
    for (size_t i = 0; i < v->deciding_n; i++)
        for (int k = 0; k < v->deciding[i].n; k++) {
            Text ask = law_ask(a, s, v->deciding[i].asks[k]);
            bool there = false;
            for (size_t m = 0; m < *n; m++) there = there || str_eq(list[m].in[JA], ask.in[JA]);
            if (!there) list[(*n)++] = ask;
        }
    return list;
}

static Err add_duties(Arena *a, LawJudge *j, const LawVerdict *v, LawOutage *out, size_t room)
{
    LawDue *dues = arena_array(a, LawDue, LAW_DUES_MAX);
    const LawRule *rule = &j->s->rules[v->rule];
    size_t n, asked;
    const Text *asks = questions(a, j->s, v, &asked);
    Text head = law_headline(a, j, v);
    TRY(law_duties(a, j, v, dues, LAW_DUES_MAX, &n));
    for (size_t i = 0; i < n && out->n < room; i++)
        out->duties[out->n++] = (LawOutageDuty){.rule = rule->id, .duty = dues[i].duty->id, .kind = v->v.kind, .open = v->v.kind == VERDICT_MET && dues[i].is == TRI_OPEN, .rule_title = rule->title, .headline = head,
            .title = law_text(dues[i].duty->json, "title"), .to = {{law_addressees(a, j->s, &dues[i], JA), law_addressees(a, j->s, &dues[i], EN)}}, .deadline = law_deadline(a, dues[i].duty->json),
            .deciding = asks, .deciding_n = v->v.kind == VERDICT_UNDECIDED ? asked : 0};
    return ERR_NONE;
}

static Err stops_checked(Arena *a, const LawStop *stops, size_t n)
{
    if (n > LAW_STOPS_MAX) return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "一度に判定できるのは{0}のサービスまでです。", "At most {0} services are judged at once.", str_printf(a, "%d", LAW_STOPS_MAX)));
    for (size_t i = 0; i < n; i++) {
        const Range *r[] = {&stops[i].users, &stops[i].minutes};
        for (size_t k = 0; k < COUNT(r); k++)
            if (r[k]->lo < 0 || r[k]->hi < r[k]->lo) return err_text(ERR_INVALID, text_of("利用者数と時間は0以上で、幅は小さい方から書いてください。", "Users and minutes are at least 0, a range from the lower to the higher."));
    }
    return ERR_NONE;
}

Err law_outage(Arena *a, LawJudge *j, Instant at, bool own, const LawStop *stops, size_t n, LawOutage *out)
{
    Making x = {.a = a, .s = j->s, .facts = json_object(), .at = at - at % 60000, .stops = stops, .n = n};
    json_t *doc = json_keep(a, json_object());
    LawFacts *facts = arena_new(a, LawFacts);
    *out = (LawOutage){0};
    json_object_set_new(doc, "facts", x.facts);
    TRY(stops_checked(a, stops, n));
    if (!n) return ERR_NONE;
    facts_put(&x, own);
    json_object_set_new(doc, "as_of", text_json(instant_text(a, over(stops, n, x.at))));
    TRY(law_facts(a, j->s, doc, at, facts));
    law_judge_begin(j, facts);
    const LawVerdict **order = law_reading_order(a, law_judge_all(a, j), j->s->rules_n);
    size_t room = 0;
    for (size_t i = 0; i < j->s->rules_n; i++) room += law_binding(j->s, order[i]) ? LAW_DUES_MAX : 0;
    out->duties = arena_array(a, LawOutageDuty, room + 1);
    for (int k = 0; k < 2; k++) /* in the order of reading what time turns stands between the two */
        for (size_t i = 0; i < j->s->rules_n; i++)
            if (order[i]->v.kind == (k ? VERDICT_UNDECIDED : VERDICT_MET) && law_binding(j->s, order[i])) TRY(add_duties(a, j, order[i], out, room));
    return ERR_NONE;
}

static void duty_json(JsonOut *o, const LawOutageDuty *d)
{
    json_open(o, '{');
    json_kstr(o, "rule", d->rule), json_key(o, STR("rule_title")), json_text(o, d->rule_title);
    json_kstr(o, "verdict", str_of(verdict_rows[d->kind].code)), json_key(o, STR("headline")), json_text(o, d->headline);
    json_kstr(o, "duty", d->duty), json_key(o, STR("title")), json_text(o, d->title);
    json_key(o, STR("to")), json_text(o, d->to);
    json_key(o, STR("deadline")), json_text(o, d->deadline);
    json_kbool(o, "open", d->open);
    json_key(o, STR("deciding")), json_open(o, '[');
    for (size_t i = 0; i < d->deciding_n; i++) json_text(o, d->deciding[i]);
    json_close(o, ']');
    json_close(o, '}');
}

void law_outage_json(JsonOut *o, bool own, const LawOutage *x)
{
    json_open(o, '{');
    json_key(o, STR("assumptions")), json_open(o, '[');
    for (size_t i = 0; i < LAW_OUTAGE_ASSUMPTIONS; i++) json_text(o, law_outage_assumptions[i]);
    if (!own) json_text(o, law_outage_outside);
    json_close(o, ']');
    json_key(o, STR("duties")), json_open(o, '[');
    for (size_t i = 0; i < x->n; i++) duty_json(o, &x->duties[i]);
    json_close(o, ']');
    json_close(o, '}');
}
