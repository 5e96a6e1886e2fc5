/*
 * registers.c -- registers that a pack brings: a Field[] out of JSON, taken through every layer like those written in C. Rights are
 * the program's; a pack has no hooks and no actions.
 */
#include "pack/inside.h"

#include <stdlib.h>

enum { REGISTERS_MAX = 32, FIELDS_MAX = 80, CHOICES_MAX = 200, NAME_MAX_CHARS = 30, LIST_ROWS_MAX = 500 };

typedef struct At { Reader *r; Str path; } At; /* where in the file: "fields/3" */

static void wrong_in(const At *at, const char *field, const char *code, Text why)
{
    const char *slash = at->path.n ? "/" : "";
    mistake_add(&at->r->m, str_printf(at->r->a, "%.*s %.*s%s%s", STR_ARG(at->r->file), STR_ARG(at->path), slash, field), code, why);
}

/* A word that becomes a column and a JSON key: [a-z][a-z0-9_]*, short enough for PostgreSQL's names. */
static bool is_name(Str s, char between)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.s[i] >= 'a' && s.s[i] <= 'z') && (i == 0 || !((s.s[i] >= '0' && s.s[i] <= '9') || s.s[i] == between))) return false;
    return s.n > 0 && s.n <= NAME_MAX_CHARS;
}

static const char *name_from(const At *at, const json_t *o, const char *key, char between)
{
    Str s = json_str_of(json_object_get(o, key));
    if (!is_name(s, between))
        wrong_in(at, key, "required", TEXT_FILL(at->r->a, "英小文字で始まる30文字までの名前が要ります（「{0}」）。", "A name of up to 30 lower-case letters is needed (\"{0}\").", s));
    return str_c(at->r->a, s);
}

static void need_text(const At *at, const json_t *o, const char *key, Text *out)
{
    if (!text_from(json_object_get(o, key), out)) wrong_in(at, key, "required", text_of("日本語と英語の両方が要ります。", "Needed in Japanese and English."));
}

typedef struct Word { const char *word; uint32_t value; } Word;
static const Word kinds[] = {{"text", KIND_TEXT}, {"long", KIND_LONG}, {"int", KIND_INT}, {"money", KIND_MONEY}, {"bool", KIND_BOOL}, {"date", KIND_DATE}, {"instant", KIND_INSTANT},
    {"choice", KIND_CHOICE}, {"ref", KIND_REF}, {"refs", KIND_REFS}, {"list", KIND_LIST}};
static const Word flags[] = {{"required", REQUIRED}, {"unique", UNIQUE}, {"search", SEARCH}, {"sort", SORT}, {"filter", FILTER}, {"range", RANGE}, {"personal", PERSONAL}, {"title", TITLE}, {"column", COLUMN}};

static bool word_from(const At *at, const char *key, Str word, const Word *list, size_t n, uint32_t *out)
{
    Str valid[COUNT(kinds) > COUNT(flags) ? COUNT(kinds) : COUNT(flags)];
    for (size_t i = 0; i < n; i++) {
        valid[i] = str_of(list[i].word);
        if (!str_eq(word, valid[i])) continue;
        *out = list[i].value;
        return true;
    }
    wrong_in(at, key, "choice", not_a_word(at->r->a, word, valid, n));
    return false;
}

static void flags_from(const At *at, const json_t *list, Field *f)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint32_t bit = 0;
        if (word_from(at, "flags", json_str_of(json_array_get(list, i)), flags, COUNT(flags), &bit)) f->flags |= bit;
    }
}

static void choices_from(const At *at, const json_t *list, Field *f)
{
    size_t n = json_array_size(list);
    if (f->kind != KIND_CHOICE) return;
    if (n > CHOICES_MAX) wrong_in(at, "choices", "range", text_of("選択肢は200までです。", "At most 200 choices."));
    Choice *out = arena_array(at->r->a, Choice, n + 1);
    for (size_t i = 0; i < n && i < CHOICES_MAX; i++) {
        const json_t *o = json_array_get(list, i);
        At here = {at->r, str_printf(at->r->a, "%.*s/choices/%zu", STR_ARG(at->path), i)};
        out[i].code = str_of(name_from(&here, o, "code", '_'));
        need_text(&here, o, "label", &out[i].label);
        if (!text_from(json_object_get(o, "help"), &out[i].help)) out[i].help = out[i].label;
    }
    f->choices = out, f->choices_n = n < CHOICES_MAX ? n : CHOICES_MAX;
}

static const char *optional_word(const At *at, const json_t *o, const char *key)
{
    Str s = json_str_of(json_object_get(o, key));
    return s.n ? str_c(at->r->a, s) : NULL;
}

static void bounds_from(const At *at, const json_t *o, Field *f)
{
    const json_t *min = json_object_get(o, "min"), *max = json_object_get(o, "max");
    if ((min && !json_is_integer(min)) || (max && !json_is_integer(max))) wrong_in(at, "min", "type", text_of("整数で書きます。", "A whole number."));
    f->min = min ? json_integer_value(min) : 0;
    f->max = max ? json_integer_value(max) : 0;
    if (f->kind == KIND_LIST && !f->max) f->max = LIST_ROWS_MAX;
    if (f->kind == KIND_LIST && (f->max < 1 || f->max > LIST_ROWS_MAX)) wrong_in(at, "max", "range", text_of("行は1から500までです。", "1 to 500 rows."));
    if (f->min > f->max) wrong_in(at, "max", "range", text_of("最大が最小より小さくなっています。", "The maximum is below the minimum."));
}

static Field *fields_from(const At *at, const json_t *list, bool child, size_t *n);

static const char *const known_keys[] = {"name", "kind", "label", "help", "flags", "min", "max", "choices", "target", "fields", "aliases", "suggest"};

static void keys_check(const At *at, json_t *o, const char *const *known, size_t n)
{
    const char *key;
    json_t *v;
    Str valid[COUNT(known_keys)];
    for (size_t i = 0; i < n; i++) valid[i] = str_of(known[i]);
    json_object_foreach(o, key, v) {
        size_t i = 0;
        while (i < n && strcmp(key, known[i]) != 0) i++;
        if (i == n) wrong_in(at, key, "unknown_field", not_a_word(at->r->a, str_of(key), valid, n));
    }
}

static void field_from(const At *at, json_t *o, bool child, Field *f)
{
    uint32_t kind = KIND_TEXT;
    if (!json_is_object(o)) {
        wrong_in(at, "", "type", text_of("各項目は { } で書きます。", "Each field is an object."));
        return;
    }
    keys_check(at, o, known_keys, COUNT(known_keys));
    f->name = name_from(at, o, "name", '_');
    word_from(at, "kind", json_str_of(json_object_get(o, "kind")), kinds, COUNT(kinds), &kind);
    f->kind = (Kind)kind;
    need_text(at, o, "label", &f->label);
    if (!text_from(json_object_get(o, "help"), &f->help)) f->help = f->label;
    flags_from(at, json_object_get(o, "flags"), f);
    bounds_from(at, o, f);
    choices_from(at, json_object_get(o, "choices"), f);
    f->target = optional_word(at, o, "target");
    f->aliases = optional_word(at, o, "aliases");
    f->suggest = optional_word(at, o, "suggest");
    if (f->kind == KIND_LIST && !child) f->fields = fields_from(at, json_object_get(o, "fields"), true, &f->fields_n);
}

/* Keys of every answer: a field of that name would hide them. */
static bool is_taken(const char *name)
{
    static const char *const taken[] = {"id", "number", "version", "created", "updated", "author", "removed", "org", "row"};
    for (size_t i = 0; i < COUNT(taken); i++)
        if (strcmp(name, taken[i]) == 0) return true;
    return false;
}

static Field *fields_from(const At *at, const json_t *list, bool child, size_t *n)
{
    *n = json_array_size(list);
    if (!*n || *n > FIELDS_MAX) wrong_in(at, "fields", "required", text_of("項目は1から80までです。", "1 to 80 fields."));
    if (*n > FIELDS_MAX) *n = FIELDS_MAX;
    Field *out = arena_array(at->r->a, Field, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        At here = {at->r, str_printf(at->r->a, "%.*s%sfields/%zu", STR_ARG(at->path), at->path.n ? "/" : "", i)};
        field_from(&here, json_array_get(list, i), child, &out[i]);
        if (out[i].name && is_taken(out[i].name)) wrong_in(&here, "name", "unique", text_of("この名前はどの記録にもある項目です。", "Every record has a field of this name already."));
    }
    return out;
}

static void register_read(Reader *r, Str dir, Str name, Resource *out)
{
    static const char *const keys[] = {"register", "path", "prefix", "label", "labels", "help", "fields", "source"};
    json_t *root;
    r->file = str_join(r->a, STR("registers/"), name, STR(".json"));
    Err e = file_read(r->a, dir, r->file, PACK_FILE_MAX, &r->text);
    if (!e.kind) e = json_in(r->a, r->text, PACK_FILE_MAX, &root);
    if (e.kind) {
        wrong_at(r, 1, "file", "type", e.text.in[JA].n ? e.text : err_rows[e.kind].title);
        return;
    }
    At at = {r, {0}};
    keys_check(&at, root, keys, COUNT(keys));
    out->name = name_from(&at, root, "register", '_');
    out->path = name_from(&at, root, "path", '-');
    Str prefix = json_str_of(json_object_get(root, "prefix"));
    bool upper = prefix.n > 0 && prefix.n <= 4;
    for (size_t i = 0; i < prefix.n; i++) upper = upper && prefix.s[i] >= 'A' && prefix.s[i] <= 'Z';
    if (!upper) wrong_in(&at, "prefix", "required", text_of("番号の頭の英大文字（4文字まで）が要ります。", "One to four capital letters before the number are needed."));
    out->prefix = str_c(r->a, prefix);
    need_text(&at, root, "label", &out->label);
    need_text(&at, root, "labels", &out->label_many);
    need_text(&at, root, "help", &out->help);
    out->fields = fields_from(&at, json_object_get(root, "fields"), false, &out->fields_n);
}

void registers_read(Reader *r, Str dir, const json_t *names)
{
    size_t n = json_array_size(names);
    if (!names) return;
    if (!json_is_array(names) || n > REGISTERS_MAX) {
        wrong_at(r, 1, "registers", "type", text_of("registers には台帳の名前を32まで並べます。", "registers names up to 32 registers."));
        return;
    }
    Resource *out = arena_array(r->a, Resource, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str name = json_str_of(json_array_get(names, i));
        r->file = STR("pack.json");
        if (plain(name)) register_read(r, dir, name, &out[i]);
        else wrong_at(r, 1, "registers", "choice", text_of("台帳の名前は英小文字、数字、- で書きます。", "A register is named by lower-case letters, digits and '-'."));
    }
    r->out->resources = out, r->out->resources_n = n;
}
