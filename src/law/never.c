/* never.c -- what can never be true: conditions that are asked for together and shut each other out, and a rule that its own exception always removes. */
#include "law/check.h"

enum { TOGETHER_MAX = 64 };

/* Of a version: which "all" were looked at with the one around them. */
typedef struct Never { const Part *p; const json_t *inner[LAW_CONDITIONS_MAX]; size_t n; } Never;
/* What must all be true at once. */
typedef struct Together { const Part *p; Never *of; const json_t *list[TOGETHER_MAX]; Str paths[TOGETHER_MAX]; bool denied[TOGETHER_MAX]; size_t n; } Together;

/* "all" within "all" is one; what "none" holds must be false. */
static void gather(Together *t, const json_t *c, Str path, bool denied)
{
    const json_t *all = json_object_get(c, "all"), *none = json_object_get(c, "none"), *list = denied ? NULL : all ? all : none;
    for (size_t i = 0; i < json_array_size(list); i++) gather(t, json_array_get(list, i), path_at(t->p->c->a, path_of(t->p->c->a, path, all ? "all" : "none"), i), none != NULL && !all);
    if (list && t->of->n < LAW_CONDITIONS_MAX) t->of->inner[t->of->n++] = c;
    if (list || t->n == TOGETHER_MAX) return;
    t->list[t->n] = c, t->paths[t->n] = path, t->denied[t->n++] = denied;
}

static bool same_key(const json_t *x, const json_t *y, const char *key)
{
    const json_t *a = json_object_get(x, key), *b = json_object_get(y, key);
    return (!a && !b) || (a && b && json_equal(a, b));
}

/* Do both look at the same thing? */
static bool same_thing(const json_t *x, const json_t *y)
{
    static const char *const keys[] = {"fact", "judgement", "measure", "of", "kind", "class", "area", "precision", "with"};
    if (!json_object_get(x, "fact") && !json_object_get(x, "judgement") && !json_object_get(x, "measure")) return false;
    for (size_t i = 0; i < COUNT(keys); i++)
        if (!same_key(x, y, keys[i])) return false;
    return true;
}

typedef struct Span { int64_t lo, hi; } Span;

/* The numbers or days that a condition lets through; all of them where it asks for something else. */
static Span span_of(const json_t *c)
{
    static const struct { const char *key; int64_t more; bool upper; } bounds[] = {{"at_least", 0, false}, {"more_than", 1, false}, {"at_most", 0, true}, {"less_than", -1, true}};
    Span out = {INT64_MIN, INT64_MAX};
    Day after = day_at(c, "on_or_after"), before = day_at(c, "on_or_before");
    if (after != DAY_NONE) out.lo = after;
    if (before != DAY_NONE) out.hi = before;
    for (size_t i = 0; i < COUNT(bounds); i++) {
        const json_t *amount = json_object_get(c, bounds[i].key), *n = json_object_get(amount, "n");
        if (!json_is_integer(n)) continue;
        int64_t k = scaled(json_integer_value(n), unit_factor(text_at(amount, "unit"))) + bounds[i].more;
        if (bounds[i].upper) out.hi = k;
        else out.lo = k;
    }
    return out;
}

static bool disjoint(const json_t *x, const json_t *y)
{
    for (size_t i = 0; i < json_array_size(x); i++)
        for (size_t k = 0; k < json_array_size(y); k++)
            if (json_equal(json_array_get(x, i), json_array_get(y, k))) return false;
    return json_array_size(x) && json_array_size(y);
}

static bool shut_out(const json_t *x, const json_t *y)
{
    Span a = span_of(x), b = span_of(y);
    const json_t *is = json_object_get(x, "is"), *other = json_object_get(y, "is");
    return a.lo > b.hi || b.lo > a.hi || (is && other && !json_equal(is, other)) || disjoint(json_object_get(x, "in"), json_object_get(y, "in"));
}

/* The same condition, but for what is written around it. */
static bool same_condition(const json_t *x, const json_t *y)
{
    static const char *const keys[] = {"is", "in", "includes_any", "includes_all", "at_least", "more_than", "at_most", "less_than", "on_or_after", "on_or_before"};
    if (!same_thing(x, y)) return false;
    for (size_t i = 0; i < COUNT(keys); i++)
        if (!same_key(x, y, keys[i])) return false;
    return true;
}

static void together_check(const Together *t)
{
    for (size_t i = 1; i < t->n; i++)
        for (size_t k = 0; k < i; k++) {
            bool never = t->denied[i] != t->denied[k] ? same_condition(t->list[i], t->list[k]) : !t->denied[i] && same_thing(t->list[i], t->list[k]) && shut_out(t->list[i], t->list[k]);
            if (!never) continue;
            doc_wrong(&t->p->d, t->paths[i], "range", TEXT_FILL(t->p->c->a, "{0} と同時には成り立ちません。これらは決して該当しません。", "This and {0} are never true together: it can never be met.", t->paths[k]));
            return;
        }
}

static void all_check(void *self, const json_t *c, Str path, size_t depth)
{
    Never *of = self;
    UNUSED(depth);
    for (size_t i = 0; i < of->n; i++)
        if (of->inner[i] == c) return;
    if (!json_object_get(c, "all")) return;
    Together *t = arena_new(of->p->c->a, Together);
    t->p = of->p, t->of = of;
    gather(t, c, path, false);
    together_check(t);
}

/* An exception that is one of the things that must be true removes whatever is met. */
static void exceptions_check(const Part *p, Never *of)
{
    const json_t *list = json_object_get(p->json, "except");
    Together *t = arena_new(p->c->a, Together);
    t->p = p, t->of = of;
    gather(t, json_object_get(p->json, "condition"), path_of(p->c->a, p->path, "condition"), false);
    for (size_t i = 0; i < json_array_size(list); i++)
        for (size_t k = 0; k < t->n; k++)
            if (!t->denied[k] && same_condition(t->list[k], json_object_get(json_array_get(list, i), "when")))
                doc_wrong(&p->d, path_of(p->c->a, path_at(p->c->a, path_of(p->c->a, p->path, "except"), i), "when"), "range",
                    TEXT_FILL(p->c->a, "{0} と同じ条件です。該当するものがすべて除かれます。", "The same condition as {0}: it removes all that is met.", t->paths[k]));
}

void never_check(const Part *p)
{
    Never *of = arena_new(p->c->a, Never);
    of->p = p;
    each_condition(p, all_check, of);
    exceptions_check(p, of);
}
