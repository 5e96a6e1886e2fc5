/* turns.c -- counts in a table of fixed size: nobody who comes from many places can make it grow. Two addresses in one place share their turns. */
#include "api/turns.h"

#include <arpa/inet.h>
#include <event2/http.h>
#include <sodium.h>

enum { PLACES = 8192, WINDOW_MS = 15 * 60 * 1000 };

struct Turns {
    uint8_t key[crypto_shorthash_KEYBYTES];
    Instant window;
    uint16_t n[PLACES];
};

Turns *turns_new(Arena *a)
{
    Turns *t = arena_new(a, Turns);
    random_bytes(t->key, sizeof t->key);
    return t;
}

/* 0: this machine. */
uint64_t turns_peer(const Turns *t, struct evhttp_connection *c)
{
    char *address = NULL;
    uint16_t port;
    uint8_t b[16] = {0}, hash[crypto_shorthash_BYTES];
    uint64_t out;
    if (c) evhttp_connection_get_peer(c, &address, &port);
    if (!address || strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0) return 0;
    bool six = inet_pton(AF_INET, address, b) != 1 && inet_pton(AF_INET6, address, b) == 1;
    crypto_shorthash(hash, b, six ? 8 : 4, t->key);
    memcpy(&out, hash, sizeof out);
    return out ? out : 1;
}

Err turn_take(Turns *t, uint64_t peer, Instant now)
{
    Instant window = now / WINDOW_MS;
    if (t->window != window) memset(t->n, 0, sizeof t->n);
    t->window = window;
    uint16_t *n = &t->n[peer ? 1 + peer % (PLACES - 1) : 0];
    if (*n >= (peer ? TURNS_EACH : TURNS_HERE))
        return err_text(ERR_LIMIT, text_of("この場所からの判定が多すぎます。15分ほど待つか、ログインしてください。", "Too many judgements from here. Wait a quarter of an hour, or log in."));
    ++*n;
    return ERR_NONE;
}
