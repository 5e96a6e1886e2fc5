/* pack.c -- kaname pack: every mistake of a pack; when there is none, what it holds. */
#include "app/app.h"

#include "law/author.h"
#include "pack/pack.h"

/* --- counted ---------------------------------------------------------------------------------------------------------- */

typedef struct Counts { int64_t of[LAW_KINDS][STATUSES], files[LAW_KINDS]; } Counts;

static void counts_of(const LawSet *s, Counts *out)
{
    for (size_t i = 0; i < s->law->n; i++) out->files[s->law->items[i].kind]++;
    for (size_t i = 0; i < s->rules_n; i++)
        for (size_t k = 0; k < s->rules[i].n; k++) out->of[s->rules[i].item->kind][s->rules[i].versions[k].status]++;
    for (size_t i = 0; i < s->duties_n; i++)
        for (size_t k = 0; k < s->duties[i].n; k++) out->of[LAW_DUTIES][s->duties[i].versions[k].status]++;
    for (size_t i = 0; i < s->wordings_n; i++) out->of[LAW_NOTICE][s->wordings[i].status]++;
    for (size_t i = 0; i < s->forms_n; i++) out->of[LAW_FORM][s->forms[i].status]++;
}

static void kind_say(Run *r, LawKind kind, const Counts *c)
{
    Buf ja, en;
    buf_init(&ja, r->a, 100), buf_init(&en, r->a, 100);
    for (LawStatus s = 0; s < STATUSES; s++) {
        if (!c->of[kind][s]) continue;
        buf_printf(&ja, "%s%.*s %lld版", ja.n ? "、" : "（", STR_ARG(law_status_rows[s].title.in[JA]), (long long)c->of[kind][s]);
        buf_printf(&en, "%s%.*s %lld", en.n ? ", " : " (versions: ", STR_ARG(law_status_rows[s].title.in[EN]), (long long)c->of[kind][s]);
    }
    if (ja.n) buf_addc(&ja, "）"), buf_addc(&en, ")");
    Text title = law_kind_rows[kind].title;
    say(r, TEXT_FILL(r->a, "{0} {1}{2}", "{3} {1}{4}", title.in[JA], number(r, c->files[kind]), buf_str(&ja), title.in[EN], buf_str(&en)));
}

static void kind_json(Run *r, LawKind kind, const Counts *c)
{
    json_key(&r->json, str_of(law_kind_rows[kind].folder));
    json_open(&r->json, '{');
    json_kint(&r->json, "files", c->files[kind]);
    for (LawStatus s = 0; s < STATUSES; s++)
        if (c->of[kind][s]) json_key(&r->json, str_of(law_status_rows[s].code)), json_int(&r->json, c->of[kind][s]);
    json_close(&r->json, '}');
}

static void warnings_say(Run *r, const Mistakes *w)
{
    if (r->o->json) json_key(&r->json, STR("warnings")), json_open(&r->json, '[');
    for (size_t i = 0; i < w->n; i++) {
        Str at = w->list[i].path, why = text_in(w->list[i].text, r->o->lang);
        if (r->o->json) json_str(&r->json, str_join(r->a, at, STR(": "), why));
        else say(r, TEXT_FILL(r->a, "注意 {0}: {1}", "Note: {0}: {2}", at, w->list[i].text.in[JA], w->list[i].text.in[EN]));
    }
    if (r->o->json) json_close(&r->json, ']');
}

/* --- check --------------------------------------------------------------------------------------------------------------- */

static void law_say(Run *r, const LawSet *set, const Mistakes *warnings)
{
    Counts c = {0};
    counts_of(set, &c);
    for (LawKind k = 0; k < LAW_KINDS; k++) {
        if (r->o->json) kind_json(r, k, &c);
        else if (c.files[k]) kind_say(r, k, &c);
    }
    warnings_say(r, warnings);
}

static Err check(Run *r)
{
    Pack pack;
    Law law;
    LawSet set;
    Mistakes warnings;
    TRY(pack_load(r->a, r->o->words[1], &pack));
    if (pack.needs.n) {
        TRY(pack_law(r, pack.dir, &set));
        law = *set.law;
    } else TRY(law_load(r->a, &pack, pack.dir, &law));
    TRY(law_check(r->a, &law, day_in_japan(now_utc()), &warnings));
    if (law.n && !pack.needs.n) TRY(law_compile(r->a, &law, &set));
    if (r->o->json) json_kstr(&r->json, "name", pack.name), json_kstr(&r->json, "version", pack.version), json_kint(&r->json, "items", (int64_t)pack.n);
    say(r, TEXT_FILL(r->a, "{0} {1}: {2} 項目", "{0} {1}: {2} items", pack.name, pack.version, number(r, (int64_t)pack.n)));
    if (law.n) law_say(r, &set, &warnings);
    return law.n && r->o->xml.n ? pack_compare(r, &set, r->o->xml) : ERR_NONE;
}

/* JSON by itself, with or without --json. */
static Err schema(Run *r)
{
    r->out.n = 0;
    JsonOut j = {&r->out, false};
    law_schema(&j);
    if (r->o->json) r->out.n--; /* the closing bracket comes with the answer */
    else buf_addc(&r->out, "\n");
    return ERR_NONE;
}

static Err read_rule(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    Buf b;
    int rule;
    if (r->o->words_n != 3) return err_text(ERR_INVALID, text_of("pack read DIR RULE です。", "It is pack read DIR RULE."));
    TRY(pack_law(r, r->o->words[1], s));
    TRY(pack_rule(r, s, r->o->words[2], &rule));
    buf_init(&b, r->a, 4096);
    law_read(&b, r->a, s, rule, r->o->lang);
    if (r->o->json) json_kstr(&r->json, "rule", s->rules[rule].id), json_kstr(&r->json, "text", buf_str(&b));
    else buf_add(&r->out, buf_str(&b));
    return ERR_NONE;
}

Err command_pack(Run *r)
{
    if (str_eqc(r->o->words[0], "new")) return pack_new(r);
    if (str_eqc(r->o->words[0], "read")) return read_rule(r);
    if (str_eqc(r->o->words[0], "schema")) return schema(r);
    if (str_eqc(r->o->words[0], "test")) return pack_test(r);
    if (str_eqc(r->o->words[0], "sign")) return pack_sign(r);
    if (str_eqc(r->o->words[0], "verify")) return pack_verify(r);
    if (str_eqc(r->o->words[0], "law")) return pack_law_text(r);
    if (str_eqc(r->o->words[0], "diff")) return pack_diff(r);
    if (str_eqc(r->o->words[0], "sheet")) return pack_sheet(r);
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("pack check DIR です。", "It is pack check DIR."));
    return check(r);
}
