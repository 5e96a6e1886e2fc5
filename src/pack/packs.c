/* packs.c -- a folder of packs, and finding in them. */
#include "pack/inside.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static bool has_head(Arena *a, Str dir)
{
    FILE *f = fopen(str_c(a, str_join(a, dir, STR("/"), STR("pack.json"))), "rb");
    if (f) (void)fclose(f);
    return f != NULL;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static Err folders(Arena *a, Str dir, Str *out, size_t *n)
{
    DIR *d = opendir(str_c(a, dir));
    if (!d) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "パックのフォルダー {0} を開けません: {1}", "The folder of packs {0} cannot be opened: {1}", dir, str_copy(a, str_of(strerror(errno)))));
    bool many = false;
    for (const struct dirent *e; (e = readdir(d));) {
        Str name = str_of(e->d_name), path = str_join(a, dir, STR("/"), name);
        if (!plain(name) || !has_head(a, path)) continue;
        many = *n == PACKS_MAX;
        if (many) break;
        out[(*n)++] = path;
    }
    (void)closedir(d);
    if (many) return err_of(ERR_TOO_LARGE);
    if (!*n) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "{0} にパックがありません（pack.json のあるフォルダーが要ります）。", "There is no pack in {0} (a folder with pack.json).", dir));
    qsort(out, *n, sizeof *out, by_name);
    return ERR_NONE;
}

/* The mistakes of one pack, with its folder before each. */
static Err in_folder(Arena *a, Str dir, Err e)
{
    if (!e.mistakes) return e.kind ? err_text(e.kind, TEXT_FILL(a, "パック {0}: {1}", "Pack {0}: {2}", dir, text_in(e.text, JA), text_in(e.text, EN))) : e;
    for (size_t i = 0; i < e.mistakes->n; i++)
        e.mistakes->list[i].path = str_join(a, dir, STR("/"), e.mistakes->list[i].path);
    e.text = TEXT_FILL(a, "パック {0} に誤りがあります。直すか、--packs で別のフォルダーを指定してください。", "The pack {0} has mistakes. Mend them, or name another folder with --packs.", dir);
    return e;
}

Err packs_load(Arena *a, Str dir, Packs *out)
{
    Str list[PACKS_MAX + 1] = {dir};
    size_t n = has_head(a, dir);
    if (!n) TRY(folders(a, dir, list, &n));
    *out = (Packs){.list = arena_array(a, Pack, n)};
    for (size_t i = 0; i < n; i++) {
        Pack one;
        TRY(in_folder(a, list[i], pack_load(a, list[i], &one)));
        if (packs_find(out, one.name)) return err_text(ERR_CONFLICT, TEXT_FILL(a, "パック「{0}」が二つあります。", "There are two packs \"{0}\".", one.name));
        out->list[out->n++] = one;
    }
    return ERR_NONE;
}

const Pack *packs_find(const Packs *p, Str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->list[i].name, name)) return &p->list[i];
    return NULL;
}

const PackList *pack_find_list(const Pack *p, Str list)
{
    for (size_t i = 0; i < p->lists_n; i++)
        if (str_eq(p->lists[i].name, list)) return &p->lists[i];
    return NULL;
}

static bool valid_on(const PackItem *it, Day on)
{
    return on == DAY_NONE || ((it->from == DAY_NONE || it->from <= on) && (it->to == DAY_NONE || on <= it->to));
}

const PackItem *pack_find(const Packs *p, Str list, Str code, Day on)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->list[i].n; k++) {
            const PackItem *it = &p->list[i].items[k];
            if (str_eq(it->list, list) && str_eq(it->code, code) && valid_on(it, on)) return it;
        }
    return NULL;
}

size_t pack_list(const Packs *p, Str list, Day on, const PackItem **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->list[i].n && n < max; k++) {
            const PackItem *it = &p->list[i].items[k];
            if (str_eq(it->list, list) && valid_on(it, on)) out[n++] = it;
        }
    return n;
}
