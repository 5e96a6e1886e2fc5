/*
 * cascade.c -- row 2: the hits of a file of bench/net_make.py through every engine in turn, and the bound measured beside them: one load and one OR for each edge and 512 scenarios, over
 * the same edges in the same order. CPU time of the process. An engine that took four times as long as the best in the first round is left out of the others. Prints one line of JSON.
 *   bench_cascade FILE SCENARIOS ROUNDS [singles]
 */
#include "cascade/cascade.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef struct File { uint64_t nodes, edges, scenarios, hits; uint32_t *first, *suppliers, *k, *of, *hit; } File;
typedef uint64_t Half __attribute__((vector_size(32)));
typedef struct Lanes { Half low, high; } __attribute__((aligned(64))) Lanes;

static const char *const engine_words[CASCADE_ENGINES] = {"pilot", "events", "sweeps", "work"};

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(Err e)
{
    if (!e.kind) return;
    fprintf(stderr, "%.*s\n", STR_ARG(e.text.in[EN].n ? e.text.in[EN] : err_rows[e.kind].title.in[EN]));
    exit(1);
}

static void *got(FILE *f, Arena *a, size_t n)
{
    uint32_t *out = arena_array(a, uint32_t, n + 1);
    if (fread(out, sizeof *out, n, f) != n) exit(2);
    return out;
}

static void net_read(Arena *a, const char *path, File *o)
{
    char magic[8];
    FILE *f = fopen(path, "rb");
    if (!f || fread(magic, 1, 8, f) != 8 || memcmp(magic, "KNET1\0\0\0", 8) || fread(o, 8, 4, f) != 4) exit(2);
    o->first = got(f, a, o->nodes + 1);
    o->suppliers = got(f, a, o->edges);
    o->k = got(f, a, o->nodes);
    o->of = got(f, a, o->scenarios + 1);
    o->hit = got(f, a, o->hits);
    fclose(f);
}

static void net_of(Arena *a, const File *f, CascadeNet *net)
{
    CascadeNode *nodes = arena_array(a, CascadeNode, f->nodes);
    CascadeNeed *needs = arena_array(a, CascadeNeed, f->nodes);
    Str *ids = arena_array(a, Str, f->nodes);
    uint32_t needs_n = 0;
    for (uint32_t v = 0; v < f->nodes; v++) {
        nodes[v] = (CascadeNode){.first = needs_n, .n = f->k[v] != 0, .chance = 1e-4, .repair_low = 1, .repair_mode = 1, .repair_high = 1};
        ids[v] = str_printf(a, "n%u", v);
        if (f->k[v]) needs[needs_n++] = (CascadeNeed){.first = f->first[v], .n = f->first[v + 1] - f->first[v], .k = f->k[v]};
    }
    *net = (CascadeNet){.nodes = nodes, .nodes_n = f->nodes, .ids = ids, .needs = needs, .needs_n = needs_n, .suppliers = f->suppliers, .suppliers_n = f->edges};
}

static uint64_t checksum(const uint64_t *failed, size_t n) /* as in bench/cascade_peers.py */
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t v = 0; v < n; v++) h = (h ^ failed[v]) * 0x100000001b3u;
    return h;
}

/* One sweep: every edge loads the word of its supplier once. */
__attribute__((target_clones("avx2", "default"))) static void sweep(const File *f, Lanes *bits)
{
    for (size_t v = 0; v < f->nodes; v++) {
        Half low = bits[v].low, high = bits[v].high;
        for (uint32_t i = f->first[v]; i < f->first[v + 1]; i++) {
            const Lanes *of = &bits[f->suppliers[i]];
            low |= of->low, high |= of->high;
        }
        bits[v] = (Lanes){low, high};
    }
}

static double bound(const File *f, Lanes *bits)
{
    double began = cpu();
    for (int i = 0; i < 4; i++) sweep(f, bits);
    return (cpu() - began) / 4 / (double)f->edges * 1e9;
}

static void list(const char *name, const double *x, int n)
{
    printf(", \"%s\": [", name);
    for (int i = 0; i < n; i++) printf("%s%.6g", i ? ", " : "", x[i]);
    printf("]");
}

static long peak_kb(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

int main(int argc, char **argv)
{
    Arena a, tmp;
    File f;
    CascadeNet net;
    CascadePlan *plan;
    double took[CASCADE_ENGINES][16], floor_ns[16], singles_s[16], best = 1e9;
    uint64_t sums[CASCADE_ENGINES] = {0}, total = 0;
    if (argc < 4) return 2;
    arena_init(&a, (size_t)8 << 30);
    net_read(&a, argv[1], &f);
    net_of(&a, &f, &net);
    size_t scenarios = (size_t)strtoull(argv[2], NULL, 10);
    if (scenarios > f.scenarios) scenarios = f.scenarios;
    int counted[CASCADE_ENGINES] = {0}, rounds = atoi(argv[3]) > 16 ? 16 : atoi(argv[3]);
    bool singles = argc > 4;
    long before_kb = peak_kb();
    double began = cpu();
    need(cascade_plan(&a, &net, &plan));
    double planned = cpu() - began;
    Lanes *bits = aligned_alloc(64, f.nodes * sizeof *bits);
    memset(bits, 1, f.nodes * sizeof *bits);
    for (int r = 0; r < rounds; r++) {
        floor_ns[r] = bound(&f, bits);
        for (int e = 0; e < CASCADE_ENGINES; e++) {
            if (r && took[e][0] > 4 * best) continue;
            arena_init(&tmp, (size_t)8 << 30);
            uint64_t *failed = arena_array(&tmp, uint64_t, f.nodes);
            began = cpu();
            need(cascade_given(&tmp, plan, f.of, f.hit, scenarios, (CascadeEngine)e, failed, NULL));
            double seconds = took[e][counted[e]++] = cpu() - began;
            if (seconds < best) best = seconds;
            sums[e] = checksum(failed, f.nodes);
            if (!r && !e) for (size_t v = 0; v < f.nodes; v++) total += failed[v];
            arena_done(&tmp);
        }
        if (!singles) continue;
        arena_init(&tmp, (size_t)8 << 30);
        CascadeImpact *what = arena_array(&tmp, CascadeImpact, f.nodes);
        began = cpu();
        need(cascade_singles(&tmp, plan, CASCADE_PILOT, what));
        singles_s[r] = cpu() - began;
        arena_done(&tmp);
    }
    printf("{\"nodes\": %zu, \"edges\": %zu, \"scenarios\": %zu, \"failed\": %.2f, \"plan_s\": %.4f, \"peak_mb\": %.1f, \"input_mb\": %.1f", (size_t)f.nodes, (size_t)f.edges, scenarios, (double)total / (double)scenarios, planned, (double)peak_kb() / 1024, (double)before_kb / 1024);
    list("bound_ns", floor_ns, rounds);
    for (int e = 0; e < CASCADE_ENGINES; e++) list(engine_words[e], took[e], counted[e]);
    if (singles) list("singles_s", singles_s, rounds);
    for (int e = 0; e < CASCADE_ENGINES; e++) printf("%s\"%016llx\"", e ? ", " : ", \"sums\": [", (unsigned long long)sums[e]);
    printf("]}\n");
    arena_done(&a);
    free(bits);
    return 0;
}
