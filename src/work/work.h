/*
 * work/ -- one change: load the target, ask the policy, save, version, history leaf, commit. The only way in for api, commands and
 * importers and jobs. Owns: table idempotency. Never: speaks HTTP; knows a particular resource.
 */
#ifndef KANAME_WORK_H
#define KANAME_WORK_H

#include "access/access.h"
#include "base/base.h"
#include "history/history.h"
#include "record/record.h"
#include "store/store.h"

struct Packs;
struct Job;
struct PostGuard;
typedef struct Bulk { /* many changes of one import, whose references were looked up before */
    HistoryBatch *log;
    int64_t number; /* of the next new record, reserved; 0: none */
    const struct Walk *walks[4]; size_t walks_n; /* those that were begun for it */
} Bulk;
typedef struct Kept { const void *key, *value; Arena *a; /* as long as this; NULL: the one of the context */ } Kept; /* what a hook read once: under an address of its own */
struct Ctx { /* one request, command or job */
    Arena *a;
    Db *db;
    History *history; /* NULL while reading */
    const Resources *resources;
    const struct Packs *packs;
    const Principal *who;
    Instant now;
    Lang lang;
    Str idempotency; /* key of this change; empty: none */
    Str reason;      /* why, as given by the person (X-Reason or body of an action) */
    Bulk *bulk;      /* NULL: one change */
    Kept *kept;      /* where a hook may keep what it would read for every record again; NULL: nowhere */
    int64_t files_quota; /* bytes of attached files an organisation may keep; 0: the default */
    bool mail;           /* a mail server is set */
    Str origin;          /* https://kaname.example.jp: for links in what leaves; empty: not known */
    const struct PostGuard *post; /* which addresses webhooks may have; NULL: not known, so only their form is looked at */
};

extern const Migration work_migrations[];
extern const size_t work_migrations_n;

Err work_list(Ctx *c, const Resource *res, const ListQuery *q, ListPage *out);
Err work_get(Ctx *c, const Resource *res, Id id, Record **out);
/* Those of these ids that are there, retired ones as well, in their order. */
Err work_some(Ctx *c, const Resource *res, const Id *ids, size_t n, ListPage *out);
/* past.c: record_stretch and so on, for those who may list the register. */
Err work_stretch(Ctx *c, const Resource *res, int64_t after, size_t limit, int64_t *last);
Err work_past(Ctx *c, const Resource *res, int64_t after, int64_t last, Instant at, Past *out, size_t *n);
Err work_past_versions(Ctx *c, const Resource *res, int64_t after, int64_t last, Instant from, Instant until, Past **out, size_t *n, bool *cut);
/* Empties what the caller may not read; for records that were not read through work_get or work_list. */
void work_hide(Ctx *c, Record *r);
Err work_create(Ctx *c, const Resource *res, struct json_t *body, Record **out);
Err work_create_values(Ctx *c, const Resource *res, Value *v, Record **out); /* importers */
Err work_receive(Ctx *c, const Resource *res, struct json_t *doc, Record **out); /* a new record out of a document, for resources that receive */
Err work_update(Ctx *c, const Resource *res, Id id, int64_t if_version, struct json_t *body, bool partial, Record **out);
Err work_update_values(Ctx *c, const Resource *res, Id id, int64_t if_version, Value *v, Record **out);
/* Many records at once, all or nothing; each is a change of its own with its version and leaf. `before` and `after` as the caller may read them; the same
 * version in both: nothing changed. Mistakes of one record stand under "records/3/…", what else is in its way under "records/3". */
typedef struct ManyChange { Id id; int64_t version; struct json_t *change; Record *before, *after; } ManyChange;
enum { MANY_MAX = 500 };
Err work_update_many(Ctx *c, const Resource *res, ManyChange *list, size_t n);
Err work_remove(Ctx *c, const Resource *res, Id id, int64_t if_version); /* ERR_CONFLICT naming what still refers to it */
Err work_restore(Ctx *c, const Resource *res, Id id, int64_t if_version, Record **out);
Err work_action(Ctx *c, const Resource *res, Id id, const Action *action, int64_t if_version, struct json_t *body, Record **out);
/* `id` NULL: over the register. Errors of a record: as work_get. */
Err work_report(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, ReportOut *out);
Err work_document(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, JsonOut *j); /* of a report that is one */
Err work_file(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, int fd, Str *name); /* of a report that is one */
Err work_asked(Ctx *c, const Resource *res, const Id *id, const Report *report, const struct json_t *question, JsonOut *j); /* of one that is asked with a body */
Err work_dispose(Ctx *c, const Resource *res, Id id, Str field, Str ground);
/* Saves a record that a hook or an action of another record changed, with its own version and leaf. For domain rooms; the policy was asked for the act. */
Err work_save(Ctx *c, Record *old, Record *new_, const char *action);
/* For resources whose policy was asked elsewhere (attached files): a blank record; retire; destroy one field in all versions. */
Record *work_blank(Ctx *c, const Resource *res);
Err work_retire(Ctx *c, Record *old);
Err work_dispose_field(Ctx *c, Record *old, int field, Str ground);
/* A change of access tables: only the leaf. */
Err work_note(Ctx *c, int64_t org, Id org_id, Str action, Id object);

/* --- group.c: what an organisation shows upwards, and what those below show --------------------------------------------- */
typedef enum { SHOW_NOTHING, SHOW_STANDING, SHOW_FIGURES, SHOW_SEVERE, SHOWS } Show; /* each shows what those before it do, and more */
enum { SHOW_UNDECIDED = SHOW_STANDING, GROUP_MAX = COUNT_ORGS_MAX };
extern const Choice show_choices[SHOWS];
extern const Resource disclosure_resource;
Err work_disclosure(Ctx *c, Record **out); /* of the own organisation; NULL: nothing was decided */
Show disclosure_show(const Record *r);
Err work_disclose(Ctx *c, struct json_t *body, Record **out); /* {"show","reason"} */
typedef struct Member { Org org; int depth; Show show; /* here: what all between let through */ bool decided; } Member;
typedef struct OrgGroup { Member *list; size_t n; bool cut; /* there are more */ } OrgGroup;
Err work_group(Ctx *c, OrgGroup *out); /* those below the own organisation, each after the one above it */

/* Idempotency: keeps (account, key) → request hash, status, body in the same transaction. */
Err idempotency_find(Ctx *c, const uint8_t request_hash[32], bool *found, int *status, Str *body, Str *etag); /* ERR_REPLAYED: other request */
Err idempotency_keep(Ctx *c, const uint8_t request_hash[32], int status, Str body, Str etag);
Err idempotency_blank(Ctx *c, Id object); /* a value of it is destroyed: kept answers must not hold it */
Err idempotency_sweep(Db *db, Instant now); /* forgets answers older than seven days */

/* The writer: runs changes one after another on the writing connection, many per commit on SQLite (each in a savepoint). `run` is called in the
 * writer's thread inside the transaction; `done` after the commit (or failure) with the final error. */
typedef struct Writer Writer;
typedef struct Change Change;
struct Change {
    Err (*run)(Change *ch, Db *db, History *h);
    void (*done)(Change *ch, Err err);
    Change *next;
    bool scrub; /* set by run: after the commit nothing that was removed may stay in the file (db_scrub before done) */
};
Err writer_start(Arena *a, Store *s, History *h, Writer **out);
bool writer_submit(Writer *w, Change *ch); /* false: queue full (WRITER_QUEUE_MAX), answer 503 */
void writer_stop(Writer *w);               /* finishes the queue */
enum { WRITER_QUEUE_MAX = 1024, WRITER_BATCH_MAX = 64 };

/* --- runner.c: what happens later, once ----------------------------------------------------------------------------- */
/* In the transaction of the change, for the organisation of c->who: the job is there if the change is. A kind is "<queue>.<what>". One job for one
 * (kind, organisation, key) waits at a time; a second one only brings its newer payload and its earlier time. The payload is shown in the
 * list of jobs: ids and numbers, no secret, no personal data. Errors: job_enqueue. */
Err work_enqueue(Ctx *c, const char *kind, Str key, Str payload, Instant run_at);

/* An errand goes outside: kinds "out.…", "hook.…" and "calc.…", which have a thread each. `prepare` in a transaction of its own: what is to be done is read, and what must be the same in a
 * repetition is kept; NULL in *what: nothing is to be done. `go` without any transaction, in its own time. Then `done` in the transaction that ends the job, or, after an error of
 * `go`, `failed` in the one that notes it. After a crash `go` may run again. */
typedef struct Errand {
    Err (*prepare)(Ctx *c, const struct Job *job, void **what);
    Err (*go)(Arena *a, const void *means, void *what);
    Err (*done)(Ctx *c, const struct Job *job, void *what);
    Err (*failed)(Ctx *c, const struct Job *job, void *what, Err why);
    /* NULL, or for what takes longer than a lease: `go` has a nice thread and an arena of its own, and about once a second this runs in a transaction, after the lease was renewed (`mine` false:
     * another took the job). ERR_BUSY of such a `go`: the program ends, and the job is as if it had not been tried. */
    Err (*beat)(Ctx *c, const struct Job *job, void *what, bool mine);
} Errand;
/* Runs in the writer's transaction with all rights of the organisation; its changes and the state "done" are one commit. It may run again after a
 * failure (nothing of it is there then), so it does nothing outside the database. An error is kept with the job. */
typedef struct JobKind { const char *kind; Err (*run)(Ctx *c, const struct Job *job); Instant every; /* ms; 0: only when wanted */ const Errand *errand; /* instead of run */ } JobKind;
typedef struct JobKinds { const JobKind *list; size_t n; } JobKinds;
typedef struct RunnerSetup {
    Store *store; Writer *writer; const Resources *resources; const struct Packs *packs; const JobKinds *kinds;
    int lane;          /* JobLane; those outside run errands, and nothing else */
    const void *means; /* for Errand.go */
    bool mail; Str origin; const struct PostGuard *post; /* of every Ctx */
} RunnerSetup;
typedef struct Runner Runner;
Err runner_start(Arena *a, const RunnerSetup *s, Runner **out);
void runner_stop(Runner *r); /* finishes the job at hand; the store must still be open */

/* --- walk.c: a register gone through by a job, some records at a time --------------------------------------------------- */
enum { WALK_FILTERS_MAX = 4 };
/* left: which records still want it; `some` leaves none of those that it is given among them, but for what somebody saved meanwhile. */
typedef struct Walk { const char *kind; const Resource *res; size_t (*left)(Ctx *c, Filter out[WALK_FILTERS_MAX]); Err (*some)(Ctx *c, Record *const *list, size_t n); } Walk;
Err work_walk(Ctx *c, const struct Job *job, const Walk *w); /* the handler of that kind */
Err work_walk_begin(Ctx *c, const Walk *w); /* for the organisation of c->who; without one for all; asked again within an import it is one job */

/* --- import.c ------------------------------------------------------------------------------------------------------- */
typedef struct ImportWord { Str from, to; } ImportWord; /* what a cell says (folded) and what is to be read instead */
typedef struct ImportColumn { size_t column; Str heading; int field; /* -1: left out, -2: number (A-0001) */
    bool create; /* references: a missing one is made, when its name is all that it needs */
    ImportWord *words; size_t words_n;
    int64_t most; /* of a scale that other records give, as of this import */ } ImportColumn;
typedef struct Skipped { Str path, text; } Skipped;
typedef struct ImportSheet { Str sheet; const Resource *res; size_t heading_row; ImportColumn *columns; size_t columns_n; } ImportSheet; /* res NULL: left out */
typedef struct ImportPlan { ImportSheet *sheets; size_t n; } ImportPlan;
typedef struct ImportResult { int64_t created, updated, unchanged, rows;
    Skipped *skipped; size_t skipped_n, skipped_more; /* totals, notes and captions among the rows */ } ImportResult;
/* Guesses sheets, heading row and columns from labels and aliases (folded). */
Err import_propose(Ctx *c, const Book *b, ImportPlan *out);
Err import_plan_from_json(Ctx *c, struct json_t *json, ImportPlan *out);
/* The same for one sheet, when the person says what it is; heading_row counts from 1, 0: the row that fits best. */
Err import_propose_as(Ctx *c, const Sheet *s, const Resource *res, size_t heading_row, ImportPlan *out);
void import_plan_to_json(JsonOut *j, Ctx *c, const ImportPlan *p, const Book *b);
/* All or nothing. `dry`: everything but the last step (caller rolls back). Mistakes by "シート!C12", all of them. Rows with a known number or an equal unique title update. References by number or title,
 * also to rows of the same book. */
Err import_run(Ctx *c, const Book *b, const ImportPlan *p, ImportResult *out);

#endif
