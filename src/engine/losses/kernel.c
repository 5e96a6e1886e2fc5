/* kernel.c -- the inner loops: see kernel.h. Compiled once for each instruction set, with KERNEL for the name of its table. No library function is called. */
#include "losses/kernel.h"
#include "losses/vec.h"

#define LOW32 0xFFFFFFFFu
#define ONE 0x3FF0000000000000u
#define SIGN 0x8000000000000000u

/* --- Philox4x32-10 of eight counters: a word in each 64-bit lane, whatever stands above it ----------------------------------- */

typedef struct Words { U8 a, b, c, d; } Words;

VEC Words draw(const Stream *s, U8 which)
{
    U8 a = u_all((uint32_t)s->whose), b = u_all(s->whose >> 32), c = u_all(s->at), d = which, m = u_all(PHILOX_M0), n = u_all(PHILOX_M1);
    uint32_t k = (uint32_t)s->seed, l = (uint32_t)(s->seed >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < PHILOX_ROUNDS; round++, k += PHILOX_W0, l += PHILOX_W1) {
        U8 p = u_times(a, m), q = u_times(c, n);
        a = u_xor3(u_right(q, 32), b, u_all(k)), b = q;
        c = u_xor3(u_right(p, 32), d, u_all(l)), d = p;
    }
    return (Words){a, b, c, d};
}

/* Two at once, for the processor to have more to do. */
VEC void draw_two(const Stream *s, U8 which, Words w[2])
{
    U8 a[2], b[2], c[2], d[2], m = u_all(PHILOX_M0), n = u_all(PHILOX_M1);
    uint32_t k = (uint32_t)s->seed, l = (uint32_t)(s->seed >> 32);
    for (int i = 0; i < 2; i++) a[i] = u_all((uint32_t)s->whose), b[i] = u_all(s->whose >> 32), c[i] = u_all(s->at), d[i] = i ? u_add(which, u_all(8)) : which;
#pragma GCC unroll 10
    for (int round = 0; round < PHILOX_ROUNDS; round++, k += PHILOX_W0, l += PHILOX_W1) {
        for (int i = 0; i < 2; i++) {
            U8 p = u_times(a[i], m), q = u_times(c[i], n);
            a[i] = u_xor3(u_right(q, 32), b[i], u_all(k)), b[i] = q;
            c[i] = u_xor3(u_right(p, 32), d[i], u_all(l)), d[i] = p;
        }
    }
    for (int i = 0; i < 2; i++) w[i] = (Words){a[i], b[i], c[i], d[i]};
}

static const uint64_t lane_numbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};

VEC U8 numbers(uint64_t first) { return u_add(u_all(first), u_load(lane_numbers)); }

static void words(const Stream *s, uint32_t first, size_t n, uint32_t *out)
{
    for (size_t i = 0; i < n; i += 8) {
        Words w = draw(s, numbers(first + i));
        uint64_t a[8], b[8], c[8], d[8];
        u_store(a, w.a), u_store(b, w.b), u_store(c, w.c), u_store(d, w.d);
        for (size_t k = 0; k < 8; k++) {
            uint32_t *to = out + 4 * (i + k);
            to[0] = (uint32_t)a[k], to[1] = (uint32_t)b[k], to[2] = (uint32_t)c[k], to[3] = (uint32_t)d[k];
        }
    }
}

/* Ten numbers of twelve bits in each: those of eight draws stand beside each other, so that events first + 8 i … first + 8 i + 7 have the i-th. */
static void trials(const Stream *s, uint32_t first, size_t n, uint64_t *trial)
{
    for (size_t i = 0; i < n; i += 80) {
        Words w = draw(s, numbers((first + i) / 10));
        U8 mask = u_all(BLOCK - 1), low32 = u_all(LOW32);
        U8 p = u_or(u_and(w.a, low32), u_left(w.b, 32)), q = u_or(u_and(w.c, low32), u_left(w.d, 32));
#pragma GCC unroll 5
        for (int k = 0; k < 5; k++) {
            u_store(trial + i + 8 * k, u_and(p, mask)), u_store(trial + i + 40 + 8 * k, u_and(q, mask));
            p = u_right(p, BLOCK_BITS), q = u_right(q, BLOCK_BITS);
        }
    }
}

/* As draw_unit of the 64 bits of two words. */
VEC F8 uniform(U8 low, U8 high)
{
    return f_sub(f_of(u_or(u_or(u_right(u_left(high, 32), 12), u_right(u_left(low, 32), 44)), u_all(ONE))), f_all(1 - 0x1p-53));
}

/* --- normals ------------------------------------------------------------------------------------------------------------------ */

VEC F8 polynomial(F8 x, const double *c, size_t n)
{
    F8 sum = f_all(c[n - 1]);
#pragma GCC unroll 12
    for (size_t i = n - 1; i-- > 0;) sum = f_fma(sum, x, f_all(c[i]));
    return sum;
}

/* Chebyshev interpolation, worked out with 40 digits. By s² up to the s of the root of two: (2 atanh s - 2 s) / s³, so that the logarithm is right within 1e-13; by t² up to that of π/4:
 * (sin t - t) / t³, within 2e-11 of the sine, and (cos t - 1 + t²/2) / t⁴, within 1e-12; by r up to half of ln 2: (e^r - 1 - r) / r², within 5e-14. */
static const double atanh_by[] = {0.66666666667375448977, 0.39999998796848674179, 0.28571754635732759062, 0.2219139449317505784, 0.19362776836747533941};
static const double sin_by[] = {-0.16666666663855289533, 0.0083333318747102087715, -0.00019840086735384840236, 2.7249925803059295698e-6};
static const double cos_by[] = {0.041666666664321202277, -0.0013888887672016652051, 0.00002480060037711199258, -2.7300959199757836916e-7};
static const double exp_by[] = {0.49999999999955070802, 0.16666666666662583338, 0.041666666786337554589, 0.0083333333442095066492, 0.0013888839090641379383, 0.00019841224581544104911, 0.000024867883453521803823, 2.7617576848354132739e-6};

/* -ln u for 0 < u < 1. */
VEC F8 minus_log(F8 u)
{
    const uint64_t half_root = 0x3FE6A09E667F3BCDu; /* the mantissa is taken between the roots of one half and of two */
    U8 bits = f_bits(u), shifted = u_add(u_sub(bits, u_all(half_root)), u_all(ONE)), power = u_right(shifted, 52);
    F8 m = f_of(u_add(u_sub(bits, u_left(power, 52)), u_all(ONE)));
    F8 below = f_sub(f_all(0x1p52 + 1023), f_of(u_or(power, u_all(0x4330000000000000u))));
    F8 s = f_div(f_sub(f_all(1), m), f_add(f_all(1), m)), q = f_mul(s, s);
    F8 log = f_fma(f_mul(s, q), polynomial(q, atanh_by, COUNT(atanh_by)), f_add(s, s));
    return f_fma(below, f_all(0.69314718055994530942), log);
}

/* Two normals of each draw. With an angle of t in the first quarter, cos t = (c - s) / √2 and sin t = (c + s) / √2, where c and s are those of t - π/4; the roots of two go into the
 * radius, the quarter into two signs. 52 bits for the radius, 32 for the angle, 16 for each event. */
VEC void two_normals(Words w, F8 *first, F8 *second, U8 *first_bits, U8 *second_bits)
{
    F8 r = f_sqrt(minus_log(uniform(w.a, w.b)));
    U8 angle = u_or(u_right(u_left(w.c, 34), 12), u_all(ONE));
    F8 t = f_mul(f_sub(f_of(angle), f_all(1.5 - 0x1p-31)), f_all(1.57079632679489661923)), q = f_mul(t, t);
    F8 s = f_fma(f_mul(t, q), polynomial(q, sin_by, COUNT(sin_by)), t);
    F8 c = f_fma(f_mul(q, q), polynomial(q, cos_by, COUNT(cos_by)), f_fma(q, f_all(-0.5), f_all(1)));
    *first = f_of(u_xor(f_bits(f_mul(r, f_sub(c, s))), u_and(u_left(w.c, 32), u_all(SIGN))));
    *second = f_of(u_xor(f_bits(f_mul(r, f_add(c, s))), u_and(u_left(w.c, 33), u_all(SIGN))));
    *first_bits = u_and(w.d, u_all(LEFT_ALL - 1));
    *second_bits = u_and(u_right(w.d, LEFT_BITS), u_all(LEFT_ALL - 1));
}

enum { AHEAD = 8 /* draws before their use: the processor has more to do at once */ };

static void normals(const Stream *s, uint32_t first, size_t n, double *z, uint64_t *bits)
{
    Words w[AHEAD];
    for (size_t i = 0; i < n; i += 16 * AHEAD) {
        size_t some = n - i < 16 * AHEAD ? (n - i + 15) / 16 : AHEAD;
        for (size_t k = 0; k < some; k += 2) draw_two(s, numbers((first + i) / 2 + 8 * k), w + k);
        for (size_t k = 0; k < some; k++) {
            F8 x, y;
            U8 p, q;
            two_normals(w[k], &x, &y, &p, &q);
            f_store(z + i + 16 * k, x), f_store(z + i + 16 * k + 8, y);
            u_store(bits + i + 16 * k, p), u_store(bits + i + 16 * k + 8, q);
        }
    }
}

static void normals_at(const Stream *s, const uint64_t *event, size_t n, double *z, uint64_t *bits)
{
    for (size_t i = 0; i < n; i += 8) {
        U8 at = u_load(event + i), p, q;
        M8 second = u_same(u_and(at, u_all(8)), u_all(8)), first = u_same(u_and(at, u_all(8)), u_all(0));
        F8 x, y;
        two_normals(draw(s, u_or(u_left(u_right(at, 4), 3), u_and(at, u_all(7)))), &x, &y, &p, &q);
        f_store(z + i, f_of(u_or(f_bits(f_where(first, x)), f_bits(f_where(second, y)))));
        u_store(bits + i, u_or(f_bits(f_where(first, f_of(p))), f_bits(f_where(second, f_of(q)))));
    }
}

static void uniforms(const Stream *s, uint32_t first, size_t n, double *u)
{
    for (size_t i = 0; i < n; i += 16) {
        Words w = draw(s, numbers((first + i) / 2));
        f_store(u + i, uniform(w.a, w.b)), f_store(u + i + 8, uniform(w.c, w.d));
    }
}

/* --- sizes -------------------------------------------------------------------------------------------------------------------- */

VEC F8 exponential(F8 x)
{
    const double round = 0x1.8p52; /* adding it rounds to a whole number, which then stands in the lowest bits */
    F8 shifted = f_fma(x, f_all(1.44269504088896340736), f_all(round)), n = f_sub(shifted, f_all(round));
    F8 r = f_fma(n, f_all(-1.9082149292705877e-10), f_fma(n, f_all(-0.693147180369123816490), x));
    F8 e = f_fma(f_mul(r, r), polynomial(r, exp_by, COUNT(exp_by)), f_add(f_all(1), r));
    return f_of(u_add(f_bits(e), u_left(f_bits(shifted), 52)));
}

static void lognormals(const double *z, size_t n, double mu, double sigma, double *x)
{
    bool inside = mu + 9 * sigma < 300 && mu - 9 * sigma > -300;
    for (size_t i = 0; inside && i < n; i += 8) f_store(x + i, exponential(f_fma(f_load(z + i), f_all(sigma), f_all(mu))));
    for (size_t i = 0; !inside && i < n; i += 8) f_store(x + i, exponential(f_most(f_least(f_fma(f_load(z + i), f_all(sigma), f_all(mu)), f_all(300)), f_all(-300))));
}

static void mix(double *z, const double *common, const uint64_t *trial, size_t n, double with)
{
    double own = __builtin_sqrt(1 - with * with);
    for (size_t i = 0; i < n; i += 8) f_store(z + i, f_fma(f_pick(common, u_load(trial + i)), f_all(with), f_mul(f_load(z + i), f_all(own))));
}

/* --- into the trials ----------------------------------------------------------------------------------------------------------- */

VEC double across(F8 x)
{
    double v[8];
    f_store(v, x);
    return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

static bool place(const uint64_t *trial, const double *x, const uint64_t *bits, size_t n, Put put, double *total, Sum *sum)
{
    F8 all = f_all(0), squares = f_all(0);
    uint64_t events = 0;
    unsigned ties = 0;
    for (size_t i = 0; i < n; i += 8) {
        U8 b = u_load(bits + i);
        M8 left = u_less(b, u_all(put.below));
        F8 y = f_where(left, f_mul(f_load(x + i), f_all(put.keep)));
        double v[8];
        f_store(v, y);
        for (int k = 0; k < 8; k++) total[trial[i + k]] += v[k];
        all = f_add(all, y), squares = f_fma(y, y, squares);
        events += (unsigned)__builtin_popcount(m_bits(left));
        ties |= m_bits(u_same(b, u_all(put.below)));
    }
    sum->sum += across(all), sum->square += across(squares), sum->events += events;
    return ties;
}

/* Both cases of an event stand beside each other: one addition for the two. */
static bool place_two(const uint64_t *trial, const double *x, const uint64_t *bits, size_t n, const Put put[2], double (*total)[2], Sum *sum)
{
    F8 all[2] = {f_all(0), f_all(0)}, squares[2] = {f_all(0), f_all(0)};
    uint64_t events[2] = {0, 0};
    unsigned ties = 0;
    for (size_t i = 0; i < n; i += 8) {
        U8 b = u_load(bits + i);
        F8 y[2], size = f_load(x + i);
#pragma GCC unroll 2
        for (int c = 0; c < 2; c++) {
            M8 left = u_less(b, u_all(put[c].below));
            y[c] = f_where(left, f_mul(size, f_all(put[c].keep)));
            all[c] = f_add(all[c], y[c]), squares[c] = f_fma(y[c], y[c], squares[c]);
            events[c] += (unsigned)__builtin_popcount(m_bits(left));
            ties |= m_bits(u_same(b, u_all(put[c].below)));
        }
        f_add_pairs(y[0], y[1], trial + i, total);
    }
    for (int c = 0; c < 2; c++) sum[c].sum += across(all[c]), sum[c].square += across(squares[c]), sum[c].events += events[c];
    return ties;
}

static size_t at_least(const double *v, size_t n, double bound, uint64_t *list)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i += 8)
        for (unsigned m = m_bits(f_reaches(f_load(v + i), f_all(bound))); m; m &= m - 1) list[found++] = i + (unsigned)__builtin_ctz(m);
    return found;
}

static void collect(double *year, double *total, Sum *sum)
{
    F8 all = f_all(0), squares = f_all(0);
    for (size_t i = 0; i < BLOCK; i += 8) {
        F8 y = f_load(year + i);
        f_store(total + i, f_add(f_load(total + i), y));
        f_store(year + i, f_all(0));
        all = f_add(all, y), squares = f_fma(y, y, squares);
    }
    sum->sum += across(all), sum->square += across(squares);
}

#define KERNEL_TEXT_(x) #x
#define KERNEL_TEXT(x) KERNEL_TEXT_(x)
const Kernel KERNEL = {KERNEL_TEXT(KERNEL), words, trials, normals, normals_at, uniforms, lognormals, mix, place, place_two, at_least, collect};
