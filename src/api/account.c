/* account.c -- one's own account: password, API tokens. */
#include "api/handlers.h"

#include <jansson.h>

static void account_out(Call *c, JsonOut *j, const void *item)
{
    const Account *p = item;
    json_kstr(j, "id", id_text(&c->arena, p->id));
    json_kstr(j, "login", p->login);
    json_kstr(j, "name", p->name);
    json_kstr(j, "kana", p->kana);
    json_kbool(j, "totp", p->totp);
    json_kbool(j, "instance_admin", c->who.instance_admin);
}

Err get_account(Call *c)
{
    Account p;
    TRY(account_find(c->x.db, &c->arena, c->who.login, &p));
    return answer_item(c, &p, account_out);
}

/* Somebody who came by a one-time link has no password yet and gives no old one; everybody else does. */
Err post_password(Call *c)
{
    json_t *in;
    bool right;
    if (c->who.token) return err_of(ERR_FORBIDDEN);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    TRY(account_password_is(c->x.db, &c->arena, c->who.account, json_str_of(json_object_get(in, "old")), &right));
    if (!right) return err_text(ERR_FORBIDDEN, text_of("今のパスワードが違います。", "The present password is wrong."));
    TRY(account_set_password(c->x.db, &c->arena, c->who.account, json_str_of(json_object_get(in, "new"))));
    Str token;
    TRY(session_renew(c->x.db, &c->arena, &c->who, c->x.now, &token)); /* all others have ended */
    return logged_in(c, token, c->who.csrf);
}

static void token_out(Call *c, JsonOut *j, const void *item)
{
    const Token *t = item;
    json_kstr(j, "id", id_text(&c->arena, t->id));
    json_kstr(j, "label", t->label);
    json_kbool(j, "read_only", t->read_only);
    json_kstr(j, "expires", instant_text(&c->arena, t->expires));
}

Err get_tokens(Call *c)
{
    Token *list;
    size_t n;
    TRY(token_list(c->x.db, &c->arena, c->who.account, &list, &n));
    return answer_list(c, "items", LIST(list, n), token_out);
}
