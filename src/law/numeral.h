/* numeral.h -- numbers in the words of Japanese law: 三万以上, 二時間を超える, 百分の五, 1,000人. Private to law/. */
#ifndef KANAME_LAW_NUMERAL_H
#define KANAME_LAW_NUMERAL_H

#include "law/check.h"

typedef struct Numeral {
    Str text;          /* as it stands, with unit and operator */
    int64_t value;     /* in the smallest unit: see unit_factor */
    Measured measures; /* MEASURED_NONE: no unit stands behind it */
    const char *op;    /* "at_least" …; NULL: none */
    bool apart;        /* nothing but a blank, an operator or the end behind it, where it has no unit */
} Numeral;

/* Numbers of articles (第五十七条), yen and fractions of ones (0.5) are left out. */
size_t numerals_in(Str words, Numeral *out, size_t max);
/* 三万, 二十四, 1,000, 7千, 五〇: the number that begins at *i, which moves behind it; false: none, or one too large. */
bool numeral_read(Str s, size_t *i, int64_t *out);
bool numeral_stands(Str s, size_t i); /* a digit, or ten, hundred … */

#endif
