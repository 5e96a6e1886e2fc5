/*
 * Fuzz: any text as date or instant; what was taken comes back the same.
 */
#include <stdlib.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    Day d, again;
    Instant t, back;
    Str in = {(const char *)data, size};
    arena_init(&a, 64 << 20);
    if (day_parse_people(&a, in, &d)) {
        if (!day_parse(day_text(&a, d), &again) || again != d) abort();
        (void)day_people(&a, d);
    }
    if (instant_parse(in, &t) && day_in_japan(t) != DAY_NONE && instant_parse(instant_text(&a, t), &back) && back != t) abort();
    arena_done(&a);
    return 0;
}
