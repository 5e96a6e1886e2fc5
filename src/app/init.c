/* init.c -- init: an organisation, its first administrator, and on demand a sample, in one change. */
#include "app/app.h"

/* samples/NAME/registers.xlsx, through the importer like anybody's workbook. */
static Err import_sample(Run *r, Org org, Str name)
{
    ImportResult n = {0};
    for (size_t i = 0; i < name.n; i++)
        if (name.s[i] != '-' && (name.s[i] < 'a' || name.s[i] > 'z')) return err_text(ERR_INVALID, TEXT_FILL(r->a, "見本「{0}」はありません。", "There is no sample {0}.", name));
    File file = {.name = str_printf(r->a, "%s/samples/%.*s/registers.xlsx", KANAME_SHARE, STR_ARG(name))};
    TRY(app_read_file(r->a, file.name, &file.bytes));
    TRY(app_import(r, org, &file, &n));
    if (r->o->json) json_kint(&r->json, "sample", n.created);
    say(r, TEXT_FILL(r->a, "見本: {0} 件", "sample: {0} records", number(r, n.created)));
    return ERR_NONE;
}

static Err must_be_new(Db *db)
{
    Cursor c;
    int64_t n = 0;
    db_query(db, &c, "SELECT count(*) FROM org", NULL, 0);
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    return n ? err_text(ERR_CONFLICT, text_of("すでに使われているデータファイルです。", "The data file is already in use.")) : ERR_NONE;
}

static Err fill_new(Run *r)
{
    Org org;
    Account admin;
    const Options *o = r->o;
    TRY(must_be_new(r->db));
    TRY(org_create(r->db, r->a, 0, o->name.n ? o->name : STR("わたしたちの組織"), (Str){0}, STR("operator"), &org));
    TRY(account_create(r->db, r->a, STR("admin"), STR("管理者"), (Str){0}, &admin));
    TRY(DB_EXEC(r->db, "UPDATE account SET instance_admin = 1 WHERE row = ?", P_INT(admin.row)));
    TRY(membership_set(r->db, admin.row, org.row, ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO) | ROLE_BIT(ROLE_RISK_MANAGER), STR("管理者"), true));
    TRY(app_note(r, org, "org.create", org.id));
    if (o->sample.n) TRY(import_sample(r, org, o->sample));
    TRY(show_link(r, admin.row));
    say_kv(r, "verifier_key", o->lang == JA ? "検証鍵" : "verifier key", history_public_key(r->a, r->history));
    say_kv(r, "organisation", o->lang == JA ? "組織" : "organisation", id_text(r->a, org.id));
    return ERR_NONE;
}

Err command_init(Run *r)
{
    Opened x;
    TRY(app_open(r->a, r->o, OPEN_CREATE, &x));
    Err e = app_change(r, &x, fill_new);
    app_close(&x);
    if (e.kind) r->out.n = r->o->json ? 1 : 0;
    return e;
}
