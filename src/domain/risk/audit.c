/* audit.c -- the auditor's page: what was decided and by whom, what went against the criteria or around them, what is late, and how the history proves it. */
#include "risk/parts.h"

/* --- decisions ---------------------------------------------------------------------------------------------------------------- */

static const Field decision_columns[] = {
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on")},
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)")},
    {.name = "approved_by", .kind = KIND_TEXT, .label = TEXT("承認を記録した人", "Approval recorded by")},
    {.name = "submitted_by", .kind = KIND_TEXT, .label = TEXT("提出した人", "Submitted by")},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number")},
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("ファイル", "File"), .target = "file"},
};
static const Choice lacks[] = {
    {CODE("both"), TEXT("番号もファイルもない", "Neither number nor file"), TEXT("", "")},
    {CODE("number"), TEXT("番号がない", "No number"), TEXT("", "")},
    {CODE("file"), TEXT("ファイルがない", "No file"), TEXT("", "")},
};
static const Field unproven_columns[] = {
    {.name = "lacks", .kind = KIND_CHOICE, .label = TEXT("ないもの", "What is missing"), .choices = lacks, .choices_n = COUNT(lacks)},
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on")},
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)")},
};
static const Field self_columns[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("提出し、承認を記録した人", "Submitted it and recorded its approval")},
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on")},
    {.name = "approved_post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)")},
};
static const Field disputed_columns[] = {
    {.name = "despite", .kind = KIND_LONG, .label = TEXT("異議があっても承認した理由", "Approved in spite of an objection, because")},
    {.name = "changed_since", .kind = KIND_LONG, .label = TEXT("提出の後に変わったもの", "Changed since submission")},
    {.name = "approved_on", .kind = KIND_DATE, .label = TEXT("承認日", "Approved on")},
};
typedef struct Decisions { ReportTable *all, *self, *unproven, *disputed; } Decisions;

static void decision_row(ReportOut *out, ReportTable *t, const Record *r)
{
    Value *v = report_row(out, t, r);
    for (size_t i = 0; i < COUNT(decision_columns); i++)
        v[i] = *value_of(r, decision_columns[i].name);
}

static void self_row(ReportOut *out, ReportTable *t, const Record *r)
{
    const Value *submitted = value_of(r, "submitted_by"), *approved = value_of(r, "approved_by");
    if (submitted->state != VALUE_KNOWN || approved->state != VALUE_KNOWN || !str_eq(submitted->text, approved->text)) return;
    Value *v = report_row(out, t, r);
    v[0] = *approved, v[1] = *value_of(r, "approved_on"), v[2] = *value_of(r, "approved_post");
}

static void unproven_row(ReportOut *out, ReportTable *t, const Record *r)
{
    bool number = value_of(r, "minutes")->state == VALUE_KNOWN, file = value_of(r, "minutes_file")->state == VALUE_KNOWN;
    if (number && file) return;
    Value *v = report_row(out, t, r);
    put_text(&v[0], lacks[number ? 2 : file ? 1 : 0].code);
    v[1] = *value_of(r, "approved_on"), v[2] = *value_of(r, "approved_post");
}

static void disputed_row(ReportOut *out, ReportTable *t, const Record *r)
{
    Value changed = field_find(r->res->fields, r->res->fields_n, STR("changed_since")) < 0 ? (Value){0} : *value_of(r, "changed_since");
    if (value_of(r, "despite")->state == VALUE_NONE && changed.state == VALUE_NONE) return;
    Value *v = report_row(out, t, r);
    v[0] = *value_of(r, "despite"), v[1] = changed, v[2] = *value_of(r, "approved_on");
}

static Err decision_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    UNUSED(c);
    Decisions *x = e->state;
    for (size_t i = 0; i < n; i++) {
        decision_row(e->out, x->all, list[i]);
        self_row(e->out, x->self, list[i]);
        unproven_row(e->out, x->unproven, list[i]);
        disputed_row(e->out, x->disputed, list[i]);
    }
    return ERR_NONE;
}

/* The latest first, criteria before plans. */
static Err decision_tables(Ctx *c, ReportOut *out)
{
    static const Resource *const kinds[] = {&criteria_resource, &plan_resource};
    Decisions x;
    x.all = report_table(out, "decisions", text_of("承認された判定基準と計画", "Approved criteria and plans"), (Text){0}, decision_columns, COUNT(decision_columns));
    Text note = text_of("名前で比べています。同姓同名の人も、ここに出ます。", "Compared by name: two people of one name show here as well.");
    x.self = report_table(out, "self", text_of("提出した人が承認も記録したもの", "Submitted and approved by the same hand"), note, self_columns, COUNT(self_columns));
    x.unproven = report_table(out, "unproven", text_of("議事録のない承認", "Approvals without minutes"), (Text){0}, unproven_columns, COUNT(unproven_columns));
    x.disputed = report_table(out, "disputed", text_of("異議か、提出後の変更があったうえでの承認", "Approved in spite of an objection, or of changes since submission"), (Text){0}, disputed_columns, COUNT(disputed_columns));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        ListQuery q = records_in(kinds[i], "approved");
        q.sort = field_find(kinds[i]->fields, kinds[i]->fields_n, STR("approved_on")), q.descending = true;
        TRY(read_each(c, kinds[i], &q, &(Each){.page = decision_page, .state = &x, .out = out}));
    }
    return ERR_NONE;
}

/* --- judgements ----------------------------------------------------------------------------------------------------------------- */

#define JUDGEMENT_COLUMNS \
    {.name = "judgement", .kind = KIND_TEXT, .label = TEXT("判断", "Judgement")}, \
    {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("判断した役職", "Judged by")}, \
    {.name = "judged_on", .kind = KIND_DATE, .label = TEXT("判断した日", "Judged on")}, \
    {.name = "judgement_reason", .kind = KIND_LONG, .label = TEXT("判断の理由", "Reason of judgement")}
static const Field override_columns[] = {
    {.name = "verdict", .kind = KIND_TEXT, .label = TEXT("いまの評価", "Evaluation now")},
    JUDGEMENT_COLUMNS,
    {.name = "retired", .kind = KIND_BOOL, .label = TEXT("廃止", "Retired")},
};
static const Choice whys[] = {
    {CODE("no_criteria"), TEXT("判断の日に有効な判定基準がなかった", "No criteria were in force on that day"), TEXT("", "")},
    {CODE("not_evaluated"), TEXT("いまの基準では評価されていない", "Not evaluated by the criteria in force"), TEXT("分析がまだか、別の段階での分析", "Not analysed yet, or on another scale")},
};
static const Field judged_columns[] = {
    {.name = "why", .kind = KIND_CHOICE, .label = TEXT("基準によらない事情", "Why not by criteria"), .choices = whys, .choices_n = COUNT(whys)},
    JUDGEMENT_COLUMNS,
};
static const Field return_columns[] = {
    {.name = "step", .kind = KIND_CHOICE, .label = TEXT("戻った手順", "Sent back to"), .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "why", .kind = KIND_LONG, .label = TEXT("戻った理由", "Why sent back")},
    {.name = "on", .kind = KIND_DATE, .label = TEXT("戻った日", "Sent back on")},
    {.name = "trigger", .kind = KIND_REF, .label = TEXT("きっかけの変化", "Trigger"), .target = "trigger"},
    {.name = "result", .kind = KIND_LONG, .label = TEXT("終えたときの結果", "Result, when finished")},
};

static Str choice_word(Ctx *c, const Record *r, const char *field)
{
    const Field *f = &r->res->fields[field_find(r->res->fields, r->res->fields_n, str_of(field))];
    const Value *v = value_of(r, field);
    int at = v->state == VALUE_KNOWN ? choice_find(f, v->text) : -1;
    return at < 0 ? (Str){0} : text_in(f->choices[at].label, c->lang);
}

static void judgement_values(Ctx *c, Value *v, const Record *r)
{
    put_text(&v[0], choice_word(c, r, "judgement"));
    v[1] = *value_of(r, "judged_by"), v[2] = *value_of(r, "judged_on"), v[3] = *value_of(r, "judgement_reason");
}

static Err override_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    for (size_t i = 0; i < n; i++) {
        Value *v = report_row(e->out, e->state, list[i]);
        put_text(&v[0], choice_word(c, list[i], "verdict"));
        judgement_values(c, v + 1, list[i]);
        if (list[i]->removed) put_int(&v[5], true);
    }
    return ERR_NONE;
}

/* For ever: also what is closed or retired. */
static Err override_table(Ctx *c, ReportOut *out)
{
    Text note = text_of("一度付いた印は消えません。その後の判断に変わっていることもあるので、当時の理由は各リスクの履歴で確かめてください。", "Once marked, for ever. The judgement may have changed since: the reasons of that time are in the history of the risk.");
    ReportTable *t = report_table(out, "overrides", text_of("基準に反して受け入れたことのあるリスク", "Risks accepted against the criteria, now or before"), note, override_columns, COUNT(override_columns));
    ListQuery q = {.sort = -1, .filters_n = 1};
    q.filters[0] = (Filter){.field = field_find(risk_resource.fields, risk_resource.fields_n, STR("overridden")), .op = FILTER_EQ};
    put_int(&q.filters[0].value, true);
    TRY(read_each(c, &risk_resource, &q, &(Each){.page = override_page, .state = t, .out = out}));
    q.removed = true;
    return read_each(c, &risk_resource, &q, &(Each){.page = override_page, .state = t, .out = out});
}

typedef struct Judgements { Read criteria; ReportTable *judged, *returned; } Judgements;

static bool ruled_on(const Judgements *x, const Value *day)
{
    for (size_t i = 0; day->state == VALUE_KNOWN && i < x->criteria.n; i++)
        if (criteria_held(x->criteria.list[i], (Day)day->i)) return true;
    return false;
}

static void judged_row(Ctx *c, ReportOut *out, const Judgements *x, const Record *r)
{
    if (value_of(r, "judgement")->state != VALUE_KNOWN) return;
    bool ruled = ruled_on(x, value_of(r, "judged_on"));
    if (ruled && !choice_is(value_of(r, "verdict"), "none")) return;
    Value *v = report_row(out, x->judged, r);
    put_text(&v[0], whys[ruled].code);
    judgement_values(c, v + 1, r);
}

static void return_row(ReportOut *out, ReportTable *t, const Record *r)
{
    static const char *const fields[] = {"reopened_at", "reopened_why", "reopened_on", "reopened_by", "reopened_result"};
    if (value_of(r, "reopened_at")->state != VALUE_KNOWN && value_of(r, "reopened_result")->state != VALUE_KNOWN) return;
    Value *v = report_row(out, t, r);
    for (size_t i = 0; i < COUNT(fields); i++)
        v[i] = *value_of(r, fields[i]);
}

static Err judgement_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Judgements *x = e->state;
    for (size_t i = 0; i < n; i++) {
        judged_row(c, e->out, x, list[i]);
        return_row(e->out, x->returned, list[i]);
    }
    return ERR_NONE;
}

static Err judgement_tables(Ctx *c, ReportOut *out)
{
    Judgements x;
    ListQuery approved = records_in(&criteria_resource, "approved");
    TRY(read_all(c, &criteria_resource, &approved, &x.criteria));
    x.judged = report_table(out, "judged", text_of("判定基準によらない判断", "Judgements without criteria"), (Text){0}, judged_columns, COUNT(judged_columns));
    Text note = text_of("空の結果は、やり直しが続いていることを示します。終えたやり直しは、最後のものだけが出ます。", "No result: the return goes on. Of those that were finished only the latest shows.");
    x.returned = report_table(out, "returned", text_of("手順を戻したリスク", "Risks sent back"), note, return_columns, COUNT(return_columns));
    return read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &(Each){.page = judgement_page, .state = &x, .out = out});
}

/* --- overdue ------------------------------------------------------------------------------------------------------------------- */

static const Field overdue_columns[] = {
    {.name = "on", .kind = KIND_DATE, .label = TEXT("期日", "Day")},
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("すること", "What is due")},
    {.name = "days", .kind = KIND_INT, .label = TEXT("過ぎた日数", "Days over")},
};

static Err overdue_table(Ctx *c, ReportOut *out)
{
    Day today = day_in_japan(c->now);
    Dates x = {.until = today - 1, .measures = true};
    TRY(dates_read(c, &x));
    ReportTable *t = report_table(out, "overdue", text_of("期日を過ぎたもの", "Overdue"), (Text){0}, overdue_columns, COUNT(overdue_columns));
    for (size_t i = 0; i < x.n; i++) {
        Value *v = report_row_of(out, t, &x.list[i].of);
        put_int(&v[0], x.list[i].on);
        put_text(&v[1], text_in(x.list[i].what, c->lang));
        put_int(&v[2], today - x.list[i].on);
    }
    return ERR_NONE;
}

/* --- proof --------------------------------------------------------------------------------------------------------------------- */

static const Field proof_columns[] = {
    {.name = "what", .kind = KIND_TEXT, .label = TEXT("事項", "What")},
    {.name = "value", .kind = KIND_TEXT, .label = TEXT("値", "Value")},
};

/* The first three lines of a signed head: whose log, how many entries, their hash. */
static Err proof_table(Ctx *c, ReportOut *out)
{
    static const Text lines[] = {TEXT("履歴の名前", "Name of the log"), TEXT("記録の件数", "Entries"), TEXT("全体の要約値", "Hash over all of them")};
    Text note = text_of("すべての変更は、署名された履歴に一件ずつ加わります。サーバーで kaname audit verify を実行すると、すべてを計算し直し、変えられた最初の記録を示します。下の値を外部に預けておくと、サーバーの管理者でも過去を書き換えられません。",
        "Every change enters a signed log. On the server, kaname audit verify recomputes everything and names the first altered entry. Kept outside, the values below keep even whoever runs the server from rewriting the past.");
    ReportTable *t = report_table(out, "proof", text_of("証跡の確かめ方", "Proof"), note, proof_columns, COUNT(proof_columns));
    Str rest, line;
    TRY(access_decide(c->who, ACT_HISTORY, NULL, NULL, NULL));
    TRY(history_checkpoint(c->db, c->a, c->who->org.row, &rest));
    for (size_t i = 0; i < COUNT(lines) && str_cut(&rest, '\n', &line); i++) {
        Value *v = report_row(out, t, NULL);
        put_text(&v[0], text_in(lines[i], c->lang));
        put_text(&v[1], line);
        if (i == 0) report_at(t, "log");
    }
    return ERR_NONE;
}

Err audit_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    TRY(decision_tables(c, out));
    TRY(override_table(c, out));
    TRY(judgement_tables(c, out));
    TRY(overdue_table(c, out));
    return proof_table(c, out);
}
