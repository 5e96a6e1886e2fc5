/* judge_sheet.c -- thresholds, authorities and deadlines of one kind of operator on one page of paper, for when the network is down. */
#include "api/judge_page.h"

#include <jansson.h>

static const char style[] =
    "*{box-sizing:border-box}body{margin:0;color:#1a1a1a;background:#fff;font:14px/1.5 \"Noto Sans JP\",\"Noto Sans CJK JP\",\"Hiragino Sans\",\"BIZ UDPGothic\",Meiryo,sans-serif;overflow-wrap:anywhere}"
    "header,main,footer{padding:4px 16px}header{display:none}h1{font-size:18px;margin:4px 0}h2{font-size:1em;margin:0}p,ul{margin:0}ul{padding-left:1em;list-style:none}li{text-indent:-.8em}section{border-top:1px solid #949494;padding:.3em 0;break-inside:avoid}"
    "a{color:#00428c}table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #ccc;text-align:left;vertical-align:top;padding:0 .4em 0 0;font-weight:400}small{color:#4d4d4d;font-size:.9em}.a{font-size:13px}"
    "@media screen and (min-width:62rem){main>div{columns:2;column-gap:24px}}"
    "@media print{@page{size:A4;margin:9mm}main,footer{padding:0}h1{font-size:11pt}footer{font-size:6.5pt}main>p{font-size:7pt}.a{line-height:1.3;columns:2;column-gap:5mm}.z0{font-size:9pt}.z1{font-size:8pt}.z2{font-size:7pt}.z3{font-size:6pt}.z4{font-size:5.2pt}.no{display:none}}";

static void duties_out(Page *p, Buf *b, int rule, Day day)
{
    buf_addc(b, "<table>");
    for (size_t i = 0; i < p->s->duties_n; i++) {
        const LawDuties *of = &p->s->duties[i];
        for (size_t k = 0; of->rule == rule && k < of->n; k++) {
            const LawDutyVersion *v = &of->versions[k];
            for (size_t m = 0; law_duties_hold(v, day) && m < v->n; m++) {
                LawDue due = {.of = of, .version = v, .duty = &v->duties[m]};
                HTML(b, "<tr><th>{0}</th><td>{1}</td><td>{2}</td></tr>", say_in(p, law_text(v->duties[m].json, "title")), law_addressees(p->a, p->s, &due, p->lang), say_in(p, law_deadline(p->a, v->duties[m].json)));
            }
        }
    }
    buf_addc(b, "</table>");
}

static void rule_out(Page *p, Buf *b, int rule, const LawVersion *v, Day day)
{
    LawTreeRow *rows;
    size_t n = law_need_rows(p->a, p->s, v, &rows);
    const json_t *cite = json_array_get(json_object_get(v->json, "cite"), 0);
    HTML(b, "<section><h2>{0}</h2>", say_in(p, p->s->rules[rule].title));
    if (cite) HTML(b, "<small>{0}", say_in(p, law_citation(p->a, p->s, cite)));
    if (cite && v->status > STATUS_VERIFIED) HTML(b, " ※{0}", say_in(p, law_status_rows[v->status].title));
    if (cite) buf_addc(b, "</small>");
    tree_lists(p, b, rows, n);
    duties_out(p, b, rule, day);
    buf_addc(b, "</section>");
}

/* How small the letters must be for one page: by how much there is to say. A Japanese letter is as wide as two others. */
static int size_of(const Page *p, const Buf *b)
{
    static const size_t most[] = {2200, 3100, 4300, 5800};
    size_t wide = 0, n = 0;
    bool tag = false;
    for (size_t i = 0; i < b->n; i++) {
        unsigned char c = (unsigned char)b->s[i];
        if (c == '<') tag = true, wide += b->s[i + 1] != '/' ? 12 : 0; /* a new line, more or less */
        if (!tag && (c & 0xc0) != 0x80) wide += c >= 0x80 ? 2 : 1;
        if (c == '>') tag = false;
    }
    UNUSED(p);
    while (n < COUNT(most) && wide > 2 * most[n]) n++;
    return (int)n;
}

Err get_judge_sheet(Call *c)
{
    Page p;
    Buf b;
    TRY(page_open(c, &p));
    const LawClass *k = &p.s->classes[p.s->facts[p.s->operator_class].cls];
    int code = law_code(k, query_value(c, "class"));
    if (code == NONE) return err_text(ERR_NOT_FOUND, text_of("その区分はありません。", "There is no such kind of operator."));
    Day day = day_in_japan(c->x.now);
    buf_init(&b, p.a, 16384);
    for (size_t i = 0; i < p.s->rules_n; i++)
        for (size_t v = 0; p.s->rules[i].item->kind == LAW_RULE && v < p.s->rules[i].n; v++)
            if (law_binds(p.s, (int)i, v, (uint64_t)1 << code, day)) rule_out(&p, &b, (int)i, &p.s->rules[i].versions[v], day);
    page_begin(&p, str_join(p.a, SAY(&p, "報告の早見表：", "What to report: "), say_in(&p, k->titles[code]), STR("")), false, STR(style));
    HTML(&p.out, "<p>{0} {1} sha256:{4}・{2}</p><div class=\"a z{3}\">", p.s->law->name, p.s->law->version, say_in(&p, day_people(p.a, day)), str_printf(p.a, "%d", size_of(&p, &b)), str_slice(p.s->law->content, 0, 12));
    buf_add(&p.out, buf_str(&b));
    buf_addc(&p.out, "</div>");
    if (!b.n) HTML(&p.out, "<p>{0}</p>", SAY(&p, "この区分の規則は、法令データにまだありません。", "The law data have no rules for this kind yet."));
    HTML(&p.out, "<p class=\"no\"><a href=\"{0}\">{1}</a></p>", page_self(&p, "/judge", p.lang), SAY(&p, "判定へ", "To judging"));
    page_end(&p, false);
    return ERR_NONE;
}
