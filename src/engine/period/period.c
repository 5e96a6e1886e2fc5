/* period.c -- from a start to an end: first day counted, corresponding day, move to an open day; ends of several clocks. */
#include "period/parts.h"

static const int64_t HOUR_MS = 3600000, DAY_MS = 24 * 3600000LL;

const struct PeriodUnitRow period_unit_rows[PERIOD_UNITS] = {
    [PERIOD_HOUR] = {"h", 36525 * 24, "時間", "hour", "hours", TEXT("時間で定めた期間", "a period of hours")},
    [PERIOD_DAY] = {"day", 36525, "日", "day", "days", TEXT("日で定めた期間", "a period of days")},
    [PERIOD_WEEK] = {"week", 36525 / 7, "週間", "week", "weeks", TEXT("週で定めた期間", "a period of weeks")},
    [PERIOD_MONTH] = {"month", 1200, "か月", "month", "months", TEXT("月で定めた期間", "a period of months")},
    [PERIOD_YEAR] = {"year", 100, "年", "year", "years", TEXT("年で定めた期間", "a period of years")},
    [PERIOD_DATE] = {"date", 0, "", "", "", TEXT("日付で定めた期限", "a due day set as a date")},
};

static const PeriodCounting counting_rows[] = {
    {"jp-period", PERIOD_FIRST_MIDNIGHT},
    {"jp-first-day-counted", PERIOD_FIRST_COUNTED},
};

static const PeriodRoll roll_rows[] = {
    {"jp-gov-holiday", 1u << PERIOD_DAY | 1u << PERIOD_WEEK | 1u << PERIOD_MONTH | 1u << PERIOD_YEAR,
        TEXT("行政機関の休日に関する法律第2条", "Act on the Closed Days of National Agencies, article 2")},
};

bool period_unit_of(Str code, PeriodUnit *out)
{
    for (size_t i = 0; i < PERIOD_UNITS; i++)
        if (str_eqc(code, period_unit_rows[i].code)) {
            *out = (PeriodUnit)i;
            return true;
        }
    return false;
}

const PeriodCounting *period_counting_of(Str code)
{
    for (size_t i = 0; i < COUNT(counting_rows); i++)
        if (str_eqc(code, counting_rows[i].code)) return &counting_rows[i];
    return NULL;
}

const PeriodRoll *period_roll_of(Str code)
{
    for (size_t i = 0; i < COUNT(roll_rows); i++)
        if (str_eqc(code, roll_rows[i].code)) return &roll_rows[i];
    return NULL;
}

PeriodStart period_from_moment(Instant at)
{
    return (PeriodStart){PERIOD_AT_MOMENT, at, DAY_NONE};
}

PeriodStart period_from_day(Day d)
{
    return (PeriodStart){PERIOD_ON_DAY, 0, d};
}

PeriodStart period_from_opening(Day d)
{
    return (PeriodStart){PERIOD_AT_OPENING, 0, d};
}

PeriodStart period_after_day(Day d)
{
    return period_from_opening(d < INT32_MAX && d != DAY_NONE ? d + 1 : DAY_NONE);
}

static bool instant_in_range(Instant t)
{
    return t >= day_begin_in_japan(day_of(1800, 1, 1)) && t < day_begin_in_japan(day_of(2999, 12, 31)) + DAY_MS;
}

static Err check_rule(const PeriodRule *r)
{
    if (r->roll && r->roll->units & 1u << PERIOD_HOUR) return period_wrong("時間で定めた期間は、休日でも繰り下げられません。繰り下げの定めから時間を外してください。", "A period of hours never moves to an open day: take hours out of the rule of roll.");
    if (r->roll && !r->calendar) return period_wrong("繰り下げの定めには、休日の暦が要ります。", "A rule of roll needs a calendar of closed days.");
    return ERR_NONE;
}

static Err check_count(const PeriodRule *r, PeriodLength l, PeriodStart s)
{
    if (!r->counting) return period_wrong("期間の数え方が指定されていないか、対応していません。", "The way in which the period is counted is missing or not known.");
    if ((unsigned)l.unit >= PERIOD_DATE) return period_wrong("期間の単位は、時間・日・週・月・年のいずれかです。", "The unit of a period is hours, days, weeks, months or years.");
    if (l.n < 1 || l.n > period_unit_rows[l.unit].max) return period_wrong("期間は、1以上、100年以下で指定してください。", "A period is at least 1 and at most 100 years.");
    if (s.kind == PERIOD_ON_DAY && l.unit == PERIOD_HOUR) return period_wrong("時間で定めた期間には、始まりの時刻が要ります。時刻が分からないときは、幅で指定してください。", "A period of hours needs the time at which it starts. If it is not known, give the earliest and the latest.");
    return (s.kind == PERIOD_AT_MOMENT ? instant_in_range(s.at) : period_in_years(s.day)) ? ERR_NONE : period_beyond();
}

static Day first_day(const PeriodCounting *counting, PeriodStart s)
{
    Day d = s.kind == PERIOD_AT_MOMENT ? day_in_japan(s.at) : s.day;
    bool midnight = s.kind == PERIOD_AT_OPENING || (s.kind == PERIOD_AT_MOMENT && s.at == day_begin_in_japan(d));
    return counting->first == PERIOD_FIRST_COUNTED || (counting->first == PERIOD_FIRST_MIDNIGHT && midnight) ? d : d + 1;
}

/* day_add_months gives the last day where the month has no corresponding one: that is the end itself, not the day after it. */
static void end_by_months(Period *p, int months)
{
    int y, m, day, got;
    Day there = day_add_months(p->first, months);
    if (there == DAY_NONE) return;
    day_split(p->first, &y, &m, &day);
    day_split(there, &y, &m, &got);
    if (got == day) p->corresponding = there;
    p->before = got == day ? there - 1 : there;
}

static Err end_of_days(Period *p)
{
    int n = (int)p->length.n;
    if (!period_in_years(p->first)) return period_beyond();
    if (p->length.unit == PERIOD_MONTH) end_by_months(p, n);
    else if (p->length.unit == PERIOD_YEAR) end_by_months(p, 12 * n);
    else if (p->length.unit == PERIOD_WEEK) p->corresponding = p->first + 7 * n, p->before = p->corresponding - 1;
    else p->before = p->first + n - 1;
    return period_in_years(p->before) ? ERR_NONE : period_beyond();
}

static void look(Period *p)
{
    p->open.day = p->before;
    p->moves = p->rule.roll && p->rule.roll->units & 1u << p->length.unit;
    if (p->rule.calendar) p->before_is = period_day(p->rule.calendar, p->before).is;
}

static Err finish(Period *p)
{
    look(p);
    if (p->moves) TRY(period_next_open(p->rule.calendar, p->before, &p->open));
    p->end = day_begin_in_japan(p->open.day) + DAY_MS;
    return ERR_NONE;
}

static Err count_hours(Period *p)
{
    p->end = (p->start.kind == PERIOD_AT_MOMENT ? p->start.at : day_begin_in_japan(p->start.day)) + p->length.n * HOUR_MS;
    if (!instant_in_range(p->end)) return period_beyond();
    p->before = day_in_japan(p->end);
    look(p);
    return ERR_NONE;
}

static Period begun(const PeriodRule *rule, PeriodLength length, PeriodStart start)
{
    return (Period){.length = length, .start = start, .rule = *rule, .first = DAY_NONE, .corresponding = DAY_NONE, .before = DAY_NONE, .open.day = DAY_NONE};
}

Err period_count(const PeriodRule *rule, PeriodLength length, PeriodStart start, Period *out)
{
    *out = begun(rule, length, start);
    TRY(check_rule(rule));
    TRY(check_count(rule, length, start));
    if (length.unit == PERIOD_HOUR) return count_hours(out);
    out->first = first_day(rule->counting, start);
    TRY(end_of_days(out));
    return finish(out);
}

Err period_date(const PeriodRule *rule, PeriodDate date, Day from, Period *out)
{
    int y, m, day;
    *out = begun(rule, (PeriodLength){0, PERIOD_DATE}, period_from_day(from));
    out->date = date;
    TRY(check_rule(rule));
    if (date.months < 0 || date.months > period_unit_rows[PERIOD_MONTH].max) return period_wrong("期限の月は、0か月後から100年後までで指定してください。", "The month of a due day is 0 months to 100 years later.");
    if (!period_in_years(from)) return period_beyond();
    day_split(from, &y, &m, &day);
    Day month = day_add_months(day_of(y, m, 1), date.months);
    if (month == DAY_NONE) return period_beyond();
    day_split(month, &y, &m, &day);
    out->before = date.day == PERIOD_LAST_DAY ? day_add_months(day_of(y, 1, 31), m - 1) : day_of(y, m, date.day);
    if (out->before == DAY_NONE) return period_wrong("期限として定めた日が、その月にありません。", "That month does not have the day that is set as due.");
    return finish(out);
}

bool period_kept(const Period *p, Instant act)
{
    return p->length.unit == PERIOD_HOUR ? act <= p->end : act < p->end;
}

Err period_count_between(const PeriodRule *rule, PeriodLength length, PeriodBetween start, PeriodDue *out)
{
    *out = (PeriodDue){0};
    if (start.from_known && start.until_known && start.until < start.from) return period_wrong("始まりの幅の終わりが、幅の始まりより前です。", "The latest start lies before the earliest.");
    if (start.from_known) TRY(period_count(rule, length, period_from_moment(start.from), &out->from));
    if (start.until_known) TRY(period_count(rule, length, period_from_moment(start.until), &out->until));
    out->from_known = start.from_known, out->until_known = start.until_known;
    return ERR_NONE;
}

PeriodDue period_due(const Period *p)
{
    return (PeriodDue){true, true, *p, *p};
}

/* At one instant: what is sure before what may be later; a day ends before that instant, hours end with it. */
static bool sooner(const Period *a, const Period *b)
{
    if (a->end != b->end) return a->end < b->end;
    if (a->open.holidays_unknown != b->open.holidays_unknown) return b->open.holidays_unknown;
    return a->length.unit != PERIOD_HOUR && b->length.unit == PERIOD_HOUR;
}

PeriodEarliest period_earliest(const PeriodDue *clocks, size_t n)
{
    PeriodEarliest out = {.from_known = n > 0, .clock = SIZE_MAX};
    for (size_t i = 0; i < n; i++) {
        out.from_known = out.from_known && clocks[i].from_known;
        if (clocks[i].from_known && (!i || clocks[i].from.end < out.from)) out.from = clocks[i].from.end;
        if (clocks[i].until_known && (out.clock == SIZE_MAX || sooner(&clocks[i].until, &clocks[out.clock].until))) out.clock = i;
    }
    if (!out.from_known) out.from = 0;
    if (out.clock == SIZE_MAX) return out;
    out.until_known = true;
    out.until = clocks[out.clock].until.end;
    out.holidays_unknown = clocks[out.clock].until.open.holidays_unknown;
    return out;
}
