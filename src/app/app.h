/* app/ -- main() and the commands. Contains no logic of its own: opens, calls a room, prints. */
#ifndef KANAME_APP_H
#define KANAME_APP_H

#include "api/api.h"
#include "job/job.h"
#include "mail/mail.h"
#include "work/calculation.h"

extern const Resources kaname_resources; /* those written in C; with those of packs: app_packs */
extern const JobKinds kaname_jobs;
extern const CalculationKinds kaname_calculations;
#define KANAME_VERSION "0.1.0"
#define LISTEN_DEFAULT STR("127.0.0.1:8080")

enum { WORDS_MAX = 16 };

/* --- options.c: the one list of options ------------------------------------------------------------------------- */
typedef struct StrList { Str list[8]; size_t n; } StrList;
typedef struct Options {
    Str db, listen, sample, user, login, name, roles, org, label, to, from, key, id, packs, verifier, public_url, parent, as_of, what_if, language, rule, corpus, trust, xml, source, smtp, smtp_user, smtp_password_file, smtp_ca, mail_from, webhooks_ca, url, events, code, engine, graphml;
    bool json, read_only, plan, help, explain, confirm, smtp_plain, public_judge, webhooks_loopback, webhooks_private, exact, schema;
    bool law; /* of the command: rules are read and compiled, most of the time of a short one */
    int64_t days, files_mib, trials, seed, threads, scenarios, times, pairs;
    StrList pack; /* a pack and those laid over it */
    Lang lang; /* of whoever typed the command */
    Str words[WORDS_MAX];
    size_t words_n;
} Options;

typedef struct File { /* content that a command reads; read by whoever typed the command */
    Str name, bytes;
} File;

/* One command under way, in this process or, for a command that found the data file in use, in the server. What it says is
 * collected: `text` for people or, with --json, one object. */
typedef struct Run {
    Arena *a;
    const Options *o;
    Db *db;           /* within a transaction on the writer */
    History *history;
    const Packs *packs;
    const Resources *resources;
    Str listen;       /* where the server listens */
    Str origin;       /* how browsers reach it: for links */
    const File *files;
    size_t files_n;
    int exit;         /* of an answer that is no error */
    bool dry;         /* set by the command: take everything back */
    void *self;       /* the command's own */
    Buf out;
    JsonOut json;
} Run;

typedef struct Answer {
    int exit;
    Str out, err;
} Answer;

typedef struct Command {
    const char *name;
    const char *verbs; /* first word, "add list"; NULL: none */
    const char *takes; /* options, besides --json and --help */
    const char *usage; /* after the name */
    Text help;
    bool reads;        /* its words are files, read before it runs */
    bool law;          /* it may judge, or look at facts by the words of law */
    Err (*act)(Run *r);    /* a change: one transaction here, or in the server that has the data file */
    Err (*alone)(Run *r);  /* everything else; opens what it needs */
} Command;

Err options_read(Arena *a, const Str *words, size_t n, Options *o, const Command **command);
Str options_completion(Arena *a);
void options_help(Buf *b, Lang lang, const Command *only /* NULL: all */);
const Command *command_find(Str name);
extern const Command command_rows[];
extern const size_t command_rows_n;

/* --- run.c -------------------------------------------------------------------------------------------------------- */
Answer command_run(Arena *a, const Command *c, const Options *o, const Str *words, size_t n);
/* The command `words` on the writer of a server; for console.c. Files were sent with it. */
void run_start(Run *r, Arena *a, const Options *o);
Answer run_answer(Run *r, Err e);
Answer run_problem(Arena *a, const Options *o, Err e);
/* One line for people; nothing with --json, where the command writes its keys into r->json. */
void say(Run *r, Text t);
void say_kv(Run *r, const char *key, const char *words, Str value); /* "words value", key with --json */
Str number(Run *r, int64_t n);
void progress(const Options *o, Text t); /* to a terminal only */

/* --- open.c --------------------------------------------------------------------------------------------------------- */
typedef struct Opened {
    Store *store;
    Db *db;
    History *history;
    Packs packs;
    Resources resources; /* the program's own, and those of the packs */
    Str base;       /* key and mark stand beside it */
    int lock;       /* PostgreSQL: -1 or the lock of the one process that signs */
    bool elsewhere; /* with ERR_BUSY: another process has it */
} Opened;

typedef enum { OPEN_READ, OPEN_COPY /* read, also of an earlier version */, OPEN_WRITE, OPEN_CREATE, OPEN_RESTORE /* without history */ } OpenHow;

Err app_open(Arena *a, const Options *o, OpenHow how, Opened *out); /* writing: takes the lock, migrates */
void app_close(Opened *x);
Str app_base(Arena *a, const Options *o); /* the data file; PostgreSQL: --key or kaname-postgres */
bool app_postgres(const Options *o);
/* All packs, and the registers that they add to the program's own; a bad one is named with its mistakes. */
Err app_pack_list(Arena *a, const Options *o, Packs *out); /* without the registers that they bring */
Err app_packs(Arena *a, const Options *o, Packs *packs, Resources *resources);
Err app_migrate(Arena *a, Db *db, const Resources *resources, bool create);
/* A Ctx of the program itself, with all rights in one organisation. */
Principal app_principal(Org org);
Ctx app_context(Run *r, Principal *who);
Err app_note(Run *r, Org org, const char *action, Id object);
Err app_org(Db *db, Arena *a, Str name, Org *out); /* by id or name; empty: the only or first one */
Err app_import(Run *r, Org org, const File *file, ImportResult *out);
Err app_mail_server(Arena *a, const Options *o, MailServer *out); /* without --smtp its url is empty */
Err app_read_file(Arena *a, Str path, Str *out);
Err app_verify(Run *r, const Options *o, VerifyReport *out); /* opens to read */
/* begin, act, seal, commit, mark; or everything back. */
Err app_change(Run *r, Opened *x, Err (*act)(Run *r));

/* --- console.c: commands of other processes, over a socket beside the data file -------------------------------------- */
typedef struct Console Console;
enum { CONSOLE_FILES_MAX = BOOK_BYTES_MAX };
Str console_path(Arena *a, Str base);
Err console_start(Arena *a, const Opened *x, Writer *w, Str origin, Console **out);
void console_stop(Console *c); /* no more after the writer ended */
/* Asks the server; ERR_NOT_FOUND when none listens. */
Err console_ask(Arena *a, Str base, const Options *o, const Str *words, size_t n, const File *files, size_t files_n, Answer *out);

/* --- input.c -------------------------------------------------------------------------------------------------------- */
Err app_read_input(Arena *a, Str path, size_t max, Str *out); /* "-": standard input */
/* A long calculation by hand: its progress on a terminal, and SIGINT, which waits from begin to end, so that things are ended in order; then it ends the process as an interrupt does. */
typedef struct Watch { bool shown, came; int percent; Lang lang; } Watch;
void watch_begin(const Options *o, Watch *w);
bool watch(void *watch, double done); /* false: an interrupt came. From any thread */
void watch_end(Watch *w);
Err schema_say(Run *r, void (*write)(JsonOut *j)); /* --schema: JSON Schema of a document */

/* --- backup.c --------------------------------------------------------------------------------------------------------- */
Err cannot_write(Arena *a, Str path, int why);
/* Syncs `part` and gives it the name `path`, never over an existing file. */
Err put_in_place(Arena *a, Str part, Str path);

/* --- the commands --------------------------------------------------------------------------------------------------- */
Err command_init(Run *r);
Err command_serve(Run *r);
Err command_export(Run *r);
Err command_backup(Run *r);
Err command_restore(Run *r);
Err command_restore(Run *r);
Err command_audit(Run *r);
Err act_job(Run *r);
Err act_webhook(Run *r);
Err command_pack(Run *r);
Err app_write_file(Arena *a, Str path, Str text);
Err pack_sign(Run *r);
Err pack_law_text(Run *r);                                          /* the official text of a law beside what the pack quotes */
Err pack_verify(Run *r);
Err pack_test(Run *r);
Err pack_sheet(Run *r); /* sheet.c: what to report, on paper */
Err pack_diff(Run *r);
Err pack_new(Run *r);
struct LawSet;
Err app_law(Run *r, struct LawSet *out);                            /* of --pack with those laid over it, else of the pack jp */
Err pack_law(Run *r, Str dir, struct LawSet *out);                   /* of a directory, checked and compiled */
Err pack_compare(Run *r, const struct LawSet *s, Str path);             /* with the XML of a law */
Err pack_rule(Run *r, const struct LawSet *s, Str id, int *rule);     /* names the nearest one */
enum { EXIT_FAILED = 1 /* what a command was asked to test does not hold */ };
Err command_judge(Run *r);
Err command_quant(Run *r);
Err command_cascade(Run *r);
Err cascade_outages(Run *r, Str result); /* outage.c: the reports that the result's single failures would call for */
Err command_mail(Run *r);
Err command_receipt(Run *r);
Err command_openapi(Run *r);
Err command_completion(Run *r);
Err command_man(Run *r);
Err command_version(Run *r);
Err act_org(Run *r);
Err act_user(Run *r);
Err act_token(Run *r);
Err act_import(Run *r);
Err show_link(Run *r, int64_t account); /* a one-time login link */

#endif
