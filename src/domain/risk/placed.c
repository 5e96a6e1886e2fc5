/* placed.c -- the register on the matrix: how many risks lie in each cell, and the highest of those one looks at. Counted here, so that no page has to read the whole register. */
#include "risk/parts.h"

enum { TOP_MAX = 50, ORDERS = 4 };

static const Choice onlys[] = {
    {CODE("loose"), TEXT("マトリクスにないもの", "Not on the matrix"), TEXT("段階が定まらないか、別の段階で分析された", "Steps are not settled, or of another scale")},
    {CODE("against"), TEXT("基準と異なる判断", "Against the criteria"), TEXT("基準と異なる判断の印がある", "Marked as judged against the criteria")},
};
enum { BY_IMPACT, BY_LIKELIHOOD, BY_ONLY, BY_IMPACTS, BY_LIKELIHOODS };
const Field placed_params[PLACED_PARAMS] = {
    [BY_IMPACT] = {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .help = TEXT("この影響のものだけを並べる", "Only those of this impact"), .min = 1, .max = MATRIX_SIDE_MAX},
    [BY_LIKELIHOOD] = {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .help = TEXT("この起こりやすさのものだけを並べる", "Only those of this likelihood"), .min = 1, .max = MATRIX_SIDE_MAX},
    [BY_ONLY] = {.name = "only", .kind = KIND_CHOICE, .label = TEXT("絞り込み", "Only"), .help = TEXT("これに当たるものだけを並べる", "Only those"), .choices = onlys, .choices_n = COUNT(onlys)},
    [BY_IMPACTS] = {.name = "impacts", .kind = KIND_INT, .label = TEXT("影響の段階の数", "Steps of impact"), .help = TEXT("空ならいまの基準の段階", "Empty: those in force"), .min = 2, .max = MATRIX_SIDE_MAX},
    [BY_LIKELIHOODS] = {.name = "likelihoods", .kind = KIND_INT, .label = TEXT("起こりやすさの段階の数", "Steps of likelihood"), .help = TEXT("空ならいまの基準の段階", "Empty: those in force"), .min = 2, .max = MATRIX_SIDE_MAX},
};
static const Field cell_columns[] = {
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact")},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood")},
    {.name = "risks", .kind = KIND_INT, .label = TEXT("リスク", "Risks")},
    {.name = "accept", .kind = KIND_INT, .label = TEXT("受け入れる判断", "Judged: accept")},
    {.name = "other", .kind = KIND_INT, .label = TEXT("ほかの判断", "Judged otherwise")},
};
static const Field count_columns[] = {
    {.name = "open", .kind = KIND_INT, .label = TEXT("終了していないリスク", "Not closed")},
    {.name = "loose", .kind = KIND_INT, .label = TEXT("マトリクスにないもの", "Not on the matrix")},
    {.name = "against", .kind = KIND_INT, .label = TEXT("基準と異なる判断", "Against the criteria")},
    {.name = "outside", .kind = KIND_INT, .label = TEXT("受容の範囲の外", "Outside acceptance")},
    {.name = "chosen", .kind = KIND_INT, .label = TEXT("絞り込んだもの", "Chosen")},
};
static const Field top_columns[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .flags = RANGE},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .flags = RANGE},
};

typedef struct Top { Referrer of; Value shown[COUNT(top_columns)]; int64_t by[ORDERS]; } Top;
typedef struct Placed {
    Matrix scale;
    Str scale_name;
    const Value *params;
    int64_t cells[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX][3], open, loose, against, outside, chosen; /* of a cell: risks, accepted, judged otherwise */
    Top top[TOP_MAX];
    size_t top_n;
} Placed;

static int64_t high(const Value *v)
{
    return v->state == VALUE_KNOWN ? v->i : v->state == VALUE_RANGE ? v->hi : 0;
}

static bool higher(const int64_t *a, const int64_t *b)
{
    for (int i = 0; i < ORDERS; i++)
        if (a[i] != b[i]) return a[i] > b[i];
    return false;
}

/* Level, impact, likelihood, then the older number. */
static void top_add(Placed *x, const Record *r)
{
    Top one = {.shown = {*value_of(r, "level"), *value_of(r, "impact"), *value_of(r, "likelihood")}};
    size_t at = x->top_n;
    for (size_t i = 0; i < COUNT(one.shown); i++)
        one.by[i] = high(&one.shown[i]);
    one.by[ORDERS - 1] = -r->number;
    while (at > 0 && higher(one.by, x->top[at - 1].by)) at--;
    if (at == TOP_MAX) return;
    size_t kept = x->top_n < TOP_MAX ? x->top_n : TOP_MAX - 1;
    memmove(&x->top[at + 1], &x->top[at], (kept - at) * sizeof one);
    one.of = (Referrer){.res = r->res, .id = r->id, .number = r->number};
    x->top[at] = one;
    x->top_n = kept + 1;
}

static bool is_chosen(const Placed *x, bool placed, bool against, int64_t impact, int64_t likelihood)
{
    const Value *i = &x->params[BY_IMPACT], *k = &x->params[BY_LIKELIHOOD], *only = &x->params[BY_ONLY];
    if (i->state == VALUE_KNOWN && (!placed || impact != i->i)) return false;
    if (k->state == VALUE_KNOWN && (!placed || likelihood != k->i)) return false;
    return only->state != VALUE_KNOWN || (choice_is(only, "loose") ? !placed : against);
}

static void place_one(Placed *x, const Record *r)
{
    int64_t impact, likelihood;
    const Value *marked = value_of(r, "overridden"), *accepted = value_of(r, "accepted"), *judgement = value_of(r, "judgement");
    bool placed = risk_place(r, &x->scale, x->scale_name, &impact, &likelihood), against = marked->state == VALUE_KNOWN && marked->i;
    x->open++, x->loose += !placed, x->against += against;
    if (placed) {
        int64_t *cell = x->cells[impact - 1][likelihood - 1];
        bool judged = judgement->state == VALUE_KNOWN, accepts = choice_is(judgement, "accept");
        cell[0]++, cell[1] += accepts, cell[2] += judged && !accepts;
        x->outside += accepted->state == VALUE_KNOWN && !accepted->i;
    }
    if (!is_chosen(x, placed, against, impact, likelihood)) return;
    x->chosen++;
    top_add(x, r);
}

static Err place_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    for (size_t i = 0; i < n; i++)
        if (!state_is(list[i], "closed")) place_one(e->state, list[i]);
    return ERR_NONE;
}

static void placed_rows(const Placed *x, ReportOut *out, ReportTable *cells, ReportTable *counts, ReportTable *top)
{
    for (int i = x->scale.impacts; i >= 1; i--)
        for (int k = 1; k <= x->scale.likelihoods; k++) {
            Value *v = report_row(out, cells, NULL);
            put_int(&v[0], i), put_int(&v[1], k);
            for (int n = 0; n < 3; n++)
                put_int(&v[2 + n], x->cells[i - 1][k - 1][n]);
        }
    Value *v = report_row(out, counts, NULL);
    put_int(&v[0], x->open), put_int(&v[1], x->loose), put_int(&v[2], x->against), put_int(&v[3], x->outside), put_int(&v[4], x->chosen);
    for (size_t i = 0; i < x->top_n; i++)
        memcpy(report_row_of(out, top, &x->top[i].of), x->top[i].shown, sizeof x->top[i].shown);
    top->cut = x->chosen > TOP_MAX;
}

/* What the highest are called, in one query. */
static Err name_them(Ctx *c, Placed *x)
{
    Id ids[TOP_MAX];
    Referrer names[TOP_MAX];
    size_t n;
    for (size_t i = 0; i < x->top_n; i++)
        ids[i] = x->top[i].of.id;
    TRY(record_titles(c->db, c->a, &risk_resource, c->who->org.row, ids, x->top_n, names, &n));
    for (size_t i = 0; i < x->top_n; i++)
        for (size_t k = 0; k < n; k++)
            if (id_eq(x->top[i].of.id, names[k].id)) x->top[i].of.title = names[k].title;
    return ERR_NONE;
}

Err placed_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    const Criteria *criteria;
    Placed *x = arena_new(c->a, Placed);
    Each e = {.page = place_page, .state = x};
    TRY(criteria_now(c, &criteria));
    x->params = params;
    x->scale = criteria ? criteria->table : (Matrix){.impacts = MATRIX_PLAIN, .likelihoods = MATRIX_PLAIN};
    if (params[BY_IMPACTS].state == VALUE_KNOWN) x->scale.impacts = (int)params[BY_IMPACTS].i;
    if (params[BY_LIKELIHOODS].state == VALUE_KNOWN) x->scale.likelihoods = (int)params[BY_LIKELIHOODS].i;
    x->scale_name = scale_text(c->a, x->scale.impacts, x->scale.likelihoods);
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &e));
    TRY(name_them(c, x));
    ReportTable *cells = report_table(out, "cells", text_of("セルごと", "By cell"), not_all(e.all), cell_columns, COUNT(cell_columns));
    ReportTable *counts = report_table(out, "counts", text_of("まとめ", "Summary"), (Text){0}, count_columns, COUNT(count_columns));
    ReportTable *top = report_table(out, "highest", text_of("高い順のリスク", "Risks, highest first"), (Text){0}, top_columns, COUNT(top_columns));
    placed_rows(x, out, cells, counts, top);
    return ERR_NONE;
}
