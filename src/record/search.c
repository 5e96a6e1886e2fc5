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

static Err write_grams(Db *db, Arena *a, const Record *r, Str grams)
{
    const char *name = r->res->name;
    if (db_kind(db) == STORE_POSTGRES)
        return DB_EXEC(db, str_printf(a, "UPDATE r_%s SET grams = CAST(? AS text[]) WHERE row = ?", name).s, P_TEXT(pg_array(a, r->org, grams)), P_INT(r->row));
    TRY(DB_EXEC(db, str_printf(a, "DELETE FROM s_%s WHERE rowid = ?", name).s, P_INT(r->row)));
    return DB_EXEC(db, str_printf(a, "INSERT INTO s_%s (rowid, grams) VALUES (?, ?)", name).s, P_INT(r->row),
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

static size_t char_start(Str s, size_t i)
{
    while (i < s.n && i && ((unsigned char)s.s[i] & 0xC0) == 0x80)
        i--;
    return i < s.n ? i : s.n;
}

static size_t chars_on(Str s, size_t at, int chars)
{
    while (at < s.n && chars-- > 0)
        do
            at++;
        while (at < s.n && ((unsigned char)s.s[at] & 0xC0) == 0x80);
    return at;
}

static size_t chars_back(Str s, size_t at, int chars)
{
    while (at && chars-- > 0)
        at = char_start(s, at - 1);
    return at;
}

/* Where the first hit ends in the spelling of the record: the shortest beginning whose folded form contains the word, by halving. */
static size_t hit_end(Arena *a, Str text, Str word)
{
    size_t low = 0, high = text.n;
    while (low < high) {
        size_t mid = char_start(text, low + (high - low) / 2);
        if (mid <= low) mid = chars_on(text, low, 1);
        if (str_find(str_fold(a, str_slice(text, 0, mid)), word) == SIZE_MAX) low = mid;
        else if (mid == high) break;
        else high = mid;
    }
    return high;
}

/* Some 80 characters around the first hit of the first word. */
static Str around(Arena *a, Str text, Str word)
{
    size_t end = hit_end(a, text, word), from = chars_back(text, end, (int)str_chars(word) + 24), to = chars_on(text, end, 56);
    return str_printf(a, "%s%.*s%s", from ? "…" : "", STR_ARG(str_slice(text, from, to)), to < text.n ? "…" : "");
}

/* Of the first field that contains the first word, in the spelling of the record. */
static Str excerpt_of(Arena *a, const Record *r, Str text)
{
    Str rest = str_fold(a, str_trim(text)), word = {0};
    str_cut(&rest, ' ', &word);
    for (size_t i = 0; i < r->res->fields_n; i++) {
        if (!(r->res->fields[i].flags & SEARCH) || r->v[i].state != VALUE_KNOWN) continue;
        if (str_find(str_fold(a, r->v[i].text), word) == SIZE_MAX) continue;
        return around(a, r->v[i].text, word);
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
