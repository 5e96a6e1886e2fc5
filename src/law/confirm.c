/* confirm.c -- the table of boundaries as somebody read and confirmed it: kept in the pack, compared with what the rule says now. */
#include "law/author.h"
#include "law/inside.h"

/* --- what is kept -------------------------------------------------------------------------------------------------------------- */

static void point_write(JsonOut *o, const LawRule *r, const LawBoundary *b, const LawPoint *p)
{
    json_open(o, '{');
    json_kstr(o, "version", r->versions[b->version].v), json_kstr(o, "at", b->id), json_kstr(o, "value", p->value.in[EN]), json_kstr(o, "verdict", str_of(verdict_rows[p->v.kind].code));
    json_close(o, '}');
}

static void found_write(JsonOut *o, Arena *a, LawJudge *j, int rule, const LawFacts *f)
{
    law_judge_begin(j, f);
    Verdict v = judge_rule(j->j, rule);
    json_open(o, '{');
    law_facts_json(o, a, j->s, f);
    json_kstr(o, "verdict", str_of(verdict_rows[v.kind].code));
    json_close(o, '}');
}

static void line(Buf *b, size_t n) { buf_addc(b, n ? ",\n  " : "\n  "); }

Str law_confirmation(Arena *a, LawJudge *j, int rule, const LawBoundaries *all, const LawMutants *faults, Str hash)
{
    const LawRule *r = &j->s->rules[rule];
    Buf b;
    size_t n = 0;
    buf_init(&b, a, 8192);
    buf_printf(&b, "{\"rule\": \"%.*s\", \"sha256\": \"%.*s\",\n \"points\": [", STR_ARG(r->id), STR_ARG(hash));
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->list[i].n && !all->list[i].found; k++) {
            line(&b, n++);
            point_write(&(JsonOut){&b, false}, r, &all->list[i], &all->list[i].points[k]);
        }
    buf_addc(&b, "],\n \"found\": [");
    n = 0;
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->list[i].n && all->list[i].found; k++) {
            line(&b, n++);
            found_write(&(JsonOut){&b, false}, a, j, rule, &all->list[i].points[k].facts);
        }
    for (size_t i = 0; i < faults->n; i++) {
        if (faults->list[i].notice != NOTICED_BY_NOBODY || !faults->list[i].telling) continue;
        line(&b, n++);
        found_write(&(JsonOut){&b, false}, a, j, rule, faults->list[i].telling);
    }
    buf_addc(&b, "]}\n");
    return buf_str(&b);
}

/* --- what was kept, against now ------------------------------------------------------------------------------------------------- */

typedef struct Kept { Doc d; LawJudge *j; int rule; const json_t *json; } Kept;

static void differs(Kept *k, Str path, Text why) { doc_wrong(&k->d, path, "boundary", why); }

void law_confirmed_found(Arena *a, LawJudge *j, int rule, const json_t *stored, LawBoundaries *all)
{
    const json_t *list = json_object_get(stored, "found");
    size_t n = json_array_size(list);
    LawBoundary b = {.id = STR("found"), .label = text_of("試して見つけた事実", "facts found by trying"), .points = arena_array(a, LawPoint, n + 1), .decides = true, .found = true};
    for (size_t i = 0; i < n; i++) {
        json_t *doc = json_copy(json_array_get(list, i));
        LawPoint *p = &b.points[b.n];
        json_object_del(doc, "verdict");
        if (!law_facts(a, j->s, doc, 0, &p->facts).kind) {
            Str number = str_printf(a, "%zu", b.n + 1);
            law_judge_begin(j, &p->facts);
            p->v = judge_rule(j->j, rule), p->value = (Text){{number, number}};
            p->facts.json = NULL;
            b.n++;
        }
        json_decref(doc);
    }
    if (!b.n) return;
    LawBoundary *more = arena_array(a, LawBoundary, all->n + 1);
    if (all->n) memcpy(more, all->list, all->n * sizeof *more);
    more[all->n] = b;
    all->list = more, all->n++, all->cap = all->n, all->points += b.n;
}

static const LawPoint *point_find(const Kept *k, const LawBoundaries *all, const json_t *o)
{
    for (size_t i = 0; i < all->n; i++) {
        const LawBoundary *b = &all->list[i];
        if (b->found || !str_eq(b->id, text_at(o, "at")) || !str_eq(k->j->s->rules[k->rule].versions[b->version].v, text_at(o, "version"))) continue;
        for (size_t p = 0; p < b->n; p++)
            if (str_eq(b->points[p].value.in[EN], text_at(o, "value"))) return &b->points[p];
    }
    return NULL;
}

static bool is_kept(const Kept *k, const LawBoundary *b, const LawPoint *p)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_object_get(k->json, "points"), i, o)
        if (str_eq(b->id, text_at(o, "at")) && str_eq(k->j->s->rules[k->rule].versions[b->version].v, text_at(o, "version")) && str_eq(p->value.in[EN], text_at(o, "value"))) return true;
    return false;
}

static void points_check(Kept *k, const LawBoundaries *all)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_object_get(k->json, "points"), i, o) {
        const LawPoint *p = point_find(k, all, o);
        Str now = p ? str_of(verdict_rows[p->v.kind].code) : STR("-"), was = text_at(o, "verdict");
        if (p && str_eq(now, was)) continue;
        differs(k, path_at(k->d.a, STR("points"), i), p ? TEXT_FILL(k->d.a, "{0}、{1}：確認済みの結論は {2}、いまは {3}", "{0}, {1}: confirmed {2}, now {3}", text_at(o, "at"), text_at(o, "value"), was, now)
                                                       : TEXT_FILL(k->d.a, "{0}、{1}：この境界はもうありません（確認済みの結論は {2}）", "{0}, {1}: there is no such boundary any more (confirmed {2})", text_at(o, "at"), text_at(o, "value"), was));
    }
    for (i = 0; i < all->n; i++)
        for (size_t p = 0; p < all->list[i].n && !all->list[i].found; p++) {
            const LawPoint *q = &all->list[i].points[p];
            if (!is_kept(k, &all->list[i], q))
                differs(k, STR("points"), TEXT_FILL(k->d.a, "{0}、{1} → {2}：まだ確認されていません", "{0}, {3} -> {2}: not confirmed yet", all->list[i].id, q->value.in[JA], str_of(verdict_rows[q->v.kind].code), q->value.in[EN]));
        }
}

static void found_check(Kept *k)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_object_get(k->json, "found"), i, o) {
        json_t *doc = json_copy(o);
        LawFacts f;
        json_object_del(doc, "verdict");
        Str path = path_at(k->d.a, STR("found"), i), was = text_at(o, "verdict"), now = STR("-");
        if (!law_facts(k->d.a, k->j->s, doc, 0, &f).kind) {
            law_judge_begin(k->j, &f);
            now = str_of(verdict_rows[judge_rule(k->j->j, k->rule).kind].code);
        }
        if (!str_eq(now, was)) differs(k, path, TEXT_FILL(k->d.a, "確認済みの結論は {0}、いまは {1}", "confirmed {0}, now {1}", was, now));
        json_decref(doc);
    }
}

void law_confirmed_check(Arena *a, LawJudge *j, int rule, const LawBoundaries *all, const json_t *stored, Str file, Str text, Str hash, Mistakes *m)
{
    Kept k = {{a, m, file, text, (json_t *)stored}, j, rule, stored};
    if (!str_eq(text_at(stored, "sha256"), hash))
        differs(&k, STR("sha256"), text_of("確認のあとで規則のファイルが変わりました。境界の表を読み直し、--confirm で確認し直してください。", "The file of the rule was changed since its boundaries were confirmed. Read them again and confirm them with --confirm."));
    points_check(&k, all);
    found_check(&k);
}
