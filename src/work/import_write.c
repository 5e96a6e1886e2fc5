/*
 * Importer: writing. Rows are created after the rows they point to; a ring of rows is closed by a second change.
 */
#include "work/import_parts.h"

enum { DEPTH_MAX = 500 /* of rows that wait for each other */ };

static Text kept(Import *im, Text t)
{
    return (Text){{str_copy(im->c->a, t.in[JA]), str_copy(im->c->a, t.in[EN])}};
}

/* Mistakes by field become mistakes by cell; other errors stop the import. What is told outlives the scratch memory. */
static Err take_mistakes(Import *im, const Row *r, Err err)
{
    if (err.kind == ERR_CONFLICT && !err.text.in[JA].n) /* the database's own rule, which nothing before had seen */
        return err_text(ERR_CONFLICT, TEXT_FILL(im->c->a, "{0} の名前はほかの記録が使っています。", "The name in {0} is used by another record.",
            import_place(im, r, r->plan->columns[0].column)));
    if (err.kind != ERR_MISTAKES || !err.mistakes) return (Err){err.kind, kept(im, err.text), NULL};
    for (size_t i = 0; i < err.mistakes->n; i++) {
        const Mistake *mk = &err.mistakes->list[i];
        Str rest = mk->path, name;
        str_cut(&rest, '/', &name);
        int f = field_find(r->plan->res->fields, r->plan->res->fields_n, name);
        const ImportColumn *col = f >= 0 ? import_column(r, f) : NULL;
        Text text = kept(im, mk->text);
        if (f >= 0 && !col)
            text = TEXT_FILL(im->c->a, "「{0}」: {2}", "“{1}”: {3}", r->plan->res->fields[f].label.in[JA], r->plan->res->fields[f].label.in[EN],
                mk->text.in[JA], mk->text.in[EN]);
        import_say(im, r, col ? col->column : r->plan->columns[0].column, mk->code, text);
    }
    im->m.more += err.mistakes->more;
    return ERR_NONE;
}

static int64_t number_take(Import *im, const Resource *res)
{
    for (size_t i = 0; i < im->indexes_n; i++)
        if (im->indexes[i].res == res) return im->indexes[i].next_number++;
    return 0;
}

/* Nothing to do, and no query needed to know it. */
static bool says_nothing_new(const Row *r)
{
    for (size_t i = 0; r->old && i < r->plan->res->fields_n; i++)
        if (!(r->plan->res->fields[i].flags & DERIVED) && !values_equal(&r->plan->res->fields[i], &r->v[i], &r->old->v[i])) return false;
    return r->old && !r->old->removed;
}

static Err change_row(Import *im, Row *r, Ctx *c)
{
    Record *out = NULL;
    if (says_nothing_new(r)) {
        im->result->unchanged++;
        match_remember(im, r, r->id);
        return ERR_NONE;
    }
    if (!r->old) c->bulk->number = number_take(im, r->plan->res);
    Err err = r->old ? work_update_values(c, r->plan->res, r->id, r->version, r->v, &out) : work_create_values(c, r->plan->res, r->v, &out);
    if (err.kind) return take_mistakes(im, r, err);
    if (!r->old) im->result->created++;
    else if (out->version != r->version) im->result->updated++;
    else im->result->unchanged++;
    r->id = out->id;
    r->version = out->version;
    match_remember(im, r, r->id);
    return ERR_NONE;
}

static void change_guarded(Import *im, Row *r, Ctx *c, Err *err)
{
    jmp_buf full;
    if (ARENA_TRY(c->a, full)) {
        *err = change_row(im, r, c);
        arena_end_try(c->a);
    } else {
        *err = err_of(ERR_FULL);
    }
}

static Err write_row(Import *im, Row *r)
{
    Err err;
    Ctx c = *im->c;
    c.a = &im->scratch;
    change_guarded(im, r, &c, &err);
    arena_reset(&im->scratch);
    return err;
}

static Err visit(Import *im, Row *r, int depth);

/* Rows that this one points to come first. */
static Err visit_targets(Import *im, Row *r, int depth)
{
    for (size_t i = 0; i < r->refs_n; i++)
        for (size_t k = 0; k < r->refs[i].n; k++) {
            Row *t = r->refs[i].targets[k].row;
            if (t && t->state == ROW_NEW && depth < DEPTH_MAX) TRY(visit(im, t, depth + 1));
        }
    return ERR_NONE;
}

static Err visit(Import *im, Row *r, int depth)
{
    if (r->state != ROW_NEW) return ERR_NONE;
    r->state = ROW_OPEN;
    TRY(visit_targets(im, r, depth));
    r->closes_ring = !refs_fill(im, r);
    for (size_t i = 0; r->closes_ring && i < r->refs_n; i++) {
        const ImportColumn *col = r->refs[i].column;
        if (!(import_field(r, col)->flags & REQUIRED) || r->v[col->field].state != VALUE_NONE || !r->refs[i].n) continue;
        r->state = ROW_DONE;
        /* A row that failed has said why; only a true ring is news. */
        if (!im->m.n)
            import_say(im, r, col->column, "reference", text_of("行どうしが互いを必須で参照していて、取り込む順番が決まりません。",
                "The rows need each other, so that none can come first."));
        return ERR_NONE;
    }
    r->state = ROW_DONE;
    return write_row(im, r);
}

static Err close_ring(Import *im, Row *r)
{
    Record *now, *out;
    TRY(record_get(im->c->db, im->c->a, r->plan->res, im->c->who->org.row, r->id, false, &now));
    r->v = arena_array(im->c->a, Value, r->plan->res->fields_n);
    memcpy(r->v, now->v, r->plan->res->fields_n * sizeof *r->v);
    refs_fill(im, r);
    return take_mistakes(im, r, work_update_values(im->c, r->plan->res, r->id, now->version, r->v, &out));
}

/* Numbers for all new records of a resource in one step. */
static Err numbers_reserve(Import *im, Index *x)
{
    int64_t n = 0;
    for (size_t i = 0; i < im->rows_n; i++)
        n += im->rows[i].plan->res == x->res && !im->rows[i].old;
    for (const Row *r = im->made; r; r = r->next)
        n += r->plan->res == x->res;
    return n ? record_reserve(im->c->db, x->res, im->c->who->org.row, n, &x->next_number) : ERR_NONE;
}

static Err write_rows(Import *im)
{
    for (size_t i = 0; i < im->rows_n; i++)
        TRY(visit(im, &im->rows[i], 0));
    for (size_t i = 0; i < im->rows_n && !im->m.n; i++)
        if (im->rows[i].closes_ring) TRY(close_ring(im, &im->rows[i]));
    return err_mistakes(&im->m);
}

Err write_all(Import *im)
{
    Ctx *c = im->c;
    Bulk bulk = {0};
    TRY(history_batch_begin(c->history, c->db, c->a, c->who->org.row, c->who->org.id, &bulk.log));
    for (size_t i = 0; i < im->indexes_n; i++)
        TRY(numbers_reserve(im, &im->indexes[i]));
    c->bulk = &bulk;
    c->kept = &(Kept){.a = c->a}; /* rows are made in scratch memory */
    Err e = write_rows(im);
    c->bulk = NULL;
    c->kept = NULL;
    if (e.kind) return e;
    TRY(history_batch_end(bulk.log));
    return match_keep(im);
}
