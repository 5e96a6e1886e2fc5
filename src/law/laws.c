/* laws.c -- the law of all packs, for those who ask it while the program runs. */
#include "law/judge.h"
#include "law/inside.h"

static Err in_folder(Arena *a, Str dir, Err e)
{
    if (!e.mistakes) return e;
    for (size_t i = 0; i < e.mistakes->n; i++)
        e.mistakes->list[i].path = str_join(a, dir, STR("/"), e.mistakes->list[i].path);
    e.text = TEXT_FILL(a, "パック {0} の規則に誤りがあります。kaname pack check {0} で確かめてください。", "The rules of the pack {0} have mistakes. kaname pack check {0} names them.", dir);
    return e;
}

static Err one_load(Arena *a, const Packs *packs, const Pack *pack, Laws *out)
{
    Law *one = &out->list[out->n];
    TRY(in_folder(a, pack->dir, law_load_to_judge(a, pack, pack->dir, one)));
    if (!json_array_size(one->facts)) return ERR_NONE;
    for (size_t i = 0; i < packs->n; i++)
        if (str_eq(packs->list[i].needs, pack->name)) TRY(in_folder(a, packs->list[i].dir, law_overlay(a, &packs->list[i], one)));
    TRY(in_folder(a, pack->dir, law_compile(a, one, &out->sets[out->n])));
    out->n++;
    return ERR_NONE;
}

static Str basis_of(Arena *a, const Laws *laws)
{
    enum { SHORT = 12 };
    Buf b;
    buf_init(&b, a, 128);
    for (size_t i = 0; i < laws->n; i++) {
        const Law *one = &laws->list[i];
        buf_printf(&b, "%s%.*s@%.*s#%.*s", i ? ", " : "", STR_ARG(one->name), STR_ARG(one->version), STR_ARG(str_slice(one->hash, 0, SHORT)));
        for (size_t k = 0; k < one->overlays_n; k++)
            buf_printf(&b, " + %.*s@%.*s#%.*s", STR_ARG(one->overlays[k].name), STR_ARG(one->overlays[k].version), STR_ARG(str_slice(one->overlays[k].hash, 0, SHORT)));
    }
    return buf_str(&b);
}

static Err base_is_there(Arena *a, const Laws *laws, const Pack *overlay)
{
    for (size_t i = 0; i < laws->n; i++)
        if (str_eq(laws->list[i].name, overlay->needs)) return ERR_NONE;
    return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "パック「{0}」が重なる相手のパック「{1}」がないか、法令の規則がありません。", "The pack \"{0}\" is laid over \"{1}\", which is not there or has no rules.", overlay->name, overlay->needs));
}

/* The law of the land comes first: who asks without naming a pack is answered by it. */
Err laws_load(Arena *a, Packs *packs)
{
    Laws *out = arena_new(a, Laws);
    out->list = arena_array(a, Law, packs->n + 1);
    out->sets = arena_array(a, LawSet, packs->n + 1);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < packs->n; i++)
            if (!packs->list[i].needs.n && str_eqc(packs->list[i].name, "jp") == (round == 0)) TRY(one_load(a, packs, &packs->list[i], out));
    for (size_t i = 0; i < packs->n; i++)
        if (packs->list[i].needs.n) TRY(base_is_there(a, out, &packs->list[i]));
    out->basis = basis_of(a, out);
    packs->laws = out;
    return ERR_NONE;
}

Str law_basis(const Packs *packs) { return packs && packs->laws ? packs->laws->basis : (Str){0}; }

const LawSet *law_set(const Packs *packs, Str pack)
{
    for (size_t i = 0; packs->laws && i < packs->laws->n; i++)
        if (packs->laws->sets[i].rules_n && (!pack.n || str_eq(packs->laws->list[i].name, pack))) return &packs->laws->sets[i];
    return NULL;
}
