/* period_test.c -- periods at the edges of the law's words, against a walk through the days that shares no code with them, and their laws on random cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "period/period.h"

static int setup(void **state)
{
    static Arena a;
    arena_init(&a, 64 << 20);
    *state = &a;
    return 0;
}

static int teardown(void **state)
{
    arena_done(*state);
    return 0;
}

/* --- the closed days of national agencies, 2025 to 2027 --------------------------------------------------------------------- */
static const PeriodYearly new_year[] = {
    {12, 29, TEXT("年末年始", "New Year closing")}, {12, 30, TEXT("年末年始", "New Year closing")}, {12, 31, TEXT("年末年始", "New Year closing")},
    {1, 1, TEXT("年末年始", "New Year closing")}, {1, 2, TEXT("年末年始", "New Year closing")}, {1, 3, TEXT("年末年始", "New Year closing")},
};
static const int holiday_rows[][3] = {
    {2025, 1, 1}, {2025, 1, 13}, {2025, 2, 11}, {2025, 2, 23}, {2025, 2, 24}, {2025, 3, 20}, {2025, 4, 29}, {2025, 5, 3}, {2025, 5, 4}, {2025, 5, 5}, {2025, 5, 6}, {2025, 7, 21},
    {2025, 8, 11}, {2025, 9, 15}, {2025, 9, 23}, {2025, 10, 13}, {2025, 11, 3}, {2025, 11, 23}, {2025, 11, 24},
    {2026, 1, 1}, {2026, 1, 12}, {2026, 2, 11}, {2026, 2, 23}, {2026, 3, 20}, {2026, 4, 29}, {2026, 5, 3}, {2026, 5, 4}, {2026, 5, 5}, {2026, 5, 6}, {2026, 7, 20}, {2026, 8, 11},
    {2026, 9, 21}, {2026, 9, 22}, {2026, 9, 23}, {2026, 10, 12}, {2026, 11, 3}, {2026, 11, 23},
    {2027, 1, 1}, {2027, 1, 11}, {2027, 2, 11}, {2027, 2, 23}, {2027, 3, 21}, {2027, 3, 22}, {2027, 4, 29}, {2027, 5, 3}, {2027, 5, 4}, {2027, 5, 5}, {2027, 7, 19}, {2027, 8, 11},
    {2027, 9, 20}, {2027, 9, 23}, {2027, 10, 11}, {2027, 11, 3}, {2027, 11, 23},
};

typedef struct Office { Day holidays[COUNT(holiday_rows)]; PeriodCalendar calendar; PeriodRule rule; } Office;

static const PeriodRule *office(Office *o)
{
    for (size_t i = 0; i < COUNT(holiday_rows); i++) o->holidays[i] = day_of(holiday_rows[i][0], holiday_rows[i][1], holiday_rows[i][2]);
    o->calendar = (PeriodCalendar){.weekdays = 1u << 0 | 1u << 6, .yearly = new_year, .yearly_n = COUNT(new_year), .listed = o->holidays, .listed_n = COUNT(holiday_rows),
        .known_first = day_of(2025, 1, 1), .known_last = day_of(2027, 12, 31)};
    assert_int_equal(period_calendar_check(&o->calendar).kind, OK);
    o->rule = (PeriodRule){period_counting_of(STR("jp-period")), period_roll_of(STR("jp-gov-holiday")), &o->calendar};
    return &o->rule;
}

static const PeriodRule *plain_rule(PeriodRule *r)
{
    *r = (PeriodRule){.counting = period_counting_of(STR("jp-period"))};
    return r;
}

static Instant instant(const char *text)
{
    Instant t;
    assert_true(instant_parse(str_of(text), &t));
    return t;
}

static Day day(const char *text)
{
    Day d;
    assert_true(day_parse(str_of(text), &d));
    return d;
}

static Period counted(const PeriodRule *rule, int64_t n, PeriodUnit unit, PeriodStart start)
{
    Period p;
    assert_int_equal(period_count(rule, (PeriodLength){n, unit}, start, &p).kind, OK);
    return p;
}

static Day last_day(int64_t n, PeriodUnit unit, PeriodStart start) /* where nothing moves */
{
    PeriodRule r;
    Period p = counted(plain_rule(&r), n, unit, start);
    assert_int_equal(p.before, p.open.day);
    assert_true(p.end == day_begin_in_japan(p.before + 1) && !p.open.holidays_unknown && !p.open.passed_n);
    return p.before;
}

static void days_are(Day got, const char *want)
{
    assert_int_equal(got, day(want));
}

/* --- the words of the law ------------------------------------------------------------------------------------------------------ */
static void hours_run_from_moment_to_moment(void **state)
{
    UNUSED(state);
    PeriodRule r;
    Period p = counted(plain_rule(&r), 24, PERIOD_HOUR, period_from_moment(instant("2026-11-20T14:24:00+09:00")));
    assert_true(p.end == instant("2026-11-21T14:24:00+09:00"));
    assert_true(p.first == DAY_NONE && p.corresponding == DAY_NONE);
    assert_true(period_kept(&p, p.end)); /* 以内: the moment itself still counts */
    assert_false(period_kept(&p, p.end + 1));
    p = counted(&r, 1, PERIOD_HOUR, period_from_opening(day("2026-11-20")));
    assert_true(p.end == instant("2026-11-20T01:00:00+09:00"));
    assert_int_equal(period_count(&r, (PeriodLength){24, PERIOD_HOUR}, period_from_day(day("2026-11-20")), &p).kind, ERR_INVALID);
}

static void days_end_with_the_last_one(void **state)
{
    UNUSED(state);
    PeriodRule r;
    Period p = counted(plain_rule(&r), 30, PERIOD_DAY, period_from_moment(instant("2026-11-20T13:05:00+09:00")));
    days_are(p.first, "2026-11-21");
    days_are(p.before, "2026-12-20");
    assert_true(p.end == instant("2026-12-21T00:00:00+09:00"));
    assert_true(period_kept(&p, p.end - 1)); /* 24:00 of the last day is over when the next one begins */
    assert_false(period_kept(&p, p.end));
    days_are(last_day(30, PERIOD_DAY, period_from_day(day("2026-11-20"))), "2026-12-20");
    days_are(last_day(1, PERIOD_DAY, period_from_day(day("2026-11-20"))), "2026-11-21");
}

static void the_first_day_counts_at_midnight_only(void **state)
{
    UNUSED(state);
    Instant midnight = instant("2026-11-20T00:00:00+09:00");
    days_are(last_day(1, PERIOD_DAY, period_from_moment(midnight)), "2026-11-20");
    days_are(last_day(1, PERIOD_DAY, period_from_moment(midnight + 1)), "2026-11-21");
    days_are(last_day(1, PERIOD_DAY, period_from_moment(midnight - 1)), "2026-11-20");
    days_are(last_day(1, PERIOD_DAY, period_from_opening(day("2026-11-20"))), "2026-11-20");
    days_are(last_day(1, PERIOD_DAY, period_after_day(day("2026-11-20"))), "2026-11-21");
    PeriodCounting never = {"x", PERIOD_FIRST_NEXT};
    PeriodRule r = {&never, NULL, NULL};
    days_are(counted(&r, 1, PERIOD_DAY, period_from_moment(midnight)).before, "2026-11-21");
    r.counting = period_counting_of(STR("jp-first-day-counted"));
    days_are(counted(&r, 30, PERIOD_DAY, period_from_day(day("2026-11-20"))).before, "2026-12-19");
    days_are(counted(&r, 1, PERIOD_MONTH, period_from_moment(midnight + 5)).before, "2026-12-19");
}

static void months_end_before_the_corresponding_day(void **state)
{
    UNUSED(state);
    static const struct { const char *from; int n; PeriodUnit unit; const char *last; } rows[] = {
        {"2026-02-28", 1, PERIOD_MONTH, "2026-03-31"}, /* counted from 1 March: not 28 March */
        {"2028-02-28", 1, PERIOD_MONTH, "2028-03-28"}, {"2028-02-29", 1, PERIOD_MONTH, "2028-03-31"},
        {"2026-01-31", 1, PERIOD_MONTH, "2026-02-28"}, {"2028-01-31", 1, PERIOD_MONTH, "2028-02-29"},
        {"2026-01-30", 1, PERIOD_MONTH, "2026-02-28"}, {"2026-01-29", 1, PERIOD_MONTH, "2026-02-28"}, {"2026-01-28", 1, PERIOD_MONTH, "2026-02-28"}, {"2026-01-27", 1, PERIOD_MONTH, "2026-02-27"},
        {"2028-01-29", 1, PERIOD_MONTH, "2028-02-29"}, {"2028-01-28", 1, PERIOD_MONTH, "2028-02-28"},
        {"2026-03-31", 1, PERIOD_MONTH, "2026-04-30"}, {"2026-04-30", 1, PERIOD_MONTH, "2026-05-31"}, {"2026-11-20", 1, PERIOD_MONTH, "2026-12-20"},
        {"2026-08-30", 6, PERIOD_MONTH, "2027-02-28"}, {"2025-12-31", 2, PERIOD_MONTH, "2026-02-28"}, {"2026-11-30", 3, PERIOD_MONTH, "2027-02-28"},
        {"2028-02-29", 1, PERIOD_YEAR, "2029-02-28"}, {"2027-02-28", 1, PERIOD_YEAR, "2028-02-29"}, {"2028-02-28", 1, PERIOD_YEAR, "2029-02-28"}, {"2028-02-28", 4, PERIOD_YEAR, "2032-02-28"},
        {"2026-12-31", 1, PERIOD_YEAR, "2027-12-31"}, {"2026-07-01", 3, PERIOD_YEAR, "2029-07-01"},
        {"2026-11-20", 2, PERIOD_WEEK, "2026-12-04"}, {"2026-11-20", 1, PERIOD_WEEK, "2026-11-27"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        days_are(last_day(rows[i].n, rows[i].unit, period_from_day(day(rows[i].from))), rows[i].last);
}

/* --- tricky cases -------------------------------------------------------------------------------------------------------------- */
/* The return for the quarter that ended on 31 March 2025 is due before the day of the new rule, 1 June 2025, and moves to after it. */
static void a_quarter_whose_due_day_moves(void **state)
{
    UNUSED(state);
    Office o;
    PeriodFrame q;
    assert_int_equal(period_frame(PERIOD_FRAME_QUARTER, day_in_japan(instant("2025-03-31T23:50:00+09:00")), &q).kind, OK);
    days_are(q.first, "2025-01-01");
    days_are(q.last, "2025-03-31");
    Period p = counted(office(&o), 2, PERIOD_MONTH, period_after_day(q.last));
    days_are(p.first, "2025-04-01");
    days_are(p.corresponding, "2025-06-01");
    days_are(p.before, "2025-05-31");
    assert_int_equal(p.open.passed_n, 2);
    assert_int_equal(p.open.passed[0].is, PERIOD_CLOSED_WEEKDAY);
    days_are(p.open.day, "2025-06-02");
    assert_true(p.before < day("2025-06-01") && p.open.day > day("2025-06-01"));
    assert_true(p.end == instant("2025-06-03T00:00:00+09:00") && p.moves && !p.open.holidays_unknown);
    assert_int_equal(period_frame(PERIOD_FRAME_QUARTER, day_in_japan(instant("2025-04-01T02:10:00+09:00")), &q).kind, OK);
    days_are(q.first, "2025-04-01"); /* restored in the next one */
}

static void leap_day_and_month_ends_step_by_step(void **state)
{
    UNUSED(state);
    PeriodRule r;
    Period p = counted(plain_rule(&r), 1, PERIOD_YEAR, period_from_day(day("2028-02-29")));
    days_are(p.first, "2028-03-01");
    days_are(p.corresponding, "2029-03-01");
    days_are(p.before, "2029-02-28");
    p = counted(&r, 1, PERIOD_MONTH, period_from_day(day("2026-01-30")));
    days_are(p.first, "2026-01-31");
    assert_int_equal(p.corresponding, DAY_NONE);
    days_are(p.before, "2026-02-28");
}

static void days_move_and_hours_do_not(void **state)
{
    UNUSED(state);
    Office o;
    const PeriodRule *rule = office(&o);
    Period p = counted(rule, 30, PERIOD_DAY, period_from_day(day("2026-10-01")));
    days_are(p.before, "2026-10-31"); /* a Saturday */
    days_are(p.open.day, "2026-11-02");
    p = counted(rule, 30, PERIOD_DAY, period_from_day(day("2025-11-30")));
    days_are(p.before, "2025-12-30");
    days_are(p.open.day, "2026-01-05");
    assert_int_equal(p.open.passed_n, 6);
    assert_int_equal(p.open.passed[0].is, PERIOD_CLOSED_YEARLY);
    assert_int_equal(p.open.passed[2].is, PERIOD_CLOSED_LISTED); /* 1 January */
    assert_int_equal(o.holidays[p.open.passed[2].at], day("2026-01-01"));
    assert_int_equal(p.open.passed[4].is, PERIOD_CLOSED_WEEKDAY); /* 3 January is a Saturday */
    p = counted(rule, 24, PERIOD_HOUR, period_from_moment(instant("2025-12-31T03:00:00+09:00")));
    assert_true(p.end == instant("2026-01-01T03:00:00+09:00") && !p.moves && !p.open.passed_n);
    assert_int_equal(p.before_is, PERIOD_CLOSED_LISTED);
    p = counted(rule, 720, PERIOD_HOUR, period_from_moment(instant("2026-10-01T10:00:00+09:00")));
    assert_true(p.end == instant("2026-10-31T10:00:00+09:00")); /* 30 days as hours, on that same Saturday */
    p = counted(rule, 30, PERIOD_DAY, period_from_day(day("2026-11-20")));
    days_are(p.open.day, "2026-12-21"); /* the 20th is a Sunday */
    p = counted(rule, 30, PERIOD_DAY, period_from_day(day("2026-11-21")));
    assert_true(p.open.day == p.before && p.open.day == day("2026-12-21"));
    p = counted(rule, 1, PERIOD_DAY, period_from_day(day("2026-09-18")));
    days_are(p.open.day, "2026-09-24"); /* Saturday, Sunday and three holidays */
}

static void the_day_is_the_day_in_japan(void **state)
{
    UNUSED(state);
    days_are(last_day(30, PERIOD_DAY, period_from_moment(instant("2026-11-20T15:30:00Z"))), "2026-12-21"); /* it is the 21st there */
    days_are(last_day(30, PERIOD_DAY, period_from_moment(instant("2026-11-20T14:59:59.999Z"))), "2026-12-20");
    days_are(last_day(30, PERIOD_DAY, period_from_moment(instant("2026-11-20T15:00:00Z"))), "2026-12-20"); /* 00:00 there: that day counts */
}

/* A corrected fact gives another computation; what was computed from the old one stays as it was, and comes out again from the old fact. */
static void a_correction_leaves_the_old_computation(void **state)
{
    Office o;
    const PeriodRule *rule = office(&o);
    Text before[PERIOD_STEPS_MAX], again[PERIOD_STEPS_MAX];
    Period old = counted(rule, 30, PERIOD_DAY, period_from_moment(instant("2026-11-20T23:59:00+09:00")));
    size_t n = period_steps(*state, &old, before);
    Period corrected = counted(rule, 30, PERIOD_DAY, period_from_moment(instant("2026-11-21T00:01:00+09:00")));
    Period same = counted(rule, 30, PERIOD_DAY, old.start);
    assert_int_equal(period_steps(*state, &old, again), n);
    for (size_t i = 0; i < n; i++) assert_true(str_eq(before[i].in[JA], again[i].in[JA]) && str_eq(before[i].in[EN], again[i].in[EN]));
    assert_true(same.end == old.end && same.first == old.first && same.before == old.before);
    assert_true(corrected.first == old.first + 1 && corrected.before == old.before + 1);
    assert_int_equal(corrected.open.day, old.open.day); /* 20 December is a Sunday, the 21st a Monday */
}

/* --- closed days --------------------------------------------------------------------------------------------------------------- */
static void holidays_that_are_not_known(void **state)
{
    UNUSED(state);
    Office o;
    const PeriodRule *rule = office(&o);
    Period p = counted(rule, 1, PERIOD_DAY, period_from_day(day("2027-12-27")));
    assert_true(p.open.day == day("2027-12-28") && !p.open.holidays_unknown);
    p = counted(rule, 1, PERIOD_DAY, period_from_day(day("2027-12-28"))); /* closed for sure, but what opens next is not */
    assert_true(p.open.day == day("2028-01-04") && p.open.holidays_unknown);
    p = counted(rule, 1, PERIOD_DAY, period_from_day(day("2024-12-26")));
    assert_true(p.open.day == day("2024-12-27") && p.open.holidays_unknown); /* before the span as well */
    p = counted(rule, 1, PERIOD_DAY, period_from_day(day("2024-12-31"))); /* the days of 2025 are known */
    assert_true(p.open.day == day("2025-01-06") && !p.open.holidays_unknown);
    p = counted(rule, 24, PERIOD_HOUR, period_from_moment(instant("2029-05-02T10:00:00+09:00")));
    assert_false(p.open.holidays_unknown); /* hours ask no calendar */
    assert_int_equal(period_day(&o.calendar, day("2028-01-04")).is, PERIOD_OPEN_UNLESS_HOLIDAY);
    assert_int_equal(period_day(&o.calendar, day("2028-01-03")).is, PERIOD_CLOSED_YEARLY);
    assert_int_equal(period_day(&o.calendar, day("2028-01-08")).is, PERIOD_CLOSED_WEEKDAY);
    assert_int_equal(period_day(&o.calendar, day("2027-12-31")).is, PERIOD_CLOSED_YEARLY);
    assert_int_equal(period_day(&o.calendar, day("2027-12-28")).is, PERIOD_OPEN);
    PeriodCalendar none = {.weekdays = 1, .known_first = DAY_NONE, .known_last = DAY_NONE};
    assert_int_equal(period_calendar_check(&none).kind, OK);
    assert_int_equal(period_day(&none, day("2026-11-20")).is, PERIOD_OPEN_UNLESS_HOLIDAY);
    assert_true(period_is_open(&none, day("2026-11-21")) && !period_is_open(&none, day("2026-11-22")));
}

static void calendars_that_are_refused(void **state)
{
    UNUSED(state);
    Day known = day("2026-01-01"), until = day("2026-12-31");
    Day good[] = {day("2026-01-01"), day("2026-12-31")}, twice[] = {day("2026-05-03"), day("2026-05-03")}, back[] = {day("2026-05-04"), day("2026-05-03")}, outside[] = {day("2027-01-01")};
    PeriodYearly leap[] = {{2, 29, TEXT("", "")}}, absurd[] = {{2, 30, TEXT("", "")}}, zero[] = {{0, 1, TEXT("", "")}};
    struct { PeriodCalendar c; ErrKind want; } rows[] = {
        {{.weekdays = 0, .listed = good, .listed_n = 2, .known_first = known, .known_last = until}, OK},
        {{.listed = twice, .listed_n = 2, .known_first = known, .known_last = until}, ERR_INVALID},
        {{.listed = back, .listed_n = 2, .known_first = known, .known_last = until}, ERR_INVALID},
        {{.listed = outside, .listed_n = 1, .known_first = known, .known_last = until}, ERR_INVALID},
        {{.listed = good, .listed_n = 2, .known_first = DAY_NONE, .known_last = DAY_NONE}, ERR_INVALID},
        {{.weekdays = 0x7f, .known_first = DAY_NONE, .known_last = DAY_NONE}, ERR_INVALID},
        {{.weekdays = 0x80, .known_first = DAY_NONE, .known_last = DAY_NONE}, ERR_INVALID},
        {{.weekdays = 0x3f, .known_first = DAY_NONE, .known_last = DAY_NONE}, OK},
        {{.yearly = leap, .yearly_n = 1, .known_first = DAY_NONE, .known_last = DAY_NONE}, OK},
        {{.yearly = absurd, .yearly_n = 1, .known_first = DAY_NONE, .known_last = DAY_NONE}, ERR_INVALID},
        {{.yearly = zero, .yearly_n = 1, .known_first = DAY_NONE, .known_last = DAY_NONE}, ERR_INVALID},
    };
    for (size_t i = 0; i < COUNT(rows); i++) assert_int_equal(period_calendar_check(&rows[i].c).kind, rows[i].want);
}

static void closed_without_end(void **state)
{
    UNUSED(state);
    Day closed[PERIOD_PASSED_MAX + 1];
    Day from = day("2026-06-01");
    for (int i = 0; i <= PERIOD_PASSED_MAX; i++) closed[i] = from + i;
    PeriodCalendar c = {.listed = closed, .listed_n = PERIOD_PASSED_MAX, .known_first = day("2026-01-01"), .known_last = day("2026-12-31")};
    PeriodOpen open;
    assert_int_equal(period_next_open(&c, from, &open).kind, OK);
    assert_true(open.day == from + PERIOD_PASSED_MAX && open.passed_n == PERIOD_PASSED_MAX);
    c.listed_n++;
    assert_int_equal(period_next_open(&c, from, &open).kind, ERR_INVALID);
    assert_int_equal(period_next_open(&c, DAY_NONE, &open).kind, ERR_INVALID);
    assert_int_equal(period_next_open(&c, INT32_MAX, &open).kind, ERR_INVALID);
}

/* --- what is refused ------------------------------------------------------------------------------------------------------------- */
static void absurd_periods_are_refused(void **state)
{
    UNUSED(state);
    PeriodRule r;
    Period p;
    static const int64_t most[] = {[PERIOD_HOUR] = 876600, [PERIOD_DAY] = 36525, [PERIOD_WEEK] = 5217, [PERIOD_MONTH] = 1200, [PERIOD_YEAR] = 100};
    PeriodStart start = period_from_moment(instant("2026-11-20T10:00:00+09:00"));
    plain_rule(&r);
    for (int u = PERIOD_HOUR; u <= PERIOD_YEAR; u++) {
        const int64_t bad[] = {0, -1, most[u] + 1, INT64_MAX, INT64_MIN};
        assert_int_equal(period_count(&r, (PeriodLength){most[u], (PeriodUnit)u}, start, &p).kind, OK);
        for (size_t i = 0; i < COUNT(bad); i++) assert_int_equal(period_count(&r, (PeriodLength){bad[i], (PeriodUnit)u}, start, &p).kind, ERR_INVALID);
        const Instant far[] = {INT64_MAX, INT64_MIN, instant("1800-01-01T00:00:00+09:00") - 1, instant("2999-12-31T23:59:59.999+09:00") + 1, instant("2999-12-31T23:30:00+09:00")};
        for (size_t i = 0; i < COUNT(far); i++) assert_int_equal(period_count(&r, (PeriodLength){1, (PeriodUnit)u}, period_from_moment(far[i]), &p).kind, ERR_INVALID);
        const Day days[] = {DAY_NONE, INT32_MAX, day("1800-01-01") - 1, day("2999-12-31") + 1};
        for (size_t i = 0; i < COUNT(days); i++) {
            assert_int_equal(period_count(&r, (PeriodLength){1, (PeriodUnit)u}, period_from_opening(days[i]), &p).kind, ERR_INVALID);
            if (i < 2) assert_int_equal(period_count(&r, (PeriodLength){1, (PeriodUnit)u}, period_after_day(days[i]), &p).kind, ERR_INVALID);
        }
        assert_int_equal(period_count(&r, (PeriodLength){1, (PeriodUnit)u}, period_from_moment(instant("1800-01-01T00:00:00+09:00")), &p).kind, OK);
    }
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DAY}, period_from_opening(day("2999-12-31")), &p).kind, OK);
    assert_int_equal(period_count(&r, (PeriodLength){2, PERIOD_DAY}, period_from_opening(day("2999-12-31")), &p).kind, ERR_INVALID);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_HOUR}, period_from_moment(instant("2999-12-31T22:59:59.999+09:00")), &p).kind, OK);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_HOUR}, period_from_moment(instant("2999-12-31T23:00:00+09:00")), &p).kind, ERR_INVALID);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DATE}, start, &p).kind, ERR_INVALID);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_UNITS}, start, &p).kind, ERR_INVALID);
}

static void rules_that_are_refused(void **state)
{
    UNUSED(state);
    Office o;
    Period p;
    PeriodRoll hours = {"x", 1u << PERIOD_HOUR | 1u << PERIOD_DAY, TEXT("", "")};
    PeriodStart start = period_from_day(day("2026-11-20"));
    PeriodRule r = *office(&o);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DAY}, start, &p).kind, OK);
    r.calendar = NULL; /* would move, but to where? */
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DAY}, start, &p).kind, ERR_INVALID);
    r = *office(&o), r.roll = &hours;
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DAY}, start, &p).kind, ERR_INVALID);
    r = *office(&o), r.counting = period_counting_of(STR("eu-1182-71")); /* not read, so not guessed */
    assert_null(r.counting);
    assert_int_equal(period_count(&r, (PeriodLength){1, PERIOD_DAY}, start, &p).kind, ERR_INVALID);
    assert_null(period_roll_of(STR("")));
    PeriodUnit u;
    PeriodFrameKind f;
    assert_true(period_unit_of(STR("h"), &u) && u == PERIOD_HOUR);
    assert_true(period_unit_of(STR("month"), &u) && u == PERIOD_MONTH);
    assert_false(period_unit_of(STR("hours"), &u) || period_unit_of(STR(""), &u));
    assert_true(period_frame_of(STR("fiscal_year"), &f) && f == PERIOD_FRAME_FISCAL_YEAR);
    assert_false(period_frame_of(STR("year"), &f));
}

/* --- frames and dates --------------------------------------------------------------------------------------------------------------- */
static void frames_of_the_year(void **state)
{
    UNUSED(state);
    static const struct { PeriodFrameKind kind; const char *in, *first, *last; } rows[] = {
        {PERIOD_FRAME_MONTH, "2028-02-29", "2028-02-01", "2028-02-29"}, {PERIOD_FRAME_MONTH, "2026-12-31", "2026-12-01", "2026-12-31"},
        {PERIOD_FRAME_QUARTER, "2026-03-31", "2026-01-01", "2026-03-31"}, {PERIOD_FRAME_QUARTER, "2026-04-01", "2026-04-01", "2026-06-30"},
        {PERIOD_FRAME_QUARTER, "2026-12-31", "2026-10-01", "2026-12-31"}, {PERIOD_FRAME_HALF, "2026-09-30", "2026-04-01", "2026-09-30"},
        {PERIOD_FRAME_HALF, "2026-10-01", "2026-10-01", "2027-03-31"}, {PERIOD_FRAME_HALF, "2027-01-15", "2026-10-01", "2027-03-31"},
        {PERIOD_FRAME_FISCAL_YEAR, "2027-03-31", "2026-04-01", "2027-03-31"}, {PERIOD_FRAME_FISCAL_YEAR, "2027-04-01", "2027-04-01", "2028-03-31"},
    };
    PeriodFrame f;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(period_frame(rows[i].kind, day(rows[i].in), &f).kind, OK);
        days_are(f.first, rows[i].first);
        days_are(f.last, rows[i].last);
    }
    for (int kind = 0; kind < PERIOD_FRAMES; kind++) /* every day lies in one frame, and the frames follow each other */
        for (Day d = day("2015-01-01"); d < day("2035-12-31"); d++) {
            PeriodFrame next;
            assert_int_equal(period_frame((PeriodFrameKind)kind, d, &f).kind, OK);
            assert_int_equal(period_frame((PeriodFrameKind)kind, f.last + 1, &next).kind, OK);
            assert_true(f.first <= d && d <= f.last && next.first == f.last + 1);
            assert_true(kind != PERIOD_FRAME_FISCAL_YEAR || fiscal_year(f.first) == fiscal_year(f.last));
        }
    assert_int_equal(period_frame(PERIOD_FRAME_FISCAL_YEAR, day("1800-03-31"), &f).kind, ERR_INVALID);
    assert_int_equal(period_frame(PERIOD_FRAME_FISCAL_YEAR, day("2999-12-31"), &f).kind, ERR_INVALID);
    assert_int_equal(period_frame(PERIOD_FRAME_MONTH, DAY_NONE, &f).kind, ERR_INVALID);
    assert_int_equal(f.first, DAY_NONE);
}

static void dates_are_no_periods(void **state)
{
    UNUSED(state);
    Office o;
    Period p;
    PeriodRule r = *office(&o);
    r.counting = NULL;
    assert_int_equal(period_date(&r, (PeriodDate){1, 20}, day("2026-11-01"), &p).kind, OK);
    days_are(p.before, "2026-12-20"); /* a Sunday: the rule speaks of periods, so it stays, and says so */
    assert_true(p.open.day == p.before && !p.moves && p.before_is == PERIOD_CLOSED_WEEKDAY);
    assert_true(p.end == instant("2026-12-21T00:00:00+09:00"));
    assert_int_equal(period_date(&r, (PeriodDate){3, PERIOD_LAST_DAY}, day("2026-03-31"), &p).kind, OK); /* every year by the end of June */
    days_are(p.before, "2026-06-30");
    assert_int_equal(period_date(&r, (PeriodDate){11, PERIOD_LAST_DAY}, day("2027-03-01"), &p).kind, OK);
    days_are(p.before, "2028-02-29");
    assert_int_equal(period_date(&r, (PeriodDate){0, 31}, day("2026-12-31"), &p).kind, OK);
    days_are(p.before, "2026-12-31");
    assert_int_equal(period_date(&r, (PeriodDate){1, 30}, day("2026-01-31"), &p).kind, ERR_INVALID); /* February has none */
    assert_int_equal(period_date(&r, (PeriodDate){1, 32}, day("2026-01-31"), &p).kind, ERR_INVALID);
    assert_int_equal(period_date(&r, (PeriodDate){1, -1}, day("2026-01-31"), &p).kind, ERR_INVALID);
    assert_int_equal(period_date(&r, (PeriodDate){-1, 20}, day("2026-01-31"), &p).kind, ERR_INVALID);
    assert_int_equal(period_date(&r, (PeriodDate){1201, 20}, day("2026-01-31"), &p).kind, ERR_INVALID);
    assert_int_equal(period_date(&r, (PeriodDate){1, 20}, DAY_NONE, &p).kind, ERR_INVALID);
    assert_int_equal(period_date(&r, (PeriodDate){1, 20}, day("2999-12-01"), &p).kind, ERR_INVALID);
    PeriodRoll dates = {"own", 1u << PERIOD_DATE, TEXT("規程", "rules")}; /* where a rule of its own moves them */
    r.roll = &dates;
    assert_int_equal(period_date(&r, (PeriodDate){1, 20}, day("2026-11-01"), &p).kind, OK);
    days_are(p.open.day, "2026-12-21");
}

/* --- a walk through the days ---------------------------------------------------------------------------------------------------------- */
enum { WALK_FIRST_YEAR = 2015, WALK_DAYS = 9200 };
typedef struct Walk { int year, month, day; } Walk;

static int walk_month(int year, int month)
{
    if (month == 2) return year % 4 ? 28 : year % 100 ? 29 : year % 400 ? 28 : 29;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void walk_all(Walk *w)
{
    Walk at = {WALK_FIRST_YEAR, 1, 1};
    for (int i = 0; i < WALK_DAYS; i++) {
        w[i] = at;
        if (++at.day <= walk_month(at.year, at.month)) continue;
        at.day = 1;
        if (++at.month > 12) at.month = 1, at.year++;
    }
}

/* From the first day counted on: pass as many beginnings of months as the period has, then stop before the same number, or at the end of that month. */
static int walk_end(const Walk *w, int first, int months)
{
    int i = first;
    while (months) months -= w[++i].day == 1;
    while (w[i].day < w[first].day && w[i + 1].day != 1) i++;
    return w[i].day == w[first].day ? i - 1 : i;
}

static void months_as_walked(void **state)
{
    UNUSED(state);
    static Walk w[WALK_DAYS];
    PeriodRule r;
    Day origin = day("2015-01-01");
    int clamped_otherwise = 0;
    plain_rule(&r);
    walk_all(w);
    for (int i = 0; w[i].year <= 2035; i++)
        for (int n = 1; n <= 12; n++) {
            Period p = counted(&r, n, PERIOD_MONTH, period_from_day(origin + i));
            int want = walk_end(w, i + 1, n);
            assert_int_equal(p.before - origin, want);
            assert_int_equal(p.before, day_of(w[want].year, w[want].month, w[want].day));
            assert_int_equal(counted(&r, n, PERIOD_MONTH, period_from_opening(origin + i + 1)).before, p.before);
            clamped_otherwise += day_add_months(origin + i, n) != p.before;
        }
    assert_true(clamped_otherwise > 0); /* adding months and keeping the last day is not the law */
    for (int i = 0; w[i].year <= 2035; i++)
        assert_int_equal(counted(&r, 1, PERIOD_YEAR, period_from_day(origin + i)).before, counted(&r, 12, PERIOD_MONTH, period_from_day(origin + i)).before);
}

/* --- laws on random cases ---------------------------------------------------------------------------------------------------------------- */
static PeriodCalendar random_calendar(Day *listed, size_t max)
{
    PeriodCalendar c = {.weekdays = (unsigned)rand() % 0x7f, .yearly = new_year, .yearly_n = (size_t)rand() % 7, .listed = listed, .known_first = day("2020-01-01"), .known_last = day("2022-12-31")};
    for (Day d = c.known_first; d <= c.known_last && c.listed_n < max; d++)
        if (rand() % 9 == 0) listed[c.listed_n++] = d;
    return c;
}

static void laws_of_periods(void **state)
{
    UNUSED(state);
    static Day listed[400];
    static const int64_t small[] = {[PERIOD_HOUR] = 2000, [PERIOD_DAY] = 90, [PERIOD_WEEK] = 12, [PERIOD_MONTH] = 14, [PERIOD_YEAR] = 3};
    srand(20261128);
    for (int turn = 0; turn < 20000; turn++) {
        PeriodCalendar c = random_calendar(listed, COUNT(listed));
        if (period_calendar_check(&c).kind) fail();
        PeriodRule r = {period_counting_of(STR("jp-period")), period_roll_of(STR("jp-gov-holiday")), &c};
        PeriodUnit unit = (PeriodUnit)(rand() % 5);
        int64_t n = rand() % small[unit] + 1;
        Instant at = day_begin_in_japan(day("2019-06-01") + rand() % 1400) + (rand() % 4 ? rand() % 86400000 : 0), after = at + rand() % 200000000;
        Period p, q;
        Err e = period_count(&r, (PeriodLength){n, unit}, period_from_moment(at), &p);
        if (e.kind || period_count(&r, (PeriodLength){n, unit}, period_from_moment(after), &q).kind) continue; /* closed for too long */
        assert_true(p.end > at && p.end <= q.end && p.before <= q.before);
        if (unit == PERIOD_HOUR) continue;
        assert_true(p.open.day >= p.before && period_is_open(&c, p.open.day));
        assert_int_equal(p.open.passed_n, p.open.day - p.before);
        for (size_t i = 0; i < p.open.passed_n; i++) assert_true(p.open.passed[i].day == p.before + (Day)i && !period_is_open(&c, p.before + (Day)i));
        assert_int_equal(p.open.holidays_unknown, p.open.day < c.known_first || p.open.day > c.known_last);
        assert_true(period_kept(&p, p.end - 1) && !period_kept(&p, p.end));
        Period longer;
        if (!period_count(&r, (PeriodLength){n + 1, unit}, period_from_moment(at), &longer).kind) assert_true(longer.before > p.before && longer.end >= p.end);
    }
}

/* --- starts that are not known exactly ----------------------------------------------------------------------------------------------------- */
static void starts_between(void **state)
{
    UNUSED(state);
    Office o;
    PeriodDue due;
    const PeriodRule *rule = office(&o);
    Instant early = instant("2026-11-20T23:30:00+09:00"), late = instant("2026-11-21T01:30:00+09:00");
    assert_int_equal(period_count_between(rule, (PeriodLength){31, PERIOD_DAY}, (PeriodBetween){true, true, early, late}, &due).kind, OK);
    assert_true(due.from_known && due.until_known);
    days_are(due.from.open.day, "2026-12-21");
    days_are(due.until.open.day, "2026-12-22");
    for (Instant t = early; t <= late; t += 60000) { /* both ends hold whatever lies between */
        Period p = counted(rule, 31, PERIOD_DAY, period_from_moment(t));
        assert_true(due.from.end <= p.end && p.end <= due.until.end);
    }
    assert_int_equal(period_count_between(rule, (PeriodLength){24, PERIOD_HOUR}, (PeriodBetween){true, true, early, early}, &due).kind, OK);
    assert_true(due.from.end == due.until.end);
    assert_int_equal(period_count_between(rule, (PeriodLength){4, PERIOD_HOUR}, (PeriodBetween){true, false, early, 0}, &due).kind, OK); /* still to come */
    assert_true(due.from_known && !due.until_known && due.from.end == early + 4 * 3600000);
    assert_int_equal(period_count_between(rule, (PeriodLength){4, PERIOD_HOUR}, (PeriodBetween){false, true, 0, late}, &due).kind, OK);
    assert_true(!due.from_known && due.until_known);
    assert_int_equal(period_count_between(rule, (PeriodLength){4, PERIOD_HOUR}, (PeriodBetween){0}, &due).kind, OK);
    assert_false(due.from_known || due.until_known);
    assert_int_equal(period_count_between(rule, (PeriodLength){4, PERIOD_HOUR}, (PeriodBetween){true, true, late, early}, &due).kind, ERR_INVALID);
    assert_int_equal(period_count_between(rule, (PeriodLength){0, PERIOD_HOUR}, (PeriodBetween){true, true, early, late}, &due).kind, ERR_INVALID);
    assert_false(due.from_known || due.until_known);
}

static PeriodDue exactly(const PeriodRule *rule, int64_t n, PeriodUnit unit, const char *from)
{
    Period p = counted(rule, n, unit, period_from_moment(instant(from)));
    return period_due(&p);
}

static void the_earliest_of_several_clocks(void **state)
{
    UNUSED(state);
    Office o;
    const PeriodRule *rule = office(&o);
    PeriodDue classified = exactly(rule, 4, PERIOD_HOUR, "2026-11-20T12:00:00+09:00"), known = exactly(rule, 24, PERIOD_HOUR, "2026-11-20T10:00:00+09:00"), nothing = {0};
    PeriodEarliest e = period_earliest((PeriodDue[]){known, classified}, 2);
    assert_true(e.from_known && e.until_known && e.clock == 1 && e.until == instant("2026-11-20T16:00:00+09:00") && e.from == e.until);
    e = period_earliest((PeriodDue[]){nothing, known}, 2); /* not yet classified: not later than 24 h, perhaps earlier */
    assert_true(!e.from_known && e.until_known && e.clock == 1 && e.until == instant("2026-11-21T10:00:00+09:00"));
    PeriodDue open; /* not classified at 13:00, so not due before 17:00 */
    assert_int_equal(period_count_between(rule, (PeriodLength){4, PERIOD_HOUR}, (PeriodBetween){true, false, instant("2026-11-20T13:00:00+09:00"), 0}, &open).kind, OK);
    e = period_earliest((PeriodDue[]){known, open}, 2);
    assert_true(e.from_known && e.from == instant("2026-11-20T17:00:00+09:00") && e.clock == 0 && e.until == instant("2026-11-21T10:00:00+09:00"));
    e = period_earliest((PeriodDue[]){nothing, nothing}, 2);
    assert_true(!e.from_known && !e.until_known && e.clock == SIZE_MAX);
    e = period_earliest(NULL, 0);
    assert_true(!e.from_known && !e.until_known && e.clock == SIZE_MAX);
    e = period_earliest(&known, 1);
    assert_true(e.from == e.until && e.clock == 0);
    PeriodDue day_end = exactly(rule, 1, PERIOD_DAY, "2026-11-25T10:00:00+09:00"), hours_end = exactly(rule, 24, PERIOD_HOUR, "2026-11-26T00:00:00+09:00");
    assert_true(day_end.until.end == hours_end.until.end);
    assert_int_equal(period_earliest((PeriodDue[]){hours_end, day_end}, 2).clock, 1); /* the act at 00:00 is too late for the day */
    PeriodDue unsure = exactly(rule, 1, PERIOD_DAY, "2028-05-01T10:00:00+09:00"), sure = exactly(rule, 14, PERIOD_HOUR, "2028-05-02T10:00:00+09:00");
    assert_true(unsure.until.end == sure.until.end && unsure.until.open.holidays_unknown);
    e = period_earliest((PeriodDue[]){unsure, sure}, 2);
    assert_true(e.clock == 1 && !e.holidays_unknown);
    assert_true(period_earliest(&unsure, 1).holidays_unknown);
}

/* --- sentences ------------------------------------------------------------------------------------------------------------------------------ */
static void says(Arena *a, const Period *p, const char *const *ja, const char *const *en, size_t n)
{
    Text steps[PERIOD_STEPS_MAX];
    assert_int_equal(period_steps(a, p, steps), n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(str_c(a, steps[i].in[JA]), ja[i]);
        assert_string_equal(str_c(a, steps[i].in[EN]), en[i]);
    }
}
#define SAYS(a, p, ja, en) (says((a), (p), (ja), (en), COUNT(ja)), assert_int_equal(COUNT(ja), COUNT(en)))

static void steps_in_sentences(void **state)
{
    Office o;
    const PeriodRule *rule = office(&o);
    Period p = counted(rule, 30, PERIOD_DAY, period_from_moment(instant("2026-11-20T14:24:00+09:00")));
    static const char *const days_ja[] = {"起点は2026年11月20日（金） 14:24（日本時間）です。", "期間は30日です。初日は算入しないので、2026年11月21日（土）から数えます（民法第140条）。",
        "30日目は2026年12月20日（日）で、その日の終了をもって満了します（民法第141条）。", "2026年12月20日（日）は休日（日曜日）です。",
        "次に開いている日に移るので、期限は2026年12月21日（月）の終わり（24時、日本時間）です（行政機関の休日に関する法律第2条）。"};
    static const char *const days_en[] = {"It starts on 20 Nov 2026 (Fri) at 14:24, Japan time.", "The period is 30 days. Its first day does not count: counting begins with 21 Nov 2026 (Sat) (Civil Code, article 140).",
        "Day 30 is 20 Dec 2026 (Sun), and the period ends with that day (Civil Code, article 141).", "20 Dec 2026 (Sun) is closed (Sunday).",
        "It moves to the next open day: it is due by the end of 21 Dec 2026 (Mon), 24:00 Japan time (Act on the Closed Days of National Agencies, article 2)."};
    SAYS(*state, &p, days_ja, days_en);
    p = counted(rule, 24, PERIOD_HOUR, period_from_moment(instant("2025-12-31T03:00:05+09:00")));
    static const char *const hours_ja[] = {"起点は2025年12月31日（水） 03:00:05（日本時間）です。", "期間は24時間です。時間で定めた期間なので、起点の時刻から数えます（民法第139条）。", "期限は2026年1月1日（木） 03:00:05（日本時間）です。",
        "その日は休日（休日）ですが、時間で定めた期間は繰り下がりません（行政機関の休日に関する法律第2条）。"};
    static const char *const hours_en[] = {"It starts on 31 Dec 2025 (Wed) at 03:00:05, Japan time.", "The period is 24 hours. Hours are counted at once, from that moment (Civil Code, article 139).", "It is due on 1 Jan 2026 (Thu) at 03:00:05, Japan time.",
        "That day is closed (holiday), but a period of hours does not move (Act on the Closed Days of National Agencies, article 2)."};
    SAYS(*state, &p, hours_ja, hours_en);
    p = counted(rule, 1, PERIOD_MONTH, period_from_day(day("2028-01-30")));
    static const char *const month_ja[] = {"起点は2028年1月30日（日）です。", "期間は1か月です。初日は算入しないので、2028年1月31日（月）から数えます（民法第140条）。", "1か月後の月に応当する日がないので、その月の末日の2028年2月29日（火）に満了します（民法第143条第2項ただし書）。",
        "期限は2028年2月29日（火）の終わり（24時、日本時間）です。", "ただし、2028年の祝日はまだ登録されていません。2028年2月29日（火）が祝日なら、期限はその後の開いている日になります。"};
    static const char *const month_en[] = {"It starts on 30 Jan 2028 (Sun).", "The period is 1 month. Its first day does not count: counting begins with 31 Jan 2028 (Mon) (Civil Code, article 140).",
        "The month 1 month on has no corresponding day, so the period ends with its last day, 29 Feb 2028 (Tue) (Civil Code, article 143, paragraph 2, proviso).", "It is due by the end of 29 Feb 2028 (Tue), 24:00 Japan time.",
        "But the holidays of 2028 are not known here: if 29 Feb 2028 (Tue) is one, it is due on the next open day after it."};
    SAYS(*state, &p, month_ja, month_en);
}

static void more_sentences(void **state)
{
    Office o;
    Text steps[PERIOD_STEPS_MAX];
    PeriodRule rule = *office(&o);
    Period p = counted(&rule, 1, PERIOD_MONTH, period_from_day(day("2026-02-28")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[2].in[JA]), "月の初めから数えるので、暦に従って2026年3月31日（火）に満了します（民法第143条第1項）。");
    p = counted(&rule, 1, PERIOD_YEAR, period_from_day(day("2026-12-31")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[2].in[EN]), "It is counted from the beginning of a year, so by the calendar it ends with 31 Dec 2027 (Fri) (Civil Code, article 143, paragraph 1).");
    p = counted(&rule, 1, PERIOD_YEAR, period_from_day(day("2026-02-28"))); /* of a month, but not of a year */
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[2].in[JA]), "1年後の応当する日は2027年3月1日（月）なので、その前日の2027年2月28日（日）に満了します（民法第143条第2項）。");
    p = counted(&rule, 1, PERIOD_HOUR, period_from_moment(instant("2026-11-20T14:24:00.500+09:00")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[2].in[JA]), "期限は2026年11月20日（金） 15:24:00.500（日本時間）です。");
    p = counted(&rule, 2, PERIOD_WEEK, period_after_day(day("2026-11-19")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[0].in[JA]), "起点は2026年11月20日（金） 00:00（日本時間）です。");
    assert_string_equal(str_c(*state, steps[1].in[JA]), "期間は2週間です。午前0時に始まるので、初日の2026年11月20日（金）から数えます（民法第140条ただし書）。");
    assert_string_equal(str_c(*state, steps[2].in[JA]), "2週間後の応当する日は2026年12月4日（金）なので、その前日の2026年12月3日（木）に満了します（民法第143条第2項）。");
    assert_string_equal(str_c(*state, steps[2].in[EN]), "The corresponding day 2 weeks on is 4 Dec 2026 (Fri); the period ends with the day before, 3 Dec 2026 (Thu) (Civil Code, article 143, paragraph 2).");
    assert_int_equal(period_date(&rule, (PeriodDate){1, 20}, day("2026-11-05"), &p).kind, OK);
    static const char *const date_ja[] = {"起点は2026年11月5日（木）です。", "翌月の20日と定められていて、2026年12月20日（日）に当たります。", "期限は2026年12月20日（日）の終わり（24時、日本時間）です。",
        "その日は休日（日曜日）ですが、日付で定めた期限は繰り下がりません（行政機関の休日に関する法律第2条）。"};
    static const char *const date_en[] = {"It starts on 5 Nov 2026 (Thu).", "It is due on day 20 of the following month: 20 Dec 2026 (Sun).", "It is due by the end of 20 Dec 2026 (Sun), 24:00 Japan time.",
        "That day is closed (Sunday), but a due day set as a date does not move (Act on the Closed Days of National Agencies, article 2)."};
    SAYS(*state, &p, date_ja, date_en);
    rule.counting = period_counting_of(STR("jp-first-day-counted"));
    p = counted(&rule, 30, PERIOD_DAY, period_from_day(day("2026-11-20")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[1].in[EN]), "The period is 30 days. By its own rule the first day counts: counting begins with 20 Nov 2026 (Fri).");
    Text names[COUNT(holiday_rows)] = {[0] = TEXT("元日", "")};
    o.calendar.listed_names = names;
    p = counted(&rule, 1, PERIOD_DAY, period_from_day(day("2025-01-01")));
    period_steps(*state, &p, steps);
    assert_string_equal(str_c(*state, steps[3].in[JA]), "2025年1月1日（水）は休日（元日）です。");
    assert_string_equal(str_c(*state, steps[3].in[EN]), "1 Jan 2025 (Wed) is closed (元日).");
    assert_string_equal(str_c(*state, steps[4].in[EN]), "2 Jan 2025 (Thu) is closed (New Year closing).");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_run_from_moment_to_moment),
        cmocka_unit_test(days_end_with_the_last_one),
        cmocka_unit_test(the_first_day_counts_at_midnight_only),
        cmocka_unit_test(months_end_before_the_corresponding_day),
        cmocka_unit_test(a_quarter_whose_due_day_moves),
        cmocka_unit_test(leap_day_and_month_ends_step_by_step),
        cmocka_unit_test(days_move_and_hours_do_not),
        cmocka_unit_test(the_day_is_the_day_in_japan),
        cmocka_unit_test(a_correction_leaves_the_old_computation),
        cmocka_unit_test(holidays_that_are_not_known),
        cmocka_unit_test(calendars_that_are_refused),
        cmocka_unit_test(closed_without_end),
        cmocka_unit_test(absurd_periods_are_refused),
        cmocka_unit_test(rules_that_are_refused),
        cmocka_unit_test(frames_of_the_year),
        cmocka_unit_test(dates_are_no_periods),
        cmocka_unit_test(months_as_walked),
        cmocka_unit_test(laws_of_periods),
        cmocka_unit_test(starts_between),
        cmocka_unit_test(the_earliest_of_several_clocks),
        cmocka_unit_test(steps_in_sentences),
        cmocka_unit_test(more_sentences),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
