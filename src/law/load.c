/* load.c -- finds and reads the files of a pack's law. */
#include "law/check.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

const struct LawKindRow law_kind_rows[LAW_KINDS] = {
    [LAW_RULE] = {"rules", TEXT("規則", "rules")},
    [LAW_LEVEL] = {"levels", TEXT("計画上の水準", "levels of plans")},
    [LAW_WATCH] = {"watches", TEXT("指定の基準", "thresholds of designation")},
    [LAW_DUTIES] = {"duties", TEXT("義務", "duties")},
    [LAW_FORM] = {"forms", TEXT("様式", "forms")},
    [LAW_NOTICE] = {"notices", TEXT("お知らせの文例", "wordings of notices")},
    [LAW_INCIDENT] = {"corpus", TEXT("事例", "incidents")},
};

typedef struct Loader {
    Arena *a;
    Law *out;
    Mistakes m;
    size_t cap;
    Doc sides[SIDES];
} Loader;

static Doc doc_of(Loader *l, Str file)
{
    return (Doc){.a = l->a, .m = &l->m, .file = file};
}

static bool doc_read(Loader *l, Doc *d)
{
    Err e = file_read(l->a, l->out->dir, d->file, LAW_FILE_MAX, &d->text);
    if (!e.kind) e = json_in(l->a, d->text, LAW_FILE_MAX, &d->json);
    if (!e.kind) return true;
    doc_wrong(d, (Str){0}, "type", e.text.in[JA].n ? e.text : err_rows[e.kind].title);
    return false;
}

static const Text only_plain = TEXT("ここに置けるのは普通の .json ファイルだけです（リンクや別の階層は使えません）。", "Only plain .json files stand here (no links, no other level of folders).");

/* --- the files beside pack.json --------------------------------------------------------------------------------- */

static void empty_give_back(void *list)
{
    json_decref(list);
}

static json_t *empty_list(Arena *a)
{
    json_t *list = json_array();
    if (list) arena_defer(a, empty_give_back, list);
    return list;
}

/* Something of that name stands in the directory; a link, or another kind of thing, is a mistake and is not followed. */
static bool is_there(Loader *l, Str file, mode_t kind)
{
    struct stat st;
    Doc d = doc_of(l, file);
    if (lstat(str_c(l->a, str_join(l->a, l->out->dir, STR("/"), file)), &st) != 0) return false;
    if ((st.st_mode & S_IFMT) == kind) return true;
    doc_wrong(&d, (Str){0}, "file", only_plain);
    return false;
}

static json_t *list_of(Loader *l, const Doc *d, const char *key)
{
    json_t *list = d->json ? json_object_get(d->json, key) : NULL;
    return json_is_array(list) ? list : empty_list(l->a);
}

static const struct SideRow { const char *file; const Type *type; } side_rows[SIDES] = {
    [SIDE_SOURCES] = {"sources.json", &sources_file}, [SIDE_CLASSES] = {"classes.json", &classes_file}, [SIDE_FACTS] = {"facts.json", &facts_file},
    [SIDE_AUTHORITIES] = {"authorities.json", &authorities_file}, [SIDE_COUNTING] = {"counting.json", &counting_file},
};

static void sides_read(Loader *l)
{
    Law *out = l->out;
    for (Side s = 0; s < SIDES; s++) {
        l->sides[s] = doc_of(l, str_of(side_rows[s].file));
        if (is_there(l, l->sides[s].file, S_IFREG)) (void)doc_read(l, &l->sides[s]);
    }
    out->sources = list_of(l, &l->sides[SIDE_SOURCES], "sources");
    out->classes = list_of(l, &l->sides[SIDE_CLASSES], "classes");
    out->facts = list_of(l, &l->sides[SIDE_FACTS], "facts");
    out->authorities = list_of(l, &l->sides[SIDE_AUTHORITIES], "authorities");
    out->counting = list_of(l, &l->sides[SIDE_COUNTING], "counting");
    out->rolls = list_of(l, &l->sides[SIDE_COUNTING], "rolls");
}

/* --- the folders -------------------------------------------------------------------------------------------------- */

static int by_bytes(const void *x, const void *y)
{
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

static bool name_is_plain(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.s[i] >= 'a' && s.s[i] <= 'z') || (s.s[i] >= '0' && s.s[i] <= '9') || (i && (s.s[i] == '-' || s.s[i] == '_' || s.s[i] == '.')))) return false;
    return s.n > 0;
}

static void item_read(Loader *l, LawKind kind, Str file)
{
    Doc d = doc_of(l, file);
    if (!doc_read(l, &d)) return;
    if (l->out->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        l->out->items = arena_grow(l->a, l->out->items, l->cap * sizeof(LawItem), cap * sizeof(LawItem));
        l->cap = cap;
    }
    l->out->items[l->out->n++] = (LawItem){kind, json_str_of(json_object_get(d.json, "id")), file, d.text, d.json};
}

static size_t names_in(Loader *l, Str folder, Str *out)
{
    DIR *d = opendir(str_c(l->a, str_join(l->a, l->out->dir, STR("/"), folder)));
    size_t n = 0;
    if (!d) return 0;
    for (const struct dirent *e; n <= LAW_FILES_MAX && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) out[n++] = str_copy(l->a, str_of(e->d_name));
    (void)closedir(d);
    qsort(out, n, sizeof *out, by_bytes);
    return n;
}

static void folder_read(Loader *l, LawKind kind, Str folder, int deeper);

static void entry_read(Loader *l, LawKind kind, Str path, Str name, int deeper)
{
    Doc d = doc_of(l, path);
    struct stat st;
    if (lstat(str_c(l->a, str_join(l->a, l->out->dir, STR("/"), path)), &st) != 0) return;
    if (!name_is_plain(name) || path.n > LAW_PATH_MAX)
        doc_wrong(&d, (Str){0}, "file", text_of("ファイル名は英小文字、数字、-、_、. で書き、パスは120バイトまでです。", "A file is named by lower-case letters, digits, -, _ and ., its path at most 120 bytes."));
    else if (S_ISDIR(st.st_mode) && deeper) folder_read(l, kind, path, deeper - 1);
    else if (S_ISREG(st.st_mode) && !deeper && str_ends(name, STR(".json"))) item_read(l, kind, path);
    else doc_wrong(&d, (Str){0}, "file", only_plain);
}

static void folder_read(Loader *l, LawKind kind, Str folder, int deeper)
{
    Str *names = arena_array(l->a, Str, LAW_FILES_MAX + 1);
    size_t n = names_in(l, folder, names);
    Doc d = doc_of(l, folder);
    if (n > LAW_FILES_MAX || l->out->n > LAW_FILES_MAX) {
        doc_wrong(&d, (Str){0}, "range", text_of("ファイルが多すぎます（上限2000）。", "Too many files (limit 2000)."));
        return;
    }
    for (size_t i = 0; i < n; i++)
        entry_read(l, kind, str_join(l->a, folder, STR("/"), names[i]), names[i], deeper);
}

/* rules/AREA/NAME.json, forms/NAME.json, notices/NAME.json */
static void folders_read(Loader *l, LawKind last)
{
    for (LawKind k = 0; k <= last; k++)
        if (is_there(l, str_of(law_kind_rows[k].folder), S_IFDIR)) folder_read(l, k, str_of(law_kind_rows[k].folder), k >= LAW_FORM ? 0 : 1);
}

static void hash_file(crypto_hash_sha256_state *st, Str file, Str text)
{
    const Str parts[] = {file, text};
    for (size_t i = 0; i < COUNT(parts); i++) {
        uint64_t n = parts[i].n;
        crypto_hash_sha256_update(st, (const uint8_t *)&n, sizeof n);
        if (n) crypto_hash_sha256_update(st, (const uint8_t *)parts[i].s, n);
    }
}

/* Sides in their order, then the items, which stand by kind and file: the same bytes wherever the pack lies. */
static Str files_hash(const Loader *l)
{
    crypto_hash_sha256_state st;
    uint8_t out[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&st);
    for (Side s = 0; s < SIDES; s++) hash_file(&st, l->sides[s].file, l->sides[s].text);
    for (size_t i = 0; i < l->out->n; i++) hash_file(&st, l->out->items[i].file, l->out->items[i].text);
    crypto_hash_sha256_final(&st, out);
    return hex_text(l->a, out, sizeof out);
}

Doc item_doc(const LawItem *it, Arena *a, Mistakes *m)
{
    return (Doc){a, m, it->file, it->text, it->json};
}

static void meaning_check(Loader *l, const Index *x)
{
    Check c = {l->a, l->out, x, &l->m};
    facts_check(&c, &l->sides[SIDE_FACTS]);
    each_part(&c, terms_check);
    each_part(&c, never_check);
    each_part(&c, tightens_check);
    dates_check(&c);
    circles_check(&c);
    duties_check(&c);
}

static void shapes_check(Loader *l)
{
    Index x;
    index_build(l->out, l->sides, l->a, &l->m, &x);
    for (Side s = 0; s < SIDES; s++)
        if (l->sides[s].json) shape_check(&l->sides[s], &x, side_rows[s].type);
    for (size_t i = 0; i < l->out->n; i++) {
        Doc d = item_doc(&l->out->items[i], l->a, &l->m);
        shape_check(&d, &x, &law_file_types[l->out->items[i].kind]);
    }
    if (!l->m.n) meaning_check(l, &x); /* it takes the shapes for given */
}

static Err load(Arena *a, const Pack *pack, Str dir, LawKind last, Law *out)
{
    Loader l = {.a = a, .out = out};
    mistakes_init(&l.m, a);
    *out = (Law){.dir = dir, .name = pack->name, .version = pack->version, .title = pack->title, .zone = STR("Asia/Tokyo"), .pack = pack};
    if (!is_there(&l, STR("facts.json"), S_IFREG)) {
        out->sources = out->classes = out->facts = out->authorities = out->counting = out->rolls = empty_list(a);
        return err_mistakes(&l.m);
    }
    sides_read(&l);
    folders_read(&l, last);
    out->hash = files_hash(&l);
    shapes_check(&l);
    if (!l.m.n) TRY(manifest_content(a, dir, &out->content));
    return err_mistakes(&l.m);
}

Err law_load(Arena *a, const Pack *pack, Str dir, Law *out) { return load(a, pack, dir, LAW_INCIDENT, out); }
Err law_load_to_judge(Arena *a, const Pack *pack, Str dir, Law *out) { return load(a, pack, dir, LAW_NOTICE, out); }

/* --- what is laid over ------------------------------------------------------------------------------------------------ */

/* An overlay adds rules, levels and sources; what rules are asked of, and duties, are the base's. */
static void strangers_check(Loader *l)
{
    static const char *const not_here[] = {"facts.json", "classes.json", "authorities.json", "counting.json", "duties", "forms", "notices", "watches", "corpus"};
    struct stat st;
    for (size_t i = 0; i < COUNT(not_here); i++) {
        Doc d = doc_of(l, str_of(not_here[i]));
        if (lstat(str_c(l->a, str_join(l->a, l->out->dir, STR("/"), d.file)), &st) == 0)
            doc_wrong(&d, (Str){0}, "file", text_of("ほかのパックに重ねるパックには置けません（rules、levels、sources.json、overlay.json だけ）。", "A pack that is laid over another has none of this (only rules, levels, sources.json and overlay.json)."));
    }
}

/* Sources of both; one of an id that the base has is left out and said. */
static json_t *sources_joined(Loader *l, const json_t *base, const Doc *own)
{
    json_t *all = empty_list(l->a), *one;
    const json_t *list = own->json ? json_object_get(own->json, "sources") : NULL;
    size_t i;
    json_array_foreach(base, i, one) (void)json_array_append(all, one);
    json_array_foreach(list, i, one) {
        Str id = json_str_of(json_object_get(one, "id"));
        if (law_entry(base, id)) doc_wrong(own, path_of(l->a, path_at(l->a, STR("sources"), i), "id"), "unique", text_of("元のパックにある id です。", "The base pack has a source of this id."));
        else (void)json_array_append(all, one);
    }
    return all;
}

static void overlaid_check(Loader *l, size_t first, const Doc *overlay)
{
    Index x;
    Law own = *l->out;
    own.items += first, own.n -= first;
    index_build(l->out, l->sides, l->a, &l->m, &x);
    if (l->sides[SIDE_SOURCES].json) shape_check(&l->sides[SIDE_SOURCES], &x, &sources_file);
    if (overlay->json) shape_check(overlay, &x, &overlay_file);
    for (size_t i = 0; i < own.n; i++) {
        Doc d = item_doc(&own.items[i], l->a, &l->m);
        shape_check(&d, &x, &law_file_types[own.items[i].kind]);
        if (!words_have("own agreement", json_str_of(json_object_get(d.json, "force"))))
            doc_wrong(&d, STR("force"), "choice", text_of("重ねるパックの規則の force は own か agreement です（法令ではありません）。", "Rules of a pack that is laid over another are of force own or agreement (they are no law)."));
    }
    if (l->m.n) return;
    Check c = {l->a, &own, &x, &l->m}, all = {l->a, l->out, &x, &l->m};
    each_part(&c, terms_check);
    each_part(&c, tightens_check);
    dates_check(&c);
    circles_check(&all);
    overlay_check(&all, overlay);
}

Err law_overlay(Arena *a, const Pack *pack, Law *law)
{
    Str dir = law->dir;
    size_t first = law->n;
    Loader l = {.a = a, .out = law, .cap = law->n};
    Doc overlay = doc_of(&l, STR("overlay.json"));
    LawOverlay *grown = arena_array(a, LawOverlay, law->overlays_n + 1), *own = &grown[law->overlays_n];
    mistakes_init(&l.m, a);
    law->dir = pack->dir;
    strangers_check(&l);
    for (Side s = 0; s < SIDES; s++) l.sides[s] = doc_of(&l, str_of(side_rows[s].file));
    if (is_there(&l, l.sides[SIDE_SOURCES].file, S_IFREG)) (void)doc_read(&l, &l.sides[SIDE_SOURCES]);
    if (is_there(&l, overlay.file, S_IFREG)) (void)doc_read(&l, &overlay);
    folders_read(&l, LAW_LEVEL);
    law->dir = dir;
    law->sources = sources_joined(&l, law->sources, &l.sides[SIDE_SOURCES]);
    *own = (LawOverlay){.name = pack->name, .version = pack->version, .title = pack->title, .readings = overlay.json ? json_object_get(overlay.json, "readings") : NULL, .targets = overlay.json ? json_object_get(overlay.json, "targets") : NULL};
    if (law->overlays_n) memcpy(grown, law->overlays, law->overlays_n * sizeof *grown);
    for (size_t i = 0; i < law->n; i++)
        for (size_t k = 0; k < law->overlays_n; k++)
            if (law->items[i].overlay == &law->overlays[k]) law->items[i].overlay = &grown[k];
    for (size_t i = first; i < law->n; i++) law->items[i].overlay = own;
    law->overlays = grown, law->overlays_n++;
    overlaid_check(&l, first, &overlay);
    if (!l.m.n) TRY(manifest_content(a, pack->dir, &own->hash));
    return err_mistakes(&l.m);
}

const json_t *law_entry(const json_t *list, Str id)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_eq(json_str_of(json_object_get(json_array_get(list, i), "id")), id)) return json_array_get(list, i);
    return NULL;
}
