/* draw_test.c -- published answers of Philox4x32-10, identifiers that stay what they are, and a logarithm held to the library's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "draw/draw.h"

/* Random123's kat_vectors: counter, key, answer. */
static void philox_gives_the_published_answers(void **state)
{
    UNUSED(state);
    static const struct { uint32_t counter[4], key[2], answer[4]; } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        Draw c;
        memcpy(c.w, known[i].counter, sizeof c.w);
        Draw got = draw_philox(c, known[i].key[0], known[i].key[1]);
        assert_memory_equal(got.w, known[i].answer, sizeof got.w);
    }
    Draw at = draw_at(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x13198a2e, 0x03707344);
    assert_memory_equal(at.w, known[2].answer, sizeof at.w);
    assert_true(draw_word(at, 0) == 0x94fdccebd16cfe09 && draw_word(at, 1) == 0x24126ea15001e420);
}

static void identifiers_are_stable_and_apart(void **state)
{
    UNUSED(state);
    assert_true(draw_id(STR("")) == draw_mix(0xcbf29ce484222325u));
    assert_true(draw_id(STR("a")) == draw_mix(0xaf63dc4c8601ec8cu)); /* FNV-1a of "a" as published */
    enum { N = 20000 };
    static uint64_t seen[1 << 16];
    for (int i = 0; i < N; i++) {
        char text[16];
        int n = snprintf(text, sizeof text, "n%d", i);
        uint64_t h = draw_id((Str){text, (size_t)n});
        size_t at = h & 0xffff;
        for (; seen[at]; at = (at + 1) & 0xffff) assert_true(seen[at] != h);
        seen[at] = h;
    }
}

static void units_never_touch_their_ends(void **state)
{
    UNUSED(state);
    assert_true(draw_unit(0) > 0 && draw_unit(UINT64_MAX) < 1);
    assert_true(draw_unit(0) == 0x1p-53 && draw_unit(UINT64_MAX) == 1 - 0x1p-53);
    double sum = 0;
    for (uint32_t i = 0; i < 100000; i++) sum += draw_unit(draw_word(draw_at(7, 9, i, 0), 1));
    assert_true(fabs(sum / 100000 - 0.5) < 4 * 0.2887 / sqrt(100000));
}

static void the_logarithm_is_right(void **state)
{
    UNUSED(state);
    assert_true(draw_log_left(0) == 0);
    for (uint32_t i = 0; i < 200000; i++) {
        double u = draw_unit(draw_word(draw_at(1, 2, i, 3), 0));
        if (i % 4 == 1) u = ldexp(u, -(int)(i % 200)); /* also the very small */
        if (i % 4 == 2) u = 1 - ldexp(u, -(int)(i % 50));
        if (u >= 1 || u <= 0) continue;
        double want = log1p(-u);
        assert_true(fabs(draw_log_left(u) - want) <= 1e-15 * fabs(want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers), cmocka_unit_test(identifiers_are_stable_and_apart), cmocka_unit_test(units_never_touch_their_ends), cmocka_unit_test(the_logarithm_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
