/* pairs.c -- a register at two instants, record by record, with the versions between; stretch by stretch, so that memory does not grow with it. */
#include "risk/parts.h"

bool was_there(const Past *p)
{
    return p && !p->record->removed;
}

void stretch_pairs(Ctx *c, const Stretch *s, void (*visit)(Ctx *c, const Pair *p, void *state), void *state)
{
    for (size_t b = 0, a = 0, v = 0; b < s->before_n || a < s->after_n;) {
        int64_t at_b = b < s->before_n ? s->before[b].record->number : INT64_MAX, at_a = a < s->after_n ? s->after[a].record->number : INT64_MAX;
        int64_t number = at_b < at_a ? at_b : at_a;
        Pair p = {.before = at_b == number ? &s->before[b++] : NULL, .after = at_a == number ? &s->after[a++] : NULL};
        while (v < s->versions_n && s->versions[v].record->number < number)
            v++;
        p.versions = s->versions + v;
        while (v < s->versions_n && s->versions[v].record->number == number)
            v++, p.versions_n++;
        visit(c, &p, state);
    }
}

static Err one_stretch(Ctx *c, const Resource *res, int64_t after, int64_t last, Pairs *p)
{
    Stretch *s = arena_new(c->a, Stretch);
    TRY(work_past(c, res, after, last, p->from, s->before, &s->before_n));
    TRY(work_past(c, res, after, last, p->until, s->after, &s->after_n));
    TRY(work_past_versions(c, res, after, last, p->from, p->until, &s->versions, &s->versions_n, &p->cut));
    TRY(p->stretch(c, s, p->state));
    if (p->out) report_settle(p->out);
    return ERR_NONE;
}

static void arena_gone(void *arena)
{
    arena_done(arena);
}

Err pairs_each(Ctx *c, const Resource *res, Pairs *p)
{
    enum { STRETCH_BYTES = 64 << 20 };
    Arena *scratch = arena_new(c->a, Arena);
    Ctx stretch = *c;
    int64_t after = 0, last;
    arena_init(scratch, STRETCH_BYTES);
    arena_defer(c->a, arena_gone, scratch);
    stretch.a = scratch;
    for (size_t seen = 0; seen < EACH_MAX; seen += STRETCH, after = last) {
        TRY(work_stretch(&stretch, res, after, STRETCH, &last));
        if (!last) return p->all = true, ERR_NONE;
        TRY(one_stretch(&stretch, res, after, last, p));
        arena_reset(scratch);
    }
    return ERR_NONE;
}
