/*
 * console.c -- commands while the server runs: the process that holds the data file listens on a socket beside it (FILE.socket, 0600) and runs
 * the same act of the same command on its own writer. One thread, one request at a time, every step with a limit of bytes and time.
 * Request: "KNC1", length (4 bytes, big-endian), JSON {language, words, files: [{name, bytes}]}, the files. Answer: length, JSON {exit, out, err}.
 */
#include "app/app.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HEAD_MAX = 64 << 10,
    ANSWER_MAX = 16 << 20,
    MEMORY_MAX = 512 << 20,
    BACKLOG = 16 };
enum { HEAD_MS = 5000,
    READ_MS = 30000,
    SEND_MS = 10000,
    ANSWER_MS = 15 * 60 * 1000 };
static const char magic[4] = {'K', 'N', 'C', '1'};

typedef struct Asked { /* the request at hand */
    Change change;
    Console *console;
    Arena arena;
    Options o;
    const Command *command;
    Run run;
    Str reply; /* JSON */
    bool done;
} Asked;

struct Console {
    Writer *writer;
    const Packs *packs;
    const Resources *resources;
    Str origin, path;
    int fd, stop; /* stop: an eventfd that wakes every wait */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    Asked asked;
};

Str console_path(Arena *a, Str base)
{
    return str_printf(a, "%.*s.socket", STR_ARG(base));
}

static Err address(Arena *a, Str path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path.n >= sizeof out->sun_path)
        return err_text(ERR_INVALID, TEXT_FILL(a, "{0} は長すぎて、命令を受け付けるソケットを置けません。", "{0} is too long for a socket that takes commands.", path));
    memcpy(out->sun_path, path.s, path.n);
    return ERR_NONE;
}

/* --- bytes with a deadline -------------------------------------------------------------------------------------------- */

/* False when time is up or the server stops. stop may be -1. */
static bool ready(int fd, int stop, short what, int64_t deadline)
{
    struct pollfd p[2] = {{.fd = fd, .events = what}, {.fd = stop, .events = POLLIN}};
    for (;;) {
        int64_t left = deadline - now_monotonic_ms();
        int n = deadline == INT64_MAX ? poll(p, 2, -1) : left <= 0 ? 0
                                                                   : poll(p, 2, (int)left);
        if (n < 0 && errno == EINTR) continue;
        return n > 0 && !p[1].revents;
    }
}

static bool take(int fd, int stop, void *to, size_t n, int64_t deadline)
{
    for (size_t at = 0; at < n;) {
        if (!ready(fd, stop, POLLIN, deadline)) return false;
        ssize_t got = recv(fd, (char *)to + at, n - at, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return false;
        at += (size_t)got;
    }
    return true;
}

static bool give(int fd, int stop, Str bytes, int64_t deadline)
{
    for (size_t at = 0; at < bytes.n;) {
        if (!ready(fd, stop, POLLOUT, deadline)) return false;
        ssize_t sent = send(fd, bytes.s + at, bytes.n - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (sent <= 0) return false;
        at += (size_t)sent;
    }
    return true;
}

static void put_length(char out[4], size_t n)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(n >> (24 - 8 * i) & 0xFF);
}

static size_t get_length(const char in[4])
{
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        n = n << 8 | (uint8_t)in[i];
    return n;
}

/* --- the server's side: reading a request ------------------------------------------------------------------------------ */

/* Only who could change the data file anyway. */
static Err check_peer(int fd)
{
    struct ucred who;
    socklen_t n = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && (who.uid == geteuid() || who.uid == 0)) return ERR_NONE;
    return err_text(ERR_FORBIDDEN, text_of("サーバーを動かしている利用者か root だけが命令できます。", "Only the user that runs the server, or root, may give commands."));
}

static Err cut_short(void)
{
    return err_text(ERR_INVALID, text_of("命令が途中で切れているか、形が違います。", "The command is cut short or not in the right form."));
}

static Err read_words(Arena *a, const json_t *list, Str **words, size_t *n)
{
    *n = json_array_size(list);
    if (*n > 64) return cut_short();
    *words = arena_array(a, Str, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*words)[i] = json_str_of(json_array_get(list, i));
    return ERR_NONE;
}

static Err read_files(Asked *q, int fd, const json_t *list, int64_t deadline)
{
    size_t n = json_array_size(list), room = CONSOLE_FILES_MAX;
    if (n > WORDS_MAX) return cut_short();
    File *files = arena_array(&q->arena, File, n + 1);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        json_int_t bytes = json_integer_value(json_object_get(one, "bytes"));
        if (bytes < 0 || (uint64_t)bytes > room) return err_of(ERR_TOO_LARGE);
        char *to = arena_alloc(&q->arena, (size_t)bytes + 1);
        files[i] = (File){json_str_of(json_object_get(one, "name")), {to, (size_t)bytes}};
        room -= (size_t)bytes;
        if (!take(fd, q->console->stop, to, (size_t)bytes, deadline)) return cut_short();
    }
    q->run.files = files, q->run.files_n = n;
    return ERR_NONE;
}

static Err read_head(Asked *q, int fd, json_t **head, int64_t deadline)
{
    char start[8];
    if (!take(fd, q->console->stop, start, sizeof start, deadline) || memcmp(start, magic, 4) != 0) return cut_short();
    size_t n = get_length(start + 4);
    if (n > HEAD_MAX) return err_of(ERR_TOO_LARGE);
    char *bytes = arena_alloc(&q->arena, n + 1);
    if (!take(fd, q->console->stop, bytes, n, deadline)) return cut_short();
    return json_in(&q->arena, (Str){bytes, n}, HEAD_MAX, head);
}

/* Not inlined: no local may stand in the frame of setjmp. */
__attribute__((noinline)) static Err read_request(Asked *q, int fd)
{
    json_t *head;
    Str *words;
    size_t n;
    TRY(check_peer(fd));
    TRY(read_head(q, fd, &head, now_monotonic_ms() + HEAD_MS)); /* whoever says nothing keeps the others waiting */
    q->o.lang = str_eqc(json_str_of(json_object_get(head, "language")), "ja") ? JA : EN;
    TRY(read_words(&q->arena, json_object_get(head, "words"), &words, &n));
    TRY(options_read(&q->arena, words, n, &q->o, &q->command));
    if (!q->command->act) return err_text(ERR_METHOD, text_of("この命令はサーバーでは動きません。", "This command does not run in the server."));
    run_start(&q->run, &q->arena, &q->o);
    if (!q->o.listen.n && !q->o.public_url.n) q->run.origin = q->console->origin;
    return read_files(q, fd, json_object_get(head, "files"), now_monotonic_ms() + READ_MS);
}

/* --- the server's side: running it on the writer ------------------------------------------------------------------------ */

static void reply(Asked *q, Answer answer)
{
    Buf b;
    buf_init(&b, &q->arena, answer.out.n + answer.err.n + 64);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kint(&j, "exit", answer.exit), json_kstr(&j, "out", answer.out), json_kstr(&j, "err", answer.err);
    json_close(&j, '}');
    q->reply = buf_str(&b);
}

/* What a command takes back (dry) is refused to the writer, so that it rolls its savepoint back. */
static Err change_run(Change *ch, Db *db, History *h)
{
    Asked *q = (Asked *)((char *)ch - offsetof(Asked, change));
    jmp_buf rescue;
    if (!ARENA_TRY(&q->arena, rescue)) return err_of(ERR_FULL);
    q->run.db = db, q->run.history = h, q->run.packs = q->console->packs, q->run.resources = q->console->resources;
    Err e = q->command->act(&q->run);
    arena_end_try(&q->arena);
    return !e.kind && q->run.dry ? err_of(ERR_CONFLICT) : e;
}

static void change_done(Change *ch, Err e)
{
    Asked *q = (Asked *)((char *)ch - offsetof(Asked, change));
    Console *c = q->console;
    jmp_buf rescue;
    q->arena.limit += 32 << 20; /* room for the words of the answer */
    if (ARENA_TRY(&q->arena, rescue)) {
        if (q->run.dry) e = ERR_NONE;
        if (e.kind) q->run.out.n = 0;
        reply(q, run_answer(&q->run, e));
    }
    arena_end_try(&q->arena);
    pthread_mutex_lock(&c->mutex);
    q->done = true;
    pthread_cond_signal(&c->answered);
    pthread_mutex_unlock(&c->mutex);
}

static void run_request(Asked *q)
{
    Console *c = q->console;
    q->change = (Change){.run = change_run, .done = change_done};
    if (!writer_submit(c->writer, &q->change)) {
        change_done(&q->change, err_text(ERR_BUSY, text_of("サーバーが混み合っているか、終わるところです。何も変更していません。やり直してください。",
                                                    "The server is busy, or about to end. Nothing was changed. Try again.")));
        return;
    }
    pthread_mutex_lock(&c->mutex);
    while (!q->done)
        pthread_cond_wait(&c->answered, &c->mutex);
    pthread_mutex_unlock(&c->mutex);
}

static bool read_or_refuse(Asked *q, int fd)
{
    jmp_buf rescue;
    if (!ARENA_TRY(&q->arena, rescue)) return false;
    Err e = read_request(q, fd);
    if (e.kind) reply(q, run_problem(&q->arena, &q->o, e));
    arena_end_try(&q->arena);
    return !e.kind;
}

static void attend(Console *c, int fd)
{
    Asked *q = &c->asked;
    char length[4];
    *q = (Asked){.console = c, .o = {.days = 90}, .reply = STR("{\"exit\":74,\"out\":\"\",\"err\":\"kaname: out of memory\\n\"}")};
    arena_init(&q->arena, MEMORY_MAX);
    if (read_or_refuse(q, fd)) run_request(q);
    put_length(length, q->reply.n);
    int64_t deadline = now_monotonic_ms() + SEND_MS;
    if (give(fd, -1, (Str){length, 4}, deadline)) give(fd, -1, q->reply, deadline);
    arena_done(&q->arena);
}

static void *console_loop(void *arg)
{
    Console *c = arg;
    while (ready(c->fd, c->stop, POLLIN, INT64_MAX)) {
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            usleep(20000); /* out of descriptors: others may give theirs back */
            continue;
        }
        attend(c, fd);
        close(fd);
    }
    return NULL;
}

/* --- the server's side: life ------------------------------------------------------------------------------------------- */

/* Whoever calls holds the lock of the data file, so a socket that lies there belongs to nobody. Anything else that lies there stays. */
static Err listen_on(Arena *a, Str path, int *out)
{
    struct sockaddr_un to;
    struct stat st;
    TRY(address(a, path, &to));
    if (lstat(to.sun_path, &st) == 0 && S_ISSOCK(st.st_mode)) unlink(to.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&to, sizeof to) == 0 && chmod(to.sun_path, 0600) == 0 && listen(fd, BACKLOG) == 0) {
        *out = fd;
        return ERR_NONE;
    }
    if (fd >= 0) close(fd);
    return err_text(ERR_BROKEN, TEXT_FILL(a, "命令を受け付けるソケット {0} を作れません。", "The socket {0} that takes commands cannot be made.", path));
}

Err console_start(Arena *a, const Opened *x, Writer *w, Str origin, Console **out)
{
    Console *c = arena_new(a, Console);
    *c = (Console){.writer = w, .packs = &x->packs, .resources = &x->resources, .origin = origin, .path = console_path(a, x->base)};
    TRY(listen_on(a, c->path, &c->fd));
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->answered, NULL);
    c->stop = eventfd(0, EFD_CLOEXEC);
    if (c->stop < 0 || pthread_create(&c->thread, NULL, console_loop, c) != 0) {
        unlink(c->path.s);
        close(c->fd);
        return err_of(ERR_FULL);
    }
    *out = c;
    return ERR_NONE;
}

void console_stop(Console *c)
{
    uint64_t one = 1;
    unlink(c->path.s);
    if (write(c->stop, &one, sizeof one) == sizeof one) pthread_join(c->thread, NULL);
    close(c->fd);
    close(c->stop);
}

/* --- the command's side -------------------------------------------------------------------------------------------------- */

static Err reach(Arena *a, Str base, int *out)
{
    struct sockaddr_un to;
    TRY(address(a, console_path(a, base), &to));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return err_of(ERR_FULL);
    struct timeval patience = {.tv_sec = SEND_MS / 1000};
    struct ucred who;
    socklen_t n = sizeof who;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience); /* also of connect, when many wait */
    int bad = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    bool known = !bad && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && (geteuid() == 0 || who.uid == geteuid() || who.uid == 0);
    if (known) {
        *out = fd;
        return ERR_NONE;
    }
    close(fd);
    if (bad == ENOENT || bad == ECONNREFUSED) return err_of(ERR_NOT_FOUND);
    if (bad == EAGAIN) return err_text(ERR_BUSY, text_of("サーバーは別の命令を受け付けています。少し待ってからやり直してください。", "The server is busy with other commands. Try again in a moment."));
    return err_text(ERR_FORBIDDEN, text_of("サーバーを動かしている利用者か root として実行してください。", "Run this as the user that runs the server, or as root."));
}

static Str request_head(Arena *a, const Options *o, const Str *words, size_t n, const File *files, size_t files_n)
{
    Buf b;
    buf_init(&b, a, 1024);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    json_kstr(&j, "language", o->lang == JA ? STR("ja") : STR("en"));
    json_key(&j, STR("words")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        json_str(&j, words[i]);
    json_close(&j, ']');
    json_key(&j, STR("files")), json_open(&j, '[');
    for (size_t i = 0; i < files_n; i++)
        json_open(&j, '{'), json_kstr(&j, "name", files[i].name), json_kint(&j, "bytes", (int64_t)files[i].bytes.n), json_close(&j, '}');
    json_close(&j, ']');
    json_close(&j, '}');
    return buf_str(&b);
}

static Err check_size(Arena *a, Str head, const File *files, size_t n)
{
    size_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += files[i].bytes.n;
    if (head.n <= HEAD_MAX && all <= CONSOLE_FILES_MAX) return ERR_NONE;
    return err_text(ERR_TOO_LARGE, TEXT_FILL(a, "動いているサーバーに渡せるのは合計 {0} MB までです。ファイルを分けてください。",
                                       "A running server takes at most {0} MB at once. Give the files one by one.", str_printf(a, "%d", CONSOLE_FILES_MAX >> 20)));
}

/* A server that refuses early answers before it read everything; so what cannot be sent is no reason not to listen. */
static Err converse(Arena *a, int fd, Str head, const File *files, size_t files_n, json_t **out)
{
    char start[8];
    int64_t deadline = now_monotonic_ms() + READ_MS + ANSWER_MS;
    memcpy(start, magic, 4);
    put_length(start + 4, head.n);
    bool sent = give(fd, -1, (Str){start, sizeof start}, deadline) && give(fd, -1, head, deadline);
    for (size_t i = 0; sent && i < files_n; i++)
        sent = give(fd, -1, files[i].bytes, deadline);
    size_t n = take(fd, -1, start, 4, deadline) ? get_length(start) : 0;
    char *bytes = n && n <= ANSWER_MAX ? arena_alloc(a, n + 1) : NULL;
    if (bytes && take(fd, -1, bytes, n, deadline)) return json_in(a, (Str){bytes, n}, ANSWER_MAX, out);
    return err_text(ERR_BROKEN, text_of("サーバーが答える前に終わりました。変更が済んでいるかどうか確かめてください。",
                                    "The server ended before it answered. Check whether the change was made."));
}

Err console_ask(Arena *a, Str base, const Options *o, const Str *words, size_t n, const File *files, size_t files_n, Answer *out)
{
    int fd;
    json_t *in;
    Str head = request_head(a, o, words, n, files, files_n);
    TRY(reach(a, base, &fd));
    Err e = check_size(a, head, files, files_n);
    if (!e.kind) e = converse(a, fd, head, files, files_n, &in);
    close(fd);
    if (e.kind) return e;
    *out = (Answer){(int)json_integer_value(json_object_get(in, "exit")), json_str_of(json_object_get(in, "out")), json_str_of(json_object_get(in, "err"))};
    return ERR_NONE;
}
