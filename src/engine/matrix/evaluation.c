/* evaluation.c -- every rule says yes, no or perhaps; the first yes wins, then the first perhaps. */
#include "matrix/evaluation.h"

const struct RuleRow evaluation_rule_rows[EVALUATION_RULES] = {
    [RULE_IMPACT] = {"impact", TEXT("影響だけで対応が必要とされる段階に達しています。", "The impact alone reaches the step that must be treated."),
        TEXT("影響だけで対応が必要とされる段階に達するかもしれません。影響の幅を狭めてください。", "The impact alone may reach the step that must be treated: narrow it down.")},
    [RULE_LIKELIHOOD] = {"likelihood", TEXT("起こりやすさだけで対応が必要とされる段階に達しています。", "The likelihood alone reaches the step that must be treated."),
        TEXT("起こりやすさだけで対応が必要とされる段階に達するかもしれません。起こりやすさの幅を狭めてください。", "The likelihood alone may reach the step that must be treated: narrow it down.")},
    [RULE_ACCUMULATION] = {"accumulation", TEXT("一回ごとの損害は小さくても、一年の合計が上限を超えます。", "The losses of a year add up to more than the limit."),
        TEXT("一年の合計が上限を超えるかもしれません。頻度か損害額の幅を狭めてください。", "The losses of a year may add up to more than the limit: narrow down frequency or loss.")},
    [RULE_TABLE] = {"table", TEXT("判定表で受容されていません。", "The table does not accept it."),
        TEXT("影響か起こりやすさの幅のために、判定表で受容されるかどうか決まりません。", "The table accepts a part of the interval only.")},
    [RULE_EXPIRED] = {"expired", TEXT("受容の期限が過ぎました。もう一度判断してください。", "The period of acceptance is over: judge again."), TEXT("", "")},
    [RULE_ACCEPTED] = {"accepted", TEXT("判定表で受容され、ほかの規則にも当たりません。", "The table accepts it and no other rule asks for treatment."), TEXT("", "")},
    [RULE_NOT_ANALYSED] = {"not_analysed", TEXT("影響と起こりやすさがまだ分析されていません。", "Impact and likelihood are not analysed yet."), TEXT("", "")},
};

typedef enum { NO, PERHAPS, YES } Answer;

Interval interval_worst(const Interval *list, size_t n)
{
    Interval worst = {0};
    for (size_t i = 0; i < n; i++) {
        if (!list[i].given) continue;
        if (!worst.given) worst = list[i];
        if (list[i].low > worst.low) worst.low = list[i].low;
        if (list[i].high > worst.high) worst.high = list[i].high;
    }
    return worst;
}

Interval interval_least(Interval a, Interval b)
{
    if (!a.given || !b.given) return a.given ? a : b;
    return (Interval){true, a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}

static int64_t hundredth(int64_t times, int64_t yen, bool up)
{
    int64_t product;
    if (__builtin_mul_overflow(times, yen, &product)) return INT64_MAX;
    return product / 100 + (up && product % 100);
}

Interval interval_yearly(Interval per_century, Interval loss)
{
    if (!per_century.given || !loss.given) return (Interval){0};
    return (Interval){true, hundredth(per_century.low, loss.low, false), hundredth(per_century.high, loss.high, true)};
}

static Answer at_least(Interval v, int64_t from)
{
    if (!from || !v.given) return NO;
    return v.low >= from ? YES : v.high >= from ? PERHAPS : NO;
}

static Answer adds_up(const EvaluationCase *c)
{
    Interval year = interval_yearly(c->per_century, c->loss);
    if (!c->yearly_limited || !year.given) return NO;
    return year.low > c->yearly_max ? YES : year.high > c->yearly_max ? PERHAPS : NO;
}

static Answer refused(const MatrixSpan *s)
{
    return s->all_accepted ? NO : s->some_accepted ? PERHAPS : YES;
}

Evaluation evaluate(const EvaluationCase *c)
{
    MatrixSpan span;
    bool analysed = c->impact.given && c->likelihood.given &&
                    matrix_span(c->table, c->impact.low, c->impact.high, c->likelihood.low, c->likelihood.high, &span);
    const Answer answers[] = {
        [RULE_IMPACT] = at_least(c->impact, c->impact_from),
        [RULE_LIKELIHOOD] = at_least(c->likelihood, c->likelihood_from),
        [RULE_ACCUMULATION] = adds_up(c),
        [RULE_TABLE] = analysed ? refused(&span) : NO,
        [RULE_EXPIRED] = c->expired ? YES : NO,
    };
    for (int rule = 0; rule < RULE_ACCEPTED; rule++)
        if (answers[rule] == YES) return (Evaluation){NEED_TREAT, rule};
    if (!analysed) return (Evaluation){NEED_NONE, RULE_NOT_ANALYSED};
    for (int rule = 0; rule < RULE_ACCEPTED; rule++)
        if (answers[rule] == PERHAPS) return (Evaluation){NEED_UNDECIDED, rule};
    return (Evaluation){NEED_ACCEPT, RULE_ACCEPTED};
}
