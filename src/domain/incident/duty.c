/*
 * duty.c -- what follows from a met rule: one duty for each authority and kind of report, with its own clock. Its origin is set by the program (sync.c); people
 * draft, approve, make the report and write down what came back. A duty is never erased: when facts are corrected its basis is gone, and it may be withdrawn.
 */
#include "incident/parts.h"

#include "work/files.h"

static const Choice states[] = {
    {CODE("open"), TEXT("未着手", "Open"), TEXT("報告すべきことが決まった", "It must be reported")},
    {CODE("drafted"), TEXT("案あり", "Drafted"), TEXT("報告の文面がある", "The text is written")},
    {CODE("approved"), TEXT("承認済み", "Approved"), TEXT("報告してよい", "It may be sent")},
    {CODE("made"), TEXT("報告済み", "Made"), TEXT("相手に届けた", "It was given to the authority")},
    {CODE("returned"), TEXT("差し戻し", "Returned"), TEXT("直して報告し直す", "To be corrected and made again")},
    {CODE("accepted"), TEXT("受理", "Accepted"), TEXT("相手が受け取った", "The authority took it")},
    {CODE("closed"), TEXT("終了", "Closed"), TEXT("することはもうない", "Nothing is left to do"), .settled = true},
};
const Choice report_kinds[REPORT_KINDS] = {
    {CODE("first"), TEXT("一報・速報", "First report"), TEXT("分かっていることを、まず知らせる", "What is known, at once")},
    {CODE("interim"), TEXT("続報", "Interim report"), TEXT("その後に分かったこと", "What became known since")},
    {CODE("detail"), TEXT("詳報", "Detailed report"), TEXT("様式による報告", "On the form")},
    {CODE("final"), TEXT("終報・確報", "Final report"), TEXT("すべてがそろった報告", "Complete")},
    {CODE("return"), TEXT("定期報告", "Periodic return"), TEXT("期間ごとにまとめる報告", "For a period")},
    {CODE("notice"), TEXT("周知", "Notice"), TEXT("利用者や取引先への知らせ", "To users and partners")},
    {CODE("filing"), TEXT("届出", "Filing"), TEXT("届け出るもの", "To be filed")},
};
static const Choice means[] = {
    {CODE("telephone"), TEXT("電話", "Telephone"), TEXT("通話の記録を書く", "With a record of the call")},
    {CODE("mail"), TEXT("メール", "E-mail"), TEXT("宛先を書く", "With the address")},
    {CODE("fax"), TEXT("ファクス", "Fax"), TEXT("番号を書く", "With the number")},
    {CODE("system"), TEXT("報告システム", "Reporting system"), TEXT("受付番号を書く", "With the number it gave")},
    {CODE("paper"), TEXT("書面", "Paper"), TEXT("渡した相手を書く", "With who took it")},
};

#define SET(n, k, ja, en, hja, hen, ...) {.name = n, .kind = k, .label = TEXT(ja, en), .help = TEXT(hja, hen), __VA_ARGS__}
static const Field fields[] = {
    SET("title", KIND_TEXT, "報告", "Report", "何を誰に報告するか", "What is reported to whom", .flags = READONLY | SEARCH | SORT | TITLE | COLUMN, .max = 300),
    SET("incident", KIND_REF, "インシデント", "Incident", "この報告の元", "What it is about", .flags = READONLY | FILTER | COLUMN, .target = "incident"),
    SET("state", KIND_CHOICE, "状態", "State", "報告の進み", "How far it is", .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)),
    SET("due", KIND_INSTANT, "期限", "Due", "条文の期間を数えた結果。この時刻まで", "The period of the law, counted; until this instant", .flags = READONLY | RANGE | SORT | COLUMN),
    SET("promptly", KIND_BOOL, "速やかに", "At once", "条文に日数の定めがない", "The law gives no number", .flags = READONLY | FILTER | COLUMN),
    SET("pending", KIND_BOOL, "未報告", "To be made", "まだ報告していない", "It was not made yet", .flags = READONLY | FILTER),
    SET("kind", KIND_CHOICE, "種類", "Kind", "報告の種類", "Kind of report", .flags = READONLY | FILTER, .choices = report_kinds, .choices_n = REPORT_KINDS),
    SET("authority", KIND_TEXT, "宛先", "Addressee", "報告を受ける機関", "Who receives it", .flags = READONLY | FILTER | SORT | COLUMN, .max = 200),
    SET("basis_gone", KIND_BOOL, "根拠なし", "Basis gone", "事実が直され、該当しなくなった。取り下げられる", "Facts were corrected and the rule is no longer met; it may be withdrawn", .flags = READONLY | FILTER | COLUMN),
    SET("rule", KIND_TEXT, "規定", "Rule", "パックの規則", "Rule of the pack", .flags = READONLY | FILTER, .max = 120),
    SET("key", KIND_TEXT, "記号", "Key", "同じ報告を二度作らないための記号", "So that it is made once", .flags = READONLY | FILTER | ORDER, .max = 400),
    SET("words", KIND_LONG, "条文の言葉", "Words of the law", "期限を定める言葉と出典", "The words that set the time, and where they stand", .flags = READONLY),
    SET("computation", KIND_LONG, "期限の計算", "How it was counted", "一歩ずつ", "Step by step", .flags = READONLY),
    SET("contents", KIND_LONG, "報告すること", "What it must say", "条文や様式が求める項目", "Asked by the law or the form", .flags = READONLY),
    SET("guide", KIND_LONG, "指針の目安", "Guideline", "法令の期限ではない", "Not a deadline of the law", .flags = READONLY),
    SET("penalty", KIND_TEXT, "罰則", "Penalty", "報告しないとき", "Where it is not made", .flags = READONLY, .max = 300),
    SET("form", KIND_TEXT, "様式", "Form", "様式の番号", "Number of the form", .flags = READONLY, .max = 100),
    SET("data_status", KIND_TEXT, "法令データの確からしさ", "How sure the law data are", "条文を読んで確かめたか", "Whether the law itself was read", .flags = READONLY, .max = 100),
    SET("basis", KIND_TEXT, "判定の根拠", "Judged on", "事実の版、パックの版、判定の時刻", "Version of the facts, pack, instant", .flags = READONLY, .max = 300),
    SET("owner", KIND_REF, "担当部署", "Owner", "報告する部署", "The unit that reports", .flags = FILTER, .target = "unit"),
    SET("draft", KIND_LONG, "文面", "Text", "報告する内容", "What is reported", .flags = READONLY | SEARCH),
    SET("approved_by", KIND_TEXT, "承認した役職・会議体", "Approved by (post or body)", "決裁した役職、またはその代行", "The post, or its deputy", .flags = READONLY, .max = 100),
    SET("minutes", KIND_TEXT, "議事録・決裁番号", "Minutes", "承認の証拠", "Proof of the approval", .flags = READONLY, .max = 300),
    SET("without_approval", KIND_LONG, "承認なしで報告した理由", "Why made without approval", "急いだ理由", "What made it urgent", .flags = READONLY),
    SET("made_at", KIND_INSTANT, "報告した時刻", "Made at", "相手に届けた時刻", "When the authority was told", .flags = READONLY | SORT),
    SET("means", KIND_CHOICE, "方法", "Means", "どうやって", "How", .flags = READONLY, .choices = means, .choices_n = COUNT(means)),
    SET("made_to", KIND_TEXT, "届け先", "Reached at", "電話番号、宛先、窓口", "Number, address or desk", .flags = READONLY, .max = 200),
    SET("spoke_with", KIND_TEXT, "相手の氏名", "Spoke with", "電話に出た人", "Who answered", .flags = READONLY | PERSONAL, .max = 100),
    SET("call_record", KIND_LONG, "通話の記録", "Record of the call", "話したこと、言われたこと", "What was said on both sides", .flags = READONLY),
    SET("receipt", KIND_TEXT, "受付番号", "Receipt", "相手の受付番号", "Number given by the authority", .flags = READONLY, .max = 200),
    SET("told_version", KIND_INT, "報告したときの事実の版", "Version of the facts reported", "報告したときに記録されていたインシデントの版", "The incident as it was recorded when the report was made", .flags = READONLY),
    SET("title_en", KIND_TEXT, "報告（英語）", "Report, in English", "パックにある英語。記録は日本語", "As the pack says it; the record keeps the Japanese", .flags = DERIVED, .max = 300),
    SET("authority_en", KIND_TEXT, "宛先（英語）", "Addressee, in English", "", "", .flags = DERIVED, .max = 300),
    SET("words_en", KIND_LONG, "条文の言葉（英語）", "Words of the law, in English", "", "", .flags = DERIVED),
    SET("contents_en", KIND_LONG, "報告すること（英語）", "What it must say, in English", "", "", .flags = DERIVED),
    SET("guide_en", KIND_LONG, "指針の目安（英語）", "Guideline, in English", "", "", .flags = DERIVED),
    SET("penalty_en", KIND_TEXT, "罰則（英語）", "Penalty, in English", "", "", .flags = DERIVED, .max = 300),
    SET("data_status_en", KIND_TEXT, "法令データの確からしさ（英語）", "How sure the law data are, in English", "", "", .flags = DERIVED, .max = 200),
    SET("answer", KIND_LONG, "相手の回答・理由", "Answer", "差し戻しの理由、取り下げの理由", "Why returned, why withdrawn", .flags = READONLY),
};
#undef SET

/* --- what others ask of a duty --------------------------------------------------------------------------------------------------- */

static const char *const over[] = {"made", "accepted", "closed"};

bool duty_runs(const Record *duty)
{
    for (size_t i = 0; i < COUNT(over); i++)
        if (state_is(duty, over[i])) return false;
    return true;
}

Filter duty_runs_filter(void) { return (Filter){.field = field_find(fields, COUNT(fields), STR("pending")), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .i = true}}; }

Instant duty_due(const Record *duty)
{
    const Value *due = value_of(duty, "due");
    return due->state == VALUE_KNOWN || due->state == VALUE_RANGE ? due->i : 0;
}

/* A due instant at midnight is the end of the day before, as people say it. */
static Text when_text(Arena *a, Instant t)
{
    Day d = day_in_japan(t);
    int64_t minutes = (t - day_begin_in_japan(d)) / 60000;
    if (!minutes) {
        Text day = day_people(a, d - 1);
        return (Text){{str_printf(a, "%.*s の終わりまで", STR_ARG(day.in[JA])), str_printf(a, "the end of %.*s (Japan time)", STR_ARG(day.in[EN]))}};
    }
    Text day = day_people(a, d);
    return (Text){{str_printf(a, "%.*s %02d:%02d（日本時間）", STR_ARG(day.in[JA]), (int)(minutes / 60), (int)(minutes % 60)), str_printf(a, "%.*s %02d:%02d (Japan time)", STR_ARG(day.in[EN]), (int)(minutes / 60), (int)(minutes % 60))}};
}

Text duty_due_text(Arena *a, const Record *duty)
{
    return duty_due(duty) ? when_text(a, duty_due(duty)) : text_of("条文に日数の定めはありません（速やかに）", "the law gives no number (at once)");
}

/* --- acts --------------------------------------------------------------------------------------------------------------------- */

static Err conflict(const char *ja, const char *en) { return err_text(ERR_CONFLICT, text_of(ja, en)); }

static Err draft(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "open") && !state_is(r, "drafted") && !state_is(r, "returned")) return conflict("承認や報告のあとでは文面を変えられません。", "The text does not change after approval.");
    *value_of(r, "draft") = input[0];
    put_text(value_of(r, "state"), STR("drafted"));
    return ERR_NONE;
}

static Err approve(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "drafted")) return conflict("文面のある報告だけを承認できます。", "Only a drafted report can be approved.");
    *value_of(r, "approved_by") = input[0], *value_of(r, "minutes") = input[1];
    put_text(value_of(r, "state"), STR("approved"));
    return ERR_NONE;
}

enum { MADE_MEANS, MADE_AT, MADE_TO, MADE_WITH, MADE_RECORD, MADE_RECEIPT, MADE_DESPITE, MADE_INPUTS };

static void need(Mistakes *m, const char *name, const Value *v, const char *ja, const char *en)
{
    if (v->state == VALUE_NONE) mistake_add(m, str_of(name), "required", text_of(ja, en));
}

static Err make(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (state_is(r, "made") || state_is(r, "accepted") || state_is(r, "closed")) return conflict("もう報告しています。", "It was made already.");
    if (input[MADE_AT].i > c->now) mistake_add(m, STR("at"), "range", text_of("まだ来ていない時刻です。", "That time has not come."));
    if (choice_is(&input[MADE_MEANS], "telephone")) {
        need(m, "spoke_with", &input[MADE_WITH], "電話では、相手の氏名が要ります。", "Of a call, who answered is needed.");
        need(m, "call_record", &input[MADE_RECORD], "電話では、通話の記録が要ります。", "Of a call, a record is needed.");
    }
    Record *incident;
    TRY(record_get(c->db, c->a, &incident_resource, r->org, value_of(r, "incident")->ref, false, &incident));
    put_int(value_of(r, "told_version"), incident->version);
    if (!state_is(r, "approved")) need(m, "without_approval", &input[MADE_DESPITE], "承認の前に報告したときは、その理由が要ります。", "Made before approval: say why.");
    *value_of(r, "means") = input[MADE_MEANS], *value_of(r, "made_at") = input[MADE_AT], *value_of(r, "made_to") = input[MADE_TO], *value_of(r, "spoke_with") = input[MADE_WITH];
    *value_of(r, "call_record") = input[MADE_RECORD], *value_of(r, "receipt") = input[MADE_RECEIPT], *value_of(r, "without_approval") = input[MADE_DESPITE];
    put_text(value_of(r, "state"), STR("made"));
    return ERR_NONE;
}

static Err accept(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "made")) return conflict("報告したものだけが受理されます。", "Only what was made is accepted.");
    if (input[0].state != VALUE_NONE) *value_of(r, "receipt") = input[0];
    put_text(value_of(r, "state"), STR("accepted"));
    return ERR_NONE;
}

static Err return_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(m);
    if (!state_is(r, "made") && !state_is(r, "accepted")) return conflict("報告したものだけが差し戻されます。", "Only what was made is returned.");
    *value_of(r, "answer") = input[0];
    put_text(value_of(r, "state"), STR("returned"));
    return ERR_NONE;
}

/* Done, or its basis is gone: nothing else ends a duty. */
static Err close_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    if (state_is(r, "closed")) return conflict("もう終わっています。", "It is closed already.");
    bool gone = said(value_of(r, "basis_gone"));
    if (!gone && !state_is(r, "made") && !state_is(r, "accepted")) return conflict("報告していません。根拠がなくなったときだけ、報告せずに終えられます。", "It was not made. Only a duty whose basis is gone ends without a report.");
    if (gone) need(m, "why", &input[0], "取り下げる理由が要ります。", "Say why it is withdrawn.");
    if (input[0].state != VALUE_NONE) *value_of(r, "answer") = input[0];
    put_text(value_of(r, "state"), STR("closed"));
    return ERR_NONE;
}

static const Field draft_input[] = {{.name = "draft", .kind = KIND_LONG, .label = TEXT("文面", "Text"), .help = TEXT("分からないことは「不明」「調査中」と書く", "What is not known is written as unknown or under investigation"), .flags = REQUIRED}};
static const Field approve_input[] = {
    {.name = "approved_by", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("代行したときは「〇〇代行」", "Say so if by a deputy"), .flags = REQUIRED, .max = 100},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁番号", "Minutes"), .help = TEXT("承認の証拠", "Proof of the approval"), .max = 300}};
static const Field made_input[MADE_INPUTS] = {
    [MADE_MEANS] = {.name = "means", .kind = KIND_CHOICE, .label = TEXT("方法", "Means"), .help = TEXT("どうやって", "How"), .flags = REQUIRED, .choices = means, .choices_n = COUNT(means)},
    [MADE_AT] = {.name = "at", .kind = KIND_INSTANT, .label = TEXT("報告した時刻", "Made at"), .help = TEXT("相手に届けた時刻", "When the authority was told"), .flags = REQUIRED},
    [MADE_TO] = {.name = "made_to", .kind = KIND_TEXT, .label = TEXT("届け先", "Reached at"), .help = TEXT("電話番号、宛先、窓口", "Number, address or desk"), .flags = REQUIRED, .max = 200},
    [MADE_WITH] = {.name = "spoke_with", .kind = KIND_TEXT, .label = TEXT("相手の氏名", "Spoke with"), .help = TEXT("電話のときは必ず", "Always of a call"), .max = 100},
    [MADE_RECORD] = {.name = "call_record", .kind = KIND_LONG, .label = TEXT("通話の記録", "Record of the call"), .help = TEXT("話したこと、言われたこと", "What was said on both sides")},
    [MADE_RECEIPT] = {.name = "receipt", .kind = KIND_TEXT, .label = TEXT("受付番号", "Receipt"), .help = TEXT("あれば", "If there is one"), .max = 200},
    [MADE_DESPITE] = {.name = "without_approval", .kind = KIND_LONG, .label = TEXT("承認なしで報告した理由", "Why made without approval"), .help = TEXT("承認の前に報告したときだけ", "Only where it was made before approval")}};
static const Field accept_input[] = {{.name = "receipt", .kind = KIND_TEXT, .label = TEXT("受付番号", "Receipt"), .help = TEXT("あれば", "If there is one"), .max = 200}};
static const Field return_input[] = {{.name = "why", .kind = KIND_LONG, .label = TEXT("差し戻しの理由", "Why it was returned"), .help = TEXT("相手の言葉で", "In the words of the authority"), .flags = REQUIRED}};
static const Field close_input[] = {{.name = "why", .kind = KIND_LONG, .label = TEXT("取り下げの理由など", "Remark"), .help = TEXT("根拠がなくなったときは必ず", "Always where the basis is gone")}};

static const Action actions[] = {
    {.name = "draft", .label = TEXT("文面を書く", "Write the text"), .help = TEXT("承認の前なら書き直せます", "It may be rewritten until it is approved"), .roles = ROLES_EDIT, .from = "open|drafted|returned", .fields = draft_input, .fields_n = COUNT(draft_input), .run = draft},
    {.name = "approve", .label = TEXT("承認を記録する", "Record the approval"), .help = TEXT("役職、会議体、またはその代行", "By a post, a body or its deputy"), .roles = ROLES_MANAGE | ROLES_APPROVE, .from = "drafted", .fields = approve_input, .fields_n = COUNT(approve_input), .run = approve},
    {.name = "make", .label = TEXT("報告したことを記録する", "Record that it was made"), .help = TEXT("電話なら通話の記録も", "Of a call with its record"), .roles = ROLES_EDIT, .from = "open|drafted|approved|returned", .fields = made_input, .fields_n = MADE_INPUTS, .run = make},
    {.name = "accept", .label = TEXT("受理を記録する", "Record that it was accepted"), .help = TEXT("受付番号があれば", "With its receipt"), .roles = ROLES_EDIT, .from = "made", .fields = accept_input, .fields_n = COUNT(accept_input), .run = accept},
    {.name = "return", .label = TEXT("差し戻しを記録する", "Record that it was returned"), .help = TEXT("理由とともに", "With the reason"), .roles = ROLES_EDIT, .from = "made|accepted", .fields = return_input, .fields_n = COUNT(return_input), .run = return_},
    {.name = "close", .label = TEXT("終える・取り下げる", "Close or withdraw"), .help = TEXT("報告したあと、または根拠がなくなったとき", "After it was made, or when its basis is gone"), .roles = ROLES_MANAGE, .from = "made|accepted", .fields = close_input, .fields_n = COUNT(close_input), .run = close_},
};

static const Report reports[] = {
    {.name = "document", .label = TEXT("報告のファイル", "File of the report"), .help = TEXT("相手が Kaname なら、そのまま読み込めます", "Another Kaname can take it as it is"), .roles = READERS, .of_record = true, .document = duty_document},
    {.name = "script", .label = TEXT("読み上げる文", "Script"), .help = TEXT("報告することを、事実で埋めたもの。分からない所は空欄", "What must be said, filled from the facts; what is not known is blank"), .roles = READERS, .of_record = true, .document = script_report},
    {.name = "document.pdf", .label = TEXT("書類（PDF）", "Document (PDF)"), .help = TEXT("事実で埋めた書類。分からない所は空欄", "Filled from the facts; what is not known is blank"), .roles = READERS, .of_record = true, .params = form_params, .params_n = FORM_PARAMS, .file = form_pdf, .type = "application/pdf"},
    {.name = "document.xlsx", .label = TEXT("書類（Excel）", "Document (Excel)"), .help = TEXT("同じ書類。空欄に書き足せます", "The same, to write into"), .roles = READERS, .of_record = true, .params = form_params, .params_n = FORM_PARAMS, .file = form_xlsx,
        .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {.name = "document.json", .label = TEXT("書類（JSON）", "Document (JSON)"), .help = TEXT("同じ書類の中身", "What the document says"), .roles = READERS, .of_record = true, .params = form_params, .params_n = FORM_PARAMS, .document = form_json},
    {.name = "reminders", .label = TEXT("期限の知らせ", "Reminders"), .help = TEXT("いつ、誰に知らせたか、知らせていないならなぜか", "When who was reminded, or why not"), .roles = READERS, .of_record = true, .run = reminders_report},
};

static Err tell_others(Ctx *c, const Record *old, const Record *r)
{
    Str version = str_printf(c->a, "%lld", (long long)r->version);
    if (!old) TRY(webhook_tell(c, NULL, HOOK_DUTY_OPENED, r, version, (Str){0}));
    if (old && state_is(r, "made") && !state_is(old, "made")) TRY(webhook_tell(c, NULL, HOOK_DUTY_MADE, r, version, (Str){0}));
    if (old && said(value_of(r, "basis_gone")) && !said(value_of(old, "basis_gone"))) TRY(webhook_tell(c, NULL, HOOK_DUTY_BASIS_GONE, r, version, (Str){0}));
    return ERR_NONE;
}

/* What waits to be made is kept in a field of its own: clocks and reminders go by it, however many duties are done. Whatever changed: reminders may have to be given or called off. */
static Err before_save(Ctx *c, const Record *old, Record *r)
{
    put_int(value_of(r, "pending"), duty_runs(r));
    TRY(tell_others(c, old, r));
    return remind_later(c, c->now);
}

const Resource duty_resource = {.name = "duty", .path = "duties", .prefix = "DUT", .label = TEXT("報告の義務", "Duty to report"), .label_many = TEXT("報告の義務", "Duties to report"),
    .help = TEXT("該当した規定から生じる報告。期限と宛先はそれぞれ別", "What follows from a met rule; each with its own clock and addressee"), .fields = fields, .fields_n = COUNT(fields), .read = READERS,
    .update = ROLES_EDIT, .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports), .before_save = before_save, .after_load = duty_say}; /* nobody makes or retires one by hand: it follows from the facts */
