/* sign.c -- texts that are not of the log signed by the same kind of keys: the manifest of a pack. */
#include "history/inside.h"

Err history_sign_text(Arena *a, Str key_path, Str body, Str *line, Str *verifier)
{
    SignKey k;
    TRY(key_open(a, key_path, true, &k));
    *line = text_sign(a, &k, body);
    *verifier = key_public_text(a, &k);
    return ERR_NONE;
}

static Err wrong_signature(Arena *a, Str name)
{
    return err_text(ERR_CONFLICT, TEXT_FILL(a, "鍵 {0} の署名が正しくありません。", "The signature of the key {0} is wrong.", name));
}

Err history_check_text(Arena *a, Str note, Str trusted, Str *body, Str *signers)
{
    size_t gap = str_find(note, STR("\n\n"));
    Buf b;
    Str line, rest = trusted;
    if (gap == SIZE_MAX || !str_is_utf8(note)) return err_text(ERR_INVALID, text_of("署名の形が正しくありません。", "The signatures are not well formed."));
    *body = str_slice(note, 0, gap + 1);
    buf_init(&b, a, 128);
    while (rest.n && str_cut(&rest, '\n', &line)) {
        SignKey k;
        line = str_trim(line);
        if (!line.n || line.s[0] == '#') continue;
        if (!key_public_parse(a, line, &k)) return err_text(ERR_INVALID, TEXT_FILL(a, "検証鍵ではありません: {0}", "This is no verifier key: {0}", line));
        int n = text_signed(a, &k, *body, str_slice(note, gap + 2, note.n));
        if (n < 0) return wrong_signature(a, k.name);
        if (n) buf_printf(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(k.name));
    }
    *signers = buf_str(&b);
    return b.n ? ERR_NONE : err_text(ERR_CONFLICT, text_of("信頼する鍵の署名がありません。", "None of the trusted keys signed it."));
}
