/* turns.h -- how often those who are not logged in may ask, by where they come from. Private to api/. One thread: the loop's. */
#ifndef KANAME_API_TURNS_H
#define KANAME_API_TURNS_H

#include "base/base.h"

struct evhttp_connection;
typedef struct Turns Turns;
/* In a quarter of an hour: from one address (IPv6: one /64); from this machine itself, where a proxy stands for everybody. */
enum { TURNS_EACH = 120, TURNS_HERE = 2400 };

Turns *turns_new(Arena *a);
uint64_t turns_peer(const Turns *t, struct evhttp_connection *c); /* where it comes from */
Err turn_take(Turns *t, uint64_t peer, Instant now);             /* ERR_LIMIT */

#endif
