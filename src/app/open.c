/* open.c -- opening the data for a command: migrations, key, marks, the program's own principal. */
#include "app/app.h"

static Err migrate(Arena *a, Db *db)
{
    const struct { const Migration *list; size_t n; } rooms[] = {{access_migrations, access_migrations_n}, {history_migrations, history_migrations_n},
        {job_migrations, job_migrations_n}, {work_migrations, work_migrations_n}};
    Migration *all = arena_array(a, Migration, access_migrations_n + history_migrations_n + job_migrations_n + work_migrations_n);
    size_t n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            all[n++] = rooms[i].list[k];
    TRY(db_begin(db));
    Err e = db_migrate(db, all, n);
    if (!e.kind) e = record_migrate(db, a, &kaname_resources);
    if (e.kind) {
        db_rollback(db);
        return e;
    }
    return db_commit(db);
}

Err app_open(Arena *a, const Options *o, bool create, bool exclusive, Opened *out)
{
    *out = (Opened){0};
    TRY(resources_check(&kaname_resources, a));
    if (exclusive) TRY(app_packs(a, o, &out->packs)); /* rules over records may look into them */
    StoreOptions so = {.url = o->db, .create = create, .exclusive = exclusive};
    TRY(store_open(a, &so, &out->store));
    TRY(db_acquire(out->store, exclusive, &out->db));
    if (exclusive) TRY(migrate(a, out->db));
    Str base = store_kind(out->store) == STORE_SQLITE ? o->db : STR("kaname-postgres");
    if (exclusive) TRY(history_open(a, base, true, out->db, &out->history));
    return ERR_NONE;
}

void app_close(Opened *x)
{
    if (x->history) history_close(x->history);
    db_checkpoint(x->db, true);
    db_release(x->db);
    store_close(x->store);
}

Ctx app_context(Arena *a, const Opened *x, Principal *who)
{
    return (Ctx){.a = a, .db = x->db, .history = x->history, .resources = &kaname_resources, .packs = &x->packs, .who = who, .now = now_utc()};
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
    if (name.n) id_parse(name, &id);
    if (!id_none(id)) return org_get(db, a, id, out);
    return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "組織「{0}」がありません。", "There is no organisation {0}.", name));
}
