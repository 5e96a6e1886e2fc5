/*
 * losses.c -- row 1: the engine over the register of bench/register_make.py (a line for each risk: rate, low, high, events kept, size kept), before and after the plan with the tail contributions
 * of both, without them, and before only; sorted, VaR and TVaR of each case within the time, as the peers do. Beside it in the same rounds the primitives by themselves: for as many events as are expected
 * trial numbers, normals (the generator with Box and Muller), lognormals, and what puts them into the totals of each case. CPU time of the process. Prints one line of JSON.
 *   bench_losses FILE TRIALS ROUNDS [CODE [THREADS [WAY]]]   WAY, for a profile: both, without_parts or before alone
 */
#include "losses/inside.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WAYS = 3, ROUNDS_MAX = 32 };
static const struct { const char *name; size_t cases; double tail; } ways[WAYS] = {{"both", 2, 0.99}, {"without_parts", 2, 0}, {"before", 1, 0}};
static const char *const code_words[LOSS_CODES] = {"best", "scalar", "avx2", "avx512"};

static double clock_s(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(Err e)
{
    if (!e.kind) return;
    fprintf(stderr, "%.*s\n", STR_ARG(e.text.in[EN].n ? e.text.in[EN] : err_rows[e.kind].title.in[EN]));
    exit(1);
}

static void model_read(Arena *a, const char *path, LossModel *m)
{
    static const size_t most = LOSS_RISKS_MAX;
    LossRisk *risks = arena_array(a, LossRisk, most);
    CaseRisk *before = arena_array(a, CaseRisk, most), *after = arena_array(a, CaseRisk, most);
    LossCase *cases = arena_array(a, LossCase, 2);
    size_t n = 0;
    double rate, low, high, events, size;
    FILE *f = fopen(path, "r");
    if (!f) exit(2);
    for (; n < most && fscanf(f, "%lf %lf %lf %lf %lf", &rate, &low, &high, &events, &size) == 5; n++) {
        risks[n] = (LossRisk){.id = str_printf(a, "R-%zu", n + 1), .frequency = {.kind = FREQUENCY_FIXED, .rate = rate}, .primary = severity_between(low, high), .factor = -1};
        before[n] = (CaseRisk){.keep_events = 1, .keep_size = 1};
        after[n] = (CaseRisk){.keep_events = events, .keep_size = size};
    }
    fclose(f);
    cases[0].risk = before;
    cases[1].risk = after;
    *m = (LossModel){.risks = risks, .risks_n = n, .cases = cases, .cases_n = 2};
}

/* Memory that the process may count as its own, at most since the last reset, in KB. */
static long peak_kb(bool reset)
{
    char line[256];
    long kb = 0;
    if (reset) {
        FILE *f = fopen("/proc/self/clear_refs", "w");
        if (f) { fputs("5", f); fclose(f); }
    }
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) if (sscanf(line, "VmHWM: %ld", &kb) == 1) break;
    if (f) fclose(f);
    return kb;
}

typedef struct Took { double cpu, wall, run, primitives; long kb; double mean, var, tvar, after_mean, parts_sum; } Took;

static void once(const LossModel *m, const LossRun *run, int way, Took *t)
{
    Arena a;
    LossModel part = *m;
    LossRun how = *run;
    LossOutcome out[2];
    part.cases_n = ways[way].cases;
    how.tail = ways[way].tail;
    long had = peak_kb(true);
    double cpu = clock_s(CLOCK_PROCESS_CPUTIME_ID), wall = clock_s(CLOCK_MONOTONIC);
    arena_init(&a, (size_t)16 << 30);
    need(losses_run(&a, &part, &how, out));
    t->run = clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    t->kb = peak_kb(false) - had;
    for (size_t c = part.cases_n; c-- > 0;) {
        LossSample s = loss_sample(&a, out[c].total, how.trials);
        t->var = sample_var(&s, 0.99).value;
        t->tvar = sample_tvar(&s, 0.99).value;
    }
    t->wall = clock_s(CLOCK_MONOTONIC) - wall;
    t->cpu = clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    t->mean = t->after_mean = t->parts_sum = 0;
    for (size_t r = 0; r < m->risks_n; r++) {
        t->mean += out[0].part[r].mean;
        t->parts_sum += out[0].part[r].tail_mean;
        if (part.cases_n > 1) t->after_mean += out[1].part[r].mean;
    }
    arena_done(&a);
}

/* --- the primitives --------------------------------------------------------------------------------------------------------------- */
enum { TRIALS_P, NORMALS_P, LOGNORMALS_P, PLACE_P, PLACE_TWO_P, PRIMITIVES, REPEATS = 2000 };
static const char *const primitive_words[PRIMITIVES] = {"trials", "normals", "lognormals", "place", "place_two"};
typedef struct Bed { uint64_t trial[BATCH_ROOM], bits[BATCH_ROOM]; double z[BATCH_ROOM], x[BATCH_ROOM], total[BLOCK], totals[BLOCK][2]; Sum sum, sums[2]; } Bed;

static void primitive_do(const Kernel *k, int which, Bed *b, uint32_t first)
{
    static const Put put[2] = {{LEFT_ALL, 1}, {LEFT_ALL / 2, 0.75}};
    Stream where = stream_of(1, 2, FOR_TRIAL, first >> 20), size = stream_of(1, 2, FOR_SIZE, first >> 20);
    switch (which) {
    case TRIALS_P: k->trials(&where, first, BATCH, b->trial); break;
    case NORMALS_P: k->normals(&size, first, BATCH, b->z, b->bits); break;
    case LOGNORMALS_P: k->lognormals(b->z, BATCH, 12.5, 1.1, b->x); break;
    case PLACE_P: k->place(b->trial, b->x, b->bits, BATCH, put[0], b->total, &b->sum); break;
    default: k->place_two(b->trial, b->x, b->bits, BATCH, put, b->totals, b->sums);
    }
}

/* Seconds for an event. */
static void primitives(const Kernel *k, double *ns)
{
    static Bed b;
    for (int p = 0; p < PRIMITIVES; p++) primitive_do(k, p, &b, 0);
    for (int p = 0; p < PRIMITIVES; p++) {
        double began = clock_s(CLOCK_PROCESS_CPUTIME_ID);
        for (uint32_t i = 0; i < REPEATS; i++) primitive_do(k, p, &b, i % 64 * BATCH);
        ns[p] = (clock_s(CLOCK_PROCESS_CPUTIME_ID) - began) / ((double)REPEATS * BATCH);
    }
}

static void list(const char *name, const Took *t, int n, size_t field)
{
    printf(", \"%s\": [", name);
    for (int i = 0; i < n; i++) {
        double x;
        memcpy(&x, (const char *)&t[i] + field, sizeof x);
        printf("%s%.6g", i ? ", " : "", x);
    }
    printf("]");
}

int main(int argc, char **argv)
{
    static Took took[WAYS][ROUNDS_MAX];
    Arena a;
    LossModel m;
    LossRun run = {.seed = 20240901, .threads = 1};
    if (argc < 4) return 2;
    arena_init(&a, (size_t)1 << 30);
    model_read(&a, argv[1], &m);
    run.trials = strtoull(argv[2], NULL, 10);
    int rounds = atoi(argv[3]) > ROUNDS_MAX ? ROUNDS_MAX : atoi(argv[3]);
    for (int c = 0; argc > 4 && c < LOSS_CODES; c++) if (!strcmp(argv[4], code_words[c])) run.code = (LossCode)c;
    if (argc > 5) run.threads = atoi(argv[5]);
    if (!kernel_of(run.code)) { /* not on this processor */
        printf("null\n");
        return 0;
    }
    double ns[PRIMITIVES], least[PRIMITIVES], events = 0;
    for (size_t r = 0; r < m.risks_n; r++) events += m.risks[r].frequency.rate * (double)run.trials;
    for (int p = 0; p < PRIMITIVES; p++) least[p] = 1;
    for (int r = 0; r < rounds; r++)
        for (int w = 0; w < WAYS; w++) { /* the primitives before each run: what slows one slows the other */
            if (argc > 6 && strcmp(argv[6], ways[w].name)) continue;
            primitives(kernel_of(run.code), ns);
            once(&m, &run, w, &took[w][r]);
            took[w][r].primitives = events * (ns[TRIALS_P] + ns[NORMALS_P] + ns[LOGNORMALS_P] + ns[ways[w].cases > 1 ? PLACE_TWO_P : PLACE_P]);
            for (int p = 0; p < PRIMITIVES; p++) if (ns[p] < least[p]) least[p] = ns[p];
        }
    printf("{\"risks\": %zu, \"trials\": %llu, \"code\": \"%s\", \"threads\": %d", m.risks_n, (unsigned long long)run.trials, code_words[run.code], run.threads);
    printf(", \"events\": %.0f, \"kernel\": \"%s\", \"primitive_ns\": {", events, kernel_of(run.code)->name);
    for (int p = 0; p < PRIMITIVES; p++) printf("%s\"%s\": %.3f", p ? ", " : "", primitive_words[p], least[p] * 1e9);
    printf("}");
    for (int w = 0; w < WAYS; w++) {
        const Took *t = took[w];
        printf(", \"%s\": {\"kb\": %ld, \"mean\": %.9g, \"after_mean\": %.9g, \"var99\": %.9g, \"tvar99\": %.9g, \"parts_sum\": %.9g", ways[w].name, t->kb, t->mean, t->after_mean, t->var, t->tvar, t->parts_sum);
        list("cpu", t, rounds, offsetof(Took, cpu));
        list("wall", t, rounds, offsetof(Took, wall));
        list("run", t, rounds, offsetof(Took, run));
        list("primitives", t, rounds, offsetof(Took, primitives));
        printf("}");
    }
    printf("}\n");
    arena_done(&a);
    return 0;
}
