/*
 * quant/ -- the document of a quantified register of risks (kaname-register/1), and of what a run says of it. Reads it with all mistakes at once, runs
 * engine/losses, writes the result as JSON and in words. Called by: app (kaname quant), domain/risk (the job). Never: knows storage or HTTP.
 */
#ifndef KANAME_QUANT_H
#define KANAME_QUANT_H

#include "losses/losses.h"

enum { QUANT_BYTES_MAX = 64 << 20 };

typedef struct QuantPlan { Str id, title; double cost; } QuantPlan;
typedef struct QuantLimit { double loss, probability; } QuantLimit; /* acceptance: the loss of a year exceeds `loss` with at most this probability */
typedef struct Quant {
    Str title, currency;
    LossModel model;              /* case 0 as things stand, case 1 + i after plans[i] */
    Str *titles;                  /* [risks_n] */
    QuantPlan *plans; size_t plans_n;
    QuantLimit *limits; size_t limits_n;
} Quant;
/* Mistakes by path as "risks[3].loss.high", all at once. Risks are in the order of their identifiers, whatever order the document has; texts borrow from its tree, which lives as long as the arena. */
Err quant_read(Arena *a, Str json, Quant *out);
void quant_schema(JsonOut *j); /* the keys of an open object: JSON Schema of the document */

typedef struct QuantOptions { uint64_t trials, seed; int threads; LossCode code; bool exact; bool (*go_on)(void *arg, double done); void *arg; } QuantOptions;
/* Runs it, and writes one JSON object (docs/quant.md, "Result"): engine version, seed, trials; for each case the figures with their intervals, the curve,
 * the parts; for each plan benefit, cost and return; with `exact` the exact figures beside them. */
Err quant_run(Arena *a, const Quant *q, const QuantOptions *o, Buf *json);
/* That object in words for a terminal. */
Err quant_words(Arena *a, Str result, Lang lang, Buf *out);

#endif
