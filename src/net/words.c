/* words.c -- the result of a run in words for a terminal: what matters first, everything else is in the JSON. */
#include "net/inside.h"

#include <jansson.h>
#include <math.h>

enum { LINES = 5 };

typedef struct Words { Arena *a; const json_t *doc; Lang lang; Buf *out; bool users; } Words;

static void line(Words *w, Text t)
{
    buf_add(w->out, t.in[w->lang]), buf_byte(w->out, '\n');
}

#define SAY(w, ja, en, ...) line((w), TEXT_FILL((w)->a, (ja), (en), __VA_ARGS__))

static double number(const json_t *o, const char *key) { return json_number_value(json_object_get(o, key)); }

static const json_t *list_of(const json_t *o, const char *key) { return json_object_get(json_object_get(o, key), "list"); }

/* 1234567.4 → 1,234,567; small ones keep three digits. */
static Str amount(Arena *a, double v)
{
    Buf b;
    if (v < 100 && v != floor(v)) return str_printf(a, "%.3g", v);
    Str digits = str_printf(a, "%.0f", v);
    buf_init(&b, a, digits.n * 2);
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0) buf_byte(&b, ',');
        buf_byte(&b, digits.s[i]);
    }
    return buf_str(&b);
}

static Str percent(Arena *a, double p) { return str_printf(a, "%.3g%%", p * 100); }

static Str range(Arena *a, const json_t *figure, Str (*as)(Arena *, double))
{
    Str low = as(a, number(figure, "low")), high = as(a, number(figure, "high"));
    return str_eq(low, high) ? low : str_join(a, low, STR("–"), high);
}

/* 通信局（phone）: the title, and the id where it is another. */
static Str name(Words *w, const json_t *o)
{
    Str id = json_str_of(json_object_get(o, "id")), title = json_str_of(json_object_get(o, "title"));
    if (str_eq(id, title)) return id;
    return w->lang == JA ? str_printf(w->a, "%.*s（%.*s）", STR_ARG(title), STR_ARG(id)) : str_printf(w->a, "%.*s (%.*s)", STR_ARG(title), STR_ARG(id));
}

static Str ids(Words *w, const json_t *list)
{
    Buf b;
    size_t i;
    json_t *v;
    buf_init(&b, w->a, 64);
    json_array_foreach(list, i, v) {
        if (i == 8) {
            buf_addc(&b, w->lang == JA ? "、…" : ", …");
            break;
        }
        if (i) buf_addc(&b, w->lang == JA ? "、" : ", ");
        buf_add(&b, json_str_of(v));
    }
    return buf_str(&b);
}

static Str count(Arena *a, const json_t *o, const char *key) { return amount(a, number(o, key)); }

/* --- parts -------------------------------------------------------------------------------------------------------------------------------- */

static void head(Words *w)
{
    const json_t *size = json_object_get(w->doc, "size");
    Str title = json_str_of(json_object_get(w->doc, "title"));
    if (title.n) SAY(w, "{0}", "{0}", title);
    SAY(w, "ノード {0}、依存 {1}（線 {2}）、共通の原因 {3}。", "{0} nodes, {1} needs ({2} edges), {3} common causes.", count(w->a, size, "nodes"), count(w->a, size, "needs"), count(w->a, size, "edges"), count(w->a, size, "causes"));
}

/* With times: who really stops, and for how long. */
static void durations(Words *w, const json_t *single)
{
    const json_t *services = list_of(single, "services");
    size_t i;
    json_t *s;
    if (!json_is_true(json_object_get(single, "timed"))) return;
    if (!json_array_size(services)) line(w, text_of("     時間を入れると、蓄え（buffer）があるうちに戻り、どのサービスも止まらない", "     with times: it is back before the buffers are used up, no service stops"));
    json_array_foreach(services, i, s) {
        bool back = !json_is_false(json_object_get(s, "back"));
        Str hours = amount(w->a, number(s, "hours")), users = count(w->a, s, "users");
        if (i == 3) break;
        if (back) SAY(w, "     {0}: 利用者 {1}、{2} 時間", "     {0}: {1} users for {2} hours", name(w, s), users, hours);
        else SAY(w, "     {0}: 利用者 {1}、{2} 時間たっても戻らない（見通しの期間の終わり）", "     {0}: {1} users, still out after {2} hours (the end of the horizon)", name(w, s), users, hours);
    }
}

static void singles(Words *w)
{
    const json_t *list = list_of(w->doc, "singles");
    size_t i;
    json_t *s;
    line(w, text_of("\n止まると影響が最も大きいもの（一つだけ止まったとき、厳密）", "\nWhat hurts most when it alone fails (exact)"));
    json_array_foreach(list, i, s) {
        if (i == LINES) break;
        Str n = str_printf(w->a, "%zu", i + 1);
        if (w->users) SAY(w, "  {0}. {1}: 利用者 {2} 人、ノード {3} が止まる", "  {0}. {1}: {2} users without service; nodes down: {3}", n, name(w, s), count(w->a, s, "users"), count(w->a, s, "failed"));
        else SAY(w, "  {0}. {1}: ノード {2} が止まる", "  {0}. {1}: nodes down: {2}", n, name(w, s), count(w->a, s, "failed"));
        durations(w, s);
    }
}

static void services(Words *w)
{
    const json_t *random = json_object_get(w->doc, "random"), *list = list_of(random, w->users ? "services" : "nodes");
    size_t i;
    json_t *s;
    if (!random) {
        line(w, text_of("\n止まる確率（chance）がどこにも書かれていないので、確率は計算していません。", "\nNo chance of failing is given anywhere, so there are no probabilities."));
        return;
    }
    if (w->users) line(w, text_of("\nもっとも弱いサービス（止まる確率 × 利用者。括弧は95%の区間）", "\nThe weakest services (probability of failing × users; 95 % intervals)"));
    else line(w, text_of("\nもっとも止まりやすいもの（括弧は95%の区間）", "\nWhat fails most often (95 % intervals)"));
    json_array_foreach(list, i, s) {
        if (i == LINES) break;
        const json_t *fails = json_object_get(s, "fails");
        Str n = str_printf(w->a, "%zu", i + 1), own = percent(w->a, number(json_object_get(s, "hit"), "value"));
        SAY(w, "  {0}. {1}: {2}（{3}）、うち自分に原因があるもの {4}", "  {0}. {1}: {2} ({3}), of its own cause {4}", n, name(w, s), percent(w->a, number(fails, "value")), range(w->a, fails, percent), own);
        if (json_object_get(s, "out_hours")) SAY(w, "     止まる時間は平均 {0} 時間、最長 {1} 時間", "     out for {0} hours on average, {1} at the longest", count(w->a, s, "out_hours"), count(w->a, s, "longest_hours"));
    }
    const json_t *users = json_object_get(random, "users"), *q = json_object_get(random, "users_quantiles");
    if (users) SAY(w, "  サービスを失う利用者: 平均 {0}（{1}）、95%点 {2}、99%点 {3}", "  Users without service: {0} on average ({1}), 95 % point {2}, 99 % point {3}", count(w->a, users, "value"), range(w->a, users, amount), count(w->a, q, "0.95"), count(w->a, q, "0.99"));
}

static void pairs(Words *w)
{
    const json_t *list = list_of(w->doc, "pairs");
    size_t i;
    json_t *p;
    if (!json_array_size(list)) return;
    line(w, text_of("\n別々に止まるより、同時に止まると悪い組（予備を失う）", "\nPairs that are worse together than one by one (a reserve is lost)"));
    json_array_foreach(list, i, p) {
        if (i == LINES) break;
        const json_t *of = json_object_get(p, "of");
        Str x = name(w, json_array_get(of, 0)), y = name(w, json_array_get(of, 1));
        if (w->users) SAY(w, "  ・{0}と{1}: さらに利用者 {2} 人、ノード {3}", "  - {0} and {1}: {2} more users; more nodes: {3}", x, y, count(w->a, p, "users_beyond"), count(w->a, p, "failed_beyond"));
        else SAY(w, "  ・{0}と{1}: さらにノード {2}", "  - {0} and {1}: more nodes: {2}", x, y, count(w->a, p, "failed_beyond"));
    }
}

static void causes(Words *w)
{
    const json_t *list = list_of(w->doc, "causes");
    size_t i;
    json_t *c;
    if (!json_array_size(list)) return;
    line(w, text_of("\n共通の原因が起きたとき", "\nWhen a common cause strikes"));
    json_array_foreach(list, i, c) {
        if (i == LINES) break;
        const json_t *users = json_object_get(c, "users");
        if (users) SAY(w, "  ・{0}: 利用者 {1} 人（{2}）、ノード {3}", "  - {0}: {1} users ({2}); nodes: {3}", name(w, c), count(w->a, users, "value"), range(w->a, users, amount), count(w->a, c, "failed_mean"));
        else SAY(w, "  ・{0}: ノード {1}", "  - {0}: nodes: {1}", name(w, c), count(w->a, c, "failed_mean"));
    }
}

static Str way_of(Words *w, const json_t *f)
{
    Buf way;
    size_t i;
    json_t *v;
    buf_init(&way, w->a, 64);
    json_array_foreach(json_object_get(f, "path"), i, v) buf_printf(&way, "%s%.*s", i ? " → " : "", STR_ARG(json_str_of(v)));
    return buf_str(&way);
}

/* ": hours 6 to 8, 20 to …": when it is out. */
static Str spans_of(Words *w, const json_t *f)
{
    const json_t *spans = json_object_get(f, "spans");
    Buf b;
    size_t i;
    json_t *s;
    if (!spans) return (Str){0};
    if (!json_array_size(spans)) return w->lang == JA ? STR("：止まらない（蓄えがあるうちに戻る）") : STR(": does not stop (back before its buffer is used up)");
    buf_init(&b, w->a, 64);
    buf_addc(&b, w->lang == JA ? "：" : ": hours ");
    json_array_foreach(spans, i, s) {
        bool back = json_is_number(json_object_get(s, "to"));
        Str from = count(w->a, s, "from"), to = back ? count(w->a, s, "to") : STR("…");
        buf_printf(&b, "%s%.*s%s%.*s", i ? (w->lang == JA ? "、" : ", ") : "", STR_ARG(from), w->lang == JA ? "～" : " to ", STR_ARG(to));
    }
    if (w->lang == JA) buf_addc(&b, " 時間目");
    return buf_str(&b);
}

static void given(Words *w)
{
    const json_t *list = list_of(w->doc, "given");
    size_t i, k;
    json_t *s, *f;
    if (!json_array_size(list)) return;
    line(w, text_of("\n書かれたシナリオ", "\nScenarios given"));
    json_array_foreach(list, i, s) {
        if (i == LINES) break;
        const json_t *failed = json_object_get(s, "failed");
        if (w->users) SAY(w, "  ・{0}: 利用者 {1} 人、ノード {2} が止まる", "  - {0}: {1} users without service; nodes down: {2}", name(w, s), count(w->a, s, "users"), count(w->a, failed, "of"));
        else SAY(w, "  ・{0}: ノード {1} が止まる", "  - {0}: nodes down: {1}", name(w, s), count(w->a, failed, "of"));
        json_array_foreach(json_object_get(failed, "list"), k, f) {
            if (k == LINES || (w->users && !json_object_get(f, "users"))) break;
            SAY(w, "     {0}{1}", "     {0}{1}", way_of(w, f), spans_of(w, f));
        }
    }
}

static void loops(Words *w)
{
    const json_t *all = json_object_get(w->doc, "loops"), *list = list_of(w->doc, "loops");
    size_t i, shown = 0;
    json_t *l;
    if (!json_array_size(list)) {
        line(w, text_of("\n互いに待ち合う循環はありません。", "\nNo loops: nothing waits for itself."));
        return;
    }
    SAY(w, "\n互いに待ち合う循環: {0}", "\nLoops, in which parts wait for each other: {0}", count(w->a, all, "of"));
    json_array_foreach(list, i, l) {
        if (json_is_true(json_object_get(l, "restarts"))) continue;
        if (shown++ == LINES) break;
        const json_t *starters = json_object_get(l, "starters");
        SAY(w, "  ・自力では立ち上がらない循環（{0} ノード）: {1}", "  - cannot restart by itself ({0} nodes): {1}", count(w->a, l, "size"), ids(w, json_object_get(l, "stuck_nodes")));
        if (json_array_size(starters)) SAY(w, "     次のどれか一つが単独で起動できれば（black_start）戻る: {0}", "     any one of these with a black start would bring it back: {0}", ids(w, starters));
        else if (starters) line(w, text_of("     単独起動が一つだけでは戻らない。", "     no single black start would bring it back."));
    }
    if (!shown) line(w, text_of("  どれも、全部止まったあとに自力で立ち上がれる。", "  All of them can restart by themselves once all of it was down."));
}

static void cuts(Words *w)
{
    const json_t *c = json_object_get(w->doc, "cuts"), *priced = list_of(c, "priced"), *others = list_of(c, "others"), *list = json_array_size(priced) ? priced : others;
    size_t i;
    json_t *v;
    if (!json_array_size(list)) return;
    bool alike = str_eqc(json_str_of(json_object_get(c, "weighed")), "alike");
    if (list == priced) line(w, text_of("\n費用あたりで最も効く対策（その依存が決して切れないようにする）", "\nThe cheapest cuts (the need is made safe)"));
    else line(w, text_of("\n最も効く対策（その依存が決して切れないようにする。費用は書かれていない）", "\nThe cuts that save most (the need is made safe; no costs are given)"));
    if (alike) line(w, text_of("  （確率が書かれていないので、どれか一つが止まる場合をすべて足した数）", "  (no chances are given: summed over every single failure)"));
    else line(w, text_of("  （一つだけ止まる場合の、確率で重みを付けた期待値）", "  (expected over single failures, weighed by their chances)"));
    json_array_foreach(list, i, v) {
        if (i == LINES) break;
        Str who = name(w, json_object_get(v, "node")), of = ids(w, json_object_get(v, "of")), saved = count(w->a, v, "saved");
        Str ja = w->users ? STR("利用者") : STR("ノード"), en = w->users ? STR("users") : STR("nodes");
        if (list == priced) SAY(w, "  ・{0}の {1} への依存: {2} {3} を防ぐ、費用 {4}", "  - {0} on {1}: saves {3} {5}, cost {4}", who, of, ja, saved, count(w->a, v, "cost"), en);
        else SAY(w, "  ・{0}の {1} への依存: {2} {3} を防ぐ", "  - {0} on {1}: saves {3} {4}", who, of, ja, saved, en);
    }
}

static void sectors(Words *w)
{
    const json_t *s = json_object_get(w->doc, "sectors"), *rank = json_object_get(s, "ranking"), *first = json_array_get(rank, 0), *back = json_object_get(s, "recovery"), *steps = json_object_get(back, "steps_to_1_percent");
    if (!s) return;
    SAY(w, "\n部門（産業連関の機能低下モデル）: 低下の合計 {0}。全体への効きがもっとも大きい部門は {1}（1 の低下が合計 {2} になる）。", "\nSectors (inoperability input-output model): {0} in all. The sector with the greatest effect is {1} (1 lost there becomes {2} in all).",
        count(w->a, s, "total"), json_str_of(json_object_get(first, "name")), count(w->a, first, "effect"));
    if (json_is_integer(steps)) SAY(w, "  原因が去ってから {0} 期で、低下は 1% まで戻る。", "  {0} steps after the cause has gone, 1 % of it is left.", amount(w->a, json_number_value(steps)));
}

Err net_words(Arena *a, Str result, Lang lang, Buf *out)
{
    json_t *doc;
    TRY(json_in(a, result, SIZE_MAX, &doc));
    Words w = {a, doc, lang, out, str_eqc(json_str_of(json_object_get(doc, "weighed_by")), "users")};
    head(&w), singles(&w), services(&w), pairs(&w), causes(&w), given(&w), loops(&w), cuts(&w), sectors(&w);
    return ERR_NONE;
}
