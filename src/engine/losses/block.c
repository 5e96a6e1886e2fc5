/* block.c -- one block of trials through all risks: which events, how large, what each case leaves of them, and whose trial they fall into. */
#include "losses/inside.h"

/* The risk at work and where. */
typedef struct Turn { Desk *d; const Plan *p; const Actor *a; size_t nth; uint32_t block, limit; /* trials of the block that count */ } Turn;

static Stream stream_for(const Turn *t, uint64_t whose, Purpose purpose) { return stream_of(t->p->run->seed, whose, purpose, t->block); }

static bool stopped(const Turn *t) { return atomic_load_explicit(&t->p->stop, memory_order_relaxed); }

static double *totals(const Turn *t, size_t c) { return t->p->total[c] + ((uint64_t)t->block << BLOCK_BITS); }

static bool by_trial(const Actor *a, size_t c) { return !a->split || a->left[c].year; } /* the sum of each trial matters, not that of each event */

/* --- common causes ---------------------------------------------------------------------------------------------------------------- */

static void common_prepare(const Turn *t)
{
    Desk *d = t->d;
    if (d->common == t->a->common) return;
    const Common *c = &t->p->commons[d->common = t->a->common];
    Stream z = stream_for(t, c->whose, FOR_FACTOR), chi = stream_for(t, c->whose, FOR_CHI);
    for (uint32_t i = 0; i < BLOCK; i += CHUNK) {
        t->p->kernel->normals(&z, i, CHUNK, d->common_z + i, d->bits);
        if (!c->t) continue;
        t->p->kernel->normals(&chi, i, CHUNK, d->common_w + i, d->bits);
        for (uint32_t k = i; k < i + CHUNK; k++) d->common_w[k] = student_factor(&c->student, d->common_w[k]);
    }
}

/* Normal variables of their own become normal variables that share in the factor. */
static void share(const Turn *t, double *z, const uint64_t *trial, uint32_t from, size_t n, double with)
{
    if (t->a->common < 0 || with == 0) return;
    const Common *c = &t->p->commons[t->a->common];
    t->p->kernel->mix(z, t->d->common_z + from, trial, (n + 7) / 8 * 8, with);
    for (size_t i = 0; c->t && i < n; i++) z[i] = student_normal(&c->student, z[i] * t->d->common_w[from + trial[i]]);
}

/* --- a batch of events -------------------------------------------------------------------------------------------------------------- */

static bool happens(const Turn *t, const Chance *c, uint64_t bits, Purpose rest, size_t nth)
{
    if (bits != c->below) return bits < c->below;
    Stream s = stream_for(t, t->a->whose, rest);
    return stream_uniform(&s, (uint32_t)(t->d->row ? t->d->first + nth : t->d->event[nth])) < c->rest;
}

static void draw_normals(const Turn *t, Purpose purpose, uint64_t *bits, double *z)
{
    Desk *d = t->d;
    Stream s = stream_for(t, t->a->whose, purpose);
    if (d->row) t->p->kernel->normals(&s, (uint32_t)d->first, d->n, z, bits);
    else t->p->kernel->normals_at(&s, d->event, d->n, z, bits);
    share(t, z, d->trial, 0, d->n, t->a->risk->on_size);
}

static void add_secondary(const Turn *t)
{
    Desk *d = t->d;
    draw_normals(t, FOR_SECONDARY, d->second_bits, d->z);
    sizes_at(&t->a->secondary, t->p->kernel, d->z, d->n, d->second);
    for (size_t i = 0; i < d->n; i++)
        if (happens(t, &t->a->second_chance, d->second_bits[i], FOR_SECOND_REST, i)) d->x[i] += d->second[i];
}

/* Events beyond those gathered, and in trials that do not count, are left in no case. */
static void leave_out(const Turn *t)
{
    Desk *d = t->d;
    for (size_t i = d->n; i < (d->n + 7) / 8 * 8; i++) d->bits[i] = LEFT_NONE;
    for (size_t i = 0; t->limit < BLOCK && i < d->n; i++)
        if (d->trial[i] >= t->limit) d->bits[i] = LEFT_NONE;
}

static double left_of(const Left *l, double x) { return l->each ? layer_retained(&l->risk->each, x * l->size) : x * l->size; }

/* Those few that the first bits do not decide: into `to`, or where two cases are placed at once, into every second place from there. */
static void place_ties(const Turn *t, const Left *l, double *to, size_t apart, Sum *sum)
{
    const Desk *d = t->d;
    for (size_t i = 0; i < d->n; i++) {
        if (d->bits[i] != l->chance.below || !happens(t, &l->chance, d->bits[i], FOR_REST, i)) continue;
        double y = left_of(l, d->x[i]);
        to[d->trial[i] * apart] += y;
        sum->sum += y, sum->square += y * y, sum->events++;
    }
}

static void place_case(const Turn *t, size_t c)
{
    Desk *d = t->d;
    const Left *l = &t->a->left[c];
    bool apart = by_trial(t->a, c);
    double *to = apart ? d->year[c] : totals(t, c);
    Sum sum = {0}, *kept = &d->sums[t->nth * t->p->cases_n + c];
    for (size_t i = 0; l->each && i < (d->n + 7) / 8 * 8; i++) d->y[i] = left_of(l, d->x[i]);
    Put put = {l->chance.below, l->each ? 1 : l->size};
    if (t->p->kernel->place(d->trial, l->each ? d->y : d->x, d->bits, d->n, put, to, &sum)) place_ties(t, l, to, 1, &sum);
    kept->events += sum.events;
    if (!apart) kept->sum += sum.sum, kept->square += sum.square;
}

static bool plain(const Actor *a, size_t c) { return !by_trial(a, c) && !a->left[c].each; }

/* What is left of the events gathered, in each case: by pairs where nothing but a share is taken. */
static void place_cases(const Turn *t)
{
    Desk *d = t->d;
    for (size_t c = 0; c < t->p->cases_n; c++) {
        const Left *l = &t->a->left[c];
        if (c % 2 || c + 1 == t->p->cases_n || !plain(t->a, c) || !plain(t->a, c + 1)) {
            place_case(t, c);
            continue;
        }
        Sum *sum = &d->sums[t->nth * t->p->cases_n + c];
        double(*to)[2] = d->pairs[c / 2];
        Put put[2] = {{l[0].chance.below, l[0].size}, {l[1].chance.below, l[1].size}};
        if (t->p->kernel->place_two(d->trial, d->x, d->bits, d->n, put, to, sum))
            for (size_t i = 0; i < 2; i++) place_ties(t, &l[i], &to[0][i], 2, &sum[i]);
        c++;
    }
}

static void weigh_case(const Turn *t, size_t c)
{
    Desk *d = t->d;
    const Left *l = &t->a->left[c];
    const double *total = totals(t, c);
    Sum *kept = &d->sums[t->nth * t->p->cases_n + c];
    for (size_t i = 0; i < d->n; i++) {
        if (!happens(t, &l->chance, d->bits[i], FOR_REST, i)) continue;
        if (l->year) d->year[c][d->trial[i]] += left_of(l, d->x[i]);
        else kept->sum += tail_weight(&t->p->tail[c], total[d->trial[i]]) * left_of(l, d->x[i]);
    }
}

static void batch_do(const Turn *t)
{
    Desk *d = t->d;
    if (!d->n) return;
    for (size_t i = d->n; i < (d->n + 7) / 8 * 8; i++) d->trial[i] = d->event[i] = 0;
    draw_normals(t, FOR_SIZE, d->bits, d->z);
    leave_out(t);
    sizes_at(&t->a->primary, t->p->kernel, d->z, d->n, d->x);
    if (t->a->second) add_secondary(t);
    for (size_t c = 0; t->p->tailing && c < t->p->cases_n; c++) weigh_case(t, c);
    if (!t->p->tailing) place_cases(t);
    d->n = 0;
}

static void gather(const Turn *t, uint64_t event, uint64_t trial)
{
    Desk *d = t->d;
    d->event[d->n] = event, d->trial[d->n] = trial;
    if (++d->n == BATCH) batch_do(t);
}

/* --- which events ------------------------------------------------------------------------------------------------------------------- */

/* Of those drawn the ones in trials of the tail: few. */
static void gather_tail(const Turn *t, uint64_t first, size_t n)
{
    const uint64_t *drawn = t->d->drawn;
    const uint8_t *in_tail = t->d->in_tail;
    for (size_t i = 0; i < n; i++)
        if (in_tail[drawn[i]]) gather(t, first + i, drawn[i]);
}

/* A known rate: so many events in the whole block, each in a trial at random. */
static void split_events(const Turn *t)
{
    Desk *d = t->d;
    d->row = !t->p->tailing;
    Stream count = stream_for(t, t->a->whose, FOR_COUNT), where = stream_for(t, t->a->whose, FOR_TRIAL);
    uint64_t events = poisson_draw(&t->a->poisson, stream_uniform(&count, 0));
    for (uint64_t first = 0; first < events && !stopped(t); first += BATCH) {
        size_t n = events - first < BATCH ? (size_t)(events - first) : BATCH;
        t->p->kernel->trials(&where, (uint32_t)first, n, t->p->tailing ? d->drawn : d->trial);
        if (t->p->tailing) {
            gather_tail(t, first, n);
            continue;
        }
        d->n = n, d->first = first;
        batch_do(t);
    }
    batch_do(t);
}

/* Counts of trials from … from + CHUNK - 1; event k of a trial has the number k × BLOCK + trial, whatever other trials have. */
static void count_events(const Turn *t, uint32_t from)
{
    Desk *d = t->d;
    const Counts *c = &t->a->counts;
    double v[CHUNK];
    uint64_t active[CHUNK];
    Stream s = stream_for(t, t->a->whose, FOR_COUNT);
    size_t n = CHUNK;
    if (t->a->common >= 0 && t->a->risk->on_count != 0) {
        t->p->kernel->normals(&s, from, CHUNK, v, d->bits);
        share(t, v, d->place_of, from, CHUNK, t->a->risk->on_count);
    } else t->p->kernel->uniforms(&s, from, CHUNK, v);
    if (c->least) memcpy(active, d->place_of, sizeof active);
    else n = c->n ? t->p->kernel->at_least(v, CHUNK, c->threshold[0], active) : 0;
    for (size_t i = 0; i < n && !stopped(t); i++) {
        uint64_t trial = from + active[i];
        if (t->p->tailing && !d->in_tail[trial]) continue;
        uint64_t events = counts_at(c, v[active[i]]);
        for (uint64_t k = 0; k < events; k++) gather(t, k << BLOCK_BITS | trial, trial);
    }
}

static void counted_events(const Turn *t)
{
    t->d->row = false;
    for (uint32_t from = 0; from < t->limit && !stopped(t); from += CHUNK) count_events(t, from);
    batch_do(t);
}

/* --- a risk ------------------------------------------------------------------------------------------------------------------------- */

static void collect_case(const Turn *t, size_t c)
{
    const Left *l = &t->a->left[c];
    double *year = t->d->year[c];
    for (size_t i = 0; l->year && i < BLOCK; i++) year[i] = layer_retained(&l->risk->year, year[i]);
    t->p->kernel->collect(year, totals(t, c), &t->d->sums[t->nth * t->p->cases_n + c]);
}

static void collect_tail(const Turn *t, size_t c)
{
    const Left *l = &t->a->left[c];
    double *year = t->d->year[c], sum = 0;
    const double *total = totals(t, c);
    for (size_t i = 0; i < t->limit; i++)
        if (year[i] > 0) sum += tail_weight(&t->p->tail[c], total[i]) * layer_retained(&l->risk->year, year[i]);
    memset(year, 0, sizeof t->d->year[c]);
    t->d->sums[t->nth * t->p->cases_n + c].sum += sum;
}

static void actor_do(const Turn *t)
{
    if (t->a->common >= 0) common_prepare(t);
    if (t->a->split) split_events(t);
    else counted_events(t);
    for (size_t c = 0; c < t->p->cases_n; c++) {
        if (t->p->tailing && t->a->left[c].year) collect_tail(t, c);
        if (!t->p->tailing && by_trial(t->a, c)) collect_case(t, c);
    }
}

static void mark_tail(const Turn *t)
{
    memset(t->d->in_tail, 0, sizeof t->d->in_tail);
    for (size_t c = 0; c < t->p->cases_n; c++) {
        const double *total = totals(t, c);
        t->d->years[c] = 0;
        for (size_t i = 0; i < t->limit; i++) {
            double weight = tail_weight(&t->p->tail[c], total[i]);
            t->d->in_tail[i] |= weight > 0, t->d->years[c] += weight;
        }
    }
}

/* What was placed by pairs of cases joins their totals. */
static void pairs_add(const Turn *t)
{
    for (size_t c = 0; c + 1 < t->p->cases_n; c += 2) {
        double *first = totals(t, c), *second = totals(t, c + 1), (*pairs)[2] = t->d->pairs[c / 2];
        for (size_t i = 0; i < BLOCK; i++) first[i] += pairs[i][0], second[i] += pairs[i][1];
        memset(pairs, 0, sizeof t->d->pairs[0]);
    }
}

bool desk_block(Desk *d, uint64_t block)
{
    Plan *p = d->plan;
    uint64_t rest = p->trials - (block << BLOCK_BITS);
    Turn t = {d, p, NULL, 0, (uint32_t)block, rest < BLOCK ? (uint32_t)rest : BLOCK};
    memset(d->sums, 0, p->actors_n * p->cases_n * sizeof *d->sums);
    d->common = -1, d->n = 0;
    if (p->tailing) mark_tail(&t);
    else for (size_t c = 0; c < p->cases_n; c++) memset(totals(&t, c), 0, BLOCK * sizeof(double));
    for (t.nth = 0; t.nth < p->actors_n; t.nth++) {
        t.a = &p->actors[t.nth];
        actor_do(&t);
        if (stopped(&t)) return false;
    }
    if (!p->tailing) pairs_add(&t);
    return true;
}
