/* cascade.c -- kaname cascade: a net of dependencies in, what fails when something fails out; no database. */
#include "app/app.h"

#include "net/net.h"

enum { THREADS_MOST = 64 };
#define SEED_MAX ((int64_t)1 << 53) /* every seed is a number that JSON keeps */

static Err number_in(Run *r, const char *option, int64_t v, int64_t low, int64_t high)
{
    if (v >= low && v <= high) return ERR_NONE;
    return err_text(ERR_INVALID, TEXT_FILL(r->a, "{0} は {1} から {2} までです。", "{0} is from {1} to {2}.", str_of(option), number(r, low), number(r, high)));
}

static Err engine_of(Run *r, CascadeEngine *out)
{
    static const Str words[CASCADE_ENGINES] = {{"pilot", 5}, {"events", 6}, {"sweeps", 6}, {"work", 4}};
    for (int i = 0; i < CASCADE_ENGINES; i++)
        if (!r->o->engine.n || str_eq(r->o->engine, words[i])) return *out = (CascadeEngine)i, ERR_NONE;
    return err_text(ERR_INVALID, not_a_word(r->a, r->o->engine, words, CASCADE_ENGINES));
}

static Err options_of(Run *r, NetOptions *out)
{
    const Options *o = r->o;
    TRY(number_in(r, "--scenarios", o->scenarios, 1, CASCADE_SCENARIOS_MAX));
    TRY(number_in(r, "--seed", o->seed, 0, SEED_MAX));
    TRY(number_in(r, "--threads", o->threads, 0, THREADS_MOST));
    TRY(number_in(r, "--times", o->times, 0, 1000000));
    TRY(number_in(r, "--pairs", o->pairs, 0, CASCADE_LANES));
    *out = (NetOptions){.scenarios = (uint64_t)o->scenarios, .seed = (uint64_t)o->seed, .threads = (int)o->threads, .horizon = (double)o->times, .pairs = (size_t)o->pairs};
    return engine_of(r, &out->engine);
}

static Err net_of(Run *r, Net *net)
{
    Str first, second;
    if (r->o->words_n < 1 || r->o->words_n > 2)
        return err_text(ERR_INVALID, text_of("cascade NET.json （標準入力からは -）か、 cascade NODES.csv EDGES.csv です。", "It is cascade NET.json (- for standard input), or cascade NODES.csv EDGES.csv."));
    TRY(app_read_input(r->a, r->o->words[0], NET_BYTES_MAX, &first));
    if (r->o->words_n == 1) return net_read(r->a, first, net);
    TRY(app_read_input(r->a, r->o->words[1], NET_BYTES_MAX, &second));
    return net_read_csv(r->a, first, second, net);
}

static Err graph_write(Run *r, const Net *net)
{
    Buf b;
    if (!r->o->graphml.n) return ERR_NONE;
    buf_init(&b, r->a, 1 << 16);
    net_graphml(net, &b);
    return app_write_file(r->a, r->o->graphml, buf_str(&b));
}

static Err run_net(Run *r, const Net *net, NetOptions *o, Buf *result)
{
    Watch w;
    watch_begin(r->o, &w);
    o->go_on = watch, o->arg = &w;
    Err e = net_run(r->a, net, o, result);
    watch_end(&w);
    return e;
}

Err command_cascade(Run *r)
{
    Net *net = arena_new(r->a, Net);
    NetOptions o;
    Buf result;
    if (r->o->schema) return schema_say(r, net_schema);
    TRY(options_of(r, &o));
    TRY(net_of(r, net));
    TRY(graph_write(r, net));
    buf_init(&result, r->a, 1 << 16);
    TRY(run_net(r, net, &o, &result));
    if (!r->o->json) TRY(net_words(r->a, buf_str(&result), r->o->lang, &r->out));
    else buf_add(&r->out, str_slice(buf_str(&result), 1, result.n - 1)), r->json.comma = true; /* the braces are the answer's */
    return cascade_outages(r, buf_str(&result));
}
