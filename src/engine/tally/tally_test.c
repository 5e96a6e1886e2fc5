/*
 * tally_test.c -- every pair of tables up to a size is hidden, and those that look the same afterwards are put together: no small count that is hidden may be the
 * same in all of them, or whoever knows the rule could work it out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tally/tally.h"

#include <stdlib.h>

enum { CELLS_MAX = 6, HIDDEN = 31 };

/* What one pair shows, and what is behind it. */
typedef struct Case { uint32_t shown; uint8_t n[CELLS_MAX]; } Case;
typedef struct Cases { Case *list; size_t n, room; } Cases;

static int by_shown(const void *a, const void *b)
{
    uint32_t x = ((const Case *)a)->shown, y = ((const Case *)b)->shown;
    return (x > y) - (x < y);
}

static void add(Cases *x, const TallyCell cells[static CELLS_MAX], size_t n)
{
    if (x->n == x->room) {
        x->room = 2 * x->room + 1024;
        x->list = realloc(x->list, x->room * sizeof *x->list);
        assert_non_null(x->list);
    }
    Case one = {0};
    for (size_t i = 0; i < n && i < CELLS_MAX; i++) {
        one.n[i] = (uint8_t)cells[i].n;
        one.shown = one.shown << 5 | (cells[i].hidden ? HIDDEN : (uint32_t)cells[i].n);
    }
    x->list[x->n++] = one;
}

static bool next(TallyCell *cells, size_t n, int64_t most)
{
    for (size_t i = 0; i < n; i++) {
        if (++cells[i].n <= most) return true;
        cells[i].n = 0;
    }
    return false;
}

static int64_t sum(const TallyCell *cells, size_t n)
{
    int64_t s = 0;
    for (size_t i = 0; i < n; i++)
        s += cells[i].n;
    return s;
}

/* Cases whose neighbours lie outside of what was tried say nothing. */
static void no_small_one_is_certain(const Case *list, size_t n, size_t cells, int64_t most)
{
    uint8_t low[CELLS_MAX], high[CELLS_MAX], top = 0;
    memcpy(low, list[0].n, sizeof low), memcpy(high, list[0].n, sizeof high);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < cells && i < CELLS_MAX; i++) {
            if (list[k].n[i] < low[i]) low[i] = list[k].n[i];
            if (list[k].n[i] > high[i]) high[i] = list[k].n[i];
            if (list[k].n[i] > top) top = list[k].n[i];
        }
    for (size_t i = 0; i < cells && i < CELLS_MAX && top <= most - 2; i++)
        if (low[i] == high[i]) assert_true(low[i] == 0 || low[i] >= TALLY_FEW);
}

static void try_all(size_t a_n, size_t b_n, int64_t most)
{
    Cases x = {0};
    TallyCell cells[CELLS_MAX] = {{0}};
    do {
        if (sum(cells, a_n) != sum(cells + a_n, b_n)) continue;
        tally_hide(cells, a_n, cells + a_n, b_n);
        add(&x, cells, a_n + b_n);
    } while (next(cells, a_n + b_n, most));
    qsort(x.list, x.n, sizeof *x.list, by_shown);
    for (size_t from = 0, to; from < x.n; from = to) {
        for (to = from; to < x.n && x.list[to].shown == x.list[from].shown;)
            to++;
        no_small_one_is_certain(x.list + from, to - from, a_n + b_n, most);
    }
    free(x.list);
}

static void nothing_small_can_be_worked_out(void **state)
{
    (void)state;
    try_all(3, 3, 9);
    try_all(2, 4, 9);
    try_all(4, 2, 9);
    try_all(2, 2, 20);
    try_all(1, 3, 15);
    try_all(1, 1, 20);
}

static void large_counts_stay(void **state)
{
    TallyCell a[3] = {{3, false}, {0, false}, {7, false}}, b[2] = {{10, false}, {0, false}};
    (void)state;
    tally_hide(a, 3, b, 2);
    for (size_t i = 0; i < 3; i++)
        assert_false(a[i].hidden);
    assert_false(b[0].hidden || b[1].hidden);
    assert_false(tally_few(0) || tally_few(3));
    assert_true(tally_few(1) && tally_few(2));
}

static void a_second_one_goes_with_it(void **state)
{
    TallyCell a[4] = {{0, false}, {5, false}, {4, false}, {1, false}}, b[1] = {{10, false}};
    (void)state;
    tally_hide(a, 4, b, 1);
    assert_true(a[3].hidden && a[1].hidden);
    assert_false(a[0].hidden || a[2].hidden || b[0].hidden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_small_can_be_worked_out), cmocka_unit_test(large_counts_stay), cmocka_unit_test(a_second_one_goes_with_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
