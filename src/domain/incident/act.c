/* act.c -- what is done to an incident under way: a row begins, ends, goes on with another number; a fact is told; restored, closed, opened again. */
#include "incident/parts.h"

static Value *rows_of(Ctx *c, Record *r, const char *list)
{
    Value *v = value_of(r, list);
    rows_own(c->a, field_of(r->res, list), v);
    return v;
}

/* A new last row; more than the list holds is a mistake. */
static Value *row_new(Ctx *c, Record *r, const char *list, Mistakes *m)
{
    const Field *f = field_of(r->res, list);
    Value *v = rows_of(c, r, list);
    if ((int64_t)v->n >= f->max) {
        mistake_add(m, str_of(list), "length", TEXT_FILL(c->a, "「{0}」は{1}行までです。", "{2}: at most {1} rows.", f->label.in[JA], str_printf(c->a, "%lld", (long long)f->max), f->label.in[EN]));
        return arena_array(c->a, Value, f->fields_n);
    }
    v->state = VALUE_KNOWN;
    return v->rows[v->n++] = arena_array(c->a, Value, f->fields_n); /* rows_own leaves room for one more */
}

static Value *segment_at(Ctx *c, Record *r, const Value *number, Mistakes *m)
{
    Value *v = rows_of(c, r, "segments");
    if (number->i >= 1 && (size_t)number->i <= v->n) return v->rows[number->i - 1];
    mistake_add(m, STR("segment"), "range", text_of("その番号の行はありません。", "There is no row with this number."));
    return NULL;
}

static Err only_while_open(const Record *r)
{
    return state_is(r, "open") ? ERR_NONE : err_text(ERR_CONFLICT, text_of("継続中のインシデントにだけできます。先に「再開する」を選んでください。", "Only while it goes on. Open the incident again first."));
}

static void goes_on(Value *row)
{
    put_int(&row[SEGMENT_OPEN], true);
    row[SEGMENT_TO] = (Value){.state = VALUE_NONE};
}

static void ends(Value *row, const Value *at)
{
    row[SEGMENT_TO] = *at;
    row[SEGMENT_OPEN] = (Value){.state = VALUE_NONE};
}

static void not_before(const Value *row, const Value *at, Mistakes *m)
{
    if (span_of(at).high <= span_of(&row[SEGMENT_FROM]).low) mistake_add(m, STR("at"), "range", text_of("その行の始まりより前か、同じです。", "This is before that row begins, or at the same instant."));
}

static Err begin(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (input[SEGMENT_TO].state == VALUE_NONE) TRY(only_while_open(r));
    Value *row = row_new(c, r, "segments", m);
    memcpy(row, input, SEGMENT_FIELDS * sizeof *row);
    if (row[SEGMENT_TO].state == VALUE_NONE) goes_on(row);
    return ERR_NONE;
}

static Err end(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Value *row = segment_at(c, r, &input[0], m);
    if (!row) return ERR_NONE;
    if (!said(&row[SEGMENT_OPEN])) return err_text(ERR_CONFLICT, text_of("この行はもう終わっています。", "This row has ended already."));
    not_before(row, &input[1], m);
    ends(row, &input[1]);
    return ERR_NONE;
}

enum { ON_SEGMENT, ON_AT, ON_VALUE, ON_BOUND, ON_ESTIMATE, ON_PLANNED_END, ON_NOTE, ON_INPUTS };

/* The row ends, if it has not, and the same users go on in a new one. */
static Err continue_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    TRY(only_while_open(r));
    Value *old = segment_at(c, r, &input[ON_SEGMENT], m);
    if (!old) return ERR_NONE;
    Value *row = row_new(c, r, "segments", m);
    old = value_of(r, "segments")->rows[input[ON_SEGMENT].i - 1];
    memcpy(row, old, SEGMENT_FIELDS * sizeof *row);
    not_before(old, &input[ON_AT], m);
    if (said(&old[SEGMENT_OPEN])) ends(old, &input[ON_AT]);
    goes_on(row);
    row[SEGMENT_FROM] = input[ON_AT], row[SEGMENT_VALUE] = input[ON_VALUE], row[SEGMENT_BOUND] = input[ON_BOUND], row[SEGMENT_ESTIMATE] = input[ON_ESTIMATE];
    row[SEGMENT_PLANNED_END] = input[ON_PLANNED_END], row[SEGMENT_NOTE] = input[ON_NOTE];
    return ERR_NONE;
}

/* In place of what was said of the same fact (and class) before. */
static Err tell(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    Value *rows = rows_of(c, r, "facts"), *row = NULL;
    for (size_t i = 0; i < rows->n && !row; i++) {
        const Value *old = rows->rows[i];
        bool same_class = old[FACT_PER].state == input[FACT_PER].state && str_eq(old[FACT_PER].text, input[FACT_PER].text);
        if (str_eq(old[FACT_ID].text, input[FACT_ID].text) && same_class) row = rows->rows[i];
    }
    if (!row) row = row_new(c, r, "facts", m);
    memcpy(row, input, FACT_FIELDS * sizeof *row);
    return ERR_NONE;
}

static Err recover(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    TRY(only_while_open(r));
    if (span_of(&input[0]).high < span_of(value_of(r, "occurred_at")).low) mistake_add(m, STR("at"), "range", text_of("発生した時刻より前です。", "This is before it occurred."));
    Value *rows = rows_of(c, r, "segments");
    for (size_t i = 0; i < rows->n; i++) {
        if (!said(&rows->rows[i][SEGMENT_OPEN])) continue;
        if (span_of(&input[0]).high <= span_of(&rows->rows[i][SEGMENT_FROM]).low)
            mistake_add(m, STR("at"), "range", TEXT_FILL(c->a, "時系列の{0}行目の始まりより前か、同じです。", "This is before row {0} of the time line begins, or at the same instant.", str_printf(c->a, "%zu", i + 1)));
        ends(rows->rows[i], &input[0]);
    }
    *value_of(r, "restored_at") = input[0];
    put_text(value_of(r, "state"), STR("restored"));
    return ERR_NONE;
}

/* A near miss has nothing to be restored. */
static Err close_(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (state_is(r, "closed")) return err_text(ERR_CONFLICT, text_of("もう終結しています。", "It is closed already."));
    if (state_is(r, "open") && !said(value_of(r, "near_miss"))) return err_text(ERR_CONFLICT, text_of("復旧を記録してから終結にします。", "Record first that it was restored."));
    *value_of(r, "outcome") = input[0];
    put_int(value_of(r, "closed_at"), c->now);
    put_text(value_of(r, "state"), STR("closed"));
    return ERR_NONE;
}

/* Why is kept in the history, as the reason of the change. */
static Err reopen(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    UNUSED(m);
    if (state_is(r, "open")) return err_text(ERR_CONFLICT, text_of("まだ継続中です。", "It is still open."));
    *value_of(r, "restored_at") = *value_of(r, "closed_at") = *value_of(r, "outcome") = (Value){.state = VALUE_NONE};
    put_text(value_of(r, "state"), STR("open"));
    c->reason = input[0].text;
    return ERR_NONE;
}

#define SEGMENT_INPUT {.name = "segment", .kind = KIND_INT, .label = TEXT("時系列の何行目か", "Row of the time line"), .help = TEXT("1 から数える", "Counted from 1"), .flags = REQUIRED, .min = 1, .max = SEGMENTS_MAX}
#define AT_INPUT(ja, en) {.name = "at", .kind = KIND_INSTANT, .label = TEXT("時刻", "At"), .help = TEXT(ja, en), .flags = REQUIRED | RANGE}
static const Field end_input[] = {SEGMENT_INPUT, AT_INPUT("この時刻にはもう影響がない", "At this instant nobody is hit any more")};
static const Field continue_input[ON_INPUTS] = {
    [ON_SEGMENT] = SEGMENT_INPUT,
    [ON_AT] = AT_INPUT("この時刻から数が変わった", "From this instant on it is another number"),
    [ON_VALUE] = {.name = "value", .kind = KIND_INT, .label = TEXT("影響の大きさ", "How many"), .help = TEXT("利用者数など。範囲や不明でもよい", "Users and the like; a range or unknown will do"), .flags = REQUIRED | RANGE, .max = NUMBER_MAX},
    [ON_BOUND] = {.name = "bound", .kind = KIND_CHOICE, .label = TEXT("以上・以下", "At least, at most"), .help = TEXT("数が片側だけ分かっているとき", "Where only one end of the number is known"), .choices = bound_choices, .choices_n = BOUNDS},
    [ON_ESTIMATE] = {.name = "estimate", .kind = KIND_BOOL, .label = TEXT("推計", "Estimate"), .help = TEXT("数えたのではなく見積もった数", "Reckoned, not counted")},
    [ON_PLANNED_END] = {.name = "planned_end", .kind = KIND_INSTANT, .label = TEXT("復旧の見込み", "Expected end"), .help = TEXT("見込みとして示すだけで、判定には使いません", "Shown as a forecast; it decides nothing")},
    [ON_NOTE] = {.name = "note", .kind = KIND_TEXT, .label = TEXT("備考", "Note"), .help = TEXT("何から分かったか", "How it is known"), .max = 500},
};
static const Field recover_input[] = {AT_INPUT("継続中の行はすべて、この時刻に終わります", "Every row that goes on ends at this instant")};
static const Field close_input[] = {
    {.name = "outcome", .kind = KIND_LONG, .label = TEXT("結果", "Outcome"), .help = TEXT("原因、講じた措置、残ったもの", "Cause, what was done, what is left"), .flags = REQUIRED},
};
static const Field reopen_input[] = {
    {.name = "why", .kind = KIND_LONG, .label = TEXT("再開する理由", "Why it is opened again"), .help = TEXT("履歴に残ります", "Kept in the history"), .flags = REQUIRED, .max = 1000},
};
const Action incident_actions[INCIDENT_ACTIONS] = {
    {.name = "begin", .label = TEXT("影響を追加", "Add to the time line"), .help = TEXT("終わりを書かなければ継続中になります", "Without an end it still goes on"), .roles = ROLES_EDIT, .fields = segment_fields, .fields_n = SEGMENT_FIELDS, .run = begin},
    {.name = "end", .label = TEXT("影響を終える", "End a row"), .help = TEXT("継続中の行に終わりの時刻を書きます", "Gives the end of a row that goes on"), .roles = ROLES_EDIT, .fields = end_input, .fields_n = COUNT(end_input), .run = end},
    {.name = "continue", .label = TEXT("数を変えて続ける", "Go on with another number"), .help = TEXT("行を終えて、同じ利用者の新しい行を始めます", "Ends a row and begins a new one of the same users"), .roles = ROLES_EDIT, .fields = continue_input, .fields_n = ON_INPUTS, .run = continue_},
    {.name = "tell", .label = TEXT("事実を書く", "State a fact"), .help = TEXT("同じ事実は書き換えます", "Takes the place of what was said of it before"), .roles = ROLES_EDIT, .fields = fact_fields, .fields_n = FACT_FIELDS, .run = tell},
    {.name = "recover", .label = TEXT("復旧を記録する", "Record that it was restored"), .help = TEXT("継続中の影響はすべて終わります", "All that goes on ends"), .roles = ROLES_EDIT, .from = "open", .fields = recover_input, .fields_n = COUNT(recover_input), .run = recover},
    {.name = "close", .label = TEXT("終結にする", "Close"), .help = TEXT("その後は変わりません", "After this it does not change"), .roles = ROLES_MANAGE, .from = "restored", .fields = close_input, .fields_n = COUNT(close_input), .run = close_},
    {.name = "reopen", .label = TEXT("再開する", "Open again"), .help = TEXT("復旧と終結を取り消します", "Takes back that it was restored or closed"), .roles = ROLES_EDIT, .from = "restored|closed", .fields = reopen_input, .fields_n = COUNT(reopen_input), .run = reopen},
};
