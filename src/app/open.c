/* open.c -- opening the data for a command: versions, migrations, key, marks, the program's own principal. */
#include "app/app.h"

#include "authority/authority.h"
#include "incident/incident.h"

#include <unistd.h>

static Migration *all_migrations(Arena *a, size_t *n)
{
    const struct {
        const Migration *list;
        size_t n;
    } rooms[] = {{access_migrations, access_migrations_n}, {history_migrations, history_migrations_n},
        {job_migrations, job_migrations_n}, {work_migrations, work_migrations_n}, {incident_migrations, incident_migrations_n}, {authority_migrations, authority_migrations_n}};
    Migration *all = arena_array(a, Migration, access_migrations_n + history_migrations_n + job_migrations_n + work_migrations_n + incident_migrations_n + authority_migrations_n);
    *n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            all[(*n)++] = rooms[i].list[k];
    return all;
}

/* Refuses data of a newer program and what is no data of Kaname at all, before anything is changed. */
static Err check_schema(Arena *a, Db *db, const Resources *resources, bool create, bool *older)
{
    size_t n;
    Migration *all = all_migrations(a, &n);
    SchemaState state;
    TRY(db_schema(db, all, n, &state));
    *older = state == SCHEMA_OLDER;
    if (state == SCHEMA_NONE && create) return ERR_NONE;
    if (state == SCHEMA_NONE) return err_text(ERR_INVALID, text_of("kaname のデータではありません。新しく作るのは kaname init です。", "This is not data of kaname. kaname init makes new data."));
    bool columns_missing;
    TRY(record_schema(db, a, resources, &columns_missing));
    *older = *older || columns_missing;
    return ERR_NONE;
}

static Err migrate_within(Arena *a, Db *db, const Resources *resources, bool create)
{
    size_t n;
    bool older;
    Migration *all = all_migrations(a, &n);
    TRY(check_schema(a, db, resources, create, &older));
    TRY(db_migrate(db, all, n));
    return record_migrate(db, a, resources);
}

Err app_migrate(Arena *a, Db *db, const Resources *resources, bool create)
{
    TRY(db_begin(db));
    Err e = migrate_within(a, db, resources, create);
    if (!e.kind) return db_commit(db);
    db_rollback(db);
    return e;
}

/* A reader changes nothing, so old data waits for the first command that may. A copy is made of old data as well. */
static Err check_readable(Arena *a, Db *db, const Resources *resources, OpenHow how)
{
    bool older = false;
    TRY(db_begin(db));
    Err e = check_schema(a, db, resources, false, &older);
    db_rollback(db);
    if (e.kind || !older || how == OPEN_COPY) return e;
    return err_text(ERR_CONFLICT, text_of("前の版の kaname のデータです。バックアップを取ってから kaname serve を一度起動すると、この版のデータになります。",
                                      "This data is of an earlier kaname. Back it up, then start kaname serve once: that brings it to this version."));
}

bool app_postgres(const Options *o)
{
    return str_starts(o->db, STR("postgresql://")) || str_starts(o->db, STR("postgres://"));
}

Str app_base(Arena *a, const Options *o)
{
    if (!app_postgres(o)) return o->db;
    if (!o->key.n) return STR("kaname-postgres");
    return str_copy(a, str_ends(o->key, STR(".key")) ? str_slice(o->key, 0, o->key.n - 4) : o->key);
}

/* One process signs and writes marks: on SQLite the store's own lock says so, on PostgreSQL the same lock beside the key. */
static Err open_store(Arena *a, const Options *o, OpenHow how, Opened *out)
{
    bool writes = how >= OPEN_WRITE;
    StoreOptions so = {.url = o->db, .create = how == OPEN_CREATE, .exclusive = writes};
    Err e = ERR_NONE;
    if (writes && app_postgres(o)) e = store_lock(a, out->base, &out->lock);
    if (!e.kind) e = store_open(a, &so, &out->store);
    out->elsewhere = e.kind == ERR_BUSY && !(app_postgres(o) && out->lock >= 0);
    return e;
}

Err app_open(Arena *a, const Options *o, OpenHow how, Opened *out)
{
    bool writes = how >= OPEN_WRITE;
    *out = (Opened){.lock = -1, .base = app_base(a, o)};
    TRY(app_packs(a, o, &out->packs, &out->resources));
    Err e = open_store(a, o, how, out);
    if (!e.kind) e = db_acquire(out->store, writes, &out->db);
    if (!e.kind) e = writes ? app_migrate(a, out->db, &out->resources, how == OPEN_CREATE) : check_readable(a, out->db, &out->resources, how);
    if (!e.kind && writes) e = db_checkpoint(out->db, true); /* after a crash the log may still hold what was disposed of */
    if (!e.kind && writes && how != OPEN_RESTORE) e = history_open(a, out->base, true, out->db, &out->history);
    if (e.kind) app_close(out);
    return e;
}

void app_close(Opened *x)
{
    if (x->history) history_close(x->history);
    if (x->db) {
        db_checkpoint(x->db, true);
        db_release(x->db);
    }
    if (x->store) store_close(x->store);
    if (x->lock >= 0) close(x->lock);
    x->history = NULL, x->db = NULL, x->store = NULL, x->lock = -1;
}

/* --- the program's own principal ------------------------------------------------------------------------------------- */

Principal app_principal(Org org)
{
    return (Principal){.org = org, .roles = ROLES_ALL, .login = STR("system")};
}

Ctx app_context(Run *r, Principal *who)
{
    return (Ctx){.a = r->a, .db = r->db, .history = r->history, .resources = r->resources, .packs = r->packs, .who = who, .now = now_utc(), .lang = r->o->lang};
}

Err app_note(Run *r, Org org, const char *action, Id object)
{
    Principal who = app_principal(org);
    Ctx c = app_context(r, &who);
    return work_note(&c, org.row, org.id, str_of(action), object);
}

Err app_org(Db *db, Arena *a, Str name, Org *out)
{
    Cursor c;
    Id id = {{0}};
    int64_t n = 0;
    db_query(db, &c, name.n ? "SELECT id FROM org WHERE name = ? ORDER BY row LIMIT 2" : "SELECT id FROM org ORDER BY row LIMIT 2", (Param[]){P_TEXT(name)}, name.n ? 1 : 0);
    while (cursor_next(&c))
        if (!n++) id = cursor_id(&c, 0);
    TRY(cursor_close(&c));
    if (name.n && n > 1)
        return err_text(ERR_CONFLICT, TEXT_FILL(a, "組織「{0}」は複数あります。識別子で指定してください。", "There are several organisations {0}. Give its identifier.", name));
    if (name.n) id_parse(name, &id);
    if (!id_none(id)) return org_get(db, a, id, out);
    return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "組織「{0}」がありません。", "There is no organisation {0}.", name));
}

/* --- one change ------------------------------------------------------------------------------------------------------ */

/* Everything back. */
static Err undo(Opened *x, Err e)
{
    history_forget(x->history, x->db);
    db_rollback(x->db);
    return e;
}

Err app_change(Run *r, Opened *x, Err (*act)(Run *r))
{
    r->db = x->db, r->history = x->history, r->packs = &x->packs, r->resources = &x->resources;
    Err e = db_begin(x->db);
    if (!e.kind) e = act(r);
    if (e.kind || r->dry) return undo(x, e);
    e = history_seal(x->history, x->db, r->a);
    if (!e.kind) e = db_commit(x->db);
    return e.kind ? undo(x, e) : history_mark(x->history, x->db);
}
