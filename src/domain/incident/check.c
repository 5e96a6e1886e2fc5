/* check.c -- what cannot be true: ends before starts, the same users hit twice at once, a fact said twice. All at once, each by its path. */
#include "incident/parts.h"

#include <stdlib.h>

Span span_of(const Value *v)
{
    if (v->state == VALUE_KNOWN) return (Span){v->i, v->i};
    if (v->state == VALUE_RANGE) return (Span){v->i, v->hi};
    return (Span){INT64_MIN, INT64_MAX};
}

Span segment_from(const Value *row, Instant now)
{
    Span from = span_of(&row[SEGMENT_FROM]), to = span_of(&row[SEGMENT_TO]);
    if (from.low != INT64_MIN) return from;
    return (Span){INT64_MIN, said(&row[SEGMENT_OPEN]) || to.high > now ? now : to.high};
}

Span segment_to(const Value *row, Instant now)
{
    Span to = span_of(&row[SEGMENT_TO]);
    if (said(&row[SEGMENT_OPEN])) return (Span){INT64_MAX, INT64_MAX};
    return to.low == INT64_MIN ? (Span){span_of(&row[SEGMENT_FROM]).low, now} : to;
}

static Str at(Arena *a, const char *list, size_t row, const char *field)
{
    return str_printf(a, "%s/%zu/%s", list, row, field);
}

/* --- segments ---------------------------------------------------------------------------------------------------------------- */

/* Facts are what has happened; what is expected has a field of its own. */
static void check_past(Ctx *c, Str path, const Value *v, Mistakes *m)
{
    if ((v->state == VALUE_KNOWN || v->state == VALUE_RANGE) && v->i > c->now)
        mistake_add(m, path, "future", text_of("まだ来ていない時刻です。見込みは「復旧の見込み」に書いてください。", "This time has not come. What is expected goes into the expected end."));
}

static void check_end(Ctx *c, size_t i, const Value *row, bool over, Mistakes *m)
{
    bool open = said(&row[SEGMENT_OPEN]), ended = row[SEGMENT_TO].state != VALUE_NONE;
    Span from = span_of(&row[SEGMENT_FROM]), to = segment_to(row, INT64_MAX);
    if (open && ended) mistake_add(m, at(c->a, "segments", i, "to"), "range", text_of("継続中なら、終わりは書けません。どちらかにしてください。", "What still goes on has no end. Give one of the two."));
    else if (!open && !ended) mistake_add(m, at(c->a, "segments", i, "to"), "required", text_of("終わりを書くか、継続中にしてください。分からなければ不明にします。", "Give the end, or say that it still goes on, or that the end is unknown."));
    else if (to.high <= from.low) mistake_add(m, at(c->a, "segments", i, "to"), "range", text_of("終わりが始まりより前か、同じです。", "The end is before the start, or at the same instant."));
    check_past(c, at(c->a, "segments", i, "from"), &row[SEGMENT_FROM], m);
    check_past(c, at(c->a, "segments", i, "to"), &row[SEGMENT_TO], m);
    if (open && over) mistake_add(m, at(c->a, "segments", i, "open"), "state", text_of("復旧したインシデントに、継続中の行は置けません。先に「再開する」を選んでください。", "What was restored has no row that goes on. Open the incident again first."));
    const Value *planned = &row[SEGMENT_PLANNED_END];
    if (planned->state == VALUE_KNOWN && planned->i < from.low) mistake_add(m, at(c->a, "segments", i, "planned_end"), "range", text_of("復旧の見込みが始まりより前です。", "The expected end is before the start."));
}

/* Only one number has an end that is open. */
static void check_bound(Ctx *c, const char *list, size_t i, const Value *number, const Value *bound, Mistakes *m)
{
    if (bound->state == VALUE_KNOWN && number->state != VALUE_KNOWN)
        mistake_add(m, at(c->a, list, i, "bound"), "range", text_of("以上・以下は、数を一つ書いたときだけ選べます。", "At least or at most goes with one number only."));
}

/* From when it surely was under way, and until when. Two of the same users that share an instant of it are a mistake; intervals may touch. */
typedef struct Sure { const Value *row; size_t i; Instant from, to; } Sure;

static int by_users(const Value *x, const Value *y)
{
    static const int same[] = {SEGMENT_CLASS, SEGMENT_KIND, SEGMENT_AREA, SEGMENT_GROUP};
    for (size_t k = 0; k < COUNT(same); k++) {
        int order = str_cmp(x[same[k]].text, y[same[k]].text);
        if (order) return order;
    }
    return 0;
}

static int in_order(const void *x, const void *y)
{
    const Sure *a = x, *b = y;
    int order = by_users(a->row, b->row);
    if (order) return order;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return a->i < b->i ? -1 : a->i > b->i;
}

static void check_overlaps(Ctx *c, const Value *rows, Mistakes *m)
{
    size_t n = rows->n;
    Sure *list = arena_array(c->a, Sure, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (Sure){rows->rows[i], i, segment_from(rows->rows[i], c->now).high, segment_to(rows->rows[i], c->now).low};
    qsort(list, n, sizeof *list, in_order);
    for (size_t i = 1, last = 0; i < n; i++) { /* last: of the same users, what ends latest so far */
        bool same = by_users(list[last].row, list[i].row) == 0;
        if (same && list[i].from < list[last].to) {
            size_t one = list[i].i, other = list[last].i;
            Str n_other = str_printf(c->a, "%zu", (one > other ? other : one) + 1);
            mistake_add(m, at(c->a, "segments", one > other ? one : other, "from"), "overlap", TEXT_FILL(c->a, "区分、種類、地域、集まりが同じ{0}行目と、時間が重なっています。", "Overlaps row {0} of the same class, kind, area and group.", n_other));
        }
        if (!same || list[i].to > list[last].to) last = i;
    }
}

/* --- facts ------------------------------------------------------------------------------------------------------------------- */

Str *codes_of(Arena *a, Str text, size_t *n)
{
    Str rest = text, one;
    size_t most = 1;
    for (size_t i = 0; i < text.n; i++) most += text.s[i] == ',';
    Str *list = arena_array(a, Str, most);
    *n = 0;
    while (str_cut(&rest, ',', &one)) {
        one = str_trim(one);
        if (one.n) list[(*n)++] = one;
    }
    return list;
}

bool own_field_says(const Vocabulary *words, Str fact)
{
    static const char *const own[] = {"occurred", "known", "operator_class"};
    for (size_t i = 0; i < COUNT(own); i++)
        if (str_eqc(fact, own[i])) return true;
    const FactWord *w = vocabulary_find(words, fact);
    return w ? w->form == FORM_TIMELINE : str_eqc(fact, "impact");
}

static bool is_code(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.s[i] >= 'a' && s.s[i] <= 'z') || (s.s[i] >= '0' && s.s[i] <= '9') || s.s[i] == '-' || s.s[i] == '_' || s.s[i] == '.')) return false;
    return s.n > 0;
}

static void check_codes(Ctx *c, Str path, const Value *v, bool any, Mistakes *m)
{
    size_t n;
    Str *list = codes_of(c->a, v->text, &n);
    for (size_t i = 0; i < n; i++) {
        if (any && str_eqc(list[i], "*")) continue;
        if (!is_code(list[i])) {
            mistake_add(m, path, "characters", TEXT_FILL(c->a, "符号は英小文字、数字、- _ . で書きます：{0}", "A code is lower-case letters, digits, - _ and .: {0}", list[i]));
            return;
        }
        for (size_t k = 0; k < i; k++)
            if (str_eq(list[i], list[k])) {
                mistake_add(m, path, "unique", TEXT_FILL(c->a, "同じ符号が二度あります：{0}", "The same code twice: {0}", list[i]));
                return;
            }
    }
}

/* Says one thing: what it is, a number, a time, or why it is not known. */
static void check_said(Ctx *c, size_t i, const Value *row, bool has_form, Mistakes *m)
{
    bool code = row[FACT_IS].state == VALUE_KNOWN || row[FACT_MAY_BE].state == VALUE_KNOWN;
    int ways = code + (row[FACT_NUMBER].state != VALUE_NONE) + (row[FACT_AT].state != VALUE_NONE) + (row[FACT_UNKNOWN].state == VALUE_KNOWN);
    if (!ways && !has_form) mistake_add(m, at(c->a, "facts", i, "is"), "required", text_of("内容、数、時刻のどれかか、分からない理由を書いてください。", "Say what it is, a number or a time, or why it is unknown."));
    if (ways > 1) mistake_add(m, at(c->a, "facts", i, "is"), "range", text_of("内容、数、時刻、分からない理由は、どれか一つです。", "What it is, a number, a time, why it is unknown: only one of them."));
}

/* Once; or once for each class. */
static bool says_the_same(const Value *x, const Value *y)
{
    bool apart = x[FACT_PER].state == VALUE_KNOWN && y[FACT_PER].state == VALUE_KNOWN && !str_eq(x[FACT_PER].text, y[FACT_PER].text);
    return str_eq(x[FACT_ID].text, y[FACT_ID].text) && !apart;
}

static void check_fact(Ctx *c, const Vocabulary *words, const Value *rows, size_t i, Mistakes *m)
{
    const Value *row = rows->rows[i];
    Str path = at(c->a, "facts", i, "fact"), id = row[FACT_ID].text;
    if (id.n && !is_code(id)) mistake_add(m, path, "characters", text_of("事実の符号は英小文字、数字、- _ . で書きます。", "The id of a fact is lower-case letters, digits, - _ and ."));
    if (own_field_says(words, id)) mistake_add(m, path, "field", TEXT_FILL(c->a, "「{0}」はこのインシデントの項目から書かれます。ここには書けません。", "{0} is written out of the fields of the incident, not here.", id));
    for (size_t k = 0; k < i && id.n; k++)
        if (says_the_same(row, rows->rows[k])) {
            mistake_add(m, path, "unique", TEXT_FILL(c->a, "{0}行目と同じ事実です。一つにしてください。", "The same fact as in row {0}. Keep one of them.", str_printf(c->a, "%zu", k + 1)));
            break;
        }
    check_said(c, i, row, vocabulary_find(words, id) && !own_field_says(words, id), m); /* what lacks is then told by its form */
    check_codes(c, at(c->a, "facts", i, "is"), &row[FACT_IS], false, m);
    check_codes(c, at(c->a, "facts", i, "may_be"), &row[FACT_MAY_BE], true, m);
    check_bound(c, "facts", i, &row[FACT_NUMBER], &row[FACT_BOUND], m);
}

/* --- the whole --------------------------------------------------------------------------------------------------------------- */

static void check_restored(const Record *r, Mistakes *m)
{
    Span occurred = span_of(value_of(r, "occurred_at")), restored = span_of(value_of(r, "restored_at"));
    if (restored.high < occurred.low) mistake_add(m, STR("occurred_at"), "range", text_of("発生した時刻が、復旧した時刻より後です。", "It occurred after it was restored."));
}

Err incident_check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    static const char *const acts[] = {"undecided", "turns_at", "followed", "judged_by", NULL}; /* set by the program */
    if (old && state_is(old, "closed") && state_is(r, "closed") && !only_differs(old, r, acts))
        return err_text(ERR_CONFLICT, text_of("終結したインシデントは変わりません。直すには、先に「再開する」を選んでください。", "What is closed does not change. Open it again first."));
    const Vocabulary *words = vocabulary_of(c);
    const Value *segments = value_of(r, "segments"), *facts = value_of(r, "facts");
    for (size_t i = 0; i < segments->n; i++) {
        check_end(c, i, segments->rows[i], !state_is(r, "open") && value_of(r, "state")->state == VALUE_KNOWN, m);
        check_bound(c, "segments", i, &segments->rows[i][SEGMENT_VALUE], &segments->rows[i][SEGMENT_BOUND], m);
    }
    check_overlaps(c, segments, m);
    for (size_t i = 0; i < facts->n; i++)
        check_fact(c, words, facts, i, m);
    check_words(c, words, old, r, m);
    check_codes(c, STR("operator_class"), value_of(r, "operator_class"), false, m);
    check_restored(r, m);
    check_past(c, STR("occurred_at"), value_of(r, "occurred_at"), m);
    check_past(c, STR("known_at"), value_of(r, "known_at"), m);
    return ERR_NONE;
}
