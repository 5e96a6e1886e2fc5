/* people.c -- the people of an organisation, its settings, new organisations. Every change leaves a leaf in the history; secrets never do. */
#include "api/handlers.h"

#include <jansson.h>

/* --- people -------------------------------------------------------------------------------------------------- */

static bool sees_accounts(const Call *c)
{
    return !access_decide(&c->who, ACT_AUDIT, NULL, NULL, NULL).kind;
}

/* Colleagues see who is what; how somebody logs in is for those who administer or audit. */
static void person_out(Call *c, JsonOut *j, const void *item)
{
    const Account *p = item;
    json_kstr(j, "id", id_text(&c->arena, p->id));
    json_kstr(j, "name", p->name);
    json_kstr(j, "kana", p->kana);
    json_kstr(j, "post", p->post);
    roles_out(j, p->roles);
    json_kbool(j, "disabled", p->disabled);
    if (!sees_accounts(c)) return;
    json_key(j, STR("login"));
    if (p->login.n) json_str(j, p->login);
    else json_none(j);
    json_key(j, STR("mail"));
    if (p->mail.n) json_str(j, p->mail);
    else json_none(j);
    json_kbool(j, "subtree", p->subtree);
    json_kbool(j, "totp", p->totp);
}

typedef struct Invited { Account person; Str secret; } Invited;

static void invited_out(Call *c, JsonOut *j, const void *item)
{
    const Invited *i = item;
    person_out(c, j, &i->person);
    json_kstr(j, "link", i->secret);
}

Err get_people(Call *c)
{
    Account *list;
    size_t n;
    TRY(account_list(c->x.db, &c->arena, c->who.org.row, &list, &n));
    return answer_list(c, "items", LIST(list, n), person_out);
}

static Err person(Call *c, Account *out)
{
    return person_get(c->x.db, &c->arena, c->who.org.row, c->id, out);
}

static Err person_note(Call *c, const char *action, const Account *p)
{
    return work_note(&c->x, c->who.org.row, c->who.org.id, str_of(action), p->id);
}

/* What is kept for a repetition of the request has no secret: it would lie in the data file. */
static Err invited(Call *c, const Account *p)
{
    Invited i = {.person = *p};
    TRY(answer_item(c, p, person_out));
    c->r.kept = c->r.body;
    if (!p->login.n) return ERR_NONE;
    TRY(login_link_create(c->x.db, &c->arena, p->row, c->x.now, &i.secret));
    return answer_item(c, &i, invited_out);
}

Err post_person(Call *c)
{
    json_t *in;
    Mistakes m;
    Account p = {0};
    mistakes_init(&m, &c->arena);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    person_read(&c->arena, in, false, &p, &m);
    TRY(person_add(c->x.db, &c->arena, &c->who, &p, &m));
    TRY(person_note(c, "account.create", &p));
    c->r.status = 201;
    return invited(c, &p);
}

static Err note_changes(Call *c, const Account *p, const PersonChanges *what)
{
    if (what->self) TRY(person_note(c, "account.update", p));
    if (what->rights) TRY(person_note(c, "account.roles", p));
    if (what->able) TRY(person_note(c, p->disabled ? "account.disable" : "account.enable", p));
    return ERR_NONE;
}

Err patch_person(Call *c)
{
    json_t *in;
    Mistakes m;
    Account old, p;
    PersonChanges what;
    mistakes_init(&m, &c->arena);
    TRY(person(c, &old));
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    p = old;
    person_read(&c->arena, in, true, &p, &m);
    TRY(person_change(c->x.db, &c->arena, &c->who, &old, &p, &m, &what));
    TRY(note_changes(c, &p, &what));
    TRY(person(c, &p));
    return answer_item(c, &p, person_out);
}

static void link_out(Call *c, JsonOut *j, const void *item)
{
    json_kstr(j, "secret", *(const Str *)item);
    json_kstr(j, "expires", instant_text(&c->arena, c->x.now + LOGIN_LINK_LIFE));
}

Err post_person_link(Call *c)
{
    Account p;
    Str secret;
    TRY(person(c, &p));
    TRY(person_in_hand(c->x.db, &c->arena, &c->who, p.row));
    if (!p.login.n || p.disabled)
        return err_text(ERR_CONFLICT, text_of("ログイン名がないか、停止されている人には、リンクを出せません。", "Somebody without login name, or disabled, gets no link."));
    TRY(login_link_create(c->x.db, &c->arena, p.row, c->x.now, &secret));
    TRY(person_note(c, "account.link", &p));
    c->r.forget = true; /* asked again: another link */
    return answer_item(c, &secret, link_out);
}

Err post_totp_reset(Call *c)
{
    Account p;
    TRY(person(c, &p));
    TRY(person_in_hand(c->x.db, &c->arena, &c->who, p.row));
    TRY(totp_reset(c->x.db, p.row));
    TRY(person_note(c, "account.totp_reset", &p));
    TRY(person(c, &p));
    return answer_item(c, &p, person_out);
}

/* --- organisations ------------------------------------------------------------------------------------------- */

enum { ORG_NAME, ORG_KANA, ORG_SETTINGS, ORG_KIND = ORG_SETTINGS, ORG_PARENT, ORG_FIELDS };

static void org_out(Call *c, JsonOut *j, const void *item)
{
    const Org *o = item;
    json_kstr(j, "id", id_text(&c->arena, o->id));
    json_kstr(j, "name", o->name);
    json_kstr(j, "kana", o->kana);
    json_kstr(j, "kind", o->kind);
}

/* The first `n` of: name, kana, kind, parent. */
static Err org_read(Call *c, size_t n, bool partial, Value *v)
{
    const Field fields[ORG_FIELDS] = {
        [ORG_NAME] = {.name = "name", .kind = KIND_TEXT, .label = TEXT("名称", "Name"), .flags = REQUIRED, .max = 200},
        [ORG_KANA] = {.name = "kana", .kind = KIND_TEXT, .label = TEXT("よみがな", "Reading"), .max = 200},
        [ORG_KIND] = {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .choices = org_kinds, .choices_n = org_kinds_n},
        [ORG_PARENT] = {.name = "parent", .kind = KIND_REF, .label = TEXT("上の組織", "Organisation above")},
    };
    json_t *in;
    Mistakes m;
    mistakes_init(&m, &c->arena);
    TRY(json_in(&c->arena, c->body, SMALL_BODY, &in));
    values_from_json(&c->arena, fields, n, in, partial, NULL, (Str){0}, v, &m);
    values_check(&c->arena, fields, n, (Str){0}, v, &m);
    return err_mistakes(&m);
}

Err get_settings(Call *c)
{
    return answer_item(c, &c->who.org, org_out);
}

Err patch_settings(Call *c)
{
    Org *o = &c->who.org;
    Value v[ORG_FIELDS] = {{.state = VALUE_KNOWN, .text = o->name}, {.state = o->kana.n ? VALUE_KNOWN : VALUE_NONE, .text = o->kana}};
    TRY(org_read(c, ORG_SETTINGS, true, v));
    bool same = str_eq(v[ORG_NAME].text, o->name) && str_eq(v[ORG_KANA].text, o->kana);
    o->name = v[ORG_NAME].text, o->kana = v[ORG_KANA].text;
    if (!same) TRY(org_rename(c->x.db, o->row, o->name, o->kana));
    if (!same) TRY(work_note(&c->x, o->row, o->id, STR("org.update"), o->id));
    return answer_item(c, o, org_out);
}

static Err parent_of(Call *c, const Value *v, int64_t *row)
{
    Org up = {0};
    Mistakes m;
    if (v->state != VALUE_KNOWN) return *row = 0, ERR_NONE;
    Err e = org_get(c->x.db, &c->arena, v->ref, &up);
    *row = up.row;
    if (e.kind != ERR_NOT_FOUND) return e;
    mistakes_init(&m, &c->arena);
    mistake_add(&m, STR("parent"), "reference", text_of("その組織はありません。", "There is no such organisation."));
    return err_mistakes(&m);
}

/* Somebody must administer it: who makes it, unless their rights come down to it anyway. */
static Err give_administrator(Call *c, const Org *org)
{
    Principal there = {.account = c->who.account};
    TRY(principal_in(c->x.db, &c->arena, org, &there));
    if (there.roles & ROLE_BIT(ROLE_ADMIN)) return ERR_NONE;
    return membership_set(c->x.db, c->who.account, org->row, ROLE_BIT(ROLE_ADMIN), (Str){0}, false);
}

Err post_org(Call *c)
{
    Value v[ORG_FIELDS] = {0};
    int64_t parent;
    Org made;
    TRY(org_read(c, ORG_FIELDS, false, v));
    TRY(parent_of(c, &v[ORG_PARENT], &parent));
    TRY(org_create(c->x.db, &c->arena, parent, v[ORG_NAME].text, v[ORG_KANA].text, v[ORG_KIND].text.n ? v[ORG_KIND].text : STR("operator"), &made));
    TRY(give_administrator(c, &made));
    TRY(work_note(&c->x, made.row, made.id, STR("org.create"), made.id));
    c->r.status = 201;
    return answer_item(c, &made, org_out);
}
