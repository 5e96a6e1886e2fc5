/* shape.c -- walks a document along its shape and names every mistake, with what was expected there. */
#include "law/shape.h"

enum { VALID_MAX = 80 };

bool words_next(const char **words, Str *out)
{
    while (**words == ' ') (*words)++;
    const char *from = *words;
    while (**words && **words != ' ') (*words)++;
    *out = (Str){from, (size_t)(*words - from)};
    return out->n > 0;
}

bool words_have(const char *words, Str word)
{
    Str one;
    while (words && words_next(&words, &one))
        if (str_eq(one, word)) return true;
    return false;
}

bool id_is_good(Str id, bool source)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (source && c >= 'A' && c <= 'Z');
        if (!letter && !(i && (c == '-' || c == '_' || c == '.' || (source && c == ':')))) return false;
    }
    return id.n > 0 && id.n <= LAW_ID_MAX;
}

const Named *index_find(const Index *x, Refers what, Str id)
{
    size_t from = 0, to = x->of[what].n;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int order = str_cmp(x->of[what].list[mid].id, id);
        if (!order) return &x->of[what].list[mid];
        if (order < 0) from = mid + 1;
        else to = mid;
    }
    return NULL;
}

const Type *value_type(Str fact_type)
{
    const char *words = law_fact_types;
    Str one;
    for (size_t i = 0; words_next(&words, &one); i++)
        if (str_eq(one, fact_type)) return &law_value_types[i];
    return NULL;
}

/* --- what was expected ---------------------------------------------------------------------------------------------- */

static Text expected(Arena *a, const Type *t)
{
    Str min = str_printf(a, "%lld", (long long)t->min), max = str_printf(a, "%lld", (long long)t->max);
    switch (t->kind) {
    case T_TEXT: return text_of("日本語と英語の両方の文が要ります（{\"ja\":…,\"en\":…}）。", "A text in Japanese and English is needed ({\"ja\":…,\"en\":…}).");
    case T_QUOTE: return text_of("条文の語が要ります（{\"ja\":…} か {\"en\":…}）。", "The operative words are needed ({\"ja\":…} or {\"en\":…}).");
    case T_STR: return text_of("4000字までの文字列が要ります。", "A text of at most 4,000 characters is needed.");
    case T_ID: return text_of("英小文字、数字、-、_、. の名前（100字まで）が要ります。", "A name of lower-case letters, digits, -, _ and . (at most 100) is needed.");
    case T_WORD: return TEXT_FILL(a, "次の語のどれかが要ります: {0}", "One of these words is needed: {0}", str_of(t->words));
    case T_DAY: return text_of("日付は 2026-11-20 の形で書きます。", "A day is written 2026-11-20.");
    case T_INSTANT: return text_of("時刻は 2026-11-20T13:05+09:00 の形で書きます。", "An instant is written 2026-11-20T13:05+09:00.");
    case T_INT: return TEXT_FILL(a, "{0} から {1} までの整数が要ります（小数は書けません）。", "A whole number from {0} to {1} is needed (no fractions).", min, max);
    case T_DECIMAL: return text_of("数を文字列で書きます（\"5\"、\"0.5\"）。", "The number is written as a text (\"5\", \"0.5\").");
    case T_BOOL: return text_of("true か false です。", "It is true or false.");
    case T_TRUE: return text_of("true だけです（そうでなければ書きません）。", "Only true (left out otherwise).");
    case T_NULL: return text_of("null です。", "It is null.");
    case T_OBJECT:
    case T_UNION: return text_of("{ } で書きます。", "An object is needed.");
    case T_MAP: return text_of("{ 名前: 値 } で書きます。", "An object of names and values is needed.");
    case T_LIST: return TEXT_FILL(a, "[ ] で {0} から {1} 個まで並べます。", "A list of {0} to {1} is needed.", min, max);
    case T_EITHER:
    case T_VALUE: return text_of("ここに書ける形ではありません。", "This cannot stand here.");
    }
    return (Text){0};
}

/* --- the walk --------------------------------------------------------------------------------------------------------- */

typedef struct Walker {
    const Doc *d;
    const Index *x;
} Walker;

static void walk(const Walker *w, const Type *t, const json_t *v, Str path);

static void unexpected(const Walker *w, const Type *t, Str path)
{
    doc_wrong(w->d, path, t->kind == T_WORD ? "choice" : t->kind == T_INT || t->kind == T_LIST ? "range" : "type", expected(w->d->a, t));
}

static Text only_one_of(Arena *a, Str keys)
{
    return TEXT_FILL(a, "次のうち一つだけが要ります: {0}", "Exactly one of these is needed: {0}", keys);
}

static size_t valid_add(const char *words, Str *valid, size_t n)
{
    Str one;
    while (n < VALID_MAX && words_next(&words, &one)) valid[n++] = one;
    return n;
}

static size_t valid_keys(const Shape *s, Str *valid, size_t n)
{
    for (size_t i = 0; i < s->n && n < VALID_MAX; i++) valid[n++] = str_of(s->keys[i].name);
    return n;
}

static const Key *key_of(const Shape *s, Str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eqc(name, s->keys[i].name)) return &s->keys[i];
    return NULL;
}

static bool is_note(Str key)
{
    return str_eqc(key, "note");
}

/* Keys that the shape does not have; those with names of their own are walked. */
static void walk_others(const Walker *w, const Shape *s, const json_t *o, Str path)
{
    const char *name;
    json_t *v;
    json_object_foreach((json_t *)o, name, v) {
        Str key = str_of(name), at = path_key(w->d->a, path, key), valid[VALID_MAX];
        if (key_of(s, key)) continue;
        if (is_note(key)) {
            if (!json_is_string(v)) doc_wrong(w->d, at, "type", text_of("note は文字列です。", "A note is a text."));
        } else if (s->rest && id_is_good(key, false)) walk(w, s->rest, v, at);
        else doc_wrong(w->d, at, "unknown_field", not_a_word(w->d->a, key, valid, valid_keys(s, valid, 0)));
    }
}

static void walk_object(const Walker *w, const Shape *s, const json_t *o, Str path)
{
    size_t ones = 0, has = 0;
    Buf names;
    buf_init(&names, w->d->a, 64);
    for (size_t i = 0; i < s->n; i++) {
        const Key *k = &s->keys[i];
        const json_t *v = json_object_get(o, k->name);
        if (k->flags & ONE_OF) ones++, has += v != NULL, buf_printf(&names, "%s%s", names.n ? " " : "", k->name);
        if (v) walk(w, k->type, v, path_key(w->d->a, path, str_of(k->name)));
        else if (k->flags & NEEDED) doc_wrong(w->d, path_key(w->d->a, path, str_of(k->name)), "required", expected(w->d->a, k->type));
    }
    if (ones && has != 1) doc_wrong(w->d, path, has ? "choice" : "required", only_one_of(w->d->a, buf_str(&names)));
    walk_others(w, s, o, path);
}

static bool signs(const Shape *s, const json_t *o)
{
    const char *words = s->sign;
    for (Str one; words_next(&words, &one);) {
        char name[32] = {0};
        memcpy(name, one.s, one.n < sizeof name ? one.n : sizeof name - 1);
        if (json_object_get(o, name)) return true;
    }
    return false;
}

static void no_sign(const Walker *w, const Type *t, const json_t *o, Str path, Str all)
{
    const char *name;
    json_t *v;
    Str valid[VALID_MAX];
    size_t n = 0;
    for (size_t i = 0; t->shapes[i]; i++) n = valid_add(t->shapes[i]->sign, valid, n);
    for (size_t i = 0; t->shapes[i]; i++) n = valid_keys(t->shapes[i], valid, n);
    doc_wrong(w->d, path, "required", only_one_of(w->d->a, all));
    json_object_foreach((json_t *)o, name, v) {
        bool known = is_note(str_of(name));
        for (size_t i = 0; i < n && !known; i++) known = str_eqc(valid[i], name);
        if (!known) doc_wrong(w->d, path_key(w->d->a, path, str_of(name)), "unknown_field", not_a_word(w->d->a, str_of(name), valid, n));
    }
}

static void walk_union(const Walker *w, const Type *t, const json_t *o, Str path)
{
    const Shape *found = NULL;
    size_t n = 0;
    Buf all;
    buf_init(&all, w->d->a, 64);
    for (size_t i = 0; t->shapes[i]; i++) {
        buf_printf(&all, "%s%s", i ? " " : "", t->shapes[i]->sign);
        if (!signs(t->shapes[i], o)) continue;
        found = t->shapes[i];
        n++;
    }
    if (n == 1) walk_object(w, found, o, path);
    else if (n) doc_wrong(w->d, path, "choice", only_one_of(w->d->a, buf_str(&all)));
    else no_sign(w, t, o, path, buf_str(&all));
}

static void walk_list(const Walker *w, const Type *t, const json_t *list, Str path)
{
    size_t n = json_array_size(list);
    if ((int64_t)n < t->min || (int64_t)n > t->max) unexpected(w, t, path);
    for (size_t i = 0; i < n && (int64_t)i < t->max; i++) walk(w, t->of, json_array_get(list, i), path_at(w->d->a, path, i));
}

/* --- names -------------------------------------------------------------------------------------------------------------- */

static const Text referred[R_KINDS] = {
    [R_SOURCE] = TEXT("出典", "source"), [R_CLASS] = TEXT("符号の一覧", "class"), [R_FACT] = TEXT("事実", "fact"), [R_AUTHORITY] = TEXT("提出先", "authority"),
    [R_COUNTING] = TEXT("数え方", "way of counting"), [R_ROLL] = TEXT("休日の扱い", "roll"), [R_RULE] = TEXT("規則", "rule"), [R_DUTIES] = TEXT("義務", "duty"),
    [R_FORM] = TEXT("様式", "form"), [R_CALENDAR] = TEXT("暦", "calendar"), [R_OPERATOR] = TEXT("事業者の区分", "operator class"),
};

static Text not_there(Arena *a, const Index *x, Refers what, Str id)
{
    const struct Names *names = &x->of[what];
    Text kind = referred[what];
    if (!names->n) return TEXT_FILL(a, "{0}「{1}」はありません。", "There is no {2} \"{1}\".", kind.in[JA], id, kind.in[EN]);
    Str *valid = arena_array(a, Str, names->n);
    for (size_t i = 0; i < names->n; i++) valid[i] = names->list[i].id;
    Text near = not_a_word(a, id, valid, names->n);
    return TEXT_FILL(a, "{0}: {1}", "{2}: {3}", kind.in[JA], near.in[JA], kind.in[EN], near.in[EN]);
}

static void refer(const Walker *w, const Type *t, Str id, Str path)
{
    if (!w->x || !t->refers || w->x->of[t->refers].open) return;
    const Named *found = index_find(w->x, t->refers, id);
    if (!found) {
        doc_wrong(w->d, path, "reference", not_there(w->d->a, w->x, t->refers, id));
        return;
    }
    Str type = json_str_of(json_object_get(found->json, "type"));
    if (t->refers == R_FACT && t->words && !words_have(t->words, type))
        doc_wrong(w->d, path, "reference", TEXT_FILL(w->d->a, "事実「{0}」の型は {1} です。ここに要るのは: {2}", "The fact \"{0}\" is of type {1}; needed here: {2}", id, type, str_of(t->words)));
}

static void walk_map(const Walker *w, const Type *t, const json_t *o, Str path)
{
    const char *name;
    json_t *v;
    if ((int64_t)json_object_size(o) > t->max) unexpected(w, t, path);
    json_object_foreach((json_t *)o, name, v) {
        Str at = path_key(w->d->a, path, str_of(name));
        const Named *fact = w->x && t->refers == R_FACT ? index_find(w->x, R_FACT, str_of(name)) : NULL;
        refer(w, t, str_of(name), at);
        const Type *by_fact = fact ? value_type(json_str_of(json_object_get(fact->json, "type"))) : NULL;
        if (t->of->kind != T_VALUE) walk(w, t->of, v, at);
        else if (by_fact) walk(w, by_fact, v, at);
    }
}

static bool is_id(const Type *t, const json_t *v)
{
    return json_is_string(v) && id_is_good(json_str_of(v), t->refers == R_SOURCE);
}

/* --- the small ones ------------------------------------------------------------------------------------------------------- */

static bool is_plain(const json_t *v)
{
    Str s = json_str_of(v);
    return s.n && str_chars(s) <= LAW_TEXT_MAX && !str_has_control(s, true);
}

static bool both_languages(const Walker *w, const json_t *o, Str path)
{
    const char *name;
    json_t *v;
    json_object_foreach((json_t *)o, name, v)
        if (strcmp(name, "ja") != 0 && strcmp(name, "en") != 0 && !is_note(str_of(name)))
            doc_wrong(w->d, path_key(w->d->a, path, str_of(name)), "unknown_field", not_a_word(w->d->a, str_of(name), (Str[]){STR("ja"), STR("en")}, 2));
    return is_plain(json_object_get(o, "ja")) && is_plain(json_object_get(o, "en"));
}

static bool quote_is_good(const Walker *w, const json_t *o, Str path)
{
    const json_t *ja = json_object_get(o, "ja"), *en = json_object_get(o, "en");
    (void)both_languages(w, o, path);
    return (ja || en) && (!ja || is_plain(ja)) && (!en || is_plain(en));
}

static bool is_decimal(Str s)
{
    size_t dots = 0;
    for (size_t i = 0; i < s.n; i++) {
        dots += s.s[i] == '.';
        if (!(s.s[i] >= '0' && s.s[i] <= '9') && (s.s[i] != '.' || !i || i + 1 == s.n)) return false;
    }
    return s.n > 0 && s.n <= 12 && dots <= 1;
}

static bool small_is_good(const Walker *w, const Type *t, const json_t *v, Str path)
{
    Day day;
    Instant instant;
    Str s = json_str_of(v);
    switch (t->kind) {
    case T_TEXT: return json_is_object(v) && both_languages(w, v, path);
    case T_QUOTE: return json_is_object(v) && quote_is_good(w, v, path);
    case T_STR: return is_plain(v);
    case T_ID: return is_id(t, v);
    case T_DAY: return json_is_string(v) && day_parse(s, &day);
    case T_INSTANT: return json_is_string(v) && (words_have(t->words, s) || law_instant(s, &instant));
    case T_INT: return json_is_integer(v) && json_integer_value(v) >= t->min && json_integer_value(v) <= t->max;
    case T_DECIMAL: return json_is_string(v) && is_decimal(s);
    case T_BOOL: return json_is_boolean(v);
    case T_TRUE: return json_is_true(v);
    case T_NULL: return json_is_null(v);
    case T_WORD: return json_is_string(v) && words_have(t->words, s);
    default: return true;
    }
}

/* What JSON calls a value of this type. */
static bool same_form(const Type *t, const json_t *v)
{
    switch (t->kind) {
    case T_TEXT:
    case T_QUOTE:
    case T_OBJECT:
    case T_UNION:
    case T_MAP: return json_is_object(v);
    case T_LIST: return json_is_array(v);
    case T_INT: return json_is_number(v);
    case T_BOOL:
    case T_TRUE: return json_is_boolean(v);
    case T_NULL: return json_is_null(v);
    case T_EITHER:
    case T_VALUE: return true;
    default: return json_is_string(v);
    }
}

static void walk_either(const Walker *w, const Type *t, const json_t *v, Str path)
{
    for (size_t i = 0; t->either[i]; i++)
        if (same_form(t->either[i], v)) {
            walk(w, t->either[i], v, path);
            return;
        }
    unexpected(w, t->either[0], path);
}

static void walk_small(const Walker *w, const Type *t, const json_t *v, Str path)
{
    Str valid[VALID_MAX];
    if (small_is_good(w, t, v, path)) {
        if (t->kind == T_ID) refer(w, t, json_str_of(v), path);
    } else if (t->kind == T_WORD && json_is_string(v))
        doc_wrong(w->d, path, "choice", not_a_word(w->d->a, json_str_of(v), valid, valid_add(t->words, valid, 0)));
    else unexpected(w, t, path);
}

static void walk(const Walker *w, const Type *t, const json_t *v, Str path)
{
    if (!same_form(t, v)) unexpected(w, t, path);
    else if (t->kind == T_OBJECT) walk_object(w, t->shape, v, path);
    else if (t->kind == T_UNION) walk_union(w, t, v, path);
    else if (t->kind == T_LIST) walk_list(w, t, v, path);
    else if (t->kind == T_MAP) walk_map(w, t, v, path);
    else if (t->kind == T_EITHER) walk_either(w, t, v, path);
    else walk_small(w, t, v, path);
}

void shape_walk(const Doc *d, const Index *x, const Type *type, const json_t *v, Str path)
{
    walk(&(Walker){d, x}, type, v, path);
}

void shape_check(const Doc *d, const Index *x, const Type *type)
{
    shape_walk(d, x, type, d->json, (Str){0});
}
