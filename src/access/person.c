/* person.c -- the people of one organisation: what may be written of them, by whom, and what must never happen (an organisation without administrator). */
#include "access/access.h"

#include "mail/mail.h"

#include <jansson.h>

enum { PERSON_LOGIN, PERSON_NAME, PERSON_KANA, PERSON_POST, PERSON_SUBTREE, PERSON_MAIL, PERSON_NEW, PERSON_DISABLED = PERSON_NEW, PERSON_FIELDS };

static const Field person_fields[PERSON_FIELDS] = {
    [PERSON_LOGIN] = {.name = "login", .kind = KIND_TEXT, .label = TEXT("ログイン名", "Login name"), .max = 100},
    [PERSON_NAME] = {.name = "name", .kind = KIND_TEXT, .label = TEXT("氏名", "Name"), .flags = REQUIRED, .max = 100},
    [PERSON_KANA] = {.name = "kana", .kind = KIND_TEXT, .label = TEXT("よみがな", "Reading"), .max = 100},
    [PERSON_POST] = {.name = "post", .kind = KIND_TEXT, .label = TEXT("役職", "Post"), .max = 100},
    [PERSON_SUBTREE] = {.name = "subtree", .kind = KIND_BOOL, .label = TEXT("下の組織にも", "Also in the organisations below")},
    [PERSON_MAIL] = {.name = "mail", .kind = KIND_TEXT, .label = TEXT("メールアドレス", "E-mail address"), .max = MAIL_ADDRESS_MAX},
    [PERSON_DISABLED] = {.name = "disabled", .kind = KIND_BOOL, .label = TEXT("停止", "Disabled")},
};

/* --- reading ------------------------------------------------------------------------------------------------- */

static Value text_value(Str s)
{
    return s.n ? (Value){.state = VALUE_KNOWN, .text = s} : (Value){VALUE_NONE};
}

static Value bool_value(bool b)
{
    return (Value){.state = VALUE_KNOWN, .i = b};
}

static int role_of(json_t *code)
{
    for (int i = 0; i < ROLES; i++)
        if (json_is_string(code) && str_eq(json_str_of(code), role_rows[i].code)) return i;
    return -1;
}

/* ["ciso","auditor"]; also for the scope of a token. */
Roles roles_read(Arena *a, json_t *list, Mistakes *m)
{
    Roles roles = 0;
    if (!json_is_array(list)) mistake_add(m, STR("roles"), "type", text_of("役割は配列で書いてください。", "Write the roles as an array."));
    for (size_t i = 0; i < json_array_size(list); i++) {
        int role = role_of(json_array_get(list, i));
        if (role >= 0) roles |= ROLE_BIT(role);
        else mistake_add(m, str_printf(a, "roles/%zu", i), "choice", text_of("そのような役割はありません。", "There is no such role."));
    }
    return roles;
}

void person_read(Arena *a, json_t *body, bool partial, Account *p, Mistakes *m)
{
    Value v[PERSON_FIELDS] = {text_value(p->login), text_value(p->name), text_value(p->kana), text_value(p->post), bool_value(p->subtree), text_value(p->mail), bool_value(p->disabled)};
    json_t *roles = json_object_get(body, "roles");
    if (roles) p->roles = roles_read(a, roles, m);
    if (roles) json_object_del(body, "roles"); /* the rest is fields */
    values_from_json(a, person_fields, partial ? PERSON_FIELDS : PERSON_NEW, body, partial, NULL, (Str){0}, v, m);
    values_check(a, person_fields, PERSON_FIELDS, (Str){0}, v, m);
    p->login = str_fold(a, v[PERSON_LOGIN].text), p->name = v[PERSON_NAME].text, p->kana = v[PERSON_KANA].text, p->post = v[PERSON_POST].text;
    p->subtree = v[PERSON_SUBTREE].i != 0, p->disabled = v[PERSON_DISABLED].i != 0, p->mail = v[PERSON_MAIL].text;
    if (p->mail.n && !mail_address_fits(p->mail)) mistake_add(m, STR("mail"), "characters", text_of("メールアドレスは name@example.jp の形です。", "An e-mail address is like name@example.jp."));
    if (p->login.n && !login_fits(p->login))
        mistake_add(m, STR("login"), "characters", text_of("ログイン名は英小文字、数字、. _ - @ + の2〜100文字です。", "A login name has 2 to 100 of a-z, 0-9 and . _ - @ +."));
}

/* --- in whose hands ------------------------------------------------------------------------------------------ */

static Err is_instance_admin(Db *db, int64_t account, bool *is)
{
    Cursor c;
    *is = false;
    DB_QUERY(db, &c, "SELECT instance_admin FROM account WHERE row = ?", P_INT(account));
    if (cursor_next(&c)) *is = cursor_int(&c, 0) != 0;
    return cursor_close(&c);
}

static Err subtree_of(Db *db, int64_t account, int64_t org, bool *subtree)
{
    Cursor c;
    *subtree = false;
    DB_QUERY(db, &c, "SELECT subtree FROM membership WHERE account = ? AND org = ?", P_INT(account), P_INT(org));
    if (cursor_next(&c)) *subtree = cursor_int(&c, 0) != 0;
    return cursor_close(&c);
}

/* Administrator of everything that the account is a part of, and of what is below where the account reaches below. */
static Err covers(Db *db, Arena *a, const Principal *who, int64_t account, bool *all)
{
    Org *list;
    size_t n;
    TRY(account_orgs(db, a, account, &list, &n));
    *all = true;
    for (size_t i = 0; i < n && *all; i++) {
        Principal there = {.account = who->account};
        bool subtree;
        TRY(principal_in(db, a, &list[i], &there));
        TRY(subtree_of(db, account, list[i].row, &subtree));
        *all = ((subtree ? there.below : there.roles) & ROLE_BIT(ROLE_ADMIN)) != 0;
    }
    return ERR_NONE;
}

Err person_in_hand(Db *db, Arena *a, const Principal *who, int64_t account)
{
    bool instance, all;
    if (who->token && who->account == account)
        return err_text(ERR_FORBIDDEN, text_of("鍵（API）では、自分のログインは変えられません。画面から変えてください。", "With a token nobody changes their own login. Use a session."));
    TRY(is_instance_admin(db, account, &instance));
    TRY(covers(db, a, who, account, &all));
    if (instance && !who->instance_admin)
        return err_text(ERR_FORBIDDEN, text_of("全体の管理者のログインは、全体の管理者本人が画面から変えてください。", "The login of an instance administrator is changed by an instance administrator, in a session."));
    if (all || who->account == account) return ERR_NONE;
    return err_text(ERR_FORBIDDEN, text_of("この人はあなたの管理していない組織にも属しています。ここで変えられるのは役割と役職だけです。",
        "This person also belongs to an organisation that you do not administer. Only roles and post can be changed here."));
}

/* --- an organisation keeps an administrator -------------------------------------------------------------------- */

/* Changes of people come one after another, whatever the number of writers: two administrators cannot remove each other at once. */
Err installation_hold(Db *db)
{
    Cursor c;
    db_query(db, &c, "SELECT row FROM org ORDER BY row LIMIT 1 FOR UPDATE", NULL, 0);
    cursor_next(&c);
    return cursor_close(&c);
}

/* Among the organisations that the account reaches: those which nobody administers who can log in. */
static Err left_alone(Db *db, int64_t account, int64_t *n)
{
    static const char sql[] = "SELECT count(DISTINCT o.row) FROM org o, membership x, org xt WHERE x.account = ? AND xt.row = x.org AND substr(o.path, 1, length(xt.path)) = xt.path"
                              " AND NOT EXISTS (SELECT 1 FROM membership m, org t, account a WHERE t.row = m.org AND a.row = m.account AND a.disabled = 0 AND a.login IS NOT NULL"
                              " AND (m.roles & ?) <> 0 AND (m.org = o.row OR (m.subtree = 1 AND substr(o.path, 1, length(t.path)) = t.path)))";
    Cursor c;
    *n = 0;
    DB_QUERY(db, &c, sql, P_INT(account), P_INT(ROLE_BIT(ROLE_ADMIN)));
    if (cursor_next(&c)) *n = cursor_int(&c, 0);
    return cursor_close(&c);
}

static Err instance_admins(Db *db, int64_t *n)
{
    Cursor c;
    *n = 0;
    db_query(db, &c, "SELECT count(*) FROM account WHERE instance_admin = 1 AND disabled = 0 AND login IS NOT NULL", NULL, 0);
    if (cursor_next(&c)) *n = cursor_int(&c, 0);
    return cursor_close(&c);
}

/* --- adding and changing ------------------------------------------------------------------------------------- */

static Err check_login_free(Db *db, const Account *p, Mistakes *m)
{
    Cursor c;
    if (!p->login.n) return ERR_NONE;
    DB_QUERY(db, &c, "SELECT row FROM account WHERE login = ? AND row <> ?", P_TEXT(p->login), P_INT(p->row));
    if (cursor_next(&c)) mistake_add(m, STR("login"), "unique", text_of("このログイン名は使われています。", "This login name is taken."));
    return cursor_close(&c);
}

/* Rights below can be given only by those who have the administrator's there. */
static void check_subtree(const Principal *who, const Account *old, const Account *p, Mistakes *m)
{
    bool wider = p->subtree && (!old || !old->subtree || (p->roles & ~old->roles));
    if (!wider || (who->below & ROLE_BIT(ROLE_ADMIN))) return;
    mistake_add(m, STR("subtree"), "forbidden", text_of("下の組織の管理者でないので、下の組織の権限は与えられません。", "You do not administer the organisations below, so you cannot give rights there."));
}

static Err room_for_person(Db *db, int64_t org)
{
    Cursor c;
    int64_t n = 0;
    DB_QUERY(db, &c, "SELECT count(*) FROM membership WHERE org = ?", P_INT(org));
    if (cursor_next(&c)) n = cursor_int(&c, 0);
    TRY(cursor_close(&c));
    return n < ORG_PEOPLE_MAX ? ERR_NONE : err_text(ERR_CONFLICT, text_of("一つの組織の人は10,000人までです。", "An organisation has at most 10,000 people."));
}

Err person_add(Db *db, Arena *a, const Principal *who, Account *p, Mistakes *m)
{
    Account made;
    TRY(installation_hold(db));
    TRY(check_login_free(db, p, m));
    check_subtree(who, NULL, p, m);
    if (m->n) return err_mistakes(m);
    TRY(room_for_person(db, who->org.row));
    TRY(account_create(db, a, p->login, p->name, (Str){0}, &made));
    p->row = made.row, p->id = made.id;
    TRY(DB_EXEC(db, "UPDATE account SET kana = ?, mail = ? WHERE row = ?", P_TEXT(p->kana), P_TEXT(p->mail), P_INT(p->row)));
    return membership_set(db, p->row, who->org.row, p->roles, p->post, p->subtree);
}

static PersonChanges compare(const Account *old, const Account *p)
{
    return (PersonChanges){.self = !str_eq(old->login, p->login) || !str_eq(old->name, p->name) || !str_eq(old->kana, p->kana) || !str_eq(old->mail, p->mail),
        .rights = old->roles != p->roles || old->subtree != p->subtree || !str_eq(old->post, p->post), .able = old->disabled != p->disabled};
}

static Err save_self(Db *db, const Account *old, const Account *p)
{
    TRY(DB_EXEC(db, "UPDATE account SET login = ?, name = ?, kana = ?, mail = ? WHERE row = ?", p->login.n ? P_TEXT(p->login) : P_NULL, P_TEXT(p->name), P_TEXT(p->kana), P_TEXT(p->mail), P_INT(p->row)));
    if (p->login.n || !old->login.n) return ERR_NONE;
    TRY(DB_EXEC(db, "UPDATE account SET password = '' WHERE row = ?", P_INT(p->row)));
    TRY(totp_reset(db, p->row));
    return account_shut(db, p->row);
}

static Err save(Db *db, const Principal *who, const Account *old, const Account *p, const PersonChanges *what)
{
    if (what->self) TRY(save_self(db, old, p));
    if (what->able) TRY(account_set_disabled(db, p->row, p->disabled));
    if (what->rights) TRY(membership_set(db, p->row, who->org.row, p->roles, p->post, p->subtree));
    return ERR_NONE;
}

Err person_change(Db *db, Arena *a, const Principal *who, const Account *old, Account *p, Mistakes *m, PersonChanges *what)
{
    int64_t alone, alone_then, instance, instance_then;
    *what = compare(old, p);
    TRY(installation_hold(db));
    if (what->self || what->able) TRY(person_in_hand(db, a, who, p->row));
    TRY(check_login_free(db, p, m));
    check_subtree(who, old, p, m);
    if (m->n) return err_mistakes(m);
    TRY(left_alone(db, p->row, &alone));
    TRY(instance_admins(db, &instance));
    TRY(save(db, who, old, p, what));
    TRY(left_alone(db, p->row, &alone_then));
    TRY(instance_admins(db, &instance_then));
    if (alone_then <= alone && (instance_then || !instance)) return ERR_NONE;
    return err_text(ERR_CONFLICT, text_of("最後の管理者です。先に別の人を管理者にしてください。", "This is the last administrator. Make somebody else administrator first."));
}
