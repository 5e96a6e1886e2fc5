/* parts.h -- what the files of this room share. */
#ifndef KANAME_AUTHORITY_PARTS_H
#define KANAME_AUTHORITY_PARTS_H

#include "authority/authority.h"
#include "incident/incident.h"
#include "register/register.h"

#define USERS_MAX INT64_C(10000000000)
enum { MINUTES_MAX = 100000000 };

static inline Err conflict(const char *ja, const char *en) { return err_text(ERR_CONFLICT, text_of(ja, en)); }

/* --- complete.c: what a report of its kind must say, and does not -------------------------------------------------------------- */
typedef struct Lacks { Str missing; /* one a line */ Str by; /* what it was held against */ size_t n; } Lacks;
/* `found`: items that a reader found elsewhere in the report, one a line; one that nobody asks is a mistake. */
Lacks report_lacks(Ctx *c, const Record *r, Str found, Mistakes *m);

/* --- document.c: the file that another Kaname writes of a duty (incident/document.c) -------------------------------------------- */
enum { FACTS_MAX = 200000 };
Err received_read(Ctx *c, const struct json_t *doc, Value *v, Mistakes *m);

#endif
