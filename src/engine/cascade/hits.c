/*
 * hits.c -- which nodes are hit in which scenario, by own chance and by common causes. Each node is drawn by itself, from (seed, its identifier, block of scenarios): what else is in
 * the net, the order of the nodes, threads and engines change nothing. Nodes that are seldom hit jump from hit to hit over a block of 4,096 scenarios, so that the work is the hits and one
 * draw for each node and block; the others draw 512 scenarios at once, bit by bit of their chance, until every scenario has decided.
 */
#include "inside.h"

#define SELDOM (1.0 / 256)  /* gaps over a block */
#define RATHER (1.0 / 32)   /* gaps over 512 scenarios; above, by bits */
#define TWO_64 0x1p64

enum { FEW_LANES = 24, OWN_BLOCK = 0 << 24, OWN = 1 << 24, CAUSE = 2 << 24, HIT = 3 << 24 }; /* purposes, in the upper bits of the number of a draw */

/* 1 - (1 - chance)^n for n = 2^doublings. */
static double once_in(double chance, int doublings)
{
    for (int i = 0; i < doublings; i++) chance = chance * (2 - chance);
    return chance;
}

/* From a word that is below chance-of-any · 2^64, or any word: how many scenarios go by without a hit. */
static double gap(double u, double log_left)
{
    return draw_log_left(u) / log_left;
}

/* --- 512 scenarios of one thing ------------------------------------------------------------------------------------------- */
static void row_by_gaps(uint64_t seed, uint64_t id, uint32_t batch, uint32_t purpose, double chance, Row *out)
{
    Draw d = draw_at(seed, id, batch, purpose);
    double log_left = draw_log_left(chance), at = 0, any = once_in(chance, 9) * TWO_64;
    uint64_t word = draw_word(d, 0);
    if ((double)word >= any) return;
    for (uint32_t i = 1; at < CASCADE_LANES; i++) {
        double g = gap(i == 1 ? ((double)word + 0.5) / TWO_64 : draw_unit(word), log_left);
        if (i == 1 && g >= CASCADE_LANES) g = CASCADE_LANES - 1; /* rounding */
        if (!(at + g < CASCADE_LANES)) return;
        at += (double)(uint32_t)g;
        out->w[(uint32_t)at >> 6] |= 1ull << ((uint32_t)at & 63);
        at++;
        if (!(i & 1)) d = draw_at(seed, id, batch, purpose + i / 2);
        word = draw_word(d, i & 1);
    }
}

static bool any_left(const Row *r)
{
    uint64_t any = 0;
    for (int i = 0; i < ROW_WORDS; i++) any |= r->w[i];
    return any != 0;
}

/* Compares 512 numbers with the chance from the first binary digit on. Only scenarios of `open` are asked; it is used up. */
static void row_by_bits(uint64_t seed, uint64_t id, uint32_t batch, uint32_t purpose, double chance, Row *open, Row *out)
{
    if (chance >= 1) {
        for (int i = 0; i < ROW_WORDS; i++) out->w[i] |= open->w[i];
        return;
    }
    uint64_t digits = (uint64_t)(chance * TWO_64);
    for (uint32_t bit = 0; bit < 64 && any_left(open); bit++) {
        uint64_t one = digits >> (63 - bit) & 1 ? ~0ull : 0;
        for (uint32_t i = 0; i < ROW_WORDS / 2; i++) {
            Draw d = draw_at(seed, id, batch, purpose + bit * (ROW_WORDS / 2) + i);
            for (int half = 0; half < 2; half++) {
                uint64_t r = draw_word(d, half), *o = &open->w[2 * i + half];
                out->w[2 * i + half] |= *o & one & ~r;
                *o &= ~(one ^ r);
            }
        }
    }
}

static void row_of(uint64_t seed, uint64_t id, uint32_t batch, uint32_t purpose, double chance, Row *out)
{
    Row open;
    if (chance < RATHER) {
        row_by_gaps(seed, id, batch, purpose, chance, out);
        return;
    }
    memset(&open, 0xff, sizeof open);
    row_by_bits(seed, id, batch, purpose, chance, &open, out);
}

/* --- common causes --------------------------------------------------------------------------------------------------------- */
/* Few scenarios have the cause: each asks by itself. Which way is taken depends on the cause alone, that is on the draws. */
static void hit_by_lanes(uint64_t seed, uint64_t id, uint32_t batch, double chance, const Row *cause, Row *out)
{
    double below = chance * TWO_64;
    for (uint32_t i = 0; i < ROW_WORDS; i++)
        for (uint64_t left = cause->w[i]; left; left &= left - 1) {
            uint32_t lane = i * 64 + (uint32_t)__builtin_ctzll(left);
            if (chance >= 1 || (double)draw_word(draw_at(seed, id, batch, HIT + (1 << 20) + lane), 0) < below) out->w[i] |= left & -left;
        }
}

static void hits_of_cause(const Hits *h, const CascadeCause *c, uint64_t cause_id, uint32_t batch, Lanes *l)
{
    const CascadePlan *p = h->p;
    Row cause = {{0}};
    if (c->chance <= 0) return;
    row_of(h->seed, cause_id, batch, CAUSE, c->chance, &cause);
    int there = 0;
    for (int i = 0; i < ROW_WORDS; i++) there += __builtin_popcountll(cause.w[i]);
    if (!there) return;
    for (uint32_t i = 0; i < c->n; i++) {
        const CascadeHit *hit = &p->net->hits[c->first + i];
        uint32_t v = p->inner[hit->node];
        uint64_t id = draw_mix(cause_id ^ draw_mix(p->id[v]));
        Row got = {{0}}, open = cause;
        if (hit->chance <= 0) continue;
        if (there <= FEW_LANES) hit_by_lanes(h->seed, id, batch, hit->chance, &cause, &got);
        else row_by_bits(h->seed, id, batch, HIT, hit->chance, &open, &got);
        if (!any_left(&got)) continue;
        lanes_touch(l, v);
        for (int w = 0; w < ROW_WORDS; w++) l->x[v].w[w] |= got.w[w];
    }
}

/* --- nodes by themselves ----------------------------------------------------------------------------------------------------- */
static bool is_seldom(double chance)
{
    return chance > 0 && chance < SELDOM;
}

void hits_plan(Arena *a, CascadePlan *p)
{
    for (uint32_t v = 0; v < p->n; v++) {
        double chance = p->net->nodes[v].chance;
        p->sparse_n += is_seldom(chance);
        p->frequent_n += chance >= SELDOM;
    }
    p->sparse = arena_array(a, Sparse, p->sparse_n);
    p->frequent = arena_array(a, uint32_t, p->frequent_n);
    size_t seldom = 0, often = 0;
    for (uint32_t v = 0; v < p->n; v++) {
        double chance = p->net->nodes[p->outer[v]].chance;
        if (is_seldom(chance)) p->sparse[seldom++] = (Sparse){p->id[v], (uint64_t)(once_in(chance, 12) * TWO_64), draw_log_left(chance), v};
        else if (chance >= SELDOM) p->frequent[often++] = v;
    }
}

void hits_init(Arena *a, const CascadePlan *p, uint64_t seed, Hits *h)
{
    *h = (Hits){.p = p, .seed = seed, .link = arena_array(a, uint32_t, p->sparse_n), .at = arena_array(a, uint16_t, p->sparse_n), .drawn = arena_array(a, uint16_t, p->sparse_n)};
}

static void later(Hits *h, uint32_t i, uint32_t at)
{
    h->at[i] = (uint16_t)at;
    h->link[i] = h->head[at / CASCADE_LANES];
    h->head[at / CASCADE_LANES] = i + 1;
}

void hits_begin(Hits *h, uint32_t block)
{
    const CascadePlan *p = h->p;
    memset(h->head, 0, sizeof h->head);
    h->block = block;
    for (uint32_t i = 0; i < p->sparse_n; i++) {
        uint64_t word = draw_word(draw_at(h->seed, p->sparse[i].id, block, OWN_BLOCK), 0);
        if (word >= p->sparse[i].below) continue;
        double g = gap(((double)word + 0.5) / TWO_64, p->sparse[i].log_left);
        h->drawn[i] = 1;
        later(h, i, g < BLOCK_LANES ? (uint32_t)g : BLOCK_LANES - 1);
    }
}

/* The hits of one node in this batch; then it waits for the batch of its next hit. */
static void seldom(Hits *h, uint32_t i, uint32_t end, Lanes *l)
{
    const Sparse *s = &h->p->sparse[i];
    uint32_t at = h->at[i];
    while (at < end) {
        lanes_hit(l, s->node, at % CASCADE_LANES);
        uint32_t number = h->drawn[i]++;
        double g = gap(draw_unit(draw_word(draw_at(h->seed, s->id, h->block, OWN_BLOCK + number / 2), number & 1)), s->log_left);
        if (!(at + 1 + g < BLOCK_LANES)) return;
        at += 1 + (uint32_t)g;
    }
    later(h, i, at);
}

void hits_batch(Hits *h, uint32_t batch, Lanes *l)
{
    const CascadePlan *p = h->p;
    uint32_t number = h->block * BATCHES + batch, next;
    for (uint32_t i = h->head[batch]; i; i = next) {
        next = h->link[i - 1];
        seldom(h, i - 1, (batch + 1) * CASCADE_LANES, l);
    }
    for (size_t i = 0; i < p->frequent_n; i++) {
        uint32_t v = p->frequent[i];
        Row got = {{0}};
        row_of(h->seed, p->id[v], number, OWN, p->net->nodes[p->outer[v]].chance, &got);
        if (!any_left(&got)) continue;
        lanes_touch(l, v);
        for (int w = 0; w < ROW_WORDS; w++) l->x[v].w[w] |= got.w[w];
    }
    for (size_t i = 0; i < p->net->causes_n; i++) hits_of_cause(h, &p->net->causes[i], p->cause_id[i], number, l);
}

void hits_cut(Lanes *l)
{
    size_t words = ((size_t)l->p->n + 63) / 64;
    for (size_t w = 0; w < words && l->lanes < CASCADE_LANES; w++)
        for (uint64_t left = l->live[w]; left; left &= left - 1)
            for (uint32_t i = 0; i < ROW_WORDS; i++) {
                uint64_t keep = l->lanes <= i * 64 ? 0 : l->lanes >= i * 64 + 64 ? ~0ull : (1ull << (l->lanes & 63)) - 1;
                l->x[w * 64 + (uint32_t)__builtin_ctzll(left)].w[i] &= keep;
            }
}
