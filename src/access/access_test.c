/* access_test.c -- accounts, limits at their borders, sessions, tokens, rights down the tree; on both databases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "access/access.h"

#include <liboath/oath.h>
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
static const Vault vault = {{1, 2, 3}};
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
    static const char *const old[] = {"kaname_schema", "org", "account", "membership", "session", "token", "login_link", "login_try", "recovery_code", "device"};
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

/* As if the password had been checked: Argon2id is slow, and these tests are about what comes after it. */
static LoginProof proof_of(World *w, bool right)
{
    Cursor c;
    LoginProof p = {.account = w->user.row, .right = right};
    DB_QUERY(w->db, &c, "SELECT password FROM account WHERE row = ?", P_INT(w->user.row));
    assert_true(cursor_next(&c));
    p.stored = str_copy(&w->a, cursor_text(&c, 0));
    assert_int_equal(cursor_close(&c).kind, OK);
    return p;
}

static Str login(World *w, const char *name, const char *password, const char *code, Instant now)
{
    LoginProof p;
    Entrance in = {.vault = &vault, .code = str_of(code), .now = now};
    assert_int_equal(login_check(w->db, &w->a, str_of(name), str_of(password), &p).kind, OK);
    Err e = login_finish(w->db, &w->a, &p, &in);
    if (e.kind) fail_msg("%.*s", STR_ARG(e.text.in[EN]));
    return in.token;
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

/* --- the second factor ----------------------------------------------------------------------------------------- */

static int base32_digit(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' : c - '2' + 26;
}

/* What an authenticator shows. */
static Str code_at(World *w, Str secret, Instant now)
{
    uint8_t bytes[20] = {0};
    char code[8];
    for (size_t i = 0; i < secret.n * 5; i++)
        if (base32_digit(secret.s[i / 5]) >> (4 - i % 5) & 1) bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
    assert_int_equal(oath_totp_generate((const char *)bytes, 20, now / 1000, 30, 0, 6, code), OATH_OK);
    return str_copy(&w->a, str_of(code));
}

static Str enrol(World *w, Instant now, Str codes[RECOVERY_CODES])
{
    Str secret;
    bool right;
    assert_int_equal(totp_begin(w->db, &w->a, &vault, w->user.row, now, &secret).kind, OK);
    assert_int_equal(secret.n, 32);
    assert_int_equal(totp_confirm(w->db, &w->a, &vault, w->user.row, code_at(w, secret, now), now, &right, codes).kind, OK);
    assert_true(right);
    return secret;
}

static void forget_tries(World *w)
{
    assert_int_equal(db_exec(w->db, "DELETE FROM login_try", NULL, 0, NULL).kind, OK);
}

static Err with_code(World *w, Str code, Instant now, Str *token)
{
    LoginProof p = proof_of(w, true);
    Entrance in = {.vault = &vault, .code = code, .now = now};
    Err e = login_finish(w->db, &w->a, &p, &in);
    *token = in.token;
    return e;
}

static void enrolment(World *w)
{
    Str secret, other, codes[RECOVERY_CODES], token;
    bool right;
    Instant now = T0 + 10 * MINUTE;
    forget_tries(w);
    assert_int_equal(totp_confirm(w->db, &w->a, &vault, w->user.row, STR("000000"), now, &right, codes).kind, ERR_CONFLICT); /* nothing begun */
    assert_int_equal(totp_begin(w->db, &w->a, &vault, w->user.row, now, &other).kind, OK);
    assert_int_equal(totp_begin(w->db, &w->a, &vault, w->user.row, now, &secret).kind, OK); /* the second counts */
    assert_true(login(w, "tanto", good, "", now).n > 0);                                    /* not active before it is confirmed */
    assert_int_equal(totp_confirm(w->db, &w->a, &vault, w->user.row, code_at(w, other, now), now, &right, codes).kind, OK);
    assert_false(right);
    Instant late = now + 30 * MINUTE;
    assert_int_equal(totp_confirm(w->db, &w->a, &vault, w->user.row, code_at(w, secret, late), late, &right, codes).kind, ERR_CONFLICT);
    token = login(w, "tanto", good, "", now);
    assert_int_equal(totp_confirm(w->db, &w->a, &vault, w->user.row, code_at(w, secret, now), now, &right, codes).kind, OK);
    Principal p;
    assert_true(right && principal_from_session(w->db, &w->a, token, NULL, now, &p).kind == ERR_LOGIN); /* sessions without it have ended */
    assert_int_equal(totp_begin(w->db, &w->a, &vault, w->user.row, now, &other).kind, ERR_CONFLICT);
    assert_int_equal(with_code(w, (Str){0}, now, &token).kind, ERR_CODE);
    assert_true(with_code(w, code_at(w, secret, now), now, &token).kind == OK && !token.n); /* used up by the confirmation */
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    assert_true(with_code(w, (Str){0}, now, &token).kind == OK && token.n);
    forget_tries(w);
}

static void codes_work_once(World *w)
{
    Str codes[RECOVERY_CODES], token;
    Instant now = T0 + 60 * MINUTE, step = 30000;
    Str secret = enrol(w, now, codes);
    Str next = code_at(w, secret, now + step), far = code_at(w, secret, now + 3 * step);
    assert_true(with_code(w, far, now, &token).kind == OK && !token.n);
    assert_true(with_code(w, next, now, &token).kind == OK && token.n); /* one step ahead is allowed … */
    assert_true(with_code(w, next, now, &token).kind == OK && !token.n); /* … once */
    assert_true(with_code(w, next, now + step, &token).kind == OK && !token.n);
    assert_true(with_code(w, far, now + 2 * step, &token).kind == OK && token.n);
    assert_true(with_code(w, code_at(w, secret, now + 2 * step), now + 3 * step, &token).kind == OK && !token.n); /* an older one after a newer */
    assert_true(with_code(w, str_printf(&w->a, "%.*s ", 6, code_at(w, secret, now + 5 * step).s), now + 5 * step, &token).kind == OK && token.n);
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    forget_tries(w);
}

static void the_sixth_code_is_refused(World *w)
{
    Str codes[RECOVERY_CODES], token;
    Instant now = T0 + 90 * MINUTE;
    Str secret = enrol(w, now, codes);
    for (int i = 0; i < 5; i++)
        assert_true(with_code(w, i % 2 ? STR("000000x") : STR("0000-0000-0000-0000"), now, &token).kind == OK && !token.n);
    Instant later = now + MINUTE;
    assert_true(with_code(w, code_at(w, secret, later), later, &token).kind == OK && !token.n);      /* right, but held */
    assert_true(with_code(w, codes[0], later, &token).kind == OK && !token.n);                        /* recovery codes as well */
    assert_true(with_code(w, (Str){0}, later, &token).kind == OK && !token.n);                        /* and nothing is said about why */
    later = now + 15 * MINUTE + 1;
    assert_true(with_code(w, code_at(w, secret, later), later, &token).kind == OK && token.n);
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    forget_tries(w);
}

static void recovery_codes(World *w)
{
    Str codes[RECOVERY_CODES], again[RECOVERY_CODES], token;
    int64_t left;
    Instant now = T0 + 120 * MINUTE;
    enrol(w, now, codes);
    for (int i = 0; i < RECOVERY_CODES; i++)
        for (int k = 0; k < i; k++)
            assert_false(str_eq(codes[i], codes[k]));
    assert_true(with_code(w, codes[3], now, &token).kind == OK && token.n);
    assert_true(with_code(w, codes[3], now, &token).kind == OK && !token.n);
    char loud[32] = {0}; /* as somebody types it: capitals, blanks for dashes, the letters o and l for digits */
    for (size_t i = 0; i < codes[4].n; i++) {
        char c = codes[4].s[i];
        loud[i] = c == '-' ? ' ' : c == '0' ? 'O' : c == '1' ? 'l' : c >= 'a' ? (char)(c - 32) : c;
    }
    assert_true(with_code(w, str_of(loud), now, &token).kind == OK && token.n);
    assert_true(recovery_left(w->db, w->user.row, &left).kind == OK && left == 8);
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    assert_true(recovery_left(w->db, w->user.row, &left).kind == OK && left == 0);
    enrol(w, now + 10 * MINUTE, again);
    assert_true(with_code(w, codes[5], now + 10 * MINUTE, &token).kind == OK && !token.n); /* those of before are void */
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    forget_tries(w);
}

/* Whoever has the database alone, or puts one account's secret into another, has nothing. */
static void the_secret_is_sealed(World *w)
{
    Str codes[RECOVERY_CODES], token;
    Account other;
    LoginProof p;
    Instant now = T0 + 150 * MINUTE, later = now + 5 * MINUTE;
    static const Vault wrong = {{9}};
    Str secret = enrol(w, now, codes);
    assert_int_equal(login_check(w->db, &w->a, STR("tanto"), str_of(good), &p).kind, OK);
    Entrance in = {.vault = &wrong, .code = code_at(w, secret, later), .now = later};
    assert_int_equal(login_finish(w->db, &w->a, &p, &in).kind, OK);
    assert_int_equal(in.token.n, 0);
    assert_int_equal(account_create(w->db, &w->a, STR("other"), STR("別"), STR(good), &other).kind, OK);
    assert_int_equal(DB_EXEC(w->db, "UPDATE account SET totp = (SELECT totp FROM account WHERE row = ?) WHERE row = ?", P_INT(w->user.row), P_INT(other.row)).kind, OK);
    assert_int_equal(login(w, "other", good, code_at(w, secret, later).s, later).n, 0);
    assert_true(with_code(w, code_at(w, secret, later), later, &token).kind == OK && token.n);
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    forget_tries(w);
}

/* What held when the password was checked must hold when the session opens. */
static void changed_in_between(World *w)
{
    LoginProof p;
    Instant now = T0 + 180 * MINUTE;
    Entrance in = {.vault = &vault, .now = now};
    assert_int_equal(login_check(w->db, &w->a, STR("tanto"), str_of(good), &p).kind, OK);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR("another horse battery")).kind, OK);
    assert_true(login_finish(w->db, &w->a, &p, &in).kind == OK && !in.token.n);
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR(good)).kind, OK);
    assert_int_equal(login_check(w->db, &w->a, STR("tanto"), str_of(good), &p).kind, OK);
    assert_int_equal(account_set_disabled(w->db, w->user.row, true).kind, OK);
    assert_true(login_finish(w->db, &w->a, &p, &in).kind == OK && !in.token.n);
    assert_int_equal(account_set_disabled(w->db, w->user.row, false).kind, OK);
    forget_tries(w);
}

static void use(World *w, const Principal *p, Instant now)
{
    assert_int_equal(principal_note(w->db, p->token, p->session, now).kind, OK);
}

static Entrance from(World *w, Str device, bool right, Instant now)
{
    LoginProof p = proof_of(w, right);
    Entrance in = {.vault = &vault, .device = device, .now = now};
    assert_int_equal(login_finish(w->db, &w->a, &p, &in).kind, OK);
    return in;
}

/* Ten wrong tries from anywhere lock out everybody but the browsers that have been in; theirs are counted apart. */
static void nobody_locks_others_out(World *w)
{
    Instant now = T0 + 210 * MINUTE;
    Str device = from(w, (Str){0}, true, now).new_device, again;
    assert_true(device.n > 40);
    for (int i = 0; i < 10; i++)
        assert_int_equal(from(w, (Str){0}, false, now + i).token.n, 0);
    assert_int_equal(from(w, (Str){0}, true, now + 20).token.n, 0);
    assert_int_equal(from(w, STR("a guess"), true, now + 20).token.n, 0);
    Entrance known = from(w, device, true, now + 20);
    assert_true(known.token.n && !known.new_device.n);
    for (int i = 0; i < 10; i++)
        assert_int_equal(from(w, device, false, now + 30 + i).token.n, 0);
    assert_int_equal(from(w, device, true, now + 50).token.n, 0); /* a stolen browser has no more tries than anybody */
    forget_tries(w);
    for (int i = 0; i < 10; i++) /* ten more browsers: the one that was idle for longest is forgotten */
        again = from(w, (Str){0}, true, now + 100 + i).new_device;
    assert_true(from(w, device, true, now + 200).new_device.n > 0);
    assert_int_equal(from(w, again, true, now + 200).new_device.n, 0);
    assert_int_equal(account_set_disabled(w->db, w->user.row, true).kind, OK);
    assert_int_equal(account_set_disabled(w->db, w->user.row, false).kind, OK);
    assert_true(from(w, again, true, now + 300).new_device.n > 0); /* disabling forgets them */
}

static void sessions_end(World *w)
{
    Principal p;
    Instant start = T0 + 3600 * 1000, hour = 3600 * 1000;
    Str token = login(w, "tanto", good, "", start);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 8 * hour - 1, &p).kind, OK);
    assert_true(p.seen == start && !p.by_link && !principal_unnoted(&p, start + MINUTE) && principal_unnoted(&p, start + MINUTE + 1));
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 8 * hour, &p).kind, ERR_LOGIN);
    assert_int_equal(principal_from_session(w->db, &w->a, STR("guess"), NULL, start, &p).kind, ERR_LOGIN);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start, &p).kind, OK);
    use(w, &p, start + 7 * hour);
    use(w, &p, start + 6 * hour); /* never backwards */
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 15 * hour - 1, &p).kind, OK);
    for (int day = 0; day < 7; day++)
        for (int h = 0; h < 24; h += 4)
            use(w, &p, start + day * 24 * hour + h * hour);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 7 * 24 * hour - 1, &p).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start + 7 * 24 * hour, &p).kind, ERR_LOGIN);
    token = login(w, "tanto", good, "", start);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start - 25 * hour, &p).kind, ERR_LOGIN); /* the clock went back: not immortal */
    assert_int_equal(account_set_password(w->db, &w->a, w->user.row, STR(good)).kind, OK);
    assert_int_equal(principal_from_session(w->db, &w->a, token, NULL, start, &p).kind, ERR_LOGIN);
    Str first = from(w, (Str){0}, true, start).token;
    for (int i = 1; i <= 19; i++)
        from(w, (Str){0}, true, start + i);
    assert_int_equal(principal_from_session(w->db, &w->a, first, NULL, start + 30, &p).kind, OK);
    from(w, (Str){0}, true, start + 20); /* the twenty-first: the one idle for longest goes */
    assert_int_equal(principal_from_session(w->db, &w->a, first, NULL, start + 30, &p).kind, ERR_LOGIN);
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
    Id id;
    Instant expires = now_utc() + 1000; /* the limit counts those that run */
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("試し"), ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO), true, expires, &secret, &id).kind, ERR_INVALID);
    assert_int_equal(membership_set(w->db, w->user.row, w->other.row, ROLE_BIT(ROLE_ADMIN), (Str){0}, false).kind, OK); /* elsewhere: possible, but of no use here */
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("試し"), ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_CISO), true, expires, &secret, &id).kind, OK);
    assert_int_equal(membership_set(w->db, w->user.row, w->other.row, 0, (Str){0}, false).kind, OK); /* a member still, without rights */
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->top.id, expires - 1, &p).kind, OK);
    assert_true(p.roles == ROLE_BIT(ROLE_CISO) && p.read_only);
    static const Resource res = {.read = ROLES_ALL, .update = ROLES_ALL};
    assert_int_equal(access_decide(&p, ACT_UPDATE, &res, NULL, NULL).kind, ERR_FORBIDDEN);
    assert_int_equal(access_decide(&p, ACT_READ, &res, NULL, NULL).kind, OK);
    Record foreign = {.org = w->other.row};
    assert_int_equal(access_decide(&p, ACT_READ, &res, NULL, &foreign).kind, ERR_NOT_FOUND);
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->top.id, expires, &p).kind, ERR_LOGIN);
    assert_int_equal(principal_from_token(w->db, &w->a, secret, &w->other.id, expires - 1, &p).kind, ERR_NOT_FOUND);
}

static Instant used_at(World *w, Id id)
{
    Token *list;
    size_t n;
    Instant used = -1;
    assert_int_equal(token_list(w->db, &w->a, w->user.row, &list, &n).kind, OK);
    for (size_t i = 0; i < n; i++)
        if (id_eq(list[i].id, id)) used = list[i].used;
    return used;
}

/* A typing mistake anywhere is refused without asking the database. */
static void tokens_carry_a_check(World *w)
{
    Str secret;
    Id id;
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("検査"), 0, false, now_utc() + 1000000, &secret, &id).kind, OK);
    assert_true(secret.n == 59 && token_well_formed(&w->a, secret));
    for (size_t i = 0; i < secret.n; i++) {
        char *bad = (char *)(uintptr_t)str_c(&w->a, secret);
        bad[i] = bad[i] == '0' ? '1' : '0';
        assert_false(token_well_formed(&w->a, (Str){bad, secret.n}));
    }
    assert_false(token_well_formed(&w->a, str_slice(secret, 0, secret.n - 1)));
    assert_false(token_well_formed(&w->a, (Str){0}));
    Principal p;
    assert_int_equal(principal_from_token(w->db, &w->a, secret, NULL, now_utc(), &p).kind, OK);
    assert_true(p.seen == 0 && principal_unnoted(&p, now_utc()));
    use(w, &p, now_utc());
    Instant used = used_at(w, id);
    assert_true(used > 0);
    use(w, &p, used + 3600 * 1000 - 1);
    assert_int_equal(used_at(w, id), used); /* an hour is fine enough */
    use(w, &p, used + 3600 * 1000 + 1);
    assert_int_equal(used_at(w, id), used + 3600 * 1000 + 1);
    size_t n = 0;
    while (n++ < TOKENS_MAX + 1 && token_create(w->db, &w->a, w->user.row, STR("多い"), 0, false, now_utc() + 1000000, &secret, &id).kind == OK) {}
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("51"), 0, false, now_utc() + 1000000, &secret, &id).kind, ERR_CONFLICT);
    assert_int_equal(token_remove(w->db, w->user.row + 1, id).kind, ERR_NOT_FOUND);
    assert_int_equal(token_remove(w->db, w->user.row, id).kind, OK);
    assert_int_equal(token_create(w->db, &w->a, w->user.row, STR("50"), 0, false, now_utc() + 1000000, &secret, &id).kind, OK);
}

static Err link_in(World *w, Str secret, Str code, Instant now, Str *token)
{
    Entrance in = {.vault = &vault, .code = code, .now = now};
    Err e = login_link_use(w->db, &w->a, secret, &in);
    *token = in.token;
    return e;
}

static void links_work_once(World *w)
{
    Str secret, token, codes[RECOVERY_CODES];
    Principal p;
    assert_int_equal(login_link_create(w->db, &w->a, w->user.row, T0, &secret).kind, OK);
    assert_int_equal(link_in(w, secret, (Str){0}, T0 + 30 * MINUTE + 1, &token).kind, ERR_LOGIN);
    assert_int_equal(link_in(w, secret, (Str){0}, T0 + 30 * MINUTE, &token).kind, OK);
    assert_true(principal_from_session(w->db, &w->a, token, NULL, T0 + 30 * MINUTE, &p).kind == OK && p.by_link);
    assert_int_equal(link_in(w, secret, (Str){0}, T0, &token).kind, ERR_LOGIN);
    Str totp = enrol(w, T0, codes); /* a link stands for the password, not for the code */
    assert_int_equal(login_link_create(w->db, &w->a, w->user.row, T0, &secret).kind, OK);
    assert_int_equal(link_in(w, secret, (Str){0}, T0 + MINUTE, &token).kind, ERR_CODE);
    assert_true(link_in(w, secret, STR("000000"), T0 + MINUTE, &token).kind == OK && !token.n);
    assert_true(link_in(w, secret, code_at(w, totp, T0 + MINUTE), T0 + MINUTE, &token).kind == OK && token.n);
    assert_int_equal(link_in(w, secret, codes[0], T0 + MINUTE, &token).kind, ERR_LOGIN);
    assert_int_equal(totp_reset(w->db, w->user.row).kind, OK);
    assert_int_equal(login_link_create(w->db, &w->a, w->user.row, T0, &secret).kind, OK);
    assert_int_equal(account_set_disabled(w->db, w->user.row, true).kind, OK);
    assert_int_equal(link_in(w, secret, (Str){0}, T0 + MINUTE, &token).kind, ERR_LOGIN);
}

/* --- people --------------------------------------------------------------------------------------------------- */

static Principal acting(World *w, const Account *a, const Org *org)
{
    Principal p = {.account = a->row, .account_id = a->id};
    assert_int_equal(principal_in(w->db, &w->a, org, &p).kind, OK);
    return p;
}

static Account add_person(World *w, const Principal *who, const char *login, Roles roles, bool subtree, ErrKind want)
{
    Mistakes m;
    Account p = {.login = str_of(login), .name = STR("氏名"), .roles = roles, .subtree = subtree};
    mistakes_init(&m, &w->a);
    assert_int_equal(db_savepoint(w->db).kind, OK);
    assert_int_equal(person_add(w->db, &w->a, who, &p, &m).kind, want);
    if (want) db_savepoint_rollback(w->db);
    else assert_int_equal(db_savepoint_release(w->db).kind, OK);
    return p;
}

static void change_person(World *w, const Principal *who, Id id, Account (*edit)(Account), ErrKind want)
{
    Mistakes m;
    Account old, p;
    PersonChanges what;
    mistakes_init(&m, &w->a);
    assert_int_equal(db_savepoint(w->db).kind, OK);
    assert_int_equal(person_get(w->db, &w->a, who->org.row, id, &old).kind, OK);
    p = edit(old);
    assert_int_equal(person_change(w->db, &w->a, who, &old, &p, &m, &what).kind, want);
    if (want) db_savepoint_rollback(w->db);
    else assert_int_equal(db_savepoint_release(w->db).kind, OK);
}

static Account no_roles(Account p) { p.roles = 0; return p; }
static Account as_admin(Account p) { p.roles = ROLE_BIT(ROLE_ADMIN); return p; }
static Account all_below(Account p) { p.roles = ROLES_ALL, p.subtree = true; return p; }
static Account only_here(Account p) { p.subtree = false; return p; }
static Account disabled(Account p) { p.disabled = true; return p; }
static Account enabled(Account p) { p.disabled = false; return p; }
static Account renamed(Account p) { p.name = STR("改名"); return p; }
static Account no_login(Account p) { p.login = (Str){0}; return p; }

/* An organisation that somebody administers always keeps somebody who does. */
static void an_administrator_stays(World *w)
{
    Account first, second;
    Principal boot = {.account = w->user.row, .org = w->other, .roles = ROLES_ALL};
    first = add_person(w, &boot, "first", ROLE_BIT(ROLE_ADMIN), false, OK);
    Principal one = acting(w, &first, &w->other);
    change_person(w, &one, first.id, no_roles, ERR_CONFLICT);
    change_person(w, &one, first.id, disabled, ERR_CONFLICT);
    change_person(w, &one, first.id, no_login, ERR_CONFLICT);
    change_person(w, &one, first.id, renamed, OK);
    add_person(w, &one, "first", 0, false, ERR_MISTAKES); /* taken */
    second = add_person(w, &one, "", 0, false, OK);       /* without login: no administrator that counts */
    change_person(w, &one, second.id, as_admin, OK);
    change_person(w, &one, first.id, no_roles, ERR_CONFLICT);
    second = add_person(w, &one, "second", ROLE_BIT(ROLE_ADMIN), false, OK);
    change_person(w, &one, second.id, disabled, OK);
    change_person(w, &one, first.id, no_roles, ERR_CONFLICT); /* a disabled one does not count either */
    change_person(w, &one, second.id, enabled, OK);
    change_person(w, &one, first.id, no_roles, OK);
    Principal two = acting(w, &second, &w->other);
    change_person(w, &two, second.id, no_roles, ERR_CONFLICT);
    change_person(w, &two, first.id, as_admin, OK);
}

/* Nobody becomes more than they are by way of somebody else's account. */
static void taking_over_is_bounded(World *w)
{
    Account above, part, both, chief;
    Principal boot = {.account = w->user.row, .org = w->top, .roles = ROLES_ALL, .below = ROLES_ALL};
    above = add_person(w, &boot, "above", ROLE_BIT(ROLE_ADMIN), true, OK);
    Principal top = acting(w, &above, &w->top), down = acting(w, &above, &w->child);
    assert_true((top.below & ROLE_BIT(ROLE_ADMIN)) && (down.roles & ROLE_BIT(ROLE_ADMIN)));
    part = add_person(w, &down, "part", ROLE_BIT(ROLE_ADMIN), false, OK);
    Principal low = acting(w, &part, &w->child);
    assert_true(low.roles == ROLE_BIT(ROLE_ADMIN) && !low.below && !acting(w, &part, &w->top).roles);
    both = add_person(w, &top, "both", ROLE_BIT(ROLE_VIEWER), false, OK);
    assert_int_equal(membership_set(w->db, both.row, w->child.row, ROLE_BIT(ROLE_VIEWER), STR("兼務"), false).kind, OK);
    assert_int_equal(person_in_hand(w->db, &w->a, &low, both.row).kind, ERR_FORBIDDEN); /* also stands above */
    assert_int_equal(person_in_hand(w->db, &w->a, &top, both.row).kind, OK);
    change_person(w, &low, both.id, renamed, ERR_FORBIDDEN);
    change_person(w, &low, both.id, disabled, ERR_FORBIDDEN);
    change_person(w, &low, both.id, no_login, ERR_FORBIDDEN);
    change_person(w, &low, both.id, as_admin, OK); /* roles here are theirs to give */
    change_person(w, &low, both.id, all_below, ERR_MISTAKES);
    change_person(w, &low, part.id, all_below, ERR_MISTAKES);
    add_person(w, &low, "wide", ROLE_BIT(ROLE_CISO), true, ERR_MISTAKES);
    assert_int_equal(person_in_hand(w->db, &w->a, &low, above.row).kind, ERR_FORBIDDEN);
    chief = add_person(w, &down, "chief", ROLE_BIT(ROLE_ADMIN), true, OK); /* reaches below the child */
    assert_int_equal(person_in_hand(w->db, &w->a, &low, chief.row).kind, ERR_FORBIDDEN);
    assert_int_equal(person_in_hand(w->db, &w->a, &down, chief.row).kind, OK);
    change_person(w, &down, chief.id, only_here, OK);
    assert_int_equal(person_in_hand(w->db, &w->a, &low, chief.row).kind, OK);
    assert_int_equal(DB_EXEC(w->db, "UPDATE account SET instance_admin = 1 WHERE row = ?", P_INT(chief.row)).kind, OK);
    assert_int_equal(person_in_hand(w->db, &w->a, &low, chief.row).kind, ERR_FORBIDDEN);
    low.instance_admin = true;
    assert_int_equal(person_in_hand(w->db, &w->a, &low, chief.row).kind, OK);
    low.instance_admin = false;
    Principal self = acting(w, &chief, &w->child); /* as with a token: not even one's own login */
    assert_int_equal(person_in_hand(w->db, &w->a, &self, chief.row).kind, ERR_FORBIDDEN);
    Account x;
    assert_int_equal(person_get(w->db, &w->a, w->child.row, above.id, &x).kind, ERR_NOT_FOUND);
    assert_int_equal(person_get(w->db, &w->a, w->child.row, id_new(), &x).kind, ERR_NOT_FOUND);
}

static void an_organisation_has_a_size(World *w)
{
    Principal boot = {.account = w->user.row, .org = w->child, .roles = ROLES_ALL};
    Account *list;
    size_t n;
    assert_int_equal(account_list(w->db, &w->a, w->child.row, &list, &n).kind, OK);
    for (int64_t i = (int64_t)n; i < ORG_PEOPLE_MAX; i++)
        assert_int_equal(DB_EXEC(w->db, "INSERT INTO membership (account, org, roles, post, subtree) VALUES (?, ?, 0, '', 0)", P_INT(1000000 + i), P_INT(w->child.row)).kind, OK);
    add_person(w, &boot, "toomany", 0, false, ERR_CONFLICT);
    assert_int_equal(DB_EXEC(w->db, "DELETE FROM membership WHERE account >= ?", P_INT(1000000)).kind, OK);
    add_person(w, &boot, "toomany", 0, false, OK);
}

static void all(bool pg)
{
    World *w = open_world(pg);
    names_and_passwords(w);
    password_lengths(w);
    the_eleventh_try_is_refused(w);
    enrolment(w);
    codes_work_once(w);
    the_sixth_code_is_refused(w);
    recovery_codes(w);
    the_secret_is_sealed(w);
    changed_in_between(w);
    nobody_locks_others_out(w);
    sessions_end(w);
    rights_come_down_the_tree(w);
    tokens_never_widen(w);
    tokens_carry_a_check(w);
    links_work_once(w);
    an_administrator_stays(w);
    taking_over_is_bounded(w);
    an_organisation_has_a_size(w);
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
