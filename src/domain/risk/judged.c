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

static bool place_of(const Record *r, const Matrix *scale, Str scale_name, int64_t *impact, int64_t *likelihood)
{
    const Value *i = value_of(r, "impact"), *k = value_of(r, "likelihood"), *own = value_of(r, "scale");
    *impact = i->i, *likelihood = k->i;
    bool same = str_eq(own->state == VALUE_KNOWN ? own->text : STR("3 × 3"), scale_name);
    return same && i->state == VALUE_KNOWN && k->state == VALUE_KNOWN && i->i <= scale->impacts && k->i <= scale->likelihoods;
}

typedef struct Judged { MatrixPast past; const Record *treated[MATRIX_SIDE_MAX][MATRIX_SIDE_MAX]; size_t used, other; } Judged;

static void count_one(Judged *x, const Record *r, int64_t impact, int64_t likelihood)
{
    MatrixVotes *votes = &x->past.cell[impact - 1][likelihood - 1];
    const Value *judgement = value_of(r, "judgement");
    x->used++;
    if (choice_is(judgement, "accept")) votes->accept++;
    if (choice_is(judgement, "watch")) votes->watch++;
    if (!choice_is(judgement, "treat")) return;
    votes->treat++;
    if (!x->treated[impact - 1][likelihood - 1]) x->treated[impact - 1][likelihood - 1] = r;
}

static const Record *treated_below(const Judged *x, int64_t impact, int64_t likelihood)
{
    for (int64_t i = 0; i < impact; i++)
        for (int64_t k = 0; k < likelihood; k++)
            if (x->treated[i][k]) return x->treated[i][k];
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

static void contradiction_row(Ctx *c, ReportOut *out, ReportTable *t, const Record *accepted, const Record *treated)
{
    Value *v = report_row(out, t, accepted);
    put_text(&v[0], place_text(c, value_of(accepted, "impact")->i, value_of(accepted, "likelihood")->i));
    put_text(&v[1], value_of(accepted, "judgement_reason")->text);
    v[2] = (Value){.state = VALUE_KNOWN, .ref = treated->id};
    put_text(&v[3], place_text(c, value_of(treated, "impact")->i, value_of(treated, "likelihood")->i));
    put_text(&v[4], value_of(treated, "judgement_reason")->text);
}

static Text not_all(const Read *all)
{
    return all->all ? (Text){0} : text_of("リスクが多いため、先頭の 20,000 件だけを見ています。", "There are many risks: only the first 20,000 were looked at.");
}

Err judgements_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    const Criteria *criteria;
    Read risks;
    Judged *x = arena_new(c->a, Judged);
    TRY(criteria_now(c, &criteria));
    TRY(read_all(c, &risk_resource, &(ListQuery){.sort = -1}, &risks));
    Matrix scale = criteria ? criteria->table : (Matrix){.impacts = MATRIX_PLAIN, .likelihoods = MATRIX_PLAIN};
    Str name = scale_text(c->a, scale.impacts, scale.likelihoods);
    int64_t impact, likelihood;
    x->past.impacts = scale.impacts, x->past.likelihoods = scale.likelihoods;
    for (size_t i = 0; i < risks.n; i++) {
        if (value_of(risks.list[i], "judgement")->state != VALUE_KNOWN) continue;
        if (place_of(risks.list[i], &scale, name, &impact, &likelihood)) count_one(x, risks.list[i], impact, likelihood);
        else x->other++;
    }
    Text note = TEXT_FILL(c->a, "判断のあるリスク {0} 件から。段階がまだ分からないか別の段階で分析された {1} 件は数えていません。",
        "From {0} judged risks; {1} more have no steps yet or were analysed on another scale.", str_printf(c->a, "%zu", x->used), str_printf(c->a, "%zu", x->other));
    reading_rows(out, report_table(out, "table", text_of("判断を判定表として読むと", "The judgements as a table"), note, reading_columns, COUNT(reading_columns)), &x->past);
    ReportTable *t = report_table(out, "contradictions", text_of("食い違う判断", "Judgements that contradict"), not_all(&risks), contradiction_columns, COUNT(contradiction_columns));
    for (size_t i = 0; i < risks.n; i++) {
        const Record *r = risks.list[i];
        if (!choice_is(value_of(r, "judgement"), "accept") || !place_of(r, &scale, name, &impact, &likelihood)) continue;
        const Record *treated = treated_below(x, impact, likelihood);
        if (treated) contradiction_row(c, out, t, r, treated);
    }
    return ERR_NONE;
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

static bool is_kept(const Record *r)
{
    return choice_is(value_of(r, "option"), "retain") || choice_is(value_of(r, "judgement"), "accept");
}

static Str verdict_word(Ctx *c, const Value *v)
{
    const Field *f = &risk_resource.fields[field_find(risk_resource.fields, risk_resource.fields_n, STR("verdict"))];
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
    put_int(&v[5], is_kept(r));
}

static void count_row(Ctx *c, ReportOut *out, ReportTable *t, Text what, int64_t n)
{
    Value *v = report_row(out, t, NULL);
    put_text(&v[0], text_in(what, c->lang));
    put_int(&v[1], n);
}

Err changes_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(params);
    Read risks;
    TRY(read_all(c, &risk_resource, &(ListQuery){.sort = -1}, &risks)); /* judged by the criteria in force */
    Before *before = arena_array(c->a, Before, risks.n + 1);
    for (size_t i = 0; i < risks.n; i++)
        before[i] = (Before){*value_of(risks.list[i], "level"), *value_of(risks.list[i], "verdict")};
    TRY(risks_judge(c, risks.list, risks.n, criteria_as_if(c, of)));
    ReportTable *counts = report_table(out, "counts", text_of("まとめ", "Summary"), not_all(&risks), count_columns, COUNT(count_columns));
    ReportTable *t = report_table(out, "changes", text_of("変わるリスク", "Risks that change"), (Text){0}, change_columns, COUNT(change_columns));
    int64_t changed = 0, to_treat = 0, to_accept = 0, kept_out = 0, again = 0;
    for (size_t i = 0; i < risks.n; i++) {
        const Record *r = risks.list[i];
        const Value *now = value_of(r, "verdict");
        if (!differs(&before[i], r)) continue;
        bool was_treat = choice_is(&before[i].verdict, "treat");
        changed++;
        to_treat += choice_is(now, "treat") && !was_treat;
        to_accept += choice_is(now, "accept") && !choice_is(&before[i].verdict, "accept");
        kept_out += is_kept(r) && choice_is(now, "treat") && !was_treat;
        again += choice_is(now, "none") && !choice_is(&before[i].verdict, "none");
        change_row(c, out, t, &before[i], r);
    }
    count_row(c, out, counts, text_of("レベルか評価が変わる", "Level or evaluation changes"), changed);
    count_row(c, out, counts, text_of("新しく対応が必要になる", "Newly needs treatment"), to_treat);
    count_row(c, out, counts, text_of("そのうち保有・受容している", "Of these kept or accepted"), kept_out);
    count_row(c, out, counts, text_of("新しく受容できるようになる", "Newly acceptable"), to_accept);
    count_row(c, out, counts, text_of("分析し直しが要る（段階が違う）", "To be analysed again (another scale)"), again);
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

/* Equal places for what nothing tells apart. */
Err priority_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    Read risks;
    ListQuery q = {.sort = field_find(risk_resource.fields, risk_resource.fields_n, STR("priority")), .descending = true};
    TRY(read_all(c, &risk_resource, &q, &risks));
    ReportTable *t = report_table(out, "priority", text_of("優先順位", "Priority"), not_all(&risks), priority_columns, COUNT(priority_columns));
    int64_t place = 0, n = 0, last = -1;
    for (size_t i = 0; i < risks.n; i++) {
        const Record *r = risks.list[i];
        if (state_is(r, "closed")) continue;
        n++;
        if (value_of(r, "priority")->i != last) place = n, last = value_of(r, "priority")->i;
        Value *v = report_row(out, t, r);
        put_int(&v[0], place);
        v[1] = *value_of(r, "level");
        put_text(&v[2], verdict_word(c, value_of(r, "verdict")));
        v[3] = *value_of(r, "verdict_why"), v[4] = *value_of(r, "priority_why"), v[5] = *value_of(r, "owner");
    }
    return ERR_NONE;
}

static const Field retained_columns[] = {
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("いまの評価", "Evaluation now")},
    {.name = "why", .kind = KIND_TEXT, .label = TEXT("理由", "Why")},
    {.name = "judged_on", .kind = KIND_DATE, .label = TEXT("判断した日", "Judged on")},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .target = "unit"},
};

Err retained_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    Read risks;
    TRY(read_all(c, &risk_resource, &(ListQuery){.sort = -1}, &risks));
    ReportTable *t = report_table(out, "outside", text_of("いまの基準では受容できないもの", "No longer acceptable"), not_all(&risks), retained_columns, COUNT(retained_columns));
    for (size_t i = 0; i < risks.n; i++) {
        const Record *r = risks.list[i];
        if (state_is(r, "closed") || !is_kept(r) || choice_is(value_of(r, "verdict"), "accept")) continue;
        if (!value_of(r, "level_criteria")->text.n) continue; /* no criteria: the judgement stands in for them */
        Value *v = report_row(out, t, r);
        v[0] = *value_of(r, "level");
        put_text(&v[1], verdict_word(c, value_of(r, "verdict")));
        v[2] = *value_of(r, "verdict_why"), v[3] = *value_of(r, "judged_on"), v[4] = *value_of(r, "owner");
    }
    return ERR_NONE;
}
