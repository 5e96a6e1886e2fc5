/*
 * load.c -- keeps CLIENTS connections busy with COUNT requests in all and prints one line of JSON. With BODY it posts, '@' in BODY and in the
 * Idempotency-Key being the number of the request; without it gets.   load PORT CLIENTS COUNT TOKEN PATH [BODY]
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 << 10, CLIENTS_MAX = 1024 };

typedef struct Client {
    int fd;
    size_t n;
    char in[BUFFER];
} Client;

typedef struct Load {
    const char *token, *path, *body;
    long count, sent, good, other;
    char salt[16];
} Load;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void fill_body(const Load *l, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = l->body; *p && n + 24 < size; p++) {
        if (*p != '@') out[n++] = *p;
        else n += (size_t)snprintf(out + n, size - n, "%ld", l->sent);
    }
    out[n] = '\0';
}

static void send_one(Load *l, Client *c)
{
    char body[4096] = "", text[8192];
    if (l->sent == l->count) return;
    if (l->body) fill_body(l, body, sizeof body);
    int n = l->body ? snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                                  "Idempotency-Key: %s-%ld\r\nContent-Length: %zu\r\n\r\n%s", l->path, l->token, l->salt, l->sent, strlen(body), body)
                    : snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n\r\n", l->path, l->token);
    l->sent++;
    c->n = 0;
    if (write(c->fd, text, (size_t)n) != n) die("write");
}

/* A whole answer is there: its status; 0: not yet. */
static int answered(Client *c)
{
    c->in[c->n] = '\0';
    char *end = strstr(c->in, "\r\n\r\n"), *length = strcasestr(c->in, "\r\nContent-Length:");
    if (!end || !length) return 0;
    if (c->n < (size_t)(end + 4 - c->in) + (size_t)atol(length + 17)) return 0;
    return atoi(c->in + 9);
}

static void take(Load *l, Client *c)
{
    ssize_t n = read(c->fd, c->in + c->n, BUFFER - 1 - c->n);
    if (n <= 0) die("read");
    c->n += (size_t)n;
    int status = answered(c);
    if (!status) return;
    if (status == 200 || status == 201) l->good++;
    else if (l->other++ == 0) fprintf(stderr, "%.300s\n", c->in);
    send_one(l, c);
}

static int connected(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) die("connect");
    return fd;
}

int main(int argc, char **argv)
{
    if (argc < 6) return fprintf(stderr, "load PORT CLIENTS COUNT TOKEN PATH [BODY]\n"), 2;
    int port = atoi(argv[1]), clients = atoi(argv[2]), poll = epoll_create1(0);
    static Client list[CLIENTS_MAX];
    Load l = {.count = atol(argv[3]), .token = argv[4], .path = argv[5], .body = argc > 6 ? argv[6] : NULL};
    snprintf(l.salt, sizeof l.salt, "load%d", (int)getpid());
    for (int i = 0; i < clients && i < CLIENTS_MAX; i++) {
        list[i].fd = connected(port);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &list[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, list[i].fd, &e);
    }
    double began = now();
    for (int i = 0; i < clients && i < CLIENTS_MAX; i++)
        send_one(&l, &list[i]);
    while (l.good + l.other < l.count) {
        struct epoll_event e[64];
        int n = epoll_wait(poll, e, 64, 10000);
        if (n <= 0) die("epoll_wait");
        for (int i = 0; i < n; i++)
            take(&l, e[i].data.ptr);
    }
    printf("{\"seconds\":%.6f,\"good\":%ld,\"other\":%ld}\n", now() - began, l.good, l.other);
    return l.other != 0;
}
