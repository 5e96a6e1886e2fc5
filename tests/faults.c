/*
 * faults.c -- preloaded into the real program by tests/faults.py and tests/kill.py: the n-th call of one class fails (or kills the process).
 * The test writes what is to fail into a shared page (FAULTS_CONTROL) and reads there how many calls there were. File calls count only
 * for files under FAULTS_DIR, so sockets and libraries go on.
 */
#undef _FILE_OFFSET_BITS /* open and open64 are two names here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALL_OPEN = 1, CALL_WRITE, CALL_SYNC, CALL_ALLOC };
enum { ACT_SHORT = 0, ACT_KILL = -1 }; /* any other: the errno */

typedef struct Control { /* the same layout in tests/faults.py */
    int32_t call, action, sticky, unused;
    int64_t n, count, fired;
} Control;

static Control *control;
static const char *dir;
static size_t dir_n;

#ifdef FAULTS_SANITIZED /* the sanitizer's memory comes after ours */
#define __libc_malloc __interceptor_malloc
#define __libc_calloc __interceptor_calloc
#define __libc_realloc __interceptor_realloc
#endif
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

__attribute__((constructor)) static void set_up(void)
{
    const char *path = getenv("FAULTS_CONTROL");
    dir = getenv("FAULTS_DIR");
    if (!path || !dir) return;
    dir_n = strlen(dir);
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    long p = syscall(SYS_mmap, NULL, (size_t)4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)0);
    syscall(SYS_close, fd);
    if (p > 0) control = (Control *)p;
}

/* Where it struck, for the one who mends it: module and offset for addr2line. */
static void tell(const char *name, const void *caller)
{
    char line[512];
    Dl_info from = {0};
    bool known = dladdr(caller, &from) != 0;
    int n = snprintf(line, sizeof line, "faults: %s fails in %s+0x%tx\n", name, known ? from.dli_fname : "?", known ? (const char *)caller - (const char *)from.dli_fbase : 0);
    if (n > 0) syscall(SYS_write, 2, line, (size_t)n);
}

static bool hit(int call, const char *name, const void *caller)
{
    if (!control || control->call != call) return false;
    int64_t k = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (control->sticky ? k < control->n : k != control->n) return false;
    int64_t fired = __atomic_add_fetch(&control->fired, 1, __ATOMIC_SEQ_CST);
    if (control->action == ACT_KILL) kill(getpid(), SIGKILL);
    if (fired <= 3) tell(name, caller);
    errno = control->action;
    return true;
}

static bool ours(const char *path)
{
    return dir && strncmp(path, dir, dir_n) == 0 && strcmp(path, getenv("FAULTS_CONTROL")) != 0;
}

static bool our_fd(int fd)
{
    char link[64], path[4096];
    if (!control || control->call == 0 || control->call == CALL_ALLOC) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (n <= 0) return false;
    path[n] = 0;
    return ours(path);
}

/* --- files --------------------------------------------------------------------------------------------------- */

static int do_open(int at, const char *path, int flags, int mode, const void *caller)
{
    if (ours(path) && hit(CALL_OPEN, "open", caller)) return -1;
    return (int)syscall(SYS_openat, at, path, flags, mode);
}

#define MODE(flags)                                                                                                                       \
    int mode = 0;                                                                                                                          \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                                                 \
        va_list list;                                                                                                                      \
        va_start(list, flags);                                                                                                             \
        mode = va_arg(list, int);                                                                                                          \
        va_end(list);                                                                                                                      \
    }
#define HERE __builtin_return_address(0)

int open(const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(AT_FDCWD, path, flags, mode, HERE);
}

int open64(const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(AT_FDCWD, path, flags, mode, HERE);
}

int openat(int at, const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(at, path, flags, mode, HERE);
}

int __open64_2(const char *path, int flags); /* what a fortified open64 without a mode calls */
int __open64_2(const char *path, int flags)
{
    return do_open(AT_FDCWD, path, flags, 0, HERE);
}

static FILE *do_fopen(const char *path, const char *mode, const void *caller)
{
    FILE *(*next)(const char *, const char *);
    if (ours(path) && hit(CALL_OPEN, "fopen", caller)) return NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "fopen64");
    return next(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return do_fopen(path, mode, HERE);
}

FILE *fopen64(const char *path, const char *mode)
{
    return do_fopen(path, mode, HERE);
}

static bool write_hit(int fd, size_t *n, const char *name, const void *caller)
{
    if (!our_fd(fd) || !hit(CALL_WRITE, name, caller)) return false;
    if (control->action != ACT_SHORT || *n < 2) return true;
    *n /= 2;
    return false;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    return write_hit(fd, &n, "write", HERE) ? -1 : syscall(SYS_write, fd, bytes, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    return write_hit(fd, &n, "pwrite", HERE) ? -1 : syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    return write_hit(fd, &n, "pwrite", HERE) ? -1 : syscall(SYS_pwrite64, fd, bytes, n, at);
}

int ftruncate64(int fd, off64_t n)
{
    if (control && control->action == EIO && our_fd(fd) && hit(CALL_WRITE, "ftruncate", HERE)) return -1; /* shortening wants no space */
    return (int)syscall(SYS_ftruncate, fd, n);
}

/* SQLite passes over the error of a folder's sync, as not every file system has it: not counted. */
static bool our_file(int fd)
{
    struct stat st;
    return our_fd(fd) && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

int fsync(int fd)
{
    return our_file(fd) && hit(CALL_SYNC, "fsync", HERE) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return our_file(fd) && hit(CALL_SYNC, "fdatasync", HERE) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

/* --- memory -------------------------------------------------------------------------------------------------- */

void *malloc(size_t n)
{
    return hit(CALL_ALLOC, "malloc", HERE) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return hit(CALL_ALLOC, "calloc", HERE) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return hit(CALL_ALLOC, "realloc", HERE) ? NULL : __libc_realloc(p, n);
}

static void *do_mmap(void *at, size_t n, int rights, int flags, int fd, off64_t from, const void *caller)
{
    if (hit(CALL_ALLOC, "mmap", caller)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, n, rights, flags, fd, from);
}

void *mmap(void *at, size_t n, int rights, int flags, int fd, off_t from)
{
    return do_mmap(at, n, rights, flags, fd, from, HERE);
}

void *mmap64(void *at, size_t n, int rights, int flags, int fd, off64_t from)
{
    return do_mmap(at, n, rights, flags, fd, from, HERE);
}
