/*
 * Importer: the rows of a book become records, all or none. First every cell is read and every mistake is named; only a book
 * without mistakes is written. Rows are created after the rows they point to; a ring of rows is closed by a second change.
 */
#include "work/import_parts.h"

#include <stdlib.h>

enum { DEPTH_MAX = 500 /* of rows that wait for each other */, SCRATCH = 64 << 20 };

typedef struct Row Row;

typedef struct Target { /* what a reference points to: a record, or a row that will become one */
    Id id;
    Row *row;
} Target;

typedef struct Pending {
    const ImportColumn *column;
    Target *targets;
    size_t n;
} Pending;

typedef enum { ROW_NEW, ROW_OPEN, ROW_DONE } RowState;

struct Row {
    const ImportSheet *plan;
    const Sheet *sheet;
    size_t row;
    Value *v;
    Record *old; /* NULL: a new record */
    Id id;
    int64_t version;
    Pending *refs;
    size_t refs_n;
    RowState state;
    bool closes_ring; /* some references wait for the second change */
};

typedef struct Entry {
    Str key;
    Target target;
    bool used, ambiguous;
    Str title; /* of entries by number: NFKC, so that a title with a comma in a list can be told */
} Entry;

typedef struct Index { /* records and rows of one resource by folded title and by number */
    const Resource *res;
    Entry *slots;
    size_t cap, n;
} Index;

typedef struct Import {
    Ctx *c;
    Mistakes m;
    Index *indexes;
    size_t indexes_n;
    Row *rows;
    size_t rows_n, rows_cap;
    ImportResult *result;
    Arena scratch; /* of one row's change, so that a large book costs no more memory than its cells */
} Import;

static const Cell no_cell;

static const Cell *cell_of(const Row *r, const ImportColumn *col)
{
    if (r->row >= r->sheet->rows_n || col->column >= r->sheet->row_cells[r->row]) return &no_cell;
    return &r->sheet->rows[r->row][col->column];
}

static Str place(Import *im, const Row *r, size_t column)
{
    return str_join(im->c->a, r->plan->sheet, STR("!"), cell_name(im->c->a, column, r->row));
}

static const Field *field_of(const Row *r, const ImportColumn *col)
{
    return col->field >= 0 ? &r->plan->res->fields[col->field] : NULL;
}

/* ---- the index ---- */

static uint64_t hash(Str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.s[i]) * 1099511628211u;
    return h;
}

static Entry *slot(const Index *x, Str key)
{
    size_t i = (size_t)hash(key) & (x->cap - 1);
    while (x->slots[i].used && !str_eq(x->slots[i].key, key))
        i = (i + 1) & (x->cap - 1);
    return &x->slots[i];
}

static void index_grow(Import *im, Index *x)
{
    Index bigger = {.res = x->res, .cap = x->cap ? x->cap * 2 : 256, .n = x->n};
    bigger.slots = arena_array(im->c->a, Entry, bigger.cap);
    for (size_t i = 0; i < x->cap; i++)
        if (x->slots[i].used) *slot(&bigger, x->slots[i].key) = x->slots[i];
    *x = bigger;
}

static Entry *index_find(const Index *x, Str key)
{
    Entry *e = x->cap ? slot(x, key) : NULL;
    return e && e->used ? e : NULL;
}

static void index_add(Import *im, Index *x, Str key, Target t)
{
    if (!key.n) return;
    if ((x->n + 1) * 2 > x->cap) index_grow(im, x);
    Entry *e = slot(x, key);
    if (e->used) {
        e->ambiguous = true;
        return;
    }
    *e = (Entry){.key = key, .target = t, .used = true};
    x->n++;
}

static Str number_key(Import *im, int64_t number)
{
    return str_printf(im->c->a, "#%lld", (long long)number);
}

static Str title_key(Import *im, Str title)
{
    return str_join(im->c->a, STR("t"), STR(""), str_fold(im->c->a, str_trim(title)));
}

/* What the caller may see; somebody who may not list a resource cannot point to it by name either. */
static Err index_load(Import *im, Index *x)
{
    Str cursor = {0};
    do {
        ListQuery q = {.sort = -1, .limit = 200, .cursor = cursor};
        ListPage page = {0};
        Err err = work_list(im->c, x->res, &q, &page);
        if (err.kind == ERR_FORBIDDEN || err.kind == ERR_NOT_FOUND) return ERR_NONE;
        if (err.kind) return err;
        for (size_t i = 0; i < page.n; i++) {
            Target t = {.id = page.list[i]->id};
            Str title = record_title(page.list[i]);
            Str number = number_key(im, page.list[i]->number);
            index_add(im, x, number, t);
            index_find(x, number)->title = str_trim(str_nfkc(im->c->a, title));
            if (title.n) index_add(im, x, title_key(im, title), t);
        }
        cursor = page.next;
    } while (cursor.n);
    return ERR_NONE;
}

static Err index_for(Import *im, const Resource *res, Index **out)
{
    for (size_t i = 0; i < im->indexes_n; i++)
        if (im->indexes[i].res == res) {
            *out = &im->indexes[i];
            return ERR_NONE;
        }
    *out = &im->indexes[im->indexes_n++];
    **out = (Index){.res = res};
    return index_load(im, *out);
}

/* "A-0012", alone or before a blank and the title. */
static bool number_head(const Resource *res, Str folded, int64_t *out)
{
    size_t n = strlen(res->prefix), i = n + 1;
    if (folded.n < n + 2 || !str_eq_nocase(str_slice(folded, 0, n), str_of(res->prefix)) || folded.s[n] != '-') return false;
    while (i < folded.n && folded.s[i] >= '0' && folded.s[i] <= '9')
        i++;
    return (i == folded.n || folded.s[i] == ' ') && str_int(str_slice(folded, n + 1, i), out);
}

/* ---- reading the rows ---- */

static int title_field(const Resource *res)
{
    for (size_t i = 0; i < res->fields_n; i++)
        if (res->fields[i].flags & TITLE) return (int)i;
    return -1;
}

static bool row_empty(const Row *r)
{
    for (size_t i = 0; i < r->plan->columns_n; i++)
        if (r->plan->columns[i].field != -1 && str_trim(cell_of(r, &r->plan->columns[i])->text).n) return false;
    return true;
}

static void say(Import *im, const Row *r, size_t column, const char *code, Text text)
{
    mistake_add(&im->m, place(im, r, column), code, text);
}

/* Under both of its names, so that a second row for the same record is found out. */
static void row_claims(Import *im, Row *r, Index *x)
{
    Str title = record_title(r->old);
    Entry *entries[] = {index_find(x, number_key(im, r->old->number)), index_find(x, title_key(im, title))};
    for (size_t i = 0; i < COUNT(entries); i++)
        if (entries[i] && id_eq(entries[i]->target.id, r->id)) entries[i]->target.row = r;
}

/* A given number must be known. An equal unique title is the same record. */
static Err row_identify(Import *im, Row *r, Index *x)
{
    const Resource *res = r->plan->res;
    Entry *found = NULL;
    size_t column = 0;
    int64_t number;
    int title = title_field(res);
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const ImportColumn *col = &r->plan->columns[i];
        Str text = str_trim(str_fold(im->c->a, cell_of(r, col)->text));
        if (!text.n) continue;
        if (col->field == -2) {
            bool ok = number_head(res, text, &number) || str_int(text, &number);
            /* A plain running number of somebody's own list is no number of ours. */
            if (ok && !number_head(res, text, &number)) continue;
            found = ok ? index_find(x, number_key(im, number)) : NULL;
            if (!found)
                say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "番号「{0}」の記録はありません。新しい記録なら空欄にしてください。",
                    "There is no record with number “{0}”. Leave it empty for a new record.", cell_of(r, col)->text));
            column = col->column;
            break;
        }
        if (col->field == title && title >= 0 && (res->fields[title].flags & UNIQUE)) {
            found = index_find(x, title_key(im, text));
            column = col->column;
        }
    }
    if (!found) return ERR_NONE;
    if (found->target.row) {
        say(im, r, column, "unique", TEXT_FILL(im->c->a, "{0} と同じ記録です。1 行にまとめてください。", "The same record as {0}. Keep one row.",
            place(im, found->target.row, column)));
        return ERR_NONE;
    }
    r->id = found->target.id;
    TRY(record_get(im->c->db, im->c->a, res, im->c->who->org.row, r->id, false, &r->old));
    r->version = r->old->version;
    row_claims(im, r, x);
    return ERR_NONE;
}

static bool disposed_mark(Arena *a, const Row *r, const ImportColumn *col)
{
    if (!r->old || r->old->v[col->field].state != VALUE_DISPOSED) return false;
    Str s = str_fold(a, str_trim(cell_of(r, col)->text));
    return !s.n || str_eqc(s, "(廃棄済み)") || str_eqc(s, "(disposed of)");
}

/* From the sheet itself, not from the plan: "（千円）" in a heading must count whatever the plan repeats. */
static int64_t scale_of(Import *im, const Row *r, const ImportColumn *col)
{
    Row heading = *r;
    Str bare;
    heading.row = r->plan->heading_row;
    return import_scale(im->c->a, cell_of(&heading, col)->text, &bare);
}

static void row_values(Import *im, Row *r)
{
    const Resource *res = r->plan->res;
    r->v = arena_array(im->c->a, Value, res->fields_n);
    if (r->old) memcpy(r->v, r->old->v, res->fields_n * sizeof *r->v);
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const ImportColumn *col = &r->plan->columns[i];
        const Field *f = field_of(r, col);
        if (!f || f->kind == KIND_REF || f->kind == KIND_REFS || disposed_mark(im->c->a, r, col)) continue;
        int64_t scale = f->kind == KIND_MONEY ? scale_of(im, r, col) : 1;
        Value v;
        if (import_value(im->c->a, f, cell_of(r, col), scale, place(im, r, col->column), &v, &im->m)) r->v[col->field] = v;
    }
}

static Row *row_add(Import *im, Row r)
{
    if (im->rows_n == im->rows_cap) {
        size_t cap = im->rows_cap ? im->rows_cap * 2 : 64;
        im->rows = arena_grow(im->c->a, im->rows, im->rows_cap * sizeof *im->rows, cap * sizeof *im->rows);
        im->rows_cap = cap;
    }
    im->rows[im->rows_n] = r;
    return &im->rows[im->rows_n++];
}

static Err sheet_find(Import *im, const Book *b, const ImportSheet *plan, const Sheet **out)
{
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->sheets[i].name, plan->sheet)) {
            *out = &b->sheets[i];
            return ERR_NONE;
        }
    return err_text(ERR_INVALID, TEXT_FILL(im->c->a, "シート「{0}」がファイルにありません。", "The file has no sheet “{0}”.", plan->sheet));
}

static Err may_write(Import *im, const ImportSheet *plan)
{
    bool *writable = access_writable(im->c->a, im->c->who, plan->res);
    TRY(access_decide(im->c->who, ACT_IMPORT, plan->res, NULL, NULL));
    for (size_t i = 0; i < plan->columns_n; i++) {
        int f = plan->columns[i].field;
        if (f < 0) continue;
        if (!writable[f] || !import_may_fill(&plan->res->fields[f]))
            return err_text(ERR_FORBIDDEN, TEXT_FILL(im->c->a, "項目「{0}」へは書き込めません。", "The field “{1}” may not be written.",
                plan->res->fields[f].label.in[JA], plan->res->fields[f].label.in[EN]));
    }
    return ERR_NONE;
}

static Err collect(Import *im, const Book *b, const ImportPlan *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const ImportSheet *plan = &p->sheets[i];
        const Sheet *sheet = NULL;
        if (!plan->res) continue;
        TRY(may_write(im, plan));
        TRY(sheet_find(im, b, plan, &sheet));
        for (size_t row = plan->heading_row + 1; row < sheet->rows_n; row++) {
            Row r = {.plan = plan, .sheet = sheet, .row = row};
            if (!row_empty(&r)) row_add(im, r);
        }
    }
    return ERR_NONE;
}

/* ---- references ---- */

static Err resolve_one(Import *im, const Row *r, const ImportColumn *col, const Resource *res, const Index *x, Str text, Target *out, bool *found)
{
    int64_t number;
    Str folded = str_trim(str_fold(im->c->a, text));
    Entry *e = number_head(res, folded, &number) ? index_find(x, number_key(im, number)) : NULL;
    if (!e) e = index_find(x, title_key(im, folded));
    *found = e != NULL;
    if (!e) return ERR_NONE;
    if (e->ambiguous)
        say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "「{0}」に当たる{1}が複数あります。番号（{3}-0001 の形）で指定してください。",
            "There is more than one {2} called “{0}”. Use its number ({3}-0001).", text, res->label.in[JA], res->label.in[EN], str_of(res->prefix)));
    *out = e->target;
    return ERR_NONE;
}

static void not_found(Import *im, const Row *r, const ImportColumn *col, const Resource *res, Str text)
{
    say(im, r, col->column, "reference", TEXT_FILL(im->c->a, "「{0}」という{1}が見つかりません。", "There is no {2} “{0}”.", text, res->label.in[JA], res->label.in[EN]));
}

/* The next name of a list divided by 、 , ; or line ends. */
static bool next_name(Str *rest, size_t skip, Str *out)
{
    size_t i = skip, mark = 0;
    if (!rest->n) return false;
    for (; i < rest->n && !mark; i++) {
        Str tail = str_slice(*rest, i, rest->n);
        if (strchr(",;\n", rest->s[i])) mark = 1;
        else if (str_starts(tail, STR("、")) || str_starts(tail, STR("，")) || str_starts(tail, STR("；"))) mark = 3;
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
    const Entry *e = index_find(x, number_key(im, number));
    return e && str_starts(str_slice(text, blank + 1, text.n), e->title) ? blank + 1 + e->title.n : 0;
}

static Err resolve_list(Import *im, const Row *r, Pending *p, const Resource *res, const Index *x, Str text)
{
    Str one;
    bool found;
    text = str_nfkc(im->c->a, text);
    p->targets = arena_array(im->c->a, Target, text.n + 1);
    for (;;) {
        text = str_trim(text);
        if (!next_name(&text, sure_head(im, res, x, text), &one)) return ERR_NONE;
        if (!one.n) continue;
        TRY(resolve_one(im, r, p->column, res, x, one, &p->targets[p->n], &found));
        if (found) p->n++;
        else not_found(im, r, p->column, res, one);
    }
}

static Err resolve_cell(Import *im, Row *r, const ImportColumn *col, const Field *f)
{
    const Resource *res = resource_find(im->c->resources, str_of(f->target));
    Str text = str_trim(cell_of(r, col)->text);
    Index *x;
    Pending *p = &r->refs[r->refs_n++];
    *p = (Pending){.column = col};
    if (!res || !text.n) return ERR_NONE;
    TRY(index_for(im, res, &x));
    p->targets = arena_array(im->c->a, Target, 1);
    /* A name may itself contain a comma: a text that is a title as a whole is no list. */
    bool found = f->kind == KIND_REF || index_find(x, title_key(im, text));
    if (!found) return resolve_list(im, r, p, res, x, text);
    TRY(resolve_one(im, r, col, res, x, text, &p->targets[0], &found));
    if (found) p->n = 1;
    else not_found(im, r, col, res, text);
    return ERR_NONE;
}

static Err resolve_row(Import *im, Row *r)
{
    r->refs = arena_array(im->c->a, Pending, r->plan->columns_n);
    for (size_t i = 0; i < r->plan->columns_n; i++) {
        const Field *f = field_of(r, &r->plan->columns[i]);
        if (f && (f->kind == KIND_REF || f->kind == KIND_REFS)) TRY(resolve_cell(im, r, &r->plan->columns[i], f));
    }
    return ERR_NONE;
}

static const ImportColumn *column_for(const Row *r, int field)
{
    for (size_t i = 0; i < r->plan->columns_n; i++)
        if (r->plan->columns[i].field == field) return &r->plan->columns[i];
    return NULL;
}

/* Empty cells of required fields; a cell with a mistake has been named already. */
static void row_required(Import *im, const Row *r)
{
    for (size_t i = 0; i < r->plan->res->fields_n; i++) {
        const Field *f = &r->plan->res->fields[i];
        const ImportColumn *col = column_for(r, (int)i);
        if (!(f->flags & REQUIRED) || !import_may_fill(f) || (!col && r->old)) continue;
        if (col && (str_trim(cell_of(r, col)->text).n || disposed_mark(im->c->a, r, col))) continue;
        say(im, r, col ? col->column : r->plan->columns[0].column, "required", TEXT_FILL(im->c->a, "「{0}」は必須です。", "“{1}” is required.",
            f->label.in[JA], f->label.in[EN]));
    }
}

static Err understand(Import *im)
{
    for (size_t i = 0; i < im->rows_n; i++) {
        Row *r = &im->rows[i];
        Index *x;
        TRY(index_for(im, r->plan->res, &x));
        TRY(row_identify(im, r, x));
        row_values(im, r);
        int title = title_field(r->plan->res);
        Str text = title >= 0 ? r->v[title].text : (Str){0};
        if (text.n && (!r->old || !str_eq(text, r->old->v[title].text))) index_add(im, x, title_key(im, text), (Target){r->id, r});
    }
    for (size_t i = 0; i < im->rows_n; i++) {
        TRY(resolve_row(im, &im->rows[i]));
        row_required(im, &im->rows[i]);
    }
    return ERR_NONE;
}

/* ---- writing ---- */

static int ids_cmp(const void *a, const void *b)
{
    return memcmp(((const Id *)a)->b, ((const Id *)b)->b, sizeof(Id));
}

static Id target_id(const Target *t)
{
    return id_none(t->id) && t->row ? t->row->id : t->id;
}

/* Puts the ids that are known by now into the values. False: some are not known yet. */
static bool fill(Import *im, Row *r)
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
        if (field_of(r, p->column)->kind == KIND_REF) {
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

static Text kept(Import *im, Text t)
{
    return (Text){{str_copy(im->c->a, t.in[JA]), str_copy(im->c->a, t.in[EN])}};
}

/* Mistakes by field become mistakes by cell; other errors stop the import. What is told outlives the scratch memory. */
static Err take_mistakes(Import *im, const Row *r, Err err)
{
    if (err.kind != ERR_MISTAKES || !err.mistakes) return (Err){err.kind, kept(im, err.text), NULL};
    for (size_t i = 0; i < err.mistakes->n; i++) {
        const Mistake *mk = &err.mistakes->list[i];
        Str rest = mk->path, name;
        str_cut(&rest, '/', &name);
        int f = field_find(r->plan->res->fields, r->plan->res->fields_n, name);
        const ImportColumn *col = f >= 0 ? column_for(r, f) : NULL;
        Text text = kept(im, mk->text);
        if (f >= 0 && !col)
            text = TEXT_FILL(im->c->a, "「{0}」: {2}", "“{1}”: {3}", r->plan->res->fields[f].label.in[JA], r->plan->res->fields[f].label.in[EN],
                mk->text.in[JA], mk->text.in[EN]);
        say(im, r, col ? col->column : r->plan->columns[0].column, mk->code, text);
    }
    im->m.more += err.mistakes->more;
    return ERR_NONE;
}

static Err change_row(Import *im, Row *r, Ctx *c)
{
    Record *out = NULL;
    Err err = r->old ? work_update_values(c, r->plan->res, r->id, r->version, r->v, &out) : work_create_values(c, r->plan->res, r->v, &out);
    if (err.kind) return take_mistakes(im, r, err);
    if (!r->old) im->result->created++;
    else if (out->version != r->version) im->result->updated++;
    else im->result->unchanged++;
    r->id = out->id;
    r->version = out->version;
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
    r->closes_ring = !fill(im, r);
    for (size_t i = 0; r->closes_ring && i < r->refs_n; i++) {
        const ImportColumn *col = r->refs[i].column;
        if (!(field_of(r, col)->flags & REQUIRED) || r->v[col->field].state != VALUE_NONE || !r->refs[i].n) continue;
        r->state = ROW_DONE;
        /* A row that failed has said why; only a true ring is news. */
        if (!im->m.n)
            say(im, r, col->column, "reference", text_of("行どうしが互いを必須で参照していて、取り込む順番が決まりません。",
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
    fill(im, r);
    return take_mistakes(im, r, work_update_values(im->c, r->plan->res, r->id, now->version, r->v, &out));
}

static Err write_all(Import *im)
{
    for (size_t i = 0; i < im->rows_n; i++)
        TRY(visit(im, &im->rows[i], 0));
    for (size_t i = 0; i < im->rows_n && !im->m.n; i++)
        if (im->rows[i].closes_ring) TRY(close_ring(im, &im->rows[i]));
    return err_mistakes(&im->m);
}

static void scratch_done(void *arena)
{
    arena_done(arena);
}

Err import_run(Ctx *c, const Book *b, const ImportPlan *p, ImportResult *out)
{
    Import *im = arena_new(c->a, Import);
    *out = (ImportResult){0};
    im->c = c;
    im->result = out;
    im->indexes = arena_array(c->a, Index, c->resources->n + 1);
    mistakes_init(&im->m, c->a);
    arena_init(&im->scratch, SCRATCH);
    arena_defer(c->a, scratch_done, &im->scratch);
    TRY(collect(im, b, p));
    out->rows = (int64_t)im->rows_n;
    TRY(understand(im));
    if (im->m.n) return err_mistakes(&im->m);
    return write_all(im);
}
