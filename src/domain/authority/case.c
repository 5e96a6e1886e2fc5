/*
 * case.c -- the reports of one event together: how far it went, how many users it hit (none counted twice), how severe it was for society, judged after the event by the
 * authority's own rubric, and what was learnt.
 */
#include "authority/parts.h"

#include <stdlib.h>

#define NO_VALUE ((Value){.state = VALUE_NONE})
enum { REPORTS_MAX = 500 };
static const Choice states[] = {
    {CODE("open"), TEXT("集約中", "Open"), TEXT("報告を集めている", "Reports are being joined")},
    {CODE("judged"), TEXT("評価済み", "Judged"), TEXT("深刻度を評価した", "Its severity was judged")},
    {CODE("closed"), TEXT("終了", "Closed"), TEXT("教訓をまとめた", "Lessons are written"), .settled = true},
};
#define SEVERITY(n, ja, en, ...) {.name = n, .kind = KIND_CHOICE, .label = TEXT(ja, en), .help = TEXT("0 から 4", "0 to 4"), .choices = severities, .choices_n = SEVERITIES, __VA_ARGS__}
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("事案", "Case"), .help = TEXT("一文で", "In one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .max = 300, .aliases = "件名|事案名"},
    {.name = "summary", .kind = KIND_LONG, .label = TEXT("概要", "Summary"), .help = TEXT("何が起きたか", "What happened"), .flags = SEARCH},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("評価と終了で変わります", "Changes as it is judged and closed"), .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)},
    {.name = "begins", .kind = KIND_INSTANT, .label = TEXT("始まり", "Begins"), .help = TEXT("範囲や不明でもよい", "A range or unknown will do"), .flags = RANGE | SORT | COLUMN, .aliases = "発生日時"},
    {.name = "ends", .kind = KIND_INSTANT, .label = TEXT("終わり", "Ends"), .help = TEXT("終わるまでは評価できません", "Nothing is judged before it is over"), .flags = RANGE | SORT, .aliases = "復旧日時"},
    {.name = "reports", .kind = KIND_REFS, .label = TEXT("報告", "Reports"), .help = TEXT("同じ出来事についての報告", "Those on this event"), .flags = FILTER, .target = "received", .max = REPORTS_MAX},
    {.name = "users_total", .kind = KIND_INT, .label = TEXT("影響を受けた利用者数", "Users hit"), .help = TEXT("重ねて数えない合計", "Together, none twice"), .flags = DERIVED | RANGE | COLUMN, .begins = TEXT("広がり", "How far it went")},
    {.name = "users_least", .kind = KIND_INT, .label = TEXT("少なくとも", "At least"), .help = TEXT("分かっている分", "As far as is known"), .flags = DERIVED},
    {.name = "users_why", .kind = KIND_LONG, .label = TEXT("数え方", "How it was counted"), .help = TEXT("足していないものと、その理由", "What was not added, and why"), .flags = DERIVED},
    {.name = "double_counting", .kind = KIND_BOOL, .label = TEXT("卸の重複", "Wholesale counted once"), .help = TEXT("卸元とその先の報告が両方ある", "Reports of a wholesaler and of those who buy from it"), .flags = DERIVED},
    {.name = "operators", .kind = KIND_INT, .label = TEXT("報告者の数", "Operators"), .help = TEXT("", ""), .flags = DERIVED},
    {.name = "sectors", .kind = KIND_TEXT, .label = TEXT("分野", "Sectors"), .help = TEXT("報告から", "Out of the reports"), .flags = DERIVED, .max = 5000},
    {.name = "prefectures", .kind = KIND_TEXT, .label = TEXT("都道府県", "Prefectures"), .help = TEXT("報告の地域から", "Out of the areas of the reports"), .flags = DERIVED, .max = 5000},
    {.name = "rubric", .kind = KIND_REF, .label = TEXT("評価基準", "Rubric"), .help = TEXT("深刻度を評価する基準", "By which its severity is judged"), .flags = FILTER, .target = "rubric", .begins = TEXT("深刻度（事後の評価）", "Severity, judged after the event")},
    SEVERITY("severity", "深刻度", "Severity", .flags = READONLY | SORT | FILTER | COLUMN),
    SEVERITY("extent", "障害の範囲", "Extent", .flags = READONLY),
    SEVERITY("time", "復旧までの時間", "Time to restore", .flags = READONLY),
    SEVERITY("continuity", "サービスの持続性", "Continuity", .flags = READONLY),
    SEVERITY("safety", "安全性", "Safety", .flags = READONLY),
    SEVERITY("other", "その他", "Other", .flags = READONLY),
    {.name = "grounds", .kind = KIND_LONG, .label = TEXT("評価の理由", "Grounds"), .help = TEXT("", ""), .flags = READONLY},
    {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("評価した役職・会議体", "Judged by (post or body)"), .help = TEXT("", ""), .flags = READONLY, .max = 100},
    {.name = "judged_at", .kind = KIND_INSTANT, .label = TEXT("評価した時刻", "Judged at"), .help = TEXT("", ""), .flags = READONLY},
    {.name = "lessons", .kind = KIND_LONG, .label = TEXT("教訓", "Lessons"), .help = TEXT("ほかの事業者にも役立つこと、見直すこと", "What helps other operators, what is to be changed"), .flags = SEARCH, .max = 50000},
};
static const char *const judged_fields[] = {"severity", "extent", "time", "continuity", "safety", "other", "grounds", "judged_by", "judged_at"};
static const char *const beside_the_judgement[] = {"state", "severity", "extent", "time", "continuity", "safety", "other", "grounds", "judged_by", "judged_at", "title", "summary", "lessons", "users_total", "users_least", "users_why", "double_counting",
    "operators", "sectors", "prefectures", NULL};

/* --- acts --------------------------------------------------------------------------------------------------------------------- */

enum { IN_EXTENT, IN_TIME, IN_SAFETY, IN_OTHER, IN_GROUNDS, IN_BY, JUDGE_INPUTS };

static void put_severity(Record *r, const char *field, int level) { put_text(value_of(r, field), severities[level].code); }

static Err over(Ctx *c, const Record *r)
{
    const Value *ends = value_of(r, "ends");
    if (ends->state != VALUE_KNOWN && ends->state != VALUE_RANGE) return conflict("終わりの時刻が分かるまで、深刻度は評価できません。", "Its severity is judged when its end is known.");
    if ((ends->state == VALUE_RANGE ? ends->hi : ends->i) > c->now) return conflict("まだ終わっていません。深刻度は事後に評価します。", "It is not over. Severity is judged after the event.");
    return ERR_NONE;
}

static Err judge(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Record *rubric;
    if (state_is(r, "closed")) return conflict("終了した事案です。先に開いてください。", "It is closed. Open it again first.");
    TRY(over(c, r));
    if (!value_of(r, "reports")->n) return conflict("報告のない事案は評価できません。", "A case without a report is not judged.");
    if (value_of(r, "rubric")->state != VALUE_KNOWN) return conflict("先に評価基準を選んでください。", "Choose a rubric first.");
    TRY(work_get(c, &rubric_resource, value_of(r, "rubric")->ref, &rubric));
    int continuity = rubric_continuity(rubric, &input[IN_EXTENT], &input[IN_TIME]), highest;
    if (continuity == NO_INDEX) {
        mistake_add(m, STR("time"), "rubric", text_of("評価基準の表に、この範囲と時間の組がありません。", "The rubric has no cell of this extent and time."));
        return ERR_NONE;
    }
    highest = continuity;
    for (int i = IN_SAFETY; i <= IN_OTHER; i++)
        if (severity_of(&input[i]) > highest) highest = severity_of(&input[i]);
    *value_of(r, "extent") = input[IN_EXTENT], *value_of(r, "time") = input[IN_TIME], *value_of(r, "safety") = input[IN_SAFETY], *value_of(r, "other") = input[IN_OTHER];
    *value_of(r, "grounds") = input[IN_GROUNDS], *value_of(r, "judged_by") = input[IN_BY];
    put_severity(r, "continuity", continuity), put_severity(r, "severity", highest);
    put_int(value_of(r, "judged_at"), c->now);
    put_text(value_of(r, "state"), STR("judged"));
    return ERR_NONE;
}

static Err close_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "judged")) return conflict("評価した事案だけを終えられます。", "Only a judged case is closed.");
    *value_of(r, "lessons") = input[0];
    put_text(value_of(r, "state"), STR("closed"));
    return ERR_NONE;
}

static void forget_judgement(Record *r)
{
    for (size_t i = 0; i < COUNT(judged_fields); i++) *value_of(r, judged_fields[i]) = NO_VALUE;
    put_text(value_of(r, "state"), STR("open"));
}

static Err reopen(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (state_is(r, "open")) return conflict("開いています。", "It is open.");
    forget_judgement(r);
    c->reason = input[0].text;
    return ERR_NONE;
}

static const Field judge_input[JUDGE_INPUTS] = {
    [IN_EXTENT] = SEVERITY("extent", "障害の範囲", "Extent", .flags = REQUIRED),
    [IN_TIME] = SEVERITY("time", "復旧までの時間", "Time to restore", .flags = REQUIRED),
    [IN_SAFETY] = SEVERITY("safety", "安全性", "Safety", .flags = REQUIRED),
    [IN_OTHER] = SEVERITY("other", "その他", "Other", .flags = REQUIRED),
    [IN_GROUNDS] = {.name = "grounds", .kind = KIND_LONG, .label = TEXT("評価の理由", "Grounds"), .help = TEXT("軸ごとに、どの目安に当たるか", "Which criterion of each axis it meets"), .flags = REQUIRED},
    [IN_BY] = {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("評価した役職・会議体", "Judged by (post or body)"), .help = TEXT("", ""), .flags = REQUIRED, .max = 100},
};
#undef SEVERITY
static const Field close_input[] = {{.name = "lessons", .kind = KIND_LONG, .label = TEXT("教訓", "Lessons"), .help = TEXT("なければ、その理由", "Why there are none, if there are none"), .flags = REQUIRED, .max = 50000}};
static const Field reopen_input[] = {{.name = "why", .kind = KIND_LONG, .label = TEXT("開く理由", "Why it is opened"), .help = TEXT("評価は取り消され、履歴に残ります", "The judgement is taken back and stays in the history"), .flags = REQUIRED, .max = 1000}};
static const Action actions[] = {
    {.name = "judge", .label = TEXT("深刻度を評価する", "Judge the severity"), .help = TEXT("事後に、評価基準によって。最も高い軸が全体の深刻度です", "After the event, by the rubric; the highest axis counts"), .roles = ROLES_MANAGE, .from = "open", .fields = judge_input, .fields_n = JUDGE_INPUTS, .run = judge},
    {.name = "close", .label = TEXT("終える", "Close"), .help = TEXT("教訓とともに", "With what was learnt"), .roles = ROLES_MANAGE, .from = "judged", .fields = close_input, .fields_n = COUNT(close_input), .run = close_},
    {.name = "reopen", .label = TEXT("開き直す", "Open again"), .help = TEXT("評価を取り消します", "Takes the judgement back"), .roles = ROLES_MANAGE, .fields = reopen_input, .fields_n = COUNT(reopen_input), .run = reopen},
};

/* --- hooks -------------------------------------------------------------------------------------------------------------------- */

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    static const char *const none[] = {NULL};
    const Value *begins = value_of(r, "begins"), *ends = value_of(r, "ends");
    UNUSED(c);
    if (old && state_is(old, "closed") && state_is(r, "closed") && !only_differs(old, r, none)) return conflict("終了した事案は変わりません。先に「開き直す」を選んでください。", "A closed case does not change. Open it again first.");
    bool both = (begins->state == VALUE_KNOWN || begins->state == VALUE_RANGE) && (ends->state == VALUE_KNOWN || ends->state == VALUE_RANGE);
    if (both && (ends->state == VALUE_RANGE ? ends->hi : ends->i) < begins->i) mistake_add(m, STR("ends"), "range", text_of("始まりより前に終わっています。", "It ends before it begins."));
    return ERR_NONE;
}

/* What was judged on other reports, another period or another rubric is to be judged again. */
static Err before_save(Ctx *c, const Record *old, Record *r)
{
    UNUSED(c);
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("open"));
    if (old && state_is(old, "judged") && state_is(r, "judged") && !only_differs(old, r, beside_the_judgement)) forget_judgement(r);
    return ERR_NONE;
}

/* Each once, in the order in which they come; areas are divided by commas of either kind. */
static void add_each(Arena *a, Value *list, Str text)
{
    Str rest = text;
    while (rest.n) {
        size_t at = str_find(rest, STR("、")), comma = str_find(rest, STR(","));
        size_t end = at < comma ? at : comma < rest.n ? comma : rest.n;
        Str one = str_trim(str_slice(rest, 0, end)), seen = list->text, have;
        bool there = !one.n;
        rest = end < rest.n ? str_slice(rest, end + (end == at ? STR("、").n : 1), rest.n) : (Str){0};
        while (!there && str_cut(&seen, '/', &have)) there = str_eq(have, one);
        if (!there) put_text(list, list->text.n ? str_join(a, list->text, STR("/"), one) : one);
    }
}

static void derive(Ctx *c, Record *r, Record *const *reports, size_t n)
{
    UsersTotal t = users_total(c, reports, n);
    *value_of(r, "users_total") = t.total;
    put_int(value_of(r, "users_least"), t.least), put_int(value_of(r, "double_counting"), t.twice), put_int(value_of(r, "operators"), t.operators);
    if (t.why.n) put_text(value_of(r, "users_why"), t.why);
    for (size_t i = 0; i < n; i++) {
        add_each(c->a, value_of(r, "sectors"), value_of(reports[i], "sector")->text);
        add_each(c->a, value_of(r, "prefectures"), value_of(reports[i], "area")->text);
    }
}

static int by_number(const void *a, const void *b)
{
    const Record *x = *(Record *const *)a, *y = *(Record *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* The reports of a whole page of cases in one go. */
static Err after_load(Ctx *c, Record *const *list, size_t n)
{
    size_t ids_n = 0, at = 0;
    for (size_t i = 0; i < n; i++) ids_n += value_of(list[i], "reports")->n;
    Id *ids = arena_array(c->a, Id, ids_n + 1);
    Record **reports = arena_array(c->a, Record *, ids_n + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < value_of(list[i], "reports")->n; k++) ids[at++] = value_of(list[i], "reports")->refs[k];
    TRY(record_get_many(c->db, c->a, &received_resource, c->who->org.row, ids, ids_n, reports));
    at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t own = value_of(list[i], "reports")->n, there = 0;
        Record **these = arena_array(c->a, Record *, own + 1);
        for (size_t k = 0; k < own; k++, at++)
            if (reports[at] && !reports[at]->removed) these[there++] = reports[at];
        qsort(these, there, sizeof *these, by_number); /* references stand in the order of their ids */
        derive(c, list[i], these, there);
    }
    return ERR_NONE;
}

/* --- reports ------------------------------------------------------------------------------------------------------------------ */

static const Field severity_columns[] = {
    {.name = "severity", .kind = KIND_CHOICE, .label = TEXT("深刻度", "Severity"), .choices = severities, .choices_n = SEVERITIES}, {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .choices = states, .choices_n = COUNT(states)},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Cases")},
};
static const Field spread_columns[] = {
    {.name = "severity", .kind = KIND_CHOICE, .label = TEXT("深刻度", "Severity"), .choices = severities, .choices_n = SEVERITIES}, {.name = "users", .kind = KIND_INT, .label = TEXT("利用者数", "Users"), .flags = RANGE},
    {.name = "operators", .kind = KIND_INT, .label = TEXT("報告者の数", "Operators")}, {.name = "sectors", .kind = KIND_TEXT, .label = TEXT("分野", "Sectors")}, {.name = "prefectures", .kind = KIND_TEXT, .label = TEXT("都道府県", "Prefectures")},
};

static Err severity_table(Ctx *c, ReportOut *out)
{
    const int by[] = {field_find(fields, COUNT(fields), STR("severity")), field_find(fields, COUNT(fields), STR("state"))};
    ReportTable *t = report_table(out, "severities", text_of("深刻度ごとの件数", "Cases by severity"), (Text){0}, severity_columns, COUNT(severity_columns));
    OrgCount *list = NULL;
    size_t n;
    TRY(record_count(c->db, c->a, &(CountOf){&case_resource, &c->who->org.row, 1, NULL, 0}, by, COUNT(by), &list, &n));
    for (size_t i = 0; i < n; i++) {
        Value *v = report_row(out, t, NULL);
        v[0] = list[i].by[0], v[1] = list[i].by[1];
        put_int(&v[2], list[i].n);
    }
    return ERR_NONE;
}

static bool several(const Record *r, const char *field) { return str_find(value_of(r, field)->text, STR("/")) != SIZE_MAX; }

static Err overview_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    enum { LATEST = 200 };
    static const char *const columns[] = {"severity", "users_total", "operators", "sectors", "prefectures"};
    ListQuery q = {.sort = field_find(fields, COUNT(fields), STR("begins")), .descending = true, .limit = LATEST};
    ListPage page;
    UNUSED(of);
    UNUSED(params);
    TRY(severity_table(c, out));
    TRY(work_list(c, &case_resource, &q, &page));
    ReportTable *t = report_table(out, "across", text_of("分野や都道府県をまたぐ事案", "Cases across sectors or prefectures"), page.next.n ? text_of("新しい方から200件の事案を見ました。", "Of the latest 200 cases.") : (Text){0}, spread_columns, COUNT(spread_columns));
    for (size_t i = 0; i < page.n; i++) {
        if (!several(page.list[i], "sectors") && !several(page.list[i], "prefectures")) continue;
        Value *v = report_row(out, t, page.list[i]);
        for (size_t k = 0; k < COUNT(columns); k++) v[k] = *value_of(page.list[i], columns[k]);
    }
    return ERR_NONE;
}

static const Report reports[] = {{.name = "overview", .label = TEXT("事案の広がり", "Cases across sectors"), .help = TEXT("深刻度ごとの件数と、分野や都道府県をまたぐ事案", "By severity, and those across sectors or prefectures"), .roles = READERS, .run = overview_report}};

const Resource case_resource = {.name = "case", .path = "cases", .prefix = "CASE", .label = TEXT("事案", "Case"), .label_many = TEXT("事案", "Cases"),
    .help = TEXT("同じ出来事についての報告をまとめ、事後に深刻度を評価します", "Reports of one event together, and its severity judged after it"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT,
    .update = ROLES_EDIT, .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports), .check = check, .before_save = before_save, .after_load = after_load};
