/* judge_field.c -- one fact as native controls: label, what is wrong with it, the field; no script. */
#include "api/judge_page.h"

enum { ROWS_LEAST = 2 };

static void mistake_out(const Page *p, Buf *b, Str name)
{
    const FormMistake *m = form_mistake(&p->f, name);
    if (m) HTML(b, "<p class=\"e\" id=\"e-{0}\">{1}</p>", name, m->text.in[p->lang]);
}

/* The attributes that tie a mistake to its field. */
static Str marked(const Page *p, Str name)
{
    if (!form_mistake(&p->f, name)) return (Str){0};
    Buf b;
    buf_init(&b, p->a, 96);
    HTML(&b, " aria-invalid=\"true\" aria-describedby=\"e-{0}\"", name);
    return buf_str(&b);
}

static void option(const Page *p, Buf *b, const char *type, Str name, Str value, Str label)
{
    bool on = value.n ? form_has(&p->f, name, value) : !form_value(&p->f, name).n;
    HTML(b, "<label><input type=\"{0}\" name=\"{1}\" value=\"{2}\"", str_of(type), name, value);
    if (on) buf_addc(b, " checked");
    HTML(b, "> {0}</label>", label);
}

static void box_begin(const Page *p, Buf *b, Str name, Str legend)
{
    HTML(b, "<fieldset id=\"f-{0}\"", name);
    buf_add(b, marked(p, name));
    HTML(b, "><legend>{0}</legend>", legend);
    mistake_out(p, b, name);
}

static void bool_field(const Page *p, Buf *b, const LawFact *f)
{
    box_begin(p, b, f->id, say_in(p, f->ask));
    option(p, b, "radio", f->id, STR("y"), SAY(p, "はい", "Yes"));
    option(p, b, "radio", f->id, STR("n"), SAY(p, "いいえ", "No"));
    option(p, b, "radio", f->id, STR("?"), SAY(p, "確認できない", "Cannot be known"));
    option(p, b, "radio", f->id, STR(""), SAY(p, "まだ聞いていない", "Not asked yet"));
    buf_addc(b, "</fieldset>");
}

static void choice_field(const Page *p, Buf *b, const LawFact *f)
{
    const LawClass *k = &p->s->classes[f->cls];
    box_begin(p, b, f->id, say_in(p, f->ask));
    for (size_t i = 0; i < k->n; i++) option(p, b, "radio", f->id, k->codes[i], say_in(p, k->titles[i]));
    option(p, b, "radio", f->id, STR("?"), SAY(p, "確認できない", "Cannot be known"));
    option(p, b, "radio", f->id, STR(""), SAY(p, "まだ聞いていない", "Not asked yet"));
    buf_addc(b, "</fieldset>");
}

/* Codes that only rules for others look at are not offered; those that no rule looks at are: people look for what happened to them. */
static void set_field(const Page *p, Buf *b, int fact)
{
    const LawFact *f = &p->s->facts[fact];
    const LawClass *k = &p->s->classes[f->cls];
    uint64_t used = fact == p->s->operator_class ? law_bound_classes(p->s, day_in_japan(p->c->x.now)) : p->uses.codes[fact] | ~p->all.codes[fact];
    box_begin(p, b, f->id, say_in(p, f->ask));
    for (size_t i = 0; i < k->n; i++)
        if (used >> i & 1 || form_has(&p->f, f->id, k->codes[i])) option(p, b, "checkbox", f->id, k->codes[i], say_in(p, k->titles[i]));
    if (fact != p->s->operator_class) {
        option(p, b, "checkbox", f->id, STR("+"), SAY(p, "ほかにもあるかもしれない", "There may be others"));
        option(p, b, "checkbox", f->id, STR("-"), SAY(p, "どれでもない", "None of these"));
    }
    buf_addc(b, "</fieldset>");
}

static void text_input(const Page *p, Buf *b, Str name, Str label, Str value)
{
    HTML(b, "<p class=\"q\"><label for=\"f-{0}\">{1}</label>", name, label);
    mistake_out(p, b, name);
    HTML(b, "<input id=\"f-{0}\" name=\"{0}\" value=\"{1}\" maxlength=\"60\" autocomplete=\"off\"", name, value);
    buf_add(b, marked(p, name));
    buf_addc(b, "></p>");
}

static Str unit_of(const Page *p, const LawFact *f)
{
    Str one = law_number(p->a, law_unit(f->unit) > 0 ? law_unit(f->unit) : 1, f->unit).in[p->lang], digits = {0};
    str_cut(&one, '1', &digits);
    return str_trim(one);
}

static void count_field(const Page *p, Buf *b, const LawFact *f)
{
    Str unit = unit_of(p, f), label = unit.n ? str_printf(p->a, p->lang == JA ? "%.*s（%.*s）" : "%.*s (%.*s)", STR_ARG(say_in(p, f->ask)), STR_ARG(unit)) : say_in(p, f->ask);
    if (f->per == NONE) {
        text_input(p, b, f->id, label, form_value(&p->f, f->id));
        return;
    }
    const LawClass *k = &p->s->classes[p->s->facts[f->per].cls];
    uint64_t hit = form_codes(&p->f, f->per);
    box_begin(p, b, f->id, label);
    for (size_t i = 0; i < k->n; i++) {
        Str name = form_per(p->a, f, k->codes[i]);
        if (hit >> i & 1) text_input(p, b, name, say_in(p, k->titles[i]), form_value(&p->f, name));
    }
    buf_addc(b, "</fieldset>");
}

/* The browser's own control would empty itself over what it cannot read: then it is a text, so that nothing typed is lost. */
void time_field(Page *p, Buf *b, Str name, Text label)
{
    Str typed = form_value(&p->f, name), local;
    bool good = !typed.n || form_local(p->a, typed, &local);
    HTML(b, "<p class=\"q\"><label for=\"f-{0}\">{1}</label>", name, say_in(p, label));
    mistake_out(p, b, name);
    HTML(b, "<input id=\"f-{0}\" name=\"{0}\" type=\"{1}\" value=\"{2}\"", name, good ? STR("datetime-local") : STR("text"), typed.n && good ? local : typed);
    buf_add(b, marked(p, name));
    buf_addc(b, "></p>");
}

void field_out(Page *p, Buf *b, int fact)
{
    const LawFact *f = &p->s->facts[fact];
    switch (f->type) {
    case FACT_BOOL: bool_field(p, b, f); return;
    case FACT_CHOICE: choice_field(p, b, f); return;
    case FACT_SET: set_field(p, b, fact); return;
    case FACT_COUNT: count_field(p, b, f); return;
    case FACT_TIME: time_field(p, b, f->id, f->ask); return;
    case FACT_TIMELINE: rows_out(p, b, fact); return;
    }
}

bool field_there(const Page *p, int fact)
{
    const LawFact *f = &p->s->facts[fact];
    return f->type != FACT_COUNT || f->per == NONE || form_codes(&p->f, f->per);
}

/* Where one class alone was hit, its rows need not repeat it. */
static bool class_asked(const Page *p, int fact)
{
    int classes = p->s->defs[fact].classes;
    uint64_t hit = classes == NONE ? 0 : form_codes(&p->f, classes);
    return classes != NONE && (hit & (hit - 1) || !hit);
}

void field_shown(Page *p, int fact)
{
    const LawFact *f = &p->s->facts[fact];
    form_show(&p->f, f->id);
    if (f->type == FACT_COUNT && f->per != NONE)
        for (size_t i = 0; i < p->s->classes[p->s->facts[f->per].cls].n; i++) {
            if (form_codes(&p->f, f->per) >> i & 1) form_show(&p->f, form_per(p->a, f, p->s->classes[p->s->facts[f->per].cls].codes[i]));
        }
    static const char *const columns[] = {"from", "to", "open", "kind", "class", "value"};
    for (int row = 0; f->type == FACT_TIMELINE && row < FORM_ROWS; row++)
        for (size_t i = 0; i < COUNT(columns); i++)
            if (strcmp(columns[i], "class") != 0 || class_asked(p, fact)) form_show(&p->f, form_row(p->a, f, row, columns[i]));
}

/* --- rows of a time line ------------------------------------------------------------------------------------------------------------- */

static void select_out(const Page *p, Buf *b, Str name, Str label, const LawClass *k, uint64_t codes, bool needed)
{
    Str now = form_value(&p->f, name);
    HTML(b, "<p class=\"q\"><label for=\"f-{0}\">{1}</label>", name, label);
    mistake_out(p, b, name);
    HTML(b, "<select id=\"f-{0}\" name=\"{0}\"", name);
    buf_add(b, marked(p, name)), buf_addc(b, ">");
    if (!needed) HTML(b, "<option value=\"\">{0}</option>", SAY(p, "分からない", "Not known"));
    for (size_t i = 0; i < k->n; i++) {
        if (!(codes >> i & 1) && !str_eq(now, k->codes[i])) continue;
        HTML(b, "<option value=\"{0}\"", k->codes[i]);
        if (str_eq(now, k->codes[i])) buf_addc(b, " selected");
        HTML(b, ">{0}</option>", say_in(p, k->titles[i]));
    }
    buf_addc(b, "</select></p>");
}

static void row_out(Page *p, Buf *b, int fact, int row)
{
    const LawFact *f = &p->s->facts[fact];
    int classes = p->s->defs[fact].classes;
    Str open = form_row(p->a, f, row, "open"), value = form_row(p->a, f, row, "value");
    HTML(b, "<fieldset class=\"r\"><legend>{0}</legend>", str_printf(p->a, p->lang == JA ? "%d行目" : "Row %d", row + 1));
    time_field(p, b, form_row(p->a, f, row, "from"), text_of("始まり", "From"));
    time_field(p, b, form_row(p->a, f, row, "to"), text_of("終わり", "To"));
    option(p, b, "checkbox", open, STR("1"), SAY(p, "続いている", "Still going on"));
    if (f->kinds != NONE) select_out(p, b, form_row(p->a, f, row, "kind"), SAY(p, "種類", "Kind"), &p->s->classes[f->kinds], p->uses.codes[fact], true);
    uint64_t hit = classes == NONE ? 0 : form_codes(&p->f, classes);
    if (class_asked(p, fact)) select_out(p, b, form_row(p->a, f, row, "class"), SAY(p, "区分", "Class"), &p->s->classes[p->s->facts[classes].cls], hit ? hit : p->uses.codes[classes], false);
    Str unit = unit_of(p, f);
    text_input(p, b, value, str_printf(p->a, p->lang == JA ? "影響を受けた数（%.*s）" : "How many were hit (%.*s)", STR_ARG(unit)), form_value(&p->f, value));
    buf_addc(b, "</fieldset>");
}

void rows_out(Page *p, Buf *b, int fact)
{
    const LawFact *f = &p->s->facts[fact];
    int n = form_rows(&p->f, fact) + 1;
    HTML(b, "<h2 id=\"f-{0}\">{1}</h2>", f->id, say_in(p, law_text(f->json, "title")));
    HTML(b, "<p>{0}</p>", say_in(p, f->ask));
    mistake_out(p, b, f->id);
    if (n < ROWS_LEAST) n = ROWS_LEAST;
    for (int i = 0; i < n && i < FORM_ROWS; i++) row_out(p, b, fact, i);
    HTML(b, "<p>{0}</p>", n <= FORM_ROWS ? SAY(p, "行を書いて進むと、次の行が増えます（16行まで）。", "When you go on, another empty row is added (up to 16).") : SAY(p, "これ以上の行は、API か kaname judge を使ってください。", "For more rows use the API or kaname judge."));
}

Step step_of(const Page *p, Str name)
{
    Str rest = name, id = {0};
    str_cut(&rest, ':', &id);
    int fact = law_fact(p->s, id);
    if (fact == NONE) return str_eqc(name, "as_of") ? STEP_LINE : STEP_WHAT;
    if (fact == p->s->operator_class) return STEP_CLASS;
    return p->s->facts[fact].type == FACT_TIMELINE || p->s->facts[fact].per != NONE ? STEP_LINE : STEP_WHAT;
}
