/* run.c -- a model made ready, worked through by threads block by block, and its figures. */
#include "losses/inside.h"
#include "losses/special.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 256, BATCHES_MIN = 5 /* blocks, for an interval out of how they differ */, LOOK_MS = 20 /* between two looks whether to go on */ };
#define EVENTS_MAX 1e11 /* expected in all trials: some minutes for each thread */
#define FREEDOM_MAX 1e6 /* beyond it a t copula is a Gaussian one */

static const Kernel *const kernels[LOSS_CODES] = {
    [LOSS_CODE_SCALAR] = &kernel_scalar,
#if defined(__x86_64__)
    [LOSS_CODE_AVX2] = &kernel_avx2, [LOSS_CODE_AVX512] = &kernel_avx512,
#endif
};

static bool processor_has(LossCode code)
{
#if defined(__x86_64__)
    if (code == LOSS_CODE_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (code == LOSS_CODE_AVX512) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
    return code == LOSS_CODE_SCALAR;
}

const Kernel *kernel_of(LossCode code)
{
    for (LossCode best = LOSS_CODE_AVX512; code == LOSS_CODE_BEST && best > LOSS_CODE_BEST; best--)
        if (processor_has(best)) code = best;
    return code > LOSS_CODE_BEST && code < LOSS_CODES && processor_has(code) ? kernels[code] : NULL;
}

bool losses_code_runs(LossCode code) { return kernel_of(code) != NULL; }

/* --- what cannot be worked on --------------------------------------------------------------------------------------------------------- */

static bool in(double x, double low, double high) { return x >= low && x <= high; } /* not of NaN */

static bool frequency_works(const Frequency *f)
{
    switch (f->kind) {
    case FREQUENCY_FIXED: return in(f->rate, 0, RATE_MAX);
    case FREQUENCY_PERT: return in(f->low, 0, RATE_MAX) && in(f->mode, f->low, f->high) && in(f->high, f->low, RATE_MAX);
    case FREQUENCY_UNIFORM: return in(f->low, 0, RATE_MAX) && in(f->high, f->low, RATE_MAX);
    case FREQUENCY_GAMMA: return in(f->rate, 0, RATE_MAX) && in(f->sd, 0, RATE_MAX);
    case FREQUENCY_ONCE: return in(f->rate, 0, 1);
    default: return false;
    }
}

static bool tail_works(const Severity *s) { return !(s->tail_from > 0) || (in(s->tail_from, 0, AMOUNT_MAX) && in(s->tail_shape, 1e-6, 1e6)); }

static bool sample_works(const Severity *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (!in(s->values[i], 0, AMOUNT_MAX)) return false;
    return s->n > 0 && tail_works(s);
}

static bool severity_works(const Severity *s)
{
    switch (s->kind) {
    case SEVERITY_NONE: return true;
    case SEVERITY_FIXED: return in(s->mode, 0, AMOUNT_MAX);
    case SEVERITY_LOGNORMAL: return in(s->mu, -1e6, 1e6) && in(s->sigma, 0, 1e6) && tail_works(s);
    case SEVERITY_PERT: return in(s->low, 0, AMOUNT_MAX) && in(s->mode, s->low, s->high) && in(s->high, s->low, AMOUNT_MAX);
    case SEVERITY_UNIFORM: return in(s->low, 0, AMOUNT_MAX) && in(s->high, s->low, AMOUNT_MAX);
    case SEVERITY_PARETO: return s->low > 0 && in(s->low, 0, AMOUNT_MAX) && in(s->shape, 1e-6, 1e6) && s->high >= s->low;
    case SEVERITY_SAMPLE: return sample_works(s);
    default: return false;
    }
}

static bool layer_works(const Layer *l) { return l->deductible >= 0 && l->limit >= 0 && in(l->share, 0, 1); }

static bool risk_works(const LossModel *m, size_t r)
{
    const LossRisk *k = &m->risks[r];
    bool works = frequency_works(&k->frequency) && severity_works(&k->primary) && severity_works(&k->secondary) && in(k->secondary_chance, 0, 1);
    if (k->factor >= 0) works = works && (size_t)k->factor < m->factors_n && in(k->on_count, -1, 1) && in(k->on_size, -1, 1);
    for (size_t c = 0; c < m->cases_n; c++) {
        const CaseRisk *x = &m->cases[c].risk[r];
        works = works && in(x->keep_events, 0, 1) && in(x->keep_size, 0, 1) && layer_works(&x->each) && layer_works(&x->year);
    }
    return works;
}

static double most_expected(const Frequency *f)
{
    return f->kind == FREQUENCY_PERT || f->kind == FREQUENCY_UNIFORM ? f->high : f->rate;
}

static Err model_check(Arena *a, const LossModel *m, const LossRun *run)
{
    double events = 0;
    if (!m->cases_n || m->cases_n > LOSS_CASES_MAX || m->factors_n > LOSS_FACTORS_MAX || !run->trials || !(run->tail >= 0 && run->tail < 1))
        return err_text(ERR_INVALID, text_of("ケース、共通要因、試行数または裾の指定が範囲外です。", "The cases, common factors, trials or tail are out of range."));
    if (m->risks_n > LOSS_RISKS_MAX) return err_text(ERR_TOO_LARGE, text_of("リスクは10万件までです。", "There may be at most 100,000 risks."));
    if (run->trials > LOSS_TRIALS_MAX) return err_text(ERR_TOO_LARGE, text_of("試行数は2,147,483,648回までです。", "There may be at most 2,147,483,648 trials."));
    for (size_t f = 0; f < m->factors_n; f++)
        if (m->factors[f].kind == COPULA_T && !(m->factors[f].freedom > 2)) return err_text(ERR_INVALID, text_of("t コピュラの自由度は2より大きくしてください。", "The degrees of freedom of a t copula must be above 2."));
    for (size_t r = 0; r < m->risks_n; r++) {
        if (!risk_works(m, r))
            return err_text(ERR_INVALID, TEXT_FILL(a, "リスク「{0}」の値が計算できる範囲にありません（頻度は年10万回まで）。", "Risk “{0}” has values that cannot be worked with (at most 100,000 events a year).", m->risks[r].id));
        events += (most_expected(&m->risks[r].frequency) + 0.1) * (double)run->trials;
    }
    if (events > EVENTS_MAX)
        return err_text(ERR_TOO_LARGE, text_of("試行数×件数が多すぎます（見込み1,000億件まで）。試行数を減らしてください。", "Too many events are expected in all trials (at most 100,000,000,000): ask for fewer trials."));
    return ERR_NONE;
}

/* --- made ready ---------------------------------------------------------------------------------------------------------------------------- */

typedef struct Named { uint64_t common, whose; size_t row; } Named;

static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    if (x->common != y->common) return x->common < y->common ? -1 : 1;
    return (x->whose > y->whose) - (x->whose < y->whose);
}
static int by_whose(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    return (x->whose > y->whose) - (x->whose < y->whose);
}

static Chance chance_of(double p)
{
    double scaled = p * (double)LEFT_ALL;
    return (Chance){(uint64_t)scaled, scaled - (double)(uint64_t)scaled};
}

static bool layer_there(const Layer *l) { return l->share > 0 && l->limit > 0; }

static void actor_ready(Arena *a, Plan *p, Actor *x, size_t row, uint64_t whose)
{
    const LossRisk *r = &p->model->risks[row];
    bool tied = r->factor >= 0 && r->on_count != 0;
    *x = (Actor){.risk = r, .row = row, .whose = whose, .common = r->factor, .split = r->frequency.kind == FREQUENCY_FIXED && !tied};
    x->second = r->secondary.kind != SEVERITY_NONE && r->secondary_chance > 0;
    if (x->split) x->poisson = poisson_of(r->frequency.rate * BLOCK);
    else x->counts = counts_of(a, &r->frequency, tied);
    x->primary = size_of(a, &p->normal, &r->primary);
    x->secondary = size_of(a, &p->normal, &r->secondary);
    x->second_chance = chance_of(r->secondary_chance);
    for (size_t c = 0; c < p->cases_n; c++) {
        const CaseRisk *k = &p->model->cases[c].risk[row];
        x->left[c] = (Left){chance_of(k->keep_events), k->keep_size, layer_there(&k->each), layer_there(&k->year), k};
    }
}

static Err actors_ready(Arena *a, Plan *p)
{
    const LossModel *m = p->model;
    Named *names = arena_array(a, Named, m->risks_n);
    for (size_t r = 0; r < m->risks_n; r++) {
        uint64_t common = m->risks[r].factor < 0 ? 0 : p->commons[m->risks[r].factor].whose;
        names[r] = (Named){common, draw_id(m->risks[r].id), r};
    }
    if (m->risks_n) qsort(names, m->risks_n, sizeof *names, by_whose);
    for (size_t r = 1; r < m->risks_n; r++)
        if (names[r].whose == names[r - 1].whose)
            return err_text(ERR_INVALID, TEXT_FILL(a, "リスク「{0}」の識別子がほかのリスクと重なっています。", "Risk “{0}” has the identifier of another one.", m->risks[names[r].row].id));
    if (m->risks_n) qsort(names, m->risks_n, sizeof *names, by_name);
    p->actors = arena_array(a, Actor, m->risks_n);
    p->actors_n = m->risks_n;
    for (size_t r = 0; r < m->risks_n; r++) actor_ready(a, p, &p->actors[r], names[r].row, names[r].whose);
    return ERR_NONE;
}

/* The tables of the normal distribution, which lognormal losses alone do without. */
static bool needs_normal(const LossModel *m)
{
    for (size_t r = 0; r < m->risks_n; r++)
        for (int second = 0; second < 2; second++) {
            const Severity *s = second ? &m->risks[r].secondary : &m->risks[r].primary;
            if (s->kind > SEVERITY_LOGNORMAL || s->tail_from > 0) return true;
        }
    return false;
}

static void commons_ready(Arena *a, Plan *p)
{
    p->commons = arena_array(a, Common, p->model->factors_n);
    for (size_t f = 0; f < p->model->factors_n; f++) {
        const Factor *x = &p->model->factors[f];
        p->commons[f] = (Common){x, draw_id(x->id), x->kind == COPULA_T && x->freedom <= FREEDOM_MAX, {0}};
        if (p->commons[f].t) p->commons[f].student = student_new(a, x->freedom);
    }
}

static bool needs_years(const Plan *p)
{
    for (size_t r = 0; r < p->actors_n; r++)
        for (size_t c = 0; c < p->cases_n; c++)
            if (!p->actors[r].split || p->actors[r].left[c].year) return true;
    return false;
}

static Desk *desks_ready(Arena *a, Plan *p, size_t n)
{
    Desk *desks = arena_array(a, Desk, n);
    bool years = needs_years(p);
    for (size_t i = 0; i < n; i++) {
        desks[i].plan = p;
        desks[i].sums = arena_array(a, Sum, p->actors_n * p->cases_n);
        desks[i].year = years ? arena_alloc_array(a, sizeof *desks[i].year, p->cases_n) : NULL;
        desks[i].pairs = arena_alloc_array(a, sizeof *desks[i].pairs, p->cases_n / 2);
        for (size_t k = 0; k < CHUNK; k++) desks[i].place_of[k] = k;
    }
    return desks;
}

/* --- threads ---------------------------------------------------------------------------------------------------------------------------------- */

static bool take(Plan *p, uint64_t *block)
{
    pthread_mutex_lock(&p->lock);
    *block = p->next++;
    pthread_mutex_unlock(&p->lock);
    return *block < p->blocks && !atomic_load(&p->stop);
}

static double block_part(const Plan *p, uint64_t block)
{
    uint64_t rest = p->trials - (block << BLOCK_BITS);
    return rest < BLOCK ? (double)rest / BLOCK : 1;
}

static void spread_add(Plan *p, const Desk *d, double part)
{
    for (size_t i = 0; i < p->actors_n * p->cases_n; i++) {
        double s = d->sums[i].sum;
        p->spread[i].square += s * s, p->spread[i].by_years += s * d->years[i % p->cases_n], p->spread[i].by_part += s * part;
    }
    for (size_t c = 0; c < p->cases_n; c++) p->years_square[c] += d->years[c] * d->years[c], p->years_by_part[c] += d->years[c] * part;
}

/* In the order of the blocks. False: stopped. */
static bool hand_in(Plan *p, const Desk *d, uint64_t block)
{
    pthread_mutex_lock(&p->lock);
    while (p->merged != block && !atomic_load(&p->stop)) pthread_cond_wait(&p->turn, &p->lock);
    bool mine = p->merged == block && !atomic_load(&p->stop);
    for (size_t i = 0; mine && i < p->actors_n * p->cases_n; i++) {
        p->sums[i].sum += d->sums[i].sum, p->sums[i].square += d->sums[i].square, p->sums[i].events += d->sums[i].events;
    }
    if (mine && p->tailing) spread_add(p, d, block_part(p, block));
    p->merged += mine;
    pthread_cond_broadcast(&p->turn);
    pthread_mutex_unlock(&p->lock);
    return mine;
}

static void *work(void *arg)
{
    Desk *d = arg;
    Plan *p = d->plan;
    uint64_t block;
    while (take(p, &block) && desk_block(d, block) && hand_in(p, d, block)) {}
    pthread_mutex_lock(&p->lock);
    if (!--p->running) pthread_cond_signal(&p->over);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static double done(const Plan *p)
{
    double all = p->run->tail > 0 ? 0.85 : 1, share = (double)p->merged / (double)p->blocks;
    return p->tailing ? all + (1 - all) * share : all * share;
}

/* The caller's thread only waits, and asks now and then. */
static void watch(Plan *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->running) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) until.tv_sec++, until.tv_nsec -= 1000000000L;
        if (!p->run->go_on) pthread_cond_wait(&p->over, &p->lock);
        else if (pthread_cond_timedwait(&p->over, &p->lock, &until) == ETIMEDOUT) {
            double share = done(p);
            pthread_mutex_unlock(&p->lock);
            bool on = p->run->go_on(p->run->arg, share);
            pthread_mutex_lock(&p->lock);
            if (!on) atomic_store(&p->stop, true);
            if (!on) pthread_cond_broadcast(&p->turn);
        }
    }
    pthread_mutex_unlock(&p->lock);
}

static Err pass(Plan *p, Desk *desks, size_t n)
{
    size_t started = 0;
    p->next = p->merged = 0;
    memset(p->sums, 0, p->actors_n * p->cases_n * sizeof *p->sums);
    if (p->run->go_on && !p->run->go_on(p->run->arg, done(p))) atomic_store(&p->stop, true);
    pthread_mutex_lock(&p->lock);
    while (started < n && !pthread_create(&desks[started].thread, NULL, work, &desks[started])) started++;
    p->running = (int)started;
    pthread_mutex_unlock(&p->lock);
    watch(p);
    for (size_t i = 0; i < started; i++) pthread_join(desks[i].thread, NULL);
    if (!started) return err_text(ERR_FULL, text_of("計算用のスレッドを開始できません。", "No thread could be started for the calculation."));
    if (atomic_load(&p->stop)) return err_text(ERR_INVALID, text_of("計算は中止されました。", "The calculation was cancelled."));
    return ERR_NONE;
}

/* --- figures ------------------------------------------------------------------------------------------------------------------------------------ */

/* Of a compound Poisson sum the variance is rate × E[X²], so the squares of events tell it; else those of the sums of trials do. */
static double standard_error(const Plan *p, const Actor *a, size_t c, const Sum *s)
{
    double n = (double)p->trials, variance = s->square / n;
    if ((!a->split || a->left[c].year) && p->trials > 1) variance = (s->square - s->sum * s->sum / n) / (n - 1);
    return variance > 0 ? __builtin_sqrt(variance / n) : 0;
}

static void parts_write(const Plan *p, LossOutcome *out)
{
    for (size_t i = 0; i < p->actors_n; i++)
        for (size_t c = 0; c < p->cases_n; c++) {
            const Sum *s = &p->sums[i * p->cases_n + c];
            double n = (double)p->trials;
            out[c].part[p->actors[i].row] = (LossPart){s->sum / n, standard_error(p, &p->actors[i], c, s), (double)s->events / n, 0, 0};
        }
}

/* Half the interval of a sum over the tail, by batch means: how the blocks differ. A year more or less at the edge of the tail moves it by what the risk loses there, which is taken to
 * be its share of the tail times where the tail begins; so blocks are compared at the same number of years. */
static double tail_off(const Plan *p, size_t c, size_t at, double tvar)
{
    double last = block_part(p, p->blocks - 1), n = (double)p->blocks, parts = n - 1 + last, years = (1 - p->run->tail) * (double)p->trials, sum = p->sums[at].sum;
    double edge = tvar > 0 ? sum / years * p->tail[c].at / tvar : 0, mean = (sum - edge * years) / parts;
    const Spread *s = &p->spread[at];
    double square = s->square - 2 * edge * s->by_years + edge * edge * p->years_square[c], by_part = s->by_part - edge * p->years_by_part[c];
    double variance = (square - 2 * mean * by_part + mean * mean * (n - 1 + last * last)) * n / (n - 1);
    if (p->blocks < BATCHES_MIN) return sum > 0 ? INFINITY : 0;
    return variance > 0 ? student_quantile(n - 1, 0.975) * __builtin_sqrt(variance) / years : 0;
}

static Err tails_write(Arena *a, Plan *p, Desk *desks, size_t n, LossOutcome *out)
{
    uint64_t *histogram = arena_array(a, uint64_t, TAIL_BINS);
    for (size_t c = 0; c < p->cases_n; c++) p->tail[c] = tail_find(p->total[c], p->trials, p->run->tail, histogram, &out[c].tail_mean);
    p->tailing = true;
    p->spread = arena_array(a, Spread, p->actors_n * p->cases_n);
    TRY(pass(p, desks, n));
    for (size_t i = 0; i < p->actors_n; i++)
        for (size_t c = 0; c < p->cases_n; c++) {
            LossPart *part = &out[c].part[p->actors[i].row];
            part->tail_mean = p->sums[i * p->cases_n + c].sum / ((1 - p->run->tail) * (double)p->trials);
            part->tail_off = tail_off(p, c, i * p->cases_n + c, out[c].tail_mean);
        }
    return ERR_NONE;
}

static void layers_on_sums(const Plan *p, LossOutcome *out)
{
    for (size_t c = 0; c < p->cases_n; c++) {
        const Layer *l = &p->model->cases[c].year;
        for (uint64_t i = 0; layer_there(l) && i < p->trials; i++) out[c].total[i] = layer_retained(l, out[c].total[i]);
    }
}

static void locks_done(void *arg)
{
    Plan *p = arg;
    pthread_cond_destroy(&p->turn);
    pthread_cond_destroy(&p->over);
    pthread_mutex_destroy(&p->lock);
}

static size_t threads_of(const Plan *p)
{
    long n = p->run->threads > 0 ? p->run->threads : sysconf(_SC_NPROCESSORS_ONLN);
    n = n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
    return p->blocks < (uint64_t)n ? (size_t)p->blocks : (size_t)n;
}

static void plan_ready(Arena *a, Plan *p, LossOutcome *out)
{
    p->blocks = (p->trials + BLOCK - 1) >> BLOCK_BITS;
    p->sums = arena_array(a, Sum, p->actors_n * p->cases_n);
    for (size_t c = 0; c < p->cases_n; c++) {
        out[c] = (LossOutcome){.part = arena_array(a, LossPart, p->actors_n)};
        p->total[c] = out[c].total = arena_raw(a, (size_t)(p->blocks << BLOCK_BITS) * sizeof(double)); /* each block is cleared by whoever works on it */
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->turn, NULL);
    pthread_cond_init(&p->over, NULL);
    arena_defer(a, locks_done, p);
}

Err losses_run(Arena *a, const LossModel *m, const LossRun *run, LossOutcome *out)
{
    Plan *p = arena_new(a, Plan);
    p->model = m, p->run = run, p->cases_n = m->cases_n, p->trials = run->trials, p->kernel = kernel_of(run->code);
    if (!p->kernel) return err_text(ERR_INVALID, text_of("このプロセッサでは指定の命令セットを使えません。", "This processor cannot run the code asked for."));
    TRY(model_check(a, m, run));
    if (needs_normal(m)) p->normal = normal_new(a);
    commons_ready(a, p);
    TRY(actors_ready(a, p));
    plan_ready(a, p, out);
    size_t n = threads_of(p);
    Desk *desks = desks_ready(a, p, n);
    TRY(pass(p, desks, n));
    parts_write(p, out);
    if (run->tail > 0) TRY(tails_write(a, p, desks, n, out));
    layers_on_sums(p, out);
    return ERR_NONE;
}
