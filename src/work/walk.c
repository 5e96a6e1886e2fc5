/*
 * walk.c -- a job that goes through a register, of one organisation or of all, in the order of organisation and number: some records at a time, each time in a transaction of its
 * own, its place in the next job. Which records are left is asked of the records themselves, so that whatever ends the program in between, the rest is done once after the next start.
 */
#include "job/job.h"
#include "work/work.h"

#include <jansson.h>

enum { AT_ONCE = 200, STEP_MS = 100 /* about as long nobody else writes */, PAGE_BYTES_MAX = 128 << 20 };

static Err go_on(Ctx *c, const Walk *w, Str key, RecordPlace after)
{
    return work_enqueue(c, w->kind, key, str_printf(c->a, "{\"org\":%lld,\"after\":%lld}", (long long)after.org, (long long)after.number), c->now);
}

/* In an import this is asked for every record; one job will do. */
Err work_walk_begin(Ctx *c, const Walk *w)
{
    for (size_t i = 0; c->bulk && i < c->bulk->walks_n; i++)
        if (c->bulk->walks[i] == w) return ERR_NONE;
    if (c->bulk && c->bulk->walks_n < COUNT(c->bulk->walks)) c->bulk->walks[c->bulk->walks_n++] = w;
    return go_on(c, w, (Str){0}, (RecordPlace){0});
}

static Err read_place(Ctx *c, const Job *job, RecordPlace *out)
{
    json_t *payload;
    *out = (RecordPlace){0};
    if (!job->payload.n) return ERR_NONE;
    TRY(json_in(c->a, job->payload, job->payload.n, &payload));
    *out = (RecordPlace){json_integer_value(json_object_get(payload, "org")), json_integer_value(json_object_get(payload, "after"))};
    return ERR_NONE;
}

static Err next_records(Ctx *c, const Job *job, const Walk *w, RecordPlace after, size_t limit, Record **list, size_t *n)
{
    Filter filters[WALK_FILTERS_MAX] = {{0}};
    size_t filters_n = w->left(c, filters), whole;
    if (job->org && !after.org) after.org = job->org;
    TRY(record_walk(c->db, c->a, w->res, after, filters, filters_n, limit, list, &whole));
    for (*n = 0; *n < whole && list[*n]->org == list[0]->org;) ++*n; /* the next job begins with the next organisation */
    if (job->org && *n && list[0]->org != job->org) *n = 0;
    return ERR_NONE;
}

/* As the organisation of these records, as any job that is its own. */
static Err some(Ctx *c, const Job *job, const Walk *w, Record *const *list, size_t n)
{
    Principal who = *c->who;
    Ctx there = *c;
    there.who = &who;
    if (!job->org) TRY(org_hold(c->db, list[0]->org));
    if (!job->org) TRY(org_get_row(c->db, c->a, list[0]->org, &who.org));
    return w->some(&there, list, n);
}

/* The records after a place; `n` 0: there are none. In memory that the next ones use again. */
static Err page(Ctx *c, const Job *job, const Walk *w, RecordPlace *after, size_t *n)
{
    Record *list[AT_ONCE];
    TRY(next_records(c, job, w, *after, AT_ONCE, list, n));
    if (!*n) return ERR_NONE;
    TRY(some(c, job, w, list, *n));
    *after = (RecordPlace){list[0]->org, list[*n - 1]->number};
    return ERR_NONE;
}

static void page_guarded(Ctx *c, const Job *job, const Walk *w, RecordPlace *after, size_t *n, Err *e)
{
    jmp_buf full;
    if (ARENA_TRY(c->a, full)) {
        *e = page(c, job, w, after, n);
        arena_end_try(c->a);
    } else {
        *e = err_of(ERR_FULL);
    }
}

static Err pages(Ctx *c, const Job *job, const Walk *w, RecordPlace *after, size_t *n)
{
    Arena own;
    Err e = ERR_NONE;
    Instant began = now_utc(), now = began;
    arena_init(&own, PAGE_BYTES_MAX);
    for (*n = 1; *n && !e.kind && now >= began && now < began + STEP_MS; now = now_utc()) {
        Ctx here = *c;
        here.a = &own;
        page_guarded(&here, job, w, after, n, &e);
        e = (Err){.kind = e.kind, .text = {{str_copy(c->a, e.text.in[JA]), str_copy(c->a, e.text.in[EN])}}};
        arena_reset(&own);
    }
    arena_done(&own);
    return e;
}

Err work_walk(Ctx *c, const Job *job, const Walk *w)
{
    RecordPlace after;
    Record *one;
    size_t n;
    TRY(read_place(c, job, &after));
    bool from_start = !after.org && !after.number;
    TRY(pages(c, job, w, &after, &n));
    if (n) return go_on(c, w, STR("on"), after);
    if (from_start && !after.number) return ERR_NONE; /* there was nothing at all */
    TRY(next_records(c, job, w, (RecordPlace){0}, 1, &one, &n)); /* what came into an earlier place meanwhile */
    return n ? go_on(c, w, STR("on"), (RecordPlace){0}) : ERR_NONE;
}
