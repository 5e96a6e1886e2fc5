/* steps.c -- the computation of a period in sentences. */
#include "period/period.h"

typedef struct Steps { Arena *a; const Period *p; Text *out; size_t n; } Steps;

static void say(Steps *s, Text t)
{
    s->out[s->n++] = t;
}

/* day_people without the era: it stands in the middle of sentences. */
static Text day_in_words(Arena *a, Day d)
{
    Text t = day_people(a, d);
    size_t era = str_find(t.in[JA], STR("・"));
    if (era != SIZE_MAX) t.in[JA] = str_slice(t.in[JA], 0, era);
    return t;
}

/* 14:24, with seconds and thousandths only where there are some. */
static Str clock_in_words(Arena *a, Instant t)
{
    int ms = (int)(t - day_begin_in_japan(day_in_japan(t)));
    Str hm = str_printf(a, "%02d:%02d", ms / 3600000, ms / 60000 % 60);
    if (ms % 1000) return str_printf(a, "%.*s:%02d.%03d", STR_ARG(hm), ms / 1000 % 60, ms % 1000);
    return ms % 60000 ? str_printf(a, "%.*s:%02d", STR_ARG(hm), ms / 1000 % 60) : hm;
}

static Text length_in_words(Arena *a, PeriodLength l)
{
    const struct PeriodUnitRow *r = &period_unit_rows[l.unit];
    return (Text){{str_printf(a, "%lld%s", (long long)l.n, r->ja), str_printf(a, "%lld %s", (long long)l.n, l.n == 1 ? r->one : r->many)}};
}

static void say_start(Steps *s)
{
    PeriodStart at = s->p->start;
    Text d = day_in_words(s->a, at.kind == PERIOD_AT_MOMENT ? day_in_japan(at.at) : at.day);
    Str time = at.kind == PERIOD_AT_MOMENT ? clock_in_words(s->a, at.at) : STR("00:00");
    if (at.kind == PERIOD_ON_DAY) say(s, TEXT_FILL(s->a, "起点は{0}です。", "It starts on {1}.", d.in[JA], d.in[EN]));
    else say(s, TEXT_FILL(s->a, "起点は{0} {2}（日本時間）です。", "It starts on {1} at {2}, Japan time.", d.in[JA], d.in[EN], time));
}

static void say_first(Steps *s)
{
    const Period *p = s->p;
    Text l = length_in_words(s->a, p->length);
    if (p->length.unit == PERIOD_HOUR) {
        say(s, TEXT_FILL(s->a, "期間は{0}です。時間で定めた期間なので、起点の時刻から数えます（民法第139条）。", "The period is {1}. Hours are counted at once, from that moment (Civil Code, article 139).", l.in[JA], l.in[EN]));
        return;
    }
    Text d = day_in_words(s->a, p->first);
    bool counted = p->first == (p->start.kind == PERIOD_AT_MOMENT ? day_in_japan(p->start.at) : p->start.day);
    if (p->rule.counting->first == PERIOD_FIRST_COUNTED)
        say(s, TEXT_FILL(s->a, "期間は{0}です。初日を算入する定めなので、{2}から数えます。", "The period is {1}. By its own rule the first day counts: counting begins with {3}.", l.in[JA], l.in[EN], d.in[JA], d.in[EN]));
    else if (counted)
        say(s, TEXT_FILL(s->a, "期間は{0}です。午前0時に始まるので、初日の{2}から数えます（民法第140条ただし書）。", "The period is {1}. It starts at 00:00, so its first day counts: counting begins with {3} (Civil Code, article 140, proviso).", l.in[JA], l.in[EN], d.in[JA], d.in[EN]));
    else
        say(s, TEXT_FILL(s->a, "期間は{0}です。初日は算入しないので、{2}から数えます（民法第140条）。", "The period is {1}. Its first day does not count: counting begins with {3} (Civil Code, article 140).", l.in[JA], l.in[EN], d.in[JA], d.in[EN]));
}

static void say_date(Steps *s)
{
    PeriodDate date = s->p->date;
    Str months = str_printf(s->a, "%d", date.months), day = str_printf(s->a, "%d", date.day);
    Text month = date.months == 0 ? text_of("同じ月", "the same month") : date.months == 1 ? text_of("翌月", "the following month")
        : TEXT_FILL(s->a, "{0}か月後の月", "the month {0} months later", months);
    Text which = date.day == PERIOD_LAST_DAY ? text_of("末日", "the last day") : TEXT_FILL(s->a, "{0}日", "day {0}", day);
    Text d = day_in_words(s->a, s->p->before);
    say(s, TEXT_FILL(s->a, "{0}の{2}と定められていて、{4}に当たります。", "It is due on {3} of {1}: {5}.", month.in[JA], month.in[EN], which.in[JA], which.in[EN], d.in[JA], d.in[EN]));
}

/* Then the law speaks of no corresponding day; the end is the same. */
static bool from_beginning(const Period *p)
{
    int y, m, d;
    day_split(p->first, &y, &m, &d);
    return d == 1 && (p->length.unit == PERIOD_MONTH || (p->length.unit == PERIOD_YEAR && m == 1));
}

static void say_end(Steps *s)
{
    const Period *p = s->p;
    if (p->length.unit == PERIOD_HOUR) return;
    Text l = length_in_words(s->a, p->length), d = day_in_words(s->a, p->before);
    if (p->length.unit == PERIOD_DAY) {
        say(s, TEXT_FILL(s->a, "{0}日目は{1}で、その日の終了をもって満了します（民法第141条）。", "Day {0} is {2}, and the period ends with that day (Civil Code, article 141).",
            str_printf(s->a, "%lld", (long long)p->length.n), d.in[JA], d.in[EN]));
        return;
    }
    if (from_beginning(p)) {
        Text what = p->length.unit == PERIOD_MONTH ? text_of("月", "a month") : text_of("年", "a year");
        say(s, TEXT_FILL(s->a, "{0}の初めから数えるので、暦に従って{2}に満了します（民法第143条第1項）。", "It is counted from the beginning of {1}, so by the calendar it ends with {3} (Civil Code, article 143, paragraph 1).",
            what.in[JA], what.in[EN], d.in[JA], d.in[EN]));
        return;
    }
    if (p->corresponding == DAY_NONE) {
        say(s, TEXT_FILL(s->a, "{0}後の月に応当する日がないので、その月の末日の{2}に満了します（民法第143条第2項ただし書）。", "The month {1} on has no corresponding day, so the period ends with its last day, {3} (Civil Code, article 143, paragraph 2, proviso).",
            l.in[JA], l.in[EN], d.in[JA], d.in[EN]));
        return;
    }
    Text c = day_in_words(s->a, p->corresponding);
    say(s, TEXT_FILL(s->a, "{0}後の応当する日は{2}なので、その前日の{4}に満了します（民法第143条第2項）。", "The corresponding day {1} on is {3}; the period ends with the day before, {5} (Civil Code, article 143, paragraph 2).",
        l.in[JA], l.in[EN], c.in[JA], c.in[EN], d.in[JA], d.in[EN]));
}

static Text reason(const PeriodCalendar *c, PeriodDay x)
{
    static const Text weekdays[] = {TEXT("日曜日", "Sunday"), TEXT("月曜日", "Monday"), TEXT("火曜日", "Tuesday"), TEXT("水曜日", "Wednesday"), TEXT("木曜日", "Thursday"), TEXT("金曜日", "Friday"), TEXT("土曜日", "Saturday")};
    Text name = {0};
    if (x.is == PERIOD_CLOSED_WEEKDAY) return weekdays[day_weekday(x.day)];
    if (x.is == PERIOD_CLOSED_YEARLY) name = c->yearly[x.at].name;
    if (x.is == PERIOD_CLOSED_LISTED && c->listed_names) name = c->listed_names[x.at];
    if (!name.in[JA].n) return text_of("休日", "holiday");
    if (!name.in[EN].n) name.in[EN] = name.in[JA];
    return name;
}

static void say_passed(Steps *s)
{
    for (size_t i = 0; i < s->p->open.passed_n; i++) {
        PeriodDay x = s->p->open.passed[i];
        Text d = day_in_words(s->a, x.day), why = reason(s->p->rule.calendar, x);
        say(s, TEXT_FILL(s->a, "{0}は休日（{2}）です。", "{1} is closed ({3}).", d.in[JA], d.in[EN], why.in[JA], why.in[EN]));
    }
}

static void say_due(Steps *s)
{
    const Period *p = s->p;
    bool hours = p->length.unit == PERIOD_HOUR;
    Text d = day_in_words(s->a, hours ? p->before : p->open.day);
    Text law = p->rule.roll ? p->rule.roll->law : (Text){0};
    if (hours) say(s, TEXT_FILL(s->a, "期限は{0} {2}（日本時間）です。", "It is due on {1} at {2}, Japan time.", d.in[JA], d.in[EN], clock_in_words(s->a, p->end)));
    else if (p->open.passed_n)
        say(s, TEXT_FILL(s->a, "次に開いている日に移るので、期限は{0}の終わり（24時、日本時間）です（{2}）。", "It moves to the next open day: it is due by the end of {1}, 24:00 Japan time ({3}).", d.in[JA], d.in[EN], law.in[JA], law.in[EN]));
    else say(s, TEXT_FILL(s->a, "期限は{0}の終わり（24時、日本時間）です。", "It is due by the end of {1}, 24:00 Japan time.", d.in[JA], d.in[EN]));
}

static void say_not_moved(Steps *s)
{
    const Period *p = s->p;
    if (!p->rule.roll || p->moves || p->before_is <= PERIOD_OPEN_UNLESS_HOLIDAY) return;
    Text why = reason(p->rule.calendar, period_day(p->rule.calendar, p->before)), set = period_unit_rows[p->length.unit].set_by;
    say(s, TEXT_FILL(s->a, "その日は休日（{0}）ですが、{2}は繰り下がりません（{4}）。", "That day is closed ({1}), but {3} does not move ({5}).", why.in[JA], why.in[EN], set.in[JA], set.in[EN], p->rule.roll->law.in[JA], p->rule.roll->law.in[EN]));
}

static void say_unknown(Steps *s)
{
    int y, m, day;
    if (!s->p->open.holidays_unknown) return;
    day_split(s->p->open.day, &y, &m, &day);
    Text d = day_in_words(s->a, s->p->open.day);
    say(s, TEXT_FILL(s->a, "ただし、{0}年の祝日はまだ登録されていません。{1}が祝日なら、期限はその後の開いている日になります。", "But the holidays of {0} are not known here: if {2} is one, it is due on the next open day after it.",
        str_printf(s->a, "%d", y), d.in[JA], d.in[EN]));
}

size_t period_steps(Arena *a, const Period *p, Text *out)
{
    Steps s = {a, p, out, 0};
    say_start(&s);
    if (p->length.unit == PERIOD_DATE) say_date(&s);
    else say_first(&s), say_end(&s);
    say_passed(&s);
    say_due(&s);
    say_not_moved(&s);
    say_unknown(&s);
    return s.n;
}
