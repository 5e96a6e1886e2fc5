/*
 * run.c -- runs the engine over a register and writes what it says: figures of each case with their intervals, the curve, contributions, plans beside what they cost, the exact
 * figures. The same register, seed and number of trials give the same bytes, whatever the threads, the processor and the order of the rows.
 */
#include "quant/inside.h"

#include <math.h>
#include <stdlib.h>

#define CONFIDENCE_Z 1.959963984540054
enum { GRID = 1 << 17 };
#define RAN_SHARE 0.9 /* of the progress: the draws; the rest is the figures */

static const double levels[] = {0.5, 0.9, 0.95, 0.99, 0.995, 0.999};

typedef struct Running {
    Arena *a, *scratch; /* scratch: what one case needs, given back after it */
    const Quant *q;
    const QuantOptions *o;
    LossOutcome *out;
    JsonOut j;
} Running;

static Str case_id(const Running *r, size_t at) { return at ? r->q->plans[at - 1].id : STR("now"); }

/* --- figures -------------------------------------------------------------------------------------------------------------- */

static void put(JsonOut *j, const char *key, double v) { json_key(j, str_of(key)), json_number(j, v); }

/* Into an open object. */
static void put_range(JsonOut *j, Figure f) { put(j, "value", f.value), put(j, "low", f.low), put(j, "high", f.high); }

static void put_figure(JsonOut *j, const char *key, Figure f)
{
    json_key(j, str_of(key)), json_open(j, '{');
    put_range(j, f);
    json_close(j, '}');
}

static void put_levels(JsonOut *j, const char *key, const LossSample *s, Figure (*figure)(const LossSample *s, double p))
{
    json_key(j, str_of(key)), json_open(j, '[');
    for (size_t i = 0; i < COUNT(levels); i++) {
        json_open(j, '{');
        put(j, "p", levels[i]), put_range(j, figure(s, levels[i]));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static Figure around(double value, double se) { return (Figure){value, value - CONFIDENCE_Z * se, value + CONFIDENCE_Z * se}; }

static Figure moved(Figure f, double by) { return (Figure){f.value + by, f.low + by, f.high + by}; }

/* --- the curve: how probable it is that a year loses more ---------------------------------------------------------------------- */

/* Probabilities to show, falling: by twentieths while they are large, then evenly in the logarithm down to ten trials. */
static size_t curve_steps(uint64_t trials, double out[QUANT_CURVE_MAX])
{
    size_t n = 0;
    double least = 10 / (double)trials;
    out[n++] = 1;
    for (int i = 99; i >= 96; i -= 3) out[n++] = i / 100.;
    for (int i = 18; i >= 2; i--) out[n++] = i / 20.;
    for (double p = 0.08; p >= least && n < QUANT_CURVE_MAX; p *= 0.8) out[n++] = p;
    return n;
}

static void put_curve(JsonOut *j, const LossSample *s)
{
    double steps[QUANT_CURVE_MAX], last = -1;
    size_t n = curve_steps(s->n, steps);
    json_key(j, STR("curve")), json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        size_t k = (size_t)ceil((1 - steps[i]) * (double)s->n);
        double loss = k ? s->sorted[(k < s->n ? k : s->n) - 1] : 0;
        Figure f = sample_exceeds(s, loss);
        if (loss <= last || (last >= 0 && f.value <= 0)) continue;
        json_open(j, '{');
        put(j, "loss", loss), put(j, "probability", f.value), put(j, "low", f.low), put(j, "high", f.high);
        json_close(j, '}');
        last = loss;
    }
    json_close(j, ']');
}

/* --- acceptance -------------------------------------------------------------------------------------------------------------------- */

static const char *holds(Figure f, double limit) { return f.high <= limit ? "yes" : f.low > limit ? "no" : "open"; }

static void put_acceptance(Running *r, const LossSample *s)
{
    JsonOut *j = &r->j;
    json_key(j, STR("acceptance")), json_open(j, '[');
    for (size_t i = 0; i < r->q->limits_n; i++) {
        QuantLimit l = r->q->limits[i];
        Figure f = sample_exceeds(s, l.loss);
        json_open(j, '{');
        put(j, "loss", l.loss), put(j, "limit", l.probability), put_figure(j, "probability", f), json_kstr(j, "holds", str_of(holds(f, l.probability)));
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* --- contributions ------------------------------------------------------------------------------------------------------------------ */

typedef struct Ranked { double tail, mean; size_t at; } Ranked;

static int by_tail(const void *x, const void *y)
{
    const Ranked *p = x, *q = y;
    if (p->tail != q->tail) return p->tail < q->tail ? 1 : -1;
    if (p->mean != q->mean) return p->mean < q->mean ? 1 : -1;
    return p->at < q->at ? -1 : p->at > q->at; /* in the order of the identifiers */
}

static void put_part(Running *r, size_t at_case, size_t at, double mean_of_all)
{
    const LossOutcome *o = &r->out[at_case];
    const LossPart *p = &o->part[at];
    JsonOut *j = &r->j;
    json_open(j, '{');
    json_kstr(j, "id", r->q->model.risks[at].id), json_kstr(j, "title", r->q->titles[at]);
    put_figure(j, "mean", around(p->mean, p->mean_se)), put(j, "share_of_mean", mean_of_all > 0 ? p->mean / mean_of_all : 0);
    put(j, "events", frequency_mean(&r->q->model.risks[at].frequency) * r->q->model.cases[at_case].risk[at].keep_events); /* expected, not drawn */
    put_figure(j, "tail", (Figure){p->tail_mean, p->tail_mean > p->tail_off ? p->tail_mean - p->tail_off : 0, p->tail_mean + p->tail_off}), put(j, "share_of_tail", o->tail_mean > 0 ? p->tail_mean / o->tail_mean : 0);
    json_close(j, '}');
}

static void put_parts(Running *r, size_t at_case)
{
    size_t n = r->q->model.risks_n, shown = n < QUANT_PARTS_MAX ? n : QUANT_PARTS_MAX;
    Ranked *list = arena_array(r->scratch, Ranked, n);
    double all = 0;
    for (size_t i = 0; i < n; i++) all += r->out[at_case].part[i].mean, list[i] = (Ranked){r->out[at_case].part[i].tail_mean, r->out[at_case].part[i].mean, i};
    if (n > 1) qsort(list, n, sizeof *list, by_tail);
    json_key(&r->j, STR("risks")), json_open(&r->j, '[');
    for (size_t i = 0; i < shown; i++) put_part(r, at_case, list[i].at, all);
    json_close(&r->j, ']');
    json_kint(&r->j, "risks_more", (int64_t)(n - shown));
}

/* --- a case ---------------------------------------------------------------------------------------------------------------------------- */

/* The risk whose losses have no variance in this case; SIZE_MAX. */
static size_t without_variance(const Running *r, size_t at_case)
{
    for (size_t i = 0; i < r->q->model.risks_n; i++) {
        const LossRisk *k = &r->q->model.risks[i];
        const CaseRisk *of = &r->q->model.cases[at_case].risk[i];
        if (of->keep_events <= 0 || of->keep_size <= 0 || frequency_mean(&k->frequency) <= 0) continue;
        if (!isfinite(severity_sd(&k->primary)) || (k->secondary_chance > 0 && !isfinite(severity_sd(&k->secondary)))) return i;
    }
    return SIZE_MAX;
}

/* A sample always has a standard deviation; of a distribution that has none it would tell nothing. */
static void put_sd(Running *r, size_t at_case, const LossSample *s)
{
    size_t at = without_variance(r, at_case);
    if (at == SIZE_MAX) {
        put_figure(&r->j, "sd", sample_sd(s));
        return;
    }
    Str id = r->q->model.risks[at].id;
    json_key(&r->j, STR("sd")), json_none(&r->j);
    json_key(&r->j, STR("sd_why"));
    json_text(&r->j, TEXT_FILL(r->a, "リスク「{0}」の損害は分散が無限大（裾の形が 2 以下）なので、標準偏差はありません。平均の幅も実際より狭く出ます。",
        "Risk \"{0}\" has losses of infinite variance (shape of the tail 2 or less): there is no standard deviation, and the interval of the mean comes out too narrow.", id));
}

static void put_case(Running *r, size_t at)
{
    LossSample s = loss_sample(r->scratch, r->out[at].total, r->o->trials);
    JsonOut *j = &r->j;
    json_open(j, '{');
    json_kstr(j, "id", case_id(r, at)), json_kstr(j, "title", at ? r->q->plans[at - 1].title : (Str){0});
    put_figure(j, "mean", sample_mean(&s));
    put_sd(r, at, &s);
    put_figure(j, "none", sample_none(&s));
    put_levels(j, "var", &s, sample_var);
    put_levels(j, "tvar", &s, sample_tvar);
    put_curve(j, &s);
    put_acceptance(r, &s);
    put_parts(r, at);
    json_close(j, '}');
}

/* --- plans -------------------------------------------------------------------------------------------------------------------------------- */

/* TVaR is var + mean((x - var)+) / (1 - p): what exceeds it, trial by trial, so that two cases are compared on the same trials. */
static double *excesses(Running *r, size_t at, double var)
{
    double *out = arena_raw(r->scratch, r->o->trials * sizeof *out);
    for (uint64_t i = 0; i < r->o->trials; i++) out[i] = r->out[at].total[i] > var ? (r->out[at].total[i] - var) / (1 - QUANT_TAIL) : 0;
    return out;
}

static double var_of(Running *r, size_t at)
{
    LossSample s = loss_sample(r->scratch, r->out[at].total, r->o->trials);
    return sample_var(&s, QUANT_TAIL).value;
}

static Figure tail_benefit(Running *r, size_t at)
{
    double now = var_of(r, 0), then = var_of(r, at);
    arena_reset(r->scratch);
    r->scratch->rescue = r->a->rescue;
    return moved(sample_mean_difference(excesses(r, 0, now), excesses(r, at, then), r->o->trials), now - then);
}

static void put_return(JsonOut *j, Figure net, double cost)
{
    if (cost > 0) {
        put_figure(j, "return", (Figure){net.value / cost, net.low / cost, net.high / cost});
        return;
    }
    json_key(j, STR("return")), json_none(j);
    json_key(j, STR("return_why")), json_text(j, text_of("費用が 0 なので、費用に対する割合はありません。", "It costs nothing: there is no return on cost."));
}

static void put_plan(Running *r, size_t at)
{
    const QuantPlan *p = &r->q->plans[at];
    Figure benefit = sample_mean_difference(r->out[0].total, r->out[at + 1].total, r->o->trials), net = moved(benefit, -p->cost);
    JsonOut *j = &r->j;
    json_open(j, '{');
    json_kstr(j, "id", p->id), json_kstr(j, "title", p->title), put(j, "cost", p->cost);
    put_figure(j, "benefit", benefit), put_figure(j, "net", net), put_return(j, net, p->cost);
    put_figure(j, "tvar_benefit", tail_benefit(r, at + 1));
    json_close(j, '}');
}

/* --- the exact way ----------------------------------------------------------------------------------------------------------------------------- */

static void put_grid_levels(JsonOut *j, const char *key, const LossGrid *g, double (*figure)(const LossGrid *g, double p))
{
    json_key(j, str_of(key)), json_open(j, '[');
    for (size_t i = 0; i < COUNT(levels); i++) {
        json_open(j, '{');
        put(j, "p", levels[i]), put(j, "value", figure(g, levels[i]));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_grid(Running *r, const LossGrid *g)
{
    JsonOut *j = &r->j;
    put(j, "step", g->step), put(j, "beyond", g->beyond), put(j, "mean", grid_mean(g)), put(j, "none", g->n ? g->mass[0] : 1);
    put_grid_levels(j, "var", g, grid_var), put_grid_levels(j, "tvar", g, grid_tvar);
    json_key(j, STR("acceptance")), json_open(j, '[');
    for (size_t i = 0; i < r->q->limits_n; i++) {
        json_open(j, '{');
        put(j, "loss", r->q->limits[i].loss), put(j, "probability", grid_exceeds(g, r->q->limits[i].loss));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_exact(Running *r, size_t at)
{
    LossGrid g;
    Err e = losses_exact(r->scratch, &r->q->model, at, 0, GRID, &g);
    json_open(&r->j, '{');
    json_kstr(&r->j, "id", case_id(r, at));
    if (!e.kind) put_grid(r, &g);
    else json_key(&r->j, STR("why")), json_text(&r->j, e.text.in[JA].n ? e.text : err_rows[e.kind].title);
    json_close(&r->j, '}');
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------------------ */

static void scratch_done(void *scratch) { arena_done(scratch); }

/* Ends where the other one ends: with the ceiling, the rescue and the life of `a`. */
static Arena *scratch_new(Arena *a)
{
    Arena *s = arena_new(a, Arena);
    arena_init(s, a->limit);
    s->rescue = a->rescue;
    arena_defer(a, scratch_done, s);
    return s;
}

typedef enum { PER_CASE, PER_PLAN, PER_EXACT } What;

/* One figure after the other, the scratch given back after each; false when nobody wants them any more. */
static bool each(Running *r, const char *key, What what, size_t n, void (*put_one)(Running *r, size_t at))
{
    json_key(&r->j, str_of(key)), json_open(&r->j, '[');
    for (size_t i = 0; i < n; i++) {
        double of_all = ((double)what + (double)(i + 1) / (double)n) / 3;
        put_one(r, i);
        arena_reset(r->scratch);
        r->scratch->rescue = r->a->rescue;
        if (r->o->go_on && !r->o->go_on(r->o->arg, RAN_SHARE + (1 - RAN_SHARE) * of_all)) return false;
    }
    json_close(&r->j, ']');
    return true;
}

static bool draws_go_on(void *arg, double done)
{
    const QuantOptions *o = arg;
    return o->go_on(o->arg, done * RAN_SHARE);
}

static void put_head(Running *r)
{
    JsonOut *j = &r->j;
    json_kstr(j, "format", STR(QUANT_RESULT)), json_kint(j, "engine", LOSS_ENGINE_VERSION), json_kint(j, "seed", (int64_t)r->o->seed), json_kint(j, "trials", (int64_t)r->o->trials);
    put(j, "confidence", 0.95), put(j, "tail", QUANT_TAIL);
    json_kstr(j, "title", r->q->title), json_kstr(j, "currency", r->q->currency), json_kint(j, "risks", (int64_t)r->q->model.risks_n), json_kint(j, "factors", (int64_t)r->q->model.factors_n);
}

Err quant_run(Arena *a, const Quant *q, const QuantOptions *o, Buf *json)
{
    Running r = {.a = a, .q = q, .o = o, .j = {json, false}};
    LossRun run = {.trials = o->trials, .seed = o->seed, .threads = o->threads, .code = o->code, .tail = QUANT_TAIL, .go_on = o->go_on ? draws_go_on : NULL, .arg = (void *)o};
    static const Text cancelled = TEXT("中止しました。", "Cancelled.");
    r.out = arena_array(a, LossOutcome, q->model.cases_n);
    TRY(losses_run(a, &q->model, &run, r.out));
    r.scratch = scratch_new(a);
    json_open(&r.j, '{');
    put_head(&r);
    bool whole = each(&r, "cases", PER_CASE, q->model.cases_n, put_case) && each(&r, "plans", PER_PLAN, q->plans_n, put_plan) && (!o->exact || each(&r, "exact", PER_EXACT, q->model.cases_n, put_exact));
    if (!whole) return err_text(ERR_INVALID, cancelled);
    json_close(&r.j, '}');
    return ERR_NONE;
}
