/* day.c -- texts, days and instants out of JSON. */
#include "law/inside.h"

bool law_instant(Str s, Instant *out)
{
    char full[64];
    if (s.n < 17 || s.n > 40 || s.s[16] == ':') return instant_parse(s, out);
    memcpy(full, s.s, 16), memcpy(full + 16, ":00", 3), memcpy(full + 19, s.s + 16, s.n - 16);
    return instant_parse((Str){full, s.n + 3}, out);
}

Str text_at(const json_t *o, const char *key)
{
    return json_str_of(json_object_get(o, key));
}

Day day_at(const json_t *o, const char *key)
{
    Day d = DAY_NONE;
    return day_parse(text_at(o, key), &d) ? d : DAY_NONE;
}
