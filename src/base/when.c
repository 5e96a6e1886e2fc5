/* when.c -- instants in UTC, civil days, Japan's day (JST has no summer time), fiscal years, eras. Pure but for the two clocks. */
#include "base/base.h"

#include <time.h>

static const Instant DAY_MS = 24LL * 3600 * 1000;
static const Instant JST_MS = 9LL * 3600 * 1000;

Instant now_utc(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (Instant)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t now_monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && leap(y) ? 29 : days[m - 1];
}

/* Days before the civil year, counted in 400-year eras that begin on 1 March (Hinnant's civil calendar arithmetic). */
Day day_of(int year, int month, int day)
{
    if (year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) return DAY_NONE;
    int y = year - (month <= 2);
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void day_split(Day d, int *year, int *month, int *day)
{
    int z = d + 719468, era = z / 146097, of_era = z % 146097;
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100);
    int mp = (5 * of_year + 2) / 153;
    *day = of_year - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = y + era * 400 + (*month <= 2);
}

Day day_add_months(Day d, int months)
{
    int y, m, day;
    Day found = DAY_NONE;
    day_split(d, &y, &m, &day);
    int64_t at = (int64_t)y * 12 + m - 1 + months;
    for (int back = 0; found == DAY_NONE && back < 4; back++)
        found = day_of((int)(at / 12), (int)(at % 12) + 1, day - back);
    return found;
}

int day_weekday(Day d)
{
    return ((d + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

static Day floor_day(Instant t)
{
    return (Day)(t / DAY_MS - (t % DAY_MS < 0));
}

Day day_in_japan(Instant t)
{
    return floor_day(t + JST_MS);
}

Instant day_begin_in_japan(Day d)
{
    return (Instant)d * DAY_MS - JST_MS;
}

int fiscal_year(Day d)
{
    int y, m, day;
    day_split(d, &y, &m, &day);
    return m >= 4 ? y : y - 1;
}

/* A page of records is full of dates: digits are put by hand, printf took a tenth of it. */
static char *put(char *p, int v, int n)
{
    unsigned u = (unsigned)v;
    for (int i = n; i-- > 0; u /= 10)
        p[i] = (char)('0' + u % 10);
    return p + n;
}

static char *put_day(char *p, Day d)
{
    int y, m, day;
    day_split(d, &y, &m, &day);
    p = put(p, y, 4), *p++ = '-';
    p = put(p, m, 2), *p++ = '-';
    return put(p, day, 2);
}

Str day_text(Arena *a, Day d)
{
    char *s = arena_alloc(a, 11);
    return (Str){s, (size_t)(put_day(s, d) - s)};
}

Str instant_text(Arena *a, Instant t)
{
    Day d = floor_day(t);
    int ms = (int)(t - d * DAY_MS);
    char *s = arena_alloc(a, 25), *p = put_day(s, d);
    *p++ = 'T';
    p = put(p, ms / 3600000, 2), *p++ = ':';
    p = put(p, ms / 60000 % 60, 2), *p++ = ':';
    p = put(p, ms / 1000 % 60, 2), *p++ = '.';
    p = put(p, ms % 1000, 3), *p++ = 'Z';
    return (Str){s, (size_t)(p - s)};
}

/* Exactly n digits at s[i]. */
static bool digits(Str s, size_t i, size_t n, int *out)
{
    int v = 0;
    if (i + n > s.n) return false;
    for (size_t k = i; k < i + n; k++) {
        if (s.s[k] < '0' || s.s[k] > '9') return false;
        v = v * 10 + (s.s[k] - '0');
    }
    *out = v;
    return true;
}

bool day_parse(Str s, Day *out)
{
    int y, m, d;
    if (s.n != 10 || s.s[4] != '-' || s.s[7] != '-') return false;
    if (!digits(s, 0, 4, &y) || !digits(s, 5, 2, &m) || !digits(s, 8, 2, &d)) return false;
    Day day = day_of(y, m, d);
    if (day == DAY_NONE) return false;
    *out = day;
    return true;
}

/* ".123" → 123 ms; further digits are cut. */
static bool fraction(Str s, size_t *i, int *ms)
{
    *ms = 0;
    if (*i >= s.n || s.s[*i] != '.') return true;
    size_t from = ++*i;
    int unit = 100;
    for (; *i < s.n && s.s[*i] >= '0' && s.s[*i] <= '9'; ++*i, unit /= 10)
        *ms += (s.s[*i] - '0') * unit;
    return *i > from && *i - from <= 9;
}

static bool offset(Str s, size_t i, Instant *ms)
{
    int h, m;
    *ms = 0;
    if (s.n == i + 1 && s.s[i] == 'Z') return true;
    if (s.n != i + 6 || (s.s[i] != '+' && s.s[i] != '-') || s.s[i + 3] != ':') return false;
    if (!digits(s, i + 1, 2, &h) || !digits(s, i + 4, 2, &m) || h > 23 || m > 59) return false;
    *ms = (h * 60 + m) * 60000LL * (s.s[i] == '-' ? -1 : 1);
    return true;
}

bool instant_parse(Str s, Instant *out)
{
    Day d;
    int h, m, sec, ms;
    Instant off;
    if (s.n < 20 || !day_parse(str_slice(s, 0, 10), &d) || s.s[10] != 'T' || s.s[13] != ':' || s.s[16] != ':') return false;
    if (!digits(s, 11, 2, &h) || !digits(s, 14, 2, &m) || !digits(s, 17, 2, &sec) || h > 23 || m > 59 || sec > 59) return false;
    size_t i = 19;
    if (!fraction(s, &i, &ms) || !offset(s, i, &off)) return false;
    *out = d * DAY_MS + h * 3600000LL + m * 60000LL + sec * 1000LL + ms - off;
    return true;
}

/* --- what people write ------------------------------------------------------------------------------------- */

typedef struct Era {
    const char *name;
    char letter;
    int first_year;
    int from[3], to[3];
} Era;

static const Era eras[] = {
    {"令和", 'R', 2019, {2019, 5, 1}, {2999, 12, 31}},
    {"平成", 'H', 1989, {1989, 1, 8}, {2019, 4, 30}},
    {"昭和", 'S', 1926, {1926, 12, 25}, {1989, 1, 7}},
    {"大正", 'T', 1912, {1912, 7, 30}, {1926, 12, 24}},
    {"明治", 'M', 1868, {1873, 1, 1}, {1912, 7, 29}}, /* before 1873 the calendar was another one */
};

static bool in_era(const Era *e, Day d)
{
    return d >= day_of(e->from[0], e->from[1], e->from[2]) && d <= day_of(e->to[0], e->to[1], e->to[2]);
}

static const Era *era_head(Str *s)
{
    for (size_t i = 0; i < COUNT(eras); i++) {
        Str name = str_of(eras[i].name);
        bool word = str_starts(*s, name);
        bool letter = s->n && (s->s[0] == eras[i].letter || s->s[0] == eras[i].letter + 32);
        if (!word && !letter) continue;
        *s = str_slice(*s, word ? name.n : 1, s->n);
        return &eras[i];
    }
    return NULL;
}

static bool number_head(Str *s, int *out)
{
    size_t n = 0;
    int v = 0;
    while (n < s->n && n < 4 && s->s[n] >= '0' && s->s[n] <= '9')
        v = v * 10 + (s->s[n++] - '0');
    *s = str_slice(*s, n, s->n);
    *out = v;
    return n > 0;
}

static bool take(Str *s, Str word)
{
    if (!str_starts(*s, word)) return false;
    *s = str_slice(*s, word.n, s->n);
    return true;
}

static bool mark(Str *s, const char *kanji)
{
    return take(s, str_of(kanji)) || take(s, STR("/")) || take(s, STR("-")) || take(s, STR("."));
}

static bool compact(Str s, Day *out)
{
    int y, m, d;
    if (s.n != 8 || !digits(s, 0, 4, &y) || !digits(s, 4, 2, &m) || !digits(s, 6, 2, &d)) return false;
    Day day = day_of(y, m, d);
    if (day == DAY_NONE) return false;
    *out = day;
    return true;
}

static Str without_blanks(Arena *a, Str s)
{
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] != ' ') buf_byte(&b, s.s[i]);
    return buf_str(&b);
}

bool day_parse_people(Arena *a, Str text, Day *out)
{
    if (text.n > 100) return false;
    Str s = without_blanks(a, str_trim(str_nfkc(a, text)));
    if (compact(s, out)) return true;
    const Era *era = era_head(&s);
    int y, m, d;
    if (era && take(&s, STR("元"))) y = 1;
    else if (!number_head(&s, &y) || (era && y == 0)) return false;
    if (!mark(&s, "年") || !number_head(&s, &m) || !mark(&s, "月") || !number_head(&s, &d)) return false;
    take(&s, STR("日"));
    if (s.n || y < (era ? 1 : 1000)) return false;
    Day day = day_of(era ? era->first_year + y - 1 : y, m, d);
    if (day == DAY_NONE || (era && !in_era(era, day))) return false;
    *out = day;
    return true;
}

Text day_people(Arena *a, Day d)
{
    static const char *const ja[] = {"日", "月", "火", "水", "木", "金", "土"};
    static const char *const en[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int y, m, day, w = day_weekday(d);
    day_split(d, &y, &m, &day);
    Str era = STR("");
    for (size_t i = 0; i < COUNT(eras); i++)
        if (in_era(&eras[i], d)) {
            int n = y - eras[i].first_year + 1;
            era = n == 1 ? str_printf(a, "・%s元年", eras[i].name) : str_printf(a, "・%s%d年", eras[i].name, n);
        }
    return (Text){{str_printf(a, "%d年%d月%d日（%s）%.*s", y, m, day, ja[w], STR_ARG(era)),
        str_printf(a, "%d %s %d (%s)", day, months[m - 1], y, en[w])}};
}
