/*
 * The reasons why a number or time is not known, in words that export writes and import reads.
 */
#include "record/record.h"

const struct UnknownRow unknown_rows[UNKNOWNS] = {
    [UNKNOWN_NOT_ASKED] = {"not_asked", TEXT("未確認", "not asked yet")},
    [UNKNOWN_CANNOT_TELL] = {"cannot_tell", TEXT("不明", "cannot tell")},
    [UNKNOWN_LATER] = {"later", TEXT("後日判明", "known later")},
    [UNKNOWN_NOT_DEFINED] = {"not_defined", TEXT("未定義", "not defined")},
};
