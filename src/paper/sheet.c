/* sheet.c -- rows of text on A4 pages. */
#include "paper/sheet.h"

static const double HAIR = 0.5;
/* What a Japanese office prints with first; where these are not installed the others are tried, for Latin letters in the end any. */
static const char families[] = "BIZ UDPGothic,BIZ UDGothic,IPAexGothic,IPAPGothic,Noto Sans CJK JP,Noto Sans JP,DejaVu Sans";

static const struct LookRow { double size; bool bold; double grey; PangoAlignment align; } looks[LOOKS] = {
    [LOOK_TITLE] = {16, true, 0, PANGO_ALIGN_CENTER}, [LOOK_BELOW] = {9, false, 0.25, PANGO_ALIGN_CENTER}, [LOOK_TO] = {11, false, 0, PANGO_ALIGN_LEFT}, [LOOK_FROM] = {10, false, 0, PANGO_ALIGN_RIGHT},
    [LOOK_DATE] = {10, false, 0, PANGO_ALIGN_RIGHT}, [LOOK_HEAD] = {11, true, 0, PANGO_ALIGN_LEFT}, [LOOK_LABEL] = {9.5, false, 0, PANGO_ALIGN_LEFT}, [LOOK_VALUE] = {10, false, 0, PANGO_ALIGN_LEFT},
    [LOOK_BLANK] = {8, false, 0.4, PANGO_ALIGN_LEFT}, [LOOK_TEXT] = {10, false, 0, PANGO_ALIGN_LEFT}, [LOOK_NOTE] = {8, false, 0.25, PANGO_ALIGN_LEFT}, [LOOK_FOOT] = {8, false, 0.3, PANGO_ALIGN_LEFT},
    [LOOK_FOOT_RIGHT] = {8, false, 0.3, PANGO_ALIGN_RIGHT}, [LOOK_MARK] = {12, true, 0, PANGO_ALIGN_CENTER},
};

Str sheet_text(const Press *s, Text t)
{
    Str own = text_in(t, s->lang);
    return paper_clean(s->a, own.n ? own : text_in(t, s->lang == JA ? EN : JA));
}

void sheet_open(Press *s, const char *tag)
{
    if (s->cr) cairo_tag_begin(s->cr, tag, NULL);
}

void sheet_close(Press *s, const char *tag)
{
    if (s->cr) cairo_tag_end(s->cr, tag);
}

/* --- one block of text --------------------------------------------------------------------------------------------------- */

/* The note is smaller and grey. Offsets of attributes are bytes. */
static void note_look(PangoLayout *l, size_t from, double scale)
{
    PangoAttrList *list = pango_attr_list_new();
    PangoAttribute *both[] = {pango_attr_size_new((int)(looks[LOOK_NOTE].size * scale * PANGO_SCALE)), pango_attr_foreground_new(0x4000, 0x4000, 0x4000)};
    for (size_t i = 0; i < COUNT(both); i++) both[i]->start_index = (guint)from, pango_attr_list_insert(list, both[i]);
    pango_layout_set_attributes(l, list);
    pango_attr_list_unref(list);
}

/* To be given back with g_object_unref; nothing of the arena is taken while one lives, since want of memory would leave it behind. */
static PangoLayout *block(const Press *s, Look look, Str text, double width, size_t note)
{
    PangoLayout *l = pango_layout_new(s->context);
    PangoFontDescription *font = pango_font_description_from_string(families);
    pango_font_description_set_weight(font, looks[look].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, looks[look].size * s->f.scale * PANGO_SCALE);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(l, FALSE);
    pango_layout_set_alignment(l, looks[look].align);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    if (s->p->dense && look == LOOK_VALUE) pango_layout_set_indent(l, (int)(-8 * s->f.scale * PANGO_SCALE)); /* where a line goes on it stands further in */
    pango_layout_set_line_spacing(l, s->p->dense ? 1.15F : 1.3F);
    pango_layout_set_text(l, text.n ? text.s : "", (int)text.n);
    if (note < text.n) note_look(l, note, s->f.scale);
    return l;
}

/* How many of its lines from `from` on fit into the room, and how high they are. */
static int lines_in(PangoLayout *l, int from, double room, double *height)
{
    PangoLayoutIter *it = pango_layout_get_iter(l);
    int n = 0, at = 0, first = 0, y0, y1;
    *height = 0;
    do {
        pango_layout_iter_get_line_yrange(it, &y0, &y1);
        if (at == from) first = y0;
        if (at++ < from) continue;
        if ((double)(y1 - first) / PANGO_SCALE > room) break;
        *height = (double)(y1 - first) / PANGO_SCALE;
        n++;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
    return n;
}

static void lines_out(const Press *s, Look look, PangoLayout *l, int from, int n, double x, double y)
{
    PangoLayoutIter *it = pango_layout_get_iter(l);
    PangoRectangle at;
    int i = 0, first = 0, y0, y1;
    cairo_set_source_rgb(s->cr, looks[look].grey, looks[look].grey, looks[look].grey);
    do {
        pango_layout_iter_get_line_yrange(it, &y0, &y1);
        if (i == from) first = y0;
        if (i++ < from) continue;
        pango_layout_iter_get_line_extents(it, NULL, &at);
        cairo_move_to(s->cr, x + (double)at.x / PANGO_SCALE, y + (double)(pango_layout_iter_get_baseline(it) - first) / PANGO_SCALE);
        pango_cairo_show_layout_line(s->cr, pango_layout_iter_get_line_readonly(it));
    } while (i < from + n && pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
}

/* One line beside the text of the page: heads, feet, the mark. */
static void aside(const Press *s, Look look, Text t, double x, double y, double width)
{
    Str text = sheet_text(s, t);
    if (!s->cr || !text.n) return;
    PangoLayout *l = block(s, look, text, width, SIZE_MAX);
    pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
    pango_layout_set_height(l, -1);
    lines_out(s, look, l, 0, 1, x, y);
    g_object_unref(l);
}

/* --- pages ------------------------------------------------------------------------------------------------------------------ */

static double column_width(const Press *s) { return (s->f.width - s->f.gap * (s->f.columns - 1)) / s->f.columns; }
static double column_left(const Press *s) { return s->f.left + s->column * (column_width(s) + s->f.gap); }

static void mark_out(const Press *s)
{
    Str mark = sheet_text(s, s->p->mark);
    if (!s->cr || !mark.n) return;
    PangoLayout *l = block(s, LOOK_MARK, mark, 160, SIZE_MAX);
    int w, h;
    pango_layout_set_width(l, -1);
    pango_layout_get_pixel_size(l, &w, &h);
    double x = s->f.left + s->f.width - w - 12, y = 24;
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    cairo_set_line_width(s->cr, 1);
    cairo_rectangle(s->cr, x, y, w + 12, h + 4);
    cairo_stroke(s->cr);
    lines_out(s, LOOK_MARK, l, 0, 1, x + 6, y + 2);
    g_object_unref(l);
}

static void page_begin(Press *s)
{
    s->page++, s->column = 0;
    s->y = s->top = s->f.top;
    s->too_long = s->too_long || s->page > PAPER_PAGES_MAX;
    if (!s->cr) return;
    Str n = str_printf(s->a, "%zu", s->page), all = str_printf(s->a, "%zu", s->pages);
    double foot = s->f.bottom + (A4_HEIGHT - s->f.bottom) / 2 - 8, third = s->f.width / 3;
    mark_out(s);
    if (s->page > 1) aside(s, LOOK_FOOT, s->p->title, s->f.left, 30, s->f.width - 120);
    aside(s, LOOK_FOOT, s->p->reference, s->f.left, foot, 2 * third);
    aside(s, LOOK_FOOT_RIGHT, TEXT_FILL(s->a, "{0} / {1} ページ", "page {0} / {1}", n, all), s->f.left + 2 * third, foot, third);
}

static void page_end(Press *s)
{
    if (s->cr) cairo_show_page(s->cr);
}

void sheet_begin(Press *s) { s->page = 0, page_begin(s); }
void sheet_end(Press *s) { page_end(s); }

/* The next column, or the next page. */
static void frame_next(Press *s)
{
    if (s->column + 1 < s->f.columns) s->column++, s->y = s->top;
    else page_end(s), page_begin(s);
    if (s->heads) sheet_heads(s, s->heads);
}

void sheet_room(Press *s, double points)
{
    if (s->y > s->top && s->y + points > s->f.bottom) frame_next(s);
}

/* --- rows ------------------------------------------------------------------------------------------------------------------- */

typedef struct Row { const Cell *cells; PangoLayout *const *l; int from[CELLS_MAX], now[CELLS_MAX]; size_t n; bool ruled; } Row; /* of each cell the lines that are set, and those that come now */

static double pad_of(const Press *s, const Row *r) { return r->ruled ? s->f.pad : 0; }

/* As many lines of each cell as the room takes. *whole: that is all of them; false: of some cell not even one. */
static bool slice(const Press *s, Row *r, double room, double *height, bool *whole)
{
    enum { WRITING_ROOM = 26 };
    bool some = true;
    *height = 0, *whole = true;
    for (size_t i = 0; i < r->n; i++) {
        double h;
        int left = pango_layout_get_line_count(r->l[i]) - r->from[i];
        r->now[i] = lines_in(r->l[i], r->from[i], room, &h);
        if (r->cells[i].blank && h < WRITING_ROOM * s->f.scale) h = WRITING_ROOM * s->f.scale;
        if (h > room) r->now[i] = 0;
        some = some && (r->now[i] > 0 || left == 0);
        *whole = *whole && r->now[i] == left;
        if (h > *height) *height = h;
    }
    return some;
}

static bool fits_a_page(const Press *s, const Row *r)
{
    Row copy = *r;
    double height;
    bool whole;
    slice(s, &copy, s->f.bottom - s->f.top - 2 * pad_of(s, r), &height, &whole);
    return whole;
}

static void box(const Press *s, const Cell *c, double x, double width, double height)
{
    if (c->look == LOOK_LABEL) {
        cairo_set_source_rgb(s->cr, 0.94, 0.94, 0.94);
        cairo_rectangle(s->cr, x, s->y, width, height);
        cairo_fill(s->cr);
    }
    cairo_set_source_rgb(s->cr, 0.35, 0.35, 0.35);
    cairo_set_line_width(s->cr, HAIR);
    cairo_rectangle(s->cr, x, s->y, width, height);
    cairo_stroke(s->cr);
}

static void slice_out(Press *s, Row *r, double height)
{
    double x = column_left(s), all = column_width(s), pad = pad_of(s, r);
    for (size_t i = 0; s->cr && r->ruled && i < r->n; x += all * r->cells[i++].share) box(s, &r->cells[i], x, all * r->cells[i].share, height + 2 * pad);
    x = column_left(s);
    if (r->ruled) sheet_open(s, "TR");
    for (size_t i = 0; i < r->n; x += all * r->cells[i++].share) {
        sheet_open(s, r->cells[i].tag);
        if (s->cr && r->now[i]) lines_out(s, r->cells[i].look, r->l[i], r->from[i], r->now[i], x + pad, s->y + pad);
        sheet_close(s, r->cells[i].tag);
        r->from[i] += r->now[i];
    }
    if (r->ruled) sheet_close(s, "TR");
    s->y += height + 2 * pad;
}

static void row_set(Press *s, Row *r)
{
    bool whole = false, fresh = false; /* fresh: on a page of its own beginning, where it will not get better */
    while (!whole && !s->too_long) {
        double height;
        bool some = slice(s, r, s->f.bottom - s->y - 2 * pad_of(s, r), &height, &whole);
        bool later = !fresh && !whole && (!some || fits_a_page(s, r));
        if (!later) slice_out(s, r, height);
        if (!whole) frame_next(s), fresh = true;
    }
}

/* Given back by the press also when memory ends in the middle. */
static PangoLayout *live(Press *s, PangoLayout *l) { return s->live[s->live_n++] = l; }

static void live_end(Press *s, size_t n)
{
    while (s->live_n > n) g_object_unref(s->live[--s->live_n]);
}

void sheet_row(Press *s, const Cell *cells, size_t n, bool ruled)
{
    size_t before = s->live_n;
    Row r = {.cells = cells, .l = s->live + before, .n = n, .ruled = ruled};
    Str whole[CELLS_MAX];
    assert(n <= CELLS_MAX && before + n <= LIVE_MAX);
    for (size_t i = 0; i < n; i++) whole[i] = cells[i].note.n ? str_join(s->a, cells[i].text, cells[i].text.n ? STR("\n") : STR(""), cells[i].note) : cells[i].text;
    for (size_t i = 0; i < n; i++) live(s, block(s, cells[i].look, whole[i], column_width(s) * cells[i].share - 2 * pad_of(s, &r), whole[i].n - cells[i].note.n));
    row_set(s, &r);
    live_end(s, before);
}

void sheet_line(Press *s, const char *tag, Look look, Text t)
{
    Cell c = {.tag = tag, .look = look, .text = sheet_text(s, t), .share = 1};
    if (!c.text.n) return;
    sheet_row(s, &c, 1, false);
    s->y += looks[look].size * s->f.scale * 0.35;
}

void sheet_heads(Press *s, const PaperTable *t)
{
    Cell cells[CELLS_MAX];
    s->heads = NULL; /* said while they are set: not once more */
    for (size_t i = 0; i < t->columns; i++) cells[i] = (Cell){.tag = "TH", .look = LOOK_LABEL, .text = sheet_text(s, t->heads[i]), .share = t->shares[i] / 100.0};
    sheet_row(s, cells, t->columns, true);
    s->heads = t;
}
