/* inside.h -- what the files of this room say to each other. Nobody else includes it. */
#ifndef KANAME_HISTORY_INSIDE_H
#define KANAME_HISTORY_INSIDE_H

#include "history/history.h"
#include "merkle/merkle.h"

#include <pthread.h>

#define BYTES(p, n) ((Str){(const char *)(p), (n)})
#define HASH_STR(h) BYTES((h).b, MERKLE_HASH)

enum { LEAF_MAX = 4096, ORIGIN_MAX = 120, NAME_MAX_BYTES = 80, SALT = 32, HISTORY_MEMORY = 64 << 20 };

/* --- leaf.c ------------------------------------------------------------------------------------------- */
typedef struct Leaf { /* docs/history.md, "Leaf" */
    Id org_id;
    uint64_t sequence;
    MerkleHash previous; /* leaf hash before this one; zero for the first */
    Instant at;
    Str actor, action;
    Id object;
    uint64_t object_version;
    MerkleHash object_previous; /* latest leaf of the same object; zero: none */
    uint32_t fields_n;
    MerkleHash fields_root; /* zero when fields_n is 0 */
    uint8_t marking;
    uint8_t idempotency[32];
    Str detail; /* disposal: "field=…\nground=…" */
} Leaf;

Str leaf_write(Arena *a, const Leaf *l);
bool leaf_read(Str bytes, Leaf *out); /* borrows; exact: nothing before, between or after */

/* --- fields.c: what a version commits to ---------------------------------------------------------------- */
typedef struct Salted { /* one entry of the salts blob */
    Str name;
    const uint8_t *salt; /* all zero: disposed of */
    size_t at;           /* offset of the salt in the blob */
} Salted;

MerkleHash field_hash(const uint8_t salt[SALT], Str name, Str value);
MerkleHash fields_root(const MerkleHash *hash, size_t n);
bool salts_read(Arena *a, Str blob, Salted **out, size_t *n);
bool salt_gone(const uint8_t *salt);
/* The raw bytes of a member of a canonical JSON object, as value_canonical wrote them; false when absent. */
bool doc_member(Str doc, Str name, Str *value, size_t *from);
/* The value that a field without member has. */
#define NO_VALUE STR("null")

/* --- note.c --------------------------------------------------------------------------------------------- */
typedef struct SignKey {
    Str name;
    uint8_t public_key[32], secret[64];
    uint8_t id[4];
} SignKey;

void key_make(Arena *a, SignKey *k);
Str key_private_text(Arena *a, const SignKey *k);
bool key_private_parse(Arena *a, Str line, SignKey *k);
Str key_public_text(Arena *a, const SignKey *k);
bool key_public_parse(Arena *a, Str line, SignKey *k); /* secret stays zero */
Str text_sign(Arena *a, const SignKey *k, Str body); /* one signature line */
int text_signed(Arena *a, const SignKey *k, Str body, Str lines); /* how many of them are of this key; -1: a line is wrong */
Str note_sign(Arena *a, const SignKey *k, Str origin, uint64_t size, const MerkleHash *root);
/* Exact form, one signature line of this key; unknown further signatures are ignored. */
bool note_open(Arena *a, const SignKey *k, Str note, Str *origin, uint64_t *size, MerkleHash *root);
bool uint_parse(Str s, uint64_t *out); /* decimal, no sign, no leading zero */

/* --- mark.c --------------------------------------------------------------------------------------------- */
typedef struct Mark {
    uint8_t log[32]; /* SHA-256 of the origin */
    uint64_t size;
    MerkleHash root;
} Mark;

typedef struct Marks {
    int fd; /* -1: closed */
    Mark *list;
    uint8_t *turn; /* which of the two copies is the older */
    size_t n, cap;
} Marks;

void mark_of_origin(Str origin, uint8_t out[32]);
Err marks_open(Arena *a, Str path, bool create, bool writable, Marks *out, bool *found);
const Mark *marks_find(const Marks *m, const uint8_t log[32]);
Err marks_put(Arena *a, Marks *m, const Mark *mark); /* not yet synced */
Err marks_sync(Marks *m);
void marks_close(Marks *m);

/* --- log.c ------------------------------------------------------------------------------------------------ */
typedef struct LogRow {
    int64_t org;
    Id org_id;
    Str origin;
    MerkleFrontier frontier;
    MerkleHash root, last;
    uint64_t signed_size;
    Str note;
} LogRow;

typedef struct Sealed {
    const Db *db; /* the connection that sealed it */
    Mark mark;
    bool committed; /* it is to be marked */
} Sealed;

struct History {
    SignKey key;
    pthread_mutex_t marking; /* held while marks are written and synced, taken before `mutex` */
    bool unsynced, lost;     /* guarded by it: written since the last sync; a sync failed */
    pthread_mutex_t mutex;   /* guards all below: several writers, and marks that are written while the next batch runs */
    Arena a;                 /* lives as long as the process */
    Marks marks;
    Sealed *sealed;
    size_t sealed_n, sealed_cap;
};

typedef struct NodeSource {
    Db *db;
    int64_t org;
    Err err;
} NodeSource;

bool node_read(void *node_source, unsigned level, uint64_t index, MerkleHash *out); /* a MerkleRead */
Err log_load(Db *db, Arena *a, int64_t org, bool lock, LogRow *out, bool *found);
Err logs_all(Db *db, Arena *a, int64_t **orgs, size_t *n);
Err log_append(History *h, Db *db, Arena *a, const Event *e, Str detail, int64_t *leaf, Str *salts);
Err key_open(Arena *a, Str path, bool create, SignKey *out);
Err leaf_load(Db *db, Arena *a, int64_t org, int64_t index, Str *bytes);
Err disposed_hash(Db *db, int64_t org, int64_t index, Str field, MerkleHash *out, int64_t *by, bool *found);
/* Hash of each field of a version, whether disposed of or not; *bad: its doc, salts or kept hashes are unreadable. */
Err version_hashes(Db *db, Arena *a, int64_t org, int64_t leaf, Str doc, Str salts, MerkleHash **out, size_t *n, int64_t *disposed, bool *bad);

#endif
