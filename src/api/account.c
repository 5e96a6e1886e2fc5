/* account.c -- one's own account: password, second factor, API tokens. None of it with a token: it would become more than it is. */
#include "api/handlers.h"

#include <jansson.h>

static Err not_with_token(const Call *c)
{
    return c->who.token ? err_text(ERR_FORBIDDEN, text_of("鍵（API）では変えられません。画面から変えてください。", "Not with a token. Use a session.")) : ERR_NONE;
}

/* In the history of every organisation that the account belongs to. */
static Err note(Call *c, const char *action)
{
    Org *list;
    size_t n;
    TRY(account_orgs(c->x.db, &c->arena, c->who.account, &list, &n));
    for (size_t i = 0; i < n; i++)
        TRY(work_note(&c->x, list[i].row, list[i].id, str_of(action), c->who.account_id));
    return ERR_NONE;
}

static Err mistake(Call *c, const char *path, const char *code, Text text)
{
    Mistakes m;
    mistakes_init(&m, &c->arena);
    mistake_add(&m, str_of(path), code, text);
    return err_mistakes(&m);
}

/* --- the account ---------------------------------------------------------------------------------------------- */

typedef struct Self { Account account; int64_t recovery; } Self;

static void account_out(Call *c, JsonOut *j, const void *item)
{
    const Self *s = item;
    json_kstr(j, "id", id_text(&c->arena, s->account.id));
    json_kstr(j, "login", s->account.login);
    json_kstr(j, "name", s->account.name);
    json_kstr(j, "kana", s->account.kana);
    json_kbool(j, "totp", s->account.totp);
    json_kint(j, "recovery", s->recovery);
    json_kbool(j, "by_link", c->who.by_link);
    json_kbool(j, "instance_admin", c->who.instance_admin);
}

Err get_account(Call *c)
{
    Self s;
    TRY(account_find(c->x.db, &c->arena, c->who.login, &s.account));
    TRY(recovery_left(c->x.db, c->who.account, &s.recovery));
    return answer_item(c, &s, account_out);
}

/* --- password -------------------------------------------------------------------------------------------------- */

Err prepare_password(Call *c, Db *reader)
{
    json_t *in;
    TRY(not_with_token(c));
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(password_hash(&c->arena, json_str_of(json_object_get(in, "new")), &c->new_password));
    return c->who.by_link ? ERR_NONE : password_check(reader, &c->arena, c->who.account, json_str_of(json_object_get(in, "old")), &c->proof);
}

/* Somebody who came by a one-time link, or has no password yet, gives no old one. */
Err post_password(Call *c)
{
    bool right = c->who.by_link || c->proof.none;
    Str token;
    if (!right) TRY(password_confirm(c->x.db, &c->arena, &c->proof, c->x.now, &right));
    if (!right) return refuse_counted(c, err_text(ERR_FORBIDDEN, text_of("今のパスワードが違います。続けて失敗したときは15分待ってください。", "The present password is wrong. After several failures wait 15 minutes.")));
    TRY(account_put_password(c->x.db, c->who.account, c->new_password));
    TRY(note(c, "account.password"));
    TRY(session_renew(c->x.db, &c->arena, &c->who, c->x.now, &token)); /* all others have ended */
    return logged_in(c, token, c->who.csrf);
}

/* --- second factor ---------------------------------------------------------------------------------------------- */

typedef struct Enrolment { Str secret; Str login; } Enrolment;

/* A login name has nothing that must be escaped in a URI but these. */
static Str uri_word(Call *c, Str s)
{
    Buf b;
    buf_init(&b, &c->arena, s.n + 8);
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '+' || s.s[i] == '@') buf_addc(&b, s.s[i] == '+' ? "%2B" : "%40");
        else buf_byte(&b, s.s[i]);
    }
    return buf_str(&b);
}

static void enrolment_out(Call *c, JsonOut *j, const void *item)
{
    const Enrolment *e = item;
    Str login = uri_word(c, e->login);
    json_kstr(j, "secret", e->secret);
    json_kstr(j, "uri", str_printf(&c->arena, "otpauth://totp/Kaname:%.*s?secret=%.*s&issuer=Kaname&algorithm=SHA1&digits=6&period=30", STR_ARG(login), STR_ARG(e->secret)));
}

Err post_totp(Call *c)
{
    Enrolment e = {.login = c->who.login};
    Vault v = vault_of(c);
    TRY(not_with_token(c));
    TRY(totp_begin(c->x.db, &c->arena, &v, c->who.account, c->x.now, &e.secret));
    return answer_item(c, &e, enrolment_out);
}

typedef struct Enrolled { Str codes[RECOVERY_CODES]; } Enrolled;

static void enrolled_out(Call *c, JsonOut *j, const void *item)
{
    const Enrolled *e = item;
    json_key(j, STR("recovery")), json_open(j, '[');
    for (int i = 0; i < RECOVERY_CODES; i++)
        json_str(j, e->codes[i]);
    json_close(j, ']');
    json_kstr(j, "csrf", c->who.csrf);
}

static Err wrong_code(Call *c)
{
    return mistake(c, "code", "wrong", text_of("コードが違います。アプリに今出ているコードを入れてください。続けて失敗したときは15分待ってください。",
        "The code is wrong. Enter the one that the app shows now. After several failures wait 15 minutes."));
}

Err post_totp_confirm(Call *c)
{
    json_t *in;
    bool right;
    Str token;
    Enrolled e;
    Vault v = vault_of(c);
    TRY(not_with_token(c));
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(totp_confirm(c->x.db, &c->arena, &v, c->who.account, json_str_of(json_object_get(in, "code")), c->x.now, &right, e.codes));
    if (!right) return wrong_code(c);
    TRY(note(c, "account.totp"));
    TRY(session_renew(c->x.db, &c->arena, &c->who, c->x.now, &token));
    set_session(c, token);
    return answer_item(c, &e, enrolled_out);
}

Err prepare_totp_remove(Call *c, Db *reader)
{
    json_t *in;
    TRY(not_with_token(c));
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    return password_check(reader, &c->arena, c->who.account, json_str_of(json_object_get(in, "password")), &c->proof);
}

/* Password and code: neither a session left open nor a password alone takes the second factor away. */
static Err both_right(Call *c, Str code, Err *why)
{
    bool right;
    Vault v = vault_of(c);
    TRY(password_confirm(c->x.db, &c->arena, &c->proof, c->x.now, &right));
    *why = right ? ERR_NONE : mistake(c, "password", "wrong", text_of("パスワードが違います。続けて失敗したときは15分待ってください。", "The password is wrong. After several failures wait 15 minutes."));
    if (!right) return ERR_NONE;
    Err e = code_confirm(c->x.db, &c->arena, &v, c->who.account, code, c->x.now, &right);
    if (e.kind == ERR_CODE) return mistake(c, "code", "required", e.text);
    TRY(e);
    if (!right) *why = wrong_code(c);
    return ERR_NONE;
}

Err post_totp_remove(Call *c)
{
    json_t *in;
    Err why;
    Str token;
    Account now;
    TRY(account_find(c->x.db, &c->arena, c->who.login, &now));
    if (!now.totp) return err_text(ERR_CONFLICT, text_of("認証アプリは登録されていません。", "No authenticator is enrolled."));
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(both_right(c, json_str_of(json_object_get(in, "code")), &why));
    if (why.kind) return refuse_counted(c, why);
    TRY(totp_reset(c->x.db, c->who.account));
    TRY(note(c, "account.totp_remove"));
    TRY(session_renew(c->x.db, &c->arena, &c->who, c->x.now, &token));
    return logged_in(c, token, c->who.csrf);
}

/* --- tokens ----------------------------------------------------------------------------------------------------- */

static void token_out(Call *c, JsonOut *j, const void *item)
{
    const Token *t = item;
    json_kstr(j, "id", id_text(&c->arena, t->id));
    json_kstr(j, "label", t->label);
    json_kbool(j, "read_only", t->read_only);
    json_kbool(j, "all_roles", t->roles == ROLES_ALL);
    roles_out(j, t->roles);
    json_kstr(j, "created", instant_text(&c->arena, t->created));
    json_kstr(j, "expires", instant_text(&c->arena, t->expires));
    json_key(j, STR("used"));
    if (t->used) json_str(j, instant_text(&c->arena, t->used));
    else json_none(j);
}

Err get_tokens(Call *c)
{
    Token *list;
    size_t n;
    TRY(token_list(c->x.db, &c->arena, c->who.account, &list, &n));
    return answer_list(c, "items", LIST(list, n), token_out);
}

enum { TOKEN_LABEL, TOKEN_DAYS, TOKEN_READ_ONLY, TOKEN_FIELDS };

static Err token_read(Call *c, Value v[TOKEN_FIELDS], Roles *roles)
{
    static const Field fields[TOKEN_FIELDS] = {
        [TOKEN_LABEL] = {.name = "label", .kind = KIND_TEXT, .label = TEXT("用途", "What for"), .flags = REQUIRED, .max = 100},
        [TOKEN_DAYS] = {.name = "days", .kind = KIND_INT, .label = TEXT("有効な日数", "Days"), .flags = REQUIRED, .min = 1, .max = 3660},
        [TOKEN_READ_ONLY] = {.name = "read_only", .kind = KIND_BOOL, .label = TEXT("読み取り専用", "Read only")},
    };
    json_t *in;
    Mistakes m;
    mistakes_init(&m, &c->arena);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    json_t *list = json_object_get(in, "roles");
    *roles = list ? roles_read(&c->arena, list, &m) : 0;
    if (list && !*roles && !m.n) mistake_add(&m, STR("roles"), "required", text_of("役割を一つ以上選ぶか、roles を省いてください。", "Name one role at least, or leave roles out."));
    if (list) json_object_del(in, "roles");
    values_from_json(&c->arena, fields, TOKEN_FIELDS, in, false, NULL, (Str){0}, v, &m);
    values_check(&c->arena, fields, TOKEN_FIELDS, (Str){0}, v, &m);
    TRY(token_scope(c->x.db, &c->arena, c->who.account, *roles, &m));
    return err_mistakes(&m);
}

typedef struct NewToken { Id id; Str secret; Instant expires; } NewToken;

static void new_token_out(Call *c, JsonOut *j, const void *item)
{
    const NewToken *t = item;
    json_kstr(j, "id", id_text(&c->arena, t->id));
    json_kstr(j, "secret", t->secret);
    json_kstr(j, "expires", instant_text(&c->arena, t->expires));
}

Err post_token(Call *c)
{
    Value v[TOKEN_FIELDS] = {0};
    Roles roles;
    NewToken t;
    TRY(not_with_token(c));
    TRY(token_read(c, v, &roles));
    t.expires = c->x.now + v[TOKEN_DAYS].i * 24 * 3600 * 1000;
    TRY(token_create(c->x.db, &c->arena, c->who.account, v[TOKEN_LABEL].text, roles, v[TOKEN_READ_ONLY].i != 0, t.expires, &t.secret, &t.id));
    TRY(note(c, "token.create"));
    c->r.status = 201;
    return answer_item(c, &t, new_token_out);
}

Err delete_token(Call *c)
{
    TRY(not_with_token(c));
    TRY(token_remove(c->x.db, c->who.account, c->id));
    TRY(note(c, "token.remove"));
    c->r.body = STR("{}");
    return ERR_NONE;
}
