/*
 * engine/merkle/ -- the hash tree of RFC 6962: leaves, roots, proofs and their checking. Pure: no clock, file or database.
 * Called by: history. Hashes of complete subtrees are addressed by (level, index): level 0 is a leaf.
 */
#ifndef KANAME_MERKLE_H
#define KANAME_MERKLE_H

#include "base/base.h"

enum { MERKLE_HASH = 32, MERKLE_LEVELS = 63, MERKLE_PROOF_MAX = 128, MERKLE_FRONTIER_MAX = 8 + MERKLE_LEVELS * MERKLE_HASH };

typedef struct MerkleHash {
    uint8_t b[MERKLE_HASH];
} MerkleHash;

typedef struct MerkleNode {
    unsigned level;
    uint64_t index;
    MerkleHash hash;
} MerkleNode;

/* The right edge of a tree: one complete subtree for each bit of `size`. Enough to append and to know the root. */
typedef struct MerkleFrontier {
    uint64_t size;
    MerkleHash at[MERKLE_LEVELS]; /* meaningful where the bit of size is set */
} MerkleFrontier;

typedef struct MerkleProof {
    MerkleHash hash[MERKLE_PROOF_MAX];
    size_t n;
} MerkleProof;

MerkleHash merkle_empty(void);
MerkleHash merkle_leaf(Str bytes);
MerkleHash merkle_node(const MerkleHash *left, const MerkleHash *right);
bool merkle_equal(const MerkleHash *a, const MerkleHash *b);

/* Appends; `done` (MERKLE_LEVELS long, may be NULL) receives the subtrees that this leaf completed, from level 1 up. */
size_t merkle_append(MerkleFrontier *f, const MerkleHash *leaf, MerkleNode *done);
MerkleHash merkle_root(const MerkleFrontier *f);
/* Size as eight bytes, then the hashes from the highest level down. */
Str merkle_pack(Arena *a, const MerkleFrontier *f);
bool merkle_unpack(Str bytes, MerkleFrontier *f);

/* Gives the hash of a complete subtree; false: it could not be read. */
typedef bool MerkleRead(void *context, unsigned level, uint64_t index, MerkleHash *out);

bool merkle_root_at(uint64_t size, MerkleRead *read, void *context, MerkleHash *out);
bool merkle_inclusion(uint64_t index, uint64_t size, MerkleRead *read, void *context, MerkleProof *out);   /* index < size */
bool merkle_consistency(uint64_t old, uint64_t size, MerkleRead *read, void *context, MerkleProof *out); /* 0 < old <= size */

/* Exact: a proof that is one hash too long or too short is refused. */
bool merkle_check_inclusion(uint64_t index, uint64_t size, const MerkleHash *leaf, const MerkleProof *p, const MerkleHash *root);
bool merkle_check_consistency(uint64_t old, uint64_t size, const MerkleHash *old_root, const MerkleHash *root, const MerkleProof *p);

#endif
