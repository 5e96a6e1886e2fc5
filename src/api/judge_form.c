/* judge_form.c -- a form without script as facts: numbers and times as people write them, mistakes beside the field they belong to. */
#include "api/judge_form.h"

#include <jansson.h>

/* --- pairs ------------------------------------------------------------------------------------------------------------------------- */

static bool fits(Str s) { return s.n <= FORM_VALUE_MAX && str_is_utf8(s) && !str_has_control(s, false); }

static Err pair_add(Form *f, Str name, Str value)
{
    value = str_trim(value);
    if (!value.n || !name.n) return ERR_NONE;
    if (!fits(name) || !fits(value) || f->n == FORM_PAIRS_MAX) return err_of(ERR_INVALID);
    f->pairs[f->n++] = (Pair){name, value, false};
    return ERR_NONE;
}

/* "name*value*name*value", as form_state wrote it. */
static Err state_read(Call *c, Form *f, Str s)
{
    Str name, value;
    while (str_cut(&s, '*', &name)) {
        if (!str_cut(&s, '*', &value)) return err_of(ERR_INVALID);
        TRY(pair_add(f, percent_text(c, name), percent_text(c, value)));
    }
    return ERR_NONE;
}

static bool row_empty(const Form *f, const LawFact *fact, int row);

/* What a row offers by itself (its kind) is nothing said. */
static void rows_tidy(Form *f)
{
    for (size_t i = 0; i < f->s->facts_n; i++)
        for (int row = 0; f->s->facts[i].type == FACT_TIMELINE && row < FORM_ROWS; row++) {
            Str head = str_printf(f->a, "%.*s:%d:", STR_ARG(f->s->facts[i].id), row);
            bool empty = row_empty(f, &f->s->facts[i], row);
            for (size_t k = 0; empty && k < f->n; k++)
                if (str_starts(f->pairs[k].name, head)) f->pairs[k].name = (Str){0};
        }
}

Err judge_form_read(Call *c, const LawSet *s, Form *out)
{
    Str rest = c->body, pair, key = {0};
    *out = (Form){.a = &c->arena, .s = s, .pairs = arena_array(&c->arena, Pair, FORM_PAIRS_MAX)};
    if (c->body.n > FORM_BODY_MAX) return err_of(ERR_TOO_LARGE);
    while (str_cut(&rest, '&', &pair)) {
        if (!str_cut(&pair, '=', &key)) continue;
        if (str_eqc(key, "s")) TRY(state_read(c, out, percent_text(c, pair)));
        else TRY(pair_add(out, percent_text(c, key), percent_text(c, pair)));
    }
    rows_tidy(out);
    return ERR_NONE;
}

Str form_value(const Form *f, Str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->pairs[i].name, name)) return f->pairs[i].value;
    return (Str){0};
}

bool form_has(const Form *f, Str name, Str value)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->pairs[i].name, name) && str_eq(f->pairs[i].value, value)) return true;
    return false;
}

void form_show(Form *f, Str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->pairs[i].name, name)) f->pairs[i].shown = true;
}

static void token(Buf *b, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
        if (plain) buf_byte(b, c);
        else buf_printf(b, "%%%02x", (unsigned char)c);
    }
}

static bool of_buttons(Str name) { return str_eqc(name, "go") || str_eqc(name, "from") || str_eqc(name, "open"); }

/* Is there something that this could be a value of? Nothing else travels on. */
static bool known_name(const Form *f, Str name)
{
    Str rest = name, id = {0};
    str_cut(&rest, ':', &id);
    return str_eqc(name, "as_of") || law_fact(f->s, id) != NONE;
}

Str form_state(const Form *f)
{
    Buf b;
    buf_init(&b, f->a, 512);
    for (size_t i = 0; i < f->n; i++) {
        if (f->pairs[i].shown || of_buttons(f->pairs[i].name) || !known_name(f, f->pairs[i].name)) continue;
        if (b.n) buf_byte(&b, '*');
        token(&b, f->pairs[i].name), buf_byte(&b, '*'), token(&b, f->pairs[i].value);
    }
    return buf_str(&b);
}

Str form_per(Arena *a, const LawFact *f, Str code) { return str_join(a, f->id, STR(":"), code); }
Str form_row(Arena *a, const LawFact *f, int row, const char *column) { return str_printf(a, "%.*s:%d:%s", STR_ARG(f->id), row, column); }

/* --- mistakes ---------------------------------------------------------------------------------------------------------------------- */

static void wrong(Form *f, Str name, Text text)
{
    if (f->mistakes_n == 40) return;
    if (!f->mistakes) f->mistakes = arena_array(f->a, FormMistake, 40);
    f->mistakes[f->mistakes_n++] = (FormMistake){name, text};
}

const FormMistake *form_mistake(const Form *f, Str name)
{
    for (size_t i = 0; i < f->mistakes_n; i++)
        if (str_eq(f->mistakes[i].name, name)) return &f->mistakes[i];
    return NULL;
}

/* --- numbers as people write them --------------------------------------------------------------------------------------------------- */

typedef struct Said { int64_t lo, hi; bool has_lo, has_hi, unknown, estimate; } Said;

static bool take(Str *s, const char *word)
{
    bool there = str_starts(*s, str_of(word));
    if (there) *s = str_trim(str_slice(*s, strlen(word), s->n));
    return there;
}

static bool take_end(Str *s, const char *word)
{
    bool there = str_ends(*s, str_of(word));
    if (there) *s = str_trim(str_slice(*s, 0, s->n - strlen(word)));
    return there;
}

static bool take_any(Str *s, const char *const *words, size_t n, bool end)
{
    for (size_t i = 0; i < n; i++)
        if (end ? take_end(s, words[i]) : take(s, words[i])) return true;
    return false;
}

static int64_t myriad(Str *s)
{
    static const struct { const char *word; int64_t n; } units[] = {{"億", 100000000}, {"万", 10000}, {"千", 1000}, {"百", 100}};
    for (size_t i = 0; i < COUNT(units); i++)
        if (take(s, units[i].word)) return units[i].n;
    return 1;
}

/* "3.5" with its unit is a whole number, or nothing. */
static bool part_of(Str *s, int64_t *out)
{
    int64_t n = 0, scale = 1;
    bool any = false, point = false;
    while (s->n && ((s->s[0] >= '0' && s->s[0] <= '9') || (s->s[0] == '.' && any && !point))) {
        if (s->s[0] == '.') point = true;
        else if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, s->s[0] - '0', &n) || (point && scale > 100000)) return false;
        else any = true, scale *= point ? 10 : 1;
        *s = str_slice(*s, 1, s->n);
    }
    int64_t unit = myriad(s);
    if (!any || __builtin_mul_overflow(n, unit, &n) || n % scale) return false;
    *out = n / scale;
    return true;
}

/* 42000, 4万2000, 1億2000万; without the words for what is counted. */
static bool number_of(Str s, int64_t *out)
{
    static const char *const after[] = {"人", "名", "件", "戸", "世帯", "本", "都道府県", "users", "user", "persons", "people", "households", "records", "trains", "kW", "kw", "%", "時間", "分", "日", "hours", "minutes", "days", "h", "min"};
    int64_t part;
    take_any(&s, after, COUNT(after), true);
    *out = 0;
    if (!s.n) return false;
    while (s.n)
        if (!part_of(&s, &part) || __builtin_add_overflow(*out, part, out)) return false;
    return true;
}

static Str without_commas(Arena *a, Str s)
{
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] != ',') buf_byte(&b, s.s[i]);
    return str_trim(buf_str(&b));
}

static bool range_of(Str s, Said *out)
{
    static const char *const between[] = {"~", "〜", "から", "–", "—", "-", " to ", "..", "…"}; /* 〜5万 is up to; -5 is no number */
    for (size_t i = 0; i < COUNT(between); i++) {
        size_t at = str_find(s, str_of(between[i]));
        if (at == SIZE_MAX) continue;
        Str lo = str_trim(str_slice(s, 0, at)), hi = str_trim(str_slice(s, at + strlen(between[i]), s.n));
        take_end(&hi, "まで");
        out->has_lo = lo.n, out->has_hi = hi.n;
        return (lo.n || (hi.n && i < 2)) && (!lo.n || number_of(lo, &out->lo)) && (!hi.n || number_of(hi, &out->hi));
    }
    return false;
}

/* 3万以上, 3万を超える, 900以下, 900未満; at least 30000, up to 900. */
static bool bound_of(Str s, Said *out)
{
    static const char *const least[] = {"以上", "or more", "+"}, *const most[] = {"以下", "まで", "or less", "or fewer"}, *const above[] = {"を超える", "超"}, *const below[] = {"未満"};
    static const char *const from[] = {"at least", ">="}, *const to[] = {"at most", "up to", "<="}, *const more[] = {"more than", ">"}, *const less[] = {"less than", "fewer than", "<"};
    Str x = s;
    if (take_any(&x, least, COUNT(least), true) || take_any(&x, from, COUNT(from), false)) return out->has_lo = number_of(x, &out->lo);
    if (take_any(&x, most, COUNT(most), true) || take_any(&x, to, COUNT(to), false)) return out->has_hi = number_of(x, &out->hi);
    if (take_any(&x, above, COUNT(above), true) || take_any(&x, more, COUNT(more), false)) return out->has_lo = number_of(x, &out->lo) && !__builtin_add_overflow(out->lo, 1, &out->lo);
    if (take_any(&x, below, COUNT(below), true) || take_any(&x, less, COUNT(less), false)) return out->has_hi = number_of(x, &out->hi) && out->hi > 0 && out->hi--;
    return false;
}

static bool said_of(Arena *a, Str typed, Said *out)
{
    static const char *const unknown[] = {"不明", "分からない", "わからない", "unknown", "?"}, *const about[] = {"約", "およそ", "おおよそ", "about ", "approx. "};
    Str s = without_commas(a, str_trim(str_nfkc(a, typed)));
    *out = (Said){0};
    for (size_t i = 0; i < COUNT(unknown); i++)
        if (str_eq_nocase(s, str_of(unknown[i]))) return out->unknown = true;
    out->estimate = take_any(&s, about, COUNT(about), false);
    if (number_of(s, &out->lo)) {
        out->hi = out->lo;
        return out->has_lo = out->has_hi = true;
    }
    return bound_of(s, out) || range_of(s, out);
}

/* The number of an input; false: left out, also because it was wrong. */
static bool number_out(Form *f, JsonOut *j, Str name)
{
    Said x;
    Str typed = form_value(f, name);
    if (!typed.n) return false;
    if (!said_of(f->a, typed, &x)) {
        wrong(f, name, text_of("数として読めません。42000、4万2千、2万から5万、3万以上、不明 のように書きます。", "Not a number. Write 42000, 20000-50000, at least 30000, or unknown."));
        return false;
    }
    json_open(j, '{');
    if (x.unknown) json_kstr(j, "unknown", STR("cannot_know"));
    else if (x.has_lo && x.has_hi && x.lo == x.hi) json_kint(j, "n", x.lo);
    else {
        if (x.has_lo) json_kint(j, "lo", x.lo);
        if (x.has_hi) json_kint(j, "hi", x.hi);
    }
    if (x.estimate && !x.unknown) json_kbool(j, "estimate", true);
    json_close(j, '}');
    return true;
}

/* --- times -------------------------------------------------------------------------------------------------------------------------- */

/* What the browser's own control sends, and what people write where it has none: 2026/11/20 3:05, 令和8年11月20日 3:05. */
static bool time_of(Arena *a, Str typed, Str *out)
{
    Str s = str_nfkc(a, typed), clock = {0};
    Day day;
    int64_t hour, minute;
    size_t at = str_find(s, STR("T"));
    for (size_t i = s.n; at == SIZE_MAX && i-- > 0;)
        if (s.s[i] == ' ') at = i;
    if (at == SIZE_MAX) return false;
    clock = str_trim(str_slice(s, at + 1, s.n));
    Str h = {0}, m = {0};
    str_cut(&clock, ':', &h), str_cut(&clock, ':', &m);
    if (!day_parse_people(a, str_trim(str_slice(s, 0, at)), &day) || h.n > 2 || m.n != 2 || !str_int(h, &hour) || !str_int(m, &minute) || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
    *out = str_printf(a, "%.*sT%02d:%02d+09:00", STR_ARG(day_text(a, day)), (int)hour, (int)minute);
    return true;
}

bool form_local(Arena *a, Str typed, Str *out)
{
    if (!time_of(a, typed, out)) return false;
    out->n -= strlen("+09:00");
    return true;
}

static bool time_out(Form *f, JsonOut *j, Str name)
{
    Str typed = form_value(f, name), instant;
    if (!typed.n) return false;
    if (time_of(f->a, typed, &instant)) return json_str(j, instant), true;
    wrong(f, name, text_of("時刻として読めません。2026-11-20 13:05 のように書きます。", "Not a time. Write it as 2026-11-20 13:05."));
    return false;
}

/* --- facts -------------------------------------------------------------------------------------------------------------------------- */

/* Writes the value behind its key, or takes the key back. */
typedef bool ValueOut(Form *f, JsonOut *j, Str name);
static bool with_key(Form *f, JsonOut *j, Str key, Str name, ValueOut *value)
{
    JsonOut before = *j;
    size_t n = j->b->n;
    json_key(j, key);
    if (value(f, j, name)) return true;
    j->b->n = n, *j = before;
    return false;
}

static bool bool_out(Form *f, JsonOut *j, Str name)
{
    Str v = form_value(f, name);
    if (str_eqc(v, "y") || str_eqc(v, "n")) return json_bool(j, str_eqc(v, "y")), true;
    if (str_eqc(v, "?")) json_raw(j, STR("{\"unknown\":\"cannot_know\"}"));
    return str_eqc(v, "?");
}

static bool choice_out(Form *f, JsonOut *j, Str name)
{
    Str v = form_value(f, name);
    if (str_eqc(v, "?")) json_raw(j, STR("{\"unknown\":\"cannot_know\"}"));
    else if (v.n) json_str(j, v);
    return v.n;
}

static bool mark_of(Str v) { return str_eqc(v, "+") || str_eqc(v, "-"); }

static bool set_out(Form *f, JsonOut *j, Str name)
{
    bool more = form_has(f, name, STR("+")), none = form_has(f, name, STR("-")), any = false;
    for (size_t i = 0; i < f->n; i++) any = any || (str_eq(f->pairs[i].name, name) && !mark_of(f->pairs[i].value));
    if (any && none) wrong(f, name, text_of("「どれでもない」と他の答えの両方に印があります。", "\"None of these\" is marked together with others."));
    if ((!any && !none) || (any && none)) return false;
    if (more && any) json_open(j, '{'), json_key(j, STR("sure"));
    json_open(j, '[');
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->pairs[i].name, name) && !mark_of(f->pairs[i].value)) json_str(j, f->pairs[i].value);
    json_close(j, ']');
    if (more && any) json_close(j, '}');
    return true;
}

/* A number for each class, or one for all. */
static bool count_out(Form *f, JsonOut *j, Str name)
{
    const LawFact *fact = &f->s->facts[law_fact(f->s, name)];
    bool any = false;
    if (fact->per == NONE || form_value(f, name).n) return number_out(f, j, name);
    const LawClass *k = &f->s->classes[f->s->facts[fact->per].cls];
    json_open(j, '{'), json_key(j, STR("by")), json_open(j, '{');
    for (size_t i = 0; i < k->n; i++) {
        Said x;
        Str input = form_per(f->a, fact, k->codes[i]);
        if (said_of(f->a, form_value(f, input), &x) && x.unknown) continue; /* a class that is not known is left out */
        any = with_key(f, j, k->codes[i], input, number_out) || any;
    }
    json_close(j, '}'), json_close(j, '}');
    return any;
}

static const char *const row_columns[] = {"from", "to", "open", "value"};

static bool row_empty(const Form *f, const LawFact *fact, int row)
{
    for (size_t i = 0; i < COUNT(row_columns); i++)
        if (form_value(f, form_row(f->a, fact, row, row_columns[i])).n) return false;
    return true;
}

int form_rows(const Form *f, int fact)
{
    int n = 0;
    for (int i = 0; i < FORM_ROWS; i++)
        if (!row_empty(f, &f->s->facts[fact], i)) n = i + 1;
    return n;
}

static void row_out(Form *f, JsonOut *j, const LawFact *fact, int row)
{
    Str to = form_row(f->a, fact, row, "to"), kind = form_value(f, form_row(f->a, fact, row, "kind")), cls = form_value(f, form_row(f->a, fact, row, "class"));
    bool open = form_value(f, form_row(f->a, fact, row, "open")).n;
    json_open(j, '{');
    with_key(f, j, STR("from"), form_row(f->a, fact, row, "from"), time_out);
    if (open && form_value(f, to).n) wrong(f, to, text_of("終わりの時刻と「続いている」の両方があります。どちらかにします。", "It has an end and still goes on. Give one of the two."));
    if (open) json_kstr(j, "to", STR("open"));
    else with_key(f, j, STR("to"), to, time_out);
    if (kind.n) json_kstr(j, "kind", kind);
    if (cls.n) json_kstr(j, "class", cls);
    with_key(f, j, STR("value"), form_row(f->a, fact, row, "value"), number_out);
    json_close(j, '}');
}

static bool timeline_out(Form *f, JsonOut *j, Str name)
{
    const LawFact *fact = &f->s->facts[law_fact(f->s, name)];
    int n = form_rows(f, law_fact(f->s, name));
    json_open(j, '[');
    for (int i = 0; i < n; i++)
        if (!row_empty(f, fact, i)) row_out(f, j, fact, i);
    json_close(j, ']');
    return n;
}

static ValueOut *writer_of(const LawFact *f)
{
    static ValueOut *const by_type[] = {[FACT_BOOL] = bool_out, [FACT_COUNT] = count_out, [FACT_TIME] = time_out, [FACT_CHOICE] = choice_out, [FACT_SET] = set_out, [FACT_TIMELINE] = timeline_out};
    return by_type[f->type];
}

uint64_t form_codes(const Form *f, int fact)
{
    const LawClass *k = &f->s->classes[f->s->facts[fact].cls];
    uint64_t out = 0;
    for (size_t i = 0; i < k->n; i++)
        if (form_has(f, f->s->facts[fact].id, k->codes[i])) out |= (uint64_t)1 << i;
    return out;
}

/* --- where a mistake belongs ---------------------------------------------------------------------------------------------------------- */

/* Rows of the document are those that are not empty. */
static int row_of(const Form *f, const LawFact *fact, int64_t number)
{
    for (int i = 0; i < FORM_ROWS; i++)
        if (!row_empty(f, fact, i) && number-- == 0) return i;
    return 0;
}

/* "facts/impact/0/to" is the input impact:0:to; "facts/users/by/other/n" is users:other. */
static Str name_of_path(const Form *f, Str path)
{
    Str rest = path, word = {0}, id = {0};
    int64_t number;
    str_cut(&rest, '/', &word);
    if (str_eqc(word, "as_of")) return word;
    if (!str_cut(&rest, '/', &id) || law_fact(f->s, id) == NONE) return (Str){0};
    const LawFact *fact = &f->s->facts[law_fact(f->s, id)];
    if (!str_cut(&rest, '/', &word)) return id;
    if (fact->type == FACT_COUNT && str_eqc(word, "by") && str_cut(&rest, '/', &word)) return form_per(f->a, fact, word);
    if (fact->type != FACT_TIMELINE || !str_int(word, &number)) return id;
    if (!str_cut(&rest, '/', &word)) word = STR("from");
    return form_row(f->a, fact, row_of(f, fact, number), str_c(f->a, word));
}

void form_judge(Form *f, Instant now)
{
    Buf b;
    JsonOut j = {&b, false};
    json_t *doc;
    buf_init(&b, f->a, 2048);
    json_open(&j, '{');
    with_key(f, &j, STR("as_of"), STR("as_of"), time_out);
    json_key(&j, STR("facts")), json_open(&j, '{');
    for (size_t i = 0; i < f->s->facts_n; i++) with_key(f, &j, f->s->facts[i].id, f->s->facts[i].id, writer_of(&f->s->facts[i]));
    json_close(&j, '}'), json_close(&j, '}');
    Err e = json_in(f->a, buf_str(&b), (size_t)-1, &doc);
    if (!e.kind) e = law_facts(f->a, f->s, doc, now, &f->facts);
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) {
        Str name = name_of_path(f, e.mistakes->list[i].path);
        if (!form_mistake(f, name)) wrong(f, name, e.mistakes->list[i].text);
    }
    if (e.kind && !e.mistakes) wrong(f, (Str){0}, e.text);
}
