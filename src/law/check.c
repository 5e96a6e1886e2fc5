/* check.c -- what an author must see to before others rely on the pack: numbers as quoted, examples, and rules whose text is due to be read again. */
#include "law/author.h"
#include "law/check.h"

static Text again(Arena *a, Day by)
{
    return TEXT_FILL(a, "{0} までに条文を確かめ直すことになっています。", "The text was to be read again by {0}.", day_text(a, by));
}

/* A form is one version by itself. */
static void form_warning(const Check *c, const LawItem *it, Day today, Mistakes *warnings)
{
    Doc d = item_doc(it, c->a, warnings);
    Day by = day_at(json_object_get(it->json, "check"), "again_by");
    if ((it->kind == LAW_FORM || it->kind == LAW_NOTICE) && by != DAY_NONE && by < today) doc_wrong(&d, STR("check/again_by"), "stale", again(c->a, by));
}

static void warnings_of(const Check *c, const LawItem *it, Day today, Mistakes *warnings)
{
    const json_t *versions = json_object_get(it->json, "versions");
    Doc d = item_doc(it, c->a, warnings);
    for (size_t i = 0; i < json_array_size(versions); i++) {
        Part p = part_of(c, it, i);
        Day by = day_at(json_object_get(p.json, "check"), "again_by");
        if (by != DAY_NONE && by < today)
            doc_wrong(&d, path_of(c->a, p.path, "check/again_by"), "stale", again(c->a, by));
        unquoted_check(&p, warnings);
    }
}

Err law_check(Arena *a, const Law *law, Day today, Mistakes *warnings)
{
    Mistakes m;
    LawSet set;
    LawCases cases;
    Index x;
    Doc none[SIDES] = {0};
    mistakes_init(&m, a);
    mistakes_init(warnings, a);
    if (!law->n) return ERR_NONE;
    TRY(law_compile(a, law, &set));
    for (Side s = 0; s < SIDES; s++) none[s] = (Doc){.a = a, .m = &m};
    index_build(law, none, a, &m, &x);
    Check c = {a, law, &x, &m};
    each_part(&c, quotes_check);
    each_part(&c, duty_examples_check);
    TRY(law_cases(a, &set, &m, &cases));
    for (size_t i = 0; i < law->n; i++) {
        if (is_rule(law->items[i].kind)) examples_check(&c, &law->items[i]);
        warnings_of(&c, &law->items[i], today, warnings);
        form_warning(&c, &law->items[i], today, warnings);
    }
    return err_mistakes(&m);
}
