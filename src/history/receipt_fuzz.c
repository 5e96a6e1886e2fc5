/* receipt_fuzz.c -- any bytes as a receipt: an answer, never a crash; without the key's signature never "valid". */
#include "history/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 64 << 20);
    if (ARENA_TRY(&a, full)) {
        Leaf l;
        Str in = {(const char *)data, size}, key = STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        if (leaf_read(in, &l)) assert(str_eq(leaf_write(&a, &l), in)); /* one form only */
        if (!receipt_verify(&a, in, key).kind) __builtin_trap();
        arena_end_try(&a);
    }
    arena_done(&a);
    return 0;
}
