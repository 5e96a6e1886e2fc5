/* files_parts.h -- what the files of the attachments share. Inside of work/ only. */
#ifndef KANAME_FILES_PARTS_H
#define KANAME_FILES_PARTS_H

#include "work/files.h"

enum { FILE_PARTS_MAX = FILE_BYTES_MAX / FILE_PART };

/* First and last piece, enough to tell what a file is. */
typedef struct Ends {
    char head[FILE_PART], tail[FILE_PART];
    size_t head_n, tail_n;
} Ends;

/* --- chunks.c --- */
Err chunk_put(Ctx *c, Id file, int64_t ord, Str bytes);
bool chunk_is(Ctx *c, Id file, int64_t ord, Str bytes); /* the piece is there and has this content */
Err chunk_get(Db *db, int64_t org, Id file, int64_t ord, char *out, size_t *n); /* `out` has room for FILE_PART */
Err chunks_drop(Ctx *c, int64_t org, Id file);
Err chunks_hash(Db *db, int64_t org, Id file, int64_t size, Ends *ends, uint8_t out[32]);

/* --- sniff.c --- */
/* Media type of the content, by its own marks; NULL: not among those that may be attached. `whole` false: only the head has come yet. */
const char *sniff_type(Str head, Str tail, bool whole);
bool sniff_name_fits(Arena *a, const char *type, Str name); /* the ending says the same */
Err sniff_refused(void);

#endif
