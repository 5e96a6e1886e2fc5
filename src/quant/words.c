/* words.c -- a result in words for a terminal, as one would tell it to those who decide: the main sentence first, what it rests on last. */
#include "quant/inside.h"

#include <jansson.h>
#include <math.h>

enum { CONTRIBUTIONS_SAID = 10 };

typedef struct Teller {
    Arena *a;
    Lang lang;
    Str currency;
    Buf *out;
} Teller;

static void tell(Teller *t, Text words)
{
    buf_add(t->out, words.in[t->lang]);
    buf_byte(t->out, '\n');
}

/* --- amounts: three digits, in the units people say ------------------------------------------------------------------------ */

typedef struct Unit { double of; const char *word; } Unit;
static const Unit units_ja[] = {{1e12, "兆"}, {1e8, "億"}, {1e4, "万"}, {1, ""}}, units_en[] = {{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}, {1, ""}};

/* 12345.6 as "12,300"; 1.234 as "1.23". */
static Str three_digits(Arena *a, double x)
{
    if (x < 1) return str_printf(a, "%.3g", x);
    if (x < 99.95) return str_printf(a, x < 9.995 ? "%.2f" : "%.1f", x);
    double round_to = pow(10, floor(log10(x)) - 2);
    long long n = llround(round(x / round_to) * round_to);
    return n < 1000 ? str_printf(a, "%lld", n) : n < 1000000 ? str_printf(a, "%lld,%03lld", n / 1000, n % 1000) : str_printf(a, "%lld,%03lld,%03lld", n / 1000000, n / 1000 % 1000, n % 1000);
}

/* "8.10" is said "8.1", "5.00" "5". */
static Str bare(Str digits)
{
    if (str_find(digits, STR(".")) == SIZE_MAX) return digits;
    while (digits.s[digits.n - 1] == '0') digits.n--;
    if (digits.s[digits.n - 1] == '.') digits.n--;
    return digits;
}

static Str amount(const Teller *t, double x)
{
    const Unit *u = t->lang == JA ? units_ja : units_en;
    double size = fabs(x);
    if (!isfinite(x)) return t->lang == JA ? STR("不明") : STR("unknown");
    while (u->of > 1 && size < u->of * 0.9995) u++;
    Str digits = size < 1e-9 ? STR("0") : bare(three_digits(t->a, size / u->of)), sign = x < 0 && size >= 1e-9 ? STR("−") : STR("");
    bool yen = str_eqc(t->currency, "JPY");
    if (t->lang == JA) return str_printf(t->a, "%.*s%.*s%s%s%.*s", STR_ARG(sign), STR_ARG(digits), u->word, yen ? "円" : " ", STR_ARG(yen ? (Str){0} : t->currency));
    return str_printf(t->a, "%.*s%.*s%.*s%s", STR_ARG(sign), STR_ARG(yen ? STR("¥") : str_join(t->a, t->currency, STR(" "), (Str){0})), STR_ARG(digits), u->word);
}

static Str percent(Arena *a, Lang lang, double p)
{
    double x = p * 100;
    if (x > 0 && x < 0.01) return lang == JA ? STR("0.01 %未満") : STR("under 0.01 %");
    return str_printf(a, "%.*s %%", STR_ARG(bare(str_printf(a, x < 1 ? "%.2f" : "%.1f", x))));
}

/* --- figures of the document --------------------------------------------------------------------------------------------------- */

static double at(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static Figure figure(const json_t *o) { return (Figure){at(o, "value"), at(o, "low"), at(o, "high")}; }

static Figure figure_at(const json_t *o, const char *key) { return figure(json_object_get(o, key)); }

static Figure level(const json_t *list, double p)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (fabs(at(json_array_get(list, i), "p") - p) < 1e-9) return figure(json_array_get(list, i));
    return (Figure){NAN, NAN, NAN};
}

static Str words_of(const json_t *o, const char *key) { return json_str_of(json_object_get(o, key)); }

/* "3,410万円（3,380万円～3,440万円）" */
static Str ranged(const Teller *t, Figure f, Str (*say)(const Teller *t, double x))
{
    Str value = say(t, f.value), low = say(t, f.low), high = say(t, f.high);
    if (str_eq(low, high) && str_eq(low, value)) return value;
    return str_printf(t->a, t->lang == JA ? "%.*s（%.*s～%.*s）" : "%.*s (%.*s to %.*s)", STR_ARG(value), STR_ARG(low), STR_ARG(high));
}

static Str share(const Teller *t, double p) { return isfinite(p) ? percent(t->a, t->lang, p) : amount(t, p); }
static Str times(const Teller *t, double x) { return isfinite(x) ? str_printf(t->a, "%s%.2f", x < 0 ? "−" : "", fabs(x)) : amount(t, x); }

static Str count_of(const Teller *t, const json_t *o, const char *key)
{
    long long n = (long long)json_integer_value(json_object_get(o, key));
    Str digits = str_printf(t->a, "%lld", n);
    Buf b;
    buf_init(&b, t->a, 32);
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0) buf_byte(&b, ',');
        buf_byte(&b, digits.s[i]);
    }
    return buf_str(&b);
}

static Str money_range(const Teller *t, Figure f) { return ranged(t, f, amount); }

/* "R-1 台風による停電", or the one there is. */
static Str name_of(const Teller *t, const json_t *o)
{
    Str id = words_of(o, "id"), title = words_of(o, "title");
    return title.n ? str_join(t->a, id, STR(" "), title) : id;
}

/* --- sentences ---------------------------------------------------------------------------------------------------------------------- */

static void tell_main(Teller *t, const json_t *now)
{
    Figure mean = figure_at(now, "mean"), century = level(json_object_get(now, "var"), 0.99), beyond = level(json_object_get(now, "tvar"), 0.99);
    if (at(now, "risks_more") == 0 && !json_array_size(json_object_get(now, "risks"))) tell(t, text_of("登録簿にリスクがありません。", "The register holds no risk."));
    Str m = money_range(t, mean), c = money_range(t, century), b = money_range(t, beyond);
    tell(t, TEXT_FILL(t->a, "一年の損害は、平均 {0}です。百年に一度の年には {1}を超え、そうした年だけの平均は {2}です。",
                "A year loses {0} on average. One year in a hundred loses more than {1}; the mean of those years is {2}.", m, c, b));
}

typedef struct Often { double p; Text words; } Often;
static const Often often[] = {{0.5, TEXT("二年に一度", "One year in two")}, {0.9, TEXT("十年に一度", "One year in ten")}, {0.95, TEXT("二十年に一度", "One year in twenty")}, {0.99, TEXT("百年に一度", "One year in a hundred")},
    {0.999, TEXT("千年に一度", "One year in a thousand")}};

static void tell_levels(Teller *t, const json_t *now)
{
    tell(t, TEXT_FILL(t->a, "  損害のない年は {0}。", "  Years without any loss: {0}.", ranged(t, figure_at(now, "none"), share)));
    for (size_t i = 0; i < COUNT(often); i++) {
        Str x = money_range(t, level(json_object_get(now, "var"), often[i].p));
        tell(t, TEXT_FILL(t->a, "  {0}の年には {1}を超えます。", "  {2} loses more than {1}.", often[i].words.in[JA], x, often[i].words.in[EN]));
    }
    Str why = words_of(json_object_get(now, "sd_why"), t->lang == JA ? "ja" : "en");
    if (why.n) tell(t, TEXT_FILL(t->a, "  注意：{0}", "  Note: {0}", why));
}

static Text holds_words(Str holds)
{
    if (str_eqc(holds, "yes")) return text_of("限度に収まっています", "within the limit");
    if (str_eqc(holds, "no")) return text_of("限度を超えています", "beyond the limit");
    return text_of("限度に収まるかどうか、この試行の数では決まりません", "so few trials cannot tell whether that is within the limit");
}

static void tell_limit(Teller *t, const json_t *x)
{
    Str loss = amount(t, at(x, "loss")), limit = share(t, at(x, "limit")), p = ranged(t, figure_at(x, "probability"), share);
    Text holds = holds_words(words_of(x, "holds"));
    tell(t, TEXT_FILL(t->a, "  一年に {0}を超える損害は {1}まで：いまは {2}。{3}。", "  More than {0} in a year: at most {1}. Now {2}: {4}.", loss, limit, p, holds.in[JA], holds.in[EN]));
}

static void tell_acceptance(Teller *t, const json_t *now)
{
    const json_t *list = json_object_get(now, "acceptance");
    if (json_array_size(list)) tell(t, text_of("\n受け入れられる限度", "\nWhat is acceptable"));
    for (size_t i = 0; i < json_array_size(list); i++) tell_limit(t, json_array_get(list, i));
}

/* --- plans ------------------------------------------------------------------------------------------------------------------------------ */

static Text worth(Figure net)
{
    if (net.low > 0) return text_of("費用に見合います", "it pays for itself");
    if (net.high < 0) return text_of("平均だけで見れば費用に見合いません", "on the mean alone it does not pay for itself");
    return text_of("平均だけでは見合うかどうか決まりません", "on the mean alone it cannot be told whether it pays");
}

static void tell_plan_limits(Teller *t, const json_t *of)
{
    const json_t *list = json_object_get(of, "acceptance");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);
        Text holds = holds_words(words_of(x, "holds"));
        Str loss = amount(t, at(x, "loss")), p = ranged(t, figure_at(x, "probability"), share);
        tell(t, TEXT_FILL(t->a, "    一年に {0}を超える損害は {1}。{2}。", "    More than {0} in a year: {1}, {3}.", loss, p, holds.in[JA], holds.in[EN]));
    }
}

static void tell_plan(Teller *t, const json_t *p, const json_t *of)
{
    Figure net = figure_at(p, "net");
    Text pays = worth(net);
    Str cost = amount(t, at(p, "cost")), benefit = money_range(t, figure_at(p, "benefit")), left = money_range(t, net), tail = money_range(t, figure_at(p, "tvar_benefit"));
    tell(t, TEXT_FILL(t->a, "  {0}", "  {0}", name_of(t, p)));
    tell(t, TEXT_FILL(t->a, "    費用は年 {0}、平均の損害が {1}減ります。差し引き {2}。{3}。", "    Costs {0} a year and takes {1} off the mean loss; net {2}: {4}.", cost, benefit, left, pays.in[JA], pays.in[EN]));
    if (json_is_object(json_object_get(p, "return")))
        tell(t, TEXT_FILL(t->a, "    費用 1 に対して差し引き {0}。", "    Net per unit of cost: {0}.", ranged(t, figure_at(p, "return"), times)));
    tell(t, TEXT_FILL(t->a, "    百年に一度を超える年の平均は {0}減ります。", "    The mean of the years beyond one in a hundred falls by {0}.", tail));
    tell_plan_limits(t, of);
}

static void tell_plans(Teller *t, const json_t *tree)
{
    const json_t *list = json_object_get(tree, "plans"), *cases = json_object_get(tree, "cases");
    if (json_array_size(list)) tell(t, text_of("\n対策の比較（同じ年々の同じ出来事で、前と後を比べたもの）", "\nPlans side by side (before and after on the same events of the same years)"));
    for (size_t i = 0; i < json_array_size(list); i++) tell_plan(t, json_array_get(list, i), json_array_get(cases, i + 1));
}

/* --- contributions --------------------------------------------------------------------------------------------------------------------------- */

static void tell_part(Teller *t, const json_t *x, size_t rank)
{
    Str mean = money_range(t, figure_at(x, "mean")), tail = money_range(t, figure_at(x, "tail")), of = share(t, at(x, "share_of_tail"));
    tell(t, TEXT_FILL(t->a, "  {0}. {1}：{2}、そうした年に平均 {3}。どの年も含めた平均は {4}。", "  {0}. {1}: {2}, on average {3} in those years; {4} over all years.", str_printf(t->a, "%zu", rank), name_of(t, x), of, tail, mean));
}

static void tell_parts(Teller *t, const json_t *now)
{
    const json_t *list = json_object_get(now, "risks");
    size_t n = json_array_size(list);
    if (n) tell(t, text_of("\n百年に一度を超える年の損害は、どのリスクから来るか（大きい順）", "\nWhich risks the loss of years beyond one in a hundred comes from (largest first)"));
    for (size_t i = 0; i < n && i < CONTRIBUTIONS_SAID; i++) tell_part(t, json_array_get(list, i), i + 1);
    double more = (n > CONTRIBUTIONS_SAID ? (double)(n - CONTRIBUTIONS_SAID) : 0) + at(now, "risks_more");
    if (more > 0) tell(t, TEXT_FILL(t->a, "  ほか {0} 件（--json で見られます）。", "  {0} more (see --json).", str_printf(t->a, "%.0f", more)));
}

/* --- the exact way, and what it rests on ------------------------------------------------------------------------------------------------------------ */

static void tell_exact_case(Teller *t, const json_t *x)
{
    Str why = words_of(json_object_get(x, "why"), t->lang == JA ? "ja" : "en"), id = words_of(x, "id");
    if (str_eqc(id, "now")) id = t->lang == JA ? STR("いま") : STR("now");
    if (why.n) tell(t, TEXT_FILL(t->a, "  {0}：ありません。{1}", "  {0}: none. {1}", id, why));
    else tell(t, TEXT_FILL(t->a, "  {0}：平均 {1}。百年に一度の年には {2}を超え、そうした年の平均は {3}。", "  {0}: mean {1}; one year in a hundred loses more than {2}, the mean of those years is {3}.", id, amount(t, at(x, "mean")),
                       amount(t, level(json_object_get(x, "var"), 0.99).value), amount(t, level(json_object_get(x, "tvar"), 0.99).value)));
}

static void tell_exact(Teller *t, const json_t *tree)
{
    const json_t *list = json_object_get(tree, "exact");
    if (json_array_size(list)) tell(t, text_of("\n試行によらず計算した値（上の値の検算）", "\nCalculated without trials (a check of the figures above)"));
    for (size_t i = 0; i < json_array_size(list); i++) tell_exact_case(t, json_array_get(list, i));
}

static void tell_grounds(Teller *t, const json_t *tree)
{
    Str trials = count_of(t, tree, "trials"), seed = str_printf(t->a, "%.0f", at(tree, "seed")), engine = str_printf(t->a, "%.0f", at(tree, "engine")), risks = count_of(t, tree, "risks");
    tell(t, text_of("\nこの数字の読み方", "\nHow to read these figures"));
    tell(t, TEXT_FILL(t->a, "  登録簿のリスク {0}件の頻度と損害の見積りから、一年を {1}回試して数えました。", "  Counted over {1} trials of one year, from the frequencies and losses in the register (risks: {0}).", risks, trials));
    tell(t, text_of("  かっこの中は 95 % の確かさの幅です。試行の数から来る幅だけで、見積りそのものの誤りは入っていません。共通の原因を書いていないリスクどうしは、互いに無関係に起きるものとしています。",
                "  Ranges in brackets are 95 % intervals. They come from the number of trials alone: errors of the estimates themselves are not in them. Risks without a common factor are taken to be independent."));
    tell(t, TEXT_FILL(t->a, "  同じ登録簿、種（seed）{0}、試行 {1}回なら、いつどこで計算しても同じ数字になります（計算の版 {2}）。", "  The same register with seed {0} and {1} trials gives the same figures anywhere, any time (engine {2}).", seed, trials, engine));
}

Err quant_words(Arena *a, Str result, Lang lang, Buf *out)
{
    json_t *tree;
    TRY(json_in(a, result, SIZE_MAX, &tree));
    Teller t = {a, lang, words_of(tree, "currency"), out};
    const json_t *now = json_array_get(json_object_get(tree, "cases"), 0);
    Str title = words_of(tree, "title");
    if (title.n) tell(&t, TEXT_FILL(a, "{0}", "{0}", title));
    tell_main(&t, now);
    tell_levels(&t, now);
    tell_acceptance(&t, now);
    tell_plans(&t, tree);
    tell_parts(&t, now);
    tell_exact(&t, tree);
    tell_grounds(&t, tree);
    return ERR_NONE;
}
