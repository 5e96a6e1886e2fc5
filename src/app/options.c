/* options.c -- the words of the command line: the table of options, what each command takes, help and completion. */
#include "app/app.h"

typedef enum { AS_TEXT, AS_NUMBER, AS_FLAG, AS_LIST } OptionKind;

typedef struct OptionRow {
    const char *name;
    OptionKind kind;
    size_t at; /* in Options: a Str, an int64_t, a bool, a StrList */
} OptionRow;

#define AT(member) offsetof(Options, member)

static const OptionRow rows[] = {
    {"--db", AS_TEXT, AT(db)},
    {"--listen", AS_TEXT, AT(listen)},
    {"--public-url", AS_TEXT, AT(public_url)},
    {"--sample", AS_TEXT, AT(sample)},
    {"--user", AS_TEXT, AT(user)},
    {"--login", AS_TEXT, AT(login)},
    {"--name", AS_TEXT, AT(name)},
    {"--roles", AS_TEXT, AT(roles)},
    {"--org", AS_TEXT, AT(org)},
    {"--parent", AS_TEXT, AT(parent)},
    {"--label", AS_TEXT, AT(label)},
    {"--to", AS_TEXT, AT(to)},
    {"--from", AS_TEXT, AT(from)},
    {"--key", AS_TEXT, AT(key)},
    {"--id", AS_TEXT, AT(id)},
    {"--packs", AS_TEXT, AT(packs)},
    {"--pack", AS_LIST, AT(pack)},
    {"--as-of", AS_TEXT, AT(as_of)},
    {"--what-if", AS_TEXT, AT(what_if)},
    {"--lang", AS_TEXT, AT(language)},
    {"--rule", AS_TEXT, AT(rule)},
    {"--corpus", AS_TEXT, AT(corpus)},
    {"--trust", AS_TEXT, AT(trust)},
    {"--law", AS_TEXT, AT(xml)},
    {"--source", AS_TEXT, AT(source)},
    {"--public-judge", AS_FLAG, AT(public_judge)},
    {"--explain", AS_FLAG, AT(explain)},
    {"--confirm", AS_FLAG, AT(confirm)},
    {"--smtp", AS_TEXT, AT(smtp)},
    {"--smtp-user", AS_TEXT, AT(smtp_user)},
    {"--smtp-password-file", AS_TEXT, AT(smtp_password_file)},
    {"--smtp-ca", AS_TEXT, AT(smtp_ca)},
    {"--smtp-plain", AS_FLAG, AT(smtp_plain)},
    {"--webhooks-loopback", AS_FLAG, AT(webhooks_loopback)},
    {"--webhooks-private", AS_FLAG, AT(webhooks_private)},
    {"--webhooks-ca", AS_TEXT, AT(webhooks_ca)},
    {"--url", AS_TEXT, AT(url)},
    {"--events", AS_TEXT, AT(events)},
    {"--mail-from", AS_TEXT, AT(mail_from)},
    {"--verifier", AS_TEXT, AT(verifier)},
    {"--days", AS_NUMBER, AT(days)},
    {"--files-mib", AS_NUMBER, AT(files_mib)},
    {"--trials", AS_NUMBER, AT(trials)},
    {"--seed", AS_NUMBER, AT(seed)},
    {"--threads", AS_NUMBER, AT(threads)},
    {"--code", AS_TEXT, AT(code)},
    {"--exact", AS_FLAG, AT(exact)},
    {"--schema", AS_FLAG, AT(schema)},
    {"--scenarios", AS_NUMBER, AT(scenarios)},
    {"--times", AS_NUMBER, AT(times)},
    {"--pairs", AS_NUMBER, AT(pairs)},
    {"--engine", AS_TEXT, AT(engine)},
    {"--graphml", AS_TEXT, AT(graphml)},
    {"--read-only", AS_FLAG, AT(read_only)},
    {"--plan", AS_FLAG, AT(plan)},
    {"--json", AS_FLAG, AT(json)},
    {"--help", AS_FLAG, AT(help)},
};

static const OptionRow *row_of(Str word)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eqc(word, rows[i].name)) return &rows[i];
    return NULL;
}

/* Is `word` among the words of `list`, which are divided by blanks? */
static bool listed(const char *list, Str word)
{
    Str rest = str_of(list), one;
    while (str_cut(&rest, ' ', &one))
        if (str_eq(one, word)) return true;
    return false;
}

static Err wrong(Arena *a, const char *ja, const char *en, Str word)
{
    return err_text(ERR_INVALID, TEXT_FILL(a, ja, en, word));
}

static Err check_option(Arena *a, const Command *c, const OptionRow *row, Str word)
{
    if (!row) return wrong(a, "{0} というオプションはありません。kaname help で確かめてください。", "There is no option {0}. See kaname help.", word);
    if (str_eqc(word, "--json") || str_eqc(word, "--help") || listed(c->takes, word)) return ERR_NONE;
    return err_text(ERR_INVALID, TEXT_FILL(a, "{0} は kaname {1} のオプションではありません。kaname help {1} で確かめてください。",
                                     "{0} is not an option of kaname {1}. See kaname help {1}.", word, str_of(c->name)));
}

static Err list_add(Arena *a, StrList *list, Str value, Str word)
{
    if (list->n == COUNT(list->list)) return wrong(a, "{0} が多すぎます。", "Too many {0}.", word);
    list->list[list->n++] = value;
    return ERR_NONE;
}

/* Takes the option at words[*i], and its value. */
static Err read_option(Arena *a, const Command *c, const Str *words, size_t n, size_t *i, Options *o)
{
    Str word = words[*i];
    const OptionRow *row = row_of(word);
    TRY(check_option(a, c, row, word));
    void *to = (char *)o + row->at;
    if (row->kind == AS_FLAG) return *(bool *)to = true, ERR_NONE;
    if (*i + 1 >= n || str_starts(words[*i + 1], STR("--"))) return wrong(a, "{0} の値がありません。", "{0} needs a value.", word);
    Str value = words[++*i];
    if (row->kind == AS_TEXT) return *(Str *)to = value, ERR_NONE;
    if (row->kind == AS_LIST) return list_add(a, to, value, word);
    if (!str_int(value, to)) return wrong(a, "{0} は数で書いてください。", "{0} takes a number.", word);
    return ERR_NONE;
}

static Err check_verb(Arena *a, const Command *c, const Options *o)
{
    if (!c->verbs || o->help || (o->words_n && listed(c->verbs, o->words[0]))) return ERR_NONE;
    return err_text(ERR_INVALID, TEXT_FILL(a, "kaname {0} のあとには次のどれかを書いてください: {1}", "After kaname {0} comes one of: {1}", str_of(c->name), str_of(c->verbs)));
}

Err options_read(Arena *a, const Str *words, size_t n, Options *o, const Command **command)
{
    for (size_t i = 1; i < n; i++) /* first, so that also what is wrong is said as wanted */
        if (str_eqc(words[i], "--json")) o->json = true;
    *command = n ? command_find(words[0]) : NULL;
    if (!*command) return wrong(a, "「{0}」というコマンドはありません。kaname help で確かめてください。", "There is no command {0}. See kaname help.", n ? words[0] : (Str){0});
    o->law = (*command)->law;
    for (size_t i = 1; i < n; i++) {
        if (words[i].n > 1 && words[i].s[0] == '-')
            TRY(read_option(a, *command, words, n, &i, o));
        else if (o->words_n == WORDS_MAX)
            return wrong(a, "語が多すぎます（{0}）。", "Too many words ({0}).", words[i]);
        else
            o->words[o->words_n++] = words[i];
    }
    if (o->language.n && !str_eqc(o->language, "ja") && !str_eqc(o->language, "en")) return wrong(a, "--lang は ja か en です（{0}）。", "--lang takes ja or en ({0}).", o->language);
    if (o->language.n) o->lang = str_eqc(o->language, "ja") ? JA : EN;
    return check_verb(a, *command, o);
}

/* --- help and completion ------------------------------------------------------------------------------------------ */

void options_help(Buf *b, Lang lang, const Command *only)
{
    if (!only) buf_printf(b, "kaname %s\n", KANAME_VERSION);
    for (size_t i = 0; i < command_rows_n; i++) {
        const Command *c = &command_rows[i];
        if (only && c != only) continue;
        buf_printf(b, "  kaname %s%s%s\n      %s\n", c->name, *c->usage ? " " : "", c->usage, c->help.in[lang].s);
    }
    Text end = only ? text_of("  --json で機械が読む形になります。終了コードは docs/commands.ja.md にあります。\n", "  --json makes the answer machine-readable. Exit codes: docs/commands.md.\n")
                    : text_of("kaname help コマンド名 で一つだけ示します。\n", "kaname help COMMAND shows one.\n");
    buf_add(b, end.in[lang]);
}

Str options_completion(Arena *a)
{
    Buf b;
    buf_init(&b, a, 4096);
    buf_addc(&b, "# bash completion of kaname, from its table of commands:  source <(kaname completion bash)\n"
                 "_kaname() {\n  local now=${COMP_WORDS[COMP_CWORD]} verbs= takes=\n  COMPREPLY=()\n"
                 "  case ${COMP_WORDS[COMP_CWORD-1]} in --db|--to|--from|--key|--packs|--smtp-password-file|--smtp-ca|--webhooks-ca) COMPREPLY=($(compgen -f -- \"$now\")); return ;; esac\n"
                 "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W \"help");
    for (size_t i = 0; i < command_rows_n; i++)
        buf_printf(&b, " %s", command_rows[i].name);
    buf_addc(&b, "\" -- \"$now\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < command_rows_n; i++)
        buf_printf(&b, "    %s) verbs='%s' takes='%s' ;;\n", command_rows[i].name, command_rows[i].verbs ? command_rows[i].verbs : "", command_rows[i].takes);
    buf_addc(&b, "  esac\n  if [[ $now == -* ]]; then COMPREPLY=($(compgen -W \"$takes --json --help\" -- \"$now\"))\n"
                 "  elif [ \"$COMP_CWORD\" = 2 ] && [ -n \"$verbs\" ]; then COMPREPLY=($(compgen -W \"$verbs\" -- \"$now\"))\n"
                 "  else COMPREPLY=($(compgen -f -- \"$now\"))\n  fi\n}\ncomplete -F _kaname kaname\n");
    return buf_str(&b);
}
