/*
 * XLSX in: minizip and expat, streaming. What is kept is only the text of cells; what comes out of the archive is counted.
 * Handles are closed by the arena, so that running out of memory in the middle leaves nothing open.
 */
#include "record/sheet_parts.h"

#include <errno.h>
#include <expat.h>
#include <math.h>
#include <stdlib.h>
#include <unzip.h>

typedef struct Zip { /* the file in memory, as minizip wants to see it */
    Str bytes;
    size_t at;
    size_t inflated; /* of all parts together */
    unzFile file;
} Zip;

typedef struct Rel {
    Str id, type, target;
} Rel;

typedef struct Reader {
    Arena *a;
    Zip *zip;
    Err err;
    XML_Parser parser;
    XML_StartElementHandler start;
    XML_EndElementHandler end;
    int depth;
    bool date1904;
    Str *shared;
    size_t shared_n, shared_cap;
    bool *is_date; /* by style */
    size_t styles_n, styles_cap;
    struct { int64_t id; bool date; } formats[1000];
    size_t formats_n;
    struct { Str name, id; } sheets[BOOK_SHEETS_MAX + 1];
    size_t sheets_n;
    Rel rels[500];
    size_t rels_n;
    size_t cells;
    /* while parsing */
    SheetBuild build;
    Buf text;
    bool in_text, in_phonetic, in_value, in_xfs;
    size_t row, column, next_row, next_column;
    Str kind;
    int64_t style;
    struct { size_t r1, c1, r2, c2; } *merges;
    size_t merges_n, merges_cap;
} Reader;

/* The libraries do not always say that they had no memory; errno does. Then it is not the file. */
static Err broken(void)
{
    if (errno == ENOMEM) return err_of(ERR_FULL);
    return err_text(ERR_INVALID, text_of("Excel ファイル（.xlsx）が壊れているか、読み取れない形式です。Excel で開いて保存し直してください。",
                                     "The Excel file (.xlsx) is broken or of a kind that cannot be read. Open it in Excel and save it again."));
}

/* ---- the archive in memory ---- */

static voidpf mem_open(voidpf opaque, const void *name, int mode)
{
    UNUSED(name);
    UNUSED(mode);
    return opaque;
}

static uLong mem_read(voidpf opaque, voidpf stream, void *buf, uLong size)
{
    UNUSED(stream);
    Zip *z = opaque;
    size_t n = z->bytes.n - z->at;
    if (n > size) n = size;
    if (n) memcpy(buf, z->bytes.s + z->at, n);
    z->at += n;
    return n;
}

static uLong mem_write(voidpf opaque, voidpf stream, const void *buf, uLong size)
{
    UNUSED(opaque);
    UNUSED(stream);
    UNUSED(buf);
    UNUSED(size);
    return 0;
}

static ZPOS64_T mem_tell(voidpf opaque, voidpf stream)
{
    UNUSED(stream);
    return ((Zip *)opaque)->at;
}

static long mem_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
    UNUSED(stream);
    Zip *z = opaque;
    size_t base = origin == ZLIB_FILEFUNC_SEEK_CUR ? z->at : origin == ZLIB_FILEFUNC_SEEK_END ? z->bytes.n : 0;
    if (offset > z->bytes.n - base) return -1;
    z->at = base + offset;
    return 0;
}

static int mem_same(voidpf opaque, voidpf stream)
{
    UNUSED(opaque);
    UNUSED(stream);
    return 0;
}

static void zip_close(void *zip)
{
    unzClose(((Zip *)zip)->file);
}

static void parser_free(void *parser)
{
    XML_ParserFree(parser);
}

/* ---- parts ---- */

static void fail(Reader *r, Err err)
{
    if (!r->err.kind) r->err = err;
    XML_StopParser(r->parser, XML_FALSE);
}

static void no_doctype(void *user, const char *name, const char *system, const char *public, int internal)
{
    UNUSED(name);
    UNUSED(system);
    UNUSED(public);
    UNUSED(internal);
    fail(user, err_text(ERR_INVALID, text_of("Excel ファイルの中に DOCTYPE の宣言があります。安全のため読みません。Excel で開いて保存し直してください。",
                           "The Excel file contains a DOCTYPE declaration, which is not read for safety. Open it in Excel and save it again.")));
}

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static Str attr(const char **list, const char *name)
{
    for (; *list; list += 2)
        if (!strcmp(local(list[0]), name)) return str_of(list[1]);
    return STR("");
}

static int64_t attr_int(const char **list, const char *name, int64_t otherwise)
{
    int64_t v;
    return str_int(attr(list, name), &v) ? v : otherwise;
}

static bool is(const char *name, const char *want)
{
    return !strcmp(local(name), want);
}

enum { BLOCK = 32 << 10 };

static Err part_feed(Reader *r)
{
    for (;;) {
        void *block = XML_GetBuffer(r->parser, BLOCK);
        if (!block) return err_of(ERR_FULL);
        int n = unzReadCurrentFile(r->zip->file, block, BLOCK);
        if (n < 0) return broken();
        r->zip->inflated += (size_t)n;
        if (r->zip->inflated > BOOK_INFLATED_MAX)
            return err_text(ERR_TOO_LARGE, text_of("Excel ファイルの中身が大きすぎます（展開後 256 MB まで）。",
                                               "The content of the Excel file is too large (256 MB when unpacked)."));
        enum XML_Status status = XML_ParseBuffer(r->parser, n, n == 0);
        if (r->err.kind) return r->err;
        if (status != XML_STATUS_OK) return broken();
        if (!n) return ERR_NONE;
    }
}

/* Real workbooks nest some ten deep. */
static void start_within(void *user, const char *name, const char **at)
{
    enum { DEPTH_MAX = 100 };
    Reader *r = user;
    if (++r->depth > DEPTH_MAX) {
        fail(r, err_text(ERR_INVALID, text_of("Excel ファイルの中の入れ子が深すぎます。Excel で開いて保存し直してください。", "The XML within the Excel file is nested too deep. Open it in Excel and save it again.")));
        return;
    }
    r->start(user, name, at);
}

static void end_within(void *user, const char *name)
{
    Reader *r = user;
    r->depth--;
    if (r->end) r->end(user, name);
}

/* Reads one part through the handlers. A part that is not there is ERR_NOT_FOUND. */
static Err part(Reader *r, Str name, XML_StartElementHandler start, XML_EndElementHandler end, XML_CharacterDataHandler chars)
{
    if (name.n > 200 || unzLocateFile(r->zip->file, str_c(r->a, name), 2) != UNZ_OK) return err_of(ERR_NOT_FOUND);
    if (unzOpenCurrentFile(r->zip->file) != UNZ_OK) return broken();
    r->parser = XML_ParserCreate(NULL);
    if (!r->parser) return err_of(ERR_FULL);
    arena_defer(r->a, parser_free, r->parser);
    XML_SetUserData(r->parser, r);
    r->start = start, r->end = end, r->depth = 0;
    XML_SetElementHandler(r->parser, start_within, end_within);
    XML_SetCharacterDataHandler(r->parser, chars);
    XML_SetStartDoctypeDeclHandler(r->parser, no_doctype);
    Err err = part_feed(r);
    /* The check sum is told on closing. */
    if (unzCloseCurrentFile(r->zip->file) != UNZ_OK && !err.kind) err = broken();
    return err;
}

static void rels_start(void *user, const char *name, const char **at)
{
    Reader *r = user;
    if (!is(name, "Relationship") || r->rels_n == COUNT(r->rels)) return;
    r->rels[r->rels_n++] = (Rel){str_copy(r->a, attr(at, "Id")), str_copy(r->a, attr(at, "Type")), str_copy(r->a, attr(at, "Target"))};
}

static void book_start(void *user, const char *name, const char **at)
{
    Reader *r = user;
    if (is(name, "workbookPr")) {
        Str v = attr(at, "date1904");
        r->date1904 = str_eqc(v, "1") || str_eqc(v, "true");
    } else if (is(name, "sheet") && r->sheets_n < COUNT(r->sheets)) {
        r->sheets[r->sheets_n].name = str_copy(r->a, attr(at, "name"));
        r->sheets[r->sheets_n++].id = str_copy(r->a, attr(at, "id"));
    }
}

/* ---- styles: which numbers are dates ---- */

static bool format_is_date(Str f)
{
    if (str_starts(f, STR("G/"))) return false; /* "G/標準": General in Japanese */
    if (str_eq_nocase(f, STR("General"))) return false;
    for (size_t i = 0; i < f.n && f.s[i] != ';'; i++) {
        char c = f.s[i];
        if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == '"' || c == '[') {
            char closing = c == '"' ? '"' : ']';
            size_t from = i + 1;
            for (i++; i < f.n && f.s[i] != closing; i++)
                ;
            if (c == '[' && from < f.n && strchr("hHmMsS", f.s[from])) return i - from <= 2; /* [h]:mm */
        } else if ((c == 'E' || c == 'e') && i + 1 < f.n && (f.s[i + 1] == '+' || f.s[i + 1] == '-')) {
            i++;
        } else if (c && strchr("yYmMdDhHsSeEgG", c)) {
            return true;
        }
    }
    return false;
}

static bool style_is_date(const Reader *r, int64_t id)
{
    for (size_t i = 0; i < r->formats_n; i++)
        if (r->formats[i].id == id) return r->formats[i].date;
    /* 27 … 36 and 50 … 58 are the built-in formats of Japanese Excel, eras among them. */
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

static void style_add(Reader *r, int64_t format)
{
    if (r->styles_n == 65536) return;
    if (r->styles_n == r->styles_cap) {
        size_t cap = r->styles_cap ? r->styles_cap * 2 : 64;
        r->is_date = arena_grow(r->a, r->is_date, r->styles_cap, cap);
        r->styles_cap = cap;
    }
    r->is_date[r->styles_n++] = style_is_date(r, format);
}

static void styles_start(void *user, const char *name, const char **at)
{
    Reader *r = user;
    if (is(name, "numFmt") && r->formats_n < COUNT(r->formats)) {
        r->formats[r->formats_n].id = attr_int(at, "numFmtId", -1);
        r->formats[r->formats_n++].date = format_is_date(attr(at, "formatCode"));
    }
    if (is(name, "cellXfs")) r->in_xfs = true;
    if (is(name, "xf") && r->in_xfs) style_add(r, attr_int(at, "numFmtId", 0));
}

static void styles_end(void *user, const char *name)
{
    if (is(name, "cellXfs")) ((Reader *)user)->in_xfs = false;
}

/* ---- texts ---- */

/* Excel writes control characters as _x000D_; line ends become LF, the others go. */
static Str unescaped(Arena *a, Str s)
{
    if (str_find(s, STR("_x")) == SIZE_MAX && (!s.n || !memchr(s.s, '\r', s.n))) return str_copy(a, s);
    Buf b;
    buf_init(&b, a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        char hex[5] = {0}, *end;
        if (s.s[i] == '\r') continue;
        if (s.n - i >= 7 && s.s[i] == '_' && s.s[i + 1] == 'x' && s.s[i + 6] == '_') {
            memcpy(hex, s.s + i + 2, 4);
            unsigned long v = strtoul(hex, &end, 16);
            if (end == hex + 4 && hex[0] == '0' && v < 0x80) {
                if (v >= 0x20 || v == '\n' || v == '\t') buf_byte(&b, (char)v);
                i += 6;
                continue;
            }
        }
        buf_byte(&b, s.s[i]);
    }
    return buf_str(&b);
}

static void text_chars(void *user, const char *s, int n)
{
    Reader *r = user;
    if ((r->in_text && !r->in_phonetic) || r->in_value) buf_add(&r->text, (Str){s, (size_t)n});
}

static void text_start(Reader *r, const char *name)
{
    if (is(name, "t")) r->in_text = true;
    if (is(name, "rPh")) r->in_phonetic = true; /* furigana is not part of the text */
}

static void text_end(Reader *r, const char *name)
{
    if (is(name, "t")) r->in_text = false;
    if (is(name, "rPh")) r->in_phonetic = false;
}

static void shared_start(void *user, const char *name, const char **at)
{
    UNUSED(at);
    Reader *r = user;
    if (is(name, "si")) r->text.n = 0;
    text_start(r, name);
}

static void shared_end(void *user, const char *name)
{
    Reader *r = user;
    text_end(r, name);
    if (!is(name, "si")) return;
    if (r->shared_n == BOOK_CELLS_MAX) {
        fail(r, err_of(ERR_TOO_LARGE));
        return;
    }
    if (r->shared_n == r->shared_cap) {
        size_t cap = r->shared_cap ? r->shared_cap * 2 : 256;
        r->shared = arena_grow(r->a, r->shared, r->shared_cap * sizeof(Str), cap * sizeof(Str));
        r->shared_cap = cap;
    }
    r->shared[r->shared_n++] = unescaped(r->a, buf_str(&r->text));
}

/* ---- cells ---- */

static Str number_text(Arena *a, double v)
{
    if (fabs(v) < 1e15 && v == floor(v)) return str_printf(a, "%.0f", v == 0 ? 0.0 : v);
    return str_printf(a, "%.15g", v);
}

/* Days since Excel's beginning. 1900 counts a 29 February that never was. */
static bool date_cell(Reader *r, double v, Cell *cell)
{
    if (!(v >= 0 && v < 300000)) return false;
    double whole = floor(v);
    int seconds = (int)lround((v - whole) * 86400);
    if (seconds == 86400) whole += 1, seconds = 0;
    Str clock = str_printf(r->a, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (whole < 1 && !r->date1904) {
        cell->text = clock; /* a time of day alone */
        return true;
    }
    if (whole == 60 && !r->date1904) return false;
    Day first = r->date1904 ? day_of(1904, 1, 1) : whole < 60 ? day_of(1899, 12, 31) : day_of(1899, 12, 30);
    cell->is_date = true;
    cell->text = day_text(r->a, first + (Day)whole);
    if (seconds) cell->text = str_join(r->a, cell->text, STR(" "), clock);
    return true;
}

static bool number_cell(Reader *r, Str s, Cell *cell)
{
    char *end;
    const char *c = str_c(r->a, s);
    double v = strtod(c, &end);
    if (!s.n || *end || !isfinite(v)) return false;
    bool date = r->style >= 0 && (size_t)r->style < r->styles_n && r->is_date[r->style];
    if (date && date_cell(r, v, cell)) return true;
    cell->text = number_text(r->a, v);
    cell->is_number = true;
    return true;
}

static bool cell_read(Reader *r, Cell *cell)
{
    Str s = buf_str(&r->text);
    int64_t index;
    if (str_eqc(r->kind, "s")) {
        if (!str_int(str_trim(s), &index) || index < 0 || (size_t)index >= r->shared_n) return !s.n;
        cell->text = r->shared[index];
        return true;
    }
    if (str_eqc(r->kind, "b")) cell->text = str_eqc(s, "1") ? STR("TRUE") : STR("FALSE");
    else if (str_eqc(r->kind, "d")) cell->text = str_copy(r->a, str_slice(s, 0, 10)), cell->is_date = true;
    else if (r->kind.n && !str_eqc(r->kind, "n")) cell->text = unescaped(r->a, s);
    else if (s.n) return number_cell(r, str_trim(s), cell);
    return true;
}

static void cell_end(Reader *r)
{
    Cell cell = {0}, *place;
    if (!r->text.n) return;
    if (!cell_read(r, &cell)) {
        fail(r, broken());
        return;
    }
    if (!cell.text.n) return;
    Err err = sheet_cell(&r->build, r->row, r->column, &place);
    if (err.kind) fail(r, err);
    else *place = cell;
}

static void merge_add(Reader *r, Str ref)
{
    size_t r1, c1, r2, c2;
    if (!sheet_place(&ref, &r1, &c1) || !str_starts(ref, STR(":"))) return;
    ref = str_slice(ref, 1, ref.n);
    if (!sheet_place(&ref, &r2, &c2) || r2 < r1 || c2 < c1 || r->merges_n == 100000) return;
    if (r->merges_n == r->merges_cap) {
        size_t cap = r->merges_cap ? r->merges_cap * 2 : 64;
        r->merges = arena_grow(r->a, r->merges, r->merges_cap * sizeof *r->merges, cap * sizeof *r->merges);
        r->merges_cap = cap;
    }
    r->merges[r->merges_n].r1 = r1;
    r->merges[r->merges_n].c1 = c1;
    r->merges[r->merges_n].r2 = r2;
    r->merges[r->merges_n++].c2 = c2;
}

static void cell_start(Reader *r, const char **at)
{
    Str ref = attr(at, "r");
    size_t row = r->row, column = r->next_column;
    if (ref.n && !sheet_place(&ref, &row, &column)) fail(r, broken());
    r->row = row;
    r->column = column;
    r->next_column = column + 1;
    r->kind = str_copy(r->a, attr(at, "t"));
    r->style = attr_int(at, "s", -1);
    r->text.n = 0;
}

static void columns_hidden(Reader *r, const char **at)
{
    Str hidden = attr(at, "hidden");
    int64_t min = attr_int(at, "min", 0), max = attr_int(at, "max", 0);
    if ((!str_eqc(hidden, "1") && !str_eqc(hidden, "true")) || min < 1) return;
    if (!r->build.sheet.hidden) r->build.sheet.hidden = arena_array(r->a, bool, BOOK_COLUMNS_MAX);
    for (int64_t i = min; i <= max && i <= BOOK_COLUMNS_MAX; i++)
        r->build.sheet.hidden[i - 1] = true;
}

static void sheet_start(void *user, const char *name, const char **at)
{
    Reader *r = user;
    text_start(r, name);
    if (is(name, "row")) {
        int64_t n = attr_int(at, "r", (int64_t)r->next_row + 1);
        r->row = n > 0 && n < 10000000 ? (size_t)n - 1 : r->next_row;
        r->next_row = r->row + 1;
        r->next_column = 0;
    } else if (is(name, "c")) {
        cell_start(r, at);
    } else if (is(name, "v")) {
        r->in_value = true;
    } else if (is(name, "col")) {
        columns_hidden(r, at);
    } else if (is(name, "mergeCell")) {
        merge_add(r, attr(at, "ref"));
    }
}

static void sheet_end(void *user, const char *name)
{
    Reader *r = user;
    text_end(r, name);
    if (is(name, "v")) r->in_value = false;
    if (is(name, "c")) cell_end(r);
}

/* Repeats the value of the upper left cell over the range, but never beyond the rows that carry anything. */
static Err merges_fill(Reader *r)
{
    size_t written = 0; /* overlapping ranges could make work without making cells */
    for (size_t i = 0; i < r->merges_n; i++) {
        size_t r1 = r->merges[i].r1, c1 = r->merges[i].c1, rows = r->build.sheet.rows_n;
        if (r1 >= rows || c1 >= r->build.sheet.row_cells[r1]) continue;
        Cell value = r->build.sheet.rows[r1][c1], *place;
        if (!value.text.n) continue;
        for (size_t row = r1; row <= r->merges[i].r2 && row < rows; row++)
            for (size_t c = c1; c <= r->merges[i].c2 && c < BOOK_COLUMNS_MAX; c++) {
                TRY(sheet_cell(&r->build, row, c, &place));
                *place = value;
                if (++written > BOOK_CELLS_MAX) return err_of(ERR_TOO_LARGE);
            }
    }
    return ERR_NONE;
}

/* ---- the book ---- */

static const Rel *rel_find(const Reader *r, Str id, const char *kind)
{
    for (size_t i = 0; i < r->rels_n; i++)
        if ((id.n ? str_eq(r->rels[i].id, id) : true) && str_ends(r->rels[i].type, str_of(kind))) return &r->rels[i];
    return NULL;
}

/* "worksheets/sheet1.xml" beside the workbook, "/xl/…" from the root. */
static Str target_path(Arena *a, Str folder, Str target)
{
    if (str_starts(target, STR("/"))) return str_slice(target, 1, target.n);
    return str_join(a, folder, STR(""), target);
}

static Err optional(Err err)
{
    return err.kind == ERR_NOT_FOUND ? ERR_NONE : err;
}

static Err read_sheets(Reader *r, Str folder, Book *out)
{
    for (size_t i = 0; i < r->sheets_n; i++) {
        const Rel *rel = r->sheets[i].id.n ? rel_find(r, r->sheets[i].id, "/worksheet") : NULL;
        if (!rel) continue; /* charts and macros */
        r->build = (SheetBuild){.a = r->a, .sheet = {.name = r->sheets[i].name}, .cells = &r->cells};
        r->row = r->column = r->next_row = r->next_column = r->merges_n = 0;
        r->in_text = r->in_phonetic = r->in_value = false;
        Err err = part(r, target_path(r->a, folder, rel->target), sheet_start, sheet_end, text_chars);
        if (err.kind) return err.kind == ERR_NOT_FOUND ? broken() : err;
        TRY(merges_fill(r));
        TRY(book_add(r->a, out, r->build.sheet));
    }
    return out->n ? ERR_NONE : broken();
}

static Err read_book(Reader *r, Book *out)
{
    if (unzLocateFile(r->zip->file, "mimetype", 1) == UNZ_OK && unzLocateFile(r->zip->file, "content.xml", 1) == UNZ_OK)
        return err_text(ERR_TYPE, text_of("OpenDocument（.ods など）のファイルです。.xlsx か CSV で保存し直してください。", "This is an OpenDocument file (.ods). Save it as .xlsx or CSV."));
    TRY(optional(part(r, STR("_rels/.rels"), rels_start, NULL, NULL)));
    const Rel *main_rel = rel_find(r, STR(""), "/officeDocument");
    Str path = main_rel ? target_path(r->a, STR(""), main_rel->target) : STR("xl/workbook.xml"), folder = path;
    while (folder.n && folder.s[folder.n - 1] != '/')
        folder.n--;
    Str file = str_slice(path, folder.n, path.n);
    r->rels_n = 0;
    Err err = part(r, path, book_start, NULL, NULL);
    if (err.kind) return err.kind == ERR_NOT_FOUND ? broken() : err;
    TRY(optional(part(r, str_printf(r->a, "%.*s_rels/%.*s.rels", STR_ARG(folder), STR_ARG(file)), rels_start, NULL, NULL)));
    const Rel *strings = rel_find(r, STR(""), "/sharedStrings"), *styles = rel_find(r, STR(""), "/styles");
    if (styles) TRY(optional(part(r, target_path(r->a, folder, styles->target), styles_start, styles_end, NULL)));
    if (strings) TRY(optional(part(r, target_path(r->a, folder, strings->target), shared_start, shared_end, text_chars)));
    return read_sheets(r, folder, out);
}

Err sheet_xlsx_read(Arena *a, Str bytes, Book *out)
{
    Reader *r = arena_new(a, Reader);
    errno = 0;
    r->a = a;
    r->zip = arena_new(a, Zip);
    r->zip->bytes = bytes;
    buf_init(&r->text, a, 256);
    zlib_filefunc64_def io = {mem_open, mem_read, mem_write, mem_tell, mem_seek, mem_same, mem_same, r->zip};
    r->zip->file = unzOpen2_64("", &io);
    if (!r->zip->file) return broken();
    arena_defer(a, zip_close, r->zip);
    return read_book(r, out);
}
