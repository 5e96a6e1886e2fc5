/*
 * domain/incident -- what happened, as facts: when, which services, who was hit from when to when, what is known and what not yet. No verdict: the rules
 * read the document that is written here. Called by: app (the visible list), later law. Never: speaks HTTP; knows a threshold.
 */
#ifndef KANAME_INCIDENT_H
#define KANAME_INCIDENT_H

#include "work/work.h"

extern const Resource incident_resource;

/* What the vocabulary of a pack says of one fact. Without it the form of a value is guessed from how it is written: one code is a choice, several are a set. */
typedef enum { FACT_GUESS, FACT_BOOL, FACT_JUDGEMENT, FACT_NUMBER, FACT_TIME, FACT_CHOICE, FACT_SET } FactForm;
typedef struct FactWord { Str id; FactForm form; } FactWord;
typedef struct Vocabulary {
    const FactWord *words; size_t n;
    Str timeline; /* the fact that the segments are; empty: "impact" */
    Str classes;  /* the set of the classes that were hit; empty: none */
} Vocabulary;

/* {"facts":{id: value},"as_of":…}: docs/rules.md, "Facts of an incident". Pure: the same record, vocabulary and instant give the same bytes. What is not there
 * was not asked. */
void incident_facts_json(JsonOut *j, Arena *a, const Record *incident, const Vocabulary *words, Instant as_of);

#endif
