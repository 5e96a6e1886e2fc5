/* press.h -- what the files of this room share. */
#ifndef KANAME_PAPER_PRESS_H
#define KANAME_PAPER_PRESS_H

#include "paper/paper.h"

/* Text as paper can carry it: well-formed UTF-8, no controls but new lines, nothing that turns the direction of writing. Joiners and variation selectors stay. */
Str paper_clean(Arena *a, Str s);
Text paper_instant(Arena *a, Instant t); /* when it was made, in Japan, to the minute */
extern const Text paper_blank;           /* 未記入 */
static inline bool paper_is_blank(Text t)
{
    return !t.in[JA].n && !t.in[EN].n;
}

/* What cairo leaves out of a tagged file: that it is one, its language, that its title be shown. Appended as the format's own incremental update. */
Err pdf_mark(Arena *a, Str pdf, Lang lang, Str *out);

#endif
