/* register_test.h -- the register of bench/register_make.py for tests: numpy's PCG64 (O'Neill 2014) from the state that numpy makes of the seed 20240901. */
#ifndef KANAME_LOSSES_REGISTER_TEST_H
#define KANAME_LOSSES_REGISTER_TEST_H

#include "losses/losses.h"

#include <math.h>

__extension__ typedef unsigned __int128 RegisterWide;
typedef struct RegisterDraws { RegisterWide state; } RegisterDraws;

static inline double register_draw(RegisterDraws *d, double low, double high)
{
    const RegisterWide times = (RegisterWide)2549297995355413924ULL << 64 | 4865540595714422341ULL, plus = (RegisterWide)0x20551ddcd5fbf93bULL << 64 | 0xdb1f06a5374f1535ULL;
    d->state = d->state * times + plus;
    uint64_t x = (uint64_t)(d->state >> 64) ^ (uint64_t)d->state;
    unsigned turn = (unsigned)(d->state >> 122);
    return low + (high - low) * ((double)((x >> turn | x << (-turn & 63)) >> 11) * 0x1p-53);
}

/* Case 0 as things stand, case 1 with the one control of each risk. */
static inline LossModel register_model(Arena *a, size_t n)
{
    RegisterDraws d = {(RegisterWide)0x512b3fe82a7c4224ULL << 64 | 0xe80de760ab8c35a6ULL};
    LossRisk *r = arena_array(a, LossRisk, n);
    CaseRisk *before = arena_array(a, CaseRisk, n), *after = arena_array(a, CaseRisk, n);
    LossCase *c = arena_array(a, LossCase, 2);
    double *low = arena_array(a, double, n);
    for (size_t i = 0; i < n; i++)
        r[i] = (LossRisk){.id = str_printf(a, "R-%zu", i + 1), .frequency = {.kind = FREQUENCY_FIXED, .rate = exp(register_draw(&d, log(0.02), log(3)))}, .factor = -1}, before[i] = (CaseRisk){.keep_events = 1, .keep_size = 1};
    for (size_t i = 0; i < n; i++)
        low[i] = pow(10, register_draw(&d, 4, 6));
    for (size_t i = 0; i < n; i++)
        r[i].primary = severity_between(low[i], low[i] * pow(10, register_draw(&d, 1, 2)));
    for (size_t i = 0; i < n; i++)
        after[i].keep_events = 1 - register_draw(&d, 0.2, 0.8);
    for (size_t i = 0; i < n; i++)
        after[i].keep_size = 1 - register_draw(&d, 0, 0.5);
    c[0].risk = before, c[1].risk = after;
    return (LossModel){r, n, NULL, 0, c, 2};
}

#endif
