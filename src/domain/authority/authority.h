/*
 * domain/authority -- the other side: reports that operators made and an authority received. Whether they say what the law asks, what was sent back, what was accepted.
 * Called by: app (the visible list). Never: opens a duty, judges an operator's facts, speaks HTTP.
 */
#ifndef KANAME_AUTHORITY_H
#define KANAME_AUTHORITY_H

#include "work/work.h"

extern const Resource received_resource, case_resource, rubric_resource, figure_set_resource;
/* Checked again by other packs than those of now. */
Err received_again_job(Ctx *c, const struct Job *job);
extern const Walk received_again;
extern const Migration authority_migrations[];
extern const size_t authority_migrations_n;

#endif
