/* manifest.c -- what a signed pack consists of: path, length and hash of every file; a pack that is something else is refused. */
#include "pack/pack.h"

#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANIFEST_FILES_MAX = 6000, MANIFEST_FILE_MAX = 16 << 20, MANIFEST_DEPTH_MAX = 4 };

typedef struct Files { Arena *a; Str dir; Str *list; size_t n; } Files;

static bool is_own(Str path) { return str_eqc(path, "manifest.json") || str_eqc(path, "manifest.sig"); }

static Err too_many(Arena *a, Str path)
{
    return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "パックのファイルが多すぎるか、階層が深すぎます（{0}）。", "The pack has too many files, or too deep folders ({0}).", path));
}

static Err folder_list(Files *f, Str folder, int depth)
{
    DIR *d = opendir(str_c(f->a, folder.n ? str_join(f->a, f->dir, STR("/"), folder) : f->dir));
    Err e = d ? ERR_NONE : err_of(ERR_NOT_FOUND);
    for (const struct dirent *x; !e.kind && (x = readdir(d));) {
        struct stat st;
        Str name = str_copy(f->a, str_of(x->d_name)), path = folder.n ? str_join(f->a, folder, STR("/"), name) : name;
        if (str_eqc(name, ".") || str_eqc(name, "..") || is_own(path) || (!folder.n && name.s[0] == '.')) continue; /* ".git": no pack is read from there */
        if (lstat(str_c(f->a, str_join(f->a, f->dir, STR("/"), path)), &st) != 0) e = err_of(ERR_NOT_FOUND);
        else if (f->n == MANIFEST_FILES_MAX || depth == MANIFEST_DEPTH_MAX) e = too_many(f->a, path);
        else if (S_ISDIR(st.st_mode)) e = folder_list(f, path, depth + 1);
        else f->list[f->n++] = path;
    }
    if (d) (void)closedir(d);
    return e;
}

static int by_bytes(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static Err files_of(Arena *a, Str dir, Files *out)
{
    *out = (Files){a, dir, arena_array(a, Str, MANIFEST_FILES_MAX + 1), 0};
    TRY(folder_list(out, (Str){0}, 0));
    qsort(out->list, out->n, sizeof *out->list, by_bytes);
    return ERR_NONE;
}

static Str hash_of(Arena *a, Str bytes)
{
    unsigned char h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const unsigned char *)bytes.s, bytes.n);
    return hex_text(a, h, sizeof h);
}

Str manifest_hash(Arena *a, Str manifest) { return hash_of(a, manifest); }

static void line_add(Buf *lines, Str hash, Str path) { buf_printf(lines, "%.*s %.*s\n", STR_ARG(hash), STR_ARG(path)); }

Err manifest_content(Arena *a, Str dir, Str *hash)
{
    Files f;
    Buf lines;
    TRY(files_of(a, dir, &f));
    buf_init(&lines, a, 4096);
    for (size_t i = 0; i < f.n; i++) {
        Str bytes;
        TRY(file_read(a, dir, f.list[i], MANIFEST_FILE_MAX, &bytes));
        line_add(&lines, hash_of(a, bytes), f.list[i]);
    }
    *hash = hash_of(a, buf_str(&lines));
    return ERR_NONE;
}

Err manifest_make(Arena *a, Str dir, Str name, Str version, Str *out)
{
    Files f;
    Buf b, lines;
    TRY(files_of(a, dir, &f));
    buf_init(&b, a, 4096), buf_init(&lines, a, 4096);
    buf_addc(&b, "{\"files\": [");
    for (size_t i = 0; i < f.n; i++) {
        Str bytes;
        TRY(file_read(a, dir, f.list[i], MANIFEST_FILE_MAX, &bytes));
        Str hash = hash_of(a, bytes);
        JsonOut j = {&b, false};
        buf_addc(&b, i ? ",\n " : "\n ");
        json_open(&j, '{');
        json_kstr(&j, "path", f.list[i]), json_kint(&j, "bytes", (int64_t)bytes.n), json_kstr(&j, "sha256", hash);
        json_close(&j, '}');
        line_add(&lines, hash, f.list[i]);
    }
    JsonOut j = {&b, true};
    buf_addc(&b, "]");
    json_kstr(&j, "name", name), json_kstr(&j, "version", version), json_kstr(&j, "sha256", hash_of(a, buf_str(&lines)));
    buf_addc(&b, "}\n");
    *out = buf_str(&b);
    return ERR_NONE;
}

/* --- what it is against what was written ----------------------------------------------------------------------------------------- */

static const json_t *entry_of(const json_t *files, Str path)
{
    size_t i;
    json_t *one;
    json_array_foreach(files, i, one)
        if (str_eq(json_str_of(json_object_get(one, "path")), path)) return one;
    return NULL;
}

static void unlike(Mistakes *m, Str path, const char *ja, const char *en) { mistake_add(m, path, "manifest", text_of(ja, en)); }

static void entries_check(Arena *a, Str dir, const json_t *files, const Files *f, Mistakes *m)
{
    for (size_t i = 0; i < f->n; i++) {
        const json_t *e = entry_of(files, f->list[i]);
        Str bytes;
        if (!e) unlike(m, f->list[i], "目録（manifest.json）にないファイルです。", "This file is not in manifest.json.");
        else if (file_read(a, dir, f->list[i], MANIFEST_FILE_MAX, &bytes).kind || json_integer_value(json_object_get(e, "bytes")) != (int64_t)bytes.n || !str_eq(json_str_of(json_object_get(e, "sha256")), hash_of(a, bytes)))
            unlike(m, f->list[i], "目録（manifest.json）のあとで変わっています。", "It was changed after manifest.json was made.");
    }
    size_t i;
    json_t *e;
    json_array_foreach(files, i, e) {
        Str path = json_str_of(json_object_get(e, "path"));
        size_t k = 0;
        while (k < f->n && !str_eq(f->list[k], path)) k++;
        if (k == f->n) unlike(m, path, "目録（manifest.json）にあるのに、ファイルがありません。", "It is in manifest.json, but the file is missing.");
    }
}

Err manifest_check(Arena *a, Str dir, bool *there)
{
    Str text;
    json_t *json;
    Files f;
    Mistakes m;
    *there = access(str_c(a, str_join(a, dir, STR("/"), STR("manifest.json"))), F_OK) == 0;
    if (!*there) return ERR_NONE;
    TRY(file_read(a, dir, STR("manifest.json"), MANIFEST_FILE_MAX, &text));
    TRY(json_in(a, text, MANIFEST_FILE_MAX, &json));
    TRY(files_of(a, dir, &f));
    mistakes_init(&m, a);
    entries_check(a, dir, json_object_get(json, "files"), &f, &m);
    return err_mistakes(&m);
}
