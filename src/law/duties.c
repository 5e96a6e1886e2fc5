/* duties.c -- duties: complete, without conflict, and never from what was not verified. */
#include "law/check.h"
#include "period/period.h"

static const json_t *duties_of(const Part *p)
{
    return json_object_get(p->json, "duties");
}

static const json_t *duty_named(const json_t *duties, Str id)
{
    for (size_t i = 0; i < json_array_size(duties); i++)
        if (str_eq(text_at(json_array_get(duties, i), "id"), id)) return json_array_get(duties, i);
    return NULL;
}

/* --- one duty -------------------------------------------------------------------------------------------------------------- */

/* Following "from a duty" from this one comes back to it. */
static bool comes_back(const json_t *duties, const json_t *duty)
{
    const json_t *at = duty;
    for (size_t i = 0; i <= json_array_size(duties); i++) {
        at = duty_named(duties, text_at(json_object_get(at, "from"), "duty"));
        if (!at) return false;
    }
    return true;
}

static void from_check(const Part *p, const json_t *duty, Str path)
{
    Str id = text_at(json_object_get(duty, "from"), "duty"), at = path_of(p->c->a, path, "from/duty");
    size_t n = json_array_size(duties_of(p));
    if (!id.n) return;
    if (duty_named(duties_of(p), id)) {
        if (comes_back(duties_of(p), duty)) doc_wrong(&p->d, at, "reference", text_of("義務の期限がめぐって自分に戻ります。", "The deadlines of these duties come back to themselves."));
        return;
    }
    Str *valid = arena_array(p->c->a, Str, n);
    for (size_t i = 0; i < n; i++) valid[i] = text_at(json_array_get(duties_of(p), i), "id");
    doc_wrong(&p->d, at, "reference", not_a_word(p->c->a, id, valid, n));
}

/* A clock is a time that the pack asks for; a roll is one that the program can count. */
static void clock_check(const Part *p, Str clock, Str path)
{
    if (str_eqc(clock, "stopped") && !str_eqc(fact_type(p->c->x, clock), "time"))
        doc_wrong(&p->d, path, "reference", text_of("この起点には事実「stopped」（型 time）が要ります。", "This clock needs the fact \"stopped\" of type time."));
}

static void clocks_check(const Part *p, const json_t *duty, Str path)
{
    Arena *a = p->c->a;
    const json_t *from = json_object_get(duty, "from"), *list = json_object_get(from, "earliest_of");
    Str roll = text_at(duty, "roll");
    clock_check(p, json_str_of(from), path_of(a, path, "from"));
    for (size_t i = 0; i < json_array_size(list); i++) clock_check(p, text_at(json_array_get(list, i), "event"), path_of(a, path_at(a, path_of(a, path, "from/earliest_of"), i), "event"));
    if (roll.n && !period_roll_of(roll)) doc_wrong(&p->d, path_of(a, path, "roll"), "choice", TEXT_FILL(a, "プログラムは休日の扱い「{0}」を計算できません。", "The program cannot compute the roll \"{0}\".", roll));
}

static void when_due_check(const Part *p, const json_t *duty, Str path)
{
    Arena *a = p->c->a;
    bool promptly = json_object_get(duty, "promptly") != NULL, within = json_object_get(duty, "within") != NULL, from = json_object_get(duty, "from") != NULL;
    bool per = json_object_get(duty, "per") != NULL, on_day = json_object_get(duty, "on_day") != NULL;
    if (on_day && !per) doc_wrong(&p->d, path_of(a, path, "per"), "required", text_of("on_day には per が要ります。", "on_day needs per."));
    if (per && !within && !on_day) doc_wrong(&p->d, path_of(a, path, "within"), "required", text_of("per には within か on_day が要ります。", "per needs within or on_day."));
    if (within && !from) doc_wrong(&p->d, path_of(a, path, "from"), "required", text_of("within には、いつからかを言う from が要ります。", "within needs from."));
    if (!promptly && !within && !per) doc_wrong(&p->d, path, "required", text_of("期限が要ります: promptly、within と from、または per。", "A deadline is needed: promptly, within and from, or per."));
}

static void variants_check(const Part *p, const json_t *duty, Str path)
{
    const json_t *list = json_object_get(duty, "variants");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i), *set = json_object_get(v, "set");
        Str at = path_at(p->c->a, path_of(p->c->a, path, "variants"), i);
        size_t changes = json_object_size(set) - (json_object_get(set, "note") != NULL);
        if (!changes) doc_wrong(&p->d, path_of(p->c->a, at, "set"), "required", text_of("何も変えない変形です。", "A variant that changes nothing."));
        if (json_object_get(set, "within") && !json_object_get(set, "from") && !json_object_get(duty, "from"))
            doc_wrong(&p->d, path_of(p->c->a, at, "set/from"), "required", text_of("within には、いつからかを言う from が要ります。", "within needs from."));
        for (size_t k = 0; k < i; k++)
            if (str_eq(text_at(json_array_get(list, k), "id"), text_at(v, "id"))) doc_wrong(&p->d, path_of(p->c->a, at, "id"), "unique", text_of("同じ id の変形があります。", "There is a variant of this id already."));
    }
}

/* --- two duties -------------------------------------------------------------------------------------------------------------- */

static bool share_authority(const json_t *x, const json_t *y)
{
    const json_t *tx = json_object_get(x, "to"), *ty = json_object_get(y, "to");
    for (size_t i = 0; i < json_array_size(tx); i++)
        for (size_t k = 0; k < json_array_size(ty); k++)
            if (json_equal(json_array_get(tx, i), json_array_get(ty, k))) return true;
    return false;
}

static bool equal_or_none(const json_t *x, const json_t *y)
{
    return (!x && !y) || (x && y && json_equal(x, y));
}

/* The same report on the same clock with another deadline; conditions may keep them apart. */
static bool in_conflict(const json_t *x, const json_t *y)
{
    const json_t *fx = json_object_get(x, "from"), *fy = json_object_get(y, "from"), *wx = json_object_get(x, "within"), *wy = json_object_get(y, "within");
    if (json_object_get(x, "when") || json_object_get(y, "when") || !share_authority(x, y) || !str_eq(text_at(x, "kind"), text_at(y, "kind"))) return false;
    if (!wx || !wy || !equal_or_none(fx, fy) || !str_eq(text_at(x, "per"), text_at(y, "per"))) return false;
    return !json_equal(wx, wy);
}

static bool days_meet(const json_t *x, const json_t *y)
{
    Day fx = day_at(x, "first_day"), lx = day_at(x, "last_day"), fy = day_at(y, "first_day"), ly = day_at(y, "last_day");
    return (lx == DAY_NONE || fy == DAY_NONE || fy <= lx) && (ly == DAY_NONE || fx == DAY_NONE || fx <= ly);
}

static void conflict_with(const Part *p, const json_t *duty, Str path, const json_t *others, Str whose)
{
    for (size_t i = 0; i < json_array_size(others); i++) {
        const json_t *other = json_array_get(others, i);
        if (other == duty) return; /* those after it look back */
        if (in_conflict(duty, other))
            doc_wrong(&p->d, path_of(p->c->a, path, "within"), "unique", TEXT_FILL(p->c->a, "「{0}」の「{1}」と、提出先・種類・起点が同じで期限が違います。", "Same authority, kind and clock as \"{1}\" of \"{0}\", another deadline.", whose, text_at(other, "id")));
    }
}

static Str rule_after(const json_t *item)
{
    return text_at(json_object_get(item, "after"), "rule");
}

/* Duty files before this one, and this one up to the duty. */
static void conflicts_check(const Part *p, const json_t *duty, Str path)
{
    for (size_t i = 0; i < p->c->law->n; i++) {
        const LawItem *it = &p->c->law->items[i];
        const json_t *versions = json_object_get(it->json, "versions");
        if (it->kind != LAW_DUTIES || !str_eq(rule_after(it->json), rule_after(p->item->json))) continue;
        for (size_t k = 0; k < json_array_size(versions); k++) {
            const json_t *v = json_array_get(versions, k);
            if (v == p->json || (it != p->item && days_meet(v, p->json))) conflict_with(p, duty, path, json_object_get(v, "duties"), it->id);
        }
        if (it == p->item) return;
    }
}

/* --- what was not verified ------------------------------------------------------------------------------------------------- */

typedef struct Rests { const Part *p; const Named *rule; int depth; } Rests;

static void rests_on(void *self, const json_t *c, Str path, size_t depth);

static void each_rest(Rests *r)
{
    const json_t *versions = json_object_get(r->rule->json, "versions");
    for (size_t i = 0; r->depth < 8 && i < json_array_size(versions); i++) each_condition_in(r->p->c->a, json_object_get(json_array_get(versions, i), "condition"), (Str){0}, 0, rests_on, r);
}

/* A rule that is asked for within the one that opens the duty: of what was not verified only "never decided" may be met, which it never is. */
static void rests_on(void *self, const json_t *c, Str path, size_t depth)
{
    const Rests *r = self;
    const Part *p = r->p;
    const Named *rule = text_at(c, "rule").n ? index_find(p->c->x, R_RULE, text_at(c, "rule")) : NULL;
    const json_t *versions = rule ? json_object_get(rule->json, "versions") : NULL;
    UNUSED(path), UNUSED(depth);
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *v = json_array_get(versions, i);
        if (status_is_weak(status_of(v)) && days_meet(v, p->json) && !json_object_get(json_object_get(v, "condition"), "unknown"))
            doc_wrong(&p->d, p->path, "reference", TEXT_FILL(p->c->a, "規則「{0}」は「{1}」によります。その版「{2}」は状態 {3} です。そこから義務は生じません。", "The rule \"{0}\" rests on \"{1}\", whose version \"{2}\" is of status {3}: it opens no duty.", r->rule->id, rule->id, text_at(v, "v"), status_of(v)));
    }
    if (rule) each_rest(&(Rests){p, rule, r->depth + 1});
}

static void weak_check(const Part *p)
{
    const Named *rule = index_find(p->c->x, R_RULE, rule_after(p->item->json));
    const json_t *versions = rule ? json_object_get(rule->json, "versions") : NULL;
    Str status = status_of(p->json);
    if (status_is_weak(status))
        doc_wrong(&p->d, path_of(p->c->a, p->path, "check/status"), "choice", TEXT_FILL(p->c->a, "状態 {0} の義務は書けません（確かめていない定めから義務は生じません）。", "There is no duty of status {0} (what was not verified opens none).", status));
    if (rule) each_rest(&(Rests){p, rule, 0});
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *v = json_array_get(versions, i);
        if (status_is_weak(status_of(v)) && days_meet(v, p->json))
            doc_wrong(&p->d, p->path, "reference", TEXT_FILL(p->c->a, "規則「{0}」の版「{1}」は状態 {2} です。そこから義務は生じません。", "Version \"{1}\" of the rule \"{0}\" is of status {2}: it opens no duty.", rule->id, text_at(v, "v"), status_of(v)));
    }
}

static void after_check(const Part *p)
{
    const Named *rule = index_find(p->c->x, R_RULE, rule_after(p->item->json));
    if (rule && rule->kind != LAW_RULE)
        doc_wrong(&p->d, STR("after/rule"), "reference", TEXT_FILL(p->c->a, "「{0}」は {1}/ のものです。義務が生じるのは rules/ の規則だけです。", "\"{0}\" stands in {1}/; only rules of rules/ open duties.", rule->id, str_of(law_kind_rows[rule->kind].folder)));
}

static void duties_of_part(const Part *p)
{
    const json_t *duties = duties_of(p);
    if (p->item->kind != LAW_DUTIES) return;
    after_check(p);
    weak_check(p);
    for (size_t i = 0; i < json_array_size(duties); i++) {
        const json_t *duty = json_array_get(duties, i);
        Str path = path_at(p->c->a, path_of(p->c->a, p->path, "duties"), i);
        if (duty_named(duties, text_at(duty, "id")) != duty) doc_wrong(&p->d, path_of(p->c->a, path, "id"), "unique", text_of("同じ id の義務があります。", "There is a duty of this id already."));
        when_due_check(p, duty, path);
        from_check(p, duty, path);
        clocks_check(p, duty, path);
        variants_check(p, duty, path);
        conflicts_check(p, duty, path);
    }
}

void duties_check(const Check *c)
{
    each_part(c, duties_of_part);
}
