/* access_test.c -- accounts, limits at their borders, sessions, tokens, rights down the tree; on both databases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "access/access.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct World {
    Arena a;
    Store *store;
    Db *db;
    Org top, child, other;
    Account user;
} World;

static const Instant T0 = 1800000000000LL, MINUTE = 60000;
static const char good[] = "correct horse battery";

static World *open_world(bool pg)
{
    static World world;
    World *w = &world;
    *w = (World){0};
    arena_init(&w->a, 64 << 20);
    Str path = str_printf(&w->a, "/tmp/kaname-access-test-%d.db", (int)getpid());
    unlink(path.s);
    StoreOptions o = {.url = pg ? str_of(getenv("KANAME_PG")) : path, .create = true, .exclusive = true};
    assert_int_equal(store_open(&w->a, &o, &w->store).kind, OK);
    assert_int_equal(db_acquire(w->store, true, &w->db).kind, OK);
    static const char *const old[] = {"kaname_schema", "org", "account", "membership", "session", "token", "login_link", "login_try"};
    for (size_t i = 0; pg && i < COUNT(old); i++)
        db_ddl(w->db, str_printf(&w->a, "DROP TABLE IF EXISTS %s", old[i]).s);
    assert_int_equal(db_begin(w->db).kind, OK);
    assert_int_equal(db_migrate(w->db, access_migrations, access_migrations_n).kind, OK);
    assert_int_equal(org_create(w->db, &w->a, 0, STR("市"), STR(""), STR("operator"), &w->top).kind, OK);
    assert_int_equal(org_create(w->db, &w->a, w->top.row, STR("水道局"), STR(""), STR("operator"), &w->child).kind, OK);
    assert_int_equal(org_create(w->db, &w->a, 0, STR("別の市"), STR(""), STR("operator"), &w->other).kind, OK);
    assert_int_equal(account_create(w->db, &w->a, STR("Tanto"), STR("担当"), STR(good), &w->user).kind, OK);
    return w;
}

static void close_world(World *w)
{
    Str path = str_copy(&w->a, store_path(w->store));
    assert_int_equal(db_commit(w->db).kind, OK);
    db_release(w->db);
    store_close(w->store);
    for (int i = 0; path.n && i < 4; i++)
        unlink(str_printf(&w->a, "%s%s", path.s, ((const char *[]){"", "-wal", "-shm", ".lock"})[i]).s);
    arena_done(&w->a);
}

static Str login(World *w, const char *name, const char *password, const char *code, Instant now)
{
    LoginProof p;
    Str token, csrf;
    assert_int_equal(login_check(w->db, &w->a, str_of(name), str_of(password), &p).kind, OK);
    Err e = login_finish(w->db, &w->a, &p, str_of(code), (Str){0}, now, &token, &csrf);
    if (e.kind) fail_msg("%.*s", STR_ARG(e.text.in[EN]));
    return token;
}

static void names_and_passwords(World *w)
{
    Account x;
    assert_int_equal(db_savepoint(w->db).kind, OK);
    assert_int_equal(account_create(w->db, &w->a, STR("ｔａｎｔｏ"), STR("同じ"), (Str){0}, &x).kind, ERR_CONFLICT);
    db_savepoint_rollback(w->db);
}

static void password_lengths(World *w)
{
    char text[1026];
    memset(text, 'x', sizeof text);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, (Str){text, 11}).kind, ERR_INVALID);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, (Str){text, 12}).kind, OK);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, (Str){text, 1025}).kind, ERR_INVALID);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, (Str){text, 1024}).kind, OK);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR("PasswordPassword")).kind, ERR_INVALID);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR(good)).kind, OK);
}

static void the_eleventh_try_is_refused(World *w)
{
    for (int i = 0; i < 9; i++)
        assert_int_equal(login(w, "tanto", "wrong password", "", T0 + i).n, 0);
    assert_true(login(w, "TANTO", good, "", T0 + 10).n > 0);
    assert_int_equal(login(w, "tanto", "wrong password", "", T0 + 11).n, 0); /* the tenth */
    assert_int_equal(login(w, "tanto", good, "", T0 + 12).n, 0);            /* right, but locked */
    assert_int_equal(login(w, "nobody", good, "", T0).n, 0);
    assert_int_equal(login(w, "tanto", "", "", T0).n, 0);
    assert_true(login(w, "tanto", good, "", T0 + 11 + 15 * MINUTE).n > 0);
}

static void codes_work_once(World *w)
{
    /* RFC 6238 appendix B: secret "12345678901234567890", time 59 → 94287082; six digits are 287082 */
    assert_int_equal(DB_EXEC(w->db, "UPDATE account SET totp = ? WHERE row = ?", P_BLOB(STR("12345678901234567890")), P_INT(w->user.row)).kind, OK);
    assert_int_equal(db_exec(w->db, "DELETE FROM login_try", NULL, 0, NULL).kind, OK);
    LoginProof proof;
    Str token, csrf;
    assert_int_equal(login_check(w->db, &w->a, STR("tanto"), str_of(good), &proof).kind, OK);
    assert_int_equal(login_finish(w->db, &w->a, &proof, (Str){0}, (Str){0}, 59000, &token, &csrf).kind, ERR_LOGIN);
    assert_int_equal(login(w, "tanto", good, "287083", 59000).n, 0);
    assert_true(login(w, "tanto", good, "287082", 59000).n > 0);
    assert_int_equal(login(w, "tanto", good, "287082", 59500).n, 0);
    assert_int_equal(DB_EXEC(w->db, "UPDATE account SET totp = ? WHERE row = ?", P_NULL, P_INT(w->user.row)).kind, OK);
}

static void sessions_end(World *w)
{
    Principal p;
    Instant start = T0 + 3600 * 1000, hour = 3600 * 1000;
    Str token = login(w, "tanto", good, "", start);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 8 * hour - 1, &p).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 8 * hour, &p).kind, ERR_LOGIN);
    assert_int_equal(session_touch(w->db, p.session, start).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, STR("guess"), NULL, start, &p).kind, ERR_LOGIN);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start, &p).kind, OK);
    for (int day = 0; day < 7; day++)
        for (int h = 0; h < 24; h += 4)
            assert_int_equal(session_touch(w->db, p.session, start + day * 24 * hour + h * hour).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 7 * 24 * hour - 1, &p).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 7 * 24 * hour, &p).kind, ERR_LOGIN);
    token = login(w, "tanto", good, "", start);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR(good)).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start, &p).kind, ERR_LOGIN);
}

static void rights_come_down_the_tree(World *w)
{
    Principal p;
    Str token = login(w, "tanto", good, "", T0 + 4000000);
    Instant now = T0 + 4000001;
    assert_int_equal(principal_from_session(w->db, &w->a, token, &w->top.id, now, &p).kind, ERR_NOT_FOUND);
    assert_int_equal(membership_set(w->db, w->user.row, w->top.row, ROLE_BIT(ROLE_CISO), STR("CISO"), false).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, &w->top.id, now, &p).kind, OK);
    assert_true(p.roles == ROLE_BIT(ROLE_CISO) && str_eqc(p.post, "CISO"));
    assert_int_equal(principal_from_session(w->db, &w->a, token, &w->child.id, now, &p).kind, ERR_NOT_FOUND);
    assert_int_equal(membership_set(w->db, w->user.row, w->top.row, ROLE_BIT(ROLE_CISO), STR("CISO"), true).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, &w->child.id, now, &p).kind, OK);
    Err foreign = principal_from_session(w->db, &w->a, token, &w->other.id, now, &p);
    Id random = id_new();
    Err none = principal_from_session(w->db, &w->a, token, &random, now, &p);
    assert_true(foreign.kind == ERR_NOT_FOUND && none.kind == ERR_NOT_FOUND && str_eq(foreign.text.in[JA], none.text.in[JA]));
    Org *list;
    size_t n;
    assert_int_equal(org_list(w->db, &w->a, w->user.row, &list, &n).kind, OK);
    assert_int_equal(n, 2);
}

static void tokens_never_widen(World *w)
{
    Principal p;
    Str secret;
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("試し"), ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO), true, T0 + 1000, &secret).kind, ERR_INVALID);
    assert_int_equal(membership_set(w->db, w->user.row, w->other.row, ROLE_BIT(ROLE_ADMIN), (Str){0}, false).kind, OK); /* elsewhere: possible, but of no use here */
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("試し"), ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO), true, T0 + 1000, &secret).kind, OK);
    assert_int_equal(membership_set(w->db, w->user.row, w->other.row, 0, (Str){0}, false).kind, OK); /* a member still, without rights */
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->top.id, T0 + 999, &p).kind, OK);
    assert_true(p.roles == ROLE_BIT(ROLE_CISO) && p.read_only);
    static const Resource res = {.read = ROLES_ALL, .update = ROLES_ALL};
    assert_int_equal(access_decide(&p, ACT_UPDATE, &res, NULL, NULL).kind, ERR_FORBIDDEN);
    assert_int_equal(access_decide(&p, ACT_READ, &res, NULL, NULL).kind, OK);
    Record foreign = {.org = w->other.row};
    assert_int_equal(access_decide(&p, ACT_READ, &res, NULL, &foreign).kind, ERR_NOT_FOUND);
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->top.id, T0 + 1000, &p).kind, ERR_LOGIN);
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->other.id, T0, &p).kind, ERR_NOT_FOUND);
}

static void links_work_once(World *w)
{
    Str secret, token, csrf;
    assert_int_equal(login_link_create(w->db, &w->a, w->user.row, T0, &secret).kind, OK);
    assert_int_equal(login_link_use(w->db, &w->a, secret, T0 + 30 * MINUTE + 1, &token, &csrf).kind, ERR_LOGIN);
    assert_int_equal(login_link_use(w->db, &w->a, secret, T0 + 30 * MINUTE, &token, &csrf).kind, OK);
    assert_int_equal(login_link_use(w->db, &w->a, secret, T0, &token, &csrf).kind, ERR_LOGIN);
}

static void all(bool pg)
{
    World *w = open_world(pg);
    names_and_passwords(w);
    password_lengths(w);
    the_eleventh_try_is_refused(w);
    codes_work_once(w);
    sessions_end(w);
    rights_come_down_the_tree(w);
    tokens_never_widen(w);
    links_work_once(w);
    close_world(w);
}

static void on_sqlite(void **state)
{
    UNUSED(state);
    all(false);
}

static void on_postgres(void **state)
{
    UNUSED(state);
    const char *url = getenv("KANAME_PG");
    if (!url || !*url) skip();
    all(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
