/*
 * domain/register -- what must be protected: assets, services, suppliers, contacts, units, certificates. Each is one table of fields.
 * Called by: risk, api, app (the visible list). Never: people with accounts (access), risks.
 */
#ifndef KANAME_REGISTER_H
#define KANAME_REGISTER_H

#include "access/access.h"
#include "record/record.h"

/* A code in a const table: STR() is a compound literal, which no constant initializer may be. */
#define CODE(literal) {(literal), sizeof(literal) - 1}

/* The administrator of an organisation keeps people, and has no right over the register by that. */
#define READERS (ROLES_ALL & ~ROLE_BIT(ROLE_ADMIN))

/* How sheets name the three steps of a scale, whatever is measured. */
enum { THREE_LEVELS = 3 };
extern const Choice three_levels[THREE_LEVELS];

extern const Resource asset_resource, service_resource, supplier_resource, contact_resource, unit_resource, certificate_resource, meeting_resource;

#endif
