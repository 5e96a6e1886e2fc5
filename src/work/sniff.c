/*
 * sniff.c -- what an attached file is, by its content; the name must say the same. A short list: what offices keep as evidence and what carries no
 * macros. Nothing is ever shown inside the page, so that this is a second wall, not the first.
 */
#include "work/files_parts.h"

static const struct Kind {
    const char *type, *endings, *head; /* head: bytes at the beginning, for those that have a mark */
    size_t head_n;
    const char *inside; /* in an Office or OpenDocument archive */
} kinds[] = {
    {"application/pdf", "pdf", "%PDF-", 5, NULL},
    {"image/png", "png", "\x89PNG\r\n\x1a\n", 8, NULL},
    {"image/jpeg", "jpg|jpeg", "\xff\xd8\xff", 3, NULL},
    {"image/tiff", "tif|tiff", "II*\0", 4, NULL},
    {"image/tiff", "tif|tiff", "MM\0*", 4, NULL},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", NULL, 0, "word/document.xml"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", NULL, 0, "xl/workbook.xml"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", NULL, 0, "ppt/presentation.xml"},
    {"application/vnd.oasis.opendocument.text", "odt", NULL, 0, "mimetypeapplication/vnd.oasis.opendocument.textPK"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods", NULL, 0, "mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"},
    {"application/vnd.oasis.opendocument.presentation", "odp", NULL, 0, "mimetypeapplication/vnd.oasis.opendocument.presentationPK"},
};
static const char text_type[] = "text/plain", text_endings[] = "txt|csv|md|log";

static bool contains(Str s, const char *part)
{
    return str_find(s, str_of(part)) != SIZE_MAX;
}

static const char *zip_type(Str head, Str tail, bool whole)
{
    if (contains(head, "vbaProject.bin") || contains(tail, "vbaProject.bin")) return NULL; /* macros */
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].inside && (contains(head, kinds[i].inside) || contains(tail, kinds[i].inside))) return kinds[i].type;
    return whole ? NULL : "application/zip"; /* the list of contents comes last */
}

/* UTF-8 without controls; the last character of the head may be cut. */
static bool is_text(Str head, bool whole)
{
    size_t n = head.n;
    for (size_t cut = 0; cut < 4 && n; cut++, n--) {
        Str s = str_slice(head, 0, n);
        if (!str_is_utf8(s)) continue;
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)s.s[i] < 0x20 && !strchr("\t\r\n\f", s.s[i])) return false;
        return cut == 0 || !whole || head.n == FILE_PART;
    }
    return false;
}

const char *sniff_type(Str head, Str tail, bool whole)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].head && str_starts(head, (Str){kinds[i].head, kinds[i].head_n})) return kinds[i].type;
    if (str_starts(head, STR("PK\x03\x04"))) return zip_type(head, tail, whole);
    return is_text(head, whole) ? text_type : NULL;
}

static bool ending_in(Str ending, const char *list)
{
    Str rest = str_of(list), one;
    while (str_cut(&rest, '|', &one))
        if (str_eq(one, ending)) return true;
    return false;
}

bool sniff_name_fits(Arena *a, const char *type, Str name)
{
    size_t dot = name.n;
    while (dot && name.s[dot - 1] != '.')
        dot--;
    Str ending = str_fold(a, str_slice(name, dot, name.n));
    if (!dot) return false;
    if (strcmp(type, text_type) == 0) return ending_in(ending, text_endings);
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].type, type) == 0 && ending_in(ending, kinds[i].endings)) return true;
    return strcmp(type, "application/zip") == 0;
}

Err sniff_refused(void)
{
    return err_text(ERR_TYPE, text_of("添付できるのは PDF、画像（PNG、JPEG、TIFF）、マクロのない Office・OpenDocument 文書、UTF-8 のテキストで、拡張子が中身と合うものです。PDF にして添付してください。",
                                  "Only PDF, images (PNG, JPEG, TIFF), Office and OpenDocument files without macros and UTF-8 text can be attached, with an ending that fits the content. Save it as PDF."));
}
