/* sniff_fuzz.c -- any bytes as the ends of an attached file and as its name: a type of the list or a refusal, never a crash; markup is never taken for a document. */
#include "work/files_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 16 << 20);
    if (size > 2 && ARENA_TRY(&a, full)) {
        Str all = {(const char *)data + 2, size - 2}, name = str_slice(all, 0, data[0]);
        const char *type = sniff_type(all, str_slice(all, data[1], all.n), data[0] & 1);
        if (type && str_find(str_of(type), STR("html")) != SIZE_MAX) __builtin_trap();
        if (type && str_is_utf8(name)) (void)sniff_name_fits(&a, type, name);
    }
    arena_done(&a);
    return 0;
}
