/* day.c -- instants of facts. */
#include "law/law.h"

bool law_instant(Str s, Instant *out)
{
    char full[64];
    if (s.n < 17 || s.n > 40 || s.s[16] == ':') return instant_parse(s, out);
    memcpy(full, s.s, 16), memcpy(full + 16, ":00", 3), memcpy(full + 19, s.s + 16, s.n - 16);
    return instant_parse((Str){full, s.n + 3}, out);
}
