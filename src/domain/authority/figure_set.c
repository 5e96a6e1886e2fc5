/*
 * figure_set.c -- figures that were published: a fiscal year, a cut-off, why, and exactly the reports and versions that were counted. Frozen, it never changes; a later one
 * restates it with reasons, and either can be held against the register as it is now. The members stand in a table of volume, packed; their hash stands in the record, and so
 * in the signed history.
 */
#include "authority/parts.h"

#include <sodium.h>
#include <stdlib.h>

enum { TABLES = 3, MEMBER = 32, MEMBERS_AT_ONCE = 8192, HASH = crypto_hash_sha256_BYTES };
const Migration authority_migrations[] = {
    {.name = "authority/1", .ddl = "CREATE TABLE figure_member (org INTEGER NOT NULL, figure_set BLOB NOT NULL, ord INTEGER NOT NULL, members BLOB NOT NULL, PRIMARY KEY (figure_set, ord))"},
};
const size_t authority_migrations_n = COUNT(authority_migrations);

static const Choice states[] = {
    {CODE("draft"), TEXT("準備中", "Draft"), TEXT("まだ固定していない", "Not frozen yet")},
    {CODE("frozen"), TEXT("固定", "Frozen"), TEXT("数えた記録と版を固定した", "The records and versions counted stay"), .settled = true},
};
#define F(n, k, ja, en, hja, hen, ...) {.name = n, .kind = k, .label = TEXT(ja, en), .help = TEXT(hja, hen), __VA_ARGS__}
static const Field fields[] = {
    F("title", KIND_TEXT, "名前", "Name", "例：2025年度 公表値", "E.g. fiscal 2025, as published", .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN),
    F("fiscal_year", KIND_INT, "年度", "Fiscal year", "4月から翌年3月", "April to March", .flags = REQUIRED | SORT | FILTER | COLUMN, .min = 1950, .max = 2200),
    F("cut_off", KIND_INSTANT, "締切", "Cut-off", "この時刻までに届いた報告を数える", "Reports that came until then are counted", .flags = REQUIRED | COLUMN),
    F("reason", KIND_LONG, "何のための集計か", "What it is for", "公表、会議の資料など", "To be published, for a meeting", .flags = REQUIRED),
    F("restates", KIND_REF, "訂正する集計", "Restates", "前に固定した、同じ年度の集計", "An earlier, frozen one of the same year", .flags = FILTER, .target = "figure_set", .begins = TEXT("訂正", "Restatement")),
    F("restatement", KIND_LONG, "訂正の理由", "Why it is restated", "訂正するときは必ず", "Always where it restates another", .max = 5000),
    F("state", KIND_CHOICE, "状態", "State", "固定すると変わりません", "Once frozen it stays", .flags = READONLY | FILTER | COLUMN, .choices = states, .choices_n = COUNT(states), .begins = TEXT("固定した数", "As frozen")),
    F("frozen_at", KIND_INSTANT, "固定した時刻", "Frozen at", "", "", .flags = READONLY),
    F("counted", KIND_INT, "数えた報告", "Reports counted", "", "", .flags = READONLY | COLUMN),
    F("hash", KIND_TEXT, "数えた記録のハッシュ", "Hash of what was counted", "番号順の「記録の符号 版」の列の SHA-256", "SHA-256 of the lines \"id version\", by number", .flags = READONLY),
    F("breaks", KIND_LONG, "変わった規定", "Rules that changed", "前後の数と比べるときに注意が要ること", "What to mind when numbers are compared", .flags = READONLY),
    F("cells", KIND_LIST, "集計", "Figures", "区分ごとの件数", "Reports by class", .flags = READONLY | APART, .max = FIGURES_MAX, .fields = figure_fields, .fields_n = FIGURE_FIELDS),
};
#undef F

/* --- members --------------------------------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const RecordMark *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* What a set of this year and cut-off counts, as the register is now. */
static Err marks_now(Ctx *c, const Record *r, RecordMark **out, size_t *n)
{
    *out = NULL, *n = 0;
    for (size_t i = 0; i < FIGURE_KINDS; i++) {
        const CountOf what = figures_of(c, value_of(r, "fiscal_year")->i, value_of(r, "cut_off")->i, figure_kinds[i]);
        RecordMark *more;
        size_t more_n;
        TRY(record_marks(c->db, c->a, &what, &more, &more_n));
        RecordMark *both = arena_array(c->a, RecordMark, *n + more_n + 1);
        if (*n) memcpy(both, *out, *n * sizeof *both);
        if (more_n) memcpy(both + *n, more, more_n * sizeof *both);
        *out = both, *n += more_n;
    }
    qsort(*out, *n, sizeof **out, by_number);
    return ERR_NONE;
}

static Str hash_of(Arena *a, const RecordMark *list, size_t n)
{
    crypto_hash_sha256_state st;
    uint8_t out[HASH];
    crypto_hash_sha256_init(&st);
    for (size_t i = 0; i < n; i++) {
        char line[36 + 24];
        id_write(list[i].id, line);
        int len = snprintf(line + 36, sizeof line - 36, " %lld\n", (long long)list[i].version);
        crypto_hash_sha256_update(&st, (const uint8_t *)line, 36 + (size_t)len);
    }
    crypto_hash_sha256_final(&st, out);
    return hex_text(a, out, sizeof out);
}

static void number_pack(uint8_t *to, int64_t n)
{
    for (int i = 0; i < 8; i++) to[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
}

static int64_t number_unpack(const uint8_t *from)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++) n = n << 8 | from[i];
    return (int64_t)n;
}

static Err members_write(Ctx *c, const Record *r, const RecordMark *list, size_t n)
{
    uint8_t *bytes = arena_raw(c->a, (size_t)MEMBER * MEMBERS_AT_ONCE);
    for (size_t first = 0; first < n; first += MEMBERS_AT_ONCE) {
        size_t some = n - first < MEMBERS_AT_ONCE ? n - first : MEMBERS_AT_ONCE;
        for (size_t i = 0; i < some; i++) {
            uint8_t *to = bytes + MEMBER * i;
            memcpy(to, list[first + i].id.b, 16);
            number_pack(to + 16, list[first + i].version), number_pack(to + 24, list[first + i].number);
        }
        TRY(DB_EXEC(c->db, "INSERT INTO figure_member (org, figure_set, ord, members) VALUES (?, ?, ?, ?)", P_INT(r->org), P_ID(r->id), P_INT((int64_t)(first / MEMBERS_AT_ONCE)),
            P_BLOB(((Str){(const char *)bytes, MEMBER * some}))));
    }
    return ERR_NONE;
}

static Err members_read(Ctx *c, const Record *r, RecordMark **out, size_t *n)
{
    Cursor cur;
    *out = arena_array(c->a, RecordMark, (size_t)value_of(r, "counted")->i + 1), *n = 0;
    DB_QUERY(c->db, &cur, "SELECT members FROM figure_member WHERE figure_set = ? AND org = ? ORDER BY ord", P_ID(r->id), P_INT(r->org));
    while (cursor_next(&cur)) {
        Str bytes = cursor_blob(&cur, 0);
        for (size_t i = 0; i + MEMBER <= bytes.n && *n < (size_t)value_of(r, "counted")->i; i += MEMBER) {
            const uint8_t *from = (const uint8_t *)bytes.s + i;
            RecordMark *m = &(*out)[(*n)++];
            memcpy(m->id.b, from, 16);
            m->version = number_unpack(from + 16), m->number = number_unpack(from + 24);
        }
    }
    return cursor_close(&cur);
}

/* --- freezing -------------------------------------------------------------------------------------------------------------------- */

static Err check_restated(Ctx *c, const Record *r)
{
    Record *earlier;
    const Value *restates = value_of(r, "restates");
    if (restates->state != VALUE_KNOWN) return ERR_NONE;
    TRY(work_get(c, &figure_set_resource, restates->ref, &earlier));
    if (!state_is(earlier, "frozen")) return conflict("訂正する集計がまだ固定されていません。", "What it restates is not frozen.");
    if (value_of(earlier, "fiscal_year")->i != value_of(r, "fiscal_year")->i) return conflict("訂正する集計と年度が違います。", "What it restates is of another year.");
    return ERR_NONE;
}

/* The published tables below each other; what a row does not count by is empty in it. */
static void put_cells(Ctx *c, Record *r, const Figures tables[TABLES])
{
    Value *v = value_of(r, "cells");
    size_t n = 0;
    for (size_t t = 0; t < TABLES; t++) n += tables[t].n;
    *v = (Value){.state = n ? VALUE_KNOWN : VALUE_NONE, .rows = arena_array(c->a, Value *, n + 1)};
    for (size_t t = 0; t < TABLES; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            Value *row = v->rows[v->n++] = arena_array(c->a, Value, FIGURE_FIELDS);
            figure_row(row, &tables[t].cells[i]);
        }
}

static size_t add_up(Ctx *c, const Figures *f, Figures tables[TABLES])
{
    figures_add_up(c->a, f, figure_users, FIGURE_BY_CLASS, &tables[0]);
    figures_add_up(c->a, f, figure_durations, FIGURE_BY_CLASS, &tables[1]);
    figures_add_up(c->a, f, figure_causes, FIGURE_BY_CAUSE, &tables[2]);
    return tables[0].n + tables[1].n + tables[2].n;
}

static Err freeze(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    RecordMark *list;
    Figures f, tables[TABLES];
    size_t n;
    UNUSED(input);
    if (state_is(r, "frozen")) return conflict("もう固定しています。直すには、訂正する集計を新しく作ってください。", "It is frozen. Make a new one that restates it.");
    if (value_of(r, "cut_off")->i > c->now) return conflict("締切がまだ来ていません。", "The cut-off has not come.");
    TRY(check_restated(c, r));
    TRY(figures_count(c, value_of(r, "fiscal_year")->i, value_of(r, "cut_off")->i, &f));
    if (add_up(c, &f, tables) > FIGURES_MAX) {
        mistake_add(m, STR("cells"), "length", TEXT_FILL(c->a, "集計の行が{0}を超えます。報告の原因や区分の書き方をそろえてください。", "More than {0} rows: bring the words for causes and classes together.", str_printf(c->a, "%d", FIGURES_MAX)));
        return ERR_NONE;
    }
    TRY(marks_now(c, r, &list, &n));
    TRY(members_write(c, r, list, n));
    Str breaks = figure_breaks(c, value_of(r, "fiscal_year")->i);
    put_cells(c, r, tables);
    if (breaks.n) put_text(value_of(r, "breaks"), breaks);
    put_int(value_of(r, "counted"), (int64_t)n), put_int(value_of(r, "frozen_at"), c->now);
    put_text(value_of(r, "hash"), hash_of(c->a, list, n));
    put_text(value_of(r, "state"), STR("frozen"));
    return ERR_NONE;
}

static const Action actions[] = {{.name = "freeze", .label = TEXT("固定する", "Freeze"), .help = TEXT("数えた記録と版を固定します。取り消せません", "The records and versions counted stay; it cannot be undone"), .roles = ROLES_MANAGE, .from = "draft", .run = freeze}};

/* --- reports --------------------------------------------------------------------------------------------------------------------- */

static Err members_document(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    RecordMark *list;
    size_t n;
    UNUSED(params);
    TRY(members_read(c, of, &list, &n));
    Str hash = hash_of(c->a, list, n);
    json_open(j, '{');
    json_kstr(j, "format", STR("kaname-figures/1"));
    json_kint(j, "fiscal_year", value_of(of, "fiscal_year")->i);
    json_kstr(j, "cut_off", instant_text(c->a, value_of(of, "cut_off")->i));
    json_kstr(j, "hash", hash);
    json_kbool(j, "intact", str_eq(hash, value_of(of, "hash")->text));
    json_key(j, STR("members")), json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_kid(j, "id", list[i].id);
        json_kstr(j, "number", label_text(c->a, &received_resource, list[i].number));
        json_kint(j, "version", list[i].version);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}

static const Choice changes[] = {
    {CODE("added"), TEXT("加わった", "Added"), TEXT("", "")}, {CODE("gone"), TEXT("外れた", "Gone"), TEXT("", "")}, {CODE("changed"), TEXT("版が変わった", "Another version"), TEXT("", "")},
};
static const Field change_columns[] = {
    {.name = "change", .kind = KIND_CHOICE, .label = TEXT("違い", "Difference"), .choices = changes, .choices_n = COUNT(changes)}, {.name = "before", .kind = KIND_INT, .label = TEXT("前の版", "Version before")},
    {.name = "after", .kind = KIND_INT, .label = TEXT("後の版", "Version after")},
};
static const Field sum_columns[] = {{.name = "change", .kind = KIND_CHOICE, .label = TEXT("違い", "Difference"), .choices = changes, .choices_n = COUNT(changes)}, {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Reports")}};
typedef struct Marks { RecordMark *list; size_t n; } Marks;

static void change_row(ReportOut *out, ReportTable *t, int change, const RecordMark *before, const RecordMark *after)
{
    const RecordMark *m = after ? after : before;
    Value *v = report_row_of(out, t, &(Referrer){.res = &received_resource, .id = m->id, .number = m->number});
    put_text(&v[0], changes[change].code);
    if (before) put_int(&v[1], before->version);
    if (after) put_int(&v[2], after->version);
}

/* Both by number. */
static void differences(ReportOut *out, const Marks *before, const Marks *after)
{
    enum { ADDED, GONE, CHANGED };
    int64_t sums[COUNT(changes)] = {0};
    ReportTable *totals = report_table(out, "totals", text_of("まとめ", "Summary"), (Text){0}, sum_columns, COUNT(sum_columns)), *t = report_table(out, "changes", text_of("違う報告", "Reports that differ"), (Text){0}, change_columns, COUNT(change_columns));
    for (size_t i = 0, k = 0; i < before->n || k < after->n;) {
        const RecordMark *b = i < before->n ? &before->list[i] : NULL, *a = k < after->n ? &after->list[k] : NULL;
        if (b && a && a->number == b->number) {
            if (a->version != b->version) sums[CHANGED]++, change_row(out, t, CHANGED, b, a);
            i++, k++;
        } else if (b && (!a || b->number < a->number)) {
            sums[GONE]++, change_row(out, t, GONE, b, NULL), i++;
        } else {
            sums[ADDED]++, change_row(out, t, ADDED, NULL, a), k++;
        }
    }
    for (size_t i = 0; i < COUNT(changes); i++) {
        Value *v = report_row(out, totals, NULL);
        put_text(&v[0], changes[i].code), put_int(&v[1], sums[i]);
    }
}

static Err only_frozen(const Record *of) { return state_is(of, "frozen") ? ERR_NONE : conflict("まだ固定していません。", "It is not frozen yet."); }

static Err since_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    Marks before, now;
    UNUSED(params);
    TRY(only_frozen(of));
    TRY(members_read(c, of, &before.list, &before.n));
    TRY(marks_now(c, of, &now.list, &now.n));
    differences(out, &before, &now);
    return ERR_NONE;
}

static Err restated_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    Marks before, after;
    Record *earlier;
    UNUSED(params);
    TRY(only_frozen(of));
    if (value_of(of, "restates")->state != VALUE_KNOWN) return conflict("ほかの集計を訂正するものではありません。", "It restates no other.");
    TRY(work_get(c, &figure_set_resource, value_of(of, "restates")->ref, &earlier));
    TRY(members_read(c, earlier, &before.list, &before.n));
    TRY(members_read(c, of, &after.list, &after.n));
    differences(out, &before, &after);
    return ERR_NONE;
}

/* As it is given to others; where it restates another also what differs from that. */
static Err published_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    TRY(only_frozen(of));
    figures_published(c, of, out);
    return value_of(of, "restates")->state == VALUE_KNOWN ? restated_report(c, of, params, out) : ERR_NONE;
}

static const Report reports[] = {
    {.name = "published", .label = TEXT("公表する表", "Tables as published"), .help = TEXT("締切、訂正の理由、変わった規定とともに。Excel、CSV、JSON で出せます", "With cut-off, reasons of a restatement and rules that changed; as Excel, CSV or JSON"), .roles = READERS, .of_record = true, .run = published_report},
    {.name = "members", .label = TEXT("数えた記録", "What was counted"), .help = TEXT("記録と版の一覧とハッシュ", "Records and versions, with their hash"), .roles = READERS, .of_record = true, .document = members_document},
    {.name = "since", .label = TEXT("固定してからの違い", "Since it was frozen"), .help = TEXT("同じ年度と締切で、いま数えたときとの違い", "Against the same year and cut-off as counted now"), .roles = READERS, .of_record = true, .run = since_report},
    {.name = "restated", .label = TEXT("訂正の違い", "What was restated"), .help = TEXT("訂正した集計との違い", "Against the one that it restates"), .roles = READERS, .of_record = true, .run = restated_report},
};

/* --- hooks ----------------------------------------------------------------------------------------------------------------------- */

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    const Value *restates = value_of(r, "restates");
    if (old && state_is(old, "frozen") && (!only_differs(old, r, (const char *const[]){NULL}) || r->removed != old->removed))
        return conflict("固定した集計は変わりません。訂正する集計を新しく作ってください。", "What is frozen stays. Make a new one that restates it.");
    if (restates->state == VALUE_KNOWN && old && id_eq(restates->ref, r->id)) mistake_add(m, STR("restates"), "reference", text_of("自分自身は訂正できません。", "It cannot restate itself."));
    bool restated = restates->state == VALUE_KNOWN, reasons = value_of(r, "restatement")->state == VALUE_KNOWN;
    if (restated && !reasons) mistake_add(m, STR("restatement"), "required", text_of("訂正の理由が要ります。", "Say why it is restated."));
    if (!restated && reasons) mistake_add(m, STR("restates"), "required", text_of("訂正する集計を選んでください。", "Choose what is restated."));
    return ERR_NONE;
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    UNUSED(c);
    UNUSED(old);
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("draft"));
    return ERR_NONE;
}

const Resource figure_set_resource = {.name = "figure_set", .path = "figure-sets", .prefix = "FIG", .label = TEXT("固定した集計", "Frozen figures"), .label_many = TEXT("固定した集計", "Frozen figures"),
    .help = TEXT("公表した数を、数えた記録ごと残します", "Published numbers, with the very records that were counted"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE,
    .remove = ROLES_MANAGE, .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports), .check = check, .before_save = before_save};
