/*
 * base/ -- words that everyone speaks: arena, text, errors, JSON, time, identity.
 * Called by: every room. Never: knows SQL, HTTP, or any record.
 */
#ifndef KANAME_BASE_H
#define KANAME_BASE_H

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define UNUSED(x) ((void)(x))

/* ---- Arena: one per request, command or job; nobody else frees ------------------------------------------ */

typedef struct ArenaChunk ArenaChunk;
typedef struct ArenaDefer ArenaDefer;

/* Memory that lives until reset. `limit` is the ceiling in bytes. When the ceiling is reached or the system has no
 * memory left, allocation does not return: it unwinds to the nearest ARENA_TRY of this arena (see below); without
 * one the process says so and ends. So callers never test for NULL. */
typedef struct Arena {
    ArenaChunk *chunk;
    ArenaDefer *defers;
    size_t used, limit;
    jmp_buf *rescue;
} Arena;

void arena_init(Arena *a, size_t limit);
void arena_reset(Arena *a); /* runs the deferred calls (latest first), forgets everything, keeps one chunk */
void arena_done(Arena *a);  /* reset, and gives the memory back */
void *arena_alloc(Arena *a, size_t size); /* zeroed, aligned for any type; size 0 gives a valid pointer */
void *arena_grow(Arena *a, void *old, size_t old_size, size_t new_size); /* old content kept, rest zeroed */
void *arena_raw(Arena *a, size_t size); /* as arena_alloc, but not zeroed: for what is written whole */
/* Room for more: the same place when nothing was taken since and its chunk has the room, else a new one with the first `used` bytes. Not zeroed. */
void *arena_stretch(Arena *a, void *old, size_t used, size_t old_size, size_t new_size);
/* Calls fn(arg) at reset: for handles of other libraries (json_t, FILE, BIO). Runs also after unwinding. */
void arena_defer(Arena *a, void (*fn)(void *), void *arg);

#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc_array((a), sizeof(T), (n)))
void *arena_alloc_array(Arena *a, size_t size, size_t n);

/* Memory of libevent and jansson. Without memory the one crashes, the other takes a text for shorter than it is: so the process says so and ends. */
void *memory_get(size_t size);
void *memory_grow(void *old, size_t size);
void memory_give_back(void *p);

/* if (ARENA_TRY(a, buf)) { work } else { no memory: everything since is void; roll back, answer ERR_FULL }
 * Call arena_end_try() when the work is done. Locals changed inside must be volatile or not used after failure. */
#define ARENA_TRY(a, buf) ((a)->rescue = &(buf), setjmp(buf) == 0)
static inline void arena_end_try(Arena *a)
{
    a->rescue = NULL;
}

/* ---- Text: carries its length, is UTF-8, is never changed in place -------------------------------------- */

typedef struct Str {
    const char *s;
    size_t n;
} Str;

#define STR(literal) ((Str){(literal), sizeof(literal) - 1})
#define STR_ARG(str) (int)(str).n, ((str).n ? (str).s : "") /* for "%.*s" */

Str str_of(const char *c);                      /* NULL gives the empty text; borrows */
Str str_copy(Arena *a, Str s);                  /* copy, followed by a NUL */
const char *str_c(Arena *a, Str s);             /* NUL-terminated copy */
Str str_printf(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str str_join(Arena *a, Str left, Str middle, Str right);
bool str_eq(Str a, Str b);
bool str_eqc(Str a, const char *c);
bool str_eq_nocase(Str a, Str b); /* ASCII letters only */
int str_cmp(Str a, Str b);        /* by bytes, as COLLATE "C" */
bool str_starts(Str s, Str head);
bool str_ends(Str s, Str tail);
size_t str_find(Str s, Str part); /* SIZE_MAX when absent */
Str str_slice(Str s, size_t from, size_t to);
Str str_trim(Str s);                       /* ASCII blanks and U+3000 at both ends */
bool str_cut(Str *rest, char at, Str *head); /* head up to `at`, rest after it; false when rest was empty */
bool str_int(Str s, int64_t *out);         /* decimal digits with optional '-', nothing else; false on overflow */
bool str_is_utf8(Str s);                   /* well formed, no surrogates, no NUL */
size_t str_chars(Str s);                   /* code points of well-formed UTF-8 */
Str str_nfkc(Arena *a, Str s);             /* NFKC, for what people typed; invalid UTF-8 returned as it is */
Str str_fold(Arena *a, Str s);             /* NFKC + case fold: for uniqueness and search */
double str_lines(Str s, double width);     /* how many lines it takes in a cell so many letters wide, where a letter beyond ASCII is as wide as two */
bool str_has_control(Str s, bool newlines); /* C0 but tab (and LF when newlines), DEL, bidi overrides, zero width */

/* A growing text in an arena, always followed by a NUL. */
typedef struct Buf {
    Arena *a;
    char *s;
    size_t n, cap;
} Buf;

void buf_init(Buf *b, Arena *a, size_t expected);
char *buf_room(Buf *b, size_t more); /* where `more` bytes may be written; then buf_grew */
void buf_add(Buf *b, Str s);
void buf_addc(Buf *b, const char *c);
void buf_byte(Buf *b, char c);
void buf_int(Buf *b, int64_t v);
void buf_printf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void buf_grew(Buf *b, size_t n)
{
    b->n += n;
    b->s[b->n] = '\0';
}
static inline Str buf_str(const Buf *b)
{
    return (Str){b->s, b->n};
}

/* ---- Two languages --------------------------------------------------------------------------------------- */

typedef enum { JA, EN, LANGS } Lang;

typedef struct Text {
    Str in[LANGS];
} Text;

/* A literal pair for const tables. */
#define TEXT(ja, en) {{{(ja), sizeof(ja) - 1}, {(en), sizeof(en) - 1}}}
/* A pair with {0} … {9} replaced by the arguments, which are Str: text_fill(a, "{0}行目", "row {0}", 1, (Str[]){n}). */
Text text_fill(Arena *a, const char *ja, const char *en, size_t n, const Str *args);
#define TEXT_FILL(a, ja, en, ...)                                                                                  \
    text_fill((a), (ja), (en), sizeof((Str[]){__VA_ARGS__}) / sizeof(Str), (Str[]){__VA_ARGS__})
Text text_of(const char *ja, const char *en); /* borrows */
static inline Str text_in(Text t, Lang lang)
{
    return t.in[lang];
}

/* ---- Errors are values ----------------------------------------------------------------------------------- */

typedef enum {
    OK,
    ERR_INVALID,      /* 400 the request or file cannot be understood */
    ERR_MISTAKES,     /* 422 understood, but with the mistakes listed */
    ERR_LOGIN,        /* 401 */
    ERR_CODE,         /* 401 the second factor is missing */
    ERR_FORBIDDEN,    /* 403 only where the caller may know that the thing exists */
    ERR_NOT_FOUND,    /* 404 also when it may not be seen */
    ERR_METHOD,       /* 405 */
    ERR_CONFLICT,     /* 409 state does not allow it */
    ERR_STALE,        /* 412 somebody saved before */
    ERR_TOO_LARGE,    /* 413 */
    ERR_TYPE,         /* 415 */
    ERR_NEED_VERSION, /* 428 If-Match missing */
    ERR_REPLAYED,     /* 422 Idempotency-Key used for another request */
    ERR_LIMIT,        /* 429 too many tries */
    ERR_BROKEN,       /* 500 our fault or the database's */
    ERR_BUSY,         /* 503 try again */
    ERR_FULL,         /* 507 no memory or disk left */
    ERR_KINDS
} ErrKind;

typedef struct ErrRow {
    int status, exit; /* HTTP status; exit code of commands */
    const char *slug; /* problem type, after "urn:kaname:" */
    Text title;
} ErrRow;
extern const ErrRow err_rows[ERR_KINDS];

/* One mistake: where (JSON pointer as "risks/3/impact", or "資産!C12" for a cell), what kind, and the sentence. */
typedef struct Mistake {
    Str path;
    const char *code; /* "required", "unknown_field", "type", "range", "length", "choice", "unique", "reference", … */
    Text text;
    Str value; /* what was found there, where the caller cannot know: a cell */
} Mistake;

typedef struct Mistakes {
    Arena *a;
    Mistake *list;
    size_t n, cap;
    size_t more; /* further ones that were not kept (ceiling MISTAKES_MAX) */
} Mistakes;
enum { MISTAKES_MAX = 500 };

void mistakes_init(Mistakes *m, Arena *a);
void mistake_add(Mistakes *m, Str path, const char *code, Text text);
void mistakes_besides(Mistakes *m, const Mistakes *more); /* those whose path was not named before: what could not be read is not missing as well */

typedef struct Err {
    ErrKind kind;
    Text text;              /* one sentence: what, why, how to go on; empty: the row's title */
    const Mistakes *mistakes; /* with ERR_MISTAKES */
} Err;

#define ERR_NONE ((Err){OK})
Err err_of(ErrKind kind);
Err err_text(ErrKind kind, Text text);
Err err_mistakes(const Mistakes *m); /* OK when there is none */
#define TRY(call)                                                                                                  \
    do {                                                                                                           \
        Err try_err_ = (call);                                                                                     \
        if (try_err_.kind) return try_err_;                                                                        \
    } while (0)

/* Names the nearest of the valid words. */
Text not_a_word(Arena *a, Str word, const Str *valid, size_t n);

/* ---- Files ------------------------------------------------------------------------------------------------ */

/* A file of a directory, fewer than `max` bytes. */
Err file_read(Arena *a, Str dir, Str name, size_t max, Str *out);
Err fd_write(int fd, Str s); /* all of it; ERR_FULL */

/* ---- JSON out: straight into a Buf ----------------------------------------------------------------------- */

typedef struct JsonOut {
    Buf *b;
    bool comma;
} JsonOut;

void json_open(JsonOut *j, char bracket);  /* '{' or '[' */
void json_close(JsonOut *j, char bracket); /* '}' or ']' */
void json_key(JsonOut *j, Str key);
void json_str(JsonOut *j, Str s); /* must be UTF-8; bad bytes become U+FFFD */
void json_int(JsonOut *j, int64_t v);
void json_bool(JsonOut *j, bool v);
void json_none(JsonOut *j); /* null */
void json_number(JsonOut *j, double v); /* the shortest digits that read back as v; null when it is not finite */
void json_raw(JsonOut *j, Str json); /* already JSON */
void json_text(JsonOut *j, Text t);  /* {"ja":…,"en":…} */
#define json_kstr(j, key, v) (json_key((j), STR(key)), json_str((j), (v)))
#define json_kint(j, key, v) (json_key((j), STR(key)), json_int((j), (v)))
#define json_kbool(j, key, v) (json_key((j), STR(key)), json_bool((j), (v)))

/* ---- JSON in (jansson behind limits) --------------------------------------------------------------------- */

struct json_t;
enum { JSON_DEPTH_MAX = 64 };
/* Reads one JSON text: at most `max` bytes and JSON_DEPTH_MAX deep, no duplicate keys, UTF-8, no NUL. The tree is
 * freed with the arena. Errors: ERR_TOO_LARGE; ERR_INVALID with line, column and what is wrong. */
Err json_in(Arena *a, Str bytes, size_t max, struct json_t **out);
struct json_t *json_keep(Arena *a, struct json_t *tree); /* a tree made here: freed with the arena */
void json_value(JsonOut *j, const struct json_t *v); /* a tree out again */
Str json_str_of(const struct json_t *v); /* text of a string node, else empty; borrows from the tree */

/* ---- Time ------------------------------------------------------------------------------------------------- */

typedef int64_t Instant; /* milliseconds since 1970-01-01T00:00:00Z */
typedef int32_t Day;     /* civil day: days since 1970-01-01 */
#define DAY_NONE INT32_MIN

Instant now_utc(void);         /* wall clock; honours KANAME_NOW in test builds only through faketime */
int64_t now_monotonic_ms(void);
Day day_of(int year, int month, int day); /* DAY_NONE when there is no such day; years 1800 to 2999 */
void day_split(Day d, int *year, int *month, int *day);
Day day_add_months(Day d, int months); /* the same day of that month, or its last; DAY_NONE beyond the years of day_of */
int day_weekday(Day d);        /* 0 Sunday … 6 Saturday */
Day day_in_japan(Instant t);   /* JST is UTC+9, always */
Instant day_begin_in_japan(Day d); /* its first millisecond */
int fiscal_year(Day d);        /* April to March: 2027-03-31 is 2026 */
Str instant_text(Arena *a, Instant t); /* 2026-11-20T05:24:00.000Z */
bool instant_parse(Str s, Instant *out); /* RFC 3339, offset required; leap second refused */
Str day_text(Arena *a, Day d);         /* 2026-11-20 */
bool day_parse(Str s, Day *out);       /* 2026-11-20 exactly */
/* What people write: 2026-11-20, 2026/11/20, 20261120, 2026年11月20日, 令和8年11月20日, R8.11.20, 令和元年…, 平成, 昭和, full width.
 * An era date outside its era is refused. */
bool day_parse_people(Arena *a, Str s, Day *out);
Text day_people(Arena *a, Day d); /* 2026年11月20日（金）・令和8年 / 20 Nov 2026 (Fri) */

/* ---- Identity and secrets --------------------------------------------------------------------------------- */

typedef struct Id {
    uint8_t b[16];
} Id; /* all zero: none */

void random_bytes(void *out, size_t n);
Id id_new(void); /* UUID version 4: the one that leaves the process */
Str id_text(Arena *a, Id id);
void id_write(Id id, char out[36]);
void json_id(JsonOut *j, Id id);
#define json_kid(j, key, v) (json_key((j), STR(key)), json_id((j), (v)))
bool id_parse(Str s, Id *out); /* lower-case canonical form only */
bool id_eq(Id a, Id b);
bool id_none(Id id);
Str hex_text(Arena *a, const void *bytes, size_t n);
bool hex_parse(Str s, void *out, size_t n);
Str base64_text(Arena *a, const void *bytes, size_t n);    /* standard, padded */
Str base64url_text(Arena *a, const void *bytes, size_t n); /* URL-safe, no padding */
bool base64_parse(Arena *a, Str s, Str *out);              /* canonical only */

/* ---- Japanese search: overlapping two-character grams ------------------------------------------------------ */

/* The grams of a folded text, in order, joined by blanks. Each gram is one word of hexadecimal code points ("96fb_529b"),
 * so that every database's plain word index can keep them. A run of one character gives that character alone. With
 * `query` the one-character case ends with '*' (prefix). Runs are split at blanks and punctuation. */
Str grams_of(Arena *a, Str text, bool query);

#endif
