/* merkle.c -- the hash tree of RFC 6962. Checking follows RFC 9162, 2.1.3.2 and 2.1.4.2. */
#include "merkle/merkle.h"

#include <sodium.h>

MerkleHash merkle_empty(void)
{
    MerkleHash h;
    crypto_hash_sha256(h.b, (const unsigned char *)"", 0);
    return h;
}

MerkleHash merkle_leaf(Str bytes)
{
    MerkleHash h;
    crypto_hash_sha256_state st;
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const unsigned char *)"\0", 1);
    if (bytes.n) crypto_hash_sha256_update(&st, (const unsigned char *)bytes.s, bytes.n);
    crypto_hash_sha256_final(&st, h.b);
    return h;
}

MerkleHash merkle_node(const MerkleHash *left, const MerkleHash *right)
{
    MerkleHash h;
    uint8_t all[1 + 2 * MERKLE_HASH] = {1};
    memcpy(all + 1, left->b, MERKLE_HASH);
    memcpy(all + 1 + MERKLE_HASH, right->b, MERKLE_HASH);
    crypto_hash_sha256(h.b, all, sizeof all);
    return h;
}

bool merkle_equal(const MerkleHash *a, const MerkleHash *b)
{
    return memcmp(a->b, b->b, MERKLE_HASH) == 0;
}

size_t merkle_append(MerkleFrontier *f, const MerkleHash *leaf, MerkleNode *done)
{
    assert(f->size < (UINT64_C(1) << (MERKLE_LEVELS - 1)));
    MerkleHash h = *leaf;
    unsigned level = 0;
    for (; f->size >> level & 1; level++) {
        h = merkle_node(&f->at[level], &h);
        if (done) done[level] = (MerkleNode){level + 1, f->size >> (level + 1), h};
    }
    f->at[level] = h;
    f->size++;
    return level;
}

MerkleHash merkle_root(const MerkleFrontier *f)
{
    MerkleHash h = merkle_empty();
    bool any = false;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!(f->size >> level & 1)) continue;
        h = any ? merkle_node(&f->at[level], &h) : f->at[level];
        any = true;
    }
    return h;
}

Str merkle_pack(Arena *a, const MerkleFrontier *f)
{
    Buf b;
    buf_init(&b, a, 8 + 8 * MERKLE_HASH);
    for (int shift = 56; shift >= 0; shift -= 8)
        buf_byte(&b, (char)(f->size >> shift & 0xff));
    for (unsigned level = MERKLE_LEVELS; level-- > 0;)
        if (f->size >> level & 1) buf_add(&b, (Str){(const char *)f->at[level].b, MERKLE_HASH});
    return buf_str(&b);
}

bool merkle_unpack(Str bytes, MerkleFrontier *f)
{
    *f = (MerkleFrontier){0};
    if (bytes.n < 8) return false;
    for (int i = 0; i < 8; i++)
        f->size = f->size << 8 | (uint8_t)bytes.s[i];
    size_t at = 8;
    if (f->size >> (MERKLE_LEVELS - 1)) return false;
    for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
        if (!(f->size >> level & 1)) continue;
        if (bytes.n - at < MERKLE_HASH) return false;
        memcpy(f->at[level].b, bytes.s + at, MERKLE_HASH);
        at += MERKLE_HASH;
    }
    return at == bytes.n;
}

/* --- proofs --------------------------------------------------------------------------------------------- */

typedef struct Source {
    MerkleRead *read;
    void *context;
} Source;

static unsigned top_bit(uint64_t n)
{
    return 63 - (unsigned)__builtin_clzll(n);
}

/* Largest power of two smaller than n (n > 1), as an exponent. */
static unsigned split(uint64_t n)
{
    return top_bit(n - 1);
}

/* Root over leaves [from, from + n): `from` is a multiple of the subtree that holds them. */
static bool range_root(const Source *s, uint64_t from, uint64_t n, MerkleHash *out)
{
    unsigned top = top_bit(n);
    uint64_t whole = UINT64_C(1) << top;
    if (n == whole) return s->read(s->context, top, from >> top, out);
    MerkleHash left, right;
    if (!s->read(s->context, top, from >> top, &left) || !range_root(s, from + whole, n - whole, &right)) return false;
    *out = merkle_node(&left, &right);
    return true;
}

bool merkle_root_at(uint64_t size, MerkleRead *read, void *context, MerkleHash *out)
{
    Source s = {read, context};
    *out = merkle_empty();
    return size == 0 || range_root(&s, 0, size, out);
}

static bool push_range(const Source *s, uint64_t from, uint64_t n, MerkleProof *out)
{
    assert(out->n < MERKLE_PROOF_MAX);
    return range_root(s, from, n, &out->hash[out->n++]);
}

static bool inclusion(const Source *s, uint64_t from, uint64_t index, uint64_t n, MerkleProof *out)
{
    if (n == 1) return true;
    uint64_t k = UINT64_C(1) << split(n);
    if (index < k) return inclusion(s, from, index, k, out) && push_range(s, from + k, n - k, out);
    return inclusion(s, from + k, index - k, n - k, out) && push_range(s, from, k, out);
}

bool merkle_inclusion(uint64_t index, uint64_t size, MerkleRead *read, void *context, MerkleProof *out)
{
    Source s = {read, context};
    out->n = 0;
    return index < size && inclusion(&s, 0, index, size, out);
}

static bool consistency(const Source *s, uint64_t from, uint64_t old, uint64_t n, bool whole, MerkleProof *out)
{
    if (old == n) return whole || push_range(s, from, n, out);
    uint64_t k = UINT64_C(1) << split(n);
    if (old <= k) return consistency(s, from, old, k, whole, out) && push_range(s, from + k, n - k, out);
    return consistency(s, from + k, old - k, n - k, false, out) && push_range(s, from, k, out);
}

bool merkle_consistency(uint64_t old, uint64_t size, MerkleRead *read, void *context, MerkleProof *out)
{
    Source s = {read, context};
    out->n = 0;
    return old > 0 && old <= size && consistency(&s, 0, old, size, true, out);
}

/* --- checking ------------------------------------------------------------------------------------------- */

bool merkle_check_inclusion(uint64_t index, uint64_t size, const MerkleHash *leaf, const MerkleProof *p, const MerkleHash *root)
{
    if (index >= size) return false;
    uint64_t fn = index, sn = size - 1;
    MerkleHash r = *leaf;
    for (size_t i = 0; i < p->n; i++) {
        if (!sn) return false;
        if ((fn & 1) || fn == sn) {
            r = merkle_node(&p->hash[i], &r);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            r = merkle_node(&r, &p->hash[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && merkle_equal(&r, root);
}

bool merkle_check_consistency(uint64_t old, uint64_t size, const MerkleHash *old_root, const MerkleHash *root, const MerkleProof *p)
{
    if (old == 0 || old > size) return false;
    if (old == size) return p->n == 0 && merkle_equal(old_root, root);
    bool power = (old & (old - 1)) == 0;
    if (!power && p->n == 0) return false;
    size_t i = 0;
    MerkleHash fr = power ? *old_root : p->hash[i++];
    MerkleHash sr = fr;
    uint64_t fn = old - 1, sn = size - 1;
    while (fn & 1)
        fn >>= 1, sn >>= 1;
    for (; i < p->n; i++) {
        if (!sn) return false;
        if ((fn & 1) || fn == sn) {
            fr = merkle_node(&p->hash[i], &fr);
            sr = merkle_node(&p->hash[i], &sr);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            sr = merkle_node(&sr, &p->hash[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && merkle_equal(&fr, old_root) && merkle_equal(&sr, root);
}
