/*
 * plan_fuzz.c -- any bytes as a plan of an import, or (first byte odd) as a CSV whose columns are guessed: never a crash, every index in range, and a plan
 * that was written out is read back.
 */
#include "work/work.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("資産名", "Name"), .flags = TITLE | REQUIRED | UNIQUE, .aliases = "機器名|名称"},
    {.name = "count", .kind = KIND_INT, .label = TEXT("台数", "Count"), .flags = RANGE, .min = 0, .max = 1000000},
    {.name = "since", .kind = KIND_DATE, .label = TEXT("導入日", "Since")},
    {.name = "parent", .kind = KIND_REF, .label = TEXT("親", "Parent"), .target = "thing"},
    {.name = "sum", .kind = KIND_TEXT, .label = TEXT("計算値", "Computed"), .flags = READONLY},
};
static const Resource thing = {.name = "thing", .path = "things", .prefix = "T", .label = TEXT("資産", "Thing"), .label_many = TEXT("資産", "Things"),
    .fields = fields, .fields_n = COUNT(fields), .read = ROLES_ALL, .create = ROLES_ALL, .update = ROLES_ALL, .remove = ROLES_ALL};
static const Resource *const list[] = {&thing};
static const Resources all = {list, 1};

static void in_range(const ImportPlan *p)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->sheets[i].columns_n; k++)
            if (p->sheets[i].columns[k].field >= (int)COUNT(fields) || p->sheets[i].columns[k].field < -2) __builtin_trap();
}

static void plan(Ctx *c, Str in)
{
    json_t *json;
    ImportPlan p;
    if (json_in(c->a, in, 1 << 20, &json).kind || import_plan_from_json(c, json, &p).kind) return;
    in_range(&p);
}

static void guess(Ctx *c, Str in)
{
    Book book;
    ImportPlan p, again;
    Buf b;
    json_t *json;
    if (book_read(c->a, in, STR("fuzz.csv"), &book).kind || import_propose(c, &book, &p).kind) return;
    in_range(&p);
    buf_init(&b, c->a, 1024);
    import_plan_to_json(&(JsonOut){&b, false}, c, &p, &book);
    if (json_in(c->a, buf_str(&b), 64 << 20, &json).kind || import_plan_from_json(c, json, &again).kind) __builtin_trap();
    if (again.n != p.n) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    Principal who = {.roles = ROLES_ALL};
    arena_init(&a, 256 << 20);
    Ctx c = {.a = &a, .resources = &all, .who = &who};
    Str in = {(const char *)data + 1, size ? size - 1 : 0};
    if (size && ARENA_TRY(&a, full)) {
        if (data[0] & 1) guess(&c, in);
        else plan(&c, in);
    }
    arena_done(&a);
    return 0;
}
