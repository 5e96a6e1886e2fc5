/* json.c -- a document as JSON, for programs. */
#include "paper/press.h"

static void member(JsonOut *j, const char *key, Text t)
{
    if (!paper_is_blank(t)) json_key(j, str_of(key)), json_text(j, t);
}

static void items_json(JsonOut *j, const PaperPart *part)
{
    json_key(j, STR("items")), json_open(j, '[');
    for (size_t i = 0; i < part->n; i++) {
        const PaperItem *it = &part->items[i];
        json_open(j, '{');
        member(j, "label", it->label), member(j, "value", it->value);
        if (paper_is_blank(it->value)) json_kbool(j, "blank", true);
        member(j, "note", it->note), member(j, "mark", it->mark);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void texts_json(JsonOut *j, const char *key, const Text *list, size_t n)
{
    json_key(j, str_of(key)), json_open(j, '[');
    for (size_t i = 0; i < n; i++) json_text(j, list[i]);
    json_close(j, ']');
}

static void table_json(JsonOut *j, const PaperTable *t)
{
    json_key(j, STR("table")), json_open(j, '{');
    texts_json(j, "heads", t->heads, t->columns);
    json_key(j, STR("rows")), json_open(j, '[');
    for (size_t r = 0; r < t->rows; r++) {
        json_open(j, '[');
        for (size_t c = 0; c < t->columns; c++) json_text(j, t->cells[r * t->columns + c]);
        json_close(j, ']');
    }
    json_close(j, ']'), json_close(j, '}');
}

void paper_json(JsonOut *j, const Paper *p)
{
    member(j, "title", p->title), member(j, "below", p->below), member(j, "subject", p->subject), member(j, "to", p->to), member(j, "from", p->from), member(j, "mark", p->mark), member(j, "reference", p->reference);
    json_kstr(j, "at", instant_text(j->b->a, p->at));
    json_key(j, STR("parts")), json_open(j, '[');
    for (size_t i = 0; i < p->n; i++) {
        const PaperPart *part = &p->parts[i];
        json_open(j, '{');
        member(j, "title", part->title);
        if (part->kind == PAPER_ITEMS) items_json(j, part);
        else if (part->kind == PAPER_TABLE) table_json(j, &part->table);
        else member(j, "text", part->text);
        json_close(j, '}');
    }
    json_close(j, ']');
    texts_json(j, "notes", p->notes, p->notes_n);
}
