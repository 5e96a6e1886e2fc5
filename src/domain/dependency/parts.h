/* parts.h -- what the files of this room share. */
#ifndef KANAME_DEPENDENCY_PARTS_H
#define KANAME_DEPENDENCY_PARTS_H

#include "cascade/cascade.h"
#include "dependency/dependency.h"
#include "law/outage.h"
#include "register/register.h"

/* --- net.c: the net out of the records ------------------------------------------------------------------------------------ */
enum { NET_NODES_MAX = 20000, NET_ARROWS_MAX = 200000, NET_NEEDS_MAX = 100000, NET_CAUSES_MAX = 2000 };
typedef struct NetNode {
    Referrer of;
    Str code, kind, service; /* "A-0001"; code of the kind of asset, "service", "supplier"; class of telecommunications service */
    Value per_century, repair, users; /* as in the record: known, a range, or not */
    bool black_start;
} NetNode;
typedef struct NetNeed {
    uint32_t node, first, n; /* suppliers[first … first + n) are nodes */
    uint32_t k;              /* the need is unmet when so many of them have failed */
    int64_t buffer, cost;    /* minutes; yen, -1: not given */
    Referrer of;             /* the record; res NULL: a plain arrow of the register */
} NetNeed;
typedef struct NetCause { Str code, title; double per_century, chance; uint32_t *hits; size_t n; } NetCause;
typedef struct NetRecords {
    NetNode *nodes; size_t nodes_n; /* services, assets, suppliers, each by number */
    NetNeed *needs; size_t needs_n; /* by node; of each the records by number, then the plain arrows */
    uint32_t *suppliers; size_t suppliers_n;
    NetCause *causes; size_t causes_n;
    bool cut;                       /* there was more than the limits above */
} NetRecords;
/* Reads the registers whole, as the caller may read them. Retired records are left out, and so is what only they would need. */
Err net_records(Ctx *c, NetRecords *out);
/* kaname-net/1, the same bytes for the same records. titles: what things are called, besides what changes a result. */
void net_document(const NetRecords *r, Str title, bool titles, Buf *out);
Arena *scratch_of(Arena *a); /* one of its own, given back with `a`; reset by the caller */
int net_node(const NetRecords *r, Str code); /* -1 */
/* The middle of what is given; NAN: nothing. */
double net_middle(const Value *v);
/* In one year, for so many times in 100 years. */
double net_chance(double per_century);

/* --- graph.c --- */
Err graph_report(Ctx *c, const Record *of, const Value *params, JsonOut *j);
Err net_file(Ctx *c, const Record *of, const Value *params, int fd, Str *name);
Err graphml_file(Ctx *c, const Record *of, const Value *params, int fd, Str *name);

/* --- reach.c: one node ------------------------------------------------------------------------------------------------------ */
enum { REACH_PARAMS = 1, REACH_PATHS_MAX = 200 };
extern const Field reach_params[REACH_PARAMS];
void net_engine(Arena *a, const NetRecords *r, CascadeNet *out); /* without the common causes */
bool node_is_own(const NetNode *n); /* and not of somebody outside */
/* Those services that have a class, stopped as long as the repair of the node that was hit. */
Err stops_judged(Arena *a, LawJudge *j, Instant now, const NetRecords *r, uint32_t hit, const uint32_t *services, size_t n, LawOutage *out);
Err reach_report(Ctx *c, const Record *of, const Value *params, JsonOut *j);

/* --- single.c: every node by itself; larger nets are refused: reads run on the event loop ------------------------------------ */
enum { AT_ONCE_NODES = 500, AT_ONCE_ARROWS = 4000 };
Err single_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);

#endif
