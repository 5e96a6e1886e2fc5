/* dates.c -- the versions of one id side by side, and rules that come back to themselves. */
#include "law/check.h"

/* --- versions ----------------------------------------------------------------------------------------------------------- */

static Str days_of(Arena *a, const json_t *v)
{
    Day first = day_at(v, "first_day"), last = day_at(v, "last_day");
    return str_printf(a, "%.*s…%.*s", STR_ARG(first == DAY_NONE ? (Str){0} : day_text(a, first)), STR_ARG(last == DAY_NONE ? (Str){0} : day_text(a, last)));
}

/* Does x end before y begins? */
static bool before(const json_t *x, const json_t *y)
{
    Day last = day_at(x, "last_day"), first = day_at(y, "first_day");
    return last != DAY_NONE && first != DAY_NONE && last < first;
}

static bool same_clock(const json_t *x, const json_t *y)
{
    return str_eq(text_at(x, "chosen_by"), text_at(y, "chosen_by"));
}

static bool counts(const json_t *v)
{
    return !str_eqc(status_of(v), "proposed");
}

/* The version that begins next after this one, on the same clock. */
static const json_t *next_of(const json_t *versions, const json_t *v)
{
    const json_t *found = NULL;
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *other = json_array_get(versions, i);
        if (other == v || !counts(other) || !same_clock(v, other) || !before(v, other)) continue;
        if (!found || day_at(other, "first_day") < day_at(found, "first_day")) found = other;
    }
    return found;
}

static void version_check(const Doc *d, const json_t *versions, size_t at)
{
    const json_t *v = json_array_get(versions, at), *next = next_of(versions, v);
    Str path = path_at(d->a, STR("versions"), at);
    Day first = day_at(v, "first_day"), last = day_at(v, "last_day");
    if (first != DAY_NONE && last != DAY_NONE && last < first) doc_wrong(d, path_of(d->a, path, "last_day"), "range", text_of("終わりが始まりより前です。", "It ends before it begins."));
    if (str_eqc(text_at(v, "chosen_by"), "report_due") && !json_object_get(v, "report"))
        doc_wrong(d, path_of(d->a, path, "report"), "required", text_of("report_due には、いつが期限かを言う report が要ります。", "report_due needs the report whose due day it is."));
    for (size_t i = 0; i < at; i++) {
        const json_t *other = json_array_get(versions, i);
        if (str_eq(text_at(v, "v"), text_at(other, "v"))) doc_wrong(d, path_of(d->a, path, "v"), "unique", TEXT_FILL(d->a, "版「{0}」が二度あります。", "Version \"{0}\" is there twice.", text_at(v, "v")));
        if (counts(v) && counts(other) && same_clock(v, other) && !before(v, other) && !before(other, v))
            doc_wrong(d, path_of(d->a, path, "first_day"), "unique", TEXT_FILL(d->a, "{0} は版「{1}」の {2} と重なります。", "{0} overlaps {2} of version \"{1}\".", days_of(d->a, v), text_at(other, "v"), days_of(d->a, other)));
    }
    if (counts(v) && next && day_at(next, "first_day") != last + 1)
        doc_wrong(d, path_of(d->a, path, "last_day"), "range", TEXT_FILL(d->a, "{0} の後、版「{1}」の始まる {2} まで版がありません（条文が無いなら状態 missing の版を書きます）。", "After {0} there is no version until \"{1}\" begins on {2} (a version of status missing says that none was found).",
            day_text(d->a, last), text_at(next, "v"), day_text(d->a, day_at(next, "first_day"))));
}

static void plan_in_rules_check(const Doc *d, const LawItem *it)
{
    if (it->kind == LAW_RULE && str_eqc(text_at(it->json, "force"), "plan")) doc_wrong(d, STR("force"), "choice", text_of("計画の水準は levels/ に置きます。", "A level of a plan stands in levels/."));
}

static void cites_needed(const Doc *d, const json_t *v, Str path)
{
    if (!json_array_size(json_object_get(v, "cite")) && !status_is_weak(status_of(v)))
        doc_wrong(d, path_of(d->a, path, "cite"), "required", text_of("根拠の条文が要ります（状態が memory、proposed、missing の版を除く）。", "A citation is needed (but for versions of status memory, proposed, missing)."));
}

void dates_check(const Check *c)
{
    for (size_t i = 0; i < c->law->n; i++) {
        const LawItem *it = &c->law->items[i];
        const json_t *versions = json_object_get(it->json, "versions");
        Doc d = item_doc(it, c->a, c->m);
        plan_in_rules_check(&d, it);
        for (size_t k = 0; k < json_array_size(versions); k++) {
            version_check(&d, versions, k);
            if (is_rule(it->kind)) cites_needed(&d, json_array_get(versions, k), path_at(c->a, STR("versions"), k));
        }
    }
}

/* --- circles -------------------------------------------------------------------------------------------------------------- */

typedef struct Graph {
    const Check *c;
    const Named *rules;
    size_t n;
    unsigned char *state; /* 0 new, 1 on the way, 2 done */
    size_t at;            /* whose arrows are followed */
} Graph;

static void rule_visit(Graph *g, size_t at);

static void follow(Graph *g, const Doc *d, Str id, Str path)
{
    const Named *to = index_find(g->c->x, R_RULE, id);
    if (!to) return;
    size_t k = (size_t)(to - g->rules);
    if (g->state[k] == 1) doc_wrong(d, path, "reference", TEXT_FILL(g->c->a, "規則がめぐって自分に戻ります: {0} → {1}", "Rules come back to themselves: {0} → {1}", g->rules[g->at].id, id));
    if (g->state[k]) return;
    size_t here = g->at;
    rule_visit(g, k);
    g->at = here;
}

typedef struct Arrow {
    Graph *g;
    const Doc *d;
} Arrow;

static void arrow(void *self, const json_t *c, Str path, size_t depth)
{
    Arrow *w = self;
    UNUSED(depth);
    if (text_at(c, "rule").n) follow(w->g, w->d, text_at(c, "rule"), path_of(w->d->a, path, "rule"));
}

static const LawItem *item_by_json(const Law *law, const json_t *json)
{
    for (size_t i = 0; i < law->n; i++)
        if (law->items[i].json == json) return &law->items[i];
    return NULL;
}

static void rule_visit(Graph *g, size_t at)
{
    const LawItem *it = item_by_json(g->c->law, g->rules[at].json);
    const json_t *versions = json_object_get(g->rules[at].json, "versions");
    if (!it) return;
    Doc d = item_doc(it, g->c->a, g->c->m);
    g->state[at] = 1;
    g->at = at;
    for (size_t i = 0; i < json_array_size(versions); i++) {
        Part p = {g->c, it, d, json_array_get(versions, i), path_at(g->c->a, STR("versions"), i)};
        const json_t *yields = json_object_get(p.json, "yields_to");
        each_condition(&p, arrow, &(Arrow){g, &d});
        for (size_t k = 0; k < json_array_size(yields); k++)
            follow(g, &d, text_at(json_array_get(yields, k), "rule"), path_of(d.a, path_at(d.a, path_of(d.a, p.path, "yields_to"), k), "rule"));
    }
    g->state[at] = 2;
}

void circles_check(const Check *c)
{
    const struct Names *rules = &c->x->of[R_RULE];
    Graph g = {c, rules->list, rules->n, arena_array(c->a, unsigned char, rules->n + 1), 0};
    for (size_t i = 0; i < g.n; i++)
        if (!g.state[i]) rule_visit(&g, i);
}
