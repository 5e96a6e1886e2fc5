/* tally.c -- small counts hidden, and as many beside them as it takes. */
#include "tally/tally.h"

bool tally_few(int64_t n)
{
    return n > 0 && n < TALLY_FEW;
}

/* The first that is not empty and still shown. False: there is none. */
static bool hide_next(TallyCell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cells[i].n && !cells[i].hidden) return cells[i].hidden = true;
    return false;
}

/* Two at least, and together more than they would be if all were small: else their sum gives them away. */
static bool enough(const TallyCell *cells, size_t n)
{
    int64_t hidden = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        if (cells[i].hidden) hidden++, sum += cells[i].n;
    return !hidden || (hidden >= 2 && sum > (TALLY_FEW - 1) * hidden);
}

static bool any_hidden(const TallyCell *cells, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any = any || cells[i].hidden;
    return any;
}

/* False: all that are not empty are hidden, and still their sum would tell. */
static bool hide_one_table(TallyCell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cells[i].hidden = tally_few(cells[i].n);
    while (!enough(cells, n))
        if (!hide_next(cells, n)) return false;
    return true;
}

void tally_hide(TallyCell *a, size_t a_n, TallyCell *b, size_t b_n)
{
    bool a_holds = hide_one_table(a, a_n), b_holds = hide_one_table(b, b_n);
    if (!a_holds && !any_hidden(b, b_n)) (void)hide_next(b, b_n); /* so that the total stays unknown */
    if (!b_holds && !any_hidden(a, a_n)) (void)hide_next(a, a_n);
}
