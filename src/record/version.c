/* version.c -- one row per record and version, for every resource: compare two dates, "this used version 7". */
#include "record/sql.h"

Err version_add(Db *db, const Record *r, const Version *v)
{
    return DB_EXEC(db, "INSERT INTO version (resource, record, version, at, author, action, reason, doc, salts, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        P_TEXT(str_of(r->res->name)), P_INT(r->row), P_INT(v->version), P_INT(v->at), P_INT(v->author), P_TEXT(v->action), P_TEXT(v->reason),
        P_TEXT(v->doc), P_BLOB(v->salts), P_INT(v->leaf));
}

static Version read_version(Arena *a, Cursor *c)
{
    return (Version){.version = cursor_int(c, 0), .at = cursor_int(c, 1), .author = cursor_int(c, 2), .action = str_copy(a, cursor_text(c, 3)),
        .reason = str_copy(a, cursor_text(c, 4)), .doc = str_copy(a, cursor_text(c, 5)), .salts = str_copy(a, cursor_blob(c, 6)), .leaf = cursor_int(c, 7)};
}

Err version_list(Db *db, Arena *a, const Record *r, int64_t before, size_t limit, Version **out, size_t *n)
{
    Cursor c;
    *out = arena_array(a, Version, limit);
    *n = 0;
    DB_QUERY(db, &c, "SELECT version, at, author, action, reason, doc, salts, leaf FROM version WHERE resource = ? AND record = ? AND version < ?"
                     " ORDER BY version DESC LIMIT ?",
        P_TEXT(str_of(r->res->name)), P_INT(r->row), P_INT(before), P_INT((int64_t)limit));
    while (*n < limit && cursor_next(&c))
        (*out)[(*n)++] = read_version(a, &c);
    return cursor_close(&c);
}

Err version_get(Db *db, Arena *a, const Resource *res, int64_t record_row, int64_t version, Version *out)
{
    Cursor c;
    DB_QUERY(db, &c, "SELECT version, at, author, action, reason, doc, salts, leaf FROM version WHERE resource = ? AND record = ? AND version = ?",
        P_TEXT(str_of(res->name)), P_INT(record_row), P_INT(version));
    bool found = cursor_next(&c);
    if (found) *out = read_version(a, &c);
    TRY(cursor_close(&c));
    return found ? ERR_NONE : err_of(ERR_NOT_FOUND);
}
