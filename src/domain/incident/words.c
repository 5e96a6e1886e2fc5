/* words.c -- what is new in an incident is said in words that the packs know. */
#include "incident/parts.h"

static Str at(Ctx *c, const char *list, size_t row, const char *field)
{
    return str_printf(c->a, "%s/%zu/%s", list, row, field);
}

static bool is_in(const Str *list, size_t n, Str code)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], code)) return true;
    return false;
}

static void check_code(Ctx *c, Str path, Str code, const Str *list, size_t n, Mistakes *m)
{
    if (!code.n || is_in(list, n, code)) return;
    Buf known;
    buf_init(&known, c->a, 128);
    for (size_t i = 0; i < n; i++) {
        if (i) buf_addc(&known, ", ");
        buf_add(&known, list[i]);
    }
    mistake_add(m, path, "choice", TEXT_FILL(c->a, "「{0}」はパックの用語にありません。次のどれかです：{1}", "{0} is no code of the packs. One of: {1}", code, buf_str(&known)));
}

/* --- one fact ---------------------------------------------------------------------------------------------------------------- */

static void check_codes_known(Ctx *c, size_t i, const char *field, Str text, const FactWord *w, Mistakes *m)
{
    size_t n;
    const Str *list = codes_of(c->a, text, &n);
    for (size_t k = 0; k < n; k++)
        if (!str_eqc(list[k], "*")) check_code(c, at(c, "facts", i, field), list[k], w->codes, w->codes_n, m);
    if (w->form == FORM_CHOICE && n > 1 && !strcmp(field, "is")) mistake_add(m, at(c, "facts", i, field), "range", text_of("一つだけ選びます。決まらないときは「ほかの可能性」に書いてください。", "Only one of them. Where it is open, give the others as what it may also be."));
}

static void check_yes_or_no(Ctx *c, size_t i, const Value *row, Mistakes *m)
{
    bool right = str_eqc(row[FACT_IS].text, "true") || str_eqc(row[FACT_IS].text, "false");
    if (!right || row[FACT_MAY_BE].state == VALUE_KNOWN) mistake_add(m, at(c, "facts", i, "is"), "type", text_of("「はい」か「いいえ」で答えてください。", "Answer yes or no (true or false)."));
}

/* Whoever judges stands by it. */
static void check_judged(Ctx *c, size_t i, const Value *row, Mistakes *m)
{
    if (row[FACT_SAID_BY].state != VALUE_KNOWN) mistake_add(m, at(c, "facts", i, "said_by"), "required", text_of("これは判断です。誰の判断かを選んでください。", "This is a judgement. Say whose."));
    if (row[FACT_WHY].state != VALUE_KNOWN) mistake_add(m, at(c, "facts", i, "why"), "required", text_of("これは判断です。理由を書いてください。", "This is a judgement. Give its reason."));
}

static void check_unit(Ctx *c, size_t i, Str unit, const FactWord *w, Mistakes *m)
{
    static const Str lengths[] = {{"s", 1}, {"min", 3}, {"h", 1}, {"day", 3}};
    if (w->form == FORM_DURATION) check_code(c, at(c, "facts", i, "unit"), unit, lengths, COUNT(lengths), m);
    else check_code(c, at(c, "facts", i, "unit"), unit, &w->unit, 1, m);
}

static void check_number(Ctx *c, size_t i, const Value *row, const FactWord *w, Mistakes *m)
{
    if (row[FACT_NUMBER].state == VALUE_NONE) mistake_add(m, at(c, "facts", i, "number"), "required", text_of("数で書いてください。", "Give a number."));
    check_unit(c, i, row[FACT_UNIT].text, w, m);
}

static void check_form(Ctx *c, size_t i, const Value *row, const FactWord *w, Mistakes *m)
{
    switch (w->form) {
    case FORM_JUDGEMENT:
        check_judged(c, i, row, m);
        check_yes_or_no(c, i, row, m);
        return;
    case FORM_BOOL: check_yes_or_no(c, i, row, m); return;
    case FORM_COUNT:
    case FORM_DURATION: check_number(c, i, row, w, m); return;
    case FORM_TIME:
        if (row[FACT_AT].state == VALUE_NONE) mistake_add(m, at(c, "facts", i, "at"), "required", text_of("時刻で書いてください。", "Give a time."));
        return;
    case FORM_CHOICE:
    case FORM_SET:
        if (row[FACT_IS].state == VALUE_NONE && row[FACT_MAY_BE].state == VALUE_NONE) mistake_add(m, at(c, "facts", i, "is"), "required", text_of("符号で書いてください。", "Give a code."));
        check_codes_known(c, i, "is", row[FACT_IS].text, w, m);
        check_codes_known(c, i, "may_be", row[FACT_MAY_BE].text, w, m);
        return;
    case FORM_TIMELINE:
    case FORM_GUESS:
    case FORMS: return;
    }
}

static void check_fact(Ctx *c, const Vocabulary *words, size_t i, const Value *row, Mistakes *m)
{
    Str id = row[FACT_ID].text, per = row[FACT_PER].text;
    const FactWord *w = vocabulary_find(words, id);
    if (!id.n || own_field_says(words, id)) return; /* told already */
    if (!w) {
        mistake_add(m, at(c, "facts", i, "fact"), "choice", TEXT_FILL(c->a, "「{0}」という事実は、パックの用語にありません。", "No pack knows a fact {0}.", id));
        return;
    }
    if (per.n && !w->per_n) mistake_add(m, at(c, "facts", i, "per"), "range", text_of("この事実は区分ごとには数えません。", "This fact is not counted by class."));
    else check_code(c, at(c, "facts", i, "per"), per, w->per, w->per_n, m);
    bool said_unknown = row[FACT_UNKNOWN].state == VALUE_KNOWN || row[FACT_NUMBER].state == VALUE_UNKNOWN || row[FACT_AT].state == VALUE_UNKNOWN;
    if (!said_unknown) check_form(c, i, row, w, m);
}

/* --- rows that are new ------------------------------------------------------------------------------------------------------- */

static bool row_is_in(const Field *list, const Value *rows, const Value *row)
{
    for (size_t i = 0; rows && i < rows->n; i++) {
        size_t k = 0;
        while (k < list->fields_n && values_equal(&list->fields[k], &rows->rows[i][k], &row[k])) k++;
        if (k == list->fields_n) return true;
    }
    return false;
}

static bool value_is_old(const Record *old, const Record *r, const char *field)
{
    return old && values_equal(field_of(r->res, field), value_of(old, field), value_of(r, field));
}

static void segment_check(Ctx *c, const Vocabulary *words, size_t i, const Value *row, Mistakes *m)
{
    const FactWord *classes = vocabulary_find(words, words->classes);
    check_code(c, at(c, "segments", i, "kind"), row[SEGMENT_KIND].text, words->kinds, words->kinds_n, m);
    if (classes) check_code(c, at(c, "segments", i, "class"), row[SEGMENT_CLASS].text, classes->codes, classes->codes_n, m);
}

/* What is wrong in a row is wrong only where the row is new. */
static void list_check(Ctx *c, const Vocabulary *words, const char *list, const Record *old, const Record *r, void (*one)(Ctx *, const Vocabulary *, size_t, const Value *, Mistakes *), Mistakes *m)
{
    const Value *rows = value_of(r, list), *before = old ? value_of(old, list) : NULL;
    for (size_t i = 0; i < rows->n; i++) {
        Mistakes found;
        mistakes_init(&found, c->a);
        one(c, words, i, rows->rows[i], &found);
        if (found.n && row_is_in(field_of(r->res, list), before, rows->rows[i])) continue;
        for (size_t k = 0; k < found.n; k++)
            mistake_add(m, found.list[k].path, found.list[k].code, found.list[k].text);
    }
}

/* --- what cannot both be true ------------------------------------------------------------------------------------------------ */

static int64_t least_of(const Value *row)
{
    const Value *v = &row[SEGMENT_VALUE];
    return (v->state == VALUE_KNOWN && !choice_is(&row[SEGMENT_BOUND], "at_most")) || v->state == VALUE_RANGE ? v->i : 0;
}

static int64_t most_of(const Value *fact)
{
    const Value *v = &fact[FACT_NUMBER];
    if (v->state == VALUE_RANGE) return v->hi;
    return v->state == VALUE_KNOWN && !choice_is(&fact[FACT_BOUND], "at_least") ? v->i : INT64_MAX;
}

/* At one moment more were hit than are said to have suffered at all. */
static void check_sufferers(Ctx *c, const Value *segments, size_t i, const Value *fact, Mistakes *m)
{
    for (size_t k = 0; k < segments->n; k++) {
        const Value *row = segments->rows[k];
        bool counts = fact[FACT_PER].state != VALUE_KNOWN || str_eq(fact[FACT_PER].text, row[SEGMENT_CLASS].text);
        if (!counts || least_of(row) <= most_of(fact)) continue;
        mistake_add(m, at(c, "facts", i, "number"), "range", TEXT_FILL(c->a, "時系列の{0}行目の数より少なくなっています。", "It is fewer than row {0} of the time line says.", str_printf(c->a, "%zu", k + 1)));
        return;
    }
}

/* Who says which classes were hit, and no other, names those of the time line. */
static void check_classes(Ctx *c, const Value *segments, size_t i, const Value *fact, Mistakes *m)
{
    size_t n, more;
    const Str *list = codes_of(c->a, fact[FACT_IS].text, &n), *open = codes_of(c->a, fact[FACT_MAY_BE].text, &more);
    if (fact[FACT_UNKNOWN].state == VALUE_KNOWN || is_in(open, more, STR("*"))) return;
    for (size_t k = 0; k < segments->n; k++) {
        Str code = segments->rows[k][SEGMENT_CLASS].text;
        if (!code.n || is_in(list, n, code) || is_in(open, more, code)) continue;
        mistake_add(m, at(c, "facts", i, "is"), "range", TEXT_FILL(c->a, "時系列の{0}行目の区分「{1}」が含まれていません。", "The class {1} of row {0} of the time line is missing.", str_printf(c->a, "%zu", k + 1), code));
        return;
    }
}

static void check_together(Ctx *c, const Vocabulary *words, const Record *r, Mistakes *m)
{
    const Value *segments = value_of(r, "segments"), *facts = value_of(r, "facts");
    Str sufferers = str_join(c->a, words->timeline, STR(".sufferers"), (Str){0});
    for (size_t i = 0; i < facts->n; i++) {
        Str id = facts->rows[i][FACT_ID].text;
        if (str_eq(id, sufferers)) check_sufferers(c, segments, i, facts->rows[i], m);
        if (words->classes.n && str_eq(id, words->classes)) check_classes(c, segments, i, facts->rows[i], m);
    }
}

void check_words(Ctx *c, const Vocabulary *words, const Record *old, const Record *r, Mistakes *m)
{
    if (!words) return;
    const FactWord *operators = vocabulary_find(words, STR("operator_class"));
    size_t n;
    Str *list = codes_of(c->a, value_of(r, "operator_class")->text, &n);
    for (size_t i = 0; operators && i < n && !value_is_old(old, r, "operator_class"); i++)
        check_code(c, STR("operator_class"), list[i], operators->codes, operators->codes_n, m);
    list_check(c, words, "segments", old, r, segment_check, m);
    list_check(c, words, "facts", old, r, check_fact, m);
    check_together(c, words, r, m);
}
