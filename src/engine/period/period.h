/*
 * engine/period -- periods as the Civil Code counts them (articles 139 to 143), the move to the next open day (Act on the Closed Days of National Agencies,
 * articles 1 and 2), frames of the year, fixed due days, and several clocks at once. Pure: no records, no clock; a day is a day in Japan (UTC+9, always).
 * Called by: whoever knows rules and incidents. Never: guesses a holiday that is not listed. The way of counting of Regulation (EEC) 1182/71 is not here:
 * its text has not been read, so period_counting_of("eu-1182-71") finds nothing, and counting without a row is refused.
 */
#ifndef KANAME_PERIOD_H
#define KANAME_PERIOD_H

#include "base/base.h"

/* --- open and closed days ------------------------------------------------------------------------------------------------ */
typedef struct PeriodYearly { int month, day; Text name; } PeriodYearly; /* 12, 29: every year */
typedef struct PeriodCalendar {
    unsigned weekdays;                         /* closed ones: bits 1 << day_weekday() */
    const PeriodYearly *yearly; size_t yearly_n;
    const Day *listed; size_t listed_n;        /* closed days of single years, ascending, each once, all of them between known_first and known_last */
    const Text *listed_names;                  /* one for each of `listed`, or NULL; without English the Japanese name is used */
    Day known_first, known_last;               /* both inclusive: of these days the list is whole; DAY_NONE: of none */
} PeriodCalendar;
/* Once, by whoever loads it: ERR_INVALID when no weekday is open, a list is out of order or outside of its span, a yearly day does not exist. */
Err period_calendar_check(const PeriodCalendar *c);

typedef enum {
    PERIOD_OPEN,
    PERIOD_OPEN_UNLESS_HOLIDAY, /* nothing closes it, but the holidays of that day are not known */
    PERIOD_CLOSED_WEEKDAY,      /* closed, in this order of reasons */
    PERIOD_CLOSED_LISTED,       /* `at`: which of `listed` */
    PERIOD_CLOSED_YEARLY        /* `at`: which of `yearly` */
} PeriodOpenness;
typedef struct PeriodDay { Day day; PeriodOpenness is; int32_t at; } PeriodDay;
PeriodDay period_day(const PeriodCalendar *c, Day d);
static inline bool period_is_open(const PeriodCalendar *c, Day d) /* as far as the calendar knows: see holidays_unknown */
{
    return period_day(c, d).is <= PERIOD_OPEN_UNLESS_HOLIDAY;
}

enum { PERIOD_PASSED_MAX = 40 };
typedef struct PeriodOpen {
    Day day;                                   /* the day itself when it is open, else the first open one after it */
    PeriodDay passed[PERIOD_PASSED_MAX]; size_t passed_n; /* the closed days before it, with their reasons */
    bool holidays_unknown;                     /* `day` may be a holiday: then the open day is a later one */
} PeriodOpen;
Err period_next_open(const PeriodCalendar *c, Day d, PeriodOpen *out); /* ERR_INVALID: more than PERIOD_PASSED_MAX closed days on end, or beyond year 2999 */

/* --- how it is counted, and what moves ------------------------------------------------------------------------------------ */
typedef enum { PERIOD_HOUR, PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR, PERIOD_DATE /* a fixed due day, not a period */, PERIOD_UNITS } PeriodUnit;
/* code as packs write it; max: the greatest n, 100 years; set_by: "a period of hours". */
extern const struct PeriodUnitRow { const char *code; int64_t max; const char *ja, *one, *many; Text set_by; } period_unit_rows[PERIOD_UNITS];
bool period_unit_of(Str code, PeriodUnit *out);
typedef struct PeriodLength { int64_t n; PeriodUnit unit; } PeriodLength;

typedef enum {
    PERIOD_FIRST_NEXT,     /* the day on which it starts is never counted */
    PERIOD_FIRST_MIDNIGHT, /* it is counted only when the period starts at 00:00 (Civil Code 140) */
    PERIOD_FIRST_COUNTED   /* it is always counted, because the rule itself says so (Civil Code 138 leaves room for that) */
} PeriodFirst;
typedef struct PeriodCounting { const char *code; PeriodFirst first; } PeriodCounting;
const PeriodCounting *period_counting_of(Str code); /* "jp-period", "jp-first-day-counted"; NULL: no such way of counting is known */

typedef struct PeriodRoll { const char *code; unsigned units; /* bits 1 << PeriodUnit that move; never hours */ Text law; } PeriodRoll;
const PeriodRoll *period_roll_of(Str code);         /* "jp-gov-holiday": periods of days, weeks, months, years; not hours, and not dates, which are no periods */

typedef struct PeriodRule {
    const PeriodCounting *counting; /* a date needs none */
    const PeriodRoll *roll;         /* NULL: nothing moves; otherwise `calendar` must be given */
    const PeriodCalendar *calendar;
} PeriodRule;

/* --- one period ------------------------------------------------------------------------------------------------------------ */
typedef enum {
    PERIOD_AT_MOMENT,  /* `at` */
    PERIOD_ON_DAY,     /* some time on `day`, but not at its beginning: hours cannot be counted from it */
    PERIOD_AT_OPENING  /* 00:00 of `day` */
} PeriodStartKind;
typedef struct PeriodStart { PeriodStartKind kind; Instant at; Day day; } PeriodStart;
PeriodStart period_from_moment(Instant at);
PeriodStart period_from_day(Day d);     /* 発生した日から */
PeriodStart period_from_opening(Day d); /* begins at 00:00 of d */
PeriodStart period_after_day(Day d);    /* 経過後: begins at 24:00 of d */

typedef struct PeriodDate { int months, day; } PeriodDate; /* months after that of the start, 0 to 1200; day of that month, or PERIOD_LAST_DAY */
enum { PERIOD_LAST_DAY = 0 };

/* The whole computation. Days are DAY_NONE where a step does not arise. It keeps the pointers of its rule: they must live as long as it is asked. */
typedef struct Period {
    PeriodLength length;     /* a date: {0, PERIOD_DATE} */
    PeriodStart start;
    PeriodDate date;
    PeriodRule rule;
    Day first;               /* the first day counted (起算日) */
    Day corresponding;       /* weeks, months, years: the day after the last one (応当日); DAY_NONE with months and years: the last month has none, and its last day ends it */
    Day before;              /* the last day before it moves; a rule that chooses its version by the due day asks for this one */
    PeriodOpenness before_is; /* by the calendar, if there is one */
    bool moves;              /* the rule of roll names this unit */
    PeriodOpen open;         /* .day: the last day; .passed and .holidays_unknown only where it moves */
    Instant end;             /* hours: the moment itself, which still counts (以内); others: 24:00 of the last day */
} Period;
/* ERR_INVALID: n below 1 or more than 100 years, a start or an end outside of the years 1800 to 2999, hours from a day without a time, no way of counting, a roll of hours. */
Err period_count(const PeriodRule *rule, PeriodLength length, PeriodStart start, Period *out);
/* The 20th of the following month: {1, 20}; ERR_INVALID also where that month has no such day. It may lie before `from` where months is 0. */
Err period_date(const PeriodRule *rule, PeriodDate date, Day from, Period *out);
bool period_kept(const Period *p, Instant act); /* an act at `act` is in time */

enum { PERIOD_STEPS_MAX = PERIOD_PASSED_MAX + 6 };
/* The steps in sentences, in their order: the start, the first day counted, the end, closed days passed, the due day, what is not known. out: PERIOD_STEPS_MAX; gives how many. */
size_t period_steps(Arena *a, const Period *p, Text *out);

/* --- what is not known exactly ---------------------------------------------------------------------------------------------- */
/* A start not before `from` and not after `until`; either may be unknown (of a start that is still to come only `from` is known). */
typedef struct PeriodBetween { bool from_known, until_known; Instant from, until; } PeriodBetween;
/* The due lies between the two ends. Later starts never end earlier, so both ends are enough. {0}: nothing is known of it. */
typedef struct PeriodDue { bool from_known, until_known; Period from, until; } PeriodDue;
Err period_count_between(const PeriodRule *rule, PeriodLength length, PeriodBetween start, PeriodDue *out); /* ERR_INVALID also when until is before from */
PeriodDue period_due(const Period *p); /* of what is known exactly */

/* The earliest of several ends. A clock of which nothing is known may still come first: then from_known is false, and the due is not later than `until`. */
typedef struct PeriodEarliest {
    bool from_known, until_known;
    Instant from, until;
    size_t clock;           /* which one gives `until`; SIZE_MAX: none is known */
    bool holidays_unknown;  /* and that one may still be later */
} PeriodEarliest;
PeriodEarliest period_earliest(const PeriodDue *clocks, size_t n);

/* --- frames of the year ------------------------------------------------------------------------------------------------------ */
typedef enum { PERIOD_FRAME_MONTH, PERIOD_FRAME_QUARTER, PERIOD_FRAME_HALF, PERIOD_FRAME_FISCAL_YEAR, PERIOD_FRAMES } PeriodFrameKind;
extern const struct PeriodFrameRow { const char *code; int months; Text name; } period_frame_rows[PERIOD_FRAMES]; /* all of them begin with April */
bool period_frame_of(Str code, PeriodFrameKind *out);
typedef struct PeriodFrame { Day first, last; } PeriodFrame; /* both inclusive */
Err period_frame(PeriodFrameKind kind, Day d, PeriodFrame *out); /* the one that contains d; ERR_INVALID when it leaves the years 1800 to 2999 */

#endif
