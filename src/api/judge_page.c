/*
 * judge_page.c -- judging without a script: what you are, what happened, the time line, the verdicts. One form; all that was said travels in it, nothing is kept.
 * Every page stays within PAGE_MAX bytes: what does not fit stands behind a button.
 */
#include "api/judge_page.h"

#include <jansson.h>
#include <sodium.h>

const struct StepRow step_rows[STEPS] = {[STEP_CLASS] = {"class", TEXT("あなたの区分", "What you are")}, [STEP_WHAT] = {"what", TEXT("起きたこと", "What happened")}, [STEP_LINE] = {"line", TEXT("時系列", "Time line")},
    [STEP_VERDICT] = {"verdict", TEXT("判定", "Verdict")}};

/* Colours, sizes and order are those of the other pages. */
static const char style[] =
    "*{box-sizing:border-box}body{margin:0;color:#1a1a1a;background:#fff;font:16px/1.7 \"Noto Sans JP\",\"Noto Sans CJK JP\",\"Hiragino Sans\",\"BIZ UDPGothic\",Meiryo,sans-serif;overflow-wrap:anywhere;line-break:strict}"
    "header,main,footer{max-width:44rem;margin:0 auto;padding:8px 16px}header{border-bottom:1px solid #949494}h1{font-size:20px;line-height:1.5;margin:12px 0}h2{font-size:18px;line-height:1.6;margin:20px 0 4px}"
    "p,ul,ol{margin:6px 0}ul{padding-left:1.2em}.st{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px;font-size:14px;color:#4d4d4d}.st b{color:#1a1a1a}"
    "a{color:#00428c}fieldset{min-width:0;border:0;border-top:1px solid #ccc;margin:12px 0 0;padding:8px 0}legend,.q label{font-weight:700;display:block;padding:0}fieldset fieldset{border:0}"
    "fieldset>label{display:block;padding:6px 0}.q{margin:10px 0}input,select{font:inherit;color:inherit}input[type=radio],input[type=checkbox]{width:22px;height:22px;vertical-align:-5px;margin:0 6px 0 0}"
    ".q input,.q select{display:block;width:100%;max-width:24rem;min-height:48px;padding:4px 12px;border:1px solid #666;border-radius:8px;background:#fff}[aria-invalid=true]{border:2px solid #a90000!important}fieldset[aria-invalid]{padding:8px}"
    ".e{color:#a90000;font-weight:700}.s{border:2px solid #a90000;padding:4px 16px;margin:12px 0}button{font:inherit;font-weight:700;min-height:48px;padding:8px 20px;margin:8px 8px 0 0;border-radius:8px;border:1px solid #0055ad;background:#fff;color:#00428c}"
    "button.p{background:#0055ad;color:#fff}:focus-visible{outline:4px solid #1a1a1a;outline-offset:2px;box-shadow:0 0 0 2px #ffd43d}section{border-top:1px solid #949494;margin-top:16px}"
    ".m{display:inline-block;font-size:14px;line-height:1.4;padding:1px 8px;border-radius:4px;border:1px solid #1a1a1a;margin-right:6px}.met{background:#00428c;border-color:#00428c;color:#fff}.open{border-style:dashed}"
    ".n,small,footer{font-size:14px;color:#4d4d4d}summary{padding:8px 0;color:#00428c;cursor:pointer}details ul{list-style:none;padding-left:1em;font-size:14px}"
    "@media print{form button,.st,footer,summary{display:none}body{font-size:10.5pt}section{break-inside:avoid}@page{size:A4;margin:15mm}}";

Str say_in(const Page *p, Text t) { return t.in[p->lang]; }

static Lang lang_of(Call *c)
{
    Str l = query_value(c, "lang");
    return str_eqc(l, "ja") ? JA : str_eqc(l, "en") || str_starts(c->language, STR("en")) ? EN : JA;
}

Str page_self(const Page *p, const char *path, Lang lang)
{
    const LawSet *usual = judge_law(p->c, (Str){0});
    Str pack = p->s && p->s != usual ? str_join(p->a, STR("&pack="), p->s->law->name, STR("")) : STR("");
    return str_printf(p->a, "%s?lang=%s%.*s", path, lang == JA ? "ja" : "en", STR_ARG(pack));
}

static void policy(Call *c, Str css)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)css.s, css.n);
    c->r.type = "text/html; charset=utf-8";
    c->r.csp = str_printf(&c->arena, "default-src 'none'; style-src 'sha256-%.*s'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", STR_ARG(base64_text(&c->arena, hash, sizeof hash)));
}

/* The referrer of the same origin lets the browser name it when the form comes back. */
void page_begin(Page *p, Str title, bool wrong, Str css)
{
    buf_init(&p->out, p->a, PAGE_MAX);
    HTML(&p->out, "<!doctype html><html lang=\"{0}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"same-origin\"><link rel=\"icon\" href=\"data:,\"><title>{1}{2} - Kaname</title><style>",
        p->lang == JA ? STR("ja") : STR("en"), wrong ? SAY(p, "エラー：", "Error: ") : STR(""), title);
    buf_add(&p->out, css);
    HTML(&p->out, "</style></head><body><header><a href=\"/\">{0}</a></header><main><h1>{1}</h1>", SAY(p, "要 Kaname", "Kaname"), title);
    policy(p->c, css);
}

/* Within the form the other language is a button, so that nothing typed is lost. */
void page_end(Page *p, bool in_form)
{
    Lang other = p->lang == JA ? EN : JA;
    Str self = page_self(p, "/judge", other), code = other == JA ? STR("ja") : STR("en"), name = other == JA ? STR("日本語") : STR("English");
    if (in_form) HTML(&p->out, "<p><button name=\"go\" value=\"{0}\" formaction=\"{1}\" lang=\"{2}\">{3}</button></p></form>", str_of(step_rows[p->step].code), self, code, name);
    else HTML(&p->out, "<p><a href=\"{0}\" hreflang=\"{1}\" lang=\"{1}\">{2}</a></p>", self, code, name);
    buf_addc(&p->out, "</main><footer><p>");
    html_text(&p->out, SAY(p, "この画面は何も保存しません。判定は法令データによるもので、法的な助言ではありません。", "Nothing is kept by these pages. Verdicts follow the law data; they are no legal advice."));
    buf_addc(&p->out, "</p></footer></body></html>");
    p->c->r.body = buf_str(&p->out);
}

static Err no_law(void) { return err_text(ERR_NOT_FOUND, text_of("このパックに法令の規則はありません。", "There are no rules of law in that pack.")); }

Err page_open(Call *c, Page *p)
{
    *p = (Page){.c = c, .a = &c->arena, .lang = lang_of(c), .s = judge_law(c, query_value(c, "pack"))};
    if (!p->s) return no_law();
    TRY(judge_form_read(c, p->s, &p->f));
    p->classes = form_codes(&p->f, p->s->operator_class);
    p->uses = law_uses(p->a, p->s, p->classes, day_in_japan(c->x.now));
    p->all = law_uses(p->a, p->s, UINT64_MAX, day_in_japan(c->x.now));
    return ERR_NONE;
}

/* --- parts of every step --------------------------------------------------------------------------------------------------------------- */

static bool step_there(const Page *p, Step step)
{
    for (size_t i = 0; step == STEP_LINE && i < p->s->facts_n; i++)
        if (p->uses.facts[i] && step_of(p, p->s->facts[i].id) == STEP_LINE) return true;
    return step != STEP_LINE || !p->classes;
}

static void steps_out(Page *p)
{
    buf_addc(&p->out, "<ol class=\"st\">");
    for (int i = 0, n = 1; i < STEPS; i++) {
        if (!step_there(p, (Step)i)) continue;
        Str words = str_printf(p->a, "%d %.*s", n++, STR_ARG(say_in(p, step_rows[i].title)));
        if (i == (int)p->step) HTML(&p->out, "<li aria-current=\"step\"><b>{0}</b></li>", words);
        else HTML(&p->out, "<li>{0}</li>", words);
    }
    buf_addc(&p->out, "</ol>");
}

static Str label_of(const Page *p, Str name)
{
    Str rest = name, id = {0};
    str_cut(&rest, ':', &id);
    int fact = law_fact(p->s, id);
    return fact == NONE ? (Str){0} : say_in(p, law_text(p->s->facts[fact].json, "title"));
}

static void mistakes_out(Page *p)
{
    const Form *f = &p->f;
    if (!f->mistakes_n) return;
    HTML(&p->out, "<div class=\"s\" role=\"alert\"><h2>{0}</h2><ul>", str_printf(p->a, p->lang == JA ? "直すところが%zuつあります" : "To be mended: %zu", f->mistakes_n));
    for (size_t i = 0; i < f->mistakes_n; i++) {
        Str label = label_of(p, f->mistakes[i].name), words = label.n ? str_join(p->a, label, p->lang == JA ? STR("：") : STR(": "), say_in(p, f->mistakes[i].text)) : say_in(p, f->mistakes[i].text);
        bool here = f->mistakes[i].name.n && step_of(p, f->mistakes[i].name) == p->step;
        if (here) HTML(&p->out, "<li><a href=\"#f-{0}\">{1}</a></li>", f->mistakes[i].name, words);
        else HTML(&p->out, "<li>{0}</li>", words);
    }
    buf_addc(&p->out, "</ul></div>");
}

static void form_begin(Page *p)
{
    HTML(&p->out, "<form method=\"post\" action=\"{0}\"><input type=\"hidden\" name=\"from\" value=\"{1}\">", page_self(p, "/judge", p->lang), str_of(step_rows[p->step].code));
}

static void state_out(Page *p)
{
    Str state = form_state(&p->f);
    if (state.n) HTML(&p->out, "<input type=\"hidden\" name=\"s\" value=\"{0}\">", state);
}

static void button(const Page *p, Buf *b, Step to, bool first, Text words)
{
    HTML(b, first ? "<button class=\"p\" name=\"go\" value=\"{0}\">{1}</button>" : "<button name=\"go\" value=\"{0}\">{1}</button>", str_of(step_rows[to].code), say_in(p, words));
}

static Step step_after(const Page *p)
{
    Step next = (Step)(p->step + 1);
    return next < STEP_VERDICT && step_there(p, next) ? next : STEP_VERDICT;
}

/* The first button is what Enter presses. */
static void buttons_out(Page *p)
{
    Step next = step_after(p);
    Text title = step_rows[next].title;
    buf_addc(&p->out, "<p>");
    if (p->step < STEP_VERDICT) button(p, &p->out, next, true, TEXT_FILL(p->a, "次へ：{0}", "Next: {1}", title.in[JA], title.in[EN]));
    if (next != STEP_VERDICT && p->step != STEP_CLASS) button(p, &p->out, STEP_VERDICT, false, text_of("今あるだけで判定する", "Judge by what there is"));
    for (int i = (int)p->step - 1; i >= 0; i--)
        if (step_there(p, (Step)i)) button(p, &p->out, (Step)i, false, TEXT_FILL(p->a, "戻る：{0}", "Back: {1}", step_rows[i].title.in[JA], step_rows[i].title.in[EN]));
    buf_addc(&p->out, "</p>");
}

/* What is left for more, when the rest of the form and the end of the page have their place. */
static size_t room_left(const Page *p, size_t reserve)
{
    size_t used = p->out.n + form_state(&p->f).n + reserve + PAGE_TAIL + 900; /* 900: the buttons */
    return used < PAGE_MAX ? PAGE_MAX - used : 0;
}

/* A field, where it fits. */
static bool field_in(Page *p, Buf *to, int fact, size_t room)
{
    Buf b;
    buf_init(&b, p->a, 1024);
    field_out(p, &b, fact);
    if (b.n > room) return false;
    buf_add(to, buf_str(&b));
    field_shown(p, fact);
    return true;
}

/* --- 1 what you are ------------------------------------------------------------------------------------------------------------------------ */

static void sheets_out(Page *p, uint64_t classes)
{
    const LawClass *k = &p->s->classes[p->s->facts[p->s->operator_class].cls];
    if (!classes) return;
    HTML(&p->out, "<details><summary>{0}</summary><ul>", SAY(p, "通信が使えないときのために：A4の早見表を印刷しておく", "For when the network is down: print the A4 sheet"));
    for (size_t i = 0; i < k->n; i++)
        if (classes >> i & 1) HTML(&p->out, "<li><a href=\"{0}&amp;class={1}\">{2}</a></li>", page_self(p, "/judge/sheet", p->lang), k->codes[i], say_in(p, k->titles[i]));
    buf_addc(&p->out, "</ul></details>");
}

static void packs_out(Page *p)
{
    const Packs *packs = p->c->app->packs;
    for (size_t i = 0; i < packs->n; i++) {
        const LawSet *s = law_set(packs, packs->list[i].name);
        if (!s || s == p->s) continue;
        HTML(&p->out, "<p><a href=\"/judge?lang={0}&amp;pack={1}\">{2}</a></p>", p->lang == JA ? STR("ja") : STR("en"), packs->list[i].name, say_in(p, packs->list[i].title));
    }
}

static void class_page(Page *p)
{
    HTML(&p->out, "<p>{0}</p>", SAY(p, "起きたことから、報告が必要か、どこへ、いつまでかを判定します。分からないことは空けたままで進めます。", "From what happened: must it be reported, to whom, until when. Leave empty what you do not know."));
    form_begin(p);
    field_in(p, &p->out, p->s->operator_class, PAGE_MAX);
    HTML(&p->out, "<p class=\"n\">{0}</p>", SAY(p, "ここにない区分の規則は、法令データにまだありません。", "For kinds that are not listed the law data have no rules yet."));
    state_out(p);
    buttons_out(p);
    sheets_out(p, law_bound_classes(p->s, day_in_japan(p->c->x.now)));
    packs_out(p);
    page_end(p, true);
}

/* --- 2 what happened: groups by who knows ------------------------------------------------------------------------------------------------------ */

static bool of_group(const Page *p, int fact, Str knower)
{
    const LawFact *f = &p->s->facts[fact];
    return p->uses.facts[fact] && step_of(p, f->id) == STEP_WHAT && str_eq(f->known_by, knower) && f->type != FACT_TIME;
}

static void group_out(Page *p, const struct LawKnowerRow *row, bool open)
{
    size_t n = 0, given = 0, at = p->out.n, left = 0;
    for (size_t i = 0; i < p->s->facts_n; i++) {
        if (!of_group(p, (int)i, str_of(row->code))) continue;
        n++, given += form_value(&p->f, p->s->facts[i].id).n > 0;
        open = open || form_mistake(&p->f, p->s->facts[i].id);
    }
    if (!n) return;
    Str head = str_printf(p->a, p->lang == JA ? "%.*sが知ること（%zu問、うち記入 %zu）" : "What %.*s knows (%zu questions, %zu answered)", STR_ARG(say_in(p, row->title)), n, given);
    HTML(&p->out, open || given ? "<details open><summary>{0}</summary>" : "<details><summary>{0}</summary>", head);
    for (size_t i = 0; i < p->s->facts_n; i++)
        if (of_group(p, (int)i, str_of(row->code)) && (left || !field_in(p, &p->out, (int)i, room_left(p, 1500)))) left++;
    if (left == n) p->out.n = at; /* nothing of it had room: only its button */
    else buf_addc(&p->out, "</details>");
    if (left) HTML(&p->out, "<p><button name=\"open\" value=\"{0}\">{1}</button></p>", str_of(row->code), str_printf(p->a, p->lang == JA ? "%.*sが知ることの続き（%zu問）" : "More that %.*s knows (%zu questions)", STR_ARG(say_in(p, row->title)), left));
}

static void what_page(Page *p)
{
    Str open = form_value(&p->f, STR("open"));
    HTML(&p->out, "<p>{0}</p>", SAY(p, "数は 42000 のほか、4万2千、2万から5万、3万以上、不明 とも書けます。時刻は日本時間です。", "Numbers: 42000, 20000-50000, at least 30000, unknown. Times are Japan time."));
    form_begin(p);
    for (size_t i = 0; i < p->s->facts_n; i++)
        if (p->uses.facts[i] && p->s->facts[i].type == FACT_TIME) field_in(p, &p->out, (int)i, room_left(p, 1500));
    for (size_t i = 0; open.n && i < law_knower_rows_n; i++)
        if (str_eqc(open, law_knower_rows[i].code)) group_out(p, &law_knower_rows[i], true);
    for (size_t i = 0; i < law_knower_rows_n; i++)
        if (!str_eqc(open, law_knower_rows[i].code)) group_out(p, &law_knower_rows[i], i == 0 && !open.n);
    state_out(p);
    buttons_out(p);
    page_end(p, true);
}

/* --- 3 the time line ---------------------------------------------------------------------------------------------------------------------------- */

static void line_page(Page *p)
{
    form_begin(p);
    for (int pass = 0; pass < 2; pass++) /* the rows, then the numbers for each class */
        for (size_t i = 0; i < p->s->facts_n; i++) {
            bool rows = p->s->facts[i].type == FACT_TIMELINE;
            if (p->uses.facts[i] && rows == (pass == 0) && step_of(p, p->s->facts[i].id) == STEP_LINE && field_there(p, (int)i)) field_in(p, &p->out, (int)i, room_left(p, 800));
        }
    time_field(p, &p->out, STR("as_of"), text_of("いつの時点で判定するか（空なら今）", "Judged as of (empty: now)"));
    form_show(&p->f, STR("as_of"));
    state_out(p);
    buttons_out(p);
    page_end(p, true);
}

/* --- 4 the verdicts -------------------------------------------------------------------------------------------------------------------------------- */

static void due_out(Page *p, Buf *b, const LawJudge *j, const LawDue *d)
{
    Str to = law_addressees(p->a, p->s, d, p->lang), title = say_in(p, law_text(d->duty->json, "title"));
    const Period *end = d->due.until_known ? &d->due.until : d->due.from_known ? &d->due.from : NULL;
    HTML(b, "<li><b>{0}</b> → {1}", title, to);
    if (d->promptly) HTML(b, "<br>{0}", SAY(p, "速やかに（日数の定めはない）", "At once (the law gives no number)"));
    if (end) HTML(b, "<br>{0} <b>{1}</b>", d->due.until_known ? SAY(p, "期限", "Due") : SAY(p, "早ければ", "At the earliest"), say_in(p, law_due_text(p->a, end)));
    if (d->earliest && d->first.until_known) HTML(b, "<br>{0} <b>{1}</b>", SAY(p, "期限", "Due"), say_in(p, law_instant_text(p->a, d->first.until)));
    if (d->waits_for.n) HTML(b, "<br>{0}", SAY(p, "前の報告を出してから数えます。", "Counted from when the report before it was made."));
    if (d->is == TRI_OPEN) HTML(b, "<br><small>{0}</small>", SAY(p, "報告すべきか、宛先か期限が、まだ決まっていません。", "Whether it is due, or to whom, is still open."));
    if (d->variant) HTML(b, "<br><small>{0}{1}</small>", d->variant_open ? SAY(p, "場合により：", "Perhaps: ") : STR(""), say_in(p, law_text(d->variant->json, "words")));
    LawTarget own[LAW_TARGETS_MAX];
    size_t n = law_targets(j, d, own);
    for (size_t i = 0; i < n; i++)
        HTML(b, "<br><small>{0} {1} {2}</small>", SAY(p, "自分たちの目標（法令の期限ではない）", "Own target, no deadline of the law:"), say_in(p, law_target_within(p->a, &own[i])), own[i].known ? say_in(p, law_instant_text(p->a, own[i].until)) : STR(""));
    buf_addc(b, "</li>");
}

static void deciding_out(Page *p, Buf *b, const LawVerdict *v)
{
    if (!v->deciding_n) return;
    buf_addc(b, "<ul class=\"n\">");
    for (size_t i = 0; i < v->deciding_n && i < 3; i++) {
        Str words = v->deciding[i].makes ? SAY(p, "該当に決まりうる：", "Could make it met: ") : SAY(p, "非該当に決まりうる：", "Could make it not met: ");
        for (int k = 0; k < v->deciding[i].n; k++) words = str_join(p->a, words, k ? (p->lang == JA ? STR("／") : STR(" / ")) : STR(""), say_in(p, law_ask(p->a, p->s, v->deciding[i].asks[k])));
        HTML(b, "<li>{0}</li>", words);
    }
    buf_addc(b, "</ul>");
}

static void doubts_out(Page *p, Buf *b, const LawVerdict *v)
{
    if (v->status > STATUS_VERIFIED && v->version) HTML(b, "<p class=\"n\">{0}{1}</p>", SAY(p, "未確認の情報に基づきます：", "Rests on data that are not verified: "), say_in(p, law_status_rows[v->status].title));
    if (v->unread) HTML(b, "<p class=\"n\">{0}</p>", say_in(p, law_text(json_array_get(json_object_get(v->version->json, "unread"), 0), "words")));
    if (v->v.sensitive) HTML(b, "<p class=\"n\">{0}</p>", SAY(p, "条文の読み方で結論が変わります。", "Another reading of the text gives another verdict."));
}

static Err head_out(Page *p, Buf *b, LawJudge *j, const LawVerdict *v)
{
    static const char *const marks[VERDICTS] = {[VERDICT_MET] = "●", [VERDICT_NOT_MET] = "－", [VERDICT_UNDECIDED] = "？", [VERDICT_COVERED] = "⊃", [VERDICT_NO_VERSION] = "！", [VERDICT_NOT_BOUND] = "－"};
    const LawRule *rule = &p->s->rules[v->rule];
    LawDue *dues = arena_array(p->a, LawDue, LAW_DUES_MAX);
    size_t n;
    Str plan = rule->item->kind == LAW_RULE && !rule->item->overlay ? STR("") : say_in(p, law_force_rows[rule->force].title);
    HTML(b, "<section><h2><span class=\"m {0}\">{1} {2}</span>{3} <small>{4}</small></h2><p>{5}</p>", v->v.kind == VERDICT_MET ? STR("met") : v->v.kind == VERDICT_UNDECIDED ? STR("open") : STR(""), str_of(marks[v->v.kind]),
        say_in(p, verdict_rows[v->v.kind].title), say_in(p, rule->title), plan, say_in(p, law_headline(p->a, j, v)));
    doubts_out(p, b, v);
    TRY(law_duties(p->a, j, v, dues, LAW_DUES_MAX, &n));
    if (n) buf_addc(b, "<ul>");
    for (size_t i = 0; i < n; i++) due_out(p, b, j, &dues[i]);
    if (n) buf_addc(b, "</ul>");
    deciding_out(p, b, v);
    return ERR_NONE;
}

void tree_lists(Page *p, Buf *b, const LawTreeRow *rows, size_t n)
{
    static const Text marks[] = {TEXT("", ""), TEXT("○ ", "yes "), TEXT("× ", "no "), TEXT("？ ", "? ")};
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].depth <= depth) buf_addc(b, "</li>");
        for (; depth < rows[i].depth; depth++) buf_addc(b, "<ul>");
        for (; depth > rows[i].depth; depth--) buf_addc(b, "</ul></li>");
        HTML(b, "<li>{0}{1}", say_in(p, marks[rows[i].value]), say_in(p, rows[i].words));
    }
    for (; depth; depth--) buf_addc(b, "</li></ul>");
}

static void tree_out(Page *p, Buf *b, LawJudge *j, const LawVerdict *v, bool open)
{
    LawTreeRow *rows;
    size_t n = law_tree_rows(p->a, j, v, &rows), kept = 0;
    if (!n) return;
    for (size_t i = 0; i < n; i++) /* classes that were not hit say nothing here */
        if (!rows[i].aside) rows[kept++] = rows[i];
    HTML(b, open ? "<details open><summary>{0}</summary>" : "<details><summary>{0}</summary>", SAY(p, "根拠", "Why"));
    const json_t *cite = v->version ? json_array_get(json_object_get(v->version->json, "cite"), 0) : NULL;
    if (cite) HTML(b, "<p class=\"n\">{0}</p>", say_in(p, law_citation(p->a, p->s, cite)));
    tree_lists(p, b, rows, kept);
    buf_addc(b, "</details>");
}

/* The questions that settle most, to be answered here. */
static void asks_out(Page *p, Buf *b, const LawJudge *j, const LawVerdict *v)
{
    enum { ASKS_ROOM = 9000 };
    LawAsk asks[LAW_ASKS_MAX];
    size_t n = law_asks(p->a, j, v, p->s->rules_n, asks);
    if (!n) return;
    HTML(b, "<section><h2>{0}</h2>", SAY(p, "次に確かめること（上ほど早く決まる）", "To find out next (the first settle most)"));
    for (size_t i = 0; i < n; i++) {
        int fact = asks[i].ask.fact;
        bool here = asks[i].ask.aspect == ASK_VALUE && p->s->facts[fact].type != FACT_TIMELINE && fact != p->s->operator_class && field_there(p, fact);
        if (here && field_in(p, b, fact, b->n < ASKS_ROOM ? ASKS_ROOM - b->n : 0)) continue;
        Text words = law_ask(p->a, p->s, asks[i].ask);
        HTML(b, "<p>・{0} <small>{1}</small></p>", say_in(p, words), say_in(p, law_knower(p->s->facts[fact].known_by)));
    }
    buf_addc(b, "</section>");
}

typedef struct Piece { const LawVerdict *v; Buf head, tree; bool with_tree; } Piece;

static void folded_out(Page *p, Buf *b, const LawVerdict *const *order, size_t n, bool (*which)(const LawVerdict *), Text head)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += which(order[i]);
    if (!count) return;
    HTML(b, "<details><summary>{0}</summary><ul>", str_printf(p->a, p->lang == JA ? "%.*s（%zu件）" : "%.*s (%zu)", STR_ARG(say_in(p, head)), count));
    for (size_t i = 0; i < n; i++)
        if (which(order[i])) HTML(b, "<li>{0}</li>", say_in(p, p->s->rules[order[i]->rule].title));
    buf_addc(b, "</ul></details>");
}

static bool is_not_met(const LawVerdict *v) { return v->v.kind == VERDICT_NOT_MET && !v->turns; }

/* The heads of all, as far as they fit; then trees in the same order, the one that was asked for first. */
static Err pieces_make(Page *p, LawJudge *j, const LawVerdict *const *order, Piece *list, size_t *n, size_t room, size_t *cut)
{
    Str open = form_value(&p->f, STR("open"));
    *n = *cut = 0;
    for (size_t i = 0; i < p->s->rules_n; i++) {
        if (!law_worth_saying(order[i], false) || law_only_unasked(order[i])) continue;
        Piece *x = &list[*n];
        *x = (Piece){.v = order[i]};
        buf_init(&x->head, p->a, 1024), buf_init(&x->tree, p->a, 2048);
        TRY(head_out(p, &x->head, j, order[i]));
        size_t size = x->head.n + 160; /* its button, where its tree has no room */
        if (*cut || size > room) {
            ++*cut;
            continue;
        }
        room -= size;
        ++*n;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < *n; i++) {
            bool asked = str_eq(open, p->s->rules[list[i].v->rule].id);
            if (list[i].with_tree || (pass == 0) != asked) continue;
            tree_out(p, &list[i].tree, j, list[i].v, asked);
            list[i].with_tree = list[i].tree.n <= room;
            if (list[i].with_tree) room -= list[i].tree.n;
        }
    return ERR_NONE;
}

static void pieces_out(Page *p, const Piece *list, size_t n, size_t cut)
{
    for (size_t i = 0; i < n; i++) {
        buf_add(&p->out, buf_str(&list[i].head));
        if (list[i].with_tree) buf_add(&p->out, buf_str(&list[i].tree));
        else HTML(&p->out, "<p><button name=\"open\" value=\"{0}\">{1}</button></p>", p->s->rules[list[i].v->rule].id, SAY(p, "根拠を見る", "Show why"));
        buf_addc(&p->out, "</section>");
    }
    if (!n && !cut) HTML(&p->out, "<p>{0}</p>", SAY(p, "今の答えで該当するものはありません。", "By these answers nothing is met."));
    if (cut) HTML(&p->out, "<p>{0}</p>", str_printf(p->a, p->lang == JA ? "ほかに %zu 件あります。区分を減らすか、kaname judge で見てください。" : "%zu more are not shown: choose fewer kinds of operator, or use kaname judge.", cut));
}

static Err verdict_page(Page *p)
{
    LawJudge *j = law_judge_new(p->a, p->s);
    Piece *list = arena_array(p->a, Piece, p->s->rules_n + 1);
    Buf tail;
    size_t n, cut;
    law_judge_begin(j, &p->f.facts);
    const LawVerdict *v = law_judge_all(p->a, j), **order = law_reading_order(p->a, v, p->s->rules_n);
    buf_init(&tail, p->a, 8192);
    asks_out(p, &tail, j, v);
    folded_out(p, &tail, order, p->s->rules_n, law_only_unasked, text_of("未入力の事実だけで未確定のもの", "Undecided only because of what has not been entered"));
    folded_out(p, &tail, order, p->s->rules_n, is_not_met, text_of("該当しないもの", "Not met"));
    HTML(&p->out, "<p>{0} {1} <small>{2} {3} sha256:{4}</small></p>", say_in(p, law_instant_text(p->a, p->f.facts.as_of)), SAY(p, "の時点", "as of"), p->s->law->name, p->s->law->version, str_slice(p->s->law->content, 0, 12));
    for (size_t i = 0; i < p->s->law->overlays_n; i++)
        HTML(&p->out, "<p><small>{0} {1} {2} {3} sha256:{4}</small></p>", SAY(p, "重ねたもの：", "Laid over it:"), say_in(p, p->s->law->overlays[i].title), p->s->law->overlays[i].name, p->s->law->overlays[i].version, str_slice(p->s->law->overlays[i].hash, 0, 12));
    form_begin(p);
    HTML(&p->out, "<p><button class=\"p\" name=\"go\" value=\"verdict\">{0}</button></p>", SAY(p, "判定し直す", "Judge again"));
    TRY(pieces_make(p, j, order, list, &n, room_left(p, tail.n + 400), &cut));
    pieces_out(p, list, n, cut);
    buf_add(&p->out, buf_str(&tail));
    state_out(p);
    buttons_out(p);
    if (room_left(p, 0) > 1200) sheets_out(p, p->classes);
    page_end(p, true);
    return ERR_NONE;
}

/* --- which page ------------------------------------------------------------------------------------------------------------------------------------------- */

static Step step_named(Str code, Step otherwise)
{
    for (int i = 0; i < STEPS; i++)
        if (str_eqc(code, step_rows[i].code)) return (Step)i;
    return otherwise;
}

/* Forward only past what can be read; to the verdict only when all of it can. Back always. */
static Step step_wanted(Page *p)
{
    Step from = step_named(form_value(&p->f, STR("from")), STEP_CLASS), to = step_named(form_value(&p->f, STR("go")), from);
    for (size_t i = 0; i < p->f.mistakes_n && to > from; i++)
        if (step_of(p, p->f.mistakes[i].name) == from) return from;
    for (size_t i = 0; i < p->f.mistakes_n && to == STEP_VERDICT; i++) return step_of(p, p->f.mistakes[i].name);
    return to;
}

static void step_settle(Page *p)
{
    static const Text words = TEXT("一つ以上選んでください。どの規則に従うかがここで決まります。", "Choose at least one: it decides which rules bind you.");
    form_judge(&p->f, p->c->x.now);
    p->step = step_wanted(p);
    if (p->classes || p->step == STEP_CLASS) return;
    p->f.mistakes = arena_new(p->a, FormMistake), p->f.mistakes_n = 1;
    p->f.mistakes[0] = (FormMistake){p->s->facts[p->s->operator_class].id, words};
    p->step = STEP_CLASS;
}

static Err step_page(Page *p)
{
    bool wrong = false;
    for (size_t i = 0; i < p->f.mistakes_n; i++) wrong = wrong || !p->f.mistakes[i].name.n || step_of(p, p->f.mistakes[i].name) == p->step;
    if (!wrong) p->f.mistakes_n = 0;
    page_begin(p, SAY(p, "報告が必要かを判定する", "Must it be reported?"), wrong, STR(style));
    steps_out(p);
    mistakes_out(p);
    if (wrong) p->c->r.status = err_rows[ERR_MISTAKES].status;
    switch (p->step) {
    case STEP_WHAT: what_page(p); return ERR_NONE;
    case STEP_LINE: line_page(p); return ERR_NONE;
    case STEP_VERDICT: return verdict_page(p);
    case STEP_CLASS:
    case STEPS: break;
    }
    class_page(p);
    return ERR_NONE;
}

Err get_judge_page(Call *c)
{
    Page p;
    TRY(page_open(c, &p));
    return step_page(&p);
}

Err post_judge_page(Call *c)
{
    Page p;
    TRY(page_open(c, &p));
    step_settle(&p);
    return step_page(&p);
}

/* --- refusals --------------------------------------------------------------------------------------------------------------------------------------------- */

void judge_problem(Call *c, Err e)
{
    const ErrRow *row = &err_rows[e.kind];
    Page p = {.c = c, .a = &c->arena, .lang = lang_of(c), .s = c->app->packs ? judge_law(c, (Str){0}) : NULL};
    c->r = (Response){.status = row->status};
    page_begin(&p, say_in(&p, row->title), false, STR(style));
    if (e.text.in[p.lang].n) HTML(&p.out, "<p>{0}</p>", e.text.in[p.lang]);
    if (e.kind == ERR_LOGIN) HTML(&p.out, "<p><a href=\"/\">{0}</a></p>", SAY(&p, "ログインする", "Log in"));
    HTML(&p.out, "<p><a href=\"{0}\">{1}</a></p>", page_self(&p, "/judge", p.lang), SAY(&p, "判定を初めから", "Judge from the beginning"));
    page_end(&p, false);
}
