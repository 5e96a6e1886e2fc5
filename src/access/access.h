/*
 * access/ -- organisations, people, users, roles, sessions, tokens; the one place that decides who may do what.
 * Owns: tables org, person, account, membership, session, token, login_try. Called by: work, api, commands.
 * Never: speaks HTTP; knows a domain resource.
 */
#ifndef KANAME_ACCESS_H
#define KANAME_ACCESS_H

#include "base/base.h"
#include "record/record.h"
#include "store/store.h"

typedef enum {
    ROLE_VIEWER,       /* everyone else of the organisation */
    ROLE_RISK_OWNER,   /* answers for their risks */
    ROLE_RISK_MANAGER, /* runs the cycle */
    ROLE_CISO,         /* owns the cycle */
    ROLE_EXECUTIVE,    /* approves criteria and plans */
    ROLE_AUDITOR,      /* reads all, raises findings */
    ROLE_ADMIN,        /* people, roles and settings of the organisation; no right over the register by itself */
    ROLES
} Role;
#define ROLE_BIT(role) ((Roles)1 << (role))
#define ROLES_ALL (((Roles)1 << ROLES) - 1)
#define ROLES_EDIT (ROLE_BIT(ROLE_RISK_OWNER) | ROLE_BIT(ROLE_RISK_MANAGER) | ROLE_BIT(ROLE_CISO))
#define ROLES_MANAGE (ROLE_BIT(ROLE_RISK_MANAGER) | ROLE_BIT(ROLE_CISO))
#define ROLES_APPROVE ROLE_BIT(ROLE_EXECUTIVE)
extern const struct RoleRow { Str code; Text label; Text help; } role_rows[ROLES];

typedef struct Org {
    int64_t row; Id id; int64_t parent; Str name; Str kana; Str kind; /* operator, hub, ministry */
    Str path; /* "/1/5/": rows from the root, for rights down the tree */
} Org;

typedef struct Principal { /* who asks */
    int64_t account; Id account_id; Str login; Str name; Str post; /* post: 役職 in this organisation */
    Org org;                 /* the organisation that the request names */
    Roles roles;             /* in that organisation, narrowed by the token's scope */
    Roles below;             /* those of them that hold in the organisations below as well */
    bool token, read_only;   /* an API token; without right to write */
    bool instance_admin;     /* may create organisations */
    Id session; Str csrf;    /* or the id of the token */
    Instant seen;            /* when it was last noted as used */
    bool by_link;            /* the session was opened by a one-time link: it may set a password without the old one */
} Principal;

/* What may be done. Every route row names one. */
typedef enum { ACT_PUBLIC, ACT_SELF, ACT_LIST, ACT_READ, ACT_CREATE, ACT_UPDATE, ACT_BULK /* many records, each with its version */, ACT_REMOVE, ACT_ACTION, ACT_REPORT, ACT_IMPORT, ACT_EXPORT, ACT_SEARCH,
    ACT_HISTORY, ACT_ATTACH /* files: those who may change the record or act on it */, ACT_PEOPLE_READ, ACT_PEOPLE_WRITE, ACT_AUDIT, ACT_GROUP /* what organisations below show */, ACT_DISPOSE, ACT_INSTANCE, ACTS } Act;

/* The one decision. `target` is the loaded row (NULL where there is none: list, create). ERR_NOT_FOUND where existence must not show,
 * ERR_FORBIDDEN where the caller may know. read_only principals are refused every writing act. */
Err access_decide(const Principal *who, Act act, const Resource *res, const Action *action, const Record *target);
/* Bit per field that `who` may read / write. */
bool *access_readable(Arena *a, const Principal *who, const Resource *res);
bool *access_writable(Arena *a, const Principal *who, const Resource *res);

extern const Migration access_migrations[];
extern const size_t access_migrations_n;

/* Organisations and people. */
extern const Choice org_kinds[];
extern const size_t org_kinds_n;
enum { ORGS_MAX = 2000 }; /* of the installation */
Err org_create(Db *db, Arena *a, int64_t parent, Str name, Str kana, Str kind, Org *out);
Err org_rename(Db *db, int64_t org, Str name, Str kana);
Err org_get(Db *db, Arena *a, Id id, Org *out);
Err org_list_after(Db *db, Arena *a, int64_t row, size_t max, Org **out, size_t *n); /* all of the installation, in order of rows */
Err org_list_below(Db *db, Arena *a, const Org *top, size_t max, Org **out, size_t *n); /* without itself; each after the one above it */
Err org_get_row(Db *db, Arena *a, int64_t row, Org *out);
/* Until the end of the transaction nobody else changes anything of this organisation: what a change has read (titles, references, kept answers)
 * still holds when it is written. On SQLite there is one writer anyway; on PostgreSQL the log lets one change through at a time in any case. */
Err org_hold(Db *db, int64_t org);
Err installation_hold(Db *db); /* the same for people and organisations of the whole installation */
Err org_list(Db *db, Arena *a, int64_t account, Org **out, size_t *n); /* those where the account has a role (also from above) */
typedef struct Account { int64_t row; Id id; Str login /* empty: a person who does not log in */, name, kana, post; Roles roles; bool disabled, totp, subtree; Str mail /* where notices go; empty: nowhere */; } Account;
Err account_create(Db *db, Arena *a, Str login /* folded and unique; empty: none */, Str name, Str password /* empty: none yet */, Account *out);
bool login_fits(Str folded); /* 2 to 100 of a-z 0-9 . _ - @ + : nothing that looks like another */
Err account_find(Db *db, Arena *a, Str login, Account *out);
Err account_in(Db *db, Arena *a, int64_t org, int64_t row /* or, when 0, by id */, Id id, Account *out); /* with roles and post there, if any */
/* Those of these rows that there are, in no order; at most ACCOUNTS_MANY in one query. `out` has room for n. */
enum { ACCOUNTS_MANY = 100 };
Err accounts_in(Db *db, Arena *a, int64_t org, const int64_t *rows, size_t n, Account *out, size_t *out_n);
Err account_list(Db *db, Arena *a, int64_t org, Account **out, size_t *n);
Err account_set_password(Db *db, Arena *a, int64_t account, Str password); /* 12 characters … 1024 bytes; common ones refused; ends all sessions */
Err account_set_disabled(Db *db, int64_t account, bool disabled); /* ends sessions, tokens and links at once */
Err account_shut(Db *db, int64_t account); /* sessions, tokens, links, devices */
Err membership_set(Db *db, int64_t account, int64_t org, Roles roles, Str post, bool subtree); /* roles 0: belongs to it, without rights */

/* The people of one organisation (person.c): who may be what, in whose hands an account is. */
enum { ORG_PEOPLE_MAX = 10000 /* of an organisation */ };
struct json_t;
Err person_get(Db *db, Arena *a, int64_t org, Id id, Account *out); /* ERR_NOT_FOUND also for those of another organisation */
Roles roles_read(Arena *a, struct json_t *list, Mistakes *m); /* ["ciso","auditor"] */
void person_read(Arena *a, struct json_t *body, bool partial, Account *p, Mistakes *m); /* the body over what p has; all mistakes */
/* Adds or changes in the organisation of `who`. Refused: what would leave an organisation without administrator; rights below that `who` has not;
 * changes of an account that also stands outside of what `who` administers. */
Err person_add(Db *db, Arena *a, const Principal *who, Account *p, Mistakes *m);
typedef struct PersonChanges { bool self, rights, able; } PersonChanges; /* name, kana, login; roles, post, subtree; disabled */
Err person_change(Db *db, Arena *a, const Principal *who, const Account *old, Account *p, Mistakes *m, PersonChanges *what);
/* ERR_FORBIDDEN unless everything the account has is in the hands of `who` (links and resets: taking over must not lead out of the organisation);
 * also for the account of a token itself: a token that is narrower than its account must not open a session of it. */
Err person_in_hand(Db *db, Arena *a, const Principal *who, int64_t account);
Err account_orgs(Db *db, Arena *a, int64_t account, Org **out, size_t *n); /* where it is a member */
Err totp_reset(Db *db, int64_t account); /* takes the second factor away; also ends its sessions */

/* Login. Argon2id runs before, outside any transaction; the caller bounds how many run at once (46 MiB each). */
typedef struct LoginProof { int64_t account; bool right; bool none /* no password yet */; Str login, stored; } LoginProof;
Err login_check(Db *reader, Arena *a, Str login, Str password, LoginProof *out); /* same time and answer for unknown logins */
Err password_check(Db *reader, Arena *a, int64_t account, Str password, LoginProof *out);
Err password_hash(Arena *a, Str password, Str *out); /* 12 characters … 1024 bytes; common ones refused */
Err account_put_password(Db *db, int64_t account, Str hash); /* ends all sessions */

/* In a transaction: counts the try, checks limits (10 passwords, 5 codes in 15 minutes per account), the second factor with replay protection, opens
 * the session. ERR_CODE: the account has a second factor, and no code was given. An empty token means refused: the caller commits (the try
 * must be counted) and answers login_refused(). `vault` is the key that seals the secrets of authenticators; it is not in the database. */
typedef struct Vault { uint8_t key[32]; } Vault;
Err login_refused(void);
typedef struct Entrance {
    const Vault *vault;
    Str code, device; /* device: what an earlier entrance left in this browser; tries from elsewhere do not lock it out */
    Instant now;
    Str token, csrf, new_device; /* out */
} Entrance;
Err login_finish(Db *db, Arena *a, const LoginProof *proof, Entrance *e);
Err login_link_create(Db *db, Arena *a, int64_t account, Instant now, Str *secret); /* one-time: first run, invitation */
#define LOGIN_LINK_LIFE ((Instant)30 * 60 * 1000)
Err login_link_use(Db *db, Arena *a, Str secret, Entrance *e); /* as login_finish */
/* The same limits, counted apart, for somebody who is logged in already. */
Err password_confirm(Db *db, Arena *a, const LoginProof *proof, Instant now, bool *right);
Err code_confirm(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right);

/* The second factor (second.c). The secret is shown once, and active only when a code has confirmed it; then ten recovery codes, each good once. */
enum { RECOVERY_CODES = 10 };
Err totp_begin(Db *db, Arena *a, const Vault *vault, int64_t account, Instant now, Str *secret); /* base32 */
Err totp_confirm(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right, Str codes[RECOVERY_CODES]); /* ends all sessions */
Err recovery_left(Db *db, int64_t account, int64_t *n);

Err session_renew(Db *db, Arena *a, const Principal *p, Instant now, Str *token);
Err session_end(Db *db, Id session);
Err sessions_end_all(Db *db, int64_t account);
Err access_after_restore(Db *db); /* sessions and links of a copy are nobody's any more */
Err access_sweep(Db *db, Instant now); /* forgets sessions that have ended, links that ran out, old tries, and tokens 90 days after their end */

/* Who is it? From the session cookie or a bearer token (kn_…), for the organisation named (may be none). Sessions: idle 8 h, absolute 7 days, 20 at most.
 * ERR_LOGIN when nobody; ERR_NOT_FOUND when the account has no role in the organisation (same as no such organisation). */
Err principal_from_session(Db *db, Arena *a, Str session_token, const Id *org, Instant now, Principal *out);
Err principal_from_token(Db *db, Arena *a, Str token, const Id *org, Instant now, Principal *out);
Err principal_in(Db *db, Arena *a, const Org *org, Principal *p); /* roles of p->account there, also those from above; may be none */
/* When it was last used is written once a minute (sessions) or an hour (tokens). */
bool principal_unnoted(const Principal *p, Instant now);
Err principal_note(Db *db, bool token, Id session, Instant now);

enum { TOKENS_MAX = 50 /* of an account, that have not run out */ };
bool token_well_formed(Arena *a, Str token);
Err token_scope(Db *db, Arena *a, int64_t account, Roles roles, Mistakes *m); /* those that it has nowhere */
Err token_create(Db *db, Arena *a, int64_t account, Str label, Roles roles /* 0: all of the account; ERR_INVALID for one that it has nowhere */, bool read_only, Instant expires, Str *secret, Id *id);
typedef struct Token { Id id; Str label; Roles roles; bool read_only; Instant created, expires, used; /* used: 0 never */ } Token;
Err token_list(Db *db, Arena *a, int64_t account, Token **out, size_t *n);
Err token_remove(Db *db, int64_t account, Id id);

#endif
