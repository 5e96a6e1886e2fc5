/* run.c -- one command from its words to its answer: here, or by the server that has the data file; what it says, and in which form. */
#include "app/app.h"

#include <unistd.h>

enum { WAIT_MS = 3000,
    PAUSE_US = 50000 };

void run_start(Run *r, Arena *a, const Options *o)
{
    *r = (Run){.a = a, .o = o, .listen = o->listen.n ? o->listen : LISTEN_DEFAULT, .origin = o->public_url};
    if (!r->origin.n) r->origin = str_join(a, STR("http://"), r->listen, STR(""));
    buf_init(&r->out, a, 1024);
    r->json = (JsonOut){&r->out, false};
    if (o->json) json_open(&r->json, '{');
}

void say(Run *r, Text t)
{
    if (r->o->json) return;
    buf_add(&r->out, t.in[r->o->lang]);
    buf_byte(&r->out, '\n');
}

void say_kv(Run *r, const char *key, const char *words, Str value)
{
    if (r->o->json)
        json_key(&r->json, str_of(key)), json_str(&r->json, value);
    else
        buf_printf(&r->out, "%s%s%.*s\n", words, *words ? " " : "", STR_ARG(value));
}

Str number(Run *r, int64_t n)
{
    return str_printf(r->a, "%lld", (long long)n);
}

void progress(const Options *o, Text t)
{
    if (!o->json && isatty(STDERR_FILENO)) fprintf(stderr, "%.*s\n", STR_ARG(t.in[o->lang]));
}

/* --- answers --------------------------------------------------------------------------------------------------------- */

static void problem_json(Buf *b, const Options *o, Err e, Str sentence)
{
    JsonOut j = {b, false};
    json_open(&j, '{');
    json_kstr(&j, "kind", str_of(err_rows[e.kind].slug)), json_kint(&j, "exit", err_rows[e.kind].exit), json_kstr(&j, "text", sentence);
    json_key(&j, STR("mistakes")), json_open(&j, '[');
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++) {
        const Mistake *m = &e.mistakes->list[i];
        json_open(&j, '{');
        json_kstr(&j, "path", m->path), json_kstr(&j, "code", str_of(m->code)), json_kstr(&j, "text", m->text.in[o->lang]);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_kint(&j, "more", e.mistakes ? (int64_t)e.mistakes->more : 0);
    json_close(&j, '}');
    buf_byte(b, '\n');
}

static void problem_text(Buf *b, const Options *o, Err e, Str sentence)
{
    buf_printf(b, "kaname: %.*s\n", STR_ARG(sentence));
    for (size_t i = 0; e.mistakes && i < e.mistakes->n; i++)
        buf_printf(b, "  %.*s: %.*s\n", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[o->lang]));
    if (e.mistakes && e.mistakes->more) buf_printf(b, "  … %zu\n", e.mistakes->more);
}

Answer run_problem(Arena *a, const Options *o, Err e)
{
    Buf b;
    Str sentence = e.text.in[o->lang].n ? e.text.in[o->lang] : err_rows[e.kind].title.in[o->lang];
    if (!e.kind) return (Answer){0};
    buf_init(&b, a, 256);
    if (o->json)
        problem_json(&b, o, e, sentence);
    else
        problem_text(&b, o, e, sentence);
    return (Answer){.exit = err_rows[e.kind].exit, .err = buf_str(&b)};
}

/* A result that was found stands on stdout also when the exit code is not 0 (audit verify); of a change that was taken back nothing does. */
Answer run_answer(Run *r, Err e)
{
    Answer answer = run_problem(r->a, r->o, e);
    bool empty = r->out.n <= (size_t)(r->o->json ? 1 : 0);
    if (e.kind && empty) return answer;
    if (r->o->json) json_close(&r->json, '}'), buf_byte(&r->out, '\n');
    answer.out = buf_str(&r->out);
    if (!e.kind) answer.exit = r->exit;
    return answer;
}

/* --- running --------------------------------------------------------------------------------------------------------- */

static Err read_files(Run *r)
{
    File *list = arena_array(r->a, File, WORDS_MAX);
    for (r->files_n = 0; r->files_n < r->o->words_n; r->files_n++) {
        list[r->files_n].name = r->o->words[r->files_n];
        TRY(app_read_file(r->a, r->o->words[r->files_n], &list[r->files_n].bytes));
    }
    r->files = list;
    return ERR_NONE;
}

/* A PostgreSQL URL may hold a password: what is named is where key and lock stand. */
static Err in_use(Arena *a, const Options *o)
{
    Str base = app_base(a, o);
    return err_text(ERR_BUSY, TEXT_FILL(a,
                                  "{0} は別の kaname が使っていて、その kaname は命令を受け付けていません（{1} がありません）。終わるのを待つか、サーバーを起動し直してください。",
                                  "{0} is in use by another kaname that takes no commands ({1} is missing). Wait until it ends, or restart the server.", base, console_path(a, base)));
}

/* Here when the data file is free, else by the server; a moment's patience for one that starts or ends, and for other commands. */
static Err change(Run *r, const Command *c, const Str *words, size_t n, Answer *out, bool *asked)
{
    for (int64_t end = now_monotonic_ms() + WAIT_MS;; usleep(PAUSE_US)) {
        Opened x;
        Err e = app_open(r->a, r->o, OPEN_WRITE, &x);
        if (!e.kind) {
            e = app_change(r, &x, c->act);
            app_close(&x);
            return e;
        }
        if (!x.elsewhere) return e;
        e = console_ask(r->a, app_base(r->a, r->o), r->o, words, n, r->files, r->files_n, out);
        *asked = !e.kind;
        if (e.kind != ERR_NOT_FOUND) return e;
        if (now_monotonic_ms() > end) return in_use(r->a, r->o);
    }
}

Answer command_run(Arena *a, const Command *c, const Options *o, const Str *words, size_t n)
{
    Run r;
    Answer answer;
    bool asked = false;
    run_start(&r, a, o);
    if (c->reads) progress(o, text_of("読み込んでいます…", "reading…"));
    Err e = c->reads ? read_files(&r) : ERR_NONE;
    if (!e.kind) e = c->act ? change(&r, c, words, n, &answer, &asked) : c->alone(&r);
    if (asked) return answer;
    if (e.kind && c->act) r.out.n = 0;
    return run_answer(&r, e);
}
