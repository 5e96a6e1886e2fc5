/* fault.h -- one fault put into the JSON of a rule. Private to law/. */
#ifndef KANAME_LAW_FAULT_H
#define KANAME_LAW_FAULT_H

#include "law/judge.h"

/* The `target`-th fault put into the rule (a copy that may be changed): what was done, in words. -1 changes nothing. Gives how many there are up to there. */
int64_t fault_put(Arena *a, struct json_t *rule, int64_t target, Text *says);

#endif
