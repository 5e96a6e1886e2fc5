/* law_fuzz.c -- any bytes as a file of a pack's law; the first byte says of which folder. Mistakes are named with lines that are there; never a crash. */
#include "law/numeral.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_of(Str t)
{
    size_t n = 1;
    for (size_t i = 0; i < t.n; i++) n += t.s[i] == '\n';
    return n;
}

static void look(Arena *a, LawKind kind, Str bytes)
{
    Mistakes m;
    mistakes_init(&m, a);
    Doc d = {a, &m, STR("f"), bytes, NULL};
    if (json_in(a, bytes, LAW_FILE_MAX, &d.json).kind) return;
    shape_check(&d, NULL, &law_file_types[kind]);
    for (size_t i = 0; i < m.n; i++) {
        Str rest = m.list[i].path, head;
        int64_t line = 0;
        if (!str_cut(&rest, ':', &head) || !str_cut(&rest, ' ', &head) || !str_int(head, &line) || line < 1 || (size_t)line > lines_of(bytes)) __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    if (!size) return 0;
    arena_init(&a, 64 << 20);
    if (ARENA_TRY(&a, full)) {
        Str bytes = {(const char *)data + 1, size - 1};
        look(&a, data[0] % LAW_KINDS, bytes);
        Numeral list[8];
        if (str_is_utf8(bytes)) (void)numerals_in(bytes, list, 8);
        (void)json_line(bytes, STR("versions/0/condition/all/1"));
    }
    arena_done(&a);
    return 0;
}
