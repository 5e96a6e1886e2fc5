/*
 * figures.c -- a fiscal year in figures: returns and detailed reports by class of service, duration, users and cause. One query counts along one index (Resource.counted); its
 * cost is that of the index entries of the year, O(reports of the year), and no report is read.
 */
#include "authority/parts.h"

#include "law/judge.h"

#include <jansson.h>
#include <stdlib.h>

/* Counted apart: since the return of 2025 a major accident stands in its detailed report only, before it stood in both. */
const char *const figure_kinds[FIGURE_KINDS] = {"return", "detail"};
const int figure_users[FIGURE_BY_CLASS] = {CELL_KIND, CELL_CLASS, CELL_USERS}, figure_durations[FIGURE_BY_CLASS] = {CELL_KIND, CELL_CLASS, CELL_DURATION}, figure_causes[FIGURE_BY_CAUSE] = {CELL_KIND, CELL_CAUSE};

#define KIND_FIELD(n, ja, en, list, count) {.name = n, .kind = KIND_CHOICE, .label = TEXT(ja, en), .choices = list, .choices_n = count}
#define TEXT_FIELD(n, ja, en) {.name = n, .kind = KIND_TEXT, .label = TEXT(ja, en), .max = 300}
const Field figure_fields[FIGURE_FIELDS] = {
    [CELL_KIND] = KIND_FIELD("kind", "種類", "Kind", report_kinds, REPORT_KINDS),
    [CELL_CLASS] = TEXT_FIELD("service_class", "役務の区分", "Class of service"),
    [CELL_DURATION] = KIND_FIELD("duration_band", "継続時間", "Duration", duration_bands, DURATION_BANDS),
    [CELL_USERS] = KIND_FIELD("users_band", "利用者数", "Users", users_bands, USERS_BANDS),
    [CELL_CAUSE] = TEXT_FIELD("cause", "原因", "Cause"),
    [CELL_N] = {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Reports")},
};
static const Choice set_states[] = {
    {CODE("live"), TEXT("いま数えた数", "As counted now"), TEXT("後から変わる", "It may change")}, {CODE("frozen"), TEXT("固定した数", "Frozen"), TEXT("変わらない", "It stays")},
};
enum { ABOUT_STATE, ABOUT_YEAR, ABOUT_CUT_OFF, ABOUT_COUNTED, ABOUT_SET, ABOUT_FROZEN_AT, ABOUT_HASH, ABOUT_REASON, ABOUT_RESTATES, ABOUT_RESTATEMENT, ABOUT_LAW, ABOUT_FIELDS };
static const Field about_fields[ABOUT_FIELDS] = {
    [ABOUT_STATE] = KIND_FIELD("standing", "数の性質", "What they are", set_states, COUNT(set_states)),
    [ABOUT_YEAR] = {.name = "fiscal_year", .kind = KIND_INT, .label = TEXT("年度", "Fiscal year")},
    [ABOUT_CUT_OFF] = {.name = "cut_off", .kind = KIND_INSTANT, .label = TEXT("締切", "Cut-off")},
    [ABOUT_COUNTED] = {.name = "counted", .kind = KIND_INT, .label = TEXT("数えた報告", "Reports counted")},
    [ABOUT_SET] = {.name = "set", .kind = KIND_REF, .label = TEXT("固定した集計", "Frozen figures"), .target = "figure_set"},
    [ABOUT_FROZEN_AT] = {.name = "frozen_at", .kind = KIND_INSTANT, .label = TEXT("固定した時刻", "Frozen at")},
    [ABOUT_HASH] = {.name = "hash", .kind = KIND_TEXT, .label = TEXT("数えた記録のハッシュ", "Hash of what was counted")},
    [ABOUT_REASON] = {.name = "reason", .kind = KIND_LONG, .label = TEXT("何のための集計か", "What it is for")},
    [ABOUT_RESTATES] = {.name = "restates", .kind = KIND_REF, .label = TEXT("訂正する集計", "Restates"), .target = "figure_set"},
    [ABOUT_RESTATEMENT] = {.name = "restatement", .kind = KIND_LONG, .label = TEXT("訂正の理由", "Why it is restated")},
    [ABOUT_LAW] = {.name = "law", .kind = KIND_TEXT, .label = TEXT("規定のパック", "Packs of the rules"), .max = 500},
};
static const Field break_columns[] = {{.name = "what", .kind = KIND_TEXT, .label = TEXT("変わったこと", "What changed"), .max = 2000}};
const Field figures_params[FIGURES_PARAMS] = {
    [FIGURES_YEAR] = {.name = "fiscal_year", .kind = KIND_INT, .label = TEXT("年度", "Fiscal year"), .help = TEXT("4月から翌年3月", "April to March"), .flags = REQUIRED, .min = 1950, .max = 2200},
    [FIGURES_ALL] = {.name = "all", .kind = KIND_BOOL, .label = TEXT("すべての組", "Every combination"), .help = TEXT("区分、継続時間、利用者数、原因のすべての組も並べる", "Also class, duration, users and cause all together")},
    [FIGURES_CUT_OFF] = {.name = "cut_off", .kind = KIND_INSTANT, .label = TEXT("締切", "Cut-off"), .help = TEXT("この時刻までに届いたもの。空なら、いままで", "What came until then; empty: until now")},
};

/* --- counting ------------------------------------------------------------------------------------------------------------------ */

static int at(const char *field)
{
    int i = field_find(received_resource.fields, received_resource.fields_n, str_of(field));
    assert(i >= 0);
    return i;
}

CountOf figures_of(Ctx *c, int64_t year, Instant cut_off, const char *kind)
{
    Filter *f = arena_array(c->a, Filter, 3);
    f[0] = (Filter){.field = at("fiscal_year"), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .i = year}};
    f[1] = (Filter){.field = at("counted_at"), .op = FILTER_MAX, .value = {.state = VALUE_KNOWN, .i = cut_off}};
    if (kind) f[2] = (Filter){.field = at("kind"), .op = FILTER_EQ, .value = {.state = VALUE_KNOWN, .text = str_of(kind)}};
    return (CountOf){&received_resource, &c->who->org.row, 1, f, kind ? 3 : 2};
}

static bool is_counted(Str kind)
{
    for (size_t i = 0; i < FIGURE_KINDS; i++)
        if (str_eqc(kind, figure_kinds[i])) return true;
    return false;
}

Err figures_count(Ctx *c, int64_t year, Instant cut_off, Figures *out)
{
    const int by[] = {at("kind"), at("service_class"), at("duration_band"), at("users_band"), at("cause")};
    const CountOf what = figures_of(c, year, cut_off, NULL);
    size_t n;
    *out = (Figures){0};
    TRY(record_count(c->db, c->a, &what, by, COUNT(by), &out->cells, &n));
    for (size_t i = 0; i < n; i++)
        if (is_counted(out->cells[i].by[CELL_KIND].text)) out->cells[out->n++] = out->cells[i];
    return ERR_NONE;
}

void figure_row(Value *out, const OrgCount *cell)
{
    for (int i = 0; i < CELL_N; i++) out[i] = cell->by[i];
    put_int(&out[CELL_N], cell->n);
}

/* --- tables -------------------------------------------------------------------------------------------------------------------- */

static Str class_title(Ctx *c, Str code)
{
    const LawSet *s = c->packs ? law_set(c->packs, (Str){0}) : NULL;
    for (size_t i = 0; s && i < s->classes_n; i++) {
        int found = str_eqc(s->classes[i].id, "service_class") ? law_code(&s->classes[i], code) : -1;
        if (found >= 0) return s->classes[i].titles[found].in[c->lang];
    }
    return code;
}

/* Sorted by the columns asked for, in the order of their choices, cells that are the same there stand side by side. O(n log n). */
typedef struct Keyed { Str key; const OrgCount *cell; } Keyed;

static int by_key(const void *a, const void *b) { return str_cmp(((const Keyed *)a)->key, ((const Keyed *)b)->key); }

static Str key_of(Arena *a, const OrgCount *cell, const int *columns, size_t n)
{
    Buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < n; i++) {
        const Field *f = &figure_fields[columns[i]];
        if (f->kind == KIND_CHOICE) buf_printf(&b, "%02d", choice_find(f, cell->by[columns[i]].text));
        else buf_add(&b, cell->by[columns[i]].text);
        buf_byte(&b, 1);
    }
    return buf_str(&b);
}

void figures_add_up(Arena *a, const Figures *f, const int *columns, size_t n, Figures *out)
{
    Keyed *list = arena_array(a, Keyed, f->n + 1);
    *out = (Figures){.cells = arena_array(a, OrgCount, f->n + 1)};
    for (size_t i = 0; i < f->n; i++) list[i] = (Keyed){key_of(a, &f->cells[i], columns, n), &f->cells[i]};
    qsort(list, f->n, sizeof *list, by_key);
    for (size_t i = 0; i < f->n; i++) {
        if (!i || !str_eq(list[i].key, list[i - 1].key)) {
            OrgCount *one = &out->cells[out->n++];
            for (size_t k = 0; k < n; k++) one->by[columns[k]] = list[i].cell->by[columns[k]];
        }
        out->cells[out->n - 1].n += list[i].cell->n;
    }
}

static ReportTable *added_up(Ctx *c, ReportOut *out, const Figures *f, const char *name, Text title, const int *columns, size_t n)
{
    Field *fields = arena_array(out->a, Field, n + 1);
    Figures sums;
    for (size_t i = 0; i < n; i++) fields[i] = figure_fields[columns[i]];
    fields[n] = figure_fields[CELL_N];
    figures_add_up(c->a, f, columns, n, &sums);
    ReportTable *t = report_table(out, name, title, (Text){0}, fields, n + 1);
    for (size_t i = 0; i < sums.n; i++) {
        Value *row = report_row(out, t, NULL);
        for (size_t k = 0; k < n; k++) {
            row[k] = sums.cells[i].by[columns[k]];
            if (columns[k] == CELL_CLASS && row[k].text.n) row[k].text = class_title(c, row[k].text);
        }
        put_int(&row[n], sums.cells[i].n);
    }
    return t;
}

static void breaks_table(ReportOut *out, Str breaks)
{
    ReportTable *t = report_table(out, "breaks", text_of("この年度に変わった規定", "Rules that changed in this year"), text_of("前後の数を比べるときに注意が要ります。パックにある規定だけを見ています。", "Numbers before and after do not compare as they are. Only rules of the packs are looked at."),
        break_columns, COUNT(break_columns));
    Str line;
    while (str_cut(&breaks, '\n', &line)) put_text(&report_row(out, t, NULL)[0], line);
}

static Value *about_row(ReportOut *out, const char *state, int64_t year, Instant cut_off, int64_t counted)
{
    ReportTable *t = report_table(out, "about", text_of("何の数か", "What these figures are"), (Text){0}, about_fields, ABOUT_FIELDS);
    Value *row = report_row(out, t, NULL);
    put_text(&row[ABOUT_STATE], str_of(state));
    put_int(&row[ABOUT_YEAR], year), put_int(&row[ABOUT_CUT_OFF], cut_off), put_int(&row[ABOUT_COUNTED], counted);
    return row;
}

static void tables(Ctx *c, ReportOut *out, const Figures *users, const Figures *durations, const Figures *causes)
{
    static const int kinds[] = {CELL_KIND};
    added_up(c, out, users, "kinds", text_of("種類ごと", "By kind"), kinds, COUNT(kinds))->note =
        text_of("種類ごとに数えます。重大な事故は、2025年度からの定期報告には含まれず、それより前の定期報告には含まれます。", "Each kind is counted apart: a return since fiscal 2025 leaves major accidents out, one before holds them.");
    added_up(c, out, users, "users", text_of("区分と利用者数", "By class and users"), figure_users, FIGURE_BY_CLASS);
    added_up(c, out, durations, "durations", text_of("区分と継続時間", "By class and duration"), figure_durations, FIGURE_BY_CLASS);
    added_up(c, out, causes, "causes", text_of("原因", "By cause"), figure_causes, FIGURE_BY_CAUSE);
}

static Str law_names(Ctx *c)
{
    const Laws *laws = c->packs ? c->packs->laws : NULL;
    Buf b;
    buf_init(&b, c->a, 64);
    for (size_t i = 0; laws && i < laws->n; i++) buf_printf(&b, "%s%.*s@%.*s", i ? ", " : "", STR_ARG(laws->list[i].name), STR_ARG(laws->list[i].version));
    return buf_str(&b);
}

Err figures_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    static const int all[] = {CELL_KIND, CELL_CLASS, CELL_DURATION, CELL_USERS, CELL_CAUSE};
    Instant cut_off = params[FIGURES_CUT_OFF].state == VALUE_KNOWN ? params[FIGURES_CUT_OFF].i : c->now;
    int64_t year = params[FIGURES_YEAR].i, counted = 0;
    Figures f;
    UNUSED(of);
    TRY(figures_count(c, year, cut_off, &f));
    for (size_t i = 0; i < f.n; i++) counted += f.cells[i].n;
    put_text(&about_row(out, "live", year, cut_off, counted)[ABOUT_LAW], law_names(c));
    tables(c, out, &f, &f, &f);
    if (params[FIGURES_ALL].state == VALUE_KNOWN && params[FIGURES_ALL].i) added_up(c, out, &f, "cells", text_of("すべての組", "All together"), all, COUNT(all));
    breaks_table(out, figure_breaks(c, year));
    return ERR_NONE;
}

/* Of a frozen set: the rows that are counted by this column; CELL_CAUSE: those that no band divides. */
static Figures frozen_cells(Ctx *c, const Record *set, int column)
{
    const Value *cells = value_of(set, "cells");
    Figures f = {.cells = arena_array(c->a, OrgCount, cells->n + 1)};
    for (size_t i = 0; i < cells->n; i++) {
        const Value *row = cells->rows[i];
        bool by_users = row[CELL_USERS].state != VALUE_NONE, by_duration = row[CELL_DURATION].state != VALUE_NONE;
        if ((column == CELL_USERS) != by_users || (column == CELL_DURATION) != by_duration) continue;
        OrgCount *one = &f.cells[f.n++];
        memcpy(one->by, row, CELL_N * sizeof *row);
        one->n = row[CELL_N].i;
    }
    return f;
}

void figures_published(Ctx *c, const Record *set, ReportOut *out)
{
    static const struct { const char *field; int at; } kept[] = {
        {"frozen_at", ABOUT_FROZEN_AT}, {"hash", ABOUT_HASH}, {"reason", ABOUT_REASON}, {"restates", ABOUT_RESTATES}, {"restatement", ABOUT_RESTATEMENT}};
    Figures users = frozen_cells(c, set, CELL_USERS), durations = frozen_cells(c, set, CELL_DURATION), causes = frozen_cells(c, set, CELL_CAUSE);
    Value *about = about_row(out, "frozen", value_of(set, "fiscal_year")->i, value_of(set, "cut_off")->i, value_of(set, "counted")->i);
    about[ABOUT_SET] = (Value){.state = VALUE_KNOWN, .ref = set->id};
    for (size_t i = 0; i < COUNT(kept); i++) about[kept[i].at] = *value_of(set, kept[i].field);
    tables(c, out, &users, &durations, &causes);
    breaks_table(out, value_of(set, "breaks")->text);
}

/* --- where a rule changed -------------------------------------------------------------------------------------------------------- */

typedef struct Breaks { Ctx *c; Buf b; Day from, to; } Breaks;

/* The first version of a rule is where the pack begins to know it, not a change of the law. */
static bool has_earlier(const LawDuties *d, Day first)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->versions[i].first == DAY_NONE || d->versions[i].first < first) return true;
    return false;
}

static void tell_break(Breaks *x, const LawDuties *d, const LawDutyVersion *v)
{
    Lang lang = x->c->lang;
    Str words = law_text(json_object_get(v->json, "transition"), "words").in[lang], clock = law_clock_rows[v->chosen_by].title.in[lang];
    if (x->b.n) buf_byte(&x->b, '\n');
    buf_add(&x->b, law_text(d->item->json, "title").in[lang]);
    buf_printf(&x->b, lang == JA ? "：%.*s から「%.*s」（%.*sによる）" : ": from %.*s \"%.*s\" (by %.*s)", STR_ARG(day_text(x->c->a, v->first)), STR_ARG(v->v), STR_ARG(clock));
    if (words.n) buf_printf(&x->b, lang == JA ? "。%.*s" : ". %.*s", STR_ARG(words));
}

static bool reports_such(const LawDutyVersion *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (is_counted(v->duties[i].kind)) return true;
    return false;
}

Str figure_breaks(Ctx *c, int64_t year)
{
    const Laws *laws = c->packs ? c->packs->laws : NULL;
    Breaks x = {.c = c, .from = day_of((int)year, 4, 1), .to = day_of((int)year + 1, 3, 31)};
    buf_init(&x.b, c->a, 256);
    for (size_t i = 0; laws && i < laws->n; i++)
        for (size_t k = 0; k < laws->sets[i].duties_n; k++) {
            const LawDuties *d = &laws->sets[i].duties[k];
            for (size_t n = 0; n < d->n; n++) {
                const LawDutyVersion *v = &d->versions[n];
                if (v->first >= x.from && v->first <= x.to && has_earlier(d, v->first) && reports_such(v)) tell_break(&x, d, v);
            }
        }
    return buf_str(&x.b);
}
