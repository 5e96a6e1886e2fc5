/* changes.c -- what was written otherwise between two states of a pack, in words: "row 5b, users: at least 1,000,000 users -> at least 100,000 users". */
#include "law/diff.h"
#include "law/inside.h"

typedef struct Diff { Arena *a; LawTexts *out; Text where; } Diff;

static Text both(Str s) { return (Text){{s, s}}; }

static void add(Diff *d, Text what)
{
    LawTexts *o = d->out;
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 64;
        o->list = arena_grow(d->a, o->list, o->cap * sizeof *o->list, cap * sizeof *o->list);
        o->cap = cap;
    }
    o->list[o->n++] = TEXT_FILL(d->a, "{0}：{1}", "{2}: {3}", d->where.in[JA], what.in[JA], d->where.in[EN], what.in[EN]);
}

static void add_change(Diff *d, Text from, Text to) { add(d, TEXT_FILL(d->a, "{0} → {1}", "{2} -> {3}", from.in[JA], to.in[JA], from.in[EN], to.in[EN])); }

static Text within(Diff *d, Text part)
{
    Text was = d->where;
    d->where = was.in[JA].n ? TEXT_FILL(d->a, "{0}、{1}", "{2}, {3}", was.in[JA], part.in[JA], was.in[EN], part.in[EN]) : part;
    return was;
}

/* --- values in words ----------------------------------------------------------------------------------------------------------- */

static Text json_short(Diff *d, const json_t *v)
{
    Buf b;
    JsonOut out = {&b, false};
    if (!v) return text_of("なし", "none");
    if (json_is_null(v)) return text_of("（定めなし）", "(open)");
    if (json_is_string(v)) return both(json_str_of(v));
    buf_init(&b, d->a, 64);
    json_value(&out, v);
    Str s = buf_str(&b);
    return s.n <= 160 ? both(s) : both(str_join(d->a, str_slice(s, 0, 150), STR(" …"), STR("")));
}

static bool is_number(const json_t *v) { return json_is_integer(json_object_get(v, "n")) && json_is_string(json_object_get(v, "unit")); }

static Text value_text(Diff *d, const json_t *v)
{
    static const struct { const char *key; Text words; } units[] = {{"week", TEXT("週", " weeks")}, {"month", TEXT("月", " months")}, {"year", TEXT("年", " years")}};
    if (json_is_object(v) && json_is_string(json_object_get(v, "ja")) && json_object_size(v) <= 2) return (Text){{text_at(v, "ja"), text_at(v, "en")}};
    if (!is_number(v)) return json_short(d, v);
    int64_t n = json_integer_value(json_object_get(v, "n"));
    Str unit = text_at(v, "unit");
    for (size_t i = 0; i < COUNT(units); i++)
        if (str_eqc(unit, units[i].key)) return TEXT_FILL(d->a, "{0}{1}", "{0}{2}", str_printf(d->a, "%lld", (long long)n), units[i].words.in[JA], units[i].words.in[EN]);
    return law_number(d->a, n * (law_unit(unit) ? law_unit(unit) : 1), unit);
}

/* --- keys whose change is said as one ------------------------------------------------------------------------------------------- */

static const struct { const char *key; Text words; } comparisons[] = {{"at_least", TEXT("{0}以上", "at least {0}")}, {"more_than", TEXT("{0}を超える", "more than {0}")}, {"at_most", TEXT("{0}以下", "at most {0}")},
    {"less_than", TEXT("{0}未満", "less than {0}")}};

static int comparison_of(const json_t *o)
{
    for (size_t i = 0; i < COUNT(comparisons); i++)
        if (json_object_get(o, comparisons[i].key)) return (int)i;
    return NONE;
}

static Text compared(Diff *d, const json_t *o, int which)
{
    Text amount = value_text(d, json_object_get(o, comparisons[which].key));
    Text ja = TEXT_FILL(d->a, comparisons[which].words.in[JA].s, "", amount.in[JA]), en = TEXT_FILL(d->a, "", comparisons[which].words.in[EN].s, amount.in[EN]);
    return (Text){{ja.in[JA], en.in[EN]}};
}

static bool is_comparison(const char *key)
{
    for (size_t i = 0; i < COUNT(comparisons); i++)
        if (strcmp(key, comparisons[i].key) == 0) return true;
    return false;
}

/* --- objects and lists ---------------------------------------------------------------------------------------------------------------- */

static void values(Diff *d, const json_t *x, const json_t *y);

static Text key_text(const char *key)
{
    static const struct { const char *key; Text words; } words[] = {{"lasts", TEXT("時間", "time")}, {"users", TEXT("利用者", "users")}, {"first_day", TEXT("始まりの日", "first day")}, {"last_day", TEXT("終わりの日", "last day")},
        {"chosen_by", TEXT("版を選ぶ時点", "clock that chooses")}, {"within", TEXT("期限", "deadline")}, {"from", TEXT("起算", "counted from")}, {"check", TEXT("確認", "check")}, {"on", TEXT("確認した日", "checked on")},
        {"again_by", TEXT("次の確認", "to be checked by")}, {"status", TEXT("確認の程度", "status")}, {"title", TEXT("題", "title")}, {"words", TEXT("条文の言葉", "words of the law")}, {"cite", TEXT("根拠", "citation")}, {"to", TEXT("宛先", "addressee")}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i].key, key) == 0) return words[i].words;
    return both(str_of(key));
}

static void objects(Diff *d, const json_t *x, const json_t *y)
{
    const char *key;
    json_t *v;
    static const char *const silent[] = {"note", "examples", "how", "id", "v"}, *const plain[] = {"versions", "condition", "table", "rows", "all", "any", "none", "duties", "when"};
    int old = comparison_of(x), new = comparison_of(y);
    if (old != NONE && new != NONE && (old != new || !json_equal(json_object_get(x, comparisons[old].key), json_object_get(y, comparisons[new].key)))) add_change(d, compared(d, x, old), compared(d, y, new));
    for (int turn = 0; turn < 2; turn++) {
        json_object_foreach((json_t *)(turn ? y : x), key, v) {
            const json_t *other = json_object_get(turn ? x : y, key);
            bool skip = (turn && other) || (old != NONE && new != NONE && is_comparison(key)) || (other && json_equal(v, other)), quiet = false;
            for (size_t i = 0; i < COUNT(silent); i++) skip = skip || strcmp(key, silent[i]) == 0;
            if (skip) continue;
            for (size_t i = 0; i < COUNT(plain); i++) quiet = quiet || strcmp(key, plain[i]) == 0;
            Text was = d->where;
            if (!quiet || !other) within(d, key_text(key));
            values(d, turn ? NULL : v, turn ? v : other);
            d->where = was;
        }
    }
}

/* What tells the elements of a list apart. */
static Str name_of(const json_t *o)
{
    static const char *const keys[] = {"id", "v", "code", "rule", "rev", "fact", "judgement", "measure", "same"};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (json_is_string(json_object_get(o, keys[i]))) return text_at(o, keys[i]);
    return (Str){0};
}

static Text title_of(Diff *d, const json_t *o)
{
    Str name = name_of(o);
    Text words = law_text(o, "words");
    if (!words.in[JA].n) words = law_text(o, "title");
    if (!name.n && json_is_string(o)) name = json_str_of(o);
    if (!words.in[JA].n) return name.n ? both(name) : json_short(d, o);
    return TEXT_FILL(d->a, "{0}「{1}」", "{0} \"{2}\"", name, words.in[JA], words.in[EN]);
}

/* The same element in the other list: by name; what has none by itself, or by its place where both have as many. */
static const json_t *partner(const json_t *list, const json_t *one, size_t at, bool same_length)
{
    Str name = name_of(one);
    size_t i;
    json_t *other;
    json_array_foreach(list, i, other)
        if (name.n ? str_eq(name_of(other), name) && (!same_length || json_array_size(list) == 1 || i == at || !json_object_get(one, "fact")) : json_equal(other, one)) return other;
    other = json_array_get(list, at);
    return same_length && json_is_object(one) && !name.n && !name_of(other).n ? other : NULL;
}

static void lists(Diff *d, const json_t *x, const json_t *y)
{
    bool same = json_array_size(x) == json_array_size(y);
    size_t i;
    json_t *one;
    json_array_foreach(x, i, one) {
        const json_t *other = partner(y, one, i, same);
        if (!other) add(d, TEXT_FILL(d->a, "「{0}」がなくなった", "\"{1}\" is gone", title_of(d, one).in[JA], title_of(d, one).in[EN]));
        else if (!json_equal(one, other)) {
            Text was = d->where;
            if (name_of(one).n) within(d, both(name_of(one)));
            values(d, one, other);
            d->where = was;
        }
    }
    json_array_foreach(y, i, one)
        if (!partner(x, one, i, same)) add(d, TEXT_FILL(d->a, "「{0}」が加わった", "\"{1}\" is new", title_of(d, one).in[JA], title_of(d, one).in[EN]));
}

static void values(Diff *d, const json_t *x, const json_t *y)
{
    bool text = json_is_object(x) && json_is_string(json_object_get(x, "ja"));
    if (json_is_object(x) && json_is_object(y) && !is_number(x) && !text) objects(d, x, y);
    else if (json_is_array(x) && json_is_array(y)) lists(d, x, y);
    else add_change(d, value_text(d, x), value_text(d, y));
}

/* --- files ------------------------------------------------------------------------------------------------------------------------------ */

static const LawItem *item_find(const Law *l, const LawItem *it)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].kind == it->kind && str_eq(l->items[i].id, it->id)) return &l->items[i];
    return NULL;
}

static void items(Diff *d, const Law *x, const Law *y)
{
    for (size_t i = 0; i < x->n; i++) {
        const LawItem *it = &x->items[i], *other = item_find(y, it);
        if (it->kind == LAW_INCIDENT) continue;
        d->where = both(it->id);
        if (!other) add(d, text_of("なくなった", "gone"));
        else if (!json_equal(it->json, other->json)) objects(d, it->json, other->json);
    }
    for (size_t i = 0; i < y->n; i++) {
        d->where = both(y->items[i].id);
        if (y->items[i].kind != LAW_INCIDENT && !item_find(x, &y->items[i])) add(d, text_of("加わった", "new"));
    }
}

void law_diff_texts(Arena *a, const LawSet *was, const LawSet *is, LawTexts *out)
{
    Diff d = {.a = a, .out = out};
    const Law *x = was->law, *y = is->law;
    const struct { Text name; const json_t *x, *y; } sides[] = {{TEXT("事実", "facts"), x->facts, y->facts}, {TEXT("符号", "classes"), x->classes, y->classes}, {TEXT("出典", "sources"), x->sources, y->sources},
        {TEXT("宛先", "authorities"), x->authorities, y->authorities}, {TEXT("数え方", "counting"), x->counting, y->counting}, {TEXT("休日の扱い", "rolls"), x->rolls, y->rolls}};
    *out = (LawTexts){0};
    items(&d, x, y);
    for (size_t i = 0; i < COUNT(sides); i++) {
        d.where = sides[i].name;
        lists(&d, sides[i].x, sides[i].y);
    }
}
