/*
 * group.c -- what an organisation shows to those above it (企業集団), decided by its own administrators. The decision is a record: versioned, in the log, with
 * its reason. It holds upwards only as far as everybody between shows as much, and only within a group of operators.
 */
#include "work/work.h"

const Choice show_choices[SHOWS] = {
    [SHOW_NOTHING] = {{"nothing", 7}, TEXT("何も示さない", "Nothing"), TEXT("組織の名称と、示していないことだけが見えます。下の組織も見えなくなります。", "Only its name, and that it shows nothing. What lies below it is not seen either.")},
    [SHOW_STANDING] = {{"standing", 8}, TEXT("状態だけ", "Standing only"),
        TEXT("有効な判定基準があるか、承認された計画があるか、期限を過ぎたものがあるかだけが見えます。数は見えません。", "Whether criteria are in force, whether a plan is approved, whether anything is overdue. No counts.")},
    [SHOW_FIGURES] = {{"figures", 7}, TEXT("数まで", "Figures too"),
        TEXT("レベルと評価ごとのリスクの数などが見えます。一件か二件の数は隠します。題名や記録は見えません。", "Counts of risks by level and evaluation and the like. One or two are hidden. No titles, no records.")},
    [SHOW_SEVERE] = {{"severe", 6}, TEXT("重いリスクの題名まで", "Titles of the gravest risks too"),
        TEXT("数に加えて、対応が必要なリスクのうち優先順位の高い五件の題名とレベルが見えます。", "Besides the figures, title and level of the five risks to be treated that come first by priority.")},
};
enum { SHOW, REASON, FIELDS };
static const Field fields[FIELDS] = {
    [SHOW] = {.name = "show", .kind = KIND_CHOICE, .label = TEXT("上の組織に示すこと", "Shown to those above"), .flags = REQUIRED | FILTER, .choices = show_choices, .choices_n = SHOWS},
    [REASON] = {.name = "reason", .kind = KIND_TEXT, .label = TEXT("理由", "Reason"), .help = TEXT("誰が決めたか、何のためか", "Who decided it, and what for"), .flags = REQUIRED | TITLE},
};

const Resource disclosure_resource = {.name = "disclosure", .path = "disclosures", .prefix = "O", .label = TEXT("上の組織への開示", "Disclosure upwards"),
    .label_many = TEXT("上の組織への開示", "Disclosure upwards"), .help = TEXT("上の組織に何を示すか", "What those above are shown"), .fields = fields, .fields_n = FIELDS,
    .read = ROLES_ALL, .create = ROLE_BIT(ROLE_ADMIN), .update = ROLE_BIT(ROLE_ADMIN), .inner = true};

static Show show_of(const Value *v)
{
    int at = v->state == VALUE_KNOWN ? choice_find(&fields[SHOW], v->text) : -1;
    return at < 0 ? SHOW_NOTHING : (Show)at;
}

/* --- the own decision ------------------------------------------------------------------------------------------------------- */

Err work_disclosure(Ctx *c, Record **out)
{
    ListPage page;
    TRY(work_list(c, &disclosure_resource, &(ListQuery){.sort = -1, .limit = 1}, &page));
    *out = page.n ? page.list[0] : NULL;
    return ERR_NONE;
}

Show disclosure_show(const Record *r)
{
    return r ? show_of(&r->v[SHOW]) : SHOW_UNDECIDED;
}

/* The caller holds the organisation, so there is one such record. */
Err work_disclose(Ctx *c, struct json_t *body, Record **out)
{
    Record *now;
    TRY(work_disclosure(c, &now));
    if (!now) return work_create(c, &disclosure_resource, body, out);
    return work_update(c, &disclosure_resource, now->id, now->version, body, false, out);
}

/* --- those below ------------------------------------------------------------------------------------------------------------ */

typedef struct Decided { int64_t org; Show show; } Decided;

static Err decisions(Ctx *c, const Org *list, size_t n, Decided **out, size_t *out_n)
{
    static const int by[] = {SHOW};
    int64_t *rows = arena_array(c->a, int64_t, n + 1);
    *out = arena_array(c->a, Decided, n + 1);
    *out_n = 0;
    for (size_t i = 0; i < n; i++)
        rows[i] = list[i].row;
    for (size_t i = 0; i < n; i += COUNT_ORGS_MAX) {
        OrgCount *counts;
        size_t got;
        CountOf what = {.res = &disclosure_resource, .orgs = rows + i, .orgs_n = n - i < COUNT_ORGS_MAX ? n - i : COUNT_ORGS_MAX};
        TRY(record_count(c->db, c->a, &what, by, COUNT(by), &counts, &got));
        for (size_t k = 0; k < got && *out_n < n; k++)
            (*out)[(*out_n)++] = (Decided){counts[k].org, show_of(&counts[k].by[0])};
    }
    return ERR_NONE;
}

static const Decided *decided_by(const Decided *list, size_t n, int64_t org)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].org == org) return &list[i];
    return NULL;
}

static int depth_of(Str path)
{
    int n = 0;
    for (size_t i = 0; i < path.n; i++)
        n += path.s[i] == '/';
    return n;
}

/* Parents come before what is below them. What lies under one that shows nothing is not listed. */
static void list_members(const Org *top, const Org *list, size_t n, const Decided *decided, size_t decided_n, OrgGroup *out)
{
    enum { DEPTH_MAX = 64 };
    Show above[DEPTH_MAX] = {str_eqc(top->kind, "operator") ? SHOW_SEVERE : SHOW_NOTHING};
    for (size_t i = 0; i < n; i++) {
        int depth = depth_of(list[i].path) - depth_of(top->path);
        if (depth < 1 || depth >= DEPTH_MAX || (depth > 1 && above[depth - 1] == SHOW_NOTHING)) {
            if (depth >= 1 && depth < DEPTH_MAX) above[depth] = SHOW_NOTHING;
            continue;
        }
        const Decided *own = decided_by(decided, decided_n, list[i].row);
        Show show = own ? own->show : SHOW_UNDECIDED;
        above[depth] = show < above[depth - 1] ? show : above[depth - 1];
        if (out->n == GROUP_MAX) {
            out->cut = true;
            return;
        }
        out->list[out->n++] = (Member){list[i], depth, above[depth], own != NULL};
    }
}

Err work_group(Ctx *c, OrgGroup *out)
{
    Org *list;
    Decided *decided;
    size_t n, decided_n;
    TRY(access_decide(c->who, ACT_GROUP, NULL, NULL, NULL));
    TRY(org_list_below(c->db, c->a, &c->who->org, ORGS_MAX, &list, &n));
    TRY(decisions(c, list, n, &decided, &decided_n));
    *out = (OrgGroup){.list = arena_array(c->a, Member, GROUP_MAX)};
    list_members(&c->who->org, list, n, decided, decided_n, out);
    return ERR_NONE;
}
