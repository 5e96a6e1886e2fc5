/* inside.h -- what the files of this room say to each other. Nobody else includes it. */
#ifndef KANAME_ACCESS_INSIDE_H
#define KANAME_ACCESS_INSIDE_H

#include "access/access.h"

/* Secrets are kept as hashes only. */
void hash32(Str secret, uint8_t out[32]);
#define P_HASH(h) P_BLOB(((Str){(const char *)(h), 32}))
Str new_secret(Arena *a); /* 256 bits */

Err session_open(Db *db, Arena *a, int64_t account, bool by_link, Instant now, Str *token, Str *csrf);
/* A right code that was not used before, or a recovery code, which is used up. */
Err code_is_right(Db *db, Arena *a, const Vault *vault, int64_t account, Str code, Instant now, bool *right);

enum { TRY_PASSWORD = 1, TRY_CODE = 2, PASSWORDS_MAX = 10, CODES_MAX = 5 };
static const Instant TRY_WINDOW = 15LL * 60 * 1000, SESSION_IDLE = 8LL * 3600 * 1000, SESSION_LONGEST = 7LL * 24 * 3600 * 1000;

#endif
