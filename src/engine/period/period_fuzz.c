/*
 * Fuzz: any start, length, date and calendar. Nothing overflows, and what is counted keeps the laws: never back, never onto a closed day, later starts never end
 * earlier, every step can be said.
 */
#include <stdlib.h>

#include "period/period.h"

enum { LISTED_MAX = 64 };
typedef struct Input { int64_t at, later, n; int32_t day, known_first, known_last, months, date; uint8_t kind, unit, counting, roll, weekdays, yearly_month, yearly_day, listed_n; } Input;

static void want(bool so)
{
    if (!so) abort();
}

/* Listed days: the first anywhere, then steps of one byte. */
static PeriodCalendar calendar(const Input *in, const uint8_t *steps, size_t n, PeriodYearly *yearly, Day *listed)
{
    PeriodCalendar c = {.weekdays = in->weekdays, .yearly = yearly, .yearly_n = in->yearly_month != 0, .listed = listed, .known_first = in->known_first, .known_last = in->known_last};
    int64_t d = in->known_first;
    *yearly = (PeriodYearly){in->yearly_month, in->yearly_day, TEXT("毎年", "yearly")};
    for (; c.listed_n < n && c.listed_n < in->listed_n % LISTED_MAX && d + steps[c.listed_n] < INT32_MAX; c.listed_n++)
        listed[c.listed_n] = (Day)(d += steps[c.listed_n]);
    return c;
}

static void said(const Period *p)
{
    Arena a;
    Text steps[PERIOD_STEPS_MAX];
    arena_init(&a, 1 << 20);
    size_t n = period_steps(&a, p, steps);
    want(n >= 3 && n <= PERIOD_STEPS_MAX);
    for (size_t i = 0; i < n; i++) want(str_is_utf8(steps[i].in[JA]) && str_is_utf8(steps[i].in[EN]) && steps[i].in[JA].n && steps[i].in[EN].n);
    arena_done(&a);
}

static void lawful(const Period *p)
{
    if (p->moves) {
        want(p->open.day >= p->before && (size_t)(p->open.day - p->before) == p->open.passed_n && period_is_open(p->rule.calendar, p->open.day));
        for (Day d = p->before; d < p->open.day; d++) want(!period_is_open(p->rule.calendar, d));
    } else want(p->open.day == p->before && !p->open.passed_n);
    want(p->length.unit == PERIOD_HOUR || p->end == day_begin_in_japan(p->open.day + 1));
    want(p->length.unit == PERIOD_HOUR ? period_kept(p, p->end) : !period_kept(p, p->end));
    said(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const PeriodRoll all = {"all", 0x3e, TEXT("規程", "rules")}, few = {"few", 1u << PERIOD_MONTH, TEXT("規程", "rules")};
    static const PeriodCounting countings[] = {{"a", PERIOD_FIRST_NEXT}, {"b", PERIOD_FIRST_MIDNIGHT}, {"c", PERIOD_FIRST_COUNTED}};
    Input in;
    PeriodYearly yearly;
    Day listed[LISTED_MAX];
    Period p, q;
    PeriodFrame f;
    if (size < sizeof in) return 0;
    memcpy(&in, data, sizeof in);
    PeriodCalendar c = calendar(&in, data + sizeof in, size - sizeof in, &yearly, listed);
    bool good = !period_calendar_check(&c).kind;
    PeriodRule rule = {&countings[in.counting % 3], !good ? NULL : in.roll % 3 == 0 ? NULL : in.roll % 3 == 1 ? &all : &few, good ? &c : NULL};
    PeriodLength length = {in.n, (PeriodUnit)(in.unit % PERIOD_UNITS)};
    PeriodStart starts[] = {period_from_moment(in.at), period_from_day(in.day), period_from_opening(in.day), period_after_day(in.day)};
    if (!period_count(&rule, length, starts[in.kind % 4], &p).kind) {
        want(in.n > 0 && in.n <= period_unit_rows[length.unit].max);
        lawful(&p);
    }
    if (in.at <= in.later && !period_count(&rule, length, period_from_moment(in.at), &p).kind && !period_count(&rule, length, period_from_moment(in.later), &q).kind) {
        want(p.end >= in.at && p.end <= q.end && p.before <= q.before);
        PeriodDue dues[] = {period_due(&q), {true, true, p, q}};
        PeriodEarliest e = period_earliest(dues, 2);
        want(e.from_known && e.until_known && e.from == p.end && e.until == q.end);
    }
    if (!period_date(&rule, (PeriodDate){in.months, in.date}, in.day, &p).kind) lawful(&p);
    if (!period_frame((PeriodFrameKind)(in.kind % PERIOD_FRAMES), in.day, &f).kind) want(f.first <= in.day && in.day <= f.last);
    return 0;
}
