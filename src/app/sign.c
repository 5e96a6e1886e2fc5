/* sign.c -- kaname pack sign and verify: a manifest of a pack's files, signed by those who answer for it; no database. */
#include "app/app.h"

#include <jansson.h>
#include <unistd.h>

enum { SIGNED_MAX = 1 << 20 };
#define SIGNED_AS STR("kaname-pack/1")

static Str in_dir(Run *r, const char *name) { return str_join(r->a, r->o->words[1], STR("/"), str_of(name)); }
static bool is_there(Run *r, const char *name) { return access(str_c(r->a, in_dir(r, name)), F_OK) == 0; }

/* Three lines: what this is, which pack, the hash of manifest.json. */
static Err body_of(Run *r, Str manifest, Str *out)
{
    json_t *json;
    TRY(json_in(r->a, manifest, manifest.n + 1, &json));
    Str name = json_str_of(json_object_get(json, "name")), version = json_str_of(json_object_get(json, "version"));
    *out = str_printf(r->a, "%.*s\n%.*s %.*s\n%.*s\n", STR_ARG(SIGNED_AS), STR_ARG(name), STR_ARG(version), STR_ARG(manifest_hash(r->a, manifest)));
    return ERR_NONE;
}

static Err manifest_now(Run *r, Str *out)
{
    Str text;
    json_t *json;
    TRY(file_read(r->a, r->o->words[1], STR("pack.json"), SIGNED_MAX, &text));
    TRY(json_in(r->a, text, SIGNED_MAX, &json));
    return manifest_make(r->a, r->o->words[1], json_str_of(json_object_get(json, "name")), json_str_of(json_object_get(json, "version")), out);
}

/* Signatures of others stay as long as they are of this manifest; an earlier one of this key gives way. */
static Err others_of(Run *r, Str body, Str mine, Str *out)
{
    Str note, line;
    Buf b;
    Str head = str_slice(mine, 0, str_find(str_slice(mine, 4, mine.n), STR(" ")) + 4);
    buf_init(&b, r->a, 512);
    if (is_there(r, "manifest.sig")) {
        TRY(file_read(r->a, r->o->words[1], STR("manifest.sig"), SIGNED_MAX, &note));
        Str rest = str_starts(note, str_join(r->a, body, STR("\n"), (Str){0})) ? str_slice(note, body.n + 1, note.n) : (Str){0};
        while (rest.n && str_cut(&rest, '\n', &line))
            if (line.n && !str_starts(line, head)) buf_add(&b, line), buf_byte(&b, '\n');
    }
    *out = buf_str(&b);
    return ERR_NONE;
}

Err pack_sign(Run *r)
{
    Str manifest, body, line, verifier, others;
    if (r->o->words_n != 2 || !r->o->key.n) return err_text(ERR_INVALID, text_of("pack sign DIR --key 鍵ファイル です。", "It is pack sign DIR --key KEYFILE."));
    bool made = access(str_c(r->a, r->o->key), F_OK) != 0;
    TRY(manifest_now(r, &manifest));
    TRY(body_of(r, manifest, &body));
    TRY(history_sign_text(r->a, r->o->key, body, &line, &verifier));
    TRY(others_of(r, body, line, &others));
    TRY(app_write_file(r->a, in_dir(r, "manifest.json"), manifest));
    TRY(app_write_file(r->a, in_dir(r, "manifest.sig"), str_join(r->a, str_join(r->a, body, STR("\n"), others), line, (Str){0})));
    if (made) say(r, TEXT_FILL(r->a, "新しい鍵を {0} に作りました。外に出さず、控えを取ってください。", "A new key was made: {0}. Keep it to yourself, and keep a copy.", r->o->key));
    say_kv(r, "verifier", r->o->lang == JA ? "検証鍵" : "verifier key", verifier);
    say(r, text_of("manifest.json と manifest.sig を書きました。このあとファイルを変えると、パックは読み込まれません。", "manifest.json and manifest.sig were written. A pack whose files change after this is not loaded."));
    return ERR_NONE;
}

Err pack_verify(Run *r)
{
    Str manifest, note, trusted, body, want, signers;
    bool there;
    if (r->o->words_n != 2 || !r->o->trust.n) return err_text(ERR_INVALID, text_of("pack verify DIR --trust 検証鍵のファイル です。", "It is pack verify DIR --trust FILE (verifier keys, one a line)."));
    TRY(manifest_check(r->a, r->o->words[1], &there));
    if (!there || !is_there(r, "manifest.sig")) return err_text(ERR_CONFLICT, text_of("このパックは署名されていません。", "This pack is not signed."));
    TRY(app_read_file(r->a, r->o->trust, &trusted));
    TRY(file_read(r->a, r->o->words[1], STR("manifest.json"), 16 << 20, &manifest));
    TRY(file_read(r->a, r->o->words[1], STR("manifest.sig"), SIGNED_MAX, &note));
    TRY(history_check_text(r->a, note, trusted, &body, &signers));
    TRY(body_of(r, manifest, &want));
    if (!str_eq(body, want)) return err_text(ERR_CONFLICT, text_of("署名は別の manifest.json のものです。", "The signatures are of another manifest.json."));
    if (r->o->json) json_kbool(&r->json, "right", true);
    say_kv(r, "signers", r->o->lang == JA ? "署名した鍵" : "signed by", signers);
    return ERR_NONE;
}
