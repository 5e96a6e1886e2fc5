/* outage.c -- which reports the worst single failures of a net would call for, by the law of a pack: part of kaname cascade. Nothing that happened is judged. */
#include "app/app.h"

#include "law/outage.h"

#include <jansson.h>
#include <math.h>

enum { SINGLES_JUDGED = 20, SINGLES_TOLD = 5 };

static int64_t whole(double v) { return v < 9e15 ? (int64_t)v : (int64_t)9e15; }

static double of(const json_t *o, const char *key) { return json_number_value(json_object_get(o, key)); }

static const LawClass *service_classes(const LawSet *s)
{
    int fact = law_fact(s, STR("service_class"));
    return fact == NONE || s->facts[fact].cls == NONE ? NULL : &s->classes[s->facts[fact].cls];
}

static bool known(const LawClass *c, Str code)
{
    for (size_t i = 0; c && i < c->n; i++)
        if (str_eq(c->codes[i], code)) return true;
    return false;
}

/* Without hours everything about them is open; of what is not back by the horizon, the end. */
static Range minutes_of(const json_t *class)
{
    bool back = !json_is_false(json_object_get(class, "back"));
    if (!json_object_get(class, "hours")) return (Range){0, RULES_OPEN};
    int64_t minutes = whole(floor(of(class, "hours") * 60));
    return (Range){minutes, back ? minutes : RULES_OPEN};
}

static size_t stops_of(const LawSet *s, const json_t *single, LawStop *stops)
{
    const LawClass *classes = service_classes(s);
    const json_t *list = json_object_get(single, "classes");
    size_t i, n = 0;
    json_t *c;
    json_array_foreach(list, i, c) {
        Str code = json_str_of(json_object_get(c, "class"));
        if (n == LAW_STOPS_MAX || !known(classes, code)) continue;
        stops[n++] = (LawStop){code, {whole(floor(of(c, "users_at_least"))), whole(ceil(of(c, "users_at_most")))}, minutes_of(c)};
    }
    return n;
}

static void duty_say(Run *r, const LawOutageDuty *d)
{
    bool sure = d->kind == VERDICT_MET && !d->open;
    Text t = sure ? text_of("要る", "due") : text_of("まだ決まらない", "still open");
    say(r, TEXT_FILL(r->a, "     ・{0}：{1}（{2}）{3}　{4}", "     - {5}: {6} ({7}) {8}  {9}", d->rule_title.in[JA], d->title.in[JA], t.in[JA], d->to.in[JA], d->deadline.in[JA], d->rule_title.in[EN], d->title.in[EN], t.in[EN], d->to.in[EN], d->deadline.in[EN]));
}

typedef struct Telling { LawJudge *judge; Instant at; size_t n; } Telling;

static Err single_judge(Run *r, Telling *t, const json_t *single)
{
    LawStop *stops = arena_array(r->a, LawStop, LAW_STOPS_MAX);
    LawOutage outage;
    size_t n = stops_of(t->judge->s, single, stops);
    Str id = json_str_of(json_object_get(single, "id"));
    bool own = !str_eqc(json_str_of(json_object_get(single, "kind")), "supplier"); /* as the net out of the records calls them */
    if (!n) return ERR_NONE;
    TRY(law_outage(r->a, t->judge, t->at, own, stops, n, &outage));
    if (r->o->json) {
        json_open(&r->json, '{');
        json_kstr(&r->json, "single", id), json_key(&r->json, STR("outage")), law_outage_json(&r->json, own, &outage);
        json_close(&r->json, '}');
    }
    if (t->n++ < SINGLES_TOLD) say(r, TEXT_FILL(r->a, "  {0}", "  {0}", id));
    if (t->n <= SINGLES_TOLD && !outage.n) say(r, text_of("     ・報告は要らない", "     - no report"));
    for (size_t i = 0; i < outage.n && t->n <= SINGLES_TOLD; i++) duty_say(r, &outage.duties[i]);
    return ERR_NONE;
}

static void assumptions_say(Run *r, bool timed)
{
    for (size_t i = 0; i < LAW_OUTAGE_ASSUMPTIONS; i++) say(r, TEXT_FILL(r->a, "  （{0}）", "  ({1})", law_outage_assumptions[i].in[JA], law_outage_assumptions[i].in[EN]));
    say(r, text_of("  （止まったものは自分たちの設備として判定しています。種類が supplier のものだけは、誰の設備かを決めていません。）", "  (What fails is taken to be your own facility; only of the kind supplier it is left open whose it was.)"));
    if (!timed) say(r, text_of("  （--times で時間も計算すると、もっと決まります。）", "  (With --times more of it is decided.)"));
}

/* Is anybody counted in a class of service at all? Reading the law takes longer than most nets. */
static bool has_classes(const json_t *list)
{
    size_t i;
    json_t *s;
    json_array_foreach(list, i, s)
        if (json_array_size(json_object_get(s, "classes"))) return true;
    return false;
}

Err cascade_outages(Run *r, Str result)
{
    json_t *doc, *s;
    size_t i;
    TRY(json_in(r->a, result, SIZE_MAX, &doc));
    const json_t *list = json_object_get(json_object_get(doc, "singles"), "list");
    if (!has_classes(list)) return ERR_NONE;
    LawSet *law = arena_new(r->a, LawSet);
    TRY(app_law(r, law));
    Telling t = {law_judge_new(r->a, law), now_utc(), 0};
    if (r->o->as_of.n && !law_instant(r->o->as_of, &t.at)) return err_text(ERR_INVALID, text_of("--as-of は 2026-11-20T14:24+09:00 の形です。", "--as-of is written 2026-11-20T14:24+09:00."));
    if (r->o->json) json_key(&r->json, STR("reports")), json_open(&r->json, '[');
    say(r, text_of("\n一つだけ止まったとき、電気通信事業者に要る報告", "\nReports that a carrier would owe when one thing alone fails"));
    json_array_foreach(list, i, s)
        if (i < SINGLES_JUDGED) TRY(single_judge(r, &t, s));
    if (r->o->json) json_close(&r->json, ']');
    if (!t.n) say(r, text_of("  （パックが知る区分のサービスがありません。）", "  (There is no service of a class that the pack knows.)"));
    else assumptions_say(r, r->o->times > 0);
    return ERR_NONE;
}
