/* quant_fuzz.c -- any bytes as a register: mistakes with paths, or a model within every bound that the engine was told; a small one is run with few trials. Never a crash. */
#include "quant/quant.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
    if (!good) __builtin_trap();
}

static bool share(double x) { return x >= 0 && x <= 1; }

static void look_severity(const Severity *s)
{
    need(s->kind >= 0 && s->kind < SEVERITIES);
    need(s->kind != SEVERITY_SAMPLE || s->n > 0);
    need(isfinite(severity_mean(s)) && severity_mean(s) >= 0);
}

static void look(const Quant *q)
{
    const LossModel *m = &q->model;
    need(m->cases_n == q->plans_n + 1 && m->cases_n <= LOSS_CASES_MAX && m->risks_n <= LOSS_RISKS_MAX && m->factors_n <= LOSS_FACTORS_MAX);
    for (size_t i = 0; i < m->risks_n; i++) {
        const LossRisk *r = &m->risks[i];
        need(!i || str_cmp(m->risks[i - 1].id, r->id) < 0);
        need(r->factor >= -1 && r->factor < (int)m->factors_n && share(r->secondary_chance) && fabs(r->on_count) <= 1 && fabs(r->on_size) <= 1);
        need(isfinite(frequency_mean(&r->frequency)) && frequency_mean(&r->frequency) >= 0);
        look_severity(&r->primary);
        look_severity(&r->secondary);
        for (size_t c = 0; c < m->cases_n; c++) need(share(m->cases[c].risk[i].keep_events) && share(m->cases[c].risk[i].keep_size));
    }
}

static double events(const LossModel *m)
{
    double sum = 0;
    for (size_t i = 0; i < m->risks_n; i++) sum += frequency_mean(&m->risks[i].frequency);
    return sum;
}

/* What it says is JSON, and can be told. */
static void run(Arena *a, const Quant *q)
{
    QuantOptions o = {.trials = 64, .seed = 7, .threads = 1, .exact = q->model.risks_n == 1};
    Buf json, words;
    buf_init(&json, a, 4096), buf_init(&words, a, 4096);
    if (q->model.risks_n > 8 || events(&q->model) > 1000) return;
    need(!quant_run(a, q, &o, &json).kind && str_is_utf8(buf_str(&json)));
    for (Lang lang = JA; lang < LANGS; lang++) need(!quant_words(a, buf_str(&json), lang, &words).kind);
    need(str_is_utf8(buf_str(&words)));
}

static void look_mistakes(const Mistakes *m)
{
    need(m->n > 0);
    for (size_t i = 0; i < m->n; i++) need(m->list[i].path.n && m->list[i].text.in[JA].n && m->list[i].text.in[EN].n && str_is_utf8(m->list[i].path) && str_is_utf8(m->list[i].text.in[JA]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf no_room;
    Quant q;
    arena_init(&a, 256 << 20);
    if (ARENA_TRY(&a, no_room)) {
        Err e = quant_read(&a, (Str){(const char *)data, size}, &q);
        if (!e.kind) look(&q), run(&a, &q);
        if (e.kind == ERR_MISTAKES) look_mistakes(e.mistakes);
    }
    arena_done(&a);
    return 0;
}
