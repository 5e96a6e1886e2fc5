/* json.c -- values between JSON and records: all mistakes at once, each with its path, in both languages. */
#include "record/sql.h"

#include <jansson.h>
#include <stdlib.h>

static const Str unknown_codes[UNKNOWNS] = {{"not_asked", 9}, {"cannot_tell", 11}, {"later", 5}, {"not_defined", 11}};

static Str path_of(Arena *a, Str base, Str name)
{
    return base.n ? str_join(a, base, STR("/"), name) : name;
}

static Str number(Arena *a, int64_t v)
{
    return str_printf(a, "%lld", (long long)v);
}

/* --- reading ----------------------------------------------------------------------------------------------- */

typedef struct Read {
    Arena *a;
    const Field *f;
    Str path;
    Mistakes *m;
    bool kept; /* out of a version: it was checked when it was written, by the rules of that time */
} Read;

static void wrong(Read *r, const char *code, Text text)
{
    mistake_add(r->m, r->path, code, text);
}

static void wrong_type(Read *r, const char *ja, const char *en)
{
    wrong(r, "type", TEXT_FILL(r->a, "「{0}」は{1}で書いてください。", "{2}: write {3}.", r->f->label.in[JA], str_of(ja), r->f->label.in[EN], str_of(en)));
}

static bool range_ok(Read *r, int64_t v)
{
    const Field *f = r->f;
    if (r->kept || (!f->min && !f->max) || (v >= f->min && v <= f->max)) return true;
    Str lo = number(r->a, f->min), hi = number(r->a, f->max);
    wrong(r, "range", TEXT_FILL(r->a, "「{0}」は {1}〜{2} の範囲で書いてください。", "{3}: from {1} to {2}.", f->label.in[JA], lo, hi, f->label.in[EN]));
    return false;
}

static size_t longest(const Field *f)
{
    return f->max ? (size_t)f->max : f->kind == KIND_LONG ? 10000 : 200;
}

static bool text_ok(Read *r, Str s)
{
    const Field *f = r->f;
    if (r->kept) return true;
    if (str_has_control(s, f->kind == KIND_LONG)) {
        wrong(r, "characters", TEXT_FILL(r->a, "「{0}」に使えない文字（制御文字や見えない文字）があります。", "{1}: contains characters that cannot be used (control or invisible).", f->label.in[JA], f->label.in[EN]));
        return false;
    }
    if (str_chars(s) <= longest(f)) return true;
    Str max = number(r->a, (int64_t)longest(f));
    wrong(r, "length", TEXT_FILL(r->a, "「{0}」は{1}文字までです。", "{2}: at most {1} characters.", f->label.in[JA], max, f->label.in[EN]));
    return false;
}

static void read_text(Read *r, json_t *j, Value *v)
{
    Str s = str_trim(json_str_of(j));
    if (!json_is_string(j)) {
        wrong_type(r, "文字", "text");
        return;
    }
    if (!text_ok(r, s)) return;
    *v = s.n ? (Value){.state = VALUE_KNOWN, .text = s} : (Value){VALUE_NONE};
}

static void read_choice(Read *r, json_t *j, Value *v)
{
    int at = json_is_string(j) ? choice_find(r->f, json_str_of(j)) : -1;
    if (at >= 0) {
        *v = (Value){.state = VALUE_KNOWN, .text = r->f->choices[at].code};
        return;
    }
    Buf known;
    buf_init(&known, r->a, 64);
    for (size_t i = 0; i < r->f->choices_n; i++) {
        if (i) buf_addc(&known, ", ");
        buf_add(&known, r->f->choices[i].code);
    }
    wrong(r, "choice", TEXT_FILL(r->a, "「{0}」は次のどれかです: {1}", "{2}: one of {1}", r->f->label.in[JA], buf_str(&known), r->f->label.in[EN]));
}

static bool read_number(Read *r, json_t *j, int64_t *out)
{
    if (r->f->kind == KIND_INSTANT) {
        if (json_is_string(j) && instant_parse(json_str_of(j), out)) return true;
        wrong_type(r, "日時（2026-11-20T05:24:00Z の形）", "an instant such as 2026-11-20T05:24:00Z");
        return false;
    }
    if (!json_is_integer(j)) {
        wrong_type(r, "整数", "a whole number");
        return false;
    }
    *out = json_integer_value(j);
    return range_ok(r, *out);
}

static void read_unknown(Read *r, json_t *j, Value *v)
{
    for (int i = 0; i < UNKNOWNS; i++)
        if (str_eq(json_str_of(j), unknown_codes[i])) {
            *v = (Value){.state = VALUE_UNKNOWN, .i = i};
            return;
        }
    wrong_type(r, "不明の理由（not_asked, cannot_tell, later, not_defined）", "a reason: not_asked, cannot_tell, later or not_defined");
}

static void read_range(Read *r, json_t *j, Value *v)
{
    json_t *unknown = json_object_get(j, "unknown"), *from = json_object_get(j, "from"), *to = json_object_get(j, "to");
    int64_t lo, hi;
    if (unknown && json_object_size(j) == 1) {
        read_unknown(r, unknown, v);
        return;
    }
    if (!from || !to || json_object_size(j) != 2) {
        wrong_type(r, "値、範囲 {from,to}、不明 {unknown} のどれか", "a value, {from,to} or {unknown}");
        return;
    }
    if (!read_number(r, from, &lo) || !read_number(r, to, &hi)) return;
    if (lo > hi) {
        wrong(r, "range", TEXT_FILL(r->a, "「{0}」の範囲は小さい方を先に書いてください。", "{1}: the lower end comes first.", r->f->label.in[JA], r->f->label.in[EN]));
        return;
    }
    *v = (Value){.state = lo == hi ? VALUE_KNOWN : VALUE_RANGE, .i = lo, .hi = lo == hi ? 0 : hi};
}

static void read_date(Read *r, json_t *j, Value *v)
{
    Day d;
    if (!json_is_string(j) || !day_parse_people(r->a, json_str_of(j), &d)) {
        wrong_type(r, "日付（2026-11-20 や 令和8年11月20日）", "a date such as 2026-11-20");
        return;
    }
    *v = (Value){.state = VALUE_KNOWN, .i = d};
}

static bool read_id(Read *r, json_t *j, Id *id)
{
    if (json_is_string(j) && id_parse(json_str_of(j), id)) return true;
    wrong_type(r, "記録の id", "the id of a record");
    return false;
}

static int id_order(const void *x, const void *y)
{
    return memcmp(x, y, sizeof(Id));
}

enum { REFS_MAX = 200, ROWS_MAX = 500 };

static void read_refs(Read *r, json_t *j, Value *v)
{
    size_t n = json_array_size(j), kept = 0;
    if (!json_is_array(j)) {
        wrong_type(r, "id の配列", "an array of ids");
        return;
    }
    if (n > REFS_MAX && !r->kept) {
        wrong(r, "length", TEXT_FILL(r->a, "「{0}」は200件までです。", "{1}: at most 200.", r->f->label.in[JA], r->f->label.in[EN]));
        return;
    }
    Id *ids = arena_array(r->a, Id, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!read_id(r, json_array_get(j, i), &ids[i])) return;
    qsort(ids, n, sizeof(Id), id_order);
    for (size_t i = 0; i < n; i++)
        if (!kept || !id_eq(ids[kept - 1], ids[i])) ids[kept++] = ids[i];
    *v = kept ? (Value){.state = VALUE_KNOWN, .refs = ids, .n = kept} : (Value){VALUE_NONE};
}

static void read_kept(Arena *a, const Field *fields, size_t n, const json_t *object, Value *v, Mistakes *m);

static void read_list(Read *r, json_t *j, Value *v)
{
    size_t n = json_array_size(j), max = r->f->max ? (size_t)r->f->max : ROWS_MAX;
    if (!json_is_array(j)) {
        wrong_type(r, "行の配列", "an array of rows");
        return;
    }
    if (n > max && !r->kept) {
        wrong(r, "length", TEXT_FILL(r->a, "「{0}」は{1}行までです。", "{2}: at most {1} rows.", r->f->label.in[JA], number(r->a, (int64_t)max), r->f->label.in[EN]));
        return;
    }
    Value **rows = arena_array(r->a, Value *, n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = arena_array(r->a, Value, r->f->fields_n);
        if (r->kept) read_kept(r->a, r->f->fields, r->f->fields_n, json_array_get(j, i), rows[i], r->m);
        else values_from_json(r->a, r->f->fields, r->f->fields_n, json_array_get(j, i), false, NULL, path_of(r->a, r->path, number(r->a, (int64_t)i)), rows[i], r->m);
    }
    *v = n ? (Value){.state = VALUE_KNOWN, .rows = rows, .n = n} : (Value){VALUE_NONE};
}

static void read_value(Read *r, json_t *j, Value *v)
{
    int64_t i;
    if (json_is_null(j)) {
        *v = (Value){VALUE_NONE};
        return;
    }
    if ((r->f->flags & RANGE) && json_is_object(j)) {
        read_range(r, j, v);
        return;
    }
    switch (r->f->kind) {
    case KIND_TEXT:
    case KIND_LONG: read_text(r, j, v); return;
    case KIND_CHOICE: read_choice(r, j, v); return;
    case KIND_DATE: read_date(r, j, v); return;
    case KIND_REFS: read_refs(r, j, v); return;
    case KIND_LIST: read_list(r, j, v); return;
    case KIND_INT:
    case KIND_MONEY:
    case KIND_INSTANT:
        if (read_number(r, j, &i)) *v = (Value){.state = VALUE_KNOWN, .i = i};
        return;
    case KIND_BOOL:
        if (json_is_boolean(j)) *v = (Value){.state = VALUE_KNOWN, .i = json_is_true(j)};
        else wrong_type(r, "true か false", "true or false");
        return;
    case KIND_REF: {
        Id id;
        if (read_id(r, j, &id)) *v = (Value){.state = VALUE_KNOWN, .ref = id};
        return;
    }
    case KINDS: break;
    }
}

/* What has no field any more, or a kind that changed, is left out: the version itself still has it. */
static void read_kept(Arena *a, const Field *fields, size_t n, const json_t *object, Value *v, Mistakes *m)
{
    for (size_t i = 0; i < n; i++) {
        json_t *value = (fields[i].flags & DERIVED) ? NULL : json_object_get(object, fields[i].name);
        if (value) read_value(&(Read){a, &fields[i], str_of(fields[i].name), m, true}, value, &v[i]);
    }
}

Err values_from_version(Arena *a, const Field *fields, size_t n, Str doc, Value *v)
{
    enum { DOC_MAX = 16 << 20 };
    json_t *object;
    Mistakes ignored;
    mistakes_init(&ignored, a);
    TRY(json_in(a, doc, DOC_MAX, &object));
    read_kept(a, fields, n, object, v, &ignored);
    return ERR_NONE;
}

void values_from_json(Arena *a, const Field *fields, size_t n, json_t *object, bool partial, const bool *writable, Str path, Value *v, Mistakes *m)
{
    UNUSED(partial); /* absent fields keep what v has; the caller cleared it when the body is whole */
    if (!json_is_object(object)) {
        mistake_add(m, path, "type", text_of("JSON のオブジェクトを送ってください。", "Send a JSON object."));
        return;
    }
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        Str name = str_of(key);
        int i = field_find(fields, n, name);
        Read r = {a, i >= 0 ? &fields[i] : NULL, path_of(a, path, name), m, false};
        if (i < 0) wrong(&r, "unknown_field", TEXT_FILL(a, "「{0}」という項目はありません。", "There is no field {0}.", name));
        else if ((fields[i].flags & (READONLY | DERIVED)) || (writable && !writable[i]))
            wrong(&r, "readonly", TEXT_FILL(a, "「{0}」は書き込めません。", "{1} cannot be written.", fields[i].label.in[JA], fields[i].label.in[EN]));
        else read_value(&r, value, &v[i]);
    }
}

void values_check(Arena *a, const Field *fields, size_t n, Str path, const Value *v, Mistakes *m)
{
    for (size_t i = 0; i < n; i++) {
        const Field *f = &fields[i];
        Str here = path_of(a, path, str_of(f->name));
        if ((f->flags & REQUIRED) && v[i].state == VALUE_NONE)
            mistake_add(m, here, "required", TEXT_FILL(a, "「{0}」を入れてください。", "{1} is needed.", f->label.in[JA], f->label.in[EN]));
        for (size_t k = 0; f->kind == KIND_LIST && k < v[i].n; k++)
            values_check(a, f->fields, f->fields_n, path_of(a, here, number(a, (int64_t)k)), v[i].rows[k], m);
    }
}

/* --- writing ----------------------------------------------------------------------------------------------- */

static void number_out(JsonOut *j, Arena *a, const Field *f, int64_t v)
{
    if (f->kind == KIND_INSTANT) json_str(j, instant_text(a, v));
    else if (f->kind == KIND_DATE) json_str(j, day_text(a, (Day)v));
    else if (f->kind == KIND_BOOL) json_bool(j, v != 0);
    else json_int(j, v);
}

static void fields_out(JsonOut *j, Arena *a, const Field *fields, size_t n, const Value *v, const bool *readable, bool nulls);

static void value_out(JsonOut *j, Arena *a, const Field *f, const Value *v)
{
    if (v->state == VALUE_UNKNOWN) {
        json_open(j, '{');
        json_kstr(j, "unknown", unknown_codes[v->i]);
        json_close(j, '}');
    } else if (v->state == VALUE_RANGE) {
        json_open(j, '{');
        json_key(j, STR("from")), number_out(j, a, f, v->i);
        json_key(j, STR("to")), number_out(j, a, f, v->hi);
        json_close(j, '}');
    } else if (f->kind == KIND_REFS) {
        json_open(j, '[');
        for (size_t i = 0; i < v->n; i++)
            json_id(j, v->refs[i]);
        json_close(j, ']');
    } else if (f->kind == KIND_LIST) {
        json_open(j, '[');
        for (size_t i = 0; i < v->n; i++) {
            json_open(j, '{');
            fields_out(j, a, f->fields, f->fields_n, v->rows[i], NULL, false);
            json_close(j, '}');
        }
        json_close(j, ']');
    } else if (v->state != VALUE_KNOWN) json_none(j);
    else if (f->kind == KIND_REF) json_id(j, v->ref);
    else if (field_is_text(f)) json_str(j, v->text);
    else number_out(j, a, f, v->i);
}

static void fields_out(JsonOut *j, Arena *a, const Field *fields, size_t n, const Value *v, const bool *readable, bool nulls)
{
    for (size_t i = 0; i < n; i++) {
        bool none = v[i].state == VALUE_NONE || v[i].state == VALUE_DISPOSED;
        if ((readable && !readable[i]) || (none && !nulls)) continue;
        json_key(j, str_of(fields[i].name));
        value_out(j, a, &fields[i], &v[i]);
    }
}

void values_to_json(JsonOut *j, Arena *a, const Field *fields, size_t n, const Value *v, const bool *readable)
{
    fields_out(j, a, fields, n, v, readable, true);
}

void record_to_json(JsonOut *j, Arena *a, const Record *r, const bool *readable)
{
    json_open(j, '{');
    json_kid(j, "id", r->id);
    json_kstr(j, "number", record_label(a, r));
    json_kint(j, "version", r->version);
    json_kstr(j, "created", instant_text(a, r->created));
    json_kstr(j, "updated", instant_text(a, r->updated));
    json_kbool(j, "removed", r->removed);
    values_to_json(j, a, r->res->fields, r->res->fields_n, r->v, readable);
    json_close(j, '}');
}

/* --- canonical form: what versions keep and history commits to ------------------------------------------------ */

Str value_canonical(Arena *a, const Field *f, const Value *v)
{
    Buf b;
    buf_init(&b, a, 64);
    JsonOut j = {&b, false};
    if (v->state == VALUE_NONE || v->state == VALUE_DISPOSED) json_none(&j);
    else value_out(&j, a, f, v);
    return buf_str(&b);
}

Str record_canonical(Arena *a, const Record *r)
{
    Buf b;
    buf_init(&b, a, 512);
    JsonOut j = {&b, false};
    json_open(&j, '{');
    for (size_t i = 0; i < r->res->fields_n; i++) {
        bool none = r->v[i].state == VALUE_NONE || r->v[i].state == VALUE_DISPOSED;
        if (none || (r->res->fields[i].flags & DERIVED)) continue;
        json_key(&j, str_of(r->res->fields[i].name));
        value_out(&j, a, &r->res->fields[i], &r->v[i]);
    }
    json_close(&j, '}');
    return buf_str(&b);
}

bool values_equal(const Field *f, const Value *x, const Value *y)
{
    Arena a;
    arena_init(&a, 64 << 20);
    bool same = str_eq(value_canonical(&a, f, x), value_canonical(&a, f, y));
    arena_done(&a);
    return same;
}
