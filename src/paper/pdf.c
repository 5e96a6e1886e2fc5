/* pdf.c -- a document as a tagged PDF: set once to count the pages, once to draw them. */
#include "paper/sheet.h"

#include <cairo-pdf.h>
#include <stdlib.h>

static const Frame office = {.left = 56.7, .top = 56, .width = 481.9, .bottom = 785, .columns = 1, .scale = 1, .pad = 4}, pocket = {.left = 28, .top = 40, .width = 539.3, .bottom = 812, .columns = 2, .gap = 12, .scale = 0.7, .pad = 1.6};

/* --- what stands on it ------------------------------------------------------------------------------------------------------ */

static void head_out(Press *s)
{
    const Paper *p = s->p;
    int columns = s->f.columns;
    s->f.columns = 1;
    sheet_line(s, "P", LOOK_DATE, paper_instant(s->a, p->at));
    sheet_line(s, "P", LOOK_TO, p->to);
    sheet_line(s, "P", LOOK_FROM, p->from);
    if (!p->dense) s->y += 10;
    sheet_line(s, "H1", LOOK_TITLE, p->title);
    sheet_line(s, "P", LOOK_BELOW, p->below);
    if (!p->dense) s->y += 10;
    sheet_line(s, "P", LOOK_TO, p->subject);
    s->y += p->dense ? 2 : 6;
    s->f.columns = columns, s->top = s->y;
}

static void items_out(Press *s, const PaperPart *part)
{
    enum { LABEL_SHARE = 28 };
    sheet_open(s, "Table");
    for (size_t i = 0; i < part->n && !s->too_long; i++) {
        const PaperItem *it = &part->items[i];
        bool blank = paper_is_blank(it->value);
        Cell cells[] = {{.tag = "TH", .look = LOOK_LABEL, .text = sheet_text(s, it->label), .note = sheet_text(s, it->mark), .share = LABEL_SHARE / 100.0},
            {.tag = "TD", .look = blank ? LOOK_BLANK : LOOK_VALUE, .text = sheet_text(s, blank ? paper_blank : it->value), .note = sheet_text(s, it->note), .share = 1 - LABEL_SHARE / 100.0, .blank = blank}};
        sheet_row(s, cells, COUNT(cells), true);
    }
    sheet_close(s, "Table");
}

static void table_out(Press *s, const PaperTable *t)
{
    Cell cells[CELLS_MAX];
    sheet_open(s, "Table");
    sheet_heads(s, t);
    for (size_t r = 0; r < t->rows && !s->too_long; r++) {
        for (size_t c = 0; c < t->columns; c++) cells[c] = (Cell){.tag = "TD", .look = LOOK_VALUE, .text = sheet_text(s, t->cells[r * t->columns + c]), .share = t->shares[c] / 100.0};
        sheet_row(s, cells, t->columns, true);
    }
    s->heads = NULL;
    sheet_close(s, "Table");
}

/* A heading stays with what follows. */
static void part_out(Press *s, const PaperPart *part, size_t n)
{
    Str number = s->p->dense ? STR("") : str_printf(s->a, "%zu　", n);
    Text title = {{str_join(s->a, number, part->title.in[JA], STR("")), str_join(s->a, number, part->title.in[EN], STR(""))}};
    sheet_open(s, "Sect");
    if (!paper_is_blank(part->title)) {
        sheet_room(s, 70 * s->f.scale);
        sheet_line(s, "H2", LOOK_HEAD, title);
    }
    if (part->kind == PAPER_ITEMS) items_out(s, part);
    else if (part->kind == PAPER_TABLE) table_out(s, &part->table);
    else sheet_line(s, "P", LOOK_TEXT, part->text);
    sheet_close(s, "Sect");
    s->y += 12 * s->f.scale;
}

static void notes_out(Press *s)
{
    for (size_t i = 0; i < s->p->notes_n && !s->too_long; i++) {
        Text t = s->p->notes[i];
        sheet_line(s, "P", LOOK_NOTE, (Text){{str_join(s->a, STR("※ "), t.in[JA], STR("")), str_join(s->a, STR("* "), t.in[EN], STR(""))}});
    }
}

static void flow(Press *s)
{
    size_t number = 0;
    sheet_begin(s);
    sheet_open(s, "Document"); /* some readers complain of headings at the root */
    head_out(s);
    for (size_t i = 0; i < s->p->n && !s->too_long; i++) {
        number += !paper_is_blank(s->p->parts[i].title);
        part_out(s, &s->p->parts[i], number);
    }
    notes_out(s);
    sheet_close(s, "Document");
    sheet_end(s);
}

/* --- the file ----------------------------------------------------------------------------------------------------------------- */

typedef struct Bytes { unsigned char *s; size_t n, cap; bool full; } Bytes; /* not of the arena, which must not unwind through cairo */
typedef struct Job { Press press; Bytes bytes; } Job;

static cairo_status_t take(void *to, const unsigned char *data, unsigned n)
{
    Bytes *b = to;
    if (b->n + n > PAPER_BYTES_MAX) return b->full = true, CAIRO_STATUS_WRITE_ERROR;
    if (b->n + n > b->cap) b->cap = (b->n + n) * 2, b->s = memory_grow(b->s, b->cap);
    memcpy(b->s + b->n, data, n);
    b->n += n;
    return CAIRO_STATUS_SUCCESS;
}

static void job_done(void *job)
{
    Job *j = job;
    Press *s = &j->press;
    while (s->live_n) g_object_unref(s->live[--s->live_n]);
    if (s->cr) cairo_destroy(s->cr);
    if (s->surface) cairo_surface_finish(s->surface), cairo_surface_destroy(s->surface);
    if (s->context) g_object_unref(s->context);
    if (s->fonts) g_object_unref(s->fonts);
    memory_give_back(j->bytes.s);
}

static Err no_letters(void)
{
    return err_text(ERR_BROKEN, text_of("日本語の文字のあるフォントが見つかりません。fonts-morisawa-bizud-gothic などを入れてください。", "No font with Japanese letters was found. Install one, such as fonts-morisawa-bizud-gothic."));
}

/* Of its own for each document: nothing is shared between threads, and no font changes under it. */
static Err fonts_open(Press *s)
{
    static const char probe[] = "要報告";
    PangoFontFamily **families;
    int n = 0;
    s->fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    if (s->fonts) pango_font_map_list_families(s->fonts, &families, &n), g_free(families);
    if (n <= 0) return no_letters();
    s->context = pango_font_map_create_context(s->fonts);
    pango_cairo_context_set_resolution(s->context, 72);
    pango_context_set_language(s->context, pango_language_from_string(s->lang == JA ? "ja" : "en"));
    pango_context_set_round_glyph_positions(s->context, FALSE);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(s->context, o);
    cairo_font_options_destroy(o);
    PangoLayout *l = pango_layout_new(s->context);
    pango_layout_set_text(l, probe, -1);
    bool lack = pango_layout_get_unknown_glyphs_count(l) > 0;
    g_object_unref(l);
    return lack ? no_letters() : ERR_NONE;
}

static Err surface_open(Job *j)
{
    Press *s = &j->press;
    Str at = instant_text(s->a, s->p->at);
    const char *title = str_c(s->a, sheet_text(s, s->p->title)), *author = str_c(s->a, sheet_text(s, s->p->from)), *created = str_c(s->a, str_join(s->a, str_slice(at, 0, 19), STR("Z"), STR("")));
    s->surface = cairo_pdf_surface_create_for_stream(take, &j->bytes, A4_WIDTH, A4_HEIGHT);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_AUTHOR, author);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATOR, "Kaname");
    s->cr = cairo_create(s->surface);
    return cairo_status(s->cr) ? err_of(ERR_FULL) : ERR_NONE;
}

/* As large as one page takes; what needs more pages has letters that can still be read. */
static void scale_find(Press *s)
{
    static const double scales[] = {1, 0.9, 0.8, 0.7, 0.62};
    for (size_t i = 0; i < COUNT(scales); i++) {
        s->f.scale = scales[i];
        flow(s);
        if (s->page == 1) return;
        s->too_long = false;
    }
    s->f.scale = pocket.scale;
}

static Err too_long(void)
{
    return err_text(ERR_TOO_LARGE, text_of("書類が長すぎます（200ページまで）。", "The document is too long (200 pages at most)."));
}

Err paper_pdf(Arena *a, const Paper *p, Lang lang, Str *out, size_t *pages)
{
    Job *j = arena_new(a, Job);
    Press *s = &j->press;
    *s = (Press){.a = a, .p = p, .lang = lang, .f = p->dense ? pocket : office};
    arena_defer(a, job_done, j);
    TRY(fonts_open(s));
    if (p->dense) scale_find(s);
    flow(s);
    if (s->too_long) return too_long();
    s->pages = s->page;
    if (pages) *pages = s->page;
    TRY(surface_open(j));
    flow(s);
    cairo_surface_finish(s->surface);
    if (j->bytes.full) return too_long();
    if (cairo_surface_status(s->surface) || cairo_status(s->cr)) return err_of(ERR_FULL);
    return pdf_mark(a, (Str){(const char *)j->bytes.s, j->bytes.n}, lang, out);
}
