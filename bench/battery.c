/*
 * battery.c -- statistical tests of the engine's generator, as its kernels use it. TestU01 (L'Ecuyer and Simard 2007) is linked into this program only, by bench/battery.py. Prints a line of JSON for each test.
 *   battery words STREAM small|crush|alphabit [TESTS]    TESTS: numbers of the tests of Crush, with commas; none: all
 *   battery raw STREAM                                   the words to standard output without end (dieharder -g 200)
 *   battery normals | counts | places
 */
#include "battery_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <testu01/bbattery.h>
#include <testu01/fbar.h>
#include <testu01/gofs.h>
#include <testu01/swrite.h>
#include <testu01/unif01.h>

enum { PIECE = 4096, MANY = 64 };
static const double suspect = 1e-3, failed = 1e-10; /* p beyond these at either end: named, failed (TestU01's own limits) */

/* --- streams: the words in the orders in which someone might meet them ------------------------------------------------------ */
typedef void (*Refill)(uint64_t round, uint32_t *out);

static void trials(uint64_t round, uint32_t *out) { words_of(1, 1, FOR_TRIAL, round * PIECE, out, PIECE); }

static void other_purpose(uint64_t round, uint32_t *out) { words_of(1, 1, FOR_SIZE, round * PIECE, out, PIECE); }

/* Word i of 64 neighbouring ids or seeds, or of both purposes, one after the other. */
static void woven(uint64_t round, uint32_t *out, void (*one)(unsigned i, uint64_t from, uint32_t *out, size_t n), unsigned many)
{
    static uint32_t part[PIECE];
    size_t each = PIECE / many;
    for (unsigned i = 0; i < many; i++) {
        one(i, round * each, part, each);
        for (size_t k = 0; k < each; k++) out[k * many + i] = part[k];
    }
}
static void one_id(unsigned i, uint64_t from, uint32_t *out, size_t n) { words_of(1, i + 1, FOR_TRIAL, from, out, n); }
static void one_seed(unsigned i, uint64_t from, uint32_t *out, size_t n) { words_of(i, 1, FOR_TRIAL, from, out, n); }
static void one_purpose(unsigned i, uint64_t from, uint32_t *out, size_t n) { words_of(1, 1, i ? FOR_SIZE : FOR_TRIAL, from, out, n); }
static void ids(uint64_t round, uint32_t *out) { woven(round, out, one_id, MANY); }
static void seeds(uint64_t round, uint32_t *out) { woven(round, out, one_seed, MANY); }
static void purposes(uint64_t round, uint32_t *out) { woven(round, out, one_purpose, 2); }

/* Only the first words: of ever new ids, and of ever new seeds. */
static void first_of_ids(uint64_t round, uint32_t *out)
{
    for (size_t i = 0; i < PIECE; i += 4) words_of(1, round * (PIECE / 4) + i / 4, FOR_TRIAL, 0, out + i, 4);
}
static void first_of_seeds(uint64_t round, uint32_t *out)
{
    for (size_t i = 0; i < PIECE; i += 4) words_of(round * (PIECE / 4) + i / 4, 1, FOR_TRIAL, 0, out + i, 4);
}

static void reversed(uint64_t round, uint32_t *out)
{
    trials(round, out);
    for (size_t i = 0; i < PIECE; i++) {
        uint32_t x = __builtin_bswap32(out[i]);
        x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
        x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
        out[i] = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
    }
}

static const struct { const char *name; Refill refill; } streams[] = {{"trials", trials}, {"other_purpose", other_purpose}, {"ids", ids}, {"seeds", seeds}, {"purposes", purposes},
    {"first_of_ids", first_of_ids}, {"first_of_seeds", first_of_seeds}, {"reversed", reversed}};

static Refill refill;
static uint32_t chunk[PIECE];
static uint64_t rounds;
static size_t at = PIECE;

static unsigned int next(void)
{
    if (at == PIECE) {
        refill(rounds++, chunk);
        at = 0;
    }
    return chunk[at++];
}

/* --- reports -------------------------------------------------------------------------------------------------------------- */
static void report(const char *battery, const char *stream, int tests, const double *p, char *const *names)
{
    int beyond = 0, broken = 0;
    printf("{\"battery\": \"%s\", \"stream\": \"%s\", \"statistics\": %d, \"words\": %.4g, \"beyond\": [", battery, stream, tests, (double)rounds * PIECE);
    for (int i = 0; i < tests; i++) {
        if (p[i] > suspect && p[i] < 1 - suspect) continue;
        printf("%s{\"test\": \"%s\", \"p\": %.4g, \"1-p\": %.4g}", beyond++ ? ", " : "", names[i], p[i], 1 - p[i]);
        broken += p[i] < failed || p[i] > 1 - failed;
    }
    printf("], \"failed\": %d}\n", broken);
    fflush(stdout);
}

static void crush(unif01_Gen *gen, const char *stream, char *tests)
{
    if (!tests) {
        bbattery_Crush(gen);
        report("Crush", stream, bbattery_NTests, bbattery_pVal, bbattery_TestNames);
        return;
    }
    for (char *word = strtok(tests, ","); word; word = strtok(NULL, ",")) { /* one at a time: what was finished is told even when the rest is stopped */
        static int rep[200];
        char name[40];
        memset(rep, 0, sizeof rep);
        rep[atoi(word)] = 1;
        bbattery_RepeatCrush(gen, rep);
        snprintf(name, sizeof name, "Crush %s", word);
        report(name, stream, bbattery_NTests, bbattery_pVal, bbattery_TestNames);
    }
}

static int words(const char *stream, const char *battery, char *tests)
{
    unif01_Gen *gen = unif01_CreateExternGenBits((char *)stream, next);
    swrite_Basic = FALSE;
    if (!strcmp(battery, "small")) {
        bbattery_SmallCrush(gen);
        report("SmallCrush", stream, bbattery_NTests, bbattery_pVal, bbattery_TestNames);
    } else if (!strcmp(battery, "alphabit")) {
        bbattery_Alphabit(gen, (double)(1 << 28), 0, 32);
        report("Alphabit 2^28 bits", stream, bbattery_NTests, bbattery_pVal, bbattery_TestNames);
    } else if (!strcmp(battery, "crush")) crush(gen, stream, tests);
    else return 2;
    return 0;
}

static int raw(void)
{
    for (;;) {
        refill(rounds++, chunk);
        if (fwrite(chunk, sizeof chunk, 1, stdout) != 1) return 0;
    }
}

static void line(const char *test, const char *what, double n, double statistic, double p)
{
    printf("{\"test\": \"%s\", \"of\": \"%s\", \"n\": %.3g, \"statistic\": %.6g, \"p\": %.4g, \"failed\": %d}\n", test, what, n, statistic, p, p < failed || p > 1 - failed);
    fflush(stdout);
}

/* --- normals against Phi ---------------------------------------------------------------------------------------------------- */
enum { CELLS = 1024, NORMALS = 1 << 16, NORMAL_ROUNDS = 1024, AD = 256 };

static double phi(double z) { return erfc(-z / sqrt(2)) / 2; }

static int up(const void *a, const void *b) { double x = *(const double *)a, y = *(const double *)b; return (x > y) - (x < y); }

/* n values that should be uniform, as one p by Anderson and Darling. gofs counts from 1. */
static double uniform_p(double *u, long n, double *statistic)
{
    qsort(u + 1, (size_t)n, sizeof *u, up);
    *statistic = gofs_AndersonDarling(u, n);
    return fbar_AndersonDarling(n, *statistic);
}

static double two_sided(double z) { return erfc(fabs(z) / sqrt(2)); }

static void normals(void)
{
    static double z[NORMALS], u[NORMALS + 1], ps[NORMAL_ROUNDS + 1];
    static uint64_t bits[NORMALS];
    static long cells[CELLS], pairs[CELLS], with_bits[CELLS];
    double n = (double)NORMALS * NORMAL_ROUNDS, sum = 0, sum2 = 0, sum4 = 0, lag = 0, beyond[3] = {0}, chi = 0, chi2 = 0, chi3 = 0, statistic;
    for (int r = 0; r < NORMAL_ROUNDS; r++) {
        normals_of(1 + (uint64_t)r % 8, 1 + (uint64_t)r / 8, z, bits, NORMALS);
        for (int i = 0; i < NORMALS; i++) {
            double x = z[i], p = phi(x);
            cells[(int)fmin(p * CELLS, CELLS - 1)]++;
            if (i & 1) pairs[(int)fmin(p * 32, 31) * 32 + (int)fmin(u[i] * 32, 31)]++;
            with_bits[(int)fmin(p * 32, 31) * 32 + (int)(bits[i] >> (LEFT_BITS - 5))]++; /* what decides whether it is left */
            u[i + 1] = p;
            sum += x;
            sum2 += x * x;
            sum4 += x * x * x * x;
            if (i) lag += x * z[i - 1];
            for (int k = 0; k < 3; k++) beyond[k] += fabs(x) > 3 + k;
        }
        ps[r + 1] = uniform_p(u, NORMALS, &statistic);
    }
    for (int i = 0; i < CELLS; i++) {
        double e = n / CELLS, d = (double)cells[i] - e, d2 = (double)pairs[i] - e / 2, d3 = (double)with_bits[i] - e;
        chi += d * d / e;
        chi2 += d2 * d2 / (e / 2);
        chi3 += d3 * d3 / e;
    }
    line("chi-square, 1,024 cells of equal chance", "normals", n, chi, fbar_ChiSquare2(CELLS - 1, 12, chi));
    line("chi-square of neighbours, 32 x 32 cells", "normals", n / 2, chi2, fbar_ChiSquare2(CELLS - 1, 12, chi2));
    line("chi-square with the bits that thin, 32 x 32 cells", "normals", n, chi3, fbar_ChiSquare2(CELLS - 1, 12, chi3));
    double p = uniform_p(ps, NORMAL_ROUNDS, &statistic);
    line("Anderson-Darling of the p of Anderson-Darling of each 65,536", "normals", n, statistic, p);
    line("mean", "normals", n, sum / n, two_sided(sum / sqrt(n)));
    line("second moment", "normals", n, sum2 / n, two_sided((sum2 / n - 1) / sqrt(2 / n)));
    line("fourth moment", "normals", n, sum4 / n, two_sided((sum4 / n - 3) / sqrt(96 / n)));
    line("correlation of neighbours", "normals", n, lag / n, two_sided(lag / sqrt(n)));
    for (int k = 0; k < 3; k++) {
        double e = n * erfc((3 + k) / sqrt(2));
        char name[40];
        snprintf(name, sizeof name, "beyond %d sigma (%.0f expected)", 3 + k, e);
        line(name, "normals", n, beyond[k], two_sided((beyond[k] - e) / sqrt(e)));
    }
}

/* --- counts against their law ----------------------------------------------------------------------------------------------- */
enum { COUNT_MAX = 4096, COUNTS = 1 << 22 };

static void count_test(const char *kind, double rate, const uint32_t *k)
{
    static double seen[COUNT_MAX];
    double chi = 0, e = 0, o = 0, sum = 0;
    int cells = 0;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < COUNTS; i++) {
        seen[k[i] < COUNT_MAX ? k[i] : COUNT_MAX - 1]++;
        sum += k[i];
    }
    double left = COUNTS, left_seen = COUNTS;
    for (int i = 0; i < COUNT_MAX; i++) { /* cells of 20 expected at least; the last takes the rest */
        e += COUNTS * exp(i * log(rate) - rate - lgamma(i + 1.0));
        o += seen[i];
        if (e < 20 || left - e < 20) continue;
        chi += (o - e) * (o - e) / e;
        left -= e;
        left_seen -= o;
        e = o = 0;
        cells++;
    }
    chi += (left_seen - left) * (left_seen - left) / left;
    char what[60];
    snprintf(what, sizeof what, "%s, Poisson %g, %d cells", kind, rate, cells + 1);
    line("chi-square", what, COUNTS, chi, fbar_ChiSquare2(cells, 12, chi));
    line("mean", what, COUNTS, sum / COUNTS, two_sided((sum - rate * COUNTS) / sqrt(rate * COUNTS)));
}

static void counts(void)
{
    static const double rates[] = {0.02, 0.3, 1, 3, 9.9, 31.9, 32.1, 100, 1000};
    static uint32_t k[COUNTS];
    Arena a;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        block_counts(100 + i, rates[i], k, COUNTS);
        count_test("events of a block", rates[i], k);
        arena_init(&a, (size_t)1 << 30);
        year_counts(&a, 200 + i, rates[i], k, COUNTS);
        count_test("events of a year", rates[i], k);
        arena_done(&a);
    }
}

/* In which of the trials of a block an event lies: alone, and with the next event. */
static void places(void)
{
    enum { N = 80000, ROUNDS = 2048 };
    static uint64_t trial[N + 80];
    static long alone[BLOCK], pairs[64 * 64];
    double n = (double)N * ROUNDS, e = n / BLOCK, chi = 0, chi2 = 0;
    for (uint32_t r = 0; r < ROUNDS; r++) {
        places_of(1 + r / 64, r % 64, trial, N);
        for (int i = 0; i < N; i++) alone[trial[i]]++;
        for (int i = 1; i < N; i += 2) pairs[(trial[i - 1] >> (BLOCK_BITS - 6)) << 6 | trial[i] >> (BLOCK_BITS - 6)]++;
    }
    for (int i = 0; i < BLOCK; i++) {
        double d = (double)alone[i] - e;
        chi += d * d / e;
    }
    for (int i = 0; i < 64 * 64; i++) {
        double d = (double)pairs[i] - n / 2 / 4096;
        chi2 += d * d / (n / 2 / 4096);
    }
    line("chi-square, a cell for each trial of a block", "trials of events", n, chi, fbar_ChiSquare2(BLOCK - 1, 12, chi));
    line("chi-square of neighbours, 64 x 64 cells", "trials of events", n / 2, chi2, fbar_ChiSquare2(64 * 64 - 1, 12, chi2));
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 2 && i < sizeof streams / sizeof *streams; i++) if (!strcmp(argv[2], streams[i].name)) refill = streams[i].refill;
    if (argc > 3 && !strcmp(argv[1], "words") && refill) return words(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
    if (argc > 2 && !strcmp(argv[1], "raw") && refill) return raw();
    if (argc == 2 && !strcmp(argv[1], "normals")) normals();
    else if (argc == 2 && !strcmp(argv[1], "counts")) counts();
    else if (argc == 2 && !strcmp(argv[1], "places")) places();
    else return 2;
    return 0;
}
