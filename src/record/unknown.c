/*
 * The reasons why a number or time is not known, in words that export writes and import reads.
 */
#include "record/record.h"

const struct UnknownRow unknown_rows[UNKNOWNS] = {
    [UNKNOWN_NOT_ASKED] = {"not_asked", TEXT("まだ聞いていない", "not asked yet"), "未確認|未調査|確認中"},
    [UNKNOWN_CANNOT_TELL] = {"cannot_tell", TEXT("確認できない", "cannot tell"), "不明|確認不能"},
    [UNKNOWN_LATER] = {"later", TEXT("これから決まる", "known later"), "後日判明|未定|調査中"},
    [UNKNOWN_NOT_DEFINED] = {"not_defined", TEXT("定めがない", "not defined"), "未定義"},
};
