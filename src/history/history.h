/*
 * history/ -- what happened, provably: one Merkle log (RFC 6962 hashing) per organisation, C2SP checkpoints signed with Ed25519 in the
 * same commit, receipts (tlog-proof), disposal of values under an intact tree. Design: facts/trust.md section 4.
 * Owns: tables log, log_leaf, log_node; the key file and the high-water file beside the data file.
 * Called by: work (append, seal), api (receipts, list), commands (verify). Never: reads a record's table.
 */
#ifndef KANAME_HISTORY_H
#define KANAME_HISTORY_H

#include "base/base.h"
#include "record/record.h"
#include "store/store.h"

typedef struct History History; /* key, high-water file; one per process; append and seal only from the writer */

extern const Migration history_migrations[];
extern const size_t history_migrations_n;

/* Opens key (created with `create`, mode 0600, file `<data>.key`) and high-water mark (`<data>.mark`). `dir_base` is the data file's path; for PostgreSQL
 * a path given by --key. Compares the marks with the database: ERR_CONFLICT with the organisation and sizes when the log is shorter than or inconsistent with what was signed. */
Err history_open(Arena *a, Str dir_base, bool create, Db *db, History **out);
void history_close(History *h);

typedef struct Event { /* what is to be appended; format in docs/history.md */
    int64_t org; Id org_id;
    Str actor;            /* pseudonym of the account (its Id text) or "system" */
    Str action;           /* "asset.create" */
    Id object; int64_t object_version;
    const Field *fields; size_t fields_n; const Value *v; /* may be none */
    uint8_t idempotency[32]; /* hash of the key, zero: none */
    Instant at;
    struct HistoryBatch *batch; /* NULL: alone */
} Event;

/* Appends in the caller's transaction: `leaf` is the index, `salts` (opaque; name and 32 bytes per field) is to be kept with the version. */
Err history_append(History *h, Db *db, Arena *a, const Event *e, int64_t *leaf, Str *salts);
/* Many appends of one organisation in one transaction: leaves are written by the dozen and the log row once, at the end. Between the two every event of
 * this log names the batch. When the transaction is rolled back it is simply forgotten. */
typedef struct HistoryBatch HistoryBatch;
Err history_batch_begin(History *h, Db *db, Arena *a, int64_t org, Id org_id, HistoryBatch **out);
Err history_batch_end(HistoryBatch *b);
/* Before commit: signs the head of every log that grew in this transaction (log rows marked unsigned) and stores the checkpoints. */
Err history_seal(History *h, Db *db, Arena *a);
/* After commit, before any answer: writes and syncs the high-water marks of what was sealed. */
Err history_mark(History *h, Db *db); /* of what was sealed on this connection: PostgreSQL has several writers */
/* The same in two steps, the second on any thread, while this connection has begun its next transaction: whatever was committed, of all writers. */
void history_committed(History *h, Db *db);
Err history_mark_committed(History *h, Db *db /* its store is broken when the marks do not reach the disk */);
/* After rollback of the whole batch. */
void history_forget(History *h, Db *db);

typedef struct LeafView { int64_t index; Instant at; Str actor, action; Id object; int64_t object_version; uint8_t hash[32]; } LeafView;
Err history_list(Db *db, Arena *a, int64_t org, Id object /* none: all */, int64_t before /* index, -1: newest */, size_t limit, LeafView **out, size_t *n);
Err history_checkpoint(Db *db, Arena *a, int64_t org, Str *note);
/* tlog-proof text + the event in clear with its salts: verifies offline (kaname receipt verify, tools/verify_receipt.py). `readable` limits the fields. */
Err history_receipt(Db *db, Arena *a, int64_t org, int64_t leaf, const Resource *res /* of the event's object; NULL: no fields */, const bool *readable, Str *out);
/* A key for one purpose, out of the signing key: what it seals is of no use to somebody who has the database alone. */
void history_derive(const History *h, const char *purpose, uint8_t out[32]);
Str history_public_key(Arena *a, const History *h); /* C2SP verifier key line */
Err receipt_verify(Arena *a, Str receipt, Str verifier_key); /* ERR_INVALID with the reason */

/* A text signed by a key file (made, with mode 0600, where there is none): the C2SP signature line, and the verifier key. */
Err history_sign_text(Arena *a, Str key_path, Str body, Str *line, Str *verifier);
/* body, empty line, signature lines: names of those in `trusted` (verifier keys, one a line, # comments) that signed. ERR_CONFLICT: nobody did, or a signature is wrong. */
Err history_check_text(Arena *a, Str note, Str trusted, Str *body, Str *signers);

/* Destroys value and salt of a field in all versions of a record and appends the leaf "…dispose"; the caller clears tables, search and scrubs. */
Err history_dispose(History *h, Db *db, Arena *a, const Event *e, int64_t record_row, const Resource *res, int field, Str ground);

/* Back from a copy. Opens the key (without `has_key` a new one is made) and an empty mark file; compares nothing. */
Err history_reopen(Arena *a, Str base, bool has_key, History **out);
typedef struct RestoreHow {
    bool has_key; /* the key of `h` is the one that signed the copy */
    Str mark;     /* high-water file of the data that was lost; empty: none */
    Str verifier; /* without the key: verifier key to check the heads with; empty: unchecked */
    Instant at;
} RestoreHow;
typedef struct RestoreReport { int64_t logs, continued, lost; bool checked; Str public_key; } RestoreReport;
/* In the caller's transaction, which seals, commits and marks. A log goes on under its origin when the marks show that nothing was signed after the
 * copy, else under a new one; a leaf says so and keeps the last signed head. ERR_CONFLICT: signature, tree and marks do not agree. */
Err history_restore(History *h, Db *db, Arena *a, const RestoreHow *how, RestoreReport *out);

typedef struct VerifyReport { int64_t logs, leaves, versions, disposed; Str *findings; size_t findings_n; } VerifyReport;
/* Recomputes everything: leaves against rows, tree against checkpoint, signatures, versions against fields_root, current rows against their latest version,
 * marks. Names the first bad leaf of each log. The caller began a transaction on a reading connection: one state, while the server runs. */
Err history_verify(Arena *a, Db *db, Str dir_base, const Resources *all, VerifyReport *out);
void verify_finding(Arena *a, VerifyReport *r, Str text); /* of checks that other rooms add; kept up to a ceiling */

#endif
