/*
 * singles.c -- which single failure brings down the most (exactly, all of them), what each of the worst does to each class of service, and which pairs are worse together than one by
 * one: there a reserve was lost. Cost: 100 cascades and, with times, as many event queues; k² / 2 cascades for pairs within k.
 */
#include "net/inside.h"

#include <math.h>

static size_t least(size_t x, size_t y) { return x < y ? x : y; }

/* --- who is without service, in one scenario -------------------------------------------------------------------------------------- */

typedef struct Stop { uint32_t node; double hours; bool back; } Stop; /* hours: NAN not asked */

/* The longest span of each node within the horizon. */
static Err hours_of(Running *r, uint32_t hit, double *hours, bool *back)
{
    CascadeSpan *spans;
    size_t n;
    double at = 0, repair = r->net->net.nodes[hit].repair_mode;
    TRY(cascade_spans(r->side, r->plan, &hit, &at, &repair, 1, r->o->horizon, &spans, &n));
    for (size_t i = 0; i < n; i++) {
        bool returns = isfinite(spans[i].to);
        double h = (returns ? spans[i].to : r->o->horizon) - spans[i].from;
        if (h > hours[spans[i].node]) hours[spans[i].node] = h;
        back[spans[i].node] = back[spans[i].node] && returns;
    }
    return ERR_NONE;
}

/* Those of `failed` who have users; with times only those that really stop, since a buffer may outlast the repair. */
static Err stops_of(Running *r, uint32_t hit, const uint32_t *failed, size_t n, Stop *stops, size_t *out)
{
    const CascadeNet *net = &r->net->net;
    bool timed = r->o->horizon > 0 && r->net->repair_given[hit];
    double *hours = timed ? arena_array(r->side, double, net->nodes_n) : NULL;
    bool *back = timed ? arena_array(r->side, bool, net->nodes_n) : NULL;
    *out = 0;
    if (timed) memset(back, 1, net->nodes_n * sizeof *back);
    if (timed) TRY(hours_of(r, hit, hours, back));
    for (size_t i = 0; i < n; i++)
        if (net->nodes[failed[i]].users > 0 && (!timed || hours[failed[i]] > 0)) stops[(*out)++] = (Stop){failed[i], timed ? hours[failed[i]] : NAN, !timed || back[failed[i]]};
    return ERR_NONE;
}

static void duration_out(JsonOut *j, double hours, bool back)
{
    if (isnan(hours)) return;
    json_knumber(j, "hours", hours);
    if (!back) json_kbool(j, "back", false); /* `hours` is then the horizon's end, and not the end of it */
}

static void stops_out(const Running *r, const Stop *stops, size_t n)
{
    JsonOut *j = r->j;
    Ranked *rank = arena_array(r->side, Ranked, n + 1);
    for (size_t i = 0; i < n; i++) rank[i] = (Ranked){r->net->net.nodes[stops[i].node].users, 0, (uint32_t)i};
    ranked_sort(rank, n);
    list_begin(j, "services", n, least(n, SINGLE_SERVICES_SHOWN));
    for (size_t i = 0; i < least(n, SINGLE_SERVICES_SHOWN); i++) {
        const Stop *s = &stops[rank[i].i];
        json_open(j, '{');
        node_name(r, s->node), json_knumber(j, "users", r->net->net.nodes[s->node].users), json_kstr(j, "class", r->net->services[s->node]);
        duration_out(j, s->hours, s->back);
        json_close(j, '}');
    }
    list_end(j);
}

/* Services of one class may have the same users: at least the largest number, at most the sum. */
static void class_out(const Running *r, Str class, const Stop *stops, size_t n)
{
    double sum = 0, largest = 0, hours = NAN;
    bool back = true;
    JsonOut *j = r->j;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(r->net->services[stops[i].node], class)) continue;
        double users = r->net->net.nodes[stops[i].node].users;
        sum += users, largest = fmax(largest, users), hours = fmax(hours, stops[i].hours), back = back && stops[i].back;
    }
    json_open(j, '{');
    json_kstr(j, "class", class), json_knumber(j, "users_at_least", largest), json_knumber(j, "users_at_most", sum);
    duration_out(j, hours, back);
    json_close(j, '}');
}

static bool is_first(const Running *r, const Stop *stops, size_t i)
{
    Str class = r->net->services[stops[i].node];
    for (size_t k = 0; k < i; k++)
        if (str_eq(r->net->services[stops[k].node], class)) return false;
    return class.n > 0;
}

enum { CLASS_STOPS_MAX = 5000 }; /* that are looked at for their classes */

static void classes_out(const Running *r, const Stop *stops, size_t n)
{
    if (n > CLASS_STOPS_MAX) n = CLASS_STOPS_MAX;
    json_key(r->j, STR("classes")), json_open(r->j, '[');
    for (size_t i = 0, shown = 0; i < n && shown < SINGLE_SERVICES_SHOWN; i++)
        if (is_first(r, stops, i)) class_out(r, r->net->services[stops[i].node], stops, n), shown++;
    json_close(r->j, ']');
}

/* --- singles -------------------------------------------------------------------------------------------------------------------------- */

static Ranked *singles_ranked(Running *r, Arena *a)
{
    size_t n = r->net->net.nodes_n;
    Ranked *rank = arena_array(a, Ranked, n + 1);
    for (size_t i = 0; i < n; i++) rank[i] = (Ranked){weight_of(r, &r->single[i]), r->single[i].failed, (uint32_t)i};
    ranked_sort(rank, n);
    return rank;
}

static Err single_out(Running *r, uint32_t hit, const uint64_t *set, size_t scenario)
{
    size_t nodes = r->net->net.nodes_n, failed_n = 0, n;
    uint32_t *failed = arena_array(r->side, uint32_t, r->single[hit].failed + 1);
    Stop *stops = arena_array(r->side, Stop, r->single[hit].failed + 1);
    for (size_t v = 0; v < nodes && failed_n < r->single[hit].failed; v++)
        if (set_has(set, nodes, scenario, v)) failed[failed_n++] = (uint32_t)v;
    TRY(stops_of(r, hit, failed, failed_n, stops, &n));
    json_open(r->j, '{');
    node_name(r, hit), json_kstr(r->j, "kind", r->net->kinds[hit]), json_kint(r->j, "failed", r->single[hit].failed);
    if (r->o->horizon > 0) json_kbool(r->j, "timed", r->net->repair_given[hit]); /* false: its hours of repair are not known */
    if (r->users) json_knumber(r->j, "users", r->single[hit].users), stops_out(r, stops, n), classes_out(r, stops, n);
    json_close(r->j, '}');
    return ERR_NONE;
}

Err singles_out(Running *r)
{
    size_t nodes = r->net->net.nodes_n, n = least(nodes, SINGLES_SHOWN);
    Ranked *rank = singles_ranked(r, r->a);
    uint32_t first[SINGLES_SHOWN + 1], of[SINGLES_SHOWN];
    uint64_t *failed = arena_array(r->a, uint64_t, nodes), *set = arena_array(r->a, uint64_t, nodes * SET_WORDS);
    for (uint32_t i = 0; i <= n; i++) first[i] = i;
    for (size_t i = 0; i < n; i++) of[i] = rank[i].i;
    TRY(cascade_given(r->side, r->plan, first, of, n, CASCADE_PILOT, failed, set));
    list_begin(r->j, "singles", nodes, n);
    for (size_t i = 0; i < n; i++) {
        side_clear(r);
        TRY(single_out(r, of[i], set, i));
    }
    list_end(r->j);
    side_clear(r);
    return ERR_NONE;
}

/* --- pairs ------------------------------------------------------------------------------------------------------------------------------ */

/* Which nodes may be worse in pairs: those that do much by themselves, and those of which several must fail before somebody who does much fails. */
static void pair_nodes(const Running *r, Ranked *rank)
{
    const CascadeNet *net = &r->net->net;
    for (size_t i = 0; i < net->nodes_n; i++) rank[i] = (Ranked){weight_of(r, &r->single[i]), r->single[i].failed, (uint32_t)i};
    for (size_t v = 0; v < net->nodes_n; v++)
        for (uint32_t k = 0; k < net->nodes[v].n; k++) {
            const CascadeNeed *d = &net->needs[net->nodes[v].first + k];
            double weight = weight_of(r, &r->single[v]);
            for (uint32_t i = 0; d->k > 1 && i < d->n; i++) {
                Ranked *s = &rank[net->suppliers[d->first + i]];
                s->key = fmax(s->key, weight), s->next = fmax(s->next, r->single[v].failed);
            }
        }
    ranked_sort(rank, net->nodes_n);
}

/* What fails when i alone and when j alone fails, counted once: overlap[i × k + j]. */
static void overlaps(const Running *r, const uint64_t *set, size_t k, CascadeImpact *overlap)
{
    size_t nodes = r->net->net.nodes_n;
    uint32_t *in = arena_array(r->side, uint32_t, k + 1);
    for (size_t v = 0; v < nodes; v++) {
        size_t n = 0;
        for (uint32_t i = 0; i < k; i++)
            if (set_has(set, nodes, i, v)) in[n++] = i;
        for (size_t x = 0; x < n; x++)
            for (size_t y = x + 1; y < n; y++) overlap[in[x] * k + in[y]].failed++, overlap[in[x] * k + in[y]].users += r->net->net.nodes[v].users;
    }
}

typedef struct Pairs { uint32_t of[CASCADE_LANES]; size_t k; CascadeImpact *both, *overlap; } Pairs;

static CascadeImpact beyond(const Running *r, const Pairs *p, size_t i, size_t j)
{
    const CascadeImpact *x = &r->single[p->of[i]], *y = &r->single[p->of[j]], *o = &p->overlap[i * p->k + j], *b = &p->both[i * p->k + j];
    uint32_t failed = b->failed - (x->failed + y->failed - o->failed);
    return (CascadeImpact){failed, failed ? fmax(0, b->users - (x->users + y->users - o->users)) : 0};
}

static void pair_out(const Running *r, const Pairs *p, uint32_t at)
{
    JsonOut *j = r->j;
    size_t x = at / p->k, y = at % p->k;
    CascadeImpact more = beyond(r, p, x, y);
    json_open(j, '{');
    json_key(j, STR("of")), json_open(j, '[');
    json_open(j, '{'), node_name(r, p->of[x]), json_close(j, '}');
    json_open(j, '{'), node_name(r, p->of[y]), json_close(j, '}');
    json_close(j, ']');
    json_kint(j, "failed", p->both[at].failed), json_kint(j, "failed_beyond", more.failed);
    if (r->users) json_knumber(j, "users", p->both[at].users), json_knumber(j, "users_beyond", more.users);
    json_close(j, '}');
}

static void pairs_list(const Running *r, const Pairs *p)
{
    Ranked *rank = arena_array(r->side, Ranked, p->k * p->k + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->k; i++)
        for (size_t j = i + 1; j < p->k; j++) {
            CascadeImpact more = beyond(r, p, i, j);
            if (more.failed) rank[n++] = (Ranked){weight_of(r, &more), more.failed, (uint32_t)(i * p->k + j)};
        }
    ranked_sort(rank, n);
    json_kint(r->j, "pairs_within", (int64_t)p->k);
    list_begin(r->j, "pairs", n, least(n, PAIRS_SHOWN));
    for (size_t i = 0; i < least(n, PAIRS_SHOWN); i++) pair_out(r, p, rank[i].i);
    list_end(r->j);
}

Err pairs_out(Running *r)
{
    size_t nodes = r->net->net.nodes_n;
    Pairs *p = arena_new(r->side, Pairs);
    uint32_t first[CASCADE_LANES + 1];
    if (r->o->pairs > CASCADE_LANES) return err_text(ERR_INVALID, TEXT_FILL(r->a, "組を調べるノードは {0} までです。", "Pairs within at most {0} nodes.", str_printf(r->a, "%d", CASCADE_LANES)));
    p->k = least(r->o->pairs, nodes);
    if (p->k < 2) return ERR_NONE;
    Ranked *rank = arena_array(r->side, Ranked, nodes + 1);
    pair_nodes(r, rank);
    for (size_t i = 0; i < p->k; i++) p->of[i] = rank[i].i;
    for (uint32_t i = 0; i <= p->k; i++) first[i] = i;
    uint64_t *failed = arena_array(r->side, uint64_t, nodes), *set = arena_array(r->side, uint64_t, nodes * SET_WORDS);
    p->both = arena_array(r->side, CascadeImpact, p->k * p->k), p->overlap = arena_array(r->side, CascadeImpact, p->k * p->k);
    TRY(cascade_given(r->side, r->plan, first, p->of, p->k, CASCADE_PILOT, failed, set));
    TRY(cascade_pairs(r->side, r->plan, p->of, p->k, p->both));
    overlaps(r, set, p->k, p->overlap);
    pairs_list(r, p);
    side_clear(r);
    return ERR_NONE;
}
