/* answer.c -- the shape that answers share: one object, and lists of objects in it. */
#include "api/handlers.h"

JsonOut answer(Call *c, Buf *b)
{
    buf_init(b, &c->arena, 1024);
    return (JsonOut){b, false};
}

void list_out(Call *c, JsonOut *j, const char *key, List l, ItemOut *item)
{
    json_key(j, str_of(key)), json_open(j, '[');
    for (size_t i = 0; i < l.n; i++) {
        json_open(j, '{');
        item(c, j, (const char *)l.items + i * l.size);
        json_close(j, '}');
    }
    json_close(j, ']');
}

Err answer_list(Call *c, const char *key, List l, ItemOut *item)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    list_out(c, &j, key, l, item);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

Err answer_item(Call *c, const void *one, ItemOut *item)
{
    Buf b;
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    item(c, &j, one);
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}

void roles_out(JsonOut *j, Roles roles)
{
    json_key(j, STR("roles")), json_open(j, '[');
    for (int i = 0; i < ROLES; i++)
        if (roles & ROLE_BIT(i)) json_str(j, role_rows[i].code);
    json_close(j, ']');
}
