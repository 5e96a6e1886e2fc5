/*
 * pack/ -- the law and the catalogues as data: load, check. Owns: nothing in the database; packs are read-only directories of JSON.
 * Called by: work and domain rooms (lists, starter library), api (browse), commands (pack check). Never: opens a database or a socket.
 */
#ifndef KANAME_PACK_H
#define KANAME_PACK_H

#include "base/base.h"
#include "record/record.h"

typedef enum { CHECK_VERIFIED, CHECK_OFFICIAL, CHECK_SECONDARY, CHECK_SEED, CHECK_MEMORY, CHECK_STATES } CheckState; /* labels of facts/domain.md */
extern const struct CheckRow { Str code; Text label; Text help; } check_rows[CHECK_STATES];

typedef struct PackItem {
    Str list;   /* "sectors", "services", "risk-sources", "events", "calendars" … */
    Str code;   /* unique in the list */
    Text title; /* ja, en */
    Day from, to; /* validity; DAY_NONE: open */
    Str source; /* citation */
    CheckState check;
    struct json_t *json; /* the whole item, for what else the list carries */
} PackItem;

typedef struct Pack { Str name; Str version; Text title; PackItem *items; size_t n; const Resource *resources; size_t resources_n; } Pack;
typedef struct Packs { Pack *list; size_t n; } Packs;

/* Loads a directory with pack.json. All mistakes at once, as "file:line field: reason". */
Err pack_load(Arena *a, Str dir, Pack *out);
const PackItem *pack_find(const Packs *p, Str list, Str code, Day on); /* NULL; valid on that day */
size_t pack_list(const Packs *p, Str list, Day on, const PackItem **out, size_t max); /* on DAY_NONE: all */

#endif
