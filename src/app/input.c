/* input.c -- what a command without a database is given: a document as file or standard input, and the interrupt that ends a long calculation. */
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static Err read_all(Arena *a, int fd, size_t expected, size_t max, Str *out)
{
    Buf b;
    buf_init(&b, a, expected);
    for (ssize_t n; (n = read(fd, buf_room(&b, 65536), 65536)) != 0;) {
        if (n < 0 && errno != EINTR) return err_text(ERR_INVALID, text_of("読み取れません。ファイルではないようです。", "Cannot be read; it does not seem to be a file."));
        if (n > 0) buf_grew(&b, (size_t)n);
        if (b.n > max) return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "大きすぎます（上限 {0} バイト）。", "Too large (limit {0} bytes).", str_printf(a, "%zu", max)));
    }
    *out = buf_str(&b);
    return ERR_NONE;
}

Err app_read_input(Arena *a, Str path, size_t max, Str *out)
{
    struct stat st;
    if (str_eqc(path, "-")) return read_all(a, STDIN_FILENO, 65536, max, out);
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES) return err_text(ERR_FORBIDDEN, TEXT_FILL(a, "ファイル {0} を読む権限がありません。", "You may not read {0}.", path));
    if (fd < 0) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "ファイル {0} を開けません。", "Cannot open {0}.", path));
    bool plain = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 && (uint64_t)st.st_size <= max;
    Err e = read_all(a, fd, plain ? (size_t)st.st_size + 65537 : 65536, max, out);
    close(fd);
    return e;
}

/* Blocked, it waits where any thread can see it; let through at the end, it ends the process as an interrupt does. */
static void interrupt_set(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigprocmask(how, &set, NULL);
}

static bool interrupt_came(void)
{
    sigset_t set;
    return sigpending(&set) == 0 && sigismember(&set, SIGINT) == 1;
}

void watch_begin(const Options *o, Watch *w)
{
    *w = (Watch){.shown = !o->json && isatty(STDERR_FILENO), .percent = -1, .lang = o->lang};
    interrupt_set(SIG_BLOCK);
}

bool watch(void *arg, double done)
{
    Watch *w = arg;
    int percent = (int)(done * 100);
    w->came = w->came || interrupt_came();
    if (w->shown && percent != w->percent) fprintf(stderr, "\r%s %d %%", w->lang == JA ? "計算中" : "calculating", percent), w->percent = percent;
    return !w->came;
}

void watch_end(Watch *w)
{
    if (w->shown) fputs("\r\033[K", stderr);
    interrupt_set(SIG_UNBLOCK);
}

Err schema_say(Run *r, void (*write)(JsonOut *j))
{
    JsonOut own = {&r->out, false}, *j = r->o->json ? &r->json : &own;
    if (!r->o->json) json_open(j, '{');
    write(j);
    if (!r->o->json) json_close(j, '}'), buf_byte(&r->out, '\n');
    return ERR_NONE;
}
