/*
 * api/ -- the HTTP door: one event loop, a guard before every handler, one const table of routes. Called by: app (serve).
 * Never: SQL, or a resource's field names.
 */
#ifndef KANAME_API_H
#define KANAME_API_H

#include "pack/pack.h"
#include "work/work.h"

typedef struct App {
    Store *store;
    History *history;
    Writer *writer;
    const Resources *resources;
    const Packs *packs;
    const char *version;
    bool public_judge; /* judging also without login */
    int64_t files_quota; /* bytes of attached files an organisation may keep; 0: the default */
    bool mail; /* a mail server is set */
    const struct PostGuard *post; /* which addresses webhooks may have */
    Str origin; /* https://kaname.example.jp: how browsers reach the server through a proxy; empty: as they ask */
    void (*ending)(void *arg); /* NULL, or called when it ends, while the writer still takes changes */
    void *ending_arg;
} App;

/* Serves on host:port until SIGTERM or SIGINT; says "ready" through `ready` once the socket listens. */
Err api_serve(Arena *a, App *app, Str host, uint16_t port, void (*ready)(const char *host, uint16_t port));
/* Is /api/orgs/{org}/PATH a route of the program, so that no register may have it? */
bool api_path_is_taken(Str path);
/* OpenAPI 3.1 of the route table and the resources. */
void api_openapi(JsonOut *j, const Resources *all, const char *version);

#endif
