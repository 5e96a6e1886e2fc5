/*
 * Importer: how records are found by what a sheet calls them. One query per resource, however many rows.
 */
#include "work/import_parts.h"

static uint64_t hash(Str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.s[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static Entry *slot(const Map *m, Str key)
{
    size_t i = (size_t)hash(key) & (m->cap - 1);
    while (m->slots[i].used && !str_eq(m->slots[i].key, key))
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static void grow(Arena *a, Map *m)
{
    Map bigger = {.cap = m->cap ? m->cap * 2 : 256, .n = m->n};
    bigger.slots = arena_array(a, Entry, bigger.cap);
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].used) *slot(&bigger, m->slots[i].key) = m->slots[i];
    *m = bigger;
}

Entry *map_find(const Map *m, Str key)
{
    Entry *e = m->cap ? slot(m, key) : NULL;
    return e && e->used ? e : NULL;
}

Entry *map_put(Arena *a, Map *m, Str key)
{
    if ((m->n + 1) * 2 > m->cap) grow(a, m);
    Entry *e = slot(m, key);
    if (!e->used) *e = (Entry){.key = key, .used = true}, m->n++;
    return e;
}

static Str number_key(Arena *a, int64_t number)
{
    return str_printf(a, "#%lld", (long long)number);
}

Str import_name(Arena *a, Str s)
{
    Buf b;
    s = str_trim(s);
    if (!s.n || !memchr(s.s, '\n', s.n)) return s;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] != '\r') buf_byte(&b, s.s[i] == '\n' ? ' ' : s.s[i]);
    return buf_str(&b);
}

static Str kind_key(Arena *a, const char *kind, Str text)
{
    return str_join(a, str_of(kind), STR(""), str_fold(a, import_name(a, text)));
}

/* Without the forms of companies and without blanks. */
static Str loose_key(Arena *a, Str text)
{
    static const char *const forms[] = {"株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "一般財団法人", "(株)", "(有)", "(同)", " "};
    Str s = str_fold(a, import_name(a, text));
    Buf b;
    buf_init(&b, a, s.n + 1);
    buf_byte(&b, 'l');
    for (size_t i = 0; i < s.n;) {
        size_t skip = 0;
        for (size_t k = 0; k < COUNT(forms) && !skip; k++)
            if (str_starts(str_slice(s, i, s.n), str_of(forms[k]))) skip = strlen(forms[k]);
        if (!skip) buf_byte(&b, s.s[i]);
        i += skip ? skip : 1;
    }
    return buf_str(&b);
}

static void put(Import *im, Index *x, Str key, Target t)
{
    if (key.n < 2) return;
    Entry *e = map_put(im->c->a, &x->by, key);
    bool taken = !id_none(e->target.id) || e->target.row;
    bool same = e->target.row ? e->target.row == t.row : id_eq(e->target.id, t.id);
    if (taken && !same) e->ambiguous = true;
    else e->target = t;
}

void index_title(Import *im, Index *x, Str title, Target t)
{
    if (!str_trim(title).n) return;
    put(im, x, kind_key(im->c->a, "t", title), t);
    put(im, x, loose_key(im->c->a, title), t);
}

void index_other_name(Import *im, Index *x, Str name, Target t)
{
    if (str_trim(name).n) put(im, x, kind_key(im->c->a, "n", name), t);
}

Entry *index_by_number(Import *im, const Index *x, int64_t number)
{
    return map_find(&x->by, number_key(im->c->a, number));
}

/* An entry whose record has another name by now counts no more. */
static Entry *named(const Index *x, Str key)
{
    Entry *e = map_find(&x->by, key);
    return e && (e->target.row || !id_none(e->target.id)) ? e : NULL;
}

static void forget(const Index *x, Str key, Id id)
{
    Entry *e = named(x, key);
    if (e && id_eq(e->target.id, id) && !e->ambiguous) e->target = (Target){{{0}}, NULL};
}

void index_forget_title(Import *im, const Index *x, Str title, Id id)
{
    forget(x, kind_key(im->c->a, "t", title), id);
    forget(x, loose_key(im->c->a, title), id);
}

Entry *index_by_title(Import *im, const Index *x, Str title)
{
    return named(x, kind_key(im->c->a, "t", title));
}

Entry *index_by_any(Import *im, const Index *x, Str text)
{
    Entry *e = index_by_title(im, x, text);
    if (!e) e = named(x, kind_key(im->c->a, "n", text));
    if (e) return e;
    e = named(x, loose_key(im->c->a, text));
    return e && !e->ambiguous ? e : NULL; /* a guess must be the only one */
}

/* What the caller may see; somebody who may not list a resource cannot point to it by name either. */
static Err load(Import *im, Index *x)
{
    Arena *a = im->c->a;
    Err may = access_decide(im->c->who, ACT_LIST, x->res, NULL, NULL);
    int title = import_title(x->res);
    if (may.kind || title < 0) return ERR_NONE;
    bool titles = access_readable(a, im->c->who, x->res)[title];
    TRY(record_names(im->c->db, a, x->res, im->c->who->org.row, &x->names, &x->names_n));
    for (size_t i = 0; i < x->names_n; i++) {
        Name *n = &x->names[i];
        Target t = {.id = n->id};
        if (!titles) n->title = n->also = (Str){0};
        put(im, x, number_key(a, n->number), t);
        index_by_number(im, x, n->number)->title = str_trim(n->title);
        index_title(im, x, n->title, t);
        index_other_name(im, x, n->also, t);
    }
    return ERR_NONE;
}

Err index_for(Import *im, const Resource *res, Index **out)
{
    for (size_t i = 0; i < im->indexes_n; i++)
        if (im->indexes[i].res == res) {
            *out = &im->indexes[i];
            return ERR_NONE;
        }
    *out = &im->indexes[im->indexes_n++];
    **out = (Index){.res = res};
    return load(im, *out);
}

bool number_head(const Resource *res, Str folded, int64_t *out)
{
    size_t n = strlen(res->prefix), i = n + 1;
    if (folded.n < n + 2 || !str_eq_nocase(str_slice(folded, 0, n), str_of(res->prefix)) || folded.s[n] != '-') return false;
    while (i < folded.n && folded.s[i] >= '0' && folded.s[i] <= '9')
        i++;
    return (i == folded.n || folded.s[i] == ' ') && str_int(str_slice(folded, n + 1, i), out);
}
