/*
 * Importer: which record a row is. By our number; by its title where titles are unique; by the title under which it was imported before; where titles are
 * not unique, by what the row says. What stays open is asked, never guessed: a second import of the same workbook makes nothing twice.
 */
#include "work/import_parts.h"

#include <sodium.h>
#include <stdlib.h>

enum { KEY = 16, PAIRS_MAX = 1000000 };

/* --- titles of earlier imports ----------------------------------------------------------------------------------- */

static Str title_hash(Import *im, const char *kind, Str title)
{
    uint8_t *out = arena_alloc(im->c->a, KEY);
    Str folded = str_join(im->c->a, str_of(kind), STR(":"), str_fold(im->c->a, import_name(im->c->a, title)));
    crypto_generichash(out, KEY, (const uint8_t *)folded.s, folded.n, NULL, 0);
    return (Str){(const char *)out, KEY};
}

struct Known { /* records under one title */
    Id *ids;
    size_t n;
};

static void known_add(Arena *a, Map *m, Str key, Id id)
{
    Entry *e = map_put(a, m, key);
    if (!e->known) e->known = arena_new(a, Known);
    Known *k = e->known;
    if (k->n == 0 || (k->n >= 4 && (k->n & (k->n - 1)) == 0)) k->ids = arena_grow(a, k->ids, k->n * sizeof(Id), (k->n ? k->n * 2 : 4) * sizeof(Id));
    k->ids[k->n++] = id;
}

static int name_cmp(const void *a, const void *b)
{
    return memcmp(((const Name *)a)->id.b, ((const Name *)b)->id.b, sizeof(Id));
}

/* All of a resource at once; records that are retired by now do not count. */
static Err known_load(Import *im, Index *x)
{
    Arena *a = im->c->a;
    Cursor at;
    if (x->known_read) return ERR_NONE;
    x->known_read = true;
    Name *sorted = arena_array(a, Name, x->names_n);
    if (x->names_n) memcpy(sorted, x->names, x->names_n * sizeof *sorted), qsort(sorted, x->names_n, sizeof *sorted, name_cmp);
    DB_QUERY(im->c->db, &at, "SELECT key, record FROM import_key WHERE org = ? AND resource = ?", P_INT(im->c->who->org.row), P_TEXT(str_of(x->res->name)));
    while (cursor_next(&at)) {
        Name want = {.id = cursor_id(&at, 1)};
        if (x->names_n && bsearch(&want, sorted, x->names_n, sizeof want, name_cmp)) known_add(a, &x->known, str_copy(a, cursor_blob(&at, 0)), want.id);
    }
    return cursor_close(&at);
}

static Known *known_find(Import *im, const Index *x, Str title)
{
    Entry *e = map_find(&x->known, title_hash(im, x->res->name, title));
    return e ? e->known : NULL;
}

void match_remember(Import *im, const Row *r, Id id)
{
    int title = import_title(r->plan->res);
    if (title < 0 || !r->v[title].text.n) return;
    if (im->learnt_n == im->learnt_cap) {
        size_t cap = im->learnt_cap ? im->learnt_cap * 2 : 256;
        im->learnt = arena_grow(im->c->a, im->learnt, im->learnt_cap * sizeof *im->learnt, cap * sizeof *im->learnt);
        im->learnt_cap = cap;
    }
    im->learnt[im->learnt_n++] = (Learnt){r->plan->res, title_hash(im, r->plan->res->name, r->v[title].text), id};
}

/* Fifty a statement. */
static Err keep_some(Import *im, const Learnt *list, size_t n)
{
    Param p[200];
    Buf b;
    buf_init(&b, im->c->a, 1024);
    buf_addc(&b, "INSERT INTO import_key (org, resource, key, record) VALUES ");
    for (size_t i = 0; i < n; i++) {
        buf_addc(&b, i ? ", (?, ?, ?, ?)" : "(?, ?, ?, ?)");
        p[4 * i] = P_INT(im->c->who->org.row), p[4 * i + 1] = P_TEXT(str_of(list[i].res->name));
        p[4 * i + 2] = P_BLOB(list[i].key), p[4 * i + 3] = P_ID(list[i].id);
    }
    buf_addc(&b, " ON CONFLICT (org, resource, key, record) DO NOTHING");
    return db_exec(im->c->db, str_c(im->c->a, buf_str(&b)), p, 4 * n, NULL);
}

Err match_keep(Import *im)
{
    for (size_t i = 0; i < im->learnt_n; i += 50)
        TRY(keep_some(im, &im->learnt[i], im->learnt_n - i < 50 ? im->learnt_n - i : 50));
    return ERR_NONE;
}

/* --- one row ------------------------------------------------------------------------------------------------------- */

static bool is_new_word(Str folded)
{
    return str_eqc(folded, "新規") || str_eqc(folded, "new");
}

/* The column of our numbers: found is the record named there. False: a mistake was told. A running number of somebody's own list is none of ours. */
static bool by_number(Import *im, Row *r, const Index *x, const Entry **found)
{
    const ImportColumn *col = import_column(r, FIELD_NUMBER);
    int64_t number;
    if (!col) return true;
    Cell cell = import_cell(im, r, col);
    Str text = str_trim(str_fold(im->c->a, cell.text));
    r->fresh = is_new_word(text);
    if (!number_head(x->res, text, &number)) return true;
    *found = index_by_number(im, x, number);
    if (*found) return true;
    import_say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "番号「{0}」の記録はありません。新しい記録なら空欄にしてください。",
        "There is no record with number “{0}”. Leave it empty for a new record.", cell.text));
    return false;
}

static void the_same(Import *im, const Row *r, const Row *other)
{
    import_say(im, r, r->plan->columns[0].column, "unique", TEXT_FILL(im->c->a, "{0} と同じ記録です。1 行にまとめてください。", "The same record as {0}. Keep one row.",
        import_place(im, other, other->plan->columns[0].column)));
}

static Entry *claim_of(Import *im, Index *x, Id id)
{
    return map_put(im->c->a, &x->by, str_join(im->c->a, STR("c"), STR(""), (Str){(const char *)id.b, sizeof id.b}));
}

/* False: another row is this record already. */
static bool claim(Import *im, Row *r, Index *x, Id id)
{
    Entry *e = claim_of(im, x, id);
    if (e->target.row) {
        the_same(im, r, e->target.row);
        return false;
    }
    e->target.row = r;
    r->id = id;
    return true;
}

/* Others may point to it by its title; a title that a record has already stays with that record. */
static void announce(Import *im, Row *r, Index *x, Str title)
{
    if (r->fresh || !index_by_title(im, x, title)) index_title(im, x, title, (Target){r->id, r});
}

Err row_identify(Import *im, Row *r, Index *x)
{
    const Entry *found = NULL;
    int title = import_title(x->res);
    const ImportColumn *col = title >= 0 ? import_column(r, title) : NULL;
    if (!by_number(im, r, x, &found)) return ERR_NONE;
    Str text = col ? str_trim(import_cell(im, r, col).text) : (Str){0};
    bool unique = text.n && (x->res->fields[title].flags & UNIQUE);
    if (!found && unique) found = index_by_title(im, x, text);
    if (found && id_none(found->target.id)) {
        the_same(im, r, found->target.row);
        return ERR_NONE;
    }
    if (found && !claim(im, r, x, found->target.id)) return ERR_NONE;
    if (found && text.n && found->title.n && !str_eq(str_fold(im->c->a, found->title), str_fold(im->c->a, text))) index_forget_title(im, x, found->title, r->id);
    if (!found && unique) {
        TRY(known_load(im, x));
        const Known *k = known_find(im, x, text); /* renamed here since it was imported */
        if (k && k->n == 1 && !claim_of(im, x, k->ids[0])->target.row) claim(im, r, x, k->ids[0]);
    }
    if (text.n) announce(im, r, x, text);
    return ERR_NONE;
}

bool disposed_mark(Import *im, const Row *r, const ImportColumn *col)
{
    if (!r->old || r->old->v[col->field].state != VALUE_DISPOSED) return false;
    Str s = str_fold(im->c->a, str_trim(import_cell(im, r, col).text));
    return !s.n || str_eqc(s, "(廃棄済み)") || str_eqc(s, "(disposed of)");
}

void row_take_old(Import *im, Row *r, Record *old)
{
    r->old = old;
    r->id = old->id;
    r->version = old->version;
    for (size_t i = 0; i < old->res->fields_n; i++) {
        const ImportColumn *col = import_column(r, (int)i);
        if (!col || disposed_mark(im, r, col)) r->v[i] = old->v[i];
    }
}

/* --- groups: titles that are not unique ---------------------------------------------------------------------------- */

typedef struct Candidate {
    Id id;
    Record *r;
    bool before; /* came by an import under this title */
    bool taken;
} Candidate;

typedef struct Group {
    Row *rows; /* linked by next, in the order of the sheet */
    size_t rows_n;
    Candidate *list;
    size_t n;
} Group;

/* What the row says is what the record says. `strict`: an empty cell wants an empty value. */
static bool says_the_same(Import *im, Row *r, const Record *old, bool strict)
{
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const ImportColumn *col = &r->plan->columns[i];
        const Field *f = import_field(r, col);
        if (!f || (!strict && !str_trim(import_cell(im, r, col).text).n)) continue;
        if (!values_equal(f, &r->v[col->field], &old->v[col->field])) return false;
    }
    return true;
}

static void pair(Import *im, Row *r, Candidate *k)
{
    k->taken = true;
    row_take_old(im, r, k->r);
}

static void pair_equal(Import *im, Group *g, bool strict)
{
    for (Row *r = g->rows; r; r = r->next)
        for (size_t i = 0; i < g->n && !r->old; i++) {
            Candidate *k = &g->list[i];
            if (k->taken || !k->r || (r->fresh && !k->before)) continue;
            if (refs_fill(im, r) && says_the_same(im, r, k->r, strict)) pair(im, r, k);
        }
}

static Row *only_open(Group *g, size_t *n)
{
    Row *one = NULL;
    *n = 0;
    for (Row *r = g->rows; r; r = r->next)
        if (!r->old && !r->fresh) one = one ? one : r, ++*n;
    return one;
}

static Candidate *only_left(Group *g, bool before, size_t *n)
{
    Candidate *one = NULL;
    *n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (!g->list[i].taken && g->list[i].r && g->list[i].before == before) one = one ? one : &g->list[i], ++*n;
    return one;
}

static void ask(Import *im, const Group *g)
{
    Buf b;
    size_t shown = 0;
    buf_init(&b, im->c->a, 64);
    for (size_t i = 0; i < g->n && shown < 5; i++)
        if (!g->list[i].taken && g->list[i].r) buf_printf(&b, "%s%.*s", shown++ ? ", " : "", STR_ARG(record_label(im->c->a, g->list[i].r)));
    for (Row *r = g->rows; r; r = r->next) {
        if (r->old || r->fresh) continue;
        int title = import_title(r->plan->res);
        const ImportColumn *col = import_column(r, title);
        import_say(im, r, col ? col->column : r->plan->columns[0].column, "which",
            TEXT_FILL(im->c->a, "同じ名前の記録（{0}）があり、どれの行か分かりません。「番号」の列を作って番号を書くか、新しい記録なら「新規」と書いてください。",
                "Records of this name exist ({0}), and which one the row is cannot be told. Give its number in a column “番号”, or write “新規” (new) there.", buf_str(&b)));
    }
}

static void by_age(Group *g)
{
    for (size_t i = 1; i < g->n; i++) {
        Candidate one = g->list[i];
        size_t k = i;
        for (; k && one.r && (!g->list[k - 1].r || g->list[k - 1].r->number > one.r->number); k--)
            g->list[k] = g->list[k - 1];
        g->list[k] = one;
    }
}

static void match_group(Import *im, Group *g)
{
    size_t rows, before, others;
    if (g->rows_n * g->n > PAIRS_MAX) {
        ask(im, g);
        return;
    }
    by_age(g);
    pair_equal(im, g, true);
    pair_equal(im, g, false);
    Row *r = only_open(g, &rows);
    if (!rows) return;
    Candidate *k = only_left(g, true, &before);
    only_left(g, false, &others);
    if (rows == 1 && before == 1) pair(im, r, k); /* it came from here, and only its content changed */
    else if (before || others) ask(im, g);
}

static bool by_title(const Row *r)
{
    int title = import_title(r->plan->res);
    return title >= 0 && !(r->plan->res->fields[title].flags & UNIQUE) && id_none(r->id) && r->v[title].text.n;
}

static void candidate_add(Group *g, Id id, bool before)
{
    for (size_t i = 0; i < g->n; i++)
        if (id_eq(g->list[i].id, id)) return;
    g->list[g->n++] = (Candidate){.id = id, .before = before};
}

/* Records of the same title by now, and those that came under it before; without those that a row names by number. */
static void candidates(Import *im, Index *x, Str title, const Map *same, Group *g)
{
    const Known *k = known_find(im, x, title);
    const Entry *now = map_find(same, title_hash(im, "now", title));
    const Known *also = now ? now->known : NULL;
    g->list = arena_array(im->c->a, Candidate, (k ? k->n : 0) + (also ? also->n : 0));
    for (size_t i = 0; k && i < k->n; i++)
        if (!claim_of(im, x, k->ids[i])->target.row) candidate_add(g, k->ids[i], true);
    for (size_t i = 0; also && i < also->n; i++)
        if (!claim_of(im, x, also->ids[i])->target.row) candidate_add(g, also->ids[i], false);
}

static Err load_candidates(Import *im, const Resource *res, Group *groups, size_t n)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        total += groups[i].n;
    Id *ids = arena_array(im->c->a, Id, total);
    Record **found = arena_array(im->c->a, Record *, total);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < groups[i].n; k++)
            ids[at++] = groups[i].list[k].id;
    TRY(record_get_many(im->c->db, im->c->a, res, im->c->who->org.row, ids, total, found));
    at = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < groups[i].n; k++)
            groups[i].list[k].r = found[at++];
    return ERR_NONE;
}

/* Rows of one resource by title, each group in the order of the sheet. */
static size_t group_rows(Import *im, const Resource *res, Group *groups)
{
    Map by = {0};
    size_t n = 0;
    for (size_t i = im->rows_n; i-- > 0;) { /* from the last, so that each is put before the later ones */
        Row *r = &im->rows[i];
        if (r->plan->res != res || !by_title(r)) continue;
        Entry *e = map_put(im->c->a, &by, title_hash(im, "group", r->v[import_title(res)].text));
        if (!e->number) e->number = ++n;
        Group *g = &groups[e->number - 1];
        r->next = g->rows;
        g->rows = r;
        g->rows_n++;
    }
    return n;
}

static Err match_resource(Import *im, Index *x)
{
    Map same = {0};
    Group *groups = arena_array(im->c->a, Group, im->rows_n);
    size_t n = group_rows(im, x->res, groups);
    int title = import_title(x->res);
    if (!n) return ERR_NONE;
    TRY(known_load(im, x));
    for (size_t i = 0; i < x->names_n; i++)
        if (x->names[i].title.n) known_add(im->c->a, &same, title_hash(im, "now", x->names[i].title), x->names[i].id);
    for (size_t i = 0; i < n; i++)
        candidates(im, x, groups[i].rows->v[title].text, &same, &groups[i]);
    TRY(load_candidates(im, x->res, groups, n));
    for (size_t i = 0; i < n; i++)
        if (groups[i].n) match_group(im, &groups[i]);
    return ERR_NONE;
}

Err match_groups(Import *im)
{
    for (size_t i = 0; i < im->indexes_n; i++)
        TRY(match_resource(im, &im->indexes[i]));
    return ERR_NONE;
}
