/* inside.h -- what the files of this room share: the reader with its mistakes. Private to pack/. */
#ifndef KANAME_PACK_INSIDE_H
#define KANAME_PACK_INSIDE_H

#include "pack/pack.h"

#include <jansson.h>

enum { PACK_FILE_MAX = 8 << 20 };

typedef struct Reader {
    Arena *a;
    Mistakes m;
    Pack *out;
    PackList *list;
    size_t cap;
    Str file, text;
} Reader;

void wrong_at(Reader *r, size_t line, const char *field, const char *code, Text why);
bool text_from(const json_t *v, Text *out);                       /* both languages */
bool plain(Str name);                                             /* a file beside pack.json: no way out of the directory */
/* registers/NAME.json: one register each, appended to r->out->resources. */
void registers_read(Reader *r, Str dir, const json_t *names);

#endif
