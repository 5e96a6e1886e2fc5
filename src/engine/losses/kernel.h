/*
 * kernel.h -- the work of the inner loops, in one source (kernel.c) compiled once for each instruction set. All flavours give the same bits. Arrays are read and
 * written up to the next multiple of the number named, so they have that much room. Events are numbered in their block; a Philox block of 128 bits holds
 * ten trial numbers, or two normals with 16 bits each for whether they are left, or two uniforms.
 * Called by: run.c, the bench and the battery of the generator (primitives by themselves).
 */
#ifndef KANAME_LOSSES_KERNEL_H
#define KANAME_LOSSES_KERNEL_H

#include "losses/generator.h"

#include <stdbool.h>

enum { BLOCK_BITS = 11, BLOCK = 1 << BLOCK_BITS /* trials worked on at once */, BATCH = 480 /* events worked on at once: a multiple of 80 */, BATCH_ROOM = BATCH + 80 };
enum { LEFT_BITS = 16 /* drawn at first for whether controls leave an event */ };
#define LEFT_ALL ((uint64_t)1 << LEFT_BITS)        /* above all that is drawn */
#define LEFT_NONE ((uint64_t)1 << (LEFT_BITS + 1)) /* put in place of what was drawn: left in no case */

typedef struct Sum { double sum, square; uint64_t events; } Sum;

typedef struct Put { uint64_t below; double keep; } Put; /* of a case: events left, and of what size */

typedef struct Kernel {
    const char *name;
    /* Words as they come, four for each number first, first + 1, …; n: numbers, a multiple of 8. */
    void (*words)(const Stream *s, uint32_t first, size_t n, uint32_t *out);
    /* Trials 0 … BLOCK - 1 of events first, first + 1, … (first and room: multiples of 80). */
    void (*trials)(const Stream *s, uint32_t first, size_t n, uint64_t *trial);
    /* Standard normals of events first, … (multiples of 16): Box and Muller, |z| ≤ 8.57; and LEFT_BITS bits. */
    void (*normals)(const Stream *s, uint32_t first, size_t n, double *z, uint64_t *bits);
    void (*normals_at)(const Stream *s, const uint64_t *event, size_t n, double *z, uint64_t *bits); /* the same of events anywhere (8) */
    void (*uniforms)(const Stream *s, uint32_t first, size_t n, double *u); /* 52 bits, in the middle of their cells (16) */
    void (*lognormals)(const double *z, size_t n, double mu, double sigma, double *x); /* exp(mu + sigma z), at most e^±300 (8) */
    void (*mix)(double *z, const double *common, const uint64_t *trial, size_t n, double with); /* z = with common[trial] + sqrt(1 - with²) z (8) */
    /* Events whose bits are below `below` put x · keep into their trials, and into the sum. True: some were equal, and were not put. x beyond n may be anything finite (8). */
    bool (*place)(const uint64_t *trial, const double *x, const uint64_t *bits, size_t n, Put put, double *total, Sum *sum);
    bool (*place_two)(const uint64_t *trial, const double *x, const uint64_t *bits, size_t n, const Put put[2], double (*total)[2], Sum *sum); /* two cases at once; sum: of both */
    size_t (*at_least)(const double *v, size_t n, double bound, uint64_t *list); /* places of values of bound and above; n: a multiple of 8 */
    void (*collect)(double *year, double *total, Sum *sum); /* what a risk lost in each trial of a block: to the totals, into the sum; year becomes 0 */
} Kernel;

extern const Kernel kernel_scalar;
#if defined(__x86_64__)
extern const Kernel kernel_avx2, kernel_avx512;
#endif

#endif
