/*
 * notice.c -- what users, partners, agencies are told while something is down: written from a wording of the pack, put out over channels with their times, and what was promised for the next one.
 * A notice that is out stays as it was put out; the next one takes over its promise. Guideline, not law: nothing here is a duty (duty.c has the one that follows from a rule).
 */
#include "incident/parts.h"

const Choice notice_stages[NOTICE_STAGES] = {
    {CODE("first"), TEXT("第一報", "First"), TEXT("分かっていることを、まず知らせる", "What is known, at once")},
    {CODE("update"), TEXT("続報", "Update"), TEXT("前から変わったこと、いまの見通し", "What changed, and the outlook")},
    {CODE("restored"), TEXT("復旧", "Restored"), TEXT("使えるようになった", "It works again")},
    {CODE("closing"), TEXT("原因と再発防止", "Cause and prevention"), TEXT("あとから分かったこと", "What became known afterwards")},
};
const Choice notice_audiences[NOTICE_AUDIENCES] = {
    {CODE("public"), TEXT("利用者・公衆", "Users and the public")},
    {CODE("partner"), TEXT("卸先・接続先の事業者", "Wholesale and connected carriers")},
    {CODE("agent"), TEXT("代理店", "Agents")},
    {CODE("mvno"), TEXT("MVNO", "MVNOs")},
    {CODE("emergency"), TEXT("緊急通報の機関", "Emergency services"), TEXT("警察、消防、海上保安", "Police, fire, coast guard")},
    {CODE("government"), TEXT("自治体", "Local governments")},
};
static const Choice states[] = {
    {CODE("draft"), TEXT("案", "Draft"), TEXT("まだ出していない", "Not put out yet")},
    {CODE("out"), TEXT("公表済み", "Put out"), TEXT("出した。文面は変わらない", "It is out, and stays as it is")},
};
static const Choice channels[] = {
    {CODE("top_page"), TEXT("公式サイトの最初のページ", "Top page of the site")},
    {CODE("site"), TEXT("公式サイトのほかのページ", "Another page of the site")},
    {CODE("social"), TEXT("SNS", "Social media")},
    {CODE("press"), TEXT("報道発表", "Press")},
    {CODE("broadcast"), TEXT("放送", "Broadcast")},
    {CODE("mail"), TEXT("メール・SMS", "E-mail, text message")},
    {CODE("telephone"), TEXT("電話・音声案内", "Telephone, voice message")},
    {CODE("shop"), TEXT("店頭・掲示", "Shops, posters")},
    {CODE("vehicle"), TEXT("広報車・防災無線", "Loudspeaker van, public address")},
    {CODE("direct"), TEXT("担当者へ直接", "Directly to who is in charge")},
};

enum { CHANNEL, CHANNEL_AT, CHANNEL_WHERE, CHANNEL_FIELDS, CHANNELS_MAX = 50 };
static const Field channel_fields[CHANNEL_FIELDS] = {
    [CHANNEL] = {.name = "channel", .kind = KIND_CHOICE, .label = TEXT("手段", "Channel"), .help = TEXT("どこに出したか", "Where it was put"), .flags = REQUIRED, .choices = channels, .choices_n = COUNT(channels)},
    [CHANNEL_AT] = {.name = "at", .kind = KIND_INSTANT, .label = TEXT("出した時刻", "Put out at"), .help = TEXT("見られるようになった時刻", "From when on it could be seen"), .flags = REQUIRED},
    [CHANNEL_WHERE] = {.name = "where", .kind = KIND_TEXT, .label = TEXT("場所", "Where"), .help = TEXT("アドレス、宛先、放送局など", "Address, addressee, station"), .max = 500},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("見出し", "Heading"), .help = TEXT("読む人が見る見出し", "As its readers see it"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .max = 200},
    {.name = "incident", .kind = KIND_REF, .label = TEXT("インシデント", "Incident"), .help = TEXT("何についてのお知らせか", "What it is about"), .flags = REQUIRED | FILTER | COLUMN, .target = "incident"},
    {.name = "stage", .kind = KIND_CHOICE, .label = TEXT("段階", "Stage"), .help = TEXT("第一報、続報、復旧、原因と再発防止", "First, update, restored, cause"), .flags = REQUIRED | FILTER | COLUMN, .choices = notice_stages, .choices_n = NOTICE_STAGES},
    {.name = "audience", .kind = KIND_CHOICE, .label = TEXT("相手", "Audience"), .help = TEXT("誰に知らせるか", "Who is told"), .flags = REQUIRED | FILTER | COLUMN, .choices = notice_audiences, .choices_n = NOTICE_AUDIENCES},
    {.name = "text", .kind = KIND_LONG, .label = TEXT("文面", "Text"), .help = TEXT("分からないことは「不明」「調査中」と書く", "What is not known is written as unknown or under investigation"), .flags = REQUIRED | SEARCH},
    {.name = "text_en", .kind = KIND_LONG, .label = TEXT("英語の文面", "Text in English"), .help = TEXT("あれば", "If there is one"), .flags = SEARCH},
    {.name = "next_at", .kind = KIND_INSTANT, .label = TEXT("次のお知らせの約束", "Next notice promised"), .help = TEXT("この時刻までに次を出すと約束する。過ぎると知らせます", "The next one is out by then; what is late shows"), .flags = SORT | COLUMN},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("出すと変わります", "Changes when it is put out"), .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states)},
    {.name = "out_at", .kind = KIND_INSTANT, .label = TEXT("出した時刻", "Put out at"), .help = TEXT("いちばん早い手段の時刻", "On its earliest channel"), .flags = READONLY | SORT | COLUMN},
    {.name = "owed", .kind = KIND_BOOL, .label = TEXT("次を待たれている", "Next one is owed"), .help = TEXT("約束した次のお知らせがまだ出ていない", "The next notice that was promised is not out"), .flags = READONLY | FILTER},
    {.name = "channels", .kind = KIND_LIST, .label = TEXT("出した先", "Put out on"), .help = TEXT("手段ごとの時刻", "Each channel with its time"), .flags = READONLY, .max = CHANNELS_MAX, .fields = channel_fields, .fields_n = CHANNEL_FIELDS},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("担当部署", "Owner"), .help = TEXT("お知らせを出す部署", "The unit that puts it out"), .flags = FILTER, .target = "unit"},
};

/* --- putting it out ----------------------------------------------------------------------------------------------------------------- */

static bool has_blank(const Record *r)
{
    const Str texts[] = {value_of(r, "title")->text, value_of(r, "text")->text, value_of(r, "text_en")->text};
    for (size_t i = 0; i < COUNT(texts); i++)
        for (Lang l = 0; l < LANGS; l++)
            if (str_find(texts[i], notice_blank.in[l]) != SIZE_MAX) return true;
    return false;
}

static Err put_out(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (state_is(r, "draft") && has_blank(r))
        return err_text(ERR_CONFLICT, text_of("文面に空欄（［　　　］）が残っています。分からないことは「調査中」などと書いてください。", "Blanks [________] are left in the text. Write what is not known as such, for instance “under investigation”."));
    Value *rows = value_of(r, "channels"), *first = value_of(r, "out_at");
    if (rows->n >= CHANNELS_MAX) return err_text(ERR_CONFLICT, text_of("出した先は50行までです。", "At most 50 channels."));
    if (input[CHANNEL_AT].i > c->now) mistake_add(m, STR("at"), "range", text_of("まだ来ていない時刻です。", "That time has not come."));
    rows_own(c->a, field_of(r->res, "channels"), rows);
    Value *row = arena_array(c->a, Value, CHANNEL_FIELDS);
    memcpy(row, input, CHANNEL_FIELDS * sizeof *row);
    rows->state = VALUE_KNOWN;
    rows->rows[rows->n++] = row; /* rows_own leaves room for one more */
    if (first->state == VALUE_NONE || input[CHANNEL_AT].i < first->i) *first = input[CHANNEL_AT];
    put_text(value_of(r, "state"), STR("out"));
    return ERR_NONE;
}

/* No further notice will come: says who, in the history. */
static Err release(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (!said(value_of(r, "owed"))) return err_text(ERR_CONFLICT, text_of("待たれている約束はありません。", "No promise is open."));
    put_int(value_of(r, "owed"), false);
    c->reason = input[0].text;
    return ERR_NONE;
}

static const Field release_input[] = {{.name = "why", .kind = KIND_LONG, .label = TEXT("次を出さない理由", "Why no further one"), .help = TEXT("履歴に残ります", "Kept in the history"), .flags = REQUIRED, .max = 1000}};
static const Action actions[] = {
    {.name = "put-out", .label = TEXT("出したことを記録する", "Record that it was put out"), .help = TEXT("手段ごとに一度ずつ", "Once for each channel"), .roles = ROLES_EDIT, .from = "draft|out", .fields = channel_fields, .fields_n = CHANNEL_FIELDS, .run = put_out},
    {.name = "release", .label = TEXT("次の約束を終える", "End the promise"), .help = TEXT("次のお知らせを出さないとき", "Where no further notice will come"), .roles = ROLES_EDIT, .from = "out", .fields = release_input, .fields_n = COUNT(release_input), .run = release},
};

/* --- before it is kept --------------------------------------------------------------------------------------------------------------- */

static bool text_moves(const Record *old, const Record *r)
{
    static const char *const free[] = {"state", "out_at", "owed", "channels", "owner", NULL};
    return !only_differs(old, r, free);
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    const Value *next = value_of(r, "next_at");
    UNUSED(c);
    if (old && state_is(old, "out") && text_moves(old, r)) return err_text(ERR_CONFLICT, text_of("出したお知らせは変わりません。次のお知らせを作ってください。", "What was put out stays as it is. Write the next notice."));
    if (next->state == VALUE_KNOWN && value_of(r, "out_at")->state == VALUE_KNOWN && next->i <= value_of(r, "out_at")->i)
        mistake_add(m, STR("next_at"), "range", text_of("出した時刻より後の時刻を書いてください。", "It must be later than when this one was put out."));
    return ERR_NONE;
}

static Filter equals(const char *field, Value v) { return (Filter){.field = field_find(fields, COUNT(fields), str_of(field)), .op = FILTER_EQ, .value = v}; }

bool notice_last_out(Ctx *c, const Record *incident, Str audience, Instant *at, Err *e)
{
    ListQuery q = {.sort = field_find(fields, COUNT(fields), STR("out_at")), .descending = true, .limit = 1, .filters_n = 3};
    ListPage page = {0};
    q.filters[0] = equals("incident", (Value){.state = VALUE_KNOWN, .ref = incident->id}), q.filters[1] = equals("audience", (Value){.state = VALUE_KNOWN, .text = audience});
    q.filters[2] = equals("state", (Value){.state = VALUE_KNOWN, .text = STR("out")});
    *e = work_list(c, &notice_resource, &q, &page);
    if (e->kind || !page.n) return false;
    *at = value_of(page.list[0], "out_at")->i;
    return true;
}

/* This one is what the earlier ones to the same people promised. */
static Err take_over(Ctx *c, const Record *r)
{
    ListQuery q = {.sort = -1, .limit = CHANNELS_MAX, .filters_n = 3};
    ListPage page;
    q.filters[0] = equals("incident", *value_of(r, "incident")), q.filters[1] = equals("audience", *value_of(r, "audience")), q.filters[2] = equals("owed", (Value){.state = VALUE_KNOWN, .i = true});
    TRY(record_list(c->db, c->a, r->res, r->org, &q, &page));
    for (size_t i = 0; i < page.n; i++) {
        if (id_eq(page.list[i]->id, r->id)) continue;
        Record *now = record_copy(c->a, page.list[i]);
        put_int(value_of(now, "owed"), false);
        TRY(work_save(c, page.list[i], now, "follow"));
    }
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    bool goes_out = state_is(r, "out") && (!old || !state_is(old, "out"));
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    if (!goes_out) return ERR_NONE;
    put_int(value_of(r, "owed"), value_of(r, "next_at")->state == VALUE_KNOWN);
    return take_over(c, r);
}

/* --- promises for the first page -------------------------------------------------------------------------------------------------------- */

Err incident_promises_json(Ctx *c, JsonOut *j)
{
    enum { PROMISES_MAX = 20 };
    ListQuery q = {.sort = field_find(fields, COUNT(fields), STR("next_at")), .limit = PROMISES_MAX, .filters_n = 1};
    ListPage page = {0};
    q.filters[0] = equals("owed", (Value){.state = VALUE_KNOWN, .i = true});
    Err e = work_list(c, &notice_resource, &q, &page);
    json_open(j, '[');
    for (size_t i = 0; !e.kind && i < page.n; i++) record_to_json(j, c->a, page.list[i], NULL);
    json_close(j, ']');
    return e.kind == ERR_FORBIDDEN || e.kind == ERR_NOT_FOUND ? ERR_NONE : e; /* who may not read the register sees none */
}

const Resource notice_resource = {.name = "notice", .path = "notices", .prefix = "NTC", .label = TEXT("お知らせ", "Notice"), .label_many = TEXT("お知らせ", "Notices"),
    .help = TEXT("利用者、取引先、機関に知らせること", "What users, partners and agencies are told"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE,
    .actions = actions, .actions_n = COUNT(actions), .check = check, .before_save = before_save};
