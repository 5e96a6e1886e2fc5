/* main.c -- the command line: words and options in, exit code of the Err table out. */
#include "app/app.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

static const Command commands[] = {
    {"init", "init --db FILE [--name ORGANISATION] [--sample jp-city]", TEXT("データファイルを作り、最初の管理者のリンクを出す", "make a data file and print the first administrator's link"), command_init},
    {"serve", "serve --db FILE [--listen 127.0.0.1:8080] [--packs DIR] [--files-mib 2048]", TEXT("サーバーを動かす", "run the server"), command_serve},
    {"org", "org add --db FILE --name ORGANISATION", TEXT("組織を加える", "add an organisation"), command_org},
    {"user", "user add|list|link|disable --db FILE [--login NAME] [--name 氏名] [--roles ciso,auditor] [--org ORGANISATION]", TEXT("人と権限", "people and rights"), command_user},
    {"token", "token create --db FILE --user NAME [--days 90] [--read-only] [--roles …]", TEXT("API の鍵を作る", "make an API token"), command_token},
    {"import", "import FILE --db FILE [--org ORGANISATION] [--plan]", TEXT("表計算のファイルを取り込む（--plan は試すだけ）", "import a spreadsheet (--plan: dry run)"), command_import},
    {"export", "export RESOURCE --db FILE --to FILE.xlsx|FILE.csv [--org ORGANISATION]", TEXT("台帳を書き出す", "write a register to a spreadsheet"), command_export},
    {"backup", "backup --db FILE --to COPY", TEXT("動いたままバックアップする（SQLite）", "back up, also while the server runs (SQLite)"), command_backup},
    {"audit", "audit verify --db FILE", TEXT("履歴を検証する", "verify the history"), command_audit},
    {"job", "job list --db FILE [--json]", TEXT("後で行う処理の一覧", "what runs later, its state and last error"), command_job},
    {"pack", "pack check DIR", TEXT("パックの誤りをすべて示す", "name every mistake of a pack"), command_pack},
    {"receipt", "receipt verify FILE --key kaname+…", TEXT("受領証を検証する（サーバー不要）", "verify a receipt, offline"), command_receipt},
    {"openapi", "openapi", TEXT("API の記述を出す", "print the API description"), command_openapi},
    {"version", "version", TEXT("版", "version"), command_version},
};

static bool english(void)
{
    const char *lang = getenv("LANG");
    return !lang || strncmp(lang, "ja", 2) != 0;
}

void say(const Options *o, Text t)
{
    UNUSED(o);
    Str s = t.in[english() ? EN : JA];
    printf("%.*s\n", STR_ARG(s));
}

static int usage(FILE *to)
{
    fprintf(to, "kaname %s\n", KANAME_VERSION);
    for (size_t i = 0; i < COUNT(commands); i++)
        fprintf(to, "  kaname %s\n      %s\n", commands[i].usage, commands[i].help.in[english() ? EN : JA].s);
    return to == stdout ? 0 : 2;
}

static Str *text_option(Options *o, Str name)
{
    const struct {
        const char *name;
        Str *to;
    } rows[] = {{"--db", &o->db}, {"--listen", &o->listen}, {"--sample", &o->sample}, {"--user", &o->user}, {"--login", &o->login}, {"--name", &o->name},
        {"--roles", &o->roles}, {"--org", &o->org}, {"--label", &o->label}, {"--to", &o->to}, {"--key", &o->key}, {"--packs", &o->packs}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eqc(name, rows[i].name)) return rows[i].to;
    return NULL;
}

static bool *flag_option(Options *o, Str name)
{
    if (str_eqc(name, "--json")) return &o->json;
    if (str_eqc(name, "--read-only")) return &o->read_only;
    if (str_eqc(name, "--plan")) return &o->plan;
    return NULL;
}

static bool parse(int argc, char **argv, Options *o)
{
    for (int i = 2; i < argc; i++) {
        Str word = str_of(argv[i]);
        bool *flag = flag_option(o, word);
        Str *text = text_option(o, word);
        if (flag) *flag = true;
        else if (str_eqc(word, "--days") && i + 1 < argc && str_int(str_of(argv[i + 1]), &o->days)) i++;
        else if (str_eqc(word, "--files-mib") && i + 1 < argc && str_int(str_of(argv[i + 1]), &o->files_mib) && o->files_mib > 0 && o->files_mib < 1 << 20) i++;
        else if (text && i + 1 < argc) *text = str_of(argv[++i]);
        else if (!str_starts(word, STR("--")) && o->words_n < COUNT(o->words)) o->words[o->words_n++] = word;
        else return fprintf(stderr, "kaname: %s ?\n", argv[i]), false;
    }
    return true;
}

static int report(const Options *o, Err e)
{
    Lang lang = english() ? EN : JA;
    if (!e.kind) return 0;
    if (o->json) fprintf(stderr, "{\"error\":\"%s\"}\n", err_rows[e.kind].slug);
    fprintf(stderr, "kaname: %.*s\n", STR_ARG(e.text.in[lang].n ? e.text.in[lang] : err_rows[e.kind].title.in[lang]));
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++)
        fprintf(stderr, "  %.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[lang]));
    if (e.mistakes && e.mistakes->more) fprintf(stderr, "  … %zu\n", e.mistakes->more);
    return err_rows[e.kind].exit;
}

static const Command *find_command(const char *name)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    Options o = {.db = STR("kaname.db"), .listen = STR("127.0.0.1:8080"), .days = 90};
    Arena a;
    if (sodium_init() < 0) return 70;
    umask(077); /* data, key and marks are for this user alone */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) return usage(argc < 2 ? stderr : stdout);
    const Command *c = find_command(argv[1]);
    if (!c || !parse(argc, argv, &o)) return usage(stderr);
    arena_init(&a, (size_t)2 << 30);
    int code = report(&o, c->run(&a, &o));
    arena_done(&a);
    return code;
}
