/*
 * group.c -- the organisations below, as far as each of them shows itself. Only what its decision lets through is read at all, by one query for all
 * organisations together; small counts are hidden here, before anything is written (engine/tally).
 */
#include "risk/parts.h"

#include "tally/tally.h"

enum { VERDICTS = 4, FOREMOST = 5 };
typedef struct Sums {
    bool criteria;
    int64_t plans, reviews, measures, services, levels[MATRIX_LEVEL_MAX + 1], verdicts[VERDICTS];
    struct { Str title; Value level; } foremost[FOREMOST];
    size_t foremost_n;
} Sums;
typedef struct Rollup { Ctx *c; OrgGroup group; Sums *sums; Day today; int64_t *standing, *figures, *severe; size_t standing_n, figures_n, severe_n; } Rollup;

static int index_of(const Resource *res, const char *name)
{
    int at = field_find(res->fields, res->fields_n, str_of(name));
    assert(at >= 0);
    return at;
}

static Filter filter_of(const Resource *res, const char *field, int op, const char *code)
{
    Filter f = {.field = index_of(res, field), .op = op};
    put_text(&f.value, str_of(code));
    return f;
}

static Sums *sums_of(Rollup *x, int64_t org)
{
    size_t i = 0;
    while (i < x->group.n && x->group.list[i].org.row != org)
        i++;
    assert(i < x->group.n); /* no other was asked for */
    return &x->sums[i];
}

static void those_that_show(Rollup *x, Show least, int64_t **out, size_t *n)
{
    *out = arena_array(x->c->a, int64_t, x->group.n + 1);
    for (size_t i = 0; i < x->group.n; i++)
        if (x->group.list[i].show >= least) (*out)[(*n)++] = x->group.list[i].org.row;
}

/* --- reading ----------------------------------------------------------------------------------------------------------------- */

static bool holds(const Rollup *x, const Value *approved_on, const Value *from, const Value *until)
{
    return approved_on->i <= x->today && (from->state != VALUE_KNOWN || from->i <= x->today) && (until->state != VALUE_KNOWN || x->today <= until->i);
}

static Err read_criteria(Rollup *x)
{
    const Resource *res = &criteria_resource;
    const Filter approved = filter_of(res, "state", FILTER_EQ, "approved");
    const int by[] = {index_of(res, "approved_on"), index_of(res, "valid_from"), index_of(res, "valid_until")};
    OrgCount *list;
    size_t n;
    TRY(record_count(x->c->db, x->c->a, &(CountOf){res, x->standing, x->standing_n, &approved, 1}, by, COUNT(by), &list, &n));
    for (size_t i = 0; i < n; i++)
        if (holds(x, &list[i].by[0], &list[i].by[1], &list[i].by[2])) sums_of(x, list[i].org)->criteria = true;
    return ERR_NONE;
}

static Err read_plans(Rollup *x)
{
    const Filter approved = filter_of(&plan_resource, "state", FILTER_EQ, "approved");
    static const char *const shared[] = {"title", "owner", NULL};
    const LateRows late = {"measures", "due", "done_on", shared};
    const CountOf what = {&plan_resource, x->standing, x->standing_n, &approved, 1};
    OrgCount *list;
    size_t n;
    TRY(record_count(x->c->db, x->c->a, &what, NULL, 0, &list, &n));
    for (size_t i = 0; i < n; i++)
        sums_of(x, list[i].org)->plans = list[i].n;
    TRY(record_count_late(x->c->db, x->c->a, &what, &late, x->today, &list, &n));
    for (size_t i = 0; i < n; i++)
        sums_of(x, list[i].org)->measures = list[i].n;
    return ERR_NONE;
}

static Err read_reviews(Rollup *x)
{
    Filter late[2] = {filter_of(&risk_resource, "state", FILTER_NOT, "closed"), {.field = index_of(&risk_resource, "review_on"), .op = FILTER_MAX}};
    OrgCount *list;
    size_t n;
    put_int(&late[1].value, x->today - 1);
    TRY(record_count(x->c->db, x->c->a, &(CountOf){&risk_resource, x->standing, x->standing_n, late, COUNT(late)}, NULL, 0, &list, &n));
    for (size_t i = 0; i < n; i++)
        sums_of(x, list[i].org)->reviews = list[i].n;
    return ERR_NONE;
}

static int64_t height(const Value *level)
{
    return level->state == VALUE_KNOWN ? level->i : level->state == VALUE_RANGE ? level->hi : 0;
}

static Err read_risks(Rollup *x)
{
    const Resource *res = &risk_resource;
    const Filter open = filter_of(res, "state", FILTER_NOT, "closed");
    const int by[] = {index_of(res, "level"), index_of(res, "verdict")};
    OrgCount *list;
    size_t n;
    TRY(record_count(x->c->db, x->c->a, &(CountOf){res, x->figures, x->figures_n, &open, 1}, by, COUNT(by), &list, &n));
    for (size_t i = 0; i < n; i++) {
        Sums *s = sums_of(x, list[i].org);
        int verdict = list[i].by[1].state == VALUE_KNOWN ? choice_find(&res->fields[by[1]], list[i].by[1].text) : 0;
        s->levels[height(&list[i].by[0])] += list[i].n;
        s->verdicts[verdict < 0 ? 0 : verdict] += list[i].n;
    }
    return ERR_NONE;
}

/* Services that a risk reaches which needs treatment, itself or through an asset. */
static Err read_services(Rollup *x, const Filter *to_treat, size_t filters_n)
{
    OrgCount *list;
    size_t n;
    const CountOf what = {&risk_resource, x->figures, x->figures_n, to_treat, filters_n};
    TRY(record_count_named(x->c->db, x->c->a, &what, &service_resource, "services", &asset_resource, "assets", "services", &list, &n));
    for (size_t i = 0; i < n; i++)
        sums_of(x, list[i].org)->services = list[i].n;
    return ERR_NONE;
}

static Err read_foremost(Rollup *x, const Filter *to_treat, size_t filters_n)
{
    const Resource *res = &risk_resource;
    const int by[] = {index_of(res, "title"), index_of(res, "level")};
    OrgCount *list;
    size_t n;
    TRY(record_foremost(x->c->db, x->c->a, &(CountOf){res, x->severe, x->severe_n, to_treat, filters_n}, index_of(res, "priority"), FOREMOST, by, COUNT(by), &list, &n));
    for (size_t i = 0; i < n; i++) {
        Sums *s = sums_of(x, list[i].org);
        s->foremost[s->foremost_n].title = list[i].by[0].text;
        s->foremost[s->foremost_n++].level = list[i].by[1];
    }
    return ERR_NONE;
}

static Err read_sums(Rollup *x)
{
    const Filter to_treat[] = {filter_of(&risk_resource, "state", FILTER_NOT, "closed"), filter_of(&risk_resource, "verdict", FILTER_EQ, "treat")};
    those_that_show(x, SHOW_STANDING, &x->standing, &x->standing_n);
    those_that_show(x, SHOW_FIGURES, &x->figures, &x->figures_n);
    those_that_show(x, SHOW_SEVERE, &x->severe, &x->severe_n);
    TRY(read_criteria(x));
    TRY(read_plans(x));
    TRY(read_reviews(x));
    TRY(read_risks(x));
    TRY(read_services(x, to_treat, COUNT(to_treat)));
    return read_foremost(x, to_treat, COUNT(to_treat));
}

/* --- writing: null stands for a count that is hidden ------------------------------------------------------------------------- */

static void cell_out(JsonOut *j, TallyCell cell)
{
    if (cell.hidden) json_none(j);
    else json_int(j, cell.n);
}

static void count_out(JsonOut *j, Str key, int64_t n)
{
    json_key(j, key), cell_out(j, (TallyCell){n, tally_few(n)});
}

/* Of the two tables the least grave cells give way first. */
static void tables_out(JsonOut *j, const Sums *s)
{
    static const int order[VERDICTS] = {NEED_NONE, NEED_UNDECIDED, NEED_ACCEPT, NEED_TREAT};
    const Field *verdict = &risk_resource.fields[index_of(&risk_resource, "verdict")];
    TallyCell levels[MATRIX_LEVEL_MAX + 1], verdicts[VERDICTS];
    size_t top = MATRIX_LEVEL_MAX;
    while (top > 0 && !s->levels[top])
        top--;
    for (size_t i = 0; i <= top; i++)
        levels[i] = (TallyCell){s->levels[i], false};
    for (size_t i = 0; i < VERDICTS; i++)
        verdicts[i] = (TallyCell){s->verdicts[order[i]], false};
    tally_hide(levels, top + 1, verdicts, VERDICTS);
    json_key(j, STR("levels")), json_open(j, '[');
    for (size_t i = 0; i <= top; i++)
        cell_out(j, levels[i]);
    json_close(j, ']');
    json_key(j, STR("verdicts")), json_open(j, '{');
    for (size_t i = VERDICTS; i-- > 0;)
        json_key(j, verdict->choices[order[i]].code), cell_out(j, verdicts[i]);
    json_close(j, '}');
}

static void figures_out(JsonOut *j, const Sums *s)
{
    json_key(j, STR("figures")), json_open(j, '{');
    tables_out(j, s);
    count_out(j, STR("reviews"), s->reviews);
    count_out(j, STR("measures"), s->measures);
    count_out(j, STR("plans"), s->plans);
    count_out(j, STR("services"), s->services);
    json_close(j, '}');
}

static void foremost_out(JsonOut *j, const Sums *s)
{
    json_key(j, STR("severe")), json_open(j, '[');
    for (size_t i = 0; i < s->foremost_n; i++) {
        json_open(j, '{');
        json_kstr(j, "title", s->foremost[i].title);
        json_kint(j, "level", height(&s->foremost[i].level));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static bool among(const Org *list, size_t n, int64_t row)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].row == row) return true;
    return false;
}

/* The id only for those who have a role there: it leads to the organisation itself. */
static void member_out(JsonOut *j, Arena *a, const Member *m, const Sums *s, bool own)
{
    json_open(j, '{');
    if (own) json_kstr(j, "id", id_text(a, m->org.id));
    json_kstr(j, "name", m->org.name);
    json_kstr(j, "kind", m->org.kind);
    json_kint(j, "depth", m->depth);
    json_kstr(j, "show", show_choices[m->show].code);
    if (m->show >= SHOW_STANDING) {
        json_kbool(j, "decided", m->decided);
        json_kbool(j, "criteria", s->criteria);
        json_kbool(j, "plan", s->plans > 0);
        json_kbool(j, "late", s->reviews > 0 || s->measures > 0);
    }
    if (m->show >= SHOW_FIGURES) figures_out(j, s);
    if (m->show >= SHOW_SEVERE) foremost_out(j, s);
    json_close(j, '}');
}

Err risk_group_json(Ctx *c, JsonOut *j)
{
    Rollup x = {.c = c, .today = day_in_japan(c->now)};
    Org *own;
    size_t own_n;
    TRY(work_group(c, &x.group));
    x.sums = arena_array(c->a, Sums, x.group.n + 1);
    TRY(read_sums(&x));
    TRY(org_list(c->db, c->a, c->who->account, &own, &own_n));
    json_open(j, '{');
    json_kbool(j, "cut", x.group.cut);
    json_key(j, STR("organisations")), json_open(j, '[');
    for (size_t i = 0; i < x.group.n; i++)
        member_out(j, c->a, &x.group.list[i], &x.sums[i], among(own, own_n, x.group.list[i].org.row));
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}
