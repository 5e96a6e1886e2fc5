/* statute.h -- the official XML of a Japanese law (標準法令XML, as e-Gov gives it): its words in one text, and where each article, paragraph, item and row stands in it. Private to law/. */
#ifndef KANAME_LAW_STATUTE_H
#define KANAME_LAW_STATUTE_H

#include "law/author.h"
#include "law/numeral.h"

enum { STATUTE_BYTES_MAX = 64 << 20, STATUTE_DEPTH_MAX = 100, STATUTE_PARTS_MAX = 400000, STATUTE_ELEMENTS_MAX = 4000000, STATUTE_TEXT_MAX = 32 << 20 };

typedef enum { PART_LAW, PART_MAIN, PART_SUPPL, PART_ANNEX, PART_ARTICLE, PART_PARAGRAPH, PART_ITEM, PART_SUB1, PART_SUB2, PART_TABLE, PART_ROW, PART_CELL, PART_SENTENCE, PARTS, PART_NONE } PartKind;

typedef struct StatutePart {
    PartKind kind;
    Str num;          /* attribute Num; AmendLawNum of supplementary provisions; of a row the number its first cell begins with; else empty */
    bool proviso;     /* of a sentence */
    size_t up, end;   /* the part around it; its own parts are those after it, up to this one */
    size_t from, to;  /* in the text */
} StatutePart;

/* Numbers and headings of articles, paragraphs and items are left out of the text; it is NFKC, without blanks, っ as つ. Between cells and sentences stands a newline. */
struct Statute { Str title, law_num, law_id, text; StatutePart *list; size_t n; };

enum { NO_PART = -1 };
/* The part that a citation names by the numbers of the law; NO_PART: not there. */
int64_t statute_place(Arena *a, const Statute *t, const json_t *at);
Str statute_words(const Statute *t, int64_t part); /* its text */
/* Words as the text is written; blanks and "…" divide them: pieces. */
typedef struct Pieces { Str list[40]; size_t n; bool cells; /* of a table: divided by blanks */ } Pieces;
Pieces statute_pieces(Arena *a, Str words);
/* All pieces, in their order; cells in one row, where there are rows. A number that begins a piece stands there whole: 三万 is not in 十三万. */
bool statute_has(const Statute *t, int64_t part, const Pieces *p);
/* The innermost parts that have them. Gives how many there are; at most `max` are kept. */
size_t statute_find(const Statute *t, const Pieces *p, int64_t *out, size_t max);
/* {"art": "58", "par": "2"} */
void statute_at(JsonOut *out, const Statute *t, int64_t part);
/* Are the pieces nearly there, so that somebody changed them? Then what stands there instead. */
bool statute_near(Arena *a, const Statute *t, int64_t part, const Pieces *p, Str *now);

#endif
