/* sheet.h -- rows of text on A4 pages: measured first, to know how many pages there are, then drawn. Private to paper/. */
#ifndef KANAME_PAPER_SHEET_H
#define KANAME_PAPER_SHEET_H

#include "paper/press.h"

#include <pango/pangocairo.h>

#define A4_WIDTH 595.276 /* points */
#define A4_HEIGHT 841.89

typedef enum { LOOK_TITLE, LOOK_BELOW, LOOK_TO, LOOK_FROM, LOOK_DATE, LOOK_HEAD, LOOK_LABEL, LOOK_VALUE, LOOK_BLANK, LOOK_TEXT, LOOK_NOTE, LOOK_FOOT, LOOK_FOOT_RIGHT, LOOK_MARK, LOOKS } Look;

enum { CELLS_MAX = 12, LIVE_MAX = 3 * CELLS_MAX }; /* cells of a row; blocks of text at a time */
typedef struct Frame { double left, top, width, bottom, gap; int columns; double scale, pad; } Frame; /* scale: of letters; pad: within a cell */

typedef struct Press {
    Arena *a;
    const Paper *p;
    Lang lang;
    Frame f;
    PangoFontMap *fonts;
    PangoContext *context;
    cairo_surface_t *surface;
    cairo_t *cr;               /* NULL: only measured */
    double y, top;             /* where the next row begins; where columns of this page begin */
    int column;
    size_t page, pages;
    const PaperTable *heads;   /* said again where the table goes on */
    bool too_long;
    PangoLayout *live[LIVE_MAX]; size_t live_n;
} Press;

typedef struct Cell { const char *tag; Look look; Str text, note; double share; bool blank; } Cell; /* texts cleaned; share: of the width of a column of the page */

void sheet_begin(Press *s); /* the first page */
void sheet_end(Press *s);
/* Cells side by side. What fits on a page is not divided; a longer one goes on where the page ends. */
void sheet_row(Press *s, const Cell *cells, size_t n, bool ruled);
void sheet_line(Press *s, const char *tag, Look look, Text t);
void sheet_room(Press *s, double points); /* a new page unless there is so much room */
void sheet_open(Press *s, const char *tag);
void sheet_close(Press *s, const char *tag);
void sheet_heads(Press *s, const PaperTable *t);
Str sheet_text(const Press *s, Text t); /* in the language of the paper, cleaned */

#endif
