/* diff.c -- kaname pack diff: what a newer pack says otherwise, and what follows from it; no database. */
#include "app/app.h"

#include "law/diff.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>

enum { CORPUS_MAX = 2000, EXIT_LOST = 1 };

typedef struct Both { Run *r; LawJudge *was, *is; LawDiff *out; } Both;

static void case_take(void *arg, const json_t *doc, Text name)
{
    Both *b = arg;
    law_diff_case(b->r->a, b->was, b->is, doc, name, b->out);
}

static int by_name(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static Err incident_take(Both *b, Str dir, Str name)
{
    Str bytes;
    json_t *doc;
    TRY(file_read(b->r->a, dir, name, 1 << 20, &bytes));
    TRY(json_in(b->r->a, bytes, 1 << 20, &doc));
    const json_t *title = json_object_get(doc, "title");
    Text called = {{json_str_of(json_object_get(title, "ja")), json_str_of(json_object_get(title, "en"))}};
    case_take(b, doc, called.in[JA].n ? called : (Text){{name, name}});
    return ERR_NONE;
}

/* Each .json of a directory is an incident: {"facts", "as_of"}. */
static Err corpus_take(Both *b, Str dir)
{
    Str names[CORPUS_MAX];
    size_t n = 0;
    DIR *d = opendir(str_c(b->r->a, dir));
    if (!d) return err_text(ERR_NOT_FOUND, TEXT_FILL(b->r->a, "フォルダ {0} を開けません。", "The folder {0} cannot be opened.", dir));
    for (const struct dirent *e; n < CORPUS_MAX && (e = readdir(d));)
        if (str_ends(str_of(e->d_name), STR(".json"))) names[n++] = str_copy(b->r->a, str_of(e->d_name));
    (void)closedir(d);
    if (n == CORPUS_MAX) return err_text(ERR_TOO_LARGE, text_of("事例が多すぎます（上限1999）。", "Too many incidents (limit 1999)."));
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) TRY(incident_take(b, dir, names[i]));
    return ERR_NONE;
}

/* --- words ---------------------------------------------------------------------------------------------------------------- */

static Text verdict_title(VerdictKind k) { return (int)k == VERDICT_NO_RULE ? text_of("規則がない", "no such rule") : verdict_rows[k].title; }
static Str verdict_code(VerdictKind k) { return (int)k == VERDICT_NO_RULE ? STR("no_rule") : str_of(verdict_rows[k].code); }

static void effects_say(Run *r, const LawDiff *d)
{
    for (size_t i = 0; i < d->effects_n; i++) {
        const LawEffect *e = &d->effects[i];
        Text from = verdict_title(e->from), to = verdict_title(e->to);
        say(r, TEXT_FILL(r->a, "{0}（{1}）：{2} → {3}　{4} 件", "{0} ({5}): {6} -> {7}, {4} cases", e->rule, e->title.in[JA], from.in[JA], to.in[JA], number(r, (int64_t)e->n), e->title.in[EN], from.in[EN], to.in[EN]));
        for (size_t k = 0; k < e->n && k < DIFF_NAMES_MAX; k++) say(r, TEXT_FILL(r->a, "    {0}", "    {1}", e->names[k].in[JA], e->names[k].in[EN]));
    }
}

static Text day_said(Run *r, Day d) { return d == DAY_NONE ? text_of("なし", "none") : d == 0 ? text_of("日の定めなし", "no day") : day_people(r->a, d); }

static void moves_say(Run *r, const LawDiff *d)
{
    for (size_t i = 0; i < d->moves_n; i++) {
        const LawMove *m = &d->moves[i];
        Text from = day_said(r, m->from), to = day_said(r, m->to);
        const char *ja = m->from == DAY_NONE ? "{0} {1}：新しい義務（期限 {3}）　{4} 件、例：{5}" : m->to == DAY_NONE ? "{0} {1}：義務がなくなる（期限は {2} だった）　{4} 件、例：{5}" : "{0} {1}：期限 {2} → {3}　{4} 件、例：{5}";
        const char *en = m->from == DAY_NONE ? "{0} {6}: a new duty (due {8}), {4} cases, such as: {9}" : m->to == DAY_NONE ? "{0} {6}: no longer a duty (it was due {7}), {4} cases, such as: {9}" : "{0} {6}: due {7} -> {8}, {4} cases, such as: {9}";
        say(r, TEXT_FILL(r->a, ja, en, m->rule, m->title.in[JA], from.in[JA], to.in[JA], number(r, (int64_t)m->n), m->name.in[JA], m->title.in[EN], from.in[EN], to.in[EN], m->name.in[EN]));
    }
}

static void json_show(Run *r, const LawTexts *texts, const LawDiff *d)
{
    JsonOut *o = &r->json;
    json_kint(o, "cases", (int64_t)d->cases), json_kint(o, "unread", (int64_t)d->unread), json_kbool(o, "lost", d->lost);
    json_key(o, STR("changes")), json_open(o, '[');
    for (size_t i = 0; i < texts->n; i++) json_text(o, texts->list[i]);
    json_close(o, ']');
    json_key(o, STR("verdicts")), json_open(o, '[');
    for (size_t i = 0; i < d->effects_n; i++) {
        const LawEffect *e = &d->effects[i];
        json_open(o, '{');
        json_kstr(o, "rule", e->rule), json_kstr(o, "from", verdict_code(e->from)), json_kstr(o, "to", verdict_code(e->to)), json_kint(o, "cases", (int64_t)e->n);
        json_key(o, STR("such_as")), json_open(o, '[');
        for (size_t k = 0; k < e->n && k < DIFF_NAMES_MAX; k++) json_text(o, e->names[k]);
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
    json_key(o, STR("duties")), json_open(o, '[');
    for (size_t i = 0; i < d->moves_n; i++) {
        const LawMove *m = &d->moves[i];
        json_open(o, '{');
        json_kstr(o, "rule", m->rule), json_kstr(o, "duty", m->duty), json_kint(o, "cases", (int64_t)m->n);
        if (m->from != DAY_NONE) json_kstr(o, "from", m->from ? day_text(r->a, m->from) : STR(""));
        if (m->to != DAY_NONE) json_kstr(o, "to", m->to ? day_text(r->a, m->to) : STR(""));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void text_show(Run *r, const LawTexts *texts, const LawDiff *d)
{
    for (size_t i = 0; i < texts->n; i++) say(r, texts->list[i]);
    if (!texts->n) say(r, text_of("書かれたことに違いはありません。", "Nothing was written otherwise."));
    say(r, TEXT_FILL(r->a, "\n{0} 件の事実で比べました。", "\nCompared with {0} sets of facts.", number(r, (int64_t)d->cases)));
    if (d->unread) say(r, TEXT_FILL(r->a, "一方のパックでは読めない事実：{0} 件", "Facts that one of the two cannot read: {0}", number(r, (int64_t)d->unread)));
    effects_say(r, d);
    moves_say(r, d);
    if (!d->effects_n && !d->moves_n) say(r, text_of("結論、期限、義務は変わりません。", "No verdict, deadline or duty changes."));
    if (d->lost) say(r, text_of("✗ 該当していたものが、該当でなくなります。", "✗ Something that was met is met no longer."));
}

Err pack_diff(Run *r)
{
    LawSet *was = arena_new(r->a, LawSet), *is = arena_new(r->a, LawSet);
    LawTexts texts;
    LawDiff out = {0};
    if (r->o->words_n != 3) return err_text(ERR_INVALID, text_of("pack diff 前のDIR 後のDIR です。", "It is pack diff OLD_DIR NEW_DIR."));
    TRY(pack_law(r, r->o->words[1], was));
    TRY(pack_law(r, r->o->words[2], is));
    Both b = {r, law_judge_new(r->a, was), law_judge_new(r->a, is), &out};
    if (r->o->corpus.n) TRY(corpus_take(&b, r->o->corpus));
    else {
        LawJudge *other_was = law_judge_new(r->a, was), *other_is = law_judge_new(r->a, is);
        TRY(law_diff_cases(r->a, other_was, case_take, &b));
        TRY(law_diff_cases(r->a, other_is, case_take, &b));
    }
    law_diff_texts(r->a, was, is, &texts);
    if (r->o->json) json_show(r, &texts, &out);
    else text_show(r, &texts, &out);
    r->exit = out.lost ? EXIT_LOST : 0;
    return ERR_NONE;
}
