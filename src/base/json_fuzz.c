/*
 * Fuzz: any bytes as JSON; texts that come out go back in unchanged.
 */
#include <stdlib.h>

#include <jansson.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    Buf b;
    json_t *v;
    Str in = {(const char *)data, size};
    arena_init(&a, 256 << 20);
    (void)json_in(&a, in, 1 << 20, &v);
    buf_init(&b, &a, size);
    JsonOut j = {&b};
    json_open(&j, '[');
    json_str(&j, in);
    json_close(&j, ']');
    /* NUL is written as an escape that our reader refuses; everything else must come back. */
    if (!memchr(data, 0, size)) {
        if (json_in(&a, buf_str(&b), SIZE_MAX, &v).kind) abort();
        if (str_is_utf8(in) && !str_eq(json_str_of(json_array_get(v, 0)), in)) abort();
    }
    (void)grams_of(&a, in, true);
    arena_done(&a);
    return 0;
}
