/* calendar.c -- open and closed days of a pack ("calendars") for periods that move to the next open day. */
#include "law/judge.h"
#include "law/inside.h"

enum { CALENDAR_DAYS_MAX = 4000 };

typedef struct Days { Day *day; Text *name; size_t n; PeriodYearly *yearly; size_t yearly_n; PeriodCalendar *c; } Days;

static bool yearly_from(Str s, PeriodYearly *out)
{
    Day d; /* a leap year, so that 29 February may be written */
    char full[16];
    if (s.n != 5) return false;
    (void)snprintf(full, sizeof full, "2024-%.5s", s.s);
    if (!day_parse(str_of(full), &d)) return false;
    int year;
    day_split(d, &year, &out->month, &out->day);
    return true;
}

static const PackItem *calendar_of(const LawSet *s, Str code)
{
    const PackList *l = pack_find_list(s->law->pack, STR("calendars"));
    for (size_t i = 0; l && i < l->n; i++)
        if (str_eq(s->law->pack->items[l->first + i].code, code)) return &s->law->pack->items[l->first + i];
    return NULL;
}

static void item_take(Arena *a, const LawSet *s, const PackItem *it, Days *d, int depth)
{
    const json_t *list = json_object_get(it->json, "weekdays"), *one;
    size_t i;
    for (i = 0; i < json_array_size(list); i++) d->c->weekdays |= 1u << (json_integer_value(json_array_get(list, i)) % 7);
    list = json_object_get(it->json, "yearly");
    for (i = 0; i < json_array_size(list) && d->yearly_n < 366; i++) {
        d->yearly[d->yearly_n].name = it->title;
        if (yearly_from(json_str_of(json_array_get(list, i)), &d->yearly[d->yearly_n])) d->yearly_n++;
    }
    list = json_object_get(it->json, "days");
    for (i = 0; i < json_array_size(list) && d->n < CALENDAR_DAYS_MAX; i++) {
        one = json_array_get(list, i);
        Str name = json_str_of(json_object_get(one, "name"));
        if (!day_parse(json_str_of(json_object_get(one, "day")), &d->day[d->n])) continue;
        d->name[d->n++] = (Text){{name, name}};
    }
    if (json_array_size(list)) d->c->known_first = it->from, d->c->known_last = it->to;
    list = json_object_get(it->json, "includes");
    for (i = 0; i < json_array_size(list) && depth < 4; i++) {
        const PackItem *in = calendar_of(s, json_str_of(json_array_get(list, i)));
        if (in) item_take(a, s, in, d, depth + 1);
    }
}

static void sort_days(Days *d)
{
    for (size_t i = 1; i < d->n; i++) {
        Day day = d->day[i];
        Text name = d->name[i];
        size_t k = i;
        for (; k > 0 && d->day[k - 1] > day; k--) d->day[k] = d->day[k - 1], d->name[k] = d->name[k - 1];
        d->day[k] = day, d->name[k] = name;
    }
}

/* NULL: the pack has no such calendar, or one that cannot be. */
const PeriodCalendar *law_calendar(Arena *a, const LawSet *s, Str code)
{
    const PackItem *it = calendar_of(s, code);
    PeriodCalendar *c = arena_new(a, PeriodCalendar);
    Days d = {arena_array(a, Day, CALENDAR_DAYS_MAX), arena_array(a, Text, CALENDAR_DAYS_MAX), 0, arena_array(a, PeriodYearly, 366), 0, c};
    *c = (PeriodCalendar){.known_first = DAY_NONE, .known_last = DAY_NONE};
    if (!it) return NULL;
    item_take(a, s, it, &d, 0);
    sort_days(&d);
    c->yearly = d.yearly, c->yearly_n = d.yearly_n;
    c->listed = d.day, c->listed_n = d.n, c->listed_names = d.name;
    return period_calendar_check(c).kind ? NULL : c;
}
