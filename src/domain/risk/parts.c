/* parts.c -- values by name; how submission, approval and return are recorded. */
#include "risk/parts.h"
#include "work/files.h"

Value *child_of(const Field *fields, size_t n, Value *row, const char *name)
{
    int i = field_find(fields, n, str_of(name));
    assert(i >= 0);
    return &row[i];
}

Value *value_of(const Record *r, const char *name)
{
    return child_of(r->res->fields, r->res->fields_n, r->v, name);
}

bool state_is(const Record *r, const char *state)
{
    const Value *v = value_of(r, "state");
    return v->state == VALUE_KNOWN && str_eqc(v->text, state);
}

void put_text(Value *v, Str text)
{
    *v = (Value){.state = text.n ? VALUE_KNOWN : VALUE_NONE, .text = text};
}

void put_int(Value *v, int64_t i)
{
    *v = (Value){.state = VALUE_KNOWN, .i = i, .hi = i};
}

static bool named(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

bool only_differs(const Record *a, const Record *b, const char *const *names)
{
    for (size_t i = 0; i < a->res->fields_n; i++) {
        const Field *f = &a->res->fields[i];
        if ((f->flags & DERIVED) || named(names, f->name)) continue;
        if (!values_equal(f, &a->v[i], &b->v[i])) return false;
    }
    return true;
}

const Field approval_input[4] = {
    {.name = "post", .kind = KIND_TEXT, .label = TEXT("承認した役職・会議体", "Approved by (post or body)"), .help = TEXT("例：水道事業管理者、庁議", "e.g. the board, the mayor"), .flags = REQUIRED},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録・決裁の番号", "Minutes or decision number"), .help = TEXT("後から探せる番号や名称", "So that it can be found later"), .flags = REQUIRED},
    {.name = "date", .kind = KIND_DATE, .label = TEXT("承認日", "Date of approval"), .help = TEXT("決裁や議決の日", "Day of the decision"), .flags = REQUIRED},
    {.name = "minutes_file", .kind = KIND_REF, .label = TEXT("議事録・決裁書のファイル", "Minutes (file)"), .help = TEXT("この記録に添付したもの。なくてもよい", "Attached to this record; may be left out"), .target = "file"},
};

const Field return_input[1] = {
    {.name = "why", .kind = KIND_LONG, .label = TEXT("理由", "Reason"), .help = TEXT("何を直せばよいか", "What is to be corrected"), .flags = REQUIRED},
};

void submission_record(Ctx *c, Record *r)
{
    put_text(value_of(r, "state"), STR("submitted"));
    put_text(value_of(r, "submitted_by"), c->who->name);
    put_int(value_of(r, "submitted_on"), day_in_japan(c->now));
}

void return_record(Record *r, const Value *input)
{
    put_text(value_of(r, "state"), STR("returned"));
    put_text(value_of(r, "return_reason"), input[0].text);
}

Err approval_record(Ctx *c, Record *r, const Value *input, Mistakes *m)
{
    if (input[2].i > day_in_japan(c->now)) {
        mistake_add(m, STR("date"), "range", text_of("承認日は今日までの日にしてください。", "The date of approval cannot be in the future."));
        return ERR_NONE;
    }
    if (input[3].state == VALUE_KNOWN) TRY(file_belongs(c, r, input[3].ref, "minutes_file", m));
    if (m->n) return ERR_NONE;
    put_text(value_of(r, "state"), STR("approved"));
    put_text(value_of(r, "approved_by"), c->who->name);
    put_text(value_of(r, "approved_post"), input[0].text);
    put_text(value_of(r, "minutes"), input[1].text);
    *value_of(r, "minutes_file") = input[3];
    put_int(value_of(r, "approved_on"), input[2].i);
    return ERR_NONE;
}
