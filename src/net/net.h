/*
 * net/ -- the document of a net of dependencies (kaname-net/1), its tables (CSV) and its graph (GraphML), and of what a run says of it. Reads it with all
 * mistakes at once, runs engine/cascade, writes the result as JSON and in words. Called by: app (kaname cascade), domain/dependency. Never: knows storage or HTTP.
 */
#ifndef KANAME_NET_H
#define KANAME_NET_H

#include "cascade/cascade.h"

enum { NET_BYTES_MAX = 256 << 20 };

typedef struct NetScenario { Str id, title; uint32_t *hit; double *at, *repair; size_t n; } NetScenario;
typedef struct Net {
    Str title;
    CascadeNet net;
    Str *titles, *kinds, *services; /* [nodes_n]; titles: the id where none is given; service: class of users, empty none */
    bool *repair_given;             /* [nodes_n] */
    double *cost;                   /* [needs_n]: to make the need safe, NAN not given */
    Str *cause_titles;
    NetScenario *scenarios; size_t scenarios_n;
    Sectors sectors; Str *sector_names; double *shock, *weights;
} Net;
Err net_read(Arena *a, Str json, Net *out);               /* mistakes by path as "nodes[3].needs[0].of[1]" */
Err net_read_csv(Arena *a, Str nodes, Str edges, Net *out); /* mistakes by file, row and column as "edges:7:supplier" */
void net_schema(JsonOut *j);                              /* what the JSON may look like, as JSON Schema: into an object that is open */
void net_graphml(const Net *net, Buf *out);

typedef struct NetOptions { uint64_t scenarios, seed; CascadeEngine engine; int threads; double horizon; /* hours; 0: no times */ size_t pairs; bool (*go_on)(void *arg, double done); void *arg; } NetOptions;
/* Runs what was asked, and writes one JSON object (docs/cascade.md, "Result"). */
Err net_run(Arena *a, const Net *net, const NetOptions *o, Buf *json);
Err net_words(Arena *a, Str result, Lang lang, Buf *out);

#endif
