/* inside.h -- what the files of this room share: a file with the mistakes found in it. Private to law/. */
#ifndef KANAME_LAW_INSIDE_H
#define KANAME_LAW_INSIDE_H

#include "law/law.h"

#include <jansson.h>

enum { LAW_FILE_MAX = 1 << 20, LAW_FILES_MAX = 2000, LAW_PATH_MAX = 120, LAW_ID_MAX = 100, LAW_TEXT_MAX = 4000 };

/* A file under reading. */
typedef struct Doc {
    Arena *a;
    Mistakes *m;
    Str file, text;
    json_t *json;
} Doc;

/* A mistake at a path of the file ("versions/0/condition/all/2"): kept as "file:line path". */
void doc_wrong(const Doc *d, Str path, const char *code, Text why);
Str path_key(Arena *a, Str path, Str key);
Str path_at(Arena *a, Str path, size_t index);
/* Line of a path in the raw text; of the nearest thing around it when it is not there. */
size_t json_line(Str text, Str path);

Str text_at(const json_t *o, const char *key); /* empty when absent */
Str word_at(Arena *a, const json_t *o, const char *key); /* a text or a whole number, as text; empty when absent */
Day day_at(const json_t *o, const char *key);  /* DAY_NONE: open */

#endif
