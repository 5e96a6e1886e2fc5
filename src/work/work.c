/*
 * work/ -- one change: load the target, ask the policy, save, version, history leaf.
 * The caller (writer, command) opened the transaction and commits it; an error rolls everything back.
 */
#include "work/calculation.h"

#include <jansson.h>
#include <sodium.h>

const Migration work_migrations[] = {
    {.name = "work/1",
     .ddl = "CREATE TABLE idempotency ("
            " account INTEGER NOT NULL,"
            " key BLOB NOT NULL,"
            " request BLOB NOT NULL,"
            " status INTEGER NOT NULL,"
            " body TEXT NOT NULL,"
            " etag TEXT NOT NULL,"
            " at INTEGER NOT NULL,"
            " PRIMARY KEY (account, key));"
            "CREATE INDEX idempotency_at ON idempotency (at)"},
    {.name = "files/1",
     .ddl = "CREATE TABLE file_upload (id BLOB NOT NULL PRIMARY KEY, org INTEGER NOT NULL, resource TEXT NOT NULL, record BLOB NOT NULL, name TEXT NOT NULL,"
            " size INTEGER NOT NULL, received INTEGER NOT NULL, author INTEGER NOT NULL, at INTEGER NOT NULL);"
            "CREATE INDEX file_upload_at ON file_upload (at);"
            "CREATE TABLE file_part (file BLOB NOT NULL, ord INTEGER NOT NULL, org INTEGER NOT NULL, hash BLOB NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (file, ord));"
            "CREATE INDEX file_part_hash ON file_part (org, hash);"
            "CREATE TABLE file_chunk (org INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (org, hash))"},
    {.name = "calculation/1", /* the documents stand apart, so that telling how far it is writes little */
     .ddl = "CREATE TABLE calculation (org INTEGER NOT NULL, record BLOB NOT NULL, kind TEXT NOT NULL, state INTEGER NOT NULL, per_mille INTEGER NOT NULL, mark INTEGER NOT NULL, input_hash TEXT NOT NULL,"
            " error_ja TEXT NOT NULL, error_en TEXT NOT NULL, asked INTEGER NOT NULL, started INTEGER NOT NULL, ended INTEGER NOT NULL, PRIMARY KEY (org, record, kind));"
            "CREATE TABLE calculation_document (org INTEGER NOT NULL, record BLOB NOT NULL, kind TEXT NOT NULL, input TEXT NOT NULL, result TEXT NOT NULL, PRIMARY KEY (org, record, kind))"},
    {.name = "import/1", /* under which titles a record was imported: a second import of the same workbook finds it */
     .ddl = "CREATE TABLE import_key (org INTEGER NOT NULL, resource TEXT NOT NULL, key BLOB NOT NULL, record BLOB NOT NULL, PRIMARY KEY (org, resource, key, record))"},
};
const size_t work_migrations_n = COUNT(work_migrations);

static Err stale(Ctx *c, const Record *now)
{
    char n[24];
    int len = snprintf(n, sizeof n, "%lld", (long long)now->version);
    Str version = str_copy(c->a, (Str){n, (size_t)len});
    return err_text(ERR_STALE,
        TEXT_FILL(c->a, "ほかの人が先に保存しました（いまは第{0}版）。最新の内容を読み込んで、もう一度変更してください。",
            "Somebody saved before you (now version {0}). Load the latest content and make your change again.", version));
}

/* Fields that the caller may not read are emptied, so that no answer, difference or message can carry them. */
void work_hide(Ctx *c, Record *r)
{
    bool *readable = access_readable(c->a, c->who, r->res);
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (!readable[i]) r->v[i] = (Value){VALUE_NONE};
}

static Err decide(Ctx *c, Act act, const Resource *res, const Action *action, const Record *target)
{
    return access_decide(c->who, act, res, action, target);
}

static Err after_load(Ctx *c, const Resource *res, Record *const *list, size_t n)
{
    return res->after_load && n ? res->after_load(c, list, n) : ERR_NONE;
}

/* A field that one may not read may not be filtered, sorted or searched. */
static Err check_query(Ctx *c, const Resource *res, const ListQuery *q)
{
    bool *readable = access_readable(c->a, c->who, res);
    bool ok = q->sort < 0 || readable[q->sort];
    for (size_t i = 0; i < q->filters_n; i++)
        ok = ok && readable[q->filters[i].field];
    if (ok) return ERR_NONE;
    return err_text(ERR_INVALID, text_of("その項目では絞り込みや並べ替えができません。", "That field cannot filter or sort."));
}

Err work_list(Ctx *c, const Resource *res, const ListQuery *q, ListPage *out)
{
    TRY(decide(c, ACT_LIST, res, NULL, NULL));
    TRY(check_query(c, res, q));
    TRY(record_list(c->db, c->a, res, c->who->org.row, q, out));
    TRY(after_load(c, res, out->list, out->n));
    for (size_t i = 0; i < out->n; i++)
        work_hide(c, out->list[i]);
    return ERR_NONE;
}

Err work_some(Ctx *c, const Resource *res, const Id *ids, size_t n, ListPage *out)
{
    *out = (ListPage){.list = arena_array(c->a, Record *, n + 1)};
    TRY(decide(c, ACT_LIST, res, NULL, NULL));
    TRY(record_get_many(c->db, c->a, res, c->who->org.row, ids, n, out->list));
    for (size_t i = 0; i < n; i++)
        if (out->list[i]) out->list[out->n++] = out->list[i];
    out->total = (int64_t)out->n;
    TRY(after_load(c, res, out->list, out->n));
    for (size_t i = 0; i < out->n; i++)
        work_hide(c, out->list[i]);
    return ERR_NONE;
}

Err work_get(Ctx *c, const Resource *res, Id id, Record **out)
{
    Record *r;
    TRY(record_get(c->db, c->a, res, c->who->org.row, id, false, &r));
    TRY(decide(c, ACT_READ, res, NULL, r));
    TRY(after_load(c, res, &r, 1));
    work_hide(c, r);
    *out = r;
    return ERR_NONE;
}

/* --- saving ------------------------------------------------------------------------------------------------ */

Record *work_blank(Ctx *c, const Resource *res)
{
    Record *r = arena_new(c->a, Record);
    *r = (Record){.res = res, .id = id_new(), .org = c->who->org.row, .version = 1, .created = c->now, .updated = c->now,
        .author = c->who->account, .v = arena_array(c->a, Value, res->fields_n)};
    return r;
}

static Record *record_next(Ctx *c, const Record *old)
{
    Record *r = record_copy(c->a, old);
    r->version = old->version + 1;
    r->updated = c->now;
    r->author = c->who->account;
    return r;
}

static void key_hash(Str key, uint8_t out[32])
{
    memset(out, 0, 32);
    if (key.n) crypto_hash_sha256(out, (const unsigned char *)key.s, key.n);
}

static Str actor_of(Ctx *c)
{
    return c->who->account ? id_text(c->a, c->who->account_id) : STR("system");
}

/* Version and leaf of a record that has just been written. */
static Err remember(Ctx *c, const Record *r, const char *action)
{
    Event e = {.org = r->org, .org_id = c->who->org.id, .actor = actor_of(c),
        .action = str_printf(c->a, "%s.%s", r->res->name, action), .object = r->id, .object_version = r->version,
        .fields = r->res->fields, .fields_n = r->res->fields_n, .v = r->v, .at = c->now, .batch = c->bulk ? c->bulk->log : NULL};
    key_hash(c->idempotency, e.idempotency);
    Version v = {.version = r->version, .at = c->now, .author = r->author, .action = str_of(action), .reason = c->reason,
        .doc = record_canonical(c->a, r)};
    TRY(history_append(c->history, c->db, c->a, &e, &v.leaf, &v.salts));
    return version_add(c->db, r, &v);
}

static Err check_all(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    values_check(c->a, r->res->fields, r->res->fields_n, (Str){0}, r->v, m);
    if (m->n) return err_mistakes(m);
    if (r->res->check) TRY(r->res->check(c, old, r, m));
    if (!c->bulk) TRY(record_check_refs(c->db, c->a, c->resources, old && !old->removed ? old : NULL, r, m)); /* restored: all are new again */
    TRY(record_check_unique(c->db, c->a, r, !c->bulk || old, m));
    return err_mistakes(m);
}

static Err save(Ctx *c, const Record *old, Record *r, const char *action, Mistakes *m)
{
    TRY(check_all(c, old, r, m));
    if (r->res->before_save) TRY(r->res->before_save(c, old, r));
    if (!old && c->bulk) r->number = c->bulk->number;
    TRY(old ? record_update(c->db, c->a, r) : record_insert(c->db, c->a, r));
    return remember(c, r, action);
}

Err work_save(Ctx *c, Record *old, Record *new_, const char *action)
{
    Mistakes m;
    mistakes_init(&m, c->a);
    if (old) {
        new_->version = old->version + 1;
        new_->updated = c->now;
        new_->author = c->who->account;
    }
    return save(c, old, new_, action, &m);
}

static Err finish(Ctx *c, Record *r, Record **out)
{
    TRY(after_load(c, r->res, &r, 1));
    work_hide(c, r);
    if (out) *out = r;
    return ERR_NONE;
}

/* What could not be read was named; what is missing besides is named with it, so that one correction is enough. */
static Err unreadable(Ctx *c, const Record *r, Mistakes *m)
{
    Mistakes more;
    mistakes_init(&more, c->a);
    values_check(c->a, r->res->fields, r->res->fields_n, (Str){0}, r->v, &more);
    mistakes_besides(m, &more);
    return err_mistakes(m);
}

static Err create(Ctx *c, Record *r, Record **out, Mistakes *m)
{
    if (m->n) return unreadable(c, r, m);
    TRY(save(c, NULL, r, "create", m));
    return finish(c, r, out);
}

Err work_create(Ctx *c, const Resource *res, json_t *body, Record **out)
{
    TRY(decide(c, ACT_CREATE, res, NULL, NULL));
    Mistakes m;
    mistakes_init(&m, c->a);
    Record *r = work_blank(c, res);
    values_from_json(c->a, res->fields, res->fields_n, body, false, access_writable(c->a, c->who, res), (Str){0}, r->v, &m);
    return create(c, r, out, &m);
}

Err work_create_values(Ctx *c, const Resource *res, Value *v, Record **out)
{
    TRY(decide(c, ACT_CREATE, res, NULL, NULL));
    Mistakes m;
    mistakes_init(&m, c->a);
    Record *r = work_blank(c, res);
    bool *writable = access_writable(c->a, c->who, res);
    for (size_t i = 0; i < res->fields_n; i++)
        if (writable[i]) r->v[i] = v[i];
    return create(c, r, out, &m);
}

Err work_receive(Ctx *c, const Resource *res, json_t *doc, Record **out)
{
    TRY(decide(c, ACT_CREATE, res, NULL, NULL));
    if (!res->receive) return err_of(ERR_NOT_FOUND);
    Mistakes m;
    mistakes_init(&m, c->a);
    Record *r = work_blank(c, res);
    TRY(res->receive(c, doc, r->v, &m));
    if (m.n) return err_mistakes(&m);
    return create(c, r, out, &m);
}

/* --- changing ---------------------------------------------------------------------------------------------- */

/* Loads and locks the target and asks the policy with the loaded row. */
static Err reach(Ctx *c, Act act, const Resource *res, const Action *action, Id id, int64_t if_version, Record **out)
{
    Record *r;
    TRY(record_get(c->db, c->a, res, c->who->org.row, id, true, &r));
    TRY(decide(c, act, res, action, r));
    if (if_version <= 0)
        return err_text(ERR_NEED_VERSION, text_of("どの版への変更かを If-Match で示してください。", "Say with If-Match which version you change."));
    *out = r;
    return ERR_NONE;
}

static Err right_version(Ctx *c, const Record *r, int64_t if_version)
{
    return r->version == if_version ? ERR_NONE : stale(c, r);
}

static Err target(Ctx *c, Act act, const Resource *res, const Action *action, Id id, int64_t if_version, Record **out)
{
    TRY(reach(c, act, res, action, id, if_version, out));
    return right_version(c, *out, if_version);
}

static Err not_removed(const Record *r)
{
    if (!r->removed) return ERR_NONE;
    return err_text(ERR_CONFLICT, text_of("廃止した記録は変更できません。先に元に戻してください。",
        "A retired record cannot be changed. Restore it first."));
}

static bool same_values(const Record *a, const Record *b)
{
    for (size_t i = 0; i < a->res->fields_n; i++)
        if (!(a->res->fields[i].flags & DERIVED) && !values_equal(&a->res->fields[i], &a->v[i], &b->v[i])) return false;
    return true;
}

/* A change that changes nothing makes no version. */
static Err update(Ctx *c, Record *old, Record *r, Record **out, Mistakes *m)
{
    if (same_values(old, r)) return finish(c, old, out);
    if (r->res->before_save) TRY(r->res->before_save(c, old, r)); /* what the program fills in is no change either */
    if (same_values(old, r)) return finish(c, old, out);
    TRY(save(c, old, r, "update", m));
    return finish(c, r, out);
}

/* A full body replaces what the caller may write; the rest stays. */
static void clear_writable(Record *r, const bool *writable)
{
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (writable[i] && !(r->res->fields[i].flags & (READONLY | DERIVED))) r->v[i] = (Value){VALUE_NONE};
}

static bool same_row(const Field *f, const Value *a, const Value *b)
{
    for (size_t i = 0; i < f->fields_n; i++)
        if (!(f->fields[i].flags & (READONLY | DERIVED)) && !values_equal(&f->fields[i], &a[i], &b[i])) return false;
    return true;
}

/* A body cannot give what the program set in a row, nor take it away: rows that are otherwise the same keep it, wherever they stand now. */
static void keep_set_cells(const Field *f, const Value *old, Value *v)
{
    if (f->kind != KIND_LIST || v->rows == old->rows) return;
    for (size_t i = 0; i < v->n; i++)
        for (size_t k = 0; k < old->n; k++) {
            const Value *was = old->rows[(i + k) % old->n];
            if (!same_row(f, was, v->rows[i])) continue;
            for (size_t n = 0; n < f->fields_n; n++)
                if (f->fields[n].flags & READONLY) v->rows[i][n] = was[n];
            break;
        }
}

static bool sets_cells(const Field *f)
{
    bool any = false;
    for (size_t i = 0; f->kind == KIND_LIST && i < f->fields_n; i++) any = any || (f->fields[i].flags & READONLY);
    return any;
}

static void keep_set(const Record *old, Record *r)
{
    for (size_t i = 0; i < r->res->fields_n; i++)
        if (sets_cells(&r->res->fields[i])) keep_set_cells(&r->res->fields[i], &old->v[i], &r->v[i]);
}

Err work_update(Ctx *c, const Resource *res, Id id, int64_t if_version, json_t *body, bool partial, Record **out)
{
    Record *old;
    TRY(reach(c, ACT_UPDATE, res, NULL, id, if_version, &old));
    Mistakes m;
    mistakes_init(&m, c->a);
    bool *writable = access_writable(c->a, c->who, res);
    Record *r = record_next(c, old);
    if (!partial) clear_writable(r, writable);
    values_from_json(c->a, res->fields, res->fields_n, body, partial, writable, (Str){0}, r->v, &m);
    if (m.n) return unreadable(c, r, &m); /* a wrong body is wrong whatever version it names */
    TRY(right_version(c, old, if_version));
    TRY(not_removed(old));
    keep_set(old, r);
    return update(c, old, r, out, &m);
}

Err work_update_values(Ctx *c, const Resource *res, Id id, int64_t if_version, Value *v, Record **out)
{
    Record *old;
    TRY(target(c, ACT_UPDATE, res, NULL, id, if_version, &old));
    TRY(not_removed(old));
    Mistakes m;
    mistakes_init(&m, c->a);
    bool *writable = access_writable(c->a, c->who, res);
    Record *r = record_next(c, old);
    for (size_t i = 0; i < res->fields_n; i++)
        if (writable[i] && !(res->fields[i].flags & (READONLY | DERIVED))) r->v[i] = v[i];
    keep_set(old, r);
    return update(c, old, r, out, &m);
}

static Err still_used(Ctx *c, const Record *r)
{
    Referrer list[6];
    size_t n;
    /* What is settled keeps its references for ever, so they do not count; but what belongs to one record alone stays as long as that needs it. */
    TRY(record_referrers(c->db, c->a, c->resources, r, r->res->inner, list, COUNT(list), &n));
    if (!n) return ERR_NONE;
    Buf names;
    buf_init(&names, c->a, 128);
    for (size_t i = 0; i < n && i < 5; i++)
        buf_printf(&names, "%s%s-%04lld %.*s", i ? ", " : "", list[i].res->prefix, (long long)list[i].number, STR_ARG(list[i].title));
    if (n > 5) buf_addc(&names, " …");
    return err_text(ERR_CONFLICT, TEXT_FILL(c->a, "まだ使われているので廃止できません: {0}。先にそちらの参照を外してください。",
        "Still in use, so it cannot be retired: {0}. Take the references away first.", buf_str(&names)));
}

Err work_retire(Ctx *c, Record *old)
{
    const Resource *res = old->res;
    if (old->removed) return ERR_NONE;
    TRY(still_used(c, old));
    Record *r = record_next(c, old);
    r->removed = true;
    Mistakes m;
    mistakes_init(&m, c->a);
    if (res->check) TRY(res->check(c, old, r, &m));
    TRY(err_mistakes(&m));
    TRY(record_update(c->db, c->a, r));
    TRY(calculation_forget(c, r->id));
    return remember(c, r, "remove");
}

Err work_remove(Ctx *c, const Resource *res, Id id, int64_t if_version)
{
    Record *old;
    TRY(target(c, ACT_REMOVE, res, NULL, id, if_version, &old));
    return work_retire(c, old);
}

Err work_restore(Ctx *c, const Resource *res, Id id, int64_t if_version, Record **out)
{
    Record *old;
    TRY(target(c, ACT_REMOVE, res, NULL, id, if_version, &old));
    if (!old->removed) return finish(c, old, out);
    Mistakes m;
    mistakes_init(&m, c->a);
    Record *r = record_next(c, old);
    r->removed = false;
    TRY(save(c, old, r, "restore", &m));
    return finish(c, r, out);
}

Err work_action(Ctx *c, const Resource *res, Id id, const Action *action, int64_t if_version, json_t *body, Record **out)
{
    Record *old;
    TRY(reach(c, ACT_ACTION, res, action, id, if_version, &old));
    Mistakes m;
    mistakes_init(&m, c->a);
    Value *input = arena_array(c->a, Value, action->fields_n + 1);
    values_from_json(c->a, action->fields, action->fields_n, body, false, NULL, (Str){0}, input, &m);
    values_check(c->a, action->fields, action->fields_n, (Str){0}, input, &m);
    if (m.n) return err_mistakes(&m);
    TRY(right_version(c, old, if_version));
    TRY(not_removed(old));
    Record *r = record_next(c, old);
    TRY(action->run(c, r, input, &m));
    if (m.n) return err_mistakes(&m);
    TRY(save(c, old, r, action->name, &m));
    return finish(c, r, out);
}

static Err reported(Ctx *c, const Resource *res, const Id *id, const Report *report, Record **of)
{
    const Action may = {.name = report->name, .roles = report->roles};
    *of = NULL;
    if (id) TRY(work_get(c, res, *id, of));
    return decide(c, ACT_REPORT, res, &may, *of);
}

Err work_report(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, ReportOut *out)
{
    Record *of;
    TRY(reported(c, res, id, report, &of));
    *out = (ReportOut){.a = c->a};
    return report->run(c, of, params, out);
}

Err work_document(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, JsonOut *j)
{
    Record *of;
    TRY(reported(c, res, id, report, &of));
    return report->document(c, of, params, j);
}

Err work_file(Ctx *c, const Resource *res, const Id *id, const Report *report, const Value *params, int fd, Str *name)
{
    Record *of;
    TRY(reported(c, res, id, report, &of));
    return report->file(c, of, params, fd, name);
}

Err work_asked(Ctx *c, const Resource *res, const Id *id, const Report *report, const json_t *question, JsonOut *j)
{
    Record *of;
    TRY(reported(c, res, id, report, &of));
    return report->asked(c, of, question, j);
}

Err work_note(Ctx *c, int64_t org, Id org_id, Str action, Id object)
{
    Event e = {.org = org, .org_id = org_id, .actor = actor_of(c), .action = action, .object = object, .at = c->now, .batch = c->bulk ? c->bulk->log : NULL};
    key_hash(c->idempotency, e.idempotency);
    int64_t leaf;
    Str salts;
    return history_append(c->history, c->db, c->a, &e, &leaf, &salts);
}

/* --- disposal ---------------------------------------------------------------------------------------------- */

static Err not_disposable(void)
{
    return err_text(ERR_CONFLICT, text_of("廃棄できるのは個人情報の項目だけです。", "Only fields with personal data can be disposed of."));
}

/* Destroys the value in the record, in all its versions and in the search rows; the log keeps the fact and still verifies.
 * The caller scrubs the file after the commit (Change.scrub). */
Err work_dispose_field(Ctx *c, Record *old, int field, Str ground)
{
    if (!str_trim(ground).n)
        return err_text(ERR_INVALID, text_of("廃棄の根拠を書いてください。", "Give the ground for the disposal."));
    Record *r = record_next(c, old);
    r->v[field] = (Value){.state = VALUE_DISPOSED};
    TRY(record_update(c->db, c->a, r));
    TRY(remember(c, r, "update"));
    TRY(idempotency_blank(c, r->id));
    TRY(calculation_forget(c, r->id));
    Event e = {.org = r->org, .org_id = c->who->org.id, .actor = actor_of(c), .action = str_printf(c->a, "%s.dispose", r->res->name),
        .object = r->id, .object_version = r->version, .at = c->now};
    return history_dispose(c->history, c->db, c->a, &e, r->row, r->res, field, ground);
}

Err work_dispose(Ctx *c, const Resource *res, Id id, Str field, Str ground)
{
    Record *old;
    TRY(record_get(c->db, c->a, res, c->who->org.row, id, true, &old));
    TRY(decide(c, ACT_DISPOSE, res, NULL, old));
    int f = field_find(res->fields, res->fields_n, field);
    if (f < 0 || !(res->fields[f].flags & PERSONAL)) return not_disposable();
    return work_dispose_field(c, old, f, ground);
}
