/* pack.c -- loads a directory of JSON lists; all mistakes at once as "file:line field: reason". */
#include "pack/inside.h"

enum { PACK_LISTS_MAX = 64, PACK_ITEMS_MAX = 20000, PACK_FIELDS_MAX = 40 };

const struct CheckRow check_rows[CHECK_STATES] = {
    [CHECK_VERIFIED] = {{"V", 1}, TEXT("条文で確認", "Read in the text"), TEXT("法令の文を読んで確かめた", "The words of the law were read")},
    [CHECK_OFFICIAL] = {{"O", 1}, TEXT("公式の抜粋", "Official excerpt"), TEXT("公式のページや報告の抜粋で見た", "Seen in an excerpt of an official page or report")},
    [CHECK_SECONDARY] = {{"S", 1}, TEXT("二次資料", "Secondary source"), TEXT("報道や解説による", "From news or commentary")},
    [CHECK_SEED] = {{"SEED", 4}, TEXT("元の文書", "Founding document"), TEXT("元の文書に書かれている", "Stated in the founding documents")},
    [CHECK_MEMORY] = {{"M", 1}, TEXT("未確認", "Unverified"), TEXT("確かめていない。事実として使わない", "Not checked; not to be used as fact")},
};

/* Line of the n-th item (object at depth 3 after the key "items"), or of its field when given. Strings are skipped. */
static size_t line_of(Str t, size_t item, const char *field)
{
    size_t line = 1, depth = 0, seen = 0, found = 1;
    bool items = false;
    for (size_t i = 0; i < t.n; i++) {
        char ch = t.s[i];
        if (ch == '\n') line++;
        if (ch == '{' || ch == '[') {
            depth++;
            if (items && ch == '{' && depth == 3 && seen++ == item) found = line;
        } else if (ch == '}' || ch == ']') {
            depth -= depth > 0;
            if (items && depth == 2 && seen == item + 1) return found;
        } else if (ch == '"') {
            size_t from = ++i;
            while (i < t.n && t.s[i] != '"') i += t.s[i] == '\\' ? 2 : 1;
            if (i > t.n) i = t.n;
            items = items || (depth == 1 && str_eqc(str_slice(t, from, i), "items"));
            if (field && depth == 3 && seen == item + 1 && str_eqc(str_slice(t, from, i), field)) return line;
        }
    }
    return found;
}

void wrong_at(Reader *r, size_t line, const char *field, const char *code, Text why)
{
    mistake_add(&r->m, str_printf(r->a, "%.*s:%zu %s", STR_ARG(r->file), line, field), code, why);
}

static void wrong(Reader *r, size_t item, const char *field, const char *code, Text why)
{
    wrong_at(r, line_of(r->text, item, field), field, code, why);
}

bool text_from(const json_t *v, Text *out)
{
    if (!json_is_object(v)) return false;
    *out = (Text){{json_str_of(json_object_get(v, "ja")), json_str_of(json_object_get(v, "en"))}};
    return out->in[JA].n && out->in[EN].n;
}

static Day day_from(Reader *r, size_t item, const json_t *o, const char *field)
{
    const json_t *v = json_object_get(o, field);
    Day d = DAY_NONE;
    if (!v || json_is_null(v)) return DAY_NONE;
    if (!json_is_string(v) || !day_parse(json_str_of(v), &d)) wrong(r, item, field, "type", text_of("日付は 2026-11-20 の形で書きます。", "A date is written 2026-11-20."));
    return d;
}

static void check_from(Reader *r, size_t item, const json_t *o, PackItem *out)
{
    Str word = json_str_of(json_object_get(o, "check")), valid[CHECK_STATES];
    for (size_t i = 0; i < CHECK_STATES; i++) {
        valid[i] = check_rows[i].code;
        if (!str_eq(word, valid[i])) continue;
        out->check = (CheckState)i;
        return;
    }
    wrong(r, item, "check", "choice", not_a_word(r->a, word, valid, CHECK_STATES));
}

/* The same code may come twice for different times, never for the same day. */
static bool overlaps(const PackItem *a, const PackItem *b)
{
    return (a->to == DAY_NONE || b->from == DAY_NONE || b->from <= a->to) && (b->to == DAY_NONE || a->from == DAY_NONE || a->from <= b->to);
}

static void item_add(Reader *r, const PackItem *it)
{
    if (r->out->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        r->out->items = arena_grow(r->a, r->out->items, r->cap * sizeof(PackItem), cap * sizeof(PackItem));
        r->cap = cap;
    }
    r->out->items[r->out->n++] = *it;
}

/* --- fields: what else the items of a list carry, with a label for people ------------------------------------ */

static const char *const given[] = {"code", "title", "from", "to", "source", "check"};

static bool is_given(Str name)
{
    for (size_t i = 0; i < COUNT(given); i++)
        if (str_eqc(name, given[i])) return true;
    return false;
}

static const PackField *list_field(const PackList *l, Str name)
{
    for (size_t i = 0; i < l->fields_n; i++)
        if (str_eq(l->fields[i].name, name)) return &l->fields[i];
    return NULL;
}

static void fields_read(Reader *r, json_t *fields)
{
    const char *name;
    json_t *o;
    if (!fields) return;
    if (!json_is_object(fields) || json_object_size(fields) > PACK_FIELDS_MAX) {
        wrong_at(r, 1, "fields", "type", text_of("fields は項目名と表示名の組です。", "fields names each further field with its label."));
        return;
    }
    r->list->fields = arena_array(r->a, PackField, json_object_size(fields) + 1);
    json_object_foreach(fields, name, o) {
        PackField f = {.name = str_copy(r->a, str_of(name)), .list = json_str_of(json_object_get(o, "list"))};
        if (!text_from(json_object_get(o, "label"), &f.label))
            wrong_at(r, 1, "fields", "required", TEXT_FILL(r->a, "「{0}」の表示名は日本語と英語の両方が要ります。", "The label of {0} is needed in Japanese and English.", f.name));
        if (is_given(f.name)) wrong_at(r, 1, "fields", "unique", TEXT_FILL(r->a, "「{0}」は決まった項目です。", "{0} is given already.", f.name));
        r->list->fields[r->list->fields_n++] = f;
    }
}

/* A field that is not declared would be shown without a label: a slip of the pen, or a forgotten row. */
static void names_check(Reader *r, size_t at, json_t *o)
{
    const char *name;
    json_t *v;
    Str *valid = arena_array(r->a, Str, COUNT(given) + r->list->fields_n);
    size_t n = 0;
    for (size_t i = 0; i < COUNT(given); i++)
        valid[n++] = str_of(given[i]);
    for (size_t i = 0; i < r->list->fields_n; i++)
        valid[n++] = r->list->fields[i].name;
    json_object_foreach(o, name, v)
        if (!is_given(str_of(name)) && !list_field(r->list, str_of(name))) wrong(r, at, name, "unknown_field", not_a_word(r->a, str_of(name), valid, n));
}

/* Every text of the item, however deep. */
static void words_of(Buf *b, const json_t *v)
{
    size_t i;
    const char *name;
    json_t *one;
    if (json_is_string(v)) buf_add(b, json_str_of(v)), buf_byte(b, '\n');
    json_array_foreach(v, i, one) words_of(b, one);
    json_object_foreach((json_t *)v, name, one) words_of(b, one);
}

static Str words_folded(Arena *a, const json_t *o)
{
    Buf b;
    buf_init(&b, a, 256);
    words_of(&b, o);
    return str_fold(a, buf_str(&b));
}

static void item_read(Reader *r, Str list, size_t at, json_t *o)
{
    PackItem it = {.list = list, .json = o, .from = DAY_NONE, .to = DAY_NONE};
    if (!json_is_object(o)) {
        wrong_at(r, 1, "items", "type", text_of("各項目は { } で書きます。", "Each item is an object."));
        return;
    }
    it.code = json_str_of(json_object_get(o, "code"));
    it.source = json_str_of(json_object_get(o, "source"));
    if (!it.code.n) wrong(r, at, "code", "required", text_of("符号が要ります。", "A code is needed."));
    if (!it.source.n) wrong(r, at, "source", "required", text_of("出典が要ります。", "A source is needed."));
    if (!text_from(json_object_get(o, "title"), &it.title)) wrong(r, at, "title", "required", text_of("名称は日本語と英語の両方が要ります。", "The title is needed in Japanese and English."));
    it.from = day_from(r, at, o, "from");
    it.to = day_from(r, at, o, "to");
    if (it.from != DAY_NONE && it.to != DAY_NONE && it.to < it.from) wrong(r, at, "to", "range", text_of("終わりが始まりより前です。", "It ends before it begins."));
    check_from(r, at, o, &it);
    names_check(r, at, o);
    it.words = words_folded(r->a, o);
    for (size_t i = r->list->first; i < r->out->n; i++)
        if (it.code.n && str_eq(r->out->items[i].code, it.code) && overlaps(&r->out->items[i], &it))
            wrong(r, at, "code", "unique", TEXT_FILL(r->a, "「{0}」は同じ期間に二度あります。", "\"{0}\" is there twice for the same time.", it.code));
    item_add(r, &it);
}

static void list_read(Reader *r, Str dir, Str list)
{
    json_t *root;
    r->file = str_join(r->a, list, STR(""), STR(".json"));
    Err e = file_read(r->a, dir, r->file, PACK_FILE_MAX, &r->text);
    if (!e.kind) e = json_in(r->a, r->text, PACK_FILE_MAX, &root);
    if (e.kind) {
        wrong_at(r, 1, "file", "type", e.text.in[JA].n ? e.text : err_rows[e.kind].title);
        return;
    }
    const json_t *items = json_object_get(root, "items");
    r->list = &r->out->lists[r->out->lists_n++];
    *r->list = (PackList){.name = list, .first = r->out->n};
    if (!text_from(json_object_get(root, "title"), &r->list->title)) wrong_at(r, 1, "title", "required", text_of("一覧の名称は日本語と英語の両方が要ります。", "The title of the list is needed in Japanese and English."));
    fields_read(r, json_object_get(root, "fields"));
    if (!str_eq(json_str_of(json_object_get(root, "list")), list))
        wrong_at(r, 1, "list", "choice", TEXT_FILL(r->a, "list は「{0}」と書きます。", "list must be \"{0}\".", list));
    if (!json_is_array(items) || json_array_size(items) > PACK_ITEMS_MAX) {
        wrong_at(r, 1, "items", "type", text_of("items は項目の並びです。", "items is an array of items."));
        return;
    }
    for (size_t i = 0; i < json_array_size(items); i++)
        item_read(r, list, i, json_array_get(items, i));
    r->list->n = r->out->n - r->list->first;
}

/* What names an item of another list names one that is there. */
static void links_check(Reader *r)
{
    for (size_t l = 0; l < r->out->lists_n; l++) {
        const PackList *list = &r->out->lists[l];
        for (size_t i = list->first; i < list->first + list->n; i++)
            for (size_t f = 0; f < list->fields_n; f++) {
                Packs all = {r->out, 1};
                Str code = json_str_of(json_object_get(r->out->items[i].json, str_c(r->a, list->fields[f].name)));
                if (!list->fields[f].list.n || !code.n || pack_find(&all, list->fields[f].list, code, DAY_NONE)) continue;
                mistake_add(&r->m, str_printf(r->a, "%.*s.json %.*s %.*s", STR_ARG(list->name), STR_ARG(r->out->items[i].code), STR_ARG(list->fields[f].name)), "reference",
                    TEXT_FILL(r->a, "「{0}」は一覧「{1}」にありません。", "\"{0}\" is not in the list \"{1}\".", code, list->fields[f].list));
            }
    }
}

/* A list is a file beside pack.json: no way out of the directory. */
bool plain(Str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.s[i] >= 'a' && name.s[i] <= 'z') || (name.s[i] >= '0' && name.s[i] <= '9') || name.s[i] == '-')) return false;
    return name.n > 0 && name.n <= 60;
}

/* "needs": {"packs": ["jp"]}: it is laid over that one. */
static void needs_read(Reader *r, const json_t *needs)
{
    const json_t *packs = json_object_get(needs, "packs");
    r->out->needs = json_str_of(json_array_get(packs, 0));
    if (json_array_size(packs) > 1 || (needs && !json_is_object(needs)) || (json_array_size(packs) && !plain(r->out->needs)) || (r->out->needs.n && str_eq(r->out->needs, r->out->name)))
        wrong_at(r, 1, "needs", "type", text_of("needs は {\"packs\": [\"jp\"]} のように、重ねる相手のパックを一つ書きます。", "needs is written {\"packs\": [\"jp\"]}: the one pack that this is laid over."));
}

Err pack_load(Arena *a, Str dir, Pack *out)
{
    Reader r = {.a = a, .out = out, .file = STR("pack.json")};
    json_t *root;
    *out = (Pack){.dir = dir};
    mistakes_init(&r.m, a);
    bool whole;
    TRY(manifest_check(a, dir, &whole));
    TRY(file_read(a, dir, r.file, PACK_FILE_MAX, &r.text));
    TRY(json_in(a, r.text, PACK_FILE_MAX, &root));
    out->name = json_str_of(json_object_get(root, "name"));
    out->version = json_str_of(json_object_get(root, "version"));
    if (!plain(out->name)) wrong_at(&r, 1, "name", "required", text_of("名前は英小文字、数字、- で書きます。", "The name is lower-case letters, digits and '-'."));
    if (!out->version.n) wrong_at(&r, 1, "version", "required", text_of("版が要ります。", "A version is needed."));
    if (!text_from(json_object_get(root, "title"), &out->title)) wrong_at(&r, 1, "title", "required", text_of("名称は日本語と英語の両方が要ります。", "The title is needed in Japanese and English."));
    needs_read(&r, json_object_get(root, "needs"));
    const json_t *lists = json_object_get(root, "lists");
    out->lists = arena_array(a, PackList, PACK_LISTS_MAX);
    if (!json_is_array(lists) || (!json_array_size(lists) && !out->needs.n) || json_array_size(lists) > PACK_LISTS_MAX)
        wrong_at(&r, 1, "lists", "required", text_of("lists に一覧の名前を並べます。", "lists names the lists."));
    for (size_t i = 0; json_is_array(lists) && i < json_array_size(lists) && i < PACK_LISTS_MAX; i++) {
        Str list = json_str_of(json_array_get(lists, i));
        r.file = STR("pack.json");
        if (plain(list)) list_read(&r, dir, list);
        else wrong_at(&r, 1, "lists", "choice", text_of("一覧の名前は英小文字、数字、- で書きます。", "A list is named by lower-case letters, digits and '-'."));
    }
    links_check(&r);
    registers_read(&r, dir, json_object_get(root, "registers"));
    return err_mistakes(&r.m);
}
