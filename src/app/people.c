/* people.c -- org, user, token: who may come in. Each is one change. */
#include "app/app.h"

static Err parse_roles(Arena *a, Str text, Roles *out)
{
    Str one;
    *out = 0;
    while (str_cut(&text, ',', &one)) {
        Roles before = *out;
        for (int i = 0; i < ROLES; i++)
            if (str_eq(str_trim(one), role_rows[i].code)) *out |= ROLE_BIT(i);
        if (*out == before) return err_text(ERR_INVALID, TEXT_FILL(a, "役割「{0}」はありません。", "There is no role {0}.", one));
    }
    return ERR_NONE;
}

static Str roles_text(Arena *a, Roles roles)
{
    Buf b;
    buf_init(&b, a, 64);
    for (int i = 0; i < ROLES; i++)
        if (roles & ROLE_BIT(i)) buf_printf(&b, "%s%.*s", b.n ? "," : "", STR_ARG(role_rows[i].code));
    return buf_str(&b);
}

static void roles_json(Run *r, Roles roles)
{
    json_key(&r->json, STR("roles")), json_open(&r->json, '[');
    for (int i = 0; i < ROLES; i++)
        if (roles & ROLE_BIT(i)) json_str(&r->json, role_rows[i].code);
    json_close(&r->json, ']');
}

static Err need(Str value, const char *ja, const char *en)
{
    return value.n ? ERR_NONE : err_text(ERR_INVALID, text_of(ja, en));
}

static bool verb(const Run *r, const char *word)
{
    return str_eqc(r->o->words[0], word);
}

Err show_link(Run *r, int64_t account)
{
    Str secret;
    TRY(login_link_create(r->db, r->a, account, now_utc(), &secret));
    Str url = str_printf(r->a, "%.*s/#/login?link=%.*s", STR_ARG(r->origin), STR_ARG(secret));
    say_kv(r, "link", r->o->lang == JA ? "ログインのリンク（一回だけ、30分以内）:" : "login link, once, 30 minutes:", url);
    return ERR_NONE;
}

/* --- organisations ------------------------------------------------------------------------------------------------ */

static Err org_add(Run *r)
{
    Org org, parent = {0};
    TRY(need(r->o->name, "--name に組織の名称を書いてください。", "Give the organisation's name with --name."));
    if (r->o->parent.n) TRY(app_org(r->db, r->a, r->o->parent, &parent));
    TRY(org_create(r->db, r->a, parent.row, r->o->name, (Str){0}, STR("operator"), &org));
    TRY(app_note(r, org, "org.create", org.id));
    say_kv(r, "organisation", "organisation", id_text(r->a, org.id));
    return ERR_NONE;
}

static Err org_list_all(Run *r)
{
    Cursor c;
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
    db_query(r->db, &c, "SELECT id, name FROM org ORDER BY path", NULL, 0);
    while (cursor_next(&c)) {
        Str id = id_text(r->a, cursor_id(&c, 0)), name = cursor_text(&c, 1);
        if (!r->o->json)
            buf_printf(&r->out, "%.*s\t%.*s\n", STR_ARG(id), STR_ARG(name));
        else
            json_open(&r->json, '{'), json_kstr(&r->json, "id", id), json_kstr(&r->json, "name", name), json_close(&r->json, '}');
    }
    if (r->o->json) json_close(&r->json, ']');
    return cursor_close(&c);
}

Err act_org(Run *r)
{
    return verb(r, "add") ? org_add(r) : org_list_all(r);
}

/* --- users ----------------------------------------------------------------------------------------------------------- */

static Err user_add(Run *r, const Org *org)
{
    Account account;
    Roles roles;
    TRY(parse_roles(r->a, r->o->roles.n ? r->o->roles : STR("viewer"), &roles));
    TRY(account_create(r->db, r->a, r->o->login, r->o->name.n ? r->o->name : r->o->login, (Str){0}, &account));
    TRY(membership_set(r->db, account.row, org->row, roles, (Str){0}, false));
    TRY(app_note(r, *org, "account.create", account.id));
    if (r->o->json) say_kv(r, "id", "", id_text(r->a, account.id));
    return show_link(r, account.row);
}

static void user_show(Run *r, const Account *u)
{
    Str roles = roles_text(r->a, u->roles);
    if (!r->o->json) {
        buf_printf(&r->out, "%.*s\t%.*s\t%.*s\t%.*s%s\n", STR_ARG(u->login), STR_ARG(u->name), STR_ARG(u->post), STR_ARG(roles),
            !u->disabled ? "" : r->o->lang == JA ? "\t停止中"
                                                 : "\tdisabled");
        return;
    }
    json_open(&r->json, '{');
    json_kstr(&r->json, "id", id_text(r->a, u->id)), json_kstr(&r->json, "login", u->login), json_kstr(&r->json, "name", u->name);
    json_kstr(&r->json, "post", u->post), roles_json(r, u->roles), json_kbool(&r->json, "disabled", u->disabled);
    json_kbool(&r->json, "totp", u->totp);
    json_close(&r->json, '}');
}

static Err user_list(Run *r, const Org *org)
{
    Account *list;
    size_t n;
    TRY(account_list(r->db, r->a, org->row, &list, &n));
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
    for (size_t i = 0; i < n; i++)
        user_show(r, &list[i]);
    if (r->o->json) json_close(&r->json, ']');
    return ERR_NONE;
}

/* The membership in `org`, all zero when there is none. */
static Err member(Run *r, const Org *org, int64_t account, Account *out)
{
    Account *list;
    size_t n;
    *out = (Account){.row = account};
    TRY(account_list(r->db, r->a, org->row, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].row == account) *out = list[i];
    return ERR_NONE;
}

static Err user_roles(Run *r, const Org *org, const Account *account)
{
    Account now;
    Roles roles = 0;
    TRY(need(r->o->roles, "--roles に役割を書いてください（すべて外すときは none）。", "Give the roles with --roles (none takes all away)."));
    if (!str_eqc(r->o->roles, "none")) TRY(parse_roles(r->a, r->o->roles, &roles));
    TRY(member(r, org, account->row, &now));
    TRY(membership_set(r->db, account->row, org->row, roles, now.post, now.subtree));
    TRY(app_note(r, *org, "account.roles", account->id));
    if (r->o->json) roles_json(r, roles);
    say(r, TEXT_FILL(r->a, "役割: {0}", "roles: {0}", roles ? roles_text(r->a, roles) : STR("none")));
    return ERR_NONE;
}

static Err user_able(Run *r, const Org *org, const Account *account, bool disabled)
{
    TRY(account_set_disabled(r->db, account->row, disabled));
    TRY(app_note(r, *org, disabled ? "account.disable" : "account.enable", account->id));
    say(r, disabled ? text_of("使えないようにしました。", "The account is disabled.") : text_of("また使えるようにしました。", "The account is enabled again."));
    if (r->o->json) json_kbool(&r->json, "disabled", disabled);
    return ERR_NONE;
}

static Err user_link(Run *r, const Org *org, const Account *account)
{
    if (account->disabled) return err_text(ERR_CONFLICT, text_of("停止中の人です。先に user enable で戻してください。", "The account is disabled. Enable it first with user enable."));
    TRY(app_note(r, *org, "account.link", account->id));
    return show_link(r, account->row);
}

Err act_user(Run *r)
{
    Account account;
    Org org;
    TRY(app_org(r->db, r->a, r->o->org, &org));
    if (verb(r, "list")) return user_list(r, &org);
    Str login = r->o->login.n ? r->o->login : r->o->user;
    TRY(need(login, "--login にログイン名を書いてください。", "Give the login name with --login."));
    if (verb(r, "add")) return user_add(r, &org);
    TRY(account_find(r->db, r->a, login, &account));
    if (verb(r, "link")) return user_link(r, &org, &account);
    if (verb(r, "roles")) return user_roles(r, &org, &account);
    return user_able(r, &org, &account, verb(r, "disable"));
}

/* --- tokens ---------------------------------------------------------------------------------------------------------- */

/* The history that a change of an account's tokens belongs to: --org, or the first organisation where the account is somebody. */
static Err token_note(Run *r, const Account *account, const char *action)
{
    Org org, *list;
    size_t n = 0;
    if (!r->o->org.n) TRY(org_list(r->db, r->a, account->row, &list, &n));
    if (n)
        org = list[0];
    else
        TRY(app_org(r->db, r->a, r->o->org, &org));
    return app_note(r, org, action, account->id);
}

static Err token_new(Run *r, const Account *account)
{
    enum { DAYS_MAX = 3660 };
    Roles roles;
    Str secret;
    Id id;
    if (r->o->days < 0 || r->o->days > DAYS_MAX) return err_text(ERR_INVALID, text_of("--days は 0〜3660 です。", "--days is 0 to 3660."));
    if (account->disabled) return err_text(ERR_CONFLICT, text_of("停止中の人です。", "The account is disabled."));
    TRY(parse_roles(r->a, r->o->roles, &roles));
    Instant expires = now_utc() + r->o->days * 24 * 3600 * 1000;
    TRY(token_create(r->db, r->a, account->row, r->o->label.n ? r->o->label : STR("command line"), roles, r->o->read_only, expires, &secret, &id));
    TRY(token_note(r, account, "token.create"));
    say_kv(r, "token", "", secret);
    if (r->o->json) json_kstr(&r->json, "expires", instant_text(r->a, expires));
    return ERR_NONE;
}

static void token_show(Run *r, const Token *t)
{
    Str id = id_text(r->a, t->id), roles = roles_text(r->a, t->roles), expires = instant_text(r->a, t->expires);
    if (!r->o->json) {
        buf_printf(&r->out, "%.*s\t%.*s\t%.*s\t%.*s%s\n", STR_ARG(id), STR_ARG(t->label), STR_ARG(expires), STR_ARG(roles),
            !t->read_only ? "" : r->o->lang == JA ? "\t読み取り専用"
                                                  : "\tread only");
        return;
    }
    json_open(&r->json, '{');
    json_kstr(&r->json, "id", id), json_kstr(&r->json, "label", t->label), roles_json(r, t->roles), json_kbool(&r->json, "read_only", t->read_only);
    json_kstr(&r->json, "created", instant_text(r->a, t->created)), json_kstr(&r->json, "expires", expires);
    json_close(&r->json, '}');
}

static Err token_show_all(Run *r, const Account *account)
{
    Token *list;
    size_t n;
    TRY(token_list(r->db, r->a, account->row, &list, &n));
    if (r->o->json) json_key(&r->json, STR("items")), json_open(&r->json, '[');
    for (size_t i = 0; i < n; i++)
        token_show(r, &list[i]);
    if (r->o->json) json_close(&r->json, ']');
    return ERR_NONE;
}

static Err token_drop(Run *r, const Account *account)
{
    Id id;
    Err e = id_parse(r->o->id, &id) ? token_remove(r->db, account->row, id) : err_of(ERR_NOT_FOUND);
    if (e.kind == ERR_NOT_FOUND)
        return err_text(ERR_NOT_FOUND, text_of("その鍵はありません。--id には token list が示す識別子を書いてください。", "There is no such token. Give --id as token list shows it."));
    TRY(e);
    TRY(token_note(r, account, "token.remove"));
    say(r, text_of("鍵を無効にしました。", "The token is removed."));
    if (r->o->json) json_kstr(&r->json, "removed", r->o->id);
    return ERR_NONE;
}

Err act_token(Run *r)
{
    Account account;
    TRY(need(r->o->user, "--user にログイン名を書いてください。", "Give the login name with --user."));
    TRY(account_find(r->db, r->a, r->o->user, &account));
    return verb(r, "create") ? token_new(r, &account) : verb(r, "list") ? token_show_all(r, &account)
                                                                        : token_drop(r, &account);
}
