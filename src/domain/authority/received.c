/*
 * received.c -- a report that reached the authority, by a file of another Kaname, by API, spreadsheet or hand: checked for what it must say, sent back or accepted.
 * What was accepted stays; a correction opens it again, with a reason.
 */
#include "authority/parts.h"

#include "law/judge.h"

static const Choice states[] = {
    {CODE("received"), TEXT("受領", "Received"), TEXT("届いた。まだ確かめていない", "It came; nobody checked it yet")},
    {CODE("incomplete"), TEXT("不足あり", "Incomplete"), TEXT("書かれていないことがある", "Something is not said")},
    {CODE("complete"), TEXT("確認済み", "Complete"), TEXT("求められることは書かれている", "It says what is asked")},
    {CODE("returned"), TEXT("差し戻し", "Returned"), TEXT("直されるのを待っている", "To be corrected by the operator")},
    {CODE("accepted"), TEXT("受理", "Accepted"), TEXT("番号を付けて受理した", "Accepted under a number")},
    {CODE("closed"), TEXT("終了", "Closed"), TEXT("することはもうない", "Nothing is left to do"), .settled = true},
};
static const Choice sources[] = {
    {CODE("system"), TEXT("システム", "System"), TEXT("ほかのシステムから", "From another system")},
    {CODE("file"), TEXT("ファイル", "File"), TEXT("報告のファイルや表から", "Out of a file or a sheet")},
    {CODE("typed"), TEXT("手入力", "Typed in"), TEXT("画面で入力した", "Entered by hand")},
    {CODE("mail"), TEXT("メール", "E-mail"), TEXT("", "")},
    {CODE("fax"), TEXT("ファクス", "Fax"), TEXT("", "")},
    {CODE("telephone"), TEXT("電話", "Telephone"), TEXT("", "")},
};
/* Bands of this program, for counting; 30,000 users and two hours are edges because the law's thresholds stand there. */
const Choice duration_bands[DURATION_BANDS] = {
    {CODE("0"), TEXT("30分未満", "Under 30 min"), TEXT("", "")}, {CODE("30"), TEXT("30分以上1時間未満", "30 min to 1 h"), TEXT("", "")}, {CODE("60"), TEXT("1時間以上2時間未満", "1 to 2 h"), TEXT("", "")},
    {CODE("120"), TEXT("2時間以上5時間未満", "2 to 5 h"), TEXT("", "")}, {CODE("300"), TEXT("5時間以上12時間未満", "5 to 12 h"), TEXT("", "")}, {CODE("720"), TEXT("12時間以上24時間未満", "12 to 24 h"), TEXT("", "")},
    {CODE("1440"), TEXT("24時間以上", "24 h or more"), TEXT("", "")}, {CODE("open"), TEXT("決まらない・不明", "Open or unknown"), TEXT("範囲が二つ以上にまたがるか、分からない", "A range over several, or unknown")},
};
const Choice users_bands[USERS_BANDS] = {
    {CODE("0"), TEXT("500人未満", "Under 500"), TEXT("", "")}, {CODE("500"), TEXT("500人以上5千人未満", "500 to 4,999"), TEXT("", "")}, {CODE("5000"), TEXT("5千人以上3万人未満", "5,000 to 29,999"), TEXT("", "")},
    {CODE("30000"), TEXT("3万人以上10万人未満", "30,000 to 99,999"), TEXT("", "")}, {CODE("100000"), TEXT("10万人以上100万人未満", "100,000 to 999,999"), TEXT("", "")}, {CODE("1000000"), TEXT("100万人以上", "1,000,000 or more"), TEXT("", "")},
    {CODE("open"), TEXT("決まらない・不明", "Open or unknown"), TEXT("範囲が二つ以上にまたがるか、分からない", "A range over several, or unknown")},
};

#define F(n, k, ja, en, hja, hen, ...) {.name = n, .kind = k, .label = TEXT(ja, en), .help = TEXT(hja, hen), __VA_ARGS__}
static const Field fields[] = {
    F("subject", KIND_TEXT, "件名", "Subject", "何についての報告か", "What it reports", .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .max = 300, .aliases = "報告件名|事故の概要"),
    F("operator", KIND_TEXT, "報告者", "Operator", "報告した事業者や団体の名前", "Who made the report", .flags = REQUIRED | SEARCH | SORT | FILTER | COLUMN, .max = 200, .aliases = "事業者名|事業者|報告事業者"),
    F("operator_code", KIND_TEXT, "報告者の番号", "Operator's number", "登録番号など。同じ名前の事業者を分けます", "A registration number or the like; tells namesakes apart", .flags = FILTER, .max = 100, .aliases = "事業者番号|登録番号"),
    F("kind", KIND_CHOICE, "種類", "Kind", "報告の種類", "Kind of report", .flags = REQUIRED | FILTER | COLUMN, .choices = report_kinds, .choices_n = REPORT_KINDS, .aliases = "報告の種類|報告種別"),
    F("rule", KIND_TEXT, "規定", "Rule", "パックの規則の符号。分からなければ空でよい", "Id of a rule of the packs; may be empty", .flags = FILTER, .max = 120),
    F("state", KIND_CHOICE, "状態", "State", "確認、差し戻し、受理で変わります", "Changes as it is checked, returned, accepted", .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)),
    F("received_at", KIND_INSTANT, "受けた時刻", "Received at", "空なら、いま", "Empty: now", .flags = RANGE | SORT | FILTER | COLUMN, .aliases = "受領日時|受付日時"),
    F("occurred_at", KIND_INSTANT, "発生した時刻", "Occurred at", "範囲や不明でもよい", "A range or unknown will do", .flags = RANGE | SORT | FILTER, .aliases = "発生日時|発生時刻", .begins = TEXT("起きたこと", "What happened")),
    F("known_at", KIND_INSTANT, "知った時刻", "Known at", "報告者が知った時刻", "When the operator first knew", .flags = RANGE, .aliases = "認知日時"),
    F("sector", KIND_TEXT, "分野", "Sector", "重要インフラ分野", "Sector of critical infrastructure", .flags = FILTER, .suggest = "sectors"),
    F("service_class", KIND_TEXT, "役務の区分", "Class of service", "パックの区分の符号", "Its code in a pack", .flags = FILTER | COLUMN, .max = 200, .aliases = "区分|サービス区分|影響を受けた役務"),
    F("area", KIND_TEXT, "地域", "Area", "都道府県。複数なら「、」で区切る", "Prefectures, with commas between them", .flags = FILTER | SEARCH, .max = 500, .aliases = "都道府県|影響範囲|影響の範囲"),
    F("users", KIND_INT, "影響を受けた利用者数", "Users hit", "範囲や不明でもよい", "A range or unknown will do", .flags = RANGE | SORT | FILTER | COLUMN, .max = USERS_MAX, .aliases = "影響利用者数|利用者数"),
    F("duration", KIND_INT, "継続時間（分）", "Duration (minutes)", "範囲や不明でもよい", "A range or unknown will do", .flags = RANGE | SORT | FILTER, .max = MINUTES_MAX, .aliases = "継続時間|影響時間"),
    F("cause", KIND_TEXT, "原因", "Cause", "集計に使う原因の分類", "As it is counted", .flags = FILTER | SEARCH, .max = 200, .aliases = "発生原因|原因分類"),
    F("text", KIND_LONG, "報告の本文", "Text of the report", "届いたとおりに。「発生の場所：」のように項目の見出しを付けると確認しやすくなります", "As it came; a heading before each item, as in the form, helps the check", .flags = SEARCH, .max = 50000, .aliases = "本文|内容"),
    F("wholesale_of", KIND_REF, "卸元の報告", "Report of the wholesaler", "サービスを卸している事業者から届いた報告", "The report of the operator from whom the service is bought", .flags = FILTER, .target = "received", .begins = TEXT("卸の関係", "Wholesale")),
    F("wholesaler", KIND_TEXT, "卸元の事業者", "Wholesaler", "報告がまだ届いていないとき、その名前か番号", "Its name or number, where its report is not here", .flags = FILTER, .max = 200, .aliases = "卸元"),
    F("source", KIND_CHOICE, "受け方", "How it came", "どうやって届いたか", "By which way", .flags = FILTER, .choices = sources, .choices_n = COUNT(sources), .begins = TEXT("受領と確認", "Reception and check")),
    F("reference", KIND_TEXT, "送り手の符号", "Sender's reference", "同じものを二度受けないための符号", "So that the same is not taken twice", .flags = UNIQUE | FILTER, .max = 200, .aliases = "整理番号|報告番号"),
    F("facts", KIND_LONG, "届いた事実", "Facts as received", "報告のファイルにあった事実の文書", "The document of facts out of the file", .flags = READONLY, .max = FACTS_MAX),
    F("missing", KIND_LONG, "足りないこと", "What is missing", "最後の確認で、書かれていなかったこと", "Not said at the latest check", .flags = READONLY),
    F("checked_by", KIND_TEXT, "確認のよりどころ", "Checked against", "何に照らして確かめたか", "What it was held against", .flags = READONLY, .max = 300),
    F("found", KIND_LONG, "別の所に書かれていたこと", "Said elsewhere", "確かめた人が見つけたもの", "As found by who checked it", .flags = READONLY),
    F("lacking", KIND_INT, "いまのパックで足りないこと", "Lacking by the packs of now", "受理するまで、パックが変わるたびに数え直す", "Counted again when the packs change, until it is accepted", .flags = DERIVED | FILTER),
    JUDGED_BY,
    F("comment", KIND_LONG, "差し戻しの理由", "Why returned", "報告者に伝えたこと", "What the operator was told", .flags = READONLY),
    F("returned_at", KIND_INSTANT, "差し戻した時刻", "Returned at", "", "", .flags = READONLY),
    F("accepted_number", KIND_TEXT, "受理番号", "Number of acceptance", "", "", .flags = READONLY | FILTER, .max = 100),
    F("accepted_at", KIND_INSTANT, "受理した時刻", "Accepted at", "", "", .flags = READONLY),
    F("fiscal_year", KIND_INT, "年度", "Fiscal year", "発生した日の年度（4月から翌年3月）", "Of the day on which it occurred, April to March", .flags = READONLY | FILTER, .begins = TEXT("集計", "Counting")),
    F("counted_at", KIND_INSTANT, "集計上の受領", "Counted as received", "受けた時刻の、遅い方", "The latest at which it may have come", .flags = READONLY | FILTER),
    F("duration_band", KIND_CHOICE, "継続時間の段階", "Duration band", "集計の段階", "As it is counted", .flags = READONLY | FILTER, .choices = duration_bands, .choices_n = DURATION_BANDS),
    F("users_band", KIND_CHOICE, "利用者数の段階", "Users band", "集計の段階", "As it is counted", .flags = READONLY | FILTER, .choices = users_bands, .choices_n = USERS_BANDS),
};
static const char *const set_by_acts[] = {"state", "missing", "checked_by", "found", "comment", "returned_at", "accepted_number", "accepted_at", "fiscal_year", "counted_at", "duration_band", "users_band", "lacking", "judged_by", NULL};

/* --- acts --------------------------------------------------------------------------------------------------------------------- */

static Err check(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (!state_is(r, "received") && !state_is(r, "incomplete") && !state_is(r, "complete")) return conflict("受理や差し戻しの前に確かめます。", "It is checked before it is accepted or returned.");
    Lacks lacks = report_lacks(c, r, input[0].text, m);
    *value_of(r, "found") = input[0];
    *value_of(r, "missing") = (Value){.state = VALUE_NONE};
    if (lacks.n) put_text(value_of(r, "missing"), lacks.missing);
    put_text(value_of(r, "checked_by"), lacks.by);
    put_text(value_of(r, "state"), lacks.n ? STR("incomplete") : STR("complete"));
    return ERR_NONE;
}

static Err return_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (!state_is(r, "incomplete") && !state_is(r, "complete")) return conflict("確かめてから差し戻します。", "It is checked before it is returned.");
    *value_of(r, "comment") = input[0];
    put_int(value_of(r, "returned_at"), c->now);
    put_text(value_of(r, "state"), STR("returned"));
    return ERR_NONE;
}

static Err accept(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (!state_is(r, "complete")) return conflict("足りないことのない報告だけを受理できます。先に確かめてください。", "Only a complete report is accepted. Check it first.");
    *value_of(r, "accepted_number") = input[0];
    put_int(value_of(r, "accepted_at"), c->now);
    put_text(value_of(r, "state"), STR("accepted"));
    return ERR_NONE;
}

static Err close_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(c);
    UNUSED(input);
    UNUSED(m);
    if (!state_is(r, "accepted")) return conflict("受理した報告だけを終えられます。", "Only an accepted report is closed.");
    put_text(value_of(r, "state"), STR("closed"));
    return ERR_NONE;
}

static Err reopen(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (!state_is(r, "accepted") && !state_is(r, "closed")) return conflict("受理した報告だけを、訂正のために開けます。", "Only what was accepted is opened for a correction.");
    *value_of(r, "accepted_number") = *value_of(r, "accepted_at") = *value_of(r, "missing") = (Value){.state = VALUE_NONE};
    put_text(value_of(r, "state"), STR("received"));
    c->reason = input[0].text;
    return ERR_NONE;
}

static const Field check_input[] = {F("found", KIND_LONG, "別の所に書かれていたこと", "Said elsewhere", "見出しのない本文や添付にあった項目を、一行に一つ、求められる言葉のとおりに", "Items that stand in the text or a file without a heading: one a line, in the words that are asked", .max = 5000)};
static const Field return_input[] = {F("comment", KIND_LONG, "差し戻しの理由", "Why it is returned", "報告者に伝えること", "What the operator is told", .flags = REQUIRED)};
static const Field accept_input[] = {F("number", KIND_TEXT, "受理番号", "Number of acceptance", "報告者に伝える番号", "The number that the operator is told", .flags = REQUIRED, .max = 100)};
static const Field reopen_input[] = {F("why", KIND_LONG, "訂正の理由", "Why it is corrected", "履歴に残ります", "Kept in the history", .flags = REQUIRED, .max = 1000)};
#undef F

static const Action actions[] = {
    {.name = "check", .label = TEXT("確かめる", "Check"), .help = TEXT("求められることが書かれているかを並べます", "Lists what is asked and not said"), .roles = ROLES_EDIT, .from = "received|incomplete", .fields = check_input, .fields_n = COUNT(check_input), .run = check},
    {.name = "return", .label = TEXT("差し戻す", "Return"), .help = TEXT("理由とともに", "With the reason"), .roles = ROLES_MANAGE, .from = "incomplete", .fields = return_input, .fields_n = COUNT(return_input), .run = return_},
    {.name = "accept", .label = TEXT("受理する", "Accept"), .help = TEXT("番号を付けて", "Under a number"), .roles = ROLES_MANAGE, .from = "complete", .fields = accept_input, .fields_n = COUNT(accept_input), .run = accept},
    {.name = "close", .label = TEXT("終える", "Close"), .help = TEXT("することがもうないとき", "When nothing is left to do"), .roles = ROLES_MANAGE, .from = "accepted", .run = close_},
    {.name = "reopen", .label = TEXT("訂正のために開く", "Open for a correction"), .help = TEXT("受理を取り消します", "Takes the acceptance back"), .roles = ROLES_MANAGE, .fields = reopen_input, .fields_n = COUNT(reopen_input), .run = reopen},
};

/* --- hooks -------------------------------------------------------------------------------------------------------------------- */

static bool is_settled(const Record *r) { return state_is(r, "accepted") || state_is(r, "closed"); }

static bool has_time(const Value *v) { return v->state == VALUE_KNOWN || v->state == VALUE_RANGE; }
static int64_t latest(const Value *v) { return v->state == VALUE_RANGE ? v->hi : v->i; }

static void not_before(const Record *r, const char *later, const char *earlier, Mistakes *m, const char *ja, const char *en)
{
    const Value *a = value_of(r, earlier), *b = value_of(r, later);
    if (has_time(a) && has_time(b) && latest(b) < a->i) mistake_add(m, str_of(later), "range", text_of(ja, en));
}

static Err check_record(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    static const char *const instants[] = {"received_at", "occurred_at", "known_at"};
    if (old && is_settled(old) && r->removed && !old->removed) return conflict("受理した報告は廃止できません。", "An accepted report cannot be retired.");
    if (old && is_settled(old) && is_settled(r) && !only_differs(old, r, set_by_acts)) return conflict("受理した報告は変わりません。先に「訂正のために開く」を選んでください。", "An accepted report does not change. Open it for a correction first.");
    for (size_t i = 0; i < COUNT(instants); i++) {
        const Value *v = value_of(r, instants[i]);
        if (has_time(v) && v->i > c->now) mistake_add(m, str_of(instants[i]), "future", text_of("まだ来ていない時刻です。", "That time has not come."));
    }
    not_before(r, "known_at", "occurred_at", m, "発生より前に知ったことになります。", "Known before it occurred.");
    not_before(r, "received_at", "occurred_at", m, "発生より前に届いたことになります。", "Received before it occurred.");
    if (old && value_of(r, "wholesale_of")->state == VALUE_KNOWN && id_eq(value_of(r, "wholesale_of")->ref, r->id)) mistake_add(m, STR("wholesale_of"), "reference", text_of("自分自身は卸元になりません。", "A report is not its own wholesaler's."));
    return ERR_NONE;
}

/* A range that lies in one band is in it; over several, or unknown: open. The codes are the lower edges, the last one is open. */
static void put_band(Value *out, const Value *v, const Choice *bands, size_t n)
{
    size_t low = n - 1, high = n - 1;
    for (size_t i = 0; i + 1 < n && has_time(v); i++) {
        int64_t from = 0;
        str_int(bands[i].code, &from);
        if (v->i >= from) low = i;
        if (latest(v) >= from) high = i;
    }
    put_text(out, bands[low == high ? low : n - 1].code);
}

static void put_year(Value *out, const Value *occurred)
{
    *out = (Value){.state = VALUE_NONE};
    if (!has_time(occurred)) return;
    int from = fiscal_year(day_in_japan(occurred->i)), to = fiscal_year(day_in_japan(latest(occurred)));
    if (from == to) put_int(out, from);
}

/* What was checked or sent back and then changed is to be checked again. */
static bool to_check_again(const Record *old, const Record *r)
{
    if (!old || !str_eq(value_of(old, "state")->text, value_of(r, "state")->text) || is_settled(r)) return false;
    return !only_differs(old, r, set_by_acts);
}

/* What was accepted stays as it was judged then. Without the rules at hand it is left to the job. */
static Lacks put_lacking(Ctx *c, Record *r)
{
    Mistakes none;
    mistakes_init(&none, c->a); /* an item that nobody asks any more is none of the reader's mistakes */
    Lacks lacks = report_lacks(c, r, value_of(r, "found")->text, &none);
    put_int(value_of(r, "lacking"), (int64_t)lacks.n);
    put_text(value_of(r, "judged_by"), law_basis(c->packs));
    return lacks;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    if (value_of(r, "state")->state == VALUE_NONE || to_check_again(old, r)) {
        put_text(value_of(r, "state"), STR("received"));
        *value_of(r, "missing") = *value_of(r, "checked_by") = *value_of(r, "found") = (Value){.state = VALUE_NONE};
    }
    if (value_of(r, "received_at")->state == VALUE_NONE) put_int(value_of(r, "received_at"), c->now);
    put_int(value_of(r, "counted_at"), has_time(value_of(r, "received_at")) ? latest(value_of(r, "received_at")) : r->created);
    put_year(value_of(r, "fiscal_year"), value_of(r, "occurred_at"));
    put_band(value_of(r, "duration_band"), value_of(r, "duration"), duration_bands, DURATION_BANDS);
    put_band(value_of(r, "users_band"), value_of(r, "users"), users_bands, USERS_BANDS);
    if (law_basis(c->packs).n && !is_settled(r)) (void)put_lacking(c, r);
    return ERR_NONE;
}

/* --- checked again by other packs ------------------------------------------------------------------------------------------------- */

/* What a person checked, and not yet sent back or accepted, says what the packs of now say; a version only where that differs. */
static bool verdict_differs(const Record *r, const Lacks *lacks)
{
    bool checked = state_is(r, "incomplete") || state_is(r, "complete");
    return checked && (state_is(r, "complete") != !lacks->n || !str_eq(value_of(r, "missing")->text, lacks->missing));
}

static Err judge_again(Ctx *c, Record *old)
{
    bool current;
    Ctx here = *c;
    Record *r = record_copy(c->a, old);
    Lacks lacks = put_lacking(c, r);
    if (!verdict_differs(old, &lacks)) return record_keep(c->db, c->a, r, &current);
    here.reason = judged_again_why(c, old);
    *value_of(r, "missing") = (Value){.state = VALUE_NONE};
    if (lacks.n) put_text(value_of(r, "missing"), lacks.missing);
    put_text(value_of(r, "checked_by"), lacks.by);
    put_text(value_of(r, "state"), lacks.n ? STR("incomplete") : STR("complete"));
    return work_save(&here, old, r, "judge");
}

static Err some_again(Ctx *c, Record *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(judge_again(c, list[i]));
    return ERR_NONE;
}

static size_t left(Ctx *c, Filter out[WALK_FILTERS_MAX])
{
    static const char *const over[] = {"accepted", "closed"};
    out[0] = judged_otherwise(c, &received_resource);
    for (size_t i = 0; i < COUNT(over); i++)
        out[1 + i] = (Filter){.field = field_find(fields, COUNT(fields), STR("state")), .op = FILTER_NOT, .value = {.state = VALUE_KNOWN, .text = str_of(over[i])}};
    return 1 + COUNT(over);
}

const Walk received_again = {"authority.again", &received_resource, left, some_again};

Err received_again_job(Ctx *c, const struct Job *job) { return law_basis(c->packs).n ? work_walk(c, job, &received_again) : ERR_NONE; }

static Err judged_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    UNUSED(params);
    return judged_table(c, &received_resource, out);
}

static const char *const counted[] = {"fiscal_year", "kind", "service_class", "duration_band", "users_band", "cause", "counted_at", NULL};
static const Report reports[] = {
    {.name = "figures", .label = TEXT("年度の集計", "Figures of a fiscal year"), .help = TEXT("定期報告と詳報の件数。締切の時刻までに届いたもの", "Returns and detailed reports that came by the cut-off"), .roles = READERS, .params = figures_params,
    .params_n = FIGURES_PARAMS, .run = figures_report},
    {.name = "judged", .label = TEXT("判定に使ったパック", "Judged by which packs"), .help = TEXT("パックが変わったあと、どこまで判定し直したか", "How far they were judged again after the packs changed"), .roles = READERS, .run = judged_report}};

const Resource received_resource = {.name = "received", .path = "received-reports", .prefix = "REC", .label = TEXT("受けた報告", "Received report"), .label_many = TEXT("受けた報告", "Received reports"),
    .help = TEXT("事業者や団体から届いた報告。監督する側で使います", "Reports that operators made; for those who supervise"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT,
    .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports), .counted = counted, .check = check_record, .before_save = before_save, .receive = received_read};
