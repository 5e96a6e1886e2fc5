/*
 * arena.c -- memory of one request, command or job. The only file that calls malloc and free.
 * Chunks double in size; a request that grows beyond its ceiling unwinds to ARENA_TRY instead of returning NULL.
 */
#include "base/base.h"

#include <stdlib.h>
#include <unistd.h>

struct ArenaChunk {
    ArenaChunk *next;
    size_t size, used;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct ArenaDefer {
    ArenaDefer *next;
    void (*fn)(void *);
    void *arg;
};

enum { FIRST_CHUNK = 16 << 10, LARGEST_CHUNK = 1 << 20 };

void arena_init(Arena *a, size_t limit)
{
    *a = (Arena){.limit = limit};
}

static void run_defers(Arena *a)
{
    while (a->defers) {
        ArenaDefer *d = a->defers;
        a->defers = d->next;
        d->fn(d->arg);
    }
}

static void free_chunks(ArenaChunk *c)
{
    while (c) {
        ArenaChunk *next = c->next;
        free(c);
        c = next;
    }
}

void arena_reset(Arena *a)
{
    run_defers(a);
    a->used = 0;
    a->rescue = NULL;
    if (!a->chunk) return;
    free_chunks(a->chunk->next);
    a->chunk->next = NULL;
    if (a->chunk->size > LARGEST_CHUNK) { /* one large answer must not be kept for ever */
        free(a->chunk);
        a->chunk = NULL;
        return;
    }
    a->chunk->used = 0;
}

void arena_done(Arena *a)
{
    run_defers(a);
    free_chunks(a->chunk);
    *a = (Arena){0};
}

/* Nothing acknowledged is lost by this end. */
static _Noreturn void no_memory(void)
{
    fputs("kaname: out of memory\n", stderr);
    _exit(74);
}

static _Noreturn void arena_full(Arena *a)
{
    jmp_buf *rescue = a->rescue;
    if (!rescue) no_memory();
    a->rescue = NULL;
    longjmp(*rescue, 1);
}

static void add_chunk(Arena *a, size_t size)
{
    size_t wanted = a->chunk ? a->chunk->size * 2 : FIRST_CHUNK;
    if (wanted > LARGEST_CHUNK) wanted = LARGEST_CHUNK;
    if (wanted < size) wanted = size;
    ArenaChunk *c = malloc(sizeof *c + wanted);
    if (!c) arena_full(a);
    c->next = a->chunk;
    c->size = wanted;
    c->used = 0;
    a->chunk = c;
}

/* Places begin at multiples of the strictest alignment. */
static size_t place(size_t size)
{
    size_t align = _Alignof(max_align_t);
    return size ? (size + align - 1) / align * align : align;
}

void *arena_raw(Arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) arena_full(a);
    size = place(size);
    if (size > a->limit || a->used > a->limit - size) arena_full(a);
    if (!a->chunk || a->chunk->size - a->chunk->used < size) add_chunk(a, size);
    void *p = a->chunk->bytes + a->chunk->used;
    a->chunk->used += size;
    a->used += size;
    return p;
}

void *arena_alloc(Arena *a, size_t size)
{
    return memset(arena_raw(a, size), 0, size);
}

void *arena_alloc_array(Arena *a, size_t size, size_t n)
{
    if (size && n > SIZE_MAX / 2 / size) arena_full(a);
    return arena_alloc(a, size * n);
}

void *arena_grow(Arena *a, void *old, size_t old_size, size_t new_size)
{
    void *p = arena_alloc(a, new_size);
    if (old_size) memcpy(p, old, old_size < new_size ? old_size : new_size);
    return p;
}

/* The latest place of its chunk, and there is room behind it. */
static bool stretches(const Arena *a, const void *old, size_t old_size, size_t more)
{
    const ArenaChunk *c = a->chunk;
    if (!c || (const unsigned char *)old + place(old_size) != c->bytes + c->used) return false;
    return more <= c->size - c->used && a->used <= a->limit && more <= a->limit - a->used;
}

void *arena_stretch(Arena *a, void *old, size_t used, size_t old_size, size_t new_size)
{
    if (new_size <= SIZE_MAX / 2 && stretches(a, old, old_size, place(new_size) - place(old_size))) {
        a->chunk->used += place(new_size) - place(old_size);
        a->used += place(new_size) - place(old_size);
        return old;
    }
    void *p = arena_raw(a, new_size);
    return used ? memcpy(p, old, used) : p;
}

void arena_defer(Arena *a, void (*fn)(void *), void *arg)
{
    ArenaDefer *d = arena_new(a, ArenaDefer);
    *d = (ArenaDefer){a->defers, fn, arg};
    a->defers = d;
}

/* --- for libraries -------------------------------------------------------------------------------------------- */

void *memory_get(size_t size)
{
    void *p = malloc(size);
    if (!p && size) no_memory();
    return p;
}

void *memory_grow(void *old, size_t size)
{
    void *p = realloc(old, size);
    if (!p && size) no_memory();
    return p;
}

void memory_give_back(void *p)
{
    free(p);
}
