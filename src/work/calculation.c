/*
 * calculation.c -- asked for in a change, run by the lane of calculations (an errand with a beat). A running one carries the mark of its run: whoever asks again or cancels changes the row, the beat
 * sees it within a second, and what comes out of a run that lost its mark is thrown away.
 */
#include "work/calculation.h"

#include "job/job.h"

#include <sodium.h>
#include <unistd.h>

const Choice calculation_states[CALCULATION_STATES] = {
    [CALCULATION_WAITING] = {{"waiting", 7}, TEXT("順番待ち", "Waiting"), TEXT("前の計算が終わると始まります", "It begins when the one before it is over")},
    [CALCULATION_RUNNING] = {{"running", 7}, TEXT("計算中", "Running"), TEXT("結果は計算が終わると出ます", "The result appears when it is over")},
    [CALCULATION_DONE] = {{"done", 4}, TEXT("完了", "Done"), TEXT("結果があります", "There is a result")},
    [CALCULATION_FAILED] = {{"failed", 6}, TEXT("失敗", "Failed"), TEXT("理由を見て直してください", "Look at the reason, and correct it")},
    [CALCULATION_CANCELLED] = {{"cancelled", 9}, TEXT("取りやめ", "Cancelled"), TEXT("途中で止めました", "It was stopped")},
};

#define KIND "calc.run"

int calculation_threads(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN) / 2;
    return n < 1 ? 1 : n > 64 ? 64 : (int)n;
}

Str calculation_hash(Arena *a, Str input)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)input.s, input.n);
    return hex_text(a, hash, sizeof hash);
}

static Str key_of(Arena *a, Str kind, Id record) { return str_join(a, kind, STR("/"), id_text(a, record)); }

/* --- asked, cancelled, looked at ------------------------------------------------------------------------------------------- */

Err calculation_ask(Ctx *c, Str kind, Id record, Str input)
{
    if (input.n > CALCULATION_BYTES_MAX)
        return err_text(ERR_TOO_LARGE, text_of("計算の対象が多すぎます。対象を絞ってください。", "There is too much to calculate. Narrow it down."));
    TRY(DB_EXEC(c->db,
        "INSERT INTO calculation (org, record, kind, state, per_mille, mark, input_hash, error_ja, error_en, asked, started, ended) VALUES (?, ?, ?, 0, 0, 0, ?, '', '', ?, 0, 0)"
        " ON CONFLICT (org, record, kind) DO UPDATE SET state = 0, per_mille = 0, mark = 0, input_hash = excluded.input_hash, error_ja = '', error_en = '', asked = excluded.asked, started = 0, ended = 0",
        P_INT(c->who->org.row), P_ID(record), P_TEXT(kind), P_TEXT(calculation_hash(c->a, input)), P_INT(c->now)));
    TRY(DB_EXEC(c->db,
        "INSERT INTO calculation_document (org, record, kind, input, result) VALUES (?, ?, ?, ?, '')"
        " ON CONFLICT (org, record, kind) DO UPDATE SET input = excluded.input, result = ''",
        P_INT(c->who->org.row), P_ID(record), P_TEXT(kind), P_TEXT(input)));
    return work_enqueue(c, KIND, key_of(c->a, kind, record), (Str){0}, c->now);
}

Err calculation_cancel(Ctx *c, Str kind, Id record)
{
    return DB_EXEC(c->db, "UPDATE calculation SET state = 4, per_mille = 0, mark = 0, ended = ? WHERE org = ? AND record = ? AND kind = ? AND state < 2", P_INT(c->now), P_INT(c->who->org.row), P_ID(record), P_TEXT(kind));
}

Err calculation_forget(Ctx *c, Id record)
{
    TRY(DB_EXEC(c->db, "DELETE FROM calculation_document WHERE org = ? AND record = ?", P_INT(c->who->org.row), P_ID(record)));
    return DB_EXEC(c->db, "DELETE FROM calculation WHERE org = ? AND record = ?", P_INT(c->who->org.row), P_ID(record));
}

static Text not_finished(void)
{
    return text_of("計算のたびにプログラムが終わってしまうので、やめました。試行回数か対象を減らしてください。", "The program ended during every try, so it was given up. Take fewer trials or risks.");
}

/* Its job was given up: nobody will run it any more. */
static Err see_given_up(Ctx *c, Str kind, Id record, Calculation *out)
{
    Cursor q;
    if (out->state > CALCULATION_RUNNING) return ERR_NONE;
    DB_QUERY(c->db, &q, "SELECT 1 FROM job WHERE kind = ? AND org = ? AND key = ? AND state < 3 LIMIT 1", P_TEXT(STR(KIND)), P_INT(c->who->org.row), P_TEXT(key_of(c->a, kind, record)));
    if (!cursor_next(&q)) out->state = CALCULATION_FAILED, out->error = not_finished();
    return cursor_close(&q);
}

Err calculation_state(Ctx *c, Str kind, Id record, Calculation *out, bool *found)
{
    Cursor q;
    *out = (Calculation){0};
    DB_QUERY(c->db, &q, "SELECT state, per_mille, input_hash, error_ja, error_en, asked, started, ended FROM calculation WHERE org = ? AND record = ? AND kind = ?", P_INT(c->who->org.row), P_ID(record), P_TEXT(kind));
    *found = cursor_next(&q);
    if (*found)
        *out = (Calculation){.state = (CalculationState)cursor_int(&q, 0), .per_mille = (int)cursor_int(&q, 1), .input_hash = str_copy(c->a, cursor_text(&q, 2)),
            .error = {{str_copy(c->a, cursor_text(&q, 3)), str_copy(c->a, cursor_text(&q, 4))}}, .asked = cursor_int(&q, 5), .started = cursor_int(&q, 6), .ended = cursor_int(&q, 7)};
    TRY(cursor_close(&q));
    return *found ? see_given_up(c, kind, record, out) : ERR_NONE;
}

static Err documents(Ctx *c, Str kind, Id record, Str *input, Str *result)
{
    Cursor q;
    DB_QUERY(c->db, &q, "SELECT input, result FROM calculation_document WHERE org = ? AND record = ? AND kind = ?", P_INT(c->who->org.row), P_ID(record), P_TEXT(kind));
    if (cursor_next(&q)) *input = str_copy(c->a, cursor_text(&q, 0)), *result = str_copy(c->a, cursor_text(&q, 1));
    return cursor_close(&q);
}

Err calculation_get(Ctx *c, Str kind, Id record, Calculation *out, bool *found)
{
    TRY(calculation_state(c, kind, record, out, found));
    return *found ? documents(c, kind, record, &out->input, &out->result) : ERR_NONE;
}

/* --- for pages --------------------------------------------------------------------------------------------------------------- */

static void instant_out(Arena *a, JsonOut *j, const char *key, Instant t)
{
    json_key(j, str_of(key));
    if (t) json_str(j, instant_text(a, t));
    else json_none(j);
}

void calculation_json(JsonOut *j, Arena *a, const Calculation *x, bool found)
{
    json_kstr(j, "state", found ? calculation_states[x->state].code : STR("none"));
    json_key(j, STR("label")), json_text(j, found ? calculation_states[x->state].label : text_of("まだ計算していない", "Not calculated yet"));
    json_kint(j, "per_mille", x->per_mille);
    instant_out(a, j, "asked", x->asked), instant_out(a, j, "started", x->started), instant_out(a, j, "ended", x->ended);
    json_key(j, STR("error"));
    if (x->error.in[JA].n) json_text(j, x->error);
    else json_none(j);
}

/* --- the errand ------------------------------------------------------------------------------------------------------------- */

typedef struct Run {
    Str kind; Id record; Str input;
    int64_t mark;
    const CalculationMeans *means;
    int per_mille, told; /* per_mille: written by the thread that calculates */
    bool lost;           /* cancelled, asked again, or taken by another server */
    Buf result; Err err;
} Run;

static bool key_read(Str key, Str *kind, Id *record) { return str_cut(&key, '/', kind) && id_parse(key, record); }

static Err give_up(Ctx *c, const Run *r, Text why)
{
    return DB_EXEC(c->db, "UPDATE calculation SET state = 3, error_ja = ?, error_en = ?, ended = ? WHERE org = ? AND record = ? AND kind = ? AND state < 2 AND mark = ?", P_TEXT(why.in[JA]), P_TEXT(why.in[EN]), P_INT(c->now),
        P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind), P_INT(r->mark));
}

static Err begin(Ctx *c, Run *r)
{
    Str result;
    random_bytes(&r->mark, sizeof r->mark);
    TRY(documents(c, r->kind, r->record, &r->input, &result));
    return DB_EXEC(c->db, "UPDATE calculation SET state = 1, per_mille = 0, mark = ?, started = ? WHERE org = ? AND record = ? AND kind = ? AND state < 2", P_INT(r->mark), P_INT(c->now), P_INT(c->who->org.row),
        P_ID(r->record), P_TEXT(r->kind));
}

static Err prepare(Ctx *c, const Job *job, void **what)
{
    Cursor q;
    Run *r = arena_new(c->a, Run);
    if (!key_read(job->key, &r->kind, &r->record)) return err_of(ERR_INVALID);
    DB_QUERY(c->db, &q, "SELECT mark FROM calculation WHERE org = ? AND record = ? AND kind = ? AND state < 2 FOR UPDATE", P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind));
    bool wanted = cursor_next(&q);
    if (wanted) r->mark = cursor_int(&q, 0);
    TRY(cursor_close(&q));
    if (!wanted) return ERR_NONE;
    if (job->attempts > CALCULATION_TRIES_MAX) return give_up(c, r, not_finished());
    TRY(begin(c, r));
    *what = r;
    return ERR_NONE;
}

static bool stopping(const Run *r) { return r->means->stopping && __atomic_load_n(r->means->stopping, __ATOMIC_RELAXED); }

static bool go_on(void *arg, double done)
{
    Run *r = arg;
    int now = done > 0 ? done < 1 ? (int)(done * 1000) : 1000 : 0;
    __atomic_store_n(&r->per_mille, now, __ATOMIC_RELAXED);
    return !stopping(r) && !__atomic_load_n(&r->lost, __ATOMIC_RELAXED);
}

static const CalculationKind *kind_of(const CalculationKinds *kinds, Str code)
{
    for (size_t i = 0; i < kinds->n; i++)
        if (str_eq(kinds->list[i]->code, code)) return kinds->list[i];
    return NULL;
}

static Err too_much(void) { return err_text(ERR_TOO_LARGE, text_of("結果が大きすぎます。対象を絞ってください。", "The result is too large. Narrow it down.")); }

/* What the calculation says of itself is an answer; only the end of the program is none. */
static Err go(Arena *a, const void *means, void *what)
{
    Run *r = what;
    r->means = means;
    const CalculationKind *k = kind_of(&r->means->kinds, r->kind);
    buf_init(&r->result, a, 1 << 16);
    r->err = k ? k->run(a, r->input, go_on, r, &r->result) : err_text(ERR_NOT_FOUND, text_of("この計算はこの版にはありません。", "This program does not know such a calculation."));
    if (!r->err.kind && r->result.n > CALCULATION_BYTES_MAX) r->err = too_much();
    return r->err.kind && stopping(r) ? err_of(ERR_BUSY) : ERR_NONE;
}

/* Whether it is still wanted, and how far it is. */
static Err beat(Ctx *c, const Job *job, void *what, bool mine)
{
    Run *r = what;
    Cursor q;
    bool wanted = false;
    int now = __atomic_load_n(&r->per_mille, __ATOMIC_RELAXED);
    UNUSED(job);
    if (mine) {
        DB_QUERY(c->db, &q, "SELECT mark FROM calculation WHERE org = ? AND record = ? AND kind = ? AND state = 1", P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind));
        wanted = cursor_next(&q) && cursor_int(&q, 0) == r->mark;
        TRY(cursor_close(&q));
    }
    if (!wanted) __atomic_store_n(&r->lost, true, __ATOMIC_RELAXED);
    if (!wanted || now == r->told) return ERR_NONE;
    r->told = now;
    return DB_EXEC(c->db, "UPDATE calculation SET per_mille = ? WHERE org = ? AND record = ? AND kind = ? AND mark = ?", P_INT(now), P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind), P_INT(r->mark));
}

static Err keep(Ctx *c, const Run *r)
{
    int64_t mine;
    TRY(db_exec(c->db, "UPDATE calculation SET state = 2, per_mille = 1000, ended = ? WHERE org = ? AND record = ? AND kind = ? AND state = 1 AND mark = ?",
        (Param[]){P_INT(c->now), P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind), P_INT(r->mark)}, 5, &mine));
    if (!mine) return ERR_NONE;
    return DB_EXEC(c->db, "UPDATE calculation_document SET result = ? WHERE org = ? AND record = ? AND kind = ?", P_TEXT(buf_str(&r->result)), P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind));
}

/* All mistakes of a document in one sentence; the first three are named. */
static Text why_of(Arena *a, Err e)
{
    enum { NAMED = 3 };
    if (!e.mistakes) return e.text.in[JA].n ? e.text : err_rows[e.kind].title;
    Text out = {{{0}}};
    for (int lang = JA; lang < LANGS; lang++) {
        Buf b;
        buf_init(&b, a, 256);
        for (size_t i = 0; i < e.mistakes->n && i < NAMED; i++)
            buf_printf(&b, "%s%.*s: %.*s", i ? " / " : "", STR_ARG(e.mistakes->list[i].path), STR_ARG(e.mistakes->list[i].text.in[lang]));
        if (e.mistakes->n > NAMED) buf_addc(&b, " …");
        out.in[lang] = buf_str(&b);
    }
    return out;
}

static Err done(Ctx *c, const Job *job, void *what)
{
    const Run *r = what;
    UNUSED(job);
    return r->err.kind ? give_up(c, r, why_of(c->a, r->err)) : keep(c, r);
}

/* Put back when the server ends; want of memory is the same the next time. */
static Err failed(Ctx *c, const Job *job, void *what, Err why)
{
    const Run *r = what;
    UNUSED(job);
    if (why.kind != ERR_BUSY) return give_up(c, r, why.kind == ERR_FULL ? text_of("計算に要る記憶が足りません。試行回数か対象を減らしてください。", "There is not enough memory for it. Take fewer trials or risks.") : why_of(c->a, why));
    return DB_EXEC(c->db, "UPDATE calculation SET state = 0, per_mille = 0 WHERE org = ? AND record = ? AND kind = ? AND state = 1 AND mark = ?", P_INT(c->who->org.row), P_ID(r->record), P_TEXT(r->kind), P_INT(r->mark));
}

const Errand calculation_errand = {.prepare = prepare, .go = go, .done = done, .failed = failed, .beat = beat};
