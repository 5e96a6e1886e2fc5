/* man.c -- the manual page, from the table of commands and that of errors, so that it cannot grow old. */
#include "app/app.h"

/* A line of text for roff: what would be read as a request or an escape is not. */
static void line(Buf *b, Str s)
{
    if (s.n && (s.s[0] == '.' || s.s[0] == '\'')) buf_addc(b, "\\&");
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] == '\\') buf_addc(b, "\\e");
        else if (s.s[i] == '-') buf_addc(b, "\\-");
        else buf_add(b, str_slice(s, i, i + 1));
    }
    buf_addc(b, "\n");
}

static void section(Buf *b, Lang lang, const char *ja, const char *en)
{
    buf_printf(b, ".SH %s\n", lang == JA ? ja : en);
}

static void commands(Buf *b, Lang lang)
{
    section(b, lang, "コマンド", "COMMANDS");
    for (size_t i = 0; i < command_rows_n; i++) {
        const Command *c = &command_rows[i];
        buf_printf(b, ".TP\n.B %s\n", c->name);
        if (*c->usage) line(b, str_of(c->usage)), buf_addc(b, ".br\n");
        line(b, text_in(c->help, lang));
    }
}

/* One code stands for several kinds of error: each kind by its title, in the order of the codes. */
static void exit_codes(Buf *b, Lang lang)
{
    section(b, lang, "終了コード", "EXIT STATUS");
    buf_printf(b, ".TP\n.B 0\n%s\n", lang == JA ? "済んだ。" : "Done.");
    for (int code = 1; code < 128; code++) {
        bool any = false;
        for (ErrKind k = OK + 1; k < ERR_KINDS; k++) {
            if (err_rows[k].exit != code) continue;
            if (!any) buf_printf(b, ".TP\n.B %d\n", code);
            else buf_addc(b, ".br\n");
            any = true;
            line(b, text_in(err_rows[k].title, lang));
        }
    }
}

Err command_man(Run *r)
{
    Lang lang = r->o->lang;
    Buf b;
    buf_init(&b, r->a, 8192);
    buf_printf(&b, ".TH KANAME 1 \"\" \"kaname %s\"\n", KANAME_VERSION);
    section(&b, lang, "名前", "NAME");
    line(&b, text_in(text_of("kaname - 重要インフラ防護のための記録、判断、報告", "kaname - records, judgements and reports for the protection of critical infrastructure"), lang));
    section(&b, lang, "書式", "SYNOPSIS");
    buf_addc(&b, ".B kaname\n");
    line(&b, STR("COMMAND [--json] …"));
    commands(&b, lang);
    section(&b, lang, "どのコマンドにも", "EVERY COMMAND");
    buf_addc(&b, ".TP\n.B \\-\\-json\n");
    line(&b, text_in(text_of("答えを一つの JSON にする。誤りは標準エラーの最後の一行に出る。", "The answer is one JSON object; a problem is one in the last line of standard error."), lang));
    buf_addc(&b, ".TP\n.B \\-\\-db FILE\n");
    line(&b, text_in(text_of("データファイル、または postgresql:// で始まる場所。署名の鍵は FILE.key、印は FILE.mark。", "The data file, or where a postgresql:// leads. The signing key is FILE.key, the marks FILE.mark."), lang));
    exit_codes(&b, lang);
    if (r->o->words_n) return err_text(ERR_INVALID, text_of("man のあとには何も書きません。", "Nothing comes after man."));
    if (r->o->json) json_kstr(&r->json, "page", buf_str(&b));
    else buf_add(&r->out, buf_str(&b));
    return ERR_NONE;
}
