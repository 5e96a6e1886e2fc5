/*
 * calculation.h -- long calculations, in the background: a pure function from one document to another, run outside any transaction by a thread of its own. Kept is the latest of each record
 * and kind: what went in, what came out, how far it is. The same document gives the same result, so one that was killed in the middle runs again, and its effect is there once.
 * Owns: tables calculation, calculation_document. Called by: domain rooms (in a change, a report), app (the list, the lane). Never: knows what is calculated.
 */
#ifndef KANAME_CALCULATION_H
#define KANAME_CALCULATION_H

#include "work/work.h"

enum { CALCULATION_BYTES_MAX = 8 << 20 /* of each document */, CALCULATION_TRIES_MAX = 3 /* of those that ended with the program */ };

/* `run` is told nothing but its input, and calls go_on (from one thread, with 0 … 1) several times a second: when that is false it returns soon, whatever. Threads: calculation_threads(). */
typedef struct CalculationKind { Str code; Err (*run)(Arena *a, Str input, bool (*go_on)(void *arg, double done), void *arg, Buf *result); } CalculationKind;
typedef struct CalculationKinds { const CalculationKind *const *list; size_t n; } CalculationKinds;
int calculation_threads(void); /* half of the processors, one at least: people look at pages meanwhile */

typedef enum { CALCULATION_WAITING, CALCULATION_RUNNING, CALCULATION_DONE, CALCULATION_FAILED, CALCULATION_CANCELLED, CALCULATION_STATES } CalculationState;
extern const Choice calculation_states[CALCULATION_STATES];
typedef struct Calculation {
    CalculationState state;
    int per_mille;             /* of a running one */
    Str input, result;         /* result: of one that is done */
    Str input_hash;            /* SHA-256 of the input, in hexadecimal */
    Text error;                /* of one that failed */
    Instant asked, started, ended; /* 0: not yet */
} Calculation;

/* In the change of the record, whose rights were asked. A second one takes the place of the first, also of one that runs. ERR_TOO_LARGE. */
Err calculation_ask(Ctx *c, Str kind, Id record, Str input);
Err calculation_cancel(Ctx *c, Str kind, Id record); /* one that is over stays as it is */
Err calculation_get(Ctx *c, Str kind, Id record, Calculation *out, bool *found);
Err calculation_state(Ctx *c, Str kind, Id record, Calculation *out, bool *found); /* the same without the two documents */
/* "state" (or "none"), "label", "per_mille", "asked", "started", "ended", "error", into an open object. */
void calculation_json(JsonOut *j, Arena *a, const Calculation *x, bool found);
/* The hash that a document would have. */
Str calculation_hash(Arena *a, Str input);
Err calculation_forget(Ctx *c, Id record); /* the record is retired, or a value of it is destroyed */

/* --- the lane: the errand of jobs "calc.run", one at a time, on a nice thread ---------------------------------------------- */
typedef struct CalculationMeans { CalculationKinds kinds; const bool *stopping; /* the server ends: what runs is put back */ } CalculationMeans;
extern const Errand calculation_errand;

#endif
