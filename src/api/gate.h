/* gate.h -- who may send a large body, decided when its head comes in. Private to api/. One thread: the loop's. */
#ifndef KANAME_API_GATE_H
#define KANAME_API_GATE_H

#include "base/base.h"

#include <event2/bufferevent.h>
#include <event2/http.h>

enum { GATE_SMALL = 16 << 10, GATE_LARGE = 8 << 20, GATE_STRANGERS = 8 };

typedef struct Gates Gates;
typedef struct GateKeeper {
    bool (*known)(void *arg, Str bearer, Str cookies); /* is somebody behind this? */
    void (*gone)(void *call);                          /* the peer went away while its call was being answered */
    void *arg;
} GateKeeper;

/* Lives in `a`, which nobody else uses while the loop runs. */
Gates *gates_new(Arena *a, struct evhttp *http, GateKeeper keeper);
/* The call that a connection waits for; false: no memory was left to watch it. */
bool gate_call(Gates *g, struct evhttp_connection *c, void *call);
void gate_answered(Gates *g, struct evhttp_connection *c);

#endif
