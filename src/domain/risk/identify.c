/* identify.c -- the workbench of identification (guide 2.1, 2.2): for one asset or service what was thought of, what the library has besides, from the
 * cause and from the effect, and which losses were found elsewhere. */
#include "pack/pack.h"
#include "risk/parts.h"

#include <jansson.h>

enum { LIBRARY_MAX = 500, LOSSES_MAX = 200 };

const Field identify_params[IDENTIFY_PARAMS] = {
    {.name = "asset", .kind = KIND_REF, .label = TEXT("資産", "Asset"), .help = TEXT("資産かサービスのどちらか一つ", "Either an asset or a service"), .target = "asset"},
    {.name = "service", .kind = KIND_REF, .label = TEXT("サービス", "Service"), .help = TEXT("資産かサービスのどちらか一つ", "Either an asset or a service"), .target = "service"},
};
static const Field here_columns[] = {
    {.name = "found_from", .kind = KIND_TEXT, .label = TEXT("特定のしかた", "Found from")},
    {.name = "cause", .kind = KIND_LONG, .label = TEXT("リスク源", "Risk source")},
    {.name = "event", .kind = KIND_LONG, .label = TEXT("事象", "Event")},
    {.name = "losses", .kind = KIND_LONG, .label = TEXT("損害", "Losses")},
    {.name = "level", .kind = KIND_INT, .label = TEXT("レベル", "Level"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
};
static const Field library_columns[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("候補", "Candidate")},
    {.name = "here", .kind = KIND_INT, .label = TEXT("ここで", "Here")},
    {.name = "elsewhere", .kind = KIND_INT, .label = TEXT("ほかで", "Elsewhere")},
    {.name = "source", .kind = KIND_TEXT, .label = TEXT("出典", "Source")},
    {.name = "checked", .kind = KIND_TEXT, .label = TEXT("確かめた程度", "How far checked")},
};
static const Field case_columns[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("公表された事例", "Published case")},
    {.name = "here", .kind = KIND_INT, .label = TEXT("ここで", "Here")},
    {.name = "elsewhere", .kind = KIND_INT, .label = TEXT("ほかで", "Elsewhere")},
    {.name = "source", .kind = KIND_TEXT, .label = TEXT("出典", "Source")},
    {.name = "checked", .kind = KIND_TEXT, .label = TEXT("確かめた程度", "How far checked")},
    {.name = "cause", .kind = KIND_LONG, .label = TEXT("リスク源", "Risk source")},
    {.name = "losses", .kind = KIND_LONG, .label = TEXT("損害", "Losses")},
};
static const Field loss_columns[] = {
    {.name = "losses", .kind = KIND_LONG, .label = TEXT("損害", "Losses")},
    {.name = "n", .kind = KIND_INT, .label = TEXT("件数", "Risks")},
};
static const Field level_columns[] = {
    {.name = "level", .kind = KIND_LONG, .label = TEXT("サービス維持レベル", "Service level")},
    {.name = "own_target", .kind = KIND_LONG, .label = TEXT("自社の目標", "Own target")},
    {.name = "risks", .kind = KIND_INT, .label = TEXT("影響から特定したリスク", "Risks found from the effect")},
};

typedef struct Candidate { Str folded; int64_t here, elsewhere; const PackItem *item; } Candidate;
typedef struct Library { Candidate *list; size_t n; } Library;
typedef struct Loss { Str folded, text; Referrer example; int64_t n; bool here; } Loss;
typedef struct Workbench {
    Arena *a;
    const char *refs; /* "assets" or "services" */
    Id thing;
    Library sources, events, cases;
    Loss *losses; size_t losses_n; bool losses_cut;
    ReportTable *here;
    Id *services; int64_t *from_effect; size_t services_n; /* those whose levels are at stake */
} Workbench;

/* The words of the library in both languages: a risk may be written in either. */
static void library(Ctx *c, const char *list, Library *out)
{
    const PackItem **items = arena_array(c->a, const PackItem *, LIBRARY_MAX);
    size_t n = c->packs ? pack_list(c->packs, str_of(list), day_in_japan(c->now), items, LIBRARY_MAX) : 0;
    if (n > LIBRARY_MAX) n = LIBRARY_MAX;
    *out = (Library){arena_array(c->a, Candidate, n + 1), n};
    for (size_t i = 0; i < n; i++)
        out->list[i] = (Candidate){.folded = str_fold(c->a, text_in(items[i]->title, c->lang)), .item = items[i]};
}

static void note_library(Library *x, Str text, bool here)
{
    for (size_t i = 0; text.n && i < x->n; i++)
        if (str_find(text, x->list[i].folded) != SIZE_MAX) here ? x->list[i].here++ : x->list[i].elsewhere++;
}

static Loss *loss_of(Workbench *x, Str folded)
{
    for (size_t i = 0; i < x->losses_n; i++)
        if (str_eq(x->losses[i].folded, folded)) return &x->losses[i];
    if (x->losses_n == LOSSES_MAX) return x->losses_cut = true, NULL;
    Loss *out = &x->losses[x->losses_n++];
    *out = (Loss){.folded = str_copy(x->a, folded)};
    return out;
}

static void note_loss(Ctx *c, Workbench *x, const Record *r, bool here)
{
    Str text = value_of(r, "losses")->text;
    if (!text.n) return;
    Loss *loss = loss_of(x, str_trim(str_fold(c->a, text)));
    if (!loss) return;
    if (!loss->n++) loss->text = str_copy(x->a, text), loss->example = record_name(x->a, r);
    loss->here |= here;
}

static bool refers(const Value *refs, Id id)
{
    for (size_t i = 0; i < refs->n; i++)
        if (id_eq(refs->refs[i], id)) return true;
    return false;
}

static void here_row(Ctx *c, Each *e, const Workbench *x, const Record *r)
{
    const Field *from = field_of(&risk_resource, "found_from");
    int at = choice_find(from, value_of(r, "found_from")->text);
    Value *v = report_row(e->out, x->here, r);
    if (at >= 0) put_text(&v[0], text_in(from->choices[at].label, c->lang));
    v[1] = *value_of(r, "cause"), v[2] = *value_of(r, "event"), v[3] = *value_of(r, "losses"), v[4] = *value_of(r, "level");
}

static Err bench_page(Ctx *c, Record *const *list, size_t n, Each *e)
{
    Workbench *x = e->state;
    for (size_t i = 0; i < n; i++) {
        const Record *r = list[i];
        if (state_is(r, "closed")) continue;
        bool here = refers(value_of(r, x->refs), x->thing), effect = choice_is(value_of(r, "found_from"), "effect");
        note_library(&x->sources, str_fold(c->a, value_of(r, "cause")->text), here);
        Str event = str_fold(c->a, value_of(r, "event")->text);
        note_library(&x->events, event, here);
        note_library(&x->cases, event, here);
        note_loss(c, x, r, here);
        for (size_t k = 0; k < x->services_n && effect; k++) x->from_effect[k] += refers(value_of(r, "services"), x->services[k]);
        if (here) here_row(c, e, x, r);
    }
    return ERR_NONE;
}

/* A text of an item, or a pair of texts. */
static Str item_text(Ctx *c, const PackItem *it, const char *field)
{
    const json_t *v = json_object_get(it->json, field);
    return json_str_of(json_is_object(v) ? json_object_get(v, c->lang == JA ? "ja" : "en") : v);
}

/* What was not thought of here comes first. */
static void library_rows(Ctx *c, ReportOut *out, const char *name, Text title, const Library *x, const Field *columns, size_t columns_n)
{
    ReportTable *t = report_table(out, name, title, (Text){0}, columns, columns_n);
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < x->n; i++) {
            const Candidate *it = &x->list[i];
            if ((it->here > 0) != turn) continue;
            Value *v = report_row(out, t, NULL);
            put_text(&v[0], text_in(it->item->title, c->lang));
            put_int(&v[1], it->here), put_int(&v[2], it->elsewhere);
            put_text(&v[3], it->item->source);
            put_text(&v[4], text_in(check_rows[it->item->check].label, c->lang));
            for (size_t k = 5; k < columns_n; k++) put_text(&v[k], item_text(c, it->item, columns[k].name));
        }
}

static void loss_rows(ReportOut *out, const Workbench *x)
{
    Text note = x->losses_cut ? text_of("損害の種類が多いため、先に見つけた 200 種類だけを示しています。", "There are many: only the first 200 different ones are shown.") : (Text){0};
    ReportTable *t = report_table(out, "losses", text_of("ほかで見つけた損害（ここにはまだない）", "Losses found elsewhere, not here yet"), note, loss_columns, COUNT(loss_columns));
    for (size_t i = 0; i < x->losses_n; i++) {
        if (x->losses[i].here) continue;
        Value *v = report_row_of(out, t, &x->losses[i].example);
        put_text(&v[0], x->losses[i].text);
        put_int(&v[1], x->losses[i].n);
    }
}

static Err level_rows(Ctx *c, ReportOut *out, const Workbench *x)
{
    ReportTable *t = report_table(out, "levels", text_of("決して起きてはならないこと（サービスの水準）", "What must never happen: the levels of the services"), (Text){0}, level_columns, COUNT(level_columns));
    Record **services = arena_array(c->a, Record *, x->services_n + 1);
    if (x->services_n) TRY(record_get_many(c->db, c->a, &service_resource, c->who->org.row, x->services, x->services_n, services));
    for (size_t i = 0; i < x->services_n; i++) {
        if (!services[i] || services[i]->removed) continue;
        work_hide(c, services[i]);
        Value *v = report_row(out, t, services[i]);
        v[0] = *value_of(services[i], "level"), v[1] = *value_of(services[i], "own_target");
        put_int(&v[2], x->from_effect[i]);
    }
    return ERR_NONE;
}

static Err thing_of(Ctx *c, const Value *params, Workbench *x)
{
    Mistakes m;
    Record *thing;
    bool service = params[1].state == VALUE_KNOWN;
    mistakes_init(&m, c->a);
    if (service == (params[0].state == VALUE_KNOWN)) mistake_add(&m, STR("asset"), "required", text_of("資産かサービスを一つ選んでください。", "Choose one asset or one service."));
    TRY(err_mistakes(&m));
    x->refs = service ? "services" : "assets";
    x->thing = params[service].ref;
    TRY(work_get(c, service ? &service_resource : &asset_resource, x->thing, &thing));
    const Value *supports = service ? NULL : value_of(thing, "services");
    x->services = service ? &x->thing : supports->refs, x->services_n = service ? 1 : supports->n;
    x->from_effect = arena_array(c->a, int64_t, x->services_n + 1);
    return ERR_NONE;
}

Err identify_report(Ctx *c, const Record *of, const Value *params, ReportOut *out)
{
    UNUSED(of);
    Workbench x = {.a = c->a, .losses = arena_array(c->a, Loss, LOSSES_MAX)};
    TRY(thing_of(c, params, &x));
    library(c, "risk-sources", &x.sources);
    library(c, "events", &x.events);
    library(c, "cases", &x.cases);
    x.here = report_table(out, "here", text_of("ここで特定したリスク", "Risks found here"), (Text){0}, here_columns, COUNT(here_columns));
    Each e = {.page = bench_page, .state = &x, .out = out};
    TRY(read_each(c, &risk_resource, &(ListQuery){.sort = -1}, &e));
    x.here->note = not_all(e.all);
    library_rows(c, out, "sources", text_of("原因から：リスク源の候補", "From the cause: risk sources"), &x.sources, library_columns, COUNT(library_columns));
    library_rows(c, out, "events", text_of("原因から：事象の候補", "From the cause: events"), &x.events, library_columns, COUNT(library_columns));
    library_rows(c, out, "cases", text_of("他の組織の公表された事例", "Published cases of others"), &x.cases, case_columns, COUNT(case_columns));
    TRY(level_rows(c, out, &x));
    loss_rows(out, &x);
    return ERR_NONE;
}
