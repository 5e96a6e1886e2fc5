/* resources.c -- the visible list: what is not here is not kept. Order is the order of menus and of loading. */
#include "app/app.h"

#define VISIBLE(row)                                                                                                                  \
    row(unit)                                                                                                                         \
    row(supplier)                                                                                                                     \
    row(contact)                                                                                                                      \
    row(service)                                                                                                                      \
    row(asset)                                                                                                                        \
    row(dependency)                                                                                                                   \
    row(common_cause)                                                                                                                 \
    row(cascade)                                                                                                                      \
    row(certificate)                                                                                                                  \
    row(meeting)                                                                                                                      \
    row(risk)                                                                                                                         \
    row(issue)                                                                                                                        \
    row(trigger)                                                                                                                      \
    row(criteria)                                                                                                                     \
    row(plan)                                                                                                                         \
    row(simulation)                                                                                                                   \
    row(consultation)                                                                                                                 \
    row(incident)                                                                                                                     \
    row(duty)                                                                                                                         \
    row(notice)                                                                                                                       \
    row(received)                                                                                                                     \
    row(rubric)                                                                                                                       \
    row(case)                                                                                                                         \
    row(figure_set)                                                                                                                   \
    row(file)                                                                                                                         \
    row(disclosure)

#define DECLARE(name) extern const Resource name##_resource;
#define ADDRESS(name) &name##_resource,

VISIBLE(DECLARE)
static const Resource *const list[] = {VISIBLE(ADDRESS)};

const Resources kaname_resources = {list, COUNT(list)};
