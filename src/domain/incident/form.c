/*
 * form.c -- a report on paper, filled from the facts: the items that the law asks for, in its words, or those of a form of the pack; what is not known is a blank to be
 * filled in by hand. Where the law data have no list of items, the facts that are known stand for it, and the paper says so.
 */
#include "incident/parts.h"

#include "paper/paper.h"

#include <jansson.h>

enum { PARTS_MAX = 24, NOTES_MAX = 16, FORM_ITEMS_MAX = 400 };

/* law NULL: the general form; others: the forms of the pack that may be used for this duty */
typedef struct Form { const Fill *f; Arena *a; const LawForm *law; const LawForm **others; size_t others_n; Paper paper; PaperPart parts[PARTS_MAX]; Text notes[NOTES_MAX]; } Form;

static Text same(Str s) { return (Text){{s, s}}; }
static bool empty(Text t) { return !t.in[JA].n; }

static PaperPart *part_add(Form *o, Text title, PaperKind kind)
{
    assert(o->paper.n < PARTS_MAX);
    PaperPart *p = &o->parts[o->paper.n++];
    *p = (PaperPart){.title = title, .kind = kind};
    if (kind == PAPER_ITEMS) p->items = arena_array(o->a, PaperItem, FORM_ITEMS_MAX);
    return p;
}

static void item_add(PaperPart *p, PaperItem item)
{
    if (p->n < FORM_ITEMS_MAX) ((PaperItem *)p->items)[p->n++] = item;
}

static void note_add(Form *o, Text t)
{
    if (!empty(t) && o->paper.notes_n < NOTES_MAX) o->notes[o->paper.notes_n++] = t;
}

/* --- parts ------------------------------------------------------------------------------------------------------------------ */

static Err sender(Form *o)
{
    Ctx *c = o->f->c;
    const Value *owner = value_of(o->f->duty, "owner");
    Record *unit = NULL;
    Err e = owner->state == VALUE_KNOWN ? work_get(c, resource_find(c->resources, STR("unit")), owner->ref, &unit) : ERR_NONE;
    if (e.kind && e.kind != ERR_NOT_FOUND && e.kind != ERR_FORBIDDEN) return e;
    Str name = c->who->org.name;
    o->paper.from = same(!e.kind && unit ? str_join(o->a, name, STR("\n"), record_title(unit)) : name);
    return ERR_NONE;
}

/* How sure it is that the form has this item, where that is not as sure as the form itself. */
static Text doubt(Form *o, const json_t *item)
{
    Str status = json_str_of(json_object_get(item, "status"));
    for (size_t i = STATUS_VERIFIED + 1; i < STATUSES; i++)
        if (str_eqc(status, law_status_rows[i].code)) return TEXT_FILL(o->a, "項目は{0}", "item {1}", law_status_rows[i].title.in[JA], law_status_rows[i].title.in[EN]);
    return same((Str){0});
}

static void items_part(Form *o, Text title, const json_t *list)
{
    PaperPart *p = part_add(o, title, PAPER_ITEMS);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        Str what = json_str_of(json_object_get(item, "fills"));
        Text value = fill_item(o->f, what);
        item_add(p, (PaperItem){{{json_str_of(json_object_get(item, "ja")), json_str_of(json_object_get(item, "en"))}}, value, empty(value) ? fill_reason(o->f, what) : same((Str){0}), doubt(o, item)});
    }
}

static Text fact_title(const LawFact *f)
{
    Text title = law_text(f->json, "title");
    return empty(title) ? f->ask : title;
}

/* Of the incident, not of the organisation; those of which something is said. */
static void known_facts(Form *o)
{
    const LawJudge *j = o->f->judge;
    PaperPart *p = part_add(o, text_of("把握している事実", "Facts that are known"), PAPER_ITEMS);
    item_add(p, (PaperItem){.label = text_of("概要", "Outline"), .value = fill_item(o->f, STR("outline"))});
    for (size_t i = 0; j && i < j->s->facts_n; i++) {
        const LawFact *f = &j->s->facts[i];
        Text value = f->organisation || f->type == FACT_TIMELINE ? same((Str){0}) : fill_item(o->f, f->id);
        if (!empty(value)) item_add(p, (PaperItem){.label = fact_title(f), .value = value});
    }
    note_add(o, text_of("この報告に書くべき項目は、法令データで確かめられていません。把握している事実を並べています。", "Which items this report must have is not in the law data. The facts that are known are listed."));
}

static void contents(Form *o, Text title)
{
    const json_t *list = fill_part(o->f, "contents");
    if (json_array_size(list)) items_part(o, title, list);
    else known_facts(o);
}

static void sections(Form *o)
{
    const json_t *list = json_object_get(o->law->json, "sections");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *items = json_object_get(one, "items");
        if (items) items_part(o, law_text(one, "title"), items);
        else contents(o, law_text(one, "title"));
    }
}

/* Which form: the one asked for; else the only one that there is for this duty; else the general one. */
static Err chosen(Form *o, Str wanted)
{
    const Fill *f = o->f;
    if (f->law) {
        o->others = arena_array(o->a, const LawForm *, f->judge->s->forms_n + 1);
        o->others_n = law_forms(f->judge->s, f->of->rule, f->law->kind, day_in_japan(f->c->now), o->others);
    }
    if (!wanted.n && o->others_n == 1) o->law = o->others[0];
    for (size_t i = 0; wanted.n && i < o->others_n; i++)
        if (str_eq(o->others[i]->id, wanted)) o->law = o->others[i];
    if (!wanted.n || str_eqc(wanted, "general") || o->law) return ERR_NONE;
    return err_text(ERR_NOT_FOUND, TEXT_FILL(o->a, "この報告に使う様式「{0}」はありません。", "There is no form \"{0}\" for this report.", wanted));
}

static Text instant_cell(Arena *a, const Value *v)
{
    if (v->state == VALUE_KNOWN) return law_instant_text(a, v->i);
    if (v->state == VALUE_UNKNOWN) return unknown_rows[v->i].label;
    if (v->state != VALUE_RANGE) return same((Str){0});
    Text from = law_instant_text(a, v->i), to = law_instant_text(a, v->hi);
    return TEXT_FILL(a, "{0}から{1}の間", "between {2} and {3}", from.in[JA], to.in[JA], from.in[EN], to.in[EN]);
}

static Text number_cell(Arena *a, const Value *row, Str unit)
{
    const Value *v = &row[SEGMENT_VALUE];
    if (v->state == VALUE_UNKNOWN) return unknown_rows[v->i].label;
    if (v->state != VALUE_KNOWN && v->state != VALUE_RANGE) return same((Str){0});
    Range r = {v->i, v->state == VALUE_RANGE ? v->hi : v->i};
    if (choice_is(&row[SEGMENT_BOUND], "at_least")) r.hi = RULES_OPEN;
    Text n = choice_is(&row[SEGMENT_BOUND], "at_most") ? law_number(a, r.hi, unit) : law_range(a, r, unit);
    if (choice_is(&row[SEGMENT_BOUND], "at_most")) n = TEXT_FILL(a, "{0}以下", "at most {1}", n.in[JA], n.in[EN]);
    return said(&row[SEGMENT_ESTIMATE]) ? TEXT_FILL(a, "{0}（推計）", "{1} (estimate)", n.in[JA], n.in[EN]) : n;
}

static Text code_cell(const LawSet *s, int cls, Str code)
{
    int at = s && cls != NONE && code.n ? law_code(&s->classes[cls], code) : NONE;
    return at == NONE ? same(code) : s->classes[cls].titles[at];
}

static void course(Form *o)
{
    static const int shares[] = {24, 24, 20, 14, 18}, columns[] = {SEGMENT_FROM, SEGMENT_TO, SEGMENT_CLASS, SEGMENT_AREA, SEGMENT_VALUE};
    const Value *rows = value_of(o->f->incident, "segments");
    const Vocabulary *words = vocabulary_of(o->f->c);
    const LawSet *s = o->f->judge ? o->f->judge->s : NULL;
    int line = s && words ? law_fact(s, words->timeline) : NONE, set = s && words ? law_fact(s, words->classes) : NONE;
    if (!rows->n) return;
    PaperPart *p = part_add(o, text_of("影響の経過", "Course of the impact"), PAPER_TABLE);
    Text *heads = arena_array(o->a, Text, COUNT(columns)), *cell = arena_array(o->a, Text, COUNT(columns) * rows->n);
    for (size_t i = 0; i < COUNT(columns); i++) heads[i] = segment_fields[columns[i]].label;
    p->table = (PaperTable){heads, shares, COUNT(columns), cell, rows->n};
    for (size_t i = 0; i < rows->n; i++) {
        const Value *row = rows->rows[i];
        Text class = code_cell(s, set == NONE ? NONE : s->facts[set].cls, row[SEGMENT_CLASS].text), kind = code_cell(s, line == NONE ? NONE : s->facts[line].kinds, row[SEGMENT_KIND].text);
        *cell++ = instant_cell(o->a, &row[SEGMENT_FROM]);
        *cell++ = said(&row[SEGMENT_OPEN]) ? segment_fields[SEGMENT_OPEN].label : instant_cell(o->a, &row[SEGMENT_TO]);
        *cell++ = empty(class) ? kind : TEXT_FILL(o->a, "{0}：{1}", "{2}: {3}", class.in[JA], kind.in[JA], class.in[EN], kind.in[EN]);
        *cell++ = same(row[SEGMENT_AREA].text);
        *cell++ = number_cell(o->a, row, line == NONE ? STR("") : s->facts[line].unit);
    }
}

static void text_part(Form *o, const char *field)
{
    const Value *v = value_of(o->f->duty, field);
    if (v->text.n) part_add(o, field_of(&duty_resource, field)->label, PAPER_TEXT)->text = same(v->text);
}

static void approval(Form *o)
{
    static const char *const names[] = {"approved_by", "minutes"};
    if (!value_of(o->f->duty, names[0])->text.n) return;
    PaperPart *p = part_add(o, text_of("承認", "Approval"), PAPER_ITEMS);
    for (size_t i = 0; i < COUNT(names); i++) item_add(p, (PaperItem){.label = field_of(&duty_resource, names[i])->label, .value = same(value_of(o->f->duty, names[i])->text)});
}

/* --- head and foot ------------------------------------------------------------------------------------------------------------ */

static Text cited(Form *o)
{
    const json_t *cite = json_array_get(fill_part(o->f, "cite"), 0);
    return cite ? law_citation(o->a, o->f->judge->s, cite) : same((Str){0});
}

static Text title_of(Form *o)
{
    if (!o->f->law) return same(record_title(o->f->duty));
    Text rule = o->f->judge->s->rules[o->f->of->rule].title, duty = law_text(o->f->law->json, "title");
    return TEXT_FILL(o->a, "{0}　{1}", "{2}: {3}", rule.in[JA], duty.in[JA], rule.in[EN], duty.in[EN]);
}

static Text addressee(Form *o)
{
    Text to = o->f->judge ? law_text(law_entry(o->f->judge->s->law->authorities, o->f->authority), "title") : same((Str){0});
    if (empty(to)) to = same(value_of(o->f->duty, "authority")->text);
    return TEXT_FILL(o->a, "{0}　宛て", "To: {1}", to.in[JA], to.in[EN]);
}

static void notes(Form *o)
{
    Text cite = cited(o), status = o->f->law ? law_status_rows[o->f->version->status].title : same((Str){0});
    Str form = value_of(o->f->duty, "form")->text;
    if (!empty(cite)) note_add(o, TEXT_FILL(o->a, "根拠：{0}（法令データの確認：{1}）", "Basis: {2} (law data: {3})", cite.in[JA], status.in[JA], cite.in[EN], status.in[EN]));
    if (o->law) note_add(o, TEXT_FILL(o->a, "書式：{0}（{1}）", "Form: {2} ({3})", o->law->title.in[JA], law_status_rows[o->law->status].title.in[JA], o->law->title.in[EN], law_status_rows[o->law->status].title.in[EN]));
    if (o->law && json_object_get(o->law->json, "lacks")) note_add(o, law_text(o->law->json, "lacks"));
    else if (form.n) note_add(o, TEXT_FILL(o->a, "様式が定められています（法令データの記号 {0}）。この書類はその様式ではなく、様式の項目は確かめられていません。", "There is a form for this ({0} in the law data). This paper is not that form, whose fields were not verified.", form));
    note_add(o, TEXT_FILL(o->a, "「{0}」は、記録された事実からは分からない項目です。推測で埋めていません。", "\"{1}\" marks what the recorded facts do not tell. Nothing was guessed.", STR("未記入"), STR("to be filled in")));
}

static void head(Form *o)
{
    const Record *duty = o->f->duty, *incident = o->f->incident;
    Paper *p = &o->paper;
    Text cite = cited(o);
    bool draft = state_is(duty, "open") || state_is(duty, "drafted") || state_is(duty, "returned");
    p->title = title_of(o), p->to = addressee(o), p->at = o->f->c->now, p->parts = o->parts, p->notes = o->notes;
    if (!empty(cite)) p->below = TEXT_FILL(o->a, "（{0}）", "({1})", cite.in[JA], cite.in[EN]);
    if (o->law) p->below = TEXT_FILL(o->a, "{0}{1}", "{2} {3}", o->law->title.in[JA], p->below.in[JA], o->law->title.in[EN], p->below.in[EN]);
    p->subject = TEXT_FILL(o->a, "件名：{0}", "Subject: {0}", record_title(incident));
    if (draft) p->mark = text_of("案", "DRAFT");
    p->reference = same(str_printf(o->a, "%.*s v%lld / %.*s v%lld", STR_ARG(record_label(o->a, duty)), (long long)duty->version, STR_ARG(record_label(o->a, incident)), (long long)incident->version));
}

enum { FORM_LANG, FORM_WANTED };

static Err made(Ctx *c, const Record *duty, const Value *params, Form *o)
{
    Fill *f = arena_new(c->a, Fill);
    *o = (Form){.f = f, .a = c->a};
    TRY(fill_open(c, duty, f));
    TRY(chosen(o, params[FORM_WANTED].text));
    head(o);
    TRY(sender(o));
    if (o->law) sections(o);
    else contents(o, text_of("報告する事項", "What is reported"));
    course(o);
    text_part(o, "draft");
    approval(o);
    notes(o);
    return ERR_NONE;
}

/* --- files -------------------------------------------------------------------------------------------------------------------------- */

static const Choice languages[] = {{CODE("ja"), TEXT("日本語", "Japanese"), TEXT("", "")}, {CODE("en"), TEXT("英語", "English"), TEXT("", "")}};
const Field form_params[FORM_PARAMS] = {
    [FORM_LANG] = {.name = "lang", .kind = KIND_CHOICE, .label = TEXT("言葉", "Language"), .help = TEXT("空なら画面の言葉", "Empty: that of the reader"), .choices = languages, .choices_n = COUNT(languages)},
    [FORM_WANTED] = {.name = "form", .kind = KIND_TEXT, .label = TEXT("様式", "Form"), .help = TEXT("様式の記号。general は一般の書式", "Its id; general: made of what the law asks for"), .max = 100},
};

static Lang lang_of(const Ctx *c, const Value *params)
{
    return params[FORM_LANG].state == VALUE_NONE ? c->lang : choice_is(&params[FORM_LANG], "ja") ? JA : EN;
}

/* What no system of files takes stands as a line; the title is that of a pack, the label that of the program. */
static Str name_of(Form *o, Lang lang, const char *ending)
{
    enum { LETTERS_MAX = 60 };
    Str title = text_in(o->paper.title, lang);
    size_t letters = 0;
    Buf b;
    buf_init(&b, o->a, title.n + 40);
    buf_add(&b, record_label(o->a, o->f->duty));
    buf_byte(&b, ' ');
    for (size_t i = 0; i < title.n; i++) {
        unsigned char ch = (unsigned char)title.s[i];
        letters += (ch & 0xC0) != 0x80;
        if (letters > LETTERS_MAX) break;
        buf_byte(&b, ch < 32 || strchr("\\/:*?\"<>|", title.s[i]) ? '_' : title.s[i]);
    }
    buf_addc(&b, ending);
    return buf_str(&b);
}

Err form_pdf(Ctx *c, const Record *of, const Value *params, int fd, Str *name)
{
    Form *o = arena_new(c->a, Form);
    Str pdf;
    TRY(made(c, of, params, o));
    TRY(paper_pdf(c->a, &o->paper, lang_of(c, params), &pdf, NULL));
    *name = name_of(o, lang_of(c, params), ".pdf");
    return fd_write(fd, pdf);
}

Err form_xlsx(Ctx *c, const Record *of, const Value *params, int fd, Str *name)
{
    Form *o = arena_new(c->a, Form);
    TRY(made(c, of, params, o));
    *name = name_of(o, lang_of(c, params), ".xlsx");
    return paper_xlsx(c->a, &o->paper, lang_of(c, params), fd);
}

Err form_json(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Form *o = arena_new(c->a, Form);
    TRY(made(c, of, params, o));
    json_open(j, '{');
    json_kstr(j, "format", STR("kaname-form/1"));
    json_kstr(j, "form", o->law ? o->law->id : STR("general"));
    json_key(j, STR("forms")), json_open(j, '[');
    for (size_t i = 0; i < o->others_n; i++) {
        json_open(j, '{');
        json_kstr(j, "id", o->others[i]->id);
        json_key(j, STR("title")), json_text(j, o->others[i]->title);
        json_key(j, STR("status")), json_text(j, law_status_rows[o->others[i]->status].title);
        json_close(j, '}');
    }
    json_close(j, ']');
    paper_json(j, &o->paper);
    json_close(j, '}');
    return ERR_NONE;
}
