/* words.c -- numbers, instants, citations, questions and headlines as people say them, in both languages. */
#include "law/judge.h"
#include "law/inside.h"

const struct VerdictRow verdict_rows[VERDICTS] = {
    [VERDICT_MET] = {"met", TEXT("該当", "Met")}, [VERDICT_NOT_MET] = {"not_met", TEXT("非該当", "Not met")}, [VERDICT_UNDECIDED] = {"undecided", TEXT("未確定", "Undecided")},
    [VERDICT_COVERED] = {"covered", TEXT("他の規定による", "Covered by another rule")}, [VERDICT_NOT_BOUND] = {"not_bound", TEXT("対象外", "Not bound")},
    [VERDICT_NO_VERSION] = {"no_version", TEXT("その日の規定がない", "No version for that day")}};

Text law_text(const json_t *o, const char *key)
{
    const json_t *t = json_object_get(o, key);
    Text out = {{text_at(t, "ja"), text_at(t, "en")}};
    for (int l = 0; l < LANGS; l++)
        if (!out.in[l].n) out.in[l] = out.in[!l];
    return out;
}

/* --- numbers --------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *unit; Text after; } unit_words[] = {{"user", TEXT("人", " users")}, {"person", TEXT("人", " persons")}, {"household", TEXT("戸", " households")},
    {"prefecture", TEXT("都道府県", " prefectures")}, {"kw", TEXT("kW", " kW")}, {"train", TEXT("本", " trains")}, {"record", TEXT("件", " records")}, {"item", TEXT("件", " items")}, {"percent", TEXT("%", " %")}};

static Str grouped(Arena *a, int64_t n)
{
    char digits[24], out[32];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n), k = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-') out[k++] = ',';
        out[k++] = digits[i];
    }
    return str_copy(a, (Str){out, (size_t)k});
}

/* 1時間19分: the seconds only where nothing longer is there, or they are not zero. */
static Text time_text(Arena *a, int64_t ms)
{
    static const struct { int64_t ms; const char *ja, *one, *many; } parts[] = {{86400000, "日", " day", " days"}, {3600000, "時間", " hour", " hours"}, {60000, "分", " minute", " minutes"}, {1000, "秒", " second", " seconds"}};
    Buf b[LANGS];
    int64_t left = ms < 0 ? -ms : ms;
    for (int l = 0; l < LANGS; l++) buf_init(&b[l], a, 32);
    for (size_t i = 0; i < COUNT(parts); i++) {
        int64_t n = i == 0 && left < 3 * parts[0].ms ? 0 : left / parts[i].ms; /* up to three days people count in hours */
        left -= n * parts[i].ms;
        if (!n && !(i == 3 && !b[JA].n)) continue;
        buf_printf(&b[JA], "%lld%s", (long long)n, parts[i].ja);
        buf_printf(&b[EN], "%s%lld%s", b[EN].n ? " " : "", (long long)n, n == 1 ? parts[i].one : parts[i].many);
    }
    return (Text){{buf_str(&b[JA]), buf_str(&b[EN])}};
}

static bool is_time(Str unit) { return law_unit(unit) > 1 && !str_eqc(unit, "user_min"); }

Text law_number(Arena *a, int64_t n, Str unit)
{
    if (is_time(unit)) return time_text(a, n);
    if (str_eqc(unit, "user_min")) return TEXT_FILL(a, "{0}人分", "{0} user-minutes", grouped(a, n / 60000));
    Str digits = grouped(a, n);
    for (size_t i = 0; i < COUNT(unit_words); i++)
        if (str_eqc(unit, unit_words[i].unit)) return (Text){{str_join(a, digits, STR(""), unit_words[i].after.in[JA]), str_join(a, digits, STR(""), unit_words[i].after.in[EN])}};
    return (Text){{digits, digits}};
}

Text law_instant_text(Arena *a, Instant t)
{
    static const char *const ja[] = {"日", "月", "火", "水", "木", "金", "土"}, *const en[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    Day d = day_in_japan(t);
    int year, month, day, minute = (int)((t - day_begin_in_japan(d)) / 60000), w = day_weekday(d);
    day_split(d, &year, &month, &day);
    return (Text){{str_printf(a, "%d年%d月%d日（%s）%d:%02d", year, month, day, ja[w], minute / 60, minute % 60), str_printf(a, "%s %04d-%02d-%02d %02d:%02d JST", en[w], year, month, day, minute / 60, minute % 60)}};
}

/* The end of a period of days is the end of its last day. */
Text law_due_text(Arena *a, const Period *p)
{
    if (p->length.unit == PERIOD_HOUR) return law_instant_text(a, p->end);
    Text day = day_people(a, p->open.day);
    return TEXT_FILL(a, "{0}（その日のうち）", "the end of {1}", day.in[JA], day.in[EN]);
}

Text law_within(Arena *a, const json_t *within)
{
    PeriodUnit unit;
    int64_t n = json_integer_value(json_object_get(within, "n"));
    Text minutes = law_number(a, n * 60000, STR("min"));
    if (str_eqc(text_at(within, "unit"), "min")) return TEXT_FILL(a, "{0}以内", "within {1}", minutes.in[JA], minutes.in[EN]); /* of a guideline: no period of the Civil Code */
    if (!period_unit_of(text_at(within, "unit"), &unit)) return text_of("", "");
    Str digits = grouped(a, n);
    return TEXT_FILL(a, "{0}{1}以内", "within {0} {2}", digits, str_of(period_unit_rows[unit].ja), str_of(n == 1 ? period_unit_rows[unit].one : period_unit_rows[unit].many));
}

Text law_deadline(Arena *a, const json_t *duty)
{
    Text words = law_text(duty, "words"), within = law_within(a, json_object_get(duty, "within")), at_once = text_of("速やかに", "at once");
    if (words.in[JA].n) return words;
    if (!json_object_get(duty, "promptly")) return within;
    return within.in[JA].n ? TEXT_FILL(a, "{0}、{1}", "{2}, {3}", at_once.in[JA], within.in[JA], at_once.in[EN], within.in[EN]) : at_once;
}

Text law_range(Arena *a, Range r, Str unit)
{
    Text lo = law_number(a, r.lo, unit);
    if (r.lo == r.hi) return lo;
    if (r.hi == RULES_OPEN && r.lo == 0) return text_of("分かっていない", "not known");
    if (r.hi == RULES_OPEN) return TEXT_FILL(a, "{0}以上（上限は不明）", "{1} or more (no upper bound known)", lo.in[JA], lo.in[EN]);
    Text hi = law_number(a, r.hi, unit);
    return TEXT_FILL(a, "{0}から{1}", "{2} to {3}", lo.in[JA], hi.in[JA], lo.in[EN], hi.in[EN]);
}

/* --- what is said of a fact ---------------------------------------------------------------------------------------------------------- */

Text law_codes_text(Arena *a, const LawClass *k, uint64_t mask)
{
    Buf b[LANGS];
    for (int l = 0; l < LANGS; l++) buf_init(&b[l], a, 64);
    for (size_t i = 0; k && i < k->n; i++) {
        if (!(mask >> i & 1)) continue;
        if (b[JA].n) buf_addc(&b[JA], "、"), buf_addc(&b[EN], ", ");
        buf_add(&b[JA], k->titles[i].in[JA]), buf_add(&b[EN], k->titles[i].in[EN]);
    }
    if (!b[JA].n) return text_of("なし", "none");
    return (Text){{buf_str(&b[JA]), buf_str(&b[EN])}};
}

static Text unknown_text(uint8_t why)
{
    if (why & WHY_PACK) return text_of("法令データに無い", "not in the law data");
    if (why & WHY_FUTURE) return text_of("まだ決まっていない", "not settled yet");
    if (why & WHY_CANNOT_KNOW) return text_of("分からない", "cannot be known");
    return text_of("未入力", "not entered");
}

static Text count_text(Arena *a, const LawJudge *j, const LawFact *f, const FactValue *v)
{
    Buf b[LANGS];
    const LawClass *k = f->per == NONE ? NULL : &j->s->classes[j->s->facts[f->per].cls];
    Text all = law_range(a, v->range, f->unit);
    if (!v->by_given) return v->estimate ? TEXT_FILL(a, "約{0}（推計）", "about {1} (an estimate)", all.in[JA], all.in[EN]) : all;
    for (int l = 0; l < LANGS; l++) buf_init(&b[l], a, 64);
    for (size_t i = 0; k && i < k->n; i++) {
        if (!(v->by_given >> i & 1)) continue;
        Text one = law_range(a, v->by[i], f->unit);
        buf_printf(&b[JA], "%s%.*s %.*s", b[JA].n ? "、" : "", STR_ARG(k->titles[i].in[JA]), STR_ARG(one.in[JA]));
        buf_printf(&b[EN], "%s%.*s: %.*s", b[EN].n ? ", " : "", STR_ARG(k->titles[i].in[EN]), STR_ARG(one.in[EN]));
    }
    return (Text){{buf_str(&b[JA]), buf_str(&b[EN])}};
}

static Text when_text(Arena *a, Range r)
{
    Text lo = law_instant_text(a, r.lo), hi = law_instant_text(a, r.hi);
    if (r.lo == r.hi) return lo;
    if (r.lo == INT64_MIN) return TEXT_FILL(a, "{0}まで", "{1} or before", hi.in[JA], hi.in[EN]);
    return TEXT_FILL(a, "{0}から{1}の間", "between {2} and {3}", lo.in[JA], hi.in[JA], lo.in[EN], hi.in[EN]);
}

Text law_fact_text(Arena *a, const LawJudge *j, int fact)
{
    const FactValue *v = &j->facts->values[fact];
    const LawFact *f = &j->s->facts[fact];
    const LawClass *k = f->cls == NONE ? NULL : &j->s->classes[f->cls];
    bool nothing = v->unknown & ~WHY_RANGE;
    if (f->type == FACT_SET && v->sure != v->possible) {
        Text sure = law_codes_text(a, k, v->sure);
        return v->sure ? TEXT_FILL(a, "{0}（ほかは不明）", "{1} (others not known)", sure.in[JA], sure.in[EN]) : unknown_text(v->unknown);
    }
    if (nothing) return unknown_text(v->unknown);
    if (f->type == FACT_BOOL) return v->possible & 1 ? text_of("はい", "yes") : text_of("いいえ", "no");
    if (f->type == FACT_TIME) return when_text(a, v->range);
    if (f->type == FACT_COUNT) return count_text(a, j, f, v);
    Text codes = law_codes_text(a, k, v->possible);
    if (f->type == FACT_CHOICE && (v->possible & (v->possible - 1))) return TEXT_FILL(a, "{0} のどれか", "one of {1}", codes.in[JA], codes.in[EN]);
    return codes;
}

/* --- citations: numbers of the law, never positions -------------------------------------------------------------------------------- */

Str word_at(Arena *a, const json_t *at, const char *key)
{
    const json_t *v = json_object_get(at, key);
    if (json_is_integer(v)) return str_printf(a, "%lld", (long long)json_integer_value(v));
    return json_str_of(v);
}

/* "58_2" is 第58条の2. */
static void article_text(Buf *b, Str art)
{
    Str head, rest = art;
    if (!art.n) return;
    str_cut(&rest, '_', &head);
    buf_printf(b, "第%.*s条", STR_ARG(head));
    while (str_cut(&rest, '_', &head)) buf_printf(b, "の%.*s", STR_ARG(head));
}

static void japanese_at(Buf *b, Arena *a, const json_t *at)
{
    static const char *const iroha[] = {"イ", "ロ", "ハ", "ニ", "ホ", "ヘ", "ト", "チ", "リ", "ヌ", "ル", "ヲ", "ワ", "カ", "ヨ", "タ", "レ", "ソ", "ツ", "ネ"};
    Str par = word_at(a, at, "par"), item = word_at(a, at, "item"), sub1 = word_at(a, at, "sub1"), sub2 = word_at(a, at, "sub2"), row = word_at(a, at, "row"), suppl = word_at(a, at, "suppl");
    int64_t n = 0;
    if (suppl.n) buf_addc(b, "附則");
    article_text(b, word_at(a, at, "art"));
    if (par.n) buf_printf(b, "第%.*s項", STR_ARG(par));
    if (item.n) {
        Str head, rest = item;
        str_cut(&rest, '_', &head);
        buf_printf(b, "第%.*s号", STR_ARG(head));
        if (rest.n) buf_printf(b, "の%.*s", STR_ARG(rest));
    }
    if (sub1.n) buf_addc(b, str_int(sub1, &n) && n >= 1 && n <= (int64_t)COUNT(iroha) ? iroha[n - 1] : str_c(a, sub1));
    if (sub2.n) buf_printf(b, "(%.*s)", STR_ARG(sub2));
    if (row.n) buf_printf(b, "表%.*sの項", STR_ARG(row));
    if (json_is_true(json_object_get(at, "proviso"))) buf_addc(b, "ただし書");
}

static void other_at(Buf *b, Arena *a, const json_t *at)
{
    static const struct { const char *key, *word; } parts[] = {{"art", "art. "}, {"sec", "§ "}, {"par", " para. "}, {"point", " point "}, {"item", " item "}, {"row", " row "}, {"recital", "recital "}, {"annex", "annex "}, {"page", "p. "}, {"figure", "figure "}};
    for (size_t i = 0; i < COUNT(parts); i++) {
        Str v = word_at(a, at, parts[i].key);
        if (v.n) buf_printf(b, "%s%.*s", parts[i].word, STR_ARG(v));
    }
}

Text law_citation(Arena *a, const LawSet *s, const json_t *cite)
{
    const json_t *src = law_entry(s->law->sources, text_at(cite, "src")), *at = json_object_get(cite, "at");
    Text title = law_text(src, "title");
    Buf ja, en;
    bool japan = str_eqc(text_at(src, "kind"), "jp-law");
    buf_init(&ja, a, 128), buf_init(&en, a, 128);
    buf_add(&ja, title.in[JA].n ? title.in[JA] : text_at(cite, "src"));
    buf_add(&en, title.in[EN].n ? title.in[EN] : text_at(cite, "src"));
    if (at) buf_addc(&en, " ");
    if (japan) japanese_at(&ja, a, at);
    else if (at) buf_addc(&ja, " "), other_at(&ja, a, at);
    other_at(&en, a, at);
    Str sub1 = word_at(a, at, "sub1"), sub2 = word_at(a, at, "sub2");
    if (sub1.n) buf_printf(&en, " (%.*s)", STR_ARG(sub1));
    if (sub2.n) buf_printf(&en, "(%.*s)", STR_ARG(sub2));
    return (Text){{buf_str(&ja), buf_str(&en)}};
}

/* --- questions ------------------------------------------------------------------------------------------------------------------------ */

Text law_ask(Arena *a, const LawSet *s, Ask ask)
{
    const LawFact *f = &s->facts[ask.fact];
    if (ask.aspect == ASK_END) return text_of("復旧した時刻", "when it was restored");
    if (ask.aspect == ASK_ONSET) return text_of("始まった時刻（もっと正確に）", "when it began, more exactly");
    if (ask.aspect == ASK_NUMBERS) return TEXT_FILL(a, "{0}（数をもっと正確に）", "{1} (the numbers, more exactly)", f->ask.in[JA], f->ask.in[EN]);
    return f->ask;
}

static const struct { uint8_t bit; Text why; } origins[] = {{WHY_FUTURE, TEXT("まだ終わっていないため", "because it is not over")}, {WHY_PACK, TEXT("法令データに無いことがあるため", "because the law data do not say")},
    {WHY_NOT_ASKED, TEXT("未入力の事実があるため", "because facts have not been entered")}, {WHY_CANNOT_KNOW, TEXT("分からない事実があるため", "because facts cannot be known")},
    {WHY_RANGE, TEXT("数や時刻が幅で書かれているため", "because numbers or times are ranges")}};

Text law_origin(Arena *a, uint8_t origin)
{
    Buf b[LANGS];
    for (int l = 0; l < LANGS; l++) buf_init(&b[l], a, 64);
    for (size_t i = 0; i < COUNT(origins); i++) {
        if (!(origin & origins[i].bit)) continue;
        if (b[JA].n) buf_addc(&b[JA], "、"), buf_addc(&b[EN], ", ");
        buf_add(&b[JA], origins[i].why.in[JA]), buf_add(&b[EN], origins[i].why.in[EN]);
    }
    return (Text){{buf_str(&b[JA]), buf_str(&b[EN])}};
}

/* --- the headline ------------------------------------------------------------------------------------------------------------------------ */

static Text turn_text(Arena *a, const LawJudge *j, const LawVerdict *v)
{
    Text at = law_instant_text(a, v->turn_at), in = law_number(a, (v->turn_at - j->facts->as_of + 59999) / 60000 * 60000, STR("min")), to = verdict_rows[v->turn_to].title;
    return TEXT_FILL(a, "このまま続けば {0} に「{1}」になります（あと{2}）。", "If it goes on, it becomes \"{4}\" at {3} (in {5}).", at.in[JA], to.in[JA], in.in[JA], at.in[EN], to.in[EN], in.in[EN]);
}

static Text joined(Arena *a, Text x, Text y) { return (Text){{str_join(a, x.in[JA], STR(""), y.in[JA]), str_join(a, x.in[EN], STR(" "), y.in[EN])}}; }

static Text undecided(Arena *a, const LawJudge *j, const LawVerdict *v)
{
    Text why = law_origin(a, v->v.origin), out = TEXT_FILL(a, "未確定（{0}）。", "Undecided, {1}.", why.in[JA], why.in[EN]);
    if (v->v.either >= 0) {
        Text other = j->s->rules[v->v.either].title;
        out = joined(a, out, TEXT_FILL(a, "これか「{0}」のどちらかには必ず該当します。", "This or \"{1}\" is certainly met.", other.in[JA], other.in[EN]));
    }
    return v->turns ? joined(a, out, turn_text(a, j, v)) : out;
}

/* What may never open a duty says so in its first words. */
static Text met(Arena *a, const LawJudge *j, const LawVerdict *v)
{
    LawKind kind = j->s->rules[v->rule].item->kind;
    if (j->s->rules[v->rule].item->overlay) {
        const LawOverlay *own = j->s->rules[v->rule].item->overlay;
        return TEXT_FILL(a, "自分たちの基準（{0}）に達しました（法令上の報告義務ではありません）。", "The own threshold of {1} is reached (no duty of the law to report).", own->title.in[JA], own->title.in[EN]);
    }
    if (kind == LAW_LEVEL) return text_of("計画上の水準に達しました（法令上の報告義務ではありません）。", "The level of the plan is reached (no duty of the law to report).");
    if (kind == LAW_WATCH) return text_of("指定などの基準に達しています（報告義務ではありません）。", "The threshold of the designation is reached (no duty to report).");
    if (!v->version || law_status_rows[v->version->status].opens) return text_of("該当します。", "Met.");
    Text shown = law_text(v->version->json, "shown_as");
    return shown.in[JA].n ? shown : text_of("この文どおりなら該当しますが、確認できていないため、報告の義務は生じさせません。", "By this text it would be met; as it is not verified, no duty to report is opened.");
}

Text law_headline(Arena *a, const LawJudge *j, const LawVerdict *v)
{
    switch (v->v.kind) {
    case VERDICT_MET: return met(a, j, v);
    case VERDICT_NOT_MET: {
        Text no = text_of("該当しません。", "Not met.");
        return v->turns ? joined(a, no, turn_text(a, j, v)) : no;
    }
    case VERDICT_UNDECIDED: return undecided(a, j, v);
    case VERDICT_COVERED: {
        Text other = v->v.covered_by >= 0 ? j->s->rules[v->v.covered_by].title : (Text){{STR("")}};
        return TEXT_FILL(a, "「{0}」に該当するため、そちらによります。", "Covered: \"{1}\" is met and takes its place.", other.in[JA], other.in[EN]);
    }
    case VERDICT_NOT_BOUND: return text_of("この事業者は対象ではありません。", "This operator is not bound by it.");
    default: return text_of("その日に当てはまる版が法令データにありません。自分で条文を確かめてください。", "The law data have no version for that day. Check the text of the law yourself.");
    }
}
