/*
 * script.c -- what a report must say, filled from the facts: to read aloud over the telephone, or to draft from. The items are those of the duty in the pack
 * (contents), in its order.
 */
#include "incident/parts.h"

#include <jansson.h>

static void line_out(JsonOut *j, Text label, Text value)
{
    json_open(j, '{');
    json_key(j, STR("label")), json_text(j, label);
    if (value.in[JA].n) json_key(j, STR("value")), json_text(j, value);
    json_close(j, '}');
}

Err script_report(Ctx *c, const Record *of, const Value *params, JsonOut *j)
{
    Fill s;
    UNUSED(params);
    TRY(fill_open(c, of, &s));
    const json_t *contents = fill_part(&s, "contents");
    json_open(j, '{');
    json_key(j, STR("opening")), json_text(j, TEXT_FILL(c->a, "{0}です。{1}あての報告です。{2}。", "This is {0}, with a report to {1}: {2}.", c->who->org.name, value_of(of, "authority")->text, record_title(of)));
    json_key(j, STR("lines")), json_open(j, '[');
    for (size_t i = 0; i < json_array_size(contents); i++) {
        const json_t *item = json_array_get(contents, i);
        line_out(j, (Text){{json_str_of(json_object_get(item, "ja")), json_str_of(json_object_get(item, "en"))}}, fill_item(&s, json_str_of(json_object_get(item, "fills"))));
    }
    json_close(j, ']');
    json_close(j, '}');
    return ERR_NONE;
}
