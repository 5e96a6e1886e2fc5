/* sentences.c -- a rule of the law in sentences, beside the words of the law that it quotes: what an expert reads to check it. */
#include "law/author.h"
#include "law/check.h"

typedef struct Page {
    Buf *b;
    Arena *a;
    const LawSet *s;
    Lang lang;
} Page;

/* --- lines ------------------------------------------------------------------------------------------------------------------ */

static void line(const Page *p, int deep, Text t)
{
    for (int i = 0; i < deep; i++) buf_addc(p->b, "  ");
    buf_add(p->b, text_in(t, p->lang));
    buf_byte(p->b, '\n');
}

static void item(const Page *p, int deep, Text t)
{
    line(p, deep, TEXT_FILL(p->a, "・{0}", "- {1}", t.in[JA], t.in[EN]));
}

/* The law speaks Japanese: its words stand there in both languages. */
static void words_line(const Page *p, int deep, const json_t *o)
{
    Text w = law_text(o, "words");
    if (w.in[JA].n) line(p, deep, TEXT_FILL(p->a, "条文「{0}」", "law: \"{1}\" (「{0}」)", w.in[JA], w.in[EN]));
}

static void cites_lines(const Page *p, int deep, const json_t *o)
{
    const json_t *list = json_object_get(o, "cite");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *cite = json_array_get(list, i), *quote = json_object_get(cite, "quote");
        Text label = law_citation(p->a, p->s, cite), words = law_text(cite, "quote");
        line(p, deep, TEXT_FILL(p->a, "根拠 {0}", "source: {1}", label.in[JA], label.in[EN]));
        if (quote) line(p, deep + 1, TEXT_FILL(p->a, "「{0}」", "「{0}」", words.in[JA]));
    }
}

/* --- what is asked -------------------------------------------------------------------------------------------------------------- */

static const LawClass *class_named(const Page *p, Str id)
{
    for (size_t i = 0; i < p->s->classes_n; i++)
        if (str_eq(p->s->classes[i].id, id)) return &p->s->classes[i];
    return NULL;
}

static Text code_title(const Page *p, Str class, Str code)
{
    const LawClass *k = class_named(p, class);
    int i = k ? law_code(k, code) : NONE;
    return i == NONE ? (Text){{code, code}} : k->titles[i];
}

static void text_add(Arena *a, Text *to, Text more, const char *ja, const char *en)
{
    if (to->in[JA].n) *to = (Text){{str_join(a, to->in[JA], str_of(ja), more.in[JA]), str_join(a, to->in[EN], str_of(en), more.in[EN])}};
    else *to = more;
}

static Text codes_titles(const Page *p, Str class, const json_t *codes)
{
    Text out = {0};
    for (size_t i = 0; i < json_array_size(codes); i++) text_add(p->a, &out, code_title(p, class, json_str_of(json_array_get(codes, i))), "、", ", ");
    return out;
}

static const json_t *fact_json_of(const Page *p, Str id)
{
    int i = law_fact(p->s, id);
    return i == NONE ? NULL : p->s->facts[i].json;
}

/* The title of a fact, else its question. */
static Text fact_title(const Page *p, Str id)
{
    const json_t *f = fact_json_of(p, id);
    Text title = law_text(f, "title");
    return title.in[JA].n ? title : f ? law_text(f, "ask") : (Text){{id, id}};
}

static Str classes_of(const Page *p, Str timeline)
{
    Str set = text_at(fact_json_of(p, timeline), "classes");
    return text_at(fact_json_of(p, set), "class");
}

/* 継続時間（停止、品質の低下） */
static Text measure_title(const Page *p, const json_t *o, Str measure)
{
    Str timeline = text_at(o, "of"), class = text_at(o, "class");
    Text kinds = codes_titles(p, text_at(fact_json_of(p, timeline), "kinds"), json_object_get(o, "kind")), title = law_measure(measure);
    if (class.n) text_add(p->a, &kinds, code_title(p, classes_of(p, timeline), class), "、", ", ");
    return TEXT_FILL(p->a, "{0}（{1}）", "{2} ({3})", title.in[JA], kinds.in[JA], title.in[EN], kinds.in[EN]);
}

/* --- leaves ------------------------------------------------------------------------------------------------------------------------ */

static Text colon(const Page *p, Text x, Text y)
{
    return TEXT_FILL(p->a, "{0}：{1}", "{2}: {3}", x.in[JA], y.in[JA], x.in[EN], y.in[EN]);
}

static Text day_bound(const Page *p, const json_t *c)
{
    Day after = day_at(c, "on_or_after"), before = day_at(c, "on_or_before"), d = after != DAY_NONE ? after : before;
    Text day = day_people(p->a, d);
    return after != DAY_NONE ? TEXT_FILL(p->a, "{0}以後", "on or after {1}", day.in[JA], day.in[EN]) : TEXT_FILL(p->a, "{0}以前", "on or before {1}", day.in[JA], day.in[EN]);
}

static const struct SetRow { const char *key, *ja, *en; } set_rows[] = {
    {"in", "{0} のどれか", "one of: {1}"}, {"includes_any", "{0} のどれかを含む", "any of: {1}"}, {"includes_all", "{0} のすべてを含む", "all of: {1}"}};

static Text fact_wanted(const Page *p, const json_t *c)
{
    const json_t *is = json_object_get(c, "is");
    Str class = text_at(fact_json_of(p, text_at(c, "fact")), "class"), of = text_at(c, "class");
    if (json_is_boolean(is)) return json_is_true(is) ? text_of("はい", "yes") : text_of("いいえ", "no");
    if (json_object_get(c, "on_or_after") || json_object_get(c, "on_or_before")) return day_bound(p, c);
    for (size_t i = 0; i < COUNT(set_rows); i++) {
        const json_t *codes = json_object_get(c, set_rows[i].key);
        Text list = codes_titles(p, class, codes);
        if (json_array_size(codes) == 1 && i != 1) return list;
        if (codes) return TEXT_FILL(p->a, set_rows[i].ja, set_rows[i].en, list.in[JA], list.in[EN]);
    }
    Text needs = law_needs(p->a, p->s, c), title = of.n ? code_title(p, text_at(fact_json_of(p, text_at(fact_json_of(p, text_at(c, "fact")), "per")), "class"), of) : (Text){0};
    return of.n ? TEXT_FILL(p->a, "{0}について {1}", "{3} for {2}", title.in[JA], needs.in[JA], title.in[EN], needs.in[EN]) : needs;
}

static Text measure_wanted(const Page *p, const json_t *c)
{
    Text needs = law_needs(p->a, p->s, c);
    const json_t *with = json_object_get(c, "with");
    Text while_ = with ? law_needs(p->a, p->s, with) : (Text){0};
    return with ? TEXT_FILL(p->a, "{0}（{1} の間だけ数える）", "{2} (counted while {3})", needs.in[JA], while_.in[JA], needs.in[EN], while_.in[EN]) : needs;
}

static Text join_words(const Page *p, const json_t *c)
{
    const json_t *some = json_object_get(c, "at_least_of");
    if (json_object_get(c, "all")) return text_of("次のすべて", "all of these");
    if (json_object_get(c, "any")) return text_of("次のどれか", "any of these");
    if (json_object_get(c, "none")) return text_of("次のどれでもない", "none of these");
    if (some) return TEXT_FILL(p->a, "次のうち{0}つ以上", "at least {0} of these", str_printf(p->a, "%lld", (long long)json_integer_value(json_object_get(some, "n"))));
    return text_of("法令データでは分からない（条文を読んでいない）", "not known to the law data (the text was not read)");
}

static Text rule_title(const Page *p, Str id)
{
    int i = law_rule(p->s, id);
    return i == NONE ? (Text){{id, id}} : p->s->rules[i].title;
}

static Text condition_text(const Page *p, const json_t *c)
{
    Str rule = text_at(c, "rule"), same = text_at(c, "same"), fact = text_at(c, "fact"), judgement = text_at(c, "judgement");
    Text title = rule_title(p, rule), each;
    if (fact.n) return colon(p, fact_title(p, fact), fact_wanted(p, c));
    if (judgement.n) {
        title = fact_title(p, judgement);
        return colon(p, TEXT_FILL(p->a, "{0}（人が判断する）", "{1} (a person must say)", title.in[JA], title.in[EN]), fact_wanted(p, c));
    }
    if (json_object_get(c, "measure")) return colon(p, measure_title(p, c, text_at(c, "measure")), measure_wanted(p, c));
    if (rule.n) return TEXT_FILL(p->a, "「{0}」に該当する", "\"{1}\" is met", title.in[JA], title.in[EN]);
    if (same.n) return TEXT_FILL(p->a, "上の〔{0}〕と同じ", "the same as [{0}] above", same);
    if (!json_object_get(c, "table")) return join_words(p, c);
    each = fact_title(p, text_at(json_object_get(c, "table"), "each"));
    return TEXT_FILL(p->a, "「{0}」のどれか一つについて、表のどれかの項に当たる（区分をまたいで足さない）", "for any one of \"{1}\", a row of the table (classes are never added up)", each.in[JA], each.in[EN]);
}

/* --- conditions ------------------------------------------------------------------------------------------------------------------------ */

static void row_lines(const Page *p, int deep, const json_t *row, const json_t *table)
{
    const json_t *columns = json_object_get(table, "columns"), *own = json_object_get(row, "measure");
    Str class = text_at(fact_json_of(p, text_at(table, "each")), "class");
    Text all = {0}, title = code_title(p, class, text_at(row, "class"));
    const char *name;
    json_t *column;
    json_object_foreach((json_t *)columns, name, column) {
        const json_t *needs = json_object_get(row, name);
        Str measure = text_at(own, name).n ? text_at(own, name) : text_at(column, "measure");
        Text m = law_measure(measure), n = law_needs(p->a, p->s, needs);
        if (needs) text_add(p->a, &all, TEXT_FILL(p->a, "{0} {1}", "{2} {3}", m.in[JA], n.in[JA], m.in[EN], n.in[EN]), "、かつ ", " and ");
    }
    item(p, deep, TEXT_FILL(p->a, "{0} {1}：{2}", "{0} {3}: {4}", text_at(row, "id"), title.in[JA], all.in[JA], title.in[EN], all.in[EN]));
    words_line(p, deep + 1, row);
    cites_lines(p, deep + 1, row);
}

static void table_lines(const Page *p, int deep, const json_t *table)
{
    const json_t *columns = json_object_get(table, "columns"), *rows = json_object_get(table, "rows");
    const char *name;
    json_t *column;
    json_object_foreach((json_t *)columns, name, column) {
        Text m = measure_title(p, column, text_at(column, "measure"));
        if (text_at(column, "precision").n) m = TEXT_FILL(p->a, "{0}、分の単位で比べる", "{1}, compared in whole minutes", m.in[JA], m.in[EN]);
        line(p, deep, TEXT_FILL(p->a, "測り方 {0}", "measured: {1}", m.in[JA], m.in[EN]));
    }
    for (size_t i = 0; i < json_array_size(rows); i++) row_lines(p, deep, json_array_get(rows, i), table);
}

static void condition_lines(const Page *p, int deep, const json_t *c)
{
    static const char *const lists[] = {"all", "any", "none"};
    Text t = condition_text(p, c), say = law_text(c, "say");
    Str id = text_at(c, "id");
    if (say.in[JA].n) t = colon(p, say, t);
    item(p, deep, id.n ? TEXT_FILL(p->a, "{0}　〔{1}〕", "{2} [{1}]", t.in[JA], id, t.in[EN]) : t);
    words_line(p, deep + 1, c);
    cites_lines(p, deep + 1, c);
    for (size_t k = 0; k < COUNT(lists); k++)
        for (size_t i = 0; i < json_array_size(json_object_get(c, lists[k])); i++) condition_lines(p, deep + 1, json_array_get(json_object_get(c, lists[k]), i));
    const json_t *some = json_object_get(json_object_get(c, "at_least_of"), "of"), *table = json_object_get(c, "table");
    for (size_t i = 0; i < json_array_size(some); i++) condition_lines(p, deep + 1, json_array_get(some, i));
    if (table) table_lines(p, deep + 1, table);
}

/* --- the version -------------------------------------------------------------------------------------------------------------------------- */

static Text days_text(const Page *p, const json_t *v)
{
    Day first = day_at(v, "first_day"), last = day_at(v, "last_day");
    Text from = first == DAY_NONE ? text_of("", "") : day_people(p->a, first), to = last == DAY_NONE ? text_of("", "") : day_people(p->a, last);
    if (first == DAY_NONE && last == DAY_NONE) return text_of("始まりも終わりも書かれていない", "no first and no last day");
    if (last == DAY_NONE) return TEXT_FILL(p->a, "{0}から", "from {1} on", from.in[JA], from.in[EN]);
    if (first == DAY_NONE) return TEXT_FILL(p->a, "{0}まで", "up to {1}", to.in[JA], to.in[EN]);
    return TEXT_FILL(p->a, "{0}から{1}まで", "{2} to {3}", from.in[JA], to.in[JA], from.in[EN], to.in[EN]);
}

static void version_head(const Page *p, const json_t *v, LawClock clock, LawStatus status)
{
    const json_t *check = json_object_get(v, "check");
    Text days = days_text(p, v), by = law_clock_rows[clock].title, is = law_status_rows[status].title;
    Str on = text_at(check, "on"), again = text_at(check, "again_by");
    line(p, 0, TEXT_FILL(p->a, "■ {0} の版：{1}（{2}で選ぶ）", "== version {0}: {3} (chosen by: {4})", text_at(v, "v"), days.in[JA], by.in[JA], days.in[EN], by.in[EN]));
    line(p, 1, TEXT_FILL(p->a, "{0}{1}{2}", "{3}{4}{5}", is.in[JA], on.n ? str_join(p->a, STR(" "), on, STR("")) : STR(""), again.n ? str_join(p->a, STR("、次の確認は "), again, STR(" まで")) : STR(""),
                        is.in[EN], on.n ? str_join(p->a, STR(" on "), on, STR("")) : STR(""), again.n ? str_join(p->a, STR(", to be read again by "), again, STR("")) : STR("")));
    cites_lines(p, 1, v);
}

typedef void ListFn(const Page *p, const json_t *o);

static void list_lines(const Page *p, const json_t *v, const char *key, const char *ja, const char *en, ListFn *fn)
{
    const json_t *list = json_object_get(v, key);
    if (json_array_size(list)) line(p, 1, text_of(ja, en));
    for (size_t i = 0; i < json_array_size(list); i++) fn(p, json_array_get(list, i));
}

static void exception_lines(const Page *p, const json_t *o)
{
    condition_lines(p, 2, json_object_get(o, "when"));
    words_line(p, 3, o);
    cites_lines(p, 3, o);
}

static void yields_lines(const Page *p, const json_t *o)
{
    Text title = rule_title(p, text_at(o, "rule"));
    item(p, 2, TEXT_FILL(p->a, "「{0}」に該当するとき", "\"{1}\" is met", title.in[JA], title.in[EN]));
    words_line(p, 3, o);
}

static void reading_lines(const Page *p, const json_t *o)
{
    Text words = law_text(o, "words");
    item(p, 2, json_object_get(o, "default") ? TEXT_FILL(p->a, "{0}（これによる）", "{1} (the one used)", words.in[JA], words.in[EN]) : words);
}

static void gap_lines(const Page *p, const json_t *o)
{
    item(p, 2, law_text(o, "words"));
    if (json_object_get(o, "when")) condition_lines(p, 3, json_object_get(o, "when"));
}

static void unread_lines(const Page *p, const json_t *o)
{
    Text words = law_text(o, "words");
    item(p, 2, TEXT_FILL(p->a, "{0}から：{1}", "from {0} on: {2}", text_at(o, "from"), words.in[JA], words.in[EN]));
}

static void version_lines(const Page *p, const LawVersion *v)
{
    const json_t *o = v->json;
    Text bound = codes_titles(p, text_at(fact_json_of(p, STR("operator_class")), "class"), json_object_get(o, "bound"));
    version_head(p, o, v->chosen_by, v->status);
    line(p, 1, TEXT_FILL(p->a, "対象：{0}", "for: {1}", bound.in[JA], bound.in[EN]));
    line(p, 1, text_of("該当するのは、次のとき", "It is met when"));
    condition_lines(p, 2, json_object_get(o, "condition"));
    list_lines(p, o, "except", "ただし、次のときは該当しない", "It is not met when", exception_lines);
    list_lines(p, o, "yields_to", "次のときは、そちらによる", "Another rule takes its place when", yields_lines);
    list_lines(p, o, "readings", "読み方", "Readings", reading_lines);
    list_lines(p, o, "gaps", "法令データで分からないこと", "What the law data do not know", gap_lines);
    list_lines(p, o, "unread", "読んでいない改正", "Amendments that were not read", unread_lines);
}

/* --- duties ----------------------------------------------------------------------------------------------------------------------------------- */

static Text period_text(const Page *p, const json_t *within)
{
    PeriodUnit unit;
    Str n = str_printf(p->a, "%lld", (long long)json_integer_value(json_object_get(within, "n")));
    if (!period_unit_of(text_at(within, "unit"), &unit)) return (Text){{n, n}};
    const struct PeriodUnitRow *u = &period_unit_rows[unit];
    return (Text){{str_join(p->a, n, STR(""), str_of(u->ja)), str_join(p->a, n, STR(" "), str_of(str_eqc(n, "1") ? u->one : u->many))}};
}

static Text clock_title(Str code)
{
    for (size_t i = 0; i < CLOCKS; i++)
        if (str_eqc(code, law_clock_rows[i].code)) return law_clock_rows[i].title;
    return (Text){{code, code}};
}

static Text earliest_text(const Page *p, const json_t *list)
{
    Text all = {0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        Text from = clock_title(text_at(o, "event")), within = period_text(p, json_object_get(o, "within"));
        text_add(p->a, &all, TEXT_FILL(p->a, "{0}から{1}", "{3} from {2}", from.in[JA], within.in[JA], from.in[EN], within.in[EN]), "、", ", ");
    }
    return TEXT_FILL(p->a, "次の早い方：{0}", "the earlier of: {1}", all.in[JA], all.in[EN]);
}

static Text due_words(const Page *p, const json_t *duty)
{
    const json_t *from = json_object_get(duty, "from"), *within = json_object_get(duty, "within");
    Str after = text_at(from, "duty");
    if (json_object_get(from, "earliest_of")) return earliest_text(p, json_object_get(from, "earliest_of"));
    if (json_object_get(duty, "on_day")) {
        Str day = str_printf(p->a, "%lld", (long long)json_integer_value(json_object_get(duty, "on_day")));
        return TEXT_FILL(p->a, "期間の翌月の{0}日まで", "by day {0} of the month after the period", day);
    }
    if (!within) return text_of("", "");
    Text start = after.n ? TEXT_FILL(p->a, "「{0}」の提出", "submission of \"{0}\"", after) : clock_title(json_str_of(from)), length = period_text(p, within);
    return TEXT_FILL(p->a, "{0}から{1}以内", "within {3} from {2}", start.in[JA], length.in[JA], start.in[EN], length.in[EN]);
}

static Text addressees(const Page *p, const json_t *duty)
{
    const json_t *to = json_object_get(duty, "to");
    Text all = {0};
    for (size_t i = 0; i < json_array_size(to); i++)
        for (size_t k = 0; k < json_array_size(p->s->law->authorities); k++) {
            const json_t *one = json_array_get(p->s->law->authorities, k);
            if (str_eq(text_at(one, "id"), json_str_of(json_array_get(to, i)))) text_add(p->a, &all, law_text(one, "title"), "、", ", ");
        }
    return all;
}

static void duty_lines(const Page *p, const json_t *duty)
{
    Text title = law_text(duty, "title"), to = addressees(p, duty), due = due_words(p, duty);
    bool promptly = json_object_get(duty, "promptly") != NULL;
    if (promptly) due = due.in[JA].n ? TEXT_FILL(p->a, "速やかに、{0}", "at once, and {1}", due.in[JA], due.in[EN]) : text_of("速やかに（日数の定めはない）", "at once (the law gives no number)");
    item(p, 2, TEXT_FILL(p->a, "{0}：{1}へ、{2}　〔{3}〕", "{4}: to {5}, {6} [{3}]", title.in[JA], to.in[JA], due.in[JA], text_at(duty, "id"), title.in[EN], to.in[EN], due.in[EN]));
    words_line(p, 3, json_object_get(duty, "promptly"));
    words_line(p, 3, duty);
    cites_lines(p, 3, duty);
    if (json_object_get(duty, "when")) line(p, 3, text_of("次のときだけ", "only when")), condition_lines(p, 4, json_object_get(duty, "when"));
    const json_t *variants = json_object_get(duty, "variants");
    for (size_t i = 0; i < json_array_size(variants); i++) {
        const json_t *v = json_array_get(variants, i);
        line(p, 3, json_object_get(v, "optional") ? text_of("次のときは、別の形によってよい", "another form may be used when") : text_of("次のときは、別の形による", "another form is used when"));
        condition_lines(p, 4, json_object_get(v, "when"));
        words_line(p, 5, v);
        cites_lines(p, 5, v);
    }
}

static void duties_lines(const Page *p, int rule)
{
    for (size_t i = 0; i < p->s->duties_n; i++) {
        const LawDuties *of = &p->s->duties[i];
        for (size_t k = 0; of->rule == rule && k < of->n; k++) {
            Text title = law_text(of->item->json, "title");
            buf_byte(p->b, '\n');
            line(p, 0, TEXT_FILL(p->a, "□ 該当したとき：{0}", "-- when it is met: {1}", title.in[JA], title.in[EN]));
            version_head(p, of->versions[k].json, of->versions[k].chosen_by, of->versions[k].status);
            for (size_t d = 0; d < of->versions[k].n; d++) duty_lines(p, of->versions[k].duties[d].json);
        }
    }
}

void law_read(Buf *b, Arena *a, const LawSet *s, int rule, Lang lang)
{
    const LawRule *r = &s->rules[rule];
    Page p = {b, a, s, lang};
    Text force = law_force_rows[r->force].title;
    line(&p, 0, r->title);
    line(&p, 0, TEXT_FILL(a, "{0}（{1}）", "{0} ({2})", r->id, force.in[JA], force.in[EN]));
    for (size_t i = 0; i < r->n; i++) buf_byte(b, '\n'), version_lines(&p, &r->versions[i]);
    duties_lines(&p, rule);
}
