/* judged.c -- reports over the register: what past judgements read as criteria, what new criteria would change, priority, retained risks. */
#include "risk/parts.h"

static const Choice readings[] = {
    [LEARNT_OPEN] = {CODE("open"), TEXT("判断なし", "No judgement"), TEXT("決める材料がない", "Nothing to go by")},
    [LEARNT_ACCEPT] = {CODE("accept"), TEXT("受容", "Accept"), TEXT("同じか大きいリスクが受け入れられている", "An equal or greater risk was accepted")},
    [LEARNT_TREAT] = {CODE("treat"), TEXT("対応", "Treat"), TEXT("同じか小さいリスクに対応している", "An equal or smaller risk was treated")},
    [LEARNT_CONTRADICTION] = {CODE("contradiction"), TEXT("食い違い", "Contradiction"), TEXT("どの判定表でも両方は満たせない", "No table can follow both")},
};
static const Field reading_columns[] = {
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact")},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood")},
    {.name = "accept", .kind = KIND_INT, .label = TEXT("受け入れた件数", "Accepted")},
    {.name = "treat", .kind = KIND_INT, .label = TEXT("対応した件数", "Treated")},
    {.name = "watch", .kind = KIND_INT, .label = TEXT("様子を見る件数", "Watched")},
    {.name = "reads", .kind = KIND_CHOICE, .label = TEXT("基準としての読み", "Reads as"), .choices = readings, .choices_n = COUNT(readings)},
};
static const Field contradiction_columns[] = {
    {.name = "accepted_at", .kind = KIND_TEXT, .label = TEXT("影響・起こりやすさ", "Impact, likelihood")},
    {.name = "reason", .kind = KIND_LONG, .label = TEXT("受け入れた理由", "Why accepted")},
    {.name = "treated", .kind = KIND_REF, .label = TEXT("対応したリスク", "Treated risk"), .target = "risk"},
    {.name = "treated_at", .kind = KIND_TEXT, .label = TEXT("その影響・起こりやすさ", "Its impact, likelihood")},
    {.name = "treated_reason", .kind = KIND_LONG, .label = TEXT("対応した理由", "Why treated")},
};

bool risk_place(const Record *r, const Matrix *scale, Str scale_name, int64_t *impact, int64_t *likelihood)
{
    const Value *i = value_of(r, "impact"), *k = value_of(r, "likelihood"), *own = value_of(r, "scale");
    *impact = i->i, *likelihood = k->i;
    bool same = str_eq(own->state == VALUE_KNOWN ? own->text : STR("3 × 3"), scale_name);
    return same && i->state == VALUE_KNOWN && k->state == VALUE_KNOWN && i->i <= scale->impacts && k->i <= scale->likelihoods;
}

typedef struct Treated { bool any; Id id; Str reason; } Treated;
typedef struct Judged {
    Arena *a;
    Matrix scale;
    Str scale_name;
    MatrixPast past;
    Treated treated[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX]; /* the first of each cell */
    size_t used, other;
    ReportTable *contradictions;
} Judged;

static void count_one(Judged *x, const Record *r, int64_t impact, int64_t likelihood)
{
    MatrixVotes *votes = &x->past.cell[impact - 1][likelihood - 1];
    const Value *judgement = value_of(r, "judgement");
    x->used++;
    if (choice_is(judgement, "accept")) votes->accept++;
    if (choice_is(judgement, "watch")) votes->watch++;
    if (!choice_is(judgement, "treat")) return;
    votes->treat++;
    Treated *first = &x->treated[impact - 1][likelihood - 1];
    if (!first->any) *first = (Treated){true, r->id, str_copy(x->a, value_of(r, "judgement_reason")->text)};
}

static const Treated *treated_below(const Judged *x, int64_t *impact, int64_t *likelihood)
{
    for (int64_t i = 0; i < *impact; i++)
        for (int64_t k = 0; k < *likelihood; k++)
            if (x->treated[i][k].any) return *impact = i + 1, *likelihood = k + 1, &x->treated[i][k];
    return NULL;
}

static Str place_text(Ctx *c, int64_t impact, int64_t likelihood)
{
    return str_printf(c->a, "%lld・%lld", (long long)impact, (long long)likelihood);
}

static void reading_rows(ReportOut *out, ReportTable *t, const MatrixPast *past)
{
    for (int64_t i = past->impacts; i >= 1; i--)
        for (int64_t k = 1; k <= past->likelihoods; k++) {
            Value *v = report_row(out, t, NULL);
            const MatrixVotes *votes = &past->cell[i - 1][k - 1];
            put_int(&v[0], i), put_int(&v[1], k), put_int(&v[2], votes->accept), put_int(&v[3], votes->treat), put_int(&v[4], votes->watch);
            put_text(&v[5], readings[matrix_learn(past, i, k)].code);
        }
}

Text not_all(bool all)
{
    return all ? (Text){0} : text_of("リスクが多いため、先頭の 100,000 件だけを見ています。", "There are many risks: only the first 100,000 were looked at.");
}

static Err count_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Judged *x = e->state;
    int64_t impact, likelihood;
    for (size_t i = 0; i < n; i++) {
        if (value_of(list[i], "judgement")->state != VALUE_KNOWN) continue;
        if (risk_place(list[i], &x->scale, x->scale_name, &impact, &likelihood)) count_one(x, list[i], impact, likelihood);
        else x->other++;
    }
    return ERR_NONE;
}

static Err contradict_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Judged *x = e->state;
    int64_t impact, likelihood;
    for (size_t i = 0; i < n; i++) {
        if (!risk_place(list[i], &x->scale, x->scale_name, &impact, &likelihood)) continue;
        Str accepted_at = place_text(c, impact, likelihood);
        const Treated *treated = treated_below(x, &impact, &likelihood);
        if (!treated) continue;
        Value *v = report_row(e->out, x->contradictions, list[i]);
        put_text(&v[0], accepted_at);
        put_text(&v[1], value_of(list[i], "judgement_reason")->text);
        v[2] = (Value){.state = VALUE_KNOWN, .ref = treated->id};
        put_text(&v[3], place_text(c, impact, likelihood));
        put_text(&v[4], treated->reason);
    }
    return ERR_NONE;
}

ListQuery risks_accepted(void)
{
    ListQuery q = {.sort = -1, .filters_n = 1};
    q.filters[0] = (Filter){.field = field_find(risk_resource.fields, risk_resource.fields_n, STR("judgement")), .op = FILTER_EQ};
    put_text(&q.filters[0].value, STR("accept"));
    return q;
}

Err judgements_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    const Criteria *criteria;
    Judged *x = arena_new(c->a, Judged);
    TRY(criteria_now(c, &criteria));
    x->a = c->a;
    x->scale = criteria ? criteria->table : (Matrix){.impacts = MATRIX_PLAIN, .likelihoods = MATRIX_PLAIN};
    x->scale_name = scale_text(c->a, x->scale.impacts, x->scale.likelihoods);
    x->past.impacts = x->scale.impacts, x->past.likelihoods = x->scale.likelihoods;
    Each count = {.page = count_page, .state = x}, contradict = {.page = contradict_page, .state = x, .out = out};
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &count));
    Text note = TEXT_FILL(c->a, "判断のあるリスク {0} 件から。段階がまだ分からないか別の段階で分析された {1} 件は数えていません。",
        "From {0} judged risks; {1} more have no steps yet or were analysed on another scale.", str_printf(c->a, "%zu", x->used), str_printf(c->a, "%zu", x->other));
    reading_rows(out, report_table(out, "table", text_of("判断を判定表として読むと", "The judgements as a table"), note, reading_columns, COUNT(reading_columns)), &x->past);
    x->contradictions = report_table(out, "contradictions", text_of("食い違う判断", "Judgements that contradict"), not_all(count.all), contradiction_columns, COUNT(contradiction_columns));
    ListQuery q = risks_accepted();
    return read_each(c, &risk_resource, &q, &contradict);
}

/* --- what new criteria would change ---------------------------------------------------------------------------------------- */

static const Field change_columns[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("いまのレベル", "Level now"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "level_then", .kind = KIND_INT, .label = TEXT("この基準でのレベル", "Level then"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("いまの評価", "Evaluation now")},
    {.name = "verdict_then", .kind = KIND_TEXT, .label = TEXT("この基準での評価", "Evaluation then")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
    {.name = "kept", .kind = KIND_BOOL, .label = TEXT("保有・受容している", "Kept or accepted")},
};
static const Field count_columns[] = {
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("変化", "Change")},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Risks")},
};

bool risk_is_kept(const Record *r)
{
    return choice_is(value_of(r, "option"), "retain") || choice_is(value_of(r, "judgement"), "accept");
}

Str verdict_word(Ctx *c, const Value *v)
{
    const Field *f = field_of(&risk_resource, "verdict");
    int at = v->state == VALUE_KNOWN ? choice_find(f, v->text) : -1;
    return at < 0 ? (Str){0} : text_in(f->choices[at].label, c->lang);
}

typedef struct Before { Value level, verdict; } Before;

static bool differs(const Before *b, const Record *r)
{
    const Value *level = value_of(r, "level"), *verdict = value_of(r, "verdict");
    bool same_level = b->level.state == level->state && (level->state == VALUE_NONE || (b->level.i == level->i && (level->state != VALUE_RANGE || b->level.hi == level->hi)));
    return !same_level || !str_eq(b->verdict.text, verdict->text);
}

static void change_row(Ctx *c, ReportOut *out, ReportTable *t, const Before *b, const Record *r)
{
    Value *v = report_row(out, t, r);
    v[0] = b->level, v[1] = *value_of(r, "level");
    put_text(&v[2], verdict_word(c, &b->verdict));
    put_text(&v[3], verdict_word(c, value_of(r, "verdict")));
    v[4] = *value_of(r, "verdict_why");
    put_int(&v[5], risk_is_kept(r));
}

static void count_row(Ctx *c, ReportOut *out, ReportTable *t, Text what, int64_t n)
{
    Value *v = report_row(out, t, NULL);
    put_text(&v[0], text_in(what, c->lang));
    put_int(&v[1], n);
}

typedef struct Changes { const Criteria *then; ReportTable *table; int64_t changed, to_treat, to_accept, kept_out, again; } Changes;

static Err change_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Changes *x = e->state;
    Before *before = arena_array(c->a, Before, n + 1);
    for (size_t i = 0; i < n; i++) /* read: judged by the criteria in force */
        before[i] = (Before){*value_of(list[i], "level"), *value_of(list[i], "verdict")};
    TRY(risks_judge(c, list, n, x->then));
    for (size_t i = 0; i < n; i++) {
        const Record *r = list[i];
        const Value *now = value_of(r, "verdict");
        if (!differs(&before[i], r)) continue;
        bool was_treat = choice_is(&before[i].verdict, "treat");
        x->changed++;
        x->to_treat += choice_is(now, "treat") && !was_treat;
        x->to_accept += choice_is(now, "accept") && !choice_is(&before[i].verdict, "accept");
        x->kept_out += risk_is_kept(r) && choice_is(now, "treat") && !was_treat;
        x->again += choice_is(now, "none") && !choice_is(&before[i].verdict, "none");
        change_row(c, e->out, x->table, &before[i], r);
    }
    return ERR_NONE;
}

Err changes_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(params);
    Changes x = {.then = criteria_as_if(c, of)};
    Each e = {.page = change_page, .state = &x, .out = out};
    ReportTable *counts = report_table(out, "counts", text_of("まとめ", "Summary"), (Text){0}, count_columns, COUNT(count_columns));
    x.table = report_table(out, "changes", text_of("変わるリスク", "Risks that change"), (Text){0}, change_columns, COUNT(change_columns));
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &e));
    counts->note = not_all(e.all);
    count_row(c, out, counts, text_of("レベルか評価が変わる", "Level or evaluation changes"), x.changed);
    count_row(c, out, counts, text_of("新しく対応が必要になる", "Newly needs treatment"), x.to_treat);
    count_row(c, out, counts, text_of("そのうち保有・受容している", "Of these kept or accepted"), x.kept_out);
    count_row(c, out, counts, text_of("新しく受容できるようになる", "Newly acceptable"), x.to_accept);
    count_row(c, out, counts, text_of("分析し直しが要る（段階が違う）", "To be analysed again (another scale)"), x.again);
    return ERR_NONE;
}

/* --- the register in order ------------------------------------------------------------------------------------------------- */

static const Field priority_columns[] = {
    {.name = "place", .kind = KIND_INT, .label = TEXT("順位", "Place")},
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("評価", "Evaluation")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("評価の理由", "Why")},
    {.name = "priority_why", .kind = KIND_TEXT, .label = TEXT("順位の理由", "Why this place")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .target = "unit"},
};

typedef struct Places { ReportTable *table; int64_t place, n, last; } Places;

/* Equal places for what nothing tells apart. */
static Err priority_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Places *x = e->state;
    for (size_t i = 0; i < n && !x->table->cut; i++) {
        const Record *r = list[i];
        if (state_is(r, "closed")) continue;
        x->n++;
        if (value_of(r, "priority")->i != x->last) x->place = x->n, x->last = value_of(r, "priority")->i;
        Value *v = report_row(e->out, x->table, r);
        put_int(&v[0], x->place);
        v[1] = *value_of(r, "level");
        put_text(&v[2], verdict_word(c, value_of(r, "verdict")));
        v[3] = *value_of(r, "verdict_why"), v[4] = *value_of(r, "priority_why"), v[5] = *value_of(r, "owner");
    }
    e->enough = x->table->cut;
    return ERR_NONE;
}

Err priority_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    ListQuery q = {.sort = field_find(risk_resource.fields, risk_resource.fields_n, STR("priority")), .descending = true};
    ReportTable *t = report_table(out, "priority", text_of("優先順位", "Priority"), (Text){0}, priority_columns, COUNT(priority_columns));
    Places x = {.table = t, .last = -1};
    return read_each(c, &risk_resource, &q, &(Each){.page = priority_page, .state = &x, .out = out});
}

static const Field retained_columns[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("いまの評価", "Evaluation now")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
    {.name = "judged_on", .kind = KIND_DATE, .label = TEXT("判断した日", "Judged on")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .target = "unit"},
};

ReportTable *retained_table(ReportOut *out)
{
    return report_table(out, "outside", text_of("いまの基準では受容できないもの", "No longer acceptable"), (Text){0}, retained_columns, COUNT(retained_columns));
}

void retained_rows(Ctx *c, Record *const *list, size_t n, ReportOut *out, ReportTable *t)
{
    for (size_t i = 0; i < n; i++) {
        const Record *r = list[i];
        if (state_is(r, "closed") || !risk_is_kept(r) || choice_is(value_of(r, "verdict"), "accept")) continue;
        if (!value_of(r, "level_criteria")->text.n) continue; /* no criteria: the judgement stands in for them */
        Value *v = report_row(out, t, r);
        v[0] = *value_of(r, "level");
        put_text(&v[1], verdict_word(c, value_of(r, "verdict")));
        v[2] = *value_of(r, "verdict_why"), v[3] = *value_of(r, "judged_on"), v[4] = *value_of(r, "owner");
    }
}

static Err retained_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    retained_rows(c, list, n, e->out, e->state);
    return ERR_NONE;
}

Err retained_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    ReportTable *t = retained_table(out);
    Each e = {.page = retained_page, .state = t, .out = out};
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &e));
    t->note = not_all(e.all);
    return ERR_NONE;
}
