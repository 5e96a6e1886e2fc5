/* calendar.c -- which days are closed, the next open one, and the frames of the year. */
#include "period/parts.h"

const struct PeriodFrameRow period_frame_rows[PERIOD_FRAMES] = {
    [PERIOD_FRAME_MONTH] = {"month", 1, TEXT("月", "month")},
    [PERIOD_FRAME_QUARTER] = {"quarter", 3, TEXT("四半期", "quarter")},
    [PERIOD_FRAME_HALF] = {"half_year", 6, TEXT("半期", "half year")},
    [PERIOD_FRAME_FISCAL_YEAR] = {"fiscal_year", 12, TEXT("年度", "fiscal year")},
};

static bool knows(const PeriodCalendar *c, Day d)
{
    return c->known_first != DAY_NONE && c->known_last != DAY_NONE && d >= c->known_first && d <= c->known_last;
}

Err period_calendar_check(const PeriodCalendar *c)
{
    if ((c->weekdays & 0x7f) == 0x7f || c->weekdays & ~0x7fu) return period_wrong("暦のどの曜日も休日になっているか、曜日の番号が正しくありません。", "The calendar closes every day of the week, or names one that does not exist.");
    for (size_t i = 0; i < c->yearly_n; i++) /* 2024 has a 29 February */
        if (day_of(2024, c->yearly[i].month, c->yearly[i].day) == DAY_NONE) return period_wrong("暦の毎年の日に、存在しない日があります。", "A yearly day of the calendar does not exist.");
    for (size_t i = 0; i < c->listed_n; i++) {
        if (!period_in_years(c->listed[i]) || !knows(c, c->listed[i])) return period_wrong("暦の休日が、登録された期間の外にあります。", "A listed day of the calendar lies outside of the days for which it is known.");
        if (i && c->listed[i] <= c->listed[i - 1]) return period_wrong("暦の休日が、日付の順に並んでいないか、重なっています。", "The listed days of the calendar are not in order, or one stands twice.");
    }
    return ERR_NONE;
}

static int32_t listed_at(const PeriodCalendar *c, Day d)
{
    size_t low = 0, high = c->listed_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->listed[middle] < d) low = middle + 1;
        else high = middle;
    }
    return low < c->listed_n && c->listed[low] == d ? (int32_t)low : -1;
}

static int32_t yearly_at(const PeriodCalendar *c, Day d)
{
    int y, m, day;
    day_split(d, &y, &m, &day);
    for (size_t i = 0; i < c->yearly_n; i++)
        if (c->yearly[i].month == m && c->yearly[i].day == day) return (int32_t)i;
    return -1;
}

PeriodDay period_day(const PeriodCalendar *c, Day d)
{
    int32_t at;
    if (!period_in_years(d)) return (PeriodDay){d, PERIOD_OPEN_UNLESS_HOLIDAY, -1};
    if (c->weekdays & 1u << day_weekday(d)) return (PeriodDay){d, PERIOD_CLOSED_WEEKDAY, -1};
    if ((at = listed_at(c, d)) >= 0) return (PeriodDay){d, PERIOD_CLOSED_LISTED, at};
    if ((at = yearly_at(c, d)) >= 0) return (PeriodDay){d, PERIOD_CLOSED_YEARLY, at};
    return (PeriodDay){d, knows(c, d) ? PERIOD_OPEN : PERIOD_OPEN_UNLESS_HOLIDAY, -1};
}

Err period_next_open(const PeriodCalendar *c, Day d, PeriodOpen *out)
{
    *out = (PeriodOpen){.day = DAY_NONE};
    for (size_t n = 0; period_in_years(d); n++, d++) {
        PeriodDay x = period_day(c, d);
        if (x.is <= PERIOD_OPEN_UNLESS_HOLIDAY) {
            out->day = d, out->passed_n = n, out->holidays_unknown = x.is == PERIOD_OPEN_UNLESS_HOLIDAY;
            return ERR_NONE;
        }
        if (n == PERIOD_PASSED_MAX) return period_wrong("暦の休日が40日を超えて続いていて、次の開庁日が決まりません。", "More than 40 closed days follow each other in the calendar: no next open day is found.");
        out->passed[n] = x;
    }
    return period_beyond();
}

bool period_frame_of(Str code, PeriodFrameKind *out)
{
    for (size_t i = 0; i < PERIOD_FRAMES; i++)
        if (str_eqc(code, period_frame_rows[i].code)) {
            *out = (PeriodFrameKind)i;
            return true;
        }
    return false;
}

Err period_frame(PeriodFrameKind kind, Day d, PeriodFrame *out)
{
    int y, m, day, months = period_frame_rows[kind].months;
    *out = (PeriodFrame){DAY_NONE, DAY_NONE};
    if (!period_in_years(d)) return period_beyond();
    day_split(d, &y, &m, &day);
    Day first = day_add_months(day_of(y, m, 1), -((m + 8) % 12 % months)); /* April is month 0 */
    Day next = first == DAY_NONE ? DAY_NONE : day_add_months(first, months);
    if (next == DAY_NONE) return period_beyond();
    *out = (PeriodFrame){first, next - 1};
    return ERR_NONE;
}
