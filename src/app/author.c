/* author.c -- kaname pack test, for those who write packs of law; no database. */
#include "app/app.h"

#include "law/author.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

Err pack_rule(Run *r, const LawSet *s, Str id, int *rule)
{
    *rule = law_rule(s, id);
    if (*rule != NONE) return ERR_NONE;
    Str *valid = arena_array(r->a, Str, s->rules_n + 1);
    for (size_t i = 0; i < s->rules_n; i++) valid[i] = s->rules[i].id;
    return err_text(ERR_INVALID, not_a_word(r->a, id, valid, s->rules_n));
}

static void mistakes_say(Run *r, const Mistakes *m)
{
    for (size_t i = 0; i < m->n; i++) {
        Text at = {{m->list[i].path, m->list[i].path}};
        say(r, TEXT_FILL(r->a, "✗ {0}\n    {1}", "✗ {0}\n    {2}", at.in[JA], m->list[i].text.in[JA], m->list[i].text.in[EN]));
    }
    if (m->more) say(r, TEXT_FILL(r->a, "ほか {0} 件", "{0} more", number(r, (int64_t)m->more)));
}

static void mistakes_json(Run *r, const char *key, const Mistakes *m)
{
    json_key(&r->json, str_of(key)), json_open(&r->json, '[');
    for (size_t i = 0; i < m->n; i++) {
        json_open(&r->json, '{');
        json_kstr(&r->json, "path", m->list[i].path);
        json_key(&r->json, STR("text")), json_text(&r->json, m->list[i].text);
        json_close(&r->json, '}');
    }
    json_close(&r->json, ']');
}

/* Examples and incidents; false: some fail. */
static bool examples_test(Run *r, LawJudge *j, const LawCases *cases, int rule, Mistakes *m)
{
    size_t n = 0, failed = m->n;
    for (size_t i = 0; i < cases->n; i++) {
        const LawCase *c = &cases->list[i];
        if (rule != NONE && c->rule != NONE && c->rule != rule) continue;
        n++;
        failed += !(rule == NONE ? law_case_holds(r->a, j, c, m) : law_case_holds_of(r->a, j, c, rule, m));
    }
    if (r->o->json) json_kint(&r->json, "cases", (int64_t)n), json_kint(&r->json, "failed", (int64_t)failed), mistakes_json(r, "failures", m);
    mistakes_say(r, m);
    say(r, TEXT_FILL(r->a, "例と事例：{0} 件、合わないもの {1}", "Examples and incidents: {0}, failing {1}", number(r, (int64_t)n), number(r, (int64_t)failed)));
    return failed == 0;
}

/* Laws of logic for every case, and every day has its version; false: something does not hold. */
static Err logic_test(Run *r, LawJudge *j, const LawCases *cases, int rule, size_t *broken)
{
    Mistakes m;
    size_t n = 0;
    mistakes_init(&m, r->a);
    for (size_t i = 0; i < cases->n; i++)
        if (rule == NONE || cases->list[i].rule == rule) n += law_logic(r->a, j, &cases->list[i], &m);
    for (size_t i = 0; i < j->s->rules_n; i++)
        if (rule == NONE || rule == (int)i) TRY(law_logic_order(r->a, j, cases, (int)i, &m));
    size_t days = law_sweep(r->a, j, &m);
    if (r->o->json) json_kint(&r->json, "comparisons", (int64_t)n), json_kint(&r->json, "days", (int64_t)days), mistakes_json(r, "broken", &m);
    mistakes_say(r, &m);
    say(r, TEXT_FILL(r->a, "論理の決まり：{0} 通り、版：{1} 日について確かめ、合わないもの {2}", "Laws of logic: {0} comparisons, versions on {1} days: {2} do not hold", number(r, (int64_t)n), number(r, (int64_t)days), number(r, (int64_t)(m.n + m.more))));
    *broken = m.n + m.more;
    return ERR_NONE;
}

static void seen_say(Run *r, const LawSeen *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const LawSeen *p = &list[i];
        bool lacks = p->kind == SEEN_VERSION ? !p->yes : !p->yes || !p->no || !p->decides;
        if (!r->o->rule.n && !lacks) continue;
        say(r, TEXT_FILL(r->a, "  {0}{1}「{2}」 はい {4}、いいえ {5}、未確定 {6}、結論を左右 {7}", "  {0}{8} \"{2}\": yes {4}, no {5}, open {6}, decisive {7}", lacks ? STR("△ ") : STR(""), law_seen_words[p->kind].in[JA], p->id, STR(""),
                   number(r, (int64_t)p->yes), number(r, (int64_t)p->no), number(r, (int64_t)p->open), number(r, (int64_t)p->decides), law_seen_words[p->kind].in[EN]));
    }
}

static void seen_json(Run *r, const LawSeen *list, size_t n)
{
    static const char *const kinds[] = {[SEEN_VERSION] = "version", [SEEN_CONDITION] = "condition", [SEEN_ROW] = "row", [SEEN_EXCEPTION] = "exception", [SEEN_GAP] = "gap", [SEEN_VARIANT] = "variant"};
    JsonOut *o = &r->json;
    json_key(o, STR("seen")), json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_kstr(o, "kind", str_of(kinds[list[i].kind])), json_kstr(o, "id", list[i].id), json_kint(o, "version", list[i].version);
        json_kint(o, "yes", (int64_t)list[i].yes), json_kint(o, "no", (int64_t)list[i].no), json_kint(o, "open", (int64_t)list[i].open), json_kint(o, "decisive", (int64_t)list[i].decides);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* "29,999 → not met, 30,000 → met": points with the same verdict are said together. */
static Text points_text(Run *r, const LawBoundary *b)
{
    Buf out[LANGS];
    for (int l = 0; l < LANGS; l++) buf_init(&out[l], r->a, 128);
    for (size_t i = 0; i < b->n; i++) {
        bool ends = i + 1 == b->n || b->points[i + 1].v.kind != b->points[i].v.kind;
        for (int l = 0; l < LANGS; l++) {
            buf_add(&out[l], b->points[i].value.in[l]);
            if (ends) buf_printf(&out[l], " → %.*s", STR_ARG(verdict_rows[b->points[i].v.kind].title.in[l]));
            if (i + 1 < b->n) buf_addc(&out[l], ends ? (l == JA ? "、" : "; ") : (l == JA ? "・" : ", "));
        }
    }
    return (Text){{buf_str(&out[JA]), buf_str(&out[EN])}};
}

static void boundaries_say(Run *r, const LawRule *rule, const LawBoundaries *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const LawBoundary *b = &all->list[i];
        Text points = b->decides ? points_text(r, b) : text_of("どの例でも結論を左右しません", "in no example does it decide");
        say(r, TEXT_FILL(r->a, "  {0} {1}：{2}", "  {0} {3}: {4}", rule->n > 1 ? rule->versions[b->version].v : STR(""), b->label.in[JA], points.in[JA], b->label.in[EN], points.in[EN]));
    }
}

static void mutants_say(Run *r, const LawRule *rule, const LawMutants *all)
{
    for (size_t i = 0; i < all->n; i++) {
        Text says = all->list[i].says;
        if (all->list[i].notice == NOTICED_BY_NOBODY)
            say(r, TEXT_FILL(r->a, "✗ {0}：{1}、どの例も境界も気付きません。", "✗ {0}: no example and no boundary notices {2}.", rule->id, says.in[JA], says.in[EN]));
        else if (r->o->rule.n && all->list[i].notice == NOTICED_BY_BOUNDARIES)
            say(r, TEXT_FILL(r->a, "  例だけでは気付かない：{0}", "  by the examples alone not noticed: {1}", says.in[JA], says.in[EN]));
        else if (r->o->rule.n && all->list[i].notice == SAME_RULE)
            say(r, TEXT_FILL(r->a, "  同じことを言う：{0}", "  says the same: {1}", says.in[JA], says.in[EN]));
    }
}

static void boundary_json(JsonOut *o, const LawRule *rule, const LawBoundary *b)
{
    json_open(o, '{');
    json_kstr(o, "version", rule->versions[b->version].v), json_kstr(o, "id", b->id);
    json_key(o, STR("label")), json_text(o, b->label);
    json_key(o, STR("points")), json_open(o, '[');
    for (size_t i = 0; i < b->n; i++) {
        json_open(o, '{');
        json_key(o, STR("value")), json_text(o, b->points[i].value);
        json_kstr(o, "verdict", str_of(verdict_rows[b->points[i].v.kind].code));
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

static void rule_json(Run *r, const LawRule *rule, const LawBoundaries *all, const LawMutants *faults, const LawSeen *seen, size_t seen_n)
{
    JsonOut *o = &r->json;
    json_open(o, '{');
    json_kstr(o, "rule", rule->id);
    json_kint(o, "faults", (int64_t)faults->n), json_kint(o, "noticed_by_examples", (int64_t)faults->by[NOTICED_BY_EXAMPLES]), json_kint(o, "noticed_by_boundaries", (int64_t)faults->by[NOTICED_BY_BOUNDARIES]);
    json_kint(o, "same", (int64_t)faults->by[SAME_RULE]);
    json_key(o, STR("unnoticed")), json_open(o, '[');
    for (size_t i = 0; i < faults->n; i++)
        if (faults->list[i].notice == NOTICED_BY_NOBODY) json_text(o, faults->list[i].says);
    json_close(o, ']');
    seen_json(r, seen, seen_n);
    json_key(o, STR("boundaries")), json_open(o, '[');
    for (size_t i = 0; i < all->n; i++) boundary_json(o, rule, &all->list[i]);
    json_close(o, ']');
}

/* --- confirmed boundaries --------------------------------------------------------------------------------------------------- */

typedef struct Confirmed { Str file, text, hash; json_t *json; /* NULL: nothing was confirmed */ } Confirmed;

static Err kept_read(Run *r, const LawRule *rule, Str dir, Confirmed *out)
{
    unsigned char h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const unsigned char *)rule->item->text.s, rule->item->text.n);
    *out = (Confirmed){.file = str_printf(r->a, "boundaries/%.*s.json", STR_ARG(rule->id)), .hash = hex_text(r->a, h, sizeof h)};
    if (access(str_c(r->a, str_join(r->a, dir, STR("/"), out->file)), F_OK) != 0) return ERR_NONE;
    TRY(file_read(r->a, dir, out->file, 4 << 20, &out->text));
    return json_in(r->a, out->text, 4 << 20, &out->json);
}

/* Whole or not at all. */
Err app_write_file(Arena *a, Str path, Str text)
{
    const char *part = str_c(a, str_join(a, path, STR("."), STR("part")));
    FILE *f = fopen(part, "wb");
    if (!f) return cannot_write(a, path, errno);
    bool good = fwrite(text.s, 1, text.n, f) == text.n;
    good = fclose(f) == 0 && good;
    if (good && chmod(part, 0644) == 0 && rename(part, str_c(a, path)) == 0) return ERR_NONE;
    Err e = cannot_write(a, path, errno);
    (void)unlink(part);
    return e;
}

static Err kept_write(Run *r, Str dir, Str file, Str text)
{
    Str folder = str_join(r->a, dir, STR("/"), STR("boundaries"));
    if (mkdir(str_c(r->a, folder), 0755) != 0 && errno != EEXIST) return cannot_write(r->a, folder, errno);
    return app_write_file(r->a, str_join(r->a, dir, STR("/"), file), text);
}

static Err kept_test(Run *r, LawJudge *j, int rule, const LawBoundaries *all, const LawMutants *faults, const Confirmed *kept, size_t *unlike)
{
    Mistakes m;
    mistakes_init(&m, r->a);
    if (r->o->confirm) {
        TRY(kept_write(r, r->o->words[1], kept->file, law_confirmation(r->a, j, rule, all, faults, kept->hash)));
        say(r, TEXT_FILL(r->a, "  確認済みとして {0} に書きました。", "  Confirmed: written to {0}.", kept->file));
        return ERR_NONE;
    }
    if (kept->json) law_confirmed_check(r->a, j, rule, all, kept->json, kept->file, kept->text, kept->hash, &m);
    if (r->o->json) json_kbool(&r->json, "confirmed", kept->json && !m.n), mistakes_json(r, "unlike", &m);
    mistakes_say(r, &m);
    *unlike += m.n + m.more;
    return ERR_NONE;
}

/* --- duties ------------------------------------------------------------------------------------------------------------------- */

static void duty_json(Run *r, const LawDuties *of, const LawMutants *faults)
{
    JsonOut *o = &r->json;
    json_open(o, '{');
    json_kstr(o, "duties", of->id);
    json_kint(o, "faults", (int64_t)faults->n), json_kint(o, "noticed", (int64_t)faults->by[NOTICED_BY_EXAMPLES]), json_kint(o, "same", (int64_t)faults->by[SAME_RULE]);
    json_key(o, STR("unnoticed")), json_open(o, '[');
    for (size_t i = 0; i < faults->n; i++)
        if (faults->list[i].notice == NOTICED_BY_NOBODY) json_text(o, faults->list[i].says);
    json_close(o, ']');
    json_close(o, '}');
}

static void duty_faults_say(Run *r, const LawDuties *of, const LawMutants *faults)
{
    say(r, TEXT_FILL(r->a, "  {0}：義務に誤りを {1} 入れて、例で気付く {2}、気付かない {3}、同じことを言う {4}", "  {0}: of {1} faults put into its duties, the examples notice {2}, unnoticed {3}, saying the same {4}", of->id, number(r, (int64_t)faults->n),
               number(r, (int64_t)faults->by[NOTICED_BY_EXAMPLES]), number(r, (int64_t)faults->by[NOTICED_BY_NOBODY]), number(r, (int64_t)faults->by[SAME_RULE])));
    for (size_t i = 0; i < faults->n; i++) {
        Text says = faults->list[i].says;
        if (faults->list[i].notice == NOTICED_BY_NOBODY) say(r, TEXT_FILL(r->a, "✗ {0}：{1}、どの例も気付きません。", "✗ {0}: no example notices {2}.", of->id, says.in[JA], says.in[EN]));
        else if (r->o->rule.n && faults->list[i].notice == SAME_RULE) say(r, TEXT_FILL(r->a, "  同じことを言う：{0}", "  says the same: {1}", says.in[JA], says.in[EN]));
    }
}

/* Of a duty whose text was not read the examples can only say what others say of it. */
static void duty_status_say(Run *r, const LawDuties *of)
{
    for (size_t v = 0; v < of->n; v++) {
        Text is = law_status_rows[of->versions[v].status].title;
        if (of->versions[v].status != STATUS_VERIFIED) say(r, TEXT_FILL(r->a, "    版「{0}」の例は、条文でなく次に基づきます：{1}", "    the examples of version {0} rest not on the text of the law: {2}", of->versions[v].v, is.in[JA], is.in[EN]));
    }
}

static Err duties_test(Run *r, LawJudge *j, const LawCases *cases, const LawBoundaries *all, int rule, size_t *unnoticed)
{
    if (r->o->json) json_key(&r->json, STR("duties")), json_open(&r->json, '[');
    for (size_t i = 0; i < j->s->duties_n; i++) {
        LawMutants faults;
        if (j->s->duties[i].rule != rule) continue;
        TRY(law_duty_mutants(r->a, j, cases, all, i, &faults));
        *unnoticed += r->o->confirm ? 0 : faults.by[NOTICED_BY_NOBODY];
        duty_faults_say(r, &j->s->duties[i], &faults);
        duty_status_say(r, &j->s->duties[i]);
        if (r->o->json) duty_json(r, &j->s->duties[i], &faults);
    }
    if (r->o->json) json_close(&r->json, ']');
    return ERR_NONE;
}

/* --- a rule, and all of them ------------------------------------------------------------------------------------------------------ */

static Err rule_test(Run *r, LawJudge *j, const LawCases *cases, int rule, size_t *unnoticed)
{
    LawBoundaries all;
    LawMutants faults;
    LawSeen *seen;
    size_t seen_n;
    Confirmed kept;
    const LawRule *l = &j->s->rules[rule];
    law_boundaries(r->a, j, cases, rule, &all);
    TRY(kept_read(r, l, r->o->words[1], &kept));
    if (kept.json) law_confirmed_found(r->a, j, rule, kept.json, &all);
    seen_n = law_seen(r->a, j, cases, rule, &seen);
    TRY(law_mutants(r->a, j, cases, &all, rule, &faults));
    *unnoticed += r->o->confirm ? 0 : faults.by[NOTICED_BY_NOBODY];
    say(r, TEXT_FILL(r->a, "{0}（{1}）：境界の点 {2}。誤りを {3} 入れて、例だけで気付く {4}、境界を加えて {5}、気付かない {6}、同じことを言う {7}",
               "{0} ({8}): {2} points on boundaries. Of {3} faults put in, the examples alone notice {4}, with the boundaries {5}, unnoticed {6}, saying the same {7}", l->id, l->title.in[JA], number(r, (int64_t)all.points),
               number(r, (int64_t)faults.n), number(r, (int64_t)faults.by[NOTICED_BY_EXAMPLES]), number(r, (int64_t)(faults.by[NOTICED_BY_EXAMPLES] + faults.by[NOTICED_BY_BOUNDARIES])),
               number(r, (int64_t)faults.by[NOTICED_BY_NOBODY]), number(r, (int64_t)faults.by[SAME_RULE]), l->title.in[EN]));
    if (r->o->json) rule_json(r, l, &all, &faults, seen, seen_n);
    seen_say(r, seen, seen_n);
    if (r->o->rule.n) boundaries_say(r, l, &all);
    mutants_say(r, l, &faults);
    TRY(duties_test(r, j, cases, &all, rule, unnoticed));
    TRY(kept_test(r, j, rule, &all, &faults, &kept, unnoticed));
    if (r->o->json) json_close(&r->json, '}');
    return ERR_NONE;
}

/* Of a pack that is laid over another its own rules are tested: the other's are its authors'. */
static bool is_own(const LawSet *s, const LawRule *rule) { return !s->law->overlays_n || rule->item->overlay == &s->law->overlays[0]; }

Err pack_test(Run *r)
{
    LawSet *s = arena_new(r->a, LawSet);
    LawCases cases;
    Mistakes m;
    size_t unnoticed = 0, broken;
    int rule = NONE;
    if (r->o->words_n != 2) return err_text(ERR_INVALID, text_of("pack test DIR です。", "It is pack test DIR."));
    TRY(pack_law(r, r->o->words[1], s));
    if (r->o->rule.n) TRY(pack_rule(r, s, r->o->rule, &rule));
    mistakes_init(&m, r->a);
    TRY(law_cases(r->a, s, &m, &cases));
    if (r->o->json) json_kstr(&r->json, "pack", s->law->name), json_kstr(&r->json, "version", s->law->version);
    say(r, TEXT_FILL(r->a, "{0} {1}", "{0} {1}", s->law->name, s->law->version));
    LawJudge *j = law_judge_new(r->a, s);
    bool good = examples_test(r, j, &cases, rule, &m);
    TRY(logic_test(r, j, &cases, rule, &broken));
    if (r->o->json) json_key(&r->json, STR("rules")), json_open(&r->json, '[');
    for (size_t i = 0; i < s->rules_n; i++)
        if (rule == NONE ? is_own(s, &s->rules[i]) : rule == (int)i) TRY(rule_test(r, j, &cases, (int)i, &unnoticed));
    if (r->o->json) json_close(&r->json, ']');
    if (!good || unnoticed || broken) r->exit = EXIT_FAILED;
    return ERR_NONE;
}
