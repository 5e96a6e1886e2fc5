/* main.c -- the table of commands; words in, answer and exit code of the Err table out. */
#include "app/app.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

const Command command_rows[] = {
    {"init", NULL, "--db --name --sample --listen --public-url --key --packs", "--db FILE [--name ORGANISATION] [--sample jp-city|jp-cable]",
        TEXT("データファイルを作り、最初の管理者のリンクを出す", "make a data file and print the first administrator's link"), .alone = command_init},
    {"serve", NULL, "--db --listen --public-url --public-judge --key --packs --files-mib --smtp --smtp-user --smtp-password-file --smtp-ca --smtp-plain --mail-from --webhooks-loopback --webhooks-private --webhooks-ca",
        "--db FILE [--listen 127.0.0.1:8080] [--public-url https://kaname.example.jp] [--public-judge] [--packs DIR] [--files-mib 2048] [--smtp smtp://HOST:PORT --mail-from SENDER [--smtp-user NAME --smtp-password-file FILE] [--smtp-ca FILE] [--smtp-plain]] [--webhooks-private] [--webhooks-loopback] [--webhooks-ca FILE]", TEXT("サーバーを動かす", "run the server"), .law = true, .alone = command_serve},
    {"org", "add list", "--db --name --parent --key --packs", "add|list --db FILE [--name ORGANISATION] [--parent ORGANISATION]", TEXT("組織を加える、並べる", "add and list organisations"), .act = act_org},
    {"user", "add list link roles disable enable", "--db --login --user --name --roles --org --listen --public-url --key --packs",
        "add|list|link|roles|disable|enable --db FILE [--login NAME] [--name 氏名] [--roles ciso,auditor] [--org ORGANISATION]", TEXT("人と権限", "people and rights"), .act = act_user},
    {"token", "create list remove", "--db --user --days --read-only --roles --label --id --org --key --packs",
        "create|list|remove --db FILE --user NAME [--days 90] [--read-only] [--roles ciso] [--label TEXT] [--id ID]", TEXT("API の鍵を作る、並べる、無効にする", "make, list and remove API tokens"), .act = act_token},
    {"import", NULL, "--db --org --plan --key --packs", "FILE… --db FILE [--org ORGANISATION] [--plan]", TEXT("表計算のファイルを取り込む（--plan は試すだけ）", "import spreadsheets (--plan: dry run)"),
        .reads = true, .law = true, .act = act_import},
    {"export", NULL, "--db --to --org --key --packs", "REGISTER --db FILE --to FILE.xlsx|FILE.csv [--org ORGANISATION]", TEXT("台帳を書き出す", "write a register to a spreadsheet"), .alone = command_export},
    {"backup", NULL, "--db --to --packs", "--db FILE --to COPY", TEXT("動いたままバックアップする（SQLite）", "back up, also while the server runs (SQLite)"), .alone = command_backup},
    {"restore", NULL, "--from --db --key --verifier --packs", "--from COPY --db FILE [--key KEYFILE] [--verifier kaname+…]",
        TEXT("バックアップを新しいデータファイルに戻す（PostgreSQL では pg_restore のあとに、--from なしで）", "restore a backup to a new data file (PostgreSQL: after pg_restore, without --from)"), .alone = command_restore},
    {"audit", "verify", "--db --key --packs", "verify --db FILE", TEXT("履歴を検証する", "verify the history"), .alone = command_audit},
    {"job", "list retry", "--db --key --packs", "list | retry KIND --db FILE", TEXT("後で行う処理の一覧、断念したものの再試行", "what runs later, its state and last error; try again what was given up"), .act = act_job},
    {"pack", "new check test diff law sign verify read sheet schema", "--rule --corpus --confirm --key --trust --pack --law --source --to --lang", "new DIR | check DIR [--law FILE.xml [--source ID]] | test DIR [--rule ID] [--confirm] | diff OLD NEW [--corpus DIR] | law FILE.xml [--pack DIR] [--source ID] | sign DIR --key FILE | verify DIR --trust FILE | read DIR RULE [--lang ja|en] | sheet DIR CLASS --to FILE.pdf [--lang ja|en] | schema",
        TEXT("パックを書く人のために: new 小さなパックを作る、 check 誤りをすべて示す、 test 法令の例を判定する（終了コード 1 合わないものがある）、 law 引いた語を e-Gov の法令XMLと比べる（終了コード 1 違うものがある）、 read 規則を文章で読む、 sheet 事業者の区分ごとの早見表をPDFにする、 schema 法令のファイルの形（JSON Schema）",
            "for those who write packs: new makes a small one to start from, check names every mistake, test judges the examples of law (exit 1: some fail), law compares what is quoted with the XML of e-Gov (exit 1: something differs), read prints a rule in sentences, sheet writes what a kind of operator must report as a PDF, schema prints what files of law may look like"), .alone = command_pack},
    {"judge", NULL, "--pack --as-of --what-if --explain --lang", "FACTS.json|- [--what-if CHANGE.json] [--pack DIR [--pack OVERLAY]] [--as-of INSTANT] [--explain] [--lang ja|en]",
        TEXT("事実から報告の要否を判定する（データベース不要。終了コード 0 該当なし、10 該当あり、11 未確定あり）", "judge facts: must this be reported, to whom, by when (no database; exit 0 nothing met, 10 something met, 11 some undecided)"), .alone = command_judge},
    {"quant", NULL, "--trials --seed --threads --exact --code --schema --lang", "REGISTER.json|- [--trials 100000] [--seed 1] [--threads N] [--exact] [--code scalar|avx2|avx512] [--lang ja|en] | --schema",
        TEXT("リスクの頻度と損害の見積りから、 一年の損害とその確かさ、 対策の前後を計算する（データベース不要。 --exact は試行によらない値も、 --schema は登録簿の形）", "how much a year may lose and how sure that is, before and after each plan, from a register of frequencies and losses (no database; --exact: also without trials; --schema: what a register may look like)"), .alone = command_quant},
    {"cascade", NULL, "--scenarios --seed --threads --engine --times --pairs --graphml --pack --as-of --schema --lang", "NET.json|- | NODES.csv EDGES.csv [--scenarios 10000] [--seed 1] [--threads N] [--engine pilot|events|sweeps|work] [--times HOURS] [--pairs 30] [--graphml FILE] [--pack DIR] [--as-of INSTANT] [--lang ja|en] | --schema",
        TEXT("依存関係の網で、 何が止まると何が止まるか、 どの報告が要ることになるかを計算する （データベース不要。 --schema は網の形）", "what fails when something fails over a net of dependencies, and which reports that would call for (no database; --schema: what a net may look like)"), .alone = command_cascade},
    {"mail", "test", "--smtp --smtp-user --smtp-password-file --smtp-ca --smtp-plain --mail-from --to", "test --smtp smtp://HOST:PORT --mail-from SENDER --to ADDRESS [--smtp-user NAME --smtp-password-file FILE] [--smtp-ca FILE] [--smtp-plain]",
        TEXT("試しのメールを一通送る（サーバー不要）", "send one message of trial (no server needed)"), .alone = command_mail},
    {"webhook", "add list remove secret test deliveries", "--db --org --url --events --id --key --packs", "add|list|remove|secret|test|deliveries --db FILE [--org ORGANISATION] [--url https://…] [--events duty.opened,…] [--id ID]",
        TEXT("ほかのシステムへの通知先: add 加えて秘密を一度だけ出す、 secret 秘密を作り直す、 test 試しに送る、 deliveries 送ったものと結果", "where other systems are told: add prints the secret once, secret makes a new one, test sends a test event, deliveries lists what was sent and how it went"), .act = act_webhook},
    {"receipt", "verify", "--key", "verify FILE --key kaname+…", TEXT("受領証を検証する（サーバー不要）", "verify a receipt, offline"), .alone = command_receipt},
    {"openapi", NULL, "--packs", "[--packs DIR]", TEXT("API の記述を出す", "print the API description"), .alone = command_openapi},
    {"completion", "bash", "", "bash", TEXT("シェルの補完を出す", "print the completion for the shell"), .alone = command_completion},
    {"man", NULL, "", "", TEXT("手引き（man）を出す", "print the manual page"), .alone = command_man},
    {"version", NULL, "", "", TEXT("版", "version"), .alone = command_version},
};
const size_t command_rows_n = COUNT(command_rows);

const Command *command_find(Str name)
{
    for (size_t i = 0; i < COUNT(command_rows); i++)
        if (str_eqc(name, command_rows[i].name)) return &command_rows[i];
    return NULL;
}

static Lang language(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v) return strncmp(v, "ja", 2) == 0 ? JA : EN;
    }
    return EN;
}

static Answer help(Arena *a, const Options *o, const Command *only)
{
    Buf b;
    buf_init(&b, a, 4096);
    options_help(&b, o->lang, only);
    return (Answer){.out = buf_str(&b)};
}

static Answer run(Arena *a, const Str *words, size_t n)
{
    Options o = {.db = STR("kaname.db"), .days = 90, .trials = 100000, .seed = 1, .scenarios = 10000, .pairs = 30, .lang = language()};
    const Command *c;
    bool asks = n && (str_eqc(words[0], "help") || str_eqc(words[0], "--help"));
    if (asks && n == 1) return help(a, &o, NULL);
    if (asks) words++, n--, o.help = true;
    if (!n) {
        Answer all = help(a, &o, NULL);
        return (Answer){.exit = err_rows[ERR_INVALID].exit, .err = all.out};
    }
    Err e = options_read(a, words, n, &o, &c);
    if (e.kind) return run_problem(a, &o, e);
    return o.help ? help(a, &o, c) : command_run(a, c, &o, words, n);
}

int main(int argc, char **argv)
{
    Arena a;
    jmp_buf rescue;
    if (sodium_init() < 0) return err_rows[ERR_BROKEN].exit;
    json_set_alloc_funcs(memory_get, memory_give_back);
    umask(077); /* data, key and marks are for this user alone */
    arena_init(&a, (size_t)2 << 30);
    if (!ARENA_TRY(&a, rescue)) {
        fprintf(stderr, "kaname: %s\n", err_rows[ERR_FULL].title.in[language()].s);
        return err_rows[ERR_FULL].exit; /* an open transaction ends with the process */
    }
    Str *words = arena_array(&a, Str, (size_t)argc + 1);
    for (int i = 1; i < argc; i++)
        words[i - 1] = str_of(argv[i]);
    Answer answer = run(&a, words, argc > 0 ? (size_t)argc - 1 : 0);
    fwrite(answer.err.n ? answer.err.s : "", 1, answer.err.n, stderr);
    fwrite(answer.out.n ? answer.out.s : "", 1, answer.out.n, stdout);
    if (fflush(stdout) != 0 && !answer.exit) answer.exit = err_rows[ERR_FULL].exit;
    arena_done(&a);
    return answer.exit;
}
