/* app/ -- main() and one file per command. Contains no logic of its own: opens, calls a room, prints. */
#ifndef KANAME_APP_H
#define KANAME_APP_H

#include "api/api.h"
#include "job/job.h"

extern const Resources kaname_resources;
extern const JobKinds kaname_jobs;
#define KANAME_VERSION "0.1.0"

typedef struct Options {
    Str db, listen, sample, user, login, name, roles, org, label, to, key, packs;
    bool json, create, read_only, plan;
    int64_t days, files_mib;
    Str words[4];
    size_t words_n;
} Options;

typedef struct Opened { /* what most commands need */
    Store *store;
    Db *db;
    History *history;
    Packs packs;
} Opened;

typedef struct Command {
    const char *name;
    const char *usage;
    Text help;
    Err (*run)(Arena *a, const Options *o);
} Command;

Err app_open(Arena *a, const Options *o, bool create, bool exclusive, Opened *out); /* migrates when exclusive */
void app_close(Opened *x);
Err app_packs(Arena *a, const Options *o, Packs *out); /* all of them; a bad one is named with its mistakes */
/* A Ctx of the program itself, with all rights in one organisation. */
Ctx app_context(Arena *a, const Opened *x, Principal *who);
Err app_org(Db *db, Arena *a, Str name, Org *out); /* by id or name; empty: the only or first one */
void say(const Options *o, Text t);

Err command_init(Arena *a, const Options *o);
Err command_serve(Arena *a, const Options *o);
Err command_org(Arena *a, const Options *o);
Err command_user(Arena *a, const Options *o);
Err command_token(Arena *a, const Options *o);
Err command_import(Arena *a, const Options *o);
Err command_export(Arena *a, const Options *o);
Err command_backup(Arena *a, const Options *o);
Err command_audit(Arena *a, const Options *o);
Err command_job(Arena *a, const Options *o);
Err command_pack(Arena *a, const Options *o);
Err command_receipt(Arena *a, const Options *o);
Err command_openapi(Arena *a, const Options *o);
Err command_version(Arena *a, const Options *o);

#endif
