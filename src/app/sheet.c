/* sheet.c -- kaname pack sheet: thresholds, addressees and deadlines of one kind of operator as a PDF, to lie beside the telephone for when the network is down. */
#include "app/app.h"

#include "law/judge.h"
#include "paper/paper.h"

#include <jansson.h>

enum { RULE_ITEMS_MAX = 40 };

static Text joined(Arena *a, Text x, const char *between, Text y) { return (Text){{str_join(a, x.in[JA], str_of(between), y.in[JA]), str_join(a, x.in[EN], str_of(between), y.in[EN])}}; }

/* What must be so, a line for each condition, those within another set in. */
static Text needs(Arena *a, const LawSet *s, const LawVersion *v)
{
    LawTreeRow *rows;
    size_t n = law_need_rows(a, s, v, &rows);
    Buf b[LANGS];
    for (int l = 0; l < LANGS; l++) buf_init(&b[l], a, 512);
    for (size_t i = 0; i < n; i++)
        for (int l = 0; l < LANGS && rows[i].words.in[JA].n; l++) {
            if (b[l].n) buf_byte(&b[l], '\n');
            for (size_t k = rows[0].depth; k < rows[i].depth; k++) buf_addc(&b[l], "　");
            buf_addc(&b[l], "・");
            buf_add(&b[l], rows[i].words.in[l]);
        }
    return (Text){{buf_str(&b[JA]), buf_str(&b[EN])}};
}

static void item_add(PaperPart *p, Text label, Text value)
{
    if (p->n < RULE_ITEMS_MAX) ((PaperItem *)p->items)[p->n++] = (PaperItem){.label = label, .value = value};
}

static void duties_add(Arena *a, const LawSet *s, int rule, Day day, PaperPart *p)
{
    for (size_t i = 0; i < s->duties_n; i++)
        for (size_t k = 0; s->duties[i].rule == rule && k < s->duties[i].n; k++) {
            const LawDutyVersion *v = &s->duties[i].versions[k];
            for (size_t m = 0; law_duties_hold(v, day) && m < v->n; m++) {
                LawDue due = {.of = &s->duties[i], .version = v, .duty = &v->duties[m]};
                Text to = {{law_addressees(a, s, &due, JA), law_addressees(a, s, &due, EN)}};
                item_add(p, law_text(v->duties[m].json, "title"), joined(a, to, "　", law_deadline(a, v->duties[m].json)));
            }
        }
}

static PaperPart rule_part(Arena *a, const LawSet *s, int rule, const LawVersion *v, Day day)
{
    const json_t *cite = json_array_get(json_object_get(v->json, "cite"), 0);
    Text basis = cite ? law_citation(a, s, cite) : text_of("", "");
    if (v->status > STATUS_VERIFIED) basis = joined(a, basis, "　※", law_status_rows[v->status].title);
    PaperPart p = {.title = s->rules[rule].title, .kind = PAPER_ITEMS, .items = arena_array(a, PaperItem, RULE_ITEMS_MAX)};
    item_add(&p, text_of("根拠", "Basis"), basis);
    item_add(&p, text_of("報告が要るのは", "To be reported"), needs(a, s, v));
    duties_add(a, s, rule, day, &p);
    return p;
}

static Err operator_of(Run *r, const LawSet *s, Str word, int *code)
{
    const LawClass *k = s->operator_class == NONE ? NULL : &s->classes[s->facts[s->operator_class].cls];
    if (!k) return err_text(ERR_INVALID, text_of("このパックには事業者の区分がありません。", "This pack knows no kinds of operators."));
    *code = law_code(k, word);
    return *code != NONE ? ERR_NONE : err_text(ERR_INVALID, not_a_word(r->a, word, k->codes, k->n));
}

static Paper sheet_of(Run *r, const LawSet *s, int code)
{
    Instant now = now_utc();
    Day day = day_in_japan(now);
    Text class = s->classes[s->facts[s->operator_class].cls].titles[code], at = day_people(r->a, day);
    size_t versions = 0;
    for (size_t i = 0; i < s->rules_n; i++) versions += s->rules[i].n;
    PaperPart *parts = arena_array(r->a, PaperPart, versions + 1);
    Paper p = {.title = TEXT_FILL(r->a, "報告の早見表：{0}", "What to report: {1}", class.in[JA], class.in[EN]), .below = TEXT_FILL(r->a, "法令データ {0} {1}　{2} 現在", "Law data {0} {1}, as of {3}", s->law->name, s->law->version, at.in[JA], at.in[EN]), .at = now,
        .reference = TEXT_FILL(r->a, "{0} {1}", "{0} {1}", s->law->name, s->law->version), .parts = parts, .dense = true};
    for (size_t i = 0; i < s->rules_n; i++)
        for (size_t v = 0; s->rules[i].item->kind == LAW_RULE && v < s->rules[i].n; v++)
            if (law_binds(s, (int)i, v, (uint64_t)1 << code, day)) parts[p.n++] = rule_part(r->a, s, (int)i, &s->rules[i].versions[v], day);
    return p;
}

Err pack_sheet(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    int code;
    Str pdf;
    size_t pages;
    if (r->o->words_n != 3 || !r->o->to.n) return err_text(ERR_INVALID, text_of("pack sheet DIR CLASS --to FILE.pdf です。", "It is pack sheet DIR CLASS --to FILE.pdf."));
    TRY(pack_law(r, r->o->words[1], s));
    TRY(operator_of(r, s, r->o->words[2], &code));
    Paper p = sheet_of(r, s, code);
    if (!p.n) return err_text(ERR_NOT_FOUND, text_of("この区分の規則は、法令データにまだありません。", "The law data have no rules for this kind yet."));
    TRY(paper_pdf(r->a, &p, r->o->lang, &pdf, &pages));
    TRY(app_write_file(r->a, r->o->to, pdf));
    if (r->o->json) json_kstr(&r->json, "file", r->o->to), json_kint(&r->json, "pages", (int64_t)pages), json_kint(&r->json, "rules", (int64_t)p.n);
    say(r, TEXT_FILL(r->a, "{0} に書きました（規則 {1}、{2} ページ）。", "Written to {0}: rules {1}, pages {2}.", r->o->to, number(r, (int64_t)p.n), number(r, (int64_t)pages)));
    return ERR_NONE;
}
