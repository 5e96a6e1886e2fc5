/*
 * receipt.c -- proof of one event for somebody who has only the verifier key: the event in clear, the leaf, the path to a signed
 * head. Text, each line exact (docs/history.md); the second half is c2sp.org/tlog-proof@v1.
 */
#include "history/inside.h"

static const char HEAD[] = "kaname receipt 1\n", PROOF[] = "c2sp.org/tlog-proof@v1\n";

static Err not_found(void)
{
    return err_text(ERR_NOT_FOUND, text_of("受領証を作れる履歴がありません。", "There is no history for a receipt."));
}

static bool may_show(const Resource *res, const bool *readable, Str name)
{
    int f = field_find(res->fields, res->fields_n, name);
    return f >= 0 && (!readable || readable[f]);
}

/* "field name salt value" in clear, "hash HEX-in-base64" for what is hidden or was disposed of. */
static Err fields_out(Db *db, Arena *a, int64_t org, int64_t leaf, const Resource *res, const bool *readable, const Version *v, Buf *b)
{
    MerkleHash *hash;
    Salted *list;
    size_t n;
    int64_t disposed = 0;
    bool bad;
    TRY(version_hashes(db, a, org, leaf, v->doc, v->salts, &hash, &n, &disposed, &bad));
    if (bad || !salts_read(a, v->salts, &list, &n)) return err_of(ERR_BROKEN);
    for (size_t i = 0; i < n; i++) {
        if (salt_gone(list[i].salt) || !may_show(res, readable, list[i].name)) {
            buf_printf(b, "hash %.*s\n", STR_ARG(base64_text(a, hash[i].b, MERKLE_HASH)));
            continue;
        }
        Str value = NO_VALUE;
        size_t from;
        doc_member(v->doc, list[i].name, &value, &from);
        buf_printf(b, "field %.*s %.*s %.*s\n", STR_ARG(list[i].name), STR_ARG(base64_text(a, list[i].salt, SALT)),
            STR_ARG(base64_text(a, value.s, value.n)));
    }
    return ERR_NONE;
}

static Err event_out(Db *db, Arena *a, int64_t org, int64_t index, const Leaf *l, const Resource *res, const bool *readable, Buf *b)
{
    if (!l->fields_n) return ERR_NONE;
    if (!res) { /* nothing is shown: a leaf without its fields still proves that the event was there */
        buf_addc(b, "hidden\n");
        return ERR_NONE;
    }
    Record *r;
    Version v;
    TRY(record_get(db, a, res, org, l->object, false, &r));
    TRY(version_get(db, a, res, r->row, (int64_t)l->object_version, &v));
    if (v.leaf != index) return err_of(ERR_BROKEN);
    return fields_out(db, a, org, index, res, readable, &v, b);
}

Err history_receipt(Db *db, Arena *a, int64_t org, int64_t leaf, const Resource *res, const bool *readable, Str *out)
{
    LogRow log;
    bool found;
    Str bytes;
    Leaf l;
    MerkleProof *p = arena_new(a, MerkleProof);
    TRY(log_load(db, a, org, false, &log, &found));
    if (!found || leaf < 0 || (uint64_t)leaf >= log.signed_size) return not_found();
    TRY(leaf_load(db, a, org, leaf, &bytes));
    if (!leaf_read(bytes, &l)) return err_of(ERR_BROKEN);
    Buf b;
    buf_init(&b, a, 2048);
    buf_addc(&b, HEAD);
    buf_printf(&b, "leaf %.*s\n", STR_ARG(base64_text(a, bytes.s, bytes.n)));
    TRY(event_out(db, a, org, leaf, &l, res, readable, &b));
    NodeSource nodes = {.db = db, .org = org};
    if (!merkle_inclusion((uint64_t)leaf, log.signed_size, node_read, &nodes, p)) return nodes.err.kind ? nodes.err : err_of(ERR_BROKEN);
    buf_printf(&b, "\n%sindex %lld\n", PROOF, (long long)leaf);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(&b, "%.*s\n", STR_ARG(base64_text(a, p->hash[i].b, MERKLE_HASH)));
    buf_printf(&b, "\n%.*s", STR_ARG(log.note));
    *out = buf_str(&b);
    return ERR_NONE;
}

/* --- verification ----------------------------------------------------------------------------------------- */

static Err refuse(const char *ja, const char *en)
{
    return err_text(ERR_INVALID, text_of(ja, en));
}

static bool word(Str *line, const char *expected)
{
    Str w = str_of(expected);
    if (!str_starts(*line, w)) return false;
    *line = str_slice(*line, w.n, line->n);
    return true;
}

static bool field_line(Arena *a, Str line, MerkleHash *out)
{
    Str raw, name, salt, value;
    if (word(&line, "hash ")) {
        if (!base64_parse(a, line, &raw) || raw.n != MERKLE_HASH) return false;
        memcpy(out->b, raw.s, MERKLE_HASH);
        return true;
    }
    if (!word(&line, "field ") || !str_cut(&line, ' ', &name) || !str_cut(&line, ' ', &salt)) return false;
    if (!base64_parse(a, salt, &raw) || raw.n != SALT || !base64_parse(a, line, &value) || !str_is_utf8(value)) return false;
    *out = field_hash((const uint8_t *)raw.s, name, value);
    return true;
}

/* All lines until the empty one. */
static bool event_check(Arena *a, Str *rest, const Leaf *l)
{
    MerkleHash *hash = arena_array(a, MerkleHash, rest->n / 40 + 2);
    size_t n = 0, most = rest->n / 40 + 1;
    Str line;
    bool hidden = l->fields_n && word(rest, "hidden\n");
    while (str_cut(rest, '\n', &line) && line.n)
        if (hidden || n == most || !field_line(a, line, &hash[n++])) return false;
    if (hidden) return true;
    if (n != l->fields_n) return false;
    MerkleHash none = {{0}}, root = n ? fields_root(hash, n) : none;
    return merkle_equal(&root, &l->fields_root);
}

static bool proof_read(Arena *a, Str *rest, uint64_t *index, MerkleProof *p)
{
    Str line, raw;
    p->n = 0;
    if (!word(rest, PROOF) || !str_cut(rest, '\n', &line) || !word(&line, "index ") || !uint_parse(line, index)) return false;
    while (str_cut(rest, '\n', &line) && line.n) {
        if (p->n == MERKLE_LEVELS || !base64_parse(a, line, &raw) || raw.n != MERKLE_HASH) return false;
        memcpy(p->hash[p->n++].b, raw.s, MERKLE_HASH);
    }
    return true;
}

Err receipt_verify(Arena *a, Str receipt, Str verifier_key)
{
    SignKey key;
    Leaf l;
    Str rest = receipt, line, bytes, origin;
    MerkleProof *p = arena_new(a, MerkleProof);
    MerkleHash root;
    uint64_t index, size;
    if (!key_public_parse(a, str_trim(verifier_key), &key)) return refuse("検証鍵の形が正しくありません。", "The verifier key is not valid.");
    if (receipt.n > (16 << 20) || !word(&rest, HEAD) || !str_cut(&rest, '\n', &line) || !word(&line, "leaf ") || !base64_parse(a, line, &bytes))
        return refuse("受領証の形が正しくありません。", "This is not a receipt.");
    if (!leaf_read(bytes, &l)) return refuse("葉の形が正しくありません。", "The leaf is not valid.");
    if (!event_check(a, &rest, &l)) return refuse("項目の値が葉と合いません。", "The fields do not match the leaf.");
    if (!proof_read(a, &rest, &index, p)) return refuse("証明の形が正しくありません。", "The proof is not valid.");
    if (!note_open(a, &key, rest, &origin, &size, &root)) return refuse("署名が正しくありません。", "The signature does not hold.");
    if (!str_starts(origin, key.name) || l.sequence != index) return refuse("履歴の名前か番号が合いません。", "Log name or index do not match.");
    MerkleHash hash = merkle_leaf(bytes);
    if (!merkle_check_inclusion(index, size, &hash, p, &root)) return refuse("証明が署名と合いません。", "The proof does not lead to the signed head.");
    return ERR_NONE;
}
