/* packs.c -- where the packs are: beside the installed program, in the tree it was built from, or where --packs says. */
#include "app/app.h"

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

Err app_packs(Arena *a, const Options *o, Packs *out)
{
    Str beside = installed(a);
    if (o->packs.n) return packs_load(a, o->packs, out);
    if (beside.n && access(str_c(a, beside), R_OK) == 0) return packs_load(a, beside, out);
    return packs_load(a, STR(KANAME_SHARE "/packs"), out);
}
