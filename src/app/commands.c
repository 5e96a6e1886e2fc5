/* commands.c -- the commands that change or read the data file without the server, and the one that serves. */
#include "app/app.h"
#include "work/files.h"

#include "pack/pack.h"

#include <stdlib.h>

/* --- change: one transaction, sealed and marked like any request's -------------------------------------------- */

static Err finish(Arena *a, Opened *x, Err e)
{
    if (!e.kind) e = history_seal(x->history, x->db, a);
    if (!e.kind) e = db_commit(x->db);
    if (e.kind) {
        history_forget(x->history, x->db);
        db_rollback(x->db);
        return e;
    }
    return history_mark(x->history, x->db);
}

static Principal system_in(Org org)
{
    return (Principal){.org = org, .roles = ROLES_ALL, .login = STR("system")};
}

static Err note(Arena *a, Opened *x, Org org, const char *action, Id object)
{
    Principal who = system_in(org);
    Ctx c = app_context(a, x, &who);
    return work_note(&c, org.row, org.id, str_of(action), object);
}

/* --- init ------------------------------------------------------------------------------------------------------ */

static Err read_file(Arena *a, Str path, Str *out)
{
    FILE *f = fopen(str_c(a, path), "rb");
    if (!f) return err_text(ERR_NOT_FOUND, TEXT_FILL(a, "ファイル {0} を開けません。", "Cannot open {0}.", path));
    char *bytes = arena_alloc(a, BOOK_BYTES_MAX + 1);
    size_t n = fread(bytes, 1, BOOK_BYTES_MAX + 1, f);
    fclose(f);
    *out = (Str){bytes, n};
    return ERR_NONE;
}

static Err import_file(Arena *a, Opened *x, Org org, Str path, ImportResult *out)
{
    Str bytes;
    Book book;
    ImportPlan plan;
    Principal who = system_in(org);
    Ctx c = app_context(a, x, &who);
    TRY(read_file(a, path, &bytes));
    TRY(book_read(a, bytes, path, &book));
    TRY(import_propose(&c, &book, &plan));
    return import_run(&c, &book, &plan, out);
}

static Err print_link(Arena *a, Opened *x, const Options *o, int64_t account)
{
    Str secret;
    TRY(login_link_create(x->db, a, account, now_utc(), &secret));
    printf("login link, once, 30 minutes: http://%.*s/#/login?link=%.*s\n", STR_ARG(o->listen), STR_ARG(secret));
    return ERR_NONE;
}

/* samples/NAME/registers.xlsx, through the importer like anybody's workbook. */
static Err import_sample(Arena *a, Opened *x, Org org, Str name)
{
    ImportResult r = {0};
    for (size_t i = 0; i < name.n; i++)
        if (name.s[i] != '-' && (name.s[i] < 'a' || name.s[i] > 'z')) return err_text(ERR_INVALID, TEXT_FILL(a, "見本「{0}」はありません。", "There is no sample {0}.", name));
    TRY(import_file(a, x, org, str_printf(a, "%s/samples/%.*s/registers.xlsx", KANAME_SHARE, STR_ARG(name)), &r));
    printf("sample: %lld records\n", (long long)r.created);
    return ERR_NONE;
}

static Err fill_new(Arena *a, Opened *x, const Options *o)
{
    Org org;
    Account admin;
    TRY(org_create(x->db, a, 0, o->name.n ? o->name : STR("わたしたちの組織"), (Str){0}, STR("operator"), &org));
    TRY(account_create(x->db, a, STR("admin"), STR("管理者"), (Str){0}, &admin));
    TRY(DB_EXEC(x->db, "UPDATE account SET instance_admin = 1 WHERE row = ?", P_INT(admin.row)));
    TRY(membership_set(x->db, admin.row, org.row, ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO) | ROLE_BIT(ROLE_RISK_MANAGER), STR("管理者"), true));
    TRY(note(a, x, org, "org.create", org.id));
    if (o->sample.n) TRY(import_sample(a, x, org, o->sample));
    TRY(print_link(a, x, o, admin.row));
    printf("verifier key %.*s\n", STR_ARG(history_public_key(a, x->history)));
    printf("organisation %.*s\n", STR_ARG(id_text(a, org.id)));
    return ERR_NONE;
}

Err command_init(Arena *a, const Options *o)
{
    Opened x;
    int64_t n = 0;
    Cursor c;
    TRY(app_open(a, o, true, true, &x));
    db_query(x.db, &c, "SELECT count(*) FROM org", NULL, 0);
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    Err e = cursor_close(&c);
    if (!e.kind && n) e = err_text(ERR_CONFLICT, text_of("すでに使われているデータファイルです。", "The data file is already in use."));
    if (!e.kind) e = db_begin(x.db);
    if (!e.kind) e = finish(a, &x, fill_new(a, &x, o));
    app_close(&x);
    return e;
}

/* --- serve ----------------------------------------------------------------------------------------------------- */

static void ready(const char *host, uint16_t port)
{
    printf("listening on http://%s:%u/\n", host, port);
    fflush(stdout);
}

/* Uploads that nobody finished. */
static Err sweep(Arena *a, Opened *x)
{
    Principal nobody = {0};
    Ctx c = app_context(a, x, &nobody);
    TRY(db_begin(x->db));
    Err e = files_sweep(&c);
    if (!e.kind) return db_commit(x->db);
    db_rollback(x->db);
    return e;
}

Err command_serve(Arena *a, const Options *o)
{
    Opened x;
    App app = {.resources = &kaname_resources, .version = KANAME_VERSION, .files_quota = o->files_mib << 20};
    Str host = o->listen, port_text;
    int64_t port;
    size_t colon = host.n;
    while (colon && host.s[colon - 1] != ':')
        colon--;
    port_text = str_slice(host, colon, host.n);
    if (!colon || !str_int(port_text, &port) || port < 1 || port > 65535)
        return err_text(ERR_INVALID, text_of("--listen は HOST:PORT で書いてください。", "--listen takes HOST:PORT."));
    TRY(app_open(a, o, false, true, &x));
    Err swept = sweep(a, &x);
    db_release(x.db);
    TRY(swept);
    app.store = x.store, app.history = x.history, app.packs = &x.packs;
    TRY(writer_start(a, x.store, x.history, &app.writer));
    Runner *runner;
    RunnerSetup later = {x.store, app.writer, &kaname_resources, &x.packs, &kaname_jobs};
    TRY(runner_start(a, &later, &runner));
    Err e = api_serve(a, &app, str_slice(host, 0, colon - 1), (uint16_t)port, ready);
    runner_stop(runner);
    history_close(x.history);
    store_close(x.store);
    return e;
}

/* --- people ---------------------------------------------------------------------------------------------------- */

static Err parse_roles(Arena *a, Str text, Roles *out)
{
    Str one;
    *out = 0;
    while (str_cut(&text, ',', &one)) {
        Roles before = *out;
        for (int i = 0; i < ROLES; i++)
            if (str_eq(one, role_rows[i].code)) *out |= ROLE_BIT(i);
        if (*out == before) return err_text(ERR_INVALID, TEXT_FILL(a, "役割「{0}」はありません。", "There is no role {0}.", one));
    }
    return ERR_NONE;
}

static Err user_add(Arena *a, Opened *x, const Options *o)
{
    Org org;
    Account account;
    Roles roles;
    TRY(app_org(x->db, a, o->org, &org));
    TRY(parse_roles(a, o->roles.n ? o->roles : STR("viewer"), &roles));
    TRY(account_create(x->db, a, o->login, o->name.n ? o->name : o->login, (Str){0}, &account));
    TRY(membership_set(x->db, account.row, org.row, roles, (Str){0}, false));
    TRY(note(a, x, org, "account.create", account.id));
    return print_link(a, x, o, account.row);
}

static Err user_list(Arena *a, Opened *x, const Options *o)
{
    Org org;
    Account *list;
    size_t n;
    TRY(app_org(x->db, a, o->org, &org));
    TRY(account_list(x->db, a, org.row, &list, &n));
    for (size_t i = 0; i < n; i++)
        printf("%.*s\t%.*s\t%.*s\n", STR_ARG(list[i].login), STR_ARG(list[i].name), STR_ARG(list[i].post));
    return ERR_NONE;
}

static Err user_act(Arena *a, Opened *x, const Options *o)
{
    Account account;
    Org org;
    Str verb = o->words_n ? o->words[0] : (Str){0};
    if (str_eqc(verb, "add")) return user_add(a, x, o);
    if (str_eqc(verb, "list")) return user_list(a, x, o);
    TRY(account_find(x->db, a, o->login.n ? o->login : o->user, &account));
    TRY(app_org(x->db, a, o->org, &org));
    if (str_eqc(verb, "link")) return print_link(a, x, o, account.row);
    if (!str_eqc(verb, "disable")) return err_text(ERR_INVALID, text_of("add、list、link、disable のどれかです。", "One of add, list, link, disable."));
    TRY(account_set_disabled(x->db, account.row, true));
    return note(a, x, org, "account.disable", account.id);
}

static Err within(Arena *a, const Options *o, Err (*act)(Arena *, Opened *, const Options *))
{
    Opened x;
    TRY(app_open(a, o, false, true, &x));
    Err e = db_begin(x.db);
    if (!e.kind) e = finish(a, &x, act(a, &x, o));
    app_close(&x);
    return e;
}

Err command_user(Arena *a, const Options *o)
{
    return within(a, o, user_act);
}

static Err org_act(Arena *a, Opened *x, const Options *o)
{
    Org org;
    if (!o->words_n || !str_eqc(o->words[0], "add") || !o->name.n) return err_text(ERR_INVALID, text_of("org add --name 組織名 です。", "It is org add --name NAME."));
    TRY(org_create(x->db, a, 0, o->name, (Str){0}, STR("operator"), &org));
    TRY(note(a, x, org, "org.create", org.id));
    printf("organisation %.*s\n", STR_ARG(id_text(a, org.id)));
    return ERR_NONE;
}

Err command_org(Arena *a, const Options *o)
{
    return within(a, o, org_act);
}

static Err token_act(Arena *a, Opened *x, const Options *o)
{
    Account account;
    Roles roles;
    Str secret;
    if (!o->words_n || !str_eqc(o->words[0], "create") || o->days < 0 || o->days > 3660)
        return err_text(ERR_INVALID, text_of("token create --user NAME --days 0〜3660", "token create --user NAME --days 0 to 3660"));
    TRY(account_find(x->db, a, o->user, &account));
    TRY(parse_roles(a, o->roles, &roles));
    TRY(token_create(x->db, a, account.row, o->label.n ? o->label : STR("command line"), roles, o->read_only, now_utc() + o->days * 24 * 3600 * 1000, &secret));
    printf("%.*s\n", STR_ARG(secret));
    return ERR_NONE;
}

Err command_token(Arena *a, const Options *o)
{
    return within(a, o, token_act);
}

/* --- spreadsheets ---------------------------------------------------------------------------------------------- */

Err command_import(Arena *a, const Options *o)
{
    Opened x;
    Org org;
    ImportResult r = {0};
    if (!o->words_n) return err_text(ERR_INVALID, text_of("取り込むファイルを書いてください。", "Name the file to import."));
    TRY(app_open(a, o, false, true, &x));
    Err e = db_begin(x.db);
    for (size_t i = 0; !e.kind && i < o->words_n; i++) {
        ImportResult one = {0};
        e = app_org(x.db, a, o->org, &org);
        if (!e.kind) e = import_file(a, &x, org, o->words[i], &one);
        r.created += one.created, r.updated += one.updated, r.unchanged += one.unchanged, r.rows += one.rows;
    }
    if (o->plan || e.kind) history_forget(x.history, x.db), db_rollback(x.db);
    else e = finish(a, &x, e);
    app_close(&x);
    if (e.kind) return e;
    printf("{\"rows\":%lld,\"created\":%lld,\"updated\":%lld,\"unchanged\":%lld,\"dry_run\":%s}\n", (long long)r.rows, (long long)r.created, (long long)r.updated,
        (long long)r.unchanged, o->plan ? "true" : "false");
    return ERR_NONE;
}

static Err export_all(Arena *a, Opened *x, const Options *o, Str *out)
{
    enum { MAX = 100000 };
    Org org;
    const Resource *res = resource_find(&kaname_resources, o->words_n ? o->words[0] : (Str){0});
    if (!res) return err_text(ERR_NOT_FOUND, text_of("その台帳はありません。", "There is no such register."));
    TRY(app_org(x->db, a, o->org, &org));
    Record **list = arena_array(a, Record *, MAX);
    size_t n = 0;
    ListQuery q = {.sort = -1, .limit = 200};
    ListPage page;
    do {
        TRY(record_list(x->db, a, res, org.row, &q, &page));
        for (size_t i = 0; i < page.n && n < MAX; i++)
            list[n++] = page.list[i];
        q.cursor = page.next;
    } while (page.next.n && n < MAX);
    bool csv = str_ends(o->to, STR(".csv"));
    return csv ? records_to_csv(x->db, a, &kaname_resources, res, list, n, NULL, JA, out) : records_to_xlsx(x->db, a, &kaname_resources, res, list, n, NULL, JA, out);
}

Err command_export(Arena *a, const Options *o)
{
    Opened x;
    Str bytes = {0};
    if (!o->to.n) return err_text(ERR_INVALID, text_of("--to FILE.xlsx か FILE.csv を書いてください。", "Give --to FILE.xlsx or FILE.csv."));
    TRY(app_open(a, o, false, false, &x));
    Err e = db_begin(x.db);
    if (!e.kind) e = export_all(a, &x, o, &bytes);
    app_close(&x);
    if (e.kind) return e;
    FILE *f = fopen(str_c(a, o->to), "wb");
    bool ok = f && fwrite(bytes.s, 1, bytes.n, f) == bytes.n;
    if (f) ok = fclose(f) == 0 && ok;
    return ok ? ERR_NONE : err_text(ERR_FULL, TEXT_FILL(a, "{0} に書けません。", "Cannot write {0}.", o->to));
}

/* --- backup, audit, descriptions --------------------------------------------------------------------------------- */

Err command_backup(Arena *a, const Options *o)
{
    Opened x;
    if (!o->to.n) return err_text(ERR_INVALID, text_of("--to COPY を書いてください。", "Give --to COPY."));
    TRY(app_open(a, o, false, false, &x));
    Err e = db_backup(x.db, o->to);
    app_close(&x);
    return e;
}

Err command_audit(Arena *a, const Options *o)
{
    Opened x;
    VerifyReport r = {0};
    if (!o->words_n || !str_eqc(o->words[0], "verify")) return err_text(ERR_INVALID, text_of("audit verify です。", "It is audit verify."));
    TRY(app_open(a, o, false, false, &x));
    Str base = store_kind(x.store) == STORE_SQLITE ? o->db : STR("kaname-postgres");
    Err e = db_begin(x.db);
    if (!e.kind) e = history_verify(a, x.db, base, &kaname_resources, &r);
    if (!e.kind) e = files_verify(a, x.db, &r);
    app_close(&x);
    if (e.kind) return e;
    printf("{\"logs\":%lld,\"leaves\":%lld,\"versions\":%lld,\"disposed\":%lld,\"findings\":%zu}\n", (long long)r.logs, (long long)r.leaves, (long long)r.versions,
        (long long)r.disposed, r.findings_n);
    for (size_t i = 0; i < r.findings_n; i++)
        printf("%.*s\n", STR_ARG(r.findings[i]));
    return r.findings_n ? err_text(ERR_CONFLICT, text_of("履歴に改変があります。", "The history was altered.")) : ERR_NONE;
}

Err command_pack(Arena *a, const Options *o)
{
    Pack pack;
    if (o->words_n != 2 || !str_eqc(o->words[0], "check")) return err_text(ERR_INVALID, text_of("pack check DIR です。", "It is pack check DIR."));
    TRY(pack_load(a, o->words[1], &pack));
    printf("%.*s %.*s: %zu items\n", STR_ARG(pack.name), STR_ARG(pack.version), pack.n);
    return ERR_NONE;
}

Err command_receipt(Arena *a, const Options *o)
{
    Str receipt;
    if (o->words_n != 2 || !str_eqc(o->words[0], "verify") || !o->key.n)
        return err_text(ERR_INVALID, text_of("receipt verify FILE --key 検証鍵 です。", "It is receipt verify FILE --key VERIFIER_KEY."));
    TRY(read_file(a, o->words[1], &receipt));
    TRY(receipt_verify(a, receipt, o->key));
    say(o, text_of("受領証は正しいものです。", "The receipt is right."));
    return ERR_NONE;
}

Err command_openapi(Arena *a, const Options *o)
{
    Buf b;
    UNUSED(o);
    buf_init(&b, a, 1 << 16);
    JsonOut j = {&b, false};
    api_openapi(&j, &kaname_resources, KANAME_VERSION);
    printf("%.*s\n", STR_ARG(buf_str(&b)));
    return ERR_NONE;
}

Err command_version(Arena *a, const Options *o)
{
    UNUSED(a), UNUSED(o);
    printf("kaname %s, %s\n", KANAME_VERSION, store_version());
    return ERR_NONE;
}
