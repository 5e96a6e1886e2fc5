/*
 * paper/ -- a document as data, and the same document as a tagged PDF on A4, as a spreadsheet that prints, and as JSON. Owns nothing. Called by: domain rooms, commands.
 * Never: knows what a document is about; makes up what is missing: a value that is not there is a visible blank.
 */
#ifndef KANAME_PAPER_H
#define KANAME_PAPER_H

#include "base/base.h"

/* A label and what is said there. Empty value: a blank to be filled in by hand; note: small, below the value: why it is blank; mark: small, below the label: how sure it is
 * that this item belongs there. */
typedef struct PaperItem { Text label, value, note, mark; } PaperItem;
typedef struct PaperTable { const Text *heads; const int *shares; size_t columns; const Text *cells; size_t rows; } PaperTable; /* shares: of the width, in hundredths; cells by rows */
typedef enum { PAPER_ITEMS, PAPER_TABLE, PAPER_TEXT, PAPER_KINDS } PaperKind;
typedef struct PaperPart {
    Text title; /* empty: none */
    PaperKind kind;
    const PaperItem *items; size_t n;
    PaperTable table;
    Text text;
} PaperPart;
typedef struct Paper {
    Text title, below; /* below: one small line under the title */
    Text subject;      /* what it is about, in a line of its own; empty: none */
    Text to, from;     /* addressee, sender; the sender may have several lines */
    Text mark;         /* in a box on every page: 案, draft; empty: none */
    Instant at;        /* when it was filled: printed, and the only date within the file */
    Text reference;    /* at the foot of every page: which record, which version */
    const PaperPart *parts; size_t n;
    const Text *notes; size_t notes_n; /* at the end: sources, what is not certain */
    bool dense;        /* small letters in two columns, for a sheet that lies beside the telephone */
} Paper;

/* What is longer is refused with ERR_TOO_LARGE. */
enum { PAPER_PAGES_MAX = 200, PAPER_BYTES_MAX = 16 << 20 };

/* The same paper gives the same bytes with the same libraries and fonts. ERR_NOT_FOUND: no font here has Japanese letters. *pages may be NULL. */
Err paper_pdf(Arena *a, const Paper *p, Lang lang, Str *out, size_t *pages);
/* Into an empty file, row by row. */
Err paper_xlsx(Arena *a, const Paper *p, Lang lang, int fd);
/* The members of an object: title, to, parts …, both languages; a blank says so. */
void paper_json(JsonOut *j, const Paper *p);

#endif
