/* embedded.h -- files of the front end inside the program; the table is generated at build time. Private to api/. */
#ifndef KANAME_API_EMBEDDED_H
#define KANAME_API_EMBEDDED_H

#include <stddef.h>

typedef struct Embedded {
    const char *name, *type;
    const unsigned char *bytes;
    size_t n;
    const unsigned char *packed; /* gzip */
    size_t packed_n;             /* 0: not shorter */
} Embedded;
extern const Embedded embedded[];
extern const size_t embedded_n;

#endif
