/* quotes.c -- the numbers of a rule stand in the words that it quotes, with the same operator: 三万以上 is at_least 30000. */
#include "law/numeral.h"

enum { AMOUNTS_MAX = 200, NUMERALS_MAX = 40 };

typedef struct Figure {
    int64_t value;
    Measured measures;
    const char *op;
    Str shown;
    bool tiny; /* 0 and 1 are often said without a number */
} Figure;

typedef struct Figures {
    const Part *p;
    Figure list[AMOUNTS_MAX];
    size_t n;
} Figures;

static const char *const op_names[] = {"at_least", "more_than", "at_most", "less_than"};

static void amount_put(Figures *out, int64_t n, Str unit, const char *op)
{
    if (out->n == AMOUNTS_MAX) return;
    Str shown = str_printf(out->p->c->a, "%s %lld %.*s", op, (long long)n, STR_ARG(unit));
    out->list[out->n++] = (Figure){scaled(n, unit_factor(unit)), unit_measures(unit), op, shown, n <= 1};
}

/* "0.5" percent in thousandths. */
static int64_t thousandths(Str s)
{
    int64_t v = 0, places = -1;
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '.') places = 0;
        else if (places < 3) v = v * 10 + (s.s[i] - '0'), places += places >= 0;
    }
    for (places = places < 0 ? 0 : places; places < 3; places++) v *= 10;
    return v;
}

static void amount_add(Figures *out, const json_t *amount, const char *op)
{
    static const char *const lists[] = {"smaller_of", "larger_of"};
    const json_t *n = json_object_get(amount, "n");
    Str share = text_at(amount, "share");
    if (n) amount_put(out, json_integer_value(n), text_at(amount, "unit"), op);
    if (share.n && out->n < AMOUNTS_MAX) out->list[out->n++] = (Figure){thousandths(share), MEASURED_PERCENT, op, str_printf(out->p->c->a, "%s %.*s %%", op, STR_ARG(share)), false};
    for (size_t l = 0; l < COUNT(lists); l++) {
        const json_t *list = json_object_get(amount, lists[l]);
        for (size_t i = 0; i < json_array_size(list); i++) amount_add(out, json_array_get(list, i), op);
    }
}

static void own_amounts(Figures *out, const json_t *o)
{
    const json_t *n = json_object_get(json_object_get(o, "at_least_of"), "n");
    for (size_t i = 0; i < COUNT(op_names); i++)
        if (json_is_object(json_object_get(o, op_names[i]))) amount_add(out, json_object_get(o, op_names[i]), op_names[i]);
    if (json_is_integer(n)) amount_put(out, json_integer_value(n), STR("item"), "at_least"), out->list[out->n - 1].tiny = true; /* of conditions: often no number of the law */
}

/* Of the object and of all within it. */
static void all_amounts(Figures *out, const json_t *v)
{
    const char *name;
    json_t *one;
    size_t i;
    if (json_is_object(v)) own_amounts(out, v);
    json_object_foreach((json_t *)v, name, one) all_amounts(out, one);
    json_array_foreach(v, i, one) all_amounts(out, one);
}

/* --- one text against amounts ----------------------------------------------------------------------------------------------- */

static bool same_number(const Numeral *x, const Figure *y)
{
    if (x->measures == MEASURED_NONE) return y->measures == MEASURED_PERCENT ? scaled(x->value, 1000) == y->value : y->measures == MEASURED_COUNT && x->value == y->value;
    return x->measures == y->measures && x->value == y->value;
}

static bool same_op(const Numeral *x, const Figure *y)
{
    return !x->op || !strcmp(x->op, y->op);
}

static Str numerals_text(Arena *a, const Numeral *list, size_t n)
{
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? "、" : "", STR_ARG(list[i].text));
    return n ? buf_str(&b) : STR("–");
}

static Str amounts_text(Arena *a, const Figures *m)
{
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < m->n && i < 6; i++) buf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(m->list[i].shown));
    if (m->n > 6) buf_addc(&b, ", …");
    return buf_str(&b);
}

/* Every amount stands in the words. */
static bool amounts_stand(const Part *p, const Figures *m, const Numeral *list, size_t n, Str path)
{
    bool good = true;
    for (size_t i = 0; i < m->n; i++) {
        const Figure *y = &m->list[i];
        bool number = false, op = false;
        for (size_t k = 0; k < n; k++)
            if (same_number(&list[k], y)) number = true, op = op || same_op(&list[k], y);
        if (op || (!number && (y->tiny || y->measures == MEASURED_PRODUCT))) continue;
        good = false;
        doc_wrong(&p->d, path, "words", number ? TEXT_FILL(p->c->a, "語は「{0}」、規則は {1} です（以上 at_least、超える more_than、以下・以内 at_most、未満 less_than）。", "The words say {0}, the rule {1} (以上 at_least, 超える more_than, 以下 and 以内 at_most, 未満 less_than).", numerals_text(p->c->a, list, n), y->shown)
                                               : TEXT_FILL(p->c->a, "規則の {1} が語にありません。語の数: {0}", "{1} of the rule does not stand in the words, which have: {0}", numerals_text(p->c->a, list, n), y->shown));
    }
    return good;
}

/* Every number that the words compare with is an amount. `all`: those without an operator too, as in the rows of tables. */
static void numerals_stand(const Part *p, const Figures *m, const Numeral *list, size_t n, bool all, Str path)
{
    for (size_t k = 0; k < n; k++) {
        bool counts = list[k].op || (all && (list[k].measures != MEASURED_NONE || list[k].apart)), found = false;
        for (size_t i = 0; i < m->n && !found; i++) found = same_number(&list[k], &m->list[i]) && same_op(&list[k], &m->list[i]);
        if (counts && !found)
            doc_wrong(&p->d, path, "words", TEXT_FILL(p->c->a, "語の「{0}」が規則にありません。規則は: {1}", "{0} of the words is not in the rule, which has: {1}", list[k].text, amounts_text(p->c->a, m)));
    }
}

typedef enum { WHOLE /* each amount stands there, and each number */, ROW /* numbers without an operator count as well */, PARTLY /* what stands there is an amount */ } How;

static void words_check(const Part *p, const Figures *m, Str words, How how, Str path)
{
    Numeral list[NUMERALS_MAX];
    size_t n = numerals_in(words, list, NUMERALS_MAX);
    if (!words.n || !m->n) return;
    if (how == PARTLY || amounts_stand(p, m, list, n, path)) numerals_stand(p, m, list, n, how == ROW, path);
}

/* "words" of an object, and what its citations quote. */
static void object_check(const Part *p, const Figures *m, const json_t *o, How how, Str path)
{
    Arena *a = p->c->a;
    const json_t *cites = json_object_get(o, "cite");
    words_check(p, m, text_at(json_object_get(o, "words"), "ja"), how, path_of(a, path, "words/ja"));
    for (size_t i = 0; i < json_array_size(cites); i++)
        words_check(p, m, text_at(json_object_get(json_array_get(cites, i), "quote"), "ja"), PARTLY, path_of(a, path_at(a, path_of(a, path, "cite"), i), "quote/ja"));
}

/* --- where words stand ---------------------------------------------------------------------------------------------------------- */

static Figures *amounts_new(const Part *p)
{
    Figures *m = arena_new(p->c->a, Figures);
    m->p = p;
    return m;
}

static void rows_check(const Part *p, const json_t *rows, Str path)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        Figures *m = amounts_new(p);
        all_amounts(m, json_array_get(rows, i));
        object_check(p, m, json_array_get(rows, i), ROW, path_at(p->c->a, path, i));
    }
}

static void condition_words(void *self, const json_t *c, Str path, size_t depth)
{
    const Part *p = self;
    Figures *m = amounts_new(p);
    UNUSED(depth);
    bool leaf = json_object_get(c, "fact") || json_object_get(c, "measure");
    all_amounts(m, c);
    object_check(p, m, c, leaf ? WHOLE : PARTLY, path);
    rows_check(p, json_object_get(json_object_get(c, "table"), "rows"), path_of(p->c->a, path, "table/rows"));
}

static void exceptions_words(const Part *p)
{
    const json_t *list = json_object_get(p->json, "except");
    for (size_t i = 0; i < json_array_size(list); i++) {
        Figures *m = amounts_new(p);
        all_amounts(m, json_object_get(json_array_get(list, i), "when"));
        object_check(p, m, json_array_get(list, i), PARTLY, path_at(p->c->a, path_of(p->c->a, p->path, "except"), i));
    }
}

static void version_words(const Part *p)
{
    Figures *m = amounts_new(p);
    all_amounts(m, json_object_get(p->json, "condition"));
    all_amounts(m, json_object_get(p->json, "except"));
    object_check(p, m, p->json, PARTLY, p->path);
}

/* {"within"} with its words. */
static void within_words(const Part *p, const json_t *within, const json_t *o, Str path)
{
    Figures *m = amounts_new(p);
    if (!within) return;
    amount_put(m, json_integer_value(json_object_get(within, "n")), text_at(within, "unit"), "at_most");
    m->list[0].tiny = false;
    object_check(p, m, o, WHOLE, path);
}

static void duty_words(const Part *p, const json_t *duty, Str path)
{
    const json_t *variants = json_object_get(duty, "variants"), *guide = json_object_get(duty, "guide");
    within_words(p, json_object_get(duty, "within"), duty, path);
    within_words(p, json_object_get(guide, "within"), guide, path_of(p->c->a, path, "guide"));
    for (size_t i = 0; i < json_array_size(variants); i++)
        within_words(p, json_object_get(json_object_get(json_array_get(variants, i), "set"), "within"), json_array_get(variants, i), path_at(p->c->a, path_of(p->c->a, path, "variants"), i));
}

void quotes_check(const Part *p)
{
    const json_t *duties = json_object_get(p->json, "duties");
    each_condition(p, condition_words, (void *)p);
    exceptions_words(p);
    version_words(p);
    for (size_t i = 0; i < json_array_size(duties); i++) duty_words(p, json_array_get(duties, i), path_at(p->c->a, path_of(p->c->a, p->path, "duties"), i));
}

/* --- numbers that no words bear out ---------------------------------------------------------------------------------------------- */

enum { SAID_MAX = 400 };

typedef struct Said {
    Numeral list[SAID_MAX];
    size_t n;
} Said;

/* All numbers in the words and quotes of a version, but for those that tell what is not known. */
static void said_in(Said *out, const json_t *v)
{
    const char *name;
    json_t *one;
    size_t i;
    json_object_foreach((json_t *)v, name, one) {
        if (words_have("gaps readings unread transition examples guide", str_of(name))) continue;
        if (!strcmp(name, "words") || !strcmp(name, "quote")) out->n += numerals_in(text_at(one, "ja"), out->list + out->n, SAID_MAX - out->n);
        else said_in(out, one);
    }
    json_array_foreach(v, i, one) said_in(out, one);
}

static bool is_said(const Said *said, const Figure *y)
{
    if (y->tiny || y->measures == MEASURED_PRODUCT) return true;
    for (size_t k = 0; k < said->n; k++)
        if (same_number(&said->list[k], y) && same_op(&said->list[k], y)) return true;
    return false;
}

static void within_figures(Figures *m, const json_t *duties)
{
    for (size_t i = 0; i < json_array_size(duties); i++) {
        const json_t *within = json_object_get(json_array_get(duties, i), "within");
        if (within) amount_put(m, json_integer_value(json_object_get(within, "n")), text_at(within, "unit"), "at_most");
    }
}

static bool shown_before(const Figures *m, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(m->list[i].shown, m->list[at].shown)) return true;
    return false;
}

/* Of a version that says its text was read. */
void unquoted_check(const Part *p, Mistakes *warnings)
{
    Figures *m = amounts_new(p);
    Said *said = arena_new(p->c->a, Said);
    Buf b;
    Doc d = item_doc(p->item, p->c->a, warnings);
    if (!str_eqc(status_of(p->json), "verified")) return;
    buf_init(&b, p->c->a, 128);
    said_in(said, p->json);
    all_amounts(m, json_object_get(p->json, "condition"));
    all_amounts(m, json_object_get(p->json, "except"));
    within_figures(m, json_object_get(p->json, "duties"));
    for (size_t i = 0; i < m->n; i++)
        if (!is_said(said, &m->list[i]) && !shown_before(m, i)) buf_printf(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(m->list[i].shown));
    if (b.n) doc_wrong(&d, p->path, "unquoted", TEXT_FILL(p->c->a, "条文を読んだ版ですが、次の数を裏づける語が引かれていません: {0}", "The text was read, but no words are quoted that bear out: {0}", buf_str(&b)));
}
