/* leaf.c -- the bytes of one leaf, format 1 (docs/history.md). Big-endian, lengths first, read back exactly. */
#include "history/inside.h"

enum { FORMAT = 1 };

static void put(Buf *b, uint64_t v, int bytes)
{
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        buf_byte(b, (char)(v >> shift & 0xff));
}

Str leaf_write(Arena *a, const Leaf *l)
{
    Buf b;
    buf_init(&b, a, 320 + l->detail.n);
    put(&b, FORMAT, 1);
    buf_add(&b, BYTES(l->org_id.b, 16));
    put(&b, l->sequence, 8);
    buf_add(&b, HASH_STR(l->previous));
    put(&b, (uint64_t)l->at, 8);
    put(&b, l->actor.n, 1);
    buf_add(&b, l->actor);
    put(&b, l->action.n, 1);
    buf_add(&b, l->action);
    buf_add(&b, BYTES(l->object.b, 16));
    put(&b, l->object_version, 8);
    buf_add(&b, HASH_STR(l->object_previous));
    put(&b, l->fields_n, 4);
    buf_add(&b, HASH_STR(l->fields_root));
    put(&b, l->marking, 1);
    buf_add(&b, BYTES(l->idempotency, 32));
    put(&b, l->detail.n, 2);
    buf_add(&b, l->detail);
    return buf_str(&b);
}

typedef struct In {
    Str rest;
    bool bad;
} In;

static Str take(In *in, size_t n)
{
    if (in->bad || in->rest.n < n) {
        in->bad = true;
        return (Str){0};
    }
    Str head = str_slice(in->rest, 0, n);
    in->rest = str_slice(in->rest, n, in->rest.n);
    return head;
}

static uint64_t take_int(In *in, size_t bytes)
{
    Str s = take(in, bytes);
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | (uint8_t)s.s[i];
    return v;
}

static void take_into(In *in, void *out, size_t n)
{
    Str s = take(in, n);
    if (s.n) memcpy(out, s.s, n);
}

bool leaf_read(Str bytes, Leaf *out)
{
    In in = {bytes, false};
    *out = (Leaf){0};
    if (take_int(&in, 1) != FORMAT) return false;
    take_into(&in, out->org_id.b, 16);
    out->sequence = take_int(&in, 8);
    take_into(&in, out->previous.b, 32);
    out->at = (Instant)take_int(&in, 8);
    out->actor = take(&in, take_int(&in, 1));
    out->action = take(&in, take_int(&in, 1));
    take_into(&in, out->object.b, 16);
    out->object_version = take_int(&in, 8);
    take_into(&in, out->object_previous.b, 32);
    out->fields_n = (uint32_t)take_int(&in, 4);
    take_into(&in, out->fields_root.b, 32);
    out->marking = (uint8_t)take_int(&in, 1);
    take_into(&in, out->idempotency, 32);
    out->detail = take(&in, take_int(&in, 2));
    return !in.bad && in.rest.n == 0 && str_is_utf8(out->actor) && str_is_utf8(out->action) && str_is_utf8(out->detail);
}
