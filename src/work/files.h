/*
 * Attached files: one small resource of its own (rows, versions, leaves, disposal as for any record) whose rights follow the record that a file is
 * attached to, and its bytes in pieces. An upload comes piece by piece and becomes a record only when it is whole.
 */
#ifndef KANAME_WORK_FILES_H
#define KANAME_WORK_FILES_H

#include "work/work.h"

enum { FILE_PART = 256 << 10, FILE_BYTES_MAX = 20 << 20, FILES_A_RECORD = 100, UPLOADS_A_PERSON = 5 };
#define FILE_QUOTA ((int64_t)2 << 30) /* bytes of an organisation, unless --files-mib says otherwise */

extern const Resource file_resource;

typedef struct Upload { Id id; Str name; int64_t size, received, row; Instant at; } Upload;

/* `res` and `record` name what the file is attached to in every call; another record's file is ERR_NOT_FOUND. */
Err files_list(Ctx *c, const Resource *res, Id record, bool removed, ListPage *out);
Err files_uploads(Ctx *c, const Resource *res, Id record, Upload **out, size_t *n); /* unfinished ones of the caller */
Err file_get(Ctx *c, const Resource *res, Id record, Id file, Record **out);
/* Writes the bytes from … to (inclusive) to fd, piece by piece. */
Err file_copy(Ctx *c, const Record *file, int64_t from, int64_t to, int fd);
Err file_begin(Ctx *c, const Resource *res, Id record, Str name, int64_t size, Upload *out);
/* The piece at `at`: FILE_PART bytes, the last one what is left. `made` is set with the last piece. The same piece again is no mistake. */
Err file_part(Ctx *c, const Resource *res, Id record, Id file, int64_t at, Str bytes, Upload *out, Record **made);
Err file_remove(Ctx *c, const Resource *res, Id record, Id file); /* retires it; an upload is forgotten */
Err file_dispose(Ctx *c, const Resource *res, Id record, Id file, Str ground); /* the bytes, the name and the hash; the caller scrubs */
int64_t file_size(const Record *file);
Str file_type(const Record *file);
/* "…/files/{id}" below the record that it is attached to, for links. */
Str file_path(Ctx *c, const Record *file);
/* A hook that takes a file as input: it must be whole and attached to this record. */
Err file_belongs(Ctx *c, const Record *record, Id file, const char *path, Mistakes *m);
/* At the start of the server: uploads that nobody finished within a day. */
Err files_sweep(Ctx *c);
/* Every file against its pieces; adds findings. */
Err files_verify(Arena *a, Db *db, VerifyReport *out);

#endif
