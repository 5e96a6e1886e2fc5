/* pack_fuzz.c -- any bytes as the files of a pack, divided by NUL: pack.json, two lists, one register. Mistakes are named; never a crash. */
#include "pack/pack.h"

#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"pack.json", "causes.json", "sectors.json", "registers/outage.json"};

static void put(Arena *a, Str dir, const char *name, Str bytes)
{
    FILE *f = fopen(str_printf(a, "%.*s/%s", STR_ARG(dir), name).s, "wb");
    if (!f || fwrite(bytes.s ? bytes.s : "", 1, bytes.n, f) != bytes.n || fclose(f) != 0) __builtin_trap();
}

static Str folder(Arena *a)
{
    Str dir = str_printf(a, "/dev/shm/kaname-fuzz-%d", getpid());
    mkdir(dir.s, 0700);
    mkdir(str_printf(a, "%.*s/registers", STR_ARG(dir)).s, 0700);
    return dir;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 64 << 20);
    if (ARENA_TRY(&a, full)) {
        Str rest = {(const char *)data, size}, one, dir = folder(&a);
        Pack p;
        for (size_t i = 0; i < COUNT(names); i++) {
            if (!str_cut(&rest, 0, &one)) one = (Str){0};
            put(&a, dir, names[i], one);
        }
        if (!pack_load(&a, dir, &p).kind)
            for (size_t i = 0; i < p.n; i++) {
                Buf b;
                buf_init(&b, &a, 256);
                pack_item_json(&(JsonOut){&b, false}, &a, &p, &p.items[i]);
                if (!pack_find_list(&p, p.items[i].list)) __builtin_trap();
            }
    }
    arena_done(&a);
    return 0;
}
