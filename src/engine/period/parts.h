/* parts.h -- what the files of this room share. */
#ifndef KANAME_PERIOD_PARTS_H
#define KANAME_PERIOD_PARTS_H

#include "period/period.h"

static inline Err period_wrong(const char *ja, const char *en)
{
    return err_text(ERR_INVALID, text_of(ja, en));
}

static inline bool period_in_years(Day d)
{
    return d >= day_of(1800, 1, 1) && d <= day_of(2999, 12, 31);
}

static inline Err period_beyond(void)
{
    return period_wrong("日付と期間は、1800年から2999年までに収まる必要があります。", "Days and periods must lie within the years 1800 to 2999.");
}

#endif
