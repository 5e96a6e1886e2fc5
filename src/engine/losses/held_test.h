/* held_test.h -- for tests only: a figure held to what is right, with the line that asked. Included after cmocka. */
#ifndef KANAME_LOSSES_HELD_TEST_H
#define KANAME_LOSSES_HELD_TEST_H

#include "losses/losses.h"

#include <math.h>

#define WITHIN(got, want, off) within_at((got), (want), (off), __LINE__)
static inline void within_at(double got, double want, double off, int line)
{
    if (!(fabs(got - want) <= off)) fail_msg("line %d: got %.10g, want %.10g ± %.3g", line, got, want, off);
}

/* 2.5 times its 95 % interval to either side: five standard errors. */
#define HOLDS(figure, want) holds_at((figure), (want), __LINE__)
static inline void holds_at(Figure f, double want, int line)
{
    if (!(want >= f.value - 2.5 * (f.value - f.low) && want <= f.value + 2.5 * (f.high - f.value))) fail_msg("line %d: %.10g (%.10g to %.10g), want %.10g", line, f.value, f.low, f.high, want);
}

#endif
