/* Fuzz: any bytes that a command might send to the socket beside the data file; never a crash, always a command that may run here or a refusal. Nothing is run. */
#include "console.c" /* its parser is nobody else's business */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    Console c = {.stop = -1, .origin = STR("http://127.0.0.1:8080")};
    Asked *q = &c.asked;
    if (size > 100000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1; /* what fits the buffer of a socket */
    *q = (Asked){.console = &c, .o = {.days = 90}};
    arena_init(&q->arena, 64 << 20);
    bool sent = give(ends[0], -1, (Str){(const char *)data, size}, now_monotonic_ms() + SEND_MS);
    shutdown(ends[0], SHUT_WR);
    bool runs = read_or_refuse(q, ends[1]);
    assert(!sent || runs == !q->reply.n);
    assert(!runs || (q->command && q->command->act && q->run.files_n <= WORDS_MAX));
    arena_done(&q->arena);
    close(ends[0]);
    close(ends[1]);
    return 0;
}
