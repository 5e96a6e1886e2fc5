/* check.c -- what only reads: audit, receipt, openapi, completion, version. */
#include "app/app.h"

#include "pack/pack.h"
#include "work/files.h"

static void audit_show(Run *r, const VerifyReport *v)
{
    if (r->o->json) {
        json_kint(&r->json, "logs", v->logs), json_kint(&r->json, "leaves", v->leaves), json_kint(&r->json, "versions", v->versions);
        json_kint(&r->json, "disposed", v->disposed), json_kint(&r->json, "findings", (int64_t)v->findings_n);
        json_key(&r->json, STR("list")), json_open(&r->json, '[');
        for (size_t i = 0; i < v->findings_n; i++)
            json_str(&r->json, v->findings[i]);
        json_close(&r->json, ']');
        return;
    }
    say(r, TEXT_FILL(r->a, "履歴 {0}、葉 {1}、版 {2}（廃棄した項目 {3}）を計算し直しました。", "Recomputed {0} logs, {1} leaves, {2} versions ({3} fields disposed of).",
               number(r, v->logs), number(r, v->leaves), number(r, v->versions), number(r, v->disposed)));
    for (size_t i = 0; i < v->findings_n; i++)
        buf_printf(&r->out, "%.*s\n", STR_ARG(v->findings[i]));
    if (!v->findings_n) say(r, text_of("改変は見つかりません。", "Nothing was altered."));
}

Err app_verify(Run *r, const Options *o, VerifyReport *out)
{
    Opened x;
    TRY(app_open(r->a, o, OPEN_READ, &x));
    Err e = db_begin(x.db);
    if (!e.kind) e = history_verify(r->a, x.db, x.base, &x.resources, out);
    if (!e.kind) e = files_verify(r->a, x.db, out);
    Err still = store_unchanged(x.store);
    app_close(&x);
    if (still.kind) return still;
    return e;
}

Err command_audit(Run *r)
{
    VerifyReport v = {0};
    progress(r->o, text_of("検証しています…", "verifying…"));
    TRY(app_verify(r, r->o, &v));
    audit_show(r, &v);
    return v.findings_n ? err_text(ERR_CONFLICT, text_of("履歴に改変があります。", "The history was altered.")) : ERR_NONE;
}

Err command_receipt(Run *r)
{
    Str receipt;
    if (r->o->words_n != 2 || !r->o->key.n)
        return err_text(ERR_INVALID, text_of("receipt verify FILE --key 検証鍵 です。", "It is receipt verify FILE --key VERIFIER_KEY."));
    TRY(app_read_file(r->a, r->o->words[1], &receipt));
    TRY(receipt_verify(r->a, receipt, r->o->key));
    if (r->o->json) json_kbool(&r->json, "right", true);
    say(r, text_of("受領証は正しいものです。", "The receipt is right."));
    return ERR_NONE;
}

/* JSON by itself, with or without --json. */
Err command_openapi(Run *r)
{
    r->out.n = 0;
    Packs packs;
    Resources resources;
    TRY(app_packs(r->a, r->o, &packs, &resources));
    JsonOut j = {&r->out, false};
    api_openapi(&j, &resources, KANAME_VERSION);
    if (r->o->json)
        r->out.n--; /* the closing bracket comes with the answer */
    else
        buf_byte(&r->out, '\n');
    return ERR_NONE;
}

Err command_completion(Run *r)
{
    Str script = options_completion(r->a);
    if (r->o->words_n != 1 || !str_eqc(r->o->words[0], "bash")) return err_text(ERR_INVALID, text_of("completion bash です。", "It is completion bash."));
    if (r->o->json)
        json_kstr(&r->json, "script", script);
    else
        buf_add(&r->out, script);
    return ERR_NONE;
}

Err command_version(Run *r)
{
    if (r->o->json)
        json_kstr(&r->json, "version", str_of(KANAME_VERSION)), json_kstr(&r->json, "database", str_of(store_version()));
    else
        buf_printf(&r->out, "kaname %s, %s\n", KANAME_VERSION, store_version());
    return ERR_NONE;
}
