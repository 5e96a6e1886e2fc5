/*
 * read.c -- the document of a register, by its tables of keys. Risks are put in the order of their identifiers, so that the order of the rows changes no bit of a result;
 * controls multiply: what is in place holds in every case, a plan comes on top of it.
 */
#include "quant/inside.h"

#include <jansson.h>
#include <math.h>

#define RATE_MAX 1e6    /* events of one risk in a year */
#define SMALLEST 1e-6   /* of amounts that must be greater than 0 */
#define WIDEST 1e9      /* high / low of a 90 % interval */
#define SHAPE_MAX 1000.

/* --- tables ----------------------------------------------------------------------------------------------------------- */

typedef struct Spec { double low, mode, high, mean, sd, shape, value, rate, probability; const json_t *values, *tail; } Spec; /* of any frequency or loss; what is not there is NAN */
typedef struct TailDoc { double from, shape; } TailDoc;
typedef struct CommonDoc { Str factor; double count, size; } CommonDoc;
typedef struct SecondaryDoc { double probability; const json_t *loss; } SecondaryDoc;
typedef struct CoverDoc { const json_t *each, *year; } CoverDoc;
typedef struct ControlDoc { Str id, title, risk; double events, size; } ControlDoc;
typedef struct FactorDoc { Str id, title, copula; double freedom; } FactorDoc;
typedef struct RiskDoc { Str id, title; const json_t *frequency, *loss, *secondary, *common, *insurance, *controls; } RiskDoc;
typedef struct PlanDoc { Str id, title; double cost; const json_t *controls, *insurance, *on_sum; } PlanDoc;
typedef struct RegisterDoc { Str format, title, currency; const json_t *factors, *risks, *insurance, *plans, *acceptance; } RegisterDoc;

#define SPEC(member) offsetof(Spec, member)
#define MONEY(name, flags) {#name, FORM_NUMBER, SPEC(name), 0, FORM_AMOUNT_MAX, flags}
#define MONEY_OVER(name, flags) {#name, FORM_NUMBER, SPEC(name), SMALLEST, FORM_AMOUNT_MAX, flags}
#define RATE(name, flags) {#name, FORM_NUMBER, SPEC(name), 0, RATE_MAX, flags}
#define SHAPE(struct_, flags) {"shape", FORM_NUMBER, offsetof(struct_, shape), 0.1, SHAPE_MAX, flags}
#define ID_FIELD(struct_, flags) {"id", FORM_STR, offsetof(struct_, id), 0, 200, flags}
#define TITLE_FIELD(struct_) {"title", FORM_STR, offsetof(struct_, title), 0, 500}
#define SHARE_FIELD(name, struct_, member, flags) {name, FORM_NUMBER, offsetof(struct_, member), 0, 1, flags}
#define TREE(name, struct_, member, kind, min, max, flags, form) {name, kind, offsetof(struct_, member), min, max, flags, form}

static const FormField tail_fields[] = {{"from", FORM_NUMBER, offsetof(TailDoc, from), SMALLEST, FORM_AMOUNT_MAX, FORM_NEEDED}, SHAPE(TailDoc, FORM_NEEDED)};
static const Form tail_form = FORM(NULL, tail_fields);

static const FormField poisson_fields[] = {RATE(rate, FORM_NEEDED)};
static const FormField pert_rate_fields[] = {RATE(low, FORM_NEEDED), RATE(mode, FORM_NEEDED), RATE(high, FORM_NEEDED)};
static const FormField uniform_rate_fields[] = {RATE(low, FORM_NEEDED), RATE(high, FORM_NEEDED)};
static const FormField gamma_fields[] = {RATE(mean, FORM_OVER), RATE(sd, FORM_OVER), RATE(low, 0), RATE(high, FORM_OVER)};
static const FormField bernoulli_fields[] = {SHARE_FIELD("probability", Spec, probability, FORM_NEEDED)};
static const Form poisson = FORM("poisson", poisson_fields), pert_rate = FORM("pert", pert_rate_fields), uniform_rate = FORM("uniform", uniform_rate_fields), gamma_rate = FORM("gamma", gamma_fields),
                  bernoulli = FORM("bernoulli", bernoulli_fields);
static const Form *const frequency_picks[] = {&poisson, &pert_rate, &uniform_rate, &gamma_rate, &bernoulli, NULL};
static const Form frequency_form = {.picks = frequency_picks};

static const FormField fixed_fields[] = {MONEY(value, FORM_NEEDED)};
static const FormField lognormal_fields[] = {MONEY_OVER(low, 0), MONEY_OVER(high, 0), MONEY_OVER(mean, 0), MONEY_OVER(sd, 0), TREE("tail", Spec, tail, FORM_OBJECT, 0, 0, 0, &tail_form)};
static const FormField pert_fields[] = {MONEY(low, FORM_NEEDED), MONEY(mode, FORM_NEEDED), MONEY(high, FORM_NEEDED)};
static const FormField uniform_fields[] = {MONEY(low, FORM_NEEDED), MONEY(high, FORM_NEEDED)};
static const FormField pareto_fields[] = {MONEY_OVER(low, FORM_NEEDED), SHAPE(Spec, FORM_NEEDED), MONEY_OVER(high, 0)};
static const FormField sample_fields[] = {TREE("values", Spec, values, FORM_NUMBERS, 1, QUANT_VALUES_MAX, FORM_NEEDED, NULL), TREE("tail", Spec, tail, FORM_OBJECT, 0, 0, 0, &tail_form)};
static const Form fixed = FORM("fixed", fixed_fields), lognormal = FORM("lognormal", lognormal_fields), pert = FORM("pert", pert_fields), uniform = FORM("uniform", uniform_fields), pareto = FORM("pareto", pareto_fields),
                  sample = FORM("sample", sample_fields);
static const Form *const loss_picks[] = {&lognormal, &pert, &uniform, &pareto, &sample, &fixed, NULL};
static const Form loss_form = {.picks = loss_picks};

static const FormField secondary_fields[] = {SHARE_FIELD("probability", SecondaryDoc, probability, FORM_NEEDED), TREE("loss", SecondaryDoc, loss, FORM_OBJECT, 0, 0, FORM_NEEDED, &loss_form)};
static const Form secondary_form = FORM(NULL, secondary_fields);
static const FormField common_fields[] = {{"factor", FORM_STR, offsetof(CommonDoc, factor), 0, 200, FORM_NEEDED}, {"count", FORM_NUMBER, offsetof(CommonDoc, count), -1, 1}, {"size", FORM_NUMBER, offsetof(CommonDoc, size), -1, 1}};
static const Form common_form = FORM(NULL, common_fields);

static const FormField layer_fields[] = {{"deductible", FORM_NUMBER, offsetof(Layer, deductible), 0, FORM_AMOUNT_MAX}, {"limit", FORM_NUMBER, offsetof(Layer, limit), 0, FORM_AMOUNT_MAX, FORM_OVER}, SHARE_FIELD("share", Layer, share, FORM_OVER)};
static const Form layer_form = FORM(NULL, layer_fields);
static const FormField cover_fields[] = {TREE("each", CoverDoc, each, FORM_OBJECT, 0, 0, 0, &layer_form), TREE("year", CoverDoc, year, FORM_OBJECT, 0, 0, 0, &layer_form)};
static const Form cover_form = FORM(NULL, cover_fields);
static const FormField sum_cover_fields[] = {TREE("year", CoverDoc, year, FORM_OBJECT, 0, 0, FORM_NEEDED, &layer_form)};
static const Form sum_cover_form = FORM(NULL, sum_cover_fields);

#define KEEPS SHARE_FIELD("keeps_events", ControlDoc, events, 0), SHARE_FIELD("keeps_size", ControlDoc, size, 0)
static const FormField control_fields[] = {ID_FIELD(ControlDoc, 0), TITLE_FIELD(ControlDoc), KEEPS};
static const Form control_form = FORM(NULL, control_fields);
static const FormField measure_fields[] = {ID_FIELD(ControlDoc, 0), TITLE_FIELD(ControlDoc), {"risk", FORM_STR, offsetof(ControlDoc, risk), 0, 200, FORM_NEEDED}, KEEPS};
static const Form measure_form = FORM(NULL, measure_fields);

static const FormField factor_fields[] = {ID_FIELD(FactorDoc, FORM_NEEDED), TITLE_FIELD(FactorDoc), {"copula", FORM_STR, offsetof(FactorDoc, copula), 0, 20}, {"freedom", FORM_NUMBER, offsetof(FactorDoc, freedom), 2, 1000, FORM_OVER}};
static const Form factor_form = FORM(NULL, factor_fields);
static const FormField risk_fields[] = {ID_FIELD(RiskDoc, FORM_NEEDED), TITLE_FIELD(RiskDoc), TREE("frequency", RiskDoc, frequency, FORM_OBJECT, 0, 0, FORM_NEEDED, &frequency_form),
    TREE("loss", RiskDoc, loss, FORM_OBJECT, 0, 0, FORM_NEEDED, &loss_form), TREE("secondary", RiskDoc, secondary, FORM_OBJECT, 0, 0, 0, &secondary_form), TREE("common", RiskDoc, common, FORM_OBJECT, 0, 0, 0, &common_form),
    TREE("insurance", RiskDoc, insurance, FORM_OBJECT, 0, 0, 0, &cover_form), TREE("controls", RiskDoc, controls, FORM_LIST, 0, QUANT_CONTROLS_MAX, 0, &control_form)};
static const Form risk_form = FORM(NULL, risk_fields);
static const FormField plan_fields[] = {ID_FIELD(PlanDoc, FORM_NEEDED), TITLE_FIELD(PlanDoc), {"cost", FORM_NUMBER, offsetof(PlanDoc, cost), 0, FORM_AMOUNT_MAX, FORM_NEEDED},
    TREE("controls", PlanDoc, controls, FORM_LIST, 0, LOSS_RISKS_MAX, 0, &measure_form), TREE("insurance", PlanDoc, insurance, FORM_MAP, 0, 0, 0, &cover_form), TREE("on_sum", PlanDoc, on_sum, FORM_OBJECT, 0, 0, 0, &sum_cover_form)};
static const Form plan_form = FORM(NULL, plan_fields);
static const FormField limit_fields[] = {{"loss", FORM_NUMBER, offsetof(QuantLimit, loss), 0, FORM_AMOUNT_MAX, FORM_NEEDED}, SHARE_FIELD("probability", QuantLimit, probability, FORM_NEEDED)};
static const Form limit_form = FORM(NULL, limit_fields);
static const FormField register_fields[] = {{"format", FORM_STR, offsetof(RegisterDoc, format), 0, 100, FORM_NEEDED}, TITLE_FIELD(RegisterDoc), {"currency", FORM_STR, offsetof(RegisterDoc, currency), 0, 10},
    TREE("factors", RegisterDoc, factors, FORM_LIST, 0, LOSS_FACTORS_MAX, 0, &factor_form), TREE("risks", RegisterDoc, risks, FORM_LIST, 0, LOSS_RISKS_MAX, FORM_NEEDED, &risk_form),
    TREE("insurance", RegisterDoc, insurance, FORM_OBJECT, 0, 0, 0, &sum_cover_form), TREE("plans", RegisterDoc, plans, FORM_LIST, 0, QUANT_PLANS_MAX, 0, &plan_form),
    TREE("acceptance", RegisterDoc, acceptance, FORM_LIST, 0, QUANT_LIMITS_MAX, 0, &limit_form)};
static const Form register_form = FORM(NULL, register_fields);

/* --- values -------------------------------------------------------------------------------------------------------------- */

typedef struct Reader {
    FormIn f;
    FormNames factors, risks; /* `at`: place in the document */
    bool factors_known, risks_known; /* else what refers to them is no mistake of its own */
    size_t *place;            /* of a risk in the model, by its place in the document */
    size_t values_n;
} Reader;

static const Spec no_spec = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NULL, NULL};

static void missing(Reader *r, const FormPath *path, const char *key)
{
    form_wrong(&r->f, FORM_KEY(path, key), "required", text_of("必要です。", "is needed"));
}

static bool ordered(Reader *r, const Spec *s, const FormPath *path)
{
    if (!form_greater(&r->f, s->high, s->low, FORM_KEY(path, "high"), "low")) return false;
    if (isnan(s->mode) || (s->mode >= s->low && s->mode <= s->high)) return true;
    form_wrong(&r->f, FORM_KEY(path, "mode"), "range", text_of("low から high までの間にしてください。", "must lie between low and high"));
    return false;
}

/* Which of two ways: low and high, or mean and sd. */
typedef enum { NEITHER, AS_INTERVAL, AS_MOMENTS } TwoWays;

static TwoWays way_of(Reader *r, const Spec *s, const FormPath *path)
{
    bool interval = !isnan(s->low) || !isnan(s->high), moments = !isnan(s->mean) || !isnan(s->sd);
    if (interval == moments) {
        form_wrong(&r->f, path, interval ? "choice" : "required", text_of("low と high の組か、mean と sd の組の、どちらか一方を書いてください。", "must have either low and high, or mean and sd"));
        return NEITHER;
    }
    if (interval && isnan(s->low)) return missing(r, path, "low"), NEITHER;
    if (interval && isnan(s->high)) return missing(r, path, "high"), NEITHER;
    if (moments && isnan(s->mean)) return missing(r, path, "mean"), NEITHER;
    if (moments && isnan(s->sd)) return missing(r, path, "sd"), NEITHER;
    return interval ? AS_INTERVAL : AS_MOMENTS;
}

/* --- frequencies ------------------------------------------------------------------------------------------------------------ */

static Frequency gamma_of(Reader *r, const Spec *s, const FormPath *path)
{
    Frequency out = {.kind = FREQUENCY_GAMMA, .rate = s->mean, .sd = s->sd};
    TwoWays way = way_of(r, s, path);
    if (way == AS_MOMENTS && s->sd > 10 * s->mean) form_wrong(&r->f, FORM_KEY(path, "sd"), "range", text_of("mean の 10 倍までにしてください。", "must be at most 10 times mean"));
    if (way != AS_INTERVAL || !form_greater(&r->f, s->high, s->low, FORM_KEY(path, "high"), "low")) return out;
    if (!frequency_between(s->low, s->high, &out)) form_wrong(&r->f, FORM_KEY(path, "high"), "range", text_of("low から離れすぎていて、当てはまる分布がありません。", "is too far from low: no distribution fits"));
    return out;
}

static Frequency read_frequency(Reader *r, const json_t *v, const FormPath *path)
{
    Spec s = no_spec;
    Frequency none = {.kind = FREQUENCY_FIXED};
    const Form *form = form_pick(&r->f, &frequency_form, v, path);
    if (!form || !form_read(&r->f, form, v, path, &s)) return none;
    if (form == &poisson) return (Frequency){.kind = FREQUENCY_FIXED, .rate = s.rate};
    if (form == &bernoulli) return (Frequency){.kind = FREQUENCY_ONCE, .rate = s.probability};
    if (form == &gamma_rate) return gamma_of(r, &s, path);
    if (!ordered(r, &s, path)) return none;
    return form == &pert_rate ? (Frequency){.kind = FREQUENCY_PERT, .low = s.low, .mode = s.mode, .high = s.high} : (Frequency){.kind = FREQUENCY_UNIFORM, .low = s.low, .high = s.high};
}

/* --- losses ------------------------------------------------------------------------------------------------------------------- */

static Severity lognormal_of(Reader *r, const Spec *s, const FormPath *path)
{
    TwoWays way = way_of(r, s, path);
    if (way == AS_MOMENTS && s->sd > 10000 * s->mean) form_wrong(&r->f, FORM_KEY(path, "sd"), "range", text_of("mean の 1 万倍までにしてください。", "must be at most 10,000 times mean"));
    else if (way == AS_MOMENTS) return severity_moments(s->mean, s->sd);
    if (way != AS_INTERVAL || !form_greater(&r->f, s->high, s->low, FORM_KEY(path, "high"), "low")) return (Severity){0};
    if (s->high <= WIDEST * s->low) return severity_between(s->low, s->high);
    form_wrong(&r->f, FORM_KEY(path, "high"), "range", text_of("low の 10 億倍までにしてください。", "must be at most 1,000,000,000 times low"));
    return (Severity){0};
}

static Severity pareto_of(Reader *r, const Spec *s, const FormPath *path)
{
    Severity out = {.kind = SEVERITY_PARETO, .low = s->low, .shape = s->shape, .high = isnan(s->high) ? INFINITY : s->high};
    if (!isnan(s->high)) form_greater(&r->f, s->high, s->low, FORM_KEY(path, "high"), "low");
    else if (s->shape <= 1) form_wrong(&r->f, FORM_KEY(path, "shape"), "range", text_of("1 より大きくするか、high（上限）を書いてください。このままでは平均が無限大になります。", "must be greater than 1, or high must be given: the mean would have no end"));
    return out;
}

static Severity sample_of(Reader *r, const Spec *s, const FormPath *path)
{
    size_t n = json_array_size(s->values);
    double *values = arena_raw(r->f.a, n * sizeof *values);
    r->values_n += n;
    if (r->values_n > QUANT_VALUES_MAX) form_wrong(&r->f, FORM_KEY(path, "values"), "range", text_of("実績値は全部で 1,000,000 個までです。", "there may be at most 1,000,000 values in the whole register"));
    else if (form_numbers(&r->f, s->values, FORM_KEY(path, "values"), values)) return (Severity){.kind = SEVERITY_SAMPLE, .values = values, .n = n};
    return (Severity){0};
}

static double greatest(const Severity *s)
{
    double most = 0;
    for (size_t i = 0; i < s->n; i++) most = fmax(most, s->values[i]);
    return most;
}

static void read_tail(Reader *r, const json_t *v, const FormPath *path, Severity *s)
{
    TailDoc t = {0};
    if (!v || !form_read(&r->f, &tail_form, v, path, &t)) return;
    if (t.shape <= 1) form_wrong(&r->f, FORM_KEY(path, "shape"), "range", text_of("1 より大きくしてください。このままでは平均が無限大になります。", "must be greater than 1: the mean would have no end"));
    if (s->kind == SEVERITY_SAMPLE && t.from >= greatest(s)) form_wrong(&r->f, FORM_KEY(path, "from"), "range", text_of("いちばん大きい実績値より小さくしてください（それを超える値から先を延ばします）。", "must be less than the greatest value: the tail goes on from what exceeds it"));
    s->tail_from = t.from, s->tail_shape = t.shape;
}

static Severity read_loss(Reader *r, const json_t *v, const FormPath *path)
{
    Spec s = no_spec;
    Severity out = {0};
    const Form *form = form_pick(&r->f, &loss_form, v, path);
    bool good = form && form_read(&r->f, form, v, path, &s);
    if (good && form == &fixed) out = (Severity){.kind = SEVERITY_FIXED, .mode = s.value};
    if (good && form == &lognormal) out = lognormal_of(r, &s, path);
    if (good && form == &pareto) out = pareto_of(r, &s, path);
    if (good && form == &sample) out = sample_of(r, &s, path);
    if (good && form == &pert && ordered(r, &s, path)) out = (Severity){.kind = SEVERITY_PERT, .low = s.low, .mode = s.mode, .high = s.high};
    if (good && form == &uniform && ordered(r, &s, path)) out = (Severity){.kind = SEVERITY_UNIFORM, .low = s.low, .high = s.high};
    read_tail(r, s.tail, FORM_KEY(path, "tail"), &out);
    return out;
}

/* --- parts of a risk -------------------------------------------------------------------------------------------------------------- */

static void read_layer(Reader *r, const json_t *v, const FormPath *path, Layer *out)
{
    Layer l = {.deductible = 0, .limit = INFINITY, .share = 1};
    if (v && form_read(&r->f, &layer_form, v, path, &l)) *out = l;
}

static void read_cover(Reader *r, const json_t *v, const FormPath *path, CaseRisk *out)
{
    CoverDoc c = {0};
    if (!v) return;
    (void)form_read(&r->f, &cover_form, v, path, &c);
    read_layer(r, c.each, FORM_KEY(path, "each"), &out->each);
    read_layer(r, c.year, FORM_KEY(path, "year"), &out->year);
}

static void read_sum_cover(Reader *r, const json_t *v, const FormPath *path, Layer *out)
{
    CoverDoc c = {0};
    if (!v) return;
    (void)form_read(&r->f, &sum_cover_form, v, path, &c);
    read_layer(r, c.year, FORM_KEY(path, "year"), out);
}

static void apply(const ControlDoc *c, CaseRisk *to)
{
    to->keep_events *= c->events, to->keep_size *= c->size;
}

static void read_controls(Reader *r, const json_t *list, const FormPath *path, CaseRisk *out)
{
    size_t n = json_array_size(list);
    FormNames names = {arena_array(r->f.a, FormName, n), n};
    for (size_t i = 0; i < n; i++) {
        ControlDoc c = {.events = 1, .size = 1};
        if (form_read(&r->f, &control_form, json_array_get(list, i), FORM_AT(path, i), &c)) apply(&c, out);
        names.list[i] = (FormName){c.id, i};
    }
    names_sort(&r->f, &names, path);
}

static void read_common(Reader *r, const json_t *v, const FormPath *path, LossRisk *out)
{
    CommonDoc c = {0};
    out->factor = -1;
    if (!v || !form_read(&r->f, &common_form, v, path, &c)) return;
    size_t at = names_find(&r->factors, c.factor);
    if (at == SIZE_MAX && r->factors_known) form_wrong(&r->f, FORM_KEY(path, "factor"), "reference", names_none(r->f.a, &r->factors, c.factor));
    if (at != SIZE_MAX) out->factor = (int)at, out->on_count = c.count, out->on_size = c.size;
}

static void read_secondary(Reader *r, const json_t *v, const FormPath *path, LossRisk *out)
{
    SecondaryDoc s = {0};
    if (!v) return;
    (void)form_read(&r->f, &secondary_form, v, path, &s);
    out->secondary_chance = s.probability;
    if (s.loss) out->secondary = read_loss(r, s.loss, FORM_KEY(path, "loss"));
}

static void read_risk(Reader *r, const json_t *v, const FormPath *path, LossRisk *out, CaseRisk *now, Str *title)
{
    RiskDoc d = {0};
    *now = (CaseRisk){.keep_events = 1, .keep_size = 1};
    (void)form_read(&r->f, &risk_form, v, path, &d);
    out->id = d.id, *title = d.title;
    if (d.frequency) out->frequency = read_frequency(r, d.frequency, FORM_KEY(path, "frequency"));
    if (d.loss) out->primary = read_loss(r, d.loss, FORM_KEY(path, "loss"));
    read_secondary(r, d.secondary, FORM_KEY(path, "secondary"), out);
    read_common(r, d.common, FORM_KEY(path, "common"), out);
    read_cover(r, d.insurance, FORM_KEY(path, "insurance"), now);
    read_controls(r, d.controls, FORM_KEY(path, "controls"), now);
}

/* --- lists ------------------------------------------------------------------------------------------------------------------------- */

static FormNames names_of(Reader *r, const json_t *list, const FormPath *path, bool *known)
{
    size_t n = json_array_size(list);
    FormNames names = {arena_array(r->f.a, FormName, n), n};
    for (size_t i = 0; i < n; i++) {
        names.list[i] = (FormName){json_str_of(json_object_get(json_array_get(list, i), "id")), i};
        *known = *known && names.list[i].id.n;
    }
    names_sort(&r->f, &names, path);
    return names;
}

static void read_factor(Reader *r, const json_t *v, const FormPath *path, Factor *out)
{
    FactorDoc d = {.copula = STR("gaussian"), .freedom = NAN};
    if (!form_read(&r->f, &factor_form, v, path, &d)) return;
    bool t = str_eqc(d.copula, "t");
    if (!t && !str_eqc(d.copula, "gaussian")) form_wrong(&r->f, FORM_KEY(path, "copula"), "choice", text_of("gaussian か t にしてください。", "must be gaussian or t"));
    else if (t && isnan(d.freedom)) missing(r, path, "freedom");
    else if (!t && !isnan(d.freedom)) form_wrong(&r->f, FORM_KEY(path, "freedom"), "choice", text_of("copula が t のときだけ書けます。", "may only stand where copula is t"));
    *out = (Factor){d.id, t ? COPULA_T : COPULA_GAUSSIAN, t ? d.freedom : 0};
}

static void read_factors(Reader *r, const json_t *list, Quant *out)
{
    size_t n = json_array_size(list);
    Factor *factors = arena_array(r->f.a, Factor, n);
    const FormPath *path = FORM_KEY(NULL, "factors");
    r->factors = names_of(r, list, path, &r->factors_known);
    for (size_t i = 0; i < n; i++) read_factor(r, json_array_get(list, i), FORM_AT(path, i), &factors[i]);
    out->model.factors = factors, out->model.factors_n = n;
}

static void read_risks(Reader *r, const json_t *list, Quant *out, CaseRisk *now)
{
    size_t n = json_array_size(list);
    LossRisk *risks = arena_array(r->f.a, LossRisk, n);
    const FormPath *path = FORM_KEY(NULL, "risks");
    r->risks = names_of(r, list, path, &r->risks_known);
    r->place = arena_array(r->f.a, size_t, n);
    out->titles = arena_array(r->f.a, Str, n);
    for (size_t i = 0; i < n; i++) r->place[r->risks.list[i].at] = i;
    for (size_t i = 0; i < n; i++) read_risk(r, json_array_get(list, i), FORM_AT(path, i), &risks[r->place[i]], &now[r->place[i]], &out->titles[r->place[i]]);
    out->model.risks = risks, out->model.risks_n = n;
}

/* The risk of that name in the case, or the mistake. */
static CaseRisk *named(Reader *r, Str id, const FormPath *path, CaseRisk *of)
{
    size_t at = names_find(&r->risks, id);
    if (at != SIZE_MAX) return &of[r->place[at]];
    if (r->risks_known) form_wrong(&r->f, path, "reference", names_none(r->f.a, &r->risks, id));
    return NULL;
}

static void read_measures(Reader *r, const json_t *list, const FormPath *path, CaseRisk *of)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        ControlDoc c = {.events = 1, .size = 1};
        const FormPath *at = FORM_AT(path, i);
        if (!form_read(&r->f, &measure_form, json_array_get(list, i), at, &c)) continue;
        CaseRisk *to = named(r, c.risk, FORM_KEY(at, "risk"), of);
        if (to) apply(&c, to);
    }
}

static void read_covers(Reader *r, const json_t *map, const FormPath *path, CaseRisk *of)
{
    const char *id;
    json_t *v;
    json_object_foreach((json_t *)map, id, v) {
        CaseRisk *to = named(r, str_of(id), FORM_KEY(path, id), of);
        if (to) read_cover(r, v, FORM_KEY(path, id), to);
    }
}

static void read_plan(Reader *r, const json_t *v, const FormPath *path, QuantPlan *out, CaseRisk *of, Layer *year)
{
    PlanDoc d = {0};
    (void)form_read(&r->f, &plan_form, v, path, &d);
    *out = (QuantPlan){d.id, d.title, d.cost};
    if (str_eqc(d.id, "now")) form_wrong(&r->f, FORM_KEY(path, "id"), "choice", text_of("「now」はいまの状態の名前です。ほかの名前にしてください。", "must not be \"now\": that names things as they stand"));
    read_measures(r, d.controls, FORM_KEY(path, "controls"), of);
    read_covers(r, d.insurance, FORM_KEY(path, "insurance"), of);
    read_sum_cover(r, d.on_sum, FORM_KEY(path, "on_sum"), year);
}

/* Case 0 as things stand, one more for each plan. */
static void read_cases(Reader *r, const RegisterDoc *d, Quant *out)
{
    size_t risks_n = json_array_size(d->risks), n = json_array_size(d->plans);
    LossCase *cases = arena_array(r->f.a, LossCase, n + 1);
    CaseRisk *now = arena_array(r->f.a, CaseRisk, risks_n);
    const FormPath *path = FORM_KEY(NULL, "plans");
    read_risks(r, d->risks, out, now);
    read_sum_cover(r, d->insurance, FORM_KEY(NULL, "insurance"), &cases[0].year);
    cases[0].risk = now;
    out->plans = arena_array(r->f.a, QuantPlan, n), out->plans_n = n;
    (void)names_of(r, d->plans, path, &(bool){true});
    for (size_t i = 0; i < n; i++) {
        CaseRisk *of = arena_array(r->f.a, CaseRisk, risks_n);
        if (risks_n) memcpy(of, now, risks_n * sizeof *of);
        cases[i + 1] = (LossCase){of, cases[0].year};
        read_plan(r, json_array_get(d->plans, i), FORM_AT(path, i), &out->plans[i], of, &cases[i + 1].year);
    }
    out->model.cases = cases, out->model.cases_n = n + 1;
}

static void read_limits(Reader *r, const json_t *list, Quant *out)
{
    size_t n = json_array_size(list);
    const FormPath *path = FORM_KEY(NULL, "acceptance");
    out->limits = arena_array(r->f.a, QuantLimit, n), out->limits_n = n;
    for (size_t i = 0; i < n; i++) (void)form_read(&r->f, &limit_form, json_array_get(list, i), FORM_AT(path, i), &out->limits[i]);
}

Err quant_read(Arena *a, Str json, Quant *out)
{
    Mistakes m;
    json_t *tree;
    RegisterDoc d = {.currency = STR("JPY")};
    Reader r = {.f = {a, &m}};
    mistakes_init(&m, a);
    TRY(json_in(a, json, QUANT_BYTES_MAX, &tree));
    *out = (Quant){0};
    (void)form_read(&r.f, &register_form, tree, NULL, &d);
    if (d.format.n && !str_eqc(d.format, QUANT_FORMAT)) form_wrong(&r.f, FORM_KEY(NULL, "format"), "choice", text_of("「" QUANT_FORMAT "」にしてください。", "must be \"" QUANT_FORMAT "\""));
    out->title = d.title, out->currency = d.currency.n ? d.currency : STR("JPY");
    r.factors_known = d.factors || !json_object_get(tree, "factors"), r.risks_known = d.risks != NULL;
    read_factors(&r, d.factors, out);
    read_cases(&r, &d, out);
    read_limits(&r, d.acceptance, out);
    return err_mistakes(&m);
}

void quant_schema(JsonOut *j)
{
    form_schema(j, &register_form, STR(QUANT_FORMAT));
}
