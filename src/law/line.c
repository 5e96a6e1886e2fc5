/* line.c -- where in the raw text a path of a JSON document stands: one pass, strings skipped. */
#include "law/inside.h"

Str path_key(Arena *a, Str path, Str key)
{
    return path.n ? str_join(a, path, STR("/"), key) : key;
}

Str path_at(Arena *a, Str path, size_t index)
{
    return path_key(a, path, str_printf(a, "%zu", index));
}

void doc_wrong(const Doc *d, Str path, const char *code, Text why)
{
    mistake_add(d->m, str_printf(d->a, "%.*s:%zu%s%.*s", STR_ARG(d->file), json_line(d->text, path), path.n ? " " : "", STR_ARG(path)), code, why);
}

typedef struct Walk {
    Str t;
    size_t i, line, found;
    size_t depth, into; /* containers open; of those, how many are the ones of the path */
    Str rest, step;     /* steps after this one; the step looked for in the innermost of them */
    size_t index;       /* elements passed there, in an array */
    bool array[JSON_DEPTH_MAX + 2], open; /* open: the next container is the one of the last step */
    bool last;          /* step is the last one */
} Walk;

static void next_step(Walk *w)
{
    size_t slash = str_find(w->rest, STR("/"));
    w->step = str_slice(w->rest, 0, slash == SIZE_MAX ? w->rest.n : slash);
    w->last = slash == SIZE_MAX;
    w->rest = w->last ? (Str){0} : str_slice(w->rest, slash + 1, w->rest.n);
    w->index = 0;
}

/* A key or an element begins in the innermost container of the path. True: found. */
static bool met(Walk *w, bool same)
{
    w->open = same;
    if (same) w->found = w->line;
    return same && w->last;
}

static bool index_is(const Walk *w)
{
    int64_t n = -1;
    return str_int(w->step, &n) && n >= 0 && (size_t)n == w->index;
}

static bool here(const Walk *w)
{
    return w->depth == w->into && w->depth > 0;
}

/* An element of the array that we are in begins at this byte. */
static bool element(Walk *w)
{
    if (!here(w) || !w->array[w->depth] || w->open) return false;
    return met(w, index_is(w));
}

static void bracket_open(Walk *w, char c)
{
    w->depth++;
    if (w->depth < COUNT(w->array)) w->array[w->depth] = c == '[';
    if (w->depth != w->into + 1 || (w->into && !w->open)) return;
    if (w->into) next_step(w);
    w->into++;
    w->open = false;
}

static Str string_pass(Walk *w)
{
    size_t from = ++w->i;
    while (w->i < w->t.n && w->t.s[w->i] != '"') w->i += w->t.s[w->i] == '\\' ? 2 : 1;
    return str_slice(w->t, from, w->i < w->t.n ? w->i : w->t.n);
}

static bool is_key(const Walk *w)
{
    size_t i = w->i + 1;
    while (i < w->t.n && strchr(" \t\r\n", w->t.s[i])) i++;
    return i < w->t.n && w->t.s[i] == ':';
}

static bool string_met(Walk *w)
{
    bool done = element(w);
    Str s = string_pass(w);
    if (done) return true;
    return here(w) && !w->array[w->depth] && is_key(w) && met(w, str_eq(s, w->step));
}

size_t json_line(Str text, Str path)
{
    Walk w = {.t = text, .line = 1, .found = 1, .rest = path};
    next_step(&w);
    for (; path.n && w.i < text.n; w.i++) {
        char c = text.s[w.i];
        if (c == '\n') w.line++;
        else if (c == '"') {
            if (string_met(&w)) return w.found;
        } else if (c == '{' || c == '[') {
            if (element(&w)) return w.found;
            bracket_open(&w, c);
        } else if (c == '}' || c == ']') {
            if (here(&w)) return w.found; /* not there: the line of what is around it */
            w.depth -= w.depth > 0;
        } else if (c == ',' && here(&w)) w.index++, w.open = false;
        else if (!strchr(" \t\r:,", c) && element(&w)) return w.found;
    }
    return w.found;
}
