/* resources.h -- the visible list of everything that is kept. */
#ifndef KANAME_RESOURCES_H
#define KANAME_RESOURCES_H

#include "record/record.h"

extern const Resources kaname_resources;

#endif
