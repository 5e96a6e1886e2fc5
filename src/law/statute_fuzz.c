/*
 * statute_fuzz.c -- any bytes as the XML of a law. Whatever is read has its parts within one another and within the text, every part is found by the numbers that it
 * says of itself or by others of the same numbers before it, and words of a part are found in it.
 */
#include "law/statute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void part_look(Arena *a, const Statute *t, size_t i)
{
    const StatutePart *p = &t->list[i], *up = &t->list[p->up];
    Buf b;
    json_t *at;
    if (p->from > p->to || p->to > t->text.n || p->end <= i || p->end > t->n || (i && (p->up >= i || p->end > up->end || p->from < up->from || p->to > up->to))) __builtin_trap();
    buf_init(&b, a, 128);
    JsonOut j = {&b, false};
    statute_at(&j, t, (int64_t)i);
    if (!json_in(a, buf_str(&b), 1 << 20, &at).kind) (void)statute_place(a, t, at);
    Str words = statute_words(t, (int64_t)i), now;
    Pieces pieces = statute_pieces(a, str_slice(words, 0, words.n < 60 ? words.n : 60));
    if (words.n < 60 && str_is_utf8(words) && pieces.n == 1 && !numeral_stands(pieces.list[0], 0) && !statute_has(t, (int64_t)i, &pieces)) __builtin_trap();
    if (pieces.n) (void)statute_near(a, t, (int64_t)i, &pieces, &now);
}

static void look(Arena *a, Str bytes)
{
    Statute *t;
    int64_t found[2];
    Err e = law_statute(a, bytes, &t);
    if (e.kind && !e.text.in[JA].n && e.kind != ERR_TOO_LARGE && e.kind != ERR_FULL) __builtin_trap();
    if (e.kind) return;
    if (!str_is_utf8(t->text)) __builtin_trap();
    for (size_t i = 0; i < t->n && i < 40; i++) part_look(a, t, i);
    Pieces p = statute_pieces(a, STR("二時間 三万…以上"));
    (void)statute_find(t, &p, found, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    jmp_buf full;
    arena_init(&a, 64 << 20);
    if (ARENA_TRY(&a, full)) look(&a, (Str){(const char *)data, size});
    arena_done(&a);
    return 0;
}
