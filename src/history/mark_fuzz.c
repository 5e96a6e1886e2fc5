/* mark_fuzz.c -- any bytes as the file of high-water marks, as a checkpoint, as a key: an answer, never a crash; a mark that was read is written and read alike. */
#include "history/inside.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void marks(Arena *a, Str in)
{
    Marks m;
    bool found;
    int fd = memfd_create("marks", MFD_CLOEXEC);
    if (fd < 0 || write(fd, in.s, in.n) != (ssize_t)in.n) __builtin_trap();
    Str path = str_printf(a, "/proc/self/fd/%d", fd);
    if (!marks_open(a, path, false, true, &m, &found).kind && found) {
        Mark one = {.log = {1}, .size = 7};
        size_t n = m.n;
        if (marks_put(a, &m, &one).kind) __builtin_trap();
        marks_close(&m);
        if (marks_open(a, path, false, true, &m, &found).kind || m.n != n + 1 || marks_find(&m, one.log)->size != 7) __builtin_trap();
    }
    marks_close(&m);
    close(fd);
}

static void notes(Arena *a, Str in)
{
    SignKey key;
    Str origin;
    uint64_t size;
    MerkleHash root;
    if (!key_public_parse(a, STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key)) __builtin_trap();
    if (note_open(a, &key, in, &origin, &size, &root)) __builtin_trap(); /* nobody here has that key */
    key_public_parse(a, in, &key);
    key_private_parse(a, in, &key);
    Salted *salts;
    size_t n;
    salts_read(a, in, &salts, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 64 << 20);
    if (size && ARENA_TRY(&a, full)) {
        Str in = {(const char *)data + 1, size - 1};
        if (data[0] & 1) marks(&a, in);
        else notes(&a, in);
    }
    arena_done(&a);
    return 0;
}
