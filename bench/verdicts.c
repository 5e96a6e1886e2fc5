/*
 * verdicts.c -- row 9: all rules of a pack on one incident with 16 segments, numbers and times as ranges, a third still open; judged again and again with other
 * numbers, without and with explanation (tree, turning time, what decides, duties, as JSON). Prints one line of JSON.   bench_verdicts PACK SECONDS
 */
#include "law/judge.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

enum { INCIDENTS = 64, LINES = 16 };

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(Err e)
{
    if (!e.kind) return;
    fprintf(stderr, "%.*s\n", STR_ARG(e.text.in[EN].n ? e.text.in[EN] : err_rows[e.kind].title.in[EN]));
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) fprintf(stderr, "  %.*s\n", STR_ARG(e.mistakes->list[i].path));
    exit(1);
}

static void line_add(Buf *b, unsigned i, unsigned seed)
{
    static const char *const classes[] = {"emergency_voice", "non_emergency_voice", "other", "free_internet"}, *const kinds[] = {"stopped", "degraded"};
    unsigned from = (i / 4) * 40, to = from + 20 + (seed + i) % 20, n = 5000 + (seed * 7919 + i * 104729) % 60000;
    buf_printf(b, "%s{\"kind\":\"%s\",\"class\":\"%s\",\"from\":{\"earliest\":\"2026-04-20T%02u:%02u+09:00\",\"latest\":\"2026-04-20T%02u:%02u+09:00\"},", i ? "," : "", kinds[i % 2], classes[i % 4],
        10 + from / 60, from % 60, 10 + (from + 2) / 60, (from + 2) % 60);
    if (i >= 12 && seed % 3 == 0) buf_addc(b, "\"to\":\"open\",");
    else buf_printf(b, "\"to\":\"2026-04-20T%02u:%02u+09:00\",", 10 + to / 60, to % 60);
    buf_printf(b, "\"value\":{\"lo\":%u,\"hi\":%u}}", n, n + n / 4);
}

static void incident(Arena *a, const LawSet *s, unsigned seed, LawFacts *out)
{
    Buf b;
    json_t *doc;
    buf_init(&b, a, 8192);
    buf_addc(&b, "{\"as_of\":\"2026-04-20T18:00+09:00\",\"facts\":{\"operator_class\":[\"telecom.carrier\"],\"known\":\"2026-04-20T10:05+09:00\",\"cause.facility_failure\":\"own\",\"service.only_additional_function\":false,\"impact\":[");
    for (unsigned i = 0; i < LINES; i++) line_add(&b, i, seed);
    buf_addc(&b, "]}}");
    need(json_in(a, buf_str(&b), 1 << 20, &doc));
    need(law_facts(a, s, doc, 0, out));
}

static double run_fast(LawJudge *j, const LawFacts *f, double seconds, size_t *kinds)
{
    size_t n = 0;
    double begin = cpu(), now = begin;
    for (; now < begin + seconds; now = cpu())
        for (int k = 0; k < 256; k++, n++) {
            law_judge_begin(j, &f[n % INCIDENTS]);
            for (size_t r = 0; r < j->s->rules_n; r++) kinds[judge_rule(j->j, (int)r).kind]++;
        }
    return (double)n / (now - begin);
}

/* Why: every node of every rule recorded, when time turns it, which facts would decide; no text. */
static void reasons(Arena *a, LawJudge *j)
{
    Tri *values = arena_array(a, Tri, j->s->set.nodes_n + 1);
    for (size_t r = 0; r < j->s->rules_n; r++) {
        LawVerdict v = law_judge_rule(a, j, (int)r, true);
        if (v.version && v.v.kind != VERDICT_NOT_BOUND) judge_record(j->j, a, v.version->condition.node, values);
    }
}

static void document(Arena *a, LawJudge *j)
{
    Buf b;
    buf_init(&b, a, 1 << 16);
    JsonOut o = {.b = &b};
    json_open(&o, '{');
    need(law_answers_json(&o, a, j, law_judge_all(a, j), true));
    json_close(&o, '}');
}

static double run_with(const LawSet *s, const LawFacts *f, double seconds, void (*work)(Arena *a, LawJudge *j))
{
    size_t n = 0;
    Arena a;
    arena_init(&a, (size_t)1 << 30);
    double begin = cpu(), now = begin;
    for (; now < begin + seconds; now = cpu()) {
        LawJudge *j = law_judge_new(&a, s);
        for (int k = 0; k < 16; k++, n++) {
            law_judge_begin(j, &f[n % INCIDENTS]);
            work(&a, j);
        }
        arena_reset(&a);
    }
    arena_done(&a);
    return (double)n / (now - begin);
}

int main(int argc, char **argv)
{
    Arena a;
    Pack pack;
    Law law;
    LawSet *s;
    size_t kinds[VERDICTS] = {0};
    if (argc != 3 || sodium_init() < 0) return 2;
    json_set_alloc_funcs(memory_get, memory_give_back);
    arena_init(&a, (size_t)1 << 30);
    s = arena_new(&a, LawSet);
    need(pack_load(&a, str_of(argv[1]), &pack));
    need(law_load(&a, &pack, pack.dir, &law));
    double began = cpu();
    need(law_compile(&a, &law, s));
    double compiled = cpu() - began, seconds = atof(argv[2]);
    LawFacts *f = arena_array(&a, LawFacts, INCIDENTS);
    for (unsigned i = 0; i < INCIDENTS; i++) incident(&a, s, i, &f[i]);
    double fast = run_fast(law_judge_new(&a, s), f, seconds, kinds), why = run_with(s, f, seconds, reasons), explained = run_with(s, f, seconds, document);
    printf("{\"rules\": %zu, \"nodes\": %zu, \"compile_ms\": %.2f, \"fast_per_s\": %.0f, \"reasons_per_s\": %.0f, \"explained_per_s\": %.0f, \"verdicts\": {", s->rules_n, s->set.nodes_n, compiled * 1000, fast, why, explained);
    for (int k = 0; k < VERDICTS; k++) printf("%s\"%s\": %zu", k ? ", " : "", verdict_rows[k].code, kinds[k]);
    printf("}}\n");
    arena_done(&a);
    return 0;
}
