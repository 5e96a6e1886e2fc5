/*
 * Importer: references by number or name, also to rows of the same book; missing ones are made where the plan says so.
 */
#include "work/import_parts.h"

#include <stdlib.h>

/* --- missing targets ---------------------------------------------------------------------------------------------- */

/* A record of which nothing but its title is needed. */
static bool may_make(Import *im, const Resource *res)
{
    int title = import_title(res);
    return import_name_is_enough(res) && !access_decide(im->c->who, ACT_IMPORT, res, NULL, NULL).kind && access_writable(im->c->a, im->c->who, res)[title];
}

/* A row without a sheet of its own: mistakes are told at the cell that asked for it. */
static Row *make_row(Import *im, const Row *asked, const ImportColumn *col, const Resource *res, Value title)
{
    Arena *a = im->c->a;
    Row *r = arena_new(a, Row);
    ImportSheet *plan = arena_new(a, ImportSheet);
    plan->columns = arena_new(a, ImportColumn);
    plan->columns[0] = (ImportColumn){.column = col->column, .heading = col->heading, .field = import_title(res)};
    plan->sheet = asked->plan->sheet, plan->res = res, plan->heading_row = asked->plan->heading_row, plan->columns_n = 1;
    *r = (Row){.plan = plan, .sheet = asked->sheet, .row = asked->row, .v = arena_array(a, Value, res->fields_n), .next = im->made};
    r->v[import_title(res)] = title;
    im->made = r;
    return r;
}

/* False: it could not be made; if that was a mistake of the cell, it was told. */
static bool make_target(Import *im, const Row *r, const ImportColumn *col, const Resource *res, Index *x, Str text, Target *out)
{
    Cell cell = {.text = text};
    Value title;
    if (!col->create || !may_make(im, res)) return false;
    if (!import_value(im->c->a, &res->fields[import_title(res)], &cell, 1, import_place(im, r, col->column), &title, &im->m)) return true;
    *out = (Target){.row = make_row(im, r, col, res, title)};
    index_title(im, x, text, *out);
    return true;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static void not_found(Import *im, const Row *r, const ImportColumn *col, const Resource *res, Str text)
{
    import_say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "「{0}」という{1}が見つかりません。", "There is no {2} “{0}”.", text, res->label.in[JA], res->label.in[EN]));
}

static void several(Import *im, const Row *r, const ImportColumn *col, const Resource *res, Str text)
{
    import_say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "「{0}」に当たる{1}が複数あります。番号（{3}-0001 の形）で指定してください。",
        "There is more than one {2} called “{0}”. Use its number ({3}-0001).", text, res->label.in[JA], res->label.in[EN], str_of(res->prefix)));
}

static void resolve_one(Import *im, const Row *r, Pending *p, const Resource *res, Index *x, Str text)
{
    int64_t number;
    Str folded = str_trim(str_fold(im->c->a, text));
    Entry *e = number_head(res, folded, &number) ? index_by_number(im, x, number) : NULL;
    if (!e) e = index_by_any(im, x, folded);
    Target t = e ? e->target : (Target){0};
    if (!e && !make_target(im, r, p->column, res, x, str_trim(text), &t)) not_found(im, r, p->column, res, text);
    else if (e && e->ambiguous) several(im, r, p->column, res, text);
    else if (t.row || !id_none(t.id)) p->targets[p->n++] = t;
}

/* The next name of a list divided by 、 , ; or line ends. */
static bool next_name(Str *rest, size_t skip, Str *out)
{
    size_t i = skip, mark = 0;
    if (!rest->n) return false;
    for (; i < rest->n && !mark; i++) {
        Str tail = str_slice(*rest, i, rest->n);
        if (strchr(",;\n", rest->s[i])) mark = 1;
        else if (str_starts(tail, STR("、")) || str_starts(tail, STR("，")) || str_starts(tail, STR("；")) || str_starts(tail, STR("､"))) mark = 3;
    }
    size_t end = mark ? i - 1 : rest->n;
    *out = str_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end + mark, rest->n);
    return true;
}

/* How far the head of a list goes without question: "A-0001 " and the whole title of that record, commas and all. */
static size_t sure_head(Import *im, const Resource *res, const Index *x, Str text)
{
    int64_t number;
    size_t blank = str_find(text, STR(" "));
    if (blank == SIZE_MAX || !number_head(res, str_slice(text, 0, blank), &number)) return 0;
    const Entry *e = index_by_number(im, x, number);
    return e && str_starts(str_slice(text, blank + 1, text.n), e->title) ? blank + 1 + e->title.n : 0;
}

static Err resolve_list(Import *im, const Row *r, Pending *p, const Resource *res, Index *x, Str text)
{
    Str one;
    p->targets = arena_array(im->c->a, Target, text.n + 1);
    for (;;) {
        text = str_trim(text);
        if (!next_name(&text, sure_head(im, res, x, text), &one)) return ERR_NONE;
        if (one.n && !import_says_none(im->c->a, import_field(r, p->column), one)) resolve_one(im, r, p, res, x, one);
    }
}

static Err resolve_cell(Import *im, Row *r, const ImportColumn *col, const Field *f)
{
    const Resource *res = resource_find(im->c->resources, str_of(f->target));
    Str text = str_trim(import_cell(im, r, col).text);
    Index *x;
    Pending *p = &r->refs[r->refs_n++];
    *p = (Pending){.column = col};
    if (!res || !text.n || import_says_none(im->c->a, f, text)) return ERR_NONE;
    TRY(index_for(im, res, &x));
    p->targets = arena_array(im->c->a, Target, 1);
    /* A name may itself contain a comma: a text that is a title as a whole is no list. */
    if (f->kind == KIND_REFS && !index_by_title(im, x, text)) return resolve_list(im, r, p, res, x, text);
    resolve_one(im, r, p, res, x, text);
    return ERR_NONE;
}

Err resolve_row(Import *im, Row *r)
{
    r->refs = arena_array(im->c->a, Pending, r->plan->columns_n);
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const Field *f = import_field(r, &r->plan->columns[i]);
        if (f && (f->kind == KIND_REF || f->kind == KIND_REFS)) TRY(resolve_cell(im, r, &r->plan->columns[i], f));
    }
    return ERR_NONE;
}

/* --- ids ---------------------------------------------------------------------------------------------------------- */

static int ids_cmp(const void *a, const void *b)
{
    return memcmp(((const Id *)a)->b, ((const Id *)b)->b, sizeof(Id));
}

static Id target_id(const Target *t)
{
    return id_none(t->id) && t->row ? t->row->id : t->id;
}

bool refs_fill(Import *im, Row *r)
{
    bool whole = true;
    for (size_t i = 0; i < r->refs_n; i++) {
        const Pending *p = &r->refs[i];
        Value *v = &r->v[p->column->field];
        Id *ids = arena_array(im->c->a, Id, p->n);
        size_t n = 0;
        for (size_t k = 0; k < p->n; k++) {
            Id id = target_id(&p->targets[k]);
            if (id_none(id)) whole = false;
            else ids[n++] = id;
        }
        *v = (Value){n ? VALUE_KNOWN : VALUE_NONE};
        if (import_field(r, p->column)->kind == KIND_REF) {
            if (n) v->ref = ids[0];
            continue;
        }
        if (n) qsort(ids, n, sizeof *ids, ids_cmp);
        v->refs = ids;
        for (size_t k = 0; k < n; k++)
            if (!v->n || !id_eq(ids[v->n - 1], ids[k])) ids[v->n++] = ids[k];
    }
    return whole;
}

