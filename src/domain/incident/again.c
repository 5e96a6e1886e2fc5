/*
 * again.c -- judged again: after an import, when time turns a verdict, and when the packs are others than before. What an incident or a received report was judged by stands beside
 * it as a kept field; whatever it differs in is found by that, in the order of the numbers, by one job that keeps its place. Owns: table packs_seen.
 */
#include "incident/parts.h"

#include "job/job.h"

Filter judged_otherwise(Ctx *c, const Resource *res)
{
    Filter f = {.field = field_find(res->fields, res->fields_n, STR("judged_by")), .op = FILTER_NOT};
    assert(f.field >= 0);
    put_text(&f.value, law_basis(c->packs));
    return f;
}

Str judged_again_why(Ctx *c, const Record *r)
{
    Str before = value_of(r, "judged_by")->text, now = law_basis(c->packs);
    if (!before.n || str_eq(before, now)) return c->reason;
    return str_printf(c->a, "パックの変更：%.*s → %.*s", STR_ARG(before), STR_ARG(now));
}

/* --- incidents ---------------------------------------------------------------------------------------------------------------- */

/* One that is over is judged again only while something of it is undecided or to be reported. */
static size_t left(Ctx *c, Filter out[WALK_FILTERS_MAX])
{
    out[0] = judged_otherwise(c, &incident_resource);
    out[1] = (Filter){.field = field_find(incident_resource.fields, incident_resource.fields_n, STR("followed")), .op = FILTER_NOT, .value = {.state = VALUE_KNOWN, .i = false}};
    return 2;
}

const Walk incident_again = {"incident.again", &incident_resource, left, incidents_judge};

Err incident_again_job(Ctx *c, const Job *job) { return law_basis(c->packs).n ? work_walk(c, job, &incident_again) : ERR_NONE; }

/* --- when time turns them ------------------------------------------------------------------------------------------------------- */

enum { AT_ONCE = 200 };

static ListQuery by_turn(int op, Instant at, size_t limit)
{
    int field = field_find(incident_resource.fields, incident_resource.fields_n, STR("turns_at"));
    ListQuery q = {.sort = field, .limit = limit, .filters_n = 1};
    q.filters[0] = (Filter){.field = field, .op = op, .value = {.state = VALUE_KNOWN, .i = at}};
    return q;
}

/* The next ones come by a job of their own, at their time. */
static Err next_turn(Ctx *c)
{
    ListQuery q = by_turn(FILTER_MIN, 0, 1);
    ListPage page;
    TRY(record_list(c->db, c->a, &incident_resource, c->who->org.row, &q, &page));
    return page.n ? work_enqueue(c, "incident.turn", (Str){0}, (Str){0}, value_of(page.list[0], "turns_at")->i) : ERR_NONE;
}

Err incident_turn_job(Ctx *c, const Job *job)
{
    ListQuery q = by_turn(FILTER_MAX, c->now, AT_ONCE);
    ListPage page;
    UNUSED(job);
    TRY(record_list(c->db, c->a, &incident_resource, c->who->org.row, &q, &page));
    TRY(incidents_judge(c, page.list, page.n));
    return next_turn(c);
}

/* --- the packs ------------------------------------------------------------------------------------------------------------------- */

Err incident_packs_changed(Ctx *c, bool *changed)
{
    Cursor cur;
    Str now = law_basis(c->packs);
    DB_QUERY(c->db, &cur, "SELECT basis FROM packs_seen WHERE one = ?", P_INT(1));
    bool there = cursor_next(&cur);
    *changed = now.n && !(there && str_eq(cursor_text(&cur, 0), now));
    TRY(cursor_close(&cur));
    if (!*changed) return ERR_NONE;
    return DB_EXEC(c->db, "INSERT INTO packs_seen (one, basis, at) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET basis = excluded.basis, at = excluded.at", P_TEXT(now), P_INT(c->now));
}

/* --- to look at ---------------------------------------------------------------------------------------------------------------------- */

static const Choice standings[] = {
    {CODE("now"), TEXT("いまのパック", "The packs of now"), TEXT("", "")}, {CODE("other"), TEXT("ほかのパック", "Other packs"), TEXT("", "")}, {CODE("none"), TEXT("まだ判定していない", "Not judged yet"), TEXT("", "")},
};
static const Field judged_columns[] = {
    {.name = "standing", .kind = KIND_CHOICE, .label = TEXT("判定", "Judged by"), .choices = standings, .choices_n = COUNT(standings)},
    {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("パック", "Packs"), .max = 1000},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Records")},
};

Err judged_table(Ctx *c, const Resource *res, ReportOut *out)
{
    const int by = field_find(res->fields, res->fields_n, STR("judged_by"));
    const CountOf what = {res, &c->who->org.row, 1, NULL, 0};
    Str now = law_basis(c->packs);
    OrgCount *list;
    size_t n;
    TRY(record_count(c->db, c->a, &what, &by, 1, &list, &n));
    ReportTable *t = report_table(out, "judged", text_of("判定に使ったパック", "Judged by which packs"),
        text_of("パックが変わると、終わっていないものから順に判定し直します。終わったものは、当時のパックのまま残ります。", "When the packs change, what is not over is judged again, in the order of the numbers. What is over stays as it was judged."), judged_columns, COUNT(judged_columns));
    for (size_t i = 0; i < n; i++) {
        Value *row = report_row(out, t, NULL);
        Str basis = list[i].by[0].text;
        put_text(&row[0], standings[!basis.n ? 2 : str_eq(basis, now) ? 0 : 1].code);
        if (basis.n) put_text(&row[1], basis);
        put_int(&row[2], list[i].n);
    }
    return ERR_NONE;
}
