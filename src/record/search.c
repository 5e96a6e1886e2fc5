/*
 * search.c -- Japanese full text over two-character grams, made here for both databases (SQLite: FTS5 over gram words,
 * PostgreSQL: text[] with GIN), and rechecked on the folded text so that what is found really contains the words.
 */
#include "record/sql.h"

#include <utf8proc.h>

enum { WORDS_MAX = 20 }; /* further words do not narrow */

Err search_migrate(Db *db, Arena *a, const Resource *res)
{
    if (db_kind(db) == STORE_SQLITE)
        return db_ddl(db, str_printf(a, "CREATE VIRTUAL TABLE IF NOT EXISTS s_%s USING fts5(grams, tokenize=\"unicode61 tokenchars '_'\")", res->name).s);
    TRY(db_ddl(db, str_printf(a, "ALTER TABLE r_%s ADD COLUMN IF NOT EXISTS grams text[] NOT NULL DEFAULT '{}'", res->name).s));
    return db_ddl(db, str_printf(a, "CREATE INDEX IF NOT EXISTS g_%s ON r_%s USING gin (grams)", res->name, res->name).s);
}

static Str searchable(Arena *a, const Record *r)
{
    Buf b;
    buf_init(&b, a, 256);
    for (size_t i = 0; i < r->res->fields_n; i++)
        if ((r->res->fields[i].flags & SEARCH) && r->v[i].state == VALUE_KNOWN) {
            buf_add(&b, r->v[i].text);
            buf_byte(&b, '\n');
        }
    buf_add(&b, record_label(a, r));
    return buf_str(&b);
}

/* "a b" → {a,b}: grams are hexadecimal words, so that no quoting is needed. */
static Str pg_array(Arena *a, int64_t org, Str grams)
{
    Buf b;
    buf_init(&b, a, grams.n + 32);
    buf_printf(&b, "{o%lld", (long long)org);
    Str g;
    while (str_cut(&grams, ' ', &g)) {
        buf_byte(&b, ',');
        buf_add(&b, g);
    }
    buf_byte(&b, '}');
    return buf_str(&b);
}

void search_names(Db *db, Sql *q)
{
    sql_add(q, db_kind(db) == STORE_POSTGRES ? ", search, grams" : ", search");
}

void search_values(Db *db, Sql *q, Arena *a, const Record *r)
{
    Str text = searchable(a, r);
    sql_add(q, ", ");
    sql_param(q, P_TEXT(str_fold(a, text)));
    if (db_kind(db) != STORE_POSTGRES) return;
    sql_add(q, ", CAST(");
    sql_param(q, P_TEXT(pg_array(a, r->org, grams_of(a, text, false))));
    sql_add(q, " AS text[])");
}

Err search_insert(Db *db, Arena *a, const Record *r)
{
    if (db_kind(db) == STORE_POSTGRES) return ERR_NONE;
    Str grams = grams_of(a, searchable(a, r), false);
    return DB_EXEC_LATE(db, str_printf(a, "INSERT INTO s_%s (rowid, grams) VALUES (?, ?)", r->res->name).s, P_INT(r->row),
        P_TEXT(str_printf(a, "o%lld %.*s", (long long)r->org, STR_ARG(grams))));
}

static Err write_grams(Db *db, Arena *a, const Record *r, Str grams)
{
    const char *name = r->res->name;
    if (db_kind(db) == STORE_POSTGRES)
        return DB_EXEC(db, str_printf(a, "UPDATE r_%s SET grams = CAST(? AS text[]) WHERE row = ?", name).s, P_TEXT(pg_array(a, r->org, grams)), P_INT(r->row));
    TRY(DB_EXEC_LATE(db, str_printf(a, "DELETE FROM s_%s WHERE rowid = ?", name).s, P_INT(r->row)));
    return DB_EXEC_LATE(db, str_printf(a, "INSERT INTO s_%s (rowid, grams) VALUES (?, ?)", name).s, P_INT(r->row),
        P_TEXT(str_printf(a, "o%lld %.*s", (long long)r->org, STR_ARG(grams))));
}

Err search_write(Db *db, Arena *a, const Record *r)
{
    Str text = searchable(a, r);
    TRY(DB_EXEC(db, str_printf(a, "UPDATE r_%s SET search = ? WHERE row = ?", r->res->name).s, P_TEXT(str_fold(a, text)), P_INT(r->row)));
    return write_grams(db, a, r, grams_of(a, text, false));
}

/* "o5" AND "96fb_529b" */
static Str fts_query(Arena *a, int64_t org, Str grams)
{
    Buf b;
    buf_init(&b, a, grams.n * 2 + 32);
    buf_printf(&b, "\"o%lld\"", (long long)org);
    Str g;
    while (str_cut(&grams, ' ', &g)) {
        buf_printf(&b, " AND \"%.*s\"", STR_ARG(g));
    }
    return buf_str(&b);
}

static Str whole_grams(Arena *a, Str grams)
{
    Buf b;
    buf_init(&b, a, grams.n);
    Str g;
    while (str_cut(&grams, ' ', &g)) {
        if (str_ends(g, STR("*"))) continue;
        if (b.n) buf_byte(&b, ' ');
        buf_add(&b, g);
    }
    return buf_str(&b);
}

void search_filter(Db *db, Sql *q, Arena *a, const Resource *res, int64_t org, Str text)
{
    Str rest = str_fold(a, str_trim(text)), word, grams = grams_of(a, text, true);
    bool lite = db_kind(db) == STORE_SQLITE;
    grams = whole_grams(a, grams); /* a single character has no gram: the recheck finds it */
    if (lite) {
        sql_name(q, " AND row IN (SELECT rowid FROM s_", res->name, " WHERE grams MATCH ");
        sql_param(q, P_TEXT(fts_query(a, org, grams)));
        sql_add(q, ")");
    } else {
        sql_add(q, " AND grams @> CAST(");
        sql_param(q, P_TEXT(pg_array(a, org, grams)));
        sql_add(q, " AS text[])");
    }
    for (int i = 0; i < WORDS_MAX && str_cut(&rest, ' ', &word);) {
        if (!word.n) continue;
        sql_add(q, lite ? " AND instr(search, " : " AND strpos(search, ");
        sql_param(q, P_TEXT(word));
        sql_add(q, ") > 0");
        i++;
    }
}

/* Around the first word that a field other than the title has, in the spelling of the record; the title is shown anyway. */
static Str excerpt_of(Arena *a, const Record *r, Str text)
{
    Str rest = str_fold(a, str_trim(text)), word, out;
    while (str_cut(&rest, ' ', &word))
        for (size_t i = 0; word.n && i < r->res->fields_n; i++) {
            uint32_t flags = r->res->fields[i].flags;
            if (!(flags & SEARCH) || (flags & TITLE) || r->v[i].state != VALUE_KNOWN) continue;
            if (excerpt_around(a, r->v[i].text, word, &out)) return out;
        }
    return record_title(r);
}

Err record_search(Db *db, Arena *a, const Resources *readable, int64_t org, Str text, size_t limit, Hit **out, size_t *n)
{
    *out = arena_array(a, Hit, limit + 1);
    *n = 0;
    if (!str_trim(text).n) return ERR_NONE;
    for (size_t i = 0; i < readable->n && *n < limit; i++) {
        ListQuery q = {.sort = -1, .text = text, .limit = limit - *n};
        ListPage page;
        TRY(record_list(db, a, readable->list[i], org, &q, &page));
        for (size_t k = 0; k < page.n; k++) {
            const Record *r = page.list[k];
            (*out)[(*n)++] = (Hit){r->res, r->id, r->number, record_title(r), excerpt_of(a, r, text)};
        }
    }
    return ERR_NONE;
}
