/* merkle_test.c -- the vectors known from RFC 6962 implementations, and every proof of every size up to 130. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "merkle/merkle.h"

enum { MOST = 130 };

static Arena arena;

static const Str standard[8] = {{"", 0}, {"\0", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8}, {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16}};
static const char *const standard_root[9] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void known_roots(void **state)
{
    UNUSED(state);
    MerkleFrontier f = {0};
    for (size_t n = 0; n <= 8; n++) {
        MerkleHash root = merkle_root(&f);
        assert_true(str_eqc(hex_text(&arena, root.b, 32), standard_root[n]));
        MerkleHash leaf = merkle_leaf(n < 8 ? standard[n] : STR("more"));
        merkle_append(&f, &leaf, NULL);
    }
}

typedef struct Forest {
    MerkleHash node[9][MOST + 2];
    MerkleHash root[MOST + 1];
} Forest;

static bool read_forest(void *context, unsigned level, uint64_t index, MerkleHash *out)
{
    Forest *f = context;
    assert_true(level < 9 && (index + 1) << level <= MOST);
    *out = f->node[level][index];
    return true;
}

static Forest *grow(void)
{
    Forest *t = arena_new(&arena, Forest);
    MerkleFrontier f = {0};
    t->root[0] = merkle_root(&f);
    for (uint64_t i = 0; i < MOST; i++) {
        MerkleNode done[MERKLE_LEVELS];
        t->node[0][i] = merkle_leaf((Str){(const char *)&i, sizeof i});
        size_t n = merkle_append(&f, &t->node[0][i], done);
        for (size_t k = 0; k < n; k++)
            t->node[done[k].level][done[k].index] = done[k].hash;
        t->root[i + 1] = merkle_root(&f);
        MerkleFrontier again;
        assert_true(merkle_unpack(merkle_pack(&arena, &f), &again));
        assert_memory_equal(&again, &f, sizeof f.size);
        MerkleHash same = merkle_root(&again);
        assert_true(merkle_equal(&same, &t->root[i + 1]));
        f = again;
    }
    return t;
}

/* A second definition of the root, straight from the text of the RFC. */
static MerkleHash plain_root(const MerkleHash *leaf, size_t n)
{
    if (n == 0) return merkle_empty();
    if (n == 1) return leaf[0];
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    MerkleHash left = plain_root(leaf, k), right = plain_root(leaf + k, n - k);
    return merkle_node(&left, &right);
}

static void spoil_inclusion(uint64_t i, uint64_t n, const MerkleHash *leaf, MerkleProof *p, const MerkleHash *root)
{
    for (size_t k = 0; k < p->n; k++) {
        p->hash[k].b[k % 32] ^= 1;
        assert_false(merkle_check_inclusion(i, n, leaf, p, root));
        p->hash[k].b[k % 32] ^= 1;
    }
    p->hash[p->n++] = *root;
    assert_false(merkle_check_inclusion(i, n, leaf, p, root));
    p->n--;
    if (p->n) {
        p->n--;
        assert_false(merkle_check_inclusion(i, n, leaf, p, root));
        p->n++;
    }
    assert_false(merkle_check_inclusion(n, n, leaf, p, root));
    if (i > 0) assert_false(merkle_check_inclusion(i - 1, n, leaf, p, root));
}

static void every_inclusion(void **state)
{
    UNUSED(state);
    Forest *t = grow();
    for (uint64_t n = 0; n <= MOST; n++) {
        MerkleHash plain = plain_root(t->node[0], n), root;
        assert_true(merkle_root_at(n, read_forest, t, &root));
        assert_true(merkle_equal(&plain, &root) && merkle_equal(&root, &t->root[n]));
        MerkleProof p;
        for (uint64_t i = 0; i < n; i++) {
            assert_true(merkle_inclusion(i, n, read_forest, t, &p));
            assert_true(merkle_check_inclusion(i, n, &t->node[0][i], &p, &root));
            spoil_inclusion(i, n, &t->node[0][i], &p, &root);
        }
        assert_false(merkle_inclusion(n, n, read_forest, t, &p));
    }
}

static void every_consistency(void **state)
{
    UNUSED(state);
    Forest *t = grow();
    MerkleProof p;
    for (uint64_t n = 1; n <= MOST; n++)
        for (uint64_t m = 1; m <= n; m++) {
            assert_true(merkle_consistency(m, n, read_forest, t, &p));
            assert_true(merkle_check_consistency(m, n, &t->root[m], &t->root[n], &p));
            for (size_t k = 0; k < p.n; k++) {
                p.hash[k].b[31 - k % 32] ^= 0x80;
                assert_false(merkle_check_consistency(m, n, &t->root[m], &t->root[n], &p));
                p.hash[k].b[31 - k % 32] ^= 0x80;
            }
            p.hash[p.n++] = t->root[m];
            assert_false(merkle_check_consistency(m, n, &t->root[m], &t->root[n], &p));
            p.n--;
            assert_false(merkle_check_consistency(m, n, &t->root[m - 1], &t->root[n], &p));
            if (m < n) assert_false(merkle_check_consistency(m, n, &t->root[n], &t->root[n], &p));
        }
}

static void broken_frontier(void **state)
{
    UNUSED(state);
    MerkleFrontier f = {0}, g;
    for (int i = 0; i < 7; i++) {
        MerkleHash leaf = merkle_leaf(STR("x"));
        merkle_append(&f, &leaf, NULL);
    }
    Str packed = merkle_pack(&arena, &f);
    for (size_t n = 0; n < packed.n; n++)
        assert_false(merkle_unpack(str_slice(packed, 0, n), &g));
    assert_false(merkle_unpack(str_join(&arena, packed, STR("x"), (Str){0}), &g));
    assert_true(merkle_unpack(packed, &g));
}

int main(void)
{
    arena_init(&arena, 64 << 20);
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_roots), cmocka_unit_test(every_inclusion),
        cmocka_unit_test(every_consistency), cmocka_unit_test(broken_frontier)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
