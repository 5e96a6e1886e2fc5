/* resource.c -- finding resources and fields; the start-up check of our own tables. */
#include "record/sql.h"

const Resource *resource_find(const Resources *all, Str name)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eqc(name, all->list[i]->path) || str_eqc(name, all->list[i]->name)) return all->list[i];
    return NULL;
}

int field_find(const Field *fields, size_t n, Str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqc(name, fields[i].name)) return (int)i;
    return -1;
}

int choice_find(const Field *f, Str code)
{
    for (size_t i = 0; i < f->choices_n; i++)
        if (str_eq(f->choices[i].code, code)) return (int)i;
    return -1;
}

Str label_text(Arena *a, const Resource *res, int64_t number)
{
    Buf b;
    buf_init(&b, a, 24);
    buf_addc(&b, res->prefix);
    buf_byte(&b, '-');
    for (int64_t least = 1000; least > number && least > 1; least /= 10)
        buf_byte(&b, '0');
    buf_int(&b, number);
    return buf_str(&b);
}

Str record_label(Arena *a, const Record *r)
{
    return label_text(a, r->res, r->number);
}

Str record_title(const Record *r)
{
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (r->res->fields[i].flags & TITLE) return r->v[i].text;
    return (Str){0};
}

static bool settles(const Field *f)
{
    for (size_t i = 0; i < f->choices_n; i++)
        if (f->choices[i].settled) return true;
    return false;
}

static const char *mistake_in(const Field *f, const Resources *all, bool child)
{
    bool text = f->kind == KIND_TEXT || f->kind == KIND_LONG;
    if ((f->flags & SEARCH) && (f->read || !text)) return "SEARCH needs a text that all may read";
    if ((f->flags & RANGE) && f->kind != KIND_INT && f->kind != KIND_MONEY && f->kind != KIND_INSTANT) return "RANGE is for numbers and instants";
    if ((f->kind == KIND_REF || f->kind == KIND_REFS) && (!f->target || !resource_find(all, str_of(f->target)))) return "unknown target";
    if ((f->flags & PERSONAL) && (f->flags & (SEARCH | SORT | UNIQUE | TITLE))) return "PERSONAL values leave no copy in keys or the search index";
    if ((f->flags & UNIQUE) && !text) return "UNIQUE is for texts";
    if ((f->flags & SORT) && (f->kind == KIND_REF || f->kind == KIND_REFS || f->kind == KIND_LIST)) return "SORT is for values";
    if (f->suggest && !text) return "suggest is for texts";
    if (f->kind == KIND_CHOICE && !f->choices_n) return "no choices";
    if (settles(f) && (child || f->kind != KIND_CHOICE || !(f->flags & READONLY))) return "only acts bring a record to a settled state";
    if (f->kind == KIND_LIST && (child || !f->fields_n)) return "a list has fields and no list within";
    if (child && f->kind == KIND_REFS) return "no links within a list";
    if (!f->label.in[JA].n || !f->label.in[EN].n) return "labels in both languages";
    return NULL;
}

static Err check_fields(Arena *a, const Resources *all, const Resource *r, const Field *fields, size_t n, bool child)
{
    for (size_t i = 0; i < n; i++) {
        const char *why = mistake_in(&fields[i], all, child);
        if (!why && field_find(fields, i, str_of(fields[i].name)) >= 0) why = "twice";
        if (why) return err_text(ERR_BROKEN, TEXT_FILL(a, "{0}.{1}: {2}", "{0}.{1}: {2}", str_of(r->name), str_of(fields[i].name), str_of(why)));
        if (fields[i].kind == KIND_LIST) TRY(check_fields(a, all, r, fields[i].fields, fields[i].fields_n, true));
    }
    return ERR_NONE;
}

Err resources_check(const Resources *all, Arena *a)
{
    for (size_t i = 0; i < all->n; i++) {
        const Resource *r = all->list[i];
        int titles = 0;
        for (size_t k = 0; k < r->fields_n; k++)
            titles += (r->fields[k].flags & TITLE) != 0;
        if (titles != 1 || resource_find(all, str_of(r->name)) != r || resource_find(all, str_of(r->path)) != r)
            return err_text(ERR_BROKEN, TEXT_FILL(a, "{0}: 名前または表題項目", "{0}: name or title field", str_of(r->name)));
        TRY(check_fields(a, all, r, r->fields, r->fields_n, false));
    }
    return ERR_NONE;
}

int64_t field_most(Ctx *c, const Field *f)
{
    int64_t now;
    if (!c || !f->most || f->most(c, &now).kind) return f->max;
    return now < f->max ? now : f->max;
}
