/* quant.c -- kaname quant: how much may be lost in a year, from a register of risks with frequencies and losses; no database. */
#include "app/app.h"

#include "quant/quant.h"

#include <unistd.h>

enum { THREADS_MAX = 256 };
#define SEED_MAX ((int64_t)1 << 53) /* every seed is a number that JSON keeps */

static const char *const code_words[LOSS_CODES] = {"best", "scalar", "avx2", "avx512"};

static Err wrong(Run *r, const char *ja, const char *en, int64_t from, int64_t to)
{
    return err_text(ERR_INVALID, TEXT_FILL(r->a, ja, en, number(r, from), number(r, to)));
}

static Err code_of(Run *r, LossCode *out)
{
    Str valid[LOSS_CODES];
    *out = LOSS_CODE_BEST;
    if (!r->o->code.n) return ERR_NONE;
    for (LossCode c = 0; c < LOSS_CODES; c++) {
        valid[c] = str_of(code_words[c]);
        if (str_eq(r->o->code, valid[c])) *out = c;
    }
    if (!str_eqc(r->o->code, code_words[*out])) return err_text(ERR_INVALID, not_a_word(r->a, r->o->code, valid, LOSS_CODES));
    if (!losses_code_runs(*out)) return err_text(ERR_INVALID, TEXT_FILL(r->a, "このプロセッサーでは --code {0} は動きません。", "This processor cannot run --code {0}.", r->o->code));
    return ERR_NONE;
}

static Err options_of(Run *r, QuantOptions *out)
{
    const Options *o = r->o;
    if (o->words_n != 1) return err_text(ERR_INVALID, text_of("quant REGISTER.json （標準入力からは -）です。", "It is quant REGISTER.json (- for standard input)."));
    if (o->trials < 1 || o->trials > (int64_t)LOSS_TRIALS_MAX) return wrong(r, "--trials は {0} から {1} までです。", "--trials takes {0} to {1}.", 1, (int64_t)LOSS_TRIALS_MAX);
    if (o->seed < 0 || o->seed > SEED_MAX) return wrong(r, "--seed は {0} から {1} までです。", "--seed takes {0} to {1}.", 0, SEED_MAX);
    if (o->threads < 0 || o->threads > THREADS_MAX) return wrong(r, "--threads は {0} から {1} までです（0 はプロセッサーの数）。", "--threads takes {0} to {1} (0: one for each processor).", 0, THREADS_MAX);
    *out = (QuantOptions){.trials = (uint64_t)o->trials, .seed = (uint64_t)o->seed, .threads = (int)o->threads, .exact = o->exact};
    return code_of(r, &out->code);
}

/* --- while it runs ------------------------------------------------------------------------------------------------------- */

/* The totals of every case, a sorted copy and room to sort it; beyond the ceiling that every command has only where the machine has as much. */
static Err make_room(Run *r, const Quant *q, const QuantOptions *o)
{
    double need = 8. * (double)o->trials * (double)(q->model.cases_n + 6) + (double)r->a->used + (1 << 29);
    double has = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    Str need_mib = str_printf(r->a, "%.0f", need / (1 << 20)), has_mib = str_printf(r->a, "%.0f", has / (1 << 20));
    if (need <= (double)r->a->limit) return ERR_NONE;
    if (need > has) return err_text(ERR_TOO_LARGE, TEXT_FILL(r->a, "この試行の数にはメモリーが {0} MiB 要りますが、このコンピューターには {1} MiB しかありません。--trials を減らしてください。", "So many trials take {0} MiB of memory, and this machine has {1} MiB: take fewer with --trials.", need_mib, has_mib));
    r->a->limit = (size_t)need;
    return ERR_NONE;
}

static Err calculate(Run *r, const Quant *q, QuantOptions *o, Buf *result)
{
    Watch w;
    watch_begin(r->o, &w);
    o->go_on = watch, o->arg = &w;
    Err e = quant_run(r->a, q, o, result);
    watch_end(&w);
    return e;
}

/* --- the command ------------------------------------------------------------------------------------------------------------ */

Err command_quant(Run *r)
{
    Quant q;
    QuantOptions o;
    Str bytes;
    Buf result;
    if (r->o->schema) return schema_say(r, quant_schema);
    TRY(options_of(r, &o));
    TRY(app_read_input(r->a, r->o->words[0], QUANT_BYTES_MAX, &bytes));
    TRY(quant_read(r->a, bytes, &q));
    TRY(make_room(r, &q, &o));
    buf_init(&result, r->a, 1 << 16);
    TRY(calculate(r, &q, &o, &result));
    if (!r->o->json) return quant_words(r->a, buf_str(&result), r->o->lang, &r->out);
    buf_add(&r->out, str_slice(buf_str(&result), 1, result.n - 1)); /* its keys: the object is open */
    return ERR_NONE;
}
