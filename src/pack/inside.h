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
Text not_a_word(Reader *r, Str word, const Str *valid, size_t n); /* names the nearest valid one */
Err file_read(Arena *a, Str dir, Str name, Str *out);             /* at most PACK_FILE_MAX bytes */
bool text_from(const json_t *v, Text *out);                       /* both languages */
bool plain(Str name);                                             /* a file beside pack.json: no way out of the directory */
/* registers/NAME.json: one register each, appended to r->out->resources. */
void registers_read(Reader *r, Str dir, const json_t *names);

#endif
