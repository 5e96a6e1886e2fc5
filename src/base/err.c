/* err.c -- errors as values; one row per kind gives HTTP status, exit code and title. Texts in two languages. */
#include "base/base.h"

const ErrRow err_rows[ERR_KINDS] = {
    [OK] = {200, 0, "ok", TEXT("完了", "Done")},
    [ERR_INVALID] = {400, 2, "invalid", TEXT("要求を理解できません", "The request cannot be understood")},
    [ERR_MISTAKES] = {422, 2, "mistakes", TEXT("直すところがあります", "There are mistakes to mend")},
    [ERR_LOGIN] = {401, 4, "login", TEXT("ログインしてください", "Log in first")},
    [ERR_CODE] = {401, 4, "code_required", TEXT("認証コードが要ります", "A code is required")},
    [ERR_FORBIDDEN] = {403, 4, "forbidden", TEXT("権限がありません", "You may not do this")},
    [ERR_NOT_FOUND] = {404, 3, "not-found", TEXT("見つかりません", "Not found")},
    [ERR_METHOD] = {405, 2, "method", TEXT("この操作はできません", "This cannot be done here")},
    [ERR_CONFLICT] = {409, 5, "conflict", TEXT("いまの状態ではできません", "The present state does not allow it")},
    [ERR_STALE] = {412, 5, "stale", TEXT("ほかの人が先に保存しました", "Somebody saved before you")},
    [ERR_TOO_LARGE] = {413, 2, "too-large", TEXT("大きすぎます", "Too large")},
    [ERR_TYPE] = {415, 2, "type", TEXT("この形式は受け取れません", "This type is not accepted")},
    [ERR_NEED_VERSION] = {428, 2, "need-version", TEXT("版の指定がありません", "The version is missing")},
    [ERR_REPLAYED] = {422, 5, "replayed", TEXT("同じキーで別の要求です", "The key was used for another request")},
    [ERR_LIMIT] = {429, 4, "limit", TEXT("回数の上限です", "Too many tries")},
    [ERR_BROKEN] = {500, 70, "broken", TEXT("サーバーの障害です", "The server failed")},
    [ERR_BUSY] = {503, 75, "busy", TEXT("混み合っています", "Busy")},
    [ERR_FULL] = {507, 74, "full", TEXT("容量が足りません", "Out of space")},
};

Err err_of(ErrKind kind)
{
    return (Err){.kind = kind, .text = err_rows[kind].title};
}

Err err_text(ErrKind kind, Text text)
{
    return (Err){.kind = kind, .text = text};
}

Err err_mistakes(const Mistakes *m)
{
    if (!m->n) return ERR_NONE;
    /* Callers collect in a local variable; the error outlives it. */
    Mistakes *kept = arena_new(m->a, Mistakes);
    *kept = *m;
    return (Err){.kind = ERR_MISTAKES, .text = err_rows[ERR_MISTAKES].title, .mistakes = kept};
}

void mistakes_init(Mistakes *m, Arena *a)
{
    *m = (Mistakes){.a = a};
}

void mistake_add(Mistakes *m, Str path, const char *code, Text text)
{
    if (m->n == MISTAKES_MAX) {
        m->more++;
        return;
    }
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 8;
        m->list = arena_grow(m->a, m->list, m->n * sizeof(Mistake), cap * sizeof(Mistake));
        m->cap = cap;
    }
    m->list[m->n++] = (Mistake){.path = str_copy(m->a, path), .code = code, .text = text};
}

static bool named(const Mistakes *m, size_t n, Str path)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(m->list[i].path, path)) return true;
    return false;
}

void mistakes_besides(Mistakes *m, const Mistakes *more)
{
    size_t before = m->n;
    for (size_t i = 0; i < more->n; i++)
        if (!named(m, before, more->list[i].path)) mistake_add(m, more->list[i].path, more->list[i].code, more->list[i].text);
}

static Str fill(Arena *a, const char *pattern, size_t n, const Str *args)
{
    Buf b;
    buf_init(&b, a, strlen(pattern) + 32);
    for (const char *p = pattern; *p; p++) {
        bool hole = p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}';
        if (!hole) {
            buf_byte(&b, *p);
            continue;
        }
        size_t i = (size_t)(p[1] - '0');
        assert(i < n);
        buf_add(&b, args[i]);
        p += 2;
    }
    return buf_str(&b);
}

Text text_fill(Arena *a, const char *ja, const char *en, size_t n, const Str *args)
{
    return (Text){{fill(a, ja, n, args), fill(a, en, n, args)}};
}

Text text_of(const char *ja, const char *en)
{
    return (Text){{str_of(ja), str_of(en)}};
}

/* --- a word that is none ---------------------------------------------------------------------------------------- */

static size_t distance(Str a, Str b)
{
    size_t row[65];
    if (a.n > 64 || b.n > 64) return 99;
    for (size_t k = 0; k <= b.n; k++) row[k] = k;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t change = diagonal + (a.s[i - 1] != b.s[k - 1]), less = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            diagonal = row[k];
            row[k] = change < less ? change : less;
        }
    }
    return row[b.n];
}

Text not_a_word(Arena *a, Str word, const Str *valid, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (distance(word, valid[i]) < distance(word, valid[best])) best = i;
    return TEXT_FILL(a, "「{0}」という語はありません。「{1}」ではありませんか。", "No such word: \"{0}\". Did you mean \"{1}\"?", word, valid[best]);
}
