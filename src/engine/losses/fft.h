/* fft.h -- the discrete Fourier transform of real numbers, of a length that is a power of two. O(n log n); relative error of the order of 1e-16 log n of the largest. */
#ifndef KANAME_LOSSES_FFT_H
#define KANAME_LOSSES_FFT_H

#include "base/base.h"

typedef struct Fft { size_t n; double *cosine, *sine, *re, *im, *re2, *im2; } Fft; /* tables and room: of one thread at a time */
Fft fft_new(Arena *a, size_t n); /* n ≥ 4 */
/* re + i im = Σ x[j] exp(-2πi jk / n) for k = 0 … n / 2; the others are their conjugates. */
void fft_forward(const Fft *f, const double *x, double *re, double *im);
void fft_back(const Fft *f, const double *re, const double *im, double *x); /* the inverse */

#endif
