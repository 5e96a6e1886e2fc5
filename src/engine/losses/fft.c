/* fft.c -- Stockham's transform by fours (no reordering, runs along memory), half as long as the real numbers that it packs in pairs. */
#include "losses/fft.h"

#include <math.h>

Fft fft_new(Arena *a, size_t n)
{
    assert(n >= 4 && (n & (n - 1)) == 0);
    size_t half = n / 2;
    Fft f = {n, arena_array(a, double, half), arena_array(a, double, half), arena_array(a, double, half), arena_array(a, double, half), arena_array(a, double, half), arena_array(a, double, half)};
    for (size_t k = 0; k < half; k++) {
        double angle = 6.28318530717958647693 * (double)k / (double)n;
        f.cosine[k] = cos(angle), f.sine[k] = -sin(angle);
    }
    return f;
}

typedef struct Complex { double re, im; } Complex;

/* exp(-2πi k / n), k < n */
static Complex root(const Fft *f, size_t k)
{
    size_t half = f->n / 2;
    return k < half ? (Complex){f->cosine[k], f->sine[k]} : (Complex){-f->cosine[k - half], -f->sine[k - half]};
}

static void by_twos(size_t s, const double *restrict xr, const double *restrict xi, double *restrict yr, double *restrict yi)
{
    for (size_t q = 0; q < s; q++) {
        yr[q] = xr[q] + xr[q + s], yi[q] = xi[q] + xi[q + s];
        yr[q + s] = xr[q] - xr[q + s], yi[q + s] = xi[q] - xi[q + s];
    }
}

/* One butterfly of s in a row: inputs at x, a quarter apart; outputs beside each other. */
static void butterfly(size_t s, size_t apart, Complex w1, Complex w2, Complex w3, const double *restrict xr, const double *restrict xi, double *restrict yr, double *restrict yi)
{
    for (size_t q = 0; q < s; q++) {
        double ar = xr[q] + xr[q + 2 * apart], ai = xi[q] + xi[q + 2 * apart], br = xr[q] - xr[q + 2 * apart], bi = xi[q] - xi[q + 2 * apart];
        double cr = xr[q + apart] + xr[q + 3 * apart], ci = xi[q + apart] + xi[q + 3 * apart], dr = xr[q + apart] - xr[q + 3 * apart], di = xi[q + apart] - xi[q + 3 * apart];
        double er = br + di, ei = bi - dr, fr = ar - cr, fi = ai - ci, gr = br - di, gi = bi + dr;
        yr[q] = ar + cr, yi[q] = ai + ci;
        yr[q + s] = er * w1.re - ei * w1.im, yi[q + s] = er * w1.im + ei * w1.re;
        yr[q + 2 * s] = fr * w2.re - fi * w2.im, yi[q + 2 * s] = fr * w2.im + fi * w2.re;
        yr[q + 3 * s] = gr * w3.re - gi * w3.im, yi[q + 3 * s] = gr * w3.im + gi * w3.re;
    }
}

/* The transform of n / 2 complex numbers in x; x and y are both spent, the answer is where it returns true: in y. */
static bool complex_forward(const Fft *f, double *xr, double *xi, double *yr, double *yi)
{
    bool swapped = false;
    size_t s = 1, length = f->n / 2;
    for (; length >= 4; length /= 4, s *= 4, swapped = !swapped) {
        double *fr = swapped ? yr : xr, *fi = swapped ? yi : xi, *tr = swapped ? xr : yr, *ti = swapped ? xi : yi;
        size_t quarter = length / 4, stride = f->n / length;
        for (size_t p = 0; p < quarter; p++)
            butterfly(s, s * quarter, root(f, p * stride), root(f, 2 * p * stride), root(f, 3 * p * stride), fr + s * p, fi + s * p, tr + 4 * s * p, ti + 4 * s * p);
    }
    if (length == 2) {
        by_twos(s, swapped ? yr : xr, swapped ? yi : xi, swapped ? xr : yr, swapped ? xi : yi);
        swapped = !swapped;
    }
    return swapped;
}

void fft_forward(const Fft *f, const double *x, double *re, double *im)
{
    size_t half = f->n / 2;
    for (size_t j = 0; j < half; j++)
        f->re[j] = x[2 * j], f->im[j] = x[2 * j + 1];
    bool second = complex_forward(f, f->re, f->im, f->re2, f->im2);
    const double *zr = second ? f->re2 : f->re, *zi = second ? f->im2 : f->im;
    for (size_t k = 0; k <= half; k++) {
        size_t i = k % half, j = (half - k) % half;
        Complex w = k < half ? root(f, k) : (Complex){-1, 0};
        double er = 0.5 * (zr[i] + zr[j]), ei = 0.5 * (zi[i] - zi[j]), dr = 0.5 * (zi[i] + zi[j]), di = 0.5 * (zr[j] - zr[i]);
        re[k] = er + dr * w.re - di * w.im, im[k] = ei + dr * w.im + di * w.re;
    }
}

void fft_back(const Fft *f, const double *re, const double *im, double *x)
{
    size_t half = f->n / 2;
    double scale = 1 / (double)half;
    for (size_t k = 0; k < half; k++) {
        Complex w = root(f, k);
        double er = 0.5 * (re[k] + re[half - k]), ei = 0.5 * (im[k] - im[half - k]), pr = 0.5 * (re[k] - re[half - k]), pi = 0.5 * (im[k] + im[half - k]);
        double dr = pr * w.re + pi * w.im, di = pi * w.re - pr * w.im;
        f->im[k] = er - di, f->re[k] = ei + dr; /* real and imaginary part change places: that is the inverse */
    }
    bool second = complex_forward(f, f->re, f->im, f->re2, f->im2);
    const double *zr = second ? f->re2 : f->re, *zi = second ? f->im2 : f->im;
    for (size_t j = 0; j < half; j++)
        x[2 * j] = zi[j] * scale, x[2 * j + 1] = zr[j] * scale;
}
