/*
 * Fuzz: any bytes as a spreadsheet; never a crash, always an answer.
 */
#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    Book b;
    jmp_buf rescue;
    arena_init(&a, 64 << 20);
    if (ARENA_TRY(&a, rescue)) (void)book_read(&a, (Str){(const char *)data, size}, STR("fuzz.csv"), &b);
    arena_done(&a);
    return 0;
}
