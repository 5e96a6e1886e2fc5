/* packs.c -- the packs and the registers that they bring. They are beside the installed program, in the tree it was built from, or where --packs says. */
#include "app/app.h"

#include "law/law.h"
#include "register/register.h"

#include <unistd.h>

/* PREFIX/bin/kaname → PREFIX/share/kaname/packs */
static Str installed(Arena *a)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || n == (ssize_t)sizeof path) return (Str){0};
    Str s = {path, (size_t)n};
    for (int up = 0; up < 2; up++) {
        while (s.n && s.s[s.n - 1] != '/')
            s.n--;
        if (s.n) s.n--;
    }
    return str_join(a, s, STR("/"), STR("share/kaname/packs"));
}

Err app_pack_list(Arena *a, const Options *o, Packs *out)
{
    Str beside = installed(a);
    if (o->packs.n) return packs_load(a, o->packs, out);
    if (beside.n && access(str_c(a, beside), R_OK) == 0) return packs_load(a, beside, out);
    return packs_load(a, STR(KANAME_SHARE "/packs"), out);
}

/* Rights are the program's: who edits registers edits these. */
static Err join(Arena *a, const Pack *p, const Resource **list, size_t *n)
{
    for (size_t i = 0; i < p->resources_n; i++) {
        Resource *r = arena_new(a, Resource);
        *r = p->resources[i];
        r->read = READERS, r->create = r->update = ROLES_EDIT, r->remove = ROLES_MANAGE;
        if (api_path_is_taken(str_of(r->path)))
            return err_text(ERR_CONFLICT, TEXT_FILL(a, "パック {0} の台帳の path「{1}」は使えません。", "Pack {0}: the path \"{1}\" of a register is taken.", p->name, str_of(r->path)));
        list[(*n)++] = r;
    }
    return ERR_NONE;
}

Err app_packs(Arena *a, const Options *o, Packs *packs, Resources *resources)
{
    TRY(app_pack_list(a, o, packs));
    if (o->law) TRY(laws_load(a, packs));
    size_t n = kaname_resources.n;
    for (size_t i = 0; i < packs->n; i++)
        n += packs->list[i].resources_n;
    const Resource **list = arena_array(a, const Resource *, n);
    memcpy(list, kaname_resources.list, kaname_resources.n * sizeof *list);
    n = kaname_resources.n;
    for (size_t i = 0; i < packs->n; i++)
        TRY(join(a, &packs->list[i], list, &n));
    *resources = (Resources){list, n};
    return resources_check(resources, a);
}
