/* file.c -- a file as bytes. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

Err file_read(Arena *a, Str dir, Str name, size_t max, Str *out)
{
    FILE *f = fopen(str_c(a, str_join(a, dir, STR("/"), name)), "rb");
    if (!f) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "{0} を開けません: {1}", "{0} cannot be opened: {1}", name, str_copy(a, str_of(strerror(errno)))));
    size_t cap = 32 << 10, n = 0, got;
    char *bytes = arena_alloc(a, cap);
    while ((got = fread(bytes + n, 1, cap - n, f)) > 0) {
        n += got;
        if (n < cap || cap >= max) continue;
        bytes = arena_grow(a, bytes, cap, cap * 2);
        cap *= 2;
    }
    bool bad = ferror(f) != 0;
    (void)fclose(f);
    if (bad) return err_text(ERR_BROKEN, TEXT_FILL(a, "{0} を読めません。", "{0} cannot be read.", name));
    if (n >= max) return err_of(ERR_TOO_LARGE);
    *out = (Str){bytes, n};
    return ERR_NONE;
}

Err fd_write(int fd, Str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.s, s.n);
        if (n <= 0) return err_of(ERR_FULL);
        s = str_slice(s, (size_t)n, s.n);
    }
    return ERR_NONE;
}
