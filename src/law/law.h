/*
 * law/ -- rules as data (docs/rules.md): reads and checks a pack's law, and answers when it applies. Owns: nothing in the database.
 * Called by: commands, domain rooms, api. Never: opens a database or a socket, looks at the clock.
 */
#ifndef KANAME_LAW_H
#define KANAME_LAW_H

#include "base/base.h"
#include "pack/pack.h"

struct json_t;

typedef enum { LAW_RULE, LAW_LEVEL, LAW_WATCH, LAW_DUTIES, LAW_FORM, LAW_NOTICE, LAW_INCIDENT, LAW_KINDS } LawKind;
extern const struct LawKindRow { const char *folder; Text title; } law_kind_rows[LAW_KINDS];

/* A pack laid over another: adds rules of its own force and targets, may choose a stricter reading, never laxer. */
typedef struct LawOverlay {
    Str name, version, hash;
    Text title;
    const struct json_t *readings, *targets; /* of overlay.json; NULL: none */
} LawOverlay;

typedef struct LawItem {
    LawKind kind;
    Str id;
    Str file; /* relative to the pack: "rules/telecom/major-accident.json" */
    Str text; /* its bytes */
    struct json_t *json;
    const LawOverlay *overlay; /* NULL: of the pack itself */
} LawItem;

typedef struct Law {
    Str dir, name, version, zone;
    Str hash; /* SHA-256 of the files read, by name, as hex */
    Str content; /* of the whole pack: what its manifest says (manifest_content) */
    Text title;
    struct json_t *sources, *classes, *facts, *authorities, *counting, *rolls; /* arrays as read; empty where the file is missing */
    LawItem *items; /* by kind, in each kind by file in byte order */
    size_t n;
    const Pack *pack;
    LawOverlay *overlays; size_t overlays_n;
} Law;

/* Of the packs that have some, in their order; sets: compiled (judge.h); basis: "jp@2026.11#0123456789ab, eu@…", what anything is judged by. */
typedef struct Laws { Law *list; struct LawSet *sets; size_t n; Str basis; } Laws;
Str law_basis(const Packs *packs); /* empty: none has rules, or none was read */

/* The law of a pack: shapes and references checked, all mistakes at once as "file:line path". Without facts.json n is 0 and nothing is wrong. */
Err law_load(Arena *a, const Pack *pack, Str dir, Law *out);
/* The same without the incidents of the corpus, which nobody is judged by: for a program that starts. */
Err law_load_to_judge(Arena *a, const Pack *pack, Str dir, Law *out);
/* Lays a pack over the one that it needs: rules/, levels/, sources.json and overlay.json. What is laxer is a mistake. */
Err law_overlay(Arena *a, const Pack *pack, Law *law);
/* What its author must see to as well: numbers as in the words quoted, examples of each side of a rule. Warnings: texts due to be read again, numbers that no quoted words bear out. */
Err law_check(Arena *a, const Law *law, Day today, Mistakes *warnings);
/* Of all packs, each with those laid over it, compiled: packs->laws. */
Err laws_load(Arena *a, Packs *packs);
const struct json_t *law_entry(const struct json_t *list, Str id); /* the object of a list with this id; NULL */
/* An instant of a fact: RFC 3339, the seconds may be left out. */
bool law_instant(Str s, Instant *out);

#endif
