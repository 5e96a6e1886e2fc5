/* net/inside.h -- what the files of net share. Inside of net/ only. */
#ifndef KANAME_NET_INSIDE_H
#define KANAME_NET_INSIDE_H

#include "base/form.h"
#include "net/net.h"

enum { NET_ID_MAX = 200, NET_TITLE_MAX = 300, NET_WORD_MAX = 100, NET_SECTORS_MAX = 1000, NET_SCENARIO_HITS_MAX = 100000 };
#define NET_HOURS_MAX 1e6
#define NET_USERS_MAX 1e10 /* of one node: the sum of a million nodes stays exact */

/* "any", "all" or a whole number 1 … n. False: the mistake in `wrong`, its code in `code`. */
bool net_fails_when(Arena *a, Str word, bool whole, int64_t number, uint32_t n, uint32_t *k, Text *wrong, const char **code);

/* --- figures.c ----------------------------------------------------------------------------------------------------------------- */
typedef struct Ranked { double key, next; uint32_t i; } Ranked; /* the greater key first, then the greater next, then the smaller i */
void ranked_sort(Ranked *list, size_t n);
void json_share(JsonOut *j, const char *key, uint64_t k, uint64_t n); /* {"value","low","high"}: k of n, Wilson 95 % */
void json_mean(JsonOut *j, const char *key, double mean, double se);  /* so, mean ± 1.96 standard errors */
#define json_knumber(j, key, v) (json_key((j), STR(key)), json_number((j), (v)))
/* {"of": n, "list": [ … of which `shown` follow, then list_end. */
void list_begin(JsonOut *j, const char *key, size_t n, size_t shown);
void list_end(JsonOut *j);

/* --- a run ----------------------------------------------------------------------------------------------------------------------- */
enum { NODES_SHOWN = 2000, SERVICES_SHOWN = 200, SINGLES_SHOWN = 100, SINGLE_SERVICES_SHOWN = 20, PAIRS_SHOWN = 50, CAUSES_SHOWN = 200, SCENARIOS_SHOWN = 200, SCENARIO_NODES_SHOWN = 200, LOOPS_SHOWN = 100,
    LOOP_NODES_SHOWN = 50, CUTS_TRIED = 500, CUTS_SHOWN = 50, SECTOR_STEPS = 200, SET_WORDS = CASCADE_LANES / 64 };
typedef struct Running {
    Arena *a;
    Arena *side; /* for what one step needs and the next does not: side_clear between them */
    const Net *net;
    const NetOptions *o;
    CascadePlan *plan;
    CascadeImpact *single; /* [nodes_n] */
    size_t largest_loop;   /* known once loops_out has run */
    bool users;            /* anybody is counted anywhere */
    JsonOut *j;
} Running;
void side_clear(Running *r);
static inline double weight_of(const Running *r, const CascadeImpact *i) { return r->users ? i->users : i->failed; }
static inline bool set_has(const uint64_t *set, size_t nodes, size_t scenario, size_t node)
{
    return set[(scenario / CASCADE_LANES * nodes + node) * SET_WORDS + scenario % CASCADE_LANES / 64] >> (scenario % 64) & 1;
}
void node_name(const Running *r, size_t node); /* "id", "title" into the open object */
double failed_mean(const CascadeNet *net, const CascadeOutcome *out); /* nodes a scenario */
Err singles_out(Running *r);
Err pairs_out(Running *r);
Err causes_out(Running *r);
Err scenarios_out(Running *r);
Err loops_out(Running *r);
Err cuts_out(Running *r);
Err sectors_out(Running *r);

#endif
