/*
 * rubric.c -- by which an authority judges how severe a case was, in its own words: the national scale has five levels and three axes, but no criteria of single levels were
 * published. What continuity is, extent and time together say by a table.
 */
#include "authority/parts.h"

const Choice severities[SEVERITIES] = {
    {CODE("0"), TEXT("0 なし", "0 None"), TEXT("影響なし", "No effect")},
    {CODE("1"), TEXT("1 低", "1 Low"), TEXT("ほとんど影響なし", "Hardly any effect on society")},
    {CODE("2"), TEXT("2 中", "2 Medium"), TEXT("一定の影響", "Some effect on society")},
    {CODE("3"), TEXT("3 高", "3 High"), TEXT("大きな影響", "Great effect on society")},
    {CODE("4"), TEXT("4 危機", "4 Crisis"), TEXT("著しく深刻な影響", "Extremely grave effect on society")},
};
static const Choice axes[] = {
    {CODE("extent"), TEXT("障害の範囲", "Extent"), TEXT("サービスの持続性：どこまで", "Continuity: how far")},
    {CODE("time"), TEXT("復旧までの時間", "Time to restore"), TEXT("サービスの持続性：どれだけ長く", "Continuity: how long")},
    {CODE("safety"), TEXT("安全性", "Safety"), TEXT("人、物、環境への被害、避難など", "Harm to people, things, environment; evacuation")},
    {CODE("other"), TEXT("その他", "Other"), TEXT("信頼の低下など", "Loss of trust and the like")},
};

#define LEVEL(n, ja, en) {.name = n, .kind = KIND_CHOICE, .label = TEXT(ja, en), .flags = REQUIRED, .choices = severities, .choices_n = SEVERITIES}
enum { CRITERION_AXIS, CRITERION_LEVEL, CRITERION_TEXT, CRITERION_FIELDS };
static const Field criterion_fields[CRITERION_FIELDS] = {
    [CRITERION_AXIS] = {.name = "axis", .kind = KIND_CHOICE, .label = TEXT("軸", "Axis"), .flags = REQUIRED, .choices = axes, .choices_n = COUNT(axes)},
    [CRITERION_LEVEL] = LEVEL("level", "段階", "Level"),
    [CRITERION_TEXT] = {.name = "text", .kind = KIND_LONG, .label = TEXT("目安", "Criterion"), .help = TEXT("この段階とするのはどんなときか", "When it is of this level"), .flags = REQUIRED, .max = 1000},
};
enum { TABLE_EXTENT, TABLE_TIME, TABLE_LEVEL, TABLE_FIELDS };
static const Field cell_fields[TABLE_FIELDS] = {[TABLE_EXTENT] = LEVEL("extent", "障害の範囲", "Extent"), [TABLE_TIME] = LEVEL("time", "復旧までの時間", "Time to restore"), [TABLE_LEVEL] = LEVEL("level", "持続性の段階", "Continuity")};
#undef LEVEL
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("名前", "Name"), .help = TEXT("どの組織の、いつからの基準か", "Whose it is and from when"), .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN},
    {.name = "valid_from", .kind = KIND_DATE, .label = TEXT("使い始める日", "Valid from"), .help = TEXT("", ""), .flags = SORT | COLUMN},
    {.name = "note", .kind = KIND_LONG, .label = TEXT("説明", "Note"), .help = TEXT("誰が決めたか、何によるか", "Who decided it, and on what"), .flags = SEARCH},
    {.name = "criteria", .kind = KIND_LIST, .label = TEXT("段階の目安", "Criteria"), .help = TEXT("公表された段階ごとの基準はないため、組織が自ら書きます", "None of single levels are published: an authority writes its own"), .max = 50, .fields = criterion_fields, .fields_n = CRITERION_FIELDS},
    {.name = "cells", .kind = KIND_LIST, .label = TEXT("持続性の表", "Table of continuity"), .help = TEXT("範囲と時間の組から持続性の段階を決めます", "Extent and time together give the level of continuity"), .max = 25, .fields = cell_fields, .fields_n = TABLE_FIELDS},
};

int severity_of(const Value *v) { return v->state == VALUE_KNOWN ? v->text.s[0] - '0' : NO_INDEX; }

/* Of one extent and time, one level; a wider or longer one is never milder. */
static void check_cells(Ctx *c, const Value *cells, Mistakes *m)
{
    for (size_t i = 0; i < cells->n; i++)
        for (size_t k = 0; k < i; k++) {
            const Value *a = cells->rows[k], *b = cells->rows[i];
            int extent = severity_of(&b[TABLE_EXTENT]) - severity_of(&a[TABLE_EXTENT]), time = severity_of(&b[TABLE_TIME]) - severity_of(&a[TABLE_TIME]), level = severity_of(&b[TABLE_LEVEL]) - severity_of(&a[TABLE_LEVEL]);
            if (!extent && !time) mistake_add(m, str_printf(c->a, "cells/%zu/time", i), "unique", text_of("同じ範囲と時間の組が二度あります。", "The same extent and time twice."));
            else if ((extent >= 0 && time >= 0 && level < 0) || (extent <= 0 && time <= 0 && level > 0))
                mistake_add(m, str_printf(c->a, "cells/%zu/level", i), "range", TEXT_FILL(c->a, "{0}行目と比べて、範囲か時間が大きいのに段階が低くなっています。", "Against row {0}: a wider extent or a longer time of a lower level.", str_printf(c->a, "%zu", k + 1)));
        }
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    const Value *rows = value_of(r, "criteria");
    UNUSED(old);
    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(rows->rows[i][CRITERION_AXIS].text, rows->rows[k][CRITERION_AXIS].text) && str_eq(rows->rows[i][CRITERION_LEVEL].text, rows->rows[k][CRITERION_LEVEL].text))
                mistake_add(m, str_printf(c->a, "criteria/%zu/level", i), "unique", text_of("同じ軸の同じ段階が二度あります。", "The same level of the same axis twice."));
    check_cells(c, value_of(r, "cells"), m);
    return ERR_NONE;
}

int rubric_continuity(const Record *r, const Value *extent, const Value *time)
{
    const Value *cells = value_of(r, "cells");
    for (size_t i = 0; i < cells->n; i++)
        if (str_eq(cells->rows[i][TABLE_EXTENT].text, extent->text) && str_eq(cells->rows[i][TABLE_TIME].text, time->text)) return severity_of(&cells->rows[i][TABLE_LEVEL]);
    return NO_INDEX;
}

const Resource rubric_resource = {.name = "rubric", .path = "severity-rubrics", .prefix = "RUB", .label = TEXT("深刻度の評価基準", "Severity rubric"), .label_many = TEXT("深刻度の評価基準", "Severity rubrics"),
    .help = TEXT("事案を事後に評価するための、組織の基準", "An authority's own, for judging cases after the event"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_MANAGE, .update = ROLES_MANAGE,
    .remove = ROLES_MANAGE, .check = check};
