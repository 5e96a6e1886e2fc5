/* fresh.h -- for tests only: an empty PostgreSQL schema of one's own in the server that KANAME_PG names, so that tests may run side by side. */
#ifndef KANAME_STORE_FRESH_H
#define KANAME_STORE_FRESH_H

#include "store/store.h"

#include <stdlib.h>

/* The URL of the emptied schema; empty when there is no server. */
static inline Str fresh_postgres(Arena *a, const char *schema)
{
    Store *s;
    Db *db;
    const char *url = getenv("KANAME_PG");
    if (!url || !*url) return (Str){0};
    StoreOptions o = {.url = str_of(url)};
    if (store_open(a, &o, &s).kind || db_acquire(s, true, &db).kind) abort();
    db_ddl(db, str_printf(a, "DROP SCHEMA IF EXISTS %s CASCADE", schema).s);
    if (db_ddl(db, str_printf(a, "CREATE SCHEMA %s", schema).s).kind) abort();
    db_release(db);
    store_close(s);
    return str_printf(a, "%s?options=-csearch_path%%3D%s", url, schema);
}

#endif
