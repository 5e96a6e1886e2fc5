/* fault.h -- one fault put into the JSON of a rule, or of duties. Private to law/. */
#ifndef KANAME_LAW_FAULT_H
#define KANAME_LAW_FAULT_H

#include "law/judge.h"

/* The `target`-th fault put into the rule (a copy that may be changed): what was done, in words. -1 changes nothing. Gives how many there are up to there. */
int64_t fault_put(Arena *a, struct json_t *rule, int64_t target, Text *says);
/* The same of a file of duties. roll: one that could be added, or empty. */
int64_t duty_fault_put(Arena *a, struct json_t *duties, Str roll, int64_t target, Text *says);

/* --- one fault on its way ------------------------------------------------------------------------------------------------- */
typedef struct Fault { Arena *a; int64_t target, n; bool done; Text says, where; } Fault;
bool fault_here(Fault *f); /* is this the one? Every place where a fault can be made asks once */
void fault_were(Fault *f, Text is, Text other);
void fault_left_out(Fault *f, Text what);
void fault_conditions(Fault *f, struct json_t *condition);
void fault_days(Fault *f, struct json_t *o, const char *key);
void fault_clocks(Fault *f, struct json_t *version);

#endif
