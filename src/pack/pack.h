/*
 * pack/ -- the law and the catalogues as data: load, check, show. Owns: nothing in the database; packs are read-only directories of JSON.
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
    Str words;  /* all texts, folded: what a search looks at */
    struct json_t *json; /* the whole item, for what else the list carries */
} PackItem;

typedef struct PackField { Str name; Text label; Str list; } PackField; /* of items; list: the value is a code in that list */
typedef struct PackList { Str name; Text title; PackField *fields; size_t fields_n; size_t first, n; } PackList; /* items[first … first + n - 1] */

typedef struct Pack {
    Str dir; /* where it was read */
    Str name; Str version; Text title;
    PackList *lists; size_t lists_n;
    PackItem *items; size_t n;
    const Resource *resources; size_t resources_n;
    Str needs; /* the pack that it is laid over; empty: it stands by itself */
} Pack;
struct Laws; /* law/law.h, a room above */
typedef struct Packs { Pack *list; size_t n; const struct Laws *laws; /* those of the packs; NULL: not read */ } Packs;
enum { PACKS_MAX = 16 };

/* Loads a directory with pack.json. All mistakes at once, as "file:line field: reason". */
Err pack_load(Arena *a, Str dir, Pack *out);
/* manifest.json: {"files": [{"path", "bytes", "sha256"}] in byte order, "name", "version", "sha256" of all}. */
Err manifest_make(Arena *a, Str dir, Str name, Str version, Str *out);
/* The "sha256" that manifest.json of the directory would say, signed or not: of every file, so of what the pack says. */
Err manifest_content(Arena *a, Str dir, Str *hash);
/* A pack with a manifest is exactly that: else ERR_MISTAKES names each file. pack_load asks this first. */
Err manifest_check(Arena *a, Str dir, bool *there);
Str manifest_hash(Arena *a, Str manifest); /* of its bytes: what is signed */
/* A pack, or a directory of packs (by name); no pack at all, a bad one and two of one name are errors. */
Err packs_load(Arena *a, Str dir, Packs *out);
const Pack *packs_find(const Packs *p, Str name);         /* NULL */
const PackList *pack_find_list(const Pack *p, Str list);  /* NULL */
bool pack_item_has(Arena *a, const PackItem *it, Str text); /* every word of the text is in the item */
/* {"id","title",fields as they stand,"source","from","to","check"} and "_titles" by code of the items of other lists that it names. */
void pack_item_json(JsonOut *j, Arena *a, const Pack *p, const PackItem *it);
const PackItem *pack_find(const Packs *p, Str list, Str code, Day on); /* NULL; valid on that day */
size_t pack_list(const Packs *p, Str list, Day on, const PackItem **out, size_t max); /* on DAY_NONE: all */

bool pack_number(const PackItem *it, const char *field, const char *name, int64_t *out); /* {"limit":{"minutes":120}}: a whole number within a field */

#endif
