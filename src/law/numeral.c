/* numeral.c -- numbers in the words of Japanese law. */
#include "law/numeral.h"

typedef struct Mark {
    const char *text;
    int64_t value;
} Mark;

static const Mark digits[] = {{"〇", 0}, {"零", 0}, {"一", 1}, {"二", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}, {"０", 0}, {"１", 1}, {"２", 2}, {"３", 3}, {"４", 4},
    {"５", 5}, {"６", 6}, {"７", 7}, {"８", 8}, {"９", 9}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}};
static const Mark tens[] = {{"十", 10}, {"百", 100}, {"千", 1000}}, myriads[] = {{"万", 10000}, {"億", 100000000}};
static const Mark commas[] = {{",", 0}, {"，", 0}}, points[] = {{".", 0}, {"．", 0}};

/* The longest ones first. */
static const struct UnitMark { const char *text; Measured measures; int64_t factor; } units[] = {
    {"時間", MEASURED_TIME, 3600}, {"分間", MEASURED_TIME, 60}, {"分", MEASURED_TIME, 60}, {"秒", MEASURED_TIME, 1}, {"日間", MEASURED_TIME, 86400}, {"日", MEASURED_TIME, 86400}, {"週間", MEASURED_TIME, 604800},
    {"箇月", MEASURED_MONTHS, 1}, {"か月", MEASURED_MONTHS, 1}, {"カ月", MEASURED_MONTHS, 1}, {"ヶ月", MEASURED_MONTHS, 1}, {"ヵ月", MEASURED_MONTHS, 1}, {"ケ月", MEASURED_MONTHS, 1}, {"月", MEASURED_MONTHS, 1},
    {"年間", MEASURED_MONTHS, 12}, {"年", MEASURED_MONTHS, 12}, {"人", MEASURED_COUNT, 1}, {"名", MEASURED_COUNT, 1}, {"戸", MEASURED_COUNT, 1}, {"件", MEASURED_COUNT, 1}, {"世帯", MEASURED_COUNT, 1},
    {"本", MEASURED_COUNT, 1}, {"回線", MEASURED_COUNT, 1}, {"キロワット", MEASURED_COUNT, 1}, {"kW", MEASURED_COUNT, 1}, {"パーセント", MEASURED_PERCENT, 1000}, {"％", MEASURED_PERCENT, 1000}, {"%", MEASURED_PERCENT, 1000},
};

static const struct OpMark { const char *text, *op; } ops[] = {{"以上", "at_least"}, {"以下", "at_most"}, {"以内", "at_most"}, {"未満", "less_than"}, {"を超え", "more_than"}, {"超", "more_than"}, {"に満たない", "less_than"}, {"を下回", "less_than"}};

static bool stands(Str s, size_t i, const char *text)
{
    return str_starts(str_slice(s, i, s.n), str_of(text));
}

static const Mark *mark_at(Str s, size_t i, const Mark *list, size_t n)
{
    for (size_t k = 0; i < s.n && k < n; k++)
        if (stands(s, i, list[k].text)) return &list[k];
    return NULL;
}

#define AT(s, i, list) mark_at((s), (i), (list), COUNT(list))

/* 三万, 二十四, 1,000, 7千, 五〇. The number that begins at *i, which moves behind it; false: none, or one too large. */
bool numeral_read(Str s, size_t *i, int64_t *out)
{
    int64_t total = 0, section = 0, digit = 0;
    bool any = false, open = false; /* open: a digit waits for what it counts */
    for (const Mark *m; total < 1000000000000 && section < 1000000000000 && digit < 1000000000000;) {
        if ((m = AT(s, *i, digits))) digit = digit * 10 + m->value, open = true;
        else if ((m = AT(s, *i, tens))) section += scaled(open ? digit : 1, m->value), digit = 0, open = false;
        else if (any && (m = AT(s, *i, myriads))) total += scaled(section + digit, m->value), section = digit = 0, open = false;
        else if (open && (m = AT(s, *i, commas)) && AT(s, *i + strlen(m->text), digits)) {}
        else {
            *out = total + section + digit;
            return any;
        }
        any = true;
        *i += strlen(m->text);
    }
    return false;
}

bool numeral_stands(Str s, size_t i) { return AT(s, i, digits) || AT(s, i, tens) || AT(s, i, myriads); }

static void unit_read(Str s, size_t *i, Numeral *out)
{
    for (size_t k = 0; k < COUNT(units); k++) {
        if (!stands(s, *i, units[k].text)) continue;
        out->measures = units[k].measures;
        out->value = scaled(out->value, units[k].factor);
        *i += strlen(units[k].text);
        return;
    }
}

static void op_read(Str s, size_t *i, Numeral *out)
{
    for (size_t k = 0; k < COUNT(ops); k++) {
        if (!stands(s, *i, ops[k].text)) continue;
        out->op = ops[k].op;
        *i += strlen(ops[k].text);
        return;
    }
}

/* 百分の五: the number before was the whole. */
static bool fraction_read(Str s, size_t *i, Numeral *out)
{
    size_t at = *i;
    int64_t part;
    if (!stands(s, at, "分の")) return false;
    at += strlen("分の");
    if (!out->value || !numeral_read(s, &at, &part)) return false;
    out->value = scaled(part, 100000) / out->value;
    out->measures = MEASURED_PERCENT;
    *i = at;
    return true;
}

static bool begins_after(Str s, size_t i, const char *text)
{
    return str_ends(str_slice(s, 0, i), str_of(text));
}

static bool ends_apart(Str s, size_t i)
{
    return i >= s.n || s.s[i] == ' ' || stands(s, i, "　") || stands(s, i, "／") || s.s[i] == '/';
}

/* The number that begins at *i; false when it is none that is compared with. */
static bool numeral_at(Str s, size_t *i, Numeral *out)
{
    size_t from = *i;
    *out = (Numeral){.measures = MEASURED_NONE};
    if (!numeral_read(s, i, &out->value)) {
        while (*i < s.n && (AT(s, *i, digits) || AT(s, *i, tens))) *i += AT(s, *i, digits) ? strlen(AT(s, *i, digits)->text) : strlen(AT(s, *i, tens)->text);
        return false;
    }
    if (begins_after(s, from, "第") || begins_after(s, from, ".") || AT(s, *i, points) || stands(s, *i, "円")) return false;
    if (!fraction_read(s, i, out)) unit_read(s, i, out);
    op_read(s, i, out);
    out->apart = out->op || ends_apart(s, *i);
    out->text = str_slice(s, from, *i);
    return true;
}

size_t numerals_in(Str s, Numeral *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max;) {
        size_t at = i;
        bool begins = AT(s, i, digits) || AT(s, i, tens);
        if (begins && numeral_at(s, &i, &out[n])) n++;
        if (i == at) i++;
    }
    return n;
}
